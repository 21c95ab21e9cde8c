from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.agreement import Agreement, partner_agreement
from mentorlab.elements.partners.agreement_measures import MEASURES
from mentorlab.errors import EstimationError, OptionError
from mentorlab.options import AgreementMeasure
from mentorlab.stats.agreement.concordance import concordance
from mentorlab.stats.agreement.icc import icc_forms
from mentorlab.stats.agreement.kappa import weighted_kappa
from mentorlab.stats.agreement.krippendorff import krippendorff_alpha
from mentorlab.stats.agreement.profiles import profile_similarity

PAIRS = invent_pairs(n_mentors=60, elements=("trust", "growth", "respect"), whole=True)
SCALE = {"scale": (1, 5), "categories": [1, 2, 3, 4, 5]}


def scores_of(element):
    return PAIRS.loc[PAIRS["element"] == element, ["mentor", "mentee"]].to_numpy()


def cell(result: Agreement, element: str, measure: str, form: str) -> pd.Series:
    frame = result.to_frame()
    found = frame[
        (frame["element"] == element) & (frame["measure"] == measure) & (frame["form"] == form)
    ]
    assert len(found) == 1
    return found.iloc[0]


def test_every_measure_is_offered_and_says_its_question():
    from typing import get_args

    assert set(MEASURES) == set(get_args(AgreementMeasure))
    for measure in MEASURES.values():
        assert len(measure.forms) == len(measure.questions)
        assert all(len(question) > 15 for question in measure.questions)


def test_all_measures_side_by_side():
    result = partner_agreement(PAIRS, measure=list(MEASURES), **SCALE)
    frame = result.to_frame()
    assert set(frame["measure"]) == set(MEASURES)
    assert frame["estimate"].notna().all()
    assert (frame["n"] == 60).all()
    assert (frame["note"] == "").all()
    known = frame.dropna(subset="conf_low")
    inside = (known["conf_low"] <= known["estimate"]) & (known["estimate"] <= known["conf_high"])
    assert inside.all()


def test_numbers_are_those_of_the_kernels():
    result = partner_agreement(
        PAIRS,
        measure=["icc", "ccc", "weighted_kappa", "krippendorff", "profile_similarity"],
        **SCALE,
    )
    scores = scores_of("trust")
    icc = icc_forms(scores)
    row = cell(result, "trust", "icc", "ICC(A,1)")
    assert (row["estimate"], row["conf_low"]) == pytest.approx((icc.estimate[1], icc.conf_low[1]))
    lin = concordance(*scores.T)
    row = cell(result, "trust", "ccc", "concordance")
    assert (row["estimate"], row["conf_high"]) == pytest.approx((lin.estimate, lin.conf_high))
    kappa = weighted_kappa(*(scores.T.astype(int) - 1), 5)
    assert cell(result, "trust", "weighted_kappa", "quadratic")["estimate"] == pytest.approx(
        kappa.estimate
    )
    alpha = krippendorff_alpha(scores, measurement="ordinal")
    assert cell(result, "trust", "krippendorff", "ordinal")["estimate"] == pytest.approx(alpha)
    table = np.stack([scores_of(name) for name in ("trust", "growth", "respect")], axis=2)
    alike = profile_similarity(table[:, 0], table[:, 1])
    row = cell(result, "all elements", "profile_similarity", "raw")
    assert row["estimate"] == pytest.approx(np.nanmean(alike.raw))


def test_group_indices_by_hand():
    result = partner_agreement(
        PAIRS, measure=["rwg", "ad", "bland_altman"], elements="trust", scale=(1, 5)
    )
    gap = np.diff(scores_of("trust")).ravel()
    assert cell(result, "trust", "ad", "mean of pairs")["estimate"] == pytest.approx(
        np.abs(gap).mean() / 2
    )
    rwg = np.clip(1 - gap**2 / 2 / 2, 0, None).mean()
    assert cell(result, "trust", "rwg", "mean of pairs")["estimate"] == pytest.approx(rwg)
    assert cell(result, "trust", "bland_altman", "mean difference")["estimate"] == pytest.approx(
        -gap.mean()
    )


def test_shared_mentors_widen_the_interval():
    pairs = invent_pairs(n_mentors=25, n_mentees=4, seed=3)
    widths = []
    for cluster in ("mentor_id", None):
        row = cell(
            partner_agreement(pairs, measure="ccc", cluster=cluster), "growth", "ccc", "concordance"
        )
        widths.append(row["conf_high"] - row["conf_low"])
    assert widths[0] > widths[1]
    result = partner_agreement(pairs, measure="icc")
    assert (
        "scores that share mentor_id (several mentees or waves) are not independent"
        in result.summary()
    )
    assert result.to_frame()["p_value"].isna().all()


def test_waves_are_pooled_by_pair():
    pairs = invent_pairs(n_mentors=30, waves=(1, 2, 3))
    result = partner_agreement(pairs, measure="ccc", cluster=None)
    assert "waves are pooled: intervals by leaving out one pair at a time" in result.summary()
    by_mentor = partner_agreement(pairs, measure="ccc").to_frame()
    for name in ("conf_low", "conf_high"):
        assert by_mentor[name].to_numpy() == pytest.approx(result.to_frame()[name].to_numpy())
    assert (result.to_frame()["n"] == 90).all()
    assert (partner_agreement(pairs, measure="ccc", wave=2).to_frame()["n"] == 30).all()


def test_cells_that_have_no_answer_say_why():
    flat = PAIRS.assign(mentor=4.0, mentee=4.0)
    frame = partner_agreement(flat, measure=["icc", "ccc", "krippendorff"]).to_frame()
    assert frame["estimate"].isna().all()
    assert frame["note"].str.contains("all (?:ratings|scores|answers) are the same").all()
    constant = partner_agreement(PAIRS.assign(mentor=3.0), measure=["ccc", "icc"], elements="trust")
    assert cell(constant, "trust", "ccc", "concordance")["estimate"] == 0
    assert constant.to_frame()["note"].iloc[0] != ""
    two = PAIRS[PAIRS["relationship_id"].isin(["r0", "r1"])]
    frame = partner_agreement(two, measure="ccc", elements="trust").to_frame()
    assert frame["note"].eq("concordance needs three pairs; got 2.").all()


def test_means_of_items_are_no_single_answers():
    pairs = invent_pairs(n_mentors=20)
    frame = partner_agreement(pairs, measure="rwg", elements="trust", scale=(-5, 12)).to_frame()
    assert frame["note"].iloc[0].startswith("scores are means of items")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"measure": "kappa"},
            "`measure` must be .* Did you mean 'weighted_kappa'|`measure` must be",
        ),
        ({"measure": []}, "`measure` names nothing"),
        ({"measure": "rwg"}, r"'rwg' needs the ends of the answer scale; give scale=\(low, high\)"),
        ({"measure": "awg", "scale": (5, 1)}, r"low < high; got \(5, 1\)"),
        (
            {"measure": "awg", "scale": (1, 3)},
            "`scale` must hold every score; .* 'trust' lie outside",
        ),
        ({"measure": "weighted_kappa"}, "needs every category of the scale, used or not"),
        ({"measure": "weighted_kappa", "categories": [1, 2]}, "`categories` must hold every score"),
        ({"measure": "weighted_kappa", "categories": [1]}, "`categories` must name two or more"),
        ({"measure": "ccc", "level": 95}, "`level` lies between 0 and 1; got 95"),
        ({"measure": "ccc", "elements": "trst"}, r"Did you mean 'trust'\?"),
    ],
)
def test_refuses(options, said):
    with pytest.raises(OptionError, match=said):
        partner_agreement(PAIRS, **options)


def test_too_few_elements_for_a_profile():
    frame = partner_agreement(
        PAIRS, measure="profile_similarity", elements=["trust", "growth"]
    ).to_frame()
    assert frame["note"].iloc[0] == "a profile needs three variables; got 2."


def test_nobody_on_one_side():
    with pytest.raises(EstimationError, match="no pair has scores of both partners"):
        partner_agreement(PAIRS.assign(mentee=np.nan), measure="ccc")


def test_the_result_reads_well():
    result = partner_agreement(PAIRS, measure=["ccc", "bland_altman"], elements=["trust", "growth"])
    assert result.headline() == "Agreement of mentor and mentee on 2 elements"
    assert "ccc, concordance: how near are pairs of scores to being equal?" in result.summary()
    assert "<script" not in result._repr_html_()
    frame = result.to_frame()
    frame["estimate"] = 0
    assert (result.to_frame()["estimate"] != 0).any()


def test_f_tests_stand_beside_the_coefficients():
    result = partner_agreement(PAIRS, measure=["icc", "icc_groups", "ccc"], elements="trust")
    row = cell(result, "trust", "icc", "ICC(C,1)")
    fit = icc_forms(scores_of("trust"))
    found = row[["f_value", "df1", "df2", "p_value"]].to_numpy(dtype=float)
    wanted = (fit.f_value[2], fit.df1[2], fit.df2[2], fit.p_value[2])
    assert found == pytest.approx(np.array(wanted, dtype=float))
    assert (row["df1"], row["df2"]) == (59, 59)
    groups = cell(result, "trust", "icc_groups", "ICC(1)")
    assert (groups["df1"], groups["df2"]) == (59, 60)
    assert np.isnan(cell(result, "trust", "ccc", "concordance")["f_value"])


def test_f_tests_are_left_out_where_pairs_depend_on_one_another():
    pairs = invent_pairs(n_mentors=10, n_mentees=3)
    frame = partner_agreement(pairs, measure="icc").to_frame()
    assert frame[["f_value", "df1", "df2", "p_value"]].isna().all(axis=None)
    assert frame["conf_low"].notna().all()


def test_measures_side_by_side_are_one_row_an_element():
    result = partner_agreement(PAIRS, measure=["ccc", "ad", "profile_similarity"], **SCALE)
    table = result.side_by_side()
    assert table["element"].tolist() == ["trust", "growth", "respect", "all elements"]
    assert table.columns.tolist() == [
        "element",
        "ccc, concordance",
        "ccc, precision (Pearson)",
        "ccc, accuracy (bias correction)",
        "ad, mean of pairs",
        "profile_similarity, raw",
        "profile_similarity, distinctive",
        "profile_similarity, normative",
    ]
    row = cell(result, "growth", "ad", "mean of pairs")
    assert table.loc[1, "ad, mean of pairs"] == row["estimate"]
    assert np.isnan(table.loc[1, "profile_similarity, raw"])


def test_forms_without_a_formula_get_the_interval_by_leaving_pairs_out():
    result = partner_agreement(PAIRS, measure="ccc", elements="trust")
    own = concordance(*scores_of("trust").T)
    row = cell(result, "trust", "ccc", "concordance")
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((own.conf_low, own.conf_high))
    pearson = cell(result, "trust", "ccc", "precision (Pearson)")
    half = 1.96 / np.sqrt(57)
    fisher = np.tanh(np.arctanh(pearson["estimate"]) + np.array([-half, half]))
    assert [pearson["conf_low"], pearson["conf_high"]] == pytest.approx(fisher, abs=0.06)
