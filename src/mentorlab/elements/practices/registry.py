"""The list of practices: a row and a function each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from ...activity import Log
from ...errors import OptionError, did_you_mean, listing, quote
from ...options import DependsOn, PracticeMeasure, check_option
from ...program import Program

PracticeCases = Callable[[Log], pd.DataFrame]


@dataclass(frozen=True)
class Practice:
    """One practice: what was due, what of it was done, and how to count both.

    Parameters
    ----------
    name : str
        As results print it.
    family : str
        The group it belongs to.
    about : str
        What a high value says, as a phrase.
    done, due : str
        What is counted, and against what.
    measure : {"share", "rate", "mean"}
        ``"share"``: done of due, between 0 and 1. ``"rate"``: events over exposure. ``"mean"``:
        the mean of the values in `done`, each with a `due` of 1.
    unit : str
        Of the estimate.
    needs : tuple of str
        Tables and columns, ``"contacts.status"``.
    depends_on : {"mentor", "mentee", "both", "program"}
        Whose doing it is.
    cases : callable
        From the log to a frame `relationship_id, done, due`, one row a case or a relationship.
    caution : str
        What not to read into it; empty when there is nothing to say.
    """

    name: str
    family: str
    about: str
    done: str
    due: str
    measure: PracticeMeasure
    unit: str
    needs: tuple[str, ...]
    depends_on: DependsOn
    cases: PracticeCases
    caution: str = ""

    def __post_init__(self) -> None:
        who = "Practice"
        check_option(self.measure, PracticeMeasure, who=who, name="measure")
        check_option(self.depends_on, DependsOn, who=who, name="depends_on")
        if not callable(self.cases):
            raise OptionError(f"{who}: `cases` must be a function; got {quote(self.cases)}.")


PRACTICES: dict[str, Practice] = {}


def register_practice(practice: Practice) -> Practice:
    """Add a practice of your own to those that `practice_rates` measures.

    Parameters
    ----------
    practice : Practice
        With a name that is not taken.

    Raises
    ------
    OptionError
        If the name is taken or the practice is not a `Practice`.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements.practices import PRACTICES, Practice, register_practice
    >>> from mentorlab.activity import cases
    >>> def long_meetings(log):
    ...     met = log.held.dropna(subset="minutes")
    ...     return cases(met["relationship_id"], met["minutes"] >= 60)
    >>> added = register_practice(
    ...     Practice(
    ...         "long_meetings", "mine", "meetings take an hour", "an hour or longer",
    ...         "held meetings", "share", "share", ("contacts.minutes",), "both", long_meetings,
    ...     )
    ... )
    >>> rates = ml.elements.practices.practice_rates(
    ...     ml.datasets.load_example_program(), practices="long_meetings"
    ... )
    >>> bool(0 < rates.to_frame()["estimate"].iloc[0] < 1)
    True
    >>> del PRACTICES["long_meetings"]
    """
    who = "register_practice"
    if not isinstance(practice, Practice):
        raise OptionError(f"{who}: `practice` must be a Practice; got {quote(practice)}.")
    if practice.name in PRACTICES:
        raise OptionError(f"{who}: the name {quote(practice.name)} is taken; choose another.")
    PRACTICES[practice.name] = practice
    return practice


def list_practices() -> pd.DataFrame:
    """List the practices that can be measured, with what each needs and whose doing it is.

    Returns
    -------
    pandas.DataFrame
        `practice, family, about, done, due, measure, unit, needs, depends_on, caution`.

    Examples
    --------
    >>> "meetings_held_of_agreed" in set(list_practices()["practice"])
    True
    """
    columns = ("family", "about", "done", "due", "measure", "unit", "needs", "depends_on")
    rows = [
        {
            "practice": row.name,
            **{name: getattr(row, name) for name in columns},
            "needs": ", ".join(row.needs),
            "caution": row.caution,
        }
        for row in PRACTICES.values()
    ]
    return pd.DataFrame(rows)


def select_practices(practices: str | Iterable[str], *, who: str) -> list[Practice]:
    """Find practices by name or family, ``"all"`` for every one.

    Raises
    ------
    OptionError
        If a name is neither.
    """
    wanted = [practices] if isinstance(practices, str) else list(practices)
    if wanted == ["all"]:
        return list(PRACTICES.values())
    families = dict.fromkeys(row.family for row in PRACTICES.values())
    for name in wanted:
        if name not in PRACTICES and name not in families:
            near = did_you_mean(name, [*PRACTICES, *families])
            raise OptionError(
                f"{who}: `practices` must be 'all', a family ({listing(families, limit=20)}) or "
                f"names from list_practices(); got {quote(name)}. {near}".rstrip()
            )
    return [row for row in PRACTICES.values() if row.name in wanted or row.family in wanted]


def absent_need(program: Program, needs: Iterable[str]) -> str:
    """Name the first table or column that a program lacks; empty when it has all."""
    for need in needs:
        table, _, column = need.partition(".")
        frame = program.tables.get(table)
        if frame is None:
            return f"the table {table}"
        if column and column not in frame:
            return need
    return ""
