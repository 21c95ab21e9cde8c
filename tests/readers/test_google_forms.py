import pytest
from small_exports import BOOK, KEY, dropped, values, write_rows

from mentorlab.errors import OptionError, ReadError
from mentorlab.readers import IdentifierError, read_google_forms

TOPICS = "About? (tick all that apply)"
OPTIONS = {TOPICS: ["Law, tax", "Art"]}


def form(path, partner, rows, mail=True):
    head = ["Timestamp", *(["Email Address"] if mail else []), "Your pair code (on your letter)"]
    head += [f"How? [I trust my {partner}]", f"How? [My {partner} is fair]", TOPICS]
    return write_rows(path, [head, *rows])


def forms(tmp_path, mentors, mentees, **options):
    files = {
        "mentor": form(tmp_path / "mentors.csv", "mentee", mentors),
        "mentee": form(tmp_path / "mentees.csv", "mentor", mentees),
    }
    return read_google_forms(
        files, **{"codebook": BOOK, "identifiers": "drop", "choices": OPTIONS, **options}
    )


MENTOR = ["3/17/2026 10:00:00", "ann@example.org", "D01", "Agree", "", "Law, tax, Art, our cat"]
MENTEE = ["3/18/2026 10:00:00", "Bo@example.org", " d-01 ", "Not applicable", "Disagree", ""]


def test_two_forms_become_one_survey(tmp_path):
    found = forms(tmp_path, [MENTOR], [MENTEE])
    assert values(found) == {
        ("D01:mentor", "t1"): 4,
        ("D01:mentor", "t2"): "unanswered",
        ("D01:mentee", "t1"): "not_applicable",
        ("D01:mentee", "t2"): 2,
    }
    assert found.choices["choice"].tolist() == ["Law, tax", "Art"]
    assert ("choice", "no option of the question: text that people wrote", 1, 1) in dropped(found)
    assert found.unlinked.empty


def test_an_address_is_one_person_in_all_relationships(tmp_path):
    second = ["3/19/2026 10:00:00", "ANN@example.org", "D02", "Agree", "Agree", "Art"]
    found = forms(tmp_path, [MENTOR, second], [MENTEE], identifiers="pseudonymize", key=KEY)
    raters = found.responses.groupby("role")["rater_id"].nunique()
    assert raters.to_dict() == {"mentee": 1, "mentor": 1}
    assert found.responses.query("role == 'mentor'")["relationship_id"].nunique() == 2


def test_double_submissions_count_once(tmp_path):
    later = ["3/20/2026 9:00:00 AM", "ann@example.org", "D01", "Disagree", "Agree", "Art"]
    found = forms(tmp_path, [later, MENTOR], [MENTEE])
    assert values(found)["D01:mentor", "t1"] == 2
    assert ("row", "answered again: the last finished answer counts", 1, 2) in dropped(found)


def test_addresses_and_comments_are_refused(tmp_path):
    with pytest.raises(IdentifierError) as refused:
        forms(tmp_path, [MENTOR], [MENTEE], identifiers="refuse")
    assert "'Email Address' is the e-mail address (like xxx@xxxxxxx.xxx)" in str(refused.value)
    assert "ann@" not in str(refused.value)


def test_the_order_of_dates_is_never_guessed_without_evidence(tmp_path):
    unsure = ["3/4/2026 10:00:00", *MENTOR[1:]]
    file = form(tmp_path / "x.csv", "mentee", [unsure])
    options = {"codebook": BOOK, "identifiers": "drop", "choices": OPTIONS, "role": "mentor"}
    with pytest.raises(ReadError, match="can't tell whether `Timestamp` is day/month"):
        read_google_forms(file, **options)
    found = read_google_forms(file, **options, dates="dmy")
    assert found.responses["answered_at"].iloc[0].month == 4
    both = [["13/4/2026 10:00:00", *MENTOR[1:]], ["4/13/2026 10:00:00", *MENTOR[1:]]]
    with pytest.raises(ReadError, match="mixes day/month and month/day"):
        read_google_forms(form(tmp_path / "y.csv", "mentee", both), **options)


def test_the_form_of_one_role_is_told_by_what_it_asks(tmp_path):
    file = form(tmp_path / "x.csv", "mentee", [MENTOR])
    found = read_google_forms(file, codebook=BOOK, identifiers="drop", choices=OPTIONS)
    assert set(found.responses["role"]) == {"mentor"}
    assert any("the form of mentors" in note for note in found.assumed)
    assert found.unlinked.empty
    neutral = form(tmp_path / "y.csv", "partner", [MENTOR])
    with pytest.raises(ReadError, match="or role='mentor' for a form"):
        read_google_forms(neutral, codebook=BOOK, identifiers="drop", choices=OPTIONS)


def test_options_are_guessed_only_where_they_repeat(tmp_path):
    rows = [
        [*MENTOR[:2], f"D0{i}", "Agree", "Agree", ticks]
        for i, ticks in enumerate(["Law, tax, Art", "Law, tax", "Art, a secret", "Art"], start=1)
    ]
    file = form(tmp_path / "x.csv", "mentee", rows)
    found = read_google_forms(file, codebook=BOOK, identifiers="drop")
    assert found.choices["choice"].tolist() == ["Law, tax", "Art", "Law, tax", "Art", "Art"]
    assert "secret" not in found.choices.to_csv() + found.dropped.to_csv() + repr(found)
    assert any("are guessed" in note for note in found.assumed)


def test_joining_two_results_links_them_again(tmp_path):
    options = {"codebook": BOOK, "identifiers": "drop", "choices": OPTIONS}
    mentors = read_google_forms(form(tmp_path / "a.csv", "mentee", [MENTOR]), **options)
    mentees = read_google_forms(form(tmp_path / "b.csv", "mentor", [MENTEE]), **options)
    both = mentors.concat(mentees)
    assert len(both.responses) == 4
    assert both.codebook is BOOK


def test_arguments_are_checked(tmp_path):
    file = form(tmp_path / "x.csv", "mentee", [MENTOR])
    with pytest.raises(OptionError, match=r"`role` must be .* Did you mean 'mentor'\?"):
        read_google_forms(file, role="Mentor")
    with pytest.raises(OptionError, match="`role` must be left out"):
        read_google_forms({"mentor": file}, role="mentor")
    other = write_rows(tmp_path / "y.csv", [["a", "b"], ["1", "2"]])
    with pytest.raises(ReadError, match="first column is 'a', not Timestamp"):
        read_google_forms(other)
