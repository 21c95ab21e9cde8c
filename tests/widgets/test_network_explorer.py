from importlib import import_module

import pandas as pd
import pytest
from invented_pool import invented_pool

import mentorlab as ml
from mentorlab.errors import OptionError
from mentorlab.widgets import explore_network
from mentorlab.widgets.explore_network import NetworkState


@pytest.fixture(scope="module")
def network():
    return invented_pool()


@pytest.fixture
def widget(network):
    made = explore_network(network)
    yield made
    made.close()


def test_controls_are_the_networks(widget, network):
    options = {
        name: [value for _, value in control.options]
        for name, control in widget.controls.items()
        if name != "remove"
    }
    assert options == {
        "measure": ["load", "ties", "mixing"],
        "attribute": ["unit", "site"],
        "null": ["labels", "within unit", "within site", "degree", "qap"],
        "order": ["busiest", "worst", "brokers", "random"],
    }
    assert (widget.controls["remove"].min, widget.controls["remove"].max) == (
        0,
        len(network.mentors) - 1,
    )


def test_every_control_has_a_label_and_says_its_keys(widget):
    assert all(control.description for control in widget.controls.values())
    assert all("key" in c.tooltip or "Space" in c.tooltip for c in widget.controls.values())


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (NetworkState("load", "unit"), "measure='load', attribute='unit')"),
        (
            NetworkState("ties", "site", "labels", 3, "worst"),
            "measure='ties', attribute='site', remove=3, order='worst')",
        ),
        (
            NetworkState("mixing", "unit", "within site", 2),
            "measure='mixing', attribute='unit', null='strata', within='site', remove=2)",
        ),
        (
            NetworkState("mixing", "site", "qap"),
            "measure='mixing', attribute='site', null='qap')",
        ),
    ],
)
def test_the_line_of_code_gives_the_same_numbers(widget, network, state, code):
    widget.state = state
    assert widget.wait(30)
    assert widget.code == f"ml.widgets.network_view(network, seed=1, {code}"
    again = eval(widget.code, {"ml": ml, "network": network})
    pd.testing.assert_frame_equal(again.to_frame(), widget.frame)


def test_picture_table_and_code_follow_the_slider(widget):
    before = widget._image.value, widget._table.value, widget._code.value
    widget.controls["remove"].value = 4
    after = widget._image.value, widget._table.value, widget._code.value
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert widget.status == "ready 2"


def test_a_null_that_changes_nothing_is_refused_in_words(widget):
    widget.controls["measure"].value = "mixing"
    widget.controls["null"].value = "within unit"
    assert "`within` must be another column" in widget.status
    widget.controls["attribute"].value = "site"
    assert widget.status.startswith("ready")


def test_another_seed_is_named_in_the_code(network):
    made = explore_network(network, attributes=["site"], seed=7)
    assert made.code == (
        "ml.widgets.network_view(network, seed=7, measure='load', attribute='site')"
    )
    made.close()


def test_without_attributes_there_is_no_mixing(network):
    made = explore_network(network, attributes=[])
    assert list(made.controls) == ["measure", "remove", "order"]
    assert [value for _, value in made.controls["measure"].options] == ["load", "ties"]
    made.controls["remove"].value = 1
    assert made.code == "ml.widgets.network_view(network, seed=1, measure='load', remove=1)"
    made.close()


@pytest.mark.parametrize(
    ("attributes", "message"),
    [(["unt"], "Did you mean 'unit'"), ("unit", "must be a list of columns")],
)
def test_attributes_that_can_not_be_offered_are_refused(network, attributes, message):
    with pytest.raises(OptionError, match=message):
        explore_network(network, attributes=attributes)


def test_heavy_nulls_go_to_the_background(network, monkeypatch):
    module = import_module("mentorlab.widgets.explore_network")
    monkeypatch.setitem(module._COST, "degree", 1e6)
    made = explore_network(network)
    made.controls["measure"].value = "mixing"
    assert made.status == "ready 2"
    made.controls["null"].value = "degree"
    assert made.wait(30)
    assert made.result.answer.null == "degree"
    assert made.status == "ready 3"
    made.close()


def test_static_says_what_the_widget_says(widget):
    widget.controls["measure"].value = "ties"
    static = widget.static()
    assert repr(static) == repr(widget)
    pd.testing.assert_frame_equal(static.frame, widget.frame)


def test_two_widgets_of_the_same_network_are_the_same(network, widget):
    again = explore_network(network)
    assert repr(again) == repr(widget)
    assert again._image.value == widget._image.value
    again.close()
