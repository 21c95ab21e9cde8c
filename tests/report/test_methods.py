"""Sentences for a methods section."""

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd
import pytest

import mentorlab as ml
from mentorlab import report
from mentorlab.errors import OptionError
from mentorlab.provenance import Provenance
from mentorlab.references import REFERENCES, Reference
from mentorlab.report.methods import METHODS, in_text, surnames
from mentorlab.result import Result


@dataclass(frozen=True, eq=False, repr=False)
class Made(Result):
    """A result with whatever provenance."""

    references: ClassVar[tuple[str, ...]] = ("cronbach1951", "straus2013")

    def to_frame(self):
        return pd.DataFrame({"n": [1]})

    def headline(self):
        return "things made of wood"

    def notes(self):
        return ("it burns.", "it floats")


VERSIONS = {"python": "3.12.1", "mentorlab": "9.9", "numpy": "2.0"}


def test_a_paragraph_as_a_whole():
    parameters = {
        "responses": "1,200 rows x 5 columns",
        "by": ("role", "wave"),
        "level": 0.95,
        "seed": 7,
        "cluster": None,
        "controls": (),
    }
    text = report.methods_text(Made(provenance=Provenance("make", parameters, VERSIONS)))
    assert text == (
        "The function make was used. Things made of wood. "
        "Computed by make (by = role/wave, level = .95, seed = 7) of mentorlab 9.9 "
        "(Python 3.12.1, numpy 2.0) from data of this size: responses: 1,200 rows x 5 columns. "
        "Methods follow Cronbach (1951) and Straus et al. (2013). "
        "To be read with these limits: it burns; it floats."
    )


def test_known_functions_are_described():
    program = ml.datasets.load_example_program()
    alpha = ml.reliability(program.responses, codebook=ml.item_bank())
    text = report.methods_text(alpha)
    assert text.startswith(METHODS["reliability"])
    assert "Cronbach (1951)" in text
    assert "\n" not in text
    assert alpha.provenance.created_at not in text


@pytest.mark.parametrize("key", sorted(REFERENCES))
def test_every_reference_can_be_cited_in_text(key):
    work = REFERENCES[key]
    cited = in_text(work)
    assert cited.endswith(f"({work.year})")
    assert cited.split(" (")[0].strip()
    assert "." not in cited.split(" (")[0].replace("et al.", "")


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        ("Kram, K. E.", "Kram"),
        ("Korn, E. L. & Graubard, B. I.", "Korn and Graubard"),
        ("Franco, C., Little, R. J. A. & Louis, T. A.", "Franco et al."),
        ("Eby, L. T. et al.", "Eby et al."),
        ("van Buuren, S.", "van Buuren"),
        ("A project (formerly another, B.)", "A project"),
    ],
)
def test_authors_in_text(authors, expected):
    assert in_text(Reference(authors, 2020, "T", "W")) == f"{expected} (2020)"


def test_surnames():
    assert surnames("Dunn, A. M., Heggestad, E.-D. & Shanock, L. R.") == [
        "Dunn",
        "Heggestad",
        "Shanock",
    ]


def test_something_else_is_refused():
    with pytest.raises(OptionError, match="must be a mentorlab result"):
        report.methods_text("a text")


def test_a_comparison_of_policies_says_how_it_was_paired():
    from mentorlab.simulation import PoolGenerator, compare_policies

    pool = PoolGenerator(20, 15)
    found = compare_policies(pool, ["random", "optimal"], n_runs=2, seed=1)
    text = report.methods_text(found)
    assert "differences are paired. Policies over 2 replications" in text
    assert "seed = 1" in text
    assert f"fingerprint = {found.study.fingerprint[:16]})" in text


def test_functions_of_the_simulation_have_words_of_their_own():
    sweep = report.methods_text(Made(provenance=Provenance("simulation.sweep", {}, VERSIONS)))
    assert sweep.startswith("Matching policies were compared over a design")
