"""Texts that are equal for equal inputs, so that a result can be named by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np

from ..matching.by_terms import worth_by_kind
from ..matching.policy import FunctionPolicy, Policy
from .admit import MarketMaker
from .given import GivenPool
from .parameters import Levers

_MOST_OF_A_REPR = 2_000


def describe_source(source: Any) -> str:
    """Say what makes the worlds, in a text that is equal for equal sources."""
    if isinstance(source, GivenPool):
        whole = hashlib.sha256()
        market = source.market
        pairs = market.dense or market.edges
        parts = [market.capacity, market.lower, market.required]
        parts += [value for value in vars(pairs).values() if isinstance(value, np.ndarray)]
        for kind in sorted({term.kind for term in market.terms}):
            parts.append(worth_by_kind(market, kind, policy=kind))
        for part in parts:
            whole.update(str((part.dtype.str, part.shape)).encode() + part.tobytes())
        whole.update(repr((market.mentee_ids.tolist(), market.mentor_ids.tolist())).encode())
        for frame in (market.mentees, market.mentors):
            whole.update(b"" if frame is None else frame.to_csv().encode())
        rules = [
            (q.name, q.low, q.high, q.mentor_mask.tolist(), q.mentee_mask.tolist())
            for q in market.quotas
        ]
        whole.update(repr((rules, source.by)).encode())
        return f"market {whole.hexdigest()}"
    if isinstance(source, MarketMaker):
        return f"function {describe_function(source.func)} {source.by}"
    return repr(source)


def describe_policy(policy: str | Policy) -> str:
    """Say what a policy is, in a text that is equal for equal policies."""
    if isinstance(policy, str):
        return policy
    if isinstance(policy, FunctionPolicy):
        return f"{policy.name} {describe_function(policy.func)}"
    return repr(policy) if hasattr(policy, "__dataclass_fields__") else describe_function(policy)


def describe_function(func: Callable[..., Any]) -> str:
    """Say what a function does, by its code and what it closes over."""
    code = getattr(func, "__code__", None)
    if code is None:
        return repr(func)[:_MOST_OF_A_REPR]
    closed = [repr(cell.cell_contents) for cell in func.__closure__ or ()]
    text = repr((code.co_code, code.co_consts, code.co_names, closed, func.__defaults__))
    return f"{func.__module__}.{func.__qualname__} {hashlib.sha256(text.encode()).hexdigest()}"


def describe_levers(levers: Levers) -> dict[str, Any]:
    """Give the levers as plain values."""
    return {name: value for name, _, value in levers.rows()}
