"""Tables: the same cells in four formats, escaped, and the same bytes each time."""

import builtins
import io
import re
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import ClassVar

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import report
from mentorlab.errors import EstimationError, OptionError, WriteError
from mentorlab.options import TableStyle
from mentorlab.provenance import Provenance
from mentorlab.report.markdown_table import escape
from mentorlab.report.paper import paper_table
from mentorlab.result import Result

STYLES = TableStyle.__args__
MINUS = "\N{MINUS SIGN}"
EVIL = "a|b & <b>bold</b> 5% _x_ #1 $2 {c} ~ ^ \\d *e* [f](g) <script>alert(1)</script>"


@dataclass(frozen=True, eq=False, repr=False)
class Made(Result):
    """A result of any frame."""

    frame: pd.DataFrame
    title: str = "What was made"
    said: tuple[str, ...] = ()

    digits: ClassVar[int] = 2

    def to_frame(self):
        return self.frame.copy()

    def headline(self):
        return self.title

    def notes(self):
        return self.said


@dataclass(frozen=True, eq=False, repr=False)
class Grouped(Made):
    """A result that prints by group."""

    paper_group: ClassVar[str] = "family"


def made(frame, kind=Made, **fields):
    return kind(frame=pd.DataFrame(frame), provenance=Provenance("made", {}), **fields)


ESTIMATES = {
    "outcome": ["career_clarity", "satisfaction"],
    "estimate": [1.234, -0.5],
    "std_error": [0.25, 0.125],
    "conf_low": [0.7, -0.75],
    "conf_high": [1.8, -0.25],
    "p_value": [0.0001, 0.04],
    "n": [1200, 85],
}
CELLS = [
    ["career clarity", "1.23", "0.25", "[0.70, 1.80]", "< .001", "1,200"],
    ["satisfaction", f"{MINUS}0.50", "0.12", f"[{MINUS}0.75, {MINUS}0.25]", ".040", "85"],
]
HEADS = ["Outcome", "Estimate", "SE", "95% CI", "p", "n"]


class Cells(HTMLParser):
    """Read the rows of an HTML table back."""

    def __init__(self):
        super().__init__()
        self.rows, self.open, self.tags = [], False, []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        self.open = tag in ("td", "th") or (self.open and tag != "tr")
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.open = False

    def handle_data(self, data):
        if self.open and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def read_html(text):
    parser = Cells()
    parser.feed(text)
    return [[" ".join(cell.split()) for cell in row] for row in parser.rows], parser.tags


def read_docx(data):
    docx = pytest.importorskip("docx")
    document = docx.Document(io.BytesIO(data))
    cells = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    return document, cells


def test_the_text_of_a_table():
    table = paper_table(made(ESTIMATES, said=("one thing", "Another.")), number=3)
    assert [column.head for column in table.columns] == HEADS
    assert [column.italic for column in table.columns] == [False, False, True, False, True, True]
    assert [column.align for column in table.columns] == [
        "left",
        "right",
        "right",
        "center",
        "right",
        "right",
    ]
    assert [list(row) for row in table.rows] == CELLS
    assert table.notes == (
        "One thing.",
        "Another.",
        "CI = confidence interval; SE = standard error.",
    )


def test_markdown_as_a_whole():
    printed = report.table(made(ESTIMATES, said=("one thing",)), style="markdown", number=3)
    assert printed == (
        "**Table 3**\n"
        "\n"
        "*What was made*\n"
        "\n"
        "| Outcome | Estimate | *SE* | 95% CI | *p* | *n* |\n"
        "| :--- | ---: | ---: | :---: | ---: | ---: |\n"
        "| career clarity | 1.23 | 0.25 | [0.70, 1.80] | < .001 | 1,200 |\n"
        f"| satisfaction | {MINUS}0.50 | 0.12 | [{MINUS}0.75, {MINUS}0.25] | .040 | 85 |\n"
        "\n"
        "*Note.* One thing. CI = confidence interval; SE = standard error.\n"
    )


def test_html_holds_the_same_cells():
    printed = report.table(made(ESTIMATES, said=("one thing",)), style="html", number=3)
    rows, _ = read_html(printed)
    assert rows[0] == ["Table 3What was made"]
    assert rows[1] == HEADS
    assert rows[2:4] == CELLS
    assert "Note. One thing." in rows[4][0]
    assert "<em>SE</em>" in printed
    assert printed._repr_html_() == printed


def test_latex_holds_the_same_cells():
    printed = report.table(made(ESTIMATES, said=("one thing",)), style="latex", number=3)
    plain = printed.replace("$-$", MINUS).replace("$<$", "<").replace(r"\%", "%")
    for row in CELLS:
        assert " & ".join(row) in plain
    assert r"\begin{tabular*}{\linewidth}{@{\extracolsep{\fill}}lrrcrr}" in printed
    assert r"Outcome & Estimate & \emph{SE} & 95\% CI & \emph{p} & \emph{n} \\" in printed
    assert r"\textbf{Table 3}" in printed
    assert r"\emph{Note.} One thing." in printed
    assert MINUS not in printed


def test_word_holds_the_same_cells():
    printed = report.table(made(ESTIMATES, said=("one thing",)), style="docx", number=3)
    document, cells = read_docx(printed)
    assert cells == [HEADS, *CELLS]
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[:2] == ["Table 3", "What was made"]
    assert texts[-1].startswith("Note. One thing.")
    runs = [cell.paragraphs[0].runs[0] for cell in document.tables[0].rows[0].cells]
    assert [bool(run.italic) for run in runs] == [False, False, True, False, True, True]
    assert document.tables[0].cell(1, 1).paragraphs[0].alignment == 2  # right
    properties = document.tables[0]._tbl.tblPr
    order = [child.tag.rpartition("}")[2] for child in properties]
    assert order.index("tblBorders") < order.index("tblLook")


def test_what_a_user_wrote_is_escaped_everywhere():
    evil = made({"item": [EVIL], "n": [1]}, title=EVIL, said=(EVIL,))
    html = report.table(evil, style="html")
    rows, tags = read_html(html)
    assert rows[2][0] == EVIL
    assert not {"script", "b"} & set(tags)
    latex = report.table(evil, style="latex")
    body = latex.split(r"\midrule")[1].split(r"\bottomrule")[0]
    for sign in "&%_#$":
        assert not re.search(
            rf"(?<!\\){re.escape(sign)}",
            body.replace(" & 1 ", " ").replace("$<$", "").replace("$>$", ""),
        )
    _, cells = read_docx(report.table(evil, style="docx"))
    assert cells[1][0] == EVIL
    markdown = report.table(evil, style="markdown")
    assert "<script" not in markdown
    assert "a\\|b" in markdown
    assert "](g)" not in markdown.replace("\\](", "")


def test_markdown_marks():
    assert escape("x_y _z_ a*b") == "x_y \\_z\\_ a\\*b"
    assert escape("[.1, .2] and [t](u)") == "[.1, .2] and [t\\](u)"
    assert escape("p < .001 <i>") == "p < .001 &lt;i>"


def test_a_cell_after_a_line_break_is_no_option_of_it():
    printed = report.table(made({"item": ["a", "[b]", "*c"]}), style="latex")
    assert "\\\\\n[" not in printed
    assert "\\\\\n*" not in printed
    assert "{}[b]" in printed


@pytest.mark.parametrize("style", STYLES)
def test_groups_have_a_row_of_their_own(style):
    frame = {"family": ["dose", "dose", "talk"], "practice": ["a", "b", "c"], "n": [1, 2, 3]}
    printed = report.table(made(frame, kind=Grouped), style=style)
    if style == "docx":
        _, cells = read_docx(printed)
        firsts = [row[0] for row in cells]
    elif style == "html":
        firsts = [row[0] for row in read_html(printed)[0]][1:]
    elif style == "latex":
        printed = printed.replace(r"\multicolumn{2}{l}{Dose}", "Dose &").replace(
            r"\multicolumn{2}{l}{Talk}", "Talk &"
        )
        firsts = [
            line.split(" & ")[0].split(" &")[0] for line in printed.splitlines() if "&" in line
        ]
    else:
        firsts = [line.split("|")[1].strip(" *") for line in printed.splitlines() if "|" in line]
        firsts.pop(1)
    assert firsts == ["Practice", "Dose", "a", "b", "Talk", "c"]


@pytest.mark.parametrize("style", STYLES)
def test_the_same_result_prints_the_same_bytes(style):
    first, second = made(ESTIMATES), made(ESTIMATES)
    assert report.table(first, style=style) == report.table(second, style=style)


def test_a_word_file_holds_no_times_and_no_author():
    packed = zipfile.ZipFile(io.BytesIO(report.table(made(ESTIMATES), style="docx")))
    assert {part.date_time[0] for part in packed.infolist()} == {1980}
    core = packed.read("docProps/core.xml").decode()
    assert "python-docx" not in core
    assert not re.search(r"20[12]\d-", core)


def test_a_label_repeated_from_the_row_above_is_blank():
    frame = {"role": ["mentor", "mentor", "mentee"], "n": [1, 2, 3]}
    table = paper_table(made(frame))
    assert [row[0] for row in table.rows] == ["mentor", "", "mentee"]


def test_labels_within_labels_are_blank_only_within_them():
    frame = {
        "role": ["mentor", "mentor", "mentee", "mentee"],
        "element": ["trust", "trust", "trust", "respect"],
        "coefficient": ["alpha", "omega", "alpha", "alpha"],
        "n": [1, 2, 3, 4],
    }
    table = paper_table(made(frame))
    assert [row[:3] for row in table.rows] == [
        ("mentor", "trust", "alpha"),
        ("", "", "omega"),
        ("mentee", "trust", "alpha"),
        ("", "respect", "alpha"),
    ]


def test_a_result_may_say_what_is_bounded():
    @dataclass(frozen=True, eq=False, repr=False)
    class Bounded(Made):
        bounded: ClassVar[tuple[str, ...]] = ("estimate", "absent")

    table = paper_table(made({"kind": ["raw"], "estimate": [0.25]}, kind=Bounded))
    assert table.rows == (("raw", ".25"),)


def test_two_columns_never_share_a_head():
    table = paper_table(made({"arm": ["a"], "n_arm": [3]}))
    assert [column.head for column in table.columns] == ["Arm", "Arm (n)"]


def test_counts_with_missing_cells_stay_whole():
    table = paper_table(made({"who": ["a", "b"], "n_held": [3.0, None]}))
    assert [row[1] for row in table.rows] == ["3", "\N{EM DASH}"]


def test_digits_title_and_level():
    table = paper_table(made(ESTIMATES), digits=3, title="my own title")
    assert table.title == "My own title"
    assert table.rows[0][1] == "1.234"
    program = ml.datasets.load_example_program()
    alpha = ml.reliability(program.responses, codebook=ml.item_bank(), level=0.9)
    heads = [column.head for column in paper_table(alpha).columns]
    assert "90% CI" in heads


def test_a_file_is_written(tmp_path):
    for style in STYLES:
        path = report.table(made(ESTIMATES), style=style, path=tmp_path / f"t.{style}")
        content = path.read_bytes()
        printed = report.table(made(ESTIMATES), style=style)
        assert content == (printed if isinstance(printed, bytes) else printed.encode())
    with pytest.raises(WriteError, match=r"report.table: can't write"):
        report.table(made(ESTIMATES), style="markdown", path=tmp_path / "absent" / "t.md")


@pytest.mark.parametrize(
    ("result", "options", "error", "message"),
    [
        (made(ESTIMATES), {"style": "LaTeX"}, OptionError, "Did you mean 'latex'"),
        (pd.DataFrame(), {"style": "html"}, OptionError, "must be a mentorlab result"),
        (made(ESTIMATES), {"style": "html", "digits": -1}, OptionError, "`digits` is a whole"),
        (made(ESTIMATES), {"style": "html", "number": 1.5}, OptionError, "`number` is a whole"),
        (made({"n": []}), {"style": "html"}, EstimationError, "no rows to print: What was made"),
    ],
)
def test_wrong_calls_are_named(result, options, error, message):
    with pytest.raises(error, match=message):
        report.table(result, **options)


@pytest.mark.parametrize(
    ("style", "library"), [("html", "great_tables"), ("latex", "great_tables"), ("docx", "docx")]
)
def test_an_absent_library_is_named_with_its_extra(style, library, monkeypatch):
    original = builtins.__import__

    def absent(name, *args, **kwargs):
        if name.split(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return original(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(OptionError, match=r"pip install 'mentorlab\[report\]'"):
        report.table(made(ESTIMATES), style=style)
    assert report.table(made(ESTIMATES), style="markdown")


def test_results_of_the_package_print():
    program = ml.datasets.load_example_program()
    bank = ml.item_bank()
    from mentorlab.elements.practices import practice_rates
    from mentorlab.elements.quality import response_quality

    for result in (
        ml.reliability(program.responses, codebook=bank, by="role"),
        practice_rates(program, practices=["dose", "goals"]),
        response_quality(program.responses, codebook=bank),
        program.check(),
    ):
        printed = report.table(result, style="markdown")
        assert printed.count("\n|") > 2
        assert not re.search(r"\bnan\b", printed.lower())


def test_shares_have_no_leading_zero_and_minutes_do():
    from mentorlab.elements.practices import practice_rates

    rates = practice_rates(ml.datasets.load_example_program(), practices="dose")
    lines = report.table(rates, style="markdown").splitlines()
    row = {line.split("|")[1].strip(): line for line in lines if line.startswith("|")}
    assert re.search(r"\| \.\d\d \| \[\.\d\d, \.\d\d\] \|", row["months with meeting"])
    assert re.search(r"\| 0\.\d\d \|", row["messages per month"])
    assert "**Dose**" in row


def test_html_shows_markdown_where_there_is_no_front_end():
    result = Made(
        pd.DataFrame({"element": ["trust"], "alpha": [0.8]}), provenance=Provenance("made", {})
    )
    printed = report.table(result, style="html")
    assert repr(printed) == report.table(result, style="markdown")
    assert printed.startswith("<div")


def test_measures_have_their_names_and_an_empty_p_column_is_left_out():
    frame = pd.DataFrame(
        {
            "measure": ["icc", "bland_altman"],
            "estimate": [0.5, 1.25],
            "p_value": ["-", "-"],
            "df": [12.345678, 40.0],
        }
    )
    said = ("icc, ICC(1): how alike are they?", "bland_altman, limits: how far apart?")
    printed = paper_table(Made(frame, said=said, provenance=Provenance("made", {})), digits=4)
    assert [column.head for column in printed.columns] == ["Measure", "Estimate", "df"]
    assert [row[0] for row in printed.rows] == ["ICC", "Bland-Altman"]
    assert [row[2] for row in printed.rows] == ["12.35", "40.00"]
    assert printed.notes[0] == "ICC, ICC(1): how alike are they?"
    assert printed.notes[1] == "Bland-Altman, limits: how far apart?"
