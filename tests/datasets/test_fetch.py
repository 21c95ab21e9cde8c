from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import pooch
import pytest

from mentorlab.datasets import available, locate
from mentorlab.datasets.fetch import DATA_VARIABLE, cache_folder
from mentorlab.datasets.registry import SOURCES, DataSource
from mentorlab.errors import DataUnavailableError, OptionError

TEXT = b"the published file\n"
SOURCE = DataSource(
    name="toy",
    title="Toy",
    license="CC0",
    question="?",
    size="one file",
    folder="toy_folder",
    base_url="https://example.org/at/data/",
    files={"part/a.csv": hashlib.sha256(TEXT).hexdigest(), "b.csv": "0" * 64},
)


def put(folder: Path, text: bytes = TEXT) -> Path:
    file = folder / "part" / "a.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(text)
    return file


def test_named_folder_comes_first_and_is_not_checked(tmp_path, offline, monkeypatch):
    put(tmp_path / "data" / "toy_folder")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    mine = put(tmp_path / "mine", b"something else")
    assert locate(SOURCE, "part/a.csv", path=tmp_path / "mine") == mine


def test_data_folder_comes_before_the_cache(tmp_path, offline, monkeypatch):
    put(offline / "toy_folder")
    theirs = put(tmp_path / "data" / "toy_folder", b"something else")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    assert locate(SOURCE, "part/a.csv") == theirs


def test_cached_file_is_used_without_asking_the_internet(no_data, monkeypatch):
    def no_network(*args: object, **kwargs: object) -> None:
        raise AssertionError("asked the internet")

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", no_network)
    cached = put(no_data / "toy_folder")
    assert locate(SOURCE, "part/a.csv") == cached


def test_download_is_quiet_checked_and_kept(no_data, monkeypatch, caplog):
    asked = []

    def fake(self: object, url: str, output_file: str, caller: object) -> None:
        asked.append(url)
        Path(output_file).write_bytes(TEXT)

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", fake)
    level = pooch.get_logger().level
    with caplog.at_level(logging.DEBUG, logger="pooch"):
        file = locate(SOURCE, "part/a.csv")
        assert locate(SOURCE, "part/a.csv") == file
    assert asked == ["https://example.org/at/data/part/a.csv"]
    assert file == no_data / "toy_folder" / "part" / "a.csv"
    assert not caplog.records
    assert pooch.get_logger().level == level


def test_another_file_than_the_published_one_is_refused(no_data, monkeypatch):
    def fake(self: object, url: str, output_file: str, caller: object) -> None:
        Path(output_file).write_bytes(b"<html>moved</html>")

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", fake)
    with pytest.raises(
        DataUnavailableError,
        match=r"what came is not the published file \(its SHA-256 checksum differs\)",
    ):
        locate(SOURCE, "part/a.csv")
    assert not (no_data / "toy_folder" / "part" / "a.csv").exists()


def test_offline_message_says_where_it_looked_and_what_to_do(offline):
    with pytest.raises(DataUnavailableError) as caught:
        locate(SOURCE, "part/a.csv")
    assert str(caught.value) == (
        "load_toy: part/a.csv is not on this machine and could not be downloaded.\n"
        "  - Looked in MENTORLAB_DATA: MENTORLAB_DATA is not set.\n"
        f"  - Looked in the cache: {offline / 'toy_folder'} does not hold the published file.\n"
        "  - The download failed: no connection to the server (ConnectionError).\n"
        "  Download https://example.org/at/data/part/a.csv by hand, save it as "
        "<folder>/toy_folder/part/a.csv, do so for each of the 2 files of this data set, and set "
        "MENTORLAB_DATA to <folder>."
    )


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda root: root / "nowhere", "which is not a folder"),
        (lambda root: root, "which has no folder toy_folder"),
    ],
)
def test_a_data_folder_without_this_data_set_falls_through(
    tmp_path, offline, monkeypatch, make, said
):
    monkeypatch.setenv(DATA_VARIABLE, str(make(tmp_path)))
    with pytest.raises(DataUnavailableError, match=f"MENTORLAB_DATA names .*, {said}"):
        locate(SOURCE, "part/a.csv")


def test_a_data_folder_that_lacks_one_file_is_not_papered_over(tmp_path, no_data, monkeypatch):
    put(tmp_path / "data" / "toy_folder")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    with pytest.raises(
        DataUnavailableError,
        match=r"MENTORLAB_DATA names .*toy_folder, which does not hold b\.csv\. Put the file there "
        r"as .*b\.csv \(it is public: https://example\.org/at/data/b\.csv\), or unset "
        r"MENTORLAB_DATA to have it downloaded",
    ):
        locate(SOURCE, "b.csv")


@pytest.mark.parametrize("name", ["gone", "toy_folder"])
def test_a_named_folder_without_the_file(tmp_path, offline, name):
    (tmp_path / "toy_folder").mkdir()
    said = "is not a folder" if name == "gone" else r"does not hold b\.csv"
    with pytest.raises(DataUnavailableError, match=rf"`path` names .*{name}, which {said}"):
        locate(SOURCE, "b.csv", path=tmp_path / name)


def test_a_file_that_the_data_set_does_not_have(offline):
    with pytest.raises(OptionError, match=r"a file of toy; got 'a\.csv'\. Did you mean 'b\.csv'\?"):
        locate(SOURCE, "a.csv")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TimeoutError("slow"), "the server did not answer in time"),
        (PermissionError("disk is read-only"), "PermissionError: disk is read-only"),
    ],
)
def test_reasons_are_in_plain_words(no_data, monkeypatch, error, said):
    def fail(*args: object, **kwargs: object) -> str:
        raise error

    monkeypatch.setattr("pooch.retrieve", fail)
    with pytest.raises(DataUnavailableError, match=f"The download failed: {said}"):
        locate(SOURCE, "b.csv")


def test_server_status_is_named(no_data, monkeypatch):
    requests = pytest.importorskip("requests")

    def fail(*args: object, **kwargs: object) -> str:
        response = requests.Response()
        response.status_code = 404
        raise requests.HTTPError("gone", response=response)

    monkeypatch.setattr("pooch.retrieve", fail)
    with pytest.raises(DataUnavailableError, match="the server answered 404"):
        locate(SOURCE, "b.csv")


class TestAvailable:
    def test_shipped_data_always_are(self, offline):
        assert available("example_program") == ""

    def test_nothing_anywhere(self, offline):
        assert available("kenya_mentors") == (
            "kenya_mentors: BDJ_Dandora_Data.dta and 1 other file are absent from the cache "
            f"{offline / 'kenya_mentors'}; MENTORLAB_DATA is not set."
        )

    def test_data_folder(self, tmp_path, offline, monkeypatch):
        folder = tmp_path / "kenya_mentors"
        folder.mkdir()
        monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
        (folder / "BDJ_Dandora_Data.dta").touch()
        assert available("kenya_mentors") == (
            f"kenya_mentors: RD_Dataset.dta is absent from the folder {folder} that MENTORLAB_DATA "
            "names."
        )
        (folder / "RD_Dataset.dta").touch()
        assert available("kenya_mentors") == ""

    def test_a_cached_file_must_be_the_published_one(self, offline, monkeypatch):
        folder = cache_folder(SOURCES["kenya_mentors"])
        folder.mkdir(parents=True)
        files = {name: hashlib.sha256(TEXT).hexdigest() for name in ("a.dta", "b.dta")}
        monkeypatch.setitem(
            SOURCES, "toy", DataSource("toy", "", "", "", "", folder="kenya_mentors", files=files)
        )
        (folder / "a.dta").write_bytes(TEXT)
        (folder / "b.dta").write_bytes(b"half a fi")
        assert "b.dta is absent from the cache" in available("toy")
        (folder / "b.dta").write_bytes(TEXT)
        assert available("toy") == ""

    def test_unknown_name(self):
        with pytest.raises(OptionError, match=r"available: `name` must be .*; got 'kenya'"):
            available("kenya")
