"""Results as tables for papers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ..errors import OptionError, WriteError, quote
from ..options import TableStyle, check_option
from ..result import Result
from .docx_table import print_docx
from .html_table import print_html
from .latex_table import print_latex
from .markdown_table import print_markdown
from .paper import WHO, PaperTable, paper_table

_PRINTERS: dict[str, Callable[[PaperTable], str | bytes]] = {
    "html": print_html,
    "latex": print_latex,
    "markdown": print_markdown,
    "docx": print_docx,
}
_LIBRARIES = {"html": "great_tables", "latex": "great_tables", "docx": "python-docx"}


class HtmlText(str):
    """HTML that a notebook shows as a table, and as plain text where it can't.

    Parameters
    ----------
    text : str
        The HTML.
    plain : str
        The same table in Markdown.
    """

    __slots__ = ("plain",)

    def __new__(cls, text: str, plain: str) -> HtmlText:
        """Keep both texts."""
        made = super().__new__(cls, text)
        made.plain = plain
        return made

    def __repr__(self) -> str:
        return self.plain

    def _repr_html_(self) -> str:
        return str(self)


class MarkdownText(str):
    """Markdown that a notebook shows as a table; otherwise plain text."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def table(
    result: Result,
    *,
    style: TableStyle,
    title: str | None = None,
    number: int | None = None,
    digits: int | None = None,
    path: str | Path | None = None,
) -> str | bytes | Path:
    r"""Print a result as a paper prints it.

    Numbers have fixed decimals and stand under each other; what can't pass 1 has no leading zero;
    intervals stand in brackets; p values below .001 say so; what a reader must know stands under
    the table.

    Parameters
    ----------
    result : Result
        Any result.
    style : {"html", "latex", "markdown", "docx"}
        The format. HTML and LaTeX need great_tables, Word needs python-docx:
        ``pip install "mentorlab[report]"``. LaTeX documents need ``\usepackage{booktabs,caption}``.
    title : str, optional
        Instead of the result's headline.
    number : int, optional
        Number of the table in the paper.
    digits : int, optional
        Decimals, instead of the result's own.
    path : str or pathlib.Path, optional
        A file to write instead of returning the table.

    Returns
    -------
    str, bytes or pathlib.Path
        Text for html, latex and markdown; the document's bytes for docx; the path if one was given.
        The same result gives the same output each time.

    Raises
    ------
    OptionError
        For an unknown style, something that is not a result, or a library that is absent.
    EstimationError
        If the result has no rows.
    WriteError
        If the file can't be written.

    Notes
    -----
    The layout follows the habits of the APA manual (7th edition): three rules, title in italics,
    notes below, no leading zero for proportions, correlations and p values. Rounding happens here
    only; ``result.to_frame()`` has full precision.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab import report
    >>> program = ml.datasets.load_example_program()
    >>> print(report.table(program.check(), style="markdown", title="What to look at"))
    *What to look at*
    ...
    """
    check_option(style, TableStyle, who=WHO, name="style")
    laid_out = paper_table(result, title=title, number=number, digits=digits)
    try:
        printed = _PRINTERS[style](laid_out)
    except ModuleNotFoundError as error:
        raise OptionError(
            f"{WHO}: style={quote(style)} needs {_LIBRARIES.get(style, error.name)}, which is not "
            "installed. Run: pip install 'mentorlab[report]', or use style='markdown'."
        ) from error
    if path is not None:
        return _write(printed, Path(path))
    if style == "html":
        return HtmlText(printed, print_markdown(laid_out))
    return MarkdownText(printed) if style == "markdown" else printed


def _write(printed: str | bytes, path: Path) -> Path:
    content = printed if isinstance(printed, bytes) else printed.encode("utf-8")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise WriteError(f"{WHO}: can't write {path}: {error.strerror or error}.") from error
    return path
