"""Response surfaces: what happens to an outcome where partners agree and where they do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import EstimationError

SURFACE_TERMS = ("intercept", "x", "y", "x2", "xy", "y2")
SURFACE_SLOPES = ("a1", "a2", "a3", "a4", "a5")
SURFACE_SHAPE = (
    "stationary_x",
    "stationary_y",
    "axis1_slope",
    "axis1_intercept",
    "axis2_slope",
    "axis2_intercept",
    "axis1_curvature",
    "axis2_curvature",
    "curvature_max",
    "curvature_min",
)
SLOPE_WEIGHTS = np.array(
    [
        [0, 1, 1, 0, 0, 0],
        [0, 0, 0, 1, 1, 1],
        [0, 1, -1, 0, 0, 0],
        [0, 0, 0, 1, -1, 1],
        [0, 0, 0, 1, 0, -1],
    ],
    dtype=float,
)
"""What a1 to a5 are in terms of the six coefficients."""


@dataclass(frozen=True, eq=False)
class SurfaceFit:
    """A fitted polynomial surface; coefficients in the order of `SURFACE_TERMS`.

    Attributes
    ----------
    beta : numpy.ndarray, shape (6,)
        Coefficients.
    covariance, robust : numpy.ndarray, shape (6, 6)
        Classical, and robust to unequal variance (of the kind that was asked for).
    df : int
        Residual degrees of freedom.
    r2 : float
        Share of variance explained.
    f_quadratic, p_quadratic : float
        Test that the three terms of second degree add nothing.
    n : int
        Rows.
    """

    beta: np.ndarray
    covariance: np.ndarray
    robust: np.ndarray
    df: int
    r2: float
    f_quadratic: float
    p_quadratic: float
    n: int


def surface_design(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Put 1, x, y and their squares and product side by side, in the order of `SURFACE_TERMS`."""
    return np.column_stack([np.ones_like(x), x, y, x * x, x * y, y * y])


def fit_surface(
    x: np.ndarray, y: np.ndarray, z: np.ndarray, *, corrected: bool = True
) -> SurfaceFit:
    r"""Fit an outcome as a surface over both partners' scores.

    Parameters
    ----------
    x, y, z : numpy.ndarray of float, shape (n,)
        The two predictors, on one scale and centered at one meaningful point (the middle of the
        scale, not each at its own mean), and the outcome.
    corrected : bool
        Whether robust errors are HC3, right in small samples, or HC0, as structural equation
        programs give them.

    Returns
    -------
    SurfaceFit

    Raises
    ------
    EstimationError
        With fewer than eight rows, or predictors that do not span a surface (few distinct
        combinations).

    Notes
    -----
    :math:`z=b_0+b_1x+b_2y+b_3x^2+b_4xy+b_5y^2+e` by least squares. Along the line of congruence
    (x = y) the slope at the center is :math:`a_1=b_1+b_2` and the curvature
    :math:`a_2=b_3+b_4+b_5`; along the line of incongruence (x = -y) they are :math:`a_3=b_1-b_2`
    and :math:`a_4=b_3-b_4+b_5`; :math:`a_5=b_3-b_5`. An effect of congruence needs :math:`a_4<0`
    **and** the first principal axis on the line of congruence (:math:`a_5=0`, :math:`a_3=0`): a
    negative :math:`a_4` alone is not enough. Do not use difference scores instead, nor this model
    with predictors on different scales.

    References
    ----------
    edwards2002 : Alternatives to difference scores: polynomial regression and response surfaces.
    humberg2019 : Response surface analysis in personality and social psychology.

    Examples
    --------
    >>> rng = np.random.default_rng(4)
    >>> x, y = rng.normal(size=(2, 300))
    >>> z = -((x - y) ** 2) + rng.normal(size=300)
    >>> fit = fit_surface(x, y, z)
    >>> (SLOPE_WEIGHTS @ fit.beta).round(1)
    array([ 0.2,  0.1,  0. , -3.9, -0.1])
    """
    from scipy.stats import f

    n = len(z)
    if n < 8:
        raise EstimationError(f"a surface with six coefficients needs eight rows; got {n}.")
    design = surface_design(x, y)
    scale = np.linalg.norm(design, axis=0)
    if (scale == 0).any() or np.linalg.cond(design / np.where(scale > 0, scale, 1)) > 1e7:
        raise EstimationError(
            "the two predictors do not span a surface: they vary too little, say the same, or take "
            "too few values."
        )
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ z
    rest = z - design @ beta
    left, total = float(rest @ rest), float(((z - z.mean()) ** 2).sum())
    if total <= 0 or left <= 1e-12 * total:
        raise EstimationError("the outcome does not vary, or the surface fits it without error.")
    df = n - 6
    plane = design[:, :3]
    flat = z - plane @ np.linalg.lstsq(plane, z, rcond=None)[0]
    f_value = (float(flat @ flat) - left) / 3 / (left / df)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design) if corrected else np.zeros(n)
    weighted = design * (rest / np.maximum(1 - leverage, 1e-10))[:, None]
    return SurfaceFit(
        beta=beta,
        covariance=left / df * inverse,
        robust=inverse @ weighted.T @ weighted @ inverse,
        df=df,
        r2=1 - left / total,
        f_quadratic=float(f_value),
        p_quadratic=float(f.sf(f_value, 3, df)),
        n=n,
    )


def surface_shape(beta: np.ndarray, covariance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Tell where the surface turns and along which lines it bends most and least.

    Parameters
    ----------
    beta, covariance : numpy.ndarray, shape (6,) and (6, 6)
        Coefficients in the order of `SURFACE_TERMS`, and their covariance.

    Returns
    -------
    estimate, std_error : numpy.ndarray, shape (10,)
        In the order of `SURFACE_SHAPE`; errors by the delta method. All NaN but the curvatures
        when there is no single stationary point or axis (a ridge, a plane, or a bowl that is
        round).

    Raises
    ------
    EstimationError
        If a coefficient is not a number.

    Notes
    -----
    Stationary point :math:`x_0=\frac{b_2b_4-2b_1b_5}{4b_3b_5-b_4^2}`, and y with x and y
    exchanged; axes with slopes :math:`\frac{b_5-b_3\pm\sqrt{(b_3-b_5)^2+b_4^2}}{b_4}` through it.
    The delta method is rough here: with :math:`4b_3b_5-b_4^2` near zero the stationary point may
    lie anywhere, and its interval should not be read.

    References
    ----------
    edwards2002 : Alternatives to difference scores: polynomial regression and response surfaces.

    Examples
    --------
    >>> estimate, _ = surface_shape(np.array([0, 1, 2, -1, 0.5, -2.0]), np.eye(6) * 0.01)
    >>> estimate[:2].round(3)
    array([0.645, 0.581])
    """
    if not np.isfinite(beta).all():
        raise EstimationError("a surface needs six coefficients that are numbers.")
    estimate = _shape(beta.astype(complex)).real
    slopes = np.empty((len(SURFACE_SHAPE), 6))
    step = 1e-30
    for i in range(6):
        moved = beta.astype(complex)
        moved[i] += 1j * step
        slopes[:, i] = _shape(moved).imag / step
    variance = np.einsum("ki,ij,kj->k", slopes, covariance, slopes)
    return estimate, np.sqrt(variance)


def _shape(beta: np.ndarray) -> np.ndarray:
    """The ten quantities; complex numbers pass through so that they can be differentiated."""
    _, b1, b2, b3, b4, b5 = beta
    nan = complex("nan")
    root = np.sqrt((b3 - b5) ** 2 + b4**2)
    curvatures = [(b3 + b5 + root) / 2, (b3 + b5 - root) / 2]
    if root.real <= 0:
        return np.array([nan] * 8 + curvatures)
    bend = 4 * b3 * b5 - b4**2
    turns = abs(bend.real) > 1e-12 * max(abs(b3.real), abs(b4.real), abs(b5.real)) ** 2
    x0 = (b2 * b4 - 2 * b1 * b5) / bend if turns else nan
    y0 = (b1 * b4 - 2 * b2 * b3) / bend if turns else nan
    axes = []
    for sign in (1, -1):
        slope = (b5 - b3 + sign * root) / b4 if b4.real != 0 else nan
        axes.append((slope, y0 - slope * x0, b3 + b4 * slope + b5 * slope**2))
    (p11, p10, bend1), (p21, p20, bend2) = axes
    return np.array([x0, y0, p11, p10, p21, p20, bend1, bend2, *curvatures])
