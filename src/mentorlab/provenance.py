"""Where a result comes from: everything that changes from run to run lives here, not in reprs."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import Any


@dataclass(frozen=True)
class Provenance:
    """What was asked, of which version, when.

    Attributes
    ----------
    function : str
        The public function that made the result.
    parameters : mapping of str to object
        Its options as plain values; data are described by their size, never held.
    versions : mapping of str to str
        Versions of mentorlab, Python, numpy and pandas.
    created_at : str
        Time of creation, ISO 8601, UTC.
    """

    function: str
    parameters: Mapping[str, Any]
    versions: Mapping[str, str] = field(default_factory=lambda: package_versions())
    created_at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))


def package_versions() -> dict[str, str]:
    """Tell the versions that a rerun would need to give the same numbers."""
    return dict(_versions())


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    names = ("mentorlab", "numpy", "pandas")
    return (
        ("python", platform.python_version()),
        *((name, metadata.version(name)) for name in names),
    )
