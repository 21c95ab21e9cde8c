"""Which features of mentoring the package measures, by which function, and which it can't."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module, resources
from typing import Any, ClassVar

import pandas as pd

from ..errors import Fault, SchemaError, count, quote
from ..provenance import Provenance
from ..result import Result

PARTS = ("elements", "signals", "network", "matching", "simulation", "effects")
COLUMNS = ("feature", "topic", "function", "uses", "caveat")
FILE = "coverage.csv"
_INTRODUCTION = (
    "Guides to mentoring name many things that good relationships are made of. Each has a number "
    "here, the function that measures it, and what to keep in mind. {n_measured} of {n} features "
    "have a function, {n_own_items} of them only with items of your own. This page is made by "
    "`make docs` from the `coverage.csv` of each part."
)


@dataclass(frozen=True, eq=False, repr=False)
class FeatureCoverage(Result):
    """What is measured of the features that guides to mentoring name.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row a feature and part: `feature` (number), `part`, `topic`, `function`
        (``"elements:score_elements"``; empty when nothing measures it), `uses` (practices,
        elements or arguments within the function), `caveat` (limits, or why it can't be
        measured), `measured`.
    """

    rows: pd.DataFrame

    digits: ClassVar[int] = 0

    def to_frame(self) -> pd.DataFrame:
        """Give the rows."""
        return self.rows.copy()

    @cached_property
    def n_measured(self) -> int:
        """Features that at least one function measures."""
        return int(self.rows.groupby("feature")["measured"].any().sum())

    @cached_property
    def n_own_items(self) -> int:
        """Features of `n_measured` that nothing measures without items of the user's own."""
        rows = self.rows[self.rows["measured"]]
        alone = rows["uses"].eq("") & rows["caveat"].str.startswith("own items")
        return int(alone.groupby(rows["feature"]).all().sum())

    def headline(self) -> str:
        """How many features are measured."""
        n = self.rows["feature"].nunique()
        return f"Coverage: {self.n_measured} of {count(n, 'feature')} measured"

    def _display_frame(self) -> pd.DataFrame:
        return (
            self.rows.groupby("part", sort=False)
            .agg(features=("feature", "nunique"), measured=("measured", "sum"))
            .reset_index()
        )


def feature_coverage() -> FeatureCoverage:
    """Tell which features of mentoring are measured, by which function.

    Returns
    -------
    FeatureCoverage
        Read from the `coverage.csv` of each part.

    Raises
    ------
    SchemaError
        If a row is incomplete or a feature stands twice in one part.

    Examples
    --------
    >>> covered = feature_coverage()
    >>> covered.to_frame().query("feature == 'F033'")["uses"].tolist()
    ['contacts_in_hours']
    """
    rows = [row for part in PARTS for row in _read_part(part)]
    frame = pd.DataFrame(rows, columns=["part", *COLUMNS])
    frame = frame.assign(measured=frame["function"] != "")
    faults = _faults(frame)
    if faults:
        raise SchemaError("feature_coverage: not a valid coverage table", faults)
    return FeatureCoverage(
        rows=frame[["feature", "part", *COLUMNS[1:], "measured"]],
        provenance=Provenance("feature_coverage", {"parts": tuple(frame["part"].unique())}),
    )


def resolve(function: str) -> Any:
    """Find what a row names, such as ``"elements:score_elements"``.

    Raises
    ------
    AttributeError, ModuleNotFoundError
        If there is no such thing.

    Examples
    --------
    >>> resolve("elements:score_elements").__name__
    'score_elements'
    """
    module, _, name = function.partition(":")
    return getattr(import_module(f"mentorlab.{module}"), name)


def coverage_page() -> str:
    """Write the page of the documentation from the tables."""
    covered = feature_coverage()
    rows = covered.rows.sort_values("feature", kind="stable")
    measured, not_measured = rows[rows["measured"]], rows[~rows["measured"]]
    return "\n".join(
        [
            "# What is measured",
            "",
            _INTRODUCTION.format(
                n_measured=covered.n_measured,
                n=covered.rows["feature"].nunique(),
                n_own_items=covered.n_own_items,
            ),
            "",
            "Where a row says *own items*, our item bank has no items on it: put yours into a "
            "`Codebook`, and the function scores them like any other element.",
            "",
            "## Measured",
            "",
            "| | what | function | with | keep in mind |",
            "| --- | --- | --- | --- | --- |",
            *(_line(row) for row in measured.itertuples()),
            "",
            "## Not measured",
            "",
            "| | what | not measurable, because |",
            "| --- | --- | --- |",
            *(
                f"| {row.feature} | {_safe(row.topic)} | {_safe(row.caveat)} |"
                for row in not_measured.itertuples()
            ),
            "",
        ]
    )


def _read_part(part: str) -> list[tuple[str, ...]]:
    folder = resources.files("mentorlab") / part
    file = folder / FILE
    if not file.is_file():
        return []
    lines = csv.DictReader(io.StringIO(file.read_text("utf-8")))
    return [(part, *((row.get(name) or "").strip() for name in COLUMNS)) for row in lines]


def _faults(frame: pd.DataFrame) -> list[Fault]:
    silent = frame["function"].eq("") & frame["caveat"].eq("")
    twice = frame.duplicated(["part", "feature"])
    rules = [
        ("feature", "not be empty", frame["feature"] == ""),
        ("topic", "not be empty", frame["topic"] == ""),
        ("caveat", "say why, where there is no function", silent),
        ("feature", "stand once in a part", twice),
    ]
    return [
        Fault(
            name,
            must,
            got=quote(frame.loc[broken, "feature"].iloc[0]),
            n_rows=int(broken.sum()),
            first_row=int(broken.to_numpy().argmax()) + 1,
        )
        for name, must, broken in rules
        if broken.any()
    ]


def _line(row) -> str:
    function = row.function.replace(":", ".").split(".")[-1]
    uses = ", ".join(f"`{use.strip()}`" for use in row.uses.split(";") if use.strip())
    shown = (row.feature, _safe(row.topic), f"`{function}`", uses, _safe(row.caveat))
    return f"| {' | '.join(shown)} |"


def _safe(text: str) -> str:
    return text.replace("|", "\\|")
