"""Matching again around what people decided, and what that changed and cost."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, count
from ...provenance import Provenance
from ...result import Result
from ..assignment import Assignment, assign
from ..judgment.churn import changes
from ..judgment.measures import measure
from ..judgment.standing import Standing
from ..market.edits import lock_pairs, positions_of_pairs, without_pairs
from ..market.market import Market
from ..registry import Policy
from .edits import Edits
from .fingerprint import market_hash

WHO = "resolve_edits"


@dataclass(frozen=True, eq=False, repr=False)
class Resolved(Result):
    """An assignment around people's decisions, beside the one before.

    Attributes
    ----------
    assignment : Assignment
        The new one; its market has the decisions as required pairs, and lacks the pairs of those
        who are to stay without a mentor.
    changed : pandas.DataFrame
        One row a mentee whose mentor is another one now: `mentee_id`, `before`, `after`, `why`
        (edited by hand, or moved when the rest was matched again), `edited_by`, `note`.
    cost : pandas.DataFrame
        One row a measure: `measure`, `before`, `after`, `change`.
    each : pandas.DataFrame
        One row an edit: `mentee_id`, `after`, `action`, `total_change` (of total utility when this
        edit alone is dropped and all others stay, sign turned: what the edit adds).
    edits : Edits
        What was decided.
    """

    assignment: Assignment
    changed: pd.DataFrame
    cost: pd.DataFrame
    each: pd.DataFrame
    edits: Edits

    digits: ClassVar[int] = 3

    def to_frame(self) -> pd.DataFrame:
        """Give the measures before and after."""
        return self.cost.copy()

    def headline(self) -> str:
        """How many edits, how many moved besides, and the price."""
        by_hand = int((self.changed["why"] == "edited").sum())
        cost = self.cost.set_index("measure")["change"]
        return (
            f"{count(len(self.edits.rows), 'edit')}: {by_hand:,} changed by hand, "
            f"{len(self.changed) - by_hand:,} moved besides; total utility "
            f"{cost['total_utility']:+.3g}, matched {cost['n_matched']:+.0f}"
        )

    def notes(self) -> tuple[str, ...]:
        """How to read a price."""
        return ("a price in utilities: people who decide by hand may know what these do not hold",)


_SHOWN = (
    "n_matched",
    "total_utility",
    "mentee_total",
    "mentor_total",
    "mentee_mean_rank",
    "first_choice",
    "envious_mentees",
    "blocking_pairs",
    "load_gini",
)


def resolve_edits(
    assignment: Assignment,
    edits: Edits,
    *,
    policy: str | Policy | None = None,
    price_each: bool = True,
    seed: int | None = None,
) -> Resolved:
    """Match again around what people decided, and tell what changed and what it cost.

    Parameters
    ----------
    assignment : Assignment
        What the workbook was written from.
    edits : Edits
        From `read_edits`.
    policy : str or callable, optional
        For everyone who is free; that of the assignment when left out.
    price_each : bool
        Whether to price every edit by itself, which matches again once for each.
    seed : int, optional
        That of the assignment when left out, so that nothing but the edits makes a difference.

    Returns
    -------
    Resolved

    Raises
    ------
    OptionError
        If the edits belong to another assignment.
    MarketError
        If decisions clash with each other or with a rule.
    PolicyError
        If the policy can't honor the rules.

    Examples
    --------
    >>> from mentorlab.matching.office.edits import edits_from_frame
    >>> market = Market.from_utilities([[2, 1], [2, 1]], [[1, 1], [2, 2]], capacity=1)
    >>> before = assign(market, "mentee_proposing", seed=1)
    >>> table = before.pairs().assign(lock="", edited_by="kh", note="know each other")
    >>> table.loc[0, "mentor_id"], table.loc[1, "mentor_id"] = 0, None
    >>> done = resolve_edits(before, edits_from_frame(table, before))
    >>> done.assignment.mentor_of.tolist(), done.changed["why"].tolist()
    ([0, -1], ['edited', 'edited'])
    """
    if edits.inputs_hash != market_hash(assignment.market):
        raise OptionError(
            f"{WHO}: the edits were read for other applicants, utilities or rules than this "
            "assignment's."
        )
    chosen = assignment.policy if policy is None else policy
    start = assignment.seed if seed is None else seed
    now = assign(decided_market(assignment.market, edits.rows), chosen, seed=start)
    # both judged on the market before the edits: a decision is not free of envy by decree
    before, after = (
        measure(Standing(assignment.market, made.mentor_of)) for made in (assignment, now)
    )
    cost = pd.DataFrame(
        [(name, before[name], after[name], after[name] - before[name]) for name in _SHOWN],
        columns=["measure", "before", "after", "change"],
    )
    return Resolved(
        assignment=now,
        changed=_changed(now, assignment, edits),
        cost=cost,
        each=_price_each(assignment, edits, chosen, start, after["total_utility"], price_each),
        edits=edits,
        provenance=Provenance(WHO, {"edits": len(edits.rows), "seed": start}),
    )


def decided_market(market: Market, rows: pd.DataFrame) -> Market:
    """Give the market with decisions in force: pairs kept, people held back, locks taken away.

    Parameters
    ----------
    market : Market
        Left unchanged.
    rows : pandas.DataFrame
        `mentee_id`, `after`, `action`, as `Edits.rows` has them.

    Raises
    ------
    MarketError
        If decisions clash with each other or with a rule.
    """
    touched = pd.Index(market.mentee_ids).get_indexer(pd.Index(rows["mentee_id"], dtype="object"))
    required = market.required[~np.isin(market.required[:, 0], touched)]
    market = replace(market, required=required)
    kept = rows[rows["action"].isin(["changed", "locked"])]
    pairs = positions_of_pairs(
        market, list(zip(kept["mentee_id"], kept["after"], strict=True)), who=WHO, name="edits"
    )
    held_back = touched[(rows["action"] == "removed").to_numpy()]
    edges = market.pairs()
    mentee = edges.mentee()
    out = np.isin(mentee, held_back)
    barred = np.column_stack([mentee[out], edges.mentor[out]]).astype(np.int64)
    return lock_pairs(without_pairs(market, barred), pairs, who=WHO)


def _changed(now: Assignment, before: Assignment, edits: Edits) -> pd.DataFrame:
    frame = changes(now, before)
    differs = frame[frame["change"].isin(["moved", "new", "lost"])]
    rows = edits.rows.drop_duplicates("mentee_id").set_index("mentee_id")
    by_hand = differs["mentee_id"].isin(rows.index[rows["action"].isin(["changed", "removed"])])
    said: dict[str, Any] = {
        name: differs["mentee_id"].map(rows[name]).fillna("") for name in ("edited_by", "note")
    }
    told = differs[["mentee_id", "before", "after"]].assign(
        why=np.where(by_hand, "edited", "moved besides"), **said
    )
    return told.reset_index(drop=True)


def _price_each(
    assignment: Assignment,
    edits: Edits,
    policy: str | Policy,
    seed: int,
    total: float,
    wanted: bool,
) -> pd.DataFrame:
    columns = ["mentee_id", "after", "action", "total_change"]
    if not wanted:
        return pd.DataFrame(columns=columns)
    rows = []
    for place in range(len(edits.rows)):
        others = edits.rows.drop(index=edits.rows.index[place])
        without = assign(decided_market(assignment.market, others), policy, seed=seed)
        worth = measure(Standing(assignment.market, without.mentor_of))["total_utility"]
        own = edits.rows.iloc[place]
        rows.append((own["mentee_id"], own["after"], own["action"], total - worth))
    return pd.DataFrame(rows, columns=columns)
