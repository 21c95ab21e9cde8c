"""Whether members of a group, circle or program site speak with one voice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, did_you_mean, listing, quote
from ...options import check_level
from ...provenance import Provenance
from ...result import Result, describe_size
from ...stats.agreement.group_agreement import GroupAgreement
from ...stats.agreement.group_agreement import group_agreement as agreement_indices
from ...stats.agreement.icc import icc_groups

WHO = "group_agreement"
_INDICES = ("rwg_j", "rwg_j_lindell", "awg", "ad")
_QUESTIONS = {
    "rwg_j": "do members differ less than random answers would? (grows with the number of items)",
    "rwg_j_lindell": "the same, not growing with the number of items",
    "awg": "how near do they come to the best agreement that their level allows?",
    "ad": "how many scale points is a member from the group's mean?",
    "icc1": "how much of the variance of members' scores lies between groups?",
    "icc2": "how reliably does a group's mean tell groups apart?",
}


@dataclass(frozen=True, eq=False, repr=False)
class GroupVoice(Result):
    """Agreement within groups.

    Attributes
    ----------
    groups : pandas.DataFrame
        One row a group: its name, `n` (members who answered), `rwg_j`, `rwg_j_lindell`, `awg`,
        `ad`, `note`.
    table : pandas.DataFrame
        One row an index: `index`, `estimate` (mean over groups, or the ICC), `conf_low`,
        `conf_high`, `p_value`, `n` (groups), `question`.
    group : str
        The grouping column.
    n_items : int
        Items or elements answered.
    """

    groups: pd.DataFrame
    table: pd.DataFrame
    group: str
    n_items: int

    references: ClassVar[tuple[str, ...]] = (
        "james1984",
        "lindell1999",
        "brown2005",
        "burke1999",
        "bliese2000",
    )
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the indices, one row each."""
        return self.table.copy()

    def headline(self) -> str:
        """How many groups, of what."""
        used = int((self.groups["note"] == "").sum())
        return (
            f"Agreement within {self.group}: {count(used, 'group')}, {count(self.n_items, 'item')}"
        )

    def notes(self) -> tuple[str, ...]:
        """Groups left out, and what high agreement does not show."""
        left = self.groups[self.groups["note"] != ""]
        said = []
        if len(left):
            said.append(f"{count(len(left), 'group')} left out: {left['note'].iloc[0]}")
        said.append(
            "agreement within groups can be high while ICC(1) is near zero: groups then agree on "
            "the same thing, and their means tell nothing apart"
        )
        return tuple(said)


def group_agreement(
    answers: pd.DataFrame,
    *,
    group: str,
    items: Sequence[str],
    scale: tuple[float, float],
    level: float = 0.95,
) -> GroupVoice:
    r"""Tell whether members of a group agree enough to be described by the group's mean.

    Parameters
    ----------
    answers : pandas.DataFrame
        One row a member: the grouping column and one column an item.
    group : str
        Column of the group: a circle, the mentor whom several mentees rate, a site.
    items : sequence of str
        Numeric columns on one scale.
    scale : tuple of float
        Lowest and highest possible answer.
    level : float
        Confidence level of ICC(1).

    Returns
    -------
    GroupVoice
        Groups with fewer than two answers are listed with a note and do not count.

    Raises
    ------
    OptionError
        For unknown columns, text where numbers are needed, or answers off the scale.
    EstimationError
        If no group has two members with answers.

    Notes
    -----
    See ``stats.group_agreement`` and ``stats.icc_groups`` for formulas. Members with no answer to
    an item do not count for it. ICCs are of members' means over items.

    References
    ----------
    james1984, lindell1999, brown2005, burke1999, bliese2000

    Examples
    --------
    >>> import pandas as pd
    >>> from mentorlab.elements import group_agreement
    >>> answers = pd.DataFrame(
    ...     {"circle": list("aaabbb"), "t1": [4, 4, 5, 1, 2, 2], "t2": [5, 4, 4, 2, 1, 2]}
    ... )
    >>> result = group_agreement(answers, group="circle", items=["t1", "t2"], scale=(1, 5))
    >>> result.to_frame()["index"].tolist()
    ['rwg_j', 'rwg_j_lindell', 'awg', 'ad', 'icc1', 'icc2']
    """
    check_level(level, who=WHO)
    items = (items,) if isinstance(items, str) else tuple(items)
    matrix, codes, names = _read(answers, group, items, scale)
    found = agreement_indices(matrix, codes, low=scale[0], high=scale[1])
    groups = _groups(found, names, group)
    used = (groups["note"] == "").to_numpy()
    if not used.any():
        raise EstimationError(f"{WHO}: no {group} has two members with answers.")
    rows = [
        (name, float(groups.loc[used, name].mean()), np.nan, np.nan, np.nan, int(used.sum()))
        for name in _INDICES
    ]
    rows += _between(matrix, codes, level)
    table = pd.DataFrame(
        rows, columns=["index", "estimate", "conf_low", "conf_high", "p_value", "n"]
    )
    return GroupVoice(
        groups=groups,
        table=table.assign(question=table["index"].map(_QUESTIONS)),
        group=group,
        n_items=len(items),
        provenance=Provenance(
            WHO,
            {"answers": describe_size(answers), "group": group, "items": items, "scale": scale},
        ),
    )


def _read(
    answers: pd.DataFrame, group: str, items: tuple[str, ...], scale: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, pd.Index]:
    if not items:
        raise OptionError(f"{WHO}: `items` names nothing.")
    for name in (group, *items):
        if name not in answers:
            known = answers.columns
            raise OptionError(
                f"{WHO}: {quote(name)} is not a column ({listing(known)}). "
                f"{did_you_mean(name, known)}".rstrip()
            )
    for name in items:
        if not pd.api.types.is_numeric_dtype(answers[name]):
            raise OptionError(f"{WHO}: `items` must be numeric; {quote(name)} is not.")
    if not scale[0] < scale[1]:
        raise OptionError(
            f"{WHO}: `scale` must be (low, high) with low < high; got {quote(scale)}."
        )
    data = answers[answers[group].notna()]
    matrix = data[list(items)].to_numpy(dtype=float, na_value=np.nan)
    off = (matrix < scale[0]) | (matrix > scale[1])
    if off.any():
        raise OptionError(
            f"{WHO}: `scale` must hold every answer; {count(int(off.sum()), 'answer')} lie "
            f"outside, first {matrix[off][0]:g}."
        )
    codes, names = pd.factorize(data[group], sort=True)
    return matrix, codes, names


def _groups(found: GroupAgreement, names: pd.Index, group: str) -> pd.DataFrame:
    frame = pd.DataFrame({group: names, "n": found.size})
    for name in _INDICES:
        frame[name] = getattr(found, name)
    alone = frame[list(_INDICES)].isna().any(axis=1)
    return frame.assign(note=np.where(alone, "fewer than two members answered an item", ""))


def _between(
    matrix: np.ndarray, codes: np.ndarray, level: float
) -> list[tuple[str, float, float, float, float, int]]:
    known = ~np.isnan(matrix)
    n = known.sum(axis=1)
    score = np.where(known, matrix, 0).sum(axis=1) / np.maximum(n, 1)
    there = n > 0
    try:
        fit = icc_groups(score[there], codes[there], level=level)
    except EstimationError:
        # One group, or no variance: within-group agreement stands, between groups says nothing.
        empty = (np.nan, np.nan, np.nan, np.nan, len(np.unique(codes[there])))
        return [("icc1", *empty), ("icc2", *empty)]
    k = fit.mean_size
    limits = [k * c / (1 + (k - 1) * c) for c in (fit.conf_low, fit.conf_high)]
    return [
        ("icc1", fit.icc1, fit.conf_low, fit.conf_high, fit.p_value, fit.n_groups),
        ("icc2", fit.icc2, *limits, fit.p_value, fit.n_groups),
    ]
