"""Circles: groups of five to eight that are mixed on some things, alike on others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from ...rng import child_rng
from ..kernels.circle_swaps import improve_by_swaps
from .circle_weights import pair_weights
from .people import check_people, members_frame, pair_positions

WHO = "form_circles"


def form_circles(
    people: pd.DataFrame,
    *,
    size: tuple[int, int] | int = (5, 8),
    n_circles: int | None = None,
    balance: Sequence[str] = (),
    cohesion: Sequence[str] = (),
    apart: pd.DataFrame | Iterable[tuple[str, str]] = (),
    facilitators: Sequence[str] = (),
    n_starts: int = 20,
    seed: int,
) -> pd.DataFrame:
    r"""Put people into circles that are mixed where they should differ and alike where it helps.

    Parameters
    ----------
    people : pandas.DataFrame
        `person_id` and attributes. With a `role` column, members keep their role (mentor, mentee,
        peer ...), and people whose role is facilitator run circles instead of sitting in them.
    size : (int, int) or int
        Fewest and most members of a circle, its facilitator not counted.
    n_circles : int, optional
        How many circles; when left out, as many as bring sizes nearest the middle of `size`.
    balance : sequence of str
        Columns on which each circle should mirror the whole group: department, gender, level.
    cohesion : sequence of str
        Columns on which a circle's members should be alike: interests, time zone. Tags may be
        lists or ``;``-separated text.
    apart : frame or iterable of pairs of ids
        People who must not share a circle, such as a manager and a report. Holds for facilitators
        as well.
    facilitators : sequence of str
        Who runs the circles, in addition to those whose role says so. Each runs one circle, or up
        to their `capacity` where the people have that column.
    n_starts : int
        How many random starts the search has.
    seed : int
        Decides the starts.

    Returns
    -------
    pandas.DataFrame
        Members rows: `relationship_id`, `person_id`, `role`, `kind`; each circle's facilitator
        first.

    Raises
    ------
    OptionError
        If sizes do not fit the number of people, or a column or person is unknown.
    SchemaError
        If someone stands twice or a used cell is empty.
    EstimationError
        If `apart` can't be kept, or there are too few facilitators.

    Notes
    -----
    The sum over pairs within circles of :math:`\sum_b d_b(i,k) - \sum_c d_c(i,k)` is made as large
    as swaps of two members can make it (anticlustering: a large sum of distances within groups of
    equal size means even counts and equal means). Each column's distances are scaled to a mean of
    1, so columns weigh the same. Facilitators count as members on `cohesion` and not on `balance`.
    The problem is NP-hard; the best of `n_starts` is a local optimum. :func:`circle_bound` tells
    how far from the best possible it can be at most.

    References
    ----------
    papenberg2021 : Using anticlustering to partition data sets into equivalent parts.

    Examples
    --------
    >>> people = pd.DataFrame(
    ...     {"person_id": list("abcdefghijkl"), "site": ["north", "south"] * 6}
    ... )
    >>> circles = form_circles(people, size=(5, 7), balance=["site"], seed=1)
    >>> circles.merge(people).groupby(["relationship_id", "site"]).size().tolist()
    [3, 3, 3, 3]
    """
    everyone = check_people(people, *balance, *cohesion, who=WHO)
    runs = _who_facilitates(everyone, facilitators)
    members, leaders = np.flatnonzero(~runs), np.flatnonzero(runs)
    sizes = circle_sizes(len(members), size=size, n_circles=n_circles, who=WHO)
    if isinstance(n_starts, bool) or not isinstance(n_starts, int) or n_starts < 1:
        raise OptionError(f"{WHO}: `n_starts` must be 1 or more; got {quote(n_starts)}.")
    pairs = pair_positions(apart, everyone["person_id"].tolist(), who=WHO, name="apart")
    weights = pair_weights(
        everyone, balance=balance, cohesion=cohesion, apart=pairs, members=members, who=WHO
    )
    slots = _leader_slots(everyone, leaders, len(sizes))
    people_at = np.concatenate([members, slots])
    kind = np.repeat([0, 1], [len(members), len(slots)])
    circle = _search(
        weights[np.ix_(people_at, people_at)], sizes, kind, n_starts, child_rng(seed, WHO)
    )
    _refuse_together(everyone, people_at, circle, pairs, len(sizes))
    return _members(everyone, people_at, circle, kind, len(sizes))


def circle_sizes(
    n_people: int, *, size: tuple[int, int] | int, n_circles: int | None, who: str
) -> np.ndarray:
    """Split a number of people into circles whose sizes differ by one at most.

    Raises
    ------
    OptionError
        If no number of circles keeps every circle within `size`.

    Examples
    --------
    >>> circle_sizes(20, size=(5, 8), n_circles=None, who="form_circles").tolist()
    [7, 7, 6]
    """
    low, high = (size, size) if isinstance(size, (int, np.integer)) else size
    if not 2 <= low <= high:
        raise OptionError(
            f"{who}: `size` must be fewest and most members, 2 or more; got {quote(size)}."
        )
    fewest, most = -(-n_people // high), n_people // low
    if n_circles is None:
        if fewest > most or not n_people:
            near = [k for k in (n_people // high * high, fewest * low) if k > 0]
            raise OptionError(
                f"{who}: {count(n_people, 'person', 'people')} can't be split into circles of "
                f"{low} to {high}; {' or '.join(map(str, dict.fromkeys(near)))} could. Change "
                "`size`."
            )
        middle = (low + high) / 2
        n_circles = min(range(fewest, most + 1), key=lambda k: (abs(n_people / k - middle), k))
    elif not (n_circles >= 1 and fewest <= n_circles <= most):
        raise OptionError(
            f"{who}: `n_circles` must be {fewest} to {most} for "
            f"{count(n_people, 'person', 'people')} in circles of {low} to {high}; got "
            f"{quote(n_circles)}."
        )
    sizes = np.full(n_circles, n_people // n_circles)
    sizes[: n_people % n_circles] += 1
    return sizes


def _search(
    weights: np.ndarray,
    sizes: np.ndarray,
    kind: np.ndarray,
    n_starts: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Find circles by swaps from random starts; facilitators without one are in circle `k`."""
    k = len(sizes)
    n_slots = int(kind.sum())
    seats = np.repeat(np.arange(k), sizes)
    leads = np.minimum(np.arange(n_slots), k)
    best, best_total = np.empty(0, dtype=np.int64), -np.inf
    for _ in range(n_starts):
        circle = np.concatenate([rng.permutation(seats), rng.permutation(leads)])
        total = improve_by_swaps(weights, circle, kind, k + 1, rng.permutation(len(circle)))
        if total > best_total:
            best, best_total = circle, total
    # number circles by their first member, so that equal circles have equal names
    first = np.full(k + 1, len(best))
    np.minimum.at(first, best[: len(seats)], np.arange(len(seats)))
    rank = np.empty(k + 1, dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(k + 1)
    return rank[best]


def _refuse_together(
    people: pd.DataFrame, people_at: np.ndarray, circle: np.ndarray, apart: np.ndarray, k: int
) -> None:
    for a, b in apart.tolist():
        sits = [set(circle[people_at == person].tolist()) - {k} for person in (a, b)]
        if sits[0] & sits[1]:
            names = [quote(people["person_id"].iloc[person]) for person in (a, b)]
            raise EstimationError(
                f"{WHO}: no circles were found that keep everyone of `apart` apart; {names[0]} and "
                f"{names[1]} still share one. Allow more circles, or drop pairs from `apart`."
            )


def _who_facilitates(people: pd.DataFrame, named: Sequence[str]) -> np.ndarray:
    unknown = sorted(set(named) - set(people["person_id"]))
    if unknown:
        raise OptionError(
            f"{WHO}: `facilitators` must be among the people; {quote(unknown[0])} is not."
        )
    runs = people["person_id"].isin(list(named)).to_numpy()
    if "role" in people:
        runs = runs | people["role"].eq("facilitator").fillna(False).to_numpy(dtype=bool)
    return runs


def _leader_slots(people: pd.DataFrame, leaders: np.ndarray, n_circles: int) -> np.ndarray:
    """Repeat each facilitator for the circles that they can run; empty without facilitators."""
    if not len(leaders):
        return leaders
    places = np.ones(len(leaders), dtype=np.int64)
    if "capacity" in people:
        room = pd.to_numeric(people["capacity"].iloc[leaders], errors="coerce")
        places = room.fillna(1).to_numpy(dtype=np.int64)
    if places.sum() < n_circles:
        raise EstimationError(
            f"{WHO}: {count(n_circles, 'circle')} need a facilitator each; "
            f"{count(len(leaders), 'facilitator')} can run {places.sum()}. Name more, raise their "
            "`capacity`, or allow larger circles."
        )
    return np.repeat(leaders, np.minimum(places, n_circles))


def _members(
    people: pd.DataFrame, people_at: np.ndarray, circle: np.ndarray, kind: np.ndarray, k: int
) -> pd.DataFrame:
    used = circle < k
    order = np.lexsort((people_at, -kind, circle))
    order = order[used[order]]
    roles = np.full(len(people_at), "peer", dtype=object)
    if "role" in people:
        roles = people["role"].fillna("peer").to_numpy(object)[people_at]
    roles[kind == 1] = "facilitator"
    ids = people["person_id"].to_numpy(object)[people_at]
    return members_frame("circle", circle[order], ids[order], roles[order])
