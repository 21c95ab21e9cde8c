"""How each item behaves: how easily it is agreed to, and how it goes with its scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import EstimationError, count
from ...provenance import Provenance
from ...result import Result, describe_size
from ...stats.reliability.alpha import cronbach_alpha, item_statistics
from ...stats.reliability.item_totals import item_totals
from .estimates import join_notes
from .keying import find_suspects
from .scales import Scale, check_by, split_scales

_COLUMNS = (
    "element",
    "item",
    "n",
    "mean",
    "sd",
    "difficulty",
    "item_rest",
    "item_rest_corrected",
    "item_total",
    "item_total_standardized",
    "alpha",
    "alpha_if_dropped",
    "alpha_if_turned",
    "floor_rate",
    "ceiling_rate",
    "missing_rate",
    "note",
)
_SHOWN = (
    "element",
    "item",
    "n",
    "mean",
    "sd",
    "item_rest",
    "alpha_if_dropped",
    "floor_rate",
    "ceiling_rate",
    "missing_rate",
)
_CROWDED = 0.5
_ITEM_NOTES = (
    (lambda row: row["sd"] == 0, "does not vary"),
    (lambda row: row["floor_rate"] > _CROWDED, "more than half gave the lowest answer"),
    (lambda row: row["ceiling_rate"] > _CROWDED, "more than half gave the highest answer"),
    (
        lambda row: row["alpha_if_dropped"] > row["alpha"],
        "the scale is more consistent without it",
    ),
)


@dataclass(frozen=True, eq=False, repr=False)
class ItemAnalysis(Result):
    """Statistics of each item of each element.

    Attributes
    ----------
    items : pandas.DataFrame
        One row an item and group: the grouping columns, `element`, `item`, `n` (complete answers
        to the whole element, which all but `missing_rate` rest on), `mean` and `sd` (keyed),
        `difficulty` (mean as a share of the way from the lowest to the highest answer; high is
        easily agreed to), `item_rest` (correlation with the sum of the others),
        `item_rest_corrected` (with the sum of all, its own part replaced by what the others
        predict), `item_total` (with the sum of all), `item_total_standardized` (all brought to
        equal variance), `alpha` (of the scale), `alpha_if_dropped`, `alpha_if_turned`,
        `floor_rate` and `ceiling_rate` (shares of the lowest and highest keyed answer),
        `missing_rate` (of those who were asked), `note`.
    warnings : tuple of str
        Scales with items that go against the rest, by name, with alpha as it would be.
    by : tuple of str
        The grouping columns.
    """

    items: pd.DataFrame
    warnings: tuple[str, ...]
    by: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.structure:item_analysis"
    references: ClassVar[tuple[str, ...]] = ("cronbach1951", "revelle2019")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row an item and group."""
        return self.items.copy()

    def headline(self) -> str:
        """What was looked at."""
        split = f" by {' and '.join(self.by)}" if self.by else ""
        n_items, n_elements = self.items["item"].nunique(), self.items["element"].nunique()
        return (
            f"Item analysis{split}: {count(n_items, 'item')} of "
            f"{count(n_elements, 'element')}, answers keyed"
        )

    def notes(self) -> tuple[str, ...]:
        """Items that go against their scale first, then the others that need a look."""
        noted = self.items.assign(note=self.items["note"].str.split("; ")).explode("note")
        said = list(self.warnings)
        for note, rows in noted[noted["note"] != ""].groupby("note", sort=False):
            listed = ", ".join(dict.fromkeys(rows["item"].astype(str)))
            said.append(f"{listed}: {note}")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        return self.items[[*self.by, *_SHOWN]]


def item_analysis(
    responses: pd.DataFrame, *, codebook: Codebook, by: str | Iterable[str] | None = None
) -> ItemAnalysis:
    """Tell which items are too easy, too hard, often skipped, or at odds with their scale.

    Items that go against the rest of their scale, for example because two of them were stored
    unreversed, are all named with the change in alpha; nothing is ever turned or dropped for you.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table.
    codebook : Codebook
        What the items mean.
    by : str or iterable of str, optional
        Columns of `responses` to split by, such as ``"role"``.

    Returns
    -------
    ItemAnalysis

    Raises
    ------
    SchemaError
        If the responses do not fit the data model or the codebook.
    OptionError
        If `by` names an unknown column.

    Notes
    -----
    Formulas stand at ``stats.item_statistics`` and ``stats.item_totals`` and follow R's
    ``psych::alpha``: `item_rest` is its r.drop, `item_rest_corrected` r.cor, `item_total` raw.r,
    `item_total_standardized` std.r. Dropping items because alpha rises in the same sample
    overstates the shorter scale: choose on one sample, report on another. A statistic that can't
    be computed is missing and the note says why.

    References
    ----------
    cronbach1951 : Coefficient alpha and the internal structure of tests.
    revelle2019 : Reliability from alpha to omega: a tutorial.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> from mentorlab.elements.measurement.item_analysis import item_analysis
    >>> result = item_analysis(program.responses, codebook=ml.item_bank(), by="role")
    >>> bool(result.to_frame()["item_rest"].gt(0.3).all())
    True
    """
    columns = check_by(responses, by, who="item_analysis")
    _, scales = split_scales(responses, codebook=codebook, by=columns, who="item_analysis")
    rows: list[dict[str, object]] = []
    warnings = []
    for scale in scales:
        statistics, against = _statistics(scale)
        rows += _rows(scale, statistics)
        if against:
            group = ", ".join(f"{name} {value}" for name, value in scale.labels.items())
            where = f"{scale.element} ({group})" if group else scale.element
            warnings.append(f"{where}: {against}")
    return ItemAnalysis(
        items=pd.DataFrame(rows, columns=[*columns, *_COLUMNS]),
        warnings=tuple(warnings),
        by=columns,
        provenance=Provenance(
            "item_analysis", {"responses": describe_size(responses), "by": columns}
        ),
    )


def _statistics(scale: Scale) -> tuple[dict[str, np.ndarray], str]:
    """Arrays of shape (k,) that need the whole scale, and the warning about its keys."""
    n, k = scale.complete.shape
    names = ("item_rest", "item_rest_corrected", "item_total", "item_total_standardized")
    missing = {name: np.full(k, np.nan) for name in (*names, "alpha_if_dropped")}
    missing |= {"alpha_if_turned": np.full(k, np.nan), "alpha": np.full(k, np.nan)}
    alone = np.full(k, "", dtype=object)
    if k < 2:
        return {**missing, "reason": np.full(k, "the only item of its scale", dtype=object)}, ""
    if n < 2:
        return {**missing, "reason": np.full(k, scale.too_few(), object)}, ""
    item_rest, dropped = item_statistics(scale.complete)
    covariance = np.cov(scale.complete, rowvar=False)
    found = {**missing, "item_rest": item_rest, "alpha_if_dropped": dropped, "reason": alone}
    found["alpha"] = np.full(k, cronbach_alpha(scale.complete))
    if scale.constant.any():
        why = "no corrected correlations: an item of the scale does not vary"
        return {**found, "reason": np.full(k, why, dtype=object)}, ""
    suspects = find_suspects(covariance, item_rest, scale.reverse)
    found["alpha_if_turned"] = suspects.turned_alone
    sentence = suspects.sentence(scale.names, item_rest)
    try:
        totals = item_totals(covariance)
    except EstimationError as error:
        why = f"no corrected correlations: {str(error).rstrip('.')}"
        return {**found, "reason": np.full(k, why, dtype=object)}, sentence
    found["item_total"] = totals.raw
    found["item_total_standardized"] = totals.standardized
    found["item_rest_corrected"] = totals.corrected
    return found, sentence


def _rows(scale: Scale, statistics: dict[str, np.ndarray]) -> Iterator[dict[str, object]]:
    answered = ~np.isnan(scale.matrix)
    items, n = scale.complete, len(scale.complete)
    for j, name in enumerate(scale.names):
        answers = items[:, j]
        asked = int(scale.asked[:, j].sum())
        row: dict[str, object] = {
            **scale.labels,
            "element": scale.element,
            "item": name,
            "n": n,
            "mean": answers.mean() if n else np.nan,
            "sd": answers.std(ddof=1) if n > 1 else np.nan,
            "floor_rate": (answers <= scale.lowest[j]).mean() if n else np.nan,
            "ceiling_rate": (answers >= scale.highest[j]).mean() if n else np.nan,
            "missing_rate": 1 - answered[:, j].sum() / asked if asked else np.nan,
        }
        span = scale.highest[j] - scale.lowest[j]
        row["difficulty"] = (row["mean"] - scale.lowest[j]) / span
        row |= {key: values[j] for key, values in statistics.items() if key != "reason"}
        said = [text for applies, text in _ITEM_NOTES if applies(row)]
        row["note"] = join_notes(*said, str(statistics["reason"][j]))
        yield row
