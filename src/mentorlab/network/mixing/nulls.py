"""Four kinds of chance, each drawn many times in one compiled call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...errors import count
from ...rng import child_rng
from .usable import UsableTies

_NONE = np.empty(0, dtype=np.int32)
_BURN_IN = 10  # attempted swaps a tie before the first draw; Milo et al. 2003 find 100 ample
_BETWEEN = 1


@dataclass(frozen=True, eq=False)
class Likeness:
    """How alike tied people are, seen and under a null.

    Attributes
    ----------
    observed : float
    draws : numpy.ndarray of float64
    expected : float or None
        Exact expectation where there is a formula.
    said : tuple of str
        What a reader must know.
    """

    observed: float
    draws: np.ndarray
    expected: float | None
    said: tuple[str, ...] = ()


def draw_null(ties: UsableTies, null: str, n_draws: int, seed: int) -> Likeness:
    """Draw the statistic under a null."""
    rng = child_rng(seed, "homophily", null)
    if null == "degree":
        return _rewired(ties, n_draws, rng)
    if null == "qap":
        return _permuted_people(ties, n_draws, rng)
    return _shuffled(ties, n_draws, rng)


def _seen(ties: UsableTies) -> float:
    if ties.by_value:
        return float(np.abs(ties.values[ties.mentor] - ties.values[ties.mentee]).sum())
    return float((ties.codes[ties.mentor] == ties.codes[ties.mentee]).sum())


def _shuffled(ties: UsableTies, n_draws: int, rng: np.random.Generator) -> Likeness:
    from ...stats.shuffles import shuffled_differences, shuffled_matches

    movers = ties.movers()
    movers = movers[np.argsort(ties.strata[movers], kind="stable")]
    bounds = _bounds(ties.strata[movers])
    held, moving = ties.mentor, ties.mentee
    if ties.side == "mentors":
        held, moving = moving, held
    numbers, kernel = (
        (ties.values, shuffled_differences) if ties.by_value else (ties.codes, shuffled_matches)
    )
    fixed = _NONE.astype(numbers.dtype) if ties.side == "people" else numbers[held]
    draws = kernel(held, moving, numbers, fixed, movers, bounds, n_draws, rng)
    m = len(ties.mentor)
    expected = None if ties.by_value else _expected_matches(ties, held, moving, movers) / m
    alone = int((np.diff(bounds) == 1).sum())
    said = (f"{count(alone, 'stratum', 'strata')} of one person: nothing to shuffle",)
    return Likeness(_seen(ties) / m, draws / m, expected, said if alone else ())


def _bounds(strata: np.ndarray) -> np.ndarray:
    """Where each stratum begins in people ordered by stratum, and the end."""
    begins = np.flatnonzero(np.diff(strata, prepend=strata[0] - 1))
    return np.append(begins, len(strata)).astype(np.int64)


def _expected_matches(
    ties: UsableTies, held: np.ndarray, moving: np.ndarray, movers: np.ndarray
) -> float:
    """Expected number of ties between equals when movers' labels are shuffled in their strata."""
    from scipy.sparse import coo_array

    stratum = np.unique(ties.strata[movers], return_inverse=True)
    place = np.zeros(len(ties.strata), dtype=np.int64)
    place[movers] = stratum[1]
    shape = (len(stratum[0]), int(ties.codes.max()) + 1)
    ones = np.ones(len(movers))
    table = coo_array((ones, (place[movers], ties.codes[movers])), shape=shape).tocsr()
    sizes = np.bincount(stratum[1]).astype(float)
    if ties.side != "people":
        pairs = coo_array(
            (np.ones(len(held)), (place[moving], ties.codes[held])), shape=shape
        ).tocsr()
        by_stratum = np.asarray(table.multiply(pairs).sum(axis=1)).ravel()
        return float((by_stratum / sizes).sum())
    shares = table.multiply(1 / sizes[:, None]).tocsr()
    apart = place[held] != place[moving]
    across = float(shares[place[held[apart]]].multiply(shares[place[moving[apart]]]).sum())
    pairs_same = np.asarray(table.multiply(table).sum(axis=1)).ravel() - sizes
    chance = np.divide(pairs_same, sizes * (sizes - 1), out=np.zeros(len(sizes)), where=sizes > 1)
    return across + float(chance[place[held[~apart]]].sum())


def _rewired(ties: UsableTies, n_draws: int, rng: np.random.Generator) -> Likeness:
    from ..kernels.swaps import swapped_pairs, swapped_slots

    m, n = len(ties.mentor), ties.network.n_people
    steps = np.full(n_draws, _BETWEEN * m, dtype=np.int64)
    steps[0] += _BURN_IN * m
    labels, values = ties.codes.astype(np.int64), np.nan_to_num(ties.values)
    if ties.network.directed:
        guest, owner = _slots(ties.mentor, ties.mentee, n)
        indptr = np.append(0, np.cumsum(np.bincount(owner, minlength=n)))
        draws, n_swapped = swapped_slots(
            indptr, owner, guest, labels, values, ties.by_value, steps, rng
        )
    else:
        draws, n_swapped = swapped_pairs(
            ties.mentor, ties.mentee, labels, values, n, ties.by_value, steps, rng
        )
    rate = n_swapped / steps.sum()
    said = f"{rate:.0%} of attempted swaps could be made"
    if rate < 0.05:
        said += ": so few other networks keep everybody's number of ties that the null is narrow"
    return Likeness(_seen(ties) / m, draws / m, None, (said,))


def _slots(mentor: np.ndarray, mentee: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Order ties by the side whose people have fewer, so that looking through slots is short."""
    costs = [int((np.bincount(side, minlength=n) ** 2).sum()) for side in (mentor, mentee)]
    guest, owner = (mentor, mentee) if costs[1] <= costs[0] else (mentee, mentor)
    order = np.argsort(owner, kind="stable")
    return guest[order], owner[order]


def _permuted_people(ties: UsableTies, n_draws: int, rng: np.random.Generator) -> Likeness:
    """QAP: everybody with a value moves; in a pool each side by itself."""
    from ...stats.shuffles import shuffled_matches

    network = ties.network
    known = np.flatnonzero(ties.codes >= 0)
    side = np.zeros(network.n_people, dtype=np.int64)
    if network.directed and network.two_sided:
        side = network.is_mentee.astype(np.int64)
        known = known[network.is_mentor[known] | network.is_mentee[known]]
    known = known[np.argsort(side[known], kind="stable")]
    draws = shuffled_matches(
        ties.mentor,
        ties.mentee,
        ties.codes,
        _NONE,
        known,
        _bounds(side[known]),
        n_draws,
        rng,
    )
    same, cells = _same_cells(ties, known)
    m = len(ties.mentor)
    spread = np.sqrt(m * (1 - m / cells) * same * (1 - same / cells))
    seen = (_seen(ties) - m * same / cells) / spread
    return Likeness(
        float(seen),
        (draws - m * same / cells) / spread,
        0.0,
        (f"over {cells:,} pairs of people with a value",),
    )


def _same_cells(ties: UsableTies, known: np.ndarray) -> tuple[float, int]:
    """Pairs that could be tied among people with a value: of one label, and all."""
    network, codes = ties.network, ties.codes
    k = int(codes.max()) + 1
    if network.directed and network.two_sided:
        givers = np.bincount(codes[known[network.is_mentor[known]]], minlength=k)
        takers = np.bincount(codes[known[network.is_mentee[known]]], minlength=k)
        return float(givers @ takers), int(givers.sum() * takers.sum())
    sizes = np.bincount(codes[known], minlength=k)
    n = int(sizes.sum())
    half = 1 if network.directed else 2
    return float((sizes * (sizes - 1)).sum() / half), n * (n - 1) // half
