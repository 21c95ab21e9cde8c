"""The record of a run: what went in, who decided what, what came out."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from ...errors import OptionError, ReadError, quote
from ..assignment import Assignment, assign
from ..market.market import Market
from .edits import Edits
from .files import write_whole
from .fingerprint import market_hash
from .resolve import decided_market

WHO = "write_record"
VERSION = 1


def run_record(
    assignment: Assignment, *, edits: Edits | None = None, note: str = ""
) -> dict[str, Any]:
    """Give everything that says how an assignment came about, as plain values.

    Parameters
    ----------
    assignment : Assignment
        What was decided in the end.
    edits : Edits, optional
        What people changed by hand on the way.
    note : str
        Anything to remember.

    Returns
    -------
    dict
        `record_version`, `inputs_hash` (of the market before edits), `n_mentees`, `n_mentors`,
        `n_places`, `policy`, `seed`, `weights`, `rules`, `edits`, `pairs`, `unmatched`, `note`,
        `provenance` (versions and time).

    Examples
    --------
    >>> market = Market.from_utilities([[2, 1]], [[1, 1]], capacity=1, mentee_ids=["ann"])
    >>> run_record(assign(market, "mentee_proposing", seed=1))["pairs"]
    [['ann', 0]]
    """
    market = assignment.market
    return {
        "record_version": VERSION,
        "inputs_hash": market_hash(market) if edits is None else edits.inputs_hash,
        "n_mentees": market.n_mentees,
        "n_mentors": market.n_mentors,
        "n_places": int(market.capacity.sum()),
        "policy": assignment.policy,
        "seed": int(assignment.seed),
        "weights": [[term.name, float(term.weight), term.side] for term in market.terms],
        "rules": [
            *(rule.name for rule in market.blocked),
            *(rule.name for rule in market.quotas),
        ],
        "edits": [] if edits is None else _plain_rows(edits.rows),
        "pairs": [[_plain(cell) for cell in pair] for pair in assignment.pairs().to_numpy(object)],
        "unmatched": [_plain(person) for person in assignment.unmatched],
        "note": note,
        "provenance": {
            **asdict(assignment.provenance),
            "parameters": _plain_parameters(assignment),
        },
    }


def write_record(
    assignment: Assignment, path: str | Path, *, edits: Edits | None = None, note: str = ""
) -> Path:
    """Write the record of a run to a JSON file, all of it or nothing.

    Parameters
    ----------
    assignment, edits, note
        As in :func:`run_record`.
    path : path
        Ends in ``.json``; a file that is there is replaced when the new one is whole.

    Raises
    ------
    OptionError
        If the ending is another one.
    WriteError
        If the disk refuses.
    """
    path = Path(path)
    if path.suffix.lower() != ".json":
        raise OptionError(f"{WHO}: `path` must end in .json; got {quote(path.name)}.")
    record = run_record(assignment, edits=edits, note=note)
    text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
    return write_whole(path, lambda partial: partial.write_text(text, encoding="utf-8"), who=WHO)


def read_record(path: str | Path) -> dict[str, Any]:
    """Read the record of a run.

    Raises
    ------
    ReadError
        If the file is absent, no such record, or of a newer version.
    """
    path = Path(path)
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        version = int(record["record_version"])
        for name in ("inputs_hash", "policy", "seed", "edits", "pairs"):
            record[name]
    except OSError as error:
        raise ReadError(f"read_record: {path} can't be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ReadError(f"read_record: {path.name} is no record of a run, or damaged.") from error
    if version > VERSION:
        raise ReadError(
            f"read_record: {path.name} was written by a newer mentorlab (version {version}, this "
            f"one reads up to {VERSION}). Update mentorlab."
        )
    return record


def check_record(record: dict[str, Any], market: Market) -> tuple[bool, str]:
    """Tell whether a record's pairs come out again from the same market.

    Parameters
    ----------
    record : dict
        From `read_record`.
    market : Market
        As it was before edits.

    Returns
    -------
    same : bool
    said : str
        What was found, in words.

    Raises
    ------
    OptionError
        If the policy is not at hand.

    Examples
    --------
    >>> market = Market.from_utilities([[2, 1]], [[1, 1]], capacity=1)
    >>> check_record(run_record(assign(market, "mentee_proposing", seed=1)), market)
    (True, 'the same 1 pairs come out again')
    """
    if record["inputs_hash"] != market_hash(market):
        return False, "the applicants, utilities or rules are not those of the record"
    rows = pd.DataFrame(record["edits"], columns=["mentee_id", "before", "after", "action"])
    again = assign(decided_market(market, rows), record["policy"], seed=record["seed"])
    pairs = [[_plain(cell) for cell in pair] for pair in again.pairs().to_numpy(object)]
    if pairs == record["pairs"]:
        return True, f"the same {len(pairs):,} pairs come out again"
    differ = len({tuple(p) for p in pairs} ^ {tuple(p) for p in record["pairs"]})
    return False, f"the inputs are the same, but pairs differ ({differ:,} on one side only)"


def _plain_rows(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{name: _plain(cell) for name, cell in row.items()} for row in rows.to_dict("records")]


def _plain(value: Any) -> Any:
    """Give what JSON can hold and gives back equal; other ids as text."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return None if isinstance(value, float) and value != value else value
    return value.item() if hasattr(value, "item") else str(value)


def _plain_parameters(assignment: Assignment) -> dict[str, Any]:
    return {name: _plain(value) for name, value in assignment.provenance.parameters.items()}
