"""Who is reached, and who is not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count
from ..measures.load import need_direction
from ..network import MentorNetwork
from ..result import PersonTable, asked

WHO = "inclusion"


def inclusion(
    network: MentorNetwork,
    *,
    group: str,
    eligible: str | None = None,
    voice: str | None = None,
    level: float = 0.95,
) -> PersonTable:
    """Tell which groups the program reaches, which it does not, and whether ties cross groups.

    Parameters
    ----------
    network : MentorNetwork
        With everybody whom the program is for in `people`, mentored or not.
    group : str
        Column of people.
    eligible : str, optional
        True/false column of people: whom the program is for. When left out, everybody who is not
        only a mentor.
    voice : str, optional
        Column of people with a number, such as share of talk or items raised; its mean is set
        beside access.
    level : float
        Confidence level.

    Returns
    -------
    PersonTable
        One row a group, the least reached first: `group`, `n_people`, `n_mentored`, `access`
        (share with a mentor) with Wilson's `conf_low`, `conf_high`; `gap` (access less that of
        all others) with Newcombe's `gap_low`, `gap_high`; `n_mentors`, `mentor_share` (of the
        mentors with a group); `cross_group` (share of the group's mentored ties whose mentor is of
        another group); with `voice`, `voice_mean` and `voice_n`.

    Raises
    ------
    OptionError
        If a column is unknown or not of that kind.
    EstimationError
        If nobody eligible has a group, or all are of one.

    Notes
    -----
    Intervals treat people as independent draws. Where the table lists everybody, they answer how
    far such shares would vary in programs like this one, not how many were missed. A gap is a
    description: groups may differ in what they asked for.

    References
    ----------
    wilson1927 : Probable inference, the law of succession, and statistical inference.
    newcombe1998 : Interval estimation for the difference between independent proportions.

    Examples
    --------
    >>> ties = pd.DataFrame({"mentor_id": ["ann", "ann"], "mentee_id": ["bo", "cy"]})
    >>> people = pd.DataFrame(
    ...     {"person_id": ["ann", "bo", "cy", "di"], "site": ["x", "x", "x", "y"]}
    ... )
    >>> network = MentorNetwork.from_ties(ties, source="program records", people=people)
    >>> inclusion(network, group="site").to_frame()[["group", "access"]].to_numpy().tolist()
    [['y', 0.0], ['x', 1.0]]
    """
    need_direction(network, who=WHO)
    codes, levels = network.labels(group, who=WHO)
    meant = _meant(network, eligible)
    counted = meant & (codes >= 0)
    if len(np.unique(codes[counted])) < 2:
        raise EstimationError(
            f"{WHO}: needs people of two groups of '{group}' or more; "
            f"{count(int(counted.sum()), 'eligible person', 'eligible people')} have one, of "
            f"{len(np.unique(codes[counted]))}."
        )
    mentored = np.diff(network.into.indptr) > 0
    rows = [
        _row(network, codes, code, counted, mentored, level) | {"group": levels[code]}
        for code in range(len(levels))
    ]
    table = pd.DataFrame(rows)
    if voice is not None:
        table = table.join(_voice(network, voice, codes, counted, len(levels)))
    table = table[["group", *(name for name in table if name != "group")]]
    unknown = int((meant & (codes < 0)).sum())
    said = [
        f"access: share with a mentor, {level:.0%} Wilson interval",
        "gap: access less that of everybody else, Newcombe interval",
        "eligible: "
        + (f"`{eligible}` is true" if eligible else "everybody who is not only a mentor"),
    ]
    if unknown:
        said.append(f"{count(unknown, 'person', 'people')} left out: {group} is missing")
    return PersonTable(
        table=table.sort_values("access", kind="stable", ignore_index=True),
        title=f"Access by {group}: {int(mentored[counted].sum()):,} of {int(counted.sum()):,} "
        "people have a mentor",
        picture="mentorlab.plots.network:inclusion",
        said=tuple(said),
        keys=("wilson1927", "newcombe1998"),
        **asked(WHO, network, {"group": group, "eligible": eligible, "level": level}),
    )


def _meant(network: MentorNetwork, eligible: str | None) -> np.ndarray:
    if eligible is None:
        return network.is_mentee | ~network.is_mentor
    column = network.attribute(eligible, who=WHO)
    if not pd.api.types.is_bool_dtype(column):
        raise OptionError(
            f"{WHO}: `eligible` must be a true/false column; '{eligible}' holds {column.dtype}."
        )
    return column.fillna(False).to_numpy(dtype=bool)


def _row(
    network: MentorNetwork,
    codes: np.ndarray,
    code: int,
    counted: np.ndarray,
    mentored: np.ndarray,
    level: float,
) -> dict[str, float]:
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    own, rest = counted & (codes == code), counted & (codes != code)
    n, n_rest = int(own.sum()), int(rest.sum())
    got, got_rest = int(mentored[own].sum()), int(mentored[rest].sum())
    low, high = (np.nan, np.nan)
    gap, gap_low, gap_high = (np.nan, np.nan, np.nan)
    if n:
        low, high = proportion_confint(got, n, alpha=1 - level, method="wilson")
    if n and n_rest:
        gap = got / n - got_rest / n_rest
        gap_low, gap_high = confint_proportions_2indep(
            got, n, got_rest, n_rest, compare="diff", method="newcomb", alpha=1 - level
        )
    mentor, mentee, _ = network.pairs
    known = (codes[mentee] == code) & (codes[mentor] >= 0)
    n_mentors = int((network.is_mentor & (codes == code)).sum())
    all_mentors = int((network.is_mentor & (codes >= 0)).sum())
    return {
        "n_people": n,
        "n_mentored": got,
        "access": got / n if n else np.nan,
        "conf_low": low,
        "conf_high": high,
        "gap": gap,
        "gap_low": gap_low,
        "gap_high": gap_high,
        "n_mentors": n_mentors,
        "mentor_share": n_mentors / all_mentors if all_mentors else np.nan,
        "cross_group": float((codes[mentor[known]] != code).mean()) if known.any() else np.nan,
    }


def _voice(
    network: MentorNetwork, voice: str, codes: np.ndarray, counted: np.ndarray, k: int
) -> pd.DataFrame:
    column = network.attribute(voice, who=WHO)
    if not pd.api.types.is_numeric_dtype(column):
        raise OptionError(f"{WHO}: `voice` must hold numbers; '{voice}' holds {column.dtype}.")
    values = column.to_numpy(dtype=float, na_value=np.nan)
    known = counted & ~np.isnan(values)
    n = np.bincount(codes[known], minlength=k)
    total = np.bincount(codes[known], weights=values[known], minlength=k)
    return pd.DataFrame(
        {
            "voice_mean": np.divide(total, n, out=np.full(k, np.nan), where=n > 0),
            "voice_n": n,
        }
    )
