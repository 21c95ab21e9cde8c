"""Read a folder of survey exports back to its truth.

The folder is that of the environment variable MENTORLAB_FORMATS, else ``../shared/formats`` beside
the repository. It holds exports of each system, made of the same answers, and the truth as
``truth_long.csv``, ``truth_topics.csv`` and ``truth_meetings.csv``. Every file of the folder is
read, and one that belongs to no system fails; items, labels, codes and counts are taken from the
folder, so that any other folder of the same conventions is read by the same test.
"""

from __future__ import annotations

import pytest
from export_truth import FOLDER, REASON, THERE, Folder, Truth, read_truth
from sample_checks import check_file, exports_of

from mentorlab.errors import ReadError
from mentorlab.readers import IdentifierError, read_any

SAMPLES = Folder(FOLDER)
NAMES = exports_of(SAMPLES) if THERE else []

pytestmark = pytest.mark.skipif(not THERE, reason=REASON)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return read_truth(SAMPLES)


def test_there_are_exports_to_read() -> None:
    assert NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_export_comes_back_equal_to_the_truth(name: str, truth: Truth) -> None:
    check_file(SAMPLES, name, truth)


@pytest.mark.parametrize("name", NAMES)
def test_every_export_is_recognized_and_names_nobody(name: str, truth: Truth) -> None:
    told = {"codebook": truth.codebook, "answers": truth.extra}
    if "dictionary" in name:
        with pytest.raises(ReadError, match="data dictionary"):
            read_any(SAMPLES / name, **told)
        return
    if name.startswith("limesurvey_codes"):
        told["headings"] = SAMPLES / SAMPLES.only("limesurvey_full")
    system = name.split("_")[0].casefold()
    read = read_any(SAMPLES / name, **told, identifiers="drop")
    assert system in read.recognized.casefold().replace(" ", "")
    if not name.endswith(".csv"):
        return
    rows = SAMPLES.table_of(name)[3 if system == "qualtrics" else 1 :]
    private = {cell for row in rows for cell in row if "@" in cell or "\n" in cell}
    if private:
        with pytest.raises(IdentifierError, match="identifiers='drop'") as refused:
            read_any(SAMPLES / name, **told)
        assert not any(cell in str(refused.value) for cell in private)
