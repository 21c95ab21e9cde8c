"""Say whose answers the rows of a survey are, and what becomes of columns that identify people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import OptionError, ReadError, count, quote
from ..identity.codes import link_partners, refuse_turned, same_spelling
from ..identity.identifiers import (
    Identifier,
    IdentifierError,
    find_identifiers,
    one_case,
    pseudonym,
    refuse,
)
from ..read_result import Dropped
from .model import Survey, TickCell
from .request import Request
from .structure import read_roles, read_waves

_LONGEST_CODE = 40
_OTHERWISE = {"read_google_forms": ", or role='mentor' for a form that mentors filled in"}
_PERSON_COLUMNS = ("rater_id", "target_id", "relationship_id")


@dataclass(frozen=True, eq=False)
class People:
    """Whose answers the rows are.

    Attributes
    ----------
    ids : pandas.DataFrame
        One row a submission: `relationship_id`, `rater_id`, `role`, `wave`, and `target_id` and
        `form` where the file has them; ``""`` where a cell is empty.
    dropped : list of Dropped
        Columns that were left out because they identify people.
    assumed : list of str
        What was taken for granted.
    """

    ids: pd.DataFrame
    dropped: list[Dropped]
    assumed: list[str]


def check_identifiers(
    survey: Survey,
    request: Request,
    structure: Mapping[str, str],
    items: Sequence[str],
) -> list[Identifier]:
    """Find the columns that identify people, and refuse them unless told otherwise.

    Raises
    ------
    IdentifierError
        If there are any, unless they may be dropped or replaced; or if the code of the
        relationship itself identifies people and pseudonyms were not asked for.
    """
    skip = {*items, *survey.housekeeping, *(tick.field for tick in survey.ticks)}
    looked_at = [name for name in survey.cells.columns if name not in skip]
    options = [cell.field for cell in survey.tick_cells if isinstance(cell, TickCell)]
    found = find_identifiers(
        survey.in_all_rows(looked_at),
        headings=survey.headings,
        known=survey.known,
        categories=[*options, *structure.values()],
    )
    if request.identifiers == "refuse":
        refuse(found, who=request.who, name=survey.name)
    names = {identifier.column for identifier in found}
    if request.identifiers == "drop" and structure.get("relationship_id") in names:
        raise IdentifierError(
            f"{request.who}: {quote(structure['relationship_id'])} says which relationship an "
            "answer is about, and identifies people. Pass identifiers='pseudonymize' with key=... "
            "to keep the link without the names."
        )
    return found


def read_people(
    survey: Survey,
    request: Request,
    structure: Mapping[str, str],
    found: Sequence[Identifier],
) -> People:
    """Give relationship, rater, role, partner and wave of every row.

    Raises
    ------
    ReadError
        If the file does not say which relationship or role an answer belongs to.
    OptionError
        If `wave` is given for a file that has a wave column.
    """
    _require(survey, request, structure)
    identifying = {identifier.column for identifier in found}
    text = {
        ours: survey.cells[column].str.strip().astype("str") for ours, column in structure.items()
    }
    for ours in _PERSON_COLUMNS:
        if ours in text:
            refuse_turned(text[ours], survey.rows, who=request.who, column=structure[ours])
    n = len(survey.cells)
    assumed = [_say_columns(structure)]
    ids = pd.DataFrame(index=range(n))
    ids["relationship_id"], notes = same_spelling(text["relationship_id"], _known(request))
    assumed += notes
    ids["role"] = _roles(survey, request, structure, text)
    ids["rater_id"] = text.get("rater_id", pd.Series("", index=ids.index, dtype="str"))
    if _typed_by_hand("rater_id", survey, structure, identifying):
        ids["rater_id"], notes = same_spelling(ids["rater_id"], _known(request, "person_id"))
        assumed += notes
    if "target_id" in text:
        ids["target_id"] = text["target_id"]
    ids["wave"], notes = _waves(survey, request, structure, text)
    assumed += notes
    for optional in ("form",):
        if optional in text:
            ids[optional] = text[optional]
    columns = {ours for ours in _PERSON_COLUMNS if structure.get(ours) in identifying}
    ids = _without_names(ids, columns, request)
    left_out = "rater_id" in columns and request.identifiers == "drop"
    ids, notes = _name_raters(ids, request, dropped=left_out)
    assumed += notes
    if "target_id" in ids:
        members = request.members
        known = () if members is None else members["person_id"].astype("str")
        ids["target_id"] = link_partners(ids["target_id"], ids["rater_id"], known)
    return People(ids, _account(found, structure, request), assumed)


def unusable_rows(ids: pd.DataFrame) -> dict[str, np.ndarray]:
    """Flag rows that can't be used, by reason."""
    code = ids["relationship_id"]
    return {
        "no code of the relationship": (code == "").to_numpy(),
        f"a code of the relationship of more than {_LONGEST_CODE} characters": (
            code.str.len() > _LONGEST_CODE
        ).to_numpy(),
        "no role": (ids["role"] == "").to_numpy(),
        "no wave": ids["wave"].isna().to_numpy(),
    }


def _require(survey: Survey, request: Request, structure: Mapping[str, str]) -> None:
    if "relationship_id" not in structure:
        raise ReadError(
            f"{request.who}: {survey.name} has no column that looks like the code of the "
            "relationship. Give columns={'their column': 'relationship_id'}."
        )
    if "role" not in structure and "role" not in survey.fixed and request.members is None:
        raise ReadError(
            f"{request.who}: {survey.name} does not say whether a mentor or a mentee answered. "
            f"Give columns={{'their column': 'role'}}{_OTHERWISE.get(request.who, '')}."
        )
    if "wave" in structure and request.wave is not None:
        raise OptionError(
            f"{request.who}: `wave` is given, but the file has waves in "
            f"{quote(structure['wave'])} already."
        )


def _typed_by_hand(
    ours: str, survey: Survey, structure: Mapping[str, str], identifying: set[str]
) -> bool:
    """Say whether people may have typed a code: it is not the system's, and names nobody."""
    return ours in structure and ours not in survey.structure and structure[ours] not in identifying


def _known(request: Request, column: str = "relationship_id") -> list[str]:
    if request.members is None:
        return []
    return request.members[column].astype("str").unique().tolist()


def _roles(
    survey: Survey, request: Request, structure: Mapping[str, str], text: Mapping[str, pd.Series]
) -> pd.Series:
    if "role" in structure:
        return read_roles(text["role"], survey, request, structure["role"])
    if "role" in survey.fixed:
        return pd.Series(survey.fixed["role"], index=range(len(survey.cells)), dtype="str")
    members = request.members
    one = members.drop_duplicates(["relationship_id", "person_id"], keep=False)
    table = one.set_index(["relationship_id", "person_id"])["role"]
    rater = text.get("rater_id", text["relationship_id"])
    keys = pd.MultiIndex.from_arrays([text["relationship_id"], rater])
    return pd.Series(table.reindex(keys).fillna("").to_numpy(), dtype="str")


def _waves(
    survey: Survey, request: Request, structure: Mapping[str, str], text: Mapping[str, pd.Series]
) -> tuple[pd.Series, list[str]]:
    if "wave" in structure:
        return read_waves(text["wave"], survey, request, structure["wave"]), []
    if survey.waves is not None:
        return survey.waves.astype("Int64"), []
    wave = 1 if request.wave is None else request.wave
    column = pd.Series(wave, index=range(len(survey.cells)), dtype="Int64")
    said = [] if request.wave is not None else ["the file names no wave; it is taken as wave 1"]
    return column, said


def pseudonyms(values: pd.Series, request: Request) -> pd.Series:
    """Replace values by pseudonyms; e-mail addresses are the same in any case."""
    given = {v: pseudonym(one_case(v), request.key) if v else "" for v in values.unique()}
    return values.map(given).astype("str")


def _without_names(ids: pd.DataFrame, columns: set[str], request: Request) -> pd.DataFrame:
    """Replace ids that identify people: by pseudonyms, or by numbers within the relationship."""
    if not columns:
        return ids
    ids = ids.copy()
    if request.identifiers == "pseudonymize":
        for name in columns:
            ids[name] = pseudonyms(ids[name], request)
        return ids
    for name in columns:
        ids[name] = ids[name].map(one_case)
    anonymous: dict[str, str] = {}
    if "rater_id" in columns:
        numbers = (
            ids.groupby(["relationship_id", "role"], sort=False)["rater_id"]
            .transform(lambda raters: pd.factorize(raters)[0])
            .to_numpy()
        )
        names = ids["relationship_id"] + ":" + ids["role"]
        names = names.where(numbers == 0, names + ":" + pd.Series(numbers + 1).astype("str"))
        anonymous = dict(zip(ids["rater_id"], names, strict=True))
        ids["rater_id"] = names.where(ids["rater_id"] != "", "")
    if "target_id" in columns:
        ids["target_id"] = ids["target_id"].map(lambda person: anonymous.get(person, ""))
    return ids


def _name_raters(
    ids: pd.DataFrame, request: Request, *, dropped: bool
) -> tuple[pd.DataFrame, list[str]]:
    """Name raters whom the file does not name: from `members`, else by relationship and role."""
    nameless = (ids["rater_id"] == "").to_numpy() | dropped
    if not nameless.any():
        return ids, []
    ids = ids.copy()
    notes = []
    if request.members is not None:
        key = ["relationship_id", "role"]
        one = request.members.astype({"person_id": "str"}).drop_duplicates(key, keep=False)
        known = one.set_index(key)["person_id"].reindex(pd.MultiIndex.from_frame(ids[key]))
        told = nameless & known.notna().to_numpy()
        ids["rater_id"] = np.where(told, known.to_numpy(dtype=object), ids["rater_id"])
        ids["rater_id"] = ids["rater_id"].astype("str")
        nameless &= ~told
        if told.any():
            notes.append(
                f"in {count(int(told.sum()), 'row')} the rater is the one person whom `members` "
                "has in that role"
            )
    if nameless.any():
        own = ids["relationship_id"] + ":" + ids["role"]
        ids["rater_id"] = ids["rater_id"].where((ids["rater_id"] != "") | ~nameless, own)
        notes.append(
            f"in {count(int(nameless.sum()), 'row')} the rater has no id of their own and is named "
            "by relationship and role, so a person in two relationships counts as two"
        )
    return ids, notes


def _say_columns(structure: Mapping[str, str]) -> str:
    pairs = ", ".join(f"{ours} from '{theirs}'" for ours, theirs in structure.items())
    return f"columns: {pairs}"


def _account(
    found: Sequence[Identifier], structure: Mapping[str, str], request: Request
) -> list[Dropped]:
    kept = {structure.get(ours) for ours in _PERSON_COLUMNS}
    if request.identifiers != "pseudonymize":
        kept = set()
    return [
        Dropped("column", identifier.column, f"it {identifier.why}", identifier.n)
        for identifier in found
        if identifier.column not in kept
    ]
