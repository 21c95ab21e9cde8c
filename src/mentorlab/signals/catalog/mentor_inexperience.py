"""Mentor inexperience: no past pair and no training, too many pairs, or pairs that ended badly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError
from ...stats.shrinkage import shrink_shares
from .base import Signal, judged
from .reading import Reading
from .registry import register_signal


@dataclass(frozen=True)
class MentorInexperience(Signal):
    """Raised when a mentor may need support: new and untrained, overloaded, or unlucky before.

    Parameters
    ----------
    certainty : float
        Posterior probability that the mentor's share of problematic endings is above the pool's.
    fewest_pairs : int
        Past pairs below which a mentor's own endings are not judged.
    load : float
        Active pairs over stated capacity, above which the load counts.
    """

    certainty: float = 0.9
    fewest_pairs: int = 5
    load: float = 1.0

    name: ClassVar[str] = "mentor_inexperience"
    cause: ClassVar[str] = "a mentor who may need support"
    needs: ClassVar[tuple[str, ...]] = ("relationships.started_on",)
    rests_on: ClassVar[str] = "the mentor's other pairs, training and capacity"
    reason: ClassVar[str] = (
        "nine in ten after shrinkage toward the pool, from five past pairs on; below that support "
        "is offered, nothing is concluded"
    )
    cannot_tell: ClassVar[str] = "skill; pairs outside the program. Never a ranking of mentors"
    question: ClassVar[str] = "What support would help the mentor with this pair?"

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Take the strongest of the three reasons."""
        mentor = reading.mentor_of()
        value, said = np.zeros(len(mentor)), [""] * len(mentor)
        reasons = (
            (self._untrained(reading, mentor), "a first pair, and no training on record"),
            (self._load(reading, mentor), "the mentor has more active pairs than stated capacity"),
            (self._past(reading, mentor), "earlier pairs ended badly more often than usual here"),
        )
        for strength, words in reasons:
            for place in np.flatnonzero(np.nan_to_num(strength) >= 1):
                said[place] = f"{said[place]}; {words}" if said[place] else words
            value = np.fmax(value, strength)
        return judged(reading.active, value, said)

    def _untrained(self, reading: Reading, mentor: pd.Series) -> np.ndarray:
        enrolment = reading.program.enrolment
        if enrolment is None or "trained_on" not in enrolment:
            return np.zeros(len(mentor))
        trained = enrolment.loc[enrolment["trained_on"].notna(), "person_id"]
        rows = reading.program.members
        pairs = rows[rows["role"] == "mentor"].groupby("person_id")["relationship_id"].nunique()
        first = mentor.map(pairs).eq(1) & mentor.isin(enrolment["person_id"])
        people = reading.program.people
        if "prior_mentees" in people:
            before = mentor.map(people.set_index("person_id")["prior_mentees"])
            first &= ~(before > 0)
        return (first & ~mentor.isin(trained)).to_numpy(dtype=float)

    def _load(self, reading: Reading, mentor: pd.Series) -> np.ndarray:
        people = reading.program.people
        if "capacity" not in people:
            return np.zeros(len(mentor))
        capacity = mentor.map(people.set_index("person_id")["capacity"]).astype(float)
        rows = reading.members
        rows = rows[(rows["role"] == "mentor") & rows["relationship_id"].isin(reading.active)]
        active = mentor.map(rows.groupby("person_id")["relationship_id"].nunique()).astype(float)
        ratio = (active / capacity.where(capacity > 0)).to_numpy()
        return np.where(ratio > self.load, ratio / self.load, np.minimum(ratio, 0.99))

    def _past(self, reading: Reading, mentor: pd.Series) -> np.ndarray:
        from scipy.stats import beta

        ended = reading.endings[reading.endings["kind"] > 0]
        bad = (ended["kind"] == 1).groupby(ended["mentor_id"]).agg(["sum", "size"])
        if bad.empty:
            return np.zeros(len(mentor))
        try:
            found = shrink_shares(bad["sum"].to_numpy(float), bad["size"].to_numpy(float))
        except EstimationError:
            return np.zeros(len(mentor))
        if not np.isfinite(found.strength) or not 0 < found.usual < 1:
            return np.zeros(len(mentor))
        a = found.usual * found.strength + bad["sum"]
        b = (1 - found.usual) * found.strength + bad["size"] - bad["sum"]
        above = pd.Series(beta.sf(found.usual, a, b), index=bad.index)
        above = above.where(bad["size"] >= self.fewest_pairs, 0.0)
        return (mentor.map(above).fillna(0.0) / self.certainty).to_numpy()


register_signal(MentorInexperience())
