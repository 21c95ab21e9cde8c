"""The program in which moments are taken, and moments that need programs of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ...matching.policy import Policy
from ...rng import child_rng
from ..model import ProgramModel
from ..observation.settings import Observation
from ..parameters import Levers
from ..play import Played
from ..pool import PoolGenerator
from ..study import DesignRow, Study
from ..world import World
from .moments import MOMENTS, Seen

_POOL = PoolGenerator(600, 400, shortlist=12)
_CONTACT_PLANS = ((0, 0), (1, 8), (2, 4), (2, 2), (4, 1))  # check-ins: first month, then every


@dataclass(frozen=True)
class Setting:
    """The program whose moments are compared with published ones.

    Attributes
    ----------
    pool : PoolGenerator
        Who applies.
    levers : Levers
        How it is run.
    policy : str or callable
        How people are matched.
    observation : Observation
        How surveys catch it.
    """

    pool: PoolGenerator = _POOL
    levers: Levers = field(default_factory=Levers)
    policy: str | Policy = "random"
    observation: Observation = field(default_factory=Observation)

    def study(self, model: ProgramModel, seed: int) -> Study:
        """Give the study of one policy in this program."""
        return Study(self.pool, (("setting", self.policy),), (DesignRow(model, self.levers),), seed)

    def play(self, model: ProgramModel, *, seed: int, run: int) -> tuple[World, Played]:
        """Play one replication."""
        study = self.study(model, seed)
        world = study.world(0, run)
        return world, study.play(0, run, study.asked()[0], world)


def moments_of(
    model: ProgramModel,
    names: Sequence[str],
    *,
    setting: Setting,
    seed: int,
    n_runs: int,
) -> np.ndarray:
    """Give moments of several replications of one model.

    Returns
    -------
    ndarray of float64, shape (n_runs, len(names))
        nan where a replication does not tell.

    Notes
    -----
    Replications are the same draws for all models, so that moments of two models differ by what
    the models do and hardly by luck.
    """
    found = np.empty((n_runs, len(names)))
    alone = [name for name in names if name in OWN_PROGRAMS]
    for run in range(n_runs):
        values = {name: OWN_PROGRAMS[name](model, setting, seed=seed, run=run) for name in alone}
        if len(alone) < len(names):
            world, played = setting.play(model, seed=seed, run=run)
            for name in names:
                if name in MOMENTS:
                    rng = child_rng(seed, "survey", name, run)
                    seen = Seen(world, played, setting.levers, setting.observation, rng)
                    values[name] = MOMENTS[name](seen)
        found[run] = [values[name] for name in names]
    return found


def _everybody(
    model: ProgramModel, setting: Setting, *, seed: int, run: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give benefit, outcome without mentoring, and who would have opted in, if all take part."""
    mandatory = replace(setting, levers=setting.levers.replace(enrollment="mandatory"))
    world, played = mandatory.play(model, seed=seed, run=run)
    return played.benefit, world.untreated, world.propensity > 0


def _selection_bias(model: ProgramModel, setting: Setting, *, seed: int, run: int) -> float:
    """Give the naive gap of volunteers and the rest less the effect on volunteers."""
    benefit, untreated, keen = _everybody(model, setting, seed=seed, run=run)
    naive = (untreated + benefit)[keen].mean() - untreated[~keen].mean()
    return float(naive - benefit[keen].mean())


def _opt_out_gain(model: ProgramModel, setting: Setting, *, seed: int, run: int) -> float:
    """Give how much more those gain who would not have come by themselves."""
    benefit, _, keen = _everybody(model, setting, seed=seed, run=run)
    return float(benefit[~keen].mean() - benefit[keen].mean())


def _program_predictors(model: ProgramModel, setting: Setting, *, seed: int, run: int) -> float:
    """Give the R2 of early ends of programs on how often their staff calls."""
    rates, contacts = [], []
    for k, (first, every) in enumerate(_CONTACT_PLANS * _PROGRAMS_PER_PLAN):
        levers = setting.levers.replace(checkins_first_month=first, checkin_every_weeks=every)
        program = replace(setting, levers=levers, pool=_PROGRAM)
        world, played = program.play(model, seed=seed, run=run * 1_000 + k)
        seen = Seen(world, played, levers, setting.observation, child_rng(seed, "unused"))
        rates.append(MOMENTS["early_closure"](seen))
        contacts.append(seen.rows["checkins"].sum() / max(seen.lived.sum(), 1))
    return float(np.corrcoef(contacts, rates)[0, 1] ** 2)


_PROGRAMS_PER_PLAN = 8
_PROGRAM = PoolGenerator(285, 134, places=3, shortlist=12)  # the mean size of surveyed programs

OWN_PROGRAMS = {
    "selection_bias": _selection_bias,
    "opt_out_gain": _opt_out_gain,
    "program_predictors": _program_predictors,
}
"""Moments that are taken in programs of their own."""
