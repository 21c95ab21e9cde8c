"""How unequally something is shared: exact, weighted, in one sort."""

from __future__ import annotations

import numpy as np

from ..errors import EstimationError, quote


def gini(values: np.ndarray, *, weights: np.ndarray | None = None) -> float:
    r"""Tell how unequally a quantity is shared: 0 when all have the same, near 1 when one has all.

    Parameters
    ----------
    values : array of float, shape (n,)
        What each one has, 0 or more: mentees of each mentor, hours of each person.
    weights : array of float, shape (n,), optional
        How much each one counts, 0 or more; all alike when left out.

    Returns
    -------
    float
        Between 0 and :math:`(n - 1)/n`. NaN where nobody has anything, since a share of nothing
        has no meaning.

    Raises
    ------
    EstimationError
        If there is no value, or a value or weight is missing, infinite or negative.

    Notes
    -----
    Half the mean absolute difference of two draws with replacement, relative to the mean:

    .. math:: G = \frac{\sum_i \sum_j w_i w_j |x_i - x_j|}{2 \bar{x} (\sum_i w_i)^2}
              = \frac{2 \sum_i i\, x_{(i)}}{n \sum_i x_i} - \frac{n + 1}{n},

    the right side without weights. This is the value *of this population*: no small-sample factor
    :math:`n/(n - 1)` is applied, so one mentor out of five who carries all gives 0.8.

    References
    ----------
    sen1973 : On economic inequality.

    Examples
    --------
    >>> gini(np.array([2, 2, 2])), gini(np.array([0, 0, 0, 0, 10]))
    (0.0, 0.8)
    >>> round(gini(np.array([1, 3]), weights=np.array([3, 1])), 3)
    0.25
    """
    x = _checked(values, "values")
    if weights is None:
        x = np.sort(x)
        n, total = len(x), x.sum()
        if total == 0:
            return float("nan")
        # centered ranks add up to 0, so a shift changes nothing and equal values give exactly 0
        return float(((2 * np.arange(1, n + 1) - n - 1) * (x - x[0])).sum() / (n * total))
    w = _checked(weights, "weights")
    if len(w) != len(x):
        raise EstimationError(
            f"gini: `weights` must have one for each of {len(x):,} values; got {len(w):,}."
        )
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order]
    total, mass = float((w * x).sum()), float(w.sum())
    if total == 0 or mass == 0:
        return float("nan")
    below = np.cumsum(w) - w
    above = mass - below - w
    return float((w * (x - x[0]) * (below - above)).sum() / (mass * total))


def lorenz_curve(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell which share of the whole the least-endowed share of people holds.

    Parameters
    ----------
    values : array of float, shape (n,)
        What each one has, 0 or more.

    Returns
    -------
    people, held : numpy.ndarray of float, shape (n + 1,)
        Both from 0 to 1; `held` is NaN beyond its first place where nobody has anything.

    Raises
    ------
    EstimationError
        If there is no value, or one is missing, infinite or negative.

    Notes
    -----
    Twice the area between this curve and the diagonal is :func:`gini`.

    References
    ----------
    sen1973 : On economic inequality.

    Examples
    --------
    >>> people, held = lorenz_curve(np.array([3, 1]))
    >>> people.tolist(), held.tolist()
    ([0.0, 0.5, 1.0], [0.0, 0.25, 1.0])
    """
    x = np.sort(_checked(values, "values"))
    total = x.sum()
    held = np.concatenate([[0.0], np.cumsum(x) / total if total else np.full(len(x), np.nan)])
    return np.arange(len(x) + 1) / len(x), held


def _checked(values: np.ndarray, name: str) -> np.ndarray:
    x = np.asarray(values, dtype=np.float64).ravel()
    if not len(x):
        raise EstimationError(f"gini: `{name}` must hold at least one number; got none.")
    wrong = ~np.isfinite(x) | (x < 0)
    if wrong.any():
        first = int(wrong.argmax())
        raise EstimationError(
            f"gini: `{name}` must be numbers of 0 or more; {int(wrong.sum()):,} are not, first "
            f"{quote(x[first])} in place {first + 1}."
        )
    return x
