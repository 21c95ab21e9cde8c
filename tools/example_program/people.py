"""Who is in the example program: people, their attributes and their line managers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mentorlab.rng import child_rng

from . import settings as s

_LEVELS_BY_POOL = {
    "mentor": (0, 0, 0.6, 0.4),
    "group_mentor": (0, 0, 0.5, 0.5),
    "sponsor": (0, 0, 0, 1),
    "facilitator": (0, 0, 1, 0),
    "nominee": (0.3, 0.5, 0.2, 0),
    "peer": (0, 0.6, 0.4, 0),
}
_ELSE = (0.6, 0.4, 0, 0)
_ROLE_HINT = {
    "mentor": "mentor",
    "group_mentor": "mentor",
    "sponsor": "sponsor",
    "facilitator": "facilitator",
    "circle_peer": "peer",
    "peer": "peer",
}
_TENURE_BY_LEVEL = {"junior": 2, "mid": 5, "senior": 10, "lead": 16}


def make_people() -> pd.DataFrame:
    """Draw everyone; the column ``pool`` says what for and is not written."""
    rng = child_rng(s.SEED, "people")
    pool = np.repeat(list(s.POOLS), list(s.POOLS.values()))
    people = pd.DataFrame({"person_id": _meaningless_ids(len(pool), rng), "pool": pool})
    people["role_hint"] = people["pool"].map(_ROLE_HINT).fillna("mentee")
    people["site"] = np.where(rng.random(len(pool)) < s.NORTH_SHARE, *s.SITES)
    people["department"] = rng.choice(s.DEPARTMENTS, len(pool))
    people["level"] = [_draw_level(name, rng) for name in pool]
    people = _promote_mentoring_nominees(people)
    people["tenure_years"] = [
        int(rng.poisson(_TENURE_BY_LEVEL[level])) for level in people["level"]
    ]
    people["gender"] = rng.choice(["woman", "man", "another"], len(pool), p=[0.5, 0.47, 0.03])
    for name in s.VALUES:
        people[name] = np.clip(np.round(rng.normal(3.4, 0.9, len(pool)), 1), 1, 5)
    mentors = people["pool"].isin(["mentor", "group_mentor"])
    people["prior_mentees"] = np.where(mentors, 1 + rng.poisson(1.5, len(pool)), 0)
    people["capacity"] = [_draw_capacity(name, rng) for name in people["pool"]]
    people.loc[_mentoring_nominees(people), "capacity"] = 1
    people["reports_to"] = _line_managers(people, rng)
    people = _randomize(people)
    return people.set_index("person_id", drop=False).rename_axis(None).sort_index()


def _meaningless_ids(n: int, rng: np.random.Generator) -> list[str]:
    return [f"p{number:04d}" for number in rng.permutation(n) + 1]


def _draw_level(pool: str, rng: np.random.Generator) -> str:
    return str(rng.choice(s.LEVELS, p=_LEVELS_BY_POOL.get(pool, _ELSE)))


def _mentoring_nominees(people: pd.DataFrame) -> pd.Index:
    """Mentees of senior rank who mentor a junior one: mentors who are mentees elsewhere."""
    return people.index[people["pool"].eq("nominee")][: s.N_MENTORING_NOMINEES]


def _promote_mentoring_nominees(people: pd.DataFrame) -> pd.DataFrame:
    people = people.copy()
    nominees = people.index[people["pool"].eq("nominee")]
    demoted = people.loc[nominees, "level"].replace("senior", "mid")
    people.loc[nominees, "level"] = demoted
    people.loc[_mentoring_nominees(people), "level"] = "senior"
    return people


def _draw_capacity(pool: str, rng: np.random.Generator) -> int | None:
    fixed = {"group_mentor": 4, "facilitator": 8, "sponsor": 2}
    if pool == "mentor":
        return int(rng.choice([1, 2, 3], p=[0.3, 0.4, 0.3]))
    return fixed.get(pool)


def _line_managers(people: pd.DataFrame, rng: np.random.Generator) -> list[str | None]:
    rank = people["level"].map({level: i for i, level in enumerate(s.LEVELS)})
    managers = []
    for i in people.index:
        same = people["site"].eq(people["site"][i]) & people["department"].eq(
            people["department"][i]
        )
        above = people["person_id"][same & rank.gt(rank[i]) & rank.ge(2)].tolist()
        managers.append(str(rng.choice(above)) if above else None)
    return managers


def _randomize(people: pd.DataFrame) -> pd.DataFrame:
    """Half of the candidates at each site get a mentor by lot; the others wait."""
    rng = child_rng(s.SEED, "lottery")
    people = people.copy()
    for site in s.SITES:
        drawn = rng.permutation(
            people.index[people["pool"].eq("candidate") & people["site"].eq(site)]
        )
        half = len(drawn) // 2 if site == s.SITES[0] else len(drawn) - len(drawn) // 2
        people.loc[drawn[:half], "pool"] = "mentored"
        people.loc[drawn[half:], "pool"] = "control"
    return people
