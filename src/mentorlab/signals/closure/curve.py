"""When relationships end, and how: curves with intervals, by group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, count
from ...options import check_level
from ...provenance import Provenance
from ...result import Result
from ...spans import DAYS_PER_MONTH
from ...stats.survival.competing import compare_incidence, fit_incidence
from ...stats.survival.kaplan_meier import fit_curve, median_time
from ...stats.survival.logrank import compare_curves
from ...stats.survival.spells import Spells, spells
from .endings import EXTERNAL, FRIENDLY, KINDS, Endings, group_column, read_endings

if TYPE_CHECKING:
    from ...program import Program

WHO = "closure_curve"
_EVERYONE = "all"
_MONTHS = (3, 6, 9, 12, 18, 24)
_GOING = "still going"


@dataclass(frozen=True, eq=False, repr=False)
class ClosureCurve(Result):
    """Curves of endings.

    Attributes
    ----------
    curves : pandas.DataFrame
        `group`, `outcome` ("still going", "problematic ending", "friendly ending", "external
        ending"), `days`, `at_risk`, `estimate`, `std_error`, `conf_low`, `conf_high`; one row a
        group, outcome and day on which anything ended or was lost from view.
    lengths : pandas.DataFrame
        `group`, `n`, `n_ended`, `median_days` with `conf_low` and `conf_high`, and `early`: the
        share that ended before the agreed end for other than friendly reasons, with `early_low`
        and `early_high`.
    tests : pandas.DataFrame
        `outcome`, `test`, `statistic`, `df`, `p_value`; empty without groups.
    by : str or None
        What the groups are.
    remarks : tuple of str
    level : float
    """

    curves: pd.DataFrame
    lengths: pd.DataFrame
    tests: pd.DataFrame
    by: str | None
    remarks: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.signals:closure_curve"
    references: ClassVar[tuple[str, ...]] = (
        "kaplan1958",
        "aalen1978",
        "harrington1982",
        "gray1988",
    )
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the curves, one row a group, outcome and day."""
        return self.curves.copy()

    def at(self, months: Iterable[float]) -> pd.DataFrame:
        """Read the curves at some ages of the relationship, in months."""
        rows = []
        for (group, outcome), part in self.curves.groupby(["group", "outcome"], sort=False):
            for month in months:
                place = np.searchsorted(part["days"], month * DAYS_PER_MONTH, side="right") - 1
                if place < 0:
                    start = 1.0 if outcome == _GOING else 0.0
                    found = {"estimate": start, "conf_low": start, "conf_high": start}
                    at_risk = part["at_risk"].iloc[0]
                else:
                    found = part.iloc[place][["estimate", "conf_low", "conf_high"]].to_dict()
                    later = part["at_risk"].to_numpy()[place + 1 :]
                    at_risk = later[0] if len(later) else 0.0
                rows.append(
                    {
                        "group": group,
                        "outcome": outcome,
                        "month": month,
                        "at_risk": at_risk,
                        **found,
                    }
                )
        return pd.DataFrame(rows)

    def headline(self) -> str:
        """How many relationships, how many endings."""
        n, ended = int(self.lengths["n"].sum()), int(self.lengths["n_ended"].sum())
        by = f" by {self.by}" if self.by else ""
        return f"Endings of {count(n, 'relationship')}{by}: {ended:,} ended, others still going"

    def notes(self) -> tuple[str, ...]:
        """Medians, early endings, tests, what was assumed."""
        said = []
        for row in self.lengths.itertuples():
            whose = f"{row.group}: " if self.by else ""
            if not np.isnan(row.median_days):
                said.append(
                    f"{whose}half had ended after {row.median_days:.0f} days "
                    f"[{_bound(row.conf_low)}, {_bound(row.conf_high)}]"
                )
            if not np.isnan(row.early):
                said.append(
                    f"{whose}ended early, other than friendly: {row.early:.0%} "
                    f"[{row.early_low:.0%}, {row.early_high:.0%}]"
                )
        said += [
            f"groups compared, {row.outcome}: {row.test}, chi2 {row.statistic:.2f} on "
            f"{row.df} df, p {'< .001' if row.p_value < 0.001 else f'{row.p_value:.3f}'}"
            for row in self.tests.itertuples()
        ]
        return (*said, *self.remarks)

    def _display_frame(self) -> pd.DataFrame:
        last = self.curves["days"].max() / DAYS_PER_MONTH
        shown = self.at([month for month in _MONTHS if month <= last] or [last])
        return shown if self.by else shown.drop(columns="group")


def _bound(days: float) -> str:
    return "not reached" if np.isnan(days) else f"{days:.0f}"


def closure_curve(
    program: Program,
    *,
    by: str | None = None,
    friendly: Iterable[str] = FRIENDLY,
    external: Iterable[str] = EXTERNAL,
    observed_from: object = None,
    level: float = 0.95,
) -> ClosureCurve:
    r"""Tell how long relationships last, and which share ends badly, well, or for outside reasons.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`; endings from `ended_on` and `end_reason`.
    by : str, optional
        A column of `relationships`, or ``"mentor.<column>"``, ``"mentee.<column>"`` of `people`.
    friendly, external : iterable of str
        Values of `end_reason`: endings that are a success, and those that nobody in the
        relationship could prevent. Others are problematic.
    observed_from : date-like, optional
        First day of the records, if relationships had begun before.
    level : float
        Confidence level.

    Returns
    -------
    ClosureCurve

    Raises
    ------
    MissingTableError
        Without start dates.
    OptionError
        For unknown columns, reasons that are both, levels off 0 to 1.
    EstimationError
        If nothing was seen at risk, or a group column is empty.

    Notes
    -----
    Still going: Kaplan and Meier with log-log intervals. Kinds of endings: Aalen and Johansen, so
    that shares of all kinds and those still going add up to 1. Groups: log-rank; with two groups
    Gray's test for each kind. Early endings are judged against each relationship's own agreed
    length. Relationships of one mentor are not independent: intervals do not know that; use
    `closure_model` for comparisons.

    References
    ----------
    kaplan1958, aalen1978, harrington1982, gray1988

    Examples
    --------
    >>> import mentorlab as ml
    >>> curve = ml.closure_curve(ml.datasets.load_example_program())
    >>> year = curve.at([12]).set_index("outcome")["estimate"]
    >>> year[["still going", "problematic ending"]].round(2).tolist()
    [0.64, 0.22]
    """
    check_level(level, who=WHO)
    endings = read_endings(
        program, friendly=friendly, external=external, observed_from=observed_from, who=WHO
    )
    remarks = list(endings.notes)
    frame = endings.frame
    groups = pd.Series(_EVERYONE, index=frame.index, dtype="str")
    if by is not None:
        groups = group_column(program, frame["relationship_id"], by, who=WHO)
        groups = groups.reset_index(drop=True).astype("str")
        if groups.isna().all():
            raise EstimationError(f"{WHO}: '{by}' is empty for every relationship.")
        if groups.isna().any():
            remarks.append(
                f"{count(int(groups.isna().sum()), 'relationship')} without '{by}': left out"
            )
    names = sorted(groups.dropna().unique())
    parts = [
        _one_group(endings, np.flatnonzero((groups == name).to_numpy()), name, level)
        for name in names
    ]
    n_shared = len(frame) - frame["mentor_id"].nunique()
    if n_shared:
        remarks.append(
            f"{count(n_shared, 'relationship')} share a mentor with another one: intervals take "
            "them as independent"
        )
    return ClosureCurve(
        curves=pd.concat([part[0] for part in parts], ignore_index=True),
        lengths=pd.DataFrame([part[1] for part in parts]),
        tests=_tests(endings, groups, names),
        by=by,
        remarks=tuple(remarks),
        level=level,
        provenance=Provenance(WHO, {"by": by, "level": level, "observed_from": observed_from}),
    )


def _one_group(
    endings: Endings, rows: np.ndarray, name: str, level: float
) -> tuple[pd.DataFrame, dict[str, object]]:
    own = endings.spells(rows)
    curve = fit_curve(own, level=level)
    found = fit_incidence(own, n_causes=len(KINDS), level=level)
    base = {"group": name, "days": curve.time, "at_risk": curve.n_risk}
    frames = [
        pd.DataFrame(
            {
                **base,
                "outcome": _GOING,
                "estimate": curve.survival,
                "std_error": curve.std_error,
                "conf_low": curve.low,
                "conf_high": curve.high,
            }
        )
    ]
    for c, kind in enumerate(KINDS):
        frames.append(
            pd.DataFrame(
                {
                    **base,
                    "outcome": f"{kind} ending",
                    "estimate": found.share[:, c],
                    "std_error": found.std_error[:, c],
                    "conf_low": found.low[:, c],
                    "conf_high": found.high[:, c],
                }
            )
        )
    median, low, high = median_time(curve)
    early, early_low, early_high = _early(endings.frame.iloc[rows], level)
    length = {
        "group": name,
        "n": len(rows),
        "n_ended": int((own.event > 0).sum()),
        "median_days": median,
        "conf_low": low,
        "conf_high": high,
        "early": early,
        "early_low": early_low,
        "early_high": early_high,
    }
    columns = ["group", "outcome", "days", "at_risk"]
    joined = pd.concat(frames, ignore_index=True)
    return joined[[*columns, "estimate", "std_error", "conf_low", "conf_high"]], length


def _early(frame: pd.DataFrame, level: float) -> tuple[float, float, float]:
    """Share that ended before its own agreed end, other than friendly, with its interval."""
    frame = frame[frame["agreed_days"] > 0]
    if frame.empty:
        return np.nan, np.nan, np.nan
    clock = frame["days"] / frame["agreed_days"]
    entry = (frame["entry_days"] / frame["agreed_days"]).to_numpy()
    seen = (entry < np.minimum(clock, 1)).to_numpy()
    kind = np.where(
        frame["kind"].isin([1, 3]) & (clock < 1), 1, np.where(clock < 1, frame["kind"], 0)
    )
    rows = spells(
        np.minimum(clock, 1).to_numpy()[seen],
        kind[seen],
        entry=entry[seen] if (entry > 0).any() else None,
    )
    found = fit_incidence(rows, n_causes=2, level=level)
    return float(found.share[-1, 0]), float(found.low[-1, 0]), float(found.high[-1, 0])


def _tests(endings: Endings, groups: pd.Series, names: list[str]) -> pd.DataFrame:
    columns = ["outcome", "test", "statistic", "df", "p_value"]
    known = np.flatnonzero(groups.notna())
    rows: Spells = endings.spells(known)
    if len(names) < 2 or not (rows.event > 0).any():
        return pd.DataFrame(columns=columns)
    codes = pd.Index(names).get_indexer(groups.iloc[known])
    any_ending = compare_curves(rows, codes)
    found = [(_GOING, "log-rank", any_ending.statistic, any_ending.df, any_ending.p_value)]
    if len(names) == 2 and not (endings.frame["entry_days"] > 0).any():
        for c, kind in enumerate(KINDS, start=1):
            if (rows.event == c).any():
                test = compare_incidence(rows, codes, c)
                found.append((f"{kind} ending", "Gray", test.statistic, test.df, test.p_value))
    return pd.DataFrame(found, columns=columns)
