"""The week's list: short, evidenced, silent after an alert, never about mentors as such."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import mentorlab as ml
from mentorlab.errors import EstimationError, MissingTableError, OptionError, ReadError
from mentorlab.plots import signals_detection as pictures
from mentorlab.signals import Detection, design_chart, detect, evaluate_detector, weekly_list

DAY = "2024-05-12"


@pytest.fixture(scope="module")
def example():
    return ml.datasets.load_example_program()


@pytest.fixture(scope="module")
def week(example):
    return detect(example, as_of=DAY, calls_per_week=4)


def test_the_list_is_short_and_says_why(week):
    frame = week.to_frame()
    assert frame["rank"].tolist() == [1, 2, 3, 4]
    assert frame["score"].is_monotonic_decreasing
    assert frame["evidence"].str.len().gt(10).all()
    assert frame["question"].str.endswith("?").all()
    assert (frame["strip"].str.len() == 12).all()
    assert week.scored_by == "signals"
    assert "expected false alarms: about" in week.summary()
    assert "never a verdict" in week.summary()


def test_no_column_names_a_mentor(week):
    people = set(ml.datasets.load_example_program().people["person_id"])
    for frame in (week.listed, week.conflicts, week.judged, week.contributions):
        text = frame.astype("str").to_csv()
        assert not [name for name in people if name in text]


def test_conflicts_stand_outside_the_calls(week):
    assert len(week.conflicts) == 3
    assert not week.listed["signals"].str.contains("conflict").any()


def test_contributions_add_up_to_the_score(week):
    own = week.contributions.groupby("relationship_id")["contribution"].sum()
    score = week.listed.set_index("relationship_id")["score"]
    assert np.allclose(own[score.index], score, atol=0.02)


def test_later_rows_change_nothing(example, week):
    again = detect(example.as_of(DAY), as_of=DAY, calls_per_week=4)
    pd.testing.assert_frame_equal(again.listed, week.listed)
    pd.testing.assert_frame_equal(again.judged, week.judged)


def test_who_was_called_is_passed_over(example, week):
    names = week.listed["relationship_id"]
    history = pd.DataFrame(
        {
            "relationship_id": names,
            "on": ["2024-04-21", "2024-03-01", "2024-05-05", "2024-03-01"],
            "label": ["called", "called", "snooze", "known_reason"],
            "until": [None, None, "2024-05-10", "2024-06-30"],
        }
    )
    later = detect(example, as_of=DAY, calls_per_week=4, history=history)
    assert later.silenced["relationship_id"].tolist() == [names[0], names[3]]
    assert later.silenced["why"].tolist() == [
        "called less than eight weeks ago",
        "a reason is known",
    ]
    assert {names[1], names[2]} <= set(later.listed["relationship_id"])
    assert not {names[0], names[3]} & set(later.listed["relationship_id"])


def test_the_hazard_ranks_where_the_past_allows(planted):
    found = detect(planted, as_of="2024-09-29", calls_per_week=8)
    assert found.scored_by == "hazard"
    assert len(found.listed) == 8
    assert 0 < found.expected_false < 8
    assert found.listed["score"].between(0, 1).all()
    assert found.listed["reasons"].str.len().gt(3).all()
    early = detect(planted, as_of="2024-09-29", calls_per_week=8, score="signals")
    assert early.scored_by == "signals"


def test_a_small_pool_lists_nobody(example):
    few = example.filter(
        relationships=example.relationships["relationship_id"].isin(["r049", "r041"])
    )
    found = detect(few, as_of=DAY, calls_per_week=4)
    assert found.listed.empty
    assert found.judged.empty
    assert "a list would name them all" in found.summary()


def test_one_relationship_can_be_looked_up(week):
    own = week.for_relationship(week.listed["relationship_id"][0])
    assert own["raised"].any()
    with pytest.raises(OptionError, match="does not go on"):
        week.for_relationship("nobody")
    assert week.frequency()["share"].between(0, 1).all()
    assert week._repr_html_().count("<h4>") == 1


class TestBadInput:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"calls_per_week": 0}, "`calls_per_week` must be a whole number above 0; got 0"),
            ({"calls_per_week": 2.5}, "`calls_per_week` must be a whole number"),
            ({"calls_per_week": 4, "signals": "spillover"}, "Did you mean 'spill_over'"),
            ({"calls_per_week": 4, "score": "best"}, "`score` must be"),
            ({"calls_per_week": 4, "history": pd.DataFrame({"on": [1]})}, "column relationship_id"),
        ],
    )
    def test_options(self, example, options, message):
        with pytest.raises(OptionError, match=message):
            detect(example, as_of=DAY, **options)

    def test_an_unknown_label(self, example):
        history = pd.DataFrame({"relationship_id": ["r1"], "on": [DAY], "label": ["bored"]})
        with pytest.raises(OptionError, match="got 'bored'"):
            detect(example, as_of=DAY, calls_per_week=1, history=history)

    def test_no_past_for_the_hazard(self, example):
        with pytest.raises(EstimationError, match="score='hazard'"):
            detect(example, as_of="2024-01-07", calls_per_week=1, score="hazard")

    def test_no_starts(self, make):
        with pytest.raises(MissingTableError, match="started_on"):
            detect(
                make(relationships=pd.DataFrame({"relationship_id": ["r1", "r2"]})),
                as_of=DAY,
                calls_per_week=1,
            )


class TestWeeklyList:
    def test_lists_are_saved_and_respected(self, example, tmp_path):
        folder = example.write(tmp_path / "program")
        first = weekly_list(folder, as_of=DAY, calls_per_week=3)
        assert first.path.name == "check_ins_2024-05-12.csv"
        assert "3 relationships to call" in first.text
        assert "ask:" in first.text
        second = weekly_list(folder, as_of="2024-05-19", calls_per_week=3)
        names = [set(one.detection.listed["relationship_id"]) for one in (first, second)]
        assert not names[0] & names[1]
        again = weekly_list(folder, as_of="2024-05-19", calls_per_week=3)
        assert set(again.detection.listed["relationship_id"]) == names[1]
        assert len(pd.read_csv(again.history)) == 6

    def test_labels_written_meanwhile_are_kept(self, example, tmp_path):
        folder = example.write(tmp_path / "program")
        first = weekly_list(folder, as_of=DAY, calls_per_week=3)
        rows = pd.read_csv(first.history, dtype="str")
        name = rows["relationship_id"][0]
        rows.assign(label=["known_reason", "called", "called"]).to_csv(first.history, index=False)
        second = weekly_list(folder, as_of=DAY, calls_per_week=3)
        assert name not in second.detection.listed["relationship_id"].tolist()
        kept = pd.read_csv(second.history, dtype="str")
        assert kept.loc[kept["relationship_id"] == name, "label"].tolist() == ["known_reason"]
        assert len(kept) == 4

    def test_a_folder_that_is_none(self, tmp_path):
        with pytest.raises(ReadError):
            weekly_list(tmp_path / "nothing", as_of=DAY)


class TestCharts:
    def test_delays_fall_with_the_size_of_the_change(self):
        chart = design_chart(pace=1.0, threshold=4)
        lengths = chart.delays["run_length"]
        assert lengths.is_monotonic_decreasing
        assert chart.run_length == lengths[0]
        assert "one false alarm in 374 weeks" in chart.headline()

    def test_thresholds_reach_the_run_length(self):
        for options in ({"kind": "cusum"}, {"kind": "ewma"}):
            chart = design_chart(run_length=370, **options)
            assert chart.run_length == pytest.approx(370, rel=1e-3)
        assert design_chart(pace=1.0, run_length=200).run_length >= 200

    def test_run_lengths_are_those_of_a_simulated_chart(self):
        chart = design_chart(pace=1.0, threshold=3.0)
        unit, rng = np.log(2.5), np.random.default_rng(1)
        height = round(3.0 / unit * 50) / 50
        lengths = []
        for _ in range(400):
            level, n = 0.0, 0
            while level <= height:
                level = max(0.0, level + chart.reference - rng.poisson(1.0))
                n += 1
            lengths.append(n)
        error = np.std(lengths) / np.sqrt(len(lengths))
        assert abs(np.mean(lengths) - chart.run_length) < 4 * error

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"pace": 1.0}, "give one of"),
            ({"threshold": 4.0}, "`pace` goes with"),
            ({"pace": -1.0, "threshold": 4.0}, "`pace` must be above 0"),
            ({"pace": 1.0, "threshold": 4.0, "drop": 1.5}, "`drop` lies between"),
            ({"kind": "shewhart", "threshold": 4.0}, "`kind` must be"),
        ],
    )
    def test_bad_options(self, options, message):
        with pytest.raises(OptionError, match=message):
            design_chart(**options)


class TestPictures:
    def test_the_list(self, week):
        ax = week.plot()
        assert next(label.get_text() for label in ax.get_yticklabels()).startswith("1. ")
        assert [text.get_text() for text in ax.get_legend().get_texts()][:2] == ["held", "missed"]
        assert ax.xaxis.get_major_formatter()(-10, 0) == "10"
        assert isinstance(week, Detection)
        assert mpl.get_backend().lower() == "agg"

    def test_an_empty_list(self, example):
        found = detect(example, as_of=DAY, calls_per_week=1, smallest_pool=500)
        assert "nobody to call" in {text.get_text() for text in found.plot().texts}

    def test_contributions(self, week):
        ax = pictures.contributions(week, week.listed["relationship_id"][0])
        widths = [bar.get_width() for bar in ax.patches]
        assert len(widths) == 3
        assert widths == sorted(widths, reverse=True)

    def test_evaluations_name_every_line(self, planted):
        found = evaluate_detector(planted, budgets=[1, 5], n_draws=10, seed=1)
        for measure in ("recall", "ppv"):
            ax = pictures.evaluation(found, measure=measure)
            assert {text.get_text() for text in ax.texts} == set(found.lists["detector"])
            assert ax.get_ylim()[1] >= found.lists[measure].max()
            dashes = [line.get_linestyle() for line in ax.lines if line.get_marker() == "None"]
            assert len(set(dashes)) == len(dashes) == 4
        with pytest.raises(OptionError, match="`measure` must be"):
            pictures.evaluation(found, measure="precision")
        benefit = pictures.net_benefit(found)
        assert benefit.get_ylabel().startswith("net benefit")
        assert {"call everyone", "call nobody"} <= {text.get_text() for text in benefit.texts}

    def test_charts(self):
        ax = design_chart(pace=1.0, threshold=4).plot()
        assert ax.get_yscale() == "log"
        assert sum("a false alarm" in text.get_text() for text in ax.texts) == 1


class TestWithin:
    @pytest.mark.parametrize("calls", [1, 3, 8])
    def test_fewer_calls_cut_the_same_list(self, example, calls):
        cut = detect(example, as_of=DAY, calls_per_week=8).within(calls)
        found = detect(example, as_of=DAY, calls_per_week=calls)
        for name in ("listed", "contributions", "strips", "judged", "conflicts", "silenced"):
            pd.testing.assert_frame_equal(getattr(cut, name), getattr(found, name))
        assert cut.notes() == found.notes()
        assert cut.provenance.parameters == found.provenance.parameters

    def test_false_alarms_of_chances(self, planted):
        cut = detect(planted, as_of="2024-09-29", calls_per_week=20).within(5)
        found = detect(planted, as_of="2024-09-29", calls_per_week=5)
        assert cut.scored_by == "hazard"
        assert cut.expected_false == pytest.approx(found.expected_false)

    @pytest.mark.parametrize("calls", [0, 5, 2.5, True])
    def test_only_fewer(self, week, calls):
        with pytest.raises(OptionError, match=f"from 1 to 4; got {calls}"):
            week.within(calls)


def test_labels_of_the_day_free_the_call_but_calls_do_not(example, week):
    names = week.listed["relationship_id"]
    history = pd.DataFrame(
        {"relationship_id": names, "on": DAY, "label": ["snooze", "known_reason", "called", None]}
    )
    found = detect(example, as_of=DAY, calls_per_week=4, history=history)
    assert found.silenced["relationship_id"].tolist() == names[:2].tolist()
    assert set(names[2:]) <= set(found.listed["relationship_id"])


def test_days_after_the_record_are_named(example):
    found = detect(example, as_of="2025-09-28", calls_per_week=1)
    assert "nothing is on record after 2025-07-29" in " ".join(found.notes())


def test_the_first_week_of_all_is_read(example):
    found = detect(example, as_of="2023-09-05", calls_per_week=1, smallest_pool=1)
    assert found.scored_by == "signals"
    with pytest.raises(EstimationError, match="score='hazard'"):
        detect(example, as_of="2023-09-05", calls_per_week=1, score="hazard")
