"""Tables as HTML by great_tables: three rules, no colors, nothing that changes from run to run."""

from __future__ import annotations

from html import escape

import pandas as pd

from .paper import PaperTable

TABLE_ID = "mentorlab-table"
_NARROW = '<div style="width:0;min-width:max(100%,24em)">{}</div>'  # text must not widen the table


def print_html(table: PaperTable) -> str:
    """Print a table as one piece of HTML with its style; everything is escaped."""
    from great_tables import html

    made = lay_out(table, text=escape, raw=html, id=TABLE_ID)
    title = f"<em>{escape(table.title)}</em>"
    if table.number is not None:
        title = f"<strong>Table {table.number}</strong><br>{title}"
    made = made.tab_header(title=html(_NARROW.format(title)))
    if table.notes:
        note = f"<em>Note.</em> {escape(' '.join(table.notes))}"
        made = made.tab_source_note(html(_NARROW.format(note)))
    rule = {"style": "solid", "color": "#000000"}
    made = made.tab_options(
        container_padding_x="0px",
        table_width="auto",
        table_margin_left="0px",
        table_font_size="14px",
        heading_align="left",
        heading_title_font_size="15px",
        heading_border_bottom_style="none",
        table_border_top_style="none",
        table_border_bottom_style="none",
        column_labels_border_top_style=rule["style"],
        column_labels_border_top_width="2px",
        column_labels_border_top_color=rule["color"],
        column_labels_border_bottom_style=rule["style"],
        column_labels_border_bottom_width="1px",
        column_labels_border_bottom_color=rule["color"],
        table_body_hlines_style="none",
        table_body_border_top_style="none",
        table_body_border_bottom_style=rule["style"],
        table_body_border_bottom_width="2px",
        table_body_border_bottom_color=rule["color"],
        row_group_border_top_style="none",
        row_group_border_bottom_style="none",
        row_group_font_weight="bold",
        data_row_padding="3px",
        data_row_padding_horizontal="8px",
        column_labels_padding_horizontal="8px",
        source_notes_font_size="13px",
    )
    return made.as_raw_html()


def lay_out(table: PaperTable, *, text, raw, **options):
    """Put cells, heads and alignment into a great_tables object.

    Parameters
    ----------
    table : PaperTable
        What to print.
    text, raw : callable
        How heads are escaped, and how finished markup is passed on.
    """
    from great_tables import GT

    names = [f"c{i}" for i in range(len(table.columns))]
    frame = pd.DataFrame(list(table.rows), columns=names)
    if table.groups:
        frame = frame.assign(group=list(table.groups))
        options["groupname_col"] = "group"
    heads = {
        name: raw(f"<em>{text(c.head)}</em>" if c.italic else text(c.head))
        for name, c in zip(names, table.columns, strict=True)
    }
    made = GT(frame, **options).cols_label(**heads)
    for align in ("left", "right", "center"):
        own = [n for n, c in zip(names, table.columns, strict=True) if c.align == align]
        made = made.cols_align(align=align, columns=own) if own else made
    return made
