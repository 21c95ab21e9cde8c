"""Who lies between the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from ...rng import child_rng
from ..adjacency import Neighbors
from ..assemble import need_people
from ..network import MentorNetwork
from ..result import PersonTable, asked
from .reach import whole_number

WHO = "betweenness"
EXACT_TIES = 10_000
PIVOTS = 256
_PARTS = 8


def betweenness(
    network: MentorNetwork,
    *,
    directed: bool = False,
    pivots: int | Literal["all"] | None = None,
    seed: int | None = None,
) -> PersonTable:
    r"""Tell who connects people that would otherwise be far apart.

    Parameters
    ----------
    network : MentorNetwork
        Any network.
    directed : bool
        Whether paths may only run from mentor to mentee. In a pool where nobody is both, no such
        path passes through anyone; the default follows ties both ways.
    pivots : int or "all", optional
        From how many people shortest paths are counted. When left out, from all in networks of up
        to 10,000 ties, from 256 in larger ones.
    seed : int, optional
        Needed where pivots are drawn.

    Returns
    -------
    PersonTable
        `person_id`, `betweenness`, `share` (of all pairs of other people), one row a person.

    Raises
    ------
    OptionError
        If pivots are to be drawn and `seed` is missing, or `pivots` is not a count.
    EstimationError
        If nobody is in the network.

    Notes
    -----
    .. math:: b_v = \sum_{s \ne v \ne t} \frac{\sigma_{st}(v)}{\sigma_{st}}

    over ordered pairs when directed, unordered ones otherwise; ties count alike, whatever their
    weight. Sampled values are scaled by people over pivots: unbiased, with an error that shrinks
    with the square root of the pivots, and unreliable for people of small betweenness.

    References
    ----------
    freeman1977 : A set of measures of centrality based on betweenness.
    brandes2001 : A faster algorithm for betweenness centrality.
    brandes2007 : Centrality estimation in large networks.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "bo", "bo"], "mentee_id": ["cy", "cy", "di"]})
    >>> network = MentorNetwork.from_ties(ties, source="program records")
    >>> betweenness(network).to_frame()["betweenness"].tolist()
    [0.0, 2.0, 2.0, 0.0]
    """
    need_people(network, who=WHO)
    values, sampled = path_shares(network, directed=directed, pivots=pivots, seed=seed, who=WHO)
    n = network.n_people
    n_pairs = (n - 1) * (n - 2) / (1 if directed and network.directed else 2)
    said = ["share: of all pairs of other people, how many shortest paths pass through"]
    if sampled:
        said.append(f"estimated from {sampled:,} of {n:,} people as starts, seed {seed}")
    table = pd.DataFrame(
        {
            "person_id": network.ids,
            "betweenness": values,
            "share": values / n_pairs if n_pairs else np.full(n, np.nan),
        }
    )
    how = "directed" if directed and network.directed else "ties followed both ways"
    parameters = {"directed": directed, "pivots": pivots, "seed": seed}
    return PersonTable(
        table=table,
        title=f"Betweenness of {n:,} people, {how}",
        said=tuple(said),
        keys=("freeman1977", "brandes2001", *(("brandes2007",) if sampled else ())),
        **asked(WHO, network, parameters),
    )


def path_shares(
    network: MentorNetwork,
    *,
    directed: bool,
    pivots: int | Literal["all"] | None,
    seed: int | None,
    who: str,
) -> tuple[np.ndarray, int]:
    """Compute betweenness for all people.

    Returns
    -------
    values : numpy.ndarray of float64, shape (n_people,)
    sampled : int
        How many starts were drawn; 0 when all were used.
    """
    n = network.n_people
    if pivots is None:
        pivots = "all" if network.n_ties <= EXACT_TIES else min(PIVOTS, n)
    if pivots == "all":
        starts, sampled = np.arange(n), 0
    else:
        k = whole_number(pivots, who=who, name="pivots", least=1)
        if k > n:
            raise OptionError(f"{who}: `pivots` must be at most {n:,} people; got {quote(k)}.")
        starts, sampled = _draw(n, k, seed, network.n_ties, who), k
    one_way = directed and network.directed
    values = add_paths(network.out if one_way else network.around, starts, symmetric=not one_way)
    if not one_way:
        values /= 2
    return values * (n / len(starts) if sampled else 1), sampled


def add_paths(ties: Neighbors, starts: np.ndarray, *, symmetric: bool) -> np.ndarray:
    """Add up over ordered pairs, with the first in `starts`, the share of paths through each.

    People tied to one other only lie on no path, and paths from and to them run through that
    other; in symmetric ties they are taken out before the walk and counted there.

    Parameters
    ----------
    ties : Neighbors
        In the direction of paths.
    starts : numpy.ndarray of int64
        Positions, each once.
    symmetric : bool
        Whether every tie is there in both directions.

    Returns
    -------
    numpy.ndarray of float64, shape (n_people,)

    Examples
    --------
    >>> star = Neighbors(np.array([0, 2, 3, 4]), np.array([1, 2, 0, 0]), np.ones(4))
    >>> add_paths(star, np.arange(3), symmetric=True).tolist()
    [2.0, 0.0, 0.0]
    """
    from ..kernels.paths import between_counts

    n = len(ties.indptr) - 1
    host = np.arange(n)
    if symmetric:
        degree = np.diff(ties.indptr)
        lone = np.flatnonzero(degree == 1)
        other = ties.indices[ties.indptr[lone]]
        hangs = (degree[other] > 1) | (lone > other)
        host[lone[hangs]] = other[hangs]
    inner = host == np.arange(n)
    row = np.repeat(np.arange(n), np.diff(ties.indptr))
    kept = inner[row] & inner[ties.indices]
    place = np.cumsum(inner) - 1
    sizes = np.bincount(place[row[kept]], minlength=int(inner.sum()))
    hangers = np.bincount(place[host[~inner]], minlength=len(sizes)).astype(float)
    begin, where = np.unique(place[host[starts]], return_inverse=True)
    graph = (
        np.append(0, np.cumsum(sizes)),
        place[ties.indices[kept]].astype(np.int32),
        hangers,
    )
    n_starts = np.bincount(where).astype(float)
    n_hanging = np.bincount(where, weights=~inner[starts], minlength=len(begin))
    values = np.zeros(n)
    with ThreadPoolExecutor() as threads:
        # parts do not depend on the number of processors, so sums are the same on all machines
        parts = np.array_split(np.arange(len(begin)), min(_PARTS, len(begin)))
        for totals in threads.map(
            lambda part: between_counts(*graph, begin[part], n_starts[part], n_hanging[part]), parts
        ):
            values[inner] += totals
    return values


def _draw(n: int, k: int, seed: int | None, n_ties: int, who: str) -> np.ndarray:
    if seed is None:
        raise OptionError(
            f"{who}: {n_ties:,} ties: shortest paths are counted from {k:,} people drawn at "
            "random, so give `seed`; or pivots='all' for exact values, which take long above "
            f"{EXACT_TIES:,} ties."
        )
    return np.sort(child_rng(seed, "betweenness").choice(n, size=k, replace=False))
