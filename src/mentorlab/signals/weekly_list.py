"""The weekly list of a program folder: read, detected, saved, and told in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import OptionError, ReadError, WriteError
from ..privacy import exports
from ..storage import read_program
from .detect import detect
from .detection import Detection

WHO = "weekly"
HISTORY = "check_ins.csv"


@dataclass(frozen=True, eq=False)
class WeeklyList:
    """A saved list.

    Attributes
    ----------
    detection : Detection
    path : pathlib.Path
        The list as CSV.
    history : pathlib.Path
        All calls so far with room for labels, which the next list reads.
    text : str
        What to print.
    """

    detection: Detection
    path: Path
    history: Path
    text: str


def weekly_list(
    folder: str | Path,
    *,
    as_of: str,
    calls_per_week: int = 8,
    output: str | Path | None = None,
) -> WeeklyList:
    """Make the list of relationships to call this week from a program folder, and save it.

    Parameters
    ----------
    folder : path
        A program folder.
    as_of : str
        The last day known.
    calls_per_week : int
        How many relationships can be called.
    output : path, optional
        Where lists are kept; ``<folder>_check_ins`` beside the program when left out. Its
        ``check_ins.csv`` (`relationship_id, on, label, until`) holds earlier calls; write labels
        there (called, snooze, known_reason, false_alarm, helped) and the next list respects them.

    Returns
    -------
    WeeklyList

    Raises
    ------
    ReadError
        If the folder is no program or the history can't be read.
    MissingTableError, OptionError, EstimationError
        As `detect`.
    WriteError
        If the list can't be written.

    Notes
    -----
    Making the list of the same day again replaces it; labels written meanwhile are kept.
    """
    folder = Path(folder)
    program = read_program(folder)
    kept = Path(output) if output is not None else folder.with_name(f"{folder.name}_check_ins")
    history_file = kept / HISTORY
    history = _read_history(history_file)
    found = detect(program, as_of=as_of, calls_per_week=calls_per_week, history=history)
    day = f"{found.as_of:%Y-%m-%d}"
    try:
        kept.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(f"{WHO}: the folder {kept} can't be made ({error}).") from error
    columns = ["rank", "relationship_id", "signals", "evidence", "strip", "question", "missing"]
    path = exports.export_table(found.to_frame()[columns], kept / f"check_ins_{day}.csv")
    called = pd.DataFrame(
        {"relationship_id": found.listed["relationship_id"].astype("str"), "on": day}
    ).assign(label="called", until="")
    kept_rows = _kept(history, day) if history is not None else called.iloc[:0]
    labeled = kept_rows.loc[kept_rows["on"] == day, "relationship_id"]
    called = called[~called["relationship_id"].isin(labeled)]
    everything = pd.concat([kept_rows, called], ignore_index=True).astype("str")
    exports.export_table(everything, history_file)
    return WeeklyList(found, path, history_file, _text(found, path))


def _read_history(file: Path) -> pd.DataFrame | None:
    if not file.exists():
        return None
    try:
        frame = pd.read_csv(file, dtype="str", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise ReadError(f"{WHO}: {file} can't be read: {error}.") from error
    absent = {"relationship_id", "on"} - {*frame.columns}
    if absent:
        raise OptionError(f"{WHO}: {file.name} needs the column {sorted(absent)[0]}.")
    frame = exports.restore_formulas(frame)
    return frame.assign(
        **{
            name: frame[name].mask(frame[name] == "")
            for name in ("label", "until")
            if name in frame
        }
    )


def _kept(history: pd.DataFrame, day: str) -> pd.DataFrame:
    """Keep the calls of other days, and of this day what a person wrote."""
    empty = pd.Series("", index=history.index)
    label, until = (history.get(name, empty).fillna("") for name in ("label", "until"))
    return history[(history["on"] != day) | ~label.isin(["", "called"]) | (until != "")]


def _text(found: Detection, path: Path) -> str:
    lines = [found.headline()]
    for row in found.listed.itertuples():
        lines += [
            "",
            f"{row.rank}. {row.relationship_id}   {row.strip}",
            f"   seen: {row.evidence}",
            f"   ask:  {row.question}",
        ]
    if len(found.conflicts):
        lines += ["", "Outside the calls:"]
        lines += [
            f"   {row.relationship_id}: {row.evidence}" for row in found.conflicts.itertuples()
        ]
    return "\n".join([*lines, "", *(f"- {note}" for note in found.notes()), f"saved: {path}"])
