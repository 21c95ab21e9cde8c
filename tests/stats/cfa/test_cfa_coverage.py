"""How often intervals of factor models hold the true value: 2,000 samples, exact binomial band.

With 400 rows the share lies in the band around .95. With 100 rows normal intervals of standardized
loadings and correlations are known to under-cover; the share is printed and bounded from below,
and the docs quote it.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom
from simulated_answers import dyads, two_factors

from mentorlab.stats.cfa.designs import invariance_model, simple_model
from mentorlab.stats.cfa.fit import fit_model
from mentorlab.stats.cfa.indices import fit_indices
from mentorlab.stats.cfa.inference import entry_errors, infer, standardized_covariance
from mentorlab.stats.cfa.saturated import summarize_sample

N_SAMPLES, Z = 2000, 1.959963984540054
BAND = np.array(binom.interval(0.999, N_SAMPLES, 0.95)) / N_SAMPLES
LOWEST_OF_100 = 0.90

pytestmark = pytest.mark.slow


def mean_difference(samples) -> tuple[float, float]:
    """Latent mean of the second block and its error, at the scalar level."""
    model = invariance_model([0] * 4, samples, level="scalar", n_blocks=2)
    fit = fit_model(model, samples)
    estimate, error = entry_errors(fit, infer(fit))
    place = next(i for i, e in enumerate(model.entries) if e.kind == "factor_mean")
    return estimate[place], error[place]


def check(name: str, n: int, estimates: np.ndarray, truth: float, capsys) -> None:
    """Columns of `estimates` are estimate and standard error."""
    share = float((np.abs(estimates[:, 0] - truth) <= Z * estimates[:, 1]).mean())
    with capsys.disabled():
        print(f"\n{name}, n = {n}: {share:.3f} of {len(estimates):,} intervals hold the truth")
    low = BAND[0] if n >= 400 else LOWEST_OF_100
    assert low <= share <= BAND[1]


@pytest.mark.parametrize("n", [100, 400])
def test_loadings_and_correlations(n, capsys):
    rng = np.random.default_rng(n)
    loading, correlation = [], []
    for _ in range(N_SAMPLES):
        sample = summarize_sample(two_factors(rng, n, correlation=0.5))
        fit = fit_model(simple_model([0] * 4 + [1] * 4, [sample]), [sample])
        estimate, covariance = standardized_covariance(fit, infer(fit))
        error = np.sqrt(np.diag(covariance))
        loading.append((estimate[0], error[0]))
        correlation.append((estimate[-1], error[-1]))
    check("standardized loading", n, np.array(loading), 0.7, capsys)
    check("correlation of elements", n, np.array(correlation), 0.5, capsys)


@pytest.mark.parametrize("n", [100, 400])
def test_latent_mean_difference_of_partners(n, capsys):
    rng = np.random.default_rng(1_000 + n)
    dependent, apart = [], []
    for i in range(N_SAMPLES):
        mentor, mentee = dyads(rng, n, correlation=0.6, residual=0.6, difference=0.2)
        dependent.append(mean_difference([summarize_sample(np.hstack([mentor, mentee]))]))
        if i < N_SAMPLES // 4:
            apart.append(mean_difference([summarize_sample(mentor), summarize_sample(mentee)]))
    dependent, apart = np.array(dependent), np.array(apart)
    check("latent mean difference of partners", n, dependent, 0.2, capsys)
    spread = dependent[:, 0].std()
    assert abs(dependent[:, 1].mean() / spread - 1) < 0.06
    too_large = apart[:, 1].mean() / spread
    with capsys.disabled():
        print(f"errors that take partners for independent are {too_large:.2f} times the true ones")
    assert abs(too_large - 1 / np.sqrt(1 - 0.6)) < 0.12


def test_scaled_chi_square_holds_its_level_with_heavy_tails_and_gaps(capsys):
    rng = np.random.default_rng(7)
    plain, scaled = [], []
    for _ in range(N_SAMPLES // 4):
        x = two_factors(rng, 500, correlation=0.5, k=3)
        x *= np.sqrt(6 / rng.chisquare(8, size=(500, 1)))
        x[rng.random(x.shape) < 0.1] = np.nan
        sample = summarize_sample(x[~np.isnan(x).all(axis=1)])
        fit = fit_model(simple_model([0, 0, 0, 1, 1, 1], [sample], means=True), [sample])
        indices = fit_indices(fit, infer(fit, robust=True))
        plain.append(indices.p_value < 0.05)
        scaled.append(indices.scaled.p_value < 0.05)
    with capsys.disabled():
        print(f"\nrejected at .05: plain {np.mean(plain):.3f}, scaled {np.mean(scaled):.3f}")
    low, high = np.array(binom.interval(0.999, len(scaled), 0.05)) / len(scaled)
    assert np.mean(plain) > high
    assert low <= np.mean(scaled) <= high
