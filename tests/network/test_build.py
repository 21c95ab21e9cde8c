"""From tables to a network and back, and what is refused on the way."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import network as net
from mentorlab.errors import OptionError, SchemaError, WriteError
from mentorlab.network import MentorNetwork, assemble, build_network, projection

MEMBERS = pd.DataFrame(
    {
        "relationship_id": ["r1", "r1", "r1", "r1", "r2", "r2", "r3", "r4", "r4", "r4"],
        "person_id": ["ann", "bo", "cy", "di", "bo", "cy", "ed", "flo", "ann", "gus"],
        "role": [
            *("mentor", "mentor", "mentee", "mentee", "mentor", "mentee", "mentee"),
            *("facilitator", "peer", "peer"),
        ],
    }
)
RELATIONSHIPS = pd.DataFrame(
    {
        "relationship_id": ["r1", "r2", "r3", "r4"],
        "kind": ["group", "one_to_one", "one_to_one", "circle"],
        "started_on": ["2025-01-01", "2025-06-01", None, "2025-01-01"],
        "ended_on": ["2025-12-31", None, None, None],
        "cohort_number": [1, 2, 2, 1],
    }
)


def pairs(network: MentorNetwork) -> list[tuple[str, str, float]]:
    first, second, weight = network.pairs
    ids = network.ids
    return sorted(zip(ids[first], ids[second], weight, strict=True))


def test_every_mentor_is_tied_to_every_mentee_of_the_relationship():
    network = build_network(MEMBERS, source="program records")
    assert pairs(network) == [
        ("ann", "cy", 1.0),
        ("ann", "di", 1.0),
        ("bo", "cy", 2.0),
        ("bo", "di", 1.0),
    ]
    assert network.n_people == 7
    assert network.is_mentee[list(network.ids).index("ed")]
    assert "2 relationships without a tie" in network.summary()
    assert "ties: program records" in network.summary()


def test_facilitators_and_peers_count_when_asked_for():
    network = build_network(MEMBERS, source="records", givers=["facilitator", "peer"])
    assert [(a, b) for a, b, _ in pairs(network)] == [
        ("ann", "gus"),
        ("flo", "ann"),
        ("flo", "gus"),
        ("gus", "ann"),
    ]


def test_contacts_become_weights_and_silence_is_said():
    contacts = pd.DataFrame(
        {
            "contact_id": ["c1", "c2", "c3"],
            "relationship_id": ["r2", "r2", "r2"],
            "at": "2025-06-05",
            "kind": "meeting",
            "status": ["held", "held", "missed"],
        }
    )
    network = build_network(MEMBERS, source="records", contacts=contacts)
    assert pairs(network)[2] == ("bo", "cy", 2.0)
    assert "4 ties without a held contact: weight 0" in network.summary()
    assert network.n_ties == 4  # a tie of weight 0 stays a tie


def test_dates_come_from_relationships_or_members_and_cut_windows():
    network = build_network(MEMBERS, source="records", relationships=RELATIONSHIPS)
    assert network.clock == "date"
    early = network.during("2025-01-01", "2025-03-01")
    assert pairs(early) == [(a, b, 1.0) for a in ("ann", "bo") for b in ("cy", "di")]
    assert pairs(network.during("2026-02-01", "2026-03-01")) == [("bo", "cy", 1.0)]
    joined = MEMBERS.assign(joined_on=[None] * 4 + ["2026-01-01", None] + [None] * 4)
    later = build_network(joined, source="records", relationships=RELATIONSHIPS)
    assert later.ties()["start"].max() == pd.Timestamp("2026-01-01")
    assert early.n_people == network.n_people


def test_periods_can_date_ties():
    network = build_network(
        MEMBERS, source="records", relationships=RELATIONSHIPS, period="cohort_number"
    )
    assert network.clock == "period"
    assert sorted(network.ties()["start"]) == [1, 1, 1, 1, 2]
    assert network.of_kind("one_to_one").n_ties == 1


def test_people_without_a_tie_are_kept_and_withdrawn_ones_left_out():
    people = pd.DataFrame(
        {
            "person_id": ["ann", "bo", "cy", "di", "ed", "flo", "gus", "zoe", "yan"],
            "capacity": [None] * 7 + [3, None],
            "consent": [True, False] + [True] * 7,
        }
    )
    network = build_network(MEMBERS, source="records", people=people)
    assert "bo" not in set(network.ids)
    assert pairs(network) == [("ann", "cy", 1.0), ("ann", "di", 1.0)]
    assert network.is_mentor[list(network.ids).index("zoe")]
    assert "1 person withdrew consent" in network.summary()


def test_the_example_program_is_read_whole():
    program = ml.datasets.load_example_program()
    network = build_network(
        program.members,
        source="program records",
        people=program.people,
        contacts=program.contacts,
        relationships=program.relationships,
    )
    rows = program.members.merge(program.members, on="relationship_id")
    both = rows[(rows["role_x"] == "mentor") & (rows["role_y"] == "mentee")]
    assert network.n_ties == len(both.drop_duplicates(["person_id_x", "person_id_y"]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": ""}, "`source` must say where the ties come from"),
        ({"source": None}, "`source` must say where the ties come from"),
        ({"givers": ()}, "`givers` must name a role"),
        ({"givers": ("mentr",)}, "Did you mean 'mentor'"),
        ({"capacity": "rooms"}, "people have no column 'rooms'"),
        ({"capacity": {"nobody": 2}}, "names 1 person who are not in the network, first 'nobody'"),
        ({"capacity": {"ann": -1}}, "be whole numbers of 0 or more; got -1"),
        ({"capacity": {"ann": 1.5}}, "be whole numbers of 0 or more; got 1.5"),
        ({"period": "cohort"}, "must be a column of relationships="),
        ({"relationships": RELATIONSHIPS.head(1)}, "3 relationships absent, first 'r2'"),
        ({"people": pd.DataFrame({"person_id": ["ann"]})}, "be found in people.person_id"),
        ({"people": pd.DataFrame({"person_id": ["ann", "ann"]})}, "tell rows apart"),
        ({"people": pd.DataFrame({"name": ["ann"]})}, "`person_id` must be there"),
    ],
)
def test_bad_arguments_are_named(change, message):
    with pytest.raises((OptionError, SchemaError), match=message):
        build_network(MEMBERS, **{"source": "records", **change})


def test_a_person_on_both_sides_is_refused_or_set_aside():
    own = pd.DataFrame(
        {
            "relationship_id": "r1",
            "person_id": ["ann", "ann", "bo"],
            "role": ["mentor", "mentee", "mentee"],
        }
    )
    with pytest.raises(OptionError, match=r"nobody can mentor themselves; 1 tie .* first 'ann'"):
        build_network(own, source="records")
    network = build_network(own, source="records", self_ties="set_aside")
    assert network.n_ties == 1
    assert network.set_aside["mentor_id"].tolist() == ["ann"]
    assert "1 self-tie set aside" in network.summary()


TIES = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "cy"]})


@pytest.mark.parametrize(
    ("ties", "message"),
    [
        (TIES.assign(weight=[1, -2]), "be numbers of 0 or more; got -2 in 1 row, first row 2"),
        (TIES.assign(weight=[1, None]), "be numbers of 0 or more; got nan"),
        (TIES.assign(weight=["a", 1]), "be numbers of 0 or more; got .a. in 1 row"),
        (TIES.assign(weight=[np.inf, 1]), "be numbers of 0 or more; got inf"),
        (pd.concat([TIES, TIES]), "tell ties of one kind and start apart"),
        (TIES.assign(target=["ann", "cy"]), "nobody can mentor themselves"),
        (TIES.assign(target=["bo", None]), "`target` must not be empty"),
        (TIES.rename(columns={"source": "from"}), "`mentor_id, mentee_id` must be there"),
        (TIES.assign(start=[2, 1], end=[3, 0]), "`end` must not be before `start`"),
        ([("ann", "bo")], "`ties` must be a data frame; got a list"),
    ],
)
def test_bad_ties_are_named(ties, message):
    with pytest.raises((OptionError, SchemaError), match=message):
        MentorNetwork.from_ties(ties, source="records")


def test_repeated_ties_are_merged_on_request_and_counted():
    network = MentorNetwork.from_ties(pd.concat([TIES, TIES]), source="records", duplicates="merge")
    assert pairs(network) == [("ann", "bo", 2.0), ("bo", "cy", 2.0)]
    assert "2 repeated ties merged" in network.summary()
    two_kinds = pd.concat([TIES.assign(kind="advice"), TIES.assign(kind="friendship")])
    assert MentorNetwork.from_ties(two_kinds, source="records").n_ties == 2


def test_an_undirected_tie_listed_both_ways_is_a_repeated_one():
    both = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "ann"]})
    with pytest.raises(SchemaError, match="tell ties of one kind"):
        MentorNetwork.from_ties(both, source="records", directed=False)


def test_networks_too_large_for_memory_are_refused_before_memory_is_taken(monkeypatch):
    monkeypatch.setattr(assemble, "MOST_TIES", 3)
    with pytest.raises(OptionError, match="at most 3 ties fit; these would make 5"):
        build_network(MEMBERS, source="records")
    monkeypatch.setattr(projection, "MOST_PAIRS", 0)
    network = MentorNetwork.from_ties(
        pd.DataFrame({"source": ["ann", "bo"], "target": ["cy", "cy"]}), source="records"
    )
    with pytest.raises(OptionError, match="one person alone has 2 ties"):
        network.project("mentors")


def test_no_ties_at_all_is_a_network_and_measures_say_why_not():
    people = pd.DataFrame({"person_id": ["ann", "bo"], "capacity": [2, 0]})
    empty = MentorNetwork.from_ties(TIES.head(0), source="records", people=people)
    assert empty.n_ties == 0
    assert net.mentor_load(empty).n_waiting == 0
    for ask in (net.removal, net.lineage, net.pay_it_forward):
        with pytest.raises(ml.errors.EstimationError, match="2 people"):
            ask(empty)
    profile = net.network_profile(empty).to_frame().set_index("measure")
    assert profile.loc["clustering", "note"] == "no three-step path"


def test_networkx_and_back_keeps_people_weights_and_sides(random_network):
    network = random_network(3)
    graph = network.to_networkx()
    assert graph.graph["source"] == "test"
    again = MentorNetwork.from_networkx(graph)
    assert pairs(again) == pairs(network)
    pd.testing.assert_frame_equal(again.people[network.people.columns], network.people)
    np.testing.assert_array_equal(again.is_mentor, network.is_mentor)


def test_graphs_of_any_kind_are_taken():
    multi = nx.MultiDiGraph()
    multi.add_edge(1, 2, kind="advice", weight=2)
    multi.add_edge(1, 2, kind="friendship")
    multi.add_node(3, unit="x")
    network = MentorNetwork.from_networkx(multi, source="survey")
    assert pairs(network) == [(1, 2, 3.0)]
    assert network.n_people == 3
    with pytest.raises(OptionError, match="needs a graph of networkx; got a dict"):
        MentorNetwork.from_networkx({}, source="survey")
    with pytest.raises(OptionError, match="`source` must say"):
        MentorNetwork.from_networkx(multi)


def test_projection_counts_shared_partners(random_pool):
    network = random_pool(5)
    shared = network.project("mentors")
    graph = network.to_networkx().to_undirected()
    mentors = network.ids[network.mentors]
    expected = nx.bipartite.weighted_projected_graph(graph, mentors)
    got = {frozenset((a, b)): w for a, b, w in pairs(shared)}
    assert got == {frozenset((a, b)): w for a, b, w in expected.edges(data="weight")}
    assert shared.n_people == len(mentors)
    with pytest.raises(OptionError, match="this one has no sides"):
        shared.project("mentors")


@pytest.mark.parametrize("format", ["graphml", "gephi", "ucinet", "statnet"])
def test_exports_hold_every_person_and_tie(pool, tmp_path, format):
    files = pool.export(tmp_path / "out", format=format)
    if format == "graphml":
        graph = nx.read_graphml(files[0])
        assert (len(graph), graph.number_of_edges()) == (8, 6)
        assert graph.nodes["ann"]["department"] == "x"
    elif format == "ucinet":
        text = files[0].read_text()
        assert text.startswith("dl n=8 format=edgelist1")
        assert len(text.split("data:\n")[1].splitlines()) == 6
    else:
        nodes, edges = (pd.read_csv(file) for file in files)
        assert (len(nodes), len(edges)) == (8, 6)
        assert "Source" in edges if format == "gephi" else edges["head"].max() == 7
    with pytest.raises(WriteError, match="is there already"):
        pool.export(tmp_path / "out", format=format)


def test_cells_that_run_as_formulas_are_marked(tmp_path):
    ties = pd.DataFrame({"source": ["=1+1"], "target": ["bo"]})
    network = MentorNetwork.from_ties(ties, source="records")
    nodes, _ = network.export(tmp_path / "out", format="gephi")
    assert "\n=1+1" not in nodes.read_text()


def test_unknown_attributes_kinds_and_people_are_named(pool):
    with pytest.raises(OptionError, match=r"no attribute 'departement'.*Did you mean 'department'"):
        net.silos(pool, attribute="departement")
    with pytest.raises(OptionError, match="no tie is of kind 'circle'; there are 'tie'"):
        pool.of_kind("circle")
    with pytest.raises(OptionError, match="1 id not in the network, first 'nobody'"):
        net.reach(pool, person_ids=["nobody"])
    with pytest.raises(OptionError, match="nothing says when ties held"):
        pool.during("2025-01-01", "2025-02-01")


def test_html_is_escaped():
    ties = pd.DataFrame({"source": ["ann"], "target": ["bo"]})
    network = MentorNetwork.from_ties(ties, source="<script>x</script>")
    assert "<script>" not in network._repr_html_()
    assert "<script>" not in net.mentor_load(network)._repr_html_()


def test_one_capacity_for_all_makes_nobody_a_mentor():
    ties = pd.DataFrame({"source": ["ann"], "target": ["bo"]})
    people = pd.DataFrame({"person_id": ["ann", "bo", "cy", "di"]})
    network = MentorNetwork.from_ties(ties, source="test", people=people, capacity=3)
    assert network.size() == "4 people (1 mentor, 1 mentee), 1 tie"
    assert network.capacity.tolist() == [3] * 4
    people["capacity"] = [1, 0, 0, 2]
    network = MentorNetwork.from_ties(ties, source="test", people=people, capacity=3)
    assert network.ids[network.mentors].tolist() == ["ann", "di"]
    network = MentorNetwork.from_ties(ties, source="test", people=people, capacity={"cy": 1})
    assert network.ids[network.mentors].tolist() == ["ann", "cy"]


def test_a_weight_that_is_no_number_is_shown_as_it_came():
    ties = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"], "weight": ["1", "often"]})
    with pytest.raises(SchemaError, match="got 'often' in 1 row, first row 2"):
        MentorNetwork.from_ties(ties, source="test")
