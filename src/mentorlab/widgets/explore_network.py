"""Explore a pool of mentors: loads, ties, silos, and what breaks when mentors leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from ..errors import OptionError
from ..network import MentorNetwork
from ..plots.theme import label_element
from .canvas_panel import NetworkExplorer
from .controls import Buttons, Control, Slider
from .kit import Explorer
from .network_picture import NetworkPicture
from .network_pool import MOST_STEPS, N_DRAWS, NetworkPool
from .network_result import NetworkMeasure
from .network_view import network_view
from .view import View
from .worker import Progress

WHO = "explore_network"
_WITHIN = "within "
_NULLS = {"labels": "labels", "degree": "same loads", "qap": "QAP"}
_ORDERS = {
    "busiest": "busiest",
    "worst": "worst for mentees",
    "brokers": "brokers",
    "random": "at random",
}
_MOST_STRATA = 4
_N_PERMUTATIONS = 1000
# microseconds for each tie and draw, measured
_COST = {
    "order": 0.5,
    "brokers": 15.0,
    "labels": 0.005,
    "strata": 0.008,
    "degree": 0.07,
    "qap": 0.012,
}


@dataclass(frozen=True)
class NetworkState:
    """What the controls of `explore_network` say.

    Attributes
    ----------
    measure : {"load", "ties", "mixing"}
        What is looked at.
    attribute : str
        Column of people that makes the groups; empty without.
    null : str
        The kind of chance, or ``"within "`` and the column of the strata.
    remove : int
        How many mentors have left.
    order : str
        In which order they leave.
    """

    measure: NetworkMeasure = "load"
    attribute: str = ""
    null: str = "labels"
    remove: int = 0
    order: str = "busiest"

    def arguments(self) -> dict[str, Any]:
        """What `network_view` is called with."""
        given: dict[str, Any] = {"measure": self.measure}
        if self.attribute:
            given["attribute"] = self.attribute
        if self.measure == "mixing" and self.null.startswith(_WITHIN):
            given |= {"null": "strata", "within": self.null.removeprefix(_WITHIN)}
        elif self.measure == "mixing":
            given["null"] = self.null
        if self.remove:
            given["remove"] = self.remove
        if self.order != "busiest":
            given["order"] = self.order
        return given


def explore_network(
    network: MentorNetwork,
    *,
    attributes: Sequence[str] | None = None,
    seed: int = 1,
) -> Explorer:
    """See who carries what, who is tied to whom, whether groups mix, and what breaks when some go.

    Controls choose the measure, the attribute that makes groups, the kind of chance that mixing is
    held against, how many mentors leave and in which order. Below the picture stand the numbers,
    what to know before quoting them, and the call of `network_view` that gives them again.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    attributes : sequence of str, optional
        Columns of people to make groups by, at most 30 values each. When left out: all that have
        the same values on both sides.
    seed : int
        For random orders and nulls.

    Returns
    -------
    Explorer
        The widget; `.state`, `.result`, `.code` and `.static()` work without a front end.

    Raises
    ------
    OptionError
        If the network has no direction, or an attribute is absent or has too many values.
    EstimationError
        If nobody has a mentor.

    Notes
    -----
    The picture has at most 5,000 marks: loads are drawn as an outline, the two columns hold the
    busiest 60 mentors, the matrix counts ties from group to group.

    A button below opens the canvas of :func:`mentorlab.widgets.network_canvas`, to zoom, point at
    and walk through: up to 200 mentors, colored by the groups, with those who left. It needs the
    extra ``graph`` (``pip install "mentorlab[graph]"``); without it the button says so and the
    rest is the same. Only the canvas shows ids. To place people by hand write the network for
    Gephi with :func:`mentorlab.network.export_network`.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> network = ml.network.build_network(
    ...     program.members, source="program records", people=program.people
    ... )
    >>> widget = ml.widgets.explore_network(network)
    >>> widget.controls["remove"].value = 5
    >>> widget.controls["measure"].value = "ties"
    >>> print(widget.code.partition(", attribute")[0])
    ml.widgets.network_view(network, seed=1, measure='ties'
    """
    pool = NetworkPool(network, who=WHO)
    if isinstance(attributes, str):
        raise OptionError(f"{WHO}: `attributes` must be a list of columns; got {attributes!r}.")
    offered = (
        pool.attributes()
        if attributes is None
        else [pool.check_attribute(name, who=WHO) for name in attributes]
    )

    def render(state: NetworkState, progress: Progress) -> View:
        progress(0, 2)
        given = state.arguments()
        pool.leaving(state.order, seed)
        progress(1, 2)
        answer = network_view(pool, seed=seed, **given)
        said = "".join(f", {name}={value!r}" for name, value in given.items())
        return View(
            answer=answer,
            frame=answer.to_frame(),
            tables=answer.tables(),
            notes=answer.notes(),
            code=f"ml.widgets.network_view(network, seed={seed}{said})",
            headline=answer.headline(),
        )

    def estimate_ms(state: NetworkState) -> float:
        return _estimate_ms(pool, state, seed)

    return NetworkExplorer(
        pool,
        state=NetworkState(attribute=offered[0] if offered else ""),
        controls=network_controls(pool, offered),
        render=render,
        picture=NetworkPicture,
        estimate_ms=estimate_ms,
    )


def network_controls(pool: NetworkPool, attributes: Sequence[str]) -> tuple[Control, ...]:
    """Give the controls for a network: its attributes, its strata, as many leavers as it has."""
    measures = [name for name in get_args(NetworkMeasure) if attributes or name != "mixing"]
    strata = [name for name in pool.strata() if list(attributes) != [name]][:_MOST_STRATA]
    within = [(f"within {label_element(name)}", _WITHIN + name) for name in strata]
    attribute = Buttons(
        name="attribute",
        label="Groups",
        help="Which column of people makes the groups",
        options=[(label_element(name), name) for name in attributes],
    )
    null = Buttons(
        name="null",
        label="Chance",
        help="What mixing is held against: what is shuffled, and among whom",
        options=[
            (_NULLS["labels"], "labels"),
            *within,
            (_NULLS["degree"], "degree"),
            (_NULLS["qap"], "qap"),
        ],
    )
    return (
        Buttons(
            name="measure",
            label="Measure",
            help="Loads, ties in two columns, or ties within and between groups",
            options=[(name, name) for name in measures],
        ),
        *([attribute, null] if attributes else []),
        Slider(
            name="remove",
            label="Mentors who leave",
            help="How many mentors have left",
            low=0,
            high=min(pool.most_gone, MOST_STEPS),
        ),
        Buttons(
            name="order",
            label="Who leaves first",
            help="In which order mentors leave",
            options=[(words, order) for order, words in _ORDERS.items()],
        ),
    )


def _estimate_ms(pool: NetworkPool, state: NetworkState, seed: int) -> float:
    n_draws = 0 if pool.has_band(seed) else N_DRAWS
    cost = _COST["order"] * n_draws + (_COST["brokers"] if state.order == "brokers" else 0)
    if state.measure == "mixing":
        cost += _COST[state.arguments()["null"]] * _N_PERMUTATIONS
    return cost * pool.network.n_ties / 1000
