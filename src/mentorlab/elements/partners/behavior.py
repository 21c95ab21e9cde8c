"""Who moves the relationship: first steps, disclosures and follow-ups of both partners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, MissingTableError, OptionError, count, quote
from ...options import check_level
from ...program import Program
from ...provenance import Provenance
from ...result import Result
from ...stats.shrinkage import shrink_shares

WHO = "behavioral_reciprocity"
MEANINGS = {
    "initiate": "proposes a contact",
    "disclose": "tells something personal",
    "follow_up": "is first to write or call after a meeting",
    "thank": "thanks the partner",
    "ask_feedback": "asks for feedback",
}
_ACTS = {"disclose": "disclosure", "thank": "thanks", "ask_feedback": "feedback_asked"}
_COLUMNS = (
    "relationship_id",
    "behavior",
    "mentor",
    "mentee",
    "n",
    "raw_share",
    "mentee_share",
    "conf_low",
    "conf_high",
    "balance",
    "note",
)


@dataclass(frozen=True, eq=False, repr=False)
class BehavioralReciprocity(Result):
    """Each relationship's balance of behaviors.

    Attributes
    ----------
    table : pandas.DataFrame
        `relationship_id`, `behavior`, `mentor` and `mentee` (counts), `n`, `raw_share` (of the
        mentee), `mentee_share` (shrunk), `conf_low`, `conf_high`, `balance` (1 is even, 0
        one-sided), `note`.
    usual : pandas.DataFrame
        `behavior`, `meaning`, `n_relationships`, `n`, `mentee_share` (usual), `strength` (counts
        that the usual share weighs), `one_sided` (relationships whose interval excludes an even
        share).
    absent : tuple of str
        Behaviors that the program's tables do not show.
    level : float
        Probability in the intervals.
    """

    table: pd.DataFrame
    usual: pd.DataFrame
    absent: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.dyads:behavioral_reciprocity"
    references: ClassVar[tuple[str, ...]] = ("morris1983",)
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a relationship and behavior."""
        return self.table.copy()

    def headline(self) -> str:
        """How many relationships, which behaviors."""
        n = self.table["relationship_id"].nunique()
        return f"Behavioral reciprocity of {count(n, 'relationship')}: share done by the mentee"

    def notes(self) -> tuple[str, ...]:
        """What shrinkage does, what is absent."""
        said = [
            "shares of few events are pulled toward the usual share of the program; a raw share of "
            "1 of 1 says little",
            "what was not logged did not happen here: a partner who logs more looks more active",
        ]
        if self.absent:
            said.append(f"not in the tables: {', '.join(self.absent)}")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        return self.usual


def behavioral_reciprocity(
    program: Program, *, follow_up_days: int = 14, level: float = 0.95
) -> BehavioralReciprocity:
    r"""Tell who initiates, discloses and follows up, and in which relationships one side does all.

    Parameters
    ----------
    program : Program
        With `contacts` (`initiated_by`) or `acts`.
    follow_up_days : int
        A message or call counts as follow-up if it is the first within so many days after a held
        meeting.
    level : float
        Probability in the intervals.

    Returns
    -------
    BehavioralReciprocity
        Events by mentors and mentees of the relationship; events by others, and by persons who are
        both, do not count.

    Raises
    ------
    MissingTableError
        If the program has neither contacts nor acts.
    EstimationError
        If no event is by a mentor or a mentee.
    OptionError
        For days below 1 or a level outside 0 to 1.

    Notes
    -----
    The mentee's share of k of n events is shrunk by a beta-binomial model over relationships
    (``stats.shrinkage.shrink_shares``); balance is :math:`1-|2s-1|` of the shrunk share s. Where a
    relationship has several mentees, their events are added: compare like with like. An uneven
    share is not bad in itself: agendas often are the mentee's job.

    References
    ----------
    morris1983

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements import behavioral_reciprocity
    >>> result = behavioral_reciprocity(ml.datasets.load_example_program())
    >>> bool(result.to_frame()["mentee_share"].between(0, 1).all())
    True
    """
    check_level(level, who=WHO)
    if isinstance(follow_up_days, bool) or follow_up_days < 1:
        raise OptionError(
            f"{WHO}: `follow_up_days` must be a whole number of 1 or more; "
            f"got {quote(follow_up_days)}."
        )
    if program.contacts is None and program.acts is None:
        raise MissingTableError(
            f"{WHO}: needs the table contacts (with `initiated_by`) or acts; the program has "
            "neither."
        )
    events = _events(program, follow_up_days)
    done = _by_role(events, program.members)
    if done.empty:
        raise EstimationError(f"{WHO}: no event is by a mentor or a mentee of its relationship.")
    parts, usual = [], []
    for behavior, counts in done.groupby("behavior", sort=False):
        table, row = _shrink(behavior, counts, level)
        parts.append(table)
        usual.append(row)
    seen = set(done["behavior"])
    return BehavioralReciprocity(
        table=pd.concat(parts, ignore_index=True)[list(_COLUMNS)],
        usual=pd.DataFrame(usual),
        absent=tuple(name for name in MEANINGS if name not in seen),
        level=level,
        provenance=Provenance(WHO, {"follow_up_days": follow_up_days, "level": level}),
    )


def _events(program: Program, follow_up_days: int) -> pd.DataFrame:
    """Rows of relationship, behavior and who did it."""
    parts = []
    contacts, acts = program.contacts, program.acts
    if contacts is not None and "initiated_by" in contacts:
        first = contacts[["relationship_id", "initiated_by"]].rename(
            columns={"initiated_by": "person_id"}
        )
        parts += [first.assign(behavior="initiate"), _follow_ups(contacts, follow_up_days)]
    if acts is not None:
        for behavior, act in _ACTS.items():
            rows = acts.loc[acts["act"] == act, ["relationship_id", "by"]]
            parts.append(rows.rename(columns={"by": "person_id"}).assign(behavior=behavior))
    if not parts:
        return pd.DataFrame(columns=["relationship_id", "person_id", "behavior"])
    return pd.concat(parts, ignore_index=True).dropna(subset="person_id")


def _follow_ups(contacts: pd.DataFrame, days: int) -> pd.DataFrame:
    """The first message or call after each held meeting, if it comes soon enough."""
    held = contacts[(contacts["kind"] == "meeting") & (contacts["status"] == "held")]
    sent = contacts[contacts["kind"].isin(["message", "call"]) & (contacts["status"] == "held")]
    columns = ["relationship_id", "at"]
    found = pd.merge_asof(
        held[columns].sort_values("at"),
        sent[[*columns, "initiated_by", "contact_id"]].sort_values("at"),
        on="at",
        by="relationship_id",
        direction="forward",
        allow_exact_matches=False,
        tolerance=pd.Timedelta(days=days),
    )
    found = found.dropna(subset="contact_id").drop_duplicates("contact_id")
    return (
        found[["relationship_id", "initiated_by"]]
        .rename(columns={"initiated_by": "person_id"})
        .assign(behavior="follow_up")
    )


def _by_role(events: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Counts by mentors and by mentees, one row a behavior and relationship."""
    roles = members.loc[
        members["role"].isin(["mentor", "mentee"]), ["relationship_id", "person_id", "role"]
    ].drop_duplicates()
    roles = roles[~roles.duplicated(["relationship_id", "person_id"], keep=False)]
    done = events.merge(roles, on=["relationship_id", "person_id"])
    counts = (
        done.groupby(["behavior", "relationship_id", "role"], sort=False).size().unstack("role")
    )
    counts = counts.reindex(columns=["mentor", "mentee"]).fillna(0).astype("int64")
    order = {name: i for i, name in enumerate(MEANINGS)}
    counts = counts.reset_index().rename_axis(columns=None)
    return counts.sort_values(
        ["behavior", "relationship_id"],
        key=lambda column: column.map(order) if column.name == "behavior" else column,
        ignore_index=True,
    )


def _shrink(
    behavior: str, counts: pd.DataFrame, level: float
) -> tuple[pd.DataFrame, dict[str, object]]:
    hits = counts["mentee"].to_numpy(dtype=float)
    trials = hits + counts["mentor"].to_numpy(dtype=float)
    found = shrink_shares(hits, trials, level=level)
    same = np.isinf(found.strength)
    note = "relationships do not differ beyond chance: all have the usual share" if same else ""
    table = counts.assign(
        n=trials.astype("int64"),
        raw_share=hits / trials,
        mentee_share=found.share,
        conf_low=found.conf_low,
        conf_high=found.conf_high,
        balance=1 - np.abs(2 * found.share - 1),
        note=note,
    )
    one_sided = 0 if same else int(((found.conf_low > 0.5) | (found.conf_high < 0.5)).sum())
    return table, {
        "behavior": behavior,
        "meaning": MEANINGS[behavior],
        "n_relationships": len(counts),
        "n": int(trials.sum()),
        "mentee_share": found.usual,
        "strength": found.strength,
        "one_sided": one_sided,
    }
