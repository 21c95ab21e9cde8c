"""Full information with robust errors against Mplus, on data that the reference cases hold."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mentorlab.stats.cfa.designs import simple_model
from mentorlab.stats.cfa.fit import fit_model
from mentorlab.stats.cfa.indices import fit_indices
from mentorlab.stats.cfa.inference import entry_errors, infer, standardized_covariance
from mentorlab.stats.cfa.model import INTERCEPT, LOADING, RESIDUAL
from mentorlab.stats.cfa.saturated import summarize_sample

REPOSITORY = Path(__file__).parents[3]
GOLDEN = REPOSITORY / "tests" / "golden" / "factor_models" / "mplus_gaps_robust.json"
ROOT = Path(os.environ.get("MENTORLAB_CASES") or REPOSITORY / "../shared/cases").resolve()
DATA = ROOT / "measurement" / "data" / "holzinger.csv"

pytestmark = pytest.mark.skipif(
    not DATA.is_file(), reason=f"no data at {DATA}; MENTORLAB_CASES names the folder of cases"
)


@pytest.fixture(scope="module")
def golden():
    return json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def fit(golden):
    frame = pd.read_csv(DATA)[list(golden["removed"])].astype(float)
    x = frame.to_numpy().copy()
    for column, rows in enumerate(golden["removed"].values()):
        x[rows, column] = np.nan
    sample = summarize_sample(x)
    model = simple_model(np.repeat([0, 1, 2], 3), [sample], means=True, scaling="marker")
    return fit_model(model, [sample])


def test_likelihood_and_fit(golden, fit):
    indices = fit_indices(fit, infer(fit, robust=True))
    got = {
        "log_likelihood": indices.log_likelihood,
        "unrestricted_log_likelihood": indices.unrestricted_log_likelihood,
        "chi2": indices.scaled.chi2,
        "df": indices.df,
        "scaling": indices.scaled.scaling,
        "cfi": indices.scaled.cfi,
        "tli": indices.scaled.tli,
        "rmsea": indices.scaled.rmsea,
        "aic": indices.aic,
        "bic": indices.bic,
        "adjusted_bic": indices.adjusted_bic,
    }
    for name, value in got.items():
        assert value == pytest.approx(golden[name], abs=golden["tolerance"]), name


@pytest.mark.parametrize(
    ("kind", "name"), [(LOADING, "loading"), (INTERCEPT, "intercept"), (RESIDUAL, "residual")]
)
def test_parameters(golden, fit, kind, name):
    estimate, error = entry_errors(fit, infer(fit, robust=True))
    own = [i for i, entry in enumerate(fit.model.entries) if entry.kind == kind]
    assert np.allclose(estimate[own], golden[f"{name}s"], rtol=0, atol=golden["tolerance"])
    assert np.allclose(error[own], golden[f"{name}_errors"], rtol=0, atol=golden["tolerance"])


def test_standardized_loadings(golden, fit):
    estimate, covariance = standardized_covariance(fit, infer(fit, robust=True))
    error = np.sqrt(np.diag(covariance))
    tolerance = golden["tolerance"]
    assert np.allclose(estimate[:9], golden["standardized_loadings"], rtol=0, atol=tolerance)
    assert np.allclose(error[:9], golden["standardized_loading_errors"], rtol=0, atol=tolerance)
