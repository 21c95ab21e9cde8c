"""Who shares whom: mentors tied by common mentees, mentees by common mentors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..errors import OptionError
from ..options import check_option
from .adjacency import Neighbors
from .choices import Side
from .network import MentorNetwork

WHO = "project"
MOST_PAIRS = 500_000_000


def project(network: MentorNetwork, *, side: Side = "mentors") -> MentorNetwork:
    """See who is tied through others: co-mentors, or mentees who share a mentor.

    Parameters
    ----------
    network : MentorNetwork
        Directed, from mentors to mentees.
    side : {"mentors", "mentees"}
        Who is kept.

    Returns
    -------
    MentorNetwork
        Undirected, of the people of that side, those without a tie included; the weight of a tie
        is the number of shared mentees (mentors).

    Raises
    ------
    OptionError
        If the network is undirected or the projection would not fit into memory.

    Notes
    -----
    One person with d mentees makes d(d - 1)/2 ties among them: a projection overstates closeness
    wherever loads are large, and inference on it needs a null on the ties it was made from.

    References
    ----------
    breiger1974 : The duality of persons and groups.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "bo", "bo"], "mentee_id": ["cy", "cy", "di"]})
    >>> shared = project(MentorNetwork.from_ties(ties, source="program records"))
    >>> shared.ties()[["mentor_id", "mentee_id", "weight"]].to_numpy().tolist()
    [['ann', 'bo', 1.0]]
    """
    check_option(side, Side, who=WHO, name="side")
    if not network.directed:
        raise OptionError(f"{WHO}: needs a network from mentors to mentees; this one has no sides.")
    through = network.into if side == "mentors" else network.out
    kept = network.mentors if side == "mentors" else network.mentees
    first, second, shared = shared_ties(through, network.n_people)
    position = np.full(network.n_people, -1)
    position[kept] = np.arange(len(kept))
    other = "mentee" if side == "mentors" else "mentor"
    sides = np.ones(len(kept), dtype=bool)
    return replace(
        network,
        people=network.people.iloc[kept].reset_index(drop=True),
        mentor=position[first].astype(np.int32),
        mentee=position[second].astype(np.int32),
        weight=shared,
        kind=pd.Categorical(np.repeat(f"shared {other}", len(first))),
        start=np.full(len(first), np.nan),
        end=np.full(len(first), np.nan),
        is_mentor=sides,
        is_mentee=sides,
        capacity=network.capacity[kept],
        directed=False,
        clock="none",
        remarks=(*network.remarks, f"projected: {side} tied by each {other} they share"),
        set_aside=None,
    )


def shared_ties(through: Neighbors, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count for every two people how many rows of `through` hold both.

    Returns
    -------
    first, second : numpy.ndarray of int32
        Positions, first < second, in order.
    shared : numpy.ndarray of float64
        How many rows hold both.

    Raises
    ------
    OptionError
        If there are too many pairs to count.
    """
    from scipy.sparse import csr_array, triu

    sizes = np.diff(through.indptr)
    n_pairs = int((sizes * (sizes - 1) // 2).sum())
    if n_pairs > MOST_PAIRS:
        raise OptionError(
            f"{WHO}: at most {MOST_PAIRS:,} pairs fit; sharing would make {n_pairs:,} (one person "
            f"alone has {int(sizes.max()):,} ties). Leave out very large groups first."
        )
    ones = np.ones(len(through.indices))
    rows = csr_array((ones, through.indices, through.indptr), shape=(n, n))
    both = triu(rows.T @ rows, k=1).tocsr()
    both.sort_indices()
    first = np.repeat(np.arange(n, dtype=np.int32), np.diff(both.indptr))
    return first, both.indices.astype(np.int32), both.data.astype(float)
