"""Who withdrew consent appears nowhere, whatever function is asked."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import OptionError
from mentorlab.missing_data import missingness
from mentorlab.privacy import forget, pseudonym, pseudonymize
from mentorlab.tables import TABLES

GONE = "zoe-withdrew"
KEY = "an example only, never use this one"
FIRST_PARAMETERS = {"program", "program_or_responses"}
PARTS = (
    "elements",
    "signals",
    "network",
    "matching",
    "effects",
    "privacy",
    "report",
    "plots",
    "missing_data",
    "simulation",
)

# How to call each function that takes a program; a new one is to be added here.
CALLS: dict[str, Callable[[ml.Program], Any]] = {
    "behavioral_reciprocity": lambda program: ml.behavioral_reciprocity(program),
    "closure_curve": lambda program: ml.closure_curve(program),
    "closure_model": lambda program: ml.closure_model(program, covariates=["site"], ending="any"),
    "detect": lambda program: ml.detect(program, as_of="2024-06-30", calls_per_week=4),
    "evaluate_detector": lambda program: ml.evaluate_detector(
        program, budgets=[5], n_draws=10, seed=1
    ),
    "explore_elements": lambda program: explored(program),
    "explore_signals": lambda program: repr(
        ml.explore_signals(program, as_of="2024-06-30", calls_per_week=4)
    ),
    "forget": lambda program: forget(program, program.people["person_id"].iloc[0]),
    "list_signals": lambda program: ml.list_signals(program),
    "missingness": lambda program: missingness(program, codebook=ml.item_bank()),
    "phases": lambda program: ml.phases(program, codebook=ml.item_bank()),
    "practice_rates": lambda program: ml.practice_rates(program),
    "relationship_profile": lambda program: ml.relationship_profile(program),
    "setting_from": lambda program: ml.simulation.setting_from(program),
    "sponsorship_ledger": lambda program: ml.elements.sponsorship_ledger(program),
    "start_features": lambda program: features_until(program, "2024-06-30").features,
    "targets_from": lambda program: ml.simulation.targets_from(program, codebook=ml.item_bank()),
    "type_table": lambda program: ml.matching.type_table(program),
    "update_features": lambda program: updated(program),
    "weekly_features": lambda program: ml.weekly_features(program, as_of="2024-06-30"),
}

# Verbs and views of the program itself, and the chain from answers to reliability.
VERBS: dict[str, Callable[[ml.Program], Any]] = {
    "repr": repr,
    "html": lambda program: program._repr_html_(),
    "summary": lambda program: program.summary(),
    "overview": lambda program: import_module("mentorlab.overview").overview(program),
    "check": lambda program: program.check(),
    "as_of": lambda program: program.as_of("2024-06-30"),
    "filter relationships": lambda program: program.filter(
        relationships={"kind": ["one_to_one", "group"]}
    ),
    "filter people": lambda program: program.filter(
        people=lambda people: people["site"] == "north"
    ),
    "concat": lambda program: program.concat(program, names=["a", "b"]),
    "again": lambda program: ml.Program(**program.tables),
    "missingness of answers": lambda program: missingness(program.responses),
    "small cells": lambda program: ml.privacy.small_cells(program.members, by="role"),
    "pseudonymize": lambda program: pseudonymize(program, key=KEY),
    "scores": lambda program: scores(program),
    "pairs": lambda program: ml.pair_partners(scores(program), members=program.members),
    "reliability": lambda program: ml.reliability(program.responses, codebook=ml.item_bank()),
    "guess": lambda program: ml.Codebook.guess(program.responses),
}


def scores(program: ml.Program) -> pd.DataFrame:
    return ml.score_elements(program.responses, codebook=ml.item_bank())


def features_until(program: ml.Program, day: str) -> Any:
    return ml.signals.start_features(program, as_of=day)


def updated(program: ml.Program) -> pd.DataFrame:
    state = features_until(program, "2024-06-23").state
    return ml.signals.update_features(state, program, as_of="2024-06-30").features


def explored(program: ml.Program) -> list[Any]:
    explorer = ml.explore_elements(program)
    try:
        return [explorer.frame, explorer.code, explorer.status, explorer.static()._repr_html_()]
    finally:
        explorer.close()


def program_functions() -> Iterator[str]:
    """Names of all public functions whose first parameter is a program."""
    for name in ("", *PARTS):
        try:
            module = import_module(f"mentorlab.{name}" if name else "mentorlab")
        except ModuleNotFoundError:
            continue
        for public in module.__all__:
            function = getattr(module, public)
            if inspect.isfunction(function):
                first = next(iter(inspect.signature(function).parameters), "")
                if first in FIRST_PARAMETERS:
                    yield public


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    """The example program with one busy mentor renamed, in every table, and without consent."""
    tables = ml.datasets.load_example_program().tables
    roles = tables["members"].groupby("person_id")["role"].nunique()
    busy = roles.index[roles > 1][0]
    renamed = {name: frame.replace({busy: GONE}) for name, frame in tables.items()}
    renamed["people"]["consent"] = renamed["people"]["person_id"].ne(GONE)
    other = renamed["people"]["person_id"].iloc[0]
    extra = {
        "preferences": {"person_id": [GONE, other], "other_id": [other, GONE], "rank": [9, 9]},
        "applicants": {"person_id": [GONE], "role": ["peer"]},
        "ties": {"source": [other], "target": [other], "kind": "advice", "declared_by": [GONE]},
        "outcomes": {"person_id": [GONE], "outcome": "pay", "wave": [1], "value": [1.0]},
    }
    for name, rows in extra.items():
        renamed[name] = pd.concat([renamed[name], pd.DataFrame(rows)], ignore_index=True)
    return renamed


@pytest.fixture(scope="module")
def program(frames) -> ml.Program:
    return ml.Program(**frames)


def traces(answer: Any, seen: tuple[str, ...] = (GONE, pseudonym(GONE, KEY))) -> list[str]:
    """Everything that an answer says or holds in which the person is found."""
    texts: list[str] = []
    _collect(answer, texts, depth=0)
    return [text[:80] for text in texts if any(name in text for name in seen)]


def _collect(answer: Any, texts: list[str], depth: int) -> None:
    if answer is None or depth > 6:
        return
    if isinstance(answer, ml.Program):
        for frame in answer.tables.values():
            _collect(frame, texts, depth + 1)
        texts += [*answer.notes, repr(answer)]
    elif isinstance(answer, (pd.DataFrame, pd.Series)):
        texts.append(answer.to_csv())
    elif isinstance(answer, Path):
        texts += [file.read_bytes().decode("utf-8", "replace") for file in answer.rglob("*.*")]
    elif dataclasses.is_dataclass(answer):
        texts.append(repr(answer))
        for field in dataclasses.fields(answer):
            _collect(getattr(answer, field.name), texts, depth + 1)
    elif isinstance(answer, dict):
        for value in answer.values():
            _collect(value, texts, depth + 1)
    elif isinstance(answer, (list, tuple)):
        for value in answer:
            _collect(value, texts, depth + 1)
    else:
        texts.append(str(answer))


def test_the_person_stands_in_every_table_to_begin_with(frames):
    naming = {
        name
        for name, frame in frames.items()
        for column in TABLES[name].columns
        if column.refers == "people" and column.name in frame and frame[column.name].eq(GONE).any()
    }
    assert naming | {"people"} == set(TABLES) - {"relationships", "goals"}  # those name nobody


def test_the_person_is_gone_and_counted(program, frames):
    assert program.n_withdrawn == 1
    assert traces(program) == []
    assert "1 person withdrew consent" in program.summary()
    assert len(program.people) == len(frames["people"]) - 1


@pytest.mark.parametrize("name", VERBS)
def test_no_verb_brings_the_person_back(program, name):
    assert traces(VERBS[name](program)) == []


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_no_written_file_holds_the_person(program, tmp_path, format):
    folder = program.write(tmp_path / "program", format=format)

    assert traces(folder) == []
    assert traces(ml.read_program(folder)) == []


@pytest.mark.parametrize("name", sorted(set(program_functions())))
def test_no_function_brings_the_person_back(program, name):
    assert name in CALLS, f"say in CALLS how to call {name}, which takes a program"
    assert traces(CALLS[name](program)) == []


def test_files_with_the_person_are_read_without(frames, tmp_path):
    for name, frame in frames.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)

    program = ml.read_program(tmp_path)

    assert program.n_withdrawn == 1
    assert traces(program) == []


def test_forgetting_leaves_no_trace_in_any_table(frames):
    everyone = {**frames, "people": frames["people"].assign(consent=True)}
    program = ml.Program(**everyone)
    assert traces(program)

    smaller = forget(program, GONE)

    assert traces(smaller) == []
    assert ml.Program(**smaller.tables).n_withdrawn == 0  # every reference still holds


def test_forgetting_nobody_is_an_error(program):
    with pytest.raises(OptionError, match=f"must be in people; got '{GONE}'"):
        forget(program, GONE)
