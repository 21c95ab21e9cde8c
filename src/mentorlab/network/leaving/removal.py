"""Who is left alone, and how the network falls apart, as mentors leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, listing, quote
from ...options import check_option
from ...rng import child_rng
from ..choices import Band, RemovalOrder
from ..measures.betweenness import path_shares
from ..measures.load import need_direction
from ..measures.reach import whole_number
from ..network import MentorNetwork
from ..result import NetworkResult, asked

WHO = "removal"
BAND = (0.025, 0.5, 0.975)
_WORDS = {
    "busiest": "busiest first (by load at the start; equal loads in the order of people)",
    "random": "in random order",
    "brokers": "brokers first (by betweenness at the start)",
    "worst": "each time the mentor whose leaving orphans most of those still with a mentor",
    "given": "in the order given",
}


@dataclass(frozen=True, eq=False, repr=False)
class Removal(NetworkResult):
    """What is left after each leaving.

    Attributes
    ----------
    curve : pandas.DataFrame
        One row a step, the first before anybody left: `step`, `mentor_id`, `n_mentees` (load at
        the start), `orphans_new`, `orphans` (mentees still there who lost every mentor),
        `mentees_left`, `coverage` (share of them with a mentor), `giant` (people in the largest
        connected part) and `giant_share` (of people still there).
    band : pandas.DataFrame or None
        With drawn orders: `step` and, for `orphans`, `coverage` and `giant_share`, the 2.5 %,
        50 % and 97.5 % points over orders.
    band_of : {"random", "equals", ""}
        Which orders were drawn.
    order : str
        How mentors left.
    n_mentors, n_draws : int
        Mentors, and random orders drawn.
    """

    curve: pd.DataFrame
    band: pd.DataFrame | None
    band_of: str
    order: str
    n_mentors: int
    n_draws: int

    plotter: ClassVar[str] = "mentorlab.plots.network:removal"
    references: ClassVar[tuple[str, ...]] = ("albert2000", "callaway2000")

    def to_frame(self) -> pd.DataFrame:
        """Give one row a step."""
        return self.curve.copy()

    def headline(self) -> str:
        """What the first leavings do."""
        after = self.curve.iloc[min(10, len(self.curve) - 1)]
        return (
            f"If {count(int(after['step']), 'mentor')} of {self.n_mentors:,} leave: "
            f"{count(int(after['orphans']), 'mentee')} without a mentor, largest part "
            f"{int(after['giant']):,} people"
        )

    def notes(self) -> tuple[str, ...]:
        """The order and what the band is."""
        said = [f"mentors leave {_WORDS[self.order]}"]
        if self.order == "worst":
            said.append("chosen step by step: the worst k together may be worse still")
        if self.band is not None:
            which = "random orders" if self.band_of == "random" else "orders of equal loads"
            said.append(f"band: middle 95 % of {self.n_draws:,} {which}")
        return (*said, *super().notes())

    def _display_frame(self) -> pd.DataFrame:
        last = len(self.curve) - 1
        shown = sorted({step for step in (0, 1, 2, 5, 10, 25, 50, 100, 300, last) if step <= last})
        return self.curve.iloc[shown].drop(columns=["mentor_id", "n_mentees"])


def removal(
    network: MentorNetwork,
    *,
    order: RemovalOrder | Sequence[Any] = "busiest",
    seed: int | None = None,
    n_draws: int | None = None,
    band: Band = "random",
) -> Removal:
    """Tell what breaks if mentors leave: who is left alone, and how far the pool holds together.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    order : {"busiest", "random", "brokers", "worst"} or a sequence of ids
        Who leaves first. ``"worst"`` takes at each step the mentor whose leaving leaves most
        mentees alone. With ids, only these leave, in this order.
    seed : int, optional
        Needed by ``"random"``, by `n_draws`, and by ``"brokers"`` in networks so large that
        betweenness is sampled.
    n_draws : int, optional
        Orders to draw for the band; 100 with ``order="random"``, else none when left out.
    band : {"random", "equals"}
        What the band shows: mentors leaving at random, or busiest first with mentors of equal
        load in random order. Many mentors have the same load, so who of them comes first is
        arbitrary, and quoting one curve to the last mentee is false precision.

    Returns
    -------
    Removal
        One row a step, for all mentors. With ``"random"`` the curve is the first order drawn.

    Raises
    ------
    OptionError
        If the order is unknown, names someone who is no mentor, or a seed is missing.
    EstimationError
        If no mentee has a mentor.

    Notes
    -----
    A mentee counts when tied to a mentor at the start. A mentor who is a mentee elsewhere stops
    being counted as one on leaving. The largest part ignores directions. All steps together cost
    about as much as one look at the network: leavers are put back in reverse order, so that parts
    only grow.

    References
    ----------
    albert2000 : Error and attack tolerance of complex networks.
    callaway2000 : Network robustness and fragility.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "ann", "bo"], "mentee_id": ["cy", "di", "di"]})
    >>> network = MentorNetwork.from_ties(ties, source="program records")
    >>> removal(network).to_frame()[["step", "orphans", "giant"]].to_numpy().tolist()
    [[0, 0, 4], [1, 1, 2], [2, 2, 1]]
    """
    need_direction(network, who=WHO)
    if not len(network.pairs.mentor):
        raise EstimationError(f"{WHO}: no mentee has a mentor; the network has {network.size()}.")
    check_option(band, Band, who=WHO, name="band")
    name, leaving = _order(network, order, seed)
    n_draws = _n_draws(name, n_draws, seed)
    steps = _steps(network, leaving)
    before = np.append(-1, leaving)
    ids = np.append([None], network.ids[leaving])
    curve = pd.DataFrame(
        {
            "step": np.arange(len(before)),
            "mentor_id": ids,
            "n_mentees": np.where(before < 0, 0, network.load[before]),
            "orphans_new": np.diff(steps["orphans"], prepend=0),
            **steps,
        }
    )
    drawn = _band(network, n_draws, seed, len(leaving), band) if n_draws else None
    parameters = {"order": name, "seed": seed, "n_draws": n_draws, "band": band}
    return Removal(
        curve=curve,
        band=drawn,
        band_of=band if n_draws else "",
        order=name,
        n_mentors=len(network.mentors),
        n_draws=n_draws,
        **asked(WHO, network, parameters),
    )


def _order(network: MentorNetwork, order: Any, seed: int | None) -> tuple[str, np.ndarray]:
    mentors = network.mentors
    if not isinstance(order, str):
        return "given", _given(network, list(order))
    check_option(order, RemovalOrder, who=WHO, name="order")
    busiest = mentors[np.argsort(-network.load[mentors], kind="stable")]
    if order == "busiest":
        return order, busiest
    if order == "random":
        return order, child_rng(_need_seed(seed, "order='random'"), WHO, 0).permutation(mentors)
    if order == "brokers":
        values, _ = path_shares(network, directed=False, pivots=None, seed=seed, who=WHO)
        return order, busiest[np.argsort(-values[busiest], kind="stable")]
    from ..kernels.leaving import worst_order

    rank = np.empty(network.n_people, dtype=np.int64)
    rank[busiest] = np.arange(len(busiest))
    out, into = network.out, network.into
    return order, worst_order(out.indptr, out.indices, into.indptr, into.indices, busiest, rank)


def _given(network: MentorNetwork, ids: list[Any]) -> np.ndarray:
    if not ids:
        raise OptionError(f"{WHO}: `order` names nobody; give ids or a word such as 'busiest'.")
    leaving = network.positions(ids, who=WHO)
    if len(set(leaving)) < len(leaving):
        raise OptionError(f"{WHO}: `order` names somebody twice; everybody can leave once.")
    no_mentor = ~network.is_mentor[leaving]
    if no_mentor.any():
        named = listing(network.ids[leaving[no_mentor]], limit=3)
        raise OptionError(f"{WHO}: `order` must name mentors; no mentor: {named}.")
    return leaving


def _need_seed(seed: int | None, why: str) -> int:
    if seed is None:
        raise OptionError(f"{WHO}: {why} draws at random; give `seed`.")
    return seed


def _n_draws(order: str, n_draws: int | None, seed: int | None) -> int:
    if n_draws is None:
        return 100 if order == "random" else 0
    n_draws = whole_number(n_draws, who=WHO, name="n_draws", least=0)
    if n_draws:
        _need_seed(seed, f"n_draws={quote(n_draws)}")
    return n_draws


def _steps(network: MentorNetwork, leaving: np.ndarray) -> dict[str, np.ndarray]:
    from ..kernels.leaving import giant_by_step, orphans_by_step

    n_mentors = np.diff(network.into.indptr)
    out, around = network.out, network.around
    orphans, present = orphans_by_step(out.indptr, out.indices, n_mentors, leaving)
    giant = giant_by_step(around.indptr, around.indices, leaving)
    there = network.n_people - np.arange(len(leaving) + 1)
    return {
        "orphans": orphans,
        "mentees_left": present,
        "coverage": np.divide(
            present - orphans, present, out=np.full(len(present), np.nan), where=present > 0
        ),
        "giant": giant,
        "giant_share": np.divide(giant, there, out=np.full(len(there), np.nan), where=there > 0),
    }


def _band(network: MentorNetwork, n_draws: int, seed: int, n_steps: int, of: str) -> pd.DataFrame:
    names = ("orphans", "coverage", "giant_share")
    drawn = {name: np.empty((n_draws, n_steps + 1), dtype=np.float32) for name in names}
    for draw in range(n_draws):
        leaving = child_rng(seed, WHO, draw).permutation(network.mentors)
        if of == "equals":
            leaving = leaving[np.argsort(-network.load[leaving], kind="stable")]
        steps = _steps(network, leaving[:n_steps])
        for name in names:
            drawn[name][draw] = steps[name]
    columns = {"step": np.arange(n_steps + 1)}
    for name in names:
        low, middle, high = _quantiles(drawn[name])
        columns |= {f"{name}_low": low, f"{name}_median": middle, f"{name}_high": high}
    return pd.DataFrame(columns)


def _quantiles(drawn: np.ndarray) -> np.ndarray:
    """Band over draws, step by step; NaN at steps where the measure is never defined."""
    defined = ~np.isnan(drawn).all(axis=0)
    band = np.full((len(BAND), drawn.shape[1]), np.nan)
    band[:, defined] = np.nanquantile(drawn[:, defined], BAND, axis=0)
    return band
