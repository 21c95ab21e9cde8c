"""Utility from scores that a model gave to pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import MarketError, count, quote
from ...options import MissingRule, TermSide, check_option
from ..market.encoding import Applicants, positions_of
from .weighting import Part, Term


@dataclass(frozen=True, eq=False)
class Learned(Term):
    """Use scores that a model of yours gave to pairs.

    Parameters
    ----------
    scores : pandas.DataFrame
        `mentee_id, mentor_id, score`, one row a pair.
    missing : {"error", "zero", "known"}
        What a pair without a score gets: an error, 0, or the mean of the scores.
    label : str
        As explanations print it.
    side : {"both", "mentee", "mentor"}
        Whose utility it enters.

    Notes
    -----
    A score learned from past matches knows only pairs that were allowed to form, and repeats what
    their makers preferred.

    Examples
    --------
    >>> import pandas as pd
    >>> Learned(pd.DataFrame({"mentee_id": ["a"], "mentor_id": ["b"], "score": [0.7]})).name
    'learned score'
    """

    scores: pd.DataFrame
    missing: MissingRule = "error"
    label: str = "learned score"
    side: TermSide = "both"

    kind = "learned"

    def __post_init__(self) -> None:
        check_option(self.missing, MissingRule, who="Learned", name="missing")
        check_option(self.side, TermSide, who="Learned", name="side")
        absent = [c for c in ("mentee_id", "mentor_id", "score") if c not in self.scores]
        if absent:
            raise MarketError(
                f"Learned: `scores` must have mentee_id, mentor_id and score; {absent[0]} is "
                "absent."
            )
        twice = self.scores.duplicated(["mentee_id", "mentor_id"])
        if twice.any():
            raise MarketError(
                f"Learned: a pair has one score; {count(int(twice.sum()), 'row')} came again, "
                f"first row {int(np.flatnonzero(twice)[0]) + 1}."
            )
        values = pd.to_numeric(self.scores["score"], errors="coerce").to_numpy(dtype=np.float64)
        if not np.isfinite(values).all():
            first = int(np.flatnonzero(~np.isfinite(values))[0])
            raise MarketError(
                "Learned: `score` must be a finite number; got "
                f"{quote(self.scores['score'].iloc[first])} in row {first + 1}."
            )

    @property
    def name(self) -> str:
        """As explanations print it."""
        return self.label

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads: none."""
        return ()

    def bind(self, pool: Applicants, *, who: str) -> Part:
        """Give the function of pairs for one pool."""
        mentee = positions_of(self.scores["mentee_id"], pool.mentees["person_id"])
        mentor = positions_of(self.scores["mentor_id"], pool.mentors["person_id"])
        inside = (mentee >= 0) & (mentor >= 0)
        value = self.scores["score"].to_numpy(dtype=np.float64)
        fill = float(value.mean()) if self.missing == "known" and len(value) else 0.0
        width = len(pool.mentors)
        code = mentee[inside].astype(np.int64) * width + mentor[inside]
        order = np.argsort(code)
        code, value = code[order], value[inside][order]

        def part(rows: np.ndarray, cols: np.ndarray, side: str) -> np.ndarray:
            wanted = rows[:, None].astype(np.int64) * width + cols[None, :]
            place = np.minimum(np.searchsorted(code, wanted), max(len(code) - 1, 0))
            found = code[place] == wanted if len(code) else np.zeros(wanted.shape, dtype=bool)
            if self.missing == "error" and not found.all():
                i, j = (int(x) for x in np.argwhere(~found)[0])
                raise MarketError(
                    f"{who}: {self.name} has no score for "
                    f"{count(int((~found).sum()), 'pair')}, first mentee "
                    f"{quote(pool.mentees['person_id'].iloc[rows[i]])} with mentor "
                    f"{quote(pool.mentors['person_id'].iloc[cols[j]])}. Add them, or say what "
                    "they get: Learned(..., missing='zero' or 'known')."
                )
            return np.where(found, value[place], fill) if len(code) else np.full(found.shape, fill)

        return part
