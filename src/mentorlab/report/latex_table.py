r"""Tables as LaTeX by great_tables, for documents with ``booktabs``, ``caption`` and UTF-8."""

from __future__ import annotations

import re

from .html_table import lay_out
from .paper import PaperTable

_MATH = {
    "\N{MINUS SIGN}": "$-$",
    "\N{INFINITY}": r"$\infty$",
    "\N{EM DASH}": "---",
    "\N{GREEK SMALL LETTER ALPHA}": r"$\alpha$",
    "\N{GREEK SMALL LETTER OMEGA}h": r"$\omega_h$",
    "\N{GREEK SMALL LETTER OMEGA}": r"$\omega$",
    "\N{GREEK SMALL LETTER RHO}": r"$\rho$",
    "\N{GREEK SMALL LETTER KAPPA}": r"$\kappa$",
    "\N{GREEK SMALL LETTER CHI}\N{SUPERSCRIPT TWO}": r"$\chi^2$",
    "\N{GREATER-THAN OR EQUAL TO}": r"$\geq$",
    "\N{LESS-THAN OR EQUAL TO}": r"$\leq$",
    "\\textless{}": "$<$",
    "\\textgreater{}": "$>$",
}
_ITALIC = ("<em>", "</em>")
_AFTER_BREAK = re.compile(r"(\\\\ ?\n)([\[*])")  # LaTeX would read these as options of the break


def print_latex(table: PaperTable) -> str:
    """Print a table as a LaTeX float; everything is escaped."""
    made = lay_out(table, text=str, raw=_markdown)
    made = made.tab_header(title=table.title)
    if table.notes:
        made = made.tab_source_note("Note. " + " ".join(table.notes))
    printed = made.tab_options(table_font_size="10pt").as_latex()
    printed = printed.replace("\nNote. ", "\n\\emph{Note.} ", 1)
    for sign, math in _MATH.items():
        printed = printed.replace(sign, math)
    printed = _AFTER_BREAK.sub(r"\1{}\2", printed)
    if table.number is not None:
        bold = f"\\caption*{{\n\\textbf{{Table {table.number}}}\\\\\n"
        printed = printed.replace("\\caption*{\n", bold, 1)
    return printed.rstrip() + "\n"


def _markdown(text: str):
    """Pass a head on: italics as Markdown, anything else as plain text."""
    from great_tables import md

    if text.startswith(_ITALIC[0]):
        return md(f"*{text.removeprefix(_ITALIC[0]).removesuffix(_ITALIC[1])}*")
    return text
