"""The answer of `matching_view`: one assignment beside all policies, in numbers and words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..errors import count, quote
from ..matching import Explanation
from ..matching.judgment.compare import SMALLER_IS_BETTER
from ..result import Result

GOALS = {
    "blocking_share": "pairs who would rather leave",
    "coverage": "mentees with a mentor",
    "mentee_mean_rank": "mean choice that mentees got",
    "envy_share": "mentees with reason to envy",
    "load_gini": "inequality of mentors' load",
    "of_optimum": "total utility, of the most",
}
MAIN = {
    "coverage": "mentees with a mentor (share)",
    "of_optimum": "total utility (share of the most)",
    "mentee_mean_rank": "mean choice that mentees got",
    "first_choice": "mentees with their first choice (share)",
    "envious_mentees": "mentees with reason to envy",
    "blocking_pairs": "pairs who would rather leave (blocking)",
    "load_gini": "inequality of mentors' load (Gini)",
}


@dataclass(frozen=True, eq=False, repr=False)
class MatchingView(Result):
    """One way of matching a pool, and what the other policies would give.

    Attributes
    ----------
    policy : str
        The policy.
    weights : dict of str to float
        Weight of each term of the utility.
    on : tuple of str
        Rules in force, of those that can be switched.
    extra_places : int
        Places that every mentor has more than stated.
    measures : pandas.DataFrame
        `measure`, `value`, `about`, as `evaluate_assignment` gives them.
    places : pandas.DataFrame
        One row a place of a mentor: `mentor_id`, `column` (place of the mentor in the picture),
        `place` (1 is the first), `mentee_id` and `rank` (of the mentor on the mentee's own list),
        both empty for a free place. Mentors with most places stand first, of equals as in the pool,
        so that a mentor keeps the column when a weight moves.
    left_out : tuple
        Ids of the mentees without a mentor.
    worst_off : pandas.DataFrame
        The mentees with the least, as `evaluate_assignment` lists them.
    explanation : Explanation
        Why the chosen person has the partner they have, or none.
    comparison : pandas.DataFrame
        One row a policy with every measure and `pareto`; empty where policies are not compared.
    goals : (str, str)
        The two measures of the trade-off.
    impossible : mapping of str to str
        Policies without an answer here, and why.
    said : tuple of str
        What a reader must know.
    """

    policy: str
    weights: Mapping[str, float]
    on: tuple[str, ...]
    extra_places: int
    measures: pd.DataFrame
    places: pd.DataFrame
    left_out: tuple[Any, ...]
    worst_off: pd.DataFrame
    explanation: Explanation
    comparison: pd.DataFrame
    goals: tuple[str, str]
    impossible: Mapping[str, str]
    said: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.widgets.matching_picture:plot_trade_off"
    references: ClassVar[tuple[str, ...]] = ("gale1962", "roth1986")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give every measure of every policy, one row each: `policy`, `measure`, `value`."""
        own = self.measures[["measure", "value"]].assign(policy=self.policy)
        frames = [own]
        if len(self.comparison):
            table = self.comparison.drop(columns="pareto").rename(columns={"assignment": "policy"})
            frames = [table.melt("policy", var_name="measure")]
        frame = pd.concat(frames, ignore_index=True)[["policy", "measure", "value"]]
        return frame.astype({"value": "float64"})

    def value(self, name: str) -> float:
        """Give one measure of the chosen policy by its name; NaN where it was not measured."""
        return self._own.get(name, float("nan"))

    @cached_property
    def _own(self) -> dict[str, float]:
        own = dict(zip(self.measures["measure"], self.measures["value"], strict=True))
        if len(self.comparison):
            at = int(np.flatnonzero(self.comparison["assignment"] == self.policy)[0])
            own |= {
                name: float(self.comparison[name].iloc[at])
                for name in self.comparison.columns.drop(["assignment", "pareto"])
            }
        return own

    @property
    def n_mentees(self) -> int:
        """Mentees in the pool."""
        return self.n_matched + len(self.left_out)

    @property
    def n_matched(self) -> int:
        """Mentees with a mentor."""
        return int(self.places["mentee_id"].notna().sum())

    def headline(self) -> str:
        """The policy, and for how many there is a mentor."""
        policy = self.policy.replace("_", " ")
        matched = f"{self.n_matched:,} of {count(self.n_mentees, 'mentee')}"
        return f"{policy.capitalize()}: {matched} with a mentor"

    def notes(self) -> tuple[str, ...]:
        """What the numbers rest on."""
        return self.said

    def tables(self) -> tuple[pd.DataFrame, ...]:
        """The explanation, the worst-off mentees and the main measures, as a reader wants them."""
        why = pd.DataFrame({f"about {quote(self.explanation.person_id)}": self._reasons()})
        return why, self._worst_off_table(), self._measure_table()

    def _reasons(self) -> list[str]:
        return list(self.explanation.sentences)

    def _worst_off_table(self) -> pd.DataFrame:
        rows = self.worst_off
        return pd.DataFrame(
            {
                "worst off": rows["mentee_id"],
                "mentor": rows["mentor_id"].where(rows["mentor_id"].notna(), "nobody"),
                "choice": rows["rank"].astype("Int64"),
                "of acceptable": rows["n_acceptable"],
            }
        )

    def _measure_table(self) -> pd.DataFrame:
        name = self.policy.replace("_", " ")
        rows = []
        for measure, label in MAIN.items():
            row = {"measure": label, name: self.value(measure)}
            if len(self.comparison) and not np.isnan(row[name]):
                values = self.comparison[measure].to_numpy(dtype=float)
                best = np.nanmin(values) if measure in SMALLER_IS_BETTER else np.nanmax(values)
                at = self.comparison["assignment"][np.isclose(values, best)]
                row |= {"best of all": best, "by": _few([n.replace("_", " ") for n in at])}
            rows.append(row)
        return pd.DataFrame([row for row in rows if not np.isnan(row[name])])

    def _display_frame(self) -> pd.DataFrame:
        return self._measure_table()


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
