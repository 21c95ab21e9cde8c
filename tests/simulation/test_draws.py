"""Draws are functions of what they stand for, uniform, and the same by any road."""

from __future__ import annotations

import math

import numpy as np
import pytest

from mentorlab.simulation.kernel.keys import draw_bits, owner_key, philox4x32, stream_key
from mentorlab.simulation.kernel.numbers import exponential, near_normal, normal, uniform

FULL = 0xFFFFFFFF
KNOWN = [  # the known answers published with Random123 (Salmon et al. 2011)
    ((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter_and_key", "answer"), KNOWN)
def test_philox_gives_the_published_answers(counter_and_key, answer):
    assert philox4x32(*(np.uint64(word) for word in counter_and_key)) == answer


def as_number(bits: int) -> float:
    return uniform(np.uint64(bits))


@pytest.mark.parametrize("philox", [None, 1])
def test_draws_are_uniform_and_unrelated(philox):
    key = np.uint64(stream_key(np.uint64(3), 2, 0))
    draws = np.array(
        [
            [as_number(draw_bits(philox, key, person, 0, week, slot)) for slot in range(4)]
            for person in range(50)
            for week in range(50)
        ]
    )
    assert abs(draws.mean() - 0.5) < 4 / math.sqrt(12 * draws.size)
    assert np.abs(np.corrcoef(draws.T) - np.eye(4)).max() < 4 / math.sqrt(len(draws))
    counts = np.histogram(draws, bins=20, range=(0, 1))[0]
    assert ((counts - 500) ** 2 / 500).sum() < 50  # chi-square, 19 degrees of freedom


def test_every_part_of_the_key_matters():
    names = [(7, 2, 0), (8, 2, 0), (7, 3, 0), (7, 2, 1)]
    keys = {int(stream_key(np.uint64(seed), stream, run)) for seed, stream, run in names}
    assert len(keys) == len(names)
    key = np.uint64(stream_key(np.uint64(7), 2, 0))
    owners = {int(owner_key(key, first, second)) for first in range(30) for second in range(30)}
    assert len(owners) == 900


def test_exponential_is_close_and_held():
    x = np.linspace(-39.9, 39.9, 2001)
    ratio = np.array([exponential(value) for value in x]) / np.exp(x)
    assert np.abs(ratio - 1).max() < 1e-9
    assert exponential(-1e6) == exponential(-40.0)
    assert exponential(0.0) == 1.0


def test_normal_and_near_normal_have_their_moments():
    bits = np.random.default_rng(1).integers(0, 2**64, 20_000, dtype=np.uint64)
    for turn, kurtosis in ((normal, 3.0), (near_normal, 2.7)):
        draws = np.array([turn(word) for word in bits])
        assert abs(draws.mean()) < 0.03
        assert draws.var() == pytest.approx(1, abs=0.05)
        assert (draws**4).mean() / draws.var() ** 2 == pytest.approx(kurtosis, abs=0.15)
