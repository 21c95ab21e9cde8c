"""Checking, keying and scoring answers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

import mentorlab as ml

from .side_by_side import Line, best

KEYS = ["relationship_id", "rater_id", "role", "wave", "element"]


def compare_scoring(n_answers: int, *, seed: int) -> Iterator[Line]:
    """`score_elements`, checks included, beside a bare group mean of answers already keyed."""
    answers, codebook = _make_answers(n_answers, seed=seed)
    ml.score_elements(answers.head(1000), codebook=codebook)
    element = answers["item"].str.rsplit("_", n=1).str[0]
    keyed = answers.assign(element=element)
    theirs, bare = best(lambda: keyed.groupby(KEYS)["value"].mean(), repeats=5)
    seconds, scores = best(lambda: ml.score_elements(answers, codebook=codebook), repeats=5)
    ours = scores.set_index(KEYS)["score"].reindex(bare.index)
    assert len(scores) == len(bare)
    assert np.allclose(ours, bare)
    job = f"scoring {len(answers):,} answers with every check"
    yield Line(job, "bare pandas groupby-mean", seconds, theirs, 2, most=True)


def _make_answers(n_answers: int, *, seed: int) -> tuple[pd.DataFrame, ml.Codebook]:
    """Answers of pairs in three waves to 32 items, none reversed so that means compare."""
    rng = np.random.default_rng(seed)
    elements = [f"element{i}" for i in range(8)]
    items = [f"{element}_{j}" for element in elements for j in range(1, 5)]
    n_forms = n_answers // len(items)
    form = np.repeat(np.arange(n_forms), len(items))
    person = form // 3
    answers = pd.DataFrame(
        {
            "relationship_id": [f"r{i:06d}" for i in person // 2],
            "rater_id": [f"p{i:06d}" for i in person],
            "role": np.where(person % 2, "mentor", "mentee"),
            "wave": form % 3 + 1,
            "item": np.tile(items, n_forms),
            "value": rng.integers(1, 6, len(form)),
        }
    )
    codebook = pd.DataFrame(
        {"item": items, "element": np.repeat(elements, 4), "reverse": False, "low": 1, "high": 5}
    )
    return answers, ml.Codebook(codebook)
