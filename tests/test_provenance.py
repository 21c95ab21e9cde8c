import platform
from dataclasses import FrozenInstanceError
from datetime import datetime

import pandas as pd
import pytest

from mentorlab.provenance import Provenance, package_versions
from mentorlab.result import describe_size


def test_it_records_what_was_asked_of_which_version_when():
    made = Provenance("reliability", {"by": ("role",)})
    assert made.function == "reliability"
    assert made.parameters == {"by": ("role",)}
    assert set(made.versions) == {"python", "mentorlab", "numpy", "pandas"}
    assert datetime.fromisoformat(made.created_at).utcoffset().total_seconds() == 0


def test_versions_are_those_that_run():
    assert package_versions()["pandas"] == pd.__version__
    assert package_versions()["python"] == platform.python_version()


def test_it_does_not_change():
    with pytest.raises(FrozenInstanceError):
        Provenance("f", {}).function = "g"


def test_data_are_described_never_held():
    assert describe_size(pd.DataFrame({"a": [1, 2], "b": [3, 4]})) == "2 rows x 2 columns"
