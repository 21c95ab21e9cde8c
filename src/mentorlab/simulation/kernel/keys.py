"""Draws that are looked up, not drawn in turn: each is a hash of what it stands for.

A draw is a function of (seed, stream, replication, person, episode, week, slot), so it is the same
whatever else happens in the program, and policies meet the same luck.
"""

from __future__ import annotations

import numpy as np

from .compiler import compiled, inlined

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_PHILOX_M0, _PHILOX_M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_PHILOX_W0, _PHILOX_W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_ONE = np.uint64(1)

# streams: what a draw is for
PERSON, RATER, CHEMISTRY, EVENTS, MENTOR_WEEKS, WAITING_WEEKS, GIVEN = range(7)


@inlined
def mix(z):
    """Scramble 64 bits (the finalizer of splitmix64)."""
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return z ^ (z >> _S31)


@compiled
def philox4x32(c0, c1, c2, c3, k0, k1):
    """Encrypt a counter of four 32-bit words with a key of two, ten rounds.

    Returns
    -------
    tuple of four uint64
        Words below 2**32.
    """
    for _ in range(10):
        p0 = _PHILOX_M0 * c0
        p1 = _PHILOX_M1 * c2
        c0, c1, c2, c3 = (p1 >> _S32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _S32) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _PHILOX_W0) & _LOW
        k1 = (k1 + _PHILOX_W1) & _LOW
    return c0, c1, c2, c3


@compiled
def stream_key(seed, stream, run):
    """Give the key of one stream of one replication."""
    return mix(mix(mix(np.uint64(seed) + GOLDEN) + np.uint64(stream) * GOLDEN) + np.uint64(run))


@compiled
def owner_key(key, first, second):
    """Give the key of one owner within a stream: person and episode, or two people."""
    return mix(mix(key + (np.uint64(first) + _ONE) * GOLDEN) + (np.uint64(second) + _ONE) * GOLDEN)


@compiled
def draw_bits(philox, key, first, second, week, slot):
    """Look up 64 random bits.

    Parameters
    ----------
    philox : None or int
        None hashes with splitmix64; anything else encrypts with Philox4x32-10, whose draws can't
        collide within a stream, as a check.
    key : uint64
        From `stream_key`.
    first, second : int
        The owner: person and episode, or two people.
    week, slot : int
        Which of the owner's draws, each below 2**16 for `slot`.
    """
    if philox is None:
        return bits_of(owner_key(key, first, second), week, slot)
    c0, c1, _, _ = philox4x32(
        np.uint64(first) & _LOW,
        np.uint64(second) & _LOW,
        np.uint64(week) & _LOW,
        np.uint64(slot) & _LOW,
        key & _LOW,
        key >> _S32,
    )
    return (c0 << _S32) | c1


@compiled
def bits_of(owner, week, slot):
    """Look up 64 bits of an owner whose key is at hand (splitmix64)."""
    return mix(mix(owner + (np.uint64(week) + _ONE) * GOLDEN) + np.uint64(slot) * GOLDEN)
