"""Tables as Markdown with pipes, for READMEs and issues."""

from __future__ import annotations

import re

from .paper import PaperTable

_RULES = {"left": ":---", "right": "---:", "center": ":---:"}
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def print_markdown(table: PaperTable) -> str:
    """Print a table as GitHub-flavored Markdown, a user's own marks escaped."""
    heads = [f"*{c.head}*" if c.italic else escape(c.head) for c in table.columns]
    lines = [] if table.number is None else [f"**Table {table.number}**", ""]
    lines += [f"*{escape(table.title)}*", "", _row(heads)]
    lines.append(_row([_RULES[column.align] for column in table.columns]))
    above = ""
    for i, cells in enumerate(table.rows):
        if table.groups and table.groups[i] != above:
            above = table.groups[i]
            lines.append(_row([f"**{escape(above)}**", *[""] * (len(heads) - 1)]))
        lines.append(_row([escape(cell) for cell in cells]))
    if table.notes:
        lines += ["", f"*Note.* {escape(' '.join(table.notes))}"]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Escape what Markdown would read as marks; underscores inside words are none.

    Examples
    --------
    >>> escape("a|b *c* <b> < .001 item_1")
    'a\\\\|b \\\\*c\\\\* &lt;b> < .001 item_1'
    """
    text = text.replace("\\", "\\\\")
    for mark in ("|", "*", "`", "]("):
        text = text.replace(mark, "\\" + mark)
    text = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", text)
    return _TAG.sub("&lt;", text)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
