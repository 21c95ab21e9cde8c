"""Every kind of bad pairs: a clear error, or a number that is missing with its reason."""

from __future__ import annotations

import numpy as np
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.accuracy import perceptual_accuracy
from mentorlab.elements.partners.actor_partner import actor_partner
from mentorlab.elements.partners.agreement import partner_agreement
from mentorlab.elements.partners.common_fate import common_fate
from mentorlab.elements.partners.cross_lagged import cross_lagged
from mentorlab.elements.partners.growth import growth
from mentorlab.elements.partners.one_with_many import one_with_many
from mentorlab.elements.partners.reciprocity import reciprocity
from mentorlab.elements.partners.surface import response_surface
from mentorlab.errors import EstimationError, MentorlabError

BASE = invent_pairs(n_mentors=12, n_mentees=2, waves=(1, 2, 3))
SAME = {"outcome": "trust", "predictor": "growth"}
MEASURES = ["icc", "icc_groups", "ad", "ccc", "krippendorff", "profile_similarity", "bland_altman"]
IN_POINTS = ["rwg", "rwg_j", "awg"]
ANALYSES = {
    "partner_agreement": lambda pairs: partner_agreement(pairs, measure=MEASURES, wave=1),
    "agreement on a scale": lambda pairs: partner_agreement(
        pairs, measure=IN_POINTS, scale=(-9, 15), wave=1
    ),
    "agreement over waves": lambda pairs: partner_agreement(pairs, measure=MEASURES),
    "reciprocity": reciprocity,
    "actor_partner": lambda pairs: actor_partner(pairs, wave=1, cluster=None, **SAME),
    "interchangeable partners": lambda pairs: actor_partner(
        pairs, wave=1, cluster=None, distinguishable=False, **SAME
    ),
    "shared mentors": lambda pairs: actor_partner(pairs, **SAME),
    "one_with_many": lambda pairs: one_with_many(pairs, **SAME),
    "common_fate": lambda pairs: common_fate(pairs, wave=1, **SAME),
    "cross_lagged": lambda pairs: cross_lagged(pairs, outcome="trust"),
    "response_surface": lambda pairs: response_surface(pairs, wave=1, **SAME),
    "growth": lambda pairs: growth(pairs, elements="trust", outcome="mentor"),
    "perceptual_accuracy": lambda pairs: perceptual_accuracy(pairs, truth="trust", guess="growth"),
}


def changed(pairs=BASE, **columns):
    """Pairs with other scores, and the summaries that follow from them."""
    pairs = pairs.assign(**columns)
    mentor, mentee = pairs["mentor"], pairs["mentee"]
    return pairs.assign(
        mean=(mentor + mentee) / 2, low=np.minimum(mentor, mentee), gap=mentor - mentee
    )


def first_pairs(n):
    return BASE[BASE["relationship_id"].isin(BASE["relationship_id"].unique()[:n])]


BAD = {
    "a constant rater": changed(mentor=3.0),
    "an element without variance": changed(
        mentor=BASE["mentor"].where(BASE["element"] != "growth", 3.0),
        mentee=BASE["mentee"].where(BASE["element"] != "growth", 3.0),
    ),
    "no variance at all": changed(mentor=3.0, mentee=3.0),
    "partners who say the same": changed(mentee=BASE["mentor"]),
    "mentors missing in every pair": changed(mentor=np.nan),
    "mentees missing in every pair": changed(mentee=np.nan),
    "mentors missing in half": changed(mentor=BASE["mentor"].where(BASE.index % 2 == 0)),
    "two pairs": first_pairs(2),
    "three pairs": first_pairs(3),
    "waves of unequal size": BASE[(BASE["wave"] != 2) | (BASE.index % 3 == 0)],
    "no rows": BASE[:0],
}
# Cells that are empty by definition: an intercept has no standardized value, a measure without an
# F test no F, an agreement measure without a test no p value.
BLANK = ["std_estimate", "f_value", "df1", "df2", "p_value", "std_error"]


@pytest.mark.parametrize("analysis", ANALYSES)
@pytest.mark.parametrize("kind", BAD)
def test_an_error_or_a_reason_and_never_a_silent_gap(kind, analysis):
    try:
        result = ANALYSES[analysis](BAD[kind])
    except MentorlabError as error:
        said = str(error)
        assert ": " in said
        assert "must be ;" not in said
        assert "nan" not in said.split()
        return
    frame = result.to_frame()
    numbers = frame.select_dtypes("number").drop(columns=BLANK, errors="ignore")
    gaps = numbers.isna().any(axis=1)
    assert not np.isinf(numbers.drop(columns="df", errors="ignore")).any(axis=None)
    if "note" in frame:
        assert (frame.loc[gaps, "note"] != "").all()
    else:
        assert not gaps.any()
    assert result.summary()


@pytest.mark.parametrize(
    ("kind", "analysis", "said"),
    [
        ("a constant rater", "actor_partner", "'growth' of the mentor does not vary: all 24"),
        ("a constant rater", "response_surface", "do not span a surface"),
        ("a constant rater", "common_fate", "a rating does not vary"),
        ("a constant rater", "one_with_many", "'growth' of the mentor does not vary: all 72"),
        ("partners who say the same", "actor_partner", "the same for both partners of every pair"),
        (
            "partners who say the same",
            "interchangeable partners",
            r"a predictor does not vary \(or never differs between partners\)",
        ),
        ("an element without variance", "perceptual_accuracy", "the guesses do not vary: all are"),
        ("mentors missing in every pair", "partner_agreement", "A one-sided data set"),
        ("mentees missing in every pair", "reciprocity", "A one-sided data set"),
        ("mentees missing in every pair", "actor_partner", "no mentee has a value of 'trust'"),
        ("two pairs", "actor_partner", "needs 5 complete dyads; got 2 dyads"),
        ("two pairs", "common_fate", "needs ten complete dyads; got 2"),
        ("two pairs", "response_surface", "needs eight rows; got 2"),
        ("no rows", "partner_agreement", "`pairs` has no rows"),
        ("no rows", "growth", "`pairs` has no rows"),
    ],
)
def test_the_error_is_the_right_one(kind, analysis, said):
    with pytest.raises(EstimationError, match=said):
        ANALYSES[analysis](BAD[kind])


def test_mentors_with_one_mentee_in_several_waves_share_nothing():
    pairs = invent_pairs(n_mentors=20, waves=(1, 2, 3))
    with pytest.raises(EstimationError, match="no mentor has two mentees with complete scores"):
        one_with_many(pairs, outcome="trust")


def test_a_number_that_no_pair_changes_has_no_interval():
    result = partner_agreement(BAD["no variance at all"], measure="ad", wave=1)
    frame = result.to_frame()
    assert (frame["estimate"] == 0).all()
    assert frame["conf_low"].isna().all()
    assert (
        frame["note"] == "a number without interval is the same whichever pair is left out"
    ).all()


def test_categories_that_nobody_used_do_not_move_kappa():
    pairs = invent_pairs(n_mentors=40, whole=True)
    used = pairs[(pairs["mentor"] > 1) & (pairs["mentee"] > 1)]
    five = partner_agreement(used, measure="weighted_kappa", categories=[1, 2, 3, 4, 5])
    four = partner_agreement(used, measure="weighted_kappa", categories=[2, 3, 4, 5])
    linear = [
        result.to_frame().query("form == 'linear' and element == 'trust'")["estimate"].item()
        for result in (five, four)
    ]
    # Distances between categories are what they are, so an empty end changes nothing.
    assert linear[0] == pytest.approx(linear[1])
