"""Practices against counts by hand, and intervals against their definitions."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from small_log import ACTS, CONTACTS, GOALS, MEMBERS, PEOPLE, RELATIONSHIPS, frame, small_program

import mentorlab as ml
from mentorlab.activity import cases, read_log
from mentorlab.elements.practices import (
    PRACTICES,
    Practice,
    list_practices,
    practice_rates,
    register_practice,
    sponsorship_ledger,
)
from mentorlab.elements.practices.circles import equality
from mentorlab.elements.practices.goals import attainment_score
from mentorlab.elements.practices.intervals import (
    clustered_mean,
    clustered_rate,
    clustered_share,
    mean_interval,
    poisson_interval,
    wilson_interval,
)
from mentorlab.elements.practices.page import BEGIN, END, practice_table, with_practice_table
from mentorlab.errors import EstimationError, MissingTableError, OptionError
from mentorlab.spans import last_known, relationship_spans

MONTH = 365.25 / 12
M1, M2, MC = 119 / MONTH, 59 / MONTH, 88 / MONTH  # months observed of r1, r2 and c1

# practice -> relationship -> (done, due), counted by hand from small_log
BY_HAND = {
    "meetings_held_of_agreed": {"r1": (3, M1), "r2": (1, 2 * M2), "c1": (2, MC)},
    "months_with_meeting": {"r1": (3, 3), "r2": (0, 1), "c1": (2, 2)},
    "first_meeting_in_30_days": {"r1": (1, 1), "r2": (0, 1), "c1": (1, 1)},
    "meeting_minutes": {"r1": (135, 3), "r2": (50, 1)},
    "messages_per_month": {"r1": (1, M1), "r2": (0, M2), "c1": (0, MC)},
    "meetings_kept": {"r1": (3, 4), "r2": (1, 2), "c1": (2, 2)},
    "kept_by_mentor": {"r1": (4, 5), "r2": (1, 2), "c1": (2, 2)},
    "kept_by_mentee": {"r1": (4, 5), "r2": (2, 2), "c1": (2, 2)},
    "attended_by_mentor": {"r1": (3, 3), "r2": (1, 1), "c1": (1, 2)},
    "attended_by_mentee": {"r1": (2, 3), "r2": (1, 1), "c1": (5, 6)},
    "on_time_mentor": {"r1": (3, 3), "r2": (0, 1)},
    "on_time_mentee": {"r1": (1, 2), "r2": (1, 1)},
    "agenda_set": {"r1": (2, 3), "r2": (1, 1), "c1": (0, 2)},
    "agenda_by_mentee": {"r1": (1, 2), "r2": (1, 1)},
    "prepared_mentor": {"r1": (3, 3), "r2": (0, 1)},
    "prepared_mentee": {"r1": (1, 2), "r2": (1, 1)},
    "contact_by_mentee": {"r1": (2, 4), "r2": (1, 1)},
    "contacts_in_hours": {"r1": (1, 2)},
    "messages_answered": {"r1": (0, 1)},
    "mentee_talk_share": {"r1": (1.1, 2), "c1": (600 / 700, 1)},
    "mentee_talks_most": {"r1": (1, 2), "c1": (1, 1)},
    "goal_set_in_90_days": {"r1": (1, 1), "r2": (1, 1)},
    "smart_flags": {"r1": (8, 2)},
    "smart_complete": {"r1": (1, 2)},
    "goals_with_plan": {"r1": (1, 2), "r2": (1, 1)},
    "goals_rated": {"r1": (1, 1), "r2": (1, 1)},
    "goals_attained": {"r1": (1, 1), "r2": (0, 1)},
    "goal_attainment": {"r1": (60, 1), "r2": (40, 1)},
    "grow_coverage": {"r1": (0.75, 1)},
    "grow_forward": {"r1": (1, 2)},
    "actions_dated_and_owned": {"r1": (2, 3), "r2": (2, 2)},
    "short_actions": {"r1": (1, 3), "r2": (0, 2)},
    "loops_done": {"r1": (2, 2), "r2": (0, 1)},
    "loops_done_on_time": {"r1": (1, 2), "r2": (0, 1)},
    "loops_reviewed": {"r1": (1, 2), "r2": (0, 1)},
    "loops_closed": {"r1": (1, 2), "r2": (0, 1)},
    "done_before_next_meeting": {"r1": (1, 3), "r2": (0, 2)},
    "loop_days": {"r1": (5 + 32, 2)},
    "loop_delay_days": {"r1": (-1 + 4, 2)},
    "review_delay_days": {"r1": (11, 1)},
    "feedback_given": {"r1": (1, M1), "r2": (0, M2), "c1": (0, MC)},
    "feedback_asked": {"r1": (2, M1), "r2": (0, M2), "c1": (0, MC)},
    "feedback_answered": {"r1": (1, 1)},
    "advice_given": {"r1": (2, M1), "r2": (0, M2), "c1": (0, MC)},
    "advice_then_action": {"r1": (1, 2)},
    "disclosure_by_mentor": {"r1": (1, M1), "r2": (0, M2), "c1": (0, MC)},
    "disclosure_by_mentee": {"r1": (1, M1), "r2": (0, M2), "c1": (0, MC)},
    "disclosure_returned": {"r1": (1, 1)},
    "introductions": {"r1": (1, M1), "r2": (0, M2), "c1": (0, MC)},
    "nominations": {"r1": (0, M1), "r2": (1, M2), "c1": (0, MC)},
    "sponsoring_share": {"r1": (1, 4), "r2": (1, 1)},
    "thanks_by_mentee": {"r1": (1, M1), "r2": (1, M2), "c1": (0, MC)},
    "thanks_by_mentor": {"r1": (0, M1), "r2": (1, M2), "c1": (0, MC)},
    "thanks_both_ways": {"r1": (0, 1), "r2": (1, 1)},
    "goals_celebrated": {"r1": (1, 1)},
    "celebrations": {"r1": (1, M1), "r2": (0, M2), "c1": (0, MC)},
    "circle_size_5_to_8": {"c1": (0, 1)},
    "talk_equality": {"c1": (0.5, 1)},
    "attendance_equality": {"c1": (0.8, 1)},
    "facilitator_present": {"c1": (1, 2)},
    "closing_meeting": {"r2": (1, 1)},
    "thanked_at_end": {"r2": (1, 1)},
    "end_reason_given": {"r2": (0, 1)},
    "closure_form_from_both": {"r2": (0, 1)},
    "mentor_outside_line": {"r1": (1, 1), "r2": (0, 1)},
    "pulse_after_meeting": {"r1": (1, 3), "r2": (0, 1), "c1": (0, 2)},
}
NOTHING_DUE = {"agreed_length_reached", "meeting_gap_variation"}


@pytest.fixture(scope="module")
def rates():
    return practice_rates(small_program())


@pytest.fixture(scope="module")
def example():
    return ml.datasets.load_example_program()


@pytest.mark.parametrize("name", BY_HAND)
def test_each_practice_equals_the_count_by_hand(rates, name):
    own = rates.relationships[rates.relationships["practice"] == name]
    found = {row.relationship_id: (row.done, row.due) for row in own.itertuples(index=False)}
    assert set(found) == set(BY_HAND[name])
    for relationship_id, expected in BY_HAND[name].items():
        assert found[relationship_id] == pytest.approx(expected)


def test_every_practice_is_counted_by_hand_or_named_as_not_due(rates):
    assert set(BY_HAND) | NOTHING_DUE == set(PRACTICES)
    assert set(rates.unavailable["practice"]) == NOTHING_DUE


@pytest.mark.parametrize("name", PRACTICES)
def test_every_row_is_whole(name):
    row = PRACTICES[name]
    assert row.name == row.cases.__name__
    assert all(need.split(".")[0] in ml.tables.TABLES for need in row.needs)
    for need in row.needs:
        table, _, column = need.partition(".")
        assert not column or column in ml.tables.TABLES[table].names
    for text in (row.about, row.done, row.due, row.unit):
        assert text
        assert not text.endswith(".")
    assert row.measure != "share" or row.unit == "share"


def test_estimates_are_done_over_due(rates):
    for table in (rates.relationships, rates.pooled):
        np.testing.assert_allclose(table["estimate"], table["done"] / table["due"])
    pooled = rates.relationships.groupby("practice")[["done", "due"]].sum()
    for row in rates.pooled.itertuples():
        assert (row.done, row.due) == pytest.approx(tuple(pooled.loc[row.practice]))


def test_intervals_hold_their_estimates(rates):
    for table in (rates.relationships, rates.pooled):
        known = table.dropna(subset=["conf_low", "conf_high"])
        assert (known["conf_low"] <= known["estimate"] + 1e-9).all()
        assert (known["conf_high"] >= known["estimate"] - 1e-9).all()
        shares = known[known["unit"] == "share"]
        assert shares["conf_low"].ge(0).all()
        assert shares["conf_high"].le(1).all()


def test_a_late_start_owes_less():
    late = RELATIONSHIPS.assign(started_on=["2026-03-01", "2026-01-01", "2026-02-01"])
    own = practice_rates(small_program(relationships=late), practices="meetings_held_of_agreed")
    due = own.relationships.set_index("relationship_id")["due"]
    assert due["r1"] == pytest.approx(60 / MONTH)


def test_nothing_is_owed_after_the_agreed_end():
    short = RELATIONSHIPS.assign(planned_end=["2026-02-01", "2026-12-31", "2026-12-31"])
    own = practice_rates(small_program(relationships=short), practices="meetings_held_of_agreed")
    row = own.relationships.set_index("relationship_id").loc["r1"]
    assert (row["done"], row["due"]) == pytest.approx((1, 31 / MONTH))


def test_the_agreed_length_stands_in_for_the_planned_end():
    months = RELATIONSHIPS.drop(columns="planned_end").assign(agreed_months=[2, 12, 12])
    spans = relationship_spans(small_program(relationships=months), who="test")
    assert spans["agreed_end"].iloc[0] == pd.Timestamp("2026-01-01") + pd.Timedelta(days=61)


def test_reaching_the_agreed_length_is_due_when_it_has_come():
    ends = RELATIONSHIPS.assign(planned_end=["2026-04-01", "2026-04-01", "2026-12-31"])
    own = practice_rates(small_program(relationships=ends), practices="agreed_length_reached")
    found = own.relationships.set_index("relationship_id")["done"].to_dict()
    assert found == {"r1": 1, "r2": 0}


def test_regular_meetings_have_no_gap_variation():
    days = ["2026-01-10", "2026-01-20", "2026-01-30", "2026-02-09"]
    contacts = frame(
        "contact_id relationship_id at kind status",
        [(f"k{i}", "r1", day, "meeting", "held") for i, day in enumerate(days)],
    )
    program = small_program(contacts=contacts, attendance=None)
    own = practice_rates(program, practices="meeting_gap_variation")
    assert own.relationships["estimate"].tolist() == [0.0]


def test_a_cut_in_time_moves_the_last_known_day():
    program = small_program()
    assert last_known(program).strftime("%Y-%m-%d") == "2026-04-30"
    early = program.as_of("2026-02-28")
    assert last_known(early).strftime("%Y-%m-%d") == "2026-02-28"
    own = practice_rates(early, practices="loops_done").relationships.set_index("relationship_id")
    assert own.loc["r1", ["done", "due"]].tolist() == [1, 1]  # a2 falls due on the day after


def test_what_lies_in_the_future_is_not_a_last_known_day():
    contacts = pd.concat(
        [
            CONTACTS,
            frame(
                "contact_id relationship_id at kind status",
                [("k12", "r1", "2026-09-01", "meeting", "cancelled")],
            ),
        ]
    )
    assert last_known(small_program(contacts=contacts)).strftime("%Y-%m-%d") == "2026-04-30"


def test_a_start_entered_ahead_does_not_stretch_what_was_observed(rates):
    ahead = RELATIONSHIPS.assign(started_on=["2026-01-01", "2026-01-01", "2027-02-01"])
    ahead = ahead.assign(planned_end=["2026-07-01", "2026-12-31", "2027-12-31"])
    own = practice_rates(small_program(relationships=ahead), practices="dose")
    assert own.known_until == rates.known_until
    assert "1 relationship without a start by the last known day: left out" in own.notes()


def test_starts_alone_date_a_program_that_has_nothing_else():
    program = ml.Program(PEOPLE, RELATIONSHIPS[["relationship_id", "started_on"]], MEMBERS)
    assert last_known(program).strftime("%Y-%m-%d") == "2026-02-01"


def test_contacts_outside_the_dates_are_said(rates):
    assert any("1 contact lies outside the dates" in note for note in rates.notes())


def test_columns_of_the_user_do_not_get_in_the_way(rates):
    program = small_program(
        contacts=CONTACTS.assign(ends="noon", starts=1, months=-5),
        goals=GOALS.assign(kind="soft", ends=0),
        acts=ACTS.assign(kind="kind", ended="?"),
    )
    again = practice_rates(program)
    pd.testing.assert_frame_equal(again.pooled, rates.pooled)


def test_the_order_of_rows_does_not_matter(rates):
    shuffled = small_program(
        contacts=CONTACTS.sample(frac=1, random_state=3),
        goals=GOALS.sample(frac=1, random_state=4),
        acts=ACTS.sample(frac=1, random_state=5),
        members=MEMBERS.sample(frac=1, random_state=6),
        relationships=RELATIONSHIPS.sample(frac=1, random_state=7),
    )
    again = practice_rates(shuffled)
    pd.testing.assert_frame_equal(again.relationships, rates.relationships)


def test_what_the_data_do_not_allow_is_named():
    bare = small_program(
        contacts=None,
        attendance=None,
        acts=None,
        goals=GOALS[["relationship_id", "goal_id", "set_on"]],
    )
    rates = practice_rates(bare)
    reasons = rates.unavailable.set_index("practice")["reason"]
    assert reasons["meetings_kept"] == "needs the table contacts, which is absent"
    assert reasons["goals_attained"] == "needs goals.attainment, which is absent"
    assert "not shown: meetings_kept (needs the table contacts" in rates.summary()


def test_an_act_that_nobody_ever_logged_is_not_a_zero():
    acts = ACTS[ACTS["act"] != "nomination"]
    rates = practice_rates(small_program(acts=acts), practices="sponsorship")
    assert rates.unavailable["practice"].tolist() == ["nominations"]
    assert "no case in the data: nominations" in rates.unavailable["reason"].iloc[0]


def test_rows_without_kind_or_parent_are_goals_and_actions():
    plain = GOALS.drop(columns=["parent_id", "goal_kind"])
    own = practice_rates(small_program(goals=plain), practices="loops_done")
    assert own.relationships.set_index("relationship_id")["due"].to_dict() == {"r1": 3, "r2": 2}


def test_one_relationship_keeps_its_own_interval():
    program = small_program().filter(relationships={"relationship_id": "r1"})
    rates = practice_rates(program, practices="meetings_kept")
    row = rates.pooled.iloc[0]
    low, high = wilson_interval(np.array([3.0]), np.array([4.0]))
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((low[0], high[0]))
    assert math.isnan(row["std_error"])


def test_for_relationship_stands_beside_the_pool(rates):
    own = rates.for_relationship("r2").set_index("practice")
    assert own.loc["meetings_kept", "estimate"] == 0.5
    assert own.loc["meetings_kept", "pooled"] == pytest.approx(6 / 8)
    with pytest.raises(OptionError, match="nothing was due in a relationship 'r9'"):
        rates.for_relationship("r9")


def test_the_text_says_what_a_reader_must_know(rates):
    text = rates.summary()
    assert "observed until 2026-04-30" in text
    assert "take relationships, not meetings or actions, as independent" in text
    assert "kinds are pooled: circle, one_to_one" in text
    assert "fewer than 10 relationships" in text
    assert "<script" not in rates._repr_html_()
    assert rates.to_frame() is not rates.to_frame()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"practices": "meeting_kept"}, "Did you mean 'meetings_kept'"),
        ({"practices": ["loops", "talks"]}, "got 'talks'"),
        ({"level": 1.0}, "`level` lies between 0 and 1; got 1.0"),
    ],
)
def test_wrong_options_are_named(options, message):
    with pytest.raises(OptionError, match=message):
        practice_rates(small_program(), **options)


def test_a_program_without_starts_is_refused():
    program = ml.Program(PEOPLE, RELATIONSHIPS[["relationship_id"]], MEMBERS)
    with pytest.raises(MissingTableError, match=r"practice_rates: needs relationships\.started_on"):
        practice_rates(program)


def test_a_program_that_shows_nothing_is_refused():
    program = ml.Program(PEOPLE, RELATIONSHIPS[["relationship_id", "started_on"]], MEMBERS)
    with pytest.raises(EstimationError, match="nothing can be measured: needs"):
        practice_rates(program, practices="talk")


def test_a_practice_of_ones_own_is_one_row_and_one_function():
    def any_contact(log):
        return cases(log.spans["relationship_id"], [1, 1, 0])

    row = Practice(
        "any_contact", "mine", "a", "b", "c", "share", "share", ("contacts",), "both", any_contact
    )
    register_practice(row)
    try:
        rates = practice_rates(small_program(), practices="mine")
        assert rates.pooled["estimate"].tolist() == [pytest.approx(2 / 3)]
        with pytest.raises(OptionError, match="the name 'any_contact' is taken"):
            register_practice(row)
    finally:
        del PRACTICES["any_contact"]
    with pytest.raises(OptionError, match="must be a Practice"):
        register_practice(any_contact)
    with pytest.raises(OptionError, match="`measure` must be 'share', 'rate' or 'mean'"):
        Practice("x", "m", "a", "b", "c", "odds", "u", (), "both", any_contact)
    with pytest.raises(OptionError, match="`cases` must be a function"):
        Practice("x", "m", "a", "b", "c", "mean", "u", (), "both", 3)


def test_the_list_names_needs_and_whose_doing_it_is():
    listed = list_practices().set_index("practice")
    assert listed.loc["on_time_mentee", "depends_on"] == "mentee"
    assert listed.loc["on_time_mentee", "needs"] == "contacts, attendance.late_minutes"


def test_the_ledger_counts_givers_and_receivers():
    ledger = sponsorship_ledger(small_program())
    rows = ledger[["by", "to", "introductions", "nominations"]].to_numpy().tolist()
    assert rows == [["ann", "bo", 1, 0], ["cy", "di", 0, 1]]
    assert ledger["per_year"].tolist() == pytest.approx([12 / M1, 12 / M2])
    with pytest.raises(MissingTableError, match="sponsorship_ledger: needs the table acts"):
        sponsorship_ledger(small_program(acts=None))


def test_the_ledger_without_receivers_or_acts_of_the_kind():
    ledger = sponsorship_ledger(small_program(acts=ACTS.drop(columns="to")))
    assert ledger["to"].isna().all()
    none = ACTS[ACTS["act"] == "thanks"]
    assert sponsorship_ledger(small_program(acts=none)).empty


def test_sides_and_spans_of_the_log():
    log = read_log(small_program(), who="test")
    sides = log.sides.set_index(["relationship_id", "person_id"])["side"]
    assert sides["c1", "flo"] == "mentor"
    assert sides["c1", "x"] == "mentee"
    spans = log.spans.set_index("relationship_id")
    assert spans.loc["r2", "ended"]
    assert spans.loc["r2", "ends"].strftime("%Y-%m-%d %H:%M") == "2026-03-01 23:59"


def test_relationships_yet_to_begin_are_left_out():
    later = RELATIONSHIPS.assign(started_on=["2026-01-01", "2026-01-01", "2026-06-01"])
    rates = practice_rates(small_program(relationships=later).as_of("2026-04-30"), practices="dose")
    assert "c1" not in set(rates.relationships["relationship_id"])
    assert rates.n_observed == 2


# The example program


def test_planted_habits_are_found(example):
    rates = practice_rates(example.filter(relationships={"kind": "one_to_one"}))
    found = rates.pooled.set_index("practice")
    assert found.loc["agenda_by_mentee", "estimate"] == pytest.approx(0.65 + 0.35 / 2, abs=0.03)
    assert found.loc["contacts_in_hours", "estimate"] == pytest.approx(0.94, abs=0.02)
    assert found.loc["smart_flags", "estimate"] == pytest.approx(
        0.8 + 0.6 + 0.85 + 0.9 + 0.7, abs=0.25
    )
    assert found.loc["agreed_length_reached", "estimate"] == pytest.approx(58 / 88)
    assert found.loc["mentee_talk_share", "estimate"] == pytest.approx(0.5, abs=0.03)


# Intervals


def naive_wilson(x, n, z):
    p = x / n
    center = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (center - half) / (1 + z * z / n), (center + half) / (1 + z * z / n)


def test_wilson_equals_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    done, due = np.array([0.0, 3, 10, 17]), np.array([5.0, 9, 10, 40])
    low, high = wilson_interval(done, due, level=0.9)
    theirs = proportion_confint(done, due, alpha=0.1, method="wilson")
    np.testing.assert_allclose(low, theirs[0], atol=1e-12)
    np.testing.assert_allclose(high, theirs[1], atol=1e-12)


@given(st.integers(0, 200), st.integers(1, 200), st.floats(0.5, 0.999))
def test_poisson_limits_have_their_tail(count, exposure, level):
    from scipy.stats import poisson

    low, high = poisson_interval(np.array([count]), np.array([exposure]), level=level)
    tail = (1 - level) / 2
    assert poisson.cdf(count, high[0] * exposure) == pytest.approx(tail, abs=1e-8)
    if count:
        assert poisson.sf(count - 1, low[0] * exposure) == pytest.approx(tail, abs=1e-8)
    else:
        assert low[0] == 0


def test_mean_interval_equals_the_t_interval():
    from scipy import stats

    values = np.array([3.0, 5, 8, 8, 1])
    low, high = mean_interval(
        np.array([values.mean()]), np.array([values.std(ddof=1)]), np.array([5])
    )
    theirs = stats.ttest_1samp(values, 0).confidence_interval()
    assert (low[0], high[0]) == pytest.approx(tuple(theirs))


def test_pooled_share_by_its_definition():
    from scipy.stats import t

    done, due = np.array([2.0, 5, 1, 4]), np.array([4.0, 6, 5, 4])
    p = 12 / 19
    variance = 4 / 3 * sum((x - p * n) ** 2 for x, n in zip(done, due, strict=True)) / 19**2
    expected = naive_wilson(p * p * (1 - p) / variance, p * (1 - p) / variance, t.ppf(0.975, 3))
    std_error, low, high = clustered_share(done, due)
    assert std_error == pytest.approx(math.sqrt(variance))
    assert (low, high) == pytest.approx(expected)


def test_clusters_that_agree_too_well_give_no_more_than_independent_cases():
    from scipy.stats import t

    _, low, high = clustered_share(np.array([2.0, 2, 2]), np.array([4.0, 4, 4]))
    assert (low, high) == pytest.approx(naive_wilson(6, 12, t.ppf(0.975, 2)))


def test_where_all_agree_each_cluster_is_one_case():
    from scipy.stats import t

    _, low, high = clustered_share(np.array([4.0, 7, 5]), np.array([4.0, 7, 5]))
    assert (low, high) == pytest.approx(naive_wilson(3, 3, t.ppf(0.975, 2)))


def test_pooled_rate_and_mean_by_their_definitions():
    from scipy.stats import t

    x, n = np.array([3.0, 6, 2]), np.array([6.0, 5, 9])
    rate = 11 / 20
    error = math.sqrt(1.5 * sum((x - rate * n) ** 2)) / 20
    assert clustered_mean(x, n) == pytest.approx(
        (error, rate - t.ppf(0.975, 2) * error, rate + t.ppf(0.975, 2) * error)
    )
    factor = math.exp(t.ppf(0.975, 2) * error / rate)
    assert clustered_rate(x, n) == pytest.approx((error, rate / factor, rate * factor))
    error, low, high = clustered_rate(np.zeros(2), np.array([10.0, 10]))
    assert (error, low) == (0, 0)
    assert high == pytest.approx(-math.log(0.025) / 20)


@given(arrays(float, st.integers(2, 8), elements=st.floats(0, 100)))
def test_equality_equals_the_mean_difference(amounts):
    n, total = len(amounts), amounts.sum()
    if total < 1e-6:
        return
    differences = sum(abs(a - b) for a in amounts for b in amounts)
    gini = differences / (2 * n * total)
    assert equality(amounts) == pytest.approx(1 - gini * n / (n - 1), abs=1e-9)


def test_equality_of_nothing_is_unknown():
    assert math.isnan(equality(np.zeros(3)))


def test_attainment_by_the_formula():
    levels = [1, -1, 2]
    spread = math.sqrt(0.7 * 3 + 0.3 * 9)
    score = attainment_score(np.array([sum(levels)]), np.array([3]))
    assert score[0] == pytest.approx(50 + 10 * 2 / spread)


@pytest.mark.slow
@pytest.mark.parametrize("n_clusters", [12, 40])
def test_pooled_shares_cover(n_clusters):
    """Beta-binomial cases of unequal relationships, intraclass correlation .1."""
    from scipy.stats import binom

    rng, truth, runs, hits = np.random.default_rng(11), 0.8, 2000, 0
    for _ in range(runs):
        due = rng.integers(2, 25, n_clusters).astype(float)
        own = rng.beta(truth * 9, (1 - truth) * 9, n_clusters)
        done = rng.binomial(due.astype(int), own).astype(float)
        _, low, high = clustered_share(done, due)
        hits += low <= truth <= high
    print(f"{n_clusters} relationships: coverage {hits / runs:.3f}")
    assert binom.ppf(0.0005, runs, 0.95) <= hits <= binom.ppf(0.9995, runs, 0.95)


# The page


def test_the_table_on_the_page_lists_every_practice():
    table = practice_table()
    assert all(f"| `{name}` |" in table for name in PRACTICES)
    page = with_practice_table(f"a\n{BEGIN}old{END}\nb")
    assert page.startswith("a\n")
    assert page.endswith("\nb")
    assert "old" not in page
    with pytest.raises(OptionError, match="needs the marks"):
        with_practice_table("no marks")
