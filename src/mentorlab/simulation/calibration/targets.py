"""Published numbers that the model is held against, each with where it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from ...errors import OptionError, did_you_mean, listing, quote
from .moments import MOMENTS
from .setting import OWN_PROGRAMS

MOMENT_NAMES = (*MOMENTS, *OWN_PROGRAMS)
INFINITY = math.inf


@dataclass(frozen=True)
class Target:
    """A number that a simulated study should find.

    Parameters
    ----------
    moment : str
        What is found, one of `simulation.calibration.list_moments()`.
    low, high : float
        Where it should lie; infinite for an order.
    source : str
        Key of the work, or what it was taken from.
    claim : str
        The finding in words, with the number as published.
    check : int
        Number of the external check that it belongs to; 0 for none.
    tolerance : str
        Where the width of the range comes from.
    verified : bool
        Whether the number was seen in its source. What was not is shown and never judged.

    Raises
    ------
    OptionError
        If the moment is unknown or the range is empty.

    Examples
    --------
    >>> Target("early_closure", 0.30, 0.38, source="kupersmidt2017", claim=".3807").width < 0.1
    True
    """

    moment: str
    low: float
    high: float
    source: str
    claim: str
    check: int = 0
    tolerance: str = "published range"
    verified: bool = True

    def __post_init__(self) -> None:
        if self.moment not in MOMENT_NAMES:
            near = did_you_mean(self.moment, MOMENT_NAMES)
            raise OptionError(
                f"Target: `moment` must be {listing(MOMENT_NAMES, limit=len(MOMENT_NAMES))}; got "
                f"{quote(self.moment)}. {near}".rstrip()
            )
        if not self.low <= self.high:
            raise OptionError(
                f"Target: `low` must not be above `high`; got {self.low:g} and {self.high:g} for "
                f"{quote(self.moment)}."
            )

    @property
    def width(self) -> float:
        """Width of the range."""
        return self.high - self.low

    def holds(self, value: float) -> bool:
        """Tell whether a value lies in the range."""
        return self.low <= value <= self.high

    def shown(self) -> str:
        """Give the range in words."""
        if math.isinf(self.low):
            return f"below {self.high:g}" if self.high else "below 0"
        if math.isinf(self.high):
            return f"above {self.low:g}" if self.low else "above 0"
        return f"{self.low:g} to {self.high:g}"


_OURS, _ORDER = "our tolerance around one number", "order only"

EXTERNAL_CHECKS: tuple[Target, ...] = (
    Target(
        "deep_similarity",
        0.38,
        0.59,
        source="eby2013",
        claim="deep-level similarity with support and quality, rho .38 to .59",
        check=1,
    ),
    Target(
        "surface_below_deep",
        -INFINITY,
        0.0,
        source="eby2013",
        claim="surface-level similarity matters less than deep-level similarity",
        check=2,
        tolerance=_ORDER,
    ),
    Target(
        "frequency",
        0.20,
        0.30,
        source="eby2013",
        claim="interaction frequency with psychosocial support, rho .25",
        check=3,
        tolerance=_OURS,
    ),
    Target(
        "satisfaction",
        0.33,
        0.43,
        source="eby2013",
        claim="relationship quality with satisfaction, rho .38",
        check=4,
        tolerance=_OURS,
    ),
    Target(
        "effect",
        0.15,
        0.25,
        source="raposa2019",
        claim="youth programs against control, g .18 to .21",
        check=5,
        tolerance="range of the meta-analyses, widened by .03 to .04",
    ),
    Target(
        "early_closure",
        0.30,
        0.38,
        source="kupersmidt2017",
        claim="closed before the agreed 12 months: .38 of 6,468 matches; .30 in another study",
        check=6,
    ),
    Target(
        "mentors_start",
        0.60,
        0.68,
        source="keller2018",
        claim="endings attributed to the mentor, .64",
        check=7,
        tolerance=_OURS,
    ),
    Target(
        "survey_screen",
        0.58,
        0.66,
        source="lyons2022",
        claim="early survey as a screen for early ends: an area of about .59 to .64",
        check=8,
        tolerance="derived from sensitivity and specificity",
    ),
    Target(
        "screen_sensitivity",
        0.38,
        0.48,
        source="lyons2022",
        claim="sensitivity .43 at specificity .75",
        check=8,
        tolerance=_OURS,
    ),
    Target(
        "dose_order",
        0.0,
        INFINITY,
        source="grossman2002",
        claim="12 months or more help more than 6 to 12, and these more than less",
        check=9,
        tolerance=_ORDER,
    ),
    Target(
        "very_short",
        -INFINITY,
        0.0,
        source="grossman2002",
        claim="relationships that end within three months do harm",
        check=9,
        tolerance=_ORDER,
    ),
    Target(
        "rematched",
        -INFINITY,
        0.0,
        source="grossman2012",
        claim="rematched mentees are not better off than controls",
        check=9,
        tolerance=_ORDER,
    ),
    Target(
        "element_correlation_low",
        0.49,
        0.92,
        source="fleming2013",
        claim="lowest correlation of two scales of one rater, .49 to .58",
        check=10,
    ),
    Target(
        "element_correlation_high",
        0.49,
        0.92,
        source="fleming2013",
        claim="highest correlation of two scales of one rater, .87 to .92",
        check=10,
    ),
    Target(
        "alpha",
        0.75,
        0.90,
        source="hyun2022",
        claim="internal consistency of short scales, .75 to .90",
        check=10,
    ),
    Target(
        "partner_agreement",
        0.2,
        0.4,
        source="assumption",
        claim="mentor and mentee agree weakly to moderately; no number was seen in its source",
        check=11,
        tolerance="our range",
        verified=False,
    ),
    Target(
        "selection_bias",
        0.0,
        INFINITY,
        source="sandvik2021",
        claim="volunteers against the rest look better than a lottery shows",
        check=12,
        tolerance=_ORDER,
    ),
    Target(
        "opt_out_gain",
        0.0,
        INFINITY,
        source="sandvik2021",
        claim="those who would not have come by themselves gain more",
        check=12,
        tolerance=_ORDER,
    ),
    Target(
        "program_predictors",
        0.11,
        0.31,
        source="mcquillin2021",
        claim="programs' early ends explained by what programs do, R2 .21; staff contact "
        "alone stood out",
        check=13,
        tolerance=_OURS,
    ),
    Target(
        "mentor_spread",
        0.05,
        0.20,
        source="assumption",
        claim="share of the differences in quality that lie between mentors; no verified number",
        check=14,
        tolerance="our range",
        verified=False,
    ),
)
"""The 14 external checks; some have parts."""

MEETINGS = Target(
    "meetings_per_month",
    2.5,
    3.5,
    source="tierney1995",
    claim="about three meetings a month for about a year",
    tolerance=_OURS,
)


def list_targets(targets: Iterable[Target] = EXTERNAL_CHECKS) -> pd.DataFrame:
    """List targets with ranges and sources.

    Returns
    -------
    pandas.DataFrame
        `check, moment, claim, target, low, high, tolerance, verified, source`.

    Examples
    --------
    >>> int(list_targets()["check"].nunique())
    14
    """
    return pd.DataFrame(
        [
            {
                "check": target.check,
                "moment": target.moment,
                "claim": target.claim,
                "target": target.shown(),
                "low": target.low,
                "high": target.high,
                "tolerance": target.tolerance,
                "verified": target.verified,
                "source": target.source,
            }
            for target in targets
        ]
    )


def list_moments() -> tuple[str, ...]:
    """Name the moments that a target can be about.

    Examples
    --------
    >>> "early_closure" in list_moments()
    True
    """
    return MOMENT_NAMES


def check_targets(targets: Sequence[Target], *, who: str) -> tuple[Target, ...]:
    """Check that there are targets, each moment once.

    Raises
    ------
    OptionError
        If there is none, something else came, or a moment stands twice.
    """
    found = (targets,) if isinstance(targets, Target) else tuple(targets)
    if not found:
        raise OptionError(f"{who}: `targets` must hold at least one Target; got none.")
    for target in found:
        if not isinstance(target, Target):
            raise OptionError(f"{who}: `targets` must hold Targets; got {quote(target)}.")
    names = [target.moment for target in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise OptionError(f"{who}: two targets are about {quote(twice[0])}; keep one.")
    return found
