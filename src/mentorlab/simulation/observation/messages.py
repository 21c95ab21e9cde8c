"""Messages between meetings: who writes, and how long answers take."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from ..kernel.layout import COMMUNICATION, N_ELEMENTS
from .written import DAYS, Written

_HOURS = 24 * DAYS
_PAIR_SPREAD = 0.4  # log ratio between pairs in how much they write
_SIDE_SPREAD, _ANSWER_SPREAD = 0.4, 0.9  # log hours between people, and between one's answers
_ANSWERED = 0.85  # of the messages that begin an exchange
_SLOWER = 2.5  # log ratio of the time an answer takes in the worst times
_MOST = 30.0  # exchanges a week


def message_rows(found: Written) -> pd.DataFrame:
    """List messages and their answers, in no order; what would come after the end never came.

    Returns
    -------
    pandas.DataFrame
        Rows of the contacts table without ids.
    """
    rng, seen, bad = found.rng("messages"), found.seen, found.declines
    n = len(found.truth)
    talk = found.felt[..., [COMMUNICATION, N_ELEMENTS + COMMUNICATION]]
    pair = _PAIR_SPREAD * rng.standard_normal(n) - _PAIR_SPREAD**2 / 2
    rate = seen.messages * np.exp(pair[:, None] + seen.visible * talk.min(axis=2))
    rate = np.minimum(rate, _MOST) * (1.0 - bad.channel("fewer messages")) * found.logged
    at, week = np.repeat(np.indices(rate.shape).reshape(2, -1), rng.poisson(rate).ravel(), axis=1)
    talk, side = talk[at, week], bad.side[at, week]
    own = rng.standard_normal((n, 2))
    begun = rng.random(len(at)) < expit(own[at, 0] + seen.visible * (talk[:, 1] - talk[:, 0]))
    writer = begun.astype(np.int64)  # 1: the mentee
    left_to = bad.channel("one-sided")[at, week]
    writer = np.where(rng.random(len(at)) < left_to, 1 - side, writer)
    answering = 1 - writer
    usual = np.log(seen.answer_hours) + _SIDE_SPREAD * rng.standard_normal((n, 2))
    row = np.arange(len(at))
    slower = _SLOWER * bad.channel("slower answers")[at, week] * (answering == side)
    hours = usual[at, answering] - seen.visible * talk[row, answering] + slower
    hours = np.exp(hours + _ANSWER_SPREAD * rng.standard_normal(len(at)))
    sent = week * _HOURS + _HOURS * rng.random(len(at))
    answered = rng.random(len(at)) < _ANSWERED
    back = sent + hours
    answered &= back < _HOURS * found.logged.sum(axis=1)[at]
    at = np.concatenate([at, at[answered]])
    who = np.concatenate([writer, answering[answered]])
    minutes = np.rint(60 * np.concatenate([sent, back[answered]])).astype(np.int64)
    people = np.column_stack([found.people("mentor"), found.people("mentee")])
    moment = found.started_on.to_numpy()[at] + minutes * np.timedelta64(1, "m")
    return pd.DataFrame(
        {
            "relationship_id": found.truth["relationship_id"].to_numpy()[at],
            "at": moment,
            "kind": "message",
            "status": "held",
            "initiated_by": people[at, who],
            "recorded_at": moment,
        }
    )
