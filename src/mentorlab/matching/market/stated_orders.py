"""A market's pairs from ordered wish lists, and the verb that makes one-sided wishes mutual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, count, did_you_mean, quote
from .edges import Edges

Ranks = dict[Any, dict[Any, int]]


def edges_from_orders(
    mentee_preferences: Mapping[Any, Sequence[Any]],
    mentor_preferences: Mapping[Any, Sequence[Any]],
    *,
    who: str,
) -> Edges:
    """Turn mutual wish lists into pairs whose utilities are minus ranks.

    Raises
    ------
    MarketError
        For an invalid list, or a wish that the other side does not return.
    """
    mentee_ranks = checked_ranks(mentee_preferences, mentor_preferences, "mentee", who=who)
    mentor_ranks = checked_ranks(mentor_preferences, mentee_preferences, "mentor", who=who)
    one_sided = [
        *_unreturned(mentee_ranks, mentor_ranks),
        *_unreturned(mentor_ranks, mentee_ranks),
    ]
    if one_sided:
        person, other = one_sided[0]
        raise MarketError(
            f"{who}: acceptability must be mutual; {count(len(one_sided), 'wish', 'wishes')} "
            f"{'is' if len(one_sided) == 1 else 'are'} not returned, first {quote(person)} lists "
            f"{quote(other)}, who does not list {quote(person)}. mutual_preferences(...) keeps "
            "the wishes that are returned and reports the others."
        )
    position = {name: j for j, name in enumerate(mentor_preferences)}
    rows = [
        (i, position[other], -rank, -mentor_ranks[other][name])
        for i, (name, ranks) in enumerate(mentee_ranks.items())
        for other, rank in ranks.items()
    ]
    columns = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return Edges.from_pairs(
        columns[:, 0].astype(np.int64),
        columns[:, 1].astype(np.int64),
        columns[:, 2],
        columns[:, 3],
        n_mentees=len(mentee_ranks),
    )


def checked_ranks(
    preferences: Mapping[Any, Sequence[Any]],
    others: Mapping[Any, Any],
    side: str,
    *,
    who: str,
) -> Ranks:
    """Rank each person's list from 1, equals alike.

    Raises
    ------
    MarketError
        For an unknown id, a person listing themself, or an entry given twice.
    """
    if not isinstance(preferences, Mapping):
        raise MarketError(
            f"{who}: `{side}_preferences` must map each {side}'s id to an ordered list; got "
            f"{type(preferences).__name__}."
        )
    other_side = "mentor" if side == "mentee" else "mentee"
    ranks: Ranks = {}
    for person, entries in preferences.items():
        ranks[person] = {}
        for rank, other in _ranked(entries, person, side, who):
            start = f"{who}: {side} {quote(person)}"
            if other == person:
                raise MarketError(
                    f"{start} lists themself. Ids are people: where both sides number theirs from "
                    "1, tell them apart, such as 'mentor 1'."
                )
            if other not in others:
                near = did_you_mean(other, others)
                raise MarketError(
                    f"{start} lists {quote(other)}, who is no {other_side}. {near}".rstrip()
                )
            if other in ranks[person]:
                raise MarketError(f"{start} lists {quote(other)} more than once.")
            ranks[person][other] = rank
    return ranks


def _ranked(entries: Any, person: Any, side: str, who: str) -> Iterator[tuple[int, Any]]:
    if isinstance(entries, str) or not isinstance(entries, Sequence | np.ndarray):
        raise MarketError(
            f"{who}: the wishes of {side} {quote(person)} must be a list, best first; got "
            f"{quote(entries)}."
        )
    rank = 1
    for entry in entries:
        equals = list(entry) if isinstance(entry, (list, tuple, set, frozenset)) else [entry]
        yield from ((rank, other) for other in equals)
        rank += len(equals)


def _unreturned(ranks: Ranks, other_ranks: Ranks) -> list[tuple[Any, Any]]:
    return [
        (person, other)
        for person, listed in ranks.items()
        for other in listed
        if person not in other_ranks[other]
    ]


@dataclass(frozen=True, eq=False)
class MutualPreferences:
    """Wish lists that both sides agree on, with what was left out.

    Attributes
    ----------
    mentee_preferences, mentor_preferences : dict of id to list
        The lists without the wishes that were not returned; equals stand in inner lists.
    dropped : pandas.DataFrame
        `person_id, role, other_id, rank`: every wish that was left out.
    """

    mentee_preferences: dict[Any, list[Any]]
    mentor_preferences: dict[Any, list[Any]]
    dropped: pd.DataFrame


def mutual_preferences(
    mentee_preferences: Mapping[Any, Sequence[Any]],
    mentor_preferences: Mapping[Any, Sequence[Any]],
) -> MutualPreferences:
    """Keep the wishes that both sides share, and tell which were left out.

    Parameters
    ----------
    mentee_preferences, mentor_preferences : mapping of id to sequence
        As in `Market.from_preferences`.

    Raises
    ------
    MarketError
        For an unknown id, a person listing themself, or an entry given twice.

    Examples
    --------
    >>> kept = mutual_preferences({"ann": ["mia", "tom"]}, {"mia": ["ann"], "tom": []})
    >>> kept.mentee_preferences, kept.dropped["other_id"].tolist()
    ({'ann': ['mia']}, ['tom'])
    """
    who = "mutual_preferences"
    mentee_ranks = checked_ranks(mentee_preferences, mentor_preferences, "mentee", who=who)
    mentor_ranks = checked_ranks(mentor_preferences, mentee_preferences, "mentor", who=who)
    dropped = [
        {"person_id": person, "role": role, "other_id": other, "rank": ranks[person][other]}
        for role, ranks, others in (
            ("mentee", mentee_ranks, mentor_ranks),
            ("mentor", mentor_ranks, mentee_ranks),
        )
        for person, other in _unreturned(ranks, others)
    ]
    return MutualPreferences(
        _kept_lists(mentee_ranks, mentor_ranks),
        _kept_lists(mentor_ranks, mentee_ranks),
        pd.DataFrame(dropped, columns=["person_id", "role", "other_id", "rank"]),
    )


def _kept_lists(ranks: Ranks, other_ranks: Ranks) -> dict[Any, list[Any]]:
    lists: dict[Any, list[Any]] = {}
    for person, listed in ranks.items():
        groups: dict[int, list[Any]] = {}
        for other, rank in listed.items():
            if person in other_ranks[other]:
                groups.setdefault(rank, []).append(other)
        lists[person] = [group if len(group) > 1 else group[0] for group in groups.values()]
    return lists
