"""Pictures of networks: what is on the axes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab import network as net
from mentorlab.errors import EstimationError, OptionError
from mentorlab.network import MentorNetwork
from mentorlab.plots import network as plots
from mentorlab.plots import network_lines as lines
from mentorlab.plots import two_columns
from mentorlab.plots.network_layout import barycenter_columns, ego_rings


def pool(n_mentors: int = 6, n_mentees: int = 15, seed: int = 1) -> MentorNetwork:
    rng = np.random.default_rng(seed)
    ties = pd.DataFrame(
        {
            "mentor_id": [f"m{i}" for i in rng.integers(0, n_mentors, n_mentees)],
            "mentee_id": [f"s{i}" for i in range(n_mentees)],
        }
    )
    ids = [*(f"m{i}" for i in range(n_mentors)), *(f"s{i}" for i in range(n_mentees))]
    people = pd.DataFrame(
        {
            "person_id": ids,
            "role_hint": ["mentor"] * n_mentors + ["mentee"] * n_mentees,
            "unit": rng.choice(["north", "south", "west"], len(ids)),
            "capacity": [2.0] * n_mentors + [None] * n_mentees,
        }
    )
    return MentorNetwork.from_ties(ties, source="records", people=people)


def test_small_loads_have_names_and_capacity_lines():
    network = pool()
    ax = net.mentor_load(network).plot()
    assert [bar.get_width() for bar in ax.patches] == sorted(network.load[:6], reverse=True)
    assert ax.get_yticklabels()[0].get_text().startswith("m")
    assert len(ax.collections[0].get_segments()) == 6


def test_large_loads_are_one_outline_with_the_gini():
    network = pool(200, 700)
    ax = net.mentor_load(network).plot()
    (outline,) = ax.patches
    loads = np.sort(network.load[network.mentors])[::-1]
    assert outline.get_data().values.tolist() == loads.tolist()
    assert ax.get_xscale() == "log"
    assert ax.get_xlim()[0] > 0
    assert "Gini" in ax.get_title()
    assert "200 mentors" in ax.get_xlabel()


def test_removal_has_a_curve_over_a_band():
    result = net.removal(pool(), seed=1, n_draws=10)
    for measure in ("coverage", "giant_share", "orphans"):
        ax = plots.removal(result, measure=measure)
        assert ax.lines[1].get_ydata().tolist() == result.curve[measure].tolist()
        assert len(ax.collections) == 1
    with pytest.raises(OptionError, match="`measure` must be one of"):
        plots.removal(result, measure="sum")
    assert len(net.removal(pool()).plot().lines) == 1


def test_the_null_and_the_observed_value_are_drawn():
    result = net.homophily(pool(), attribute="unit", null="labels", seed=1, n_permutations=99)
    ax = result.plot()
    assert sum(bar.get_height() for bar in ax.patches) == 99
    assert ax.lines[1].get_xdata()[0] == result.test.observed


def test_silos_and_inclusion_have_a_row_a_group():
    network = pool(20, 60)
    ax = net.silos(network, attribute="unit").plot()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["all", "north", "south", "west"]
    table = net.inclusion(network, group="unit")
    assert len(table.plot().get_yticklabels()) == 3


def test_brokerage_stacks_roles_and_needs_them():
    ties = pd.DataFrame({"source": list("abcd"), "target": list("bcde")})
    people = pd.DataFrame({"person_id": list("abcde"), "unit": list("xxyyx")})
    network = MentorNetwork.from_ties(ties, source="test", people=people)
    result = net.brokerage(network, attribute="unit")
    ax = result.plot()
    assert sum(bar.get_width() for bar in ax.patches) == result.table["open_paths"].sum()
    with pytest.raises(OptionError, match="call brokerage with `attribute`"):
        plots.brokerage(net.brokerage(network))


@pytest.mark.parametrize("sizes", [(1, 1), (6, 15), (60, 150)])
def test_two_columns_show_every_tie(sizes):
    network = pool(*sizes)
    ax = two_columns(network)
    assert len(ax.collections[0].get_segments()) == network.n_ties
    assert sum(len(c.get_offsets()) for c in ax.collections[1:]) == network.n_people


def test_two_columns_of_a_large_pool_say_what_is_hidden():
    ax = two_columns(pool(300, 900), most=50)
    assert "mentors with fewer mentees not shown" in ax.get_title()


def test_barycenters_leave_fewer_crossings():
    network = pool(30, 90, seed=4)
    shown = barycenter_columns(network, most=100)

    def crossings(ties):
        a, b = ties[:, 0], ties[:, 1]
        return (((a[:, None] - a) * (b[:, None] - b)) < 0).sum()

    rng = np.random.default_rng(1)
    mixed = np.stack(
        [rng.permutation(30)[shown.ties[:, 0]], rng.permutation(90)[shown.ties[:, 1]]], axis=1
    )
    assert crossings(shown.ties) < 0.2 * crossings(mixed)
    again = barycenter_columns(network, most=100)
    np.testing.assert_array_equal(shown.mentees, again.mentees)


def test_the_matrix_marks_every_tie_and_sorts_by_group():
    network = pool(20, 60)
    ax = plots.matrix(network, attribute="unit")
    assert len(ax.lines[0].get_xdata()) == network.n_ties
    assert [label.get_text() for label in ax.get_yticklabels()] == ["north", "south", "west"]
    shared = network.project("mentees")
    both = plots.matrix(shared, attribute="unit")
    assert len(both.lines[0].get_xdata()) == 2 * shared.n_ties


def test_a_matrix_of_many_ties_counts_blocks():
    network = pool(400, 6000)
    ax = plots.matrix(network, attribute="unit")
    assert ax.images[0].get_array().sum() == network.n_ties


def test_one_person_and_two_rings():
    network = pool()
    person = network.ids[network.mentors[network.load[network.mentors].argmax()]]
    ax = plots.ego(network, person)
    center = int(network.positions([person], who="test")[0])
    assert len(ax.collections[0].get_segments()) >= network.load[center]
    rings = ego_rings(network, center, most=1)
    assert rings.n_hidden == network.load[center] - 1
    assert "not shown" in plots.ego(network, person, most=1).get_title()
    with pytest.raises(OptionError, match="not in the network"):
        plots.ego(network, "nobody")


def test_reach_has_a_mark_a_step():
    ax = net.reach(pool(), hops=3).plot()
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3]


def dated() -> MentorNetwork:
    ties = pd.DataFrame(
        {
            "source": ["a", "b", "a", "c", "a", "b", "a"],
            "target": ["b", "c", "d", "e", "f", "g", "h"],
            "start": [0, 2, 2, 5, 6, 7, 8],
        }
    )
    return MentorNetwork.from_ties(ties, source="records")


def test_lines_of_time_are_drawn():
    network = dated()
    found = net.lineage(network)
    ax = found.plot()
    assert sum(bar.get_width() for bar in ax.patches[: found.longest + 1]) == network.n_people
    curve = net.pay_it_forward(network)
    assert curve.plot().lines[-1].get_ydata()[-1] == curve.curve["share"].iloc[-1]
    assert len(net.snapshots(network, every=3).plot().lines[0].get_xdata()) == 3
    assert "exponent" in net.popularity(network).plot().get_title()
    undated = MentorNetwork.from_ties(network.ties()[["mentor_id", "mentee_id"]], source="x")
    with pytest.raises(EstimationError, match="there is no curve"):
        lines.pay_it_forward(net.pay_it_forward(undated))


def test_developmental_types_are_drawn_with_their_cuts():
    network = pool(20, 60)
    result = net.developmental_networks(network, system="unit")
    ax = result.plot()
    assert ax.lines[0].get_xdata()[0] == result.cut_diversity
    assert ax.get_legend() is not None
