"""All engines give the same numbers, and say what is missing."""

import os
import signal
import threading

import distributed
import pytest

from mentorlab.errors import EstimationError, OptionError
from mentorlab.simulation import ENGINES, PoolGenerator, compare_policies
from mentorlab.simulation.experiments import EngineError
from mentorlab.simulation.experiments.engines import backend, dask

POLICIES = ["random", "mentee_proposing"]
POOL = PoolGenerator(30, 20)


def compare(engine="threads", n_runs=12, **options):
    return compare_policies(POOL, POLICIES, n_runs=n_runs, seed=5, engine=engine, **options)


@pytest.fixture(scope="module")
def digests():
    return compare(n_workers=1).digests


def test_the_engines_are_known_by_name():
    assert {"threads", "loky", "dask"} <= set(ENGINES)


def test_threads_change_nothing(digests):
    assert compare(n_workers=2).digests == digests


def test_processes_change_nothing(digests):
    assert compare("loky", n_workers=2).digests == digests


def test_policies_written_in_place_go_to_processes():
    policies = {"nobody": lambda market, rng: [-1] * market.n_mentees, "short": lambda m, rng: [-1]}
    found = compare_policies(POOL, policies, n_runs=2, seed=5, engine="loky", n_workers=2)
    assert found.names == ("nobody",)
    assert found.failed["policy"].tolist() == ["short"]


def test_cancelling_gives_back_at_once():
    with pytest.raises(EstimationError, match="cancelled before two replications"):
        compare("loky", n_runs=4_000, n_workers=2, cancelled=lambda: True)


def test_without_dask_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr(dask, "find_spec", lambda name: None)
    with pytest.raises(OptionError, match=r"needs dask.*pip install 'mentorlab\[cluster\]'"):
        compare("dask")


def test_without_a_client_it_is_said_how_to_start_one():
    with pytest.raises(OptionError, match=r"client = Client\(\)"):
        compare("dask")


def test_what_killed_the_workers_is_told():
    class Broken:
        def __enter__(self):
            raise OSError("the cluster is gone")

        def __exit__(self, *said):
            return False

    study = compare(n_runs=2).study
    found = backend.run_with_joblib(
        study,
        study.tasks(2),
        configured=Broken(),
        options={},
        cancelled=lambda: False,
        engine="dask",
    )
    with pytest.raises(EngineError, match=r"stopped after 0 of 1 task .*the cluster is gone"):
        list(found)


def test_no_task_needs_no_engine():
    study = compare(n_runs=2).study
    options = {"configured": None, "options": {}, "cancelled": lambda: False, "engine": "loky"}
    assert list(backend.run_with_joblib(study, [], **options)) == []


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_killed_worker_loses_nothing(digests):
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as own,
        distributed.Client(own) as client,
    ):
        assert compare("dask").digests == digests
        victim = next(iter(client.run(os.getpid).values()))
        timer = threading.Timer(0.5, os.kill, (victim, signal.SIGKILL))
        timer.start()
        found = compare("dask", n_runs=400)
        timer.join()
    assert found.n_runs == 400
    assert found.digests == compare(n_runs=400).digests
