"""The answer of `network_view`: who carries what, who is tied to whom, what breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from .. import html
from ..errors import count
from ..network import Homophily, MentorLoad, Removal
from ..plots.network_layout import Columns
from ..result import Result

NetworkMeasure = Literal["load", "ties", "mixing"]
_PERCENT = {
    "top_share",
    "coverage",
    "one_mentor",
    "share_same",
    "share_same_expected",
    "share_same_sd",
}
_WORDS = {
    "mentors": "mentors",
    "mentees": "mentees",
    "ties": "ties",
    "mean_load": "mean load",
    "largest_load": "largest load",
    "gini": "Gini of load",
    "top_share": "held by the busiest tenth",
    "spare": "spare places",
    "over": "mentors over capacity",
    "one_mentor": "mentees with one mentor only",
    "gone": "mentors who left",
    "orphans": "mentees left alone",
    "coverage": "mentees who still have a mentor",
    "placed": "left alone, but others have room",
    "giant": "people in the largest part",
    "share_same": "ties within a group",
    "share_same_expected": "expected under the null",
    "share_same_sd": "spread of the null (sd)",
    "correlation": "correlation of ties with the same group",
    "correlation_expected": "expected under the null",
    "correlation_sd": "spread of the null (sd)",
    "z": "z",
    "p_value": "p, one-sided",
    "ei_index": "E-I index",
    "ei_expected": "E-I index if spread evenly",
}


@dataclass(frozen=True, eq=False, repr=False)
class NetworkView(Result):
    """One look at a pool of mentors, some of whom may have left.

    Attributes
    ----------
    measure : {"load", "ties", "mixing"}
        What is looked at.
    attribute : str or None
        Column of people that makes the groups.
    null, within : str
        The kind of chance that mixing is held against, and the column of its strata.
    remove : int
        How many mentors have left.
    order : str
        In which order they leave.
    seed : int
        For random orders and the null.
    source : str
        Where the ties come from.
    numbers : pandas.DataFrame
        `about` (``"staying"``, ``"leaving"``, ``"mixing"``), `measure`, `value`.
    groups : pandas.DataFrame
        One row a group: `group`, `mentors` who stay, `mean_load`, `largest_load`, `mentees`,
        `orphans`; empty without an attribute.
    load : MentorLoad
        Of all mentors, before anybody left.
    gone : numpy.ndarray of bool
        Which rows of `load.table` have left.
    leaving : Removal
        What is left as mentors leave, with the band of random orders.
    columns : Columns or None
        Places in two columns, and what of it ends.
    ends, alone : numpy.ndarray of bool
        Of the ties and mentees in `columns`: which end, who is left alone.
    blocks : pandas.DataFrame
        With ``"mixing"``: ties from each group of mentors (rows) to each of mentees (columns).
    mixing : Homophily or None
        Against the null.
    said : tuple of str
        Notes.
    """

    measure: NetworkMeasure
    attribute: str | None
    null: str
    within: str
    remove: int
    order: str
    seed: int
    source: str
    numbers: pd.DataFrame
    groups: pd.DataFrame
    load: MentorLoad
    gone: np.ndarray
    leaving: Removal
    columns: Columns | None
    ends: np.ndarray
    alone: np.ndarray
    blocks: pd.DataFrame
    mixing: Homophily | None
    said: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.widgets.network_picture:plot_network"
    digits: ClassVar[int] = 2

    @property
    def references(self) -> tuple[str, ...]:
        """Keys of the works behind what is shown."""
        if self.mixing is not None:
            return ("krackhardt1988", *self.mixing.references)
        return (*self.load.references, *self.leaving.references)

    def value(self, measure: str) -> float:
        """Give one of the numbers; NaN when it is not among them."""
        found = self.numbers.loc[self.numbers["measure"] == measure, "value"]
        return float(found.iloc[0]) if len(found) else float("nan")

    def to_frame(self) -> pd.DataFrame:
        """Give one row a number: `about`, `measure`, `value`; groups are named in `about`."""
        if self.groups.empty:
            return self.numbers.copy()
        groups = self.groups.melt("group", var_name="measure").rename(columns={"group": "about"})
        groups["about"] = f"{self.attribute} " + groups["about"].astype("str")
        return pd.concat([self.numbers, groups.astype({"value": float})], ignore_index=True)

    def headline(self) -> str:
        """What is shown, and who is still there."""
        what = {
            "load": "Load of mentors",
            "ties": "Ties from mentors to mentees",
            "mixing": f"Ties within and between groups of {self.attribute}",
        }[self.measure]
        n = count(int(self.value("mentors")), "mentor")
        left = f", {self.remove:,} left ({self.order})" if self.remove else ""
        return f"{what}: {n}{left}"

    def notes(self) -> tuple[str, ...]:
        """What a reader must know before quoting the numbers."""
        return self.said

    def tables(self) -> tuple[pd.DataFrame, ...]:
        """Give the tables as they are printed: numbers, then groups where there are."""
        rows = [
            (_WORDS[row.measure], _shown(row.measure, row.value))
            for row in self.numbers.itertuples()
            if row.measure in _WORDS
        ]
        main = pd.DataFrame(rows, columns=["what", "value"])
        if self.groups.empty:
            return (main,)
        names = {"group": self.attribute.replace("_", " "), "orphans": "left alone"}
        words = {name: name.replace("_", " ") for name in self.groups}
        return (main, self.groups.rename(columns={**words, **names}))

    def summary(self) -> str:
        """Say the whole answer in plain text: headline, rounded tables, notes."""
        tables = [html.text_table(table, digits=self.digits) for table in self.tables()]
        return "\n".join([self.headline(), *tables, *(f"- {note}" for note in self.said)])

    def _repr_html_(self) -> str:
        return html.view(
            html.heading(self.headline()),
            *(html.table(table, digits=self.digits) for table in self.tables()),
            html.bullets(self.said),
        )


def _shown(measure: str, value: float) -> str:
    if value != value:
        return "-"
    if measure in _PERCENT:
        return f"{value:.1%}"
    if measure == "p_value":
        return f"{value:.4f}"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}" if measure in ("mean_load", "z") else f"{value:.3f}"
