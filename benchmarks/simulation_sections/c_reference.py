"""The same weeks in C, compiled where there is a compiler."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np

from mentorlab.simulation.kernel import layout, numbers
from mentorlab.simulation.kernel.program import MENTORS_PER_BLOCK, by_mentor

HERE = Path(__file__).parent
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")


def compile_reference(folder: Path) -> ctypes.CDLL:
    """Compile program.c beside a header made from the kernel's layout.

    Raises
    ------
    LookupError
        If there is no compiler.
    """
    compiler = shutil.which("gcc") or shutil.which("clang")
    if not compiler:
        raise LookupError("no C compiler (gcc or clang)")
    structures = {
        "Constants": layout.CONSTANTS,
        "Person": layout.STATE,
        "Mentor": layout.MENTOR_STATE,
    }
    lines = [
        f"#define NEAR_NORMAL_MEAN {numbers._NEAR_NORMAL_MEAN!r}",
        f"#define NEAR_NORMAL_SCALE {numbers._NEAR_NORMAL_SCALE!r}",
    ]
    kinds = {"i": "int64_t", "f": "double", "u": "uint64_t"}
    for name, dtype in structures.items():
        fields = " ".join(f"{kinds[dtype[field].kind]} {field};" for field in dtype.names)
        lines.append(f"typedef struct {{ {fields} }} {name};")
    (folder / "layout.h").write_text("\n".join(lines) + "\n", encoding="utf-8")
    target = folder / "program.so"
    command = [compiler, *FLAGS, f"-I{folder}", str(HERE / "program.c"), "-o", str(target)]
    subprocess.run(command, check=True)
    return ctypes.CDLL(str(target))


def live(library: ctypes.CDLL, constants: np.void, book: layout.Book, horizon: int) -> np.ndarray:
    """Live all weeks in C; the book is changed.

    Returns
    -------
    ndarray of int64, shape (n, 3)
        End week, cause, who started it.
    """
    held = np.array([constants], dtype=layout.CONSTANTS)
    indptr, mentees = by_mentor(book)
    out = np.zeros((len(book.state), 3), dtype=np.int64)
    out[:, 0] = horizon
    arrays = (held, book.state, book.live, book.mentors, indptr, mentees)
    pointers = [ctypes.c_void_p(array.ctypes.data) for array in arrays]
    sizes = [ctypes.c_int64(v) for v in (len(book.mentors), horizon, MENTORS_PER_BLOCK)]
    library.live_program(*pointers, *sizes, ctypes.c_void_p(out.ctypes.data))
    return out
