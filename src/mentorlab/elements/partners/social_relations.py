"""Circles in which everyone rates everyone: raters, targets and relationships told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, did_you_mean, listing, quote
from ...provenance import Provenance
from ...result import Result, describe_size
from ...stats.dyads.social_relations import (
    COMPONENTS,
    CROSS_COMPONENTS,
    SMALLEST_GROUP,
    SocialRelations,
    pool_groups,
    round_robin_effects,
)
from ...stats.dyads.social_relations import social_relations as fit_group
from ...stats.dyads.social_relations import social_relations_of_two as fit_two
from .dyad_frames import p_text

WHO = "social_relations"
_MEANINGS = {
    "actor_variance": "how much raters differ in what they give to everyone",
    "partner_variance": "how much targets differ in what they get from everyone",
    "relationship_variance": "what is special to one rater and one target (and error)",
    "actor_partner_covariance": "generalized reciprocity: do givers get?",
    "relationship_covariance": "dyadic reciprocity: is what is special returned?",
    "actor_actor_covariance": "do raters who give much of one give much of the other?",
    "partner_partner_covariance": "do targets who get much of one get much of the other?",
    "partner_actor_covariance": "do targets of the first give much of the second?",
    "intrapersonal_relationship_covariance": "do one person's two ratings of a partner agree?",
    "interpersonal_relationship_covariance": "does one's first rating meet the other's second?",
}
_CROSS_MEANING = "do raters who give much of the first get much of the second?"


@dataclass(frozen=True, eq=False, repr=False)
class SocialRelationsResult(Result):
    """Components of directed ratings.

    Attributes
    ----------
    components : pandas.DataFrame
        `ratings`, `component`, `estimate`, `std_error`, `t_value`, `p_value`, `standardized`
        (shares of variance, correlations), `meaning`, `note`.
    effects : pandas.DataFrame
        One row a person and group: `person`, `group`, `actor`, `partner`.
    reliability : pandas.Series
        Of actor and partner effects as measures of persons.
    n_persons, n_groups : int
        Used.
    remarks : tuple of str
        What was left out.
    """

    components: pd.DataFrame
    effects: pd.DataFrame
    reliability: pd.Series
    n_persons: int
    n_groups: int
    remarks: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.dyads:social_relations"
    references: ClassVar[tuple[str, ...]] = ("kenny1984", "warner1979", "lashley1997")
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the components, one row each."""
        return self.components.copy()

    def headline(self) -> str:
        """Who rated whom."""
        return (
            f"Social relations of {count(self.n_persons, 'person', 'people')} in "
            f"{count(self.n_groups, 'group')}"
        )

    def notes(self) -> tuple[str, ...]:
        """Reliabilities, doubtful components, what was left out."""
        parts = [
            f"{name} effects {value:.2f}"
            for name, value in self.reliability.items()
            if not np.isnan(value)
        ]
        said = [f"reliability of {' and '.join(parts)}"] if parts else []
        doubtful = self.components[self.components["note"] != ""]
        said += [f"{row['component']}: {row['note']}" for _, row in doubtful.iterrows()]
        said.append("relationship variance includes error of measurement")
        return (*said, *self.remarks)

    def _display_frame(self) -> pd.DataFrame:
        shown = self.components.drop(columns=["note", "t_value"])
        if shown["ratings"].nunique() == 1:
            shown = shown.drop(columns="ratings")
        return shown.assign(p_value=shown["p_value"].map(p_text))


def social_relations(
    ratings: pd.DataFrame,
    *,
    rater: str,
    target: str,
    value: str,
    second: str | None = None,
    group: str | None = None,
) -> SocialRelationsResult:
    r"""Tell how much of a rating is the rater, the target, and what is special between them.

    Parameters
    ----------
    ratings : pandas.DataFrame
        One row a rater and target; self-ratings are ignored.
    rater, target : str
        Columns of who rates whom.
    value : str
        Column of the rating, numeric.
    second : str, optional
        Column of another rating, such as what the rater believes the target thinks of them: the
        two are then also set against each other.
    group : str, optional
        Column of the circle; without it all ratings are one group.

    Returns
    -------
    SocialRelationsResult
        Groups are pooled with weights n - 1. In a group with empty cells the persons with most of
        them are left out until none is empty; groups that fall below four are left out. Both are
        counted in the notes.

    Raises
    ------
    OptionError
        For unknown columns, text where numbers are needed, or a rater who rates a target twice.
    EstimationError
        If no group of four persons with complete ratings is left, or no rating differs.

    Notes
    -----
    :math:`x_{ij}=\mu+a_i+b_j+g_{ij}`; estimators, unbiased standard errors and tests stand with
    ``stats.social_relations``. Variances are tested one-sided. A negative variance estimate is
    printed as it is: it says that the component is too small to be seen. Groups of four are
    handled right but say little one by one: pool ten or more. Mentor-mentee pairs without a round
    robin can't be split this way: use `reciprocity`.

    References
    ----------
    kenny1984, warner1979, lashley1997

    Examples
    --------
    >>> import pandas as pd
    >>> from mentorlab.elements import social_relations
    >>> rows = [(a, b, 3 * (a == "ann") + 2 * (b == "bo") + (a < b))
    ...         for a in ("ann", "bo", "cy", "di") for b in ("ann", "bo", "cy", "di") if a != b]
    >>> ratings = pd.DataFrame(rows, columns=["rater", "target", "liking"])
    >>> result = social_relations(ratings, rater="rater", target="target", value="liking")
    >>> result.to_frame()["component"].tolist()[:2]
    ['actor_variance', 'partner_variance']
    """
    data = _check(ratings, rater, target, (value, *((second,) if second else ())), group)
    fits, crossed, effects, dropped, small = [], [], [], 0, 0
    for name, part in data.groupby("group", sort=True):
        people, matrices, n_dropped = _complete_matrices(part)
        dropped += n_dropped
        if len(people) < SMALLEST_GROUP:
            small += 1
            continue
        fits.append([_fit(matrix) for matrix in matrices])
        if second:
            crossed.append(fit_two(*matrices))
        found = round_robin_effects(matrices[0])
        effects.append(
            pd.DataFrame(
                {"person": people, "group": name, "actor": found.actor, "partner": found.partner}
            )
        )
    if not fits:
        raise EstimationError(
            f"{WHO}: no group of {SMALLEST_GROUP} persons or more with complete ratings is left."
        )
    pooled = [pool_groups(list(each)) for each in zip(*fits, strict=True)]
    parts = [
        _tidy(fit, name, COMPONENTS) for fit, name in zip(pooled, (value, second), strict=False)
    ]
    if second:
        both = _pool_cross(crossed, fits)
        parts.append(_tidy(both, f"{value} with {second}", CROSS_COMPONENTS))
    return SocialRelationsResult(
        components=pd.concat(parts, ignore_index=True),
        effects=pd.concat(effects, ignore_index=True),
        reliability=pd.Series(
            {"actor": pooled[0].actor_reliability, "partner": pooled[0].partner_reliability}
        ),
        n_persons=pooled[0].n,
        n_groups=len(fits),
        remarks=_remarks(dropped, small),
        provenance=Provenance(
            WHO,
            {"ratings": describe_size(ratings), "value": value, "second": second, "group": group},
        ),
    )


def _check(
    ratings: pd.DataFrame, rater: str, target: str, values: tuple[str, ...], group: str | None
) -> pd.DataFrame:
    for name in (rater, target, *values, *((group,) if group else ())):
        if name not in ratings:
            known = ratings.columns
            raise OptionError(
                f"{WHO}: {quote(name)} is not a column of ratings ({listing(known)}). "
                f"{did_you_mean(name, known)}".rstrip()
            )
    for name in values:
        if not pd.api.types.is_numeric_dtype(ratings[name]):
            raise OptionError(f"{WHO}: ratings must be numeric; {quote(name)} is not.")
    data = pd.DataFrame({"rater": ratings[rater], "target": ratings[target]})
    data["group"] = ratings[group] if group else 0
    for i, name in enumerate(values):
        data[f"value{i}"] = ratings[name].to_numpy(dtype=float, na_value=np.nan)
    data = data[(data["rater"] != data["target"]) & data["group"].notna()]
    again = data.duplicated(["group", "rater", "target"])
    if again.any():
        row = data[again].iloc[0]
        raise OptionError(
            f"{WHO}: each rater rates a target once; {quote(row['rater'])} rates "
            f"{quote(row['target'])} again ({count(int(again.sum()), 'row')}). Average them, or "
            "give group= if they are different circles or waves."
        )
    return data


def _complete_matrices(part: pd.DataFrame) -> tuple[list, list[np.ndarray], int]:
    """Rating matrices of the persons who leave no cell empty, greedily."""
    people = sorted(set(part["rater"]) | set(part["target"]))
    values = [name for name in part if name.startswith("value")]
    tables = [
        part.pivot(index="rater", columns="target", values=name)
        .reindex(index=people, columns=people)
        .to_numpy(dtype=float)
        for name in values
    ]
    empty = np.isnan(tables).any(axis=0) & ~np.eye(len(people), dtype=bool)
    keep = np.ones(len(people), dtype=bool)
    while empty[np.ix_(keep, keep)].any():
        inside = empty & keep[:, None] & keep[None, :]
        keep[int((inside.sum(axis=0) + inside.sum(axis=1)).argmax())] = False
    kept = [person for person, stays in zip(people, keep, strict=True) if stays]
    return kept, [table[np.ix_(keep, keep)] for table in tables], int((~keep).sum())


def _fit(matrix: np.ndarray) -> SocialRelations:
    try:
        return fit_group(matrix)
    except EstimationError as error:
        raise EstimationError(f"{WHO}: {error}") from error


def _pool_cross(
    crossed: list[SocialRelations], fits: list[list[SocialRelations]]
) -> SocialRelations:
    size = np.array([group.n for group in crossed])
    weight = (size - 1) / (size - 1).sum()
    estimate = weight @ np.stack([group.estimate for group in crossed])
    error = np.sqrt(weight**2 @ np.stack([group.std_error for group in crossed]) ** 2)
    own, other = (pool_groups([fit[i] for fit in fits]).estimate for i in (0, 1))
    places = [(0, 0), (1, 1), (0, 1), (1, 0), (2, 2), (2, 2)]
    product = np.array(
        [own[a] * other[b] if min(own[a], other[b]) > 0 else np.nan for a, b in places]
    )
    from ...stats.dyads.social_relations import component_tests

    t_value, p_value = component_tests(
        estimate, error, (size - 1).sum(), one_sided=np.zeros(6, dtype=bool)
    )
    nan = float("nan")
    scaled = estimate / np.sqrt(product)
    return SocialRelations(estimate, error, t_value, p_value, scaled, nan, nan, int(size.sum()))


def _tidy(fit: SocialRelations, name: str, components: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "ratings": name,
            "component": components,
            "estimate": fit.estimate,
            "std_error": fit.std_error,
            "t_value": fit.t_value,
            "p_value": fit.p_value,
            "standardized": fit.standardized,
        }
    )
    meanings = _MEANINGS
    if components is CROSS_COMPONENTS:
        meanings = {**_MEANINGS, "actor_partner_covariance": _CROSS_MEANING}
    negative = frame["component"].str.endswith("variance") & ~frame["component"].str.endswith(
        "covariance"
    )
    notes = np.where(
        negative & (frame["estimate"] < 0),
        "estimated below zero: too small to be seen",
        np.where(
            frame["standardized"].isna(), "no correlation: a variance it needs is not positive", ""
        ),
    )
    return frame.assign(meaning=frame["component"].map(meanings), note=notes)


def _remarks(dropped: int, small: int) -> tuple[str, ...]:
    said = []
    if dropped:
        said.append(
            f"{count(dropped, 'person', 'people')} left out for empty cells in their circle"
        )
    if small:
        said.append(f"{count(small, 'group')} left out: fewer than {SMALLEST_GROUP} persons")
    return tuple(said)
