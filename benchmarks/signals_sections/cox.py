"""Cox's model with clustered errors by mentorlab, statsmodels, greenwood and R on one file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from signals_sections.running import Run, measure

COVARIATES = ["x0", "x1", "x2"]
R = """
suppressMessages(library(survival))
given <- commandArgs(TRUE)
d <- read.csv(given[1])
took <- system.time(fit <- coxph(Surv(time, event) ~ x0 + x1 + x2 + cluster(cluster), d,
                                 ties = given[2]))
cat(sprintf('{"answer": {"beta": [%s], "std_error": [%s]}, "cpu": %f, "wall": %f, "gib": 0}',
    paste(sprintf("%.15g", coef(fit)), collapse = ", "),
    paste(sprintf("%.15g", sqrt(diag(vcov(fit)))), collapse = ", "),
    took[["user.self"]] + took[["sys.self"]], took[["elapsed"]]))
"""


def write_spells(n: int, path: Path, *, seed: int = 11) -> None:
    """Write whole-week times with many ties, three covariates, ten relationships a mentor."""
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, n // 10, n)
    x = rng.normal(size=(n, 3))
    frailty = rng.normal(0, 0.5, n // 10)[cluster]
    hazard = np.exp(x @ [0.3, -0.2, 0.1] + frailty) / 100
    time = np.ceil(rng.exponential(1 / hazard))
    censored = rng.integers(20, 200, n)
    frame = pd.DataFrame(x, columns=COVARIATES).assign(
        time=np.minimum(time, censored), event=(time <= censored).astype(int), cluster=cluster
    )
    frame.to_csv(path, index=False)


def by_mentorlab(frame: pd.DataFrame, ties: str) -> dict[str, list[float]]:
    """The package's own."""
    from mentorlab.stats.survival.cox import fit_cox
    from mentorlab.stats.survival.spells import spells

    rows = spells(frame["time"].to_numpy(), frame["event"].to_numpy())
    x, cluster = frame[COVARIATES].to_numpy(), frame["cluster"].to_numpy()
    fit = fit_cox(rows, x, cluster=cluster, ties=ties)
    return {"beta": fit.beta.tolist(), "std_error": fit.std_error.tolist()}


def by_statsmodels(frame: pd.DataFrame, ties: str) -> dict[str, list[float]]:
    """PHReg with groups."""
    from statsmodels.duration.hazard_regression import PHReg

    model = PHReg(frame["time"], frame[COVARIATES], status=frame["event"], ties=ties)
    fit = model.fit(groups=frame["cluster"].to_numpy())
    return {"beta": np.asarray(fit.params).tolist(), "std_error": np.asarray(fit.bse).tolist()}


def by_greenwood(frame: pd.DataFrame, ties: str) -> dict[str, list[float]]:
    """CoxPH with clusters."""
    import greenwood

    surv = greenwood.Surv(frame["time"].to_numpy(), frame["event"].to_numpy())
    fit = greenwood.CoxPH(ties=ties).fit(
        surv,
        frame[COVARIATES].to_numpy(),
        robust=True,
        cluster=frame["cluster"].to_numpy(),
    )
    error = getattr(fit, "robust_std_error_", None)
    error = fit.std_error_ if error is None else error
    return {"beta": np.asarray(fit.coef_).tolist(), "std_error": np.asarray(error).tolist()}


RUNS = {
    "mentorlab": by_mentorlab,
    "statsmodels": by_statsmodels,
    "greenwood": by_greenwood,
}


def by_r(path: Path, ties: str) -> Run:
    """R's survival.

    Raises
    ------
    LookupError
        If R or its survival package is not there.
    """
    if not shutil.which("Rscript"):
        raise LookupError("R is not installed (r-base-core and r-cran-survival on Debian)")
    command = ["Rscript", "-e", R, str(path), ties]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LookupError(f"R's survival can't be used: {done.stderr.strip()[-200:]}")
    return Run(**json.loads(done.stdout[done.stdout.index("{") :]))


def close(own: dict[str, Any], other: dict[str, Any], *, errors: bool) -> bool:
    """Tell whether two fits are equal, their errors too where both define them alike."""
    same = np.allclose(own["beta"], other["beta"], rtol=1e-6, atol=1e-8)
    return same and (
        not errors or np.allclose(own["std_error"], other["std_error"], rtol=1e-5, atol=0)
    )


if __name__ == "__main__":
    name, path, ties = sys.argv[1:]
    table = pd.read_csv(path)
    RUNS[name](table.head(2_000), ties)
    print(json.dumps(measure(lambda: RUNS[name](table, ties))))
