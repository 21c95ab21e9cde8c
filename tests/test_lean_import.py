"""``import mentorlab`` costs numpy and pandas; everything it promises can be reached."""

import subprocess
import sys

import pytest

import mentorlab

HEAVY = (
    "statsmodels",
    "seaborn",
    "matplotlib",
    "networkx",
    "numba",
    "ortools",
    "pandera",
    "ipywidgets",
    "scipy",
    "pooch",
    "tqdm",
    "pyreadstat",
)


def run(code: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout


def test_import_loads_no_heavy_library():
    loaded = run("import sys, mentorlab; print(*{name.split('.')[0] for name in sys.modules})")
    assert not set(loaded.split()) & set(HEAVY)


@pytest.mark.parametrize(
    "statement",
    [
        "mentorlab.read_program",
        "mentorlab.Codebook, mentorlab.Program, mentorlab.privacy.forget",
        "mentorlab.datasets.list_datasets()",
        "mentorlab.score_elements, mentorlab.pair_partners, mentorlab.reliability",
        "mentorlab.treatment_effect",
    ],
)
def test_naming_a_function_loads_no_heavy_library(statement):
    loaded = run(f"import sys, mentorlab\n{statement}\nprint(*sys.modules)")
    assert not {name.split(".")[0] for name in loaded.split()} & set(HEAVY)


def test_import_leaves_warnings_and_rc_settings_alone():
    code = (
        "import warnings, matplotlib; before = list(warnings.filters), dict(matplotlib.rcParams)\n"
        "import mentorlab, mentorlab.plots, mentorlab.effects\n"
        "print(before == (list(warnings.filters), dict(matplotlib.rcParams)))"
    )
    assert run(code).strip() == "True"


@pytest.mark.parametrize("name", mentorlab.__all__)
def test_every_promised_name_can_be_reached(name):
    assert getattr(mentorlab, name) is not None


def test_the_list_of_names_is_sorted_and_complete():
    assert mentorlab.__all__ == sorted(set(mentorlab.__all__))
    assert dir(mentorlab) == mentorlab.__all__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'mentorlab' has no attribute 'scor'"):
        _ = mentorlab.scor
