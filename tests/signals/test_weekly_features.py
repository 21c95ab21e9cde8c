"""Features look at what was known then and at nothing else, however the log is read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mentorlab as ml
from mentorlab.errors import EstimationError, MissingTableError, OptionError
from mentorlab.signals import start_features, update_features, weekly_features
from mentorlab.signals.features.layout import COLUMNS

AS_OF = pd.Timestamp("2024-05-13")
WEEK = pd.Timedelta(days=7)
seeds = st.integers(0, 10_000)


def in_order(frame):
    return frame.sort_values(["relationship_id", "week"]).reset_index(drop=True)


def same(left, right):
    pd.testing.assert_frame_equal(in_order(left), in_order(right), check_exact=True)


@settings(max_examples=12)
@given(seed=seeds, back=st.integers(1, 16))
def test_the_log_cut_at_a_week_gives_the_weeks_of_the_full_log(make_random, seed, back):
    program = make_random(seed)
    then = AS_OF - back * WEEK
    full = weekly_features(program, as_of=AS_OF)
    known = full[full["week_end"] <= then]
    if not (program.relationships["started_on"] <= then).any():
        assert known.empty
        return
    same(weekly_features(program.as_of(then), as_of=then), known)
    same(weekly_features(program, as_of=then), known)


@settings(max_examples=6)
@given(seed=seeds, size=st.integers(1, 90))
def test_batches_change_nothing(make_random, seed, size):
    program = make_random(seed)
    same(
        weekly_features(program, as_of=AS_OF, batch_rows=size),
        weekly_features(program, as_of=AS_OF),
    )


@settings(max_examples=10)
@given(seed=seeds, steps=st.lists(st.integers(1, 5), min_size=1, max_size=5))
def test_updates_give_the_weeks_of_the_whole_log(make_random, seed, steps):
    program = make_random(seed)
    day = AS_OF - sum(steps) * WEEK
    if not (program.relationships["started_on"] <= day).any():
        return
    running = start_features(program.as_of(day), as_of=day)
    parts = [running.features]
    for step in steps:
        day += step * WEEK
        running = update_features(running.state, program.as_of(day), as_of=day)
        parts.append(running.features)
    same(pd.concat(parts), weekly_features(program, as_of=AS_OF))


@settings(max_examples=6)
@given(seed=seeds, share=st.floats(0, 1))
def test_deleting_later_rows_changes_nothing(make_random, seed, share):
    program = make_random(seed)
    then = AS_OF - 6 * WEEK
    contacts = program.contacts
    known = contacts["recorded_at"].fillna(contacts["at"])
    later = (
        np.maximum(known.to_numpy(), contacts["at"].to_numpy())
        > np.datetime64(then) + 86_400_000_000
    )
    gone = later & (np.random.default_rng(seed).random(len(contacts)) < share)
    fewer = ml.Program(**{**program.tables, "contacts": contacts[~gone], "attendance": None})
    whole = ml.Program(**{**program.tables, "attendance": None})
    for each in (True, False):
        frames = [weekly_features(one, as_of=AS_OF if each else then) for one in (fewer, whole)]
        left, right = (frame[frame["week_end"] <= then] for frame in frames)
        same(left, right)


@settings(max_examples=5)
@given(seed=seeds)
def test_the_order_of_tables_does_not_matter(make_random, seed):
    program = make_random(seed)
    mixed = {
        name: frame.sample(frac=1, random_state=seed) if name != "contacts" else frame
        for name, frame in program.tables.items()
    }
    same(weekly_features(ml.Program(**mixed), as_of=AS_OF), weekly_features(program, as_of=AS_OF))


def naive(program, rel, end):
    """What was known of one relationship at the end of a day, by pandas alone."""
    rows = program.contacts
    known = np.maximum(rows["recorded_at"].fillna(rows["at"]).to_numpy(), rows["at"].to_numpy())
    edge = np.datetime64(end + pd.Timedelta(days=1) - pd.Timedelta(1, "us"))
    start = program.relationships.set_index("relationship_id").at[rel, "started_on"]
    rows = rows[(rows["relationship_id"] == rel) & (known <= edge) & (rows["at"] >= start)]
    held, met = rows[rows["status"] == "held"], rows[rows["kind"] != "message"]
    week = pd.Timedelta(weeks=1)
    now = held["at"] > edge - 4 * week
    recent = met[met["at"] > edge - 8 * week]
    failed = recent[recent["status"].isin(["missed", "cancelled"])]
    meetings = recent[recent["status"] == "held"]
    last = held["at"].max() if len(held) else start
    missed = (failed["status"] == "missed").sum()
    return {
        "gap_days": (edge + np.timedelta64(1, "us") - np.datetime64(last)) / np.timedelta64(1, "D"),
        "contacts_4w": now.sum(),
        "contacts_8w": (held["at"] > edge - 8 * week).sum(),
        "meetings_4w": (now & (held["kind"] != "message")).sum(),
        "minutes_4w": held.loc[now, "minutes"].sum(),
        "scheduled_8w": len(recent),
        "held_share_8w": (len(meetings) + 4.5) / (len(meetings) + len(failed) + 5),
        "missed_share_8w": (missed + 0.5) / (len(meetings) + missed + 5),
        "cancelled_8w": len(failed) - missed,
        "rescheduled_8w": (recent["status"] == "rescheduled").sum(),
        "agenda_share_8w": (meetings["agenda_by"].notna().sum() + 1) / (len(meetings) + 2),
    }


@pytest.mark.parametrize("seed", [3, 4])
def test_windows_are_those_of_plain_pandas(make_random, seed):
    program = make_random(seed)
    features = weekly_features(program, as_of=AS_OF)
    for row in features.iloc[::3].itertuples():
        for name, value in naive(program, row.relationship_id, row.week_end).items():
            assert getattr(row, name) == pytest.approx(value), (row.relationship_id, row.week, name)


def steady(weeks=30, until=20, n=30):
    """Pairs that meet every Wednesday; the first stops after some weeks."""
    ids = [f"r{i}" for i in range(n)]
    start = pd.Timestamp("2024-01-01")
    rows = [
        (name, start + pd.Timedelta(days=7 * w + 2, hours=10))
        for i, name in enumerate(ids)
        for w in range(until if i == 0 else weeks)
    ]
    contacts = pd.DataFrame(rows, columns=["relationship_id", "at"]).assign(
        kind="meeting", status="held"
    )
    contacts.insert(0, "contact_id", [f"k{i}" for i in range(len(contacts))])
    return ml.Program(
        people=pd.DataFrame({"person_id": ["a", *(f"e{i}" for i in range(n))]}),
        relationships=pd.DataFrame({"relationship_id": ids, "started_on": start}),
        members=pd.DataFrame(
            {
                "relationship_id": ids * 2,
                "person_id": ["a"] * n + [f"e{i}" for i in range(n)],
                "role": ["mentor"] * n + ["mentee"] * n,
            }
        ),
        contacts=contacts,
    )


def test_silence_is_measured_at_the_own_pace():
    features = weekly_features(steady(), as_of="2024-07-28")
    last = features[features["week_end"] == "2024-07-28"].set_index("relationship_id")
    assert last.at["r0", "gap_days"] == pytest.approx(10 * 7 + 5 - 10 / 24 - 0, abs=0.6)
    assert last.at["r0", "expected_since_last"] == pytest.approx(10.6, abs=0.3)
    assert last.at["r0", "cusum_llr"] == pytest.approx(6.0, abs=0.2)
    assert last.at["r1", "cusum_llr"] == 0
    assert last.at["r0", "pace_per_week"] < 1
    assert set(last.columns) >= set(COLUMNS)


def test_weeks_are_those_of_the_relationship():
    features = weekly_features(steady(n=1), as_of="2024-01-17")
    assert features["week"].tolist() == [1, 2, 3]
    assert features["week_end"].dt.strftime("%m-%d").tolist() == ["01-03", "01-10", "01-17"]


def test_a_holiday_of_the_pool_is_nobodys_silence():
    program = steady()
    holiday = program.contacts["at"].between("2024-06-03", "2024-06-30")
    quiet = ml.Program(**{**program.tables, "contacts": program.contacts[~holiday]})
    row = weekly_features(quiet, as_of="2024-06-30").query("relationship_id == 'r5'").iloc[-1]
    usual = weekly_features(program, as_of="2024-06-30").query("relationship_id == 'r5'").iloc[-1]
    assert row["gap_days"] > 28
    assert row["calendar_factor"] < 0.5 < usual["calendar_factor"]
    assert row["expected_since_last"] < 3 < 4 * usual["pace_per_week"] * 1.2


def test_silent_relationships_have_rows(make_random):
    program = make_random(1, n_contacts=0)
    features = weekly_features(program, as_of=AS_OF)
    assert features["gap_days"].isna().all()
    assert len(features) > 10
    empty = ml.Program(**{**program.tables, "contacts": make_random(2).contacts.iloc[:0]})
    features = weekly_features(empty, as_of=AS_OF)
    assert (features["gap_days"] == features["age_days"]).all()


def test_one_relationship_alone():
    features = weekly_features(steady(n=1), as_of="2024-07-28")
    assert np.isfinite(features[["expected_since_last", "cusum_llr", "pace_per_week"]]).all(
        axis=None
    )


def test_contacts_outside_the_dates_are_counted(make_random):
    update = start_features(make_random(5), as_of=AS_OF)
    assert "outside the relationship's dates: left out" in update.notes[0]


class TestBadInput:
    def test_no_starts(self, make_random):
        program = make_random(1)
        tables = program.tables | {
            "relationships": program.relationships.drop(columns=["started_on"])
        }
        with pytest.raises(MissingTableError, match=r"needs relationships\.started_on"):
            weekly_features(ml.Program(**tables), as_of=AS_OF)

    def test_a_day_after_the_cut(self, make_random):
        with pytest.raises(OptionError, match="nothing later than 2024-03-01 is known"):
            weekly_features(make_random(1).as_of("2024-03-01"), as_of=AS_OF)

    def test_no_date(self, make_random):
        with pytest.raises(OptionError, match="weekly_features: `as_of` must be a day"):
            weekly_features(make_random(1), as_of="soon")

    def test_before_the_first_start(self, make_random):
        with pytest.raises(EstimationError, match="no relationship had begun by 2020-01-01"):
            weekly_features(make_random(1), as_of="2020-01-01")

    def test_an_unknown_column(self, make_random):
        with pytest.raises(OptionError, match="Did you mean 'gap_days'"):
            weekly_features(make_random(1), as_of=AS_OF, columns=["gap_day"])

    def test_an_update_off_the_week(self, make_random):
        before = start_features(make_random(1), as_of="2024-04-01")
        with pytest.raises(OptionError, match="whole weeks after the state's last day"):
            update_features(before.state, make_random(1), as_of="2024-04-10")

    def test_a_past_that_changed(self, make_random):
        program = make_random(1)
        before = start_features(program, as_of=AS_OF)
        fewer = program.filter(relationships=program.relationships["relationship_id"] != "r1")
        with pytest.raises(EstimationError, match="Run weekly_features on the whole log"):
            update_features(before.state, fewer, as_of=AS_OF + WEEK)
