"""Which cells of a table of counts must be hidden so that the small ones can't be computed.

Arrays in, arrays out. A table with all its totals is a list of entries and of lines: in each line
some entries add up to another one. A reader knows the lines, the entries that are shown, and that
every hidden entry is at least 1 (empty cells are shown as 0). An entry is safe when another table,
equal in all that is shown, would have looked the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from ..errors import EstimationError

TOTAL = -1
_HIDDEN_COST = 1e-3  # more than 0, so that hidden entries do not move for nothing
_WHOLE = 1e-6


@dataclass(frozen=True, eq=False)
class Entries:
    """A table of counts with all its totals.

    Attributes
    ----------
    keys : numpy.ndarray of int, shape (n_entries, n_columns)
        Level of each column; ``TOTAL`` where summed over. Cells first, in the given order.
    counts : numpy.ndarray of int, shape (n_entries,)
        How many.
    lines : numpy.ndarray of int, shape (n_lines, n_entries)
        1 for the parts and -1 for their total; each line times `counts` is 0.
    """

    keys: np.ndarray
    counts: np.ndarray
    lines: np.ndarray


def add_totals(keys: np.ndarray, counts: np.ndarray) -> Entries:
    """Add every total, over each set of columns, and the lines that tie entries together.

    Parameters
    ----------
    keys : numpy.ndarray of int, shape (n_cells, n_columns)
        Levels of 0 or more, each combination once.
    counts : numpy.ndarray of int, shape (n_cells,)

    Examples
    --------
    >>> add_totals(np.array([[0], [1]]), np.array([3, 9])).counts.tolist()
    [3, 9, 12]
    """
    n_columns = keys.shape[1]
    totals: dict[tuple[int, ...], int] = {}
    for summed in product((False, True), repeat=n_columns):
        masked = np.where(summed, TOTAL, keys)
        for key, n in zip(map(tuple, masked.tolist()), counts.tolist(), strict=True):
            totals[key] = totals.get(key, 0) + n
    place = {key: i for i, key in enumerate(totals)}
    lines = []
    for key, i in place.items():
        for column in range(n_columns):
            if key[column] != TOTAL:
                continue
            line = np.zeros(len(place), dtype=np.int64)
            line[i] = -1
            for other, j in place.items():
                if other[column] != TOTAL and _without(other, column) == _without(key, column):
                    line[j] = 1
            lines.append(line)
    return Entries(
        keys=np.array(list(totals), dtype=np.int64).reshape(len(totals), n_columns),
        counts=np.array(list(totals.values()), dtype=np.int64),
        lines=np.array(lines, dtype=np.int64).reshape(len(lines), len(totals)),
    )


def _without(key: tuple[int, ...], column: int) -> tuple[int, ...]:
    return key[:column] + key[column + 1 :]


def hide(entries: Entries, small: np.ndarray, k: int) -> np.ndarray:
    r"""Choose what to hide beside the small entries, so that none of the hidden can be computed.

    For each small entry the cheapest other table is found in which that entry is `k` or more and
    everything shown is the same; what differs between the two tables is hidden. The other table is
    the proof: the small entry may be `k` or more for all that can be told, and no hidden entry is
    fixed by what is shown.

    Parameters
    ----------
    entries : Entries
        From :func:`add_totals`.
    small : numpy.ndarray of bool, shape (n_entries,)
        What has to be hidden.
    k : int
        The smallest group that may be shown.

    Returns
    -------
    numpy.ndarray of bool, shape (n_entries,)

    Notes
    -----
    Each step is the integer program: minimize :math:`\sum_i c_i |y_i|` over changes :math:`y`
    with :math:`Ay = 0`, :math:`x_i + y_i \ge 1`, :math:`y_i = 0` for empty entries and
    :math:`y_p \ge k - x_p`, where :math:`c_i` is the count of a shown entry and next to nothing for
    a hidden one. Taking one small entry after the other is not the best choice overall.

    References
    ----------
    Fischetti & Salazar (2001), Solving the cell suppression problem on tabular data with linear
    constraints, Management Science 47(7), 1008-1027, doi 10.1287/mnsc.47.7.1008.9805.
    """
    hidden = small.copy()
    safe = np.zeros(len(small), dtype=bool)
    order = np.flatnonzero(small)
    for entry in order[np.argsort(entries.counts[order], kind="stable")]:
        if safe[entry]:
            continue
        change = _other_table(entries, hidden, int(entry), k)
        hidden |= change != 0
        safe |= (change > 0) & (entries.counts + change >= k)
    return hidden


def _other_table(entries: Entries, hidden: np.ndarray, entry: int, k: int) -> np.ndarray:
    """Find the cheapest change that makes `entry` look large; shape (n_entries,)."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack

    need = max(k - int(entries.counts[entry]), 1)
    filled = entries.counts > 0
    up = np.where(filled, float(need), 0.0)
    down = np.where(filled, np.minimum(entries.counts - 1, need), 0).astype(float)
    down[entry] = 0
    at_least = np.zeros(2 * len(hidden))
    at_least[entry] = need
    cost = np.where(hidden, _HIDDEN_COST, entries.counts)
    lines = csr_array(entries.lines)
    for whole in (0, 1):  # the relaxed program is faster and mostly has a whole answer
        found = milp(
            c=np.concatenate([cost, cost]),
            integrality=np.full(2 * len(hidden), whole),
            bounds=Bounds(at_least, np.concatenate([up, down])),
            constraints=LinearConstraint(hstack([lines, -lines]), 0, 0),
        )
        if found.x is not None:
            change = found.x[: len(hidden)] - found.x[len(hidden) :]
            rounded = np.rint(change).astype(np.int64)
            if np.allclose(change, rounded, atol=_WHOLE) and not (entries.lines @ rounded).any():
                return rounded
    raise EstimationError("small_cells: no safe way to hide the small groups was found.")
