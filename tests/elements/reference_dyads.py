"""Agreement and dyadic models against R, every field of a case.

Each function takes a case and the folder it stands in and yields ``(field, expected, got,
tolerance)``, the tolerance absolute. Where a field is left out `got` is the reason, a text, and
`tolerance` is ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from reference_designs import Comparison, left, near, numbers, question, ratings_of
from scipy.stats import chi2, norm

from mentorlab.elements.partners.social_relations import social_relations
from mentorlab.stats.agreement.concordance import (
    concordance,
    finn,
    kendall_w,
    limits_of_agreement,
    mean_correlation,
    robinson,
)
from mentorlab.stats.agreement.group_agreement import group_agreement, uniform_variance
from mentorlab.stats.agreement.icc import (
    ICC_FORMS,
    icc_forms,
    icc_groups,
    pairwise_correlation,
    step_up,
)
from mentorlab.stats.agreement.kappa import (
    fleiss_kappa,
    light_kappa,
    marginal_homogeneity,
    maxwell_agreement,
    weighted_kappa,
)
from mentorlab.stats.agreement.krippendorff import krippendorff_alpha
from mentorlab.stats.agreement.profiles import profile_similarity as similarity
from mentorlab.stats.dyads.actor_partner import ActorPartnerFit, fit_actor_partner
from mentorlab.stats.dyads.common_fate import fit_common_fate
from mentorlab.stats.dyads.constraints import DyadMomentFit, fit_dyad_moments
from mentorlab.stats.dyads.social_relations import pool_groups, round_robin_effects
from mentorlab.stats.dyads.social_relations import social_relations as fit_group
from mentorlab.stats.dyads.surface import SLOPE_WEIGHTS, SURFACE_SHAPE, fit_surface, surface_shape
from mentorlab.stats.dyads.surface_family import RSA_NAMES, SURFACE_FAMILY, fit_surface_family
from mentorlab.stats.dyads.tests import equal_effects, exchangeability_test
from mentorlab.stats.mixed.blocks import RandomTerm
from mentorlab.stats.mixed.linear import fit_mixed

Z95 = norm.ppf(0.975)
SUSPECT = "known to be wrong in R (irr 0.84.1); compared with the value by definition"
IRR_FORMS = {
    "oneway_consistency_single": 0,
    "twoway_agreement_single": 1,
    "twoway_consistency_single": 2,
    "oneway_consistency_average": 3,
    "twoway_agreement_average": 4,
    "twoway_consistency_average": 5,
}
PSYCH_FORMS = {"ICC1": 0, "ICC2": 1, "ICC3": 2, "ICC1k": 3, "ICC2k": 4, "ICC3k": 5}


def icc(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Intraclass correlations of raters, and of groups."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])
    if "ICC1" in expected:
        yield from _icc_groups(case, frame)
        return
    table = frame[expected["columns"]] if "columns" in expected else ratings_of(frame)
    yield from question("columns")
    full = table.to_numpy(dtype=float)
    ratings = full[~np.isnan(full).any(axis=1)]
    fit = icc_forms(ratings)
    for name, values in expected.get("irr", {}).items():
        i = IRR_FORMS[name]
        got = {
            "value": fit.estimate[i],
            "F": fit.f_value[i],
            "df1": fit.df1[i],
            "df2": fit.irr_df2[i],
            "p": fit.irr_p_value[i],
            "lower": fit.irr_low[i],
            "upper": fit.irr_high[i],
        }
        yield from (near(f"irr.{name}.{key}", values[key], got[key], tol) for key in values)
    if "psych_ICC" in expected:
        yield from _psych_icc(expected["psych_ICC"], fit, tol)
    single = {
        "kendallW_corrected": lambda: kendall_w(ratings),
        "kendallW_uncorrected": lambda: kendall_w(ratings, correct_ties=False),
        "meancor": lambda: mean_correlation(ratings),
        "robinson": lambda: robinson(ratings),
    }
    for field, value in expected.items():
        if field in ("irr", "psych_ICC"):
            continue
        if field in single:
            yield near(field, value, single[field](), tol)
        elif field.startswith("finn_oneway"):
            yield near(field, value, finn(ratings, int(field.removeprefix("finn_oneway"))), tol)
        elif field.endswith("_SUSPECT"):
            yield left(field, SUSPECT)
        elif found := re.fullmatch(r"kripp_(\w+?)_by_definition", field):
            yield near(field, value, krippendorff_alpha(full, measurement=found[1]), tol)


def _psych_icc(expected: dict[str, list], fit: Any, tol: float) -> Iterator[Comparison]:
    order = [PSYCH_FORMS[name] for name in expected["type"]]
    assert len(order) == len(ICC_FORMS)
    got = {
        "ICC": fit.estimate,
        "F": fit.f_value,
        "df1": fit.df1,
        "df2": fit.df2,
        "p": fit.p_value,
        "lower bound": fit.conf_low,
        "upper bound": fit.conf_high,
    }
    yield from question("psych_ICC.type")
    for name in got:
        yield near(f"psych_ICC.{name}", expected[name], got[name][order], tol)
    doubled = step_up(fit.estimate[1], fit.n_raters)
    yield near("psych_ICC.ICC", [fit.estimate[4]], doubled, 1e-9)


def _icc_groups(case: dict[str, Any], frame: pd.DataFrame) -> Iterator[Comparison]:
    expected, tol = case["expected"], case["suggested_rel_tol"]
    outcome, group = re.search(
        r"aov\((\S+?)\s*~\s*(?:as\.factor\(|factor\()?([^\s()]+)\)", case["call"]
    ).groups()
    data = frame.dropna(subset=[outcome, group])
    values, codes = data[outcome].to_numpy(dtype=float), pd.factorize(data[group], sort=True)[0]
    fit = icc_groups(values, codes)
    yield near("ICC1", expected["ICC1"], fit.icc1, tol)
    yield near("ICC2", expected["ICC2"], fit.icc2, tol)
    if "tau2" in expected:
        mixed = fit_mixed(values, np.ones((len(values), 1)), [RandomTerm(codes)])
        between, within = float(mixed.random[0][0, 0]), mixed.residual
        yield near("tau2", expected["tau2"], between, tol)
        yield near("sigma2", expected["sigma2"], within, tol)
        share = between / (between + within)
        yield near("reml_icc1", expected["reml_icc1"], share, tol)
        yield near(
            "gmeanrel_mean",
            expected["gmeanrel_mean"],
            step_up(share, np.bincount(codes)).mean(),
            tol,
        )


def kappa(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Two raters with weights, or many raters."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])
    names = expected.get("columns", list(frame.columns))
    data = frame[names].dropna()
    flat, levels = pd.factorize(data.to_numpy().ravel(), sort=True)
    codes = flat.reshape(data.shape)
    if "fleiss" in expected:
        yield from _many_raters(expected, codes, [str(level) for level in levels], tol)
        return
    first, second = codes.T
    weights = {"unweighted": "none", "equal": "linear", "squared": "quadratic"}
    fits = {w: weighted_kappa(first, second, len(levels), weights=w) for w in weights.values()}
    yield from question("columns")
    for name, values in expected["kappa2"].items():
        fit = fits[weights[name]]
        got = {"value": fit.estimate, "z": fit.z_value, "p": fit.p_value}
        yield from (near(f"kappa2.{name}.{key}", values[key], got[key], tol) for key in values)
    if "psych_ci" in expected:
        plain, weighted = expected["psych_ci"]["values"]
        fit = fits["none"]
        yield near("psych_ci", plain, [fit.conf_low, fit.estimate, fit.conf_high], tol)
        yield near("psych_ci", weighted[1], fits["quadratic"].estimate, tol)
        yield left("psych_ci.values", "psych 2.2.9 prints [-1, 1] as interval of weighted kappa")
    yield near("agree_pct", expected["agree_pct"], 100 * fits["none"].agreement, tol)
    ratings = data.to_numpy(dtype=float)
    for field in ("kripp_nominal", "kripp_ordinal"):
        if field in expected:
            got = krippendorff_alpha(ratings, measurement=field.removeprefix("kripp_"))
            yield near(field, expected[field], got, tol)
    for field, measure in (("maxwell", maxwell_agreement), ("stuart", marginal_homogeneity)):
        if field in expected and expected[field] is None:
            yield left(field, "R gives no value for these data")
        elif field in expected:
            got = measure(first, second, len(levels))
            yield near(field, expected[field], got if field == "maxwell" else got[0], tol)


def _many_raters(
    expected: dict[str, Any], codes: np.ndarray, levels: list[str], tol: float
) -> Iterator[Comparison]:
    counts = np.stack([(codes == i).sum(axis=1) for i in range(len(levels))], axis=1)
    fit = fleiss_kappa(counts)
    yield near("fleiss", expected["fleiss"], fit.estimate, tol)
    yield near("z", expected["z"], fit.z_value, tol)
    if "light" in expected:
        yield near("light", expected["light"], light_kappa(codes, len(levels)), tol)
    if "detail" in expected:
        rows = [levels.index(name) for name in expected["detail"]["rows"]]
        p_value = 2 * norm.sf(np.abs(fit.category_z))
        got = np.column_stack([fit.categories, fit.category_z, p_value])[rows]
        # irr rounds this table to three decimals.
        yield "detail", np.array(expected["detail"]["values"]), got, 0.000501


def ccc(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Lin's concordance with both intervals, and limits of agreement."""
    expected = case["expected"]
    tol = case["suggested_rel_tol"]
    data = pd.read_csv(folder / case["data"])[[expected["x"], expected["y"]]].dropna()
    first, second = data.to_numpy(dtype=float).T
    fit, limits = concordance(first, second), limits_of_agreement(first, second)
    got = {
        "ccc": fit.estimate,
        "lower_z": fit.conf_low,
        "upper_z": fit.conf_high,
        "lower_asym": fit.wald_low,
        "upper_asym": fit.wald_high,
        "scale_shift": fit.scale_shift,
        "location_shift": fit.location_shift,
        "C_b": fit.bias_correction,
        "pearson": fit.pearson,
        "mean_diff": limits.mean,
        "loa": [limits.low, limits.high],
    }
    yield from question("x", "y")
    for field, value in got.items():
        if field in expected:
            yield near(field, expected[field], value, tol, floor=1e-6)


def rwg(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Agreement within groups."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    items, group = expected["items"], expected["group"]
    frame = pd.read_csv(folder / case["data"])
    data = frame.dropna(subset=[*items, group])
    codes, names = pd.factorize(data[group], sort=True)
    answers = data[items].to_numpy(dtype=float)
    found = group_agreement(answers, codes, low=1, high=expected["levels"])
    places = [list(map(str, names)).index(str(name)) for name in expected["rwgj_first10"]["group"]]
    item = items.index(expected["rwg_item"])
    many = found.size > 1
    yield from question("items", "group", "levels", "rwg_item", "outcome", "rwgj_first10.group")
    yield near(
        "ranvar_uniform", expected["ranvar_uniform"], uniform_variance(expected["levels"]), tol
    )
    means = {
        "rwgj_mean": found.rwg_j[many].mean(),
        "rwgj_median": np.median(found.rwg_j[many]),
        "rwgj_lindell_mean": found.rwg_j_lindell[many].mean(),
        "rwg_mean": found.rwg[many, item].mean(),
        "awg_mean": found.awg[many].mean(),
        "adm_mean": found.ad[many].mean(),
    }
    yield from (near(field, expected[field], value, tol) for field, value in means.items())
    yield near("rwgj_first10.rwgj", expected["rwgj_first10"]["rwgj"], found.rwg_j[places], tol)
    yield near("rwgj_first10.size", expected["rwgj_first10"]["size"], found.size[places], 0)
    yield near("rwg_first10", expected["rwg_first10"], found.rwg[places, item], tol)
    yield near("adm_first10", expected["adm_first10"], found.ad[places], tol)
    score = frame.dropna(subset=[expected["outcome"], group])
    fit = icc_groups(
        score[expected["outcome"]].to_numpy(dtype=float), pd.factorize(score[group])[0]
    )
    for field, value in (("ICC1", fit.icc1), ("ICC2", fit.icc2), ("F", fit.f_value)):
        yield near(field, expected[field], value, tol)
    yield near("n_groups", expected["n_groups"], fit.n_groups, 0)


def profile_similarity(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """Raw and distinctive similarity of partners' profiles."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])
    names = expected["vars"]
    ends = sorted({name[len(names[0]) :] for name in frame if name.startswith(f"{names[0]}_")})
    sides = [frame[[f"{name}{end}" for name in names]] for end in ends]
    keep = ~(sides[0].isna().any(axis=1) | sides[1].isna().any(axis=1)).to_numpy()
    found = similarity(*(side[keep].to_numpy(dtype=float) for side in sides))
    ids = frame.loc[keep].iloc[:, 0].tolist()
    rows = [ids.index(couple) for couple in expected["couples"]]
    yield from question("vars", "couples")
    yield near("raw_first10", expected["raw_first10"], found.raw[rows], tol)
    yield near("raw_mean", expected["raw_mean"], np.nanmean(found.raw), tol)
    yield near("distinctive_first10", expected["distinctive_first10"], found.distinctive[rows], tol)
    yield near("distinctive_mean", expected["distinctive_mean"], np.nanmean(found.distinctive), tol)
    yield near("D2_mean", expected["D2_mean"], found.squared_distance.mean(), tol)
    yield near("absdiff_mean", expected["absdiff_mean"], found.absolute_distance.mean(), tol)


def srm(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """The social relations model of one or several groups, of one or two ratings."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])
    model = re.search(r"RR\((\S+)\s*~\s*(\S+?)\*([^\s)|]+)\s*(?:\|\s*([^\s)]+))?\)", case["call"])
    first, rater, target, group = model.groups()
    groups = [frame] if group is None else [part for _, part in frame.groupby(group)]
    fit = pool_groups([fit_group(_matrix(part, rater, target, first)) for part in groups])
    univariate = _univariate(fit, several=group is not None)
    yield from _components(expected["univariate"], "univariate", univariate, tol)
    yield near("actor_reliability", expected["actor_reliability"], fit.actor_reliability, tol)
    yield near("partner_reliability", expected["partner_reliability"], fit.partner_reliability, tol)
    yield near("n", expected["n"], fit.n, 0)
    if "effects_head" in expected:
        yield from _effects_head(expected["effects_head"], groups[0], rater, target, first, tol)
    if "bivariate" in expected:
        second = re.search(rf"RR\({re.escape(first)}\s*\+\s*([^\s)~]+)", case["call"])[1]
        table = social_relations(
            frame, rater=rater, target=target, value=first, second=second, group=group
        ).to_frame()
        both = table[table["ratings"] == f"{first} with {second}"]
        got = both[["estimate", "standardized", "std_error", "t_value", "p_value"]].to_numpy().T
        if group is not None:
            # TripleR tests covariances of several groups one-sided.
            got[4] = np.where(got[3] > 0, got[4] / 2, 1 - got[4] / 2)
        yield from _components(expected["bivariate"], "bivariate", got, tol)


def _univariate(fit: Any, *, several: bool) -> np.ndarray:
    """In TripleR's order, with a gap for error variance, which one rating does not give."""
    got = np.array([fit.estimate, fit.standardized, fit.std_error, fit.t_value, fit.p_value])
    got = np.insert(got, 3, np.nan, axis=1)
    if not several:
        # TripleR tests one group's relationship covariance one-sided, although it may be negative.
        got[4, 5] /= 2
    return got


def _components(
    expected: dict[str, list], prefix: str, got: np.ndarray, tol: float
) -> Iterator[Comparison]:
    squared = "SEVAR" if "SEVAR" in expected else "biSEVAR"
    rows = dict(zip(("estimate", "standardized", "se", "t.value", "p.value"), got, strict=True))
    rows[squared] = rows["se"] ** 2
    yield from question(f"{prefix}.type")
    for name, values in rows.items():
        floor = 1e-9 if name == "p.value" else 0.0
        yield near(f"{prefix}.{name}", expected[name], values, tol, floor=floor / tol)


def _matrix(frame: pd.DataFrame, rater: str, target: str, value: str) -> np.ndarray:
    return frame.pivot(index=rater, columns=target, values=value).to_numpy(dtype=float)


def _effects_head(
    expected: dict[str, list], frame: pd.DataFrame, rater: str, target: str, value: str, tol: float
) -> Iterator[Comparison]:
    found = round_robin_effects(_matrix(frame, rater, target, value))
    ids = [str(person) for person in sorted(frame[rater].unique())]
    rows = [ids.index(str(person)) for person in expected["id"]]
    yield from question("effects_head.id")
    for end, effects in ((".a", found.actor), (".p", found.partner)):
        name = f"{value}{end}"
        yield near(f"effects_head.{name}", expected[name], effects[rows], tol)


def commonfate(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """The common fate model."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])
    ends = re.search(r"=~\s*1\*x(\w+)\s*\+\s*1\*x(\w+)", expected["syntax"]).groups()
    sides = [_both(frame, expected[name], ends) for name in ("predictor", "outcome")]
    keep = ~np.isnan(np.hstack(sides)).any(axis=1)
    found = fit_common_fate(*(side[keep] for side in sides))
    yield from question("outcome", "predictor", "syntax")
    fit = found.fit
    got = {
        "chisq": fit.chi2,
        "df": fit.df,
        "pvalue": fit.p_value,
        "cfi": fit.cfi,
        "rmsea": fit.rmsea,
        "srmr": fit.srmr,
    }
    for name, value in expected["fit"].items():
        yield near(f"fit.{name}", value, got[name], tol, floor=1e-3)
    table = expected["parameters"]
    error = np.concatenate([np.zeros(4), found.std_error])
    values = {
        "est": np.concatenate([np.ones(4), found.estimate]),
        "se": error,
        "pvalue": np.concatenate([np.full(4, np.nan), found.p_value]),
        "std.all": np.concatenate([found.loadings, found.standardized]),
    }
    assert table["op"][:4] == ["=~"] * 4
    assert (table["lhs"][4], table["op"][4]) == ("Y", "~")
    yield from question("parameters.lhs", "parameters.op", "parameters.rhs")
    for name, got_values in values.items():
        yield near(f"parameters.{name}", table[name], got_values, tol, floor=0.01)


def _both(frame: pd.DataFrame, name: str, ends: tuple[str, ...]) -> np.ndarray:
    return frame[[f"{name}_{end}" for end in ends]].to_numpy(dtype=float)


def rsa(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """The response surface, its features and its family."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    frame = pd.read_csv(folder / case["data"])[[expected[name] for name in "xyz"]].dropna()
    x, y, z = frame.to_numpy(dtype=float).T
    x, y = x - expected["center_value"], y - expected["center_value"]
    fit = fit_surface(x, y, z, corrected=False)
    yield from question("x", "y", "z", "centering", "center_value")
    yield near("n", expected["n"], fit.n, 0)
    ols = expected["ols"]
    yield near("ols.b", ols["b"], fit.beta, tol)
    yield near("ols.se", ols["se"], np.sqrt(np.diag(fit.covariance)), tol)
    for field, value in (
        ("r2", fit.r2),
        ("F_quadratic", fit.f_quadratic),
        ("p_quadratic", fit.p_quadratic),
    ):
        yield near(f"ols.{field}", ols[field], value, tol)
    slopes = SLOPE_WEIGHTS @ fit.beta
    error = np.sqrt(np.diag(SLOPE_WEIGHTS @ fit.covariance @ SLOPE_WEIGHTS.T))
    from scipy.stats import t

    yield near("surface.est", expected["surface"]["est"], slopes, tol)
    yield near("surface.se", expected["surface"]["se"], error, tol)
    p_value = 2 * t.sf(np.abs(slopes / error), fit.df)
    yield near("surface.p_t", expected["surface"]["p_t"], p_value, tol)
    shape, shape_error = surface_shape(fit.beta, fit.robust)
    yield near("stationary", expected["stationary"], shape[:2], tol)
    yield near("principal_axes", expected["principal_axes"], shape[2:6], tol)
    yield from _rsa_parameters(expected["rsa_full_parameters"], fit, shape, shape_error, tol)
    yield from _rsa_table(expected["rsa_model_table"], x, y, z, tol)


def _rsa_parameters(
    expected: dict[str, list], fit: Any, shape: np.ndarray, error: np.ndarray, tol: float
) -> Iterator[Comparison]:
    names = ["b0", "b1", "b2", "b3", "b4", "b5", "a1", "a2", "a3", "a4", "a5"]
    names += ["X0", "Y0", "p11", "p10", "p21", "p20", "PA1.curv", "PA2.curv", "l1", "l2"]
    assert len(names) == 11 + len(SURFACE_SHAPE)
    spread = np.sqrt(np.diag(fit.robust))
    of_slopes = np.sqrt(np.diag(SLOPE_WEIGHTS @ fit.robust @ SLOPE_WEIGHTS.T))
    estimate = np.concatenate([fit.beta, SLOPE_WEIGHTS @ fit.beta, shape])
    errors = np.concatenate([spread, of_slopes, error])
    order = [names.index(label) for label in expected["label"]]
    yield from question("rsa_full_parameters.label")
    # lavaan stops where coefficients are known to about 1e-7 of the largest.
    got = {"est": estimate, "se": errors, "pvalue": 2 * norm.sf(np.abs(estimate / errors))}
    for name, values in got.items():
        yield near(f"rsa_full_parameters.{name}", expected[name], values[order], tol, floor=0.01)


def _rsa_table(
    expected: dict[str, list], x: np.ndarray, y: np.ndarray, z: np.ndarray, tol: float
) -> Iterator[Comparison]:
    family = fit_surface_family(x, y, z)
    names = [RSA_NAMES[name] for name in SURFACE_FAMILY]
    order = [names.index(name) for name in expected["Modnames"]]
    aicc, weight = family.aicc[order], family.weight[order]
    got = {
        "K": family.n_params[order],
        "LL": family.log_likelihood[order],
        "AICc": aicc,
        "Delta_AICc": aicc - aicc.min(),
        "AICcWt": weight,
        "Cum.Wt": np.cumsum(weight),
        "evidence.ratio": weight[0] / weight,
        "cfi": family.cfi[order],
        "R2": family.r2[order],
        "R2.p": family.p_value[order],
        "R2.adj": family.r2_adjusted[order],
    }
    yield from question("rsa_model_table.Modnames")
    for name, values in got.items():
        value = numbers(expected[name])
        known = ~np.isnan(value)
        floor = 0.1 if name in ("cfi", "R2", "R2.p", "R2.adj") else 1.0
        yield near(
            f"rsa_model_table.{name}", value[known].tolist(), values[known], tol, floor=floor
        )


def apim(case: dict[str, Any], folder: Path) -> Iterator[Comparison]:
    """The actor-partner model: closed forms, constraints, tests, nonindependence."""
    expected, tol = case["expected"], case["suggested_rel_tol"]
    y, x = _dyads(pd.read_csv(folder / case["data"]), expected)
    yield from question("outcome", "predictor", "roles")
    yield near("n_dyads", expected["n_dyads"], len(y), 0)
    for kind in ("indistinguishable", "distinguishable"):
        for method in ("reml", "ml"):
            field = f"{kind}_gls_{method}"
            fit = fit_actor_partner(
                y, x[:, :, None], distinguishable=kind == "distinguishable", reml=method == "reml"
            )
            yield from _gls(field, expected[field], expected["roles"], fit, tol)
    ends = _ends(expected["distinguishable_sem"]["parameters"], expected["roles"])
    fits = {
        "distinguishable_sem": fit_dyad_moments(y, x),
        "indistinguishable_sem": fit_dyad_moments(y, x, constraint="exchangeable"),
        "equal_effects_sem": fit_dyad_moments(y, x, constraint="equal_effects"),
    }
    for field, fit in fits.items():
        yield from question(f"{field}.syntax")
        yield from _sem(f"{field}.parameters", expected[field]["parameters"], fit, ends, tol)
    yield near("distinguishable_sem.logl", expected["distinguishable_sem"]["logl"],
               fits["distinguishable_sem"].fit.log_likelihood, tol)  # fmt: skip
    statistic, df = exchangeability_test(np.stack([y, x], axis=2))
    test = expected["indistinguishable_sem"]
    yield near("indistinguishable_sem.chisq", test["chisq"], statistic, tol)
    yield near("indistinguishable_sem.df", test["df"], df, 0)
    yield near("indistinguishable_sem.p", test["p"], chi2.sf(statistic, df), tol)
    test = expected["equal_effects_sem"]
    free = fit_actor_partner(y, x[:, :, None], reml=False).log_likelihood
    ratio = 2 * (free - equal_effects(y, x[:, :, None]))
    yield near("equal_effects_sem.chisq_diff", test["chisq_diff"], ratio, tol, floor=0.01)
    yield near("equal_effects_sem.df_diff", test["df_diff"], fits["equal_effects_sem"].fit.df, 0)
    yield near("equal_effects_sem.p", test["p"], chi2.sf(ratio, test["df_diff"]), tol)
    yield from _nonindependence(expected["nonindependence"], y, x)


def _dyads(frame: pd.DataFrame, expected: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    roles = expected["roles"]
    role = next(name for name in frame if set(frame[name].dropna()) == set(roles))
    dyad = next(
        name
        for name in frame
        if frame.groupby(name).size().eq(2).mean() > 0.5
        and not frame.duplicated([name, role]).any()
    )
    wide = frame.pivot(
        index=dyad, columns=role, values=[f"{expected[n]}_A" for n in ("outcome", "predictor")]
    ).dropna()
    y, x = (
        wide[f"{expected[name]}_A"][roles].to_numpy(dtype=float)
        for name in ("outcome", "predictor")
    )
    return y, x


def _ends(table: dict[str, list], roles: list[str]) -> list[str]:
    """The letters of both roles in the model's syntax, in the order of the roles."""
    own = zip(table["lhs"], table["op"], strict=True)
    ends = list(dict.fromkeys(name[1:] for name, op in own if op == "~"))
    first = [role[: len(end)].lower() for role, end in zip(roles, ends, strict=True)]
    return ends if set(first) != set(ends) else first


def _gls(
    field: str, expected: dict[str, Any], roles: list[str], fit: ActorPartnerFit, tol: float
) -> Iterator[Comparison]:
    blocks, k = fit.params.shape
    error = np.sqrt(np.diag(fit.covariance)).reshape(blocks, k)
    if not fit.reml:
        # nlme multiplies errors by n / (n - p) after maximum likelihood.
        rows = 2 * fit.n_dyads
        error = error * np.sqrt(rows / (rows - fit.params.size))
    names = ["(Intercept)", "XA", "XP"]
    if blocks == 1:
        place = {name: (0, j) for j, name in enumerate(names)}
    else:
        ends = ["", ":XA", ":XP"]
        place = {f"G{r}{end}": (i, j) for i, r in enumerate(roles) for j, end in enumerate(ends)}
    for name, values in (("coef", fit.params), ("se", error)):
        got = [values[place[term]] for term in expected[name]]
        yield near(f"{field}.{name}", expected[name], got, tol)
    spread = np.sqrt(np.diag(fit.residual))
    other = list(expected["var_ratio"])
    base = 1 - roles.index(other[0]) if other else 0
    yield near(f"{field}.sigma", expected["sigma"], spread[base], tol)
    yield near(f"{field}.rho", expected["rho"], fit.correlation, tol)
    if other:
        yield near(
            f"{field}.var_ratio", expected["var_ratio"], spread[1 - base] / spread[base], tol
        )
    else:
        yield left(f"{field}.var_ratio", "empty: one variance")
    yield near(f"{field}.logLik", expected["logLik"], fit.log_likelihood, tol)
    yield near(f"{field}.AIC", expected["AIC"], fit.aic, tol)
    yield near(f"{field}.BIC", expected["BIC"], fit.bic, tol)


def _sem(
    field: str, expected: dict[str, list], fit: DyadMomentFit, ends: list[str], tol: float
) -> Iterator[Comparison]:
    h, w = ends
    rows = [
        (f"y{h}", "~", f"x{h}"), (f"y{h}", "~", f"x{w}"), (f"y{w}", "~", f"x{w}"),
        (f"y{w}", "~", f"x{h}"), (f"y{h}", "~~", f"y{w}"), (f"x{h}", "~~", f"x{w}"),
        (f"y{h}", "~~", f"y{h}"), (f"y{w}", "~~", f"y{w}"), (f"x{h}", "~~", f"x{h}"),
        (f"x{w}", "~~", f"x{w}"), (f"y{h}", "~1", ""), (f"y{w}", "~1", ""),
        (f"x{h}", "~1", ""), (f"x{w}", "~1", ""),
    ]  # fmt: skip
    keys = list(zip(expected["lhs"], expected["op"], expected["rhs"], strict=True))
    labels = {
        label: rows.index(key)
        for key, label in zip(keys, expected["label"], strict=True)
        if label and key[1] != ":="
    }
    estimate, error, standard = [], [], []
    for key in keys:
        if key[1] == ":=":
            value, slope = _derived(key[2], labels, fit.estimate)
            estimate.append(value)
            error.append(np.sqrt(slope @ fit.covariance @ slope))
            standard.append(_derived(key[2], labels, fit.standardized)[0])
        else:
            i = rows.index(key)
            estimate.append(fit.estimate[i])
            error.append(fit.std_error[i])
            standard.append(fit.standardized[i])
    est, se = np.array(estimate), np.array(error)
    got = {
        "est": est,
        "se": se,
        "z": est / se,
        "pvalue": 2 * norm.sf(np.abs(est / se)),
        "ci.lower": est - Z95 * se,
        "ci.upper": est + Z95 * se,
        "std.all": np.array(standard),
    }
    yield from question(*(f"{field}.{name}" for name in ("lhs", "op", "rhs", "label")))
    for name, values in got.items():
        yield near(f"{field}.{name}", expected[name], values, tol, floor=0.01)


def _derived(
    expression: str, labels: dict[str, int], values: np.ndarray
) -> tuple[float, np.ndarray]:
    """A defined parameter and its slope, by a complex step through its expression."""
    if not re.fullmatch(r"[\w\s+\-*/().]+", expression):
        raise AssertionError(f"can't read the expression {expression}")

    def at(theta: np.ndarray) -> complex:
        return eval(expression, {}, {name: theta[i] for name, i in labels.items()})

    slope = np.zeros(len(values))
    for i in set(labels.values()):
        moved = values.astype(complex)
        moved[i] += 1e-30j
        slope[i] = np.imag(at(moved)) / 1e-30
    return float(np.real(at(values))), slope


def _nonindependence(
    expected: dict[str, Any], y: np.ndarray, x: np.ndarray
) -> Iterator[Comparison]:
    tol, field = 1e-6, "nonindependence"
    got = {
        "pearson_distinguishable": np.corrcoef(y.T)[0, 1],
        "icc_pairwise_double_entry": pairwise_correlation(*y.T),
        "x_pearson": np.corrcoef(x.T)[0, 1],
    }
    for name, value in got.items():
        yield near(f"{field}.{name}", expected[name], value, tol)
    fit = icc_forms(y)
    oneway = {
        "value": fit.estimate[0],
        "Fvalue": fit.f_value[0],
        "df1": fit.df1[0],
        "df2": fit.df2[0],
        "p.value": fit.p_value[0],
        "lbound": fit.conf_low[0],
        "ubound": fit.conf_high[0],
    }
    for name, value in oneway.items():
        yield near(f"{field}.icc_anova.{name}", expected["icc_anova"][name], value, tol)
