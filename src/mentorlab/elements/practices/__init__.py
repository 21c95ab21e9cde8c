"""Practices: what mentors, mentees and programs do, as rates over what was due.

A practice is a row and a function. `practice_rates` measures all that a program's data allow;
`register_practice` adds one of your own.
"""

from . import (
    agenda,
    boundaries,
    circles,
    closure,
    dose,
    goals,
    gratitude,
    grow,
    loops,
    meetings,
    program_care,
    sponsorship,
    support,
    talk,
)
from .rates import PracticeRates, practice_rates
from .registry import PRACTICES, Practice, list_practices, register_practice
from .sponsorship import sponsorship_ledger

for _family in (
    dose,
    meetings,
    agenda,
    boundaries,
    talk,
    goals,
    grow,
    loops,
    support,
    sponsorship,
    gratitude,
    circles,
    closure,
    program_care,
):
    for _practice in _family.PRACTICES:
        register_practice(_practice)

__all__ = [
    "PRACTICES",
    "Practice",
    "PracticeRates",
    "list_practices",
    "practice_rates",
    "register_practice",
    "sponsorship_ledger",
]
