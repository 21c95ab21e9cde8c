"""Every expected field of R's measurement cases, within tolerance.

The cases stand in the folder that the environment variable ``MENTORLAB_CASES`` names, by default
``../shared/cases`` beside the repository; without it these tests are skipped. A family or a field
that nobody knows fails.
"""

from __future__ import annotations

import importlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

REPOSITORY = Path(__file__).parents[2]
ROOT = Path(os.environ.get("MENTORLAB_CASES") or REPOSITORY / "../shared/cases").resolve()
FOLDER = ROOT / "measurement"
MODULES = {
    "reference_dyads": (
        "apim",
        "ccc",
        "commonfate",
        "icc",
        "kappa",
        "profile_similarity",
        "rsa",
        "rwg",
        "srm",
    ),
    "reference_models": ("gee", "mixed", "ordinal"),
    "reference_reliability": ("efa", "polychoric", "reliab", "score"),
    "reference_cfa": ("cfa", "invariance", "sem"),
}
LEFT_OUT = {
    "causal": "belongs to the part effects",
    "did": "belongs to the part effects",
    "mediation": "belongs to the part effects",
    "meta": "belongs to the part effects",
    "power": "belongs to the part effects",
    "sensitivity": "belongs to the part effects",
    "weighting": "belongs to the part effects",
    "glmm": "crossed logistic mixed models are named as absent",
}
HOME = {family: module for module, families in MODULES.items() for family in families}
CASES = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []
counted: Counter[str] = Counter()

pytestmark = pytest.mark.skipif(
    not CASES, reason=f"no reference cases at {FOLDER}; MENTORLAB_CASES names their folder"
)


def family_of(name: str) -> str:
    """The longest known family that a file name begins with."""
    known = [family for family in (*HOME, *LEFT_OUT) if name.startswith(f"{family}_")]
    if not known:
        pytest.fail(f"{name}: no comparison knows this family ({', '.join((*HOME, *LEFT_OUT))})")
    return max(known, key=len)


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Paths of everything that is not a mapping; matrices {rows, cols, values} are one leaf."""
    if isinstance(value, dict) and value and "values" not in value:
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    else:
        yield path


def covers(field: str, leaf: str) -> bool:
    """Whether a compared field is the leaf, a branch that holds it, or a part of it."""
    return leaf == field or leaf.startswith(f"{field}.") or field.startswith(f"{leaf}.")


def distance(field: str, expected: Any, got: Any, tolerance: Any) -> str:
    """Say by how much a field is off; empty when it is not."""
    value, found = np.asarray(expected, dtype=float), np.asarray(got, dtype=float)
    if value.shape != found.shape:
        return f"{field}: {value.size} values expected, {found.size} got"
    unknown = np.isnan(value)
    bad = ~unknown & ~(np.abs(found - value) <= tolerance)
    if not bad.any():
        return ""
    first = int(np.argmax(bad.ravel()))
    allowed = np.broadcast_to(np.asarray(tolerance, dtype=float), value.shape).ravel()[first]
    return (
        f"{field}: expected {value.ravel()[first]:.10g}, got {found.ravel()[first]:.10g} "
        f"(tolerance {allowed:.2g}; {int(bad.sum())} of {value.size} values are off)"
    )


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case(path: Path) -> None:
    family = family_of(path.stem)
    if family in LEFT_OUT:
        counted["left to others"] += 1
        pytest.skip(f"{family}: {LEFT_OUT[family]}")
    case = json.loads(path.read_text(encoding="utf-8"))
    compare = getattr(importlib.import_module(HOME[family]), family)
    seen, faults, fields = [], [], set()
    for field, expected, got, tolerance in compare(case, FOLDER):
        seen.append(field)
        if tolerance is None:
            assert isinstance(got, str), f"{field} is left out without a reason"
            assert got, f"{field} is left out without a reason"
            continue
        fields.add(field)
        counted["values"] += int(np.asarray(expected, dtype=float).size)
        if fault := distance(field, expected, got, tolerance):
            faults.append(fault)
    unknown = [
        leaf for leaf in leaves(case["expected"]) if not any(covers(field, leaf) for field in seen)
    ]
    assert not unknown, f"no comparison for {unknown}"
    assert not faults, "\n".join(faults)
    counted["fields"] += len(fields)
    counted["cases"] += 1


def test_how_much_was_compared(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(
            f"\nelements: compared {counted['fields']} fields ({counted['values']} values) of "
            f"{counted['cases']} cases; {counted['left to others']} cases belong to other parts"
        )


def test_unknown_families_and_fields_are_found() -> None:
    with pytest.raises(pytest.fail.Exception, match="no comparison knows this family"):
        family_of("astrology_mars")
    assert list(leaves({"a": {"b": 1, "c": {"rows": [1], "values": [[2]]}}, "d": []})) == [
        "a.b",
        "a.c",
        "d",
    ]
    assert covers("a", "a.b")
    assert covers("a.b", "a.b")
    assert not covers("a.b", "a.bc")
    assert "expected 1, got 2" in distance("x", [1.0], [2.0], 0.5)
    assert "expected 1, got nan" in distance("x", [1.0], [np.nan], 0.5)
    assert distance("x", [np.nan, 1.0], [3.0, 1.2], 0.5) == ""
