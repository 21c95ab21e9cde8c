"""The weekly features of a log that lies in a warehouse, as one query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...errors import OptionError, did_you_mean, quote
from ...timecut import last_moment
from ..features.layout import COLUMN_NEEDS, COLUMNS, DAY_US, WEEK_US
from ..features.rows import EVEN_PRIOR, FAILED_PRIOR, SCHEDULED_PRIOR
from .log import ID, read_log
from .pace import with_charts, with_pace
from .panel import COUNTED, weeks_at_risk, with_contacts, with_due_dates
from .replies import with_replies
from .sources import checked_tables, load_ibis
from .windows import real, whole_part

if TYPE_CHECKING:
    from ibis import Table
    from ibis.expr.types import NumericColumn

WHO = "weekly_features_expr"
FROM_CONTACTS = COLUMNS[1:32]


def weekly_features_expr(
    tables: Mapping[str, Table] | Any,
    *,
    as_of: str | pd.Timestamp,
    columns: Iterable[str] | None = None,
    log_order: str | Iterable[str] = "contact_id",
    rounds: int = 8,
) -> Table:
    r"""Tell what the log showed of each relationship and week, computed where the log lies.

    The same features as `weekly_features`, as one ibis expression: nothing is read until it is
    executed, and then by the engine that holds the tables (DuckDB, Postgres, BigQuery, Snowflake,
    Spark ...), which gets one SQL query of joins and window functions.

    Parameters
    ----------
    tables : mapping of str to ibis.Table, or ibis backend
        `people`, `relationships` and `members`; `contacts`, `attendance` and `goals` where there
        are any, with the columns of the data model. A connection is asked for tables of these
        names. See `open_folder` and `program_tables`.
    as_of : str or pandas.Timestamp
        The last day known. Weeks end on its day of the week, at its hour if it has one.
    columns : iterable of str, optional
        Only these features; the query leaves out what they do not need.
    log_order : str or iterable of str
        Columns of contacts that order contacts which became known and happened at the same
        moments; the kernel takes them in the order of the log.
    rounds : int
        How often the two features that depend on their own past are put through, 1 or more.

    Returns
    -------
    ibis.Table
        `relationship_id`, `week`, `week_end` and the features, in no order. What a program does
        not record is NULL where `weekly_features` gives NaN.

    Raises
    ------
    OptionError
        Without ibis, if `tables` are no ibis tables, `as_of` is no date, a column is unknown, or
        `rounds` is below 1.
    MissingTableError
        If a required table or a needed column is absent.
    SchemaError
        If columns have other types than the data model's.

    Notes
    -----
    People whose consent is false are left out as `Program` leaves them out. Values are not checked
    (a query can't refuse a row): check a sample with `read_program`, whose rules are assumed here.
    Counts are equal to the kernel's, other numbers within rounding.

    How recursions are written: windows of four and eight weeks are running sums of what enters and
    what leaves them; runs are a running count less its value at the last reset; smoothed numbers
    are weighted sums over the last 256 rows. The CUSUM takes its reference pace anew whenever it
    stands at 0, and a late-entered message may or may not take the turn, depending on turns before
    it: both begin from a guess and are put through `rounds` times. Rows up to the first on which
    the last two rounds differ are exact; later ones of that relationship are NULL in `cusum_llr`,
    or in the four `reply_` columns, never wrong. Without late entries the first guess of the turns
    is right. Raise `rounds` if any are NULL.

    The pool of each week is read several times. Engines that run common parts of a query again for
    each use do less work when the result of a smaller selection of `columns` is asked for.

    Examples
    --------
    >>> import mentorlab as ml
    >>> from mentorlab.signals.warehouse import program_tables, weekly_features_expr
    >>> tables = program_tables(ml.datasets.load_example_program())
    >>> features = weekly_features_expr(tables, as_of="2024-03-31", columns=["gap_days"])
    >>> frame = features.to_pyarrow().to_pandas()
    >>> frame.columns.tolist(), bool(frame["gap_days"].ge(0).all())
    (['relationship_id', 'week', 'week_end', 'gap_days'], True)
    """
    load_ibis(WHO)
    wanted = _wanted(columns)
    order = [log_order] if isinstance(log_order, str) else list(log_order)
    if isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < 1:
        raise OptionError(f"{WHO}: `rounds` must be a whole number from 1 on; got {quote(rounds)}.")
    moment = _moment(as_of)
    origin = int(moment.to_datetime64().astype("M8[us]").astype(int))
    found = checked_tables(tables, who=WHO, log_order=order)
    tag = _tag(found, (origin, wanted, order, rounds))
    log = read_log(found, origin=origin, order=order, tag=tag)
    panel = weeks_at_risk(log)
    panel = panel.mutate(age_days=real(panel["age"]) / float(DAY_US))
    told = _recorded(found, wanted)
    if log.contacts is not None:
        panel = with_contacts(panel, log)
        panel = panel.mutate(**_shares(panel)).drop(*COUNTED)
        panel = with_pace(panel, log)
        if told & {"cusum_llr", "ewma_contacts"}:
            panel = with_charts(panel, log, rounds=rounds)
        if any(name.startswith("reply_") for name in told):
            panel = with_replies(panel, log, rounds=rounds)
    if log.due_dates is not None and told & {"overdue_items", "due_missed_in_row"}:
        panel = with_due_dates(panel, log)
    return _named(panel, wanted, told, moment.normalize())


def _tag(tables: Mapping[str, Table], arguments: object) -> str:
    """Give a text that two queries share only if they read the same tables in the same way."""
    sources = [getattr(table.op(), "parent", table.op()) for table in tables.values()]
    names = [
        (str(getattr(op, "namespace", "")), getattr(op, "name", str(hash(op)))) for op in sources
    ]
    return sha256(repr((names, arguments)).encode()).hexdigest()[:8]


def _shares(panel: Table) -> dict[str, NumericColumn]:
    """Turn the counts of the windows into features."""

    def seen(name: str) -> NumericColumn:
        return real(panel[f"{name}_8w"])

    failed = seen("missed") + seen("cancelled")
    due = seen("meetings") + failed + SCHEDULED_PRIOR
    begun = seen("started_mentor") + seen("started_mentee")
    earlier = real(panel["ever_started_mentee"]) - seen("started_mentee")
    before = real(panel["ever_started_mentor"]) + real(panel["ever_started_mentee"]) - begun
    ibis = load_ibis(WHO)
    late = seen("out_of_hours") / seen("hours_told").nullif(0.0)
    features = {
        "minutes_4w": ibis.ifelse(panel["contacts_4w"] == 0, 0.0, panel["minutes_4w"]),
        "scheduled_8w": seen("meetings") + failed + seen("rescheduled"),
        "held_share_8w": (seen("meetings") + (SCHEDULED_PRIOR - FAILED_PRIOR)) / due,
        "missed_share_8w": (seen("missed") + FAILED_PRIOR)
        / (seen("meetings") + seen("missed") + SCHEDULED_PRIOR),
        "missed_share_mentor_8w": (seen("failed_mentor") + FAILED_PRIOR) / due,
        "missed_share_mentee_8w": (seen("failed_mentee") + FAILED_PRIOR) / due,
        "initiated_8w": begun,
        "initiated_by_mentee_share_8w": (seen("started_mentee") + EVEN_PRIOR)
        / (begun + 2 * EVEN_PRIOR),
        "initiated_by_mentee_share_before": (earlier + EVEN_PRIOR) / (before + 2 * EVEN_PRIOR),
        "agenda_share_8w": (seen("agenda") + 1.0) / (seen("meetings") + 2.0),
        "out_of_hours_share_8w": late.fill_null(0.0),
    }
    for side in ("mentor", "mentee"):
        share = (seen(f"ready_{side}") + 1.0) / (seen(f"asked_{side}") + 2.0)
        features[f"prepared_share_{side}_8w"] = share
    for name, run in (("", "failed"), ("_mentor", "failed_mentor"), ("_mentee", "failed_mentee")):
        features[f"missed_in_row{name}"] = panel[f"total_{run}"] - panel[f"at_end_{run}"]
    return features


def _named(panel: Table, wanted: list[str], told: set[str], last_day: pd.Timestamp) -> Table:
    ibis = load_ibis(WHO)
    day = ibis.timestamp(last_day.strftime("%Y-%m-%d %H:%M:%S"))
    weeks_old = whole_part(panel["moment"] - panel["starts"], WEEK_US)
    features = {
        name: real(panel[name]) if name in told else ibis.null("float64") for name in wanted
    }
    return panel.select(
        ID,
        week=weeks_old + 1,
        week_end=day + (panel["week"] * 7).as_interval("D"),
        **features,
    )


def _recorded(tables: Mapping[str, Table], wanted: list[str]) -> set[str]:
    """Those of the features that the tables say something about."""
    told = {"age_days"}
    for name in wanted:
        if name in FROM_CONTACTS and "contacts" not in tables:
            continue
        table, _, column = COLUMN_NEEDS.get(name, "").partition(".")
        if not table or (table in tables and column in tables[table].columns):
            told.add(name)
    return told


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


def _moment(as_of: str | pd.Timestamp) -> pd.Timestamp:
    try:
        return last_moment(as_of)
    except OptionError as error:
        raise OptionError(str(error).replace("as_of: `date`", f"{WHO}: `as_of`")) from error
