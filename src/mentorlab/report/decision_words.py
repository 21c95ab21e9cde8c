"""Words and numbers of a decision memo."""

from __future__ import annotations

from collections.abc import Iterable

from ..simulation.measures import MEASURES
from .numbers import number

_SHORT = {
    "early_end": "early ends",
    "worse_off": "mentees worse off than without the program",
    "matched": "share ever matched",
    "waiting": "weeks waited",
    "quality_lower": "quality on the lower side",
    "load_most": "most relationships of one mentor",
    "benefit_lowest": "benefit of the worst-off tenth",
    "completed": "completed relationships for each mentee",
    "mentors_left": "share of mentors who left",
}


def short(measure: str) -> str:
    """Name a measure in few words.

    Examples
    --------
    >>> short("early_end"), short("benefit")
    ('early ends', 'benefit')
    """
    return _SHORT.get(measure, word(measure))


def word(name: str) -> str:
    """Show the name of a policy or a column as words."""
    return str(name).replace("_", " ")


def words(names: Iterable[str]) -> list[str]:
    """Show several names as words."""
    return [word(name) for name in names]


def listed(names: Iterable[str]) -> str:
    """Join names with commas and a last "and".

    Examples
    --------
    >>> listed(["self_match", "optimal"])
    'self match and optimal'
    """
    shown = words(names)
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def upper(text: str) -> str:
    """Begin a sentence with a capital."""
    return text[:1].upper() + text[1:]


def signed(value: float) -> str:
    """Print a difference with its sign."""
    return f"{'+' if value > 0 else ''}{number(value, digits=3)}"


def mean(value: float, measure: str) -> str:
    """Print the mean of a measure; a share has no leading zero."""
    return number(value, digits=3, bounded=MEASURES[measure].unit == "share")


def first_sentence(message: str) -> str:
    """Cut what a policy said to its first sentence, without the kind of error and who asked.

    Examples
    --------
    >>> first_sentence("PolicyError: assign: policy 'a' draws. Use 'b'.")
    "policy 'a' draws"
    """
    said = message.split(". ")[0].rstrip(".")
    return said.split(": ", 2)[-1] if said.count(": ") >= 2 else said
