"""The factor models that are asked for: one population, several groups, repeated blocks.

A *block* is a group of persons, or the same dyads or persons again (a role, a wave). Blocks that
are groups are independent samples; blocks that repeat are columns of one sample, with factors that
covary and residuals of the same item that covary.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from .fiml import Sample
from .model import (
    FACTOR_COVARIANCE,
    FACTOR_MEAN,
    INTERCEPT,
    LOADING,
    RESIDUAL,
    Entry,
    FactorModel,
    make_model,
)

LEVELS = ("configural", "metric", "scalar", "strict")
# The level from which cells of a kind are equal in all blocks.
EQUAL_FROM = {LOADING: 1, INTERCEPT: 2, RESIDUAL: 3}
SCALINGS = ("unit", "marker")

_LARGEST_LOADING = 0.95
_SMALLEST_LOADING = 0.3
_LARGEST_CORRELATION = 0.9
_SMALLEST_EIGENVALUE = 0.05


def simple_model(
    factor: Sequence[int],
    samples: Sequence[Sample],
    *,
    means: bool = False,
    scaling: str = "unit",
    items: Sequence[str] = (),
    factors: Sequence[str] = (),
) -> FactorModel:
    """Correlated factors, each item on one of them.

    Parameters
    ----------
    factor : sequence of int, length p
        Each item's factor, from 0.
    samples : sequence of Sample
        One sample; starting values come from it.
    means : bool
        Whether intercepts are parameters (they are saturated); needed with gaps.
    scaling : {"unit", "marker"}
        Whether factors have variance 1, or the loading of their first item is 1.
    items, factors : sequence of str
        Names for labels.

    Returns
    -------
    FactorModel

    Examples
    --------
    >>> from mentorlab.stats.cfa.saturated import summarize_sample
    >>> sample = summarize_sample(np.random.default_rng(0).normal(size=(50, 6)))
    >>> model = simple_model([0, 0, 0, 1, 1, 1], [sample])
    >>> model.n_free, model.df
    (13, 8)
    """
    factor = np.asarray(factor)
    sample = samples[0]
    start = _Start(factor, sample.covariance, sample.mean, scaling)
    names = _names(items, len(factor)), _names(factors, int(factor.max()) + 1)
    entries = [
        *_block(factor, start, 0, 0, "", names, scaling, fixed_variance=True),
        *(_intercepts(start, 0, 0, "", names[0]) if means else ()),
    ]
    entries += _factor_covariances(start.factor_covariance, names[1])
    return make_model(entries, n_items=len(factor), n_factors=len(names[1]))


def invariance_model(
    factor: Sequence[int],
    samples: Sequence[Sample],
    *,
    level: str,
    n_blocks: int,
    scaling: str = "unit",
    released: Mapping[str, Collection[int]] | None = None,
    items: Sequence[str] = (),
    factors: Sequence[str] = (),
) -> FactorModel:
    r"""The same items in several blocks, with as much equal as a level of invariance says.

    Parameters
    ----------
    factor : sequence of int, length k
        Each item's factor within a block, from 0.
    samples : sequence of Sample
        One for each block when blocks are independent groups (p = k columns), or a single one
        when blocks repeat (p = n_blocks k columns, block after block).
    level : {"configural", "metric", "scalar", "strict"}
        What is equal: nothing; loadings; intercepts too; residual variances too.
    n_blocks : int
        Two or more.
    scaling : {"unit", "marker"}
        Unit: factors have variance 1 in the first block, and in all at the configural level.
        Marker: the loading of each factor's first item is 1 in all blocks.
    released : mapping of str to collection of int
        Kinds of cells (``"loading"``, ``"intercept"``, ``"residual"``) and the items whose cells
        stay unequal.
    items, factors : sequence of str
        Names for labels.

    Returns
    -------
    FactorModel
        Factor means are 0 in the first block and free in others from the scalar level on.

    Notes
    -----
    Repeated blocks are dependent: residuals of the same item covary between every two blocks and
    all factors covary. Leaving these out makes configural fit look bad and errors of differences
    wrong.

    References
    ----------
    meredith1993 : Measurement invariance, factor analysis and factorial invariance.
    sakaluk2021 : Dyadic measurement invariance and its importance.

    Examples
    --------
    >>> from mentorlab.stats.cfa.saturated import summarize_sample
    >>> dyads = summarize_sample(np.random.default_rng(0).normal(size=(100, 8)))
    >>> [
    ...     invariance_model([0, 0, 0, 0], [dyads], level=level, n_blocks=2).df
    ...     for level in LEVELS
    ... ]
    [15, 18, 21, 25]
    """
    factor = np.asarray(factor)
    k, m, depth = len(factor), int(factor.max()) + 1, LEVELS.index(level)
    repeated = len(samples) == 1
    released = released or {}
    names = _names(items, k), _names(factors, m)
    entries: list[Entry] = []
    covariances = []
    for b in range(n_blocks):
        sample, group, shift = (samples[0], 0, b) if repeated else (samples[b], b, 0)
        columns = np.arange(k) + shift * k
        start = _Start(
            factor, sample.covariance[np.ix_(columns, columns)], sample.mean[columns], scaling
        )
        cells = [
            *_block(
                factor, start, group, shift, f" @{b}", names, scaling,
                fixed_variance=b == 0 or depth == 0,
            ),
            *_intercepts(start, group, shift, f" @{b}", names[0]),
        ]  # fmt: skip
        if b and depth >= EQUAL_FROM[INTERCEPT]:
            cells += [
                Entry(FACTOR_MEAN, group, f + shift * m, 0, f"mean {names[1][f]} @{b}", 0.0)
                for f in range(m)
            ]
        entries += [_shared(cell, depth, released, shift * k) for cell in cells]
        covariances.append(start.factor_covariance)
    if repeated:
        entries += _repeated_covariances(covariances, n_blocks, k, names)
        return make_model(entries, n_items=n_blocks * k, n_factors=n_blocks * m)
    for b, covariance in enumerate(covariances):
        entries += _factor_covariances(covariance, names[1], b, f" @{b}")
    return make_model(entries, n_items=k, n_factors=m, n_groups=n_blocks)


class _Start:
    """Where to start in one block: loadings from the first component of each factor's items."""

    def __init__(
        self, factor: np.ndarray, covariance: np.ndarray, mean: np.ndarray, scaling: str
    ) -> None:
        sd = np.sqrt(np.diag(covariance))
        correlation = covariance / np.outer(sd, sd)
        m = int(factor.max()) + 1
        loading = np.zeros(len(factor))
        for f in range(m):
            own = (factor == f).nonzero()[0]
            loading[own] = _first_component(correlation[np.ix_(own, own)])
        pattern = np.zeros((len(factor), m))
        pattern[np.arange(len(factor)), factor] = loading
        weight = pattern / (pattern**2).sum(axis=0)
        between = np.clip(weight.T @ correlation @ weight, -_LARGEST_CORRELATION, 0.9)
        np.fill_diagonal(between, 1.0)
        smallest = np.linalg.eigvalsh(between)[0]
        if smallest < _SMALLEST_EIGENVALUE:
            keep = (1 - _SMALLEST_EIGENVALUE) / (1 - smallest)
            between = keep * between + (1 - keep) * np.eye(m)
        self.residual = sd**2 * (1 - loading**2)
        self.intercept = mean
        self.loading = loading * sd
        self.factor_covariance = between
        if scaling == "marker":
            marker = self.loading[[int((factor == f).argmax()) for f in range(m)]]
            self.loading = self.loading / marker[factor]
            self.factor_covariance = between * np.outer(marker, marker)


def _first_component(correlation: np.ndarray) -> np.ndarray:
    k = len(correlation)
    if k == 1:
        return np.array([_LARGEST_LOADING])
    values, vectors = np.linalg.eigh(correlation)
    vector = vectors[:, -1] * (1.0 if vectors[:, -1].sum() >= 0 else -1.0)
    shared = max((values[-1] - 1) / (k - 1), _SMALLEST_LOADING**2)
    loading = vector * np.sqrt(k * shared)
    size = np.clip(np.abs(loading), _SMALLEST_LOADING, _LARGEST_LOADING)
    return np.where(loading < 0, -size, size)


def _block(
    factor: np.ndarray,
    start: _Start,
    group: int,
    shift: int,
    suffix: str,
    names: tuple[Sequence[str], Sequence[str]],
    scaling: str,
    *,
    fixed_variance: bool,
) -> Iterator[Entry]:
    """Loadings, residual variances and factor variances of one block."""
    items, factors = names
    k, m = len(factor), len(factors)
    markers = {int((factor == f).argmax()) for f in range(m)} if scaling == "marker" else set()
    for j in range(k):
        label = "" if j in markers else f"loading {items[j]}{suffix}"
        value = 1.0 if j in markers else start.loading[j]
        yield Entry(LOADING, group, j + shift * k, int(factor[j]) + shift * m, label, value)
    for j in range(k):
        cell = j + shift * k
        yield Entry(RESIDUAL, group, cell, cell, f"residual {items[j]}{suffix}", start.residual[j])
    for f in range(m):
        cell = f + shift * m
        fixed = fixed_variance and scaling == "unit"
        label = "" if fixed else f"variance {factors[f]}{suffix}"
        yield Entry(FACTOR_COVARIANCE, group, cell, cell, label, start.factor_covariance[f, f])


def _intercepts(
    start: _Start, group: int, shift: int, suffix: str, items: Sequence[str]
) -> Iterator[Entry]:
    k = len(items)
    for j in range(k):
        label = f"intercept {items[j]}{suffix}"
        yield Entry(INTERCEPT, group, j + shift * k, 0, label, start.intercept[j])


def _shared(entry: Entry, depth: int, released: Mapping[str, Collection[int]], first: int) -> Entry:
    """The entry with the label that all blocks share, where the level says so."""
    equal = depth >= EQUAL_FROM.get(entry.kind, len(LEVELS))
    if not equal or not entry.label or entry.row - first in released.get(entry.kind, ()):
        return entry
    return entry._replace(label=entry.label.rsplit(" @", 1)[0])


def _factor_covariances(
    covariance: np.ndarray, factors: Sequence[str], group: int = 0, suffix: str = ""
) -> Iterator[Entry]:
    for a, b in combinations(range(len(factors)), 2):
        label = f"covariance {factors[a]} {factors[b]}{suffix}"
        yield Entry(FACTOR_COVARIANCE, group, b, a, label, covariance[a, b])


def _repeated_covariances(
    covariances: Sequence[np.ndarray],
    n_blocks: int,
    k: int,
    names: tuple[Sequence[str], Sequence[str]],
) -> Iterator[Entry]:
    """Factor covariances within and between blocks, and residual ones of the same item."""
    items, factors = names
    m = len(factors)
    cells = [(b, f) for b in range(n_blocks) for f in range(m)]
    for (b, f), (c, h) in combinations(cells, 2):
        label = f"covariance {factors[f]} @{b} {factors[h]} @{c}"
        start = covariances[b][f, h] if b == c else 0.3 * covariances[b][f, h]
        yield Entry(FACTOR_COVARIANCE, 0, c * m + h, b * m + f, label, start)
    for b, c in combinations(range(n_blocks), 2):
        for j in range(k):
            label = f"residual covariance {items[j]} @{b} @{c}"
            yield Entry(RESIDUAL, 0, c * k + j, b * k + j, label, 0.0)


def _names(given: Sequence[str], size: int) -> Sequence[str]:
    return tuple(given) if len(given) else tuple(str(i) for i in range(size))
