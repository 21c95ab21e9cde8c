"""Factor models: derivatives against brute force, estimates against truth, failures by name."""

from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.cfa.designs import LEVELS, invariance_model, simple_model
from mentorlab.stats.cfa.fiml import as_complete
from mentorlab.stats.cfa.fit import (
    expected_information,
    fit_model,
    gradient,
    observed_information,
)
from mentorlab.stats.cfa.general import general_factor
from mentorlab.stats.cfa.indices import fit_indices
from mentorlab.stats.cfa.inference import (
    entry_errors,
    improper,
    infer,
    standardize,
    standardized_covariance,
)
from mentorlab.stats.cfa.model import (
    FACTOR_COVARIANCE,
    LOADING,
    PATH,
    RESIDUAL,
    Entry,
    implied_moments,
    make_model,
    parameter_slopes,
    pull_back,
)
from mentorlab.stats.cfa.saturated import summarize_sample
from mentorlab.stats.cfa.score import score_tests
from mentorlab.stats.cfa.tests import (
    ChiSquare,
    difference_test,
    gap_corrected,
    independence_fit,
)

FACTOR = [0, 0, 0, 1, 1, 1]


def two_factor_data(seed: int, n: int, *, correlation: float = 0.5) -> np.ndarray:
    rng = np.random.default_rng(seed)
    first, other = rng.normal(size=(2, n))
    second = correlation * first + np.sqrt(1 - correlation**2) * other
    factors = np.column_stack([first, second])[:, FACTOR]
    return factors * [0.9, 0.8, 0.7, 0.6, 0.7, 0.8] + 0.6 * rng.normal(size=(n, 6))


@pytest.fixture
def sample():
    return summarize_sample(two_factor_data(1, 300))


@pytest.fixture
def gappy():
    x = two_factor_data(2, 250) + np.arange(6)
    x[np.random.default_rng(3).random(x.shape) < 0.15] = np.nan
    return summarize_sample(x[~np.isnan(x).all(axis=1)])


def full_model(sample, factor=FACTOR):
    """A model with every kind of cell: paths, means, residual covariances."""
    base = simple_model(factor, [sample], means=True)
    kept = [e for e in base.entries if not (e.kind == FACTOR_COVARIANCE and e.row != e.column)]
    extra = [
        Entry(PATH, 0, 1, 0, "path", 0.4),
        Entry(RESIDUAL, 0, 1, 0, "residual covariance", 0.02),
        Entry("factor_mean", 0, 1, 0, "mean", 0.1),
    ]
    return make_model([*kept, *extra], n_items=6, n_factors=2)


class TestDerivatives:
    def test_slopes_of_moments_equal_complex_steps(self, sample):
        model = full_model(sample)
        theta = model.start()
        means, covariances = parameter_slopes(model, implied_moments(model, theta)[0], 0)
        for k in range(model.n_free):
            moved = theta.astype(complex)
            moved[k] += 1e-20j
            implied = implied_moments(model, moved)[0]
            assert np.allclose(implied.mean.imag / 1e-20, means[k], atol=1e-12)
            assert np.allclose(implied.covariance.imag / 1e-20, covariances[k], atol=1e-12)

    def test_pull_back_is_the_transpose_of_the_slopes(self, sample):
        model = full_model(sample)
        implied = implied_moments(model, model.start())[0]
        rng = np.random.default_rng(0)
        by_mean, by_covariance = rng.normal(size=6), rng.normal(size=(6, 6))
        by_covariance += by_covariance.T
        means, covariances = parameter_slopes(model, implied, 0)
        slow = np.tensordot(covariances, by_covariance, axes=2) + means @ by_mean
        assert np.allclose(pull_back(model, implied, 0, by_mean, by_covariance), slow)

    @pytest.mark.parametrize("data", ["sample", "gappy"])
    def test_gradient_and_information_equal_finite_differences(self, data, request):
        one = request.getfixturevalue(data)
        model = full_model(one)
        theta = model.start() + 0.05
        slope = gradient(model, [one], theta)
        hessian = observed_information(model, [one], theta)
        for k in range(model.n_free):
            up, down = theta.copy(), theta.copy()
            up[k] += 1e-5
            down[k] -= 1e-5
            difference = (gradient(model, [one], up) - gradient(model, [one], down)) / 2e-5
            assert np.allclose(difference, hessian[k], rtol=1e-5, atol=1e-4 * one.n)
            moved = theta.astype(complex)
            moved[k] += 1e-20j
            assert np.allclose(gradient(model, [one], moved).imag / 1e-20, hessian[k], atol=1e-8)
        assert np.allclose(slope, gradient(model, [one], theta.astype(complex)).real)

    def test_expected_information_is_the_observed_one_at_a_perfect_fit(self, sample):
        model = simple_model(FACTOR, [sample], means=True)
        theta = fit_model(model, [sample]).theta
        implied = implied_moments(model, theta)[0]
        perfect = as_complete(
            type(sample)(sample.x, sample.patterns, implied.mean, implied.covariance, 0.0)
        )
        expected = expected_information(model, [perfect], theta)
        assert np.allclose(expected, observed_information(model, [perfect], theta), atol=1e-6)


class TestEstimates:
    def test_truth_is_found_in_a_large_sample(self):
        sample = summarize_sample(two_factor_data(4, 200_000))
        fit = fit_model(simple_model(FACTOR, [sample]), [sample])
        loadings = [0.9, 0.8, 0.7, 0.6, 0.7, 0.8]
        assert np.allclose(fit.theta[:6], loadings, atol=0.01)
        assert np.allclose(fit.theta[6:12], 0.36, atol=0.01)
        assert abs(fit.theta[12] - 0.5) < 0.01

    @pytest.mark.parametrize(("shift", "scale"), [(0.0, 1.0), (1_000.0, 1.0), (-50.0, 1e-3)])
    def test_location_and_scale_do_not_matter(self, gappy, shift, scale):
        plain = fit_model(simple_model(FACTOR, [gappy], means=True), [gappy])
        other = summarize_sample(gappy.x * scale + shift)
        moved = fit_model(simple_model(FACTOR, [other], means=True), [other])
        assert np.allclose(
            standardize(plain.model, plain.theta)[:12],
            standardize(moved.model, moved.theta)[:12],
            atol=1e-6,
        )

    def test_start_does_not_matter(self, sample):
        model = simple_model(FACTOR, [sample])
        usual = fit_model(model, [sample])
        rng = np.random.default_rng(0)
        for _ in range(5):
            start = model.start() * rng.uniform(0.5, 1.5, size=model.n_free)
            assert np.allclose(
                fit_model(model, [sample], start=start).theta, usual.theta, atol=1e-5
            )

    def test_scalings_imply_the_same_moments(self, sample):
        unit, marker = (
            fit_model(simple_model(FACTOR, [sample], scaling=scaling), [sample])
            for scaling in ("unit", "marker")
        )
        assert np.allclose(unit.implied[0].covariance, marker.implied[0].covariance, atol=1e-6)
        assert np.allclose(marker.theta[0] * unit.theta[0], unit.theta[1], atol=1e-6)

    def test_reversed_item_gets_a_negative_loading(self):
        x = two_factor_data(5, 400)
        x[:, 1] *= -1
        sample = summarize_sample(x)
        fit = fit_model(simple_model(FACTOR, [sample]), [sample])
        assert fit.theta[1] < -0.5 < 0.5 < fit.theta[0]

    def test_equal_labels_are_equal_values(self, sample):
        entries = [
            e._replace(label="same") if e.kind == LOADING else e
            for e in simple_model(FACTOR, [sample]).entries
        ]
        fit = fit_model(make_model(entries, n_items=6, n_factors=2), [sample])
        assert fit.model.df == 8 + 5
        assert np.ptp(fit.implied[0].loadings[fit.implied[0].loadings != 0]) == 0


class TestFailures:
    def test_more_parameters_than_moments(self):
        sample = summarize_sample(np.random.default_rng(0).normal(size=(50, 2)))
        with pytest.raises(EstimationError, match="4 parameters can't be told from 3 moments"):
            fit_model(simple_model([0, 0], [sample]), [sample])

    def test_parameters_that_can_not_be_told_apart_are_named(self, sample):
        entries = [
            e._replace(label="variance") if e.kind == FACTOR_COVARIANCE and e.row == e.column else e
            for e in simple_model(FACTOR, [sample]).entries
        ]
        with pytest.raises(EstimationError, match=r"tell some parameters apart.*variance"):
            fit_model(make_model(entries, n_items=6, n_factors=2), [sample])

    def test_estimates_that_run_away_are_named(self):
        correlation = np.array([[1, 0.03, 0.03], [0.03, 1, -0.07], [0.03, -0.07, 1]])
        z = np.random.default_rng(0).normal(size=(600, 3))
        z = (z - z.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T, bias=True))).T
        sample = summarize_sample(z @ np.linalg.cholesky(correlation).T)
        with pytest.raises(EstimationError, match=r"did not converge.*Least determined: "):
            fit_model(simple_model([0, 0, 0], [sample]), [sample])

    def test_negative_variance_is_found(self):
        correlation = np.array(
            [[1, 0.9, 0.7, 0.5], [0.9, 1, 0.4, 0.4], [0.7, 0.4, 1, 0.3], [0.5, 0.4, 0.3, 1]]
        )
        z = np.random.default_rng(0).normal(size=(400, 4))
        z = (z - z.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z.T, bias=True))).T
        sample = summarize_sample(z @ np.linalg.cholesky(correlation).T)
        fit = fit_model(simple_model([0, 0, 0, 0], [sample]), [sample])
        assert improper(fit) == [("residual", (0,))]

    def test_correlation_beyond_one_is_found(self):
        x = two_factor_data(6, 80, correlation=0.999)
        x[:, :3] += 0.5 * x[:, 3:]
        sample = summarize_sample(x)
        found = improper(fit_model(simple_model(FACTOR, [sample]), [sample]))
        assert ("correlation", (0, 1)) in found


class TestInference:
    def test_sandwich_is_close_to_the_information_under_normality(self):
        sample = summarize_sample(two_factor_data(7, 20_000))
        fit = fit_model(simple_model(FACTOR, [sample]), [sample])
        plain, robust = infer(fit), infer(fit, robust=True)
        ratio = np.diag(robust.covariance) / np.diag(plain.covariance)
        assert np.allclose(ratio, 1, atol=0.06)
        assert abs(robust.scaling - 1) < 0.03
        assert (plain.scaling, plain.information) == (1.0, "expected")

    def test_rows_entered_twice_change_nothing_once_clustered(self, sample):
        twice = summarize_sample(np.repeat(sample.x, 2, axis=0))
        model = simple_model(FACTOR, [sample])
        once = infer(fit_model(model, [sample]), robust=True)
        fit = fit_model(model, [twice])
        both = infer(fit, clusters=np.repeat(np.arange(sample.n), 2))
        assert np.allclose(once.covariance, both.covariance, rtol=1e-4)
        assert np.isclose(2 * once.scaling, both.scaling, rtol=1e-6)
        assert both.n_clusters == sample.n

    def test_one_cluster_is_refused(self, sample):
        fit = fit_model(simple_model(FACTOR, [sample]), [sample])
        with pytest.raises(EstimationError, match="2 clusters or more; got 1"):
            infer(fit, clusters=np.zeros(sample.n, dtype=int))

    def test_standardized_errors_equal_a_bootstrap(self):
        x = two_factor_data(8, 400)
        sample = summarize_sample(x)
        model = simple_model(FACTOR, [sample])
        fit = fit_model(model, [sample])
        _, covariance = standardized_covariance(fit, infer(fit))
        rng = np.random.default_rng(0)
        draws = []
        for _ in range(200):
            again = summarize_sample(x[rng.integers(0, 400, size=400)])
            draws.append(standardize(model, fit_model(model, [again], start=fit.theta).theta))
        spread = np.std(draws, axis=0)[:6]
        assert np.allclose(np.sqrt(np.diag(covariance))[:6], spread, rtol=0.2)

    def test_fixed_cells_have_no_error(self, sample):
        fit = fit_model(simple_model(FACTOR, [sample], scaling="marker"), [sample])
        estimate, error = entry_errors(fit, infer(fit))
        assert (estimate[0], error[0]) == (1.0, 0.0)
        assert error[1] > 0


class TestIndices:
    def test_independence_model_in_closed_form_is_the_fitted_one(self, gappy):
        closed = independence_fit([gappy], has_means=True)
        fitted = fit_model(closed.model, [gappy])
        assert np.allclose(closed.theta, fitted.theta, atol=1e-6)
        assert np.isclose(closed.log_likelihood, fitted.log_likelihood)

    def test_without_gaps_the_corrected_chi_square_is_the_plain_one(self, sample):
        fit = fit_model(simple_model(FACTOR, [sample], means=True), [sample])
        corrected = gap_corrected(fit, robust=False)
        assert np.isclose(corrected.statistic, fit_indices(fit, infer(fit)).chi2)
        assert np.isclose(corrected.scaling, 1.0)

    def test_just_identified_model_fits_perfectly(self):
        sample = summarize_sample(two_factor_data(9, 200)[:, :3])
        fit = fit_model(simple_model([0, 0, 0], [sample]), [sample])
        indices = fit_indices(fit, infer(fit))
        assert (indices.df, indices.rmsea, indices.cfi) == (0, 0.0, 1.0)
        assert indices.chi2 < 1e-8
        assert np.isnan(indices.p_value)
        assert np.isnan(indices.tli)

    def test_adding_a_constant_group_of_rows_keeps_likelihoods_additive(self, sample):
        model = invariance_model(FACTOR, [sample, sample], level="configural", n_blocks=2)
        fit = fit_model(model, [sample, sample])
        alone = fit_model(simple_model(FACTOR, [sample], means=True), [sample])
        assert np.isclose(fit.log_likelihood, 2 * alone.log_likelihood)
        one, two = (fit_indices(f, infer(f)) for f in (alone, fit))
        assert np.isclose(two.chi2, 2 * one.chi2)
        assert np.isclose(two.srmr, one.srmr)

    def test_scaled_difference(self):
        test = difference_test(ChiSquare(60.0, 30, 1.2), ChiSquare(40.0, 20, 1.3))
        assert test.df == 10
        assert np.isclose(test.scaling, (30 * 1.2 - 20 * 1.3) / 10)
        assert np.isnan(difference_test(ChiSquare(60.0, 30, 0.5), ChiSquare(40.0, 20, 1.3)).p_value)


class TestInvarianceModels:
    def test_degrees_of_freedom_of_repeated_blocks(self):
        wide = summarize_sample(np.random.default_rng(0).normal(size=(100, 8)))
        df = [
            invariance_model([0, 0, 0, 0], [wide], level=level, n_blocks=2).df for level in LEVELS
        ]
        # 44 moments; 8 loadings, intercepts, residuals, 4 residual covariances, 1 correlation
        assert df == [44 - 29, 15 + 3, 18 + 3, 21 + 4]

    def test_released_cells_are_not_equal(self, sample):
        model = invariance_model(
            FACTOR, [sample, sample], level="scalar", n_blocks=2, released={"intercept": {2, 4}}
        )
        whole = invariance_model(FACTOR, [sample, sample], level="scalar", n_blocks=2)
        assert model.n_free == whole.n_free + 2
        assert "intercept 2 @1" in model.labels
        assert "intercept 1" in model.labels

    def test_score_test_approximates_the_fall_of_chi_square(self):
        groups = [summarize_sample(two_factor_data(seed, 2_000)) for seed in (11, 12)]
        groups[1] = summarize_sample(groups[1].x + 0.15 * np.eye(6)[1])
        model = invariance_model(FACTOR, groups, level="scalar", n_blocks=2)
        fit = fit_model(model, groups)
        values = model.values(fit.theta)
        cells = [
            [e._replace(value=v)]
            for e, v in zip(model.entries, values, strict=True)
            if e.kind == "intercept" and e.group == 1
        ]
        tests = score_tests(fit, cells)
        assert tests.chi2.argmax() == 1
        freed = fit_model(
            invariance_model(
                FACTOR, groups, level="scalar", n_blocks=2, released={"intercept": {1}}
            ),
            groups,
        )
        fall = 2 * (freed.log_likelihood - fit.log_likelihood)
        assert np.isclose(tests.chi2[1], fall, rtol=0.05)
        assert np.isclose(tests.change[1][0], 0.15, atol=0.08)


class TestGeneralFactor:
    def test_equals_the_second_order_model(self):
        rng = np.random.default_rng(13)
        general = rng.normal(size=(3_000, 1))
        factors = general * [0.9, 0.8, 0.7, 0.6] + rng.normal(size=(3_000, 4)) * np.sqrt(
            1 - np.array([0.9, 0.8, 0.7, 0.6]) ** 2
        )
        factor = np.repeat(np.arange(4), 3)
        x = 0.8 * factors[:, factor] + 0.6 * rng.normal(size=(3_000, 12))
        sample = summarize_sample(x)
        model = simple_model(factor, [sample])
        fit = fit_model(model, [sample])
        estimate, covariance = standardized_covariance(fit, infer(fit))
        pairs = [
            i
            for i, e in enumerate(model.entries)
            if e.kind == FACTOR_COVARIANCE and e.row > e.column
        ]
        pairs.sort(key=lambda i: model.entries[i][2:4])
        chosen = np.array([*range(12), *pairs])
        between = fit.implied[0].factor_covariance
        result = general_factor(estimate[:12], factor, between, covariance[np.ix_(chosen, chosen)])
        kept = [e for e in model.entries if not (e.kind == FACTOR_COVARIANCE and e.row != e.column)]
        higher = [e._replace() for e in kept]
        higher.append(Entry(FACTOR_COVARIANCE, 0, 4, 4, "", 1.0))
        higher += [Entry(PATH, 0, k, 4, f"path {k}", 1.0) for k in range(4)]
        second = fit_model(make_model(higher, n_items=12, n_factors=5), [sample])
        standard = standardize(second.model, second.theta)[-4:]
        assert np.allclose(result.loadings, standard, atol=0.005)
        rise = 2 * (fit.log_likelihood - second.log_likelihood)
        assert (result.df, second.model.df - fit.model.df) == (2, 2)
        assert np.isclose(result.chi2, rise, rtol=0.05, atol=0.05)
        assert np.allclose(result.std_errors, [0.01, 0.01, 0.015, 0.02], atol=0.008)

    def test_two_factors_share_by_assumption(self):
        between = np.array([[1, 0.64], [0.64, 1]])
        result = general_factor(np.full(4, 0.7), np.array([0, 0, 1, 1]), between, 0.01 * np.eye(5))
        assert np.allclose(result.loadings, 0.8)
        assert np.isclose(result.share, 0.64)
        assert np.isnan(result.p_value)

    def test_loading_beyond_one_is_held(self):
        between = np.array([[1, 0.9, 0.9], [0.9, 1, 0.6], [0.9, 0.6, 1]])
        result = general_factor(
            np.full(6, 0.7), np.repeat([0, 1, 2], 2), between, 0.001 * np.eye(9)
        )
        assert result.bound == (0,)
        assert result.loadings[0] == 1
        assert np.isnan(result.std_errors[0])
