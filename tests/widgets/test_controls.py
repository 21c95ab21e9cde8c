import pytest

from mentorlab.errors import OptionError
from mentorlab.widgets.controls import Buttons, Checkbox, MultiSelect, Range, Slider, Steps

PLACES = [("north side", "north"), ("south side", "south")]
CONTROLS = {
    "buttons": (Buttons(name="place", label="Place", options=PLACES), "south"),
    "steps": (Steps(name="place", label="Place", options=PLACES), "south"),
    "multi": (MultiSelect(name="place", label="Place", options=PLACES), ("south",)),
    "whole": (Slider(name="weeks", label="Weeks", low=0, high=9), 4),
    "share": (Slider(name="share", label="Share", low=0.0, high=1.0, step=0.1), 0.3),
    "range": (Range(name="ages", label="Ages", low=0, high=9), (2, 5)),
    "shares": (Range(name="shares", label="Shares", low=0.0, high=1.0, step=0.1), (0.2, 0.5)),
    "checkbox": (Checkbox(name="strict", label="Strict"), True),
}


@pytest.fixture(params=CONTROLS.values(), ids=CONTROLS)
def control(request):
    return request.param


def test_a_control_holds_its_value(control):
    spec, value = control
    assert spec.build(value).value == value


def test_a_control_is_labeled_and_says_its_keys(control):
    spec, value = control
    made = spec.build(value)
    assert made.description == spec.label
    assert spec.keys
    assert spec.keys in made.tooltip


def test_a_control_can_be_found_in_the_page(control):
    spec, value = control
    assert {"mentorlab-control", f"mentorlab-{spec.name}"} <= set(spec.build(value)._dom_classes)


def test_no_control_is_a_list_whose_keys_jupyterlab_takes(control):
    spec, value = control
    models = {widget._model_name for widget in [spec.build(value)]}
    assert not models & {"DropdownModel", "SelectModel", "SelectMultipleModel"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "buttons",
            "sout",
            r"`place` must be 'north' or 'south'; got 'sout'\. Did you mean 'south'",
        ),
        ("steps", 3, r"`place` must be 'north' or 'south'; got 3\."),
        ("multi", "south", r"`place` must be a tuple of values; got 'south'"),
        ("multi", ("west",), r"`place` must be 'north' or 'south'; got 'west'"),
        ("whole", 10, r"`weeks` must lie in 0\.\.9; got 10"),
        ("whole", True, r"`weeks` must lie in 0\.\.9; got True"),
        ("whole", "4", r"`weeks` must lie in 0\.\.9; got '4'"),
        ("share", 1.2, r"`share` must lie in 0\.\.1; got 1\.2"),
        ("range", (5, 2), r"`ages` must be two numbers in order within 0\.\.9; got \(5, 2\)"),
        ("range", 5, "two numbers in order"),
        ("checkbox", 1, "`strict` must be True or False; got 1"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(name, value, message):
    with pytest.raises(OptionError, match=message):
        CONTROLS[name][0].build(value)


def test_whole_numbers_stay_whole():
    assert isinstance(CONTROLS["whole"][0].build(4).value, int)


def test_checkboxes_and_their_value_follow_each_other():
    made = CONTROLS["multi"][0].build(("south",))
    seen = []
    made.observe(lambda change: seen.append(change["new"]), names="value")
    north, south = made.children[1:]
    assert (north.value, south.value) == (False, True)
    north.value = True
    assert made.value == ("north", "south")
    made.value = ()
    assert (north.value, south.value) == (False, False)
    assert seen == [("north", "south"), ()]
