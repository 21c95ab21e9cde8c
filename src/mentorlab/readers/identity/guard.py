"""Keep names out of plain tables: refuse, drop or replace columns that identify people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from ...options import Identifiers, check_option
from ...schemas import Table
from ..read_result import Dropped
from .identifiers import (
    Identifier,
    IdentifierError,
    check_key,
    find_identifiers,
    holds_identifiers,
    one_case,
    pseudonym,
    refuse,
)

_LOOKED_AT = 20_000  # rows in which shares are judged; single addresses are looked for in all


@dataclass(frozen=True)
class Guard:
    """What to do with columns that identify people.

    Attributes
    ----------
    identifiers : {"refuse", "drop", "pseudonymize"}
    key : str, bytes or None
    who : str
        The function that asks.
    """

    identifiers: Identifiers
    key: str | bytes | None
    who: str

    def __post_init__(self) -> None:
        check_option(self.identifiers, Identifiers, who=self.who, name="identifiers")
        if self.identifiers == "pseudonymize":
            check_key(self.key, who=self.who)

    def apply(
        self,
        frame: pd.DataFrame,
        table: Table,
        *,
        name: str,
        skip: Iterable[str] = (),
    ) -> tuple[pd.DataFrame, list[Dropped]]:
        """Give a table without columns that identify people.

        Ids become pseudonyms or stop the reading; other columns are left out.

        Parameters
        ----------
        frame : pandas.DataFrame
            Rows of the table as they were read.
        table : Table
            Tells ids from columns of the file's own.
        name : str
            The file.
        skip : iterable of str
            Columns that are known to hold answers.

        Returns
        -------
        frame : pandas.DataFrame
        dropped : list of Dropped

        Raises
        ------
        IdentifierError
            If there are such columns and they are to be refused; or if ids identify people and
            are to be dropped.
        """
        skipped = set(skip)
        found = look_for(frame, table, skipped)
        if self.identifiers == "refuse":
            refuse(found, who=self.who, name=name)
        ids = {column.name for column in table.columns if column.kind == "id"}
        dropped = []
        for identifier in found:
            column = identifier.column
            if column not in ids:
                frame = frame.drop(columns=column)
                dropped.append(Dropped("column", column, f"it {identifier.why}", identifier.n))
            elif self.identifiers == "drop":
                raise _needed(identifier, who=self.who, name=name)
        if self.identifiers == "pseudonymize":
            frame = self._replace(frame, [i for i in found if i.column in ids], table)
        return frame, dropped

    def _replace(
        self, frame: pd.DataFrame, found: Sequence[Identifier], table: Table
    ) -> pd.DataFrame:
        """Replace the ids that identify people, with all columns that name the same people."""
        refers = {column.name: column.refers or column.name for column in table.columns}
        targets = {refers[identifier.column] for identifier in found}
        names = [n for n, target in refers.items() if target in targets and n in frame]
        return frame.assign(**{n: self.replace_values(frame[n]) for n in names})

    def replace_values(self, values: pd.Series) -> pd.Series:
        """Give pseudonyms for values; empty cells stay empty."""
        given = {v: pseudonym(one_case(str(v)), self.key) for v in values.dropna().unique() if v}
        if isinstance(values.dtype, pd.CategoricalDtype):
            return values.cat.rename_categories(given)
        return values.map(given)


def look_for(frame: pd.DataFrame, table: Table, skip: set[str]) -> list[Identifier]:
    """Name the columns of a plain table that look as if they identified people."""
    declared = {column.name: column.kind for column in table.columns}
    text = [
        name
        for name in frame.columns
        if name not in skip
        and declared.get(name, "id") == "id"
        and not pd.api.types.is_numeric_dtype(frame[name])
        and not pd.api.types.is_datetime64_any_dtype(frame[name])
    ]
    head = frame[text].head(_LOOKED_AT).astype("object").fillna("").astype("str")
    found = find_identifiers(head, categories=[name for name in text if name in declared])
    if len(frame) <= _LOOKED_AT:
        return found
    known = {identifier.column for identifier in found}
    rest = (_in_all_rows(frame[name]) for name in text if name not in known)
    return found + [identifier for identifier in rest if identifier]


def _in_all_rows(values: pd.Series) -> Identifier | None:
    distinct = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else None
    texts = (values.dropna().unique() if distinct is None else distinct).astype("str")
    return holds_identifiers(str(values.name), [text.strip() for text in texts if text.strip()])


def _needed(identifier: Identifier, *, who: str, name: str) -> IdentifierError:
    return IdentifierError(
        f"{who}: {name}: {identifier}; the table needs it to tell people apart, so it can't be "
        "dropped. Pass identifiers='pseudonymize' with key=... instead."
    )
