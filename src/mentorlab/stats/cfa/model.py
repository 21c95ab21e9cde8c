"""Which means and covariances a factor model implies, and how they move with its parameters.

A model is a table of entries: each is one cell of a matrix in one group, free or fixed. Entries
that share a parameter are equal; that is the only kind of constraint, and all that invariance
needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

LOADING = "loading"
INTERCEPT = "intercept"
RESIDUAL = "residual"
FACTOR_COVARIANCE = "factor_covariance"
FACTOR_MEAN = "factor_mean"
PATH = "path"


class Entry(NamedTuple):
    """One cell of a model.

    Attributes
    ----------
    kind : str
        The matrix: loading (item x factor), intercept (item), residual (item x item),
        factor_covariance (factor x factor), factor_mean (factor), path (factor on factor).
    group : int
        The group, from 0.
    row, column : int
        The cell; `column` is 0 for intercepts and factor means; covariances stand once.
    label : str
        The parameter it takes; equal labels are equal values. Empty for a fixed cell.
    value : float
        The fixed value, or where to start.
    """

    kind: str
    group: int
    row: int
    column: int
    label: str
    value: float


@dataclass(frozen=True, eq=False)
class FactorModel:
    r"""A factor model for one or several groups.

    Attributes
    ----------
    entries : tuple of Entry
        Every cell that is not zero.
    n_items, n_factors, n_groups : int
        Sizes, alike in all groups.
    labels : tuple of str
        The free parameters.
    index : numpy.ndarray of int, shape (n_entries,)
        Each entry's parameter; -1 for fixed cells.
    has_means : bool
        Whether means are modeled; else each group's means are left as they are.
    places : tuple of dict
        For each group and kind the positions, rows and columns of its entries, as arrays.
    fixed : numpy.ndarray of float, shape (n_entries,)
        Values of fixed entries, 0 for free ones.

    Notes
    -----
    :math:`\mu = \nu + \Lambda A\alpha` and
    :math:`\Sigma = \Lambda A\Psi A'\Lambda' + \Theta` with :math:`A = (I - B)^{-1}`.
    """

    entries: tuple[Entry, ...]
    n_items: int
    n_factors: int
    n_groups: int
    labels: tuple[str, ...]
    index: np.ndarray
    has_means: bool
    places: tuple[dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]], ...]
    fixed: np.ndarray

    @property
    def n_free(self) -> int:
        """Number of free parameters."""
        return len(self.labels)

    @property
    def n_moments(self) -> int:
        """Number of means and covariances that the parameters are to explain."""
        per_group = self.n_items * (self.n_items + 1) // 2
        return self.n_groups * (per_group + (self.n_items if self.has_means else 0))

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.n_moments - self.n_free

    def start(self) -> np.ndarray:
        """Starting values of the free parameters, shape (n_free,); entries that share one agree."""
        free = self.index >= 0
        values = np.array([entry.value for entry in self.entries])
        total = np.bincount(self.index[free], weights=values[free], minlength=self.n_free)
        return total / np.bincount(self.index[free], minlength=self.n_free)

    def values(self, theta: np.ndarray) -> np.ndarray:
        """Every entry's value, shape (n_entries,); complex-safe."""
        return np.append(theta, 0.0)[self.index] + self.fixed


@dataclass(frozen=True, eq=False)
class Implied:
    """One group's matrices; p items, m factors.

    Attributes
    ----------
    mean : numpy.ndarray, shape (p,) or None
        Implied means; ``None`` when they are not modeled.
    covariance : numpy.ndarray, shape (p, p)
        Implied covariances.
    loadings : numpy.ndarray, shape (p, m)
    factor_covariance : numpy.ndarray, shape (m, m)
        Of the factors themselves, paths followed.
    factor_mean : numpy.ndarray, shape (m,)
    residuals : numpy.ndarray, shape (p, p)
    carry : numpy.ndarray, shape (m, m)
        The matrix A of `FactorModel`.
    """

    mean: np.ndarray | None
    covariance: np.ndarray
    loadings: np.ndarray
    factor_covariance: np.ndarray
    factor_mean: np.ndarray
    residuals: np.ndarray
    carry: np.ndarray


def make_model(
    entries: Iterable[Entry], *, n_items: int, n_factors: int, n_groups: int = 1
) -> FactorModel:
    """Number the parameters of a table of entries.

    Examples
    --------
    >>> entries = [Entry(LOADING, 0, j, 0, f"l{j}", 0.5) for j in range(3)]
    >>> entries += [Entry(RESIDUAL, 0, j, j, f"r{j}", 0.5) for j in range(3)]
    >>> entries.append(Entry(FACTOR_COVARIANCE, 0, 0, 0, "", 1.0))
    >>> model = make_model(entries, n_items=3, n_factors=1)
    >>> model.n_free, model.df
    (6, 0)
    """
    table = tuple(entries)
    labels = tuple(dict.fromkeys(entry.label for entry in table if entry.label))
    number = {label: k for k, label in enumerate(labels)}
    return FactorModel(
        entries=table,
        n_items=n_items,
        n_factors=n_factors,
        n_groups=n_groups,
        labels=labels,
        index=np.array([number.get(entry.label, -1) for entry in table], dtype=int),
        fixed=np.array([0.0 if entry.label else entry.value for entry in table]),
        has_means=any(entry.kind == INTERCEPT for entry in table),
        places=tuple(_places(table, group) for group in range(n_groups)),
    )


def implied_moments(model: FactorModel, theta: np.ndarray) -> tuple[Implied, ...]:
    """Give each group's implied moments at parameter values; complex-safe.

    Parameters
    ----------
    model : FactorModel
    theta : numpy.ndarray, shape (n_free,)

    Returns
    -------
    tuple of Implied
        One a group.
    """
    p, m = model.n_items, model.n_factors
    shapes = {
        LOADING: (p, m),
        INTERCEPT: (p, 1),
        RESIDUAL: (p, p),
        FACTOR_COVARIANCE: (m, m),
        FACTOR_MEAN: (m, 1),
        PATH: (m, m),
    }
    values = model.values(theta)
    implied = []
    for places in model.places:
        cells = {kind: np.zeros(shape, dtype=values.dtype) for kind, shape in shapes.items()}
        for kind, (position, row, column) in places.items():
            cells[kind][row, column] = values[position]
            if kind in (RESIDUAL, FACTOR_COVARIANCE):
                cells[kind][column, row] = values[position]
        carry = np.linalg.inv(np.eye(m) - cells[PATH])
        between = carry @ cells[FACTOR_COVARIANCE] @ carry.T
        factor_mean = carry @ cells[FACTOR_MEAN][:, 0]
        mean = cells[INTERCEPT][:, 0] + cells[LOADING] @ factor_mean
        implied.append(
            Implied(
                mean=mean if model.has_means else None,
                covariance=cells[LOADING] @ between @ cells[LOADING].T + cells[RESIDUAL],
                loadings=cells[LOADING],
                factor_covariance=between,
                factor_mean=factor_mean,
                residuals=cells[RESIDUAL],
                carry=carry,
            )
        )
    return tuple(implied)


def pull_back(
    model: FactorModel,
    implied: Implied,
    group: int,
    by_mean: np.ndarray,
    by_covariance: np.ndarray,
) -> np.ndarray:
    """Turn a slope in one group's moments into a slope in the free parameters; complex-safe.

    Parameters
    ----------
    model, implied, group
        The model, the group's matrices, the group.
    by_mean, by_covariance : numpy.ndarray, shapes (p,) and (p, p)
        Slope in the moments; symmetric, each covariance taken as free of its mirror image.

    Returns
    -------
    numpy.ndarray, shape (n_free,)
    """
    reach = implied.loadings @ implied.carry
    spread = implied.loadings @ implied.factor_covariance
    pulled = by_covariance @ spread
    slopes = {
        LOADING: lambda: 2 * pulled + np.outer(by_mean, implied.factor_mean),
        INTERCEPT: lambda: by_mean[:, None],
        RESIDUAL: lambda: by_covariance,
        FACTOR_COVARIANCE: lambda: reach.T @ by_covariance @ reach,
        FACTOR_MEAN: lambda: (reach.T @ by_mean)[:, None],
        PATH: lambda: 2 * reach.T @ pulled + np.outer(reach.T @ by_mean, implied.factor_mean),
    }
    total = np.zeros(model.n_free, dtype=implied.covariance.dtype)
    for kind, (position, row, column) in model.places[group].items():
        slope = slopes[kind]()[row, column]
        if kind in (RESIDUAL, FACTOR_COVARIANCE):
            slope = slope * np.where(row == column, 1.0, 2.0)
        free = model.index[position] >= 0
        np.add.at(total, model.index[position][free], slope[free])
    return total


def parameter_slopes(
    model: FactorModel, implied: Implied, group: int
) -> tuple[np.ndarray, np.ndarray]:
    """Tell how one group's moments move with each free parameter; complex-safe.

    Parameters
    ----------
    model, implied, group
        The model, the group's matrices, the group.

    Returns
    -------
    by_mean : numpy.ndarray, shape (n_free, p)
    by_covariance : numpy.ndarray, shape (n_free, p, p)
        Entries that share a parameter are added up.
    """
    p, dtype = model.n_items, implied.covariance.dtype
    means = np.zeros((model.n_free, p), dtype=dtype)
    covariances = np.zeros((model.n_free, p, p), dtype=dtype)
    for kind, (position, row, column) in model.places[group].items():
        free = model.index[position] >= 0
        if not free.any():
            continue
        by_mean, by_covariance = _slopes(implied, kind, row[free], column[free])
        target = model.index[position][free]
        if by_mean is not None:
            np.add.at(means, target, by_mean)
        if by_covariance is not None:
            np.add.at(covariances, target, by_covariance)
    return means, covariances


def _slopes(
    implied: Implied, kind: str, row: np.ndarray, column: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Slopes of means and covariances in cells of one kind, as `parameter_slopes`."""
    p, k, dtype = len(implied.loadings), np.arange(len(row)), implied.covariance.dtype
    reach = (implied.loadings @ implied.carry).T
    spread = implied.factor_covariance @ implied.loadings.T
    if kind == INTERCEPT:
        return np.eye(p, dtype=dtype)[row], None
    if kind == FACTOR_MEAN:
        return reach[row], None
    by_mean, by_covariance = None, np.zeros((len(row), p, p), dtype=dtype)
    if kind == LOADING:
        by_covariance[k, row] += spread[column]
        by_covariance[k, :, row] += spread[column]
        by_mean = np.zeros((len(row), p), dtype=dtype)
        by_mean[k, row] = implied.factor_mean[column]
    elif kind == RESIDUAL:
        by_covariance[k, row, column] = by_covariance[k, column, row] = 1.0
    elif kind == FACTOR_COVARIANCE:
        by_covariance += reach[row][:, :, None] * reach[column][:, None, :]
        twice = row != column
        by_covariance[twice] += by_covariance[twice].transpose(0, 2, 1)
    else:
        by_covariance += reach[row][:, :, None] * spread[column][:, None, :]
        by_covariance += by_covariance.transpose(0, 2, 1).copy()
        by_mean = reach[row] * implied.factor_mean[column][:, None]
    return by_mean, by_covariance


def _places(
    table: tuple[Entry, ...], group: int
) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    found: dict[str, list[tuple[int, int, int]]] = {}
    for i, entry in enumerate(table):
        if entry.group == group:
            found.setdefault(entry.kind, []).append((i, entry.row, entry.column))
    return {kind: tuple(np.array(cells).T) for kind, cells in found.items()}
