from __future__ import annotations

import re
import subprocess
import sys

import pytest

import mentorlab as ml
from mentorlab import datasets
from mentorlab.datasets.registry import SOURCES, data_source
from mentorlab.errors import OptionError
from mentorlab.references import REFERENCES


def test_list_datasets_is_tidy_and_complete():
    frame = ml.datasets.list_datasets()
    assert frame.columns.tolist() == [
        "name",
        "title",
        "loader",
        "size",
        "license",
        "question",
        "citation",
    ]
    assert frame["name"].tolist() == list(SOURCES)
    real = frame[frame["name"] != "example_program"]
    assert real["license"].str.match("CC|MIT").all()
    assert real["citation"].str.contains(r"\(\d{4}\)").all()
    assert (frame.drop(columns="citation") != "").all(axis=None)


def test_every_loader_is_offered():
    assert set(datasets.list_datasets()["loader"]) <= set(datasets.__all__)
    assert dir(datasets) == datasets.__all__


def test_unknown_name_in_the_package():
    with pytest.raises(AttributeError, match="no attribute 'load_nothing'"):
        datasets.load_nothing  # noqa: B018


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_sources_are_pinned_and_citable(source):
    for relative, digest in source.files.items():
        unknown = digest == "" and relative in source.stand_ins
        assert unknown or re.fullmatch("[0-9a-f]{64}", digest)
    assert not source.citation or source.citation in REFERENCES
    if source.files:
        assert re.search(r"/[0-9a-f]{40}/", source.base_url)
        assert all(" " not in source.url(relative) for relative in source.files)


def test_public_addresses():
    assert SOURCES["open_seeds"].url("projects.csv").endswith("ab/data/projects.csv")
    assert "ORIGINAL%20-%20Microenterprise_Kenya" in SOURCES["kenya_mentors"].base_url
    assert len(SOURCES["open_seeds"].files) == 25


def test_unknown_source_names_what_exists():
    with pytest.raises(
        OptionError,
        match=r"available: `name` must be 'example_program', 'kenya_mentors', 'open_seeds'.*; "
        r"got 'open_seed'\. Did you mean 'open_seeds'\?",
    ):
        data_source("open_seed", who="available")


def test_import_stays_light():
    code = (
        "import sys, mentorlab as ml; ml.datasets.list_datasets(); ml.datasets.load_kenya_mentors; "
        "sys.exit(any(m in sys.modules for m in ('pooch', 'statsmodels', 'pandera', 'requests')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
