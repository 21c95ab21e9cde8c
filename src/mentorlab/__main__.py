"""``python -m mentorlab``: open the lab, run the checks, look at a program folder."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import MentorlabError

CHECKOUT_MARK = ("pyproject.toml", "notebooks", "tests")
# Tests of one file stay together on one core; notebooks and browsers come after, on their own.
_SPREAD = ["-n", "auto", "--dist", "loadfile"]
_UNITS = ["tests", "src", "docs", "README.md", *_SPREAD]
_SHOWN = ["notebooks", "tests/web", "-m"]
TIERS = {
    "quick": [[*_UNITS, "-m", "not slow and not web"]],
    "test": [[*_UNITS, "-m", "not slow and not web"], [*_SHOWN, "not slow"]],
    "full": [[*_UNITS, "-m", "not web"], [*_SHOWN, "web or not web"]],
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    arguments = _parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except MentorlabError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mentorlab", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    lab = commands.add_parser("lab", help="open JupyterLab on the notebooks")
    lab.add_argument("folder", nargs="?", default=None, help="another folder to open")
    lab.add_argument("options", nargs=argparse.REMAINDER, help="passed on to JupyterLab")
    lab.set_defaults(run=_lab)

    check = commands.add_parser("check", help="check a program folder and say what it holds")
    check.add_argument("folder", help="folder with people.csv, relationships.csv ...")
    check.set_defaults(run=_check)

    weekly = commands.add_parser("weekly", help="list the relationships that need a check-in")
    weekly.add_argument("folder", help="folder with people.csv, relationships.csv ...")
    weekly.add_argument("--as-of", required=True, metavar="DATE", help="last day that is known")
    weekly.add_argument("--calls", type=int, default=8, help="how many calls there is time for")
    weekly.set_defaults(run=_weekly)

    test = commands.add_parser("test", help="run the project's own checks, in a source checkout")
    test.add_argument("--tier", choices=TIERS, default="test", help="how much to run")
    test.set_defaults(run=_test)

    warm = commands.add_parser("warm", help="fill caches so that the first notebook starts fast")
    warm.set_defaults(run=_warm)
    return parser


def _lab(arguments: argparse.Namespace) -> int:
    folder = Path(arguments.folder or _checkout_folder("notebooks") or ".")
    command = [sys.executable, "-m", "jupyterlab", str(folder), *arguments.options]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    if subprocess.run([sys.executable, "-c", "import jupyterlab"], check=False).returncode:
        print("JupyterLab is absent: pip install 'mentorlab[lab]'.", file=sys.stderr)
        return 2
    return subprocess.run(command, check=False).returncode


def _check(arguments: argparse.Namespace) -> int:
    from .storage import read_program

    program = read_program(arguments.folder)
    report = program.check()
    print(program.summary(), report.summary(), sep="\n\n")
    return 0 if report.to_frame().empty else 1


def _weekly(arguments: argparse.Namespace) -> int:
    from .signals import weekly_list

    made = weekly_list(arguments.folder, as_of=arguments.as_of, calls_per_week=arguments.calls)
    print(made.text)
    return 0


def _test(arguments: argparse.Namespace) -> int:
    root = _checkout_folder("")
    if root is None:
        print(
            "python -m mentorlab test: runs in a source checkout; go to its top folder.",
            file=sys.stderr,
        )
        return 2
    ruff = [sys.executable, "-m", "ruff"]
    steps = (
        [*ruff, "check", "."],
        [*ruff, "format", "--check", "."],
        *([sys.executable, "-m", "pytest", *options] for options in TIERS[arguments.tier]),
        *_benchmarks(root, arguments.tier),
    )
    codes = [subprocess.run(step, check=False, cwd=root).returncode for step in steps]
    return max(codes)


def _benchmarks(root: Path, tier: str) -> list[list[str]]:
    if tier != "full":
        return []
    return [[sys.executable, str(path)] for path in sorted(root.glob("benchmarks/bench_*.py"))]


def _warm(arguments: argparse.Namespace) -> int:
    """Import everything once (byte code), build matplotlib's font list, compile the kernels."""
    import pkgutil
    from importlib import import_module

    import matplotlib.font_manager  # noqa: F401 (importing it builds the list)

    import mentorlab

    from .warm import warm_kernels

    names = [m.name for m in pkgutil.walk_packages(mentorlab.__path__, "mentorlab.")]
    for name in names:
        if not name.endswith("__main__"):
            import_module(name)
    warm_kernels()
    return 0


def _checkout_folder(name: str) -> Path | None:
    """Find a folder of the source checkout: here, or above an editable install."""
    for root in (Path.cwd(), Path(__file__).resolve().parents[2]):
        if all((root / mark).exists() for mark in CHECKOUT_MARK):
            return root / name
    return None


if __name__ == "__main__":
    sys.exit(main())
