"""Reverse mentoring: who is more junior teaches who is more senior."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from ..market.encoding import code_lists
from .people import check_people, level_numbers, members_frame, pair_positions

WHO = "pair_reverse"
MOST_PEOPLE = 1_000


def pair_reverse(
    people: pd.DataFrame,
    *,
    level: str = "level",
    levels: Sequence[str] | None = None,
    min_gap: float = 1,
    wants: str | None = None,
    has: str | None = None,
    apart: pd.DataFrame | Iterable[tuple[str, str]] = (),
) -> pd.DataFrame:
    """Pair people across levels, the junior one as the mentor.

    Parameters
    ----------
    people : pandas.DataFrame
        `person_id`, the level, and attributes. Everyone may turn out mentor or mentee.
    level : str
        Column of career levels: numbers, an ordered categorical, or words.
    levels : sequence of str, optional
        The words from junior to senior, where levels are words.
    min_gap : float
        Fewest levels between partners; a level apart with words.
    wants, has : str, optional
        List columns: what the senior partner wants to learn, and what the junior one knows. A pair
        is worth the share of the senior's wants that are met; without them all pairs are alike.
    apart : frame or iterable of pairs of ids
        People who must not be paired, such as a manager and a report.

    Returns
    -------
    pandas.DataFrame
        Members rows: `relationship_id`, `person_id`, `role` (the junior is the mentor), `kind`,
        `level_gap` (the senior's level minus the junior's), `match` (share of wants met). Who
        stays over has no row.

    Raises
    ------
    OptionError
        If a column is unknown, only one of `wants` and `has` is given, levels have no order, or
        there are too many people.
    SchemaError
        If someone stands twice or a level is empty.

    Notes
    -----
    As many pairs as possible; among these the largest sum of `match`, by maximum weight matching
    in a general graph (blossom algorithm), since someone in the middle may teach upward or learn
    from below. Without `wants` and `has`, small gaps win over large ones among equals.

    References
    ----------
    edmonds1965 : Paths, trees, and flowers.

    Examples
    --------
    >>> people = pd.DataFrame(
    ...     {"person_id": ["ann", "bo", "cy"], "level": [1, 5, 2],
    ...      "knows": ["video", "law", "law"], "asks": ["", "video", ""]}
    ... )
    >>> pairs = pair_reverse(people, wants="asks", has="knows")
    >>> pairs[["person_id", "role"]].values.tolist()
    [['ann', 'mentor'], ['bo', 'mentee']]
    """
    import networkx as nx

    if (wants is None) != (has is None):
        raise OptionError(f"{WHO}: give both `wants` and `has`, or neither.")
    if not min_gap > 0:
        raise OptionError(f"{WHO}: `min_gap` must be more than 0; got {quote(min_gap)}.")
    everyone = check_people(people, level, who=WHO)
    for name in (wants, has):
        if name is not None and name not in everyone:
            raise OptionError(f"{WHO}: `people` has no column {quote(name)}.")
    if len(everyone) > MOST_PEOPLE:
        raise OptionError(
            f"{WHO}: takes at most {MOST_PEOPLE:,} people; got {len(everyone):,}. Pair site by "
            "site."
        )
    height = level_numbers(everyone, column=level, levels=levels, who=WHO)
    gap = height[None, :] - height[:, None]  # [junior, senior]
    match = _met(everyone, wants, has)
    allowed = gap >= min_gap
    ids = everyone["person_id"].tolist()
    for a, b in pair_positions(apart, ids, who=WHO, name="apart").tolist():
        allowed[a, b] = allowed[b, a] = False
    nearness = 1e-9 * (1 - gap / max(float(gap.max()), 1.0))
    graph = nx.Graph()
    for junior, senior in np.argwhere(allowed).tolist():
        weight = match[junior, senior] + nearness[junior, senior]
        graph.add_edge(junior, senior, weight=float(weight), junior=junior)
    chosen = []
    for pair in nx.max_weight_matching(graph, maxcardinality=True):
        junior = graph.edges[pair]["junior"]
        chosen.append((junior, pair[0] if pair[1] == junior else pair[1]))
    chosen.sort()
    return members_frame(
        "reverse",
        np.repeat(np.arange(len(chosen)), 2),
        [ids[person] for pair in chosen for person in pair],
        ["mentor", "mentee"] * len(chosen),
        level_gap=np.repeat([float(gap[pair]) for pair in chosen], 2),
        match=np.repeat([float(match[pair]) for pair in chosen], 2),
    )


def _met(people: pd.DataFrame, wants: str | None, has: str | None) -> np.ndarray:
    """Tell the share of the senior's wants that the junior meets, [junior, senior]."""
    n = len(people)
    if wants is None or has is None:
        return np.zeros((n, n))
    asked, known = (x.astype(np.float64) for x in code_lists(people[wants], people[has]))
    n_asked = asked.sum(axis=1)
    return np.where(n_asked > 0, (known @ asked.T) / np.maximum(n_asked, 1.0), 0.0)
