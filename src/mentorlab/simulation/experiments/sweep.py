"""Sweeping levers and uncertainties, and what holds over all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, listing, quote
from ...provenance import Provenance
from ...result import Result
from ..contrasts import paired
from ..engines import Parts, collect
from ..measures import MEASURES, check_measure
from ..run import check_runs
from ..study import RunBlock
from .design import Design, DesignStudy, runs_per_part
from .pareto import pareto_front

_SURE = 0.95  # share of models in which a difference has to hold
_SHOWN = ("benefit", "early_end", "waiting", "load_most")


@dataclass(frozen=True, eq=False, repr=False)
class SweepResult(Result):
    """Policies over the points of a design, the same luck at each.

    Attributes
    ----------
    design : Design
        What was varied.
    table : pandas.DataFrame
        The points that are complete: `row` and one column a factor.
    study : DesignStudy
        Everything that decides the numbers.
    values : ndarray of float64, shape (points, policies, runs, measures)
        Every measure; nan for a policy that failed there.
    failed : pandas.DataFrame
        `row, policy, run, message`.
    n_asked : int
        Points that were asked for; more than there are where the work was cancelled.
    """

    design: Design
    table: pd.DataFrame
    study: DesignStudy
    values: np.ndarray
    failed: pd.DataFrame
    n_asked: int

    plotter: ClassVar[str] = "mentorlab.plots.simulation_sweeps:sweep_levels"
    references: ClassVar[tuple[str, ...]] = ("grimm2020",)

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies' names; the first is the baseline."""
        return self.study.names

    @cached_property
    def _estimates(self) -> pd.DataFrame:
        n_points, n_policies, _, n_measures = self.values.shape
        n = np.isfinite(self.values).sum(axis=2)
        total = np.nansum(self.values, axis=2)
        mean = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
        square = np.nansum((self.values - mean[:, :, None]) ** 2, axis=2)
        variance = np.divide(square, n - 1, out=np.full(total.shape, np.nan), where=n > 1)
        frame = pd.DataFrame(
            {
                "row": np.repeat(self.table["row"].to_numpy(), n_policies * n_measures),
                "policy": np.tile(np.repeat(self.policies, n_measures), n_points),
                "measure": np.tile(list(MEASURES), n_points * n_policies),
                "estimate": mean.ravel(),
                "std_error": np.sqrt(variance / np.maximum(n, 1)).ravel(),
                "n": n.ravel(),
            }
        )
        return self.table.merge(frame, on="row")

    def to_frame(self) -> pd.DataFrame:
        """Give the mean of every measure of every policy at every point, with the factors."""
        return self._estimates.copy()

    def contrasts(self, measure: str = "benefit", *, baseline: str | None = None) -> pd.DataFrame:
        """Give each policy's paired difference from a baseline at every point.

        Returns
        -------
        pandas.DataFrame
            The factors, and `policy, baseline, measure, estimate, std_error, conf_low, conf_high,
            p_value, n, correlation, variance_ratio`.
        """
        who = "SweepResult.contrasts"
        base = self.policies[0] if baseline is None else baseline
        if base not in self.policies:
            raise OptionError(
                f"{who}: `baseline` must be {listing(self.policies)}; got {quote(base)}."
            )
        values = self._of(measure, who)
        at = self.policies.index(base)
        rows = [
            {"row": row, "policy": name, "baseline": base, "measure": measure}
            | paired(values[k, p], values[k, at])
            for k, row in enumerate(self.table["row"])
            for p, name in enumerate(self.policies)
            if p != at
        ]
        if not rows:
            raise OptionError(f"{who}: a contrast needs two policies; this has one.")
        return self.table.merge(pd.DataFrame(rows), on="row")

    def ranking(self, measure: str = "benefit", *, share: float = _SURE) -> pd.DataFrame:
        """Tell which places a policy may hold over all points; "undetermined" is an answer.

        Parameters
        ----------
        measure : str
            From `list_measures`.
        share : float
            Share of the points at which one policy has to be surely better than another, above a
            half.

        Returns
        -------
        pandas.DataFrame
            `policy, estimate` (mean over points), `best` (share of points at which it is first),
            `rank_low, rank_high, verdict`.

        Notes
        -----
        At each point a policy is surely better when the paired 95 % interval excludes 0. Over a
        calibrated set this says whether a ranking holds in whatever world the published numbers
        leave standing.
        """
        who = "SweepResult.ranking"
        better = MEASURES[check_measure(measure, who=who)].better
        if not better:
            raise OptionError(
                f"{who}: neither more nor less {quote(measure)} is better; choose another measure."
            )
        if not 0.5 < share <= 1:
            raise OptionError(
                f"{who}: `share` must lie above 0.5 and not above 1; got {quote(share)}."
            )
        return rank_policies(
            self._of(measure, who) * (1.0 if better == "high" else -1.0),
            self.policies,
            share,
            turned=better == "low",
        )

    def pareto(self, measures: Mapping[str, str] | Sequence[str]) -> pd.DataFrame:
        """Find the combinations of point and policy that nothing beats in every respect.

        Parameters
        ----------
        measures : sequence of str, or mapping of str to {"high", "low"}
            What is wanted; a mapping says which way is better.

        Returns
        -------
        pandas.DataFrame
            The factors, `policy`, one column a measure, and `on_front`.
        """
        who = "SweepResult.pareto"
        ways = measures if isinstance(measures, Mapping) else dict.fromkeys(measures, "")
        wanted = {
            name: way or MEASURES[check_measure(name, who=who)].better for name, way in ways.items()
        }
        for name in wanted:
            check_measure(name, who=who)
        wide = self._estimates.pivot(index=["row", "policy"], columns="measure", values="estimate")
        frame = self.table.merge(wide[list(wanted)].reset_index(), on="row")
        return frame.assign(on_front=pareto_front(frame, wanted))

    def headline(self) -> str:
        """What was swept."""
        n_runs = self.values.shape[2]
        said = f"Sweep: {count(len(self.table), 'point')}"
        if len(self.table) < self.n_asked:
            said += f" of {self.n_asked} (cancelled)"
        varied = ", ".join(self.design.names) or "models"
        return f"{said} over {varied}; {', '.join(self.policies)}; {n_runs} replications each"

    def notes(self) -> tuple[str, ...]:
        """What is settled, and who failed."""
        said = []
        if len(self.policies) > 1 and self.values.shape[2] > 1:
            first = self.ranking().iloc[0]
            said.append(
                f"best in benefit at {first['best']:.0%} of the points: {first['policy']}"
                + (
                    ""
                    if first["verdict"] == "1"
                    else "; the ranking does not hold over all of them: undetermined"
                )
            )
        said += [
            f"{row.policy} failed at row {row.row}: {row.message}"
            for row in self.failed.itertuples()
        ]
        return tuple(said)

    def _display_frame(self) -> pd.DataFrame:
        frame = self._estimates
        return frame[frame["measure"].isin(_SHOWN)].drop(columns="n")

    def _of(self, measure: str, who: str) -> np.ndarray:
        if self.values.shape[2] < 2:
            raise OptionError(f"{who}: intervals need 2 replications or more. Raise `n_runs`.")
        return self.values[..., list(MEASURES).index(check_measure(measure, who=who))]


def sweep(
    design: Design,
    *,
    n_runs: int,
    seed: int,
    engine: str = "threads",
    n_workers: int | None = None,
    progress: bool = False,
    cancelled: Callable[[], bool] | None = None,
    parts: Parts | None = None,
) -> SweepResult:
    """Tell how a comparison of policies depends on what is assumed and what is decided.

    Parameters
    ----------
    design : Design
        Which factors take which values.
    n_runs : int
        Replications at each point, the same draws at all.
    seed : int
        Names all draws.
    engine : str
        Who computes; see `simulation.ENGINES`. All give the same numbers.
    n_workers : int, optional
        Threads or processes.
    progress : bool
        Whether to show a bar.
    cancelled : callable, optional
        True ends the work; points that are complete are kept.
    parts : PartStore, optional
        Where finished parts are kept: asked again, only the missing ones are computed, also when
        the design has grown.

    Returns
    -------
    SweepResult

    Raises
    ------
    OptionError
        For an argument out of range.
    EstimationError
        If the work was cancelled before a point was complete.

    References
    ----------
    grimm2020 : The ODD protocol.

    Examples
    --------
    >>> from mentorlab.simulation import PoolGenerator
    >>> from mentorlab.simulation.experiments import Design, sweep
    >>> design = Design(PoolGenerator(40, 30), ["random"], {"checkin_every_weeks": [0, 2]})
    >>> found = sweep(design, n_runs=10, seed=1).to_frame().query("measure == 'early_end'")
    >>> bool(found["estimate"].iloc[0] > found["estimate"].iloc[1])
    True
    """
    who = "simulation.sweep"
    if not isinstance(design, Design):
        raise OptionError(f"{who}: `design` must be a Design; got {quote(design)}.")
    check_runs(n_runs, who=who)
    table = design.table(seed)
    return run_points(
        design,
        table,
        n_runs=n_runs,
        seed=seed,
        engine=engine,
        n_workers=n_workers,
        progress=progress,
        cancelled=cancelled,
        parts=parts,
        who=who,
    )


def run_points(
    design: Design, table: pd.DataFrame, *, n_runs: int, seed: int, who: str, **options
) -> SweepResult:
    """Simulate the points of a table and put the parts together.

    Raises
    ------
    EstimationError
        If no point is complete.
    """
    study = design.study(table, seed)
    tasks = study.tasks(n_runs, runs_per_task=runs_per_part(study, n_runs))
    blocks = collect(study, tasks, who=who, **options)
    by_row: dict[int, list[RunBlock]] = {}
    for block in blocks:
        by_row.setdefault(block.task.row, []).append(block)
    whole = {
        row: np.concatenate([block.values for block in found], axis=1)
        for row, found in by_row.items()
        if sum(block.task.n_runs for block in found) == n_runs
    }
    if not whole:
        raise EstimationError(f"{who}: the work was cancelled before a point was complete.")
    failed = [(block.task.row, *failure) for block in blocks for failure in block.failures]
    made = Provenance(
        who, {"n_runs": int(n_runs), "seed": int(seed), "fingerprint": study.fingerprint}
    )
    return SweepResult(
        design,
        table[table["row"].isin(whole)].reset_index(drop=True),
        study,
        np.stack([whole[row] for row in sorted(whole)]),
        pd.DataFrame(failed, columns=["row", "policy", "run", "message"]).drop_duplicates(
            ["row", "policy"], ignore_index=True
        ),
        len(table),
        provenance=made,
    )


def rank_policies(
    values: np.ndarray, names: tuple[str, ...], share: float, *, turned: bool
) -> pd.DataFrame:
    """Rank policies over points, more is better.

    Parameters
    ----------
    values : ndarray of float64, shape (points, policies, runs)
        Turned where less is better.
    share : float
        Share of points at which a difference has to be sure.
    turned : bool
        Whether to turn means back.

    Returns
    -------
    pandas.DataFrame
        `policy, estimate, best, rank_low, rank_high, verdict`, best first.
    """
    k = len(names)
    sure = np.zeros((k, k))
    for a in range(k):
        for b in range(k):
            if a != b:
                lows = [paired(point[a], point[b])["conf_low"] for point in values]
                sure[a, b] = np.mean(np.array(lows) > 0)
    beats = sure >= share
    means = np.nanmean(values, axis=2)
    first = np.array([(means.argmax(axis=1) == p).mean() for p in range(k)])
    low, high = 1 + beats.sum(axis=0), k - beats.sum(axis=1)
    frame = pd.DataFrame(
        {
            "policy": list(names),
            "estimate": means.mean(axis=0) * (-1.0 if turned else 1.0),
            "best": first,
            "rank_low": low,
            "rank_high": high,
            "verdict": [
                str(a) if a == b else "undetermined" for a, b in zip(low, high, strict=True)
            ],
        }
    )
    order = np.argsort(-means.mean(axis=0), kind="stable")
    return frame.iloc[order].reset_index(drop=True)
