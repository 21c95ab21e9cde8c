"""Every measure against brute force or networkx where networkx is right."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from mentorlab import network as net
from mentorlab.errors import EstimationError, OptionError
from mentorlab.network import MentorNetwork
from mentorlab.network.kernels.ego import brokerage_counts
from mentorlab.network.measures.betweenness import EXACT_TIES, add_paths
from mentorlab.network.measures.brokerage import ROLES, role_chances
from mentorlab.network.measures.communities import modularity
from mentorlab.network.measures.profile import betweenness_centralization, possible_ties

SEEDS = range(6)


def adjacency(network: MentorNetwork, *, weighted: bool = True) -> np.ndarray:
    matrix = np.zeros((network.n_people, network.n_people))
    first, second, weight = network.pairs
    matrix[first, second] = weight if weighted else 1
    return matrix if network.directed else matrix + matrix.T


def naive_holes(matrix: np.ndarray, i: int) -> tuple[float, float, float]:
    """Constraint, effective size and hierarchy from the formulas, one person at a time."""
    both = matrix + matrix.T
    n = len(both)
    contacts = [j for j in range(n) if both[i, j] > 0]
    if not contacts:
        return math.nan, math.nan, math.nan

    def p(a, b):
        return both[a, b] / both[a].sum()

    def m(a, b):
        return both[a, b] / both[a].max()

    def through(j, measure):
        return sum(p(i, q) * measure(q, j) for q in contacts if q not in (i, j))

    cost = [(p(i, j) + through(j, p)) ** 2 for j in contacts]
    size = sum(1 - sum(p(i, q) * m(j, q) for q in contacts if q not in (i, j)) for j in contacts)
    k, total = len(contacts), sum(cost)
    if k == 1:
        return total, size, 1.0
    ratios = [c * k / total for c in cost]
    return total, size, sum(r * math.log(r) for r in ratios) / (k * math.log(k))


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_structural_holes_equal_the_formula(random_network, seed, directed, weighted):
    network = random_network(seed, directed=directed, share=0.15)
    matrix = adjacency(network, weighted=weighted)
    expected = np.array([naive_holes(matrix, i) for i in range(network.n_people)])
    table = net.structural_holes(network, weighted=weighted).to_frame()
    got = table[["constraint", "effective_size", "hierarchy"]].to_numpy()
    np.testing.assert_allclose(got, expected, atol=1e-12)
    alone = np.isnan(expected[:, 0])
    assert (table["note"] != "").tolist() == alone.tolist()


def test_the_defect_of_networkx_effective_size_would_be_seen(random_network):
    """networkx.effective_size(G) scales by the wrong person's strongest tie; nodes=... does not."""
    network = random_network(2, share=0.3)
    graph = network.to_networkx()
    ours = net.structural_holes(network).to_frame()["effective_size"].to_numpy()
    one_by_one = nx.effective_size(graph, nodes=list(graph), weight="weight")
    right = np.array([one_by_one[person] for person in network.ids])
    np.testing.assert_allclose(ours, right, atol=1e-12)
    wrong = nx.effective_size(graph, weight="weight")
    off = max(abs(wrong[person] - ours[i]) for i, person in enumerate(network.ids))
    if off < 1e-9:
        pytest.skip("this networkx has the repair of its effective_size")
    assert off > 0.01


def test_people_who_only_receive_have_values():
    ties = pd.DataFrame({"source": [1, 1, 1, 2], "target": [2, 3, 4, 3]})
    network = MentorNetwork.from_ties(ties, source="test")
    table = net.structural_holes(network).to_frame().set_index("person_id")
    assert table.loc[3, "constraint"] == pytest.approx(1.0069, abs=5e-5)
    assert table["effective_size"].notna().all()


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_betweenness_equals_networkx(random_network, seed, directed):
    network = random_network(seed, directed=directed, n=20, share=0.12)
    expected = nx.betweenness_centrality(network.to_networkx(), normalized=False)
    got = net.betweenness(network, directed=directed).to_frame().set_index("person_id")
    np.testing.assert_allclose(got["betweenness"], [expected[p] for p in got.index], atol=1e-10)


def test_sampled_betweenness_is_unbiased_and_says_its_seed(random_network):
    network = random_network(1, n=25, share=0.15)
    exact = net.betweenness(network).to_frame()["betweenness"].to_numpy()
    every = net.betweenness(network, pivots=25, seed=1).to_frame()["betweenness"].to_numpy()
    np.testing.assert_allclose(every, exact)
    draws = [
        net.betweenness(network, pivots=8, seed=s).to_frame()["betweenness"] for s in range(300)
    ]
    error = np.std(draws, axis=0) / np.sqrt(300)
    assert (np.abs(np.mean(draws, axis=0) - exact) <= 5 * error + 1e-9).all()
    found = net.betweenness(network, pivots=8, seed=7)
    assert "estimated from 8 of 25 people as starts, seed 7" in found.summary()
    with pytest.raises(OptionError, match="give `seed`; or pivots='all'"):
        net.betweenness(network, pivots=8)
    with pytest.raises(OptionError, match="at most 25 people"):
        net.betweenness(network, pivots=26, seed=1)


def test_large_networks_ask_for_a_seed(random_pool):
    network = random_pool(1, n_mentors=200, n_mentees=3000, n_ties=EXACT_TIES + 1)
    with pytest.raises(OptionError, match="10,001 ties"):
        net.betweenness(network)


@pytest.mark.parametrize("direction", ["both", "out", "in"])
@pytest.mark.parametrize("seed", SEEDS)
def test_reach_equals_networkx(random_network, seed, direction):
    network = random_network(seed, n=18, share=0.08)
    graph = network.to_networkx()
    graph = {"both": graph.to_undirected(), "out": graph, "in": graph.reverse()}[direction]
    found = net.reach(network, hops=4, direction=direction, person_ids=network.ids).to_frame()
    for row in found.itertuples(index=False):
        lengths = nx.single_source_shortest_path_length(graph, row[0])
        assert list(row[1:]) == [sum(0 < d <= hop for d in lengths.values()) for hop in range(1, 5)]


@pytest.mark.parametrize("bad", [0, -1, 1.5, True, "2"])
def test_steps_must_be_whole(pool, bad):
    with pytest.raises(OptionError, match="`hops` must be a whole number of 1 or more"):
        net.reach(pool, hops=bad)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_brokerage_roles_equal_a_count_of_all_triples(random_network, seed, directed):
    network = random_network(seed, directed=directed)
    matrix = adjacency(network, weighted=False) > 0
    unit = network.people["unit"].tolist()
    expected = pd.DataFrame(0, index=range(network.n_people), columns=[*ROLES])
    for a, v, b in itertools.permutations(range(network.n_people), 3):
        if matrix[a, v] and matrix[v, b] and not matrix[a, b]:
            x, y, z = unit[a], unit[v], unit[b]
            role = (
                ("coordinator" if x == y else "consultant")
                if x == z
                else "representative"
                if x == y
                else "gatekeeper"
                if y == z
                else "liaison"
            )
            expected.loc[v, role] += 1
    got = net.brokerage(network, attribute="unit").to_frame()
    np.testing.assert_array_equal(got[[*ROLES]], expected)
    assert got["open_paths"].tolist() == expected.sum(axis=1).tolist()


def test_expected_roles_are_the_mean_over_all_shuffles(random_network):
    network = random_network(4, n=6, share=0.4)
    codes, _ = network.labels("unit", who="test")
    out, into = network.out, network.into
    total = np.zeros((6, len(ROLES)))
    orders = list(itertools.permutations(range(6)))
    for order in orders:
        shuffled = codes[list(order)]
        counts = brokerage_counts(out.indptr, out.indices, into.indptr, into.indices, shuffled)
        total += counts[:, : len(ROLES)]
    got = net.brokerage(network, attribute="unit").to_frame()
    np.testing.assert_allclose(got[[f"expected_{r}" for r in ROLES]], total / len(orders))


def test_roles_with_a_missing_group_are_counted_apart():
    ties = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]})
    people = pd.DataFrame({"person_id": list("abc"), "unit": ["x", None, "y"]})
    network = MentorNetwork.from_ties(ties, source="test", people=people)
    row = net.brokerage(network, attribute="unit").to_frame().set_index("person_id").loc["b"]
    assert (row["unknown"], row["open_paths"], row[[*ROLES]].sum()) == (1, 1, 0)
    assert np.isnan(role_chances(np.array([1, 1]))).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_reciprocity_and_triads(random_network, seed):
    network = random_network(seed, share=0.35)
    graph = network.to_networkx()
    value = net.reciprocity(network).to_frame().set_index("measure")["value"]
    assert value["edgewise"] == pytest.approx(nx.reciprocity(graph))
    matrix = adjacency(network, weighted=False)
    mutual = (matrix * matrix.T).sum() / 2
    assert value["dyadic"] == pytest.approx(mutual / ((matrix + matrix.T) > 0).sum() * 2)
    assert value[["mutual", "asymmetric", "null"]].sum() == 12 * 11 / 2
    assert net.triad_census(network).to_frame()["n"].sum() == math.comb(12, 3)


def test_reciprocity_is_refused_where_nobody_could_return_a_tie(pool):
    with pytest.raises(OptionError, match="nobody is both; reciprocity is not defined"):
        net.reciprocity(pool)
    with pytest.raises(OptionError, match="ties have no direction"):
        net.reciprocity(pool.project("mentors"))


def test_load_against_capacity(pool):
    found = net.mentor_load(pool)
    table = found.to_frame().set_index("person_id")
    assert table[["n_mentees", "spare", "over"]].to_numpy().tolist() == [
        [3, 0, 1],
        [2, 1, 0],
        [1, 3, 0],
    ]
    assert found.n_waiting == 1
    assert "4 spare slots" in found.summary()
    assert "1 mentor over capacity" in found.summary()
    assert "1 mentee without a mentor" not in found.headline()


def test_gini_of_load_equals_the_mean_difference(random_pool):
    network = random_pool(3)
    load = net.mentor_load(network).to_frame()["n_mentees"].to_numpy()
    expected = np.abs(load[:, None] - load).mean() / (2 * load.mean())
    assert net.mentor_load(network).gini == pytest.approx(expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_profile_equals_networkx(random_network, seed):
    network = random_network(seed, n=15, share=0.2)
    graph = network.to_networkx()
    flat = nx.Graph(graph.to_undirected())
    value = net.network_profile(network).to_frame().set_index("measure")["value"]
    assert value["density"] == pytest.approx(nx.density(graph))
    assert value["clustering"] == pytest.approx(nx.transitivity(flat))
    assert value["components"] == nx.number_connected_components(flat)
    assert value["largest_component"] == max(map(len, nx.connected_components(flat)))
    assert value["degree_assortativity"] == pytest.approx(
        nx.degree_assortativity_coefficient(flat), nan_ok=True
    )
    core = net.core_periphery(network, seed=1, n_starts=3).to_frame()
    assert core["coreness"].tolist() == [nx.core_number(flat)[p] for p in network.ids]


@pytest.mark.parametrize("seed", SEEDS)
def test_squares_in_a_pool_equal_networkx(random_pool, seed):
    network = random_pool(seed)
    value = net.network_profile(network).to_frame().set_index("measure")["value"]
    graph = network.to_networkx().to_undirected()
    assert value["clustering"] == pytest.approx(nx.bipartite.robins_alexander_clustering(graph))
    assert value["density"] == pytest.approx(35 / (8 * network.is_mentee.sum()))
    assert possible_ties(network) == 8 * network.is_mentee.sum()


def test_centralization_of_a_star_is_one():
    ties = pd.DataFrame({"source": list("bcde"), "target": ["a"] * 4})
    network = MentorNetwork.from_ties(ties, source="test")
    value = net.network_profile(network).to_frame().set_index("measure")["value"]
    assert value["centralization_indegree"] == 1.0
    values = net.betweenness(network).to_frame()["betweenness"].to_numpy()
    assert betweenness_centralization(values, directed=False) == 1.0


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_the_best_core_of_small_networks_is_found(random_network, seed, directed):
    network = random_network(seed, n=8, share=0.3, directed=directed)
    matrix = adjacency(network, weighted=False)
    off = ~np.eye(8, dtype=bool)
    best = -1.0
    for size in range(1, 8):
        for core in itertools.combinations(range(8), size):
            inside = np.isin(np.arange(8), core)
            pattern = (inside[:, None] | inside).astype(float)
            if pattern[off].std() > 0:
                best = max(best, np.corrcoef(matrix[off], pattern[off])[0, 1])
    assert net.core_periphery(network, seed=1, n_starts=60).fit == pytest.approx(best)


def test_core_needs_room_for_a_periphery():
    ties = pd.DataFrame({"source": ["a", "b", "c"], "target": ["b", "c", "a"]})
    full = MentorNetwork.from_ties(ties, source="test", directed=False)
    with pytest.raises(EstimationError, match="not all tied"):
        net.core_periphery(full, seed=1)


def test_communities_find_two_cliques_and_their_modularity(random_network):
    cliques = [*itertools.combinations("abcde", 2), *itertools.combinations("vwxyz", 2), ("a", "v")]
    ties = pd.DataFrame(cliques, columns=["source", "target"])
    network = MentorNetwork.from_ties(ties, source="test", directed=False)
    found = net.communities(network, seed=1)
    groups = found.to_frame().groupby("community")["person_id"].apply(sorted).tolist()
    assert sorted(map("".join, groups)) == ["abcde", "vwxyz"]
    expected = nx.community.modularity(network.to_networkx(), [set("abcde"), set("vwxyz")])
    assert found.modularity == pytest.approx(expected)
    some = random_network(5)
    group = np.unique(some.people["unit"], return_inverse=True)[1]
    flat = nx.Graph(some.to_networkx().to_undirected())
    sets = [set(some.ids[group == g]) for g in range(group.max() + 1)]
    around = some.around
    first = np.repeat(np.arange(some.n_people), np.diff(around.indptr))
    once = first < around.indices
    got = modularity(first[once], around.indices[once], np.ones(once.sum()), group)
    assert got == pytest.approx(nx.community.modularity(flat, sets, weight=None))


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_silos_equal_a_count_of_all_pairs(random_network, seed, directed):
    network = random_network(seed, directed=directed)
    matrix = adjacency(network, weighted=False)
    unit = network.people["unit"].to_numpy()
    same = unit[:, None] == unit
    off = ~np.eye(len(unit), dtype=bool)
    found = net.silos(network, attribute="unit")
    table = found.to_frame().set_index("group")
    external, internal = matrix[~same].sum(), matrix[same].sum()
    assert table.loc["all", "ei_index"] == pytest.approx((external - internal) / matrix.sum())
    expected = ((~same & off).sum() - (same & off).sum()) / off.sum()
    assert table.loc["all", "ei_expected"] == pytest.approx(expected)
    for group in np.unique(unit):
        mine = ((unit == group)[:, None] | (unit == group)) & off
        expected = ((mine & ~same).sum() - (mine & same).sum()) / mine.sum()
        assert table.loc[group, "ei_expected"] == pytest.approx(expected)
    assert found.assortativity == pytest.approx(
        nx.attribute_assortativity_coefficient(network.to_networkx(), "unit")
    )


def test_silos_in_a_pool_expect_mentor_mentee_pairs_only(pool):
    table = net.silos(pool, attribute="department").to_frame().set_index("group")
    same, all_pairs = 1 * 3 + 2 * 2, 3 * 5  # mentors x1 y2; mentees x3 y2, one of them waiting
    assert table.loc["all", "ei_expected"] == pytest.approx((all_pairs - 2 * same) / all_pairs)
    assert table.loc["all", "ei_index"] == pytest.approx((1 - 5) / 6)


def test_one_value_and_missing_values_are_not_defined_with_a_reason(pool):
    people = pool.people.assign(one="z", none=None)
    network = MentorNetwork.from_ties(pool.ties(), source="test", people=people)
    with pytest.raises(EstimationError, match=r"everybody has one value of 'one' \('z'\)"):
        net.silos(network, attribute="one")
    with pytest.raises(EstimationError, match="no tie has a value of 'none' at both ends"):
        net.silos(network, attribute="none")
    with pytest.raises(EstimationError, match="nobody has a value of 'none'"):
        net.brokerage(network, attribute="none")


def test_every_result_says_where_ties_come_from(pool):
    people = net.project(pool)
    for result in (
        net.mentor_load(pool),
        net.reach(pool),
        net.betweenness(pool),
        net.structural_holes(people),
        net.brokerage(pool, attribute="department"),
        net.network_profile(pool),
        net.core_periphery(pool, seed=1),
        net.communities(pool, seed=1),
        net.silos(pool, attribute="department"),
        net.homophily(pool, attribute="department", null="labels", seed=1, n_permutations=9),
        net.removal(pool),
        net.absorb(pool, leaving=["ann"]),
        net.lineage(pool),
        net.pay_it_forward(pool),
        net.developmental_networks(pool, system="department"),
        net.exposure(pool),
        net.inclusion(pool, group="department"),
        net.succession_bench(pool),
        net.recommend_ties(pool, seed=1),
    ):
        assert "ties: program records" in result.summary()
        assert "program records" in result._repr_html_()
        assert isinstance(result.to_frame(), pd.DataFrame)
        assert result.provenance.parameters["network"] == pool.size() or result.source


@pytest.mark.parametrize("seed", SEEDS)
def test_people_with_one_tie_are_folded_without_a_trace(random_pool, seed):
    """Leaves, pairs that are tied to each other only, and people without a tie."""
    network = random_pool(seed, n_mentors=9, n_mentees=30, n_ties=34)
    pair = pd.DataFrame({"mentor_id": ["lone"], "mentee_id": ["pair"]})
    ties = pd.concat([network.ties()[["mentor_id", "mentee_id"]], pair], ignore_index=True)
    network = MentorNetwork.from_ties(ties, source="test")
    graph = network.to_networkx().to_undirected()
    expected = nx.betweenness_centrality(graph, normalized=False)
    got = net.betweenness(network).to_frame().set_index("person_id")["betweenness"]
    np.testing.assert_allclose(got, [expected[p] for p in got.index], atol=1e-9)
    some = np.sort(np.random.default_rng(seed).choice(network.n_people, 7, replace=False))
    one_by_one = sum(add_paths(network.around, np.array([start]), symmetric=True) for start in some)
    np.testing.assert_allclose(add_paths(network.around, some, symmetric=True), one_by_one)
    np.testing.assert_allclose(add_paths(network.around, some, symmetric=False), one_by_one)


def test_a_network_without_people_is_refused_or_described():
    nothing = pd.DataFrame({"source": [], "target": []}, dtype=object)
    empty = MentorNetwork.from_ties(nothing, source="test")
    for measure in (net.reach, net.betweenness):
        with pytest.raises(EstimationError, match="needs people; the network has 0 people"):
            measure(empty)
    profile = net.network_profile(empty).to_frame().set_index("measure")
    assert profile.loc["people", "value"] == 0
    assert profile.loc["centralization_indegree", "note"] == "too few people"
