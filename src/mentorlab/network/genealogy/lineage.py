"""Who descends from whom: generations, fecundity, how far a mentor's line goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import count
from ...stats.inequality import gini
from ..adjacency import collapse, neighbors
from ..assemble import need_ties
from ..measures.load import need_direction
from ..measures.profile import components
from ..network import MentorNetwork
from ..result import NetworkResult, asked

WHO = "lineage"


@dataclass(frozen=True, eq=False, repr=False)
class Lineage(NetworkResult):
    """The genealogy of mentors and mentees, and what had to be cleaned to read it.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a person: `person_id`, `generation` (steps of the longest line from a founder),
        `generation_shortest` (of the shortest), `depth` (steps of the longest line below),
        `fecundity` (own mentees), `fecund_mentees` (those who became mentors), `n_mentors`,
        `descendants` (distinct people below), `index` (genealogical index: g mentees with g
        mentees each), `founder`, `in_cycle`.
    faults : pandas.DataFrame
        `kind` (``"self-tie"``, ``"cycle"``), `person_ids` (``;`` between), `n`.
    n_components, largest_component : int
        Families that share nobody, and people in the largest.
    gini : float
        Inequality of fecundity among those with a mentee.
    """

    table: pd.DataFrame
    faults: pd.DataFrame
    n_components: int
    largest_component: int
    gini: float

    plotter: ClassVar[str] = "mentorlab.plots.network_lines:generations"
    references: ClassVar[tuple[str, ...]] = ("malmgren2010", "rossi2017", "sugimoto2014")

    @property
    def longest(self) -> int:
        """Steps of the longest line."""
        return int(self.table["generation"].max())

    def generations(self) -> pd.DataFrame:
        """Give one row a generation: `generation`, `people`, `mentors`, `mean_fecundity`."""
        grouped = self.table.groupby("generation")
        return pd.DataFrame(
            {
                "people": grouped.size(),
                "mentors": grouped["fecundity"].agg(lambda n: int((n > 0).sum())),
                "mean_fecundity": grouped["fecundity"].mean(),
            }
        ).reset_index()

    def to_frame(self) -> pd.DataFrame:
        """Give one row a person."""
        return self.table.copy()

    def headline(self) -> str:
        """Size of the genealogy."""
        return (
            f"Lineage of {len(self.table):,} people: {int(self.table['founder'].sum()):,} "
            f"founders, longest line {self.longest} steps, {self.n_components:,} families "
            f"(largest {self.largest_component:,})"
        )

    def notes(self) -> tuple[str, ...]:
        """What was cleaned, and what the numbers mean."""
        said = []
        for kind, rows in self.faults.groupby("kind", sort=False):
            if kind == "self-tie":
                said.append(f"{count(len(rows), 'self-tie')} set aside")
            else:
                people = count(int(rows["n"].sum()), "person", "people")
                said.append(
                    f"{count(len(rows), 'cycle')} ({people} who descend from themselves): each is "
                    "one step in lines; see .faults"
                )
        said.append("founder: nobody's mentee here, often because records begin")
        return (*said, *super().notes())

    def _display_frame(self) -> pd.DataFrame:
        return self.generations().head(12)


def lineage(network: MentorNetwork) -> Lineage:
    """Tell how far mentoring has been handed on: who descends from whom, over how many steps.

    Parameters
    ----------
    network : MentorNetwork
        Ties from mentor to mentee over time. Build it with ``self_ties="set_aside"`` where the
        source has such errors.

    Returns
    -------
    Lineage

    Raises
    ------
    OptionError
        If the network has no direction.
    EstimationError
        If there are no ties.

    Notes
    -----
    Errors in genealogies make people their own ancestors. Cycles are reported and not cut: the
    people of one cycle are taken as one step, since nobody can tell which tie is wrong. The
    genealogical index of a person is the largest g such that g mentees have at least g mentees
    each. Founders have no mentor in these data; where records begin, founders, short lines and low
    counts are effects of the record.

    References
    ----------
    malmgren2010 : The role of mentorship in protege performance.
    rossi2017 : Genealogical index.
    sugimoto2014 : Academic genealogy.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo", "bo"], "target": ["bo", "cy", "di"]})
    >>> found = lineage(MentorNetwork.from_ties(ties, source="records")).to_frame()
    >>> found[["person_id", "generation", "descendants"]].to_numpy().tolist()
    [['ann', 0, 3], ['bo', 1, 2], ['cy', 2, 0], ['di', 2, 0]]
    """
    from ..kernels.paths import descendant_counts, shortest_levels

    need_direction(network, who=WHO)
    need_ties(network, who=WHO)
    out = network.out
    fecundity, n_mentors = np.diff(out.indptr), np.diff(network.into.indptr)
    strand = _strands(network)
    generation, depth = _lines(network, strand)
    founder = _founders(network, strand)
    sizes = np.bincount(strand)
    table = pd.DataFrame(
        {
            "person_id": network.ids,
            "generation": generation,
            "generation_shortest": shortest_levels(
                out.indptr, out.indices, np.flatnonzero(founder)
            ),
            "depth": depth,
            "fecundity": fecundity,
            "fecund_mentees": _fecund(network, fecundity),
            "n_mentors": n_mentors,
            "descendants": descendant_counts(out.indptr, out.indices),
            "index": genealogical_index(out.indptr, fecundity[out.indices]),
            "founder": founder,
            "in_cycle": sizes[strand] > 1,
        }
    )
    families = np.bincount(components(network))
    return Lineage(
        table=table,
        faults=_faults(network, strand),
        n_components=len(families),
        largest_component=int(families.max()),
        gini=gini(fecundity[fecundity > 0]),
        **asked(WHO, network, {}),
    )


def _strands(network: MentorNetwork) -> np.ndarray:
    """Number people so that those who descend from each other share a number."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    out, n = network.out, network.n_people
    graph = csr_array((np.ones(len(out.indices)), out.indices, out.indptr), shape=(n, n))
    return connected_components(graph, directed=True, connection="strong")[1].astype(np.int64)


def _lines(network: MentorNetwork, strand: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longest line above and below each person, cycles taken as one step."""
    from ..kernels.paths import longest_lines, topological_order

    k = int(strand.max()) + 1
    first, second = strand[network.pairs.mentor], strand[network.pairs.mentee]
    apart = first != second
    down = neighbors(*collapse(first[apart], second[apart], np.ones(int(apart.sum())), k), k)
    up = neighbors(*collapse(second[apart], first[apart], np.ones(int(apart.sum())), k), k)
    order = topological_order(down.indptr, down.indices)
    above = longest_lines(down.indptr, down.indices, order)
    below = longest_lines(up.indptr, up.indices, order[::-1].copy())
    return above[strand], below[strand]


def _founders(network: MentorNetwork, strand: np.ndarray) -> np.ndarray:
    """People without a mentor; where a whole cycle has none outside it, everybody in it."""
    into = np.zeros(int(strand.max()) + 1, dtype=bool)
    first, second = strand[network.pairs.mentor], strand[network.pairs.mentee]
    into[second[first != second]] = True
    return ~into[strand]


def _fecund(network: MentorNetwork, fecundity: np.ndarray) -> np.ndarray:
    mentor, mentee, _ = network.pairs
    return np.bincount(mentor[fecundity[mentee] > 0], minlength=network.n_people)


def genealogical_index(indptr: np.ndarray, fecundity_below: np.ndarray) -> np.ndarray:
    """Give each person the largest g such that g mentees have at least g mentees each.

    Parameters
    ----------
    indptr : numpy.ndarray
        Where each person's mentees begin.
    fecundity_below : numpy.ndarray
        Fecundity of those mentees, row by row.

    Examples
    --------
    >>> genealogical_index(np.array([0, 3, 3]), np.array([2, 5, 0])).tolist()
    [2, 0]
    """
    n = len(indptr) - 1
    row = np.repeat(np.arange(n), np.diff(indptr))
    order = np.lexsort((-fecundity_below, row))
    rank = np.arange(len(row)) - indptr[row] + 1
    return np.bincount(row[fecundity_below[order] >= rank], minlength=n)


def _faults(network: MentorNetwork, strand: np.ndarray) -> pd.DataFrame:
    rows = []
    if network.set_aside is not None:
        own = network.set_aside[network.set_aside["reason"] == "self-tie"]
        rows += [("self-tie", str(person), 1) for person in own["mentor_id"]]
    sizes = np.bincount(strand)
    for number in np.flatnonzero(sizes > 1):
        ids = network.ids[strand == number]
        rows.append(("cycle", ";".join(map(str, ids)), len(ids)))
    return pd.DataFrame(rows, columns=["kind", "person_ids", "n"])
