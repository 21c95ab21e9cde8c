"""Goals: set early, set well (SMART), planned, rated and attained."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...activity import Log, actions_of, cases, goals_of
from .registry import Practice

FAMILY = "goals"
SMART = ("specific", "measurable", "achievable", "relevant", "time_bound")
EARLY_DAYS = 90  # ours: a quarter of a year
GOAL_CORRELATION = 0.3  # between goals of one person, as Kiresuk and Sherman assume
_SMART_NEEDS = tuple(f"goals.{flag}" for flag in SMART)


def goal_set_in_90_days(log: Log) -> pd.DataFrame:
    """Tell which relationships agreed a goal in the first 90 days, of those seen that long."""
    limit = pd.Timedelta(days=EARLY_DAYS)
    first = goals_of(log).groupby("relationship_id")["set_on"].min()
    begun = log.spans["relationship_id"].map(first) - log.spans["starts"]
    early = begun <= limit
    seen = early | ((log.spans["ends"] - log.spans["starts"]) >= limit)
    return cases(log.spans.loc[seen, "relationship_id"], early[seen])


def smart_flags(log: Log) -> pd.DataFrame:
    """Give the number of SMART flags that each goal meets."""
    rated = _rated_by_smart(log)
    return cases(rated["relationship_id"], rated[list(SMART)].astype(bool).sum(axis=1))


def smart_complete(log: Log) -> pd.DataFrame:
    """Tell which goals meet all five SMART flags."""
    rated = _rated_by_smart(log)
    return cases(rated["relationship_id"], rated[list(SMART)].astype(bool).all(axis=1))


def _rated_by_smart(log: Log) -> pd.DataFrame:
    return goals_of(log).dropna(subset=list(SMART))


def goals_with_plan(log: Log) -> pd.DataFrame:
    """Tell which goals have a due date and an action that serves them."""
    goals, actions = goals_of(log), actions_of(log)
    keys = ["relationship_id", "goal_id"]
    served = pd.MultiIndex.from_frame(actions[["relationship_id", "parent_id"]])
    planned = pd.MultiIndex.from_frame(goals[keys]).isin(served) & goals["due_on"].notna()
    return cases(goals["relationship_id"], planned)


def goals_rated(log: Log) -> pd.DataFrame:
    """Tell which goals that fell due were rated for attainment."""
    due = _goals_due(log)
    return cases(due["relationship_id"], due["attainment"].notna())


def goals_attained(log: Log) -> pd.DataFrame:
    """Tell which rated goals came out as expected or better."""
    rated = goals_of(log).dropna(subset="attainment")
    return cases(rated["relationship_id"], rated["attainment"] >= 0)


def goal_attainment(log: Log) -> pd.DataFrame:
    """Give each relationship's goal attainment T score over its rated goals."""
    rated = goals_of(log).dropna(subset="attainment")
    by_pair = rated.groupby("relationship_id")["attainment"].agg(["sum", "count"])
    score = attainment_score(by_pair["sum"].to_numpy(), by_pair["count"].to_numpy())
    return cases(by_pair.index.to_series(), score)


def attainment_score(total: np.ndarray, n_goals: np.ndarray) -> np.ndarray:
    r"""Give Kiresuk and Sherman's T score of equally weighted goals.

    Parameters
    ----------
    total : numpy.ndarray of float, shape (n,)
        Sum of the attainment levels, each -2..2 with 0 as expected.
    n_goals : numpy.ndarray of int, shape (n,)
        Goals in the sum, 1 or more.

    Returns
    -------
    numpy.ndarray of float, shape (n,)
        50 when goals came out as expected on the whole; 10 is one standard deviation if levels
        have a standard deviation of 1 and correlate at :math:`\rho` = .3.

    Notes
    -----
    :math:`T = 50 + 10\sum x_i / \sqrt{(1-\rho)n + \rho n^2}`. The levels are rated by those who
    set the goals: T says how goals fared against expectations, not how hard they were.

    References
    ----------
    kiresuk1968 : Goal attainment scaling.

    Examples
    --------
    >>> attainment_score(np.array([0.0, 2.0]), np.array([2, 2])).round(1).tolist()
    [50.0, 62.4]
    """
    spread = (1 - GOAL_CORRELATION) * n_goals + GOAL_CORRELATION * n_goals**2
    return 50 + 10 * total / np.sqrt(spread)


def _goals_due(log: Log) -> pd.DataFrame:
    goals = goals_of(log)
    return goals[goals["due_on"] <= goals["ends"]]


PRACTICES = (
    Practice(
        "goal_set_in_90_days",
        FAMILY,
        "a goal is agreed early",
        f"a goal agreed in the first {EARLY_DAYS} days",
        f"relationships that lasted {EARLY_DAYS} days, or agreed one sooner",
        "share",
        "share",
        ("goals.set_on",),
        "both",
        goal_set_in_90_days,
        f"the {EARLY_DAYS} days are our choice",
    ),
    Practice(
        "smart_flags",
        FAMILY,
        "goals are specific, measurable, achievable, relevant and time-bound",
        "SMART flags met, 0 to 5",
        "goals with all five flags rated",
        "mean",
        "flags of 5",
        _SMART_NEEDS,
        "both",
        smart_flags,
    ),
    Practice(
        "smart_complete",
        FAMILY,
        "goals meet all five SMART flags",
        "all five flags met",
        "goals with all five flags rated",
        "share",
        "share",
        _SMART_NEEDS,
        "both",
        smart_complete,
    ),
    Practice(
        "goals_with_plan",
        FAMILY,
        "goals come with a date and an action",
        "a due date and an action that serves the goal",
        "goals agreed",
        "share",
        "share",
        ("goals.due_on", "goals.parent_id"),
        "both",
        goals_with_plan,
    ),
    Practice(
        "goals_rated",
        FAMILY,
        "goals that fall due are looked at",
        "attainment rated",
        "goals that fell due while the relationship was observed",
        "share",
        "share",
        ("goals.due_on", "goals.attainment"),
        "both",
        goals_rated,
    ),
    Practice(
        "goals_attained",
        FAMILY,
        "goals come out as expected or better",
        "attainment of 0 or above",
        "goals rated",
        "share",
        "share",
        ("goals.attainment",),
        "both",
        goals_attained,
        "goals that were never rated are not counted; see goals_rated",
    ),
    Practice(
        "goal_attainment",
        FAMILY,
        "goals come out better than expected (50 is as expected)",
        "goal attainment T score of the relationship",
        "relationships with a rated goal",
        "mean",
        "T score",
        ("goals.attainment",),
        "both",
        goal_attainment,
        "goals that were never rated are not counted; see goals_rated",
    ),
)
