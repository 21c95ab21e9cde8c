"""Whether a wave without a meeting foretells the end, in panels that ask now and then."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..errors import EstimationError, MissingTableError, OptionError, quote
from ..options import check_level
from ..rng import child_rng
from ..stats.resampling import percentile_interval, resample_counts

WHO = "gap_alarm"
_NEEDED = ("person_id", "wave", "met_mentor")
IN_TIME = "the last meeting is near"
TOO_LATE = "they never meet again"


def gap_alarm(
    panel: pd.DataFrame,
    *,
    waves_ahead: int = 2,
    n_draws: int = 1_000,
    level: float = 0.95,
    seed: int,
) -> pd.DataFrame:
    """Tell whether a wave without a meeting is an early alarm, or only seen once it is over.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row a mentee and wave: `person_id`, `wave`, `met_mentor` (missing where not asked).
    waves_ahead : int
        How near the last meeting is, in waves in which the mentee was asked.
    n_draws : int
        Bootstrap samples of mentees.
    level : float
        Confidence level.
    seed : int
        For the bootstrap.

    Returns
    -------
    pandas.DataFrame
        `foretold`, `n` (mentee-waves), `events`, `sensitivity` (events with a gap in that wave),
        `false_alarms` (others with a gap), `auc` with `conf_low` and `conf_high`. The first row is
        the early alarm: while pairs still go on, is the last meeting among the next waves? The
        second is the late one: of pairs that have met, who never meets again?

    Raises
    ------
    MissingTableError
        If a column is absent.
    OptionError
        For numbers out of range.
    EstimationError
        If a gap can foretell nothing here: no event, or nothing but events.

    Notes
    -----
    A pair goes on until its last meeting in view; those that meet in the last wave asked count as
    going on. That a pair goes on is known only afterwards, so the first row is kinder to the alarm
    than a coordinator's week is. The second counts gaps that are already the end, and so looks
    better than any list could be. For an alarm that is there or not the area is
    (1 + sensitivity - false alarms) / 2.

    References
    ----------
    brooks2018

    Examples
    --------
    >>> met = [1, 1, 0, 0, 1, 0, 1, 1]
    >>> rows = {"person_id": list("aaaabbbb"), "wave": [1, 2, 3, 4] * 2, "met_mentor": met}
    >>> gap_alarm(pd.DataFrame(rows), n_draws=2, seed=1)["auc"].round(2).tolist()
    [0.33, 0.62]
    """
    _check(panel, waves_ahead, level)
    asked = panel[panel["met_mentor"].notna()].sort_values(["person_id", "wave"])
    person, _ = pd.factorize(asked["person_id"])
    met = asked["met_mentor"].to_numpy(dtype=bool)
    place = asked.groupby("person_id").cumcount().to_numpy()
    by_person = pd.Series(np.where(met, place, -1)).groupby(person)
    last_met = by_person.transform("max").to_numpy()
    final = pd.Series(place).groupby(person).transform("max").to_numpy()
    has_met = by_person.cummax().to_numpy() >= 0
    near = (last_met < final) & (last_met - place <= waves_ahead)
    readings = {
        IN_TIME: (place < last_met, near),
        TOO_LATE: (has_met & (place < final), place >= last_met),
    }
    rows = []
    for name, (at_risk, event) in readings.items():
        cells = _cells(person, at_risk, event, ~met)
        if not event[at_risk].any() or event[at_risk].all():
            raise EstimationError(
                f"{WHO}: '{name}' holds in {int(event[at_risk].sum())} of {int(at_risk.sum())} "
                "mentee-waves: it must hold in some and not in others."
            )
        rng = child_rng(seed, WHO, name)
        drawn = np.concatenate(
            [counts @ cells for counts in resample_counts(len(cells), n_draws, rng=rng)]
        )
        low, high = percentile_interval(_rates(drawn)[2], level=level)
        sensitivity, false_alarms, auc = (float(part[0]) for part in _rates(cells.sum(0)[None]))
        found = (int(at_risk.sum()), int(event[at_risk].sum()), sensitivity, false_alarms, auc)
        rows.append((name, *found, low, high))
    columns = ["foretold", "n", "events", "sensitivity", "false_alarms", "auc"]
    return pd.DataFrame(rows, columns=[*columns, "conf_low", "conf_high"])


def _cells(
    person: np.ndarray, at_risk: np.ndarray, event: np.ndarray, gap: np.ndarray
) -> np.ndarray:
    """Count by mentee: events with a gap, events, others with a gap, others."""
    parts = (event & gap, event, ~event & gap, ~event)
    n = int(person.max(initial=-1)) + 1
    return np.column_stack(
        [np.bincount(person[at_risk & part], minlength=n).astype(float) for part in parts]
    )


def _rates(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    with np.errstate(invalid="ignore", divide="ignore"):
        sensitivity, false_alarms = cells[:, 0] / cells[:, 1], cells[:, 2] / cells[:, 3]
    return sensitivity, false_alarms, (1 + sensitivity - false_alarms) / 2


def _check(panel: pd.DataFrame, waves_ahead: int, level: float) -> None:
    check_level(level, who=WHO)
    absent = [name for name in _NEEDED if name not in panel]
    if absent:
        raise MissingTableError(f"{WHO}: needs the column {absent[0]} of the panel.")
    whole = isinstance(waves_ahead, (int, np.integer)) and not isinstance(waves_ahead, bool)
    if not whole or waves_ahead < 1:
        raise OptionError(
            f"{WHO}: `waves_ahead` must be a whole number above 0; got {quote(waves_ahead)}."
        )
