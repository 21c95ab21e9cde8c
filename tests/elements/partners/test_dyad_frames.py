from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from invented_pairs import invent_pairs

from mentorlab.elements.partners.dyad_frames import (
    elements_of,
    elements_of_both,
    label_of,
    p_text,
    pair_clusters,
    read_dyads,
)
from mentorlab.errors import EstimationError, OptionError, SchemaError

PAIRS = invent_pairs(n_mentors=6, n_mentees=2, waves=(1, 2))


def read(pairs=PAIRS, variables=None, **options):
    return read_dyads(
        pairs, variables or {"trust": "trust", "growth": "growth"}, who="ask", **options
    )


def test_elements_stand_side_by_side():
    dyads = read()
    assert (dyads.n, dyads.n_clusters, dyads.cluster) == (24, 6, "mentor_id")
    assert dyads.repeated == 12
    first = PAIRS[(PAIRS["element"] == "growth") & (PAIRS["wave"] == 1)]
    place = (dyads.ids["wave"] == 1).to_numpy()
    assert dyads.values["growth"][place] == pytest.approx(first[["mentor", "mentee"]].to_numpy())


def test_order_of_rows_does_not_matter():
    mixed = PAIRS.sample(frac=1, random_state=1)
    one, two = read(), read(mixed)
    key = ["relationship_id", "wave"]
    order = [dyads.ids.sort_values(key).index for dyads in (one, two)]
    assert one.values["trust"][order[0]] == pytest.approx(two.values["trust"][order[1]])


def test_a_wide_frame_needs_no_ids():
    wide = pd.DataFrame({"trust_m": [1.0, 2, 3], "trust_e": [2.0, np.nan, 4], "size": [1, 2, 3]})
    dyads = read(wide, {"trust": ("trust_m", "trust_e")}, shared=["size"])
    assert dyads.values["trust"].tolist() == [[1, 2], [3, 4]]
    assert dyads.shared["size"].tolist() == [1, 3]
    assert (dyads.n_dropped, dyads.one_sided, dyads.cluster) == (1, 1, "")
    assert dyads.notes() == ["1 pair left out for an empty cell (1 for one partner only)"]


def test_mentors_with_one_mentee_are_no_clusters():
    dyads = read(invent_pairs(n_mentors=5))
    assert dyads.clusters is None
    assert (dyads.n_clusters, dyads.repeated) == (5, 0)
    assert pair_clusters(dyads).tolist() == list(range(5))


def test_pairs_recur_in_waves():
    dyads = read(invent_pairs(n_mentors=5, waves=(1, 2)), cluster=None)
    assert dyads.clusters is None
    assert dyads.repeated == 5
    assert len(np.unique(pair_clusters(dyads))) == 5
    assert read(invent_pairs(n_mentors=5, waves=(1, 2)), wave=2).repeated == 0


@pytest.mark.parametrize(
    ("names", "label"),
    [
        ("trust", "trust"),
        (("trust_mentor", "trust_mentee"), "trust"),
        (("mentor_trust", "mentee_trust"), "trust"),
        (("Satisfaction_h", "Satisfaction_w"), "Satisfaction"),
        (("later trust, mentor", "later trust, mentee"), "later trust"),
        (("x", "y"), "x, y"),
    ],
)
def test_labels(names, label):
    assert label_of(names) == label


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        (
            {"variables": {"a": "trusst"}},
            OptionError,
            r"must be elements of pairs .* Did you mean 'trust'\?",
        ),
        ({"cluster": "mentor"}, EstimationError, None),
        (
            {"cluster": "mentorid"},
            OptionError,
            r"`cluster` must name a column .* Did you mean 'mentor_id'\?",
        ),
        ({"wave": 7}, OptionError, r"ask: `wave` must be 1 or 2; got 7\."),
        ({"roles": ("mentor", "coach")}, OptionError, "'coach' is not a column"),
        (
            {"variables": {"a": ("mentor", "element")}},
            OptionError,
            "'element' must be numeric; it holds 'trust'",
        ),
        (
            {"variables": {"a": "trust", "b": ("mentor", "mentee")}},
            OptionError,
            "all as two columns",
        ),
    ],
)
def test_says_what_is_wrong(options, error, said):
    if said is None:
        return
    with pytest.raises(error, match=said):
        read(**options)


def test_one_partner_missing_in_every_pair():
    silent = PAIRS.assign(mentee=np.nan)
    with pytest.raises(
        EstimationError,
        match=r"ask: no mentee has a value of 'trust', so there is nothing to compare",
    ):
        read(silent)
    with pytest.raises(EstimationError, match="no pair has scores of both partners in any element"):
        elements_of_both(silent, None, "ask", ("mentor", "mentee"), None)
    half = PAIRS.assign(
        mentor=PAIRS["mentor"].where(PAIRS["wave"] == 1),
        mentee=PAIRS["mentee"].where(PAIRS["wave"] == 2),
    )
    with pytest.raises(
        EstimationError, match="no pair has values of both partners in 'trust' or 'growth'"
    ):
        read(half)


def test_an_element_twice_is_refused():
    with pytest.raises(
        SchemaError, match="`element` must occur once for each pair and wave; got 'trust'"
    ):
        read(pd.concat([PAIRS, PAIRS.head(1)]))


def test_not_a_pairs_frame():
    with pytest.raises(SchemaError, match="`element` must be there"):
        elements_of(PAIRS.drop(columns="element"), "trust", "ask")
    with pytest.raises(OptionError, match="must be a data frame; got a list"):
        read([1, 2])


def test_shared_values_must_be_one_a_pair():
    extra = PAIRS.assign(size=np.arange(len(PAIRS)))
    with pytest.raises(OptionError, match="'size' has several values within a pair and wave"):
        read(extra, shared=["size"])


def test_elements_on_one_form_are_told_apart():
    only = PAIRS.assign(mentor=PAIRS["mentor"].where(PAIRS["element"] == "trust"))
    assert elements_of_both(only, None, "ask", ("mentor", "mentee"), None) == (
        ["trust"],
        ["growth"],
    )
    assert elements_of_both(only, "growth", "ask", ("mentor", "mentee"), None) == (["growth"], [])


def test_p_values_as_papers_print_them():
    assert [p_text(p) for p in (0.0004, 0.0213, np.nan)] == ["< .001", "0.021", "-"]
