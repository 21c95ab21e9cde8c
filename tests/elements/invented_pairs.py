"""Small frames of invented pairs that many tests share."""

from __future__ import annotations

import numpy as np
import pandas as pd


def invent_pairs(
    *,
    n_mentors: int = 30,
    n_mentees: int = 1,
    elements: tuple[str, ...] = ("trust", "growth"),
    waves: tuple[int, ...] = (1,),
    seed: int = 0,
    whole: bool = False,
) -> pd.DataFrame:
    """Give pairs as `pair_partners` does: correlated partners, mentors with a level of their own.

    Parameters
    ----------
    n_mentors, n_mentees : int
        Mentors, and mentees of each.
    elements : tuple of str
        The second follows the first: .5 of the own and .3 of the partner's score.
    waves : tuple of int
        Survey waves.
    seed : int
        Of the draws.
    whole : bool
        Whether scores are whole numbers from 1 to 5.
    """
    rng = np.random.default_rng(seed)
    n = n_mentors * n_mentees
    mentor = np.repeat(np.arange(n_mentors), n_mentees)
    ids = {
        "relationship_id": [f"r{i}" for i in range(n)],
        "mentor_id": [f"m{i}" for i in mentor],
        "mentee_id": [f"e{i}" for i in range(n)],
    }
    parts = []
    for wave in waves:
        level = 0.5 * rng.normal(size=n_mentors)[mentor]
        shared = rng.normal(size=n)
        scores = np.stack([shared + rng.normal(size=n), shared + rng.normal(size=n)], axis=1)
        for i, element in enumerate(elements):
            if i:
                scores = 0.5 * scores + 0.3 * scores[:, ::-1] + rng.normal(size=(n, 2))
                scores = scores + level[:, None]
            shown = np.clip(np.round(3 + scores), 1, 5) if whole else 3 + scores
            frame = pd.DataFrame({**ids, "wave": wave, "element": element})
            parts.append(frame.assign(mentor=shown[:, 0], mentee=shown[:, 1]))
    pairs = pd.concat(parts, ignore_index=True)
    return pairs.assign(
        mean=pairs[["mentor", "mentee"]].mean(axis=1),
        low=pairs[["mentor", "mentee"]].min(axis=1),
        gap=pairs["mentor"] - pairs["mentee"],
    )
