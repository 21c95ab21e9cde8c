import pandas as pd
import pytest

from mentorlab import read_contacts
from mentorlab.errors import ReadError, SchemaError
from mentorlab.readers import IdentifierError


@pytest.fixture
def read(tmp_path):
    def read(text, **kwargs):
        path = tmp_path / "log.csv"
        path.write_text(text)
        return read_contacts(path, **kwargs)

    return read


def test_a_log_gets_ids_in_file_order(read):
    frame = read(
        "pair,day,kind,status,minutes,mood\n07,2026-03-02 16:00,meeting,held,45,good\n"
        "07,2026-03-09,call,missed,,\n",
        columns={"pair": "relationship_id", "day": "at"},
    )
    assert frame["contact_id"].tolist() == ["c1", "c2"]
    assert frame["relationship_id"].tolist() == ["07", "07"]
    assert frame["at"].tolist() == [pd.Timestamp(2026, 3, 2, 16), pd.Timestamp(2026, 3, 9)]
    assert frame["mood"].iloc[0] == "good"


def test_its_own_ids_are_kept(read):
    header = "contact_id,relationship_id,at,kind,status\n"
    assert read(header + "007,r,2026-03-02,meeting,held\n")["contact_id"].tolist() == ["007"]
    with pytest.raises(SchemaError, match="`contact_id` must tell rows apart; got '1' again"):
        read(header + "1,r,2026-03-02,meeting,held\n" * 2)


def test_all_faults_at_once_with_the_file(read):
    with pytest.raises(SchemaError) as caught:
        read("relationship_id,at,kind,status\nr,2.3.2026,Meeting,held\n,2026-03-02,call,done\n")
    assert str(caught.value).startswith("read_contacts: log.csv: not a valid contacts table\n")
    assert [fault.column for fault in caught.value.faults] == [
        "at",
        "relationship_id",
        "kind",
        "status",
    ]


def test_a_log_without_rows(read):
    assert len(read("relationship_id,at,kind,status\n")) == 0


def test_a_header_that_repeats(read):
    with pytest.raises(ReadError, match="more than one column named 'at'"):
        read("relationship_id,at,at,kind,status\nr,2026-03-02,2026-03-02,call,held\n")


def test_columns_that_identify_people_are_refused(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text(
        "contact_id,relationship_id,at,kind,status,email\nc1,r1,2026-03-02,meeting,held,ann@example.org\n"
    )
    with pytest.raises(IdentifierError, match="'email'"):
        read_contacts(path)
    assert "email" not in read_contacts(path, identifiers="drop")
