"""Phases of a relationship: initiation, cultivation, separation, redefinition, and back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from ...activity import Log, read_log
from ...codebook import Codebook
from ...errors import EstimationError, OptionError, count, quote
from ...options import StageVocabulary, check_option
from ...program import Program
from ...provenance import Provenance
from ...result import Result
from ...spans import DAY
from .phase_markers import CLOCK, EVENT, LOG, SCORE, PhaseRules, find_markers

WHO = "phases"
PHASES = ("initiation", "cultivation", "separation", "redefinition")
LABELS: dict[str, tuple[str, str, str, str]] = {
    "kram": PHASES,
    "zachary": ("negotiating", "enabling growth", "coming to closure", "after closure"),
    "harvard_catalyst": ("launch", "maintain", "conclude", "after conclude"),
    "ncssm": ("initiation", "cultivation", "transition", "closure/redefinition"),
}
_FIRST, _WORK, _PARTING, _AFTER = PHASES
MOVES = {
    (_FIRST, "settled"): _WORK,
    (_FIRST, "thinned"): _PARTING,
    (_FIRST, "closing"): _PARTING,
    (_FIRST, "closure_form"): _PARTING,
    (_FIRST, "ended"): _PARTING,
    (_WORK, "thinned"): _PARTING,
    (_WORK, "score_fell"): _PARTING,
    (_WORK, "closing"): _PARTING,
    (_WORK, "closure_form"): _PARTING,
    (_WORK, "ended"): _PARTING,
    (_WORK, "new_partner"): _FIRST,
    (_PARTING, "settled"): _WORK,
    (_PARTING, "resumed"): _WORK,
    (_PARTING, "score_back"): _WORK,
    (_PARTING, "renewed"): _WORK,
    (_PARTING, "new_partner"): _FIRST,
    (_PARTING, "met_after"): _AFTER,
    (_AFTER, "renewed"): _WORK,
}
_UNDONE = {"settled": "thinned", "resumed": "thinned", "score_back": "score_fell"}
_COLUMNS = [
    "relationship_id",
    "order",
    "phase",
    "label",
    "from_on",
    "to_on",
    "days",
    "clock_from",
    "clock_to",
    "source",
    "evidence",
    "back",
    "open",
]


@dataclass(frozen=True, eq=False, repr=False)
class Phases(Result):
    """When each relationship was in which phase, and on what evidence.

    Attributes
    ----------
    intervals : pandas.DataFrame
        One row a relationship and stay in a phase: `relationship_id`, `order` (from 1), `phase`
        (Kram's name), `label` (the name in the chosen vocabulary), `from_on`, `to_on`, `days`,
        `clock_from`, `clock_to` (shares of the agreed length), `source` (event, log, score or
        clock), `evidence` (why the phase began), `back` (true for a move back), `open` (true if
        it had not ended by the last known day).
    left_out : pandas.DataFrame
        `relationship_id`, `reason`.
    vocabulary : str
        Whose names `label` uses.
    rules : PhaseRules
        What counted as evidence.
    known_until : pandas.Timestamp
        The last moment known.
    sources : tuple of str
        The kinds of evidence that the data could give.
    """

    intervals: pd.DataFrame
    left_out: pd.DataFrame
    vocabulary: str
    rules: PhaseRules
    known_until: pd.Timestamp
    sources: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.phases:phase_timeline"
    references: ClassVar[tuple[str, ...]] = ("kram1983",)
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the stays, one row each."""
        return self.intervals.copy()

    def latest(self) -> pd.DataFrame:
        """Give each relationship's last known stay, one row a relationship."""
        last = self.intervals.drop_duplicates("relationship_id", keep="last")
        return last.drop(columns="order").reset_index(drop=True)

    def headline(self) -> str:
        """How many relationships, and where they stand."""
        latest = self.latest()
        running = latest.loc[latest["open"], "phase"].value_counts()
        where = [f"{running[name]} in {name}" for name in PHASES if name in running]
        n_ended = int((~latest["open"]).sum())
        return (
            f"Phases of {count(len(latest), 'relationship')} until {self.known_until:%Y-%m-%d}: "
            + ", ".join([*where, f"{n_ended} ended"])
        )

    def notes(self) -> tuple[str, ...]:
        """What counted as evidence, moves back, and who is left out."""
        said = [
            "rules are our reading of the phases, not validated against observers; they follow the "
            "agreed length of each relationship, not the years of Kram's informal ones",
            f"evidence used: {', '.join(self.sources)}",
        ]
        back = self.intervals["back"]
        if back.any():
            n_pairs = self.intervals.loc[back, "relationship_id"].nunique()
            said.append(
                f"{count(int(back.sum()), 'move')} back, in {count(n_pairs, 'relationship')}"
            )
        for reason, rows in self.left_out.groupby("reason"):
            said.append(f"{count(len(rows), 'relationship')} left out: {reason}")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        stays = self.intervals
        rows = []
        for phase, label in zip(PHASES, LABELS[self.vocabulary], strict=True):
            own = stays[stays["phase"] == phase]
            total = own.groupby("relationship_id")[["days", "clock_from"]].agg(
                {"days": "sum", "clock_from": "min"}
            )
            now = self.latest()
            rows.append(
                {
                    "phase": label,
                    "n": len(total),
                    "median_days": total["days"].median(),
                    "median_begin": total["clock_from"].median(),
                    "n_now": int((now["open"] & now["phase"].eq(phase)).sum()),
                    "n_back": int(own["back"].sum()),
                }
            )
        shown = pd.DataFrame(rows)
        return shown.assign(median_days=shown["median_days"].round().astype("Int64"))


def phases(
    program: Program,
    *,
    codebook: Codebook | None = None,
    vocabulary: StageVocabulary = "kram",
    rules: PhaseRules | None = None,
) -> Phases:
    """Tell in which phase each relationship was when, and what shows it.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on` and an agreed length (`planned_end` or `agreed_months`);
        uses contacts, goals, acts, closure forms and answers where they are there.
    codebook : Codebook, optional
        What the items mean; without it, scores are no evidence.
    vocabulary : {"kram", "zachary", "harvard_catalyst", "ncssm"}
        Whose names to print beside Kram's. Phases before the start (Zachary's and Harvard
        Catalyst's preparing) leave no trace in a relationship's data.
    rules : PhaseRules, optional
        Other cuts.

    Returns
    -------
    Phases
        Stays with the evidence for each transition.

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    OptionError
        For an unknown vocabulary, or `codebook` or `rules` of another type.
    EstimationError
        If no relationship has an agreed length.

    Notes
    -----
    Every relationship begins in initiation. It moves to cultivation when the partners have met a
    few times and begun to work; to separation when contact has thinned (at most a third of the
    last four agreed meetings held), when the lower partner's mean score fell by a quarter of the
    scale, when a closure form was answered, in the last tenth of the agreed length, or at the
    ending; to redefinition when the partners meet after the ending or after the agreed end. It
    moves back when contact or scores recover, when a new goal is agreed after the agreed end, or
    when a new mentor or mentee takes over. Every transition rests on what was known on its day, so
    the phases of ``program.as_of(day)`` are the phases of the program up to that day.

    Kram described phases of 18 informal relationships of several years; only the names and their
    order are hers. Do not read a phase as a diagnosis: "separation" on schedule is a success.

    References
    ----------
    kram1983 : Phases of the mentor relationship.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements.relationships.phases import phases
    >>> result = phases(ml.datasets.load_example_program(), codebook=ml.item_bank())
    >>> first = result.to_frame().drop_duplicates("relationship_id")
    >>> set(first["phase"])
    {'initiation'}
    """
    check_option(vocabulary, StageVocabulary, who=WHO, name="vocabulary")
    _check_types(codebook=(codebook, Codebook), rules=(rules, PhaseRules))
    rules = PhaseRules() if rules is None else rules
    log = read_log(program, who=WHO)
    left_out = _without_length(log)
    spans = log.spans[~log.spans["relationship_id"].isin(left_out["relationship_id"])]
    if spans.empty:
        raise EstimationError(
            f"{WHO}: no relationship has an agreed length; give relationships.planned_end or "
            "relationships.agreed_months."
        )
    intervals = _walk(spans, find_markers(replace(log, spans=spans), codebook, rules), log)
    names = dict(zip(PHASES, LABELS[vocabulary], strict=True))
    return Phases(
        intervals=intervals.assign(label=intervals["phase"].map(names))[_COLUMNS],
        left_out=left_out,
        vocabulary=vocabulary,
        rules=rules,
        known_until=log.known_until,
        sources=_sources(program, codebook),
        provenance=Provenance(
            WHO,
            {
                "program": count(len(program.relationships), "relationship"),
                "vocabulary": vocabulary,
                "codebook": None if codebook is None else codebook.title,
            },
        ),
    )


def _check_types(**given: tuple[object, type]) -> None:
    for name, (value, kind) in given.items():
        if value is not None and not isinstance(value, kind):
            raise OptionError(f"{WHO}: `{name}` must be a {kind.__name__}; got {quote(value)}.")


def _walk(spans: pd.DataFrame, markers: pd.DataFrame, log: Log) -> pd.DataFrame:
    by_pair = defaultdict(list)
    for mark in markers.itertuples(index=False):
        by_pair[mark.relationship_id].append(mark)
    rows = [
        row
        for span in spans.itertuples(index=False)
        for row in _stays(span, by_pair[span.relationship_id], log)
    ]
    return pd.DataFrame(rows)


def _without_length(log: Log) -> pd.DataFrame:
    months = log.spans["agreed_months"]
    reason = pd.Series("no agreed length", index=log.spans.index).mask(
        months.notna(), "an agreed length of 0 days"
    )
    missing = ~(months > 0)
    return pd.DataFrame({"relationship_id": log.spans["relationship_id"], "reason": reason})[
        missing
    ].reset_index(drop=True)


def _stays(span, markers: list, log: Log) -> list[dict[str, object]]:
    """Walk one relationship's markers through the table of moves."""
    stays = [_stay(_FIRST, span.starts, "started", EVENT, "started")]
    for mark in markers:
        now = stays[-1]
        target = MOVES.get((now["phase"], mark.marker))
        undone = _UNDONE.get(mark.marker)
        if target is None or (now["phase"] == _PARTING and undone and now["marker"] != undone):
            continue
        if mark.marker in ("resumed", "score_back"):
            target = stays[-2]["phase"]
        stays.append(
            _stay(target, max(mark.at, span.starts), mark.marker, mark.source, mark.evidence)
        )
    return _close(stays, span, log)


def _stay(phase: str, at: pd.Timestamp, marker: str, source: str, evidence: str) -> dict:
    return {
        "phase": phase,
        "from_on": at,
        "marker": marker,
        "source": source,
        "evidence": evidence,
    }


def _close(stays: list[dict], span, log: Log) -> list[dict]:
    last_day = log.known_until.normalize()
    goes_on = not span.ended or stays[-1]["from_on"] > span.ends
    end = last_day if goes_on else span.ends.normalize()
    length = (span.agreed_end - span.starts) / DAY
    closed = []
    for i, stay in enumerate(stays):
        to_on = stays[i + 1]["from_on"] if i + 1 < len(stays) else end
        before = PHASES.index(stays[i - 1]["phase"]) if i else -1
        closed.append(
            {
                "relationship_id": span.relationship_id,
                "order": i + 1,
                "to_on": to_on,
                "days": (to_on - stay["from_on"]).days,
                "clock_from": (stay["from_on"] - span.starts) / DAY / length,
                "clock_to": (to_on - span.starts) / DAY / length,
                "back": PHASES.index(stay["phase"]) < before,
                "open": i + 1 == len(stays) and goes_on,
                **stay,
            }
        )
    return closed


def _sources(program: Program, codebook: Codebook | None) -> tuple[str, ...]:
    has_log = program.contacts is not None
    has_scores = codebook is not None and program.responses is not None
    seen = {EVENT: True, CLOCK: True, LOG: has_log, SCORE: has_scores}
    return tuple(name for name, there in seen.items() if there)
