"""Checks that every way into a network shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import (
    EstimationError,
    Fault,
    OptionError,
    SchemaError,
    count,
    did_you_mean,
    listing,
    quote,
)
from .choices import SelfTies
from .network import MentorNetwork

MOST_TIES = 50_000_000


def check_source(source: Any, *, who: str) -> str:
    """Refuse ties of unknown origin.

    Raises
    ------
    OptionError
        If `source` says nothing.

    Examples
    --------
    >>> check_source("program records", who="build_network")
    'program records'
    """
    if not isinstance(source, str) or not source.strip():
        raise OptionError(
            f"{who}: `source` must say where the ties come from, such as 'program records', "
            f"'self-report' or 'co-authorship'; got {quote(source)}."
        )
    return source.strip()


def check_size(n_ties: int, *, who: str) -> None:
    """Refuse networks that would not fit into memory, before memory is taken.

    Raises
    ------
    OptionError
        If there are more ties than this part is made for.
    """
    if n_ties > MOST_TIES:
        raise OptionError(
            f"{who}: at most {MOST_TIES:,} ties fit; these would make {n_ties:,}. Build one site, "
            "program or period at a time, or leave out very large groups."
        )


def take_out_self_ties(
    mentor: np.ndarray, mentee: np.ndarray, ids: np.ndarray, *, self_ties: SelfTies, who: str
) -> tuple[np.ndarray, pd.DataFrame | None, tuple[str, ...]]:
    """Find people tied to themselves; refuse them, or set them aside and say so.

    Returns
    -------
    keep : numpy.ndarray of bool, shape (n_ties,)
    set_aside : pandas.DataFrame or None
        `mentor_id, mentee_id, reason`.
    remarks : tuple of str

    Raises
    ------
    OptionError
        If there are any and `self_ties` is ``"error"``.
    """
    own = mentor == mentee
    if not own.any():
        return ~own, None, ()
    n, first = int(own.sum()), ids[mentor[int(own.argmax())]]
    if self_ties == "error":
        raise OptionError(
            f"{who}: nobody can mentor themselves; {count(n, 'tie')} from a person to the same "
            f"person, first {quote(first)}. Correct them, or give self_ties='set_aside' to leave "
            "them out and have them listed in `.set_aside`."
        )
    aside = pd.DataFrame(
        {"mentor_id": ids[mentor[own]], "mentee_id": ids[mentee[own]], "reason": "self-tie"}
    )
    return ~own, aside, (f"{count(n, 'self-tie')} set aside",)


def know_people(people: pd.DataFrame, named: pd.Series, *, column: str, who: str) -> np.ndarray:
    """Find everybody who is named in `people`.

    Returns
    -------
    numpy.ndarray of int64
        Positions in `people`.

    Raises
    ------
    SchemaError
        If somebody is not there, or `people` has no usable `person_id`.
    """
    index = people_index(people, who=who)
    found = index.get_indexer(named)
    unknown = found < 0
    if unknown.any():
        first = int(unknown.argmax())
        value = named.iloc[first]
        fault = Fault(
            column,
            "be found in people.person_id",
            got=quote(value),
            n_rows=int(unknown.sum()),
            first_row=first + 1,
            hint=did_you_mean(value, index[:5000]) or "Add the missing people, or drop these rows.",
        )
        raise SchemaError(f"{who}: ties name people who are not in `people`", [fault])
    return found


def people_index(people: pd.DataFrame, *, who: str) -> pd.Index:
    """Give the ids of a people table that names each person once.

    Raises
    ------
    SchemaError
        If `person_id` is absent, empty or repeated.
    """
    if not isinstance(people, pd.DataFrame):
        raise OptionError(f"{who}: `people` must be a data frame; got a {type(people).__name__}.")
    title = f"{who}: not a valid people table"
    if "person_id" not in people:
        got = f"columns {listing(people.columns)}"
        raise SchemaError(title, [Fault("person_id", "be there", got=got)])
    ids = people["person_id"]
    for broken, must in ((ids.isna(), "not be empty"), (ids.duplicated(), "tell rows apart")):
        if broken.any():
            first = int(broken.to_numpy().argmax())
            fault = Fault(
                "person_id",
                must,
                got=quote(ids.iloc[first]),
                n_rows=int(broken.sum()),
                first_row=first + 1,
            )
            raise SchemaError(title, [fault])
    return pd.Index(ids)


def read_capacity(
    capacity: Any, people: pd.DataFrame, *, who: str
) -> tuple[np.ndarray, np.ndarray]:
    """Find how many mentees each person can take.

    Parameters
    ----------
    capacity : None, int, mapping, pandas.Series or str
        One number for all, numbers by person id, or a column of `people`; None takes the column
        `capacity` if there is one.

    Returns
    -------
    capacity : numpy.ndarray of float64
        NaN where not known.
    has_room : numpy.ndarray of bool
        Of whom it is said that they can take somebody. One number for all says it of nobody: then
        the column `capacity` of `people` does, where there is one.

    Raises
    ------
    OptionError
        If it is none of these, or names people who are not there.
    SchemaError
        If a capacity is negative or not whole.
    """
    ids = pd.Index(people["person_id"])
    if capacity is None:
        capacity = "capacity" if "capacity" in people else {}
    if isinstance(capacity, str):
        if capacity not in people:
            near = did_you_mean(capacity, people.columns)
            raise OptionError(
                f"{who}: `capacity` must be a column of people, numbers by person id or one "
                f"number; people have no column {quote(capacity)}. {near}".rstrip()
            )
        given = pd.Series(people[capacity].to_numpy(), index=ids)
    elif isinstance(capacity, (pd.Series, Mapping)):
        given = pd.Series(capacity, dtype="object" if not len(capacity) else None)
        strange = ~given.index.isin(ids)
        if strange.any():
            first = given.index[int(strange.argmax())]
            raise OptionError(
                f"{who}: `capacity` names {count(int(strange.sum()), 'person', 'people')} who are "
                f"not in the network, first {quote(first)}."
            )
        given = given.reindex(ids)
    elif isinstance(capacity, (int, float, np.number)) and not isinstance(capacity, bool):
        given = pd.Series(capacity, index=ids)
    else:
        raise OptionError(
            f"{who}: `capacity` must be a column of people, numbers by person id or one number; "
            f"got {quote(capacity)}."
        )
    numbers = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = (given.notna().to_numpy() & ~np.isfinite(numbers)) | (numbers < 0)
    bad |= np.isfinite(numbers) & (numbers != np.floor(numbers))
    if bad.any():
        first = int(bad.argmax())
        fault = Fault(
            "capacity",
            "be whole numbers of 0 or more",
            got=quote(given.iloc[first]),
            n_rows=int(bad.sum()),
            first_row=first + 1,
        )
        raise SchemaError(f"{who}: not a valid capacity", [fault])
    if np.ndim(capacity) == 0 and not isinstance(capacity, (str, Mapping)):
        own = people["capacity"] if "capacity" in people else pd.Series(np.nan, index=ids)
        return numbers, (pd.to_numeric(own, errors="coerce") > 0).to_numpy(dtype=bool)
    return numbers, numbers > 0


def read_weights(given: pd.Series, *, who: str) -> np.ndarray:
    """Take weights, refusing those that are negative or not numbers.

    Raises
    ------
    SchemaError
        With the first such tie.
    """
    weight = pd.to_numeric(given, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    bad = ~(weight >= 0) | np.isinf(weight)
    if bad.any():
        first = int(bad.argmax())
        fault = Fault(
            "weight",
            "be numbers of 0 or more",
            got=quote(given.iloc[first]),
            n_rows=int(bad.sum()),
            first_row=first + 1,
            hint="Say how strong a tie is; ties that harm are another kind of tie.",
        )
        raise SchemaError(f"{who}: not a valid list of ties", [fault])
    return weight


def sides_by_hint(
    is_mentor: np.ndarray,
    is_mentee: np.ndarray,
    people: pd.DataFrame,
    has_room: np.ndarray,
    givers: Sequence[str] = ("mentor",),
) -> tuple[np.ndarray, np.ndarray]:
    """Put people without a role in any tie on a side: by `role_hint`, else by room for mentees.

    Examples
    --------
    >>> people = pd.DataFrame({"person_id": ["ann", "bo"], "role_hint": ["mentor", "mentee"]})
    >>> none = np.zeros(2, dtype=bool)
    >>> sides_by_hint(none, none, people, none)[1].tolist()
    [False, True]
    """
    placed = is_mentor | is_mentee
    if "role_hint" in people:
        hint = people["role_hint"].to_numpy(dtype=object)
        is_mentor = is_mentor | (~placed & np.isin(hint, givers))
        is_mentee = is_mentee | (~placed & (hint == "mentee"))
    return is_mentor | (~placed & ~is_mentee & has_room), is_mentee


def need_people(network: MentorNetwork, *, who: str) -> None:
    """Refuse to measure a network without people.

    Raises
    ------
    EstimationError
        If nobody is in it.
    """
    if not network.n_people:
        raise EstimationError(f"{who}: needs people; the network has {network.size()}.")


def need_ties(network: MentorNetwork, *, who: str) -> None:
    """Refuse to measure a network without any tie.

    Raises
    ------
    EstimationError
        If nobody is tied to anybody.
    """
    if not network.n_ties:
        raise EstimationError(f"{who}: needs at least one tie; the network has {network.size()}.")
