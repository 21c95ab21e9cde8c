"""Markets from an applicants table: terms, rules, protected attributes, clashes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import MarketError, OptionError, SchemaError
from mentorlab.matching import (
    Block,
    ByConsent,
    Capacity,
    Complementarity,
    Learned,
    Quota,
    Require,
    SharedLanguage,
    Similarity,
    Stated,
    TimeZoneOverlap,
    assign,
    build_market,
)

POOL = pd.DataFrame(
    {
        "person_id": ["a", "b", "c", "x", "y"],
        "role": ["mentee"] * 3 + ["mentor"] * 2,
        "capacity": [1, 1, 1, 2, 1],
        "team": ["red", "blue", None, "red", "green"],
        "reports_to": ["x", "a", None, None, None],
        "years": [1.0, 3.0, None, 5.0, 3.0],
        "wants": ["law;art", "art", "", "", ""],
        "skills": ["", "", "", "law", "law;art"],
        "languages": ["en", "de;en", "fr", "en", ""],
        "utc_offset": [0, -5, 9, 1, -8],
        "gender": ["w", "m", "w", "w", "m"],
        "prefers_gender": ["w", None, None, None, None],
        "gender_consent": [True, True, True, True, False],
    }
)
WISHES = pd.DataFrame(
    {
        "person_id": ["a", "a", "b", "x", "x"],
        "other_id": ["y", "x", "x", "b", "c"],
        "rank": [1, 2, 1, 1, 2],
    }
)


def utilities(term, **options):
    dense = build_market(POOL, utility=term, **options).matrices()
    return dense.mentee_utility, dense.mentor_utility


def apart(rule, **options):
    dense = build_market(POOL, utility=Similarity("years"), rules=[rule], **options).matrices()
    return [] if dense.acceptable is None else np.argwhere(~dense.acceptable).tolist()


def test_similarity_of_numbers_is_distance_over_the_range():
    mentee, mentor = utilities(Similarity("years"))
    assert mentee.tolist() == [[0, 0.5], [0.5, 1], [0.5, 0.5]]
    assert np.array_equal(mentee, mentor)


def test_similarity_of_lists_and_of_plain_values():
    assert utilities(Similarity("languages"))[0].tolist() == [[1, 0.5], [0.5, 0.5], [0, 0.5]]
    assert utilities(Similarity("team"))[0].tolist() == [[1, 0], [0, 0], [0.5, 0.5]]


def test_similarity_leaves_out_what_is_missing_or_counts_it_as_unlike():
    both = utilities(Similarity(["years", "languages"]))[0]
    assert both[2].tolist() == [0, 0.5]
    assert utilities(Similarity(["years", "languages"], missing="zero"))[0][2].tolist() == [0, 0]
    with pytest.raises(MarketError, match="`years` must have a value for everyone; it is empty"):
        utilities(Similarity("years", missing="error"))


def test_complementarity_is_the_share_of_wants_that_are_met():
    mentee, mentor = utilities(Complementarity("wants", "skills"))
    assert mentee.tolist() == [[0.5, 1], [0, 1], [0, 0]]
    assert not mentor.any()
    both = utilities(Complementarity("wants", "skills", whose="mentee"))
    assert np.array_equal(*both)
    assert utilities(Complementarity("wants", "skills", missing="known"))[0][2, 0] == 0.5


def test_stated_wishes_fall_from_one():
    mentee, mentor = utilities(Stated(), preferences=WISHES)
    assert mentee.tolist() == [[0.5, 1], [1, 0], [0, 0]]
    assert mentor[:, 0].tolist() == [0, 1, 0.5]


def test_wishes_that_bind_keep_others_apart_and_say_what_was_not_returned():
    market = build_market(POOL, preferences=WISHES, utility=Stated(only=True))
    assert market.matrices().acceptable.tolist() == [[False, True], [True, False], [True, True]]
    assert "1 stated wish was not returned" in market.summary()


def test_learned_scores_by_pair():
    scores = pd.DataFrame({"mentee_id": ["a", "b"], "mentor_id": ["y", "x"], "score": [2.0, 4.0]})
    assert utilities(Learned(scores, missing="zero"))[0].tolist() == [[0, 2], [4, 0], [0, 0]]
    assert utilities(Learned(scores, missing="known"))[0][2].tolist() == [3, 3]
    with pytest.raises(MarketError, match="has no score for 4 pairs, first mentee 'a' with"):
        utilities(Learned(scores))
    with pytest.raises(MarketError, match="a pair has one score; 1 row came again, first row 3"):
        Learned(pd.concat([scores, scores.head(1)]))


def test_terms_are_weighted_and_added_and_can_enter_one_side():
    term = 2 * Similarity("years") + Similarity("team", side="mentor") * 3
    mentee, mentor = utilities(term)
    assert mentee[1, 1] == 2
    assert mentor[0, 0] == 3
    with pytest.raises(OptionError, match="a weight must be a finite number; got nan"):
        _ = Similarity("years") * float("nan")


def test_the_default_is_an_assumption_and_says_so():
    renamed = POOL.rename(columns={"years": "value_years"})
    market = build_market(renamed)
    assert [term.kind for term in market.terms] == ["similarity", "complementarity"]
    assert "is a default and an assumption" in market.summary()
    with pytest.raises(MarketError, match="nothing to compare people by"):
        build_market(POOL[["person_id", "role", "years"]])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Block([("a", "y")]), [[0, 1]]),
        (Block.same("team"), [[0, 0]]),
        (Block.reporting_line(), [[0, 0], [1, 0]]),
        (SharedLanguage(), [[2, 0]]),
        (TimeZoneOverlap(hours=3), [[0, 1], [1, 0], [2, 0], [2, 1]]),
        (ByConsent("gender", wish="prefers_gender", consent="gender_consent"), []),
    ],
)
def test_rules_keep_pairs_apart(rule, expected):
    assert apart(rule) == expected


def test_a_wish_about_an_attribute_counts_where_the_other_agreed():
    agreed = POOL.assign(gender_consent=True)
    rule = ByConsent("gender", wish="prefers_gender", consent="gender_consent")
    market = build_market(agreed, utility=Similarity("years"), rules=[rule])
    assert np.argwhere(~market.matrices().acceptable).tolist() == [[0, 1]]
    assert market.reasons_against(0, 1)[0].reason == "a wish about gender is not met"


def test_protected_attributes_are_for_audit_unless_declared():
    quota = Quota(mentees={"gender": "w"}, low=1)
    for options in ({"utility": Similarity("gender")}, {"rules": [quota]}):
        with pytest.raises(MarketError, match=r"uses 'gender', a protected attribute"):
            build_market(POOL, **{"utility": Similarity("years"), **options})
    market = build_market(POOL, utility=Similarity("years"), rules=[quota], declared=["gender"])
    assert market.quotas[0].mentee_mask.tolist() == [True, False, True]


def test_capacity_and_quota_rules_become_limits():
    rules = [
        Capacity(low=1, high=1),
        Quota(mentees={"team": ["red", "blue"]}, high=1, each=True),
        Require([("c", "y")]),
    ]
    market = build_market(POOL, utility=Similarity("years"), rules=rules)
    assert market.capacity.tolist() == [1, 1]
    assert market.lower.tolist() == [1, 1]
    assert len(market.quotas) == 2
    assert market.required.tolist() == [[2, 1]]
    found = assign(market, "quota_optimal", seed=1)
    assert found.mentor_of[2] == 1


@pytest.mark.parametrize(
    ("rules", "named", "why"),
    [
        (
            [Block([("a", "x")]), Block.same("years"), Require([("a", "x")])],
            ["blocked: of a conflict of interest", "required pairs"],
            "must be matched and may not be",
        ),
        (
            [Capacity(low=2)],
            ["at least 2 for each of all mentors"],
            "must get at least 2 mentees and takes at most 1",
        ),
        (
            [Block.same("team"), Block([("b", "x"), ("c", "x")]), Capacity(low=1, mentors=["x"])],
            ["same team", "blocked: of a conflict of interest", "at least 1"],
            "mentor 'x' must get at least 1 mentee, and only 0 may be matched with them",
        ),
        (
            [Require([("a", "x")]), Require([("a", "y")])],
            ["required pairs", "required pairs"],
            "required to have more than one mentor",
        ),
        (
            [Quota(mentees=["a", "b"], low=2), Quota(mentees=["b", "c"], high=0)],
            ["quota of at least 2", "quota of at most 0"],
            "no assignment keeps all of these limits",
        ),
        (
            [Capacity(high=1), Require([("a", "x"), ("b", "x")])],
            ["at most 1", "required pairs"],
            "mentor 'x' has 2 required mentees and takes at most 1",
        ),
    ],
)
def test_a_smallest_set_of_clashing_rules_is_named(rules, named, why):
    with pytest.raises(MarketError, match="can't be honored") as raised:
        build_market(POOL, utility=Similarity("years"), rules=rules)
    text = str(raised.value)
    assert why in text
    for name in named:
        assert name in text
    assert text.split(" can't be honored")[0].count("' and '") == len(named) - 1


def test_the_top_of_every_list_is_that_of_the_matrices():
    rng = np.random.default_rng(3)
    n, m = 40, 25
    pool = pd.DataFrame(
        {
            "person_id": [f"p{k:03d}" for k in range(n + m)],
            "role": ["mentee"] * n + ["mentor"] * m,
            "score": rng.normal(size=n + m),
            "team": rng.choice(list("abcd"), n + m),
        }
    )
    options = {"utility": Similarity("score"), "rules": [Block.same("team")]}
    whole = build_market(pool, **options).matrices()
    lists = build_market(pool, top=4, **options)
    assert lists.edges is not None
    utility = np.where(whole.acceptable, whole.mentee_utility, -np.inf)
    order = np.argsort(-utility, axis=1)[:, :4]
    for i in range(n):
        row = lists.edges.mentor[lists.edges.indptr[i] : lists.edges.indptr[i + 1]]
        assert set(order[i]) <= set(row.tolist())
        assert whole.acceptable[i, row].all()
    by_mentor = np.argsort(-utility, axis=0)[:4].T
    for j in range(m):
        assert set(by_mentor[j]) <= set(lists.edges.mentee()[lists.edges.mentor == j].tolist())
    at = lists.edges.mentee(), lists.edges.mentor
    assert np.allclose(lists.edges.mentee_utility, whole.mentee_utility[at])
    everything = build_market(pool, top=100, **options)
    assert everything.n_pairs == whole.acceptable.sum()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"role": ["peer"] + ["mentee"] * 2 + ["mentor"] * 2}, "`role` must be 'mentee' or"),
        ({"role": "mentee"}, "at least one mentor; got none"),
        ({"capacity": [2, 1, 1, 2, 1]}, "`capacity` must be 1 or empty for mentees; got 2"),
        ({"capacity": [1, 1, 1, 0, 0]}, "at least one place"),
    ],
)
def test_bad_applicants_are_refused(change, message):
    with pytest.raises(MarketError, match=message):
        build_market(POOL.assign(**change), utility=Similarity("years"))


def test_negative_capacity_and_people_listed_twice_break_the_table():
    with pytest.raises(SchemaError, match="capacity"):
        build_market(POOL.assign(capacity=[1, 1, 1, -2, 1]))
    with pytest.raises(SchemaError, match="person_id"):
        build_market(pd.concat([POOL, POOL.head(1)]))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["a", "a", 3], "'a' lists themself in `preferences`, row 6"),
        (["a", "q", 3], "names 'q' in row 6, who is no applicant"),
        (["a", "b", 3], "'a' lists 'b', who is no mentor"),
    ],
)
def test_bad_wishes_are_refused(row, message):
    wishes = pd.concat([WISHES, pd.DataFrame([row], columns=WISHES.columns)])
    with pytest.raises(MarketError, match=message):
        build_market(POOL, preferences=wishes)


def test_a_wish_stated_twice_breaks_the_table():
    with pytest.raises(SchemaError, match="other_id"):
        build_market(POOL, preferences=pd.concat([WISHES, WISHES.head(1)]))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (lambda: Block([("a", "q")]), "no mentor has the id 'q'"),
        (lambda: Block.same("teem"), "no column 'teem'. Did you mean 'team'?"),
        (lambda: Require([("a", "x"), ("a", "x")]), r"the pair \('a', 'x'\) came more than once"),
        (lambda: Require(["ax"]), r"must hold pairs \(mentee_id, mentor_id\)"),
        (lambda: Quota(mentees={"team": "reed"}), "no mentee has team 'reed'.*mean 'red'"),
        (lambda: Quota(low=2, high=1), "`low` must not exceed `high`; got 2 and 1"),
        (lambda: Quota(low=-1), "`low` must be a whole number of 0 or more; got -1"),
        (lambda: TimeZoneOverlap(hours=9), "above 0 and up to `workday`"),
        (lambda: "Block", "`rules` takes Block"),
    ],
)
def test_bad_rules_are_refused(rule, message):
    with pytest.raises((MarketError, OptionError), match=message):
        build_market(POOL, utility=Similarity("years"), rules=[rule()])


def test_people_without_consent_are_left_out_and_counted():
    pool = POOL.assign(consent=[True, False, None, True, True])
    market = build_market(pool, preferences=WISHES, utility=Similarity("years"))
    assert market.mentee_ids.tolist() == ["a", "c"]
    assert "1 person who withdrew consent is left out" in market.summary()


def test_nobody_is_their_own_mentor():
    both = pd.concat([POOL, POOL.head(1).assign(role="mentor")], ignore_index=True)
    market = build_market(both, utility=Similarity("years"))
    assert [rule.name for rule in market.reasons_against(0, 2)] == ["same person"]


def test_an_unknown_column_is_named_with_what_is_near():
    with pytest.raises(MarketError, match=r"no column 'yeers'\. Did you mean 'years'"):
        build_market(POOL, utility=Similarity("yeers"))
