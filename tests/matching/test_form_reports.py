"""Reports on forms: capacity, skills, levels, sizes, types and what applicants gave."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from judged_markets import drawn_market, seeds

import mentorlab as ml
from mentorlab.errors import EstimationError, MissingTableError, OptionError, SchemaError
from mentorlab.matching.forms.capacity_plan import plan_capacity
from mentorlab.matching.forms.level_gaps import form_sizes, level_gaps
from mentorlab.matching.forms.people import relationships_of
from mentorlab.matching.forms.skill_coverage import input_quality, skill_coverage
from mentorlab.matching.forms.type_table import type_table


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_the_plan_serves_as_many_as_any_assignment(seed):
    market = drawn_market(seed, most=4)
    dense = market.matrices()
    ok = np.ones(dense.mentee_utility.shape, bool) if dense.acceptable is None else dense.acceptable
    ok = ok & (market.capacity > 0)
    options = [[-1, *np.flatnonzero(row).tolist()] for row in ok]

    def most(upper):
        best = 0
        for chosen in product(*options):
            load = np.bincount([j for j in chosen if j >= 0], minlength=market.n_mentors)
            if (load <= upper).all():
                best = max(best, sum(j >= 0 for j in chosen))
        return best

    plan = plan_capacity(market)
    reachable = int(ok.any(axis=1).sum())
    assert plan.n_reachable == reachable
    assert plan.n_now == most(market.capacity)
    for row in plan.to_frame().itertuples():
        assert row.n_served == most(np.full(market.n_mentors, row.group_size))
    assert most(np.full(market.n_mentors, plan.size_needed)) == reachable
    if plan.size_needed > 1:
        assert most(np.full(market.n_mentors, plan.size_needed - 1)) < reachable
    with pytest.raises(OptionError, match="`largest` must be 1 or more"):
        plan_capacity(market, largest=0)


def test_a_shortage_is_said():
    from mentorlab.matching import Market

    market = Market.from_utilities(
        np.ones((5, 2)),
        np.ones((5, 2)),
        capacity=[1, 1],
        acceptable=np.array([[True, True]] * 4 + [[False, False]]),
    )
    plan = plan_capacity(market)
    assert (plan.n_extra, plan.shortage, plan.size_needed) == (3, 2.5, 2)
    assert "1 mentee has no acceptable mentor with a place" in plan.summary()


def test_supply_demand_and_queue_of_skills():
    pool = pd.DataFrame(
        {
            "person_id": list("abcdwxyz"),
            "role": ["mentee"] * 4 + ["mentor"] * 4,
            "capacity": [None] * 4 + [2, 0, None, 1],
            "interests": ["law;art", "law", "law", None] + [None] * 4,
            "skills": [None] * 4 + ["law", "art", "dance", "law;dance"],
        }
    )
    told = skill_coverage(pool)
    rows = told.to_frame().set_index("skill")
    assert rows.loc["law", ["n_wanted", "n_mentors", "n_places", "queue"]].tolist() == [3, 2, 3, 0]
    assert rows.loc["art", ["n_wanted", "n_mentors", "n_places", "queue"]].tolist() == [1, 0, 0, 1]
    assert "dance" not in rows.index
    assert (told.n_mentors, told.n_covered, told.n_silent) == (3, 3, 1)
    assert told.matrix.loc["w", "law"]
    assert "1 wanted skill nobody offers" in told.headline()
    with pytest.raises(MissingTableError, match=r"needs applicants.wants, which is absent"):
        skill_coverage(pool, wants="wants")
    with pytest.raises(MissingTableError, match="whose role is mentor; got none"):
        skill_coverage(pool.head(4))


def test_how_much_applicants_gave():
    pool = pd.DataFrame(
        {
            "person_id": ["a", "b", "m"],
            "role": ["mentee", "mentee", "mentor"],
            "skills": ["", "x", "y;z"],
            "site": [None, "n", "s"],
        }
    )
    wishes = pd.DataFrame(
        {"person_id": ["a", "b", "m"], "other_id": ["m", "m", "b"], "rank": [1, 1, 1]}
    )
    told = input_quality(pool, preferences=wishes).set_index("person_id")
    assert told["filled"].to_dict() == {"a": 0.0, "b": 1.0, "m": 1.0}
    assert told.loc["a", "empty"] == ["skills", "site"]
    assert told["n_wishes"].to_dict() == {"a": 1, "b": 1, "m": 1}
    assert told["n_returned"].to_dict() == {"a": 0, "b": 1, "m": 1}
    with pytest.raises(OptionError, match=r"got 'skils'. Did you mean 'skills'"):
        input_quality(pool, columns=["skils"])


def test_levels_and_mutual_pairs():
    members = pd.DataFrame(
        {
            "relationship_id": ["a", "a", "a", "b", "b", "c", "c"],
            "person_id": ["x", "y", "z", "y", "x", "x", "q"],
            "role": ["mentor", "mentee", "mentee", "mentor", "mentee", "mentor", "mentee"],
        }
    )
    people = pd.DataFrame({"person_id": list("xyz"), "level": ["head", "junior", "head"]})
    told = level_gaps(members, people, levels=["junior", "senior", "head"])
    rows = told.to_frame().set_index(["mentor_id", "mentee_id"])
    assert rows["gap"].to_dict() == {("x", "y"): 2, ("x", "z"): 0, ("y", "x"): -2}
    assert rows["mutual"].tolist() == [True, False, True]
    assert told.n_without_level == 1
    assert "33% downward, 33% level, 33% reverse" in told.headline()
    sizes = form_sizes(members, hours=4).set_index("relationship_id")
    assert sizes["mentees_per_mentor"].to_dict() == {"a": 2, "b": 1, "c": 1}
    assert sizes["hours_per_mentee"].to_dict() == {"a": 2, "b": 4, "c": 4}
    with pytest.raises(EstimationError, match="no pair has levels of both"):
        level_gaps(members, people.head(1), levels=["head"])
    with pytest.raises(OptionError, match="whose order nobody knows"):
        level_gaps(members, people)
    with pytest.raises(SchemaError, match="not a valid members table"):
        level_gaps(members.assign(role="boss"), people)


def test_types_of_the_example_program():
    program = ml.datasets.load_example_program()
    told = type_table(program)
    table = told.to_frame()
    assert table["n_relationships"].sum() == len(program.relationships)
    one = program.relationships[program.relationships["kind"] == "one_to_one"]
    rows = table[table["kind"] == "one_to_one"]
    assert rows["n_relationships"].sum() == len(one)
    ended = (rows["ended"] * rows["n_relationships"]).sum()
    assert ended == pytest.approx(one["ended_on"].notna().sum())
    assert "no effects of the type" in told.summary()
    if len(told.selection):
        assert told.selection["share_in"].between(0, 1).all()


def test_relationship_rows_carry_what_all_share():
    members = pd.DataFrame(
        {"relationship_id": ["a", "a"], "person_id": ["x", "y"], "role": ["peer"] * 2}
    )
    rows = relationships_of(members, started_on="2026-09-01")
    assert rows.to_dict("records") == [{"relationship_id": "a", "started_on": "2026-09-01"}]
    with pytest.raises(SchemaError):
        relationships_of(members.head(0))
