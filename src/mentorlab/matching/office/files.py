"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ...errors import WriteError


def write_whole(path: str | Path, write: Callable[[Path], None], *, who: str) -> Path:
    """Write a file aside and move it into place when all of it is there.

    Parameters
    ----------
    path : path
        A file that is there is replaced.
    write : callable
        Writes to the path that it is given, which has the same ending.
    who : str
        The function that asks.

    Raises
    ------
    WriteError
        If the disk refuses; what was there before is unchanged.
    """
    path = Path(path)
    partial = None
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}.partial-", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        partial = Path(name)
        write(partial)
        with partial.open("r+b") as file:
            os.fsync(file.fileno())
        partial.chmod(0o644)
        partial.replace(path)
    except OSError as error:
        raise WriteError(
            f"{who}: {path} can't be written ({error.strerror or error}); what was there before is "
            "unchanged."
        ) from error
    finally:
        if partial is not None:
            partial.unlink(missing_ok=True)
    return path
