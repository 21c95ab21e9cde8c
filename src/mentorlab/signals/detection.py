"""This week's list as a result: who might need a check-in, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd

from ..errors import OptionError, count, did_you_mean, quote
from ..result import Result

STRIP_WEEKS = 12
STRIP_KEY = "H held, M missed, x called off, r put off, m message, . nothing; newest week last"


@dataclass(frozen=True, eq=False, repr=False)
class Detection(Result):
    """A week's list of relationships that might need a check-in, with the evidence.

    Attributes
    ----------
    listed : pandas.DataFrame
        One row a relationship to call: `rank`, `relationship_id`, `score` (chance of a bad ending
        within the horizon, or summed strength of signals), `signals` (raised ones), `evidence`,
        `reasons` (what the score rests on), `strip` (last twelve weeks), `question`, `missing`
        (what could not be read).
    conflicts : pandas.DataFrame
        Matters of compliance, outside the calls: `relationship_id`, `signal`, `evidence`,
        `question`.
    judged : pandas.DataFrame
        Every signal of every relationship that goes on: `relationship_id, as_of, signal, value,
        raised, evidence`.
    contributions : pandas.DataFrame
        `relationship_id`, `reason`, `contribution` to the score of the relationships listed.
    strips : pandas.DataFrame
        `relationship_id`, `week_end`, `held`, `missed`, `cancelled`, `rescheduled`, `messages` of
        the last twelve weeks of the relationships listed.
    silenced : pandas.DataFrame
        Relationships passed over: `relationship_id`, `until`, `why`.
    expected_false : float
        Calls on the list that a bad ending would not have followed; NaN when nothing on record
        says it.
    scored_by : str
        ``"hazard"`` or ``"signals"``.
    as_of : pandas.Timestamp
    calls_per_week, n_active, horizon_weeks : int
    unread : tuple of str
        Signals that the data do not allow.
    remarks : tuple of str
    """

    listed: pd.DataFrame
    conflicts: pd.DataFrame
    judged: pd.DataFrame
    contributions: pd.DataFrame
    strips: pd.DataFrame
    silenced: pd.DataFrame
    expected_false: float
    scored_by: str
    as_of: pd.Timestamp
    calls_per_week: int
    n_active: int
    horizon_weeks: int
    unread: tuple[str, ...]
    remarks: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.signals_detection:detection"
    references: ClassVar[tuple[str, ...]] = ("singer1993", "brook1972", "morris1983")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the list, one row a relationship to call, best reason first."""
        return self.listed.copy()

    def for_relationship(self, relationship_id: str) -> pd.DataFrame:
        """Give every signal of one relationship: `signal, value, raised, evidence`.

        Raises
        ------
        OptionError
            If no relationship of this id goes on.
        """
        own = self.judged[self.judged["relationship_id"] == relationship_id]
        if own.empty:
            near = did_you_mean(relationship_id, self.judged["relationship_id"].unique())
            raise OptionError(
                f"for_relationship: {quote(relationship_id)} does not go on at "
                f"{self.as_of:%Y-%m-%d}. {near}".rstrip()
            )
        return own[["signal", "value", "raised", "evidence"]].reset_index(drop=True)

    def within(self, calls_per_week: int) -> Detection:
        """Give the list of fewer calls a week: the same week, cut sooner.

        Parameters
        ----------
        calls_per_week : int
            At most as many as this list was made for.

        Raises
        ------
        OptionError
            If it is not a whole number from 1 to the calls of this list.

        Examples
        --------
        >>> import mentorlab as ml
        >>> program = ml.datasets.load_example_program()
        >>> week = ml.signals.detect(program, as_of="2024-05-12", calls_per_week=8)
        >>> len(week.within(3).listed)
        3
        """
        whole = isinstance(calls_per_week, (int, np.integer)) and not isinstance(
            calls_per_week, bool
        )
        if not whole or not 1 <= calls_per_week <= self.calls_per_week:
            raise OptionError(
                f"within: `calls_per_week` must be a whole number from 1 to "
                f"{self.calls_per_week}; got {quote(calls_per_week)}."
            )
        listed = self.listed.head(calls_per_week)
        is_kept = [
            frame["relationship_id"].isin(listed["relationship_id"])
            for frame in (self.contributions, self.strips)
        ]
        false = float((1 - listed["score"]).sum())
        if self.scored_by == "signals":
            false = self.expected_false / max(len(self.listed), 1) * len(listed)
        return replace(
            self,
            listed=listed,
            contributions=self.contributions[is_kept[0]].reset_index(drop=True),
            strips=self.strips[is_kept[1]].reset_index(drop=True),
            expected_false=false,
            calls_per_week=int(calls_per_week),
            provenance=replace(
                self.provenance,
                parameters={**self.provenance.parameters, "calls_per_week": int(calls_per_week)},
            ),
        )

    def frequency(self) -> pd.DataFrame:
        """Give how common each signal is in the pool now: `signal, n_raised, share`."""
        known = self.judged.dropna(subset="value")
        found = known.groupby("signal", sort=False)["raised"].agg(n_raised="sum", share="mean")
        return found.reset_index()

    def headline(self) -> str:
        """How many of how many, on which day."""
        return (
            f"{count(len(self.listed), 'relationship')} to call of "
            f"{self.n_active:,} that go on, as of {self.as_of:%Y-%m-%d}"
        )

    def notes(self) -> tuple[str, ...]:
        """False alarms, compliance, silence, what is missing, and what a list is not."""
        said = ["a reason to ask, never a verdict; the list says nothing about mentors as such"]
        if np.isfinite(self.expected_false):
            said.append(
                f"expected false alarms: about {self.expected_false:.1f} of {len(self.listed)} "
                f"would not have ended badly within {self.horizon_weeks} weeks"
            )
        else:
            said.append("expected false alarms: unknown, too few endings on record")
        if len(self.conflicts):
            said.append(
                f"{count(len(self.conflicts), 'conflict')} of interest, outside the calls: see "
                "`.conflicts`"
            )
        if len(self.silenced):
            said.append(
                f"{count(len(self.silenced), 'relationship')} passed over: called lately or with "
                "a known reason"
            )
        said += [f"not read: {text}" for text in self.unread]
        said.append(f"strip: {STRIP_KEY}")
        return (*said, *self.remarks)

    def _display_frame(self) -> pd.DataFrame:
        return self.listed[["rank", "relationship_id", "strip", "evidence", "question"]]
