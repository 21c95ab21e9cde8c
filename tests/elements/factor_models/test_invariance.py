"""Invariance across groups, partners and waves: dependence respected, failures found by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from simulated_answers import codebook, dyad_responses, dyads, one_factor, to_responses

from mentorlab.elements.factor_models.invariance import invariance
from mentorlab.errors import EstimationError, OptionError
from mentorlab.stats.cfa.designs import invariance_model
from mentorlab.stats.cfa.fit import fit_model
from mentorlab.stats.cfa.inference import entry_errors, infer
from mentorlab.stats.cfa.saturated import summarize_sample

BOOK = codebook({"trust": 4})
ITEMS = list(BOOK.items["item"])
TWO = codebook({"trust": 4, "respect": 4})


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def groups(seed: int, n: int = 400, *, shift: float = 0.0, item: int = 2) -> pd.DataFrame:
    """Two groups; one item of the second is easier by `shift`."""
    north, south = one_factor(rng(seed), n), one_factor(rng(seed + 1_000), n)
    south[:, item] += shift
    return pd.concat(
        [
            to_responses(north, ITEMS, site="north", prefix="n"),
            to_responses(south, ITEMS, site="south", prefix="s"),
        ],
        ignore_index=True,
    )


def mean_difference(samples) -> tuple[float, float]:
    """Latent mean of the second block and its error, at the scalar level."""
    model = invariance_model([0] * 4, samples, level="scalar", n_blocks=2)
    fit = fit_model(model, samples)
    estimate, error = entry_errors(fit, infer(fit))
    place = next(i for i, e in enumerate(model.entries) if e.kind == "factor_mean")
    return estimate[place], error[place]


class TestGroups:
    def test_table_has_all_levels_and_nested_models(self):
        result = invariance(groups(1), codebook=BOOK, across="site")
        frame = result.to_frame()
        assert frame["level"].tolist() == ["configural", "metric", "scalar", "strict"]
        assert frame["df"].tolist() == [4, 7, 10, 14]
        assert np.allclose(frame["delta_chi2"][1:], np.diff(frame["chi2"]))
        assert frame["delta_df"].tolist() == [0, 3, 3, 4]
        assert (np.diff(frame["log_likelihood"]) <= 0).all()
        assert result.verdicts["holds"].tolist() == ["strict"]
        assert result.blocks == ("north", "south")

    def test_an_intercept_that_differs_is_found_and_can_be_given_up(self):
        frame = groups(2, shift=0.5)
        result = invariance(frame, codebook=BOOK, across="site")
        assert result.verdicts[["holds", "fails"]].to_numpy().tolist() == [["metric", "scalar"]]
        worst = result.releases.query("level == 'scalar'").iloc[0]
        assert (worst["item"], worst["kind"]) == ("trust_3", "intercept")
        assert any("try free={'intercept': ['trust_3'" in note for note in result.notes())
        assert any("latent means can't be compared" in note for note in result.notes())
        freed = invariance(frame, codebook=BOOK, across="site", free={"intercept": ["trust_3"]})
        assert freed.verdicts["holds"].tolist() == ["strict"]
        assert freed.to_frame()["delta_df"].tolist() == [0, 3, 2, 4]
        fall = result.to_frame()["chi2"][2] - freed.to_frame()["chi2"][2]
        assert np.isclose(worst["chi2"], fall, rtol=0.2)

    def test_a_loading_that_differs_is_found(self):
        north = one_factor(rng(3), 800)
        south = one_factor(rng(4), 800, loadings=(0.8, 0.2, 0.6, 0.7))
        both = pd.concat(
            [
                to_responses(north, ITEMS, site="north", prefix="n"),
                to_responses(south, ITEMS, site="south", prefix="s"),
            ]
        )
        result = invariance(both, codebook=BOOK, across="site")
        assert result.verdicts["fails"].tolist() == ["metric"]
        assert result.releases.iloc[0][["item", "kind"]].tolist() == ["trust_2", "loading"]

    def test_mean_difference_is_in_units_of_the_first_group(self):
        north, south = one_factor(rng(5), 3_000), one_factor(rng(6), 3_000)
        south += 0.4 * np.array([0.8, 0.7, 0.6, 0.7])
        both = pd.concat(
            [
                to_responses(10 * north, ITEMS, site="north", prefix="n"),
                to_responses(10 * south, ITEMS, site="south", prefix="s"),
            ]
        )
        row = invariance(both, codebook=BOOK, across="site").means.iloc[0]
        assert abs(row["estimate"] - 0.4) < 0.08
        assert row["conf_low"] < 0.4 < row["conf_high"]
        assert (row["block"], row["reference"], bool(row["comparable"])) == ("south", "north", True)

    def test_three_groups_and_two_elements_together(self):
        parts = []
        for g, site in enumerate(("a", "b", "c")):
            x = np.concatenate([one_factor(rng(7 + g), 200), one_factor(rng(70 + g), 200)], axis=1)
            parts.append(to_responses(x, list(TWO.items["item"]), site=site, prefix=site))
        result = invariance(pd.concat(parts), codebook=TWO, across="site", joint=True)
        assert result.to_frame()["element"].unique().tolist() == ["all together"]
        assert result.to_frame()["delta_df"].tolist() == [0, 12, 12, 16]
        assert len(result.means) == 4
        assert result.releases["df"].unique().tolist() == [2]

    def test_robust_difference_tests(self):
        frame = groups(8)
        frame["value"] = np.sign(frame["value"]) * np.abs(frame["value"]) ** 1.5
        plain = invariance(frame, codebook=BOOK, across="site").to_frame()
        robust = invariance(frame, codebook=BOOK, across="site", robust=True).to_frame()
        assert np.allclose(plain["chi2"], robust["chi2"])
        assert (robust["scaling"] > 1.02).all()
        step = (robust["scaling"] * robust["df"]).diff() / robust["df"].diff()
        assert np.allclose(robust["delta_chi2"][1:], (robust["chi2"].diff() / step)[1:])

    def test_person_in_two_groups_is_named(self):
        frame = groups(9)
        frame["rater_id"] = frame["rater_id"].str[1:]
        notes = " ".join(invariance(frame, codebook=BOOK, across="site").notes())
        assert "400 persons in more than one group" in notes

    def test_rows_without_a_group_are_named(self):
        frame = groups(10)
        frame.loc[frame["rater_id"] == "nmentee0", "site"] = None
        notes = " ".join(invariance(frame, codebook=BOOK, across="site").notes())
        assert "1 row without site left out" in notes


class TestDyads:
    def test_dependence_is_modeled(self):
        mentor, mentee = dyads(rng(11), 500, correlation=0.6, residual=0.3, difference=0.3)
        result = invariance(dyad_responses(mentor, mentee, ITEMS), codebook=BOOK, across="role")
        assert result.to_frame()["df"].tolist() == [15, 18, 21, 25]
        assert result.verdicts["holds"].tolist() == ["strict"]
        link, mean = result.links.iloc[0], result.means.iloc[0]
        assert abs(link["estimate"] - 0.6) < 0.1
        assert mean["conf_low"] < 0.3 < mean["conf_high"]
        assert (mean["block"], mean["reference"]) == ("mentee", "mentor")
        assert any("mentor and mentee correlate ." in note for note in result.notes())

    def test_an_independent_test_has_errors_1_6_times_too_large(self):
        ratios = []
        for seed in range(12):
            mentor, mentee = dyads(rng(seed), 300, correlation=0.6, residual=0.6)
            dependent = mean_difference([summarize_sample(np.hstack([mentor, mentee]))])
            apart = mean_difference([summarize_sample(mentor), summarize_sample(mentee)])
            ratios.append(apart[1] / dependent[1])
        assert abs(np.mean(ratios) - 1 / np.sqrt(1 - 0.6)) < 0.1

    def test_public_result_is_the_model_of_the_matrix(self):
        mentor, mentee = dyads(rng(12), 250, difference=0.2)
        result = invariance(dyad_responses(mentor, mentee, ITEMS), codebook=BOOK, across="role")
        estimate, error = mean_difference([summarize_sample(np.hstack([mentor, mentee]))])
        assert np.isclose(result.means["estimate"].iloc[0], estimate, atol=1e-6)
        assert np.isclose(result.means["std_error"].iloc[0], error, atol=1e-6)

    def test_waves_are_split_and_said(self):
        first, second = (
            dyad_responses(*dyads(rng(seed), 150), ITEMS).assign(wave=wave)
            for wave, seed in ((1, 13), (2, 14))
        )
        result = invariance(pd.concat([first, second]), codebook=BOOK, across="role")
        assert result.by == ("wave",)
        assert result.verdicts["wave"].tolist() == [1, 2]
        assert any("each wave is compared apart" in note for note in result.notes())

    def test_one_sided_dyads_count_with_full_information(self):
        frame = dyad_responses(*dyads(rng(15), 200), ITEMS)
        lost = (frame["role"] == "mentee") & frame["rater_id"].isin(
            [f"mentee{i}" for i in range(50)]
        )
        plain = invariance(frame[~lost], codebook=BOOK, across="role")
        full = invariance(frame[~lost], codebook=BOOK, across="role", estimator="fiml")
        assert plain.to_frame()["n"].iloc[0] == 150
        assert full.to_frame()["n"].iloc[0] == 200
        assert any("50 answer sheets without one of the partner" in n for n in plain.notes())

    def test_mentor_with_several_mentees_is_named_and_can_be_respected(self):
        mentor, mentee = dyads(rng(16), 300)
        frame = dyad_responses(mentor, mentee, ITEMS)
        is_mentor = frame["role"] == "mentor"
        number = frame["rater_id"].str.extract(r"(\d+)$")[0].astype(int)
        frame.loc[is_mentor, "rater_id"] = "mentor" + (number[is_mentor] // 3).astype(str)
        plain = invariance(frame, codebook=BOOK, across="role")
        assert any("300 dyads share 100 mentors" in note for note in plain.notes())
        clustered = invariance(frame, codebook=BOOK, across="role", cluster="mentor_id")
        assert not any("share" in note for note in clustered.notes())
        assert clustered.robust

    def test_target_decides_who_is_paired(self):
        mentor, mentee = dyads(rng(17), 200)
        frame = dyad_responses(mentor, mentee, ITEMS)
        # two dyads in each relationship; answers are aimed at one partner
        pair = frame["rater_id"].str.extract(r"(\d+)$")[0]
        frame["relationship_id"] = "r" + (pair.astype(int) // 2).astype(str)
        other = np.where(frame["role"] == "mentor", "mentee", "mentor")
        frame["target_id"] = pd.Series(other, index=frame.index) + pair
        result = invariance(frame, codebook=BOOK, across="role")
        assert result.to_frame()["n"].iloc[0] == 200
        estimate, _ = mean_difference([summarize_sample(np.hstack([mentor, mentee]))])
        assert np.isclose(result.means["estimate"].iloc[0], estimate, atol=1e-6)

    def test_item_of_one_form_only_is_left_out_by_name(self):
        book = codebook({"trust": 5})
        x = [np.hstack([part, rng(18).normal(size=(200, 1))]) for part in dyads(rng(19), 200)]
        frame = dyad_responses(*x, list(book.items["item"]))
        frame = frame[~((frame["role"] == "mentee") & (frame["item"] == "trust_5"))]
        result = invariance(frame, codebook=book, across="role")
        assert result.to_frame()["df"].iloc[0] == 15
        assert any("left out: trust_5" in note for note in result.notes())


class TestWaves:
    def test_three_waves(self):
        person = rng(20).normal(size=(300, 1))
        size = np.array([0.8, 0.7, 0.6, 0.7])
        parts = []
        for wave in range(1, 4):
            level = 0.8 * person + 0.6 * rng(20 + wave).normal(size=(300, 1)) + 0.2 * (wave - 1)
            x = level * size + rng(30 + wave).normal(size=(300, 4)) * np.sqrt(1 - size**2)
            parts.append(to_responses(x, ITEMS, wave=wave))
        result = invariance(pd.concat(parts), codebook=BOOK, across="wave")
        assert result.blocks == ("wave 1", "wave 2", "wave 3")
        assert result.verdicts["holds"].tolist() == ["strict"]
        assert np.allclose(result.means["estimate"], [0.2, 0.4], atol=0.12)
        assert len(result.links) == 3
        assert np.allclose(result.links["estimate"], 0.64, atol=0.12)

    def test_roles_are_split_and_said(self):
        parts = [
            to_responses(one_factor(rng(40 + i), 200), ITEMS, role=role, wave=wave)
            for i, (role, wave) in enumerate(
                [("mentor", 1), ("mentor", 2), ("mentee", 1), ("mentee", 2)]
            )
        ]
        result = invariance(pd.concat(parts), codebook=BOOK, across="wave")
        assert result.by == ("role",)
        assert any("each role is compared apart" in note for note in result.notes())


class TestBadInput:
    def test_options(self):
        frame = groups(50, 100)
        for options, message in [
            ({"across": "sit"}, r"`across` must name columns.*'sit'. Did you mean 'site'"),
            ({"across": "rater_id"}, r"'role', 'wave' or a column.*'rater_id'"),
            ({"across": "site", "by": "site"}, r"both `across` and in `by`"),
            ({"across": "site", "free": {"slope": ["trust_1"]}}, r"kinds in `free` are 'loading'"),
            ({"across": "site", "free": {"loading": ["trust_9"]}}, r"'trust_9'. Did you mean"),
            ({"across": "site", "free": ["trust_1"]}, r"`free` maps kinds to items"),
            ({"across": "site", "estimator": "dwls"}, r"ordinal answers \(WLSMV and its kin\)"),
            ({"across": "site", "joint": 1}, r"`joint` must be True or False; got 1"),
            ({"across": "site", "level": 0}, r"`level` lies between 0 and 1"),
            ({"across": "site", "cluster": "mentor_id"}, r"`cluster` must name columns"),
            ({"across": ["site"]}, r"`across` is one column"),
        ]:
            with pytest.raises(OptionError, match=message):
                invariance(frame, codebook=BOOK, **options)

    def test_partner_missing_in_every_dyad(self):
        frame = to_responses(one_factor(rng(51), 100), ITEMS, role="mentor")
        with pytest.raises(EstimationError, match=r"no dyad has answers of both.*100 rows of ment"):
            invariance(frame, codebook=BOOK, across="role")

    def test_partners_in_different_relationships(self):
        frame = dyad_responses(*dyads(rng(52), 50), ITEMS)
        frame.loc[frame["role"] == "mentor", "relationship_id"] += "x"
        with pytest.raises(EstimationError, match="no dyad has answers of both partners"):
            invariance(frame, codebook=BOOK, across="role", estimator="fiml")

    def test_no_items_in_common(self):
        frame = dyad_responses(*dyads(rng(53), 50), ITEMS)
        book = codebook({"trust": 8})
        lost = frame["role"] == "mentee"
        frame.loc[lost, "item"] = frame.loc[lost, "item"].map(
            {f"trust_{j}": f"trust_{j + 4}" for j in range(1, 5)}
        )
        with pytest.raises(EstimationError, match="no items in common; mirrored items need"):
            invariance(frame, codebook=book, across="role")

    def test_one_group_one_wave(self):
        frame = to_responses(one_factor(rng(54), 100), ITEMS, site="north")
        with pytest.raises(EstimationError, match="site has 1 group with answers"):
            invariance(frame, codebook=BOOK, across="site")
        with pytest.raises(EstimationError, match="only wave 1 has answers"):
            invariance(frame, codebook=BOOK, across="wave")

    def test_small_group_is_named(self):
        frame = groups(55, 100)
        keep = (frame["site"] == "north") | frame["rater_id"].isin(["smentee1", "smentee2"])
        with pytest.raises(EstimationError, match=r"south: 2 usable rows for 4 columns"):
            invariance(frame[keep], codebook=BOOK, across="site")

    def test_too_few_items(self):
        book = codebook({"trust": 2})
        frame = to_responses(one_factor(rng(56), 100)[:, :2], ["trust_1", "trust_2"])
        frame["site"] = np.where(frame["rater_id"].str[-1] < "5", "a", "b")
        with pytest.raises(EstimationError, match="trust has 2 items in common"):
            invariance(frame, codebook=book, across="site")

    def test_constant_item_of_one_partner(self):
        frame = dyad_responses(*dyads(rng(57), 60), ITEMS)
        frame.loc[(frame["role"] == "mentor") & (frame["item"] == "trust_2"), "value"] = 5.0
        with pytest.raises(EstimationError, match=r"trust_2 \(mentor\): the answers do not vary"):
            invariance(frame, codebook=BOOK, across="role")

    def test_one_element_that_fails_does_not_hide_the_others(self):
        x = [np.hstack([part, np.zeros((200, 4))]) for part in dyads(rng(58), 200)]
        frame = dyad_responses(*x, list(TWO.items["item"]))
        result = invariance(frame, codebook=TWO, across="role")
        assert result.verdicts["element"].tolist() == ["trust"]
        assert any("respect: not compared: respect_1 (mentor)" in n for n in result.notes())

    def test_nobody_answered(self):
        with pytest.raises(EstimationError, match="invariance: nobody answered any item"):
            invariance(groups(59, 50).iloc[:0], codebook=BOOK, across="site")


def test_summary_of_many_comparisons_is_a_verdict_each():
    first, second = (
        dyad_responses(*dyads(rng(seed), 120), ITEMS).assign(wave=wave)
        for wave, seed in ((1, 60), (2, 61))
    )
    third = dyad_responses(*dyads(rng(62), 120), ITEMS).assign(wave=3)
    result = invariance(pd.concat([first, second, third]), codebook=BOOK, across="role")
    shown = result._display_frame()
    assert shown.columns.tolist()[:5] == ["wave", "element", "n", "holds", "fails"]
    assert "mentee_minus_mentor" in shown
    assert "nan" not in result.summary().lower()
    assert "<table>" in result._repr_html_()


def test_plot_marks_failures_and_names_them():
    import matplotlib.pyplot as plt

    result = invariance(groups(63, shift=0.5), codebook=BOOK, across="site")
    ax = result.plot()
    line = next(line for line in ax.lines if len(line.get_xdata()) == 3)
    assert np.allclose(line.get_ydata(), result.to_frame()["delta_cfi"][1:])
    open_marks = [m for m in ax.lines if m.get_markerfacecolor() == "white" and len(m.get_xdata())]
    assert open_marks[0].get_xdata().tolist() == [1]
    assert "trust" in {text.get_text() for text in ax.texts}
    plt.close(ax.figure)
