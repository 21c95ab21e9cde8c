"""Exports of other studies come back to their truth too: other items, scales, codes and names."""

from __future__ import annotations

import pytest
from export_truth import Folder, read_truth
from made_up_study import DESIGNS, make_study
from sample_checks import check_file, exports_of
from study_exports import write_study

SYSTEMS = ("qualtrics", "redcap", "spss", "limesurvey", "google_forms")


@pytest.fixture(scope="module", params=DESIGNS)
def folder(request, tmp_path_factory) -> Folder:
    place = tmp_path_factory.mktemp("study")
    write_study(make_study(DESIGNS[request.param], seed=20_261_101), place)
    return Folder(place)


@pytest.mark.parametrize("system", SYSTEMS)
def test_made_up_exports_come_back_equal_to_the_truth(system, folder):
    if system == "spss":
        pytest.importorskip("pyreadstat", reason="SPSS files need the extra mentorlab[spss]")
    truth = read_truth(folder)
    names = [name for name in exports_of(folder) if name.startswith(system)]
    assert names
    for name in names:
        check_file(folder, name, truth)
