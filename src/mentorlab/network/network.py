"""The mentor pool as a network: people, ties, capacities, and where the ties come from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import OptionError, count, did_you_mean, listing, quote
from .adjacency import Neighbors, Pairs, collapse, neighbors
from .choices import EdgeFormat, Side
from .clock import read_time, show_time

if TYPE_CHECKING:
    import networkx as nx

_SPAN = ("start", "end")


@dataclass(frozen=True, eq=False, repr=False)
class MentorNetwork:
    """Who mentors whom, as arrays of positions beside a frame of people.

    Made by `build_network`, `MentorNetwork.from_ties` or `MentorNetwork.from_networkx`. People
    without a tie are kept. A pair may be tied several times (two relationships, two kinds);
    measures use distinct pairs with added weights.

    Attributes
    ----------
    people : pandas.DataFrame
        One row a person, in the order of positions: `person_id` and attributes.
    mentor, mentee : numpy.ndarray of int32, shape (n_ties,)
        Positions of who gives and who receives, one entry a tie and relationship.
    weight : numpy.ndarray of float64, shape (n_ties,)
        Strength; 1 unless contacts or a weight were given.
    kind : pandas.Categorical, shape (n_ties,)
        Kind of each tie.
    start, end : numpy.ndarray of float64, shape (n_ties,)
        When a tie held: days since 1970-01-01, or a period's number (see `clock`); NaN where not
        known.
    is_mentor, is_mentee : numpy.ndarray of bool, shape (n_people,)
        The sides a person belongs to, ties or not; both may be true.
    capacity : numpy.ndarray of float64, shape (n_people,)
        How many mentees a person can take; NaN where not known.
    source : str
        Where the ties come from; printed in every result.
    directed : bool
        False for networks in which a tie has no giver (a projection).
    clock : {"none", "date", "period"}
        What `start` and `end` count.
    remarks : tuple of str
        What building the network had to say.
    set_aside : pandas.DataFrame
        Ties that were taken out on request, `mentor_id, mentee_id, reason`.
    """

    people: pd.DataFrame
    mentor: np.ndarray
    mentee: np.ndarray
    weight: np.ndarray
    kind: pd.Categorical
    start: np.ndarray
    end: np.ndarray
    is_mentor: np.ndarray
    is_mentee: np.ndarray
    capacity: np.ndarray
    source: str
    directed: bool = True
    clock: str = "none"
    remarks: tuple[str, ...] = ()
    set_aside: pd.DataFrame | None = None

    @property
    def n_people(self) -> int:
        """How many people there are, with or without a tie."""
        return len(self.people)

    @property
    def n_ties(self) -> int:
        """How many distinct pairs are tied."""
        return len(self.pairs.mentor)

    @cached_property
    def ids(self) -> np.ndarray:
        """Ids in the order of positions."""
        return self.people["person_id"].to_numpy()

    @cached_property
    def two_sided(self) -> bool:
        """Whether nobody is both a mentor and a mentee."""
        return not bool((self.is_mentor & self.is_mentee).any())

    @cached_property
    def mentors(self) -> np.ndarray:
        """Positions of the mentors."""
        return np.flatnonzero(self.is_mentor)

    @cached_property
    def mentees(self) -> np.ndarray:
        """Positions of the mentees."""
        return np.flatnonzero(self.is_mentee)

    @cached_property
    def pairs(self) -> Pairs:
        """Distinct ties; in an undirected network the lower position comes first."""
        first, second = self.mentor, self.mentee
        if not self.directed:
            first, second = np.minimum(first, second), np.maximum(first, second)
        return Pairs(*collapse(first, second, self.weight, self.n_people))

    @cached_property
    def out(self) -> Neighbors:
        """Receivers of each giver; all neighbors in an undirected network."""
        if not self.directed:
            return self.around
        return neighbors(self.pairs.mentor, self.pairs.mentee, self.pairs.weight, self.n_people)

    @cached_property
    def into(self) -> Neighbors:
        """Givers of each receiver; all neighbors in an undirected network."""
        if not self.directed:
            return self.around
        return neighbors(self.pairs.mentee, self.pairs.mentor, self.pairs.weight, self.n_people)

    @cached_property
    def around(self) -> Neighbors:
        """Everyone tied to each person in either direction, with the two weights added."""
        mentor, mentee, weight = self.pairs
        both = collapse(
            np.concatenate([mentor, mentee]),
            np.concatenate([mentee, mentor]),
            np.concatenate([weight, weight]),
            self.n_people,
        )
        return neighbors(*both, self.n_people)

    @cached_property
    def contacts(self) -> Neighbors:
        """As `around`, with each tie counted as 1 and a tie in both directions as 2."""
        mentor, mentee, weight = self.pairs
        ones = np.ones(2 * len(weight))
        both = collapse(
            np.concatenate([mentor, mentee]), np.concatenate([mentee, mentor]), ones, self.n_people
        )
        return neighbors(*both, self.n_people)

    @cached_property
    def load(self) -> np.ndarray:
        """How many distinct mentees each person has."""
        return np.diff(self.out.indptr)

    def ties(self) -> pd.DataFrame:
        """Give the ties as a frame: `mentor_id, mentee_id, kind, weight`, and when they held.

        One row a pair and relationship; `start` and `end` are dates or period numbers and are
        left out when nothing dates the ties.
        """
        frame = pd.DataFrame(
            {
                "mentor_id": self.ids[self.mentor],
                "mentee_id": self.ids[self.mentee],
                "kind": pd.Series(self.kind).astype("str"),
                "weight": self.weight,
            }
        )
        if self.clock == "none":
            return frame
        return frame.assign(**{name: show_time(getattr(self, name), self.clock) for name in _SPAN})

    def positions(self, person_ids: Sequence[Any], *, who: str) -> np.ndarray:
        """Find people.

        Raises
        ------
        OptionError
            If somebody is not in the network.
        """
        wanted = pd.Index(person_ids)
        found = pd.Index(self.ids).get_indexer(wanted)
        if (found < 0).any():
            first = wanted[int((found < 0).argmax())]
            near = did_you_mean(first, self.ids[:5000])
            raise OptionError(
                f"{who}: {count(int((found < 0).sum()), 'id')} not in the network, first "
                f"{quote(first)}. {near}".rstrip()
            )
        return found

    def labels(self, attribute: str, *, who: str) -> tuple[np.ndarray, np.ndarray]:
        """Give an attribute as codes, -1 where it is missing, and the values behind them.

        Raises
        ------
        OptionError
            If people have no such column.
        """
        values = self.attribute(attribute, who=who)
        codes, levels = pd.factorize(values, sort=True)
        return codes.astype(np.int64), np.asarray(levels)

    def attribute(self, attribute: str, *, who: str) -> pd.Series:
        """Give a column of `people`.

        Raises
        ------
        OptionError
            If people have no such column.
        """
        if not isinstance(attribute, str) or attribute not in self.people:
            known = [name for name in self.people.columns if name != "person_id"]
            near = did_you_mean(attribute, known)
            raise OptionError(
                f"{who}: people have no attribute {quote(attribute)}; they have "
                f"{listing(known) or 'none: give people= to build_network'}. {near}".rstrip()
            )
        return self.people[attribute]

    def of_kind(self, kind: str | Collection[str]) -> MentorNetwork:
        """Keep ties of some kinds; everybody stays.

        Raises
        ------
        OptionError
            If no tie is of a kind.
        """
        wanted = [kind] if isinstance(kind, str) else list(kind)
        known = list(self.kind.categories)
        for name in wanted:
            if name not in known:
                near = did_you_mean(name, known)
                raise OptionError(
                    f"of_kind: no tie is of kind {quote(name)}; there are {listing(known)}. "
                    f"{near}".rstrip()
                )
        keep = self.kind.isin(wanted)
        return self.with_ties(keep, f"ties of kind {listing(wanted)} only")

    def during(self, start: Any, end: Any) -> MentorNetwork:
        """Keep the ties that held at some moment from `start` up to but not including `end`.

        A tie without an end still holds; a tie without a start is left out, and counted.

        Raises
        ------
        OptionError
            If nothing dates the ties, or the window is empty.
        """
        low, high = (read_time(value, self.clock, who="during") for value in (start, end))
        if not low < high:
            raise OptionError(
                f"during: `start` must be before `end`; got {quote(start)} and {quote(end)}."
            )
        undated = np.isnan(self.start)
        keep = ~undated & (self.start < high) & ~(self.end < low)
        said = f"ties that held from {start} up to {end}"
        if undated.any():
            said += f"; {count(int(undated.sum()), 'tie')} without a start left out"
        return self.with_ties(keep, said)

    def with_ties(self, keep: np.ndarray, said: str) -> MentorNetwork:
        """Keep some ties and everybody; `said` is added to the remarks.

        Parameters
        ----------
        keep : numpy.ndarray of bool, shape (n_ties,)
            Which entries of `mentor`, `mentee` and the other arrays stay.
        said : str
            Why.
        """
        parts = {
            name: getattr(self, name)[keep]
            for name in ("mentor", "mentee", "weight", "kind", *_SPAN)
        }
        return replace(self, **parts, remarks=(*self.remarks, said))

    def project(self, side: Side = "mentors") -> MentorNetwork:
        """Tie two mentors for every mentee they share (or two mentees for every mentor).

        See :func:`mentorlab.network.project`.
        """
        from .projection import project

        return project(self, side=side)

    def to_networkx(self) -> nx.Graph:
        """Give the network to networkx; see :func:`mentorlab.network.exchange.to_networkx`."""
        from .exchange import to_networkx

        return to_networkx(self)

    @classmethod
    def from_networkx(cls, graph: nx.Graph, **options: Any) -> MentorNetwork:
        """Take a graph of networkx; see :func:`mentorlab.network.exchange.from_networkx`."""
        from .exchange import from_networkx

        return from_networkx(graph, **options)

    @classmethod
    def from_ties(cls, ties: pd.DataFrame, **options: Any) -> MentorNetwork:
        """Take a frame of ties; see :func:`mentorlab.network.tie_list.from_ties`."""
        from .tie_list import from_ties

        return from_ties(ties, **options)

    def export(self, path: Any, *, format: EdgeFormat) -> list[Any]:
        """Write the network for another program; see :func:`mentorlab.network.export_network`."""
        from .export import export_network

        return export_network(self, path, format=format)

    def size(self) -> str:
        """Say how large the network is.

        Examples
        --------
        >>> from mentorlab.network import MentorNetwork
        >>> ties = pd.DataFrame({"source": ["ann", "ann"], "target": ["bo", "cy"]})
        >>> MentorNetwork.from_ties(ties, source="program records").size()
        '3 people (1 mentor, 2 mentees), 2 ties'
        """
        people = count(self.n_people, "person", "people")
        sides = ""
        if self.directed:
            n_mentors, n_mentees = int(self.is_mentor.sum()), int(self.is_mentee.sum())
            sides = f" ({count(n_mentors, 'mentor')}, {count(n_mentees, 'mentee')})"
        return f"{people}{sides}, {count(self.n_ties, 'tie')}"

    def summary(self) -> str:
        """Say what the network holds and where its ties come from."""
        lines = [f"Mentor network: {self.size()}", *(f"- {said}" for said in self.remarks)]
        return "\n".join([*lines, f"- ties: {self.source}"])

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        from .. import html

        return html.view(
            html.heading(f"Mentor network: {self.size()}"),
            html.bullets((*self.remarks, f"ties: {self.source}")),
        )
