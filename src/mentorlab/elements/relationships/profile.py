"""One page on each relationship: scores of both sides, practices, phase and contact together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...activity import Log, read_log
from ...codebook import Codebook
from ...errors import EstimationError, OptionError, count, did_you_mean, quote
from ...program import Program
from ...provenance import Provenance
from ...result import Result
from ...spans import DAY
from ..pairs import pair_partners
from ..practices import PracticeRates, practice_rates
from ..scoring import score_elements
from .phases import Phases, phases
from .relationship_view import RelationshipView, lowest_first

WHO = "relationship_profile"
MAIN_PRACTICES = (
    "meetings_held_of_agreed",
    "meetings_kept",
    "agenda_set",
    "contacts_in_hours",
    "smart_complete",
    "loops_closed",
    "feedback_given",
    "sponsoring_share",
)


@dataclass(frozen=True, eq=False, repr=False)
class RelationshipProfile(Result):
    """What is known of each relationship, one row each.

    Attributes
    ----------
    profiles : pandas.DataFrame
        One row a relationship: `relationship_id`, `kind`, `n_mentors`, `n_mentees` (mentor's and
        mentee's side), `started_on`, `ended_on`, `clock` (share of the agreed length gone by),
        `phase`, `n_held`, `n_missed`, `days_since_contact`, `wave` (the last with both sides'
        scores), for each element `<element>_mean`, `<element>_low`, `<element>_gap` at that wave,
        and the estimate of each practice chosen.
    scores : pandas.DataFrame
        One row a relationship, wave and element: `mentor`, `mentee` (means over pairs), `mean`,
        `low` (the lowest score of any partner), `gap` (the largest difference, mentor minus
        mentee), `n_pairs`. Empty without scores.
    practices : PracticeRates or None
        Rates by relationship.
    phases : Phases or None
        Stays by relationship.
    known_until : pandas.Timestamp
        The last moment known.
    absent : tuple of str
        What the data did not allow.
    """

    profiles: pd.DataFrame
    scores: pd.DataFrame
    practices: PracticeRates | None
    phases: Phases | None
    known_until: pd.Timestamp
    absent: tuple[str, ...]

    references: ClassVar[tuple[str, ...]] = ("kenny2006", "kram1983")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the profiles, one row a relationship."""
        return self.profiles.copy()

    def show(self, relationship_id: str) -> RelationshipView:
        """Give the readable view of one relationship.

        Raises
        ------
        OptionError
            If no relationship has this id.
        """
        known = self.profiles["relationship_id"]
        if relationship_id not in set(known):
            near = did_you_mean(relationship_id, known)
            raise OptionError(
                f"show: `relationship_id` must be in the profiles; got {quote(relationship_id)}. "
                f"{near}".rstrip()
            )
        return _view(self, relationship_id)

    def headline(self) -> str:
        """How many relationships, until when."""
        return (
            f"Profiles of {count(len(self.profiles), 'relationship')} until "
            f"{self.known_until:%Y-%m-%d}"
        )

    def notes(self) -> tuple[str, ...]:
        """How to read means, lows and gaps, and what is absent."""
        return (
            "a mean hides a one-sided failure: read it with the low and the gap (mentor minus "
            "mentee)",
            "single relationships have few answers and meetings: differences between them are "
            "mostly chance",
            *self.absent,
        )

    def _display_frame(self) -> pd.DataFrame:
        shown = ("relationship_id", "kind", "clock", "phase", "n_held", "days_since_contact")
        rates = [name for name in MAIN_PRACTICES[:2] if name in self.profiles]
        frame = self.profiles[[*shown, *rates]]
        lows = [f"{name}_low" for name in lowest_first(self.scores)["element"].unique()]
        return frame.assign(lowest_score=self.profiles[lows].min(axis=1)) if lows else frame


def relationship_profile(
    program: Program,
    *,
    codebook: Codebook | None = None,
    practices: str | Iterable[str] = MAIN_PRACTICES,
) -> RelationshipProfile:
    """Tell what is known of each relationship: scores, practices, phase and contact in one row.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`; uses whatever else there is.
    codebook : Codebook, optional
        What the items mean; without it, there are no scores.
    practices : str or iterable of str
        As in `practice_rates`; those that the data do not allow are named and left out.

    Returns
    -------
    RelationshipProfile
        One row a relationship; ``.show(relationship_id)`` for a page on one of them.

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    SchemaError
        If the responses do not fit the codebook.

    Notes
    -----
    Scores are those of the last wave in which both sides answered. In relationships with several
    pairs, `mean` is the mean over pairs, `low` the lowest score of anyone, and `gap` the gap of
    the pair with the largest difference. The rows describe; they are not a ranking, and
    relationships that share a mentor are not independent.

    References
    ----------
    kenny2006, kram1983

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements.relationships.profile import relationship_profile
    >>> program = ml.datasets.load_example_program()
    >>> result = relationship_profile(program, codebook=ml.item_bank())
    >>> len(result.to_frame()) == len(program.relationships)
    True
    >>> "Relationship r001" in result.show("r001").summary()
    True
    """
    log = read_log(program, who=WHO)
    scores = _scores(program, codebook)
    rates, absent = _attempt(lambda: practice_rates(program, practices=practices))
    stays, no_phases = _attempt(lambda: phases(program, codebook=codebook))
    said = [*absent, *no_phases, *_what_is_absent(program, codebook, rates)]
    frame = _facts(log).merge(_contact(log), on="relationship_id", how="left")
    if stays is not None:
        frame = frame.merge(
            stays.latest()[["relationship_id", "phase"]], on="relationship_id", how="left"
        )
    else:
        frame = frame.assign(phase=pd.Series(pd.NA, index=frame.index, dtype="str"))
    frame = frame.merge(_latest_scores(scores), on="relationship_id", how="left")
    if rates is not None:
        wide = rates.relationships.pivot_table("estimate", "relationship_id", "practice")
        order = [name for name in rates.pooled["practice"] if name in wide]
        frame = frame.merge(wide[order].reset_index(), on="relationship_id", how="left")
    return RelationshipProfile(
        profiles=frame,
        scores=scores,
        practices=rates,
        phases=stays,
        known_until=log.known_until,
        absent=tuple(said),
        provenance=Provenance(
            WHO,
            {
                "program": count(len(program.relationships), "relationship"),
                "codebook": None if codebook is None else codebook.title,
                "practices": practices if isinstance(practices, str) else tuple(practices),
            },
        ),
    )


def _attempt(ask) -> tuple[Result | None, list[str]]:
    """Ask for a part of the page that the data may not allow."""
    try:
        return ask(), []
    except EstimationError as error:
        return None, [str(error)]


def _what_is_absent(
    program: Program, codebook: Codebook | None, rates: PracticeRates | None
) -> list[str]:
    said = []
    if program.responses is None:
        said.append("no responses: no scores")
    elif codebook is None:
        said.append("no codebook given: no scores")
    if rates is not None:
        said += [f"no {row.practice}: {row.reason}" for row in rates.unavailable.itertuples()]
    return said


def _facts(log: Log) -> pd.DataFrame:
    spans = log.spans
    n = log.sides.groupby(["relationship_id", "side"]).size().unstack(fill_value=0)
    n = n.reindex(columns=["mentor", "mentee"], fill_value=0)
    clock = (spans["months"] / spans["agreed_months"]).where(spans["agreed_months"] > 0)
    return pd.DataFrame(
        {
            "relationship_id": spans["relationship_id"],
            "kind": spans["kind"],
            "n_mentors": spans["relationship_id"].map(n["mentor"]).fillna(0).astype("int64"),
            "n_mentees": spans["relationship_id"].map(n["mentee"]).fillna(0).astype("int64"),
            "started_on": spans["starts"],
            "ended_on": spans["ends"].dt.normalize().where(spans["ended"]),
            "clock": clock,
        }
    )


def _contact(log: Log) -> pd.DataFrame:
    ids = log.spans["relationship_id"]
    names = ["n_held", "n_missed", "days_since_contact"]
    if log.contacts is None:
        return pd.DataFrame({"relationship_id": ids, **dict.fromkeys(names, np.nan)})
    contacts = log.contacts
    met = contacts[contacts["kind"] != "message"]
    held = met[met["status"] == "held"].groupby("relationship_id").size()
    fell = met[met["status"].isin(["missed", "cancelled"])].groupby("relationship_id").size()
    last = contacts[contacts["status"] == "held"].groupby("relationship_id")["at"].max()
    quiet = (log.spans["ends"] - ids.map(last)).div(DAY)
    return pd.DataFrame(
        {
            "relationship_id": ids,
            "n_held": ids.map(held).fillna(0).astype("int64"),
            "n_missed": ids.map(fell).fillna(0).astype("int64"),
            "days_since_contact": np.floor(quiet).astype("Int64"),
        }
    )


def _scores(program: Program, codebook: Codebook | None) -> pd.DataFrame:
    columns = ["mentor", "mentee", "mean", "low", "gap", "n_pairs"]
    keys = ["relationship_id", "wave", "element"]
    if codebook is None or program.responses is None:
        return pd.DataFrame(columns=[*keys, *columns])
    scores = score_elements(program.responses, codebook=codebook)
    pairs = pair_partners(scores, members=program.members).dropna(subset="gap")
    pairs = pairs.assign(size=pairs["gap"].abs()).sort_values("size", kind="stable")
    summary = pairs.groupby(keys, sort=False).agg(
        mentor=("mentor", "mean"),
        mentee=("mentee", "mean"),
        mean=("mean", "mean"),
        low=("low", "min"),
        gap=("gap", "last"),
        n_pairs=("gap", "size"),
    )
    order = {name: i for i, name in enumerate(codebook.elements)}
    summary = summary.reset_index().assign(place=lambda frame: frame["element"].map(order))
    summary = summary.sort_values(["relationship_id", "wave", "place"], ignore_index=True)
    return summary.drop(columns="place")


def _latest_scores(scores: pd.DataFrame) -> pd.DataFrame:
    if scores.empty:
        return pd.DataFrame({"relationship_id": pd.Series([], dtype="str"), "wave": []})
    last = scores.groupby("relationship_id")["wave"].transform("max")
    latest = scores[scores["wave"] == last]
    wide = latest.pivot_table(["mean", "low", "gap"], "relationship_id", "element")
    elements = list(dict.fromkeys(scores["element"]))
    named = {
        f"{element}_{part}": wide[part][element]
        for element in elements
        for part in ("mean", "low", "gap")
        if element in wide[part]
    }
    wave = latest.groupby("relationship_id")["wave"].first()
    return pd.DataFrame({"wave": wave, **named}).reset_index()


def _view(profile: RelationshipProfile, relationship_id: str) -> RelationshipView:
    def own(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["relationship_id"] == relationship_id]
        return rows.drop(columns="relationship_id").reset_index(drop=True)

    rates, stays = profile.practices, profile.phases
    columns = ["practice", "unit", "estimate", "conf_low", "conf_high", "due", "pooled"]
    practices = pd.DataFrame(columns=columns)
    if rates is not None and relationship_id in set(rates.relationships["relationship_id"]):
        practices = rates.for_relationship(relationship_id)
    facts = profile.profiles.set_index("relationship_id", drop=False).loc[relationship_id]
    return RelationshipView(
        facts=facts,
        scores=own(profile.scores),
        practices=practices,
        stays=pd.DataFrame() if stays is None else own(stays.intervals),
        level=0.95 if rates is None else rates.level,
        provenance=Provenance(f"{WHO}.show", {"relationship_id": relationship_id}),
    )
