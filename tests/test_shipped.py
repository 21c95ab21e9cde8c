import pytest

from mentorlab import shipped
from mentorlab.errors import DataUnavailableError
from mentorlab.shipped import shipped_path


def test_what_comes_with_the_package_is_found():
    assert shipped_path("item_bank/items.csv").is_file()
    assert shipped_path("item_bank").is_dir()


def test_what_is_absent_is_named():
    with pytest.raises(
        DataUnavailableError, match=r"item_bank/none.csv is absent: the installation"
    ):
        shipped_path("item_bank/none.csv")


def test_an_installed_package_comes_before_a_checkout(tmp_path, monkeypatch):
    (tmp_path / "_shipped").mkdir()
    (tmp_path / "_shipped" / "mine.csv").write_text("a\n")
    monkeypatch.setattr(shipped.resources, "files", lambda _: tmp_path)
    assert shipped_path("mine.csv") == tmp_path / "_shipped" / "mine.csv"
