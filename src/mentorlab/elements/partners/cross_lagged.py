"""Who moves whom over time: a partner's later score from both partners' earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, SchemaError, count, quote
from ...options import check_level
from ...provenance import Provenance
from ...result import Result, describe_size
from .actor_partner import ActorPartner, actor_partner
from .dyad_frames import PARTNERS, elements_of, p_text, widen

WHO = "cross_lagged"
_KEYS = ["relationship_id", "mentor_id", "mentee_id"]
_EFFECTS = {"actor": "own earlier", "partner": "partner's earlier"}


@dataclass(frozen=True, eq=False, repr=False)
class CrossLagged(Result):
    """Effects of earlier on later scores.

    Attributes
    ----------
    effects : pandas.DataFrame
        `role` (whose later score), `effect` (``own earlier``, ``partner's earlier``), `predictor`,
        `estimate`, `std_error`, `df`, `conf_low`, `conf_high`, `p_value`, `std_estimate`, `n`.
    outcome : str
        The element.
    n_steps : int
        Steps from a wave to the next one.
    remarks : tuple of str
        How errors were made, what was left out.
    level : float
        Confidence level.
    """

    effects: pd.DataFrame
    outcome: str
    n_steps: int
    remarks: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.dyads:cross_lagged"
    references: ClassVar[tuple[str, ...]] = ("kenny2006", "hamaker2015", "pustejovsky2018")
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the effects, one row a role and term."""
        return self.effects.copy()

    def headline(self) -> str:
        """What was followed."""
        n = int(self.effects["n"].iloc[0])
        return f"Cross-lagged effects on {self.outcome} ({count(n, 'step')} from wave to wave)"

    def notes(self) -> tuple[str, ...]:
        """What a cross-lag mixes."""
        return (
            *self.remarks,
            "differences between pairs that last are mixed into these effects: they are not "
            "changes within a pair, and not causes",
        )

    def _display_frame(self) -> pd.DataFrame:
        shown = self.effects[
            ["role", "effect", "predictor", "estimate", "conf_low", "conf_high", "p_value", "df"]
        ]
        return shown.assign(p_value=shown["p_value"].map(p_text))


def cross_lagged(
    pairs: pd.DataFrame,
    *,
    outcome: str,
    predictor: str | None = None,
    cluster: str | None = "mentor_id",
    roles: tuple[str, str] = PARTNERS,
    level: float = 0.95,
) -> CrossLagged:
    r"""Tell whether a partner's score follows the other's earlier score, beyond their own.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners`, with two waves or more.
    outcome : str
        The element whose later scores are explained by its earlier ones.
    predictor : str, optional
        Another element whose earlier scores enter as well.
    cluster : str, optional
        Column of what pairs share; by default the mentor, and the pair where no mentor is shared
        and pairs have several steps.
    roles : tuple of str
        The columns with the partners' scores.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    CrossLagged

    Raises
    ------
    OptionError
        For unknown elements and arguments.
    EstimationError
        If no pair has complete scores in two successive waves.

    Notes
    -----
    An actor-partner model of wave t + 1 on wave t, all steps pooled, with an intercept for each
    step; errors as in `actor_partner`. Waves count as successive in the order in which they occur;
    unequal gaps between waves are not modeled. Lasting differences between pairs inflate own
    effects and may bias partner effects either way; with four waves or more a model with random
    intercepts separates them.

    References
    ----------
    kenny2006, hamaker2015, pustejovsky2018

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.elements import cross_lagged
    >>> program = ml.datasets.load_example_program()
    >>> scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    >>> pairs = ml.pair_partners(scores, members=program.members)
    >>> cross_lagged(pairs, outcome="trust").to_frame()["effect"].tolist()
    ['own earlier', "partner's earlier", 'own earlier', "partner's earlier"]
    """
    check_level(level, who=WHO)
    elements = list(dict.fromkeys([outcome, *([predictor] if predictor else [])]))
    elements_of(pairs, elements, WHO)
    for name in (*_KEYS, "wave", *roles):
        if name not in pairs:
            raise OptionError(f"{WHO}: `pairs` needs the column '{name}'.")
    steps, shared = _steps(pairs, outcome, elements, roles)
    again = steps.duplicated(_KEYS).any()
    if cluster == "mentor_id" and again and not steps["mentor_id"].duplicated().any():
        cluster = "pair"
    found = _fit(steps, elements, outcome, shared, cluster, roles, level)
    effects = found.effects[found.effects["effect"].isin(_EFFECTS)]
    return CrossLagged(
        effects=effects.assign(effect=effects["effect"].map(_EFFECTS)).reset_index(drop=True),
        outcome=outcome,
        n_steps=len(shared) + 1,
        remarks=found.remarks,
        level=level,
        provenance=Provenance(
            WHO,
            {
                "pairs": describe_size(pairs),
                "outcome": outcome,
                "predictor": predictor,
                "cluster": cluster,
                "level": level,
            },
        ),
    )


def _fit(
    steps: pd.DataFrame,
    elements: list[str],
    outcome: str,
    shared: list[str],
    cluster: str | None,
    roles: tuple[str, str],
    level: float,
) -> ActorPartner:
    try:
        return actor_partner(
            steps.drop(columns="wave"),
            outcome=(f"later {outcome}, {roles[0]}", f"later {outcome}, {roles[1]}"),
            predictor=[(f"{name}, {roles[0]}", f"{name}, {roles[1]}") for name in elements],
            controls=shared,
            cluster=cluster,
            roles=roles,
            level=level,
        )
    except (EstimationError, SchemaError) as error:
        said = str(error).removeprefix("actor_partner: ")
        raise EstimationError(f"{WHO}: {said}") from error


def _steps(
    pairs: pd.DataFrame, outcome: str, elements: list[str], roles: tuple[str, str]
) -> tuple[pd.DataFrame, list[str]]:
    """One row a pair and step from a wave to the next, with both partners' scores of both."""
    waves = np.sort(pairs["wave"].dropna().unique())
    if len(waves) < 2:
        raise EstimationError(f"{WHO}: needs two waves; pairs has {quote(list(map(int, waves)))}.")
    following = dict(pairwise(waves))
    wide = widen(pairs, elements, who=WHO, roles=roles)
    later = wide[[*_KEYS, "wave", *(f"{outcome}, {role}" for role in roles)]].rename(
        columns={f"{outcome}, {role}": f"later {outcome}, {role}" for role in roles}
    )
    earlier = wide.assign(wave=wide["wave"].map(following)).dropna(subset="wave")
    steps = earlier.merge(later, on=[*_KEYS, "wave"])
    complete = steps.drop(columns=[*_KEYS, "wave"]).notna().all(axis=1)
    if not complete.any():
        raise EstimationError(
            f"{WHO}: no pair has both partners' scores of {quote(outcome)} in two successive waves."
        )
    used = np.sort(steps.loc[complete, "wave"].unique())
    shared = []
    for wave in used[1:]:
        name = f"step to wave {wave:g}"
        steps[name] = (steps["wave"] == wave).astype(float)
        shared.append(name)
    return steps.assign(pair=steps[_KEYS].astype("str").agg(" ".join, axis=1)), shared
