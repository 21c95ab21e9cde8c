"""Do newcomers choose those who are popular already?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count
from ..clock import read_time
from ..measures.load import need_direction
from ..network import MentorNetwork
from ..result import NetworkResult, asked

WHO = "popularity"
_MOST_CELLS = 100_000_000
_STEPS = 60
_LEAST_INFORMATION = 1e-6  # a standard error of 1,000: any exponent fits


@dataclass(frozen=True, eq=False, repr=False)
class Popularity(NetworkResult):
    """How the load that mentors have draws new mentees.

    Attributes
    ----------
    table : pandas.DataFrame
        One row: `estimate` (exponent: 0 indifferent to load, 1 in proportion to load + 1),
        `std_error`, `conf_low`, `conf_high`, `p_value` (that it is 0), `n` (choices).
    by_load : pandas.DataFrame
        `load`, `n_chosen`, `n_offered` (mentors of that load, added over choices), `rate`
        (chosen over offered).
    """

    table: pd.DataFrame
    by_load: pd.DataFrame

    plotter: ClassVar[str] = "mentorlab.plots.network_lines:popularity"
    references: ClassVar[tuple[str, ...]] = ("barabasi1999", "overgoor2019")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the exponent."""
        return self.table.copy()

    def headline(self) -> str:
        """The exponent in words."""
        row = self.table.iloc[0]
        return (
            f"Preference for popular mentors: exponent {row['estimate']:.2f} "
            f"[{row['conf_low']:.2f}, {row['conf_high']:.2f}] from {int(row['n']):,} choices"
        )

    def notes(self) -> tuple[str, ...]:
        """What it can be mistaken for."""
        return (
            "0: load does not matter; 1: twice the load (plus one) draws twice as many",
            "mentors who are better known from the start look the same as popularity that feeds "
            "on itself",
            *super().notes(),
        )


def popularity(network: MentorNetwork, *, level: float = 0.95) -> Popularity:
    r"""Tell whether those who carry much are given more: is load preferential?

    Parameters
    ----------
    network : MentorNetwork
        With dated ties.
    level : float
        Confidence level.

    Returns
    -------
    Popularity

    Raises
    ------
    OptionError
        If nothing dates the ties.
    EstimationError
        If loads never differ at a moment of choice.

    Notes
    -----
    Each new tie is a choice among the mentors of the network with room (all of those whose
    capacity is not known), with chances :math:`\propto (1 + k_j)^\theta`, :math:`k_j` the mentees
    that mentor j had gathered before; a conditional logit with one exponent, by maximum
    likelihood. Ties of one moment do not see each other. Choices of one mentee are taken as
    independent, and every mentor as available from the start.

    References
    ----------
    barabasi1999 : Emergence of scaling in random networks.
    overgoor2019 : Choosing to grow a graph: modeling network formation as discrete choice.

    Examples
    --------
    >>> ties = pd.DataFrame(
    ...     {"source": list("aabaaab"), "target": list("cdefghi"), "start": range(7)}
    ... )
    >>> found = popularity(MentorNetwork.from_ties(ties, source="records"))
    >>> int(found.to_frame()["n"].item())
    7
    """
    from scipy.stats import norm

    need_direction(network, who=WHO)
    chosen, moment, offered = choices(network)
    theta, information = _maximize(chosen, moment, offered)
    error = 1 / np.sqrt(information)
    half = norm.ppf((1 + level) / 2) * error
    table = pd.DataFrame(
        [
            {
                "estimate": theta,
                "std_error": error,
                "conf_low": theta - half,
                "conf_high": theta + half,
                "p_value": 2 * norm.sf(abs(theta) / error),
                "n": len(chosen),
            }
        ]
    )
    n_chosen = np.bincount(chosen, minlength=offered.shape[1])
    n_offered = (offered * np.bincount(moment)[:, None]).sum(axis=0)
    by_load = pd.DataFrame(
        {"load": np.arange(len(n_chosen)), "n_chosen": n_chosen, "n_offered": n_offered}
    )
    by_load = by_load[by_load["n_offered"] > 0].reset_index(drop=True)
    return Popularity(
        table=table,
        by_load=by_load.assign(rate=by_load["n_chosen"] / by_load["n_offered"]),
        **asked(WHO, network, {"level": level}),
    )


def choices(network: MentorNetwork) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List the choices, and what was on offer at each.

    Returns
    -------
    chosen : numpy.ndarray of int64, shape (n_choices,)
        Load of the mentor chosen.
    moment : numpy.ndarray of int64, shape (n_choices,)
        Number of the moment of each choice.
    offered : numpy.ndarray of float64, shape (n_moments, largest load + 1)
        Mentors with room by load.
    """
    frame = pd.DataFrame(
        {"mentor": network.mentor, "mentee": network.mentee, "start": network.start}
    ).dropna(subset="start")
    if frame.empty:
        read_time(0, "none", who=WHO)
    frame = frame.sort_values("start", kind="stable").drop_duplicates(["mentor", "mentee"])
    moments, moment = np.unique(frame["start"].to_numpy(), return_inverse=True)
    mentor = frame["mentor"].to_numpy()
    largest = int(np.bincount(mentor).max())
    if len(moments) * (largest + 1) > _MOST_CELLS:
        raise OptionError(
            f"{WHO}: {len(moments):,} moments by loads up to {largest:,} are too many; round "
            "starts to days or months."
        )
    load = np.zeros(network.n_people, dtype=np.int64)
    room = np.where(np.isnan(network.capacity), np.inf, network.capacity)
    with_room = np.bincount(load[network.mentors[room[network.mentors] > 0]], minlength=largest + 1)
    offered = np.empty((len(moments), largest + 1))
    chosen = np.empty(len(frame), dtype=np.int64)
    bounds = np.searchsorted(moment, np.arange(len(moments) + 1))
    for t in range(len(moments)):
        now = mentor[bounds[t] : bounds[t + 1]]
        chosen[bounds[t] : bounds[t + 1]] = load[now]
        offered[t] = with_room
        full = now[load[now] >= room[now]]  # over capacity all the same: they were on offer
        np.add.at(offered[t], load[np.unique(full)], 1)
        people = np.unique(now)
        np.subtract.at(with_room, load[people[load[people] < room[people]]], 1)
        np.add.at(load, now, 1)
        np.add.at(with_room, load[people[load[people] < room[people]]], 1)
    return chosen, moment, offered


def _maximize(chosen: np.ndarray, moment: np.ndarray, offered: np.ndarray) -> tuple[float, float]:
    """Newton's method on the exponent; the log-likelihood is concave."""
    scale = np.log1p(np.arange(offered.shape[1]))
    n_at = np.bincount(moment)
    varies = (offered > 0).sum(axis=1) > 1
    if not varies.any():
        raise EstimationError(
            f"{WHO}: at none of {count(len(n_at), 'moment')} of choice did loads differ."
        )
    seen = float(scale[chosen].sum())
    theta, information = 0.0, 0.0
    for _ in range(_STEPS):
        weight = offered * np.exp(theta * scale)
        total = weight.sum(axis=1)
        mean = weight @ scale / total
        spread = weight @ scale**2 / total - mean**2
        gradient = seen - float(n_at @ mean)
        information = float(n_at @ spread)
        step = float(np.clip(gradient / information, -1, 1)) if information > 0 else 0.0
        theta += step
        if information < _LEAST_INFORMATION:
            break
        if abs(step) < 1e-10:
            return theta, information
    raise EstimationError(
        f"{WHO}: the exponent runs away (last {theta:.1f}): the choices leave no doubt, such as "
        "every choice falling on the mentor with the largest or smallest load."
    )
