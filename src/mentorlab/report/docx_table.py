"""Tables as Word documents by python-docx, the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

from .paper import PaperTable

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest day a zip file can hold
_RULE = {"thick": "12", "thin": "6"}  # eighths of a point


def print_docx(table: PaperTable) -> bytes:
    """Print a table as a Word document of its own."""
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.styles["Normal"].font.size = Pt(10)
    if table.number is not None:
        document.add_paragraph().add_run(f"Table {table.number}").bold = True
    document.add_paragraph().add_run(table.title).italic = True
    _fill(document, table)
    if table.notes:
        note = document.add_paragraph()
        note.add_run("Note.").italic = True
        note.add_run(" " + " ".join(table.notes))
        for run in note.runs:
            run.font.size = Pt(9)
    _plain_properties(document, table.title)
    stream = io.BytesIO()
    document.save(stream)
    return _without_times(stream.getvalue())


def _fill(document, table: PaperTable) -> None:
    grid = document.add_table(rows=1, cols=len(table.columns))
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        _write(cell, column.head, column.align, italic=column.italic)
    above = ""
    for i, cells in enumerate(table.rows):
        if table.groups and table.groups[i] != above:
            above = table.groups[i]
            row = grid.add_row().cells
            _write(row[0].merge(row[-1]), above, "left", bold=True)
        for cell, text, column in zip(grid.add_row().cells, cells, table.columns, strict=True):
            _write(cell, text, column.align)
    _rule_off(grid)


def _write(cell, text: str, align: str, *, italic: bool = False, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(text)
    run.italic, run.bold = italic or None, bold or None


def _rule_off(grid) -> None:
    """Draw a thick rule above and below, a thin one under the heads, and repeat the heads."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    def edge(parent, side: str, weight: str) -> None:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", _RULE[weight]), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        parent.append(line)

    borders = OxmlElement("w:tblBorders")
    edge(borders, "top", "thick")
    edge(borders, "bottom", "thick")
    grid._tbl.tblPr.find(qn("w:tblLook")).addprevious(borders)
    for cell in grid.rows[0].cells:
        under = OxmlElement("w:tcBorders")
        edge(under, "bottom", "thin")
        cell._tc.get_or_add_tcPr().append(under)
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _plain_properties(document, title: str) -> None:
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title = title
    properties.created = properties.modified = datetime(*_EPOCH)


def _without_times(packed: bytes) -> bytes:
    """Pack a document again with a fixed time on every part."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = zipfile.ZipInfo(name, date_time=_EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(part, source.read(name))
    return stream.getvalue()
