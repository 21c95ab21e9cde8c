from __future__ import annotations

import re

import pytest

from mentorlab.datasets.feedback_forms import FORMS, read_cells

QUESTIONS = {question.key: question for form in FORMS for question in form.questions}


def read(key: str, *cells: object) -> list[list[object]]:
    (answers,), _ = read_cells(cells, (QUESTIONS[key],))
    return answers.astype("object").where(answers.notna(), None).values.tolist()


@pytest.mark.parametrize(
    ("key", "cell", "answer", "score"),
    [
        ("mentor_met_expectations", "5", "5", 5.0),
        ("mentor_met_expectations", 4, "4", 4.0),
        ("mentor_met_expectations", "3.0", "3", 3.0),
        ("hours_a_week", "<1 hour / week", "under 1", 1.0),
        ("hours_a_week", "1-2 hours / week in most weeks", "1 to 2", 2.0),
        ("would_work_with_mentor_again", "No", "no", 1.0),
        ("would_recommend", "Yes", "yes", 3.0),
        ("goals_met", "I was able work on my project but only PARTIALLY", "partly", 2.0),
        ("mentor_calls_useful", " Mentoring calls were always useful ", "always", 4.0),
        ("cohort_calls_useful", "I could not attend", "could not attend", None),
        ("mentee_engaged", "Yes, they were able to engage", "yes", None),
        (
            "cohort_calls_attended",
            "I have attended 1-2 cohort calls, and watched the missed call on YouTube",
            "some, watched the rest",
            None,
        ),
        (
            "mentor_supported",
            "I felt supported as a mentor and the training offered in the OLS-3 was adequate, but "
            "we never met Ann",
            "yes, training adequate",
            3.0,
        ),
    ],
)
def test_listed_choices(key, cell, answer, score):
    assert read(key, cell) == [[answer, score, None]]


@pytest.mark.parametrize("cell", ["", "  ", None, float("nan")])
def test_blank_cells(cell):
    assert read("goals_met", cell) == [[None, None, "unanswered"]]


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("goals_met", "Other"),
        ("goals_met", "My mentor Ann said I was able to meet ALL my goals"),
        ("mentor_met_expectations", "55"),
        ("mentor_met_expectations", "6"),
        ("would_recommend", "Yesterday I met Ann"),
        ("hours_a_week", "11-2 hours / week"),
        ("cohort_calls_attended", "I have attended all the cohort calls except one"),
    ],
)
def test_free_text_is_dropped_and_counted(key, cell):
    (answers,), n_free_text = read_cells([cell, ""], (QUESTIONS[key],))
    assert n_free_text == 1
    assert answers["missing"].tolist() == ["free_text", "unanswered"]
    assert answers["answer"].isna().all()


def test_two_choices_say_neither():
    cell = "Mentoring calls were always useful, Mentoring calls were mostly useful"
    assert read("mentor_calls_useful", cell) == [[None, None, "several_choices"]]


def test_two_questions_share_a_column():
    supported, overwhelmed = QUESTIONS["mentor_supported"], QUESTIONS["mentor_overwhelmed"]
    assert supported.wording == overwhelmed.wording
    cells = [
        "I felt supported as a mentor and the training offered in the OLS-2 was adequate, I "
        "enjoyed my participation and did not find the experience overwhelming",
        "I did not feel supported as a mentor",
        "Ann helped",
    ]
    (first, second), n_free_text = read_cells(cells, (supported, overwhelmed))
    assert first["answer"].fillna("").tolist() == ["yes, training adequate", "no", ""]
    assert second["answer"].fillna("").tolist() == ["no", "", ""]
    assert second["missing"].fillna("").tolist() == ["", "unanswered", "free_text"]
    assert n_free_text == 1


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_scores_follow_the_order_and_patterns_do_not_overlap(question):
    scored = [name for name, _ in question.choices if name not in question.unscored]
    scores = [question.score(name) for name in scored]
    if question.ordered:
        assert scores == [float(rank) for rank in range(1, len(scored) + 1)]
        assert question.n_scored == len(scored)
    else:
        assert question.n_scored == 0
    names = [name for name, _ in question.choices]
    assert len(set(names)) == len(names)
    assert not any(re.search(r"[A-Z]", name) for name in names)


def test_keys_are_unique():
    assert len(QUESTIONS) == sum(len(form.questions) for form in FORMS)
