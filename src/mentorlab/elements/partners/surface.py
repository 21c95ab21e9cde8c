"""What agreement does to an outcome: the surface over both partners' scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from ...options import check_level
from ...provenance import Provenance
from ...result import Result, describe_size
from ...stats.clusters import cluster_robust
from ...stats.dyads.surface import (
    SLOPE_WEIGHTS,
    SURFACE_SHAPE,
    SURFACE_SLOPES,
    SURFACE_TERMS,
    SurfaceFit,
    fit_surface,
    surface_design,
    surface_shape,
)
from ...stats.dyads.surface_family import RSA_NAMES, SURFACE_FAMILY, FamilyFit, fit_surface_family
from .dyad_frames import (
    PARTNERS,
    Dyads,
    Variable,
    label_of,
    p_text,
    pair_clusters,
    read_dyads,
)

WHO = "response_surface"
_MEANINGS = {
    "a1": "slope along agreement: is more of both better?",
    "a2": "curvature along agreement",
    "a3": "slope along disagreement: does it matter who scores higher?",
    "a4": "curvature along disagreement: below zero, disagreement costs",
    "a5": "whether the ridge runs along agreement (zero) or is turned",
}


@dataclass(frozen=True, eq=False, repr=False)
class ResponseSurface(Result):
    """A response surface with its features and its family.

    Attributes
    ----------
    features : pandas.DataFrame
        a1 to a5: `feature`, `estimate`, `std_error`, `df`, `conf_low`, `conf_high`, `p_value`, `n`,
        `meaning`.
    coefficients : pandas.DataFrame
        `term`, `estimate`, `std_error`, `df`, `conf_low`, `conf_high`, `p_value`.
    shape : pandas.DataFrame
        `feature` (stationary point, principal axes, curvatures), `estimate`, `std_error` (delta
        method), `conf_low`, `conf_high`.
    family : pandas.DataFrame
        The constrained surfaces ranked by AICc: `model`, `meaning`, `n_params`, `log_likelihood`,
        `aicc`, `delta_aicc`, `weight`, `r2`, `r2_adjusted`, `p_value`, `cfi`, `rsa_name`.
    verdict : str
        What the data say of the hypothesis that agreement is best, in words.
    center : float
        The point taken away from both predictors.
    outcome, predictor : str
        What was asked.
    roles : tuple of str
        x is the first role, y the second.
    r2 : float
        Explained by the full surface.
    scores : pandas.DataFrame
        Columns x, y (centered) and outcome, for the picture.
    remarks : tuple of str
        Errors used, what was left out.
    level : float
        Confidence level.
    """

    features: pd.DataFrame
    coefficients: pd.DataFrame
    shape: pd.DataFrame
    family: pd.DataFrame
    verdict: str
    center: float
    outcome: str
    predictor: str
    roles: tuple[str, str]
    r2: float
    scores: pd.DataFrame
    remarks: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.dyads:response_surface"
    references: ClassVar[tuple[str, ...]] = (
        "edwards2002",
        "humberg2019",
        "schoenbrodt2016",
        "burnham2002",
        "mackinnon1985",
        "pustejovsky2018",
    )
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give a1 to a5, one row each."""
        return self.features.copy()

    def headline(self) -> str:
        """What was explained by what."""
        n = int(self.features["n"].iloc[0])
        return (
            f"Response surface of {self.outcome} over both partners' {self.predictor} "
            f"({count(n, 'pair')}, R2 {self.r2:.2f})"
        )

    def notes(self) -> tuple[str, ...]:
        """The verdict, the best models, errors."""
        best = self.family.iloc[0]
        near = self.family[self.family["delta_aicc"] < 2]
        others = ", ".join(near["model"].iloc[1:])
        ranked = (
            f"of the family {best['model']} ranks first (weight {best['weight']:.2f}): "
            f"{best['meaning']}"
        )
        if others:
            ranked += f"; hardly told apart from {others}"
        return (self.verdict, ranked, *self.remarks, "effects are associations, not causes")

    def _display_frame(self) -> pd.DataFrame:
        shown = self.features.drop(columns=["std_error", "n"])
        return shown.assign(p_value=shown["p_value"].map(p_text))


def response_surface(
    pairs: pd.DataFrame,
    *,
    outcome: Variable,
    predictor: Variable,
    outcome_of: str = "mentee",
    center: float | None = None,
    cluster: str | None = "mentor_id",
    roles: tuple[str, str] = PARTNERS,
    wave: int | None = None,
    level: float = 0.95,
) -> ResponseSurface:
    r"""Tell whether an outcome is best where partners agree, and at which level.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`, or one row a dyad.
    outcome : str or tuple of str
        An element (or two columns), of which one role's score is taken, or any other column that
        holds one number a dyad.
    predictor : str or tuple of str
        The element on which partners may agree: x is the first role's score, y the second's.
    outcome_of : str
        Whose score of the outcome: one of `roles`, or ``"mean"`` of both.
    center : float, optional
        Taken away from both predictors; the middle of the answer scale is best. Without it the
        mean of all scores of both partners is used.
    cluster : str, optional
        Column of what pairs share; by default the mentor.
    roles : tuple of str
        The columns with the partners' scores.
    wave : int, optional
        Analyze one wave.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    ResponseSurface

    Raises
    ------
    OptionError
        For unknown elements, columns and arguments.
    EstimationError
        With fewer than nine complete pairs, or predictors that do not span a surface.

    Notes
    -----
    See ``stats.fit_surface`` and ``stats.fit_surface_family`` for formulas. Errors of coefficients
    and of a1 to a5 (linear in them) are HC3 with t for independent pairs, CR2 with Satterthwaite's
    degrees of freedom where mentors are shared; axes and the stationary point get delta-method
    errors from the same covariance. The verdict asks all that an effect of agreement needs: a4 and
    the tilt a3, and a first principal axis whose slope may be 1 and whose intercept may be 0. Do
    not use it where fewer than about one pair in ten disagrees noticeably: then the surface off the
    diagonal is extrapolation. Choosing the best model and testing it on the same data is too
    optimistic.

    References
    ----------
    edwards2002, humberg2019, schoenbrodt2016, burnham2002, mackinnon1985, pustejovsky2018

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements import response_surface
    >>> program = ml.datasets.load_example_program()
    >>> scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    >>> pairs = ml.pair_partners(scores, members=program.members)
    >>> result = response_surface(pairs, outcome="satisfaction", predictor="trust", center=3)
    >>> result.to_frame()["feature"].tolist()
    ['a1', 'a2', 'a3', 'a4', 'a5']
    """
    check_level(level, who=WHO)
    if outcome_of not in (*roles, "mean"):
        raise OptionError(
            f"{WHO}: `outcome_of` must be {quote(roles[0])}, {quote(roles[1])} or 'mean'; "
            f"got {quote(outcome_of)}."
        )
    x_name, z_name = label_of(predictor), label_of(outcome)
    dyads, z = _read(pairs, outcome, predictor, outcome_of, cluster, roles, wave)
    both = dyads.values[x_name]
    point = float(both.mean()) if center is None else float(center)
    x, y = (both - point).T
    try:
        fit = fit_surface(x, y, z)
        family = fit_surface_family(x, y, z)
    except EstimationError as error:
        raise EstimationError(f"{WHO}: {error}") from error
    covariance, estimates, errors, df = _inference(fit, x, y, z, dyads)
    terms = _tidy(estimates[:6], errors[:6], df[:6], level)
    features = _tidy(estimates[6:], errors[6:], df[6:], level)
    shape = _shape(fit, covariance, level)
    return ResponseSurface(
        features=features.assign(n=dyads.n, meaning=list(_MEANINGS.values())).pipe(
            _named, "feature", SURFACE_SLOPES
        ),
        coefficients=_named(terms, "term", SURFACE_TERMS),
        shape=shape,
        family=_family(family),
        verdict=_verdict(features, shape, level),
        center=point,
        outcome=z_name
        if outcome_of not in roles or z_name in pairs
        else f"{outcome_of}'s {z_name}",
        predictor=x_name,
        roles=roles,
        r2=fit.r2,
        scores=pd.DataFrame({"x": x, "y": y, "outcome": z}),
        remarks=_remarks(dyads, point, center, x, y),
        level=level,
        provenance=Provenance(
            WHO,
            {
                "pairs": describe_size(pairs),
                "outcome": outcome,
                "predictor": predictor,
                "outcome_of": outcome_of,
                "center": center,
                "cluster": cluster,
                "wave": wave,
                "level": level,
            },
        ),
    )


def _read(
    pairs: pd.DataFrame,
    outcome: Variable,
    predictor: Variable,
    outcome_of: str,
    cluster: str | None,
    roles: tuple[str, str],
    wave: int | None,
) -> tuple[Dyads, np.ndarray]:
    x_name, z_name = label_of(predictor), label_of(outcome)
    if x_name == z_name:
        raise OptionError(f"{WHO}: `outcome` and `predictor` are the same, {quote(x_name)}.")
    options = {"who": WHO, "cluster": cluster, "roles": roles, "wave": wave}
    elements = set(pairs["element"]) if "element" in pairs else set()
    if isinstance(outcome, str) and outcome in pairs and outcome not in elements:
        dyads = read_dyads(pairs, {x_name: predictor}, shared=[outcome], **options)
        return dyads, dyads.shared[outcome]
    dyads = read_dyads(pairs, {x_name: predictor, z_name: outcome}, **options)
    both = dyads.values[z_name]
    return dyads, both.mean(axis=1) if outcome_of == "mean" else both[:, roles.index(outcome_of)]


def _inference(
    fit: SurfaceFit, x: np.ndarray, y: np.ndarray, z: np.ndarray, dyads: Dyads
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Covariance, then estimates, errors and df of the six coefficients and of a1 to a5."""
    weights = np.vstack([np.eye(6), SLOPE_WEIGHTS])
    if dyads.clusters is None and not dyads.repeated:
        errors = np.sqrt(np.einsum("ki,ij,kj->k", weights, fit.robust, weights))
        return fit.robust, weights @ fit.beta, errors, np.full(len(weights), float(fit.df))
    found = cluster_robust(surface_design(x, y), z, pair_clusters(dyads), contrasts=weights)
    return found.covariance, found.estimate, found.std_error, found.df


def _tidy(estimate: np.ndarray, error: np.ndarray, df: np.ndarray, level: float) -> pd.DataFrame:
    from scipy.stats import t

    half = t.ppf((1 + level) / 2, df) * error
    return pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": error,
            "df": df,
            "conf_low": estimate - half,
            "conf_high": estimate + half,
            "p_value": 2 * t.sf(np.abs(estimate / error), df),
        }
    )


def _named(frame: pd.DataFrame, column: str, names: tuple[str, ...]) -> pd.DataFrame:
    frame.insert(0, column, list(names))
    return frame


def _shape(fit: SurfaceFit, covariance: np.ndarray, level: float) -> pd.DataFrame:
    from scipy.stats import norm

    estimate, error = surface_shape(fit.beta, covariance)
    half = norm.ppf((1 + level) / 2) * error
    return pd.DataFrame(
        {
            "feature": SURFACE_SHAPE,
            "estimate": estimate,
            "std_error": error,
            "conf_low": estimate - half,
            "conf_high": estimate + half,
        }
    )


def _family(family: FamilyFit) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "model": list(SURFACE_FAMILY),
            "meaning": list(SURFACE_FAMILY.values()),
            "n_params": family.n_params,
            "log_likelihood": family.log_likelihood,
            "aicc": family.aicc,
            "delta_aicc": family.aicc - family.aicc.min(),
            "weight": family.weight,
            "r2": family.r2,
            "r2_adjusted": family.r2_adjusted,
            "p_value": family.p_value,
            "cfi": family.cfi,
            "rsa_name": [RSA_NAMES[name] for name in SURFACE_FAMILY],
        }
    )
    return frame.sort_values("aicc", kind="stable", ignore_index=True)


def _verdict(features: pd.DataFrame, shape: pd.DataFrame, level: float) -> str:
    """The conditions of an effect of agreement, one after the other."""
    rows = features.assign(feature=SURFACE_SLOPES).set_index("feature")
    axis = shape.set_index("feature")
    missing = []
    if not rows.loc["a4", "conf_high"] < 0:
        missing.append("disagreement does not cost (a4 is not below zero)")
    if not rows.loc["a3", "conf_low"] <= 0 <= rows.loc["a3", "conf_high"]:
        missing.append("it matters who scores higher (a3 is not zero)")
    slope, shift = axis.loc["axis1_slope"], axis.loc["axis1_intercept"]
    if not slope["conf_low"] <= 1 <= slope["conf_high"]:
        missing.append("the ridge does not run along agreement (slope of its axis is not 1)")
    if not shift["conf_low"] <= 0 <= shift["conf_high"]:
        missing.append("the ridge is shifted from agreement (intercept of its axis is not 0)")
    if missing:
        return f"no effect of agreement is shown: {'; '.join(missing)}"
    rising = rows.loc["a1", "p_value"] < 1 - level or rows.loc["a2", "p_value"] < 1 - level
    also = ", and the level at which they agree matters too" if rising else ""
    return f"outcomes are best where partners agree{also}"


def _remarks(
    dyads: Dyads, point: float, center: float | None, x: np.ndarray, y: np.ndarray
) -> tuple[str, ...]:
    said = dyads.notes()
    if dyads.clusters is None:
        how = "clustered by pair (CR2)" if dyads.repeated else "robust to unequal variance (HC3)"
        said.append(f"errors {how}")
    if center is None:
        said.append(
            f"both predictors centered at their common mean, {point:.2f}; give center= to use the "
            "middle of the scale"
        )
    spread = np.concatenate([x, y]).std()
    apart = float((np.abs(x - y) > spread / 2).mean())
    if apart < 0.1:
        said.append(
            f"only {apart:.0%} of pairs disagree by half a standard deviation: off the diagonal "
            "the surface is extrapolated"
        )
    return tuple(said)
