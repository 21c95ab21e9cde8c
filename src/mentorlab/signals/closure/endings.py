"""Every relationship's span with the kind of its ending, as survival analyses read it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, did_you_mean, quote
from ...spans import DAY, relationship_spans
from ...stats.survival.spells import Spells, spells

if TYPE_CHECKING:
    from ...program import Program

KINDS = ("problematic", "friendly", "external")
FRIENDLY = ("planned_end",)
EXTERNAL = ("external",)
_LATE_LOG = pd.Timedelta(days=28)


@dataclass(frozen=True, eq=False)
class Endings:
    """Relationships with their observed spans.

    Attributes
    ----------
    frame : pandas.DataFrame
        `relationship_id`, `mentor_id`, `starts`, `entry_days` (days from the start until it was
        seen), `days` (until the ending or the last known day, the first day counts 1),
        `agreed_days`, `kind` (0 still going, 1 problematic, 2 friendly, 3 external).
    notes : tuple of str
        What was assumed and counted.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]

    def spells(self, rows: np.ndarray | slice = slice(None)) -> Spells:
        """Rows at risk by days, with late entries where there are any."""
        part = self.frame.iloc[rows]
        late = (self.frame["entry_days"] > 0).any()
        entry = part["entry_days"].to_numpy(dtype=float) if late else None
        return spells(part["days"].to_numpy(dtype=float), part["kind"].to_numpy(), entry=entry)


def read_endings(
    program: Program,
    *,
    friendly: Iterable[str] = FRIENDLY,
    external: Iterable[str] = EXTERNAL,
    observed_from: object = None,
    who: str,
) -> Endings:
    """Read from a program how long each relationship was seen and how it ended.

    An ending is friendly if its reason is among `friendly`, or it has no reason and came at or
    after the agreed end; external if its reason is among `external`; otherwise problematic.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`; a cut program is read as of its cut.
    friendly, external : iterable of str
        Values of `end_reason`.
    observed_from : date-like, optional
        First day of the records. Relationships that ended before are left out, and earlier starts
        enter the analysis on this day (left truncation).
    who : str
        The function that asks.

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    OptionError
        For a reason that is both friendly and external, or a date that can't be read.
    EstimationError
        If no relationship was seen.
    """
    friendly, external = tuple(friendly), tuple(external)
    both = sorted({*friendly} & {*external})
    if both:
        raise OptionError(f"{who}: {quote(both[0])} can't be friendly and external at once.")
    spans = relationship_spans(program, who=who)
    facts = program.relationships.set_index("relationship_id").reindex(spans["relationship_id"])
    reason = facts["end_reason"] if "end_reason" in facts else pd.Series(pd.NA, facts.index)
    reason = reason.reset_index(drop=True).where(spans["ended"])
    day = _whole_days(spans["ends"], spans["starts"])
    agreed = _whole_days(spans["agreed_end"], spans["starts"])
    in_time = reason.isna() & (day >= agreed)
    kind = np.select(
        [~spans["ended"], reason.isin(friendly) | in_time, reason.isin(external)],
        [0, 2, 3],
        default=1,
    )
    frame = pd.DataFrame(
        {
            "relationship_id": spans["relationship_id"],
            "mentor_id": _mentors(program, spans["relationship_id"]),
            "starts": spans["starts"],
            "entry_days": 0.0,
            "days": day,
            "agreed_days": agreed,
            "kind": kind.astype(np.int64),
        }
    )
    notes = [*_reason_notes(reason, kind)]
    if observed_from is not None:
        frame, said = _enter(frame, spans, _date(observed_from, who))
        notes += said
    else:
        notes += _late_log(program, spans)
    if frame.empty:
        raise EstimationError(f"{who}: no relationship was seen at risk of ending.")
    return Endings(frame.reset_index(drop=True), tuple(notes))


def group_column(program: Program, ids: pd.Series, by: str, *, who: str) -> pd.Series:
    """Give each relationship's value of a column.

    Parameters
    ----------
    by : str
        A column of `relationships`, or ``"mentor.<column>"`` and ``"mentee.<column>"`` for one of
        `people`, taken from the first such member.

    Raises
    ------
    OptionError
        For an unknown column.
    """
    role, _, column = by.rpartition(".")
    source = program.people if role else program.relationships
    known = [name for name in source if name not in ("person_id", "relationship_id")]
    if column not in known or role not in ("", "mentor", "mentee"):
        names = [*program.relationships.columns[1:], *(f"mentor.{n}" for n in program.people)]
        raise OptionError(
            f"{who}: `by` must be a column of relationships, or 'mentor.' or 'mentee.' and a "
            f"column of people; got {quote(by)}. {did_you_mean(by, names)}".rstrip()
        )
    if not role:
        return program.relationships.set_index("relationship_id")[column].reindex(ids)
    members = program.members[program.members["role"] == role].drop_duplicates("relationship_id")
    person = members.set_index("relationship_id")["person_id"].reindex(ids)
    values = program.people.set_index("person_id")[column].reindex(person)
    return values.set_axis(pd.Index(ids))


def _whole_days(end: pd.Series, begin: pd.Series) -> pd.Series:
    return ((end.dt.normalize() - begin) // DAY).astype("float64") + 1


def _mentors(program: Program, ids: pd.Series) -> pd.Series:
    """The first mentor of each relationship; the relationship itself where it has none."""
    rows = program.members[program.members["role"] == "mentor"]
    first = rows.drop_duplicates("relationship_id").set_index("relationship_id")["person_id"]
    return ids.map(first).fillna("relationship " + ids.astype("str"))


def _reason_notes(reason: pd.Series, kind: np.ndarray) -> list[str]:
    unknown = int(((kind == 1) & reason.isna()).sum())
    if not unknown:
        return []
    return [f"{count(unknown, 'early ending')} without a reason: taken as problematic"]


def _date(value: object, who: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(value).normalize()
    except (ValueError, TypeError) as error:
        raise OptionError(f"{who}: `observed_from` must be a date; got {value!r}.") from error


def _enter(
    frame: pd.DataFrame, spans: pd.DataFrame, first: pd.Timestamp
) -> tuple[pd.DataFrame, list[str]]:
    entry = ((first - frame["starts"]) // DAY).astype("float64").clip(lower=0)
    seen = frame["days"] > entry
    notes = []
    if (entry > 0).any():
        notes.append(
            f"{count(int(((entry > 0) & seen).sum()), 'relationship')} had begun before records "
            f"({first:%Y-%m-%d}): at risk from then on only"
        )
    if not seen.all():
        notes.append(f"{count(int((~seen).sum()), 'relationship')} ended before records: left out")
    return frame.assign(entry_days=entry)[seen], notes


def _late_log(program: Program, spans: pd.DataFrame) -> list[str]:
    """Warn of relationships that began long before anything was logged."""
    contacts = program.contacts
    if contacts is None or contacts.empty:
        return []
    begin = contacts["at"].min().normalize()
    early = int((spans["starts"] < begin - _LATE_LOG).sum())
    if not early:
        return []
    return [
        f"{count(early, 'relationship')} began more than four weeks before the first contact on "
        f"record ({begin:%Y-%m-%d}). Relationships that ended before that are absent, so lengths "
        f"look too long; give observed_from='{begin:%Y-%m-%d}'",
    ]
