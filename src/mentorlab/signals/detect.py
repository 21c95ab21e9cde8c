"""The relationships that might need a check-in this week, within the calls that can be made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..errors import EstimationError, OptionError, count, quote
from ..options import DetectionScore, check_option
from ..provenance import Provenance
from ..spans import last_known
from .catalog.base import Signal
from .catalog.reading import Reading
from .catalog.registry import select_signals
from .detection import STRIP_WEEKS, Detection
from .evaluation.detectors import join
from .evaluation.hazard import RiskModel, fit_risk
from .evaluation.panel import add_context, read_panel
from .features.weekly import weekly_features
from .silence import silenced
from .strips import letters, week_strips

if TYPE_CHECKING:
    from ..program import Program

WHO = "detect"
_FEWEST_ENDINGS = 20
"""Problematic endings before a model of the program's own past may rank; fewer, and signals do."""
_REASONS = 3
_ASK = "How are things going between you two?"


@dataclass(frozen=True, eq=False)
class _Scored:
    """Scores of the relationships that go on, with what they rest on."""

    score: pd.Series
    parts: pd.DataFrame
    by: str
    false_share: float
    remarks: tuple[str, ...]


def detect(
    program: Program,
    *,
    as_of: str | pd.Timestamp,
    calls_per_week: int,
    signals: object = "all",
    score: DetectionScore = "auto",
    history: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    horizon_weeks: int = 6,
    smallest_pool: int = 5,
) -> Detection:
    r"""Tell which relationships might need a check-in this week, and why.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`; signals need what ``list_signals(program)`` says.
    as_of : date-like
        The last day known.
    calls_per_week : int
        How many relationships can be called.
    signals : "all", str, Signal, callable, or iterable of them
        What is read; ``"all"`` takes what the data allow.
    score : {"auto", "hazard", "signals"}
        What ranks: the chance of a bad ending learned from the program's own past, or the raised
        signals. ``"auto"`` learns where 20 bad endings are on record by then.
    history : pandas.DataFrame, optional
        Earlier calls and labels: `relationship_id`, `on`, `label` (called, snooze, known_reason,
        false_alarm, helped), `until`. Whoever is in it is passed over for eight weeks, or until
        the day given.
    codebook : Codebook, optional
        What survey items mean; the package's item bank without.
    horizon_weeks : int
        How far ahead the chance looks.
    smallest_pool : int
        With fewer relationships that go on nothing is listed, since the list would name them all.

    Returns
    -------
    Detection

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    OptionError
        For dates, signals or numbers that do not fit.
    EstimationError
        If no relationship goes on, or ``score="hazard"`` has no past to learn from.

    Notes
    -----
    Everything is read from ``program.as_of(as_of)``. With the hazard the list is the highest
    chances and each reason is coefficient times distance from the average; its false alarms are
    the chances that no bad ending follows, if the future is like the past. With signals the score
    is the sum of the strengths of those raised, each up to 3, and only raised ones are listed;
    false alarms are then those of lists at the program's usual rate of bad endings, an upper
    bound. The default thresholds only fill the list; the number of calls cuts it. Evaluate the
    list on your own past with `evaluate_detector`.

    References
    ----------
    singer1993, brook1972, morris1983

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> week = ml.signals.detect(program, as_of="2024-05-12", calls_per_week=4)
    >>> len(week.to_frame()), week.scored_by
    (4, 'signals')
    """
    check_option(score, DetectionScore, who=WHO, name="score")
    _check_whole(calls_per_week=calls_per_week, horizon_weeks=horizon_weeks)
    cut = program.as_of(as_of)
    features = weekly_features(cut, as_of=cut.cut_at)
    reading = Reading(cut, features=features, codebook=codebook)
    if not len(reading.active):
        raise EstimationError(f"{WHO}: no relationship goes on at {reading.as_of:%Y-%m-%d}.")
    chosen, unread = select_signals(signals, cut, who=WHO)
    judged = pd.concat([one.read(reading) for one in chosen], ignore_index=True)
    scored = _score(reading, judged, chosen, score, horizon_weeks)
    quiet = silenced(history, reading.as_of, who=WHO)
    quiet = quiet[quiet["relationship_id"].isin(reading.active)].reset_index(drop=True)
    small = len(reading.active) < smallest_pool
    ids = [] if small else _first(scored, quiet, calls_per_week)
    remarks = [*scored.remarks, *_after_the_record(program, reading.as_of)]
    if small:
        remarks.append(
            f"fewer than {smallest_pool} relationships go on: nothing is listed, a list would "
            "name them all"
        )
    strips = week_strips(cut, pd.Series(ids, dtype="str"), reading.as_of, n_weeks=STRIP_WEEKS)
    return Detection(
        listed=_listed(reading, ids, judged, chosen, scored, strips),
        conflicts=_conflicts(judged, chosen, small),
        judged=judged.iloc[:0] if small else judged,
        contributions=_contributions(scored, ids),
        strips=strips,
        silenced=quiet,
        expected_false=_expected_false(scored, ids),
        scored_by=scored.by,
        as_of=reading.as_of.normalize(),
        calls_per_week=calls_per_week,
        n_active=len(reading.active),
        horizon_weeks=horizon_weeks,
        unread=tuple(unread),
        remarks=tuple(remarks),
        provenance=Provenance(
            WHO,
            {
                "as_of": str(as_of),
                "calls_per_week": calls_per_week,
                "signals": [one.name for one in chosen],
                "score": score,
            },
        ),
    )


def _after_the_record(program: Program, as_of: pd.Timestamp) -> list[str]:
    """Say that the log ends before the day asked for, since its silence is not the pairs'."""
    last = last_known(program) if program.cut_at is None else as_of
    if as_of.normalize() - last.normalize() <= pd.Timedelta(weeks=1):
        return []
    return [
        f"nothing is on record after {last:%Y-%m-%d}: silence since then may only mean that "
        "nothing was entered"
    ]


def _check_whole(**values: object) -> None:
    for name, value in values.items():
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
            raise OptionError(
                f"{WHO}: `{name}` must be a whole number above 0; got {quote(value)}."
            )


def _score(
    reading: Reading, judged: pd.DataFrame, chosen: list[Signal], score: str, horizon: int
) -> _Scored:
    try:
        past = read_panel(
            reading.program, features=reading.history, codebook=reading.codebook, who=WHO
        )
    except EstimationError as error:
        if score == "hazard":
            raise EstimationError(f"{WHO}: score='hazard': {error}") from error
        return _by_signals(reading, judged, chosen, score, n_bad=0, false_share=np.nan)
    over = past.follow_up() >= 7 * horizon
    bad = past.ends_within(horizon)
    n_bad = past.features.loc[over & bad, "relationship_id"].nunique()
    if score == "hazard" or (score == "auto" and n_bad >= _FEWEST_ENDINGS):
        try:
            model = fit_risk(past.features[over], bad[over], horizon_weeks=horizon)
        except EstimationError as error:
            raise EstimationError(f"{WHO}: score='hazard': {error}") from error
        return _by_hazard(reading, model, n_bad)
    false = 1 - float(bad[over].mean()) if n_bad else np.nan
    return _by_signals(reading, judged, chosen, score, n_bad=n_bad, false_share=false)


def _by_signals(
    reading: Reading,
    judged: pd.DataFrame,
    chosen: list[Signal],
    score: str,
    *,
    n_bad: int,
    false_share: float,
) -> _Scored:
    strengths = judged.pivot(index="relationship_id", columns="signal", values="value")
    budgeted = [one.name for one in chosen if one.in_budget]
    strengths = strengths.reindex(index=reading.active, columns=budgeted)
    capped = strengths.fillna(0.0).clip(0, 3)
    total = pd.Series(join(strengths), index=reading.active).where(capped.max(axis=1) >= 1, np.nan)
    remark = (
        f"ranked by raised signals: {count(n_bad, 'bad ending')} on record, a model of the "
        f"program's own past needs {_FEWEST_ENDINGS}"
        if score == "auto"
        else "ranked by raised signals"
    )
    return _Scored(total, capped.where(capped >= 1, 0.0), "signals", false_share, (remark,))


def _by_hazard(reading: Reading, model: RiskModel, n_bad: int) -> _Scored:
    now = add_context(reading.program, reading.history, codebook=reading.codebook, who=WHO)
    now = now[now["week_end"] == reading.as_of.normalize()].reset_index(drop=True)
    risk = pd.Series(model.risk(now), index=now["relationship_id"]).reindex(reading.active)
    parts = model.terms(now).set_axis(now["relationship_id"]).reindex(reading.active)
    remark = f"ranked by the chance of a bad ending, learned from {count(n_bad, 'bad ending')}"
    return _Scored(risk, parts, "hazard", np.nan, (remark,))


def _first(scored: _Scored, quiet: pd.DataFrame, calls: int) -> list[str]:
    score = scored.score.dropna()
    score = score[~score.index.isin(quiet["relationship_id"])]
    order = np.lexsort((score.index.to_numpy(dtype=str), -score.to_numpy()))
    return score.index[order[:calls]].tolist()


def _expected_false(scored: _Scored, ids: list[str]) -> float:
    if scored.by == "hazard":
        return float((1 - scored.score[ids]).sum())
    return scored.false_share * len(ids)


def _listed(
    reading: Reading,
    ids: list[str],
    judged: pd.DataFrame,
    chosen: list[Signal],
    scored: _Scored,
    strips: pd.DataFrame,
) -> pd.DataFrame:
    budgeted = {one.name: one for one in chosen if one.in_budget}
    raised = judged[judged["raised"] & judged["signal"].isin(budgeted)]
    unknown = judged[judged["value"].isna()].groupby("relationship_id")["signal"].agg(", ".join)
    by_letters = letters(strips) if ids else pd.Series(dtype=object)
    rows = []
    for rank, name in enumerate(ids, start=1):
        own = raised[raised["relationship_id"] == name].sort_values(
            "value", ascending=False, kind="stable"
        )
        top = scored.parts.loc[name].sort_values(ascending=False, kind="stable")
        top = top[top > 0].index[:_REASONS]
        rows.append(
            {
                "rank": rank,
                "relationship_id": name,
                "score": scored.score[name],
                "signals": ", ".join(own["signal"]),
                "evidence": "; ".join(own["evidence"]) or f"no single signal: {', '.join(top)}",
                "reasons": ", ".join(top),
                "strip": by_letters[name],
                "question": budgeted[own["signal"].iloc[0]].question if len(own) else _ASK,
                "missing": unknown.get(name, ""),
            }
        )
    columns = ["rank", "relationship_id", "score", "signals", "evidence", "reasons", "strip"]
    return pd.DataFrame(rows, columns=[*columns, "question", "missing"])


def _conflicts(judged: pd.DataFrame, chosen: list[Signal], small: bool) -> pd.DataFrame:
    questions = {one.name: one.question for one in chosen if not one.in_budget}
    rows = judged[judged["raised"] & judged["signal"].isin(questions) & (not small)]
    rows = rows[["relationship_id", "signal", "evidence"]].reset_index(drop=True)
    return rows.assign(question=rows["signal"].map(questions))


def _contributions(scored: _Scored, ids: list[str]) -> pd.DataFrame:
    parts = scored.parts.loc[ids].rename_axis(index="relationship_id", columns=None).reset_index()
    long = parts.melt("relationship_id", var_name="reason", value_name="contribution")
    order = long["relationship_id"].map({name: rank for rank, name in enumerate(ids)})
    long = long.assign(order=order).sort_values(
        ["order", "contribution"], ascending=[True, False], kind="stable"
    )
    long = long[long["contribution"] != 0].reset_index(drop=True)
    return long[["relationship_id", "reason", "contribution"]]
