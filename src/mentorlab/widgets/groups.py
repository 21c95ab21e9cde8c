"""Groups of relationships and people: whose answers a view is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..errors import OptionError, count, did_you_mean, listing, quote

SIDES = ("mentor", "mentee")
USUAL_GROUPS = ("cohort", "site", "kind", "purpose")
MOST_VALUES = 12  # more steps than this can't be found again on a slider

Group = tuple[str, Any]


@dataclass(frozen=True, eq=False)
class Belonging:
    """What is known of relationships and people beside their answers.

    Attributes
    ----------
    members : pandas.DataFrame
        Who is in which relationship.
    relationships, people : pandas.DataFrame or None
        Their attributes; ``None`` where only responses and members were given.
    """

    members: pd.DataFrame
    relationships: pd.DataFrame | None = None
    people: pd.DataFrame | None = None

    def names(self) -> tuple[str, ...]:
        """Attributes: columns of relationships, and of people as ``"mentee.level"``."""
        own = [] if self.relationships is None else list(self.relationships.columns)
        personal = [] if self.people is None else list(self.people.columns)
        sides = [f"{side}.{name}" for side in SIDES for name in personal if name != "person_id"]
        return (*(name for name in own if name != "relationship_id"), *sides)

    def attribute(self, name: str, *, who: str) -> Attribute:
        """Find an attribute.

        Raises
        ------
        OptionError
            If there is none of this name.
        """
        known = self.names()
        if name not in known:
            must = f"name an attribute ({listing(known)})" if known else "be left out: no program"
            near = did_you_mean(name, known)
            raise OptionError(f"{who}: `group` must {must}; got {quote(name)}. {near}".rstrip())
        side, _, column = name.rpartition(".")
        if side not in SIDES or name in self.relationships:
            values = self.relationships.set_index("relationship_id")[name]
            return Attribute(name, "", values, {})
        values = self.people.set_index("person_id")[column]
        own = self.members[self.members["role"] == side]
        found = own["relationship_id"].groupby(own["person_id"].map(values)).unique()
        return Attribute(name, side, values, dict(found))


@dataclass(frozen=True, eq=False)
class Attribute:
    """One attribute of relationships, or of the people on one side.

    Attributes
    ----------
    name : str
        Its name.
    side : str
        ``"mentor"``, ``"mentee"``, or empty for an attribute of relationships.
    values : pandas.Series
        By relationship or person.
    holders : dict
        Relationships that have somebody on that side with a value, by value.
    """

    name: str
    side: str
    values: pd.Series
    holders: dict[Any, np.ndarray]

    def of_pairs(self, pairs: pd.DataFrame) -> pd.Series:
        """Give each pair's value."""
        return pairs[f"{self.side}_id" if self.side else "relationship_id"].map(self.values)

    def has(self, answers: pd.DataFrame, value: Any) -> np.ndarray:
        """Tell which answers or scores belong to a value.

        Those of one side belong to it by the rater's value; those about that side by the value of
        whom they are about, or of anybody on that side of the relationship.
        """
        if not self.side:
            return (answers["relationship_id"].map(self.values) == value).to_numpy()
        own = answers["rater_id"].map(self.values) == value
        somebody = answers["relationship_id"].isin(self.holders.get(value, ()))
        if "target_id" in answers:
            aimed = answers["target_id"].map(self.values) == value
            somebody = aimed.where(answers["target_id"].notna(), somebody)
        return np.where(answers["role"] == self.side, own, somebody).astype(bool)


def group_options(
    belonging: Belonging,
    scores: pd.DataFrame,
    names: Sequence[str] | None,
    *,
    who: str,
) -> list[tuple[str, Group]]:
    """List the groups that somebody has a score in, with words for them.

    Parameters
    ----------
    belonging : Belonging
        What is known of relationships and people.
    scores : pandas.DataFrame
        From `score_elements`.
    names : sequence of str or None
        Attributes; the usual ones that tell relationships apart when left out.
    who : str
        The function that asks.

    Raises
    ------
    OptionError
        If an attribute is unknown or has more than `MOST_VALUES` values.
    """
    asked = names is not None
    known = belonging.names()
    wanted = tuple(names) if asked else tuple(n for n in USUAL_GROUPS if n in known)
    scored = scores[scores["role"].isin(SIDES) & scores["score"].notna()]
    options = []
    for name in wanted:
        attribute = belonging.attribute(name, who=who)
        values = [v for v in _values(attribute.values) if attribute.has(scored, v).any()]
        if len(values) > MOST_VALUES:
            if asked:
                raise OptionError(
                    f"{who}: `groups` must name attributes with {MOST_VALUES} values or fewer; "
                    f"{quote(name)} has {count(len(values), 'value')}."
                )
        elif asked or len(values) > 1:
            options += [(group_label((name, value)), (name, value)) for value in values]
    return options


def group_label(group: Group) -> str:
    """Show a group as words.

    Examples
    --------
    >>> group_label(("mentee.level", "junior")), group_label(("formal", True))
    ('mentee level junior', 'formal yes')
    """
    name, value = group
    shown = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return f"{name} {shown}".replace(".", " ", 1).replace("_", " ")


def _values(values: pd.Series) -> list[Any]:
    found = values.dropna().unique()
    return sorted((value.item() if hasattr(value, "item") else value for value in found), key=str)
