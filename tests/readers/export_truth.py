"""The truth of a folder of survey exports, and how to compare what was read with it."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from mentorlab.codebook import Codebook
from mentorlab.readers import ReadResult

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("MENTORLAB_FORMATS", ROOT.parent / "shared" / "formats"))
THERE = (FOLDER / "truth_long.csv").is_file()
REASON = f"no exports with a truth in {FOLDER}; name a folder in MENTORLAB_FORMATS"
KINDS = {
    "seen_unanswered": "unanswered",
    "not_applicable": "not_applicable",
    "not_displayed": "not_shown",
    "": None,
}
STATUSES = {"no_show": "missed", "no-show": "missed", "canceled": "cancelled"}
CHOICES = "Choices, Calculations, OR Slider Labels"
ROLES = ("mentor", "mentee")


@dataclass(frozen=True)
class Folder:
    """A folder of exports, with the truth that they were made from.

    Attributes
    ----------
    path : Path
    """

    path: Path

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def names(self, *starts: str) -> list[str]:
        """Name the files that begin so."""
        names = sorted(file.name for file in self.path.iterdir() if file.is_file())
        return [name for name in names if name.startswith(starts)]

    def rows_of(self, name: str) -> list[dict[str, str]]:
        with (self.path / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def table_of(self, name: str) -> list[list[str]]:
        with (self.path / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))

    def only(self, *starts: str) -> str:
        """Name the one file that begins so."""
        (name,) = self.names(*starts)
        return name

    def dictionary(self) -> Path:
        """Give the REDCap data dictionary."""
        return self.path / next(n for n in self.names("redcap") if "dictionary" in n)


@dataclass(frozen=True)
class Truth:
    """What the exports of a folder must give.

    Attributes
    ----------
    answers : dict of (pair, role, wave, item) to (value or None, kind of missing or None)
    topics : set of (pair, role, wave, topic)
    meetings : sorted list of (pair, day, status, minutes)
    people : dict of (pair, role, wave) to (rid, respondent, partner)
    reverse : dict of item to bool
    codebook : Codebook
    extra : dict of str to str
        Labels beside the scale, and their kinds of missing.
    """

    answers: dict
    topics: set
    meetings: list
    people: dict
    reverse: dict
    codebook: Codebook
    extra: dict

    def only(self, keys: set) -> Truth:
        """Keep the answers of some people."""
        return Truth(
            {k: v for k, v in self.answers.items() if k[:3] in keys},
            {t for t in self.topics if t[:3] in keys},
            self.meetings,
            {k: v for k, v in self.people.items() if k in keys},
            self.reverse,
            self.codebook,
            self.extra,
        )

    def partial(self) -> set:
        """Name the people whose form breaks off, in which wave."""
        return {key[:3] for key, (_, kind) in self.answers.items() if kind == "not_shown"}

    def options(self) -> list[str]:
        """Give the topics that anybody ticked."""
        return sorted({topic for *_, topic in self.topics})


def read_truth(folder: Folder) -> Truth:
    """Read the truth of a folder."""
    long = folder.rows_of("truth_long.csv")
    wave = {row["rid"]: int(row.get("wave") or 1) for row in long}
    people = {
        (row["pair_id"], row["role"], wave[row["rid"]]): (
            row["rid"],
            row["respondent_id"],
            row["partner_id"],
        )
        for row in long
    }
    by_rid = {rid: key for key, (rid, _, _) in people.items()}
    assert len(by_rid) == len(people), "the truth has one answer for each pair, role and wave"
    answers = {
        (*by_rid[row["rid"]], row["item"]): (
            float(row["value"]) if row["value"] else None,
            KINDS[row["missing"]],
        )
        for row in long
    }
    meetings = sorted(
        (
            row["pair_id"],
            row["date"],
            STATUSES.get(row["status"], row["status"]),
            float(row["minutes"] or -1),
        )
        for row in folder.rows_of("truth_meetings.csv")
    )
    book, extra = codebook_of(folder, long)
    return Truth(
        answers,
        {(*by_rid[row["rid"]], row["topic"]) for row in folder.rows_of("truth_topics.csv")},
        meetings,
        people,
        {row["item"]: row["reverse"] == "1" for row in long},
        book,
        extra,
    )


def codebook_of(folder: Folder, long: list[dict[str, str]]) -> tuple[Codebook, dict[str, str]]:
    """Take items and scales from the data dictionary; choices beyond the scale apart.

    A scale is the run of codes up to the first gap, or to the highest answer in the truth to
    items with the same choices.
    """
    items = {row["item"] for row in long}
    fields = [
        field
        for field in folder.rows_of(folder.dictionary().name)
        if field["Variable / Field Name"] in items
    ]
    choices_of = {field["Variable / Field Name"]: field[CHOICES] for field in fields}
    highest: dict[str, float] = {}
    for row in long:
        if row["value"]:
            choices = choices_of[row["item"]]
            highest[choices] = max(highest.get(choices, -1), float(row["value"]))
    rows, extra = [], {}
    for field in fields:
        parts = [part.partition(",") for part in field[CHOICES].split("|")]
        labels = {int(code): label.strip() for code, _, label in parts}
        codes = sorted(code for code in labels if code >= 0)
        run = [code for i, code in enumerate(codes) if code == codes[0] + i]
        scale = [c for c in run if c <= highest[field[CHOICES]]] if run == codes else run
        extra |= {labels[code]: "not_applicable" for code in labels if code not in scale}
        rows.append(
            {
                "item": field["Variable / Field Name"],
                "low": min(scale),
                "high": max(scale),
                "labels": "|".join(labels[code] for code in scale),
                "wording": field["Field Label"],
            }
        )
    return Codebook(pd.DataFrame(rows)), extra


def answers_of(read: ReadResult) -> dict:
    return {
        (row.relationship_id, row.role, row.wave, row.item): (
            None if pd.isna(row.value) else row.value,
            row.missing if isinstance(row.missing, str) else None,
        )
        for row in read.responses.itertuples()
    }


def topics_of(read: ReadResult) -> set:
    columns = ["relationship_id", "role", "wave", "choice"]
    return set(read.choices[columns].itertuples(index=False, name=None))


def meetings_of(read: ReadResult) -> list:
    if read.contacts is None:
        return []
    return sorted(
        (
            row.relationship_id,
            f"{row.at:%Y-%m-%d}",
            row.status,
            -1.0 if pd.isna(row.minutes) else row.minutes,
        )
        for row in read.contacts.itertuples()
    )


def raters_of(read: ReadResult, *columns: str) -> dict:
    """Give the person, or other columns, by pair and role."""
    raters = read.responses.drop_duplicates(["relationship_id", "role"])
    return {
        (row.relationship_id, row.role): tuple(getattr(row, name) for name in columns)
        for row in raters.itertuples()
    }


def rows_dropped(read: ReadResult) -> int:
    """Count the submissions that were left out."""
    rows = read.dropped[(read.dropped["what"] == "row") & (read.dropped["name"] == "")]
    return int(rows["n"].sum())


def check(read: ReadResult, truth: Truth, *, what: str) -> None:
    """Compare everything, and print what was compared."""
    got = answers_of(read)
    assert len(got) == len(read.responses)
    differing = {
        key: (got.get(key), truth.answers.get(key))
        for key in {*got, *truth.answers}
        if got.get(key, "absent") != truth.answers.get(key, "absent")
    }
    assert differing == {}
    assert topics_of(read) == truth.topics
    assert len(read.choices) == len(truth.topics)
    alone = one_sided(truth.people)
    unlinked = read.unlinked[read.unlinked["kind"] == "relationship"]
    assert set(unlinked["code"]) == alone
    check_program(read)
    kinds = read.responses["missing"].value_counts().to_dict()
    print(
        f"{what}: {len(truth.people)} answers, {len(got)} item values "
        f"({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}), "
        f"{len(read.choices)} ticks, {len(alone)} pairs with one side"
    )


def check_program(read: ReadResult) -> None:
    """A program is one line away, and holds the answers as they were read."""
    program = read.to_program()
    raters = read.responses[["relationship_id", "rater_id", "role"]].drop_duplicates()
    members = set(program.members.itertuples(index=False, name=None))
    assert set(raters.itertuples(index=False, name=None)) <= members
    assert set(program.relationships["relationship_id"]) >= set(raters["relationship_id"])
    assert len(program.responses) == len(read.responses)


def one_sided(people: Iterable[tuple]) -> set:
    """Name the pairs of which one side only answered."""
    sides: dict[str, set] = {}
    for pair, role, *_ in people:
        sides.setdefault(pair, set()).add(role)
    return {pair for pair, roles in sides.items() if len(roles) == 1}
