"""Rules that keep pairs apart: who must not, or can't, be matched with whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, count, quote
from ..market.encoding import Applicants, code_lists, code_values, need_column
from ..market.parts import BlockedBy, PairMask
from .groups import positions


class PairRule:
    """A rule on single pairs; a subclass has `uses` (columns) and `bind(pool, who=)`."""

    uses: tuple[str, ...]

    def bind(self, pool: Applicants, *, who: str) -> BlockedBy:
        """Give the rule for one pool."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Block(PairRule):
    """Keep pairs apart: named ones, a reporting line, or people of the same team.

    Parameters
    ----------
    pairs : sequence of (mentee_id, mentor_id)
        The pairs, such as declared conflicts of interest. `Block.reporting_line()` and
        `Block.same(column)` find them by a column instead.
    reason : str
        Why, as the end of "they were not matched because ...".

    Examples
    --------
    >>> Block([("ann", "mia")], reason="they are related").name
    'blocked: they are related'
    >>> Block.same("department").name
    'same department'
    """

    pairs: Sequence[tuple[Any, Any]] = ()
    reason: str = "of a conflict of interest"
    column: str = ""
    by: str = "pairs"

    def __post_init__(self) -> None:
        if self.by == "pairs":
            object.__setattr__(self, "pairs", as_pairs(self.pairs, who="Block"))

    @classmethod
    def reporting_line(cls, column: str = "reports_to") -> Block:
        """Keep everyone apart from those above or below them in the line of reporting.

        Parameters
        ----------
        column : str
            Holds each person's manager.
        """
        return cls(reason="one reports to the other", column=column, by="line")

    @classmethod
    def same(cls, column: str) -> Block:
        """Keep people apart who share a value, such as a team or a department.

        Parameters
        ----------
        column : str
            Empty values keep no one apart.
        """
        return cls(reason=f"they have the same {column}", column=column, by="same")

    @property
    def name(self) -> str:
        """As messages print it."""
        named = {"line": "reporting line", "same": f"same {self.column}"}
        return named.get(self.by, f"blocked: {self.reason}")

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,) if self.column else ()

    def bind(self, pool: Applicants, *, who: str) -> BlockedBy:
        """Give the rule for one pool."""
        if self.column:
            need_column(pool, self.column, who=f"{who}: Block")
        if self.by == "same":
            mask: PairMask = partial(_share_code, *code_values(*_both(pool, self.column)))
        elif self.by == "line":
            mask = partial(_are_listed, *_line_pairs(pool, self.column), len(pool.mentors))
        else:
            mentee, mentor = pair_positions(pool, self.pairs, who=f"{who}: Block")
            mask = partial(_are_listed, mentee, mentor, len(pool.mentors))
        return BlockedBy(self.name, self.reason, mask)


@dataclass(frozen=True)
class SharedLanguage(PairRule):
    """Match only people who have a language (or anything else that is listed) in common.

    Parameters
    ----------
    column : str
        A list column (``;``-separated). People who list nothing are not kept from anyone.
    """

    column: str = "languages"

    @property
    def name(self) -> str:
        """As messages print it."""
        return f"shared {self.column}"

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,)

    def bind(self, pool: Applicants, *, who: str) -> BlockedBy:
        """Give the rule for one pool."""
        need_column(pool, self.column, who=f"{who}: SharedLanguage")
        first, second = code_lists(*_both(pool, self.column))

        def mask(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
            known = (first[rows].sum(1) > 0)[:, None] & (second[cols].sum(1) > 0)[None, :]
            return known & (first[rows] @ second[cols].T == 0)

        return BlockedBy(self.name, f"they share none of their {self.column}", mask)


@dataclass(frozen=True)
class TimeZoneOverlap(PairRule):
    """Match only people whose working hours overlap enough.

    Parameters
    ----------
    hours : float
        The least hours of working time in common.
    column : str
        Hours ahead of UTC, a number such as -5 or 5.5. People without one are not kept from
        anyone.
    workday : float
        Hours in a working day, at the same local time everywhere.

    Notes
    -----
    Two working days of length W whose zones are d hours apart around the globe share W - d hours.

    Examples
    --------
    >>> TimeZoneOverlap(hours=3).name
    'at least 3 working hours in common'
    """

    hours: float
    column: str = "utc_offset"
    workday: float = 8.0

    def __post_init__(self) -> None:
        if not 0 < self.hours <= self.workday <= 24:
            raise OptionError(
                "TimeZoneOverlap: `hours` must be above 0 and up to `workday`, which is up to 24; "
                f"got {quote(self.hours)} and {quote(self.workday)}."
            )

    @property
    def name(self) -> str:
        """As messages print it."""
        return f"at least {self.hours:g} working hours in common"

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (self.column,)

    def bind(self, pool: Applicants, *, who: str) -> BlockedBy:
        """Give the rule for one pool."""
        need_column(pool, self.column, who=f"{who}: TimeZoneOverlap")
        offsets = []
        for frame in (pool.mentees, pool.mentors):
            values = pd.to_numeric(frame[self.column], errors="coerce")
            unread = values.isna() & frame[self.column].notna()
            if unread.any() or (values.abs() > 14).any():
                bad = unread | (values.abs() > 14)
                first = frame[bad].iloc[0]
                raise MarketError(
                    f"{who}: TimeZoneOverlap: `{self.column}` must be hours ahead of UTC, -14 to "
                    f"14; got {quote(first[self.column])} for {count(int(bad.sum()), 'person')}, "
                    f"first {quote(first['person_id'])}."
                )
            offsets.append(values.to_numpy(dtype=np.float64))

        def mask(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
            gap = np.abs(offsets[0][rows][:, None] - offsets[1][cols][None, :])
            around = np.minimum(gap, 24 - gap)
            return self.workday - around < self.hours

        reason = f"their working days share fewer than {self.hours:g} hours"
        return BlockedBy(self.name, reason, mask)


@dataclass(frozen=True)
class ByConsent(PairRule):
    """Honor a wish about the partner's attribute where the partner agreed to its use.

    Parameters
    ----------
    attribute : str
        The attribute, such as `gender`.
    wish : str
        The column with the value that a person asks for; empty for no wish.
    consent : str
        The column that is true for people who agreed that their `attribute` be used. The wish of
        another is not held against people who did not.

    Examples
    --------
    >>> ByConsent("gender", wish="prefers_gender", consent="gender_consent").name
    'wished gender, by consent'
    """

    attribute: str
    wish: str
    consent: str

    @property
    def name(self) -> str:
        """As messages print it."""
        return f"wished {self.attribute}, by consent"

    @property
    def uses(self) -> tuple[str, ...]:
        """The columns it reads beyond those people consented to."""
        return (self.wish, self.consent)

    def bind(self, pool: Applicants, *, who: str) -> BlockedBy:
        """Give the rule for one pool."""
        for column in (self.attribute, self.wish, self.consent):
            need_column(pool, column, who=f"{who}: ByConsent")
        wishes_of_mentees, has_mentor = code_values(
            pool.mentees[self.wish], self._consented(pool.mentors)
        )
        wishes_of_mentors, has_mentee = code_values(
            pool.mentors[self.wish], self._consented(pool.mentees)
        )

        def mask(rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
            by_mentee = _misses(wishes_of_mentees[rows], has_mentor[cols])
            return by_mentee | _misses(wishes_of_mentors[cols], has_mentee[rows]).T

        return BlockedBy(self.name, f"a wish about {self.attribute} is not met", mask)

    def _consented(self, frame: pd.DataFrame) -> pd.Series:
        agreed = frame[self.consent].fillna(False).astype(bool)
        return frame[self.attribute].astype(object).where(agreed, None)


def same_person(pool: Applicants) -> BlockedBy | None:
    """Keep a person who applied in both roles from being their own mentor."""
    mentor = pd.Index(pool.mentors["person_id"]).get_indexer(pool.mentees["person_id"])
    mentee = np.flatnonzero(mentor >= 0)
    if not len(mentee):
        return None
    mask = partial(_are_listed, mentee, mentor[mentee], len(pool.mentors))
    return BlockedBy("same person", "they are the same person", mask)


def as_pairs(pairs: Any, *, who: str) -> tuple[tuple[Any, Any], ...]:
    """Take pairs of ids, from rows or from a frame with `mentee_id` and `mentor_id`.

    Raises
    ------
    MarketError
        For what is no pair, or a pair given twice.
    """
    if isinstance(pairs, pd.DataFrame):
        absent = [name for name in ("mentee_id", "mentor_id") if name not in pairs]
        if absent:
            raise MarketError(f"{who}: `pairs` must have mentee_id and mentor_id.")
        pairs = pairs[["mentee_id", "mentor_id"]].itertuples(index=False, name=None)
    rows = []
    for row in pairs:
        if isinstance(row, str) or not hasattr(row, "__len__") or len(row) != 2:
            raise MarketError(
                f"{who}: `pairs` must hold pairs (mentee_id, mentor_id); got {quote(row)}."
            )
        rows.append(tuple(row))
    if len(set(rows)) < len(rows):
        twice = next(row for place, row in enumerate(rows) if row in rows[:place])
        raise MarketError(f"{who}: the pair {quote(twice)} came more than once.")
    return tuple(rows)


def pair_positions(
    pool: Applicants, pairs: Sequence[tuple[Any, Any]], *, who: str
) -> tuple[np.ndarray, np.ndarray]:
    """Find pairs of ids.

    Raises
    ------
    MarketError
        For an id that nobody has in this role.
    """
    return (
        positions(pool.mentees, [mentee for mentee, _ in pairs], "mentee", who=who),
        positions(pool.mentors, [mentor for _, mentor in pairs], "mentor", who=who),
    )


def _both(pool: Applicants, column: str) -> tuple[pd.Series, pd.Series]:
    return pool.mentees[column], pool.mentors[column]


def _share_code(
    first: np.ndarray, second: np.ndarray, rows: np.ndarray, cols: np.ndarray
) -> np.ndarray:
    return (first[rows][:, None] == second[cols][None, :]) & (first[rows] >= 0)[:, None]


def _are_listed(
    mentee: np.ndarray, mentor: np.ndarray, n_mentors: int, rows: np.ndarray, cols: np.ndarray
) -> np.ndarray:
    wanted = rows[:, None].astype(np.int64) * n_mentors + cols[None, :]
    return np.isin(wanted, mentee.astype(np.int64) * n_mentors + mentor)


def _misses(wishes: np.ndarray, has: np.ndarray) -> np.ndarray:
    asked, known = (wishes >= 0)[:, None], (has >= 0)[None, :]
    return asked & known & (wishes[:, None] != has[None, :])


def _line_pairs(pool: Applicants, column: str) -> tuple[np.ndarray, np.ndarray]:
    """Find the pairs of which one stands above the other, at any distance."""
    manager = {
        person: boss
        for frame in (pool.mentees, pool.mentors)
        for person, boss in zip(frame["person_id"], frame[column], strict=True)
        if not pd.isna(boss)
    }
    mentee_at = {person: i for i, person in enumerate(pool.mentees["person_id"])}
    mentor_at = {person: j for j, person in enumerate(pool.mentors["person_id"])}
    rows = []
    for person in manager:
        above, seen = manager.get(person), {person}
        while above is not None and above not in seen:
            if person in mentee_at and above in mentor_at:
                rows.append((mentee_at[person], mentor_at[above]))
            if above in mentee_at and person in mentor_at:
                rows.append((mentee_at[above], mentor_at[person]))
            seen.add(above)
            above = manager.get(above)
    listed = np.array(sorted(set(rows)), dtype=np.int64).reshape(-1, 2)
    return listed[:, 0], listed[:, 1]
