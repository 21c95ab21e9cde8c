"""The best total under quotas, against complete enumeration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from mentorlab.errors import MarketError, OptionError, PolicyError
from mentorlab.matching import Market, QuotaRows, assign
from mentorlab.matching.policies.quota_optimal import QuotaOptimal
from mentorlab.matching.policy import run_policy
from mentorlab.rng import child_rng


def with_quotas(market, rng):
    """Add overlapping quotas, some of which clash."""
    quotas = tuple(
        QuotaRows(
            rng.random(market.n_mentors) < 0.6,
            rng.random(market.n_mentees) < 0.6,
            int(low),
            int(low + rng.integers(0, 3)),
            f"quota {k}",
        )
        for k, low in enumerate(rng.choice([0, 0, 1, 2], rng.integers(1, 4)))
    )
    return replace(market, quotas=quotas)


def n_matched(mentor_of):
    return int((mentor_of >= 0).sum())


@pytest.mark.parametrize("participation_first", [True, False])
@pytest.mark.parametrize("seed", range(30))
def test_total_is_the_highest_within_the_quotas(
    seed, participation_first, random_market, every_assignment, utilities
):
    market = random_market(seed, lower=seed % 3 == 0, dense=seed % 2 == 0)
    market = with_quotas(market, np.random.default_rng(seed))

    def total(mentor_of):
        return sum(side.sum() for side in utilities(market, mentor_of))

    everything = every_assignment(market)
    policy = QuotaOptimal(participation_first)
    if not everything:
        with pytest.raises(MarketError, match="can't be honored"):
            assign(market, policy, seed=1)
        return
    if participation_first:
        largest = max(map(n_matched, everything))
        everything = [found for found in everything if n_matched(found) == largest]
    found = run_policy(market, policy, child_rng(1))
    assert any((found == other).all() for other in everything)
    assert total(found) == pytest.approx(max(map(total, everything)), abs=1e-6)


def two_by_two(*quotas):
    market = Market.from_utilities([[5, 1], [5, 4]], [[0, 0], [0, 0]], capacity=2)
    return replace(market, quotas=quotas)


def test_the_smallest_set_of_clashing_quotas_is_named():
    both = np.array([True, True])
    first, second = np.array([True, False]), np.array([False, True])
    market = two_by_two(
        QuotaRows(both, both, 0, 9, "harmless"),
        QuotaRows(first, both, 2, 2, "first mentor takes two"),
        QuotaRows(both, first, 0, 1, "also harmless"),
        QuotaRows(second, both, 1, 2, "second mentor takes one"),
    )
    with pytest.raises(MarketError) as caught:
        assign(market, "quota_optimal", seed=1)
    message = str(caught.value)
    assert "'first mentor takes two' and 'second mentor takes one'" in message
    assert "harmless" not in message


def test_lower_limits_of_mentors_are_part_of_a_clash():
    both, second = np.array([True, True]), np.array([False, True])
    market = replace(
        two_by_two(QuotaRows(second, both, 2, 2, "second mentor takes two")),
        lower=np.array([1, 0]),
    )
    with pytest.raises(MarketError, match="lower limits of mentors"):
        assign(market, "quota_optimal", seed=1)


def test_without_quotas_the_flow_answers(random_market, utilities):
    for seed in range(10):
        market = random_market(seed)
        with_flow, as_flow = (
            run_policy(market, name, child_rng(1)) for name in ("quota_optimal", "optimal")
        )
        assert with_flow.tolist() == as_flow.tolist()


def test_quotas_count_with_required_pairs():
    both = np.array([True, True])
    market = replace(
        two_by_two(QuotaRows(np.array([True, False]), both, 1, 1, "one for the first mentor")),
        required=np.array([[0, 0]]),
    )
    assert run_policy(market, "quota_optimal", child_rng(1)).tolist() == [0, 1]


def test_no_acceptable_pair_and_a_quota_that_asks_for_one():
    both = np.array([True])
    market = Market.from_utilities([[1]], [[1]], capacity=1, acceptable=[[False]])
    allowed = replace(market, quotas=(QuotaRows(both, both, 0, 1, "at most one"),))
    assert run_policy(allowed, "quota_optimal", child_rng(1)).tolist() == [-1]
    asked = replace(market, quotas=(QuotaRows(both, both, 1, 1, "exactly one"),))
    with pytest.raises(MarketError, match="'exactly one' can't be honored"):
        assign(asked, "quota_optimal", seed=1)


def test_a_time_limit_that_is_too_short_is_said():
    rng = np.random.default_rng(1)
    market = Market.from_utilities(
        rng.normal(size=(120, 40)), rng.normal(size=(120, 40)), capacity=4
    )
    market = with_quotas(with_quotas(market, rng), rng)
    market = replace(
        market, quotas=tuple(replace(quota, low=3, high=20) for quota in market.quotas)
    )
    with pytest.raises(PolicyError, match="no optimum was proven for 120 mentees"):
        assign(market, QuotaOptimal(time_limit=1e-6), seed=1)


def test_parameters_are_checked():
    with pytest.raises(OptionError, match="`time_limit` must be seconds above 0; got -1"):
        QuotaOptimal(time_limit=-1)
    with pytest.raises(OptionError, match="QuotaOptimal: `mentee_weight` and `mentor_weight`"):
        QuotaOptimal(mentee_weight=-1.0)
