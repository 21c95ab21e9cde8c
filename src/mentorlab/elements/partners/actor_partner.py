"""Whose doing is it: effects of a partner's own and of the other's score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from ...options import check_level
from ...provenance import Provenance
from ...result import Result, describe_size
from .actor_partner_fit import Estimates, estimate_clustered, estimate_exact
from .dyad_frames import (
    PARTNERS,
    Dyads,
    Variable,
    elements_of_both,
    label_of,
    p_text,
    read_dyads,
    require_varying,
)

WHO = "actor_partner"
FEW_DF = 4.0


@dataclass(frozen=True, eq=False, repr=False)
class ActorPartner(Result):
    """Actor and partner effects.

    Attributes
    ----------
    effects : pandas.DataFrame
        One row a role and term: `role`, `effect` (intercept, actor, partner, covariate),
        `predictor`, `estimate`, `std_error`, `df`, `conf_low`, `conf_high`, `p_value`,
        `std_estimate` (in standard deviations of outcome and predictor), `n`.
    ratios : pandas.DataFrame
        `role`, `predictor`, `k` (partner over actor effect), `std_error` (delta method),
        `conf_low`, `conf_high` (Fieller), `note`.
    tests : pandas.DataFrame
        `test`, `statistic`, `df`, `p_value`, `meaning`: whether the roles differ.
    residual_correlation : float
        Between partners, beyond the predictors.
    outcome : str
        What is explained.
    roles : tuple of str
        The partners.
    distinguishable : bool
        Whether each role has effects of its own.
    n_dyads, n_clusters : int
        Sizes; without clusters they are equal.
    remarks : tuple of str
        What was left out and how errors were made.
    level : float
        Confidence level.
    """

    effects: pd.DataFrame
    ratios: pd.DataFrame
    tests: pd.DataFrame
    residual_correlation: float
    outcome: str
    roles: tuple[str, str]
    distinguishable: bool
    n_dyads: int
    n_clusters: int
    remarks: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.dyads:actor_partner"
    references: ClassVar[tuple[str, ...]] = (
        "kenny2006",
        "zellner1962",
        "olsen2006",
        "fieller1954",
        "bell2002",
        "pustejovsky2018",
    )
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the effects, one row a role and term."""
        return self.effects.copy()

    def headline(self) -> str:
        """What was explained by what."""
        names = dict.fromkeys(self.effects.loc[self.effects["effect"] == "actor", "predictor"])
        kind = "roles told apart" if self.distinguishable else "roles interchangeable"
        return (
            f"Actor and partner effects of {', '.join(names)} on {self.outcome} "
            f"({count(self.n_dyads, 'pair')}, {kind})"
        )

    def notes(self) -> tuple[str, ...]:
        """Residual correlation, tests, ratios, what was left out."""
        said = [f"residual correlation of partners {self.residual_correlation:.2f}"]
        said += [
            f"{row['test']}: {_statistic(row)}, p {p_text(row['p_value'])} ({row['meaning']})"
            for _, row in self.tests.iterrows()
        ]
        said += [
            f"k ratio{_of(row)}: {row['note'] or _ratio(row)}" for _, row in self.ratios.iterrows()
        ]
        low = self.effects["df"].min()
        if low < FEW_DF:
            said.append(
                f"an effect rests on only {low:.1f} degrees of freedom: too few clusters vary in "
                "its predictor for its p value to be trusted"
            )
        return (*said, *self.remarks, "effects are associations, not causes")

    def _display_frame(self) -> pd.DataFrame:
        shown = self.effects[
            ["role", "effect", "predictor", "estimate", "conf_low", "conf_high", "p_value", "df"]
        ].copy()
        return shown.assign(p_value=shown["p_value"].map(p_text))


def actor_partner(
    pairs: pd.DataFrame,
    *,
    outcome: Variable,
    predictor: Variable | Sequence[Variable] | None = None,
    controls: Sequence[str | tuple[str, str]] = (),
    distinguishable: bool = True,
    cluster: str | None = "mentor_id",
    roles: tuple[str, str] = PARTNERS,
    wave: int | None = None,
    level: float = 0.95,
) -> ActorPartner:
    r"""Tell how far a partner's outcome follows their own score, and how far the other's.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`, or a frame with one row a dyad.
    outcome : str or tuple of str
        An element of `pairs`, or the two columns that hold it (first and second role).
    predictor : str, tuple of str, or sequence of these, optional
        Likewise; several predictors enter together. All other elements that both partners answered
        when left out.
    controls : sequence of str or tuple of str
        A tuple (or an element) is a covariate that partners differ in: both partners' values enter
        both equations. Any other column holds one number a dyad, the same for both.
    distinguishable : bool
        Whether roles have effects and variances of their own. Mentors and mentees do; peers do
        not.
    cluster : str, optional
        Column of what dyads share: mentees of one mentor are not independent. By default the
        mentor, wherever one occurs twice; None says that dyads are independent.
    roles : tuple of str
        The columns with the partners' scores, and their names in the result.
    wave : int, optional
        Analyze one wave.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    ActorPartner

    Raises
    ------
    OptionError
        For unknown elements, columns and arguments.
    EstimationError
        When no pair is complete, a predictor does not vary, predictors say the same, or dyads
        occur in several waves without a cluster.

    Notes
    -----
    :math:`y_{i1}=b+a\,x_{i1}+p\,x_{i2}+e_{i1}` and likewise for the partner, with correlated
    residuals (which may be negative). Independent dyads: exact closed form with restricted
    likelihood and t intervals, see ``stats.dyads``. Dyads that share a mentor: the same estimates
    by least squares (or weighted sums and differences when roles are interchangeable) with CR2
    errors and Satterthwaite's degrees of freedom; naive errors would reject a true null partner
    effect 8 to 15 % of the time in such designs. `k` is the ratio of partner to actor effect: 1
    couple-oriented, 0 actor-oriented, -1 contrast; where the actor effect may be zero it has no
    bounds, which the note says.

    Do not use it when predictor and outcome are answers to one questionnaire and the aim is a
    causal claim: shared method makes actor effects. A predictor that is the same for both partners
    belongs into `controls`.

    References
    ----------
    kenny2006, zellner1962, olsen2006, fieller1954, bell2002, pustejovsky2018

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements import actor_partner
    >>> program = ml.datasets.load_example_program()
    >>> scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    >>> pairs = ml.pair_partners(scores, members=program.members)
    >>> result = actor_partner(pairs, outcome="satisfaction", predictor="trust", wave=2)
    >>> result.to_frame()["effect"].tolist()
    ['intercept', 'actor', 'partner', 'intercept', 'actor', 'partner']
    """
    check_level(level, who=WHO)
    if predictor is None:
        predictor = _others(pairs, outcome, roles, wave)
    predictors = _as_list(predictor)
    paired, shared = _split_controls(pairs, controls)
    labels = [label_of(each) for each in (outcome, *predictors, *paired)]
    if len(set(labels)) < len(labels):
        raise OptionError(f"{WHO}: {quote(labels)} names a variable twice.")
    variables = dict(zip(labels, (outcome, *predictors, *paired), strict=True))
    dyads = read_dyads(
        pairs, variables, who=WHO, shared=shared, cluster=cluster, roles=roles, wave=wave
    )
    if dyads.repeated and dyads.clusters is None:
        raise EstimationError(
            f"{WHO}: {count(dyads.repeated, 'pair')} occur in several waves, which are not "
            "independent. Give wave= for one of them, or cluster= (the pair or the mentor)."
        )
    if distinguishable:
        for label in labels[1:]:
            require_varying(dyads.values[label], label, roles, who=WHO)
    y = dyads.values[labels[0]]
    x = np.stack([dyads.values[label] for label in labels[1:]], axis=2)
    z = np.column_stack(list(dyads.shared.values())) if shared else np.empty((dyads.n, 0))
    fit = estimate_exact if dyads.clusters is None else estimate_clustered
    try:
        found = fit(y, x, z, clusters=dyads.clusters, distinguishable=distinguishable, level=level)
    except EstimationError as error:
        raise EstimationError(f"{WHO}: {error}") from error
    n_predictors = len(predictors)
    return ActorPartner(
        effects=_effects(found, labels[1:], n_predictors, shared, roles, dyads.n),
        ratios=_ratios(found, labels[1 : 1 + n_predictors], roles),
        tests=pd.DataFrame(found.tests, columns=["test", "statistic", "df", "p_value", "meaning"]),
        residual_correlation=found.correlation,
        outcome=labels[0],
        roles=roles,
        distinguishable=distinguishable,
        n_dyads=dyads.n,
        n_clusters=dyads.n_clusters,
        remarks=_remarks(dyads, pairs, cluster),
        level=level,
        provenance=Provenance(
            WHO,
            {
                "pairs": describe_size(pairs),
                "outcome": outcome,
                "predictor": predictor,
                "controls": tuple(controls),
                "distinguishable": distinguishable,
                "cluster": cluster,
                "wave": wave,
                "level": level,
            },
        ),
    )


def _others(
    pairs: pd.DataFrame, outcome: Variable, roles: tuple[str, str], wave: int | None
) -> list[Variable]:
    """Every element but the outcome that both partners answered."""
    known, _ = elements_of_both(pairs, None, WHO, roles, wave)
    names: list[Variable] = [name for name in known if name != outcome]
    if not names:
        raise OptionError(f"{WHO}: `pairs` has no other element; name a `predictor`.")
    return names


def _as_list(predictor: Variable | Sequence[Variable]) -> list[Variable]:
    if isinstance(predictor, str):
        return [predictor]
    if isinstance(predictor, tuple) and all(isinstance(each, str) for each in predictor):
        if len(predictor) != 2:
            raise OptionError(
                f"{WHO}: `predictor` as a tuple names two columns; got {quote(predictor)}. Give a "
                "list for several predictors."
            )
        return [predictor]
    found = list(predictor)
    if not found:
        raise OptionError(f"{WHO}: `predictor` names nothing.")
    return found


def _split_controls(
    pairs: pd.DataFrame, controls: Sequence[str | tuple[str, str]]
) -> tuple[list[Variable], list[str]]:
    if isinstance(controls, str):
        controls = (controls,)
    elements = set(pairs["element"]) if "element" in pairs else set()
    paired = [each for each in controls if not isinstance(each, str) or each in elements]
    shared = [each for each in controls if isinstance(each, str) and each not in elements]
    return paired, shared


def _effects(
    found: Estimates,
    names: list[str],
    n_predictors: int,
    shared: list[str],
    roles: tuple[str, str],
    n: int,
) -> pd.DataFrame:
    p = len(names)
    kinds = ["actor" if i < n_predictors else "own covariate" for i in range(p)]
    kinds += ["partner" if i < n_predictors else "partner covariate" for i in range(p)]
    terms = ["intercept", *kinds, *["covariate"] * len(shared)]
    predictors = ["", *names, *names, *shared]
    blocks = len(found.estimate)
    who = list(roles) if blocks == 2 else ["both"]
    frame = pd.DataFrame(
        {
            "role": np.repeat(who, len(terms)),
            "effect": terms * blocks,
            "predictor": predictors * blocks,
            "estimate": found.estimate.ravel(),
            "std_error": found.std_error.ravel(),
            "df": found.df.ravel(),
            "conf_low": found.conf_low.ravel(),
            "conf_high": found.conf_high.ravel(),
            "p_value": found.p_value.ravel(),
            "std_estimate": found.standardized.ravel(),
            "n": n,
        }
    )
    return frame.astype({"role": "str", "effect": "str", "predictor": "str"})


def _ratios(found: Estimates, names: list[str], roles: tuple[str, str]) -> pd.DataFrame:
    who = list(roles) if len(found.estimate) == 2 else ["both"]
    rows = []
    for role, per_role in zip(who, found.ratios, strict=True):
        for name, (k, error, low, high) in zip(names, per_role, strict=False):
            note = ""
            if not np.isfinite(low):
                note = "not bounded: the actor effect may be zero"
            rows.append((role, name, k, error, low, high, note))
    columns = ["role", "predictor", "k", "std_error", "conf_low", "conf_high", "note"]
    return pd.DataFrame(rows, columns=columns)


def _remarks(dyads: Dyads, pairs: pd.DataFrame, cluster: str | None) -> tuple[str, ...]:
    said = dyads.notes()
    if dyads.clusters is None:
        said.append("pairs taken as independent: exact closed form, t intervals")
        if cluster is None and "mentor_id" in pairs and dyads.ids.get("mentor_id") is not None:
            shared = int(dyads.ids["mentor_id"].duplicated().sum())
            if shared:
                said.append(
                    f"{count(shared, 'pair')} share a mentor with another: these errors are too "
                    "small; leave `cluster` at its default"
                )
    return tuple(said)


def _statistic(row: pd.Series) -> str:
    return f"{row['statistic']:.2f} on {row['df']:.3g} df"


def _of(row: pd.Series) -> str:
    return "" if row["role"] == "both" else f" of {row['role']}s for {row['predictor']}"


def _ratio(row: pd.Series) -> str:
    return f"{row['k']:.2f} [{row['conf_low']:.2f}, {row['conf_high']:.2f}]"
