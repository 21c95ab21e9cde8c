"""Damaged files end in a right answer or in one of our errors, never in something in between."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import export_truth as samples
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_study import DESIGNS, make_study
from sample_checks import checkbox_question, date_order, exports_of, role_of
from study_exports import write_study

from mentorlab.codebook import Codebook
from mentorlab.errors import MentorlabError
from mentorlab.readers import (
    ReadResult,
    read_any,
    read_calendar,
    read_contact_log,
    read_csv,
    read_excel,
    read_google_forms,
    read_limesurvey,
    read_qualtrics,
    read_redcap,
    read_spss,
)
from mentorlab.readers.calendar.icalendar import parse_calendar
from mentorlab.readers.cells.grid import split_cells
from mentorlab.readers.identity.codes import same_spelling
from mentorlab.readers.survey.ticks import split_options

FEW_FILES, N_FILES = 120, 1_000
N_OTHERS = 25
SEED = 20_260_301
N_ROWS = 24  # of each sample: enough for every convention to occur, and quick to read

MARKS = b',"\n\r;-@ \x00\xff'
PLAIN = b"0123456789abcdEMS"

Reader = Callable[[Path], ReadResult]


@dataclass(frozen=True)
class Sample:
    """A file to damage, and how to read it.

    Attributes
    ----------
    name : str
    data : bytes
    read : callable
    is_text : bool
        Whether unchanged rows must be read as before.
    """

    name: str
    data: bytes
    read: Reader
    is_text: bool = True


def damage(data: bytes, rng: random.Random) -> bytes:
    """Change, lose, add, double or cut off a few bytes."""
    damaged = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if not damaged:
            break
        at = rng.randrange(len(damaged))
        kind = rng.random()
        if kind < 0.5:
            damaged[at] = rng.choice(
                (rng.randrange(256), rng.choice(MARKS), rng.choice(PLAIN), rng.choice(PLAIN))
            )
        elif kind < 0.7:
            del damaged[at : at + rng.choice((1, 1, 2, 8, 64))]
        elif kind < 0.85:
            damaged[at:at] = bytes(rng.choice(b',"\n0169 xM\xc3') for _ in range(rng.randint(1, 4)))
        elif kind < 0.95:
            end = at + rng.choice((1, 4, 40, 200))
            damaged[at:at] = damaged[at:end]
        else:
            del damaged[at:]
    return bytes(damaged)


def head_of(path: Path, n_header: int) -> bytes:
    """Take the first rows of a sample."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[: n_header + N_ROWS]
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8")


def samples_of(folder: samples.Folder) -> list[Sample]:
    truth = samples.read_truth(folder)
    book, told = truth.codebook, {"identifiers": "drop", "answers": truth.extra}
    options = truth.options()
    found = []
    for name in exports_of(folder):
        path = folder / name
        if name.startswith("qualtrics"):
            read = partial(read_qualtrics, codebook=book, **told)
            found.append(Sample(name, head_of(path, 3), read))
        elif name.startswith("redcap") and "dictionary" in name:
            records = folder / next(n for n in folder.names("redcap") if "raw" in n)
            read = partial(_by_dictionary, records=records, **told)
            found.append(Sample(name, path.read_bytes(), read, is_text=False))
        elif name.startswith("redcap"):
            read = partial(read_redcap, dictionary=folder.dictionary(), **told)
            found.append(Sample(name, head_of(path, 1), read))
        elif name.startswith("limesurvey"):
            full = folder / folder.only("limesurvey_full")
            headings = None if full == path else full
            read = partial(read_limesurvey, codebook=book, headings=headings, **told)
            found.append(Sample(name, head_of(path, 1), read))
        elif name.startswith("google_forms"):
            table = folder.table_of(name)
            read = partial(
                read_google_forms,
                role=role_of(name),
                codebook=book,
                choices={checkbox_question(table, options): options},
                dates=date_order(table),
                **told,
            )
            found.append(Sample(name, head_of(path, 1), read))
        else:
            found.append(Sample(name, path.read_bytes(), read_spss, is_text=False))
    return found


def _by_dictionary(path: Path, *, records: Path, **told: object) -> ReadResult:
    return read_redcap(records, dictionary=path, **told)


def rows_of(data: bytes) -> list[tuple[str, ...]]:
    text = data.decode("utf-8-sig", errors="replace")
    return [tuple(row) for row in csv.reader(io.StringIO(text, newline="")) if row]


def touched(before: list[tuple[str, ...]], after: list[tuple[str, ...]]) -> set[str]:
    """Give all cells of rows that are in one of the files only."""
    rows = set(before) ^ set(after)
    cells = pd.Series([cell for row in rows for cell in row], dtype="str").drop_duplicates()
    return {cell.strip().casefold() for cell in cells} | set(same_spelling(cells)[0].str.casefold())


def check_unchanged(sample: Sample, damaged: bytes, read: ReadResult, before: ReadResult) -> None:
    """Everything that was read of rows that were not damaged is as before, or reported missing."""
    cells = touched(rows_of(sample.data), rows_of(damaged))
    got, wanted = samples.answers_of(read), samples.answers_of(before)
    if waves_said(read) != waves_said(before):  # a new event is a new wave, and said to be one
        got, wanted = ({(*k[:2], 0, k[3]): v for k, v in a.items()} for a in (got, wanted))
    reported = set(read.dropped.loc[read.dropped["what"] == "item", "name"])
    raters = {
        (row.relationship_id, row.role): row.rater_id.casefold()
        for result in (read, before)
        for row in result.responses.itertuples()
    }
    for key, value in wanted.items():
        pair, role, _, item = key
        if pair.casefold() in cells or raters[pair, role] in cells or item in reported:
            continue
        assert got.get(key, "absent") == value, (sample.name, key)
    new = {key[:3] for key in got} - {key[:3] for key in wanted}
    for pair, role, _ in new:
        assert pair.casefold() in cells or raters[pair, role] in cells, (sample.name, pair, role)


def waves_said(read: ReadResult) -> list[str]:
    return [note for note in read.assumed if "are the waves" in note]


def check_legal(read: ReadResult) -> None:
    """Whatever was read fits the data model, and empty values say why."""
    answers = read.responses
    if answers is None:
        return
    assert answers["relationship_id"].notna().all()
    no_value = answers["value"].isna()
    assert (answers["missing"].notna() == no_value).all()
    if read.codebook is None:
        return
    ranges = read.codebook.items.drop_duplicates("item").set_index("item")[["low", "high"]]
    limits = ranges.reindex(answers["item"])
    value = answers["value"].to_numpy()
    assert ((value >= limits["low"].to_numpy()) | no_value).all()
    assert ((value <= limits["high"].to_numpy()) | no_value).all()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> samples.Folder:
    """The samples, or exports of a made-up study where there are none."""
    if samples.THERE:
        return samples.Folder(samples.FOLDER)
    place = tmp_path_factory.mktemp("study")
    write_study(make_study(next(iter(DESIGNS.values())), SEED), place)
    return samples.Folder(place)


@pytest.mark.parametrize("n_files", [FEW_FILES, pytest.param(N_FILES, marks=pytest.mark.slow)])
def test_damaged_exports_end_in_a_right_answer_or_one_of_our_errors(
    tmp_path: Path, folder: samples.Folder, n_files: int
) -> None:
    rng = random.Random(SEED)
    found = samples_of(folder)
    path = tmp_path / "export"
    before = {}
    for sample in found:
        path.write_bytes(sample.data)
        before[sample.name] = sample.read(path)
    refused = 0
    for i in range(n_files):
        sample = found[i % len(found)]
        damaged = damage(sample.data, rng)
        path.write_bytes(damaged)
        try:
            read = sample.read(path)
        except MentorlabError:
            refused += 1
            continue
        check_legal(read)
        if sample.is_text:
            check_unchanged(sample, damaged, read, before[sample.name])
    print(f"{n_files:,} damaged files: {refused} refused, {n_files - refused} read")
    assert 0 < refused < n_files


LOG = (
    "student_id,session_topic,session_date,session_duration,session_ratio,tutor_id\n"
    + "".join(f"S{i},math,2026-03-{i + 1:02d},45,1:1,T{i % 3}\n" for i in range(12))
).encode()
PAIRS = (
    "pair,id_A,id_P,trust_1_A,trust_1_P,trust_2_A,trust_2_P\n"
    + "".join(f"r{i},m{i},s{i},{i % 5 + 1},4,n/a,\n" for i in range(12))
).encode()
CALENDAR = (
    "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            *(
                f"BEGIN:VEVENT\r\nUID:{i}\r\nSUMMARY:Mentoring D0{i}\r\n"
                f"DTSTART;TZID=Europe/Oslo:2026030{i}T140000\r\nDURATION:PT45M\r\n"
                f"RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE;TZID=Europe/Oslo:2026031{i}T140000\r\n"
                "END:VEVENT"
                for i in range(1, 6)
            ),
            "END:VCALENDAR",
        ]
    )
    + "\r\n"
).encode()
BOOK = Codebook(pd.DataFrame({"item": ["trust_1", "trust_2"], "low": 1, "high": 5}))


def workbook(path: Path) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Answers"
    for line in PAIRS.decode().replace("_A", "_mentor").replace("_P", "_mentee").splitlines():
        sheet.append(line.split(","))
    log = book.create_sheet("Meetings")
    for line in LOG.decode().splitlines():
        log.append(line.split(","))
    book.save(path)
    return path.read_bytes()


def test_damaged_logs_calendars_and_workbooks_end_in_one_of_our_errors(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    sides = {"_A": "mentor", "_P": "mentee"}
    found: list[tuple[bytes, Reader]] = [
        (LOG, read_contact_log),
        (CALENDAR, read_calendar),
        (PAIRS, partial(read_csv, sides=sides, codebook=BOOK, wave=1)),
        (workbook(tmp_path / "book.xlsx"), partial(read_excel, codebook=BOOK, wave=1)),
    ]
    path = tmp_path / "file"
    for data, read in found:
        path.write_bytes(data)
        read(path)
        refused = 0
        for _ in range(N_OTHERS):
            path.write_bytes(damage(data, rng))
            try:
                check_legal(read(path))
            except MentorlabError:
                refused += 1
        assert refused


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_or_recognized(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(data)
    with pytest.raises(MentorlabError):
        read_any(path)


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=5), min_size=1, max_size=6))
def test_any_table_is_refused_or_read_as_it_stands(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    try:
        grid = split_cells(out.getvalue(), "table.csv")
    except MentorlabError:
        assert len({len(row) for row in rows}) > 1
        return
    assert [list(grid.header), *grid.rows] == rows


@given(st.text(max_size=300))
def test_any_text_is_refused_as_a_calendar_or_parsed(text: str) -> None:
    try:
        events, _ = parse_calendar("BEGIN:VCALENDAR\n" + text, who="test", name="x.ics")
    except MentorlabError:
        return
    assert all(event.start.at for event in events)


OPTION = st.sampled_from(["Writing", "Writing, publishing", "Law", "Art, music, dance"])


@given(st.lists(OPTION, unique=True, max_size=4), st.sampled_from([",", ", "]))
def test_options_that_hold_the_separator_are_found_again(chosen: list[str], separator: str) -> None:
    options = ["Writing", "Writing, publishing", "Law", "Art, music, dance"]
    found, rest = split_options(separator.join(chosen), options, separator)
    assert (found, rest) == (chosen, [])
