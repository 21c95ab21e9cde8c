"""The list of signals, and which of them a program's data allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import TYPE_CHECKING

import pandas as pd

from ...errors import OptionError, did_you_mean, quote
from .base import FunctionSignal, Signal

if TYPE_CHECKING:
    from ...program import Program

SIGNALS: dict[str, Signal] = {}


def register_signal(
    signal: Signal | Callable[[Program], pd.DataFrame], *, name: str | None = None
) -> Signal:
    """Add a signal of your own to those that `detect` reads.

    Running the same definition again replaces it, as when a notebook cell is run twice.

    Parameters
    ----------
    signal : Signal or callable
        A frozen dataclass with `Signal` as its base, or a function from a cut program to a frame
        with `relationship_id`, `value` (raised from 1 on) and, if wanted, `evidence`.
    name : str, optional
        For a function; its own name without.

    Raises
    ------
    OptionError
        If the name is taken by another signal, or it is neither a signal nor a function.

    Examples
    --------
    >>> from mentorlab.signals.catalog.registry import SIGNALS
    >>> def new_pairs(program):
    ...     young = program.relationships["started_on"] > program.cut_at - pd.Timedelta(days=14)
    ...     return program.relationships[["relationship_id"]].assign(value=young.astype(float))
    >>> added = register_signal(new_pairs)
    >>> "new_pairs" in set(list_signals()["signal"])
    True
    >>> del SIGNALS["new_pairs"]
    """
    who = "register_signal"
    all_signals()
    if not isinstance(signal, Signal):
        if not callable(signal):
            raise OptionError(f"{who}: needs a Signal or a function; got {quote(signal)}.")
        signal = FunctionSignal(signal, name or getattr(signal, "__name__", ""))
    if not signal.name:
        raise OptionError(f"{who}: the signal needs a name.")
    if signal.name in SIGNALS and not _is_same(SIGNALS[signal.name], signal):
        raise OptionError(f"{who}: the name {quote(signal.name)} is taken; choose another.")
    SIGNALS[signal.name] = signal
    return signal


def all_signals() -> dict[str, Signal]:
    """Give the registered signals by name, the package's own among them."""
    import_module("mentorlab.signals.catalog")
    return SIGNALS


def list_signals(program: Program | None = None) -> pd.DataFrame:
    """List the signals: what each stands for, needs and can't tell, and which are possible.

    Parameters
    ----------
    program : Program, optional
        Whose data decide which signals are possible.

    Returns
    -------
    pandas.DataFrame
        `signal, cause, rests_on, needs, threshold, reason, cannot_tell, question, in_budget`; with
        a program also `possible` and `missing`.

    Examples
    --------
    >>> import mentorlab as ml
    >>> signals = list_signals(ml.datasets.load_example_program())
    >>> bool(signals.set_index("signal").loc["poor_communication", "possible"])
    True
    """
    rows = []
    for signal in all_signals().values():
        row = {
            "signal": signal.name,
            "cause": signal.cause,
            "rests_on": signal.rests_on,
            "needs": ", ".join(signal.needs),
            "threshold": _threshold(signal),
            "reason": signal.reason,
            "cannot_tell": signal.cannot_tell,
            "question": signal.question,
            "in_budget": signal.in_budget,
        }
        if program is not None:
            absent = missing_needs(program, signal.needs)
            row |= {"possible": not absent, "missing": ", ".join(absent)}
        rows.append(row)
    return pd.DataFrame(rows)


def select_signals(
    signals: object, program: Program, *, who: str
) -> tuple[list[Signal], list[str]]:
    """Find signals by name, and say which of them the data do not allow.

    Parameters
    ----------
    signals : "all", str, Signal, or iterable of them
        ``"all"``: every one whose data are there.
    program : Program
    who : str
        The function that asks.

    Returns
    -------
    possible : list of Signal
    said : list of str
        Why others are absent.

    Raises
    ------
    OptionError
        For unknown names, or when none is possible.
    """
    known = all_signals()
    if isinstance(signals, str) and signals == "all":
        wanted = list(known.values())
    else:
        listed: Iterable[object] = (
            [signals] if isinstance(signals, (str, Signal)) or callable(signals) else signals
        )
        wanted = [_one(signal, known, who) for signal in listed]
    possible, said = [], []
    for signal in wanted:
        absent = missing_needs(program, signal.needs)
        if absent:
            said.append(f"{signal.name}: needs {', '.join(absent)}")
        else:
            possible.append(signal)
    if not possible:
        raise OptionError(f"{who}: no signal is possible: {'; '.join(said) or 'none was named'}.")
    return possible, said


def missing_needs(program: Program, needs: Iterable[str]) -> list[str]:
    """Name every table and column that a program lacks."""
    absent = []
    for need in needs:
        table, _, column = need.partition(".")
        frame = program.tables.get(table)
        if frame is None or (column and column not in frame):
            absent.append(need)
    return absent


def _one(signal: object, known: dict[str, Signal], who: str) -> Signal:
    if isinstance(signal, Signal):
        return signal
    if callable(signal):
        return FunctionSignal(signal, getattr(signal, "__name__", "own signal"))
    if signal not in known:
        near = did_you_mean(signal, known)
        raise OptionError(
            f"{who}: `signals` must be 'all', names from list_signals() or signals; got "
            f"{quote(signal)}. {near}".rstrip()
        )
    return known[signal]


def _threshold(signal: Signal) -> str:
    shown = (
        f"{name}={value:g}"
        for name, value in vars(signal).items()
        if isinstance(value, (int, float))
    )
    return ", ".join(shown)


def _is_same(known: Signal, signal: Signal) -> bool:
    own = getattr(known, "function", type(known))
    other = getattr(signal, "function", type(signal))
    return (own.__module__, own.__qualname__) == (other.__module__, other.__qualname__)
