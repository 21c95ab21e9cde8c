"""How near the partners of pairs are, in one pass over the scores: quick enough for a slider.

The numbers are those of `partner_agreement`; a test compares them. What is gained is time: where
intervals come from leaving mentors (or pairs) out one at a time, only the few numbers of the view
are worked out again for each.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..elements.partners.agreement_measures import MEASURES, Scale
from ..errors import EstimationError
from ..stats.agreement.concordance import LIMIT_MULTIPLIER, concordance
from ..stats.agreement.icc import ICC_FORMS, icc_forms
from ..stats.jackknife import cluster_jackknife
from .scored import PairScores

WIDE_GAP = 1.0
_TINY = 1e-9  # scores are means, so a gap of one point may miss it by rounding
_ICC_AGREEMENT = ICC_FORMS.index("ICC(A,1)")
_NAMES = ("correlation", "icc", "concordance", "mean_gap", "limit_low", "limit_high")
_BELOW_ONE = np.array([True, True, True, False, False, False])
_QUESTIONS = {
    "icc": "how alike, if a difference in level counts?",
    "concordance": "how near to being equal?",
    "correlation": "how near to any straight line?",
}


@dataclass(frozen=True, eq=False)
class PartnerAgreement:
    """How near the partners of a pair are.

    Attributes
    ----------
    n : int
        Pairs of which both partners have a score.
    n_one_sided : int
        Pairs of which only one has.
    n_shared, n_mentors : int
        Mentors who stand in several of the `n` pairs (in one wave), and mentors in all.
    clustered : bool
        Whether intervals come from leaving mentors out, because some stand in several rows.
    sd_gap : float
        Standard deviation of mentor minus mentee.
    mentor_higher, mentee_higher : float
        Share of pairs in which that side's score is higher by `WIDE_GAP` or more.
    numbers : pandas.DataFrame
        By measure (`correlation`; `icc`, for agreement; `concordance`; `mean_gap`; `limit_low` and
        `limit_high`, of agreement): `estimate`, `conf_low`, `conf_high`.
    """

    n: int
    n_one_sided: int
    n_shared: int
    n_mentors: int
    clustered: bool
    sd_gap: float
    mentor_higher: float
    mentee_higher: float
    numbers: pd.DataFrame

    @property
    def wide(self) -> float:
        """Share of pairs whose scores lie `WIDE_GAP` or more apart."""
        return self.mentor_higher + self.mentee_higher

    def get(self, measure: str) -> tuple[float, float, float]:
        """Give estimate and interval of a measure."""
        estimate, low, high = self.numbers.loc[measure]
        return float(estimate), float(low), float(high)

    def words(self) -> list[str]:
        """Say what the intraclass correlation and the limits mean."""
        said = []
        icc = self.get("icc")[0]
        if icc > 0:
            said.append(
                f"of what makes scores differ, {icc:.0%} lies between pairs and is seen by both "
                "partners; the rest is their disagreement and error (intraclass correlation)"
            )
        elif icc <= 0:
            said.append(
                "partners of a pair are no more alike than people from different pairs "
                "(intraclass correlation)"
            )
        low, high = (self.get(name)[0] for name in ("limit_low", "limit_high"))
        if low == low:
            said.append(
                f"in about 95 of 100 pairs the mentor's score lies between {_points(low)} and "
                f"{_points(high)} than the mentee's (limits of agreement)"
            )
        return said

    def question(self, measure: str) -> str:
        """What a correlation-like measure asks."""
        return _QUESTIONS[measure]


def compare_partners(pairs: PairScores) -> PartnerAgreement:
    """Work out how near partners are, with intervals that respect shared mentors.

    Parameters
    ----------
    pairs : PairScores
        Scores of both partners, and codes of the people.
    """
    both = ~np.isnan(pairs.mentor) & ~np.isnan(pairs.mentee)
    scores = np.column_stack([pairs.mentor[both], pairs.mentee[both]])
    gap = scores[:, 0] - scores[:, 1]
    mentors = pairs.mentor_code[both]
    people = np.unique(np.column_stack([mentors, pairs.mentee_code[both]]), axis=0)
    n_mentees = np.unique(people[:, 0], return_counts=True)[1]
    clustered = len(np.unique(mentors)) < len(mentors)
    nan = float("nan")
    return PartnerAgreement(
        n=len(gap),
        n_one_sided=len(both) - len(gap),
        n_shared=int((n_mentees > 1).sum()),
        n_mentors=len(n_mentees),
        clustered=clustered,
        sd_gap=float(gap.std(ddof=1)) if len(gap) > 1 else nan,
        mentor_higher=float((gap >= WIDE_GAP - _TINY).mean()) if len(gap) else nan,
        mentee_higher=float((gap <= -WIDE_GAP + _TINY).mean()) if len(gap) else nan,
        numbers=_numbers(scores, mentors if clustered else None),
    )


def _numbers(scores: np.ndarray, clusters: np.ndarray | None) -> pd.DataFrame:
    nothing = np.full(len(_NAMES), np.nan)
    estimate = _estimates(scores) if len(scores) else nothing
    low, high = nothing, nothing
    left_out = np.arange(len(scores)) if clusters is None else clusters
    with suppress(EstimationError):  # two mentors (or pairs) or fewer: no interval
        _, low, high = cluster_jackknife(
            lambda keep: _estimates(scores[keep]), left_out, bounded=_BELOW_ONE
        )
        if clusters is None:
            low, high = _own_intervals(scores, low, high)
    flat = low == high  # no pair changes the number, which is no certainty
    low, high = (np.where(flat, np.nan, limit) for limit in (low, high))
    return pd.DataFrame({"estimate": estimate, "conf_low": low, "conf_high": high}, index=_NAMES)


def _estimates(scores: np.ndarray) -> np.ndarray:
    """All measures of shape (6,); NaN where there are too few pairs or nobody differs."""
    n = len(scores)
    middle = scores.mean(axis=0) if n else np.full(2, np.nan)
    gap = middle[0] - middle[1]
    if n < 2:
        return np.array([np.nan, np.nan, np.nan, gap, np.nan, np.nan])
    away = scores - middle
    var_mentor, var_mentee = (away**2).sum(axis=0) / (n - 1)
    covariance = (away[:, 0] * away[:, 1]).sum() / (n - 1)
    spread, residual = var_mentor + var_mentee, (var_mentor + var_mentee) / 2 - covariance
    reach = LIMIT_MULTIPLIER * np.sqrt(max(2 * residual, 0.0))
    share = (n - 1) / n  # concordance takes moments over n
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.array(
            [
                covariance / np.sqrt(var_mentor * var_mentee),
                2 * covariance / (spread + gap**2 - 2 * residual / n),
                2 * share * covariance / (share * spread + gap**2),
                gap,
                gap - reach,
                gap + reach,
            ]
        )


def _own_intervals(
    scores: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each measure's own interval for independent pairs, where it has one."""
    low, high = low.copy(), high.copy()
    limits = MEASURES["bland_altman"].compute(scores, Scale(), 0.95)
    low[3:], high[3:] = limits.conf_low, limits.conf_high
    if np.ptp(scores, axis=0).all():
        icc, ccc = icc_forms(scores), concordance(*scores.T)
        low[1:3] = icc.conf_low[_ICC_AGREEMENT], ccc.conf_low
        high[1:3] = icc.conf_high[_ICC_AGREEMENT], ccc.conf_high
    return low, high


def _points(gap: float) -> str:
    return f"{abs(gap):.1f} {'higher' if gap >= 0 else 'lower'}"
