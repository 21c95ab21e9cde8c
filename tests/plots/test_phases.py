"""Pictures of phases hold the stays of the result."""

import pytest
from small_log import small_program

import mentorlab as ml
from mentorlab.elements.relationships.phases import phases
from mentorlab.plots.phases import PHASE_COLORS, phase_timeline


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure().subplots()


def test_bars_are_the_stays(ax):
    result = phases(small_program())
    assert result.plot(ax=ax) is ax
    names = [text.get_text() for text in ax.get_yticklabels()]
    drawn = sorted(
        (names[round(bar.get_y() + bar.get_height() / 2)], round(bar.get_x(), 6))
        for bar in ax.patches
    )
    stays = result.intervals
    wanted = sorted((row.relationship_id, round(row.clock_from, 6)) for row in stays.itertuples())
    assert drawn == wanted


def test_a_stay_of_no_length_is_still_seen(ax):
    phase_timeline(phases(small_program()), ax=ax)
    assert min(bar.get_width() for bar in ax.patches) > 0


def test_many_relationships_have_no_names_and_moves_back_are_marked(ax):
    result = phases(ml.datasets.load_example_program(), vocabulary="zachary")
    phase_timeline(result, ax=ax)
    assert list(ax.get_yticks()) == []
    assert ax.get_ylabel() == "115 relationships"
    shown = [text.get_text() for text in ax.get_legend().get_texts()]
    assert shown[:3] == ["negotiating", "enabling growth", "coming to closure"]
    marks = ax.collections[0].get_offsets()
    assert len(marks) == int(result.intervals["back"].sum())
    assert len(ax.patches) == len(result.intervals)


def test_every_phase_has_a_color_of_its_own():
    assert len(set(PHASE_COLORS.values())) == 4
