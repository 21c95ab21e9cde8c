"""Practices of a program, relationship by relationship and pooled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...activity import Log, outside_note, read_log
from ...errors import EstimationError, OptionError, count, quote
from ...options import check_level
from ...program import Program
from ...provenance import Provenance
from ...result import Result
from .intervals import (
    clustered_mean,
    clustered_rate,
    clustered_share,
    mean_interval,
    poisson_interval,
    wilson_interval,
)
from .registry import Practice, absent_need, select_practices

WHO = "practice_rates"
FEW_CLUSTERS = 10
_ESTIMATE = ["estimate", "conf_low", "conf_high", "done", "due"]
_POOLED = ["family", "practice", "unit", "estimate", "std_error", "conf_low", "conf_high"]
_UNAVAILABLE = ["family", "practice", "reason"]


@dataclass(frozen=True, eq=False, repr=False)
class PracticeRates(Result):
    """What was done of what was due, for each practice.

    Attributes
    ----------
    pooled : pandas.DataFrame
        One row a practice: `family`, `practice`, `unit`, `estimate`, `std_error`, `conf_low`,
        `conf_high`, `done`, `due`, `n` (relationships with anything due), `depends_on`. For means,
        `done` is the sum of the values and `due` their number.
    relationships : pandas.DataFrame
        One row a relationship and practice that was due in it: `relationship_id`, `family`,
        `practice`, `unit`, `estimate`, `conf_low`, `conf_high`, `done`, `due`.
    unavailable : pandas.DataFrame
        Practices that the program's data do not show: `family`, `practice`, `reason`.
    known_until : pandas.Timestamp
        The last moment known.
    level : float
        Confidence level.
    n_observed : int
        Relationships observed.
    said : tuple of str
        What a reader must know of these data.
    """

    pooled: pd.DataFrame
    relationships: pd.DataFrame
    unavailable: pd.DataFrame
    known_until: pd.Timestamp
    level: float
    n_observed: int
    said: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.practices:practice_rates"
    references: ClassVar[tuple[str, ...]] = (
        "franco2019",
        "garwood1936",
        "kiresuk1968",
        "korn1998",
        "wilson1927",
    )
    digits: ClassVar[int] = 2
    paper_group: ClassVar[str] = "family"

    def paper_frame(self) -> pd.DataFrame:
        """Give the pooled rates as a table for print, by family."""
        return self._display_frame().assign(family=self.pooled["family"])

    def to_frame(self) -> pd.DataFrame:
        """Give the pooled rates, one row a practice."""
        return self.pooled.copy()

    def for_relationship(self, relationship_id: str) -> pd.DataFrame:
        """Give one relationship's rates beside the pooled ones.

        Returns
        -------
        pandas.DataFrame
            `family, practice, unit, estimate, conf_low, conf_high, done, due, pooled`.

        Raises
        ------
        OptionError
            If nothing was due in a relationship of this id.
        """
        own = self.relationships[self.relationships["relationship_id"] == relationship_id]
        if own.empty:
            raise OptionError(
                f"for_relationship: nothing was due in a relationship {quote(relationship_id)}."
            )
        pooled = self.pooled.set_index("practice")["estimate"]
        own = own.drop(columns="relationship_id").reset_index(drop=True)
        return own.assign(pooled=own["practice"].map(pooled))

    def headline(self) -> str:
        """How many practices of how many relationships, until when."""
        return (
            f"Practices: {count(len(self.pooled), 'rate')} over "
            f"{count(self.n_observed, 'relationship')}, "
            f"observed until {self.known_until:%Y-%m-%d}"
        )

    def notes(self) -> tuple[str, ...]:
        """How to read the rates, and which are not there."""
        return (
            f"{self.level:.0%} intervals; pooled ones take relationships, not meetings or actions, "
            "as independent (shares: Wilson at the effective size; counts: log scale; means: t); "
            "relationships that share a mentor are still treated as independent",
            "what was due is pro-rated: nothing is owed before the start, after the ending or "
            "after the last known day; what nobody logged counts as not done",
            "a practice that is kept is not yet a benefit: see the effects part",
            *self.said,
            *(
                f"not shown: {row.practice} ({row.reason})"
                for row in self.unavailable.itertuples(index=False)
            ),
        )

    def _display_frame(self) -> pd.DataFrame:
        shown = ["practice", "unit", "estimate", "conf_low", "conf_high", "due", "n"]
        return self.pooled[shown].assign(due=self.pooled["due"].round().astype("int64"))


def practice_rates(
    program: Program, *, practices: str | Iterable[str] = "all", level: float = 0.95
) -> PracticeRates:
    """Tell how far mentors, mentees and the program do what mentoring guides ask of them.

    Each practice is a rate: what was done of what was due in the time observed. Relationships
    that started late, ended early or still run owe only their part.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`; each practice needs tables and columns of its own
        (``list_practices()``), and those whose data are absent are listed with the reason.
    practices : str or iterable of str
        ``"all"``, or families and names from ``list_practices()``.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    PracticeRates
        Pooled, by relationship, and what is not available.

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    OptionError
        If a practice is unknown or `level` is not between 0 and 1.
    EstimationError
        If no practice can be measured.

    Notes
    -----
    Within a relationship: Wilson's interval for shares, Garwood's for counts, t for means. Pooled:
    :math:`\\sum done / \\sum due` with errors linearized over relationships, which assumes that
    relationships are independent; with few of them (below about 10) intervals are rough, and
    mentors with several relationships make them too narrow. Program kinds are pooled as they come:
    use ``program.filter(relationships={"kind": ...})`` to keep them apart. Do not compare
    relationships by their point estimates: most have few cases, so look at the intervals.

    References
    ----------
    wilson1927, garwood1936, korn1998, franco2019, kiresuk1968

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements.practices import practice_rates
    >>> rates = practice_rates(ml.datasets.load_example_program(), practices="dose")
    >>> kept = rates.to_frame().set_index("practice").loc["meetings_held_of_agreed"]
    >>> bool(0.5 < kept["conf_low"] < kept["estimate"] < kept["conf_high"] < 1.1)
    True
    """
    check_level(level, who=WHO)
    chosen = select_practices(practices, who=WHO)
    log = read_log(program, who=WHO)
    pooled, own, unavailable = [], [], []
    for practice in chosen:
        found, reason = _measure(practice, log, level)
        if reason:
            unavailable.append((practice.family, practice.name, reason))
        else:
            own.append(found)
            pooled.append(_pool(practice, found, level))
    if not pooled:
        raise EstimationError(f"{WHO}: nothing can be measured: {unavailable[0][2]}.")
    return PracticeRates(
        pooled=pd.DataFrame(pooled),
        relationships=pd.concat(own, ignore_index=True),
        unavailable=pd.DataFrame(unavailable, columns=_UNAVAILABLE),
        known_until=log.known_until,
        level=level,
        n_observed=len(log.spans),
        said=_said(log, pooled),
        provenance=Provenance(
            WHO,
            {
                "program": count(len(program.relationships), "relationship"),
                "practices": practices if isinstance(practices, str) else tuple(practices),
                "level": level,
            },
        ),
    )


def _measure(practice: Practice, log: Log, level: float) -> tuple[pd.DataFrame, str]:
    absent = absent_need(log.program, practice.needs)
    if absent:
        return pd.DataFrame(), f"needs {absent}, which is absent"
    cases = practice.cases(log)
    cases = cases[cases["due"] > 0]
    if cases.empty:
        return pd.DataFrame(), f"no case in the data: {practice.done}, of {practice.due}"
    groups = cases.groupby("relationship_id", sort=True)
    sums = groups[["done", "due"]].sum().reset_index()
    estimate = sums["done"] / sums["due"]
    done, due = sums["done"].to_numpy(), sums["due"].to_numpy()
    if practice.measure == "share":
        low, high = wilson_interval(done, due, level=level)
    elif practice.measure == "rate":
        low, high = poisson_interval(done, due, level=level)
    else:
        spread = groups["done"].std().to_numpy()
        low, high = mean_interval(done / due, spread, due, level=level)
    found = sums.assign(
        family=practice.family,
        practice=practice.name,
        unit=practice.unit,
        estimate=estimate,
        conf_low=low,
        conf_high=high,
    )
    return found[["relationship_id", "family", "practice", "unit", *_ESTIMATE]], ""


def _pool(practice: Practice, found: pd.DataFrame, level: float) -> dict[str, object]:
    done, due = found["done"].to_numpy(), found["due"].to_numpy()
    if len(found) > 1:
        pool = {"share": clustered_share, "rate": clustered_rate, "mean": clustered_mean}
        limits = pool[practice.measure](done, due, level=level)
    else:
        limits = (np.nan, *found.loc[0, ["conf_low", "conf_high"]])
    row = dict(zip(_POOLED[4:], limits, strict=True))
    return {
        "family": practice.family,
        "practice": practice.name,
        "unit": practice.unit,
        "estimate": done.sum() / due.sum(),
        **row,
        "done": done.sum(),
        "due": due.sum(),
        "n": len(found),
        "depends_on": practice.depends_on,
    }


def _said(log: Log, pooled: list[dict[str, object]]) -> tuple[str, ...]:
    said = [outside_note(log)]
    unseen = len(log.program.relationships) - len(log.spans)
    if unseen:
        noun = count(unseen, "relationship")
        said.append(f"{noun} without a start by the last known day: left out")
    kinds = log.spans["kind"].dropna().unique()
    if len(kinds) > 1:
        said.append(f"kinds are pooled: {', '.join(sorted(kinds))}")
    few = [str(row["practice"]) for row in pooled if row["n"] < FEW_CLUSTERS]
    if few:
        said.append(f"fewer than {FEW_CLUSTERS} relationships, rough intervals: {', '.join(few)}")
    return tuple(text for text in said if text)
