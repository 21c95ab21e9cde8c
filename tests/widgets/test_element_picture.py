from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from mentorlab.plots.theme import MENTEE, MENTOR
from mentorlab.widgets.element_panels import MAX_ITEMS
from mentorlab.widgets.element_picture import ElementPicture, plot_beside, plot_element
from mentorlab.widgets.element_view import element_view


@pytest.fixture
def picture():
    return ElementPicture()


@pytest.fixture
def both(scored):
    return element_view(scored, element="trust", wave=1)


@pytest.fixture
def mentors(scored):
    return element_view(scored, element="trust", wave=1, role="mentor", show="items")


@pytest.fixture
def partners(picture):
    return picture.beside["partners"]


@pytest.fixture
def items(picture):
    return picture.beside["items"]


def heights(panel, role):
    return [path.vertices[:, 1] for path in panel.bars[role].get_paths()]


def test_bars_are_the_shares_mentors_up_and_mentees_down(picture, both):
    picture.update(both)
    up, down = (np.array(heights(picture.spread, role)) for role in ("mentor", "mentee"))
    shares = both.distribution.query("n > 0").groupby("role")["share"].apply(list)
    assert up.max(axis=1) == pytest.approx(100 * np.array(shares["mentor"]))
    assert -down.min(axis=1) == pytest.approx(100 * np.array(shares["mentee"]))


@pytest.mark.parametrize("wave", [None, 1, 2, 3])
@pytest.mark.parametrize("element", ["trust", "commitment"])
def test_names_stand_above_the_bars(picture, scored, element, wave):
    view = element_view(scored, element=element, wave=wave)
    picture.update(view)
    assert picture.spread.ax.get_ylim()[1] >= 1.3 * 100 * view.distribution["share"].max()


def test_means_are_drawn_and_named(picture, both):
    picture.update(both)
    for side in both.sides.itertuples():
        assert picture.spread.means[side.role].get_xdata()[0] == side.mean
        name = picture.spread.names[side.role].get_text()
        assert name == f"{side.role}s, {side.n} scores\nmean {side.mean:.2f}"


def test_bubbles_are_the_pairs(picture, partners, both):
    picture.update(both)
    offsets = partners.bubbles.get_offsets()
    assert offsets.tolist() == both.crossed[["mentor", "mentee"]].to_numpy().tolist()
    sizes = partners.bubbles.get_sizes()
    assert sizes / sizes.max() == pytest.approx(both.crossed["n"] / both.crossed["n"].max())


def test_lines_say_where_partners_agree_and_where_a_point_apart(picture, partners, both):
    picture.update(both)
    lines = [partners.agree, *partners.wide]
    assert [line.get_ydata()[0] - line.get_xdata()[0] for line in lines] == [0, 1, -1]


def test_dashed_lines_are_the_limits_of_agreement(picture, partners, both):
    picture.update(both)
    gaps = [line.get_xdata()[0] - line.get_ydata()[0] for line in partners.limits]
    expected = [both.partners.get(name)[0] for name in ("limit_low", "limit_high")]
    assert gaps == pytest.approx(expected)


def test_words_of_the_partner_panel(picture, partners, both):
    picture.update(both)
    pairs = both.partners
    icc, low, high = pairs.get("icc")
    assert partners.title.get_text() == (
        f"{pairs.n} pairs (area), ICC {icc:.2f} [{low:.2f}, {high:.2f}]"
    )
    limits = f"{pairs.get('limit_low')[0]:.2f} to {pairs.get('limit_high')[0]:.2f}"
    assert partners.between.get_text() == f"dashed: limits of agreement, {limits}"
    assert partners.mentor_higher.get_text() == (
        f"mentor 1 or more higher: {pairs.mentor_higher:.0%}"
    )


def test_one_side_shows_its_items(picture, partners, items, mentors):
    picture.update(mentors)
    assert items.ax.get_visible()
    assert not partners.ax.get_visible()
    assert items.dots.get_offsets()[:, 0].tolist() == mentors.items["mean"].tolist()
    said = [text.get_text() for text in items.words]
    assert said[0] == "My mentee keeps private matters private."
    assert said[2].endswith("(reversed)")
    assert not picture.spread.bars["mentee"].get_visible()


def test_both_sides_items_have_their_colors(picture, items, scored):
    view = element_view(scored, element="trust", wave=1, show="items")
    picture.update(view)
    assert view.items["role"].tolist() == ["mentor"] * 4 + ["mentee"] * 4
    colors = [text.get_color() for text in items.means]
    assert colors == [MENTOR] * 4 + [MENTEE] * 4


def test_reliability_is_drawn_and_named(picture, scored):
    view = element_view(scored, element="trust", wave=1, show="reliability")
    picture.update(view)
    panel = picture.beside["reliability"]
    assert panel.ax.get_visible()
    assert panel.dots.get_offsets()[:, 0].tolist() == view.coefficients["estimate"].tolist()
    ends = [path.vertices[:, 0].tolist() for path in panel.spans.get_paths()]
    assert ends == view.coefficients[["conf_low", "conf_high"]].to_numpy().tolist()
    first = view.coefficients.iloc[0]
    assert panel.words[0].get_text() == (
        f"alpha, mentors ({first.n}): {first.estimate:.2f} "
        f"[{first.conf_low:.2f}, {first.conf_high:.2f}]"
    )


def test_negative_alpha_stays_on_the_axis(picture, scored):
    view = element_view(scored, element="trust", wave=1, show="reliability")
    low = view.coefficients.assign(estimate=-0.5, conf_low=-1.03, conf_high=0.1)
    picture.update(replace(view, coefficients=low))
    left = picture.beside["reliability"].ax.get_xlim()[0]
    assert left == pytest.approx(-1.22)
    picture.png()


def test_too_few_answers_for_reliability_are_said(picture, scored):
    view = element_view(scored, element="trust", wave=1, show="reliability")
    picture.update(replace(view, coefficients=view.coefficients.head(0)))
    assert picture.beside["reliability"].title.get_text() == "too few answers for reliability"
    picture.png()


def test_the_mean_of_all_stands_beside_a_groups(picture, scored):
    view = element_view(scored, element="trust", wave=1, group=("site", "south"))
    picture.update(view)
    side = view.sides.iloc[0]
    words = f"mean {side['mean']:.2f} (all: {side['mean_of_all']:.2f})"
    assert picture.spread.names["mentor"].get_text().endswith(words)
    assert picture.spread.title.get_text() == "Trust, wave 1, site south"


def test_one_side_stands_on_the_line(picture, scored):
    picture.update(element_view(scored, element="trust", wave=1, role="mentee"))
    assert picture.spread.ax.get_ylim()[0] == 0
    assert np.min(heights(picture.spread, "mentee")) == 0


def test_going_back_shows_the_partners_again(picture, partners, items, mentors, both):
    picture.update(mentors)
    picture.update(both)
    assert partners.ax.get_visible()
    assert not items.ax.get_visible()


def test_axes_are_labeled_with_the_scale(picture, partners, items, both, mentors):
    picture.update(both)
    assert picture.spread.ax.get_xlabel() == "score (1 to 5)"
    assert picture.spread.ax.get_ylabel() == "share of scores (%)"
    assert partners.ax.get_xlabel() == "mentor's score (1 to 5)"
    assert partners.ax.get_ylabel() == "mentee's score (1 to 5)"
    picture.update(mentors)
    assert items.ax.get_xlabel() == "item mean ± 1 sd (1 to 5)"


def test_sides_have_their_colors(picture, both):
    picture.update(both)
    assert picture.spread.names["mentor"].get_color() == MENTOR
    assert picture.spread.names["mentee"].get_color() == MENTEE


def test_another_wave_on_the_same_axes_keeps_the_background(picture, scored, both):
    other = element_view(scored, element="trust", wave=2)
    other = replace(other, distribution=both.distribution)
    for view in (both, other):
        picture.update(view)
        picture.png()
    assert picture.n_backgrounds == 1
    assert picture.spread.title.get_text() == "Trust, wave 2"


def test_another_element_moves_the_same_artists(picture, scored):
    picture.update(element_view(scored, element="trust"))
    artists = [len(axes.get_children()) for axes in picture.figure.axes]
    picture.update(element_view(scored, element="respect", wave=2, role="mentee"))
    picture.update(element_view(scored, element="respect", wave=2))
    assert [len(axes.get_children()) for axes in picture.figure.axes] == artists


def test_nobody_answered(picture, partners, program):
    late = program.responses.query("item.str.startswith('trust') or wave == 1")
    view = element_view(late, element="respect", wave=2, members=program.members)
    picture.update(view)
    assert picture.spread.empty.get_text() == "no scores in this wave"
    assert partners.empty.get_text() == "no pair has both scores"
    assert not partners.agree.get_visible()
    picture.png()


def test_names_are_never_read_as_formulas(picture, both, mentors):
    worded = mentors.items.assign(wording="costs $5 and $6 ^")
    view = replace(both, items=worded, element="a$b^c$", show="items")
    picture.update(view)
    assert picture.spread.title.get_text() == "A$b^c$, wave 1"
    picture.png()


def test_more_items_than_fit_are_counted(picture, items, mentors):
    many = pd.concat([mentors.items] * 3, ignore_index=True)
    picture.update(replace(mentors, items=many))
    assert len(items.dots.get_offsets()) == MAX_ITEMS
    assert items.more.get_text() == f"{len(many) - MAX_ITEMS} more in the table"


def test_the_result_draws_itself(both):
    ax = both.plot()
    assert ax.get_ylabel() == "share of scores (%)"


def test_panels_can_be_drawn_alone(both, mentors):
    figure, axes = plt.subplots(1, 3)
    try:
        assert plot_element(both, ax=axes[0]) is axes[0]
        assert plot_beside(both, ax=axes[1]).get_ylabel() == "mentee's score (1 to 5)"
        assert plot_beside(mentors, ax=axes[2]).get_xlabel().startswith("item mean")
    finally:
        plt.close(figure)
