"""How each kind of export is read to the truth; a file that none of these knows is a failure."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from export_truth import (
    ROLES,
    Folder,
    Truth,
    check,
    meetings_of,
    raters_of,
    rows_dropped,
)
from small_exports import write_rows

from mentorlab.readers import (
    ReadResult,
    read_google_forms,
    read_limesurvey,
    read_qualtrics,
    read_redcap,
    read_spss,
)
from mentorlab.readers.survey.ticks import split_options

KEY = "a key for tests, which guards nothing"
NO_EXPORTS = ("README", "truth_", "redcap_record_to_rid")


def qualtrics(folder: Folder, name: str, truth: Truth) -> None:
    answers = {**truth.extra, **codes_beyond_the_scale(folder, name, truth)}
    read = read_qualtrics(
        folder / name, codebook=truth.codebook, identifiers="drop", answers=answers
    )
    check(read, truth, what=name)
    whose = {(pair, role): people[1:] for (pair, role, _), people in truth.people.items()}
    assert raters_of(read, "rater_id", "target_id") == whose
    assert rows_dropped(read) == len(folder.table_of(name)) - 3 - len(truth.people)
    assert read.recognized.startswith("Qualtrics export")


def codes_beyond_the_scale(folder: Folder, name: str, truth: Truth) -> dict[str, str]:
    """Look up, in the export with choice text, what numbers beyond the scale stand for."""
    tables = {other: folder.table_of(other) for other in folder.names("qualtrics")}
    id_at = next(i for i, cell in enumerate(tables[name][2]) if "_recordId" in cell)
    told = {}
    for other in tables.values():
        labels = {row[id_at]: dict(zip(other[0], row, strict=True)) for row in other[3:]}
        for row in tables[name][3:]:
            for column, cell in zip(tables[name][0], row, strict=True):
                text = labels.get(row[id_at], {}).get(column, "")
                if text in truth.extra and cell != text:
                    told[cell] = truth.extra[text]
    highest = truth.codebook.items["high"].max()
    return {code: kind for code, kind in told.items() if float(code) > highest + 1}


def redcap(folder: Folder, name: str, truth: Truth) -> None:
    if "dictionary" in name:
        return
    answers = {**truth.extra, **missing_codes(folder, name)}
    records = folder.rows_of(folder.only("redcap_record_to_rid"))
    record = {row["rid"]: row["record_id"] for row in records}
    whose = {(pair, role): (record[rid],) for (pair, role, _), (rid, *_) in truth.people.items()}
    for codebook in (None, truth.codebook):
        read = read_redcap(
            folder / name,
            dictionary=folder.dictionary(),
            codebook=codebook,
            identifiers="drop",
            answers=answers,
        )
        check(read, truth, what=name)
        assert raters_of(read, "rater_id") == whose
        assert meetings_of(read) == truth.meetings
        if codebook is None:
            book = read.codebook.items
            assert dict(zip(book["item"], book["reverse"], strict=True)) == truth.reverse
    print(f"{name}: {len(truth.meetings)} meetings")


def missing_codes(folder: Folder, name: str) -> dict[str, str]:
    """Look up, in the headings of the labels, what codes of missing data mean."""
    exports = [n for n in folder.names("redcap") if "label" in n]
    heads = [(folder.table_of(name)[0], folder.table_of(other)[0]) for other in exports]
    told = {}
    for raw, labels in heads:
        for code, label in zip(raw, labels, strict=True):
            if "____" in code and "not applicable" in label.casefold():
                told[code.rpartition("____")[2].join(("-", ""))] = "not_applicable"
    return told


def spss(folder: Folder, name: str, truth: Truth) -> None:
    pytest.importorskip("pyreadstat", reason="SPSS files need the extra mentorlab[spss]")
    named = {item.casefold(): item for item in truth.codebook.items["item"]}
    for codebook in (None, truth.codebook):
        read = read_spss(folder / name, codebook=codebook, identifiers="drop", answers=truth.extra)
        item = read.responses["item"].map(lambda item: named.get(item.casefold(), item))
        check(like(read, responses=read.responses.assign(item=item)), truth, what=name)


def like(read: ReadResult, **changes: object) -> ReadResult:
    fields = [name for name in inspect.signature(ReadResult).parameters if name != "codebook"]
    return ReadResult(**{**{name: getattr(read, name) for name in fields}, **changes})


def limesurvey(folder: Folder, name: str, truth: Truth) -> None:
    full = folder.only("limesurvey_full")
    told = {"codebook": truth.codebook, "identifiers": "drop"}
    told["answers"] = {**truth.extra, **meaning_of_not_available(folder.table_of(full), truth)}
    if name == full:
        check(read_limesurvey(folder / name, **told), truth, what=name)
        return
    check(read_limesurvey(folder / name, headings=folder / full, **told), truth, what=name)
    codes, texts = folder.table_of(name), folder.table_of(full)
    if any(cell.startswith(("AO0", "A1")) for row in codes for cell in row):
        with TemporaryDirectory() as place:
            head = write_rows(Path(place) / "headings.csv", texts[:1])
            read = read_limesurvey(
                folder / name, headings=head, roles=roles_by_code(codes, texts), **told
            )
        check(read, truth, what=f"{name}, by counting its codes")


def meaning_of_not_available(table: list[list[str]], truth: Truth) -> dict[str, str]:
    """Look up what the text "N/A" stands for: the system writes it for more than one thing."""
    kinds: dict[str, set] = {}
    for (*key, _), (_, kind) in truth.answers.items():
        kinds.setdefault(truth.people[tuple(key)][0], set()).add(kind)
    seen = [
        next((kinds[cell] for cell in row if cell in kinds), set()) - {None}
        for row in table[1:]
        if "N/A" in row
    ]
    common = set.intersection(*seen) if seen else set()
    return {"N/A": common.pop()} if len(common) == 1 else {}


def roles_by_code(codes: list[list[str]], texts: list[list[str]]) -> dict[str, str]:
    """Look up in the export with full answers what the codes of the role question mean."""
    place = next(
        i
        for i in range(len(texts[0]))
        if {row[i].casefold() for row in texts[1:] if row[i]} == set(ROLES)
    )
    return {c[place]: f[place].casefold() for c, f in zip(codes[1:], texts[1:], strict=True)}


def google_forms(folder: Folder, name: str, truth: Truth) -> None:
    role = role_of(name)
    forms = {role_of(other): folder / other for other in folder.names("google_forms")}
    tables = {role: folder.table_of(path.name) for role, path in forms.items()}
    finished = truth.only(set(truth.people) - truth.partial())
    options = truth.options()
    for identifiers in ("drop", "pseudonymize"):
        read = read_google_forms(
            forms,
            codebook=truth.codebook,
            identifiers=identifiers,
            key=KEY if identifiers == "pseudonymize" else None,
            answers=truth.extra,
            choices={checkbox_question(table, options): options for table in tables.values()},
            dates=date_order(tables[role]),
        )
        check(read, finished, what=f"{name} ({identifiers})")
        n_rows = sum(len(table) - 1 for table in tables.values())
        assert rows_dropped(read) == n_rows - len(finished.people)
        assert "@" not in read.responses.to_csv() + read.choices.to_csv() + read.dropped.to_csv()
    mails = {row[1].strip().casefold() for t in tables.values() for row in t[1:] if "@" in row[1]}
    if mails:
        assert read.responses["rater_id"].nunique() == len(mails)


def role_of(name: str) -> str:
    return next(role for role in ROLES if Path(name).stem.endswith(role))


def checkbox_question(table: list[list[str]], options: list[str]) -> str:
    """Name the heading of the column in which options are ticked."""
    n_ticked = {
        heading: sum(bool(split_options(row[i], options, ", ")[0]) for row in table[1:])
        for i, heading in enumerate(table[0])
    }
    assert any(n_ticked.values()), "no column of ticks"
    return max(n_ticked, key=n_ticked.__getitem__)


def date_order(table: list[list[str]]) -> str:
    """Take the order of the owner's locale from the dates, month first where they do not tell."""
    days = [row[0].replace(".", "/").split()[0].split("/") for row in table[1:]]
    first = {int(parts[0]) for parts in days if len(parts) == 3}
    return "dmy" if first and max(first) > 12 else "mdy" if first else "auto"


CHECKS: dict[str, Callable[[Folder, str, Truth], None]] = {
    "qualtrics": qualtrics,
    "redcap": redcap,
    "spss": spss,
    "limesurvey": limesurvey,
    "google_forms": google_forms,
}


def exports_of(folder: Folder) -> list[str]:
    """Name every file of a folder that should be read."""
    return [name for name in folder.names("") if not name.startswith((*NO_EXPORTS, "."))]


def check_file(folder: Folder, name: str, truth: Truth) -> None:
    """Read a file to the truth, by the check of its system."""
    system = next((system for system in CHECKS if name.startswith(system)), None)
    assert system, f"{name} is of no system that this test knows ({', '.join(CHECKS)})"
    CHECKS[system](folder, name, truth)
