"""Explore relationship elements: both sides' scores, the pairs, the items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from ..codebook import BOTH, Codebook
from ..options import PartnerRole
from ..plots.theme import label_element
from ..program import Program
from .controls import Buttons, Control, Steps
from .element_picture import ElementPicture
from .element_view import element_view
from .kit import Explorer
from .scored import SIDES, ScoredElements
from .view import View
from .worker import Progress

WHO = "explore_elements"
ALL = "all"


@dataclass(frozen=True)
class ElementState:
    """What the controls of `explore_elements` say.

    Attributes
    ----------
    element : str
        The element.
    wave : int or "all"
        The wave, or all pooled.
    role : {"both", "mentor", "mentee"}
        The side, or both.
    """

    element: str
    wave: int | Literal["all"] = ALL
    role: PartnerRole | Literal["both"] = BOTH

    def arguments(self) -> dict[str, Any]:
        """What `element_view` is called with."""
        given = {"element": self.element, "wave": self.wave, "role": self.role}
        return {name: value for name, value in given.items() if value not in (ALL, BOTH)}


def explore_elements(
    program: Program | pd.DataFrame,
    *,
    codebook: Codebook | None = None,
    members: pd.DataFrame | None = None,
) -> Explorer:
    """See how mentors and mentees score each element, wave by wave, and where partners differ.

    Controls choose the element, the wave (or all) and the side. With both sides the picture shows
    the two distributions and the pairs; with one side it shows that side's items. Below stand the
    numbers, what to know before quoting them, and the call of `element_view` that gives them again.

    Parameters
    ----------
    program : Program or pandas.DataFrame
        A program with responses, or a responses frame with `members`.
    codebook : Codebook, optional
        What the items mean; mentorlab's own item bank when left out.
    members : pandas.DataFrame, optional
        Rows of the members table, with a responses frame only.

    Returns
    -------
    Explorer
        The widget; `.state`, `.result`, `.code` and `.static()` work without a front end.

    Raises
    ------
    OptionError
        If `members` is missing or does not go with the data, or nobody has a score.
    MissingTableError
        If the program has no responses.
    SchemaError
        If the responses do not fit the codebook.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> widget = ml.explore_elements(program)
    >>> widget.controls["element"].value = "trust"
    >>> widget.controls["wave"].value = 1
    >>> print(widget.code)
    ml.widgets.element_view(program, element='trust', wave=1)
    """
    scored = ScoredElements.of(program, codebook=codebook, members=members, who=WHO)
    first = scored.elements[0] if scored.elements else ""
    scored.check(element=first, wave=None, who=WHO)
    call = _call(program, codebook)

    def render(state: ElementState, progress: Progress) -> View:
        answer = element_view(scored, **state.arguments())
        return View(
            answer=answer,
            frame=answer.to_frame(),
            tables=answer.tables(),
            notes=answer.notes(),
            code=f"{call}, {_keywords(state.arguments())})",
            headline=answer.headline(),
        )

    return Explorer(
        state=ElementState(first, scored.waves[0]),
        controls=element_controls(scored),
        render=render,
        picture=ElementPicture,
    )


def element_controls(scored: ScoredElements) -> tuple[Control, ...]:
    """Give the controls for a data set: its elements, its waves, both sides."""
    waves = [(str(wave), wave) for wave in scored.waves]
    return (
        Buttons(
            name="element",
            label="Element",
            help="Which relationship element",
            options=[(label_element(element), element) for element in scored.elements],
        ),
        Steps(
            name="wave",
            label="Wave",
            help="Which survey wave, or all pooled",
            options=[(ALL, ALL), *waves],
        ),
        Buttons(
            name="role",
            label="Side",
            help="Both sides and their pairs, or one side and its items",
            options=[(side, side) for side in (BOTH, *SIDES)],
        ),
    )


def _call(program: Program | pd.DataFrame, codebook: Codebook | None) -> str:
    data = "program" if isinstance(program, Program) else "responses, members=members"
    key = "" if codebook is None else ", codebook=codebook"
    return f"ml.widgets.element_view({data}{key}"


def _keywords(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
