"""Which uncertainties and levers a result depends on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, listing, quote
from ...provenance import Provenance
from ...result import Result
from ...rng import child_rng
from ..engines import Parts
from ..measures import MEASURES, check_measure
from ..run import check_runs
from .design import Design
from .sweep import run_points


@dataclass(frozen=True, eq=False, repr=False)
class SensitivityIndices(Result):
    """Shares of variance by factor.

    Attributes
    ----------
    rows : pandas.DataFrame
        `factor, first_order, first_half_width, total, total_half_width`, largest total first; half
        widths of 95 % intervals.
    measure, policy, baseline : str
        What was measured, of which policy, against which (empty: the policy's own).
    n_points : int
        Points simulated.
    """

    rows: pd.DataFrame
    measure: str
    policy: str
    baseline: str
    n_points: int

    plotter: ClassVar[str] = "mentorlab.plots.simulation_sweeps:sensitivity_indices"
    references: ClassVar[tuple[str, ...]] = ("saltelli2010",)

    def to_frame(self) -> pd.DataFrame:
        """Give one row a factor."""
        return self.rows.copy()

    def headline(self) -> str:
        """What was decomposed."""
        against = f" against {self.baseline}" if self.baseline else ""
        return (
            f"What {self.measure} of {self.policy}{against} depends on: "
            f"{count(self.n_points, 'point')}"
        )

    def notes(self) -> tuple[str, ...]:
        """What the shares mean, and where they are rough."""
        said = [
            "first_order: share of the variance that a factor explains alone; total: with all that "
            "it does together with others"
        ]
        rough = self.rows.loc[self.rows["total_half_width"] > 0.2, "factor"]
        if len(rough):
            said.append(f"rough, raise `n_points`: {', '.join(rough)}")
        return tuple(said)


def sensitivity_indices(
    design: Design,
    *,
    measure: str = "benefit",
    policy: str | None = None,
    baseline: str | None = None,
    n_points: int = 64,
    n_runs: int = 1,
    seed: int,
    engine: str = "threads",
    n_workers: int | None = None,
    progress: bool = False,
    cancelled: Callable[[], bool] | None = None,
    parts: Parts | None = None,
) -> SensitivityIndices:
    """Tell which uncertainties and levers a result depends on: Sobol indices.

    Parameters
    ----------
    design : Design
        Factors with their ranges, two or more; the lowest and highest value of each count.
    measure : str
        From `list_measures`.
    policy : str, optional
        Whose; the design's first when left out.
    baseline : str, optional
        A policy to subtract: what the *difference* depends on.
    n_points : int
        Base points, a power of 2; (factors + 2) times as many are simulated.
    n_runs : int
        Replications at each point.
    seed : int
        Names all draws. All points meet the same draws: with few people, luck would otherwise pass
        for interaction.
    engine, n_workers, progress, cancelled, parts
        As `sweep` takes them.

    Returns
    -------
    SensitivityIndices

    Raises
    ------
    OptionError
        For an argument out of range.
    EstimationError
        If the work was cancelled, a policy failed, or the measure does not vary.

    Notes
    -----
    Saltelli's design on a scrambled Sobol sequence; estimators of SALib. Whole-numbered levers are
    rounded.

    References
    ----------
    saltelli2010 : Variance based sensitivity analysis of model output.

    Examples
    --------
    >>> from mentorlab.simulation import PoolGenerator
    >>> from mentorlab.simulation.experiments import Design, sensitivity_indices
    >>> factors = {"closing.base_rate": (0.002, 0.01), "load.growth": (0.0, 0.2)}
    >>> design = Design(PoolGenerator(40, 30), ["random"], factors, kind="latin")
    >>> found = sensitivity_indices(design, measure="early_end", n_points=8, seed=1)
    >>> found.to_frame()["factor"].iloc[0]
    'closing.base_rate'
    """
    who = "simulation.sensitivity_indices"
    names, base = _check(design, measure, policy, baseline, n_points, who)
    check_runs(n_runs, who=who)
    from SALib.sample import sobol as sampler

    low, high = design.ranges()
    problem = {
        "num_vars": len(low),
        "names": list(design.names),
        "bounds": np.column_stack([low, high]).tolist(),
    }
    drawn = int(child_rng(seed, "sobol").integers(2**31))
    points = sampler.sample(problem, n_points, calc_second_order=False, seed=drawn)
    found = run_points(
        design,
        design.points_table(points),
        n_runs=n_runs,
        seed=seed,
        who=who,
        engine=engine,
        n_workers=n_workers,
        progress=progress,
        cancelled=cancelled,
        parts=parts,
    )
    values = found.values[..., list(MEASURES).index(measure)].mean(axis=2)
    result = values[:, found.policies.index(names)]
    if base:
        result = result - values[:, found.policies.index(base)]
    if len(result) < len(points) or not np.isfinite(result).all():
        raise EstimationError(
            f"{who}: {len(points) - int(np.isfinite(result).sum())} of {len(points):,} points gave "
            "no number (cancelled, or a policy failed); indices need all of them."
        )
    if np.ptp(result) == 0:
        raise EstimationError(
            f"{who}: {quote(measure)} is the same at all points: it depends on none of "
            f"{listing(design.names)}."
        )
    made = Provenance(who, {"n_points": n_points, "n_runs": int(n_runs), "seed": int(seed)})
    return SensitivityIndices(
        _indices(problem, result, drawn), measure, names, base, len(points), provenance=made
    )


def _check(
    design: Design,
    measure: str,
    policy: str | None,
    baseline: str | None,
    n_points: int,
    who: str,
) -> tuple[str, str]:
    if not isinstance(design, Design) or design.kind == "models" or len(design.names) < 2:
        raise OptionError(f"{who}: `design` must be a Design of two factors or more.")
    check_measure(measure, who=who)
    low, high = design.ranges()
    if not (low < high).all():
        name = design.names[int(np.flatnonzero(~(low < high))[0])]
        raise OptionError(f"{who}: the factor {quote(name)} has one value; it needs a range.")
    if (
        isinstance(n_points, bool)
        or not isinstance(n_points, int)
        or n_points < 2
        or (n_points & (n_points - 1))
    ):
        raise OptionError(f"{who}: `n_points` must be a power of 2; got {quote(n_points)}.")
    from ..admit import named_policies

    known = [name for name, _ in named_policies(design.policies, who=who)]
    chosen = known[0] if policy is None else policy
    for label, name in (("policy", chosen), ("baseline", baseline)):
        if name is not None and name not in known:
            raise OptionError(f"{who}: `{label}` must be {listing(known)}; got {quote(name)}.")
    return chosen, baseline or ""


def _indices(problem: dict, result: np.ndarray, seed: int) -> pd.DataFrame:
    from SALib.analyze import sobol as analyzer

    standard = (result - result.mean()) / result.std()
    found = analyzer.analyze(problem, standard, calc_second_order=False, seed=seed)
    frame = pd.DataFrame(
        {
            "factor": problem["names"],
            "first_order": found["S1"],
            "first_half_width": found["S1_conf"],
            "total": found["ST"],
            "total_half_width": found["ST_conf"],
        }
    )
    return frame.sort_values("total", ascending=False, ignore_index=True)
