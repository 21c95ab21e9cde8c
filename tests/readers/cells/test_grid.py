import pytest

from mentorlab.errors import ReadError
from mentorlab.readers.cells.grid import read_grid, without_repeated_header


def grid(tmp_path, data):
    file = tmp_path / "export.csv"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_grid(file)


def test_cells_stay_the_text_that_they_are(tmp_path):
    found = grid(tmp_path, '\ufeffa,b\r\n"N/A","x, ""y""\n z"\r\n\r\n007,\r\n')
    assert found.header == ("a", "b")
    assert found.rows == [["N/A", 'x, "y"\n z'], ["007", ""]]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("a,b\nä,1\n".encode("latin-1"), r"is not UTF-8 text \(line 2\)"),
        (
            "a,b\nä,1\n".encode() + "ö,2\n".encode("latin-1"),
            r"mixes encodings: it is UTF-8 text up to line 3",
        ),
        ("a,b\n1,2\n".encode("utf-16"), "is UTF-16 text"),
        (b"a,b\n1,\x00\n", "holds zero bytes"),
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"a;b\n1;2\n", "separated by semicolons"),
        (b"PK\x03\x04", "is an Excel or zip file"),
        (b"$FL2", "is an SPSS file"),
        (b'a,b\n1,"2\n', "line 2 can't be read as comma-separated"),
        (b"a,b\n1\n", "the header has 2 columns, but 1 row has another number"),
    ],
)
def test_what_is_no_table_of_text_is_refused(tmp_path, data, said):
    with pytest.raises(ReadError, match=said):
        grid(tmp_path, data)


def test_identical_headings_are_named(tmp_path):
    found = grid(tmp_path, "a,b,a\n1,2,3\n")
    assert found.repeated_headings() == ["a"]
    with pytest.raises(ReadError, match="2 columns have the heading 'a'"):
        found.require_unique_headings()


def test_a_header_that_comes_again_is_told_from_data():
    header = ["pair", "role", "t1"]
    rows = [["D1", "mentor", "4"], ["pair", "role", "t1"], ["D1", "mentee", "5"]]
    assert without_repeated_header(rows, header, "x.csv") == ([0, 2], [1])
    with pytest.raises(ReadError, match="row 2 of the data is a header again, with 't9' for 't1'"):
        without_repeated_header([rows[0], ["pair", "role", "t9"]], header, "x.csv")
