"""Do those who receive also give? And the small patterns that ties make."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ...errors import OptionError
from ..network import MentorNetwork
from ..result import PersonTable, asked

WHO = "reciprocity"
MOST_FOR_TRIADS = 20_000


class DyadCensus(NamedTuple):
    """Pairs of people by the ties between them: both ways, one way, none."""

    mutual: int
    asymmetric: int
    null: int


def dyad_census(network: MentorNetwork) -> DyadCensus:
    """Count pairs tied both ways, one way and not at all.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo", "bo"], "target": ["bo", "ann", "cy"]})
    >>> tuple(dyad_census(MentorNetwork.from_ties(ties, source="self-report")))
    (1, 1, 1)
    """
    n = network.n_people
    n_pairs = len(network.around.indices) // 2
    mutual = network.n_ties - n_pairs if network.directed else n_pairs
    asymmetric = n_pairs - mutual
    return DyadCensus(mutual, asymmetric, n * (n - 1) // 2 - n_pairs)


def reciprocity(network: MentorNetwork) -> PersonTable:
    """Tell how often those who receive also give.

    Parameters
    ----------
    network : MentorNetwork
        Directed, with people who may be on both sides.

    Returns
    -------
    PersonTable
        `measure, value, definition`: the edgewise and the dyadic share, and the dyads behind
        them. The two answer different questions and differ widely: name the one you report.

    Raises
    ------
    OptionError
        If ties have no direction, or nobody is both mentor and mentee, so that no tie could be
        returned.

    References
    ----------
    wasserman1994 : Social network analysis.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo", "bo"], "target": ["bo", "ann", "cy"]})
    >>> found = reciprocity(MentorNetwork.from_ties(ties, source="self-report"))
    >>> found.to_frame()["value"].round(2).tolist()
    [0.67, 0.5, 1.0, 1.0, 1.0]
    """
    if not network.directed or network.two_sided:
        why = "ties have no direction" if not network.directed else "nobody is both"
        raise OptionError(
            f"{WHO}: asks who receives and also gives, but here {why}; reciprocity is not defined."
        )
    census = dyad_census(network)
    edgewise, dyadic = shares_returned(census)
    rows = [
        ("edgewise", edgewise, "share of ties that are returned"),
        ("dyadic", dyadic, "share of tied pairs that are tied both ways"),
        ("mutual", census.mutual, "pairs tied both ways"),
        ("asymmetric", census.asymmetric, "pairs tied one way"),
        ("null", census.null, "pairs not tied"),
    ]
    return PersonTable(
        table=pd.DataFrame(rows, columns=["measure", "value", "definition"]).astype(
            {"value": "float64"}
        ),
        title="Reciprocity",
        said=() if network.n_ties else ("no ties: shares are not defined",),
        keys=("wasserman1994",),
        **asked(WHO, network, {}),
    )


def shares_returned(census: DyadCensus) -> tuple[float, float]:
    """Give edgewise and dyadic reciprocity; NaN without ties.

    Examples
    --------
    >>> shares_returned(DyadCensus(1, 2, 0))
    (0.5, 0.3333333333333333)
    """
    tied = census.mutual + census.asymmetric
    if not tied:
        return float("nan"), float("nan")
    return 2 * census.mutual / (tied + census.mutual), census.mutual / tied


def triad_census(network: MentorNetwork) -> PersonTable:
    """Count how often each of the sixteen patterns of ties among three people occurs.

    Parameters
    ----------
    network : MentorNetwork
        Directed, of up to 20,000 ties.

    Returns
    -------
    PersonTable
        `triad` (in the usual M-A-N names, such as ``"030T"``), `n`.

    Raises
    ------
    OptionError
        If the network has no direction or is larger.

    References
    ----------
    batagelj2001 : A subquadratic triad census algorithm.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "cy"]})
    >>> found = triad_census(MentorNetwork.from_ties(ties, source="self-report")).to_frame()
    >>> found.set_index("triad")["n"]["021C"].item()
    1
    """
    import networkx as nx

    who = "triad_census"
    if not network.directed or network.n_ties > MOST_FOR_TRIADS:
        raise OptionError(
            f"{who}: needs a directed network of up to {MOST_FOR_TRIADS:,} ties; this one is "
            f"{'directed' if network.directed else 'undirected'} with {network.n_ties:,} ties."
        )
    census = nx.triadic_census(network.to_networkx())
    return PersonTable(
        table=pd.DataFrame({"triad": list(census), "n": list(census.values())}),
        title="Triad census",
        keys=("batagelj2001",),
        **asked(who, network, {}),
    )
