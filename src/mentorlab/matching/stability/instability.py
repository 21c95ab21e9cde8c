"""Blocking pairs: a mentee and a mentor who would rather have each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...options import Stability, check_option
from ..assignment import Assignment
from ..judgment.standing import Standing

WHO = "blocking_pairs"
COLUMNS = (
    "mentee_id",
    "mentor_id",
    "mentee_gain",
    "mentor_gain",
    "mentee_places",
    "mentor_places",
    "replaces",
    "keeps_rules",
)


def blocking_pairs(assignment: Assignment, *, stability: Stability = "weak") -> pd.DataFrame:
    r"""Find the pairs who would both gain by leaving their partners for each other.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.
    stability : {"weak", "strong", "super"}
        What breaks stability where someone is indifferent. ``"weak"``: both must gain.
        ``"strong"``: one gains and the other loses nothing. ``"super"``: neither loses.

    Returns
    -------
    pandas.DataFrame
        One row a pair, largest gain first:

        - `mentee_id`, `mentor_id`;
        - `mentee_gain`, `mentor_gain`: utility gained over the present mentor, and over the mentee
          given up; empty where there is none to compare with (an unmatched mentee, a free place);
        - `mentee_places`, `mentor_places`: how many places up the own list the change goes, the
          end of the list standing for nobody;
        - `replaces`: the mentee whom the mentor would give up; empty for a free place;
        - `keeps_rules`: whether the change would respect lower limits and quotas.

    Raises
    ------
    OptionError
        If `stability` is unknown.

    Notes
    -----
    Mentee :math:`i` and mentor :math:`j` block if they are acceptable to each other, not matched,
    :math:`u_i(j) > u_i(\mu(i))`, and `j` has a free place or :math:`u_j(i) > \min_{k \in \mu(j)}
    u_j(k)`. Preferences over sets of mentees are responsive: one mentee is weighed against
    another, place by place. People in required pairs are neither free to leave nor given up.
    Pairs that lower limits or quotas keep apart are listed all the same, with `keeps_rules` false:
    they are the price of the rule.

    References
    ----------
    gale1962 : College admissions and the stability of marriage.
    irving1994 : Stable marriage and indifference.

    Examples
    --------
    >>> from mentorlab.matching import Market, as_policy, assign
    >>> market = Market.from_utilities([[2, 1], [2, 1]], [[5, 1], [3, 1]], capacity=1)
    >>> crossed = assign(market, as_policy(lambda market, rng: [1, 0], name="crossed"), seed=1)
    >>> blocking_pairs(crossed)[["mentee_id", "mentor_id", "mentee_gain", "replaces"]].values
    array([[0, 0, 1.0, 1]], dtype=object)
    """
    check_option(stability, Stability, who=WHO, name="stability")
    standing = Standing(assignment.market, assignment.mentor_of)
    return describe_blocking(standing, blocking_places(standing, stability=stability))


def blocking_places(standing: Standing, *, stability: Stability = "weak") -> np.ndarray:
    """Find where blocking pairs stand in the list of all pairs.

    Returns
    -------
    ndarray of int64
        Positions in ``standing.edges``.
    """
    edges = standing.edges
    mine, now = edges.mentee_utility, standing.mentee_now[standing.mentee]
    theirs, bar = edges.mentor_utility, standing.mentor_bar[edges.mentor]
    if stability == "weak":
        blocks = (mine > now) & (theirs > bar)
    else:
        blocks = (mine >= now) & (theirs >= bar)
        if stability == "strong":
            blocks &= (mine > now) | (theirs > bar)
        blocks[standing.place[standing.place >= 0]] = False
    return np.flatnonzero(blocks)


def describe_blocking(standing: Standing, places: np.ndarray) -> pd.DataFrame:
    """Say who gains how much at some of the pairs, as `blocking_pairs` does."""
    market, edges = standing.market, standing.edges
    mentee, mentor = standing.mentee[places], edges.mentor[places]
    gives_up = standing.taker(places)
    gain = gains(standing, places, gives_up)
    replaces = np.full(len(places), None, dtype=object)
    replaces[gives_up >= 0] = market.mentee_ids[gives_up[gives_up >= 0]]
    frame = pd.DataFrame(
        {
            "mentee_id": market.mentee_ids[mentee],
            "mentor_id": market.mentor_ids[mentor],
            **gain,
            "replaces": pd.Series(replaces, dtype="object"),
            "keeps_rules": keeps_rules(standing, mentee, mentor, gives_up),
        },
        columns=COLUMNS,
    )
    largest = np.argsort(-(gain["mentee_places"] + gain["mentor_places"]), kind="stable")
    return frame.iloc[largest].reset_index(drop=True)


def gains(standing: Standing, places: np.ndarray, gives_up: np.ndarray) -> dict[str, np.ndarray]:
    """Tell what both sides of some pairs would gain, in utility and in places up their lists."""
    edges = standing.edges
    mentee, mentor = standing.mentee[places], edges.mentor[places]
    now = standing.place[mentee]
    had = np.where(gives_up >= 0, standing.place[gives_up], -1)
    length = np.diff(edges.indptr)
    wanted_by = np.bincount(edges.mentor, minlength=standing.market.n_mentors)
    sides = {}
    for side, utility, rank, before, end in (
        ("mentee", edges.mentee_utility, standing.mentee_rank, now, length[mentee]),
        ("mentor", edges.mentor_utility, standing.mentor_rank, had, wanted_by[mentor]),
    ):
        sides[f"{side}_gain"] = np.where(before >= 0, utility[places] - utility[before], np.nan)
        was = np.where(before >= 0, rank[before], end + 1)
        sides[f"{side}_places"] = was - rank[places]
    order = ("mentee_gain", "mentor_gain", "mentee_places", "mentor_places")
    return {name: sides[name] for name in order}


def keeps_rules(
    standing: Standing, mentee: np.ndarray, mentor: np.ndarray, gives_up: np.ndarray
) -> np.ndarray:
    """Tell which changes keep lower limits and quotas.

    Parameters
    ----------
    standing : Standing
        Before the change.
    mentee, mentor : ndarray of int, shape (k,)
        Who would be matched.
    gives_up : ndarray of int, shape (k,)
        The mentee who would be given up, -1 for nobody.

    Returns
    -------
    ndarray of bool, shape (k,)
    """
    market = standing.market
    before = standing.mentor_of[mentee]
    left = before >= 0
    kept = ~left | (standing.load[before] - 1 >= market.lower[before])
    for rule in market.quotas:
        inside = rule.mentee_mask[mentee]
        n = rule.count(standing.mentor_of) + (inside & rule.mentor_mask[mentor]).astype(np.int64)
        n -= inside & left & rule.mentor_mask[before]
        n -= (gives_up >= 0) & rule.mentee_mask[gives_up] & rule.mentor_mask[mentor]
        kept &= (n >= rule.low) & (n <= rule.high)
    return kept
