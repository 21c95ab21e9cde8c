"""Measures of agreement between two partners: what each asks, and how it is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...stats.agreement.concordance import concordance, limits_of_agreement
from ...stats.agreement.group_agreement import group_agreement
from ...stats.agreement.icc import ICC_FORMS, icc_forms, icc_groups
from ...stats.agreement.kappa import weighted_kappa
from ...stats.agreement.krippendorff import krippendorff_alpha
from ...stats.agreement.profiles import profile_similarity


@dataclass(frozen=True)
class Scale:
    """The answer scale, as far as it was told.

    Attributes
    ----------
    low, high : float
        Ends; NaN when not given.
    categories : tuple of float
        All answers that could be given, in order; empty when not given.
    """

    low: float = float("nan")
    high: float = float("nan")
    categories: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Numbers:
    """Estimates of a measure's forms, with intervals and tests where there are formulas.

    Attributes
    ----------
    estimate, conf_low, conf_high, p_value : numpy.ndarray, shape (n_forms,)
        NaN where there is no formula.
    f_value, df1, df2 : numpy.ndarray, shape (n_forms,), optional
        The F test of a measure that has one.
    """

    estimate: np.ndarray
    conf_low: np.ndarray
    conf_high: np.ndarray
    p_value: np.ndarray
    f_value: np.ndarray | None = None
    df1: np.ndarray | None = None
    df2: np.ndarray | None = None


@dataclass(frozen=True)
class Measure:
    """One way to look at agreement.

    Attributes
    ----------
    forms : tuple of str
        Names of its numbers.
    questions : tuple of str
        What each form answers, in words.
    compute : callable
        Takes scores (n, 2) (or (n, 2, J) if `many`), the scale and the level to `Numbers`.
    bounded : bool
        Whether values lie below 1 like a correlation.
    many : bool
        Whether it needs all elements at once.
    needs : str
        What of the scale it needs: ``""``, ``"ends"`` or ``"categories"``.
    """

    forms: tuple[str, ...]
    questions: tuple[str, ...]
    compute: Callable[[np.ndarray, Scale, float], Numbers]
    bounded: bool = True
    many: bool = False
    needs: str = ""


def _plain(*values: float) -> Numbers:
    estimate = np.array(values, dtype=float)
    none = np.full(len(estimate), np.nan)
    return Numbers(estimate, none, none, none)


def _icc(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    fit = icc_forms(scores, level=level)
    test = (fit.p_value, fit.f_value, fit.df1, fit.df2)
    return Numbers(fit.estimate, fit.conf_low, fit.conf_high, *test)


def _icc_groups(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    fit = icc_groups(scores.ravel(), np.repeat(np.arange(len(scores)), 2), level=level)
    limits = np.array([fit.conf_low, fit.conf_high])
    both = np.vstack([limits, 2 * limits / (1 + limits)])
    test = (fit.p_value, fit.f_value, fit.df1, fit.df2)
    return Numbers(
        np.array([fit.icc1, fit.icc2]), *both.T, *(np.full(2, float(value)) for value in test)
    )


def _ccc(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    fit = concordance(*scores.T, level=level)
    nan = float("nan")
    return Numbers(
        np.array([fit.estimate, fit.pearson, fit.bias_correction]),
        np.array([fit.conf_low, nan, nan]),
        np.array([fit.conf_high, nan, nan]),
        np.full(3, nan),
    )


def _kappa(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    codes = np.searchsorted(np.array(scale.categories), scores)
    fits = [
        weighted_kappa(*codes.T, len(scale.categories), weights=weights, level=level)
        for weights in ("quadratic", "linear", "none")
    ]
    return Numbers(
        *(
            np.array([getattr(fit, name) for fit in fits])
            for name in ("estimate", "conf_low", "conf_high", "p_value")
        )
    )


def _krippendorff(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    kinds = ("interval", "ordinal", "nominal")
    return _plain(*(krippendorff_alpha(scores, measurement=kind) for kind in kinds))


def _groups(scores: np.ndarray, scale: Scale) -> tuple[np.ndarray, np.ndarray]:
    n = len(scores)
    answers = scores.reshape(n, 2, -1).reshape(2 * n, -1)
    return answers, np.repeat(np.arange(n), 2)


def _rwg(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    answers, groups = _groups(scores, scale)
    return _plain(group_agreement(answers, groups, low=scale.low, high=scale.high).rwg.mean())


def _rwg_j(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    answers, groups = _groups(scores, scale)
    found = group_agreement(answers, groups, low=scale.low, high=scale.high)
    return _plain(found.rwg_j.mean(), found.rwg_j_lindell.mean())


def _awg(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    answers, groups = _groups(scores, scale)
    return _plain(group_agreement(answers, groups, low=scale.low, high=scale.high).awg.mean())


def _ad(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    return _plain((np.abs(scores[:, 0] - scores[:, 1]) / 2).mean())


def _profiles(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    found = profile_similarity(scores[:, 0], scores[:, 1])
    return _plain(_mean(found.raw), _mean(found.distinctive), found.normative)


def _limits(scores: np.ndarray, scale: Scale, level: float) -> Numbers:
    from scipy.stats import t

    fit = limits_of_agreement(*scores.T, level=level)
    half = t.ppf((1 + level) / 2, fit.n - 1) * fit.low_error
    return Numbers(
        np.array([fit.mean, fit.low, fit.high]),
        np.array([fit.mean_low, fit.low - half, fit.high - half]),
        np.array([fit.mean_high, fit.low + half, fit.high + half]),
        np.full(3, np.nan),
    )


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


_ICC_QUESTIONS = (
    "how alike are partners' scores, if roles did not matter?",
    "how alike are they, when a level difference between roles counts as disagreement?",
    "how alike are they, once each role's level is taken away?",
    "how reliable is the mean of both partners, if roles did not matter?",
    "how reliable is the mean of both partners, level differences counting?",
    "how reliable is the mean of both partners, levels taken away?",
)
MEASURES: dict[str, Measure] = {
    "icc": Measure(ICC_FORMS, _ICC_QUESTIONS, _icc),
    "icc_groups": Measure(
        ("ICC(1)", "ICC(2)"),
        (
            "how much of the variance of scores lies between pairs?",
            "how reliably does the mean of a pair tell pairs apart?",
        ),
        _icc_groups,
    ),
    "rwg": Measure(
        ("mean of pairs",),
        ("do partners differ less than two random answers would, in one element?",),
        _rwg,
        bounded=False,
        needs="ends",
    ),
    "rwg_j": Measure(
        ("rwg(j)", "Lindell's r*wg(j)"),
        (
            "do partners differ less than random answers would, over all elements?",
            "the same, not growing with the number of elements",
        ),
        _rwg_j,
        bounded=False,
        many=True,
        needs="ends",
    ),
    "awg": Measure(
        ("mean of pairs",),
        ("how near do partners come to the best agreement that their level allows?",),
        _awg,
        bounded=False,
        needs="ends",
    ),
    "ad": Measure(
        ("mean of pairs",),
        ("how many scale points is a partner from the pair's mean, on average?",),
        _ad,
        bounded=False,
    ),
    "ccc": Measure(
        ("concordance", "precision (Pearson)", "accuracy (bias correction)"),
        (
            "how near are pairs of scores to being equal?",
            "how near are they to any straight line?",
            "how near is that line to the line of equality?",
        ),
        _ccc,
    ),
    "weighted_kappa": Measure(
        ("quadratic", "linear", "none"),
        (
            "how much better than chance do partners agree, far misses counting most?",
            "the same, misses counting by their distance",
            "how much better than chance do they choose the same category?",
        ),
        _kappa,
        needs="categories",
    ),
    "krippendorff": Measure(
        ("interval", "ordinal", "nominal"),
        (
            "how far do partners agree beyond chance, by distance?",
            "how far do they agree beyond chance, by rank?",
            "how far do they agree beyond chance, on the very same score?",
        ),
        _krippendorff,
    ),
    "profile_similarity": Measure(
        ("raw", "distinctive", "normative"),
        (
            "do partners rank the elements of their relationship alike?",
            "do they, beyond the profile that every pair has?",
            "how alike are the mean profiles of the two roles?",
        ),
        _profiles,
        many=True,
    ),
    "bland_altman": Measure(
        ("mean difference", "lower limit", "upper limit"),
        (
            "who scores higher, and by how many points?",
            "below what difference do about 2.5 % of pairs lie?",
            "above what difference do about 2.5 % of pairs lie?",
        ),
        _limits,
        bounded=False,
    ),
}
