"""An assignment as an Excel workbook that people can edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from ...errors import OptionError, WriteError, quote
from ...privacy.exports import neutralize_formulas
from ..assignment import Assignment
from ..judgment.measures import mentor_loads
from ..judgment.recommend import recommend
from ..judgment.standing import Standing
from .files import write_whole
from .fingerprint import market_hash
from .ids import as_text
from .lists import program_list

WHO = "write_workbook"
PAIRS, MENTORS, CANDIDATES, SETTINGS, HELP = (
    "pairs",
    "mentors",
    "candidates",
    "settings",
    "read me",
)
EDITABLE = ("mentor_id", "lock", "edited_by", "note")
LOCKED = ("yes", "y", "x", "true", "1")
_HELP = (
    "Change `mentor_id` on the sheet 'pairs' to give someone another mentor; clear it and write "
    "yes under `lock` to keep someone without one.",
    "Write yes under `lock` to keep a pair as it is. A pair that you changed is kept as well.",
    "Write your initials under `edited_by` and the reason under `note`: both go into the record.",
    "Everything else is for reading. Do not delete rows or sheets, and do not change ids.",
    "Who may be paired with whom stands on the sheet 'candidates'; places on 'mentors'.",
    "Save as .xlsx and read the file back with read_edits(path, assignment).",
)
_WIDE = 44
_HEAD_FILL, _OPEN_FILL = "FFD9E2EC", "FFFFF8DC"


def write_workbook(
    assignment: Assignment,
    path: str | Path,
    *,
    n_candidates: int = 5,
    columns: tuple[str, ...] = (),
) -> Path:
    """Write an assignment to a workbook in which people change and lock pairs.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.
    path : path
        Ends in ``.xlsx``; a file that is there is replaced when the new one is whole.
    n_candidates : int
        How many of each mentee's best mentors to list.
    columns : tuple of str
        Attributes of both sides to show beside each pair.

    Returns
    -------
    pathlib.Path
        The file, with the sheets pairs, mentors, candidates, settings and read me.

    Raises
    ------
    OptionError
        If the ending is another one, or a column is unknown.
    MarketError
        If two ids look alike as text.
    WriteError
        If the file can't be written.

    Notes
    -----
    Text that a spreadsheet would run as a formula is made harmless, and restored when read back.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise OptionError(f"{WHO}: `path` must end in .xlsx; got {quote(path.name)}.")
    try:
        import openpyxl  # noqa: F401
    except ImportError as error:
        raise WriteError(
            f"{WHO}: Excel files need openpyxl (pip install openpyxl); write_list makes a CSV."
        ) from error
    sheets = workbook_sheets(assignment, n_candidates=n_candidates, columns=columns)
    return write_whole(path, lambda partial: _write(sheets, partial), who=WHO)


def workbook_sheets(
    assignment: Assignment, *, n_candidates: int = 5, columns: tuple[str, ...] = ()
) -> dict[str, pd.DataFrame]:
    """Give the sheets of the workbook as frames, by name."""
    market = assignment.market
    for ids in (market.mentee_ids, market.mentor_ids):
        as_text(ids, who=WHO)
    rows = program_list(assignment, columns=columns)
    locked = Standing(market, assignment.mentor_of).locked
    pairs = rows.drop(columns="why").assign(lock=["yes" if held else "" for held in locked])
    pairs = pairs.assign(edited_by="", note="", why=rows["why"])
    first = ["mentee_id", *EDITABLE]
    pairs = pairs[[*first, *(name for name in pairs if name not in first)]]
    loads = mentor_loads(Standing(market, assignment.mentor_of))
    return {
        PAIRS: pairs,
        MENTORS: loads,
        CANDIDATES: _candidates(assignment, n_candidates),
        SETTINGS: pd.DataFrame(
            [
                ("inputs_hash", market_hash(market)),
                ("policy", assignment.policy),
                ("seed", str(assignment.seed)),
                ("utility", "; ".join(f"{t.weight:g} x {t.name}" for t in market.terms)),
                ("kept_apart", "; ".join(rule.name for rule in market.blocked)),
                ("quotas", "; ".join(rule.name for rule in market.quotas)),
            ],
            columns=["setting", "value"],
        ),
        HELP: pd.DataFrame({"how to work with this file": list(_HELP)}),
    }


def _candidates(assignment: Assignment, n: int) -> pd.DataFrame:
    market = assignment.market
    free = dict(zip(market.mentor_ids, (market.capacity - assignment.load).tolist(), strict=True))
    frames = []
    for mentee in market.mentee_ids:
        table = recommend(market, mentee, n=n, side="mentee").table
        frames.append(
            pd.DataFrame(
                {
                    "mentee_id": [mentee] * len(table),
                    "choice": table["rank"],
                    "mentor_id": table["person_id"],
                    "utility": table["utility"].round(4),
                    "choice_of_mentor": table["their_rank"],
                    "free_places": [free[mentor] for mentor in table["person_id"]],
                    "speaks_for_it": table["reasons"],
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _write(sheets: dict[str, pd.DataFrame], path: Path) -> None:
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            neutralize_formulas(frame).to_excel(writer, sheet_name=name, index=False)
            _style(writer.sheets[name], frame, editable=EDITABLE if name == PAIRS else ())


def _style(sheet: Any, frame: pd.DataFrame, *, editable: tuple[str, ...]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.freeze_panes = "B2" if frame.shape[1] > 1 else "A2"
    for place, name in enumerate(frame.columns, 1):
        letter = get_column_letter(place)
        longest = max([len(str(name)), *(len(str(cell)) for cell in frame[name].head(200))])
        sheet.column_dimensions[letter].width = min(
            longest + 2, _WIDE if len(frame.columns) > 1 else 110
        )
        head = sheet.cell(row=1, column=place)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD_FILL)
        if name in editable:
            for row in range(2, len(frame) + 2):
                sheet.cell(row=row, column=place).fill = PatternFill("solid", fgColor=_OPEN_FILL)
        if longest > _WIDE:
            for row in range(2, len(frame) + 2):
                sheet.cell(row=row, column=place).alignment = Alignment(
                    wrap_text=True, vertical="top"
                )
        if name == "lock" and len(frame):
            choice = DataValidation(type="list", formula1='"yes"', allow_blank=True)
            choice.add(f"{letter}2:{letter}{len(frame) + 1}")
            sheet.add_data_validation(choice)
    if len(frame):
        sheet.auto_filter.ref = sheet.dimensions
