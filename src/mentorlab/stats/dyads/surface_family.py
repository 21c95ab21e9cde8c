"""The family of constrained response surfaces, from no effect to a full surface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError

SURFACE_FAMILY = {
    "null": "the outcome depends on neither partner",
    "additive": "each partner's score counts for itself",
    "interaction": "one partner's effect depends on the other's score",
    "difference": "the signed difference counts",
    "squared_difference": "the outcome is best where partners are equal, at any level",
    "shifted_squared_difference": "the outcome is best at a fixed difference",
    "rising_ridge": "equality is best, and higher equal scores are better",
    "shifted_rising_ridge": "a fixed difference is best, and higher scores are better",
    "shifted_rotated_squared_difference": "a straight line of combinations is best",
    "shifted_rotated_rising_ridge": "a straight line is best, and outcomes rise along it",
    "full": "any surface of second degree",
}
"""Members of the family and what each says, in words."""
RSA_NAMES = {
    "null": "null",
    "additive": "additive",
    "interaction": "IA",
    "difference": "diff",
    "squared_difference": "SQD",
    "shifted_squared_difference": "SSQD",
    "rising_ridge": "RR",
    "shifted_rising_ridge": "SRR",
    "shifted_rotated_squared_difference": "SRSQD",
    "shifted_rotated_rising_ridge": "SRRR",
    "full": "full",
}
_ANGLES = 181


@dataclass(frozen=True, eq=False)
class FamilyFit:
    """The fitted family, in the order of `SURFACE_FAMILY`.

    Attributes
    ----------
    n_params : numpy.ndarray of int, shape (11,)
        Free coefficients and the residual variance.
    log_likelihood, aicc, weight : numpy.ndarray, shape (11,)
        Likelihood, small-sample Akaike criterion and Akaike weights.
    r2, r2_adjusted, p_value : numpy.ndarray, shape (11,)
        Explained variance and its F test; NaN for the null model's p.
    cfi : numpy.ndarray, shape (11,)
        Comparative fit against the full surface.
    beta : numpy.ndarray, shape (11, 6)
        Coefficients of the full surface under each constraint.
    """

    n_params: np.ndarray
    log_likelihood: np.ndarray
    aicc: np.ndarray
    weight: np.ndarray
    r2: np.ndarray
    r2_adjusted: np.ndarray
    p_value: np.ndarray
    cfi: np.ndarray
    beta: np.ndarray


def fit_surface_family(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> FamilyFit:
    r"""Rank what partners' agreement could mean for an outcome, from simple to complex.

    Parameters
    ----------
    x, y, z : numpy.ndarray of float, shape (n,)
        As in `fit_surface`.

    Returns
    -------
    FamilyFit

    Raises
    ------
    EstimationError
        With fewer than nine rows, or an outcome without residual variance.

    Notes
    -----
    Each member is the full surface under constraints; they are fitted by least squares, the two
    rotated ones over the angle of their ridge (all angles are searched, so the best one is found).
    AICc :math:`=-2\ell+2Kn/(n-K-1)` with K counting the residual variance. Weights sum to 1 over
    the family: they rank its members and say nothing about models outside it. Choosing the best
    one and then testing it on the same data is too optimistic.

    References
    ----------
    schoenbrodt2016 : Testing fit patterns with polynomial regression models.
    burnham2002 : Model selection and multimodel inference.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> x, y = rng.normal(size=(2, 300))
    >>> z = -((x - y) ** 2) + rng.normal(size=300)
    >>> found = fit_surface_family(x, y, z)
    >>> list(SURFACE_FAMILY)[int(found.aicc.argmin())]
    'squared_difference'
    """
    from scipy.stats import f

    n = len(z)
    if n < 9:
        raise EstimationError(f"the family of surfaces needs nine rows; got {n}.")
    fits = [fit(x, y, z) for fit in _FITTERS.values()]
    left = np.array([rest for rest, _, _ in fits])
    k = np.array([size for _, size, _ in fits])
    total = left[0]
    if left[-1] <= 1e-12 * total or total <= 0:
        raise EstimationError("the outcome does not vary, or the surface fits it without error.")
    likelihood = -n / 2 * (np.log(2 * np.pi * left / n) + 1)
    n_params = k + 2
    aicc = -2 * likelihood + 2 * n_params * n / (n - n_params - 1)
    weight = np.exp(-(aicc - aicc.min()) / 2)
    r2 = 1 - left / total
    slopes = np.maximum(k, 1)
    f_value = r2 / slopes / ((1 - r2) / (n - slopes - 1))
    chi2, df = 2 * (likelihood[-1] - likelihood), 5 - k
    excess = np.maximum(chi2 - df, 0)
    worst = np.maximum(np.maximum(chi2[0] - 5, chi2 - df), 0)
    return FamilyFit(
        n_params=n_params,
        log_likelihood=likelihood,
        aicc=aicc,
        weight=weight / weight.sum(),
        r2=r2,
        r2_adjusted=1 - (1 - r2) * (n - 1) / (n - k - 1),
        p_value=np.where(k > 0, f.sf(f_value, slopes, n - slopes - 1), np.nan),
        cfi=1 - np.divide(excess, worst, out=np.zeros(len(k)), where=worst > 0),
        beta=np.stack([beta for _, _, beta in fits]),
    )


_Fit = tuple[float, int, np.ndarray]


def _linear(*forms: tuple[float, ...]) -> Callable[[np.ndarray, np.ndarray, np.ndarray], _Fit]:
    """A fitter for regressors that are fixed mixes of x, y, x2, xy, y2."""
    mixing = np.array(forms, dtype=float).reshape(-1, 5).T

    def fit(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> _Fit:
        rest, beta = _least_squares(_powers(x, y) @ mixing, z)
        return rest, mixing.shape[1], np.concatenate([beta[:1], mixing @ beta[1:]])

    return fit


def _rotated(*, rising: bool) -> Callable[[np.ndarray, np.ndarray, np.ndarray], _Fit]:
    """A fitter for a squared mix of x and y whose angle is free."""

    def mixing_at(angle: float) -> np.ndarray:
        c, s = np.cos(angle), np.sin(angle)
        square = [0, 0, c * c, -2 * c * s, s * s]
        if rising:
            return np.array([[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], square]).T
        return np.array([[c, -s, 0, 0, 0], square]).T

    def fit(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> _Fit:
        from scipy.optimize import minimize_scalar

        powers = _powers(x, y)

        def rest_at(angle: float) -> float:
            return _least_squares(powers @ mixing_at(angle), z)[0]

        grid = np.linspace(0, np.pi, _ANGLES)
        near = grid[int(np.argmin([rest_at(angle) for angle in grid]))]
        step = grid[1]
        found = minimize_scalar(
            rest_at, bounds=(near - step, near + step), method="bounded", options={"xatol": 1e-10}
        )
        mixing = mixing_at(found.x)
        rest, beta = _least_squares(powers @ mixing, z)
        return rest, mixing.shape[1] + 1, np.concatenate([beta[:1], mixing @ beta[1:]])

    return fit


def _powers(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.column_stack([x, y, x * x, x * y, y * y])


def _least_squares(regressors: np.ndarray, z: np.ndarray) -> tuple[float, np.ndarray]:
    design = np.column_stack([np.ones(len(z)), regressors])
    beta = np.linalg.lstsq(design, z, rcond=None)[0]
    rest = z - design @ beta
    return float(rest @ rest), beta


_SQUARED = (0, 0, 1, -2, 1)
_FITTERS = {
    "null": _linear(),
    "additive": _linear((1, 0, 0, 0, 0), (0, 1, 0, 0, 0)),
    "interaction": _linear((1, 0, 0, 0, 0), (0, 1, 0, 0, 0), (0, 0, 0, 1, 0)),
    "difference": _linear((1, -1, 0, 0, 0)),
    "squared_difference": _linear(_SQUARED),
    "shifted_squared_difference": _linear((1, -1, 0, 0, 0), _SQUARED),
    "rising_ridge": _linear((1, 1, 0, 0, 0), _SQUARED),
    "shifted_rising_ridge": _linear((1, 0, 0, 0, 0), (0, 1, 0, 0, 0), _SQUARED),
    "shifted_rotated_squared_difference": _rotated(rising=False),
    "shifted_rotated_rising_ridge": _rotated(rising=True),
    "full": _linear(*np.eye(5)),
}
