import pandas as pd
import pytest

from mentorlab.errors import ReadError
from mentorlab.readers.cells.moments import parse_moments


def parse(*cells, order="auto"):
    return parse_moments(pd.Series(cells, dtype="str"), order=order, who="test", column="at")


@pytest.mark.parametrize(
    ("cell", "order", "moment"),
    [
        ("2026-03-17 07:57:47", "auto", "2026-03-17 07:57:47"),
        ("2026-03-17T07:57Z", "auto", "2026-03-17 07:57"),
        ("2026/3/17 7:57 AM GMT+1", "auto", "2026-03-17 07:57"),
        ("3/4/2026 12:05 AM", "mdy", "2026-03-04 00:05"),
        ("3/4/2026, 12:05 pm", "dmy", "2026-04-03 12:05"),
        ("17.03.2026", "auto", "2026-03-17"),
        ("03.04.2026", "auto", "2026-04-03"),
    ],
)
def test_moments_as_the_world_writes_them(cell, order, moment):
    assert parse(cell, order=order)[0].iloc[0] == pd.Timestamp(moment)


def test_the_order_is_told_by_the_dates_or_asked():
    assert parse("3/4/2026", "13/4/2026")[0].dt.month.tolist() == [4, 4]
    with pytest.raises(ReadError, match="can't tell whether `at` is day/month or month/day"):
        parse("3/4/2026")
    with pytest.raises(ReadError, match="mixes day/month and month/day"):
        parse("13/4/2026", "4/13/2026")
    with pytest.raises(ReadError, match="has dates with the year last"):
        parse("13/4/2026", order="ymd")


@pytest.mark.parametrize(
    "cell", ["soon", "2026-13-01", "31/2/2026", "13:00 PM", "2026-03-17 25:00"]
)
def test_what_is_no_moment_is_refused(cell):
    with pytest.raises(ReadError, match="must hold dates; got"):
        parse(cell, order="dmy")
