from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mentorlab.elements.partners.group_agreement import group_agreement
from mentorlab.errors import EstimationError, OptionError
from mentorlab.stats.agreement.group_agreement import group_agreement as kernel
from mentorlab.stats.agreement.icc import icc_groups

ANSWERS = pd.DataFrame(
    {
        "circle": list("aaabbbcc"),
        "t1": [4.0, 4, 5, 1, 2, 2, 3, np.nan],
        "t2": [5.0, 4, 4, 2, 1, 2, 3, np.nan],
    }
)
ASK = {"group": "circle", "items": ["t1", "t2"], "scale": (1, 5)}


def test_numbers_are_those_of_the_kernels():
    result = group_agreement(ANSWERS, **ASK)
    table = result.to_frame().set_index("index")
    codes = np.array([0, 0, 0, 1, 1, 1])
    found = kernel(ANSWERS[["t1", "t2"]].to_numpy()[:6], codes, low=1, high=5)
    assert table.loc["rwg_j", "estimate"] == pytest.approx(found.rwg_j.mean())
    assert table.loc["ad", "n"] == 2
    score = ANSWERS[["t1", "t2"]].mean(axis=1).to_numpy()[:7]
    fit = icc_groups(score, np.array([0, 0, 0, 1, 1, 1, 2]))
    assert table.loc["icc1", "estimate"] == pytest.approx(fit.icc1)
    assert table.loc["icc2", "estimate"] == pytest.approx(fit.icc2)


def test_members_alone_are_named():
    result = group_agreement(ANSWERS, **ASK)
    assert (
        result.groups.set_index("circle").loc["c", "note"]
        == "fewer than two members answered an item"
    )
    assert "1 group left out" in result.summary()


def test_one_group_has_no_icc():
    table = group_agreement(ANSWERS.head(3), **ASK).to_frame().set_index("index")
    assert np.isnan(table.loc["icc1", "estimate"])
    assert table.loc["rwg_j", "estimate"] > 0


@pytest.mark.parametrize(
    ("change", "error", "said"),
    [
        ({"items": []}, OptionError, "`items` names nothing"),
        (
            {"items": ["t1", "t3"]},
            OptionError,
            r"'t3' is not a column .* Did you mean 't1'\?|'t3' is not a column",
        ),
        ({"items": ["circle"]}, OptionError, "`items` must be numeric; 'circle' is not"),
        ({"scale": (5, 1)}, OptionError, "low < high"),
        (
            {"scale": (1, 4)},
            OptionError,
            "`scale` must hold every answer; 2 answers lie outside, first 5",
        ),
        ({"level": 1}, OptionError, "`level` lies between 0 and 1"),
    ],
)
def test_refuses(change, error, said):
    with pytest.raises(error, match=said):
        group_agreement(ANSWERS, **{**ASK, **change})


def test_nobody_in_company():
    with pytest.raises(EstimationError, match="no circle has two members with answers"):
        group_agreement(ANSWERS.drop_duplicates("circle"), **ASK)


def test_the_result_reads_well():
    result = group_agreement(ANSWERS, **ASK)
    assert result.headline() == "Agreement within circle: 2 groups, 2 items"
    assert "agreement within groups can be high while ICC(1) is near zero" in result.summary()
    assert "<script" not in result._repr_html_()
