"""The likelihood of a linear mixed model and its slope, for nested and crossed random effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...errors import EstimationError, count
from .blocks import RandomTerm, columns, compact, dot, incidence, sum_groups, weigh, wide

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SMALL = 1e-3


@dataclass(frozen=True, eq=False)
class Problem:
    """Cross-products of a mixed model; one term is eliminated, the others stand in m columns.

    Attributes
    ----------
    terms : tuple of RandomTerm
        The eliminated one (with most effects) first.
    own : numpy.ndarray, shape (n_groups, q, q)
        Z1'Z1 by group.
    own_with : numpy.ndarray, shape (n_groups, q, k + 1)
        Z1'[X y] by group.
    across : tuple of arrays, shape (n_groups, m)
        Z1'Z2, one for each of the q effects; sparse where that saves work.
    rest : numpy.ndarray, shape (m, m)
        Z2'Z2.
    rest_with : numpy.ndarray, shape (m, k + 1)
        Z2'[X y].
    with_with : numpy.ndarray, shape (k + 1, k + 1)
        [X y]'[X y].
    slices : tuple of slice
        Columns of each further term.
    n, k : int
        Rows and fixed effects.
    reml : bool
        Which criterion.
    """

    terms: tuple[RandomTerm, ...]
    own: np.ndarray
    own_with: np.ndarray
    across: tuple[csr_array | np.ndarray, ...]
    rest: np.ndarray
    rest_with: np.ndarray
    with_with: np.ndarray
    slices: tuple[slice, ...]
    n: int
    k: int
    reml: bool


@dataclass(frozen=True, eq=False)
class Point:
    """The criterion at one set of relative factors; sigma is profiled out.

    Attributes
    ----------
    criterion : float
        Minus twice the (restricted) log-likelihood.
    beta : numpy.ndarray, shape (k,)
        Fixed effects.
    bread : numpy.ndarray, shape (k, k)
        Inverse of X'H^-1X; covariance of `beta` over sigma squared.
    sigma2 : float
        Residual variance.
    trace, force : tuple of numpy.ndarray, shape (q, q) each
        For each term: sum of the diagonal blocks of Z'PZ (or Z'H^-1Z), and of the squares of Z'Py.
    pull : tuple of numpy.ndarray, shape (n_groups, q) each
        Z'Py, from which the random effects follow.
    lean : tuple of numpy.ndarray, shape (n_groups, q, k) each
        Z'H^-1X, from which the slope of the covariance follows.
    """

    criterion: float
    beta: np.ndarray
    bread: np.ndarray
    sigma2: float
    trace: tuple[np.ndarray, ...] = ()
    force: tuple[np.ndarray, ...] = ()
    pull: tuple[np.ndarray, ...] = ()
    lean: tuple[np.ndarray, ...] = ()


def set_up(y: np.ndarray, x: np.ndarray, terms: tuple[RandomTerm, ...], *, reml: bool) -> Problem:
    """Take the cross-products that every evaluation needs, once.

    Raises
    ------
    EstimationError
        If a term has as many groups as there are rows, or just one.
    """
    n, k = x.shape
    coded = []
    for term in terms:
        _, codes = np.unique(term.groups, return_inverse=True)
        n_groups = int(codes.max(initial=-1)) + 1
        if n_groups < 2 or n_groups >= n:
            raise EstimationError(
                f"a random effect needs two groups or more, and groups with several rows; got "
                f"{count(n_groups, 'group')} for {count(n, 'row')}."
            )
        coded.append(RandomTerm(codes, term.columns, term.correlated))
    coded.sort(key=lambda term: -(term.groups.max() + 1) * term.n_effects)
    first, others = coded[0], coded[1:]
    both = np.column_stack([x, y])
    z = columns(first)
    own = sum_groups(z[:, :, None] * z[:, None, :], first.groups)
    own_with = sum_groups(z[:, :, None] * both[:, None, :], first.groups)
    others_wide, slices = wide(others, n)
    across: tuple[csr_array | np.ndarray, ...] = ()
    if slices:
        across = tuple(
            compact((incidence(first.groups, z[:, j]).T @ others_wide).tocsr())
            for j in range(z.shape[1])
        )
    return Problem(
        terms=tuple(coded),
        own=own,
        own_with=own_with,
        across=across,
        rest=(others_wide.T @ others_wide).toarray() if slices else np.zeros((0, 0)),
        rest_with=others_wide.T @ both if slices else np.zeros((0, k + 1)),
        with_with=both.T @ both,
        slices=slices,
        n=n,
        k=k,
        reml=reml,
    )


def evaluate(problem: Problem, factors: list[np.ndarray], *, slope: bool) -> Point:
    r"""Evaluate the profiled criterion, and what its slope needs.

    Parameters
    ----------
    problem : Problem
        From `set_up`.
    factors : list of numpy.ndarray, shape (q, q) each
        Lower-triangular relative factors of the terms, in the problem's order: the covariance of a
        group's effects is :math:`\sigma^2\Lambda\Lambda'`.
    slope : bool
        Whether to add `trace`, `force`, `pull` and `lean`.

    Notes
    -----
    With :math:`H=I+\sum Z_k\Psi_kZ_k'` the first term is eliminated group by group and the others
    by one Cholesky factor, so the cost is that of the smaller factor of a crossed design. The
    restricted criterion is :math:`\log|H|+\log|X'H^{-1}X|+(n-k)(1+\log(2\pi r/(n-k)))`.
    """
    from scipy.linalg import solve_triangular

    first = factors[0]
    inner = np.einsum("ai,gab,bj->gij", first, problem.own, first) + np.eye(len(first))
    kernel = np.einsum("ia,gab,jb->gij", first, np.linalg.inv(inner), first)
    log_det = float(np.linalg.slogdet(inner)[1].sum())
    bent = np.einsum("gij,gjk->gik", kernel, problem.own_with)
    whole = problem.with_with - np.einsum("gik,gil->kl", problem.own_with, bent)
    root = None
    if problem.slices:
        quad, cross = _reduce(problem, kernel, bent)
        turned = _times_factor(problem, factors, quad)
        root = np.linalg.cholesky(_times_factor(problem, factors, turned.T) + np.eye(len(quad)))
        log_det += 2 * float(np.log(np.diag(root)).sum())
        half = solve_triangular(root, _times_factor(problem, factors, cross.T).T, lower=True)
        whole = whole - half.T @ half
    k, n = problem.k, problem.n
    xx, xy = whole[:k, :k], whole[:k, k]
    bread = np.linalg.inv(xx)
    beta = bread @ xy
    left = float(whole[k, k] - xy @ beta)
    df = n - k if problem.reml else n
    sigma2 = max(left, np.finfo(float).tiny) / df
    criterion = log_det + df * (1 + np.log(2 * np.pi * sigma2))
    if problem.reml:
        criterion += float(np.linalg.slogdet(xx)[1])
    if not slope:
        return Point(criterion, beta, bread, sigma2)
    state = (kernel, bent, beta, bread)
    if root is None:
        return Point(criterion, beta, bread, sigma2, *_nested_slope(problem, *state))
    middle = _Middle(quad, cross, turned, root, half)
    slopes = _crossed_slope(problem, factors, *state, middle)
    return Point(criterion, beta, bread, sigma2, *slopes)


@dataclass(frozen=True, eq=False)
class _Middle:
    """The further terms once the first is eliminated: quad = Z2'H1^-1Z2, turned = quad times the
    factor, root of I + factor' quad factor, cross = Z2'H1^-1[X y], half = root^-1 factor' cross."""

    quad: np.ndarray
    cross: np.ndarray
    turned: np.ndarray
    root: np.ndarray
    half: np.ndarray


def _nested_slope(
    problem: Problem,
    kernel: np.ndarray,
    bent: np.ndarray,
    beta: np.ndarray,
    bread: np.ndarray,
) -> tuple[tuple[np.ndarray, ...], ...]:
    own = problem.own
    block = own - own @ kernel @ own
    with_all = problem.own_with - own @ bent
    return tuple((each,) for each in _term_slope(problem, block.sum(axis=0), with_all, beta, bread))


def _crossed_slope(
    problem: Problem,
    factors: list[np.ndarray],
    kernel: np.ndarray,
    bent: np.ndarray,
    beta: np.ndarray,
    bread: np.ndarray,
    middle: _Middle,
) -> tuple[tuple[np.ndarray, ...], ...]:
    from scipy.linalg import solve_triangular
    from scipy.linalg.lapack import dpotri

    own, q = problem.own, len(problem.across)
    inverse = dpotri(middle.root, lower=1)[0]
    shrink = np.eye(q) - own @ kernel
    edges = [sum(weigh(shrink[:, i, j], problem.across[j]) for j in range(q)) for i in range(q)]
    turned = [_times_factor(problem, factors, edge) for edge in edges]
    taken = [[dot(turned[i].T @ turned[j], inverse) for j in range(q)] for i in range(q)]
    block = (own - own @ kernel @ own).sum(axis=0) - np.array(taken)
    back = solve_triangular(middle.root, middle.half, lower=True, trans="T")
    through = _times_factor(problem, factors, back.T, transpose=True).T
    with_all = problem.own_with - own @ bent
    with_all = with_all - np.stack([edge @ through for edge in edges], axis=1)
    found = [_term_slope(problem, block, with_all, beta, bread)]
    wide_with = middle.cross - middle.quad @ through
    blocks = _wide_blocks(problem, factors, middle, inverse)
    for term, where, block in zip(problem.terms[1:], problem.slices, blocks, strict=True):
        rows = wide_with[where].reshape(-1, term.n_effects, wide_with.shape[1])
        found.append(_term_slope(problem, block, rows, beta, bread))
    return tuple(zip(*found, strict=True))


def _wide_blocks(
    problem: Problem, factors: list[np.ndarray], middle: _Middle, inverse: np.ndarray
) -> list[np.ndarray]:
    """Sums of the diagonal blocks of Z2'H^-1Z2, one for each further term."""
    from scipy.linalg import solve_triangular

    regular = all(np.diag(factor).min() > _SMALL for factor in factors[1:])
    shared = None
    if not regular:
        shared = solve_triangular(middle.root, middle.turned.T, lower=True)
    found = []
    for term, where, factor in zip(problem.terms[1:], problem.slices, factors[1:], strict=True):
        q = term.n_effects
        n_groups = (where.stop - where.start) // q
        if regular:
            # factor' Z'H^-1Z factor = I - (I + factor' quad factor)^-1, block by block.
            block = n_groups * np.eye(q) - _diagonal_sum(inverse[where, where], q, lower=True)
            undo = np.linalg.inv(factor)
            found.append(undo.T @ block @ undo)
        else:
            part = shared[:, where].reshape(len(shared), n_groups, q)
            block = _diagonal_sum(middle.quad[where, where], q, lower=False)
            found.append(block - np.einsum("mgi,mgj->ij", part, part))
    return found


def _diagonal_sum(matrix: np.ndarray, q: int, *, lower: bool) -> np.ndarray:
    """Sum of the q x q diagonal blocks; `lower` says that only that triangle is filled."""
    n_groups = len(matrix) // q
    whole = matrix.reshape(n_groups, q, n_groups, q)
    block = np.einsum("gigj->ij", whole)
    return np.tril(block) + np.tril(block, -1).T if lower else block


def _term_slope(
    problem: Problem, block: np.ndarray, with_all: np.ndarray, beta: np.ndarray, bread: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Trace, force, pull and lean of one term from Z'H^-1Z (summed) and Z'H^-1[X y]."""
    lean = with_all[:, :, : problem.k]
    pull = with_all[:, :, problem.k] - lean @ beta
    trace = block
    if problem.reml:
        trace = block - np.einsum("gik,kl,gjl->ij", lean, bread, lean)
    return trace, np.einsum("gi,gj->ij", pull, pull), pull, lean


def _reduce(
    problem: Problem, kernel: np.ndarray, bent: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Z2'H1^-1Z2 and Z2'H1^-1[X y] once the first term is eliminated."""
    across, q = problem.across, len(problem.across)
    bent_across = [sum(weigh(kernel[:, i, j], across[j]) for j in range(q)) for i in range(q)]
    taken = sum(across[i].T @ bent_across[i] for i in range(q))
    cross = problem.rest_with - sum(across[i].T @ bent[:, i] for i in range(q))
    return problem.rest - (taken if isinstance(taken, np.ndarray) else taken.toarray()), cross


def _times_factor(
    problem: Problem, factors: list[np.ndarray], matrix: Any, *, transpose: bool = False
) -> Any:
    """A dense or sparse matrix times the block-diagonal factor of the further terms."""
    if all(len(factor) == 1 for factor in factors[1:]):
        sizes = [where.stop - where.start for where in problem.slices]
        scale = np.repeat([factor.item() for factor in factors[1:]], sizes)
        return matrix * scale[None, :]
    return matrix @ _block_factor(problem, factors, transpose=transpose)


def _block_factor(problem: Problem, factors: list[np.ndarray], *, transpose: bool) -> csr_array:
    from scipy.sparse import block_diag, csr_array, eye_array, kron

    blocks = []
    for where, factor in zip(problem.slices, factors[1:], strict=True):
        block = factor.T if transpose else factor
        blocks.append(kron(eye_array((where.stop - where.start) // len(block)), block))
    return csr_array(block_diag(blocks))
