from dataclasses import replace

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import matching
from mentorlab.errors import MissingTableError, OptionError
from mentorlab.widgets import matching_lab
from mentorlab.widgets.matching_lab import MatchingState, People

POLICIES = ["mentee_proposing", "optimal", "popular", "random"]


@pytest.fixture(scope="module")
def example():
    return ml.datasets.load_example_program()


@pytest.fixture
def lab(example):
    made = matching_lab(example, policies=POLICIES)
    yield made
    assert made.wait(30)
    made.close()


def settle(lab):
    """Wait until the policies are compared."""
    assert lab.wait(30)
    return lab


def test_it_starts_with_the_market_as_given_and_the_worst_off(lab):
    assert lab.state == MatchingState("mentee_proposing", (1.0, 1.0, 1.0))
    assert lab.status == "ready 1"
    assert lab.result.answer.explanation.person_id == lab.result.answer.worst_off["mentee_id"][0]
    assert lab.code == f"ml.widgets.matching_view(program, policy='mentee_proposing', {fixed()})"


def fixed():
    return f"policies={POLICIES!r}"


def test_every_control_has_a_label_and_says_its_keys(lab):
    assert {name: control.description for name, control in lab.controls.items()} == {
        "policy": "Policy",
        "weights": "Weights",
        "on": "Rules",
        "extra_places": "Places more",
        "against": "Trade-off",
        "person": "Explain",
    }
    words = ("key", "Space", "Enter")
    assert all(any(w in c.tooltip for w in words) for c in lab.controls.values())
    names = [slider.description for slider in lab.controls["weights"].sliders]
    assert names[1:] == ["skills that meet interests", "stated wish"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policy": "optimal"}, "policy='optimal'"),
        ({"weights": (1.0, 0.0, 2.5)}, "weights={'skills that meet interests': 0.0, 'stated wish"),
        ({"on": ("same department",)}, "on=['same department']"),
        ({"extra_places": 1}, "extra_places=1"),
        ({"against": "coverage"}, "against='coverage'"),
        ({"person": "p0140"}, "person='p0140'"),
    ],
)
def test_the_line_of_code_gives_the_frame_again(lab, example, change, words):
    lab.state = replace(lab.state, **change)
    settle(lab)
    assert words in lab.code
    again = eval(lab.code, {"ml": ml, "program": example})
    pd.testing.assert_frame_equal(again.to_frame(), lab.frame)
    assert again.explanation.text == lab.result.answer.explanation.text
    assert again.notes() == lab.result.notes


def test_the_line_of_code_names_what_was_given(example):
    applicants, preferences = example.applicants, example.preferences
    rules = [matching.Block.same("department")]
    utility = matching.Similarity("level") + matching.Stated()
    made = matching_lab(
        applicants,
        preferences=preferences,
        utility=utility,
        rules=rules,
        policies=["optimal"],
        seed=3,
    )
    made.controls["on"].value = ()
    settle(made)
    assert made.code == (
        "ml.widgets.matching_view(applicants, policy='optimal', on=[], preferences=preferences, "
        "utility=utility, rules=rules, policies=['optimal'], seed=3)"
    )
    names = {"applicants": applicants, "preferences": preferences, "utility": utility}
    again = eval(made.code, {"ml": ml, "rules": rules, **names})
    pd.testing.assert_frame_equal(again.to_frame(), made.frame)
    made.close()


def test_the_chosen_policy_is_shown_before_the_others_are_compared(lab, monkeypatch):
    shown = []
    present = type(lab)._present
    monkeypatch.setattr(
        type(lab), "_present", lambda self, view: shown.append(view) or present(self, view)
    )
    lab.controls["weights"].value = (0.5, 1.0, 1.0)
    settle(lab)
    assert [view.answer.comparison.empty for view in shown] == [True, False]
    assert shown[0].code.endswith(f"compare=False, {fixed()})")
    assert lab.status == "ready 3"
    lab.controls["policy"].value = "optimal"
    assert lab.status == "ready 4"


def test_picture_table_and_code_follow_the_controls(lab):
    before = lab._image.value, lab._table.value, lab._code.value
    lab.controls["policy"].value = "optimal"
    after = lab._image.value, lab._table.value, lab._code.value
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_errors_stand_in_the_status_line(lab):
    lab.controls["person"].value = "p0l40"
    assert lab.status.startswith("matching_lab: no mentee or mentor is called 'p0l40'. Did you")
    lab.controls["person"].value = ""
    lab.controls["policy"].value = "popular"
    assert lab.status.startswith("popular: no popular matching exists")
    lab.controls["policy"].value = "random"
    assert settle(lab).status.startswith("ready")


def test_rules_that_can_not_be_kept_are_told_and_can_be_switched_off(example):
    mentee = example.applicants.query("role == 'mentee'")["person_id"].iloc[0]
    mentor = example.applicants.query("role == 'mentor' and capacity == 1")["person_id"].iloc[0]
    rules = [matching.Require([(mentee, mentor)]), matching.Block([(mentee, mentor)])]
    with pytest.raises(ml.errors.MarketError, match="required pairs"):
        matching_lab(example, rules=rules, policies=["optimal"])
    made = matching_lab(example, rules=rules[:1], policies=["optimal"])
    assert made.result.answer.places.query("mentor_id == @mentor")["mentee_id"].tolist() == [mentee]
    made.controls["on"].value = ()
    assert settle(made).result.answer.on == ()
    made.close()


def test_a_market_has_no_rules_to_switch_and_may_have_no_weights():
    market = matching.Market.from_utilities([[2, 1], [1, 2]], [[1, 2], [2, 1]], capacity=1)
    made = matching_lab(market, policies=["optimal", "random"])
    assert set(made.controls) == {"policy", "extra_places", "against", "person"}
    made.controls["person"].value = "0 (mentor)"
    again = eval(made.code, {"ml": ml, "market": market})
    assert again.explanation.side == "mentor"
    made.close()


def test_policies_that_can_not_be_asked_are_not_offered(example):
    no_terms = matching.Market.from_utilities([[1, 2]], [[1, 2]], capacity=1)
    made = matching_lab(no_terms)
    offered = [value for _, value in made.controls["policy"].options]
    assert "similarity" not in offered
    assert "optimal" in offered
    made.close()


def test_people_are_found_by_the_name_that_the_field_offers(lab):
    people = People(
        matching.Market.from_utilities(
            [[1, 2]], [[1, 2]], capacity=1, mentee_ids=["ann"], mentor_ids=["ann", "tom"]
        )
    )
    assert people.names == ["ann (mentee)", "ann (mentor)", "tom"]
    assert people.find(" tom ") == ("tom", None)
    assert people.find("ann (mentor)") == ("ann", "mentor")
    assert people.find("") == (None, None)
    assert "p0140" in lab.controls["person"].options


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"weights": (1.0, 1.0)}, "`weights` must be a tuple of 3 numbers"),
        ({"weights": (1.0, 1.0, -1.0)}, r"`weights` must lie in 0..3; got -1.0"),
        ({"person": 7}, "`person` must be a text; got 7"),
        ({"policy": "optimum"}, "Did you mean 'optimal'"),
        ({"on": ("site",)}, "`on` must be"),
    ],
)
def test_states_that_no_control_could_reach_are_refused(lab, state, message):
    with pytest.raises(OptionError, match=message):
        lab.state = replace(lab.state, **state)


def test_static_says_what_the_widget_says(lab):
    static = lab.static()
    assert repr(static) == repr(lab)
    pd.testing.assert_frame_equal(static.frame, lab.frame)


def test_two_labs_of_one_program_say_the_same(lab, example):
    again = matching_lab(example, policies=POLICIES)
    assert repr(again) == repr(lab)
    assert again._image.value == lab._image.value
    again.close()


def test_controls_stand_left_of_the_picture(lab):
    (row,) = lab.box.children
    left, right = row.children
    assert list(left.children) == list(lab.controls.values())
    assert lab._shown in right.children


def test_what_is_no_pool_is_refused(program):
    with pytest.raises(MissingTableError, match="matching_lab: needs the table applicants"):
        matching_lab(program)
    with pytest.raises(OptionError, match="`policies` must name at least one policy"):
        matching_lab(ml.datasets.load_example_program(), policies=[])
