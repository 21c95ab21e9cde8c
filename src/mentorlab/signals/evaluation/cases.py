"""The weeks judged, and the lists played over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import EstimationError
from ...rng import child_rng
from .alerts import Tally, Weeks, play, tally
from .detectors import Scores, day_codes
from .panel import RiskPanel

_RANDOM_LISTS = 50


@dataclass(frozen=True, eq=False)
class Case:
    """What all measures share."""

    panel: RiskPanel
    weeks: Weeks
    listed: np.ndarray
    budgets: tuple[float, ...]
    horizon: int
    early: int
    level: float
    n_draws: int
    seed: int

    def lists(self, scores: Scores, budget: float) -> np.ndarray:
        """Rows on the lists of one detector."""
        rng = child_rng(self.seed, "ties", scores.name, str(budget))
        score = scores.score[self.listed]
        return play(self.weeks, score, per_hundred=budget, rng=rng)

    def count(self, chosen: np.ndarray, weeks: Weeks | None = None) -> Tally:
        """What lists achieved."""
        return tally(
            weeks or self.weeks, chosen, horizon_weeks=self.horizon, early_weeks=self.early
        )


def open_case(
    part: RiskPanel,
    budgets: tuple[float, ...],
    horizon: int,
    early: int,
    level: float,
    n_draws: int,
    seed: int,
    *,
    who: str,
) -> Case:
    """Take the weeks whose horizon is on record for lists.

    Raises
    ------
    EstimationError
        If there is none.
    """
    listed = np.flatnonzero(part.follow_up() >= 7 * horizon)
    if not len(listed):
        raise EstimationError(
            f"{who}: no week has {horizon} weeks on record after it. Give an earlier `judged_from`."
        )
    features = part.features.iloc[listed]
    mentor, _ = pd.factorize(part.features["mentor_id"])
    weeks = Weeks(
        week=day_codes(features["week_end"]),
        rel=pd.factorize(features["relationship_id"])[0],
        mentor=mentor[listed],
        days_left=part.days_left[listed],
        bad=part.kind[listed] == 1,
        n_mentors=int(mentor.max()) + 1,
    )
    return Case(part, weeks, listed, budgets, horizon, early, level, n_draws, seed)


def chance_lists(case: Case) -> dict[float, list[np.ndarray]]:
    """Lists drawn by lot, many for each budget."""
    found = {}
    same = np.zeros(len(case.listed))
    for budget in case.budgets:
        found[budget] = [
            play(
                case.weeks,
                same,
                per_hundred=budget,
                rng=child_rng(case.seed, "chance", str(budget), k),
            )
            for k in range(_RANDOM_LISTS)
        ]
    return found


def play_all(
    case: Case, scores: list[Scores], chance: dict[float, list[np.ndarray]]
) -> dict[tuple[str, float], np.ndarray]:
    """Play the lists of every detector at every budget, chance with its first draw."""
    played = {
        (one.name, budget): case.lists(one, budget) for one in scores for budget in case.budgets
    }
    return played | {("random", budget): lists[0] for budget, lists in chance.items()}
