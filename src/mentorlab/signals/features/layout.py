"""Where each number of the weekly state and of the weekly rows stands."""

from __future__ import annotations

WEEK_US = 7 * 24 * 3600 * 1_000_000
DAY_US = 24 * 3600 * 1_000_000
WINDOW = 8
SHORT_WINDOW = 4

MESSAGE, SCHEDULED = 0, 1
HELD, MISSED, CANCELLED, RESCHEDULED = 0, 1, 2, 3
NOBODY, MENTOR, MENTEE, BOTH = 0, 1, 2, 3
UNKNOWN = -1

# Running numbers of a relationship: what each contact touches first, so that it lies together.
# Moments (`_AT`) are whole microseconds, which a float holds exactly.
(
    CONTACTS,
    NEW,
    LAST_AT,
    MISSED_RUN,
    MISSED_RUN_MENTOR,
    MISSED_RUN_MENTEE,
    STARTED_MENTOR,
    STARTED_MENTEE,
    MESSAGE_AT,
    MESSAGE_SIDE,
    REPLIES_MENTOR,
    REPLY_BASE_MENTOR,
    REPLY_MENTOR,
    REPLIES_MENTEE,
    REPLY_BASE_MENTEE,
    REPLY_MENTEE,
    PACE_AT_LAST,
    CUSUM,
    CUSUM_PACE,
    EWMA,
    OVERDUE,
    DUE_MISSED_RUN,
) = range(22)
N_OWN = 24
"""Two more than there are, for whole cache lines."""

# Counts of a week, kept for eight weeks; as 32-bit numbers they fill one cache line.
(
    R_CONTACTS,
    R_MEETINGS,
    R_MISSED,
    R_CANCELLED,
    R_RESCHEDULED,
    R_FAULT_MENTOR,
    R_FAULT_MENTEE,
    R_STARTED_MENTOR,
    R_STARTED_MENTEE,
    R_AGENDA,
    R_READY_MENTOR,
    R_ASKED_MENTOR,
    R_READY_MENTEE,
    R_ASKED_MENTEE,
    R_OUT_OF_HOURS,
    R_HELD_ANY,
) = range(16)
N_RING = 16

COLUMNS = (
    "age_days",
    "gap_days",
    "contacts_4w",
    "contacts_8w",
    "meetings_4w",
    "minutes_4w",
    "pace_per_week",
    "calendar_factor",
    "expected_since_last",
    "cusum_llr",
    "ewma_contacts",
    "scheduled_8w",
    "held_share_8w",
    "missed_share_8w",
    "missed_share_mentor_8w",
    "missed_share_mentee_8w",
    "missed_in_row",
    "missed_in_row_mentor",
    "missed_in_row_mentee",
    "cancelled_8w",
    "rescheduled_8w",
    "reply_hours_mentor",
    "reply_hours_mentee",
    "reply_slowdown_mentor",
    "reply_slowdown_mentee",
    "initiated_8w",
    "initiated_by_mentee_share_8w",
    "initiated_by_mentee_share_before",
    "agenda_share_8w",
    "prepared_share_mentor_8w",
    "prepared_share_mentee_8w",
    "out_of_hours_share_8w",
    "overdue_items",
    "due_missed_in_row",
)
N_COLUMNS = len(COLUMNS)

COLUMN_NEEDS = {
    "minutes_4w": "contacts.minutes",
    "missed_share_mentor_8w": "contacts.at_fault",
    "missed_share_mentee_8w": "contacts.at_fault",
    "missed_in_row_mentor": "contacts.at_fault",
    "missed_in_row_mentee": "contacts.at_fault",
    "reply_hours_mentor": "contacts.initiated_by",
    "reply_hours_mentee": "contacts.initiated_by",
    "reply_slowdown_mentor": "contacts.initiated_by",
    "reply_slowdown_mentee": "contacts.initiated_by",
    "initiated_8w": "contacts.initiated_by",
    "initiated_by_mentee_share_8w": "contacts.initiated_by",
    "initiated_by_mentee_share_before": "contacts.initiated_by",
    "agenda_share_8w": "contacts.agenda_by",
    "prepared_share_mentor_8w": "attendance.prepared",
    "prepared_share_mentee_8w": "attendance.prepared",
    "out_of_hours_share_8w": "contacts.out_of_hours",
    "overdue_items": "goals.due_on",
    "due_missed_in_row": "goals.due_on",
}
"""Columns that stay empty when the program does not record what they count."""
