"""The missing-data report: how much is missing, of what kind, where, and who stopped answering."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..checks import conform
from ..codebook import Codebook
from ..errors import MissingTableError, OptionError, count, did_you_mean, listing, quote
from ..program import Program
from ..provenance import Provenance
from ..result import Result, describe_size
from ..tables import RESPONSES
from .counts import KINDS, UNKNOWN, count_answers, count_cells, count_tables
from .dropout import SCORE, UNKEYED, compare_dropouts
from .occasions import NO_FORM, SHAPES, count_forms, count_patterns, list_occasions, rater_patterns

WHO = "missingness"
FEW_LEFT = 20
FEW_CLUSTERS = 40
_BY = ("wave", "role", "form")
_COMPARE = ("department",)
_IN_WORDS = {
    "not_shown": "not shown",
    "unanswered": "unanswered",
    "not_applicable": "not applicable",
    UNKNOWN: "without a reason",
}


@dataclass(frozen=True, eq=False, repr=False)
class Missingness(Result):
    """What is missing in a program's answers.

    Attributes
    ----------
    counts : pandas.DataFrame
        `table`, the grouping columns, `n` (cells), `answered`, `not_shown`, `unanswered`,
        `not_applicable`, `unknown` (empty without a reason). Forms that did not come back have no
        cells: see `forms`.
    items : pandas.DataFrame
        The same counts by `item` and `role`, most missing first.
    forms : pandas.DataFrame
        `form`, `wave`, `role`, `due`, `returned` (with an answer at least), `not_returned`, `over`
        (the relationship had ended), `not_yet`, `share_returned`.
    patterns : pandas.DataFrame
        `form`, `role`, `pattern` (one sign a wave: ``1`` returned, ``0`` due and not returned,
        ``.`` not due), `shape` (``complete``, ``dropout``, ``late``, ``intermittent``, ``never``),
        `n`, `share` of raters.
    dropout : pandas.DataFrame
        Raters who had stopped at their last due wave beside those who had not, at the first wave:
        `variable`, `level`, `stayed`, `left` (means or shares), `estimate` (left minus stayed, in
        standard deviations), `std_error`, `conf_low`, `conf_high`, `n`, `n_left`, `n_clusters`.
    cells : pandas.DataFrame
        `table`, `column`, `n`, `n_empty`, `share_empty` of all tables of a program.
    by : tuple of str
        The grouping columns.
    form : str
        The form whose dropouts are compared and whose waves are drawn.
    said : tuple of str
        What a reader must know.
    """

    counts: pd.DataFrame
    items: pd.DataFrame
    forms: pd.DataFrame
    patterns: pd.DataFrame
    dropout: pd.DataFrame
    cells: pd.DataFrame
    by: tuple[str, ...]
    form: str
    said: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.missing_data:missingness"
    references: ClassVar[tuple[str, ...]] = ("schafer2002", "cameron2015")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the counts, one row a table and group."""
        return self.counts.copy()

    def headline(self) -> str:
        """How many answers and how many forms are there."""
        own = self.counts[self.counts["table"] == "responses"]
        n, answered = int(own["n"].sum()), int(own["answered"].sum())
        due, returned = int(self.forms["due"].sum()), int(self.forms["returned"].sum())
        return (
            f"Missing data: {_share(answered, n)} of {count(n, 'answer')} given; "
            f"{_share(returned, due)} of {count(due, 'form')} came back"
        )

    def notes(self) -> tuple[str, ...]:
        """Kinds, patterns, who left, and what that can't show."""
        return self.said

    def _display_frame(self) -> pd.DataFrame:
        return self.counts.rename(columns=lambda name: name.replace("_", " "))


def missingness(
    program_or_responses: Program | pd.DataFrame,
    *,
    by: str | Iterable[str] = _BY,
    codebook: Codebook | None = None,
    compare: str | Iterable[str] | None = None,
    level: float = 0.95,
) -> Missingness:
    """Tell how much is missing, of what kind, where, and how those who stopped answering differed.

    The kinds are kept apart: a question that was not shown, one that was seen and not answered,
    one that did not apply, one without a stated reason. A form that never came back is counted as
    a form. With a program, forms that were not due (the relationship was over, the wave had not
    come, or the kind of relationship was not surveyed) do not count as missing.

    Parameters
    ----------
    program_or_responses : Program or pandas.DataFrame
        A program with responses, or rows of the responses table; the latter can't tell who never
        answered or whose relationship was over.
    by : str or iterable of str
        Columns of the responses to count by; `form` may be absent.
    codebook : Codebook, optional
        Gives first-wave scores by element. Without it all answers are averaged as they stand, so
        that reversed items blur the comparison.
    compare : str or iterable of str, optional
        Columns of people to compare leavers on; department, if it is there, when left out.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Missingness

    Raises
    ------
    OptionError
        If a column is unknown or `level` is not between 0 and 1.
    MissingTableError
        If the program has no responses.
    SchemaError
        If the rows are not responses.

    Notes
    -----
    Compared are raters (a person in a role in a relationship) who returned their first due form and
    had a later one due; they left if the last due form is absent. The difference is in units of
    :math:`\\sqrt{(s_{left}^2 + s_{stayed}^2)/2}`, taken as fixed; errors are CR1, clustered by
    relationships that share a mentor, with t. Small differences do not show that answers are
    missing at random, nor do large ones show that they are not: what those who left would have
    answered is not in the data.

    References
    ----------
    schafer2002 : Missing data: our view of the state of the art.
    cameron2015 : A practitioner's guide to cluster-robust inference.
    Austin (2009), standardized differences, Statistics in Medicine 28, doi 10.1002/sim.3697.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.missing_data import missingness
    >>> program = ml.datasets.load_example_program()
    >>> result = missingness(program, codebook=ml.item_bank())
    >>> bool(result.forms["returned"].sum() < result.forms["due"].sum())
    True
    """
    if not 0 < level < 1:
        raise OptionError(f"{WHO}: `level` lies between 0 and 1; got {quote(level)}.")
    responses, tables, cut_at, n_withdrawn = _open(program_or_responses)
    groups = _groups(by, responses)
    compared = _compared(compare, tables)
    occasions = list_occasions(responses, tables, cut_at)
    patterns = rater_patterns(occasions)
    form = _main_form(responses)
    dropout = compare_dropouts(
        patterns,
        responses,
        tables,
        form=form,
        codebook=codebook,
        compare=compared,
        level=level,
    )
    forms = count_forms(occasions)
    counts = count_tables(tables or {"responses": responses}, groups)
    return Missingness(
        counts=counts,
        items=_worst_items(responses),
        forms=forms,
        patterns=count_patterns(patterns),
        dropout=dropout,
        cells=count_cells(tables or {"responses": responses}),
        by=groups,
        form=form,
        said=(
            *_say_kinds(counts),
            *_say_forms(forms, occasions.dated, occasions.expected),
            *_say_shapes(patterns, form),
            *_say_dropout(dropout, level),
            *_say_withdrawn(n_withdrawn),
        ),
        provenance=Provenance(
            WHO,
            {"responses": describe_size(responses), "by": groups, "compare": compared},
        ),
    )


def _open(
    given: Program | pd.DataFrame,
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame], pd.Timestamp | None, int]:
    if isinstance(given, Program):
        responses = given.need("responses", who=WHO)
        return responses, given.tables, given.cut_at, given.n_withdrawn
    if isinstance(given, pd.DataFrame):
        return conform(given, RESPONSES, who=WHO), {}, None, 0
    raise OptionError(f"{WHO}: needs a Program or a data frame; got a {type(given).__name__}.")


def _groups(by: str | Iterable[str], responses: pd.DataFrame) -> tuple[str, ...]:
    names = (by,) if isinstance(by, str) else tuple(by)
    if names == _BY:
        return tuple(name for name in _BY if name in responses)
    return _require(names, responses, argument="by", table="responses")


def _compared(
    compare: str | Iterable[str] | None, tables: dict[str, pd.DataFrame]
) -> tuple[str, ...]:
    if compare is None:
        return tuple(name for name in _COMPARE if name in tables.get("people", ()))
    names = (compare,) if isinstance(compare, str) else tuple(compare)
    if names and "people" not in tables:
        raise MissingTableError(f"{WHO}: `compare` needs the table people; give the Program.")
    return _require(names, tables.get("people", pd.DataFrame()), argument="compare", table="people")


def _require(
    names: tuple[str, ...], frame: pd.DataFrame, *, argument: str, table: str
) -> tuple[str, ...]:
    for name in names:
        if name not in frame:
            near = did_you_mean(name, frame.columns)
            raise OptionError(
                f"{WHO}: `{argument}` must name columns of {table} ({listing(frame.columns)}); got "
                f"{quote(name)}. {near}".rstrip()
            )
    return names


def _main_form(responses: pd.DataFrame) -> str:
    """Name the form with most answers."""
    if "form" not in responses or responses["form"].isna().all():
        return NO_FORM
    return str(responses["form"].value_counts().index[0])


def _worst_items(responses: pd.DataFrame) -> pd.DataFrame:
    table = count_answers(responses, ["item", "role"])
    share = 1 - table["answered"] / table["n"]
    return table.iloc[np.argsort(-share.to_numpy(), kind="stable")].reset_index(drop=True)


def _share(part: int, whole: int) -> str:
    """Say a share so that nearly all is not called all.

    Examples
    --------
    >>> _share(999, 1000), _share(1, 3), _share(0, 0)
    ('99.9%', '33%', 'none')
    """
    if not whole:
        return "none"
    share = part / whole
    near_an_end = part not in (0, whole) and not 0.01 <= share <= 0.99
    return f"{share:.1%}" if near_an_end else f"{share:.0%}"


def _say_kinds(counts: pd.DataFrame) -> list[str]:
    own = counts[counts["table"] == "responses"][list(KINDS)].sum()
    if not own.sum():
        return ["no empty answer in the forms that came back"]
    parts = [f"{int(own[kind]):,} {_IN_WORDS[kind]}" for kind in KINDS if own[kind]]
    said = [f"empty answers: {', '.join(parts)}"]
    if own[UNKNOWN]:
        said.append("an empty answer without a reason may be any of the three kinds")
    return said


def _say_forms(forms: pd.DataFrame, dated: bool, expected: bool) -> list[str]:
    said = []
    over, early = int(forms["over"].sum()), int(forms["not_yet"].sum())
    if over:
        said.append(f"{count(over, 'form')} not due because the relationship was over")
    if early:
        said.append(f"{count(early, 'form')} not due yet")
    if not expected:
        said.append(
            "from responses alone: who never answered, and whose relationship was over, is unknown"
        )
    elif not dated:
        said.append(
            "no dates: a form that did not come back counts as due even if the relationship was "
            "over"
        )
    return said


def _say_shapes(patterns: pd.DataFrame, form: str) -> list[str]:
    own = patterns.loc[patterns["form"] == form, "shape"].dropna()
    if own.empty:
        return []
    sizes = own.value_counts()
    parts = [f"{shape} {int(sizes[shape]):,}" for shape in SHAPES if shape in sizes]
    return [f"raters by pattern over the waves: {', '.join(parts)} (of {len(own):,})"]


def _say_dropout(dropout: pd.DataFrame, level: float) -> list[str]:
    known = dropout.dropna(subset="estimate")
    if known.empty:
        return ["who stopped answering can't be compared: fewer than two left or stayed"]
    clear = known[(known["conf_low"] > 0) | (known["conf_high"] < 0)]
    said = [_say_difference(row, level) for row in clear.itertuples()]
    said.append(
        f"leavers and stayers compared on {count(len(known), 'difference')}: {len(clear):,} with "
        f"an interval without 0, about {len(known) * (1 - level):.1f} to be expected by chance"
    )
    if (dropout["level"] == UNKEYED).any():
        said.append("the first-wave score is not keyed: give `codebook` for scores by element")
    fewest, clusters = int(known["n_left"].min()), int(known["n_clusters"].min())
    if fewest < FEW_LEFT or clusters < FEW_CLUSTERS:
        said.append(
            f"{count(fewest, 'rater')} left, {count(clusters, 'cluster')}: read the intervals as "
            "too narrow"
        )
    said.append(
        "this is no test of whether answers are missing at random: what those who left would have "
        "answered is not in the data"
    )
    return said


def _say_difference(row: Any, level: float) -> str:
    interval = f"({level:.0%} interval {row.conf_low:.2f} to {row.conf_high:.2f})"
    size = f"{row.estimate:+.2f} standard deviations {interval}"
    if row.variable == SCORE:
        return f"those who left had scored differently at the first wave on {row.level}: {size}"
    if row.level:
        return (
            f"{row.variable} {row.level}: {row.left:.0%} of those who left, {row.stayed:.0%} of "
            f"those who stayed, {size}"
        )
    return (
        f"{row.variable}: {row.left:.2f} among those who left, {row.stayed:.2f} among those who "
        f"stayed, {size}"
    )


def _say_withdrawn(n_withdrawn: int) -> list[str]:
    if not n_withdrawn:
        return []
    return [f"{count(n_withdrawn, 'person', 'people')} withdrew consent and are not counted"]
