"""The environment in which notebooks are executed, stored and compared: same numbers each time."""

import os

ENVIRONMENT = {
    "MKL_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONHASHSEED": "0",
    "TQDM_DISABLE": "1",
}


def use_kernel_environment():
    """Set it for kernels started from this process."""
    os.environ.update(ENVIRONMENT)
    os.environ.pop("MPLBACKEND", None)
