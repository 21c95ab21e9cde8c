"""Doing a study's tasks with any engine, with progress, cancelling and resuming."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from typing import Protocol

from ...errors import OptionError, did_you_mean, listing, quote
from ..study import RunBlock, Study, Task


class Engine(Protocol):
    """Does tasks in any order and gives their results as they come."""

    def __call__(
        self, study: Study, tasks: Sequence[Task], *, n_workers: int, cancelled: Callable[[], bool]
    ) -> Iterator[RunBlock]: ...


class Parts(Protocol):
    """Keeps finished blocks by key, so that work that was cut off can go on."""

    def load(self, key: str) -> RunBlock | None: ...

    def save(self, key: str, block: RunBlock) -> None: ...


ENGINES: dict[str, Engine] = {}


def collect(
    study: Study,
    tasks: Sequence[Task],
    *,
    engine: str = "threads",
    n_workers: int | None = None,
    progress: bool = False,
    cancelled: Callable[[], bool] | None = None,
    parts: Parts | None = None,
    who: str = "compare_policies",
) -> list[RunBlock]:
    """Do tasks and give their results in order, whatever the order they came in.

    Parameters
    ----------
    study : Study
    tasks : sequence of Task
    engine : str
        One of `ENGINES`.
    n_workers : int, optional
        Threads or processes; one for each processor when left out.
    progress : bool
        Whether to show a bar.
    cancelled : callable, optional
        Asked between tasks; True ends early with what is finished.
    parts : Parts, optional
        Where finished blocks are kept.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If there is no such engine, or `n_workers` is no whole number of 1 or more.
    """
    if engine not in ENGINES:
        near = did_you_mean(engine, ENGINES)
        raise OptionError(
            f"{who}: `engine` must be {listing(ENGINES, limit=len(ENGINES))}; got "
            f"{quote(engine)}. {near}".rstrip()
        )
    workers = n_processors() if n_workers is None else n_workers
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise OptionError(
            f"{who}: `n_workers` must be a whole number of 1 or more; got {quote(n_workers)}."
        )
    keys = {task: study.key(task) for task in tasks} if parts is not None else {}
    found = {task: parts.load(key) for task, key in keys.items()}
    blocks = [block for block in found.values() if block is not None]
    todo = [task for task in tasks if found.get(task) is None]
    with _bar(len(tasks), len(blocks)) if progress else nullcontext() as bar:
        for block in ENGINES[engine](study, todo, n_workers=workers, cancelled=cancelled or _never):
            if parts is not None:
                parts.save(keys[block.task], block)
            blocks.append(block)
            if bar is not None:
                bar.update()
    return sorted(blocks, key=lambda block: (block.task.row, block.task.first_run))


def n_processors() -> int:
    """Tell how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _never() -> bool:
    return False


def _bar(total: int, done: int):
    from tqdm.auto import tqdm

    return tqdm(total=total, initial=done, unit="part")
