"""The answer of `element_view`: what both sides say of one element, in numbers and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from .. import html
from ..errors import count
from ..result import Result

WIDE_GAP = 1.0


@dataclass(frozen=True)
class PartnerAgreement:
    """How near the partners of a pair are.

    Attributes
    ----------
    n : int
        Pairs of which both partners have a score.
    n_one_sided : int
        Pairs of which only one has.
    n_shared, n_mentors : int
        Mentors who stand in several of the `n` pairs (in one wave), and mentors in all.
    mean_gap, sd_gap : float
        Mentor minus mentee.
    mentor_higher, mentee_higher : float
        Share of pairs in which that side's score is higher by `WIDE_GAP` or more.
    r, conf_low, conf_high : float
        Pearson correlation with Fisher's z interval.
    """

    n: int
    n_one_sided: int
    n_shared: int
    n_mentors: int
    mean_gap: float
    sd_gap: float
    mentor_higher: float
    mentee_higher: float
    r: float
    conf_low: float
    conf_high: float

    @property
    def wide(self) -> float:
        """Share of pairs whose scores lie `WIDE_GAP` or more apart."""
        return self.mentor_higher + self.mentee_higher


@dataclass(frozen=True, eq=False, repr=False)
class ElementView(Result):
    """One element in one wave, from one side or both.

    Attributes
    ----------
    element : str
        The element.
    wave : int or None
        The wave; ``None`` pools all.
    pooled : bool
        Whether several waves are pooled, so that a pair counts once a wave.
    role : str or None
        The side; ``None`` shows both.
    scale : tuple of float
        Lowest and highest score that the items allow.
    sides : pandas.DataFrame
        One row a side: `role`, `n` (scores), `n_raters`, `mean`, `sd`, `alpha`, `conf_low`,
        `conf_high` (of alpha, Feldt), `n_complete` (raters and waves behind alpha).
    partners : PartnerAgreement or None
        ``None`` when one side is asked for.
    distribution : pandas.DataFrame
        `role`, `score` (middle of a bin), `n`, `share`.
    crossed : pandas.DataFrame
        `mentor`, `mentee` (middles of bins), `n` pairs.
    items : pandas.DataFrame
        `role`, `item`, `wording`, `reverse`, `mean`, `sd` (keyed), `item_rest`.
    bin_width : float
        Width of a bin on the score scale: the step between possible scores, or several.
    said : tuple of str
        Notes.
    """

    element: str
    wave: int | None
    pooled: bool
    role: str | None
    scale: tuple[float, float]
    sides: pd.DataFrame
    partners: PartnerAgreement | None
    distribution: pd.DataFrame
    crossed: pd.DataFrame
    items: pd.DataFrame
    bin_width: float
    said: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.widgets.element_picture:plot_element"
    references: ClassVar[tuple[str, ...]] = ("cronbach1951", "feldt1965", "kenny2006")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a number: `about`, `measure`, `estimate`, `conf_low`, `conf_high`, `n`."""
        columns = ["about", "measure", "estimate", "conf_low", "conf_high", "n"]
        return pd.DataFrame(list(self._rows()), columns=columns)

    def headline(self) -> str:
        """The element, the wave, and how many scores there are."""
        sizes = [
            f"{n:,} {role}" for role, n in zip(self.sides["role"], self.sides["n"], strict=True)
        ]
        when = "all waves" if self.wave is None else f"wave {self.wave}"
        element = self.element.replace("_", " ")
        text = f"{element.capitalize()}, {when}: {' and '.join(sizes)} scores"
        if self.partners is not None:
            text += f", {self.n_pairs} with both"
        return text

    @property
    def n_pairs(self) -> str:
        """How many pairs have both scores, in words; pooled, a pair counts once a wave."""
        n = 0 if self.partners is None else self.partners.n
        return count(n, "pair-wave" if self.pooled else "pair")

    def notes(self) -> tuple[str, ...]:
        """What a reader must know before quoting the numbers."""
        return self.said

    def tables(self) -> tuple[pd.DataFrame, ...]:
        """Give the tables as they are printed: the sides and pairs, then items for one side."""
        rows = [
            {
                "scores of": f"{side.role}s",
                "n": side.n,
                "mean": side.mean,
                "sd": side.sd,
                "coefficient": f"alpha {html.cell(side.alpha)}",
                "95% interval": _interval(side.conf_low, side.conf_high),
            }
            for side in self.sides.itertuples()
        ]
        pairs = self.partners
        if pairs is None:
            items = self.items[["item", "reverse", "mean", "sd", "item_rest"]]
            names = {"reverse": "reversed", "item_rest": "r with the rest"}
            return (pd.DataFrame(rows), items.rename(columns=names))
        rows.append(
            {
                "scores of": "pairs: mentor minus mentee",
                "n": pairs.n,
                "mean": pairs.mean_gap,
                "sd": pairs.sd_gap,
                "coefficient": f"r {html.cell(pairs.r)}",
                "95% interval": _interval(pairs.conf_low, pairs.conf_high),
            }
        )
        wide = pd.Series([None] * len(self.sides) + [_percent(pairs.wide)], dtype="object")
        table = pd.DataFrame(rows)
        table.insert(4, f"{WIDE_GAP:g} or more apart", wide)
        return (table,)

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

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        nan = float("nan")
        for side in self.sides.itertuples():
            yield side.role, "mean", side.mean, nan, nan, side.n
            yield side.role, "sd", side.sd, nan, nan, side.n
            yield side.role, "alpha", side.alpha, side.conf_low, side.conf_high, side.n_complete
        pairs = self.partners
        if pairs is not None:
            yield "pairs", "mean_gap", pairs.mean_gap, nan, nan, pairs.n
            yield "pairs", "sd_gap", pairs.sd_gap, nan, nan, pairs.n
            yield "pairs", "share_wide_gap", pairs.wide, nan, nan, pairs.n
            yield "pairs", "correlation", pairs.r, pairs.conf_low, pairs.conf_high, pairs.n


def _interval(low: float, high: float) -> str:
    return "-" if low != low else f"{html.cell(low)} to {html.cell(high)}"


def _percent(share: float) -> str:
    return "-" if share != share else f"{share:.0%}"
