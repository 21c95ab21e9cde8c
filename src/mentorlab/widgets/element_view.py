"""What mentors and mentees say of one element, worked out by one plain function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
import pandas as pd

from ..codebook import Codebook
from ..errors import count
from ..options import ElementPanel, PartnerRole, check_option
from ..program import Program
from ..provenance import Provenance
from ..result import describe_size
from .element_result import ElementView
from .groups import SIDES, Group
from .partner_numbers import PartnerAgreement, compare_partners
from .scored import PairScores, ScoredElements, SideScores

WHO = "element_view"
_FEW = 10  # people; an estimate from fewer says next to nothing, and may point to persons
_TINY = 1e-9  # scores are means, so one in the middle of two bins may miss it by rounding
_COEFFICIENTS = (
    "role", "coefficient", "estimate", "std_error", "conf_low", "conf_high", "n", "n_dropped",
    "n_items",
)  # fmt: skip
_MAX_BINS = 24  # more bars than this can't be told apart in the picture


def element_view(
    program: Program | pd.DataFrame | ScoredElements,
    *,
    element: str,
    wave: int | None = None,
    role: PartnerRole | None = None,
    group: Group | None = None,
    show: ElementPanel = "partners",
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
        The side whose scores are described; both when left out. Pairs always have both.
    group : tuple of str and object, optional
        An attribute and its value: a column of relationships, ``("cohort", "2023")``, or of the
        people on one side, ``("mentee.level", "junior")``. Needs a program. Answers of one side
        belong to a group of that side by who gave them, the other side's by whom they are about.
    show : {"partners", "reliability", "items"}
        What stands beside the distribution of scores: the pairs and their agreement; alpha and
        omega with intervals; or the item analysis.
    codebook : Codebook, optional
        What the items mean; mentorlab's own item bank when left out.
    members : pandas.DataFrame, optional
        Rows of the members table, with a responses frame only.

    Returns
    -------
    ElementView
        Mean, standard deviation and alpha of each side, the distributions, and what `show` names.

    Raises
    ------
    OptionError
        If there are no scores of `element`, or `wave`, `role`, `group` or `show` is unknown.
    MissingTableError
        If the program has no responses.
    SchemaError
        If the responses do not fit the codebook.

    Notes
    -----
    The gap is mentor minus mentee; a mean of zero can hide large gaps in both directions, so the
    limits of agreement and the share of pairs one scale point or more apart stand beside it.
    Agreement is said in several ways: ICC(A,1) and Lin's concordance fall with every kind of
    difference, Pearson's r only with a different order: partners can differ by a constant and
    correlate perfectly. The numbers are those of `partner_agreement`: for independent pairs each
    measure's own interval, and where there is none (r), where pairs share a mentor or recur in
    several waves, the one from leaving pairs or mentors out one at a time. Intervals of alpha
    beside the means are Feldt's, those shown with ``show="reliability"`` ask for no normal answers.

    References
    ----------
    kenny2006 : Dyadic data analysis.
    feldt1965 : The interval of alpha.
    maydeu2007 : Intervals of alpha for any distribution.
    mcgraw1996 : Intraclass correlations.
    lin1989 : Concordance.
    bland1986 : Limits of agreement.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> view = ml.widgets.element_view(program, element="trust", wave=1)
    >>> view.sides["role"].tolist()
    ['mentor', 'mentee']
    >>> view.to_frame()["measure"].tolist()[6:10]
    ['correlation', 'icc', 'concordance', 'mean_gap']
    """
    scored = ScoredElements.of(program, codebook=codebook, members=members, who=WHO)
    scored.check(element=element, wave=wave, who=WHO)
    if role is not None:
        check_option(role, PartnerRole, who=WHO, name="role")
    check_option(show, ElementPanel, who=WHO, name="show")
    wave = None if wave is None else int(wave)
    return _view_of(scored, element, wave, role, group, show)


def _view_of(
    everybody: ScoredElements,
    element: str,
    wave: int | None,
    role: PartnerRole | None,
    group: Group | None,
    show: ElementPanel,
) -> ElementView:
    scored = everybody.in_group(group, who=WHO)
    roles = SIDES if role is None else (role,)
    waves = scored.waves_of(element)
    pooled = wave is None and len(waves) > 1
    scale, width = _scale(scored, element)
    scores = {one: scored.side_of(element, wave, one) for one in roles}
    means = {one: _mean(everybody.side_of(element, wave, one).score) for one in roles}
    pairs = scored.pairs_of(element, wave) if show == "partners" else None
    alphas = {row.role: row for row in scored.alpha_of(element, wave).itertuples()}
    alphas = {one: alphas[one] for one in roles if one in alphas}
    partners = None if pairs is None else compare_partners(pairs)
    coefficients, doubts = _coefficients(scored, element, wave, roles, show)
    items, warnings = _items(scored, element, wave, roles, show)
    return ElementView(
        element=element,
        wave=wave,
        pooled=pooled,
        role=role,
        group=group,
        show=show,
        scale=scale,
        sides=pd.DataFrame([_side(r, scores[r], means[r], alphas.get(r)) for r in roles]),
        distribution=_distribution(scores, scale, width),
        partners=partners,
        crossed=_crossed(pairs, scale, width),
        coefficients=coefficients,
        items=items,
        bin_width=width,
        said=(
            *warnings,
            *(_pair_caveats(scores, partners, pooled=pooled) if partners else doubts),
            *(f"{row.role}s: {row.note}" for row in alphas.values() if row.note),
            *_size_caveats(scores),
            *_survey_caveats(scored.codebook, n_waves=len(waves), pooled=pooled),
        ),
        provenance=Provenance(
            WHO,
            {
                "responses": describe_size(scored.responses),
                "element": element,
                "wave": wave,
                "role": role,
                "group": group,
                "show": show,
            },
        ),
    )


def _coefficients(
    scored: ScoredElements,
    element: str,
    wave: int | None,
    roles: Sequence[str],
    show: ElementPanel,
) -> tuple[pd.DataFrame, list[str]]:
    if show != "reliability":
        return pd.DataFrame(columns=list(_COEFFICIENTS)), []
    found = scored.coefficients_of(element, wave)
    found = found[found["role"].isin(roles)]
    noted = found[found["note"] != ""]
    doubts = [f"{row.coefficient}, {row.role}s: {row.note}" for row in noted.itertuples()]
    order = found["role"].map(SIDES.index)
    found = found.loc[order.sort_values(kind="stable").index, list(_COEFFICIENTS)]
    return found.reset_index(drop=True), doubts


def _items(
    scored: ScoredElements,
    element: str,
    wave: int | None,
    roles: Sequence[str],
    show: ElementPanel,
) -> tuple[pd.DataFrame, list[str]]:
    """The item analysis with the codebook's words, and which items go against their scale."""
    analysis = scored.items_of(element, wave) if show == "items" else None
    if analysis is None or analysis.items.empty:
        return pd.DataFrame(columns=["role", "item", "wording", "reverse"]), []
    parts = []
    for role in roles:
        form = scored.codebook.for_role(role).set_index("item")
        own = analysis.items[analysis.items["role"] == role]
        parts.append(own.assign(**{c: own["item"].map(form[c]) for c in ("wording", "reverse")}))
    items = pd.concat(parts, ignore_index=True)
    told = [text for text in analysis.warnings if any(f"(role {r})" in text for r in roles)]
    return items, told


def _scale(scored: ScoredElements, element: str) -> tuple[tuple[float, float], float]:
    low, high, n_items = scored.scale_of(element)
    step = 1 / n_items
    return (low, high), step * ceil((high - low) / step / _MAX_BINS)


def _side(role: str, scores: SideScores, mean_of_all: float, alpha: Any) -> dict[str, object]:
    n = len(scores.score)
    nan = float("nan")
    return {
        "role": role,
        "n": n,
        "n_raters": len(np.unique(scores.rater)),
        "mean": _mean(scores.score),
        "sd": scores.score.std(ddof=1) if n > 1 else nan,
        "mean_of_all": mean_of_all,
        "alpha": alpha.alpha if alpha else nan,
        "conf_low": alpha.conf_low if alpha else nan,
        "conf_high": alpha.conf_high if alpha else nan,
        "n_complete": int(alpha.n) if alpha else 0,
    }


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


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
            "intervals of alpha and omega are too narrow"
        )
    return said


def _size_caveats(scores: Mapping[str, SideScores]) -> list[str]:
    """Sides of which so few people answered that little can be said, and persons can be told."""
    n_people = {role: len(np.unique(side.rater)) for role, side in scores.items()}
    return [
        f"{count(n, role)} only: say little, and do not publish"
        for role, n in n_people.items()
        if 0 < n < _FEW
    ]


def _pair_caveats(
    scores: Mapping[str, SideScores], partners: PartnerAgreement, *, pooled: bool
) -> list[str]:
    answered = [role for role, side in scores.items() if len(side.score)]
    if len(answered) == 1 and len(scores) == 2:
        return [f"single source: only {answered[0]}s have scores, so agreement is unknown"]
    if not partners.n:
        return ["no pair has scores from both partners: agreement is unknown"]
    said = partners.words()
    if partners.n_one_sided:
        one_sided = count(partners.n_one_sided, "pair-wave" if pooled else "pair")
        said.append(f"{one_sided} with one partner's score only: not among the pairs")
    if partners.clustered:
        mentors = count(partners.n_mentors, "mentor")
        shared = f"{partners.n_shared:,} of {mentors} {'has' if partners.n_shared == 1 else 'have'}"
        why = f"{shared} several mentees" if partners.n_shared else "pairs recur in several waves"
        said.append(f"{why}: intervals of the pairs by leaving mentors out one at a time")
    return said
