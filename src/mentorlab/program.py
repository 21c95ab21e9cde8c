"""The program: tidy frames that all parts agree on, and the verbs that cut and join them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from .checks import inspect_all
from .errors import (
    Fault,
    MissingTableError,
    OptionError,
    SchemaError,
    count,
    did_you_mean,
    quote,
)
from .options import TableFormat
from .privacy import follow_references, leave_out_withdrawn, without_people
from .rowfilter import RowFilter, row_mask
from .tables import TABLES
from .timecut import cut_tables

if TYPE_CHECKING:
    from .consistency import CheckReport


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Program:
    """A mentoring program as a set of tidy frames, checked when it is made.

    Identity is in columns, never in the index. A table that the program does not have is ``None``.
    People whose `consent` is false are left out at the door, and the count is said.

    Parameters
    ----------
    people, relationships, members : pandas.DataFrame
        Required tables.
    responses, contacts, attendance, goals, acts, outcomes, ties, enrolment, applicants, \
preferences : pandas.DataFrame, optional
        One frame each; see the data model page for the columns. Extra columns pass through.

    Attributes
    ----------
    n_withdrawn : int
        People left out because they withdrew consent.
    cut_at : pandas.Timestamp or None
        The earliest cut in time, if any: nothing later is known.
    notes : tuple of str
        What the verbs that made this program have to say about it.

    Raises
    ------
    SchemaError
        With every fault of every table.

    Examples
    --------
    >>> import pandas as pd
    >>> import mentorlab as ml
    >>> program = ml.Program(
    ...     people=pd.DataFrame({"person_id": ["ann", "bo"]}),
    ...     relationships=pd.DataFrame({"relationship_id": ["r1"], "started_on": ["2026-01-05"]}),
    ...     members=pd.DataFrame(
    ...         {
    ...             "relationship_id": ["r1", "r1"],
    ...             "person_id": ["ann", "bo"],
    ...             "role": ["mentor", "mentee"],
    ...         }
    ...     ),
    ... )
    >>> program.relationships["started_on"].iloc[0].year
    2026
    """

    people: pd.DataFrame
    relationships: pd.DataFrame
    members: pd.DataFrame
    responses: pd.DataFrame | None
    contacts: pd.DataFrame | None
    attendance: pd.DataFrame | None
    goals: pd.DataFrame | None
    acts: pd.DataFrame | None
    outcomes: pd.DataFrame | None
    ties: pd.DataFrame | None
    enrolment: pd.DataFrame | None
    applicants: pd.DataFrame | None
    preferences: pd.DataFrame | None
    n_withdrawn: int
    cut_at: pd.Timestamp | None
    notes: tuple[str, ...]

    def __init__(
        self,
        people: pd.DataFrame,
        relationships: pd.DataFrame,
        members: pd.DataFrame,
        **optional: pd.DataFrame | None,
    ) -> None:
        given = {"people": people, "relationships": relationships, "members": members, **optional}
        tables, n_withdrawn = _admit(given, who="Program")
        self._hold(tables, n_withdrawn=n_withdrawn, cut_at=None, notes=())

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame | None], *, who: str) -> Program:
        """Make a program from frames by table name, for readers that report under their own name.

        Raises
        ------
        SchemaError
            With every fault of every table.
        """
        tables, n_withdrawn = _admit(frames, who=who)
        made = object.__new__(cls)
        made._hold(tables, n_withdrawn=n_withdrawn, cut_at=None, notes=())
        return made

    def _hold(self, tables: Mapping[str, pd.DataFrame], **facts: Any) -> None:
        for name in TABLES:
            object.__setattr__(self, name, tables.get(name))
        for name, value in facts.items():
            object.__setattr__(self, name, value)

    def with_tables(
        self,
        tables: Mapping[str, pd.DataFrame],
        *,
        cut_at: pd.Timestamp | None = None,
        notes: Sequence[str] = (),
    ) -> Program:
        """Give a program with these tables and this one's history; for verbs, without checks.

        Parameters
        ----------
        tables : mapping of str to pandas.DataFrame
            Tables in declared types, as the program holds them.
        cut_at : pandas.Timestamp, optional
            A new cut in time.
        notes : sequence of str
            Added to what was said before.
        """
        made = object.__new__(Program)
        made._hold(
            tables,
            n_withdrawn=self.n_withdrawn,
            cut_at=cut_at or self.cut_at,
            notes=tuple(dict.fromkeys((*self.notes, *notes))),
        )
        return made

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The tables that the program has, by name."""
        held = {name: getattr(self, name) for name in TABLES}
        return {name: frame for name, frame in held.items() if frame is not None}

    def need(self, table: str, *columns: str, who: str) -> pd.DataFrame:
        """Give a table, or say who needs it and what is absent.

        Raises
        ------
        MissingTableError
            If the program lacks the table or one of the columns.
        """
        frame = self.tables.get(table)
        if frame is None:
            raise MissingTableError(
                f"{who}: needs the table {table}, which this program does not have "
                f"(it has {', '.join(self.tables)})."
            )
        absent = [name for name in columns if name not in frame]
        if absent:
            raise MissingTableError(
                f"{who}: needs {table}.{absent[0]}, which is absent "
                f"({table} has {', '.join(map(str, frame.columns))})."
            )
        return frame

    def as_of(self, date: str | pd.Timestamp) -> Program:
        """Give the program as it was known at the end of a day.

        This is the single cut in time: it keeps what was *recorded* by then (event time where no
        recording time exists, and `notes` says so) and blanks what became known later, such as an
        ending. Rows that nothing dates are left out of dated tables, and counted in `notes`.

        Parameters
        ----------
        date : str or pandas.Timestamp
            A day (kept through its last moment) or an exact moment.

        Raises
        ------
        OptionError
            If `date` is not a date.

        Examples
        --------
        >>> import mentorlab as ml
        >>> program = ml.datasets.load_example_program()
        >>> early = program.as_of("2024-03-31")
        >>> bool(early.contacts["at"].max() < pd.Timestamp("2024-04-01"))
        True
        """
        tables, moment, notes = cut_tables(self.tables, date)
        earliest = moment if self.cut_at is None else min(moment, self.cut_at)
        return self.with_tables(tables, cut_at=earliest, notes=notes)

    def filter(
        self, *, relationships: RowFilter | None = None, people: RowFilter | None = None
    ) -> Program:
        """Keep some relationships or some people, with all that belongs to them.

        People go with their last relationship; people who never had one (a comparison group, the
        waiting list) stay unless `people` says otherwise.

        Parameters
        ----------
        relationships, people : mapping, callable or boolean Series, optional
            ``{"cohort": "2025"}`` or ``{"kind": ["circle", "group"]}`` compares columns; a callable
            takes the table and returns a mask.

        Raises
        ------
        OptionError
            If a column is unknown or the mask does not fit.

        Examples
        --------
        >>> import mentorlab as ml
        >>> program = ml.datasets.load_example_program()
        >>> pairs = program.filter(relationships={"kind": "one_to_one"})
        >>> pairs.relationships["kind"].unique().tolist()
        ['one_to_one']
        """
        tables = self.tables
        if relationships is not None:
            mask = row_mask(tables["relationships"], relationships, name="relationships")
            before = set(tables["members"]["person_id"])
            tables["relationships"] = tables["relationships"][mask]
            tables = follow_references(tables)
            tables = without_people(tables, before - set(tables["members"]["person_id"]))
        if people is not None:
            mask = row_mask(tables["people"], people, name="people")
            tables = without_people(tables, set(tables["people"].loc[~mask, "person_id"]))
        return self.with_tables(tables)

    def concat(self, *others: Program, names: Sequence[str] | None = None) -> Program:
        """Join programs into one.

        A person may be in several programs if the rows about the person are equal; everything else
        must have ids of its own. With `names`, every id gets its program's name as a prefix.

        Parameters
        ----------
        *others : Program
            Programs to add.
        names : sequence of str, optional
            One name for each program, this one first.

        Raises
        ------
        SchemaError
            If ids clash.

        Examples
        --------
        >>> import mentorlab as ml
        >>> program = ml.datasets.load_example_program()
        >>> twice = program.concat(program, names=["a", "b"])
        >>> len(twice.people) == 2 * len(program.people)
        True
        """
        programs = (self, *others)
        if names is not None and len(names) != len(programs):
            raise OptionError(
                f"concat: `names` must name each of {count(len(programs), 'program')}; "
                f"got {count(len(names), 'name')}."
            )
        sets = [program.tables for program in programs]
        if names is not None:
            sets = [_prefix_ids(tables, name) for tables, name in zip(sets, names, strict=True)]
        joined = {
            name: pd.concat([tables[name] for tables in sets if name in tables], ignore_index=True)
            for name in TABLES
            if any(name in tables for tables in sets)
        }
        joined["people"] = _drop_repeats(joined["people"])
        checked, faults = inspect_all(joined)
        if faults:
            raise SchemaError(
                "concat: the programs can't be joined",
                faults,
                "Give names=[...] to prefix every id with its program's name.",
            )
        made = self.with_tables(checked, notes=[n for other in others for n in other.notes])
        object.__setattr__(made, "n_withdrawn", sum(program.n_withdrawn for program in programs))
        return made

    def check(self) -> CheckReport:
        """Find what is allowed but looks wrong: partners missing, contacts after the end ..."""
        from .consistency import check_program

        return check_program(self)

    def summary(self) -> str:
        """Say in plain text what the program holds, and what it can't answer."""
        from .overview import overview

        return overview(self).summary()

    def write(
        self, folder: str | Path, *, format: TableFormat = "csv", overwrite: bool = False
    ) -> Path:
        """Write the program to a folder, all of it or nothing.

        Tables are written beside the folder and moved into place at the end, so a reader never
        sees half a program and a failed write changes nothing. People who withdrew consent are not
        written.

        Parameters
        ----------
        folder : path
            The folder to make.
        format : {"csv", "parquet"}
            How tables are written.
        overwrite : bool
            Whether an existing program folder may be replaced.

        Returns
        -------
        pathlib.Path
            The folder.

        Raises
        ------
        WriteError
            If the folder exists and `overwrite` is false, or the disk refuses.
        """
        from .storage import write_program

        return write_program(self, folder, format=format, overwrite=overwrite)

    def __repr__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        from .overview import overview

        return overview(self)._repr_html_()


def _admit(
    frames: Mapping[str, pd.DataFrame | None], *, who: str
) -> tuple[dict[str, pd.DataFrame], int]:
    for name, frame in frames.items():
        if name not in TABLES:
            near = did_you_mean(name, TABLES)
            raise OptionError(f"{who}: there is no table {quote(name)}. {near}".rstrip())
        if frame is not None and not isinstance(frame, pd.DataFrame):
            raise OptionError(
                f"{who}: `{name}` must be a data frame; got a {type(frame).__name__}."
            )
    given = {name: frames[name] for name in TABLES if frames.get(name) is not None}
    absent = [t.name for t in TABLES.values() if t.required and t.name not in given]
    if absent:
        raise MissingTableError(f"{who}: needs the table {absent[0]} ({TABLES[absent[0]].row}).")
    tables, faults = inspect_all(given)
    if not len(tables["people"]):
        faults.insert(
            0, Fault("person_id", "have a row for each person", "no rows", table="people")
        )
    if faults:
        raise SchemaError(f"{who}: the tables do not fit the data model", faults)
    return leave_out_withdrawn(tables)


def _drop_repeats(frame: pd.DataFrame) -> pd.DataFrame:
    """Drop equal rows, list cells included."""
    objects = frame.columns[frame.dtypes == "object"]
    again = frame.assign(**{name: frame[name].map(repr) for name in objects}).duplicated()
    return frame[~again].reset_index(drop=True)


def _prefix_ids(tables: Mapping[str, pd.DataFrame], prefix: str) -> dict[str, pd.DataFrame]:
    return {
        name: frame.assign(
            **{
                column.name: f"{prefix}:" + frame[column.name]
                for column in TABLES[name].columns
                if column.kind == "id" and column.name in frame
            }
        )
        for name, frame in tables.items()
    }
