"""Homophily and QAP against exact distributions, networkx and plain least squares."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from mentorlab import network as net
from mentorlab.errors import EstimationError, OptionError
from mentorlab.network import Difference, MentorNetwork, Receiver, Same, Sender
from mentorlab.network.kernels.swaps import swapped_pairs, swapped_slots


def matrix_of(network: MentorNetwork) -> np.ndarray:
    matrix = np.zeros((network.n_people, network.n_people))
    first, second, _ = network.pairs
    matrix[first, second] = 1
    return matrix if network.directed else matrix + matrix.T


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shuffle", ["mentees", "mentors"])
def test_expectation_in_a_pool_is_exact(random_pool, seed, shuffle):
    network = random_pool(seed, n_mentors=5, n_mentees=6, n_ties=14)
    field = network.people["field"].to_numpy()
    mentor, mentee, _ = network.pairs
    movers = np.unique(mentee if shuffle == "mentees" else mentor)
    shares = []
    for order in itertools.permutations(movers):
        moved = field.copy()
        moved[movers] = field[list(order)]
        a = field[mentor] if shuffle == "mentees" else moved[mentor]
        b = moved[mentee] if shuffle == "mentees" else field[mentee]
        shares.append((a == b).mean())
    found = net.homophily(
        network, attribute="field", null="labels", seed=1, n_permutations=3000, shuffle=shuffle
    )
    assert found.exact
    assert found.expected == pytest.approx(np.mean(shares))
    assert found.test.sd == pytest.approx(np.std(shares), rel=0.1)
    assert found.p_value == pytest.approx(
        np.mean(np.array(shares) >= found.test.observed - 1e-12), abs=0.04
    )


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("null", ["labels", "strata"])
def test_expectation_among_one_kind_of_people_is_exact(random_network, directed, null):
    network = random_network(3, n=6, share=0.5, directed=directed)
    unit, site = network.people["unit"].to_numpy(), network.people["site"].to_numpy()
    first, second, _ = network.pairs
    movers = np.unique(np.concatenate([first, second]))
    shares = []
    for order in itertools.permutations(movers):
        if null == "strata" and (site[list(order)] != site[movers]).any():
            continue
        moved = unit.copy()
        moved[movers] = unit[list(order)]
        shares.append((moved[first] == moved[second]).mean())
    found = net.homophily(
        network,
        attribute="unit",
        null=null,
        within="site" if null == "strata" else None,
        seed=1,
        n_permutations=2000,
    )
    assert found.expected == pytest.approx(np.mean(shares))
    assert found.test.mean == pytest.approx(np.mean(shares), abs=0.02)


def test_swaps_keep_everybodys_number_of_ties_and_reach_every_network():
    """All directed networks with the degrees of a small one come up equally often."""
    first = np.array([0, 0, 1, 2], dtype=np.int32)
    second = np.array([3, 4, 3, 4], dtype=np.int32)
    steps = np.full(30_000, 10)
    values = np.array([1.0, 2.0, 4.0, 8.0, 32.0])
    rng = np.random.default_rng(1)
    labels = np.zeros(5, dtype=np.int64)
    owner, guest = (side[np.argsort(second, kind="stable")] for side in (second, first))
    indptr = np.array([0, 0, 0, 0, 2, 4])
    sums, n_swapped = swapped_slots(indptr, owner, guest, labels, values, True, steps, rng)
    # mentor 0 keeps two ties, 1 and 2 one each; 3 and 4 two each: two networks fit
    seen = {
        abs(1 - 8) + abs(1 - 32) + abs(2 - 8) + abs(4 - 32),
        abs(1 - 8) + abs(1 - 32) + abs(2 - 32) + abs(4 - 8),
    }
    assert n_swapped > 0
    assert set(np.unique(sums)) <= seen


@pytest.mark.parametrize("directed", [True, False])
def test_swaps_are_uniform_over_the_networks_that_fit(directed):
    first = np.array([0, 1, 2], dtype=np.int32)
    second = np.array([3, 4, 5], dtype=np.int32)
    values = 7.0 ** np.arange(6)
    steps = np.full(20_000, 12)
    labels, rng = np.zeros(6, dtype=np.int64), np.random.default_rng(2)
    if directed:
        indptr = np.array([0, 0, 0, 0, 1, 2, 3])
        sums, _ = swapped_slots(indptr, second, first, labels, values, True, steps, rng)
    else:
        sums, _ = swapped_pairs(first, second, labels, values, 6, True, steps, rng)
    if directed:
        networks = [list(zip(first, p, strict=True)) for p in itertools.permutations(second)]
    else:
        networks = [
            [(0, a), *rest]
            for a in range(1, 6)
            for rest in _pairings([x for x in range(1, 6) if x != a])
        ]
    expected = {round(sum(abs(values[a] - values[b]) for a, b in ties), 6) for ties in networks}
    counts = pd.Series(np.round(sums, 6)).value_counts()
    assert set(counts.index) == expected
    per_value = pd.Series(
        [round(sum(abs(values[a] - values[b]) for a, b in ties), 6) for ties in networks]
    ).value_counts()
    share = per_value / len(networks)
    np.testing.assert_allclose(counts[share.index] / len(sums), share, atol=0.02)


def _pairings(people):
    if not people:
        return [[]]
    first, rest = people[0], people[1:]
    return [
        [(first, other), *more]
        for other in rest
        for more in _pairings([x for x in rest if x != other])
    ]


@pytest.mark.parametrize("null", ["labels", "degree", "qap"])
def test_nothing_is_found_where_nothing_is(random_pool, null):
    p = [
        net.homophily(
            random_pool(seed), attribute="field", null=null, seed=seed, n_permutations=199
        ).p_value
        for seed in range(60)
    ]
    assert 0.02 < np.mean(np.array(p) <= 0.25) < 0.5
    assert min(p) >= 1 / 200


@pytest.mark.parametrize("null", ["labels", "strata", "degree", "qap"])
def test_homophily_that_is_there_is_found_and_p_is_not_zero(null):
    rng = np.random.default_rng(1)
    field = rng.choice(list("abc"), 60)
    mentors = [f"m{i}" for i in range(20)]
    mentor_field = np.array(list("abc") * 7)[:20]
    ties = [
        (mentors[rng.choice(np.flatnonzero(mentor_field == f))], f"s{i}")
        for i, f in enumerate(field)
    ]
    people = pd.DataFrame(
        {
            "person_id": [*mentors, *(f"s{i}" for i in range(60))],
            "field": [*mentor_field, *field],
            "school": rng.choice(list("uv"), 80),
        }
    )
    network = MentorNetwork.from_ties(
        pd.DataFrame(ties, columns=["mentor_id", "mentee_id"]), source="test", people=people
    )
    within = {"within": "school"} if null == "strata" else {}
    found = net.homophily(
        network, attribute="field", null=null, seed=1, n_permutations=499, **within
    )
    assert found.p_value == 1 / 500
    assert found.test.z > 5
    assert "R = 499, seed 1" in found.summary()
    row = found.to_frame().iloc[0]
    assert (row["n_permutations"], row["seed"], row["null"]) == (499, 1, null)


def test_the_null_is_a_choice_that_matters():
    """Everybody mentors within school, and schools have fields: strata see no homophily."""
    people = pd.DataFrame(
        {
            "person_id": [*(f"m{i}" for i in range(8)), *(f"s{i}" for i in range(40))],
            "field": [*"aaaabbbb", *("a" * 20), *("b" * 20)],
            "school": [*"uuuuvvvv", *("u" * 20), *("v" * 20)],
        }
    )
    ties = pd.DataFrame(
        {
            "mentor_id": [f"m{i % 4 + 4 * (i >= 20)}" for i in range(40)],
            "mentee_id": [f"s{i}" for i in range(40)],
        }
    )
    network = MentorNetwork.from_ties(ties, source="test", people=people)
    overall = net.homophily(network, attribute="field", null="labels", seed=1)
    inside = net.homophily(network, attribute="field", null="strata", within="school", seed=1)
    assert overall.p_value < 0.01
    assert inside.p_value == 1.0
    assert np.isnan(inside.test.z)
    assert "z not defined: the null does not vary" in inside.summary()


def test_differences_of_numbers_can_be_compared(random_pool):
    network = random_pool(2)
    found = net.homophily(
        network, attribute="age", null="labels", compare="difference", seed=1, n_permutations=500
    )
    age = network.people["age"].to_numpy()
    first, second, _ = network.pairs
    assert found.test.observed == pytest.approx(np.abs(age[first] - age[second]).mean())
    assert found.p_value == found.test.p_less
    assert found.statistic == "mean_difference"


def test_missing_values_leave_ties_out_and_are_counted(random_pool):
    network = random_pool(2)
    people = network.people.copy()
    people.loc[people["person_id"] == network.ids[network.pairs.mentee[0]], "field"] = None
    holed = MentorNetwork.from_ties(network.ties(), source="test", people=people)
    found = net.homophily(holed, attribute="field", null="labels", seed=1, n_permutations=9)
    assert found.n_ties + found.n_unknown == network.n_ties
    assert f"{found.n_unknown} tie" in found.summary()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"null": "chance"}, "`null` must be 'labels', 'strata', 'degree' or 'qap'"),
        ({"null": "strata"}, "`within` names the strata"),
        ({"null": "labels", "within": "school"}, "`within` names the strata"),
        ({"null": "labels", "shuffle": "people"}, "labels can't move between the sides"),
        ({"null": "labels", "n_permutations": 0}, "whole number of 1 or more"),
        ({"null": "labels", "attribute": "fild"}, "Did you mean 'field'"),
        ({"null": "labels", "compare": "difference"}, "needs a column of numbers"),
        ({"null": "qap", "compare": "difference", "attribute": "age"}, "compares equals"),
        ({"null": "labels", "seed": -1}, "`seed` must be a whole number"),
    ],
)
def test_bad_questions_are_named(random_pool, options, message):
    with pytest.raises(OptionError, match=message):
        net.homophily(random_pool(1), **{"attribute": "field", "seed": 1, **options})


def test_one_value_is_not_defined_with_a_reason(random_pool):
    network = random_pool(1)
    people = network.people.assign(field="a")
    same = MentorNetwork.from_ties(network.ties(), source="test", people=people)
    with pytest.raises(EstimationError, match="likeness is not defined: nothing could differ"):
        net.homophily(same, attribute="field", null="labels", seed=1)


@pytest.mark.parametrize("directed", [True, False])
def test_qap_correlation_and_its_exact_distribution(random_network, directed):
    network = random_network(5, n=6, share=0.4, directed=directed)
    matrix = matrix_of(network)
    unit = network.people["unit"].to_numpy()
    same = (unit[:, None] == unit).astype(float)
    off = ~np.eye(6, dtype=bool)
    seen = np.corrcoef(matrix[off], same[off])[0, 1]
    null = [
        np.corrcoef(matrix[off], same[np.ix_(p, p)][off])[0, 1]
        for p in itertools.permutations(range(6))
    ]
    found = net.qap(network, covariates=Same("unit"), seed=1, n_permutations=4000).to_frame()
    assert found["estimate"].item() == pytest.approx(seen)
    exact = np.mean(np.array(null) >= seen - 1e-12)
    assert found["p_greater"].item() == pytest.approx(exact, abs=0.04)
    assert found["null_sd"].item() == pytest.approx(np.std(null), rel=0.06)


def test_qap_of_labels_equals_homophily_of_labels(random_network):
    network = random_network(2, n=15)
    by_label = net.homophily(network, attribute="unit", null="qap", seed=1, n_permutations=2000)
    by_matrix = net.qap(network, covariates="unit", seed=2, n_permutations=2000).to_frame()
    assert by_label.test.observed == pytest.approx(by_matrix["estimate"].item())
    assert by_label.test.sd == pytest.approx(by_matrix["null_sd"].item(), rel=0.1)


def test_qap_p_is_never_zero(random_network):
    network = random_network(1)
    itself = net.qap(
        network, covariates={"itself": network}, seed=1, n_permutations=50, weighted=True
    ).to_frame()
    assert itself["estimate"].item() == pytest.approx(1.0)
    assert itself["p_greater"].item() == 1 / 51
    assert itself["p_value"].item() == 1 / 51


def test_regression_over_pairs_equals_least_squares(random_network):
    network = random_network(7, n=14, share=0.3)
    off = ~np.eye(14, dtype=bool)
    people = network.people
    tenure, unit = people["tenure"].to_numpy(), people["unit"].to_numpy()
    columns = [
        (unit[:, None] == unit).astype(float),
        np.abs(tenure[:, None] - tenure),
        np.repeat(tenure[:, None], 14, 1),
        np.repeat(tenure[None, :], 14, 0),
    ]
    import statsmodels.api as sm

    x = sm.add_constant(np.column_stack([c[off] for c in columns]))
    fit = sm.OLS(matrix_of(network)[off], x).fit()
    asked = [Same("unit"), Difference("tenure"), Sender("tenure"), Receiver("tenure")]
    found = net.qap(network, covariates=asked, seed=1, n_permutations=300)
    table = found.to_frame()
    np.testing.assert_allclose(table["estimate"], fit.params[1:])
    np.testing.assert_allclose(table["statistic"], fit.tvalues[1:])
    assert found.intercept == pytest.approx(fit.params[0])
    assert found.r_squared == pytest.approx(fit.rsquared)
    assert (table["p_value"] > 0).all()
    assert table["covariate"].tolist()[0] == "same unit"


def test_double_semipartialing_holds_its_draws(random_network):
    """Draws equal t of the permuted residual in a full least-squares fit."""
    network = random_network(8, n=5, share=0.5)
    people = network.people
    tenure = people["tenure"].to_numpy()
    site = people["site"].to_numpy()
    first = np.abs(tenure[:, None] - tenure)
    second = (site[:, None] == site).astype(float)
    off = ~np.eye(5, dtype=bool)
    y = matrix_of(network)[off]
    others = np.column_stack([np.ones(20), second[off]])
    own = first[off] - others @ np.linalg.lstsq(others, first[off], rcond=None)[0]
    residual = np.zeros((5, 5))
    residual[off] = own
    exact = []
    for p in itertools.permutations(range(5)):
        design = np.column_stack([others, residual[np.ix_(p, p)][off]])
        beta, rss, *_ = np.linalg.lstsq(design, y, rcond=None)
        variance = rss[0] / 17 * np.linalg.inv(design.T @ design)[2, 2]
        exact.append(beta[2] / np.sqrt(variance))
    found = net.qap(
        network,
        covariates={"gap": Difference("tenure"), "site": Same("site")},
        seed=1,
        n_permutations=300,
    )
    draws = found.draws["gap"]
    assert np.isclose(draws[:, None], np.array(exact)[None, :], atol=1e-8).any(axis=1).all()


def test_matrices_frames_and_networks_are_covariates(random_network):
    network, other = random_network(1), random_network(9)
    frame = pd.DataFrame(matrix_of(other), index=other.ids, columns=other.ids)
    shuffled = frame.sample(frac=1, random_state=1).sample(frac=1, axis=1, random_state=2)
    answers = [
        net.qap(network, covariates={"other": given}, seed=1, n_permutations=20).to_frame()
        for given in (matrix_of(other), frame, shuffled)
    ]
    for answer in answers[1:]:
        pd.testing.assert_frame_equal(answer, answers[0])


@pytest.mark.parametrize(
    ("covariates", "message"),
    [
        ({}, "names nothing"),
        ({"a": np.ones((2, 2))}, "must be a matrix of 12 x 12"),
        ({"a": np.ones((12, 12))}, "the same value for every pair: not defined"),
        ({"a": np.full((12, 12), np.nan)}, "must have a number for every pair"),
        (3, "got a int"),
        (Difference("unit"), "'unit' must hold numbers"),
        (
            [Sender("tenure"), {"b": 1}],
            "must be Same, Difference, Sender or Receiver",
        ),
    ],
)
def test_bad_covariates_are_named(random_network, covariates, message):
    with pytest.raises((OptionError, EstimationError), match=message):
        net.qap(random_network(1), covariates=covariates, seed=1)


def test_covariates_that_determine_each_other_are_named(random_network):
    network = random_network(1)
    tenure = network.people["tenure"].to_numpy()
    twice = {"a": Sender("tenure"), "b": np.repeat(2 * tenure[:, None] + 1, 12, axis=1)}
    with pytest.raises(EstimationError, match="'a' is a sum of the other covariates"):
        net.qap(network, covariates=twice, seed=1)


def test_pools_and_large_networks_are_refused_with_a_way_out(random_pool):
    with pytest.raises(OptionError, match="Use homophily"):
        net.qap(random_pool(1), covariates="field", seed=1)
    people = pd.DataFrame({"person_id": [f"p{i}" for i in range(3001)], "unit": "x"})
    ties = pd.DataFrame({"source": ["p0", "p1"], "target": ["p1", "p0"]})
    large = MentorNetwork.from_ties(ties, source="test", people=people)
    with pytest.raises(OptionError, match="up to 3,000 people; this network has 3,001"):
        net.qap(large, covariates="unit", seed=1)
