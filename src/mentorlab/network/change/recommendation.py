"""Whom might one suggest to a mentee, and how good are such suggestions?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...errors import EstimationError, count, quote
from ...options import check_option
from ...rng import child_rng
from ..choices import Recommender
from ..clock import read_time
from ..measures.load import need_direction
from ..measures.reach import whole_number
from ..network import MentorNetwork
from ..result import PersonTable, asked

WHO = "recommend_ties"
_BLOCK = 2_000_000
_METHODS = ("paths", "popularity", "random")
_MEANING = {
    "paths": "three-step paths: mentors of those who share a mentor with the mentee",
    "popularity": "mentors with most mentees",
    "random": "mentors drawn at random",
}


def recommend_ties(
    network: MentorNetwork,
    *,
    seed: int,
    method: Recommender = "paths",
    k: int = 5,
    mentee_ids: Sequence[Any] | None = None,
) -> PersonTable:
    """Suggest mentors from the ties alone: a baseline that any matching should beat.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    seed : int
        Breaks equal scores.
    method : {"paths", "popularity", "random"}
        ``"paths"`` counts three-step paths from mentee to mentor.
    k : int
        Suggestions a mentee.
    mentee_ids : sequence, optional
        For whom; all mentees when left out.

    Returns
    -------
    PersonTable
        `mentee_id`, `mentor_id`, `rank`, `score`; mentors who have the mentee already, the mentee,
        and mentors without a spare slot are not suggested.

    Raises
    ------
    OptionError
        For unknown people or methods.

    Notes
    -----
    Structure alone ignores what people want and need, and favors the popular: evaluate it with
    `evaluate_recommendations` before use, and match on preferences with `mentorlab.matching`.

    References
    ----------
    libennowell2007 : The link-prediction problem for social networks.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "ann", "bo"], "target": ["cy", "di", "di"]})
    >>> network = MentorNetwork.from_ties(ties, source="records")
    >>> recommend_ties(network, seed=1, k=1, mentee_ids=["cy"]).to_frame()["mentor_id"].tolist()
    ['bo']
    """
    need_direction(network, who=WHO)
    check_option(method, Recommender, who=WHO, name="method")
    k = whole_number(k, who=WHO, name="k", least=1)
    mentees = (
        network.mentees
        if mentee_ids is None
        else network.positions(list(mentee_ids), who=WHO).astype(np.int64)
    )
    rng = child_rng(seed, WHO, method)
    full = network.load >= np.where(np.isnan(network.capacity), np.inf, network.capacity)
    rows = []
    for part, scores in _scores(network, mentees, method, rng):
        scores[:, full[network.mentors]] = -np.inf
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        kept = np.take_along_axis(scores, best, axis=1)
        rank = np.broadcast_to(np.arange(1, best.shape[1] + 1), best.shape)
        good = np.isfinite(kept)
        rows.append(
            pd.DataFrame(
                {
                    "mentee_id": np.repeat(network.ids[part], good.sum(axis=1)),
                    "mentor_id": network.ids[network.mentors[best[good]]],
                    "rank": rank[good],
                    "score": np.floor(kept[good]) if method != "random" else kept[good],
                }
            )
        )
    return PersonTable(
        table=pd.concat(rows, ignore_index=True),
        title=f"Suggestions for {count(len(mentees), 'mentee')}",
        said=(f"{method}: {_MEANING[method]}", f"equal scores in random order, seed {seed}"),
        keys=("libennowell2007",),
        **asked(WHO, network, {"method": method, "k": k, "seed": seed}),
    )


def _scores(network: MentorNetwork, mentees: np.ndarray, method: str, rng: np.random.Generator):
    """Scores of all mentors for mentees, a block at a time; fractions only break ties."""
    from scipy.sparse import csr_array

    mentors, n = network.mentors, network.n_people
    into = network.into
    ties = csr_array((np.ones(len(into.indices)), into.indices, into.indptr), shape=(n, n))
    step = max(1, _BLOCK // max(len(mentors), 1))
    shared = (ties.T @ ties)[:, mentors].tocsr() if method == "paths" else None
    for begin in range(0, len(mentees), step):
        part = mentees[begin : begin + step]
        own = ties[part][:, mentors].toarray()
        if shared is not None:
            scores = (ties[part] @ shared).toarray()
        elif method == "popularity":
            scores = np.tile(network.load[mentors].astype(float), (len(part), 1))
        else:
            scores = np.zeros((len(part), len(mentors)))
        scores = scores + rng.random(scores.shape)
        scores[own > 0] = -np.inf
        scores[part[:, None] == mentors] = -np.inf
        yield part, scores


def evaluate_recommendations(
    network: MentorNetwork, *, at: Any, seed: int, k: int = 10
) -> PersonTable:
    """Tell how well ties up to a moment foretell the ties after it, beside chance and popularity.

    Parameters
    ----------
    network : MentorNetwork
        With dated ties.
    at : date or number
        Ties that started before are known, those from then on are to be foretold.
    seed : int
        Breaks equal scores.
    k : int
        Suggestions looked at.

    Returns
    -------
    PersonTable
        One row a method: `method`, `n_mentees`, `n_ties` (to be foretold), `hit_rate` (mentees
        with a true mentor among the first k), `precision` (true ones among them), `auc` (chance
        that a true mentor is ranked above another), `n_cold` (mentees without a tie before).

    Raises
    ------
    OptionError
        If nothing dates the ties.
    EstimationError
        If there are no ties before, or none after, that known mentors could take.

    Notes
    -----
    Only mentors with a tie before `at` can be suggested. Mentees without a tie before have no
    paths: for them the method is chance.

    References
    ----------
    libennowell2007 : The link-prediction problem for social networks.
    """
    who = "evaluate_recommendations"
    need_direction(network, who=who)
    moment = read_time(at, network.clock, who=who)
    k = whole_number(k, who=who, name="k", least=1)
    known = network.with_ties(network.start < moment, f"ties before {at}")
    later = network.start >= moment
    if not known.n_ties or not later.any():
        raise EstimationError(
            f"{who}: needs ties on both sides of {quote(at)}; there are {known.n_ties:,} before "
            f"and {int(later.sum()):,} from then on."
        )
    known = _as_known(known)
    truth = _truth(known, network.mentor[later], network.mentee[later])
    if not len(truth[0]):
        raise EstimationError(
            f"{who}: none of the later ties is with a mentor known before {quote(at)}."
        )
    rows = [_judge(known, truth, method, k, seed) for method in _METHODS]
    return PersonTable(
        table=pd.DataFrame(rows),
        title=f"Suggestions from ties before {at}, judged by ties after",
        said=tuple(f"{method}: {_MEANING[method]}" for method in _METHODS),
        keys=("libennowell2007",),
        **asked(who, network, {"at": str(at), "k": k, "seed": seed}),
    )


def _as_known(known: MentorNetwork) -> MentorNetwork:
    from dataclasses import replace

    return replace(known, is_mentor=known.load > 0, capacity=np.full(known.n_people, np.nan))


def _truth(
    known: MentorNetwork, mentor: np.ndarray, mentee: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """New pairs whose mentor was known before, ordered by mentee."""
    n = known.n_people
    pairs = np.unique(mentee.astype(np.int64) * n + mentor)
    before = known.pairs.mentee.astype(np.int64) * n + known.pairs.mentor
    pairs = pairs[~np.isin(pairs, before)]
    mentees, mentors = np.divmod(pairs, n)
    kept = known.is_mentor[mentors]
    return mentees[kept], mentors[kept]


def _judge(
    known: MentorNetwork, truth: tuple[np.ndarray, np.ndarray], method: str, k: int, seed: int
) -> dict[str, object]:
    mentees = np.unique(truth[0])
    place = np.full(known.n_people, -1)
    place[known.mentors] = np.arange(len(known.mentors))
    hits, found, above = 0, 0, []
    rng = child_rng(seed, "evaluate", method)
    for part, scores in _scores(known, mentees, method, rng):
        for row, person in enumerate(part):
            true = place[truth[1][truth[0] == person]]
            others = np.isfinite(scores[row])
            n_true, n_others = len(true), int(others.sum()) - len(true)
            rank = np.array([(scores[row] > scores[row, j]).sum() for j in true])
            within = int((rank < k).sum())
            hits, found = hits + (within > 0), found + within
            if n_others > 0:
                wrong_above = rank.sum() - n_true * (n_true - 1) / 2
                above.append(1 - wrong_above / (n_true * n_others))
    cold = int((np.diff(known.into.indptr)[mentees] == 0).sum())
    return {
        "method": method,
        "n_mentees": len(mentees),
        "n_ties": len(truth[0]),
        "hit_rate": hits / len(mentees),
        "precision": found / (len(mentees) * k),
        "auc": float(np.mean(above)) if above else np.nan,
        "n_cold": cold,
    }
