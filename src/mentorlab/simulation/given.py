"""A world around a user's own applicant pool: true people behind perceived scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ..errors import MarketError, OptionError, listing
from ..matching import Market
from .constants import record_of
from .kernel.layout import RATED
from .model import ProgramModel
from .parameters import Levers
from .pool import (
    bare_pool,
    groups_of,
    listed_scores,
    outcomes_of,
    true_spread,
    validity_of,
)
from .traits import MENTEE, MENTOR, draw_traits
from .world import World

_NOWHERE = -2  # a mentor's department where it is unknown: nobody's


@dataclass(frozen=True, eq=False)
class GivenPool:
    """A user's market as a source of worlds.

    What people are truly like is drawn anew in each replication, given the scores: the score of a
    pair and its true compatibility correlate as scores of this matching form do in the model. What
    the applicants' rows tell (`department`, `level`, `reports_to`) is used; the rest is drawn.

    Parameters
    ----------
    market : Market
        Perceived scores.
    by : tuple of str
        Columns of the mentees' rows that name groups.
    fixed : bool
        Whether the same market stands behind all replications.
    """

    market: Market
    by: tuple[str, ...] = ()
    fixed: bool = True

    def world(
        self,
        model: ProgramModel,
        levers: Levers,
        *,
        seed: int,
        run: int,
        philox: int | None = None,
    ) -> World:
        """Make the world of one replication."""
        market, places, (scores, center, spread) = self._with_places(levers)
        people = model.parameters.people
        mentees = draw_traits(market.n_mentees, MENTEE, people, seed=seed, run=run, philox=philox)
        mentors = draw_traits(market.n_mentors, MENTOR, people, seed=seed, run=run, philox=philox)
        use_known_facts(mentees.people, mentors.people, market)
        rated = record_of(
            RATED,
            given=1,
            validity=validity_of(model, levers),
            score_center=center,
            score_scale=spread,
            true_scale=true_spread(model),
            reporting_share=people.reporting_share,
        )
        pool = bare_pool(mentees, mentors, places, model)._replace(rated=rated, **scores)
        groups = groups_of(mentees) | group_columns(market, self.by)
        return World(market, pool, *outcomes_of(mentees, people, levers), groups, self.fixed)

    @cached_property
    def _prepared(self) -> dict[int, tuple]:
        return {}

    def _with_places(self, levers: Levers) -> tuple:
        """Give the market under the lever on places, and its scores; made once."""
        extra = levers.extra_places
        if extra not in self._prepared:
            places = places_of(self.market, levers)
            market = replace(self.market, capacity=places) if extra else self.market
            self._prepared[extra] = market, places, perceived_scores(market)
        return self._prepared[extra]


def places_of(market: Market, levers: Levers) -> np.ndarray:
    """Give each mentor's places after the lever; who takes nobody still takes nobody.

    Raises
    ------
    OptionError
        If no place is left, or lower limits can't be met any more.
    """
    taking = market.capacity > 0
    places = np.where(taking, np.maximum(market.capacity + levers.extra_places, 0), 0)
    if not places.any():
        raise OptionError(
            f"Levers: `extra_places` {levers.extra_places} leaves no mentor with a place."
        )
    if (places < market.lower).any():
        j = int(np.flatnonzero(places < market.lower)[0])
        raise OptionError(
            f"Levers: `extra_places` {levers.extra_places} leaves mentor "
            f"{market.mentor_ids[j]!r} fewer places ({places[j]}) than the lower limit "
            f"({market.lower[j]})."
        )
    return places.astype(np.int64)


def perceived_scores(market: Market) -> tuple[dict[str, np.ndarray], float, float]:
    """Give both sides' mean utility of each pair, with its mean and spread over all pairs."""
    if market.dense is not None:
        scores = (market.dense.mentee_utility + market.dense.mentor_utility) / 2
        allowed = market.dense.acceptable
        known = scores.ravel() if allowed is None else scores[allowed]
        if allowed is not None:
            scores = np.where(allowed, scores, -np.inf)
        where = {"scores": np.ascontiguousarray(scores)}
    else:
        where = listed_scores(market.edges)
        known = where["list_scores"]
    spread = float(known.std()) if len(known) else 0.0
    center = float(known.mean()) if len(known) else 0.0
    return where, center, spread if spread > 0 else 1.0


def use_known_facts(mentees: np.ndarray, mentors: np.ndarray, market: Market) -> None:
    """Use what the applicants' rows tell of department, level and reporting lines, in place."""
    rows, mentor_rows = market.mentees, market.mentors
    if rows is None or mentor_rows is None:
        return
    if "department" in rows and "department" in mentor_rows:
        codes = pd.factorize(pd.concat([rows["department"], mentor_rows["department"]]))[0]
        mentees["department"] = codes[: len(rows)]
        theirs = codes[len(rows) :]
        mentors["department"] = np.where(theirs < 0, _NOWHERE, theirs)
    if _numeric(rows, "level") and _numeric(mentor_rows, "level"):
        mentees["level"], mentors["level"] = rows["level"], mentor_rows["level"]
    if "reports_to" in rows:
        mentees["manager"] = pd.Index(market.mentor_ids).get_indexer(rows["reports_to"])


def group_columns(
    market: Market, by: tuple[str, ...]
) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Give groups of mentees by columns of their rows.

    Raises
    ------
    MarketError
        If the market has no rows, or no such column.
    """
    groups = {}
    for name in by:
        if market.mentees is None or name not in market.mentees:
            had = [] if market.mentees is None else list(market.mentees.columns)
            raise MarketError(
                f"compare_policies: `by` names the column {name!r}, which the mentees' rows do not "
                f"have ({listing(had) or 'this market has no rows; use build_market'})."
            )
        codes, labels = pd.factorize(market.mentees[name], sort=True)
        groups[name] = tuple(map(str, labels)), codes.astype(np.int64)
    return groups


def _numeric(frame: pd.DataFrame, name: str) -> bool:
    return (
        name in frame
        and pd.api.types.is_numeric_dtype(frame[name])
        and bool(frame[name].notna().all())
    )
