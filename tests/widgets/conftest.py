"""Programs and a toy widget that the tests of widgets share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from invented import invented_program
from toy import Toy

import mentorlab as ml
from mentorlab.widgets.kit import Explorer
from mentorlab.widgets.scored import ScoredElements


@pytest.fixture(scope="session")
def program() -> ml.Program:
    """Forty pairs, twenty mentors with two mentees each, three waves, four elements."""
    return invented_program(40, per_mentor=2)


@pytest.fixture(scope="session")
def scored(program: ml.Program) -> ScoredElements:
    """That program, scored once."""
    return ScoredElements.of(program, who="tests")


@pytest.fixture
def explorer(program: ml.Program) -> Iterator[Explorer]:
    """The widget of that program."""
    made = ml.explore_elements(program)
    yield made
    made.close()


@pytest.fixture
def toy() -> Iterator[Toy]:
    """A widget whose work the test holds and lets go."""
    made = Toy()
    yield made
    made.let_go()
    assert made.explorer.wait(10)
    made.explorer.close()
