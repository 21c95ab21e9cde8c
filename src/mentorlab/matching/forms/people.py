"""What all forms share: people at the door, members frames on the way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ...checks import inspect
from ...errors import Fault, OptionError, SchemaError, count, did_you_mean, listing, quote
from ...schemas import Column, Table

KINDS = {
    "circle": "circle",
    "peer": "peer",
    "group": "group",
    "reverse": "reverse",
    "flash": "flash",
    "project": "group",
    "pair": "one_to_one",
}
"""Prefix of a form's relationship ids and the `kind` that the relationships table gives it."""

MEMBERS = ("relationship_id", "person_id", "role")
_PERSON = Table(
    "people",
    "a person",
    (Column("person_id", "who", "id", required=True),),
    key=("person_id",),
)


def check_people(people: pd.DataFrame, *needed: str, who: str) -> pd.DataFrame:
    """Give people with text ids, each once, or say what is wrong.

    Parameters
    ----------
    people : pandas.DataFrame
        `person_id` and attributes.
    *needed : str
        Columns that must be there without an empty cell.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If it is no data frame or a column is absent.
    SchemaError
        If there is nobody, someone stands twice, or a needed cell is empty.
    """
    if not isinstance(people, pd.DataFrame):
        raise OptionError(f"{who}: `people` must be a data frame; got a {type(people).__name__}.")
    clean, faults = inspect(people, _PERSON)
    for name in needed:
        if name not in clean:
            near = did_you_mean(name, clean.columns)
            raise OptionError(
                f"{who}: `people` has no column {quote(name)}, only "
                f"{listing(clean.columns, limit=20)}. {near}".rstrip()
            )
        empty = clean[name].isna().to_numpy()
        if empty.any():
            faults.append(
                Fault(
                    name,
                    "be there for everyone",
                    "nothing",
                    int(empty.sum()),
                    int(empty.argmax()) + 1,
                    "Fill the cells in, or leave these people out.",
                )
            )
    if not len(clean) and not faults:
        faults.append(Fault("person_id", "have a row for each person", "no rows"))
    if faults:
        raise SchemaError(f"{who}: not a valid list of people", faults)
    return clean


def check_members(members: pd.DataFrame, *, who: str, role: bool = True) -> pd.DataFrame:
    """Give a members frame with text ids, or say what is wrong.

    Raises
    ------
    OptionError
        If it is no data frame.
    SchemaError
        With every fault.
    """
    from ...tables import MEMBERS as TABLE

    if not isinstance(members, pd.DataFrame):
        raise OptionError(f"{who}: `members` must be a data frame; got a {type(members).__name__}.")
    table = TABLE if role else replace(TABLE, columns=TABLE.columns[:2], key=TABLE.key[:2])
    clean, faults = inspect(members, table)
    if not len(clean) and not faults:
        faults.append(Fault("relationship_id", "have a row for each member", "no rows"))
    if faults:
        raise SchemaError(f"{who}: not a valid members table", faults)
    return clean


def members_frame(
    form: str,
    numbers: Sequence[int] | np.ndarray,
    person_ids: Iterable[str],
    roles: Iterable[str] | str,
    **related: object,
) -> pd.DataFrame:
    """Make members rows from relationship numbers 0, 1, ... in the order given.

    Parameters
    ----------
    form : str
        A key of ``KINDS``.
    numbers : array of int, shape (k,)
        Which relationship each row belongs to.
    person_ids, roles : sequence of str, shape (k,)
        Who, and as what.
    **related
        Further columns.

    Examples
    --------
    >>> members_frame("peer", [0, 0], ["ann", "bo"], "peer")
      relationship_id person_id  role  kind
    0          peer-1       ann  peer  peer
    1          peer-1        bo  peer  peer
    """
    numbers = np.asarray(numbers, dtype=np.int64)
    width = len(str(int(numbers.max()) + 1)) if len(numbers) else 1
    named = [f"{form}-{number + 1:0{width}d}" for number in numbers.tolist()]
    frame = pd.DataFrame(
        {
            "relationship_id": pd.array(named, dtype="str"),
            "person_id": pd.array(list(person_ids), dtype="str"),
        }
    )
    return frame.assign(role=roles, kind=KINDS[form], **related).astype({"role": "str"})


def relationships_of(members: pd.DataFrame, **columns: object) -> pd.DataFrame:
    """Give the relationships rows that a form's members belong to, ready for `Program`.

    Parameters
    ----------
    members : pandas.DataFrame
        From any form or ``Assignment.to_frame()``.
    **columns
        What all of them share: ``started_on="2026-09-01"``, ``purpose="career"`` ...

    Returns
    -------
    pandas.DataFrame
        `relationship_id`, `kind` where the members say it, and `columns`.

    Raises
    ------
    SchemaError
        If it is not a members table.

    Examples
    --------
    >>> pair = members_frame("peer", [0, 0], ["ann", "bo"], "peer")
    >>> relationships_of(pair, started_on="2026-09-01").to_dict("records")
    [{'relationship_id': 'peer-1', 'kind': 'peer', 'started_on': '2026-09-01'}]
    """
    clean = check_members(members, who="relationships_of")
    shared = [name for name in ("relationship_id", "kind") if name in clean]
    return clean[shared].drop_duplicates("relationship_id").reset_index(drop=True).assign(**columns)


def level_numbers(
    people: pd.DataFrame, *, column: str, levels: Sequence[str] | None, who: str
) -> np.ndarray:
    """Turn career levels into numbers, higher for more senior.

    Parameters
    ----------
    people : pandas.DataFrame
        Checked people.
    column : str
        Numbers, an ordered categorical, or words that `levels` orders.
    levels : sequence of str, optional
        The words from junior to senior.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If words come without their order, or one is not in it.
    """
    values = people[column]
    if levels is None:
        if isinstance(values.dtype, pd.CategoricalDtype) and values.cat.ordered:
            return values.cat.codes.to_numpy(dtype=np.float64)
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            return values.to_numpy(dtype=np.float64)
        raise OptionError(
            f"{who}: `{column}` holds words ({listing(values.unique(), limit=4)}), whose order "
            "nobody knows; give levels=[...] from junior to senior."
        )
    order = {str(word): place for place, word in enumerate(levels)}
    codes = values.astype("str").map(order)
    if codes.isna().any():
        word = values[codes.isna()].iloc[0]
        near = did_you_mean(word, order)
        raise OptionError(
            f"{who}: `levels` must name every level; {quote(word)} is not among "
            f"{listing(order, limit=20)}. {near}".rstrip()
        )
    return codes.to_numpy(dtype=np.float64)


def pair_positions(
    pairs: pd.DataFrame | Iterable[tuple[str, str]], ids: Sequence[str], *, who: str, name: str
) -> np.ndarray:
    """Turn pairs of ids into positions.

    Returns
    -------
    numpy.ndarray of int64, shape (k, 2)

    Raises
    ------
    OptionError
        If an id is unknown or a pair is not two people.
    """
    rows = pairs.iloc[:, :2].to_numpy() if isinstance(pairs, pd.DataFrame) else list(pairs)
    place = {person: at for at, person in enumerate(ids)}
    found = []
    for row in rows:
        if len(row) != 2 or row[0] == row[1]:
            raise OptionError(f"{who}: `{name}` must be pairs of two people; got {quote(row)}.")
        for person in row:
            if person not in place:
                near = did_you_mean(person, place)
                raise OptionError(
                    f"{who}: `{name}` must name people of the list of "
                    f"{count(len(place), 'person', 'people')}; got {quote(person)}. {near}".rstrip()
                )
        found.append((place[row[0]], place[row[1]]))
    return np.array(found, dtype=np.int64).reshape(-1, 2)
