"""Who stands between departments, and in which role."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import EstimationError
from ..network import MentorNetwork
from ..result import PersonTable, asked
from .structural_holes import KEYS, hole_measures

WHO = "brokerage"
ROLES = ("coordinator", "consultant", "representative", "gatekeeper", "liaison")
_WITHIN = "coordinator: all three of one group; consultant: two of one group through another"
_ACROSS = (
    "representative: own group to another; gatekeeper: another group to the own; liaison: "
    "three groups"
)


def brokerage(
    network: MentorNetwork, *, attribute: str | None = None, weighted: bool = True
) -> PersonTable:
    """Tell who connects people and departments that are not tied otherwise.

    Parameters
    ----------
    network : MentorNetwork
        Any network; see `structural_holes` for pools.
    attribute : str, optional
        Column of people with their group (department); then brokerage roles are counted.
    weighted : bool
        Whether stronger ties count for more in Burt's measures.

    Returns
    -------
    PersonTable
        One row a person: Burt's measures as in `structural_holes`; with `attribute` also
        `coordinator`, `consultant`, `representative`, `gatekeeper`, `liaison`, `unknown` (a group
        of the three is missing), `open_paths` (all of them) and, for each role,
        `expected_<role>`.

    Raises
    ------
    OptionError
        If people have no such attribute.
    EstimationError
        If nobody has a value of it.

    Notes
    -----
    Roles follow Gould and Fernandez: person v brokers from a to b when ties a to v and v to b are
    there and a to b is not; in an undirected network each path counts in both directions.
    Expectations hold the ties and shuffle the groups among all whose group is known: a path's
    chance of a role depends on group sizes alone, so they are exact.

    References
    ----------
    gould1989 : Structures of mediation.
    burt1992 : Structural holes.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "cy"]})
    >>> people = pd.DataFrame({"person_id": ["ann", "bo", "cy"], "unit": ["x", "x", "y"]})
    >>> network = MentorNetwork.from_ties(ties, source="self-report", people=people)
    >>> brokerage(network, attribute="unit").to_frame()["representative"].tolist()
    [0, 1, 0]
    """
    table = hole_measures(network, weighted=weighted)
    said, keys = ["constraint, effective_size, efficiency, hierarchy: Burt's measures"], KEYS
    if attribute is not None:
        roles, expected = brokerage_roles(network, attribute=attribute)
        table = pd.concat([table.drop(columns="note"), roles, expected, table[["note"]]], axis=1)
        said += [_WITHIN, _ACROSS, f"expected: if {attribute} were shuffled among people"]
        keys = (*KEYS, "gould1989")
    return PersonTable(
        table=table,
        title=f"Brokerage of {network.n_people:,} people"
        + (f" between groups of {attribute}" if attribute else ""),
        picture="mentorlab.plots.network:brokerage" if attribute else "",
        said=tuple(said),
        keys=keys,
        **asked(WHO, network, {"attribute": attribute, "weighted": weighted}),
    )


def brokerage_roles(network: MentorNetwork, *, attribute: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Count open two-step paths through each person by role, beside what chance would give."""
    from ..kernels.ego import brokerage_counts

    codes, levels = network.labels(attribute, who=WHO)
    if not len(levels):
        raise EstimationError(f"{WHO}: nobody has a value of '{attribute}'.")
    out, into = network.out, network.into
    counts = brokerage_counts(out.indptr, out.indices, into.indptr, into.indices, codes)
    roles = pd.DataFrame(counts, columns=[*ROLES, "unknown"])
    total = counts.sum(axis=1)
    known = total - roles["unknown"].to_numpy()
    chances = role_chances(np.bincount(codes[codes >= 0]))
    expected = pd.DataFrame(known[:, None] * chances, columns=[f"expected_{r}" for r in ROLES])
    return roles.assign(open_paths=total), expected


def role_chances(sizes: np.ndarray) -> np.ndarray:
    """Give the chance of each role for three different people whose groups are shuffled.

    Examples
    --------
    >>> role_chances(np.array([1, 1, 1])).tolist()
    [0.0, 0.0, 0.0, 0.0, 1.0]
    """
    n = sizes.sum().astype(float)
    triples = n * (n - 1) * (n - 2)
    if triples <= 0:
        return np.full(len(ROLES), np.nan)
    pairs = (sizes * (sizes - 1)).astype(float)
    same = float((pairs * (sizes - 2)).sum() / triples)
    two = float((pairs * (n - sizes)).sum() / triples)
    return np.array([same, two, two, two, 1 - same - 3 * two])
