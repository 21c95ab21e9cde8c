"""Whether what a mentor gives a mentee comes back: beyond who is generous and who is liked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count
from ...options import check_level
from ...provenance import Provenance
from ...result import Result, describe_size
from ...stats.jackknife import cluster_jackknife
from ...stats.sweeping import sweep_means
from .dyad_frames import PARTNERS, elements_of_both, read_dyads

WHO = "reciprocity"
FEWEST_LEFT = 5
_COLUMNS = (
    "element",
    "kind",
    "estimate",
    "conf_low",
    "conf_high",
    "n",
    "df",
    "removed",
    "note",
)


@dataclass(frozen=True, eq=False, repr=False)
class Reciprocity(Result):
    """Dyadic reciprocity, raw and beyond persons.

    Attributes
    ----------
    table : pandas.DataFrame
        `element`, `kind` (``raw`` or ``beyond persons``), `estimate` (a correlation), `conf_low`,
        `conf_high`, `n` (pairs), `df` (what is left to correlate), `removed` (whose means were
        taken away), `note`.
    roles : tuple of str
        The partners.
    one_sided : tuple of str
        Elements on one role's form only, which were not compared.
    level : float
        Confidence level.
    """

    table: pd.DataFrame
    roles: tuple[str, str]
    one_sided: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.dyads:reciprocity"
    references: ClassVar[tuple[str, ...]] = ("kenny1984", "kenny2006", "guimaraes2010")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the correlations, two rows an element."""
        return self.table.copy()

    def headline(self) -> str:
        """What was correlated."""
        n = self.table["element"].nunique()
        return f"Reciprocity of {self.roles[0]} and {self.roles[1]} on {count(n, 'element')}"

    def notes(self) -> tuple[str, ...]:
        """How the two kinds differ, and what could not be told."""
        said = [
            "raw: do partners return what they get? It mixes persons who rate (or are rated) high "
            "with everyone and true exchange within the pair",
            "beyond persons: the same once each person's own mean as a rater and as a target is "
            "taken away; it needs persons with several partners",
        ]
        doubtful = self.table[self.table["note"] != ""]
        for note, rows in doubtful.groupby("note", sort=False):
            said.append(f"{', '.join(dict.fromkeys(rows['element']))}: {note}")
        if self.one_sided:
            said.append(f"on one role's form only, so not compared: {', '.join(self.one_sided)}")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        return self.table.drop(columns="note")


def reciprocity(
    pairs: pd.DataFrame,
    *,
    elements: str | Sequence[str] | None = None,
    roles: tuple[str, str] = PARTNERS,
    wave: int | None = None,
    level: float = 0.95,
) -> Reciprocity:
    r"""Tell whether partners return what they get, and whether that is more than two habits.

    A mentor who is generous to all and a mentee who is warm to all agree without any exchange
    between them. Where persons have several partners their means can be taken away; what is left
    is exchange within the pair.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`.
    elements : str or sequence of str, optional
        Elements to look at; all when left out.
    roles : tuple of str
        The columns with the partners' scores.
    wave : int, optional
        One wave; without it each pair's mean over its waves is used.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Reciprocity

    Raises
    ------
    OptionError
        For unknown elements or columns, or a frame without `mentor_id` and `mentee_id`.
    EstimationError
        When no pair has both scores.

    Notes
    -----
    Raw: the correlation of both partners' scores over pairs. Beyond persons: both scores are
    regressed on indicators of all mentors and of all mentees with two or more partners, and the
    residuals are correlated. Where every mentee has one mentor (the usual design) only the
    mentor's means can be taken away: `removed` says so, and what is left still holds what the
    mentee brings to any mentor. Intervals leave out one mentor at a time (t, Fisher's z). For
    groups in which everyone rates everyone use `social_relations`, which splits the rest further.

    References
    ----------
    kenny1984, kenny2006, guimaraes2010

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements import reciprocity
    >>> program = ml.datasets.load_example_program()
    >>> scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    >>> pairs = ml.pair_partners(scores, members=program.members)
    >>> reciprocity(pairs, elements="trust").to_frame()["kind"].tolist()
    ['raw', 'beyond persons']
    """
    check_level(level, who=WHO)
    rows: list[dict[str, object]] = []
    names, one_sided = elements_of_both(pairs, elements, WHO, roles, wave)
    for element in names:
        rows += _element(pairs, element, roles, wave, level)
    return Reciprocity(
        table=pd.DataFrame(rows, columns=list(_COLUMNS)),
        roles=roles,
        one_sided=tuple(one_sided),
        level=level,
        provenance=Provenance(
            WHO,
            {"pairs": describe_size(pairs), "elements": elements, "wave": wave, "level": level},
        ),
    )


def _element(
    pairs: pd.DataFrame, element: str, roles: tuple[str, str], wave: int | None, level: float
) -> list[dict[str, object]]:
    dyads = read_dyads(pairs, {element: element}, who=WHO, cluster=None, roles=roles, wave=wave)
    for name in ("mentor_id", "mentee_id"):
        if name not in dyads.ids:
            raise OptionError(f"{WHO}: `pairs` needs the column '{name}' to tell persons apart.")
    frame = dyads.ids.assign(first=dyads.values[element][:, 0], second=dyads.values[element][:, 1])
    mean = frame.groupby(["mentor_id", "mentee_id"], sort=False)[["first", "second"]].mean()
    scores = mean.to_numpy()
    mentors, mentees = (
        pd.factorize(mean.index.get_level_values(name))[0] for name in ("mentor_id", "mentee_id")
    )
    raw = _row(element, "raw", scores, mentors, 2, level)
    raw["removed"] = "nobody's means"
    beyond, removed, note = _beyond_persons(scores, mentors, mentees)
    if beyond is None:
        empty = dict.fromkeys(("estimate", "conf_low", "conf_high"), np.nan)
        row = {"element": element, "kind": "beyond persons", **empty, "n": 0, "df": 0}
        return [raw, {**row, "removed": removed, "note": note}]
    kept, rank = beyond
    row = _row(element, "beyond persons", *kept, rank + 1, level)
    return [raw, {**row, "removed": removed}]


def _beyond_persons(
    scores: np.ndarray, mentors: np.ndarray, mentees: np.ndarray
) -> tuple[tuple[tuple[np.ndarray, np.ndarray], int] | None, str, str]:
    """Residual scores with their mentors and the rank taken, whose means went, and why not."""
    keep = np.bincount(mentors)[mentors] > 1
    if not keep.any():
        return (
            None,
            "nobody's means",
            "every mentor has one mentee: persons can't be told from pairs",
        )
    several = np.bincount(mentees[keep])[mentees[keep]] > 1
    factors = [mentors[keep]]
    removed = "mentors' means"
    if several.any():
        # Mentees with one mentor share a level: their own mean can't be told from the pair.
        codes = np.where(several, mentees[keep] + 1, 0)
        factors.append(codes)
        removed = (
            "both persons' means"
            if several.all()
            else ("mentors' means, and those of mentees with several mentors")
        )
    left, rank = sweep_means(scores[keep], factors)
    if len(left) - rank < FEWEST_LEFT:
        note = f"only {max(len(left) - rank, 0)} degrees of freedom are left beyond persons"
        return None, removed, note
    return ((left, mentors[keep]), rank), removed, ""


def _row(
    element: str,
    kind: str,
    scores: np.ndarray,
    mentors: np.ndarray,
    used: int,
    level: float,
) -> dict[str, object]:
    row: dict[str, object] = {
        "element": element,
        "kind": kind,
        "estimate": np.nan,
        "conf_low": np.nan,
        "conf_high": np.nan,
        "n": len(scores),
        "df": len(scores) - used,
        "removed": "",
        "note": "",
    }
    if len(scores) < 3 or (np.ptp(scores, axis=0) < 1e-9).any():
        return {**row, "note": "fewer than three pairs, or a role whose scores do not vary"}
    row["estimate"] = float(np.corrcoef(scores.T)[0, 1])
    try:
        _, low, high = cluster_jackknife(
            lambda keep: _correlate(scores[keep]), mentors, bounded=True, level=level
        )
    except EstimationError as error:
        return {**row, "note": f"no interval: {error}"}
    return {**row, "conf_low": float(low[0]), "conf_high": float(high[0])}


def _correlate(scores: np.ndarray) -> np.ndarray:
    gap = scores - scores.mean(axis=0)
    size = np.sqrt((gap**2).sum(axis=0).prod())
    if size <= 0:
        raise EstimationError("without one of the mentors a role's scores do not vary")
    return np.array([(gap[:, 0] * gap[:, 1]).sum() / size])
