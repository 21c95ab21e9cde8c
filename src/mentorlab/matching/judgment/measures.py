"""The numbers that judge an assignment, each from one definition."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...stats.inequality import gini
from ..stability.instability import blocking_places, describe_blocking
from .standing import Standing

ABOUT = {
    "n_mentees": "mentees who apply",
    "n_matched": "mentees with a mentor",
    "coverage": "share of mentees with a mentor",
    "places_used": "share of mentors' places that are filled",
    "mentors_used": "share of mentors with a place who have a mentee",
    "total_utility": "sum of both sides' utilities over pairs",
    "mentee_total": "sum of mentees' utilities",
    "mentor_total": "sum of mentors' utilities",
    "mentee_mean": "mean utility of matched mentees",
    "mentor_mean": "mean utility of mentors per pair",
    "mentee_lowest": "lowest utility of a matched mentee",
    "mentee_mean_rank": "mean rank of the mentor among those acceptable, matched mentees",
    "mentee_worst_rank": "worst such rank",
    "first_choice": "share of all mentees with a mentor whom they like best",
    "top_three": "share of all mentees with a mentor among their three best",
    "mentor_mean_rank": "mean rank of the mentee among those acceptable, per pair",
    "envious_mentees": "mentees who like better a mentor who holds someone that mentor likes less",
    "envy_share": "share of mentees who envy with reason",
    "free_place_claims": "mentees who like better a mentor with a free place",
    "blocking_pairs": "pairs who would both gain by leaving their partners for each other",
    "blocking_share": "blocking pairs as a share of acceptable pairs",
    "blocking_mentees": "mentees in a blocking pair",
    "blocking_gain": "mean gain of blocking pairs: the smaller of both, in places up the list",
    "load_mean": "mentees per mentor with a place",
    "load_largest": "most mentees of one mentor",
    "load_gini": "inequality of mentees over mentors with a place, 0 to 1",
}


def measure(standing: Standing) -> dict[str, float]:
    """Give every measure of an assignment by name; the keys of ``ABOUT``.

    Parameters
    ----------
    standing : Standing
        The assignment.

    Returns
    -------
    dict of str to float
        NaN where there is nothing to measure.
    """
    return {
        **_coverage(standing),
        **_utilities(standing),
        **_ranks(standing),
        **_envy(standing),
        **_blocking(standing),
        **_load(standing),
    }


def _coverage(standing: Standing) -> dict[str, float]:
    market = standing.market
    n_matched = int((standing.mentor_of >= 0).sum())
    open_to = market.capacity > 0
    return {
        "n_mentees": market.n_mentees,
        "n_matched": n_matched,
        "coverage": n_matched / market.n_mentees,
        "places_used": n_matched / int(market.capacity.sum()) if open_to.any() else np.nan,
        "mentors_used": float((standing.load[open_to] > 0).mean()) if open_to.any() else np.nan,
    }


def _utilities(standing: Standing) -> dict[str, float]:
    own = standing.place[standing.place >= 0]
    mentee = standing.edges.mentee_utility[own]
    mentor = standing.edges.mentor_utility[own]
    return {
        "total_utility": float(mentee.sum() + mentor.sum()),
        "mentee_total": float(mentee.sum()),
        "mentor_total": float(mentor.sum()),
        "mentee_mean": _mean(mentee),
        "mentor_mean": _mean(mentor),
        "mentee_lowest": float(mentee.min()) if len(own) else np.nan,
    }


def _ranks(standing: Standing) -> dict[str, float]:
    own = standing.place[standing.place >= 0]
    mentee, mentor = standing.mentee_rank[own], standing.mentor_rank[own]
    n = standing.market.n_mentees
    return {
        "mentee_mean_rank": _mean(mentee),
        "mentee_worst_rank": float(mentee.max()) if len(own) else np.nan,
        "first_choice": int((mentee == 1).sum()) / n,
        "top_three": int((mentee <= 3).sum()) / n,
        "mentor_mean_rank": _mean(mentor),
    }


def _envy(standing: Standing) -> dict[str, float]:
    edges = standing.edges
    wants = standing.better_for_mentee()
    envies = wants & (edges.mentor_utility > standing.worst_held[edges.mentor])
    claims = wants & ~standing.full[edges.mentor]
    n_envious = len(np.unique(standing.mentee[envies]))
    return {
        "envious_mentees": n_envious,
        "envy_share": n_envious / standing.market.n_mentees,
        "free_place_claims": len(np.unique(standing.mentee[claims])),
    }


def _blocking(standing: Standing) -> dict[str, float]:
    places = blocking_places(standing)
    pairs = describe_blocking(standing, places)
    smaller = np.minimum(pairs["mentee_places"], pairs["mentor_places"])
    n_pairs = standing.edges.n_pairs
    return {
        "blocking_pairs": len(places),
        "blocking_share": len(places) / n_pairs if n_pairs else np.nan,
        "blocking_mentees": int(pairs["mentee_id"].nunique()),
        "blocking_gain": _mean(smaller.to_numpy()),
    }


def _load(standing: Standing) -> dict[str, float]:
    load = standing.load[standing.market.capacity > 0]
    return {
        "load_mean": _mean(load),
        "load_largest": float(load.max()) if len(load) else np.nan,
        "load_gini": gini(load) if len(load) else np.nan,
    }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else np.nan


def rank_profile(standing: Standing) -> pd.DataFrame:
    """Tell how many got their first, second, ... choice.

    Returns
    -------
    pandas.DataFrame
        `side` (mentee, mentor), `rank`, `n`, `share` (of all mentees, or of all pairs for
        mentors), `at_least` (share with this rank or a better one). Unmatched mentees are in the
        share and in no row.
    """
    own = standing.place[standing.place >= 0]
    frames = []
    for side, ranks, base in (
        ("mentee", standing.mentee_rank[own], standing.market.n_mentees),
        ("mentor", standing.mentor_rank[own], len(own)),
    ):
        found, n = np.unique(ranks, return_counts=True)
        frame = pd.DataFrame({"rank": found, "n": n}).assign(side=side)
        share = frame["n"] / base if base else frame["n"].astype("float64")
        frames.append(frame.assign(share=share, at_least=share.cumsum()))
    columns = ["side", "rank", "n", "share", "at_least"]
    return pd.concat(frames, ignore_index=True)[columns]


def worst_off(standing: Standing, *, n: int) -> pd.DataFrame:
    """List the mentees with the least: first the unmatched, then by rank from the worst.

    Returns
    -------
    pandas.DataFrame
        `mentee_id`, `mentor_id` (empty for nobody), `rank`, `utility`, `n_acceptable` (mentors on
        the list), `shortfall` (utility below the best acceptable mentor).
    """
    market, edges = standing.market, standing.edges
    length = np.diff(edges.indptr)
    matched = standing.place >= 0
    safe = np.where(matched, standing.place, 0)
    if not edges.n_pairs:
        rank = utility = shortfall = np.full(market.n_mentees, np.nan)
    else:
        rank = np.where(matched, standing.mentee_rank[safe], np.nan)
        utility = np.where(matched, edges.mentee_utility[safe], np.nan)
        best = edges.mentee_utility[np.minimum(edges.indptr[:-1], edges.n_pairs - 1)]
        shortfall = np.where(matched, best - utility, np.nan)
    mentor = np.full(market.n_mentees, None, dtype=object)
    mentor[matched] = market.mentor_ids[standing.mentor_of[matched]]
    frame = pd.DataFrame(
        {
            "mentee_id": market.mentee_ids,
            "mentor_id": mentor,
            "rank": rank,
            "utility": utility,
            "n_acceptable": length,
            "shortfall": shortfall,
        }
    )
    order = np.lexsort((-np.nan_to_num(shortfall), -np.nan_to_num(rank), matched))
    return frame.iloc[order[:n]].reset_index(drop=True)


def mentor_loads(standing: Standing) -> pd.DataFrame:
    """List each mentor's places and mentees: `mentor_id, capacity, lower, load, free`."""
    market = standing.market
    return pd.DataFrame(
        {
            "mentor_id": market.mentor_ids,
            "capacity": market.capacity,
            "lower": market.lower,
            "load": standing.load,
            "free": market.capacity - standing.load,
        }
    )
