"""Small exports, written cell by cell, for the tests of the readers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from mentorlab.codebook import Codebook
from mentorlab.readers import ReadResult

LABELS = "Strongly disagree|Disagree|Neither|Agree|Strongly agree"
KEY = "0123456789abcdef0123456789abcdef"
STATUS = ("EndDate", "End Date", "endDate")
BOOK = Codebook(
    pd.DataFrame(
        {
            "item": ["t1", "t2", "t3"],
            "low": 1,
            "high": 5,
            "labels": LABELS,
            "wording": ["I trust my partner", "My partner is fair", "We talk, openly - and often"],
        }
    )
)


def write_rows(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    return path


def qualtrics(
    path: Path, columns: Sequence[tuple[str, str, str]], rows: Iterable[Sequence[object]]
) -> Path:
    """Write a Qualtrics export: columns are (name, question, import id)."""
    head = [
        [name for name, _, _ in columns],
        [question for _, question, _ in columns],
        [json.dumps({"ImportId": mark}, separators=(",", ":")) for _, _, mark in columns],
    ]
    return write_rows(path, [*head, *rows])


def values(read: ReadResult) -> dict[tuple[str, str], object]:
    """Give answers by rater and item: a number, or why there is none."""
    return {
        (row.rater_id, row.item): row.missing if pd.isna(row.value) else row.value
        for row in read.responses.itertuples()
    }


def dropped(read: ReadResult) -> list[tuple[str, str, int, int]]:
    """Give what was dropped as (what, reason, n, first_row)."""
    frame = read.dropped[["what", "reason", "n", "first_row"]]
    return [tuple(row) for row in frame.itertuples(index=False)]
