"""One task of one peer on saved arrays; run as a subprocess in the peer's own environment.

Usage: python peer.py <library> <task> <input.npz> <output.npz> [count]
Prints processor and wall seconds as JSON; answers go to the output file. Imports and
building the graph are not timed.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np


def main() -> None:
    library, task, source, target = sys.argv[1:5]
    count = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    seconds, answer = globals()[f"{library}_{task}"](np.load(source), count)
    np.savez(target, answer=np.asarray(answer))
    print(json.dumps({"seconds": seconds}))


def now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


def elapsed(started: tuple[float, float]) -> list[float]:
    return [b - a for a, b in zip(started, now(), strict=True)]


def networkx_pool(data):
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(int(data["n"])))
    graph.add_edges_from(zip(data["mentor"].tolist(), data["mentee"].tolist(), strict=True))
    return graph


def networkx_shared(data):
    import networkx as nx

    graph = nx.Graph()
    graph.add_nodes_from(range(int(data["n_shared"])))
    ends = data["first"].tolist(), data["second"].tolist(), data["weight"].tolist()
    graph.add_weighted_edges_from(zip(*ends, strict=True))
    return graph


def networkx_removal(data, count):
    """Remove mentors one after the other and look at the whole graph each time."""
    import networkx as nx

    graph = networkx_pool(data)
    mentees = np.unique(data["mentee"]).tolist()
    rows = []
    started = now()
    for mentor in data["busiest"][:count].tolist():
        graph.remove_node(mentor)
        orphans = sum(1 for person in mentees if graph.degree(person) == 0)
        rows.append((orphans, max(map(len, nx.connected_components(graph)))))
    return elapsed(started), rows


def networkx_permutations(data, count):
    """Shuffle departments among mentees and count ties within, through the library's mixing."""
    import networkx as nx

    graph = networkx_pool(data)
    department = data["department"].copy()
    mentees = np.unique(data["mentee"])
    rng = np.random.default_rng(1)
    shares = []
    started = now()
    for draw in range(count):
        if draw:
            department[mentees] = rng.permutation(department[mentees])
        nx.set_node_attributes(graph, dict(enumerate(department.tolist())), "department")
        table = nx.attribute_mixing_matrix(graph, "department", normalized=True)
        shares.append(np.trace(table))
    return elapsed(started), shares


def networkx_constraint(data, count):
    import networkx as nx

    graph = networkx_shared(data)
    started = now()
    found = nx.constraint(graph, weight="weight")
    seconds = elapsed(started)
    return seconds, [found[i] for i in range(len(graph))]


def networkx_betweenness(data, count):
    """The library's own loop over the starts given, undirected."""
    from networkx.algorithms.centrality.betweenness import (
        _accumulate_basic,
        _single_source_shortest_path_basic,
    )

    graph = networkx_pool(data)
    total = dict.fromkeys(graph, 0.0)
    started = now()
    for start in data["starts"][:count].tolist():
        order, before, paths, _ = _single_source_shortest_path_basic(graph, start)
        total, _ = _accumulate_basic(total, order, before, paths, start)
    return elapsed(started), [total[i] for i in range(len(graph))]


def igraph_of(n, first, second):
    import igraph

    return igraph.Graph(n=int(n), edges=np.stack([first, second], axis=1).tolist(), directed=False)


def igraph_constraint(data, count):
    graph = igraph_of(data["n_shared"], data["first"], data["second"])
    weight = data["weight"].tolist()
    started = now()
    found = graph.constraint(weights=weight)
    return elapsed(started), found


def igraph_betweenness(data, count):
    graph = igraph_of(data["n"], data["mentor"], data["mentee"])
    starts = data["starts"][:count].tolist()
    started = now()
    found = graph.betweenness(directed=False, sources=starts, targets=None)
    return elapsed(started), found


def numpy_qap(data, count):
    """Correlate permuted matrices one by one, as R's sna does."""
    matrix, other = data["matrix"], data["other"]
    off = ~np.eye(len(matrix), dtype=bool)
    rng = np.random.default_rng(1)
    found = []
    started = now()
    for draw in range(count):
        order = rng.permutation(len(other)) if draw else np.arange(len(other))
        found.append(np.corrcoef(matrix[off], other[np.ix_(order, order)][off])[0, 1])
    return elapsed(started), found


if __name__ == "__main__":
    main()
