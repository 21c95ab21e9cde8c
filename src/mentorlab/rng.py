"""Random streams that are told apart by name.

Each (world, policy, run) has a stream of its own, so adding a policy changes no other policy's
numbers, and every policy meets the same worlds.
"""

from __future__ import annotations

import hashlib

import numpy as np

from .errors import OptionError, quote

_WORD_BYTES = 4


def child_rng(seed: int, *names: str | int) -> np.random.Generator:
    """Give the stream that belongs to these names, the same on every machine and in any order.

    The names are hashed (SHA-256, each prefixed by type and length so that ``("a", "bc")`` and
    ``("ab", "c")`` differ) into the ``spawn_key`` of a :class:`numpy.random.SeedSequence`.

    Parameters
    ----------
    seed : int
        The experiment's seed, 0 or more.
    *names : str or int
        What the stream is for, for example ``("policy", "optimal", 17)``.

    Returns
    -------
    numpy.random.Generator
        PCG64, independent of the streams of all other names.

    Raises
    ------
    OptionError
        If the seed is not a whole number of 0 or more.

    References
    ----------
    O'Neill (2014), PCG; NumPy SeedSequence (spawn keys).

    Examples
    --------
    >>> a = child_rng(7, "policy", "random", 0).random()
    >>> b = child_rng(7, "policy", "optimal", 0).random()
    >>> a == child_rng(7, "policy", "random", 0).random(), a == b
    (True, False)
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise OptionError(
            f"child_rng: `seed` must be a whole number of 0 or more; got {quote(seed)}."
        )
    digest = hashlib.sha256()
    for name in names:
        text = f"{'i' if isinstance(name, (int, np.integer)) else 's'}{name}".encode()
        digest.update(len(text).to_bytes(8, "little") + text)
    words = digest.digest()
    key = [
        int.from_bytes(words[i : i + _WORD_BYTES], "little")
        for i in range(0, len(words), _WORD_BYTES)
    ]
    return np.random.default_rng(np.random.SeedSequence(int(seed), spawn_key=key))
