"""Writing a simulated program out as the tables that a real one would leave."""

from __future__ import annotations

from numbers import Integral

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from ...program import Program
from ..run import ProgramRuns
from .actions import goal_rows
from .logs import attendance_rows, contact_rows
from .settings import Observation
from .surveys import response_rows, survey_weeks
from .written import REASONS, Written, made_ids, write_down

_MONTHS_PER_WEEK = 12.0 * 7.0 / 365.25
_OTHER_WORLD = 1_000_000_007  # the run whose people serve as controls, beyond any that is used
_LATEST_ENTRY = 21  # days until an ending is entered
_FIRST_DAY = "2025-01-06"


def to_program(
    runs: ProgramRuns,
    *,
    run: int = 0,
    start: str = _FIRST_DAY,
    observation: Observation | None = None,
    n_controls: int = 0,
) -> Program:
    """Give a simulated program as its staff and a researcher would see it.

    Everything that reads a `Program` can so be tested against a truth that is known: `planted`
    tells it.

    Parameters
    ----------
    runs : ProgramRuns
        From `simulate`.
    run : int
        Which replication.
    start : str
        First day.
    observation : Observation, optional
        What surveys and logs catch.
    n_controls : int
        People beside the program whose outcome is measured, too: others of the same kind, without
        mentoring. At most as many as there are mentees.

    Returns
    -------
    Program
        people, relationships, members, responses (five elements and satisfaction, items of
        mentorlab's own bank, up to three waves), contacts (meetings and messages), attendance,
        goals, outcomes, enrolment.

    Raises
    ------
    OptionError
        For an argument that can't be used.

    Notes
    -----
    Weeks become days from `start`. Meetings may go unlogged, and some logs stop although the
    relationship goes on. How partners feel shows a little in messages, answers, misses and
    preparation at any time, and most failures show more clearly in the weeks before the end, each
    cause in its own way; other bad times look the same and pass. Nothing shows of what takes people
    away from outside. A share of the causes of unplanned ends stays unknown. Outcomes are in SD:
    wave 0 correlates with the outcome without mentoring, wave 1 is that outcome plus the benefit.
    The same replication is always written out the same.

    References
    ----------
    straus2013 : Causes of failure.

    Examples
    --------
    >>> from mentorlab.simulation import PoolGenerator, simulate
    >>> from mentorlab.simulation.observation import to_program
    >>> runs = simulate(PoolGenerator(30, 20), policy="random", n_runs=1, seed=1)
    >>> program = to_program(runs)
    >>> program.relationships["relationship_id"].is_unique
    True
    """
    who = "simulation.to_program"
    found = write_down(runs, run=run, start=start, observation=observation, who=who)
    n = found.world.n_mentees
    if (
        isinstance(n_controls, bool)
        or not isinstance(n_controls, Integral)
        or not (0 <= n_controls <= n)
    ):
        raise OptionError(
            f"{who}: `n_controls` must be a whole number from 0 to {n} (the mentees); got "
            f"{quote(n_controls)}."
        )
    contacts = contact_rows(found)
    first = runs.study.rows[0].model.parameters.phases.survey_week
    controls = made_ids("control", int(n_controls))
    tables = {
        "people": _people(found, controls),
        "relationships": _relationships(found),
        "members": _members(found),
        "responses": response_rows(found, survey_weeks(found, first)),
        "contacts": contacts,
        "attendance": attendance_rows(found, contacts),
        "goals": goal_rows(found, contacts),
        "outcomes": _outcomes(found, runs, controls),
        "enrolment": _enrolment(found),
    }
    filled = {name: frame for name, frame in tables.items() if len(frame) or name in _REQUIRED}
    return Program.from_frames(filled, who=who)


_REQUIRED = ("people", "relationships", "members")


def planted(
    runs: ProgramRuns,
    *,
    run: int = 0,
    observation: Observation | None = None,
) -> pd.DataFrame:
    """Tell what is true of the relationships that `to_program` writes out.

    Parameters
    ----------
    runs, run, observation
        As given to `to_program`.

    Returns
    -------
    pandas.DataFrame
        One row a relationship: `relationship_id`, people, `start_week`, `end_week`, the true
        `cause` and who started the end, meetings, the pair's true terms, both sides' elements,
        whether the staff knows the reason, `log_stops_week` (missing where the log goes on),
        `shows_from_week` (week of the relationship, the first is 1, from which the log shows the
        coming end; missing where it never does), `sudden` (the mentee left for reasons that nothing
        in the relationship tells beforehand), and the mentee's `benefit` in SD of the outcome.

    Examples
    --------
    >>> from mentorlab.simulation import PoolGenerator, simulate
    >>> from mentorlab.simulation.observation import planted
    >>> runs = simulate(PoolGenerator(30, 20), policy="random", n_runs=1, seed=1)
    >>> bool((planted(runs)["end_week"] <= 104).all())
    True
    """
    found = write_down(
        runs, run=run, start=_FIRST_DAY, observation=observation, who="simulation.planted"
    )
    truth = found.truth.copy()
    lived = truth["end_week"] - truth["start_week"]
    truth["log_stops_week"] = truth["log_stops_week"].where(truth["log_stops_week"] <= lived)
    truth["shows_from_week"] = found.declines.begins + 1
    truth["sudden"] = (truth["cause"] == "external") & (truth["started_by"] == "mentee")
    benefit = pd.Series(found.played.benefit, index=found.mentee_ids)
    return truth.assign(benefit=truth["mentee_id"].map(benefit).to_numpy())


def _people(found: Written, controls: np.ndarray) -> pd.DataFrame:
    pool = found.world.pool
    sides = [
        (found.mentee_ids, "mentee", pool.mentees, 1),
        (found.mentor_ids, "mentor", pool.mentors, pool.mentors["places"]),
    ]
    frames = [
        pd.DataFrame(
            {
                "person_id": ids,
                "role_hint": role,
                "department": _departments(people["department"]),
                "level": [f"level {int(level)}" for level in people["level"]],
                "capacity": capacity,
                "surface_1": np.where(people["surface_0"], "smaller group", "larger group"),
                "surface_2": np.where(people["surface_1"], "smaller group", "larger group"),
            }
        )
        for ids, role, people, capacity in sides
    ]
    managed = found.truth[found.truth["conflict"] > 0].drop_duplicates("mentee_id")
    if len(managed):
        manager = managed.set_index("mentee_id")["mentor_id"]
        frames[0]["reports_to"] = frames[0]["person_id"].map(manager)
    if len(controls):
        frames.append(pd.DataFrame({"person_id": controls, "role_hint": "mentee"}))
    return pd.concat(frames, ignore_index=True)


def _departments(codes: np.ndarray) -> list[str | None]:
    return [f"department {int(code) + 1}" if code >= 0 else None for code in codes]


def _relationships(found: Written) -> pd.DataFrame:
    truth, levers, rng = found.truth, found.levers, found.rng("endings")
    over = (truth["cause"] != "ongoing").to_numpy()
    ended = found.day(truth["end_week"]).where(over)
    planned = (truth["cause"] == "planned_end").to_numpy()
    by = np.where(planned, "both", truth["started_by"].replace("nobody", None))
    reason = truth["cause"].map(REASONS).where(truth["reason_known"])
    later = pd.to_timedelta(np.minimum(rng.geometric(0.2, len(truth)), _LATEST_ENTRY), unit="D")
    return pd.DataFrame(
        {
            "relationship_id": truth["relationship_id"],
            "program_id": "simulated",
            "kind": "one_to_one",
            "formal": True,
            "started_on": found.started_on,
            "planned_end": found.day(truth["start_week"] + levers.planned_weeks),
            "agreed_months": round(levers.planned_weeks * _MONTHS_PER_WEEK, 1),
            "meetings_per_month": levers.meetings_per_month,
            "ended_on": ended,
            "end_reason": reason,
            "ended_by": np.where(over, by, None),
            "end_recorded_at": ended + later,
        }
    )


def _members(found: Written) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {
                "relationship_id": found.truth["relationship_id"],
                "person_id": found.truth[f"{role}_id"],
                "role": role,
                "joined_on": found.started_on,
            }
        )
        for role in ("mentor", "mentee")
    ]
    return pd.concat(frames).sort_values("relationship_id", kind="stable", ignore_index=True)


def _outcomes(found: Written, runs: ProgramRuns, controls: np.ndarray) -> pd.DataFrame:
    rng = found.rng("outcomes")
    others = runs.study.world(0, _OTHER_WORLD).untreated[: len(controls)] if len(controls) else []
    ids = np.concatenate([found.mentee_ids, controls])
    without = np.concatenate([found.world.untreated, others])
    gained = np.concatenate([found.played.benefit, np.zeros(len(controls))])
    rho = found.seen.baseline_correlation
    before = rho * without + np.sqrt(1.0 - rho**2) * rng.standard_normal(len(ids))
    last = found.start + pd.Timedelta(weeks=found.levers.horizon_weeks)
    arm = np.where(np.arange(len(ids)) < len(found.mentee_ids), "mentored", "control")
    waves = [(0, before, found.start), (1, without + gained, last)]
    frames = [
        pd.DataFrame(
            {
                "person_id": ids,
                "outcome": "outcome_sd",
                "wave": wave,
                "value": values,
                "measured_at": day,
                "arm": arm,
            }
        )
        for wave, values, day in waves
    ]
    return pd.concat(frames, ignore_index=True)


def _enrolment(found: Written) -> pd.DataFrame:
    registered = found.start + pd.to_timedelta(
        found.world.pool.mentees["arrival"].astype(int) * 7, unit="D"
    )
    firsts = found.truth.assign(day=found.started_on).groupby("mentee_id")["day"].min()
    return pd.DataFrame(
        {
            "person_id": found.mentee_ids,
            "role": "mentee",
            "registered_on": registered,
            "matched_on": pd.Series(found.mentee_ids).map(firsts).to_numpy(),
        }
    )
