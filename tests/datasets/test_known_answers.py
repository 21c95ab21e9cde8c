"""Four data sets in small files of the public layout, and what the real ones are known to say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import rdata

from mentorlab import datasets
from mentorlab.errors import ReadError


def needs(name):
    return pytest.mark.skipif(bool(datasets.available(name)), reason=datasets.available(name))


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def econ_folder(tmp_path):
    return write(
        tmp_path,
        {
            "199_adviser-student_map/actual.csv": (
                "stu_id,commitee_members,adviser_name,adv_scopus,comm_scopus\n"
                "Ada;MIT;2001,X,Y,900;901,902;900\n"
                "Bo;MIT;2002,,Y,900,\n"
                "Cy;LSE;2003,,,,\n"
            ).replace("Ada;MIT;2001", '"Ada;MIT;2001"'),
            "005_student_lists/main.csv": (
                "stu_id,stu_school,stu_year,stu_jel\nAda;MIT;2001,MIT,2001,D\nBo;MIT;2002,MIT,,\n"
            ),
            "020_placements/placements.csv": "stu_id,stu_rank\nAda;MIT;2001,Other\n",
            "162_author_fields/main.csv": "adv_scopus,adv_jel\n900,D\n902,E\n",
        },
    )


def test_econ_ties_count_once_and_as_adviser_first(econ_folder):
    ties = datasets.load_econ_advisers(econ_folder).ties
    assert ties.value_counts(["mentee_id", "tie"]).to_dict() == {
        ("s0001", "adviser"): 2,
        ("s0001", "committee"): 1,
        ("s0002", "adviser"): 1,
    }


def test_econ_program_is_many_to_many_and_names_nobody(econ_folder):
    program = datasets.load_econ_advisers(econ_folder).program
    assert program.relationships["kind"].tolist() == ["group", "one_to_one"]
    text = program.people.to_csv() + program.members.to_csv() + program.relationships.to_csv()
    assert not [name for name in ("Ada", "Bo", "MIT", "LSE", "900") if name in text]
    ada = program.people.set_index("person_id").loc["s0001"]
    assert (ada["field"], ada["school"], ada["placement"]) == ("D", "school0001", "Other")


def test_econ_file_without_its_columns_is_named(econ_folder):
    write(econ_folder, {"162_author_fields/main.csv": "a,b\n1,2\n"})
    with pytest.raises(ReadError, match=r"main\.csv: must hold the column 'adv_scopus'"):
        datasets.load_econ_advisers(econ_folder)


@needs("econ_advisers")
def test_econ_known_answers():
    econ = datasets.load_econ_advisers()
    ties, field = econ.ties, econ.program.people.set_index("person_id")["field"]
    load = np.sort(ties["mentor_id"].value_counts().to_numpy())
    rank = np.arange(1, len(load) + 1)
    assert (len(ties), load.max(), ties["mentee_id"].nunique()) == (6352, 23, 3152)
    assert (2 * rank - len(load) - 1) @ load / (len(load) * load.sum()) == pytest.approx(
        0.4136106928593877
    )
    assert (ties["mentee_id"].value_counts() == 1).sum() == 1853
    advised = ties[ties["tie"] == "adviser"]
    both = pd.DataFrame(
        {"mentor": advised["mentor_id"].map(field), "mentee": advised["mentee_id"].map(field)}
    ).dropna()
    assert len(both) == 3232
    assert (both["mentor"] == both["mentee"]).mean() == pytest.approx(0.380259900990099)


@needs("econ_advisers")
def test_econ_orphans_when_the_busiest_leaves():
    ties = datasets.load_econ_advisers().ties
    busiest = ties["mentor_id"].value_counts().index[0]
    left = ties.loc[ties["mentor_id"] != busiest, "mentee_id"].nunique()
    assert ties["mentee_id"].nunique() - left == 13


def test_lineage_from_edges_and_from_gexf_is_the_same(tmp_path):
    import networkx as nx

    edges = [("Ada", "Bo"), ("Bo", "Cy"), ("Cy", "Cy")]
    text = "advisor,student\n" + "".join(f"{a},{b}\n" for a, b in edges)
    write(tmp_path / "csv", {"dbpedia_advisors_edges.csv": text})
    (tmp_path / "gexf").mkdir()
    nx.write_gexf(nx.DiGraph(edges), tmp_path / "gexf" / "dbpedia_genealogy.gexf")
    plain = datasets.load_dbpedia_advisors(tmp_path / "csv").ties
    assert plain[["source", "target"]].to_numpy().tolist() == [
        ["d0001", "d0002"],
        ["d0002", "d0003"],
        ["d0003", "d0003"],
    ]
    pd.testing.assert_frame_equal(datasets.load_dbpedia_advisors(tmp_path / "gexf").ties, plain)


def test_damaged_gexf_is_named(tmp_path):
    write(tmp_path, {"dbpedia_genealogy.gexf": "<gexf><graph>"})
    with pytest.raises(ReadError, match=r"dbpedia_genealogy\.gexf: can't be read as GEXF"):
        datasets.load_dbpedia_advisors(tmp_path)


@needs("dbpedia_advisors")
def test_dbpedia_known_answers():
    ties = datasets.load_dbpedia_advisors().ties
    assert len(ties) == 6208
    assert (ties["source"] == ties["target"]).sum() == 4
    assert pd.concat([ties["source"], ties["target"]]).nunique() == 6866


COUPLES = {
    "CoupleID": [3.0, 3.0],
    "Yearsmar": [8.2, 8.2],
    "Gender_A": ["Wife", "Husband"],
    "SelfPos_A": [4.8, 3.8],
    "OtherPos_A": [4.6, 4.0],
    "Satisfaction_A": [4.0, 3.5],
    "Tension_A": [1.5, 2.5],
    "SimHob_A": [0.0, 1.0],
}


def test_couples_from_csv_and_from_r_data_are_the_same(tmp_path):
    frame = pd.DataFrame(COUPLES)
    (tmp_path / "csv").mkdir()
    (tmp_path / "r").mkdir()
    frame.to_csv(tmp_path / "csv" / "acipair_pairwise.csv", index=False)
    rdata.write_rda(
        tmp_path / "r" / "acipair.RData", {"acipair": frame.astype({"Gender_A": "object"})}
    )
    plain = datasets.load_acitelli(tmp_path / "csv")
    assert plain.couples["satisfaction_wife"].tolist() == [4.0]
    pd.testing.assert_frame_equal(datasets.load_acitelli(tmp_path / "r").partners, plain.partners)


def test_damaged_r_data_is_named(tmp_path):
    write(tmp_path, {"acipair.RData": "not R"})
    with pytest.raises(ReadError, match=r"acipair\.RData: can't be read as R data"):
        datasets.load_acitelli(tmp_path)


@needs("acitelli")
def test_acitelli_known_answers():
    couples = datasets.load_acitelli().couples
    assert len(couples) == 148
    r = couples["satisfaction_wife"].corr(couples["satisfaction_husband"])
    assert r == pytest.approx(0.62, abs=0.005)


def test_hazard_by_hand():
    careers = pd.DataFrame({"years": [1, 1, 2, 3], "left": [True, False, True, False]})
    hazard = datasets.yearly_hazard(careers)
    assert hazard["n_at_risk"].tolist() == [4, 2, 1]
    assert hazard["hazard"].tolist() == [0.25, 0.5, 0]
    assert hazard["survival"].tolist() == [0.75, 0.375, 0.375]


def test_careers_with_another_code_are_refused(tmp_path):
    write(tmp_path, {"teachers.csv": "id,years,censor\n1,2,maybe\n"})
    with pytest.raises(ReadError, match="`censor` 0 or 1"):
        datasets.load_teacher_careers(tmp_path)


@needs("teacher_careers")
def test_teacher_known_answers():
    hazard = datasets.load_teacher_careers().careers.pipe(datasets.yearly_hazard)
    known = [0.116, 0.110, 0.116, 0.108, 0.089, 0.083, 0.060, 0.048, 0.042, 0.037, 0.025, 0.013]
    assert hazard["hazard"].round(3).tolist() == known
    assert hazard["survival"].iloc[-1] == pytest.approx(0.4123, abs=5e-5)


@pytest.mark.parametrize(
    "name", ["econ_advisers", "dbpedia_advisors", "acitelli", "teacher_careers"]
)
def test_data_sets_say_license_and_citation(name):
    if reason := datasets.available(name):
        pytest.skip(reason)
    said = repr(getattr(datasets, f"load_{name}")())
    assert "License:" in said
    assert "Cite:" in said
