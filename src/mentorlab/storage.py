"""Programs on disk: a folder with one CSV or Parquet file a table, written whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .delimited import read_delimited
from .errors import ReadError, WriteError, did_you_mean, listing
from .options import TableFormat, check_option
from .privacy.exports import neutralize_formulas, restore_formulas, write_csv
from .program import Program
from .tables import SCHEMA_VERSION, TABLES

if TYPE_CHECKING:
    from .schemas import Column, Table

MANIFEST = "program.json"
COLUMNS_PAGE = "COLUMNS.md"
_SUFFIXES = (".csv", ".parquet")
_LISTS = (list, tuple, np.ndarray)
_TEXT_KINDS = ("id", "text", "date", "flag")


def read_program(folder: str | Path) -> Program:
    """Read a program from a folder of CSV or Parquet files named after their tables.

    Parameters
    ----------
    folder : path
        Holds ``people.csv``, ``relationships.csv``, ``members.csv`` and any of the other tables
        (``.csv`` or ``.parquet``). Files that are not tables are left alone.

    Returns
    -------
    Program

    Raises
    ------
    ReadError
        If the folder is absent, holds half a program, or a file can't be read.
    SchemaError
        With every fault of every table.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     folder = ml.write_template(Path(place) / "my_program")
    ...     sorted(path.name for path in folder.glob("*.csv"))[:3]
    ['acts.csv', 'applicants.csv', 'attendance.csv']
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ReadError(f"read_program: there is no folder {folder}.")
    files = _table_files(folder)
    text = _require_whole(folder, files)
    frames = {
        name: _read_table(path, TABLES[name], text.get(name, [])) for name, path in files.items()
    }
    if _is_neutralized(folder):
        csv = {name for name, path in files.items() if path.suffix == ".csv"}
        frames = {n: restore_formulas(f) if n in csv else f for n, f in frames.items()}
    frames = {n: frame for n, frame in frames.items() if TABLES[n].required or len(frame)}
    return Program.from_frames(frames, who=f"read_program: {folder.name}")


def write_program(
    program: Program, folder: str | Path, *, format: TableFormat, overwrite: bool
) -> Path:
    """Write a program; the body of ``Program.write``."""
    check_option(format, TableFormat, who="Program.write", name="format")
    folder = Path(folder)
    if folder.exists() and not overwrite:
        raise WriteError(
            f"Program.write: {folder} exists already. Choose another folder, or give "
            "overwrite=True to replace it."
        )
    if folder.exists():
        _require_own(folder)
    tables = program.tables
    if format == "csv":
        tables = {name: neutralize_formulas(_flatten_lists(f)) for name, f in tables.items()}
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "tables": {name: len(frame) for name, frame in tables.items()},
        "neutralized": format == "csv",
        "text": {name: _own_text(frame, TABLES[name]) for name, frame in tables.items()},
    }
    with _Staged(folder) as stage:
        for name, frame in tables.items():
            _write_table(frame, stage / f"{name}.{format}")
        (stage / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return folder


def _require_own(folder: Path) -> None:
    """Refuse to replace what is not a program's: a file, or a folder that holds other files."""
    own = {f"{name}{suffix}" for name in TABLES for suffix in _SUFFIXES} | {MANIFEST, COLUMNS_PAGE}
    if not folder.is_dir():
        raise WriteError(f"Program.write: {folder} is a file; it is left as it is.")
    others = sorted({path.name for path in folder.iterdir()} - own)
    if others:
        raise WriteError(
            f"Program.write: {folder} holds what is not a program's ({listing(others)}); all of it "
            "is left as it is. Move it away, or choose another folder."
        )


def _write_table(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        write_csv(frame, path)
        return
    try:
        frame.to_parquet(path, index=False)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise WriteError(
            f"Program.write: {path.stem} has a column that Parquet can't hold "
            f"({'; '.join(map(str, error.args))}). "
            "Bring it to one plain type, drop it, or give format='csv'; nothing was written."
        ) from error


def _own_text(frame: pd.DataFrame, table: Table) -> list[str]:
    """Name the undeclared text columns, so that reading keeps ``007`` as it is."""
    return [
        str(name)
        for name in frame.columns
        if name not in table.names and isinstance(frame[name].dtype, pd.StringDtype)
    ]


def write_template(folder: str | Path) -> Path:
    """Make a folder of empty tables to fill in, with a page that says what each column holds.

    Parameters
    ----------
    folder : path
        The folder to make; it must not exist.

    Returns
    -------
    pathlib.Path
        The folder: one CSV file a table with its header, and ``COLUMNS.md``.

    Raises
    ------
    WriteError
        If the folder exists or the disk refuses.
    """
    folder = Path(folder)
    if folder.exists():
        raise WriteError(f"write_template: {folder} exists already. Choose another folder.")
    with _Staged(folder) as stage:
        for table in TABLES.values():
            pd.DataFrame(columns=list(table.names)).to_csv(stage / f"{table.name}.csv", index=False)
        (stage / COLUMNS_PAGE).write_text(describe_tables(), encoding="utf-8")
    return folder


def describe_tables() -> str:
    """Write the data model as Markdown, from the declarations."""
    parts = [
        "# The data model\n",
        "One CSV or Parquet file a table, named after it. `people`, `relationships` and `members` "
        "are required; leave out any other. Columns of your own pass through. Days are "
        "`YYYY-MM-DD`, moments `YYYY-MM-DD HH:MM` without time zone; flags are `true` or `false`; "
        "lists are separated by `;`; an empty cell is a missing value.\n",
    ]
    for table in TABLES.values():
        need = "required" if table.required else f"without it, {table.forbids}"
        parts.append(f"## {table.name}\n\nOne row is {table.row} ({need}).\n")
        rows = ["| column | holds | type |", "| --- | --- | --- |"]
        for column in table.columns:
            name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
            rows.append(f"| {name} | {column.about} | {_describe_values(column)} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _describe_values(column: Column) -> str:
    if column.allowed:
        return ", ".join(f"`{value}`" for value in column.allowed)
    text = {"whole": "whole number"}.get(column.kind, column.kind)
    if column.minimum is not None and column.maximum is not None:
        text += f", {column.minimum:g} to {column.maximum:g}"
    elif column.minimum is not None:
        text += f", at least {column.minimum:g}"
    if column.refers:
        text += f", of {column.refers}"
    return text


def _table_files(folder: Path) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in _SUFFIXES:
            continue
        if path.stem in files:
            raise ReadError(
                f"read_program: {folder.name} holds both {files[path.stem].name} and {path.name}. "
                "Keep the one that counts."
            )
        if path.stem in TABLES:
            files[path.stem] = path
    return files


def _require_whole(folder: Path, files: Mapping[str, Path]) -> dict[str, list[str]]:
    """Refuse half a program; give the undeclared text columns that its manifest names."""
    others = [path.stem for path in folder.glob("*.csv") if path.stem not in TABLES]
    for table in TABLES.values():
        if table.required and table.name not in files:
            near = did_you_mean(table.name, others)
            raise ReadError(
                f"read_program: {folder} has no {table.name}.csv or {table.name}.parquet, so it is "
                f"half a program at most. {near or 'See write_template(folder).'}"
            )
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return {}
    try:
        said = json.loads(manifest.read_text(encoding="utf-8"))
        version, names = int(said["schema_version"]), list(said["tables"])
        text = {name: list(columns) for name, columns in said.get("text", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReadError(f"read_program: {manifest} is damaged. Delete it to read on.") from error
    if version > SCHEMA_VERSION:
        raise ReadError(
            f"read_program: {folder} was written by a newer mentorlab (schema {version}, this one "
            f"reads up to {SCHEMA_VERSION}). Update mentorlab."
        )
    absent = [name for name in names if name not in files]
    if absent:
        raise ReadError(
            f"read_program: {folder} is half a program: {MANIFEST} lists {listing(absent)}, which "
            "is not there. Copy the whole folder again."
        )
    return text


def _is_neutralized(folder: Path) -> bool:
    """Tell whether the manifest, if any, says that formulas were neutralized."""
    manifest = folder / MANIFEST
    return manifest.is_file() and bool(json.loads(manifest.read_text("utf-8")).get("neutralized"))


def _read_table(path: Path, table: Table, own_text: list[str]) -> pd.DataFrame:
    if path.suffix == ".csv":
        text = [column.name for column in table.columns if column.kind in _TEXT_KINDS]
        return read_delimited(path, text=[*text, *own_text])
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise ReadError(f"{path.name}: is not a Parquet file that can be read.") from error


def _flatten_lists(frame: pd.DataFrame) -> pd.DataFrame:
    lists = [
        name
        for name in frame.columns[frame.dtypes.eq("object")]
        if frame[name].map(lambda cell: isinstance(cell, _LISTS)).any()
    ]
    joined = {
        name: frame[name].map(
            lambda cell: ";".join(map(str, cell)) if isinstance(cell, _LISTS) else cell
        )
        for name in lists
    }
    return frame.assign(**joined)


class _Staged:
    """A folder written aside and moved into place when all of it is there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stage: Path | None = None

    def __enter__(self) -> Path:
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            self.stage = Path(
                tempfile.mkdtemp(prefix=f".{self.folder.name}.partial-", dir=self.folder.parent)
            )
        except OSError as error:
            raise self._failed(error) from error
        return self.stage

    def __exit__(self, kind: type | None, error: BaseException | None, _: object) -> None:
        try:
            if error is None:
                self._publish()
        except OSError as late:
            raise self._failed(late) from late
        finally:
            shutil.rmtree(self.stage, ignore_errors=True)
        if isinstance(error, OSError) and not isinstance(error, WriteError):
            raise self._failed(error) from error

    def _publish(self) -> None:
        for path in self.stage.iterdir():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
        self.stage.chmod(0o755)
        if not self.folder.exists():
            self.stage.rename(self.folder)
            return
        retired = self.stage.with_name(self.stage.name + "-old")
        self.folder.rename(retired)
        try:
            self.stage.rename(self.folder)
        except OSError:
            retired.rename(self.folder)
            raise
        shutil.rmtree(retired, ignore_errors=True)

    def _failed(self, error: OSError) -> WriteError:
        return WriteError(
            f"writing {self.folder} failed ({error.strerror or error}); what was there before is "
            "unchanged. Free some space or choose another place, and write again."
        )
