from importlib import import_module

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import MissingTableError, OptionError
from mentorlab.widgets.explore_elements import ElementState


def test_it_starts_with_the_first_element_and_wave(explorer):
    assert explorer.state == ElementState("respect", wave=1, role="both")
    assert explorer.result.answer.wave == 1


def test_controls_are_the_data_sets(explorer):
    options = {
        name: [value for _, value in control.options] for name, control in explorer.controls.items()
    }
    assert options == {
        "element": ["respect", "communication", "commitment", "trust"],
        "wave": ["all", 1, 2, 3],
        "role": ["both", "mentor", "mentee"],
        "group": ["all", ("site", "north"), ("site", "south")],
        "show": ["partners", "reliability", "items"],
    }


def test_every_control_has_a_label_and_says_its_keys(explorer):
    assert [control.description for control in explorer.controls.values()] == [
        "Element",
        "Wave",
        "Side",
        "Group",
        "Show",
    ]
    assert all("key" in c.tooltip or "Space" in c.tooltip for c in explorer.controls.values())


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (ElementState("trust"), "ml.widgets.element_view(program, element='trust')"),
        (ElementState("trust", 2), "ml.widgets.element_view(program, element='trust', wave=2)"),
        (
            ElementState("respect", 3, "mentee"),
            "ml.widgets.element_view(program, element='respect', wave=3, role='mentee')",
        ),
        (
            ElementState("trust", 2, "mentor", ("site", "south"), "items"),
            "ml.widgets.element_view(program, element='trust', wave=2, role='mentor', "
            "group=('site', 'south'), show='items')",
        ),
        (
            ElementState("trust", "all", "both", ("site", "north"), "reliability"),
            "ml.widgets.element_view(program, element='trust', group=('site', 'north'), "
            "show='reliability')",
        ),
    ],
)
def test_the_line_of_code_gives_the_same_numbers(explorer, program, state, code):
    explorer.state = state
    assert explorer.code == code
    again = eval(code, {"ml": ml, "program": program})
    pd.testing.assert_frame_equal(again.to_frame(), explorer.frame)


def test_the_line_of_code_names_responses_and_codebook(program):
    made = ml.explore_elements(program.responses, members=program.members, codebook=ml.item_bank())
    names = {
        "ml": ml,
        "responses": program.responses,
        "members": program.members,
        "codebook": ml.item_bank(),
    }
    assert made.code == (
        "ml.widgets.element_view(responses, members=members, codebook=codebook, "
        "element='respect', wave=1)"
    )
    pd.testing.assert_frame_equal(eval(made.code, names).to_frame(), made.frame)
    made.close()


def test_picture_table_and_code_follow_the_controls(explorer):
    before = explorer._image.value, explorer._table.value, explorer._code.value
    explorer.controls["wave"].value = 2
    after = explorer._image.value, explorer._table.value, explorer._code.value
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert explorer.status == "ready 2"


def test_axes_show_what_the_result_says(explorer):
    explorer.controls["element"].value = "trust"
    explorer.controls["wave"].value = "all"
    side = explorer.result.answer.sides.iloc[0]
    picture = explorer.picture
    assert picture.spread.title.get_text() == "Trust, all waves"
    assert picture.spread.means["mentor"].get_xdata()[0] == side["mean"]


def test_two_widgets_of_the_same_data_say_the_same(program, explorer):
    again = ml.explore_elements(program)
    assert repr(again) == repr(explorer)
    assert again._repr_mimebundle_()["text/plain"] == explorer._repr_mimebundle_()["text/plain"]
    assert again._image.value == explorer._image.value
    assert "0x" not in repr(explorer)
    again.close()


def test_static_says_what_the_widget_says(explorer):
    explorer.controls["role"].value = "mentor"
    static = explorer.static()
    assert repr(static) == repr(explorer)
    assert "Trust" not in repr(static)
    pd.testing.assert_frame_equal(static.frame, explorer.frame)


def test_element_names_are_words_in_the_page(program):
    bank = ml.item_bank()
    renamed = ml.Codebook(bank.items.replace({"element": {"trust": "clear_trust"}}))
    made = ml.explore_elements(program, codebook=renamed)
    made.controls["element"].value = "clear_trust"
    assert dict(made.controls["element"].options)["clear trust"] == "clear_trust"
    assert made.picture.spread.title.get_text() == "Clear trust, wave 1"
    made.close()


def test_a_program_without_responses_is_refused_at_once(program):
    bare = ml.Program(program.people, program.relationships, program.members)
    with pytest.raises(MissingTableError, match="explore_elements: needs the table responses"):
        ml.explore_elements(bare)


def test_a_state_with_an_unknown_element_is_refused(explorer):
    with pytest.raises(OptionError, match=r"`element` must be .* Did you mean 'trust'"):
        explorer.state = ElementState("trst")


def test_groups_of_people_are_offered_when_named(program):
    made = ml.explore_elements(program, groups=["mentee.level", "site"])
    labels = [label for label, _ in made.controls["group"].options]
    assert labels == [
        "all",
        "mentee level junior",
        "mentee level senior",
        "site north",
        "site south",
    ]
    made.controls["group"].value = ("mentee.level", "senior")
    pd.testing.assert_frame_equal(
        eval(made.code, {"ml": ml, "program": program}).to_frame(), made.frame
    )
    made.close()


def test_without_attributes_there_is_no_group_to_choose(program):
    made = ml.explore_elements(program.responses, members=program.members)
    assert "group" not in made.controls
    made.controls["show"].value = "items"
    assert made.status == "ready 2"
    made.close()


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["sit"], r"`group` must name an attribute .*; got 'sit'. Did you mean 'site'"),
        (["mentee.person_id"], "`group` must name an attribute"),
    ],
)
def test_groups_that_can_not_be_offered_are_refused(program, groups, message):
    with pytest.raises(OptionError, match=message):
        ml.explore_elements(program, groups=groups)


def test_much_work_goes_to_the_background_and_is_remembered(program, monkeypatch):
    module = import_module("mentorlab.widgets.explore_elements")
    monkeypatch.setattr(module, "_MS_A_THOUSAND_ANSWERS", 1e6)
    made = ml.explore_elements(program)
    made.controls["element"].value = "trust"
    assert made.wait(30)
    assert made.result.answer.element == "trust"
    made.controls["wave"].value = 3
    assert made.status == "ready 3"
    made.close()
