"""The network window by window."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from ...stats.inequality import gini
from ..clock import read_time, show_time
from ..measures.load import need_direction
from ..measures.profile import components
from ..network import MentorNetwork
from ..result import PersonTable, asked

WHO = "snapshots"
_MOST_WINDOWS = 10_000


def snapshots(network: MentorNetwork, *, every: Any) -> PersonTable:
    """Tell how the pool grows and changes: ties, load and cohesion, window by window.

    Parameters
    ----------
    network : MentorNetwork
        With dated ties.
    every : str, pandas.Timedelta or number
        Length of a window: ``"90D"`` for dates, a number of periods otherwise.

    Returns
    -------
    PersonTable
        One row a window: `start`, `end` (not included), `n_ties` (held at some moment of it),
        `n_new`, `n_ended`, `n_mentors` and `n_mentees` with a tie, `load_mean`, `load_gini`,
        `largest_component`.

    Raises
    ------
    OptionError
        If nothing dates the ties, or the window is not a length of time.

    Notes
    -----
    A tie without an end holds to the last window. Counts of a window depend on its length: compare
    windows of one length.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "cy"], "start": [1, 2]})
    >>> network = MentorNetwork.from_ties(ties, source="records")
    >>> snapshots(network, every=1).to_frame()["n_new"].tolist()
    [1, 1]
    """
    need_direction(network, who=WHO)
    first = network.start[~np.isnan(network.start)]
    if not len(first):
        read_time(0, "none", who=WHO)
    width = _width(every, network.clock)
    last = np.nanmax(np.concatenate([network.start, network.end]))
    n_windows = int(np.floor((last - first.min()) / width)) + 1
    if n_windows > _MOST_WINDOWS:
        raise OptionError(
            f"{WHO}: `every` makes {n_windows:,} windows; choose a longer one than {quote(every)}."
        )
    begins = first.min() + width * np.arange(n_windows)
    rows = [_window(network, begin, begin + width) for begin in begins]
    ends = begins + width
    spans = {
        "start": show_time(begins, network.clock),
        "end": show_time(ends, network.clock),
    }
    table = pd.DataFrame(spans).join(pd.DataFrame(rows))
    undated = int(np.isnan(network.start).sum())
    said = (f"{undated:,} ties without a start left out",) if undated else ()
    return PersonTable(
        table=table,
        title=f"The network in {n_windows:,} windows of {every}",
        picture="mentorlab.plots.network_lines:snapshots",
        said=said,
        **asked(WHO, network, {"every": str(every)}),
    )


def _width(every: Any, clock: str) -> float:
    try:
        width = pd.Timedelta(every) / pd.Timedelta(days=1) if clock == "date" else float(every)
    except (TypeError, ValueError) as error:
        wanted = "a length such as '90D'" if clock == "date" else "a number of periods"
        raise OptionError(f"{WHO}: `every` must be {wanted}; got {quote(every)}.") from error
    if not width > 0:
        raise OptionError(f"{WHO}: `every` must be longer than nothing; got {quote(every)}.")
    return width


def _window(network: MentorNetwork, begin: float, end: float) -> dict[str, float]:
    held = (network.start < end) & ~(network.end < begin)
    part = network.with_ties(held, "")
    load = part.load[part.load > 0]
    sizes = np.bincount(components(part))
    return {
        "n_ties": part.n_ties,
        "n_new": int(((network.start >= begin) & (network.start < end)).sum()),
        "n_ended": int(((network.end >= begin) & (network.end < end)).sum()),
        "n_mentors": len(load),
        "n_mentees": int((np.diff(part.into.indptr) > 0).sum()),
        "load_mean": float(load.mean()) if len(load) else np.nan,
        "load_gini": gini(load) if len(load) else np.nan,
        "largest_component": int(sizes.max()) if part.n_ties else 0,
    }
