import pandas as pd
import pytest
from small_exports import KEY, dropped, write_rows

from mentorlab.errors import OptionError, ReadError
from mentorlab.readers import IdentifierError, read_contact_log

DATAS = [
    "student_id",
    "session_topic",
    "session_date",
    "session_duration",
    "session_ratio",
    "tutor_id",
]


def read(tmp_path, head, *rows, **options):
    return read_contact_log(write_rows(tmp_path / "log.csv", [head, *rows]), **options)


def test_the_datas_standard_is_a_log_of_pairs(tmp_path):
    log = read(
        tmp_path,
        DATAS,
        ["S1", "math", "2026-03-02", "45", "1:2", "T9"],
        ["S2", "math", "2026-03-02", "45", "1:2", "T9"],
    )
    assert log.contacts["relationship_id"].tolist() == ["T9-S1", "T9-S2"]
    assert log.contacts["session_topic"].tolist() == ["math", "math"]
    members = log.others["members"]
    assert set(members["person_id"]) == {"T9", "S1", "S2"}
    assert len(log.to_program().contacts) == 2
    assert any("every row is taken as 'held'" in note for note in log.assumed)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("Held", "held"),
        ("took place (online)", "held"),
        ("No-show", "missed"),
        ("no_show: mentee", "missed"),
        ("mentee did not attend", "missed"),
        ("Canceled", "cancelled"),
        ("Cancelled by mentor", "cancelled"),
        ("cancelled and rescheduled", "rescheduled"),
        ("Postponed", "rescheduled"),
    ],
)
def test_common_words_for_what_happened(tmp_path, written, status):
    log = read(tmp_path, ["PairID", "Date", "Status"], ["D1", "2026-03-02", written])
    assert log.contacts["status"].tolist() == [status]


def test_other_words_need_explaining(tmp_path):
    head, row = ["pair", "date", "status"], ["D1", "2026-03-02", "gruen"]
    with pytest.raises(ReadError, match=r"got 'gruen' in 1 row. Give words=\{'gruen': 'held'"):
        read(tmp_path, head, row)
    assert read(tmp_path, head, row, words={"gruen": "missed"}).contacts["status"][0] == "missed"


def test_lengths_are_read_in_their_units(tmp_path):
    rows = [["D1", f"2026-03-0{i}", cell] for i, cell in enumerate(["45", "1:30", "2 h", ""], 1)]
    log = read(tmp_path, ["pair", "date", "duration"], *rows)
    assert log.contacts["minutes"].tolist()[:3] == [45, 90, 120]
    hours = read(tmp_path, ["pair", "date", "hours"], ["D1", "2026-03-01", "0.75"])
    assert hours.contacts["minutes"].tolist() == [45]
    with pytest.raises(ReadError, match="must hold lengths such as 45"):
        read(tmp_path, ["pair", "date", "minutes"], ["D1", "2026-03-01", "long"])


def test_dates_without_evidence_of_their_order_are_refused(tmp_path):
    head, row = ["pair", "date", "minutes"], ["D1", "3/4/2026", "5"]
    with pytest.raises(ReadError, match="can't tell whether"):
        read(tmp_path, head, row)
    assert read(tmp_path, head, row, dates="dmy").contacts["at"][0] == pd.Timestamp("2026-04-03")


def test_rows_without_date_or_pair_are_counted_and_codes_respelled(tmp_path):
    rows = [
        ["D01", "2026-03-02", "5"],
        ["D02", "", "5"],
        [" d-01", "2026-03-03", "5"],
        ["D03", "2026-03-04", "5"],
    ]
    log = read(tmp_path, ["pair", "date", "minutes"], *rows)
    assert log.contacts["relationship_id"].tolist() == ["D01", "D01", "D03"]
    assert ("row", "no date or no relationship", 1, 2) in dropped(log)


def test_names_and_notes_are_refused(tmp_path):
    head = ["pair", "date", "minutes", "mentor name", "notes"]
    row = ["D1", "2026-03-02", "5", "Ann Miller", "She said that she will leave. Sad."]
    with pytest.raises(IdentifierError, match="'mentor name'"):
        read(tmp_path, head, row)
    kept = read(tmp_path, head, row, identifiers="pseudonymize", key=KEY)
    assert "Miller" not in kept.contacts.to_csv() + repr(kept)


def test_what_says_neither_when_nor_who_is_refused(tmp_path):
    with pytest.raises(ReadError, match="no column that looks like the date"):
        read(tmp_path, ["pair", "minutes"], ["D1", "5"])
    with pytest.raises(ReadError, match="does not say who met"):
        read(tmp_path, ["date", "minutes"], ["2026-03-02", "5"])
    with pytest.raises(OptionError, match="which the file does not have"):
        read(tmp_path, ["date", "minutes"], ["2026-03-02", "5"], columns={"x": "at"})
