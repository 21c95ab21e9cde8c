"""Who carries how much: load against capacity, spare slots, concentration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count
from ...stats.inequality import gini
from ..network import MentorNetwork
from ..result import NetworkResult, asked

WHO = "mentor_load"
_BUSIEST = 0.1


@dataclass(frozen=True, eq=False, repr=False)
class MentorLoad(NetworkResult):
    """The load of every mentor, busiest first.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a mentor: `person_id`, `n_mentees` (distinct mentees), `weight` (sum over ties),
        `capacity`, `spare` (slots left), `over` (mentees beyond capacity), `share` (of all ties).
    gini, gini_active : float
        Inequality of load over all mentors, and over those with a mentee; NaN where nobody has
        one.
    top_share : float
        Share of ties held by the busiest tenth of the mentors.
    n_waiting : int
        Mentees without a mentor.
    """

    table: pd.DataFrame
    gini: float
    gini_active: float
    top_share: float
    n_waiting: int

    plotter: ClassVar[str] = "mentorlab.plots.network:mentor_load"
    references: ClassVar[tuple[str, ...]] = ("sen1973",)
    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give one row a mentor."""
        return self.table.copy()

    def headline(self) -> str:
        """How the load is spread."""
        load = self.table["n_mentees"]
        return (
            f"Load of {count(len(load), 'mentor')}: mean {load.mean():.2f}, largest "
            f"{int(load.max()):,}, Gini {self.gini:.3f}"
        )

    def notes(self) -> tuple[str, ...]:
        """Concentration, capacity, who waits."""
        table = self.table
        said = [
            f"the busiest tenth of the mentors hold {self.top_share:.0%} of the ties",
            f"Gini over mentors with a mentee {self.gini_active:.3f}",
        ]
        idle = int((table["n_mentees"] == 0).sum())
        if idle:
            said.append(f"{count(idle, 'mentor')} without a mentee")
        known = table["capacity"].notna()
        if known.any():
            over = int((table["over"] > 0).sum())
            said.append(
                f"{count(int(table['spare'].sum()), 'spare slot')} with the "
                f"{count(int(known.sum()), 'mentor')} whose capacity is known; "
                f"{count(over, 'mentor')} over capacity"
            )
        else:
            said.append("no capacity known: give capacity= to build_network to see spare slots")
        if self.n_waiting:
            said.append(f"{count(self.n_waiting, 'mentee')} without a mentor")
        return (*said, *super().notes())

    def _display_frame(self) -> pd.DataFrame:
        return self.table.head(10).drop(columns="weight")


def mentor_load(network: MentorNetwork) -> MentorLoad:
    """Tell who carries too much, who has room, and how evenly the work is spread.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees. Cut it with `.during(...)` for the load at a time.

    Returns
    -------
    MentorLoad
        One row a mentor, those without a mentee included, busiest first.

    Raises
    ------
    OptionError
        If the network has no direction.
    EstimationError
        If there is no mentor.

    Notes
    -----
    Load counts distinct mentees, whatever the number of relationships with each. Spare slots are
    max(capacity - load, 0), missing where no capacity is known. The Gini index describes these
    mentors, without small-sample factor; it is near 0.2 to 0.4 even when mentees choose at random,
    so compare programs of similar size, or with `popularity`.

    References
    ----------
    sen1973 : On economic inequality.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "ann", "bo"], "mentee_id": ["cy", "di", "di"]})
    >>> network = MentorNetwork.from_ties(ties, source="program records", capacity={"ann": 1})
    >>> mentor_load(network).to_frame()[["person_id", "n_mentees", "over"]].to_numpy().tolist()
    [['ann', 2, 1.0], ['bo', 1, nan]]
    """
    need_direction(network, who=WHO)
    mentors = network.mentors
    if not len(mentors):
        raise EstimationError(f"{WHO}: needs a mentor; the network has {network.size()}.")
    load, capacity = network.load[mentors], network.capacity[mentors]
    weight = np.bincount(network.mentor, weights=network.weight, minlength=network.n_people)
    total = load.sum()
    table = pd.DataFrame(
        {
            "person_id": network.ids[mentors],
            "n_mentees": load,
            "weight": weight[mentors],
            "capacity": capacity,
            "spare": np.where(np.isnan(capacity), np.nan, np.maximum(capacity - load, 0)),
            "over": np.where(np.isnan(capacity), np.nan, np.maximum(load - capacity, 0)),
            "share": load / total if total else np.full(len(load), np.nan),
        }
    )
    order = np.argsort(-load, kind="stable")
    n_top = max(1, int(np.ceil(_BUSIEST * len(load))))
    active = load[load > 0]
    waiting = network.is_mentee & (np.diff(network.into.indptr) == 0)
    return MentorLoad(
        table=table.iloc[order].reset_index(drop=True),
        gini=gini(load),
        gini_active=gini(active) if len(active) else float("nan"),
        top_share=float(load[order][:n_top].sum() / total) if total else float("nan"),
        n_waiting=int(waiting.sum()),
        **asked(WHO, network, {}),
    )


def need_direction(network: MentorNetwork, *, who: str) -> None:
    """Refuse networks in which a tie has no giver.

    Raises
    ------
    OptionError
        If the network is undirected.
    """
    if not network.directed:
        raise OptionError(
            f"{who}: needs ties from mentors to mentees; this network has no direction "
            f"({network.remarks[-1] if network.remarks else 'directed=False'})."
        )
