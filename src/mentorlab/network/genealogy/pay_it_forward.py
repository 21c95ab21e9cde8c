"""Do mentees become mentors, and after how long?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, count
from ..clock import show_time
from ..measures.load import need_direction
from ..network import MentorNetwork
from ..result import NetworkResult, asked

WHO = "pay_it_forward"


@dataclass(frozen=True, eq=False, repr=False)
class PayItForward(NetworkResult):
    """Who was mentored, who mentors, and in which order.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a person on either side: `person_id`, `path` (``"mentee, then mentor"``, ``"both in
        the same period"``, ``"mentor, then mentee"``, ``"both, order not known"``, ``"mentee
        only"``, ``"mentor only"``), and with dated ties `first_mentored`, `first_mentoring` and
        `gap` between them (days, or periods).
    curve : pandas.DataFrame
        With dated ties, `time` since the first tie as a mentee, `share` who mentor by then
        (Kaplan-Meier), `conf_low`, `conf_high`, `n_at_risk`; empty otherwise.
    clock : str
        The unit of times.
    """

    table: pd.DataFrame
    curve: pd.DataFrame
    clock: str

    plotter: ClassVar[str] = "mentorlab.plots.network_lines:pay_it_forward"
    references: ClassVar[tuple[str, ...]] = ("kaplan1958",)

    @property
    def n_mentors(self) -> int:
        """People who mentor somebody."""
        return int((self.table["path"] != "mentee only").sum())

    @property
    def n_mentees(self) -> int:
        """People who were mentored."""
        return int((self.table["path"] != "mentor only").sum())

    @property
    def n_both(self) -> int:
        """People on both sides, in any order."""
        return int((~self.table["path"].isin(["mentee only", "mentor only"])).sum())

    @property
    def n_forward(self) -> int:
        """People who were mentees first and mentors later."""
        return int((self.table["path"] == "mentee, then mentor").sum())

    def to_frame(self) -> pd.DataFrame:
        """Give one row a person."""
        return self.table.copy()

    def headline(self) -> str:
        """Shares of mentors and of mentees."""
        share = self.n_both / self.n_mentors
        said = (
            f"{self.n_both:,} of {count(self.n_mentors, 'mentor')} ({share:.0%}) were mentees too"
        )
        if self.clock != "none":
            said += f", {self.n_forward:,} of them mentees first"
        return said

    def notes(self) -> tuple[str, ...]:
        """What dates allow to say."""
        said = [
            f"{self.n_both / self.n_mentees:.0%} of {count(self.n_mentees, 'mentee')} mentor "
            "somebody in these data"
        ]
        if self.clock == "none":
            said.append("nothing dates the ties: the order of the two roles is not known")
        elif len(self.curve):
            last = self.curve.iloc[-1]
            unit = "days" if self.clock == "date" else "periods"
            said.append(
                f"of those not yet followed to the end, account is taken: {last['share']:.0%} "
                f"mentor within {last['time']:g} {unit} (Kaplan-Meier)"
            )
        said.append("a floor: mentoring outside these records is not seen")
        return (*said, *super().notes())

    def _display_frame(self) -> pd.DataFrame:
        paths = self.table["path"].value_counts()
        return pd.DataFrame({"path": paths.index, "people": paths.to_numpy()})


def pay_it_forward(network: MentorNetwork, *, level: float = 0.95) -> PayItForward:
    """Tell how many mentees go on to mentor, and after how long.

    Parameters
    ----------
    network : MentorNetwork
        Dated ties (dates or periods) give order and waiting time; others only who was both.
    level : float
        Confidence level of the curve.

    Returns
    -------
    PayItForward

    Raises
    ------
    OptionError
        If the network has no direction.
    EstimationError
        If nobody mentors or nobody is mentored.

    Notes
    -----
    The waiting time of a mentee who does not mentor yet is censored at the last moment that any
    tie of the network starts or ends. People who mentored before or in the same period as they
    were first mentored are not at risk and not in the curve. Intervals use the log-log scale.

    References
    ----------
    kaplan1958 : Nonparametric estimation from incomplete observations.

    Examples
    --------
    >>> ties = pd.DataFrame(
    ...     {"source": ["ann", "bo"], "target": ["bo", "cy"], "start": [1, 3]}
    ... )
    >>> found = pay_it_forward(MentorNetwork.from_ties(ties, source="records"))
    >>> found.n_forward, float(found.table["gap"].max())
    (1, 2.0)
    """
    need_direction(network, who=WHO)
    mentored, mentors = np.zeros((2, network.n_people), dtype=bool)
    mentored[network.mentee], mentors[network.mentor] = True, True
    if not mentored.any():
        raise EstimationError(f"{WHO}: needs at least one tie; the network has {network.size()}.")
    first_mentored = _first(network.mentee, network.start, network.n_people)
    first_mentoring = _first(network.mentor, network.start, network.n_people)
    gap = first_mentoring - first_mentored
    table = pd.DataFrame({"person_id": network.ids, "path": _paths(mentored, mentors, gap)})
    curve = pd.DataFrame(columns=["time", "share", "conf_low", "conf_high", "n_at_risk"])
    if network.clock != "none":
        table = table.assign(
            first_mentored=show_time(first_mentored, network.clock),
            first_mentoring=show_time(first_mentoring, network.clock),
            gap=gap,
        )
        moments = np.concatenate([network.start, network.end])
        horizon = np.nanmax(moments)
        curve = _curve(first_mentored, gap, horizon, level)
    kept = mentored | mentors
    return PayItForward(
        table=table[kept].reset_index(drop=True),
        curve=curve,
        clock=network.clock,
        **asked(WHO, network, {"level": level}),
    )


def _first(person: np.ndarray, start: np.ndarray, n: int) -> np.ndarray:
    first = np.full(n, np.inf)
    np.fmin.at(first, person, np.where(np.isnan(start), np.inf, start))
    return np.where(np.isinf(first), np.nan, first)


def _paths(mentored: np.ndarray, mentors: np.ndarray, gap: np.ndarray) -> np.ndarray:
    both = mentored & mentors
    return np.select(
        [both & (gap > 0), both & (gap == 0), both & (gap < 0), both, mentored],
        [
            "mentee, then mentor",
            "both in the same period",
            "mentor, then mentee",
            "both, order not known",
            "mentee only",
        ],
        "mentor only",
    )


def _curve(
    first_mentored: np.ndarray, gap: np.ndarray, horizon: float, level: float
) -> pd.DataFrame:
    """Share who mentor by each time since first being mentored."""
    from scipy.stats import norm
    from statsmodels.duration.survfunc import SurvfuncRight

    at_risk = ~np.isnan(first_mentored) & ~(gap <= 0) & (horizon > first_mentored)
    event = gap[at_risk] > 0
    time = np.where(event, gap[at_risk], horizon - first_mentored[at_risk])
    if not event.any():
        return pd.DataFrame(columns=["time", "share", "conf_low", "conf_high", "n_at_risk"])
    fit = SurvfuncRight(time, event.astype(int))
    survival, error = np.asarray(fit.surv_prob), np.asarray(fit.surv_prob_se)
    inner = (survival > 0) & (survival < 1)
    low, high = survival.copy(), survival.copy()
    log = np.log(survival[inner])
    half = norm.ppf((1 + level) / 2) * error[inner] / (survival[inner] * np.abs(log))
    low[inner], high[inner] = survival[inner] ** np.exp(half), survival[inner] ** np.exp(-half)
    return pd.DataFrame(
        {
            "time": fit.surv_times,
            "share": 1 - survival,
            "conf_low": 1 - high,
            "conf_high": 1 - low,
            "n_at_risk": np.asarray(fit.n_risk),
        }
    )
