"""How reliably each element was measured, and which items work against their scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..errors import OptionError, did_you_mean, listing, quote
from ..provenance import Provenance
from ..result import Result, describe_size
from ..stats import cronbach_alpha, feldt_interval, item_statistics
from .answers import KeyedAnswers, key_answers

_SCALE_COLUMNS = (
    "element",
    "alpha",
    "conf_low",
    "conf_high",
    "n",
    "n_dropped",
    "n_items",
    "note",
)
_ITEM_COLUMNS = (
    "element",
    "item",
    "mean",
    "sd",
    "item_rest",
    "alpha_if_dropped",
    "alpha_if_turned",
)


@dataclass(frozen=True, eq=False, repr=False)
class Reliability(Result):
    """Coefficient alpha of each element with Feldt's interval.

    Attributes
    ----------
    scales : pandas.DataFrame
        The grouping columns, `element`, `alpha`, `conf_low`, `conf_high`, `n` (complete
        answerers), `n_dropped` (incomplete ones), `n_items`, `note` (why a number is missing or
        doubtful; empty when all is well).
    items : pandas.DataFrame
        The grouping columns, `element`, `item`, `mean` and `sd` (keyed), `item_rest`,
        `alpha_if_dropped`, `alpha_if_turned` (if the item's direction were changed).
    by : tuple of str
        The grouping columns.
    level : float
        Confidence level.
    n_waves : int
        Waves in the responses.
    """

    scales: pd.DataFrame
    items: pd.DataFrame
    by: tuple[str, ...]
    level: float
    n_waves: int

    plotter: ClassVar[str] = "mentorlab.plots.elements:reliability"
    references: ClassVar[tuple[str, ...]] = ("cronbach1951", "feldt1965")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give alpha and its interval, one row an element and group."""
        return self.scales.copy()

    def headline(self) -> str:
        """What was measured."""
        split = f" by {' and '.join(self.by)}" if self.by else ""
        return f"Reliability{split}: coefficient alpha with {self.level:.0%} Feldt intervals"

    def notes(self) -> tuple[str, ...]:
        """Doubtful scales by name, and what pooling does."""
        said = [
            f"{self._where(row)}: {row['note']}"
            for _, row in self.scales[self.scales["note"] != ""].iterrows()
        ]
        if self.n_waves > 1 and "wave" not in self.by:
            said.append(
                "pooled over waves: answers of one person are treated as independent, so intervals "
                'are too narrow with repeated waves; use by=["role", "wave"]'
            )
        return tuple(said)

    def _where(self, row: pd.Series) -> str:
        group = ", ".join(f"{name} {row[name]}" for name in self.by)
        return f"{row['element']} ({group})" if group else str(row["element"])

    def _display_frame(self) -> pd.DataFrame:
        return self.scales.drop(columns="note")


def reliability(
    responses: pd.DataFrame,
    *,
    codebook: Codebook,
    by: str | Iterable[str] | None = None,
    level: float = 0.95,
) -> Reliability:
    """Tell how far the items of each element hang together.

    An item that goes against the rest of its scale (negative item-rest correlation, for example
    because it was stored already reversed) is named, with alpha if it were turned; nothing is
    ever turned for you.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table.
    codebook : Codebook
        What the items mean.
    by : str or iterable of str, optional
        Columns of `responses` to split by, such as ``"role"`` or ``["role", "wave"]``.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Reliability
        Only complete answers to an element's items count; `n_dropped` says how many were not.

    Raises
    ------
    SchemaError
        If the responses do not fit the data model or the codebook.
    OptionError
        If `by` names an unknown column or `level` is not between 0 and 1.

    Notes
    -----
    Alpha of k items from n complete answers, see ``stats.cronbach_alpha``; Feldt's interval
    assumes normal, tau-equivalent items and independent persons, see ``stats.feldt_interval``.

    References
    ----------
    cronbach1951, feldt1965

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> result = ml.reliability(program.responses, codebook=ml.item_bank(), by="role")
    >>> bool(result.to_frame()["alpha"].between(0, 1).all())
    True
    """
    if not 0 < level < 1:
        raise OptionError(f"reliability: `level` lies between 0 and 1; got {quote(level)}.")
    columns = (by,) if isinstance(by, str) else tuple(by or ())
    for name in columns:
        if name not in responses:
            near = did_you_mean(name, responses.columns)
            raise OptionError(
                f"reliability: `by` must name columns of responses ({listing(responses.columns)}); "
                f"got {quote(name)}. {near}".rstrip()
            )
    answers = key_answers(responses, codebook, who="reliability")
    groups = responses.reset_index(drop=True).loc[answers.rows, list(columns)]
    scales, items = [], []
    for labels, rows in _groups(groups, columns):
        for element in codebook.elements:
            matrix, names = _item_matrix(answers, rows, element)
            if not len(names):
                continue
            scale, per_item = _measure(matrix, names, level)
            scales.append({**labels, "element": element, **scale})
            items += [{**labels, "element": element, **row} for row in per_item]
    return Reliability(
        scales=pd.DataFrame(scales, columns=[*columns, *_SCALE_COLUMNS]),
        items=pd.DataFrame(items, columns=[*columns, *_ITEM_COLUMNS]),
        by=columns,
        level=level,
        n_waves=answers.occasions["wave"].nunique(),
        provenance=Provenance(
            "reliability",
            {"responses": describe_size(responses), "by": columns, "level": level},
        ),
    )


def _groups(frame: pd.DataFrame, columns: tuple[str, ...]):
    if not columns:
        yield {}, np.arange(len(frame))
        return
    positions = frame.reset_index(drop=True)
    for values, rows in positions.groupby(list(columns), dropna=False).indices.items():
        labels = values if isinstance(values, tuple) else (values,)
        yield dict(zip(columns, labels, strict=True)), rows


def _item_matrix(
    answers: KeyedAnswers, rows: np.ndarray, element: str
) -> tuple[np.ndarray, np.ndarray]:
    of_element = answers.items["element"].eq(element).to_numpy(dtype=bool)
    rows = rows[of_element[answers.key[rows]]]
    column, names = pd.factorize(answers.items["item"].to_numpy()[answers.key[rows]], sort=True)
    line, lines = pd.factorize(answers.occasion[rows])
    matrix = np.full((len(lines), len(names)), np.nan)
    matrix[line, column] = answers.value[rows]
    return matrix, names


def _measure(
    matrix: np.ndarray, names: np.ndarray, level: float
) -> tuple[dict[str, object], list[dict[str, object]]]:
    complete = matrix[~np.isnan(matrix).any(axis=1)]
    n, k = complete.shape
    scale = {
        "alpha": np.nan,
        "conf_low": np.nan,
        "conf_high": np.nan,
        "n": n,
        "n_dropped": len(matrix) - n,
        "n_items": k,
        "note": "",
    }
    if k < 2 or n < 2:
        scale["note"] = "alpha needs two items" if k < 2 else "fewer than two complete answers"
        return scale, []
    alpha = cronbach_alpha(complete)
    if np.isnan(alpha):
        scale["note"] = "the sum of the items does not vary, so alpha is undefined"
        return scale, []
    low, high = feldt_interval(alpha, n, k, level=level)
    scale.update(alpha=alpha, conf_low=low, conf_high=high)
    item_rest, dropped = item_statistics(complete)
    turned = np.array([cronbach_alpha(_turn(complete, j)) for j in range(k)])
    against = (item_rest < 0).nonzero()[0]
    if len(against):
        scale["note"] = "; ".join(
            f"item {names[j]} goes against the rest (item-rest {item_rest[j]:.2f}): alpha "
            f"{alpha:.2f} would be {turned[j]:.2f} if it were turned; check whether it was stored "
            "already reversed"
            for j in against
        )
    per_item = [
        {
            "item": names[j],
            "mean": complete[:, j].mean(),
            "sd": complete[:, j].std(ddof=1),
            "item_rest": item_rest[j],
            "alpha_if_dropped": dropped[j],
            "alpha_if_turned": turned[j],
        }
        for j in range(k)
    ]
    return scale, per_item


def _turn(items: np.ndarray, j: int) -> np.ndarray:
    turned = items.copy()
    turned[:, j] = -turned[:, j]
    return turned
