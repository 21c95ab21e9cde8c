"""Pairs against a plain loop over mentors and mentees."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorlab import pair_partners
from mentorlab.errors import SchemaError

MEMBERS = pd.DataFrame(
    [
        ("r1", "ann", "mentor"),
        ("r1", "bo", "mentor"),
        ("r1", "cy", "mentee"),
        ("r1", "di", "mentee"),
        ("r1", "ed", "mentee"),
        ("r2", "cy", "mentor"),
        ("r2", "flo", "mentee"),
        ("r3", "ann", "peer"),
        ("r3", "bo", "peer"),
    ],
    columns=["relationship_id", "person_id", "role"],
)


def scores_of(rows):
    columns = ["relationship_id", "rater_id", "target_id", "role", "wave", "element", "score"]
    return pd.DataFrame(rows, columns=columns)


def naive_pairs(scores, members):
    given_ = {
        (*row[:2], None if pd.isna(row[2]) else row[2], *row[3:6]): row[6]
        for row in scores.itertuples(index=False, name=None)
        if not np.isnan(row[6])
    }

    def side(relationship, rater, other, role, wave, element):
        aimed = given_.get((relationship, rater, other, role, wave, element))
        general = given_.get((relationship, rater, None, role, wave, element))
        return general if aimed is None else aimed

    rows = {}
    for relationship, group in members.groupby("relationship_id"):
        for mentor in group.loc[group["role"] == "mentor", "person_id"]:
            for mentee in group.loc[group["role"] == "mentee", "person_id"]:
                for wave in scores["wave"].unique():
                    for element in scores["element"].unique():
                        up = side(relationship, mentor, mentee, "mentor", wave, element)
                        down = side(relationship, mentee, mentor, "mentee", wave, element)
                        if up is not None or down is not None:
                            rows[relationship, mentor, mentee, wave, element] = (up, down)
    return rows


@st.composite
def scores(draw):
    keys = draw(
        st.lists(
            st.tuples(
                st.sampled_from(list(MEMBERS.itertuples(index=False, name=None))),
                st.sampled_from([None, "ann", "bo", "cy", "di", "flo"]),
                st.sampled_from([1, 2]),
                st.sampled_from(["trust", "respect"]),
            ),
            max_size=30,
            unique=True,
        )
    )
    rows = [
        (r, rater, target, role, wave, element, draw(st.sampled_from([1.0, 3.5, 5.0, np.nan])))
        for (r, rater, role), target, wave, element in keys
    ]
    return scores_of(rows).astype({"target_id": "object"})


@given(scores())
def test_equal_to_the_plain_loop(frame):
    pairs = pair_partners(frame, members=MEMBERS)
    found = {
        (row.relationship_id, row.mentor_id, row.mentee_id, row.wave, row.element): (
            None if np.isnan(row.mentor) else row.mentor,
            None if np.isnan(row.mentee) else row.mentee,
        )
        for row in pairs.itertuples()
    }
    assert found == naive_pairs(frame, MEMBERS)


def test_two_mentors_and_three_mentees_are_six_pairs():
    rows = [
        ("r1", person, None, role, 1, "trust", 4.0)
        for person, role in [("ann", "mentor"), ("bo", "mentor")]
        + [(mentee, "mentee") for mentee in ("cy", "di", "ed")]
    ]
    pairs = pair_partners(scores_of(rows), members=MEMBERS)
    assert len(pairs) == 6
    assert pairs["gap"].eq(0).all()


def test_a_one_sided_pair_keeps_the_side_that_answered():
    pairs = pair_partners(
        scores_of([("r2", "cy", None, "mentor", 1, "trust", 5.0)]), members=MEMBERS
    )
    row = pairs.iloc[0]
    assert (row["mentor_id"], row["mentee_id"], row["mentor"]) == ("cy", "flo", 5.0)
    assert pairs[["mentee", "mean", "low", "gap"]].isna().all(axis=None)


def test_mean_low_and_gap():
    rows = [
        ("r2", "cy", None, "mentor", 1, "trust", 5.0),
        ("r2", "flo", None, "mentee", 1, "trust", 2.0),
    ]
    row = pair_partners(scores_of(rows), members=MEMBERS).iloc[0]
    assert (row["mean"], row["low"], row["gap"]) == (3.5, 2.0, 3.0)


def test_two_scores_for_one_cell_are_refused():
    twice = [("r2", "cy", None, "mentor", 1, "trust", value) for value in (4.0, 5.0)]
    with pytest.raises(
        SchemaError, match=r"must tell rows apart; got 'r2', 'cy'.* again in 1 row, first row 2"
    ):
        pair_partners(scores_of(twice), members=MEMBERS)


def test_a_frame_that_holds_no_scores_is_named():
    with pytest.raises(SchemaError, match=r"`score` must be there.*\n.*Make it with score_element"):
        pair_partners(scores_of([]).drop(columns="score"), members=MEMBERS)
