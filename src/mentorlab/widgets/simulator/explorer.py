"""Try a program's levers and matching policies: what they bring about, how sure, and for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from html import escape
from typing import Any

import ipywidgets as W  # noqa: N812 (its usual short name)
import pandas as pd

from ...errors import OptionError
from ...matching import Market
from ...matching.market.build import Rule
from ...matching.utility.weighting import Term, Utility
from ...program import Program
from ...simulation import Levers, PoolGenerator, ProgramModel
from ..controls import CLASS
from ..kit import Explorer
from ..view import View
from ..worker import IsCurrent, Progress
from .controls import LEVERS, simulator_controls
from .picture import SimulatorPicture
from .runs import Policies, Pool, Setting, SimulatedPool
from .view import as_levers, checked_kind, view_of

WHO = "policy_simulator"
_LEFT, _CONTROL, _RIGHT = "19em", "17em", "32em"  # a narrow page puts the picture below
_MS_OF_A_SIMULATION = 1000.0  # anything above the time that may pass before a thread is used
_USUAL_RUNS = 200


@dataclass(frozen=True)
class SimulatorState:
    """What the controls of `policy_simulator` say.

    Attributes
    ----------
    policies : tuple of str
        What is compared, the baseline first.
    measure : str
        What is looked at.
    kind : str
        The kind of program.
    size : int
        Mentees of a generated pool; 0 for a pool that was given.
    levers : Levers
        Where the controls began; levers without a control stay so.
    n_runs : int
        Replications wanted.
    done : int
        Replications shown while more are to come; 0 for all.

    Notes
    -----
    Every lever with a control is a field of its own, named as in `Levers`.
    """

    policies: tuple[str, ...]
    measure: str
    kind: str
    size: int
    levers: Levers
    checkins_first_month: int
    checkin_every_weeks: int
    mentor_training: float
    mentee_training: float
    meetings_per_month: float
    planned_weeks: int
    extra_places: int
    group_size: int
    closure_procedure: bool
    matching_form: str
    n_runs: int
    done: int = 0

    @property
    def setting(self) -> Setting:
        """What is simulated."""
        moved = {name: getattr(self, name) for name in LEVERS}
        if self.planned_weeks != self.levers.planned_weeks:
            moved["horizon_weeks"] = 2 * self.planned_weeks
        return Setting(self.policies, self.levers.replace(**moved), self.kind, self.size)


class PolicySimulator(Explorer):
    """A widget that shows a first round of replications soon, and better ones as they come."""

    def __init__(self, *, pool: SimulatedPool, state: SimulatorState, **parts: Any) -> None:
        self._pool = pool
        self._awaited = ""
        first = self._round(state, pool.rounds(state.setting, state.n_runs)[0])
        self._waiting = bool(first.done)
        super().__init__(state=first, estimate_ms=self._estimate, **parts)
        self._state = state

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for work in the background; tell whether it ended before `timeout` seconds."""
        self._refine()
        return super().wait(timeout)

    def cancel(self, _: Any = None) -> None:
        """Stop work in the background; what was shown last stays."""
        self._waiting = False
        super().cancel()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**options)
        self._refine()  # after the bundle: what is stored does not hang on the machine's speed
        return bundle

    def _refine(self) -> None:
        if self._waiting:
            self._waiting = False
            self._show(self._state)

    def _estimate(self, state: SimulatorState) -> float:
        return 0 if self._pool.has(state.setting, state.n_runs) else _MS_OF_A_SIMULATION

    def _show(self, state: SimulatorState) -> None:
        self._waiting, self._awaited = False, ""
        super()._show(replace(state, done=0))

    def _work(self, state: SimulatorState, is_current: IsCurrent) -> None:
        for n_runs in self._pool.rounds(state.setting, state.n_runs):
            step = self._round(state, n_runs)
            shown = self._seen.get(step)
            if shown is not None and shown is self._result:
                self._awaited = _more(step)
                continue
            super()._work(step, is_current)
            if self.error or not is_current():
                return

    @staticmethod
    def _round(state: SimulatorState, n_runs: int) -> SimulatorState:
        return replace(state, done=0 if n_runs == state.n_runs else n_runs)

    def _present(self, view: View) -> None:
        answer = view.answer
        more = answer.n_runs < answer.wanted
        self._awaited = _progress(answer.n_runs, answer.wanted) if more else ""
        super()._present(view)
        self._banner.value = _banner_html(answer.banner)
        if more and not self._waiting:
            self._cancel.layout.display = ""

    def _say(self, text: str) -> None:
        if text.startswith("ready") and self._awaited:
            text = f"{text}: {self._awaited}"
        elif text.startswith("running") and self._awaited:
            text = f"ready {self._n_shown}: refining, {text}"
        elif text.startswith("canceled") and self._awaited:
            text = f"ready {self._n_shown}: canceled, {self._awaited.split(';')[0]} are shown"
        super()._say(text)

    def _make_page(self, picture: Any) -> None:
        super()._make_page(picture)
        self._banner = W.HTML()
        self._banner.add_class(f"{CLASS}-banner")
        controls, status, shown = self.box.children
        controls.layout = W.Layout(flex_flow="row wrap", flex=f"1 1 {_LEFT}", min_width="0")
        for control in self.controls.values():
            control.layout.width = "auto"
            control.layout.flex = f"1 1 {_CONTROL}"
            control.layout.grid_template_columns = "1fr"  # buttons stand below their label
        self._table.layout.overflow = "auto"
        right = W.VBox(
            [self._banner, status, shown], layout=W.Layout(flex=f"3 1 {_RIGHT}", min_width="0")
        )
        both = W.Layout(flex_flow="row wrap", align_items="flex-start")
        self.box.children = [W.HBox([controls, right], layout=both)]


def policy_simulator(
    pool: Pool = None,
    *,
    policies: Policies = None,
    levers: Levers | Mapping[str, Any] | None = None,
    kind: str = "youth_community",
    model: ProgramModel | None = None,
    n_runs: int = _USUAL_RUNS,
    seed: int = 1,
    by: str | Sequence[str] = (),
    preferences: pd.DataFrame | None = None,
    utility: Term | Utility | None = None,
    rules: Sequence[Rule] | None = None,
    declared: Sequence[str] = (),
) -> Explorer:
    """See what a program's levers and matching policies bring about, how sure, and for whom.

    Controls on the left choose policies, what they are compared in, the kind of program, and the
    levers: check-ins, training, meetings, planned weeks, places, closure procedure, who judges fit.
    On the right stand the paired contrasts with 95 % intervals, how long relationships last, which
    groups gain or lose, the policies side by side, and the call of `simulator_view` that gives them
    again. A few replications are shown first; the others follow in the background.

    Parameters
    ----------
    pool : Program, pandas.DataFrame, Market, PoolGenerator or callable, optional
        As `simulator_view` takes it.
    policies : sequence or mapping, optional
        Policies to choose from, the baseline first, all chosen at first; usual ones when left out.
    levers : Levers or mapping, optional
        Where to begin, and the levers without a control.
    kind : {"youth_community", "school", "workplace"}
        The kind of program to begin with.
    model : ProgramModel, optional
        A model of your own instead of the kinds of programs.
    n_runs : int
        Replications in the end, 2 or more.
    seed : int
        Names all draws.
    by : str or sequence of str
        Columns of the mentees' rows whose groups are followed.
    preferences, utility, rules, declared
        As `build_market` takes them, for a program or an applicants table.

    Returns
    -------
    Explorer
        The widget; `.state`, `.result`, `.code` and `.static()` work without a front end, and
        `.wait()` waits for the last replications.

    Raises
    ------
    OptionError
        For whatever can't be used, by name.
    MarketError, MissingTableError
        If the market can't be built.
    EstimationError
        If fewer than two policies finished.

    Examples
    --------
    >>> import mentorlab as ml
    >>> pool = ml.simulation.PoolGenerator(40, 30)
    >>> widget = ml.widgets.policy_simulator(pool, policies=["random", "optimal"], n_runs=16)
    >>> widget.controls["extra_places"].value = 1
    >>> widget.wait()
    True
    >>> widget.code.endswith("levers={'extra_places': 1}, n_runs=16)")
    True
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
    if len(known.policies) < 2:
        raise OptionError(f"{WHO}: `policies` must name two policies or more to compare.")
    checked = checked_kind(kind, known)
    start = as_levers(levers, known.levers(checked))
    given = {
        "preferences": preferences,
        "utility": utility,
        "rules": rules,
        "declared": list(declared) or None,
    }
    fixed = _fixed(given, known)

    def render(state: SimulatorState, progress: Progress) -> View:
        n_runs = state.done or state.n_runs

        def tell(done: int, _: int) -> None:
            progress(done, state.n_runs)

        answer = view_of(known, state.setting, state.measure, n_runs, state.n_runs, tell)
        said = [_data(pool, known, state), _policies(policies, known, state)]
        code = ", ".join([*said, *_keywords(known, state, n_runs), *fixed])
        return View(
            answer=answer,
            frame=answer.to_frame(),
            tables=answer.tables(),
            notes=answer.notes(),
            code=f"ml.widgets.simulator_view({code})",
            headline=answer.headline(),
        )

    state = SimulatorState(
        policies=known.usual,
        measure="benefit",
        kind=checked,
        size=known.size,
        levers=start,
        n_runs=n_runs,
        **{name: getattr(start, name) for name in LEVERS},
    )
    return PolicySimulator(
        pool=known,
        state=state,
        controls=simulator_controls(known, start, n_runs),
        render=render,
        picture=SimulatorPicture,
    )


def _data(pool: Any, known: SimulatedPool, state: SimulatorState) -> str:
    """Name the pool in code; a generated one is written out."""
    if state.size:
        made = known.generator(state.size)
        given = {f.name: getattr(made, f.name) for f in fields(made)}
        said = [f"{name}={value!r}" for name, value in given.items() if value is not None]
        return f"ml.simulation.{PoolGenerator.__name__}({', '.join(said)})"
    names = {Program: "program", pd.DataFrame: "applicants", Market: "market"}
    return next((name for kind, name in names.items() if isinstance(pool, kind)), "make_market")


def _policies(given: Policies, pool: SimulatedPool, state: SimulatorState) -> str:
    """Name the chosen policies in code; those that are no names are taken from what was given."""
    chosen = list(state.policies)
    if all(pool.policies[name] == name for name in chosen):
        return f"policies={chosen!r}"
    if chosen == list(pool.policies):
        return "policies=policies"
    if isinstance(given, Mapping):
        return f"policies={{name: policies[name] for name in {chosen!r}}}"
    places = [list(pool.policies).index(name) for name in chosen]
    return f"policies=[policies[k] for k in {places!r}]"


def _keywords(pool: SimulatedPool, state: SimulatorState, n_runs: int) -> list[str]:
    """Give the keywords that controls change, where they differ from the usual."""
    said = []
    if state.measure != "benefit":
        said.append(f"measure={state.measure!r}")
    if pool.model is None and state.kind != "youth_community":
        said.append(f"kind={state.kind!r}")
    levers, usual = state.setting.levers, pool.levers(state.kind)
    moved = {name: value for name, _, value in levers.rows() if value != getattr(usual, name)}
    if levers.horizon_weeks == 2 * levers.planned_weeks:
        moved.pop("horizon_weeks", None)
    else:
        moved["horizon_weeks"] = levers.horizon_weeks
    if moved:
        said.append(f"levers={moved!r}")
    return [*said, f"n_runs={n_runs}"]


def _fixed(given: Mapping[str, Any], known: SimulatedPool) -> list[str]:
    """Give the keywords that no control changes."""
    said = [f"{name}={name}" for name in ("preferences", "utility", "rules") if _is(given[name])]
    if given["declared"]:
        said.append(f"declared={given['declared']!r}")
    if known.model is not None:
        said.append("model=model")
    if known.by:
        said.append(f"by={list(known.by)!r}")
    if known.seed != 1:
        said.append(f"seed={known.seed!r}")
    return said


def _is(value: Any) -> bool:
    return value is not None


def _progress(done: int, wanted: int) -> str:
    return f"{done:,} of {wanted:,} replications; more are coming"


def _more(state: SimulatorState) -> str:
    return _progress(state.done, state.n_runs)


def _banner_html(text: str) -> str:
    return (
        '<div style="line-height:1.4;border-left:3px solid currentColor;padding:.1em .7em;'
        f'opacity:.85"><b>What the numbers rest on.</b> {escape(text)}</div>'
    )
