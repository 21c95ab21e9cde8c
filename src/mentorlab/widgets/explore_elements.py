"""Explore relationship elements: both sides' scores, the pairs, the items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

import pandas as pd

from ..codebook import BOTH, Codebook
from ..options import ElementPanel, PartnerRole
from ..plots.theme import label_element
from ..program import Program
from .controls import Buttons, Control, Steps
from .element_picture import ElementPicture
from .element_view import element_view
from .groups import SIDES, Group, group_options
from .kit import Explorer
from .scored import ScoredElements
from .view import View
from .worker import Progress

WHO = "explore_elements"
ALL = "all"
PARTNERS: ElementPanel = "partners"
_MS_A_THOUSAND_ANSWERS = 12  # measured: reliability of one element


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
    group : tuple or "all"
        Attribute and value of the relationships or people, or everybody.
    show : {"partners", "reliability", "items"}
        What stands beside the distribution.
    """

    element: str
    wave: int | Literal["all"] = ALL
    role: PartnerRole | Literal["both"] = BOTH
    group: Group | Literal["all"] = ALL
    show: ElementPanel = PARTNERS

    def arguments(self) -> dict[str, Any]:
        """What `element_view` is called with."""
        usual = {"wave": ALL, "role": BOTH, "group": ALL, "show": PARTNERS}
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in given.items() if value != usual.get(name)}


def explore_elements(
    program: Program | pd.DataFrame,
    *,
    groups: Sequence[str] | None = None,
    codebook: Codebook | None = None,
    members: pd.DataFrame | None = None,
) -> Explorer:
    """See how mentors and mentees score each element, wave by wave, and where partners differ.

    Controls choose the element, the wave (or all), the side, a group of relationships or people,
    and what stands beside the distribution of scores: the pairs with their agreement, reliability
    with its interval, or the item analysis. Below stand the numbers, what to know before quoting
    them, and the call of `element_view` that gives them again.

    Parameters
    ----------
    program : Program or pandas.DataFrame
        A program with responses, or a responses frame with `members`.
    groups : sequence of str, optional
        Attributes to choose groups by: columns of relationships, or of people on one side as
        ``"mentor.department"`` and ``"mentee.level"``. When left out: cohort, site, kind and
        purpose where they differ.
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
        If `members` is missing or does not go with the data, nobody has a score, or a group is
        unknown or has too many values.
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

    def estimate_ms(state: ElementState) -> float:
        wave = None if state.wave == ALL else state.wave
        group = None if state.group == ALL else state.group
        ready = scored.in_group(group, who=WHO).is_ready(state.element, wave, state.show)
        return 0 if ready else _MS_A_THOUSAND_ANSWERS * scored.n_answers(state.element) / 1000

    return Explorer(
        state=ElementState(first, scored.waves[0]),
        controls=element_controls(scored, groups),
        render=render,
        picture=ElementPicture,
        estimate_ms=estimate_ms,
    )


def element_controls(
    scored: ScoredElements, groups: Sequence[str] | None = None
) -> tuple[Control, ...]:
    """Give the controls for a data set: its elements, waves, sides and groups, and the panels."""
    waves = [(str(wave), wave) for wave in scored.waves]
    named = group_options(scored.belonging, scored.scores, groups, who=WHO)
    group = Steps(
        name="group",
        label="Group",
        help="Which relationships or people, or all",
        options=[(ALL, ALL), *named],
    )
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
            help="Scores, reliability and items of both sides or of one; pairs have both",
            options=[(side, side) for side in (BOTH, *SIDES)],
        ),
        *([group] if named else []),
        Buttons(
            name="show",
            label="Show",
            help="What stands beside the distribution of scores",
            options=[(panel, panel) for panel in get_args(ElementPanel)],
        ),
    )


def _call(program: Program | pd.DataFrame, codebook: Codebook | None) -> str:
    data = "program" if isinstance(program, Program) else "responses, members=members"
    key = "" if codebook is None else ", codebook=codebook"
    return f"ml.widgets.element_view({data}{key}"


def _keywords(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in arguments.items())
