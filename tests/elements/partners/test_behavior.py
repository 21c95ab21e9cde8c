from __future__ import annotations

import pandas as pd
import pytest

from mentorlab.elements.partners.behavior import behavioral_reciprocity
from mentorlab.errors import EstimationError, MissingTableError, OptionError


def contact(name, at, by, kind="meeting", status="held", relationship="r2"):
    return {
        "contact_id": name,
        "relationship_id": relationship,
        "at": at,
        "kind": kind,
        "status": status,
        "initiated_by": by,
    }


CONTACTS = pd.DataFrame(
    [
        contact("c1", "2026-02-02", "bo"),
        contact("c2", "2026-02-05", "ed", "message"),
        contact("c3", "2026-02-06", "bo", "call"),
        contact("c4", "2026-03-02", "ed"),
        contact("c5", "2026-04-20", "ed", "message"),
        contact("c6", "2026-05-02", "cy", relationship="r1"),
        contact("c7", "2026-05-03", "ann", "message", relationship="r1"),
        contact("c8", "2026-05-09", "flo", relationship="r1"),
    ]
)
ACTS = pd.DataFrame(
    {
        "relationship_id": ["r2", "r2", "r1"],
        "at": "2026-03-01",
        "by": ["ed", "bo", "di"],
        "act": ["disclosure", "disclosure", "thanks"],
    }
)


def cell(result, relationship, behavior):
    frame = result.to_frame()
    return frame[(frame["relationship_id"] == relationship) & (frame["behavior"] == behavior)].iloc[
        0
    ]


def test_counts_by_role(make):
    result = behavioral_reciprocity(make(contacts=CONTACTS, acts=ACTS))
    first = cell(result, "r2", "initiate")
    assert (first["mentor"], first["mentee"], first["n"]) == (2, 3, 5)
    assert first["raw_share"] == pytest.approx(0.6)
    # A meeting on March 2 has no message within 14 days; of two after February 2 the first counts.
    follow = cell(result, "r2", "follow_up")
    assert (follow["mentor"], follow["mentee"]) == (0, 1)
    assert cell(result, "r1", "thank")["mentee"] == 1
    assert cell(result, "r2", "disclose")["raw_share"] == 0.5
    # Somebody outside the relationship does not count.
    assert cell(result, "r1", "initiate")["n"] == 2


def test_a_longer_window_finds_more(make):
    program = make(contacts=CONTACTS)
    assert cell(behavioral_reciprocity(program, follow_up_days=60), "r2", "follow_up")["n"] == 2


def test_what_the_tables_do_not_show_is_said(make):
    result = behavioral_reciprocity(make(contacts=CONTACTS))
    assert result.absent == ("disclose", "thank", "ask_feedback")
    assert "not in the tables: disclose, thank, ask_feedback" in result.summary()


def test_shares_are_shrunk_together(make):
    result = behavioral_reciprocity(make(contacts=CONTACTS, acts=ACTS))
    table = result.to_frame()
    assert table["mentee_share"].between(0, 1).all()
    assert (table["conf_low"] <= table["mentee_share"] + 1e-12).all()
    assert (table["mentee_share"] <= table["conf_high"] + 1e-12).all()
    assert table["balance"].between(0, 1).all()
    assert table.loc[table["note"] != "", "note"].str.contains("do not differ beyond chance").all()


def test_refuses(make):
    with pytest.raises(
        MissingTableError, match=r"needs the table contacts \(with `initiated_by`\) or acts"
    ):
        behavioral_reciprocity(make())
    with pytest.raises(OptionError, match="whole number of 1 or more; got 0"):
        behavioral_reciprocity(make(contacts=CONTACTS), follow_up_days=0)
    silent = CONTACTS.assign(initiated_by="flo")
    with pytest.raises(EstimationError, match="no event is by a mentor or a mentee"):
        behavioral_reciprocity(make(contacts=silent))


def test_the_result_reads_well(make):
    result = behavioral_reciprocity(make(contacts=CONTACTS, acts=ACTS))
    assert (
        result.headline() == "Behavioral reciprocity of 2 relationships: share done by the mentee"
    )
    assert "<script" not in result._repr_html_()
