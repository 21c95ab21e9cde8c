"""Setting up says in a sentence what the system lacks, and does nothing when nothing changed."""

import sys
from collections import namedtuple

import pytest
import setup_env

Version = namedtuple("Version", "major minor micro releaselevel serial")


def test_an_old_python_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(sys, "version_info", Version(3, 9, 6, "final", 0))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, this is 3\.9.*PYTHON="):
        setup_env.require_python()


def test_a_python_without_venv_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(setup_env.shutil, "which", lambda name: None)
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match=r"no venv module.*apt install python3-venv"):
        setup_env.install(("test",))


def test_a_failed_download_says_what_to_try(monkeypatch):
    with pytest.raises(SystemExit, match="check the network and run the same command again"):
        setup_env.run(sys.executable, "-c", "raise SystemExit(1)")


def test_an_environment_that_is_up_to_date_is_left_alone(monkeypatch, tmp_path):
    stamp = tmp_path / "stamp.txt"
    stamp.write_text(setup_env.fingerprint(setup_env.EXTRAS))
    monkeypatch.setattr(setup_env, "STAMP", stamp)
    monkeypatch.setattr(setup_env, "PYTHON", stamp)
    monkeypatch.setattr(sys, "argv", ["setup_env.py"])
    monkeypatch.setattr(setup_env, "install", lambda extras: pytest.fail("installed again"))
    setup_env.main()


def test_other_extras_make_another_environment():
    assert setup_env.fingerprint(("lab",)) != setup_env.fingerprint(("lab", "test"))
