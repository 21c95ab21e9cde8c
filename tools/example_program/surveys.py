"""The survey: answers to the item bank by both partners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mentorlab.codebook import item_bank
from mentorlab.rng import child_rng

from . import settings as s
from .bonds import Bond, add_months, days

_SURVEYED_ONCE = ("group", "reverse")
_SINGLE_WAVE = 2
_SATISFACTION_WAVES = (2, 3)
_EXTRA_WAVE = 2  # mentees of one-to-one relationships also get the other short scales
_PARTNER = {"mentor": "mentee", "mentee": "mentor"}


@dataclass(frozen=True)
class Side:
    """One rater's stable view of one partner, in latent standard deviations."""

    rater: str
    target: str
    role: str
    halo: float
    specific: np.ndarray  # shape (n_elements,)


def response_rows(bonds: list[Bond]) -> list[dict]:
    """One row an item of every form that came back."""
    bank = item_bank().items
    elements = bank.loc[bank["kind"].eq("element"), "element"].drop_duplicates().tolist()
    shifts = _item_shifts(bank)
    rows = []
    for bond in bonds:
        waves = [_SINGLE_WAVE] if bond.kind in _SURVEYED_ONCE else s.WAVES
        for mentor, mentee in _dyads(bond):
            rng = child_rng(s.SEED, "survey", bond.relationship_id, mentor, mentee)
            sides = _sides(bond, mentor, mentee, len(elements), rng)
            for wave in waves:
                halos = _halos_now(sides, rng)
                for side in sides:
                    form = _form(bond, side, wave, halos, elements, rng)
                    rows += _answers(bond, side, wave, form, bank, shifts, rng)
    return rows


def _dyads(bond: Bond) -> Iterator[tuple[str, str]]:
    if bond.kind in ("one_to_one", *_SURVEYED_ONCE):
        for mentor in bond.people("mentor"):
            for mentee in bond.people("mentee"):
                yield mentor, mentee


def _item_shifts(bank: pd.DataFrame) -> dict[str, float]:
    """Some items are easier to agree with than others."""
    items = bank["item"].drop_duplicates().tolist()
    drawn = child_rng(s.SEED, "item_shifts").normal(0, 0.15, len(items))
    return dict(zip(items, drawn.tolist(), strict=True))


def _sides(
    bond: Bond, mentor: str, mentee: str, n_elements: int, rng: np.random.Generator
) -> tuple[Side, Side]:
    shared = rng.standard_normal(n_elements)

    def side(rater: str, target: str, role: str) -> Side:
        halo = _mix(s.SHARED_HALO, bond.quality, rng.standard_normal())
        specific = _mix(s.SHARED_SPECIFIC, shared, rng.standard_normal(n_elements))
        return Side(rater, target, role, float(halo), specific)

    return side(mentor, mentee, "mentor"), side(mentee, mentor, "mentee")


def _mix(share: float, common, own):
    return np.sqrt(share) * common + np.sqrt(1 - share) * own


def _halos_now(sides: tuple[Side, Side], rng: np.random.Generator) -> dict[str, float]:
    """The halo of each role in one wave: mostly stable, partly the mood of the moment."""
    shared_mood = rng.standard_normal()
    return {
        side.role: float(
            _mix(
                s.STABLE_HALO,
                side.halo,
                _mix(s.SHARED_HALO, shared_mood, rng.standard_normal()),
            )
        )
        for side in sides
    }


def _form(
    bond: Bond,
    side: Side,
    wave: int,
    halos: dict[str, float],
    elements: list[str],
    rng: np.random.Generator,
) -> dict[str, float] | None:
    """Latent score of every scale on the form, with the day; None if it did not come back."""
    day = add_months(bond.started_on, s.WAVES[wave]) + days(rng.integers(0, 13))
    rate = s.ANSWER_RATE[wave] - (s.MENTOR_ANSWER_DROP if side.role == "mentor" else 0)
    if day >= bond.last_day or rng.random() > rate:
        return None
    scores = _mix(s.HALO_SHARE, halos[side.role], side.specific)
    scores = scores + (s.MENTOR_LENIENCY if side.role == "mentor" else 0)
    form = dict(zip(elements, scores.tolist(), strict=True))
    if bond.is_declining(day) and side.role in bond.decline.falls:
        cause = bond.decline.cause.rsplit("_", 1)[-1]
        form = {
            name: score - (s.FALL_CAUSE if name == cause else s.FALL_OTHER)
            for name, score in form.items()
        }
    form |= _extra_scales(bond, side, wave, halos, rng)
    return {"day": day, **form}


def _extra_scales(
    bond: Bond, side: Side, wave: int, halos: dict[str, float], rng: np.random.Generator
) -> dict[str, float]:
    if bond.kind != "one_to_one":
        return {}
    own, partner = halos[side.role], halos[_PARTNER[side.role]]
    extra = {}
    if wave in _SATISFACTION_WAVES:
        explained = s.ACTOR_EFFECT * own + s.PARTNER_EFFECT * partner
        spread = np.sqrt(
            1
            - s.ACTOR_EFFECT**2
            - s.PARTNER_EFFECT**2
            - 2 * s.ACTOR_EFFECT * s.PARTNER_EFFECT * s.SHARED_HALO
        )
        extra["satisfaction"] = float(explained + spread * rng.standard_normal())
    if wave == _EXTRA_WAVE and side.role == "mentee":
        for name, slope in (
            ("career_support", s.SUPPORT_ON_HALO),
            ("psychosocial_support", s.SUPPORT_ON_HALO),
            ("negative_experiences", s.NEGATIVE_ON_HALO),
        ):
            noise = np.sqrt(1 - slope**2) * rng.standard_normal()
            extra[name] = float(slope * own + noise)
    return extra


def _answers(
    bond: Bond,
    side: Side,
    wave: int,
    form: dict | None,
    bank: pd.DataFrame,
    shifts: dict[str, float],
    rng: np.random.Generator,
) -> Iterator[dict]:
    if form is None:
        return
    hidden = wave == s.NOT_SHOWN_WAVE and rng.random() < s.NOT_SHOWN_RATE
    back = form["day"] + days(rng.integers(1, 4))
    several = len(bond.members) > 2
    own = bank[bank["role"].eq(side.role) & bank["element"].isin(list(form))]
    for item in own.itertuples(index=False):
        value = _value(item, form[item.element] + shifts[item.item], side.role, rng)
        missing = _missing(rng)
        if hidden and item.element == s.NOT_SHOWN_ELEMENT:
            missing = "not_shown"
        yield {
            "relationship_id": bond.relationship_id,
            "rater_id": side.rater,
            "role": side.role,
            "wave": wave,
            "item": item.item,
            "value": None if missing else value,
            "target_id": side.target if several else None,
            "form": "scale",
            "missing": missing,
            "recorded_at": back,
        }


def _value(item, latent: float, role: str, rng: np.random.Generator) -> int:
    loading = s.LOADING[role] - (s.REVERSED_LOADING_DROP if item.reverse else 0)
    score = loading * latent + np.sqrt(1 - loading**2) * rng.standard_normal()
    cuts = s.NEGATIVE_CUT_POINTS if item.element == "negative_experiences" else s.CUT_POINTS
    value = 1 + int(np.searchsorted(cuts, score))
    return 6 - value if item.reverse else value


def _missing(rng: np.random.Generator) -> str | None:
    drawn = rng.random()
    if drawn < s.UNANSWERED_RATE:
        return "unanswered"
    return "not_applicable" if drawn < s.UNANSWERED_RATE + s.NOT_APPLICABLE_RATE else None
