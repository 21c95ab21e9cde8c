"""The missing-data report: kinds apart, forms that were due, patterns, who left."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import mentorlab as ml
from mentorlab.errors import MissingTableError, OptionError, SchemaError
from mentorlab.missing_data import missingness
from mentorlab.missing_data.dropout import COLUMNS, UNKEYED, _difference
from mentorlab.missing_data.occasions import _shape
from mentorlab.rng import child_rng

MONTH = pd.Timedelta(days=30)
START = pd.Timestamp("2025-01-06")


def form(
    pair: str, role: str, wave: int, values: list[float | None], reasons: list[str | None] = ()
) -> pd.DataFrame:
    """One returned form: an answer or a reason an item."""
    padded = [*reasons, *[None] * (len(values) - len(reasons))]
    return pd.DataFrame(
        {
            "relationship_id": pair,
            "rater_id": f"{pair}-{role}",
            "role": role,
            "wave": wave,
            "item": [f"t{i}" for i in range(1, len(values) + 1)],
            "value": pd.Series(values, dtype="float64"),
            "form": "scale",
            "missing": pd.Series(padded, dtype="object"),
            "recorded_at": START + wave * MONTH,
        }
    )


def program_of(forms: list[pd.DataFrame], pairs: list[str], **relationships: object) -> ml.Program:
    roles = ("mentor", "mentee")
    people = [f"{pair}-{role}" for pair in pairs for role in roles]
    return ml.Program(
        people=pd.DataFrame({"person_id": people, "department": "d"}),
        relationships=pd.DataFrame(
            {"relationship_id": pairs, "kind": "one_to_one", "started_on": START, **relationships}
        ),
        members=pd.DataFrame(
            {
                "relationship_id": np.repeat(pairs, 2),
                "person_id": people,
                "role": roles * len(pairs),
            }
        ),
        responses=pd.concat(forms, ignore_index=True),
    )


@pytest.fixture
def small() -> ml.Program:
    """Four pairs, three waves: a stays, b drops out, c skips a wave, d never answers."""
    full = [3.0, 4.0]
    forms = [form("a", role, wave, full) for role in ("mentor", "mentee") for wave in (1, 2, 3)]
    forms += [form("b", "mentor", 1, full), form("b", "mentee", 1, full)]
    forms += [form("b", "mentor", 2, full)]
    forms += [form("c", "mentor", wave, full) for wave in (1, 3)]
    forms += [form("c", "mentee", 2, [None, 5.0], ["not_shown"])]
    forms += [form("c", "mentee", 3, [None, None], ["unanswered", None])]
    return program_of(forms, ["a", "b", "c", "d"])


def row(frame: pd.DataFrame, **where: object) -> pd.Series:
    mask = pd.Series(True, index=frame.index)
    for column, value in where.items():
        mask &= frame[column].eq(value)
    assert mask.sum() == 1
    return frame[mask].iloc[0]


def test_kinds_of_missing_are_counted_apart(small):
    counts = missingness(small).counts

    wave2 = row(counts, wave=2, role="mentee")
    wave3 = row(counts, wave=3, role="mentee")
    kinds = ["n", "answered", "not_shown", "unanswered", "not_applicable", "unknown"]
    assert wave2[kinds].tolist() == [4, 3, 1, 0, 0, 0]
    assert wave3[kinds].tolist() == [4, 2, 0, 1, 0, 1]


def test_kinds_and_answers_add_up_to_all_cells():
    result = missingness(ml.datasets.load_example_program())

    parts = result.counts.drop(columns=["table", "wave", "role", "form", "n"]).sum(axis=1)
    assert parts.equals(result.counts["n"])
    own = result.counts["table"] == "responses"
    assert result.counts.loc[own, "n"].sum() == result.items["n"].sum()


def test_forms_that_were_due_are_counted_with_those_that_never_came(small):
    forms = missingness(small).forms

    columns = ["due", "returned", "not_returned", "over"]
    assert row(forms, wave=1, role="mentee")[columns].tolist() == [4, 2, 2, 0]
    assert row(forms, wave=2, role="mentor")[columns].tolist() == [4, 2, 2, 0]
    # c's mentee opened wave 3 and answered nothing: that form did not come back
    assert row(forms, wave=3, role="mentee")[columns].tolist() == [4, 1, 3, 0]


def test_patterns_have_a_shape(small):
    patterns = missingness(small).patterns

    found = {(r.role, r.pattern): (r.shape, r.n) for r in patterns.itertuples()}
    assert found == {
        ("mentor", "111"): ("complete", 1),
        ("mentor", "110"): ("dropout", 1),
        ("mentor", "101"): ("intermittent", 1),
        ("mentor", "000"): ("never", 1),
        ("mentee", "111"): ("complete", 1),
        ("mentee", "100"): ("dropout", 1),
        ("mentee", "010"): ("intermittent", 1),
        ("mentee", "000"): ("never", 1),
    }
    assert patterns.groupby("role")["share"].sum().round(9).eq(1).all()


@pytest.mark.parametrize(
    ("due", "shape"),
    [
        ("1", "complete"),
        ("11", "complete"),
        ("0", "never"),
        ("100", "dropout"),
        ("001", "late"),
        ("0110", "intermittent"),
        ("101", "intermittent"),
        ("", None),
    ],
)
def test_shapes(due, shape):
    assert _shape(due) == shape


def test_a_form_after_the_end_of_the_relationship_was_not_due():
    forms = [form("a", role, wave, [3.0]) for role in ("mentor", "mentee") for wave in (1, 2)]
    forms += [form("b", role, 1, [3.0]) for role in ("mentor", "mentee")]
    ended = START + pd.Timedelta(days=40)  # wave 2 came after 60 days

    result = missingness(program_of(forms, ["a", "b"], ended_on=[pd.NaT, ended]))

    assert row(result.forms, wave=2, role="mentor")[["due", "over"]].tolist() == [1, 1]
    assert set(result.patterns["pattern"]) == {"11", "1."}
    assert set(result.patterns["shape"]) == {"complete"}
    assert "2 forms not due because the relationship was over" in result.notes()


def test_a_wave_that_has_not_come_for_a_late_starter_was_not_due():
    forms = [form("a", role, wave, [3.0]) for role in ("mentor", "mentee") for wave in (1, 2)]
    late = [START, START + 3 * MONTH]

    result = missingness(program_of(forms, ["a", "b"], started_on=late))

    assert row(result.forms, wave=2, role="mentor")[["due", "not_yet"]].tolist() == [1, 1]
    assert "4 forms not due yet" in result.notes()


def test_a_cut_in_time_says_what_was_not_due_yet():
    program = ml.datasets.load_example_program()

    early = missingness(program.as_of("2024-03-31"))

    assert early.forms["not_yet"].sum() > 0
    assert missingness(program).forms["not_yet"].sum() == 0


def test_kinds_of_relationship_that_were_not_surveyed_owe_no_form():
    program = ml.datasets.load_example_program()
    surveyed = program.responses.merge(program.relationships[["relationship_id", "kind"]])

    forms = missingness(program).forms

    members = program.members.merge(program.relationships[["relationship_id", "kind"]])
    owing = members[members["kind"].isin(surveyed["kind"]) & members["role"].isin(["mentor"])]
    assert forms.loc[forms["role"] == "mentor", "due"].max() <= len(owing)


def test_responses_alone_say_what_they_can_not_tell(small):
    result = missingness(small.responses)

    assert "never" not in set(result.patterns["shape"])
    assert any("who never answered" in note for note in result.notes())


def test_without_dates_all_forms_count_as_due(small):
    frames = {**small.tables, "responses": small.responses.drop(columns="recorded_at")}

    result = missingness(ml.Program(**frames))

    assert any(note.startswith("no dates") for note in result.notes())


def planted(n_pairs: int, *, effect: float, seed: int) -> ml.Program:
    """Leavers among mentees score `effect` lower at wave 1."""
    rng = child_rng(seed, "planted")
    pairs = [f"r{i}" for i in range(n_pairs)]
    leaves = rng.random(n_pairs) < 0.4
    forms = []
    for pair, left in zip(pairs, leaves, strict=True):
        score = float(rng.normal(3 - effect * left, 1))
        forms += [form(pair, "mentee", 1, [score, 6 - score])]
        forms += [form(pair, "mentor", wave, [3.0, 3.0]) for wave in (1, 2)]
        forms += [] if left else [form(pair, "mentee", 2, [3.0, 3.0])]
    return program_of(forms, pairs)


BOOK = ml.Codebook(
    pd.DataFrame(
        {"item": ["t1", "t2"], "element": "trust", "reverse": [False, True], "low": 1, "high": 5}
    )
)


def test_a_planted_difference_of_leavers_is_found_with_the_codebook():
    program = planted(200, effect=0.8, seed=1)

    result = missingness(program, codebook=BOOK)

    # mentors all stayed at score 3, so look at mentees alone
    mentees = missingness(
        program.responses[program.responses["role"] == "mentee"], codebook=BOOK
    ).dropout
    score = row(mentees, variable="first-wave score", level="trust")
    assert score["conf_low"] < -0.8 < score["conf_high"]
    assert score["conf_high"] < 0
    role = row(result.dropout, variable="role", level="mentor")
    assert role["left"] == 0
    assert any(
        "scored differently at the first wave on trust: -" in note for note in result.notes()
    )


def test_the_standardized_difference_is_what_the_formula_says():
    rng = child_rng(2, "formula")
    y = pd.Series(rng.normal(size=60))
    left = rng.random(60) < 0.5
    cluster = np.repeat(np.arange(30), 2)
    raters = pd.DataFrame({"_left": left, "cluster": cluster})

    stayed, gone, estimate, error, low, high, *sizes = _difference(y, raters, 0.9)

    pooled = np.sqrt((y[left].var() + y[~left].var()) / 2)
    assert estimate == pytest.approx((y[left].mean() - y[~left].mean()) / pooled)
    assert (stayed, gone) == pytest.approx((y[~left].mean(), y[left].mean()))
    # CR1 of a difference of two means, by hand
    parts = np.where(left, (y - gone) / left.sum(), -(y - stayed) / (~left).sum())
    sums = np.bincount(cluster, weights=parts)
    by_hand = np.sqrt(30 / 29 * 59 / 58 * (sums**2).sum()) / pooled
    assert error == pytest.approx(by_hand)
    half = stats.t.ppf(0.95, 29) * by_hand
    assert (low, high) == pytest.approx((estimate - half, estimate + half))
    assert sizes == [60, int(left.sum()), 30]


@pytest.mark.slow
def test_intervals_of_the_difference_cover_it():
    """2,000 draws with pairs of partners who share half of their variance; true d is 0.4."""
    n_draws, n_pairs, d, hits = 2000, 60, 0.4, 0
    cluster = np.repeat(np.arange(n_pairs), 2)
    for draw in range(n_draws):
        rng = child_rng(draw, "coverage")
        left = rng.random(2 * n_pairs) < 0.4
        shared = np.repeat(rng.normal(size=n_pairs), 2)
        y = np.sqrt(0.5) * (shared + rng.normal(size=2 * n_pairs)) + d * left
        raters = pd.DataFrame({"_left": left, "cluster": cluster})
        _, _, _, _, low, high, *_ = _difference(pd.Series(y), raters, 0.95)
        hits += low < d < high
    lowest, highest = stats.binom.interval(0.999, n_draws, 0.95)
    # the pooled standard deviation is taken as known, so a little under 95 % is expected
    assert lowest <= hits <= highest, f"covered {hits / n_draws:.3f}"


def test_relationships_that_share_a_mentor_are_one_cluster(small):
    frames = small.tables
    frames["members"] = frames["members"].replace({"b-mentor": "a-mentor"})
    frames["responses"] = frames["responses"].replace({"b-mentor": "a-mentor"})

    apart = missingness(small, codebook=BOOK).dropout
    shared = missingness(ml.Program(**frames), codebook=BOOK).dropout

    assert apart["n_clusters"].max() == 3
    assert shared["n_clusters"].max() == 2


def test_without_a_codebook_the_score_is_called_not_keyed():
    result = missingness(planted(60, effect=0.5, seed=3))

    assert UNKEYED in set(result.dropout["level"])
    assert any("not keyed" in note for note in result.notes())


def test_columns_of_people_are_compared_as_shares_or_means():
    program = ml.datasets.load_example_program()

    result = missingness(program, compare=["tenure_years", "gender"]).dropout

    assert row(result, variable="tenure_years")["stayed"] > 1
    gender = result[result["variable"] == "gender"]
    assert gender[["stayed", "left"]].apply(lambda shares: shares.between(0, 1)).all(axis=None)


def test_nobody_left_is_said():
    forms = [form("a", role, wave, [3.0]) for role in ("mentor", "mentee") for wave in (1, 2)]

    result = missingness(program_of(forms, ["a"]))

    assert result.dropout.columns.tolist() == COLUMNS
    assert any("can't be compared" in note for note in result.notes())


def test_it_never_claims_randomness(small):
    notes = " ".join(missingness(planted(60, effect=0, seed=4)).notes())

    assert "no test of whether answers are missing at random" in notes
    assert "MCAR" not in notes


def test_counting_by_other_columns(small):
    by_item = missingness(small, by="item").counts

    assert by_item.columns[:2].tolist() == ["table", "item"]
    assert row(by_item, item="t1")["not_shown"] == 1


def test_outcomes_and_empty_cells_of_other_tables_are_counted(small):
    outcomes = pd.DataFrame(
        {"person_id": ["a-mentor", "a-mentee"], "outcome": "pay", "wave": 1, "value": [1.0, None]}
    )

    result = missingness(ml.Program(**small.tables, outcomes=outcomes))

    assert row(result.counts, table="outcomes")[["n", "answered", "unknown"]].tolist() == [2, 1, 1]
    assert row(result.cells, table="outcomes", column="value")["share_empty"] == 0.5


def test_the_headline_counts_answers_and_forms(small):
    result = missingness(small)

    assert result.headline() == "Missing data: 88% of 26 answers given; 50% of 24 forms came back"
    assert "not shown" in result.summary()
    assert "<table>" in result._repr_html_()
    assert "Schafer" in result.cite()


def test_the_headline_counts_withdrawals_without_naming_anyone():
    program = ml.datasets.load_example_program()

    assert "3 people withdrew consent and are not counted" in missingness(program).notes()


def test_the_program_is_left_as_it_was(small):
    before = small.responses.copy()

    missingness(small, codebook=BOOK)

    pd.testing.assert_frame_equal(small.responses, before)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"by": "rol"}, OptionError, "`by` must name columns of responses .*Did you mean 'role'"),
        ({"compare": "departmnt"}, OptionError, "`compare` must name columns of people"),
        ({"level": 95}, OptionError, "`level` lies between 0 and 1; got 95"),
    ],
)
def test_arguments_that_do_not_fit_are_said(small, arguments, error, message):
    with pytest.raises(error, match=message):
        missingness(small, **arguments)


def test_what_is_neither_program_nor_responses_is_refused(small):
    with pytest.raises(OptionError, match="needs a Program or a data frame; got a list"):
        missingness([1, 2])
    with pytest.raises(SchemaError, match="missingness: not a valid responses table"):
        missingness(pd.DataFrame({"a": [1]}))
    with pytest.raises(MissingTableError, match="`compare` needs the table people"):
        missingness(small.responses, compare="department")
    tables = {name: frame for name, frame in small.tables.items() if name != "responses"}
    with pytest.raises(MissingTableError, match="missingness: needs the table responses"):
        missingness(ml.Program(**tables))
