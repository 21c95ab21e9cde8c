"""The same weeks with numpy, block by block of mentors, all relationships of a block at once."""

from __future__ import annotations

import numpy as np

from mentorlab.simulation.kernel.layout import Book

BLOCK = 4096
TALK_AND_WILL = (3, 4, 8, 9)


def live(constants: np.void, book: Book, horizon: int, seed: int) -> np.ndarray:
    """Live all weeks of relationships that begin in week 0.

    Returns
    -------
    ndarray of int64, shape (n, 3)
        End week, cause, meetings.
    """
    rng = np.random.Generator(np.random.SFC64(seed))
    order = np.argsort(book.state["mentor"], kind="stable")
    mentor = book.state["mentor"][order]
    out = np.zeros((len(order), 3), dtype=np.int64)
    first = 0
    while first < len(order):
        last = min(first + BLOCK, len(order))
        while last < len(order) and mentor[last] == mentor[last - 1]:
            last += 1
        who = order[first:last]
        out[who] = live_block(constants, book.state[who], book.live[who], horizon, rng)
        first = last
    return out


def live_block(c: np.void, state: np.ndarray, live: np.ndarray, horizon: int, rng) -> np.ndarray:
    """Live all weeks of whole mentors' relationships."""
    n = len(state)
    x = np.ascontiguousarray(live[:, :10].T)
    offset = np.ascontiguousarray(live[:, 10:].T)
    pull = np.stack([state["pull_mentor"], state["pull_mentee"]])
    surface, meeting = state["surface"].copy(), state["meeting"]
    person = state["person_mentor"] + state["person_mentee"]
    fixed = [state[name] for name in ("competition", "conflict", "inexperience")]
    _, mentor = np.unique(state["mentor"], return_inverse=True)
    m = int(mentor.max()) + 1
    failures, fate, staying = np.zeros(m), rng.random(m), np.ones(m)
    phase, gap, met = np.zeros(n, dtype=np.int64), np.zeros(n), np.zeros(n, dtype=np.int64)
    dose, discount = np.zeros(n), np.ones(n)
    end, cause = np.full(n, horizon), np.zeros(n, dtype=np.int64)
    running, there = np.ones(n, dtype=bool), np.ones(m, dtype=bool)
    growth = np.full(5, c["growth"])
    growth[0] = c["trust_growth"]
    ratios = np.array([c["initiation_growth"], 1.0, c["separation_growth"]])
    hazards = np.array([c["initiation_hazard"], 1.0, c["separation_hazard"]])
    for week in range(min(horizon, int(c["planned_weeks"]))):
        if week > 0:
            staying *= np.exp(-c["mentor_exit"] * np.exp(c["failure_exit"] * failures))
            leaving = there & (fate >= staying)
            there &= ~leaving
            gone = running & leaving[mentor]
            end[gone], cause[gone] = week, 7
            running &= ~gone
        load = np.bincount(mentor[running], minlength=m)[mentor] - 1.0
        trust = np.minimum(x[0], x[5])
        ready = ((week >= c["initiation_weeks"]) | (trust >= c["trust_reached"])) & (
            trust > c["trust_lost"]
        )
        if week >= c["separation_weeks"]:
            phase[:] = 2
        else:
            phase = np.where(phase == 1, trust > c["trust_lost"], ready).astype(np.int64)
        if checkin_is_due(c, week):
            for at in TALK_AND_WILL:
                x[at] += c["checkin_lift"] * np.maximum(0.0, 1.0 - x[at])
        logit = (
            meeting + c["meeting_commitment"] * np.minimum(x[4], x[9]) - c["meeting_load"] * load
        )
        meets = rng.random(n) * (1.0 + np.exp(-logit)) < 1.0
        pace = np.where(meets, ratios[phase] / (1.0 + c["load_growth"] * load), 0.0)
        shaken = np.where(meets, c["noise"], 0.0)
        total = np.zeros(n)
        for at in range(10):
            k = at % 5
            aim = pull[at // 5] + surface + offset[k]
            x[at] += pace * growth[k] * (aim - x[at]) + shaken * rng.standard_normal(n)
            total += x[at]
        dose += meets * running * discount * np.maximum(0.0, 1.0 + c["quality_gain"] * total * 0.1)
        discount = np.where(meets, discount * c["discount"], discount)
        met += meets & running
        gap = np.where(meets, 0.0, gap + 1.0)
        lost = np.where(meets, 0.0, c["missed_week"])
        for at in TALK_AND_WILL:
            x[at] -= lost
        surface *= c["surface_decay"]
        beta, wait = c["sensitivity"], c["gap"] * gap
        talk = c["communication_mentor"] * np.exp(-beta * x[3]) + c[
            "communication_mentee"
        ] * np.exp(-beta * x[8])
        will = c["commitment_mentor"] * np.exp(wait - beta * x[4]) + c[
            "commitment_mentee"
        ] * np.exp(wait - beta * x[9])
        factor = hazards[phase]
        parts = [talk, will, person, *fixed]
        failing = factor * sum(parts)
        total = failing + c["mentee_exit"]
        draw = rng.random(n)
        chance = 1.0 - np.exp(-total)
        ends = np.flatnonzero(running & (draw < chance))
        at = draw[ends] / chance[ends] * total[ends] - c["mentee_exit"]
        bounds = np.cumsum([factor[ends] * part[ends] for part in parts], axis=0)
        why = np.where(at < 0, 7, np.minimum(1 + (at >= bounds).sum(axis=0), 6))
        end[ends], cause[ends] = week + 1, why
        running[ends] = False
        failures += np.bincount(mentor[ends[why < 7]], minlength=m)
    end[running] = min(horizon, int(c["planned_weeks"]))
    cause[running & (end == c["planned_weeks"])] = 8
    return np.stack([end, cause, met], axis=1)


def checkin_is_due(c: np.void, age: int) -> bool:
    """Tell whether the coordinator calls in this relationship week."""
    if age < 4:
        return bool((int(c["month_mask"]) >> age) & 1)
    every = int(c["checkin_every"])
    return every > 0 and (age - 4) % every == every - 1
