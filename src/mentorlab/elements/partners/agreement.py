"""How far mentor and mentee see their relationship alike, by several measures side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, listing, quote
from ...options import AgreementMeasure, check_level, check_option
from ...provenance import Provenance
from ...result import describe_size
from ...stats.jackknife import cluster_jackknife
from .agreement_measures import MEASURES, Measure, Numbers, Scale
from .agreement_result import ALL, Agreement
from .dyad_frames import (
    PARTNERS,
    Dyads,
    elements_of_both,
    pair_clusters,
    read_dyads,
)

WHO = "partner_agreement"
_COLUMNS = (
    "element",
    "measure",
    "form",
    "estimate",
    "conf_low",
    "conf_high",
    "f_value",
    "df1",
    "df2",
    "p_value",
    "n",
    "question",
    "note",
)


def partner_agreement(
    pairs: pd.DataFrame,
    *,
    measure: AgreementMeasure | Sequence[AgreementMeasure],
    elements: str | Sequence[str] | None = None,
    scale: tuple[float, float] | None = None,
    categories: Sequence[float] | None = None,
    cluster: str | None = "mentor_id",
    roles: tuple[str, str] = PARTNERS,
    wave: int | None = None,
    level: float = 0.95,
) -> Agreement:
    r"""Tell how far both partners see their relationship alike.

    Agreement has several meanings, and each measure answers one question; the result prints it.
    Take ICC(A,1) or concordance where scores should be *equal*, ICC(C,1) or precision where only
    their order matters, limits of agreement to see the size of differences in scale points,
    distinctive profile similarity for the pattern over elements.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`.
    measure : str or sequence of str
        One or several of ``"icc"`` (six forms), ``"icc_groups"``, ``"rwg"``, ``"rwg_j"``,
        ``"awg"``, ``"ad"``, ``"ccc"``, ``"weighted_kappa"``, ``"krippendorff"``,
        ``"profile_similarity"``, ``"bland_altman"``.
    elements : str or sequence of str, optional
        Elements to compare; all when left out.
    scale : tuple of float, optional
        Lowest and highest possible score; needed by ``rwg``, ``rwg_j`` and ``awg``.
    categories : sequence of float, optional
        Every score that could be given, used or not; needed by ``weighted_kappa``, which changes
        when an unused category is left out.
    cluster : str, optional
        Column of what pairs share, by default the mentor wherever one occurs twice.
    roles : tuple of str
        The columns with the partners' scores.
    wave : int, optional
        Compare one wave; all are pooled when left out.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Agreement
        Cells that can't be computed are empty with the reason in `note`.

    Raises
    ------
    OptionError
        For unknown measures, elements or columns, or when a measure lacks `scale` or `categories`.
    EstimationError
        When no pair has both scores.

    Notes
    -----
    Formulas and assumptions stand with the functions in ``stats``: ``icc_forms``, ``icc_groups``,
    ``group_agreement``, ``concordance``, ``weighted_kappa``, ``krippendorff_alpha``,
    ``profile_similarity``, ``limits_of_agreement``. Where pairs are independent, intervals are the
    measures' own; where pairs share a mentor or recur in waves, or a measure has no formula, they
    come from leaving mentors (or pairs) out one at a time (jackknife, on Fisher's z scale for
    measures below 1); where pairs depend on one another F tests do not hold and are left out. rwg,
    awg and AD are means over pairs: of one pair alone they say little.

    References
    ----------
    mcgraw1996, shrout1979, bliese2000, james1984, lindell1999, brown2005, burke1999, lin1989,
    cohen1968, krippendorff2004, furr2008, bland1986

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements import partner_agreement
    >>> program = ml.datasets.load_example_program()
    >>> scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    >>> pairs = ml.pair_partners(scores, members=program.members)
    >>> result = partner_agreement(pairs, measure=["ccc", "bland_altman"], elements="trust")
    >>> result.to_frame()["form"].tolist()[:2]
    ['concordance', 'precision (Pearson)']
    """
    check_level(level, who=WHO)
    measures = _measures(measure)
    answer_scale = _scale(measures, scale, categories)
    names, one_sided = elements_of_both(pairs, elements, WHO, roles, wave)
    rows: list[dict[str, object]] = []
    single = [name for name in measures if not MEASURES[name].many]
    kept: list[Dyads] = []
    for element in names if single else []:
        dyads = read_dyads(
            pairs, {element: element}, who=WHO, cluster=cluster, roles=roles, wave=wave
        )
        kept.append(dyads)
        scores = dyads.values[element]
        _check_categories(scores, answer_scale, element, single)
        for name in single:
            rows += _measure(name, element, scores, dyads, answer_scale, level)
    for name in (name for name in measures if MEASURES[name].many):
        variables = {element: element for element in names}
        dyads = read_dyads(pairs, variables, who=WHO, cluster=cluster, roles=roles, wave=wave)
        scores = np.stack([dyads.values[element] for element in names], axis=2)
        rows += _measure(name, ALL, scores, dyads, answer_scale, level)
        kept = kept or [dyads]
    return Agreement(
        table=pd.DataFrame(rows, columns=list(_COLUMNS)),
        scores=_scores(kept, roles),
        roles=roles,
        remarks=_remarks(kept, one_sided),
        level=level,
        provenance=Provenance(
            WHO,
            {
                "pairs": describe_size(pairs),
                "measure": measures,
                "elements": tuple(names),
                "scale": scale,
                "categories": None if categories is None else tuple(categories),
                "cluster": cluster,
                "wave": wave,
                "level": level,
            },
        ),
    )


def _measures(measure: str | Sequence[str]) -> tuple[str, ...]:
    asked = (measure,) if isinstance(measure, str) else tuple(measure)
    if not asked:
        raise OptionError(f"{WHO}: `measure` names nothing; choose among {listing(MEASURES)}.")
    return tuple(
        dict.fromkeys(
            check_option(name, AgreementMeasure, who=WHO, name="measure") for name in asked
        )
    )


def _scale(
    measures: tuple[str, ...],
    scale: tuple[float, float] | None,
    categories: Sequence[float] | None,
) -> Scale:
    ends = [name for name in measures if MEASURES[name].needs == "ends"]
    if ends and scale is None:
        raise OptionError(
            f"{WHO}: {quote(ends[0])} needs the ends of the answer scale; give scale=(low, high), "
            "such as (1, 5)."
        )
    if scale is not None and not scale[0] < scale[1]:
        raise OptionError(
            f"{WHO}: `scale` must be (low, high) with low < high; got {quote(scale)}."
        )
    if "weighted_kappa" in measures and categories is None:
        raise OptionError(
            f"{WHO}: 'weighted_kappa' needs every category of the scale, used or not; give "
            "categories=, such as [1, 2, 3, 4, 5]."
        )
    known = tuple(sorted(set(categories))) if categories is not None else ()
    if categories is not None and len(known) < 2:
        raise OptionError(f"{WHO}: `categories` must name two or more; got {quote(known)}.")
    low, high = scale if scale is not None else (float("nan"), float("nan"))
    return Scale(float(low), float(high), known)


def _check_categories(
    scores: np.ndarray, scale: Scale, element: str, measures: Sequence[str]
) -> None:
    if "weighted_kappa" in measures:
        off = ~np.isin(scores, scale.categories)
        if off.any():
            raise OptionError(
                f"{WHO}: `categories` must hold every score; {count(int(off.sum()), 'score')} of "
                f"{quote(element)} are none of them, first {scores[off][0]:g}. Kappa is for single "
                "answers, not for means of items."
            )
    if any(MEASURES[name].needs == "ends" for name in measures):
        off = (scores < scale.low) | (scores > scale.high)
        if off.any():
            raise OptionError(
                f"{WHO}: `scale` must hold every score; {count(int(off.sum()), 'score')} of "
                f"{quote(element)} lie outside, first {scores[off][0]:g}."
            )


def _measure(
    name: str, element: str, scores: np.ndarray, dyads: Dyads, scale: Scale, level: float
) -> list[dict[str, object]]:
    measure = MEASURES[name]
    note, found = "", None
    try:
        found = measure.compute(scores, scale, level)
        found, note = _interval(measure, scores, dyads, scale, level, found)
    except EstimationError as error:
        note = note or str(error)
        none = np.full(len(measure.forms), np.nan)
        found = found or Numbers(none, none, none, none)
    if measure.needs == "ends" and (scores != np.round(scores)).any():
        said = "scores are means of items: the uniform null is meant for single answers"
        note = f"{note}; {said}" if note else said
    return [
        {
            "element": element,
            "measure": name,
            "form": form,
            "estimate": found.estimate[i],
            "conf_low": found.conf_low[i],
            "conf_high": found.conf_high[i],
            "f_value": np.nan if found.f_value is None else found.f_value[i],
            "df1": np.nan if found.df1 is None else found.df1[i],
            "df2": np.nan if found.df2 is None else found.df2[i],
            "p_value": found.p_value[i],
            "n": dyads.n,
            "question": measure.questions[i],
            "note": note,
        }
        for i, form in enumerate(measure.forms)
    ]


def _interval(
    measure: Measure, scores: np.ndarray, dyads: Dyads, scale: Scale, level: float, found: Numbers
) -> tuple[Numbers, str]:
    """The measure's own interval, or the jackknife where pairs depend or there is no formula."""
    none = np.full(len(found.estimate), np.nan)
    if np.isnan(found.estimate).any():
        return Numbers(found.estimate, none, none, none), (
            "not defined, and without interval, where a partner's scores do not vary"
        )
    clusters = pair_clusters(dyads) if dyads.clusters is not None or dyads.repeated else None
    if clusters is None and not np.isnan(found.conf_low).any():
        return _without_width(found)
    try:
        _, low, high = cluster_jackknife(
            lambda keep: measure.compute(scores[keep], scale, level).estimate,
            np.arange(dyads.n) if clusters is None else clusters,
            bounded=measure.bounded,
            level=level,
        )
    except EstimationError as error:
        if clusters is None:
            return found, f"no interval: {error}"
        return Numbers(found.estimate, none, none, none), f"no interval: {error}"
    if clusters is not None:
        return _without_width(Numbers(found.estimate, low, high, none))
    own = ~np.isnan(found.conf_low)
    low, high = np.where(own, found.conf_low, low), np.where(own, found.conf_high, high)
    return _without_width(replace(found, conf_low=low, conf_high=high))


def _without_width(found: Numbers) -> tuple[Numbers, str]:
    """Take away intervals of no width, which say that no pair changes the number."""
    flat = found.conf_low == found.conf_high
    if not flat.any():
        return found, ""
    low, high = (np.where(flat, np.nan, limit) for limit in (found.conf_low, found.conf_high))
    note = "a number without interval is the same whichever pair is left out"
    return replace(found, conf_low=low, conf_high=high), note


def _scores(kept: list[Dyads], roles: tuple[str, str]) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"element": element, roles[0]: both[:, 0], roles[1]: both[:, 1]})
        for dyads in kept
        for element, both in dyads.values.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _remarks(kept: list[Dyads], one_sided: list[str]) -> tuple[str, ...]:
    said = []
    if one_sided:
        said.append(f"on one role's form only, so not compared: {', '.join(one_sided)}")
    dropped = max(dyads.n_dropped for dyads in kept)
    if dropped:
        said.append(f"up to {count(dropped, 'pair')} an element left out: one partner has no score")
    if any(dyads.clusters is not None for dyads in kept):
        first = next(dyads for dyads in kept if dyads.clusters is not None)
        said.append(
            f"scores that share {first.cluster} (several mentees or waves) are not independent: "
            f"intervals by leaving out one of {first.n_clusters:,} at a time"
        )
    elif any(dyads.repeated for dyads in kept):
        said.append("waves are pooled: intervals by leaving out one pair at a time")
    return tuple(said)
