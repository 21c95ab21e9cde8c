"""What every reliability coefficient needs: the answers, the request, the answer's form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ...errors import count
from ...rng import child_rng
from ...stats.factors.schmid_leiman import SchmidLeiman, schmid_leiman
from ...stats.reliability.guttman import correlation_of, split_halves
from ...stats.reliability.one_factor import OneFactorFit, fit_one_factor
from ...stats.resampling import bootstrap_covariances, percentile_interval
from .scales import Scale

GROUP_FACTORS = 3


@dataclass(frozen=True)
class Estimate:
    """One coefficient with its interval.

    Attributes
    ----------
    estimate, std_error, conf_low, conf_high : float
        NaN where there is none; `note` says why.
    interval : str
        Which interval: ``feldt``, ``bonett``, ``delta``, ``robust``, ``fisher``, ``bootstrap`` or
        ``none``.
    note : str
        What to know before quoting it; empty when all is well.
    """

    estimate: float = float("nan")
    std_error: float = float("nan")
    conf_low: float = float("nan")
    conf_high: float = float("nan")
    interval: str = "none"
    note: str = ""


@dataclass(frozen=True)
class Request:
    """How coefficients were asked for.

    Attributes
    ----------
    interval : str
        One of ``options.ReliabilityInterval``.
    level : float
        Confidence level.
    n_draws : int
        Bootstrap samples.
    seed : int or None
        Only the bootstrap and halves of long scales draw.
    """

    interval: str
    level: float
    n_draws: int
    seed: int | None

    def around(self, estimate: float, std_error: float, kind: str, note: str = "") -> Estimate:
        """Make the normal interval around an estimate."""
        from scipy.stats import norm

        half = norm.ppf((1 + self.level) / 2) * std_error
        return Estimate(estimate, std_error, estimate - half, estimate + half, kind, note)

    def from_draws(self, estimate: float, draws: np.ndarray, note: str = "") -> Estimate:
        """Make the percentile interval of bootstrap draws."""
        failed = int((~np.isfinite(draws)).sum())
        if failed:
            said = f"{failed:,} of {count(len(draws), 'bootstrap sample')} could not be computed"
            note = join_notes(note, said)
        if failed == len(draws):
            return Estimate(estimate, interval="none", note=note)
        low, high = percentile_interval(draws, level=self.level)
        spread = float(np.nanstd(draws, ddof=1)) if len(draws) - failed > 1 else float("nan")
        return Estimate(estimate, spread, low, high, "bootstrap", note)


@dataclass(frozen=True, eq=False)
class Sample:
    """A scale's complete answers with what several coefficients share, each worked out once."""

    scale: Scale
    request: Request

    @cached_property
    def items(self) -> np.ndarray:
        return self.scale.complete

    @cached_property
    def covariance(self) -> np.ndarray:
        return np.cov(self.items, rowvar=False)

    @cached_property
    def correlation(self) -> np.ndarray:
        return correlation_of(self.covariance)

    @cached_property
    def fit(self) -> OneFactorFit:
        """One factor of the covariance matrix with divisor n, as likelihood has it."""
        n = len(self.items)
        return fit_one_factor(self.covariance * (n - 1) / n)

    @cached_property
    def split(self) -> SchmidLeiman:
        return schmid_leiman(self.correlation, GROUP_FACTORS)

    def halves(self, correlations: np.ndarray) -> np.ndarray:
        """Split-half reliabilities, by the same halves every time, shape (..., n_splits)."""
        seed = self.request.seed
        rng = None if seed is None else child_rng(seed, "halves", self.scale.element)
        return split_halves(correlations, rng=rng)

    def rng(self) -> np.random.Generator:
        """The stream of the bootstrap: the same samples for every coefficient of the scale."""
        names = [str(value) for value in self.scale.labels.values()]
        return child_rng(self.request.seed, "reliability", self.scale.element, *names)

    def draw(self, statistic: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Bootstrap a statistic of covariance matrices, shape (n_draws,)."""
        blocks = bootstrap_covariances(
            self.items, n_draws=self.request.n_draws, rng=self.rng(), units=self.scale.units
        )
        return np.concatenate([_where_all_vary(block, statistic) for block in blocks])


def join_notes(*notes: str) -> str:
    """Put notes behind one another, leaving out empty ones."""
    return "; ".join(note for note in notes if note)


def _where_all_vary(
    covariances: np.ndarray, statistic: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    variances = np.diagonal(covariances, axis1=1, axis2=2)
    varies = (variances > 1e-12 * variances.max(axis=1, keepdims=True)).all(axis=1)
    drawn = np.full(len(covariances), np.nan)
    if varies.any():
        drawn[varies] = statistic(covariances[varies])
    return drawn
