from __future__ import annotations

import sys
import types
from dataclasses import FrozenInstanceError, dataclass
from typing import ClassVar

import pandas as pd
import pytest

from mentorlab.errors import OptionError
from mentorlab.provenance import Provenance
from mentorlab.result import Result


@dataclass(frozen=True, eq=False, repr=False)
class Mean(Result):
    frame: pd.DataFrame

    plotter: ClassVar[str] = "tiny_pictures:mean"
    references: ClassVar[tuple[str, ...]] = ("cronbach1951", "feldt1965")

    def to_frame(self):
        return self.frame.copy()

    def headline(self):
        return "Mean of <b>n</b>"

    def notes(self):
        return ("one <i>note</i>",)


@dataclass(frozen=True, eq=False, repr=False)
class Plain(Mean):
    plotter: ClassVar[str] = ""
    references: ClassVar[tuple[str, ...]] = ()


@pytest.fixture
def result():
    return Mean(pd.DataFrame({"estimate": [1 / 3]}), provenance=Provenance("mean", {"n": 3}))


def test_the_repr_is_the_summary_and_is_rounded(result):
    assert repr(result) == result.summary()
    assert result.summary().splitlines() == [
        "Mean of <b>n</b>",
        "estimate",
        "   0.333",
        "- one <i>note</i>",
    ]


def test_the_html_says_as_much_and_is_escaped(result):
    shown = result._repr_html_()
    for said in ("Mean of &lt;b&gt;n&lt;/b&gt;", "0.333", "one &lt;i&gt;note&lt;/i&gt;"):
        assert said in shown
    assert "<b>" not in shown


def test_nothing_that_changes_from_run_to_run_is_shown(result):
    for shown in (result.summary(), result._repr_html_()):
        assert result.provenance.created_at not in shown
        assert result.provenance.versions["pandas"] not in shown


def test_the_frame_is_a_copy_at_full_precision(result):
    mine = result.to_frame()
    mine.loc[0, "estimate"] = 0
    assert result.to_frame().loc[0, "estimate"] == 1 / 3


def test_results_are_frozen_and_compare_by_identity(result):
    with pytest.raises(FrozenInstanceError):
        result.frame = None
    assert result == result
    assert result != Mean(result.frame, provenance=result.provenance)


def test_a_picture_is_found_by_its_name(result, monkeypatch):
    module = types.ModuleType("tiny_pictures")
    module.mean = lambda given, *, ax: (given, ax)
    monkeypatch.setitem(sys.modules, "tiny_pictures", module)
    assert result.plot("axes") == (result, "axes")


def test_a_result_without_a_picture_says_so(result):
    plain = Plain(result.frame, provenance=result.provenance)
    with pytest.raises(OptionError, match=r"Plain\.plot: this result has no picture"):
        plain.plot()
    assert plain.cite() == ""


def test_a_result_cites_its_methods(result):
    assert [line.split(" ")[0] for line in result.cite().splitlines()] == ["Cronbach,", "Feldt,"]


def test_an_empty_frame_leaves_headline_and_notes(result):
    empty = Mean(result.frame.head(0), provenance=result.provenance)
    assert empty.summary().splitlines() == ["Mean of <b>n</b>", "- one <i>note</i>"]
