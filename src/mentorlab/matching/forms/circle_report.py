"""What circles are made of: facilitators, mix, and what members have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from ...errors import OptionError, count
from ...provenance import Provenance
from ...result import Result
from .circle_weights import distances
from .people import check_members, check_people

WHO = "circle_report"


@dataclass(frozen=True, eq=False, repr=False)
class CircleReport(Result):
    """What each circle is made of.

    Attributes
    ----------
    circles : pandas.DataFrame
        One row a circle: `relationship_id`, `size` (without facilitators), `n_facilitators`, for
        each balance column ``mix_<column>`` and for each cohesion column ``alike_<column>``.
        ``mix`` is the mean distance of its members over that of all people: 1 is as mixed as the
        whole, 0 all alike. ``alike`` is 1 minus that: 0 as unlike as strangers, 1 all alike.
    """

    circles: pd.DataFrame

    references: ClassVar[tuple[str, ...]] = ("papenberg2021",)
    digits: ClassVar[int] = 2

    def to_frame(self) -> pd.DataFrame:
        """Give one row a circle."""
        return self.circles.copy()

    def headline(self) -> str:
        """How many circles of which size."""
        size = self.circles["size"]
        return f"{count(len(size), 'circle')} of {size.min()} to {size.max()} members"

    def notes(self) -> tuple[str, ...]:
        """Circles without a facilitator, and how to read the columns."""
        said = ["mix: 1 is as mixed as all people; alike: 0 is as unlike as strangers, 1 all alike"]
        alone = int((self.circles["n_facilitators"] == 0).sum())
        if alone:
            said.append(f"{count(alone, 'circle')} without a facilitator")
        return tuple(said)


def circle_report(
    members: pd.DataFrame,
    people: pd.DataFrame,
    *,
    balance: Sequence[str] = (),
    cohesion: Sequence[str] = (),
) -> CircleReport:
    """Tell whether circles have a facilitator, a mix where there should be one, and common ground.

    Parameters
    ----------
    members : pandas.DataFrame
        Members rows of circles, from `form_circles` or a program.
    people : pandas.DataFrame
        `person_id` and the columns.
    balance, cohesion : sequence of str
        Columns, as in `form_circles`.

    Returns
    -------
    CircleReport

    Raises
    ------
    OptionError
        If a column or a member's row is absent.
    SchemaError
        If a table is not valid.

    Examples
    --------
    >>> from mentorlab.matching.forms.circles import form_circles
    >>> people = pd.DataFrame({"person_id": list("abcdef"), "site": ["n", "s"] * 3})
    >>> circles = form_circles(people, size=3, cohesion=["site"], seed=1)
    >>> circle_report(circles, people, cohesion=["site"]).to_frame()["alike_site"].tolist()
    [1.0, 1.0]
    """
    rows = check_members(members, who=WHO)
    everyone = check_people(people, *balance, *cohesion, who=WHO)
    seated = rows[rows["role"] != "facilitator"]
    known = everyone[everyone["person_id"].isin(seated["person_id"])].reset_index(drop=True)
    absent = set(seated["person_id"]) - set(known["person_id"])
    if absent:
        raise OptionError(
            f"{WHO}: `people` lacks {count(len(absent), 'member')} of the circles, first "
            f"'{min(absent)}'."
        )
    names = list(dict.fromkeys(rows["relationship_id"]))
    frame = pd.DataFrame({"relationship_id": names})
    frame["size"] = frame["relationship_id"].map(seated.groupby("relationship_id").size())
    frame["size"] = frame["size"].fillna(0).astype("int64")
    led = rows[rows["role"] == "facilitator"].groupby("relationship_id").size()
    frame["n_facilitators"] = frame["relationship_id"].map(led).fillna(0).astype("int64")
    place = pd.Series(known.index, index=known["person_id"])
    inside = {
        name: place[group["person_id"]].to_numpy()
        for name, group in seated.groupby("relationship_id")
    }
    for prefix, columns in (("mix", balance), ("alike", cohesion)):
        for column in columns:
            apart = distances(known[column])
            mean = [_mean_distance(apart, inside.get(name)) for name in names]
            frame[f"{prefix}_{column}"] = np.array(mean) if prefix == "mix" else 1 - np.array(mean)
    return CircleReport(circles=frame, provenance=Provenance(WHO, {"balance": tuple(balance)}))


def _mean_distance(apart: np.ndarray, members: np.ndarray | None) -> float:
    """Mean over pairs of a circle, relative to all pairs; NaN for fewer than two members."""
    if members is None or len(members) < 2:
        return float("nan")
    own = apart[np.ix_(members, members)]
    return float(own.sum() / (len(members) * (len(members) - 1)))
