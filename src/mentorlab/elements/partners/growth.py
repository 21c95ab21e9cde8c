"""How scores move over the waves, for mentors, mentees, and the gap between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, did_you_mean, listing, quote
from ...options import GrowthKind, check_level, check_option
from ...provenance import Provenance
from ...result import Result, describe_size
from .dyad_frames import elements_of, p_text
from .growth_fit import FITTERS, Series, Trajectory

WHO = "growth"
UNIT = ("relationship_id", "mentor_id", "mentee_id")
_COLUMNS = (
    "element",
    "outcome",
    "term",
    "estimate",
    "std_error",
    "df",
    "conf_low",
    "conf_high",
    "p_value",
    "n",
    "n_units",
    "note",
)


@dataclass(frozen=True, eq=False, repr=False)
class Growth(Result):
    """Trajectories over waves.

    Attributes
    ----------
    table : pandas.DataFrame
        `element`, `outcome`, `term` (start, change, controls), `estimate`, `std_error`, `df`,
        `conf_low`, `conf_high`, `p_value`, `n` (rows), `n_units` (trajectories), `note`.
    variances : pandas.DataFrame
        `element`, `outcome`, `component`, `value`.
    kind : str
        ``linear``, ``binary`` (log-odds, averaged over people) or ``ordinal`` (log-odds of higher).
    time : str
        The column of time.
    means : pandas.DataFrame
        `element`, `outcome`, time, `mean`, `n`: what was seen, for the picture.
    absent : tuple of str
        Elements and outcomes without a single score.
    level : float
        Confidence level.
    """

    table: pd.DataFrame
    variances: pd.DataFrame
    kind: str
    time: str
    means: pd.DataFrame
    absent: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.dyads:growth"
    references: ClassVar[tuple[str, ...]] = (
        "bates2015",
        "kuznetsova2017",
        "liang1986",
        "mccullagh1980",
    )
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the coefficients, one row an element, outcome and term."""
        return self.table.copy()

    def headline(self) -> str:
        """What was followed."""
        n = self.table["element"].nunique()
        return f"Growth over {self.time} of {count(n, 'element')} ({self.kind})"

    def notes(self) -> tuple[str, ...]:
        """Fallbacks by name."""
        said = []
        for note, rows in self.table[self.table["note"] != ""].groupby("note", sort=False):
            cells = dict.fromkeys(rows["element"] + " (" + rows["outcome"] + ")")
            said.append(f"{', '.join(cells)}: {note}")
        if self.absent:
            said.append(f"without a single score: {', '.join(self.absent)}")
        said.append("a change without a comparison group is a change, not an effect of mentoring")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        shown = self.table.drop(columns=["std_error", "note", "n"])
        return shown.assign(p_value=shown["p_value"].map(p_text))


def growth(
    pairs: pd.DataFrame,
    *,
    outcome: str | Sequence[str] = ("mentor", "mentee", "gap"),
    elements: str | Sequence[str] | None = None,
    time: str = "wave",
    unit: Sequence[str] = UNIT,
    shared: str | None = "mentor_id",
    controls: Sequence[str] = (),
    kind: GrowthKind = "linear",
    slopes: bool = True,
    level: float = 0.95,
) -> Growth:
    r"""Tell how scores change from wave to wave, and whether partners drift apart.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`, or any frame with one row a trajectory and time.
    outcome : str or sequence of str
        Numeric columns to follow. The gap (mentor minus mentee) shows whether the roles grow apart.
    elements : str or sequence of str, optional
        Elements, if the frame has them; all when left out.
    time : str
        Numeric column of time; 0 is its first value.
    unit : sequence of str
        Columns that together name a trajectory.
    shared : str, optional
        Column of whom several trajectories share.
    controls : sequence of str
        Numeric columns to adjust for.
    kind : {"linear", "binary", "ordinal"}
        What the outcome is: a score; 0 or 1; ordered categories.
    slopes : bool
        Whether trajectories may differ in slope (linear only); where the data can't tell they are
        left out, with a note.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Growth
        An element and outcome that can't be followed has one row with the reason in `note`; one
        without a single score is named in the notes.

    Raises
    ------
    OptionError
        For unknown columns, elements and arguments.
    EstimationError
        If `pairs` has no rows.

    Notes
    -----
    Linear: :math:`y_{it}=b_0+b_1t+u_i+v_it+w_{m(i)}+e_{it}` by restricted maximum likelihood, t
    tests with Satterthwaite's degrees of freedom (``stats.fit_mixed``); waves may be missing if
    that depends only on what was seen. Slopes are kept however small their variance, since
    dropping them for want of significance makes errors of `change` too small; only at the boundary
    is something given up, and named: first the correlation of start and slope (where it is
    perfect), then the slopes (where their variance is zero). Binary: estimating equations,
    exchangeable answers; ordinal: cumulative logit; both with errors robust to clusters (mentors
    where shared), normal tests, and valid only if waves are missing at random given predictors.
    With two waves a change of means is all that can be seen. Do not read a change without a
    comparison group as an effect.

    References
    ----------
    bates2015, kuznetsova2017, liang1986, mccullagh1980

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements import growth
    >>> program = ml.datasets.load_example_program()
    >>> scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    >>> pairs = ml.pair_partners(scores, members=program.members)
    >>> result = growth(pairs, elements="trust", outcome="mentee")
    >>> result.to_frame()["term"].tolist()
    ['start', 'change per wave']
    """
    check_level(level, who=WHO)
    check_option(kind, GrowthKind, who=WHO, name="kind")
    outcomes = (outcome,) if isinstance(outcome, str) else tuple(outcome)
    controls = (controls,) if isinstance(controls, str) else tuple(controls)
    _check(pairs, outcomes, time, unit, controls, shared)
    parts = {"": pairs}
    if "element" in pairs:
        names = elements_of(
            pairs, list(dict.fromkeys(pairs["element"])) if elements is None else elements, WHO
        )
        parts = {name: pairs[pairs["element"] == name] for name in names}
    elif elements is not None:
        raise OptionError(f"{WHO}: `elements` was given, but the frame has no column 'element'.")
    terms = ["start", f"change per {time}", *controls]
    rows: list[dict[str, object]] = []
    variances: list[dict[str, object]] = []
    means, absent = [], []
    for element, part in parts.items():
        for column in outcomes:
            if not part[column].notna().any():
                absent.append(f"{element} ({column})" if element else column)
                continue
            found, series, note = _follow(part, column, time, unit, shared, controls, kind, slopes)
            label = {"element": element, "outcome": column}
            rows += _rows(label, terms, found, series, note, level)
            if found is not None:
                variances += [
                    {**label, "component": k, "value": v} for k, v in found.variances.items()
                ]
                seen = part.groupby(time)[column].agg(["mean", "count"]).reset_index()
                means.append(seen.rename(columns={"count": "n"}).assign(**label))
    return Growth(
        table=pd.DataFrame(rows, columns=list(_COLUMNS)),
        variances=pd.DataFrame(variances, columns=["element", "outcome", "component", "value"]),
        kind=kind,
        time=time,
        means=pd.concat(means, ignore_index=True) if means else pd.DataFrame(),
        absent=tuple(absent),
        level=level,
        provenance=Provenance(
            WHO,
            {
                "pairs": describe_size(pairs),
                "outcome": outcomes,
                "elements": elements,
                "time": time,
                "controls": controls,
                "kind": kind,
                "slopes": slopes,
                "level": level,
            },
        ),
    )


def _check(
    pairs: pd.DataFrame,
    outcomes: Sequence[str],
    time: str,
    unit: Sequence[str],
    controls: Sequence[str],
    shared: str | None,
) -> None:
    if not isinstance(pairs, pd.DataFrame):
        raise OptionError(f"{WHO}: `pairs` must be a data frame; got a {type(pairs).__name__}.")
    if pairs.empty:
        raise EstimationError(f"{WHO}: `pairs` has no rows, so there is nothing to follow.")
    wanted = [*outcomes, time, *unit, *controls]
    if shared not in (None, "mentor_id"):
        wanted.append(shared)
    for name in wanted:
        if name not in pairs:
            known = pairs.columns
            raise OptionError(
                f"{WHO}: {quote(name)} is not a column of pairs ({listing(known)}). "
                f"{did_you_mean(name, known)}".rstrip()
            )
    for name in (*outcomes, time, *controls):
        if not pd.api.types.is_numeric_dtype(pairs[name]):
            raise OptionError(f"{WHO}: {quote(name)} must be numeric.")


def _follow(
    part: pd.DataFrame,
    column: str,
    time: str,
    unit: Sequence[str],
    shared: str | None,
    controls: tuple[str, ...],
    kind: str,
    slopes: bool,
) -> tuple[Trajectory | None, Series | None, str]:
    """The trajectory of one outcome, or why there is none."""
    data = part.dropna(subset=[column, time, *unit, *controls])
    times = np.sort(data[time].unique())
    if len(times) < 2:
        return None, None, f"needs two waves with scores; got {len(times)}"
    units = data.groupby(list(unit), sort=False).ngroup().to_numpy()
    series = Series(
        y=data[column].to_numpy(dtype=float),
        time=(data[time] - times[0]).to_numpy(dtype=float),
        controls=data[list(controls)].to_numpy(dtype=float).reshape(len(data), -1),
        units=units,
        shared=pd.factorize(data[shared])[0] if shared in data else units,
    )
    if len(np.unique(units)) == len(units):
        return None, series, "no trajectory has two waves: change within a pair can't be seen"
    try:
        found = FITTERS[kind](series, slopes=slopes)
    except EstimationError as error:
        return None, series, str(error)
    return found, series, "; ".join(found.notes)


def _rows(
    label: dict[str, str],
    terms: list[str],
    found: Trajectory | None,
    series: Series | None,
    note: str,
    level: float,
) -> list[dict[str, object]]:
    from scipy.stats import t

    n = 0 if series is None else len(series.y)
    n_units = 0 if series is None else len(np.unique(series.units))
    size = {"n": n, "n_units": n_units, "note": note}
    if found is None:
        empty = dict.fromkeys(
            ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value"), np.nan
        )
        return [{**label, "term": terms[1], **empty, **size}]
    half = t.ppf((1 + level) / 2, found.df) * found.std_error
    p_value = 2 * t.sf(np.abs(found.estimate / found.std_error), found.df)
    return [
        {
            **label,
            "term": term,
            "estimate": found.estimate[i],
            "std_error": found.std_error[i],
            "df": found.df[i],
            "conf_low": found.estimate[i] - half[i],
            "conf_high": found.estimate[i] + half[i],
            "p_value": p_value[i],
            **size,
        }
        for i, term in enumerate(terms)
        if not np.isnan(found.estimate[i])
    ]
