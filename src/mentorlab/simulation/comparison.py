"""What a comparison of policies found: contrasts, ranking, groups, curves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd

from ..errors import OptionError, did_you_mean, listing, quote
from ..result import Result
from .contrasts import contrasts_of, estimates_of, ranking_of, runs_needed
from .curves import curve_of
from .measures import MEASURES, check_measure
from .run import MODEL_NOTES, combine_digests, need_two_runs, tidy_runs
from .study import RunBlock, Study

_SHOWN = ("benefit", "worse_off", "early_end", "matched", "waiting", "quality_lower", "load_most")


@dataclass(frozen=True, eq=False, repr=False)
class PolicyComparison(Result):
    """Matching policies over the same worlds and the same luck.

    Attributes
    ----------
    study : Study
        Everything that decides the numbers.
    blocks : tuple of RunBlock
        What was measured.
    names : tuple of str
        The policies that finished, in the order given; the first is the baseline.
    measure : str
        The measure that was asked about.
    wanted_error : float or None
        The standard error that replications were added for.
    """

    study: Study
    blocks: tuple[RunBlock, ...]
    names: tuple[str, ...]
    measure: str
    wanted_error: float | None

    plotter: ClassVar[str] = "mentorlab.plots.simulation:policy_contrasts"
    references: ClassVar[tuple[str, ...]] = ("grimm2020", "klein2024")

    @cached_property
    def _places(self) -> list[int]:
        return [self.study.names.index(name) for name in self.names]

    @cached_property
    def values(self) -> np.ndarray:
        """Measures, shape (policies that finished, runs, measures)."""
        whole = np.concatenate([block.values for block in self.blocks], axis=1)
        return whole[self._places]

    @property
    def n_runs(self) -> int:
        """How many replications."""
        return self.values.shape[1]

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Every measure of every replication: `policy, run, measure, value`."""
        return tidy_runs(self.values, self.names)

    @cached_property
    def failed(self) -> pd.DataFrame:
        """Policies that raised or gave no valid assignment: `policy, run, message`."""
        found = [failure for block in self.blocks for failure in block.failures]
        frame = pd.DataFrame(found, columns=["policy", "run", "message"])
        return frame.drop_duplicates("policy", ignore_index=True)

    @cached_property
    def digests(self) -> dict[str, str]:
        """A hash of all discrete outcomes of each policy."""
        whole = np.concatenate([block.digests for block in self.blocks], axis=1)
        return {
            name: combine_digests(whole[at])
            for name, at in zip(self.names, self._places, strict=True)
        }

    def to_frame(self) -> pd.DataFrame:
        """Give the paired contrasts with the first policy, all measures."""
        return self.contrasts()

    def estimates(self, measure: str | None = None) -> pd.DataFrame:
        """Give each policy's means over replications with t intervals."""
        need_two_runs(self.n_runs, who="PolicyComparison.estimates")
        frames = [
            estimates_of(self._of(name), self.names, name)
            for name in self._measures(measure, "estimates")
        ]
        return pd.concat(frames, ignore_index=True)

    def contrasts(self, measure: str | None = None, *, baseline: str | None = None) -> pd.DataFrame:
        """Give each policy's paired difference from a baseline, with what pairing gained.

        Parameters
        ----------
        measure : str, optional
            One measure; all when left out.
        baseline : str, optional
            The policy to compare with; the first when left out.

        Returns
        -------
        pandas.DataFrame
            `policy, baseline, measure, estimate, std_error, conf_low, conf_high, p_value, n,
            correlation, variance_ratio`. The ratio is the variance of the contrast with
            independent draws over the one found.
        """
        who = "PolicyComparison.contrasts"
        need_two_runs(self.n_runs, who=who)
        base = self._policy(baseline or self.names[0], who)
        frames = [
            contrasts_of(self._of(name), self.names, name, base)
            for name in self._measures(measure, "contrasts")
        ]
        return pd.concat(frames, ignore_index=True)

    def ranking(self, measure: str | None = None) -> pd.DataFrame:
        """Tell which places a policy may hold; "undetermined" is an answer.

        Returns
        -------
        pandas.DataFrame
            `policy, estimate, rank_low, rank_high, verdict`, best first.
        """
        who = "PolicyComparison.ranking"
        name = check_measure(measure or self.measure, who=who)
        need_two_runs(self.n_runs, who=who)
        better = MEASURES[name].better
        if not better:
            raise OptionError(
                f"{who}: neither more nor less {quote(name)} is better; choose another measure."
            )
        return ranking_of(self._of(name), self.names, higher_is_better=better == "high")

    def groups(self, baseline: str | None = None) -> pd.DataFrame:
        """Tell who gains and who loses against a baseline, by group of mentees.

        Returns
        -------
        pandas.DataFrame
            `attribute, group, policy, baseline, measure` and the paired contrast of the group's
            mean benefit and of its share ever matched.
        """
        who = "PolicyComparison.groups"
        need_two_runs(self.n_runs, who=who)
        base = self._policy(baseline or self.names[0], who)
        whole = np.concatenate([block.group_values for block in self.blocks], axis=1)
        whole = whole[self._places]
        frames = []
        for place, (attribute, group) in enumerate(self.group_names):
            for kind, measure in enumerate(("benefit", "matched")):
                part = contrasts_of(whole[:, :, place, kind], self.names, measure, base)
                frames.append(part.assign(attribute=attribute, group=group))
        frame = pd.concat(frames, ignore_index=True)
        first = ["attribute", "group"]
        return frame[first + [name for name in frame if name not in first]]

    @cached_property
    def group_names(self) -> list[tuple[str, str]]:
        """Attribute and label of each group of mentees."""
        groups = self.study.world(0, 0).groups
        return [(name, label) for name, (labels, _) in groups.items() for label in labels]

    def mentees(self) -> pd.DataFrame:
        """Give each mentee's mean benefit under each policy, where the market is fixed.

        Returns
        -------
        pandas.DataFrame
            `mentee_id, policy, benefit`.

        Raises
        ------
        OptionError
            If each replication has people of its own.
        """
        totals = np.sum([block.benefit for block in self.blocks], axis=0)[self._places]
        if not totals.shape[1]:
            raise OptionError(
                "PolicyComparison.mentees: each replication has people of its own; compare on a "
                "Market to follow single mentees, or use groups()."
            )
        ids = self.study.world(0, 0).market.mentee_ids
        return pd.DataFrame(
            {
                "mentee_id": np.tile(ids, len(self.names)),
                "policy": np.repeat(np.array(self.names, dtype=object), len(ids)),
                "benefit": totals.ravel() / self.n_runs,
            }
        ).infer_objects()

    def closure_curves(self) -> pd.DataFrame:
        """Give the share of relationships not ended unplanned: `policy, week, survival, ...`."""
        curves = curve_of(self.blocks, self.study.names)
        return curves[curves["policy"].isin(self.names)].reset_index(drop=True)

    def runs_needed(self, std_error: float, measure: str | None = None) -> int:
        """Tell how many replications all contrasts with the first policy need."""
        who = "PolicyComparison.runs_needed"
        need_two_runs(self.n_runs, who=who)
        values = self._of(check_measure(measure or self.measure, who=who))
        check_error(std_error, who=who)
        return max((runs_needed(row, values[0], std_error) for row in values[1:]), default=2)

    def headline(self) -> str:
        """What was compared, how often."""
        levers = self.study.rows[0].levers
        return (
            f"Policies over {self.n_runs:,} replications of {levers.horizon_weeks} weeks: "
            f"{', '.join(self.names)}; paired differences from {self.names[0]}"
        )

    def notes(self) -> tuple[str, ...]:
        """What is settled, what pairing gave, who failed, and what the model is."""
        said = [self._verdict()] if len(self.names) > 1 and self.n_runs > 1 else []
        if len(self.names) > 1 and self.n_runs > 1:
            ratios = self.contrasts(self.measure)["variance_ratio"]
            known = ratios[np.isfinite(ratios)]
            if len(known):
                said.append(
                    f"common draws divide the variance of the contrasts in {self.measure} by "
                    f"{known.min():.1f} to {known.max():.1f}"
                )
        if self.wanted_error is not None and self.n_runs > 1:
            reached = self.contrasts(self.measure)["std_error"].max()
            if reached > self.wanted_error:
                needed = self.runs_needed(self.wanted_error)
                said.append(
                    f"the wanted standard error of {self.wanted_error:g} was not reached "
                    f"({reached:.2g}); it needs {needed:,} replications"
                )
        said += [
            f"left out: {row.policy} failed in run {row.run} ({row.message})"
            for row in self.failed.itertuples()
        ]
        return (*said, *MODEL_NOTES)

    def _verdict(self) -> str:
        if not MEASURES[self.measure].better:
            return f"{self.measure} has no better or worse"
        ranking = self.ranking()
        best = ranking[ranking["rank_high"] == 1]
        if len(best):
            return f"best in {self.measure}: {best['policy'].iloc[0]}"
        top = ranking.loc[ranking["rank_low"] == 1, "policy"]
        return f"best in {self.measure}: undetermined between {', '.join(top)}"

    def _display_frame(self) -> pd.DataFrame:
        if self.n_runs < 2:
            return self.runs[self.runs["measure"].isin(_SHOWN)]
        frame = self.contrasts() if len(self.names) > 1 else self.estimates()
        shown = frame[frame["measure"].isin(dict.fromkeys((*_SHOWN, self.measure)))]
        return shown.drop(columns=["p_value", "correlation", "n"], errors="ignore")

    def _of(self, measure: str) -> np.ndarray:
        return self.values[:, :, list(MEASURES).index(measure)]

    def _measures(self, measure: str | None, who: str) -> list[str]:
        if measure is None:
            return list(MEASURES)
        return [check_measure(measure, who=f"PolicyComparison.{who}")]

    def _policy(self, name: str, who: str) -> str:
        if name in self.names:
            return name
        near = did_you_mean(name, self.names)
        raise OptionError(
            f"{who}: `baseline` must be {listing(self.names)}; got {quote(name)}. {near}".rstrip()
        )


def check_error(std_error: float, *, who: str) -> None:
    """Check a wanted standard error.

    Raises
    ------
    OptionError
        If it is not above 0.
    """
    if isinstance(std_error, bool) or not np.isscalar(std_error) or not 0 < std_error < np.inf:
        raise OptionError(f"{who}: `std_error` must be a number above 0; got {quote(std_error)}.")
