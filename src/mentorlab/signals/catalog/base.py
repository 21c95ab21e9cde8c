"""What a signal is: parameters in, a judged frame of relationships out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, quote
from .reading import Reading

if TYPE_CHECKING:
    from ...program import Program

COLUMNS = ("relationship_id", "as_of", "signal", "value", "raised", "evidence")


@dataclass(frozen=True)
class Signal:
    """Base of the signals: a subclass adds its thresholds as fields, and `judge`.

    Called with a program that is cut in time, it gives `relationship_id, as_of, signal, value,
    raised, evidence`, one row a relationship that goes on. `value` is in units of the threshold:
    from 1 on the signal is raised. It is NaN where nothing is known.

    Attributes
    ----------
    name, cause : str
        As results print it, and what it stands for, as a phrase.
    needs : tuple of str
        Tables and columns without which it can't be read.
    rests_on : str
        Whose data it rests on.
    reason : str
        Why the default threshold is what it is.
    cannot_tell : str
        What not to read into it.
    question : str
        What to ask the partners; never a verdict.
    in_budget : bool
        False for matters of compliance, which are shown whatever the number of calls.
    """

    name: ClassVar[str] = ""
    cause: ClassVar[str] = ""
    needs: ClassVar[tuple[str, ...]] = ()
    rests_on: ClassVar[str] = "the log of both"
    reason: ClassVar[str] = ""
    cannot_tell: ClassVar[str] = ""
    question: ClassVar[str] = ""
    in_budget: ClassVar[bool] = True

    def __call__(self, program: Program) -> pd.DataFrame:
        return self.read(Reading(program))

    def read(self, reading: Reading) -> pd.DataFrame:
        """Judge every relationship that goes on, from a reading shared with other signals."""
        judged = self.judge(reading)
        frame = pd.DataFrame({"relationship_id": reading.active}).merge(
            judged, on="relationship_id", how="left"
        )
        value = frame["value"].astype(float)
        raised = (value >= 1).to_numpy()
        evidence = frame["evidence"].astype("str").where(raised, "").fillna("")
        return pd.DataFrame(
            {
                "relationship_id": frame["relationship_id"],
                "as_of": reading.as_of.normalize(),
                "signal": self.name,
                "value": value,
                "raised": raised,
                "evidence": evidence,
            }
        )

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Give `relationship_id, value, evidence` of the relationships that can be judged."""
        raise NotImplementedError


@dataclass(frozen=True)
class LogSignal(Signal):
    """Base of the signals that need the weekly features only, and so can be read for every week.

    A subclass gives `parts`: the strength of each of its reasons, and `words` for each.
    """

    needs: ClassVar[tuple[str, ...]] = ("contacts",)

    def parts(self, features: pd.DataFrame) -> dict[str, pd.Series]:
        """Give the strength of each reason, in units of its threshold."""
        raise NotImplementedError

    def words(self, reason: str, row: pd.Series) -> str:
        """Say one reason of one relationship."""
        raise NotImplementedError

    def strength(self, features: pd.DataFrame) -> pd.Series:
        """Give the strongest reason's strength, for any weeks."""
        return pd.DataFrame(self.parts(features), index=features.index).max(axis=1)

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Judge by the features of the last week."""
        features = reading.features
        parts = pd.DataFrame(self.parts(features), index=features.index)
        value = parts.max(axis=1)
        said = [
            "; ".join(
                self.words(reason, features.loc[i]) for reason in parts if parts.at[i, reason] >= 1
            )
            if value[i] >= 1
            else ""
            for i in features.index
        ]
        return pd.DataFrame(
            {"relationship_id": features["relationship_id"], "value": value, "evidence": said}
        )


@dataclass(frozen=True)
class FunctionSignal(Signal):
    """A user's own function as a signal.

    Parameters
    ----------
    function : callable
        From a cut program to a frame with `relationship_id`, `value` (1 and more is raised) and,
        if it has one, `evidence`.
    own_name : str
        What results call it.
    """

    function: Callable[[Program], pd.DataFrame]
    own_name: str

    @property
    def name(self) -> str:
        """What results call it."""
        return self.own_name

    def judge(self, reading: Reading) -> pd.DataFrame:
        """Call the function with the cut program."""
        found = self.function(reading.program)
        absent = {"relationship_id", "value"} - {*getattr(found, "columns", ())}
        if not isinstance(found, pd.DataFrame) or absent:
            raise OptionError(
                f"signal {quote(self.own_name)}: must give a frame with relationship_id and value;"
                f" got {quote(type(found).__name__)} without {', '.join(sorted(absent))}."
            )
        if found["relationship_id"].duplicated().any():
            again = found.loc[found["relationship_id"].duplicated(), "relationship_id"].iloc[0]
            raise OptionError(
                f"signal {quote(self.own_name)}: must give each relationship once; got "
                f"{quote(again)} again."
            )
        evidence = found.get("evidence", pd.Series(f"{self.own_name} raised", index=found.index))
        return found[["relationship_id", "value"]].assign(evidence=evidence)


def judged(ids: pd.Index, value: pd.Series | np.ndarray, evidence: list[str]) -> pd.DataFrame:
    """Put together what `judge` gives."""
    return pd.DataFrame(
        {"relationship_id": ids, "value": np.asarray(value, dtype=float), "evidence": evidence}
    )
