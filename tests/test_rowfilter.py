import pandas as pd
import pytest

from mentorlab.errors import OptionError
from mentorlab.rowfilter import row_mask


@pytest.fixture
def frame():
    return pd.DataFrame(
        {"kind": ["group", None, "flash"], "formal": [True, False, None]}, [7, 8, 9]
    )


def test_columns_are_compared_all_at_once(frame):
    assert row_mask(frame, {"kind": ["group", "flash"]}, name="r").tolist() == [True, False, True]
    assert row_mask(frame, {"kind": "group", "formal": False}, name="r").sum() == 0
    assert row_mask(frame, {"kind": None}, name="r").tolist() == [False, True, False]
    assert row_mask(frame, {}, name="r").all()


def test_a_mask_is_matched_by_index_and_unknown_means_no(frame):
    mask = pd.Series([True, False, None], index=[9, 8, 7], dtype="boolean")
    assert row_mask(frame, mask, name="r").tolist() == [False, False, True]


def test_the_frame_is_left_alone(frame):
    before = frame.copy()
    row_mask(frame, lambda table: table["kind"] == "group", name="r")
    pd.testing.assert_frame_equal(frame, before)


def test_what_does_not_fit_is_refused(frame):
    with pytest.raises(OptionError, match="`r` must give one true or false for each of 3 rows"):
        row_mask(frame, pd.Series([True] * 3), name="r")
