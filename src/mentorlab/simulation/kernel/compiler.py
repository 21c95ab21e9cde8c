"""How the kernels are compiled: cached, without the interpreter's lock, plain IEEE arithmetic."""

from __future__ import annotations

from numba import njit

compiled = njit(cache=True, nogil=True, error_model="numpy")
inlined = njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
