"""Find a data set's file: a folder that was named, ``MENTORLAB_DATA``, the cache, the internet."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import DataUnavailableError, OptionError, count, did_you_mean, quote
from .registry import DataSource, data_source

DATA_VARIABLE = "MENTORLAB_DATA"

_WITHOUT = {"`path`": "leave `path` out", DATA_VARIABLE: f"unset {DATA_VARIABLE}"}


def locate(source: DataSource, relative: str, *, path: str | Path | None = None) -> Path:
    """Find one file of a data set, downloading it when it is nowhere on this machine.

    A folder named by `path` comes first, then the data set's folder under ``MENTORLAB_DATA``, then
    the download cache, then the public address. Checksums apply to downloads only: who names a
    folder answers for what is in it. Where ``MENTORLAB_DATA`` holds the data set's folder but not
    the file, nothing is downloaded in its stead.

    Parameters
    ----------
    source : DataSource
        The data set, for example ``SOURCES["open_seeds"]``.
    relative : str
        The file, as `source.files` names it.
    path : path, optional
        A folder that holds the data set's files.

    Returns
    -------
    pathlib.Path
        An existing file.

    Raises
    ------
    OptionError
        If the data set has no such file.
    DataUnavailableError
        If the file is absent from the folder that was named, or can't be downloaded.
    """
    if relative not in source.files:
        near = did_you_mean(relative, source.files)
        raise OptionError(
            f"locate: `relative` must be a file of {source.name}; got {quote(relative)}. "
            f"{near}".rstrip()
        )
    if path is not None:
        return _in_folder(source, relative, Path(path), named_by="`path`")
    folder = _data_folder(source)
    if folder is not None:
        return _in_folder(source, relative, folder, named_by=DATA_VARIABLE)
    return _download(source, relative)


def available(name: str) -> str:
    """Tell whether a data set can be loaded without the internet, and if not, why not.

    Parameters
    ----------
    name : str
        A data set, as ``list_datasets()`` names it.

    Returns
    -------
    str
        Empty if all its files are here; else the reason as a sentence, for a test or a notebook
        that is skipped. The internet is never asked.

    Raises
    ------
    OptionError
        If there is no such data set.

    Examples
    --------
    >>> available("example_program")
    ''
    """
    source = data_source(name, who="available")
    if not source.files:
        return ""
    folder = _data_folder(source)
    if folder is not None:
        absent = [relative for relative in source.files if _find(source, relative, folder) is None]
        where = f"from the folder {folder} that {DATA_VARIABLE} names"
    else:
        cache = cache_folder(source)
        absent = [relative for relative in source.files if not _is_published(source, relative)]
        where = f"from the cache {cache}; {_variable_says(source)}"
    if not absent:
        return ""
    return f"{source.name}: {_files(absent)} absent {where}."


def cache_folder(source: DataSource) -> Path:
    """Where downloads of a data set are kept, one folder per user."""
    import pooch

    return Path(pooch.os_cache("mentorlab")) / source.folder


def _data_folder(source: DataSource) -> Path | None:
    root = os.environ.get(DATA_VARIABLE, "").strip()
    if not root:
        return None
    folder = Path(root).expanduser() / source.folder
    return folder if folder.is_dir() else None


def _variable_says(source: DataSource) -> str:
    root = os.environ.get(DATA_VARIABLE, "").strip()
    if not root:
        return f"{DATA_VARIABLE} is not set"
    if not Path(root).expanduser().is_dir():
        return f"{DATA_VARIABLE} names {root}, which is not a folder"
    return f"{DATA_VARIABLE} names {root}, which has no folder {source.folder}"


def _files(absent: list[str]) -> str:
    if len(absent) == 1:
        return f"{absent[0]} is"
    return f"{absent[0]} and {count(len(absent) - 1, 'other file')} are"


def _in_folder(source: DataSource, relative: str, folder: Path, *, named_by: str) -> Path:
    file = _find(source, relative, folder)
    if file is not None:
        return file
    file = folder / relative
    what = "which is not a folder" if not folder.is_dir() else f"which does not hold {relative}"
    raise DataUnavailableError(
        f"{source.loader}: {named_by} names {folder}, {what}. "
        f"Put the file there as {file} (it is public: {source.url(relative)}), "
        f"or {_WITHOUT[named_by]} to have it downloaded."
    )


def _find(source: DataSource, relative: str, folder: Path) -> Path | None:
    names = (relative, source.stand_ins.get(relative, relative))
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _is_published(source: DataSource, relative: str) -> bool:
    file = cache_folder(source) / relative
    if not file.is_file():
        return False
    known = source.files[relative]
    return not known or hashlib.sha256(file.read_bytes()).hexdigest() == known


def _download(source: DataSource, relative: str) -> Path:
    import pooch

    folder = (cache_folder(source) / relative).parent
    try:
        with _quiet(pooch.get_logger()):
            found = pooch.retrieve(
                source.url(relative),
                known_hash=f"sha256:{source.files[relative]}" if source.files[relative] else None,
                fname=Path(relative).name,
                path=folder,
            )
    except (OSError, ValueError) as error:
        raise DataUnavailableError(_failure(source, relative, error)) from error
    return Path(found)


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Keep download messages out of notebooks, whose stored outputs are compared."""
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def _failure(source: DataSource, relative: str, error: Exception) -> str:
    return (
        f"{source.loader}: {relative} is not on this machine and could not be downloaded.\n"
        f"  - Looked in {DATA_VARIABLE}: {_variable_says(source)}.\n"
        f"  - Looked in the cache: {cache_folder(source)} does not hold the published file.\n"
        f"  - The download failed: {_reason(error)}.\n"
        f"  Download {source.url(relative)} by hand, save it as "
        f"<folder>/{source.folder}/{relative}, do so for each of the "
        f"{count(len(source.files), 'file')} of this data set, and set {DATA_VARIABLE} to <folder>."
    )


def _reason(error: Exception) -> str:
    kind = type(error).__name__
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"the server answered {status}"
    if "hash" in str(error):
        return "what came is not the published file (its SHA-256 checksum differs)"
    if "Timeout" in kind:
        return "the server did not answer in time"
    if kind in ("ConnectionError", "SSLError", "ProxyError"):
        return f"no connection to the server ({kind})"
    said = str(error).strip().splitlines()
    return f"{kind}: {said[0]}" if said else kind
