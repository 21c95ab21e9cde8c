"""Column names as paper heads, and which quantities can't pass 1."""

from __future__ import annotations

import re

import pandas as pd

_ITALIC = {
    "n": "n",
    "mean": "M",
    "sd": "SD",
    "std_error": "SE",
    "p_value": "p",
    "df": "df",
    "df1": "df1",
    "df2": "df2",
    "t": "t",
    "z": "z",
    "f": "F",
    "r": "r",
}
_ROMAN = {
    "alpha": "α",
    "alpha_if_dropped": "α if dropped",
    "alpha_if_turned": "α if turned",
    "ccc": "CCC",
    "cfi": "CFI",
    "chi2": "χ²",
    "icc": "ICC",
    "kappa": "κ",
    "n_items": "Items",
    "omega": "ω",
    "omega_h": "ωh",
    "omega_hierarchical": "ωh",
    "omega_total": "ω",
    "rho": "ρ",
    "rmsea": "RMSEA",
    "srmr": "SRMR",
    "tli": "TLI",
    "rwg": "rwg",
}
ABBREVIATIONS = {
    "CI": "confidence interval",
    "M": "mean",
    "SD": "standard deviation",
    "SE": "standard error",
    "ICC": "intraclass correlation",
    "CCC": "concordance correlation coefficient",
    "CFI": "comparative fit index",
    "TLI": "Tucker-Lewis index",
    "RMSEA": "root mean square error of approximation",
    "SRMR": "standardized root mean square residual",
}
_BOUNDED_WORDS = (
    "alpha",
    "ccc",
    "cfi",
    "concordance",
    "correlation",
    "icc",
    "kappa",
    "krippendorff",
    "loading",
    "omega",
    "proportion",
    "r",
    "reliability",
    "rest",
    "rho",
    "rmsea",
    "rwg",
    "share",
    "srmr",
    "tli",
)
_BOUNDED_UNITS = ("equality", "share")
_NOT_BOUNDED = ("n", "df", "chi2", "f", "t", "z")
_ESTIMATES = ("estimate", "std_error", "conf_low", "conf_high", "pooled")
_MEASURE_COLUMNS = ("unit", "measure", "coefficient", "statistic", "index", "method")
_WORDED = (
    "element", "practice", "family", "kind", "outcome", "predictor", "flag", "measure",
    "coefficient",
)  # fmt: skip
_PROPER = {
    "ad": "AD",
    "awg": "awg",
    "bland_altman": "Bland-Altman",
    "ccc": "CCC",
    "icc": "ICC",
    "icc_groups": "ICC of groups",
    "rwg": "rwg",
    "rwg_j": "rwg(j)",
}
_WORD = re.compile(r"[a-z]+|\d+")


def head(name: str) -> tuple[str, bool]:
    """Give the head of a column and whether it stands in italics.

    Examples
    --------
    >>> head("std_error"), head("alpha"), head("days_since_contact"), head("n_pairs")
    (('SE', True), ('α', False), ('Days since contact', False), ('Pairs', False))
    """
    if name in _ITALIC:
        return _ITALIC[name], True
    if name in _ROMAN:
        return _ROMAN[name], False
    words = name.removeprefix("n_").replace("_", " ").strip()
    return (words[:1].upper() + words[1:]) or name, False


def is_bounded(name: str) -> bool:
    """Tell whether a quantity of this name can't lie outside -1..1.

    Examples
    --------
    >>> is_bounded("item_rest"), is_bounded("ICC(2,1)"), is_bounded("gap"), is_bounded("n")
    (True, True, False, False)
    """
    words = _WORD.findall(str(name).lower())
    return bool(words) and words[0] not in _NOT_BOUNDED and bool(set(words) & set(_BOUNDED_WORDS))


def bounded_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Tell for each cell whether its quantity can't lie outside -1..1.

    A column is bounded by its name. Estimates and their limits take it from the row: from its
    unit, or from the name of the coefficient in it.

    Returns
    -------
    pandas.DataFrame
        Of bool, shaped as `frame`.
    """
    bounded = pd.DataFrame(
        {name: pd.Series(is_bounded(name), index=frame.index) for name in frame.columns}
    )
    rows = pd.Series(False, index=frame.index)
    for name in (column for column in _MEASURE_COLUMNS if column in frame):
        rows |= frame[name].map(_names_bounded).astype(bool)
    limits = [name for name in _ESTIMATES if name in frame]
    if limits and "estimate" not in frame:
        place = min(frame.columns.get_loc(name) for name in limits)
        if place and is_bounded(frame.columns[place - 1]):
            rows |= True  # the limits beside an alpha are limits of alpha
    return bounded.assign(**dict.fromkeys(limits, rows))


def _names_bounded(value: object) -> bool:
    text = str(value).lower()
    return text.split(" ")[0] in _BOUNDED_UNITS or (" per " not in text and is_bounded(text))


def words(frame: pd.DataFrame) -> pd.DataFrame:
    """Print names kept with underscores as words, in columns that hold names of things."""
    shown = {
        name: frame[name].map(
            lambda value: (
                _PROPER.get(value, value.replace("_", " ")) if isinstance(value, str) else value
            )
        )
        for name in _WORDED
        if name in frame and pd.api.types.is_string_dtype(frame[name].dtype)
    }
    return frame.assign(**shown)


def proper_start(text: str) -> str:
    """Write the name of a measure that begins a note as papers do.

    Examples
    --------
    >>> proper_start("icc, ICC(1): how alike are they?"), proper_start("icc is low")
    ('ICC, ICC(1): how alike are they?', 'icc is low')
    """
    name, comma, rest = text.partition(",")
    return f"{_PROPER.get(name, name)}{comma}{rest}"


def abbreviations(heads: list[str]) -> str:
    """Spell out the abbreviations among the heads; empty when there are none.

    Examples
    --------
    >>> abbreviations(["Element", "95% CI", "M"])
    'CI = confidence interval; M = mean'
    """
    used = {word for text in heads for word in re.findall(r"\b[A-Z]+\b", text)}
    return "; ".join(f"{short} = {long}" for short, long in ABBREVIATIONS.items() if short in used)
