"""Actor and partner effects of many dyads."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from mentorlab.stats.dyads.actor_partner import fit_actor_partner

from .side_by_side import Line, best


def compare_actor_partner(n_dyads: int, *, seed: int) -> Iterator[Line]:
    """The exact closed form beside statsmodels' estimating equations with exchangeable partners."""
    import statsmodels.api as sm

    y, x = _make_dyads(n_dyads, seed=seed)
    seconds, ours = best(
        lambda: fit_actor_partner(y, x[:, :, None], distinguishable=False), repeats=20
    )
    design = np.column_stack([np.ones(2 * n_dyads), x.ravel(), x[:, ::-1].ravel()])
    started = time.perf_counter()
    fit = sm.GEE(
        y.ravel(), design, np.repeat(np.arange(n_dyads), 2), cov_struct=sm.cov_struct.Exchangeable()
    ).fit()
    theirs = time.perf_counter() - started
    # Both weight by an estimate of the same correlation; the estimates differ by divisors.
    error = np.sqrt(np.diag(ours.covariance))
    assert (np.abs(fit.params - ours.params[0]) < 0.02 * error).all()
    assert abs(fit.cov_struct.dep_params - ours.correlation) < 1e-3
    assert np.allclose(fit.standard_errors("naive"), error, rtol=0.005)
    yield Line(f"actor-partner model, {n_dyads:,} dyads", "statsmodels GEE", seconds, theirs, 1000)


def _make_dyads(n: int, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(3, 0.7, (n, 1)) + rng.normal(0, 0.6, (n, 2))
    rest = rng.normal(0, 0.4, (n, 1)) + rng.normal(0, 0.5, (n, 2))
    return 1.0 + 0.4 * x + 0.2 * x[:, ::-1] + rest, x
