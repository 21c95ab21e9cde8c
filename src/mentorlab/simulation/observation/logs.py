"""The meeting log: what was held, what was missed, and what nobody wrote down."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from ..kernel.layout import COMMITMENT, N_ELEMENTS
from .declines import MENTEE, MENTOR
from .messages import message_rows
from .written import DAYS, Written

_WORKDAYS = 5
_HOURS = (9, 17)
_MINUTES = (55.0, 12.0)  # mean and spread of a meeting
_SHORTENED = 0.5  # of a meeting's length, in the worst times
_LATEST_ENTRY = 21  # days
_MISSES = ("missed", "cancelled", "rescheduled")
_MISS_SHARES = (0.4, 0.4, 0.2)
_FAULT, _SURE_FAULT = 0.75, 0.95  # share of misses of the less committed side, or of who gives up
_MISS_LIFT = 4.0  # log odds of a miss in the worst times
_SECOND_DATE = 0.5  # of misses come in weeks in which another meeting was held
_BEGUN = 0.8  # share of contacts that the more committed side begins
_AGENDA, _READY, _NEGLECT = 0.6, 1.4, 3.0  # log odds of an agenda and of coming prepared


def contact_rows(found: Written) -> pd.DataFrame:
    """List meetings that were noted and messages, in order of time; of two at one moment the first.

    Returns
    -------
    pandas.DataFrame
        Rows of the contacts table.
    """
    frame = pd.concat([_meetings(found), message_rows(found)], ignore_index=True)
    frame = frame.drop_duplicates(["relationship_id", "at", "kind"])
    frame = frame.sort_values(["at", "relationship_id"], kind="stable", ignore_index=True)
    width = len(str(max(len(frame), 1)))
    numbers = pd.Series(np.arange(1, len(frame) + 1)).astype("str").str.zfill(width)
    frame.insert(0, "contact_id", "c" + numbers)
    return frame


def _meetings(found: Written) -> pd.DataFrame:
    rng = found.rng("contacts")
    at, week, held = _noted(found, rng)
    n = len(at)
    bad, side = found.declines, found.declines.side[at, week]
    will = found.felt[at, week][:, [COMMITMENT, N_ELEMENTS + COMMITMENT]]
    less = np.where(will[:, 0] < will[:, 1], MENTOR, MENTEE)
    people = np.column_stack([found.people("mentor")[at], found.people("mentee")[at]])
    began = np.where(rng.random(n) < _BEGUN, 1 - less, less)
    left_to = bad.channel("one-sided")[at, week]
    began = np.where(rng.random(n) < left_to, 1 - side, began)
    missing = bad.channel("missed")[at, week] > 0
    fault = np.where(missing, side, less)
    sure = np.where(missing, _SURE_FAULT, _FAULT)
    fault = np.where(rng.random(n) < sure, fault, 1 - fault)
    shorter = 1.0 - _SHORTENED * bad.channel("shorter")[at, week]
    minutes = np.clip(np.round(rng.normal(*_MINUTES, n) * shorter / 5) * 5, 10, 180)
    neglect = _NEGLECT * bad.channel("unprepared")[at, week]
    agenda = rng.random(n) < expit(_AGENDA + found.seen.visible * will.mean(axis=1) - neglect)
    by = np.where(rng.random(n) < 0.5, MENTOR, MENTEE)
    day = found.started_on.to_numpy()[at] + (
        week * DAYS + rng.integers(0, _WORKDAYS, n)
    ) * np.timedelta64(1, "D")
    row = np.arange(n)
    later = np.minimum(rng.geometric(0.35, n), _LATEST_ENTRY)
    return pd.DataFrame(
        {
            "relationship_id": found.truth["relationship_id"].to_numpy()[at],
            "at": day + rng.integers(*_HOURS, n) * np.timedelta64(1, "h"),
            "kind": "meeting",
            "status": np.where(held, "held", rng.choice(_MISSES, size=n, p=_MISS_SHARES)),
            "initiated_by": people[row, began],
            "at_fault": np.where(held, None, people[row, fault]),
            "minutes": np.where(held, minutes, np.nan),
            "agenda_by": np.where(held & agenda, people[row, by], None),
            "recorded_at": day + later * np.timedelta64(1, "D"),
        }
    )


def _noted(found: Written, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Relationship and week of each meeting that was noted, and whether it was held."""
    met = found.trace.met[found.rows].astype(bool)
    seen, missed = found.seen, found.declines.channel("missed")
    will = np.minimum(found.felt[..., COMMITMENT], found.felt[..., N_ELEMENTS + COMMITMENT])
    odds = seen.noted_misses * np.exp(_MISS_LIFT * missed - seen.visible * will)
    fell_through = odds / (1.0 - seen.noted_misses + odds)
    chance = np.where(met, _SECOND_DATE * fell_through * (missed > 0), fell_through)
    held = met & found.logged & (rng.random(met.shape) >= seen.unlogged)
    failed = found.logged & (rng.random(met.shape) < chance)
    at, week = np.concatenate([np.argwhere(held), np.argwhere(failed)]).T
    return at, week, np.arange(len(at)) < held.sum()


def attendance_rows(found: Written, contacts: pd.DataFrame) -> pd.DataFrame:
    """List who was there, and who came prepared: both at a meeting held, one at one missed.

    Returns
    -------
    pandas.DataFrame
        Rows of the attendance table.
    """
    rng = found.rng("attendance")
    meetings = contacts[contacts["kind"] == "meeting"]
    part = meetings[meetings["status"].isin(["held", "missed"])]
    place = pd.Index(found.truth["relationship_id"]).get_indexer(part["relationship_id"])
    begin = found.started_on.to_numpy()[place]
    week = ((part["at"].to_numpy() - begin) // np.timedelta64(DAYS, "D")).astype(np.int64)
    held = (part["status"] == "held").to_numpy()
    gone = found.declines.channel("unprepared")[place, week]
    sides = []
    for side, role in enumerate(("mentor", "mentee")):
        will = found.felt[place, week][:, side * N_ELEMENTS + COMMITMENT]
        neglect = _NEGLECT * gone * (found.declines.side[place, week] == side)
        ready = rng.random(len(part)) < expit(_READY + found.seen.visible * will - neglect)
        people = found.people(role)[place]
        sides.append(
            pd.DataFrame(
                {
                    "contact_id": part["contact_id"].to_numpy(),
                    "person_id": people,
                    "present": held | (part["at_fault"].to_numpy() != people),
                    "prepared": pd.Series(ready, dtype="boolean").where(held),
                }
            )
        )
    return pd.concat(sides).sort_values("contact_id", kind="stable", ignore_index=True)
