"""The external checks: what published studies found beside what the model gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from ...provenance import Provenance
from ...result import Result
from ..model import ProgramModel
from .setting import OWN_PROGRAMS, Setting, moments_of
from .targets import EXTERNAL_CHECKS, Target, check_targets, list_targets

_OWN_RUNS = 12  # a moment from programs of its own costs some fifty times as much
_SHOWN = ("check", "moment", "claim", "target", "estimate", "conf_low", "conf_high", "verdict")
MET, MISSED, OPEN, NOT_JUDGED = "met", "missed", "open", "no verified number"


@dataclass(frozen=True, eq=False, repr=False)
class CheckTable(Result):
    """Published findings beside simulated ones.

    Attributes
    ----------
    rows : pandas.DataFrame
        One row a target: `check, moment, claim, target, low, high, tolerance, verified, source,
        estimate, std_error, conf_low, conf_high, n, verdict`.
    model : str
        The model's name.
    """

    rows: pd.DataFrame
    model: str

    plotter: ClassVar[str] = "mentorlab.plots.simulation_checks:check_table"
    references: ClassVar[tuple[str, ...]] = ("eby2013", "straus2013")

    def to_frame(self) -> pd.DataFrame:
        """Give one row a target."""
        return self.rows.copy()

    @property
    def missed(self) -> tuple[str, ...]:
        """Moments that surely lie outside their range."""
        return tuple(self.rows.loc[self.rows["verdict"] == MISSED, "moment"])

    def headline(self) -> str:
        """How many targets are met."""
        judged = self.rows[self.rows["verdict"] != NOT_JUDGED]
        n_met = int((judged["verdict"] == MET).sum())
        return (
            f"Model {self.model!r}: {n_met} of {len(judged)} published findings met, in "
            f"{self.rows['check'].nunique()} checks"
        )

    def notes(self) -> tuple[str, ...]:
        """What is missed, and what no number judges."""
        said = []
        for verdict, words in (
            (MISSED, "outside its range"),
            (OPEN, "at the edge of its range: the interval reaches over it"),
            (NOT_JUDGED, "shown, not judged: no verified number was found"),
        ):
            names = self.rows.loc[self.rows["verdict"] == verdict, "moment"]
            if len(names):
                said.append(f"{words}: {', '.join(names)}")
        said.append(
            "most numbers come from youth programs; where one number was published, the width of "
            "its range is ours"
        )
        said.append(
            "satisfaction and alpha are set in the observation layer, so that their checks show "
            "that it works, not that the model foresaw them"
        )
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        return self.rows[list(_SHOWN)]


def checks(
    model: ProgramModel | None = None,
    *,
    targets: Iterable[Target] = EXTERNAL_CHECKS,
    setting: Setting | None = None,
    n_runs: int = 40,
    seed: int = 2013,
) -> CheckTable:
    """Tell where the simulated program agrees with what studies found, and where it does not.

    Parameters
    ----------
    model : ProgramModel, optional
        The default model when left out.
    targets : iterable of Target
        What to check; the 14 external checks when left out.
    setting : Setting, optional
        The program in which the moments are taken: a year of 600 mentees in random pairs when left
        out, so that no policy restricts the range of similarity.
    n_runs : int
        Replications, 2 or more; moments that need programs of their own take at most 12.
    seed : int
        Names all draws.

    Returns
    -------
    CheckTable

    Raises
    ------
    OptionError
        For an argument out of range.

    Notes
    -----
    ``met`` when the mean over replications lies in the range, ``missed`` when the whole 95 %
    interval lies outside, ``open`` when the mean lies outside and the interval does not.
    Correlations are latent (free of survey error), as the meta-analyses correct for it; the
    screen and alpha are taken from simulated answers.

    References
    ----------
    eby2013 : An interdisciplinary meta-analysis of mentoring.

    Examples
    --------
    >>> from mentorlab.simulation.calibration import checks
    >>> table = checks(n_runs=4)
    >>> int(table.to_frame()["check"].nunique())
    14
    """
    who = "simulation.checks"
    model = ProgramModel() if model is None else model
    if not isinstance(model, ProgramModel):
        raise OptionError(f"{who}: `model` must be a ProgramModel; got {quote(model)}.")
    if isinstance(n_runs, bool) or not isinstance(n_runs, Integral) or n_runs < 2:
        raise OptionError(
            f"{who}: `n_runs` must be a whole number of 2 or more (intervals need two); got "
            f"{quote(n_runs)}."
        )
    wanted = check_targets(tuple(targets), who=who)
    setting = setting or Setting()
    rows = list_targets(wanted)
    found = _estimates(model, wanted, setting, seed, int(n_runs))
    rows = rows.merge(found, on="moment", validate="one_to_one")
    rows["verdict"] = [
        _verdict(target, row) for target, row in zip(wanted, rows.to_dict("records"), strict=True)
    ]
    made = Provenance(who, {"n_runs": int(n_runs), "seed": int(seed), "model": model.name})
    return CheckTable(rows, model.name, provenance=made)


def _estimates(
    model: ProgramModel, targets: tuple[Target, ...], setting: Setting, seed: int, n_runs: int
) -> pd.DataFrame:
    from scipy.stats import t

    frames = []
    for alone in (False, True):
        names = [goal.moment for goal in targets if (goal.moment in OWN_PROGRAMS) is alone]
        if not names:
            continue
        runs = min(n_runs, _OWN_RUNS) if alone else n_runs
        values = moments_of(model, names, setting=setting, seed=seed, n_runs=runs)
        n = np.isfinite(values).sum(axis=0)
        mean = np.array(
            [np.nanmean(column) if k else np.nan for column, k in zip(values.T, n, strict=True)]
        )
        spread = np.array(
            [np.nanstd(c, ddof=1) if k > 1 else np.nan for c, k in zip(values.T, n, strict=True)]
        )
        error = spread / np.sqrt(np.maximum(n, 1))
        half = t.ppf(0.975, np.maximum(n - 1, 1)) * error
        frames.append(
            pd.DataFrame(
                {
                    "moment": names,
                    "estimate": mean,
                    "std_error": error,
                    "conf_low": mean - half,
                    "conf_high": mean + half,
                    "n": n,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _verdict(target: Target, row: dict) -> str:
    if not target.verified:
        return NOT_JUDGED
    if target.holds(row["estimate"]):
        return MET
    if row["conf_low"] > target.high or row["conf_high"] < target.low:
        return MISSED
    return OPEN
