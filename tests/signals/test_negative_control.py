"""A real trial in which the obvious alarm does not work: detectors must not say it does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.datasets import available, load_kenya_mentors, met_again
from mentorlab.errors import EstimationError, MissingTableError, OptionError
from mentorlab.signals.gaps import IN_TIME, TOO_LATE, gap_alarm

REASON = available("kenya_mentors")
needs_kenya = pytest.mark.skipif(bool(REASON), reason=REASON)


def panel_of(**waves):
    """Mentees by letter, each with 1 (met), 0 (did not meet) and None (not asked) by wave."""
    rows = [(person, wave, met) for person, own in waves.items() for wave, met in enumerate(own, 1)]
    return pd.DataFrame(rows, columns=["person_id", "wave", "met_mentor"]).astype(
        {"met_mentor": "boolean"}
    )


@needs_kenya
def test_a_gap_does_not_announce_the_end():
    panel = load_kenya_mentors().panel
    found = gap_alarm(panel, n_draws=200, seed=1).set_index("foretold")
    assert found.loc[IN_TIME, "auc"] == pytest.approx(0.44, abs=0.01)
    assert found.loc[IN_TIME, "conf_high"] < 0.55
    assert found.loc[TOO_LATE, "auc"] == pytest.approx(0.61, abs=0.01)
    again = met_again(panel)
    assert again["share"].iloc[0] == pytest.approx(0.47, abs=0.02)


def test_readings_are_counted_by_hand():
    panel = panel_of(a=[1, 0, 1, 0, 0], b=[1, 1, 1, 1, 1], c=[0, None, 1, 1, 0])
    found = gap_alarm(panel, n_draws=5, seed=1).set_index("foretold")
    assert found.loc[IN_TIME, ["n", "events"]].tolist() == [8, 4]
    assert found.loc[IN_TIME, ["sensitivity", "false_alarms"]].tolist() == [0.5, 0.0]
    assert found.loc[TOO_LATE, ["n", "events"]].tolist() == [10, 3]


def test_an_alarm_that_says_nothing_has_half_the_area():
    rng = np.random.default_rng(1)
    people = {f"p{k}": rng.random(6) < 0.6 for k in range(400)}
    found = gap_alarm(panel_of(**people), n_draws=50, seed=1).set_index("foretold")
    row = found.loc[IN_TIME]
    assert row["conf_low"] < row["auc"] < row["conf_high"]
    assert row["auc"] == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("panel", "options", "error", "message"),
    [
        (panel_of(a=[1]).drop(columns="wave"), {}, MissingTableError, "needs the column wave"),
        (panel_of(a=[1, 1, 1]), {}, EstimationError, "holds in 0 of 2 mentee-waves"),
        (panel_of(a=[1, 0]), {"waves_ahead": 0}, OptionError, "whole number above 0; got 0"),
    ],
)
def test_bad_input_is_refused(panel, options, error, message):
    with pytest.raises(error, match=message):
        gap_alarm(panel, seed=1, **options)
