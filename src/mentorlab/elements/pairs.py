"""Both partners' scores side by side: one row a mentor, mentee, wave and element."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..checks import conform, inspect
from ..errors import Fault, OptionError, SchemaError, listing
from ..schemas import Column, Table
from ..tables import MEMBERS, RESPONSES

_PAIR = ["relationship_id", "mentor_id", "mentee_id"]
_CELL = [*_PAIR, "wave", "element"]
_SCORES = Table(
    "scores",
    "one score",
    (
        *(RESPONSES.column(name) for name in ("relationship_id", "rater_id", "role", "wave")),
        Column("element", "the element", required=True),
        Column("score", "the score; empty when too few items were answered", "number"),
        RESPONSES.column("target_id"),
    ),
    key=("relationship_id", "rater_id", "target_id", "role", "wave", "element"),
)
WHO = "pair_partners"


def pair_partners(scores: pd.DataFrame, *, members: pd.DataFrame) -> pd.DataFrame:
    """Put what mentor and mentee say of the same relationship side by side.

    A dyad is derived from the members table, never assumed: a relationship with two mentors and
    three mentees has six pairs. A score without `target_id` is about the relationship as a whole
    and counts for every partner; one with `target_id` counts for that partner only, and before one
    about the whole.

    Parameters
    ----------
    scores : pandas.DataFrame
        As `score_elements` returns them.
    members : pandas.DataFrame
        Rows of the members table.

    Returns
    -------
    pandas.DataFrame
        `relationship_id, mentor_id, mentee_id, wave, element, mentor, mentee, mean, low, gap`.
        `mean`, `low` (the lower of the two) and `gap` (mentor minus mentee) are missing when only
        one partner has a score; a mean alone hides a one-sided failure. Pairs of which neither
        partner answered in a wave have no row; relationships among peers have no pairs.

    Raises
    ------
    SchemaError
        If columns are absent or a cell has two scores.

    Notes
    -----
    Mentees who share a mentor are not independent: carry `mentor_id` as a cluster.

    References
    ----------
    kenny2006 : Dyadic data analysis (one-with-many designs).

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    >>> pairs = ml.pair_partners(scores, members=program.members)
    >>> both = pairs.dropna(subset="gap")
    >>> bool((both["low"] <= both["mean"]).all())
    True
    """
    scores = _check_scores(scores)
    members = conform(members, MEMBERS, who=WHO)
    mentors = members.loc[members["role"] == "mentor", ["relationship_id", "person_id"]]
    mentees = members.loc[members["role"] == "mentee", ["relationship_id", "person_id"]]
    pairs = mentors.rename(columns={"person_id": "mentor_id"}).merge(
        mentees.rename(columns={"person_id": "mentee_id"}), on="relationship_id"
    )
    pairs = pairs[pairs["mentor_id"] != pairs["mentee_id"]].drop_duplicates()
    sides = [_one_side(scores, pairs, "mentor"), _one_side(scores, pairs, "mentee")]
    both = sides[0].merge(sides[1], on=_CELL, how="outer")
    order = both.reset_index().merge(pairs.reset_index(names="order"), on=_PAIR)
    elements = pd.unique(scores["element"])
    order["rank"] = pd.Index(elements).get_indexer(order["element"])
    both = both.loc[order.sort_values(["order", "wave", "rank"])["index"]].reset_index(drop=True)
    mentor, mentee = both["mentor"].to_numpy(), both["mentee"].to_numpy()
    return both.assign(
        mean=(mentor + mentee) / 2, low=np.minimum(mentor, mentee), gap=mentor - mentee
    )


def _check_scores(scores: pd.DataFrame) -> pd.DataFrame:
    if not isinstance(scores, pd.DataFrame):
        raise OptionError(f"{WHO}: `scores` must be a data frame; got a {type(scores).__name__}.")
    clean, faults = inspect(scores, _SCORES)
    if "score" not in scores:
        faults.append(Fault("score", "be there", "columns " + listing(scores.columns)))
    if faults:
        raise SchemaError(f"{WHO}: not a scores frame", faults, "Make it with score_elements.")
    return clean


def _one_side(scores: pd.DataFrame, pairs: pd.DataFrame, role: str) -> pd.DataFrame:
    own, other = (f"{role}_id", "mentee_id" if role == "mentor" else "mentor_id")
    columns = ["relationship_id", own, "target_id", "wave", "element", role]
    given = scores[scores["role"] == role].rename(columns={"rater_id": own, "score": role})
    if "target_id" not in given:
        given = given.assign(target_id=np.nan)
    given = given[columns].dropna(subset=role)
    aimed = given[given["target_id"].notna()].rename(columns={"target_id": other})
    general = given[given["target_id"].isna()].drop(columns="target_id")
    found = pd.concat(
        [
            pairs.merge(aimed, on=_PAIR),
            pairs.merge(general, on=["relationship_id", own]),
        ]
    )
    return found.drop_duplicates(_CELL, keep="first")
