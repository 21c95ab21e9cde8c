import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr

import mentorlab as ml
from mentorlab.errors import MissingTableError, OptionError, SchemaError
from mentorlab.widgets import element_view

# Fisher's z, alpha and means are the same formulas twice; only the order of sums differs.
TOLERANCE = 1e-12
MEMBERS = pd.DataFrame(
    {
        "relationship_id": ["r1", "r1", "r2", "r2", "r3", "r3", "r4", "r4"],
        "person_id": ["ann", "cy", "ann", "di", "bo", "ed", "bo", "flo"],
        "role": ["mentor", "mentee"] * 4,
    }
)


@pytest.fixture
def book():
    """Two items of trust, the second reversed."""
    items = {"item": ["t1", "t2"], "element": "trust", "reverse": [False, True]}
    return ml.Codebook(pd.DataFrame({**items, "low": 1, "high": 5}), title="two items")


@pytest.fixture
def responses():
    """Scores: mentors 5, 4, 3 (r4 silent); mentees 4, 4, 1.5, 2."""
    rows = [
        ("r1", "ann", "mentor", 5, 1),
        ("r1", "cy", "mentee", 4, 2),
        ("r2", "ann", "mentor", 4, 2),
        ("r2", "di", "mentee", 3, 1),
        ("r3", "bo", "mentor", 3, 3),
        ("r3", "ed", "mentee", 2, 5),
        ("r4", "flo", "mentee", 3, 5),
    ]
    return pd.DataFrame(
        [
            {"relationship_id": r, "rater_id": p, "role": role, "wave": 1, "item": i, "value": v}
            for r, p, role, first, second in rows
            for i, v in (("t1", first), ("t2", second))
        ]
    )


@pytest.fixture
def view(responses, book):
    return element_view(responses, element="trust", codebook=book, members=MEMBERS)


def test_means_of_both_sides(view):
    sides = view.sides.set_index("role")
    assert sides.loc["mentor", ["n", "n_raters", "mean"]].tolist() == [3, 2, 4]
    assert sides.loc["mentee", "mean"] == pytest.approx((4 + 4 + 1.5 + 2) / 4)
    assert sides.loc["mentor", "sd"] == pytest.approx(1)


def test_gaps_of_pairs(view):
    pairs = view.partners
    assert (pairs.n, pairs.n_one_sided) == (3, 1)
    assert pairs.get("mean_gap")[0] == pytest.approx((1 + 0 + 1.5) / 3)
    assert pairs.mentor_higher == pytest.approx(2 / 3)
    assert pairs.mentee_higher == 0
    assert pairs.wide == pytest.approx(2 / 3)


def test_mentors_with_several_mentees_are_counted(view):
    assert (view.partners.n_shared, view.partners.n_mentors) == (1, 2)


def test_two_mentors_are_too_few_for_an_interval(view):
    estimate, low, _ = view.partners.get("correlation")
    assert estimate == pytest.approx(pearsonr([5, 4, 3], [4, 4, 1.5]).statistic)
    assert np.isnan(low)


def test_the_distribution_counts_every_score_once(view):
    counted = view.distribution.query("n > 0")
    assert counted[["role", "score", "n"]].to_numpy().tolist() == [
        ["mentor", 3.0, 1],
        ["mentor", 4.0, 1],
        ["mentor", 5.0, 1],
        ["mentee", 1.5, 1],
        ["mentee", 2.0, 1],
        ["mentee", 4.0, 2],
    ]
    assert view.distribution.groupby("role")["share"].sum().tolist() == [1, 1]


def test_crossed_scores_count_every_pair_once(view):
    assert view.crossed.to_numpy().tolist() == [[3, 1.5, 1], [4, 4, 1], [5, 4, 1]]


def test_notes_say_what_limits_the_numbers(view):
    notes = "\n".join(view.notes())
    assert "the items of the two items come without evidence of validity" in notes
    assert "single wave: change over time can't be seen" in notes
    assert "1 pair with one partner's score only" in notes
    assert "1 of 2 mentors has several mentees: intervals of the pairs by leaving" in notes
    assert "2 mentors only: say little, and do not publish" in notes


def test_the_frame_is_tidy(view):
    frame = view.to_frame()
    assert list(frame) == ["about", "measure", "estimate", "conf_low", "conf_high", "n"]
    assert frame["about"].tolist() == ["mentor"] * 3 + ["mentee"] * 3 + ["pairs"] * 8
    assert not frame.duplicated(["about", "measure"]).any()


def test_the_summary_is_words_and_rounded_numbers(view):
    said = view.summary()
    assert said.startswith("Trust, all waves: 3 mentor and 4 mentee scores, 3 pairs with both")
    assert "mentor minus mentee 0.83" in " ".join(said.split())
    assert "0.8333" not in said
    assert repr(view) == said


def test_the_rich_display_is_the_same_each_time(responses, book, view):
    again = element_view(responses, element="trust", codebook=book, members=MEMBERS)
    assert view._repr_html_() == again._repr_html_()
    assert "0x" not in view._repr_html_()


def test_items_are_analyzed(responses, book):
    view = element_view(
        responses,
        element="trust",
        codebook=book,
        members=MEMBERS,
        role="mentee",
        wave=1,
        show="items",
    )
    assert view.partners is None
    assert view.crossed.empty
    assert view.items[["role", "item", "reverse"]].to_numpy().tolist() == [
        ["mentee", "t1", False],
        ["mentee", "t2", True],
    ]
    assert view.items["mean"].tolist() == [3, (4 + 5 + 1 + 1) / 4]
    assert view.headline() == "Trust, wave 1: 4 mentee scores"
    assert "t1 item_rest" in [
        f"{a.split()[-1]} {m}" for a, m in view.to_frame()[["about", "measure"]].to_numpy()
    ]


def test_items_stored_unreversed_are_named(program):
    bank = ml.item_bank()
    turned = bank.items["item"].eq("trust_3")
    wrong = ml.Codebook(bank.items.assign(reverse=bank.items["reverse"] & ~turned))
    asked = {"element": "trust", "wave": 1, "codebook": wrong, "show": "items"}
    notes = "\n".join(element_view(program, **asked).notes())
    assert "trust (role mentor)" in notes
    assert "trust (role mentee)" in notes
    assert "trust_3" in notes
    assert "mentor)" not in "\n".join(element_view(program, **asked, role="mentee").notes())


@pytest.mark.parametrize("role", [None, "mentor", "mentee"])
def test_reliability_is_that_of_the_function(program, role):
    view = element_view(program, element="trust", wave=1, role=role, show="reliability")
    bank = ml.item_bank().select("trust")
    own = program.responses[program.responses["item"].str.startswith("trust")].query("wave == 1")
    expected = ml.reliability(
        own, codebook=bank, by="role", coefficients=("alpha", "omega"), interval="robust"
    ).scales
    expected = expected[expected["role"] == (role or expected["role"])]
    columns = ["role", "coefficient", "estimate", "conf_low", "conf_high", "n"]
    pd.testing.assert_frame_equal(
        view.coefficients[columns].sort_values(columns[:2], ignore_index=True),
        expected[columns].sort_values(columns[:2], ignore_index=True),
    )
    assert "alpha" not in view.tables()[0]


def test_scores_off_the_grid_go_to_the_nearest_bin(book):
    three = pd.concat([book.items.head(1).assign(item=f"t{i}") for i in (1, 2, 3)])
    answers = [(1, 5), (2, 4), (3, None)]
    frame = pd.DataFrame(
        [
            {
                "relationship_id": "r1",
                "rater_id": "ann",
                "role": "mentor",
                "wave": 1,
                "item": f"t{i}",
                "value": value,
            }
            for i, value in answers
        ]
    )
    view = element_view(frame, element="trust", codebook=ml.Codebook(three), members=MEMBERS)
    # 4.5 from two of three items: halfway between 4.33 and 4.67, and half goes up
    assert view.distribution.query("n > 0")["score"].tolist() == [pytest.approx(14 / 3)]


def test_a_long_scale_has_few_bins(book, responses):
    wide = ml.Codebook(book.items.assign(high=100.0))
    view = element_view(responses, element="trust", codebook=wide, members=MEMBERS)
    assert len(view.distribution) <= 2 * 26
    assert view.distribution["n"].sum() == 7


def test_only_one_side_answered(responses, book):
    view = element_view(
        responses.query("role == 'mentee'"), element="trust", codebook=book, members=MEMBERS
    )
    assert view.sides["n"].tolist() == [0, 4]
    assert view.partners.n == 0
    assert "single source: only mentees have scores, so agreement is unknown" in view.notes()
    assert np.isnan(view.sides["alpha"][0])
    assert "nan" not in view.summary()


def test_partners_of_different_waves_are_no_pairs(responses, book):
    moved = responses.assign(wave=np.where(responses["role"] == "mentor", 1, 2))
    view = element_view(moved, element="trust", codebook=book, members=MEMBERS)
    assert view.partners.n == 0
    assert "no pair has scores from both partners: agreement is unknown" in view.notes()


@pytest.mark.parametrize("wave", [None, 1, 3])
@pytest.mark.parametrize("element", ["trust", "respect"])
def test_numbers_are_those_of_the_functions_they_rest_on(program, element, wave):
    view = element_view(program, element=element, wave=wave)
    kept = "wave == wave" if wave is None else f"wave == {wave}"
    bank = ml.item_bank()
    scores = ml.score_elements(program.responses, codebook=bank).query(f"element == '{element}'")
    pairs = ml.pair_partners(scores, members=program.members).query(kept).dropna(subset="gap")
    own = program.responses[program.responses["item"].str.startswith(element)].query(kept)
    alpha = ml.reliability(own, codebook=bank.select(element), by="role").scales
    alpha = alpha.set_index("role")
    means = scores.query(kept).groupby("role")["score"].agg(["mean", "std", "count"])
    sides = view.sides.set_index("role")
    assert sides["mean"].to_dict() == pytest.approx(means["mean"].to_dict(), abs=TOLERANCE)
    assert sides["sd"].to_dict() == pytest.approx(means["std"].to_dict(), abs=TOLERANCE)
    assert sides["n"].to_dict() == means["count"].to_dict()
    assert sides["mean_of_all"].tolist() == sides["mean"].tolist()
    for name in ("alpha", "conf_low", "conf_high"):
        assert sides[name].to_dict() == pytest.approx(alpha[name].to_dict(), abs=TOLERANCE)
    assert view.partners.n == len(pairs)
    assert view.partners.get("mean_gap")[0] == pytest.approx(pairs["gap"].mean(), abs=TOLERANCE)
    assert view.crossed["n"].sum() == len(pairs)
    assert view.distribution["n"].sum() == means["count"].sum()


def test_pooling_waves_is_said(scored):
    notes = "\n".join(element_view(scored, element="trust").notes())
    assert "all waves pooled" in notes
    assert "the items of the mentorlab item bank are unvalidated" in notes
    assert "all waves pooled" not in "\n".join(
        element_view(scored, element="trust", wave=1).notes()
    )


def test_a_prepared_data_set_gives_the_same_view(program, scored):
    for role in (None, "mentor"):
        prepared = element_view(scored, element="trust", wave=2, role=role)
        plain = element_view(program, element="trust", wave=2, role=role)
        pd.testing.assert_frame_equal(prepared.to_frame(), plain.to_frame())


def test_the_program_is_left_as_it_was(program):
    before = program.responses.copy()
    element_view(program, element="trust")
    pd.testing.assert_frame_equal(program.responses, before)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"element": "trst"}, r"`element` must be .*; got 'trst'\. Did you mean 'trust'"),
        ({"wave": 9}, "`wave` must be 1, 2 or 3, or None for all; got 9"),
        ({"show": "item"}, "`show` must be .*; got 'item'. Did you mean 'items'"),
        ({"group": ("sites", "x")}, r"`group` must name an attribute .*; got 'sites'"),
        ({"group": ("site", "x")}, r"`group` must name a value of site .*'north'.*; got 'x'"),
        ({"group": "site"}, "`group` must be an attribute and a value, such as"),
        ({"role": "Mentor"}, "`role` must be 'mentor' or 'mentee'; got 'Mentor'. Did you mean"),
        ({"members": MEMBERS}, "a program has its own members; leave `members` out"),
    ],
)
def test_what_can_not_be_asked_is_refused_in_words(program, change, message):
    with pytest.raises(OptionError, match=message):
        element_view(program, **{"element": "trust", **change})


def test_responses_need_members(responses, book):
    with pytest.raises(OptionError, match="do not say who is whose partner; give `members=`"):
        element_view(responses, element="trust", codebook=book)


def test_responses_as_a_file_gives_them(responses, book, view):
    text = responses.astype("str")
    read = element_view(text, element="trust", codebook=book, members=MEMBERS, wave=1)
    pd.testing.assert_frame_equal(read.to_frame(), view.to_frame())


def test_responses_are_checked(responses, book):
    wrong = responses.replace({"role": {"mentee": "Mentee"}})
    with pytest.raises(SchemaError, match="element_view: not a valid responses table"):
        element_view(wrong, element="trust", codebook=book, members=MEMBERS)


def test_a_program_without_responses_is_refused(program):
    empty = ml.Program(program.people, program.relationships, program.members)
    with pytest.raises(MissingTableError, match="element_view: needs the table responses"):
        element_view(empty, element="trust")


def test_something_else_is_refused(program):
    with pytest.raises(OptionError, match="must be a Program or a responses frame; got 'dict'"):
        element_view({}, element="trust")


def test_responses_without_a_score_are_refused(responses, book):
    with pytest.raises(OptionError, match="no mentor or mentee has a score of any element"):
        element_view(
            responses.assign(value=np.nan), element="trust", codebook=book, members=MEMBERS
        )
