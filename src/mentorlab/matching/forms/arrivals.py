"""People who come one after another: matched at once, or in batches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, count, did_you_mean, quote
from ...provenance import Provenance
from ...result import Result
from ...rng import child_rng
from ..assignment import Assignment
from ..judgment.standing import Standing
from ..market.edits import lock_pairs, without_people
from ..market.market import Market
from ..policy import find_policy, run_policy
from ..registry import Policy

WHO = "match_arrivals"


@dataclass(frozen=True, eq=False, repr=False)
class ArrivalMatches(Result):
    """Who was matched when, having waited how long.

    Attributes
    ----------
    people : pandas.DataFrame
        One row a mentee: `mentee_id`, `arrived`, `mentor_id` (empty for nobody), `matched_at`,
        `waited` (until matched, or until they gave up or the end), `state` (matched, gave_up,
        waiting), `rank` (of the mentor among all acceptable ones).
    batches : pandas.DataFrame
        One row a moment of matching: `at`, `n_waiting` (before), `n_matched`, `n_gave_up`,
        `n_free` (places left).
    assignment : Assignment
        All pairs together.
    every : float
        Time between batches; 0 when matched at once.
    """

    people: pd.DataFrame
    batches: pd.DataFrame
    assignment: Assignment
    every: float

    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a mentee."""
        return self.people.copy()

    def headline(self) -> str:
        """How many, how fast, how well."""
        matched = self.people[self.people["state"] == "matched"]
        how = f"in batches every {self.every:g}" if self.every else "at once"
        head = f"Matched {how}: {len(matched):,} of {count(len(self.people), 'mentee')}"
        if matched.empty:
            return head
        return (
            f"{head}, mean wait {matched['waited'].mean():.2f}, mean rank "
            f"{matched['rank'].mean():.2f}"
        )

    def _display_frame(self) -> pd.DataFrame:
        return self.batches


def match_arrivals(
    market: Market,
    arrivals: Mapping[Any, float] | pd.Series,
    *,
    policy: str | Policy,
    every: float = 0.0,
    patience: float | None = None,
    seed: int,
) -> ArrivalMatches:
    """Tell what it costs and buys to let people wait for a batch.

    Parameters
    ----------
    market : Market
        Everyone who will ever come. Quotas and lower limits are not known here.
    arrivals : mapping of id to number
        When each mentee comes, and, where they are named, when mentors come; mentors that are not
        named are there from the start. Days, weeks or any other unit.
    policy : str or callable
        Matches all who wait with the places that are free.
    every : float
        Time between batches; 0 matches at each arrival.
    patience : float, optional
        How long a mentee waits before giving up; for ever when left out.
    seed : int
        What the policy's draws start from.

    Returns
    -------
    ArrivalMatches

    Raises
    ------
    MarketError
        If a mentee has no arrival, someone is unknown, or the market has quotas or lower limits.
    OptionError
        If `every` or `patience` is negative or an arrival is no number.

    Notes
    -----
    Pairs are for good: places do not come back. A batch takes place at multiples of `every`, the
    last one when all have come; who arrives at that moment takes part. Giving up takes effect
    before a batch.

    References
    ----------
    akbarpour2020 : Thickness and information in dynamic matching markets.

    Examples
    --------
    >>> market = Market.from_utilities([[1, 2], [0, 9]], [[1, 1], [1, 2]], capacity=1)
    >>> at_once = match_arrivals(market, {0: 0.0, 1: 1.0}, policy="mentee_proposing", seed=1)
    >>> batch = match_arrivals(
    ...     market, {0: 0.0, 1: 1.0}, policy="mentee_proposing", every=1.0, seed=1
    ... )
    >>> at_once.people["mentor_id"].tolist(), batch.people["mentor_id"].tolist()
    ([1, 0], [1, 0])
    """
    if market.quotas or market.lower.any() or len(market.required):
        raise MarketError(
            f"{WHO}: quotas, lower limits and required pairs hold for a whole pool, which is never "
            "there at once here; build the market without them."
        )
    for name, value in (("every", every), ("patience", patience)):
        if value is not None and not (np.isfinite(value) and value >= 0):
            raise OptionError(f"{WHO}: `{name}` must be 0 or more; got {quote(value)}.")
    comes, mentor_comes = _times(market, arrivals)
    entry, made = find_policy(policy, who=WHO)
    leaves = np.full(len(comes), np.inf) if patience is None else comes + patience
    mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
    matched_at, gave_up = np.full(len(comes), np.nan), np.zeros(len(comes), dtype=bool)
    batches = []
    for number, at in enumerate(_moments(comes, mentor_comes, every)):
        here = (comes <= at) & (mentor_of < 0) & ~gave_up
        late = here & (leaves < at)
        gave_up |= late
        here &= ~late
        absent = np.flatnonzero(~here & (mentor_of < 0))
        now, places = _present(market, mentor_of, absent, np.flatnonzero(mentor_comes > at))
        if here.any():
            found = run_policy(now, made, child_rng(seed, WHO, entry.name, number), who=WHO)
            fresh = np.flatnonzero(here)
            mentor_of[places] = found
            matched_at[fresh[mentor_of[fresh] >= 0]] = at
        load = np.bincount(mentor_of[mentor_of >= 0], minlength=market.n_mentors)
        open_now = np.where(mentor_comes <= at, market.capacity - load, 0)
        batches.append((at, int(here.sum()), int((matched_at == at).sum()), int(late.sum())))
        batches[-1] += (int(open_now.sum()),)
    end = max(float(comes.max()), batches[-1][0])
    columns = ["at", "n_waiting", "n_matched", "n_gave_up", "n_free"]
    return ArrivalMatches(
        people=_people(market, mentor_of, comes, matched_at, gave_up, leaves, end),
        batches=pd.DataFrame(batches, columns=columns),
        assignment=Assignment(
            market=market,
            mentor_of=mentor_of,
            policy=f"{WHO} ({entry.name})",
            seed=seed,
            provenance=Provenance(WHO, {"policy": entry.name, "every": every}),
        ),
        every=float(every),
        provenance=Provenance(WHO, {"policy": entry.name, "every": every, "patience": patience}),
    )


def _present(
    market: Market, mentor_of: np.ndarray, absent: np.ndarray, late_mentors: np.ndarray
) -> tuple[Market, np.ndarray]:
    """Give the market of who is there, matched pairs locked, and its mentees' positions."""
    matched = np.flatnonzero(mentor_of >= 0)
    locked = lock_pairs(market, np.column_stack([matched, mentor_of[matched]]), who=WHO)
    return (
        without_people(locked, absent, late_mentors),
        np.setdiff1d(np.arange(market.n_mentees), absent),
    )


def _moments(comes: np.ndarray, mentor_comes: np.ndarray, every: float) -> np.ndarray:
    times = np.unique(np.concatenate([comes, mentor_comes[np.isfinite(mentor_comes)]]))
    times = times[times >= comes.min()]
    return np.unique(np.ceil(times / every - 1e-9) * every) if every else times


def _times(
    market: Market, arrivals: Mapping[Any, float] | pd.Series
) -> tuple[np.ndarray, np.ndarray]:
    given = dict(arrivals.items())
    known = set(market.mentee_ids) | set(market.mentor_ids)
    for person, value in given.items():
        if person not in known:
            near = did_you_mean(person, known)
            raise MarketError(
                f"{WHO}: `arrivals` names {quote(person)}, unknown here. {near}".rstrip()
            )
        if not isinstance(value, (int, float, np.number)) or not np.isfinite(value):
            raise OptionError(
                f"{WHO}: `arrivals` must be numbers (days since the start); got {quote(value)} for "
                f"{quote(person)}."
            )
    absent = [person for person in market.mentee_ids if person not in given]
    if absent:
        raise MarketError(
            f"{WHO}: `arrivals` must name every mentee; {quote(absent[0])} is absent "
            f"({len(absent):,} in all)."
        )
    mentees = set(market.mentee_ids)
    start = -np.inf
    return (
        np.array([float(given[person]) for person in market.mentee_ids]),
        np.array(
            [
                start if person in mentees else float(given.get(person, start))
                for person in market.mentor_ids
            ]
        ),
    )


def _people(
    market: Market,
    mentor_of: np.ndarray,
    comes: np.ndarray,
    matched_at: np.ndarray,
    gave_up: np.ndarray,
    leaves: np.ndarray,
    end: float,
) -> pd.DataFrame:
    standing = Standing(market, mentor_of)
    matched = mentor_of >= 0
    rank = np.full(len(comes), np.nan)
    rank[matched] = standing.mentee_rank[standing.place[matched]]
    mentor = np.full(len(comes), None, dtype=object)
    mentor[matched] = market.mentor_ids[mentor_of[matched]]
    until = np.where(matched, matched_at, np.where(gave_up, leaves, end))
    return pd.DataFrame(
        {
            "mentee_id": market.mentee_ids,
            "arrived": comes,
            "mentor_id": pd.Series(mentor, dtype="object"),
            "matched_at": matched_at,
            "waited": until - comes,
            "state": np.where(matched, "matched", np.where(gave_up, "gave_up", "waiting")),
            "rank": rank,
        }
    )
