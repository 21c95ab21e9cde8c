import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.plots.theme import MENTEE, MENTOR
from mentorlab.widgets.element_panels import MAX_ITEMS
from mentorlab.widgets.element_picture import ElementPicture, plot_element, plot_partners
from mentorlab.widgets.element_view import element_view


@pytest.fixture
def picture():
    return ElementPicture()


@pytest.fixture
def both(program):
    return element_view(program, element="trust", wave=1)


@pytest.fixture
def mentors(program):
    return element_view(program, element="trust", wave=1, role="mentor")


def heights(panel, role):
    return [path.vertices[:, 1] for path in panel.bars[role].get_paths()]


def test_bars_are_the_shares_mentors_up_and_mentees_down(picture, both):
    picture.update(both)
    up, down = (np.array(heights(picture.spread, role)) for role in ("mentor", "mentee"))
    shares = both.distribution.query("n > 0").groupby("role")["share"].apply(list)
    assert up.max(axis=1) == pytest.approx(100 * np.array(shares["mentor"]))
    assert -down.min(axis=1) == pytest.approx(100 * np.array(shares["mentee"]))


def test_means_are_drawn_and_named(picture, both):
    picture.update(both)
    for side in both.sides.itertuples():
        assert picture.spread.means[side.role].get_xdata()[0] == side.mean
        name = picture.spread.names[side.role].get_text()
        assert name == f"{side.role}s, {side.n} scores\nmean {side.mean:.2f}"


def test_bubbles_are_the_pairs(picture, both):
    picture.update(both)
    offsets = picture.partners.bubbles.get_offsets()
    assert offsets.tolist() == both.crossed[["mentor", "mentee"]].to_numpy().tolist()
    sizes = picture.partners.bubbles.get_sizes()
    assert sizes / sizes.max() == pytest.approx(both.crossed["n"] / both.crossed["n"].max())


def test_lines_say_where_partners_agree_and_where_a_point_apart(picture, both):
    picture.update(both)
    lines = [picture.partners.agree, *picture.partners.wide]
    assert [line.get_ydata()[0] - line.get_xdata()[0] for line in lines] == [0, 1, -1]


def test_words_of_the_partner_panel(picture, both):
    picture.update(both)
    pairs = both.partners
    assert picture.partners.title.get_text() == (
        f"{pairs.n} pairs (area), r = {pairs.r:.2f} [{pairs.conf_low:.2f}, {pairs.conf_high:.2f}]"
    )
    assert picture.partners.mentor_higher.get_text() == (
        f"mentor 1 or more higher: {pairs.mentor_higher:.0%}"
    )


def test_one_side_shows_its_items(picture, mentors):
    picture.update(mentors)
    assert picture.items.ax.get_visible()
    assert not picture.partners.ax.get_visible()
    assert picture.items.dots.get_offsets()[:, 0].tolist() == mentors.items["mean"].tolist()
    said = [text.get_text() for text in picture.items.words]
    assert said[0] == "My mentee keeps private matters private."
    assert said[2].endswith("(reversed)")
    assert not picture.spread.bars["mentee"].get_visible()


def test_one_side_stands_on_the_line(picture, program):
    picture.update(element_view(program, element="trust", wave=1, role="mentee"))
    assert picture.spread.ax.get_ylim()[0] == 0
    assert np.min(heights(picture.spread, "mentee")) == 0


def test_going_back_shows_the_partners_again(picture, mentors, both):
    picture.update(mentors)
    picture.update(both)
    assert picture.partners.ax.get_visible()
    assert not picture.items.ax.get_visible()


def test_axes_are_labeled_with_the_scale(picture, both, mentors):
    picture.update(both)
    assert picture.spread.ax.get_xlabel() == "score (1 to 5)"
    assert picture.spread.ax.get_ylabel() == "share of scores (%)"
    assert picture.partners.ax.get_xlabel() == "mentor's score (1 to 5)"
    assert picture.partners.ax.get_ylabel() == "mentee's score (1 to 5)"
    picture.update(mentors)
    assert picture.items.ax.get_xlabel() == "item mean ± 1 sd (1 to 5)"


def test_sides_have_their_colors(picture, both):
    picture.update(both)
    assert picture.spread.names["mentor"].get_color() == MENTOR
    assert picture.spread.names["mentee"].get_color() == MENTEE


def test_another_wave_keeps_the_background(picture, program):
    for wave in (1, 2, 3):
        picture.update(element_view(program, element="trust", wave=wave))
        picture.png()
    assert picture.n_backgrounds == 1


def test_another_element_moves_the_same_artists(picture, program):
    picture.update(element_view(program, element="trust"))
    artists = [len(axes.get_children()) for axes in picture.figure.axes]
    picture.update(element_view(program, element="respect", wave=2, role="mentee"))
    picture.update(element_view(program, element="respect", wave=2))
    assert [len(axes.get_children()) for axes in picture.figure.axes] == artists


def test_nobody_answered(picture, program):
    late = program.responses.query("item.str.startswith('trust') or wave == 1")
    view = element_view(late, element="respect", wave=2, members=program.members)
    picture.update(view)
    assert picture.spread.empty.get_text() == "no scores in this wave"
    assert picture.partners.empty.get_text() == "no pair has both scores"
    assert not picture.partners.agree.get_visible()
    picture.png()


def test_names_are_never_read_as_formulas(picture, both):
    items = both.items.assign(wording="costs $5 and $6 ^")
    view = element_view_with(both, items=items, role="mentor", element="a$b^c$")
    picture.update(view)
    assert picture.spread.title.get_text() == "A$b^c$, wave 1"
    picture.png()


def test_more_items_than_fit_are_counted(picture, mentors):
    items = pd.concat([mentors.items] * 3, ignore_index=True)
    picture.update(element_view_with(mentors, items=items))
    assert len(picture.items.dots.get_offsets()) == MAX_ITEMS
    assert picture.items.more.get_text() == f"{len(items) - MAX_ITEMS} more in the table"


def test_the_result_draws_itself(both):
    ax = both.plot()
    assert ax.get_ylabel() == "share of scores (%)"


def test_panels_can_be_drawn_alone(both, mentors):
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 3)
    try:
        assert plot_element(both, ax=axes[0]) is axes[0]
        assert plot_partners(both, ax=axes[1]).get_ylabel() == "mentee's score (1 to 5)"
        assert plot_partners(mentors, ax=axes[2]).get_xlabel().startswith("item mean")
    finally:
        plt.close(figure)


def element_view_with(view: ml.widgets.element_view, **changes):
    from dataclasses import replace

    return replace(view, **changes)
