"""Programs of three kinds, each with what its numbers rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...errors import OptionError, did_you_mean, listing, quote
from ..model import ProgramModel
from ..parameters import Levers
from .setting import Setting
from .targets import EXTERNAL_CHECKS, MEETINGS, Target

_BY_NAME = {target.moment: target for target in EXTERNAL_CHECKS}


@dataclass(frozen=True)
class Context:
    """A kind of program.

    Attributes
    ----------
    name : str
        Its name.
    banner : str
        What it is calibrated to, and what it is not; to be printed above its results.
    targets : tuple of Target
        What a model of it has to meet.
    setting : Setting
        The program that is simulated.
    values : tuple of (str, float)
        Parameters that differ from the default model so that the targets are met.
    """

    name: str
    banner: str
    targets: tuple[Target, ...]
    setting: Setting
    values: tuple[tuple[str, float], ...] = ()

    @property
    def model(self) -> ProgramModel:
        """The model of this kind of program."""
        return replace(ProgramModel().with_values(dict(self.values)), name=self.name)

    @property
    def levers(self) -> Levers:
        """How such a program is usually run."""
        return self.setting.levers

    def __str__(self) -> str:
        return f"{self.name}: {self.banner}"


def _named(names: Sequence[str]) -> tuple[Target, ...]:
    return tuple(_BY_NAME[name] for name in names)


_EVERYWHERE = (
    "deep_similarity",
    "surface_below_deep",
    "frequency",
    "satisfaction",
    "element_correlation_low",
    "element_correlation_high",
    "alpha",
)
_YOUTH = (
    "effect",
    "early_closure",
    "mentors_start",
    "survey_screen",
    "screen_sensitivity",
    "dose_order",
    "very_short",
    "rematched",
)
_WORK_EFFECT = Target(
    "effect",
    0.10,
    0.22,
    source="eby2008",
    claim="mentored against not, performance, d .16 (second-hand; not randomized)",
    tolerance="our tolerance around one number",
)

CONTEXTS: dict[str, Context] = {
    "youth_community": Context(
        "youth_community",
        "calibrated to studies of community-based youth programs: early closure, who ends, "
        "effects, length, survey screens; correlations of quality come from a review of all "
        "fields.",
        (*_named((*_EVERYWHERE, *_YOUTH)), MEETINGS),
        Setting(),
    ),
    "school": Context(
        "school",
        "one school year of 39 weeks, weekly meetings in school; the numbers are those of youth "
        "programs of 12 months. No verified rate of early closure or effect of school-based "
        "programs by themselves stands behind it, only that their relationships are months "
        "shorter.",
        _named((*_EVERYWHERE, "mentors_start", "very_short", "rematched")),
        Setting(levers=Levers(planned_weeks=39, horizon_weeks=78)),
    ),
    "workplace": Context(
        "workplace",
        "correlations of quality from a review that covers workplaces; the effect is one of a "
        "comparison that was not randomized, seen second-hand. Early closure, who ends and survey "
        "screens have no verified workplace number: those of youth programs stand in.",
        (*_named(_EVERYWHERE), _WORK_EFFECT),
        Setting(
            levers=Levers(
                planned_weeks=52,
                meetings_per_month=2.0,
                checkins_first_month=1,
                checkin_every_weeks=12,
            )
        ),
    ),
}


def context(name: str) -> Context:
    """Give a kind of program with its model, levers, targets, and what they rest on.

    Parameters
    ----------
    name : {"youth_community", "school", "workplace"}
        Which.

    Returns
    -------
    Context

    Raises
    ------
    OptionError
        If there is none of this name.

    Examples
    --------
    >>> context("school").levers.planned_weeks
    39
    """
    if name in CONTEXTS:
        return CONTEXTS[name]
    near = did_you_mean(name, CONTEXTS)
    raise OptionError(
        f"simulation.context: `name` must be {listing(CONTEXTS)}; got {quote(name)}. "
        f"{near}".rstrip()
    )
