"""Numbers as papers print them: .67 where a value can't pass 1, p < .001, [.68, .72]."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

MINUS = "\N{MINUS SIGN}"
ABSENT = "\N{EM DASH}"
_ZERO_POINT = re.compile(r"^(-?)0(\.\d+)$")


def is_absent(value: Any) -> bool:
    """Tell whether a cell holds nothing; a lone dash stands for nothing too."""
    if isinstance(value, str):
        return value.strip() == "-"
    return value is None or value is pd.NA or value is pd.NaT or value != value


def number(value: float, *, digits: int = 2, bounded: bool = False) -> str:
    """Print one number with fixed decimals.

    Parameters
    ----------
    value : float
        Any number; missing ones print as a dash.
    digits : int
        Decimals.
    bounded : bool
        Whether the quantity can't lie outside -1..1, so that the leading zero is left out.

    Examples
    --------
    >>> number(0.674, bounded=True), number(1.0, bounded=True), number(-0.05)
    ('.67', '1.00', '−0.05')
    >>> number(1234.5), number(float("nan")), number(-0.001)
    ('1,234.50', '—', '0.00')
    """
    if is_absent(value):
        return ABSENT
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else f"{MINUS}\N{INFINITY}"
    text = f"{value:,.{digits}f}"
    if not float(text.replace(",", "")):
        text = text.lstrip("-")
    if bounded:
        text = _ZERO_POINT.sub(r"\1\2", text)
    return text.replace("-", MINUS)


def p_value(value: float | str) -> str:
    """Print a p value: three decimals, no leading zero, never an exact zero or one.

    Examples
    --------
    >>> p_value(0.0004), p_value(0.04), p_value(0.99999), p_value("0.023")
    ('< .001', '.040', '> .999', '.023')
    """
    if isinstance(value, str) and value.strip() != "-":
        return _ZERO_POINT.sub(r"\1\2", value)
    if is_absent(value):
        return ABSENT
    if value < 0.001:
        return "< .001"
    return "> .999" if value > 0.999 else number(value, digits=3, bounded=True)


def interval(low: float, high: float, *, digits: int = 2, bounded: bool = False) -> str:
    """Print an interval in brackets; a dash when neither end is known.

    Examples
    --------
    >>> interval(0.68, 0.72, bounded=True), interval(-1, 2.5)
    ('[.68, .72]', '[−1.00, 2.50]')
    """
    if is_absent(low) and is_absent(high):
        return ABSENT
    ends = (number(end, digits=digits, bounded=bounded) for end in (low, high))
    return f"[{', '.join(ends)}]"


def cell(value: Any, *, digits: int = 2, bounded: bool = False) -> str:
    """Print any value: counts whole, dates as days, flags as words, text on one line.

    Examples
    --------
    >>> cell(12345), cell(True), cell(pd.Timestamp("2026-01-05")), cell(None), cell("a\\nb")
    ('12,345', 'yes', '2026-01-05', '—', 'a b')
    """
    if is_absent(value):
        return ABSENT
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return f"{int(value):,}".replace("-", MINUS)
    if isinstance(value, (float, np.floating)):
        return number(float(value), digits=digits, bounded=bounded)
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    return " ".join(str(value).split())
