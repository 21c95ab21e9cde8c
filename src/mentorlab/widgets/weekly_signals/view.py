"""Whom to call this week, why, and how far to trust it, worked out by one plain function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import EstimationError, OptionError, count, did_you_mean, quote
from ...options import check_option
from ...program import Program
from ...provenance import Provenance
from ...signals import Detection
from .dashboard import facts_of, goals_of, own_goals, strip_of
from .pool import Asked, Label, SignalsPool
from .result import SignalsPage, SignalsView

WHO = "signals_view"
_NOTHING = "Nothing is raised here: no call is suggested."


def signals_view(
    program: Program | SignalsPool,
    *,
    as_of: str | pd.Timestamp,
    calls_per_week: int = 8,
    show: SignalsPage = "list",
    number: int = 1,
    relationship: str | None = None,
    signals: str | Iterable[str] = "all",
    labels: Iterable[Label] = (),
    history: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    horizon_weeks: int = 6,
    smallest_pool: int = 5,
    seed: int = 1,
) -> SignalsView:
    """Tell whom to call this week, why one relationship is on the list, or how far to trust it.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`.
    as_of : date-like
        The last day known.
    calls_per_week : int
        How many relationships can be called.
    show : {"list", "relationship", "trust"}
        The list; one relationship; or how such lists would have done on the program's past, beside
        random, tenure-only, mentor-rate-only and plain-gap lists.
    number : int
        The place on the list of the relationship looked at; the last one where the list is shorter.
    relationship : str, optional
        Another relationship to look at, on the list or not.
    signals : "all", str or iterable of str
        Names from `list_signals`.
    labels : iterable of tuple
        ``(relationship, day, label)``, the label as in `history`; a relationship that is put off
        or has a known reason leaves the list at once.
    history : pandas.DataFrame, optional
        Earlier calls and labels, as :func:`mentorlab.signals.detect` takes them.
    codebook : Codebook, optional
        What survey items mean.
    horizon_weeks, smallest_pool : int
        As :func:`mentorlab.signals.detect` takes them.
    seed : int
        For the intervals and chance lists of ``"trust"``.

    Returns
    -------
    SignalsView

    Raises
    ------
    OptionError
        If a day, number, name or label does not fit.
    MissingTableError
        Without `relationships.started_on`.
    EstimationError
        If no relationship goes on, or with ``"trust"`` no bad ending is on record to judge by.

    Notes
    -----
    The list is that of :func:`mentorlab.signals.detect`, and ``"trust"`` is
    :func:`mentorlab.signals.evaluate_detector` on all that is on record, not only on what was
    known at `as_of`.

    References
    ----------
    singer1993, brook1972, morris1983

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> view = ml.widgets.signals_view(program, as_of="2024-05-12", calls_per_week=4)
    >>> view.headline()
    '4 relationships to call of 90 that go on, as of 2024-05-12'
    """
    pool = SignalsPool.of(
        program,
        history=history,
        codebook=codebook,
        horizon_weeks=horizon_weeks,
        smallest_pool=smallest_pool,
        seed=seed,
        who=WHO,
    )
    check_option(show, SignalsPage, who=WHO, name="show")
    for name, value in (("calls_per_week", calls_per_week), ("number", number)):
        check_whole(name, value, who=WHO)
    asked = Asked(
        pool.day(as_of, who=WHO),
        pool.check_signals(signals, who=WHO),
        pool.check_labels(labels, who=WHO),
    )
    return view_of(pool, asked, show, calls_per_week, number, relationship or "")


def check_whole(name: str, value: Any, *, who: str) -> None:
    """Say what would do if a number of calls or a place is not a whole number above 0.

    Raises
    ------
    OptionError
        If it is not.
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < 1:
        raise OptionError(f"{who}: `{name}` must be a whole number above 0; got {quote(value)}.")


def view_of(
    pool: SignalsPool, asked: Asked, show: SignalsPage, calls: int, number: int, relationship: str
) -> SignalsView:
    """Make the view of checked settings."""
    week = pool.week(asked, calls)
    name, rank = _whom(week, number, relationship.strip())
    program = pool.known(asked.as_of)
    about = _dashboard(pool, program, week, name, rank) if show == "relationship" else {}
    evaluation, more = pool.trust(asked.signals) if show == "trust" else (None, ())
    said = evaluation.notes() if evaluation else tuple(_said(week, program))
    return SignalsView(
        show=show,
        week=week,
        relationship_id=name,
        rank=rank,
        evaluation=evaluation,
        per_hundred=100 * calls / week.n_active,
        said=(*said, *more),
        **about,
        provenance=Provenance(
            WHO,
            {
                "as_of": asked.as_of,
                "calls_per_week": calls,
                "show": show,
                "signals": asked.signals or "all",
                "labels": len(asked.labels),
                "seed": pool.seed,
            },
        ),
    )


def _dashboard(
    pool: SignalsPool, program: Program, week: Detection, name: str, rank: int
) -> dict[str, Any]:
    """The parts of the page of one relationship; none without one."""
    if not name:
        return {}
    as_of, goals = week.as_of, own_goals(program, name)
    strengths = _strengths(pool, week, name)
    raised = strengths[strengths["raised"]]
    unknown = strengths["signal"][strengths["value"].isna()]
    counted = week.strips[week.strips["relationship_id"] == name].reset_index(drop=True)
    return {
        "strip": strip_of(program, name, as_of, goals=goals, counted=counted),
        "strengths": strengths,
        "goals": goals_of(goals, as_of),
        "facts": (*facts_of(program, name, as_of), *_passed_over(week, name)),
        "question": _question(pool, week, rank, raised),
        "missing": tuple(word.replace("_", " ") for word in unknown),
        "cannot_tell": tuple(pool.about["cannot_tell"].reindex(raised["signal"]).dropna()),
    }


def _whom(week: Detection, number: int, relationship: str) -> tuple[str, int]:
    """Whom to look at, and the place on the list."""
    listed = week.listed["relationship_id"].tolist()
    if not relationship:
        place = min(number, len(listed))
        return (listed[place - 1], place) if place else ("", 0)
    if week.judged.empty:
        raise EstimationError(
            f"{WHO}: too few relationships go on at {week.as_of:%Y-%m-%d} to show one alone "
            f"({count(week.n_active, 'relationship')})."
        )
    known = week.judged["relationship_id"].unique()
    if relationship not in known:
        near = did_you_mean(relationship, known)
        raise OptionError(
            f"{WHO}: `relationship`: {quote(relationship)} does not go on at "
            f"{week.as_of:%Y-%m-%d}. {near}".rstrip()
        )
    return relationship, listed.index(relationship) + 1 if relationship in listed else 0


def _strengths(pool: SignalsPool, week: Detection, name: str) -> pd.DataFrame:
    found = week.for_relationship(name)
    about = pool.about[["cause", "rests_on"]].reindex(found["signal"])
    found.insert(1, "cause", about["cause"].fillna("").to_numpy())
    found.insert(2, "rests_on", about["rests_on"].fillna("").to_numpy())
    return found.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def _passed_over(week: Detection, name: str) -> list[str]:
    rows = week.silenced[week.silenced["relationship_id"] == name]
    return [f"Passed over until {row.until:%Y-%m-%d}: {row.why}." for row in rows.itertuples()]


def _question(pool: SignalsPool, week: Detection, rank: int, raised: pd.DataFrame) -> str:
    if rank:
        return str(week.listed["question"].iloc[rank - 1])
    asked = pool.about["question"].reindex(raised["signal"]).dropna()
    return str(asked.iloc[0]) if len(asked) else _NOTHING


def _said(week: Detection, program: Program) -> Iterator[str]:
    yield week.notes()[0]
    if program.contacts is None or program.contacts.empty:
        yield "no contact is on record by then: what the log could show is unknown"
    if week.unread:
        yield f"not read, for want of data: {'; '.join(week.unread).replace('_', ' ')}"
    yield from week.remarks
