"""Hazard models against likelihoods written out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from mentorlab.errors import EstimationError
from mentorlab.stats.survival.cause_specific import absolute_risk
from mentorlab.stats.survival.concordance import concordance
from mentorlab.stats.survival.cox import fit_cox
from mentorlab.stats.survival.cox_checks import proportionality
from mentorlab.stats.survival.discrete import fit_hazard, person_periods
from mentorlab.stats.survival.fine_gray import fit_fine_gray
from mentorlab.stats.survival.frailty import fit_frailty
from mentorlab.stats.survival.prediction import accuracy, uno_concordance
from mentorlab.stats.survival.spells import Spells, spells


def study(seed: int, n: int = 60, *, late: bool = True) -> tuple[Spells, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=n), rng.integers(0, 2, n)])
    time = np.ceil(rng.exponential(8 * np.exp(-0.5 * x[:, 0])))
    entry = np.minimum(rng.integers(-4, 4, n), time - 1) if late else None
    return spells(time, rng.integers(0, 4, n) > 0, entry=entry), x


def naive_loglik(rows, x, beta, strata, ties):
    total = 0.0
    for s in np.unique(strata):
        for t in np.unique(rows.time[(rows.event > 0) & (strata == s)]):
            at_risk = (strata == s) & (rows.entry < t) & (rows.time >= t)
            tied = (strata == s) & (rows.time == t) & (rows.event > 0)
            risk, own = np.exp(x[at_risk] @ beta).sum(), np.exp(x[tied] @ beta).sum()
            d = tied.sum()
            for k in range(d):
                total -= np.log(risk - (k / d if ties == "efron" else 0) * own)
            total += (x[tied] @ beta).sum()
    return total


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("seed", range(4))
def test_estimates_maximize_the_partial_likelihood(seed, ties):
    rows, x = study(seed)
    strata = np.arange(len(rows)) % 2
    fit = fit_cox(rows, x, strata=strata, ties=ties)
    best = minimize(lambda b: -naive_loglik(rows, x, b, strata, ties), np.zeros(2), method="BFGS")
    np.testing.assert_allclose(fit.beta, best.x, atol=2e-4)
    assert fit.loglik[1] == pytest.approx(-best.fun)
    assert fit.loglik[0] == pytest.approx(naive_loglik(rows, x, np.zeros(2), strata, ties))
    np.testing.assert_allclose(fit.covariance, best.hess_inv, rtol=0.1, atol=0.003)


def test_scale_and_order_do_not_matter():
    rows, x = study(5)
    cluster = np.arange(len(rows)) % 9
    fit = fit_cox(rows, x, cluster=cluster)
    moved = fit_cox(rows, 1000 * x + 5, cluster=cluster)
    np.testing.assert_allclose(moved.beta * 1000, fit.beta, rtol=1e-9)
    np.testing.assert_allclose(moved.std_error * 1000, fit.std_error, rtol=1e-9)
    order = np.random.default_rng(1).permutation(len(rows))
    shuffled = fit_cox(rows.take(order), x[order], cluster=cluster[order])
    np.testing.assert_allclose(shuffled.beta, fit.beta)
    np.testing.assert_allclose(shuffled.std_error, fit.std_error)


def test_a_spell_cut_in_two_is_the_same_spell():
    rows, x = study(6, late=False)
    middle = rows.time / 2
    start = np.full(len(rows), -1.0)
    cut = spells(
        np.concatenate([middle, rows.time]),
        np.concatenate([np.zeros(len(rows), int), rows.event]),
        entry=np.concatenate([start, middle]),
    )
    who = np.tile(np.arange(len(rows)), 2)
    whole = fit_cox(rows, x, cluster=np.arange(len(rows)))
    parts = fit_cox(cut, np.vstack([x, x]), cluster=who)
    np.testing.assert_allclose(parts.beta, whole.beta)
    np.testing.assert_allclose(parts.std_error, whole.std_error)


def test_expected_endings_add_up_to_those_seen():
    rows, x = study(7)
    fit = fit_cox(rows, x, strata=np.arange(len(rows)) % 3)
    assert fit.expected.sum() == pytest.approx(fit.n_events)
    np.testing.assert_allclose(x.T @ (rows.event - fit.expected), 0, atol=1e-6)


def test_separation_is_named_not_reported_as_a_number():
    rows = spells(np.arange(1.0, 11), (np.arange(10) < 5).astype(int))
    fit = fit_cox(rows, (np.arange(10) < 5).astype(float)[:, None])
    assert not fit.converged or fit.runaway.tolist() == [0]


def test_a_drifting_ratio_is_found():
    rng = np.random.default_rng(8)
    x = rng.integers(0, 2, 600).astype(float)
    time = np.where(x == 1, rng.weibull(0.5, 600), rng.weibull(2.0, 600))
    rows = spells(time, np.ones(600, int))
    assert proportionality(fit_cox(rows, x[:, None]), rows).p_value[0] < 1e-6


def naive_concordance(rows: Spells, risk: np.ndarray) -> float:
    score = pairs = 0.0
    for i in np.flatnonzero(rows.event > 0):
        for j in range(len(rows)):
            t = rows.time[i]
            longer = rows.time[j] > t or (rows.time[j] == t and rows.event[j] == 0)
            if j != i and longer and rows.entry[j] < t:
                pairs += 1
                score += 0.5 if risk[i] == risk[j] else float(risk[i] > risk[j])
    return score / pairs if pairs else np.nan


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 25), st.booleans())
def test_concordance_counts_pairs(seed, n, late):
    rows, _ = study(seed, n, late=late)
    risk = np.random.default_rng(seed).integers(0, 4, n).astype(float)
    truth = naive_concordance(rows, risk)
    if np.isnan(truth):
        with pytest.raises(EstimationError, match="no two relationships"):
            concordance(rows, risk)
    else:
        assert concordance(rows, risk).estimate == pytest.approx(truth)


def test_errors_of_concordance_are_right():
    rng = np.random.default_rng(9)
    found = []
    for _ in range(300):
        x = rng.normal(size=80)
        rows = spells(rng.exponential(np.exp(-0.7 * x)), rng.uniform(size=80) < 0.7)
        found.append(concordance(rows, x))
    spread = np.std([one.estimate for one in found])
    assert np.mean([one.std_error for one in found]) == pytest.approx(spread, rel=0.15)


def test_without_other_causes_fine_and_gray_is_cox():
    rows, x = study(10, late=False)
    fit = fit_fine_gray(rows, x, 1)
    cox = fit_cox(rows, x, ties="breslow", cluster=np.arange(len(rows)))
    np.testing.assert_allclose(fit.beta, cox.beta, atol=1e-7)
    np.testing.assert_allclose(fit.std_error, cox.std_error, rtol=1e-6)


def test_frailty_finds_what_was_planted():
    rng = np.random.default_rng(11)
    mentor = np.repeat(np.arange(90), 4)
    frailty = rng.gamma(2.0, 0.5, 90)
    x = rng.normal(size=360)
    time = rng.exponential(1 / (frailty[mentor] * np.exp(0.6 * x)))
    rows = spells(np.minimum(time, 3.0), time < 3.0)
    fit = fit_frailty(rows, x[:, None], mentor)
    assert fit.variance == pytest.approx(0.5, abs=0.25)
    assert fit.cox.beta[0] == pytest.approx(0.6, abs=0.2)
    assert np.corrcoef(fit.frailty, frailty)[0, 1] > 0.6


def test_frailty_is_zero_where_nothing_is_shared():
    rng = np.random.default_rng(12)
    rows = spells(rng.exponential(1, 200), np.ones(200, int))
    fit = fit_frailty(rows, rng.normal(size=(200, 1)), np.arange(200) % 100)
    assert fit.variance < 0.15


def test_risks_of_all_causes_stay_below_one():
    rng = np.random.default_rng(13)
    time, kind = rng.integers(1, 20, 200).astype(float), rng.integers(0, 3, 200)
    x = rng.normal(size=(200, 2))
    fits = [fit_cox(spells(time, kind == c), x) for c in (1, 2)]
    at = np.array([5.0, 10.0, 50.0])
    risks = [absolute_risk(fits, [x, x], at, cause=c) for c in (1, 2)]
    assert (risks[0] + risks[1] <= 1 + 1e-9).all()
    assert (np.diff(risks[0], axis=1) >= 0).all()


def test_periods_end_where_spells_end():
    cut = person_periods(np.array([7.0, 7.1, 30.0]), np.array([1, 1, 1]), width=7, last=3)
    assert np.bincount(cut.row).tolist() == [1, 2, 3]
    assert cut.ended.tolist() == [True, False, True, False, False, False]


def test_grouped_hazards_find_the_continuous_ratio():
    rng = np.random.default_rng(14)
    x = rng.normal(size=3000)
    time = rng.exponential(10 * np.exp(-0.5 * x))
    cut = person_periods(time, np.ones(3000), width=3, last=8)
    periods = np.eye(8)[cut.period - 1]
    fit = fit_hazard(cut.ended, np.column_stack([periods, x[cut.row]]), cluster=cut.row)
    assert fit.beta[-1] == pytest.approx(0.5, abs=4 * fit.std_error[-1])


def test_a_perfect_score_has_an_area_of_one():
    rows = spells(np.arange(1.0, 21), np.ones(20, int))
    risk = np.linspace(1, 0, 20)[:, None]
    found = accuracy(rows, risk, np.array([10.0]))
    assert found.auc[0] == 1
    assert found.brier[0] < found.brier_null[0] == pytest.approx(0.25)
    assert uno_concordance(rows, risk[:, 0]).estimate == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r, x: fit_cox(r, np.zeros((len(r), 1))), "covariate 0 is the same in every row"),
        (lambda r, x: fit_cox(r, np.hstack([x, x])), "repeat each other"),
        (lambda r, x: fit_cox(r, x * np.nan), "must be finite"),
        (lambda r, x: fit_cox(spells(r.time, r.event * 0), x), "no relationship ended"),
        (lambda r, x: fit_fine_gray(spells(r.time, r.event), x, 2), "by cause 2"),
        (lambda r, x: fit_frailty(r, x, np.zeros(len(r), int)), "two clusters"),
        (lambda r, x: person_periods(r.time * 0, r.event, width=7), "above 0"),
        (lambda r, x: fit_hazard(r.event * 0 > 1, x), "a hazard needs some"),
        (lambda r, x: accuracy(spells(r.time, r.event), x[:, :1], np.ones(2)), "shape"),
    ],
)
def test_what_can_not_be_fitted_is_named(call, message):
    with pytest.raises(EstimationError, match=message):
        call(*study(1))
