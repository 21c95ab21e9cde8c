"""Extraction, rotation, number of factors and fit against known structures and definitions."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.factors.dimensionality import (
    bartlett_sphericity,
    eigenvalues,
    is_positive_definite,
    kaiser_meyer_olkin,
    parallel_analysis,
    permuted_eigenvalues,
    smooth_correlation,
    velicer_map,
)
from mentorlab.stats.factors.extraction import degrees_of_freedom, extract_factors
from mentorlab.stats.factors.fit import factor_fit
from mentorlab.stats.factors.rotation import match_factors, rotate

SIMPLE = np.array([[0.8, 0.0], [0.7, 0.0], [0.6, 0.0], [0.0, 0.75], [0.0, 0.65], [0.0, 0.55]])


def population(pattern: np.ndarray, between: float = 0.0) -> np.ndarray:
    m = pattern.shape[1]
    correlation = pattern @ (np.full((m, m), between) + (1 - between) * np.eye(m)) @ pattern.T
    np.fill_diagonal(correlation, 1)
    return correlation


def sample(n: int = 400, between: float = 0.4, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(np.zeros(6), population(SIMPLE, between), n)


def pearson(values: np.ndarray) -> np.ndarray:
    return np.corrcoef(values, rowvar=False)


@pytest.mark.parametrize("method", ["minres", "ml", "pa"])
def test_a_known_structure_is_found(method):
    correlation = population(SIMPLE, 0.4)
    found = extract_factors(correlation, 2, method=method)
    assert found.converged
    assert not found.at_bound.any()
    assert found.communalities == pytest.approx((SIMPLE**2).sum(axis=1), abs=2e-3)
    rotated = rotate(found.loadings)
    assert rotated.converged
    assert rotated.loadings == pytest.approx(SIMPLE, abs=5e-3)
    assert rotated.factor_correlations[0, 1] == pytest.approx(0.4, abs=5e-3)


def test_likelihood_equals_statsmodels():
    from statsmodels.multivariate.factor import Factor

    correlation = pearson(sample())
    found = extract_factors(correlation, 2, method="ml")
    peer = Factor(corr=correlation, n_factor=2, method="ml", nobs=400).fit(rng=1)
    assert found.uniquenesses == pytest.approx(peer.uniqueness, abs=1e-4)


def test_minimum_residuals_and_principal_axes_meet():
    correlation = pearson(sample())
    minres = extract_factors(correlation, 2)
    axes = extract_factors(correlation, 2, method="pa")
    assert minres.communalities == pytest.approx(axes.communalities, abs=1e-4)
    assert minres.uniquenesses == pytest.approx(1 - minres.communalities)


def test_a_heywood_case_is_flagged_by_every_method():
    correlation = np.array(
        [[1, 0.85, 0.85, 0.3], [0.85, 1, 0.6, 0.2], [0.85, 0.6, 1, 0.3], [0.3, 0.2, 0.3, 1]]
    )
    for method in ("minres", "ml"):
        assert extract_factors(correlation, 1, method=method).at_bound[0]
    axes = extract_factors(correlation, 1, method="pa")
    assert axes.at_bound[0] or not axes.converged


def test_impossible_numbers_of_factors_are_refused():
    with pytest.raises(EstimationError, match="6 items allow 1 to 5 factors; got 6"):
        extract_factors(population(SIMPLE), 6)
    with pytest.raises(EstimationError, match="can't be inverted"):
        extract_factors(np.ones((3, 3)), 1, method="pa")


@pytest.mark.parametrize("angle", [0.1, 0.5, np.pi / 4])
@pytest.mark.parametrize("method", ["varimax", "oblimin", "promax"])
def test_simple_structure_is_turned_back(method, angle):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    rotated = rotate(SIMPLE @ turn, method=method)
    order, signs = match_factors(rotated.loadings, SIMPLE)
    assert rotated.loadings[:, order] * signs == pytest.approx(SIMPLE, abs=2e-3)


def test_rotation_keeps_what_is_explained():
    loadings = extract_factors(pearson(sample()), 2).loadings
    for method in ("none", "varimax", "oblimin", "promax"):
        rotated = rotate(loadings, method=method)
        model = rotated.loadings @ rotated.factor_correlations @ rotated.loadings.T
        assert model == pytest.approx(loadings @ loadings.T, abs=1e-6)
        assert np.diag(rotated.factor_correlations) == pytest.approx([1, 1])
        assert rotated.explained.sum() == pytest.approx((loadings**2).sum(), rel=1e-6)
        assert (rotated.loadings.sum(axis=0) >= 0).all()
        assert rotated.explained[0] >= rotated.explained[1]


def test_one_factor_is_left_as_it_is():
    loadings = np.array([[-0.8], [-0.7], [-0.5]])
    assert rotate(loadings).loadings == pytest.approx(-loadings)


def test_empty_factors_are_refused():
    with pytest.raises(EstimationError, match="2 factors can't be rotated: some of them are empty"):
        rotate(np.column_stack([SIMPLE[:, 0], np.zeros(6)]))


def test_sampling_adequacy_by_its_definition():
    values = sample()
    correlation = pearson(values)
    shared, unique = np.zeros(6), np.zeros(6)
    for i in range(6):
        for j in range(6):
            if i == j:
                continue
            others = np.column_stack([np.ones(len(values)), np.delete(values, [i, j], axis=1)])
            left = (
                values[:, [i, j]]
                - others @ np.linalg.lstsq(others, values[:, [i, j]], rcond=None)[0]
            )
            shared[i] += correlation[i, j] ** 2
            unique[i] += pearson(left)[0, 1] ** 2
    found = kaiser_meyer_olkin(correlation)
    assert found.items == pytest.approx(shared / (shared + unique))
    assert found.overall == pytest.approx(shared.sum() / (shared.sum() + unique.sum()))


def test_average_partial_correlations_by_their_definition():
    values = sample(between=0)
    correlation = pearson(values)
    vectors = np.linalg.eigh(correlation)[1]
    scores = (values - values.mean(axis=0)) / values.std(axis=0) @ vectors[:, ::-1]
    found = velicer_map(correlation)
    for m in range(4):
        left = (values - values.mean(axis=0)) / values.std(axis=0)
        if m:
            left = left - scores[:, :m] @ np.linalg.lstsq(scores[:, :m], left, rcond=None)[0]
        partial = pearson(left)[np.triu_indices(6, 1)]
        assert found[m] == pytest.approx((partial**2).mean())


def test_the_number_of_factors_is_found_and_noise_has_none():
    values = sample()
    shuffled = permuted_eigenvalues(
        values, n_draws=100, rng=np.random.default_rng(2), correlate=pearson
    )
    n_factors, limits = parallel_analysis(eigenvalues(pearson(values)), shuffled)
    assert n_factors == 2
    assert (np.diff(limits) < 0).all()
    noise = np.random.default_rng(3).normal(size=(400, 6))
    drawn = permuted_eigenvalues(
        noise, n_draws=100, rng=np.random.default_rng(2), correlate=pearson
    )
    assert parallel_analysis(eigenvalues(pearson(noise)), drawn, level=0.99)[0] == 0
    assert parallel_analysis(np.full(6, 9.0), drawn)[0] == 6


def test_shuffled_eigenvalues_are_those_of_independent_normal_scores():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(120, 5))
    shuffled = permuted_eigenvalues(values, n_draws=400, rng=rng, correlate=pearson)
    fresh = np.array([eigenvalues(pearson(rng.normal(size=(120, 5)))) for _ in range(400)])
    assert shuffled.mean(axis=0) == pytest.approx(fresh.mean(axis=0), abs=0.02)


def test_bartlett_rejects_as_often_as_it_says():
    rng = np.random.default_rng(5)
    p_values = [
        bartlett_sphericity(pearson(rng.normal(size=(80, 5))), 80).p_value for _ in range(400)
    ]
    assert 0.02 < np.mean(np.array(p_values) < 0.05) < 0.09


def test_an_improper_matrix_is_smoothed_and_a_proper_one_left():
    improper = np.array([[1, 0.9, 0.1], [0.9, 1, 0.9], [0.1, 0.9, 1]])
    assert not is_positive_definite(improper)
    smoothed = smooth_correlation(improper)
    assert is_positive_definite(smoothed)
    assert np.diag(smoothed) == pytest.approx([1, 1, 1])
    proper = population(SIMPLE)
    assert smooth_correlation(proper) is proper
    for function in (kaiser_meyer_olkin, lambda matrix: bartlett_sphericity(matrix, 50)):
        with pytest.raises(EstimationError, match="needs correlations that can be inverted"):
            function(np.ones((3, 3)))


def test_fit_of_too_few_and_enough_factors():
    correlation = pearson(sample(1000))
    one = factor_fit(correlation, extract_factors(correlation, 1, method="ml"), 1000)
    two = factor_fit(correlation, extract_factors(correlation, 2, method="ml"), 1000)
    assert (one.degrees_of_freedom, two.degrees_of_freedom) == (9, 4)
    assert one.p_value < 1e-6 < two.p_value
    assert one.rmsea > 0.1 > two.rmsea
    assert one.rmsea_low <= one.rmsea <= one.rmsea_high
    assert two.tli > 0.97 > one.tli
    assert two.rms_residual < one.rms_residual


def test_fit_without_degrees_of_freedom_is_missing():
    correlation = pearson(sample())
    fit = factor_fit(correlation, extract_factors(correlation, 3), 400)
    assert degrees_of_freedom(6, 3) == fit.degrees_of_freedom == 0
    assert np.isnan([fit.chi_square, fit.rmsea, fit.tli, fit.bic]).all()
    assert np.isfinite(fit.rms_residual)
