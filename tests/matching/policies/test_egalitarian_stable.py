"""The best stable matching, against all stable matchings."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from mentorlab.errors import OptionError
from mentorlab.matching import Market
from mentorlab.matching.kernels.rotations import find_rotations
from mentorlab.matching.policies.egalitarian_stable import EgalitarianStable
from mentorlab.matching.policy import run_policy
from mentorlab.rng import child_rng


def total_rank(market, mentor_of, policy):
    pairs = market.pairs()
    mentee = pairs.mentee()
    total = 0.0
    for k in np.flatnonzero(pairs.mentor == mentor_of[mentee]):
        rivals = pairs.mentor_utility[pairs.mentor == pairs.mentor[k]]
        chances = pairs.mentee_utility[mentee == mentee[k]]
        total += policy.mentee_weight * (1 + (chances > pairs.mentee_utility[k]).sum())
        total += policy.mentor_weight * (1 + (rivals > pairs.mentor_utility[k]).sum())
    return total


def total_cost(market, mentor_of, policy, utilities):
    if policy.measure == "rank":
        return total_rank(market, mentor_of, policy)
    mentee, mentor = utilities(market, mentor_of)
    return -policy.mentee_weight * mentee.sum() - policy.mentor_weight * mentor.sum()


@pytest.mark.parametrize("seed", range(80))
def test_no_stable_matching_is_better(seed, random_market, every_assignment, is_stable, utilities):
    market = random_market(seed, strict=True, most_places=2, largest=6 if seed % 10 == 0 else 5)
    policy = EgalitarianStable(("rank", "utility")[seed % 2], 1.0, (0.5, 1.0, 3.0)[seed % 3])
    stable = [found for found in every_assignment(market) if is_stable(market, found)]
    found = run_policy(market, policy, child_rng(1))
    assert any((found == other).all() for other in stable)
    least = min(total_cost(market, other, policy, utilities) for other in stable)
    assert total_cost(market, found, policy, utilities) == pytest.approx(least)


@pytest.mark.parametrize("seed", range(20))
def test_with_equals_the_answer_is_stable(seed, random_market, is_stable):
    market = random_market(seed, largest=7)
    assert is_stable(market, run_policy(market, "egalitarian_stable", child_rng(seed)))


def latin_market(n):
    """Mentees and mentors with opposed cyclic wishes: n stable matchings at least."""
    shift = (np.arange(n)[None, :] - np.arange(n)[:, None]) % n
    return Market.from_utilities(-shift.astype(float), shift.astype(float), capacity=1)


def test_many_stable_matchings_and_the_one_in_the_middle():
    market = latin_market(9)
    found = run_policy(market, "egalitarian_stable", child_rng(1))
    policy = EgalitarianStable()
    assert total_rank(market, found, policy) == 9 * (9 + 1)
    assert run_policy(market, EgalitarianStable(mentor_weight=0.0), child_rng(1)).tolist() == list(
        range(9)
    )


@pytest.mark.parametrize("seed", range(20))
def test_sets_of_rotations_are_the_stable_matchings(seed, every_assignment, is_stable):
    rng = np.random.default_rng(seed)
    n, m = (5, 5) if seed % 2 else (6, 3)
    capacity = np.ones(m, dtype=np.int64) * (1 if seed % 2 else 2)
    mentee_order = np.array([rng.permutation(m) for _ in range(n)])
    mentor_order = np.array([rng.permutation(n) for _ in range(m)])
    rank = np.argsort(mentor_order, axis=1)
    utility = -np.argsort(mentee_order, axis=1).astype(float)
    market = Market.from_utilities(utility, -rank.T.astype(float), capacity=capacity)
    best = run_policy(market, "mentee_proposing", child_rng(1))
    rotations = find_rotations(
        np.arange(n + 1) * m,
        mentee_order.ravel().astype(np.int32),
        rank[mentee_order, np.arange(n)[:, None]].ravel(),
        mentor_order[:, ::-1].ravel().astype(np.int32),
        np.arange(m + 1) * n,
        capacity,
        np.arange(n) * m - utility[np.arange(n), best].astype(np.int64),
    )
    n_rotations = int(rotations.rotation.max(initial=-1)) + 1
    needs = list(zip(rotations.later, rotations.earlier, strict=True))
    closed = [
        chosen
        for chosen in product([False, True], repeat=n_rotations)
        if all(chosen[earlier] or not chosen[later] for later, earlier in needs)
    ]
    reached = set()
    for chosen in closed:
        mentor_of = best.copy()
        for number, new in zip(rotations.rotation, rotations.new, strict=True):
            if chosen[number]:
                mentor_of[new // m] = mentee_order.ravel()[new]
        reached.add(tuple(mentor_of))
    stable = {tuple(a) for a in every_assignment(market) if is_stable(market, a)}
    assert reached == stable
    assert len(closed) == len(stable)


def test_parameters_are_checked():
    with pytest.raises(OptionError, match="`measure` must be 'rank' or 'utility'"):
        EgalitarianStable(measure="ranks")
    with pytest.raises(OptionError, match="must be 0 or more and not both 0"):
        EgalitarianStable(mentee_weight=0.0, mentor_weight=0.0)
