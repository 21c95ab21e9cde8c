"""A program as it was known at a moment knows nothing of what came later."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mentorlab import Program
from mentorlab.errors import OptionError
from mentorlab.tables import TABLES
from mentorlab.timecut import last_moment

DAY0 = pd.Timestamp(2026, 1, 1)
DAYS = st.integers(0, 8) | st.none()
NOW = st.integers(-1, 9)
PEOPLE = ["p0", "p1", "p2", "p3"]
RELATIONSHIPS = ["r0", "r1", "r2"]

DTYPES = {
    "id": "str",
    "text": "str",
    "whole": "int64",
    "number": "float64",
    "flag": "boolean",
    "date": "datetime64[us]",
}
BASE = Program(
    people=pd.DataFrame({"person_id": PEOPLE}),
    relationships=pd.DataFrame({"relationship_id": RELATIONSHIPS}),
    members=pd.DataFrame({"relationship_id": ["r0"], "person_id": ["p0"], "role": ["mentor"]}),
)


def day(number):
    return None if number is None else DAY0 + pd.Timedelta(days=number)


def rows(columns, *, max_size=5):
    """Rows of a table: each column a strategy; dates are numbers of days."""
    return st.lists(st.fixed_dictionaries(columns), max_size=max_size)


def dates(*names):
    return dict.fromkeys(names, DAYS)


@st.composite
def programs(draw):
    """Small programs with any dates, in any order, given or not."""
    relationship = st.sampled_from(RELATIONSHIPS)
    person = st.sampled_from(PEOPLE)
    numbered = {
        "relationships": [
            {
                "relationship_id": name,
                **draw(st.fixed_dictionaries(dates("started_on", "ended_on", "end_recorded_at"))),
                "end_reason": "moved",
            }
            for name in RELATIONSHIPS
        ],
        "members": draw(
            rows(
                {
                    "relationship_id": relationship,
                    "person_id": person,
                    **dates("joined_on", "left_on"),
                }
            )
        ),
        "responses": draw(
            rows(
                {
                    "relationship_id": relationship,
                    "value": st.integers(1, 5),
                    **dates("answered_at", "recorded_at"),
                }
            )
        ),
        "contacts": draw(
            rows({"relationship_id": relationship, "at": st.integers(0, 8), **dates("recorded_at")})
        ),
        "goals": draw(
            rows(
                {
                    "relationship_id": relationship,
                    "attainment": st.integers(-2, 2),
                    **dates("set_on", "done_on", "reviewed_on", "recorded_at"),
                }
            )
        ),
        "acts": draw(
            rows({"relationship_id": relationship, "at": st.integers(0, 8), **dates("recorded_at")})
        ),
        "outcomes": draw(
            rows({"person_id": person, "value": st.integers(0, 9), **dates("measured_at")})
        ),
        "enrolment": draw(
            rows(
                {
                    "person_id": person,
                    **dates(
                        "invited_on", "registered_on", "trained_on", "matched_on", "withdrew_on"
                    ),
                }
            )
        ),
    }
    numbered["attendance"] = [
        {"contact_id": f"c{i}", "person_id": draw(person)}
        for i in range(len(numbered["contacts"]))
        if draw(st.booleans())
    ]
    return build(numbered)


def build(numbered):
    """Fill in what is required, and keep dates in the order that the data model asks for."""
    fixed = {
        "people": pd.DataFrame({"person_id": PEOPLE}),
        "members": {"role": "mentor"},
        "responses": {"rater_id": "p0", "role": "mentor", "wave": 1},
        "contacts": {"kind": "meeting", "status": "held"},
        "acts": {"by": "p0", "act": "thanks"},
        "outcomes": {"wave": 1},
        "enrolment": {},
    }
    made = {"people": fixed["people"]}
    for name, records in numbered.items():
        records = [{**record, **fixed.get(name, {})} for record in records]
        for i, record in enumerate(records):
            record.update(
                {
                    "responses": {"item": f"i{i}"},
                    "contacts": {"contact_id": f"c{i}"},
                    "goals": {"goal_id": f"g{i}"},
                    "outcomes": {"outcome": f"o{i}"},
                    "enrolment": {"role": ["mentor", "mentee", "peer", "sponsor", None][i]},
                }.get(name, {})
            )
            for column in TABLES[name].columns:
                if column.kind == "date" and column.name in record:
                    record[column.name] = day(record[column.name])
            for column in TABLES[name].columns:
                first, later = record.get(column.not_before or ""), record.get(column.name)
                if column.not_before and first is not None and later is not None:
                    record[column.name] = max(first, later)
        columns = list(dict.fromkeys(key for record in records for key in record))
        frame = pd.DataFrame(records, columns=columns or list(TABLES[name].names))
        if name == "members":
            frame = frame.drop_duplicates(["relationship_id", "person_id"])
        if name == "enrolment":
            frame = frame.drop_duplicates(["person_id", "role"])
        made[name] = frame
    return BASE.with_tables({name: in_declared_types(frame, name) for name, frame in made.items()})


def in_declared_types(frame, name):
    dtypes = {c.name: DTYPES[c.kind] for c in TABLES[name].columns if c.name in frame}
    return frame.astype(dtypes).reset_index(drop=True)


def known(row, columns):
    """The first date given, as the declaration of the table lists them."""
    return next((row[c] for c in columns if c in row and not pd.isna(row[c])), None)


def known_row(row, table):
    """When a row is known: as entered, but not before what it tells of has happened."""
    when = known(row, table.known_at)
    happens = row.get(table.happens_at)
    return max(when, happens) if when is not None and happens is not None else when


def naive_cut(program, moment):
    """The cut told row by row, in plain Python."""
    kept = {}
    for name, frame in program.tables.items():
        table = TABLES[name]
        records = []
        for row in frame.to_dict("records"):
            when = known_row(row, table)
            if table.known_at and (
                (when is None and table.undated == "drop") or (when is not None and when > moment)
            ):
                continue
            shown = dict(row)
            for reveal in table.reveals:
                when = known(shown, reveal.known_at)
                if when is None or when > moment:
                    shown.update({c: None for c in reveal.columns if c in shown})
            records.append(shown)
        kept[name] = pd.DataFrame(records, columns=frame.columns)
    there = set(kept["relationships"]["relationship_id"])
    for frame_name, frame in kept.items():
        if "relationship_id" in frame:
            kept[frame_name] = frame[frame["relationship_id"].isin(there)]
    there = set(kept["contacts"]["contact_id"])
    kept["attendance"] = kept["attendance"][kept["attendance"]["contact_id"].isin(there)]
    return kept


def told(tables):
    """Tables as plain rows, so that dtypes and indexes do not matter."""
    return {
        name: [
            tuple(None if pd.isna(cell) else cell for cell in row)
            for row in frame.itertuples(index=False, name=None)
        ]
        for name, frame in tables.items()
    }


def without_the_future(program, moment, rng):
    """Delete or alter everything that was recorded after a moment."""
    changed = {}
    for name, frame in program.tables.items():
        table = TABLES[name]
        records = []
        for row in frame.to_dict("records"):
            when = known_row(row, table)
            if table.known_at and when is not None and when > moment:
                if rng.random() < 0.5:
                    continue
                row = {c: _another(c, v, rng) for c, v in row.items()}
                row.update({c: when for c in table.known_at if c in row})
            for reveal in table.reveals:
                when = known(row, reveal.known_at)
                if when is not None and when > moment:
                    later = moment + pd.Timedelta(days=int(rng.integers(1, 5)))
                    row.update({c: later for c in reveal.known_at if c in row})
                    if "attainment" in reveal.columns and "attainment" in row:
                        row["attainment"] = int(rng.integers(-2, 3))
            records.append(row)
        changed[name] = pd.DataFrame(records, columns=frame.columns).astype(frame.dtypes)
    there = set(changed["relationships"]["relationship_id"])
    changed = {
        name: frame[frame["relationship_id"].isin(there)] if "relationship_id" in frame else frame
        for name, frame in changed.items()
    }
    there = set(changed["contacts"]["contact_id"])
    changed["attendance"] = changed["attendance"][changed["attendance"]["contact_id"].isin(there)]
    return program.with_tables(changed)


def _another(column, value, rng):
    if column in ("value", "attainment"):
        return int(rng.integers(1, 3))
    if column in ("status", "end_reason"):
        return "missed"
    return value


@given(programs(), NOW)
@settings(max_examples=15)
def test_the_cut_equals_the_one_told_row_by_row(program, now):
    cut = program.as_of(day(now))
    assert told(cut.tables) == told(naive_cut(program, last_moment(day(now))))
    for name, frame in program.tables.items():
        pd.testing.assert_series_equal(cut.tables[name].dtypes, frame.dtypes)
        assert cut.tables[name].index.tolist() == list(range(len(cut.tables[name])))


@given(programs(), NOW, st.integers(0, 2**16))
@settings(max_examples=15)
def test_deleting_or_altering_the_future_changes_nothing(program, now, seed):
    moment = last_moment(day(now))
    other = without_the_future(program, moment, np.random.default_rng(seed))
    assert told(other.as_of(day(now)).tables) == told(program.as_of(day(now)).tables)


@given(programs(), NOW, NOW)
@settings(max_examples=15)
def test_the_earliest_of_several_cuts_counts_and_what_was_known_stays_known(program, one, other):
    first, last = sorted([one, other])
    early, late = program.as_of(day(first)), program.as_of(day(last))
    for again in (early.as_of(day(last)), late.as_of(day(first))):
        assert told(again.tables) == told(early.tables)
        assert again.cut_at == early.cut_at == last_moment(day(first))
    for name in early.tables:
        assert keys(early, name) <= keys(late, name)


def keys(program, name):
    """The rows that a program still has, by what tells them apart."""
    frame = program.tables[name]
    told_apart = [column for column in TABLES[name].key if column in frame] or list(frame)
    return set(told({name: frame[told_apart]})[name])


def test_endings_are_hidden_until_they_are_recorded(make):
    program = make(
        relationships=pd.DataFrame(
            {
                "relationship_id": ["r1", "r2"],
                "started_on": "2026-01-05",
                "ended_on": ["2026-03-01", "2026-03-01"],
                "end_reason": "moved",
                "ended_by": "mentee",
                "end_recorded_at": ["2026-04-01", None],
            }
        )
    )
    hidden = ["ended_on", "end_reason", "ended_by", "end_recorded_at"]
    march = program.as_of("2026-03-15").relationships
    assert march.loc[0, hidden].isna().all()
    assert march.loc[1, ["end_reason", "ended_by"]].tolist() == ["moved", "mentee"]
    assert program.as_of("2026-02-28").relationships[hidden].isna().all(axis=None)
    assert program.as_of("2026-04-01").relationships["ended_on"].notna().all()


def test_a_day_is_kept_through_its_last_moment_and_a_moment_is_exact(make):
    contacts = pd.DataFrame(
        {
            "contact_id": ["c1", "c2", "c3"],
            "relationship_id": "r1",
            "at": ["2026-03-01 00:00", "2026-03-01 23:59:59.999999", "2026-03-02 00:00"],
            "kind": "meeting",
            "status": "held",
        }
    )
    program = make(contacts=contacts)
    assert len(program.as_of("2026-03-01").contacts) == 2
    assert len(program.as_of("2026-03-01 12:00").contacts) == 1
    assert len(program.as_of(dt.date(2026, 3, 1)).contacts) == 2
    assert len(program.as_of(np.datetime64("2026-03-02")).contacts) == 3


def test_what_stands_in_for_what_and_what_is_left_out_is_said(make, answers):
    responses = answers.assign(
        answered_at=["2026-03-01"] * 4 + [None, None], recorded_at=["2026-03-02"] + [None] * 5
    )
    relationships = pd.DataFrame(
        {"relationship_id": ["r1", "r2"], "started_on": [None, "2026-02-01"]}
    )
    cut = make(responses=responses, relationships=relationships).as_of("2026-03-01")
    assert cut.notes == (
        "relationships: 1 undated row left out",
        "responses: cut by event time where no recording time is given",
        "responses: 2 undated rows left out",
    )
    assert len(cut.responses) == 3
    assert set(cut.notes) <= set(cut.summary().replace("\n- ", "\n").splitlines())


def test_people_and_undated_members_stay(make):
    cut = make().as_of("2026-01-10")
    assert len(cut.people) == 6
    assert cut.members["relationship_id"].unique().tolist() == ["r1"]
    assert "as known on 2026-01-10" in cut.summary()


def test_saying_it_twice_is_saying_it_once(make, answers):
    program = make(responses=answers.assign(answered_at="2026-03-01"))
    assert (
        program.as_of("2026-03-01").as_of("2026-03-01").notes == program.as_of("2026-03-01").notes
    )


def test_a_planned_meeting_does_not_tell_how_it_went(make):
    contacts = pd.DataFrame(
        {
            "contact_id": ["c1"],
            "relationship_id": "r1",
            "at": "2026-03-20",
            "kind": "meeting",
            "status": "missed",
            "recorded_at": "2026-03-01",
        }
    )
    cut = make(contacts=contacts).as_of("2026-03-10")
    assert not cut.contacts["status"].isin(["held", "missed"]).any()


@pytest.mark.parametrize(
    "date",
    [
        "x",
        "2026",
        "2026-03",
        "03/01/2026",
        "today",
        "now",
        20260301,
        2026.0,
        True,
        None,
        pd.NaT,
        [1],
    ],
)
def test_a_date_is_never_guessed(make, date):
    with pytest.raises(OptionError, match=r"as_of: `date` must be a day such as '2026-03-01' or a"):
        make().as_of(date)


def test_a_time_zone_is_refused(make):
    with pytest.raises(OptionError, match="without time zone"):
        make().as_of(pd.Timestamp("2026-03-01", tz="UTC"))
