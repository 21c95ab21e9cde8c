"""Detectors on the past: who would have been called, and was it worth it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from ...options import check_level
from ...provenance import Provenance
from ...rng import child_rng
from ..closure.endings import EXTERNAL, FRIENDLY
from .cases import Case, chance_lists, open_case, play_all
from .detectors import Scores, score_all
from .learning import Timetable
from .measures import net_benefit
from .panel import RiskPanel, read_panel
from .report_tables import (
    accuracy_table,
    gain_table,
    leak_table,
    list_table,
    reason_table,
    subgroup_table,
)
from .result import DetectorEvaluation

if TYPE_CHECKING:
    from ...codebook import Codebook
    from ...program import Program

WHO = "evaluate_detector"
BUDGETS = (1.0, 2.0, 5.0)
_FEW_ENDINGS = 30


@dataclass(frozen=True, eq=False)
class _Planted:
    """What is known of endings beyond the records: causes by relationship, and sudden ones."""

    causes: pd.Series | None
    sudden: list[str]


def evaluate_detector(
    program: Program,
    *,
    detectors: object = ("hazard", "signals"),
    budgets: Iterable[float] = BUDGETS,
    horizon_weeks: int = 6,
    early_weeks: int = 2,
    judged_from: str | pd.Timestamp | None = None,
    n_folds: int = 5,
    by: str | Iterable[str] = (),
    causes: pd.DataFrame | None = None,
    sudden: Iterable[str] = (),
    friendly: Iterable[str] = FRIENDLY,
    external: Iterable[str] = EXTERNAL,
    codebook: Codebook | None = None,
    n_draws: int = 400,
    level: float = 0.95,
    seed: int,
) -> DetectorEvaluation:
    r"""Tell whether a weekly list would have caught bad endings in time, and at what cost in calls.

    Every detector is shown beside chance, age of the relationship alone, the mentor's other pairs
    alone, and the plain gap since the last contact.

    Parameters
    ----------
    program : Program
        A program with endings on record.
    detectors : "hazard", "signals", signal name, Signal, callable, or iterable of them
        ``"hazard"``: the model of `detect`, fitted on other mentors before the split.
        ``"signals"``: the sum of raised signals of the log. A function takes weekly features and
        gives a score a row, higher to be called sooner.
    budgets : iterable of float
        Calls a week per 100 relationships that go on.
    horizon_weeks, early_weeks : int
        An alert is a hit if a problematic ending follows within the horizon; an ending is caught
        if an alert came at least `early_weeks` before it, within the horizon.
    judged_from : date-like, optional
        First day of judged lists; models learn from weeks whose horizon was over by then. The day
        with half of the problematic endings behind it when left out.
    n_folds : int
        Groups of mentors; each is judged by models of the others.
    by : str or iterable of str
        Columns for subgroups, as in `closure_curve`.
    causes : pandas.DataFrame, optional
        True causes, as of a simulated program: `relationship_id`, `cause`. They stand in for
        `end_reason` in the recall by reason.
    sudden : iterable of str
        Relationships whose ending nobody could foresee (planted), for the leak alarm.
    friendly, external, codebook
        As in `closure_curve`; what survey items mean, as in `detect`.
    n_draws, level : int, float
        Bootstrap samples of mentors, and the confidence level.
    seed : int
        For folds, ties, chance lists and the bootstrap.

    Returns
    -------
    DetectorEvaluation

    Raises
    ------
    OptionError
        For unknown detectors, columns, dates or budgets.
    EstimationError
        If there are no problematic endings to learn from before the split, or to catch after it.

    Notes
    -----
    Lists are played week by week with features as known then; nobody is listed twice within eight
    weeks. Models are fitted anew every quarter of a year, on weeks of other mentors whose horizon
    was over and endings that were on record by then. Lists are judged in weeks with a whole horizon
    on record. AUC and Brier score at the horizon: inverse probability of censoring weights, other
    endings compete. Intervals draw mentors, with the lists held fixed. The leak alarm is a
    one-sided binomial test of the recall of sudden endings, of whatever kind, against chance lists,
    at .01 over all budgets.

    References
    ----------
    blanche2013, graf1999, efron1993, kipnis2016, vickers2006

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> found = ml.signals.evaluate_detector(program, budgets=[5], n_draws=20, seed=1)
    >>> sorted(found.to_frame()["detector"])
    ['hazard', 'mentor rate only', 'plain gap', 'random', 'signals', 'tenure only']
    """
    budgets = _check(budgets, horizon_weeks, early_weeks, n_folds, level)
    panel = read_panel(program, friendly=friendly, external=external, codebook=codebook, who=WHO)
    split = _split(panel, judged_from)
    judged, scores = _score(
        panel, program, detectors, split, n_folds=n_folds, horizon_weeks=horizon_weeks, seed=seed
    )
    case = open_case(
        panel.take(judged), budgets, horizon_weeks, early_weeks, level, n_draws, seed, who=WHO
    )
    groups = [by] if isinstance(by, str) else [*by]
    return _report(case, program, scores, groups, _Planted(_causes(causes), [*sudden]), split)


def _score(
    panel: RiskPanel,
    program: Program,
    detectors: object,
    split: pd.Timestamp,
    *,
    n_folds: int,
    horizon_weeks: int,
    seed: int,
) -> tuple[np.ndarray, list[Scores]]:
    """Rows judged, in order of weeks, with every detector's scores."""
    ends = panel.features["week_end"]
    judged = np.flatnonzero(ends >= split)
    judged = judged[np.argsort(ends.to_numpy()[judged], kind="stable")]
    if not len(judged):
        raise EstimationError(f"{WHO}: no relationship went on at {split:%Y-%m-%d} or later.")
    mentor, _ = pd.factorize(panel.features["mentor_id"])
    folds = child_rng(seed, "folds").permutation(int(mentor.max()) + 1)[mentor] % n_folds
    try:
        timetable = Timetable(panel, judged, folds, split, horizon_weeks)
        scores = score_all(detectors, timetable, program, who=WHO)
    except EstimationError as error:
        raise EstimationError(
            f"{WHO}: before {split:%Y-%m-%d}: {error} Give an earlier or later `judged_from`."
        ) from error
    return judged, scores


def _report(
    case: Case,
    program: Program,
    scores: list[Scores],
    groups: list[str],
    planted: _Planted,
    split: pd.Timestamp,
) -> DetectorEvaluation:
    chance = chance_lists(case)
    played = play_all(case, scores, chance)
    tallies = {key: case.count(chosen) for key, chosen in played.items()}
    endings = next(iter(tallies.values())).endings.sum()
    if not endings:
        raise EstimationError(
            f"{WHO}: no problematic ending could be caught from {split:%Y-%m-%d} on. Give an "
            "earlier `judged_from`."
        )
    part = case.panel
    benefits = [net_benefit(part, one, case.horizon) for one in scores if one.is_probability]
    return DetectorEvaluation(
        lists=list_table(case, tallies, chance),
        accuracy=accuracy_table(case, scores),
        net_benefit=pd.concat(benefits, ignore_index=True),
        gains=gain_table(case, tallies, chance),
        by_reason=reason_table(case, played, chance, planted.causes),
        subgroups=subgroup_table(case, program, played, groups, who=WHO),
        leak=leak_table(case, played, chance, planted.sudden),
        horizon_weeks=case.horizon,
        early_weeks=case.early,
        n_relationships=part.features["relationship_id"].nunique(),
        n_weeks=len(part),
        n_endings=int(endings),
        judged_from=split,
        level=case.level,
        remarks=(*part.notes, *_remarks(part, endings)),
        provenance=Provenance(
            WHO,
            {
                "budgets": case.budgets,
                "horizon_weeks": case.horizon,
                "early_weeks": case.early,
                "n_draws": case.n_draws,
                "seed": case.seed,
            },
        ),
    )


def _causes(causes: pd.DataFrame | None) -> pd.Series | None:
    if causes is None:
        return None
    absent = {"relationship_id", "cause"} - {*getattr(causes, "columns", ())}
    if absent:
        raise OptionError(
            f"{WHO}: `causes` must be a frame with relationship_id and cause; got "
            f"{quote(type(causes).__name__)} without {' and '.join(sorted(absent))}."
        )
    again = causes["relationship_id"].duplicated()
    if again.any():
        raise OptionError(
            f"{WHO}: `causes` must name each relationship once; got "
            f"{quote(causes.loc[again, 'relationship_id'].iloc[0])} again."
        )
    return causes.set_index("relationship_id")["cause"]


def _check(
    budgets: Iterable[float], horizon: int, early: int, n_folds: int, level: float
) -> tuple[float, ...]:
    check_level(level, who=WHO)
    budgets = tuple(float(b) for b in budgets)
    if not budgets or not all(0 < b <= 100 for b in budgets):
        raise OptionError(
            f"{WHO}: `budgets` are calls a week per 100 relationships, above 0 and up to 100; got "
            f"{quote(budgets)}."
        )
    if not 0 <= early < horizon:
        raise OptionError(
            f"{WHO}: `early_weeks` must lie in 0 to below `horizon_weeks`; got {early} and "
            f"{horizon}."
        )
    if n_folds < 2:
        raise OptionError(f"{WHO}: `n_folds` must be 2 or more; got {n_folds}.")
    return budgets


def _split(panel: RiskPanel, judged_from: object) -> pd.Timestamp:
    if judged_from is not None:
        try:
            return pd.Timestamp(judged_from).normalize()
        except (ValueError, TypeError) as error:
            raise OptionError(
                f"{WHO}: `judged_from` must be a date; got {quote(judged_from)}."
            ) from error
    last = panel.features.assign(left=panel.days_left)[panel.kind == 1]
    if last.empty:
        raise EstimationError(f"{WHO}: no problematic ending is on record: nothing to evaluate.")
    last = last.drop_duplicates("relationship_id", keep="last")
    days = last["week_end"] + pd.to_timedelta(last["left"], unit="D")
    return days.sort_values().iloc[len(days) // 2].normalize()


def _remarks(panel: RiskPanel, endings: float) -> list[str]:
    said = []
    if panel.n_over:
        said.append(
            f"{count(panel.n_over, 'relationship-week')} after an ending that nobody had entered "
            "yet: not judged"
        )
    if endings < _FEW_ENDINGS:
        said.append(f"only {int(endings)} endings to catch: rates are rough")
    return said
