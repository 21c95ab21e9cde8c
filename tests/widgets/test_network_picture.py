import matplotlib.pyplot as plt
import numpy as np
import pytest
from invented_pool import invented_pool

from mentorlab.widgets.network_panels import LOST
from mentorlab.widgets.network_picture import NetworkPicture, plot_beside, plot_network
from mentorlab.widgets.network_pool import MOST_MARKS, NetworkPool
from mentorlab.widgets.network_view import network_view


@pytest.fixture(scope="module")
def ready():
    return NetworkPool(invented_pool(), who="tests")


@pytest.fixture(scope="module")
def picture():
    return NetworkPicture()


def look(ready, measure, **asked):
    return network_view(ready, seed=1, measure=measure, attribute="unit", **asked)


def n_marks(picture):
    shown = [ax for ax in picture.figure.axes if ax.get_visible()]
    total = 0
    for ax in shown:
        total += sum(len(c.get_paths()) for c in ax.collections if c.get_offsets().shape[0] <= 1)
        total += sum(len(c.get_offsets()) for c in ax.collections if c.get_offsets().shape[0] > 1)
        total += len(ax.lines)
    return total


def test_bars_are_the_loads(ready, picture):
    view = look(ready, "load", remove=2)
    picture.update(view)
    tops = [path.vertices[:, 1].max() for path in picture.left["load"].bars.get_paths()]
    assert tops == view.load.table["n_mentees"].tolist()
    colors = picture.left["load"].bars.get_facecolor()
    assert (colors[:2] == colors[0]).all()
    assert (colors[2] != colors[0]).any()


def test_the_slider_is_marked_on_the_curve(ready, picture):
    for remove in (0, 3, 7):
        view = look(ready, "load", remove=remove)
        picture.update(view)
        panel = picture.right["load"]
        assert panel.dot.get_xdata()[0] == remove
        assert panel.dot.get_ydata()[0] == pytest.approx(100 * view.value("coverage"))
        assert panel.mark.get_xdata()[0] == remove
    assert panel.said.get_text().startswith("7 left: ")


def test_what_ends_is_pink(ready, picture):
    view = look(ready, "ties", remove=2)
    picture.update(view)
    panel = picture.left["ties"]
    assert len(panel.strands.get_segments()) == ready.network.n_ties
    lost = [
        c
        for c in panel.strands.get_color()
        if np.allclose(c[:3], plt.matplotlib.colors.to_rgb(LOST))
    ]
    assert len(lost) == view.ends.sum() > 0
    assert view.alone.sum() == view.value("orphans")
    assert panel.title.get_text() == "all mentors; pink: ends or is left alone"


def test_cells_are_shares_of_rows(ready, picture):
    view = look(ready, "mixing")
    picture.update(view)
    panel = picture.left["mixing"]
    share = view.blocks.to_numpy() / view.blocks.to_numpy().sum(axis=1, keepdims=True)
    shown = [text.get_text() for text in panel.shares[: share.size]]
    assert shown == [f"{one:.0%}" for one in share.ravel()]
    assert [text.get_text() for text in panel.names[:4]] == ["chem", "law", "math", ""]


@pytest.mark.parametrize("null", ["labels", "degree", "qap"])
def test_lines_stand_at_observed_and_expected(ready, picture, null):
    view = look(ready, "mixing", null=null)
    picture.update(view)
    panel, unit = picture.right["mixing"], 1 if null == "qap" else 100
    assert panel.observed.get_xdata()[0] == pytest.approx(unit * view.mixing.test.observed)
    assert panel.expected.get_xdata()[0] == pytest.approx(unit * view.mixing.expected)
    heights = [path.vertices[:, 1].max() for path in panel.bars.get_paths()]
    assert sum(heights) == pytest.approx(100)


def test_only_the_asked_panels_are_seen(ready, picture):
    for measure in ("load", "mixing", "ties", "load"):
        picture.update(look(ready, measure))
        seen = [ax for ax in picture.figure.axes if ax.get_visible()]
        assert seen == [picture.left[measure].ax, picture.right[measure].ax]
        picture.png()


@pytest.mark.parametrize("n_mentors", [4, 30, 200])
def test_marks_stay_few_and_every_size_is_drawn(n_mentors):
    pool, picture = (
        NetworkPool(invented_pool(n_mentors, 4 * n_mentors), who="tests"),
        NetworkPicture(),
    )
    for measure in ("load", "ties", "mixing"):
        picture.update(look(pool, measure, remove=min(n_mentors // 4, 20), order="worst"))
        assert n_marks(picture) <= MOST_MARKS
        assert len(picture.png()) > 5_000


def test_many_mentors_stand_on_a_log_scale(picture):
    pool, own = NetworkPool(invented_pool(200, 600), who="tests"), NetworkPicture()
    own.update(look(pool, "load"))
    assert own.left["load"].ax.get_xscale() == "log"
    assert "log scale" in own.left["load"].ax.get_xlabel()


def test_names_are_never_read_as_formulas(picture):
    network = invented_pool()
    network.people["unit"] = network.people["unit"].replace("law", "a$b^c$ and a long name")
    picture.update(look(NetworkPool(network, who="tests"), "mixing"))
    assert picture.left["mixing"].names[0].get_text() == "a$b^c$ and ..."
    picture.png()


def test_panels_can_be_drawn_alone(ready):
    figure, axes = plt.subplots(1, 3)
    try:
        view = look(ready, "ties", remove=1)
        assert view.plot(ax=axes[0]) is axes[0]
        assert plot_network(view, ax=axes[1]) is axes[1]
        assert plot_beside(view, ax=axes[2]).get_xlabel() == "mentors who left"
    finally:
        plt.close(figure)
