"""Spells at risk: entry, end and event of each row, checked once for every survival method."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError


@dataclass(frozen=True, eq=False)
class Spells:
    """Rows at risk on ``(entry, time]``.

    Attributes
    ----------
    entry, time : numpy.ndarray of float, shape (n,)
        A row is at risk after `entry` up to and including `time`.
    event : numpy.ndarray of int, shape (n,)
        What happened at `time`: 0 nothing (censored), 1 and more the cause of ending.
    weight : numpy.ndarray of float, shape (n,)
        How often the row counts.
    """

    entry: np.ndarray
    time: np.ndarray
    event: np.ndarray
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.time)

    def take(self, rows: np.ndarray) -> Spells:
        """Keep some rows."""
        return Spells(self.entry[rows], self.time[rows], self.event[rows], self.weight[rows])


def spells(
    time: np.ndarray,
    event: np.ndarray,
    *,
    entry: np.ndarray | None = None,
    weight: np.ndarray | None = None,
) -> Spells:
    """Check times and events of a survival analysis.

    Parameters
    ----------
    time : numpy.ndarray, shape (n,)
        End of each spell, in any unit.
    event : numpy.ndarray of int or bool, shape (n,)
        0 for censored, 1 and more for a cause.
    entry : numpy.ndarray, shape (n,), optional
        Start of being seen (left truncation, time-varying covariates). Without it every row is at
        risk from before the first end, so that endings at time 0 count.
    weight : numpy.ndarray, shape (n,), optional
        Case weights; 1 without.

    Raises
    ------
    EstimationError
        For unequal lengths, times that are not finite, rows that end before they begin, events
        that are not whole numbers from 0 on, or weights that are negative.

    Examples
    --------
    >>> len(spells(np.array([3.0, 5.0]), np.array([1, 0])))
    2
    """
    time = np.asarray(time, dtype=float)
    n = len(time)
    event = np.asarray(event)
    entry = np.full(n, -np.inf) if entry is None else np.asarray(entry, dtype=float)
    weight = np.ones(n) if weight is None else np.asarray(weight, dtype=float)
    for name, column in (("event", event), ("entry", entry), ("weight", weight)):
        if len(column) != n:
            raise EstimationError(f"`time` has {n} rows and `{name}` has {len(column)}.")
    if not n:
        raise EstimationError("there are no rows to analyze.")
    _refuse(~np.isfinite(time), time, "`time` must be finite")
    if event.dtype.kind not in "biu":
        whole = np.isfinite(event.astype(float)) & (event == np.floor(event.astype(float)))
        _refuse(~whole, event, "`event` must be whole: 0 for censored, 1 and more for a cause")
    event = event.astype(np.int64)
    _refuse(event < 0, event, "`event` must be 0 or more")
    _refuse(np.isnan(entry), entry, "`entry` must be known")
    _refuse(~(entry < time), entry, "`entry` must lie before `time`")
    _refuse(~(np.isfinite(weight) & (weight >= 0)), weight, "`weight` must be 0 or more")
    return Spells(entry, time, event, weight)


def _refuse(bad: np.ndarray, values: np.ndarray, rule: str) -> None:
    if bad.any():
        first = int(bad.argmax())
        raise EstimationError(
            f"{rule}; {int(bad.sum())} rows do not, first row {first} ({values[first]})."
        )


@dataclass(frozen=True, eq=False)
class RiskTable:
    """Counts at each distinct end.

    Attributes
    ----------
    time : numpy.ndarray, shape (k,)
        Distinct ends, increasing.
    n_risk : numpy.ndarray, shape (k,)
        Weight at risk just before.
    events : numpy.ndarray, shape (k, m)
        Weight that ended by cause 1 to m.
    """

    time: np.ndarray
    n_risk: np.ndarray
    events: np.ndarray


def risk_table(rows: Spells, n_causes: int | None = None) -> RiskTable:
    """Count who is at risk and who ends, at each distinct end.

    Examples
    --------
    >>> table = risk_table(spells(np.array([1.0, 2, 2, 3]), np.array([1, 0, 1, 0])))
    >>> table.n_risk.tolist(), table.events[:, 0].tolist()
    ([4.0, 3.0, 1.0], [1.0, 1.0, 0.0])
    """
    n_causes = max(int(rows.event.max()), 1) if n_causes is None else n_causes
    times, place = np.unique(rows.time, return_inverse=True)
    cell = place * (n_causes + 1) + rows.event
    counts = np.bincount(cell, weights=rows.weight, minlength=len(times) * (n_causes + 1))
    leaving = np.bincount(place, weights=rows.weight, minlength=len(times))
    entering = np.bincount(
        np.searchsorted(times, rows.entry, side="right"),
        weights=rows.weight,
        minlength=len(times) + 1,
    )[: len(times)]
    n_risk = np.cumsum(entering) - np.concatenate([[0.0], np.cumsum(leaving)[:-1]])
    return RiskTable(times, n_risk, counts.reshape(len(times), n_causes + 1)[:, 1:])
