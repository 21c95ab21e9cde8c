"""The closed questions of the Open Seeds feedback forms, and how their cells are read.

Only what is listed here leaves the loader: an answer is one of the short texts below or missing,
so nothing that a respondent wrote can pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

Moment = Literal["mid", "final"]


@dataclass(frozen=True)
class Question:
    """One closed question of one form.

    Attributes
    ----------
    key : str
        Short name, stable across cohorts.
    wording : str
        The column's header in the source.
    choices : tuple of (str, str)
        The answer as we name it and the source's text as a regular expression, lowest first where
        `ordered`.
    ordered : bool
        Whether the position of an answer, counted from 1, is its score.
    unscored : tuple of str
        Answers of an ordered question that stand outside the order.
    """

    key: str
    wording: str
    choices: tuple[tuple[str, str], ...]
    ordered: bool = True
    unscored: tuple[str, ...] = ()

    def score(self, answer: str | None) -> float:
        """Position of the answer in its order, counted from 1; missing when it has none."""
        if answer is None or not self.ordered or answer in self.unscored:
            return float("nan")
        return 1.0 + [name for name, _ in self.choices].index(answer)

    @property
    def n_scored(self) -> int:
        """Number of ordered answers; 0 when the question has no order."""
        return len(self.choices) - len(self.unscored) if self.ordered else 0


@dataclass(frozen=True)
class Form:
    """One feedback form.

    Attributes
    ----------
    folder : str
        Where its files are, one per cohort.
    role, moment : str
        Who filled it in, and when in the program.
    questions : tuple of Question
        Its closed questions; two may share a column.
    """

    folder: str
    role: Literal["mentee", "mentor"]
    moment: Moment
    questions: tuple[Question, ...]


_RATING = tuple((str(value), rf"{value}(?:\.0)?") for value in range(1, 6))
_YES_NO = (("no", "No"), ("maybe", "Maybe"), ("yes", "Yes"))
_TRAINING = r"the training offered in (?:the )?(?:OLS-\d+|Open Seeds)"
_SUPPORT = "How were your overall mentorship training and support experience in OLS?"

FORMS = (
    Form(
        "participant_feedback/mid_cohort",
        "mentee",
        "mid",
        (
            Question("helps_me_work_openly", "OLS is helping me work openly", _RATING),
            Question(
                "helps_me_encourage_others",
                "OLS is helping me encourage others to work openly",
                _RATING,
            ),
            Question(
                "concepts_used",
                "Which of the following statements is true regarding the usefulness of the topics "
                "introduced at the OLS?",
                (
                    ("none", "I have NOT been able to use any concepts introduced at OLS so far"),
                    (
                        "very few",
                        "I have been able to use VERY FEW concepts introduced at OLS so far",
                    ),
                    ("some", "I have been able to use SOME concepts introduced at OLS so far"),
                    ("most", "I have been able to use MOST concepts introduced at OLS so far"),
                    ("all", "I have been able to use ALL concepts introduced at OLS so far"),
                ),
            ),
            Question(
                "hours_a_week",
                "How much time do you spend on assignments on average? (not meetings)",
                (
                    ("under 1", "<1 hour / week"),
                    ("1 to 2", "1-2 hours / week"),
                    ("2 to 3", "2-3 hours / week"),
                    ("3 or more", r"3\+ hours / week"),
                ),
            ),
            Question(
                "cohort_calls_attended",
                "How many cohort calls have been able to attend or watch in this round?",
                (
                    ("all", "I have attended all the cohort calls so far"),
                    (
                        "some, watched the rest",
                        "I have attended 1-2 cohort calls, and watched the missed call on YouTube",
                    ),
                    (
                        "none, watched all",
                        "I watched all the cohort calls on YouTube, but have not attended any call "
                        "so far",
                    ),
                    ("not all yet", "I have yet to watch all the cohort call videos"),
                ),
                ordered=False,
            ),
            Question(
                "mentor_met_expectations",
                "To what extent did your mentor meet your expectations?",
                _RATING,
            ),
            Question(
                "would_work_with_mentor_again",
                "Would you like to work with your mentor in future?",
                _YES_NO,
            ),
        ),
    ),
    Form(
        "participant_feedback/post_cohort",
        "mentee",
        "final",
        (
            Question(
                "goals_met",
                "How was your overall project leadership experience in OLS?",
                (
                    ("none", "I was NOT able to work on my project idea"),
                    ("partly", "I was able (?:to )?work on my project but only PARTIALLY"),
                    ("most", "I was able to meet MOST of my goals"),
                    ("all", "I was able to meet ALL my goals"),
                ),
            ),
            Question(
                "mentor_calls_useful",
                "How was your overall experience with the mentor-mentee calls?",
                (
                    ("not", "Mentoring calls were not useful"),
                    ("somewhat", "Mentoring calls were somewhat useful"),
                    ("mostly", "Mentoring calls were mostly useful"),
                    ("always", "Mentoring calls were always useful"),
                ),
            ),
            Question(
                "cohort_calls_useful",
                "How was your overall experience with the cohort calls?",
                (
                    ("not", "They were not useful(?: for me)?"),
                    ("somewhat", "They were somewhat useful"),
                    ("mostly", "They were mostly useful"),
                    ("always", "They were always useful"),
                    ("could not attend", "I could not attend"),
                ),
                unscored=("could not attend",),
            ),
            Question("would_recommend", "Would you recommend this program to others?", _YES_NO),
        ),
    ),
    Form(
        "mentor_feedback/post_cohort",
        "mentor",
        "final",
        (
            Question(
                "mentor_supported",
                _SUPPORT,
                (
                    ("no", "I did not feel supported as a mentor"),
                    (
                        "yes, training can be improved",
                        rf"I felt supported as a mentor but {_TRAINING} can be improved",
                    ),
                    (
                        "yes, training adequate",
                        rf"I felt supported as a mentor and {_TRAINING} was adequate",
                    ),
                ),
            ),
            Question(
                "mentor_overwhelmed",
                _SUPPORT,
                (
                    (
                        "no",
                        "I enjoyed my participation and did not find the experience overwhelming",
                    ),
                    ("yes", "I found the mentorship responsibilities overwhelming"),
                ),
                ordered=False,
            ),
            Question(
                "calls_constructive",
                "How was your overall experience with the mentoring calls with your mentee?",
                (
                    ("not", "Mentoring calls were not structured or constructive"),
                    ("somewhat", "Mentoring calls were somewhat constructive"),
                    ("mostly", "Mentoring calls were mostly constructive"),
                    ("always", "Mentoring calls were always constructive"),
                ),
            ),
            Question(
                "mentee_engaged",
                "Do you think your mentee was able to effectively engage with OLS throughout the "
                "program?",
                (
                    ("no", "No, they had difficulty engaging or attending calls"),
                    ("yes", "Yes, they were able to engage"),
                ),
                ordered=False,
            ),
        ),
    ),
)


def read_cells(
    cells: Iterable[object], questions: tuple[Question, ...]
) -> tuple[list[pd.DataFrame], int]:
    """Read one column's cells as the answers to the questions that share it.

    A choice counts where its text stands whole in the cell: alone, in a list of choices, or with
    something written behind it. A cell that ticks two choices of one question says neither.

    Parameters
    ----------
    cells : iterable of object
        The column; a missing or blank cell was not answered.
    questions : tuple of Question
        The questions of this column.

    Returns
    -------
    answers : list of pandas.DataFrame
        For each question one row per cell: ``answer``, ``score`` and, where the answer is missing,
        ``missing`` (unanswered, free_text, several_choices).
    n_free_text : int
        Cells that held free text and no listed choice.
    """
    texts = ["" if pd.isna(cell) else str(cell).strip() for cell in cells]
    found = [[_ticked(text, question) for text in texts] for question in questions]
    nothing = [not any(ticks) for ticks in zip(*found, strict=True)]
    free = [empty and bool(text) for empty, text in zip(nothing, texts, strict=True)]
    answers = []
    for question, ticks in zip(questions, found, strict=True):
        chosen = [names[0] if len(names) == 1 else None for names in ticks]
        missing = [_why(names, is_free) for names, is_free in zip(ticks, free, strict=True)]
        answers.append(
            pd.DataFrame(
                {
                    "answer": pd.Series(chosen, dtype="str"),
                    "score": pd.Series(map(question.score, chosen), dtype="float64"),
                    "missing": pd.Series(missing, dtype="str"),
                }
            )
        )
    return answers, sum(free)


def _ticked(text: str, question: Question) -> list[str]:
    return [
        name
        for name, pattern in question.choices
        if re.search(rf"(?:^|, ){pattern}(?=$|[\s,;.])", text)
    ]


def _why(ticked: list[str], is_free: bool) -> str | None:
    if len(ticked) == 1:
        return None
    if ticked:
        return "several_choices"
    return "free_text" if is_free else "unanswered"
