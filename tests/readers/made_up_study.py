"""Made-up studies: who answered what, from which exports of every system are written."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mentorlab.readers.cells.text import fold

AGREE = ("Strongly disagree", "Disagree", "Agree", "Strongly agree")
OFTEN = ("Never", "Rarely", "Sometimes", "Often", "Always", "All the time, every week")
ZUSTIMMUNG = (
    "Stimme gar nicht zu",
    "Stimme nicht zu",
    "Stimme eher nicht zu",
    "Teils, teils",
    "Stimme eher zu",
    "Stimme zu",
    "Stimme völlig zu",
)


@dataclass(frozen=True)
class Item:
    """A question: `wording` names the other person as {partner}."""

    name: str
    wording: str
    labels: tuple[str, ...]
    low: int = 1
    reverse: bool = False


@dataclass(frozen=True)
class Design:
    """What differs from study to study.

    Attributes
    ----------
    items, topics : tuple
    not_applicable : str
        What the choice beside the scale says.
    beside : int
        By how much its code is above the scale's highest in REDCap.
    pair, mentor, mentee : str
        How ids are made of a number.
    missing : int
        The code for seen but unanswered, in REDCap and SPSS.
    waves : int
    events, forms, fields : dict of str to str
        REDCap's names.
    statuses : dict of str to str
        What the log says for held, cancelled and missed.
    roles : tuple of (str, str)
        What is written for mentors and mentees.
    day_first, mails, answer_code
        Dates, addresses and answer codes as this study's systems write them.
    """

    items: tuple[Item, ...]
    topics: tuple[str, ...]
    not_applicable: str = "Not applicable"
    beside: int = 4
    pair: str = "D{:02d}"
    mentor: str = "M{:02d}"
    mentee: str = "S{:02d}"
    missing: int = -99
    waves: int = 1
    n_pairs: int = 14
    statuses: dict[str, str] = field(
        default_factory=lambda: {"held": "Held", "cancelled": "Cancelled", "missed": "No-show"}
    )
    roles: tuple[str, str] = ("Mentor", "Mentee")
    names: dict[str, str] = field(default_factory=dict)
    day_first: bool = False
    mails: bool = True
    answer_code: str = "AO{:02d}"
    own_words: bool = True
    yes_no: tuple[str, str] = ("Yes", "No")

    def name(self, usual: str) -> str:
        """Give this study's name for a field, form or event."""
        return self.names.get(usual, usual)


@dataclass
class Answer:
    """One person's form in one wave: `values` are numbers or kinds of missing, by item."""

    rid: str
    pair: str
    role: str
    person: str
    partner: str
    wave: int
    record: str
    at: datetime
    values: dict[str, int | str]
    topics: list[str]
    partial: bool = False
    again: bool = False

    def text(self, item: Item, design: Design) -> str:
        """Write an answer as its label."""
        value = self.values[item.name]
        if value == "not_applicable":
            return design.not_applicable
        return "" if isinstance(value, str) else item.labels[value - item.low]


@dataclass
class Study:
    """A design, its answers, those given twice, and its meetings."""

    design: Design
    answers: list[Answer]
    twice: list[Answer]
    meetings: list[tuple[str, str, str, str, str]]


def make_study(design: Design, seed: int) -> Study:
    """Draw answers, drafts that were sent before them, and meetings."""
    rng = random.Random(seed)
    answers, twice, meetings = [], [], []
    record = 0
    for number in range(1, design.n_pairs + 1):
        people = {
            "mentor": design.mentor.format((number + 1) // 2),  # mentors have two mentees
            "mentee": design.mentee.format(number),
        }
        pair = design.pair.format(number)
        silent = rng.choice(["mentor", "mentee", "", "", ""])
        for role, other in (("mentor", "mentee"), ("mentee", "mentor")):
            if role == silent:
                continue
            record += 1
            for wave in range(1, design.waves + 1):
                if wave > 1 and rng.random() < 0.2:
                    continue
                whose = (pair, role, people[role], people[other], wave, str(record))
                answer = _answer(design, rng, whose)
                answers.append(answer)
                if rng.random() < 0.25 and not answer.partial:
                    draft = _answer(design, rng, whose)
                    draft.at = answer.at - timedelta(days=1, minutes=rng.randint(1, 500))
                    draft.again = True
                    twice.append(draft)
            if role == "mentor" or silent == "mentor":
                meetings += _meetings(design, rng, pair, str(record))
    return Study(design, answers, twice, meetings)


def _answer(design: Design, rng: random.Random, whose: tuple) -> Answer:
    pair, role, person, partner, wave, record = whose
    values: dict[str, int | str] = {}
    for item in design.items:
        value: int | str = rng.randrange(item.low, item.low + len(item.labels))
        chance = rng.random()
        values[item.name] = (
            "seen_unanswered" if chance < 0.06 else "not_applicable" if chance < 0.12 else value
        )
    partial = rng.random() < 0.08
    if partial:
        stop = rng.randrange(1, len(design.items))
        names = [item.name for item in design.items]
        values[names[stop - 1]] = design.items[stop - 1].low
        values |= dict.fromkeys(names[stop:], "not_displayed")
    ticked = [topic for topic in design.topics if rng.random() < 0.4]
    at = datetime(2026, 1, 3) + timedelta(
        days=120 * (wave - 1) + rng.randrange(28), seconds=rng.randrange(86_400)
    )
    rid = "R_" + "".join(rng.choices("ABCDEFGHJKabcdefghjk123456789", k=15))
    return Answer(rid, pair, role, person, partner, wave, record, at, values, ticked, partial)


def _meetings(design: Design, rng: random.Random, pair: str, record: str) -> list[tuple]:
    day = datetime(2026, 1, 5)
    rows = []
    for _ in range(rng.randrange(5)):
        day += timedelta(days=rng.randrange(3, 30))
        status = rng.choices(["held", "cancelled", "missed"], (6, 2, 1))[0]
        minutes = str(rng.randrange(15, 120)) if status == "held" else ""
        rows.append((record, pair, day.strftime("%Y-%m-%d"), status, minutes))
    return rows


def _items(labels: tuple[str, ...], low: int = 1) -> tuple[Item, ...]:
    return (
        Item("open_1", "My {partner} tells me the truth, even when it hurts", labels, low),
        Item("open_2r", "I hide things from my {partner}", labels, low, reverse=True),
        Item("plan_1", "We know what comes next", labels, low),
        Item("plan_2", "My {partner} - and I - plan ahead", labels, low),
        Item("care_1", "My {partner} cares how I am", labels, low),
    )


DESIGNS = {
    "seven points, German words, three waves, codes of its own": Design(
        items=_items(ZUSTIMMUNG),
        topics=("Beruf, Karriere", "Netzwerk", "Lehre & Prüfung", "Work - Life"),
        not_applicable="Nicht zutreffend",
        pair="TANDEM-{:03d}",
        mentor="p{:04d}a",
        mentee="p{:04d}b",
        missing=-77,
        waves=3,
        statuses={"held": "Took place", "cancelled": "Cancelled by one", "missed": "Missed"},
        names={
            "record_id": "study_no",
            "intake": "stamm",
            "relationship": "beziehung",
            "meeting_log": "treffen",
            "meet_date": "treffen_am",
            "meet_status": "treffen_was",
            "meet_min": "treffen_dauer",
            "topics": "themen",
            "baseline": "anfang",
            "follow_up": "welle",
        },
        day_first=True,
        mails=False,
        answer_code="A{}",
        yes_no=("Ja", "Nein"),
    ),
    "four points, choice beside the scale right after it": Design(
        items=_items(AGREE),
        topics=("Careers", "Money, grants", "Money", "Rest"),
        beside=1,
        pair="d{}",
        mentor="mentor-{}",
        mentee="mentee-{}",
        missing=-1,
        n_pairs=20,
        own_words=False,
    ),
    "mixed scales from zero, two waves": Design(
        items=(
            *_items(AGREE, low=0)[:3],
            Item("often_1", "My {partner} calls me", OFTEN),
            Item("often_2", "My {partner} writes to me", OFTEN),
        ),
        topics=("A", "B, and C", "B"),
        pair="{:04d}",
        waves=2,
        answer_code="{}",
    ),
}
assert all(len({fold(label) for label in i.labels}) == len(i.labels) for i in _items(OFTEN))
