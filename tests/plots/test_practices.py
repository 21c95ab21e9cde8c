"""Pictures of practices hold the numbers of the result."""

import pytest
from small_log import small_program

from mentorlab.elements.practices import practice_rates
from mentorlab.elements.relationships.profile import relationship_profile
from mentorlab.errors import OptionError
from mentorlab.plots import practices as plots


@pytest.fixture(scope="module")
def rates():
    return practice_rates(small_program())


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure().subplots()


def points(ax):
    """Give the drawn estimates by the label of their row."""
    names = {
        tick: text.get_text()
        for tick, text in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)
    }
    return {
        names[y]: x
        for line in ax.lines
        if line.get_marker() == "o"
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    }


def test_every_share_is_drawn_where_it_is(rates, ax):
    drawn = points(plots.practice_rates(rates, ax=ax))
    shares = rates.pooled[rates.pooled["unit"] == "share"]
    assert drawn == {
        row.practice.replace("_", " "): pytest.approx(row.estimate) for row in shares.itertuples()
    }


def test_families_head_their_practices(rates, ax):
    plots.practice_rates(rates, ax=ax)
    bold = [text.get_text() for text in ax.get_yticklabels() if text.get_fontweight() == "bold"]
    shares = rates.pooled[rates.pooled["unit"] == "share"]
    assert bold == list(dict.fromkeys(shares["family"]))
    assert len(set(ax.get_yticks())) == len(shares) + len(bold)


def test_intervals_and_spread(rates, ax):
    plots.practice_rates(rates, ax=ax)
    n_segments = sum(len(lines.get_segments()) for lines in ax.collections)
    shares = rates.pooled[rates.pooled["unit"] == "share"]
    assert n_segments == len(shares)
    ticks = next(line for line in ax.lines if line.get_marker() == "|")
    own = rates.relationships
    wanted = own[(own["unit"] == "share") & (own["due"] >= 3)]
    assert sorted(ticks.get_xdata()) == pytest.approx(sorted(wanted["estimate"]))


def test_other_units_have_their_own_axis(rates, ax):
    plots.practice_rates(rates, unit="per month", ax=ax)
    assert "per month (95% interval)" in ax.get_xlabel()
    with pytest.raises(OptionError, match="no practice has the unit 'hours', only 'per agreed"):
        plots.practice_rates(rates, unit="hours")


def test_the_result_draws_itself(rates, ax):
    assert rates.plot(ax=ax) is ax
    assert "program" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_one_relationship_beside_all(ax):
    profile = relationship_profile(small_program(), practices="all")
    page = profile.show("r1")
    assert page.plot(ax=ax) is ax
    drawn = points(ax)
    shares = page.practices[page.practices["unit"] == "share"]
    assert drawn == {
        row.practice.replace("_", " "): pytest.approx(row.estimate) for row in shares.itertuples()
    }
    diamonds = next(line for line in ax.lines if line.get_marker() == "D")
    assert list(diamonds.get_xdata()) == pytest.approx(list(shares["pooled"]))


def test_a_relationship_without_shares_says_so():
    profile = relationship_profile(small_program(), practices="meeting_minutes")
    with pytest.raises(OptionError, match="nothing was due in r1 that is a share"):
        profile.show("r1").plot()
