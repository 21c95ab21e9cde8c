"""The answer of `signals_view`: the week's list, one relationship, and how far to trust it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import pandas as pd

from ... import html
from ...errors import count
from ...plots.theme import label_element
from ...result import Result
from ...signals import Detection, DetectorEvaluation
from ..view import View

SignalsPage = Literal["list", "relationship", "trust"]
STRIP_COLUMNS = ("week_end", "held", "missed", "cancelled", "rescheduled", "messages", "done",
                 "overdue", "began")  # fmt: skip
STRENGTH_COLUMNS = ("signal", "cause", "rests_on", "value", "raised", "evidence")
GOAL_COLUMNS = ("goal_id", "what", "owner", "set_on", "due_on", "state")
_MOST_ROWS = 60
_KEY = (
    "hazard: the chance of a bad ending, learned from other mentors' relationships before; "
    "signals: the raised signals of the log. Held against them: random lists, the age of the "
    "relationship only (tenure), how the mentor's other relationships ended only, and the longest "
    "silence only (plain gap)."
)


@dataclass(frozen=True)
class Section:
    """A part of a page: a title, sentences below it, and a table.

    Attributes
    ----------
    title : str
    words : tuple of str
    table : pandas.DataFrame
        Empty where the words say all.
    """

    title: str
    words: tuple[str, ...]
    table: pd.DataFrame


@dataclass(frozen=True, eq=False)
class SectionedView(View):
    """A view whose tables have titles.

    Attributes
    ----------
    sections : tuple of Section
    """

    sections: tuple[Section, ...] = ()

    def to_html(self) -> str:
        """The sections and notes as the widget prints them."""
        return html.view(_sections_html(self.sections), html.bullets(self.notes))

    def to_text(self) -> str:
        """The view in plain text."""
        return "\n".join([_text(self.headline, self.sections, self.notes), self.code])


@dataclass(frozen=True, eq=False, repr=False)
class SignalsView(Result):
    """One look at the weeks of a program.

    Attributes
    ----------
    show : {"list", "relationship", "trust"}
        The page.
    week : Detection
        The list of the week.
    relationship_id : str
        The relationship looked at; empty where nothing is listed and none was asked for.
    rank : int
        Its place on the list; 0 if it is not on it.
    per_hundred : float
        Calls a week per 100 relationships that go on.
    said : tuple of str
        What a reader must know.
    evaluation : DetectorEvaluation or None
        How such lists would have done on the program's past; with ``"trust"`` only.
    strip : pandas.DataFrame
        The last twelve weeks of the relationship looked at: `week_end`, `held`, `missed`,
        `cancelled`, `rescheduled`, `messages`, `done` (goals and actions done), `overdue` (due that
        week, not done), `began`.
    strengths : pandas.DataFrame
        Every signal of it: `signal`, `cause`, `rests_on`, `value` (1 is the threshold), `raised`,
        `evidence`.
    goals : pandas.DataFrame
        Its goals and actions: `goal_id`, `what`, `owner`, `set_on`, `due_on`, `state`.
    facts : tuple of str
        When it began, what was agreed, when they last met.
    question : str
        What to ask.
    missing : tuple of str
        What could not be read of it.
    cannot_tell : tuple of str
        What not to read into the signals raised. This and the seven before are there with
        ``"relationship"`` only.
    """

    show: SignalsPage
    week: Detection
    relationship_id: str
    rank: int
    per_hundred: float
    said: tuple[str, ...]
    evaluation: DetectorEvaluation | None = None
    strip: pd.DataFrame = field(default_factory=lambda: _nothing(STRIP_COLUMNS))
    strengths: pd.DataFrame = field(default_factory=lambda: _nothing(STRENGTH_COLUMNS))
    goals: pd.DataFrame = field(default_factory=lambda: _nothing(GOAL_COLUMNS))
    facts: tuple[str, ...] = ()
    question: str = ""
    missing: tuple[str, ...] = ()
    cannot_tell: tuple[str, ...] = ()

    plotter: ClassVar[str] = "mentorlab.widgets.weekly_signals.picture:plot_signals"
    digits: ClassVar[int] = 2

    @property
    def references(self) -> tuple[str, ...]:
        """Keys of the works behind what is shown."""
        both = (self.week, self.evaluation) if self.evaluation else (self.week,)
        return tuple(dict.fromkeys(key for one in both for key in one.references))

    def to_frame(self) -> pd.DataFrame:
        """Give the page's frame: the list, the relationship's signals, or the evaluation."""
        if self.show == "trust":
            return self.evaluation.to_frame()
        return self.week.to_frame() if self.show == "list" else self.strengths.copy()

    def headline(self) -> str:
        """What is shown, and of which day."""
        if self.show == "list":
            return self.week.headline()
        if self.show == "trust":
            return self.evaluation.headline()
        if not self.relationship_id:
            return "Nobody to call, and no relationship was chosen"
        place = f"number {self.rank} on the list" if self.rank else "not on the list"
        return f"{self.relationship_id}, {place} of {self.week.as_of:%Y-%m-%d}"

    def notes(self) -> tuple[str, ...]:
        """What a reader must know before acting on the page."""
        return self.said

    def sections(self) -> tuple[Section, ...]:
        """Give the page's parts as they are printed."""
        if self.show == "list":
            return _list_page(self)
        return _relationship_page(self) if self.show == "relationship" else _trust_page(self)

    def summary(self) -> str:
        """Say the whole page in plain text."""
        return _text(self.headline(), self.sections(), self.said)

    def _repr_html_(self) -> str:
        return html.view(
            html.heading(self.headline()),
            _sections_html(self.sections()),
            html.bullets(self.said),
        )


def _nothing(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(columns))


def _list_page(view: SignalsView) -> tuple[Section, ...]:
    week = view.week
    rows = pd.DataFrame(
        {
            "": [f"{rank}." for rank in week.listed["rank"]],
            "relationship": week.listed["relationship_id"],
            "what is seen": week.listed["evidence"],
            "what to ask": week.listed["question"],
        }
    )
    wrong = "How many of these calls would find nothing is unknown: too few endings on record."
    if len(rows) and week.expected_false == week.expected_false:
        basis = (
            "if the future is like the past"
            if week.scored_by == "hazard"
            else "if this list were no better than any other, an upper bound"
        )
        wrong = (
            f"About {week.expected_false:.1f} of these {count(len(rows), 'call')} would find "
            f"nothing that ends badly within {week.horizon_weeks} weeks ({basis})."
        )
    words = (wrong,) if len(rows) else ("Nobody to call.",)
    parts = [Section("To call this week", words, rows)]
    if len(week.conflicts):
        conflicts = week.conflicts[["relationship_id", "evidence", "question"]]
        names = {"relationship_id": "relationship", "evidence": "what is known",
                 "question": "what to ask"}  # fmt: skip
        parts.append(
            Section("Outside the calls: conflicts of interest", (), conflicts.rename(columns=names))
        )
    if len(week.silenced):
        names = {"relationship_id": "relationship", "why": "why"}
        parts.append(
            Section(
                "Passed over this week",
                (),
                week.silenced[["relationship_id", "why", "until"]].rename(columns=names),
            )
        )
    return tuple(parts)


def _relationship_page(view: SignalsView) -> tuple[Section, ...]:
    if not view.relationship_id:
        return ()
    raised = view.strengths[view.strengths["raised"]]
    seen = pd.DataFrame(
        {
            "sign of": raised["cause"],
            "what is seen": raised["evidence"],
            "rests on": raised["rests_on"],
            "strength": raised["value"],
        }
    )
    none = () if len(seen) else ("No single signal is raised.",)
    parts = [
        Section("One question to ask", (view.question,), pd.DataFrame()),
        Section("What is seen", (*view.facts, *none), seen),
    ]
    goals = view.goals.drop(columns="goal_id").rename(
        columns={"what": "goal or action", "set_on": "set", "due_on": "due"}
    )
    empty = () if len(goals) else ("None on record.",)
    parts.append(Section("Goals and open actions", empty, goals))
    unknown = [f"Could not be read here: {', '.join(view.missing)}."] if view.missing else []
    limits = [f"Can't tell {words}." for words in view.cannot_tell]
    if unknown or limits:
        parts.append(Section("What is missing", (*unknown, *limits), pd.DataFrame()))
    return tuple(parts)


def _trust_page(view: SignalsView) -> tuple[Section, ...]:
    lists = view.evaluation.lists
    budgets = lists["per_hundred"].unique()
    near = budgets[abs(budgets - view.per_hundred).argmin()]
    rows = lists[lists["per_hundred"] == near]
    table = pd.DataFrame(
        {
            "called by": [label_element(name) for name in rows["detector"]],
            "endings caught in time": [f"{share:.0%}" for share in rows["recall"]],
            "calls that were right": [f"{share:.0%}" for share in rows["ppv"]],
            "calls for one right one": [_work(work) for work in rows["work_per_hit"]],
            "weeks ahead (median)": rows["lead_weeks"],
        }
    )
    now = (
        f"Your {count(view.week.calls_per_week, 'call')} a week for "
        f"{count(view.week.n_active, 'relationship')} are {view.per_hundred:.1f} per 100; "
        f"the nearest number judged is {near:g}."
    )
    return (Section(f"At {near:g} calls a week per 100 relationships", (now, _KEY), table),)


def _work(work: float) -> str:
    return "none was right" if work == float("inf") else f"{work:.0f}" if work == work else "-"


def _sections_html(sections: tuple[Section, ...]) -> str:
    return "".join(
        html.heading(part.title)
        + "".join(html.paragraph(words) for words in part.words)
        + ("" if part.table.empty else html.table(part.table, max_rows=_MOST_ROWS))
        for part in sections
    )


def _text(headline: str, sections: tuple[Section, ...], notes: tuple[str, ...]) -> str:
    parts = [
        "\n".join(
            [
                part.title,
                *part.words,
                *([] if part.table.empty else [html.text_table(part.table)]),
            ]
        )
        for part in sections
    ]
    return "\n".join([headline, *parts, *(f"- {note}" for note in notes)])
