"""Join what was read from several files, and make a program of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..checks import conform
from ..codebook import Codebook
from ..coding import code_rows
from ..errors import OptionError, ReadError, quote
from ..provenance import Provenance
from ..tables import RESPONSES, TABLES
from .identity.codes import find_unlinked, same_spelling
from .read_result import Dropped, ReadResult, dropped_frame, unlinked_frame

if TYPE_CHECKING:
    from ..program import Program

_SUBMISSION = ("relationship_id", "rater_id", "role", "target_id", "wave", "form")
_CODE = "relationship_id"
_PARTNER = {"mentor": "mentee", "mentee": "mentor"}


def join_results(results: Sequence[ReadResult]) -> ReadResult:
    """Join results; the body of :meth:`ReadResult.concat`."""
    for result in results:
        if not isinstance(result, ReadResult):
            raise OptionError(f"concat: must be given read results; got {quote(result)}.")
    results, notes = _with_one_spelling(results)
    responses, dropped = _join_responses([r.responses for r in results if r.responses is not None])
    ids = pd.DataFrame()
    unlinked = unlinked_frame([])
    if responses is not None:
        columns = [name for name in _SUBMISSION if name in responses]
        ids = responses[columns].drop_duplicates(ignore_index=True)
        rows = np.zeros(len(ids), dtype=np.int64)
        unlinked = unlinked_frame(find_unlinked(ids, rows, None))
    names = {name for result in results for name in result.others}
    return ReadResult(
        responses=responses,
        contacts=_join_table("contacts", [r.contacts for r in results if r.contacts is not None]),
        codebook=_join_codebooks([r.codebook for r in results if r.codebook is not None]),
        dropped=pd.concat(
            [*(result.dropped for result in results), dropped_frame(dropped)], ignore_index=True
        ),
        unlinked=unlinked,
        choices=pd.concat([r.choices for r in results], ignore_index=True).drop_duplicates(
            ignore_index=True
        ),
        recognized="; ".join(dict.fromkeys(r.recognized for r in results if r.recognized)),
        assumed=tuple(dict.fromkeys([*(n for r in results for n in r.assumed), *notes])),
        others={
            name: _join_table(name, [r.others[name] for r in results if name in r.others])
            for name in TABLES
            if name in names
        },
        provenance=Provenance("ReadResult.concat", {"n_results": len(results)}),
    )


def program_of(
    result: ReadResult,
    *,
    people: pd.DataFrame | None,
    relationships: pd.DataFrame | None,
    members: pd.DataFrame | None,
) -> Program:
    """Make a program; the body of :meth:`ReadResult.to_program`."""
    from ..program import Program

    tables = result.tables
    if members is None:
        members = tables.get("members")
    if members is None:
        members = _members_of(result)
    if relationships is None:
        relationships = tables.get("relationships")
    if relationships is None:
        relationships = pd.DataFrame({"relationship_id": _named("relationships", tables, members)})
    if people is None:
        people = tables.get("people")
    if people is None:
        people = pd.DataFrame({"person_id": _named("people", tables, members)})
    if people.empty or members.empty:
        raise ReadError(
            "to_program: the files name no person in a relationship. Give people=..., "
            "relationships=... and members=... from the program's records."
        )
    given = {"people": people, "relationships": relationships, "members": members}
    return Program.from_frames({**tables, **given}, who="to_program")


def _with_one_spelling(
    results: Sequence[ReadResult],
) -> tuple[list[ReadResult], tuple[str, ...]]:
    """Write the codes of relationships in one way in all files."""
    own = [_frames_of(result) for result in results]
    codes = [f[_CODE].drop_duplicates() for frames in own for f in frames.values() if _CODE in f]
    if not codes:
        return list(results), ()
    found = pd.concat([c.astype("str") for c in codes], ignore_index=True)
    spelled, notes = same_spelling(found)
    new = dict(zip(found, spelled, strict=True))
    if not notes:
        return list(results), ()
    return [
        _with_frames(result, {name: _recode(frame, new) for name, frame in frames.items()})
        for result, frames in zip(results, own, strict=True)
    ], notes


def _frames_of(result: ReadResult) -> dict[str, pd.DataFrame]:
    return {**result.tables, "choices": result.choices}


def _with_frames(result: ReadResult, frames: dict[str, pd.DataFrame]) -> ReadResult:
    own = {name: frames.get(name) for name in ("responses", "contacts", "choices")}
    return replace(result, **own, others={n: f for n, f in frames.items() if n not in own})


def _recode(frame: pd.DataFrame, new: dict[str, str]) -> pd.DataFrame:
    if _CODE not in frame:
        return frame
    return frame.assign(**{_CODE: frame[_CODE].astype("str").map(new).astype("str")})


def _members_of(result: ReadResult) -> pd.DataFrame:
    columns = ["relationship_id", "person_id", "role"]
    if result.responses is None:
        return pd.DataFrame(columns=columns, dtype="str")
    answers = result.responses
    raters = answers.rename(columns={"rater_id": "person_id"})[columns].drop_duplicates()
    if "target_id" not in answers:
        return raters.reset_index(drop=True)
    partners = answers.dropna(subset="target_id")
    partners = partners.assign(person_id=partners["target_id"], role=partners["role"].map(_PARTNER))
    partners = partners[columns].dropna(subset="role")
    return pd.concat([raters, partners]).drop_duplicates(ignore_index=True)


def _named(table: str, tables: dict[str, pd.DataFrame], members: pd.DataFrame) -> list[str]:
    """Name everyone, or every relationship, that the tables refer to."""
    frames = {**tables, "members": members}
    found: dict[str, None] = {}
    for name, frame in frames.items():
        for column in TABLES[name].columns:
            if column.refers == table and column.name in frame and column.must_exist:
                found |= dict.fromkeys(frame[column.name].dropna())
    return list(found)


def _join_responses(
    frames: Sequence[pd.DataFrame],
) -> tuple[pd.DataFrame | None, list[Dropped]]:
    """Join answers; of a form that one person filled in twice, the last one counts."""
    if not frames:
        return None, []
    joined = pd.concat([frame.assign(_file=i) for i, frame in enumerate(frames)], ignore_index=True)
    columns = [name for name in _SUBMISSION if name in joined]
    joined["_submission"] = code_rows(joined, columns)
    when = joined["answered_at"] if "answered_at" in joined else pd.Series(pd.NaT, joined.index)
    forms = joined.assign(_when=when).groupby(["_submission", "_file"], as_index=False)
    forms = forms.agg(when=("_when", "max"), n=("item", "size"))
    again = forms["_submission"].duplicated(keep=False)
    dropped = []
    if again.any():
        keep = _last_forms(joined, forms[again])
        forms = pd.concat([forms[~again], keep])
        n = int(again.sum()) - len(keep)
        reason = "answered again in another file: the last answer counts"
        dropped = [Dropped("row", "", reason, n)]
        joined = joined.merge(forms[["_submission", "_file"]], on=["_submission", "_file"])
    joined = joined.drop(columns=["_file", "_submission"])
    return conform(joined, RESPONSES, who="concat"), dropped


def _last_forms(joined: pd.DataFrame, forms: pd.DataFrame) -> pd.DataFrame:
    unsure = forms[forms["when"].isna()]["_submission"].unique()
    for submission in unsure:
        parts = joined[joined["_submission"] == submission]
        by_item = parts.groupby("item")[["value", "missing"]].nunique(dropna=False)
        sizes = parts.groupby("_file").size()
        if (by_item > 1).any().any() or sizes.nunique() > 1:
            row = parts.iloc[0]
            raise ReadError(
                f"concat: {quote(row['rater_id'])} answers about {quote(row['relationship_id'])} "
                f"in wave {row['wave']} in two files, differently, and nothing tells which came "
                "last. Give wave=... to each file, or leave one of them out."
            )
    ordered = forms.sort_values(["when", "_file"], kind="stable", na_position="first")
    return ordered.drop_duplicates("_submission", keep="last")


def _join_table(name: str, frames: Sequence[pd.DataFrame]) -> pd.DataFrame | None:
    if not frames:
        return None
    joined = pd.concat(frames, ignore_index=True).drop_duplicates(ignore_index=True)
    if name == "contacts" and joined["contact_id"].duplicated().any():
        numbered = [
            frame.assign(contact_id=f"file{i}:" + frame["contact_id"])
            for i, frame in enumerate(frames, start=1)
        ]
        joined = pd.concat(numbered, ignore_index=True)
    return conform(joined, TABLES[name], who="concat")


def _join_codebooks(books: Sequence[Codebook]) -> Codebook | None:
    if not books:
        return None
    if all(book is books[0] for book in books):
        return books[0]
    items = pd.concat([book.items for book in books], ignore_index=True)
    return Codebook(
        items.drop_duplicates(["item", "role"]), title=books[0].title, validated=books[0].validated
    )
