"""The numbers behind `actor_partner`: exact for independent dyads, robust for shared mentors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from ...stats.clusters import cluster_robust
from ...stats.dyads.actor_partner import ActorPartnerFit, fit_actor_partner
from ...stats.dyads.tests import equal_effects, exchangeability_test, ratio_interval

Test = tuple[str, float, float, float, str]
SAME_EFFECTS = "both roles have the same actor and partner effects"
SAME_ALL = "the roles have the same means, variances and effects"
SAME_ONE = "equal in both roles"


@dataclass(frozen=True, eq=False)
class Estimates:
    """Coefficients in blocks of roles: intercept, own values, partner's values, shared.

    Attributes
    ----------
    estimate, std_error, df, conf_low, conf_high, p_value, standardized : numpy.ndarray
        Shape (n_blocks, k).
    ratios : list of list of tuple
        For each block and predictor: k, its delta error, and Fieller's limits.
    tests : list of tuple
        Test, statistic, df, p value and meaning.
    correlation : float
        Of residuals within dyads.
    """

    estimate: np.ndarray
    std_error: np.ndarray
    df: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    p_value: np.ndarray
    standardized: np.ndarray
    ratios: list[list[tuple[float, float, float, float]]]
    tests: list[Test]
    correlation: float


def estimate_exact(
    y: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    *,
    clusters: np.ndarray | None,
    distinguishable: bool,
    level: float,
) -> Estimates:
    """Estimate with independent dyads, in closed form; `clusters` is not used."""
    fit = fit_actor_partner(y, x, shared=z, distinguishable=distinguishable)
    error = np.sqrt(np.diag(fit.covariance)).reshape(fit.params.shape)
    return _collect(
        y, x, z, fit.params, error, fit.df, fit.covariance, level, _exact_tests(y, x, z),
        fit.correlation,
    )  # fmt: skip


def estimate_clustered(
    y: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    *,
    clusters: np.ndarray,
    distinguishable: bool,
    level: float,
) -> Estimates:
    """Estimate with dyads that share mentors: the same coefficients, errors by CR2."""
    fit = fit_actor_partner(y, x, shared=z, distinguishable=distinguishable)
    make = _stack_roles if distinguishable else _stack_exchangeable
    design, outcome, rows = make(y, x, z, fit)
    blocks, k = fit.params.shape
    weights = np.eye(blocks * k)
    differences = _role_differences(x.shape[2], k) if distinguishable else []
    for _, weight in differences:
        weights = np.vstack([weights, weight])
    found = cluster_robust(design, outcome, clusters[rows], contrasts=weights)
    size = blocks * k
    tests = []
    from scipy.stats import t

    for i, (name, _) in enumerate(differences):
        at = size + i
        value = found.estimate[at] / found.std_error[at]
        p_value = 2 * t.sf(abs(value), found.df[at])
        tests.append((name, float(value), float(found.df[at]), float(p_value), SAME_ONE))
    return _collect(
        y, x, z, fit.params,
        found.std_error[:size].reshape(blocks, k),
        found.df[:size].reshape(blocks, k),
        found.covariance, level, tests, fit.correlation,
    )  # fmt: skip


def _stack_roles(
    y: np.ndarray, x: np.ndarray, z: np.ndarray, fit: ActorPartnerFit
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One row a person; each role has its own columns."""
    n, k = len(y), fit.params.shape[1]
    design = np.zeros((2 * n, 2 * k))
    for role in (0, 1):
        own, other = x[:, role], x[:, 1 - role]
        rows = slice(role * n, (role + 1) * n)
        columns = slice(role * k, (role + 1) * k)
        design[rows, columns] = np.hstack([np.ones((n, 1)), own, other, z])
    return design, y.T.ravel(), np.tile(np.arange(n), 2)


def _stack_exchangeable(
    y: np.ndarray, x: np.ndarray, z: np.ndarray, fit: ActorPartnerFit
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sums and differences, each over its residual standard deviation."""
    n, root = len(x), np.sqrt(2)
    total, shared = fit.residual[0, 0], fit.residual[0, 1]
    sums, gaps = np.sqrt(total + shared), np.sqrt(total - shared)
    sum_x, gap_x = (x[:, 0] + x[:, 1]) / root, (x[:, 0] - x[:, 1]) / root
    none = np.zeros((n, 1 + z.shape[1]))
    first = np.hstack([np.full((n, 1), root), sum_x, sum_x, z * root]) / sums
    second = np.hstack([none[:, :1], gap_x, -gap_x, none[:, 1:]]) / gaps
    outcome = np.concatenate([(y[:, 0] + y[:, 1]) / root / sums, (y[:, 0] - y[:, 1]) / root / gaps])
    return np.vstack([first, second]), outcome, np.tile(np.arange(n), 2)


def _role_differences(p: int, k: int) -> list[tuple[str, np.ndarray]]:
    found = []
    for name, start in (
        ("actor effects differ by role", 1),
        ("partner effects differ by role", 1 + p),
    ):
        for j in range(p):
            weight = np.zeros(2 * k)
            weight[start + j], weight[k + start + j] = 1, -1
            found.append((name, weight))
    return found


def _exact_tests(y: np.ndarray, x: np.ndarray, z: np.ndarray) -> list[Test]:
    from scipy.stats import chi2

    tests: list[Test] = []
    p = x.shape[2]
    try:
        full = fit_actor_partner(y, x, shared=z, reml=False).log_likelihood
        ratio = max(2 * (full - equal_effects(y, x, shared=z)), 0.0)
        tests.append(("equal effects", ratio, 2.0 * p, float(chi2.sf(ratio, 2 * p)), SAME_EFFECTS))
        ratio, df = exchangeability_test(np.concatenate([y[:, :, None], x], axis=2))
        tests.append(("interchangeable", ratio, float(df), float(chi2.sf(ratio, df)), SAME_ALL))
    except EstimationError:
        # With few dyads, or a predictor on which one role never varies, the tests have no answer;
        # the effects do.
        return tests
    return tests


def _collect(
    y: np.ndarray,
    x: np.ndarray,
    z: np.ndarray,
    estimate: np.ndarray,
    error: np.ndarray,
    df: np.ndarray,
    covariance: np.ndarray,
    level: float,
    tests: list[Test],
    correlation: float,
) -> Estimates:
    from scipy.stats import t

    quantile = t.ppf((1 + level) / 2, df)
    return Estimates(
        estimate=estimate,
        std_error=error,
        df=df,
        conf_low=estimate - quantile * error,
        conf_high=estimate + quantile * error,
        p_value=2 * t.sf(np.abs(estimate / error), df),
        standardized=estimate * _scales(y, x, z, len(estimate)),
        ratios=_k_ratios(estimate, covariance, quantile, x.shape[2]),
        tests=tests,
        correlation=correlation,
    )


def _scales(y: np.ndarray, x: np.ndarray, z: np.ndarray, blocks: int) -> np.ndarray:
    """Standard deviations of regressors over that of the outcome; intercepts have none."""
    z_sd = z.std(axis=0, ddof=1)
    if blocks == 1:
        x_sd, y_sd = x.reshape(-1, x.shape[2]).std(axis=0, ddof=1), y.std(ddof=1)
        return np.concatenate([[np.nan], x_sd, x_sd, z_sd])[None] / y_sd
    x_sd, y_sd = x.std(axis=0, ddof=1), y.std(axis=0, ddof=1)
    rows = [
        np.concatenate([[np.nan], x_sd[role], x_sd[1 - role], z_sd]) / y_sd[role] for role in (0, 1)
    ]
    return np.stack(rows)


def _k_ratios(
    estimate: np.ndarray, covariance: np.ndarray, quantile: np.ndarray, p: int
) -> list[list[tuple[float, float, float, float]]]:
    blocks, k = estimate.shape
    found = []
    for block in range(blocks):
        per_block = []
        for j in range(p):
            actor, partner = 1 + j, 1 + p + j
            at = np.array([partner, actor]) + block * k
            top, bottom = estimate[block, partner], estimate[block, actor]
            if bottom == 0:
                per_block.append((float("nan"), float("nan"), float("-inf"), float("inf")))
                continue
            limits = ratio_interval(
                top, bottom, covariance[np.ix_(at, at)], float(quantile[block, actor])
            )
            per_block.append((float(top / bottom), *limits))
        found.append(per_block)
    return found
