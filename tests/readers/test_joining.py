import pandas as pd
import pytest
from small_exports import BOOK, dropped, values, write_rows

from mentorlab.errors import OptionError, ReadError
from mentorlab.readers import read_contact_log, read_csv, read_google_forms

HEAD = ["Timestamp", "Pair code", "Own code", "I trust my partner", "My partner is fair"]


def form(tmp_path, name, role, *rows, **options):
    file = write_rows(tmp_path / f"{name}.csv", [HEAD, *rows])
    return read_google_forms(
        file, role=role, codebook=BOOK, columns={"Own code": "rater_id"}, dates="dmy", **options
    )


def test_of_two_files_of_one_wave_the_answer_given_last_counts(tmp_path):
    first = form(tmp_path, "a", "mentor", ["17/3/2026 10:00:00", "D1", "m1", "Agree", "Agree"])
    later = form(tmp_path, "b", "mentor", ["19/3/2026 10:00:00", "D1", "m1", "Disagree", ""])
    for joined in (first.concat(later), later.concat(first)):
        assert values(joined) == {("m1", "t1"): 2, ("m1", "t2"): "unanswered"}
        reason = "answered again in another file: the last answer counts"
        assert ("row", reason, 1, 0) in dropped(joined)


def test_two_files_without_times_that_differ_are_refused(tmp_path):
    head = ["pair", "role", "rater_id", "t1"]
    files = [
        write_rows(tmp_path / f"{i}.csv", [head, ["D1", "mentor", "m1", str(i)]]) for i in (1, 2)
    ]
    one, two = (read_csv(file, codebook=BOOK, wave=1) for file in files)
    with pytest.raises(ReadError, match=r"'m1' answers about 'D1' in wave 1 in two files, diff"):
        one.concat(two)
    assert len(one.concat(one).responses) == len(one.responses)
    second = read_csv(files[1], codebook=BOOK, wave=2)
    assert one.concat(second).responses["wave"].tolist() == [1, 2]


def test_forms_of_both_roles_and_a_log_make_a_program(tmp_path):
    mentors = form(tmp_path, "a", "mentor", ["17/3/2026 10:00:00", "D1", "m1", "Agree", "Agree"])
    mentees = form(tmp_path, "b", "mentee", ["17/3/2026 10:00:00", "d-1", "s1", "Agree", "Agree"])
    log = read_contact_log(
        write_rows(tmp_path / "log.csv", [["pair", "date", "minutes"], ["D 1", "2026-03-02", "5"]])
    )
    read = mentors.concat(mentees, log)
    assert set(read.responses["relationship_id"]) == {"D1"}
    assert set(read.contacts["relationship_id"]) == {"D1"}
    assert read.unlinked.empty
    program = read.to_program()
    members = program.members.sort_values("person_id")
    assert members["person_id"].tolist() == ["m1", "s1"]
    assert members["role"].tolist() == ["mentor", "mentee"]


def test_a_log_alone_needs_to_know_who_met(tmp_path):
    file = write_rows(tmp_path / "log.csv", [["pair", "date", "minutes"], ["D1", "2026-03-02", 5]])
    log = read_contact_log(file)
    with pytest.raises(ReadError, match="name no person in a relationship"):
        log.to_program()
    members = pd.DataFrame({"relationship_id": ["D1"], "person_id": ["m1"], "role": ["mentor"]})
    assert len(log.to_program(members=members).contacts) == 1
    with pytest.raises(OptionError, match="must be given read results"):
        log.concat(members)
