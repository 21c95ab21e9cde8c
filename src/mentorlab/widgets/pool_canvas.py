"""The two columns of a pool on a canvas: to zoom, point at and walk through by keyboard."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..errors import EstimationError, OptionError, count, quote
from ..network import MentorNetwork
from ..plots.network_columns import (
    LEAVES,
    ColumnMarks,
    MarkSize,
    column_marks,
    hidden_words,
    mentors_that_fit,
    two_columns,
)
from ..plots.theme import label_element
from .controls import CLASS
from .network_pool import MOST_MARKS, NetworkPool

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ipywidgets
    from matplotlib.axes import Axes

WHO = "network_canvas"
MOST_MENTORS = 200
INSTALL = "pip install 'mentorlab[graph]'"


class NetworkCanvas:
    """Two columns of people in a page, that answer to the mouse and to the keyboard.

    Made by `network_canvas`.

    Attributes
    ----------
    box : ipywidgets.DOMWidget
        What stands on the page, to put into a layout of your own.
    marks : ColumnMarks
        What is drawn: who, where, in which color.
    """

    def __init__(
        self, network: MentorNetwork, *, color: str | None, size: MarkSize, most: int, ids: bool
    ) -> None:
        self._network, self._size, self._most, self._ids = network, size, most, ids
        self.box = _front()(scene={}, left={"gone": [], "alone": []})
        self.box.add_class(f"{CLASS}-network-canvas")
        self.paint(color)

    def paint(self, color: str | None) -> None:
        """Color people by a column, or by their side with None; everybody stays in place."""
        if self.box.scene and color == self._color:
            return
        marks = column_marks(self._network, most=self._most, color=color, size=self._size, who=WHO)
        self.marks, self._color = marks, color
        self.box.scene = _scene(self._network, marks, color, ids=self._ids)

    def show_leaving(self, gone: Sequence[bool], alone: Sequence[bool]) -> None:
        """Mark mentors who have left, their ties, and mentees who have nobody left.

        Parameters
        ----------
        gone, alone : sequence of bool, shape (n_people,)
            By position in the network.
        """
        mentors, mentees = self.marks.sides
        self.box.left = {
            "gone": [i for i, person in enumerate(mentors.tolist()) if gone[person]],
            "alone": [i for i, person in enumerate(mentees.tolist()) if alone[person]],
        }

    @property
    def chosen(self) -> Any:
        """Id of the person who is chosen on the page; None when nobody is."""
        if not self.box.chosen:
            return None
        side, place = self.box.chosen
        return self._network.ids[self.marks.sides[side][place]]

    def static(self, *, ax: Axes | None = None) -> Axes:
        """Draw the same picture without a front end, by :func:`mentorlab.plots.two_columns`."""
        return two_columns(
            self._network, most=self._most, color=self._color, size=self._size, ax=ax
        )

    def close(self) -> None:
        """Take the canvas off the page."""
        self.box.close()

    def __repr__(self) -> str:
        return self.box.scene["alt"]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            "text/plain": repr(self),
            "application/vnd.jupyter.widget-view+json": {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self.box.model_id,
            },
        }


def network_canvas(
    network: MentorNetwork,
    *,
    color: str | None = None,
    size: MarkSize = "equal",
    most: int = MOST_MENTORS,
    ids: bool = True,
) -> NetworkCanvas:
    """See who is tied to whom, person by person, in a picture to zoom and walk through.

    Mentors stand on the left and mentees on the right, as in :func:`mentorlab.plots.two_columns`,
    which draws the same picture without a front end (``canvas.static()``). Pointing at a person
    lights up their ties; a click keeps them. By keyboard: arrows go to the next person and across
    a tie, + and - zoom, Page Up and Page Down move, 0 shows all, Escape chooses nobody. What is
    chosen is said below in words, which screen readers read out.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    color : str, optional
        Column of people that colors them, at most 30 values: the five largest groups, the others
        gray. Without it mentors are blue and mentees orange.
    size : {"equal", "ties"}
        Whether people with more ties have larger dots.
    most : int
        Mentors shown, the busiest; the caption says how many are not.
    ids : bool
        Whether ids go to the page. With False people are numbered from the top.

    Returns
    -------
    NetworkCanvas
        Shows itself in a notebook; `.chosen` is the id that was chosen, `.static()` the picture.

    Raises
    ------
    OptionError
        If anywidget is not installed, the network has no direction, an option or a column is
        unknown, or there are more than 5,000 dots and ties to draw.
    EstimationError
        If the network has nobody in it.

    Notes
    -----
    Needs the extra ``graph`` (anywidget): ``pip install "mentorlab[graph]"``. Nothing is loaded
    from elsewhere. Positions are computed, never drawn at random. Of people's data only ids and
    the one column asked for reach the page; they are kept in a notebook file only if it is told to
    save the state of widgets, which JupyterLab by default does not.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> network = ml.network.build_network(
    ...     program.members, source="program records", people=program.people
    ... )
    >>> ml.widgets.network_canvas(network, color="department", most=50)
    Network of 50 mentors and ... mentees with ... ties, colored by department: ...
    """
    pool = NetworkPool(network, who=WHO)
    if color is not None:
        pool.check_attribute(color, who=WHO)
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise OptionError(f"{WHO}: `most` must be a whole number of 1 or more; got {quote(most)}.")
    if not network.n_people:
        raise EstimationError(
            f"{WHO}: the network has nobody in it; look at what build_network was given."
        )
    _front()
    marks = column_marks(network, most=most, color=color, size=size, who=WHO)
    if marks.n_marks > MOST_MARKS:
        raise OptionError(_too_many(network, marks))
    return NetworkCanvas(network, color=color, size=size, most=most, ids=ids)


def _too_many(network: MentorNetwork, marks: ColumnMarks) -> str:
    fit = mentors_that_fit(network, most=len(marks.columns.mentors), n_marks=MOST_MARKS)
    near = f"most={fit} shows the busiest that fit; " if fit > 0 else ""
    return (
        f"{WHO}: at most {MOST_MARKS:,} dots and ties can be drawn; got {marks.n_marks:,} "
        f"({', '.join(_counts(marks))}). {near}"
        "plots.matrix counts the ties from group to group, and export_network hands all of them "
        "to Gephi."
    )


@cache
def _front() -> type[ipywidgets.DOMWidget]:
    """Make the class of the part in the page, once.

    Raises
    ------
    OptionError
        If anywidget is not installed.
    """
    try:
        import anywidget
    except ModuleNotFoundError as error:
        raise OptionError(
            f"{WHO}: needs anywidget, which is not installed. Run: {INSTALL}, or draw the same "
            "picture with plots.two_columns."
        ) from error
    from traitlets import Dict, List

    class CanvasFront(anywidget.AnyWidget):
        _esm = files(__package__).joinpath("pool_canvas.js").read_text("utf-8")
        scene = Dict().tag(sync=True)
        left = Dict().tag(sync=True)
        chosen = List().tag(sync=True)

    return CanvasFront


def _scene(
    network: MentorNetwork, marks: ColumnMarks, color: str | None, *, ids: bool
) -> dict[str, Any]:
    sides = [
        {
            "y": marks.height[side].round(6).tolist(),
            "area": marks.area[side].round(3).tolist(),
            "entry": marks.entry[side].tolist(),
            "name": _names(network, people, kind, ids=ids),
        }
        for side, (people, kind) in enumerate(zip(marks.sides, ("mentor", "mentee"), strict=True))
    ]
    about = label_element(color) if color else ""
    hidden = f"{hidden_words(marks.n_hidden)}. " if marks.n_hidden else ""
    return {
        "sides": sides,
        "heads": _counts(marks)[:2],
        "ties": marks.columns.ties.tolist(),
        "legend": [list(entry) for entry in marks.legend],
        "about": about,
        "named": ids,
        "leaves": LEAVES,
        "alt": _alt(marks, about),
        "caption": f"{hidden}Ties: {network.source}",
    }


def _names(network: MentorNetwork, people: Any, kind: str, *, ids: bool) -> list[str]:
    if ids:
        return [str(name) for name in network.ids[people]]
    return [f"{kind} {len(people) - i}" for i in range(len(people))]


def _alt(marks: ColumnMarks, about: str) -> str:
    mentors, mentees, ties = _counts(marks)
    said = f"Network of {mentors} and {mentees} with {ties}"
    if about:
        groups = ", ".join(f"{name} {n:,}" for name, _, n in marks.legend)
        said += f", colored by {about}: {groups}"
    return f"{said}."


def _counts(marks: ColumnMarks) -> tuple[str, str, str]:
    mentors, mentees = marks.sides
    return (
        count(len(mentors), "mentor"),
        count(len(mentees), "mentee"),
        count(len(marks.columns.ties), "tie"),
    )
