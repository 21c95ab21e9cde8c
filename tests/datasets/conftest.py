"""Small files with the layout of the public sources, and a guard against the network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from mentorlab.datasets import fetch, kenya
from mentorlab.datasets.feedback_forms import FORMS
from mentorlab.datasets.registry import SOURCES

COHORTS = range(1, 9)
PEOPLE = [
    # handle, first name, last name, city, cohort 1 role, cohort 2 role
    ("zoe-handle", "Zoë", "Müller-Straße", "Tübingen", "participant", "mentor, expert"),
    ("ann-handle", "Ann Lee", "O'Hara", "Cork", "mentor", ""),
    ("ann-again", "ann  lee", "O'Hara", "Galway", "", "organizer"),
    ("king-handle", "Martin", "King, Jr.", "Atlanta", "", "participant"),
    ("mono-handle", "Prince", "", "Minneapolis", "speaker", ""),
]
PROJECTS = [
    # title, participants, mentors, cohort, status
    ("A, B, and C", "Zoe\u0308 Müller-Straße", "Ann Lee O'Hara", "1", "graduated"),
    ("Open Reef", "Martin King, Jr., Ann Lee O'Hara", "zoë müller-straße, Ida Absent", "2", ""),
    ("Lonely", "Prince", "None", "2", "Graduated "),
]


@pytest.fixture
def no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No ``MENTORLAB_DATA``, an empty cache in a temporary folder."""
    cache = tmp_path / "cache"
    monkeypatch.delenv(fetch.DATA_VARIABLE, raising=False)
    monkeypatch.setattr("pooch.os_cache", lambda project: cache / project)
    return cache / "mentorlab"


@pytest.fixture
def offline(no_data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As `no_data`, and every download fails."""

    def refuse(*args: object, **kwargs: object) -> str:
        raise ConnectionError("no route to host")

    monkeypatch.setattr("pooch.retrieve", refuse)
    return no_data


@pytest.fixture
def seeds_folder(
    tmp_path: Path, people_frame: pd.DataFrame, write_form: Callable[..., None]
) -> Path:
    """Open Seeds in small: five rows of people, three projects, one row per form."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    people_frame.to_csv(folder / "people.csv", index=False)
    titles, participants, mentors, cohorts, status = zip(*PROJECTS, strict=True)
    pd.DataFrame(
        {
            "": range(len(PROJECTS)),
            "name": titles,
            "participants": participants,
            "mentors": mentors,
            "description": "Our reef,\nin <b>two</b> lines",
            "cohort": cohorts,
            "keywords": "coral, reef",
            "status": status,
        }
    ).to_csv(folder / "projects.csv", index=False)
    for relative in SOURCES["open_seeds"].files:
        if "/" in relative:
            write_form(folder, relative)
    return folder


@pytest.fixture
def private_people() -> list[str]:
    """Every handle, name and city of the small people file."""
    return [value for row in PEOPLE for value in row[:4] if value]


@pytest.fixture
def people_frame() -> pd.DataFrame:
    handles, first, last, cities, cohort_1, cohort_2 = zip(*PEOPLE, strict=True)
    frame = pd.DataFrame(
        {"": handles, "city": cities, "first-name": first, "last-name": last, "pronouns": "they"}
    )
    for cohort in COHORTS:
        frame[f"ols-{cohort}-role"] = {1: cohort_1, 2: cohort_2}.get(cohort, "")
    return frame


@pytest.fixture
def write_form() -> Callable[..., None]:
    """Write one feedback file with a single row: blank but for `cells`, by question key."""

    def write(folder: Path, relative: str, **cells: str) -> None:
        form = next(form for form in FORMS if relative.startswith(form.folder))
        row = {question.wording: "" for question in form.questions}
        for question in form.questions:
            if question.key in cells:
                row[question.wording] = cells[question.key]
        row["Anything else you would like to share with us?"] = "Ann was wonderful"
        file = folder / relative
        file.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame([row]).to_csv(file, index=False)

    return write


@pytest.fixture
def kenya_folder(tmp_path: Path, panel_frame: pd.DataFrame, candidates_frame: pd.DataFrame) -> Path:
    """The trial in small: a mentee seen three times, a control seen once, two candidates."""
    folder = tmp_path / "kenya"
    folder.mkdir()
    panel_frame.to_stata(folder / "BDJ_Dandora_Data.dta", write_index=False)
    candidates_frame.to_stata(folder / "RD_Dataset.dta", write_index=False)
    return folder


@pytest.fixture
def panel_frame() -> pd.DataFrame:
    frame = pd.DataFrame({"id": [30.0, 30.0, 30.0, 7.0]})
    for column in kenya._PANEL.values():
        frame[column.source] = 1.0
    frame["wave"] = [2.0, 0.0, 1.0, 0.0]
    frame["treat2"] = [4.0, 4.0, 4.0, 2.0]
    frame["treat"] = [4.0, 2.0, 4.0, 2.0]
    frame["meet"] = [0.0, None, 1.0, None]
    frame["tprofits"] = [900.0, 500.0, None, 700.0]
    frame["mentorbenefit"] = [1.0, None, None, None]
    return frame.astype("float32")


@pytest.fixture
def candidates_frame() -> pd.DataFrame:
    frame = pd.DataFrame({"id": [12.0, 3.0]})
    for column in kenya._DISCONTINUITY.values():
        frame[column.source] = 1.0
    return frame.assign(ce_std=[0.5, -0.5], treat=[1.0, 0.0], tprofit_endline=[3000.0, 2000.0])
