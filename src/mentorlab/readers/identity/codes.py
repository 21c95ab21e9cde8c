"""Bring hand-typed codes to one spelling, and tell which of them lead to nobody."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...errors import ReadError, count, did_you_mean, quote
from ..cells.text import code_key

_MOST_OF_THEM = 0.6
_MOST_COMPARED = 5_000
_STRANGE = re.compile(r"[^\w\s./\-‐-―−]")
_NUMBER = re.compile(r"\d+")
_TURNED = re.compile(
    r"\d(?:[.,]\d+)?E\+\d{1,3}|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|#+"
)
_RUNS = re.compile(r"[^\W\d_]+|\d+")


def same_spelling(codes: pd.Series, known: Iterable[str] = ()) -> tuple[pd.Series, tuple[str, ...]]:
    """Write codes that differ by case, spaces or dashes in one way.

    A code becomes the known code that it stands for; where none is known, the spelling that the
    other codes of the file follow. Where known codes have zeros in front of their numbers and none
    in the file has, a spreadsheet took them off, and "7" is "007".

    Parameters
    ----------
    codes : pandas.Series of str
        Codes as typed; ``""`` is none.
    known : iterable of str
        Codes that exist, from the program's records.

    Returns
    -------
    codes : pandas.Series of str
    notes : tuple of str
        How many cells were respelled, with an example.

    Examples
    --------
    >>> codes, notes = same_spelling(pd.Series(["D01", "D02", " d-03 "]))
    >>> codes.tolist()
    ['D01', 'D02', 'D03']
    """
    stripped = codes.str.strip()
    seen = Counter(code for code in stripped if code)
    padded = _with_zeros(seen, known := list(known))
    groups: dict[str, list[str]] = {}
    for code in seen:
        groups.setdefault(code_key(padded.get(code, code)), []).append(code)
    by_key: dict[str, set[str]] = {}
    for code in known:
        by_key.setdefault(code_key(code), set()).add(code)
    style = _common_style(seen)
    spelled = {"": ""}
    for key, group in groups.items():
        candidates = by_key.get(key, set())
        for code in group:
            spelled[code] = _spell(code, group, candidates, seen, style)
    result = stripped.map(spelled).astype("str")
    changed = (result != codes).to_numpy()
    if not changed.any():
        return result, ()
    first = int(changed.argmax())
    return result, (
        f"{count(int(changed.sum()), 'code was', 'codes were')} respelled as the others are "
        f"({quote(codes.iloc[first])} is read as {quote(result.iloc[first])})",
    )


def _with_zeros(seen: Iterable[str], known: Sequence[str]) -> dict[str, str]:
    """Give codes the zeros that a spreadsheet took off, where it took them off all of them."""
    numbers = {code: _NUMBER.findall(code) for code in {*seen, *known}}
    if any(number.startswith("0") for code in seen for number in numbers[code]):
        return {}
    zeros = [code for code in known if any(n.startswith("0") for n in numbers[code])]
    bare = {code_key(_NUMBER.sub(lambda m: str(int(m[0])), code)): code for code in zeros}
    there = {code_key(code) for code in known}
    return {
        code: bare[key] for code in seen if (key := code_key(code)) in bare and key not in there
    }


def _spell(
    code: str,
    group: Sequence[str],
    known: set[str],
    seen: Mapping[str, int],
    style: tuple[str, str],
) -> str:
    if len(known) == 1:
        return next(iter(known))
    if known:
        return code
    regular = [other for other in group if _shape(other) == style[1]] or list(group)
    usual = max(regular, key=lambda other: (seen[other], other == other.upper()))
    return _restyle(usual, style)


def _shape(code: str) -> str:
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "A", code))


def _common_style(seen: Mapping[str, int]) -> tuple[str, str]:
    """Tell the case and the shape ("A-9") that most codes have; empty where there is none."""
    shapes: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    for code in seen:
        shapes[_shape(code)] += 1
        if code != code.lower() or code != code.upper():
            cases["upper" if code == code.upper() else "lower" if code == code.lower() else ""] += 1
    return _majority(cases), _majority(shapes)


def _majority(counts: Counter) -> str:
    if not counts:
        return ""
    value, n = counts.most_common(1)[0]
    return str(value) if n >= _MOST_OF_THEM * counts.total() else ""


def _in_case(code: str, case: str) -> str:
    return code.upper() if case == "upper" else code.lower() if case == "lower" else code


def _restyle(code: str, style: tuple[str, str]) -> str:
    case, shape = style
    if _STRANGE.search(code):
        return _in_case(code, case)
    runs = _RUNS.findall(code)
    gaps = _RUNS.split(shape)
    if shape and [_shape(run) for run in runs] == _RUNS.findall(shape) and len(gaps) > 1:
        code = gaps[0] + "".join(run + gap for run, gap in zip(runs, gaps[1:], strict=True))
    return _in_case(code, case)


def refuse_turned(codes: pd.Series, rows: np.ndarray, *, who: str, column: str) -> None:
    """Refuse codes that a spreadsheet took for numbers or days, as 12E3 for 1.20E+04.

    Parameters
    ----------
    codes : pandas.Series of str
        Codes as they stand in the file.
    rows : numpy.ndarray of int64
        Where each stands.
    who, column : str
        For the message.

    Raises
    ------
    ReadError
        With the first of them.
    """
    turned = codes.str.strip().str.fullmatch(_TURNED).to_numpy(dtype=bool)
    if turned.any():
        first = int(turned.argmax())
        raise ReadError(
            f"{who}: `{column}` holds codes that a spreadsheet turned into numbers or days: "
            f"{quote(codes.iloc[first])} in {count(int(turned.sum()), 'row')}, first row "
            f"{rows[first]}. Export the file again and don't save it from the spreadsheet."
        )


def link_partners(targets: pd.Series, raters: pd.Series, known: Iterable[str] = ()) -> pd.Series:
    """Write partner codes as the ids of the people whom they stand for, where there is just one."""
    ids = dict.fromkeys([*known, *raters[raters != ""].unique()])
    by_key: dict[str, set[str]] = {}
    for person in ids:
        by_key.setdefault(code_key(person), set()).add(person)
    spelled = {}
    for code in targets.unique():
        candidates = by_key.get(code_key(code), set())
        one = code not in ids and len(candidates) == 1
        spelled[code] = next(iter(candidates)) if one else code.strip()
    return targets.map(spelled).astype("str")


def find_unlinked(ids: pd.DataFrame, rows: np.ndarray, members: pd.DataFrame | None) -> list[tuple]:
    """List codes of pairs and partners that lead to nobody.

    Without `members`, a pair code leads somewhere if people of two roles gave it (or two peers),
    and a partner code if the partner answered too. A file with one role only can't tell.

    Parameters
    ----------
    ids : pandas.DataFrame
        One row a submission: `relationship_id`, `rater_id`, `role` and, if there is one,
        `target_id`.
    rows : numpy.ndarray of int64
        Where each stands in its file.
    members : pandas.DataFrame or None
        Who is in which relationship.

    Returns
    -------
    list of tuple
        Rows of the `unlinked` frame.
    """
    people = set(ids["rater_id"])
    rows_of = {c: ids[c].tolist() for c in ("relationship_id", "rater_id", "role")}
    given = [_Given(*row) for row in zip(*rows_of.values(), np.asarray(rows).tolist(), strict=True)]
    if members is None:
        relationships = _one_sided(given)
    else:
        known = set(members["relationship_id"].astype("str"))
        why = "not a relationship in `members`"
        strangers = [row for row in given if row.relationship not in known]
        relationships = _rows("relationship", _by(strangers, "relationship"), known, why)
        people = set(members["person_id"].astype("str"))
    if "target_id" not in ids:
        return relationships
    targets = ids["target_id"].fillna("").tolist()
    named = [
        _Given(target, row.rater, row.role, row.row)
        for target, row in zip(targets, given, strict=True)
        if target and target not in people
    ]
    why = "nobody who answered has this id"
    if members is not None:
        why = "nobody in `members` has this id"
    free = people if members is not None else people - set(targets)
    return relationships + _rows("partner", _by(named, "relationship"), free, why)


class _Given(NamedTuple):
    """Who gave which code, and where."""

    relationship: str
    rater: str
    role: str
    row: int


def _by(given: Iterable[_Given], name: str) -> dict[str, list[_Given]]:
    groups: dict[str, list[_Given]] = {}
    for row in given:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups


def _one_sided(given: Sequence[_Given]) -> list[tuple]:
    """List pair codes that people of one role only gave, in files of several."""
    roles = {row.role for row in given}
    if len(roles) < 2 and "peer" not in roles:
        return []
    alone = {}
    for code, rows in _by(given, "relationship").items():
        sides = {row.role for row in rows}
        peers = "peer" in sides and len({row.rater for row in rows}) > 1
        if len(sides) < 2 and not peers:
            alone[code] = rows
    found = []
    for code, rows in alone.items():
        role = rows[0].role
        others = [other for other, theirs in alone.items() if theirs[0].role != role]
        why = f"only the {role} answered" if len(rows) == 1 else f"only one side ({role}) answered"
        found += _rows("relationship", {code: rows}, others, why)
    return found


def _rows(
    kind: str, groups: Mapping[str, list[_Given]], known: Iterable[str], why: str
) -> list[tuple]:
    known = sorted(known)[:_MOST_COMPARED]
    return [
        (kind, code, rows[0].role, len(rows), rows[0].row, _near(code, known), why)
        for code, rows in groups.items()
    ]


def _near(code: str, known: Sequence[str]) -> str:
    asked = did_you_mean(code, [name for name in known if name != code])
    return asked.removeprefix("Did you mean '").removesuffix("'?")
