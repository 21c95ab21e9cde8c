"""How long relationships last, from counts by relationship week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .study import RunBlock


def curve_of(blocks: Sequence[RunBlock], names: tuple[str, ...]) -> pd.DataFrame:
    """Give the share of relationships that have not ended unplanned.

    Returns
    -------
    pandas.DataFrame
        `policy, week, survival, conf_low, conf_high`; week 0 is the start.

    Notes
    -----
    Kaplan-Meier over all replications together; planned ends and the horizon censor. The interval
    is two standard deviations of the replications' own curves over root n.
    """
    counts = np.concatenate([block.curve for block in blocks], axis=1)
    frames = []
    for p, name in enumerate(names):
        pooled = _survival(counts[p].sum(axis=0))
        single = np.stack([_survival(count) for count in counts[p]])
        n = len(single)
        half = (
            1.96 * single.std(axis=0, ddof=1) / np.sqrt(n)
            if n > 1
            else np.full(len(pooled), np.nan)
        )
        frames.append(
            pd.DataFrame(
                {
                    "policy": name,
                    "week": np.arange(len(pooled)),
                    "survival": pooled,
                    "conf_low": np.clip(pooled - half, 0, 1),
                    "conf_high": np.clip(pooled + half, 0, 1),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _survival(count: np.ndarray) -> np.ndarray:
    at_risk, ended = count
    hazard = np.divide(ended, at_risk, out=np.zeros(len(ended)), where=at_risk > 0)
    return np.concatenate([[1.0], np.cumprod(1.0 - hazard)])
