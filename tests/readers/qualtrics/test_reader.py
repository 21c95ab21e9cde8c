import pandas as pd
import pytest
from small_exports import BOOK, KEY, dropped, qualtrics, values, write_rows

from mentorlab.codebook import Codebook
from mentorlab.errors import OptionError, ReadError
from mentorlab.readers import IdentifierError, read_qualtrics

META = [
    ("EndDate", "Enddatum", "endDate"),
    ("Status", "Antworttyp", "status"),
    ("Progress", "Fortschritt", "progress"),
    ("Finished", "Fertig", "finished"),
    ("DistributionChannel", "Kanal", "distributionChannel"),
]
STEM = "How far do you agree?\n\n<b>One answer</b> each"
ITEMS = [
    ("Q3_1", f"{STEM} - I trust my partner", "QID3_1"),
    ("Q3_2", f"{STEM} - My partner is fair", "QID3_2"),
    ("Q3_3", f"{STEM} - We talk, openly - and often", "QID3_3"),
]
WHO = [
    ("role", "role", "role"),
    ("pair_id", "pair_id", "pair_id"),
    ("participant_id", "participant_id", "participant_id"),
    ("partner_id", "partner_id", "partner_id"),
]
COLUMNS = [*META, *ITEMS, *WHO]


def answer(*items, role="mentor", pair="D1", rater="M1", partner="S1", status=0, day=17, done=1):
    end = f"2026-03-{day:02d} 10:00:00"
    progress = 100 if done else 50
    return [end, status, progress, done, "anonymous", *items, role, pair, rater, partner]


MENTEE = {"role": "mentee", "rater": "S1", "partner": "M1"}


def read(tmp_path, rows, head=COLUMNS, **options):
    file = qualtrics(tmp_path / "export.csv", head, rows)
    return read_qualtrics(file, **{"codebook": BOOK, "wave": 1, **options})


def test_items_are_found_by_their_question_below_a_common_stem(tmp_path):
    found = read(tmp_path, [answer(4, 5, 1)])
    assert values(found) == {("M1", "t1"): 4, ("M1", "t2"): 5, ("M1", "t3"): 1}
    assert found.responses["target_id"].unique().tolist() == ["S1"]
    assert found.responses["answered_at"].iloc[0] == pd.Timestamp("2026-03-17 10:00")


def test_where_unanswered_has_a_code_an_empty_cell_was_not_shown(tmp_path):
    found = read(tmp_path, [answer(4, -99, ""), answer("", 2, 3, **MENTEE)])
    assert values(found)["M1", "t2"] == "unanswered"
    assert values(found)["M1", "t3"] == "not_shown"
    assert values(found)["S1", "t1"] == "not_shown"


def test_without_that_code_an_answer_is_not_shown_only_where_the_form_breaks_off(tmp_path):
    found = read(tmp_path, [answer(4, "", "", done=0), answer("", 2, "", **MENTEE)])
    assert values(found)["M1", "t2"] == "not_shown"
    assert values(found)["S1", "t1"] == values(found)["S1", "t3"] == "unanswered"
    assert "1 unfinished answer counts" in found.assumed


def test_the_number_after_the_highest_answer_is_not_applicable(tmp_path):
    assert values(read(tmp_path, [answer(6, 1, 1)]))["M1", "t1"] == "not_applicable"


def test_a_number_that_is_no_answer_is_an_error_or_counted(tmp_path):
    rows = [answer(7, 1, 1), answer(7, 1, 1, **MENTEE)]
    with pytest.raises(ReadError) as refused:
        read(tmp_path, rows)
    assert "`Q3_1` must be an answer to 't1'; got '7' in 2 rows, first row 1." in str(refused.value)
    assert "unreadable='drop'" in str(refused.value)
    found = read(tmp_path, rows, unreadable="drop")
    assert ("cell", "no answer of item 't1'", 2, 1) in dropped(found)
    assert ("M1", "t1") not in values(found)


def test_text_is_read_by_the_labels_of_the_codebook(tmp_path):
    rows = [answer("Agree", "strongly  disagree", "Not applicable")]
    assert list(values(read(tmp_path, rows)).values()) == [4, 1, "not_applicable"]


def test_the_caller_says_what_a_text_means(tmp_path):
    rows = [answer("Agree", "No idea", "Top")]
    found = read(tmp_path, rows, answers={"no idea": "not_applicable", "Top": 5})
    assert list(values(found).values()) == [4, "not_applicable", 5]


def test_previews_tests_and_spam_are_left_out_and_counted(tmp_path):
    preview = answer(1, 1, 1)
    preview[4] = "preview"
    rows = [answer(1, 1, 1, status=1), preview, answer(2, 2, 2, status=8), answer(4, 4, 4)]
    found = read(tmp_path, rows)
    assert set(values(found).values()) == {4}
    assert ("row", "a preview", 2, 1) in dropped(found)
    assert ("row", "marked as spam", 1, 3) in dropped(found)


def test_of_an_answer_given_twice_the_last_finished_one_counts(tmp_path):
    rows = [
        answer(1, 1, 1, day=10),
        answer(3, 3, 3, day=12),
        answer(2, 2, 2, day=11),
        answer(5, 5, "", day=20, done=0),
    ]
    found = read(tmp_path, rows)
    assert set(values(found).values()) == {3}
    assert ("row", "answered again: the last finished answer counts", 3, 1) in dropped(found)


def test_unfinished_answers_can_be_left_out(tmp_path):
    found = read(tmp_path, [answer(1, 1, "", done=0), answer(2, 2, 2, **MENTEE)], partial="drop")
    assert ("row", "not finished", 1, 1) in dropped(found)
    assert set(found.responses["rater_id"]) == {"S1"}


def test_a_file_saved_again_by_a_spreadsheet_is_refused(tmp_path):
    rows = [answer(1, 2, 3)]
    rows[0][0] = "2026-03-17 10:00"
    with pytest.raises(ReadError, match="saved again by a spreadsheet"):
        read(tmp_path, rows)
    rows[0][0] = "3/17/2026 10:00"
    with pytest.raises(ReadError, match=r"saved again by a spreadsheet.*leading zeros"):
        read(tmp_path, rows)
    found = read(tmp_path, rows, dates="mdy")
    assert found.responses["answered_at"].iloc[0] == pd.Timestamp("2026-03-17 10:00")
    assert any("a spreadsheet turned the dates of 1 row" in note for note in found.assumed)


def test_the_third_row_must_hold_import_ids(tmp_path):
    file = write_rows(tmp_path / "x.csv", [["a", "b"], ["a", "b"], ["1", "2"]])
    with pytest.raises(ReadError, match="third row does not hold ImportIds"):
        read_qualtrics(file, codebook=BOOK)


def test_a_header_that_comes_again_is_counted_and_a_renamed_one_refused(tmp_path):
    again = [name for name, _, _ in COLUMNS]
    found = read(tmp_path, [answer(4, 4, 4), again])
    assert ("row", "the header again", 1, 2) in dropped(found)
    again[5] = "Q4_1"
    with pytest.raises(ReadError, match=r"'Q4_1' for 'Q3_1': the columns are renamed half-way"):
        read(tmp_path, [answer(4, 4, 4), again])


def test_identical_headings_are_refused(tmp_path):
    with pytest.raises(ReadError, match="2 columns have the heading 'Q3_1'"):
        read(tmp_path, [[*answer(1, 1, 1), 1]], [*COLUMNS, ("Q3_1", "again", "QID9_1")])


def test_metadata_that_identifies_people_counts_as_soon_as_it_is_filled(tmp_path):
    columns = [*COLUMNS, ("RecipientEmail", "E-Mail", "recipientEmail")]
    assert len(read(tmp_path, [[*answer(1, 1, 1), ""]], columns).responses) == 3
    with pytest.raises(IdentifierError) as refused:
        read(tmp_path, [[*answer(1, 1, 1), "ann@example.org"]], columns)
    assert "'RecipientEmail' is the recipient's e-mail address" in str(refused.value)
    assert "ann" not in str(refused.value)
    found = read(tmp_path, [[*answer(1, 1, 1), "ann@example.org"]], columns, identifiers="drop")
    assert ("column", "it is the recipient's e-mail address", 1, 0) in dropped(found)


def test_people_named_by_address_are_linked_by_pseudonyms(tmp_path):
    rows = [
        answer(1, 1, 1, rater="Ann@example.org", partner="bo@example.org"),
        answer(2, 2, 2, role="mentee", rater="bo@example.org", partner="ann@example.org"),
    ]
    found = read(tmp_path, rows, identifiers="pseudonymize", key=KEY)
    assert found.responses.to_csv().count("@") == 0
    assert set(found.responses["rater_id"]) == set(found.responses["target_id"])
    assert found.unlinked.empty
    dropped_names = read(tmp_path, rows, identifiers="drop")
    assert set(dropped_names.responses["rater_id"]) == {"D1:mentor", "D1:mentee"}
    assert set(dropped_names.responses["target_id"]) == {"D1:mentor", "D1:mentee"}


def test_pseudonyms_need_a_key(tmp_path):
    with pytest.raises(OptionError, match="needs `key`"):
        read(tmp_path, [answer(1, 1, 1)], identifiers="pseudonymize")


def test_codes_are_brought_to_one_spelling_and_strangers_reported(tmp_path):
    rows = [
        answer(1, 1, 1, pair="D01", partner="s-01"),
        answer(2, 2, 2, pair=" d-01 ", role="mentee", rater="S01", partner="M1"),
        answer(3, 3, 3, pair="D02", rater="M2", partner="S99"),
    ]
    found = read(tmp_path, rows)
    assert set(found.responses["relationship_id"]) == {"D01", "D02"}
    assert found.responses["target_id"].iloc[0] == "S01"
    assert any("1 code was respelled" in note for note in found.assumed)
    assert found.unlinked[["kind", "code", "role", "n", "first_row"]].values.tolist() == [
        ["relationship", "D02", "mentor", 1, 3],
        ["partner", "S99", "mentor", 1, 3],
    ]


def test_codes_are_linked_to_members_where_they_are_given(tmp_path):
    members = pd.DataFrame(
        {
            "relationship_id": ["D-1", "D-1"],
            "person_id": ["ann", "bo"],
            "role": ["mentor", "mentee"],
        }
    )
    columns = [*META, *ITEMS, *WHO[:2]]
    rows = [answer(1, 1, 1, pair="d1")[:-2], answer(1, 1, 1, pair="D7", role="mentee")[:-2]]
    found = read(tmp_path, rows, columns, members=members)
    assert set(found.responses["rater_id"]) == {"ann", "D7:mentee"}
    assert found.unlinked[["code", "why"]].values.tolist() == [
        ["D7", "not a relationship in `members`"]
    ]


def test_each_role_may_have_its_own_column_of_an_item(tmp_path):
    book = Codebook(
        pd.DataFrame(
            {
                "item": "t1",
                "role": ["mentor", "mentee"],
                "low": 1,
                "high": 5,
                "wording": ["I trust my mentee", "I trust my mentor"],
            }
        )
    )
    columns = [
        *META,
        ("Q1", "I trust my mentee", "QID1"),
        ("Q2", "I trust my mentor", "QID2"),
        ("Q9", "no item", "QID9"),
        *WHO,
    ]
    rows = [answer(4, "", ""), answer("", 2, "", **MENTEE)]
    found = read(tmp_path, rows, columns, codebook=book)
    assert values(found) == {("M1", "t1"): 4, ("S1", "t1"): 2}
    with pytest.raises(ReadError, match="`Q2` must be an answer to 't1'"):
        read(tmp_path, [answer(4, 3, "")], columns, codebook=book)


def test_a_column_renamed_half_way_is_joined_if_the_caller_says_so(tmp_path):
    columns = [*META, ("Q1", "I trust my partner", "QID1"), ("Q1b", "I trust my partner", "QID2")]
    columns += [("Q9", "x", "QID9"), *WHO]
    rows = [answer(4, "", ""), answer("", 2, "", **MENTEE)]
    with pytest.raises(ReadError, match=r"both hold the item 't1'\. If the column was renamed"):
        read(tmp_path, rows, columns)
    found = read(tmp_path, rows, columns, columns={"Q1": "t1", "Q1b": "t1"})
    assert values(found) == {("M1", "t1"): 4, ("S1", "t1"): 2}
    with pytest.raises(ReadError, match="Only one may be filled"):
        read(tmp_path, [answer(4, 4, "")], columns, columns={"Q1": "t1", "Q1b": "t1"})


TOPIC = [
    ("Q4_1", "Topics? - Selected Choice - Law, tax", "QID4_1"),
    ("Q4_2", "Topics? - Selected Choice - Art", "QID4_2"),
]


def test_ticks_over_columns_and_in_one_cell_are_the_same(tmp_path):
    split = read(tmp_path, [[*answer(1, 1, 1), 1, 0]], [*COLUMNS, *TOPIC])
    whole = [*COLUMNS, ("Q4", "Topics? - Selected Choice", "QID4")]
    one = read(tmp_path, [[*answer(1, 1, 1), "Law, tax,Art"]], whole)
    by_number = read(
        tmp_path, [[*answer(1, 1, 1), "1,2"]], whole, choices={"Q4": ["Law, tax", "Art"]}
    )
    assert split.choices["choice"].tolist() == ["Law, tax"]
    assert one.choices["choice"].tolist() == by_number.choices["choice"].tolist()
    assert one.choices["choice"].tolist() == ["Law, tax", "Art"]
    assert any("options of 'Q4' are guessed" in note for note in one.assumed)


PLAIN = [
    ("Q4_1", "Topics? (all) - Work - life", "QID4_1"),
    ("Q4_2", "Topics? (all) - Art", "QID4_2"),
]


@pytest.mark.parametrize(
    "cells", [[(1, ""), ("", 1)], [(1, 0), (0, 1)], [("Work - life", ""), ("", "Art")]]
)
def test_ticks_are_told_without_the_words_selected_choice(tmp_path, cells):
    rows = [[*answer(1, 1, 1), *cells[0]], [*answer(2, 2, 2, **MENTEE), *cells[1]]]
    found = read(tmp_path, rows, [*COLUMNS, *PLAIN])
    assert found.choices["choice"].tolist() == ["Work - life", "Art"]


def test_a_scale_of_which_all_answer_the_lowest_is_not_ticked(tmp_path):
    found = read(tmp_path, [answer(1, 1, ""), answer(1, "", 1, **MENTEE)])
    assert found.choices.empty
    assert values(found)["M1", "t1"] == 1


def test_texts_joined_without_spaces_are_ticks(tmp_path):
    rows = [
        [*answer(1, 1, 1, rater=f"M{i}", pair=f"D{i}"), cell]
        for i, cell in enumerate(["Law, tax,Art", "Art,Law, tax", "Art", "Law, tax"])
    ]
    found = read(tmp_path, rows, [*COLUMNS, ("Q4", "Themen?", "QID4")])
    assert found.choices["choice"].value_counts().to_dict() == {"Art": 3, "Law, tax": 3}


def test_a_code_explained_as_unanswered_makes_empty_cells_not_shown(tmp_path):
    rows = [answer(4, -77, ""), answer(1, 2, 3, **MENTEE)]
    found = read(tmp_path, rows, answers={-77: "unanswered"})
    assert values(found)["M1", "t2"] == "unanswered"
    assert values(found)["M1", "t3"] == "not_shown"


def test_the_role_is_found_by_its_words_where_its_name_is_not_known(tmp_path):
    columns = [("Q1" if name == "role" else name, q, m) for name, q, m in COLUMNS]
    columns = [(n, "In this program I take part as" if n == "Q1" else q, m) for n, q, m in columns]
    found = read(tmp_path, [answer(1, 1, 1), answer(2, 2, 2, **MENTEE)], columns)
    assert set(found.responses["role"]) == {"mentor", "mentee"}
    assert any("role from 'Q1'" in note for note in found.assumed)


def test_own_codes_typed_by_hand_are_one_person(tmp_path):
    rows = [answer(1, 1, 1, rater="M-01"), answer(2, 2, 2, day=18, rater=" m01 ")]
    rows.append(answer(3, 3, 3, **MENTEE))
    found = read(tmp_path, rows)
    assert found.responses["rater_id"].nunique() == 2


def test_a_tick_must_be_one(tmp_path):
    with pytest.raises(ReadError, match="`Q4_1` must be ticked or not; got '7'"):
        read(tmp_path, [[*answer(1, 1, 1), 7, 0]], [*COLUMNS, *TOPIC])


def test_without_a_codebook_every_guess_is_listed(tmp_path):
    rows = [answer(1, 2, 3), answer(5, 4, 3, **MENTEE)]
    found = read(tmp_path, rows, codebook=None)
    assert found.codebook.items["item"].tolist() == ["Q3_1", "Q3_2", "Q3_3"]
    assert any("'Q3_1' 1..5, 'Q3_2' 1..5" in note for note in found.assumed)


def test_keywords_are_checked(tmp_path):
    rows = [answer(1, 1, 1)]
    with pytest.raises(OptionError, match=r"no keyword 'rolls'\. Did you mean 'roles'\?"):
        read(tmp_path, rows, rolls={})
    with pytest.raises(OptionError, match="`columns` names 'pair', which the file does not have"):
        read(tmp_path, rows, columns={"pair": "relationship_id"})
    with pytest.raises(OptionError, match=r"`identifiers` must be 'refuse', 'drop' or"):
        read(tmp_path, rows, identifiers="keep")
    with pytest.raises(OptionError, match=r"neither one of .* nor an item of the codebook"):
        read(tmp_path, rows, columns={"Q3_1": "trust"})


def test_roles_that_are_no_words_need_explaining(tmp_path):
    rows = [answer(1, 1, 1, role="A"), answer(2, 2, 2, role="P", rater="S1", partner="M1")]
    with pytest.raises(ReadError, match=r"must name a role .* got 'A' or 'P' in 2 rows"):
        read(tmp_path, rows)
    found = read(tmp_path, rows, roles={"A": "mentor", "P": "mentee"})
    assert set(found.responses["role"]) == {"mentor", "mentee"}


def test_rows_without_pair_or_role_are_counted(tmp_path):
    rows = [answer(1, 1, 1), answer(1, 1, 1, pair=""), answer(1, 1, 1, role="", rater="x")]
    found = read(tmp_path, rows)
    assert ("row", "no code of the relationship", 1, 2) in dropped(found)
    assert ("row", "no role", 1, 3) in dropped(found)


def test_the_display_tells_what_was_read_and_left_out(tmp_path):
    found = read(tmp_path, [answer(4, -99, 6), answer(1, 1, 1, status=1)])
    text = repr(found)
    assert text.startswith("Read 3 answers, 1 rater, 1 relationship")
    assert "Qualtrics export with numeric values" in text
    assert "left out: 1 row: a preview, first row 2" in text
    html = found._repr_html_()
    assert "a preview" in html
    assert "<script" not in html


def test_items_that_are_not_there_are_named(tmp_path):
    columns = [c for c in COLUMNS if c[0] != "Q3_2"]
    row = answer(4, 4, 4)
    del row[6]
    found = read(tmp_path, [row], columns)
    assert found.dropped.query("what == 'item'")["name"].tolist() == ["t2"]
    other = Codebook(pd.DataFrame({"item": ["zz"], "low": 1, "high": 5}))
    with pytest.raises(ReadError, match="has none of the codebook's items"):
        read(tmp_path, [row], columns, codebook=other)
