"""What is evaluated: the hazard model, signals, a user's own score, and the baselines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import OptionError, did_you_mean, quote
from ..catalog.base import LogSignal, Signal
from ..catalog.reading import Reading
from ..catalog.registry import all_signals, missing_needs
from ..features.relations import microseconds
from .learning import Timetable, hazard_risk, tenure_risk
from .panel import RiskPanel

if TYPE_CHECKING:
    from ...program import Program

BASELINES = ("random", "tenure only", "mentor rate only", "plain gap")


@dataclass(frozen=True, eq=False)
class Scores:
    """One detector's scores of the weeks judged.

    Attributes
    ----------
    name : str
    score : numpy.ndarray of float, shape (m,)
        Higher means sooner to call.
    is_probability : bool
        Whether the score is the chance of a problematic ending within the horizon.
    """

    name: str
    score: np.ndarray
    is_probability: bool


def score_all(
    detectors: object, timetable: Timetable, program: Program, *, who: str
) -> list[Scores]:
    """Score the weeks judged by each detector and each baseline but chance.

    Parameters
    ----------
    detectors : str, Signal, callable, or iterable of them
    timetable : Timetable
        Who is judged, and by what could be learned when.
    program : Program
        For signals that are not read from the weekly features.
    who : str

    Raises
    ------
    OptionError
        For unknown detectors.
    EstimationError
        If nothing can be learned before the split.
    """
    panel, judged = timetable.panel, timetable.judged
    found = []
    for one in _listed(detectors):
        if isinstance(one, str) and one == "hazard":
            found.append(Scores("hazard", hazard_risk(timetable), True))
        else:
            found.append(_own(one, panel, program, judged, who))
    features = panel.features.iloc[judged]
    found += [
        Scores("tenure only", tenure_risk(timetable), True),
        Scores("mentor rate only", features["mentor_rate"].to_numpy(), False),
        Scores("plain gap", features["gap_days"].to_numpy(), False),
    ]
    return found


def _listed(detectors: object) -> list[object]:
    if isinstance(detectors, (str, Signal)) or callable(detectors):
        return [detectors]
    if not isinstance(detectors, Iterable):
        raise OptionError(f"evaluate_detector: `detectors` can't be {quote(detectors)}.")
    return list(detectors)


def _own(one: object, panel: RiskPanel, program: Program, judged: np.ndarray, who: str) -> Scores:
    features = panel.features.iloc[judged]
    known = all_signals()
    if isinstance(one, str):
        if one == "signals":
            logs = [
                signal
                for signal in known.values()
                if isinstance(signal, LogSignal) and not missing_needs(program, signal.needs)
            ]
            return Scores("signals", joint_strength(logs, features), False)
        if one not in known:
            near = did_you_mean(one, ["hazard", "signals", *known])
            raise OptionError(
                f"{who}: `detectors` must be 'hazard', 'signals', names from list_signals(), "
                f"signals or functions of the weekly features; got {quote(one)}. {near}".rstrip()
            )
        one = known[one]
    if isinstance(one, LogSignal):
        return Scores(one.name, one.strength(features).to_numpy(), False)
    if isinstance(one, Signal):
        return Scores(one.name, _week_by_week(one, panel, program, judged), False)
    score = np.asarray(one(features), dtype=float)
    name = getattr(one, "__name__", "own score")
    if score.shape != (len(features),):
        raise OptionError(
            f"{who}: {quote(name)} must give one score a row of the weekly features "
            f"({len(features):,}); got the shape {score.shape}."
        )
    return Scores(name, score, False)


def joint_strength(signals: list[LogSignal], features: pd.DataFrame) -> np.ndarray:
    """Add up the strengths of raised signals, each up to 3; others order what raised none."""
    strengths = pd.DataFrame(
        {signal.name: signal.strength(features) for signal in signals}, index=features.index
    )
    return join(strengths)


def join(strengths: pd.DataFrame) -> np.ndarray:
    """Turn strengths of several signals into one score.

    Examples
    --------
    >>> join(pd.DataFrame({"a": [2.0, 0.5], "b": [0.1, 0.9]})).tolist()
    [2.001, 0.009000000000000001]
    """
    capped = strengths.fillna(0.0).clip(0, 3)
    raised = capped.where(capped >= 1, 0.0).sum(axis=1)
    return (raised + 0.01 * capped.where(capped < 1, 0.0).max(axis=1)).to_numpy()


def _week_by_week(
    signal: Signal, panel: RiskPanel, program: Program, judged: np.ndarray
) -> np.ndarray:
    """Read a signal from the program as it was known at each week's end."""
    features = panel.features
    keys = features.iloc[judged][["relationship_id", "week_end"]]
    values = {}
    for end in keys["week_end"].unique():
        cut = program.as_of(end)
        known = features[features["week_end"] <= end]
        read = signal.read(Reading(cut, features=known))
        pairs = zip(read["relationship_id"], read["value"], strict=True)
        values.update({(name, end): value for name, value in pairs})
    return np.array([values.get(key, np.nan) for key in keys.itertuples(index=False, name=None)])


def day_codes(moments: pd.Series) -> np.ndarray:
    """Number the weeks of some moments from 0 on."""
    values = microseconds(moments)
    return (values - values.min()) // (7 * 24 * 3600 * 1_000_000)
