from __future__ import annotations

import numpy as np
import pytest

from mentorlab.errors import EstimationError
from mentorlab.stats.dyads.common_fate import COMMON_FATE_PARAMETERS, fit_common_fate


def draw(rng, n, effect=0.5):
    shared = rng.normal(size=(n, 1))
    outcome = effect * shared + 0.6 * rng.normal(size=(n, 1))
    own = rng.normal(size=(n, 2))
    x = shared + 0.7 * own + 0.3 * rng.normal(size=(n, 2))
    return x, outcome + 0.4 * own + rng.normal(size=(n, 2))


def test_finds_what_was_put_in():
    fit = fit_common_fate(*draw(np.random.default_rng(1), 4000))
    found = dict(zip(COMMON_FATE_PARAMETERS, fit.estimate, strict=True))
    truth = {
        "effect": 0.5,
        "first_covariance": 0.28,
        "second_covariance": 0.28,
        "first_x_error": 0.58,
        "second_x_error": 0.58,
        "first_y_error": 1.16,
        "second_y_error": 1.16,
        "x_variance": 1.0,
        "y_residual": 0.36,
    }
    assert found == pytest.approx(truth, abs=0.12)
    assert (np.abs(fit.estimate - list(truth.values())) < 4 * fit.std_error).all()
    assert fit.improper == ()
    assert fit.fit.df == 1


def test_errors_are_right():
    rng = np.random.default_rng(2)
    fits = [fit_common_fate(*draw(rng, 400)) for _ in range(300)]
    spread = np.std([fit.estimate for fit in fits], axis=0)
    mean = np.mean([fit.std_error for fit in fits], axis=0)
    assert mean / spread == pytest.approx(np.ones(9), abs=0.15)


def test_exchanging_partners_exchanges_their_parameters():
    x, y = draw(np.random.default_rng(3), 200)
    one, two = fit_common_fate(x, y), fit_common_fate(x[:, ::-1], y[:, ::-1])
    assert two.estimate == pytest.approx(one.estimate[[0, 2, 1, 4, 3, 6, 5, 7, 8]], rel=1e-5)


def test_improper_estimates_are_named():
    rng = np.random.default_rng(4)
    shared = rng.normal(size=(60, 1))
    x = 0.5 * shared + rng.normal(size=(60, 2))
    y = 2 * shared + 0.05 * rng.normal(size=(60, 2))
    fit = fit_common_fate(x, y)
    assert set(fit.improper) <= set(COMMON_FATE_PARAMETERS)
    assert len(fit.improper) == (fit.estimate[3:] < 0).sum()


def test_refuses():
    x, y = draw(np.random.default_rng(5), 30)
    with pytest.raises(EstimationError, match="ten complete dyads; got 9"):
        fit_common_fate(x[:9], y[:9])
    with pytest.raises(EstimationError, match="a rating does not vary"):
        fit_common_fate(x, np.column_stack([y[:, 0], np.ones(30)]))
    with pytest.raises(EstimationError, match="share nothing in the predictor"):
        fit_common_fate(np.column_stack([x[:, 0], -x[:, 0] + 0.1 * y[:, 0]]), y)
