"""The declarations of the data model agree with one another and with the design."""

import pytest

from mentorlab.schemas import Column, Table
from mentorlab.tables import TABLES

REQUIRED = {
    "people": ("person_id",),
    "relationships": ("relationship_id",),
    "members": ("relationship_id", "person_id", "role"),
    "responses": ("relationship_id", "rater_id", "role", "wave", "item", "value"),
    "contacts": ("contact_id", "relationship_id", "at", "kind", "status"),
    "attendance": ("contact_id", "person_id"),
    "goals": ("relationship_id", "goal_id"),
    "acts": ("relationship_id", "at", "by", "act"),
    "outcomes": ("person_id", "outcome", "wave", "value"),
    "ties": ("source", "target", "kind"),
    "enrolment": ("person_id",),
    "applicants": ("person_id", "role"),
    "preferences": ("person_id", "other_id", "rank"),
}


def test_there_are_thirteen_tables_and_three_are_required():
    assert list(TABLES) == list(REQUIRED)
    assert [table.name for table in TABLES.values() if table.required] == [
        "people",
        "relationships",
        "members",
    ]


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
class TestTable:
    def test_required_columns_stand_first(self, table: Table):
        required = [column.required for column in table.columns]
        assert required == sorted(required, reverse=True)
        assert tuple(c.name for c in table.columns if c.required) == REQUIRED[table.name]

    def test_names_are_unique_and_plain(self, table: Table):
        assert len(set(table.names)) == len(table.names)
        assert all(name.isidentifier() and name == name.lower() for name in table.names)

    def test_what_it_refers_to_is_there(self, table: Table):
        dates = {column.name for column in table.columns if column.kind == "date"}
        assert set(table.key) <= set(table.names)
        assert set(table.known_at) <= dates
        for reveal in table.reveals:
            assert set(reveal.columns) <= set(table.names)
            assert set(reveal.known_at) <= dates
        for column in table.columns:
            assert not column.not_before or {column.name, column.not_before} <= dates
            assert not column.refers or TABLES[column.refers].column(TABLES[column.refers].key[0])
            assert not (column.minimum or column.maximum) or column.kind in ("whole", "number")

    def test_everything_is_explained(self, table: Table):
        assert table.row
        assert table.required or table.forbids or table.name == "people"
        assert all(column.about for column in table.columns)

    def test_dated_tables_are_cut(self, table: Table):
        recorded = {"recorded_at", "measured_at", "at", "started_on"} & set(table.names)
        assert not recorded or table.known_at


def test_an_unknown_column_is_an_error():
    with pytest.raises(StopIteration):
        TABLES["people"].column("shoe")


def test_columns_compare_by_value():
    assert Column("a", "b") == Column("a", "b")
