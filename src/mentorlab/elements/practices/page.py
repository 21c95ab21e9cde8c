"""The table of practices in the documentation, made from the registry."""

from __future__ import annotations

from ...errors import OptionError
from .registry import PRACTICES

BEGIN, END = "<!-- practices: begin -->", "<!-- practices: end -->"


def practice_table() -> str:
    """Write all practices as Markdown tables, one a family."""
    lines = []
    for family in dict.fromkeys(row.family for row in PRACTICES.values()):
        lines += [
            f"### {family}",
            "",
            "| practice | says that | done | of what was due | unit | needs | depends on |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        for row in PRACTICES.values():
            if row.family == family:
                about = f"{row.about} ({row.caution})" if row.caution else row.about
                needs = ", ".join(f"`{need}`" for need in row.needs)
                cells = (f"`{row.name}`", about, row.done, row.due, row.unit, needs, row.depends_on)
                lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def with_practice_table(page: str) -> str:
    """Put the table between its marks in a page.

    Raises
    ------
    OptionError
        If a mark is absent.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise OptionError(f"with_practice_table: the page needs the marks {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{practice_table()}\n{END}{after}"
