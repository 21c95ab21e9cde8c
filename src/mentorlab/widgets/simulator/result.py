"""The answer of `simulator_view`: policies over simulated programs, in numbers and words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import count
from ...report.numbers import interval, number
from ...result import Result
from ...simulation import PolicyComparison
from ...simulation.measures import MEASURES
from ...simulation.run import MODEL_NOTES

SHOWN = {
    "benefit": "benefit",
    "early_end": "early ends",
    "worse_off": "worse off",
    "waiting": "weeks waited",
    "quality_lower": "quality, lower side",
    "load_most": "most of one mentor",
}
_ALWAYS = ("benefit", "early_end", "worse_off", "waiting")
_MOST_GROUPS = 6


@dataclass(frozen=True, eq=False, repr=False)
class SimulatorView(Result):
    """Policies compared over simulated program years, and who would rather have another.

    Attributes
    ----------
    comparison : PolicyComparison
        As `compare_policies` gives it.
    measure : str
        What is looked at.
    kind : str
        The kind of program.
    banner : str
        What the numbers of this kind of program rest on.
    wanted : int
        Replications that are wanted in the end.
    """

    comparison: PolicyComparison
    measure: str
    kind: str
    banner: str
    wanted: int

    plotter: ClassVar[str] = "mentorlab.widgets.simulator.picture:plot_contrasts"
    references: ClassVar[tuple[str, ...]] = PolicyComparison.references

    def to_frame(self) -> pd.DataFrame:
        """Give the paired contrasts with the first policy, all measures."""
        return self.comparison.contrasts()

    @property
    def n_runs(self) -> int:
        """Replications that the numbers rest on."""
        return self.comparison.n_runs

    @property
    def baseline(self) -> str:
        """The policy that the others are compared with."""
        return self.comparison.names[0]

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """The places that each policy may hold in what is looked at, best first."""
        return self.comparison.ranking(self.measure)

    @property
    def leader(self) -> str:
        """The policy with the best mean, sure or not."""
        return str(self.ranking["policy"].iloc[0])

    def headline(self) -> str:
        """How many programs, and what is best."""
        levers = self.comparison.study.rows[0].levers
        some = f" of {self.wanted:,}" if self.n_runs < self.wanted else ""
        return (
            f"{self.n_runs:,}{some} simulated programs of {levers.planned_weeks} planned weeks: "
            f"{self.verdict()}"
        )

    def verdict(self) -> str:
        """Which policy is best in what is looked at, or between which this is undetermined."""
        said = SHOWN.get(self.measure, self.measure)
        first = self.ranking.iloc[0]
        if first["rank_high"] == 1:
            return f"best in {said}: {_word(first['policy'])}"
        top = self.ranking.loc[self.ranking["rank_low"] == 1, "policy"]
        return f"best in {said}: undetermined between {', '.join(map(_word, top))}"

    def notes(self) -> tuple[str, ...]:
        """What the numbers rest on."""
        said = [self.banner, "all policies meet the same people and the same luck"]
        ratio = self.comparison.contrasts(self.measure)["variance_ratio"]
        known = ratio[np.isfinite(ratio)]
        if len(known):
            said[-1] += f": without that, {known.min():.1f} times as many replications"
        said += [
            f"left out: {_word(row.policy)} failed ({row.message})"
            for row in self.comparison.failed.itertuples()
        ]
        return (*said, *MODEL_NOTES[1:])

    def tables(self) -> tuple[pd.DataFrame, ...]:
        """The policies side by side, and who would be better off under another."""
        return self._policy_table(), self._loser_table()

    def _policy_table(self) -> pd.DataFrame:
        shown = dict.fromkeys((self.measure, *_ALWAYS))
        means = {name: self.comparison.estimates(name).set_index("policy") for name in shown}
        found = self.comparison.contrasts(self.measure).set_index("policy")
        places = self.ranking.set_index("policy")
        rows = []
        for policy in self.ranking["policy"]:
            row: dict[str, Any] = {"policy": _word(policy), "place": _place(places.loc[policy])}
            for k, name in enumerate(shown):
                row[SHOWN.get(name, _word(name))] = number(
                    means[name].loc[policy, "estimate"], digits=_digits(name)
                )
                if k == 0:
                    row[f"less {_word(self.baseline)}"] = _difference(found, policy)
            rows.append(row)
        return pd.DataFrame(rows)

    def _loser_table(self) -> pd.DataFrame:
        column = f"who loses with {_word(self.leader)}"
        groups = self.comparison.groups(baseline=self.leader)
        groups = groups[(groups["measure"] == "benefit") & (groups["conf_low"] > 0)]
        groups = groups.sort_values("estimate", ascending=False).head(_MOST_GROUPS)
        rows = [
            (f"{_word(row.attribute)}: {row.group}", _word(row.policy), _with_interval(row))
            for row in groups.itertuples()
        ]
        rows += self._single_losers()
        if not rows:
            rows = [("no group that was followed, for sure", "-", "-")]
        return pd.DataFrame(rows, columns=[column, "better off under", "by (SD)"])

    def _single_losers(self) -> list[tuple[str, str, str]]:
        if not self.comparison.blocks[0].benefit.shape[1]:
            return []
        wide = self.comparison.mentees().pivot(
            index="mentee_id", columns="policy", values="benefit"
        )
        rows = []
        for name in self.comparison.names:
            lost = wide[name] - wide[self.leader]
            n = int((lost > 0).sum())
            if name != self.leader and n:
                who = f"{n:,} of {count(len(wide), 'mentee')} by their own means"
                rows.append((who, _word(name), f"up to {number(float(lost.max()), digits=3)}"))
        return rows

    def _display_frame(self) -> pd.DataFrame:
        return self._policy_table()


def _place(row: pd.Series) -> str:
    low, high = int(row["rank_low"]), int(row["rank_high"])
    return str(low) if low == high else f"{low} to {high}"


def _difference(found: pd.DataFrame, policy: str) -> str:
    return _with_interval(found.loc[policy]) if policy in found.index else "-"


def _with_interval(row: Any) -> str:
    sign = "+" if row.estimate > 0 else ""
    bounds = interval(row.conf_low, row.conf_high, digits=3)
    return f"{sign}{number(row.estimate, digits=3)} {bounds}"


def _digits(measure: str) -> int:
    return 3 if MEASURES[measure].unit.startswith(("share", "SD")) else 2


def _word(name: str) -> str:
    return str(name).replace("_", " ")
