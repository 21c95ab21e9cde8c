from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from mentorlab.datasets import (
    TABLE_3_CONTROLS,
    available,
    contact_by_wave,
    load_kenya_mentors,
    met_again,
)
from mentorlab.errors import DataUnavailableError, MissingTableError, ReadError

REASON = available("kenya_mentors")
needs_data = pytest.mark.skipif(bool(REASON), reason=REASON)


@pytest.fixture(scope="module")
def real():
    return load_kenya_mentors()


def table_3(panel: pd.DataFrame, *, waves: bool):
    """Table 3 with statsmodels alone: profit on arm, controls and wave, clustered by woman."""
    import statsmodels.api as sm

    design = pd.get_dummies(panel["arm_in_force"], dtype=float).drop(columns="control")
    if waves:
        design = design.join(pd.get_dummies(panel["wave"], dtype=float).drop(columns=0))
    design = sm.add_constant(design.join(panel[list(TABLE_3_CONTROLS)].astype("float64")))
    complete = design.notna().all(axis=1) & panel["profit"].notna()
    groups = pd.factorize(panel.loc[complete, "person_id"])[0]
    design.columns = design.columns.map(str)
    return sm.OLS(panel.loc[complete, "profit"], design[complete]).fit(
        cov_type="cluster", cov_kwds={"groups": groups}
    )


@needs_data
class TestPublishedNumbers:
    """Table 3 of the paper; printed to two decimals, hence the tolerance."""

    def test_sizes(self, real):
        women = real.panel.drop_duplicates("person_id")["arm"].value_counts()
        assert women.to_dict() == {"class": 129, "mentee": 124, "control": 119}
        assert real.panel["wave"].unique().tolist() == list(range(8))
        assert sorted(real.panel["month"].unique()) == [-2, 1, 2, 3, 4, 7, 12, 17]
        assert len(real.discontinuity) == 179

    def test_pooled(self, real):
        fit = table_3(real.panel, waves=True)
        assert fit.nobs == 2578
        assert fit.params[["mentee", "class"]].tolist() == pytest.approx([371.83, 124.51], abs=0.01)
        assert fit.bse[["mentee", "class"]].tolist() == pytest.approx([133.02, 144.90], abs=0.01)

    def test_by_wave(self, real):
        fits = [table_3(real.panel[real.panel["wave"] == w], waves=False) for w in range(1, 8)]
        effects = [266.06, 50.22, 321.06, 994.68, 915.59, 20.81, 35.86]
        assert [fit.params["mentee"] for fit in fits] == pytest.approx(effects, abs=0.01)
        assert [int(fit.nobs) for fit in fits] == [345, 311, 312, 316, 302, 318, 307]

    def test_meetings_thin_out(self, real):
        contact = contact_by_wave(real.panel)
        assert contact["month"].tolist() == [1, 2, 3, 4, 7, 12]
        assert contact["share"].iloc[[0, -1]].tolist() == pytest.approx([0.85, 0.46], abs=0.005)

    def test_a_gap_is_not_an_ending(self, real):
        again = met_again(real.panel)
        assert again[["n_gaps", "n_met_again"]].values.tolist() == [[83, 39]]
        assert again["share"].item() == pytest.approx(0.47, abs=0.005)

    def test_discontinuity_is_sharp_and_names_win_over_labels(self, real):
        frame = real.discontinuity
        assert (frame["is_mentor"] == (frame["score"] > 0)).all()
        assert frame["profit"].mean() < frame["inventory"].mean()

    def test_columns_are_double_precision_and_complete_where_said(self, real):
        assert not any(dtype == np.float32 for dtype in real.panel.dtypes)
        controls = real.panel[list(TABLE_3_CONTROLS)]
        assert controls.drop(columns=["baseline_profit", "log_age"]).dtypes.eq("bool").all()

    def test_baseline_is_constant_within_a_woman(self, real):
        columns = ["arm", *TABLE_3_CONTROLS]
        assert (real.panel.groupby("person_id")[columns].nunique(dropna=False) == 1).all(axis=None)

    def test_display(self, real):
        assert repr(real) == (
            "Mentors or teachers? A randomized trial in Kenya\n"
            "372 women in 8 waves (2,628 interviews), and 179 candidate mentors.\n"
            "    arm n_women n_interviews_after profit_before profit_after\n"
            "control     119                736         1,942        1,822\n"
            "  class     129                797         1,733        1,854\n"
            " mentee     124                723         1,816        2,132\n"
            "- Arms were drawn by lot, so their differences are effects; whether a pair goes on "
            "meeting was not, so differences by meeting are associations.\n"
            "- Profit is a week's, in Kenyan shillings, with the largest values trimmed by the "
            "authors.\n"
            "- License: CC BY 4.0\n"
            "- Cite: Brooks, W., Donovan, K. & Johnson, T. R. (2018). Mentors or teachers? "
            "Microenterprise training in Kenya. American Economic Journal: Applied Economics "
            "10(4), 196-221. https://doi.org/10.1257/app.20170042"
        )


def test_small_file_becomes_tidy(kenya_folder):
    data = load_kenya_mentors(kenya_folder)
    panel = data.panel
    assert panel["person_id"].tolist() == ["k0007", "k0030", "k0030", "k0030"]
    assert panel["wave"].tolist() == [0, 0, 1, 2]
    assert panel["arm"].tolist() == ["control", "mentee", "mentee", "mentee"]
    assert panel["arm_in_force"].tolist() == ["control", "control", "mentee", "mentee"]
    assert panel["arm"].cat.categories.tolist() == ["control", "class", "mentee"]
    assert not panel["arm"].cat.ordered
    assert panel["met_mentor"].isna().tolist() == [True, True, False, False]
    assert panel["profit"].isna().tolist() == [False, False, True, False]
    assert panel["mentor_benefit"].dropna().tolist() == ["new suppliers"]
    assert data.discontinuity["person_id"].tolist() == ["c0003", "c0012"]
    assert data.discontinuity["profit"].tolist() == [2000.0, 3000.0]


def test_display_names_terms_and_no_ids(kenya_folder):
    data = load_kenya_mentors(kenya_folder)
    for text in (repr(data), data._repr_html_()):
        assert "CC BY 4.0" in text
        assert "10.1257/app.20170042" in text
        assert "2 women in 3 waves (4 interviews), and 2 candidate mentors." in text
        assert not re.search(r"\b[kc]\d{4}\b", text)
        assert "-0" not in text


@pytest.fixture
def write_panel(kenya_folder, panel_frame):
    """Write the small panel again with some columns changed."""

    def write(**columns):
        frame = panel_frame.assign(**columns)
        frame.to_stata(kenya_folder / "BDJ_Dandora_Data.dta", write_index=False)

    return write


class TestUnfitFiles:
    def test_not_a_stata_file(self, kenya_folder):
        (kenya_folder / "BDJ_Dandora_Data.dta").write_bytes(b"<html>moved</html>" * 99)
        with pytest.raises(
            ReadError, match=r"BDJ_Dandora_Data\.dta: can't be read as a Stata file \(ValueError\)"
        ):
            load_kenya_mentors(kenya_folder)

    @pytest.mark.parametrize("kept", [0, 3, 100, 2000, 5000])
    def test_cut_off_file(self, kenya_folder, kept):
        file = kenya_folder / "RD_Dataset.dta"
        raw = file.read_bytes()
        file.write_bytes(raw[: min(kept, len(raw) - 40)])
        with pytest.raises(ReadError, match=r"RD_Dataset\.dta: .*Is the download complete\?"):
            load_kenya_mentors(kenya_folder)

    def test_absent_columns_are_all_named(self, kenya_folder, panel_frame):
        frame = panel_frame.drop(columns=["meet", "treat"])
        frame.to_stata(kenya_folder / "BDJ_Dandora_Data.dta", write_index=False)
        with pytest.raises(ReadError, match="must hold 'treat' and 'meet'; got 36 columns without"):
            load_kenya_mentors(kenya_folder)

    def test_unknown_arm(self, kenya_folder, write_panel):
        write_panel(treat2=[4.0, 9.0, 4.0, 2.0])
        with pytest.raises(
            ReadError, match=r"`treat2` must be 2, 3 or 4; got 9\.0 in 1 row, first row 2"
        ):
            load_kenya_mentors(kenya_folder)

    def test_empty_arm(self, kenya_folder, write_panel):
        write_panel(treat=[4.0, None, 4.0, 2.0])
        with pytest.raises(ReadError, match=r"`treat` must be 2, 3 or 4; got nan in 1 row"):
            load_kenya_mentors(kenya_folder)

    def test_flag_out_of_range(self, kenya_folder, write_panel):
        write_panel(meet=[2.0, None, 1.0, None])
        with pytest.raises(ReadError, match=r"`meet` must be 0 or 1; got 2\.0 in 1 row"):
            load_kenya_mentors(kenya_folder)

    def test_control_that_may_not_be_missing(self, kenya_folder, write_panel):
        write_panel(sec3_b=[1.0, 1.0, None, None])
        with pytest.raises(ReadError, match="`sec3_b` must be 0 or 1; got nan in 2 rows"):
            load_kenya_mentors(kenya_folder)

    def test_wave_that_is_no_number(self, kenya_folder, write_panel):
        write_panel(wave=[2.5, 0.0, 1.0, 0.0])
        with pytest.raises(ReadError, match=r"`wave` must be whole numbers; got 2\.5 in 1 row"):
            load_kenya_mentors(kenya_folder)

    def test_repeated_rows(self, kenya_folder, write_panel, candidates_frame):
        write_panel(wave=[1.0, 0.0, 1.0, 0.0])
        with pytest.raises(
            ReadError, match="one row per id and wave; got an earlier one again in 1 row"
        ):
            load_kenya_mentors(kenya_folder)
        write_panel()
        frame = candidates_frame.assign(id=3.0)
        frame.to_stata(kenya_folder / "RD_Dataset.dta", write_index=False)
        with pytest.raises(ReadError, match="one row per id; got an earlier one again"):
            load_kenya_mentors(kenya_folder)

    def test_absent_file(self, kenya_folder):
        (kenya_folder / "RD_Dataset.dta").unlink()
        with pytest.raises(
            DataUnavailableError, match=r"load_kenya_mentors: `path` names .*RD_Dataset\.dta"
        ):
            load_kenya_mentors(kenya_folder)


def meetings(**by_person: list[bool | None]) -> pd.DataFrame:
    rows = [
        {"person_id": person, "wave": wave, "month": 2 * wave, "met_mentor": met}
        for person, series in by_person.items()
        for wave, met in enumerate(series, start=1)
    ]
    return pd.DataFrame(rows).astype({"met_mentor": "boolean"})


class TestContactByWave:
    def test_counts_only_who_was_asked(self):
        frame = contact_by_wave(meetings(a=[True, False], b=[True, None], c=[False, None]))
        assert frame[["wave", "month", "n", "n_met"]].values.tolist() == [
            [1, 2, 3, 2],
            [2, 4, 1, 0],
        ]

    def test_wilson_interval_by_hand(self):
        frame = contact_by_wave(meetings(a=[True], b=[True], c=[True], d=[False]))
        n, share, z = 4, 0.75, 1.959963984540054
        middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
        assert frame[["conf_low", "conf_high"]].values.tolist() == [
            pytest.approx([middle - half, middle + half])
        ]

    def test_nobody_asked(self):
        assert contact_by_wave(meetings(a=[None])).empty

    def test_absent_column(self):
        with pytest.raises(
            MissingTableError, match="contact_by_wave: needs the column month of the panel; got wa"
        ):
            contact_by_wave(pd.DataFrame({"wave": [1], "met_mentor": [True]}))


class TestMetAgain:
    @pytest.mark.parametrize(
        ("series", "gaps", "again"),
        [
            ([True, False, True], 1, 1),
            ([True, False, False, True], 1, 0),
            ([True, False, None, True], 1, 1),
            ([True, False], 0, 0),
            ([False, True, True], 0, 0),
            ([True, False, True, False, False], 2, 1),
        ],
    )
    def test_gaps(self, series, gaps, again):
        frame = met_again(meetings(a=series, b=[None]))
        assert frame[["n_gaps", "n_met_again"]].values.tolist() == [[gaps, again]]

    def test_order_of_rows_does_not_matter_and_people_are_kept_apart(self):
        frame = meetings(a=[True, False], b=[True, False, True])
        assert met_again(frame.iloc[::-1])["n_gaps"].item() == 1

    def test_no_gap_has_no_share(self):
        frame = met_again(meetings(a=[True, True]))
        assert frame[["share", "conf_low", "conf_high"]].isna().all(axis=None)

    def test_absent_column(self):
        with pytest.raises(MissingTableError, match="met_again: needs the column person_id"):
            met_again(pd.DataFrame({"wave": [1], "met_mentor": [True]}))
