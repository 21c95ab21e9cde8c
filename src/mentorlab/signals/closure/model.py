"""What goes with endings: hazards of relationships on their covariates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd
from scipy.stats import norm

from ...errors import EstimationError, OptionError, count, quote
from ...options import ClosureModelKind, EndingKind, check_level, check_option
from ...provenance import Provenance
from ...result import Result
from ...stats.survival.cox import fit_cox
from ...stats.survival.cox_checks import proportionality
from ...stats.survival.fine_gray import fit_fine_gray
from ...stats.survival.spells import spells
from .covariates import Panel, read_panel
from .endings import EXTERNAL, FRIENDLY, KINDS, read_endings
from .weekly_hazard import fit_weekly_hazard

if TYPE_CHECKING:
    from ...program import Program

WHO = "closure_model"
_FEW_CLUSTERS, _EVENTS_PER_TERM = 40, 10


@dataclass(frozen=True, eq=False)
class _Terms:
    """What each kind of model hands back."""

    beta: np.ndarray
    std_error: np.ndarray
    n_rows: int
    n_events: int
    converged: bool
    drift: np.ndarray | None = None


@dataclass(frozen=True, eq=False, repr=False)
class ClosureModel(Result):
    """A model of endings.

    Attributes
    ----------
    terms : pandas.DataFrame
        `term`, `estimate` (log hazard ratio), `std_error`, `conf_low`, `conf_high`, `p_value`,
        `ratio`, `ratio_low`, `ratio_high`, `n`; for Cox also `drift_p`: whether the ratio changes
        with age.
    model, ending : str
        What was asked.
    n_events, n_clusters, n_rows : int
    remarks : tuple of str
    level : float
    """

    terms: pd.DataFrame
    model: str
    ending: str
    n_events: int
    n_clusters: int
    n_rows: int
    remarks: tuple[str, ...]
    level: float

    plotter: ClassVar[str] = "mentorlab.plots.signals:closure_model"
    references: ClassVar[tuple[str, ...]] = ("singer1993", "cox1972", "lin1989b", "fine1999")
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a term."""
        return self.terms.copy()

    def headline(self) -> str:
        """What was modeled, on how many endings."""
        n = int(self.terms["n"].iloc[0])
        return (
            f"Hazard of {_words(self.ending)} ({_MODEL_WORDS[self.model]}): {self.n_events:,} in "
            f"{count(n, 'relationship')} of {count(self.n_clusters, 'mentor')}"
        )

    def notes(self) -> tuple[str, ...]:
        """What the ratios mean and what limits them."""
        what = "share that ends this way" if self.model == "fine_gray" else "chance to end next"
        said = [f"a ratio above 1 goes with a higher {what}; associations, not causes"]
        return (*said, *self.remarks)

    def _display_frame(self) -> pd.DataFrame:
        columns = ["term", "ratio", "ratio_low", "ratio_high", "p_value"]
        shown = self.terms[columns + (["drift_p"] if "drift_p" in self.terms else [])]
        return shown.assign(
            p_value=shown["p_value"].map(
                lambda p: "< .001" if p < 0.001 else f"{p:.3f}", na_action="ignore"
            )
        )


_MODEL_WORDS = {
    "discrete": "discrete-time hazard by week",
    "cox": "Cox",
    "fine_gray": "Fine and Gray",
}


def _words(ending: str) -> str:
    return "any ending" if ending == "any" else f"{ending} endings"


def closure_model(
    program: Program,
    *,
    covariates: Iterable[str] = (),
    features: pd.DataFrame | None = None,
    model: ClosureModelKind = "discrete",
    ending: EndingKind = "problematic",
    strata: str | None = None,
    friendly: Iterable[str] = FRIENDLY,
    external: Iterable[str] = EXTERNAL,
    observed_from: object = None,
    level: float = 0.95,
) -> ClosureModel:
    r"""Tell what goes with relationships ending: who they are, how they began, how they go.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`; endings from `ended_on` and `end_reason`.
    covariates : iterable of str
        Columns of `relationships`, or ``"mentor.<column>"``, ``"mentee.<column>"`` of `people`.
        Text is coded by category against the most frequent one.
    features : pandas.DataFrame, optional
        What changes by week: `relationship_id`, `week` (1 is the first), and number columns, as
        `weekly_features` gives them. The value at the end of a week explains the next week, so
        that nothing looks ahead.
    model : {"discrete", "cox", "fine_gray"}
        Discrete-time hazard on relationship-weeks (the default), Cox on days, or Fine and Gray's
        model of the share that ends one way (no features, no late entries).
    ending : {"problematic", "friendly", "external", "any"}
        The ending explained; other endings are censored there (competing for Fine and Gray).
    strata : str, optional
        A column whose values have baselines of their own (Cox).
    friendly, external, observed_from, level
        As in `closure_curve`.

    Returns
    -------
    ClosureModel

    Raises
    ------
    OptionError
        For unknown columns or options that do not go together.
    EstimationError
        If nothing ended this way, or a covariate is constant or repeats others.

    Notes
    -----
    Discrete: complementary log-log with a step of the baseline for each month (months with few
    endings are joined), so that coefficients are log hazard ratios; Cox: Efron's ties. Both with
    errors clustered by mentor, since relationships of one mentor share luck. With fewer than 40
    mentors or 10 endings a term a remark warns. Censoring of other endings gives the cause-specific
    hazard, which is the one to act on; it does not by itself say what share will end so.

    References
    ----------
    singer1993, cox1972, lin1989b, fine1999

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> found = ml.closure_model(program, covariates=["meetings_per_month"], ending="any")
    >>> found.to_frame()["term"].tolist()
    ['meetings_per_month']
    """
    check_option(model, ClosureModelKind, who=WHO, name="model")
    check_option(ending, EndingKind, who=WHO, name="ending")
    level = check_level(level, who=WHO)
    covariates = [covariates] if isinstance(covariates, str) else list(covariates)
    if not covariates and features is None:
        raise OptionError(f"{WHO}: name `covariates` or give `features` to explain endings with.")
    if model == "fine_gray" and features is not None:
        raise OptionError(
            f"{WHO}: model='fine_gray' can't take `features`, which change over time."
        )
    if strata is not None and model != "cox":
        raise OptionError(f"{WHO}: `strata` goes with model='cox'; got model={quote(model)}.")
    endings = read_endings(
        program, friendly=friendly, external=external, observed_from=observed_from, who=WHO
    )
    panel = read_panel(program, endings, covariates, features, strata=strata, who=WHO)
    try:
        found = _FITTERS[model](panel, ending)
    except EstimationError as error:
        raise EstimationError(f"{WHO}: {error}") from error
    n_clusters = panel.relationships["mentor_id"].nunique()
    apart = _separating(panel, ending)
    return ClosureModel(
        terms=_terms(panel, found, level, apart),
        model=model,
        ending=ending,
        n_events=found.n_events,
        n_clusters=n_clusters,
        n_rows=found.n_rows,
        remarks=(*endings.notes, *panel.notes, *_remarks(panel, found, n_clusters, apart)),
        level=level,
        provenance=Provenance(
            WHO,
            {"covariates": covariates, "model": model, "ending": ending, "strata": strata,
             "observed_from": observed_from, "level": level},
        ),
    )  # fmt: skip


def _wanted(kind: np.ndarray, ending: str) -> np.ndarray:
    return kind > 0 if ending == "any" else kind == KINDS.index(ending) + 1


def _discrete(panel: Panel, ending: str) -> _Terms:
    fit = fit_weekly_hazard(
        panel.week,
        _wanted(panel.kind, ending),
        panel.x,
        cluster=panel.cluster,
    )
    k = panel.x.shape[1]
    return _Terms(fit.beta[-k:], fit.std_error[-k:], fit.n, fit.n_events, fit.converged)


def _cox(panel: Panel, ending: str) -> _Terms:
    rows = spells(panel.days, _wanted(panel.kind, ending), entry=panel.entry_days)
    fit = fit_cox(rows, panel.x, cluster=panel.cluster, strata=panel.strata)
    drift = proportionality(fit, rows).p_value
    converged = fit.converged and not len(fit.runaway)
    return _Terms(fit.beta, fit.std_error, fit.n, fit.n_events, converged, drift)


def _fine_gray(panel: Panel, ending: str) -> _Terms:
    if ending == "any":
        raise EstimationError("model='fine_gray' needs one kind of ending, not ending='any'.")
    whole = panel.last_weeks()
    entry = panel.relationships["entry_days"].to_numpy()
    rows = spells(panel.days[whole], panel.kind[whole], entry=entry if (entry > 0).any() else None)
    fit = fit_fine_gray(rows, panel.x[whole], KINDS.index(ending) + 1)
    return _Terms(fit.beta, fit.std_error, fit.n, fit.n_events, fit.converged)


_FITTERS = {"discrete": _discrete, "cox": _cox, "fine_gray": _fine_gray}


def _separating(panel: Panel, ending: str) -> np.ndarray:
    """Tell which yes-or-no terms hold for none or for all of the endings: no ratio fits them."""
    ended = panel.x[_wanted(panel.kind, ending)]
    yes_or_no = np.isin(panel.x, (0.0, 1.0)).all(axis=0)
    return yes_or_no & (np.ptp(panel.x, axis=0) > 0) & (np.ptp(ended, axis=0) == 0)


def _terms(panel: Panel, found: _Terms, level: float, apart: np.ndarray) -> pd.DataFrame:
    half = norm.ppf((1 + level) / 2) * found.std_error
    with np.errstate(over="ignore"):
        frame = pd.DataFrame(
            {
                "term": list(panel.names),
                "estimate": found.beta,
                "std_error": found.std_error,
                "conf_low": found.beta - half,
                "conf_high": found.beta + half,
                "p_value": 2 * norm.sf(np.abs(found.beta / found.std_error)),
                "ratio": np.exp(found.beta),
                "ratio_low": np.exp(found.beta - half),
                "ratio_high": np.exp(found.beta + half),
                "n": panel.relationships["relationship_id"].nunique(),
            }
        )
    frame.loc[apart, frame.columns.difference(["term", "n"])] = np.nan
    return frame if found.drift is None else frame.assign(drift_p=found.drift)


def _remarks(panel: Panel, found: _Terms, n_clusters: int, apart: np.ndarray) -> list[str]:
    said = []
    if apart.any():
        said.append(
            f"no number for {', '.join(np.array(panel.names)[apart])}: true of none or of all "
            "endings, so that any extreme ratio fits"
        )
    elif not found.converged:
        said.append(
            "the search did not converge: a covariate (nearly) separates endings from the rest; "
            "do not quote these numbers"
        )
    if n_clusters < _FEW_CLUSTERS:
        said.append(f"only {count(n_clusters, 'mentor')}: clustered intervals are too narrow")
    if found.n_events < _EVENTS_PER_TERM * len(panel.names):
        said.append(
            f"{count(found.n_events, 'ending')} for {count(len(panel.names), 'term')}: with fewer "
            f"than {_EVENTS_PER_TERM} a term, ratios are unstable"
        )
    return said
