"""Why someone has the partner they have, or none, in words that can be checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from ...errors import MarketError, OptionError, did_you_mean, quote
from ...options import PartnerRole, check_option
from ...provenance import Provenance
from ...result import Result
from ..assignment import Assignment
from ..judgment.standing import Standing
from .mentee_reasons import mentee_reasons
from .mentor_reasons import mentor_reasons

WHO = "explain"


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(Result):
    """Why one person has the partner they have, or none.

    Attributes
    ----------
    person_id : object
        Who.
    side : str
        ``mentee`` or ``mentor``.
    reason : str
        The reason in one word: ``first_choice``, ``required``, ``places_taken`` (all better liked
        mentors are full of mentees whom they like better), ``equals`` (some of these are liked as
        much: a lottery), ``policy`` (a mentor would have preferred this person), ``rules`` (a quota
        or limit stands between), ``no_acceptable`` (rules or lists leave nobody); for mentors
        ``full``, ``free_places``, ``no_places``, ``no_acceptable``.
    sentences : tuple of str
        The explanation.
    evidence : pandas.DataFrame
        One row an acceptable partner, best liked first. For a mentee: `mentor_id`, `rank`,
        `status`, `better`, `equal`, `less`, `kept` (ids of those who hold the places, by how the
        mentor likes them beside this mentee), `broken_rules`. For a mentor: `mentee_id`, `rank`,
        `status` (here, would_come, prefers_theirs, indifferent, kept_elsewhere), `has`.
    rules : pandas.DataFrame
        Who is kept apart by what: `rule`, `reason`, `n_blocked`, `n_alone`.
    """

    person_id: Any
    side: str
    reason: str
    sentences: tuple[str, ...]
    evidence: pd.DataFrame
    rules: pd.DataFrame

    references: ClassVar[tuple[str, ...]] = ("gale1962", "roth1986")

    @property
    def text(self) -> str:
        """The explanation in plain words."""
        return " ".join(self.sentences)

    def to_frame(self) -> pd.DataFrame:
        """Give the evidence, one row an acceptable partner."""
        return self.evidence.copy()

    def headline(self) -> str:
        """The first sentence."""
        return self.sentences[0]

    def notes(self) -> tuple[str, ...]:
        """The other sentences."""
        return self.sentences[1:]

    def _display_frame(self) -> pd.DataFrame:
        shown = self.evidence.drop(columns=["broken_rules"], errors="ignore").head(12)
        lists = shown.columns[[shown[name].map(type).eq(list).any() for name in shown]]
        return shown.assign(
            **{n: shown[n].map(lambda ids: ", ".join(map(str, ids))) for n in lists}
        )


def explain(
    assignment: Assignment, person_id: Any, *, side: PartnerRole | None = None
) -> Explanation:
    """Tell why someone has the partner they have, or none.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.
    person_id : object
        A mentee or mentor of the market.
    side : {"mentee", "mentor"}, optional
        As what; needed only for people who are on both sides. When left out, they are explained as
        mentees.

    Returns
    -------
    Explanation
        ``.text`` in plain words; ``.evidence`` and ``.rules`` hold what it says.

    Raises
    ------
    MarketError
        If nobody has this id.
    OptionError
        If `side` is unknown.

    Notes
    -----
    Every sentence is read off the assignment, not off the policy's intentions: that a rival is
    better placed means that the mentor's utility for the rival is higher. What a change would
    cost is said for that change alone, before anyone else moves.

    References
    ----------
    gale1962, roth1986

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_preferences(
    ...     {"ann": ["mia"], "bob": ["mia"]}, {"mia": ["bob", "ann"]}, capacity=1
    ... )
    >>> print(explain(assign(market, "mentee_proposing", seed=1), "ann").text)
    'ann' has no mentor: the only acceptable mentor is full of mentees whom that mentor likes \
better. 'mia' (choice 1) has 'bob'.
    """
    market = assignment.market
    standing = Standing(market, assignment.mentor_of)
    if side is not None:
        check_option(side, PartnerRole, who=WHO, name="side")
    sides = [
        name
        for name, ids in (("mentee", market.mentee_ids), ("mentor", market.mentor_ids))
        if side in (None, name) and (ids == person_id).any()
    ]
    if not sides:
        known = [*market.mentee_ids, *market.mentor_ids] if side is None else ()
        near = did_you_mean(person_id, known) if len(known) <= 10_000 else ""
        raise MarketError(
            f"{WHO}: no {side or 'mentee or mentor'} has the id {quote(person_id)}. {near}".rstrip()
        )
    if sides[0] == "mentee":
        found = mentee_reasons(standing, market.mentee_position(person_id), assignment)
    else:
        found = mentor_reasons(standing, market.mentor_position(person_id), assignment)
    sentences = found.sentences
    if len(sides) == 2:
        sentences = (
            *sentences,
            f"{quote(person_id)} is a mentor as well: explain(..., side='mentor').",
        )
    return Explanation(
        person_id=person_id,
        side=sides[0],
        reason=found.reason,
        sentences=sentences,
        evidence=found.evidence,
        rules=found.rules,
        provenance=Provenance(WHO, {"policy": assignment.policy, "seed": assignment.seed}),
    )


def explain_all(assignment: Assignment) -> pd.DataFrame:
    """Tell for every mentee why they have the mentor they have, or none.

    Parameters
    ----------
    assignment : Assignment
        From `assign`.

    Returns
    -------
    pandas.DataFrame
        `mentee_id`, `mentor_id` (empty for nobody), `reason`, `explanation`.

    Raises
    ------
    OptionError
        With more mentees than a list for people holds.

    Examples
    --------
    >>> from mentorlab.matching import Market, assign
    >>> market = Market.from_utilities([[2, 1], [1, 2]], [[1, 2], [2, 1]], capacity=1)
    >>> explain_all(assign(market, "mentee_proposing", seed=1))["reason"].tolist()
    ['first_choice', 'first_choice']
    """
    market = assignment.market
    if market.n_mentees > _MOST_EXPLAINED:
        raise OptionError(
            f"explain_all: explains up to {_MOST_EXPLAINED:,} mentees; got {market.n_mentees:,}. "
            "Explain the ones you need with explain(assignment, person_id)."
        )
    standing = Standing(market, assignment.mentor_of)
    rows = []
    for i, mentee in enumerate(market.mentee_ids):
        found = mentee_reasons(standing, i, assignment)
        j = assignment.mentor_of[i]
        mentor = market.mentor_ids[j] if j >= 0 else None
        rows.append((mentee, mentor, found.reason, " ".join(found.sentences)))
    return pd.DataFrame(rows, columns=["mentee_id", "mentor_id", "reason", "explanation"])


_MOST_EXPLAINED = 20_000
