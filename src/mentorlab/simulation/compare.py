"""Comparing matching policies over the same possible futures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ..errors import EstimationError, OptionError, quote
from ..matching.policy import Policy
from ..options import CommonDraws, DrawKind
from .admit import MarketSource
from .comparison import PolicyComparison, check_error
from .engines import Parts, collect
from .measures import check_measure
from .model import ProgramModel
from .parameters import Levers
from .run import (
    check_runs,
    provenance_of,
    runs_per_task,
    study_of,
)
from .study import RunBlock, Study

_MOST_ROUNDS = 50


def compare_policies(
    market: MarketSource,
    policies: Sequence[str | Policy] | Mapping[str, str | Policy],
    *,
    model: ProgramModel | None = None,
    levers: Levers | None = None,
    n_runs: int,
    seed: int,
    engine: str = "threads",
    measure: str = "benefit",
    std_error: float | None = None,
    max_runs: int | None = None,
    by: str | Sequence[str] = (),
    crn: CommonDraws = "mentee",
    draws: DrawKind = "splitmix",
    n_workers: int | None = None,
    progress: bool = False,
    cancelled: Callable[[], bool] | None = None,
    parts: Parts | None = None,
) -> PolicyComparison:
    """Tell which matching policy serves a program better, and how sure one may be.

    Parameters
    ----------
    market : Market, PoolGenerator or callable
        Your applicant pool, a generator of pools, or a function of a random generator that gives
        a Market.
    policies : sequence or mapping
        Names, policies or functions; a mapping names them. The first is the baseline.
    model : ProgramModel, optional
        What is assumed; the calibrated default when left out.
    levers : Levers, optional
        What the program decides, the same for all policies.
    n_runs : int
        Replications; with `std_error`, replications in each round.
    seed : int
        Names all draws. Adding a policy changes no other policy's numbers.
    engine : str
        Who computes; see `simulation.ENGINES`. All give the same numbers.
    measure : str
        What the comparison is about, from `list_measures`.
    std_error : float, optional
        Go on until every paired contrast with the first policy has this standard error.
    max_runs : int, optional
        Where to stop at the latest; 50 rounds when left out.
    by : str or sequence of str
        Columns of the mentees' rows whose groups are followed.
    crn : {"mentee", "pair"}
        Whose luck is common: that of the mentee in each relationship, whoever the partner (the
        contrast is sharp, but says nothing of one pair), or that of the pair.
    draws : {"splitmix", "philox"}
        How draws are looked up.
    n_workers : int, optional
        Threads or processes.
    progress : bool
        Whether to show a bar.
    cancelled : callable, optional
        Asked between parts; True ends early with what is finished.
    parts : Parts, optional
        Where finished parts are kept, so that work that was cut off goes on.

    Returns
    -------
    PolicyComparison

    Raises
    ------
    OptionError
        For an argument out of range, by name.
    EstimationError
        If no policy finished, or the work was cancelled before two replications.

    Notes
    -----
    The world of a replication (people, true compatibilities, what raters believe) and its luck are
    one set of draws that all policies meet; a policy's own draws are another. Luck is keyed by
    mentee, episode and relationship week, so it stays common when mentees are matched again. Rounds
    are added until the standard error is reached, which is looked at after each round; with 30 or
    more replications in a round the intervals keep their level closely.

    References
    ----------
    grimm2020 : The ODD protocol. klein2024 : Common random numbers by agent.

    Examples
    --------
    >>> from mentorlab.simulation import PoolGenerator, compare_policies
    >>> found = compare_policies(
    ...     PoolGenerator(60, 40), ["random", "mentee_proposing"], n_runs=30, seed=1
    ... )
    >>> bool(found.contrasts("quality")["estimate"].iloc[0] > 0)
    True
    """
    who = "compare_policies"
    check_measure(measure, who=who)
    check_runs(n_runs, who=who, least=2)
    columns = (by,) if isinstance(by, str) else tuple(by)
    study = study_of(
        market,
        policies,
        model=model,
        levers=levers,
        seed=seed,
        crn=crn,
        draws=draws,
        by=columns,
        who=who,
    )
    most = n_runs if std_error is None else check_stop(std_error, max_runs, n_runs, who=who)
    blocks: list[RunBlock] = []
    while True:
        done = sum(block.task.n_runs for block in blocks)
        tasks = study.tasks(
            min(n_runs, most - done), first_run=done, runs_per_task=runs_per_task(n_runs)
        )
        fresh = collect(
            study,
            tasks,
            engine=engine,
            n_workers=n_workers,
            progress=progress,
            cancelled=cancelled,
            parts=parts,
            who=who,
        )
        blocks += fresh
        found = _comparison(study, blocks, measure, std_error)
        complete = len(fresh) == len(tasks)
        if not complete or found.n_runs >= most or _is_sharp(found, std_error):
            return found


def _comparison(
    study: Study, blocks: Sequence[RunBlock], measure: str, std_error: float | None
) -> PolicyComparison:
    n_runs = sum(block.task.n_runs for block in blocks)
    if n_runs < 2:
        raise EstimationError(
            "compare_policies: the work was cancelled before two replications were finished."
        )
    failures = {name: (run, said) for block in blocks for name, run, said in block.failures}
    names = tuple(name for name in study.names if name not in failures)
    if not names:
        said = "; ".join(f"{name} in run {run}: {why}" for name, (run, why) in failures.items())
        raise EstimationError(f"compare_policies: no policy finished ({said}).")
    return PolicyComparison(
        study,
        tuple(blocks),
        names,
        measure,
        std_error,
        provenance=provenance_of("compare_policies", study, n_runs),
    )


def _is_sharp(found: PolicyComparison, std_error: float | None) -> bool:
    if len(found.names) < 2 or std_error is None:
        return True
    return bool((found.contrasts(found.measure)["std_error"] <= std_error).all())


def check_stop(std_error: float, max_runs: int | None, n_runs: int, *, who: str) -> int:
    """Check when to stop adding replications, and give the most there may be.

    Raises
    ------
    OptionError
        If the standard error is not above 0, or `max_runs` below `n_runs`.
    """
    check_error(std_error, who=who)
    if max_runs is None:
        return _MOST_ROUNDS * n_runs
    check_runs(max_runs, who=who, least=2)
    if max_runs < n_runs:
        raise OptionError(
            f"{who}: `max_runs` must not be below `n_runs` ({n_runs}); got {quote(max_runs)}."
        )
    return max_runs
