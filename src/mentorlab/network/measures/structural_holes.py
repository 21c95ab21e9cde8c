"""Burt's measures: how far a person's contacts are tied to each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..network import MentorNetwork
from ..result import PersonTable, asked

WHO = "structural_holes"
KEYS = ("burt1992", "borgatti1997")


def structural_holes(network: MentorNetwork, *, weighted: bool = True) -> PersonTable:
    """Tell whose contacts do not know each other, so that news and chances pass through them.

    Parameters
    ----------
    network : MentorNetwork
        Any network; a pool of mentors is best projected first (`network.project("mentors")`),
        since mentors' contacts in the pool itself are never tied.
    weighted : bool
        Whether stronger ties count for more; otherwise each tie counts as 1.

    Returns
    -------
    PersonTable
        One row a person: `person_id`, `n_contacts`, `constraint` (low: many structural holes),
        `effective_size`, `efficiency`, `hierarchy`; all missing for people without a tie, with
        the reason in `note`.

    Notes
    -----
    With :math:`a_{ij}` the weight of a tie, :math:`p_{ij} = (a_{ij} + a_{ji}) / \\sum_k (a_{ik} +
    a_{ki})` and :math:`m_{jq} = (a_{jq} + a_{qj}) / \\max_k (a_{jk} + a_{kj})`,

    .. math:: c_{ij} = \\Big(p_{ij} + \\sum_{q \\ne i, j} p_{iq} p_{qj}\\Big)^2, \\quad
              c_i = \\sum_{j \\in N(i)} c_{ij}, \\quad
              e_i = \\sum_{j \\in N(i)} \\Big(1 - \\sum_{q \\ne i, j} p_{iq} m_{jq}\\Big),

    efficiency :math:`e_i / |N(i)|`, and hierarchy :math:`\\sum_j r_j \\ln r_j / (N \\ln N)` with
    :math:`r_j = c_{ij} N / c_i` (1 for a single contact). :math:`N(i)` holds everyone tied to i in
    either direction, so mentees, who only receive, have values. Ties of weight 0 do not count.

    References
    ----------
    burt1992 : Structural holes.
    borgatti1997 : Structural holes: unpacking Burt's redundancy measures.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "ann", "bo"], "target": ["bo", "cy", "cy"]})
    >>> network = MentorNetwork.from_ties(ties, source="self-report", directed=False)
    >>> structural_holes(network).to_frame()["constraint"].round(3).tolist()
    [1.125, 1.125, 1.125]
    """
    return PersonTable(
        table=hole_measures(network, weighted=weighted),
        title=f"Structural holes around {network.n_people:,} people",
        said=(
            "constraint: high when a person's contacts are few or tied to each other",
            "effective_size: contacts less their redundancy; efficiency: per contact",
            f"ties {'weighted' if weighted else 'counted as 1 each'}, both directions added",
        ),
        keys=KEYS,
        **asked(WHO, network, {"weighted": weighted}),
    )


def hole_measures(network: MentorNetwork, *, weighted: bool) -> pd.DataFrame:
    """Compute the table of `structural_holes`."""
    from ..kernels.ego import structural_holes as kernel

    ties = network.around if weighted else network.contacts
    measures = kernel(ties.indptr, ties.indices, ties.weight)
    n_contacts = np.diff(np.append(0, np.cumsum(ties.weight > 0))[ties.indptr])
    alone = n_contacts == 0
    return pd.DataFrame(
        {
            "person_id": network.people["person_id"].array,
            "n_contacts": n_contacts,
            "constraint": measures[:, 0],
            "effective_size": measures[:, 1],
            "efficiency": np.where(alone, np.nan, measures[:, 1] / np.maximum(n_contacts, 1)),
            "hierarchy": measures[:, 2],
            "note": np.where(alone, "no contact: not defined", ""),
        }
    )
