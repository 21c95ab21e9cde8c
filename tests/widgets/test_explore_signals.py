"""The week's widget says what `detect` and `evaluate_detector` say, and nothing of mentors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import EstimationError, MissingTableError, OptionError
from mentorlab.signals import detect, evaluate_detector
from mentorlab.widgets import explore_signals, signals_view
from mentorlab.widgets.explore_signals import SignalsState
from mentorlab.widgets.weekly_signals.dashboard import goals_of, own_goals, strip_of
from mentorlab.widgets.weekly_signals.panels import row_heights
from mentorlab.widgets.weekly_signals.picture import plot_beside, plot_signals
from mentorlab.widgets.weekly_signals.pool import BUDGETS, N_DRAWS, SignalsPool
from mentorlab.widgets.worker import Stopped

DAY = "2024-05-12"
WAIT = 60


@pytest.fixture(scope="module")
def example() -> ml.Program:
    return ml.datasets.load_example_program()


@pytest.fixture(scope="module")
def pool(example) -> SignalsPool:
    return SignalsPool(example, who="tests")


@pytest.fixture
def widget(pool):
    made = explore_signals(pool, as_of=DAY, calls_per_week=4)
    yield made
    assert made.wait(WAIT)
    made.close()


def bare(**changes) -> ml.Program:
    """Two people in a relationship that began in March."""
    tables = {
        "people": pd.DataFrame({"person_id": ["m", "e"]}),
        "relationships": pd.DataFrame({"relationship_id": ["r1"], "started_on": ["2024-03-04"]}),
        "members": pd.DataFrame(
            {"relationship_id": ["r1"] * 2, "person_id": ["m", "e"], "role": ["mentor", "mentee"]}
        ),
    }
    return ml.Program(**{**tables, **changes})


class TestView:
    @pytest.mark.parametrize("calls", [4, 25])
    def test_the_list_is_that_of_detect(self, pool, example, calls):
        view = signals_view(pool, as_of=DAY, calls_per_week=calls)
        found = detect(example, as_of=DAY, calls_per_week=calls)
        pd.testing.assert_frame_equal(view.to_frame(), found.to_frame())
        pd.testing.assert_frame_equal(view.week.strips, found.strips)
        pd.testing.assert_frame_equal(view.week.contributions, found.contributions)
        assert view.week.expected_false == pytest.approx(found.expected_false)
        assert view.week.notes() == found.notes()

    def test_a_chosen_signal_is_read_alone(self, pool, example):
        view = signals_view(pool, as_of=DAY, signals="stalled_progress")
        found = detect(example, as_of=DAY, calls_per_week=8, signals="stalled_progress")
        pd.testing.assert_frame_equal(view.to_frame(), found.to_frame())

    def test_the_number_on_the_list_says_whom_to_look_at(self, pool):
        view = signals_view(pool, as_of=DAY, calls_per_week=4, show="relationship", number=2)
        assert (view.relationship_id, view.rank) == (view.week.listed["relationship_id"][1], 2)
        assert view.question == view.week.listed["question"][1]
        beyond = signals_view(pool, as_of=DAY, calls_per_week=4, show="relationship", number=9)
        assert beyond.rank == 4

    def test_anybody_who_goes_on_can_be_looked_up(self, pool):
        view = signals_view(
            pool, as_of=DAY, calls_per_week=4, show="relationship", relationship="r002"
        )
        assert (view.relationship_id, view.rank) == ("r002", 0)
        assert "conflict of interest" in view.strengths.loc[view.strengths["raised"], "cause"][0]
        assert view.question.endswith("?")

    def test_the_dashboard_has_its_parts(self, pool):
        view = signals_view(pool, as_of=DAY, calls_per_week=4, show="relationship", number=2)
        titles = [part.title for part in view.sections()]
        assert titles == [
            "One question to ask",
            "What is seen",
            "Goals and open actions",
            "What is missing",
        ]
        assert "Last met 2024-04-24, 18 days ago." in view.summary()
        assert "session ratings" in view.summary()

    def test_conflicts_stand_apart(self, pool):
        parts = {part.title: part for part in signals_view(pool, as_of=DAY).sections()}
        assert len(parts["Outside the calls: conflicts of interest"].table) == 3
        assert "reports to" not in parts["To call this week"].table.to_csv()

    def test_no_page_names_a_person(self, pool, example):
        people = set(example.people["person_id"])
        for show in ("list", "relationship"):
            view = signals_view(pool, as_of=DAY, show=show)
            text = view.summary() + view.to_frame().to_csv()
            assert not [name for name in people if name in text]

    def test_trust_is_the_evaluation_of_the_whole_record(self, pool, example):
        view = signals_view(pool, as_of=DAY, calls_per_week=4, show="trust")
        found = evaluate_detector(
            example, detectors="signals", budgets=BUDGETS, n_draws=N_DRAWS, seed=1
        )
        frame, names = view.to_frame(), ["signals", "random", "mentor rate only", "plain gap"]
        assert {*names, "hazard", "tenure only"} == set(frame["detector"])
        for name in names:
            own, other = (one[one["detector"] == name] for one in (frame, found.to_frame()))
            pd.testing.assert_frame_equal(own.reset_index(drop=True), other.reset_index(drop=True))
        assert view.per_hundred == pytest.approx(100 * 4 / 90)
        assert "the nearest number judged is 5" in view.summary()

    def test_later_rows_change_nothing(self, example):
        now = signals_view(example, as_of=DAY, show="relationship", relationship="r018")
        then = signals_view(example.as_of(DAY), as_of=DAY, show="relationship", relationship="r018")
        for name in ("strip", "strengths", "goals"):
            pd.testing.assert_frame_equal(getattr(now, name), getattr(then, name))
        assert now.facts == then.facts

    def test_a_label_of_the_day_frees_the_call(self, pool):
        first = signals_view(pool, as_of=DAY, calls_per_week=4)
        names = first.week.listed["relationship_id"].tolist()
        labels = [(names[0], DAY, "known_reason"), (names[1], DAY, "called")]
        view = signals_view(pool, as_of=DAY, calls_per_week=4, labels=labels)
        listed = view.week.listed["relationship_id"].tolist()
        assert names[0] not in listed
        assert names[1] in listed
        assert len(listed) == 4
        assert "Passed over this week" in view.summary()
        later = signals_view(pool, as_of="2024-05-19", calls_per_week=20, labels=labels)
        assert not {*names[:2]} & {*later.week.listed["relationship_id"]}

    def test_labels_join_a_history(self, example):
        names = detect(example, as_of=DAY, calls_per_week=2).listed["relationship_id"]
        history = pd.DataFrame({"relationship_id": names[:1], "on": ["2024-05-05"]})
        view = signals_view(example, as_of=DAY, history=history, labels=[(names[1], DAY, "snooze")])
        assert set(view.week.silenced["relationship_id"]) == set(names)


class TestFewAndBare:
    def test_small_pools_are_not_shown(self):
        view = signals_view(bare(), as_of="2024-06-02")
        assert view.relationship_id == ""
        assert "nothing is listed" in view.summary()
        with pytest.raises(EstimationError, match="too few relationships go on"):
            signals_view(bare(), as_of="2024-06-02", relationship="r1")

    def test_without_contacts_the_rest_is_read(self, example):
        tables = {name: frame for name, frame in example.tables.items() if name != "contacts"}
        tables.pop("attendance")
        view = signals_view(ml.Program(**tables), as_of=DAY, show="relationship")
        assert "no contact is on record" in view.summary()
        assert "poor communication: needs contacts" in view.summary()
        assert "No log of contacts." in view.summary()

    def test_days_after_the_record_are_named(self, example):
        view = signals_view(example, as_of="2026-01-04")
        assert "nothing is on record after 2025-07-29" in view.summary()

    def test_before_the_first_contact(self, example):
        view = signals_view(example, as_of="2023-09-06")
        assert "nothing is listed" in view.summary()
        assert "no contact is on record" in view.summary()

    @pytest.mark.parametrize(
        ("asked", "message"),
        [
            ({"as_of": "2001-01-01"}, "must be 2023-09-05, when the first relationship began"),
            ({"as_of": "someday"}, "must be a day such as"),
            ({"as_of": pd.Timestamp(DAY, tz="UTC")}, "must be a day such as"),
            ({"calls_per_week": 0}, "`calls_per_week` must be a whole number above 0; got 0"),
            ({"calls_per_week": 2.5}, "got 2.5"),
            ({"number": 0}, "`number` must be"),
            ({"show": "lists"}, "Did you mean 'list'"),
            ({"signals": ["spillover"]}, "Did you mean 'spill_over'"),
            ({"signals": []}, "at least one signal"),
            ({"labels": [("r041", DAY, "bored")]}, "snooze"),
            ({"labels": [("r0411", DAY, "snooze")]}, "Did you mean 'r041'"),
            ({"labels": [("r041", "someday", "snooze")]}, "must be a day"),
            ({"relationship": "r0411"}, "Did you mean 'r041'"),
        ],
    )
    def test_what_does_not_fit_is_told(self, pool, asked, message):
        with pytest.raises(OptionError, match=message):
            signals_view(pool, **{"as_of": DAY, **asked})

    def test_no_starts(self):
        with pytest.raises(MissingTableError, match="started_on"):
            signals_view(bare(relationships=pd.DataFrame({"relationship_id": ["r1"]})), as_of=DAY)

    def test_signals_of_surveys_alone_are_not_judged_week_by_week(self, pool):
        view = signals_view(pool, as_of=DAY, show="trust", signals="low_survey_scores")
        assert "none of the signals chosen is read from the log" in view.summary()
        assert "signals" not in set(view.to_frame()["detector"])

    def test_no_program(self):
        with pytest.raises(OptionError, match="needs a Program; got a DataFrame"):
            explore_signals(pd.DataFrame())

    def test_no_endings_to_judge_by(self):
        with pytest.raises(EstimationError, match="can't be judged on this record: evaluate"):
            signals_view(bare(), as_of="2024-06-02", show="trust")


class TestDashboard:
    @pytest.fixture
    def with_goals(self):
        contacts = pd.DataFrame(
            {
                "contact_id": ["c1", "c2"],
                "relationship_id": "r1",
                "at": ["2024-05-30 10:00", "2024-03-20 10:00"],
                "kind": ["meeting", "message"],
                "status": "held",
            }
        )
        goals = pd.DataFrame(
            {
                "relationship_id": "r1",
                "goal_id": ["open", "late", "done", "dateless"],
                "set_on": "2024-04-01",
                "due_on": ["2024-06-20", "2024-05-20", "2024-05-10", None],
                "done_on": [None, None, "2024-05-15", None],
            }
        )
        return bare(contacts=contacts, goals=goals).as_of("2024-06-02")

    def test_what_is_past_due_comes_first(self, with_goals):
        table = goals_of(own_goals(with_goals, "r1"), pd.Timestamp("2024-06-02"))
        assert table["goal_id"].tolist() == ["late", "open", "dateless", "done"]
        assert table["state"].tolist() == [
            "open, 13 days past due",
            "open, due in 18 days",
            "open, no due date",
            "done 2024-05-15",
        ]

    def test_weeks_hold_contacts_and_goals(self, with_goals):
        goals = own_goals(with_goals, "r1")
        strip = strip_of(
            with_goals, "r1", pd.Timestamp("2024-06-02"), goals=goals, counted=pd.DataFrame()
        )
        assert len(strip) == 12
        assert strip["held"].tolist() == [0] * 11 + [1]
        assert strip["messages"].tolist() == [0, 1, *[0] * 10]
        assert np.flatnonzero(strip["done"]).tolist() == [9]
        assert np.flatnonzero(strip["overdue"]).tolist() == [10]
        assert strip["began"].all()

    def test_counted_weeks_are_those_of_the_list(self, pool):
        view = signals_view(pool, as_of=DAY, calls_per_week=4, show="relationship")
        goals = own_goals(pool.known(DAY), view.relationship_id)
        again = strip_of(
            pool.known(DAY),
            view.relationship_id,
            view.week.as_of,
            goals=goals,
            counted=pd.DataFrame(),
        )
        pd.testing.assert_frame_equal(view.strip, again)


class TestPicture:
    @pytest.mark.parametrize("show", ["list", "relationship", "trust"])
    def test_pages_draw_alone(self, pool, show):
        view = signals_view(pool, as_of=DAY, calls_per_week=4, show=show)
        left, right = plot_signals(view), plot_beside(view)
        assert left.get_title(loc="left")
        assert right.get_title(loc="left")

    def test_marks_are_those_of_the_strips(self, pool):
        view = signals_view(pool, as_of=DAY, calls_per_week=4)
        ax = view.plot()
        held = next(line for line in ax.lines if line.get_label() == "held")
        assert len(held.get_xdata()) == (view.week.strips["held"] > 0).sum()
        names = {text.get_text() for text in ax.texts}
        assert {f"{row.rank}. {row.relationship_id}" for row in view.week.listed.itertuples()} <= (
            names
        )

    def test_bars_are_the_contributions(self, pool):
        view = signals_view(pool, as_of=DAY, calls_per_week=4, show="relationship")
        ax = plot_beside(view)
        own = view.week.contributions
        own = own[own["relationship_id"] == view.relationship_id]["contribution"]
        widths = [path.vertices[:, 0].max() for path in ax.collections[0].get_paths()]
        assert widths == pytest.approx(own.tolist())

    def test_rows_stay_within_the_axis(self):
        for n in (1, 4, 20):
            assert ((row_heights(n) > 0) & (row_heights(n) < 1)).all()


class TestWidget:
    def test_every_control_has_a_label_and_says_its_keys(self, widget):
        assert list(widget.controls) == [
            "show",
            "as_of",
            "calls_per_week",
            "number",
            "relationship",
            "labels",
            "signals",
        ]
        for control in widget.controls.values():
            assert control.description
            assert any(word in control.tooltip for word in ("key", "Space", "Enter"))

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({}, "as_of='2024-05-12', calls_per_week=4)"),
            (
                {"show": "relationship", "number": 3},
                "as_of='2024-05-12', calls_per_week=4, show='relationship', number=3)",
            ),
            (
                {"as_of": "2024-06-02", "relationship": "r018", "number": 3},
                "as_of='2024-06-02', calls_per_week=4, relationship='r018')",
            ),
            (
                {"signals": ("poor_communication",), "labels": (("r018", DAY, "snooze"),)},
                "as_of='2024-05-12', calls_per_week=4, signals=['poor_communication'], "
                "labels=[('r018', '2024-05-12', 'snooze')])",
            ),
        ],
    )
    def test_the_line_of_code_gives_the_same_numbers(self, widget, example, changes, code):
        widget.state = replace(widget.state, **changes)
        assert widget.wait(WAIT)
        assert widget.code == f"ml.widgets.signals_view(program, {code}"
        again = eval(widget.code, {"ml": ml, "program": example})
        pd.testing.assert_frame_equal(again.to_frame(), widget.frame)
        assert again.summary() in repr(widget)

    def test_what_was_given_stands_in_the_code(self, example):
        history = pd.DataFrame({"relationship_id": ["r041"], "on": ["2024-05-05"]})
        made = explore_signals(example, as_of=DAY, history=history, horizon_weeks=8, seed=3)
        assert made.code.endswith("history=history, horizon_weeks=8, seed=3)")
        assert "r041" not in made.frame["relationship_id"].tolist()
        made.close()

    def test_picture_table_and_code_follow_the_calls(self, widget):
        before = widget._image.value, widget._table.value, widget._code.value
        widget.controls["calls_per_week"].value = 7
        after = widget._image.value, widget._table.value, widget._code.value
        assert all(old != new for old, new in zip(before, after, strict=True))
        assert widget.status == "ready 2"

    def test_another_week_is_worked_out_in_the_background(self, widget):
        widget.controls["as_of"].value = "2024-05-19"
        assert widget.wait(WAIT)
        assert widget.result.answer.week.as_of == pd.Timestamp("2024-05-19")
        assert widget.status == "ready 2"

    def test_labels_are_set_where_one_looks(self, widget):
        first, second = widget.frame["relationship_id"][:2]
        buttons = widget.controls["labels"].buttons
        buttons.value = "snooze"
        assert widget.wait(WAIT)
        assert widget.state.labels == ((first, DAY, "snooze"),)
        assert widget.result.answer.relationship_id == second
        assert buttons.value == ""
        widget.controls["relationship"].value = first
        assert buttons.value == "snooze"
        widget.controls["show"].value = "relationship"
        assert "Passed over until 2024-07-07" in " ".join(widget.result.answer.facts)
        pd.testing.assert_frame_equal(
            widget.labels,
            pd.DataFrame({"relationship_id": [first], "on": [DAY], "label": ["snooze"]}),
        )
        buttons.value = ""
        assert widget.wait(WAIT)
        assert widget.state.labels == ()

    def test_a_step_on_the_list_leaves_what_was_typed(self, widget):
        widget.controls["relationship"].value = "r002"
        assert widget.result.answer.relationship_id == "r002"
        widget.controls["number"].value = 2
        assert widget.controls["relationship"].value == ""
        assert widget.result.answer.rank == 2

    def test_mistakes_are_told_in_the_status_line(self, widget):
        widget.controls["relationship"].value = "r0411"
        assert "Did you mean 'r041'?" in widget.status
        widget.controls["relationship"].value = ""
        widget.controls["signals"].value = ()
        assert "at least one signal" in widget.status
        with pytest.raises(OptionError, match=r"`calls_per_week` must lie in 1\.\.20"):
            widget.state = replace(widget.state, calls_per_week=0)

    @pytest.mark.parametrize(
        "labels", [(("r041", DAY),), (("r041", DAY, "bored"),), [("r041", DAY, "snooze")]]
    )
    def test_labels_must_be_labels(self, widget, labels):
        with pytest.raises(OptionError, match="`labels` must be a tuple of"):
            widget.state = replace(widget.state, labels=labels)

    def test_names_are_never_read_as_markup(self, example):
        tables = {
            name: frame.replace({"relationship_id": {"r041": "$r_<b>41"}})
            if "relationship_id" in frame
            else frame
            for name, frame in example.tables.items()
        }
        made = explore_signals(ml.Program(**tables), as_of=DAY, calls_per_week=4)
        assert "$r_&lt;b&gt;41" in made._table.value
        assert made.result.answer.week.plot().get_yticklabels()[0].get_parse_math() is False
        made.close()

    def test_days_are_a_week_apart_up_to_the_last(self, widget, example):
        days = [value for _, value in widget.controls["as_of"].options]
        assert DAY in days
        assert set(np.diff(pd.to_datetime(days)).astype("timedelta64[D]").astype(int)) == {7}
        assert days[0] >= "2023-09-05"
        assert days[-1] > "2025-07-22"

    def test_without_a_day_it_starts_where_enough_go_on(self, example):
        made = explore_signals(example)
        assert isinstance(made.state, SignalsState)
        assert made.result.answer.week.n_active >= 5
        made.close()

    def test_static_says_what_the_widget_says(self, widget):
        static = widget.static()
        assert repr(static) == repr(widget)
        assert "<h4>To call this week</h4>" in static._repr_html_()
        pd.testing.assert_frame_equal(static.frame, widget.frame)

    def test_cancel_keeps_the_earlier_view(self, example, monkeypatch):
        widget = explore_signals(example, as_of=DAY)

        def canceled(*_):
            widget.cancel()
            raise Stopped

        monkeypatch.setattr(SignalsPool, "_trust", canceled)
        before = widget.result
        widget.controls["show"].value = "trust"
        assert widget.wait(WAIT)
        assert widget.result is before
        assert widget.status.startswith("canceled")
