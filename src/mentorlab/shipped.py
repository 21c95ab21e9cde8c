"""Files that come with the package: the repository's top-level ``datasets/`` folder."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from .errors import DataUnavailableError


def shipped_path(relative: str) -> Path:
    """Find a shipped file or folder.

    A wheel carries the folder as ``mentorlab/_shipped``; a source checkout (an editable install)
    reads it where it stands.

    Raises
    ------
    DataUnavailableError
        If the installation is incomplete.
    """
    installed = Path(str(resources.files("mentorlab"))) / "_shipped"
    checkout = Path(__file__).resolve().parents[2] / "datasets"
    for root in (installed, checkout):
        if (root / relative).exists():
            return root / relative
    raise DataUnavailableError(
        f"the shipped file {relative} is absent: the installation is incomplete. "
        "Install mentorlab again."
    )
