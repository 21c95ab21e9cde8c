"""Try matching policies on one applicant pool: weights, rules, places, and who pays for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import ipywidgets as W  # noqa: N812 (its usual short name)
import pandas as pd

from ..errors import MarketError, OptionError, did_you_mean, quote
from ..matching import Market
from ..matching.market.build import Rule
from ..matching.utility.weighting import Term, Utility
from ..options import PartnerRole
from ..program import Program
from .controls import Buttons, Control, MultiSelect, Slider, Typed
from .kit import Explorer
from .matching_controls import Weights
from .matching_picture import MatchingPicture
from .matching_pool import MatchingPool, Names, Setting
from .matching_view import AGAINST, checked_policies, view_of
from .view import View
from .worker import Progress

WHO = "matching_lab"
_FIRST = ("mentee_proposing", "optimal")  # a start that most programs know, where it is offered
_MS_A_POLICY = 20  # measured at 300 x 150, with its share of the comparison
_MS_PAIRS = 45_000
_LEAST_TOP = 3.0
_STEP = 0.25
_MORE, _FEWER = 3, -2
_LEFT = "19em"


@dataclass(frozen=True)
class MatchingState:
    """What the controls of `matching_lab` say.

    Attributes
    ----------
    policy : str
        The policy.
    weights : tuple of float
        One for each term of the utility.
    on : tuple of str
        Rules in force, of those that can be switched.
    extra_places : int
        Places that every mentor has more than stated.
    against : str
        What the trade-off sets against the total utility.
    person : str
        Whose match is explained, as the field names people; empty for the worst-off mentee.
    compared : bool
        Whether the other policies have been run, too.
    """

    policy: str
    weights: tuple[float, ...] = ()
    on: Names = ()
    extra_places: int = 0
    against: str = "blocking_share"
    person: str = ""
    compared: bool = True

    @property
    def setting(self) -> Setting:
        """What the market is made with."""
        return Setting(self.weights, self.on, self.extra_places)


class MatchingLab(Explorer):
    """A widget that shows the chosen policy at once and the other policies as soon as they ran."""

    _more_to_come = False

    def _show(self, state: MatchingState) -> None:
        whole = replace(state, compared=True)
        if whole not in self._seen and self._estimate_ms(whole):
            self._more_to_come = True
            try:
                super()._show(replace(state, compared=False))
            finally:
                self._more_to_come = False
            if self.error:
                return
        super()._show(whole)

    def _say(self, text: str) -> None:
        is_half = self._more_to_come and text.startswith("ready")
        super()._say("comparing policies" if is_half else text)


def matching_lab(
    pool: Program | pd.DataFrame | Market,
    *,
    preferences: pd.DataFrame | None = None,
    utility: Term | Utility | None = None,
    rules: Sequence[Rule] | None = None,
    policies: Sequence[str] | None = None,
    declared: Sequence[str] = (),
    seed: int = 1,
) -> Explorer:
    """See who is matched with whom by each policy, what it costs, and why one person fares so.

    Controls on the left choose the policy, the weight of each term of the utility, the rules in
    force, how many places mentors have, and the person to explain. On the right stand every
    mentor's places, the trade-off of all policies with the Pareto front, the explanation, the
    worst-off mentees, the measures, and the call of `matching_view` that gives them again. The
    chosen policy is shown at once; the others follow in the background.

    Parameters
    ----------
    pool : Program, pandas.DataFrame or Market
        A program with applicants, an applicants table, or a market that is built (whose rules then
        stay as they are).
    preferences : pandas.DataFrame, optional
        Stated wishes; a program brings its own.
    utility : term or weighted sum of terms, optional
        As `build_market` takes it.
    rules : sequence, optional
        As `build_market` takes them, each with a checkbox, in force at first. When left out, the
        rules that the columns allow for are offered: reporting line, same department, shared site,
        shared languages, time zones.
    policies : sequence of str, optional
        Policies to choose from; all that can be asked on this pool when left out.
    declared : sequence of str
        Protected attributes that terms and rules may use.
    seed : int
        What lotteries start from.

    Returns
    -------
    Explorer
        The widget; `.state`, `.result`, `.code` and `.static()` work without a front end.

    Raises
    ------
    OptionError
        If `pool` is none of these, or a policy is unknown.
    MissingTableError
        If the program has no applicants.
    MarketError
        If the market can't be built.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> widget = ml.widgets.matching_lab(program, policies=["mentee_proposing", "optimal"])
    >>> widget.controls["policy"].value = "optimal"
    >>> print(widget.code)
    ml.widgets.matching_view(program, policy='optimal', policies=['mentee_proposing', 'optimal'])
    """
    known = MatchingPool.of(
        pool,
        preferences=preferences,
        utility=utility,
        rules=rules,
        declared=declared,
        seed=seed,
        who=WHO,
    )
    offered = checked_policies(known, policies, who=WHO)
    if not offered:
        raise OptionError(f"{WHO}: `policies` must name at least one policy; got none.")
    people = People(known.market)
    first = next((name for name in _FIRST if name in offered), offered[0])
    given = {
        "preferences": preferences is not None,
        "utility": utility is not None,
        "rules": rules is not None,
    }
    call, fixed = _call(pool, given, policies, declared, seed)

    def render(state: MatchingState, progress: Progress) -> View:
        person, side = people.find(state.person)
        compared = offered if state.compared else ()
        answer = view_of(
            known, state.setting, state.policy, compared, state.against, person, side, progress
        )
        return View(
            answer=answer,
            frame=answer.to_frame(),
            tables=answer.tables(),
            notes=answer.notes(),
            code=f"{', '.join([call, *_keywords(known, state, person, side), *fixed])})",
            headline=answer.headline(),
        )

    def estimate_ms(state: MatchingState) -> float:
        if not state.compared or known.has_compared(state.setting, offered):
            return 0
        return _MS_A_POLICY * len(offered) * max(known.market.n_pairs / _MS_PAIRS, 0.25)

    explorer = MatchingLab(
        state=MatchingState(first, known.usual.weights, known.usual.on),
        controls=matching_controls(known, offered, people),
        render=render,
        picture=lambda: MatchingPicture(len(offered)),
        estimate_ms=estimate_ms,
    )
    _controls_left(explorer)
    return explorer


class People:
    """The people of a market by the name that a field shows.

    Attributes
    ----------
    names : list of str
        All names, mentees first.
    """

    def __init__(self, market: Market) -> None:
        both = set(market.mentee_ids) & set(market.mentor_ids)
        self._by_name: dict[str, tuple[Any, PartnerRole]] = {}
        sides: tuple[tuple[PartnerRole, Any], ...] = (
            ("mentee", market.mentee_ids),
            ("mentor", market.mentor_ids),
        )
        for side, ids in sides:
            for one in ids.tolist():
                mark = f" ({side})" if one in both else ""
                self._by_name.setdefault(f"{one}{mark}", (one, side))
        self._twice = both
        self.names = list(self._by_name)

    def find(self, name: str) -> tuple[Any, PartnerRole | None]:
        """Give a person's id, and the side where it is needed; nobody for an empty name.

        Raises
        ------
        MarketError
            If nobody has the name.
        """
        name = name.strip()
        if not name:
            return None, None
        if name not in self._by_name:
            near = did_you_mean(name, self.names)
            raise MarketError(
                f"{WHO}: no mentee or mentor is called {quote(name)}. {near}".rstrip()
            )
        person, side = self._by_name[name]
        return person, side if person in self._twice else None


def matching_controls(pool: MatchingPool, policies: Names, people: People) -> tuple[Control, ...]:
    """Give the controls for a pool: its policies, terms, rules, places, goals and people."""
    top = max(_LEAST_TOP, *(2 * weight for weight in pool.usual.weights), 0.0)
    weights = Weights(
        name="weights",
        label="Weights",
        help="How much each part of the utility counts",
        names=pool.terms,
        low=0.0,
        high=top,
        step=_STEP,
    )
    rules = MultiSelect(
        name="on",
        label="Rules",
        help="Which rules keep pairs apart",
        options=[(name, name) for name in pool.rules],
    )
    return (
        Buttons(
            name="policy",
            label="Policy",
            help="How mentees and mentors are matched",
            options=[(name.replace("_", " "), name) for name in policies],
        ),
        *([weights] if pool.terms else []),
        *([rules] if pool.rules else []),
        Slider(
            name="extra_places",
            label="Places more",
            help="Places that every mentor takes more (or fewer) than stated, at least one",
            low=_FEWER,
            high=_MORE,
        ),
        Buttons(
            name="against",
            label="Trade-off",
            help="What the picture sets against the total utility",
            options=[(words, goal) for goal, words in AGAINST.items()],
        ),
        Typed(
            name="person",
            label="Explain",
            help="Whose match is explained; empty for the worst-off mentee",
            suggestions=people.names,
            placeholder="the worst off",
        ),
    )


def _controls_left(explorer: Explorer) -> None:
    controls, status, shown = explorer.box.children
    controls.layout = W.Layout(
        flex_flow="column", align_items="stretch", width=_LEFT, min_width=_LEFT
    )
    for control in explorer.controls.values():
        control.layout.width = "auto"
        control.layout.grid_template_columns = "1fr"  # buttons stand below their label
    right = W.VBox([status, shown], layout=W.Layout(flex="1 1 0", min_width="0"))
    explorer.box.children = [W.HBox([controls, right])]


def _call(
    pool: Any, given: dict[str, bool], policies: Any, declared: Sequence[str], seed: int
) -> tuple[str, list[str]]:
    """Give the start of the twin's call, and the keywords that no control changes."""
    data = {Program: "program", Market: "market"}.get(type(pool), "applicants")
    fixed = [f"{name}={name}" for name, is_given in given.items() if is_given]
    if policies is not None:
        fixed.append(f"policies={list(policies)!r}")
    if declared:
        fixed.append(f"declared={list(declared)!r}")
    if seed != 1:
        fixed.append(f"seed={seed!r}")
    return f"ml.widgets.matching_view({data}", fixed


def _keywords(
    pool: MatchingPool, state: MatchingState, person: Any, side: PartnerRole | None
) -> list[str]:
    moved = {
        name: weight
        for name, weight, usual in zip(pool.terms, state.weights, pool.usual.weights, strict=True)
        if weight != usual
    }
    said = {"policy": state.policy}
    if moved:
        said["weights"] = moved
    if state.on != pool.usual.on:
        said["on"] = list(state.on)
    if state.extra_places:
        said["extra_places"] = state.extra_places
    if person is not None:
        said["person"] = person
    if side is not None:
        said["side"] = side
    if state.against != "blocking_share":
        said["against"] = state.against
    if not state.compared:
        said["compare"] = False
    return [f"{name}={value!r}" for name, value in said.items()]
