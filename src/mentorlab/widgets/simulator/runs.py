"""Simulations of one pool under many settings; replications that ran once are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from ...errors import EstimationError, OptionError, quote
from ...matching import Market
from ...matching.market.build import Rule
from ...matching.policy import Policy
from ...matching.registry import all_policies
from ...matching.utility.weighting import Term, Utility
from ...program import Program
from ...simulation import Levers, PolicyComparison, PoolGenerator, ProgramModel
from ...simulation.admit import MarketSource, named_policies
from ...simulation.calibration import CONTEXTS, context
from ...simulation.engines import run_threads
from ...simulation.engines.collect import n_processors
from ...simulation.run import MODEL_NOTES, check_runs, provenance_of, study_of
from ...simulation.study import RunBlock, Study, Task
from ..matching_pool import MatchingPool

OWN = "own model"
USUAL = ("random", "self_match", "mentee_proposing", "optimal")
MORE = ("serial_dictatorship", "mentor_proposing", "maximin", "similarity", "complementarity")
_MOST_STUDIES = 32  # kept in memory at once
_MENTEE_RUNS = 1200  # mentees times replications in one part, so that a cancel is prompt
_MOST_RUNS = 4  # replications in one part
_GROWTH = 3  # of the replications from one round to the next

Pool = Program | pd.DataFrame | MarketSource | None
Policies = Sequence[str | Policy] | Mapping[str, str | Policy] | None
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Setting:
    """What is simulated.

    Attributes
    ----------
    policies : tuple of str
        Names, the baseline first.
    levers : Levers
        What the program decides.
    kind : str
        The kind of program, from `simulation.context`, or ``"own model"``.
    size : int
        Mentees of a generated pool; 0 for a pool that was given.
    """

    policies: tuple[str, ...]
    levers: Levers
    kind: str
    size: int = 0


@dataclass(frozen=True, eq=False)
class Kept:
    """A study and the parts of it that ran."""

    study: Study
    blocks: dict[Task, RunBlock] = field(default_factory=dict)


class SimulatedPool:
    """A pool that policies are simulated on.

    Attributes
    ----------
    source : Market, PoolGenerator or callable
        As `compare_policies` takes it.
    policies : dict of str to policy
        Policies that can be compared, by name.
    model : ProgramModel or None
        A model of the user's own, instead of the kinds of programs.
    seed : int
        Names all draws.
    by : tuple of str
        Columns of the mentees' rows whose groups are followed.
    """

    def __init__(
        self,
        source: MarketSource,
        policies: Mapping[str, str | Policy],
        *,
        model: ProgramModel | None = None,
        seed: int,
        by: tuple[str, ...] = (),
    ) -> None:
        self.source = source
        self.policies = dict(policies)
        self.model = model
        self.seed = seed
        self.by = by
        self._kept: OrderedDict[Setting, Kept] = OrderedDict()

    @classmethod
    def of(
        cls,
        pool: Pool,
        policies: Policies = None,
        *,
        preferences: pd.DataFrame | None = None,
        utility: Term | Utility | None = None,
        rules: Sequence[Rule] | None = None,
        declared: Sequence[str] = (),
        model: ProgramModel | None = None,
        by: str | Sequence[str] = (),
        seed: int,
        who: str,
    ) -> SimulatedPool:
        """Take a program, applicants, a market, or what makes markets.

        Raises
        ------
        OptionError
            If it is none of these, or a policy is unknown.
        """
        source, known = pool, None
        if pool is None:
            source = PoolGenerator(300, 200)
        elif isinstance(pool, Program | pd.DataFrame | Market):
            asked = {"preferences": preferences, "utility": utility, "rules": rules}
            matched = MatchingPool.of(pool, **asked, declared=declared, seed=seed, who=who)
            source, known = matched.market, matched.policies
        elif not isinstance(pool, PoolGenerator) and not callable(pool):
            raise OptionError(
                f"{who}: needs a program, an applicants table, a market, a PoolGenerator or a "
                f"function that makes markets; got {quote(pool)}."
            )
        given = () if policies is None else named_policies(policies, who=who)
        offered = dict(given) or _offered(known)
        columns = (by,) if isinstance(by, str) else tuple(by)
        return cls(source, offered, model=model, seed=seed, by=columns)

    @property
    def usual(self) -> tuple[str, ...]:
        """Policies to begin with."""
        start = tuple(name for name in USUAL if name in self.policies)
        return start if len(start) > 1 and self._is_usual else tuple(self.policies)

    @property
    def _is_usual(self) -> bool:
        return set(self.policies) <= {*USUAL, *MORE}

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of programs to choose from; one where the model is the user's own."""
        return (OWN,) if self.model is not None else tuple(CONTEXTS)

    @property
    def size(self) -> int:
        """Mentees of the generated pool as given; 0 where the pool is not generated."""
        return self.source.n_mentees if isinstance(self.source, PoolGenerator) else 0

    def generator(self, size: int) -> PoolGenerator:
        """Give the pool of another size, with as many mentors for each mentee."""
        share = self.source.n_mentors / self.source.n_mentees
        return replace(self.source, n_mentees=size, n_mentors=max(1, round(size * share)))

    def levers(self, kind: str) -> Levers:
        """Give the levers as a kind of program usually has them."""
        return Levers() if self.model is not None else context(kind).levers

    def banner(self, kind: str) -> str:
        """Say what the numbers of a kind of program rest on."""
        if self.model is not None:
            return f"{self.model.name}: a model of your own. The default: {MODEL_NOTES[0]}"
        return f"{kind.replace('_', ' ')}: {context(kind).banner}"

    def rounds(self, setting: Setting, n_runs: int) -> tuple[int, ...]:
        """Give the replications after which there is something to show, the last being all."""
        done = 2 * self._runs_per_part(setting)
        steps = []
        while done < n_runs:
            steps.append(done)
            done *= _GROWTH
        return (*steps, n_runs)

    def has(self, setting: Setting, n_runs: int) -> bool:
        """Tell whether these replications ran already."""
        return setting in self._kept and not self._missing(setting, n_runs)

    def compare(
        self, setting: Setting, n_runs: int, measure: str, tell: Tell, *, who: str
    ) -> PolicyComparison:
        """Compare policies; replications that ran already are not run again.

        Parameters
        ----------
        setting : Setting
            What is simulated.
        n_runs : int
            Replications in all.
        measure : str
            What the comparison is about.
        tell : callable
            Is given the replications done and all; what it raises ends the work, and finished
            parts are kept.
        who : str
            The function that asks.

        Raises
        ------
        OptionError
            With fewer than two policies, or for an argument out of range.
        EstimationError
            If fewer than two policies finished.
        """
        check_runs(n_runs, who=who, least=2)
        if len(setting.policies) < 2:
            raise OptionError(f"{who}: choose two policies or more; a contrast needs two.")
        kept = self._keep(setting, who)
        missing = self._missing(setting, n_runs)
        done = n_runs - sum(task.n_runs for task in missing)
        tell(done, n_runs)
        work = run_threads(kept.study, missing, n_workers=n_processors(), cancelled=_never)
        for block in work:
            kept.blocks[block.task] = block
            done += block.task.n_runs
            tell(done, n_runs)
        tasks = kept.study.tasks(n_runs, runs_per_task=self._runs_per_part(setting))
        return _comparison(kept.study, [kept.blocks[task] for task in tasks], measure, who)

    def _missing(self, setting: Setting, n_runs: int) -> list[Task]:
        kept = self._kept[setting]
        tasks = kept.study.tasks(n_runs, runs_per_task=self._runs_per_part(setting))
        return [task for task in tasks if task not in kept.blocks]

    def _keep(self, setting: Setting, who: str) -> Kept:
        if setting not in self._kept:
            model = context(setting.kind).model if self.model is None else self.model
            study = study_of(
                self.generator(setting.size) if setting.size else self.source,
                {name: self.policies[name] for name in setting.policies},
                model=model,
                levers=setting.levers,
                seed=self.seed,
                crn="mentee",
                draws="splitmix",
                by=self.by,
                who=who,
            )
            self._kept[setting] = Kept(study)
            if len(self._kept) > _MOST_STUDIES:
                self._kept.popitem(last=False)
        self._kept.move_to_end(setting)
        return self._kept[setting]

    def _runs_per_part(self, setting: Setting) -> int:
        n_mentees = setting.size or getattr(self.source, "n_mentees", _MENTEE_RUNS // _MOST_RUNS)
        return max(1, min(_MOST_RUNS, _MENTEE_RUNS // n_mentees))


def _offered(known: Sequence[str] | None) -> dict[str, str]:
    """Offer the usual policies, or whatever a pool with rules of its own allows."""
    if known is None:
        known = [name for name, entry in all_policies().items() if not entry.needs]
    usual = [name for name in (*USUAL, *MORE) if name in known]
    return {name: name for name in (usual if len(usual) > 1 else known)}


def _comparison(study: Study, blocks: list[RunBlock], measure: str, who: str) -> PolicyComparison:
    failed = {name: said for block in blocks for name, _, said in block.failures}
    names = tuple(name for name in study.names if name not in failed)
    if len(names) < 2:
        said = "; ".join(f"{name}: {why}" for name, why in failed.items())
        raise EstimationError(f"{who}: fewer than two policies finished ({said}).")
    made = provenance_of(who, study, sum(block.task.n_runs for block in blocks))
    return PolicyComparison(study, tuple(blocks), names, measure, None, provenance=made)


def _never() -> bool:
    return False
