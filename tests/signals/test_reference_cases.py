"""Every expected field of R's signals cases, within tolerance.

The cases stand in the folder that the environment variable ``MENTORLAB_CASES`` names, by default
``../shared/cases`` beside the repository; without it these tests are skipped. A kind or a field
that nobody knows fails.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mentorlab.stats.run_length import (
    cusum_run_length,
    cusum_threshold,
    ewma_run_length,
    poisson_cusum_run_length,
)
from mentorlab.stats.survival.cause_specific import absolute_risk
from mentorlab.stats.survival.competing import (
    compare_incidence,
    counting_variance,
    fit_incidence,
)
from mentorlab.stats.survival.concordance import concordance
from mentorlab.stats.survival.cox import fit_cox
from mentorlab.stats.survival.cox_checks import proportionality
from mentorlab.stats.survival.discrete import fit_hazard, person_periods
from mentorlab.stats.survival.fine_gray import fit_fine_gray
from mentorlab.stats.survival.frailty import fit_frailty
from mentorlab.stats.survival.kaplan_meier import fit_curve, median_time, restricted_mean, step
from mentorlab.stats.survival.logrank import compare_curves
from mentorlab.stats.survival.prediction import accuracy, integrated_brier, uno_concordance
from mentorlab.stats.survival.spells import Spells, spells

REPOSITORY = Path(__file__).parents[2]
ROOT = Path(os.environ.get("MENTORLAB_CASES") or REPOSITORY / "../shared/cases").resolve()
FOLDER = ROOT / "signals"
CASES = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []
CLOSED_FORM, OPTIMUM = 1e-6, 1e-4
LEFT_OUT = {
    "bgnbd": "buy-till-you-die models take contacts of customers, not agreed meetings, as given",
    "mcf": "mean cumulative functions of repeated endings are not part of the toolkit",
    "frailty.gaussian(reml)": "frailties are gamma here; a Gaussian one is named as absent",
    "aalen_johansen.gray of more than two groups": "only two groups are compared",
}
counted: Counter[str] = Counter()
Fields = Iterator[tuple[str, Any]]

pytestmark = pytest.mark.skipif(
    not CASES, reason=f"no reference cases at {FOLDER}; MENTORLAB_CASES names their folder"
)


def frame_of(case: dict[str, Any], *columns: str | None) -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / case["data"])
    return frame.dropna(subset=[name for name in columns if name]).reset_index(drop=True)


def names(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def spells_of(frame: pd.DataFrame, spec: dict[str, Any], event: str | None = None) -> Spells:
    entry = frame[spec["entry"]].to_numpy() if spec.get("entry") else None
    ended = frame[event or spec["event"]].to_numpy()
    return spells(frame[spec["time"]].to_numpy(), ended, entry=entry)


def codes(frame: pd.DataFrame, column: str | None) -> np.ndarray | None:
    return pd.factorize(frame[column], sort=True)[0] if column else None


def in_order(strata: list[str], by: str) -> list[str]:
    """Labels of groups in the order of the case: ``column=label``, as R prints strata."""
    return list(dict.fromkeys(label.removeprefix(f"{by}=") for label in strata))


def groups_of(case: dict[str, Any], frame: pd.DataFrame) -> list[pd.DataFrame]:
    by = case["spec"].get("by")
    if not by:
        return [frame]
    text = frame[by].astype(str)
    return [frame[text == label] for label in in_order(case["expected"]["strata"], by)]


def km(case: dict[str, Any]) -> Fields:
    spec, expected = case["spec"], case["expected"]
    frame = frame_of(case, spec["time"], spec["event"], spec.get("by"))
    times = np.asarray(spec["times"], dtype=float)
    rows: dict[str, list[float]] = {}
    for part in groups_of(case, frame):
        curve = fit_curve(
            spells_of(part, spec), level=spec.get("level", 0.95), interval=spec["conf_type"]
        )
        place = np.searchsorted(curve.time, times)
        found = {
            "n_risk": np.append(curve.n_risk, 0)[place],
            "surv": curve.at(times),
            "std_err": step(curve.time, curve.std_error, times, before=0.0),
            "lower": step(curve.time, curve.low, times, before=1.0),
            "upper": step(curve.time, curve.high, times, before=1.0),
        }
        found |= dict(
            zip(("median", "median_lower", "median_upper"), median_time(curve), strict=True)
        )
        if "rmean" in expected:
            mean, error = restricted_mean(curve, spec["rmean_tau"])
            found |= {"rmean": mean, "rmean_se": error}
        for name, value in found.items():
            rows.setdefault(name, []).extend(np.atleast_1d(value))
    yield from ((name, rows[name]) for name in expected if name in rows)
    yield "time", np.tile(times, len(groups_of(case, frame)))
    yield "strata", None


def logrank(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    frame = frame_of(case, spec["time"], spec["event"], spec["by"], spec.get("strata"))
    found = compare_curves(
        spells_of(frame, spec),
        codes(frame, spec["by"]),
        strata=codes(frame, spec.get("strata")),
        rho=spec.get("rho", 0),
    )
    yield from (("chisq", found.statistic), ("df", found.df), ("p", found.p_value))
    # R prints groups in the order of factor levels, which a CSV does not hold.
    order = np.empty(len(found.expected), dtype=int)
    order[np.argsort(case["expected"]["exp"])] = np.argsort(found.expected)
    yield from (("obs", found.observed[order]), ("exp", found.expected[order]))


def cox(case: dict[str, Any]) -> Fields:
    spec, expected = case["spec"], case["expected"]
    x_names, cluster, strata = names(spec["x"]), spec.get("cluster"), spec.get("strata")
    frame = frame_of(case, spec["time"], spec["event"], *x_names, cluster, strata)
    rows, x = spells_of(frame, spec), frame[x_names].to_numpy(dtype=float)
    groups, own = codes(frame, cluster), codes(frame, strata)
    fit = fit_cox(rows, x, strata=own, cluster=groups, ties=spec.get("ties", "efron"))
    yield "names", None
    yield "coef", fit.beta
    yield "se", np.sqrt(np.diag(fit.covariance))
    yield "robust_se", fit.std_error
    yield "loglik", fit.loglik
    yield from (("n", fit.n), ("nevent", fit.n_events))
    yield from (("lrt", fit.likelihood_ratio), ("score", fit.score_test), ("wald", fit.wald))
    found = concordance(rows, x @ fit.beta, strata=own, cluster=groups)
    yield from (("concordance", found.estimate), ("concordance_se", found.std_error))
    if "basehaz_times" in expected:
        yield "basehaz_times", None
        yield "basehaz_H0", fit.baseline(np.asarray(expected["basehaz_times"], dtype=float))
    if "zph" in expected:
        drift = proportionality(fit, rows)
        yield "zph.chisq", [*drift.statistic, drift.joint[0]]
        yield "zph.p", [*drift.p_value, drift.joint[1]]
        yield "zph.df", [1] * len(x_names) + [len(x_names)]
        yield from (("zph.term", None), ("zph.transform", None))


def aalen_johansen(case: dict[str, Any]) -> Fields:
    spec, expected = case["spec"], case["expected"]
    frame = frame_of(case, spec["time"], spec["event"], spec.get("by"))
    times = np.asarray(spec["times"], dtype=float)
    parts = groups_of(case, frame)
    rows: dict[str, list[float]] = {}
    variances = []
    for part in parts:
        own = spells_of(part, spec)
        found = fit_incidence(own, n_causes=len(spec["causes"]))
        moments, variance = counting_variance(own, n_causes=len(spec["causes"]))
        for c in range(len(spec["causes"])):
            curves = {
                "cif": found.share,
                "se": found.std_error,
                "lower": found.low,
                "upper": found.high,
            }
            for name, curve in curves.items():
                values = step(found.time, curve[:, c], times, before=0.0)
                rows.setdefault(f"{name}{c + 1}", []).extend(values)
        variances.append(
            (
                found.at(times),
                np.stack([step(moments, v, times, before=0.0) for v in variance.T], axis=1),
            )
        )
    yield from rows.items()
    yield "time", np.tile(times, len(parts))
    yield "strata", None
    if "cmprsk" in expected:
        order = [(g, c) for c in range(len(spec["causes"])) for g in range(len(parts))]
        yield "cmprsk.est", [variances[g][0][:, c] for g, c in order]
        yield "cmprsk.var", [variances[g][1][:, c] for g, c in order]
        yield "cmprsk.row", None
    if "gray" in expected:
        group = codes(frame, spec["by"])
        if group.max() > 1:
            yield "gray", None
            return
        tests = [compare_incidence(spells_of(frame, spec), group, c) for c in spec["causes"]]
        yield "gray.stat", [test.statistic for test in tests]
        yield "gray.p", [test.p_value for test in tests]
        yield "gray.df", [test.df for test in tests]


def fine_gray(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    x_names = names(spec["x"])
    frame = frame_of(case, spec["time"], spec["event"], *x_names)
    rows, x = spells_of(frame, spec), frame[x_names].to_numpy(dtype=float)
    fit = fit_fine_gray(rows, x, spec["cause"])
    weighted = fit_fine_gray(rows, x, spec["cause"], order="events_first")
    alone = fit_cox(spells(rows.time, rows.event == spec["cause"]), x)
    yield from (("n", fit.n), ("names", None))
    yield from (("crr_coef", fit.beta), ("crr_se", fit.std_error))
    yield "finegray_coef", weighted.beta
    yield from (("cause_specific_coef", alone.beta), ("cause_specific_se", alone.std_error))


def frailty(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    x_names = names(spec["x"])
    frame = frame_of(case, spec["time"], spec["event"], *x_names, spec["group"])
    fit = fit_frailty(
        spells_of(frame, spec), frame[x_names].to_numpy(dtype=float), codes(frame, spec["group"])
    )
    yield from (("names", None), ("coef", fit.cox.beta), ("theta", fit.variance))
    yield "c_loglik", fit.loglik


def discrete_hazard(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    x_names = names(spec["x"])
    frame = frame_of(case, spec["time"], spec["event"], *x_names)
    cut = person_periods(
        frame[spec["time"]].to_numpy(dtype=float),
        frame[spec["event"]].to_numpy(),
        width=spec["width"],
        last=spec["max_period"],
    )
    periods = [cut.period == k for k in range(2, spec["max_period"] + 1)]
    x = frame[x_names].to_numpy(dtype=float)[cut.row]
    design = np.column_stack([np.ones(len(cut.row)), *periods, x]).astype(float)
    fit = fit_hazard(cut.ended, design, link=spec["link"])
    yield from (("n_rows", fit.n), ("n_events", fit.n_events), ("names", None))
    yield from (("coef", fit.beta), ("se", fit.std_error))
    yield from (("deviance", fit.deviance), ("loglik", fit.loglik))


def halves(case: dict[str, Any]) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    spec = case["spec"]
    x_names = names(spec["x"])
    frame = frame_of(case, spec["time"], spec["event"], *x_names)
    return frame.iloc[::2], frame.iloc[1::2], x_names


def prediction(case: dict[str, Any]) -> Fields:
    spec, expected = case["spec"], case["expected"]
    train, test, x_names = halves(case)
    times = np.asarray(spec["times"], dtype=float)
    fit = fit_cox(spells_of(train, spec), train[x_names].to_numpy(dtype=float))
    score = test[x_names].to_numpy(dtype=float) @ fit.beta
    risk = 1 - np.exp(-np.exp(score)[:, None] * fit.baseline(times))
    rows = spells_of(test, spec)
    found = accuracy(rows, risk, times)
    yield from (("coef", fit.beta), ("test_lp", score), ("test_risk", risk))
    yield from (("auc", found.auc), ("auc_times", None), ("brier", found.brier))
    yield from (("brier_null", found.brier_null), ("ibs", integrated_brier(times, found.brier)))
    plain = concordance(rows, score)
    yield from (("harrell_c", plain.estimate), ("harrell_c_se", plain.std_error))
    yield "uno_c", uno_concordance(rows, score, until=float(max(expected["auc_times"]))).estimate


def prediction_cr(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    train, test, x_names = halves(case)
    times = np.asarray(spec["times"], dtype=float)
    rows, x = spells_of(train, spec), train[x_names].to_numpy(dtype=float)
    causes = range(1, int(rows.event.max()) + 1)
    fits = [fit_cox(spells(rows.time, rows.event == c), x) for c in causes]
    new = [test[x_names].to_numpy(dtype=float)] * len(fits)
    risk = absolute_risk(fits, new, times, cause=spec["cause"])
    found = accuracy(spells_of(test, spec), risk, times, cause=spec["cause"])
    yield from (("test_risk", risk), ("auc", found.auc))
    yield from (("brier", found.brier), ("brier_null", found.brier_null))


def landmark(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    frame = pd.read_csv(FOLDER / case["data"])
    start, stop, event, who = "tstart", "tstop", "event", "id"
    moment, until = spec["landmark"], spec["landmark"] + spec["window"]
    whole = frame.groupby(who).agg(end=(stop, "max"), ended=(event, "max"))
    then = frame[(frame[start] <= moment) & (moment < frame[stop])].join(whole, on=who)
    rows = spells(
        (np.minimum(then["end"], until) - moment).to_numpy(dtype=float),
        ((then["ended"] > 0) & (then["end"] <= until)).to_numpy(),
    )
    x = then[names(spec["x"])].to_numpy(dtype=float)
    fit = fit_cox(rows, x)
    yield from (("n", fit.n), ("nevent", fit.n_events), ("coef", fit.beta), ("se", fit.std_error))
    yield "concordance", concordance(rows, x @ fit.beta).estimate


def arl_cusum(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    lengths = [
        [
            cusum_run_length(
                shift, reference=spec["k"], threshold=h, two_sided=spec["sided"] == "two"
            )
            for shift in np.atleast_1d(spec["shift"])
        ]
        for h in np.atleast_1d(spec["h"])
    ]
    yield "arl", np.reshape(lengths, np.shape(case["expected"]["arl"]))


def arl_ewma(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    yield (
        "arl",
        [
            ewma_run_length(shift, smoothing=spec["lambda"], width=spec["L"])
            for shift in spec["shift"]
        ],
    )


def arl_poisson_cusum_lower(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    yield (
        "arl",
        [
            poisson_cusum_run_length(mean, reference=spec["k"], threshold=spec["h"])
            for mean in spec["mu"]
        ],
    )


def crit_cusum(case: dict[str, Any]) -> Fields:
    spec = case["spec"]
    yield "h", [cusum_threshold(length, reference=spec["k"]) for length in spec["arl0"]]


COMPARE: dict[str, tuple[Callable[[dict[str, Any]], Fields], float]] = {
    "km": (km, CLOSED_FORM),
    "logrank": (logrank, CLOSED_FORM),
    "cox": (cox, CLOSED_FORM),
    "aalen_johansen": (aalen_johansen, CLOSED_FORM),
    "fine_gray": (fine_gray, CLOSED_FORM),
    "frailty": (frailty, OPTIMUM),
    "discrete_hazard": (discrete_hazard, CLOSED_FORM),
    "prediction": (prediction, CLOSED_FORM),
    "prediction_cr": (prediction_cr, CLOSED_FORM),
    "landmark": (landmark, CLOSED_FORM),
    "arl_cusum": (arl_cusum, CLOSED_FORM),
    "arl_ewma": (arl_ewma, CLOSED_FORM),
    "arl_poisson_cusum_lower": (arl_poisson_cusum_lower, CLOSED_FORM),
    "crit_cusum": (crit_cusum, CLOSED_FORM),
}


def off(field: str, expected: Any, got: Any, tolerance: float) -> str:
    """Say by how much a field is off; empty when it is not."""
    value = np.asarray(expected, dtype=float).ravel()
    found = np.asarray(got, dtype=float).ravel()
    if value.shape != found.shape:
        return f"{field}: {value.size} values expected, {found.size} got"
    undefined = np.isnan(value)
    bad = np.where(
        undefined, False, ~(np.abs(found - value) <= tolerance * np.maximum(1e-3, np.abs(value)))
    )
    if not bad.any():
        return ""
    first = int(bad.argmax())
    return f"{field}: expected {value[first]:.10g}, got {found[first]:.10g} ({bad.sum()} off)"


def reason_to_leave_out(case: dict[str, Any]) -> str:
    kind = case["kind"]
    return LEFT_OUT.get(kind) or LEFT_OUT.get(f"{kind}.{case['spec'].get('dist', '')}", "")


def expected_leaves(expected: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in expected.items():
        if isinstance(value, dict):
            yield from expected_leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    if reason := reason_to_leave_out(case):
        counted["left out"] += 1
        pytest.skip(f"{case['kind']}: {reason}")
    if case["kind"] not in COMPARE:
        pytest.fail(f"no comparison knows the kind {case['kind']!r} ({', '.join(COMPARE)})")
    compare, tolerance = COMPARE[case["kind"]]
    got = dict(compare(case))
    expected = dict(expected_leaves(case["expected"]))
    unknown = [name for name in expected if name not in got and name.partition(".")[0] not in got]
    assert not unknown, f"no comparison for {unknown}"
    faults = []
    for name, value in expected.items():
        if got.get(name) is None:
            continue
        counted["fields"] += 1
        counted["values"] += np.size(value)
        if fault := off(name, value, got[name], tolerance):
            faults.append(fault)
    assert not faults, "\n".join(faults)
    counted["cases"] += 1


def test_how_much_was_compared(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(
            f"\nsignals: compared {counted['fields']} fields ({counted['values']} values) of "
            f"{counted['cases']} cases; {counted['left out']} left out with a reason"
        )
