"""What mentors and mentees say of one element, worked out by one plain function."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..errors import count
from ..options import PartnerRole, check_option
from ..program import Program
from ..provenance import Provenance
from ..result import describe_size
from .element_result import WIDE_GAP, ElementView, PartnerAgreement
from .scored import SIDES, PairScores, ScoredElements, SideScores

WHO = "element_view"
_ITEM_COLUMNS = ["role", "item", "wording", "reverse", "mean", "sd", "item_rest"]
_Z = 1.959963984540054  # normal quantile of 0.975
_TINY = 1e-9  # scores are means, so a gap of one point may miss it by rounding
_MAX_BINS = 24  # more bars than this can't be told apart in the picture


def element_view(
    program: Program | pd.DataFrame | ScoredElements,
    *,
    element: str,
    wave: int | None = None,
    role: PartnerRole | None = None,
    codebook: Codebook | None = None,
    members: pd.DataFrame | None = None,
) -> ElementView:
    """Tell how mentors and mentees see one element, and how near the partners of a pair are.

    Parameters
    ----------
    program : Program or pandas.DataFrame
        A program with responses, or a responses frame with `members`.
    element : str
        An element of the codebook.
    wave : int, optional
        A survey wave; all are pooled when left out.
    role : {"mentor", "mentee"}, optional
        One side with its items; both sides and their pairs when left out.
    codebook : Codebook, optional
        What the items mean; mentorlab's own item bank when left out.
    members : pandas.DataFrame, optional
        Rows of the members table, with a responses frame only.

    Returns
    -------
    ElementView
        Mean, standard deviation and alpha of each side; gap and correlation of the pairs; the
        distributions and, for one side, its items.

    Raises
    ------
    OptionError
        If there are no scores of `element`, or `wave` or `role` is unknown.
    MissingTableError
        If the program has no responses.
    SchemaError
        If the responses do not fit the codebook.

    Notes
    -----
    The gap is mentor minus mentee; a mean of zero can hide large gaps in both directions, so the
    share of pairs one scale point or more apart stands beside it. The correlation is Pearson's r
    with Fisher's interval, :math:`\\tanh(\\operatorname{artanh} r \\pm 1.96 / \\sqrt{n - 3})`, for
    independent pairs from a bivariate normal distribution. Pairs that share a mentor, and one
    pair's answers in several waves, are not independent: the interval is then too narrow, and the
    notes say how many. A correlation is not agreement: partners can differ by a constant and
    correlate perfectly.

    References
    ----------
    kenny2006 : Dyadic data analysis.
    feldt1965 : The interval of alpha.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> view = ml.widgets.element_view(program, element="trust", wave=1)
    >>> view.sides["role"].tolist()
    ['mentor', 'mentee']
    >>> view.to_frame()["measure"].tolist()[-2:]
    ['share_wide_gap', 'correlation']
    """
    scored = ScoredElements.of(program, codebook=codebook, members=members, who=WHO)
    scored.check(element=element, wave=wave, who=WHO)
    if role is not None:
        check_option(role, PartnerRole, who=WHO, name="role")
    return _view_of(scored, element, None if wave is None else int(wave), role)


def _view_of(
    scored: ScoredElements, element: str, wave: int | None, role: PartnerRole | None
) -> ElementView:
    roles = SIDES if role is None else (role,)
    waves = scored.waves_of(element)
    pooled = wave is None and len(waves) > 1
    scale, width = _scale(scored, element)
    scores = {one: scored.side_of(element, wave, one) for one in roles}
    pairs = scored.pairs_of(element, wave) if role is None else None
    scales, items = scored.reliability_of(element, wave)
    scales = {row.role: row for row in scales.itertuples() if row.role in roles}
    partners = None if pairs is None else _agreement(pairs)
    return ElementView(
        element=element,
        wave=wave,
        pooled=pooled,
        role=role,
        scale=scale,
        sides=pd.DataFrame([_side(one, scores[one], scales.get(one)) for one in roles]),
        partners=partners,
        distribution=_distribution(scores, scale, width),
        crossed=_crossed(pairs, scale, width),
        items=items.loc[items["role"].isin(roles), _ITEM_COLUMNS].reset_index(drop=True),
        bin_width=width,
        said=(
            *_survey_caveats(scored.codebook, n_waves=len(waves), pooled=pooled),
            *(f"{row.role}s: {row.note}" for row in scales.values() if row.note),
            *(_pair_caveats(scores, partners, pooled=pooled) if partners else ()),
        ),
        provenance=Provenance(
            WHO,
            {
                "responses": describe_size(scored.responses),
                "element": element,
                "wave": wave,
                "role": role,
            },
        ),
    )


def _scale(scored: ScoredElements, element: str) -> tuple[tuple[float, float], float]:
    low, high, n_items = scored.scale_of(element)
    step = 1 / n_items
    return (low, high), step * ceil((high - low) / step / _MAX_BINS)


def _side(role: str, scores: SideScores, measured: Any) -> dict[str, object]:
    n = len(scores.score)
    nan = float("nan")
    return {
        "role": role,
        "n": n,
        "n_raters": len(np.unique(scores.rater)),
        "mean": scores.score.mean() if n else nan,
        "sd": scores.score.std(ddof=1) if n > 1 else nan,
        "alpha": measured.alpha if measured else nan,
        "conf_low": measured.conf_low if measured else nan,
        "conf_high": measured.conf_high if measured else nan,
        "n_complete": int(measured.n) if measured else 0,
    }


def _agreement(pairs: PairScores) -> PartnerAgreement:
    both = ~np.isnan(pairs.mentor) & ~np.isnan(pairs.mentee)
    mentor, mentee = pairs.mentor[both], pairs.mentee[both]
    gap = mentor - mentee
    people = np.unique(np.column_stack([pairs.mentor_code[both], pairs.mentee_code[both]]), axis=0)
    n_mentees = np.unique(people[:, 0], return_counts=True)[1]
    r, low, high = _correlation(mentor, mentee)
    nan = float("nan")
    return PartnerAgreement(
        n=len(gap),
        n_one_sided=len(both) - len(gap),
        n_shared=int((n_mentees > 1).sum()),
        n_mentors=len(n_mentees),
        mean_gap=float(gap.mean()) if len(gap) else nan,
        sd_gap=float(gap.std(ddof=1)) if len(gap) > 1 else nan,
        mentor_higher=float((gap >= WIDE_GAP - _TINY).mean()) if len(gap) else nan,
        mentee_higher=float((gap <= -WIDE_GAP + _TINY).mean()) if len(gap) else nan,
        r=r,
        conf_low=low,
        conf_high=high,
    )


def _correlation(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    nan = float("nan")
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return nan, nan, nan
    r = float(np.corrcoef(x, y)[0, 1])
    if len(x) < 4 or abs(r) >= 1:
        return r, nan, nan
    half = _Z / np.sqrt(len(x) - 3)
    low, high = np.tanh(np.arctanh(r) + np.array([-half, half]))
    return r, float(low), float(high)


def _bin(values: np.ndarray, low: float, width: float) -> np.ndarray:
    return np.floor((values - low) / width + 0.5 + _TINY).astype(np.int64)


def _distribution(
    scores: Mapping[str, SideScores], scale: tuple[float, float], width: float
) -> pd.DataFrame:
    n_bins = ceil((scale[1] - scale[0]) / width - _TINY) + 1
    middle = scale[0] + width * np.arange(n_bins)
    counts = [
        np.bincount(_bin(side.score, scale[0], width), minlength=n_bins) for side in scores.values()
    ]
    return pd.DataFrame(
        {
            "role": np.repeat(list(scores), n_bins),
            "score": np.tile(middle, len(scores)),
            "n": np.concatenate(counts),
            "share": np.concatenate([n / max(n.sum(), 1) for n in counts]),
        }
    )


def _crossed(pairs: PairScores | None, scale: tuple[float, float], width: float) -> pd.DataFrame:
    both = np.zeros((0, 2)) if pairs is None else np.column_stack([pairs.mentor, pairs.mentee])
    both = both[~np.isnan(both).any(axis=1)]
    cells, n = np.unique(_bin(both, scale[0], width), axis=0, return_counts=True)
    middle = scale[0] + width * cells
    return pd.DataFrame({"mentor": middle[:, 0], "mentee": middle[:, 1], "n": n})


def _survey_caveats(codebook: Codebook, *, n_waves: int, pooled: bool) -> list[str]:
    said = []
    if not codebook.validated:
        unvalidated = codebook.validated is False
        state = "are unvalidated" if unvalidated else "come without evidence of validity"
        said.append(f"the items of the {codebook.title} {state}: no norms, no cut-offs")
    if n_waves == 1:
        said.append("single wave: change over time can't be seen")
    if pooled:
        said.append(
            "all waves pooled: answers of one person in several waves count as independent, so "
            "the intervals are too narrow"
        )
    return said


def _pair_caveats(
    scores: Mapping[str, SideScores], partners: PartnerAgreement, *, pooled: bool
) -> list[str]:
    answered = [role for role, side in scores.items() if len(side.score)]
    if len(answered) == 1:
        return [f"single source: only {answered[0]}s have scores, so agreement is unknown"]
    if not partners.n:
        return ["no pair has scores from both partners: agreement is unknown"]
    said = []
    if partners.n_one_sided:
        one_sided = count(partners.n_one_sided, "pair-wave" if pooled else "pair")
        said.append(
            f"{one_sided} with one partner's score only: in that side's mean, not in the gap or r"
        )
    interval = "the interval of r is Fisher's z for independent pairs"
    if partners.n_shared:
        mentors = count(partners.n_mentors, "mentor")
        have = "has" if partners.n_shared == 1 else "have"
        interval += f"; {partners.n_shared:,} of {mentors} {have} several mentees: it is too narrow"
    return [*said, interval]
