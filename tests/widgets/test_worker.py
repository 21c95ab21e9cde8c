import logging
import threading

import pytest

from mentorlab.widgets.worker import LatestWorker, Progress, Stopped

SECONDS = 10


def test_work_that_is_out_of_date_is_stopped():
    with pytest.raises(Stopped):
        Progress(lambda *_: None, lambda: False)(1, 2)


def test_progress_does_not_flood_the_page():
    told = []
    progress = Progress(lambda done, total: told.append(done), lambda: True, every=3600)
    for done in range(1, 101):
        progress(done, 100)
    assert told == [1, 100]


def test_only_the_newest_waiting_work_runs():
    worker, started, gate, ran = LatestWorker(), threading.Event(), threading.Event(), []

    def first(is_current):
        started.set()
        assert gate.wait(SECONDS)
        ran.append(("first", is_current()))

    worker.submit(first)
    assert started.wait(SECONDS)
    for name in ("second", "third"):
        worker.submit(lambda is_current, name=name: ran.append((name, is_current())))
    gate.set()
    assert worker.wait(SECONDS)
    assert ran == [("first", False), ("third", True)]
    assert not worker.busy


def test_work_that_breaks_does_not_break_the_worker(caplog):
    worker, ran = LatestWorker(), []

    def broken(_):
        raise ValueError("no")

    with caplog.at_level(logging.ERROR, "mentorlab.widgets"):
        worker.submit(broken)
        assert worker.wait(SECONDS)
    worker.submit(lambda _: ran.append(1))
    assert worker.wait(SECONDS)
    assert ran == [1]
    assert "a widget's work failed" in caplog.text


def test_superseded_work_that_waits_never_runs():
    worker, started, gate, ran = LatestWorker(), threading.Event(), threading.Event(), []
    worker.submit(lambda _: (started.set(), gate.wait(SECONDS)))
    assert started.wait(SECONDS)
    worker.submit(lambda _: ran.append(1))
    worker.supersede()
    gate.set()
    assert worker.wait(SECONDS)
    assert ran == []


def test_waiting_has_a_limit():
    worker, gate = LatestWorker(), threading.Event()
    worker.submit(lambda _: gate.wait(SECONDS))
    assert not worker.wait(0.01)
    gate.set()
    assert worker.wait(SECONDS)
