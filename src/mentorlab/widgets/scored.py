"""One data set's scores, pairs and reliability, each worked out once and kept for all views."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..checks import conform
from ..codebook import Codebook, item_bank
from ..elements import (
    ItemAnalysis,
    item_analysis,
    pair_partners,
    reliability,
    score_elements,
)
from ..errors import OptionError, did_you_mean, listing, quote
from ..options import ElementPanel
from ..program import Program
from ..tables import RESPONSES
from .groups import SIDES, Belonging, Group

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


@dataclass(frozen=True, eq=False, repr=False)
class ScoredElements:
    """A data set prepared for many views of its elements.

    Pass one to `element_view` in place of the program to look at many elements without scoring
    again.

    Parameters
    ----------
    responses : pandas.DataFrame
        Rows of the responses table.
    scores, pairs : pandas.DataFrame
        What `score_elements` and `pair_partners` make of them.
    codebook : Codebook
        What the items mean.
    belonging : Belonging
        Members, and attributes of relationships and people.
    """

    responses: pd.DataFrame
    scores: pd.DataFrame
    pairs: pd.DataFrame
    codebook: Codebook
    belonging: Belonging
    _kept: dict[Any, Any] = field(default_factory=dict, init=False)

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
        SchemaError
            If the responses are not a valid responses table, or do not fit the codebook.
        """
        if isinstance(data, ScoredElements):
            return data
        if isinstance(data, Program):
            if members is not None:
                raise OptionError(f"{who}: a program has its own members; leave `members` out.")
            responses = data.need("responses", who=who)
            belonging = Belonging(data.members, data.relationships, data.people)
        elif isinstance(data, pd.DataFrame):
            responses = conform(data, RESPONSES, who=who)
            belonging = Belonging(members)
        else:
            raise OptionError(
                f"{who}: the first argument must be a Program or a responses frame; "
                f"got {quote(type(data).__name__)}."
            )
        if belonging.members is None:
            raise OptionError(
                f"{who}: responses alone do not say who is whose partner; give `members=` with "
                "relationship_id, person_id and role of everybody."
            )
        codebook = item_bank() if codebook is None else codebook
        scores = score_elements(responses, codebook=codebook)
        pairs = pair_partners(scores, members=belonging.members)
        return cls(responses, scores, pairs, codebook, belonging)

    def in_group(self, group: Group | None, *, who: str) -> ScoredElements:
        """Give the same of one group of relationships or people; all when there is no group.

        Raises
        ------
        OptionError
            If there is no such attribute, or nobody with a score has the value.
        """
        if group is None:
            return self
        if not isinstance(group, tuple) or len(group) != 2:
            raise OptionError(
                f"{who}: `group` must be an attribute and a value, such as ('cohort', '2023'); "
                f"got {quote(group)}."
            )
        if group not in self._kept:
            attribute = self.belonging.attribute(group[0], who=who)
            value = group[1]
            of_group = self.scores[attribute.has(self.scores, value)]
            if not of_group["score"].notna().any():
                known = sorted(map(str, attribute.values.dropna().unique()))
                raise OptionError(
                    f"{who}: `group` must name a value of {group[0]} that somebody with a score "
                    f"has ({listing(known)}); got {quote(value)}."
                )
            self._kept[group] = ScoredElements(
                self.responses[attribute.has(self.responses, value)],
                of_group,
                self.pairs[(attribute.of_pairs(self.pairs) == value).to_numpy()],
                self.codebook,
                self.belonging,
            )
        return self._kept[group]

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
        return self._once(("scale", element), lambda: self._scale(element))

    def alpha_of(self, element: str, wave: int | None) -> pd.DataFrame:
        """Give alpha of one element by role, in one wave or in all.

        Worked out for all waves when an element is first looked at.
        """
        pooled = wave is None
        scales = self._once(
            ("alpha", element, pooled),
            lambda: (
                reliability(
                    self._responses_of(element),
                    codebook=self.codebook.select(element),
                    by="role" if pooled else ["role", "wave"],
                ).scales
            ),
        )
        return scales if pooled else scales[scales["wave"] == wave]

    def coefficients_of(self, element: str, wave: int | None) -> pd.DataFrame:
        """Give alpha and omega of one element by role, with intervals for any distribution."""
        return self._once(
            ("coefficients", element, wave),
            lambda: (
                reliability(
                    self._responses_of(element, wave),
                    codebook=self.codebook.select(element),
                    by="role",
                    coefficients=("alpha", "omega"),
                    interval="robust",
                ).scales
            ),
        )

    def items_of(self, element: str, wave: int | None) -> ItemAnalysis:
        """Give the item analysis of one element by role."""
        return self._once(
            ("items", element, wave),
            lambda: item_analysis(
                self._responses_of(element, wave),
                codebook=self.codebook.select(element),
                by="role",
            ),
        )

    def is_ready(self, element: str, wave: int | None, show: ElementPanel) -> bool:
        """Tell whether the slow part of a view was worked out before."""
        needed = [("alpha", element, wave is None)]
        if show != "partners":
            needed.append(("coefficients" if show == "reliability" else "items", element, wave))
        return all(key in self._kept for key in needed)

    def n_answers(self, element: str) -> int:
        """Give how many answers there are to the items of one element."""
        return self._once(("answers", element), lambda: len(self._responses_of(element)))

    def _once(self, key: Hashable, work: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = work()
        return self._kept[key]

    def _scale(self, element: str) -> tuple[float, float, int]:
        items = self.codebook.items[self.codebook.items["element"] == element]
        n_items = items.groupby("role")["item"].nunique().max()
        return items["low"].min(), items["high"].max(), int(n_items)

    def _responses_of(self, element: str, wave: int | None = None) -> pd.DataFrame:
        items = self.codebook.items
        names = items.loc[items["element"] == element, "item"]
        kept = self.responses["item"].isin(names) & self.responses["role"].isin(SIDES)
        if wave is not None:
            kept &= self.responses["wave"] == wave
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


def _positions(frame: pd.DataFrame, *columns: str) -> Rows:
    by_wave = frame.groupby(["element", "wave", *columns]).indices
    pooled = frame.groupby(["element", *columns]).indices
    found = {(element, int(wave), *rest): rows for (element, wave, *rest), rows in by_wave.items()}
    for key, rows in pooled.items():
        element, *rest = key if isinstance(key, tuple) else (key,)
        found[(element, None, *rest)] = rows
    return found
