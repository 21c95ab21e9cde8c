import sys
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from invented_pool import invented_pool

from mentorlab import plots
from mentorlab.errors import EstimationError, OptionError
from mentorlab.network import MentorNetwork
from mentorlab.plots.network_columns import column_marks
from mentorlab.plots.theme import FAINT, MENTEE, MENTOR, NEUTRAL
from mentorlab.widgets import explore_network, network_canvas, pool_canvas
from mentorlab.widgets.explore_network import NetworkState

pytest.importorskip("anywidget")


@pytest.fixture(scope="module")
def network():
    return invented_pool()


@pytest.fixture
def canvas(network):
    made = network_canvas(network, color="unit")
    yield made
    made.close()


@pytest.fixture
def without_anywidget(monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    pool_canvas._front.cache_clear()
    yield
    pool_canvas._front.cache_clear()


def crowd(n_mentors, each):
    ties = pd.DataFrame(
        {
            "source": np.repeat([f"m{i}" for i in range(n_mentors)], each),
            "target": [f"s{i}" for i in range(n_mentors * each)],
        }
    )
    return MentorNetwork.from_ties(ties, source="program records")


def test_every_person_and_tie_of_the_network_is_drawn(canvas, network):
    scene = canvas.box.scene
    for side, people in zip(scene["sides"], (network.mentors, network.mentees), strict=True):
        assert sorted(side["name"]) == sorted(network.ids[people])
        assert len({len(column) for column in side.values()}) == 1
        assert all(low < high for low, high in pairwise(side["y"]))
    named = {(scene["sides"][0]["name"][a], scene["sides"][1]["name"][b]) for a, b in scene["ties"]}
    ties = network.ties()
    assert named == set(zip(ties["mentor_id"], ties["mentee_id"], strict=True))


def test_the_static_twin_has_the_same_places_and_colors(canvas):
    from matplotlib.colors import to_hex

    ax = canvas.static()
    scene = canvas.box.scene
    for side, dots in zip(scene["sides"], ax.collections[1:3], strict=True):
        np.testing.assert_allclose(dots.get_offsets()[:, 1], side["y"], atol=1e-6)
        drawn = [to_hex(color).upper() for color in dots.get_facecolors()]
        assert drawn == [scene["legend"][entry][1].upper() for entry in side["entry"]]


def test_the_legend_counts_people_and_names_the_unknown(canvas, network):
    legend = canvas.box.scene["legend"]
    shown = network.people[network.is_mentor | network.is_mentee]
    sizes = shown["unit"].fillna("not known").value_counts()
    assert {name: n for name, _, n in legend} == sizes.to_dict()
    assert legend[-1][:2] == ["not known", FAINT]
    assert canvas.box.scene["alt"] in repr(canvas)
    assert "colored by unit: " in repr(canvas)


def test_without_a_column_sides_have_the_theme_colors(network):
    canvas = network_canvas(network)
    assert canvas.box.scene["legend"] == [["mentors", MENTOR, 11], ["mentees", MENTEE, 40]]
    canvas.close()


def test_groups_beyond_the_five_largest_are_gray_and_counted():
    ties = pd.DataFrame({"source": list("abcdefgh"), "target": list("ABCDEFGH")})
    people = pd.DataFrame({"person_id": [*"abcdefgh", *"ABCDEFGH"], "unit": [*"uvwxyzst"] * 2})
    network = MentorNetwork.from_ties(ties, source="program records", people=people)
    marks = column_marks(network, most=9, color="unit", size="equal", who="tests")
    assert marks.legend[-1] == ("other groups", NEUTRAL, 6)
    assert sum(n for _, _, n in marks.legend) == 16


def test_larger_dots_for_more_ties(network):
    canvas = network_canvas(network, size="ties")
    mentors = canvas.box.scene["sides"][0]
    load = dict(zip(network.ids, network.load, strict=True))
    order = np.argsort([load[name] for name in mentors["name"]], kind="stable")
    assert np.all(np.diff(np.array(mentors["area"])[order]) >= 0)
    assert max(mentors["area"]) == 4
    canvas.close()


def test_ids_stay_off_the_page_when_asked(network):
    canvas = network_canvas(network, ids=False)
    names = [name for side in canvas.box.scene["sides"] for name in side["name"]]
    assert not set(names) & set(network.ids)
    assert names[0] == "mentor 11"
    assert not canvas.box.scene["named"]
    canvas.close()


def test_no_column_but_the_one_asked_for_reaches_the_page(canvas):
    text = str(canvas.box.get_state())
    assert "math" in text
    assert "north" not in text


def test_who_is_chosen_on_the_page_is_known(canvas, network):
    assert canvas.chosen is None
    canvas.box.chosen = [1, 4]
    assert canvas.chosen == canvas.box.scene["sides"][1]["name"][4]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"color": "unt"}, "Did you mean 'unit'"),
        ({"color": ["unit"]}, "no attribute"),
        ({"size": "big"}, "`size` must be"),
        ({"most": 0}, "`most` must be a whole number of 1 or more; got 0"),
        ({"most": True}, "got True"),
        ({"most": 2.5}, "got 2.5"),
    ],
)
def test_what_can_not_be_drawn_is_refused_in_words(network, asked, message):
    with pytest.raises(OptionError, match=message):
        network_canvas(network, **asked)


def test_a_column_of_persons_is_no_group():
    network = crowd(40, 1)
    people = network.people.assign(name=[f"name {i}" for i in range(80)])
    named = MentorNetwork.from_ties(
        network.ties(), source="program records", people=people[["person_id", "name"]]
    )
    with pytest.raises(OptionError, match="30 values or fewer"):
        network_canvas(named, color="name")


def test_too_many_marks_are_refused_with_what_fits():
    network = crowd(100, 60)
    with pytest.raises(OptionError, match=r"got 12,100 .100 mentors, 6,000 mentees, 6,000 ties"):
        network_canvas(network)
    with pytest.raises(OptionError, match="most=41 shows the busiest") as refused:
        network_canvas(network)
    assert "export_network" in str(refused.value)
    canvas = network_canvas(network, most=41)
    assert canvas.marks.n_marks == 41 * 121
    assert "59 mentors with fewer mentees not shown" in canvas.box.scene["caption"]
    canvas.close()


def test_networks_without_people_or_direction_are_refused(network):
    empty = MentorNetwork.from_ties(
        pd.DataFrame({"source": [], "target": []}, dtype=object), source="program records"
    )
    with pytest.raises(EstimationError, match="nobody in it"):
        network_canvas(empty)
    with pytest.raises(OptionError, match="no direction"):
        network_canvas(network.project("mentors"))
    with pytest.raises(OptionError, match="needs a MentorNetwork"):
        network_canvas(network.ties())


def test_without_the_extra_the_error_says_what_to_install(network, without_anywidget):
    with pytest.raises(OptionError, match=r"pip install 'mentorlab\[graph\]'"):
        network_canvas(network)
    assert plots.two_columns(network, color="unit").collections


def test_the_explorer_works_without_the_extra(network, monkeypatch):
    from mentorlab.widgets import canvas_panel

    monkeypatch.setattr(canvas_panel, "find_spec", lambda _: None)
    widget = explore_network(network)
    assert widget.opener.disabled
    assert widget.opener.description == "Interactive view (needs extra graph)"
    assert "mentorlab[graph]" in widget.opener.tooltip
    widget.controls["remove"].value = 2
    assert widget.status == "ready 2"
    assert widget.canvas is None
    widget.close()


def test_the_canvas_of_the_explorer_follows_its_controls(network):
    widget = explore_network(network)
    assert widget.canvas is None
    widget.opener.value = True
    assert widget.canvas.box.scene["about"] == "unit"
    widget.state = NetworkState("load", "site", remove=3)
    assert widget.canvas.box.scene["about"] == "site"
    left = widget.canvas.box.left
    mentors, mentees = (side["name"] for side in widget.canvas.box.scene["sides"])
    gone = widget.result.answer.leaving.curve["mentor_id"].iloc[1:4].tolist()
    assert sorted(mentors[i] for i in left["gone"]) == sorted(gone)
    assert len(left["alone"]) == widget.result.answer.value("orphans")
    ties = network.ties()
    kept = set(ties.loc[~ties["mentor_id"].isin(gone), "mentee_id"])
    assert not kept & {mentees[i] for i in left["alone"]}
    widget.opener.value = False
    widget.controls["remove"].value = 0
    assert len(widget.canvas.box.left["gone"]) == 3
    widget.opener.value = True
    assert widget.canvas.box.left == {"gone": [], "alone": []}
    widget.close()


def test_the_explorer_shows_as_many_mentors_as_fit():
    widget = explore_network(crowd(100, 60))
    widget.opener.value = True
    assert len(widget.canvas.marks.columns.mentors) == 41
    widget.close()
