import zipfile
from datetime import datetime

import openpyxl
import pytest
from small_exports import BOOK, KEY, dropped, values

from mentorlab.errors import OptionError, ReadError
from mentorlab.readers import IdentifierError, read_excel

ANSWERS = [
    ["pair", "role", "participant_id", "t1", "t2"],
    ["D1", "mentor", "ann", 4, "Agree"],
    ["D1", "mentee", "bo", 2, None],
]
MEETINGS = [["pair", "date", "minutes"], ["D1", datetime(2026, 3, 2), 45]]
POOL = [["person_id", "role", "capacity", "skills"], ["ann", "mentor", 2, "writing;law"]]
WISHES = [["person_id", "other_id", "rank"], ["bo", "ann", 1]]


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_every_sheet_is_the_table_that_its_name_or_columns_say(tmp_path):
    file = workbook(
        tmp_path / "a.xlsx",
        Answers=ANSWERS,
        Tabelle2=MEETINGS,
        Pool=POOL,
        Wishes=WISHES,
        Notes=[["to do"], ["call D1"]],
    )
    read = read_excel(file, codebook=BOOK, wave=1)
    assert values(read) == {
        ("ann", "t1"): 4,
        ("ann", "t2"): 4,
        ("bo", "t1"): 2,
        ("bo", "t2"): "unanswered",
    }
    assert read.contacts["minutes"].tolist() == [45]
    assert read.others["applicants"]["skills"].tolist() == ["writing;law"]
    assert read.others["preferences"]["rank"].tolist() == [1]
    assert ("sheet", "not a table that we know", 1, 0) in dropped(read)
    assert len(read.to_program().contacts) == 1


def test_sheets_can_be_named_and_others_left_out(tmp_path):
    file = workbook(tmp_path / "a.xlsx", Liste=POOL, Antworten=ANSWERS)
    read = read_excel(file, sheets={"Liste": "applicants"})
    assert read.responses is None
    assert ("sheet", "not among the sheets asked for", 2, 0) in dropped(read)
    with pytest.raises(OptionError, match=r"names 'List', which .* Did you mean 'Liste'"):
        read_excel(file, sheets={"List": "applicants"})
    with pytest.raises(OptionError, match="is no table"):
        read_excel(file, sheets={"Liste": "appliances"})


def test_a_sheet_of_items_is_the_codebook(tmp_path):
    items = [["item", "low", "high", "labels"], ["t1", 1, 5, None], ["t2", 1, 5, "A|B|C|Agree|E"]]
    file = workbook(tmp_path / "a.xlsx", Answers=ANSWERS, Items=items)
    assert values(read_excel(file, wave=1))["ann", "t2"] == 4


def test_two_waves_in_two_sheets_are_joined(tmp_path):
    first = [[*row, wave] for row, wave in zip(ANSWERS, ["wave", 1, 1], strict=True)]
    second = [[*row, wave] for row, wave in zip(ANSWERS, ["wave", 2, 2], strict=True)]
    file = workbook(tmp_path / "a.xlsx", Start=first, End=second)
    read = read_excel(file, codebook=BOOK, sheets={"Start": "responses", "End": "responses"})
    assert read.responses.groupby("wave").size().to_dict() == {1: 4, 2: 4}


def test_names_in_any_sheet_are_refused(tmp_path):
    pool = [["person_id", "role", "e-mail"], ["ann", "mentor", "ann@example.org"]]
    file = workbook(tmp_path / "a.xlsx", Pool=pool)
    with pytest.raises(IdentifierError, match="'e-mail'"):
        read_excel(file)
    read = read_excel(file, identifiers="pseudonymize", key=KEY)
    assert "@" not in read.others["applicants"].to_csv()


def bomb(path, n_bytes, **parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, text in parts.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            for _ in range(n_bytes // 1_000_000):
                file.write(b"0" * 1_000_000)
    return path


def test_a_zip_bomb_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr("openpyxl.load_workbook", None)
    with pytest.raises(ReadError, match=r"would unpack to 250 MB in 2 parts.*not opened"):
        read_excel(bomb(tmp_path / "a.xlsx", 250_000_000))
    with pytest.raises(ReadError, match=r"times its size, which no list of answers does"):
        read_excel(bomb(tmp_path / "b.xlsx", 20_000_000))
    entity = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
    with pytest.raises(ReadError, match="declares XML entities"):
        read_excel(bomb(tmp_path / "c.xlsx", 0, **{"xl/styles.xml": entity}))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"pair,role\n", "is no Excel file"),
        (b"\xd0\xcf\x11\xe0" + bytes(99), "is an old"),
        (b"PK\x03\x04" + bytes(99), "is a damaged Excel file"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, data, said):
    file = tmp_path / "a.xlsx"
    file.write_bytes(data)
    with pytest.raises(ReadError, match=said):
        read_excel(file)


def test_a_sheet_must_be_one_table(tmp_path):
    file = workbook(tmp_path / "a.xlsx", Answers=[["Our survey"], *ANSWERS])
    with pytest.raises(ReadError, match="column 2 has cells but no heading"):
        read_excel(file, codebook=BOOK)
    twice = [[*row, row[3]] for row in ANSWERS]
    file = workbook(tmp_path / "b.xlsx", Answers=twice)
    with pytest.raises(ReadError, match="2 columns have the heading 't1'"):
        read_excel(file, codebook=BOOK)
    with pytest.raises(ReadError, match="has no sheet that is a table"):
        read_excel(workbook(tmp_path / "c.xlsx", Notes=[["x"], ["y"]]))
