"""What is left when mentors leave, step by step against recomputing it each time."""

from __future__ import annotations

import itertools
from typing import get_args

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import network as net
from mentorlab.errors import EstimationError, OptionError
from mentorlab.network import MentorNetwork
from mentorlab.network.choices import RemovalOrder


def recompute(network: MentorNetwork, gone: set) -> tuple[int, int, int]:
    """Orphans, mentees still there and the largest part, from scratch."""
    graph = network.to_networkx()
    mentees = {b for _, b in graph.edges}
    graph.remove_nodes_from(gone)
    there = mentees - gone
    orphans = sum(graph.in_degree(person) == 0 for person in there)
    parts = nx.connected_components(graph.to_undirected())
    return orphans, len(there), max(map(len, parts), default=0)


@pytest.mark.parametrize("order", get_args(RemovalOrder))
@pytest.mark.parametrize("kind", ["pool", "one"])
@pytest.mark.parametrize("seed", range(3))
def test_every_step_equals_starting_anew(random_pool, random_network, kind, seed, order):
    network = random_pool(seed) if kind == "pool" else random_network(seed, share=0.15)
    found = net.removal(network, order=order, seed=1).to_frame()
    assert len(found) == len(network.mentors) + 1
    gone = set()
    for row in found.itertuples():
        if row.step:
            gone.add(row.mentor_id)
        assert (row.orphans, row.mentees_left, row.giant) == recompute(network, gone)
    assert set(found["mentor_id"].iloc[1:]) == set(network.ids[network.mentors])


@pytest.mark.parametrize("seed", range(4))
def test_the_worst_order_takes_the_worst_at_each_step(random_pool, random_network, seed):
    for network in (random_pool(seed), random_network(seed, share=0.12)):
        found = net.removal(network, order="worst").to_frame()
        gone: set = set()
        for step in range(1, min(6, len(found))):
            rest = [p for p in network.ids[network.mentors] if p not in gone]
            now = recompute(network, gone)[0]
            alone = {}
            graph = network.to_networkx()
            for person in rest:
                alone[person] = sum(
                    1
                    for mentee in graph.successors(person)
                    if mentee not in gone and set(graph.predecessors(mentee)) - gone == {person}
                )
            best = max(alone.values())
            taken = found["mentor_id"].iloc[step]
            assert alone[taken] == best
            assert found["orphans"].iloc[step] <= now + best
            gone.add(taken)


def test_the_first_worst_leaving_is_exact(random_pool):
    network = random_pool(7)
    first = net.removal(network, order="worst").to_frame()["orphans"].iloc[1]
    assert first == max(recompute(network, {p})[0] for p in network.ids[network.mentors])


def test_ids_leave_in_the_order_given(pool):
    found = net.removal(pool, order=["cy", "bo"]).to_frame()
    assert found["orphans"].tolist() == [0, 0, 1]
    assert found["mentor_id"].isna().tolist() == [True, False, False]
    assert found["mentor_id"].tolist()[1:] == ["cy", "bo"]
    assert "in the order given" in net.removal(pool, order=["cy"]).summary()


def test_the_band_covers_random_orders(random_pool):
    network = random_pool(1)
    found = net.removal(network, order="busiest", seed=1, n_draws=40)
    band = found.band
    assert (band["coverage_low"] <= band["coverage_median"]).all()
    assert (band["coverage_median"] <= band["coverage_high"]).all()
    equals = net.removal(network, seed=1, n_draws=60, band="equals")
    assert (equals.band["orphans_low"] <= equals.curve["orphans"]).all()
    assert (equals.curve["orphans"] <= equals.band["orphans_high"] + 2).all()
    assert "60 orders of equal loads" in equals.summary()
    again = net.removal(network, order="random", seed=1)
    assert again.n_draws == 100
    assert "middle 95 % of 100 random orders" in again.summary()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": "bussiest"}, "Did you mean 'busiest'"),
        ({"order": "random"}, "draws at random; give `seed`"),
        ({"order": "busiest", "n_draws": 5}, "give `seed`"),
        ({"order": ["hal"]}, "must name mentors; no mentor: 'hal'"),
        ({"order": ["ann", "ann"]}, "names somebody twice"),
        ({"order": []}, "names nobody"),
        ({"order": ["nobody"]}, "not in the network"),
    ],
)
def test_bad_orders_are_named(pool, options, message):
    with pytest.raises(OptionError, match=message):
        net.removal(pool, **options)


def test_undirected_networks_have_nobody_to_orphan(pool):
    with pytest.raises(OptionError, match="this network has no direction"):
        net.removal(pool.project("mentors"))


def test_room_takes_orphans_as_far_as_it_goes(pool):
    found = net.absorb(pool, leaving=["ann"])
    assert (found.n_orphans, found.n_placed, found.n_slots) == (2, 2, 4)
    members = found.to_members()
    assert members.columns.tolist() == ["relationship_id", "person_id", "role"]
    again = net.build_network(members, source="hand-over")
    assert again.n_ties == 2


def test_compatibility_can_leave_orphans_without(pool):
    found = net.absorb(pool, leaving=["ann"], compatible="department")
    assert found.n_placed == 0
    assert found.to_frame()["reason"].unique().tolist() == ["nobody compatible has room"]
    pairs = pd.DataFrame({"mentor_id": ["bo", "bo"], "mentee_id": ["di", "ed"]})
    listed = net.absorb(pool, leaving=["ann"], compatible=pairs)
    assert listed.n_placed == 1
    assert "all compatible slots taken" in listed.to_frame()["reason"].tolist()


@pytest.mark.parametrize("seed", range(8))
def test_no_other_assignment_places_more(seed):
    rng = np.random.default_rng(seed)
    mentors, mentees = ["gone", "m1", "m2", "m3"], [f"s{i}" for i in range(5)]
    ties = pd.DataFrame({"mentor_id": ["gone"] * 5 + ["m1"], "mentee_id": [*mentees, "kept"]})
    capacity = {"gone": 5, "m1": 2, "m2": int(rng.integers(0, 3)), "m3": int(rng.integers(0, 3))}
    people = pd.DataFrame(
        {"person_id": [*mentors, *mentees, "kept"], "role_hint": ["mentor"] * 4 + ["mentee"] * 6}
    )
    network = MentorNetwork.from_ties(ties, source="test", people=people, capacity=capacity)
    possible = rng.random((5, 3)) < 0.5
    rows, columns = np.nonzero(possible)
    pairs = pd.DataFrame(
        {
            "mentor_id": np.array(mentors[1:])[columns],
            "mentee_id": np.array(mentees)[rows],
        }
    )
    room = [capacity["m1"] - 1, capacity["m2"], capacity["m3"]]
    best = 0
    for choice in itertools.product([-1, 0, 1, 2], repeat=5):
        fits = all(c < 0 or possible[i, c] for i, c in enumerate(choice))
        if fits and all(choice.count(c) <= room[c] for c in range(3)):
            best = max(best, sum(c >= 0 for c in choice))
    found = net.absorb(network, leaving=["gone"], compatible=pairs)
    assert found.n_placed == best
    table = found.to_frame().dropna(subset="mentor_id")
    assert table.merge(pairs).shape[0] == best


def test_nobody_to_absorb_and_bad_questions(pool):
    assert net.absorb(pool, leaving=["cy"]).n_orphans == 0
    assert net.absorb(pool, leaving=1).leaving == ("ann",)
    for leaving, message in (
        (0, "must be from 1 to 3 mentors"),
        ("ann", "must be ids or a number"),
        ([], "names nobody"),
        (["hal"], "no mentor: 'hal'"),
    ):
        with pytest.raises(OptionError, match=message):
            net.absorb(pool, leaving=leaving)
    with pytest.raises(OptionError, match="must be a column of people or a frame"):
        net.absorb(pool, leaving=["ann"], compatible=3)
    bare = MentorNetwork.from_ties(pool.ties(), source="test")
    with pytest.raises(EstimationError, match="no capacity of those who stay is known"):
        net.absorb(bare, leaving=["ann"])


def test_an_assignment_as_members_rows_is_a_network():
    program = ml.datasets.load_example_program()
    network = net.build_network(program.members, source="program records", people=program.people)
    found = net.absorb(network, leaving=5, compatible="department")
    assert found.n_placed <= found.n_orphans
    joined = pd.concat([program.members, found.to_members()], ignore_index=True)
    after = net.build_network(joined, source="plan", people=program.people)
    assert after.n_ties == network.n_ties + found.n_placed
