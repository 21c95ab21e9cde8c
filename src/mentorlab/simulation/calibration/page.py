"""The page of the docs that shows the external checks."""

from __future__ import annotations

import math

from .checks import NOT_JUDGED, CheckTable, checks
from .contexts import CONTEXTS

_DIGITS = 2


def checks_page(table: CheckTable | None = None) -> str:
    """Write the docs page of the external checks as Markdown.

    Parameters
    ----------
    table : CheckTable, optional
        From `checks`; the default model's when left out.

    Returns
    -------
    str

    Examples
    --------
    >>> from mentorlab.simulation.calibration import checks, checks_page
    >>> checks_page(checks(n_runs=2)).splitlines()[0]
    '# What the simulated program is held against'
    """
    table = checks() if table is None else table
    frame = table.to_frame()
    lines = [
        "# What the simulated program is held against",
        "",
        "Published findings beside what the default model gives. `simulation.checks()` makes this "
        "table, `python -m mentorlab.simulation.calibration` prints it. Intervals are 95 % over "
        f"replications ({int(frame['n'].max())} for most rows). A test holds the table up to date.",
        "",
        f"**{table.headline()}.**",
        "",
        "| # | finding | range asked | simulated | verdict | width of the range | source |",
        "| ---: | :--- | :--- | :--- | :--- | :--- | :--- |",
    ]
    for row in frame.itertuples():
        value = f"{_shown(row.estimate)} [{_shown(row.conf_low)}, {_shown(row.conf_high)}]"
        lines.append(
            f"| {row.check} | {row.claim} | {row.target} | {value} | {row.verdict} | "
            f"{row.tolerance} | {row.source} |"
        )
    lines += ["", *(f"- {_sentence(note)}" for note in table.notes()), ""]
    open_rows = frame[frame["verdict"] == NOT_JUDGED]
    if len(open_rows):
        lines += [
            f"Rows marked *{NOT_JUDGED}* show a range of ours and decide nothing.",
            "",
        ]
    lines += [
        "## What is not identified",
        "",
        "Parameters without a published number behind them keep their whole range in "
        '`ProgramModel().table()` (empty `identified_by`); `calibrate(parameters="all")` '
        "spans them, and a ranking of policies counts only when it holds over the calibrated set.",
        "",
        "## Kinds of programs",
        "",
        *(f"- **{name}**: {found.banner}" for name, found in CONTEXTS.items()),
        "",
    ]
    return "\n".join(lines)


def _shown(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.{_DIGITS}f}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
