"""A real trial in which the obvious alarm does not work: detectors must not say it does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.datasets import available, load_kenya_mentors, met_again
from mentorlab.stats.survival.prediction import accuracy
from mentorlab.stats.survival.spells import spells

REASON = available("kenya_mentors")
pytestmark = pytest.mark.skipif(bool(REASON), reason=REASON)


def test_a_gap_does_not_announce_the_end():
    panel = load_kenya_mentors().panel
    asked = panel[panel["met_mentor"].notna()].sort_values(["person_id", "wave"])
    met = asked["met_mentor"].astype(float)
    by_woman = met.groupby(asked["person_id"])
    later = by_woman.transform(lambda own: own[::-1].cumsum()[::-1]) - met
    gap = 1 - met
    before = by_woman.cumsum() > 0
    rows = before & (asked["wave"] < asked["wave"].max())
    over = (later == 0)[rows].to_numpy()
    found = accuracy(
        spells(np.where(over, 1.0, 2.0), over.astype(int)),
        gap[rows].to_numpy()[:, None],
        np.array([1.0]),
    )
    assert 0.3 < found.auc[0] < 0.75
    again = met_again(panel)
    assert again["share"].iloc[0] == pytest.approx(0.47, abs=0.02)
    assert isinstance(panel, pd.DataFrame)
