import pytest
from small_exports import BOOK, write_rows

from mentorlab.errors import OptionError, ReadError
from mentorlab.readers import read_any
from mentorlab.readers.recognize import recognize


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        (["relationship_id", "rater_id", "role", "wave", "item", "value"], "a,b,mentor,1,t1,4",
         "a long table of answers"),
        (["pair", "role", "t1"], "D1,mentor,4", "a wide table of answers"),
        (["pair", "t1_mentor", "t1_mentee"], "D1,4,5", "a wide table of answers"),
        (["person_id", "other_id", "rank"], "a,b,1", "a list of wishes"),
        (["person_id", "role", "skills"], "a,mentor,x", "a list of applicants"),
        (["pair", "date", "minutes"], "D1,2026-03-02,5", "a log of meetings"),
        (["Timestamp", "x"], "3/17/2026 10:00:00,1", "Google Forms responses"),
        (["item", "low", "high"], "t1,1,5", "a codebook"),
        (["record_id", "redcap_event_name"], "1,start_arm_1", "an export of REDCap records"),
        (["id", "submitdate", "lastpage", "startlanguage"], "1,,1,en", "a LimeSurvey export"),
    ],
)  # fmt: skip
def test_formats_are_told_by_their_contents(tmp_path, header, row, name):
    file = write_rows(tmp_path / "export.dat", [header, row.split(",")])
    assert recognize(file).name == name


def test_what_can_not_be_told_is_asked(tmp_path):
    file = write_rows(tmp_path / "x.csv", [["a", "b"], ["1", "2"]])
    with pytest.raises(ReadError, match=r"can't tell what x\.csv is\. Its columns are 'a' or 'b'"):
        read_any(file)
    with pytest.raises(ReadError, match=r"is a folder\. read_program reads"):
        read_any(tmp_path)
    with pytest.raises(ReadError, match="there is no such file"):
        read_any(tmp_path / "none.csv")
    with pytest.raises(ReadError, match=r"is a codebook: read it with Codebook.from_csv"):
        read_any(write_rows(tmp_path / "y.csv", [["item", "low", "high"], ["t1", "1", "5"]]))


def test_options_go_to_the_reader_of_the_format(tmp_path):
    file = write_rows(
        tmp_path / "x.csv", [["pair", "role", "t1"], ["D1", "mentor", "4"], ["D1", "mentee", "5"]]
    )
    assert len(read_any(file, codebook=BOOK, wave=2).responses) == 2
    with pytest.raises(OptionError, match=r"no option 'codebok'\. Did you mean 'codebook'"):
        read_any(file, codebok=BOOK)
