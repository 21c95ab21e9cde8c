"""Lines of descent against walking them, and mentees who become mentors against counting."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from mentorlab import network as net
from mentorlab.errors import OptionError
from mentorlab.network import MentorNetwork
from mentorlab.network.genealogy.lineage import genealogical_index


def family(seed: int, *, n: int = 25, n_ties: int = 40, cycles: bool = False) -> MentorNetwork:
    rng = np.random.default_rng(seed)
    ends = rng.integers(0, n, (n_ties, 2))
    ends = ends[ends[:, 0] != ends[:, 1]]
    if not cycles:
        ends.sort(axis=1)
    ties = pd.DataFrame(np.unique(ends, axis=0), columns=["source", "target"])
    return MentorNetwork.from_ties(ties, source="test")


@pytest.mark.parametrize("cycles", [False, True])
@pytest.mark.parametrize("seed", range(8))
def test_generations_and_descendants_equal_networkx(seed, cycles):
    network = family(seed, cycles=cycles, n_ties=30)
    graph = network.to_networkx()
    table = net.lineage(network).to_frame().set_index("person_id")
    condensed = nx.condensation(graph)
    above, below = {}, {}
    for node in nx.topological_sort(condensed):
        above[node] = max((above[p] + 1 for p in condensed.predecessors(node)), default=0)
    for node in reversed(list(nx.topological_sort(condensed))):
        below[node] = max((below[c] + 1 for c in condensed.successors(node)), default=0)
    for person in graph:
        strand = condensed.graph["mapping"][person]
        row = table.loc[person]
        assert row["generation"] == above[strand]
        assert row["depth"] == below[strand]
        assert row["descendants"] == len(nx.descendants(graph, person))
        assert row["fecundity"] == graph.out_degree(person)
        assert row["n_mentors"] == graph.in_degree(person)
        assert row["founder"] == (condensed.in_degree(strand) == 0)
        fruit = sorted((graph.out_degree(m) for m in graph.successors(person)), reverse=True)
        assert row["index"] == sum(f >= g for g, f in enumerate(fruit, start=1))
        assert row["fecund_mentees"] == sum(f > 0 for f in fruit)
        founders = table.index[table["founder"]]
        nearest = [
            nx.shortest_path_length(graph, founder, person)
            for founder in founders
            if nx.has_path(graph, founder, person)
        ]
        assert row["generation_shortest"] == min(nearest)


def test_loops_and_cycles_are_reported_not_cut():
    ties = pd.DataFrame({"source": list("aabcd"), "target": list("abcbd")})
    with pytest.raises(OptionError, match="nobody can mentor themselves"):
        MentorNetwork.from_ties(ties, source="records")
    network = MentorNetwork.from_ties(ties, source="records", self_ties="set_aside")
    found = net.lineage(network)
    assert found.faults.to_numpy().tolist() == [
        ["self-tie", "a", 1],
        ["self-tie", "d", 1],
        ["cycle", "b;c", 2],
    ]
    table = found.to_frame().set_index("person_id")
    assert table.loc[["a", "b", "c"], "generation"].tolist() == [0, 1, 1]
    assert table["in_cycle"].tolist() == [False, True, True, False]
    assert "2 self-ties set aside" in found.summary()
    assert "1 cycle (2 people who descend from themselves)" in found.summary()


def test_a_cycle_without_a_mentor_outside_is_its_own_founder():
    ties = pd.DataFrame({"source": list("abb"), "target": list("bac")})
    found = net.lineage(MentorNetwork.from_ties(ties, source="records")).to_frame()
    assert found["founder"].tolist() == [True, True, False]
    assert found["generation_shortest"].tolist() == [0, 0, 1]


def test_index_by_hand():
    indptr = np.array([0, 4, 4, 5])
    assert genealogical_index(indptr, np.array([3, 3, 3, 0, 9])).tolist() == [3, 0, 1]


def test_order_of_roles_comes_from_dates():
    ties = pd.DataFrame(
        {
            "source": ["ann", "bo", "cy", "di", "ed"],
            "target": ["bo", "cy", "ann", "ed", "flo"],
            "start": pd.to_datetime(
                ["2020-01-01", "2021-01-01", "2022-01-01", "2020-01-01", "2020-01-01"]
            ),
        }
    )
    found = net.pay_it_forward(MentorNetwork.from_ties(ties, source="records"))
    paths = found.to_frame().set_index("person_id")["path"].to_dict()
    assert paths == {
        "ann": "mentor, then mentee",
        "bo": "mentee, then mentor",
        "cy": "mentee, then mentor",
        "di": "mentor only",
        "ed": "both in the same period",
        "flo": "mentee only",
    }
    assert (found.n_mentors, found.n_mentees, found.n_both, found.n_forward) == (5, 5, 4, 2)
    assert found.to_frame().set_index("person_id").loc["bo", "gap"] == 366


def test_without_dates_the_order_is_not_known():
    ties = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "cy"]})
    found = net.pay_it_forward(MentorNetwork.from_ties(ties, source="records"))
    assert found.to_frame()["path"].tolist() == [
        "mentor only",
        "both, order not known",
        "mentee only",
    ]
    assert found.curve.empty
    assert "the order of the two roles is not known" in found.summary()


def test_the_curve_accounts_for_those_followed_for_a_short_time():
    """Kaplan-Meier by hand: mentored at 0, mentoring at 2 and 4; one seen until 3 only."""
    ties = pd.DataFrame(
        {
            "source": ["m", "m", "m", "m", "a", "b", "m"],
            "target": ["a", "b", "c", "d", "x", "y", "z"],
            "start": [0, 0, 0, 3, 2, 4, 6],
        }
    )
    found = net.pay_it_forward(MentorNetwork.from_ties(ties, source="records"))
    curve = found.curve.set_index("time")["share"]
    # at 2: a of a, b, c, d, x ... x, mentored at 2, is followed for 4; y for 2; d for 3
    at_risk_2, at_risk_4 = 6, 3  # a b c d x y; then b c x
    assert curve.loc[2] == pytest.approx(1 / at_risk_2)
    assert curve.loc[4] == pytest.approx(1 - (1 - 1 / at_risk_2) * (1 - 1 / at_risk_4))
    assert found.curve["n_at_risk"].tolist() == [at_risk_2, at_risk_4]
    assert (found.curve["conf_low"] <= found.curve["share"]).all()


def test_undirected_networks_have_no_lineage(pool):
    with pytest.raises(OptionError, match="no direction"):
        net.lineage(pool.project("mentors"))
