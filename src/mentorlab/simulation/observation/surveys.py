"""Surveys of both partners with the items of the item bank."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ...codebook import item_bank
from ..kernel.layout import ELEMENTS, N_ELEMENTS
from .answers import HIGH, LOW, form_answers, satisfaction_of
from .written import DAYS, Written

_SATISFACTION = "satisfaction"
_SHARES = (0.5, 0.9)  # later waves, as shares of the planned length
_ROLES = ("mentor", "mentee")
_ANSWER_DAYS = 10


def survey_weeks(found: Written, first: int) -> list[int]:
    """Give the relationship weeks of the waves: the early survey, the middle, and near the end."""
    planned = found.levers.planned_weeks
    later = [round(share * planned) for share in _SHARES]
    weeks = sorted({week for week in (first, *later) if 0 < week <= planned})
    return weeks or [planned]


def response_rows(found: Written, weeks: list[int]) -> pd.DataFrame:
    """List answers, one row each; forms that did not come back leave no rows.

    Returns
    -------
    pandas.DataFrame
        Rows of the responses table.
    """
    rng = found.rng("responses")
    bank = item_bank()
    scales = {role: _scales(bank.for_role(role)) for role in _ROLES}
    frames = []
    for wave, week in enumerate(weeks, 1):
        alive = np.flatnonzero(found.trace.phase[found.rows, week - 1] >= 0)
        for side, role in enumerate(_ROLES):
            share = found.seen.mentor_returns if role == "mentor" else found.seen.mentee_returns
            here = alive[rng.random(len(alive)) < share]
            felt = found.trace.elements[found.rows[here], week - 1].astype(float)
            felt = felt[:, side * N_ELEMENTS : (side + 1) * N_ELEMENTS]
            if len(here):
                frames.append(_forms(found, here, felt, role, wave, week, scales[role], rng))
    if not frames:
        return pd.DataFrame(
            columns=["relationship_id", "rater_id", "role", "wave", "item", "value"]
        )
    return pd.concat(frames, ignore_index=True)


def _scales(form: pd.DataFrame) -> list[pd.DataFrame]:
    """Give the items of each scale on a form."""
    return [form[form["element"] == name] for name in (*ELEMENTS, _SATISFACTION)]


def _forms(
    found: Written,
    here: np.ndarray,
    felt: np.ndarray,
    role: str,
    wave: int,
    week: int,
    items: list[pd.DataFrame],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Write out the forms of one side in one wave."""
    satisfied = satisfaction_of(felt.mean(axis=1), found.seen, rng)
    scales = np.column_stack([felt, satisfied])
    longest = max(len(scale) for scale in items)
    drawn = form_answers(scales, longest, found.seen, rng)
    names, values = [], []
    for k, scale in enumerate(items):
        for j, (name, turned) in enumerate(zip(scale["item"], scale["reverse"], strict=True)):
            names.append(name)
            values.append(LOW + HIGH - drawn[:, k, j] if turned else drawn[:, k, j])
    n_forms, n_items = len(here), len(names)
    skipped = rng.random((n_forms, n_items)) < found.seen.skipped
    answers = np.where(skipped, np.nan, np.column_stack(values).astype(float))
    truth = found.truth.iloc[here]
    other = "mentee" if role == "mentor" else "mentor"
    asked = found.started_on.to_numpy()[here] + np.timedelta64(week * DAYS, "D")
    day = asked + rng.integers(-_ANSWER_DAYS // 2, 0, n_forms) * np.timedelta64(1, "D")
    entered = day + rng.integers(0, _ANSWER_DAYS, n_forms) * np.timedelta64(1, "D")
    return pd.DataFrame(
        {
            "relationship_id": np.repeat(truth["relationship_id"].to_numpy(), n_items),
            "rater_id": np.repeat(truth[f"{role}_id"].to_numpy(), n_items),
            "target_id": np.repeat(truth[f"{other}_id"].to_numpy(), n_items),
            "role": role,
            "wave": wave,
            "item": np.tile(np.array(names, dtype=object), n_forms),
            "value": answers.ravel(),
            "form": "scale",
            "missing": np.where(skipped.ravel(), "unanswered", None),
            "answered_at": np.repeat(day, n_items),
            "recorded_at": np.repeat(entered, n_items),
        }
    ).infer_objects()
