"""Control charts designed before use: false alarms in control, delay out of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from ..errors import EstimationError, OptionError, quote
from ..options import ChartKind, check_option
from ..provenance import Provenance
from ..result import Result
from ..stats.run_length import (
    cusum_run_length,
    cusum_threshold,
    ewma_run_length,
    poisson_cusum_run_length,
)

WHO = "design_chart"
_FINENESS = 50
_WIDEST = 6.0
_DROPS = (0.8, 0.6, 0.5, 0.4, 0.2, 0.0)
_SHIFTS = (0.25, 0.5, 1.0, 1.5, 2.0)
_NO_CONTACT = 1e-9


@dataclass(frozen=True, eq=False, repr=False)
class ChartDesign(Result):
    """How long a chart runs before it signals.

    Attributes
    ----------
    delays : pandas.DataFrame
        `shift` (share of the own pace, or standard deviations), `run_length` (mean observations
        until the signal), `in_control`.
    kind : str
    threshold : float
        Signal above it: in log-likelihood units (Poisson CUSUM), standard deviations (CUSUM), or
        standard deviations of the smoothed value (EWMA).
    reference : float
        Allowance k of a CUSUM, smoothing of an EWMA.
    pace : float
        Contacts a week in control; NaN for charts of normal values.
    """

    delays: pd.DataFrame
    kind: str
    threshold: float
    reference: float
    pace: float

    plotter: ClassVar[str] = "mentorlab.plots.signals_detection:chart_design"
    references: ClassVar[tuple[str, ...]] = ("brook1972", "lucas1990")
    digits: ClassVar[int] = 1

    @property
    def run_length(self) -> float:
        """Observations between false alarms, on average."""
        return float(self.delays.loc[self.delays["in_control"], "run_length"].iloc[0])

    def to_frame(self) -> pd.DataFrame:
        """Give one row a shift, no shift first."""
        return self.delays.copy()

    def headline(self) -> str:
        """The threshold and its false alarms."""
        unit = _UNITS[self.kind]
        what = f" at {self.pace:g} contacts a week" if self.kind == "poisson_cusum" else ""
        return (
            f"{_WORDS[self.kind]}{what}: signal above {self.threshold:.2f}, one false alarm in "
            f"{self.run_length:,.0f} {unit}"
        )

    def notes(self) -> tuple[str, ...]:
        """What a shift is, and what was assumed."""
        if self.kind == "poisson_cusum":
            return (
                "shift: share of the own pace that is left; run length in weeks from the change "
                "on, the chart at 0",
                "weeks are independent Poisson counts; schedules are more regular, so false alarms "
                "come later, bursts of messages less, so they come sooner",
            )
        return ("shift in standard deviations; observations are independent and normal",)


_WORDS = {"poisson_cusum": "Poisson CUSUM for fewer contacts", "cusum": "CUSUM", "ewma": "EWMA"}
_UNITS = {"poisson_cusum": "weeks", "cusum": "observations", "ewma": "observations"}


def design_chart(
    kind: ChartKind = "poisson_cusum",
    *,
    pace: float | None = None,
    threshold: float | None = None,
    run_length: float | None = None,
    drop: float = 0.4,
    reference: float = 0.5,
    smoothing: float = 0.2,
    two_sided: bool = False,
    shifts: Iterable[float] | None = None,
) -> ChartDesign:
    r"""Tell how often a chart gives a false alarm, and how late it sees a true change.

    Parameters
    ----------
    kind : {"poisson_cusum", "cusum", "ewma"}
        Fewer contacts a week; a shift of a mean; a smoothed mean (both sides).
    pace : float, optional
        Contacts a week in control, for ``"poisson_cusum"``.
    threshold, run_length : float, optional
        One of the two: the threshold, or the observations between false alarms that are wanted.
        For ``"poisson_cusum"`` the threshold is a log-likelihood ratio, as in `weekly_features`
        (4 there).
    drop : float
        Share of the pace that the Poisson CUSUM is tuned to.
    reference : float
        Allowance of the CUSUM, in standard deviations.
    smoothing : float
        Weight of the newest value of the EWMA.
    two_sided : bool
        Both sides of the CUSUM.
    shifts : iterable of float, optional
        True changes to give delays for: shares of the pace, or standard deviations.

    Returns
    -------
    ChartDesign

    Raises
    ------
    OptionError
        For arguments that do not go together or lie outside their range.
    EstimationError
        If no threshold gives the run length.

    Notes
    -----
    Poisson CUSUM: exact Markov chain on the lattice of common fractions;
    :math:`k=\mu_0(1-d)/\ln(1/d)`, taken to the nearest fiftieth. Because counts are whole, run
    lengths move in jumps, and the first threshold that reaches the run length wanted is given.
    Normal charts: integral equations. Delays start with the chart at 0.

    References
    ----------
    brook1972, lucas1990

    Examples
    --------
    >>> chart = design_chart(pace=1.0, threshold=4)
    >>> chart.run_length > 100, round(float(chart.delays.iloc[-1]["run_length"]), 2)
    (True, 7.0)
    """
    check_option(kind, ChartKind, who=WHO, name="kind")
    if (threshold is None) == (run_length is None):
        raise OptionError(f"{WHO}: give one of `threshold` and `run_length`.")
    if (pace is None) == (kind == "poisson_cusum"):
        raise OptionError(f"{WHO}: `pace` goes with kind='poisson_cusum', and that needs it.")
    _above_zero(pace=pace, threshold=threshold, run_length=run_length)
    if not 0 < drop < 1 or not 0 < smoothing <= 1 or not reference > 0:
        raise OptionError(
            f"{WHO}: `drop` lies between 0 and 1, `smoothing` above 0 and up to 1, `reference` "
            f"above 0; got {quote(drop)}, {quote(smoothing)} and {quote(reference)}."
        )
    run, find, setting = {
        "poisson_cusum": lambda: _poisson(pace, drop),
        "cusum": lambda: _cusum(reference, two_sided),
        "ewma": lambda: _ewma(smoothing),
    }[kind]()
    try:
        found = find(run_length) if threshold is None else float(threshold)
        none = 1.0 if kind == "poisson_cusum" else 0.0
        wanted = shifts if shifts is not None else _DROPS if pace is not None else _SHIFTS
        places = [none, *(float(s) for s in wanted if float(s) != none)]
        lengths = [run(shift, found) for shift in places]
    except EstimationError as error:
        raise EstimationError(f"{WHO}: {error}") from error
    return ChartDesign(
        delays=pd.DataFrame(
            {"shift": places, "run_length": lengths, "in_control": [s == none for s in places]}
        ),
        kind=kind,
        threshold=found,
        reference=setting,
        pace=float("nan") if pace is None else float(pace),
        provenance=Provenance(
            WHO, {"kind": kind, "pace": pace, "threshold": threshold, "run_length": run_length}
        ),
    )


def _above_zero(**values: float | None) -> None:
    for name, value in values.items():
        if value is not None and not value > 0:
            raise OptionError(f"{WHO}: `{name}` must be above 0; got {quote(value)}.")


def _poisson(pace: float, drop: float) -> tuple:
    """Counts against a share of the pace, thresholds in log-likelihood units."""
    unit = np.log(1 / drop)
    k = float(Fraction(pace * (1 - drop) / unit).limit_denominator(_FINENESS))
    k = k or 1 / _FINENESS

    def run(shift: float, threshold: float) -> float:
        height = float(Fraction(threshold / unit).limit_denominator(_FINENESS))
        mean = max(pace * shift, _NO_CONTACT)
        return poisson_cusum_run_length(mean, reference=k, threshold=max(height, k))

    def find(wanted: float) -> float:
        low, high = k * unit, 2 * k * unit
        while run(1.0, high) < wanted:
            low, high = high, high + unit
            if high > 60 * unit:
                raise EstimationError(f"no threshold gives a run as long as {wanted:g}.")
        while high - low > unit / _FINENESS:
            middle = (low + high) / 2
            low, high = (low, middle) if run(1.0, middle) >= wanted else (middle, high)
        return float(high)

    return run, find, k


def _cusum(reference: float, two_sided: bool) -> tuple:
    def run(shift: float, threshold: float) -> float:
        return cusum_run_length(
            shift, reference=reference, threshold=threshold, two_sided=two_sided
        )

    def find(wanted: float) -> float:
        return cusum_threshold(wanted, reference=reference, two_sided=two_sided)

    return run, find, reference


def _ewma(smoothing: float) -> tuple:
    def run(shift: float, threshold: float) -> float:
        return ewma_run_length(shift, smoothing=smoothing, width=threshold)

    def find(wanted: float) -> float:
        def miss(width: float) -> float:
            return np.log(run(0.0, width)) - np.log(wanted)

        if miss(0.1) > 0 or miss(_WIDEST) < 0:
            raise EstimationError(f"no width up to {_WIDEST:g} gives a run of {wanted:g}.")
        return float(brentq(miss, 0.1, _WIDEST, xtol=1e-8))

    return run, find, smoothing
