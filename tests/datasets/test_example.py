"""The example program: valid, reproducible, and with what was planted still in it."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentorlab import Program, item_bank
from mentorlab.datasets.example import example_truth, load_example_program
from mentorlab.errors import ReadError
from mentorlab.shipped import shipped_path
from mentorlab.tables import TABLES

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "make_example_program.py"
MAX_BYTES = 1_350_000


@pytest.fixture(scope="module")
def program() -> Program:
    return load_example_program()


@pytest.fixture(scope="module")
def truth() -> dict:
    return example_truth()


@pytest.fixture(scope="module")
def pairs(program) -> pd.DataFrame:
    """One row a one-to-one relationship."""
    relationships = program.relationships
    return relationships[relationships["kind"].eq("one_to_one")].set_index("relationship_id")


@pytest.fixture(scope="module")
def early(pairs) -> pd.DataFrame:
    return pairs[pairs["ended_on"] < pairs["planned_end"]]


@pytest.fixture(scope="module")
def answers(program) -> pd.DataFrame:
    """Answers with the element, all turned so that more is better."""
    bank = item_bank().items[["item", "role", "element", "reverse", "kind"]]
    keyed = program.responses.merge(bank, on=["item", "role"], validate="many_to_one")
    keyed["score"] = keyed["value"].where(~keyed["reverse"], 6 - keyed["value"])
    return keyed.assign(target_id=keyed["target_id"].fillna(""))


@pytest.fixture(scope="module")
def scores(answers) -> pd.DataFrame:
    keys = ["relationship_id", "rater_id", "target_id", "role", "wave", "element", "kind"]
    return answers.groupby(keys, as_index=False)["score"].mean()


def alpha(items: np.ndarray) -> float:
    n_items = items.shape[1]
    inside = items.var(axis=0, ddof=1).sum()
    return n_items / (n_items - 1) * (1 - inside / items.sum(axis=1).var(ddof=1))


def test_all_tables_and_relationships_are_there(program):
    assert set(program.tables) == set(TABLES)
    assert len(program.relationships) == 120
    assert program.relationships["kind"].value_counts().to_dict() == {
        "one_to_one": 88,
        "group": 7,
        "reverse": 6,
        "peer": 6,
        "flash": 5,
        "circle": 4,
        "sponsorship": 4,
    }
    assert set(program.relationships["cohort"]) == {"2023", "2024"}
    assert program.relationships["site"].nunique() == 2
    assert program.relationships["started_on"].between("2023-09-01", "2024-06-30").all()


def test_the_files_stay_small():
    folder = shipped_path("example_program")

    assert sum(path.stat().st_size for path in folder.glob("*.csv")) < MAX_BYTES


def test_script_writes_the_same_bytes(tmp_path):
    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], check=True, capture_output=True)

    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    shipped = shipped_path("example_program")
    assert set(made) == {f"{name}.csv" for name in TABLES} | {"truth.json"}
    assert [name for name in made if made[name] != (shipped / name).read_bytes()] == []


def test_people_who_withdrew_are_left_out(program):
    raw = pd.read_csv(shipped_path("example_program") / "people.csv")
    gone = set(raw.loc[~raw["consent"], "person_id"])
    people_columns = [
        (name, column.name)
        for name, table in TABLES.items()
        for column in table.columns
        if column.refers == "people" and column.name in program.tables[name]
    ]

    assert program.n_withdrawn == len(gone) == 3
    assert not program.people["person_id"].isin(gone).any()
    for name, column in people_columns:
        assert not program.tables[name][column].isin(gone).any(), (name, column)


def test_check_finds_only_the_partner_who_withdrew(program):
    found = program.check().to_frame()

    assert found[["finding", "n_rows"]].values.tolist() == [["only one member", 1]]


def test_members_fit_their_kind(program):
    members = program.members.merge(program.relationships[["relationship_id", "kind"]])
    roles = members.groupby(["kind", "relationship_id", "role"]).size().unstack(fill_value=0)

    assert roles.loc["circle", "peer"].between(5, 8).all()
    assert roles.loc["circle", "facilitator"].eq(1).all()
    assert roles.loc["peer", "peer"].eq(2).all()
    assert roles.loc["sponsorship", "sponsor"].eq(1).all()
    assert roles.loc["group", "mentee"].max() == 4
    assert (roles.loc["group", "mentor"] == 2).sum() == 3
    assert roles.loc["one_to_one", "mentor"].eq(1).all()


def test_only_the_planted_mentor_is_overloaded(program, truth):
    mentors = program.members[program.members["role"].eq("mentor")]
    mentees = program.members[program.members["role"].eq("mentee")]
    n_mentees = (
        mentors.merge(mentees, on="relationship_id").groupby("person_id_x")["person_id_y"].nunique()
    )
    capacity = program.people.set_index("person_id")["capacity"].reindex(n_mentees.index)
    planted = truth["network"]["overloaded_mentor"]

    assert (n_mentees > capacity).fillna(False).sum() == 1
    assert n_mentees[planted["person_id"]] == planted["n_mentees"] == 5
    assert capacity[planted["person_id"]] == planted["capacity"] == 2


def test_some_mentors_are_mentees_elsewhere(program, truth):
    roles = program.members.groupby("role")["person_id"].agg(set)

    assert (
        len(roles["mentor"] & roles["mentee"])
        == (truth["network"]["n_mentors_who_are_mentees_elsewhere"])
    )


def test_early_endings_are_as_common_as_published(pairs, early, truth):
    assert 0.30 <= len(early) / len(pairs) <= 0.38
    assert len(early) == truth["endings"]["n_early"]
    assert early["ended_by"].eq("mentor").mean() == pytest.approx(0.64, abs=0.03)
    assert set(early["end_reason"]) == {
        "poor_communication",
        "lack_of_commitment",
        "personality_differences",
        "competition",
        "conflict_of_interest",
        "inexperience",
        "external",
    }
    assert pairs["end_recorded_at"].dropna().ge(pairs["ended_on"].dropna()).all()


def test_log_shows_the_announced_declines(program, pairs, truth):
    held = _held(program)
    announced = pd.DataFrame(truth["endings"]["announced_by_the_log"])
    from_day = pd.to_datetime(announced.set_index("relationship_id")["from_day"])
    starts = pairs["started_on"].reindex(from_day.index)
    planted = held[held["relationship_id"].isin(from_day.index)]
    declining = planted["at"] >= planted["relationship_id"].map(from_day)

    assert len(from_day) == 15
    assert planted.loc[~declining, "held"].mean() > 0.75
    assert planted.loc[declining, "held"].mean() < 0.70
    weeks_before = (from_day - starts).dt.days.sum() / 7
    weeks_after = (pd.to_datetime(announced["ended_on"]) - from_day.to_numpy()).dt.days.sum() / 7
    per_week_before = planted.loc[~declining, "held"].sum() / weeks_before
    per_week_after = planted.loc[declining, "held"].sum() / weeks_after
    assert per_week_after < 0.65 * per_week_before


def test_silence_also_falls_on_relationships_that_go_on(program, pairs, truth):
    held = _held(program)
    lulls = truth["endings"]["lulls_without_an_ending"]

    assert len(lulls) == 14
    for lull in lulls:
        inside = held["relationship_id"].eq(lull["relationship_id"]) & held["at"].between(
            lull["first_day"], lull["last_day"]
        )
        assert inside.sum() <= 1
        ended_on = pairs["ended_on"].get(lull["relationship_id"])
        assert pd.isna(ended_on) or ended_on >= pairs["planned_end"][lull["relationship_id"]]


def _held(program: Program) -> pd.DataFrame:
    contacts = program.contacts[program.contacts["kind"].ne("message")]
    return contacts.assign(held=contacts["status"].eq("held"))


def test_causes_can_be_seen_in_the_tables(program, pairs, truth):
    people = program.people.set_index("person_id")
    members = program.members.pivot_table(
        index="relationship_id", columns="role", values="person_id", aggfunc="first"
    ).loc[pairs.index]
    own_manager = members["mentee"].map(people["reports_to"]).eq(members["mentor"])
    new_mentor = members["mentor"].map(people["prior_mentees"]).eq(0)

    assert sorted(own_manager.index[own_manager]) == truth["network"]["mentor_is_line_manager"]
    assert new_mentor[pairs["end_reason"].eq("inexperience")].all()


@pytest.mark.parametrize("role", ["mentor", "mentee"])
def test_alpha_of_each_element_is_that_of_a_short_scale(answers, role):
    form = answers[answers["role"].eq(role) & answers["kind"].eq("element")]
    keys = ["relationship_id", "rater_id", "target_id", "wave"]
    alphas = {
        element: alpha(rows.pivot(index=keys, columns="item", values="score").dropna().to_numpy())
        for element, rows in form.groupby("element")
    }

    assert len(alphas) == 8
    assert min(alphas.values()) > 0.75
    assert max(alphas.values()) < 0.90


def test_elements_hang_together_and_answers_are_kind(scores):
    wide = scores[scores["kind"].eq("element")].pivot(
        index=["relationship_id", "rater_id", "target_id", "role", "wave"],
        columns="element",
        values="score",
    )
    between = np.corrcoef(wide.dropna().to_numpy(), rowvar=False)[np.triu_indices(8, 1)]

    assert between.min() > 0.5
    assert between.max() < 0.9
    assert wide.mean().between(3.7, 4.3).all()
    by_role = wide.mean(axis=1).groupby("role").mean()
    assert by_role["mentor"] > by_role["mentee"]


def test_partners_agree_a_little(scores, pairs):
    both = (
        scores[scores["relationship_id"].isin(pairs.index) & scores["kind"].eq("element")]
        .pivot(index=["relationship_id", "wave", "element"], columns="role", values="score")
        .dropna()
    )
    by_element = [
        np.corrcoef(rows["mentor"], rows["mentee"])[0, 1] for _, rows in both.groupby("element")
    ]

    assert 0.2 < np.mean(by_element) < 0.4


def test_scores_fall_before_the_endings_that_were_planted(scores, program, truth):
    announced = {a["relationship_id"]: a for a in truth["endings"]["announced_by_the_log"]}
    sent = program.responses.groupby(["relationship_id", "rater_id", "wave"])["recorded_at"].max()
    changes = []
    of_cause = scores["element"].isin(["communication", "commitment"])
    keys = ["relationship_id", "rater_id", "role"]
    for (relationship, rater, role), rows in scores[of_cause].groupby(keys):
        plan = announced.get(relationship)
        if plan is None or role not in plan["scores_fall_for"]:
            continue
        waves = rows.groupby("wave")["score"].mean()
        day = sent[relationship, rater].reindex(waves.index)
        late = day > pd.Timestamp(plan["from_day"]) + pd.Timedelta(days=3)
        if late.any() and not late.all():
            changes.append(waves[late].mean() - waves[~late].mean())

    assert len(changes) >= 6
    assert np.mean(changes) < -0.5


def test_wave_one_answers_screen_as_badly_as_published(scores, early, pairs):
    first = scores[scores["wave"].eq(1) & scores["kind"].eq("element")]
    level = first[first["relationship_id"].isin(pairs.index)]
    level = level.groupby("relationship_id")["score"].mean()
    ends = level.index.isin(early.index)
    low, high = -level.to_numpy()[ends][:, None], -level.to_numpy()[~ends][None, :]
    auc = float(((low > high) + 0.5 * (low == high)).mean())

    assert 0.55 < auc < 0.67


def test_answers_are_missing_for_three_reasons(program):
    responses = program.responses
    missing = responses["missing"].dropna()

    assert set(missing) == {"not_shown", "unanswered", "not_applicable"}
    assert responses["value"].isna().equals(responses["missing"].notna())
    assert set(responses.loc[responses["missing"].eq("not_shown"), "wave"]) == {3}


def test_target_is_named_where_there_are_several_partners(program):
    kind = program.relationships.set_index("relationship_id")["kind"]
    in_group = program.responses["relationship_id"].map(kind).eq("group")

    assert program.responses.loc[in_group, "target_id"].notna().all()
    assert program.responses.loc[~in_group, "target_id"].isna().all()


@pytest.mark.parametrize("outcome", ["career_clarity_points", "job_satisfaction_points"])
def test_randomized_difference_is_near_the_planted_effect(program, truth, outcome):
    rows = program.outcomes[program.outcomes["outcome"].eq(outcome)]
    wide = rows.pivot(index=["person_id", "arm"], columns="wave", values="value").dropna()
    treated = wide.index.get_level_values("arm").to_numpy() == "mentored"
    design = np.column_stack([np.ones(len(wide)), treated, wide[0]])
    slopes, residuals, *_ = np.linalg.lstsq(design, wide[1].to_numpy(), rcond=None)
    variance = residuals[0] / (len(wide) - 3) * np.linalg.inv(design.T @ design)[1, 1]
    points = truth["effects"]["outcome_sd_points"]
    planted = truth["effects"]["true_effect_sd"][outcome]

    assert min(treated.sum(), (~treated).sum()) >= 50
    assert slopes[1] / points == pytest.approx(planted, abs=0.1)
    assert np.sqrt(variance) / points > 0.1


def test_planted_effect_is_the_size_of_published_ones(truth):
    sizes = truth["effects"]["true_effect_sd"]

    assert 0.15 <= sizes["career_clarity_points"] <= 0.25
    assert sizes["job_satisfaction_points"] == 0


def test_ties_stay_in_the_department(program, truth):
    department = program.people.set_index("person_id")["department"]
    same = program.ties["source"].map(department).eq(program.ties["target"].map(department)).mean()
    by_chance = (department.value_counts(normalize=True) ** 2).sum()
    odds = same / (1 - same) / (by_chance / (1 - by_chance))

    assert odds == pytest.approx(truth["network"]["ties_same_department_odds"], rel=0.35)


def test_way_in_narrows_at_every_step(program):
    enrolment = program.enrolment
    steps = ["invited_on", "registered_on", "trained_on", "matched_on"]
    n_reached = enrolment[steps].notna().sum()

    assert n_reached.is_monotonic_decreasing
    assert n_reached.is_unique
    for earlier, later in pairwise(steps):
        both = enrolment.dropna(subset=[earlier, later])
        assert both[later].ge(both[earlier]).all()
        assert enrolment.loc[enrolment[later].notna(), earlier].notna().all()


def test_next_intake_can_be_matched_but_not_all_of_it(program):
    applicants = program.applicants
    seats = applicants.loc[applicants["role"].eq("mentor"), "capacity"].sum()
    side = applicants.set_index("person_id")["role"]

    assert seats < applicants["role"].eq("mentee").sum()
    assert applicants["skills"].str.contains(";").any()
    assert (
        program.preferences["person_id"]
        .map(side)
        .ne(program.preferences["other_id"].map(side))
        .all()
    )


def test_a_cut_in_time_hides_what_was_recorded_later(program):
    cut = program.as_of("2024-06-30")

    assert cut.contacts["recorded_at"].max() < pd.Timestamp("2024-07-01")
    assert 0 < cut.relationships["ended_on"].notna().sum() < 30
    assert cut.notes == ()


def test_truth_of_another_folder_is_asked_for_by_path(tmp_path):
    with pytest.raises(ReadError, match=r"truth\.json can't be read"):
        example_truth(tmp_path)
