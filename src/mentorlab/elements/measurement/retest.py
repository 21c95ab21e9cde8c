"""How much the order of persons on an element stays the same from wave to wave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import pairwise

import numpy as np
import pandas as pd

from ...coding import code_rows
from ...rng import child_rng
from ...stats.reliability.guttman import correlation_of
from ...stats.resampling import bootstrap_covariances
from ..answers import OCCASION, KeyedAnswers
from .estimates import Estimate, Request
from .scales import Scale

_FEWEST = 4


def retest_rows(
    answers: KeyedAnswers, scales: Iterable[Scale], request: Request
) -> Iterator[dict[str, object]]:
    """Correlate each person's scores in consecutive waves, one row for each two waves.

    Parameters
    ----------
    answers : KeyedAnswers
        Where the scales come from.
    scales : iterable of Scale
        Not split by wave.
    request : Request
        How intervals are made.

    Yields
    ------
    dict
        A row as ``reliability`` gives them; a scale asked in one wave has a row that says so.
    """
    same = code_rows(answers.occasions, [name for name in OCCASION if name != "wave"])
    waves = answers.occasions["wave"].to_numpy()
    for scale in scales:
        seen = np.unique(waves[scale.occasion])
        if len(seen) < 2:
            found = Estimate(note="answered in one wave only")
            yield _row(scale, "", found, 0, len(np.unique(same[scale.occasion])))
        for first, second in pairwise(seen):
            both, n_dropped = _pairs(scale, waves, same, (first, second))
            found = _correlate(both, scale, request, f"{first}-{second}")
            yield _row(scale, f"{first}-{second}", found, len(both), n_dropped)


def _row(scale: Scale, waves: str, found: Estimate, n: int, n_dropped: int) -> dict[str, object]:
    return {
        **scale.labels,
        "element": scale.element,
        "coefficient": "retest",
        "waves": waves,
        **asdict(found),
        "n": n,
        "n_dropped": n_dropped,
        "n_items": len(scale.names),
    }


def _pairs(
    scale: Scale, waves: np.ndarray, same: np.ndarray, pair: tuple[object, object]
) -> tuple[pd.DataFrame, int]:
    frame = pd.DataFrame(
        {
            "same": same[scale.occasion],
            "wave": waves[scale.occasion],
            "person": scale.person,
            "score": np.where(scale.is_complete, scale.matrix.mean(axis=1), np.nan),
        }
    )
    sides = [frame[frame["wave"] == wave] for wave in pair]
    merged = sides[0].merge(sides[1], on="same", suffixes=("", "_later"), how="outer")
    both = merged.dropna(subset=["score", "score_later"])
    return both, len(merged) - len(both)


def _correlate(both: pd.DataFrame, scale: Scale, request: Request, waves: str) -> Estimate:
    scores = both[["score", "score_later"]].to_numpy()
    if len(scores) < _FEWEST:
        return Estimate(note=f"fewer than {_FEWEST} persons with complete answers in both waves")
    if (np.ptp(scores, axis=0) == 0).any():
        return Estimate(note="the scores of a wave do not vary")
    r = float(np.corrcoef(scores, rowvar=False)[0, 1])
    if request.interval == "bootstrap":
        names = [str(value) for value in scale.labels.values()]
        rng = child_rng(request.seed, "retest", scale.element, waves, *names)
        units, _ = pd.factorize(both["person"])
        drawn = bootstrap_covariances(scores, n_draws=request.n_draws, rng=rng, units=units)
        return request.from_draws(r, np.concatenate([_correlations(block) for block in drawn]))
    from scipy.stats import norm

    center, half = np.arctanh(min(max(r, -1 + 1e-12), 1 - 1e-12)), 1 / np.sqrt(len(scores) - 3)
    half *= norm.ppf((1 + request.level) / 2)
    low, high = np.tanh([center - half, center + half])
    error = (1 - r**2) / np.sqrt(len(scores) - 1)
    return Estimate(r, float(error), float(low), float(high), "fisher")


def _correlations(covariances: np.ndarray) -> np.ndarray:
    varies = (np.diagonal(covariances, axis1=1, axis2=2) > 0).all(axis=1)
    drawn = np.full(len(covariances), np.nan)
    drawn[varies] = correlation_of(covariances[varies])[:, 0, 1]
    return drawn
