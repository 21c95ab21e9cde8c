"""The data model, declared once: every table, every column, what it may hold and what it means.

The checks, the cut in time (``Program.as_of``), the templates and the data model page of the docs
are all derived from these declarations.
"""

from __future__ import annotations

from typing import get_args

from .options import Role
from .schemas import Column, Reveal, Table

SCHEMA_VERSION = 1
ROLES = get_args(Role)
MISSING_KINDS = ("not_shown", "unanswered", "not_applicable")


def _person(
    name: str,
    about: str,
    *,
    required: bool = False,
    owns_row: bool = True,
    must_exist: bool = True,
) -> Column:
    return Column(
        name,
        about,
        "id",
        required=required,
        refers="people",
        owns_row=owns_row,
        must_exist=must_exist,
    )


_RELATIONSHIP = Column(
    "relationship_id", "the relationship", "id", required=True, refers="relationships"
)
_RECORDED = Column("recorded_at", "when the row was entered into the system", "date")

PEOPLE = Table(
    "people",
    "a person",
    (
        Column("person_id", "who; any text without meaning of its own", "id", required=True),
        Column("role_hint", "the role the person mostly has", allowed=ROLES),
        Column("department", "unit of the organization"),
        Column("level", "career level"),
        _person("reports_to", "the person's line manager", owns_row=False),
        Column("capacity", "how many mentees the person can take", "whole", minimum=0),
        Column("consent", "false if the person withdrew consent to research use", "flag"),
    ),
    key=("person_id",),
    undated="keep",
    required=True,
)

RELATIONSHIPS = Table(
    "relationships",
    "a mentoring relationship of any kind",
    (
        Column("relationship_id", "the relationship", "id", required=True),
        Column("program_id", "the program it belongs to"),
        Column("site", "where the program runs"),
        Column(
            "kind",
            "form of mentoring",
            allowed=("one_to_one", "group", "circle", "peer", "reverse", "flash", "sponsorship"),
        ),
        Column("purpose", "what it is for: career, leadership, diversity, onboarding ..."),
        Column("cohort", "intake the relationship belongs to"),
        Column("formal", "true if a program arranged it", "flag"),
        Column("started_on", "first day", "date"),
        Column("planned_end", "agreed last day", "date", not_before="started_on"),
        Column("agreed_months", "agreed length in months", "number", minimum=0),
        Column("meetings_per_month", "agreed meetings a month", "number", minimum=0),
        Column("ended_on", "last day; empty while it runs", "date", not_before="started_on"),
        Column("end_reason", "why it ended"),
        Column("ended_by", "who ended it: a role, or program, or both"),
        Column("end_recorded_at", "when the ending was entered into the system", "date"),
    ),
    key=("relationship_id",),
    known_at=("started_on",),
    reveals=(
        Reveal(
            ("ended_on", "end_reason", "ended_by", "end_recorded_at"),
            ("end_recorded_at", "ended_on"),
        ),
    ),
    required=True,
)

MEMBERS = Table(
    "members",
    "a person in a relationship",
    (
        _RELATIONSHIP,
        _person("person_id", "the member", required=True),
        Column("role", "the member's role in this relationship", required=True, allowed=ROLES),
        Column("joined_on", "first day as a member", "date"),
        Column("left_on", "last day as a member", "date", not_before="joined_on"),
    ),
    key=("relationship_id", "person_id", "role"),
    known_at=("joined_on",),
    undated="keep",
    reveals=(Reveal(("left_on",), ("left_on",)),),
    required=True,
)

RESPONSES = Table(
    "responses",
    "one answer",
    (
        _RELATIONSHIP,
        _person("rater_id", "who answered", required=True),
        Column("role", "the rater's role in the relationship", required=True, allowed=ROLES),
        Column("wave", "survey wave, numbered in time order", "whole", required=True),
        Column("item", "the item, as the codebook names it", required=True),
        Column(
            "value",
            "the answer as a number; empty when missing",
            "number",
            required=True,
            may_be_empty=True,
        ),
        _person("target_id", "whom the answer is about; the partner when there is only one"),
        Column(
            "form",
            "which form the item stood on",
            allowed=("scale", "pulse", "expectations", "feedback", "closure"),
        ),
        Column("missing", "why `value` is empty", allowed=MISSING_KINDS),
        Column("answered_at", "when it was answered", "date"),
        _RECORDED,
    ),
    key=("relationship_id", "rater_id", "target_id", "role", "wave", "form", "item"),
    known_at=("recorded_at", "answered_at"),
    forbids="relationship elements can't be scored",
)

CONTACTS = Table(
    "contacts",
    "a meeting or message",
    (
        Column("contact_id", "the contact", "id", required=True),
        _RELATIONSHIP,
        Column("at", "when it took place or was to", "date", required=True),
        Column("kind", "what it was", required=True, allowed=("meeting", "message", "call")),
        Column(
            "status",
            "what became of it",
            required=True,
            allowed=("held", "missed", "cancelled", "rescheduled"),
        ),
        _person("initiated_by", "who proposed it", owns_row=False),
        _person("at_fault", "who missed or cancelled it", owns_row=False),
        Column("minutes", "length in minutes", "number", minimum=0),
        Column("out_of_hours", "true if outside the agreed hours", "flag"),
        _person("agenda_by", "who set the agenda", owns_row=False),
        _RECORDED,
    ),
    key=("contact_id",),
    known_at=("recorded_at", "at"),
    happens_at="at",
    forbids="contact, dosage and log-based signals can't be computed",
)

ATTENDANCE = Table(
    "attendance",
    "a person at a contact",
    (
        Column("contact_id", "the contact", "id", required=True, refers="contacts"),
        _person("person_id", "the person", required=True),
        Column("present", "true if the person was there", "flag"),
        Column("late_minutes", "minutes late", "number", minimum=0),
        Column("prepared", "true if the person came prepared", "flag"),
        Column("talk_seconds", "seconds the person spoke", "number", minimum=0),
    ),
    key=("contact_id", "person_id"),
    undated="keep",
    forbids="punctuality, preparation and talk share can't be computed",
)

GOALS = Table(
    "goals",
    "a goal or an action",
    (
        _RELATIONSHIP,
        Column("goal_id", "the goal, unique within the relationship", "id", required=True),
        Column("parent_id", "the goal that an action serves", "id"),
        Column("owner_role", "who is to do it", allowed=ROLES),
        Column("goal_kind", "goal, sub-goal, action ..."),
        Column("set_on", "when it was agreed", "date"),
        Column("due_on", "when it is due", "date", not_before="set_on"),
        Column("done_on", "when it was done", "date", not_before="set_on"),
        Column("reviewed_on", "when the partners reviewed it", "date", not_before="set_on"),
        Column("attainment", "-2 to 2, 0 as expected", "number", minimum=-2, maximum=2),
        Column("specific", "SMART flag", "flag"),
        Column("measurable", "SMART flag", "flag"),
        Column("achievable", "SMART flag (attainable)", "flag"),
        Column("relevant", "SMART flag (realistic)", "flag"),
        Column("time_bound", "SMART flag", "flag"),
        Column("grow_step", "step of a GROW talk", allowed=("goal", "reality", "options", "will")),
        _RECORDED,
    ),
    key=("relationship_id", "goal_id"),
    known_at=("recorded_at", "set_on"),
    reveals=(
        Reveal(("attainment",), ("done_on", "reviewed_on")),
        Reveal(("done_on",), ("done_on",)),
        Reveal(("reviewed_on",), ("reviewed_on",)),
    ),
    forbids="goals and commitment loops can't be followed",
)

ACTS = Table(
    "acts",
    "an act of support",
    (
        _RELATIONSHIP,
        Column("at", "when", "date", required=True),
        _person("by", "who did it", required=True),
        Column(
            "act",
            "what was done",
            required=True,
            allowed=(
                "introduction",
                "nomination",
                "advice",
                "feedback_given",
                "feedback_asked",
                "thanks",
                "celebration",
                "disclosure",
                "topic",
            ),
        ),
        _person("to", "for whom"),
        _RECORDED,
    ),
    known_at=("recorded_at", "at"),
    happens_at="at",
    forbids="sponsorship, feedback and other acts of support can't be counted",
)

OUTCOMES = Table(
    "outcomes",
    "a measured outcome",
    (
        _person("person_id", "whose", required=True),
        Column("outcome", "what was measured, unit included", required=True),
        Column("wave", "measurement wave, numbered in time order", "whole", required=True),
        Column("value", "the measured value", "number", required=True, may_be_empty=True),
        Column("measured_at", "when", "date"),
        Column("arm", "the comparison group the person was in"),
    ),
    key=("person_id", "outcome", "wave"),
    known_at=("measured_at",),
    forbids="effectiveness can't be estimated",
)

TIES = Table(
    "ties",
    "a wider developmental tie",
    (
        _person("source", "from whom", required=True, must_exist=False),
        _person("target", "to whom", required=True, must_exist=False),
        Column("kind", "kind of tie", required=True),
        Column("weight", "strength", "number", minimum=0),
        _person("declared_by", "who reported the tie", must_exist=False),
    ),
    undated="keep",
    forbids="developmental networks beyond the program can't be seen",
)

ENROLMENT = Table(
    "enrolment",
    "a person's way in",
    (
        _person("person_id", "who", required=True),
        Column("role", "the role applied for", allowed=ROLES),
        Column("invited_on", "invited", "date"),
        Column("registered_on", "registered", "date"),
        Column("trained_on", "trained", "date"),
        Column("matched_on", "matched", "date"),
        Column("withdrew_on", "withdrew from the program", "date"),
    ),
    key=("person_id", "role"),
    known_at=("invited_on", "registered_on", "trained_on", "matched_on", "withdrew_on"),
    reveals=tuple(
        Reveal((name,), (name,))
        for name in ("invited_on", "registered_on", "trained_on", "matched_on", "withdrew_on")
    ),
    forbids="the way from invitation to match can't be followed",
)

APPLICANTS = Table(
    "applicants",
    "someone to be matched",
    (
        _person("person_id", "who", required=True, must_exist=False),
        Column("role", "the role applied for", required=True, allowed=ROLES),
        Column("capacity", "how many partners the person can take", "whole", minimum=0),
    ),
    key=("person_id", "role"),
    undated="keep",
    forbids="there is no one to match",
)

PREFERENCES = Table(
    "preferences",
    "a stated wish",
    (
        _person("person_id", "who wishes", required=True, must_exist=False),
        _person("other_id", "for whom", required=True, must_exist=False),
        Column("rank", "1 is the first wish; equals are ties", "whole", required=True, minimum=1),
    ),
    key=("person_id", "other_id"),
    undated="keep",
    forbids="stated wishes can't be honored in matching",
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        PEOPLE,
        RELATIONSHIPS,
        MEMBERS,
        RESPONSES,
        CONTACTS,
        ATTENDANCE,
        GOALS,
        ACTS,
        OUTCOMES,
        TIES,
        ENROLMENT,
        APPLICANTS,
        PREFERENCES,
    )
}
