"""What real data are known to say about networks, by the public calls alone."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab import datasets
from mentorlab import network as net


def needs(name):
    return pytest.mark.skipif(bool(datasets.available(name)), reason=datasets.available(name))


@pytest.fixture(scope="module")
def econ():
    return datasets.load_econ_advisers()


@pytest.fixture(scope="module")
def econ_network(econ):
    program = econ.program
    return net.build_network(
        program.members, source="theses and job market pages", people=program.people
    )


@needs("econ_advisers")
def test_economists_load_and_parts(econ_network):
    load = net.mentor_load(econ_network)
    assert load.table["n_mentees"].max() == 23
    assert load.gini == pytest.approx(0.414, abs=5e-4)
    profile = net.network_profile(econ_network).to_frame().set_index("measure")["value"]
    assert profile[["mentors", "mentees", "ties", "components"]].tolist() == [2685, 3152, 6352, 535]
    assert profile["largest_component"] == 2297


@needs("econ_advisers")
def test_economists_orphans(econ_network):
    """Loads are equal for many: 13, 64, 406, 854 is one of the orders of equals."""
    found = net.removal(econ_network, seed=1, n_draws=200, band="equals")
    band = found.band.set_index("step").loc[[1, 10, 100, 300]]
    known = np.array([13, 64, 406, 854])
    assert (band["orphans_low"] <= known).all()
    assert (known <= band["orphans_high"]).all()
    np.testing.assert_allclose(band["orphans_median"], known, rtol=0.03)
    n_mentors = np.diff(econ_network.into.indptr)[econ_network.mentees]
    assert (n_mentors == 1).sum() == 1853


@needs("econ_advisers")
def test_economists_field_homophily_depends_on_the_null(econ):
    program = econ.program
    members = program.members
    advised = members[(members["role"] == "mentee") | (members["tie"] == "adviser")]
    network = net.build_network(
        advised, source="theses and job market pages", people=program.people
    )
    found = {
        null: net.homophily(
            network,
            attribute="field",
            null=null,
            within="school" if null == "strata" else None,
            seed=1,
            n_permutations=500,
        )
        for null in ("labels", "strata", "degree")
    }
    assert found["labels"].test.observed == pytest.approx(0.380, abs=5e-4)
    assert found["labels"].expected == pytest.approx(0.0895, abs=5e-5)
    assert found["strata"].expected == pytest.approx(0.130, abs=5e-4)
    assert 0.08 < found["degree"].expected < 0.10
    assert all(result.p_value == 1 / 501 for result in found.values())


@needs("dbpedia_advisors")
def test_scholars_lineage():
    ties = datasets.load_dbpedia_advisors().ties
    network = net.MentorNetwork.from_ties(ties, source="DBpedia", self_ties="set_aside")
    found = net.lineage(network)
    table = found.to_frame()
    assert (found.longest, found.n_components, found.largest_component) == (26, 1083, 3668)
    assert (table["n_mentors"] == 0).sum() == 1510
    assert found.faults["kind"].value_counts().to_dict() == {"self-tie": 4, "cycle": 1}
    assert table["index"].max() == 5
    assert (table["index"] == 5).sum() == 3


@needs("open_seeds")
def test_half_of_the_mentors_were_mentees_too_and_fewer_were_first():
    program = datasets.load_open_seeds().program
    relationships = program.relationships
    relationships = relationships.assign(cohort_number=relationships["cohort"].astype(int))
    network = net.build_network(
        program.members,
        source="program records",
        people=program.people,
        relationships=relationships,
        period="cohort_number",
        self_ties="set_aside",
    )
    found = net.pay_it_forward(network)
    assert len(network.mentor) == 518 - 2  # two people stand on both sides of one project
    assert (found.n_mentors, found.n_both) == (138, 68)
    assert (network.is_mentor & network.is_mentee).sum() == 69  # one in a project without mentor
    assert found.n_forward == 55
