"""Where the tables of a query come from: a folder, a program in memory, a connection."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from ...errors import Fault, MissingTableError, OptionError, ReadError, SchemaError, quote
from ...storage import read_program
from ...tables import TABLES

if TYPE_CHECKING:
    from types import ModuleType

    from ibis import Table

    from ...program import Program

READ = ("people", "relationships", "members", "contacts", "attendance", "goals")
"""Tables that the features are made of."""
NEEDED = {
    "people": ("person_id",),
    "relationships": ("relationship_id", "started_on"),
    "members": ("relationship_id", "person_id", "role"),
    "contacts": ("contact_id", "relationship_id", "at", "kind", "status"),
    "attendance": ("contact_id", "person_id"),
    "goals": ("relationship_id",),
}
_TYPES = {
    "id": (lambda kind: kind.is_string(), "be text"),
    "text": (lambda kind: kind.is_string(), "be text"),
    "number": (lambda kind: kind.is_numeric(), "be numbers"),
    "flag": (lambda kind: kind.is_boolean(), "be true or false"),
    "date": (
        lambda kind: kind.is_date() or (kind.is_timestamp() and kind.timezone is None),
        "be dates or moments without time zone",
    ),
}


def load_ibis(who: str) -> ModuleType:
    """Import ibis, or say what to install.

    Raises
    ------
    OptionError
        Without ibis.
    """
    try:
        return import_module("ibis")
    except ModuleNotFoundError as error:
        raise OptionError(
            f"{who}: needs ibis, which is not installed. Run: pip install "
            "'mentorlab[warehouse]', or use weekly_features, which reads a program in memory."
        ) from error


def open_folder(folder: str | Path, *, connection: Any = None) -> dict[str, Table]:
    """Open a program's folder of Parquet files as tables to query, without reading them.

    Parameters
    ----------
    folder : path
        As ``Program.write(folder, format="parquet")`` makes it.
    connection : ibis backend, optional
        One that reads Parquet files; DuckDB inside this process if not given.

    Returns
    -------
    dict of str to ibis.Table
        The tables of the folder that features are made of.

    Raises
    ------
    OptionError
        Without ibis.
    ReadError
        If there is no such folder, or it lacks a table that a program must have.

    Notes
    -----
    Files are taken as they are. ``Program.write`` has checked what it writes; of other files,
    check a sample by `read_program` first.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from tempfile import TemporaryDirectory
    >>> program = ml.datasets.load_example_program()
    >>> with TemporaryDirectory() as place:
    ...     tables = open_folder(program.write(place + "/program", format="parquet"))
    ...     sorted(tables)[:2]
    ['attendance', 'contacts']
    """
    who = "open_folder"
    ibis = load_ibis(who)
    folder = Path(folder)
    if not folder.is_dir():
        raise ReadError(f"{who}: there is no folder {folder}.")
    connection = connection or ibis.duckdb.connect()
    paths = {name: folder / f"{name}.parquet" for name in READ}
    absent = [name for name, path in paths.items() if TABLES[name].required and not path.exists()]
    if absent:
        csv = (folder / f"{absent[0]}.csv").exists()
        advice = (
            f" Its tables are CSV files: bring them over by {read_program.__name__}(folder)"
            '.write(other, format="parquet").'
            if csv
            else ""
        )
        raise ReadError(f"{who}: {folder} holds no {absent[0]}.parquet.{advice}")
    with _old_calls():
        return {
            name: connection.read_parquet(str(path))
            for name, path in paths.items()
            if path.exists()
        }


def program_tables(program: Program) -> dict[str, Table]:
    """Give the tables of a program in memory as tables to query.

    Parameters
    ----------
    program : Program
        Copied into the query when it runs; for logs that fit in memory.

    Returns
    -------
    dict of str to ibis.Table

    Raises
    ------
    OptionError
        Without ibis.

    Examples
    --------
    >>> import mentorlab as ml
    >>> tables = program_tables(ml.datasets.load_example_program())
    >>> "contacts" in tables
    True
    """
    ibis = load_ibis("program_tables")
    found = {}
    for name, frame in program.tables.items():
        if name in READ:
            declared = [c.name for c in TABLES[name].columns if c.name in frame]
            found[name] = ibis.memtable(pa.Table.from_pandas(frame[declared], preserve_index=False))
    return found


def checked_tables(
    tables: Mapping[str, Table] | Any, *, who: str, log_order: Sequence[str]
) -> dict[str, Table]:
    """Take the tables that features read, with the columns that the data model declares.

    Parameters
    ----------
    tables : mapping of str to ibis.Table, or ibis backend
        By the names of the data model.
    who : str
        The function that asks.
    log_order : sequence of str
        Columns of contacts to keep beside the data model's.

    Raises
    ------
    MissingTableError
        If a required table or a needed column is absent.
    OptionError
        If something is no ibis table.
    SchemaError
        If columns have other types than the data model's.
    """
    found = _by_name(tables, who)
    for name in READ:
        if TABLES[name].required and name not in found:
            raise MissingTableError(
                f"{who}: needs the table {name} ({TABLES[name].row}); there are "
                f"{', '.join(found) or 'none'}."
            )
    faults = []
    for name, table in found.items():
        needed = (*NEEDED[name], *(log_order if name == "contacts" else ()))
        absent = [column for column in needed if column not in table.columns]
        if absent:
            raise MissingTableError(
                f"{who}: needs {name}.{absent[0]}, which is absent ({name} has "
                f"{', '.join(table.columns)})."
            )
        faults += _type_faults(name, table)
    if faults:
        raise SchemaError(f"{who}: the tables do not fit the data model", faults)
    return {name: table.select(_declared(name, table, log_order)) for name, table in found.items()}


def _by_name(tables: Mapping[str, Table] | Any, who: str) -> dict[str, Table]:
    if hasattr(tables, "list_tables"):
        tables = _of_connection(tables)
    if not isinstance(tables, Mapping):
        raise OptionError(
            f"{who}: `tables` must be ibis tables by name or an ibis connection; got a "
            f"{type(tables).__name__}. See open_folder and program_tables."
        )
    found = {name: tables[name] for name in READ if name in tables}
    for name, table in found.items():
        if not (hasattr(table, "schema") and hasattr(table, "select")):
            raise OptionError(
                f"{who}: tables[{quote(name)}] must be an ibis table; got a "
                f"{type(table).__name__}. Bring a frame over by ibis.memtable(frame)."
            )
    return found


def _of_connection(connection: Any) -> dict[str, Table]:
    absent = import_module("ibis.common.exceptions").TableNotFound
    found = {}
    for name in READ:
        with suppress(absent), _old_calls():
            found[name] = connection.table(name)
    return found


@contextmanager
def _old_calls() -> Iterator[None]:
    """Keep quiet about the calls by which ibis asks DuckDB and that DuckDB 2 calls outdated."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "fetch_arrow_table", DeprecationWarning)
        yield


def _declared(name: str, table: Table, log_order: Sequence[str]) -> list[str]:
    declared = [column.name for column in TABLES[name].columns if column.name in table.columns]
    extra = [column for column in log_order if name == "contacts" and column not in declared]
    return declared + extra


def _type_faults(name: str, table: Table) -> Iterable[Fault]:
    schema = table.schema()
    for column in TABLES[name].columns:
        if column.name not in schema or column.kind not in _TYPES:
            continue
        kind = schema[column.name]
        fits, must = _TYPES[column.kind]
        if not (fits(kind) or kind.is_null()):
            yield Fault(column.name, must, got=f"type {kind}", table=name)
