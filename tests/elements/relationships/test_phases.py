"""Phases on relationships of a few lines, each rule by itself."""

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import Program
from mentorlab.activity import read_log
from mentorlab.elements.relationships.phase_markers import PhaseRules, lower_scores
from mentorlab.elements.relationships.phases import LABELS, MOVES, PHASES, phases
from mentorlab.errors import EstimationError, MissingTableError, OptionError
from mentorlab.options import StageVocabulary

START = pd.Timestamp("2026-01-01")


def on(day):
    return START + pd.Timedelta(days=day)


def program(held=(), *, work=20, length=400, ended=None, known=None, **tables):
    """Make one pair that agreed on a meeting every 20 days, met on some days and is known until."""
    relationships = pd.DataFrame(
        {
            "relationship_id": ["r1"],
            "started_on": [START],
            "planned_end": [on(length)],
            "meetings_per_month": [365.25 / 12 / 20],
            "ended_on": [None if ended is None else on(ended)],
            "end_reason": [None if ended is None else "moved"],
            "ended_by": [None if ended is None else "mentee"],
        }
    )
    contacts = pd.DataFrame(
        {
            "contact_id": [f"k{day}" for day in held],
            "relationship_id": "r1",
            "at": [on(day) for day in held],
            "kind": "meeting",
            "status": "held",
        }
    )
    given = {
        "people": pd.DataFrame({"person_id": ["ann", "bo", "cy"]}),
        "relationships": relationships,
        "members": pd.DataFrame(
            {"relationship_id": "r1", "person_id": ["ann", "bo"], "role": ["mentor", "mentee"]}
        ),
        "contacts": contacts,
        "goals": pd.DataFrame({"relationship_id": ["r1"], "goal_id": ["g1"], "set_on": [on(work)]}),
    }
    made = Program(**{**given, **tables})
    return made if known is None else made.as_of(on(known))


def stays(made, **options):
    """Give (phase, first day, evidence source) of each stay, days counted from the start."""
    found = phases(made, **options).to_frame()
    return [(row.phase, (row.from_on - START).days, row.source) for row in found.itertuples()]


STEADY = list(range(20, 400, 20))


def test_three_meetings_and_a_goal_lead_to_cultivation():
    assert stays(program(STEADY, known=100)) == [
        ("initiation", 0, "event"),
        ("cultivation", 60, "log"),
    ]


def test_work_may_come_later_than_meetings():
    assert stays(program(STEADY, work=90, known=100))[1] == ("cultivation", 90, "log")


def test_an_act_of_support_is_work_too():
    acts = pd.DataFrame(
        {"relationship_id": ["r1"], "at": [on(70)], "by": ["ann"], "act": ["advice"]}
    )
    made = program(STEADY, goals=None, acts=acts, known=100)
    result = phases(made)
    assert result.intervals["evidence"].iloc[1] == "3 meetings held, and advice noted"
    assert stays(made)[1][1] == 70


def test_without_goals_and_acts_meetings_alone_count():
    assert stays(program(STEADY, goals=None, known=100))[1] == ("cultivation", 60, "log")


def test_silence_is_separation_and_contact_leads_back():
    held = [d for d in STEADY if not 100 < d < 200]  # agreed every 20 days, so a window of 80
    found = stays(program(held, known=300))
    # on day 160 the window (80, 160] holds the meeting of day 100 only
    assert found == [
        ("initiation", 0, "event"),
        ("cultivation", 60, "log"),
        ("separation", 160, "log"),
        ("cultivation", 240, "log"),
    ]
    result = phases(program(held, known=300))
    assert result.intervals["back"].tolist() == [False, False, False, True]
    assert result.intervals["evidence"].iloc[2] == "1 of 4 agreed meetings held in 80 days"
    assert "1 move back, in 1 relationship" in result.summary()


def test_a_pair_that_never_gets_going_parts_from_initiation():
    found = stays(program([20], known=300))
    assert found == [("initiation", 0, "event"), ("separation", 80, "log")]


def test_resumed_contact_leads_back_to_where_it_was():
    held = [20, 120, 140, 160]
    found = stays(program(held, work=250, known=200))
    assert found[1:] == [("separation", 80, "log"), ("initiation", 160, "log")]


def test_the_last_tenth_is_separation_by_the_clock():
    assert stays(program(STEADY, known=380))[-1] == ("separation", 360, "clock")


def test_an_early_ending_is_an_abrupt_separation():
    result = phases(program(STEADY[:7], ended=150, known=200))
    last = result.to_frame().iloc[-1]
    assert (last["phase"], last["days"], last["source"]) == ("separation", 0, "event")
    assert last["evidence"] == "ended: moved (by mentee)"
    assert not last["open"]
    assert "1 ended" in result.headline()


def test_meeting_after_the_ending_is_redefinition():
    found = stays(program([*STEADY[:6], 180], ended=150, known=200))
    assert found[-2:] == [("separation", 150, "event"), ("redefinition", 180, "log")]


def test_meeting_past_the_agreed_end_is_redefinition():
    found = stays(program([*STEADY, 420], known=430))
    assert found[-1] == ("redefinition", 420, "log")


def test_a_new_goal_past_the_agreed_end_is_cultivation_again():
    goals = pd.DataFrame(
        {"relationship_id": "r1", "goal_id": ["g1", "g2"], "set_on": [on(20), on(410)]}
    )
    found = stays(program([*STEADY, 420], goals=goals, known=430))
    assert found[-2:] == [("separation", 360, "clock"), ("cultivation", 410, "log")]


def test_a_new_mentor_begins_again():
    members = pd.DataFrame(
        {
            "relationship_id": "r1",
            "person_id": ["ann", "cy", "bo"],
            "role": ["mentor", "mentor", "mentee"],
            "joined_on": [START, on(130), START],
            "left_on": [on(125), None, None],
        }
    )
    goals = pd.DataFrame(
        {"relationship_id": "r1", "goal_id": ["g1", "g2"], "set_on": [on(20), on(150)]}
    )
    found = stays(program(STEADY, members=members, goals=goals, known=300))
    assert found == [
        ("initiation", 0, "event"),
        ("cultivation", 60, "log"),
        ("initiation", 130, "event"),
        ("cultivation", 180, "log"),  # meetings on days 140, 160 and 180
    ]


def test_another_mentor_beside_the_first_changes_nothing():
    members = pd.DataFrame(
        {
            "relationship_id": "r1",
            "person_id": ["ann", "cy", "bo"],
            "role": ["mentor", "mentor", "mentee"],
            "joined_on": [START, on(130), START],
            "left_on": [None, None, None],
        }
    )
    assert len(stays(program(STEADY, members=members, known=300))) == 2


def test_a_closure_form_is_separation():
    responses = pd.DataFrame(
        {
            "relationship_id": ["r1"],
            "rater_id": ["bo"],
            "role": ["mentee"],
            "wave": [3],
            "item": ["e1"],
            "value": [4],
            "form": ["closure"],
            "answered_at": [on(200)],
        }
    )
    found = stays(program(STEADY, responses=responses, known=300))
    assert found[-1] == ("separation", 200, "event")


def scored(values):
    """Give answers of both partners to one trust item, a wave every 50 days from day 100."""
    rows = [
        ("r1", who, role, wave, "t1", value, on(50 + 50 * wave))
        for wave, both in enumerate(values, 1)
        for who, role, value in (("ann", "mentor", both[0]), ("bo", "mentee", both[1]))
    ]
    names = ["relationship_id", "rater_id", "role", "wave", "item", "value", "answered_at"]
    return pd.DataFrame(rows, columns=names)


BOOK = ml.Codebook(pd.DataFrame({"item": ["t1"], "element": ["trust"], "low": [1], "high": [5]}))


def test_the_lower_score_falls_and_comes_back():
    made = program(STEADY, responses=scored([(5, 4), (5, 3), (5, 4)]), known=300)
    found = stays(made, codebook=BOOK)
    assert found[-2:] == [("separation", 150, "score"), ("cultivation", 200, "score")]
    assert len(stays(made)) == 2  # without a codebook scores are no evidence


def test_a_small_fall_is_no_evidence():
    book = ml.Codebook(BOOK.items.assign(high=9))
    made = program(STEADY, responses=scored([(9, 8), (9, 7)]), known=300)
    assert len(stays(made, codebook=book)) == 2


def test_lower_scores_are_shares_of_the_scale():
    made = program(STEADY, responses=scored([(5, 4), (2, 3)]), known=300)
    waves = lower_scores(read_log(made, who="test"), BOOK)
    assert waves["low"].tolist() == [0.75, 0.25]
    assert waves["at"].tolist() == [on(100), on(150)]


def test_scores_of_other_constructs_are_no_evidence():
    book = ml.Codebook(BOOK.items.assign(element="negative_experiences"))
    made = program(STEADY, responses=scored([(5, 4), (5, 1)]), known=300)
    assert len(stays(made, codebook=book)) == 2


def test_without_an_agreed_pace_the_first_third_sets_it():
    made = program([d for d in STEADY if d < 200], known=390)
    plain = made.with_tables(
        {
            **made.tables,
            "relationships": made.relationships.drop(columns="meetings_per_month"),
        }
    )
    result = phases(plain).to_frame()
    assert "usual meetings" in result["evidence"].iloc[2]
    assert result["phase"].iloc[2] == "separation"


@pytest.mark.parametrize("day", [30, 70, 150, 165, 250, 370, 425])
def test_phases_known_on_a_day_are_the_phases_up_to_that_day(day):
    held = [d for d in STEADY if not 100 < d < 200] + [420]
    whole = phases(program(held)).to_frame()
    early = phases(program(held, known=day)).to_frame()
    upto = whole[whole["from_on"] <= on(day)]
    assert early["phase"].tolist() == upto["phase"].tolist()
    assert early["from_on"].tolist() == upto["from_on"].tolist()
    assert early["to_on"].iloc[-1] == on(day)


def test_stays_follow_each_other_without_gaps():
    result = phases(ml.datasets.load_example_program(), codebook=ml.item_bank())
    for _, own in result.intervals.groupby("relationship_id"):
        assert own["from_on"].iloc[1:].tolist() == own["to_on"].iloc[:-1].tolist()
        assert own["order"].tolist() == list(range(1, len(own) + 1))
        assert (own["days"] >= 0).all()
    known = set(MOVES.values()) | {"initiation"}
    assert set(result.intervals["phase"]) <= known
    assert len(result.left_out) == 5  # flash mentoring has no length
    assert "5 relationships left out: an agreed length of 0 days" in result.summary()


def test_every_vocabulary_names_every_phase():
    assert set(LABELS) == set(StageVocabulary.__args__)
    for name, labels in LABELS.items():
        result = phases(program(STEADY, known=380), vocabulary=name)
        assert result.intervals["label"].tolist() == [
            labels[PHASES.index(phase)] for phase in result.intervals["phase"]
        ]
        assert labels[0] in result.summary()


def test_the_latest_stay_of_each_relationship():
    result = phases(program(STEADY, known=100))
    latest = result.latest().iloc[0]
    assert (latest["phase"], latest["open"], latest["to_on"]) == ("cultivation", True, on(100))
    assert "1 in cultivation, 0 ended" in result.headline()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"vocabulary": "kramm"}, "Did you mean 'kram'"),
        ({"codebook": "book"}, "`codebook` must be a Codebook; got 'book'"),
        ({"rules": {"thin_share": 0.2}}, "`rules` must be a PhaseRules"),
    ],
)
def test_wrong_options_are_named(options, message):
    with pytest.raises(OptionError, match=message):
        phases(program(STEADY), **options)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"meetings_to_settle": 0}, "`meetings_to_settle` is 1 or more; got 0"),
        ({"closing_share": 1.5}, r"`closing_share` lies in 0\.\.1; got 1\.5"),
        ({"thin_share": 0.8}, "`thin_share` must lie below `resumed_share`"),
    ],
)
def test_wrong_rules_are_named(changes, message):
    with pytest.raises(OptionError, match=message):
        PhaseRules(**changes)


def test_other_rules_give_other_phases():
    later = stays(program(STEADY, known=380), rules=PhaseRules(meetings_to_settle=5))
    assert later[1] == ("cultivation", 100, "log")


def test_a_program_without_lengths_is_refused():
    made = program(STEADY)
    bare = made.with_tables(
        {**made.tables, "relationships": made.relationships.drop(columns="planned_end")}
    )
    with pytest.raises(EstimationError, match="phases: no relationship has an agreed length"):
        phases(bare)


def test_relationships_without_a_length_do_not_stop_the_others():
    relationships = pd.DataFrame(
        {"relationship_id": ["r1", "r2"], "started_on": START, "planned_end": [on(400), None]}
    )
    members = pd.DataFrame(
        {
            "relationship_id": ["r1", "r1", "r2", "r2"],
            "person_id": ["ann", "bo", "ann", "cy"],
            "role": ["mentor", "mentee"] * 2,
        }
    )
    contacts = pd.DataFrame(
        {
            "contact_id": ["k1", "k2"],
            "relationship_id": ["r1", "r2"],
            "at": [on(20), on(30)],
            "kind": "meeting",
            "status": "held",
        }
    )
    result = phases(program(relationships=relationships, members=members, contacts=contacts))
    assert set(result.intervals["relationship_id"]) == {"r1"}
    assert "1 relationship left out: no agreed length" in result.notes()


def test_a_program_without_starts_is_refused():
    made = program(STEADY)
    bare = made.with_tables(
        {**made.tables, "relationships": made.relationships[["relationship_id", "planned_end"]]}
    )
    with pytest.raises(MissingTableError, match=r"phases: needs relationships\.started_on"):
        phases(bare)


def test_dates_alone_give_clock_and_endings():
    made = program(contacts=None, goals=None, ended=395, known=399)
    result = phases(made)
    assert stays(made) == [("initiation", 0, "event"), ("separation", 360, "clock")]
    assert result.sources == ("event", "clock")
