"""Every reliability coefficient of one scale with its interval, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ...errors import EstimationError, count, listing
from ...stats.factors.polychoric import polychoric_correlations
from ...stats.factors.schmid_leiman import schmid_leiman
from ...stats.reliability.alpha import cronbach_alpha, feldt_interval
from ...stats.reliability.alpha_intervals import (
    alpha_robust_std_error,
    alpha_std_error,
    bonett_interval,
    bootstrap_alpha,
)
from ...stats.reliability.guttman import (
    alpha_of_covariance,
    correlation_of,
    guttman_lambda2,
    guttman_lambda6,
)
from ...stats.reliability.omega import (
    bootstrap_omega,
    omega_observed,
    omega_one_factor,
    omega_robust_std_error,
    omega_std_errors,
)
from ...stats.reliability.one_factor import fit_one_factor
from ...stats.reliability.ordinal_alpha import bootstrap_ordinal_alpha
from .estimates import GROUP_FACTORS, Estimate, Sample, join_notes

NO_FORMULA = "no formula gives its interval: use interval='bootstrap'"
_FEWEST_ITEMS = {"omega": 3, "omega_observed": 3, "omega_hierarchical": 5, "omega_total": 5}


def estimate_coefficient(name: str, sample: Sample) -> Estimate:
    """Estimate one coefficient of one scale.

    Parameters
    ----------
    name : str
        One of ``options.ReliabilityCoefficient`` except ``retest``.
    sample : Sample
        The complete answers.

    Returns
    -------
    Estimate
        Never raises for data that can't answer: the note says what is missing.
    """
    problem = _problem(name, sample)
    if problem:
        return Estimate(note=problem)
    try:
        return _ESTIMATORS[name](sample)
    except EstimationError as error:
        return Estimate(note=str(error).rstrip("."))


def _problem(name: str, sample: Sample) -> str:
    n, k = sample.items.shape
    fewest = _FEWEST_ITEMS.get(name, 2)
    if k < fewest:
        words = {2: "two", 3: "three", 5: "five"}[fewest]
        return f"{name} needs {words} items"
    if n < 2:
        return sample.scale.too_few()
    if name == "alpha":
        return ""
    if n <= k:
        return f"{name} needs more complete answers than items; got {n} to {k}"
    constant = sample.scale.constant
    if constant.any():
        return f"{_items(sample.scale.names[constant])} not vary, so {name} is undefined"
    return ""


def _items(names: np.ndarray) -> str:
    verb = "does" if len(names) == 1 else "do"
    return f"{'item' if len(names) == 1 else 'items'} {', '.join(map(str, names))} {verb}"


def _alpha(sample: Sample) -> Estimate:
    request, items = sample.request, sample.items
    alpha = cronbach_alpha(items)
    if np.isnan(alpha):
        return Estimate(note="the sum of the items does not vary, so alpha is undefined")
    if request.interval == "bootstrap":
        draws = bootstrap_alpha(
            items, n_draws=request.n_draws, rng=sample.rng(), units=sample.scale.units
        )
        return request.from_draws(alpha, draws)
    if request.interval == "robust":
        return request.around(alpha, alpha_robust_std_error(items), "robust")
    n, k = items.shape
    error = alpha_std_error(sample.covariance, n)
    if request.interval == "bonett" and (n < 3 or alpha >= 1):
        return Estimate(alpha, error, note="Bonett's interval needs 3 answers and alpha below 1")
    interval = bonett_interval if request.interval == "bonett" else feldt_interval
    low, high = interval(alpha, n, k, level=request.level)
    return Estimate(alpha, error, low, high, request.interval)


def _of_covariances(
    estimate: float,
    sample: Sample,
    statistic: Callable[[np.ndarray], np.ndarray],
    note: str = "",
) -> Estimate:
    if sample.request.interval != "bootstrap":
        return Estimate(estimate, note=join_notes(note, NO_FORMULA))
    return sample.request.from_draws(estimate, sample.draw(statistic), note)


def _alpha_standardized(sample: Sample) -> Estimate:
    return _of_covariances(
        float(alpha_of_covariance(sample.correlation)),
        sample,
        lambda drawn: alpha_of_covariance(correlation_of(drawn)),
    )


def _lambda2(sample: Sample) -> Estimate:
    return _of_covariances(
        float(guttman_lambda2(sample.correlation)),
        sample,
        lambda drawn: guttman_lambda2(correlation_of(drawn)),
    )


def _lambda6(sample: Sample) -> Estimate:
    def of(drawn: np.ndarray) -> np.ndarray:
        correlations = correlation_of(drawn)
        usable = np.linalg.eigvalsh(correlations)[:, 0] > 1e-8
        lambdas = np.full(len(drawn), np.nan)
        lambdas[usable] = guttman_lambda6(correlations[usable])
        return lambdas

    return _of_covariances(float(guttman_lambda6(sample.correlation)), sample, of)


def _split_half(pick: Callable[..., np.ndarray]) -> Callable[[Sample], Estimate]:
    def estimate(sample: Sample) -> Estimate:
        return _of_covariances(
            float(pick(sample.halves(sample.correlation))),
            sample,
            lambda drawn: pick(sample.halves(correlation_of(drawn)), axis=-1),
        )

    return estimate


def _one_by_one(statistic: Callable[[np.ndarray], float], matrices: np.ndarray) -> np.ndarray:
    drawn = np.full(len(matrices), np.nan)
    for place, matrix in enumerate(matrices):
        try:
            drawn[place] = statistic(matrix)
        except EstimationError:
            continue
    return drawn


def _omega(sample: Sample) -> Estimate:
    request, fit = sample.request, sample.fit
    note = _factor_note(sample)
    if not fit.converged[0]:
        return Estimate(note=note)
    omega = float(omega_one_factor(fit)[0])
    n = len(sample.items)
    if request.interval == "bootstrap":
        draws = bootstrap_omega(
            sample.items, n_draws=request.n_draws, rng=sample.rng(), units=sample.scale.units
        )
        return request.from_draws(omega, draws, note)
    if request.interval == "robust":
        return request.around(omega, omega_robust_std_error(sample.items, fit), "robust", note)
    error = float(omega_std_errors(fit, sample.covariance[None] * (n - 1) / n, n)[0])
    if np.isnan(error):
        said = "the likelihood is flat, so it has no standard error: use interval='bootstrap'"
        return Estimate(omega, note=join_notes(note, said))
    return request.around(omega, error, "delta", note)


def _omega_observed(sample: Sample) -> Estimate:
    note, n = _factor_note(sample), len(sample.items)
    if not sample.fit.converged[0]:
        return Estimate(note=note)

    def of(drawn: np.ndarray) -> np.ndarray:
        fit = fit_one_factor(drawn, start=sample.fit)
        return np.where(fit.converged, omega_observed(fit, drawn), np.nan)

    return _of_covariances(
        float(omega_observed(sample.fit, sample.covariance[None] * (n - 1) / n)[0]),
        sample,
        of,
        note,
    )


def _factor_note(sample: Sample) -> str:
    fit, names = sample.fit, sample.scale.names
    if not fit.converged[0]:
        return "the one-factor model did not converge"
    held = fit.at_bound[0]
    if not held.any():
        return ""
    return (
        f"Heywood case: nothing is left of {listing(names[held])} beside the factor, its residual "
        "was held at 0.005 of its variance"
    )


def _schmid_leiman(measure: str) -> Callable[[Sample], Estimate]:
    def estimate(sample: Sample) -> Estimate:
        split = sample.split
        notes = []
        if not split.converged:
            return Estimate(note=f"the {GROUP_FACTORS} factors behind it did not converge")
        if split.degrees_of_freedom < 0:
            notes.append(
                f"{GROUP_FACTORS} factors in {count(sample.items.shape[1], 'item')} are not "
                f"identified ({split.degrees_of_freedom} degrees of freedom): the value depends "
                "on the algorithm"
            )
        if split.heywood:
            notes.append("Heywood case: an item or a group factor has no variance of its own")
        return _of_covariances(
            getattr(split, measure),
            sample,
            lambda drawn: _one_by_one(
                lambda r: getattr(schmid_leiman(r, GROUP_FACTORS), measure), correlation_of(drawn)
            ),
            join_notes(*notes),
        )

    return estimate


def _alpha_ordinal(sample: Sample) -> Estimate:
    found = polychoric_correlations(sample.items)
    notes = []
    if found.at_bound.any():
        notes.append("a pair of items has a polychoric correlation at its bound of .9999")
    if not found.converged:
        return Estimate(note="the polychoric correlations did not converge")
    alpha = float(alpha_of_covariance(found.correlations))
    if sample.request.interval != "bootstrap":
        return Estimate(alpha, note=join_notes(*notes, NO_FORMULA))
    draws = bootstrap_ordinal_alpha(
        sample.items, n_draws=sample.request.n_draws, rng=sample.rng(), units=sample.scale.units
    )
    return sample.request.from_draws(alpha, draws, join_notes(*notes))


_ESTIMATORS: dict[str, Callable[[Sample], Estimate]] = {
    "alpha": _alpha,
    "alpha_standardized": _alpha_standardized,
    "alpha_ordinal": _alpha_ordinal,
    "omega": _omega,
    "omega_observed": _omega_observed,
    "omega_hierarchical": _schmid_leiman("omega_hierarchical"),
    "omega_total": _schmid_leiman("omega_total"),
    "lambda2": _lambda2,
    "lambda4": _split_half(np.max),
    "lambda6": _lambda6,
    "split_half_mean": _split_half(np.mean),
    "split_half_min": _split_half(np.min),
}
