import pandas as pd
import pytest
from small_exports import KEY, dropped

from mentorlab.errors import OptionError, ReadError
from mentorlab.readers import IdentifierError, read_calendar


def event(uid, start, *lines, title="Mentoring D01", length="DURATION:PT45M"):
    return ["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", start, length, *lines, "END:VEVENT"]


def oslo(day, hour=14):
    return f"DTSTART;TZID=Europe/Oslo:202603{day:02d}T{hour:02d}0000"


def calendar(tmp_path, *events, head=()):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *head]
    lines += [line for lines in events for line in lines] + ["END:VCALENDAR", ""]
    file = tmp_path / "meetings.ics"
    file.write_bytes("\r\n".join(lines).encode())
    return file


def days(read):
    return [f"{at:%m-%d %H:%M}" for at in read.contacts["at"]]


def test_a_repeating_event_is_written_out_without_what_was_left_out_or_moved(tmp_path):
    weekly = event(
        "a",
        oslo(3),
        "RRULE:FREQ=WEEKLY;COUNT=4",
        "EXDATE;TZID=Europe/Oslo:20260310T140000",
    )
    moved = event("a", oslo(19, 9), "RECURRENCE-ID;TZID=Europe/Oslo:20260317T140000")
    read = read_calendar(calendar(tmp_path, weekly, moved))
    assert sorted(days(read)) == ["03-03 14:00", "03-19 09:00", "03-24 14:00"]
    assert set(read.contacts["status"]) == {"held"}


def test_ends_exceptions_and_changes_written_in_utc_mean_the_same_moments(tmp_path):
    weekly = event(
        "a",
        oslo(3),
        "RRULE:FREQ=WEEKLY;UNTIL=20260331T120000Z",
        "EXDATE:20260310T130000Z",
    )
    gone = event("a", oslo(17), "RECURRENCE-ID:20260317T130000Z", "STATUS:CANCELLED")
    read = read_calendar(calendar(tmp_path, weekly, gone))
    found = dict(zip(days(read), read.contacts["status"], strict=True))
    assert found == {
        "03-03 14:00": "held",
        "03-17 14:00": "cancelled",
        "03-24 14:00": "held",
        "03-31 14:00": "held",
    }


def test_days_left_out_and_dates_added(tmp_path):
    weekly = event(
        "a",
        oslo(3),
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "EXDATE;VALUE=DATE:20260310",
        "RDATE;TZID=Europe/Oslo:20260312T100000,20260313T100000",
    )
    read = read_calendar(calendar(tmp_path, weekly))
    assert days(read) == ["03-03 14:00", "03-12 10:00", "03-13 10:00"]


def test_cancelled_events_are_cancelled_and_tentative_ones_left_out(tmp_path):
    read = read_calendar(
        calendar(
            tmp_path,
            event("a", oslo(3), "STATUS:CANCELLED"),
            event("b", oslo(4), title="Canceled: Mentoring D01"),
            event("c", oslo(5), "STATUS:TENTATIVE"),
            event("d", oslo(6), "STATUS:CONFIRMED"),
        )
    )
    assert read.contacts["status"].tolist() == ["cancelled", "cancelled", "held"]
    assert ("event", "tentative: nothing says that it took place", 1, 3) in dropped(read)


def test_of_several_versions_of_an_event_the_last_counts(tmp_path):
    first = event("a", oslo(3), "SEQUENCE:0")
    last = event("a", oslo(4), "SEQUENCE:2")
    read = read_calendar(calendar(tmp_path, last, first))
    assert days(read) == ["03-04 14:00"]
    assert ("event", "an earlier version of an event", 1, 0) in dropped(read)


def test_zones_are_never_mixed_or_converted_unasked(tmp_path):
    file = calendar(
        tmp_path,
        event("a", oslo(3)),
        event("b", "DTSTART:20260303T130000Z"),
        event("c", "DTSTART;TZID=W. Europe Standard Time:20260303T140000"),
    )
    with pytest.raises(ReadError, match=r"times in several zones: .*Give zone='Europe/Oslo'"):
        read_calendar(file)
    assert days(read_calendar(file, zone="Europe/Oslo")) == ["03-03 14:00"] * 3
    assert days(read_calendar(file, zone="Asia/Tokyo")) == ["03-03 22:00"] * 3
    with pytest.raises(ReadError, match="'Oslo', which is not one of the IANA names"):
        read_calendar(file, zone="Oslo")


def test_an_end_in_another_zone_still_gives_the_length(tmp_path):
    file = calendar(tmp_path, event("a", oslo(3), length="DTEND:20260303T133000Z"))
    assert read_calendar(file).contacts["minutes"].tolist() == [30]


def test_an_event_without_end_needs_until(tmp_path):
    file = calendar(tmp_path, event("a", oslo(3), "RRULE:FREQ=WEEKLY"))
    with pytest.raises(ReadError, match=r"repeats without end\. Give until"):
        read_calendar(file)
    assert len(read_calendar(file, until="2026-03-20").contacts) == 3
    with pytest.raises(OptionError, match="`until` must be a day"):
        read_calendar(file, until="soon")


def test_codes_come_from_titles_by_pattern_members_or_guess(tmp_path):
    file = calendar(
        tmp_path,
        event("a", oslo(3), title="Coffee (pair: x-1)"),
        event("b", oslo(4), title="Coffee (pair: X1)"),
        event("c", oslo(5), title="Dentist"),
    )
    members = pd.DataFrame(
        {"relationship_id": ["X-1"] * 2, "person_id": ["a", "b"], "role": ["mentor", "mentee"]}
    )
    by_pattern = read_calendar(file, pattern=r"pair: ([\w-]+)")
    assert by_pattern.contacts["relationship_id"].nunique() == 1
    assert ("event", "no code of a relationship", 1, 3) in dropped(by_pattern)
    linked = read_calendar(file, members=members)
    assert linked.contacts["relationship_id"].tolist() == ["X-1", "X-1"]
    with pytest.raises(ReadError, match="names its relationship"):
        read_calendar(calendar(tmp_path, event("a", oslo(3), title="Coffee")))
    with pytest.raises(OptionError, match="must be a regular expression"):
        read_calendar(file, pattern="(")


def test_who_was_invited_is_refused_and_never_kept(tmp_path):
    file = calendar(
        tmp_path,
        event(
            "a",
            oslo(3),
            "ORGANIZER;CN=Ann:mailto:ann@example.org",
            "ATTENDEE:mailto:bo@example.org",
            "DESCRIPTION:Bring the letter\\, please",
        ),
    )
    with pytest.raises(IdentifierError) as refused:
        read_calendar(file)
    assert "ann@" not in str(refused.value)
    assert "@" not in read_calendar(file, identifiers="drop").contacts.to_csv()
    named = read_calendar(file, identifiers="pseudonymize", key=KEY)
    assert named.contacts["initiated_by"].notna().all()
    assert "@" not in named.contacts.to_csv()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "has no events"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\n", "breaks off: VEVENT does not end"),
        ("hello\n", "does not begin with BEGIN:VCALENDAR"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR", "has no DTSTART"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:2026-03-03\nEND:VEVENT\nEND:VCALENDAR",
            "DTSTART must be like 20260317T140000",
        ),
    ],
)
def test_what_is_no_calendar_is_refused(tmp_path, text, said):
    file = tmp_path / "x.ics"
    file.write_text(text)
    with pytest.raises(ReadError, match=said):
        read_calendar(file)
