"""Who could follow a mentor, what would be lost, and who brought whom in."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count
from ..assemble import know_people
from ..measures.load import need_direction
from ..network import MentorNetwork
from ..result import PersonTable, asked

WHO = "succession_bench"


def succession_bench(
    network: MentorNetwork, *, ready: str | None = None, skills: str | None = None
) -> PersonTable:
    """Tell for each mentor who could follow, and which knowledge would leave with the mentor.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    ready : str, optional
        True/false column of people: ready for the next step. When left out, a mentee who mentors
        already counts as ready.
    skills : str, optional
        Column of people with skills (``;`` between, or lists); then also what has been handed on.

    Returns
    -------
    PersonTable
        One row a mentor with a mentee, thinnest bench first: `person_id`, `n_mentees`, `n_ready`,
        `sole_mentees` (who would be left without a mentor), with `skills` also `n_skills`,
        `n_held_by_mentees` (skills that a mentee has too) and `n_held_by_nobody_else` (in the
        whole network).

    Raises
    ------
    OptionError
        If a column is unknown or not of that kind.
    EstimationError
        If no mentor has a mentee.

    Notes
    -----
    A skill that mentor and mentee share need not have been handed on: compare a skill table from
    before the mentoring with one from after to see transfer.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "cy"]})
    >>> found = succession_bench(MentorNetwork.from_ties(ties, source="records"))
    >>> found.to_frame()[["person_id", "n_ready"]].to_numpy().tolist()
    [['bo', 0], ['ann', 1]]
    """
    need_direction(network, who=WHO)
    mentor, mentee, _ = network.pairs
    if not len(mentor):
        raise EstimationError(f"{WHO}: no mentor has a mentee; the network has {network.size()}.")
    n = network.n_people
    is_ready = _ready(network, ready)
    alone = np.diff(network.into.indptr)[mentee] == 1
    table = pd.DataFrame(
        {
            "person_id": network.ids,
            "n_mentees": network.load,
            "n_ready": np.bincount(mentor[is_ready[mentee]], minlength=n),
            "sole_mentees": np.bincount(mentor[alone], minlength=n),
        }
    )
    if skills is not None:
        table = table.join(_skills(network, skills))
    table = table[network.load > 0].sort_values(
        ["n_ready", "n_mentees"], ascending=[True, False], kind="stable", ignore_index=True
    )
    bare = int((table["n_ready"] == 0).sum())
    what = f"`{ready}` is true" if ready else "mentors somebody already"
    return PersonTable(
        table=table,
        title=f"Succession bench: {count(bare, 'mentor')} of {len(table):,} without a ready mentee",
        said=(f"ready: {what}",),
        **asked(WHO, network, {"ready": ready, "skills": skills}),
    )


def _ready(network: MentorNetwork, ready: str | None) -> np.ndarray:
    if ready is None:
        return network.load > 0
    column = network.attribute(ready, who=WHO)
    if not pd.api.types.is_bool_dtype(column):
        raise OptionError(
            f"{WHO}: `ready` must be a true/false column; '{ready}' holds {column.dtype}."
        )
    return column.fillna(False).to_numpy(dtype=bool)


def _skills(network: MentorNetwork, skills: str) -> pd.DataFrame:
    column = network.attribute(skills, who=WHO)
    listed = column.map(
        lambda cell: cell.split(";") if isinstance(cell, str) else cell, na_action="ignore"
    )
    long = listed.reset_index(drop=True).explode().dropna().astype("str").str.strip()
    long = long[long != ""]
    rows = pd.DataFrame({"person": long.index, "skill": long.to_numpy()}).drop_duplicates()
    n = network.n_people
    holders = rows["skill"].map(rows["skill"].value_counts())
    mentor, mentee, _ = network.pairs
    ties = pd.DataFrame({"person": mentor, "mentee": mentee})
    shared = ties.merge(rows, on="person").merge(
        rows.rename(columns={"person": "mentee"}), on=["mentee", "skill"]
    )
    shared = shared.drop_duplicates(["person", "skill"])
    return pd.DataFrame(
        {
            "n_skills": np.bincount(rows["person"], minlength=n),
            "n_held_by_mentees": np.bincount(shared["person"], minlength=n),
            "n_held_by_nobody_else": np.bincount(rows.loc[holders == 1, "person"], minlength=n),
        }
    )


def referrals(network: MentorNetwork, *, referred_by: str = "referred_by") -> PersonTable:
    """Tell who brings others into the program, and whether those stay to take part.

    Parameters
    ----------
    network : MentorNetwork
        With a column of people that says by whom each was referred (a person id, or empty).
    referred_by : str
        That column.

    Returns
    -------
    PersonTable
        One row a person who referred somebody, most first: `person_id`, `n_referred`, `n_tied`
        (of them with a tie), `own_mentees` (of them mentored by the person), `was_referred`.

    Raises
    ------
    OptionError
        If people have no such column.
    SchemaError
        If it names people who are not there.
    EstimationError
        If nobody was referred.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann"], "target": ["bo"]})
    >>> people = pd.DataFrame({"person_id": ["ann", "bo"], "referred_by": [None, "ann"]})
    >>> network = MentorNetwork.from_ties(ties, source="records", people=people)
    >>> referrals(network).to_frame()["n_tied"].tolist()
    [1]
    """
    who = "referrals"
    column = network.attribute(referred_by, who=who)
    named = column.notna().to_numpy()
    if not named.any():
        raise EstimationError(f"{who}: nobody was referred: '{referred_by}' is empty for all.")
    by = know_people(network.people, column[named], column=referred_by, who=who)
    joined = np.flatnonzero(named)
    n = network.n_people
    tied = np.diff(network.around.indptr) > 0
    ties = set(zip(network.pairs.mentor.tolist(), network.pairs.mentee.tolist(), strict=True))
    own = np.fromiter(
        ((a, b) in ties for a, b in zip(by.tolist(), joined.tolist(), strict=True)), dtype=bool
    )
    table = pd.DataFrame(
        {
            "person_id": network.ids,
            "n_referred": np.bincount(by, minlength=n),
            "n_tied": np.bincount(by[tied[joined]], minlength=n),
            "own_mentees": np.bincount(by[own], minlength=n),
            "was_referred": named,
        }
    )
    table = table[table["n_referred"] > 0].sort_values(
        "n_referred", ascending=False, kind="stable", ignore_index=True
    )
    return PersonTable(
        table=table,
        title=f"Referrals: {int(named.sum()):,} people by {len(table):,}",
        **asked(who, network, {"referred_by": referred_by}),
    )
