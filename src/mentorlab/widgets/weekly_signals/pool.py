"""A program made ready for many looks at its weekly lists: what is worked out once is kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import EstimationError, OptionError, did_you_mean, quote
from ...program import Program
from ...signals import Detection, DetectorEvaluation, detect, evaluate_detector, list_signals
from ...signals.catalog.base import LogSignal
from ...signals.catalog.registry import all_signals
from ...signals.evaluation.detectors import joint_strength
from ...signals.silence import LABELS
from ...spans import last_known

MOST_CALLS = 20  # rows that the picture has room for
BUDGETS = (1.0, 2.0, 5.0, 10.0)
N_DRAWS = 200
_SIGNALS = "signals: those of the log; the ones of surveys and forms are not in that line"
_N_KEPT = 48
_WEEK = pd.Timedelta(weeks=1)
Names = tuple[str, ...]
Label = tuple[str, str, str]
"""A relationship, the day (ISO 8601) and one of the labels that `detect` knows."""


@dataclass(frozen=True)
class Asked:
    """What a list is made of, beside the number of calls.

    Attributes
    ----------
    as_of : str
        The last day known, ISO 8601.
    signals : tuple of str
        What is read; empty for all that the data allow.
    labels : tuple of Label
        Set in the widget, beside the history that was given.
    """

    as_of: str
    signals: Names = ()
    labels: tuple[Label, ...] = ()


class SignalsPool:
    """A program, and the lists and evaluations that several views share.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`.
    history : pandas.DataFrame, optional
        Earlier calls and labels, as `detect` takes them.
    codebook : Codebook, optional
        What survey items mean.
    horizon_weeks, smallest_pool : int
        As `detect` takes them.
    seed : int
        For the evaluation.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If it is no program.
    MissingTableError
        Without `relationships.started_on`.
    EstimationError
        If no relationship has a start on record.
    """

    def __init__(
        self,
        program: Program,
        *,
        history: pd.DataFrame | None = None,
        codebook: Codebook | None = None,
        horizon_weeks: int = 6,
        smallest_pool: int = 5,
        seed: int = 1,
        who: str,
    ) -> None:
        if not isinstance(program, Program):
            raise OptionError(f"{who}: needs a Program; got a {type(program).__name__}.")
        started = program.need("relationships", "started_on", who=who)["started_on"]
        if started.isna().all():
            raise EstimationError(f"{who}: no relationship has a start (started_on) on record.")
        self.program = program
        self.first_day = started.min().normalize()
        self.last_day = max(last_known(program).normalize(), self.first_day)
        self.seed = seed
        self._history = history
        self._fixed = {
            "codebook": codebook,
            "horizon_weeks": horizon_weeks,
            "smallest_pool": smallest_pool,
        }
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    @classmethod
    def of(cls, program: Program | SignalsPool, *, who: str, **given: Any) -> SignalsPool:
        """Take a program, or one that is ready."""
        return program if isinstance(program, cls) else cls(program, who=who, **given)

    @cached_property
    def offered(self) -> Names:
        """Signals that the data allow, by name."""
        table = list_signals(self.program)
        return tuple(table["signal"][table["possible"]])

    @cached_property
    def about(self) -> pd.DataFrame:
        """What each signal stands for, rests on and can't tell, by name."""
        return list_signals().set_index("signal")

    def day(self, value: Any, *, who: str) -> str:
        """Check a day, and give it as text.

        Raises
        ------
        OptionError
            If it is no day, or before anything began.
        """
        try:
            moment = pd.Timestamp(value)
        except (ValueError, TypeError):
            moment = pd.NaT
        if moment is pd.NaT or moment.tz is not None:
            raise OptionError(f"{who}: `as_of` must be a day such as '2026-03-01'; got "
                              f"{quote(value)}.")  # fmt: skip
        if moment < self.first_day:
            raise OptionError(
                f"{who}: `as_of` must be {self.first_day:%Y-%m-%d}, when the first relationship "
                f"began, or later; got {quote(value)}."
            )
        return f"{moment:%Y-%m-%d}"

    @property
    def usual_day(self) -> str:
        """The last day known or, where too few go on then, the latest such day with enough."""
        facts = self.program.relationships
        ended = facts.get("ended_on", pd.Series(pd.NaT, index=facts.index))
        days = self._days_to(self.last_day)
        starts, ends = (np.sort(part.dropna().to_numpy()) for part in (facts["started_on"], ended))
        going = np.searchsorted(starts, days, "right") - np.searchsorted(ends, days, "right")
        enough = np.flatnonzero(going >= self._fixed["smallest_pool"])
        some = np.flatnonzero(going > 0)
        best = enough if len(enough) else some
        return f"{days[best[-1] if len(best) else -1]:%Y-%m-%d}"

    def days(self, through: str) -> Names:
        """Give the days to choose from, a week apart, first day to last; `through` is one."""
        middle = pd.Timestamp(through)
        later = pd.date_range(middle, max(self.last_day, middle), freq="7D")[1:]
        return tuple(f"{day:%Y-%m-%d}" for day in [*self._days_to(middle), *later])

    def _days_to(self, last: pd.Timestamp) -> pd.DatetimeIndex:
        n = int((last - self.first_day) / _WEEK)
        return pd.DatetimeIndex([last - k * _WEEK for k in range(n, -1, -1)])

    def check_signals(self, names: Any, *, who: str) -> Names:
        """Check names of signals; all of them are no choice, and so is ``"all"``.

        Raises
        ------
        OptionError
            If a name is unknown, or none is given.
        """
        if isinstance(names, str) and names == "all":
            return ()
        listed = [names] if isinstance(names, str) else list(names)
        for name in listed:
            if name not in all_signals():
                near = did_you_mean(name, all_signals())
                raise OptionError(
                    f"{who}: `signals` must be 'all' or names from list_signals(); got "
                    f"{quote(name)}. {near}".rstrip()
                )
        if not listed:
            raise OptionError(f"{who}: `signals` must name at least one signal; got none.")
        return () if set(listed) == set(self.offered) else tuple(dict.fromkeys(listed))

    def check_labels(self, labels: Iterable[Any], *, who: str) -> tuple[Label, ...]:
        """Check labels: relationship, day and a word that `detect` knows.

        Raises
        ------
        OptionError
            If one is not such a triple, or names a relationship that is not there.
        """
        known = set(self.program.relationships["relationship_id"].astype("str"))
        rows = tuple(tuple(row) for row in labels)
        for row in rows:
            if len(row) != 3 or row[2] not in LABELS:
                raise OptionError(
                    f"{who}: each of `labels` must be (relationship, day, label), the label one "
                    f"of {', '.join(LABELS)}; got {quote(row)}."
                )
            if row[0] not in known:
                near = did_you_mean(row[0], known)
                raise OptionError(
                    f"{who}: `labels`: no relationship {quote(row[0])}. {near}".rstrip()
                )
            self.day(row[1], who=f"{who}: `labels`")
        return rows

    def has_week(self, asked: Asked) -> bool:
        """Tell whether this week's list is ready."""
        return ("week", asked) in self._kept

    def week(self, asked: Asked, calls: int) -> Detection:
        """Give a week's list of so many calls."""
        found = self._kept.get(("week", asked))
        if found is None or found.calls_per_week < calls:
            found = self._keep(
                ("week", asked),
                detect(
                    self.program,
                    as_of=asked.as_of,
                    calls_per_week=max(calls, MOST_CALLS),
                    signals=list(asked.signals) or "all",
                    history=self.history(asked.labels),
                    **self._fixed,
                ),
            )
        return found.within(calls)

    def history(self, labels: tuple[Label, ...]) -> pd.DataFrame | None:
        """Give the calls and labels that were given, and after them those of the widget."""
        own = pd.DataFrame(labels, columns=["relationship_id", "on", "label"])
        if self._history is None or not labels:
            return self._history if not labels else own
        given = self._history.assign(on=pd.to_datetime(self._history["on"]))
        return pd.concat([given, own.assign(on=pd.to_datetime(own["on"]))], ignore_index=True)

    def known(self, as_of: str) -> Program:
        """Give the program as it was known on a day."""
        return self._once(("known", as_of), lambda: self.program.as_of(as_of))

    def has_trust(self, signals: Names) -> bool:
        """Tell whether the evaluation is ready."""
        return ("trust", signals) in self._kept

    def trust(self, signals: Names) -> tuple[DetectorEvaluation, Names]:
        """Give the evaluation of such lists on all that is on record, and what to say of it."""
        return self._once(("trust", signals), lambda: self._trust(signals))

    def _trust(self, signals: Names) -> tuple[DetectorEvaluation, Names]:
        logs = [all_signals()[name] for name in signals or self.offered]
        logs = [signal for signal in logs if isinstance(signal, LogSignal)]
        own: list[Any] = [_joined(logs) if signals else "signals"] if logs else []
        said = ("judged on all that is on record, not only on what was known on the day", _SIGNALS)
        said = said if own else (said[0], "none of the signals chosen is read from the log")
        try:
            return self._evaluate(["hazard", *own]), said
        except EstimationError as error:
            why = str(error)
        try:
            found = self._evaluate(own)
        except EstimationError as error:
            raise EstimationError(f"such lists can't be judged on this record: {error}") from error
        return found, (*said, f"the chance of a bad ending could not be judged: {why}")

    def _evaluate(self, detectors: list[Any]) -> DetectorEvaluation:
        return evaluate_detector(
            self.program,
            detectors=detectors,
            budgets=BUDGETS,
            horizon_weeks=self._fixed["horizon_weeks"],
            n_draws=N_DRAWS,
            seed=self.seed,
        )

    def _once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        found = self._kept.get(key)
        return self._keep(key, make()) if found is None else found

    def _keep(self, key: Hashable, value: Any) -> Any:
        self._kept[key] = value
        while len(self._kept) > _N_KEPT:
            self._kept.popitem(last=False)
        return value


def _joined(logs: list[LogSignal]) -> Callable[[pd.DataFrame], np.ndarray]:
    """Make a detector of some signals of the log, as the list joins them."""

    def signals(features: pd.DataFrame) -> np.ndarray:
        return joint_strength(logs, features)

    return signals
