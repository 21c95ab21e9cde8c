"""Circles: against all partitions of a few people, and on what they promise."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from judged_markets import seeds

from mentorlab.errors import EstimationError, OptionError, SchemaError
from mentorlab.matching.forms.circle_bound import circle_bound
from mentorlab.matching.forms.circle_report import circle_report
from mentorlab.matching.forms.circle_weights import distances, pair_weights
from mentorlab.matching.forms.circles import circle_sizes, form_circles


def people_of(n, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "person_id": [f"p{i:02d}" for i in range(n)],
            "site": rng.choice(["north", "south"], n),
            "age": rng.integers(20, 60, n).astype(float),
            "skills": [";".join(rng.choice(list("abcd"), rng.integers(1, 4))) for _ in range(n)],
        }
    )


def partitions(people, sizes):
    if not sizes:
        yield []
        return
    for rest in combinations(people[1:], sizes[0] - 1):
        first = (people[0], *rest)
        for more in partitions([p for p in people if p not in first], sizes[1:]):
            yield [first, *more]


def value(weights, circles):
    return sum(weights[a, b] for circle in circles for a, b in combinations(circle, 2))


@settings(max_examples=6, deadline=None)
@given(seeds)
def test_as_good_as_the_best_of_all_partitions(seed):
    people = people_of(8, seed)
    columns = {"balance": ["site", "age"], "cohesion": ["skills"]}
    weights = pair_weights(people, apart=np.empty((0, 2), int), who="test", **columns)
    best = max(value(weights, c) for c in partitions(list(range(8)), [4, 4]))
    circles = form_circles(people, size=4, seed=seed, **columns)
    bound = circle_bound(circles, people, **columns)
    assert bound.proven
    assert bound.bound == pytest.approx(best)
    assert bound.value == pytest.approx(best)  # 20 starts find the best of 35


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_the_bound_holds_for_uneven_sizes(seed):
    people = people_of(7, seed)
    weights = pair_weights(
        people, balance=["age"], cohesion=[], apart=np.empty((0, 2), int), who="test"
    )
    circles = form_circles(people, size=(3, 4), balance=["age"], seed=seed)
    bound = circle_bound(circles, people, balance=["age"])
    best = max(value(weights, c) for c in partitions(list(range(7)), [4, 3]))
    best = max(best, max(value(weights, c) for c in partitions(list(range(7)), [3, 4])))
    assert bound.bound == pytest.approx(best)
    assert bound.value <= bound.bound + 1e-9


@pytest.mark.parametrize(("n", "size"), [(40, (5, 8)), (23, (5, 8)), (6, 6), (11, (5, 6))])
def test_everyone_sits_once_and_sizes_hold(n, size):
    people = people_of(n)
    circles = form_circles(people, size=size, balance=["site"], seed=1)
    assert sorted(circles["person_id"]) == sorted(people["person_id"])
    low, high = (size, size) if isinstance(size, int) else size
    assert circles.groupby("relationship_id").size().between(low, high).all()
    assert set(circles["role"]) == {"peer"}
    assert circles.equals(form_circles(people, size=size, balance=["site"], seed=1))


def test_balance_makes_counts_even_and_cohesion_makes_them_one():
    people = pd.DataFrame({"person_id": [f"p{i}" for i in range(24)], "site": list("nnss") * 6})
    mixed = form_circles(people, size=6, balance=["site"], seed=1).merge(people)
    assert mixed.groupby(["relationship_id", "site"]).size().tolist() == [3] * 8
    alike = form_circles(people, size=6, cohesion=["site"], seed=1)
    assert alike.merge(people).groupby("relationship_id")["site"].nunique().tolist() == [1] * 4
    report = circle_report(alike, people, cohesion=["site"]).to_frame()
    assert report["alike_site"].tolist() == [1.0] * 4
    report = circle_report(mixed, people, balance=["site"]).to_frame()
    assert (report["mix_site"] > 1).all()  # 9 of 15 pairs differ within, 12 of 23 in all


def test_facilitators_run_circles_and_stay_apart_from_their_reports():
    people = people_of(14).assign(role=["facilitator"] * 2 + ["mentee"] * 12)
    apart = [("p00", f"p{i:02d}") for i in range(2, 6)]
    circles = form_circles(people, size=6, cohesion=["site"], apart=apart, seed=2)
    assert circles.groupby("relationship_id")["role"].first().tolist() == ["facilitator"] * 2
    led = circles[circles["person_id"] == "p00"]["relationship_id"].iloc[0]
    seated = set(circles.loc[circles["relationship_id"] == led, "person_id"])
    assert not seated & {"p02", "p03", "p04", "p05"}
    report = circle_report(circles, people, cohesion=["site"])
    assert report.to_frame()["n_facilitators"].tolist() == [1, 1]
    assert report.to_frame()["size"].tolist() == [6, 6]
    one = form_circles(people_of(12), size=4, facilitators=[], seed=1)
    assert "3 circles without a facilitator" in circle_report(one, people_of(12)).summary()


def test_too_few_facilitators_and_too_many_feuds_are_named():
    people = people_of(13).assign(role=["facilitator"] + ["mentee"] * 12)
    with pytest.raises(EstimationError, match="2 circles need a facilitator each; 1 facilitator"):
        form_circles(people, size=6, seed=1)
    busy = people.assign(capacity=[2] + [1] * 12)
    assert (form_circles(busy, size=6, seed=1)["role"] == "facilitator").sum() == 2
    feud = [(f"p{a:02d}", f"p{b:02d}") for a, b in combinations(range(4), 2)]
    with pytest.raises(EstimationError, match="still share one"):
        form_circles(people_of(12), size=6, apart=feud, seed=1)
    kept = form_circles(people_of(12), size=6, apart=feud[:1], seed=1).set_index("person_id")
    assert kept.loc["p00", "relationship_id"] != kept.loc["p01", "relationship_id"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"size": (5, 8), "n": 9}, "9 people can't be split into circles of 5 to 8; 8 or 10 could"),
        ({"size": (8, 5)}, "`size` must be fewest and most members"),
        ({"n_circles": 1}, "`n_circles` must be 2 to 2"),
        ({"balance": ["sit"]}, "no column 'sit'.*Did you mean 'site'"),
        ({"balance": ["site"], "cohesion": ["site"]}, "is in both"),
        ({"facilitators": ["zz"]}, "'zz' is not"),
        ({"apart": [("p00", "zz")]}, "`apart` must name people of the list of 12 people"),
        ({"apart": [("p00", "p00")]}, "must be pairs of two people"),
        ({"n_starts": 0}, "`n_starts` must be 1 or more; got 0"),
    ],
)
def test_bad_input_is_named(change, said):
    people = people_of(change.pop("n", 12))
    with pytest.raises(OptionError, match=said):
        form_circles(people, seed=1, **change)


def test_bad_tables_are_named():
    people = people_of(12)
    people.loc[3, "age"] = np.nan
    with pytest.raises(
        SchemaError, match="`age` must be there for everyone; got nothing in 1 row, first row 4"
    ):
        form_circles(people, balance=["age"], seed=1)
    with pytest.raises(SchemaError, match="not a valid list of people"):
        form_circles(pd.concat([people, people]), seed=1)
    with pytest.raises(SchemaError, match="have a row for each person; got no rows"):
        form_circles(people.head(0), seed=1)


def test_distances_are_scaled_to_one():
    people = people_of(20)
    for name in ("site", "age", "skills"):
        apart = distances(people[name])
        assert apart.sum() / (20 * 19) == pytest.approx(1.0)
        assert np.allclose(apart, apart.T)
        assert np.diag(apart).tolist() == [0.0] * 20
    assert distances(pd.Series(["a"] * 4)).sum() == 0


def test_sizes_differ_by_one_at_most():
    for n in range(10, 60):
        sizes = circle_sizes(n, size=(5, 8), n_circles=None, who="test")
        assert sizes.sum() == n
        assert np.ptp(sizes) <= 1
        assert sizes.min() >= 5
        assert sizes.max() <= 8


def test_spare_facilitators_rest():
    people = people_of(16).assign(role=["facilitator"] * 4 + ["mentee"] * 12)
    circles = form_circles(people, size=6, cohesion=["age"], seed=1)
    assert (circles["role"] == "facilitator").sum() == 2
    assert sorted(circles.loc[circles["role"] == "mentee", "person_id"]) == [
        f"p{i:02d}" for i in range(4, 16)
    ]
