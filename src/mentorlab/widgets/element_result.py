"""The answer of `element_view`: what both sides say of one element, in numbers and words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from .. import html
from ..errors import count
from ..options import ElementPanel
from ..result import Result
from .groups import Group, group_label
from .partner_numbers import WIDE_GAP, PartnerAgreement

_ITEMS_FRAME = ("mean", "sd", "item_rest", "alpha_if_dropped", "floor_rate", "ceiling_rate")


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
        The side whose scores are described; ``None`` is both.
    group : tuple or None
        Attribute and value of the relationships or people that it is about.
    show : str
        ``"partners"``, ``"reliability"`` or ``"items"``.
    scale : tuple of float
        Lowest and highest score that the items allow.
    sides : pandas.DataFrame
        One row a side: `role`, `n` (scores), `n_raters`, `mean`, `sd`, `mean_of_all` (everybody's,
        whatever the group), `alpha`, `conf_low`, `conf_high` (of alpha, Feldt), `n_complete`
        (raters and waves behind alpha).
    distribution : pandas.DataFrame
        `role`, `score` (middle of a bin), `n`, `share`.
    partners : PartnerAgreement or None
        Shown with ``"partners"``.
    crossed : pandas.DataFrame
        `mentor`, `mentee` (middles of bins), `n` pairs.
    coefficients : pandas.DataFrame
        Shown with ``"reliability"``: `role`, `coefficient` (alpha, omega), `estimate`,
        `std_error`, `conf_low`, `conf_high`, `n`, `n_dropped`, `n_items`.
    items : pandas.DataFrame
        Shown with ``"items"``: `role`, `item`, `wording`, `reverse`, and the columns of
        `item_analysis`.
    bin_width : float
        Width of a bin on the score scale: the step between possible scores, or several.
    said : tuple of str
        Notes.
    """

    element: str
    wave: int | None
    pooled: bool
    role: str | None
    group: Group | None
    show: ElementPanel
    scale: tuple[float, float]
    sides: pd.DataFrame
    distribution: pd.DataFrame
    partners: PartnerAgreement | None
    crossed: pd.DataFrame
    coefficients: pd.DataFrame
    items: pd.DataFrame
    bin_width: float
    said: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.widgets.element_picture:plot_element"
    digits: ClassVar[int] = 2

    @property
    def references(self) -> tuple[str, ...]:
        """Keys of the works behind what is shown."""
        more = {
            "partners": ("kenny2006", "mcgraw1996", "lin1989", "bland1986"),
            "reliability": ("mcdonald1999", "maydeu2007"),
            "items": ("revelle2019",),
        }
        return ("cronbach1951", "feldt1965", *more[self.show])

    def to_frame(self) -> pd.DataFrame:
        """Give one row a number: `about`, `measure`, `estimate`, `conf_low`, `conf_high`, `n`."""
        columns = ["about", "measure", "estimate", "conf_low", "conf_high", "n"]
        return pd.DataFrame(list(self._rows()), columns=columns)

    def headline(self) -> str:
        """The element, the wave, the group, and how many scores there are."""
        sizes = [
            f"{n:,} {role}" for role, n in zip(self.sides["role"], self.sides["n"], strict=True)
        ]
        element = self.element.replace("_", " ")
        text = f"{element.capitalize()}, {self.when}: {' and '.join(sizes)} scores"
        if self.partners is not None:
            text += f", {self.n_pairs} with both"
        return text

    @property
    def when(self) -> str:
        """The wave, and the group if there is one."""
        when = "all waves" if self.wave is None else f"wave {self.wave}"
        return when if self.group is None else f"{when}, {group_label(self.group)}"

    @property
    def n_pairs(self) -> str:
        """How many pairs have both scores, in words; pooled, a pair counts once a wave."""
        n = 0 if self.partners is None else self.partners.n
        return count(n, "pair-wave" if self.pooled else "pair")

    def notes(self) -> tuple[str, ...]:
        """What a reader must know before quoting the numbers."""
        return self.said

    def tables(self) -> tuple[pd.DataFrame, ...]:
        """Give the tables as they are printed: the sides, then what `show` names."""
        shown = {
            "partners": self._partner_table,
            "reliability": self._reliability_table,
            "items": self._item_table,
        }
        return (self._side_table(), shown[self.show]())

    def _side_table(self) -> pd.DataFrame:
        rows = [
            {
                "scores of": f"{side.role}s",
                "n": side.n,
                "mean": side.mean,
                "mean of all": side.mean_of_all,
                "sd": side.sd,
                "alpha": side.alpha,
                "95% interval": _interval(side.conf_low, side.conf_high),
            }
            for side in self.sides.itertuples()
        ]
        left_out = [] if self.group else ["mean of all"]
        if self.show == "reliability":  # alpha stands below, with another interval
            left_out += ["alpha", "95% interval"]
        return pd.DataFrame(rows).drop(columns=left_out)

    def _partner_table(self) -> pd.DataFrame:
        pairs = self.partners
        gap, gap_low, gap_high = pairs.get("mean_gap")
        rows = [
            (
                "mentor minus mentee",
                html.cell(gap),
                _interval(gap_low, gap_high),
                "who scores higher, by how many points?",
            ),
            (
                "limits of agreement",
                _interval(pairs.get("limit_low")[0], pairs.get("limit_high")[0]),
                "-",
                "where do about 95 of 100 gaps lie?",
            ),
            (
                f"{WIDE_GAP:g} or more apart",
                _percent(pairs.wide),
                "-",
                "how many pairs differ clearly?",
            ),
        ]
        for name, shown in (
            ("icc", "ICC(A,1)"),
            ("concordance", "concordance"),
            ("correlation", "correlation r"),
        ):
            estimate, low, high = pairs.get(name)
            question = pairs.question(name)
            rows.append((shown, html.cell(estimate), _interval(low, high), question))
        return pd.DataFrame(rows, columns=[self.n_pairs, "estimate", "95% interval", "it asks"])

    def _reliability_table(self) -> pd.DataFrame:
        rows = [
            {
                "reliability": f"{row.coefficient}, {row.role}s",
                "estimate": html.cell(row.estimate),
                "95% interval": _interval(row.conf_low, row.conf_high),
                "n": row.n,
                "incomplete": row.n_dropped,
                "items": row.n_items,
            }
            for row in self.coefficients.itertuples()
        ]
        columns = ["reliability", "estimate", "95% interval", "n", "incomplete", "items"]
        return pd.DataFrame(rows, columns=columns)

    def _item_table(self) -> pd.DataFrame:
        names = {
            "role": "side",
            "item": "item",
            "wording": "wording",
            "reverse": "reversed",
            "mean": "mean",
            "sd": "sd",
            "item_rest": "r with the rest",
            "alpha_if_dropped": "alpha without it",
            "floor_rate": "lowest",
            "ceiling_rate": "highest",
            "missing_rate": "missing",
        }
        shown = self.items[list(names)].copy()
        for rate in ("floor_rate", "ceiling_rate", "missing_rate"):
            shown[rate] = shown[rate].map(_percent)
        return shown.rename(columns=names)

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
            for row in pairs.numbers.itertuples():
                yield "pairs", row.Index, row.estimate, row.conf_low, row.conf_high, pairs.n
            yield "pairs", "sd_gap", pairs.sd_gap, nan, nan, pairs.n
            yield "pairs", "share_wide_gap", pairs.wide, nan, nan, pairs.n
        for row in self.coefficients.itertuples():
            name = f"{row.coefficient}_robust" if row.coefficient == "alpha" else row.coefficient
            yield row.role, name, row.estimate, row.conf_low, row.conf_high, row.n
        for row in self.items.itertuples():
            for name in _ITEMS_FRAME:
                yield f"{row.role} {row.item}", name, getattr(row, name), nan, nan, row.n


def _interval(low: float, high: float) -> str:
    return "-" if low != low else f"{html.cell(low)} to {html.cell(high)}"


def _percent(share: float) -> str:
    return "-" if share != share else f"{share:.0%}"
