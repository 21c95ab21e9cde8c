"""Files for Gephi, UCINET, statnet and RSiena."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import WriteError
from ..options import check_option
from ..privacy.exports import neutralize_formulas
from .choices import EdgeFormat
from .network import MentorNetwork

WHO = "export_network"


def export_network(network: MentorNetwork, path: str | Path, *, format: EdgeFormat) -> list[Path]:
    """Take the network to the program that models what this one does not (ERGM, SAOM, layouts).

    Parameters
    ----------
    network : MentorNetwork
        Any network.
    path : path
        The file for ``"graphml"`` and ``"ucinet"``; for the others a folder, made if absent.
    format : {"graphml", "gephi", "ucinet", "statnet"}
        ``"graphml"``: one file for most programs. ``"gephi"``: `nodes.csv` and `edges.csv` with
        Gephi's column names. ``"ucinet"``: a DL edge list. ``"statnet"``: `nodes.csv` and
        `edges.csv` with whole numbers from 1, for statnet and RSiena.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    OptionError
        If the format is unknown.
    WriteError
        If a file is there already or the disk refuses.

    Notes
    -----
    Ids leave with the files: pseudonymize first where they name people. CSV cells that a
    spreadsheet would run as formulas are marked, as in every export.

    Examples
    --------
    >>> import tempfile
    >>> ties = pd.DataFrame({"source": ["ann"], "target": ["bo"]})
    >>> network = MentorNetwork.from_ties(ties, source="self-report")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [file.name for file in export_network(network, folder + "/pool", format="gephi")]
    ['nodes.csv', 'edges.csv']
    """
    check_option(format, EdgeFormat, who=WHO, name="format")
    place = Path(path)
    files = (
        [place] if format in ("graphml", "ucinet") else [place / "nodes.csv", place / "edges.csv"]
    )
    for file in files:
        if file.exists():
            raise WriteError(f"{WHO}: {file.name} is there already; choose another path.")
    try:
        files[0].parent.mkdir(parents=True, exist_ok=True)
        if format == "graphml":
            _write_graphml(network, place)
        elif format == "ucinet":
            place.write_text(_dl(network), encoding="utf-8")
        else:
            tables = _gephi(network) if format == "gephi" else _statnet(network)
            for file, table in zip(files, tables, strict=True):
                neutralize_formulas(table).to_csv(file, index=False)
    except OSError as error:
        raise WriteError(f"{WHO}: can't write {place.name}: {error.strerror or error}.") from error
    return files


def _write_graphml(network: MentorNetwork, file: Path) -> None:
    import networkx as nx

    graph = network.to_networkx()
    for _, facts in graph.nodes(data=True):
        facts.update({name: _plain(value) for name, value in facts.items()})
    for *_, facts in graph.edges(data=True):
        facts.update({name: _plain(value) for name, value in facts.items()})
    nx.write_graphml(graph, file)


def _plain(value: object) -> str | int | float | bool:
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, (str, int, float, bool)) else str(value)


def _node_facts(network: MentorNetwork) -> pd.DataFrame:
    return network.people.drop(columns="person_id").assign(
        is_mentor=network.is_mentor, is_mentee=network.is_mentee
    )


def _gephi(network: MentorNetwork) -> tuple[pd.DataFrame, pd.DataFrame]:
    nodes = pd.concat(
        [pd.DataFrame({"Id": network.ids, "Label": network.ids}), _node_facts(network)], axis=1
    )
    mentor, mentee, weight = network.pairs
    edges = pd.DataFrame(
        {
            "Source": network.ids[mentor],
            "Target": network.ids[mentee],
            "Type": "Directed" if network.directed else "Undirected",
            "Weight": weight,
        }
    )
    return nodes, edges


def _statnet(network: MentorNetwork) -> tuple[pd.DataFrame, pd.DataFrame]:
    number = np.arange(1, network.n_people + 1)
    nodes = pd.concat(
        [pd.DataFrame({"id": number, "person_id": network.ids}), _node_facts(network)], axis=1
    )
    mentor, mentee, weight = network.pairs
    edges = pd.DataFrame({"tail": mentor + 1, "head": mentee + 1, "weight": weight})
    return nodes, edges


def _dl(network: MentorNetwork) -> str:
    labels = [str(person).replace('"', "'") for person in network.ids]
    mentor, mentee, weight = network.pairs
    lines = [
        f"dl n={network.n_people} format=edgelist1",
        "labels:",
        *(f'"{label}"' for label in labels),
        "data:",
    ]
    ends = [(mentor, mentee)] if network.directed else [(mentor, mentee), (mentee, mentor)]
    for first, second in ends:
        lines += [f"{a} {b} {w:g}" for a, b, w in zip(first + 1, second + 1, weight, strict=True)]
    return "\n".join([*lines, ""])
