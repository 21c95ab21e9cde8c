"""Mentors with several mentees: what is the mentor, what is the pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from ...options import check_level
from ...provenance import Provenance
from ...result import Result, describe_size
from ...stats.mixed.blocks import RandomTerm
from ...stats.mixed.linear import MixedFit, fit_mixed
from .dyad_frames import (
    PARTNERS,
    Dyads,
    Variable,
    label_of,
    p_text,
    read_dyads,
    require_varying,
)

WHO = "one_with_many"
FEW_MENTORS = 10


@dataclass(frozen=True, eq=False, repr=False)
class OneWithMany(Result):
    """Effects and variance shares where mentors have several mentees.

    Attributes
    ----------
    effects : pandas.DataFrame
        `role` (whose outcome), `effect` (intercept, actor, partner), `predictor`, `estimate`,
        `std_error`, `df`, `conf_low`, `conf_high`, `p_value`, `n`.
    variances : pandas.DataFrame
        `role`, `component` (between mentors, between mentees, rest), `variance`, `share`,
        `meaning`.
    outcome : str
        What is explained.
    n_mentors : int
        Mentors.
    remarks : tuple of str
        Boundary cases, what was left out.
    level : float
        Confidence level.
    """

    effects: pd.DataFrame
    variances: pd.DataFrame
    outcome: str
    n_mentors: int
    remarks: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.dyads:one_with_many"
    references: ClassVar[tuple[str, ...]] = ("kenny2006", "bates2015", "kuznetsova2017")
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the effects, one row a role and term."""
        return self.effects.copy()

    def headline(self) -> str:
        """What was split."""
        n = int(self.effects["n"].iloc[0])
        return (
            f"One with many: {self.outcome} of {count(n, 'pair')} of "
            f"{count(self.n_mentors, 'mentor')}"
        )

    def notes(self) -> tuple[str, ...]:
        """Variance shares in words, boundary cases."""
        said = [
            f"{row['role']}s' {self.outcome}: {row['share']:.0%} {row['component']} "
            f"({row['meaning']})"
            for _, row in self.variances.iterrows()
            if row["component"] != "rest"
        ]
        if self.n_mentors < FEW_MENTORS:
            said.append(f"only {self.n_mentors} mentors: shares and p values are rough")
        return (*said, *self.remarks, "effects are associations, not causes")

    def _display_frame(self) -> pd.DataFrame:
        shown = self.effects.drop(columns=["std_error", "n"])
        return shown.assign(p_value=shown["p_value"].map(p_text))


def one_with_many(
    pairs: pd.DataFrame,
    *,
    outcome: Variable,
    predictor: Variable | None = None,
    roles: tuple[str, str] = PARTNERS,
    wave: int | None = None,
    level: float = 0.95,
) -> OneWithMany:
    r"""Tell how much of an outcome is the mentor, whoever the mentee is, and how much the pair.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`: `mentor_id`, and `mentee_id` where mentees have several mentors.
    outcome : str or tuple of str
        An element, or two columns.
    predictor : str or tuple of str, optional
        Enters with the own (actor) and the partner's (partner) score.
    roles : tuple of str
        The columns with the partners' scores.
    wave : int, optional
        Analyze one wave; with several, pairs that recur make the mentee a factor of its own.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    OneWithMany

    Raises
    ------
    OptionError
        For unknown elements, columns and arguments.
    EstimationError
        If no mentor has two mentees, or an outcome does not vary beyond the predictors.

    Notes
    -----
    A mixed model for each role's outcome with a random intercept for the mentor, crossed with one
    for the mentee where mentees recur (several mentors, several waves), by restricted maximum
    likelihood; t tests with Satterthwaite's degrees of freedom (``stats.fit_mixed``). In mentees'
    scores the mentor's share is what a mentor evokes in all mentees; in mentors' scores it is the
    mentor's own level as a rater. The model assumes equal correlation of a mentor's mentees;
    `actor_partner` with clustered errors does not, and is the check. A negative correlation of a
    mentor's mentees (one favorite) can't be represented: the share is then zero, which a remark
    says.

    References
    ----------
    kenny2006, bates2015, kuznetsova2017

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements import one_with_many
    >>> program = ml.datasets.load_example_program()
    >>> scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    >>> pairs = ml.pair_partners(scores, members=program.members)
    >>> one_with_many(pairs, outcome="trust").variances["component"].unique().tolist()
    ['between mentors', 'between mentees', 'rest']
    """
    check_level(level, who=WHO)
    y_name = label_of(outcome)
    variables = {y_name: outcome}
    if predictor is not None:
        if label_of(predictor) == y_name:
            raise OptionError(f"{WHO}: `outcome` and `predictor` are the same, {quote(y_name)}.")
        variables[label_of(predictor)] = predictor
    dyads = read_dyads(pairs, variables, who=WHO, roles=roles, wave=wave)
    _require_sharing(dyads)
    for name in list(variables)[1:]:
        require_varying(dyads.values[name], name, roles, who=WHO)
    terms, components = _terms(dyads)
    effects, variances, remarks = [], [], []
    for side, role in enumerate(roles):
        fit = _fit(dyads, y_name, side, terms, role)
        effects.append(_effects(fit, role, list(variables)[1:], dyads.n, level))
        variances.append(_variances(fit, role, components))
        remarks += _boundary(fit, role)
    if dyads.n_dropped:
        remarks.append(f"{count(dyads.n_dropped, 'pair')} left out for an empty cell")
    return OneWithMany(
        effects=pd.concat(effects, ignore_index=True),
        variances=pd.concat(variances, ignore_index=True),
        outcome=y_name,
        n_mentors=dyads.n_clusters,
        remarks=tuple(remarks),
        level=level,
        provenance=Provenance(
            WHO,
            {
                "pairs": describe_size(pairs),
                "outcome": outcome,
                "predictor": predictor,
                "wave": wave,
                "level": level,
            },
        ),
    )


def _require_sharing(dyads: Dyads) -> None:
    partners = dyads.ids.drop(columns="wave", errors="ignore").drop_duplicates()
    if dyads.clusters is None or not partners["mentor_id"].duplicated().any():
        raise EstimationError(
            f"{WHO}: no mentor has two mentees with complete scores, so mentor and pair can't be "
            "told apart. Use actor_partner."
        )


def _terms(dyads: Dyads) -> tuple[list[RandomTerm], list[str]]:
    terms, components = [RandomTerm(dyads.clusters)], ["between mentors"]
    if "mentee_id" in dyads.ids:
        mentees = pd.factorize(dyads.ids["mentee_id"])[0]
        if mentees.max() + 1 < len(mentees):
            terms.append(RandomTerm(mentees))
            components.append("between mentees")
    return terms, components


def _fit(dyads: Dyads, y_name: str, side: int, terms: list[RandomTerm], role: str) -> MixedFit:
    y = dyads.values[y_name]
    columns = [np.ones(dyads.n)]
    for values in list(dyads.values.values())[1:]:
        columns += [values[:, side], values[:, 1 - side]]
    try:
        return fit_mixed(y[:, side], np.column_stack(columns), terms)
    except EstimationError as error:
        raise EstimationError(f"{WHO}: {role}s' {y_name}: {error}") from error


def _effects(fit: MixedFit, role: str, predictors: list[str], n: int, level: float) -> pd.DataFrame:
    from scipy.stats import t

    half = t.ppf((1 + level) / 2, fit.df) * fit.std_error
    return pd.DataFrame(
        {
            "role": role,
            "effect": ["intercept", *["actor", "partner"] * len(predictors)],
            "predictor": ["", *(name for name in predictors for _ in (0, 1))],
            "estimate": fit.beta,
            "std_error": fit.std_error,
            "df": fit.df,
            "conf_low": fit.beta - half,
            "conf_high": fit.beta + half,
            "p_value": fit.p_value,
            "n": n,
        }
    )


def _variances(fit: MixedFit, role: str, components: list[str]) -> pd.DataFrame:
    values = [float(matrix[0, 0]) for matrix in fit.random] + [fit.residual]
    own = {
        "between mentors": "the mentor's level with all mentees",
        "between mentees": "what a mentee meets with everyone or in every wave",
        "rest": "the pair, and error",
    }
    return pd.DataFrame(
        {
            "role": role,
            "component": [*components, "rest"],
            "variance": values,
            "share": np.array(values) / sum(values),
            "meaning": [own[name] for name in [*components, "rest"]],
        }
    )


def _boundary(fit: MixedFit, role: str) -> list[str]:
    said = []
    if fit.singular:
        said.append(
            f"{role}s: a share is estimated as zero; mentees of one mentor may even differ more "
            "than others"
        )
    if not fit.converged:
        said.append(f"{role}s: the search did not converge, do not quote these numbers")
    return said
