"""Workbooks out and back, decisions in force, and the record of a run."""

import json

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import OptionError, ReadError, SchemaError, WriteError
from mentorlab.matching import Block, Market, QuotaRows, assign, build_market
from mentorlab.matching.forms.people import relationships_of
from mentorlab.matching.office.edits import edits_from_frame, read_edits
from mentorlab.matching.office.fingerprint import market_hash
from mentorlab.matching.office.lists import program_list, write_list
from mentorlab.matching.office.record import check_record, read_record, run_record, write_record
from mentorlab.matching.office.resolve import resolve_edits
from mentorlab.matching.office.workbook import write_workbook
from mentorlab.tables import TABLES


@pytest.fixture(scope="module")
def market():
    program = ml.datasets.load_example_program()
    return build_market(program.applicants, rules=[Block.same("department")])


@pytest.fixture(scope="module")
def before(market):
    return assign(market, "mentee_proposing", seed=1)


def edit_sheet(path, change):
    from openpyxl import load_workbook

    book = load_workbook(path)
    sheet = book["pairs"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    rows = {sheet.cell(row=r, column=1).value: r for r in range(2, sheet.max_row + 1)}

    def write(mentee, **cells):
        for name, value in cells.items():
            sheet.cell(row=rows[mentee], column=columns[name]).value = value

    change(write, book)
    book.save(path)


def some_pair(before):
    """A mentee, their mentor, and another acceptable mentor."""
    edges = before.market.pairs()
    for i, j in enumerate(before.mentor_of):
        row = edges.mentor[edges.indptr[i] : edges.indptr[i + 1]]
        others = [k for k in row if k != j]
        if j >= 0 and others:
            return (
                before.market.mentee_ids[i],
                before.market.mentor_ids[j],
                before.market.mentor_ids[others[-1]],
            )
    raise AssertionError("no such pair")


def test_an_unedited_workbook_changes_nothing(before, tmp_path):
    path = write_workbook(before, tmp_path / "pairs.xlsx", columns=("department",))
    edits = read_edits(path, before)
    assert edits.rows.empty
    done = resolve_edits(before, edits)
    assert done.assignment.mentor_of.tolist() == before.mentor_of.tolist()
    assert done.changed.empty
    assert done.cost["change"].abs().max() == 0


def test_edits_and_locks_are_in_force_and_priced(before, tmp_path):
    mentee, had, other = some_pair(before)
    kept = next(m for m in before.pairs()["mentee_id"] if m != mentee)
    dropped = next(m for m in before.pairs()["mentee_id"] if m not in (mentee, kept))
    path = write_workbook(before, tmp_path / "pairs.xlsx")

    def change(write, book):
        write(mentee, mentor_id=other, edited_by="kh", note="met at a talk")
        write(kept, lock="yes")
        write(dropped, mentor_id=None, lock="yes", edited_by="lo")

    edit_sheet(path, change)
    edits = read_edits(path, before)
    actions = edits.rows.set_index("mentee_id")["action"].to_dict()
    assert actions == {mentee: "changed", kept: "locked", dropped: "removed"}
    assert edits.headline() == "Edits: 1 changed, 1 removed, 1 locked"
    done = resolve_edits(before, edits)
    has = dict(done.assignment.pairs().to_numpy().tolist())
    assert has[mentee] == other
    assert has[kept] == dict(before.pairs().to_numpy().tolist())[kept]
    assert dropped not in has
    changed = done.changed.set_index("mentee_id")
    assert changed.loc[mentee, ["before", "after", "why", "note"]].tolist() == [
        had,
        other,
        "edited",
        "met at a talk",
    ]
    moved = set(changed.index) - {mentee, dropped}
    assert (changed.loc[list(moved), "why"] == "moved besides").all()
    cost = done.cost.set_index("measure")
    np.testing.assert_allclose(cost["after"] - cost["before"], cost["change"])
    assert len(done.each) == 3
    lock = done.each.set_index("mentee_id").loc[kept, "total_change"]
    assert np.isfinite(lock)
    assert "moved besides" in done.summary()


def test_the_sum_of_a_single_edit_is_its_price(before):
    mentee, _, other = some_pair(before)
    table = program_list(before)[["mentee_id", "mentor_id"]].assign(lock="")
    table.loc[table["mentee_id"] == mentee, "mentor_id"] = other
    done = resolve_edits(before, edits_from_frame(table, before))
    change = done.cost.set_index("measure").loc["total_utility", "change"]
    assert done.each["total_change"].tolist() == pytest.approx([change])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t, m: t.assign(mentor_id="nobody"), "`mentor_id` must be a mentor of this assign"),
        (lambda t, m: pd.concat([t, t.head(1)]), "`mentee_id` must stand once"),
        (lambda t, m: t.iloc[1:], "must name every mentee; got 1 mentee missing, first"),
        (lambda t, m: t.iloc[:0], "must name every mentee; got no rows"),
        (lambda t, m: t.assign(lock="perhaps"), "`lock` must be yes or empty; got 'perhaps'"),
        (lambda t, m: t.assign(mentee_id="x"), "must be a mentee of this assignment; got 'x'"),
    ],
)
def test_bad_edits_are_named(before, change, said):
    table = program_list(before)[["mentee_id", "mentor_id"]].assign(lock="")
    with pytest.raises(SchemaError, match=said):
        edits_from_frame(change(table, before.market), before)


def test_edits_that_break_places_or_rules_are_named(before):
    market = before.market
    table = program_list(before)[["mentee_id", "mentor_id"]].assign(lock="")
    edges = market.pairs()
    busy = int(np.bincount(edges.mentor).argmax())
    fits = market.mentee_ids[edges.mentee()[edges.mentor == busy]]
    crowd = table.copy()
    crowd.loc[crowd["mentee_id"].isin(fits), "mentor_id"] = market.mentor_ids[busy]
    with pytest.raises(SchemaError, match=r"respect places; got \d+ mentees kept for"):
        edits_from_frame(crowd, before)
    departments = market.mentors["department"]
    first = market.mentees["department"].iloc[0]
    same = market.mentors.loc[departments == first, "person_id"].iloc[0]
    wrong = table.copy()
    wrong.loc[0, "mentor_id"] = same
    with pytest.raises(SchemaError, match="rule 'same department' keeps them apart"):
        edits_from_frame(wrong, before)
    from dataclasses import replace

    quota = QuotaRows(
        np.ones(market.n_mentors, bool), np.ones(market.n_mentees, bool), 0, 1, "one in all"
    )
    strict = replace(before, market=replace(market, quotas=(quota,)))
    with pytest.raises(SchemaError, match=r"respect quotas; got .* where one in all allows 1"):
        edits_from_frame(table.assign(lock=np.where(table["mentor_id"].notna(), "yes", "")), strict)


def test_other_files_are_told_apart(before, tmp_path):
    with pytest.raises(OptionError, match=r"`path` must end in .xlsx; got 'a.csv'"):
        write_workbook(before, tmp_path / "a.csv")
    path = write_workbook(before, tmp_path / "pairs.xlsx")
    other = assign(Market.from_utilities([[1.0]], [[1.0]], capacity=1), "random", seed=1)
    with pytest.raises(OptionError, match="written for other applicants, utilities or rules"):
        read_edits(path, other)

    def drop_pairs(write, book):
        del book["pairs"]

    edit_sheet(path, drop_pairs)
    with pytest.raises(OptionError, match="has no sheet 'pairs'"):
        read_edits(path, before)
    (tmp_path / "text.xlsx").write_text("no workbook")
    with pytest.raises(ReadError, match="is no Excel file"):
        read_edits(tmp_path / "text.xlsx", before)
    with pytest.raises(WriteError, match="what was there before is unchanged"):
        write_workbook(before, tmp_path / "nowhere" / "pairs.xlsx")
    edits = edits_from_frame(program_list(before).assign(lock=""), before)
    with pytest.raises(OptionError, match="the edits were read for other applicants"):
        resolve_edits(other, edits)


def test_ids_that_a_sheet_would_run_come_back_as_they_were(tmp_path):
    market = Market.from_utilities(
        [[2.0, 1], [1, 2]],
        [[1.0, 1], [1, 1]],
        capacity=1,
        mentee_ids=["=cmd|x", "'-b"],
        mentor_ids=["+1", "@m"],
    )
    before = assign(market, "optimal", seed=1)
    path = write_workbook(before, tmp_path / "pairs.xlsx")
    from openpyxl import load_workbook

    for sheet in load_workbook(path):
        assert not [c.value for row in sheet.iter_rows() for c in row if c.data_type == "f"]

    def swap(write, book):
        write("'=cmd|x", mentor_id="'@m")
        write("''-b", mentor_id="'+1")

    edit_sheet(path, swap)
    edits = read_edits(path, before)
    assert edits.rows[["mentee_id", "after"]].to_numpy().tolist() == [
        ["=cmd|x", "@m"],
        ["'-b", "+1"],
    ]
    listed = write_list(before, tmp_path / "list.csv")
    assert "\n'=cmd|x,+1," in listed.read_text()  # a number is no formula


def test_the_list_says_why(before, tmp_path):
    table = program_list(before, columns=["department"])
    assert table["mentee_id"].tolist() == before.market.mentee_ids.tolist()
    assert (table["why"].str.len() > 10).all()
    matched = table["mentor_id"].notna()
    assert (table.loc[matched, "choice"] >= 1).all()
    assert table.loc[~matched, "choice"].isna().all()
    mentors = before.market.mentors.set_index("person_id")["department"]
    assert (
        table.loc[matched, "mentor_department"].tolist()
        == table.loc[matched, "mentor_id"].map(mentors).tolist()
    )
    assert write_list(before, tmp_path / "list.xlsx").is_file()
    with pytest.raises(OptionError, match=r"got 'departmnt'. Did you mean 'department'"):
        program_list(before, columns=["departmnt"])


def test_a_record_tells_all_and_runs_again(before, market, tmp_path):
    mentee, _, other = some_pair(before)
    table = program_list(before)[["mentee_id", "mentor_id"]].assign(
        lock="", edited_by="kh", note="met"
    )
    table.loc[table["mentee_id"] == mentee, "mentor_id"] = other
    done = resolve_edits(before, edits_from_frame(table, before), price_each=False)
    path = write_record(done.assignment, tmp_path / "run.json", edits=done.edits, note="spring")
    record = read_record(path)
    assert record["inputs_hash"] == market_hash(market)
    assert record["edits"][0]["edited_by"] == "kh"
    assert record["weights"] == [[t.name, t.weight, t.side] for t in market.terms]
    assert record["pairs"] == done.assignment.pairs().to_numpy().tolist()
    assert check_record(record, market) == (
        True,
        f"the same {len(record['pairs'])} pairs come out again",
    )
    changed = json.loads(path.read_text())
    changed["pairs"][0][1] = "nobody"
    assert not check_record(changed, market)[0]
    assert "not those of the record" in check_record(record, done.assignment.market)[1]
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_damaged_records_are_refused(before, tmp_path):
    path = tmp_path / "run.json"
    with pytest.raises(ReadError, match="can't be read"):
        read_record(path)
    path.write_text("{}")
    with pytest.raises(ReadError, match="is no record of a run, or damaged"):
        read_record(path)
    path.write_text(json.dumps({**run_record(before), "record_version": 99}))
    with pytest.raises(ReadError, match="newer mentorlab"):
        read_record(path)
    with pytest.raises(OptionError, match=r"must end in .json"):
        write_record(before, tmp_path / "run.txt")


def test_the_hash_is_of_the_content(market):
    from dataclasses import replace

    from judged_markets import lists_of

    assert market_hash(lists_of(market)) == market_hash(market)
    assert market_hash(replace(market, capacity=market.capacity + 1)) != market_hash(market)


def test_members_rows_make_a_program(before):
    members = before.to_frame()
    program = ml.Program(
        people=pd.DataFrame({"person_id": members["person_id"].unique()}),
        relationships=relationships_of(members, started_on="2026-09-01", kind="one_to_one"),
        members=members,
    )
    assert len(program.relationships) == before.n_matched
    assert set(program.members.columns) >= {c.name for c in TABLES["members"].columns if c.required}
