"""Scores as whole numbers, so that a flow solver's optimum is exact to a stated bound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import OptionError

MAX_BITS = 36
"""Bits kept of the range of scores: an error below 1.5e-11 of the range for each pair."""
WORD_BITS = 60
"""Bits of an int64 that a solver's potentials may fill, with room for sign and rounding."""


@dataclass(frozen=True, eq=False)
class WholeCosts:
    """Costs as integers, with the size of what rounding can change.

    Attributes
    ----------
    cost : numpy.ndarray
        ``(n_arcs,)`` int64, 0 or more; the best arc costs 0.
    step : float
        Score that one unit of cost stands for, a power of two (or 1).
    error : float
        Largest rounding error of one arc, in score units; 0.0 when the scores are represented
        exactly.
    """

    cost: np.ndarray
    step: float
    error: float


def whole_costs(score: np.ndarray, *, n_nodes: int) -> WholeCosts:
    """Turn scores to be maximized into integer costs to be minimized.

    Parameters
    ----------
    score : numpy.ndarray
        Finite float64 scores, any sign and size.
    n_nodes : int
        Nodes of the flow graph; a cost-scaling solver's potentials grow to about 4 times the
        square of it times the largest cost, which must fit into 63 bits.

    Returns
    -------
    WholeCosts
        The costs; exact when all scores are whole multiples of a common power of two that fits.

    Raises
    ------
    OptionError
        If a score is not finite.

    Notes
    -----
    ``cost = round(max(score) / step) - round(score / step)``, with the range of scores on
    ``min(36, 60 - 2 log2(n_nodes))`` bits, and ``step = 1`` where all scores are whole. An
    assignment of k pairs that is optimal for the costs is within ``2 * k * error`` of the best
    total score.

    Examples
    --------
    >>> whole_costs(np.array([3.0, 1.0, 2.0]), n_nodes=4).cost.tolist()
    [0, 2, 1]
    """
    if not len(score):
        return WholeCosts(np.zeros(0, dtype=np.int64), 1.0, 0.0)
    low, high = float(score.min()), float(score.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise OptionError("whole_costs: scores must be finite; got NaN or infinite values.")
    bits = min(MAX_BITS, WORD_BITS - 2 * int(n_nodes).bit_length())
    limit = 2.0**bits
    step = 1.0
    if not _is_whole(score, low, high, limit):
        step = step_of(low, high, bits)
    whole = np.rint(score / step)
    error = 0.0 if np.array_equal(whole * step, score) else step / 2
    return WholeCosts((np.rint(high / step) - whole).astype(np.int64), step, error)


def step_of(low: float, high: float, bits: int) -> float:
    """Give the power of two that fits a range of scores into so many bits.

    Examples
    --------
    >>> step_of(0.0, 1.0, 4)
    0.125
    """
    exponent = int(np.frexp(high * 0.5 - low * 0.5)[1]) + 1 - bits
    return float(np.ldexp(1.0, max(exponent, -1074)))


def _is_whole(score: np.ndarray, low: float, high: float, limit: float) -> bool:
    return (
        high - low < limit
        and max(abs(low), abs(high)) < 2.0**52
        and bool((score == np.rint(score)).all())
    )
