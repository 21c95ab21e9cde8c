"""Compare policies over simulated program years, by one plain function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ...errors import OptionError, did_you_mean, listing, quote
from ...matching.market.build import Rule
from ...matching.utility.weighting import Term, Utility
from ...provenance import Provenance
from ...simulation import Levers, ProgramModel
from ...simulation.measures import MEASURES, check_measure
from .result import SimulatorView
from .runs import OWN, Policies, Pool, Setting, SimulatedPool, Tell

WHO = "simulator_view"


def simulator_view(
    pool: Pool = None,
    *,
    policies: Policies = None,
    measure: str = "benefit",
    kind: str = "youth_community",
    model: ProgramModel | None = None,
    levers: Levers | Mapping[str, Any] | None = None,
    n_runs: int = 200,
    seed: int = 1,
    by: str | Sequence[str] = (),
    preferences: pd.DataFrame | None = None,
    utility: Term | Utility | None = None,
    rules: Sequence[Rule] | None = None,
    declared: Sequence[str] = (),
) -> SimulatorView:
    """Tell which matching policy serves a program better, and who would rather have another.

    Parameters
    ----------
    pool : Program, pandas.DataFrame, Market, PoolGenerator or callable, optional
        A program with applicants, an applicants table, a market that is built, or what makes
        markets; 300 mentees and 200 mentors of the model when left out.
    policies : sequence or mapping, optional
        As `compare_policies` takes them, the baseline first; four usual ones when left out.
    measure : str
        What is looked at, from `simulation.list_measures`.
    kind : {"youth_community", "school", "workplace"}
        The kind of program, which says what the numbers rest on; see `simulation.context`.
    model : ProgramModel, optional
        A model of your own instead, for instance one calibrated to your program.
    levers : Levers or mapping, optional
        What the program decides; a mapping names what differs from how this kind of program is
        usually run. Where it names no horizon, the program is watched for twice the planned weeks.
    n_runs : int
        Replications, 2 or more.
    seed : int
        Names all draws.
    by : str or sequence of str
        Columns of the mentees' rows whose groups are followed.
    preferences, utility, rules, declared
        As `build_market` takes them, for a program or an applicants table.

    Returns
    -------
    SimulatorView

    Raises
    ------
    OptionError
        For whatever can't be used, by name.
    MarketError, MissingTableError
        If the market can't be built.
    EstimationError
        If fewer than two policies finished.

    Notes
    -----
    The numbers are those of `compare_policies` with the same inputs.

    References
    ----------
    grimm2020, klein2024

    Examples
    --------
    >>> import mentorlab as ml
    >>> pool = ml.simulation.PoolGenerator(40, 30)
    >>> view = ml.widgets.simulator_view(pool, policies=["random", "optimal"], n_runs=8)
    >>> view.baseline, view.n_runs
    ('random', 8)
    """
    known = SimulatedPool.of(
        pool,
        policies,
        preferences=preferences,
        utility=utility,
        rules=rules,
        declared=declared,
        model=model,
        by=by,
        seed=seed,
        who=WHO,
    )
    chosen = known.usual if policies is None else tuple(known.policies)
    checked = checked_kind(kind, known)
    decided = as_levers(levers, known.levers(checked))
    setting = Setting(chosen, decided, checked, known.size)
    return view_of(known, setting, measure, n_runs, n_runs)


def view_of(
    pool: SimulatedPool,
    setting: Setting,
    measure: str,
    n_runs: int,
    wanted: int,
    tell: Tell = lambda done, total: None,
) -> SimulatorView:
    """Make the view of a setting; `tell` hears how far the simulation has come."""
    check_measure(measure, who=WHO)
    if not MEASURES[measure].better:
        raise OptionError(
            f"{WHO}: neither more nor less {quote(measure)} is better; choose another measure."
        )
    found = pool.compare(setting, n_runs, measure, tell, who=WHO)
    return SimulatorView(
        found,
        measure,
        setting.kind,
        pool.banner(setting.kind),
        wanted,
        provenance=Provenance(WHO, dict(found.provenance.parameters)),
    )


def as_levers(levers: Levers | Mapping[str, Any] | None, usual: Levers) -> Levers:
    """Take levers, or what differs from the usual ones.

    Raises
    ------
    OptionError
        If a lever is unknown or out of range.

    Examples
    --------
    >>> as_levers({"planned_weeks": 26}, Levers()).horizon_weeks
    52
    """
    if isinstance(levers, Levers):
        return levers
    if levers is not None and not isinstance(levers, Mapping):
        raise OptionError(
            f"{WHO}: `levers` must be Levers(...) or a mapping of levers; got {quote(levers)}."
        )
    changed = usual.replace(**dict(levers or {}))
    if "horizon_weeks" in (levers or {}):
        return changed
    return changed.replace(horizon_weeks=2 * changed.planned_weeks)


def checked_kind(kind: str, pool: SimulatedPool) -> str:
    """Give the kind of program to simulate.

    Raises
    ------
    OptionError
        If there is none of this name.
    """
    if pool.model is not None:
        return OWN
    if kind in pool.kinds:
        return kind
    near = did_you_mean(kind, pool.kinds)
    raise OptionError(
        f"{WHO}: `kind` must be {listing(pool.kinds)}; got {quote(kind)}. {near}".rstrip()
    )
