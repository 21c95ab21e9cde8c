"""Write a made-up study as every survey system would export it, with the truth beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from made_up_study import Answer, Design, Item, Study
from small_exports import write_rows

STEM = "How is it with your partner?<br><b>One answer</b> each"
META = {
    "StartDate": "startDate",
    "EndDate": "endDate",
    "Status": "status",
    "IPAddress": "ipAddress",
    "Progress": "progress",
    "Duration (in seconds)": "duration",
    "Finished": "finished",
    "RecordedDate": "recordedDate",
    "ResponseId": "_recordId",
    "DistributionChannel": "distributionChannel",
    "UserLanguage": "userLanguage",
}


def write_study(study: Study, folder: Path) -> None:
    """Write all exports and the truth."""
    write_truth(study, folder)
    write_qualtrics(study, folder)
    write_redcap(study, folder)
    write_spss(study, folder)
    write_limesurvey(study, folder)
    for role in ("mentor", "mentee"):
        write_google_form(study, folder, role)


def write_truth(study: Study, folder: Path) -> None:
    head = ["rid", "pair_id", "role", "respondent_id", "partner_id", "wave", "item", "reverse"]
    rows = [
        [a.rid, a.pair, a.role, a.person, a.partner, a.wave, item.name, int(item.reverse), *value]
        for a in study.answers
        for item in study.design.items
        for value in [split(a.values[item.name])]
    ]
    write_rows(folder / "truth_long.csv", [[*head, "value", "missing"], *rows])
    topics = [[a.rid, topic] for a in study.answers for topic in a.topics]
    write_rows(folder / "truth_topics.csv", [["rid", "topic"], *topics])
    status = {"missed": "no_show"}
    log = [[pair, day, status.get(s, s), minutes] for _, pair, day, s, minutes in study.meetings]
    write_rows(folder / "truth_meetings.csv", [["pair_id", "date", "status", "minutes"], *log])
    records = [[a.rid, a.record] for a in study.answers]
    write_rows(folder / "redcap_record_to_rid.csv", [["rid", "record_id"], *records])


def split(value: int | str) -> tuple[object, str]:
    return ("", value) if isinstance(value, str) else (value, "")


def submissions(study: Study) -> list[Answer]:
    """Give every form that was sent, drafts too, in the order of a file: the last ones first."""
    return sorted([*study.answers, *study.twice], key=lambda a: a.at, reverse=True)


def code(answer: Answer, item: Item, beside: int, unanswered: object) -> object:
    """Write an answer as its number, with codes for why there is none."""
    value = answer.values[item.name]
    if not isinstance(value, str):
        return value
    highest = item.low + len(item.labels) - 1
    codes = {"not_applicable": highest + beside, "seen_unanswered": unanswered}
    return codes.get(value, "")


def write_qualtrics(study: Study, folder: Path) -> None:
    design = study.design
    items = [
        (f"Q7_{i}", f"{STEM} - {item.wording.format(partner='partner')}", f"QID7_{i}")
        for i, item in enumerate(design.items, start=1)
    ]
    last = [("Q9", "What else?", "QID9_TEXT")]
    embedded = [(n, n, n) for n in ("role", "dyad_id", "respondent_id", "partner_id", "wave")]
    boxes = [
        (f"Q8_{i}", f"Topics? (tick all) - {topic}", f"QID8_{i}")
        for i, topic in enumerate(design.topics, start=1)
    ]
    one = [("Q8", "Topics? (tick all) - Selected Choice", "QID8")]
    for name, ticks in (("numeric_split", boxes), ("choicetext", one)):
        numeric = name == "numeric_split"
        columns = [*((n, n, m) for n, m in META.items()), *items, *ticks, *last, *embedded]
        rows = []
        for i, a in enumerate(submissions(study)):
            comment = 'Fine, "very"\nfine; mostly' if i == 2 else ""
            row = [*_metadata(a, numeric), *_qualtrics_items(a, design, numeric)]
            row += (
                [int(topic in a.topics) for topic in design.topics]
                if numeric
                else [",".join(a.topics)]
            )
            rows.append([*row, comment, a.role, a.pair, a.person, a.partner, a.wave])
        preview = [*rows[0]]
        preview[2], preview[9] = (1 if numeric else "Survey Preview"), "preview"
        head = [
            [n for n, _, _ in columns],
            [q for _, q, _ in columns],
            [json.dumps({"ImportId": m}, separators=(",", ":")) for _, _, m in columns],
        ]
        path = folder / f"qualtrics_{name}.csv"
        write_rows(path, [*head, preview, *rows])
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())


def _metadata(a: Answer, numeric: bool) -> list[object]:
    done = not a.partial
    finished = int(done) if numeric else str(done)
    status = 0 if numeric else "IP Address"
    progress = 100 if done else 40
    at = f"{a.at:%Y-%m-%d %H:%M:%S}"
    return [at, at, status, "", progress, 60, finished, at, a.rid, "email", "DE"]


def _qualtrics_items(a: Answer, design: Design, numeric: bool) -> list[object]:
    if numeric:
        return [code(a, item, 1, -99) for item in design.items]
    return [a.text(item, design) for item in design.items]


def write_redcap(study: Study, folder: Path) -> None:
    design = study.design
    name = design.name
    form, log = name("relationship"), name("meeting_log")
    fields = _dictionary(study)
    head = [
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
    write_rows(folder / "redcap_data_dictionary.csv", [head, *fields])
    missing_column = f"{name('topics')}___{str(design.missing).replace('-', '_')}"
    missing_label = f"Topics? (choice={'Not answered'})"
    columns: list[tuple[str, str]] = [
        (name("record_id"), "Number"),
        ("redcap_event_name", "Event Name"),
        ("redcap_repeat_instrument", "Repeat Instrument"),
        ("redcap_repeat_instance", "Repeat Instance"),
        ("role", "Role"),
        ("pair_id", "Pair"),
        (f"{name('intake')}_complete", "Complete?"),
        (f"{form}_timestamp", "Survey Timestamp"),
        *((i.name, i.wording.format(partner="partner")) for i in design.items),
        *(
            (f"{name('topics')}___{i}", f"Topics? (choice={topic})")
            for i, topic in enumerate(design.topics, start=1)
        ),
        (missing_column, missing_label),
        (f"{form}_complete", "Complete?"),
        (name("meet_date"), "Day"),
        (name("meet_status"), "What became of it"),
        (name("meet_min"), "Duration (minutes)"),
        (f"{log}_complete", "Complete?"),
    ]
    for file, labeled in (("raw", False), ("labels", True)):
        rows = _records(study, labeled)
        header = [label if labeled else raw for raw, label in columns]
        assert all(len(row) == len(header) for row in rows)
        write_rows(folder / f"redcap_records_{file}.csv", [header, *rows])


def _dictionary(study: Study) -> list[list[str]]:
    design = study.design
    name = design.name
    form, log = name("relationship"), name("meeting_log")
    intake = name("intake")
    statuses = " | ".join(f"{i}, {s}" for i, s in enumerate(design.statuses.values(), start=1))
    roles = " | ".join(f"{i}, {role}" for i, role in enumerate(design.roles, start=1))
    topics = " | ".join(f"{i}, {topic}" for i, topic in enumerate(design.topics, start=1))
    fields = [
        [name("record_id"), intake, "text", "Number"],
        ["role", intake, "radio", "Role", roles],
        ["pair_id", intake, "text", "Pair"],
        ["phone", intake, "text", "Phone", "", "phone", "y"],
    ]
    for item in design.items:
        labels = dict(enumerate(item.labels, start=item.low))
        labels[max(labels) + design.beside] = design.not_applicable
        choices = " | ".join(f"{c}, {label}" for c, label in labels.items())
        mark = "@REVERSE" if item.reverse else ""
        wording = item.wording.format(partner="partner")
        fields.append([item.name, form, "radio", wording, choices, "", "", "", "m", mark])
    fields += [
        [name("topics"), form, "checkbox", "Topics?", topics],
        [name("meet_date"), log, "text", "Day", "", "date_dmy"],
        [name("meet_status"), log, "dropdown", "What became of it", statuses],
        [name("meet_min"), log, "text", "Duration (minutes)", "", "integer"],
    ]
    return [field + [""] * (10 - len(field)) for field in fields]


def _records(study: Study, labeled: bool) -> list[list[object]]:
    design = study.design
    by_record: dict[str, list[Answer]] = {}
    for answer in study.answers:
        by_record.setdefault(answer.record, []).append(answer)
    n_items, n_topics = len(design.items), len(design.topics)
    rows = []
    for record, answers in by_record.items():
        whose = answers[0]
        place = ("mentor", "mentee").index(whose.role)
        role = design.roles[place] if labeled else f"{place + 1}.0"
        done = "Complete" if labeled else "2.0"
        event = _event(design, 0, labeled)
        blank = [""] * (n_items + n_topics + 7)
        rows.append([record, event, "", "", role, whose.pair, done, *blank])
        logged = [m for m in study.meetings if m[0] == record]
        for a in sorted(answers, key=lambda a: a.wave):
            event = _event(design, a.wave, labeled)
            rows.append(
                [record, event, "", "", "", "", "", *_record(a, design, labeled), *[""] * 4]
            )
            if a is not answers[0]:
                continue
            for i, (_, _, day, status, minutes) in enumerate(logged, start=1):
                known = list(design.statuses)
                said = design.statuses[status] if labeled else known.index(status) + 1
                log = design.name("meeting_log")
                title = log.replace("_", " ").title() if labeled else log
                middle = [""] * (n_items + n_topics + 6)
                rows.append([record, event, title, i, *middle, day, said, minutes, done])
    return rows


def _event(design: Design, wave: int, labeled: bool) -> str:
    usual = "follow_up" if wave else "baseline"
    name = design.name(usual) + (f"_{wave}" if wave else "")
    return name.replace("_", " ").capitalize() if labeled else f"{name}_arm_1"


def _record(a: Answer, design: Design, labeled: bool) -> list[object]:
    at = "[not completed]" if a.partial else f"{a.at:%Y-%m-%d %H:%M:%S}"
    ticks: list[object] = [int(topic in a.topics) for topic in design.topics]
    ticks.append(0)
    done: object = 0 if a.partial else 2
    if not labeled:
        items = [code(a, item, design.beside, design.missing) for item in design.items]
        return [at, *items, *(f"{tick}.0" for tick in ticks), done]
    texts = [
        "Not answered" if a.values[item.name] == "seen_unanswered" else a.text(item, design)
        for item in design.items
    ]
    words = ["Checked" if tick else "Unchecked" for tick in ticks]
    return [at, *texts, *words, "Incomplete" if a.partial else "Complete"]


def write_spss(study: Study, folder: Path) -> None:
    pyreadstat = _pyreadstat()
    if pyreadstat is None:
        return
    design = study.design
    columns: dict[str, list[object]] = {
        "RID": [a.rid for a in study.answers],
        "PAIR": [a.pair for a in study.answers],
        "ROLE": [1 + (a.role == "mentee") for a in study.answers],
        "WAVE": [a.wave for a in study.answers],
    }
    no_basis = design.missing - 1
    labels = {"ROLE": dict(enumerate(design.roles, start=1))}
    for item in design.items:
        codes = {"not_applicable": no_basis, "seen_unanswered": design.missing}
        own = [a.values[item.name] for a in study.answers]
        numbers = [codes.get(v) if isinstance(v, str) else v for v in own]
        columns[item.name.upper()] = pd.Series(numbers, dtype="float64")
        labels[item.name.upper()] = {
            **dict(enumerate(item.labels, start=item.low)),
            design.missing: "No answer",
            no_basis: design.not_applicable,
        }
    headings = {item.name.upper(): item.wording.format(partner="partner") for item in design.items}
    for i, topic in enumerate(design.topics, start=1):
        columns[f"TOP_{i}"] = [int(topic in a.topics) for a in study.answers]
        labels[f"TOP_{i}"] = {0: "No", 1: "Yes"}
        headings[f"TOP_{i}"] = f"Topics: {topic}"
    names = [item.name.upper() for item in design.items]
    pyreadstat.write_sav(
        pd.DataFrame(columns),
        str(folder / "spss_study.sav"),
        column_labels=headings,
        variable_value_labels=labels,
        missing_ranges={name: [{"lo": no_basis, "hi": design.missing}] for name in names},
        variable_measure=dict.fromkeys(names, "ordinal"),
    )


def _pyreadstat() -> object:
    try:
        import pyreadstat
    except ImportError:
        return None
    return pyreadstat


def write_limesurvey(study: Study, folder: Path) -> None:
    design = study.design
    system = ["id", "submitdate", "lastpage", "startlanguage", "seed", "token", "datestamp"]
    titles = ["Response ID", "Date submitted", "Last page", "Start language", "Seed", "Access code"]
    titles.append("Date last action")
    n_items, n_topics = len(design.items), len(design.topics)
    codes = [*system, "role", "pair", "wave"]
    codes += [f"rel[SQ{i:03d}]" for i in range(1, n_items + 1)]
    codes += [f"top[SQ{i:03d}]" for i in range(1, n_topics + 1)] + ["top[other]"]
    full = [*titles, "Your role", "Pair code", "Wave"]
    full += [f"How is it? [{i.wording.format(partner='partner')}]" for i in design.items]
    full += [f"Topics? [{topic}]" for topic in design.topics] + ["Topics? [Other]"]
    for name, header, labeled in (("codes", codes, False), ("full", full, True)):
        rows = [_limesurvey_row(n, a, design, labeled) for n, a in enumerate(study.answers, 1)]
        quoted = [
            ",".join('"' + str(c).replace('"', '""') + '"' for c in r) for r in [header, *rows]
        ]
        text = "\ufeff" + "\n".join(quoted) + "\n"
        (folder / f"limesurvey_{name}.csv").write_text(text, encoding="utf-8")


def _limesurvey_row(n: int, a: Answer, design: Design, labeled: bool) -> list[object]:
    at = f"{a.at:%Y-%m-%d %H:%M:%S}"
    place = ("mentor", "mentee").index(a.role)
    yes, no = design.yes_no if labeled else ("Y", "")
    role = design.roles[place] if labeled else design.answer_code.format(place + 1)
    items: list[object] = []
    for item in design.items:
        value = a.values[item.name]
        if value == "not_applicable":
            text = "N/A" if labeled else design.answer_code.format(len(item.labels) + 1)
        elif isinstance(value, str):
            text = ""
        elif labeled:
            text = a.text(item, design)
        else:
            text = design.answer_code.format(value - item.low + 1)
        items.append(text)
    ticks = [yes if topic in a.topics else no for topic in design.topics]
    done = [at, 3] if not a.partial else ["", 1]
    return [n, *done, "de", 7 * n, a.rid, at, role, a.pair, a.wave, *items, *ticks, ""]


def write_google_form(study: Study, folder: Path, role: str) -> None:
    design = study.design
    other = {"mentor": "mentee", "mentee": "mentor"}[role] if design.own_words else "partner"
    head = ["Timestamp", *(["Email Address"] if design.mails else [])]
    head += ["Your pair code (it is on the letter)", "Wave"]
    head += [f"How is it? [{item.wording.format(partner=other)}]" for item in design.items]
    head += ["Topics? (tick all that apply)", "Anything else?"]
    rows: list[Sequence[object]] = []
    for i, a in enumerate(a for a in submissions(study) if a.role == role and not a.partial):
        at = f"{a.at.day}/{a.at.month}" if design.day_first else f"{a.at.month}/{a.at.day}"
        typed = [a.pair, f" {a.pair.lower()} ", a.pair.upper()][0 if i % 7 else i % 3]
        mail = [[f"{a.person}@example.org", f"{a.person.upper()}@example.org"][i % 2]]
        items = [a.text(item, design) for item in design.items]
        topics = ", ".join(a.topics) + (", our cat" if i == 3 and a.topics else "")
        comment = "Well, it is\nall right; mostly" if i == 1 else ""
        when = f"{at}/{a.at:%Y %H:%M:%S}"
        rows.append([when, *(mail if design.mails else []), typed, a.wave, *items, topics, comment])
    write_rows(folder / f"google_forms_{role}.csv", [head, *rows])
