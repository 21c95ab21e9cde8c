"""GROW: whether goal, reality, options and will were all talked through, and in which order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...activity import Log, cases
from .registry import Practice

FAMILY = "grow"
STEPS = ("goal", "reality", "options", "will")


def grow_coverage(log: Log) -> pd.DataFrame:
    """Give the share of the four steps covered by the rows that serve each goal."""
    steps = step_rows(log)
    covered = steps.groupby(["relationship_id", "talk"])["grow_step"].nunique().reset_index()
    return cases(covered["relationship_id"], covered["grow_step"] / len(STEPS))


def grow_forward(log: Log) -> pd.DataFrame:
    """Tell which changes of step went forward, by the day on which the rows were agreed."""
    steps = step_rows(log).dropna(subset="set_on")
    steps = steps.assign(rank=steps["grow_step"].map(STEPS.index))
    steps = steps.sort_values(["relationship_id", "talk", "set_on"], ignore_index=True)
    alone = ~steps.duplicated(["relationship_id", "talk", "set_on"], keep=False)
    same = (steps[["relationship_id", "talk"]] == steps[["relationship_id", "talk"]].shift()).all(
        axis=1
    )
    move = steps["rank"].diff().to_numpy()
    counted = same & alone & alone.shift(fill_value=False) & (move != 0)
    return cases(steps.loc[counted, "relationship_id"], move[counted] > 0)


def step_rows(log: Log) -> pd.DataFrame:
    """Give rows with a GROW step; `talk` is the goal that they serve, or the row itself."""
    rows = log.goals.dropna(subset="grow_step")
    parent = rows["parent_id"] if "parent_id" in rows else pd.Series(np.nan, rows.index)
    return rows.assign(talk=parent.fillna(rows["goal_id"]))


PRACTICES = (
    Practice(
        "grow_coverage",
        FAMILY,
        "goals are talked through from goal to will",
        "share of the four GROW steps among the rows that serve the goal",
        "goals with at least one row marked with a step",
        "mean",
        "share of steps",
        ("goals.grow_step",),
        "both",
        grow_coverage,
        "the data model marks actions with steps, not sessions",
    ),
    Practice(
        "grow_forward",
        FAMILY,
        "steps follow the order of GROW",
        "changes from a step to a later one",
        "changes of step within a goal, on different days",
        "share",
        "share",
        ("goals.grow_step", "goals.set_on"),
        "both",
        grow_forward,
        "going back is part of GROW: low is not bad",
    ),
)
