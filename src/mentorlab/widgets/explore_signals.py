"""Explore a program's weekly lists: whom to call, why, and how far to trust the list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..codebook import Codebook
from ..plots.theme import label_element
from ..program import Program
from .controls import Buttons, Control, MultiSelect, Slider, Steps, Typed
from .kit import Explorer
from .weekly_signals.controls import Labels
from .weekly_signals.picture import SignalsPicture
from .weekly_signals.pool import MOST_CALLS, Asked, Label, Names, SignalsPool
from .weekly_signals.result import SectionedView, SignalsPage
from .weekly_signals.view import check_whole, view_of
from .worker import Progress

WHO = "explore_signals"
_PAGES: dict[str, SignalsPage] = {
    "this week's list": "list",
    "one relationship": "relationship",
    "how far to trust it": "trust",
}
_DAY_WIDTH = "24em"
# milliseconds, measured on 120 relationships; both grow with the log
_MS_WEEK, _MS_TRUST = 500, 2_000


@dataclass(frozen=True)
class SignalsState:
    """What the controls of `explore_signals` say.

    Attributes
    ----------
    show : {"list", "relationship", "trust"}
        The page.
    as_of : str
        The last day known, ISO 8601.
    calls_per_week : int
        How many relationships can be called.
    number : int
        The place on the list of the relationship looked at.
    relationship : str
        Another relationship to look at; empty without.
    labels : tuple of (str, str, str)
        Relationship, day and label, of all that got one.
    signals : tuple of str
        What is read.
    """

    show: SignalsPage
    as_of: str
    calls_per_week: int
    number: int = 1
    relationship: str = ""
    labels: tuple[Label, ...] = ()
    signals: Names = ()


class SignalsExplorer(Explorer):
    """A widget whose label buttons are about whoever is looked at.

    A step on the list leaves a relationship that was typed.
    """

    @property
    def labels(self) -> pd.DataFrame:
        """The labels set so far, `relationship_id, on, label`, as `detect` takes a history."""
        return pd.DataFrame(self.state.labels, columns=["relationship_id", "on", "label"])

    def _changed(self, change: Any) -> None:
        typed = self.controls["relationship"]
        if change["owner"] is self.controls["number"] and typed.value and not self._settling:
            self._settling = True
            try:
                typed.value = ""
            finally:
                self._settling = False
        super()._changed(change)

    def _present(self, view: SectionedView) -> None:
        super()._present(view)
        answer = view.answer
        self.controls["labels"].about(answer.relationship_id, f"{answer.week.as_of:%Y-%m-%d}")


def explore_signals(
    program: Program | SignalsPool,
    *,
    as_of: str | pd.Timestamp | None = None,
    calls_per_week: int = 8,
    history: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    horizon_weeks: int = 6,
    smallest_pool: int = 5,
    seed: int = 1,
) -> SignalsExplorer:
    """See whom to call this week and why, and how far such lists can be trusted.

    Controls choose the page, the day, the calls that can be made, the relationship looked at and
    its label, and below what is shown the signals that are read. The list shows the last twelve
    weeks of each relationship on it; the page of one relationship shows what is seen, in words,
    what put it on the list, its goals and open actions, what is missing and one question to ask;
    the last page shows what such lists would have caught, beside four simple baselines.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`.
    as_of : date-like, optional
        The day to start with; the last one known when left out, or the last one with enough
        relationships that go on.
    calls_per_week : int
        How many relationships can be called.
    history : pandas.DataFrame, optional
        Earlier calls and labels, as :func:`mentorlab.signals.detect` takes them.
    codebook : Codebook, optional
        What survey items mean; the package's item bank without.
    horizon_weeks, smallest_pool : int
        As :func:`mentorlab.signals.detect` takes them.
    seed : int
        For the evaluation.

    Returns
    -------
    SignalsExplorer
        The widget; `.state`, `.result`, `.code`, `.labels` and `.static()` work without a front
        end.

    Raises
    ------
    OptionError
        If it is no program, the day is before anything began, or the calls are fewer than one.
    MissingTableError
        Without `relationships.started_on`.
    EstimationError
        If no relationship goes on at the day.

    Notes
    -----
    A list is a reason to ask, never a verdict, and never a ranking of mentors. Labels last for
    eight weeks from the day on which they were set: a relationship that is put off (snooze) or has
    a known reason leaves the list at once, one that was called from the next day on. They are kept
    in the widget only; save `.labels` to keep them.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> widget = ml.widgets.explore_signals(program, as_of="2024-05-12", calls_per_week=4)
    >>> widget.controls["show"].value = "relationship"
    >>> print(widget.code)
    ml.widgets.signals_view(program, as_of='2024-05-12', calls_per_week=4, show='relationship')
    """
    given: dict[str, Any] = {
        "history": history,
        "codebook": codebook,
        "horizon_weeks": horizon_weeks,
        "smallest_pool": smallest_pool,
        "seed": seed,
    }
    pool = SignalsPool.of(program, **given, who=WHO)
    check_whole("calls_per_week", calls_per_week, who=WHO)
    day = pool.usual_day if as_of is None else pool.day(as_of, who=WHO)
    fixed = _fixed(given)

    def render(state: SignalsState, progress: Progress) -> SectionedView:
        progress(0, 2)
        asked = _asked(pool, state)
        pool.week(asked, state.calls_per_week)
        progress(1, 2)
        answer = view_of(
            pool, asked, state.show, state.calls_per_week, state.number, state.relationship
        )
        call = ", ".join(["program", *_keywords(asked, state), *fixed])
        return SectionedView(
            answer=answer,
            frame=answer.to_frame(),
            tables=(),
            notes=answer.notes(),
            code=f"ml.widgets.signals_view({call})",
            headline=answer.headline(),
            sections=answer.sections(),
        )

    def estimate_ms(state: SignalsState) -> float:
        if not state.signals:
            return 0
        asked = _asked(pool, state)
        judging = state.show == "trust" and not pool.has_trust(asked.signals)
        return (0 if pool.has_week(asked) else _MS_WEEK) + (_MS_TRUST if judging else 0)

    explorer = SignalsExplorer(
        state=SignalsState("list", day, calls_per_week, signals=pool.offered),
        controls=signals_controls(pool, day, calls_per_week),
        render=render,
        picture=SignalsPicture,
        estimate_ms=estimate_ms,
    )
    _signals_below(explorer)
    return explorer


def signals_controls(pool: SignalsPool, day: str, calls: int) -> tuple[Control, ...]:
    """Give the controls for a program: its weeks, its relationships, the signals it allows."""
    most = max(MOST_CALLS, calls)
    return (
        Buttons(
            name="show",
            label="Show",
            help="The list, one relationship, or what such lists would have caught",
            options=list(_PAGES.items()),
        ),
        Steps(
            name="as_of",
            label="As of",
            help="The last day known: nothing later is read",
            options=[(one, one) for one in pool.days(day)],
        ),
        Slider(
            name="calls_per_week",
            label="Calls a week",
            help="How many relationships can be called",
            low=1,
            high=most,
        ),
        Slider(
            name="number",
            label="Number on the list",
            help="Which relationship of the list to look at",
            low=1,
            high=most,
        ),
        Typed(
            name="relationship",
            label="Or look up",
            help="Any relationship that goes on; empty for the number on the list",
            suggestions=pool.program.relationships["relationship_id"].astype("str").tolist(),
            placeholder="a relationship",
        ),
        Labels(
            name="labels",
            label="Label",
            help="What is known of the relationship looked at; some labels take it off the list",
        ),
        MultiSelect(
            name="signals",
            label="Signals",
            help="Which signals are read",
            options=[(label_element(name), name) for name in pool.offered],
        ),
    )


def _signals_below(explorer: Explorer) -> None:
    """Put the signals, which are many and seldom changed, below what is shown; a day has room."""
    controls, status, shown = explorer.box.children
    signals = explorer.controls["signals"]
    explorer.controls["as_of"].layout.width = _DAY_WIDTH
    controls.children = [control for control in controls.children if control is not signals]
    explorer.box.children = [controls, status, shown, signals]


def _asked(pool: SignalsPool, state: SignalsState) -> Asked:
    signals = pool.check_signals(state.signals, who=WHO)
    return Asked(state.as_of, signals, pool.check_labels(state.labels, who=WHO))


def _fixed(given: dict[str, Any]) -> list[str]:
    """Name the keywords that no control changes and that differ from the usual."""
    usual = {"history": None, "codebook": None, "horizon_weeks": 6, "smallest_pool": 5, "seed": 1}
    data = [f"{name}={name}" for name in ("history", "codebook") if given[name] is not None]
    numbers = ("horizon_weeks", "smallest_pool", "seed")
    return data + [f"{name}={given[name]!r}" for name in numbers if given[name] != usual[name]]


def _keywords(asked: Asked, state: SignalsState) -> list[str]:
    said: dict[str, Any] = {"as_of": asked.as_of, "calls_per_week": state.calls_per_week}
    if state.show != "list":
        said["show"] = state.show
    if state.relationship.strip():
        said["relationship"] = state.relationship.strip()
    elif state.number != 1:
        said["number"] = state.number
    if asked.signals:
        said["signals"] = list(asked.signals)
    if asked.labels:
        said["labels"] = list(asked.labels)
    return [f"{name}={value!r}" for name, value in said.items()]
