"""The list for the program office: who meets whom, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...errors import OptionError, did_you_mean, listing, quote
from ...privacy.exports import export_table
from ..assignment import Assignment
from ..judgment.recommend import term_parts
from ..judgment.standing import Standing
from ..reasons.explain import explain_all

_SMALL = 0.005


def program_list(assignment: Assignment, *, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Say mentee by mentee who the mentor is, what speaks for the pair, and why it came so.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.
    columns : sequence of str
        Attributes to show for both: ``department`` gives `mentee_department`,
        `mentor_department`.

    Returns
    -------
    pandas.DataFrame
        `mentee_id`, `mentor_id` (empty for nobody), `choice` (rank on the mentee's list),
        `utility` (the mentee's), `speaks_for_it` (what adds to the pair), the columns, `why`.

    Raises
    ------
    OptionError
        If a column is unknown, or there are too many mentees for a list.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1]], [[1, 1]], capacity=1, mentee_ids=["ann"])
    >>> program_list(assign(market, "mentee_proposing", seed=1))["choice"].tolist()
    [1]
    """
    market = assignment.market
    told = explain_all(assignment)
    standing = Standing(market, assignment.mentor_of)
    matched = standing.place >= 0
    choice = pd.array([pd.NA] * market.n_mentees, dtype="Int64")
    choice[matched] = standing.mentee_rank[standing.place[matched]]
    utility = np.full(market.n_mentees, np.nan)
    utility[matched] = standing.edges.mentee_utility[standing.place[matched]]
    frame = pd.DataFrame(
        {
            "mentee_id": market.mentee_ids,
            "mentor_id": told["mentor_id"],
            "choice": choice,
            "utility": utility,
            "speaks_for_it": _grounds(assignment, matched),
        }
    )
    for name in columns:
        for side, rows, at in (
            ("mentee", market.mentees, np.arange(market.n_mentees)),
            ("mentor", market.mentors, assignment.mentor_of),
        ):
            if rows is None or name not in rows:
                known = [] if rows is None else list(rows.columns)
                near = did_you_mean(name, known)
                raise OptionError(
                    f"program_list: `columns` must be attributes of the {side}s "
                    f"({listing(known, limit=20)}); got {quote(name)}. {near}".rstrip()
                )
            values = rows[name].astype("object").to_numpy()[at]
            frame[f"{side}_{name}"] = pd.Series(np.where(at >= 0, values, None), dtype="object")
    return frame.assign(why=told["explanation"])


def write_list(assignment: Assignment, path: str | Path, *, columns: Sequence[str] = ()) -> Path:
    """Write the list for the program office to CSV or Excel; no cell runs as a formula.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.
    path : path
        Ends in ``.csv`` or ``.xlsx``; a file that is there is replaced.
    columns : sequence of str
        As in :func:`program_list`.

    Raises
    ------
    OptionError
        If the ending is another one, or a column is unknown.
    WriteError
        If the file can't be written.
    """
    return export_table(program_list(assignment, columns=columns), path)


def _grounds(assignment: Assignment, matched: np.ndarray) -> pd.Series:
    """Name the terms that add to each pair, the largest first; nothing that adds nothing."""
    market = assignment.market
    rows = np.flatnonzero(matched)
    parts = term_parts(market, rows, assignment.mentor_of[rows], side="mentee")
    text = np.full(market.n_mentees, "", dtype=object)
    for place, i in enumerate(rows):
        values = sorted(((part[place], name) for name, part in parts.items()), reverse=True)
        text[i] = "; ".join(name for value, name in values if value >= _SMALL)
    return pd.Series(text, dtype="str")
