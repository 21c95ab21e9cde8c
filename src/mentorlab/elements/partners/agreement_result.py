"""The answer of `partner_agreement`: several measures of agreement, each with its question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...errors import count
from ...result import Result
from .dyad_frames import p_text

ALL = "all elements"


@dataclass(frozen=True, eq=False, repr=False)
class Agreement(Result):
    """Agreement of two partners, by element and measure.

    Attributes
    ----------
    table : pandas.DataFrame
        `element`, `measure`, `form`, `estimate`, `conf_low`, `conf_high`, `f_value`, `df1`, `df2`
        and `p_value` (of measures with an F test), `n` (pairs with both scores), `question` (what
        the number answers), `note` (why a number is missing or doubtful; empty when all is well).
    scores : pandas.DataFrame
        The scores compared: `element` and one column a role.
    roles : tuple of str
        The partners.
    remarks : tuple of str
        What was left out and how intervals were made.
    level : float
        Confidence level.
    """

    table: pd.DataFrame
    scores: pd.DataFrame
    roles: tuple[str, str]
    remarks: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.partner_agreement:agreement"
    references: ClassVar[tuple[str, ...]] = (
        "mcgraw1996",
        "shrout1979",
        "bliese2000",
        "james1984",
        "lindell1999",
        "brown2005",
        "burke1999",
        "lin1989",
        "cohen1968",
        "krippendorff2004",
        "furr2008",
        "bland1986",
    )
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the table, one row an element, measure and form."""
        return self.table.copy()

    def side_by_side(self) -> pd.DataFrame:
        """Set the measures side by side: one row an element, one column a measure and form."""
        name = self.table["measure"] + ", " + self.table["form"]
        wide = self.table.assign(name=name).pivot(
            index="element", columns="name", values="estimate"
        )
        order = (dict.fromkeys(self.table["element"]), dict.fromkeys(name))
        wide = wide.reindex(index=list(order[0]), columns=list(order[1]))
        return wide.reset_index().rename_axis(columns=None)

    def headline(self) -> str:
        """Who was compared, on what."""
        elements = self.table.loc[self.table["element"] != ALL, "element"].nunique()
        what = count(elements, "element") if elements else ALL
        return f"Agreement of {self.roles[0]} and {self.roles[1]} on {what}"

    def notes(self) -> tuple[str, ...]:
        """The question behind each number, doubtful cells, what was left out."""
        asked = self.table.drop_duplicates(["measure", "form"])
        said = [
            f"{row['measure']}, {row['form']}: {row['question']}" for _, row in asked.iterrows()
        ]
        doubtful = self.table[self.table["note"] != ""]
        told = doubtful.drop_duplicates(["element", "measure", "note"])
        said += [f"{row['element']}, {row['measure']}: {row['note']}" for _, row in told.iterrows()]
        return (*said, *self.remarks)

    def _display_frame(self) -> pd.DataFrame:
        shown = self.table.drop(columns=["question", "note", "f_value", "df1", "df2"])
        return shown.assign(p_value=shown["p_value"].map(p_text))
