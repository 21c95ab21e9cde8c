import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import ReadError
from mentorlab.readers.identity.codes import find_unlinked, refuse_turned, same_spelling


def spelled(*codes, known=()):
    return same_spelling(pd.Series(codes, dtype="str"), known)[0].tolist()


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (["D01", "D02", " d-01 ", "d.02"], ["D01", "D02", "D01", "D02"]),
        (["a-1", "a-2", "A 1"], ["a-1", "a-2", "a-1"]),
        (["D01", "D02", "D10", "D1"], ["D01", "D02", "D10", "D1"]),
        (["D1", "D2", "D10"], ["D1", "D2", "D10"]),
        (["1-12", "11-2"], ["1-12", "11-2"]),
        (["kLm9", "KlM8"], ["kLm9", "KlM8"]),
        (["D01", "D02", "D7"], ["D01", "D02", "D7"]),
    ],
)
def test_codes_follow_the_spelling_of_the_others(typed, read):
    assert spelled(*typed) == read


def test_known_codes_decide():
    assert spelled("d1", "x 7", known=["D-1", "X7", "Y7"]) == ["D-1", "X7"]
    assert spelled("7", "12", known=["007", "012"]) == ["007", "012"]
    assert spelled("7", "012", known=["007", "012"]) == ["7", "012"]


@pytest.mark.parametrize("code", ["1.2E+15", "1E+05", "5-Jan", "####"])
def test_codes_that_a_spreadsheet_turned_are_refused(code):
    codes = pd.Series(["D1", code], dtype="str")
    with pytest.raises(ReadError, match=r"`pair` holds codes that a spreadsheet .* first row 8"):
        refuse_turned(codes, np.array([7, 8]), who="test", column="pair")


def test_codes_that_lead_to_nobody_come_with_what_is_near():
    ids = pd.DataFrame(
        {
            "relationship_id": ["D1", "D1", "D2", "D22"],
            "rater_id": ["m", "s", "n", "t"],
            "role": ["mentor", "mentee", "mentor", "mentee"],
            "target_id": ["s", "m", "tt", ""],
        }
    )
    found = find_unlinked(ids, np.arange(1, 5), None)
    assert [row[:2] for row in found] == [
        ("relationship", "D2"),
        ("relationship", "D22"),
        ("partner", "tt"),
    ]
    assert found[0][5] == "D22"
