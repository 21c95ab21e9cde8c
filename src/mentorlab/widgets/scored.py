"""One data set's scores, pairs and reliability, each worked out once and kept for all views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..codebook import Codebook, item_bank
from ..elements import pair_partners, reliability, score_elements
from ..errors import OptionError, did_you_mean, listing, quote
from ..program import Program

SIDES = ("mentor", "mentee")

Rows = Mapping[tuple[Any, ...], np.ndarray]
_NO_ROWS = np.zeros(0, dtype=np.int64)


class SideScores(NamedTuple):
    """Scores of one side, and codes of who gave them."""

    score: np.ndarray
    rater: np.ndarray


class PairScores(NamedTuple):
    """Both scores of each pair, missing where one partner gave none, and codes of both people."""

    mentor: np.ndarray
    mentee: np.ndarray
    mentor_code: np.ndarray
    mentee_code: np.ndarray


class Measured(NamedTuple):
    """Alpha by role, and the items by role with their words."""

    scales: pd.DataFrame
    items: pd.DataFrame


@dataclass(frozen=True, eq=False, repr=False)
class ScoredElements:
    """A data set prepared for many views of its elements.

    Pass one to `element_view` in place of the program to look at many elements without scoring
    again.

    Parameters
    ----------
    responses, members : pandas.DataFrame
        Rows of these tables.
    codebook : Codebook
        What the items mean.
    """

    responses: pd.DataFrame
    members: pd.DataFrame
    codebook: Codebook
    _reliability: dict[tuple[str, bool], tuple[pd.DataFrame, pd.DataFrame]] = field(
        default_factory=dict, init=False
    )
    _scales: dict[str, tuple[float, float, int]] = field(default_factory=dict, init=False)

    @classmethod
    def of(
        cls,
        data: Program | pd.DataFrame | ScoredElements,
        *,
        codebook: Codebook | None = None,
        members: pd.DataFrame | None = None,
        who: str,
    ) -> ScoredElements:
        """Prepare a program, or responses with their members; give back what is prepared.

        Raises
        ------
        MissingTableError
            If the program has no responses.
        OptionError
            If `data` is none of these, or `members` does not go with it.
        """
        if isinstance(data, ScoredElements):
            return data
        if isinstance(data, Program):
            if members is not None:
                raise OptionError(f"{who}: a program has its own members; leave `members` out.")
            responses, members = data.need("responses", who=who), data.members
        elif isinstance(data, pd.DataFrame):
            responses = data
        else:
            raise OptionError(
                f"{who}: the first argument must be a Program or a responses frame; "
                f"got {quote(type(data).__name__)}."
            )
        if members is None:
            raise OptionError(
                f"{who}: responses alone do not say who is whose partner; give `members=` with "
                "relationship_id, person_id and role of everybody."
            )
        return cls(responses, members, item_bank() if codebook is None else codebook)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """What `score_elements` gives."""
        return score_elements(self.responses, codebook=self.codebook)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """What `pair_partners` gives."""
        return pair_partners(self.scores, members=self.members)

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """Elements that a mentor or mentee has a score of, in the codebook's order."""
        scored = self.scores[self.scores["role"].isin(SIDES)].dropna(subset="score")
        there = set(scored["element"])
        return tuple(element for element in self.codebook.elements if element in there)

    @cached_property
    def waves(self) -> tuple[int, ...]:
        """Waves in which a mentor or mentee was asked, in time order."""
        asked = self.scores.loc[self.scores["role"].isin(SIDES), "wave"]
        return tuple(int(wave) for wave in np.sort(asked.unique()))

    def waves_of(self, element: str) -> tuple[int, ...]:
        """Give the waves in which somebody has a score of this element."""
        found = {key[1] for key in self._score_rows if key[0] == element and key[2] in SIDES}
        return tuple(sorted(wave for wave in found if wave is not None))

    def check(self, *, element: str, wave: int | None, who: str) -> None:
        """Say what would do if nobody has scores of this element, or the wave is unknown.

        Raises
        ------
        OptionError
            With what there is.
        """
        if not self.elements:
            raise OptionError(f"{who}: no mentor or mentee has a score of any element.")
        if element not in self.elements:
            near = did_you_mean(element, self.elements)
            raise OptionError(
                f"{who}: `element` must be {listing(self.elements, limit=20)}; "
                f"got {quote(element)}. {near}".rstrip()
            )
        if wave is not None and wave not in self.waves:
            raise OptionError(
                f"{who}: `wave` must be {listing(self.waves, limit=20)}, or None for all; "
                f"got {quote(wave)}."
            )

    def side_of(self, element: str, wave: int | None, role: str) -> SideScores:
        """Give one side's scores of one element, in one wave or in all."""
        rows = self._score_rows.get((element, wave, role), _NO_ROWS)
        return SideScores(*(column[rows] for column in self._score_columns))

    def pairs_of(self, element: str, wave: int | None) -> PairScores:
        """Give the pairs' scores of one element, in one wave or in all."""
        rows = self._pair_rows.get((element, wave), _NO_ROWS)
        return PairScores(*(column[rows] for column in self._pair_columns))

    def scale_of(self, element: str) -> tuple[float, float, int]:
        """Give the lowest and highest answer and the number of items on a form."""
        if element not in self._scales:
            items = self.codebook.items[self.codebook.items["element"] == element]
            n_items = items.groupby("role")["item"].nunique().max()
            self._scales[element] = (items["low"].min(), items["high"].max(), int(n_items))
        return self._scales[element]

    def reliability_of(self, element: str, wave: int | None) -> Measured:
        """Give alpha and the item statistics of one element by role, in one wave or in all.

        Worked out for all waves when an element is first looked at.
        """
        key = (element, wave is not None)
        if key not in self._reliability:
            result = reliability(
                self._responses_of(element),
                codebook=self.codebook.select(element),
                by="role" if wave is None else ["role", "wave"],
            )
            self._reliability[key] = (result.scales, describe_items(result.items, self.codebook))
        scales, items = self._reliability[key]
        if wave is None:
            return Measured(scales, items)
        return Measured(scales[scales["wave"] == wave], items[items["wave"] == wave])

    def _responses_of(self, element: str) -> pd.DataFrame:
        items = self.codebook.items
        names = items.loc[items["element"] == element, "item"]
        kept = self.responses["item"].isin(names) & self.responses["role"].isin(SIDES)
        return self.responses[kept]

    @cached_property
    def _given(self) -> pd.DataFrame:
        return self.scores.dropna(subset="score").reset_index(drop=True)

    @cached_property
    def _score_columns(self) -> tuple[np.ndarray, ...]:
        return self._given["score"].to_numpy(), pd.factorize(self._given["rater_id"])[0]

    @cached_property
    def _pair_columns(self) -> tuple[np.ndarray, ...]:
        scores = [self.pairs[side].to_numpy(dtype=float) for side in SIDES]
        people = [pd.factorize(self.pairs[f"{side}_id"])[0] for side in SIDES]
        return (*scores, *people)

    @cached_property
    def _score_rows(self) -> Rows:
        return _positions(self._given, "role")

    @cached_property
    def _pair_rows(self) -> Rows:
        return _positions(self.pairs)


def describe_items(items: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Add to item statistics by role what the codebook says: `wording` and `reverse`."""
    forms = codebook.keyed(SIDES)[["item", "role", "reverse"]]
    words = pd.concat(
        [codebook.for_role(side)[["item", "wording"]].assign(role=side) for side in SIDES]
    )
    return items.merge(forms, on=["item", "role"]).merge(words, on=["item", "role"])


def _positions(frame: pd.DataFrame, *columns: str) -> Rows:
    by_wave = frame.groupby(["element", "wave", *columns]).indices
    pooled = frame.groupby(["element", *columns]).indices
    found = {(element, int(wave), *rest): rows for (element, wave, *rest), rows in by_wave.items()}
    for key, rows in pooled.items():
        element, *rest = key if isinstance(key, tuple) else (key,)
        found[(element, None, *rest)] = rows
    return found
