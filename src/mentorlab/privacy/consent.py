"""Consent and removal: who is left out of every analysis, and who is removed for good."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from ..errors import OptionError, did_you_mean, quote
from ..tables import TABLES

if TYPE_CHECKING:
    from ..program import Program


def forget(program: Program, person_id: str) -> Program:
    """Remove one person from every table, for good.

    Rows about the person (memberships, answers given or received, attendance, acts, outcomes,
    ties, enrolment, applications, wishes) go; elsewhere the reference is blanked. A relationship
    that keeps no member goes with its contacts, goals and answers. Write the returned program over
    the old folder to remove the person from disk.

    Parameters
    ----------
    program : Program
        Left unchanged.
    person_id : str
        Whom to remove.

    Raises
    ------
    OptionError
        If nobody has this id.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> person_id = program.people["person_id"].iloc[0]
    >>> smaller = ml.privacy.forget(program, person_id)
    >>> len(program.people) - len(smaller.people)
    1
    """
    known = program.people["person_id"]
    if person_id not in set(known):
        near = did_you_mean(person_id, known)
        raise OptionError(
            f"forget: `person_id` must be in people; got {quote(person_id)}. {near}".rstrip()
        )
    return program.with_tables(without_people(program.tables, [person_id]))


def leave_out_withdrawn(
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], int]:
    """Leave out everyone whose `consent` is false, and say how many that were.

    An empty `consent` means not recorded and keeps the person.

    Returns
    -------
    tables : dict of str to pandas.DataFrame
        Without them.
    n_withdrawn : int
        How many people were left out.
    """
    people = tables["people"]
    if "consent" not in people:
        return dict(tables), 0
    withdrawn = people.loc[people["consent"].eq(False).fillna(False), "person_id"].tolist()
    return (without_people(tables, withdrawn) if withdrawn else dict(tables)), len(withdrawn)


def without_people(
    tables: Mapping[str, pd.DataFrame], person_ids: Collection[str]
) -> dict[str, pd.DataFrame]:
    """Give the tables without these people, and without relationships that keep no member."""
    gone = set(person_ids)
    kept = {name: _drop_or_blank(frame, name, gone) for name, frame in tables.items()}
    had = tables["relationships"]["relationship_id"].isin(tables["members"]["relationship_id"])
    has = tables["relationships"]["relationship_id"].isin(kept["members"]["relationship_id"])
    kept["relationships"] = tables["relationships"][has | ~had].reset_index(drop=True)
    if "responses" in kept:
        kept["responses"] = _drop_answers_about_nobody(kept, tables["members"])
    return follow_references(kept)


def _drop_answers_about_nobody(
    kept: Mapping[str, pd.DataFrame], members_before: pd.DataFrame
) -> pd.DataFrame:
    """Drop answers without a target whose only possible target is gone."""
    responses = kept["responses"]
    pair = ["relationship_id", "person_id"]
    before = members_before.drop_duplicates(pair).groupby("relationship_id").size()
    after = kept["members"].drop_duplicates(pair).groupby("relationship_id").size()
    lone = after.index[(after == 1) & (before.reindex(after.index) > 1)]
    about_nobody = responses["relationship_id"].isin(lone)
    if "target_id" in responses:
        about_nobody &= responses["target_id"].isna()
    return responses[~about_nobody]


def follow_references(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Drop rows whose relationship or contact is no longer there."""
    kept = dict(tables)
    for name in TABLES:
        if name not in kept:
            continue
        frame = kept[name]
        for column in TABLES[name].columns:
            if column.refers in ("relationships", "contacts") and column.refers in kept:
                known = kept[column.refers][column.name]
                frame = frame[frame[column.name].isin(known)]
        kept[name] = frame.reset_index(drop=True)
    return kept


def _drop_or_blank(frame: pd.DataFrame, name: str, gone: set[str]) -> pd.DataFrame:
    for column in TABLES[name].columns:
        own_key = name == "people" and column.name == "person_id"
        if column.name not in frame or not (column.refers == "people" or own_key):
            continue
        theirs = frame[column.name].isin(gone)
        if own_key or column.owns_row:
            frame = frame[~theirs]
        elif theirs.any():
            frame = frame.assign(**{column.name: frame[column.name].mask(theirs)})
    return frame.reset_index(drop=True)
