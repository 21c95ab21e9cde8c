"""A Dask cluster: many machines, the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

from ....errors import OptionError
from ...study import RunBlock, Study, Task
from .backend import run_with_joblib


def run_dask(
    study: Study, tasks: Sequence[Task], *, n_workers: int, cancelled: Callable[[], bool]
) -> Iterator[RunBlock]:
    """Do tasks on the Dask cluster of the current client, and give their results as they come.

    Tasks of a worker that dies are done by the others.

    Parameters
    ----------
    study : Study
    tasks : sequence of Task
    n_workers : int
        Not used: the cluster has the workers it has.
    cancelled : callable
        True ends the work at once.

    Raises
    ------
    OptionError
        If Dask is not installed, or there is no client.
    EngineError
        If the cluster goes away.
    """
    if find_spec("distributed") is None:
        raise OptionError(
            "simulation: engine 'dask' needs dask, which is not installed. Install it with "
            "`pip install 'mentorlab[cluster]'`, or use engine='threads': the numbers are the same."
        )
    from distributed import get_client
    from joblib import parallel_config

    try:
        client = get_client()
    except ValueError:
        raise OptionError(
            "simulation: engine 'dask' needs a cluster. Start one first: "
            "`from dask.distributed import Client; client = Client()`, or `Client(address)` for "
            "one that runs."
        ) from None
    return run_with_joblib(
        study,
        tasks,
        configured=parallel_config(backend="dask", client=client),
        options={},
        cancelled=cancelled,
        engine="dask",
    )
