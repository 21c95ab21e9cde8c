"""Errors of a factor model's parameters, plain and robust, and its standardized solution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError
from .fiml import Sample, casewise_gradient, moment_information, vech_gradient
from .fit import (
    COMPLEX_STEP,
    ModelFit,
    casewise_scores,
    check_identified,
    expected_information,
    observed_information,
)
from .model import (
    FACTOR_COVARIANCE,
    FACTOR_MEAN,
    INTERCEPT,
    LOADING,
    PATH,
    RESIDUAL,
    FactorModel,
    Implied,
    implied_moments,
)


@dataclass(frozen=True, eq=False)
class Inference:
    """Errors of a fit.

    Attributes
    ----------
    covariance : numpy.ndarray of float, shape (n_free, n_free)
        Of the parameters.
    scaling : float
        What the chi-square is divided by; 1 unless robust, NaN without degrees of freedom.
    robust : bool
        Whether errors hold without normality.
    information : str
        ``"expected"`` or ``"observed"``.
    n_clusters : int
        Units taken as independent: rows, or clusters of them.
    """

    covariance: np.ndarray
    scaling: float
    robust: bool
    information: str
    n_clusters: int


def infer(fit: ModelFit, *, robust: bool = False, clusters: np.ndarray | None = None) -> Inference:
    r"""Give the covariance matrix of the parameters.

    Parameters
    ----------
    fit : ModelFit
    robust : bool
        Whether to use the sandwich and to scale the chi-square.
    clusters : numpy.ndarray of int, shape (n,), optional
        Rows with the same code are taken as dependent; needs `robust`. Groups one after another.

    Returns
    -------
    Inference

    Raises
    ------
    EstimationError
        If the information is not positive definite, or there are fewer clusters than two.

    Notes
    -----
    Complete data: the inverse of the expected information. With gaps: of the observed one, since
    the expected is right only if answers are missing completely at random. Robust:
    :math:`H^{-1}\left(\sum_c s_cs_c'\right)H^{-1}` with observed information H and scores s, and
    the chi-square divided by
    :math:`c = [\mathrm{tr}(B_1A_1^{-1}) - \mathrm{tr}(B_0H^{-1})]/df`, where :math:`A_1, B_1` are
    the observed and first-order information of the model without restrictions and :math:`B_0` the
    first-order one of the model (Yuan and Bentler, in the form that Mplus and lavaan's ``MLR``
    use). It needs a few hundred independent rows or clusters.

    References
    ----------
    yuan2000 : Three likelihood-based methods for mean and covariance structure analysis.
    savalei2010 : Expected versus observed information in SEM with incomplete data.

    Examples
    --------
    >>> from mentorlab.stats.cfa.designs import simple_model
    >>> from mentorlab.stats.cfa.fit import fit_model
    >>> from mentorlab.stats.cfa.saturated import summarize_sample
    >>> rng = np.random.default_rng(1)
    >>> sample = summarize_sample(rng.normal(size=(400, 1)) + rng.normal(size=(400, 4)))
    >>> fit = fit_model(simple_model([0, 0, 0, 0], [sample]), [sample])
    >>> np.sqrt(np.diag(infer(fit).covariance))[:4].round(2).tolist()
    [0.07, 0.07, 0.07, 0.07]
    """
    if not robust and clusters is None:
        exact = fit.complete
        compute = expected_information if exact else observed_information
        information = compute(fit.model, fit.samples, fit.theta)
        check_identified(information, fit.model.labels)
        name = "expected" if exact else "observed"
        return Inference(np.linalg.inv(information), 1.0, False, name, fit.n)
    hessian = observed_information(fit.model, fit.samples, fit.theta)
    check_identified(hessian, fit.model.labels)
    bread = np.linalg.inv(hessian)
    scores = sum_by_cluster(casewise_scores(fit), clusters)
    if len(scores) < 2:
        raise EstimationError(f"clustered errors need 2 clusters or more; got {len(scores)}.")
    meat = scores.T @ scores
    scaling = np.nan
    if fit.model.df:
        trace = saturated_trace(fit, clusters) - float((meat * bread).sum())
        scaling = trace / fit.model.df
    return Inference(bread @ meat @ bread, float(scaling), True, "observed", len(scores))


def saturated_trace(fit: ModelFit, clusters: np.ndarray | None = None) -> float:
    """Trace of first-order times inverse observed information of the unrestricted model."""
    total, first = 0.0, 0
    for sample in fit.samples:
        own = None if clusters is None else clusters[first : first + sample.n]
        first += sample.n
        meat = first_order_information(sample, means=fit.model.has_means, clusters=own)
        information = saturated_information(sample, means=fit.model.has_means)
        total += float(np.trace(solve(information, meat)))
    return total


def first_order_information(
    sample: Sample, *, means: bool, clusters: np.ndarray | None = None
) -> np.ndarray:
    """Sum over rows (or clusters) of outer products of slopes in the unrestricted moments."""
    p = len(sample.mean)
    size = p * (p + 1) // 2 + (p if means else 0)
    total = np.zeros((size, size))
    kept: list[np.ndarray] = []
    for by_mean, by_covariance in casewise_gradient(sample, sample.mean, sample.covariance):
        scores = vech_gradient(by_covariance)
        scores = np.concatenate([by_mean, scores], axis=1) if means else scores
        if clusters is None:
            total += scores.T @ scores
        else:
            kept.append(scores)
    if clusters is None:
        return total
    scores = sum_by_cluster(np.concatenate(kept), clusters)
    return scores.T @ scores


def solve(information: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Divide by an information matrix.

    Raises
    ------
    EstimationError
        If it is singular: too few rows answered some columns together.
    """
    try:
        return np.linalg.solve(information, right)
    except np.linalg.LinAlgError as error:
        raise EstimationError(
            "too few rows answered some items together for tests that respect gaps or "
            "non-normal answers."
        ) from error


def saturated_information(sample: Sample, *, means: bool) -> np.ndarray:
    """Observed information of the unrestricted moments, summed over rows."""
    full = moment_information(sample, sample.mean, sample.covariance)
    if means:
        return full
    p = len(sample.mean)
    return full[p:, p:]


def sum_by_cluster(scores: np.ndarray, clusters: np.ndarray | None) -> np.ndarray:
    """Add up rows with the same code; unchanged without codes."""
    if clusters is None:
        return scores
    _, code = np.unique(clusters, return_inverse=True)
    total = np.zeros((code.max() + 1, scores.shape[1]))
    np.add.at(total, code, scores)
    return total


def standardize(model: FactorModel, theta: np.ndarray) -> np.ndarray:
    r"""Every entry on the scale where items and factors have variance 1; complex-safe.

    Parameters
    ----------
    model : FactorModel
    theta : numpy.ndarray, shape (n_free,)

    Returns
    -------
    numpy.ndarray, shape (n_entries,)
        Loadings :math:`\lambda_{jk}\sqrt{\phi_{kk}/\sigma_{jj}}`, residual variances over item
        variances, residual covariances as correlations, factor covariances as correlations,
        intercepts and factor means over standard deviations, paths alike.
    """
    values = model.values(theta)
    out = np.zeros_like(values)
    for g, implied in enumerate(implied_moments(model, theta)):
        own = np.array([entry.group == g for entry in model.entries])
        if own.any():
            out[own] = _standardize_group(model, values, implied, own)
    return out


def standardized_covariance(fit: ModelFit, inference: Inference) -> tuple[np.ndarray, np.ndarray]:
    """Standardized entries and their sampling covariance by the delta method.

    Returns
    -------
    estimate : numpy.ndarray of float, shape (n_entries,)
    covariance : numpy.ndarray of float, shape (n_entries, n_entries)
        Zero for what is fixed.
    """
    estimate = standardize(fit.model, fit.theta)
    slopes = np.zeros((len(estimate), fit.model.n_free))
    for k in range(fit.model.n_free):
        moved = fit.theta.astype(complex)
        moved[k] += 1j * COMPLEX_STEP
        slopes[:, k] = standardize(fit.model, moved).imag / COMPLEX_STEP
    return estimate, slopes @ inference.covariance @ slopes.T


def entry_errors(fit: ModelFit, inference: Inference) -> tuple[np.ndarray, np.ndarray]:
    """Entries as the model has them and their standard errors; 0 for what is fixed.

    Returns
    -------
    estimate, std_error : numpy.ndarray of float, shape (n_entries,)
    """
    errors = np.append(np.sqrt(np.maximum(np.diag(inference.covariance), 0.0)), 0.0)
    return fit.model.values(fit.theta), errors[fit.model.index]


def improper(fit: ModelFit) -> list[tuple[str, tuple[int, ...]]]:
    """Name estimates that no population can have: negative variances, correlations beyond 1.

    Returns
    -------
    list of (str, tuple of int)
        ``("residual", (item,))`` and ``("variance", (factor,))`` for variances of 0 or less,
        ``("residual_correlation", (item, item))`` and ``("correlation", (factor, factor))`` for
        covariances that imply a correlation of 1 or more, ``("correlations", ())`` where only
        all together are impossible; empty when all is well.
    """
    model = fit.model
    found: list[tuple[str, tuple[int, ...]]] = []
    for entry, value in zip(model.entries, model.values(fit.theta), strict=True):
        if entry.kind not in (RESIDUAL, FACTOR_COVARIANCE) or not entry.label:
            continue
        of_items = entry.kind == RESIDUAL
        if entry.row == entry.column:
            bad = value <= 0
            name = ("residual" if of_items else "variance", (entry.row,))
        else:
            implied = fit.implied[entry.group]
            whole = implied.residuals if of_items else implied.factor_covariance
            scale = whole[entry.row, entry.row] * whole[entry.column, entry.column]
            bad = scale > 0 and abs(whole[entry.row, entry.column]) >= np.sqrt(scale)
            kind = "residual_correlation" if of_items else "correlation"
            name = (kind, (entry.column, entry.row))
        if bad and name not in found:
            found.append(name)
    covariances = [one.factor_covariance for one in fit.implied if model.n_factors]
    if not found and any(np.linalg.eigvalsh(one)[0] <= 0 for one in covariances):
        found.append(("correlations", ()))
    return found


def _standardize_group(
    model: FactorModel, values: np.ndarray, implied: Implied, own: np.ndarray
) -> np.ndarray:
    item_sd = np.sqrt(np.diag(implied.covariance))
    factor_sd = np.sqrt(np.diag(implied.factor_covariance))
    # Factors that others predict: their covariances are those of what is left.
    inner = np.linalg.inv(implied.carry) if len(implied.carry) else implied.carry
    left = inner @ implied.factor_covariance @ inner.T
    out = []
    for i in own.nonzero()[0]:
        kind, _, row, column, _, _ = model.entries[i]
        if kind == LOADING:
            scale = factor_sd[column] / item_sd[row]
        elif kind == RESIDUAL:
            variance = implied.residuals
            scale = (
                1 / item_sd[row] ** 2
                if row == column
                else 1 / np.sqrt(variance[row, row] * variance[column, column])
            )
        elif kind == FACTOR_COVARIANCE:
            scale = (
                1 / factor_sd[row] ** 2
                if row == column
                else 1 / np.sqrt(left[row, row] * left[column, column])
            )
        elif kind == PATH:
            scale = factor_sd[column] / factor_sd[row]
        elif kind == INTERCEPT:
            scale = 1 / item_sd[row]
        elif kind == FACTOR_MEAN:
            scale = 1 / factor_sd[row]
        out.append(values[i] * scale)
    return np.array(out)
