"""A network from a frame with one row a tie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ..errors import Fault, OptionError, SchemaError, count, listing, quote
from ..options import check_option
from .assemble import (
    check_size,
    check_source,
    know_people,
    read_capacity,
    read_weights,
    sides_by_hint,
    take_out_self_ties,
)
from .choices import Duplicates, SelfTies
from .clock import days
from .network import MentorNetwork

WHO = "MentorNetwork.from_ties"
_NAMES = (("mentor_id", "mentee_id"), ("source", "target"))


def from_ties(
    ties: pd.DataFrame,
    *,
    source: str,
    people: pd.DataFrame | None = None,
    capacity: Mapping[Any, int] | pd.Series | str | int | None = None,
    directed: bool = True,
    self_ties: SelfTies = "error",
    duplicates: Duplicates = "error",
) -> MentorNetwork:
    """See any list of ties as a network: advice, sponsorship, a genealogy.

    Parameters
    ----------
    ties : pandas.DataFrame
        `mentor_id` and `mentee_id` (or `source` and `target`, from giver to receiver); if there,
        `kind`, `weight` (0 or more), and `start` and `end` (both dates, or both numbers of
        periods).
    source : str
        Where the ties come from; printed in every result.
    people : pandas.DataFrame, optional
        `person_id` and attributes; then everybody in it is in the network.
    capacity : column name, mapping, pandas.Series or int, optional
        How many mentees a person can take. People without a tie but with room are
        mentors; one number for all leaves that to `people.capacity`.
    directed : bool
        False if a tie has no giver, as among co-mentors.
    self_ties : {"error", "set_aside"}
        What to do with ties from a person to the same person.
    duplicates : {"error", "merge"}
        What to do with a tie that is listed again with the same kind and start: ``"merge"`` adds
        the weights and says how many.

    Returns
    -------
    MentorNetwork

    Raises
    ------
    SchemaError
        If columns or ids are absent, weights are negative, ties stand twice, or people unknown.
    OptionError
        If `source` is empty, or somebody is tied to themselves.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo"], "target": ["bo", "cy"]})
    >>> network = from_ties(ties, source="self-report")
    >>> network.is_mentor.tolist(), network.is_mentee.tolist()
    ([True, True, False], [False, True, True])
    """
    source = check_source(source, who=WHO)
    check_option(self_ties, SelfTies, who=WHO, name="self_ties")
    check_option(duplicates, Duplicates, who=WHO, name="duplicates")
    first, second = _ends(ties)
    check_size(len(ties), who=WHO)
    everyone, mentor, mentee = _place(ties, first, second, people)
    ids = everyone["person_id"].to_numpy()
    keep, aside, said = take_out_self_ties(mentor, mentee, ids, self_ties=self_ties, who=WHO)
    rows = ties.reset_index(drop=True)[keep]
    weight = _weight(rows)
    kind = pd.Categorical(
        rows["kind"].fillna("not said") if "kind" in rows else np.repeat("tie", len(rows))
    )
    start, end, clock = _spans(rows)
    mentor, mentee = mentor[keep], mentee[keep]
    again = _again(mentor, mentee, kind.codes, start, directed)
    said += _say_again(again, ids, mentor, mentee, duplicates)
    numbers, has_room = read_capacity(capacity, everyone, who=WHO)
    is_mentor, is_mentee = np.zeros((2, len(ids)), dtype=bool)
    is_mentor[mentor], is_mentee[mentee] = True, True
    if not directed:
        is_mentor = is_mentee = is_mentor | is_mentee
    else:
        is_mentor, is_mentee = sides_by_hint(is_mentor, is_mentee, everyone, has_room)
    return MentorNetwork(
        people=everyone,
        mentor=mentor.astype(np.int32),
        mentee=mentee.astype(np.int32),
        weight=weight,
        kind=kind,
        start=start,
        end=end,
        is_mentor=is_mentor,
        is_mentee=is_mentee,
        capacity=numbers,
        source=source,
        directed=directed,
        clock=clock,
        remarks=said,
        set_aside=aside,
    )


def _ends(ties: pd.DataFrame) -> tuple[str, str]:
    if not isinstance(ties, pd.DataFrame):
        raise OptionError(f"{WHO}: `ties` must be a data frame; got a {type(ties).__name__}.")
    for first, second in _NAMES:
        if first in ties and second in ties:
            break
    else:
        got = f"columns {listing(ties.columns)}"
        fault = Fault("mentor_id, mentee_id", "be there (or `source` and `target`)", got=got)
        raise SchemaError(f"{WHO}: not a valid list of ties", [fault])
    faults = []
    for name in (first, second):
        empty = ties[name].isna().to_numpy()
        if empty.any():
            row = int(empty.argmax()) + 1
            faults.append(Fault(name, "not be empty", "an empty cell", int(empty.sum()), row))
    if faults:
        raise SchemaError(f"{WHO}: not a valid list of ties", faults)
    return first, second


def _place(
    ties: pd.DataFrame, first: str, second: str, people: pd.DataFrame | None
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    if people is None:
        named = pd.concat([ties[first], ties[second]], ignore_index=True)
        codes, ids = pd.factorize(named)
        return pd.DataFrame({"person_id": ids}), codes[: len(ties)], codes[len(ties) :]
    mentor = know_people(people, ties[first], column=first, who=WHO)
    mentee = know_people(people, ties[second], column=second, who=WHO)
    return people.reset_index(drop=True), mentor, mentee


def _weight(rows: pd.DataFrame) -> np.ndarray:
    if "weight" not in rows:
        return np.ones(len(rows))
    return read_weights(rows["weight"], who=WHO)


def _spans(rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, str]:
    missing = np.full(len(rows), np.nan)
    if "start" not in rows:
        return missing, missing, "none"
    if pd.api.types.is_numeric_dtype(rows["start"]):
        spans = [
            rows[name].to_numpy(dtype=float, na_value=np.nan) if name in rows else missing
            for name in ("start", "end")
        ]
        clock = "period"
    else:
        try:
            spans = [
                days(pd.to_datetime(rows[name])) if name in rows else missing
                for name in ("start", "end")
            ]
        except (TypeError, ValueError) as error:
            raise OptionError(
                f"{WHO}: `start` and `end` must both be dates or both be numbers of periods "
                f"({error})."
            ) from error
        clock = "date"
    early = spans[1] < spans[0]
    if early.any():
        fault = Fault("end", "not be before `start`", "", int(early.sum()), int(early.argmax()) + 1)
        raise SchemaError(f"{WHO}: not a valid list of ties", [fault])
    return spans[0], spans[1], clock


def _again(
    mentor: np.ndarray, mentee: np.ndarray, kind: np.ndarray, start: np.ndarray, directed: bool
) -> np.ndarray:
    if not directed:
        mentor, mentee = np.minimum(mentor, mentee), np.maximum(mentor, mentee)
    frame = pd.DataFrame({"a": mentor, "b": mentee, "kind": kind, "start": start})
    return frame.duplicated().to_numpy()


def _say_again(
    again: np.ndarray,
    ids: np.ndarray,
    mentor: np.ndarray,
    mentee: np.ndarray,
    duplicates: Duplicates,
) -> tuple[str, ...]:
    if not again.any():
        return ()
    n, first = int(again.sum()), int(again.argmax())
    if duplicates == "error":
        fault = Fault(
            "mentor_id, mentee_id",
            "tell ties of one kind and start apart",
            got=f"{quote(ids[mentor[first]])}, {quote(ids[mentee[first]])} again",
            n_rows=n,
            first_row=first + 1,
            hint="Give duplicates='merge' to add their weights, or a `kind` or `start`.",
        )
        raise SchemaError(f"{WHO}: not a valid list of ties", [fault])
    return (f"{count(n, 'repeated tie')} merged by adding weights",)
