"""What is to be simulated, cut into tasks that any engine can do in any order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from ..matching.policy import Policy
from ..options import CommonDraws, DrawKind
from .fingerprint import describe_levers, describe_policy, describe_source
from .kernel.layout import CAUSES
from .kernel.summarize import count_closures, group_sums, summarize
from .measures import MEASURES
from .model import ProgramModel
from .parameters import Levers
from .play import Played, play
from .rounds import AskedPolicy
from .world import World


@dataclass(frozen=True)
class DesignRow:
    """One point of a design: what is assumed and what the program decides."""

    model: ProgramModel
    levers: Levers


@dataclass(frozen=True)
class Task:
    """Replications `first_run` to `first_run + n_runs - 1` of one design row, all policies."""

    row: int
    first_run: int
    n_runs: int


@dataclass(frozen=True, eq=False)
class RunBlock:
    """What one task found.

    Attributes
    ----------
    task : Task
    values : ndarray of float64, shape (policies, runs, measures)
        nan for a policy that failed.
    group_values : ndarray of float64, shape (policies, runs, groups, 2)
        Mean benefit and share ever matched in each group of mentees.
    curve : ndarray of int64, shape (policies, runs, 2, weeks)
        Relationships at risk and ended unplanned by relationship week.
    causes : ndarray of int64, shape (policies, runs, causes)
    benefit : ndarray of float64, shape (policies, n_mentees)
        Sums over runs where the market is fixed, else of shape (policies, 0).
    digests : ndarray of uint64, shape (policies, runs)
        Hash of all discrete outcomes of each replication.
    failures : tuple of (policy, run, message)
    """

    task: Task
    values: np.ndarray
    group_values: np.ndarray
    curve: np.ndarray
    causes: np.ndarray
    benefit: np.ndarray
    digests: np.ndarray
    failures: tuple[tuple[str, int, str], ...]

    def arrays(self) -> dict[str, np.ndarray]:
        """Give the block as plain arrays, for a file."""
        names = ("values", "group_values", "curve", "causes", "benefit", "digests")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, eq=False)
class Study:
    """A simulation experiment, complete: equal studies give equal numbers anywhere.

    Attributes
    ----------
    source : GivenPool, PoolGenerator or MarketMaker
        Makes the world of each replication.
    policies : tuple of (name, policy)
        Whom to compare.
    rows : tuple of DesignRow
        What is assumed and decided.
    seed : int
        Names all draws.
    crn : {"mentee", "pair"}
        Whose luck is common to the policies: the mentee's in each episode, or the pair's.
    draws : {"splitmix", "philox"}
        How draws are looked up.
    """

    source: Any
    policies: tuple[tuple[str, str | Policy], ...]
    rows: tuple[DesignRow, ...]
    seed: int
    crn: CommonDraws = "mentee"
    draws: DrawKind = "splitmix"

    @property
    def names(self) -> tuple[str, ...]:
        """The policies' names, in order."""
        return tuple(name for name, _ in self.policies)

    @property
    def philox(self) -> int | None:
        """What tells the kernels how to look up draws."""
        return 1 if self.draws == "philox" else None

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that decides the numbers."""
        content = {
            "source": describe_source(self.source),
            "policies": [(name, describe_policy(policy)) for name, policy in self.policies],
            "rows": [[row.model.values(), describe_levers(row.levers)] for row in self.rows],
            "seed": int(self.seed),
            "crn": self.crn,
            "draws": self.draws,
            "measures": list(MEASURES),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def key(self, task: Task) -> str:
        """Name a task's result by its content."""
        text = f"{self.fingerprint}:{task.row}:{task.first_run}:{task.n_runs}"
        return hashlib.sha256(text.encode()).hexdigest()

    def tasks(
        self, n_runs: int, *, first_run: int = 0, runs_per_task: int | None = None
    ) -> list[Task]:
        """Cut the replications of all design rows into tasks."""
        step = runs_per_task or n_runs
        return [
            Task(row, first, min(step, first_run + n_runs - first))
            for row in range(len(self.rows))
            for first in range(first_run, first_run + n_runs, step)
        ]

    def world(self, row: int, run: int) -> World:
        """Make the world of one replication, the same for all policies."""
        point = self.rows[row]
        return self.source.world(
            point.model, point.levers, seed=self.seed, run=run, philox=self.philox
        )

    def asked(self) -> list[AskedPolicy]:
        """Give each policy its streams."""
        return [AskedPolicy(name, policy, self.seed) for name, policy in self.policies]

    def play(
        self, row: int, run: int, asked: AskedPolicy, world: World, *, trace: bool = False
    ) -> Played:
        """Play one replication of one policy."""
        point = self.rows[row]
        return play(
            world,
            asked.first_round(world, run),
            point.model,
            point.levers,
            seed=self.seed,
            run=run,
            later_round=partial(asked.later_round, run=run),
            by_pair=self.crn == "pair",
            philox=self.philox,
            trace=trace,
        )


def run_task(study: Study, task: Task) -> RunBlock:
    """Do one task: every policy meets the same worlds.

    A policy that raises is named in `failures` with the replication and what it said; the others
    go on.
    """
    levers = study.rows[task.row].levers
    asked = study.asked()
    n_policies, runs = len(asked), range(task.first_run, task.first_run + task.n_runs)
    values = np.full((n_policies, task.n_runs, len(MEASURES)), np.nan)
    curve = np.zeros((n_policies, task.n_runs, 2, levers.planned_weeks), dtype=np.int64)
    causes = np.zeros((n_policies, task.n_runs, len(CAUSES)), dtype=np.int64)
    digests = np.zeros((n_policies, task.n_runs), dtype=np.uint64)
    groups: list[list[np.ndarray]] = [[] for _ in asked]
    totals: list[np.ndarray | float] = [0.0] * n_policies
    failures: dict[str, tuple[str, int, str]] = {}
    for at, run in enumerate(runs):
        world = study.world(task.row, run)
        for p, policy in enumerate(asked):
            if policy.name in failures:
                continue
            try:
                played = study.play(task.row, run, policy, world)
            except Exception as error:  # a user's policy may raise anything; the others go on
                failures[policy.name] = (policy.name, run, f"{type(error).__name__}: {error}")
                continue
            _measure(played, levers, values[p, at])
            count_closures(played.relationships, curve[p, at], causes[p, at])
            digests[p, at] = played.digest
            groups[p].append(group_means(world, played, levers))
            if world.fixed:
                totals[p] = totals[p] + played.benefit
    return RunBlock(
        task,
        values,
        _stack_groups(groups, task.n_runs),
        curve,
        causes,
        _stack_totals(totals),
        digests,
        tuple(failures.values()),
    )


def _measure(played: Played, levers: Levers, values: np.ndarray) -> None:
    summarize(
        played.relationships,
        played.final,
        played.waited,
        played.left_at,
        played.benefit,
        levers.max_matches,
        levers.planned_weeks,
        levers.horizon_weeks,
        values,
    )


def group_means(world: World, played: Played, levers: Levers) -> np.ndarray:
    """Give mean benefit and share ever matched of each group of mentees.

    Returns
    -------
    ndarray of float64, shape (groups, 2)
        nan for a group without members.
    """
    parts = []
    for labels, codes in world.groups.values():
        sums = group_sums(
            codes, len(labels), played.benefit, played.relationships, levers.max_matches
        )
        size = np.where(sums[:, :1] > 0, sums[:, :1], np.nan)
        parts.append(sums[:, 1:] / size)
    return np.concatenate(parts)


def _stack_groups(groups: list[list[np.ndarray]], n_runs: int) -> np.ndarray:
    n_groups = max((len(found) for rows in groups for found in rows), default=0)
    stacked = np.full((len(groups), n_runs, n_groups, 2), np.nan)
    for p, rows in enumerate(groups):
        for at, found in enumerate(rows):
            stacked[p, at, : len(found)] = found
    return stacked


def _stack_totals(totals: Sequence[np.ndarray | float]) -> np.ndarray:
    n = max((len(total) for total in totals if isinstance(total, np.ndarray)), default=0)
    return np.stack(
        [total if isinstance(total, np.ndarray) else np.full(n, np.nan) for total in totals]
    )
