"""Tasks through joblib, as they finish, until somebody cancels."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from queue import Empty, Queue
from typing import Any

from ....errors import MentorlabError, count
from ...study import RunBlock, Study, Task, run_task

_LOOK_EVERY = 0.1  # seconds between two looks at whether somebody cancelled
_DONE = object()


class EngineError(MentorlabError, RuntimeError):
    """Workers or a cluster went away before all tasks were done."""


def run_with_joblib(
    study: Study,
    tasks: Sequence[Task],
    *,
    configured: AbstractContextManager[Any],
    options: dict[str, Any],
    cancelled: Callable[[], bool],
    engine: str,
) -> Iterator[RunBlock]:
    """Do tasks with joblib, and give their results as they come.

    Parameters
    ----------
    study : Study
    tasks : sequence of Task
    configured : context manager
        The backend, as `joblib.parallel_config` gives it.
    options : dict
        For `joblib.Parallel`.
    cancelled : callable
        Looked at ten times a second; True ends the work at once, tasks under way are given up.
    engine : str
        For messages.

    Raises
    ------
    EngineError
        If workers die for good, saying how many tasks were done.
    """
    if not tasks:
        return
    results: Queue = Queue()
    given_up = threading.Event()
    worker = threading.Thread(
        target=_feed, args=(study, tasks, configured, options, results, given_up), daemon=True
    )
    worker.start()
    n_done = 0
    try:
        while not cancelled():
            try:
                found = results.get(timeout=_LOOK_EVERY)
            except Empty:
                continue
            if found is _DONE:
                return
            if isinstance(found, BaseException):
                raise EngineError(
                    f"simulation: engine {engine!r} stopped after {n_done} of "
                    f"{count(len(tasks), 'task')} ({type(found).__name__}: {found}). Finished "
                    "parts are kept where `parts` was given; ask again to go on from there."
                ) from found
            n_done += 1
            yield found
    finally:
        given_up.set()


def _feed(
    study: Study,
    tasks: Sequence[Task],
    configured: AbstractContextManager[Any],
    options: dict[str, Any],
    results: Queue,
    given_up: threading.Event,
) -> None:
    """Put results into the queue as they come, in a thread of its own."""
    from joblib import Parallel, delayed

    try:
        with configured:
            found = Parallel(return_as="generator_unordered", **options)(
                delayed(run_task)(study, task) for task in _until(tasks, given_up)
            )
            for block in found:
                results.put(block)
                if given_up.is_set():
                    found.close()
                    return
        results.put(_DONE)
    except Exception as error:  # whatever the workers died of is told to the one who waits
        results.put(error)


def _until(tasks: Sequence[Task], given_up: threading.Event) -> Iterator[Task]:
    for task in tasks:
        if given_up.is_set():
            return
        yield task
