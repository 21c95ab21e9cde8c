"""A randomized trial of one-to-one mentoring: women with small firms in Dandora, Nairobi."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from ..errors import MissingTableError, ReadError, count, listing, quote
from .fetch import locate
from .record import LoadedData
from .registry import SOURCES

TABLE_3_CONTROLS = (
    "baseline_profit",
    "log_age",
    "secondary_education",
    "sector_retail",
    "sector_manufacturing",
    "sector_services",
    "sector_food",
    "sector_other",
    "any_employee",
)
"""Controls of Table 3 in the paper; the pooled model adds the wave, as categories."""

_PANEL_FILE = "BDJ_Dandora_Data.dta"
_DISCONTINUITY_FILE = "RD_Dataset.dta"
_ARMS = {2: "control", 3: "class", 4: "mentee"}
_BENEFITS = {
    0: "business skills",
    1: "new suppliers",
    2: "new customers",
    3: "confidence in decisions",
    4: "motivation",
    5: "loans or cash",
    6: "opening hours",
    7: "other",
}

# pandas takes a Stata file's own word for its layout, so a damaged one fails in any of these ways.
_DAMAGE = (ValueError, TypeError, AttributeError, LookupError, OverflowError, OSError, struct.error)


class _From(NamedTuple):
    """Where a column comes from; a `given` value may not be missing."""

    source: str
    kind: Literal["number", "whole", "flag", "given_flag", "arm", "benefit"]


_PANEL = {
    "wave": _From("wave", "whole"),
    "month": _From("months_since_treat", "whole"),
    "arm": _From("treat2", "arm"),
    "arm_in_force": _From("treat", "arm"),
    "met_mentor": _From("meet", "flag"),
    "profit": _From("tprofits", "number"),
    "revenue": _From("trevenue", "number"),
    "inventory": _From("tinventorystock", "number"),
    "n_employees": _From("temployeesnumber", "number"),
    "wage_bill": _From("twagebill", "number"),
    "keeps_records": _From("keeps_some_records", "flag"),
    "advertises": _From("marketing", "flag"),
    "switched_supplier": _From("supplierswitch", "flag"),
    "new_product": _From("new_product", "flag"),
    "business_score": _From("z_business_score", "number"),
    "marketing_score": _From("z_marketing_score", "number"),
    "stock_score": _From("z_stock_score", "number"),
    "record_score": _From("z_record_score", "number"),
    "closed": _From("exit", "flag"),
    "mentor_benefit": _From("mentorbenefit", "benefit"),
    "baseline_profit": _From("tprofits_b", "number"),
    "age": _From("age_b", "number"),
    "log_age": _From("lage_b", "number"),
    "business_age": _From("businessage_b", "number"),
    "secondary_education": _From("secondaryedu_b", "given_flag"),
    "sector_retail": _From("sec0_b", "given_flag"),
    "sector_manufacturing": _From("sec1_b", "given_flag"),
    "sector_services": _From("sec2_b", "given_flag"),
    "sector_food": _From("sec3_b", "given_flag"),
    "sector_other": _From("sec4_b", "given_flag"),
    "any_employee": _From("I_emp_b", "given_flag"),
    "baseline_n_employees": _From("emp_b", "number"),
    "baseline_formal_accounts": _From("formalaccount_b", "flag"),
    "baseline_offers_credit": _From("credit_b", "flag"),
    "baseline_bank_account": _From("bankaccount_b", "flag"),
    "baseline_loan": _From("loan_b", "flag"),
    "baseline_advertises": _From("advert_b", "flag"),
}

_DISCONTINUITY = {
    "score": _From("ce_std", "number"),
    "is_mentor": _From("treat", "given_flag"),
    "profit": _From("tprofit_endline", "number"),
    "inventory": _From("tinventory_endline", "number"),
    "keeps_records": _From("keeps_some_records_endline", "flag"),
    "advertises": _From("marketing_endline", "flag"),
    "profit_residual": _From("err_log", "number"),
    "age": _From("age", "number"),
    "business_age": _From("businessage", "number"),
    "secondary_education": _From("secondaryedu", "given_flag"),
    "n_employees": _From("employeesnumber", "number"),
    "baseline_month_profit": _From("profit", "number"),
    "baseline_formal_accounts": _From("account", "flag"),
    "baseline_offers_credit": _From("credit", "flag"),
    "baseline_bank_account": _From("bankaccount", "flag"),
    "baseline_loan": _From("loan", "flag"),
    "baseline_advertises": _From("marketing", "flag"),
}


@dataclass(frozen=True, eq=False, repr=False)
class KenyaMentors(LoadedData):
    """A randomized trial of one-to-one mentoring, and the cut-off that made someone a mentor.

    Money is in Kenyan shillings and profit is a week's; the source names no period for revenue and
    wages.

    Attributes
    ----------
    panel : pandas.DataFrame
        One row per woman and wave: ``person_id``; ``wave`` 0 (before treatment) to 7; ``month``
        since treatment; ``arm`` (control, class, mentee) as assigned; ``arm_in_force`` (control for
        all at wave 0); ``met_mentor`` in that wave (missing unless asked: mentees, waves 1 to 6);
        ``profit``, ``revenue``, ``inventory`` (stock value), ``n_employees``, ``wage_bill``;
        ``keeps_records``, ``advertises``, ``switched_supplier``, ``new_product``;
        ``business_score`` and its parts ``marketing_score``, ``stock_score``, ``record_score``
        (standardized); ``closed`` (out of business, asked at wave 7); ``mentor_benefit`` (the main
        one, as a mentee named it). Measured once, before treatment: ``baseline_profit``, ``age``
        and ``business_age`` in years, ``log_age``, ``secondary_education``, five ``sector_`` flags
        (they overlap: 13 women work in two), ``any_employee``, other ``baseline_`` columns.
    discontinuity : pandas.DataFrame
        One row per candidate mentor, all women: ``person_id``, ``score`` (standardized; a mentor
        where above 0), ``is_mentor``, ``profit``, ``inventory``, ``keeps_records`` and
        ``advertises`` four months on, ``profit_residual`` (the score before it was standardized),
        and what was known before (``baseline_month_profit`` is a month's, judging by its size).
    source : DataSource
        License and citation.

    References
    ----------
    brooks2018
    """

    panel: pd.DataFrame
    discontinuity: pd.DataFrame

    def headline(self) -> str:
        """Say in one line how much there is."""
        women = count(self.panel["person_id"].nunique(), "woman", "women")
        waves = count(self.panel["wave"].nunique(), "wave")
        candidates = count(len(self.discontinuity), "candidate mentor")
        return f"{women} in {waves} ({len(self.panel):,} interviews), and {candidates}."

    def overview(self) -> pd.DataFrame:
        """Count women and interviews by assigned arm, with mean weekly profit."""
        women = self.panel.drop_duplicates("person_id").groupby("arm", observed=True)
        after = self.panel[self.panel["wave"] > 0].groupby("arm", observed=True)
        return pd.DataFrame(
            {
                "n_women": women.size(),
                "n_interviews_after": after.size(),
                "profit_before": women["baseline_profit"].mean().round().astype("Int64"),
                "profit_after": after["profit"].mean().round().astype("Int64"),
            }
        ).reset_index()

    def caveats(self) -> tuple[str, ...]:
        """Say what a reader must know before using the data."""
        return (
            "Arms were drawn by lot, so their differences are effects; whether a pair goes on "
            "meeting was not, so differences by meeting are associations.",
            "Profit is a week's, in Kenyan shillings, with the largest values trimmed by the "
            "authors.",
        )


def load_kenya_mentors(path: str | Path | None = None) -> KenyaMentors:
    """Load the trial that asks whether a mentor or a class helps a small firm more.

    Parameters
    ----------
    path : path, optional
        A folder with ``BDJ_Dandora_Data.dta`` and ``RD_Dataset.dta``; when left out, the folder
        that ``MENTORLAB_DATA`` names, the cache, or a download.

    Returns
    -------
    KenyaMentors
        With the frames `panel` and `discontinuity`.

    Raises
    ------
    DataUnavailableError
        If the files are neither here nor can be downloaded.
    ReadError
        If a file is not the Stata file that it should be.

    Notes
    -----
    The pooled model of Table 3 regresses ``profit`` on ``arm_in_force``, the wave as categories and
    ``TABLE_3_CONTROLS``, on all rows including wave 0, with errors clustered by woman.

    In ``RD_Dataset.dta`` the Stata labels of ``tprofit_endline`` and ``tinventory_endline`` are
    swapped; the values fit the names, so the names are followed.

    Person ids are the study's own numbers behind a letter (``k`` in the panel, ``c`` for candidate
    mentors), so they stay the same whichever rows are loaded. The study numbered the two groups
    apart.

    References
    ----------
    brooks2018
    """
    source = SOURCES["kenya_mentors"]
    panel = _tidy(locate(source, _PANEL_FILE, path=path), _PANEL, prefix="k", key=["wave"])
    candidates = _tidy(
        locate(source, _DISCONTINUITY_FILE, path=path), _DISCONTINUITY, prefix="c", key=[]
    )
    return KenyaMentors(panel=panel, discontinuity=candidates, source=source)


def contact_by_wave(panel: pd.DataFrame) -> pd.DataFrame:
    """Tell what share of mentees still meets the mentor, wave by wave.

    Parameters
    ----------
    panel : pandas.DataFrame
        `KenyaMentors.panel`, or some of its rows, with ``wave``, ``month`` and ``met_mentor``.

    Returns
    -------
    pandas.DataFrame
        One row per wave in which meetings were asked about: ``wave, month, n, n_met, share,
        conf_low, conf_high``, with Wilson's 95 % interval.

    Raises
    ------
    MissingTableError
        If a column is absent.

    References
    ----------
    brooks2018

    Examples
    --------
    >>> rows = {"wave": [1, 1], "month": [1, 1], "met_mentor": [True, False]}
    >>> contact_by_wave(pd.DataFrame(rows))["share"].tolist()
    [0.5]
    """
    _need(panel, ["wave", "month", "met_mentor"], who="contact_by_wave")
    asked = panel[panel["met_mentor"].notna()]
    meetings = asked["met_mentor"].astype("int64").groupby([asked["wave"], asked["month"]])
    counts = meetings.agg(n="size", n_met="sum").reset_index()
    return _with_wilson(counts, hits="n_met", of="n")


def met_again(panel: pd.DataFrame) -> pd.DataFrame:
    """Tell how often a pair that stopped meeting met again: a gap is not an ending.

    A gap is a wave without a meeting right after a wave with one; it is closed when the pair met in
    the next wave that the mentee was asked in. Waves that were not observed are skipped, and gaps
    with no later wave are left out.

    Parameters
    ----------
    panel : pandas.DataFrame
        `KenyaMentors.panel`, or some of its rows, with ``person_id``, ``wave`` and ``met_mentor``.

    Returns
    -------
    pandas.DataFrame
        One row: ``n_gaps, n_met_again, share, conf_low, conf_high``, with Wilson's 95 % interval
        (which takes the gaps of one pair as independent); the share is missing when there are no
        gaps.

    Raises
    ------
    MissingTableError
        If a column is absent.

    References
    ----------
    brooks2018

    Examples
    --------
    >>> rows = {"person_id": ["a"] * 3, "wave": [1, 2, 3], "met_mentor": [True, False, True]}
    >>> met_again(pd.DataFrame(rows))[["n_gaps", "n_met_again"]].values.tolist()
    [[1, 1]]
    """
    _need(panel, ["person_id", "wave", "met_mentor"], who="met_again")
    asked = panel[panel["met_mentor"].notna()].sort_values(["person_id", "wave"])
    met = asked["met_mentor"].astype("float64")
    by_person = met.groupby(asked["person_id"])
    gap = (met == 0) & (by_person.shift(1) == 1) & by_person.shift(-1).notna()
    again = by_person.shift(-1)[gap].sum()
    counts = pd.DataFrame({"n_gaps": [int(gap.sum())], "n_met_again": [int(again)]})
    return _with_wilson(counts, hits="n_met_again", of="n_gaps")


def _with_wilson(counts: pd.DataFrame, *, hits: str, of: str) -> pd.DataFrame:
    from statsmodels.stats.proportion import proportion_confint

    n = counts[of].where(counts[of] > 0).astype("float64")
    low, high = proportion_confint(counts[hits], n, alpha=0.05, method="wilson")
    return counts.assign(share=counts[hits] / n, conf_low=low, conf_high=high)


def _need(frame: pd.DataFrame, columns: list[str], *, who: str) -> None:
    absent = [name for name in columns if name not in frame]
    if absent:
        raise MissingTableError(
            f"{who}: needs the column {absent[0]} of the panel; "
            f"got {', '.join(map(str, frame.columns)) or 'no columns'}."
        )


def _tidy(file: Path, columns: Mapping[str, _From], *, prefix: str, key: list[str]) -> pd.DataFrame:
    raw = _read_stata(file)
    absent = [name for name in ("id", *(c.source for c in columns.values())) if name not in raw]
    if absent:
        raise ReadError(
            f"{file.name}: must hold {listing(absent, limit=len(absent)).replace(' or ', ' and ')};"
            f" got {count(raw.shape[1], 'column')} without. Is it the right file?"
        )
    tidy = {"person_id": prefix + _whole(raw["id"], "id", file).astype("str").str.zfill(4)}
    for name, column in columns.items():
        tidy[name] = _convert(raw[column.source], column, file)
    frame = pd.DataFrame(tidy).sort_values(["person_id", *key], ignore_index=True)
    again = frame.duplicated(["person_id", *key])
    if again.any():
        raise ReadError(
            f"{file.name}: must hold one row per {'id and wave' if key else 'id'}; "
            f"got an earlier one again in {count(int(again.sum()), 'row')}."
        )
    return frame


def _read_stata(file: Path) -> pd.DataFrame:
    try:
        return pd.read_stata(file, convert_categoricals=False)
    except _DAMAGE as error:
        raise ReadError(
            f"{file.name}: can't be read as a Stata file ({type(error).__name__}). "
            "Is the download complete?"
        ) from error


def _convert(values: pd.Series, column: _From, file: Path) -> pd.Series:
    if column.kind == "number":
        return values.astype("float64")
    if column.kind == "whole":
        return _whole(values, column.source, file)
    if column.kind in ("arm", "benefit"):
        return _coded(values, column, file)
    wrong = values.notna() & ~values.isin([0, 1])
    if column.kind == "given_flag":
        wrong |= values.isna()
    if wrong.any():
        _refuse(values, wrong, "0 or 1", column.source, file)
    flag = values.astype("float64").astype("boolean")
    return flag.astype("bool") if column.kind == "given_flag" else flag


def _coded(values: pd.Series, column: _From, file: Path) -> pd.Series:
    labels = _ARMS if column.kind == "arm" else _BENEFITS
    wrong = ~values.isin(labels) & (values.notna() | (column.kind == "arm"))
    if wrong.any():
        _refuse(values, wrong, listing(labels), column.source, file)
    return values.map(labels).astype(pd.CategoricalDtype(list(labels.values())))


def _whole(values: pd.Series, name: str, file: Path) -> pd.Series:
    number = values.astype("float64")
    wrong = ~np.isfinite(number) | (number % 1 != 0)
    if wrong.any():
        _refuse(values, wrong, "whole numbers", name, file)
    return number.astype("int64")


def _refuse(values: pd.Series, wrong: pd.Series, must: str, name: str, file: Path) -> None:
    first = int(wrong.to_numpy().argmax())
    raise ReadError(
        f"{file.name}: `{name}` must be {must}; got {quote(values.iloc[first])} in "
        f"{count(int(wrong.sum()), 'row')}, first row {first + 1}."
    )
