"""Small, safe HTML for rich displays: escaped, no scripts, no ids, colors inherited.

One style block per view, scoped under the class ``mentorlab``, readable on light and dark themes.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

import numpy as np
import pandas as pd

# Doubled, to outrank the rules that notebook front ends have for cells of tables.
_CELLS = ".mentorlab.mentorlab table"
STYLE = (
    "<style>"
    ".mentorlab{font-family:system-ui,sans-serif;line-height:1.4;max-width:60em}"
    ".mentorlab h4{margin:.2em 0;font-size:1.1em}"
    ".mentorlab p{margin:.3em 0}"
    ".mentorlab table{border-collapse:collapse;margin:.4em 0;font-size:.92em;"
    "font-variant-numeric:tabular-nums}"
    f"{_CELLS} th,{_CELLS} td{{padding:.15em .7em;border:0;text-align:left;"
    "background:transparent}"
    f"{_CELLS} thead th{{border-bottom:1px solid currentColor;font-weight:600}}"
    f"{_CELLS} td.number,{_CELLS} th.number{{text-align:right}}"
    ".mentorlab .quiet{opacity:.75}"
    ".mentorlab ul{margin:.3em 0 .3em 1.2em;padding:0}"
    "</style>"
)


def view(*parts: str) -> str:
    """Wrap parts into one scoped view."""
    return f'{STYLE}<div class="mentorlab">{"".join(parts)}</div>'


def heading(text: str) -> str:
    """A title, escaped."""
    return f"<h4>{escape(text)}</h4>"


def paragraph(text: str, *, quiet: bool = False) -> str:
    """A sentence or two, escaped; `quiet` for what is said in passing."""
    return f'<p class="quiet">{escape(text)}</p>' if quiet else f"<p>{escape(text)}</p>"


def bullets(items: Iterable[str]) -> str:
    """A list, escaped; nothing when there is nothing to list."""
    rows = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<ul>{rows}</ul>" if rows else ""


def table(frame: pd.DataFrame, *, max_rows: int = 12, digits: int = 2) -> str:
    """A frame as a small table: numbers to the right, the index left out, long ones cut and said.

    Parameters
    ----------
    frame : pandas.DataFrame
        Cells are shown as :func:`cell` writes them.
    max_rows : int
        More rows than this are cut, with a line that says how many.
    digits : int
        Decimals of numbers that are not whole.

    Examples
    --------
    >>> "3 more rows" in table(pd.DataFrame({"n": range(5)}), max_rows=2)
    True
    """
    shown = frame.head(max_rows)
    numeric = [pd.api.types.is_numeric_dtype(frame[name]) for name in frame.columns]
    side = ['class="number"' if is_number else "" for is_number in numeric]
    head = "".join(
        f"<th {s}>{escape(str(name))}</th>" for s, name in zip(side, frame.columns, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f"<td {s}>{escape(cell(v, digits=digits))}</td>" for s, v in zip(side, row, strict=True)
        )
        + "</tr>"
        for row in shown.itertuples(index=False, name=None)
    )
    more = len(frame) - len(shown)
    tail = paragraph(f"... {more:,} more rows", quiet=True) if more else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{tail}"


def cell(value: Any, *, digits: int = 2) -> str:
    """One value as a table prints it: missing is a dash, counts have thousands separators.

    Examples
    --------
    >>> cell(1234), cell(0.5), cell(-1234.567, digits=1), cell(None), cell(True), cell("a")
    ('1,234', '0.50', '-1,234.6', '-', 'yes', 'a')
    """
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return "-"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, (int, np.integer)):
        return f"{int(value):,}"
    if isinstance(value, (float, np.floating)):
        return f"{float(value):,.{digits}f}"
    return str(value)


def text_table(frame: pd.DataFrame, *, digits: int = 2) -> str:
    """The same table in plain text."""
    return frame.map(lambda value: cell(value, digits=digits)).to_string(index=False)
