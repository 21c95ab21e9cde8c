"""Confirmatory models from responses: numbers, words, failures by name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from simulated_answers import codebook, one_factor, to_responses, two_factors

import mentorlab as ml
from mentorlab.elements.factor_models.confirmatory import confirmatory
from mentorlab.errors import EstimationError, OptionError, SchemaError
from mentorlab.stats.cfa.designs import simple_model
from mentorlab.stats.cfa.fit import fit_model
from mentorlab.stats.cfa.indices import fit_indices
from mentorlab.stats.cfa.inference import infer, standardized_covariance
from mentorlab.stats.cfa.saturated import summarize_sample

BOOK = codebook({"trust": 4, "respect": 4})
ITEMS = list(BOOK.items["item"])


def answers(seed: int, n: int = 300, *, correlation: float = 0.5, **options) -> pd.DataFrame:
    x = two_factors(np.random.default_rng(seed), n, correlation=correlation)
    return to_responses(x, ITEMS, **options)


@pytest.fixture
def responses():
    return answers(1)


class TestNumbers:
    def test_the_table_is_the_model_of_the_matrix(self):
        x = two_factors(np.random.default_rng(2), 250, correlation=0.5)
        result = confirmatory(to_responses(x, ITEMS), codebook=BOOK)
        sample = summarize_sample(x)
        fit = fit_model(simple_model([0] * 4 + [1] * 4, [sample]), [sample])
        inference = infer(fit)
        estimate, covariance = standardized_covariance(fit, inference)
        frame = result.to_frame()
        assert frame["item"].tolist() == ITEMS
        assert np.allclose(frame["estimate"], estimate[:8])
        assert np.allclose(frame["std_error"], np.sqrt(np.diag(covariance))[:8])
        assert np.allclose(frame["unstandardized"], fit.theta[:8])
        assert np.allclose(frame["r_squared"], estimate[:8] ** 2)
        assert np.allclose(frame["conf_high"] - frame["estimate"], 1.959964 * frame["std_error"])
        row, indices = result.fit.iloc[0], fit_indices(fit, inference)
        for name in ("chi2", "df", "p_value", "cfi", "tli", "rmsea", "srmr", "aic", "bic"):
            assert np.isclose(row[name], getattr(indices, name)), name
        assert np.isclose(result.correlations["estimate"].iloc[0], fit.theta[-1])

    def test_full_information_equals_complete_rows_when_nothing_is_missing(self, responses):
        ml_fit = confirmatory(responses, codebook=BOOK)
        fiml = confirmatory(responses, codebook=BOOK, estimator="fiml")
        assert np.allclose(ml_fit.to_frame()["estimate"], fiml.to_frame()["estimate"], atol=1e-6)
        assert np.isclose(ml_fit.fit["chi2"].iloc[0], fiml.fit["chi2"].iloc[0])

    def test_uncentered_answers_with_gaps_are_right(self):
        # where a popular library reports success and loadings that are off by .3 and more
        rng = np.random.default_rng(3)
        x = two_factors(rng, 2_000, correlation=0.5) + 50
        x[rng.random(x.shape) < 0.1] = np.nan
        frame = confirmatory(to_responses(x, ITEMS), codebook=BOOK, estimator="fiml").to_frame()
        assert np.allclose(frame["estimate"], 0.7, atol=0.06)

    def test_gaps_at_random_given_the_rest_do_not_bias(self):
        rng = np.random.default_rng(4)
        x = two_factors(rng, 5_000, correlation=0.5)
        x[x[:, 0] > 0.3, 1] = np.nan
        book = codebook({"trust": 4, "respect": 4})
        fiml = confirmatory(to_responses(x, ITEMS), codebook=book, estimator="fiml")
        listwise = confirmatory(to_responses(x, ITEMS), codebook=book)
        loading = fiml.to_frame().set_index("item")["estimate"]
        assert abs(loading["trust_1"] - 0.7) < 0.04
        assert abs(listwise.to_frame().set_index("item")["estimate"]["trust_1"] - 0.7) > 0.1
        assert listwise.fit["n_dropped"].iloc[0] > 1_000

    def test_reversed_items_are_turned_by_the_codebook(self):
        book = pd.DataFrame(BOOK.items).assign(reverse=[True] + [False] * 7)
        frame = answers(5)
        frame.loc[frame["item"] == "trust_1", "value"] *= -1
        result = confirmatory(frame, codebook=ml.Codebook(book))
        assert (result.to_frame()["estimate"] > 0.5).all()

    def test_order_of_rows_does_not_matter(self, responses):
        turned = confirmatory(responses.sample(frac=1, random_state=0), codebook=BOOK)
        plain = confirmatory(responses, codebook=BOOK)
        assert np.allclose(plain.to_frame()["estimate"], turned.to_frame()["estimate"], atol=1e-6)

    def test_groups_are_fitted_apart(self):
        both = pd.concat(
            [answers(6, site="north", prefix="n"), answers(7, site="south", prefix="s")]
        )
        result = confirmatory(both, codebook=BOOK, by="site")
        alone = confirmatory(answers(7), codebook=BOOK)
        south = result.to_frame().query("site == 'south'")
        assert np.allclose(south["estimate"], alone.to_frame()["estimate"])
        assert result.fit["site"].tolist() == ["north", "south"]

    def test_clusters_widen_errors_of_repeated_persons(self):
        twice = pd.concat([answers(8), answers(8).assign(wave=2)])
        plain = confirmatory(twice, codebook=BOOK)
        clustered = confirmatory(twice, codebook=BOOK, cluster="rater_id")
        ratio = clustered.to_frame()["std_error"] / plain.to_frame()["std_error"]
        assert 1.2 < ratio.mean() < 1.6
        assert clustered.fit["scaling"].iloc[0] > 1.5
        assert any("cluster='rater_id' respects it" in note for note in plain.notes())
        assert not any("cluster=" in note for note in clustered.notes())


class TestWords:
    def test_elements_that_are_one_are_said_to_be(self):
        result = confirmatory(answers(9, 500, correlation=0.99), codebook=BOOK)
        notes = " ".join(result.notes())
        assert "trust and respect correlate" in notes
        assert "the data can't tell them apart" in notes
        assert "if one general factor is behind both elements it carries" in notes

    def test_elements_that_differ_are_not(self, responses):
        notes = " ".join(confirmatory(responses, codebook=BOOK).notes())
        assert "tell them apart" not in notes
        assert "chi2(19) = " in notes

    def test_general_factor_of_three_elements_is_tested(self):
        rng = np.random.default_rng(10)
        general = rng.normal(size=(1_000, 1))
        factors = 0.9 * general + np.sqrt(0.19) * rng.normal(size=(1_000, 4))
        x = 0.7 * np.repeat(factors, 3, axis=1) + np.sqrt(0.51) * rng.normal(size=(1_000, 12))
        book = codebook(dict.fromkeys("abcd", 3))
        result = confirmatory(to_responses(x, list(book.items["item"])), codebook=book)
        row = result.fit.iloc[0]
        assert abs(row["general_share"] - 0.81) < 0.05
        assert row["general_df"] == 2
        assert np.allclose(result.general["estimate"], 0.9, atol=0.07)
        assert any("that it alone is behind the correlations: chi2(2)" in n for n in result.notes())

    def test_summary_and_html_hold_no_hidden_numbers(self, responses):
        result = confirmatory(responses, codebook=BOOK)
        assert "nan" not in result.summary().lower()
        assert "trust_1" in result._repr_html_()
        assert "n = 300" in result.headline()

    def test_many_items_are_shown_by_element(self):
        book = codebook(dict.fromkeys("abcdef", 3))
        x = np.concatenate([one_factor(np.random.default_rng(i), 200)[:, :3] for i in range(6)], 1)
        result = confirmatory(to_responses(x, list(book.items["item"])), codebook=book)
        assert result._display_frame()["n_items"].tolist() == [3] * 6

    def test_just_identified_model_says_that_fit_is_not_tested(self):
        book = codebook({"trust": 3})
        x = one_factor(np.random.default_rng(11), 200)[:, :3]
        result = confirmatory(to_responses(x, list(book.items["item"])), codebook=book)
        assert "as many parameters as moments, so fit can't be tested" in result.notes()[0]

    def test_heywood_case_is_named(self):
        rng = np.random.default_rng(12)
        x = two_factors(rng, 60, correlation=0.99)
        x[:, :4] += x[:, 4:]
        notes = " ".join(confirmatory(to_responses(x, ITEMS), codebook=BOOK).notes())
        assert "the correlation of trust and respect is 1 or beyond (a Heywood case)" in notes

    def test_coarse_items_and_small_samples_are_named(self):
        x = np.clip(np.round(two_factors(np.random.default_rng(13), 90, correlation=0.5)), -1, 1)
        notes = " ".join(confirmatory(to_responses(x, ITEMS), codebook=BOOK).notes())
        assert "four answers or fewer in use" in notes
        assert "90 rows for 17 parameters" in notes

    def test_pooled_roles_are_named(self):
        both = pd.concat([answers(14), answers(15, role="mentor")])
        notes = " ".join(confirmatory(both, codebook=BOOK).notes())
        assert "roles are pooled" in notes
        assert "cluster='relationship_id' respects it" in notes

    def test_wave_without_an_item_is_named(self):
        second = answers(16).assign(wave=2)
        both = pd.concat([answers(17), second[second["item"] != "trust_2"]])
        result = confirmatory(both, codebook=BOOK)
        assert result.fit["n"].iloc[0] == 300
        assert any("no complete row of wave 2" in note for note in result.notes())


class TestBadInput:
    def test_ordinal_estimators_are_named_as_absent(self, responses):
        with pytest.raises(
            OptionError, match=r"'WLSMV'\. Estimators for ordinal answers.*not avail"
        ):
            confirmatory(responses, codebook=BOOK, estimator="WLSMV")
        with pytest.raises(OptionError, match="robust=True"):
            confirmatory(responses, codebook=BOOK, estimator="MLR")
        with pytest.raises(OptionError, match=r"must be 'ml' or 'fiml'; got 'fmil'. Did you mean"):
            confirmatory(responses, codebook=BOOK, estimator="fmil")

    def test_unknown_names(self, responses):
        with pytest.raises(
            OptionError, match=r"`by` must name columns.*'rol'. Did you mean 'role'"
        ):
            confirmatory(responses, codebook=BOOK, by="rol")
        with pytest.raises(OptionError, match=r"`elements`.*'trsut'. Did you mean 'trust'"):
            confirmatory(responses, codebook=BOOK, elements="trsut")
        with pytest.raises(OptionError, match="`cluster` must name columns"):
            confirmatory(responses, codebook=BOOK, cluster="team")
        with pytest.raises(OptionError, match="`level` lies between 0 and 1; got 95"):
            confirmatory(responses, codebook=BOOK, level=95)
        with pytest.raises(OptionError, match="`robust` must be True or False; got 'yes'"):
            confirmatory(responses, codebook=BOOK, robust="yes")
        with pytest.raises(OptionError, match="names none"):
            confirmatory(responses, codebook=BOOK, elements=[])
        with pytest.raises(SchemaError, match="item"):
            confirmatory(responses, codebook=codebook({"trust": 4}))

    def test_one_item_scale(self):
        book = codebook({"trust": 4, "respect": 1})
        x = one_factor(np.random.default_rng(18), 100, loadings=(0.7,) * 5)
        with pytest.raises(EstimationError, match=r"confirmatory: respect has 1 item: .*elements="):
            confirmatory(to_responses(x, list(book.items["item"])), codebook=book)

    def test_two_items_alone(self):
        x = one_factor(np.random.default_rng(19), 100)[:, :2]
        frame = to_responses(x, ["trust_1", "trust_2"])
        with pytest.raises(EstimationError, match="trust has 2 items: one factor alone needs 3"):
            confirmatory(frame, codebook=codebook({"trust": 2}))

    def test_item_without_variance(self):
        frame = answers(20)
        frame.loc[frame["item"] == "respect_3", "value"] = 4
        with pytest.raises(EstimationError, match="respect_3: the answers do not vary"):
            confirmatory(frame, codebook=BOOK)

    def test_item_that_repeats_another(self):
        x = two_factors(np.random.default_rng(21), 100, correlation=0.5)
        x[:, 5] = x[:, 1]
        with pytest.raises(EstimationError, match=r"trust_2, respect_2: .*not positive definite"):
            confirmatory(to_responses(x, ITEMS), codebook=BOOK)

    def test_too_few_rows(self):
        with pytest.raises(EstimationError, match=r"8 usable rows for 8 columns.*estimator='fiml'"):
            confirmatory(answers(22, 8), codebook=BOOK)
        with pytest.raises(EstimationError, match="nobody answered any item"):
            confirmatory(answers(22, 8).iloc[:0], codebook=BOOK)

    def test_items_never_asked_together(self):
        frame = pd.concat([answers(23), answers(24, role="mentor", prefix="m")])
        lost = (frame["role"] == "mentor") & frame["item"].str.startswith("trust")
        lost |= (frame["role"] == "mentee") & frame["item"].str.startswith("respect")
        with pytest.raises(EstimationError, match="answered both"):
            confirmatory(frame[~lost], codebook=BOOK, estimator="fiml")

    def test_a_group_that_can_not_be_fitted_is_named_beside_the_others(self):
        small = answers(25, 6, site="tiny", prefix="t")
        both = pd.concat([answers(26, site="big", prefix="b"), small])
        result = confirmatory(both, codebook=BOOK, by="site")
        assert result.to_frame()["site"].unique().tolist() == ["big"]
        assert result.fit.set_index("site").loc["tiny", "note"].startswith("6 usable rows")
        assert any(note.startswith("site tiny: not fitted: 6 usable") for note in result.notes())

    def test_empty_group_label_is_a_group(self):
        both = pd.concat([answers(27, site="north", prefix="n"), answers(28, prefix="x")])
        result = confirmatory(both, codebook=BOOK, by="site")
        assert len(result.fit) == 2
        assert len(result.notes()) >= 4


def test_robust_errors_and_scaling_under_heavy_tails():
    rng = np.random.default_rng(29)
    x = two_factors(rng, 3_000, correlation=0.5)
    x *= np.sqrt(5 / rng.chisquare(7, size=(3_000, 1)))
    plain = confirmatory(to_responses(x, ITEMS), codebook=BOOK)
    robust = confirmatory(to_responses(x, ITEMS), codebook=BOOK, robust=True)
    assert robust.fit["scaling"].iloc[0] > 1.3
    assert (
        robust.to_frame()["unstandardized_error"] > 1.1 * plain.to_frame()["unstandardized_error"]
    ).all()
    assert robust.fit["scaled_p_value"].iloc[0] > plain.fit["p_value"].iloc[0]
    assert any(note.startswith("scaled chi2(19)") for note in robust.notes())


def test_plot_shows_every_loading_with_its_interval(responses):
    import matplotlib.pyplot as plt

    result = confirmatory(responses, codebook=BOOK)
    ax = result.plot()
    points = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert np.allclose(points, result.to_frame()["estimate"])
    assert [label.get_text() for label in ax.get_yticklabels()] == ITEMS
    assert {"trust", "respect"} <= {text.get_text() for text in ax.texts}
    segments = ax.collections[0].get_segments()
    assert np.allclose([s[0, 0] for s in segments], result.to_frame()["conf_low"])
    plt.close(ax.figure)


def test_plot_labels_groups_directly():
    import matplotlib.pyplot as plt

    both = pd.concat([answers(30), answers(31, role="mentor", prefix="m")])
    ax = confirmatory(both, codebook=BOOK, by="role").plot()
    assert {"mentor", "mentee"} <= {text.get_text() for text in ax.texts}
    plt.close(ax.figure)
