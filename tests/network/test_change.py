"""Networks over time: known truths are found again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab import network as net
from mentorlab.errors import EstimationError, OptionError
from mentorlab.network import MentorNetwork
from mentorlab.network.change.popularity import choices as popularity_choices


def growing(theta: float, seed: int, *, n_mentors: int = 30, n_choices: int = 600):
    rng = np.random.default_rng(seed)
    load = np.zeros(n_mentors)
    chosen = []
    for _ in range(n_choices):
        weight = (1 + load) ** theta
        mentor = rng.choice(n_mentors, p=weight / weight.sum())
        load[mentor] += 1
        chosen.append(mentor)
    ties = pd.DataFrame(
        {
            "source": [f"m{m}" for m in chosen],
            "target": [f"s{i}" for i in range(n_choices)],
            "start": np.arange(n_choices),
        }
    )
    people = pd.DataFrame(
        {
            "person_id": [
                *(f"m{m}" for m in range(n_mentors)),
                *(f"s{i}" for i in range(n_choices)),
            ],
            "role_hint": ["mentor"] * n_mentors + ["mentee"] * n_choices,
        }
    )
    return MentorNetwork.from_ties(ties, source="simulated", people=people)


@pytest.mark.parametrize("theta", [0.0, 0.6, 1.0])
def test_the_exponent_is_found_again(theta):
    found = [net.popularity(growing(theta, seed)).to_frame().iloc[0] for seed in range(5)]
    estimate = np.mean([row["estimate"] for row in found])
    error = found[0]["std_error"]
    assert estimate == pytest.approx(theta, abs=4 * error / np.sqrt(5) + 0.03)
    assert sum(row["conf_low"] <= theta <= row["conf_high"] for row in found) >= 3


@pytest.mark.slow
def test_intervals_of_the_exponent_cover():
    from scipy.stats import binom

    n = 2000
    covered = 0
    for seed in range(n):
        network = growing(0.7, 10_000 + seed, n_mentors=15, n_choices=150)
        row = net.popularity(network).to_frame().iloc[0]
        covered += row["conf_low"] <= 0.7 <= row["conf_high"]
    low, high = binom.ppf([0.0005, 0.9995], n, 0.95)
    print(f"coverage of the 95 % interval: {covered / n:.3f}")
    assert low <= covered <= high


def test_full_mentors_are_not_on_offer():
    ties = pd.DataFrame(
        {"source": list("aabbab"), "target": list("uvwxyz"), "start": [1, 2, 3, 4, 5, 6]}
    )
    network = MentorNetwork.from_ties(ties, source="test", capacity={"a": 2, "b": 9})
    chosen, moment, offered = popularity_choices(network)
    # a is full after two: on offer once more, at 5, because chosen all the same
    assert offered.sum(axis=0).tolist() == [4, 2, 3, 0]
    assert (chosen.tolist(), moment.tolist()) == ([0, 1, 0, 1, 2, 2], [0, 1, 2, 3, 4, 5])


def test_choices_that_leave_no_doubt_are_named():
    ties = pd.DataFrame({"source": ["a"] * 4 + ["b"], "target": list("uvwxy"), "start": range(5)})
    network = MentorNetwork.from_ties(ties.head(4), source="test", capacity={"a": 9, "u": 0})
    with pytest.raises(EstimationError, match="at none of 4 moments"):
        net.popularity(network)
    one_sided = MentorNetwork.from_ties(
        pd.DataFrame({"source": ["a"] * 5, "target": list("uvwxy"), "start": range(5)}),
        source="test",
        people=pd.DataFrame(
            {"person_id": list("abuvwxy"), "role_hint": ["mentor"] * 2 + ["mentee"] * 5}
        ),
    )
    with pytest.raises(EstimationError, match="the choices leave no doubt"):
        net.popularity(one_sided)


def test_windows_count_what_begins_holds_and_ends():
    ties = pd.DataFrame(
        {
            "source": ["a", "a", "b"],
            "target": ["x", "y", "y"],
            "start": pd.to_datetime(["2025-01-01", "2025-02-10", "2025-03-05"]),
            "end": pd.to_datetime(["2025-01-20", None, "2025-03-31"]),
        }
    )
    network = MentorNetwork.from_ties(ties, source="records")
    table = net.snapshots(network, every="30D").to_frame()
    assert table[["n_ties", "n_new", "n_ended"]].to_numpy().tolist() == [
        [1, 1, 1],
        [1, 1, 0],
        [2, 1, 1],
    ]
    assert table["largest_component"].tolist() == [2, 2, 3]
    assert table["start"].iloc[1] == pd.Timestamp("2025-01-31")


@pytest.mark.parametrize(
    ("every", "message"),
    [
        ("soon", "`every` must be a length such as '90D'"),
        ("0D", "longer than nothing"),
        ("1s", "choose a longer one"),
    ],
)
def test_bad_windows_are_named(every, message):
    ties = pd.DataFrame(
        {
            "source": ["a", "b"],
            "target": ["x", "y"],
            "start": pd.to_datetime(["2025-01-01", "2025-02-10"]),
        }
    )
    with pytest.raises(OptionError, match=message):
        net.snapshots(MentorNetwork.from_ties(ties, source="records"), every=every)


def test_undated_networks_say_what_is_missing(pool):
    for ask in (
        lambda: net.snapshots(pool, every="30D"),
        lambda: net.popularity(pool),
        lambda: net.evaluate_recommendations(pool, at="2025-01-01", seed=1),
    ):
        with pytest.raises(OptionError, match="nothing says when ties held"):
            ask()


@pytest.mark.parametrize("seed", range(4))
def test_paths_are_counted_as_matrix_products(random_pool, seed):
    network = random_pool(seed)
    first, second, _ = network.pairs
    n = network.n_people
    ties = np.zeros((n, n))
    ties[second, first] = 1
    paths = ties @ (ties.T @ ties)
    table = net.recommend_ties(network, seed=1, k=3).to_frame()
    ids = list(network.ids)
    for row in table.itertuples():
        i, j = ids.index(row.mentee_id), ids.index(row.mentor_id)
        assert row.score == paths[i, j]
        assert ties[i, j] == 0
    for mentee, part in table.groupby("mentee_id"):
        i = ids.index(mentee)
        free = [j for j in network.mentors if not ties[i, j]]
        best = sorted((paths[i, j] for j in free), reverse=True)[: len(part)]
        assert part.sort_values("rank")["score"].tolist() == best


def test_mentors_without_room_are_not_suggested(pool):
    table = net.recommend_ties(pool, seed=1, method="popularity", mentee_ids=["hal"]).to_frame()
    assert table["mentor_id"].tolist() == ["bo", "cy"]  # ann is over capacity


def test_suggestions_beat_chance_where_tastes_are_shared():
    """Mentees of two schools each choose among their own school's mentors."""
    rng = np.random.default_rng(1)
    rows = []
    for i in range(200):
        own = [f"m{j}" for j in range(10) if j % 2 == i % 2]
        for start, mentor in enumerate(rng.choice(own, 4, replace=False)):
            rows.append((mentor, f"s{i}", start))
    ties = pd.DataFrame(rows, columns=["source", "target", "start"])
    network = MentorNetwork.from_ties(ties, source="simulated")
    table = net.evaluate_recommendations(network, at=3, seed=1, k=2).to_frame()
    table = table.set_index("method")
    assert table.loc["paths", "auc"] > 0.75
    assert table.loc["random", "auc"] == pytest.approx(0.5, abs=0.1)
    assert table.loc["paths", "hit_rate"] == pytest.approx(1.0, abs=0.05)
    assert table["n_mentees"].tolist() == [200, 200, 200]
    with pytest.raises(EstimationError, match="needs ties on both sides of 9"):
        net.evaluate_recommendations(network, at=9, seed=1)


def test_auc_is_the_share_of_pairs_in_order():
    """A mentee with two true mentors among four; ranks 0 and 2 give 3 of 4 pairs in order."""
    ties = pd.DataFrame(
        {
            "source": list("aaabbcdac"),
            "target": list("uvwuvuxzz"),
            "start": [0] * 7 + [1, 1],
        }
    )
    network = MentorNetwork.from_ties(ties, source="test")
    table = net.evaluate_recommendations(network, at=1, seed=3, k=1).to_frame()
    popularity = table.set_index("method").loc["popularity"]
    assert popularity["auc"] in (0.5, 0.75, 1.0)
    assert popularity["hit_rate"] == 1.0
    assert popularity["n_cold"] == 1
