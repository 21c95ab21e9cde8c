"""From members of relationships to a network of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..checks import conform
from ..errors import OptionError, count, did_you_mean, quote
from ..options import check_option
from ..privacy.consent import leave_out_withdrawn
from ..tables import CONTACTS, MEMBERS, RELATIONSHIPS
from .assemble import (
    check_size,
    check_source,
    know_people,
    read_capacity,
    sides_by_hint,
    take_out_self_ties,
)
from .choices import Giver, SelfTies
from .clock import days
from .network import MentorNetwork

WHO = "build_network"
_RECEIVERS = {
    "mentor": ("mentee",),
    "sponsor": ("mentee",),
    "facilitator": ("mentee", "peer"),
    "peer": ("peer",),
}


def build_network(
    members: pd.DataFrame,
    *,
    source: str,
    people: pd.DataFrame | None = None,
    contacts: pd.DataFrame | None = None,
    capacity: Mapping[Any, int] | pd.Series | str | int | None = None,
    relationships: pd.DataFrame | None = None,
    givers: Sequence[Giver] = ("mentor",),
    period: str | None = None,
    self_ties: SelfTies = "error",
) -> MentorNetwork:
    """See the mentor pool as a network: who gives to whom, and who stands alone.

    A relationship with two mentors and three mentees makes six ties. People without a tie are
    kept, whether they come from `people` or from a relationship that has one side only.

    Parameters
    ----------
    members : pandas.DataFrame
        Rows of the members table, or an assignment as a frame.
    source : str
        Where the ties come from ("program records", "self-report", "co-authorship"); printed in
        every result. A tie of unknown origin is refused.
    people : pandas.DataFrame, optional
        The people table; then everybody in it is in the network, and attributes (department,
        field, level) can be asked for. People whose `consent` is false are left out.
    contacts : pandas.DataFrame, optional
        The contacts table: a tie's weight becomes the number of held contacts of its relationship
        (0 where none was held). Without it every tie weighs 1.
    capacity : column name, mapping, pandas.Series or int, optional
        How many mentees a person can take; by default `people.capacity` where there is one. People
        without a role but with room are mentors; one number for all leaves that to
        `people.capacity`.
    relationships : pandas.DataFrame, optional
        The relationships table, for kinds of tie and for dates where members have none.
    givers : sequence of {"mentor", "sponsor", "facilitator", "peer"}
        Whose ties count. Mentors and sponsors give to mentees, facilitators to mentees and peers,
        peers to each other.
    period : str, optional
        A numeric column of `relationships` (a cohort or year) that dates ties in place of dates.
    self_ties : {"error", "set_aside"}
        What to do with a person who is on both sides of one relationship.

    Returns
    -------
    MentorNetwork

    Raises
    ------
    SchemaError
        If a table breaks the data model or names unknown people.
    OptionError
        If `source` is empty, an option is unknown, or ties would not fit into memory.

    Notes
    -----
    Weights by contacts give every tie of a group relationship the group's contacts: who came to
    each meeting is not used.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.network import build_network
    >>> program = ml.datasets.load_example_program()
    >>> network = build_network(
    ...     program.members, source="program records", people=program.people
    ... )
    >>> network.n_people == len(program.people)
    True
    """
    source = check_source(source, who=WHO)
    check_option(self_ties, SelfTies, who=WHO, name="self_ties")
    givers = _check_givers(givers)
    rows = conform(members, MEMBERS, who=WHO)
    rows, people, remarks = _leave_out(rows, people)
    groups, group_ids = pd.factorize(rows["relationship_id"])
    everyone, person = _everyone(rows, people)
    ids = everyone["person_id"].to_numpy()
    mentor_row, mentee_row = _expand(rows["role"].to_numpy(), groups, givers, len(group_ids))
    mentor, mentee = person[mentor_row], person[mentee_row]
    keep, aside, said = take_out_self_ties(mentor, mentee, ids, self_ties=self_ties, who=WHO)
    mentor_row, mentee_row = mentor_row[keep], mentee_row[keep]
    group = groups[mentor_row]
    facts = _facts(relationships, group_ids)
    kind = _kinds(facts, rows["role"].to_numpy()[mentor_row], group)
    start, end, clock = _spans(rows, facts, mentor_row, mentee_row, group, period)
    weight, weighed = _weights(contacts, group_ids, group)
    numbers, has_room = read_capacity(capacity, everyone, who=WHO)
    is_mentor, is_mentee = _sides(rows, person, everyone, givers, has_room)
    return MentorNetwork(
        people=everyone,
        mentor=mentor[keep].astype(np.int32),
        mentee=mentee[keep].astype(np.int32),
        weight=weight,
        kind=kind,
        start=start,
        end=end,
        is_mentor=is_mentor,
        is_mentee=is_mentee,
        capacity=numbers,
        source=source,
        clock=clock,
        remarks=(*remarks, *said, *weighed, *_one_sided(groups, group, givers)),
        set_aside=aside,
    )


def _check_givers(givers: Sequence[Giver]) -> tuple[str, ...]:
    asked = (givers,) if isinstance(givers, str) else tuple(givers)
    if not asked:
        raise OptionError(f"{WHO}: `givers` must name a role, such as 'mentor'; got none.")
    return tuple(dict.fromkeys(check_option(role, Giver, who=WHO, name="givers") for role in asked))


def _leave_out(
    rows: pd.DataFrame, people: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame | None, tuple[str, ...]]:
    if people is None or "consent" not in people:
        return rows, people, ()
    empty = pd.DataFrame({"relationship_id": pd.Series(dtype="str")})
    kept, n = leave_out_withdrawn({"people": people, "members": rows, "relationships": empty})
    members = rows[
        ~rows["person_id"].isin(set(people["person_id"]) - set(kept["people"]["person_id"]))
    ]
    if not n:
        return rows, people, ()
    said = (f"{count(n, 'person', 'people')} withdrew consent and left out",)
    return members.reset_index(drop=True), kept["people"], said


def _everyone(rows: pd.DataFrame, people: pd.DataFrame | None) -> tuple[pd.DataFrame, np.ndarray]:
    """The people of the network, and the position of each member row."""
    if people is None:
        codes, ids = pd.factorize(rows["person_id"])
        return pd.DataFrame({"person_id": ids}), codes
    found = know_people(people, rows["person_id"], column="members.person_id", who=WHO)
    return people.reset_index(drop=True), found


def _expand(
    roles: np.ndarray, groups: np.ndarray, givers: tuple[str, ...], n_groups: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pair every giver with every receiver of the same relationship, as rows of members."""
    gives, receives = [], []
    for giver in givers:
        taking = np.flatnonzero(np.isin(roles, _RECEIVERS[giver]))
        taking = taking[np.argsort(groups[taking], kind="stable")]
        giving = np.flatnonzero(roles == giver)
        sizes = np.bincount(groups[taking], minlength=n_groups)
        begins = np.cumsum(sizes) - sizes
        repeats = sizes[groups[giving]]
        check_size(int(repeats.sum()), who=WHO)
        first = np.repeat(giving, repeats)
        offset = np.arange(len(first)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        second = taking[np.repeat(begins[groups[giving]], repeats) + offset]
        if giver == "peer":
            other = first != second
            first, second = first[other], second[other]
        gives.append(first)
        receives.append(second)
    return np.concatenate(gives), np.concatenate(receives)


def _facts(relationships: pd.DataFrame | None, group_ids: pd.Index) -> pd.DataFrame:
    """The relationships table in the order of groups; empty without it."""
    if relationships is None:
        return pd.DataFrame(index=pd.RangeIndex(len(group_ids)))
    known = conform(relationships, RELATIONSHIPS, who=WHO).set_index("relationship_id")
    absent = ~group_ids.isin(known.index)
    if absent.any():
        raise OptionError(
            f"{WHO}: `relationships` must have every relationship of members; "
            f"{count(int(absent.sum()), 'relationship')} absent, first "
            f"{quote(group_ids[int(absent.argmax())])}."
        )
    return known.reindex(group_ids).reset_index(drop=True)


def _kinds(facts: pd.DataFrame, roles: np.ndarray, group: np.ndarray) -> pd.Categorical:
    if "kind" not in facts:
        return pd.Categorical(roles)
    return pd.Categorical(facts["kind"].fillna("not said").to_numpy()[group])


def _spans(
    rows: pd.DataFrame,
    facts: pd.DataFrame,
    mentor_row: np.ndarray,
    mentee_row: np.ndarray,
    group: np.ndarray,
    period: str | None,
) -> tuple[np.ndarray, np.ndarray, str]:
    """When each tie held: both partners were there, or the relationship's own dates."""
    if period is not None:
        return _periods(facts, group, period)
    missing = np.full(len(group), np.nan)
    start, end = missing, missing
    if "started_on" in facts:
        start = days(facts["started_on"])[group]
    if "ended_on" in facts:
        end = days(facts["ended_on"])[group]
    if "joined_on" in rows:
        joined = days(rows["joined_on"])
        later = np.fmax(joined[mentor_row], joined[mentee_row])
        start = np.where(np.isnan(later), start, later)
    if "left_on" in rows:
        left = days(rows["left_on"])
        end = np.fmin(np.fmin(left[mentor_row], left[mentee_row]), end)
    clock = "none" if np.isnan(start).all() else "date"
    return start, end, clock


def _periods(
    facts: pd.DataFrame, group: np.ndarray, period: str
) -> tuple[np.ndarray, np.ndarray, str]:
    if period not in facts:
        near = did_you_mean(period, facts.columns)
        raise OptionError(
            f"{WHO}: `period` must be a column of relationships=; got {quote(period)}. "
            f"{near}".rstrip()
        )
    numbers = pd.to_numeric(facts[period], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    if np.isnan(numbers).all():
        raise OptionError(
            f"{WHO}: `period` must be a column of numbers in time order; {quote(period)} has none."
        )
    return numbers[group], numbers[group], "period"


def _weights(
    contacts: pd.DataFrame | None, group_ids: pd.Index, group: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    if contacts is None:
        return np.ones(len(group)), ()
    log = conform(contacts, CONTACTS, who=WHO)
    held = log.loc[log["status"] == "held", "relationship_id"]
    found = group_ids.get_indexer(held)
    n_held = np.bincount(found[found >= 0], minlength=len(group_ids)).astype(float)
    said = ["weight: held contacts of the relationship"]
    if (found < 0).any():
        n = int((found < 0).sum())
        said.append(f"{count(n, 'held contact')} of relationships that are not in members")
    silent = int((n_held[group] == 0).sum())
    if silent:
        said.append(f"{count(silent, 'tie')} without a held contact: weight 0")
    return n_held[group], tuple(said)


def _sides(
    rows: pd.DataFrame,
    person: np.ndarray,
    everyone: pd.DataFrame,
    givers: tuple[str, ...],
    has_room: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Who is a mentor and who a mentee: by role, else by hint or room."""
    is_mentor, is_mentee = np.zeros((2, len(everyone)), dtype=bool)
    roles = rows["role"].to_numpy()
    is_mentor[person[np.isin(roles, givers)]] = True
    receivers = {role for giver in givers for role in _RECEIVERS[giver]}
    is_mentee[person[np.isin(roles, list(receivers))]] = True
    return sides_by_hint(is_mentor, is_mentee, everyone, has_room, givers)


def _one_sided(groups: np.ndarray, tied: np.ndarray, givers: tuple[str, ...]) -> tuple[str, ...]:
    has_tie = np.zeros(int(groups.max(initial=-1)) + 1, dtype=bool)
    has_tie[tied] = True
    n = int((~has_tie).sum())
    if not n:
        return ()
    said = f"{count(n, 'relationship')} without a tie between {' or '.join(givers)} and receiver"
    return (f"{said}; see `givers`",)
