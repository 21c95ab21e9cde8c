"""The program's log as practices read it: rows inside the observed spans, with sides."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from .errors import count
from .program import Program
from .spans import last_known, relationship_spans
from .tables import TABLES

MENTOR_SIDE = ("mentor", "sponsor", "facilitator")
MENTEE_SIDE = ("mentee", "peer")
SIDES = dict.fromkeys(MENTOR_SIDE, "mentor") | dict.fromkeys(MENTEE_SIDE, "mentee")
_ACTIONS = ("action", "task", "step", "activity", "commitment", "to-do", "sub-goal", "subgoal")


@dataclass(frozen=True, eq=False)
class Log:
    """What practices read; rows are cut to the observed span of their relationship.

    Attributes
    ----------
    program : Program
        The tables.
    spans : pandas.DataFrame
        From `relationship_spans`.
    sides : pandas.DataFrame
        `relationship_id`, `person_id`, `side`: mentors, sponsors and facilitators stand on the
        mentor's side, mentees and peers on the mentee's.
    known_until : pandas.Timestamp
        The last moment known.
    contacts : pandas.DataFrame or None
        Contacts in the span with the columns of `spans` (`kind_of` is the relationship's kind), in
        order of time.
    scheduled, held : pandas.DataFrame or None
        Meetings and calls among the contacts: all of them, and those that took place.
    attendance : pandas.DataFrame or None
        Attendance at meetings and calls that were held or missed: `relationship_id`, `status` and
        the person's `side` beside it.
    goals : pandas.DataFrame or None
        Rows agreed in the span, up to a month before it, or at an unknown date, with the columns
        of `spans` and `is_action`.
    acts : pandas.DataFrame or None
        Acts in the span with the columns of `spans` and the `side` of who did them.
    """

    program: Program
    spans: pd.DataFrame
    sides: pd.DataFrame
    known_until: pd.Timestamp
    contacts: pd.DataFrame | None = None
    scheduled: pd.DataFrame | None = None
    held: pd.DataFrame | None = None
    attendance: pd.DataFrame | None = None
    goals: pd.DataFrame | None = None
    acts: pd.DataFrame | None = None


def read_log(program: Program, *, who: str) -> Log:
    """Find spans and sides, and cut the tables to the spans, once for all practices.

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    """
    members = program.members.assign(side=program.members["role"].map(SIDES))
    sides = members[["relationship_id", "person_id", "side"]]
    log = Log(
        program=program,
        spans=relationship_spans(program, who=who),
        sides=sides.drop_duplicates(["relationship_id", "person_id"]),
        known_until=last_known(program),
    )
    if program.contacts is not None:
        contacts = _cut_contacts(log)
        scheduled = contacts[contacts["kind"] != "message"].reset_index(drop=True)
        held = scheduled[scheduled["status"] == "held"].reset_index(drop=True)
        log = replace(log, contacts=contacts, scheduled=scheduled, held=held)
        if program.attendance is not None:
            log = replace(log, attendance=_cut_attendance(log))
    return replace(
        log,
        goals=None if program.goals is None else _cut_goals(log),
        acts=None if program.acts is None else _cut_acts(log),
    )


def _cut_contacts(log: Log) -> pd.DataFrame:
    joined = _beside(log, "contacts", log.spans, "relationship_id")
    inside = joined["at"].between(joined["starts"], joined["ends"])
    return joined[inside].sort_values(["relationship_id", "at"], ignore_index=True)


def _cut_attendance(log: Log) -> pd.DataFrame:
    met = log.scheduled[log.scheduled["status"].isin(["held", "missed"])]
    columns = ["contact_id", "relationship_id", "kind_of", "status"]
    rows = _beside(log, "attendance", met[columns], "contact_id")
    return rows.assign(side=side_of(log, rows, "person_id"))


def _cut_goals(log: Log) -> pd.DataFrame:
    rows = _beside(log, "goals", log.spans, "relationship_id")
    if "set_on" in rows:
        early = rows["set_on"] < rows["starts"] - pd.Timedelta(days=31)
        rows = rows[~early & ~(rows["set_on"] > rows["ends"])]
    is_action = pd.Series(False, index=rows.index)
    if "goal_kind" in rows:
        is_action |= rows["goal_kind"].str.lower().isin(_ACTIONS)
    if "parent_id" in rows:
        is_action |= rows["parent_id"].notna()
    return rows.assign(is_action=is_action).reset_index(drop=True)


def _cut_acts(log: Log) -> pd.DataFrame:
    rows = _beside(log, "acts", log.spans, "relationship_id")
    rows = rows[rows["at"].between(rows["starts"], rows["ends"])]
    rows = rows.assign(side=side_of(log, rows, "by"))
    return rows.sort_values(["relationship_id", "at"], ignore_index=True)


def _beside(log: Log, table: str, facts: pd.DataFrame, key: str) -> pd.DataFrame:
    """Join facts to a table; a user's extra column gives way to a fact of the same name."""
    frame = log.program.tables[table]
    taken = [name for name in facts if name != key and name not in TABLES[table].names]
    return frame.drop(columns=taken, errors="ignore").merge(facts, on=key, suffixes=("", "_of"))


def attendance_of(log: Log, side: str) -> pd.DataFrame:
    """Give the attendance of one side at meetings that were held or missed."""
    return log.attendance[log.attendance["side"] == side].reset_index(drop=True)


def acts_of(log: Log, act: str, side: str | None = None) -> pd.DataFrame:
    """Give acts of one kind, by one side or by anybody."""
    wanted = log.acts["act"] == act
    if side:
        wanted &= log.acts["side"] == side
    return log.acts[wanted].reset_index(drop=True)


def goals_of(log: Log) -> pd.DataFrame:
    """Give goals that are no actions."""
    return log.goals[~log.goals["is_action"]].reset_index(drop=True)


def actions_of(log: Log) -> pd.DataFrame:
    """Give actions.

    An action serves a goal (`parent_id`) or is called one in `goal_kind`; where a program tells
    neither, every row counts as an action too.
    """
    if not log.goals["is_action"].any():
        return log.goals.copy()
    return log.goals[log.goals["is_action"]].reset_index(drop=True)


def side_of(log: Log, rows: pd.DataFrame, person: str) -> pd.Series:
    """Tell on which side of its relationship the person of each row stands; missing if on none."""
    keys = ["relationship_id", "person_id"]
    lookup = log.sides.set_index(keys)["side"]
    wanted = pd.MultiIndex.from_arrays([rows["relationship_id"], rows[person]], names=keys)
    return pd.Series(lookup.reindex(wanted).to_numpy(), index=rows.index, dtype="object")


def with_side(log: Log, side: str) -> pd.DataFrame:
    """Give the spans of relationships that have anybody on a side."""
    present = log.sides.loc[log.sides["side"] == side, "relationship_id"]
    return log.spans[log.spans["relationship_id"].isin(present)]


def count_cases(spans: pd.DataFrame, events: pd.DataFrame, due: str) -> pd.DataFrame:
    """Count events of each span against one of its columns; relationships without events get 0."""
    n = events.groupby("relationship_id").size()
    done = spans["relationship_id"].map(n).fillna(0).astype(float)
    return cases(spans["relationship_id"], done, spans[due])


def followed(
    first: pd.DataFrame,
    later: pd.DataFrame,
    *,
    first_at: str,
    later_at: str,
    within: pd.Timedelta,
) -> np.ndarray:
    """Tell which rows are followed in the same relationship by another row in time.

    Parameters
    ----------
    first, later : pandas.DataFrame
        Rows with `relationship_id` and a date column each.
    first_at, later_at : str
        The date columns.
    within : pandas.Timedelta
        The longest wait; the same moment counts.

    Returns
    -------
    numpy.ndarray of bool, shape (len(first),)
    """
    left = first[["relationship_id"]].assign(row=np.arange(len(first)), begin=first[first_at])
    right = later[["relationship_id"]].assign(moment=later[later_at])
    pairs = left.merge(right, on="relationship_id")
    wait = pairs["moment"] - pairs["begin"]
    hit = pairs.loc[wait.between(pd.Timedelta(0), within), "row"]
    return np.isin(np.arange(len(first)), hit)


def cases(relationship_id: pd.Series, done: object, due: object = 1.0) -> pd.DataFrame:
    """Make the frame that every practice returns: what was due and what of it was done."""
    frame = pd.DataFrame({"relationship_id": relationship_id}).reset_index(drop=True)
    done = done.to_numpy() if isinstance(done, pd.Series) else done
    due = due.to_numpy() if isinstance(due, pd.Series) else due
    return frame.assign(done=np.asarray(done, dtype=float), due=np.asarray(due, dtype=float))


NO_CASES = cases(pd.Series([], dtype="str"), [], [])


def outside_note(log: Log) -> str:
    """Say how many contacts lie outside their relationship's dates; empty when none does."""
    contacts = log.program.contacts
    if contacts is None:
        return ""
    n = int(contacts["relationship_id"].isin(log.spans["relationship_id"]).sum())
    outside = n - len(log.contacts)
    if not outside:
        return ""
    lie = "lies" if outside == 1 else "lie"
    return f"{count(outside, 'contact')} {lie} outside the dates of the relationship: left out"
