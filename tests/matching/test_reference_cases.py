"""Every expected field of outside matching cases.

The cases stand in the folder that the environment variable ``MENTORLAB_CASES`` names, by default
``../shared/cases`` beside the repository; without it these tests are skipped. A kind of case or a
field that nobody knows fails.
"""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from naive_matching import all_assignments, is_stable, stable_assignments

from mentorlab.errors import NoStableMatching
from mentorlab.matching import Market, assign, mutual_preferences
from mentorlab.matching.forms.peers import pair_peers
from mentorlab.matching.policies.optimal import Optimal
from mentorlab.matching.policies.strongly_stable import StronglyStable
from mentorlab.matching.policies.super_stable import SuperStable
from mentorlab.matching.policies.top_trading_cycles import TopTradingCycles
from mentorlab.matching.stability.instability import blocking_pairs

REPOSITORY = Path(__file__).parents[2]
ROOT = Path(os.environ.get("MENTORLAB_CASES") or REPOSITORY / "../shared/cases").resolve()
FOLDER = ROOT / "matching"
FILES = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []
LEFT_OUT = {"SA": "student-project allocation is not offered"}
MAX_ENUMERATED = 300_000
SEED = 7
MENTEE, MENTOR = "mentee ", "mentor "

pytestmark = pytest.mark.skipif(
    not FILES, reason=f"no reference cases at {FOLDER}; MENTORLAB_CASES names their folder"
)

Case = dict[str, Any]
Compared = list[str]
counted: Counter[str] = Counter()
compared_cases: Counter[str] = Counter()
refuted: list[str] = []


def read_cases() -> Iterator[Any]:
    for path in FILES:
        for place, case in enumerate(json.loads(path.read_text("utf-8"))["cases"]):
            label = str(case.get("name", place)).replace(" ", "_")
            yield pytest.param(case, id=f"{path.stem}-{place}-{label}")


def kind_of(case: Case) -> str:
    """Tell the kind of a case, by its word or, without one, by its keys."""
    if "kind" in case:
        kind = str(case["kind"])
        return {"HR": "HR_scores" if "mentee_scores" in case else "HR_lists"}.get(kind, kind)
    if "rank_matrix" in case or "men_prefs" in case:
        return "all_stable"
    if "stable_exists" in case:
        return "roommates_exist"
    if "instance" in case:
        return "HRT_instance" if "expected" in case else "HR_instance"
    if "residents" in case and "hospitals" in case:
        return "HRT_sets"
    return f"keys {sorted(case)}"


def hospital_market(residents: Case, hospitals: Case, capacities: Case | None = None) -> Market:
    """Build a market of residents (mentees) and hospitals (mentors) from lists."""
    lists = {
        name: entry["preferences"] if isinstance(entry, dict) else entry
        for name, entry in hospitals.items()
    }
    kept = mutual_preferences(
        named_lists(residents, MENTEE, MENTOR), named_lists(lists, MENTOR, MENTEE)
    )
    places = capacities or {name: entry["capacity"] for name, entry in hospitals.items()}
    return Market.from_preferences(
        kept.mentee_preferences,
        kept.mentor_preferences,
        capacity={f"{MENTOR}{name}": size for name, size in places.items()},
    )


def named_lists(lists: dict[Any, list[Any]], own: str, other: str) -> dict[str, list[Any]]:
    """Give the two sides names of their own: both may count from 1."""
    return {
        f"{own}{name}": [
            [f"{other}{each}" for each in entry] if isinstance(entry, list) else f"{other}{entry}"
            for entry in listed
        ]
        for name, listed in lists.items()
    }


def as_matches(assignment: Any) -> dict[str, str]:
    return dict(assignment.pairs().astype(str).itertuples(index=False, name=None))


def by_mentee(expected: Case) -> dict[str, str]:
    return {f"{MENTEE}{k}": f"{MENTOR}{v}" for k, v in expected.items() if v is not None}


def by_mentor(expected: dict[str, list[str]]) -> dict[str, str]:
    return by_mentee({mentee: mentor for mentor, held in expected.items() for mentee in held})


def one_based(expected: list[int | None]) -> list[int]:
    return [-1 if place is None else place - 1 for place in expected]


def check_hr_scores(case: Case) -> Compared:
    """Scores [mentee][mentor] and [mentor][mentee], capacities, both optimal sides."""
    market = Market.from_utilities(
        np.array(case["mentee_scores"], dtype=float),
        np.array(case["mentor_scores"], dtype=float).T,
        capacity=case["capacity"],
    )
    done = []
    for field, policy in (
        ("mentee_optimal", "mentee_proposing"),
        ("mentor_optimal", "mentor_proposing"),
    ):
        if field in case:
            found = assign(market, policy, seed=SEED)
            assert found.mentor_of.tolist() == one_based(case[field])
            assert blocking_pairs(found).empty
            done.append(field)
    return done


def check_hr_lists(case: Case) -> Compared:
    """Lists by name with capacities, the optimal matching by hospital."""
    market = hospital_market(case["residents"], case["hospitals"], case["capacities"])
    done = []
    for field, policy in (
        ("resident_optimal", "mentee_proposing"),
        ("hospital_optimal", "mentor_proposing"),
    ):
        if field in case:
            found = assign(market, policy, seed=SEED)
            assert as_matches(found) == by_mentor(case[field])
            done.append(field)
    return done


def check_hr_instance(case: Case) -> Compared:
    """Capacities and lists inside `instance`, both optimal sides by resident."""
    market = hospital_market(case["instance"]["residents"], case["instance"]["hospitals"])
    done = []
    for field, policy in (
        ("resident_optimal", "mentee_proposing"),
        ("hospital_optimal", "mentor_proposing"),
    ):
        if field in case:
            found = assign(market, policy, seed=SEED)
            assert as_matches(found) == by_mentee(case[field])
            done.append(field)
    return done


def check_marriage(case: Case) -> Compared:
    """Stable marriage by name."""
    one = dict.fromkeys(case["women"], 1)
    market = hospital_market(case["men"], case["women"], one)
    done = []
    for field, policy in (
        ("man_optimal", "mentee_proposing"),
        ("woman_optimal", "mentor_proposing"),
    ):
        if field in case:
            assert as_matches(assign(market, policy, seed=SEED)) == by_mentee(case[field])
            done.append(field)
    return done


def check_all_stable(case: Case) -> Compared:
    """All stable marriages, from a rank matrix and from lists."""
    done = []
    expected = {tuple(found) for found in case["all_stable_matchings"]}
    markets = {}
    if "rank_matrix" in case:
        ranks = np.array(case["rank_matrix"], dtype=float)
        markets["rank_matrix"] = Market.from_utilities(-ranks[..., 0], -ranks[..., 1], capacity=1)
    if "men_prefs" in case:
        men = {f"m{i}": [f"w{j}" for j in row] for i, row in enumerate(case["men_prefs"])}
        women = {f"w{j}": [f"m{i}" for i in row] for j, row in enumerate(case["women_prefs"])}
        markets["men_prefs"] = Market.from_preferences(men, women, capacity=1)
        done.append("women_prefs")
    for field, market in markets.items():
        found = stable_assignments(market)
        assert {tuple(x.tolist()) for x in found} == expected
        ranks_of = market.matrices().mentee_utility
        totals = {x: sum(ranks_of[i, j] for i, j in enumerate(x)) for x in expected}
        best = assign(market, "mentee_proposing", seed=SEED)
        worst = assign(market, "mentor_proposing", seed=SEED)
        assert totals[tuple(best.mentor_of.tolist())] == max(totals.values())
        assert totals[tuple(worst.mentor_of.tolist())] == min(totals.values())
        for policy in ("egalitarian_stable", "max_stable", "strongly_stable", "super_stable"):
            assert tuple(assign(market, policy, seed=SEED).mentor_of.tolist()) in expected
        done.append(field)
    return [*done, "all_stable_matchings"]


def check_tied_instance(case: Case) -> Compared:
    """Ties: strong and super stability for both sides, and what brute force counted."""
    market = hospital_market(case["instance"]["residents"], case["instance"]["hospitals"])
    done = []
    policies = {
        "strong_residents": StronglyStable("mentee"),
        "strong_hospitals": StronglyStable("mentor"),
        "super_residents": SuperStable("mentee"),
        "super_hospitals": SuperStable("mentor"),
    }
    for field, expected in case["expected"].items():
        assert stable_or_none(market, policies[field]) == (
            None if expected is None else by_mentee(expected)
        )
        done.append(f"expected.{field}")
    return done + check_brute_force(market, case.get("brute_force", {}))


def check_brute_force(market: Market, expected: Case) -> Compared:
    n_possible = np.prod(np.diff(market.pairs().indptr) + 1.0)
    assert n_possible <= MAX_ENUMERATED, "too large to enumerate: raise MAX_ENUMERATED"
    weak = stable_assignments(market)
    sizes = [int((found >= 0).sum()) for found in weak]
    known = {
        "weak_sizes": [min(sizes), max(sizes)],
        "n_weak": len(weak),
        "n_strong": sum(is_stable(market, found, "strong") for found in weak),
        "n_super": sum(is_stable(market, found, "super") for found in weak),
    }
    assert {name: known[name] for name in expected} == expected
    largest = assign(market, "max_stable", seed=SEED)
    assert is_stable(market, largest.mentor_of)
    assert 3 * largest.n_matched >= 2 * max(sizes)
    return [f"brute_force.{name}" for name in expected]


def stable_or_none(market: Market, policy: Any) -> dict[str, str] | None:
    try:
        return as_matches(assign(market, policy, seed=SEED))
    except NoStableMatching:
        return None


def check_tied_sets(case: Case) -> Compared:
    """Small instances with ties whose stable sets are listed."""
    market = hospital_market(case["residents"], case["hospitals"])
    done = []
    if "weakly_stable" in case:
        found = [
            {
                str(market.mentee_ids[i]): str(market.mentor_ids[j])
                for i, j in enumerate(x)
                if j >= 0
            }
            for x in stable_assignments(market)
        ]
        expected = [by_mentee(x) for x in case["weakly_stable"]]
        assert sorted(found, key=repr) == sorted(expected, key=repr)
        done.append("weakly_stable")
    for field, policy in (
        ("strong_exists", StronglyStable()),
        ("super_exists", SuperStable()),
    ):
        if field in case:
            assert (stable_or_none(market, policy) is not None) == case[field]
            done.append(field)
    if "max_weakly_stable_size" in case:
        largest = max(int((x >= 0).sum()) for x in stable_assignments(market))
        assert largest == case["max_weakly_stable_size"]
        assert 3 * assign(market, "max_stable", seed=SEED).n_matched >= 2 * largest
        done.append("max_weakly_stable_size")
    return done


def check_b_matching(case: Case) -> Compared:
    """The best total with capacities and lower limits, score first and participation first."""
    listed = np.array(case["mentor_of_edge"])
    scores = np.array(case["score_of_edge"], dtype=float)
    n_mentors = int(listed.max()) + 1
    capacity = np.broadcast_to(case["capacity"], n_mentors)
    market = Market.from_lists(
        listed, scores, np.zeros_like(scores), capacity=capacity, mentor_ids=range(n_mentors)
    )
    lower = np.broadcast_to(case["lower"], n_mentors).astype(np.int64)
    market = replace(market, lower=lower)
    expected = {
        "max_total": (False, "total"),
        "max_cardinality": (True, "size"),
        "max_total_at_max_cardinality": (True, "total"),
    }
    done = []
    for field, (participation_first, what) in expected.items():
        if field in case:
            policy = Optimal(participation_first=participation_first)
            found = assign(market, policy, seed=SEED)
            mentees = np.flatnonzero(found.mentor_of >= 0)
            at = market.edges.find(mentees, found.mentor_of[mentees])
            value = {"total": market.edges.mentee_utility[at].sum(), "size": len(mentees)}
            assert value[what] == case[field]
            done.append(field)
    return done


def check_trading(case: Case) -> Compared:
    """The core of a housing market: everyone owns the house of their own number."""
    prefs = np.array(case["prefs"]) - 1
    n = len(prefs)
    utility = np.zeros((n, n))
    np.put_along_axis(utility, prefs, -np.arange(n, dtype=float)[None, :].repeat(n, 0), axis=1)
    market = Market.from_utilities(utility, np.zeros((n, n)), capacity=1)
    policy = TopTradingCycles(present={i: i for i in range(n)})
    assert assign(market, policy, seed=SEED).mentor_of.tolist() == one_based(case["assignment"])
    return ["assignment"]


def check_roommates(case: Case) -> Compared:
    """Stable pairs within one group, or that there are none.

    A pairing that is stable by definition is its own proof: where a case says that none exists, it
    refutes the case, which is said at the end; where a case has another one, both must be stable.
    """
    named = isinstance(case["prefs"], dict)
    prefs = (
        named_lists(case["prefs"], "", "")
        if named
        else {str(i): [str(j) for j in row] for i, row in enumerate(case["prefs"], start=1)}
    )
    try:
        rows = pair_peers(prefs, seed=SEED).astype({"person_id": str})
        found = {frozenset(ids) for _, ids in rows.groupby("relationship_id")["person_id"]}
        assert is_stable_pairing(prefs, found)
    except NoStableMatching:
        found = None
    expected = case["matching"]
    if expected is not None:
        items = expected.items() if named else enumerate(expected, start=1)
        expected = {frozenset((str(a), str(b))) for a, b in items if b is not None}
        assert found == expected or (found is not None and is_stable_pairing(prefs, expected))
    elif found is not None:
        refuted.append("a stable pairing exists where a roommates case says none")
    return ["matching"]


def is_stable_pairing(prefs: dict[str, list[str]], pairs: set[frozenset[str]]) -> bool:
    """Check by the definition that no two people prefer each other to their partners."""
    rank = {person: {o: k for k, o in enumerate(listed)} for person, listed in prefs.items()}
    partner = {a: b for pair in pairs for a, b in itertools.permutations(pair)}
    return not any(
        rank[b][a] < rank[b].get(partner.get(b), len(prefs))
        and rank[a][b] < rank[a].get(partner.get(a), len(prefs))
        for a, b in itertools.combinations(prefs, 2)
        if b in rank[a] and a in rank[b] and partner.get(a) != b
    )


def check_roommates_exist(case: Case) -> Compared:
    """Whether stable pairs exist, in whatever order someone lists the others."""
    free = [name for name, listed in case["prefs"].items() if isinstance(listed, str)]
    others = {name: [o for o in case["prefs"] if o != name] for name in free}
    for orders in itertools.product(*(itertools.permutations(others[name]) for name in free)):
        chosen = dict(zip(free, map(list, orders), strict=True))
        prefs = named_lists({**case["prefs"], **chosen}, "", "")
        if case["stable_exists"]:
            assert len(pair_peers(prefs, seed=SEED))
        else:
            with pytest.raises(NoStableMatching):
                pair_peers(prefs, seed=SEED)
    return ["stable_exists"]


CHECKS: dict[str, Callable[[Case], Compared]] = {
    "HR_scores": check_hr_scores,
    "HR_lists": check_hr_lists,
    "HR_instance": check_hr_instance,
    "SM": check_marriage,
    "SR": check_roommates,
    "TTC": check_trading,
    "all_stable": check_all_stable,
    "roommates_exist": check_roommates_exist,
    "HRT_instance": check_tied_instance,
    "HRT_sets": check_tied_sets,
    "b-matching": check_b_matching,
}
INPUTS = {
    "HR_scores": {"mentee_scores", "mentor_scores", "capacity"},
    "HR_lists": {"residents", "hospitals", "capacities"},
    "HR_instance": {"instance"},
    "SM": {"men", "women"},
    "SR": {"prefs"},
    "TTC": {"prefs"},
    "all_stable": set(),
    "roommates_exist": {"prefs"},
    "HRT_instance": {"instance"},
    "HRT_sets": {"residents", "hospitals"},
    "b-matching": {"mentor_of_edge", "score_of_edge", "capacity", "lower"},
}


def unknown_fields(case: Case, kind: str, done: Compared) -> set[str]:
    """Tell which fields of a case were neither read as input nor compared."""
    told = {field for name in done for field in (name, name.split(".")[0])}
    fields = set(case) - {"kind", "name"} - INPUTS[kind] - told
    for group in ("expected", "brute_force"):
        inner = {f"{group}.{name}" for name in case.get(group, {})}
        fields |= inner - set(done)
    return fields


@pytest.mark.parametrize("case", list(read_cases()))
def test_every_expected_field_is_reproduced(case):
    kind = kind_of(case)
    if kind in LEFT_OUT:
        pytest.skip(LEFT_OUT[kind])
    assert kind in CHECKS, f"nobody knows this kind of case: {kind}"
    done = CHECKS[kind](case)
    assert not unknown_fields(case, kind, done), "nobody knows these fields"
    counted[kind] += len(done)
    compared_cases[kind] += 1


def test_what_was_compared_is_said(capsys):
    with capsys.disabled():
        print(
            f"\nmatching: {sum(counted.values())} expected fields of "
            f"{sum(compared_cases.values())} cases compared; left out: "
            + ", ".join(f"{kind} ({reason})" for kind, reason in LEFT_OUT.items())
            + "".join(f"; refuted by proof: {text}" for text in refuted)
        )
    assert not compared_cases or all(counted[kind] for kind in compared_cases)


def test_an_unknown_kind_or_field_fails():
    assert kind_of({"kind": "XYZ"}) not in CHECKS
    assert kind_of({"what": 1}) not in CHECKS
    case = {"kind": "TTC", "prefs": [[1]], "assignment": [1], "regret": 0}
    assert unknown_fields(case, "TTC", check_trading(case)) == {"regret"}
    tied = {"instance": {}, "expected": {"n": 1}, "brute_force": {"n_odd": 1}}
    assert unknown_fields(tied, "HRT_instance", ["expected.n"]) == {
        "brute_force",
        "brute_force.n_odd",
    }


def test_enumeration_counts_what_it_should():
    market = Market.from_utilities(np.ones((2, 2)), np.ones((2, 2)), capacity=1)
    assert len(list(all_assignments(market))) == 7
