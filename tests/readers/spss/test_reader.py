import sys

import pandas as pd
import pytest
from small_exports import BOOK, values

from mentorlab.errors import ReadError
from mentorlab.readers import IdentifierError, read_spss
from mentorlab.readers.spss.layout import DamagedError, check_sav

pyreadstat = pytest.importorskip("pyreadstat", reason="SPSS files need mentorlab[spss]")

LABELS = {1: "Strongly disagree", 2: "Disagree", 3: "Neither", 4: "Agree", 5: "Strongly agree"}
SCALE = {**LABELS, -99: "No answer", -98: "Not applicable"}


def save(path, frame=None, **options):
    frame = (
        frame
        if frame is not None
        else pd.DataFrame(
            {
                "rid": ["M1", "S1"],
                "pair": ["D1", "D1"],
                "role": [1, 2],
                "T1": [4.0, -99.0],
                "T2": [-98.0, None],
                "TOPIC1": [1, 0],
                "TOPIC2": [0, 1],
            }
        )
    )
    settings = {
        "column_labels": [
            "Id",
            "Pair",
            "Role",
            "I trust my partner",
            "x",
            "About: Law",
            "About: Art",
        ],
        "variable_value_labels": {
            "role": {1: "Mentor", 2: "Mentee"},
            "T1": SCALE,
            "T2": SCALE,
            "TOPIC1": {0: "Not selected", 1: "Selected"},
            "TOPIC2": {0: "Not selected", 1: "Selected"},
        },
        "missing_ranges": {"T1": [-99, -98], "T2": [{"lo": -99, "hi": -98}]},
        **options,
    }
    pyreadstat.write_sav(frame, str(path), **settings)
    return path


@pytest.mark.parametrize("packing", [{}, {"row_compress": True}, {"compress": True}])
def test_user_missing_values_keep_their_kind(tmp_path, packing):
    found = read_spss(save(tmp_path / "a.sav", **packing), wave=1)
    assert values(found) == {
        ("M1", "T1"): 4,
        ("M1", "T2"): "not_applicable",
        ("S1", "T1"): "unanswered",
        ("S1", "T2"): "not_shown",
    }
    assert found.choices[["rater_id", "question", "choice"]].values.tolist() == [
        ["M1", "TOPIC", "Law"],
        ["S1", "TOPIC", "Art"],
    ]


def test_value_labels_become_the_codebook(tmp_path):
    book = read_spss(save(tmp_path / "a.sav")).codebook.items
    assert book["item"].tolist() == ["T1", "T2"]
    assert book["labels"].iloc[0] == "|".join(LABELS.values())


def test_items_are_named_as_in_the_codebook_whatever_their_case(tmp_path):
    found = read_spss(save(tmp_path / "a.sav"), codebook=BOOK)
    assert set(found.responses["item"]) == {"t1", "t2"}


def test_an_option_may_be_the_label_of_its_tick(tmp_path):
    ticks = {"TOPIC1": {1: "Law"}, "TOPIC2": {1: "Art"}}
    labels = {"role": {1: "Mentor", 2: "Mentee"}, "T1": SCALE, "T2": SCALE, **ticks}
    found = read_spss(save(tmp_path / "a.sav", variable_value_labels=labels))
    assert found.choices["choice"].tolist() == ["Law", "Art"]


def test_what_user_missing_values_stand_for_is_said(tmp_path):
    found = read_spss(save(tmp_path / "a.sav"))
    assert any("'-99' is unanswered" in note for note in found.assumed)


def test_the_caller_says_what_a_code_means(tmp_path):
    found = read_spss(save(tmp_path / "a.sav"), answers={-99: "not_applicable"})
    assert values(found)["S1", "T1"] == "not_applicable"


def test_text_variables_are_looked_at_for_names(tmp_path):
    frame = pd.DataFrame(
        {
            "rid": ["a", "b"],
            "pair": "D1",
            "role": [1, 2],
            "T1": [1, 2],
            "T2": [1, 2],
            "mail": ["ann@example.org", ""],
        }
    )
    labels = {"T1": SCALE, "T2": SCALE, "role": {1: "Mentor", 2: "Mentee"}}
    file = save(
        tmp_path / "a.sav",
        frame,
        column_labels=None,
        variable_value_labels=labels,
        missing_ranges=None,
    )
    with pytest.raises(IdentifierError, match="'mail' is an e-mail address"):
        read_spss(file)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"not a sav", "does not begin with"),
        (b"$FL2" + bytes(300), "its header makes no sense"),
        (b"$FL2", "ends within its header"),
        (b"", "does not begin with"),
    ],
)
def test_a_file_that_is_not_one_is_refused(tmp_path, data, why):
    file = tmp_path / "a.sav"
    file.write_bytes(data)
    with pytest.raises(ReadError, match=why):
        read_spss(file)


def test_files_that_break_off_or_announce_too_much_are_refused(tmp_path):
    data = save(tmp_path / "a.sav", row_compress=True).read_bytes()
    check_sav(data)
    with pytest.raises(DamagedError):
        check_sav(data[:-9])
    many = data[:80] + (2_000_000_000).to_bytes(4, "little") + data[84:]
    with pytest.raises(DamagedError, match="not as many as announced"):
        check_sav(many)


def test_without_pyreadstat_the_error_names_the_extra(tmp_path, monkeypatch):
    file = save(tmp_path / "a.sav")
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(ReadError, match=r"pip install 'mentorlab\[spss\]'"):
        read_spss(file)
