"""Pictures of factor models show what the frames say."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from mentorlab import Codebook, confirmatory, invariance

ITEMS = ["a1", "a2", "a3", "b1", "b2", "b3"]
BOOK = Codebook(
    pd.DataFrame({"item": ITEMS, "element": [name[0] for name in ITEMS], "low": 1, "high": 5})
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    pair = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 150)
    parts = []
    for role in ("mentor", "mentee"):
        traits = 0.7 * pair + 0.7 * rng.normal(size=pair.shape)
        scores = np.repeat(traits, 3, axis=1) + 0.8 * rng.normal(size=(150, 6))
        frame = pd.DataFrame(np.clip(np.round(3 + scores), 1, 5), columns=ITEMS)
        frame["relationship_id"] = [f"r{i}" for i in range(150)]
        frame["rater_id"] = [f"{role}{i}" for i in range(150)]
        parts.append(frame.assign(role=role, wave=1))
    return pd.concat(parts).melt(
        ["relationship_id", "rater_id", "role", "wave"], var_name="item", value_name="value"
    )


def marks(ax) -> list[float]:
    return sorted(x for line in ax.lines if line.get_marker() == "o" for x in line.get_xdata())


def test_every_loading_is_drawn_where_it_is(answers):
    result = confirmatory(answers.query("role == 'mentee'"), codebook=BOOK)
    ax = result.plot()
    assert marks(ax) == pytest.approx(sorted(result.loadings["estimate"]))
    assert {tick.get_text() for tick in ax.get_yticklabels()} >= set(ITEMS)
    assert "loading" in ax.get_xlabel()


def test_each_level_is_compared_with_the_one_before(answers):
    result = invariance(answers, codebook=BOOK, across="role")
    ax = result.plot()
    frame = result.to_frame()
    drawn = sorted(y for line in ax.lines if line.get_marker() == "o" for y in line.get_ydata())
    assert drawn == pytest.approx(sorted(frame["delta_cfi"].dropna()))
    assert "CFI" in ax.get_ylabel()
    assert [tick.get_text().split("\n")[0] for tick in ax.get_xticklabels()] == [
        "metric",
        "scalar",
        "strict",
    ]
