"""Whether a calibration would find the truth: parameters recovered from simulated studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, quote
from ...provenance import Provenance
from ...result import Result
from ...rng import child_rng
from ..model import ProgramModel
from .calibrate import simulate_points
from .emulator import Emulator, fit_emulator
from .setting import Setting, moments_of
from .space import Space, space_of, spread_points
from .targets import MOMENT_NAMES

_GRID = 81  # values of each parameter at which the fit is looked at
_LEVEL = 0.95
_AROUND = 0.35  # half width of the first design around the middle of what the data say


@dataclass(frozen=True, eq=False, repr=False)
class Recovery(Result):
    """Known parameters and what was found of them.

    Attributes
    ----------
    rows : pandas.DataFrame
        `data_set, parameter, truth, estimate, conf_low, conf_high, inside`.
    moments : tuple of str
        What the estimates were made from.
    """

    rows: pd.DataFrame
    moments: tuple[str, ...]

    plotter: ClassVar[str] = "mentorlab.plots.simulation_checks:recovered_parameters"
    references: ClassVar[tuple[str, ...]] = ("gourieroux1993",)

    def to_frame(self) -> pd.DataFrame:
        """Give one row a data set and parameter."""
        return self.rows.copy()

    @property
    def coverage(self) -> pd.Series:
        """Share of data sets whose interval holds the truth, by parameter."""
        return self.rows.groupby("parameter", sort=False)["inside"].mean()

    def headline(self) -> str:
        """How often the truth was found."""
        said = ", ".join(f"{name} {share:.0%}" for name, share in self.coverage.items())
        return f"Recovery in {self.rows['data_set'].nunique()} data sets, truth inside: {said}"

    def _display_frame(self) -> pd.DataFrame:
        grouped = self.rows.groupby("parameter", sort=False)
        return grouped.agg(
            truth=("truth", "first"),
            mean_estimate=("estimate", "mean"),
            sd_estimate=("estimate", "std"),
            inside=("inside", "mean"),
        ).reset_index()


def recover(
    truth: Mapping[str, float],
    *,
    moments: Sequence[str],
    model: ProgramModel | None = None,
    setting: Setting | None = None,
    n_sets: int = 50,
    n_points: int = 60,
    n_runs: int = 16,
    seed: int,
) -> Recovery:
    """Tell whether parameters that are known would be found again from one program's data.

    Parameters
    ----------
    truth : mapping of dotted name to number
        One to four parameters and their true values.
    moments : sequence of str
        What is taken from the data, at least as many as parameters.
    model : ProgramModel, optional
        Everything else.
    setting : Setting, optional
        The program: one data set is one replication of it.
    n_sets : int
        Data sets.
    n_points : int
        Parameter values at which the model is simulated to learn how moments depend on it.
    n_runs : int
        Replications at each of them.
    seed : int
        Names all draws; data sets have draws of their own.

    Returns
    -------
    Recovery

    Raises
    ------
    OptionError
        For an argument out of range.
    EstimationError
        If moments do not vary or are missing.

    Notes
    -----
    Indirect inference on a quadratic surface of the moments over the parameters' ranges, narrowed
    once around the first data sets. The distance of data and surface is weighted by the inverse
    covariance of the moments over replications; the interval of a parameter holds the values whose
    least distance is within the 95 % point of chi-squared with one degree of freedom of the best.

    References
    ----------
    gourieroux1993 : Indirect inference.

    Examples
    --------
    >>> from mentorlab.simulation.calibration import recover
    >>> found = recover(
    ...     {"closing.base_rate": 0.005}, moments=["early_closure"],
    ...     n_sets=4, n_points=12, n_runs=2, seed=1,
    ... )
    >>> len(found.to_frame())
    4
    """
    who = "simulation.recover"
    names, start = tuple(truth), ProgramModel() if model is None else model
    _check(names, moments, n_sets, n_points, n_runs, who)
    true_model = start.with_values(truth)
    setting = setting or Setting()
    data = moments_of(true_model, moments, setting=setting, seed=seed + 1, n_runs=n_sets)
    if not np.isfinite(data).all():
        raise EstimationError(f"{who}: some data sets do not tell {', '.join(moments)}.")
    space = space_of(names, start, (), who=who)
    rng = child_rng(seed, "recover")
    sizes = (n_points, n_runs)
    surface, _ = _learn(start, space, moments, setting, sizes, seed, rng)
    space = _narrowed(space, surface, data)
    surface, noise = _learn(start, space, moments, setting, sizes, seed, rng)
    rows = _estimates(space, surface, noise, data, truth)
    made = Provenance(who, {"n_sets": n_sets, "n_points": n_points, "n_runs": n_runs, "seed": seed})
    return Recovery(rows, tuple(moments), provenance=made)


def _check(
    names: tuple[str, ...],
    moments: Sequence[str],
    n_sets: int,
    n_points: int,
    n_runs: int,
    who: str,
) -> None:
    if not 1 <= len(names) <= 4:
        raise OptionError(f"{who}: `truth` must hold one to four parameters; got {len(names)}.")
    for name in moments:
        if name not in MOMENT_NAMES:
            raise OptionError(f"{who}: there is no moment {quote(name)}; see list_moments().")
    if len(moments) < len(names):
        raise OptionError(
            f"{who}: {len(names)} parameters need as many `moments`; got {len(moments)}."
        )
    for label, value, least in (
        ("n_sets", n_sets, 2),
        ("n_points", n_points, 10),
        ("n_runs", n_runs, 2),
    ):
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            raise OptionError(
                f"{who}: `{label}` must be a whole number of {least} or more; got {quote(value)}."
            )


def _learn(
    model: ProgramModel,
    space: Space,
    moments: Sequence[str],
    setting: Setting,
    sizes: tuple[int, int],
    seed: int,
    rng: np.random.Generator,
) -> tuple[Emulator, np.ndarray]:
    """Learn the surface over a space, and the covariance of one replication's moments in it."""
    n_points, n_runs = sizes
    points = spread_points(n_points, space.size, rng)
    values = simulate_points(model, space, points, moments, setting, seed, n_runs)
    middle = space.model(model, np.full(space.size, 0.5))
    single = moments_of(middle, moments, setting=setting, seed=seed, n_runs=max(30, n_runs))
    noise = np.atleast_2d(np.cov(single[np.isfinite(single).all(axis=1)].T))
    noise *= 1.0 + 1.0 / n_runs  # the surface has met the luck of n_runs replications, too
    return fit_emulator(points, values), noise


def _grid(space: Space) -> np.ndarray:
    n = max(9, round(_GRID ** (2.0 / max(2, space.size))))
    axes = [np.linspace(0.0, 1.0, n)] * space.size
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, space.size)


def _narrowed(space: Space, surface: Emulator, data: np.ndarray) -> Space:
    """Give a smaller space around where the surface puts the data sets."""
    grid = _grid(space)
    spread = np.maximum(data.std(axis=0), 1e-12)
    miss = (surface.predict(grid)[None] - data[:, None]) / spread
    best = grid[(miss**2).sum(axis=2).argmin(axis=1)]
    middle = space.values(np.median(best, axis=0)[None])[0]
    low, high = np.array(space.low), np.array(space.high)
    half = _AROUND * np.minimum(high - low, np.maximum(middle - low, 0.05 * (high - low)) * 2)
    return Space(
        space.names,
        tuple(np.maximum(low, middle - half).tolist()),
        tuple(np.minimum(high, middle + half).tolist()),
    )


def _estimates(
    space: Space,
    surface: Emulator,
    noise: np.ndarray,
    data: np.ndarray,
    truth: Mapping[str, float],
) -> pd.DataFrame:
    from scipy.stats import chi2

    grid = _grid(space)
    predicted, weight = surface.predict(grid), np.linalg.pinv(noise)
    values, cut = space.values(grid), chi2.ppf(_LEVEL, 1)
    rows = []
    for k, seen in enumerate(data):
        miss = predicted - seen
        distance = np.einsum("ij,jk,ik->i", miss, weight, miss)
        near = distance <= distance.min() + cut
        for p, name in enumerate(space.names):
            low, high = values[near, p].min(), values[near, p].max()
            rows.append(
                {
                    "data_set": k,
                    "parameter": name,
                    "truth": float(truth[name]),
                    "estimate": float(values[distance.argmin(), p]),
                    "conf_low": float(low),
                    "conf_high": float(high),
                    "inside": bool(low <= truth[name] <= high),
                }
            )
    return pd.DataFrame(rows)
