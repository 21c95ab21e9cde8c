"""The effect of a treatment against a comparison group."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ..errors import EstimationError, OptionError, count, did_you_mean, listing, quote
from ..options import Estimand, Estimator, check_level, check_option
from ..provenance import Provenance
from ..result import Result, describe_size
from ..stats import OlsFit, fit_ols
from .design import arm_codes, design_matrix, finite_numbers

WHO = "treatment_effect"
FEW_CLUSTERS = 40
DEFAULT_LEVEL = 0.95


@dataclass(frozen=True, eq=False, repr=False)
class Effect(Result):
    """Effects of the arms of a treatment against a reference arm.

    Attributes
    ----------
    effects : pandas.DataFrame
        One row an arm: `arm`, `reference`, `estimate`, `std_error`, `conf_low`, `conf_high`,
        `p_value`, `n` (rows in the model), `n_arm` (rows of the arm), `n_clusters`, `df`.
    outcome, treatment, reference : str
        What was compared.
    estimator, estimand : str
        How, and of what.
    controls : tuple of str
        Adjusted for.
    cluster : str
        Column whose groups share errors; empty without.
    dropped : pandas.Series
        Rows left out for an empty cell, by the first column that was empty.
    level : float
        Confidence level of the intervals.
    """

    effects: pd.DataFrame
    outcome: str
    treatment: str
    reference: str
    estimator: str
    estimand: str
    controls: tuple[str, ...]
    cluster: str
    dropped: pd.Series
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.treatment:effects"
    references: ClassVar[tuple[str, ...]] = ("cameron2015", "mackinnon1985", "vickers2001")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give the estimates, one row an arm."""
        return self.effects.copy()

    def headline(self) -> str:
        """What was compared with what."""
        how = (
            " adjusted for " + ", ".join(map(str, self.controls))
            if self.controls
            else " unadjusted"
        )
        return (
            f"Effect of {self.treatment} on {self.outcome} against {self.reference}:"
            f"{how} (n = {int(self.effects['n'].iloc[0]):,})"
        )

    def notes(self) -> tuple[str, ...]:
        """What the errors respect, what was left out, what the numbers do not show."""
        n_clusters = int(self.effects["n_clusters"].iloc[0])
        said = []
        if self.cluster:
            said.append(f"errors clustered by {self.cluster} ({n_clusters:,} clusters, CR1, t)")
            if n_clusters < FEW_CLUSTERS:
                said.append(
                    f"only {n_clusters} clusters: clustered errors are too small below about "
                    f"{FEW_CLUSTERS}, so read the intervals as too narrow"
                )
        else:
            said.append("errors robust to unequal variance (HC2, t); rows treated as independent")
        if self.level != DEFAULT_LEVEL:
            said.append(f"intervals are {self.level:.0%} intervals")
        for column, n in self.dropped.items():
            said.append(f"{count(int(n), 'row')} left out: {column} is empty")
        said.append("causal only if arms were assigned at random or by the controls alone")
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        shown = self.effects[
            ["arm", "estimate", "std_error", "conf_low", "conf_high", "p_value", "n_arm"]
        ].copy()
        shown["p_value"] = shown["p_value"].map(lambda p: "< .001" if p < 0.001 else f"{p:.3f}")
        return shown


def treatment_effect(
    frame: pd.DataFrame,
    *,
    outcome: str,
    treatment: str,
    estimator: Estimator,
    controls: Sequence[str] = (),
    cluster: str | None = None,
    estimand: Estimand = "ate",
    reference: str | None = None,
    level: float = DEFAULT_LEVEL,
) -> Effect:
    """Tell how much an outcome differs between those treated and a comparison group.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an observation.
    outcome, treatment : str
        A numeric column, and a column with two or more arms: true/false, 0/1, text or categories.
    estimator : {"ols", "ancova"}
        ``"ols"`` compares means, adjusted for `controls` if any. ``"ancova"`` is the same model
        and asks for at least one control, the outcome before treatment: in a trial it is more
        precise than comparing changes.
    controls : sequence of str
        Columns to adjust for: numeric ones enter as they are; text, category and flag columns as
        indicators. A wave or site number must be made a category to enter as one.
    cluster : str, optional
        Column of the units whose rows belong together: the person, or the mentor mentees share.
    estimand : {"ate"}
        The average effect; under the linear model without interactions it is the coefficient.
    reference : str, optional
        The arm to compare with; by default ``"control"``, false, 0, or the first category.
    level : float
        Confidence level between 0 and 1.

    Returns
    -------
    Effect
        One row for each arm but the reference.

    Raises
    ------
    OptionError
        If a column is unknown or not numeric, or the reference arm can't be told.
    EstimationError
        If there is no comparison group, or a control says the same as others.

    Notes
    -----
    :math:`y_i = a + \\sum_k b_k [arm_i = k] + x_i'c + e_i` by least squares; errors are CR1 with
    :math:`t_{G-1}` when clustered, else HC2 with :math:`t_{n-k}` (``stats.fit_ols``). Rows with an
    empty cell in any column used are left out and counted. It is an effect of treatment only when
    arms were assigned at random or the controls close every other path; without a comparison group
    a benefit is a change, not an effect, and is refused here.

    References
    ----------
    cameron2015, mackinnon1985, vickers2001

    Examples
    --------
    >>> import pandas as pd
    >>> import mentorlab as ml
    >>> trial = pd.DataFrame(
    ...     {"arm": ["control"] * 4 + ["mentored"] * 4, "score": [1.0, 2, 3, 4, 3, 4, 5, 6]}
    ... )
    >>> result = ml.treatment_effect(trial, outcome="score", treatment="arm", estimator="ols")
    >>> result.to_frame()["estimate"].round(6).tolist()
    [2.0]
    """
    check_option(estimator, Estimator, who=WHO, name="estimator")
    check_option(estimand, Estimand, who=WHO, name="estimand")
    controls = (controls,) if isinstance(controls, str) else tuple(controls)
    if estimator == "ancova" and not controls:
        raise OptionError(
            f"{WHO}: `estimator='ancova'` needs the outcome before treatment among `controls`; "
            "use 'ols' to compare without adjusting."
        )
    check_level(level, who=WHO)
    asked = {
        "outcome": outcome,
        "treatment": treatment,
        "estimator": estimator,
        "controls": controls,
        "cluster": cluster,
        "estimand": estimand,
        "level": level,
    }
    fit, arms, sizes, dropped = _estimate(
        frame, outcome, treatment, controls, cluster, reference, level
    )
    return Effect(
        effects=_tidy(fit, arms, sizes),
        reference=arms[0],
        dropped=dropped,
        provenance=Provenance(WHO, {"frame": describe_size(frame), **asked}),
        **{**asked, "cluster": "" if cluster is None else str(cluster)},
    )


def _estimate(
    frame: pd.DataFrame,
    outcome: str,
    treatment: str,
    controls: tuple[str, ...],
    cluster: str | None,
    reference: object,
    level: float,
) -> tuple[OlsFit, list[str], np.ndarray, pd.Series]:
    used = [outcome, treatment, *controls, *([] if cluster is None else [cluster])]
    data, dropped = _complete_rows(frame, used)
    y = finite_numbers(data[outcome], outcome, who=WHO)
    arms, arm = arm_codes(data[treatment], reference, name=treatment, who=WHO)
    x = design_matrix(data, arm, len(arms), controls, who=WHO)
    clusters = None if cluster is None else pd.factorize(data[cluster])[0]
    _require_spread(arms, arm, clusters, "row" if cluster is None else f"cluster of {cluster!r}")
    try:
        fit = fit_ols(y, x, clusters=clusters, level=level)
    except EstimationError as error:
        raise EstimationError(f"{WHO}: {error}") from error
    return fit, arms, np.bincount(arm, minlength=len(arms)), dropped


def _complete_rows(frame: pd.DataFrame, used: list[str]) -> tuple[pd.DataFrame, pd.Series]:
    if not isinstance(frame, pd.DataFrame):
        raise OptionError(f"{WHO}: needs a data frame; got a {type(frame).__name__}.")
    for name in used:
        if not isinstance(name, Hashable) or name not in frame:
            near = did_you_mean(name, frame.columns)
            raise OptionError(
                f"{WHO}: {quote(name)} is not a column; the frame has "
                f"{listing(frame.columns)}. {near}".rstrip()
            )
        if isinstance(frame[name], pd.DataFrame):
            raise OptionError(f"{WHO}: the frame has more than one column named {quote(name)}.")
    twice = [name for name in used[:2] if used.count(name) > 1]
    if twice:
        raise OptionError(
            f"{WHO}: {quote(twice[0])} can't be compared and at the same time be adjusted for or "
            "tell clusters apart."
        )
    empty = frame[list(dict.fromkeys(used))].isna()
    complete = ~empty.any(axis=1)
    if not complete.any():
        raise EstimationError(f"{WHO}: no row has a value in each of {listing(used)}.")
    first_empty = empty[~complete].idxmax(axis=1)
    return frame[complete], first_empty.value_counts(sort=False)


def _require_spread(
    arms: list[str], arm: np.ndarray, clusters: np.ndarray | None, unit: str
) -> None:
    units = np.arange(len(arm)) if clusters is None else clusters
    for i, name in enumerate(arms):
        if len(np.unique(units[arm == i])) < 2:
            raise EstimationError(
                f"{WHO}: the arm {quote(name)} has one {unit} only, so nothing shows how much it "
                "varies and its errors can't be told. Add rows, or leave the arm out."
            )


def _tidy(fit: OlsFit, arms: list[str], sizes: np.ndarray) -> pd.DataFrame:
    rows = np.arange(1, len(arms))
    return pd.DataFrame(
        {
            "arm": pd.Series(arms[1:], dtype="str"),
            "reference": arms[0],
            "estimate": fit.params[rows],
            "std_error": fit.std_errors[rows],
            "conf_low": fit.intervals[rows, 0],
            "conf_high": fit.intervals[rows, 1],
            "p_value": fit.p_values[rows],
            "n": fit.n_obs,
            "n_arm": sizes[1:],
            "n_clusters": fit.n_clusters,
            "df": fit.df,
        }
    )
