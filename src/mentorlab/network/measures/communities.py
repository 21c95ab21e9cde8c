"""Which people form groups of their own accord."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, count, quote
from ...rng import child_rng
from ..assemble import need_ties
from ..network import MentorNetwork
from ..result import NetworkResult, asked

WHO = "communities"


@dataclass(frozen=True, eq=False, repr=False)
class Communities(NetworkResult):
    """Groups that are tied more within than between.

    Attributes
    ----------
    table : pandas.DataFrame
        `person_id`, `community`, numbered from 1 by size.
    modularity : float
        Share of ties within groups beyond what numbers of ties would give.
    """

    table: pd.DataFrame
    modularity: float

    references: ClassVar[tuple[str, ...]] = ("blondel2008", "newman2004")

    def to_frame(self) -> pd.DataFrame:
        """Give one row a person."""
        return self.table.copy()

    def headline(self) -> str:
        """How many groups there are."""
        n = self.table["community"].nunique()
        return f"{count(n, 'community', 'communities')}, modularity {self.modularity:.3f}"

    def notes(self) -> tuple[str, ...]:
        """How they were found."""
        return (
            "Louvain on ties of either direction; another seed can give other groups",
            *super().notes(),
        )

    def _display_frame(self) -> pd.DataFrame:
        sizes = self.table["community"].value_counts().sort_index()
        return pd.DataFrame({"community": sizes.index, "people": sizes.to_numpy()}).head(10)


def communities(
    network: MentorNetwork, *, seed: int, resolution: float = 1.0, weighted: bool = True
) -> Communities:
    """Tell which people form groups of their own accord, beside the org chart.

    Parameters
    ----------
    network : MentorNetwork
        Any network; directions are ignored, the weights of both directions added.
    seed : int
        For the order in which people are tried.
    resolution : float
        Above 1 for smaller groups, below 1 for larger ones.
    weighted : bool
        Whether stronger ties count for more.

    Returns
    -------
    Communities

    Raises
    ------
    OptionError
        If `resolution` is not positive.
    EstimationError
        If there are no ties.

    References
    ----------
    blondel2008 : Fast unfolding of communities in large networks.
    newman2004 : Finding and evaluating community structure in networks.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "cy"], "target": ["bo", "di"]})
    >>> communities(MentorNetwork.from_ties(ties, source="self-report"), seed=1).modularity
    0.5
    """
    import networkx as nx

    need_ties(network, who=WHO)
    if not isinstance(resolution, (int, float)) or not resolution > 0:
        raise OptionError(f"{WHO}: `resolution` must be above 0; got {quote(resolution)}.")
    graph = nx.Graph()
    graph.add_nodes_from(range(network.n_people))
    ties = network.around
    first = np.repeat(np.arange(network.n_people), np.diff(ties.indptr))
    once = (first < ties.indices) & (ties.weight > 0 if weighted else True)
    weight = ties.weight if weighted else np.ones(len(ties.weight))
    graph.add_weighted_edges_from(
        zip(first[once].tolist(), ties.indices[once].tolist(), weight[once].tolist(), strict=True)
    )
    drawn = int(child_rng(seed, WHO).integers(2**31))
    groups = nx.community.louvain_communities(graph, resolution=resolution, seed=drawn)
    groups = sorted(groups, key=lambda group: (-len(group), min(group)))
    number = np.empty(network.n_people, dtype=np.int64)
    for i, group in enumerate(groups, start=1):
        number[list(group)] = i
    return Communities(
        table=pd.DataFrame({"person_id": network.ids, "community": number}),
        modularity=modularity(first[once], ties.indices[once], weight[once], number),
        **asked(WHO, network, {"seed": seed, "resolution": resolution, "weighted": weighted}),
    )


def modularity(
    first: np.ndarray, second: np.ndarray, weight: np.ndarray, group: np.ndarray
) -> float:
    """Compute the modularity of groups in an undirected network whose ties are listed once.

    Notes
    -----
    Weight within groups over all weight, less the sum over groups of the squared share of tie
    ends.

    Examples
    --------
    >>> first, second = np.array([0, 2]), np.array([1, 3])
    >>> modularity(first, second, np.ones(2), np.array([0, 0, 1, 1]))
    0.5
    """
    total = weight.sum()
    if not total:
        return float("nan")
    codes = np.unique(group, return_inverse=True)[1]
    inside = weight[codes[first] == codes[second]].sum() / total
    ends = np.bincount(codes[first], weights=weight, minlength=codes.max() + 1)
    ends = ends + np.bincount(codes[second], weights=weight, minlength=codes.max() + 1)
    return float(inside - ((ends / (2 * total)) ** 2).sum())
