"""Turn the model text of a reference case into a factor model, with lavaan's defaults."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mentorlab.stats.cfa.fiml import Sample
from mentorlab.stats.cfa.model import (
    FACTOR_COVARIANCE,
    FACTOR_MEAN,
    INTERCEPT,
    LOADING,
    PATH,
    RESIDUAL,
    Entry,
    FactorModel,
    make_model,
)


@dataclass(frozen=True)
class Statement:
    """One term of a model: ``left op right`` with an optional fixed value or label."""

    left: str
    op: str
    right: str
    modifier: str = ""


def parse(text: str) -> list[Statement]:
    """Read ``=~``, ``~`` and ``~~`` statements; ``2*x`` fixes, ``a*x`` labels, ``NA*x`` frees."""
    statements = []
    for line in re.split(r"[\n;]", text):
        line = line.split("#")[0].strip()
        if not line:
            continue
        left, op, terms = re.fullmatch(r"([\w.]+)\s*(=~|~~|~)\s*(.+)", line).groups()
        for term in terms.split("+"):
            modifier, _, right = term.strip().rpartition("*")
            statements.append(Statement(left, op, right.strip(), modifier.strip()))
    return statements


def factors_of(statements: Sequence[Statement]) -> list[str]:
    """Latent variables in order of appearance."""
    return list(dict.fromkeys(s.left for s in statements if s.op == "=~"))


def items_of(statements: Sequence[Statement]) -> list[str]:
    """Observed variables in order of appearance as indicators."""
    factors = set(factors_of(statements))
    named = [s.right for s in statements if s.op == "=~" and s.right not in factors]
    return list(dict.fromkeys(named))


def lavaan_model(
    statements: Sequence[Statement], sample: Sample, *, means: bool, unit: bool
) -> tuple[FactorModel, dict[tuple[str, str, str], int]]:
    """Build the model that ``cfa()`` or ``sem()`` would, and say which entry is which row.

    Returns
    -------
    model : FactorModel
    rows : dict of (left, op, right) to int
        Position of each entry.
    """
    items, factors = items_of(statements), factors_of(statements)
    place = {name: k for k, name in enumerate(items)}
    latent = {name: k for k, name in enumerate(factors)}
    variance = dict(zip(items, np.diag(sample.covariance), strict=True))
    entries: dict[tuple[str, str, str], Entry] = {}

    def add(key, kind, row, column, value, *, free=True, modifier=""):
        label = "~".join(key) if free else ""
        if modifier and modifier != "NA":
            number = re.fullmatch(r"-?[\d.]+", modifier)
            label, value = ("", float(modifier)) if number else (modifier, value)
        entries[key] = Entry(kind, 0, row, column, label, value)

    seen = set()
    for s in statements:
        key = (s.left, s.op, s.right)
        marker = s.op == "=~" and s.left not in seen and not unit and s.modifier != "NA"
        if s.op == "=~":
            seen.add(s.left)
            value = 1.0 if marker else 0.8
            if s.right in latent:
                cell = (PATH, latent[s.right], latent[s.left])
            else:
                cell = (LOADING, place[s.right], latent[s.left])
                if not marker:
                    value = _start_loading(s, statements, sample, place, unit=unit)
            add(key, *cell, value, free=not marker, modifier=s.modifier)
        elif s.op == "~":
            add(key, PATH, latent[s.left], latent[s.right], 0.3, modifier=s.modifier)
        elif s.left in latent:
            cell = (latent[s.right], latent[s.left])
            add(key, FACTOR_COVARIANCE, *cell, 0.05, modifier=s.modifier)
        else:
            cell = (place[s.right], place[s.left])
            add(key, RESIDUAL, *cell, 0.05, modifier=s.modifier)
    for name in items:
        k = place[name]
        if (name, "~~", name) not in entries:
            add((name, "~~", name), RESIDUAL, k, k, variance[name] / 2)
        if means:
            add((name, "~1", ""), INTERCEPT, k, 0, sample.mean[k])
    for name in factors:
        k = latent[name]
        marker = next(
            (
                variance[s.right]
                for s in statements
                if s.op == "=~" and s.left == name and s.right in place
            ),
            1.0,
        )
        if (name, "~~", name) not in entries:
            value = 1.0 if unit else marker / 2
            add((name, "~~", name), FACTOR_COVARIANCE, k, k, value, free=not unit)
        if means:
            add((name, "~1", ""), FACTOR_MEAN, k, 0, 0.0, free=False)
    for a, b in _free_pairs(statements, factors):
        if (a, "~~", b) not in entries and (b, "~~", a) not in entries:
            add((a, "~~", b), FACTOR_COVARIANCE, latent[b], latent[a], 0.05)
    model = make_model(entries.values(), n_items=len(items), n_factors=len(factors))
    return model, {key: k for k, key in enumerate(entries)}


def _free_pairs(statements: Sequence[Statement], factors: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of latent variables that covary unless said otherwise."""
    measured = {s.right for s in statements if s.op == "=~"}
    explained = {s.left for s in statements if s.op == "~"}
    explaining = {s.right for s in statements if s.op == "~"}
    outer = [f for f in factors if f not in measured]
    free = [f for f in outer if f not in explained]
    ends = [f for f in outer if f in explained and f not in explaining]
    return [
        (group[i], group[j])
        for group in (free, ends)
        for i in range(len(group))
        for j in range(i + 1, len(group))
    ]


def _start_loading(
    statement: Statement,
    statements: Sequence[Statement],
    sample: Sample,
    place: dict[str, int],
    *,
    unit: bool,
) -> float:
    """The sign and rough size that the factor's items suggest."""
    own = [
        place[s.right]
        for s in statements
        if s.op == "=~" and s.left == statement.left and s.right in place
    ]
    covariance = sample.covariance[np.ix_(own, own)]
    _, vectors = np.linalg.eigh(covariance)
    vector = vectors[:, -1] * np.sign(vectors[:, -1].sum() or 1.0)
    here = vector[own.index(place[statement.right])]
    if unit:
        scale = np.sqrt(sample.covariance[place[statement.right], place[statement.right]])
        return float(0.7 * scale * (1 if here >= 0 else -1))
    return float(np.clip(here / vector[0] if abs(vector[0]) > 0.05 else 1.0, -3, 3))
