import numpy as np
import pandas as pd
import pytest
from invented import invented_program

import mentorlab as ml
from mentorlab.elements import partner_agreement
from mentorlab.widgets.partner_numbers import compare_partners
from mentorlab.widgets.scored import PairScores, ScoredElements

TOLERANCE = 1e-10  # the same formulas, sums in another order
FORMS = {
    "icc": "ICC(A,1)",
    "concordance": "concordance",
    "correlation": "precision (Pearson)",
    "mean_gap": "mean difference",
    "limit_low": "lower limit",
    "limit_high": "upper limit",
}


@pytest.mark.parametrize("wave", [1, 2, None])
@pytest.mark.parametrize("per_mentor", [1, 2, 5])
def test_numbers_are_those_of_partner_agreement(per_mentor, wave):
    program = invented_program(30, per_mentor=per_mentor, elements=("trust",), n_waves=2)
    scored = ScoredElements.of(program, who="test")
    ours = compare_partners(scored.pairs_of("trust", wave)).numbers
    measures = ["icc", "ccc", "bland_altman"]
    theirs = partner_agreement(scored.pairs, measure=measures, elements="trust", wave=wave)
    theirs = theirs.to_frame().set_index("form").loc[list(FORMS.values())]
    columns = ["estimate", "conf_low", "conf_high"]
    theirs, ours = (frame[columns].to_numpy() for frame in (theirs, ours.loc[list(FORMS)]))
    assert ours == pytest.approx(theirs, abs=TOLERANCE)


@pytest.mark.parametrize(
    ("mentor", "mentee", "known"),
    [
        ([], [], []),
        ([4.0], [3.0], ["mean_gap"]),
        ([4.0, 4.0], [4.0, 4.0], ["mean_gap", "limit_low", "limit_high"]),
        ([4.0, 4.0, 4.0], [3.0, 4.0, 5.0], list(FORMS)),
        ([4.0, np.nan], [3.0, 2.0], ["mean_gap"]),
    ],
)
def test_what_can_not_be_computed_is_missing(mentor, mentee, known):
    codes = np.arange(len(mentor))
    found = compare_partners(PairScores(np.array(mentor), np.array(mentee), codes, codes))
    estimate = found.numbers["estimate"]
    assert set(estimate[estimate.notna()].index) <= set(known)
    assert set(found.numbers.index) == set(FORMS)
    assert all(isinstance(text, str) for text in found.words())


def test_words_say_what_the_numbers_mean():
    mentor = np.array([3.0, 4.0, 5.0, 2.0, 4.0])
    alike = compare_partners(PairScores(mentor, mentor - 0.1, np.arange(5), np.arange(5)))
    assert "lies between pairs and is seen by both partners" in alike.words()[0]
    assert "between 0.1 higher and 0.1 higher than the mentee's" in alike.words()[1]
    apart = compare_partners(PairScores(mentor, 7 - mentor, np.arange(5), np.arange(5)))
    assert "no more alike than people from different pairs" in apart.words()[0]


def test_shared_mentors_widen_the_view_of_the_interval():
    program = invented_program(30, per_mentor=3, elements=("trust",))
    scores = ml.score_elements(program.responses, codebook=ml.item_bank())
    pairs = ml.pair_partners(scores, members=program.members).query("wave == 1")
    both = pairs.dropna(subset="gap")
    found = compare_partners(
        PairScores(
            pairs["mentor"].to_numpy(),
            pairs["mentee"].to_numpy(),
            pd.factorize(pairs["mentor_id"])[0],
            pd.factorize(pairs["mentee_id"])[0],
        )
    )
    assert found.clustered
    assert (found.n, found.n_mentors, found.n_shared) == (len(both), 10, 10)
