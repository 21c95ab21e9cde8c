"""Bootstrap of alpha and of omega, and polychoric correlations."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from mentorlab.stats.factors.polychoric import polychoric_correlations
from mentorlab.stats.reliability.alpha_intervals import bootstrap_alpha
from mentorlab.stats.reliability.omega import bootstrap_omega
from mentorlab.stats.resampling import resample_counts

from .side_by_side import Line, best, run_peer, skipped

N_CHECKED = 20
N_FACTOR_FITS = 20
N_PAIRS = 20

PINGOUIN = """
import json, sys, time
import numpy as np, pandas as pd, pingouin as pg
items, drawn = (np.load(f"{sys.argv[1]}/{name}.npy") for name in ("items", "drawn"))
frame = pd.DataFrame(items)
pg.cronbach_alpha(frame)
started = time.perf_counter()
alphas = [float(pg.cronbach_alpha(frame.iloc[rows])[0]) for rows in drawn]
print(json.dumps({"seconds": time.perf_counter() - started, "answers": alphas}))
"""
ORDINALCORR = """
import json, sys, time
import numpy as np
from ordinalcorr import polychoric
items, pairs = (np.load(f"{sys.argv[1]}/{name}.npy").astype(int) for name in ("items", "pairs"))
polychoric(items[:, 0], items[:, 1])
started = time.perf_counter()
rhos = [float(polychoric(items[:, i], items[:, j])) for i, j in pairs]
print(json.dumps({"seconds": time.perf_counter() - started, "answers": rhos}))
"""


def make_answers(n: int, k: int, *, seed: int) -> np.ndarray:
    """Answers from 1 to 5 with unequal loadings."""
    rng = np.random.default_rng(seed)
    loadings = np.linspace(0.45, 0.8, k)
    noise = rng.normal(size=(n, k)) * np.sqrt(1 - loadings**2)
    scores = rng.normal(size=(n, 1)) * loadings + noise
    return np.digitize(scores, [-1.8, -0.9, -0.1, 0.8]) + 1.0


def compare_alpha(items: np.ndarray, n_draws: int, folder: Path, *, seed: int) -> Iterator[Line]:
    """Alpha of bootstrap samples beside a numpy loop and pingouin's function in a loop."""
    n, job = (
        len(items),
        f"alpha bootstrap, {n_draws:,} samples of {len(items):,} x {items.shape[1]}",
    )
    seconds, ours = best(
        lambda: bootstrap_alpha(items, n_draws=n_draws, rng=np.random.default_rng(seed)), repeats=5
    )
    drawn = _rows(n, n_draws, N_CHECKED, seed=seed)
    check = np.array([_plain_alpha(items[rows]) for rows in drawn])
    assert np.allclose(check, ours[:N_CHECKED], atol=1e-10)
    rng = np.random.default_rng(seed)
    started = time.perf_counter()
    for _ in range(n_draws):
        _plain_alpha(items[rng.integers(0, n, n)])
    yield Line(job, "numpy loop", seconds, time.perf_counter() - started, 10)
    peer = run_peer(PINGOUIN, folder, items=items, drawn=drawn)
    if peer is None:
        yield skipped(job, "pingouin", seconds, 40)
        return
    assert np.allclose(peer["answers"], ours[:N_CHECKED], atol=1e-6)
    scaled = peer["seconds"] * n_draws / len(drawn)
    yield Line(job, "pingouin", seconds, scaled, 40, note=f"{len(drawn)} samples timed, scaled up")


def compare_omega(items: np.ndarray, n_draws: int, *, seed: int) -> Iterator[Line]:
    """Omega of one factor in bootstrap samples beside statsmodels' maximum likelihood."""
    from statsmodels.multivariate.factor import Factor

    seconds, ours = best(
        lambda: bootstrap_omega(items, n_draws=n_draws, rng=np.random.default_rng(seed)), repeats=3
    )
    omegas = []
    drawn = _rows(len(items), n_draws, N_FACTOR_FITS, seed=seed)
    started = time.perf_counter()
    for rows in drawn:
        sample = items[rows]
        fit = Factor(sample, n_factor=1, method="ml").fit(rng=seed)
        sd = sample.std(axis=0, ddof=1)
        common = (sd * fit.loadings[:, 0]).sum() ** 2
        omegas.append(common / (common + (sd**2 * fit.uniqueness).sum()))
    theirs = (time.perf_counter() - started) * n_draws / N_FACTOR_FITS
    assert np.allclose(omegas, ours[:N_FACTOR_FITS], atol=1e-5)
    job = f"one-factor omega bootstrap, {n_draws:,} samples"
    note = f"{N_FACTOR_FITS} samples timed, scaled up"
    yield Line(job, "statsmodels Factor", seconds, theirs, 30, note=note)


def compare_polychoric(items: np.ndarray, folder: Path) -> Iterator[Line]:
    """All polychoric correlations beside ordinalcorr, pair by pair."""
    k = items.shape[1]
    seconds, ours = best(lambda: polychoric_correlations(items), repeats=10)
    pairs = np.column_stack(np.triu_indices(k, 1))
    some = pairs[np.linspace(0, len(pairs) - 1, N_PAIRS).astype(int)]
    job = f"polychoric correlations, {len(pairs)} pairs of {len(items):,} answers"
    peer = run_peer(ORDINALCORR, folder, items=items, pairs=some)
    if peer is None:
        yield skipped(job, "ordinalcorr", seconds, 50)
        return
    assert np.allclose(peer["answers"], ours.correlations[some[:, 0], some[:, 1]], atol=1e-4)
    scaled = peer["seconds"] * len(pairs) / len(some)
    yield Line(job, "ordinalcorr", seconds, scaled, 50, note=f"{len(some)} pairs timed, scaled up")


def _rows(n: int, n_draws: int, n_kept: int, *, seed: int) -> np.ndarray:
    """Rows of the first bootstrap samples that our kernels draw from this seed."""
    counts = next(resample_counts(n, n_draws, rng=np.random.default_rng(seed)))[:n_kept]
    return np.array([np.repeat(np.arange(n), row.astype(int)) for row in counts])


def _plain_alpha(items: np.ndarray) -> float:
    k = items.shape[1]
    return k / (k - 1) * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1))
