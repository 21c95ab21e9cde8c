"""A memo as a list of plain parts, printed as Markdown, HTML or Word."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as escape_html

from ..html import bullets, heading, paragraph, view
from .docx_table import _plain_properties, _without_times
from .markdown_table import escape


@dataclass(frozen=True)
class Heading:
    """A section's title."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; nothing is printed when it is empty."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A small table of text; all columns but the first stand to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Part = Heading | Paragraph | Bullets | Grid


def memo_markdown(title: str, parts: Sequence[Part]) -> str:
    """Print a memo as Markdown."""
    lines = [f"# {escape(title)}", ""]
    for part in parts:
        match part:
            case Heading(text):
                lines += [f"## {escape(text)}", ""]
            case Paragraph(text):
                lines += [escape(text), ""]
            case Bullets(items):
                lines += [*(f"- {escape(item)}" for item in items), ""] if items else []
            case Grid(columns, rows):
                ruler = [":---", *["---:"] * (len(columns) - 1)]
                cells = [[escape(cell) for cell in row] for row in (columns, *rows)]
                table = [cells[0], ruler, *cells[1:]]
                lines += [*(f"| {' | '.join(row)} |" for row in table), ""]
    return "\n".join(lines)


def memo_html(title: str, parts: Sequence[Part]) -> str:
    """Print a memo as a page of HTML."""
    shown = [f"<h1>{escape_html(title)}</h1>"]
    for part in parts:
        match part:
            case Heading(text):
                shown.append(heading(text))
            case Paragraph(text):
                shown.append(paragraph(text))
            case Bullets(items):
                shown.append(bullets(items))
            case Grid(columns, rows):
                shown.append(_html_grid(columns, rows))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape_html(title)}'
        f"</title></head><body>{view(*shown)}</body></html>\n"
    )


def _html_grid(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> str:
    def line(cells: tuple[str, ...], tag: str) -> str:
        first = f"<{tag}>{escape_html(cells[0])}</{tag}>"
        rest = (f'<{tag} class="number">{escape_html(cell)}</{tag}>' for cell in cells[1:])
        return f"<tr>{first}{''.join(rest)}</tr>"

    body = "".join(line(row, "td") for row in rows)
    return f"<table><thead>{line(columns, 'th')}</thead><tbody>{body}</tbody></table>"


def memo_docx(title: str, parts: Sequence[Part]) -> bytes:
    """Print a memo as a Word document, the same bytes each time."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.styles["Normal"].font.size = Pt(10)
    document.add_heading(title, level=1)
    for part in parts:
        match part:
            case Heading(text):
                document.add_heading(text, level=2)
            case Paragraph(text):
                document.add_paragraph(text)
            case Bullets(items):
                for item in items:
                    document.add_paragraph(item, style="List Bullet")
            case Grid(columns, rows):
                _docx_grid(document, columns, rows)
    _plain_properties(document, title)
    stream = io.BytesIO()
    document.save(stream)
    return _without_times(stream.getvalue())


def _docx_grid(document, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    grid = document.add_table(rows=0, cols=len(columns))
    grid.style = "Light List"
    for line in (columns, *rows):
        for k, (cell, text) in enumerate(zip(grid.add_row().cells, line, strict=True)):
            cell.text = text
            shown = cell.paragraphs[0]
            shown.paragraph_format.space_after = Pt(0)
            if k:
                shown.alignment = WD_ALIGN_PARAGRAPH.RIGHT
