"""Who is passed over this week: called lately, put off, or with a known reason."""

from __future__ import annotations

import pandas as pd

from ..errors import OptionError, listing, quote
from .evaluation.alerts import SILENT_WEEKS

LABELS = ("called", "snooze", "known_reason", "false_alarm", "helped")
AT_ONCE = ("snooze", "known_reason")
"""Labels that free the call on their own day; the others follow a call of that day's list."""
_WORDS = {
    "called": "called less than eight weeks ago",
    "snooze": "put off",
    "known_reason": "a reason is known",
    "false_alarm": "called lately, nothing was wrong",
    "helped": "called lately, and it helped",
}


def silenced(history: pd.DataFrame | None, as_of: pd.Timestamp, *, who: str) -> pd.DataFrame:
    """Tell who is passed over, until when and why.

    Parameters
    ----------
    history : pandas.DataFrame or None
        Earlier alerts and labels: `relationship_id`, `on` (the day), and if wanted `label`
        (``"called"`` when empty) and `until` (eight weeks after when empty).
    as_of : pandas.Timestamp
    who : str
        The function that asks.

    Returns
    -------
    pandas.DataFrame
        `relationship_id, until, why`. Rows of later days do not count; on its own day a row
        counts if it is put off or has a known reason, since no call was made then.

    Raises
    ------
    OptionError
        If a column is absent, a label unknown, or a day can't be read.
    """
    columns = ["relationship_id", "until", "why"]
    if history is None or not len(history):
        return pd.DataFrame({"relationship_id": [], "until": [], "why": []}).astype(
            {"relationship_id": "str", "until": "datetime64[us]", "why": "str"}
        )
    absent = {"relationship_id", "on"} - {*history.columns}
    if absent:
        raise OptionError(f"{who}: `history` needs the column {sorted(absent)[0]}.")
    label = history.get("label", pd.Series("called", index=history.index)).fillna("called")
    unknown = ~label.isin(LABELS)
    if unknown.any():
        raise OptionError(
            f"{who}: `history.label` must be {listing(LABELS)}; got "
            f"{quote(label[unknown].iloc[0])}."
        )
    on, until = _days(history, "on", who), _days(history, "until", who)
    until = until.fillna(on + pd.Timedelta(weeks=SILENT_WEEKS))
    rows = pd.DataFrame(
        {
            "relationship_id": history["relationship_id"].astype("str"),
            "until": until,
            "why": label.map(_WORDS),
        }
    )
    day = as_of.normalize()
    told = (on < day) | ((on == day) & label.isin(AT_ONCE))
    rows = rows[told & (until > day)].sort_values("until", kind="stable")
    return rows.drop_duplicates("relationship_id", keep="last")[columns].reset_index(drop=True)


def _days(history: pd.DataFrame, name: str, who: str) -> pd.Series:
    given = history.get(name, pd.Series(pd.NaT, index=history.index))
    try:
        return pd.to_datetime(given).astype("datetime64[us]")
    except (ValueError, TypeError) as error:
        raise OptionError(f"{who}: `history.{name}` must hold dates; {error}.") from error
