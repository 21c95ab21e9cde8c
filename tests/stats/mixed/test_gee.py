from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from mentorlab.errors import EstimationError
from mentorlab.stats.mixed.gee import fit_gee


def draw(rng, n=60, waves=4):
    person = np.repeat(np.arange(n), waves)
    time = np.tile(np.arange(waves), n)
    keep = rng.random(n * waves) < 0.85
    x = np.column_stack([np.ones(n * waves), time, rng.normal(size=n)[person]])
    lean = 0.3 * time + rng.normal(size=n)[person] + rng.logistic(size=n * waves)
    y = (lean > 0.3).astype(float)
    return y[keep], x[keep], person[keep], time[keep]


@pytest.mark.parametrize("correlation", ["independence", "exchangeable"])
def test_equals_statsmodels(correlation):
    y, x, person, _ = draw(np.random.default_rng(1))
    working = {
        "independence": sm.cov_struct.Independence,
        "exchangeable": sm.cov_struct.Exchangeable,
    }
    peer = sm.GEE(
        y, x, groups=person, family=sm.families.Binomial(), cov_struct=working[correlation]()
    )
    found = peer.fit()
    fit = fit_gee(y, x, person, correlation=correlation)
    # Their working correlation is over a scale of 1, so slopes differ a little when it is used.
    tolerance = 1e-8 if correlation == "independence" else 2e-3
    assert fit.beta == pytest.approx(found.params, rel=tolerance, abs=tolerance)
    assert fit.std_error == pytest.approx(found.bse, rel=5 * tolerance)


def test_gaussian_independence_is_clustered_least_squares():
    rng = np.random.default_rng(2)
    _, x, person, _ = draw(rng)
    y = x @ [1, 0.5, 0.2] + rng.normal(size=len(x)) + rng.normal(size=60)[person]
    fit = fit_gee(y, x, person, family="gaussian", correlation="independence")
    bread = np.linalg.inv(x.T @ x)
    rest = y - x @ bread @ x.T @ y
    scores = np.zeros((60, 3))
    np.add.at(scores, person, x * rest[:, None])
    assert fit.covariance == pytest.approx(bread @ scores.T @ scores @ bread)
    assert fit.scale == pytest.approx((rest**2).mean())


def test_ar1_finds_the_correlation_of_neighbors():
    rng = np.random.default_rng(3)
    n, waves, alpha = 800, 5, 0.6
    noise = np.empty((n, waves))
    noise[:, 0] = rng.normal(size=n)
    for j in range(1, waves):
        noise[:, j] = alpha * noise[:, j - 1] + np.sqrt(1 - alpha**2) * rng.normal(size=n)
    person = np.repeat(np.arange(n), waves)
    x = np.column_stack([np.ones(n * waves), np.tile(np.arange(waves), n)])
    mixed = rng.permutation(n * waves)
    fit = fit_gee(
        (x @ [1, 2] + noise.ravel())[mixed],
        x[mixed],
        person[mixed],
        time=x[mixed, 1],
        family="gaussian",
        correlation="ar1",
    )
    assert fit.alpha == pytest.approx(alpha, abs=0.03)
    assert fit.beta == pytest.approx([1, 2], abs=0.1)


def test_refuses():
    y, x, person, _ = draw(np.random.default_rng(4))
    with pytest.raises(EstimationError, match="0 or 1; got 3"):
        fit_gee(np.where(np.arange(len(y)) == 5, 3, y), x, person)
    with pytest.raises(EstimationError, match="the outcome does not vary"):
        fit_gee(np.ones(len(y)), x, person)
    with pytest.raises(EstimationError, match="two clusters"):
        fit_gee(y, x, np.zeros(len(y), dtype=int))
    with pytest.raises(EstimationError, match="predictors say the same"):
        fit_gee(y, np.column_stack([x, x[:, 1]]), person)
    split = np.column_stack([np.ones(len(y)), y])
    with pytest.raises(EstimationError, match=r"separate the outcome|did not converge"):
        fit_gee(y, split, person)


def test_counts_equal_statsmodels():
    rng = np.random.default_rng(5)
    _, x, person, _ = draw(rng)
    y = rng.poisson(np.exp(0.2 + 0.1 * x[:, 1] + 0.3 * rng.normal(size=60)[person])).astype(float)
    peer = sm.GEE(y, x, groups=person, family=sm.families.Poisson()).fit()
    fit = fit_gee(y, x, person, family="poisson", correlation="independence")
    assert fit.beta == pytest.approx(peer.params, rel=1e-7)
    assert fit.std_error == pytest.approx(peer.bse, rel=1e-6)
    with pytest.raises(EstimationError, match="a Poisson outcome is 0 or more; got -1"):
        fit_gee(np.where(y == y.max(), -1.0, y), x, person, family="poisson")
