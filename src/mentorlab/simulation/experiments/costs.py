"""What a program costs: hours of mentors and staff, money, and money for each completed match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from ...provenance import Provenance
from ...result import Result
from ..compare import PolicyComparison
from ..contrasts import estimates_of
from ..measures import MEASURES
from ..parameters.fields import ParameterSet, uncertain
from ..run import ProgramRuns, need_two_runs

_UNITS = {
    "mentor_hours": "hours",
    "staff_hours": "hours",
    "money": "money",
    "money_per_mentee": "money",
    "money_per_completed": "money",
    "hours_per_completed": "hours",
}


@dataclass(frozen=True)
class Costs(ParameterSet):
    """Declare what time and calls cost; the defaults are assumptions, so put in your own.

    Money is in any currency; every check-in is a coordinator's call.

    Examples
    --------
    >>> Costs(money_per_staff_hour=40.0).money_per_staff_hour
    40.0
    """

    hours_per_meeting: float = uncertain(
        1.5,
        unit="hours",
        low=0.0,
        high=24.0,
        source="assumption",
        meaning="a mentor's time for one meeting, on the way included",
    )
    training_hours: float = uncertain(
        8.0,
        unit="hours",
        low=0.0,
        high=100.0,
        source="pfund2014",
        meaning="a mentor's time for full training",
    )
    hours_per_checkin: float = uncertain(
        0.5,
        unit="hours",
        low=0.0,
        high=24.0,
        source="assumption",
        meaning="a coordinator's time for one check-in, notes included",
    )
    hours_per_match: float = uncertain(
        2.0,
        unit="hours",
        low=0.0,
        high=100.0,
        source="assumption",
        meaning="a coordinator's time to start one relationship",
    )
    money_per_mentor_hour: float = uncertain(
        0.0,
        unit="money",
        low=0.0,
        high=10_000.0,
        source="assumption",
        meaning="an hour of a mentor; 0 for volunteers",
    )
    money_per_staff_hour: float = uncertain(
        35.0,
        unit="money",
        low=0.0,
        high=10_000.0,
        source="assumption",
        meaning="an hour of a coordinator",
    )
    money_per_checkin: float = uncertain(
        0.0,
        unit="money",
        low=0.0,
        high=10_000.0,
        source="assumption",
        meaning="what a check-in costs besides the coordinator's time",
    )


@dataclass(frozen=True, eq=False, repr=False)
class CostTable(Result):
    """Costs of each policy.

    Attributes
    ----------
    rows : pandas.DataFrame
        `policy, measure, unit, estimate, std_error, conf_low, conf_high, n`.
    costs : Costs
        The prices.
    n_mentees : int
        Mentees in the program.
    """

    rows: pd.DataFrame
    costs: Costs
    n_mentees: int

    plotter: ClassVar[str] = "mentorlab.plots.simulation_checks:policy_costs"
    references: ClassVar[tuple[str, ...]] = ()

    def to_frame(self) -> pd.DataFrame:
        """Give one row a policy and measure."""
        return self.rows.copy()

    def headline(self) -> str:
        """Of what."""
        return f"Costs of a program of {self.n_mentees:,} mentees, means over replications"

    def notes(self) -> tuple[str, ...]:
        """The prices."""
        prices = ", ".join(
            f"{name.replace('_', ' ')} {value:g}" for name, _, value in self.costs.rows()
        )
        return (
            f"prices: {prices}",
            "replications without a completed relationship have no cost for each",
        )


def cost_table(found: PolicyComparison | ProgramRuns, costs: Costs | None = None) -> CostTable:
    """Tell what each policy costs, and what a completed relationship costs.

    Parameters
    ----------
    found : PolicyComparison or ProgramRuns
        From `compare_policies` or `simulate`, 2 replications or more.
    costs : Costs, optional
        Prices.

    Returns
    -------
    CostTable

    Raises
    ------
    OptionError
        If `found` or `costs` is something else, or there is one replication.

    Notes
    -----
    Mentor hours are meetings times the time for one (with the lever `group_size` as if every group
    were full: a lower limit), plus training by the lever for each mentor in
    the pool. Staff hours are check-ins and started relationships times the time for each. The ratio
    is taken in each replication and averaged.

    Examples
    --------
    >>> from mentorlab.simulation import PoolGenerator, compare_policies
    >>> from mentorlab.simulation.experiments import cost_table
    >>> found = compare_policies(PoolGenerator(40, 30), ["random"], n_runs=4, seed=1)
    >>> table = cost_table(found).to_frame().set_index("measure")
    >>> bool(table.loc["money_per_completed", "estimate"] > 0)
    True
    """
    who = "cost_table"
    costs = Costs() if costs is None else costs
    if not isinstance(found, (PolicyComparison, ProgramRuns)):
        raise OptionError(
            f"{who}: `found` must come from compare_policies or simulate; got "
            f"{quote(type(found).__name__)}."
        )
    if not isinstance(costs, Costs):
        raise OptionError(f"{who}: `costs` must be Costs(...); got {quote(costs)}.")
    need_two_runs(found.n_runs, who=who)
    single = isinstance(found, ProgramRuns)
    values = found.values[None] if single else found.values
    names = found.study.names if single else found.names
    world = found.study.world(0, 0)
    measured = _costs_of(values, world.n_mentees, world.n_mentors, costs, found)
    rows = pd.concat(
        [
            estimates_of(numbers, names, measure).assign(unit=_UNITS[measure])
            for measure, numbers in measured.items()
        ],
        ignore_index=True,
    )
    made = Provenance(who, dict(found.provenance.parameters))
    return CostTable(rows, costs, world.n_mentees, provenance=made)


def _costs_of(
    values: np.ndarray,
    n_mentees: int,
    n_mentors: int,
    costs: Costs,
    found: PolicyComparison | ProgramRuns,
) -> dict[str, np.ndarray]:
    """Give each cost in each replication, shape (policies, runs)."""
    levers = found.study.rows[0].levers

    def total(measure: str) -> np.ndarray:
        return values[..., list(MEASURES).index(measure)] * n_mentees

    mentor = (
        total("meetings") / levers.group_size * costs.hours_per_meeting
        + n_mentors * levers.mentor_training * costs.training_hours
    )
    causes = np.concatenate([block.causes for block in found.blocks], axis=1)
    names = found.study.names if isinstance(found, ProgramRuns) else found.names
    started = causes[[found.study.names.index(name) for name in names]].sum(axis=2)
    calls = total("checkins")
    staff = calls * costs.hours_per_checkin + started * costs.hours_per_match
    money = (
        mentor * costs.money_per_mentor_hour
        + staff * costs.money_per_staff_hour
        + calls * costs.money_per_checkin
    )
    completed = total("completed")
    ratio = np.where(completed > 0, completed, np.nan)
    return {
        "mentor_hours": mentor,
        "staff_hours": staff,
        "money": money,
        "money_per_mentee": money / n_mentees,
        "money_per_completed": money / ratio,
        "hours_per_completed": (mentor + staff) / ratio,
    }
