"""The answer of `reliability`: coefficients of each element, said with their doubts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from ...result import Result

_REFERENCES = {
    "alpha": ("cronbach1951",),
    "alpha_standardized": ("cronbach1951",),
    "alpha_ordinal": ("zumbo2007", "olsson1979"),
    "omega": ("mcdonald1999",),
    "omega_observed": ("mcdonald1999",),
    "omega_hierarchical": ("zinbarg2005", "schmid1957"),
    "omega_total": ("revelle2019",),
    "lambda2": ("guttman1945",),
    "lambda4": ("guttman1945",),
    "lambda6": ("guttman1945",),
    "split_half_mean": ("revelle2019",),
    "split_half_min": ("revelle2019",),
    "retest": ("revelle2019",),
}
_INTERVAL_REFERENCES = {
    "feldt": "feldt1965",
    "bonett": "bonett2015",
    "robust": "maydeu2007",
    "bootstrap": "efron1993",
}


@dataclass(frozen=True, eq=False, repr=False)
class Reliability(Result):
    """Reliability coefficients of each element with their intervals.

    Attributes
    ----------
    scales : pandas.DataFrame
        The grouping columns and `element`; then `alpha`, `conf_low`, `conf_high` if alpha alone
        was asked for, else `coefficient`, `estimate`, `std_error`, `conf_low`, `conf_high`,
        `interval` (which kind) and, with ``retest``, `waves`; then `n` (complete answerers),
        `n_dropped` (incomplete ones), `n_items`, `note` (why a number is missing or doubtful;
        empty when all is well).
    items : pandas.DataFrame
        The grouping columns, `element`, `item`, `mean` and `sd` (keyed), `item_rest`,
        `alpha_if_dropped`, `alpha_if_turned` (if the item's direction were changed).
    by : tuple of str
        The grouping columns.
    level : float
        Confidence level.
    n_waves : int
        Waves in the responses.
    coefficients : tuple of str
        What was asked for.
    interval : str
        The kind of interval that was asked for.
    """

    scales: pd.DataFrame
    items: pd.DataFrame
    by: tuple[str, ...]
    level: float
    n_waves: int
    coefficients: tuple[str, ...] = ("alpha",)
    interval: str = "feldt"

    plotter: ClassVar[str] = "mentorlab.plots.structure:reliability"
    digits: ClassVar[int] = 2

    @property
    def references(self) -> tuple[str, ...]:
        """Keys of the works behind the coefficients and intervals that were asked for."""
        keys = [key for name in self.coefficients for key in _REFERENCES[name]]
        keys.append(_INTERVAL_REFERENCES[self.interval])
        if "omega" in self.coefficients and self.interval in ("feldt", "bonett"):
            keys.append("kelley2016")
        return tuple(dict.fromkeys(keys))

    def to_frame(self) -> pd.DataFrame:
        """Give the coefficients and their intervals, one row each for an element and group."""
        return self.scales.copy()

    def headline(self) -> str:
        """What was measured."""
        split = f" by {' and '.join(self.by)}" if self.by else ""
        kind = self.interval.capitalize() if self.interval in ("feldt", "bonett") else self.interval
        if self.coefficients == ("alpha",):
            return f"Reliability{split}: coefficient alpha with {self.level:.0%} {kind} intervals"
        names = ", ".join(self.coefficients)
        return f"Reliability{split}: {names} with {self.level:.0%} intervals"

    def notes(self) -> tuple[str, ...]:
        """Doubtful scales by name, and what pooling does."""
        said = _gather_notes(self.scales, self._where)
        if self.n_waves > 1 and "wave" not in self.by and self.coefficients != ("retest",):
            said.append(
                "pooled over waves: the bootstrap draws persons with all their waves"
                if self.interval == "bootstrap"
                else "pooled over waves: answers of one person are treated as independent, so "
                'intervals are too narrow with repeated waves; use by=["role", "wave"]'
            )
        return tuple(dict.fromkeys(said))

    def _where(self, row: pd.Series) -> str:
        parts = [f"{name} {row[name]}" for name in self.by]
        if "coefficient" in row:
            parts.append(str(row["coefficient"]))
        group = ", ".join(parts)
        return f"{row['element']} ({group})" if group else str(row["element"])

    def _display_frame(self) -> pd.DataFrame:
        return self.scales.drop(columns="note")


def _gather_notes(scales: pd.DataFrame, where: Callable[[pd.Series], str]) -> list[str]:
    """Say each note once, with the coefficients or scales that it is about."""
    said = []
    noted = scales[scales["note"] != ""]
    for note, rows in noted.groupby("note", sort=False):
        if "coefficient" in rows and len(rows) > 1:
            names = rows["coefficient"].unique()
            everywhere = scales["coefficient"].isin(names).sum() == len(rows)
            if everywhere:
                said.append(f"{', '.join(names)}: {note}")
                continue
        said += [f"{where(row)}: {note}" for _, row in rows.iterrows()]
    return said
