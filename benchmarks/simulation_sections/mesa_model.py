"""The same model as Mesa 3 agents: people and relationships are objects that act each week.

Run by bench_simulation.py with the Python of an environment that has mesa:
mesa_model.py program.npz weeks seed
"""

from __future__ import annotations

import json
import math
import resource
import sys
import time

import mesa
import numpy as np

TALK, WILL = 3, 4


class Mentor(mesa.Agent):
    """A mentor with places, who may leave."""

    def __init__(self, model, row):
        super().__init__(model)
        self.load = self.failures = 0
        self.places = int(row["places"])
        self.row = row
        self.there = True

    def step(self):
        c = self.model.c
        rate = c["mentor_exit"] * math.exp(c["failure_exit"] * self.failures)
        if self.there and self.model.random.random() < 1 - math.exp(-rate):
            self.there = False
            for pair in list(self.model.pairs_of(self)):
                pair.finish(self.model.week, 7, 1)


class Mentee(mesa.Agent):
    """A mentee, who may wait."""

    def __init__(self, model, row, listed, scores):
        super().__init__(model)
        self.row, self.former = row, set()
        self.listed = sorted(zip(scores, listed, strict=True), reverse=True)
        self.waiting, self.since, self.n_matches = True, 0, 0

    def step(self):
        chance = 1 - math.exp(-self.model.c["give_up"])
        if self.waiting and self.model.random.random() < chance:
            self.waiting = False

    def look_for_mentor(self):
        for _, j in self.listed:
            mentor = self.model.mentors[j]
            if mentor.there and mentor.load < mentor.places and j not in self.former:
                Pair(self.model, self, mentor, j)
                return


class Pair(mesa.Agent):
    """A relationship."""

    def __init__(self, model, mentee, mentor, place):
        super().__init__(model)
        self.mentee, self.mentor, self.place = mentee, mentor, place
        mentee.former.add(place)
        mentee.waiting = False
        mentee.n_matches += 1
        mentor.load += 1
        model.running.setdefault(mentor, set()).add(self)
        self.start, self.phase, self.gap, self.met = model.week, 0, 0, 0
        self.dose, self.worth = 0.0, 1.0
        self.draw_chemistry(model.week - mentee.since)

    def draw_chemistry(self, waited):
        c, normal = self.model.c, self.model.random.gauss
        a, b = self.mentee.row, self.mentor.row
        apart = sum((a[f"deep_{d}"] - b[f"deep_{d}"]) ** 2 for d in range(3))
        fit = sum((a[f"skill_{k}"] - 0.5) * (b[f"skill_{k}"] - 0.5) for k in range(4))
        felt = c["values_weight"] * (6 - apart) / math.sqrt(24) + c["skills_weight"] * fit * 6
        felt += c["chemistry"] * normal(0, 1)
        felt = [felt + c["side_chemistry"] * normal(0, 1) for _ in range(2)]
        common = a["quality"] + b["quality"] + c["agreement_weight"] * normal(0, 1)
        training = (c["training_mentor"], c["training_mentee"])
        self.pull = [felt[s] + common + training[s] for s in range(2)]
        shared = sum(a[f"surface_{g}"] == b[f"surface_{g}"] for g in range(2)) / 2
        self.surface = c["surface_weight"] * (shared - 0.5)
        self.offset = [c["element_spread"] * normal(0, 1) for _ in range(5)]
        self.x = [
            [c["start_pull"] * (self.pull[s] + o + self.surface) for o in self.offset]
            for s in range(2)
        ]
        self.x[1][WILL] += c["initiative_effect"] * a["initiative"] - c["waiting_cost"] * waited
        overlap = min(1.0, bin(int(a["slots"]) & int(b["slots"])).count("1") / 3)
        self.often = (
            c["meeting_base"]
            - c["availability"] * (1 - overlap)
            + c["meeting_spread"] * normal(0, 1)
        )
        same = a["department"] == b["department"]
        close = max(0.0, 1 - abs(a["level"] - b["level"]) / 2) if same else 0.0
        reports = same and self.model.random.random() < self.model.reporting_share
        beta = c["sensitivity"]
        self.person = [
            c["person_mentor"] * math.exp(-beta * felt[0]),
            c["person_mentee"] * math.exp(-beta * felt[1]),
        ]
        self.fixed = [
            c["competition"] * math.exp(c["closeness"] * close),
            c["conflict"] * math.exp(c["reporting"] * reports),
            c["inexperience"] * math.exp(-b["experience"] - c["mentor_training"]),
        ]

    def step(self):
        c, model = self.model.c, self.model
        age, load = model.week - self.start, model.loads[self.mentor]
        self.move_on(age)
        if model.checkin_is_due(age):
            for side in self.x:
                for k in (TALK, WILL):
                    side[k] += c["checkin_lift"] * max(0.0, 1 - side[k])
        logit = (
            self.often
            + c["meeting_commitment"] * min(self.x[0][WILL], self.x[1][WILL])
            - c["meeting_load"] * (load - 1)
        )
        model.n_weeks += 1
        if model.random.random() < 1 / (1 + math.exp(-logit)):
            self.meet(load)
        else:
            self.gap += 1
            for side in self.x:
                side[TALK] -= c["missed_week"]
                side[WILL] -= c["missed_week"]
        self.surface *= c["surface_decay"]
        cause, by = self.compete()
        if cause:
            self.mentor.failures += cause < 7
            self.finish(model.week + 1, cause, by)
        elif age + 1 == c["planned_weeks"]:
            self.finish(model.week + 1, 8, 0)

    def move_on(self, age):
        c = self.model.c
        trust = min(self.x[0][0], self.x[1][0])
        if age >= c["separation_weeks"]:
            self.phase = 2
        elif self.phase == 1:
            self.phase = int(trust > c["trust_lost"])
        else:
            over = age >= c["initiation_weeks"] or trust >= c["trust_reached"]
            self.phase = int(over and trust > c["trust_lost"])

    def meet(self, load):
        c, normal = self.model.c, self.model.random.gauss
        ratio = (c["initiation_growth"], 1.0, c["separation_growth"])[self.phase]
        pace = ratio / (1 + c["load_growth"] * (load - 1))
        for pull, side in zip(self.pull, self.x, strict=True):
            for k in range(5):
                rate = pace * (c["growth"] if k else c["trust_growth"])
                side[k] += rate * (pull + self.offset[k] + self.surface - side[k])
                side[k] += c["noise"] * normal(0, 1)
        quality = (sum(self.x[0]) + sum(self.x[1])) / 10
        self.dose += self.worth * max(0.0, 1 + c["quality_gain"] * quality)
        self.worth *= c["discount"]
        self.met += 1
        self.gap = 0

    def compete(self):
        c, x = self.model.c, self.x
        beta, wait = c["sensitivity"], c["gap"] * self.gap
        talk = [
            c["communication_mentor"] * math.exp(-beta * x[0][TALK]),
            c["communication_mentee"] * math.exp(-beta * x[1][TALK]),
        ]
        will = [
            c["commitment_mentor"] * math.exp(wait - beta * x[0][WILL]),
            c["commitment_mentee"] * math.exp(wait - beta * x[1][WILL]),
        ]
        factor = (c["initiation_hazard"], 1.0, c["separation_hazard"])[self.phase]
        sums = [sum(talk), sum(will), sum(self.person), *self.fixed]
        hazards = [factor * part for part in sums] + [c["mentee_exit"]]
        total = sum(hazards)
        if self.model.random.random() >= 1 - math.exp(-total):
            return 0, 0
        at = self.model.random.random() * total
        cause = 1
        while cause < 7 and at >= hazards[cause - 1]:
            at -= hazards[cause - 1]
            cause += 1
        sides = {1: talk, 3: self.person, 7: [0, 1]}.get(cause, will)
        return cause, 1 if sides[0] >= sides[1] else 2

    def finish(self, end, cause, by):
        model, mentee = self.model, self.mentee
        model.ended.append((end - self.start, cause, by, self.met, self.dose, mentee.n_matches))
        self.mentor.load -= 1
        model.running[self.mentor].discard(self)
        stays = cause < 8 and not (cause == 7 and by == 2)
        if stays and mentee.n_matches < model.c["max_matches"]:
            mentee.waiting = model.random.random() < model.c["requeue"]
            mentee.since = end
        self.remove()


class Program(mesa.Model):
    """A program in which weeks go by."""

    def __init__(self, data, seed):
        super().__init__(rng=seed)
        self.c = dict(
            zip(data["constants"].dtype.names, data["constants"][0].tolist(), strict=True)
        )
        self.reporting_share, self.batch = data["setting"].tolist()
        self.week = self.n_weeks = 0
        self.ended, self.running, self.loads = [], {}, {}
        names = data["mentors"].dtype.names
        self.mentors = [
            Mentor(self, dict(zip(names, row, strict=True))) for row in data["mentors"].tolist()
        ]
        names = data["mentees"].dtype.names
        self.mentees = [
            Mentee(self, dict(zip(names, row, strict=True)), listed, scores)
            for row, listed, scores in zip(
                data["mentees"].tolist(),
                data["listed"].tolist(),
                data["scores"].tolist(),
                strict=True,
            )
        ]
        for mentee, j in zip(self.mentees, data["mentor_of"].tolist(), strict=True):
            if j >= 0:
                Pair(self, mentee, self.mentors[j], j)
        self.collector = mesa.DataCollector({"running": lambda model: model.n_running()})

    def n_running(self):
        return len(self.agents_by_type[Pair]) if Pair in self.agents_by_type else 0

    def pairs_of(self, mentor):
        return self.running.get(mentor, ())

    def checkin_is_due(self, age):
        if age < 4:
            return bool((self.c["month_mask"] >> age) & 1)
        every = self.c["checkin_every"]
        return every > 0 and (age - 4) % every == every - 1

    def step(self):
        if self.week > 0:
            self.agents_by_type[Mentor].do("step")
            if self.batch and self.week % self.batch == 0:
                waiting = [mentee for mentee in self.mentees if mentee.waiting]
                for mentee in sorted(waiting, key=lambda mentee: mentee.since):
                    mentee.look_for_mentor()
        self.loads = {mentor: mentor.load for mentor in self.mentors}
        if self.n_running():
            self.agents_by_type[Pair].shuffle_do("step")
        self.agents_by_type[Mentee].do("step")
        self.collector.collect(self)
        self.week += 1


def main():
    data = np.load(sys.argv[1])
    weeks, seed = int(sys.argv[2]), int(sys.argv[3])
    started = time.process_time()
    program = Program(data, seed)
    made = time.process_time() - started
    started = time.process_time()
    for _ in range(weeks):
        program.step()
    seconds = time.process_time() - started
    rows = program.ended + [
        (program.week - pair.start, 0, 0, pair.met, pair.dose, pair.mentee.n_matches)
        for pairs in program.running.values()
        for pair in pairs
    ]
    np.save(sys.argv[4], np.array(rows, dtype=float).reshape(-1, 6))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": seconds, "made": made, "weeks": program.n_weeks, "peak_mb": peak}
    print(json.dumps(told | {"version": mesa.__version__}))


if __name__ == "__main__":
    main()
