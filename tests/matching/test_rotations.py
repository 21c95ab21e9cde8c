"""Flash rotations, co-mentors, groups and reverse pairs: against all possibilities."""

from itertools import combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from judged_markets import drawn_market, seeds

from mentorlab.errors import MarketError, OptionError
from mentorlab.matching import Market
from mentorlab.matching.forms.co_mentors import assign_co_mentors
from mentorlab.matching.forms.flash import flash_reach, rotate_flash
from mentorlab.matching.forms.groups import form_groups
from mentorlab.matching.forms.reverse import pair_reverse
from mentorlab.matching.kernels.rounds import color_rounds
from mentorlab.stats.many_to_many import best_pairs


def acceptable_pairs(market):
    edges = market.pairs()
    return list(zip(edges.mentee().tolist(), edges.mentor.tolist(), strict=True)), (
        edges.mentee_utility + edges.mentor_utility
    )


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_pairs_of_many_to_many_are_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    n, m = 3, 3
    left, right = np.divmod(np.flatnonzero(rng.random(n * m) < 0.8), m)
    score = rng.integers(-3, 9, len(left)).astype(float)
    left_places, right_places = rng.integers(0, 3, n), rng.integers(0, 3, m)
    group = rng.integers(0, 2, m)[right] if seed % 2 else None
    found = best_pairs(
        left, right, score, left_places=left_places, right_places=right_places, group=group
    )

    def worth(mask):
        mask = np.array(mask, dtype=bool)
        load = np.bincount(left[mask], minlength=n), np.bincount(right[mask], minlength=m)
        if (load[0] > left_places).any() or (load[1] > right_places).any():
            return None
        if group is not None and len({*zip(left[mask], group[mask], strict=True)}) < mask.sum():
            return None
        return int(mask.sum()), int((load[0] > 0).sum()), float(score[mask].sum())

    options = (worth(mask) for mask in product((0, 1), repeat=len(left)))
    assert worth(found) == max(option for option in options if option)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_rounds_never_clash(seed):
    rng = np.random.default_rng(seed)
    n, m, rounds = rng.integers(1, 9, 3)
    pairs = rng.permutation([(i, j) for i in range(n) for j in range(m)])
    kept, load = [], (np.zeros(n, int), np.zeros(m, int))
    for i, j in pairs:
        if load[0][i] < rounds and load[1][j] < rounds:
            kept.append((i, j))
            load[0][i] += 1
            load[1][j] += 1
    left, right = np.array(kept).T
    at = color_rounds(left, right, int(n), int(m), int(rounds))
    assert at.min() >= 0
    assert at.max() < rounds
    assert len({*zip(left, at, strict=True)}) == len(kept) == len({*zip(right, at, strict=True)})


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_flash_keeps_its_promises(seed):
    market = drawn_market(seed)
    rounds, seats = 1 + seed % 3, 1 + seed % 2
    plan = rotate_flash(market, n_rounds=rounds, seats=seats)
    mentees = plan[plan["role"] == "mentee"]
    mentors = plan[plan["role"] == "mentor"]
    assert not mentees.duplicated(["person_id", "round"]).any()
    assert not mentors.duplicated(["person_id", "round"]).any()
    assert (mentees.groupby("relationship_id").size() <= seats).all()
    met = mentees.merge(mentors, on="relationship_id", suffixes=("", "_mentor"))
    assert not met.duplicated(["person_id", "person_id_mentor"]).any()
    known, score = acceptable_pairs(market)
    pairs = {
        (market.mentee_position(row.person_id), market.mentor_position(row.person_id_mentor))
        for row in met.itertuples()
    }
    assert pairs <= set(known)
    open_to = market.capacity[[j for _, j in known]] > 0 if known else np.zeros(0, bool)
    left, right = np.array(known).reshape(-1, 2)[open_to].T
    best = best_pairs(
        left,
        right,
        score[open_to],
        left_places=np.full(market.n_mentees, rounds),
        right_places=np.full(market.n_mentors, rounds * seats),
    )
    assert len(pairs) == best.sum()


def test_enough_rounds_let_everyone_meet_everyone_and_met_pairs_rest():
    market = Market.from_utilities(
        np.ones((4, 4)),
        np.ones((4, 4)),
        capacity=1,
        mentee_ids=list("abcd"),
        mentor_ids=list("wxyz"),
    )
    plan = rotate_flash(market, n_rounds=4)
    assert plan.groupby("round").size().tolist() == [8] * 4
    assert plan["relationship_id"].nunique() == 16
    met = pd.DataFrame({"mentee_id": ["a", "b"], "mentor_id": ["w", "w"]})
    again = rotate_flash(market, n_rounds=4, met=met)
    assert len(again) == 2 * 14
    reach = flash_reach(plan, minutes=30, met=met).set_index("person_id")
    assert reach.loc["a", ["n_met", "n_new", "n_repeats"]].tolist() == [4, 3, 1]
    assert reach.loc["a", "new_per_hour"] == 1.5
    assert reach.loc["c", "new_per_hour"] == 2.0
    with pytest.raises(MarketError, match="`met` names mentor 'q'"):
        rotate_flash(market, n_rounds=1, met=met.assign(mentor_id="q"))
    with pytest.raises(OptionError, match="`n_rounds` must be 1 or more; got 0"):
        rotate_flash(market, n_rounds=0)


def test_co_mentors_differ_where_they_should():
    market = Market.from_utilities(
        [[9, 8, 1], [9, 8, 1]],
        np.zeros((2, 3)),
        capacity=2,
        mentee_ids=["p", "q"],
        mentor_ids=list("xyz"),
    )
    plain = assign_co_mentors(market)
    team = plain[plain["role"] == "mentor"].groupby("relationship_id")["person_id"].agg("".join)
    assert team.tolist() == ["xy", "xy"]
    from dataclasses import replace

    rows = pd.DataFrame({"person_id": list("xyz"), "unit": ["a", "a", None]})
    mixed = assign_co_mentors(replace(market, mentors=rows), different="unit")
    team = mixed[mixed["role"] == "mentor"].groupby("relationship_id")["person_id"].agg("".join)
    assert team.tolist() == ["xz", "xz"]
    with pytest.raises(OptionError, match=r"must be a column of the mentors.*Did you mean 'unit'"):
        assign_co_mentors(replace(market, mentors=rows), different="units")
    with pytest.raises(MarketError, match="are about one mentor for each mentee"):
        assign_co_mentors(replace(market, required=np.array([[0, 0]])))


@settings(max_examples=15, deadline=None)
@given(seeds)
def test_groups_are_the_best_of_all(seed):
    market = drawn_market(seed, most=4)
    low, high = 2, 3
    dense = market.matrices()
    ok = np.ones(dense.mentee_utility.shape, bool) if dense.acceptable is None else dense.acceptable
    total = dense.mentee_utility + dense.mentor_utility
    options = [[-1, *[j for j in np.flatnonzero(row) if market.capacity[j] > 0]] for row in ok]
    best = (0, 0.0)
    for chosen in product(*options):
        load = np.bincount([j for j in chosen if j >= 0], minlength=market.n_mentors)
        if all(n == 0 or low <= n <= high for n in load):
            pairs = [(i, j) for i, j in enumerate(chosen) if j >= 0]
            best = max(best, (len(pairs), float(sum(total[p] for p in pairs))))
    groups = form_groups(market, size=(low, high))
    mentees = groups[groups["role"] == "mentee"]
    mentors = groups[groups["role"] == "mentor"].set_index("relationship_id")["person_id"]
    pairs = [
        (
            market.mentee_position(row.person_id),
            market.mentor_position(mentors[row.relationship_id]),
        )
        for row in mentees.itertuples()
    ]
    assert (len(pairs), pytest.approx(sum(total[p] for p in pairs))) == best
    if len(mentees):
        assert mentees.groupby("relationship_id").size().between(low, high).all()


def test_groups_say_what_they_can_t_do():
    market = Market.from_utilities([[1.0]], [[1.0]], capacity=1)
    assert form_groups(market, size=(2, 3)).empty
    for size in ((3, 2), 4, (0, 2), (1.5, 2)):
        with pytest.raises(OptionError, match="`size` must be fewest and most mentees"):
            form_groups(market, size=size)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_reverse_pairs_are_the_best_of_all(seed):
    rng = np.random.default_rng(seed)
    n = 6
    people = pd.DataFrame(
        {
            "person_id": list("abcdef"),
            "level": rng.integers(1, 4, n),
            "asks": [";".join(rng.choice(list("xyz"), 2)) for _ in range(n)],
            "knows": [";".join(rng.choice(list("xyz"), 1)) for _ in range(n)],
        }
    )
    found = pair_reverse(people, wants="asks", has="knows")
    level = people.set_index("person_id")["level"]
    juniors = found[found["role"] == "mentor"].set_index("relationship_id")
    seniors = found[found["role"] == "mentee"].set_index("relationship_id")
    gap = seniors["person_id"].map(level) - juniors["person_id"].map(level)
    assert (gap >= 1).all()
    assert gap.tolist() == juniors["level_gap"].tolist()
    assert not found["person_id"].duplicated().any()

    def met(a, b):
        asked = set(people.loc[b, "asks"].split(";"))
        return len(asked & set(people.loc[a, "knows"].split(";"))) / len(asked)

    worth = {
        (a, b): met(*((a, b) if people.loc[a, "level"] < people.loc[b, "level"] else (b, a)))
        for a, b in combinations(range(n), 2)
        if people.loc[a, "level"] != people.loc[b, "level"]
    }
    best = (0, 0.0)
    for size in range(4):
        for chosen in combinations(worth, size):
            if len({x for pair in chosen for x in pair}) == 2 * size:
                best = max(best, (size, sum(worth[pair] for pair in chosen)))
    assert (len(juniors), pytest.approx(juniors["match"].sum())) == best


def test_levels_in_words_need_their_order():
    people = pd.DataFrame({"person_id": list("ab"), "level": ["junior", "senior"]})
    with pytest.raises(OptionError, match="whose order nobody knows; give levels"):
        pair_reverse(people)
    pair = pair_reverse(people, levels=["junior", "senior"])
    assert pair["role"].tolist() == ["mentor", "mentee"]
    assert pair["person_id"].tolist() == ["a", "b"]
    with pytest.raises(OptionError, match="'senior' is not among 'junior' or 'head'"):
        pair_reverse(people, levels=["junior", "head"])
    assert pair_reverse(people, levels=["junior", "senior"], apart=[("a", "b")]).empty
    with pytest.raises(OptionError, match="give both `wants` and `has`"):
        pair_reverse(people, wants="level")
