import pytest
from small_exports import BOOK, dropped, values, write_rows

from mentorlab.errors import ReadError
from mentorlab.readers import read_limesurvey

CODES = [
    "id",
    "submitdate",
    "lastpage",
    "startlanguage",
    "token",
    "datestamp",
    "role",
    "pair",
    "rel[SQ001]",
    "rel[SQ002]",
    "top[SQ001]",
    "top[SQ002]",
    "top[other]",
    "hours",
]
FULL = [
    "Response ID",
    "Date submitted",
    "Last page",
    "Start language",
    "Access code",
    "Date last action",
    "Your role",
    "Pair code",
    "How far do you agree? [I trust my partner]",
    "How far do you agree? [My partner is fair]",
    "About? [Law, tax]",
    "About? [Art]",
    "About? [Other]",
    "Hours",
]
ROLES = {"AO01": "mentor", "AO02": "mentee"}
DONE = "2026-03-17 10:00:00"


def codes(tmp_path, rows):
    return write_rows(tmp_path / "codes.csv", [CODES, *rows])


def full(tmp_path, rows):
    return write_rows(tmp_path / "full.csv", [FULL, *rows])


def row(token, role, *cells, done=True, pair="D1"):
    return ["1", DONE if done else "", "3" if done else "1", "en", token, DONE, role, pair, *cells]


def test_full_answers_are_read_by_their_labels(tmp_path):
    rows = [
        row("k1", "Mentor", "Agree", "N/A", "Yes", "No", "", "4.0000000000"),
        row("k2", "Mentee", "", "Disagree", "No", "Yes", "", ""),
        row("k3", "Mentee", "Agree", "", "No", "No", "", "", done=False, pair="D2"),
    ]
    found = read_limesurvey(full(tmp_path, rows), codebook=BOOK)
    assert values(found) == {
        ("k1", "t1"): 4,
        ("k1", "t2"): "not_applicable",
        ("k2", "t1"): "unanswered",
        ("k2", "t2"): 2,
        ("k3", "t1"): 4,
        ("k3", "t2"): "not_shown",
    }
    assert found.choices[["rater_id", "choice"]].values.tolist() == [
        ["k1", "Law, tax"],
        ["k2", "Art"],
    ]


def test_the_text_not_available_can_mean_not_shown(tmp_path):
    rows = [row("k1", "Mentor", "N/A", "N/A", "Yes", "N/A", "", "")]
    found = read_limesurvey(full(tmp_path, rows), codebook=BOOK, answers={"N/A": "not_shown"})
    assert set(values(found).values()) == {"not_shown"}


def test_codes_count_up_from_the_lowest_answer(tmp_path):
    rows = [
        row("k1", "AO01", "AO04", "AO06", "Y", "", "", ""),
        row("k2", "AO02", "A1", "", "", "Y", "", ""),
    ]
    headings = full(tmp_path, [])
    found = read_limesurvey(codes(tmp_path, rows), codebook=BOOK, headings=headings, roles=ROLES)
    assert values(found) == {
        ("k1", "t1"): 4,
        ("k1", "t2"): "not_applicable",
        ("k2", "t1"): 1,
        ("k2", "t2"): "unanswered",
    }
    assert found.choices["choice"].tolist() == ["Law, tax", "Art"]
    told = {"rel[SQ001]": "t1", "rel[SQ002]": "t2"}
    again = read_limesurvey(
        codes(tmp_path, rows),
        codebook=BOOK,
        columns=told,
        roles=ROLES,
        choices={"top": ["Law, tax", "Art"]},
    )
    assert values(again) == values(found)
    assert again.choices["choice"].tolist() == ["Law, tax", "Art"]


def test_an_export_of_the_same_answers_in_full_says_what_codes_mean(tmp_path):
    rows = [
        row("k1", "R7", "hi", "na", "Y", "", "", ""),
        ["2", *row("k2", "R8", "lo", "hi", "", "Y", "", "")[1:]],
    ]
    texts = [
        row("k1", "Mentor", "Strongly agree", "N/A", "Yes", "No", "", ""),
        ["2", *row("k2", "Mentee", "Disagree", "Strongly agree", "No", "Yes", "", "")[1:]],
    ]
    file, headings = codes(tmp_path, rows), full(tmp_path, texts)
    found = read_limesurvey(file, codebook=BOOK, headings=headings)
    assert values(found) == {
        ("k1", "t1"): 5,
        ("k1", "t2"): "not_applicable",
        ("k2", "t1"): 2,
        ("k2", "t2"): 5,
    }
    assert set(found.responses["role"]) == {"mentor", "mentee"}
    hidden = read_limesurvey(file, codebook=BOOK, headings=headings, answers={"N/A": "not_shown"})
    assert values(hidden)["k1", "t2"] == "not_shown"
    texts[0][8] = "Rather so"
    with pytest.raises(ReadError, match="must be an answer to 't1'; got 'hi'"):
        read_limesurvey(file, codebook=BOOK, headings=full(tmp_path, texts))


def test_a_code_beyond_the_scale_is_no_answer(tmp_path):
    with pytest.raises(ReadError, match=r"`rel\[SQ001\]` must be an answer to 't1'; got 'AO09'"):
        read_limesurvey(
            codes(tmp_path, [row("k1", "AO01", "AO09", "AO01", "", "", "", "")]),
            codebook=BOOK,
            headings=full(tmp_path, []),
            roles=ROLES,
        )


def test_roles_as_codes_need_explaining(tmp_path):
    rows = [row("k1", "AO01", "AO04", "AO04", "", "", "", "")]
    with pytest.raises(ReadError, match=r"`role` must name a role.*Give roles=\{'AO01'"):
        read_limesurvey(codes(tmp_path, rows), codebook=BOOK, columns={"rel[SQ001]": "t1"})


def test_a_survey_without_tokens_names_raters_by_pair_and_role(tmp_path):
    rows = [row("", "Mentor", "Agree", "Agree", "", "", "", "")]
    found = read_limesurvey(full(tmp_path, rows), codebook=BOOK)
    assert set(found.responses["rater_id"]) == {"D1:mentor"}


def test_what_is_not_limesurvey_is_refused(tmp_path):
    file = write_rows(tmp_path / "x.csv", [["a", "b"], ["1", "2"]])
    with pytest.raises(ReadError, match="is no LimeSurvey export"):
        read_limesurvey(file)
    short = write_rows(tmp_path / "short.csv", [FULL[:-1]])
    with pytest.raises(ReadError, match="`headings` must be an export of the same survey"):
        read_limesurvey(codes(tmp_path, []), headings=short)


def test_columns_that_are_not_used_are_listed(tmp_path):
    rows = [row("k1", "Mentor", "Agree", "Agree", "", "", "", "4.0")]
    found = read_limesurvey(full(tmp_path, rows), codebook=BOOK)
    assert ("column", "not an item and nothing that we hold", 1, 0) in dropped(found)
