"""Work in a thread of which only the newest matters."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

LOG = logging.getLogger("mentorlab.widgets")

IsCurrent = Callable[[], bool]
Work = Callable[[IsCurrent], None]


class Stopped(Exception):  # noqa: N818 (not an error: nobody waits for the answer any more)
    """Raised inside work whose answer nobody waits for any more."""


class Progress:
    """How far work has come; calling it also stops work that is out of date.

    Parameters
    ----------
    tell : callable
        Is given the steps done and the steps in all, at most every `every` seconds.
    is_current : callable
        Tells whether the answer is still wanted.
    every : float
        Seconds between two reports, so that a page is not flooded.
    """

    def __init__(
        self, tell: Callable[[int, int], None], is_current: IsCurrent, *, every: float = 0.1
    ) -> None:
        self._tell = tell
        self._is_current = is_current
        self._every = every
        self._told_at = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        """Report `done` of `total` steps.

        Raises
        ------
        Stopped
            If a newer state or the cancel button made the work pointless; let it pass.
        """
        if not self._is_current():
            raise Stopped
        now = time.monotonic()
        if now - self._told_at >= self._every or done == total:
            self._told_at = now
            self._tell(done, total)


class LatestWorker:
    """Runs one piece of work at a time; work given meanwhile waits, and only the newest of it."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._newest = 0
        self._next: tuple[int, Work] | None = None
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether work is running or waiting."""
        return self._busy

    def submit(self, work: Work) -> None:
        """Run `work` in the thread; what was given before is out of date from now on.

        Parameters
        ----------
        work : callable
            Is given a function that tells whether its answer is still wanted.
        """
        with self._change:
            self._newest += 1
            self._next = (self._newest, work)
            if not self._busy:
                self._busy = True
                threading.Thread(target=self._run, name="mentorlab-widget", daemon=True).start()

    def supersede(self) -> None:
        """Declare all work given so far out of date."""
        with self._change:
            self._newest += 1
            self._next = None

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until nothing runs or waits; tell whether that came before `timeout` seconds."""
        with self._change:
            return self._change.wait_for(lambda: not self._busy, timeout)

    def _run(self) -> None:
        while True:
            with self._change:
                if self._next is None:
                    self._busy = False
                    self._change.notify_all()
                    return
                number, work = self._next
                self._next = None
            try:
                work(lambda number=number: number == self._newest)
            except Exception:
                LOG.exception("a widget's work failed")
