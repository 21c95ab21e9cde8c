"""Types of mentoring side by side: form, purpose, size, levels and endings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import count
from ...program import Program
from ...provenance import Provenance
from ...result import Result
from .level_gaps import level_gaps

WHO = "type_table"


@dataclass(frozen=True, eq=False, repr=False)
class TypeTable(Result):
    """What the types of mentoring in a program look like.

    Attributes
    ----------
    types : pandas.DataFrame
        One row a kind and purpose: `kind`, `purpose`, `n_relationships`, `n_people`, `mean_size`,
        `ended` (share with a last day), `ended_early` (of those with a planned end, ended before
        it), `median_days` (of those ended), `held_per_relationship` (meetings and calls held), and,
        with levels, `mean_gap`, `reverse` (share of pairs that run upward).
    selection : pandas.DataFrame
        One row a purpose and level: `purpose`, `level`, `n_people` (at that level), `n_in`,
        `share_in`. Empty without both.
    """

    types: pd.DataFrame
    selection: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """Give one row a kind and purpose."""
        return self.types.copy()

    def headline(self) -> str:
        """How many types."""
        n = int(self.types["n_relationships"].sum())
        return f"{count(len(self.types), 'type')} of mentoring in {count(n, 'relationship')}"

    def notes(self) -> tuple[str, ...]:
        """What differences between types do not show."""
        return (
            "differences between types are no effects of the type: who is chosen for one differs",
            "relationships that still run are in `ended` as not ended",
        )


def type_table(
    program: Program, *, level: str = "level", levels: Sequence[str] | None = None
) -> TypeTable:
    """Tell how the types of mentoring in a program differ in size, levels, endings and meetings.

    Parameters
    ----------
    program : Program
        Uses `relationships.kind` and `.purpose` where they are, and whatever else there is.
    level : str
        Column of people's levels; numbers, an ordered categorical, or words with `levels`.
    levels : sequence of str, optional
        The words from junior to senior; without them, words give no gaps.

    Returns
    -------
    TypeTable
        `selection` says who is in a type at all: leaders, high potentials, a group.

    Raises
    ------
    OptionError
        If a level is not among `levels`.

    Examples
    --------
    >>> import mentorlab as ml
    >>> table = type_table(ml.datasets.load_example_program())
    >>> sorted(table.to_frame()["kind"].unique())[:3]
    ['circle', 'flash', 'group']
    """
    relationships = program.relationships.copy()
    for name in ("kind", "purpose"):
        if name not in relationships:
            relationships[name] = pd.NA
        relationships[name] = relationships[name].astype("object").fillna("not recorded")
    held = _held(program)
    gaps = _gaps(program, level, levels)
    rows = []
    for (kind, purpose), part in relationships.groupby(["kind", "purpose"], sort=True):
        ids = part["relationship_id"]
        members = program.members[program.members["relationship_id"].isin(ids)]
        row = {
            "kind": kind,
            "purpose": purpose,
            "n_relationships": len(part),
            "n_people": members["person_id"].nunique(),
            "mean_size": members.groupby("relationship_id")["person_id"].nunique().mean(),
            **_endings(part),
        }
        if held is not None:
            row["held_per_relationship"] = held.reindex(ids).fillna(0).mean()
        if gaps is not None:
            own = gaps[gaps["relationship_id"].isin(ids)]
            row["mean_gap"] = own["gap"].mean()
            row["reverse"] = (own["gap"] < 0).mean() if len(own) else np.nan
        rows.append(row)
    return TypeTable(
        types=pd.DataFrame(rows),
        selection=_selection(program, relationships, level),
        provenance=Provenance(WHO, {"relationships": len(relationships)}),
    )


def _endings(part: pd.DataFrame) -> dict[str, float]:
    nothing = pd.Series(pd.NaT, index=part.index)
    ended, planned, started = (
        part.get(name, nothing) for name in ("ended_on", "planned_end", "started_on")
    )
    has_plan = ended.notna() & planned.notna()
    days = (ended - started).dt.days if "ended_on" in part and "started_on" in part else nothing
    return {
        "ended": float(ended.notna().mean()),
        "ended_early": float((ended < planned)[planned.notna()].mean())
        if has_plan.any()
        else np.nan,
        "median_days": float(days.dropna().median()) if days.notna().any() else np.nan,
    }


def _held(program: Program) -> pd.Series | None:
    if program.contacts is None:
        return None
    contacts = program.contacts
    met = contacts[(contacts["status"] == "held") & contacts["kind"].isin(["meeting", "call"])]
    return met.groupby("relationship_id").size()


def _gaps(program: Program, level: str, levels: Sequence[str] | None) -> pd.DataFrame | None:
    people = program.people
    if level not in people or people[level].isna().all():
        return None
    ordered = levels is not None or pd.api.types.is_numeric_dtype(people[level])
    if not ordered and not isinstance(people[level].dtype, pd.CategoricalDtype):
        return None
    return level_gaps(program.members, people, level=level, levels=levels).pairs


def _selection(program: Program, relationships: pd.DataFrame, level: str) -> pd.DataFrame:
    columns = ["purpose", "level", "n_people", "n_in", "share_in"]
    if level not in program.people:
        return pd.DataFrame(columns=columns)
    people = program.people[["person_id", level]].dropna()
    rows = []
    for purpose, part in relationships.groupby("purpose", sort=True):
        inside = program.members["relationship_id"].isin(part["relationship_id"])
        inside &= program.members["role"].isin(["mentee", "peer"])
        chosen = set(program.members.loc[inside, "person_id"])
        for name, group in people.groupby(level, sort=False):
            n_in = int(group["person_id"].isin(chosen).sum())
            rows.append((purpose, name, len(group), n_in, n_in / len(group)))
    return pd.DataFrame(rows, columns=columns)
