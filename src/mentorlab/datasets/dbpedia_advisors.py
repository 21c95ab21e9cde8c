"""Academic lineage: who advised whom, as DBpedia has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import ReadError, count
from .fetch import locate
from .record import LoadedData, read_columns
from .registry import SOURCES

_FILE = "dbpedia_genealogy.gexf"


@dataclass(frozen=True, eq=False, repr=False)
class DbpediaAdvisors(LoadedData):
    """Ties from advisor to student over several centuries, as they stand in DBpedia.

    Attributes
    ----------
    ties : pandas.DataFrame
        One row per tie, as in the ties table: ``source`` (the advisor), ``target`` (the student),
        ``kind`` (advised). Loops and cycles stay: they are errors of the source for an analysis to
        find.
    source : DataSource
        License and citation.

    References
    ----------
    dbpedia2015
    """

    ties: pd.DataFrame

    def headline(self) -> str:
        """Say in one line how much there is."""
        people = pd.concat([self.ties["source"], self.ties["target"]]).nunique()
        return f"{count(len(self.ties), 'tie')} among {count(people, 'scholar')}."

    def overview(self) -> pd.DataFrame:
        """Count ties, advisors, students, people who were both, and loops."""
        advisors, students = set(self.ties["source"]), set(self.ties["target"])
        rows = {
            "ties": len(self.ties),
            "advisors": len(advisors),
            "students": len(students),
            "students who became advisors": len(advisors & students),
            "loops (own advisor)": int((self.ties["source"] == self.ties["target"]).sum()),
        }
        return pd.DataFrame({"what": list(rows), "n": list(rows.values())})

    def caveats(self) -> tuple[str, ...]:
        """Say what a reader must know before using the data."""
        return (
            "Who stands in an encyclopedia is famous: most students of most advisors are absent, "
            "so numbers of students are a floor and lineages of the famous are overdrawn.",
        )


def load_dbpedia_advisors(path: str | Path | None = None) -> DbpediaAdvisors:
    """Load an academic genealogy to see which mentees became mentors, and how lines run.

    Parameters
    ----------
    path : path, optional
        A folder with ``dbpedia_genealogy.gexf`` or the same ties as
        ``dbpedia_advisors_edges.csv``; when left out, the folder that ``MENTORLAB_DATA`` names, the
        cache, or a download.

    Returns
    -------
    DbpediaAdvisors
        With the frame `ties`; ids are numbers in alphabetical order of the source's page names,
        which stay behind.

    Raises
    ------
    DataUnavailableError
        If the file is neither here nor can be downloaded.
    ReadError
        If the file is not the table that it should be.

    References
    ----------
    dbpedia2015
    """
    source = SOURCES["dbpedia_advisors"]
    named = _read(locate(source, _FILE, path=path))
    pages = sorted({*named["advisor"], *named["student"]})
    ids = {page: f"d{number:04d}" for number, page in enumerate(pages, start=1)}
    ties = pd.DataFrame(
        {
            "source": named["advisor"].map(ids),
            "target": named["student"].map(ids),
            "kind": "advised",
        }
    )
    return DbpediaAdvisors(
        ties=ties.sort_values(["source", "target"], ignore_index=True), source=source
    )


def _read(file: Path) -> pd.DataFrame:
    if file.suffix == ".csv":
        frame = read_columns(file, ("advisor", "student"))
        if frame[["advisor", "student"]].isna().any(axis=None):
            raise ReadError(f"{file.name}: every tie must name an advisor and a student.")
        return frame
    import xml.etree.ElementTree as ElementTree

    import networkx as nx

    try:
        graph = nx.read_gexf(file)
    except (ElementTree.ParseError, nx.NetworkXError, KeyError, ValueError) as error:
        raise ReadError(
            f"{file.name}: can't be read as GEXF ({type(error).__name__}). "
            "Is the download complete?"
        ) from error
    return pd.DataFrame(list(graph.edges()), columns=["advisor", "student"])
