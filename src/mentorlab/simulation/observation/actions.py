"""Goals, and actions that partners agree on at meetings."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from ..kernel.layout import COMMITMENT, N_ELEMENTS
from .written import DAYS, Written

_GOAL_SET = 0.8  # of relationships, at the first meeting on record
_MENTEE_OWNS = 0.7
_DUE_DAYS = 14
_DAYS_NEEDED = (2.2, 0.5)  # mean and spread of log days
_DONE, _NEGLECT = 1.5, 3.0  # log odds that an action gets done, and what bad times cost


def goal_rows(found: Written, contacts: pd.DataFrame) -> pd.DataFrame:
    """List a goal for most relationships, and actions with due dates after meetings held.

    Returns
    -------
    pandas.DataFrame
        Rows of the goals table.
    """
    rng = found.rng("actions")
    held = contacts[(contacts["kind"] == "meeting") & (contacts["status"] == "held")]
    first = held.drop_duplicates("relationship_id")
    goals = first[rng.random(len(first)) < _GOAL_SET] if found.seen.actions else first.iloc[:0]
    acted = held[rng.random(len(held)) < found.seen.actions]
    place = pd.Index(found.truth["relationship_id"]).get_indexer(acted["relationship_id"])
    begin = found.started_on.to_numpy()[place]
    day = acted["at"].dt.normalize().to_numpy()
    week = ((day - begin) // np.timedelta64(DAYS, "D")).astype(np.int64)
    mentee = rng.random(len(acted)) < _MENTEE_OWNS
    will = np.where(
        mentee,
        found.felt[place, week][:, N_ELEMENTS + COMMITMENT],
        found.felt[place, week][:, COMMITMENT],
    )
    gone = found.declines.channel("unprepared")[place, week]
    gone = gone * (found.declines.side[place, week] == mentee)
    does = rng.random(len(acted)) < expit(_DONE + found.seen.visible * will - _NEGLECT * gone)
    needed = np.maximum(np.rint(rng.lognormal(*_DAYS_NEEDED, len(acted))), 1).astype(np.int64)
    done = day + needed * np.timedelta64(1, "D")
    ended = found.day(found.truth["end_week"]).to_numpy()[place]
    actions = pd.DataFrame(
        {
            "relationship_id": acted["relationship_id"].to_numpy(),
            "owner_role": np.where(mentee, "mentee", "mentor"),
            "goal_kind": "action",
            "set_on": day,
            "due_on": day + np.timedelta64(_DUE_DAYS, "D"),
            "done_on": np.where(does & (done < ended), done, np.datetime64("NaT")),
            "recorded_at": acted["recorded_at"].to_numpy(),
        }
    )
    goals = pd.DataFrame(
        {
            "relationship_id": goals["relationship_id"],
            "owner_role": "mentee",
            "goal_kind": "goal",
            "set_on": goals["at"].dt.normalize(),
            "recorded_at": goals["recorded_at"],
        }
    )
    frame = pd.concat([goals, actions], ignore_index=True)
    number = frame.groupby("relationship_id").cumcount() + 1
    frame.insert(1, "goal_id", "g" + number.astype("str"))
    return frame
