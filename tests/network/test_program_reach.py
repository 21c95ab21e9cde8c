"""Whom the program reaches and what its ties bring, against counting by hand."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import network as net
from mentorlab.errors import EstimationError, OptionError, SchemaError
from mentorlab.network import MentorNetwork
from mentorlab.options import check_option


@pytest.fixture(scope="module")
def program() -> ml.Program:
    return ml.datasets.load_example_program()


@pytest.fixture(scope="module")
def network(program) -> MentorNetwork:
    return net.build_network(program.members, source="program records", people=program.people)


def test_access_by_group_with_intervals(pool):
    table = net.inclusion(pool, group="department").to_frame().set_index("group")
    assert table[["n_people", "n_mentored"]].to_numpy().tolist() == [[3, 2], [2, 2]]
    assert table.loc["x", "access"] == pytest.approx(2 / 3)
    # Wilson's interval of 2 of 3, from the formula
    z, p, n = 1.959964, 2 / 3, 3
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    assert table.loc["x", "conf_low"] == pytest.approx(middle - half, abs=1e-6)
    assert table.loc["x", "conf_high"] == pytest.approx(middle + half, abs=1e-6)
    assert table.loc["x", "gap"] == pytest.approx(2 / 3 - 1)
    assert table.loc["x", "gap_low"] < table.loc["x", "gap"] < table.loc["x", "gap_high"]
    assert table.loc["y", "cross_group"] == pytest.approx(1 / 4)
    assert table["mentor_share"].sum() == 1


def test_access_of_the_example_program_equals_pandas(program, network):
    table = net.inclusion(network, group="gender", voice="tenure_years").to_frame()
    people = program.people
    roles = program.members.groupby("person_id")["role"].agg(set)
    pairs = network.ties()["mentee_id"]
    everybody = people[
        people["person_id"].isin(network.ids[network.is_mentee | ~network.is_mentor])
    ]
    expected = everybody.assign(got=everybody["person_id"].isin(pairs)).groupby("gender")["got"]
    got = table.set_index("group")
    assert (got["access"] - expected.mean()).abs().max() < 1e-12
    voice = everybody.groupby("gender")["tenure_years"].mean()
    np.testing.assert_allclose(got["voice_mean"].sort_index(), voice.sort_index())
    assert roles.notna().all()


def test_inclusion_asks_for_groups_and_flags(pool):
    people = pool.people.assign(one="z")
    same = MentorNetwork.from_ties(pool.ties(), source="test", people=people)
    with pytest.raises(EstimationError, match="needs people of two groups"):
        net.inclusion(same, group="one")
    with pytest.raises(OptionError, match="`eligible` must be a true/false column"):
        net.inclusion(pool, group="department", eligible="department")
    with pytest.raises(OptionError, match="`voice` must hold numbers"):
        net.inclusion(pool, group="department", voice="department")


MEMBERS = pd.DataFrame(
    {
        "relationship_id": ["r1", "r1", "r1", "r2", "r2"],
        "person_id": ["ann", "cy", "di", "bo", "cy"],
        "role": ["mentor", "mentee", "mentee", "mentor", "mentee"],
    }
)
CONTACTS = pd.DataFrame(
    {
        "contact_id": ["c1", "c2", "c3", "c4"],
        "relationship_id": ["r1", "r1", "r2", "r2"],
        "at": "2025-01-01",
        "kind": "meeting",
        "status": ["held", "held", "held", "missed"],
        "minutes": [60, 30, None, 20],
    }
)


def test_reach_per_hour_by_hand():
    found = net.reach_per_hour(MEMBERS, contacts=CONTACTS, source="log")
    row = found.to_frame().iloc[0]
    assert (row["n_meetings"], row["hours"], row["new_ties"]) == (2, 1.5, 2)
    assert row["new_ties_per_hour"] == pytest.approx(2 / 1.5)
    assert row["mentee_hours"] == 3.0
    assert "1 held contact without a length left out" in found.summary()
    came = pd.DataFrame(
        {"contact_id": ["c1", "c1", "c2"], "person_id": ["ann", "cy", "ann"], "present": True}
    )
    strict = net.reach_per_hour(MEMBERS, contacts=CONTACTS, source="log", attendance=came)
    assert strict.to_frame()["new_ties"].item() == 1
    with pytest.raises(EstimationError, match="has both a mentor and a mentee"):
        net.reach_per_hour(MEMBERS, contacts=CONTACTS.tail(1), source="log")
    with pytest.raises(OptionError, match="`source` must say"):
        net.reach_per_hour(MEMBERS, contacts=CONTACTS, source="")


def test_flash_reaches_more_mentors_an_hour_in_the_example(program):
    found = net.reach_per_hour(
        program.members,
        contacts=program.contacts,
        attendance=program.attendance,
        relationships=program.relationships,
        source="program records",
    )
    rate = found.to_frame().set_index("kind")["mentors_per_mentee_hour"]
    assert rate["flash"] > rate["one_to_one"]


def test_bench_counts_ready_mentees_and_lone_skills():
    ties = pd.DataFrame({"source": ["ann", "ann", "bo"], "target": ["bo", "cy", "di"]})
    people = pd.DataFrame(
        {
            "person_id": ["ann", "bo", "cy", "di"],
            "ready": [None, True, True, False],
            "skills": ["sql; r ;law", "sql", None, "r"],
        }
    )
    network = MentorNetwork.from_ties(ties, source="records", people=people)
    plain = net.succession_bench(network).to_frame().set_index("person_id")
    assert plain["n_ready"].to_dict() == {"bo": 0, "ann": 1}
    full = net.succession_bench(
        MentorNetwork.from_ties(ties, source="records", people=people.astype({"ready": "boolean"})),
        ready="ready",
        skills="skills",
    )
    row = full.to_frame().set_index("person_id").loc["ann"]
    assert row[["n_ready", "n_skills", "n_held_by_mentees", "n_held_by_nobody_else"]].tolist() == [
        2,
        3,
        1,
        1,
    ]
    with pytest.raises(OptionError, match="true/false column"):
        net.succession_bench(network, ready="skills")


def test_referrals_are_followed_into_ties():
    ties = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "cy"]})
    people = pd.DataFrame(
        {"person_id": ["ann", "bo", "cy", "di"], "referred_by": [None, "ann", "ann", "bo"]}
    )
    network = MentorNetwork.from_ties(ties, source="records", people=people)
    table = net.referrals(network).to_frame()
    assert table.to_numpy().tolist() == [["ann", 2, 2, 1, False], ["bo", 1, 0, 0, True]]
    strange = people.assign(referred_by=[None, "zed", None, None])
    with pytest.raises(SchemaError, match=r"be found in people\.person_id"):
        net.referrals(MentorNetwork.from_ties(ties, source="records", people=strange))
    nobody = people.assign(referred_by=pd.Series([None] * 4, dtype="str"))
    with pytest.raises(EstimationError, match="nobody was referred"):
        net.referrals(MentorNetwork.from_ties(ties, source="records", people=nobody))


def workplace(seed: int, effect: float) -> MentorNetwork:
    rng = np.random.default_rng(seed)
    n = 120
    ids = [f"p{i}" for i in range(n)]
    team = np.repeat(np.arange(20), 6)
    member = rng.random(n) < rng.uniform(0.05, 0.9, 20)[team]
    first = np.flatnonzero(member)
    ties = pd.DataFrame({"source": "boss", "target": [ids[i] for i in first]})
    exposure = np.array([member[team == t].sum() for t in range(20)])[team] / 5
    people = pd.DataFrame(
        {
            "person_id": [*ids, "boss"],
            "team": [*team.tolist(), None],
            "outcome": [*(effect * exposure + rng.normal(0, 0.3, n)), 0.0],
        }
    )
    return MentorNetwork.from_ties(ties, source="test", people=people)


def test_spillover_is_found_when_put_there_and_marked_exploratory():
    found = net.spillover(workplace(1, 2.0), colleagues="team", outcome="outcome", seed=1)
    row = found.to_frame().iloc[0]
    assert row["conf_low"] < 2.0 < row["conf_high"]
    assert row["p_value"] == 1 / 1001
    assert "exploratory" in found.headline()
    assert "not an effect" in found.summary()
    none = [
        net.spillover(
            workplace(s, 0.0), colleagues="team", outcome="outcome", seed=s, n_permutations=99
        )
        .to_frame()["p_value"]
        .item()
        for s in range(30)
    ]
    assert 0.02 < np.mean(np.array(none) <= 0.25) < 0.55


def test_colleagues_can_be_pairs():
    network = workplace(1, 2.0)
    team = network.people["team"].to_numpy()
    rows = [
        (network.ids[i], network.ids[j]) for i in range(120) for j in range(i) if team[i] == team[j]
    ]
    pairs = pd.DataFrame(rows, columns=["source", "target"])
    by_pairs = net.spillover(network, colleagues=pairs, outcome="outcome", seed=1)
    by_team = net.spillover(network, colleagues="team", outcome="outcome", seed=1)
    pd.testing.assert_frame_equal(by_pairs.people, by_team.people)
    with pytest.raises(OptionError, match="`colleagues` must be"):
        net.spillover(network, colleagues=3, outcome="outcome", seed=1)
    with pytest.raises(EstimationError, match="needs 10 people outside"):
        net.spillover(network, colleagues=pairs.head(1), outcome="outcome", seed=1)


TIES = pd.DataFrame(
    {
        "source": ["a", "b", "c", "a", "b", "a", "c"],
        "target": ["w", "w", "w", "x", "x", "y", "z"],
        "weight": [5, 5, 4, 1, 1, 5, 1],
    }
)
UNITS = pd.DataFrame({"person_id": list("abcwxyz"), "unit": ["k", "l", "m", *"kkkk"]})


def test_the_four_types_by_hand_and_the_cuts_are_shown():
    network = MentorNetwork.from_ties(TIES, source="self-report", people=UNITS)
    found = net.developmental_networks(network, system="unit", cut_diversity=1, cut_strength=3)
    assert found.to_frame().set_index("person_id")["type"].to_dict() == {
        "w": "entrepreneurial",
        "x": "opportunistic",
        "y": "traditional",
        "z": "receptive",
    }
    assert "high: diversity above 1; strength above 3" in found.summary()
    median = net.developmental_networks(network, system="unit")
    assert (median.cut_diversity, median.cut_strength) == (1.5, np.mean([1, 14 / 3]))
    assert "(median)" in median.summary()


def test_other_measures_of_diversity():
    network = MentorNetwork.from_ties(TIES, source="self-report", people=UNITS)
    blau = net.developmental_networks(network, system="unit", diversity="blau").to_frame()
    assert blau["diversity"].tolist() == pytest.approx([2 / 3, 1 / 2, 0, 0])
    free = net.developmental_networks(network, diversity="nonredundancy").to_frame()
    assert free["diversity"].tolist() == pytest.approx([1, 1, 1, 1])
    with pytest.raises(OptionError, match="needs `system`"):
        net.developmental_networks(network)
    with pytest.raises(OptionError, match="`cut_strength` must be a number"):
        net.developmental_networks(network, system="unit", cut_strength="high")


def test_unknown_systems_give_no_type_and_say_so():
    people = UNITS.assign(unit=[None, "l", "m", *"kkkk"])
    network = MentorNetwork.from_ties(TIES, source="self-report", people=people)
    table = net.developmental_networks(network, system="unit").to_frame().set_index("person_id")
    assert pd.isna(table.loc["y", "type"])
    assert table.loc["y", "note"].startswith("no developer's system is known")


@pytest.mark.parametrize("seed", range(4))
def test_reach_gained_through_mentors_equals_networkx(random_network, seed):
    network = random_network(seed, n=20, share=0.1)
    graph = network.to_networkx()
    flat = graph.to_undirected()
    for row in net.exposure(network).to_frame().itertuples():
        own = set(flat[row.person_id]) | {row.person_id}
        through = set().union(*(set(flat[m]) for m in graph.predecessors(row.person_id)))
        assert row.gained_reach == len(through - own)
        assert row.own_contacts == len(own) - 1
    assert isinstance(flat, nx.Graph)


def test_introductions_by_mentors_are_counted(program, network):
    found = net.exposure(network, acts=program.acts)
    table = found.to_frame()
    acts = program.acts[program.acts["act"] == "introduction"]
    pairs = set(map(tuple, network.ties()[["mentor_id", "mentee_id"]].to_numpy()))
    named = [(a, b) in pairs for a, b in zip(acts["by"], acts["to"], strict=True)]
    assert table["n_introductions"].sum() >= sum(named)
    assert table["n_introductions"].sum() <= len(acts)


def test_words_of_options_are_checked(pool):
    from mentorlab.network import choices

    with pytest.raises(OptionError, match="'range', 'blau' or 'nonredundancy'"):
        check_option("rang", choices.Diversity, who="x", name="diversity")
