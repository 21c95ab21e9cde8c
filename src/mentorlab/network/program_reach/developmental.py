"""Developmental networks: how diverse and how strong the support around each mentee is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, quote
from ...options import check_option
from ..choices import Diversity
from ..measures.load import need_direction
from ..measures.structural_holes import hole_measures
from ..network import MentorNetwork
from ..result import NetworkResult, PersonTable, asked

WHO = "developmental_networks"
TYPES = {
    (False, False): "receptive",
    (False, True): "traditional",
    (True, False): "opportunistic",
    (True, True): "entrepreneurial",
}
_DIVERSITY = {
    "range": "number of different values of {system} among developers",
    "blau": "chance that two developers drawn with replacement differ in {system}",
    "nonredundancy": "Burt's efficiency: share of developers not tied to each other",
}


@dataclass(frozen=True, eq=False, repr=False)
class DevelopmentalNetworks(NetworkResult):
    """The four types of Higgins and Kram, with the cuts that made them.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a person with a developer: `person_id`, `n_developers`, `diversity`, `strength`
        (mean weight of the ties), `high_diversity`, `high_strength`, `type`, `note` (why there is
        no type; empty otherwise).
    cut_diversity, cut_strength : float
        Above is high.
    by_median : tuple of bool
        Whether each cut is the median of these people rather than given.
    meaning : str
        What diversity counts.
    """

    table: pd.DataFrame
    cut_diversity: float
    cut_strength: float
    by_median: tuple[bool, bool]
    meaning: str

    plotter: ClassVar[str] = "mentorlab.plots.network_lines:developmental_networks"
    references: ClassVar[tuple[str, ...]] = ("higgins2001",)
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a person."""
        return self.table.copy()

    def headline(self) -> str:
        """How many of each type."""
        counts = self.table["type"].value_counts()
        said = ", ".join(f"{name} {counts.get(name, 0):,}" for name in TYPES.values())
        return f"Developmental networks of {len(self.table):,} people: {said}"

    def notes(self) -> tuple[str, ...]:
        """The cuts, and what they are worth."""
        cuts = []
        for name, cut, median in zip(
            ("diversity", "strength"),
            (self.cut_diversity, self.cut_strength),
            self.by_median,
            strict=True,
        ):
            cuts.append(f"{name} above {cut:g}" + (" (median)" if median else ""))
        said = [f"diversity: {self.meaning}", f"high: {'; '.join(cuts)}"]
        if any(self.by_median):
            said.append("a median cut says who has more than others here, not how much is enough")
        if (self.table["strength"].nunique() or 0) <= 1:
            said.append("all ties are equally strong here, so nobody counts as high in strength")
        return (*said, *super().notes())

    def _display_frame(self) -> pd.DataFrame:
        grouped = self.table.groupby("type")
        return pd.DataFrame(
            {
                "people": grouped.size(),
                "developers": grouped["n_developers"].mean(),
                "diversity": grouped["diversity"].mean(),
                "strength": grouped["strength"].mean(),
            }
        ).reset_index()


def developmental_networks(
    network: MentorNetwork,
    *,
    system: str | None = None,
    diversity: Diversity = "range",
    cut_diversity: float | None = None,
    cut_strength: float | None = None,
) -> DevelopmentalNetworks:
    """Tell who is supported by a diverse and strong set of developers, and who by one voice.

    Parameters
    ----------
    network : MentorNetwork
        Ties from developers (mentors, sponsors, peers who help) to people, such as
        ``MentorNetwork.from_ties(program.ties, source="self-report")``; a tie's weight is its
        strength.
    system : str, optional
        Column of people with the social system a developer belongs to (department, site); needed
        by ``"range"`` and ``"blau"``.
    diversity : {"range", "blau", "nonredundancy"}
        How diversity is measured.
    cut_diversity, cut_strength : float, optional
        Above is high; the median of these people when left out.

    Returns
    -------
    DevelopmentalNetworks

    Raises
    ------
    OptionError
        If `system` is missing or unknown, or a cut is not a number.
    EstimationError
        If nobody has a developer.

    Notes
    -----
    Low diversity and strength make a receptive network, strength alone a traditional one,
    diversity alone an opportunistic one, both an entrepreneurial one. Higgins and Kram give no
    cuts: types depend on those chosen, so report them. Developers whose system is missing count
    for strength but not for diversity.

    References
    ----------
    higgins2001 : Reconceptualizing mentoring at work: a developmental network perspective.

    Examples
    --------
    >>> ties = pd.DataFrame(
    ...     {"source": ["ann", "bo", "ann"], "target": ["cy", "cy", "di"], "weight": [3, 3, 1]}
    ... )
    >>> people = pd.DataFrame({"person_id": ["ann", "bo", "cy", "di"], "unit": list("xyxx")})
    >>> network = MentorNetwork.from_ties(ties, source="self-report", people=people)
    >>> found = developmental_networks(network, system="unit")
    >>> found.to_frame()["type"].tolist()
    ['entrepreneurial', 'receptive']
    """
    need_direction(network, who=WHO)
    check_option(diversity, Diversity, who=WHO, name="diversity")
    n_developers = np.diff(network.into.indptr)
    if not n_developers.any():
        raise EstimationError(f"{WHO}: nobody has a developer; the network has {network.size()}.")
    row = np.repeat(np.arange(network.n_people), n_developers)
    total = np.bincount(row, weights=network.into.weight, minlength=network.n_people)
    supported = n_developers > 0
    table = pd.DataFrame(
        {
            "person_id": network.ids,
            "n_developers": n_developers,
            "diversity": _diversity(network, system, diversity),
            "strength": total / np.maximum(n_developers, 1),
        }
    )[supported].reset_index(drop=True)
    cuts = [
        _cut(table[name], given, name)
        for name, given in (("diversity", cut_diversity), ("strength", cut_strength))
    ]
    table = _with_types(table, cuts[0], cuts[1])
    parameters = {
        "system": system,
        "diversity": diversity,
        "cut_diversity": cuts[0],
        "cut_strength": cuts[1],
    }
    return DevelopmentalNetworks(
        table=table,
        cut_diversity=cuts[0],
        cut_strength=cuts[1],
        by_median=(cut_diversity is None, cut_strength is None),
        meaning=_DIVERSITY[diversity].format(system=system),
        **asked(WHO, network, parameters),
    )


def _diversity(network: MentorNetwork, system: str | None, diversity: str) -> np.ndarray:
    if diversity == "nonredundancy":
        return hole_measures(network, weighted=False)["efficiency"].to_numpy()
    if system is None:
        raise OptionError(
            f"{WHO}: diversity={diversity!r} needs `system`, the column of people with the "
            "department or site of developers; or give diversity='nonredundancy'."
        )
    from scipy.sparse import coo_array

    codes, levels = network.labels(system, who=WHO)
    mentor, mentee, _ = network.pairs
    known = codes[mentor] >= 0
    n = network.n_people
    shape = (n, max(len(levels), 1))
    table = coo_array(
        (np.ones(int(known.sum())), (mentee[known], codes[mentor[known]])), shape=shape
    ).tocsr()
    n_known = np.asarray(table.sum(axis=1)).ravel()
    if diversity == "range":
        found = np.diff(table.indptr).astype(float)
    else:
        squares = np.asarray(table.multiply(table).sum(axis=1)).ravel()
        found = 1 - squares / np.maximum(n_known, 1) ** 2
    return np.where(n_known > 0, found, np.nan)


def _cut(values: pd.Series, given: float | None, name: str) -> float:
    if given is None:
        return float(values.median())
    if isinstance(given, bool) or not isinstance(given, (int, float, np.number)):
        raise OptionError(f"{WHO}: `cut_{name}` must be a number; got {quote(given)}.")
    return float(given)


def _with_types(table: pd.DataFrame, cut_diversity: float, cut_strength: float) -> pd.DataFrame:
    diverse = (table["diversity"] > cut_diversity).to_numpy()
    strong = (table["strength"] > cut_strength).to_numpy()
    unknown = table["diversity"].isna().to_numpy()
    types = [TYPES[pair] for pair in zip(diverse.tolist(), strong.tolist(), strict=True)]
    return table.assign(
        high_diversity=diverse,
        high_strength=strong,
        type=pd.Series(types, dtype="str").mask(unknown),
        note=np.where(unknown, "no developer's system is known: diversity is not defined", ""),
    )


def exposure(network: MentorNetwork, *, acts: pd.DataFrame | None = None) -> PersonTable:
    """Tell how many people each mentee could meet through the mentor, and whom they were led to.

    Parameters
    ----------
    network : MentorNetwork
        With as many ties around mentors as are known: the larger network, not the pairs alone.
    acts : pandas.DataFrame, optional
        The acts table, for introductions and nominations actually made.

    Returns
    -------
    PersonTable
        One row a mentee with a mentor: `person_id`, `n_mentors`, `own_contacts`,
        `gained_reach` (people tied to a mentor of theirs but not to them); with `acts`,
        `n_introductions` and `n_nominations` made for them by their mentors.

    Raises
    ------
    SchemaError
        If `acts` breaks the data model.
    EstimationError
        If no mentee has a mentor.

    Notes
    -----
    Reach gained is a possibility, introductions are acts. An act without `to` counts for the
    mentees whom the giver mentors only if there is one such mentee.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "ann", "bo"], "target": ["cy", "di", "di"]})
    >>> found = exposure(MentorNetwork.from_ties(ties, source="records")).to_frame()
    >>> found[["person_id", "gained_reach"]].to_numpy().tolist()
    [['cy', 1], ['di', 1]]
    """
    from ..kernels.paths import reach_through

    who = "exposure"
    need_direction(network, who=who)
    n_mentors = np.diff(network.into.indptr)
    mentees = np.flatnonzero(n_mentors)
    if not len(mentees):
        raise EstimationError(f"{who}: no mentee has a mentor; the network has {network.size()}.")
    into, around = network.into, network.around
    gained = reach_through(into.indptr, into.indices, around.indptr, around.indices, mentees)
    table = pd.DataFrame(
        {
            "person_id": network.ids[mentees],
            "n_mentors": n_mentors[mentees],
            "own_contacts": np.diff(around.indptr)[mentees],
            "gained_reach": gained,
        }
    )
    said = ["gained_reach: people tied to one's mentors but not to oneself"]
    if acts is not None:
        made, unclear = _acts_for(network, acts, who)
        table = table.assign(**{f"n_{act}s": counts[mentees] for act, counts in made.items()})
        if unclear:
            said.append(f"{count(unclear, 'act')} left out: not by a mentor, or for nobody named")
    return PersonTable(
        table=table,
        title=f"Exposure of {count(len(mentees), 'mentee')}: on average "
        f"{gained.mean():.1f} people more through their mentors",
        said=tuple(said),
        keys=("higgins2001",),
        **asked(who, network, {"acts": acts is not None}),
    )


def _acts_for(
    network: MentorNetwork, acts: pd.DataFrame, who: str
) -> tuple[dict[str, np.ndarray], int]:
    """Introductions and nominations made for each person by a mentor of theirs."""
    from ...checks import conform
    from ...tables import ACTS

    log = conform(acts, ACTS, who=who)
    log = log[log["act"].isin(["introduction", "nomination"])]
    index = pd.Index(network.ids)
    by = index.get_indexer(log["by"])
    to = index.get_indexer(log["to"]) if "to" in log else np.full(len(log), -1)
    lone = (to < 0) & (by >= 0)
    lone[lone] = network.load[by[lone]] == 1
    to[lone] = network.out.indices[network.out.indptr[by[lone]]]
    mentor, mentee, _ = network.pairs
    n = network.n_people
    ties = mentor.astype(np.int64) * n + mentee
    theirs = (by >= 0) & (to >= 0) & np.isin(by.astype(np.int64) * n + to, ties)
    made = {
        act: np.bincount(to[theirs & (log["act"] == act).to_numpy()], minlength=n)
        for act in ("introduction", "nomination")
    }
    return made, int((~theirs).sum())
