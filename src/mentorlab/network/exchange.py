"""To and from networkx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import OptionError
from .assemble import check_source
from .clock import show_time
from .network import MentorNetwork
from .tie_list import from_ties

if TYPE_CHECKING:
    import networkx as nx

WHO = "MentorNetwork.from_networkx"


def to_networkx(network: MentorNetwork) -> nx.Graph:
    """Give the network to networkx, people without a tie included.

    Parameters
    ----------
    network : MentorNetwork
        Any network.

    Returns
    -------
    networkx.DiGraph or networkx.Graph
        Nodes are ids with attributes as in `people` (missing ones left out), `is_mentor`,
        `is_mentee` and `capacity`; edges have the summed `weight`, and `start` (of the first tie)
        where ties are dated; the graph has `source`.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann"], "target": ["bo"]})
    >>> graph = to_networkx(from_ties(ties, source="self-report"))
    >>> list(graph.edges(data="weight"))
    [('ann', 'bo', 1.0)]
    """
    import networkx as nx

    graph = nx.DiGraph() if network.directed else nx.Graph()
    graph.graph["source"] = network.source
    facts = network.people.drop(columns="person_id").assign(
        is_mentor=network.is_mentor, is_mentee=network.is_mentee, capacity=network.capacity
    )
    ids = network.ids.tolist()
    known = facts.notna()
    columns = {name: facts[name].tolist() for name in facts}
    present = {name: known[name].tolist() for name in facts}
    graph.add_nodes_from(
        (person, {name: columns[name][i] for name in columns if present[name][i]})
        for i, person in enumerate(ids)
    )
    mentor, mentee, weight = network.pairs
    graph.add_weighted_edges_from(
        zip(
            network.ids[mentor].tolist(), network.ids[mentee].tolist(), weight.tolist(), strict=True
        )
    )
    if network.clock != "none":
        _add_starts(graph, network)
    return graph


def _add_starts(graph: nx.Graph, network: MentorNetwork) -> None:
    dated = ~np.isnan(network.start)
    frame = pd.DataFrame(
        {
            "mentor": network.ids[network.mentor[dated]],
            "mentee": network.ids[network.mentee[dated]],
            "start": network.start[dated],
        }
    )
    first = frame.groupby(["mentor", "mentee"], sort=False)["start"].min().reset_index()
    shown = show_time(first["start"].to_numpy(), network.clock)
    for mentor, mentee, start in zip(first["mentor"], first["mentee"], shown, strict=True):
        graph.edges[mentor, mentee]["start"] = start


def from_networkx(graph: nx.Graph, *, source: str | None = None, **options: Any) -> MentorNetwork:
    """Take a graph of networkx, every node and attribute with it.

    Parameters
    ----------
    graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
        Edges from giver to receiver, with `weight`, `kind`, `start` and `end` if there.
    source : str, optional
        Where the ties come from; by default what the graph's attribute `source` says.
    **options
        `capacity`, `self_ties` and `duplicates` as in `MentorNetwork.from_ties`.

    Returns
    -------
    MentorNetwork

    Raises
    ------
    OptionError
        If it is not such a graph or its source is not said.

    Examples
    --------
    >>> import networkx as nx
    >>> club = nx.karate_club_graph()
    >>> network = from_networkx(club, source="observed by the researcher")
    >>> network.n_people, network.n_ties, network.directed
    (34, 78, False)
    """
    import networkx as nx

    if not isinstance(graph, nx.Graph):
        raise OptionError(f"{WHO}: needs a graph of networkx; got a {type(graph).__name__}.")
    source = check_source(source or graph.graph.get("source"), who=WHO)
    nodes = list(graph.nodes)
    ids = np.empty(len(nodes), dtype=object)
    ids[:] = nodes
    facts = pd.DataFrame.from_records([data for _, data in graph.nodes(data=True)])
    sides = {name: facts.pop(name) for name in ("is_mentor", "is_mentee") if name in facts}
    people = pd.DataFrame({"person_id": pd.Series(ids).infer_objects()})
    if len(facts.columns):
        people = pd.concat([people, facts.drop(columns="person_id", errors="ignore")], axis=1)
    edges = pd.DataFrame.from_records([data for *_, data in graph.edges(data=True)])
    ends = list(graph.edges())
    ties = pd.DataFrame({"source": [a for a, _ in ends], "target": [b for _, b in ends]})
    for name in ("kind", "weight", "start", "end"):
        if name in edges:
            ties[name] = edges[name]
    if "weight" in ties:
        ties["weight"] = ties["weight"].fillna(1.0)
    made = from_ties(ties, source=source, people=people, directed=graph.is_directed(), **options)
    return _with_sides(made, sides)


def _with_sides(network: MentorNetwork, sides: dict[str, pd.Series]) -> MentorNetwork:
    from dataclasses import replace

    given = {
        name: getattr(network, name) | values.fillna(False).to_numpy(dtype=bool)
        for name, values in sides.items()
    }
    return replace(network, **given)
