"""The log as expressions: who was observed from when to when, and what each contact says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...activity import MENTEE_SIDE, MENTOR_SIDE
from ..features.layout import DAY_US, MENTEE, MENTOR, NOBODY
from .sources import load_ibis
from .windows import day_micros, flag, micros, running, week_of

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import BooleanColumn, NumericColumn

ID = "relationship_id"
FIRST_EVER = -(2**62)
"""A moment before all others, for members who were there from the start."""


@dataclass(frozen=True, eq=False)
class Log:
    """What the features are made of.

    Attributes
    ----------
    relations : ibis.Table
        `relationship_id`, `starts`, `known_end` (empty while it goes on).
    contacts, due_dates : ibis.Table or None
        Known by the last day.
    origin : int
        The last moment known, in microseconds.
    order : tuple of str
        Columns of contacts that order those of the same moments.
    tag : str
        What tells the stages of this query from those of another one.
    """

    relations: Table
    contacts: Table | None
    due_dates: Table | None
    origin: int
    order: tuple[str, ...]
    tag: str

    def stage(self, table: Table, name: str) -> Table:
        """Name a stage of the query, which keeps the SQL flat and readable."""
        return table.alias(f"{name}_{self.tag}")


def read_log(tables: Mapping[str, Table], *, origin: int, order: Sequence[str], tag: str) -> Log:
    """Code the tables as the kernel's readers do.

    Parameters
    ----------
    tables : mapping of str to ibis.Table
        Checked.
    origin : int
        The last moment known, in microseconds.
    order : sequence of str
        Columns of contacts that order those of the same moments.
    tag : str
        A text that only this query has.
    """
    withdrawn = _withdrawn(tables["people"])
    members = tables["members"]
    relations = tables["relationships"]
    if withdrawn is not None:
        relations = relations.anti_join(_left_alone(members, withdrawn), ID)
        members = members.anti_join(withdrawn, "person_id")
    relations = _relations(relations, origin).alias(f"relations_{tag}")
    contacts = None
    if "contacts" in tables:
        sides = _sides(members)
        coded = _contacts(tables, relations, sides, withdrawn)
        contacts = _counted(coded, origin, order).alias(f"contacts_{tag}")
    due_dates = None
    if "goals" in tables and "due_on" in tables["goals"].columns:
        due_dates = _due_dates(tables["goals"], relations, origin)
    return Log(relations, contacts, due_dates, origin, tuple(order), tag)


def _withdrawn(people: Table) -> Table | None:
    """People whose consent is false."""
    if "consent" not in people.columns or people["consent"].type().is_null():
        return None
    return people.filter(~people["consent"].fill_null(True)).select("person_id")


def _left_alone(members: Table, withdrawn: Table) -> Table:
    """Relationships whose every member withdrew."""
    marked = members.left_join(withdrawn.rename(gone="person_id"), [("person_id", "gone")])
    counted = marked.group_by(ID).agg(n=marked.count(), n_gone=marked["gone"].count())
    return counted.filter(counted["n"] == counted["n_gone"]).select(ID)


def _relations(frame: Table, origin: int) -> Table:
    """When relationships began, and the moment from which their endings are known."""
    ibis = load_ibis("warehouse")
    known_end = ibis.null("int64")
    if "ended_on" in frame.columns:
        over = day_micros(frame["ended_on"]) + (DAY_US - 1)
        known_end = over
        if "end_recorded_at" in frame.columns:
            entered = micros(frame["end_recorded_at"])
            known_end = ibis.ifelse((entered > over).fill_null(False), entered, over)
    table = frame.select(ID, starts=day_micros(frame["started_on"]), known_end=known_end)
    return table.filter(table["starts"] <= origin)


def _sides(members: Table) -> Table:
    """The first side on which each person stood in a relationship, and since when."""
    ibis = load_ibis("warehouse")
    role = members["role"]
    since = ibis.literal(FIRST_EVER)
    if "joined_on" in members.columns:
        since = micros(members["joined_on"]).fill_null(FIRST_EVER)
    table = members.select(
        ID,
        "person_id",
        "role",
        since=since,
        side=ibis.cases(
            (role.isin(MENTOR_SIDE), MENTOR), (role.isin(MENTEE_SIDE), MENTEE), else_=NOBODY
        ),
    )
    place = ibis.row_number().over(group_by=[ID, "person_id"], order_by=["since", "role"])
    table = table.mutate(place=place)
    return table.filter(table["place"] == 0).drop("place", "role")


def _side_of(rows: Table, person: str, sides: Table, name: str) -> Table:
    """Add the side of a person when the row became known."""
    ibis = load_ibis("warehouse")
    right = sides.rename(own=ID, whom="person_id")
    joined = rows.left_join(right, [(ID, "own"), (person, "whom")])
    side = ibis.ifelse(joined["since"] <= joined["known"], joined["side"], NOBODY)
    return joined.mutate(**{name: side.fill_null(NOBODY)}).drop("own", "whom", "since", "side")


def _contacts(
    tables: Mapping[str, Table],
    relations: Table,
    sides: Table,
    withdrawn: Table | None,
) -> Table:
    """Contacts inside their relationship's dates, with the sides of the people named."""
    frame = tables["contacts"]
    at = micros(frame["at"])
    known = at
    if "recorded_at" in frame.columns:
        ibis = load_ibis("warehouse")
        recorded = micros(frame["recorded_at"])
        known = ibis.ifelse((recorded > at).fill_null(False), recorded, at)
    rows = frame.mutate(at=at, known=known)
    rows = rows.inner_join(relations, ID)
    inside = rows["at"] >= rows["starts"]
    inside &= (rows["known"] < rows["known_end"]).fill_null(True)
    rows = rows.filter(inside)
    for column in ("initiated_by", "at_fault"):
        if column in frame.columns:
            rows = _side_of(rows, column, sides, f"{column}_side")
        else:
            rows = rows.mutate(**{f"{column}_side": NOBODY})
    rows = _with_agenda(rows, withdrawn)
    return _with_preparation(rows, tables.get("attendance"), sides)


def _with_agenda(rows: Table, withdrawn: Table | None) -> Table:
    """Tell whether somebody set an agenda."""
    if "agenda_by" not in rows.columns:
        return rows.mutate(has_agenda=False)
    somebody = rows["agenda_by"].nullif("").notnull()
    if withdrawn is not None:
        rows = rows.left_join(
            withdrawn.rename(agenda_gone="person_id"), [("agenda_by", "agenda_gone")]
        )
        somebody = rows["agenda_by"].nullif("").notnull() & rows["agenda_gone"].isnull()
    return rows.mutate(has_agenda=somebody)


def _with_preparation(rows: Table, attendance: Table | None, sides: Table) -> Table:
    """Tell for each side whether everyone asked came prepared; empty when nobody was asked."""
    ibis = load_ibis("warehouse")
    if attendance is None or "prepared" not in attendance.columns:
        nothing = ibis.null("int64")
        return rows.mutate(ready_mentor=nothing, ready_mentee=nothing)
    asked = attendance.filter(attendance["prepared"].notnull())
    asked = asked.select("contact_id", "person_id", ready=flag(asked["prepared"]))
    asked = asked.inner_join(rows.select("contact_id", ID, "known"), "contact_id")
    asked = _side_of(asked, "person_id", sides, "stood")
    both = asked.group_by(asked["contact_id"].name("met")).agg(
        ready_mentor=asked["ready"].min(where=asked["stood"] == MENTOR),
        ready_mentee=asked["ready"].min(where=asked["stood"] == MENTEE),
    )
    return rows.left_join(both, [("contact_id", "met")]).drop("met")


def _counted(rows: Table, origin: int, order: Sequence[str]) -> Table:
    """What each contact known by the last moment adds to the counts of its week."""
    ibis = load_ibis("warehouse")
    rows = rows.filter(rows["known"] <= origin)
    scheduled, held = rows["kind"] != "message", rows["status"] == "held"
    failed = scheduled & rows["status"].isin(["missed", "cancelled"])
    by, fault = rows["initiated_by_side"], rows["at_fault_side"]
    met = held & scheduled
    late = rows["out_of_hours"] if "out_of_hours" in rows.columns else ibis.null("boolean")
    minutes = ibis.literal(0.0)
    if "minutes" in rows.columns:
        minutes = ibis.ifelse(held, rows["minutes"].cast("float64"), 0.0).fill_null(0.0)

    def asked(side: str) -> BooleanColumn:
        return met & rows[f"ready_{side}"].notnull()

    return rows.select(
        ID,
        *order,
        "at",
        "known",
        "starts",
        week=week_of(rows["known"], origin),
        own_week=week_of(rows["at"], origin),
        by=by,
        answers=flag(held & ~scheduled & (by != NOBODY)),
        contacts=flag(held),
        meetings=flag(met),
        minutes=minutes.cast("float64"),
        failed=flag(failed),
        failed_mentor=flag(failed & (fault == MENTOR)),
        failed_mentee=flag(failed & (fault == MENTEE)),
        missed=flag(scheduled & (rows["status"] == "missed")),
        cancelled=flag(scheduled & (rows["status"] == "cancelled")),
        rescheduled=flag(scheduled & (rows["status"] == "rescheduled")),
        started_mentor=flag(held & (by == MENTOR)),
        started_mentee=flag(held & (by == MENTEE)),
        agenda=flag(met & rows["has_agenda"]),
        asked_mentor=flag(asked("mentor")),
        asked_mentee=flag(asked("mentee")),
        ready_mentor=flag(asked("mentor") & (rows["ready_mentor"] == 1)),
        ready_mentee=flag(asked("mentee") & (rows["ready_mentee"] == 1)),
        hours_told=flag(held & late.notnull()),
        out_of_hours=flag((held & late).fill_null(False)),
    )


def _due_dates(goals: Table, relations: Table, origin: int) -> Table:
    """When due dates passed with the item open (0), and items were done late (1) or in time (2)."""
    ibis = load_ibis("warehouse")
    given = [goals[name] for name in ("recorded_at", "set_on") if name in goals.columns]
    entered = ibis.coalesce(*(micros(each) for each in given)) if given else ibis.null("int64")
    done = micros(goals["done_on"]) if "done_on" in goals.columns else ibis.null("int64")
    rows = goals.select(ID, entered=entered, done=done, due=day_micros(goals["due_on"]) + DAY_US)
    rows = rows.filter(rows["entered"].notnull() & rows["due"].notnull())
    rows = rows.inner_join(relations, ID)
    rows = rows.mutate(entered=_later(rows["entered"], rows["starts"]))
    rows = rows.mutate(
        passed=_later(rows["due"], rows["entered"]),
        done_known=_later(rows["done"], rows["entered"]),
    )
    in_time = (rows["done"] < rows["due"]).fill_null(False)
    late = ~in_time & (rows["passed"] < rows["done_known"]).fill_null(True)
    events = ibis.union(
        rows.filter(late).select(ID, known="passed", kind=ibis.literal(0, "int64")),
        rows.filter(late & rows["done"].notnull()).select(
            ID, known="done_known", kind=ibis.literal(1, "int64")
        ),
        rows.filter(in_time).select(ID, known="done_known", kind=ibis.literal(2, "int64")),
    )
    events = events.filter(events["known"] <= origin)
    return events.mutate(week=week_of(events["known"], origin))


def _later(left: NumericColumn, right: NumericColumn) -> NumericColumn:
    """The later of two moments; empty if the left one is."""
    return load_ibis("warehouse").ifelse(left < right, right, left)


def with_runs(rows: Table, counts: Sequence[str], *, ends: str, order: Sequence[str]) -> Table:
    """Add, for runs that some rows end, the running count and its value at the last end.

    A run's length is then ``total_x - max(at_end_x)`` at any later row, because totals only grow.
    """
    totals = {f"total_{name}": running(rows[name], "sum", by=ID, order=order) for name in counts}
    rows = rows.mutate(**totals)
    ibis = load_ibis("warehouse")
    at_end = {
        f"at_end_{name}": ibis.ifelse(rows[ends] == 1, rows[f"total_{name}"], 0) for name in counts
    }
    return rows.mutate(**at_end)
