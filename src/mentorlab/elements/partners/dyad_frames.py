"""Pairs as arrays: the door that every dyadic analysis goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...errors import (
    EstimationError,
    Fault,
    OptionError,
    SchemaError,
    count,
    did_you_mean,
    listing,
    quote,
)

Variable = str | tuple[str, str]
KEYS = ("relationship_id", "mentor_id", "mentee_id", "wave")
PARTNERS = ("mentor", "mentee")


@dataclass(frozen=True, eq=False)
class Dyads:
    """Complete dyads as arrays.

    Attributes
    ----------
    values : dict of str to numpy.ndarray, shape (n, 2)
        Both partners' values of each variable.
    shared : dict of str to numpy.ndarray, shape (n,)
        Values that belong to the dyad.
    clusters : numpy.ndarray of int, shape (n,), or None
        Cluster codes; None when dyads are taken as independent.
    cluster : str
        The cluster's column; empty without.
    n_clusters, n_dropped : int
        Clusters (dyads without a cluster); dyads left out for an empty cell.
    one_sided : int
        Dyads left out in which one partner has a value of a variable and the other has none.
    repeated : int
        Dyads that occur more than once (in several waves).
    ids : pandas.DataFrame
        The identifying columns of the dyads.
    """

    values: dict[str, np.ndarray]
    shared: dict[str, np.ndarray]
    clusters: np.ndarray | None
    cluster: str
    n_clusters: int
    n_dropped: int
    one_sided: int
    repeated: int
    ids: pd.DataFrame

    @property
    def n(self) -> int:
        """Dyads (pair by wave)."""
        return len(next(iter(self.values.values())))

    def notes(self) -> list[str]:
        """What was left out, and what the errors respect."""
        said = []
        if self.n_dropped:
            sides = f" ({self.one_sided:,} for one partner only)" if self.one_sided else ""
            said.append(f"{count(self.n_dropped, 'pair')} left out for an empty cell{sides}")
        if self.cluster:
            clusters = count(self.n_clusters, "cluster")
            said.append(
                f"errors clustered by {self.cluster} ({clusters}, CR2 with Satterthwaite degrees "
                "of freedom)"
            )
        return said


def label_of(variable: Variable) -> str:
    """Name a variable: an element by its name, two columns by what their names share.

    Examples
    --------
    >>> label_of("trust"), label_of(("trust_mentor", "trust_mentee"))
    ('trust', 'trust')
    """
    if isinstance(variable, str):
        return variable
    first, second = variable
    # "mentor_trust" and "mentee_trust" share their end, "trust_m" and "trust_e" their start.
    shared = (_common_start(first, second), _common_start(first[::-1], second[::-1])[::-1])
    best = max(shared, key=len)
    return best or f"{first}, {second}"


def p_text(value: float) -> str:
    """Show a p value as papers do.

    Examples
    --------
    >>> p_text(0.0002), p_text(0.0412)
    ('< .001', '0.041')
    """
    if np.isnan(value):
        return "-"
    return "< .001" if value < 0.001 else f"{value:.3f}"


def read_dyads(
    pairs: pd.DataFrame,
    variables: Mapping[str, Variable],
    *,
    who: str,
    shared: Sequence[str] = (),
    cluster: str | None = "mentor_id",
    roles: tuple[str, str] = PARTNERS,
    wave: int | None = None,
) -> Dyads:
    """Read both partners' values of some variables, complete dyads only.

    Parameters
    ----------
    pairs : pandas.DataFrame
        From `pair_partners` (one row a pair, wave and element), or one row a dyad.
    variables : mapping of str to str or tuple of str
        By label: an element of `pairs`, or two columns of a frame with one row a dyad.
    who : str
        The function that asks.
    shared : sequence of str
        Columns that hold one number a dyad.
    cluster : str or None
        Column of the units that dyads share; the default is used only where it is a column and
        some of its values repeat.
    roles : tuple of str
        The columns that hold the two partners' scores.
    wave : int, optional
        Keep one wave.

    Returns
    -------
    Dyads

    Raises
    ------
    SchemaError, OptionError, EstimationError
        For columns or elements that are absent, cells with two values, text where numbers are
        needed, and when no dyad is complete.
    """
    frame = _one_wave(pairs, wave, who)
    wide = _widen(frame, variables, shared, roles, who)
    names = [name for both in wide.columns_of.values() for name in both]
    numbers = _numeric(wide.frame, [*names, *shared], who)
    known = ~np.isnan(numbers)
    keep = known.all(axis=1)
    if cluster in wide.frame:
        keep &= wide.frame[cluster].notna().to_numpy()
    elif cluster not in (None, "mentor_id"):
        raise OptionError(
            f"{who}: `cluster` must name a column of pairs ({listing(pairs.columns)}); "
            f"got {quote(cluster)}. {did_you_mean(cluster, pairs.columns)}".rstrip()
        )
    halves = known[:, : len(names)].reshape(len(known), -1, 2)
    one_sided = (halves[:, :, 0] != halves[:, :, 1]).any(axis=1)
    if not keep.any():
        raise EstimationError(_nobody(who, variables, roles, known, len(shared)))
    used = numbers[keep]
    ids = wide.frame.loc[keep, wide.keys].reset_index(drop=True)
    codes, n_clusters = None, 0
    if cluster in wide.frame:
        codes, levels = pd.factorize(wide.frame.loc[keep, cluster])
        n_clusters = len(levels)
    clustered = codes is not None and n_clusters < len(codes)
    pair_keys = [name for name in wide.keys if name != "wave"]
    repeated = int(ids.duplicated(pair_keys).sum()) if "wave" in wide.keys and pair_keys else 0
    return Dyads(
        values={label: used[:, 2 * i : 2 * i + 2] for i, label in enumerate(variables)},
        shared={name: used[:, len(names) + j] for j, name in enumerate(shared)},
        clusters=codes if clustered else None,
        cluster=str(cluster) if clustered else "",
        n_clusters=n_clusters if clustered else len(used),
        n_dropped=int((~keep).sum()),
        one_sided=int((one_sided & ~keep).sum()),
        repeated=repeated,
        ids=ids,
    )


def require_varying(values: np.ndarray, name: str, roles: tuple[str, str], *, who: str) -> None:
    """Refuse a predictor on which the members of a role do not differ, or partners never do.

    Parameters
    ----------
    values : numpy.ndarray of float, shape (n, 2)
        Both partners' values.
    name, who : str
        The predictor and the function that asks.
    roles : tuple of str
        The partners.
    """
    for role, own in zip(roles, values.T, strict=True):
        if np.ptp(own) == 0:
            raise EstimationError(
                f"{who}: the predictor {quote(name)} of the {role} does not vary: all "
                f"{len(own):,} values are {own[0]:g}."
            )
    if (values[:, 0] == values[:, 1]).all():
        raise EstimationError(
            f"{who}: {quote(name)} is the same for both partners of every pair, so whose it is "
            "can't be told apart."
        )


def elements_of(pairs: pd.DataFrame, elements: Sequence[str] | str, who: str) -> list[str]:
    """The elements that were asked for, each known to `pairs`."""
    if "element" not in pairs:
        raise SchemaError(
            f"{who}: not a pairs frame",
            [Fault("element", "be there", "columns " + listing(pairs.columns))],
            "Make it with pair_partners.",
        )
    known = list(dict.fromkeys(pairs["element"]))
    wanted = [elements] if isinstance(elements, str) else list(dict.fromkeys(elements))
    for name in wanted:
        if name not in known:
            raise OptionError(
                f"{who}: `elements` must be elements of pairs ({listing(known)}); got "
                f"{quote(name)}. {did_you_mean(name, known)}".rstrip()
            )
    return wanted


def elements_of_both(
    pairs: pd.DataFrame,
    elements: Sequence[str] | str | None,
    who: str,
    roles: tuple[str, str],
    wave: int | None,
) -> tuple[list[str], list[str]]:
    """The elements to compare: those asked for, else all that some pair answered on both sides.

    Returns
    -------
    names, left_out : list of str
        `left_out` are elements on one role's form only.
    """
    frame = _one_wave(pairs, wave, who)
    if elements is not None:
        return elements_of(frame, elements, who), []
    known = elements_of(frame, list(dict.fromkeys(frame.get("element", ()))), who)
    _require(frame, roles, who)
    both = frame.loc[frame[list(roles)].notna().all(axis=1), "element"]
    names = [name for name in known if name in set(both)]
    if not names:
        raise EstimationError(
            f"{who}: no pair has scores of both partners in any element. A one-sided data set "
            "can't answer a question about pairs."
        )
    return names, [name for name in known if name not in names]


def pair_clusters(dyads: Dyads) -> np.ndarray:
    """The clusters that were read; where there are none, the pairs."""
    if dyads.clusters is not None:
        return dyads.clusters
    if not dyads.repeated:
        return np.arange(dyads.n)
    keys = [name for name in dyads.ids if name != "wave"]
    return dyads.ids.groupby(keys, sort=False).ngroup().to_numpy()


def widen(
    pairs: pd.DataFrame, elements: Sequence[str], *, who: str, roles: tuple[str, str]
) -> pd.DataFrame:
    """Put elements side by side: one row a pair and wave, columns ``"<element>, <role>"``.

    Raises
    ------
    SchemaError
        If an element occurs twice for a pair and wave.
    """
    keys = [name for name in KEYS if name in pairs]
    wide = pairs[keys].drop_duplicates()
    for element in dict.fromkeys(elements):
        part = pairs.loc[pairs["element"] == element, [*keys, *roles]]
        if part.duplicated(keys).any():
            fault = Fault("element", "occur once for each pair and wave", quote(element))
            raise SchemaError(f"{who}: not a pairs frame", [fault], "Make it with pair_partners.")
        part = part.rename(columns={role: f"{element}, {role}" for role in roles})
        wide = wide.merge(part, on=keys, how="left")
    return wide


@dataclass(frozen=True, eq=False)
class _Wide:
    frame: pd.DataFrame
    columns_of: dict[str, tuple[str, str]]
    keys: list[str]


def _one_wave(pairs: pd.DataFrame, wave: int | None, who: str) -> pd.DataFrame:
    if not isinstance(pairs, pd.DataFrame):
        raise OptionError(f"{who}: `pairs` must be a data frame; got a {type(pairs).__name__}.")
    if pairs.empty:
        raise EstimationError(f"{who}: `pairs` has no rows, so there is nothing to compare.")
    if wave is None:
        return pairs
    if "wave" not in pairs:
        raise OptionError(f"{who}: `wave` was given, but pairs has no column 'wave'.")
    kept = pairs[pairs["wave"] == wave]
    if kept.empty:
        waves = sorted(pairs["wave"].dropna().unique())
        raise OptionError(f"{who}: `wave` must be {listing(waves)}; got {quote(wave)}.")
    return kept


def _widen(
    frame: pd.DataFrame,
    variables: Mapping[str, Variable],
    shared: Sequence[str],
    roles: tuple[str, str],
    who: str,
) -> _Wide:
    keys = [name for name in KEYS if name in frame]
    columns = [name for both in variables.values() if not isinstance(both, str) for name in both]
    _require(frame, [*columns, *shared], who)
    if len(columns) == 2 * len(variables):
        return _Wide(frame, {label: tuple(both) for label, both in variables.items()}, keys)
    if columns:
        raise OptionError(f"{who}: give all variables as elements, or all as two columns.")
    elements_of(frame, [str(name) for name in variables.values()], who)
    _require(frame, [*roles, "relationship_id"], who)
    base = frame[[*keys, *(name for name in shared if name not in keys)]].drop_duplicates()
    again = base.duplicated(keys)
    if again.any():
        name = next(name for name in shared if base.groupby(keys)[name].nunique().max() > 1)
        raise OptionError(f"{who}: {quote(name)} has several values within a pair and wave.")
    wide = base.merge(widen(frame, list(variables.values()), who=who, roles=roles), on=keys)
    return _Wide(
        wide,
        {label: tuple(f"{name}, {role}" for role in roles) for label, name in variables.items()},
        keys,
    )


def _common_start(first: str, second: str) -> str:
    """The whole words that two names begin with."""
    same = [a == b for a, b in zip(first, second, strict=False)]
    n = same.index(False) if False in same else len(same)
    start = first[:n]
    if (first[n:] or second[n:]) and start and start[-1].isalnum():
        while start and start[-1].isalnum():
            start = start[:-1]
    return start.strip("_, .")


def _require(frame: pd.DataFrame, names: Sequence[str], who: str) -> None:
    for name in names:
        if name not in frame:
            raise OptionError(
                f"{who}: {quote(name)} is not a column of pairs ({listing(frame.columns)}). "
                f"{did_you_mean(name, frame.columns)}".rstrip()
            )


def _numeric(frame: pd.DataFrame, names: Sequence[str], who: str) -> np.ndarray:
    columns = []
    for name in names:
        column = frame[name]
        if not pd.api.types.is_numeric_dtype(column):
            first = column.dropna()
            shown = quote(first.iloc[0]) if len(first) else "nothing but empty cells"
            raise OptionError(f"{who}: {quote(name)} must be numeric; it holds {shown}.")
        columns.append(column.to_numpy(dtype=float, na_value=np.nan))
    return np.column_stack(columns)


def _nobody(
    who: str,
    variables: Mapping[str, Variable],
    roles: tuple[str, str],
    known: np.ndarray,
    n_shared: int,
) -> str:
    for i, label in enumerate(variables):
        for j, role in enumerate(roles):
            if not known[:, 2 * i + j].any():
                return (
                    f"{who}: no {role} has a value of {quote(label)}, so there is nothing to "
                    "compare. A one-sided data set can't answer a question about pairs."
                )
    shared = " and the controls" if n_shared else ""
    return f"{who}: no pair has values of both partners in {listing(variables)}{shared}."
