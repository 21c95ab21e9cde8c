"""Targets from a program's own records, so that the model can be calibrated to it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ...codebook import Codebook
from ...elements import reliability
from ...elements.practices.intervals import wilson_interval
from ...errors import EstimationError, OptionError, quote
from ...program import Program
from ...spans import last_known
from ..parameters import Levers
from ..pool import PoolGenerator
from .setting import Setting
from .targets import Target

_FEWEST = 20  # relationships, or endings, below which a share says next to nothing
_DAYS_PER_MONTH = 365.25 / 12.0
_WEEK_DAYS = 7.0
_OWN = "program records"


def targets_from(program: Program, *, codebook: Codebook | None = None) -> tuple[Target, ...]:
    """Take what a program's own records say as targets of a calibration.

    Parameters
    ----------
    program : Program
        Relationships with `started_on`, `planned_end` and `ended_on`; contacts and responses where
        there are any.
    codebook : Codebook, optional
        What the items mean; needed for internal consistency only.

    Returns
    -------
    tuple of Target
        Those that the records tell with 20 relationships or endings: `early_closure`,
        `mentors_start`, `meetings_per_month`, `alpha`. The ranges are 95 % intervals: few records
        give wide ranges, and so a large calibrated set.

    Raises
    ------
    OptionError
        If `program` is no Program.
    EstimationError
        If the records tell none.

    Notes
    -----
    Only one-to-one relationships count. Early closure is the share that ended before the planned
    end, other than as planned, of those whose planned end has passed. Meetings are held meetings
    over the months that relationships ran while meetings were logged; their interval treats
    relationships as independent.

    References
    ----------
    wilson1927 : Interval of a share.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.simulation.calibration import targets_from
    >>> found = targets_from(ml.datasets.load_example_program())
    >>> [target.moment for target in found]
    ['early_closure', 'mentors_start', 'meetings_per_month']
    """
    who = "simulation.targets_from"
    _check(program, who)
    found = tuple(_found(program, codebook))
    if not found:
        raise EstimationError(
            f"{who}: the records tell no target. It needs {_FEWEST} one-to-one relationships with "
            "`started_on`, `planned_end` (passed) and `ended_on`, or contacts, or responses with a "
            "codebook."
        )
    return found


def setting_from(program: Program) -> Setting:
    """Take a program's size, planned length and agreed cadence as the setting of a calibration.

    Parameters
    ----------
    program : Program

    Returns
    -------
    Setting
        As many mentees and mentors as one-to-one relationships had, people in random pairs.

    Raises
    ------
    EstimationError
        Without one-to-one relationships that have a planned end.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.simulation.calibration import setting_from
    >>> setting_from(ml.datasets.load_example_program()).levers.planned_weeks
    52
    """
    who = "simulation.setting_from"
    _check(program, who)
    rows = _pairs(program)
    if rows.empty:
        raise EstimationError(
            f"{who}: the program has no one-to-one relationship with `started_on` and "
            "`planned_end`."
        )
    weeks = round(float((rows["planned_end"] - rows["started_on"]).dt.days.median()) / _WEEK_DAYS)
    known = Levers.declared()
    planned = int(np.clip(weeks, known["planned_weeks"].low, known["planned_weeks"].high))
    levers = Levers(planned_weeks=planned, horizon_weeks=min(2 * planned, 520))
    cadence = rows["meetings_per_month"].median() if "meetings_per_month" in rows else np.nan
    if np.isfinite(cadence):
        limits = known["meetings_per_month"]
        levers = levers.replace(meetings_per_month=float(np.clip(cadence, limits.low, limits.high)))
    members = program.members[program.members["relationship_id"].isin(rows["relationship_id"])]
    n = members.groupby("role")["person_id"].nunique()
    mentees, mentors = int(n.get("mentee", 1)), int(n.get("mentor", 1))
    places = max(1, -(-mentees // mentors))
    return Setting(pool=PoolGenerator(mentees, mentors, places=places), levers=levers)


def _check(program: Program, who: str) -> None:
    if not isinstance(program, Program):
        raise OptionError(
            f"{who}: `program` must be a Program; got {quote(type(program).__name__)}."
        )


def _pairs(program: Program) -> pd.DataFrame:
    rows = program.relationships
    if not {"started_on", "planned_end"} <= set(rows.columns):
        return rows.head(0).assign(started_on=pd.NaT, planned_end=pd.NaT)
    if "kind" in rows:
        rows = rows[rows["kind"].isna() | (rows["kind"] == "one_to_one")]
    return rows.dropna(subset=["started_on", "planned_end"])


def _found(program: Program, codebook: Codebook | None) -> Iterator[Target]:
    rows, until = _pairs(program), last_known(program)
    if "ended_on" in rows and len(rows):
        early = rows["ended_on"].notna() & (rows["ended_on"] < rows["planned_end"])
        if "end_reason" in rows:
            early &= rows["end_reason"].fillna("") != "planned_end"
        due = rows["planned_end"] <= until
        if due.sum() >= _FEWEST:
            yield _share("early_closure", early[due], "closed before the agreed end")
        if "ended_by" in rows:
            by = rows.loc[early, "ended_by"]
            by = by[by.isin(["mentor", "mentee"])]
            if len(by) >= _FEWEST:
                yield _share("mentors_start", by == "mentor", "early endings by the mentor")
    if (meetings := _meetings(program, rows, until)) is not None:
        yield meetings
    if program.responses is not None and codebook is not None:
        yield from _alpha(program, codebook)


def _share(moment: str, hits: pd.Series, claim: str) -> Target:
    done, due = np.array([float(hits.sum())]), np.array([float(len(hits))])
    low, high = wilson_interval(done, due)
    return Target(
        moment,
        float(low[0]),
        float(high[0]),
        source=_OWN,
        claim=f"{claim}: {int(done[0])} of {int(due[0])}",
        tolerance="95 % interval",
    )


def _meetings(program: Program, rows: pd.DataFrame, until: pd.Timestamp) -> Target | None:
    """Give held meetings a month by a ratio over relationships."""
    contacts = program.contacts
    if contacts is None or len(rows) < _FEWEST:
        return None
    held = contacts[
        contacts["kind"].isin(["meeting", "call"])
        & (contacts["status"] == "held")
        & contacts["relationship_id"].isin(rows["relationship_id"])
    ]
    if held.empty:
        return None
    ends = rows["planned_end"].clip(upper=until)
    if "ended_on" in rows:
        ends = rows["ended_on"].fillna(ends).clip(upper=until)
    months = ((ends - rows["started_on"]).dt.days / _DAYS_PER_MONTH).clip(lower=0.0).to_numpy()
    n_held = held["relationship_id"].value_counts()
    met = rows["relationship_id"].map(n_held).fillna(0.0).to_numpy(dtype=float)
    if months.sum() <= 0:
        return None
    ratio = met.sum() / months.sum()
    error = np.sqrt(((met - ratio * months) ** 2).sum()) / months.sum()
    return Target(
        "meetings_per_month",
        max(0.0, float(ratio - 1.96 * error)),
        float(ratio + 1.96 * error),
        source=_OWN,
        claim=f"held meetings a month, {len(rows)} relationships: {ratio:.2f}",
        tolerance="95 % interval",
    )


def _alpha(program: Program, codebook: Codebook) -> Iterator[Target]:
    mentees = program.responses[program.responses["role"] == "mentee"]
    if mentees["rater_id"].nunique() < _FEWEST:
        return
    found = reliability(mentees, codebook=codebook).to_frame().dropna(subset=["alpha"])
    if found.empty:
        return
    yield Target(
        "alpha",
        float(found["conf_low"].mean()),
        float(found["conf_high"].mean()),
        source=_OWN,
        claim=f"internal consistency of {len(found)} scales, mean {found['alpha'].mean():.2f}",
        tolerance="mean of the scales' 95 % intervals",
    )
