"""All models that agree with published numbers, not one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Integral
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, count, quote
from ...provenance import Provenance
from ...result import Result
from ...rng import child_rng
from ..model import ProgramModel
from .emulator import Emulator, fit_emulator
from .matching import (
    IMPLAUSIBLE,
    conflicts_of,
    draw_plausible,
    implausibility,
    largest_joint_set,
)
from .setting import OWN_PROGRAMS, Setting, moments_of
from .space import Space, space_of, spread_points
from .targets import EXTERNAL_CHECKS, Target, check_targets

_TOLD = 0.7  # a range that shrank below this share was told something


@dataclass(frozen=True, eq=False, repr=False)
class CalibratedSet(Result):
    """Models that meet the targets, and what the targets do not tell.

    Attributes
    ----------
    points : pandas.DataFrame
        One row a simulated point: `wave`, `member`, the parameters, the moments.
    space : Space
        The parameters that were varied.
    targets : tuple of Target
        What was asked.
    given_up : tuple of str
        Moments that could not be met together with the others, in the order given up.
    conflicts : pandas.DataFrame
        Pairs of targets that some point meets alone and none together: `first, second, n_first,
        n_second`.
    model : ProgramModel
        What the parameters that were not varied come from.
    """

    points: pd.DataFrame
    space: Space
    targets: tuple[Target, ...]
    given_up: tuple[str, ...]
    conflicts: pd.DataFrame
    model: ProgramModel

    plotter: ClassVar[str] = "mentorlab.plots.simulation_checks:calibrated_ranges"
    references: ClassVar[tuple[str, ...]] = ("vernon2010",)

    @cached_property
    def members(self) -> pd.DataFrame:
        """The points that meet all targets but those given up."""
        return self.points[self.points["member"]].reset_index(drop=True)

    @property
    def n_members(self) -> int:
        """How many models are in the set."""
        return int(self.points["member"].sum())

    def models(self, n: int | None = None) -> tuple[ProgramModel, ...]:
        """Give models of the set, the first `n` of them.

        Raises
        ------
        OptionError
            If `n` is no whole number of 1 or more, or more than there are.
        """
        most = self.n_members
        if n is not None and (isinstance(n, bool) or not isinstance(n, Integral) or n < 1):
            raise OptionError(
                f"CalibratedSet.models: `n` must be a whole number of 1 or more; got {quote(n)}."
            )
        if n is not None and n > most:
            raise OptionError(
                f"CalibratedSet.models: the set holds {count(most, 'model')}; {n} were asked for. "
                "Calibrate with more points."
            )
        rows = self.members[list(self.space.names)].to_dict("records")
        return tuple(self.model.with_values(row) for row in rows[:n])

    def to_frame(self) -> pd.DataFrame:
        """Tell what is left of each parameter's range.

        Returns
        -------
        pandas.DataFrame
            `parameter, low, high` of the range asked, `set_low, set_median, set_high` (5, 50 and
            95 % of the members), `share_left`, and `told`: whether the targets narrowed it.
        """
        rows = []
        for name, low, high in zip(self.space.names, self.space.low, self.space.high, strict=True):
            ends = self.members[name].quantile([0.05, 0.5, 0.95]).tolist()
            share = (ends[2] - ends[0]) / (0.9 * (high - low)) if high > low else np.nan
            rows.append((name, low, high, *ends, share, bool(share < _TOLD)))
        columns = ["parameter", "low", "high", "set_low", "set_median", "set_high"]
        return pd.DataFrame(rows, columns=[*columns, "share_left", "told"])

    def fit(self) -> pd.DataFrame:
        """Tell how the members meet each target.

        Returns
        -------
        pandas.DataFrame
            `moment, target, low, high` of the range, `set_low, set_high` of the members,
            `share_met` of all simulated points, `given_up`.
        """
        rows = []
        for target in self.targets:
            values = self.members[target.moment]
            inside = self.points[target.moment].between(target.low, target.high)
            rows.append(
                {
                    "moment": target.moment,
                    "target": target.shown(),
                    "low": target.low,
                    "high": target.high,
                    "set_low": values.min(),
                    "set_high": values.max(),
                    "share_met": inside.mean(),
                    "given_up": target.moment in self.given_up,
                }
            )
        return pd.DataFrame(rows)

    def headline(self) -> str:
        """How large the set is."""
        n_targets = len(self.targets) - len(self.given_up)
        return (
            f"Calibrated set: {self.n_members} of {count(len(self.points), 'model')} tried meet "
            f"{n_targets} of {count(len(self.targets), 'target')}; "
            f"{count(self.space.size, 'parameter')} varied"
        )

    def notes(self) -> tuple[str, ...]:
        """What could not be met, and what the targets do not tell."""
        frame = self.to_frame()
        silent = frame.loc[~frame["told"], "parameter"].tolist()
        said = [
            f"given up: {name}, which no point met together with the others"
            for name in self.given_up
        ]
        said += [
            f"conflict: {row.first} (met by {row.n_first}) and {row.second} (met by "
            f"{row.n_second}) are met by no point together"
            for row in self.conflicts.itertuples()
        ]
        if silent:
            said.append(
                f"not told by these targets, so that only the range stands: {', '.join(silent)}"
            )
        return tuple(said)


def calibrate(
    targets: Iterable[Target] | None = None,
    *,
    parameters: str | Sequence[str] = "identified",
    model: ProgramModel | None = None,
    setting: Setting | None = None,
    n_points: int = 200,
    n_waves: int = 4,
    n_runs: int = 2,
    seed: int,
) -> CalibratedSet:
    """Find the models that published numbers, or your own, leave standing.

    Parameters
    ----------
    targets : iterable of Target, optional
        What a model has to meet; when left out, the external checks with a verified number that
        one program can tell.
    parameters : "identified", "all", or sequence of str
        Those that say that a target identifies them; all, so that what no number tells spans its
        whole range; or dotted names.
    model : ProgramModel, optional
        Where parameters that are not varied stay.
    setting : Setting, optional
        The program that is simulated.
    n_points : int
        Points in each wave, 10 or more.
    n_waves : int
        Waves.
    n_runs : int
        Replications at each point.
    seed : int
        Names all draws.

    Returns
    -------
    CalibratedSet
        Never empty: where the targets can't be met together, those in the way are given up and
        named with the conflict.

    Raises
    ------
    OptionError
        For an argument out of range.

    Notes
    -----
    History matching. A first wave is spread evenly over the ranges; quadratic surfaces are fitted
    to its moments; the next wave is drawn from what the surfaces of all waves do not rule out
    (three standard deviations beyond a target's range), the last one from what they predict to lie
    inside. Members are points whose simulated moments lie within all ranges. All points meet the
    same draws. That no point meets two targets together is a finding about the points tried, not a
    proof.

    References
    ----------
    vernon2010 : Galaxy formation: a Bayesian uncertainty analysis.

    Examples
    --------
    >>> from mentorlab.simulation.calibration import Target, calibrate
    >>> closure = Target("early_closure", 0.30, 0.38, source="kupersmidt2017", claim="30 to 38 %")
    >>> found = calibrate(
    ...     [closure], parameters=["closing.base_rate"], n_points=12, n_waves=2, n_runs=1, seed=1
    ... )
    >>> bool(found.to_frame()["told"].iloc[0])
    True
    """
    who = "simulation.calibrate"
    wanted = check_targets(default_targets() if targets is None else tuple(targets), who=who)
    for name, value, least in (
        ("n_points", n_points, 10),
        ("n_waves", n_waves, 1),
        ("n_runs", n_runs, 1),
    ):
        if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
            raise OptionError(
                f"{who}: `{name}` must be a whole number of {least} or more; got {quote(value)}."
            )
    start = ProgramModel() if model is None else model
    space = space_of(parameters, start, wanted, who=who)
    found = _search(start, space, wanted, setting or Setting(), (n_points, n_waves, n_runs), seed)
    return _as_set(*found, space, wanted, start, _made(who, found[1], n_waves, n_runs, seed))


def default_targets() -> tuple[Target, ...]:
    """Give the external checks with a verified number that a single program can tell."""
    return tuple(
        target
        for target in EXTERNAL_CHECKS
        if target.verified and target.moment not in OWN_PROGRAMS
    )


def _search(
    model: ProgramModel,
    space: Space,
    targets: tuple[Target, ...],
    setting: Setting,
    sizes: tuple[int, int, int],
    seed: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Simulate wave after wave; give waves, points of the unit cube, and moments."""
    n_points, n_waves, n_runs = sizes
    names = [target.moment for target in targets]
    rng = child_rng(seed, "calibrate")
    points = spread_points(n_points, space.size, rng)
    waves, tried, values = [], [], []
    emulators: list[Emulator] = []
    for wave in range(1, n_waves + 1):
        waves.append(np.full(len(points), wave))
        tried.append(points)
        values.append(simulate_points(model, space, points, names, setting, seed, n_runs))
        if wave == n_waves:
            break
        every, moments = np.vstack(tried), np.vstack(values)
        emulators.append(_emulator_of(every, moments, targets, first=wave == 1))
        level = 0.0 if wave + 1 == n_waves else IMPLAUSIBLE
        begin = _best(every, moments, emulators[-1], targets, n_points, rng)
        points = draw_plausible(begin, emulators, targets, rng, level=level)
    return np.concatenate(waves), np.vstack(tried), np.vstack(values)


def simulate_points(
    model: ProgramModel,
    space: Space,
    points: np.ndarray,
    names: Sequence[str],
    setting: Setting,
    seed: int,
    n_runs: int,
) -> np.ndarray:
    """Give the mean moments at points of the unit cube, all with the same draws.

    Returns
    -------
    ndarray of float64, shape (points, names)
    """
    found = np.empty((len(points), len(names)))
    for k, point in enumerate(points):
        here = space.model(model, point)
        runs = moments_of(here, names, setting=setting, seed=seed, n_runs=n_runs)
        found[k] = runs.mean(axis=0)
    return found


def _emulator_of(
    points: np.ndarray, values: np.ndarray, targets: tuple[Target, ...], *, first: bool
) -> Emulator:
    """Fit surfaces to all points at first, later to the better half, where they have to be true."""
    if first:
        return fit_emulator(points, values)
    spread = np.nanstd(values, axis=0)
    worst = implausibility(values, spread, targets).max(axis=1)
    near = np.argsort(worst, kind="stable")[: max(len(points) // 2, min(len(points), 10))]
    return fit_emulator(points[near], values[near])


def _best(
    points: np.ndarray,
    values: np.ndarray,
    emulator: Emulator,
    targets: tuple[Target, ...],
    n: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Give the points that come closest, repeated up to `n`."""
    worst = implausibility(values, emulator.error, targets).max(axis=1)
    best = np.argsort(worst, kind="stable")[: max(n // 3, 4)]
    return points[rng.choice(best, n)]


def _as_set(
    waves: np.ndarray,
    points: np.ndarray,
    values: np.ndarray,
    space: Space,
    targets: tuple[Target, ...],
    model: ProgramModel,
    made: Provenance,
) -> CalibratedSet:
    names = [target.moment for target in targets]
    met = np.column_stack(
        [(v >= t.low) & (v <= t.high) for v, t in zip(values.T, targets, strict=True)]
    )
    kept, given_up = largest_joint_set(met, names)
    frame = pd.concat(
        [
            pd.DataFrame({"wave": waves, "member": kept}),
            pd.DataFrame(space.values(points), columns=list(space.names)),
            pd.DataFrame(values, columns=names),
        ],
        axis=1,
    )
    pairs = conflicts_of(met, names) if given_up else []
    conflicts = pd.DataFrame(pairs, columns=["first", "second", "n_first", "n_second"])
    return CalibratedSet(frame, space, targets, given_up, conflicts, model, provenance=made)


def _made(who: str, points: np.ndarray, n_waves: int, n_runs: int, seed: int) -> Provenance:
    return Provenance(
        who, {"n_points": len(points), "n_waves": n_waves, "n_runs": n_runs, "seed": int(seed)}
    )
