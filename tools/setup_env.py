"""Make `.venv` with everything that mentorlab needs; run again, it takes a moment.

Standard library only, and readable by any Python 3, so that an old one gets a sentence, not a
traceback. Usage: python tools/setup_env.py [extra ...]
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "mentorlab-stamp.txt"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
NEEDED = (3, 11)
EXTRAS = ("lab", "test", "web")


def main():
    extras = tuple(sys.argv[1:]) or EXTRAS
    wanted = fingerprint(extras)
    if STAMP.is_file() and STAMP.read_text() == wanted and PYTHON.exists():
        return
    require_python()
    install(extras)
    print("Compiling kernels (a minute or two, once)")
    subprocess.run([str(PYTHON), "-m", "mentorlab", "warm"], check=True, cwd=str(ROOT))
    STAMP.write_text(wanted)


def fingerprint(extras):
    """Tell environments apart by what they were made from."""
    digest = hashlib.sha256(" ".join((*extras, sys.version)).encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def require_python():
    if sys.version_info < NEEDED:
        stop(
            "mentorlab needs Python {}.{} or newer, this is {}.{}. Install a newer Python and say "
            "which one, for example: make lab PYTHON=python3.12".format(
                *NEEDED, *sys.version_info[:2]
            )
        )


def install(extras):
    target = ".[{}]".format(",".join(extras))
    uv = shutil.which("uv")
    if uv:
        run(uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(VENV))
        installer = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    else:
        try:
            import ensurepip
            import venv
        except ImportError:
            stop(
                "this Python has no venv module. On Debian or Ubuntu: sudo apt install "
                "python3-venv; then run the command again."
            )
        assert ensurepip is not None
        venv.create(str(VENV), with_pip=True)
        installer = [str(PYTHON), "-m", "pip", "install", "--quiet"]
    print("Installing mentorlab with {} into .venv (a minute or two)".format(", ".join(extras)))
    run(*installer, "--constraint", "constraints.txt", "--editable", target)


def run(*command):
    try:
        subprocess.run(command, check=True, cwd=str(ROOT))
    except subprocess.CalledProcessError as error:
        stop(
            "`{}` failed (exit {}). If a download failed, check the network and run the same "
            "command again; to start over, delete the folder .venv first.".format(
                " ".join(command), error.returncode
            )
        )


def stop(message):
    sys.exit("setup: " + message)


if __name__ == "__main__":
    main()
