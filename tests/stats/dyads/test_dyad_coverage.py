"""Do intervals for agreement and dyadic effects cover what they should?

2,000 samples each; the band is the exact binomial one. Where theory promises less than the nominal
level the measured coverage is printed, and the docstring of the function says so.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from mentorlab.stats.agreement.concordance import concordance
from mentorlab.stats.agreement.icc import icc_forms
from mentorlab.stats.clusters import cluster_robust
from mentorlab.stats.dyads.actor_partner import fit_actor_partner
from mentorlab.stats.mixed.blocks import RandomTerm
from mentorlab.stats.mixed.linear import fit_mixed

pytestmark = pytest.mark.slow

N_SAMPLES = 2000
LEVEL = 0.95
BAND = binom.interval(0.99, N_SAMPLES, LEVEL)


def report(capsys: pytest.CaptureFixture[str], what: str, hits: int) -> None:
    with capsys.disabled():
        print(f"\n  coverage of {what}: {hits / N_SAMPLES:.4f} (nominal {LEVEL})")


def within_band(hits: int) -> bool:
    return BAND[0] <= hits <= BAND[1]


@pytest.mark.parametrize("n", [100, 400])
@pytest.mark.parametrize("form", [0, 1, 2])
def test_icc_of_two_roles(n, form, capsys):
    """Targets and residuals of variance 1; the two roles' levels differ for good, unless form 1."""
    rng = np.random.default_rng([11, n, form])
    levels = np.zeros(2) if form == 0 else np.array([0.5, -0.5])
    truth = 1 / (2 + (levels.var(ddof=1) if form == 1 else 0))
    hits = 0
    for _ in range(N_SAMPLES):
        ratings = rng.normal(size=(n, 1)) + levels + rng.normal(size=(n, 2))
        fit = icc_forms(ratings)
        hits += fit.conf_low[form] <= truth <= fit.conf_high[form]
    name = ("ICC(1)", "ICC(A,1)", "ICC(C,1)")[form]
    report(capsys, f"{name}, n {n}", hits)
    if form == 1:
        # The interval allows for raters that were drawn by chance: for fixed roles it is too wide.
        assert hits >= BAND[0]
    else:
        assert within_band(hits)


@pytest.mark.parametrize("n", [100, 400])
def test_agreement_icc_of_two_raters_drawn_by_chance(n, capsys):
    rng = np.random.default_rng([15, n])
    truth = 1 / (2 + 0.25)
    hits = 0
    for _ in range(N_SAMPLES):
        levels = rng.normal(0, 0.5, size=(1, 2))
        fit = icc_forms(rng.normal(size=(n, 1)) + levels + rng.normal(size=(n, 2)))
        hits += fit.conf_low[1] <= truth <= fit.conf_high[1]
    report(capsys, f"ICC(A,1) of two random raters, n {n}", hits)
    # Their spread rests on one degree of freedom, which the approximation does not fully carry.
    assert 0.86 * N_SAMPLES <= hits <= BAND[1]


@pytest.mark.parametrize("n", [100, 400])
def test_concordance(n, capsys):
    rng = np.random.default_rng([12, n])
    shift, ratio, rho = 0.3, 1.2, 0.6
    truth = 2 * rho * ratio / (1 + ratio**2 + shift**2)
    hits = 0
    for _ in range(N_SAMPLES):
        first = rng.normal(size=n)
        second = rho * first + np.sqrt(1 - rho**2) * rng.normal(size=n)
        fit = concordance(first, shift + ratio * second)
        hits += fit.conf_low <= truth <= fit.conf_high
    report(capsys, f"Lin's concordance, n {n}", hits)
    # The formula is for large samples: it may fall short by a point at n 100.
    assert hits >= BAND[0] - (0.01 * N_SAMPLES if n == 100 else 0)


@pytest.mark.parametrize("n", [100, 400])
@pytest.mark.parametrize("distinguishable", [True, False])
@pytest.mark.parametrize("rho", [0.4, -0.3])
def test_actor_and_partner(n, distinguishable, rho, capsys):
    rng = np.random.default_rng([13, n, distinguishable, int(10 * rho) + 10])
    truth = np.array([0.4, 0.2])
    spread = np.linalg.cholesky(np.array([[1, rho], [rho, 1]]))
    hits = np.zeros(2, dtype=int)
    for _ in range(N_SAMPLES):
        x = rng.normal(size=(n, 2)) @ np.linalg.cholesky(np.array([[1, 0.3], [0.3, 1]])).T
        y = x * truth[0] + x[:, ::-1] * truth[1] + rng.normal(size=(n, 2)) @ spread.T
        fit = fit_actor_partner(y, x[:, :, None], distinguishable=distinguishable)
        hits += _covers(
            fit.params[0, 1:3], np.sqrt(np.diag(fit.covariance))[1:3], fit.df[0, 1:3], truth
        )
    kind = "distinguishable" if distinguishable else "interchangeable"
    for name, count in zip(("actor", "partner"), hits, strict=True):
        report(capsys, f"{name} effect, {kind}, rho {rho}, n {n}", int(count))
        assert within_band(int(count))


@pytest.mark.parametrize(("n_mentors", "n_mentees"), [(100, 4), (50, 8)])
@pytest.mark.parametrize("method", ["naive", "cr2", "mixed"])
def test_null_partner_effect_of_a_shared_mentor(n_mentors, n_mentees, method, capsys):
    """The mentor's own score is the predictor: the same for all mentees of a mentor."""
    rng = np.random.default_rng([14, n_mentors, n_mentees])
    mentor = np.repeat(np.arange(n_mentors), n_mentees)
    hits = 0
    for _ in range(N_SAMPLES):
        partner = rng.normal(size=n_mentors)[mentor]
        own = 0.3 * partner + rng.normal(size=len(mentor))
        outcome = (
            0.4 * own + 0.4 * rng.normal(size=n_mentors)[mentor] + rng.normal(size=len(mentor))
        )
        design = np.column_stack([np.ones(len(mentor)), own, partner])
        estimate, error, df = _estimate(method, design, outcome, mentor)
        hits += _covers(estimate[2:], error[2:], df[2:], np.zeros(1))[0]
    report(capsys, f"null partner effect, {n_mentors} x {n_mentees}, {method} errors", int(hits))
    if method == "naive":
        assert hits < 0.93 * N_SAMPLES
    else:
        assert within_band(int(hits))


def _covers(estimate, error, df, truth):
    from scipy.stats import t

    return (np.abs(estimate - truth) <= t.ppf((1 + LEVEL) / 2, df) * error).astype(int)


def _estimate(method, design, outcome, mentor):
    if method == "cr2":
        fit = cluster_robust(design, outcome, mentor)
        return fit.estimate, fit.std_error, fit.df
    if method == "mixed":
        fit = fit_mixed(outcome, design, [RandomTerm(mentor)])
        return fit.beta, fit.std_error, fit.df
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ outcome
    rest = outcome - design @ beta
    df = len(outcome) - 3
    return beta, np.sqrt(np.diag(inverse) * (rest @ rest) / df), np.full(3, float(df))
