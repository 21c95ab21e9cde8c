"""What is on record of one relationship: facts, the last twelve weeks, goals and open actions."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ...errors import count
from ...program import Program
from ...signals.detection import STRIP_WEEKS
from ...signals.strips import week_strips

_MOST_DONE = 3  # finished ones in the table; open ones are all there
_DAY = pd.Timedelta(days=1)


def facts_of(program: Program, name: str, as_of: pd.Timestamp) -> tuple[str, ...]:
    """Say when a relationship began, what was agreed, and when they last met.

    Parameters
    ----------
    program : Program
        As known on the day.
    name : str
        The relationship.
    as_of : pandas.Timestamp
        The day.
    """
    rows = program.relationships
    row = rows[rows["relationship_id"] == name].iloc[0]
    return " ".join(_spans(row, as_of)), " ".join(_meetings(program, name, as_of))


def _spans(row: pd.Series, as_of: pd.Timestamp) -> Iterator[str]:
    began = row["started_on"]
    yield f"Began {began:%Y-%m-%d}, {count((as_of - began).days // 7, 'week')} ago."
    planned = row.get("planned_end")
    if planned is not None and not pd.isna(planned):
        late = planned < as_of
        yield f"Planned to end {planned:%Y-%m-%d}{', which has passed' if late else ''}."
    pace = row.get("meetings_per_month")
    if pace is not None and not pd.isna(pace):
        yield f"Agreed: {pace:g} meetings a month."


def _meetings(program: Program, name: str, as_of: pd.Timestamp) -> Iterator[str]:
    rows = program.contacts
    if rows is None:
        yield "No log of contacts."
        return
    held = rows[(rows["relationship_id"] == name) & (rows["status"] == "held")]
    met = held.loc[held["kind"] != "message", "at"].max()
    wrote = held.loc[held["kind"] == "message", "at"].max()
    yield "No meeting on record." if pd.isna(met) else f"Last met {_ago(met, as_of)}."
    if not pd.isna(wrote):
        yield f"Last message {_ago(wrote, as_of)}."


def _ago(moment: pd.Timestamp, as_of: pd.Timestamp) -> str:
    days = (as_of - moment.normalize()) // _DAY
    ago = f"{count(days, 'day')} ago" if days else "that day"
    return f"{moment:%Y-%m-%d}, {ago}"


def strip_of(
    program: Program,
    name: str,
    as_of: pd.Timestamp,
    *,
    goals: pd.DataFrame,
    counted: pd.DataFrame,
) -> pd.DataFrame:
    """Count what happened in each of the last twelve weeks, goals and actions with it.

    Parameters
    ----------
    program : Program
        As known on the day.
    name : str
        The relationship.
    as_of : pandas.Timestamp
        The day.
    goals : pandas.DataFrame
        From `own_goals`.
    counted : pandas.DataFrame
        Weeks of the relationship that `detect` has counted; counted here where there are none.

    Returns
    -------
    pandas.DataFrame
        `relationship_id, week_end, held, missed, cancelled, rescheduled, messages, done, overdue`,
        and `began`: whether the relationship had begun by the end of that week.
    """
    strip = counted
    if strip.empty:
        strip = week_strips(program, pd.Series([name], dtype="str"), as_of, n_weeks=STRIP_WEEKS)
    done = _by_week(goals["done_on"], strip, as_of)
    late = goals["due_on"].where(goals["done_on"].isna() & (goals["due_on"] < as_of))
    began = program.relationships.set_index("relationship_id")["started_on"]
    return strip.assign(
        done=done,
        overdue=_by_week(late, strip, as_of),
        began=strip["week_end"] >= strip["relationship_id"].map(began),
    )


def _by_week(days: pd.Series, strip: pd.DataFrame, as_of: pd.Timestamp) -> list[int]:
    back = (as_of - days.dropna().dt.normalize()) // _DAY // 7
    ago = (as_of - strip["week_end"]) // _DAY // 7
    return [int((back == week).sum()) for week in ago]


def goals_of(goals: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Order a relationship's goals and actions, what is past due first, what is done last.

    Parameters
    ----------
    goals : pandas.DataFrame
        From `own_goals`.
    as_of : pandas.Timestamp
        The day.

    Returns
    -------
    pandas.DataFrame
        `goal_id, what, owner, set_on, due_on, state`; of what is done the latest three.
    """
    is_done = goals["done_on"].notna()
    rows = goals.assign(
        when=goals["due_on"].where(~is_done, goals["done_on"]),
        state=[
            _state(due, done, as_of)
            for due, done in zip(goals["due_on"], goals["done_on"], strict=True)
        ],
    )
    still = rows[~is_done].sort_values("when", kind="stable", na_position="last")
    done = rows[is_done].sort_values("when", ascending=False, kind="stable").head(_MOST_DONE)
    table = pd.concat([still, done], ignore_index=True)
    table["what"] = [
        kind if pd.isna(step) else f"{kind} ({step})"
        for kind, step in zip(table["goal_kind"].fillna("goal"), table["grow_step"], strict=True)
    ]
    table = table.rename(columns={"owner_role": "owner"})
    return table[["goal_id", "what", "owner", "set_on", "due_on", "state"]]


def own_goals(program: Program, name: str) -> pd.DataFrame:
    """Give the goals and actions of one relationship with all columns that are shown."""
    rows = program.goals
    days, words = ["set_on", "due_on", "done_on"], ["owner_role", "goal_kind", "grow_step"]
    if rows is None:
        rows = pd.DataFrame({"relationship_id": [], "goal_id": []}, dtype="str")
    rows = rows[rows["relationship_id"] == name].reset_index(drop=True)
    absent = {day: pd.Series(pd.NaT, index=rows.index) for day in days if day not in rows}
    absent |= {
        word: pd.Series(None, index=rows.index, dtype="str") for word in words if word not in rows
    }
    return rows.assign(**absent).astype(dict.fromkeys(days, "datetime64[us]"))


def _state(due: pd.Timestamp, done: pd.Timestamp, as_of: pd.Timestamp) -> str:
    if not pd.isna(done):
        return f"done {done:%Y-%m-%d}"
    if pd.isna(due):
        return "open, no due date"
    days = (due.normalize() - as_of) // _DAY
    if days < 0:
        return f"open, {count(-days, 'day')} past due"
    return f"open, due in {count(days, 'day')}" if days else "open, due today"
