"""The best partner who would take a person now, found without sorting anyone.

A row is cut into blocks. The best of each block is found once, in one pass over the row; after
that only the block of the best is looked at again. A partner's bar only rises, so whoever is below
it now is refused for good, and leaving such partners out changes no matching.
"""

from __future__ import annotations

import numpy as np
from numba import njit

BLOCK = 128  # partners in a block; any number gives the same matching


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz", "reassoc"})
def _highest_open(own, other, acceptable, bar, first, last, open_keys):
    """Find the highest key of one block among partners whose bar is met, and leave all in
    `open_keys`.

    Written for the compiler: slices, a first loop without branches and four independent maxima let
    it use vector instructions (10 times faster than the plain loop).
    """
    own_part, other_part, bar_part = own[first:last], other[first:last], bar[first:last]
    size = last - first
    for place in range(len(own_part)):
        is_met = other_part[place] >= bar_part[place]
        open_keys[place] = own_part[place] if is_met else -np.inf
    if len(acceptable) > 0:
        acceptable_part = acceptable[first:last]
        for place in range(len(acceptable_part)):
            open_keys[place] = open_keys[place] if acceptable_part[place] else -np.inf
    even = size - size % 4
    one = two = three = four = -np.inf
    for place in range(0, even, 4):
        one = max(one, open_keys[place])
        two = max(two, open_keys[place + 1])
        three = max(three, open_keys[place + 2])
        four = max(four, open_keys[place + 3])
    for place in range(even, size):
        one = max(one, open_keys[place])
    return max(max(one, two), max(three, four))


@njit(cache=True, nogil=True)
def _best_place(own, other, acceptable, bar, bar_lots, lots, my_lot, first, last, open_keys):
    """Find the best of one block who takes the person now, -1 for none."""
    highest = _highest_open(own, other, acceptable, bar, first, last, open_keys)
    if highest == -np.inf:
        return -1
    found = -1
    for step in range(last - first):
        if open_keys[step] != highest:
            continue
        place = first + step
        if other[place] == bar[place] and my_lot >= bar_lots[place]:
            continue
        if found < 0 or lots[place] < lots[found]:
            found = place
    if found >= 0:
        return found
    return _best_place_plainly(own, other, acceptable, bar, bar_lots, lots, my_lot, first, last)


@njit(cache=True, nogil=True)
def _best_place_plainly(own, other, acceptable, bar, bar_lots, lots, my_lot, first, last):
    """Find the same where the highest key belongs to a partner whose tie with the bar is lost."""
    found = -1
    for place in range(first, last):
        if other[place] < bar[place] or (len(acceptable) > 0 and not acceptable[place]):
            continue
        if other[place] == bar[place] and my_lot >= bar_lots[place]:
            continue
        if (
            found < 0
            or own[place] > own[found]
            or (own[place] == own[found] and lots[place] < lots[found])
        ):
            found = place
    return found


@njit(cache=True, nogil=True)
def best_open(
    own, other, acceptable, bar, bar_lots, lots, my_lot, width, is_new, best, at, open_keys
):
    """Find the best partner who takes a person now.

    Parameters
    ----------
    own, other : ndarray of float64, shape (k,)
        What the person and the partners would get.
    acceptable : ndarray of bool, shape (k,) or (0,)
        Empty when all are acceptable.
    bar, bar_lots : ndarray, shape (k,)
        The key and the lot that a partner's worst holder has; a person must come before them.
    lots : ndarray of int64, shape (k,)
        Which of equal partners comes first.
    my_lot : int
        The person's own lot.
    width : int
        Partners in a block.
    is_new : bool
        Whether the person's blocks have not been looked at.
    best : ndarray of float64, shape (n_blocks,)
        The highest key of each block, kept between calls.
    at : ndarray of int32, shape (n_blocks,)
        The partner with that key, -1 while unknown; kept between calls.
    open_keys : ndarray of float64, shape (width,)
        Room to work in.

    Returns
    -------
    int
        The partner's position, -1 for none.
    """
    if is_new:
        for block in range(len(best)):
            first = block * width
            last = min(first + width, len(own))
            best[block] = _highest_open(own, other, acceptable, bar, first, last, open_keys)
    while True:
        highest = -np.inf
        winner = -1
        for block in range(len(best)):
            if best[block] < highest or best[block] == -np.inf:
                continue
            if best[block] > highest or (
                at[winner] >= 0 and (at[block] < 0 or lots[at[block]] < lots[at[winner]])
            ):
                highest, winner = best[block], block
        if winner < 0:
            return -1
        place = at[winner]
        if place >= 0 and (
            other[place] > bar[place] or (other[place] == bar[place] and my_lot < bar_lots[place])
        ):
            return place
        first = winner * width
        last = min(first + width, len(own))
        place = _best_place(
            own, other, acceptable, bar, bar_lots, lots, my_lot, first, last, open_keys
        )
        at[winner] = place
        best[winner] = own[place] if place >= 0 else -np.inf
