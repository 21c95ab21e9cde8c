from __future__ import annotations

import os
import re

import pandas as pd
import pytest

from mentorlab.datasets import available, load_open_seeds, locate
from mentorlab.datasets.registry import SOURCES
from mentorlab.errors import DataUnavailableError, ReadError

REASON = available("open_seeds")
needs_data = pytest.mark.skipif(bool(REASON), reason=REASON)
MID_1 = "participant_feedback/mid_cohort/OLS-1.csv"
FINAL_MENTOR_2 = "mentor_feedback/post_cohort/OLS-2.csv"


@pytest.fixture(scope="module")
def real():
    return load_open_seeds()


def all_text(data) -> str:
    """Every text cell of every frame, each on its own line."""
    frames = [*data.program.tables.values(), data.feedback, data.questions]
    cells = [frame[name].dropna().astype("str") for frame in frames for name in frame]
    return "\n".join(sorted({value for column in cells for value in column}))


def mentors_and_mentees(data) -> pd.DataFrame:
    members = data.program.members
    mentors, mentees = (members[members["role"] == role] for role in ("mentor", "mentee"))
    return mentors.merge(mentees, on="relationship_id", suffixes=("_mentor", "_mentee"))


@needs_data
class TestKnownNumbers:
    def test_projects(self, real):
        projects = real.program.relationships
        assert len(projects) == 238
        assert projects["graduated"].mean() == pytest.approx(0.794, abs=0.0005)
        assert projects["n_mentors"].isin([2, 3]).sum() == 49
        assert (projects["n_mentors"] == 0).sum() == 3
        assert (projects["n_mentees"] == 0).sum() == 1
        assert projects["cohort"].unique().tolist() == [str(n) for n in range(1, 9)]

    def test_people(self, real):
        people, members = real.program.people, real.program.members
        by_role = members.groupby("role")["person_id"].nunique()
        assert by_role.to_dict() == {"mentee": 385, "mentor": 138}
        mentored = people["n_projects_as_mentor"] > 0
        assert mentored.sum() == 138
        assert (mentored & (people["n_projects_as_mentee"] > 0)).sum() == 69
        assert (real.n_unlinked_names, real.n_same_name, len(people)) == (0, 9, 575)

    def test_mentors_who_were_participants_of_a_mentored_project(self, real):
        pairs = mentors_and_mentees(real)
        assert len(set(pairs["person_id_mentee"]) & set(real_mentors(real))) == 68

    def test_pairs(self, real):
        assert len(mentors_and_mentees(real)) == 518

    def test_ratings_sit_at_the_ceiling(self, real):
        ratings = real.feedback[real.feedback["question"] == "mentor_met_expectations"]
        by_cohort = ratings.groupby("cohort")["score"].mean().round(1)
        assert by_cohort.between(4.5, 4.8).all()
        assert ratings["score"].mean() == pytest.approx(4.61, abs=0.005)

    def test_forms(self, real):
        forms = real.feedback.drop_duplicates("form_id").groupby(["role", "moment"]).size()
        assert forms.to_dict() == {
            ("mentee", "final"): 229,
            ("mentee", "mid"): 164,
            ("mentor", "final"): 141,
        }

    def test_no_name_handle_place_or_title_leaves(self, real):
        source = SOURCES["open_seeds"]
        people = pd.read_csv(locate(source, "people.csv"), dtype="str")
        projects = pd.read_csv(locate(source, "projects.csv"), dtype="str")
        names = set((people["first-name"] + " " + people["last-name"]).dropna())
        private = set(names)
        for name in [people.columns[0], "city", "country", "continent", "country_3", "mastodon"]:
            private |= set(people[name].dropna())
        for name in ("name", "description", "keywords", "participants", "mentors"):
            private |= set(projects[name].dropna())
        text = all_text(real)
        assert private.isdisjoint(text.splitlines())
        assert [name for name in names if name in text] == []

    def test_display(self, real):
        text = repr(real)
        assert text.splitlines()[:2] == [
            "Open Seeds, a 16-week mentoring program",
            "238 projects, 79.4% graduated, 138 mentors, 385 mentees, 534 anonymous feedback "
            "forms.",
        ]
        assert not re.search(r"os\d{4}|project\d{3}", text + real._repr_html_())


def real_mentors(data) -> list[str]:
    members = data.program.members
    return members.loc[members["role"] == "mentor", "person_id"].tolist()


class TestSmallFiles:
    def test_projects(self, seeds_folder):
        projects = load_open_seeds(seeds_folder).program.relationships
        assert projects["relationship_id"].tolist() == ["project001", "project002", "project003"]
        assert projects["kind"].tolist() == ["one_to_one", "group", "group"]
        assert projects["graduated"].tolist() == [True, False, True]
        assert projects["n_mentors"].tolist() == [1, 2, 0]
        assert projects["n_mentees"].tolist() == [1, 2, 1]
        assert projects["cohort"].tolist() == ["1", "2", "2"]
        assert projects["formal"].all()
        assert set(projects["program_id"]) == {"open_seeds"}

    def test_names_are_linked_across_case_spacing_accents_and_commas(self, seeds_folder):
        data = load_open_seeds(seeds_folder)
        zoe, ann, king, prince, absent = (f"os{n:04d}" for n in range(1, 6))
        assert data.program.members.values.tolist() == [
            ["project001", ann, "mentor"],
            ["project001", zoe, "mentee"],
            ["project002", zoe, "mentor"],
            ["project002", absent, "mentor"],
            ["project002", king, "mentee"],
            ["project002", ann, "mentee"],
            ["project003", prince, "mentee"],
        ]
        assert (data.n_unlinked_names, data.n_same_name) == (1, 1)

    def test_people_carry_their_history(self, seeds_folder):
        people = load_open_seeds(seeds_folder).program.people.set_index("person_id")
        assert people.loc["os0001", "first_cohort_as_mentee"] == 1
        assert people.loc["os0001", "first_cohort_as_mentor"] == 2
        assert people["n_projects_as_mentor"].tolist() == [1, 1, 0, 0, 1]
        assert people["first_cohort_as_mentor"].isna().tolist() == [False, False, True, True, False]
        assert people["expert"].tolist()[:4] == [True, False, False, False]
        assert people["organizer"].tolist()[:4] == [False, True, False, False]
        assert people["speaker"].tolist()[:4] == [False, False, False, True]
        assert people.loc["os0005", ["expert", "speaker"]].isna().all()

    def test_a_nameless_row_is_a_person_of_its_own(self, seeds_folder, people_frame):
        frame = pd.concat([people_frame, people_frame.iloc[:2].assign(**NAMELESS)])
        frame.to_csv(seeds_folder / "people.csv", index=False)
        data = load_open_seeds(seeds_folder)
        assert data.n_same_name == 1
        assert len(data.program.people) == 7

    def test_a_person_called_none_is_kept_when_listed(self, seeds_folder, people_frame):
        frame = people_frame.copy()
        frame.loc[4, "first-name"] = "None"
        frame.to_csv(seeds_folder / "people.csv", index=False)
        assert load_open_seeds(seeds_folder).program.relationships["n_mentors"].iloc[2] == 1

    def test_feedback(self, seeds_folder, write_form):
        write_form(
            seeds_folder,
            MID_1,
            mentor_met_expectations="4",
            would_work_with_mentor_again="No",
            hours_a_week="all the time, thanks to Ann in Cork",
        )
        write_form(
            seeds_folder,
            FINAL_MENTOR_2,
            calls_constructive="Mentoring calls were mostly constructive",
        )
        data = load_open_seeds(seeds_folder)
        feedback = data.feedback
        assert feedback.columns.tolist() == [
            "form_id",
            "cohort",
            "moment",
            "role",
            "question",
            "answer",
            "score",
            "missing",
        ]
        given = feedback[feedback["answer"].notna()]
        assert given.drop(columns="missing").values.tolist() == [
            ["mentee_mid_1_01", "1", "mid", "mentee", "mentor_met_expectations", "4", 4.0],
            ["mentee_mid_1_01", "1", "mid", "mentee", "would_work_with_mentor_again", "no", 1.0],
            ["mentor_final_2_01", "2", "final", "mentor", "calls_constructive", "mostly", 3.0],
        ]
        assert data.n_free_text_dropped == 1
        assert feedback.loc[feedback["missing"] == "free_text", "question"].tolist() == [
            "hours_a_week"
        ]
        assert feedback["form_id"].nunique() == 23
        assert set(feedback["question"]) == set(data.questions["question"])

    def test_a_question_that_was_not_asked_has_no_rows(self, seeds_folder):
        file = seeds_folder / MID_1
        frame = pd.read_csv(file, dtype="str")
        frame.drop(columns=[c for c in frame if c.startswith("How many cohort")]).to_csv(
            file, index=False
        )
        feedback = load_open_seeds(seeds_folder).feedback
        asked = feedback[feedback["question"] == "cohort_calls_attended"]
        assert asked["cohort"].tolist() == [str(n) for n in range(2, 9)]

    def test_nothing_private_leaves(self, seeds_folder, private_people):
        text = all_text(load_open_seeds(seeds_folder))
        private = [
            *private_people,
            "Reef",
            "reef",
            "coral",
            "Ida",
            "Absent",
            "King",
            "wonderful",
            "they ",
        ]
        assert [value for value in private if value.lower() in text.lower()] == []

    def test_display_names_terms_and_no_ids(self, seeds_folder):
        data = load_open_seeds(seeds_folder)
        for text in (repr(data), data._repr_html_()):
            assert "CC BY 4.0" in text
            assert "Open Seeds paper data" in text
            assert "3 projects, 66.7% graduated, 3 mentors, 4 mentees, 23 anonymous" in text
            assert not re.search(r"os\d{4}|project\d{3}", text)
        assert data.overview()["n_mentees"].tolist() == [1, 3]


NAMELESS = {"first-name": "", "last-name": None}


class TestUnfitFiles:
    def test_absent_columns(self, seeds_folder, people_frame):
        frame = people_frame.drop(columns=["last-name", "ols-8-role"])
        frame.to_csv(seeds_folder / "people.csv", index=False)
        with pytest.raises(
            ReadError,
            match=r"people\.csv: must hold the column 'last-name' and 1 other; got 11 columns",
        ):
            load_open_seeds(seeds_folder)

    def test_another_table(self, seeds_folder):
        (seeds_folder / "projects.csv").write_text("a,b\n1,2\n")
        with pytest.raises(
            ReadError, match=r"projects\.csv: must hold the column 'participants' and 3 others"
        ):
            load_open_seeds(seeds_folder)

    def test_not_a_table(self, seeds_folder):
        (seeds_folder / "projects.csv").write_bytes(b"PK\x03\x04zip")
        with pytest.raises(ReadError, match=r"projects\.csv: is an Excel or zip file"):
            load_open_seeds(seeds_folder)

    def test_another_form(self, seeds_folder):
        (seeds_folder / MID_1).write_text("x,y\n1,2\n")
        with pytest.raises(
            ReadError,
            match=r"participant_feedback/mid_cohort/OLS-1\.csv: holds none of the questions of "
            r"this form, such as 'OLS is helping me work openly'",
        ):
            load_open_seeds(seeds_folder)

    def test_absent_file(self, seeds_folder):
        (seeds_folder / FINAL_MENTOR_2).unlink()
        with pytest.raises(
            DataUnavailableError, match=rf"`path` names .*{re.escape(os.fspath(FINAL_MENTOR_2))}"
        ):
            load_open_seeds(seeds_folder)


def test_offline_message(offline):
    with pytest.raises(
        DataUnavailableError,
        match=r"(?s)load_open_seeds: people\.csv is not on this machine.*Download https://raw\.git"
        r"hubusercontent\.com/open-life-science/.*/data/people\.csv by hand, save it as "
        r"<folder>/ols_open_seeds/people\.csv, do so for each of the 25 files",
    ):
        load_open_seeds()
