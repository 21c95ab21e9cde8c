"""The memo that defends a choice says what was found and nothing more."""

import pytest

import mentorlab as ml
from mentorlab.errors import OptionError, WriteError
from mentorlab.matching import build_market
from mentorlab.report.decision_memo import decision
from mentorlab.simulation import PoolGenerator, ProgramModel, compare_policies
from mentorlab.simulation.experiments import Design, sweep

POLICIES = ["random", "mentee_proposing"]
SECTIONS = (
    "## Answer",
    "## Alternatives",
    "## Trade-off",
    "## Weights",
    "## Who is worse off",
    "## What is undetermined",
    "## How this was found",
)


@pytest.fixture(scope="module")
def found():
    return compare_policies(PoolGenerator(60, 40), POLICIES, n_runs=12, seed=42)


def memo(comparison, tmp_path, **options):
    return decision(comparison, path=tmp_path / "memo.md", **options).read_text("utf-8")


def test_every_part_is_there(found, tmp_path):
    text = memo(found, tmp_path)
    places = [text.index(section) for section in SECTIONS]
    assert places == sorted(places)
    assert "Seed 42, 12 replications" in text
    assert len(text.split()) < 900


def test_the_best_is_chosen(found, tmp_path):
    assert "Choose mentee proposing. It is best" in memo(found, tmp_path)


def test_another_choice_has_to_be_defended(found, tmp_path):
    text = memo(found, tmp_path, choice="random")
    assert "It is not best" in text
    assert "What random costs:" in text


def test_a_tie_is_called_undetermined(tmp_path):
    twins = {"one": "random", "two": "random"}
    text = memo(compare_policies(PoolGenerator(30, 20), twins, n_runs=4, seed=1), tmp_path)
    assert "is undetermined" in text
    assert "that the draws leave open" in text


def test_a_ranking_over_models_is_told(found, tmp_path):
    models = [ProgramModel(), ProgramModel().with_values({"pairing.values_weight": 0.6})]
    over = sweep(
        Design(PoolGenerator(60, 40), POLICIES, kind="models", models=models), n_runs=10, seed=1
    )
    assert "2 sets of assumptions" in memo(found, tmp_path, over=over)


def test_weights_and_single_mentees_of_a_real_pool(tmp_path):
    market = build_market(ml.datasets.load_example_program().applicants)
    found = compare_policies(market, POLICIES, n_runs=6, seed=3, by="site")
    text = memo(found, tmp_path, market=market)
    assert "| Term | Weight | A quarter less | A quarter more | Taken away |" in text
    assert ", a quarter less or more: p0" in text
    assert "of 60 mentees expect more under random by their own means; most, in SD: p0" in text


def test_who_failed_is_told_once_in_few_words(tmp_path):
    def broken(market, rng):
        raise ValueError("no luck. Try again")

    policies = {"random": "random", "best": "optimal", "my_own": broken}
    found = compare_policies(PoolGenerator(30, 20), policies, n_runs=4, seed=1)
    text = memo(found, tmp_path)
    assert "Left out: my own failed (ValueError: no luck)." in text
    assert text.lower().count("left out") == 1


def test_differences_stand_beside_each_alternative(found, tmp_path):
    text = memo(found, tmp_path)
    assert "- against random: benefit +0.0" in text
    assert "best in benefit" not in text


@pytest.mark.parametrize("ending", ["html", "docx"])
def test_other_formats_say_the_same_each_time(found, tmp_path, ending):
    pytest.importorskip("docx")
    first = decision(found, path=tmp_path / f"a.{ending}").read_bytes()
    assert decision(found, path=tmp_path / f"b.{ending}").read_bytes() == first
    if ending == "html":
        assert b"<script" not in first
        assert b"Choose mentee proposing" in first


def test_names_are_escaped(tmp_path):
    named = {"<b>*mine*": "random", "a|b": "mentee_proposing"}
    found = compare_policies(PoolGenerator(30, 20), named, n_runs=4, seed=1)
    page = decision(found, path=tmp_path / "memo.html").read_text("utf-8")
    assert "<b>*mine*" not in page
    assert "a\\|b" in memo(found, tmp_path)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"path": "memo.pdf"}, "must end in '.md', '.html' or '.docx'; got 'memo.pdf'"),
        ({"path": "memo.md", "choice": "mentee_propose"}, "Did you mean 'mentee_proposing'"),
        ({"path": "memo.md", "market": 3}, "`market` must be a Market; got 3"),
        ({"path": "memo.md", "over": 3}, "`over` must come from sweep; got 'int'"),
    ],
)
def test_bad_input_is_refused(found, options, said):
    with pytest.raises(OptionError, match=said):
        decision(found, **options)


def test_one_policy_is_no_choice(tmp_path):
    alone = compare_policies(PoolGenerator(30, 20), ["random"], n_runs=2, seed=1)
    with pytest.raises(OptionError, match="needs two policies or more"):
        memo(alone, tmp_path)


def test_a_folder_that_is_not_there(found, tmp_path):
    with pytest.raises(WriteError, match="can't write"):
        decision(found, path=tmp_path / "none" / "memo.md")
