"""What signals read of a cut program, made once for all of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...activity import SIDES
from ...codebook import Codebook, item_bank
from ...spans import last_known
from ..closure.endings import read_endings
from ..features.weekly import weekly_features

if TYPE_CHECKING:
    from ...program import Program


class Reading:
    """A cut program with what signals share: features, sides, survey scores, endings.

    Parameters
    ----------
    program : Program
        Cut in time; an uncut one is read as of its last known day.
    features : pandas.DataFrame, optional
        Weekly features up to the cut, if there are any already.
    codebook : Codebook, optional
        What survey items mean; the package's own item bank without.
    """

    def __init__(
        self,
        program: Program,
        *,
        features: pd.DataFrame | None = None,
        codebook: Codebook | None = None,
    ) -> None:
        self.as_of = last_known(program)
        self.program = program if program.cut_at is not None else program.as_of(self.as_of)
        self._features = features
        self._codebook = codebook

    @cached_property
    def history(self) -> pd.DataFrame:
        """Weekly features of all weeks up to the cut."""
        if self._features is not None:
            return self._features
        return weekly_features(self.program, as_of=self.as_of)

    @cached_property
    def features(self) -> pd.DataFrame:
        """The last week of the relationships that go on."""
        last = self.history[self.history["week_end"] == self.as_of.normalize()]
        return last.reset_index(drop=True)

    @cached_property
    def active(self) -> pd.Index:
        """Relationships that had begun and were not known to have ended."""
        return pd.Index(self.features["relationship_id"])

    @cached_property
    def codebook(self) -> Codebook:
        """What survey items mean."""
        return item_bank() if self._codebook is None else self._codebook

    @cached_property
    def facts(self) -> pd.DataFrame:
        """The rows of `relationships` that go on, by id."""
        return self.program.relationships.set_index("relationship_id").reindex(self.active)

    @cached_property
    def members(self) -> pd.DataFrame:
        """Members with their side, of every relationship; those who left are left out."""
        rows = self.program.members
        rows = rows.assign(side=rows["role"].map(SIDES))
        if "left_on" in rows:
            rows = rows[~(rows["left_on"] <= self.as_of)]
        return rows

    @cached_property
    def partners(self) -> pd.DataFrame:
        """Pairs of one from each side, of relationships that go on, with both people's columns."""
        rows = self.members[self.members["relationship_id"].isin(self.active)]
        rows = rows[["relationship_id", "person_id", "side"]]
        pairs = rows[rows["side"] == "mentor"].merge(
            rows[rows["side"] == "mentee"],
            on="relationship_id",
            suffixes=("_mentor", "_mentee"),
        )
        people = self.program.people
        pairs = pairs.merge(people.add_suffix("_mentor"), on="person_id_mentor", how="left").merge(
            people.add_suffix("_mentee"), on="person_id_mentee", how="left"
        )
        return pairs.rename(
            columns={"person_id_mentor": "mentor_id", "person_id_mentee": "mentee_id"}
        )

    @cached_property
    def endings(self) -> pd.DataFrame:
        """Relationships with mentor, span and kind of ending (1 is problematic)."""
        return read_endings(self.program, who="signals").frame

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Answers about relationships that go on, keyed to 0 (worst) up to 1 (best).

        `relationship_id, side, wave, item, element, score`; a partner who answered twice about
        several others counts with the mean.
        """
        columns = ["relationship_id", "side", "wave", "item", "element", "score"]
        rows = self.program.responses
        if rows is None:
            return pd.DataFrame(columns=columns)
        rows = rows[rows["relationship_id"].isin(self.active) & rows["value"].notna()]
        joined = keyed(rows, self.codebook)
        keys = columns[:-1]
        return joined.groupby(keys, as_index=False, dropna=False)["score"].mean()[columns]

    def element_scores(self, elements: tuple[str, ...]) -> pd.DataFrame:
        """Give the mean of an element's items: `relationship_id, side, wave, element, score`."""
        rows = self.answers[self.answers["element"].isin(elements)]
        keys = ["relationship_id", "side", "wave", "element"]
        return rows.groupby(keys, as_index=False)["score"].mean()

    def mentor_of(self) -> pd.Series:
        """The first mentor of each relationship that goes on; missing without one."""
        rows = self.members[self.members["side"] == "mentor"].drop_duplicates("relationship_id")
        return rows.set_index("relationship_id")["person_id"].reindex(self.active)


def keyed(rows: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Add `side`, `element` and `score` to answers, keyed to 0 (worst) up to 1 (best).

    Answers to items that the codebook does not know are left out.
    """
    items = codebook.items
    both = items[items["role"] == "both"]
    items = pd.concat(
        [items[items["role"] != "both"], *(both.assign(role=role) for role in SIDES)]
    )[["item", "role", "element", "reverse", "low", "high"]]
    items = items.drop_duplicates(["item", "role"])
    joined = rows.merge(items, on=["item", "role"])
    score = (joined["value"] - joined["low"]) / (joined["high"] - joined["low"])
    score = score.where(~joined["reverse"].astype(bool), 1 - score).astype(float)
    return joined.assign(score=score, side=joined["role"].map(SIDES))


def day(moment: pd.Timestamp) -> str:
    """Write a day.

    Examples
    --------
    >>> day(pd.Timestamp("2026-03-01 10:00"))
    '2026-03-01'
    """
    return f"{moment:%Y-%m-%d}"


def times(n: float, noun: str) -> str:
    """Say how often.

    Examples
    --------
    >>> times(2.0, "meeting")
    '2 meetings'
    """
    whole = int(np.rint(n))
    return f"{whole} {noun}{'' if whole == 1 else 's'}"
