import numpy as np
import pytest

import mentorlab as ml
from mentorlab import matching
from mentorlab.widgets import matching_view
from mentorlab.widgets.matching_panels import _joined, _round_ends, numbered
from mentorlab.widgets.matching_picture import MatchingPicture, plot_places, plot_trade_off
from mentorlab.widgets.matching_pool import MatchingPool


@pytest.fixture(scope="module")
def pool():
    return MatchingPool.of(ml.datasets.load_example_program(), seed=1, who="tests")


@pytest.fixture
def picture(pool):
    return MatchingPicture(len(pool.policies))


def test_every_place_is_drawn_and_the_left_out_stand_below(pool, picture):
    view = matching_view(pool)
    picture.update(view)
    assert len(picture.places.boxes.get_paths()) == len(view.places)
    assert len(picture.places.waiting.get_offsets()) == len(view.left_out) == 2
    assert "58 of 60 mentees with a mentor" in picture.places.title.get_text()


def test_the_counts_of_choices_are_written(pool, picture):
    view = matching_view(pool, policy="optimal", compare=False)
    picture.update(view)
    rank = view.places["rank"]
    assert picture.places.legend[0].get_text() == f"1st: {(rank == 1).sum()}"
    assert picture.places.legend[1].get_text() == f"2nd, 3rd: {rank.between(2, 3).sum()}"
    assert picture.places.legend[4].get_text() == f"free: {rank.isna().sum()}"


@pytest.mark.parametrize("side", ["mentee", "mentor"])
def test_a_ring_marks_the_person_that_is_explained(pool, picture, side):
    places = matching_view(pool, compare=False).places.dropna()
    person = places[f"{side}_id"].iloc[0]
    picture.update(matching_view(pool, person=person, compare=False))
    own = places[places[f"{side}_id"] == person]
    marked = picture.places.ring.get_offsets()
    np.testing.assert_array_equal(marked, own[["column", "place"]].to_numpy())


def test_a_ring_marks_somebody_without_a_mentor(pool, picture):
    view = matching_view(pool, compare=False)
    picture.update(view)
    assert view.explanation.person_id in view.left_out
    assert picture.places.ring.get_offsets()[0][1] < 0


def test_points_are_the_policies_with_better_up_and_right(pool, picture):
    view = matching_view(pool)
    picture.update(view)
    panel = picture.trade_off
    table = numbered(view)
    np.testing.assert_allclose(
        panel.points.get_offsets(), 100 * table[["blocking_share", "of_optimum"]].to_numpy()
    )
    assert panel.ax.xaxis_inverted()
    assert not panel.ax.yaxis_inverted()
    assert panel.front.get_xdata().size == table["pareto"].sum()
    chosen = table["assignment"] == view.policy
    np.testing.assert_allclose(panel.ring.get_offsets()[0], panel.points.get_offsets()[chosen][0])


def test_all_points_lie_inside_whatever_the_goals(pool, picture):
    for against in ("blocking_share", "coverage", "mentee_mean_rank", "envy_share", "load_gini"):
        picture.update(matching_view(pool, against=against))
        ax = picture.trade_off.ax
        where = ax.transAxes.inverted().transform(
            ax.transData.transform(picture.trade_off.points.get_offsets())
        )
        assert (where > 0).all()
        assert (where < 1).all()


def test_names_have_numbers_and_the_chosen_one_is_bold(pool, picture):
    view = matching_view(pool, policy="maximin")
    picture.update(view)
    texts = [text for text in picture.names.names if text.get_text()]
    assert len(texts) == len(pool.policies)
    bold = [text.get_text() for text in texts if text.get_fontweight() == "bold"]
    assert [name.split("  ")[1] for name in bold] == ["maximin"]
    assert any("none here" in text.get_text() for text in texts)


def test_until_policies_are_compared_the_earlier_ones_are_pale(pool, picture):
    picture.update(matching_view(pool))
    before = picture.trade_off.points.get_offsets().copy()
    picture.update(matching_view(pool, policy="random", compare=False))
    np.testing.assert_array_equal(picture.trade_off.points.get_offsets(), before)
    assert "being compared" in picture.trade_off.title.get_text()
    assert not picture.trade_off.ring.get_offsets().size
    assert all(not label.get_text() for label in picture.trade_off.labels)


def test_a_large_pool_is_drawn_up_to_the_limit():
    n = 6000
    market = matching.Market.from_utilities(np.ones((20, n)), np.ones((20, n)), capacity=1)
    view = matching_view(market, policy="optimal", compare=False)
    picture = MatchingPicture(1)
    picture.update(view)
    assert len(picture.places.boxes.get_paths()) == 5000
    assert "of 6,000 mentors" in picture.places.ax.get_xlabel()


def test_each_panel_can_be_drawn_by_itself(pool):
    view = matching_view(pool)
    assert len(plot_places(view).collections[0].get_paths()) == len(view.places)
    assert "rather leave" in plot_trade_off(view).get_xlabel()
    assert view.plot().get_ylabel() == plot_trade_off(view).get_ylabel()


def test_numbers_are_joined_as_runs():
    assert _joined(np.array([4])) == "4"
    assert _joined(np.array([1, 2])) == "1, 2"
    assert _joined(np.array([1, 2, 3, 7])) == "1-3, 7"


@pytest.mark.parametrize(
    ("values", "goal"),
    [
        ([96.7, 96.7], "coverage"),
        ([0.0, 38.0], "blocking_share"),
        ([100.0, 100.0], "of_optimum"),
        ([1.8, 4.4], "mentee_mean_rank"),
        ([0.18, 0.18], "load_gini"),
    ],
)
def test_axes_have_round_ends_and_few_ticks(values, goal):
    low, high, step = _round_ends(np.array(values), goal)
    assert low <= min(values) <= max(values) <= high
    assert low < high
    assert round((high - low) / step) <= 7
