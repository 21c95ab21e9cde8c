"""What was done, in a paragraph for the methods section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..errors import OptionError, quote
from ..provenance import Provenance
from ..references import Reference, reference
from ..result import Result
from .numbers import number

WHO = "report.methods_text"
METHODS = {
    "reliability": "Internal consistency was estimated for each element from complete answers",
    "treatment_effect": "The effect was estimated as a difference from the comparison group in a "
    "linear model with errors robust to unequal variance or to clusters",
    "practice_rates": "Practices were measured as rates over what was due while each relationship "
    "was observed, with late starts, endings and the last known day taken into account; intervals "
    "of pooled rates treat relationships as the sampling units",
    "phases": "Phases were derived by fixed rules from contacts, goals, scores and dates, relative "
    "to the agreed length of each relationship",
    "relationship_profile": "Relationships were described by the scores of both sides (mean, lower "
    "score and gap), practices, phase and contact",
    "simulate": "A mentoring program was simulated week by week under one matching policy, over "
    "many replications of people and luck",
    "compare_policies": "Matching policies were compared in a simulated mentoring program; in each "
    "replication all policies met the same people and the same luck, and differences are paired",
    "cost_table": "Costs of a simulated mentoring program were taken from its meetings, check-ins "
    "and started relationships at declared prices",
    "simulation.sweep": "Matching policies were compared over a design of levers and assumptions "
    "of a simulated mentoring program, with the same luck at all points",
    "simulation.sensitivity_indices": "The variance of a simulated result was decomposed into "
    "shares of the assumptions and levers (Sobol indices)",
    "simulation.checks": "The simulated program was held against published findings",
    "simulation.calibrate": "Parameters of the simulated program were narrowed to the set of "
    "models that meet published findings together (history matching)",
    "simulation.recover": "Recovery of known parameters was tried on simulated data",
    "response_quality": "Forms were screened for signs of careless answering by fixed cuts; none "
    "was dropped on these grounds",
}
_SIZE = re.compile(r"^[\d,]+ (rows x \d+ columns|\w+)$")
_HASH = re.compile(r"^[0-9a-f]{32,}$")
_HASH_SHOWN = 16  # characters, enough to tell experiments apart
_INITIALS = re.compile(r"^([A-Z]\.[\s-]?)+$")


def methods_text(result: Result) -> str:
    """Write a paragraph for a methods section: what was done, to what, by which software.

    Parameters
    ----------
    result : Result
        Any result.

    Returns
    -------
    str
        One paragraph of plain text. It says what the result's provenance and references say and
        nothing else: no claim about design, sampling or preregistration, which only the author
        can make. The limits that the result names are repeated in it.

    Raises
    ------
    OptionError
        If `result` is not a result.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab import report
    >>> program = ml.datasets.load_example_program()
    >>> quality = ml.elements.quality.response_quality(program.responses, codebook=ml.item_bank())
    >>> "Curran (2016)" in report.methods_text(quality)
    True
    """
    if not isinstance(result, Result):
        raise OptionError(
            f"{WHO}: `result` must be a mentorlab result such as reliability(...) gives; got "
            f"{quote(type(result).__name__)}."
        )
    made = result.provenance
    short = METHODS.get(made.function.split(".")[0])
    done = METHODS.get(made.function, short or f"The function {made.function} was used")
    sentences = [f"{done}.", f"{_upper(result.headline())}.", _software(made)]
    if result.references:
        works = [in_text(reference(key)) for key in result.references]
        sentences.append(f"Methods follow {_listed(works)}.")
    limits = [note.rstrip(".") for note in result.notes()]
    if limits:
        sentences.append(f"To be read with these limits: {'; '.join(limits)}.")
    return " ".join(sentences)


def in_text(work: Reference) -> str:
    """Cite a work in running text.

    Examples
    --------
    >>> in_text(reference("straus2013")), in_text(reference("cameron2015"))
    ('Straus et al. (2013)', 'Cameron and Miller (2015)')
    """
    names = surnames(work.authors)
    if len(names) > 2 or "et al." in work.authors:
        shown = f"{names[0]} et al."
    else:
        shown = " and ".join(names)
    return f"{shown} ({work.year})"


def surnames(authors: str) -> list[str]:
    """Take the surnames out of an author list such as ``"Kram, K. E. & Eby, L. T."``.

    Examples
    --------
    >>> surnames("Kenny, D. A., Kashy, D. A. & Cook, W. L."), surnames("A project (formerly B)")
    (['Kenny', 'Kashy', 'Cook'], ['A project'])
    """
    text = re.sub(r"\s*\(.*?\)", "", authors).replace("et al.", "")
    parts = [part.strip() for part in re.split(r",|&", text)]
    return [part for part in parts if part and not _INITIALS.match(part)]


def _software(made: Provenance) -> str:
    versions = made.versions
    data = [f"{k}: {v}" for k, v in made.parameters.items() if _is_size(v)]
    options = [f"{k} = {_shown(v)}" for k, v in made.parameters.items() if _is_option(v)]
    text = f"Computed by {made.function}"
    if options:
        text += f" ({', '.join(options)})"
    text += f" of mentorlab {versions.get('mentorlab', '(version unknown)')}"
    others = ", ".join(
        f"{'Python' if name == 'python' else name} {version}"
        for name, version in versions.items()
        if name != "mentorlab"
    )
    if others:
        text += f" ({others})"
    return f"{text} from data of this size: {'; '.join(data)}." if data else f"{text}."


def _is_size(value: Any) -> bool:
    return isinstance(value, str) and bool(_SIZE.match(value))


def _is_option(value: Any) -> bool:
    empty = value is None or (isinstance(value, (str, tuple, list, Mapping)) and not len(value))
    return not empty and not _is_size(value)


def _shown(value: Any) -> str:
    if isinstance(value, (tuple, list)):
        return "/".join(str(part) for part in value)
    if isinstance(value, float):
        return number(value, bounded=0 < abs(value) < 1)
    text = str(value)
    return text[:_HASH_SHOWN] if _HASH.match(text) else text


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")


def _listed(works: list[str]) -> str:
    return works[0] if len(works) == 1 else f"{', '.join(works[:-1])} and {works[-1]}"
