"""Who carries what, who is tied to whom and what breaks, worked out by one plain function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ..errors import OptionError, count, quote
from ..network import MentorNetwork, absorb, mentor_load, silos
from ..network.choices import Null, RemovalOrder
from ..options import check_option
from ..provenance import Provenance
from .network_pool import MOST_COLUMNS, NetworkPool
from .network_result import NetworkMeasure, NetworkView

WHO = "network_view"
_MOST_PAIRS = 2_000_000  # of orphan and mentor with room, before absorbing takes long
_NONE = np.zeros(0, dtype=bool)
_Row = tuple[str, str, float]


def network_view(
    network: MentorNetwork | NetworkPool,
    *,
    seed: int,
    measure: NetworkMeasure = "load",
    attribute: str | None = None,
    null: Null = "labels",
    within: str | None = None,
    remove: int = 0,
    order: RemovalOrder = "busiest",
) -> NetworkView:
    """Tell who carries what, who is tied to whom, and how that changes when mentors leave.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    seed : int
        For the random orders that leaving is held against, and for the null.
    measure : {"load", "ties", "mixing"}
        Load of every mentor; ties in two columns; or ties within and between groups of
        `attribute`, held against `null`.
    attribute : str, optional
        Column of people that makes the groups; needed by ``"mixing"``. At most 30 values.
    null : {"labels", "strata", "degree", "qap"}
        What chance is, as in :func:`mentorlab.network.homophily`; only ``"mixing"`` uses it.
    within : str, optional
        Column of people with the strata of ``null="strata"``.
    remove : int
        How many mentors have left.
    order : {"busiest", "random", "brokers", "worst"}
        In which order they leave, as in :func:`mentorlab.network.removal`.

    Returns
    -------
    NetworkView
        The numbers, the groups, the loads, the curve of leaving, and with ``"mixing"`` the null.

    Raises
    ------
    OptionError
        If the network has no direction, an option is unknown, an attribute is absent or has more
        than 30 values, or fewer than one mentor would stay.
    EstimationError
        If nobody has a mentor, or mixing is not defined.

    Notes
    -----
    Those who left are out of the network with their ties; the others keep their mentees, and
    nobody is placed anew. Orphans are mentees who had a mentor and now have none.

    References
    ----------
    sen1973 : The Gini index.
    albert2000 : Leaving by importance against leaving at random.
    krackhardt1988 : The E-I index.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> network = ml.network.build_network(
    ...     program.members, source="program records", people=program.people
    ... )
    >>> view = ml.widgets.network_view(network, seed=1, remove=3)
    >>> view.value("gone")
    3.0
    """
    pool = NetworkPool.of(network, who=WHO)
    check_option(measure, NetworkMeasure, who=WHO, name="measure")
    check_option(null, Null, who=WHO, name="null")
    check_option(order, RemovalOrder, who=WHO, name="order")
    if attribute is not None:
        pool.check_attribute(attribute, who=WHO)
    elif measure == "mixing":
        raise OptionError(
            f"{WHO}: measure='mixing' needs `attribute`, a column of people such as a department."
        )
    if measure == "mixing" and within is not None and within == attribute:
        raise OptionError(
            f"{WHO}: shuffling {quote(attribute)} among people of the same {attribute} changes "
            "nothing; `within` must be another column."
        )
    return _view_of(pool, measure, attribute, null, within, _n_gone(pool, remove), order, int(seed))


def _n_gone(pool: NetworkPool, remove: Any) -> int:
    whole = isinstance(remove, (int, np.integer)) and not isinstance(remove, bool)
    if not whole or not 0 <= remove <= pool.most_gone:
        raise OptionError(
            f"{WHO}: `remove` must be a whole number from 0 to {pool.most_gone:,} (one mentor must "
            f"stay); got {quote(remove)}."
        )
    return int(remove)


def _view_of(
    pool: NetworkPool,
    measure: NetworkMeasure,
    attribute: str | None,
    null: str,
    within: str | None,
    remove: int,
    order: RemovalOrder,
    seed: int,
) -> NetworkView:
    network, leaving = pool.network, pool.leaving(order, seed)
    gone, staying = pool.gone(order, remove, seed), pool.staying(order, remove, seed)
    has_left = pool.has_left(order, remove, seed)
    alone = who_is_alone(network, has_left)
    mixing = None
    if measure == "mixing":
        mixing = pool.likeness(order, remove, seed, attribute=attribute, null=null, within=within)
    rows = {
        "load": lambda: [*_load_rows(staying), *_leaving_rows(pool, leaving, gone, alone)],
        "ties": lambda: [*_tie_rows(staying), *_leaving_rows(pool, leaving, gone, alone)],
        "mixing": lambda: [*_size_rows(staying), *_mixing_rows(staying, mixing)],
    }[measure]()
    columns = pool.columns if measure == "ties" else None
    groups = pd.DataFrame()
    if attribute is not None and measure != "mixing":
        groups = _groups(network, attribute, has_left, alone)
    return NetworkView(
        measure=measure,
        attribute=attribute,
        null=null,
        within=within or "",
        remove=remove,
        order=order,
        seed=seed,
        source=network.source,
        numbers=pd.DataFrame(rows, columns=["about", "measure", "value"]),
        groups=groups,
        load=pool.load,
        gone=has_left[pool.by_load],
        leaving=leaving,
        columns=columns,
        ends=_NONE if columns is None else has_left[columns.mentors[columns.ties[:, 0]]],
        alone=_NONE if columns is None else alone[columns.mentees],
        blocks=_blocks(staying, attribute) if mixing is not None else pd.DataFrame(),
        mixing=mixing,
        said=tuple(_caveats(pool, measure, mixing, leaving, remove)),
        provenance=Provenance(
            WHO,
            {
                "network": network.size(),
                "measure": measure,
                "attribute": attribute,
                "null": null,
                "within": within,
                "remove": remove,
                "order": order,
                "seed": seed,
            },
        ),
    )


def who_is_alone(network: MentorNetwork, has_left: np.ndarray) -> np.ndarray:
    """Tell who is still there, had a mentor and has none any more.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    has_left : numpy.ndarray of bool, shape (n_people,)
        Who has left.
    """
    before = np.diff(network.into.indptr)
    pairs = network.pairs
    after = np.bincount(pairs.mentee[~has_left[pairs.mentor]], minlength=network.n_people)
    return (before > 0) & (after == 0) & ~has_left


def _size_rows(staying: MentorNetwork) -> Iterator[_Row]:
    yield "staying", "mentors", len(staying.mentors)
    yield "staying", "mentees", len(staying.mentees)
    yield "staying", "ties", staying.n_ties


def _load_rows(staying: MentorNetwork) -> Iterator[_Row]:
    load = mentor_load(staying)
    table = load.table
    yield "staying", "mentors", len(table)
    yield "staying", "mean_load", table["n_mentees"].mean()
    yield "staying", "largest_load", table["n_mentees"].max()
    yield "staying", "gini", load.gini
    yield "staying", "top_share", load.top_share
    if table["capacity"].notna().any():
        yield "staying", "spare", table["spare"].sum()
        yield "staying", "over", (table["over"] > 0).sum()


def _tie_rows(staying: MentorNetwork) -> Iterator[_Row]:
    yield from _size_rows(staying)
    n_mentors = np.diff(staying.into.indptr)
    with_one = (n_mentors > 0).sum()
    yield "staying", "one_mentor", (n_mentors == 1).sum() / with_one if with_one else np.nan


def _leaving_rows(
    pool: NetworkPool, leaving: Any, gone: np.ndarray, alone: np.ndarray
) -> Iterator[_Row]:
    now, band = leaving.curve.iloc[len(gone)], leaving.band.iloc[len(gone)]
    yield "leaving", "gone", len(gone)
    yield "leaving", "orphans", now["orphans"]
    yield "leaving", "coverage", now["coverage"]
    yield "leaving", "coverage_low", band["coverage_low"]
    yield "leaving", "coverage_high", band["coverage_high"]
    if len(gone) and _can_absorb(pool.network, gone, alone):
        taken = absorb(pool.network, leaving=pool.network.ids[gone].tolist())
        yield "leaving", "placed", taken.n_placed
    yield "leaving", "giant", now["giant"]
    yield "leaving", "giant_share", now["giant_share"]


def _can_absorb(network: MentorNetwork, gone: np.ndarray, alone: np.ndarray) -> bool:
    known = network.is_mentor & ~np.isnan(network.capacity)
    known[gone] = False
    return bool(known.any()) and int(known.sum()) * int(alone.sum()) <= _MOST_PAIRS


def _mixing_rows(staying: MentorNetwork, mixing: Any) -> Iterator[_Row]:
    found = mixing.to_frame().iloc[0]
    yield "mixing", mixing.statistic, found["observed"]
    yield "mixing", f"{mixing.statistic}_expected", found["expected"]
    yield "mixing", f"{mixing.statistic}_sd", found["null_sd"]
    yield "mixing", "z", found["z"]
    yield "mixing", "p_value", found["p_value"]
    index = silos(staying, attribute=mixing.attribute).table.iloc[0]
    yield "mixing", "ei_index", index["ei_index"]
    yield "mixing", "ei_expected", index["ei_expected"]


def _groups(
    network: MentorNetwork, attribute: str, has_left: np.ndarray, alone: np.ndarray
) -> pd.DataFrame:
    codes, levels = network.labels(attribute, who=WHO)
    names = [*map(str, levels), "not known"]
    codes = np.where(codes < 0, len(levels), codes)
    mentor = network.is_mentor & ~has_left
    k = len(names)
    n_mentors = np.bincount(codes[mentor], minlength=k)
    total = np.bincount(codes[mentor], weights=network.load[mentor], minlength=k)
    largest = np.zeros(k, dtype=np.int64)
    np.maximum.at(largest, codes[mentor], network.load[mentor])
    table = pd.DataFrame(
        {
            "group": names,
            "mentors": n_mentors,
            "mean_load": np.divide(total, n_mentors, out=np.full(k, np.nan), where=n_mentors > 0),
            "largest_load": largest,
            "mentees": np.bincount(codes[network.is_mentee & ~has_left], minlength=k),
            "orphans": np.bincount(codes[alone], minlength=k),
        }
    )
    table = table[(table["mentors"] > 0) | (table["mentees"] > 0)]
    known = table.index < len(levels)
    order = np.lexsort([-table["mentors"].to_numpy(), ~known])
    return table.iloc[order].reset_index(drop=True)


def _blocks(staying: MentorNetwork, attribute: str) -> pd.DataFrame:
    codes, levels = staying.labels(attribute, who=WHO)
    pairs = staying.pairs
    first, second = codes[pairs.mentor], codes[pairs.mentee]
    known = (first >= 0) & (second >= 0)
    k = len(levels)
    ties = np.bincount(first[known] * k + second[known], minlength=k * k).reshape(k, k)
    tied = (ties.sum(axis=0) + ties.sum(axis=1)) > 0
    names = [str(level) for level in levels[tied]]
    return pd.DataFrame(ties[np.ix_(tied, tied)], index=names, columns=names)


def _caveats(
    pool: NetworkPool, measure: str, mixing: Any, leaving: Any, remove: int
) -> Iterator[str]:
    network = pool.network
    if measure == "mixing":
        yield from mixing.notes()[:-1]
        yield "more ties within than the null gives is likeness of partners, not its cause"
    else:
        low, high = (leaving.band.iloc[remove][f"coverage_{end}"] for end in ("low", "high"))
        if remove:
            yield (
                f"leaving at random, {low:.1%} to {high:.1%} of mentees would still have a mentor "
                f"(middle 95 % of {leaving.n_draws:,} orders)"
            )
        yield from leaving.notes()[:-2]
    if measure == "load" and np.isnan(network.capacity[network.mentors]).all():
        yield "no capacity known: give capacity= to build_network to see spare places"
    if measure == "ties":
        hidden = len(network.mentors) - (0 if pool.columns is None else len(pool.columns.mentors))
        if hidden:
            yield (
                f"the picture has the {MOST_COLUMNS:,} busiest mentors at most; "
                f"{count(hidden, 'mentor')} not drawn"
            )
    yield f"ties: {network.source}"
