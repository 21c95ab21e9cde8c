import numpy as np
import pandas as pd
import pytest

from mentorlab import html

EVIL = '<script>alert("x")</script>'


@pytest.mark.parametrize(
    "shown",
    [
        html.heading(EVIL),
        html.paragraph(EVIL),
        html.paragraph(EVIL, quiet=True),
        html.bullets([EVIL]),
        html.table(pd.DataFrame({EVIL: [EVIL]})),
        html.view(html.table(pd.DataFrame({"a": [EVIL]}))),
    ],
)
def test_what_users_bring_is_escaped(shown):
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_a_view_is_scoped_and_has_no_ids_or_scripts():
    shown = html.view(html.heading("a"), html.table(pd.DataFrame({"n": [1]})))
    assert shown.count("<style>") == 1
    assert ' id="' not in shown
    assert "<script" not in shown
    rules = shown[len("<style>") : shown.index("</style>")]
    assert all(rule.strip().startswith(".mentorlab") for rule in rules.split("}") if rule.strip())


def test_long_tables_are_cut_and_say_so():
    shown = html.table(pd.DataFrame({"n": range(1000)}), max_rows=3)
    assert shown.count("<tr>") == 4
    assert "... 997 more rows" in shown


def test_numbers_stand_to_the_right():
    shown = html.table(pd.DataFrame({"n": [1], "who": ["ann"]}))
    assert '<th class="number">n</th>' in shown
    assert '<td class="number">1</td>' in shown
    assert "<td >ann</td>" in shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (np.nan, "-"),
        (pd.NA, "-"),
        (pd.NaT, "-"),
        (np.bool_(False), "no"),
        (np.int64(-1234), "-1,234"),
        (np.float32(0.5), "0.50"),
        (1e6, "1,000,000.00"),
        (np.inf, "inf"),
        (pd.Timestamp("2026-01-05 10:30"), "2026-01-05"),
        ("", ""),
        (["a", "b"], "['a', 'b']"),
    ],
)
def test_cells(value, text):
    assert html.cell(value) == text


def test_nothing_to_list_is_nothing():
    assert html.bullets([]) == ""


def test_the_same_table_in_plain_text():
    text = html.text_table(pd.DataFrame({"n": [1234], "share": [0.5], "who": [None]}))
    assert text.split() == ["n", "share", "who", "1,234", "0.50", "-"]


def test_nullable_and_empty_columns_are_shown():
    frame = pd.DataFrame({"n": pd.array([1, None], dtype="Int64"), "x": [np.nan, np.nan]})
    assert html.table(frame).count("<td") == 4
    assert html.table(frame.head(0)).count("<td") == 0
