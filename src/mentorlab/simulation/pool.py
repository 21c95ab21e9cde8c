"""Applicant pools that are made, not given: a new one in each replication."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from ..errors import OptionError, quote
from ..matching import Dense, Edges, Market
from .constants import constants_of, record_of
from .kernel.keys import RATER, stream_key
from .kernel.layout import RATED, Pool
from .kernel.perceive import perceive_all, perceive_listed
from .model import ProgramModel
from .parameters import Levers, People
from .traits import (
    MENTEE,
    MENTOR,
    Traits,
    arrival_weeks,
    correlated,
    draw_traits,
    halves,
    opted_in,
)
from .world import World

_MOST_PAIRS = 4_000_000  # more than this, and each mentee is rated with some mentors only
_SHORTLIST = 50


@dataclass(frozen=True)
class PoolGenerator:
    """Make applicant pools whose true compatibilities are known to the model only.

    Parameters
    ----------
    n_mentees, n_mentors : int
        How many apply.
    places : int
        Mentees that a mentor takes, before the lever `extra_places`.
    shortlist : int, optional
        How many mentors are rated for each mentee; all when left out and the pool is small
        (4 million pairs), else 50.

    Raises
    ------
    OptionError
        If a number is no whole number of 1 or more.

    Examples
    --------
    >>> from mentorlab.simulation import Levers, PoolGenerator, ProgramModel
    >>> world = PoolGenerator(30, 20).world(ProgramModel(), Levers(), seed=1, run=0)
    >>> world.market.n_pairs
    600
    """

    n_mentees: int
    n_mentors: int
    places: int = 2
    shortlist: int | None = None

    def __post_init__(self) -> None:
        for name in ("n_mentees", "n_mentors", "places", "shortlist"):
            value = getattr(self, name)
            if name == "shortlist" and value is None:
                continue
            if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
                raise OptionError(
                    f"PoolGenerator: `{name}` must be a whole number of 1 or more; "
                    f"got {quote(value)}."
                )

    def world(
        self,
        model: ProgramModel,
        levers: Levers,
        *,
        seed: int,
        run: int,
        philox: int | None = None,
    ) -> World:
        """Make the world of one replication; no policy enters it."""
        people = model.parameters.people
        mentees = draw_traits(self.n_mentees, MENTEE, people, seed=seed, run=run, philox=philox)
        mentors = draw_traits(self.n_mentors, MENTOR, people, seed=seed, run=run, philox=philox)
        places = max(self.places + levers.extra_places, 0)
        if not places:
            raise OptionError(
                f"PoolGenerator: {self.places} places with `extra_places` "
                f"{levers.extra_places} leave no place."
            )
        bare = bare_pool(mentees, mentors, places, model)
        key = np.uint64(stream_key(np.uint64(seed), RATER, run))
        rate = (philox, constants_of(model, levers), bare, key, rating_of(model, levers))
        market, pool = self._rate(bare, rate)
        return World(
            market,
            pool,
            *outcomes_of(mentees, people, levers),
            groups=groups_of(mentees),
            fixed=False,
        )

    def _rate(self, bare: Pool, rate: tuple) -> tuple[Market, Pool]:
        n, m = self.n_mentees, self.n_mentors
        ids = np.arange(n).astype(object), np.arange(m).astype(object)
        limits = bare.mentors["places"].copy(), np.zeros(m, dtype=np.int64)
        k = self._listed()
        if k is None:
            by_mentee, by_mentor = perceive_all(*rate)
            market = Market(*ids, *limits, dense=Dense(by_mentee, by_mentor))
            return market, bare._replace(scores=(by_mentee + by_mentor) / 2)
        listed, by_mentee, by_mentor = perceive_listed(*rate, k)
        edges = Edges.from_pairs(
            np.repeat(np.arange(n), k),
            listed.ravel(),
            by_mentee.ravel(),
            by_mentor.ravel(),
            n_mentees=n,
        )
        return Market(*ids, *limits, edges=edges), bare._replace(**listed_scores(edges))

    def _listed(self) -> int | None:
        wanted = self.shortlist
        if wanted is None and self.n_mentees * self.n_mentors > _MOST_PAIRS:
            wanted = _SHORTLIST
        return None if wanted is None or wanted >= self.n_mentors else wanted


def listed_scores(edges: Edges) -> dict[str, np.ndarray]:
    """Give the perceived scores of listed pairs as a pool holds them."""
    return {
        "indptr": edges.indptr,
        "listed": edges.mentor.astype(np.int64),
        "list_scores": (edges.mentee_utility + edges.mentor_utility) / 2,
    }


def rating_of(model: ProgramModel, levers: Levers) -> tuple[float, float, float, float, bool]:
    """Tell how pairs are rated: scale of the truth, noise, self-presentation, bias, one rater."""
    rating = model.parameters.rating
    noise = {
        "scored": rating.scored_noise,
        "staff": rating.staff_noise,
        "choice": rating.choice_noise,
    }[levers.matching_form]
    scale = true_spread(model)
    seen = 1.0 / scale if scale > 0 else 0.0
    scored = levers.matching_form == "scored"
    return (
        seen,
        noise,
        rating.self_presentation,
        0.0 if scored else rating.surface_bias,
        levers.matching_form == "staff",
    )


def true_spread(model: ProgramModel) -> float:
    """Give the standard deviation of true compatibility, in SD of quality."""
    pairing = model.parameters.pairing
    return float(np.hypot(pairing.values_weight, pairing.skills_weight))


def validity_of(model: ProgramModel, levers: Levers) -> float:
    """Give the correlation of perceived scores (both sides' mean) with true compatibility."""
    _, noise, show, _, one_rater = rating_of(model, levers)
    error = noise**2 * (1.0 if one_rater else 0.5) + show**2 * 0.5
    return 1.0 / float(np.sqrt(1.0 + error))


def bare_pool(
    mentees: Traits, mentors: Traits, places: int | np.ndarray, model: ProgramModel
) -> Pool:
    """Lay people out for the kernels, without scores."""
    mentees.people["arrival"] = arrival_weeks(mentees.arrival, model.parameters.queueing)
    mentors.people["places"] = places
    return Pool(
        mentees=mentees.people,
        mentors=mentors.people,
        rated=record_of(
            RATED,
            given=0,
            validity=1.0,
            score_center=0.0,
            score_scale=1.0,
            true_scale=1.0,
            reporting_share=model.parameters.people.reporting_share,
        ),
        scores=np.empty((0, 0)),
        indptr=np.empty(0, dtype=np.int64),
        listed=np.empty(0, dtype=np.int64),
        list_scores=np.empty(0),
    )


def outcomes_of(
    mentees: Traits, people: People, levers: Levers
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give each mentee's gain, outcome without mentoring, and wish to opt in."""
    wish = opted_in(mentees.propensity, levers)
    gain = 1.0 + people.gain_spread * correlated(people.opt_in_gain, wish, mentees.gain_rest)
    untreated = correlated(people.opt_in_level, wish, mentees.level_rest)
    return gain, untreated, wish


def groups_of(mentees: Traits) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Give the groups of mentees that a made pool knows."""
    return {
        "surface": (("larger group", "smaller group"), mentees.people["surface_0"].copy()),
        "initiative": halves(mentees.people["initiative"], "less initiative", "more initiative"),
        "wish": halves(mentees.propensity, "less keen", "keener"),
    }
