"""What people changed and locked in the workbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...errors import Fault, OptionError, SchemaError, count, did_you_mean, quote
from ...privacy.exports import restore_formulas
from ...provenance import Provenance
from ...readers.excel.workbook import read_workbook
from ...result import Result
from ..assignment import Assignment
from ..market.edits import acceptable
from .fingerprint import market_hash
from .ids import as_text
from .workbook import EDITABLE, LOCKED, PAIRS, SETTINGS

WHO = "read_edits"


@dataclass(frozen=True, eq=False, repr=False)
class Edits(Result):
    """What people changed and locked.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row a mentee who was touched: `mentee_id`, `before`, `after` (mentors' ids, empty for
        nobody), `action` (changed: another mentor; removed: left without one; locked: kept as it
        was; freed: a lock taken away), `edited_by`, `note`.
    inputs_hash : str
        Of the market that the workbook was written for.
    """

    rows: pd.DataFrame
    inputs_hash: str

    def to_frame(self) -> pd.DataFrame:
        """Give one row a mentee who was touched."""
        return self.rows.copy()

    def headline(self) -> str:
        """How many rows were touched."""
        n = self.rows["action"].value_counts()
        parts = [
            f"{n[name]:,} {name}" for name in ("changed", "removed", "locked", "freed") if name in n
        ]
        return f"Edits: {', '.join(parts)}" if parts else "Edits: none"

    def pairs(self, *actions: str) -> pd.DataFrame:
        """Give `mentee_id, mentor_id` of the rows with these actions, as they are to be."""
        chosen = self.rows[self.rows["action"].isin(actions)]
        frame = chosen[["mentee_id", "after"]].rename(columns={"after": "mentor_id"})
        return frame.reset_index(drop=True)


def read_edits(path: str | Path, assignment: Assignment) -> Edits:
    """Read back what people changed and locked in a workbook, and refuse what can't be.

    Parameters
    ----------
    path : path
        Written by `write_workbook`, edited and saved.
    assignment : Assignment
        What the workbook was written from.

    Returns
    -------
    Edits

    Raises
    ------
    ReadError
        If the file is no workbook.
    OptionError
        If it was written for another market, or lacks the sheet or its columns.
    SchemaError
        With every fault of the sheet: unknown ids, mentees twice or missing, pairs that a rule
        keeps apart, mentors with more kept mentees than places.
    """
    sheets = read_workbook(path, who=WHO)
    name = Path(path).name
    if PAIRS not in sheets:
        near = did_you_mean(PAIRS, sheets)
        raise OptionError(f"{WHO}: {name} has no sheet '{PAIRS}' with rows in it. {near}".rstrip())
    inputs_hash = _hash_in(sheets, name)
    if inputs_hash != market_hash(assignment.market):
        raise OptionError(
            f"{WHO}: {name} was written for other applicants, utilities or rules than this "
            "assignment's. Read it with the assignment that it was written from."
        )
    frame = _frame(sheets[PAIRS])
    absent = [column for column in ("mentee_id", *EDITABLE) if column not in frame]
    if absent:
        raise OptionError(
            f"{WHO}: {name}, sheet '{PAIRS}' lacks the column {quote(absent[0])}. Write the "
            "workbook anew and edit that one."
        )
    return edits_from_frame(frame, assignment, source=name)


def edits_from_frame(frame: pd.DataFrame, assignment: Assignment, *, source: str = "") -> Edits:
    """Find the edits in a table of pairs, as `read_edits` does in a workbook.

    Parameters
    ----------
    frame : pandas.DataFrame
        `mentee_id`, `mentor_id`, `lock`; and `edited_by`, `note` where given.
    assignment : Assignment
        What the table is an edit of.
    source : str
        Named in messages.

    Raises
    ------
    SchemaError
        With every fault.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1], [2, 1]], [[1, 1], [2, 2]], capacity=1)
    >>> before = assign(market, "mentee_proposing", seed=1)
    >>> table = before.pairs().assign(lock="")
    >>> table["mentor_id"] = [0, 1]
    >>> edits_from_frame(table, before).rows[["mentee_id", "action"]].values.tolist()
    [[0, 'changed'], [1, 'changed']]
    """
    market = assignment.market
    mentees, mentors = (as_text(ids, who=WHO) for ids in (market.mentee_ids, market.mentor_ids))
    cells = _cells(frame)
    faults = _faults(cells, mentees, mentors)
    if faults:
        raise SchemaError(_title(source), faults)
    place = {person: at for at, person in enumerate(market.mentee_ids)}
    position = {person: at for at, person in enumerate(market.mentor_ids)}
    held = set(market.required[:, 0].tolist())
    rows, kept = [], []
    for row in cells.itertuples(index=False):
        mentee = mentees[row.mentee_id]
        i, after = place[mentee], mentors.get(row.mentor_id)
        j = assignment.mentor_of[i]
        before = market.mentor_ids[j] if j >= 0 else None
        lock = row.lock.lower() in LOCKED
        if after != before or (after is None) != (before is None):
            action = "removed" if after is None else "changed"
        elif lock:
            action = "" if i in held else ("locked" if after is not None else "removed")
        else:
            action = "freed" if i in held else ""
        if after is not None and (lock or action == "changed"):
            kept.append((i, position[after]))
        if action:
            rows.append((mentee, before, after, action, row.edited_by, row.note))
    faults = _clashes(assignment, np.array(kept, dtype=np.int64).reshape(-1, 2))
    if faults:
        raise SchemaError(_title(source), faults)
    columns = ["mentee_id", "before", "after", "action", "edited_by", "note"]
    return Edits(
        rows=pd.DataFrame(rows, columns=columns),
        inputs_hash=market_hash(market),
        provenance=Provenance(WHO, {"rows": len(cells), "edits": len(rows)}),
    )


def _title(source: str) -> str:
    where = f"{source}, sheet '{PAIRS}'" if source else "the table of pairs"
    return f"{WHO}: {where} can't be read as edits of this assignment"


def _cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the editable columns as trimmed text, blank rows left out."""
    names = ("mentee_id", *EDITABLE)
    for name in ("mentee_id", "mentor_id", "lock"):
        if name not in frame:
            raise OptionError(f"{WHO}: the table of pairs lacks the column {quote(name)}.")
    given = {
        name: frame[name] if name in frame else pd.Series("", index=frame.index) for name in names
    }
    cells = pd.DataFrame(
        {
            name: values.astype("object").where(values.notna(), "").map(_as_cell).astype("str")
            for name, values in given.items()
        }
    ).reset_index(drop=True)
    return cells[(cells != "").any(axis=1)]


def _as_cell(value: Any) -> str:
    """Write a cell as a sheet shows it: the id 7 stays 7 in a column that holds gaps."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()


def _faults(
    cells: pd.DataFrame, mentees: Mapping[str, Any], mentors: Mapping[str, Any]
) -> list[Fault]:
    faults = []
    if cells.empty:
        return [Fault("mentee_id", "name every mentee", "no rows")]
    twice = cells["mentee_id"].duplicated() & (cells["mentee_id"] != "")
    absent = [name for name in mentees if name not in set(cells["mentee_id"])]
    unknown = ~cells["mentee_id"].isin(list(mentees))
    wrong = ~cells["mentor_id"].isin(["", *mentors])
    lock = ~cells["lock"].str.lower().isin(["", "no", "n", "false", "0", *LOCKED])
    for column, must, broken, known in (
        ("mentee_id", "be a mentee of this assignment", unknown, mentees),
        ("mentee_id", "stand once", twice, ()),
        ("mentor_id", "be a mentor of this assignment, or empty", wrong, mentors),
        ("lock", "be yes or empty", lock, ()),
    ):
        if broken.any():
            value = cells.loc[broken, column].iloc[0]
            first = int(cells.index[broken.to_numpy()][0]) + 1
            near = did_you_mean(value, known) if known else ""
            faults.append(Fault(column, must, quote(value), int(broken.sum()), first, near))
    if absent:
        faults.append(
            Fault(
                "mentee_id",
                "name every mentee",
                f"{count(len(absent), 'mentee')} missing, first {quote(absent[0])}",
                hint="Rows must not be deleted; clear `mentor_id` instead.",
            )
        )
    return faults


def _clashes(assignment: Assignment, kept: np.ndarray) -> list[Fault]:
    market = assignment.market
    faults = []
    apart = ~acceptable(market, kept) if len(kept) else np.zeros(0, dtype=bool)
    for mentee, mentor in kept[apart].tolist():
        rules = [rule.name for rule in market.reasons_against(mentee, mentor)]
        why = f"rule {quote(rules[0])} keeps them apart" if rules else "they are not on both lists"
        pair = f"{quote(market.mentee_ids[mentee])} with {quote(market.mentor_ids[mentor])}"
        faults.append(Fault("mentor_id", "be acceptable to the mentee", f"{pair}: {why}"))
    load = np.bincount(kept[:, 1], minlength=market.n_mentors) if len(kept) else np.zeros(0, int)
    for mentor in np.flatnonzero(load > market.capacity[: len(load)]).tolist():
        faults.append(
            Fault(
                "mentor_id",
                "respect places",
                f"{load[mentor]} mentees kept for {quote(market.mentor_ids[mentor])}, who has "
                f"{count(int(market.capacity[mentor]), 'place')}",
            )
        )
    mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
    mentor_of[kept[:, 0]] = kept[:, 1]
    for rule in market.quotas:
        if rule.count(mentor_of) > rule.high:
            got = f"{rule.count(mentor_of)} kept pairs where {rule.name} allows {rule.high}"
            faults.append(Fault("mentor_id", "respect quotas", got))
    return faults


def _frame(grid: Any) -> pd.DataFrame:
    return restore_formulas(pd.DataFrame(grid.rows, columns=list(grid.header), dtype="str"))


def _hash_in(sheets: Mapping[str, Any], name: str) -> str:
    if SETTINGS not in sheets:
        raise OptionError(
            f"{WHO}: {name} has no sheet '{SETTINGS}', which says what it was written for. Write "
            "the workbook anew and edit that one."
        )
    settings = _frame(sheets[SETTINGS])
    said = dict(zip(settings.iloc[:, 0], settings.iloc[:, 1], strict=True))
    return said.get("inputs_hash", "")
