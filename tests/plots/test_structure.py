"""Pictures of measurement show what the frames say."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from mentorlab import Codebook, reliability
from mentorlab.elements.measurement.item_analysis import item_analysis
from mentorlab.elements.measurement.structure import factor_structure
from mentorlab.plots import structure as plots

ITEMS = ["a1", "a2", "a3", "b1", "b2", "b3"]
BOOK = Codebook(
    pd.DataFrame({"item": ITEMS, "element": [name[0] for name in ITEMS], "low": 1, "high": 5})
)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


@pytest.fixture
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    traits = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], 120)
    scores = np.repeat(traits, 3, axis=1) + 0.8 * rng.normal(size=(120, 6))
    frame = pd.DataFrame(np.clip(np.round(3 + scores), 1, 5), columns=ITEMS)
    frame["b3"] = 6 - frame["b3"]
    long = frame.reset_index(names="rater_id").melt("rater_id", var_name="item")
    role = np.where(long["rater_id"] % 2, "mentor", "mentee")
    return long.assign(relationship_id="r", role=role, wave=1)


def texts(ax) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_coefficients_stand_side_by_side(answers):
    result = reliability(answers, codebook=BOOK, by="role", coefficients=["alpha", "omega"])
    ax = result.plot()
    labels = [label.get_text() for label in ax.get_legend().get_texts()]
    assert labels == ["alpha", "omega"]
    assert len(ax.get_yticklabels()) == 4
    marks = np.concatenate([line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 4])
    assert sorted(marks) == pytest.approx(sorted(result.to_frame()["estimate"]))


def test_alpha_alone_looks_as_ever(answers):
    ax = reliability(answers, codebook=BOOK).plot()
    assert ax.get_xlabel() == "coefficient alpha (95% Feldt interval)"


def test_doubtful_items_carry_their_name(answers):
    result = item_analysis(answers, codebook=BOOK)
    ax = result.plot()
    assert "b3" in texts(ax)
    assert "a1" not in texts(ax)
    assert ax.get_xlim() == (0, 1)


def test_eigenvalues_stand_beside_chance(answers):
    result = factor_structure(answers, codebook=BOOK, seed=1, n_draws=100, n_factors=2)
    ax = result.plot()
    assert ax.lines[0].get_ydata() == pytest.approx(result.eigenvalues["eigenvalue"])
    assert ax.lines[1].get_ydata() == pytest.approx(result.eigenvalues["chance_limit"])
    assert "parallel analysis: " in ax.get_title()
    ax = plots.factor_loadings(result)
    shown = [float(text.replace(".", "0.", 1)) for text in texts(ax)]
    values = result.loadings[["factor_1", "factor_2"]].to_numpy()
    assert len(shown) == (np.abs(values) >= 0.3).sum()
    ax = plots.element_correlations(result)
    row = result.element_correlations.iloc[0]
    assert texts(ax)[0] == f"{row['correlation']:.2f}".replace("0.", ".", 1)


def test_the_callers_axes_are_used(answers):
    _, ax = plt.subplots()
    assert item_analysis(answers, codebook=BOOK).plot(ax=ax) is ax
