from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from mentorlab.errors import EstimationError
from mentorlab.stats.dyads.surface import (
    SLOPE_WEIGHTS,
    SURFACE_SHAPE,
    fit_surface,
    surface_design,
    surface_shape,
)
from mentorlab.stats.dyads.surface_family import RSA_NAMES, SURFACE_FAMILY, fit_surface_family


def draw(rng, n, beta):
    x, y = rng.normal(size=(2, n))
    return x, y, surface_design(x, y) @ beta + rng.normal(size=n)


def test_slopes_and_curvatures_along_the_two_lines():
    beta = np.array([1.0, 0.3, 0.2, -0.4, 0.5, -0.1])
    a = SLOPE_WEIGHTS @ beta
    step = 1e-4
    for direction, slope, bend in (((1, 1), a[0], a[1]), ((1, -1), a[2], a[3])):
        t = np.array([-step, 0, step])
        z = surface_design(t * direction[0], t * direction[1]) @ beta
        assert (z[2] - z[0]) / (2 * step) == pytest.approx(slope)
        assert (z[2] - 2 * z[1] + z[0]) / step**2 / 2 == pytest.approx(bend, abs=1e-6)


def test_shape_by_search():
    beta = np.array([0.0, 0.4, -0.2, -1.0, 0.6, -0.7])
    estimate = dict(zip(SURFACE_SHAPE, surface_shape(beta, np.eye(6))[0], strict=True))
    top = minimize(lambda p: -(surface_design(*map(np.atleast_1d, p)) @ beta).item(), [0, 0])
    assert [estimate["stationary_x"], estimate["stationary_y"]] == pytest.approx(top.x, abs=1e-4)
    values, vectors = np.linalg.eigh(np.array([[beta[3], beta[4] / 2], [beta[4] / 2, beta[5]]]))
    assert estimate["curvature_max"] == pytest.approx(values[1])
    assert estimate["curvature_min"] == pytest.approx(values[0])
    assert estimate["axis1_slope"] == pytest.approx(vectors[1, 1] / vectors[0, 1])
    assert estimate["axis1_slope"] * estimate["axis2_slope"] == pytest.approx(-1)


def test_shape_errors_by_differences():
    beta = np.array([0.0, 0.4, -0.2, -1.0, 0.6, -0.7])
    rng = np.random.default_rng(1)
    root = rng.normal(size=(6, 6)) * 0.05
    covariance = root @ root.T
    slopes = np.empty((len(SURFACE_SHAPE), 6))
    for i in range(6):
        step = np.zeros(6)
        step[i] = 1e-6
        up, down = (
            surface_shape(beta + step, covariance)[0],
            surface_shape(beta - step, covariance)[0],
        )
        slopes[:, i] = (up - down) / 2e-6
    expected = np.sqrt(np.einsum("ki,ij,kj->k", slopes, covariance, slopes))
    assert surface_shape(beta, covariance)[1] == pytest.approx(expected, rel=1e-5)


def test_a_ridge_a_plane_and_a_round_bowl_have_no_single_axis_or_point():
    ridge = surface_shape(np.array([0, 0, 0, -1.0, 2, -1]), np.eye(6))[0]
    assert np.isnan(ridge[:2]).all()
    assert ridge[2] == pytest.approx(1)
    plane = surface_shape(np.array([0, 1.0, 1, 0, 0, 0]), np.eye(6))[0]
    assert np.isnan(plane[:8]).all()
    bowl = surface_shape(np.array([0, 0, 0, -1.0, 0, -1]), np.eye(6))[0]
    assert np.isnan(bowl[:8]).all()
    assert bowl[8:] == pytest.approx([-1, -1])
    with pytest.raises(EstimationError, match="coefficients that are numbers"):
        surface_shape(np.full(6, np.nan), np.eye(6))


def test_corrected_errors_are_larger():
    x, y, z = draw(np.random.default_rng(2), 30, np.array([0, 0.2, 0.2, 0, 0, 0]))
    large, small = fit_surface(x, y, z), fit_surface(x, y, z, corrected=False)
    assert (np.diag(large.robust) > np.diag(small.robust)).all()
    assert large.beta == pytest.approx(small.beta)


def test_quadratic_terms_are_tested_together():
    rng = np.random.default_rng(3)
    flat = fit_surface(*draw(rng, 200, np.array([0, 0.5, 0.5, 0, 0, 0])))
    bent = fit_surface(*draw(rng, 200, np.array([0, 0.5, 0.5, 0, 0.8, 0])))
    assert flat.p_quadratic > 0.01
    assert bent.p_quadratic < 1e-6


@pytest.mark.parametrize(
    ("x", "y", "z", "said"),
    [
        (np.arange(7.0), np.arange(7.0) ** 2, np.arange(7.0), "needs eight rows; got 7"),
        (np.ones(20), np.arange(20.0), np.arange(20.0) ** 3, "do not span a surface"),
        (np.arange(20.0), np.arange(20.0), np.arange(20.0) ** 3, "do not span a surface"),
        (np.arange(20.0), np.arange(20.0) % 7, np.ones(20), "the outcome does not vary"),
    ],
)
def test_refuses(x, y, z, said):
    with pytest.raises(EstimationError, match=said):
        fit_surface(x, y, z)


def truth_of(name):
    return {
        "null": [0, 0, 0, 0, 0, 0],
        "additive": [0, 0.6, 0.4, 0, 0, 0],
        "interaction": [0, 0.6, 0.4, 0, 0.5, 0],
        "difference": [0, 0.6, -0.6, 0, 0, 0],
        "squared_difference": [0, 0, 0, -0.5, 1, -0.5],
        "shifted_squared_difference": [0, 0.4, -0.4, -0.5, 1, -0.5],
        "rising_ridge": [0, 0.5, 0.5, -0.5, 1, -0.5],
        "shifted_rising_ridge": [0, 0.9, 0.2, -0.5, 1, -0.5],
        "shifted_rotated_squared_difference": [0, -0.4, 0.8, -0.25, 1, -1.0],
        "shifted_rotated_rising_ridge": [0, 0.9, 0.4, -0.25, 1, -1.0],
        "full": [0, 0.3, 0.4, 0.5, -0.7, 0.6],
    }[name]


@pytest.mark.parametrize("name", list(SURFACE_FAMILY))
def test_each_member_finds_itself(name):
    beta = np.array(truth_of(name), dtype=float)
    found = fit_surface_family(*draw(np.random.default_rng(5), 3000, beta))
    place = list(SURFACE_FAMILY).index(name)
    assert found.beta[place] == pytest.approx(beta, abs=0.1)
    assert found.aicc[place] - found.aicc.min() < 6
    assert found.weight.sum() == pytest.approx(1)


def test_constraints_hold_and_nesting_is_ordered():
    found = fit_surface_family(*draw(np.random.default_rng(6), 120, np.array(truth_of("full"))))
    rows = dict(zip(SURFACE_FAMILY, found.beta, strict=True))
    likelihood = dict(zip(SURFACE_FAMILY, found.log_likelihood, strict=True))
    b = rows["shifted_rotated_rising_ridge"]
    assert b[4] ** 2 == pytest.approx(4 * b[3] * b[5])
    b = rows["shifted_rotated_squared_difference"]
    assert b[4] ** 2 == pytest.approx(4 * b[3] * b[5])
    assert b[1] * 2 * b[5] == pytest.approx(b[2] * b[4])
    b = rows["rising_ridge"]
    assert (b[1], b[3], b[4]) == pytest.approx((b[2], b[5], -2 * b[3]))
    for small, large in (
        ("null", "squared_difference"),
        ("squared_difference", "shifted_squared_difference"),
        ("shifted_squared_difference", "shifted_rotated_squared_difference"),
        ("shifted_rotated_squared_difference", "shifted_rotated_rising_ridge"),
        ("rising_ridge", "shifted_rising_ridge"),
        ("shifted_rising_ridge", "shifted_rotated_rising_ridge"),
        ("shifted_rotated_rising_ridge", "full"),
        ("additive", "interaction"),
    ):
        assert likelihood[small] <= likelihood[large] + 1e-9
    assert set(RSA_NAMES) == set(SURFACE_FAMILY)


def test_the_angle_is_searched_everywhere():
    """A fine grid finds no better ridge."""
    x, y, z = draw(np.random.default_rng(7), 60, np.array(truth_of("full")))
    found = fit_surface_family(x, y, z)
    best = np.inf
    for angle in np.linspace(0, np.pi, 3001):
        u = np.cos(angle) * x - np.sin(angle) * y
        design = np.column_stack([np.ones(60), x, y, u**2])
        rest = z - design @ np.linalg.lstsq(design, z, rcond=None)[0]
        best = min(best, rest @ rest)
    place = list(SURFACE_FAMILY).index("shifted_rotated_rising_ridge")
    rest = np.exp(-2 * found.log_likelihood[place] / 60 - 1) * 60 / (2 * np.pi)
    assert rest <= best + 1e-9


def test_family_refuses():
    with pytest.raises(EstimationError, match="needs nine rows; got 8"):
        fit_surface_family(*np.random.default_rng(1).normal(size=(3, 8)))
    with pytest.raises(EstimationError, match="does not vary"):
        fit_surface_family(*np.random.default_rng(1).normal(size=(2, 20)), np.ones(20))
