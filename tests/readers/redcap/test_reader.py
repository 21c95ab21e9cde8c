import pandas as pd
import pytest
from small_exports import KEY, dropped, values, write_rows

from mentorlab.errors import OptionError, ReadError
from mentorlab.readers import IdentifierError, read_redcap
from mentorlab.readers.redcap.dictionary import Field, read_dictionary, split_missing

HEAD = [
    "Variable / Field Name",
    "Form Name",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Text Validation Type OR Show Slider Number",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Matrix Group Name",
    "Field Annotation",
]
SCALE = "1, Never | 2, Sometimes | 3, Often | 9, Not applicable"
FIELDS = [
    ["record_id", "intake", "text", "Record ID", "", "", "", "", "", ""],
    ["role", "intake", "radio", "Role", "1, Mentor | 2, Mentee", "", "", "", "", ""],
    ["pair_id", "intake", "text", "Pair", "", "", "", "", "", ""],
    ["email", "intake", "text", "E-mail", "", "email", "y", "", "", ""],
    ["talk_1", "survey", "radio", "We talk", SCALE, "", "", "", "m", ""],
    ["talk_2r", "survey", "radio", "We fall silent", SCALE, "", "", "", "m", "@REVERSE"],
    ["only_m", "survey", "radio", "I guide", SCALE, "", "", "[role] = '1'", "m", ""],
    ["about", "survey", "checkbox", "About?", "1, Law, tax | 2, Art", "", "", "", "", ""],
    ["met_on", "log", "text", "Date of the meeting", "", "date_ymd", "", "", "", ""],
    ["met_how", "log", "radio", "What happened", "1, Held | 2, No-show", "", "", "", "", ""],
    ["met_long", "log", "text", "Minutes", "", "integer", "", "", "", ""],
]
RAW = [
    "record_id",
    "redcap_event_name",
    "redcap_repeat_instrument",
    "redcap_repeat_instance",
    "role",
    "pair_id",
    "intake_complete",
    "survey_timestamp",
    "talk_1",
    "talk_2r",
    "only_m",
    "about___1",
    "about___2",
    "about____99",
    "survey_complete",
    "met_on",
    "met_how",
    "met_long",
    "log_complete",
]
ROWS = [
    ["1", "start_arm_1", "", "", "1", "D1", "2", *[""] * 12],
    ["1", "m3_arm_1", "", "", *[""] * 3, "2026-03-01 10:00:00", 3, -99, 2, 1, 0, 0, 2, *[""] * 4],
    ["1", "m3_arm_1", "log", "1", *[""] * 11, "2026-02-03", 1, 45, 2],
    ["1", "m3_arm_1", "log", "2", *[""] * 11, "2026-02-10", 2, "", 2],
    ["2", "start_arm_1", "", "", "2", "D1", "2", *[""] * 12],
    ["2", "m3_arm_1", "", "", *[""] * 3, "[not completed]", 9, "", "", 0, 1, 0, 0, *[""] * 4],
]


def files(tmp_path, rows=ROWS, head=RAW, fields=FIELDS):
    dictionary = write_rows(tmp_path / "dictionary.csv", [HEAD, *fields])
    records = write_rows(tmp_path / "records.csv", [head, *rows])
    return records, dictionary


def read(tmp_path, rows=ROWS, head=RAW, fields=FIELDS, **options):
    records, dictionary = files(tmp_path, rows, head, fields)
    return read_redcap(records, dictionary=dictionary, **options)


def test_answers_ticks_and_meetings_come_from_one_file(tmp_path):
    found = read(tmp_path)
    assert values(found) == {
        ("1", "talk_1"): 3,
        ("1", "talk_2r"): "unanswered",
        ("1", "only_m"): 2,
        ("2", "talk_1"): "not_applicable",
        ("2", "talk_2r"): "not_shown",
    }
    assert found.choices[["rater_id", "question", "choice"]].values.tolist() == [
        ["1", "about", "Law, tax"],
        ["2", "about", "Art"],
    ]
    log = found.contacts
    assert log["status"].tolist() == ["held", "missed"]
    assert log["minutes"].iloc[0] == 45
    assert log["relationship_id"].unique().tolist() == ["D1"]
    assert "1 unfinished answer counts" in found.assumed


def test_the_dictionary_becomes_the_codebook(tmp_path):
    items = read(tmp_path).codebook.items.set_index("item")
    assert items["reverse"].to_dict() == {"talk_1": False, "talk_2r": True, "only_m": False}
    assert items["role"].to_dict() == {"talk_1": "both", "talk_2r": "both", "only_m": "mentor"}
    assert items.loc["talk_1", "labels"] == "Never|Sometimes|Often"
    assert (items["low"].unique().tolist(), items["high"].unique().tolist()) == ([1], [3])


def test_labels_stand_for_fields_in_the_order_of_the_dictionary(tmp_path):
    head = [
        "Record ID",
        "Event Name",
        "Repeat Instrument",
        "Repeat Instance",
        "Role",
        "Pair",
        "Complete?",
        "Survey Timestamp",
        "We talk",
        "We fall silent",
        "I guide",
        "About? (choice=Law, tax)",
        "About? (choice=Art)",
        "About? (choice=No answer)",
        "Complete?",
        "Date of the meeting",
        "What happened",
        "Minutes",
        "Complete?",
    ]
    words = {
        8: {"3": "Often", "9": "Not applicable"},
        9: {"-99": "No answer"},
        10: {"2": "Sometimes"},
    }
    words |= {11: {"1": "Checked", "0": "Unchecked"}, 12: {"1": "Checked", "0": "Unchecked"}}
    words |= {
        4: {"1": "Mentor", "2": "Mentee"},
        16: {"1": "Held", "2": "No-show"},
        2: {"log": "Log"},
    }
    words |= {14: {"2": "Complete", "0": "Incomplete"}}
    rows = [[words.get(i, {}).get(str(c), c) for i, c in enumerate(row)] for row in ROWS]
    raw, labeled = read(tmp_path), read(tmp_path, rows, head)
    pd.testing.assert_frame_equal(raw.responses, labeled.responses)
    pd.testing.assert_frame_equal(raw.choices, labeled.choices)
    pd.testing.assert_frame_equal(raw.contacts, labeled.contacts)


def test_events_with_answers_are_the_waves(tmp_path):
    later = ["1", "m6_arm_1", *[""] * 6, 1, 2, 2, 0, 0, 0, 2, *[""] * 4]
    found = read(tmp_path, [*ROWS, later])
    assert found.responses.groupby("wave")["item"].count().to_dict() == {1: 5, 2: 3}
    assert "events are the waves: m3_arm_1 = 1, m6_arm_1 = 2" in found.assumed


def test_events_are_in_the_order_of_the_project_whoever_lacks_one(tmp_path):
    late_only = [[*row] for row in ROWS]
    for row in late_only:
        row[1] = row[1].replace("m3", "m6") if row[0] == "1" else row[1]
    both = ["2", "m6_arm_1", *[""] * 6, 1, 2, "", 0, 0, 0, 2, *[""] * 4]
    found = read(tmp_path, [*late_only, both])
    assert "events are the waves: m3_arm_1 = 1, m6_arm_1 = 2" in found.assumed
    waves = found.responses.groupby(["rater_id", "wave"]).size()
    assert sorted(waves.index) == [("1", 2), ("2", 1), ("2", 2)]
    with pytest.raises(OptionError, match="items were answered on 2 occasions"):
        read(tmp_path, [*late_only, both], wave=1)


PULSE = [
    ["p_1", "pulse", "radio", "Good week", SCALE, "", "", "", "p", ""],
    ["p_2", "pulse", "radio", "Good talk", SCALE, "", "", "", "p", ""],
]


def pulse(record, event, instance, *items):
    return [record, event, "pulse", instance, *[""] * 15, *items, 2]


def test_a_repeating_form_with_items_makes_waves_and_asks_its_own_items_only(tmp_path):
    head = [*RAW, "p_1", "p_2", "pulse_complete"]
    rows = [[*row, "", "", ""] for row in ROWS]
    rows += [pulse("1", "m3_arm_1", 1, 3, 2), pulse("1", "m3_arm_1", 2, 1, "")]
    found = read(tmp_path, rows, head, [*FIELDS, *PULSE])
    answers = found.responses.groupby(["rater_id", "wave"])["item"].agg(list).to_dict()
    assert answers["1", 1] == ["talk_1", "talk_2r", "only_m"]
    assert answers["1", 2] == answers["1", 3] == ["p_1", "p_2"]
    assert any("m3_arm_1 (instance 1) = 2" in note for note in found.assumed)
    assert not any("answered again" in reason for reason in found.dropped["reason"])
    assert len(found.contacts) == 2


def test_a_form_that_was_not_part_of_an_event_asks_nothing_there(tmp_path):
    head = [*RAW, "p_1", "p_2", "pulse_complete"]
    rows = [[*row, "", "", ""] for row in ROWS]
    rows.append(["2", "m6_arm_1", *[""] * 17, 3, 3, 2])
    found = read(tmp_path, rows, head, [*FIELDS, *PULSE])
    asked = found.responses.groupby("wave")["item"].agg(set).to_dict()
    assert asked == {1: {"talk_1", "talk_2r", "only_m"}, 2: {"p_1", "p_2"}}


def test_codes_of_missing_data_are_said_and_can_be_explained(tmp_path):
    head = [name.replace("____99", "____88") for name in RAW]
    rows = [[-88 if cell == -99 else cell for cell in row] for row in ROWS]
    found = read(tmp_path, rows, head)
    assert values(found)["1", "talk_2r"] == "unanswered"
    assert any("'-88' is unanswered" in note for note in found.assumed)
    told = read(tmp_path, rows, head, answers={-88: "not_applicable"})
    assert values(told)["1", "talk_2r"] == "not_applicable"


def test_a_meeting_that_lacks_its_status_is_counted(tmp_path):
    rows = [*ROWS, ["1", "m3_arm_1", "log", "3", *[""] * 11, "2026-02-17", "", 30, 2]]
    found = read(tmp_path, rows)
    assert len(found.contacts) == 2
    assert ("row", "a meeting that lacks its pair or its at or its status", 1, 7) in dropped(found)


def test_what_a_yes_or_no_is_about_decides_whether_it_is_a_status(tmp_path):
    prepared = ["met_prep", "log", "yesno", "Agenda prepared?", *[""] * 6]
    fields = [*FIELDS[:8], FIELDS[8], prepared, *FIELDS[9:]]
    head = [*RAW[:16], "met_prep", *RAW[16:]]
    rows = [[*row[:16], 0 if row[2] == "log" else "", *row[16:]] for row in ROWS]
    assert read(tmp_path, rows, head, fields).contacts["status"].tolist() == ["held", "missed"]


def test_a_form_that_was_not_begun_is_counted(tmp_path):
    empty = ["2", "m6_arm_1", *[""] * 9, 0, 0, 0, 0, *[""] * 4]
    found = read(tmp_path, [*ROWS, empty])
    assert ("row", "a form that was not begun", 1, 7) in dropped(found)


def test_records_without_their_dictionary_are_refused(tmp_path):
    records, dictionary = files(tmp_path)
    with pytest.raises(ReadError, match=r"needs dictionary=.*Project Setup"):
        read_redcap(records)
    with pytest.raises(ReadError, match="is a data dictionary, not an export"):
        read_redcap(dictionary, dictionary=dictionary)
    with pytest.raises(ReadError, match="is no REDCap data dictionary"):
        read_redcap(records, dictionary=records)


def test_the_dictionary_of_another_project_is_refused(tmp_path):
    other = [["study_id", *row[1:]] if row[0] == "record_id" else row for row in FIELDS]
    with pytest.raises(ReadError, match="they are not of one project"):
        read(tmp_path, fields=other)
    strangers = [["record_id", *FIELDS[0][1:]], *[[f"x{i}", *r[1:]] for i, r in enumerate(FIELDS)]]
    with pytest.raises(ReadError, match="columns that the dictionary does not know"):
        read(tmp_path, fields=strangers)


def test_a_label_that_could_be_two_fields_is_refused(tmp_path):
    fields = [*FIELDS[:6], ["talk_3", "survey", "radio", "We talk", SCALE, *[""] * 5], *FIELDS[6:]]
    head = ["Record ID", "Role", "Pair", "We talk"]
    with pytest.raises(ReadError, match=r"'We talk' stands for 'talk_1' or 'talk_3', but only 1"):
        read(tmp_path, [["1", "Mentor", "D1", "Often"]], head, fields)


def test_fields_marked_as_identifiers_are_refused(tmp_path):
    head = [*RAW[:6], "email", *RAW[6:]]
    rows = [[*row[:6], "ann@example.org" if row[4] else "", *row[6:]] for row in ROWS]
    with pytest.raises(IdentifierError, match="'email' is marked as an identifier"):
        read(tmp_path, rows, head)
    assert len(read(tmp_path, rows, head, identifiers="drop").responses) == 5


def test_the_log_follows_the_pair_into_its_pseudonym(tmp_path):
    rows = [[*row[:5], "ann@example.org" if row[5] else "", *row[6:]] for row in ROWS]
    found = read(tmp_path, rows, identifiers="pseudonymize", key=KEY)
    assert set(found.contacts["relationship_id"]) == set(found.responses["relationship_id"])
    assert "@" not in found.contacts.to_csv()


def test_a_log_that_lacks_what_happened_is_refused(tmp_path):
    at = RAW.index("met_how")
    with pytest.raises(ReadError, match="lacks the field 'met_how'"):
        read(tmp_path, [row[:at] + row[at + 1 :] for row in ROWS], RAW[:at] + RAW[at + 1 :])


def test_choices_that_stand_apart_from_the_scale_are_not_answers():
    field = Field("f", "s", "radio", "F", {"1": "a", "2": "b", "3": "c", "8": "Cannot say"})
    assert split_missing(field, {}) == ({1: "a", 2: "b", 3: "c"}, {"8": "not_applicable"})
    assert split_missing(field, {"cannot say": "unanswered"})[1] == {"8": "unanswered"}


@pytest.mark.parametrize(
    ("choices", "codes"),
    [
        ({"1": "a", "2": "b", "3": "c", "88": "x", "99": "y"}, [1, 2, 3]),
        ({"-1": "x", "1": "a", "2": "b", "3": "c"}, [1, 2, 3]),
        ({"-2": "a", "-1": "b", "0": "c", "1": "d", "2": "e"}, [-2, -1, 0, 1, 2]),
        ({"1": "a", "2": "b", "3": "c", "5": "d"}, [1, 2, 3, 5]),
        ({"0": "a", "25": "b", "50": "c"}, [0, 25, 50]),
        ({"1": "Does not apply", "2": "Applies partly", "3": "Applies fully"}, [1, 2, 3]),
        ({"1": "a", "2": "b", "3": "c", "4": "Don't know"}, [1, 2, 3]),
    ],
)
def test_scales_keep_their_own_codes(choices, codes):
    assert list(split_missing(Field("f", "s", "radio", "F", choices), {})[0]) == codes


def test_a_dictionary_with_broken_choices_is_refused(tmp_path):
    broken = [[*FIELDS[1][:4], "1 Mentor | 2, Mentee", *FIELDS[1][5:]]]
    file = write_rows(tmp_path / "dictionary.csv", [HEAD, FIELDS[0], *broken])
    with pytest.raises(ReadError, match="gives the field 'role' choices that are not like"):
        read_dictionary(file)
