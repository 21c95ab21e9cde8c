"""Alpha, Feldt's interval and item statistics against R values and definitions."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentorlab.stats import cronbach_alpha, feldt_interval, item_statistics

GOLDEN = Path(__file__).parents[2] / "golden" / "reliability" / "four_items.json"
CASES = Path(os.environ.get("MENTORLAB_CASES", Path(__file__).parents[4] / "shared" / "cases"))
FAMILY = sorted((CASES / "measurement").glob("reliab_*.json"))


@pytest.mark.parametrize("path", FAMILY, ids=lambda path: path.stem)
def test_equal_to_r(path):
    case = json.loads(path.read_text(encoding="utf-8"))
    expected = case["expected"]
    items = expected["items"]
    data = pd.read_csv(path.parent / case["data"])[items].dropna().to_numpy(dtype=float)
    reverse = expected.get("reverse") or []
    for name in [reverse] if isinstance(reverse, str) else reverse:
        column = items.index(name)
        data[:, column] = expected["scale_min"] + expected["scale_max"] - data[:, column]
    alpha = cronbach_alpha(data)
    known = expected["alpha_listwise"]
    assert alpha == pytest.approx(known["raw"], abs=1e-8)
    low, high = feldt_interval(alpha, len(data), len(items))
    assert low == pytest.approx(known["feldt_ci"]["lower"], abs=1e-6)
    assert high == pytest.approx(known["feldt_ci"]["upper"], abs=1e-6)
    item_rest, dropped = item_statistics(data)
    assert item_rest == pytest.approx(expected["item_rest"]["r_drop"], abs=1e-8)
    assert dropped == pytest.approx(expected["item_rest"]["alpha_if_dropped"], abs=1e-8)


def test_r_cases_are_there_where_they_should_be():
    if not CASES.is_dir():
        pytest.skip(f"the reference cases are not at {CASES}; set MENTORLAB_CASES")
    assert FAMILY


def test_golden_values():
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    data = np.array(golden["input"], dtype=float)
    alpha = cronbach_alpha(data)
    assert alpha == pytest.approx(golden["alpha"], abs=golden["tolerance"])
    assert feldt_interval(alpha, *data.shape) == pytest.approx(
        tuple(golden["feldt"]), abs=golden["tolerance"]
    )


def test_alpha_is_the_mean_of_all_split_halves():
    """Cronbach's theorem, by brute force over the splits of four items (Flanagan's formula)."""
    rng = np.random.default_rng(3)
    data = rng.normal(size=(40, 1)) + rng.normal(size=(40, 4))
    total = data.sum(axis=1).var(ddof=1)
    splits = [((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))]
    halves = [
        2 * (1 - sum(data[:, list(half)].sum(axis=1).var(ddof=1) for half in split) / total)
        for split in splits
    ]
    assert cronbach_alpha(data) == pytest.approx(np.mean(halves))


def test_item_rest_is_the_plain_correlation():
    rng = np.random.default_rng(5)
    data = rng.integers(1, 6, (30, 5)).astype(float)
    item_rest, _ = item_statistics(data)
    plain = [np.corrcoef(data[:, j], np.delete(data, j, 1).sum(axis=1))[0, 1] for j in range(5)]
    assert item_rest == pytest.approx(plain)


def test_what_does_not_vary_has_no_alpha():
    assert np.isnan(cronbach_alpha(np.full((5, 3), 2.0)))
    item_rest, dropped = item_statistics(np.array([[1.0, 2], [1, 3], [1, 5]]))
    assert np.isnan(item_rest).all()
    assert np.isnan(dropped).all()


def test_items_that_work_against_each_other_have_a_negative_alpha():
    assert cronbach_alpha(np.array([[1.0, 5], [2, 4.5], [3, 3], [4, 2], [5, 1.2]])) < 0


@pytest.mark.slow
@pytest.mark.parametrize("n_persons", [100, 400])
def test_feldt_interval_covers_alpha(n_persons):
    """Normal tau-equivalent items, 2,000 replications, exact binomial band of 99.9 %."""
    from scipy.stats import binom

    rng = np.random.default_rng(11)
    k, n_replications = 5, 2000
    truth = k * 1.0 / (k * 1.0 + 1.0)
    covered = 0
    for _ in range(n_replications):
        data = rng.normal(size=(n_persons, 1)) + rng.normal(size=(n_persons, k))
        low, high = feldt_interval(cronbach_alpha(data), n_persons, k)
        covered += low <= truth <= high
    low, high = binom.interval(0.999, n_replications, 0.95)
    print(f"Feldt, n {n_persons}: coverage {covered / n_replications:.3f}")
    assert low <= covered <= high


@pytest.mark.parametrize(
    "items",
    [
        np.full((3, 3), 0.1),
        np.full((7, 2), 1 / 3),
        np.array([[v, -v, 2.0] for v in np.linspace(1.1, 1.9, 9)]),
        np.array([[0.1 + v, 0.2 - v] for v in np.linspace(0, 1, 7)]),
    ],
)
def test_rounding_errors_are_not_reliability(items):
    assert np.isnan(cronbach_alpha(items))


def test_the_unit_of_the_items_does_not_matter():
    data = np.random.default_rng(1).normal(size=(20, 1)) + np.random.default_rng(2).normal(
        size=(20, 3)
    )
    for scale in (1e-9, 1e9):
        assert cronbach_alpha(data * scale) == pytest.approx(cronbach_alpha(data))
        assert item_statistics(data * scale)[0] == pytest.approx(item_statistics(data)[0])
