from __future__ import annotations

import numpy as np
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.agreement import partner_agreement
from mentorlab.errors import OptionError
from mentorlab.plots.partner_agreement import agreement, limits_of_agreement

PAIRS = invent_pairs(n_mentors=40, elements=("trust", "growth", "clear_goals"))


def test_one_row_an_element_and_one_color_a_measure():
    result = partner_agreement(PAIRS, measure=["icc", "ccc", "bland_altman"])
    ax = result.plot()
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["trust", "growth", "clear goals"]
    points = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_label() for line in points] == ["icc", "ccc"]
    frame = result.to_frame()
    shown = frame[frame["form"] == "ICC(A,1)"]["estimate"].to_numpy()
    assert np.asarray(points[0].get_xdata()) == pytest.approx(shown)
    assert "95% interval" in ax.get_xlabel()


def test_a_single_measure_is_named_in_the_title():
    ax = agreement(partner_agreement(PAIRS, measure="ccc", elements="trust"))
    assert ax.get_title() == "concordance"
    assert ax.get_legend() is None


def test_limits_of_agreement_are_where_they_belong():
    result = partner_agreement(PAIRS, measure="bland_altman")
    ax = result.plot()
    gap = PAIRS.loc[PAIRS["element"] == "trust", "gap"]
    heights = {round(float(line.get_ydata()[0]), 6) for line in ax.lines}
    assert round(float(gap.mean() + 1.96 * gap.std()), 6) in heights
    assert ax.get_ylabel() == "mentor minus mentee"
    assert ax.get_xlabel() == "mean of both scores: trust"
    other = limits_of_agreement(result, element="clear_goals", ax=ax)
    assert other is ax
    with pytest.raises(OptionError, match=r"`element` must be .*'trust'"):
        limits_of_agreement(result, element="faith")
