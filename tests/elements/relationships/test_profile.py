"""Profiles of the small program and of the example."""

import pandas as pd
import pytest
from small_log import small_program

import mentorlab as ml
from mentorlab.elements.pairs import pair_partners
from mentorlab.elements.relationships.profile import MAIN_PRACTICES, relationship_profile
from mentorlab.elements.scoring import score_elements
from mentorlab.errors import OptionError

BOOK = ml.Codebook(
    pd.DataFrame({"item": ["t1", "s1"], "element": ["trust", "respect"], "low": 1, "high": 5})
)


def answer(relationship_id, rater, role, wave, trust, respect, target=None):
    return [
        (relationship_id, rater, role, wave, item, value, target)
        for item, value in (("t1", trust), ("s1", respect))
    ]


def responses(*rows):
    names = ["relationship_id", "rater_id", "role", "wave", "item", "value", "target_id"]
    return pd.DataFrame([cell for row in rows for cell in row], columns=names)


ANSWERS = responses(
    answer("r1", "ann", "mentor", 1, 5, 5),
    answer("r1", "bo", "mentee", 1, 4, 4),
    answer("r1", "ann", "mentor", 2, 4, 3),
    answer("r1", "bo", "mentee", 2, 1, 5),
    answer("r1", "ann", "mentor", 3, 5, 5),
    answer("r2", "cy", "mentor", 1, 3, 3),
)


@pytest.fixture(scope="module")
def profile():
    return relationship_profile(small_program(responses=ANSWERS), codebook=BOOK)


def test_one_row_a_relationship_with_the_last_wave_of_both(profile):
    frame = profile.to_frame().set_index("relationship_id")
    assert frame.index.tolist() == ["r1", "r2", "c1"]
    row = frame.loc["r1"]
    assert row["wave"] == 2  # wave 3 has one side only
    assert row[["trust_mean", "trust_low", "trust_gap"]].tolist() == [2.5, 1, 3]
    assert row[["respect_mean", "respect_low", "respect_gap"]].tolist() == [4, 3, -2]
    assert pd.isna(frame.loc["r2", "trust_mean"])


def test_contact_and_clock(profile):
    frame = profile.to_frame().set_index("relationship_id")
    assert frame.loc["r1", ["n_held", "n_missed", "days_since_contact"]].tolist() == [3, 1, 36]
    assert frame.loc["r2", ["n_held", "n_missed"]].tolist() == [1, 1]
    assert frame.loc["r1", "clock"] == pytest.approx(119 / 181)
    assert frame.loc["c1", ["n_mentors", "n_mentees"]].tolist() == [1, 3]
    assert pd.isna(frame.loc["r1", "ended_on"])
    assert frame.loc["r2", "ended_on"] == pd.Timestamp("2026-03-01")


def test_practices_and_phases_stand_in_the_row(profile):
    frame = profile.to_frame().set_index("relationship_id")
    assert frame.loc["r1", "meetings_kept"] == 0.75
    assert frame.loc["r2", "phase"] == "redefinition"  # they met after the ending
    assert [name for name in MAIN_PRACTICES if name in frame] == [
        name for name in MAIN_PRACTICES if name in set(profile.practices.pooled["practice"])
    ]


def test_a_group_shows_its_lowest_score_and_widest_gap():
    members = pd.DataFrame(
        {
            "relationship_id": "r1",
            "person_id": ["ann", "bo", "di"],
            "role": ["mentor", "mentee", "mentee"],
        }
    )
    answers = responses(
        answer("r1", "ann", "mentor", 1, 4, 4),
        answer("r1", "bo", "mentee", 1, 5, 4),
        answer("r1", "di", "mentee", 1, 1, 4),
    )
    program = small_program(responses=answers, members=members)
    result = relationship_profile(program, codebook=BOOK)
    trust = result.scores.set_index("element").loc["trust"]
    assert trust[["mentor", "mentee", "mean", "low", "gap", "n_pairs"]].tolist() == [
        4,
        3,
        3.5,
        1,
        3,
        2,
    ]


def test_scores_of_pairs_are_those_of_pair_partners():
    program = ml.datasets.load_example_program()
    bank = ml.item_bank()
    result = relationship_profile(program, codebook=bank, practices="dose")
    pairs = pair_partners(
        score_elements(program.responses, codebook=bank), members=program.members
    ).dropna(subset="gap")
    single = pairs[~pairs.duplicated(["relationship_id", "wave", "element"], keep=False)]
    both = single.merge(
        result.scores, on=["relationship_id", "wave", "element"], suffixes=("", "_profile")
    )
    assert len(both) == len(single)
    for name in ("mentor", "mentee", "mean", "low", "gap"):
        pd.testing.assert_series_equal(both[name], both[f"{name}_profile"], check_names=False)


def test_the_page_of_one_relationship(profile):
    page = profile.show("r1")
    text = page.summary()
    assert text.startswith("Relationship r1 (one to one), since 2026-01-01, 66% of the agreed")
    assert "3 meetings held, 1 missed or cancelled" in text
    assert "wave 2: lowest score 1.0 on trust" in text
    assert "largest gap 3.0 on trust, the mentor higher" in text
    assert "initiation from 2026-01-01" in text
    assert page.to_frame()["practice"].tolist()[0] == "meetings_held_of_agreed"
    assert "no scores from both sides" in profile.show("c1").summary()
    assert "ended 2026-03-01" in profile.show("r2").headline()


def test_a_wrong_id_is_named(profile):
    with pytest.raises(OptionError, match=r"got 'r11'\. Did you mean 'r1'"):
        profile.show("r11")


def test_what_is_absent_is_said():
    bare = small_program(contacts=None, attendance=None, goals=None, acts=None, responses=None)
    result = relationship_profile(bare)
    frame = result.to_frame()
    assert len(frame) == 3
    assert frame["n_held"].isna().all()
    text = " ".join(result.notes())
    assert "no responses: no scores" in text
    assert "nothing can be measured" in text
    assert "Relationship r1" in result.show("r1").summary()
    assert result.practices is None


def test_without_a_codebook_there_are_no_scores():
    result = relationship_profile(small_program())
    assert "no codebook given: no scores" in result.notes()
    assert "trust_mean" not in result.to_frame()


def test_without_agreed_lengths_there_are_no_phases():
    program = small_program()
    bare = program.with_tables(
        {**program.tables, "relationships": program.relationships.drop(columns="planned_end")}
    )
    result = relationship_profile(bare)
    assert result.phases is None
    assert result.to_frame()["phase"].isna().all()
    assert "no relationship has an agreed length" in " ".join(result.notes())
    assert "Relationship r1" in result.show("r1").summary()


def test_the_table_shows_lowest_scores_of_relationship_elements(profile):
    shown = profile._display_frame().set_index("relationship_id")
    assert shown.loc["r1", "lowest_score"] == 1
    odd = ml.Codebook(BOOK.items.assign(element=["trust", "negative_experiences"]))
    other = relationship_profile(small_program(responses=ANSWERS), codebook=odd)
    assert other._display_frame().set_index("relationship_id").loc["r1", "lowest_score"] == 1
