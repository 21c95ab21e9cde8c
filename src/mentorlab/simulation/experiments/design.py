"""Designs: which uncertainties and levers take which values together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from ...errors import OptionError, did_you_mean, quote
from ...rng import child_rng
from ..admit import MarketSource, named_policies, source_of
from ..model import ProgramModel
from ..parameters import Levers
from ..study import DesignRow, Study, Task

_KINDS = ("grid", "latin", "models")
_WEEKS_PER_TASK = 2_000_000  # relationship weeks of some tenths of a second


@dataclass(frozen=True, eq=False)
class DesignStudy(Study):
    """A study whose rows are named by their own content, so that a larger design finds them."""

    def key(self, task: Task) -> str:
        """Name a task's result by the content of its row."""
        return self._row_studies[task.row].key(replace(task, row=0))

    @cached_property
    def _row_studies(self) -> tuple[Study, ...]:
        return tuple(
            Study(self.source, self.policies, (row,), self.seed, self.crn, self.draws)
            for row in self.rows
        )


@dataclass(frozen=True, eq=False)
class Design:
    """Which uncertainties and levers are varied, and in what program.

    Parameters
    ----------
    market : Market, PoolGenerator or callable
        As `compare_policies` takes it.
    policies : sequence or mapping
        As `compare_policies` takes it; the first is the baseline.
    factors : mapping of str to sequence
        Dotted names of uncertainties and names of levers. With ``kind="grid"`` the values of each,
        all combinations of which are simulated; with ``kind="latin"`` a pair (low, high).
    kind : {"grid", "latin", "models"}
        All combinations; points spread evenly over the ranges; or the `models` as they are.
    n_points : int
        Points of a Latin hypercube.
    models : sequence of ProgramModel
        For ``kind="models"``: for instance those of a calibrated set.
    model, levers : ProgramModel, Levers
        What is not varied.

    Raises
    ------
    OptionError
        If a factor is unknown, a value is out of range, or nothing is varied.

    Examples
    --------
    >>> from mentorlab.simulation import PoolGenerator
    >>> from mentorlab.simulation.experiments import Design
    >>> factors = {"checkin_every_weeks": [0, 4], "extra_places": [0, 1]}
    >>> design = Design(PoolGenerator(40, 30), ["random"], factors)
    >>> design.table().shape
    (4, 3)
    """

    market: MarketSource
    policies: Any
    factors: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    kind: str = "grid"
    n_points: int = 64
    models: Sequence[ProgramModel] = ()
    model: ProgramModel = field(default_factory=ProgramModel)
    levers: Levers = field(default_factory=Levers)

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            raise OptionError(
                f"Design: `kind` must be 'grid', 'latin' or 'models'; got {quote(self.kind)}."
            )
        named_policies(self.policies, who="Design")
        source_of(self.market, (), who="Design")
        if self.kind == "models":
            self._check_models()
        elif not self.factors:
            raise OptionError("Design: `factors` must name at least one parameter or lever.")
        for name, values in self.factors.items():
            self._check_factor(name, values)

    @property
    def names(self) -> tuple[str, ...]:
        """What is varied."""
        return tuple(self.factors)

    def ranges(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the lowest and the highest value of each factor."""
        pairs = [(min(values), max(values)) for values in self.factors.values()]
        low, high = np.array(pairs, dtype=float).T
        return low, high

    def table(self, seed: int = 0) -> pd.DataFrame:
        """List the points of the design: `row` and one column a factor.

        Parameters
        ----------
        seed : int
            Of a Latin hypercube.
        """
        if self.kind == "models":
            rows = [{"row": k, "model": model.name} for k, model in enumerate(self.models)]
            return pd.DataFrame(rows)
        if self.kind == "latin":
            return self.points_table(self._spread(seed))
        combos = list(product(*self.factors.values()))
        frame = pd.DataFrame(combos, columns=list(self.names))
        return frame.rename_axis("row").reset_index()

    def points_table(self, points: np.ndarray) -> pd.DataFrame:
        """List points given as values of the factors, whole where a lever is whole."""
        frame = pd.DataFrame(points, columns=list(self.names))
        for name in self.names:
            if name in Levers.declared() and isinstance(getattr(Levers, name), int):
                frame[name] = frame[name].round().astype(int)
        return frame.rename_axis("row").reset_index()

    def rows_of(self, table: pd.DataFrame) -> tuple[DesignRow, ...]:
        """Give the design rows of a table of points."""
        if self.kind == "models":
            return tuple(DesignRow(model, self.levers) for model in self.models)
        return tuple(self._row(values) for values in table.drop(columns="row").to_dict("records"))

    def study(self, table: pd.DataFrame, seed: int, **options: Any) -> DesignStudy:
        """Give the study of these points."""
        return DesignStudy(
            source_of(self.market, (), who="Design"),
            named_policies(self.policies, who="Design"),
            self.rows_of(table),
            int(seed),
            **options,
        )

    def _spread(self, seed: int) -> np.ndarray:
        from scipy.stats import qmc

        low, high = self.ranges()
        rng = child_rng(seed, "design")
        return low + qmc.LatinHypercube(d=len(low), rng=rng).random(self.n_points) * (high - low)

    def _row(self, values: Mapping[str, Any]) -> DesignRow:
        decided = {name: value for name, value in values.items() if name in Levers.declared()}
        assumed = {name: value for name, value in values.items() if name not in decided}
        return DesignRow(self.model.with_values(assumed), self.levers.replace(**decided))

    def _check_models(self) -> None:
        if self.factors:
            raise OptionError("Design: with kind='models' there are no `factors`; leave them out.")
        if not self.models or not all(isinstance(model, ProgramModel) for model in self.models):
            raise OptionError(
                "Design: with kind='models', `models` must hold ProgramModels, for instance "
                "calibrate(...).models()."
            )

    def _check_factor(self, name: str, values: Sequence[Any]) -> None:
        known = (*self.model.values(), *Levers.declared())
        if name not in known:
            near = did_you_mean(name, known)
            raise OptionError(
                f"Design: there is no parameter or lever {quote(name)}; see ProgramModel().table() "
                f"and Levers.table(). {near}".rstrip()
            )
        if isinstance(values, str) or not hasattr(values, "__len__") or not len(values):
            raise OptionError(
                f"Design: the factor {quote(name)} must have values; got {quote(values)}."
            )
        if self.kind == "latin" and (len(values) != 2 or not values[0] < values[1]):
            raise OptionError(
                f"Design: with kind='latin' the factor {quote(name)} must be (low, high), low "
                f"below high; got {quote(values)}."
            )
        for value in values:
            self._row({name: value})


def runs_per_part(study: Study, n_runs: int) -> int:
    """Cut replications so that a part takes some tenths of a second, by the size of the program.

    The cut depends on the study alone, so that parts are found again on any machine.
    """
    n_mentees = study.world(0, 0).n_mentees
    longest = max(row.levers.horizon_weeks for row in study.rows)
    weeks = n_mentees * longest * len(study.policies)
    return int(min(n_runs, max(1, _WEEKS_PER_TASK // max(weeks, 1))))
