import pandas as pd
import pytest

from mentorlab.readers.identity.identifiers import find_identifiers, mask


def why(column, *values):
    found = find_identifiers(pd.DataFrame({column: list(values)}))
    return found[0].why if found else ""


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("contact", ["ann@example.org"], "holds e-mail addresses"),
        ("Your e-mail", ["x"], "is an e-mail address, as its heading says"),
        ("q1", ["192.168.0.12"], "holds IP addresses"),
        ("q1", ["+47 912 34 567"], "holds phone numbers"),
        ("q1", ["@annmiller"], "holds handles"),
        ("q1", ["59.91273, 10.74609"], "holds coordinates"),
        ("LastName", ["x"], "is a name, as its heading says"),
        ("q1", ["Ann Miller", "Bo van Dyk", "Cy Ek"], "holds what looks like names"),
        ("q1", ["I left because of him. It hurt."], "holds free text"),
        ("Anything else?", ["no idea"], "holds free text"),
    ],
)
def test_what_identifies_people_is_found(column, values, said):
    assert why(column, *values) == said


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("t1", ["1", "5", "3.5"]),
        ("when", ["2026-03-17 10:00", "17/3/2026"]),
        ("department", ["Human Resources", "Public Health", "Law School"]),
        ("form name", ["intake", "survey"]),
        ("skills", ["writing;public law", "art"]),
        ("phone", ["yes", "no"]),
        ("q1", ["Strongly agree", "Agree", "Strongly agree", "Agree"]),
    ],
)
def test_answers_and_categories_are_not(column, values):
    assert why(column, *values) == ""


def test_examples_show_the_shape_and_nothing_else():
    assert mask("Ann Ö. Miller 07") == "Xxx X. Xxxxxx 99"
    assert len(mask("x" * 99)) < 30
