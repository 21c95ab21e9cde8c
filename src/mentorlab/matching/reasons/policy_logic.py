"""What each policy goes by, as the end of a sentence."""

from __future__ import annotations

from ..registry import PolicyEntry, all_policies

LOGIC = {
    "random": "places are dealt by lot, whatever anyone wishes",
    "serial_dictatorship": (
        "mentees choose in the order of a lottery, and mentors' wishes do not count"
    ),
    "first_come": (
        "in each round a mentor's places go for good to those who ask first, that is, to those "
        "who rank the mentor higher"
    ),
    "greedy": "pairs are made one by one from the largest utility down, and never undone",
    "similarity": "pairs are made from the most similar down, whatever anyone wishes",
    "complementarity": "pairs are made by what one wants and the other has, whatever anyone wishes",
    "optimal": "the total over all pairs is made as large as possible, not each person's share",
    "quota_optimal": "the total is made as large as possible within the quotas",
    "maximin": "the worst-off pair is made as good as possible, before anything else",
    "leximin": "the worst off come first, then the next, and so on",
    "rank_maximal": "as many first choices as possible come first, then second choices, and so on",
    "nash_welfare": "the product of utilities is made as large as possible",
    "top_trading_cycles": "people trade the places that they have a claim on",
    "popular": "no other assignment would win a vote against this one",
    "self_match": "people browse and ask; who asks late or asks a popular mentor goes without",
}


def logic_of(policy: str) -> str:
    """Tell what a policy goes by; its question where it is not one of ours.

    Examples
    --------
    >>> logic_of("random")
    'places are dealt by lot, whatever anyone wishes'
    """
    if policy in LOGIC:
        return LOGIC[policy]
    entry = _entry(policy)
    if entry is None:
        return "it is a policy of your own, whose grounds are not recorded"
    if entry.stable:
        return "no mentee and mentor may both prefer each other to what they have"
    return f"it answers: {entry.question}" if entry.question else "its grounds are not recorded"


def is_stable(policy: str) -> bool:
    """Tell whether a policy promises that nobody can do better by leaving."""
    entry = _entry(policy)
    return entry is not None and entry.stable


def _entry(policy: str) -> PolicyEntry | None:
    return all_policies().get(policy)
