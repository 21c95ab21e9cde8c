import pytest

import mentorlab as ml
from mentorlab.__main__ import main


def test_check_says_what_a_program_holds_and_what_looks_wrong(tmp_path, capsys):
    ml.datasets.load_example_program().write(tmp_path / "program")
    assert main(["check", str(tmp_path / "program")]) == 1
    said = capsys.readouterr().out
    assert "people in 120 relationships" in said
    assert "only one member" in said


def test_check_names_a_folder_that_is_not_there(tmp_path, capsys):
    assert main(["check", str(tmp_path / "nowhere")]) == 2
    assert "there is no folder" in capsys.readouterr().err


def test_weekly_prints_and_saves_the_list(tmp_path, capsys):
    folder = tmp_path / "program"
    ml.datasets.load_example_program().write(folder)
    assert main(["weekly", str(folder), "--as-of", "2024-06-30", "--calls", "3"]) == 0
    assert "2024-06-30" in capsys.readouterr().out
    assert list(tmp_path.rglob("check_ins*.csv"))


def test_test_needs_a_source_checkout(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("mentorlab.__main__._checkout_folder", lambda name: None)
    assert main(["test"]) == 2
    assert "runs in a source checkout" in capsys.readouterr().err


def test_warming_up_imports_everything():
    assert main(["warm"]) == 0


def test_unknown_command_lists_the_known_ones(capsys):
    with pytest.raises(SystemExit):
        main(["dance"])
    assert "lab" in capsys.readouterr().err
