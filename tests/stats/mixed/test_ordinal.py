from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from mentorlab.errors import EstimationError
from mentorlab.stats.mixed.ordinal import fit_ordinal


def draw(rng, n=120):
    x = np.column_stack([rng.normal(5, 2, n), rng.integers(0, 2, n)])
    lean = x @ [0.4, 0.8] + rng.logistic(size=n)
    return np.digitize(lean, [1.5, 2.5, 3.5]), x


def test_by_definition():
    codes, x = draw(np.random.default_rng(1))
    fit = fit_ordinal(codes, x)

    def negative(theta):
        cuts = np.concatenate([[-np.inf], np.sort(theta[2:]), [np.inf]])
        below = 1 / (1 + np.exp(-(cuts[codes + 1] - x @ theta[:2])))
        under = 1 / (1 + np.exp(-(cuts[codes] - x @ theta[:2])))
        return -np.log(below - under).sum()

    start = np.concatenate([fit.beta, fit.thresholds])
    assert -negative(start) == pytest.approx(fit.log_likelihood)
    best = minimize(
        negative, start + 0.05, method="Nelder-Mead", options={"maxiter": 5000, "xatol": 1e-7}
    )
    assert start == pytest.approx(best.x, abs=1e-3)


def test_unused_categories_are_left_out():
    codes, x = draw(np.random.default_rng(2))
    assert fit_ordinal(codes * 10, x).beta == pytest.approx(fit_ordinal(codes, x).beta)


def test_clusters_of_one_change_little_and_copies_widen():
    codes, x = draw(np.random.default_rng(3), 300)
    plain = fit_ordinal(codes, x)
    robust = fit_ordinal(codes, x, clusters=np.arange(300))
    assert robust.std_error == pytest.approx(plain.std_error, rel=0.25)
    twice = fit_ordinal(np.tile(codes, 2), np.tile(x, (2, 1)), clusters=np.tile(np.arange(300), 2))
    assert twice.std_error == pytest.approx(robust.std_error, rel=1e-3)
    assert twice.n_clusters == 300


def test_refuses():
    codes, x = draw(np.random.default_rng(4))
    with pytest.raises(EstimationError, match=r"three used categories .* got 2 categories"):
        fit_ordinal((codes > 1).astype(int), x)
    with pytest.raises(EstimationError, match="a predictor does not vary"):
        fit_ordinal(codes, np.column_stack([x, np.ones(120)]))
    with pytest.raises(EstimationError, match=r"separated by a predictor|did not converge"):
        fit_ordinal(np.repeat([0, 1, 2], 10), np.repeat([0.0, 10, 20], 10)[:, None])
