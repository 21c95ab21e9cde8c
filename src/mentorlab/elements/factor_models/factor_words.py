"""Factor models in words: numbers as papers print them, warnings that name what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from ...errors import OptionError, listing, quote
from ...options import FactorEstimator, check_option

FEW_ROWS = 100
ROWS_PER_PARAMETER = 5
FEW_CLUSTERS = 40
_ORDINAL = ("wlsmv", "wls", "dwls", "uls", "ulsmv", "wlsm")
_IMPROPER = {
    "residual": "the residual variance of {} is not positive",
    "variance": "the variance of {} is not positive",
    "correlation": "the correlation of {} is 1 or beyond",
    "residual_correlation": "the residuals of {} correlate 1 or beyond",
    "correlations": "the correlations of the factors are not positive definite",
}


def check_estimator(estimator: str, *, who: str) -> str:
    """Return a known estimator, naming what there is not.

    Raises
    ------
    OptionError
        For others; ordinal estimators and ``"mlr"`` get advice.
    """
    name = estimator.lower() if isinstance(estimator, str) else ""
    if name in _ORDINAL:
        raise OptionError(
            f"{who}: `estimator` must be 'ml' or 'fiml'; got {quote(estimator)}. Estimators for "
            "ordinal answers (WLSMV and its kin) are not available. With five or more answer "
            "categories in use and no strong ceiling, 'ml' with robust=True is close; else fit "
            "the model with lavaan or Mplus."
        )
    if name == "mlr":
        raise OptionError(
            f"{who}: `estimator` must be 'ml' or 'fiml'; got {quote(estimator)}. For robust errors "
            "and a scaled chi-square say robust=True."
        )
    return check_option(estimator, FactorEstimator, who=who, name="estimator")


def dot(value: float, digits: int = 2) -> str:
    """A number that can't be far above 1 as papers print it.

    Examples
    --------
    >>> dot(0.934), dot(-0.1), dot(1.02), dot(float("nan"))
    ('.93', '-.10', '1.02', '-')
    """
    if not np.isfinite(value):
        return "-"
    text = f"{value:.{digits}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 and "0." in text[:3] else text


def interval(low: float, high: float, digits: int = 2) -> str:
    """An interval as papers print it.

    Examples
    --------
    >>> interval(0.88, 0.97)
    '[.88, .97]'
    """
    return f"[{dot(low, digits)}, {dot(high, digits)}]"


def p_words(p: float) -> str:
    """A p value as papers print it.

    Examples
    --------
    >>> p_words(0.0234), p_words(0.00001)
    ('p = .023', 'p < .001')
    """
    return "p < .001" if p < 0.001 else f"p = {dot(p, 3)}"


def group_words(labels: dict[str, object]) -> str:
    """Name a group: ``"mentor, wave 2"``."""
    return ", ".join(
        str(value) if name == "role" else f"{name} {value}" for name, value in labels.items()
    )


def improper_words(
    found: Iterable[tuple[str, tuple[int, ...]]], items: Sequence[str], factors: Sequence[str]
) -> list[str]:
    """Say what is improper (a Heywood case), from what ``stats.cfa_inference.improper`` found."""
    said = []
    for kind, cells in found:
        names = items if kind.startswith("residual") else factors
        said.append(_IMPROPER[kind].format(" and ".join(names[cell] for cell in cells)))
    return said


def small_sample_words(n: int, n_free: int) -> str:
    """Warn of a sample too small for its number of parameters; empty when it is large enough."""
    if n >= FEW_ROWS and n >= ROWS_PER_PARAMETER * n_free:
        return ""
    return (
        f"{n:,} rows for {n_free} parameters: in samples this small the chi-square rejects too "
        "often and intervals are too narrow"
    )


def few(names: Sequence[str], limit: int = 4) -> str:
    """Join names for a sentence, cut with a count when there are many.

    Examples
    --------
    >>> few(["a", "b"]), few(list("abcdef"), 3)
    ('a and b', 'a, b, c and 3 more')
    """
    if len(names) > limit:
        return f"{', '.join(names[:limit])} and {len(names) - limit} more"
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else list(names))


def check_flag(value: bool, *, who: str, name: str) -> None:
    """Refuse what is neither true nor false.

    Raises
    ------
    OptionError
    """
    if not isinstance(value, (bool, np.bool_)):
        raise OptionError(f"{who}: `{name}` must be {listing([True, False])}; got {quote(value)}.")
