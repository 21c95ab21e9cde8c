"""Which forms were due, which came back, and the patterns that this makes over the waves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

RATER = ["relationship_id", "rater_id", "role"]
RETURNED, NOT_RETURNED = "returned", "not_returned"
OVER, NOT_YET, NOT_RUN = "over", "not_yet", "not_run"
STATES = (RETURNED, NOT_RETURNED, OVER, NOT_YET)
SHAPES = ("complete", "dropout", "late", "intermittent", "never")
NO_FORM = "not stated"
_SIGNS = {RETURNED: "1", NOT_RETURNED: "0"}
_NOT_DUE = "."


@dataclass(frozen=True, eq=False)
class Occasions:
    """Every rater's forms, wave by wave.

    Attributes
    ----------
    states : pandas.DataFrame
        One row a form, rater (a person in a role in a relationship) and wave: `form`,
        `relationship_id`, `rater_id`, `role`, `wave`, `state`. A form is ``returned`` when it has
        an answer; ``not_returned`` when it was due and has none; ``over`` when the relationship had
        ended or the person had left by then; ``not_yet`` when its time had not come; ``not_run``
        when nobody in this role and kind of relationship got it in this wave.
    dated : bool
        Whether forms could be placed in time, so that ``over`` and ``not_yet`` can be told.
    expected : bool
        Whether raters who never answered are known.
    """

    states: pd.DataFrame
    dated: bool
    expected: bool


def list_occasions(
    responses: pd.DataFrame, tables: dict[str, pd.DataFrame], cut_at: pd.Timestamp | None
) -> Occasions:
    """Tell which forms were due and which came back.

    Parameters
    ----------
    responses : pandas.DataFrame
        The responses table.
    tables : dict of str to pandas.DataFrame
        The program's tables; empty when there are only responses.
    cut_at : pandas.Timestamp or None
        The cut in time, if any.

    Notes
    -----
    A form that did not come back is placed at the start of its relationship plus the median delay
    of those that did, in the same wave and kind of relationship.
    """
    answers = _with_facts(responses, tables)
    group = ["form", "kind", "role"]
    raters = answers[[*group, *RATER[:2]]].drop_duplicates()
    if tables:
        raters = pd.concat([raters, _members(answers, tables)]).drop_duplicates()
    run = answers[[*group, "wave"]].drop_duplicates()
    waves = answers[["form", "wave"]].drop_duplicates()
    grid = raters.merge(waves, on="form").merge(
        run, on=[*group, "wave"], how="left", indicator=True
    )
    given = answers.groupby(["form", *RATER, "wave"], as_index=False).agg(
        answered=("value", "count"), at=("at", "min")
    )
    grid = grid.drop(columns="_merge").assign(run=grid["_merge"] == "both")
    grid = grid.merge(given, on=["form", *RATER, "wave"], how="left")
    state = np.where(grid["answered"] > 0, RETURNED, NOT_RETURNED)
    due, dated = _due_dates(grid, tables)
    absent = grid["answered"].isna()
    horizon = cut_at if cut_at is not None else grid["at"].max()
    state = np.where(absent & (due > horizon), NOT_YET, state)
    state = np.where(absent & (_last_days(grid, tables) < due), OVER, state)
    state = np.where(grid["run"], state, NOT_RUN)
    columns = ["form", *RATER, "wave", "state"]
    ordered = grid.assign(state=state)[columns].sort_values(columns[:-1], ignore_index=True)
    return Occasions(states=ordered, dated=dated, expected=bool(tables))


def _with_facts(responses: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Add `form`, `kind` and `at`, with a word where they are unknown."""
    at = pd.Series(pd.NaT, index=responses.index, dtype="datetime64[us]")
    for name in ("answered_at", "recorded_at"):
        if name in responses:
            at = at.fillna(responses[name])
    form = responses["form"] if "form" in responses else pd.Series(None, index=responses.index)
    return responses[[*RATER, "wave", "value"]].assign(
        form=form.astype("object").where(form.notna(), NO_FORM),
        kind=_kinds(responses["relationship_id"], tables),
        at=at,
    )


def _kinds(relationship_id: pd.Series, tables: dict[str, pd.DataFrame]) -> pd.Series:
    relationships = tables.get("relationships")
    if relationships is None or "kind" not in relationships:
        return pd.Series("", index=relationship_id.index)
    kinds = relationships.set_index("relationship_id")["kind"]
    return relationship_id.map(kinds).astype("object").fillna("")


def _members(answers: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """List who should have got a form: members whose role and kind anybody answered in."""
    members = tables["members"].rename(columns={"person_id": "rater_id"})[RATER]
    members = members.assign(kind=_kinds(members["relationship_id"], tables))
    return members.merge(answers[["form", "kind", "role"]].drop_duplicates(), on=["kind", "role"])


def _due_dates(grid: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> tuple[pd.Series, bool]:
    relationships = tables.get("relationships")
    if relationships is None or "started_on" not in relationships or grid["at"].isna().all():
        return pd.Series(pd.NaT, index=grid.index, dtype="datetime64[us]"), False
    start = grid["relationship_id"].map(relationships.set_index("relationship_id")["started_on"])
    delay = (grid["at"] - start).groupby([grid["form"], grid["kind"], grid["wave"]])
    return start + delay.transform("median"), True


def _last_days(grid: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Give the day after which a rater had no form to fill in; missing when there is none."""
    last = pd.Series(pd.NaT, index=grid.index, dtype="datetime64[us]")
    relationships = tables.get("relationships")
    if relationships is not None and "ended_on" in relationships:
        ended = relationships.set_index("relationship_id")["ended_on"]
        last = grid["relationship_id"].map(ended)
    members = tables.get("members")
    if members is not None and "left_on" in members:
        left = members.rename(columns={"person_id": "rater_id"}).set_index(RATER)["left_on"]
        own = left.reindex(pd.MultiIndex.from_frame(grid[RATER])).to_numpy()
        last = pd.concat([last, pd.Series(own, index=grid.index)], axis=1).min(axis=1)
    return last


def count_forms(occasions: Occasions) -> pd.DataFrame:
    """Count forms by form, wave and role.

    Returns
    -------
    pandas.DataFrame
        `form`, `wave`, `role`, `due`, `returned`, `not_returned`, `over`, `not_yet`,
        `share_returned` (of those due).
    """
    run = occasions.states[occasions.states["state"] != NOT_RUN]
    keys = ["form", "wave", "role"]
    table = run.groupby([*keys, "state"]).size().unstack(fill_value=0)
    table = table.reindex(columns=list(STATES), fill_value=0).reset_index()
    table.columns.name = None
    due = table[RETURNED] + table[NOT_RETURNED]
    table.insert(len(keys), "due", due)
    return table.assign(share_returned=table[RETURNED] / due.where(due > 0))


def rater_patterns(occasions: Occasions) -> pd.DataFrame:
    """Give each rater's pattern over the waves, and its shape.

    Returns
    -------
    pandas.DataFrame
        `form`, `relationship_id`, `rater_id`, `role`, `pattern` (one sign a wave: ``1`` returned,
        ``0`` due and not returned, ``.`` not due), `shape` (``complete``, ``dropout``: none after
        the first that was missed, ``late``: none before the first that came, ``intermittent``,
        ``never``; missing where nothing was due), `first_wave` (first returned), `n_due`.
    """
    states = occasions.states
    signs = states.assign(sign=states["state"].map(_SIGNS).fillna(_NOT_DUE))
    returned = states["state"] == RETURNED
    signs["first"] = states["wave"].where(returned)
    table = signs.groupby(["form", *RATER], as_index=False).agg(
        pattern=("sign", "".join), first_wave=("first", "min")
    )
    due = table["pattern"].str.replace(_NOT_DUE, "", regex=False)
    return table.assign(
        shape=due.map(_shape).astype("object"),
        n_due=due.str.len(),
        first_wave=table["first_wave"].astype("Int64"),
    )


def _shape(due: str) -> str | None:
    """Name the shape of a row of returned and missed forms.

    Examples
    --------
    >>> [_shape(due) for due in ("111", "110", "011", "101", "00")]
    ['complete', 'dropout', 'late', 'intermittent', 'never']
    """
    if not due:
        return None
    if "1" not in due:
        return "never"
    if "0" not in due:
        return "complete"
    if "01" not in due:
        return "dropout"
    return "late" if "10" not in due else "intermittent"


def count_patterns(patterns: pd.DataFrame) -> pd.DataFrame:
    """Count raters by form, role, pattern and shape.

    Returns
    -------
    pandas.DataFrame
        `form`, `role`, `pattern`, `shape`, `n`, `share` (of the form's and role's raters with
        something due), most frequent first.
    """
    due = patterns.dropna(subset="shape")
    keys = ["form", "role", "pattern", "shape"]
    table = due.groupby(keys, as_index=False).size().rename(columns={"size": "n"})
    total = table.groupby(["form", "role"])["n"].transform("sum")
    table = table.assign(share=table["n"] / total)
    return table.sort_values(
        ["form", "role", "n", "pattern"], ascending=[True, True, False, False], ignore_index=True
    )
