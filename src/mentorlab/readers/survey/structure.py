"""Tell which columns say whose answer it is: relationship, rater, role, partner, wave."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from ...errors import OptionError, ReadError, count, did_you_mean, listing, quote
from ...tables import ROLES
from ..cells.text import fold, squeezed
from .model import Survey
from .request import STRUCTURE, Request, known_targets

ALIASES: dict[str, tuple[str, ...]] = {
    "relationship_id": (
        "relationship_id",
        "relationship",
        "relationship_code",
        "pair_id",
        "pair_code",
        "pair",
        "pair_number",
        "code_of_the_pair",
        "code_of_your_pair",
        "dyad_id",
        "dyad",
        "match_id",
        "match_code",
        "match",
        "tandem_id",
        "tandem",
        "mentorship_id",
        "mentorship",
        "group_code",
        "group_id",
    ),
    "rater_id": (
        "rater_id",
        "rater",
        "participant_id",
        "participant",
        "respondent_id",
        "respondent",
        "participant_code",
        "respondent_code",
        "person_id",
        "subject_id",
        "member_id",
        "user_id",
        "own_code",
        "personal_code",
        "rid",
        "token",
        "access_code",
    ),
    "role": (
        "role",
        "rater_role",
        "respondent_role",
        "participant_role",
        "mentoring_role",
        "role_in_the_relationship",
        "role_in_this_relationship",
        "are_you_a_mentor_or_a_mentee",
        "are_you_a_mentor_or_mentee",
        "i_am_a",
        "i_am_the",
    ),
    "target_id": (
        "target_id",
        "target",
        "partner_id",
        "partner_code",
        "partner",
        "partner_record",
        "record_of_the_partner",
    ),
    "wave": ("wave", "survey_wave", "wave_number", "time_point", "timepoint", "measurement"),
    "form": ("form",),
    "answered_at": ("answered_at",),
    "recorded_at": ("recorded_at",),
}
ROLE_WORDS = {
    **{role: role for role in ROLES},
    **{f"{role}s": role for role in ROLES},
    "protégé": "mentee",
    "protege": "mentee",
    "tutor": "mentor",
    "tutee": "mentee",
    "mentorin": "mentor",
    "mentorinnen": "mentor",
    "mentora": "mentor",
    "mentoré": "mentee",
    "mentorée": "mentee",
    "mentorado": "mentee",
    "mentorada": "mentee",
}
_WAVE = re.compile(r"(?:wave|time|t|w)?[ _\-]*([0-9]{1,6})(?:\.0+)?")


def find_structure(survey: Survey, request: Request) -> dict[str, str]:
    """Give our names and the columns that hold them.

    Columns that the caller names come first, then those that the system itself marks, then those
    with a common name or question.

    Raises
    ------
    OptionError
        If `columns` names a column that the file does not have, or something that we don't know.
    ReadError
        If two columns have the same of the common names.
    """
    require_columns(request, survey.cells.columns)
    found = dict(survey.structure)
    taken = {*found.values(), *request.columns, *survey.housekeeping}
    for ours, aliases in ALIASES.items():
        told = request.target_of(ours)
        if len(told) > 1:
            raise OptionError(
                f"{request.who}: `columns` gives {listing(told)} for {quote(ours)}; only one can "
                "be it."
            )
        if told:
            found[ours] = told[0]
        elif ours not in found and ours not in survey.fixed:
            column = _by_alias(survey, aliases, taken, who=request.who)
            if column:
                found[ours] = column
                taken.add(column)
    if not {"role"} & {*found, *survey.fixed} and request.members is None:
        column = _by_role_words(survey, taken)
        if column:
            found["role"] = column
    return found


def require_columns(request: Request, columns: Iterable[str]) -> None:
    """Refuse a `columns` mapping that does not fit the file or the data model."""
    names = list(columns)
    known = known_targets(request)
    for theirs, ours in request.columns.items():
        if theirs not in names:
            near = did_you_mean(theirs, names)
            raise OptionError(
                f"{request.who}: `columns` names {quote(theirs)}, which the file does not have "
                f"(it has {listing(names)}). {near}".rstrip()
            )
        if request.codebook is not None and ours not in known:
            near = did_you_mean(ours, known)
            raise OptionError(
                f"{request.who}: `columns` gives {quote(ours)} for {quote(theirs)}, which is "
                f"neither one of {listing(STRUCTURE)} nor an item of the codebook. {near}".rstrip()
            )


def _by_role_words(survey: Survey, taken: set[str]) -> str:
    """Name the one column that says mentor or mentee in every cell that it fills, both of them."""
    named = []
    for column in survey.cells.columns:
        labels = survey.value_labels.get(column, {})
        words = {fold(labels.get(cell, cell)) for cell in survey.cells[column].unique() if cell}
        roles = {ROLE_WORDS.get(word) for word in words}
        if column not in taken and len(roles) > 1 and None not in roles:
            named.append(column)
    return named[0] if len(named) == 1 else ""


def _by_alias(survey: Survey, aliases: tuple[str, ...], taken: set[str], *, who: str) -> str:
    free = [column for column in survey.cells.columns if column not in taken]
    keys = {column: {squeezed(column), squeezed(survey.heading(column))} for column in free}
    for alias in aliases:
        named = [column for column in free if squeezed(alias) in keys[column]]
        if len(named) > 1:
            filled = [column for column in named if (survey.cells[column] != "").any()]
            if len(filled) != 1:
                raise ReadError(
                    f"{who}: {listing(named)} could all be the column of {alias}. Give "
                    "columns={...} to say which."
                )
            named = filled
        if named:
            return named[0]
    return ""


def read_roles(text: pd.Series, survey: Survey, request: Request, column: str) -> pd.Series:
    """Give roles in our words; ``""`` where the cell is empty.

    Raises
    ------
    ReadError
        If a cell names no role that we know.
    """
    labels = survey.value_labels.get(column, {})
    words = {}
    for cell in text.unique():
        label = fold(labels.get(cell, cell))
        role = request.roles.get(fold(cell)) or request.roles.get(label) or ROLE_WORDS.get(label)
        words[cell] = "" if cell == "" else role
    roles = text.map(words)
    unknown = roles.isna().to_numpy(dtype=bool)
    if unknown.any():
        first = int(unknown.argmax())
        raise ReadError(
            f"{request.who}: `{column}` must name a role ({listing(ROLES)}); got "
            f"{listing(text[unknown].unique())} in {count(int(unknown.sum()), 'row')}, first row "
            f"{survey.rows[first]}. Give roles={{{quote(text.iloc[first])}: 'mentor', ...}} to say "
            "what the file's words mean."
        )
    return roles.astype("str")


def read_waves(text: pd.Series, survey: Survey, request: Request, column: str) -> pd.Series:
    """Give wave numbers; ``<NA>`` where the cell is empty.

    Raises
    ------
    ReadError
        If a cell is neither a number nor "wave 2", "T2" or the like.
    """
    numbers = text.map(
        {cell: m[1] if (m := _WAVE.fullmatch(fold(cell))) else None for cell in text.unique()}
    )
    unknown = (numbers.isna() & (text != "")).to_numpy(dtype=bool)
    if unknown.any():
        first = int(unknown.argmax())
        raise ReadError(
            f"{request.who}: `{column}` must number the waves; got {quote(text.iloc[first])} in "
            f"{count(int(unknown.sum()), 'row')}, first row {survey.rows[first]}."
        )
    return pd.to_numeric(numbers).astype("Int64")
