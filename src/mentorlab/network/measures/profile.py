"""The whole network in one table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ...stats.inequality import gini
from ..adjacency import Neighbors
from ..network import MentorNetwork
from ..projection import MOST_PAIRS, shared_ties
from ..result import PersonTable, asked
from .reciprocity import dyad_census, shares_returned

WHO = "network_profile"
_Row = tuple[str, float, str, str]


def network_profile(network: MentorNetwork) -> PersonTable:
    """See the shape of the whole network: size, density, parts, clustering, concentration.

    Parameters
    ----------
    network : MentorNetwork
        Any network.

    Returns
    -------
    PersonTable
        `measure, value, definition, note`; a value that is not defined is missing, with the
        reason in `note`.

    Notes
    -----
    In a pool where nobody is both mentor and mentee, density is over mentor-mentee pairs and
    clustering is Robins and Alexander's: the share of three-step paths that close into a square
    (two mentors who share two mentees). Elsewhere it is the share of two-step paths that close
    into a triangle, directions ignored. Centralization is Freeman's: the summed distance from the
    most central person over the most it could be.

    References
    ----------
    freeman1978 : Centrality in social networks: conceptual clarification.
    robins2004 : Small worlds among interlocking directors.
    newman2003 : Mixing patterns in networks.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "bo", "bo"], "mentee_id": ["cy", "cy", "di"]})
    >>> network = MentorNetwork.from_ties(ties, source="program records")
    >>> found = network_profile(network).to_frame().set_index("measure")["value"]
    >>> found[["people", "ties", "density", "components"]].tolist()
    [4.0, 3.0, 0.75, 1.0]
    """
    rows = [
        *_sizes(network),
        *_parts(network),
        *_reciprocity(network),
        _clustering(network),
        *_centralization(network),
        *_degrees(network),
    ]
    table = pd.DataFrame(rows, columns=["measure", "value", "definition", "note"])
    undefined = table.loc[table["note"] != "", ["measure", "note"]]
    return PersonTable(
        table=table.astype({"value": "float64"}),
        title=f"Profile of the network: {network.size()}",
        said=tuple(f"{name}: {note}" for name, note in undefined.itertuples(index=False)),
        keys=("freeman1978", "newman2003", *(("robins2004",) if network.two_sided else ())),
        **asked(WHO, network, {}),
    )


def possible_ties(network: MentorNetwork) -> int:
    """Count the pairs that could be tied.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann"], "mentee_id": ["cy"]})
    >>> possible_ties(MentorNetwork.from_ties(ties, source="program records"))
    1
    """
    n = network.n_people
    if not network.directed:
        return n * (n - 1) // 2
    if network.two_sided:
        return len(network.mentors) * len(network.mentees)
    return n * (n - 1)


def _sizes(network: MentorNetwork) -> Iterator[_Row]:
    yield "people", network.n_people, "people, with or without a tie", ""
    if network.directed:
        yield "mentors", len(network.mentors), "people on the giving side", ""
        yield "mentees", len(network.mentees), "people on the receiving side", ""
    yield "ties", network.n_ties, "distinct pairs tied", ""
    possible = possible_ties(network)
    density = network.n_ties / possible if possible else np.nan
    yield "density", density, "ties over possible ties", "" if possible else "no pair could be tied"
    isolates = int((np.diff(network.around.indptr) == 0).sum())
    yield "isolates", isolates, "people without any tie", ""


def components(network: MentorNetwork) -> np.ndarray:
    """Give the number of the connected part that each person is in, directions ignored."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ties = network.around
    n = network.n_people
    graph = csr_array((np.ones(len(ties.indices)), ties.indices, ties.indptr), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def _parts(network: MentorNetwork) -> Iterator[_Row]:
    sizes = np.bincount(components(network)) if network.n_people else np.zeros(0, dtype=int)
    yield "components", len(sizes), "parts without a tie between them", ""
    largest = int(sizes.max(initial=0))
    yield "largest_component", largest, "people in the largest part", ""


def _reciprocity(network: MentorNetwork) -> Iterator[_Row]:
    edgewise, dyadic, note = np.nan, np.nan, ""
    if not network.directed:
        note = "ties have no direction"
    elif network.two_sided:
        note = "not defined where nobody is both mentor and mentee"
    else:
        edgewise, dyadic = shares_returned(dyad_census(network))
        note = "" if network.n_ties else "no ties"
    yield "reciprocity_edgewise", edgewise, "share of ties that are returned", note
    yield "reciprocity_dyadic", dyadic, "share of tied pairs tied both ways", note


def _clustering(network: MentorNetwork) -> _Row:
    from ..kernels.ego import triangles

    if network.directed and network.two_sided:
        return _squares(network)
    closed, paths = triangles(network.around.indptr, network.around.indices)
    value = 3 * closed / paths if paths else np.nan
    what = "share of two-step paths that close into a triangle"
    return "clustering", value, what, "" if paths else "no two-step path"


def _squares(network: MentorNetwork) -> _Row:
    what = "share of three-step paths that close into a square"
    sizes = np.diff(network.out.indptr), np.diff(network.into.indptr)
    pairs = network.pairs
    n_paths = int(((sizes[0][pairs.mentor] - 1) * (sizes[1][pairs.mentee] - 1)).sum())
    if not n_paths:
        return "clustering", np.nan, what, "no three-step path"
    costs = [int((size * (size - 1) // 2).sum()) for size in sizes]
    if min(costs) > MOST_PAIRS:
        return "clustering", np.nan, what, f"not computed: {min(costs):,} pairs share someone"
    through: Neighbors = network.out if costs[0] < costs[1] else network.into
    shared = shared_ties(through, network.n_people)[2]
    return "clustering", 4 * float((shared * (shared - 1) / 2).sum()) / n_paths, what, ""


def _centralization(network: MentorNetwork) -> Iterator[_Row]:
    n = network.n_people
    for name, ties in (("indegree", network.into), ("outdegree", network.out)):
        degree = np.diff(ties.indptr)
        most = max(n - 1, 0) * (n - 1 if network.directed else n - 2)
        value = float((degree.max() - degree).sum()) / most if most > 0 else np.nan
        note = "" if most > 0 else "too few people"
        yield f"centralization_{name}", value, f"Freeman centralization of {name}", note


def _degrees(network: MentorNetwork) -> Iterator[_Row]:
    if network.directed and network.is_mentor.any():
        load = network.load[network.mentors]
        note = "" if load.sum() else "no mentor has a mentee"
        yield "load_gini", gini(load), "Gini index of mentees per mentor", note
        yield "load_largest", int(load.max()), "mentees of the busiest mentor", ""
    value, note = degree_assortativity(network)
    yield "degree_assortativity", value, "correlation of tied people's numbers of contacts", note


def degree_assortativity(network: MentorNetwork) -> tuple[float, str]:
    """Correlate the numbers of contacts at the two ends of ties, directions ignored."""
    ties = network.around
    degree = np.diff(ties.indptr).astype(float)
    first = np.repeat(degree, np.diff(ties.indptr))
    second = degree[ties.indices]
    if not len(first) or first.min() == first.max():
        return float("nan"), "not defined: everybody has as many contacts"
    return float(np.corrcoef(first, second)[0, 1]), ""


def betweenness_centralization(values: np.ndarray, *, directed: bool) -> float:
    """Tell how far one person's betweenness stands out, 0 to 1.

    Parameters
    ----------
    values : numpy.ndarray of float64
        Exact betweenness of all people.
    directed : bool
        Whether paths were directed.

    References
    ----------
    freeman1978 : Centrality in social networks: conceptual clarification.

    Examples
    --------
    >>> betweenness_centralization(np.array([1.0, 0.0, 0.0]), directed=False)
    1.0
    """
    n = len(values)
    most = (n - 1) ** 2 * (n - 2) / (1 if directed else 2)
    return float((values.max() - values).sum() / most) if most > 0 else float("nan")
