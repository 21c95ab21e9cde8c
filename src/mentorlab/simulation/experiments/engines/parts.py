"""Finished parts of an experiment on disk, so that work that was cut off can go on."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from pathlib import Path

import numpy as np

from ....errors import OptionError, ReadError, WriteError, quote
from ...study import RunBlock, Task

_KEY = re.compile(r"^[0-9a-f]{8,128}$")
_FACTS = b"mentorlab.part"


class PartStore:
    """Keep finished parts in a folder, one Parquet file for each, named by its content.

    A part is written beside its place and then moved there, so that a file that exists is whole.
    Any number of experiments can share a folder: the name of a part is a hash of all that decides
    its numbers.

    Parameters
    ----------
    folder : str or pathlib.Path
        Made if it does not exist.

    Raises
    ------
    WriteError
        If the folder can't be made.

    Examples
    --------
    >>> import tempfile
    >>> from mentorlab.simulation import PoolGenerator, compare_policies
    >>> from mentorlab.simulation.experiments import PartStore
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = PartStore(folder)
    ...     found = compare_policies(
    ...         PoolGenerator(20, 15), ["random"], n_runs=2, seed=1, parts=store
    ...     )
    ...     store.n_parts
    2
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise WriteError(
                f"PartStore: the folder {quote(str(folder))} can't be made ({error.strerror})."
            ) from error

    @property
    def n_parts(self) -> int:
        """How many parts there are."""
        return sum(1 for _ in self.folder.glob("*.parquet"))

    def load(self, key: str) -> RunBlock | None:
        """Read a part, None if it is not there yet.

        Raises
        ------
        ReadError
            If the file is no part, or damaged.
        """
        path = self._place(key)
        if not path.exists():
            return None
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            table = pq.read_table(path)
            facts = json.loads(table.schema.metadata[_FACTS])
            rows = table.to_pylist()
            arrays = {
                row["name"]: np.frombuffer(row["data"], dtype=row["dtype"])
                .reshape(row["shape"])
                .copy()
                for row in rows
            }
            failures = tuple((name, int(run), said) for name, run, said in facts["failures"])
            return RunBlock(Task(*facts["task"]), **arrays, failures=failures)
        except (pa.ArrowException, OSError, KeyError, TypeError, ValueError) as error:
            raise ReadError(
                f"PartStore: {quote(str(path))} is no part of an experiment or is damaged "
                f"({type(error).__name__}). Delete it: it will be computed again."
            ) from error

    def save(self, key: str, block: RunBlock) -> None:
        """Write a part in one step.

        Raises
        ------
        WriteError
            If it can't be written; nothing half-written is left.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        arrays = {name: np.ascontiguousarray(value) for name, value in block.arrays().items()}
        task = block.task
        facts = {"task": [task.row, task.first_run, task.n_runs], "failures": block.failures}
        table = pa.table(
            {
                "name": list(arrays),
                "dtype": [value.dtype.str for value in arrays.values()],
                "shape": pa.array([value.shape for value in arrays.values()], pa.list_(pa.int64())),
                "data": pa.array([value.tobytes() for value in arrays.values()], pa.binary()),
            }
        ).replace_schema_metadata({_FACTS: json.dumps(facts).encode()})
        path = self._place(key)
        beside = None
        try:
            handle, beside = tempfile.mkstemp(dir=self.folder, prefix=".part-", suffix=".tmp")
            os.close(handle)
            pq.write_table(table, beside)
            Path(beside).replace(path)
        except OSError as error:
            if beside is not None:
                with contextlib.suppress(OSError):
                    Path(beside).unlink()
            raise WriteError(
                f"PartStore: {quote(str(path))} can't be written ({error.strerror})."
            ) from error

    def _place(self, key: str) -> Path:
        if not _KEY.match(key):
            raise OptionError(f"PartStore: a key is a hash in hex; got {quote(key)}.")
        return self.folder / f"{key}.parquet"
