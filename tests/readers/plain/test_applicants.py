import pandas as pd
import pytest

from mentorlab import read_applicants
from mentorlab.errors import SchemaError
from mentorlab.readers import IdentifierError


@pytest.fixture
def read(tmp_path):
    def read(text, **kwargs):
        path = tmp_path / "pool.csv"
        path.write_text(text)
        return read_applicants(path, **kwargs)

    return read


def test_attributes_pass_through(read):
    frame = read(
        "employee,role,capacity,skills\n007,mentor,2,law;art\n08,mentee,,\n",
        columns={"employee": "person_id"},
    )
    assert frame["person_id"].tolist() == ["007", "08"]
    assert frame["capacity"].tolist() == [2, pd.NA]
    assert frame["skills"].iloc[0] == "law;art"


def test_one_person_may_apply_for_two_roles_once_each(read):
    header = "person_id,role\n"
    assert len(read(header + "a,mentor\na,mentee\n")) == 2
    with pytest.raises(SchemaError, match="`person_id, role` must tell rows apart"):
        read(header + "a,mentor\na,mentor\n")


def test_all_faults_at_once_with_the_file(read):
    with pytest.raises(SchemaError) as caught:
        read("person_id,role,capacity\na,mentor,-1\nb,guide,two\n")
    message = str(caught.value)
    assert message.startswith("read_applicants: pool.csv: not a valid applicants table\n")
    for said in ("got 'two'", "`capacity` must be at least 0; got -1", "got 'guide'"):
        assert said in message


def test_columns_that_identify_people_are_refused(tmp_path):
    path = tmp_path / "applicants.csv"
    path.write_text("person_id,role,email\np1,mentor,ann@example.org\n")
    with pytest.raises(IdentifierError, match="'email'"):
        read_applicants(path)
    assert "email" not in read_applicants(path, identifiers="drop")
