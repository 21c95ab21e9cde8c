"""What `invariance` accepts, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ...codebook import Codebook
from ...errors import OptionError, did_you_mean, listing, quote
from ...stats.cfa.designs import EQUAL_FROM
from .item_matrices import check_columns

WHO = "invariance"
_NOT_GROUPS = ("item", "value", "rater_id", "relationship_id", "target_id", "missing")


def check_across(responses: pd.DataFrame, across: str) -> str:
    """Give the column whose values are the blocks.

    Raises
    ------
    OptionError
        If it is no column, or its values are no blocks.
    """
    if not isinstance(across, str):
        raise OptionError(f"{WHO}: `across` is one column of responses; got {quote(across)}.")
    if across in _NOT_GROUPS:
        raise OptionError(
            f"{WHO}: `across` must be 'role', 'wave' or a column whose values are groups of "
            f"persons; got {quote(across)}."
        )
    return check_columns(responses, across, who=WHO, name="across")[0]


def check_cluster(responses: pd.DataFrame, cluster: str | None, across: str) -> str:
    """Give the column whose rows belong together; empty for none.

    Raises
    ------
    OptionError
        If it is no column.
    """
    if cluster is None:
        return ""
    if across == "role" and cluster in ("mentor_id", "mentee_id"):
        return cluster
    return check_columns(responses, cluster, who=WHO, name="cluster")[0]


def check_free(
    free: Mapping[str, Iterable[str]] | None, codebook: Codebook
) -> dict[str, frozenset[str]]:
    """Give the items whose equalities are given up, by kind.

    Raises
    ------
    OptionError
        If a kind or an item is unknown.
    """
    if free is None:
        return {}
    if not isinstance(free, Mapping):
        raise OptionError(
            f"{WHO}: `free` maps kinds to items, as {{'intercept': ['trust_3']}}; got "
            f"{quote(free)}."
        )
    known = set(codebook.items["item"])
    released = {}
    for kind, items in free.items():
        if kind not in EQUAL_FROM:
            raise OptionError(
                f"{WHO}: kinds in `free` are {listing(EQUAL_FROM)}; got {quote(kind)}. "
                f"{did_you_mean(kind, EQUAL_FROM)}".rstrip()
            )
        chosen = [items] if isinstance(items, str) else list(items)
        for item in chosen:
            if item not in known:
                raise OptionError(
                    f"{WHO}: items in `free` must be in the codebook; got {quote(item)}. "
                    f"{did_you_mean(item, known)}".rstrip()
                )
        released[kind] = frozenset(chosen)
    return released
