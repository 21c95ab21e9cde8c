"""Pictures of assignments hold the numbers of the assignment."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import OptionError
from mentorlab.matching import Market, as_policy, assign, build_market
from mentorlab.matching.forms.capacity_plan import plan_capacity
from mentorlab.matching.forms.level_gaps import level_gaps
from mentorlab.matching.forms.rematch import churn_curve
from mentorlab.matching.forms.skill_coverage import skill_coverage
from mentorlab.matching.judgment.compare import compare_assignments
from mentorlab.matching.judgment.evaluate import evaluate_assignment
from mentorlab.matching.judgment.weight_moves import weight_sensitivity
from mentorlab.plots import matching as plots


def pool(n, m, capacity, seed=1):
    rng = np.random.default_rng(seed)
    return Market.from_utilities(rng.random((n, m)), rng.random((n, m)), capacity=capacity)


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure().subplots()


def marks(ax, marker):
    return [
        (x, y)
        for line in ax.lines
        if line.get_marker() == marker
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def test_the_trade_off_has_every_assignment_and_its_front(ax):
    market = pool(12, 6, 2)
    runs = [assign(market, name, seed=1) for name in ("random", "mentee_proposing", "optimal")]
    compared = compare_assignments(runs)
    assert compared.plot(ax=ax) is ax
    table = compared.to_frame()
    drawn = sorted(marks(ax, "o"))
    assert drawn == sorted(zip(table["blocking_share"], table["total_utility"], strict=True))
    front = ax.lines[0].get_xdata()
    assert sorted(front) == sorted(table.loc[table["pareto"], "blocking_share"])
    assert ax.xaxis.get_inverted()
    assert not ax.yaxis.get_inverted()
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert named == ["1  random", "2  mentee proposing", "3  optimal"]
    assert sorted(text.get_text() for text in ax.texts) == ["1", "2", "3"]
    assert "less is better: right" in ax.get_xlabel()


def test_small_pools_are_lines(ax):
    market = pool(8, 4, 1)
    assignment = assign(market, "mentee_proposing", seed=1)
    plots.assignment(assignment, ax=ax)
    lines = [line for line in ax.lines if list(line.get_xdata()) == [0.0, 1.0]]
    assert len(lines) == assignment.n_matched == 4
    texts = {text.get_text() for text in ax.texts}
    assert "0 (1 of 1)" in texts
    assert len(ax.texts) == 12
    assert "4 of 8 mentees matched, 4 without" in ax.get_title()


@pytest.mark.parametrize(("n", "m", "capacity"), [(300, 150, 3), (80, 40, 2)])
def test_larger_pools_are_columns_of_places(ax, n, m, capacity):
    market = pool(n, m, capacity)
    market = replace(market, capacity=np.where(np.arange(m) % 5, capacity, 1))
    assignment = assign(market, "mentee_proposing", seed=1)
    plots.assignment(assignment, ax=ax)
    (image,) = ax.images
    table = np.ma.filled(image.get_array(), np.nan)
    assert table.shape == (capacity, m)
    n_places = int(market.capacity.sum())
    assert np.isfinite(table).sum() == n_places
    filled = table < 4
    assert filled.sum() == assignment.n_matched
    assert filled.sum(axis=0).tolist() == sorted(assignment.load, reverse=True)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert f"free place ({n_places - assignment.n_matched:,})" in labels
    ranks = evaluate_assignment(assignment, optimum=False).ranks.query("side == 'mentee'")
    first = int(ranks.loc[ranks["rank"] == 1, "n"].sum())
    assert f"1st choice ({first:,})" in labels
    assert len(ax.get_xticklabels()) == m or m > 60


def test_crowds_are_counted(ax):
    assignment = assign(pool(600, 450, 1), "random", seed=1)
    plots.assignment(assignment, ax=ax)
    assert sum(bar.get_height() for bar in ax.patches) == assignment.n_matched


def test_rank_profile_and_worst_off(ax):
    assignment = assign(pool(12, 4, 2), "mentee_proposing", seed=1)
    judged = evaluate_assignment(assignment, optimum=False)
    assert judged.plot(ax=ax) is ax
    mentee = judged.ranks[judged.ranks["side"] == "mentee"]
    assert set(zip(mentee["rank"], mentee["at_least"], strict=True)) <= set(marks(ax, "o"))
    from matplotlib.figure import Figure

    other = Figure().subplots()
    plots.worst_off(judged, ax=other)
    crosses, dots = marks(other, "x"), marks(other, "o")
    assert len(crosses) == judged.worst_off["mentor_id"].isna().sum() == 4
    assert [x for x, _ in dots] == judged.worst_off["rank"].dropna().tolist()
    assert next(t.get_text() for t in other.get_yticklabels()).endswith("nobody")


def test_nobody_matched_has_no_profile():
    market = pool(2, 2, 1)
    nobody = assign(market, as_policy(lambda m, r: [-1, -1], name="nobody"), seed=1)
    with pytest.raises(OptionError, match="nobody is matched"):
        evaluate_assignment(nobody, optimum=False).plot()


def test_pictures_of_forms(ax):
    from matplotlib.figure import Figure

    def fresh():
        return Figure().subplots()

    plan = plan_capacity(pool(9, 3, 1))
    drawn = plan.plot(ax=ax)
    assert list(drawn.lines[0].get_ydata()) == plan.to_frame()["n_served"].tolist()
    applicants = pd.DataFrame(
        {
            "person_id": list("abcd"),
            "role": ["mentee", "mentee", "mentor", "mentor"],
            "interests": ["law", "law;art", "", ""],
            "skills": ["", "", "law", "art"],
        }
    )
    skills = skill_coverage(applicants)
    widths = sorted(bar.get_width() for bar in skills.plot(ax=fresh()).patches)
    assert widths == [1, 1, 1, 2]
    market = build_market(applicants)
    moved = weight_sensitivity(assign(market, "optimal", seed=1))
    bars = [bar.get_width() for bar in moved.plot(ax=fresh()).patches]
    assert bars == moved.to_frame()["share_changed"].tolist()
    members = pd.DataFrame(
        {"relationship_id": ["r", "r"], "person_id": ["a", "b"], "role": ["mentor", "mentee"]}
    )
    gaps = level_gaps(members, pd.DataFrame({"person_id": ["a", "b"], "level": [1, 3]}))
    assert "mentor below (reverse): 1" in [
        text.get_text() for text in gaps.plot(ax=fresh()).get_legend().get_texts()
    ]
    curve = churn_curve(assign(pool(6, 3, 2), "random", seed=1), bonuses=[0, 5])
    assert list(curve.plot(ax=fresh()).lines[0].get_ydata()) == (
        curve.to_frame()["total_utility"].tolist()
    )
