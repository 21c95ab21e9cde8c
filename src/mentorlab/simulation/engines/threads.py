"""Threads of this process: the kernels let go of the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice, takewhile

from ..study import RunBlock, Study, Task, run_task


def run_threads(
    study: Study, tasks: Sequence[Task], *, n_workers: int, cancelled: Callable[[], bool]
) -> Iterator[RunBlock]:
    """Do tasks in threads, and give their results as they come.

    Parameters
    ----------
    study : Study
    tasks : sequence of Task
    n_workers : int
        How many threads.
    cancelled : callable
        Asked before each task; True ends the work with the tasks that are under way.
    """
    todo = takewhile(lambda _: not cancelled(), tasks)
    if n_workers == 1 or len(tasks) == 1:
        yield from (run_task(study, task) for task in todo)
        return
    pool = ThreadPoolExecutor(n_workers)
    try:
        under_way = {pool.submit(run_task, study, task) for task in islice(todo, n_workers)}
        while under_way:
            done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                if (task := next(todo, None)) is not None:
                    under_way.add(pool.submit(run_task, study, task))
                yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
