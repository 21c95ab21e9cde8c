"""REDCap data dictionaries: what every field of a project is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ...codebook import BOTH, Codebook
from ...errors import ReadError, listing, quote
from ..cells.grid import Grid, read_grid
from ..cells.missing_words import kinds_of_labels
from ..cells.text import fold, plain
from ..survey.scales import RESPONSE_SCALES
from ..survey.structure import ROLE_WORDS

WHO = "read_redcap"
_COLUMNS = {
    "name": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "type": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": (
        "Choices, Calculations, OR Slider Labels",
        "select_choices_or_calculations",
    ),
    "validation": (
        "Text Validation Type OR Show Slider Number",
        "text_validation_type_or_show_slider_number",
    ),
    "identifier": ("Identifier?", "identifier"),
    "branching": ("Branching Logic (Show field only if...)", "branching_logic"),
    "matrix": ("Matrix Group Name", "matrix_group_name"),
    "annotation": ("Field Annotation", "field_annotation"),
}
_REQUIRED = ("name", "form", "type", "label", "choices")
_CHOICE_TYPES = ("radio", "dropdown", "checkbox")
_FIXED_CHOICES = {
    "yesno": {"1": "Yes", "0": "No"},
    "truefalse": {"1": "True", "0": "False"},
}
_REVERSED = re.compile(r"@REVERSED?\b", re.IGNORECASE)
_ONE_VALUE = re.compile(r"""\s*(?:\[\w+\])?\[(\w+)\]\s*=\s*['"]?(-?\w+)['"]?\s*""")
_NO_ANSWER = re.compile(r"-[0-9]+|7+|8+|9+|9[0-9]|99[0-9]")
_STEM = re.compile(r"^(.*?)_?[0-9]+[a-z]?$")


@dataclass(frozen=True)
class Field:
    """One field of a REDCap project.

    Attributes
    ----------
    name, form, type, label : str
        As the dictionary has them, the label without markup.
    choices : dict of str to str
        Labels by code, in order.
    validation, branching, matrix, annotation : str
        As the dictionary has them.
    identifier : bool
        Whether the project marks the field as identifying.
    """

    name: str
    form: str
    type: str
    label: str
    choices: dict[str, str]
    validation: str = ""
    branching: str = ""
    matrix: str = ""
    annotation: str = ""
    identifier: bool = False

    def columns(self) -> dict[str, str]:
        """Give the raw columns of an export and the labels that stand over them."""
        if self.type != "checkbox":
            return {self.name: self.label}
        return {
            f"{self.name}___{column_code(code)}": f"{self.label} (choice={label})"
            for code, label in self.choices.items()
        }


def column_code(code: str) -> str:
    """Write a code as REDCap does in a column name.

    Examples
    --------
    >>> column_code("3"), column_code("-99")
    ('3', '_99')
    """
    return re.sub(r"[^0-9a-z_]", "_", code.strip().lower())


def is_dictionary(grid: Grid) -> bool:
    """Say whether a file is a REDCap data dictionary."""
    return all(any(name in grid.header for name in _COLUMNS[key]) for key in _REQUIRED)


def read_dictionary(path: str | Path) -> list[Field]:
    """Read a data dictionary.

    Raises
    ------
    ReadError
        If the file is not one.
    """
    grid = read_grid(path)
    if not is_dictionary(grid):
        raise ReadError(
            f"{WHO}: {grid.name} is no REDCap data dictionary: it has no columns "
            f"{listing(_COLUMNS[key][0] for key in _REQUIRED)}. Download it from Project Setup, "
            "Data Dictionary."
        )
    grid.require_unique_headings()
    place = {
        key: next((grid.header.index(name) for name in names if name in grid.header), None)
        for key, names in _COLUMNS.items()
    }
    found = []
    for row in grid.rows:
        cell = {k: "" if i is None else row[i].strip() for k, i in place.items()}
        if not cell["name"]:
            raise ReadError(f"{WHO}: {grid.name} has a field without a name.")
        found.append(_field(cell, grid.name))
    names = [field.name for field in found]
    again = next((name for name in names if names.count(name) > 1), None)
    if again or not found:
        what = f"lists the field {quote(again)} twice" if again else "lists no field"
        raise ReadError(f"{WHO}: {grid.name} {what}.")
    return found


def _field(cell: Mapping[str, str], file: str) -> Field:
    choices = _FIXED_CHOICES.get(cell["type"], {})
    if cell["type"] in _CHOICE_TYPES:
        choices = _parse_choices(cell["choices"], cell["name"], file)
    return Field(
        name=cell["name"],
        form=cell["form"],
        type=cell["type"],
        label=plain(cell["label"]),
        choices=dict(choices),
        validation=cell["validation"].lower(),
        branching=cell["branching"],
        matrix=cell["matrix"],
        annotation=cell["annotation"],
        identifier=cell["identifier"].lower() == "y",
    )


def _parse_choices(text: str, name: str, file: str) -> dict[str, str]:
    choices: dict[str, str] = {}
    for part in text.split("|"):
        code, comma, label = part.partition(",")
        code = code.strip()
        if not comma or not code or code in choices:
            raise ReadError(
                f"{WHO}: {file} gives the field {quote(name)} choices that are not like "
                f"'1, Agree | 2, Disagree': {quote(part.strip())}."
            )
        choices[code] = plain(label)
    return choices


def split_missing(
    field: Field, answers: Mapping[str, float | str]
) -> tuple[dict[int, str], dict[str, str]]:
    """Tell the answers of a scale from choices that stand for a kind of missing.

    A choice is missing if the caller says so, if its label does ("Not applicable"), or if its code
    stands apart from those of the scale as such codes do (1 to 5, then 9; or -1, then 1 to 5).

    Returns
    -------
    scale : dict of int to str
        Labels by code, lowest first; empty if the codes are no whole numbers.
    missing : dict of str to str
        Kinds of missing by code.
    """
    missing = {}
    kinds = kinds_of_labels(field.choices.values())
    scale: dict[int, str] = {}
    for code, label in field.choices.items():
        told = answers.get(fold(label), answers.get(fold(code)))
        kind = told if isinstance(told, str) else kinds.get(label)
        if kind:
            missing[code] = kind
        elif not re.fullmatch(r"-?[0-9]{1,6}", code):
            return {}, {}
        else:
            scale[int(code)] = label
    for code in _apart(sorted(scale)):
        missing[str(code)] = "not_applicable"
        del scale[code]
    return dict(sorted(scale.items())), missing


def _apart(codes: list[int]) -> list[int]:
    """Give codes that stand apart from a run of three or more and look like no answer's."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    longest = max(runs, key=len, default=[])
    others = [code for run in runs if run is not longest for code in run]
    odd = all(_NO_ANSWER.fullmatch(str(code)) for code in others)
    return others if odd and len(longest) > len(others) else []


def dictionary_codebook(
    fields: list[Field], answers: Mapping[str, float | str], *, title: str
) -> tuple[Codebook | None, tuple[str, ...]]:
    """Make a codebook of the fields that are items, with what had to be guessed.

    Items are fields in a matrix, and choice fields that share their choices with another field of
    the form or use a common response scale.

    Returns
    -------
    codebook : Codebook or None
        ``None`` if no field is an item.
    notes : tuple of str
    """
    roles = {field.name: field.choices for field in fields}
    rows, notes = [], []
    for field in fields:
        scale, missing = split_missing(field, answers)
        if not _is_item(field, fields, scale):
            continue
        codes = list(scale)
        regular = codes == list(range(codes[0], codes[0] + len(codes)))
        stem = _STEM.match(field.name)
        rows.append(
            {
                "item": field.name,
                "element": stem[1] if stem else None,
                "role": _only_role(field, roles),
                "reverse": bool(_REVERSED.search(field.annotation)),
                "low": codes[0],
                "high": codes[-1],
                "labels": "|".join(label.replace("|", "/") for label in scale.values()),
                "wording": field.label,
                "codes": None if regular else "|".join(map(str, codes)),
                "not_answers": "|".join(f"{code}={kind}" for code, kind in missing.items()) or None,
            }
        )
    if not rows:
        return None, ()
    items = pd.DataFrame(rows)
    items = items.dropna(axis=1, how="all")
    elements = items.get("element", pd.Series(dtype="str")).dropna().unique()
    if len(elements):
        notes.append("elements are guessed from item names: " + listing(elements, limit=20))
    return Codebook(items, title=title), tuple(notes)


def _is_item(field: Field, fields: list[Field], scale: dict[int, str]) -> bool:
    if field.type not in ("radio", "dropdown") or len(scale) < 3:
        return False
    if field.matrix or tuple(fold(label) for label in scale.values()) in RESPONSE_SCALES:
        return True
    return any(
        other is not field and other.form == field.form and other.choices == field.choices
        for other in fields
    )


def _only_role(field: Field, choices: Mapping[str, Mapping[str, str]]) -> str:
    """Give the role to which the branching logic shows a field; both unless it is that simple."""
    shown = _ONE_VALUE.fullmatch(field.branching)
    if not shown:
        return BOTH
    label = choices.get(shown[1], {}).get(shown[2], "")
    return ROLE_WORDS.get(fold(label), BOTH)
