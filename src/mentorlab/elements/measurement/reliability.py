"""How reliably each element was measured, and which items work against their scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import get_args

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...errors import OptionError, listing, quote
from ...options import ReliabilityCoefficient, ReliabilityInterval, check_level, check_option
from ...provenance import Provenance
from ...result import describe_size
from ...stats.reliability.alpha import item_statistics
from .coefficients import estimate_coefficient
from .estimates import Estimate, Request, Sample, join_notes
from .keying import find_suspects
from .reliability_result import Reliability
from .retest import retest_rows
from .scales import Scale, check_by, split_scales

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
_COEFFICIENT_COLUMNS = (
    "element",
    "coefficient",
    "waves",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "interval",
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
_FEWEST_DRAWS = 100
_FEWEST_TO_SUSPECT = 3
"""With two answerers every correlation is 1 or -1, which accuses no item."""


def reliability(
    responses: pd.DataFrame,
    *,
    codebook: Codebook,
    by: str | Iterable[str] | None = None,
    coefficients: str | Iterable[str] = ("alpha",),
    interval: ReliabilityInterval = "feldt",
    level: float = 0.95,
    n_draws: int = 2000,
    seed: int | None = None,
) -> Reliability:
    """Tell how far the items of each element hang together.

    Items that go against the rest of their scale (negative item-rest correlations, for example
    because they were stored already reversed) are named, with alpha if they were turned; nothing
    is ever turned for you.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table.
    codebook : Codebook
        What the items mean.
    by : str or iterable of str, optional
        Columns of `responses` to split by, such as ``"role"`` or ``["role", "wave"]``.
    coefficients : str or iterable of str
        ``alpha``, ``alpha_standardized``, ``alpha_ordinal`` (of polychoric correlations);
        ``omega`` (one factor) and ``omega_observed``; ``omega_hierarchical`` and ``omega_total``
        (a general and three group factors); ``lambda2``, ``lambda4`` (the best split),
        ``lambda6``; ``split_half_mean``, ``split_half_min``; ``retest`` (scores in consecutive
        waves).
    interval : {"feldt", "bonett", "robust", "bootstrap"}
        The first two are for alpha: omega then gets its delta interval, ``retest`` Fisher's,
        others none. ``robust`` asks for no normal answers, for alpha and omega. ``bootstrap`` draws
        persons with all their answers, for every coefficient.
    level : float
        Confidence level between 0 and 1.
    n_draws : int
        Bootstrap samples, 100 or more.
    seed : int, optional
        Needed where something is drawn: by the bootstrap, and for the halves of scales of 19
        items or more.

    Returns
    -------
    Reliability
        Only complete answers to an element's items count; `n_dropped` says how many were not.
        With alpha alone a row is an element and group; else a row is also one coefficient.

    Raises
    ------
    SchemaError
        If the responses do not fit the data model or the codebook.
    OptionError
        If `by` names an unknown column, a coefficient or interval is unknown, `level` is not
        between 0 and 1, or the bootstrap has no seed.

    Notes
    -----
    Every coefficient is a share of the variance of the sum of the items and assumes that errors
    are uncorrelated. Alpha also assumes equal loadings and else understates reliability. Ordinal
    alpha describes answers that nobody observed. ``retest`` takes any true change for error, and
    relationships change. None says that the items measure one thing: see ``factor_structure``.
    Formulas stand at ``stats.cronbach_alpha``, ``stats.fit_one_factor``,
    ``stats.schmid_leiman``, ``stats.guttman_lambda2`` and ``stats.split_halves``.

    References
    ----------
    cronbach1951, feldt1965, bonett2015, mcdonald1999, guttman1945, zinbarg2005, revelle2019

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> result = ml.reliability(program.responses, codebook=ml.item_bank(), by="role")
    >>> bool(result.to_frame()["alpha"].between(0, 1).all())
    True
    """
    columns = check_by(responses, by, who="reliability")
    names = _check_coefficients(coefficients, columns)
    request = _check_request(interval, level, n_draws, seed)
    answers, scales = split_scales(responses, codebook=codebook, by=columns, who="reliability")
    rows, items = [], []
    for scale in scales:
        rows += _coefficient_rows(scale, names, request)
        items += _item_rows(scale)
        if "retest" in names:
            rows += retest_rows(answers, [scale], request)
    asked = {"coefficients": names, "interval": interval, "level": request.level}
    size = {"responses": describe_size(responses), "n_draws": n_draws, "seed": seed}
    return Reliability(
        scales=_scale_frame(rows, names, columns),
        items=pd.DataFrame(items, columns=[*columns, *_ITEM_COLUMNS]),
        by=columns,
        n_waves=answers.occasions["wave"].nunique(),
        provenance=Provenance("reliability", {**size, "by": columns, **asked}),
        **asked,
    )


def _check_coefficients(coefficients: str | Iterable[str], by: tuple[str, ...]) -> tuple[str, ...]:
    asked = (coefficients,) if isinstance(coefficients, str) else tuple(coefficients)
    names = tuple(
        check_option(name, ReliabilityCoefficient, who="reliability", name="coefficients")
        for name in dict.fromkeys(asked)
    )
    if not names:
        known = get_args(ReliabilityCoefficient)
        raise OptionError(
            f"reliability: `coefficients` must name at least one of "
            f"{listing(known, limit=len(known))}; got none."
        )
    if "retest" in names and "wave" in by:
        raise OptionError(
            "reliability: 'retest' compares waves, so `by` can't hold 'wave'; leave it out."
        )
    return names


def _check_request(interval: str, level: float, n_draws: int, seed: int | None) -> Request:
    check_option(interval, ReliabilityInterval, who="reliability", name="interval")
    check_level(level, who="reliability")
    if isinstance(n_draws, bool) or not isinstance(n_draws, (int, np.integer)):
        raise OptionError(f"reliability: `n_draws` is a whole number; got {quote(n_draws)}.")
    if interval == "bootstrap" and n_draws < _FEWEST_DRAWS:
        raise OptionError(
            f"reliability: `n_draws` must be {_FEWEST_DRAWS} or more for an interval; "
            f"got {quote(n_draws)}."
        )
    if interval == "bootstrap" and seed is None:
        raise OptionError(
            "reliability: interval='bootstrap' draws samples and needs a `seed`, a whole number "
            "of 0 or more, so that a rerun gives the same numbers."
        )
    return Request(interval=interval, level=float(level), n_draws=int(n_draws), seed=seed)


def _coefficient_rows(
    scale: Scale, names: tuple[str, ...], request: Request
) -> list[dict[str, object]]:
    sample = Sample(scale, request)
    n, k = scale.complete.shape
    against = _against(scale)
    rows = []
    for name in names:
        if name == "retest":
            continue
        found: Estimate = estimate_coefficient(name, sample)
        rows.append(
            {
                **scale.labels,
                "element": scale.element,
                "coefficient": name,
                **asdict(found),
                "n": n,
                "n_dropped": len(scale.matrix) - n,
                "n_items": k,
                "note": join_notes(found.note, against),
            }
        )
        against = ""
    return rows


def _against(scale: Scale) -> str:
    n, k = scale.complete.shape
    if n < _FEWEST_TO_SUSPECT or k < 2 or scale.constant.all():
        return ""
    item_rest, _ = item_statistics(scale.complete)
    covariance = np.cov(scale.complete, rowvar=False)
    return find_suspects(covariance, item_rest, scale.reverse).sentence(scale.names, item_rest)


def _item_rows(scale: Scale) -> Iterator[dict[str, object]]:
    n, k = scale.complete.shape
    if n < 2 or k < 2 or scale.constant.all():
        return
    item_rest, dropped = item_statistics(scale.complete)
    covariance = np.cov(scale.complete, rowvar=False)
    suspects = find_suspects(covariance, item_rest, scale.reverse)
    if np.isnan(suspects.alpha):
        return
    for j in range(k):
        yield {
            **scale.labels,
            "element": scale.element,
            "item": scale.names[j],
            "mean": scale.complete[:, j].mean(),
            "sd": scale.complete[:, j].std(ddof=1),
            "item_rest": item_rest[j],
            "alpha_if_dropped": dropped[j],
            "alpha_if_turned": suspects.turned_alone[j],
        }


def _scale_frame(
    rows: list[dict[str, object]], names: tuple[str, ...], by: tuple[str, ...]
) -> pd.DataFrame:
    if names == ("alpha",):
        frame = pd.DataFrame(rows, columns=[*by, *_COEFFICIENT_COLUMNS])
        frame = frame.rename(columns={"estimate": "alpha"})
        return frame[[*by, *_SCALE_COLUMNS]]
    columns = [name for name in _COEFFICIENT_COLUMNS if name != "waves" or "retest" in names]
    return pd.DataFrame(rows, columns=[*by, *columns]).fillna({"waves": ""})
