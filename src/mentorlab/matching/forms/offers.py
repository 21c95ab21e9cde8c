"""Offers that people accept or decline, round by round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import MarketError, OptionError, count, listing, quote
from ...provenance import Provenance
from ...result import Result
from ...rng import child_rng
from ..assignment import Assignment, assign
from ..market.edits import lock_pairs, positions_of_pairs, without_pairs
from ..market.market import Market
from ..registry import Policy

ANSWERS = ("accepted", "declined", "open")
Accept = float | Callable[[Any, Any], float]


def settle_offers(
    assignment: Assignment, answers: pd.DataFrame, *, policy: str | Policy | None = None, seed: int
) -> Assignment:
    """Match again after people answered: accepted pairs stay, declined ones never come back.

    Parameters
    ----------
    assignment : Assignment
        What was offered.
    answers : pandas.DataFrame
        `mentee_id`, `mentor_id`, `answer` (accepted, declined, open); pairs of the assignment that
        are not in it count as open and may change.
    policy : str or callable, optional
        For those who are still to be matched; that of the assignment when left out.
    seed : int
        What its draws start from.

    Returns
    -------
    Assignment
        Its market has accepted pairs as required and lacks declined ones.

    Raises
    ------
    MarketError
        If an answer is about a pair that was not offered, twice about one, or is no answer.

    Examples
    --------
    >>> market = Market.from_utilities([[3, 1], [2, 1]], [[3, 3], [2, 2]], capacity=1)
    >>> offered = assign(market, "mentee_proposing", seed=1)
    >>> answers = offered.pairs().assign(answer=["declined", "accepted"])
    >>> settle_offers(offered, answers, seed=2).mentor_of.tolist()
    [-1, 1]
    """
    who = "settle_offers"
    market = assignment.market
    said = _check_answers(answers, who)
    pairs = positions_of_pairs(market, said, who=who, name="answers")
    strange = assignment.mentor_of[pairs[:, 0]] != pairs[:, 1]
    if strange.any():
        row = said.iloc[int(strange.argmax())]
        raise MarketError(
            f"{who}: `answers` are about offers; {quote(row['mentee_id'])} with "
            f"{quote(row['mentor_id'])} was not offered."
        )
    accepted, declined = (pairs[(said["answer"] == name).to_numpy()] for name in ANSWERS[:2])
    kept = lock_pairs(without_pairs(market, declined), accepted, who=who)
    return assign(kept, assignment.policy if policy is None else policy, seed=seed)


@dataclass(frozen=True, eq=False, repr=False)
class OfferRounds(Result):
    """How offers went, round by round, and what came of them.

    Attributes
    ----------
    rounds : pandas.DataFrame
        `round`, `n_offered`, `n_accepted`, `n_declined`, `n_settled` (pairs accepted so far).
    offers : pandas.DataFrame
        One row an offer: `round`, `mentee_id`, `mentor_id`, `answer`.
    assignment : Assignment
        Of accepted pairs only.
    """

    rounds: pd.DataFrame
    offers: pd.DataFrame
    assignment: Assignment

    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a round."""
        return self.rounds.copy()

    def headline(self) -> str:
        """How many are settled after how many rounds."""
        n = self.assignment.n_matched
        return (
            f"{count(n, 'pair')} settled after {count(len(self.rounds), 'round')} of offers to "
            f"{count(self.assignment.market.n_mentees, 'mentee')}"
        )


def offer_rounds(
    market: Market,
    policy: str | Policy,
    *,
    accept: Accept,
    n_rounds: int = 3,
    seed: int,
) -> OfferRounds:
    """Tell what becomes of an assignment when people may decline, for some rounds.

    Parameters
    ----------
    market : Market
        Left unchanged.
    policy : str or callable
        Makes the offers of each round.
    accept : float or callable
        Probability that an offer is accepted (by both), or ``accept(mentee_id, mentor_id)`` that
        gives it.
    n_rounds : int
        Rounds at most; fewer when nothing is left to offer.
    seed : int
        What answers and lotteries start from.

    Returns
    -------
    OfferRounds

    Raises
    ------
    OptionError
        If a probability is not between 0 and 1, or `n_rounds` is less than 1.

    Examples
    --------
    >>> market = Market.from_utilities([[3, 1], [2, 1]], [[3, 3], [2, 2]], capacity=1)
    >>> offer_rounds(market, "mentee_proposing", accept=1.0, seed=1).rounds["n_accepted"].tolist()
    [2]
    """
    who = "offer_rounds"
    if isinstance(n_rounds, bool) or not isinstance(n_rounds, (int, np.integer)) or n_rounds < 1:
        raise OptionError(f"{who}: `n_rounds` must be 1 or more; got {quote(n_rounds)}.")
    current, told, made = market, [], []
    for number in range(1, n_rounds + 1):
        offered = assign(current, policy, seed=seed)
        held = np.zeros(market.n_mentees, dtype=bool)
        held[current.required[:, 0]] = True
        asked = np.flatnonzero((offered.mentor_of >= 0) & ~held)
        if not len(asked):
            break
        draws = child_rng(seed, who, number).random(market.n_mentees)
        pairs = np.column_stack([asked, offered.mentor_of[asked]])
        yes = np.array([draws[i] < _probability(accept, market, i, j, who) for i, j in pairs])
        current = lock_pairs(without_pairs(current, pairs[~yes]), pairs[yes], who=who)
        told.append(
            {
                "round": number,
                "n_offered": len(pairs),
                "n_accepted": int(yes.sum()),
                "n_declined": int((~yes).sum()),
                "n_settled": len(current.required),
            }
        )
        made += [
            (
                number,
                market.mentee_ids[i],
                market.mentor_ids[j],
                ANSWERS[0] if said else ANSWERS[1],
            )
            for (i, j), said in zip(pairs, yes, strict=True)
        ]
    columns = ["round", "n_offered", "n_accepted", "n_declined", "n_settled"]
    return OfferRounds(
        rounds=pd.DataFrame(told, columns=columns),
        offers=pd.DataFrame(made, columns=["round", "mentee_id", "mentor_id", "answer"]),
        assignment=_settled(current, policy, seed),
        provenance=Provenance(who, {"n_rounds": n_rounds, "seed": seed}),
    )


def _settled(market: Market, policy: str | Policy, seed: int) -> Assignment:
    mentor_of = np.full(market.n_mentees, -1, dtype=np.int64)
    mentor_of[market.required[:, 0]] = market.required[:, 1]
    name = policy if isinstance(policy, str) else getattr(policy, "name", type(policy).__name__)
    return Assignment(
        market=market,
        mentor_of=mentor_of,
        policy=f"offer_rounds ({name})",
        seed=seed,
        provenance=Provenance("offer_rounds", {"policy": name, "seed": seed}),
    )


def _probability(accept: Accept, market: Market, mentee: int, mentor: int, who: str) -> float:
    value = (
        accept(market.mentee_ids[mentee], market.mentor_ids[mentor]) if callable(accept) else accept
    )
    if not 0 <= value <= 1:
        raise OptionError(
            f"{who}: `accept` must give probabilities from 0 to 1; got {quote(value)}."
        )
    return float(value)


def _check_answers(answers: pd.DataFrame, who: str) -> pd.DataFrame:
    needed = ["mentee_id", "mentor_id", "answer"]
    if not isinstance(answers, pd.DataFrame) or not set(needed) <= set(answers.columns):
        raise MarketError(f"{who}: `answers` must have {listing(needed)} as columns.")
    wrong = ~answers["answer"].isin(ANSWERS)
    if wrong.any():
        raise MarketError(
            f"{who}: `answer` must be {listing(ANSWERS)}; got "
            f"{quote(answers.loc[wrong, 'answer'].iloc[0])} in {count(int(wrong.sum()), 'row')}, "
            f"first row {int(wrong.to_numpy().argmax()) + 1}."
        )
    twice = answers["mentee_id"].duplicated()
    if twice.any():
        raise MarketError(
            f"{who}: one answer for each mentee; {quote(answers.loc[twice, 'mentee_id'].iloc[0])} "
            "has several."
        )
    return answers[needed].reset_index(drop=True)
