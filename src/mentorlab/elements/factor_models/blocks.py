"""The same items in several blocks: groups of persons, the two roles of a dyad, or waves.

Groups are independent samples. Roles and waves repeat the same dyads or persons, so they become
columns of one sample: a row is a dyad (or a person in a relationship), never an answer sheet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ...errors import EstimationError, count
from .factor_words import few
from .item_matrices import ItemMatrix

ROLES = ("mentor", "mentee")
_PERSON = ["relationship_id", "rater_id", "target_id", "role"]


@dataclass(frozen=True, eq=False)
class Blocks:
    """Items of elements in b blocks.

    Attributes
    ----------
    names : tuple of str
        The blocks; the first is the reference.
    repeated : bool
        Whether blocks are columns of the same rows.
    x : tuple of numpy.ndarray of float
        One matrix a group, shape (n, k), or a single one, shape (n, b k), block after block; NaN
        where missing.
    rows : tuple of pandas.DataFrame
        What the rows of each matrix are.
    items : tuple of str
        The k items of a block.
    factor : numpy.ndarray of int, shape (k,)
        Each item's element.
    elements : tuple of str
        The elements.
    left_out : tuple of str
        Sentences on what is not compared.
    """

    names: tuple[str, ...]
    repeated: bool
    x: tuple[np.ndarray, ...]
    rows: tuple[pd.DataFrame, ...]
    items: tuple[str, ...]
    factor: np.ndarray
    elements: tuple[str, ...]
    left_out: tuple[str, ...]

    def select(self, element: str) -> Blocks:
        """Keep one element's items."""
        own = (self.factor == self.elements.index(element)).nonzero()[0]
        k = len(self.items)
        shifts = range(len(self.names)) if self.repeated else (0,)
        columns = np.concatenate([own + shift * k for shift in shifts])
        return replace(
            self,
            x=tuple(x[:, columns] for x in self.x),
            items=tuple(self.items[j] for j in own),
            factor=np.zeros(len(own), dtype=int),
            elements=(element,),
        )

    def usable(self, *, fiml: bool) -> tuple[tuple[np.ndarray, ...], tuple[pd.DataFrame, ...]]:
        """Give the rows that an estimator uses: complete ones, or all with an answer."""
        keep = [(~np.isnan(x)).any(axis=1) if fiml else (~np.isnan(x)).all(axis=1) for x in self.x]
        return (
            tuple(x[own] for x, own in zip(self.x, keep, strict=True)),
            tuple(rows[own] for rows, own in zip(self.rows, keep, strict=True)),
        )

    def column_names(self) -> list[str]:
        """Name the columns of a matrix, for messages."""
        if not self.repeated:
            return list(self.items)
        return [f"{item} ({name})" for name in self.names for item in self.items]


def group_blocks(matrix: ItemMatrix, column: str) -> Blocks:
    """Blocks that are groups of persons, in the order in which they appear.

    Raises
    ------
    EstimationError
        With fewer than two groups.
    """
    label = matrix.rows[column]
    left_out = []
    if label.isna().any():
        left_out.append(f"{count(int(label.isna().sum()), 'row')} without {column} left out")
    values = list(dict.fromkeys(label.dropna()))
    if len(values) < 2:
        raise EstimationError(
            f"{column} has {count(len(values), 'group')} with answers; a comparison needs 2."
        )
    chosen = [(label == value).to_numpy(dtype=bool) for value in values]
    asked = [set(np.flatnonzero((~np.isnan(matrix.x[own])).any(axis=0))) for own in chosen]
    names = tuple(str(value) for value in values)
    common, gone = _common_items(matrix, asked)
    persons = pd.concat([matrix.rows.loc[own, ["rater_id"]].assign(block=b) for b, own in
                         enumerate(chosen)])  # fmt: skip
    shared = persons.drop_duplicates().duplicated("rater_id").sum()
    if shared:
        left_out.append(
            f"{count(int(shared), 'person')} in more than one group: groups are treated as "
            "independent, so errors of differences are wrong"
        )
    return Blocks(
        names=names,
        repeated=False,
        x=tuple(matrix.x[np.ix_(own, common)] for own in chosen),
        rows=tuple(matrix.rows[own].reset_index(drop=True) for own in chosen),
        left_out=(*left_out, *gone),
        **_kept_items(matrix, common),
    )


def role_blocks(matrix: ItemMatrix) -> Blocks:
    """Blocks that are the partners of a dyad: one row a mentor and mentee of a relationship.

    Raises
    ------
    EstimationError
        If no dyad has answers of both partners, or the forms share no items.
    """
    rows = matrix.rows.reset_index(drop=True)
    sides = {role: rows[rows["role"] == role].reset_index(names="line") for role in ROLES}
    found = sides["mentor"].merge(
        sides["mentee"], on=["relationship_id", "wave"], suffixes=("_mentor", "_mentee")
    )
    fits = (
        (found["target_id_mentor"].isna() | (found["target_id_mentor"] == found["rater_id_mentee"]))
        & (
            found["target_id_mentee"].isna()
            | (found["target_id_mentee"] == found["rater_id_mentor"])
        )
        & (found["rater_id_mentor"] != found["rater_id_mentee"])
    )
    found = found[fits]
    if found.empty:
        sizes = [f"{count(len(sides[role]), 'row')} of {role}s" for role in ROLES]
        raise EstimationError(
            f"no dyad has answers of both partners ({sizes[0]}, {sizes[1]}): roles are compared "
            "within dyads. Check relationship_id and target_id."
        )
    general = found["target_id_mentor"].isna().astype(int) + found["target_id_mentee"].isna()
    found = found.assign(general=general).sort_values("general", kind="stable")
    found = found.drop_duplicates(["relationship_id", "rater_id_mentor", "rater_id_mentee"])
    lines = found[["line_mentor", "line_mentee"]].sort_values("line_mentor").to_numpy()
    alone = [np.setdiff1d(side["line"], lines[:, b]) for b, side in enumerate(sides.values())]
    blank = len(rows)
    lines = np.concatenate(
        [
            lines,
            np.column_stack([alone[0], np.full(len(alone[0]), blank)]),
            np.column_stack([np.full(len(alone[1]), blank), alone[1]]),
        ]
    )
    padded = np.vstack([matrix.x, np.full(matrix.x.shape[1], np.nan)])
    asked = [
        set(np.flatnonzero((~np.isnan(matrix.x[sides[role]["line"]])).any(axis=0)))
        for role in ROLES
    ]
    common, gone = _common_items(matrix, asked)
    if not len(common):
        raise EstimationError(
            "mentors and mentees have no items in common; mirrored items need the same name on "
            "both forms."
        )
    known = rows.reindex(np.where(lines[:, 0] < blank, lines[:, 0], lines[:, 1]))
    ids = {
        f"{role}_id": rows["rater_id"].reindex(lines[:, b]).to_numpy()
        for b, role in enumerate(ROLES)
    }
    if any(len(one) for one in alone):
        n_alone = sum(len(one) for one in alone)
        gone = (*gone, f"{count(n_alone, 'answer sheet')} without one of the partner")
    return Blocks(
        names=ROLES,
        repeated=True,
        x=(np.concatenate([padded[lines[:, b]][:, common] for b in range(2)], axis=1),),
        rows=(known.reset_index(drop=True).assign(**ids),),
        left_out=gone,
        **_kept_items(matrix, common),
    )


def wave_blocks(matrix: ItemMatrix) -> Blocks:
    """Blocks that are waves: one row a person in a relationship.

    Raises
    ------
    EstimationError
        With fewer than two waves.
    """
    waves = np.sort(matrix.rows["wave"].unique())
    if len(waves) < 2:
        raise EstimationError(f"only wave {waves[0]} has answers; a comparison needs 2 waves.")
    person = matrix.rows.groupby(_PERSON, sort=False, dropna=False).ngroup().to_numpy()
    n, k = person.max() + 1, len(matrix.items)
    x = np.full((len(waves), n, k), np.nan)
    x[np.searchsorted(waves, matrix.rows["wave"]), person] = matrix.x
    asked = [set(np.flatnonzero((~np.isnan(one)).any(axis=0))) for one in x]
    common, gone = _common_items(matrix, asked)
    if not len(common):
        raise EstimationError("no item was asked in every wave.")
    first = pd.Series(person).drop_duplicates().index
    return Blocks(
        names=tuple(f"wave {wave}" for wave in waves),
        repeated=True,
        x=(np.concatenate([one[:, common] for one in x], axis=1),),
        rows=(matrix.rows.loc[first].reset_index(drop=True),),
        left_out=gone,
        **_kept_items(matrix, common),
    )


def _common_items(matrix: ItemMatrix, asked: list[set[int]]) -> tuple[np.ndarray, tuple[str, ...]]:
    common = np.array(sorted(set.intersection(*asked)), dtype=int)
    lost = [matrix.items[j] for j in range(len(matrix.items)) if j not in set(common)]
    said = (f"not asked in every block, so left out: {few(lost)}",) if lost else ()
    return common, said


def _kept_items(matrix: ItemMatrix, common: np.ndarray) -> dict[str, object]:
    used = sorted(set(matrix.factor[common]))
    return {
        "items": tuple(matrix.items[j] for j in common),
        "factor": np.array([used.index(f) for f in matrix.factor[common]], dtype=int),
        "elements": tuple(matrix.elements[f] for f in used),
    }
