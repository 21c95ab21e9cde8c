"""Processes of this machine, for policies in plain Python that hold the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...study import RunBlock, Study, Task
from .backend import run_with_joblib


def run_loky(
    study: Study, tasks: Sequence[Task], *, n_workers: int, cancelled: Callable[[], bool]
) -> Iterator[RunBlock]:
    """Do tasks in processes, and give their results as they come.

    Parameters
    ----------
    study : Study
    tasks : sequence of Task
    n_workers : int
        How many processes.
    cancelled : callable
        True ends the work at once.

    Raises
    ------
    EngineError
        If a worker dies.
    """
    from joblib import parallel_config

    return run_with_joblib(
        study,
        tasks,
        configured=parallel_config(backend="loky", n_jobs=n_workers, inner_max_num_threads=1),
        options={"pre_dispatch": "2*n_jobs", "batch_size": 1},
        cancelled=cancelled,
        engine="loky",
    )
