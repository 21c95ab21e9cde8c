"""Whom a mentor's ties lead to, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from ...options import check_option
from ..adjacency import Neighbors
from ..assemble import need_people
from ..choices import Direction
from ..network import MentorNetwork
from ..result import PersonTable, asked

WHO = "reach"


def reach(
    network: MentorNetwork,
    *,
    hops: int = 3,
    direction: Direction = "both",
    person_ids: Sequence[Any] | None = None,
) -> PersonTable:
    """Tell how many people each mentor reaches within a few steps, and who stays out of reach.

    Parameters
    ----------
    network : MentorNetwork
        Any network.
    hops : int
        How many steps, 1 or more.
    direction : {"both", "out", "in"}
        Follow ties both ways (news travels back and forth), from mentor to mentee, or from mentee
        to mentor.
    person_ids : sequence, optional
        Whom to start from; all mentors when left out.

    Returns
    -------
    PersonTable
        `person_id`, `within_1` ... : people reached within so many steps, the person left out.

    Raises
    ------
    OptionError
        For unknown people, directions or numbers of steps.
    EstimationError
        If nobody is in the network.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "bo", "bo"], "mentee_id": ["cy", "cy", "di"]})
    >>> network = MentorNetwork.from_ties(ties, source="program records")
    >>> reach(network, hops=3).to_frame()[["within_1", "within_2", "within_3"]].values.tolist()
    [[1, 2, 3], [2, 3, 3]]
    """
    from ..kernels.paths import reach_counts

    check_option(direction, Direction, who=WHO, name="direction")
    hops = whole_number(hops, who=WHO, name="hops", least=1)
    starts = (
        network.mentors
        if person_ids is None
        else network.positions(list(person_ids), who=WHO).astype(np.int64)
    )
    need_people(network, who=WHO)
    ties = follow(network, direction)
    reached = reach_counts(ties.indptr, ties.indices, starts, min(hops, network.n_people))
    columns = {
        f"within_{hop + 1}": reached[:, min(hop, reached.shape[1] - 1)] for hop in range(hops)
    }
    said = {
        "both": "steps follow ties in both directions",
        "out": "steps go from mentor to mentee",
        "in": "steps go from mentee to mentor",
    }
    return PersonTable(
        table=pd.DataFrame({"person_id": network.ids[starts], **columns}),
        title=f"People reached within {hops} steps",
        picture="mentorlab.plots.network:reach",
        said=(said[direction],),
        **asked(WHO, network, {"hops": hops, "direction": direction}),
    )


def follow(network: MentorNetwork, direction: Direction) -> Neighbors:
    """Give the neighbors in a direction."""
    return {"both": network.around, "out": network.out, "in": network.into}[direction]


def whole_number(value: Any, *, who: str, name: str, least: int) -> int:
    """Check a count.

    Raises
    ------
    OptionError
        If it is not a whole number of `least` or more.

    Examples
    --------
    >>> whole_number(3, who="reach", name="hops", least=1)
    3
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < least:
        raise OptionError(
            f"{who}: `{name}` must be a whole number of {least} or more; got {quote(value)}."
        )
    return int(value)
