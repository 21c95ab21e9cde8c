"""Each signal is raised by what it stands for, says so in words, and is silent otherwise."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from typing import ClassVar

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import OptionError
from mentorlab.signals import Signal, list_signals, register_signal
from mentorlab.signals.catalog.registry import SIGNALS, all_signals

START = pd.Timestamp("2026-01-05")
AS_OF = "2026-05-31"
WEEKS = 21


def day(week, offset=2, hour=10):
    return START + pd.Timedelta(days=7 * week + offset, hours=hour)


def contact(rel, at, kind="meeting", status="held", **more):
    return {"relationship_id": rel, "at": at, "kind": kind, "status": status, **more}


def quiet_log(ids):
    """Weekly meetings with agenda, begun in turn."""
    return [
        contact(
            name,
            day(week),
            initiated_by=f"m_{name}" if week % 2 else f"e_{name}",
            agenda_by=f"e_{name}",
            out_of_hours=False,
        )
        for name in ids
        for week in range(WEEKS)
    ]


def build(log=None, *, ids=tuple("abcdef"), people=None, relationships=None, **tables):
    log = pd.DataFrame(quiet_log(ids) if log is None else log)
    for name in ("initiated_by", "at_fault", "agenda_by", "out_of_hours"):
        if name not in log:
            log[name] = None
    log.insert(0, "contact_id", [f"k{i}" for i in range(len(log))])
    persons = [*(f"m_{name}" for name in ids), *(f"e_{name}" for name in ids)]
    goals = pd.DataFrame(
        {
            "relationship_id": list(ids),
            "goal_id": "g",
            "set_on": day(1),
            "due_on": pd.Timestamp("2026-12-01"),
            "done_on": pd.NaT,
        }
    )
    frame = {"person_id": persons, "department": persons, "level": "mid", "reports_to": None}
    base = {
        "relationship_id": list(ids),
        "started_on": START,
        "planned_end": pd.Timestamp("2026-12-31"),
        "ended_on": pd.NaT,
        "end_reason": None,
    }
    return ml.Program(
        **{
            "people": pd.DataFrame(frame | (people or {})),
            "relationships": pd.DataFrame(base | (relationships or {})),
            "members": pd.DataFrame(
                {
                    "relationship_id": [*ids, *ids],
                    "person_id": persons,
                    "role": ["mentor"] * len(ids) + ["mentee"] * len(ids),
                }
            ),
            "contacts": log,
            "goals": goals,
            **tables,
        }
    )


def read(name, program, as_of=AS_OF):
    return all_signals()[name](program.as_of(as_of)).set_index("relationship_id")


def raised(name, program, as_of=AS_OF):
    found = read(name, program, as_of)
    return found.index[found["raised"]].tolist()


def without(log, rel, after):
    return [row for row in log if row["relationship_id"] != rel or row["at"] < day(after)]


@pytest.mark.parametrize(
    "name",
    [name for name, one in all_signals().items() if not "".join(one.needs).count("responses")],
)
def test_a_quiet_program_raises_nothing(name):
    assert raised(name, build()) == []


def test_a_signal_is_a_frozen_dataclass_with_one_shape():
    found = all_signals()["poor_communication"](build().as_of(AS_OF))
    assert found.columns.tolist() == [
        "relationship_id",
        "as_of",
        "signal",
        "value",
        "raised",
        "evidence",
    ]
    assert len(found) == 6
    with pytest.raises(FrozenInstanceError):
        all_signals()["poor_communication"].silence = 2


def test_silence_is_poor_communication():
    program = build(without(quiet_log("abcdef"), "b", 14))
    found = read("poor_communication", program)
    assert found.index[found["raised"]].tolist() == ["b"]
    assert "contacts expected since the last one (2026-04-08)" in found.at["b", "evidence"]
    assert found.at["a", "evidence"] == ""


def test_slower_answers_are_poor_communication():
    log = quiet_log("abcdef")
    for week in range(WEEKS):
        hours = 4 if week < 12 else 90
        log.append(contact("c", day(week, 3), "message", initiated_by="e_c"))
        log.append(contact("c", day(week, 3, 10 + hours), "message", initiated_by="m_c"))
    found = read("poor_communication", build(log))
    assert found["raised"]["c"]
    assert found.at["c", "evidence"].startswith("the mentor answers after")


def test_commitment_is_judged_by_side():
    log = quiet_log("abcdef")
    for row in log:
        if row["relationship_id"] == "d" and row["at"] > day(17):
            row |= {"status": "missed", "at_fault": "m_d"}
    found = read("lack_of_commitment", build(log))
    assert found["raised"]["d"]
    assert "by the mentor" in found.at["d", "evidence"]
    assert "by the mentee" not in found.at["d", "evidence"]


def test_one_sided_effort_compares_with_the_own_past():
    log = quiet_log("abcdef")
    for row in log:
        if row["relationship_id"] == "a" and row["at"] > day(13):
            row["initiated_by"] = "e_a"
        if row["relationship_id"] == "b":
            row["initiated_by"] = "e_b"
    assert raised("one_sided_effort", build(log)) == ["a"]


def test_two_missed_due_dates_are_stalled_progress():
    goals = pd.DataFrame(
        {
            "relationship_id": ["a", "a", "b", "b"],
            "goal_id": ["1", "2", "1", "2"],
            "set_on": day(1),
            "due_on": [day(5), day(8), day(5), day(8)],
            "done_on": [pd.NaT, pd.NaT, pd.NaT, day(9)],
        }
    )
    program = build(goals=goals)
    assert raised("stalled_progress", program) == ["a"]
    assert "2 due dates missed" in read("stalled_progress", program).at["a", "evidence"]


def test_out_of_hours_contact_is_a_breach():
    log = quiet_log("abcdef")
    for row in log:
        row["out_of_hours"] = row["relationship_id"] == "e"
    assert raised("boundary_breaches", build(log)) == ["e"]


def test_missing_goals_are_unclear_expectations():
    program = build()
    fewer = program.goals[program.goals["relationship_id"] != "f"]
    program = ml.Program(**{**program.tables, "goals": fewer})
    assert raised("unclear_expectations", program) == ["f"]
    assert raised("unclear_expectations", program, "2026-01-25") == []


def test_phases_stuck_overdue_or_left_by_one_side():
    log = [row for row in quiet_log("abcdef") if row["relationship_id"] != "a"]
    program = build(
        log,
        relationships={"planned_end": pd.to_datetime(["2026-12-31"] * 5 + ["2026-04-30"])},
        responses=pd.DataFrame(
            {
                "relationship_id": ["b"],
                "rater_id": ["e_b"],
                "role": "mentee",
                "wave": 1,
                "item": "x",
                "value": 1,
                "form": "closure",
                "answered_at": day(15),
            }
        ),
    )
    found = read("phase_problems", program)
    assert found.index[found["raised"]].tolist() == ["a", "b", "f"]
    assert "offer a friendly close" in found.at["f", "evidence"]
    assert found.at["b", "evidence"] == "only the mentee filled in the closure form"


def test_a_failed_pair_spills_over_for_weeks():
    members = pd.DataFrame(
        {
            "relationship_id": [*"abcdef", *"abcdef"],
            "person_id": ["m_a", "m_a", *(f"m_{x}" for x in "cdef"), *(f"e_{x}" for x in "abcdef")],
            "role": ["mentor"] * 6 + ["mentee"] * 6,
        }
    )
    ended = [pd.Timestamp("2026-05-10"), *[pd.NaT] * 5]
    program = build(
        members=members,
        relationships={"ended_on": ended, "end_reason": ["conflict", *[None] * 5]},
    )
    found = read("spill_over", program)
    assert found.index[found["raised"]].tolist() == ["b"]
    assert found.at["b", "evidence"] == "another pair of the mentor ended badly 3 weeks ago"
    friendly = build(
        members=members,
        relationships={"ended_on": ended, "end_reason": ["planned_end", *[None] * 5]},
    )
    assert raised("spill_over", friendly) == []


def test_a_boss_is_a_conflict_of_interest():
    bosses = [None] * 12
    bosses[6] = "m_a"
    bosses[7] = "m_c"
    bosses[2] = "m_b"
    found = read("conflict_of_interest", build(people={"reports_to": bosses}))
    assert found.index[found["raised"]].tolist() == ["a", "b"]
    assert found.at["a", "evidence"] == "the mentee reports to the mentor"
    assert found.at["b", "evidence"] == "the mentee works 2 levels below the mentor"
    ties = pd.DataFrame({"source": ["e_d"], "target": ["m_d"], "kind": ["contract"]})
    assert raised("conflict_of_interest", build(ties=ties)) == ["d"]


def test_a_mentor_over_capacity_or_untrained_needs_support():
    members = pd.DataFrame(
        {
            "relationship_id": [*"abcdef", *"abcdef"],
            "person_id": ["m_a", "m_a", *(f"m_{x}" for x in "cdef"), *(f"e_{x}" for x in "abcdef")],
            "role": ["mentor"] * 6 + ["mentee"] * 6,
        }
    )
    program = build(members=members, people={"capacity": [1] * 12})
    assert raised("mentor_inexperience", program) == ["a", "b"]
    trained = [day(0)] * 5 + [pd.NaT]
    enrolment = pd.DataFrame(
        {
            "person_id": [f"m_{x}" for x in "abcdef"],
            "role": "mentor",
            "invited_on": day(0),
            "trained_on": trained,
        }
    )
    assert raised("mentor_inexperience", build(enrolment=enrolment)) == ["f"]


def surveyed(rows, **more):
    columns = ["relationship_id", "role", "wave", "item", "value"]
    frame = pd.DataFrame(rows, columns=columns)
    who = frame["role"].map({"mentor": "m_", "mentee": "e_"})
    return frame.assign(
        rater_id=who + frame["relationship_id"],
        answered_at=[day(2 * wave) for wave in frame["wave"]],
        **more,
    )


def test_low_ratings_and_negative_experiences():
    good = [
        (x, side, 1, f"{e}_{k}", 4)
        for x in "abcdef"
        for side in ("mentor", "mentee")
        for e in ("respect", "trust", "communication", "commitment")
        for k in (1, 2)
    ]
    book = ml.item_bank().items.drop_duplicates("item").set_index("item")["reverse"]
    rows = [
        (x, side, wave, item, 6 - value if book[item] else value)
        for x, side, wave, item, value in good
    ]
    low = [
        (x, s, w, i, 5 if book[i] else 1) if x == "c" and s == "mentee" else (x, s, w, i, v)
        for x, s, w, i, v in rows
    ]
    negative = [("b", "mentor", 1, "negative_experiences_2", 5)]
    program = build(responses=surveyed(low + negative))
    assert raised("low_survey_scores", program) == ["c"]
    assert raised("negative_experiences", program) == ["b"]
    words = read("negative_experiences", program).at["b", "evidence"]
    assert words == "a partner hard to reach (the mentor)"


def test_a_reliable_fall_in_connection():
    rows = [
        (x, side, wave, "personal_connection_1", 2 if x == "d" and wave == 2 else 4 + i % 2)
        for i, x in enumerate("abcdef")
        for side in ("mentor", "mentee")
        for wave in (1, 2)
    ]
    assert raised("personality_differences", build(responses=surveyed(rows))) == ["d"]


def test_competition_takes_overlap_and_feeling():
    felt = [("a", "mentee", 1, "negative_experiences_3", 5)]
    same = ["sales" if name in ("m_a", "e_a", "m_b", "e_b") else name for name in
            [*(f"m_{x}" for x in "abcdef"), *(f"e_{x}" for x in "abcdef")]]  # fmt: skip
    program = build(people={"department": same}, responses=surveyed(felt))
    assert raised("competition", program) == ["a"]
    assert raised("competition", build(responses=surveyed(felt))) == []


def test_falling_ratings_after_meetings():
    rows = [
        (x, "mentee", wave, "pulse", (2 if x == "a" and wave > 5 else 4) + (wave % 2) * 0.5)
        for x in "abcdef"
        for wave in range(1, 8)
    ]
    assert raised("session_ratings", build(responses=surveyed(rows, form="pulse"))) == ["a"]


def test_the_list_says_what_is_possible():
    found = list_signals(build()).set_index("signal")
    assert len(found) == 15
    assert found.at["poor_communication", "possible"]
    assert not found.at["low_survey_scores", "possible"]
    assert found.at["low_survey_scores", "missing"] == "responses"
    assert not found.at["conflict_of_interest", "in_budget"]
    texts = found[["cause", "rests_on", "reason", "cannot_tell", "question"]]
    assert (texts.map(len) > 5).all(axis=None)
    assert found["question"].str.endswith("?").all()


def test_own_signals_are_registered():
    @dataclass(frozen=True)
    class Own(Signal):
        name: ClassVar[str] = "own"

        def judge(self, reading):
            return pd.DataFrame({"relationship_id": reading.active, "value": 2.0, "evidence": "x"})

    register_signal(Own())
    register_signal(Own())
    assert all_signals()["own"](build().as_of(AS_OF))["raised"].all()
    del SIGNALS["own"]
    with pytest.raises(OptionError, match="'poor_communication' is taken"):
        register_signal(lambda program: None, name="poor_communication")
    with pytest.raises(OptionError, match="needs a Signal or a function"):
        register_signal(3)
    bad = register_signal(lambda program: program.people, name="bad")
    with pytest.raises(OptionError, match="must give a frame with relationship_id and value"):
        bad(build().as_of(AS_OF))
    del SIGNALS["bad"]
