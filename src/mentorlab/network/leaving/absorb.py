"""Can those who stay take the mentees of those who leave?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, listing, quote
from ..measures.load import need_direction
from ..network import MentorNetwork
from ..result import NetworkResult, asked

WHO = "absorb"
MOST_PAIRS = 50_000_000


@dataclass(frozen=True, eq=False, repr=False)
class Absorb(NetworkResult):
    """Who would take whom, and who stays without.

    Attributes
    ----------
    table : pandas.DataFrame
        One row an orphan: `mentee_id`, `mentor_id` (who could take over; missing when nobody),
        `lost` (the mentors who left, ``;`` between), `n_possible` (mentors with room who are
        compatible), `reason` (why nobody; empty otherwise).
    leaving : tuple
        Ids of those who leave.
    n_slots : int
        Free slots of those who stay.
    compatibility : str
        Who may take whom, in words.
    """

    table: pd.DataFrame
    leaving: tuple[Any, ...]
    n_slots: int
    compatibility: str

    references: ClassVar[tuple[str, ...]] = ("hopcroft1973",)

    @property
    def n_orphans(self) -> int:
        """Mentees who lose their only mentor."""
        return len(self.table)

    @property
    def n_placed(self) -> int:
        """Orphans who find a place; no assignment within capacity places more."""
        return int(self.table["mentor_id"].notna().sum())

    def to_frame(self) -> pd.DataFrame:
        """Give one row an orphan."""
        return self.table.copy()

    def to_members(self) -> pd.DataFrame:
        """Give the new relationships as rows of the members table, ready for a network or matching.

        Returns
        -------
        pandas.DataFrame
            `relationship_id, person_id, role`; relationships are named after the mentee.
        """
        placed = self.table.dropna(subset="mentor_id")
        relationship = "handover_" + placed["mentee_id"].astype("str")
        sides = [
            pd.DataFrame(
                {"relationship_id": relationship, "person_id": placed[column], "role": role}
            )
            for column, role in (("mentor_id", "mentor"), ("mentee_id", "mentee"))
        ]
        return pd.concat(sides, ignore_index=True)

    def headline(self) -> str:
        """How many find a place."""
        return (
            f"If {count(len(self.leaving), 'mentor')} leave, "
            f"{count(self.n_orphans, 'mentee')} lose their only mentor; the others can take "
            f"{self.n_placed:,}"
        )

    def notes(self) -> tuple[str, ...]:
        """Room and rule."""
        return (
            f"{count(self.n_slots, 'free slot')} with those who stay",
            f"compatible: {self.compatibility}",
            "the largest number that fits; who takes whom is one of several ways and no match on "
            "quality: hand to_members() or the unplaced to matching",
            *super().notes(),
        )

    def _display_frame(self) -> pd.DataFrame:
        why = self.table["reason"].where(self.table["reason"] != "", "placed")
        counts = why.value_counts()
        return pd.DataFrame({"orphans": counts.index, "n": counts.to_numpy()})


def absorb(
    network: MentorNetwork,
    *,
    leaving: Sequence[Any] | int,
    compatible: str | pd.DataFrame | None = None,
) -> Absorb:
    """Tell whether those who stay have room for the mentees of those who leave.

    Parameters
    ----------
    network : MentorNetwork
        With capacities of those who stay.
    leaving : sequence of ids, or int
        Who leaves; a number means so many of the busiest.
    compatible : str or pandas.DataFrame, optional
        A column of people: mentor and mentee must have the same value (missing fits nobody). Or a
        frame with `mentor_id` and `mentee_id`: the pairs that are possible. Anybody with room may
        take anybody when left out.

    Returns
    -------
    Absorb

    Raises
    ------
    OptionError
        If somebody who leaves is no mentor, or `compatible` is neither.
    EstimationError
        If no capacity of those who stay is known.

    Notes
    -----
    The largest assignment of orphans to free slots, found by augmenting paths: a mentee is left
    only when no rearrangement of the orphans would make room. Mentors of unknown capacity take
    nobody. Mentees who keep another mentor are not orphans.

    References
    ----------
    hopcroft1973 : An n^(5/2) algorithm for maximum matchings in bipartite graphs.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "ann", "bo"], "mentee_id": ["cy", "di", "ed"]})
    >>> network = MentorNetwork.from_ties(ties, source="program records", capacity={"bo": 2})
    >>> absorb(network, leaving=["ann"]).n_placed
    1
    """
    from ...stats.flow import assignment_graph, largest_assignment

    need_direction(network, who=WHO)
    gone = _who_leaves(network, leaving)
    stays = network.is_mentor.copy()
    stays[gone] = False
    if not np.isfinite(network.capacity[stays]).any():
        raise EstimationError(
            f"{WHO}: no capacity of those who stay is known; give capacity= to build_network."
        )
    orphans = _orphans(network, gone)
    left = np.zeros(network.n_people, dtype=bool)
    left[gone] = True
    still = ~left[network.pairs.mentee]
    load = np.bincount(network.pairs.mentor[still], minlength=network.n_people)
    slots = np.where(stays, np.nan_to_num(np.maximum(network.capacity - load, 0)), 0)
    takers = np.flatnonzero(slots > 0)
    indptr, right, said = _possible(network, orphans, takers, compatible)
    graph = assignment_graph(indptr, right, upper=slots[takers].astype(np.int64))
    chosen = graph.right_of(largest_assignment(graph))
    placed = chosen >= 0
    mentor = np.full(len(orphans), None, dtype=object)
    mentor[placed] = network.ids[takers[chosen[placed]]]
    n_possible = np.diff(indptr)
    reason = np.where(n_possible == 0, "nobody compatible has room", "all compatible slots taken")
    table = pd.DataFrame(
        {
            "mentee_id": network.ids[orphans],
            "mentor_id": pd.Series(mentor).infer_objects(),
            "lost": _lost(network, orphans),
            "n_possible": n_possible,
            "reason": np.where(placed, "", reason),
        }
    )
    return Absorb(
        table=table,
        leaving=tuple(network.ids[gone].tolist()),
        n_slots=int(slots.sum()),
        compatibility=said,
        **asked(WHO, network, {"leaving": len(gone), "compatible": said}),
    )


def _who_leaves(network: MentorNetwork, leaving: Any) -> np.ndarray:
    if isinstance(leaving, (int, np.integer)) and not isinstance(leaving, bool):
        mentors = network.mentors
        if not 1 <= leaving <= len(mentors):
            raise OptionError(
                f"{WHO}: `leaving` must be from 1 to {len(mentors):,} mentors; got "
                f"{quote(leaving)}."
            )
        return mentors[np.argsort(-network.load[mentors], kind="stable")][:leaving]
    if isinstance(leaving, (str, bool)):
        raise OptionError(f"{WHO}: `leaving` must be ids or a number; got {quote(leaving)}.")
    gone = np.unique(network.positions(list(leaving), who=WHO))
    if not len(gone):
        raise OptionError(f"{WHO}: `leaving` names nobody.")
    if not network.is_mentor[gone].all():
        named = listing(network.ids[gone[~network.is_mentor[gone]]], limit=3)
        raise OptionError(f"{WHO}: `leaving` must name mentors; no mentor: {named}.")
    return gone


def _orphans(network: MentorNetwork, gone: np.ndarray) -> np.ndarray:
    left = np.zeros(network.n_people, dtype=bool)
    left[gone] = True
    before = np.diff(network.into.indptr)
    lost = np.bincount(network.pairs.mentee[left[network.pairs.mentor]], minlength=network.n_people)
    return np.flatnonzero((before > 0) & (before == lost) & ~left)


def _lost(network: MentorNetwork, orphans: np.ndarray) -> list[str]:
    into = network.into
    return [
        ";".join(map(str, network.ids[into.indices[into.indptr[v] : into.indptr[v + 1]]]))
        for v in orphans
    ]


def _possible(
    network: MentorNetwork, orphans: np.ndarray, takers: np.ndarray, compatible: Any
) -> tuple[np.ndarray, np.ndarray, str]:
    """Which takers each orphan may go to, as rows of positions in `takers`."""
    if isinstance(compatible, pd.DataFrame):
        return _listed(network, orphans, takers, compatible)
    if compatible is None:
        groups, said = np.zeros(network.n_people, dtype=np.int64), "anybody with room"
    elif isinstance(compatible, str):
        groups, _ = network.labels(compatible, who=WHO)
        said = f"same {compatible}"
    else:
        raise OptionError(
            f"{WHO}: `compatible` must be a column of people or a frame of pairs; got a "
            f"{type(compatible).__name__}."
        )
    takers_group = groups[takers]
    order = np.argsort(takers_group, kind="stable")
    begins = np.searchsorted(takers_group[order], groups[orphans], side="left")
    ends = np.searchsorted(takers_group[order], groups[orphans], side="right")
    sizes = np.where(groups[orphans] >= 0, ends - begins, 0)
    if sizes.sum() > MOST_PAIRS:
        raise OptionError(
            f"{WHO}: {int(sizes.sum()):,} possible pairs of orphan and mentor are more than "
            f"{MOST_PAIRS:,}; give `compatible` to narrow them."
        )
    indptr = np.append(0, np.cumsum(sizes))
    offset = np.arange(indptr[-1]) - np.repeat(indptr[:-1], sizes)
    return indptr, order[np.repeat(begins, sizes) + offset].astype(np.int32), said


def _listed(
    network: MentorNetwork, orphans: np.ndarray, takers: np.ndarray, pairs: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, str]:
    absent = [name for name in ("mentor_id", "mentee_id") if name not in pairs]
    if absent:
        raise OptionError(
            f"{WHO}: `compatible` needs the columns mentor_id and mentee_id; '{absent[0]}' is "
            f"absent ({listing(pairs.columns)})."
        )
    mentor = network.positions(pairs["mentor_id"], who=WHO)
    mentee = network.positions(pairs["mentee_id"], who=WHO)
    place = np.full(network.n_people, -1)
    place[takers] = np.arange(len(takers))
    row = np.full(network.n_people, -1)
    row[orphans] = np.arange(len(orphans))
    keep = (place[mentor] >= 0) & (row[mentee] >= 0)
    both = np.unique(np.stack([row[mentee[keep]], place[mentor[keep]]]), axis=1)
    sizes = np.bincount(both[0], minlength=len(orphans))
    return np.append(0, np.cumsum(sizes)), both[1].astype(np.int32), "pairs as listed"
