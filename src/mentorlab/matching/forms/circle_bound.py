"""How good circles could be at best."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count
from ...provenance import Provenance
from ...result import Result
from .circle_weights import pair_weights
from .people import check_members, check_people, pair_positions

WHO = "circle_bound"
MOST_PEOPLE = 40


@dataclass(frozen=True, eq=False, repr=False)
class CircleBound(Result):
    """How good circles are beside the best that any circles of these sizes could be.

    Attributes
    ----------
    value : float
        Sum over pairs within circles, larger is better.
    bound : float
        No circles of these sizes have more.
    proven : bool
        Whether the bound was reached by some circles, so that it is the optimum.
    n_people : int
        People seated.
    """

    value: float
    bound: float
    proven: bool
    n_people: int

    references: ClassVar[tuple[str, ...]] = ("papenberg2021",)

    def to_frame(self) -> pd.DataFrame:
        """Give value, bound and gap as one row."""
        row = {"value": self.value, "bound": self.bound, "gap": self.bound - self.value}
        return pd.DataFrame([row | {"proven": self.proven}])

    def headline(self) -> str:
        """What the bound is worth."""
        kind = "the optimum" if self.proven else "an upper bound"
        return f"Circles of {count(self.n_people, 'person', 'people')} beside {kind}"


def circle_bound(
    members: pd.DataFrame,
    people: pd.DataFrame,
    *,
    balance: Sequence[str] = (),
    cohesion: Sequence[str] = (),
    apart: pd.DataFrame | Iterable[tuple[str, str]] = (),
    seconds: float = 30.0,
) -> CircleBound:
    r"""Tell how much better any circles of the same sizes could be.

    Parameters
    ----------
    members : pandas.DataFrame
        From `form_circles`.
    people, balance, cohesion, apart
        As given to `form_circles`.
    seconds : float
        When to stop searching; the bound holds all the same.

    Returns
    -------
    CircleBound

    Raises
    ------
    OptionError
        With more than 40 people, whose bound is out of reach.
    EstimationError
        If sizes differ by more than one, or no bound was found in time.

    Notes
    -----
    An integer program over pairs: :math:`y_{ik} = 1` where two people share a circle, with
    :math:`y_{ik} + y_{kl} - y_{il} \le 1` for every three, each person's number of companions
    within the sizes, and as many pairs as the sizes make (which, for sizes that differ by one,
    fixes how many circles of each size there are). Solved by HiGHS.

    References
    ----------
    papenberg2021 : Using anticlustering to partition data sets into equivalent parts.

    Examples
    --------
    >>> from mentorlab.matching.forms.circles import form_circles
    >>> people = pd.DataFrame({"person_id": list("abcdef"), "age": [30, 31, 32, 40, 41, 42]})
    >>> circles = form_circles(people, size=3, balance=["age"], seed=1)
    >>> result = circle_bound(circles, people, balance=["age"])
    >>> result.proven, bool(np.isclose(result.value, result.bound))
    (True, True)
    """
    rows = check_members(members, who=WHO)
    rows = rows[rows["role"] != "facilitator"]
    seated = check_people(people, *balance, *cohesion, who=WHO)
    seated = seated[seated["person_id"].isin(rows["person_id"])].reset_index(drop=True)
    absent = set(rows["person_id"]) - set(seated["person_id"])
    if absent:
        raise OptionError(f"{WHO}: `people` lacks {count(len(absent), 'member')} of the circles.")
    if len(seated) > MOST_PEOPLE:
        raise OptionError(
            f"{WHO}: takes at most {MOST_PEOPLE} people; got {len(seated)}. Compare several seeds "
            "of form_circles instead."
        )
    circle = pd.factorize(rows.set_index("person_id")["relationship_id"].loc[seated["person_id"]])[
        0
    ]
    ids = seated["person_id"].tolist()
    pairs = pair_positions(apart, [*ids, *_others(people, ids)], who=WHO, name="apart")
    own = pairs[(pairs < len(ids)).all(axis=1)]
    weights = pair_weights(seated, balance=balance, cohesion=cohesion, apart=own[:0], who=WHO)
    value = float(weights[circle[:, None] == circle[None, :]].sum() / 2)
    bound, proven = _solve(weights, np.bincount(circle), own, seconds)
    return CircleBound(
        value=value,
        bound=bound,
        proven=proven,
        n_people=len(ids),
        provenance=Provenance(WHO, {"balance": tuple(balance), "cohesion": tuple(cohesion)}),
    )


def _others(people: pd.DataFrame, ids: Sequence[str]) -> list[str]:
    return [person for person in people["person_id"].astype(str) if person not in set(ids)]


def _solve(
    weights: np.ndarray, sizes: np.ndarray, apart: np.ndarray, seconds: float
) -> tuple[float, bool]:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    if np.ptp(sizes) > 1:
        raise EstimationError(
            f"{WHO}: sizes must differ by one at most; got {sizes.min()} to {sizes.max()}."
        )
    n = len(weights)
    pairs = list(combinations(range(n), 2))
    at = {pair: place for place, pair in enumerate(pairs)}
    entries = []
    n_rows = 0
    for i, k, m in combinations(range(n), 3):
        three = (at[i, k], at[k, m], at[i, m])
        for out in three:
            entries += [(n_rows, place, -1.0 if place == out else 1.0) for place in three]
            n_rows += 1
    n_threes = n_rows
    for place, (i, k) in enumerate(pairs):
        entries += [(n_rows + i, place, 1.0), (n_rows + k, place, 1.0), (n_rows + n, place, 1.0)]
    low = np.full(n_rows + n + 1, -np.inf)
    high = np.ones(n_rows + n + 1)
    low[n_threes:-1], high[n_threes:-1] = sizes.min() - 1, sizes.max() - 1
    low[-1] = high[-1] = (sizes * (sizes - 1) // 2).sum()
    row, column, entry = map(np.array, zip(*entries, strict=True))
    matrix = csr_array((entry, (row, column)), shape=(len(low), len(pairs)))
    most = np.ones(len(pairs))
    most[[at[min(pair), max(pair)] for pair in apart.tolist()]] = 0.0
    solved = milp(
        -np.array([weights[pair] for pair in pairs]),
        integrality=np.ones(len(pairs)),
        bounds=Bounds(0.0, most),
        constraints=LinearConstraint(matrix, low, high),
        options={"time_limit": float(seconds)},
    )
    if solved.mip_dual_bound is None:
        raise EstimationError(f"{WHO}: no bound was found ({solved.message}). Give more `seconds`.")
    proven = solved.status == 0
    return float(-solved.fun if proven else -solved.mip_dual_bound), proven
