"""How many people meet how many others in how many hours."""

from __future__ import annotations

import pandas as pd

from ...checks import conform
from ...errors import EstimationError, count
from ...provenance import Provenance
from ...result import describe_size
from ...tables import ATTENDANCE, CONTACTS, MEMBERS, RELATIONSHIPS
from ..assemble import check_source
from ..result import PersonTable

WHO = "reach_per_hour"


def reach_per_hour(
    members: pd.DataFrame,
    *,
    contacts: pd.DataFrame,
    source: str,
    attendance: pd.DataFrame | None = None,
    relationships: pd.DataFrame | None = None,
) -> PersonTable:
    """Tell how many different mentors mentees meet for each hour spent: what flash formats are for.

    Parameters
    ----------
    members, contacts : pandas.DataFrame
        The members and contacts tables; contacts need `minutes`.
    source : str
        Where the records come from.
    attendance : pandas.DataFrame, optional
        Who was there; all members of the relationship when left out.
    relationships : pandas.DataFrame, optional
        For one row a `kind` of relationship; one row for all when left out.

    Returns
    -------
    PersonTable
        One row a kind: `kind`, `n_mentees`, `n_mentors`, `n_meetings`, `hours` (of meetings),
        `new_ties` (different mentor-mentee pairs who met), `new_ties_per_hour`,
        `mentors_per_mentee` (different mentors met), `mentee_hours`, `mentors_per_mentee_hour`.

    Raises
    ------
    SchemaError
        If a table breaks the data model.
    EstimationError
        If no held contact with a length has a mentor and a mentee.

    Notes
    -----
    Held contacts only; those without a length are left out and counted. A pair counts once however
    often it meets. Reach says nothing of depth: one talk is not a relationship.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.network import reach_per_hour
    >>> program = ml.datasets.load_example_program()
    >>> found = reach_per_hour(
    ...     program.members, contacts=program.contacts, source="program records",
    ...     relationships=program.relationships,
    ... )
    >>> "flash" in found.to_frame()["kind"].tolist()
    True
    """
    source = check_source(source, who=WHO)
    people = conform(members, MEMBERS, who=WHO)
    log = conform(contacts, CONTACTS, who=WHO)
    held = log[log["status"] == "held"]
    timed = held[held["minutes"].notna()] if "minutes" in held else held.head(0)
    present = _present(timed, people, attendance)
    if relationships is not None:
        known = conform(relationships, RELATIONSHIPS, who=WHO).set_index("relationship_id")["kind"]
        timed = timed.assign(kind=timed["relationship_id"].map(known).fillna("not said"))
    else:
        timed = timed.assign(kind="all")
    met = _meetings(timed, present)
    if met.empty:
        raise EstimationError(
            f"{WHO}: no held contact with `minutes` has both a mentor and a mentee "
            f"({count(len(held), 'held contact')}, {len(timed):,} with a length)."
        )
    rows = [_row(kind, part) for kind, part in met.groupby("kind", sort=True)]
    said = ["hours: length of meetings; mentee hours: added over the mentees present"]
    if len(timed) < len(held):
        said.append(f"{count(len(held) - len(timed), 'held contact')} without a length left out")
    if attendance is None:
        said.append("without attendance: every member of the relationship counts as present")
    return PersonTable(
        table=pd.DataFrame(rows),
        title="Reach per hour, by kind of relationship",
        said=tuple(said),
        source=source,
        provenance=Provenance(
            WHO, {"members": describe_size(members), "contacts": describe_size(contacts)}
        ),
    )


def _present(
    timed: pd.DataFrame, people: pd.DataFrame, attendance: pd.DataFrame | None
) -> pd.DataFrame:
    """One row a contact, person and role."""
    roles = people[["relationship_id", "person_id", "role"]]
    both = timed[["contact_id", "relationship_id"]].merge(roles, on="relationship_id")
    if attendance is None:
        return both
    came = conform(attendance, ATTENDANCE, who=WHO)
    came = came[came["present"].fillna(False)] if "present" in came else came
    return both.merge(came[["contact_id", "person_id"]], on=["contact_id", "person_id"])


def _meetings(timed: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    """One row a contact, mentor and mentee."""
    sides = {
        role: present.loc[present["role"] == role, ["contact_id", "person_id"]].rename(
            columns={"person_id": f"{role}_id"}
        )
        for role in ("mentor", "mentee")
    }
    met = sides["mentor"].merge(sides["mentee"], on="contact_id")
    met = met[met["mentor_id"] != met["mentee_id"]]
    return met.merge(timed[["contact_id", "kind", "minutes"]], on="contact_id")


def _row(kind: str, met: pd.DataFrame) -> dict[str, object]:
    meetings = met.drop_duplicates("contact_id")
    hours = meetings["minutes"].sum() / 60
    pairs = met.drop_duplicates(["mentor_id", "mentee_id"])
    seats = met.drop_duplicates(["contact_id", "mentee_id"])
    mentee_hours = seats["minutes"].sum() / 60
    n_mentees = met["mentee_id"].nunique()
    return {
        "kind": kind,
        "n_mentees": n_mentees,
        "n_mentors": met["mentor_id"].nunique(),
        "n_meetings": len(meetings),
        "hours": hours,
        "new_ties": len(pairs),
        "new_ties_per_hour": len(pairs) / hours if hours else float("nan"),
        "mentors_per_mentee": len(pairs) / n_mentees,
        "mentee_hours": mentee_hours,
        "mentors_per_mentee_hour": len(pairs) / mentee_hours if mentee_hours else float("nan"),
    }
