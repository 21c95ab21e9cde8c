"""Do departments mix?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, count
from ..network import MentorNetwork
from ..result import NetworkResult, asked
from .communities import modularity
from .labeled import Labeled, label_ties

WHO = "silos"


@dataclass(frozen=True, eq=False, repr=False)
class Silos(NetworkResult):
    """How far ties stay within groups, for all and for each group.

    Attributes
    ----------
    table : pandas.DataFrame
        The first row is for all, then one a group: `group`, `n_people`, `internal` and `external`
        ties, `ei_index`, `ei_expected` (if ties were spread evenly over the pairs that could be
        tied), `note`.
    attribute : str
        The grouping.
    assortativity, modularity : float
        The same question in two other scales; NaN where not defined.
    n_unknown : int
        Ties left out because a group is missing.
    """

    table: pd.DataFrame
    attribute: str
    assortativity: float
    modularity: float
    n_unknown: int

    plotter: ClassVar[str] = "mentorlab.plots.network:silos"
    references: ClassVar[tuple[str, ...]] = ("krackhardt1988", "newman2003")

    def to_frame(self) -> pd.DataFrame:
        """Give all and each group."""
        return self.table.copy()

    def headline(self) -> str:
        """The index for all."""
        row = self.table.iloc[0]
        return (
            f"Ties between groups of {self.attribute}: E-I index {row['ei_index']:.3f}, "
            f"{row['ei_expected']:.3f} if ties were spread evenly"
        )

    def notes(self) -> tuple[str, ...]:
        """How to read the index."""
        said = [
            "E-I index: (external - internal) / all ties; -1 all within, 1 all between",
            f"assortativity {self.assortativity:.3f}, modularity {self.modularity:.3f}"
            if not np.isnan(self.assortativity)
            else "assortativity not defined: all ties have one group at an end",
            "whether it could be chance: homophily(..., null=...)",
        ]
        if self.n_unknown:
            said.append(f"{count(self.n_unknown, 'tie')} left out: {self.attribute} is missing")
        return (*said, *super().notes())


def silos(network: MentorNetwork, *, attribute: str) -> Silos:
    """Tell whether departments (fields, sites, genders) mix or keep to themselves.

    Parameters
    ----------
    network : MentorNetwork
        Any network; ties count as 1.
    attribute : str
        Column of people with the group.

    Returns
    -------
    Silos

    Raises
    ------
    OptionError
        If people have no such attribute.
    EstimationError
        If no tie has a group at both ends, or all people are of one group, so that no tie could
        cross.

    Notes
    -----
    The expected index spreads ties evenly over the pairs that could be tied (mentor-mentee pairs
    in a pool, all ordered pairs where people are on both sides) among people whose group is known;
    it depends on group sizes only. A group's row counts ties with at least one end in the group.
    Assortativity is Newman's, on ties as directed.

    References
    ----------
    krackhardt1988 : Informal networks and organizational crises.
    newman2003 : Mixing patterns in networks.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "ann", "bo"], "mentee_id": ["cy", "di", "di"]})
    >>> people = pd.DataFrame(
    ...     {"person_id": ["ann", "bo", "cy", "di"], "unit": ["x", "y", "x", "y"]}
    ... )
    >>> network = MentorNetwork.from_ties(ties, source="program records", people=people)
    >>> silos(network, attribute="unit").to_frame()["ei_index"].round(3).tolist()
    [-0.333, 0.0, 0.0]
    """
    labeled = label_ties(network, attribute, who=WHO)
    if len(labeled.levels) < 2:
        raise EstimationError(
            f"{WHO}: everybody has one value of '{attribute}' "
            f"({labeled.levels[0]!r}), so no tie could cross: not defined."
        )
    rows = [_row("all", labeled, None)]
    rows += [_row(str(name), labeled, code) for code, name in enumerate(labeled.levels)]
    return Silos(
        table=pd.DataFrame(rows),
        attribute=attribute,
        assortativity=assortativity(*labeled.ends()),
        modularity=_partition_quality(network, labeled),
        n_unknown=labeled.n_unknown,
        **asked(WHO, network, {"attribute": attribute}),
    )


def assortativity(first: np.ndarray, second: np.ndarray) -> float:
    """Compute Newman's coefficient from group codes at the two ends; NaN when all are alike.

    Examples
    --------
    >>> assortativity(np.array([0, 1]), np.array([0, 1]))
    1.0
    """
    k = int(max(first.max(), second.max())) + 1
    share_first = np.bincount(first, minlength=k) / len(first)
    share_second = np.bincount(second, minlength=k) / len(second)
    by_chance = float(share_first @ share_second)
    if by_chance >= 1 - 1e-12:
        return float("nan")
    return float(((first == second).mean() - by_chance) / (1 - by_chance))


def _partition_quality(network: MentorNetwork, labeled: Labeled) -> float:
    """Modularity of the grouping on distinct contacts whose groups are known."""
    ties = network.around
    first = np.repeat(np.arange(network.n_people), np.diff(ties.indptr))
    code = labeled.codes
    once = (first < ties.indices) & (code[first] >= 0) & (code[ties.indices] >= 0)
    first, second = first[once], ties.indices[once]
    return modularity(first, second, np.ones(len(first)), code)


def _row(name: str, labeled: Labeled, code: int | None) -> dict[str, object]:
    a, b = labeled.mentor_code, labeled.mentee_code
    mine = np.ones(len(a), dtype=bool) if code is None else (a == code) | (b == code)
    internal = int((a == b)[mine].sum())
    total = int(mine.sum())
    possible_same, possible = labeled.possible(code)
    known = labeled.codes >= 0 if code is None else labeled.codes == code
    return {
        "group": name,
        "n_people": int(known.sum()),
        "internal": internal,
        "external": total - internal,
        "ei_index": (total - 2 * internal) / total if total else np.nan,
        "ei_expected": (possible - 2 * possible_same) / possible if possible else np.nan,
        "note": "" if total else "no ties",
    }
