"""A network made ready for many views: what is worked out once is kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from ..errors import OptionError, count, quote
from ..network import (
    Homophily,
    MentorLoad,
    MentorNetwork,
    Removal,
    homophily,
    mentor_load,
    removal,
)
from ..network.choices import RemovalOrder
from ..plots.network_columns import mentors_that_fit
from ..plots.network_layout import Columns, barycenter_columns

MOST_MARKS = 5_000
MOST_COLUMNS = 60  # mentors in the two columns; more can't be followed with the eye
MOST_GROUPS = 30  # groups of a matrix
MOST_STEPS = 300  # mentors who leave, on the slider
N_DRAWS = 100
_N_KEPT = 24
_NO_GROUPS = ("person_id", "role_hint", "reports_to", "consent")


class NetworkPool:
    """A network, and the answers about it that several views share.

    Parameters
    ----------
    network : MentorNetwork
        From mentors to mentees.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If it is no network, or its ties have no direction.
    """

    def __init__(self, network: MentorNetwork, *, who: str) -> None:
        if not isinstance(network, MentorNetwork):
            raise OptionError(
                f"{who}: needs a MentorNetwork, made by network.build_network or "
                f"MentorNetwork.from_ties; got a {type(network).__name__}."
            )
        if not network.directed:
            raise OptionError(
                f"{who}: needs ties from mentors to mentees; this network has no direction."
            )
        self.network = network
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    @classmethod
    def of(cls, network: MentorNetwork | NetworkPool, *, who: str) -> NetworkPool:
        """Take a network, or one that is ready."""
        return network if isinstance(network, cls) else cls(network, who=who)

    @cached_property
    def load(self) -> MentorLoad:
        """The load of every mentor before anybody leaves."""
        return mentor_load(self.network)

    @cached_property
    def by_load(self) -> np.ndarray:
        """Positions of the mentors in the order of `load.table`."""
        ids = self.load.table["person_id"].tolist()
        return self.network.positions(ids, who="network_view").astype(np.int64)

    def leaving(self, order: RemovalOrder, seed: int) -> Removal:
        """Give what is left as mentors leave, over the band of random orders."""
        return self._once(("leaving", order, seed), lambda: self._leaving(order, seed))

    def _leaving(self, order: RemovalOrder, seed: int) -> Removal:
        drawn = self._once(
            ("band", seed), lambda: removal(self.network, seed=seed, n_draws=N_DRAWS)
        )
        found = removal(self.network, order=order, seed=seed, n_draws=0)
        return replace(found, band=drawn.band, band_of=drawn.band_of, n_draws=drawn.n_draws)

    def has_band(self, seed: int) -> bool:
        """Tell whether the band of random orders is ready."""
        return ("band", seed) in self._kept

    def gone(self, order: RemovalOrder, n_gone: int, seed: int) -> np.ndarray:
        """Give positions of the first who leave."""
        ids = self.leaving(order, seed).curve["mentor_id"].iloc[1 : n_gone + 1]
        return self.network.positions(ids.tolist(), who="network_view").astype(np.int64)

    def has_left(self, order: RemovalOrder, n_gone: int, seed: int) -> np.ndarray:
        """Mark those who have left when the first `n_gone` are gone, by position."""
        mask = np.zeros(self.network.n_people, dtype=bool)
        mask[self.gone(order, n_gone, seed)] = True
        return mask

    def staying(self, order: RemovalOrder, n_gone: int, seed: int) -> MentorNetwork:
        """Give the network of those who stay when the first `n_gone` have left."""
        if not n_gone:
            return self.network
        return self._once(
            ("staying", order, n_gone, seed),
            lambda: without(self.network, self.gone(order, n_gone, seed)),
        )

    def likeness(self, order: RemovalOrder, n_gone: int, seed: int, **asked: Any) -> Homophily:
        """Give the homophily of those who stay."""
        return self._once(
            ("likeness", order, n_gone, seed, *sorted(asked.items(), key=str)),
            lambda: homophily(self.staying(order, n_gone, seed), seed=seed, **asked),
        )

    @cached_property
    def columns(self) -> Columns | None:
        """Two columns of at most `MOST_MARKS` marks; the busiest mentors where not all fit."""
        n = mentors_that_fit(self.network, most=MOST_COLUMNS, n_marks=MOST_MARKS)
        return barycenter_columns(self.network, most=n) if n > 0 else None

    @property
    def most_gone(self) -> int:
        """The most mentors that can leave: somebody must stay."""
        return max(len(self.network.mentors) - 1, 0)

    def attributes(self) -> list[str]:
        """Name the columns with few values, some on both sides, so that ties can lie within."""
        people, sides = self.network.people, (self.network.mentors, self.network.mentees)
        names = [name for name in self._grouping(people) if self._n_values(name) <= MOST_GROUPS]
        values = {name: [set(people[name].iloc[side].dropna()) for side in sides] for name in names}
        return [name for name in names if set.intersection(*values[name])]

    def strata(self) -> list[str]:
        """Name the columns with groups among those who are shuffled (mentees in a pool)."""
        people = self.network.people
        return self._grouping(
            people.iloc[self.network.mentees] if self.network.two_sided else people
        )

    def _grouping(self, people: pd.DataFrame) -> list[str]:
        """Name the columns that tell groups apart: no ids, no sides, no amounts."""
        return [
            str(name)
            for name in people.columns
            if name not in _NO_GROUPS
            and (is_bool_dtype(people[name]) or not is_numeric_dtype(people[name]))
            and 2 <= people[name].nunique() <= max(people[name].notna().sum() / 2, 2)
        ]

    def check_attribute(self, name: Any, *, who: str) -> str:
        """Say what is wrong with an attribute that can't be shown.

        Raises
        ------
        OptionError
            If people have no such column, or it has more than `MOST_GROUPS` values.
        """
        self.network.attribute(name, who=who)
        n_values = self._n_values(name)
        if n_values > MOST_GROUPS:
            raise OptionError(
                f"{who}: an attribute must have {MOST_GROUPS} values or fewer to be shown; "
                f"{quote(name)} has {count(n_values, 'value')}. As strata (`within`) any number "
                "will do."
            )
        return str(name)

    def _n_values(self, name: str) -> int:
        return int(self.network.people[name].nunique())

    def _once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self._kept:
            self._kept[key] = make()
            while len(self._kept) > _N_KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]


def without(network: MentorNetwork, gone: Sequence[int] | np.ndarray) -> MentorNetwork:
    """Take people and their ties out of a network.

    Parameters
    ----------
    network : MentorNetwork
        Any network.
    gone : sequence of int
        Positions of those who leave.

    Examples
    --------
    >>> ties = pd.DataFrame({"source": ["ann", "bo"], "target": ["cy", "cy"]})
    >>> network = MentorNetwork.from_ties(ties, source="program records")
    >>> without(network, network.positions(["ann"], who="example")).size()
    '2 people (1 mentor, 1 mentee), 1 tie'
    """
    stays = np.ones(network.n_people, dtype=bool)
    stays[gone] = False
    place = np.cumsum(stays) - 1
    said = f"without {count(int((~stays).sum()), 'person', 'people')} who left"
    left = network.with_ties(stays[network.mentor] & stays[network.mentee], said)
    return replace(
        left,
        people=network.people[stays].reset_index(drop=True),
        mentor=place[left.mentor].astype(np.int32),
        mentee=place[left.mentee].astype(np.int32),
        is_mentor=network.is_mentor[stays],
        is_mentee=network.is_mentee[stays],
        capacity=network.capacity[stays],
    )
