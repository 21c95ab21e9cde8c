"""What a fitted factor model would gain if cells of it were set free, without refitting it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .fit import ModelFit, expected_information, gradient
from .model import Entry, make_model


@dataclass(frozen=True, eq=False)
class ScoreTests:
    """One row a set of cells.

    Attributes
    ----------
    chi2 : numpy.ndarray of float, shape (k,)
        About the drop in chi-square when the cells are set free.
    df : numpy.ndarray of int, shape (k,)
        How many cells.
    change : tuple of numpy.ndarray
        About how far each cell would move.
    """

    chi2: np.ndarray
    df: np.ndarray
    change: tuple[np.ndarray, ...]


def score_tests(fit: ModelFit, candidates: Sequence[Sequence[Entry]]) -> ScoreTests:
    r"""Tell which restrictions of a fitted model the data object to most.

    Parameters
    ----------
    fit : ModelFit
    candidates : sequence of sequences of Entry
        Each a set of cells to set free together: cells that are fixed, or cells that share a
        parameter with others. An entry's `value` is where the cell stands now.

    Returns
    -------
    ScoreTests

    Notes
    -----
    :math:`s_c'\left(I_{cc} - I_{c\theta}I_{\theta\theta}^{-1}I_{\theta c}\right)^{-1}s_c` with
    scores s and expected information I of the model in which the cells have parameters of their
    own: the modification index of fixed cells, the univariate score test of equalities. Chi-square
    if the model is right but for these cells; the largest of many is not one test.

    References
    ----------
    sorbom1989 : Model modification.

    Examples
    --------
    >>> from mentorlab.stats.cfa.designs import simple_model
    >>> from mentorlab.stats.cfa.fit import fit_model
    >>> from mentorlab.stats.cfa.saturated import summarize_sample
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(500, 1)) + rng.normal(size=(500, 5))
    >>> x[:, :2] += rng.normal(size=(500, 1))
    >>> sample = summarize_sample(x)
    >>> fit = fit_model(simple_model([0, 0, 0, 0, 0], [sample]), [sample])
    >>> tests = score_tests(fit, [[Entry("residual", 0, 1, 0, "", 0.0)]])
    >>> bool(tests.chi2[0] > 50 and tests.change[0][0] > 0.5)
    True
    """
    model = fit.model
    added = [
        entry._replace(label=f"candidate {i} {j}")
        for i, cells in enumerate(candidates)
        for j, entry in enumerate(cells)
    ]
    wider = make_model(
        (*model.entries, *added),
        n_items=model.n_items,
        n_factors=model.n_factors,
        n_groups=model.n_groups,
    )
    theta = np.concatenate([fit.theta, [entry.value for entry in added]])
    score = -gradient(wider, fit.samples, theta)
    information = expected_information(wider, fit.samples, theta)
    k = model.n_free
    carried = np.linalg.solve(information[:k, :k], information[:k, k:])
    left = information[k:, k:] - information[k:, :k] @ carried
    chi2, df, change, first = [], [], [], 0
    for cells in candidates:
        own = slice(first, first + len(cells))
        first += len(cells)
        push = score[k:][own]
        move = np.linalg.lstsq(left[own, own], push, rcond=1e-10)[0]
        chi2.append(float(push @ move))
        df.append(len(cells))
        change.append(move)
    return ScoreTests(np.array(chi2), np.array(df), tuple(change))
