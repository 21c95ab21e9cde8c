"""Simulating one policy: what a program would see over many possible futures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ..errors import OptionError, PolicyError, quote
from ..matching.policy import Policy
from ..options import CommonDraws, DrawKind
from ..provenance import Provenance
from ..result import Result
from .admit import MarketSource, check_study_options, named_policies, source_of
from .contrasts import estimates_of
from .curves import curve_of
from .engines import collect
from .kernel.layout import CAUSES, ELEMENTS
from .measures import MEASURES
from .model import ProgramModel
from .parameters import Levers
from .play import Played
from .study import DesignRow, RunBlock, Study
from .world import World

SHOWN = ("benefit", "worse_off", "early_end", "matched", "waiting", "quality", "load")


@dataclass(frozen=True, eq=False, repr=False)
class ProgramRuns(Result):
    """What one policy brings about in one program, over many replications.

    Attributes
    ----------
    study : Study
        Everything that decides the numbers; any replication can be played again from it.
    blocks : tuple of RunBlock
        What was measured.
    """

    study: Study
    blocks: tuple[RunBlock, ...]

    references: ClassVar[tuple[str, ...]] = ("grimm2020",)
    plotter: ClassVar[str] = "mentorlab.plots.simulation:closure_curves"

    @property
    def policy(self) -> str:
        """The policy's name."""
        return self.study.names[0]

    @cached_property
    def values(self) -> np.ndarray:
        """Measures of each replication, shape (runs, measures)."""
        return np.concatenate([block.values[0] for block in self.blocks])

    @property
    def n_runs(self) -> int:
        """How many replications."""
        return len(self.values)

    @cached_property
    def digest(self) -> str:
        """A hash of all discrete outcomes of all replications."""
        return combine_digests(np.concatenate([block.digests[0] for block in self.blocks]))

    def to_frame(self) -> pd.DataFrame:
        """Give every measure of every replication: `run, measure, value`."""
        return tidy_runs(self.values[None], self.study.names)[["run", "measure", "value"]]

    def estimates(self) -> pd.DataFrame:
        """Give means over replications with t intervals; needs two replications.

        Raises
        ------
        OptionError
            With one replication, which tells nothing about uncertainty.
        """
        need_two_runs(self.n_runs, who="ProgramRuns.estimates")
        return pd.concat(
            [
                estimates_of(self.values[None, :, k], self.study.names, measure)
                for k, measure in enumerate(MEASURES)
            ],
            ignore_index=True,
        ).drop(columns="policy")

    def closure_curve(self) -> pd.DataFrame:
        """Give the share of relationships that have not ended unplanned, by relationship week."""
        return curve_of(self.blocks, self.study.names).drop(columns="policy")

    def world(self, run: int) -> World:
        """Make one replication's world again."""
        self._check_run(run)
        return self.study.world(0, run)

    def play(self, run: int, *, trace: bool = False) -> Played:
        """Play one replication again, exactly; with `trace`, every week of it."""
        world = self.world(run)
        return self.study.play(0, run, self.study.asked()[0], world, trace=trace)

    def relationships(self, run: int) -> pd.DataFrame:
        """List one replication's relationships, one row each.

        Returns
        -------
        pandas.DataFrame
            Mentee and mentor ids, episode (from 1), start and end week, cause, who started the
            end, meetings, check-ins, weeks waited, the true terms of the pair, and both sides'
            elements at the end and at the survey week.
        """
        world, played = self.world(run), self.play(run)
        return relationship_frame(world, played, self.study.rows[0].levers)

    def headline(self) -> str:
        """What was simulated, how often."""
        levers = self.study.rows[0].levers
        return (
            f"Simulated program: {self.policy}, {self.n_runs:,} replications of "
            f"{levers.horizon_weeks} weeks, model {self.study.rows[0].model.name!r}"
        )

    def notes(self) -> tuple[str, ...]:
        """What to know before quoting."""
        return MODEL_NOTES

    def _display_frame(self) -> pd.DataFrame:
        if self.n_runs < 2:
            return pd.DataFrame({"measure": list(MEASURES), "value": self.values[0]}).query(
                "measure in @SHOWN"
            )
        shown = self.estimates()
        return shown[shown["measure"].isin(SHOWN)].reset_index(drop=True)

    def _check_run(self, run: int) -> None:
        if isinstance(run, bool) or not isinstance(run, Integral) or not 0 <= run < self.n_runs:
            raise OptionError(
                f"ProgramRuns: `run` must be a whole number from 0 to {self.n_runs - 1}; "
                f"got {quote(run)}."
            )


MODEL_NOTES = (
    "the model is calibrated to published numbers, most from youth programs; what no number "
    "identifies is an assumption with a range (ProgramModel().table())",
    "benefit is treated minus untreated, in SD of the outcome",
)


def simulate(
    market: MarketSource,
    *,
    policy: str | Policy,
    model: ProgramModel | None = None,
    levers: Levers | None = None,
    n_runs: int,
    seed: int,
    engine: str = "threads",
    n_workers: int | None = None,
    crn: CommonDraws = "mentee",
    draws: DrawKind = "splitmix",
) -> ProgramRuns:
    """Tell what a program would see under one matching policy, over many possible futures.

    Parameters
    ----------
    market : Market, PoolGenerator or callable
        Your applicant pool (people behind the scores are drawn in each replication), a generator
        of pools, or a function of a random generator that gives a Market.
    policy : str or callable
        As `assign` takes it.
    model : ProgramModel, optional
        What is assumed; the calibrated default when left out.
    levers : Levers, optional
        What the program decides.
    n_runs : int
        Replications, 1 or more.
    seed : int
        Names all draws.
    engine : str
        Who computes; see `simulation.ENGINES`.
    n_workers : int, optional
        Threads or processes.
    crn : {"mentee", "pair"}
        Whose luck is the same under all policies; see `compare_policies`.
    draws : {"splitmix", "philox"}
        How draws are looked up; Philox is slower and serves as a check.

    Returns
    -------
    ProgramRuns

    Raises
    ------
    OptionError
        For an argument out of range, by name.
    PolicyError
        If the policy raises or returns what is no assignment.

    References
    ----------
    grimm2020 : The ODD protocol.

    Examples
    --------
    >>> from mentorlab.simulation import PoolGenerator, simulate
    >>> runs = simulate(PoolGenerator(40, 30), policy="random", n_runs=2, seed=1)
    >>> runs.n_runs, len(runs.to_frame()["measure"].unique())
    (2, 19)
    """
    who = "simulate"
    study = study_of(
        market, policy, model=model, levers=levers, seed=seed, crn=crn, draws=draws, who=who
    )
    check_runs(n_runs, who=who)
    tasks = study.tasks(n_runs, runs_per_task=runs_per_task(n_runs))
    blocks = collect(study, tasks, engine=engine, n_workers=n_workers, who=who)
    for block in blocks:
        for name, run, message in block.failures:
            raise PolicyError(f"simulate: policy {quote(name)} failed in run {run}: {message}")
    return ProgramRuns(study, tuple(blocks), provenance=provenance_of(who, study, n_runs))


def study_of(
    market: MarketSource,
    policies: Any,
    *,
    model: ProgramModel | None,
    levers: Levers | None,
    seed: int,
    crn: CommonDraws,
    draws: DrawKind,
    by: tuple[str, ...] = (),
    who: str,
) -> Study:
    """Make the study of one design row from what a user gave.

    Raises
    ------
    OptionError
        For whatever can't be used, by name.
    """
    model = ProgramModel() if model is None else model
    levers = Levers() if levers is None else levers
    if not isinstance(model, ProgramModel):
        raise OptionError(f"{who}: `model` must be a ProgramModel; got {quote(model)}.")
    if not isinstance(levers, Levers):
        raise OptionError(f"{who}: `levers` must be Levers(...); got {quote(levers)}.")
    if isinstance(seed, bool) or not isinstance(seed, Integral) or not 0 <= seed < 2**63:
        raise OptionError(
            f"{who}: `seed` must be a whole number of 0 or more, below 2**63; got {quote(seed)}."
        )
    check_study_options(crn, draws, who=who)
    return Study(
        source_of(market, by, who=who),
        named_policies(policies, who=who),
        (DesignRow(model, levers),),
        int(seed),
        crn,
        draws,
    )


def check_runs(n_runs: int, *, who: str, least: int = 1) -> None:
    """Check a number of replications.

    Raises
    ------
    OptionError
        If it is no whole number, or too low.
    """
    if isinstance(n_runs, bool) or not isinstance(n_runs, Integral) or n_runs < least:
        why = " (intervals need two)" if least == 2 else ""
        raise OptionError(
            f"{who}: `n_runs` must be a whole number of {least} or more{why}; got {quote(n_runs)}."
        )


def need_two_runs(n_runs: int, *, who: str) -> None:
    """Refuse intervals from a single replication.

    Raises
    ------
    OptionError
        If there is only one.
    """
    if n_runs < 2:
        raise OptionError(
            f"{who}: intervals need 2 replications or more; this has {n_runs}. Raise `n_runs`."
        )


def runs_per_task(n_runs: int) -> int:
    """Cut replications into some 16 parts, so that workers share them and a cancel is prompt."""
    return max(1, -(-n_runs // 16))


def provenance_of(who: str, study: Study, n_runs: int) -> Provenance:
    """Say what was asked."""
    return Provenance(
        who,
        {
            "policies": ", ".join(study.names),
            "n_runs": int(n_runs),
            "seed": study.seed,
            "crn": study.crn,
            "draws": study.draws,
            "model": study.rows[0].model.name,
            "fingerprint": study.fingerprint,
        },
    )


def tidy_runs(values: np.ndarray, names: tuple[str, ...]) -> pd.DataFrame:
    """Give measures as a tidy frame: `policy, run, measure, value`."""
    n_policies, n_runs, n_measures = values.shape
    return pd.DataFrame(
        {
            "policy": np.repeat(np.array(names, dtype=object), n_runs * n_measures),
            "run": np.tile(np.repeat(np.arange(n_runs), n_measures), n_policies),
            "measure": np.tile(np.array(list(MEASURES), dtype=object), n_policies * n_runs),
            "value": values.ravel(),
        }
    ).infer_objects()


def combine_digests(digests: np.ndarray) -> str:
    """Make one hash of the hashes of replications, in their order."""
    import hashlib

    return hashlib.sha256(digests.astype("<u8").tobytes()).hexdigest()


def relationship_frame(world: World, played: Played, levers: Levers) -> pd.DataFrame:
    """List relationships as a frame, people by id."""
    rows = played.relationships
    there = np.flatnonzero(rows["mentor"] >= 0)
    mentee, episode = np.divmod(there, levers.max_matches)
    found = rows[there]
    frame = pd.DataFrame(
        {
            "mentee_id": world.market.mentee_ids[mentee],
            "mentor_id": world.market.mentor_ids[found["mentor"]],
            "episode": episode + 1,
            "start_week": found["start"],
            "end_week": found["end"],
            "cause": np.array(CAUSES, dtype=object)[found["cause"]],
            "started_by": np.array(["nobody", "mentor", "mentee"], dtype=object)[
                found["started_by"]
            ],
            "meetings": found["met"],
            "checkins": found["checkins"],
            "waited_weeks": found["waited"],
            "continued": found["continued"].astype(bool),
        }
    ).infer_objects()
    terms = ("compatibility", "surface", "competition", "conflict", "overlap", "chemistry")
    for name in terms:
        frame[name] = found[name]
    for when, elements in (("end", played.final), ("early", played.early)):
        for side, role in enumerate(("mentor", "mentee")):
            for k, element in enumerate(ELEMENTS):
                frame[f"{element}_{role}_{when}"] = elements[there, side, k]
    return frame.sort_values(["start_week", "mentee_id"], kind="stable", ignore_index=True)
