"""Curves of endings on small programs whose truth is plain."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import OptionError
from mentorlab.signals.closure.endings import read_endings


def program(ended=(100, 200, None, 366), reasons=("conflict", "external", None, "planned_end")):
    ids = [f"r{i}" for i in range(len(ended))]
    start = pd.Timestamp("2024-01-01")
    return ml.Program(
        people=pd.DataFrame({"person_id": ["m", "a", "b", "c", "d"][: len(ended) + 1]}),
        relationships=pd.DataFrame(
            {
                "relationship_id": ids,
                "site": ["north", "south"] * (len(ids) // 2),
                "started_on": start,
                "planned_end": pd.Timestamp("2024-12-31"),
                "ended_on": [start + pd.Timedelta(days=d - 1) if d else pd.NaT for d in ended],
                "end_reason": list(reasons),
            }
        ),
        members=pd.DataFrame(
            {
                "relationship_id": [*ids, *ids],
                "person_id": ["m"] * len(ids) + ["a", "b", "c", "d"][: len(ids)],
                "role": ["mentor"] * len(ids) + ["mentee"] * len(ids),
            }
        ),
    )


def last(curve, outcome):
    frame = curve.to_frame()
    return frame[frame["outcome"] == outcome].iloc[-1]


def test_kinds_of_endings_and_days():
    frame = read_endings(program(), who="test").frame
    assert frame["kind"].tolist() == [1, 3, 0, 2]
    assert frame["days"].tolist() == [100, 200, 366, 366]
    assert frame["agreed_days"].tolist() == [366] * 4
    assert set(frame["mentor_id"]) == {"m"}


def test_shares_add_up():
    curve = ml.closure_curve(program())
    frame = curve.to_frame()
    total = frame.groupby("days")["estimate"].sum()
    np.testing.assert_allclose(total, 1)
    assert last(curve, "problematic ending")["estimate"] == pytest.approx(0.25)
    assert curve.lengths["early"].item() == pytest.approx(0.5)
    assert "4 relationships: 3 ended" in curve.headline()


def test_ages_are_read_from_the_curves():
    at = ml.closure_curve(program()).at([1, 6]).set_index(["outcome", "month"])["estimate"]
    assert at["still going", 1] == 1
    assert at["still going", 6] == pytest.approx(0.75)


def test_an_early_ending_without_a_reason_is_counted():
    curve = ml.closure_curve(program(reasons=(None, None, None, None)))
    assert any("2 early endings without a reason" in note for note in curve.notes())
    assert last(curve, "friendly ending")["estimate"] > 0  # in time, so taken as friendly


def test_late_records_are_entered_late():
    late = ml.closure_curve(program(), observed_from="2024-05-01")
    assert late.lengths["n"].item() == 3
    assert any("1 relationship ended before records" in note for note in late.notes())
    assert any("at risk from then on only" in note for note in late.notes())


def test_groups_are_compared():
    curve = ml.closure_curve(program(), by="site")
    assert set(curve.to_frame()["group"]) == {"north", "south"}
    assert "log-rank" in set(curve.tests["test"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": "sight"}, "Did you mean 'site'"),
        ({"friendly": ["external"]}, "'external' can't be friendly and external at once"),
        ({"observed_from": "soon"}, "`observed_from` must be a date; got 'soon'"),
        ({"level": 95}, "`level` lies between 0 and 1; got 95"),
    ],
)
def test_wrong_calls_are_named(options, message):
    with pytest.raises(OptionError, match=message):
        ml.closure_curve(program(), **options)


def test_the_cut_hides_what_came_later():
    early = ml.closure_curve(program().as_of("2024-02-01"))
    assert early.lengths["n_ended"].item() == 0
