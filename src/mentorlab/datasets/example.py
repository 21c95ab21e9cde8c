"""The invented program that every chapter starts from, and what was planted in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import ReadError
from ..program import Program
from ..shipped import shipped_path
from ..storage import read_program

_FOLDER = "example_program"


def load_example_program(path: str | Path | None = None) -> Program:
    """Load an invented program of 120 relationships whose answers are known.

    It has all thirteen tables, seven kinds of relationship (88 of them one-to-one), two cohorts and
    two sites. No person in it is real. What can be found again, and is told by
    :func:`example_truth`:

    - eight elements of the item bank that hang together as survey scales do, with modest agreement
      between the partners; mentees' items load higher, mentors answer more kindly;
    - a lottery for a mentor with a small effect on `career_clarity_points` and none on
      `job_satisfaction_points`;
    - early endings at the published rate, half of which the contact log announces weeks ahead and
      half of which it does not, and weeks of silence that mean nothing;
    - a mentor with more mentees than room, mentors who are mentees elsewhere, ties that stay in the
      department, and two mentors who are their mentees' line managers;
    - match quality that follows shared values and hardly shared departments.

    Three people withdrew their consent and are left out at the door.

    Parameters
    ----------
    path : path, optional
        A folder with tables of the same names; when left out, the one that comes with the package.

    Returns
    -------
    Program

    Raises
    ------
    ReadError
        If `path` is not a program folder.
    SchemaError
        If its tables do not fit the data model.

    Notes
    -----
    Made by ``tools/make_example_program.py``; sizes follow published numbers where there are any
    and are the authors' choice elsewhere. A method that does well here has shown that it finds what
    was put in, not that it works on real relationships.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> len(program.relationships), program.n_withdrawn
    (120, 3)
    """
    return read_program(shipped_path(_FOLDER) if path is None else path)


def example_truth(path: str | Path | None = None) -> dict[str, Any]:
    """Tell what was planted in the example program, to compare a result with.

    Parameters
    ----------
    path : path, optional
        The folder given to :func:`load_example_program`.

    Returns
    -------
    dict
        By part: `elements`, `effects`, `endings`, `matching`, `network`, `privacy`.

    Raises
    ------
    ReadError
        If the folder has no readable ``truth.json``.

    Examples
    --------
    >>> truth = example_truth()
    >>> truth["endings"]["n_early"], truth["endings"]["n_one_to_one"]
    (30, 88)
    """
    file = (shipped_path(_FOLDER) if path is None else Path(path)) / "truth.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ReadError(
            f"example_truth: {file} can't be read. Run tools/make_example_program.py to write it."
        ) from error
