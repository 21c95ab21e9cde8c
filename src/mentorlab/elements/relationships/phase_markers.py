"""Dated evidence of phases: what happened, what the log shows, what partners say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...activity import Log
from ...codebook import Codebook
from ...errors import OptionError, quote
from ...spans import DAY, DAYS_PER_MONTH
from ..scoring import score_elements

EVENT, LOG, SCORE, CLOCK = "event", "log", "score", "clock"
MARKERS = ("relationship_id", "at", "marker", "source", "evidence")
RELATIONSHIP_ELEMENTS = (
    "respect",
    "reciprocity",
    "communication",
    "commitment",
    "trust",
    "clear_expectations",
    "shared_values",
    "personal_connection",
)
_SUPPORT = ("advice", "feedback_given", "introduction", "nomination")


@dataclass(frozen=True)
class PhaseRules:
    """What counts as evidence of a phase; every number is our reading, none is Kram's.

    Parameters
    ----------
    meetings_to_settle : int
        Held meetings after which partners who also work (a goal, an action or an act of support)
        have left initiation.
    agreed_meetings : int
        How many agreed meetings long the window is in which contact is judged.
    thin_share : float
        At most this share of the agreed meetings in the window: contact has thinned.
    resumed_share : float
        At least this share: contact has resumed.
    closing_share : float
        The last part of the agreed length, in which partners know that the end is near.
    score_fall : float
        Fall of the lower partner's mean score below the best earlier wave, as a share of the
        scale's range.

    Raises
    ------
    OptionError
        If a number lies outside its range.
    """

    meetings_to_settle: int = 3
    agreed_meetings: int = 4
    thin_share: float = 1 / 3
    resumed_share: float = 0.75
    closing_share: float = 0.1
    score_fall: float = 0.25

    def __post_init__(self) -> None:
        for name in ("meetings_to_settle", "agreed_meetings"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise OptionError(f"PhaseRules: `{name}` is 1 or more; got {quote(value)}.")
        for name in ("thin_share", "resumed_share", "closing_share", "score_fall"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise OptionError(f"PhaseRules: `{name}` lies in 0..1; got {quote(value)}.")
        if not self.thin_share < self.resumed_share:
            raise OptionError(
                "PhaseRules: `thin_share` must lie below `resumed_share`; got "
                f"{quote(self.thin_share)} and {quote(self.resumed_share)}."
            )


def find_markers(log: Log, codebook: Codebook | None, rules: PhaseRules) -> pd.DataFrame:
    """Collect all markers of all relationships in order of time.

    Returns
    -------
    pandas.DataFrame
        `relationship_id, at, marker, source, evidence`.
    """
    newcomers = _new_partners(log)
    found = [_clock(log, rules), _endings(log), newcomers, _closure_forms(log)]
    if log.contacts is not None:
        found += [_settled(log, newcomers, rules), _rhythm(log, rules), _met_after(log)]
    if log.goals is not None:
        found.append(_renewed(log))
    if codebook is not None and log.program.responses is not None:
        found.append(_scores(log, codebook, rules))
    found = [part for part in found if len(part)]
    if not found:
        return pd.DataFrame(columns=list(MARKERS))
    markers = pd.concat(found, ignore_index=True)
    return markers.sort_values(["relationship_id", "at"], kind="stable", ignore_index=True)


def _frame(rows: pd.DataFrame, at: pd.Series, marker: str, source: str, evidence) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "relationship_id": rows["relationship_id"],
            "at": at,
            "marker": marker,
            "source": source,
            "evidence": evidence,
        }
    ).reset_index(drop=True)


def closing_date(spans: pd.DataFrame, rules: PhaseRules) -> pd.Series:
    """Give the day on which the last part of the agreed length begins."""
    length = spans["agreed_end"] - spans["starts"]
    return (spans["agreed_end"] - rules.closing_share * length).dt.normalize()


def _clock(log: Log, rules: PhaseRules) -> pd.DataFrame:
    day = closing_date(log.spans, rules)
    spans = log.spans[day <= log.spans["ends"]]
    said = f"the last {rules.closing_share:.0%} of the agreed length began"
    return _frame(spans, day[spans.index], "closing", CLOCK, said)


def _endings(log: Log) -> pd.DataFrame:
    facts = [c for c in ("end_reason", "ended_by") if c in log.program.relationships]
    columns = log.program.relationships[["relationship_id", *facts]]
    spans = log.spans[log.spans["ended"]].merge(columns, on="relationship_id")
    said = pd.Series("ended", index=spans.index, dtype="object")
    for name, wording in (("end_reason", ": {}"), ("ended_by", " (by {})")):
        if name in spans:
            said += [wording.format(fact) if pd.notna(fact) else "" for fact in spans[name]]
    return _frame(spans, spans["ends"].dt.normalize(), "ended", EVENT, said)


def _new_partners(log: Log) -> pd.DataFrame:
    members = log.program.members
    if "joined_on" not in members:
        return pd.DataFrame(columns=list(MARKERS))
    rows = members[members["role"].isin(["mentor", "mentee", "sponsor"])]
    rows = rows.merge(log.spans, on="relationship_id")
    first = rows.groupby(["relationship_id", "role"])["joined_on"].transform("min")
    sole = rows.groupby(["relationship_id", "role"])["person_id"].transform("size") > 1
    replaced = _replaces_everyone(rows)
    rows = rows[sole & (rows["joined_on"] > first) & replaced & (rows["joined_on"] <= rows["ends"])]
    said = "a new " + rows["role"] + " took over"
    return _frame(rows, rows["joined_on"].dt.normalize(), "new_partner", EVENT, said)


def _replaces_everyone(rows: pd.DataFrame) -> pd.Series:
    """Tell which members joined when nobody of their role was left."""
    if "left_on" not in rows:
        return pd.Series(False, index=rows.index)
    keys = ["relationship_id", "role"]
    others = rows.reset_index(names="row").merge(rows, on=keys, suffixes=("", "_other"))
    others = others[others["person_id"] != others["person_id_other"]]
    there = others["joined_on_other"].fillna(others["starts"]) < others["joined_on"]
    still = there & ~(others["left_on_other"] <= others["joined_on"])
    return pd.Series(~np.isin(rows.index, others.loc[still, "row"]), index=rows.index)


def _closure_forms(log: Log) -> pd.DataFrame:
    answers = log.program.responses
    if answers is None or "form" not in answers:
        return pd.DataFrame(columns=list(MARKERS))
    day = answer_day(answers)
    forms = answers.assign(at=day)[answers["form"].eq("closure") & answers["value"].notna()]
    first = forms.dropna(subset="at").groupby("relationship_id", as_index=False)["at"].min()
    first = first.merge(log.spans, on="relationship_id")
    first = first[first["at"] <= log.known_until]
    return _frame(first, first["at"].dt.normalize(), "closure_form", EVENT, "closure form answered")


def answer_day(answers: pd.DataFrame) -> pd.Series:
    """Give when each answer was given, by `answered_at` or else `recorded_at`; NaT if neither."""
    day = pd.Series(pd.NaT, index=answers.index, dtype="datetime64[us]")
    for name in ("answered_at", "recorded_at"):
        if name in answers:
            day = day.fillna(answers[name])
    return day


def _settled(log: Log, newcomers: pd.DataFrame, rules: PhaseRules) -> pd.DataFrame:
    """Find when partners had met a few times and begun to work, once for each set of partners."""
    eras = pd.concat(
        [
            log.spans[["relationship_id", "starts"]].rename(columns={"starts": "since"}),
            newcomers[["relationship_id", "at"]].rename(columns={"at": "since"}),
        ]
    ).drop_duplicates()
    nth = rules.meetings_to_settle
    era = ["relationship_id", "since"]
    held = log.held[["relationship_id", "at"]].merge(eras, on="relationship_id")
    met = held[held["at"] >= held["since"]].groupby(era).nth(nth - 1)
    work = _work(log).merge(eras, on="relationship_id")
    work = work[work["worked_at"] >= work["since"]].drop_duplicates(era)
    both = met.merge(work, on=era)
    at = both[["at", "worked_at"]].max(axis=1).dt.normalize()
    said = f"{nth} meetings held, and " + both["what"]
    return _frame(both, at, "settled", LOG, said)


def _work(log: Log) -> pd.DataFrame:
    """Give goals, actions and acts of support in order of time."""
    found = []
    if log.goals is not None and "set_on" in log.goals:
        goals = log.goals[["relationship_id", "set_on"]].rename(columns={"set_on": "worked_at"})
        found.append(goals.assign(what="a goal agreed"))
    if log.acts is not None:
        acts = log.acts[log.acts["act"].isin(_SUPPORT)][["relationship_id", "at", "act"]]
        acts = acts.rename(columns={"at": "worked_at", "act": "what"})
        found.append(acts.assign(what=acts["what"].str.replace("_", " ") + " noted"))
    if not found:
        held = log.held[["relationship_id", "at"]].rename(columns={"at": "worked_at"})
        found.append(held.assign(what="no goals or acts in the data"))
    return pd.concat(found).dropna(subset="worked_at").sort_values("worked_at", kind="stable")


def _met_after(log: Log) -> pd.DataFrame:
    contacts = log.program.contacts
    held = contacts[contacts["status"].eq("held") & contacts["kind"].isin(["meeting", "call"])]
    held = held[["relationship_id", "at"]].merge(log.spans, on="relationship_id")
    over = (held["ends"].where(held["ended"])).fillna(held["agreed_end"] + DAY)
    late = held[(held["at"] > over) & (held["at"] <= log.known_until)].sort_values("at")
    first = late.drop_duplicates("relationship_id")
    said = np.where(first["ended"], "met again after the ending", "met after the agreed end")
    return _frame(first, first["at"].dt.normalize(), "met_after", LOG, said)


def _renewed(log: Log) -> pd.DataFrame:
    if "set_on" not in log.goals:
        return pd.DataFrame(columns=list(MARKERS))
    late = log.goals[log.goals["set_on"] > log.goals["agreed_end"]].sort_values("set_on")
    first = late.drop_duplicates("relationship_id")
    day = first["set_on"].dt.normalize()
    return _frame(first, day, "renewed", LOG, "a new goal after the agreed end")


def _rhythm(log: Log, rules: PhaseRules) -> pd.DataFrame:
    """Find when contact thins and when it resumes, judged day by day over a sliding window."""
    held = log.held
    offset = (held["at"].dt.normalize() - held["starts"]).dt.days.to_numpy()
    days = {name: offset[rows] for name, rows in held.groupby("relationship_id").indices.items()}
    nothing = np.zeros(0, dtype=np.int64)
    limit = closing_date(log.spans, rules)
    rows = [
        (span.relationship_id, *turn)
        for span, agreed, until in zip(
            log.spans.itertuples(), _agreed_pace(log), limit, strict=True
        )
        for turn in _turns(
            _days_met(days.get(span.relationship_id, nothing), span), span, agreed, until, rules
        )
    ]
    return pd.DataFrame(rows, columns=list(MARKERS))


def _agreed_pace(log: Log) -> np.ndarray:
    """Give agreed meetings a day; NaN where none are agreed."""
    facts = log.program.relationships
    if "meetings_per_month" not in facts:
        return np.full(len(log.spans), np.nan)
    agreed = facts.set_index("relationship_id")["meetings_per_month"] / DAYS_PER_MONTH
    return log.spans["relationship_id"].map(agreed).to_numpy(dtype=float)


def _days_met(offset: np.ndarray, span) -> np.ndarray:
    """Count held meetings on each day of a span, given their days since the start."""
    return np.bincount(offset, minlength=(span.ends.normalize() - span.starts).days + 1)


def _turns(
    on_day: np.ndarray, span, agreed: float, until: pd.Timestamp, rules: PhaseRules
) -> Iterator[tuple[pd.Timestamp, str, str, str]]:
    """Yield each change between thin and resumed contact.

    Where no pace is agreed, the pace of the first third of the agreed length stands in, and
    contact is judged from then on: nothing later may decide about an earlier day.
    """
    first_day, word = 0, "agreed"
    if not agreed > 0:
        first_day, word = int((span.agreed_end - span.starts).days / 3), "usual"
        agreed = on_day[: first_day + 1].sum() / max(first_day, 1)
    if not agreed > 0:
        return
    window = int(np.ceil(rules.agreed_meetings / agreed))
    so_far = np.concatenate([[0], np.cumsum(on_day)])
    last = min(len(on_day) - 1, (until - span.starts).days)
    low = False
    for day in range(max(window, first_day), last + 1):
        met = int(so_far[day + 1] - so_far[day + 1 - window])
        thin = met <= rules.thin_share * rules.agreed_meetings
        if thin == low or (low and met < rules.resumed_share * rules.agreed_meetings):
            continue
        low = thin
        said = f"{met} of {rules.agreed_meetings} {word} meetings held in {window} days"
        yield span.starts + day * DAY, "thinned" if low else "resumed", LOG, said


def _scores(log: Log, codebook: Codebook, rules: PhaseRules) -> pd.DataFrame:
    """Find waves in which the lower partner's mean score fell, or was back."""
    waves = lower_scores(log, codebook)
    rows = []
    for relationship_id, part in waves.groupby("relationship_id"):
        best, low = -np.inf, False
        for at, share in zip(part["at"], part["low"], strict=True):
            fell = best - share >= rules.score_fall - 1e-9
            if fell and not low:
                said = f"the lower partner's mean score fell by {best - share:.0%} of the range"
                rows.append((relationship_id, at, "score_fell", SCORE, said))
            elif low and best - share <= rules.score_fall / 2:
                said = "the lower partner's mean score was back"
                rows.append((relationship_id, at, "score_back", SCORE, said))
            low = fell or (low and best - share > rules.score_fall / 2)
            best = max(best, share)
    return pd.DataFrame(rows, columns=list(MARKERS))


def lower_scores(log: Log, codebook: Codebook) -> pd.DataFrame:
    """Give the lower partner's mean score of each wave, from 0 to 1 of the scale, with its day.

    Returns
    -------
    pandas.DataFrame
        `relationship_id, wave, at, low` in order of time, for waves with a date and answers of
        two persons or more on the relationship elements.
    """
    elements = [name for name in codebook.elements if name in RELATIONSHIP_ELEMENTS]
    answers = log.program.responses
    if "form" in answers:
        answers = answers[answers["form"].isna() | (answers["form"] == "scale")]
    columns = pd.DataFrame(columns=["relationship_id", "wave", "at", "low"])
    if not elements:
        return columns
    book = codebook.select(elements)
    answers = answers[answers["item"].isin(book.items["item"])].assign(at=answer_day(answers))
    if answers["at"].isna().all():
        return columns
    scores = score_elements(answers, codebook=book)
    ends = book.keyed(pd.unique(answers["role"])).groupby("element")[["low", "high"]].first()
    low, high = (scores["element"].map(ends[name]) for name in ("low", "high"))
    scores = scores.assign(share=(scores["score"] - low) / (high - low)).dropna(subset="share")
    rater = scores.groupby(["relationship_id", "wave", "rater_id"])["share"].mean().reset_index()
    wave = rater.groupby(["relationship_id", "wave"])["share"].agg(["min", "size"]).reset_index()
    day = answers.groupby(["relationship_id", "wave"])["at"].max().reset_index()
    both = wave[wave["size"] > 1].merge(day, on=["relationship_id", "wave"]).dropna(subset="at")
    both = both.merge(log.spans[["relationship_id", "starts", "ends"]], on="relationship_id")
    both = both[both["at"].between(both["starts"], both["ends"])]
    both = both.assign(at=both["at"].dt.normalize()).rename(columns={"min": "low"})
    return both.sort_values(["relationship_id", "at"])[["relationship_id", "wave", "at", "low"]]
