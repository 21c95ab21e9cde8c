"""The kernel against a naive program: objects, dictionaries, the whole population week by week."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
import pytest

from mentorlab.matching import Market
from mentorlab.simulation import Levers, PoolGenerator, ProgramModel
from mentorlab.simulation.given import GivenPool
from mentorlab.simulation.kernel.layout import CAUSES
from mentorlab.simulation.play import play

WORD = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
STREAM = {"chemistry": 2, "events": 3, "mentors": 4, "waiting": 5, "given": 6}
NORMAL = NormalDist()
TRUST, TALK, WILL = 0, 3, 4


def scramble(z: int) -> int:
    z &= WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


class Draws:
    """A number for (stream, owner, week, slot), hashed from seed and run."""

    def __init__(self, seed: int, run: int) -> None:
        self.keys = {
            name: scramble(scramble(scramble(seed + GOLDEN) + code * GOLDEN) + run)
            for name, code in STREAM.items()
        }

    def bits(self, stream: str, first: int, second: int, week: int, slot: int) -> int:
        owner = scramble(scramble(self.keys[stream] + (first + 1) * GOLDEN) + (second + 1) * GOLDEN)
        return scramble(scramble(owner + (week + 1) * GOLDEN) + slot * GOLDEN)

    def uniform(self, *what) -> float:
        return (self.bits(*what) >> 11) * 2.0**-53

    def normal(self, *what) -> float:
        return NORMAL.inv_cdf(((self.bits(*what) >> 11) + 0.5) * 2.0**-53)

    def small_noise(self, *what) -> float:
        bits = self.bits(*what)
        parts = [(bits >> shift) & 0xFFFF for shift in (0, 16, 32, 48)]
        return (sum(parts) - 2 * 65535) / math.sqrt((65536**2 - 1) / 3)


@dataclass
class Pair:
    mentee: int
    mentor: int
    episode: int
    start: int
    waited: int
    pull: list[float]
    offset: list[float]
    surface: float
    often: float
    person: list[float]
    fixed: list[float]
    x: list[list[float]]
    phase: str = "initiation"
    gap: int = 0
    met: int = 0
    checkins: int = 0
    dose: float = 0.0
    worth: float = 1.0
    end: int = -1
    cause: str = "ongoing"
    by: int = 0
    continued: int = 0


@dataclass
class Program:
    world: object
    model: ProgramModel
    levers: Levers
    draws: Draws
    by_pair: bool = False
    pairs: list[Pair] = field(default_factory=list)

    def value(self, name: str) -> float:
        return self.model.value(name)

    def play(self, first_round: np.ndarray) -> None:
        levers, pool = self.levers, self.world.pool
        n, m = len(pool.mentees), len(pool.mentors)
        self.status = ["ahead"] * n
        self.since, self.waited = [0] * n, [0] * n
        self.left_at, self.failures, self.staying = [-1] * m, [0] * m, [1.0] * m
        for week in range(levers.horizon_weeks):
            for i in range(n):
                if self.status[i] == "ahead" and pool.mentees[i]["arrival"] <= week:
                    self.status[i], self.since[i] = "waiting", week
            if week > 0:
                self.mentors_leave(week)
            if week == 0:
                for i in range(n):
                    if first_round[i] >= 0 and pool.mentees[i]["arrival"] == 0:
                        self.begin(i, int(first_round[i]), 0)
            elif week % levers.batch_weeks == 0 and levers.later_rounds == "best_available":
                waiting = [i for i in range(n) if self.status[i] == "waiting"]
                for i in sorted(waiting, key=lambda i: (self.since[i], i)):
                    j = self.best_open(i)
                    if j is not None:
                        self.begin(i, j, week)
            load = [
                sum(p.cause == "ongoing" and p.mentor == j for p in self.pairs) for j in range(m)
            ]
            for pair in [p for p in self.pairs if p.cause == "ongoing"]:
                self.live(pair, week, load[pair.mentor])
            for i in range(n):
                if self.status[i] == "waiting" and self.since[i] <= week:
                    chance = 1 - math.exp(-self.value("queueing.give_up"))
                    if self.draws.uniform("waiting", i, 0, week, 0) < chance:
                        self.status[i] = "gone"
                        self.waited[i] += week - self.since[i]
        for i in range(n):
            if self.status[i] == "waiting":
                self.waited[i] += levers.horizon_weeks - self.since[i]
        for pair in self.pairs:
            if pair.cause == "ongoing":
                pair.end = levers.horizon_weeks

    def mentors_leave(self, week: int) -> None:
        for j in range(len(self.left_at)):
            if self.left_at[j] >= 0:
                continue
            rate = self.value("closing.mentor_exit") * math.exp(
                self.value("load.failure_exit") * self.failures[j]
            )
            self.staying[j] *= math.exp(-rate)
            if self.draws.uniform("mentors", j, 0, 0, 0) >= self.staying[j]:
                self.left_at[j] = week
                for pair in self.pairs:
                    if pair.mentor == j and pair.cause == "ongoing":
                        self.finish(pair, week, "external", 1)

    def best_open(self, i: int) -> int | None:
        market, pool = self.world.market, self.world.pool
        pairs = market.pairs()
        best, found = -math.inf, None
        lists = range(pairs.indptr[i], pairs.indptr[i + 1])
        former = {p.mentor for p in self.pairs if p.mentee == i}
        for at in sorted(lists, key=lambda at: pairs.mentor[at]):
            j = int(pairs.mentor[at])
            busy = sum(p.mentor == j and p.cause == "ongoing" for p in self.pairs)
            if self.left_at[j] >= 0 or busy >= pool.mentors[j]["places"] or j in former:
                continue
            score = (pairs.mentee_utility[at] + pairs.mentor_utility[at]) / 2
            if score > best:
                best, found = score, j
        return found

    def compatibility(self, i: int, j: int, owner: tuple[int, int]) -> float:
        pool, rated = self.world.pool, self.world.pool.rated
        mentee, mentor = pool.mentees[i], pool.mentors[j]
        if rated["given"]:
            market = self.world.market
            score = (market.dense.mentee_utility + market.dense.mentor_utility) / 2
            seen = (score[i, j] - score.mean()) / score.std()
            luck = self.draws.normal("given", *owner, 0, 0)
            rho = float(rated["validity"])
            spread = math.hypot(
                self.value("pairing.values_weight"), self.value("pairing.skills_weight")
            )
            return spread * (rho * seen + math.sqrt(1 - rho**2) * luck)
        distance = sum((mentee[f"deep_{d}"] - mentor[f"deep_{d}"]) ** 2 for d in range(3))
        fit = sum((mentee[f"skill_{k}"] - 0.5) * (mentor[f"skill_{k}"] - 0.5) for k in range(4))
        return (
            self.value("pairing.values_weight") * (6 - distance) / math.sqrt(24)
            + self.value("pairing.skills_weight") * fit * 6
        )

    def owner(self, i: int, j: int, episode: int) -> tuple[int, int]:
        return (i, self.levers.max_matches + j) if self.by_pair else (i, episode)

    def begin(self, i: int, j: int, week: int) -> None:
        value, levers, pool = self.value, self.levers, self.world.pool
        mentee, mentor = pool.mentees[i], pool.mentors[j]
        episode = sum(p.mentee == i for p in self.pairs)
        owner = self.owner(i, j, episode)
        luck = [self.draws.normal("chemistry", *owner, 0, slot) for slot in range(10)]
        felt = self.compatibility(i, j, owner) + value("pairing.chemistry") * luck[0]
        sides = [felt + value("pairing.side_chemistry") * luck[1 + s] for s in range(2)]
        common = mentor["quality"] + mentee["quality"] + value("pairing.agreement_weight") * luck[4]
        training = (levers.mentor_training, levers.mentee_training)
        pull = [
            sides[s] + common + value("elements.training_effect") * training[s] for s in range(2)
        ]
        shared = sum(mentee[f"surface_{g}"] == mentor[f"surface_{g}"] for g in range(2)) / 2
        surface = value("pairing.surface_weight") * (shared - 0.5)
        offset = [value("elements.spread") * luck[5 + k] for k in range(5)]
        x = [
            [value("elements.start_pull") * (pull[s] + offset[k] + surface) for k in range(5)]
            for s in range(2)
        ]
        waited = week - self.since[i]
        chosen = value("rating.choice_commitment") * (levers.matching_form == "choice")
        x[0][WILL] += chosen
        x[1][WILL] += (
            chosen
            + value("people.initiative_effect") * mentee["initiative"]
            - value("queueing.waiting_cost") * waited
        )
        overlap = min(1.0, bin(int(mentee["slots"]) & int(mentor["slots"])).count("1") / 3)
        often = (
            value("meetings.base")
            + value("meetings.cadence") * math.log(levers.meetings_per_month / 4)
            - value("meetings.availability") * (1 - overlap)
            + value("meetings.spread") * luck[3]
        )
        same = mentee["department"] == mentor["department"]
        close = max(0.0, 1 - abs(mentee["level"] - mentor["level"]) / 2) if same else 0.0
        if mentee["manager"] == -2:
            drawn = self.draws.uniform("given", i, j, 0, 1) < value("people.reporting_share")
            reports = bool(same and drawn)
        else:
            reports = mentee["manager"] == j
        rate, beta = self.rates(), value("closing.sensitivity")
        person = [
            rate["personality"] * self.share(s) * math.exp(-beta * sides[s]) for s in range(2)
        ]
        fixed = [
            rate["competition"] * math.exp(value("closing.closeness") * close),
            rate["conflict"] * math.exp(value("closing.reporting") * reports),
            rate["inexperience"] * math.exp(-mentor["experience"] - levers.mentor_training),
        ]
        self.pairs.append(
            Pair(i, j, episode, week, waited, pull, offset, surface, often, person, fixed, x)
        )
        self.status[i] = "matched"
        self.waited[i] += waited

    def rates(self) -> dict[str, float]:
        names = (
            "communication",
            "commitment",
            "personality",
            "competition",
            "conflict",
            "inexperience",
        )
        weights = {name: self.value(f"closing.{name}") for name in names}
        whole = sum(weights.values())
        return {n: self.value("closing.base_rate") * w / whole for n, w in weights.items()}

    def share(self, side: int) -> float:
        ratio = self.value("closing.mentor_ratio")
        return (ratio if side == 0 else 1.0) / (1 + ratio)

    def due(self, age: int) -> bool:
        n, every = self.levers.checkins_first_month, self.levers.checkin_every_weeks
        if age < 4:
            return age in {int((k + 0.5) * 4 / n) for k in range(n)}
        return every > 0 and (age - 4) % every == every - 1

    def move_on(self, pair: Pair, age: int) -> None:
        trust = min(pair.x[0][TRUST], pair.x[1][TRUST])
        planned = self.levers.planned_weeks
        if age >= self.value("phases.separation_start") * planned:
            pair.phase = "separation"
        elif pair.phase == "cultivation":
            if trust <= self.value("phases.trust_lost"):
                pair.phase = "initiation"
        elif trust > self.value("phases.trust_lost") and (
            age >= self.value("phases.initiation_end") * planned
            or trust >= self.value("phases.trust_reached")
        ):
            pair.phase = "cultivation"

    def live(self, pair: Pair, week: int, load: int) -> None:
        value, age = self.value, week - pair.start
        owner = self.owner(pair.mentee, pair.mentor, pair.episode)
        self.move_on(pair, age)
        if self.due(age):
            pair.checkins += 1
            for side in pair.x:
                for k in (TALK, WILL):
                    side[k] += value("elements.checkin_lift") * max(0.0, 1 - side[k])
        logit = (
            pair.often
            + value("meetings.commitment") * min(pair.x[0][WILL], pair.x[1][WILL])
            - value("meetings.load") * (math.ceil(load / self.levers.group_size) - 1)
        )
        if self.draws.uniform("events", *owner, age, 0) < 1 / (1 + math.exp(-logit)):
            self.meet(pair, owner, age, load)
        else:
            pair.gap += 1
            for side in pair.x:
                side[TALK] -= value("elements.missed_week")
                side[WILL] -= value("elements.missed_week")
        pair.surface *= math.exp(-1 / value("pairing.surface_weeks"))
        self.compete(pair, week, self.draws.uniform("events", *owner, age, 1))
        if pair.cause == "ongoing" and age + 1 == self.levers.planned_weeks:
            self.finish(pair, week + 1, "planned_end", 0)

    def meet(self, pair: Pair, owner: tuple[int, int], age: int, load: int) -> None:
        value = self.value
        ratio = {
            "initiation": value("phases.initiation_growth"),
            "cultivation": 1.0,
            "separation": value("phases.separation_growth"),
        }[pair.phase]
        n_groups = math.ceil(load / self.levers.group_size)
        crowd = value("load.growth") * (n_groups - 1)
        crowd += value("load.sharing") * (load / n_groups - 1)
        pace = ratio / (1 + crowd)
        for s in range(2):
            for k in range(5):
                growth = value("elements.growth") * (
                    value("elements.trust_growth") if k == TRUST else 1.0
                )
                aim = pair.pull[s] + pair.offset[k] + pair.surface
                noise = self.draws.small_noise("events", *owner, age, 4 + 5 * s + k)
                pair.x[s][k] += pace * growth * (aim - pair.x[s][k])
                pair.x[s][k] += value("elements.noise") * noise
        quality = np.mean(pair.x)
        pair.dose += pair.worth * max(0.0, 1 + value("benefit.quality") * quality)
        pair.worth *= 2 ** (-1 / value("benefit.half_meetings"))
        pair.met += 1
        pair.gap = 0

    def compete(self, pair: Pair, week: int, draw: float) -> None:
        value, rate = self.value, self.rates()
        beta, wait = value("closing.sensitivity"), value("closing.gap") * pair.gap
        talk = [
            rate["communication"] * self.share(s) * math.exp(-beta * pair.x[s][TALK])
            for s in range(2)
        ]
        will = [
            rate["commitment"] * self.share(s) * math.exp(wait - beta * pair.x[s][WILL])
            for s in range(2)
        ]
        ratio = {
            "initiation": value("phases.initiation_hazard"),
            "cultivation": 1.0,
            "separation": value("phases.separation_hazard"),
        }[pair.phase]
        causes = [
            ("external", value("closing.mentee_exit"), [0, 1]),
            ("communication", ratio * sum(talk), talk),
            ("commitment", ratio * sum(will), will),
            ("personality", ratio * sum(pair.person), pair.person),
            ("competition", ratio * pair.fixed[0], will),
            ("conflict_of_interest", ratio * pair.fixed[1], will),
            ("inexperience", ratio * pair.fixed[2], will),
        ]
        total = sum(hazard for _, hazard, _ in causes)
        chance = 1 - math.exp(-total)
        if draw >= chance:
            return
        at = draw / chance * total
        for cause, hazard, sides in causes:
            if at < hazard:
                by = 1 if sides[0] >= sides[1] else 2
                self.finish(pair, week + 1, cause, by)
                if cause != "external":
                    self.failures[pair.mentor] += 1
                return
            at -= hazard

    def finish(self, pair: Pair, end: int, cause: str, by: int) -> None:
        pair.end, pair.cause, pair.by = end, cause, by
        owner = self.owner(pair.mentee, pair.mentor, pair.episode)
        age, i = end - pair.start, pair.mentee
        self.status[i] = "gone"
        if cause == "planned_end":
            draw = self.draws.uniform("events", *owner, age, 3)
            pair.continued = int(draw < self.value("phases.redefinition"))
        elif not (cause == "external" and by == 2):
            wants = self.draws.uniform("events", *owner, age, 2) < self.value("queueing.requeue")
            if wants and pair.episode + 1 < self.levers.max_matches:
                self.status[i], self.since[i] = "waiting", end


STRESSED = {
    "closing.base_rate": 0.02,
    "closing.mentor_exit": 0.01,
    "closing.mentee_exit": 0.004,
    "queueing.requeue": 0.9,
    "people.reporting_share": 0.2,
    "people.departments": 2.0,
}
CASES = {
    "default": ({}, {}, False),
    "stressed": (STRESSED, {"max_matches": 3, "batch_weeks": 3}, False),
    "pair": (STRESSED, {"batch_weeks": 1, "planned_weeks": 20}, True),
    "groups": (STRESSED, {"group_size": 2, "extra_places": 3}, False),
    "late": (
        STRESSED | {"queueing.late_share": 0.5, "queueing.late_weeks": 20},
        {"checkins_first_month": 3, "checkin_every_weeks": 3, "matching_form": "choice"},
        False,
    ),
}


@pytest.mark.parametrize("given", [False, True])
@pytest.mark.parametrize("case", CASES)
def test_kernel_lives_the_naive_program(case, given):
    changes, decided, by_pair = CASES[case]
    model = ProgramModel().with_values(changes)
    levers = Levers(planned_weeks=26, horizon_weeks=45).replace(**decided)
    if given:
        rng = np.random.default_rng(5)
        utility = rng.normal(size=(2, 18, 10))
        source = GivenPool(Market.from_utilities(*utility, capacity=2))
    else:
        source = PoolGenerator(18, 10)
    world = source.world(model, levers, seed=11, run=2)
    first_round = np.arange(18) % 11 - 1
    played = play(world, first_round, model, levers, seed=11, run=2, by_pair=by_pair)
    naive = Program(world, model, levers, Draws(11, 2), by_pair)
    naive.play(first_round)

    rows = played.relationships
    assert (rows["mentor"] >= 0).sum() == len(naive.pairs)
    for pair in naive.pairs:
        at = pair.mentee * levers.max_matches + pair.episode
        row = rows[at]
        found = {
            "mentor": pair.mentor,
            "start": pair.start,
            "end": pair.end,
            "cause": CAUSES.index(pair.cause),
            "started_by": pair.by,
            "met": pair.met,
            "checkins": pair.checkins,
            "waited": pair.waited,
            "continued": pair.continued,
        }
        assert {name: int(row[name]) for name in found} == found
        assert row["dose"] == pytest.approx(pair.dose, rel=1e-7)
        np.testing.assert_allclose(played.final[at], pair.x, atol=1e-7)
    assert played.waited.tolist() == naive.waited
    assert played.left_at.tolist() == naive.left_at


def test_cases_reach_every_cause():
    model = ProgramModel().with_values(STRESSED)
    levers = Levers(max_matches=3)
    world = PoolGenerator(2000, 1500).world(model, levers, seed=1, run=0)
    played = play(world, np.arange(2000) % 1500, model, levers, seed=1, run=0)
    rows = played.relationships[played.relationships["mentor"] >= 0]
    seen = np.bincount(rows["cause"], minlength=len(CAUSES))
    assert (seen[1:] > 0).all()
    assert set(rows["started_by"]) == {0, 1, 2}
