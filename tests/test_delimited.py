"""A file is read as it says it is, or the error says what it is instead."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.delimited import read_delimited
from mentorlab.errors import ReadError


@pytest.fixture
def read(tmp_path):
    """Read bytes as a file named ``log.csv``."""

    def read(content, **kwargs):
        path = tmp_path / "log.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_delimited(path, **kwargs)

    return read


@pytest.mark.parametrize(
    ("content", "columns", "rows"),
    [
        ("a,b\n1,2\n", ["a", "b"], [[1, 2]]),
        ("a,b\n1,2", ["a", "b"], [[1, 2]]),
        ("a,b\r\n1,2\r\n", ["a", "b"], [[1, 2]]),
        (b"\xef\xbb\xbfa,b\n1,2\n", ["a", "b"], [[1, 2]]),
        ("a,b\n", ["a", "b"], []),
        ("a,b", ["a", "b"], []),
        ("a\n1\n2\n", ["a"], [[1], [2]]),
        ("a,b\n1,2\n\n3,4\n", ["a", "b"], [[1, 2], [3, 4]]),
        ('a,b\n"1, 2","say ""hi"""\n', ["a", "b"], [["1, 2", 'say "hi"']]),
        ('a,b\n"one\ntwo",3\n', ["a", "b"], [["one\ntwo", 3]]),
        ("a,b\nNA,null\n", ["a", "b"], [["NA", "null"]]),
        ("ä,b\nü☃,2\n", ["ä", "b"], [["ü☃", 2]]),
        ("a,b\n y ,x \n", ["a", "b"], [[" y ", "x "]]),
        ('a,b\n5" pipe,x\n', ["a", "b"], [['5" pipe', "x"]]),
    ],
)
def test_what_can_be_read(read, content, columns, rows):
    frame = read(content)
    assert frame.columns.tolist() == columns
    assert frame.values.tolist() == rows


def test_only_an_empty_cell_is_missing(read):
    frame = read('a,b,c\n,NaN,""\nx,,\n', text=["a", "b", "c"])
    assert frame.isna().values.tolist() == [[True, False, True], [False, True, True]]


def test_text_columns_keep_what_they_say(read):
    frame = read("id,n,day\n007,1.50,2026-01-05\n1e3,2,\n", text=["id", "day"])
    assert frame["id"].tolist() == ["007", "1e3"]
    assert frame["day"].tolist()[0] == "2026-01-05"
    assert frame["n"].tolist() == [1.5, 2.0]


def test_numbers_are_read_to_the_last_bit(read):
    numbers = np.random.default_rng(0).random(500) * 10.0 ** np.arange(-250, 250)
    frame = read("x\n" + "\n".join(map(repr, numbers.tolist())))
    assert (frame["x"].to_numpy() == numbers).all()


def test_a_column_that_turns_into_text_far_down_is_text(read):
    frame = read("a,b\n" + "1,2\n" * 300_000 + "x,3\n")
    assert frame["a"].iloc[[0, -1]].tolist() == ["1", "x"]
    assert frame["b"].sum() == 600_003


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "log.csv: is empty."),
        (b"\n \r\n\t", "log.csv: is empty."),
        (
            "a;b\n1;2\n",
            "columns are separated by semicolons, not commas. Save it as comma-separated",
        ),
        ("a\tb\n1\t2\n", "columns are separated by tabs"),
        ("a|b\n1|2\n", "columns are separated by bars"),
        ("a,b\n1,2\n".encode("utf-16"), "is UTF-16 text. Save it as 'CSV UTF-8'"),
        ("a,b\n1,2\n".encode("utf-16-le"), "is not text (it holds zero bytes)"),
        ("a,b\n1,é\n".encode("latin-1"), "is not UTF-8 text. Save it as 'CSV UTF-8'"),
        ("a,é\n1,2\n".encode("latin-1"), "is not UTF-8 text"),
        ("a,é".encode("latin-1"), "is not UTF-8 text"),
        (b"a,b\n1,\x00\n", "is not text (it holds zero bytes)"),
        (b"PK\x03\x04 workbook", "is an Excel or zip file, not CSV text"),
        (b"\xd0\xcf\x11\xe0 workbook", "is an Excel or zip file, not CSV text"),
        (
            "a,b\n1,2\n3,4,5\n",
            "has 2 columns, but 1 row has another number; the first is line 3 with 3",
        ),
        ("a,b\n1,2,\n3,4,\n", "but 2 rows have another number; the first is line 2 with 3"),
        ("a,b,c\n1,2,3\n4,5\n", "but 1 row has another number; the first is line 3 with 2"),
        ('a,b\n1,2\n1,"2\n3,4\n', "a quote that opens in line 3 or below never closes"),
        ('a,b\n"1,2\n3,4\n', "a quote that opens in line 2 or below never closes"),
    ],
)
@pytest.mark.parametrize("text", [(), ("a", "b", "é")])
def test_what_is_something_else(read, content, said, text):
    with pytest.raises(ReadError) as caught:
        read(content, text=text)
    assert said in str(caught.value)
    assert str(caught.value).startswith("log.csv: ")


def test_the_wrong_encoding_is_found_far_down(read):
    with pytest.raises(ReadError, match="is not UTF-8 text"):
        read(b"a,b\n" + b"1,2\n" * 300_000 + b"1,\xe9\n")


def test_a_quote_that_never_closes_is_found_in_a_large_file(read):
    with pytest.raises(ReadError, match="a quote that opens in line 2 or below never closes"):
        read('a,b\n1,"2\n' + "3,4\n" * 500_000)


def test_no_file(tmp_path):
    with pytest.raises(ReadError, match="there is no such file"):
        read_delimited(tmp_path / "absent.csv")
    with pytest.raises(ReadError, match="there is no such file"):
        read_delimited(tmp_path)


def test_the_text_nan_is_not_a_missing_number(tmp_path):
    path = tmp_path / "values.csv"
    path.write_text("id,value\na,1\nb,nan\n")
    assert read_delimited(path, text=["id"])["value"].tolist() == ["1", "nan"]
