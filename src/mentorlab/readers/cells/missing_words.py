"""Words that say why there is no answer, and which of the three kinds of missing they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .text import fold

_NOT_APPLICABLE = (
    "not applicable",
    "n/a",
    "na",
    "does not apply",
    "doesn't apply",
    "does not apply to me",
    "not relevant",
    "no basis to judge",
    "no basis for judgment",
    "cannot say",
    "can't say",
    "don't know",
    "do not know",
    "i don't know",
    "nicht zutreffend",
    "entfällt",
    "sans objet",
    "non applicable",
    "no aplica",
    "no procede",
    "não se aplica",
    "non applicabile",
    "niet van toepassing",
    "ikke aktuelt",
    "ikke relevant",
    "ej tillämpligt",
    "ej relevant",
)
_UNANSWERED = (
    "not answered",
    "no answer",
    "unanswered",
    "no response",
    "missing",
    "prefer not to answer",
    "prefer not to say",
    "refused",
    "seen but unanswered",
    "skipped",
    "keine angabe",
    "keine antwort",
    "pas de réponse",
    "sans réponse",
    "sin respuesta",
    "no contesta",
    "sem resposta",
    "nessuna risposta",
    "geen antwoord",
    "ikke besvart",
    "inget svar",
    "-99",
)
_NOT_SHOWN = (
    "not shown",
    "not displayed",
    "not asked",
    "not presented",
    "not administered",
    "nicht gezeigt",
    "non affiché",
    "no mostrada",
    "niet getoond",
)
_FRAGMENTS = (
    (re.compile(r"\bnot applicable\b|\bn/a\b"), "not_applicable"),
    (re.compile(r"\bnot (?:shown|displayed|asked|administered)\b"), "not_shown"),
    (re.compile(r"\bno (?:answer|response)\b|\bnot answered\b|\bprefer not to\b"), "unanswered"),
)

_APPLIES = re.compile(r"\bappl(?:y|ies)\b")
MISSING_WORDS: dict[str, str] = {
    **dict.fromkeys(_NOT_APPLICABLE, "not_applicable"),
    **dict.fromkeys(_UNANSWERED, "unanswered"),
    **dict.fromkeys(_NOT_SHOWN, "not_shown"),
}


def kinds_of_labels(labels: Iterable[str]) -> dict[str, str]:
    """Tell which of the labels of one question stand for a kind of missing.

    "Does not apply" beside "applies fully" is an answer.

    Examples
    --------
    >>> kinds_of_labels(["Agree", "Does not apply"])
    {'Does not apply': 'not_applicable'}
    >>> kinds_of_labels(["Does not apply", "Applies partly", "Applies fully"])
    {}
    """
    labels = list(labels)
    found = {label: kind for label in labels if (kind := kind_of_label(label))}
    rest = [fold(label) for label in labels if label not in found]
    if any(_APPLIES.search(label) for label in rest):
        return {label: kind for label, kind in found.items() if not _APPLIES.search(fold(label))}
    return found


def kind_of_label(label: str) -> str | None:
    """Tell which kind of missing an answer label stands for; ``None`` if it is an answer.

    Examples
    --------
    >>> kind_of_label("Not applicable"), kind_of_label("N/A (no basis)"), kind_of_label("Agree")
    ('not_applicable', 'not_applicable', None)
    """
    folded = fold(label)
    if folded in MISSING_WORDS:
        return MISSING_WORDS[folded]
    return next((kind for pattern, kind in _FRAGMENTS if pattern.search(folded)), None)
