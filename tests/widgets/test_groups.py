import numpy as np
import pandas as pd
import pytest

from mentorlab.errors import OptionError
from mentorlab.widgets.groups import MOST_VALUES, Belonging, group_label, group_options

# Two mentees in r1, of different levels; the mentor of r2 is also a mentee in r3.
MEMBERS = pd.DataFrame(
    [
        ("r1", "ann", "mentor"),
        ("r1", "cy", "mentee"),
        ("r1", "di", "mentee"),
        ("r2", "bo", "mentor"),
        ("r2", "ed", "mentee"),
        ("r3", "ann", "mentor"),
        ("r3", "bo", "mentee"),
    ],
    columns=["relationship_id", "person_id", "role"],
)
PEOPLE = pd.DataFrame(
    {
        "person_id": ["ann", "bo", "cy", "di", "ed"],
        "level": ["lead", "lead", "junior", "senior", "junior"],
    }
)
RELATIONSHIPS = pd.DataFrame(
    {"relationship_id": ["r1", "r2", "r3"], "site": ["north", "south", None], "formal": True}
)
PAIRS = pd.DataFrame(
    [("r1", "ann", "cy"), ("r1", "ann", "di"), ("r2", "bo", "ed"), ("r3", "ann", "bo")],
    columns=["relationship_id", "mentor_id", "mentee_id"],
)
SCORES = pd.DataFrame(
    [
        ("r1", "ann", "cy", "mentor"),
        ("r1", "ann", None, "mentor"),
        ("r1", "cy", "ann", "mentee"),
        ("r1", "di", "ann", "mentee"),
        ("r2", "bo", None, "mentor"),
        ("r2", "ed", None, "mentee"),
        ("r3", "bo", None, "mentee"),
    ],
    columns=["relationship_id", "rater_id", "target_id", "role"],
).assign(score=4.0)


@pytest.fixture
def belonging():
    return Belonging(MEMBERS, RELATIONSHIPS, PEOPLE)


def test_attributes_of_relationships_and_of_people_on_each_side(belonging):
    assert belonging.names() == ("site", "formal", "mentor.level", "mentee.level")


def test_a_relationships_attribute_keeps_its_rows(belonging):
    site = belonging.attribute("site", who="test")
    assert site.has(SCORES, "north").tolist() == [True] * 4 + [False] * 3
    assert (site.of_pairs(PAIRS) == "north").tolist() == [True, True, False, False]


def test_a_persons_attribute_is_of_that_side_only(belonging):
    level = belonging.attribute("mentee.level", who="test")
    # bo is a lead as a mentee in r3; as a mentor in r2 that says nothing
    assert level.has(SCORES, "lead").tolist() == [False] * 6 + [True]
    assert (level.of_pairs(PAIRS) == "lead").tolist() == [False, False, False, True]


def test_the_other_sides_answers_go_by_whom_they_are_about(belonging):
    level = belonging.attribute("mentee.level", who="test")
    # ann's answer about cy is about a junior; the one about all of r1 is about both levels
    assert level.has(SCORES, "senior").tolist() == [False, True, False, True, False, False, False]
    assert level.has(SCORES, "junior")[:2].tolist() == [True, True]


def test_answers_without_a_target_column_are_about_the_relationship(belonging):
    level = belonging.attribute("mentee.level", who="test")
    without = SCORES.drop(columns="target_id")
    assert level.has(without, "senior")[:2].tolist() == [True, True]


def test_groups_with_a_score_are_listed(belonging):
    asked = group_options(belonging, SCORES, ["mentor.level", "formal"], who="test")
    assert asked == [
        ("mentor level lead", ("mentor.level", "lead")),
        ("formal yes", ("formal", True)),
    ]
    assert type(asked[1][1][1]) is bool


def test_the_usual_groups_are_those_that_differ(belonging):
    labels = [label for label, _ in group_options(belonging, SCORES, None, who="test")]
    assert labels == ["site north", "site south"]
    silent = SCORES.assign(score=np.where(SCORES["relationship_id"] == "r2", np.nan, 4.0))
    assert group_options(belonging, silent, None, who="test") == []


def test_attributes_with_many_values_are_refused_when_named():
    n = MOST_VALUES + 1
    ids = [f"r{i}" for i in range(n)]
    members = pd.DataFrame({"relationship_id": ids, "person_id": ids, "role": "mentor"})
    many = Belonging(members, pd.DataFrame({"relationship_id": ids, "site": ids}))
    scores = pd.DataFrame({"relationship_id": ids, "rater_id": ids, "role": "mentor", "score": 4.0})
    assert group_options(many, scores, None, who="test") == []
    with pytest.raises(OptionError, match="12 values or fewer; 'site' has 13 values"):
        group_options(many, scores, ["site"], who="test")


def test_without_a_program_there_are_no_attributes():
    with pytest.raises(OptionError, match="`group` must be left out: no program; got 'site'"):
        Belonging(MEMBERS).attribute("site", who="test")


def test_words_for_groups():
    assert group_label(("kind", "one_to_one")) == "kind one to one"
    assert group_label(("formal", False)) == "formal no"
