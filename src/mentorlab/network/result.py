"""What every answer about a network says: where its ties come from, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..provenance import Provenance
from ..result import Result

if TYPE_CHECKING:
    from .network import MentorNetwork


@dataclass(frozen=True, eq=False, repr=False)
class NetworkResult(Result):
    """Base of the results of this part.

    Attributes
    ----------
    source : str
        Where the ties come from, as declared when the network was built.
    said : tuple of str
        What a reader must know: how numbers are defined, what was left out, why one is missing.
    """

    source: str = field(kw_only=True)
    said: tuple[str, ...] = field(default=(), kw_only=True)

    def notes(self) -> tuple[str, ...]:
        """The definitions, what was left out, and where the ties come from."""
        return (*self.said, f"ties: {self.source}")


@dataclass(frozen=True, eq=False, repr=False)
class PersonTable(NetworkResult):
    """One row a person (or group, or tie count), with the definition of each number named.

    Attributes
    ----------
    table : pandas.DataFrame
        The rows.
    title : str
        What was asked, in one line.
    picture : str
        The picture that fits, ``"module:function"``.
    keys : tuple of str
        Works that the numbers rest on.
    """

    table: pd.DataFrame
    title: str
    picture: str = field(default="", kw_only=True)
    keys: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def plotter(self) -> str:
        """Where the picture is drawn."""
        return self.picture

    @property
    def references(self) -> tuple[str, ...]:
        """Keys of the works behind the numbers."""
        return self.keys

    def to_frame(self) -> pd.DataFrame:
        """Give the rows at full precision."""
        return self.table.copy()

    def headline(self) -> str:
        """What was asked."""
        return self.title

    def _display_frame(self) -> pd.DataFrame:
        return self.table.head(_SHOWN)

    def summary(self) -> str:
        """Say the answer in plain text; long tables are cut, and the rest is counted."""
        text = super().summary()
        more = len(self.table) - _SHOWN
        return f"{text}\n- {more:,} more rows in to_frame()" if more > 0 else text


_SHOWN = 12


def asked(who: str, network: MentorNetwork, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields that every result of a network shares: its provenance and its source."""
    described = {"network": network.size(), **parameters}
    return {"provenance": Provenance(who, described), "source": network.source}
