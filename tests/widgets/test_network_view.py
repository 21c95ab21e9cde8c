import numpy as np
import pandas as pd
import pytest
from invented_pool import invented_pool

from mentorlab import network as net
from mentorlab.errors import EstimationError, OptionError
from mentorlab.widgets.network_pool import MOST_MARKS, NetworkPool, without
from mentorlab.widgets.network_view import network_view


@pytest.fixture(scope="module")
def network():
    return invented_pool()


@pytest.fixture(scope="module")
def ready(network):
    return NetworkPool(network, who="tests")


def test_nobody_left_gives_the_numbers_of_mentor_load(network):
    view = network_view(network, seed=1)
    load = net.mentor_load(network)
    assert view.value("gini") == load.gini
    assert view.value("top_share") == load.top_share
    assert view.value("orphans") == 0
    assert view.value("coverage") == 1
    assert view.groups.empty


@pytest.mark.parametrize("order", ["busiest", "random", "brokers", "worst"])
@pytest.mark.parametrize("remove", [1, 4, 10])
def test_orphans_are_counted_again_by_hand(network, ready, order, remove):
    view = network_view(ready, seed=3, order=order, remove=remove, attribute="unit")
    gone = set(view.load.table.loc[view.gone, "person_id"])
    assert len(gone) == remove
    ties = network.ties()
    kept = ties[~ties["mentor_id"].isin(gone)]
    orphans = set(ties["mentee_id"]) - set(kept["mentee_id"])
    assert view.value("orphans") == len(orphans) == view.groups["orphans"].sum()
    by_unit = network.people.set_index("person_id").loc[sorted(orphans), "unit"]
    expected = by_unit.fillna("not known").value_counts()
    found = view.groups.set_index("group")["orphans"]
    assert found[found > 0].to_dict() == expected.to_dict()
    loads = kept.groupby("mentor_id")["mentee_id"].nunique()
    idle = len(network.mentors) - remove - len(loads)
    assert view.value("mean_load") == pytest.approx(loads.sum() / (len(loads) + idle))


def test_those_who_stay_are_the_network_built_without_the_others(network):
    gone = network.positions(["m0", "m3"], who="tests")
    ties = network.ties()
    people = network.people[~network.people["person_id"].isin(["m0", "m3"])]
    rebuilt = net.MentorNetwork.from_ties(
        ties[~ties["mentor_id"].isin(["m0", "m3"])][["mentor_id", "mentee_id"]],
        source="program records",
        people=people.reset_index(drop=True),
    )
    left = without(network, gone)
    for null in ("labels", "degree"):
        asked = {"attribute": "unit", "null": null, "seed": 2, "n_permutations": 50}
        pd.testing.assert_frame_equal(
            net.homophily(left, **asked).to_frame(), net.homophily(rebuilt, **asked).to_frame()
        )


@pytest.mark.parametrize(
    "asked",
    [{"null": "labels"}, {"null": "degree"}, {"null": "qap"}, {"null": "strata", "within": "site"}],
)
def test_mixing_is_homophily_and_silos(network, ready, asked):
    view = network_view(ready, seed=5, measure="mixing", attribute="unit", **asked)
    found = net.homophily(network, attribute="unit", seed=5, **asked).to_frame().iloc[0]
    assert view.value("z") == found["z"]
    assert view.value(found["statistic"]) == found["observed"]
    silos = net.silos(network, attribute="unit").table.iloc[0]
    assert view.value("ei_index") == silos["ei_index"]
    assert np.trace(view.blocks) == silos["internal"]
    assert view.blocks.to_numpy().sum() == silos["internal"] + silos["external"]


def test_the_same_question_gets_the_same_answer_whoever_was_asked_before(network, ready):
    asked = {"seed": 1, "measure": "mixing", "attribute": "unit", "remove": 2, "order": "worst"}
    network_view(ready, seed=9, remove=3)
    once, again = network_view(ready, **asked), network_view(network, **asked)
    pd.testing.assert_frame_equal(once.to_frame(), again.to_frame())
    assert repr(once) == repr(again)


def test_no_person_is_named_in_words(ready):
    for measure in ("load", "ties", "mixing"):
        view = network_view(ready, seed=1, measure=measure, attribute="unit", remove=2)
        said = view.summary() + view._repr_html_()
        assert not any(f"{person} " in said for person in ready.network.ids)
        assert "ties: program records" in said


def test_room_is_said_where_capacity_is_known():
    tight, roomy = (invented_pool(capacity=c) for c in (4, 40))
    found = [network_view(n, seed=1, remove=2) for n in (tight, roomy)]
    assert found[1].value("placed") == found[1].value("orphans") > 0
    assert found[0].value("over") > found[1].value("over") == 0
    assert np.isnan(network_view(invented_pool(), seed=1, remove=2).value("placed"))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"measure": "lod"}, "`measure` must be 'load', 'ties' or 'mixing'"),
        ({"measure": "mixing"}, "needs `attribute`, a column of people"),
        ({"attribute": "unt"}, "no attribute 'unt'.*Did you mean 'unit'"),
        ({"remove": 11}, r"`remove` must be a whole number from 0 to 10 .*got 11"),
        ({"remove": 1.5}, "whole number"),
        ({"remove": True}, "whole number"),
        ({"order": "oldest"}, "`order` must be 'busiest'"),
        (
            {"measure": "mixing", "attribute": "unit", "null": "strata", "within": "unit"},
            "changes nothing; `within` must be another column",
        ),
        ({"measure": "mixing", "attribute": "unit", "null": "strata"}, "`within` names the strata"),
    ],
)
def test_what_can_not_be_asked_is_refused(ready, asked, message):
    with pytest.raises(OptionError, match=message):
        network_view(ready, seed=1, **asked)


def test_too_many_groups_are_refused_but_serve_as_strata():
    network = invented_pool(12, 120)
    network.people["room"] = [f"r{i % 40}" for i in range(network.n_people)]
    with pytest.raises(OptionError, match=r"30 values or fewer.*'room' has 40 values"):
        network_view(network, seed=1, attribute="room")
    view = network_view(
        network, seed=1, measure="mixing", attribute="unit", null="strata", within="room"
    )
    assert view.mixing.within == "room"


def test_a_network_without_direction_is_refused(network):
    with pytest.raises(OptionError, match="needs ties from mentors to mentees"):
        network_view(network.project("mentors"), seed=1)


def test_something_else_is_refused():
    with pytest.raises(OptionError, match=r"needs a MentorNetwork.*got a DataFrame"):
        network_view(pd.DataFrame(), seed=1)


def test_a_pool_without_ties_says_so(network):
    empty = network.with_ties(np.zeros(len(network.mentor), dtype=bool), "none")
    with pytest.raises(EstimationError, match="no mentee has a mentor"):
        network_view(empty, seed=1)


@pytest.mark.parametrize(("n_mentors", "n_mentees"), [(2, 3), (60, 300), (200, 2600), (3, 2600)])
def test_two_columns_never_have_more_marks_than_can_be_drawn(n_mentors, n_mentees):
    pool = NetworkPool(invented_pool(n_mentors, n_mentees), who="tests")
    shown = pool.columns
    if shown is not None:
        marks = len(shown.mentors) + len(shown.mentees) + len(shown.ties)
        assert marks <= MOST_MARKS
    else:
        assert 1 + 2 * pool.network.load.max() > MOST_MARKS or n_mentees == 2600


def test_attributes_are_groups_not_amounts_and_not_sides(ready):
    assert ready.attributes() == ["unit", "site"]
    assert ready.strata() == ["unit", "site"]
