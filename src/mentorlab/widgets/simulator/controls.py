"""The controls of `policy_simulator`: policies, the kind of program, the pool, and the levers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...simulation import Levers
from ..controls import Buttons, Checkbox, Control, MultiSelect, Slider, Steps
from .result import SHOWN
from .runs import SimulatedPool

LEVERS = (
    "checkins_first_month",
    "checkin_every_weeks",
    "mentor_training",
    "mentee_training",
    "meetings_per_month",
    "planned_weeks",
    "extra_places",
    "group_size",
    "closure_procedure",
    "matching_form",
)
_SIZES = (30, 60, 120, 300, 600, 1200)
_RUNS = (50, 200, 800)
_EVERY = (0, 1, 2, 4, 8, 12)
_WEEKS = (13, 26, 39, 52, 78, 104)
_JUDGES = (("questionnaire", "scored"), ("staff", "staff"), ("they themselves", "choice"))
_EXTRA = (-1, 3)


def simulator_controls(pool: SimulatedPool, levers: Levers, n_runs: int) -> tuple[Control, ...]:
    """Give the controls for a pool, which can hold the levers and replications to begin with."""
    names = tuple(pool.policies)
    return (
        MultiSelect(
            name="policies",
            label="Policies",
            help="Which matching policies are compared; the first is the baseline",
            options=[(_word(name), name) for name in names],
        ),
        Buttons(
            name="measure",
            label="Look at",
            help="What the policies are compared in",
            options=[(words, name) for name, words in SHOWN.items()],
        ),
        *_world_controls(pool),
        *_care_controls(levers),
        *_shape_controls(levers),
        Steps(
            name="n_runs",
            label="Replications",
            help="How many program runs in the end; more make intervals narrower",
            options=[(f"{n:,}", n) for n in _with(_RUNS, n_runs)],
        ),
    )


def _world_controls(pool: SimulatedPool) -> list[Control]:
    made: list[Control] = []
    if len(pool.kinds) > 1:
        made.append(
            Buttons(
                name="kind",
                label="Kind of program",
                help="What the model is calibrated to",
                options=[(_word(kind), kind) for kind in pool.kinds],
            )
        )
    if pool.size:
        sizes = _with(_SIZES, pool.size)
        made.append(
            Steps(
                name="size",
                label="Mentees",
                help="How many apply; mentors in proportion",
                options=[(f"{n:,}", n) for n in sizes],
            )
        )
    return made


def _care_controls(levers: Levers) -> list[Control]:
    every = _with(_EVERY, levers.checkin_every_weeks)
    training = {"low": 0.0, "high": 1.0, "step": 0.25}
    return [
        Slider(
            name="checkins_first_month",
            label="Check-ins, month 1",
            help=_meaning("checkins_first_month"),
            low=0,
            high=4,
        ),
        Steps(
            name="checkin_every_weeks",
            label="Then every",
            help=_meaning("checkin_every_weeks"),
            options=[("never" if not n else f"{n} weeks" if n > 1 else "week", n) for n in every],
        ),
        Slider(
            name="mentor_training",
            label="Mentor training",
            help="Share of full training that mentors get",
            **training,
        ),
        Slider(
            name="mentee_training",
            label="Mentee training",
            help="Share of full training that mentees get",
            **training,
        ),
        Checkbox(
            name="closure_procedure",
            label="Closure procedure",
            help=_meaning("closure_procedure"),
        ),
    ]


def _shape_controls(levers: Levers) -> list[Control]:
    low, high = min(_EXTRA[0], levers.extra_places), max(_EXTRA[1], levers.extra_places)
    return [
        Slider(
            name="meetings_per_month",
            label="Meetings a month",
            help="Agreed cadence",
            low=0.5,
            high=8.0,
            step=0.5,
        ),
        Steps(
            name="planned_weeks",
            label="Planned weeks",
            help=_meaning("planned_weeks"),
            options=[(str(n), n) for n in _with(_WEEKS, levers.planned_weeks)],
        ),
        Slider(
            name="extra_places",
            label="Places more",
            help="Mentees that every mentor takes more (or fewer) than stated",
            low=low,
            high=high,
        ),
        Slider(
            name="group_size",
            label="Meet together",
            help=_meaning("group_size"),
            low=1,
            high=8,
        ),
        Buttons(
            name="matching_form",
            label="Who judges fit",
            help="Who judges how well two people fit",
            options=list(_JUDGES),
        ),
    ]


def _meaning(name: str) -> str:
    words = Levers.declared()[name].meaning
    return words[:1].upper() + words[1:]


def _with(values: Sequence[int], own: Any) -> list[int]:
    return sorted({*values, own})


def _word(name: str) -> str:
    return str(name).replace("_", " ")
