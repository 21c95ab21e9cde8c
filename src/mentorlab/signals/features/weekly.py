"""Weekly features of every relationship, from the log as it was known at each week's end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...errors import EstimationError, OptionError, count, did_you_mean, quote
from ...timecut import last_moment
from .events import read_contacts, read_due_dates
from .layout import COLUMN_NEEDS, COLUMNS, WEEK_US
from .relations import read_relations
from .state import FeatureState, Pass, WeekRows, copy_state, grow, open_state

if TYPE_CHECKING:
    from ...program import Program

WHO = "weekly_features"


@dataclass(frozen=True, eq=False)
class FeatureUpdate:
    """New weeks and the state from which the next ones go on.

    Attributes
    ----------
    features : pandas.DataFrame
        As `weekly_features` gives them, the new weeks only.
    state : FeatureState
        For the next `update_features`.
    notes : tuple of str
        What was left out, with counts.
    """

    features: pd.DataFrame
    state: FeatureState
    notes: tuple[str, ...]


def weekly_features(
    program: Program,
    *,
    as_of: str | pd.Timestamp,
    columns: Iterable[str] | None = None,
    batch_rows: int | None = None,
) -> pd.DataFrame:
    r"""Tell what the log showed of each relationship at the end of each of its weeks.

    Silent relationships have rows too. Nothing that became known later enters a row.

    Parameters
    ----------
    program : Program
        Needs `relationships.started_on`. Contacts, attendance and goals are used where they are;
        columns that need what the program does not record are NaN.
    as_of : str or pandas.Timestamp
        The last day known. Weeks end on its day of the week, at its hour if it has one.
    columns : iterable of str, optional
        Only these features.
    batch_rows : int, optional
        Contacts read at a time; changes nothing but memory.

    Returns
    -------
    pandas.DataFrame
        One row a relationship and week at risk: `relationship_id`, `week` (of the relationship,
        from 1), `week_end`, and

        - `age_days`, `gap_days` (since the last contact held, else since the start);
        - `contacts_4w`, `contacts_8w`, `meetings_4w`, `minutes_4w`;
        - `pace_per_week` (own contacts a week, pulled toward the pool's), `calendar_factor` (the
          pool's week against its usual), `expected_since_last` (contacts due since the last one);
        - `cusum_llr` (evidence that contacts fell to 40 % of the own pace), `ewma_contacts`;
        - `scheduled_8w`, `held_share_8w`, `missed_share_8w`, `missed_share_mentor_8w`,
          `missed_share_mentee_8w` (missed or called off by that side), `missed_in_row` with
          `_mentor` and `_mentee`, `cancelled_8w`, `rescheduled_8w`;
        - `reply_hours_mentor`, `reply_hours_mentee`, `reply_slowdown_mentor`,
          `reply_slowdown_mentee` (log hours above the own first weeks);
        - `initiated_8w`, `initiated_by_mentee_share_8w`, `initiated_by_mentee_share_before`;
        - `agenda_share_8w`, `prepared_share_mentor_8w`, `prepared_share_mentee_8w`,
          `out_of_hours_share_8w`;
        - `overdue_items`, `due_missed_in_row` (goals and actions with due dates).

    Raises
    ------
    MissingTableError
        Without `relationships.started_on`.
    OptionError
        If `as_of` is no date or lies after the program's cut in time, or a column is unknown.
    EstimationError
        If no relationship had begun.

    Notes
    -----
    Pace: :math:`(a+n)/(b+w)` with contacts n in w weeks and a gamma distribution (a, b) over the
    pool by the method of moments. Calendar factor: the pool's contacts of the week over those
    expected at everyone's own pace, both plus 20. Expected since the last contact: the own pace at
    that contact times the calendar factors since; under Poisson contacts, minus the log of the
    chance of such a silence. CUSUM: log-likelihood ratio of 40 % against 100 % of the own pace;
    charts begin after six weeks. Shares are shrunk, so none is empty: failed meetings toward 1 in
    10 with the weight of 5 meetings, starts toward one half (Beta(2, 2)), agenda and preparation
    Beta(1, 1). A contact counts for the pace and the charts in the week in which it became known,
    and for windows and gaps by when it happened. Messages count as contacts; schedules are more
    regular than Poisson, so alarms for silence come late rather than early.

    References
    ----------
    morris1983, lucas1990, brook1972

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> features = ml.signals.weekly_features(program, as_of="2024-03-31")
    >>> features.columns[:3].tolist(), bool(features["gap_days"].ge(0).all())
    (['relationship_id', 'week', 'week_end'], True)
    """
    return start_features(program, as_of=as_of, columns=columns, batch_rows=batch_rows).features


def start_features(
    program: Program,
    *,
    as_of: str | pd.Timestamp,
    columns: Iterable[str] | None = None,
    batch_rows: int | None = None,
) -> FeatureUpdate:
    """Give weekly features with the state from which `update_features` goes on.

    Parameters
    ----------
    program, as_of, columns, batch_rows
        As in `weekly_features`.

    Raises
    ------
    MissingTableError, OptionError, EstimationError
        As `weekly_features`.

    Examples
    --------
    >>> import mentorlab as ml
    >>> program = ml.datasets.load_example_program()
    >>> before = start_features(program, as_of="2024-03-24")
    >>> after = update_features(before.state, program, as_of="2024-03-31")
    >>> after.features["week_end"].dt.strftime("%Y-%m-%d").unique().tolist()
    ['2024-03-31']
    """
    moment = _moment(program, as_of, WHO)
    relations = read_relations(program, moment, who=WHO)
    if not len(relations):
        raise EstimationError(f"{WHO}: no relationship had begun by {moment:%Y-%m-%d}.")
    state = open_state(relations, origin=int(moment.to_datetime64().astype("M8[us]").astype(int)))
    return _run(state, program, until=0, columns=columns, batch_rows=batch_rows)


def update_features(
    state: FeatureState,
    program: Program,
    *,
    as_of: str | pd.Timestamp,
    columns: Iterable[str] | None = None,
    batch_rows: int | None = None,
) -> FeatureUpdate:
    """Add the weeks since a state, reading only what became known since.

    Parameters
    ----------
    state : FeatureState
        From `start_features` or an earlier update; left unchanged.
    program : Program
        All relationships, and at least the contacts and goals that became known since. Attendance
        counts when its contact became known.
    as_of : str or pandas.Timestamp
        Whole weeks after the state's last one.
    columns, batch_rows
        As in `weekly_features`.

    Returns
    -------
    FeatureUpdate

    Raises
    ------
    OptionError
        If `as_of` is not whole weeks later.
    EstimationError
        If a relationship that had begun by then was added or taken away.

    Notes
    -----
    The rows are bit for bit those that `weekly_features` gives on the whole log.
    """
    who = "update_features"
    moment = _moment(program, as_of, who)
    microsecond = int(moment.to_datetime64().astype("M8[us]").astype(int))
    weeks, rest = divmod(microsecond - state.moment, WEEK_US)
    if rest or weeks < 0:
        raise OptionError(
            f"{who}: `as_of` must lie whole weeks after the state's last day "
            f"({np.datetime64(state.moment, 'us')}); got {quote(str(as_of))}."
        )
    relations = read_relations(program, moment, who=who)
    grown = grow(copy_state(state), relations)
    return _run(grown, program, until=state.week + weeks, columns=columns, batch_rows=batch_rows)


def _run(
    state: FeatureState,
    program: Program,
    *,
    until: int,
    columns: Iterable[str] | None,
    batch_rows: int | None,
) -> FeatureUpdate:
    wanted = _wanted(columns)
    contacts, n_outside = read_contacts(program, state.relations)
    due_dates = read_due_dates(program, state.relations)
    end = state.origin + until * WEEK_US
    contacts = contacts.between(state.moment, end)
    running = Pass(state)
    places = [COLUMNS.index(name) for name in wanted]
    blocks = [
        WeekRows(block.week_end, block.rows, block.values[:, places])
        for block in running.weeks(contacts.batches(batch_rows), due_dates, until=until)
    ]
    frame = _frame(running.state, blocks, wanted)
    for name in _unrecorded(program) & set(wanted):
        frame[name] = np.nan
    notes = []
    if n_outside:
        notes.append(f"{count(n_outside, 'contact')} outside the relationship's dates: left out")
    return FeatureUpdate(frame, running.state, tuple(notes))


def _frame(state: FeatureState, blocks: list[WeekRows], wanted: list[str]) -> pd.DataFrame:
    rows = np.concatenate([block.rows for block in blocks] or [np.zeros(0, np.int64)])
    sizes = [len(block.rows) for block in blocks]
    ends = np.repeat(np.array([block.week_end for block in blocks], np.int64), sizes)
    order = np.argsort(rows, kind="stable")
    rows, ends = rows[order], ends[order]
    start = state.relations.starts[rows]
    frame = pd.DataFrame(
        {
            "relationship_id": state.relations.relationship_id.take(rows),
            "week": (ends - start) // WEEK_US + 1,
            "week_end": pd.Series(ends.view("M8[us]")).dt.normalize(),
        }
    )
    if not blocks:
        return frame.assign(**dict.fromkeys(wanted, np.zeros(0)))
    values = np.concatenate([block.values for block in blocks])[order]
    return pd.concat([frame, pd.DataFrame(values, columns=wanted)], axis=1)


def _wanted(columns: Iterable[str] | None) -> list[str]:
    if columns is None:
        return list(COLUMNS)
    wanted = [columns] if isinstance(columns, str) else list(columns)
    for name in wanted:
        if name not in COLUMNS:
            near = did_you_mean(name, COLUMNS)
            raise OptionError(
                f"{WHO}: `columns` must name features; got {quote(name)}. {near}".rstrip()
            )
    return wanted


def _unrecorded(program: Program) -> set[str]:
    """Features that need a table or column which the program does not have."""
    absent = set(COLUMNS[1:32]) if program.contacts is None else set()
    for name, need in COLUMN_NEEDS.items():
        table, column = need.split(".")
        frame = program.tables.get(table)
        if frame is None or column not in frame:
            absent.add(name)
    return absent


def _moment(program: Program, as_of: str | pd.Timestamp, who: str) -> pd.Timestamp:
    try:
        moment = last_moment(as_of)
    except OptionError as error:
        raise OptionError(str(error).replace("as_of: `date`", f"{who}: `as_of`")) from error
    if program.cut_at is not None and moment > program.cut_at:
        raise OptionError(
            f"{who}: nothing later than {program.cut_at:%Y-%m-%d} is known of this program; got "
            f"as_of={quote(str(as_of))}."
        )
    return moment


__all__ = ["FeatureUpdate", "start_features", "update_features", "weekly_features"]
