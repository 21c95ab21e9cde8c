"""One week of one relationship, and its begin and end."""

from __future__ import annotations

import numpy as np

from .compiler import compiled, inlined
from .keys import GOLDEN, draw_bits, mix, owner_key
from .layout import (
    BY_MENTEE,
    BY_MENTOR,
    COMMITMENT,
    COMMUNICATION,
    CULTIVATION,
    EXTERNAL,
    GONE,
    INITIATION,
    MATCHED,
    N_ELEMENTS,
    OFFSET,
    ONGOING,
    PLANNED_END,
    SEPARATION,
    SLOT_AGREEMENT,
    SLOT_END,
    SLOT_GO_ON,
    SLOT_MEET,
    SLOT_MEETING,
    SLOT_MENTEE,
    SLOT_MENTOR,
    SLOT_NOISE,
    SLOT_OFFSET,
    SLOT_REQUEUE,
    SLOT_SHARED,
    TRUST,
    WAITING,
)
from .numbers import exponential, near_normal, normal, uniform
from .pair_terms import pair_terms

_MENTEE = N_ELEMENTS  # where the mentee's elements begin
_MONTH_WEEKS = 4
_USUALLY_BELOW = 2.0  # log hazard ratio of one side
_MOST = 7.3891  # just above e**2
_LIFTED_TO = 1.0  # check-ins lift toward one SD above average


@inlined
def episode_owner(constants, i, j, episode):
    """Tell whose luck a relationship meets: the mentee's in this episode, or the pair's."""
    if constants.by_pair:
        return i, constants.max_matches + j
    return i, episode


@compiled
def start_match(philox, constants, streams, pool, book, i, j, week):
    """Begin a relationship: draw its chemistry, and set what does not change."""
    person, mentee, mentor = book.state[i], pool.mentees[i], pool.mentors[j]
    episode = person.n_matches
    waited = week - person.since
    first, second = episode_owner(constants, i, j, episode)
    fit, surface, competition, conflict, overlap = pair_terms(
        philox, constants, pool, streams.given, i, j, first, second
    )
    shared = constants.chemistry * luck(philox, streams, first, second, SLOT_SHARED)
    set_pulls(philox, constants, streams, person, mentee, mentor, fit + shared, first, second)
    person.surface = constants.surface_weight * surface
    person.meeting = (
        constants.meeting_base
        - constants.availability * (1.0 - overlap)
        + constants.meeting_spread * luck(philox, streams, first, second, SLOT_MEETING)
    )
    person.competition = constants.competition * exponential(constants.closeness * competition)
    person.conflict = constants.conflict * exponential(constants.reporting * conflict)
    person.inexperience = constants.inexperience * exponential(
        -mentor.experience - constants.mentor_training
    )
    person.dose, person.discount = 0.0, 1.0
    person.owner = owner_key(streams.events, first, second)
    person.status, person.mentor, person.start = MATCHED, j, week
    person.gap, person.met, person.checkins, person.phase = 0, 0, 0, INITIATION
    person.n_matches += 1
    person.waited += waited
    book.mentors[j].load += 1
    set_elements(philox, constants, streams, person, mentee, book.live, i, waited, first, second)
    row = book.rows[i * constants.max_matches + episode]
    row.mentor, row.start, row.waited = j, week, waited
    row.compatibility, row.surface, row.competition = fit, surface, competition
    row.conflict, row.overlap, row.chemistry = conflict, overlap, shared


@compiled
def luck(philox, streams, first, second, slot):
    """Draw one part of a relationship's chemistry, standard normal."""
    return normal(draw_bits(philox, streams.chemistry, first, second, 0, slot))


@compiled
def set_pulls(philox, constants, streams, person, mentee, mentor, felt, first, second):
    """Set where the fit of a pair pulls each side, and what its lack does to staying together."""
    agreement = constants.agreement_weight * luck(philox, streams, first, second, SLOT_AGREEMENT)
    by_mentor = constants.side_chemistry * luck(philox, streams, first, second, SLOT_MENTOR)
    by_mentee = constants.side_chemistry * luck(philox, streams, first, second, SLOT_MENTEE)
    common = mentor.quality + mentee.quality + agreement
    person.pull_mentor = felt + by_mentor + common + constants.training_mentor
    person.pull_mentee = felt + by_mentee + common + constants.training_mentee
    beta = constants.sensitivity
    person.person_mentor = constants.person_mentor * exponential(-beta * (felt + by_mentor))
    person.person_mentee = constants.person_mentee * exponential(-beta * (felt + by_mentee))


@compiled
def set_elements(philox, constants, streams, person, mentee, live, i, waited, first, second):
    """Set both sides' elements at the first meeting."""
    for k in range(N_ELEMENTS):
        own = constants.element_spread * luck(philox, streams, first, second, SLOT_OFFSET + k)
        live[i, OFFSET + k] = own
        own += person.surface
        live[i, k] = constants.start_pull * (person.pull_mentor + own)
        live[i, _MENTEE + k] = constants.start_pull * (person.pull_mentee + own)
    live[i, COMMITMENT] += constants.choice_commitment
    live[i, _MENTEE + COMMITMENT] += (
        constants.choice_commitment
        + constants.initiative_effect * mentee.initiative
        - constants.waiting_cost * waited
    )


@inlined
def week_bits(philox, week_key, streams, first, second, age, slot):
    """Look up 64 bits of one relationship week, by the chosen kind of draws."""
    if philox is None:
        return mix(week_key + np.uint64(slot) * GOLDEN)
    return draw_bits(philox, streams.events, first, second, age, slot)


@inlined
def next_phase(constants, phase, age, trust):
    """Tell a relationship's phase from its age and the lower side's trust; it may move back."""
    if age >= constants.separation_weeks:
        return SEPARATION
    if phase == CULTIVATION:
        return INITIATION if trust <= constants.trust_lost else CULTIVATION
    over = age >= constants.initiation_weeks or trust >= constants.trust_reached
    return CULTIVATION if over and trust > constants.trust_lost else INITIATION


@inlined
def phase_ratios(constants, phase):
    """Give growth and failure of a phase against cultivation."""
    if phase == CULTIVATION:
        return 1.0, 1.0
    if phase == INITIATION:
        return constants.initiation_growth, constants.initiation_hazard
    return constants.separation_growth, constants.separation_hazard


@inlined
def checkin_is_due(constants, age):
    """Tell whether the coordinator calls in this relationship week."""
    if age < _MONTH_WEEKS:
        return (constants.month_mask >> age) & 1 == 1
    every = constants.checkin_every
    return every > 0 and (age - _MONTH_WEEKS) % every == every - 1


@compiled
def check_in(constants, live, i):
    """Let a call lift communication and commitment of both sides."""
    for at in (COMMUNICATION, COMMITMENT, _MENTEE + COMMUNICATION, _MENTEE + COMMITMENT):
        live[i, at] += constants.checkin_lift * max(0.0, _LIFTED_TO - live[i, at])


@inlined
def meet(philox, constants, streams, person, live, i, week_key, first, second, age, pace):
    """Let one meeting change what both sides feel, and add its share of benefit."""
    total = 0.0
    for side in range(2):
        pull = person.surface + (person.pull_mentor if side == 0 else person.pull_mentee)
        for k in range(N_ELEMENTS):
            at = side * N_ELEMENTS + k
            bits = week_bits(philox, week_key, streams, first, second, age, SLOT_NOISE + at)
            rate = pace * (constants.trust_growth if k == TRUST else constants.growth)
            value = live[i, at]
            value += rate * (pull + live[i, OFFSET + k] - value)
            value += constants.noise * near_normal(bits)
            live[i, at] = value
            total += value
    brought = 1.0 + constants.quality_gain * total * 0.1
    if brought > 0.0:
        person.dose += person.discount * brought
    person.discount *= constants.discount
    person.met += 1
    person.gap = 0


@inlined
def miss(constants, person, live, i):
    """Let a week without a meeting cost communication and commitment."""
    person.gap += 1
    for at in (COMMUNICATION, COMMITMENT, _MENTEE + COMMUNICATION, _MENTEE + COMMITMENT):
        live[i, at] -= constants.missed_week


@inlined
def how_it_ends(constants, person, live, i, factor, draw):
    """Let the causes compete for this week with one uniform number.

    Returns
    -------
    cause, started_by : int
        `ONGOING` when the relationship goes on.
    """
    beta = constants.sensitivity
    wait = constants.gap * person.gap
    low_talk_mentor = -beta * live[i, COMMUNICATION]
    low_talk_mentee = -beta * live[i, _MENTEE + COMMUNICATION]
    low_will_mentor = wait - beta * live[i, COMMITMENT]
    low_will_mentee = wait - beta * live[i, _MENTEE + COMMITMENT]
    fit = person.person_mentor + person.person_mentee
    rest = person.competition + person.conflict + person.inexperience
    lowest = max(max(low_talk_mentor, low_talk_mentee), max(low_will_mentor, low_will_mentee))
    if lowest <= _USUALLY_BELOW:  # most weeks: no hazard needs to be known closely
        most = constants.side_rates * _MOST + fit + rest
        if draw >= factor * most + constants.mentee_exit:
            return ONGOING, 0
    talk_mentor = constants.communication_mentor * exponential(low_talk_mentor)
    talk_mentee = constants.communication_mentee * exponential(low_talk_mentee)
    will_mentor = constants.commitment_mentor * exponential(low_will_mentor)
    will_mentee = constants.commitment_mentee * exponential(low_will_mentee)
    talk = talk_mentor + talk_mentee
    will = will_mentor + will_mentee
    total = factor * (talk + will + fit + rest) + constants.mentee_exit
    if draw >= total:  # the chance 1 - exp(-total) is never above total
        return ONGOING, 0
    chance = 1.0 - exponential(-total)
    if draw >= chance:
        return ONGOING, 0
    at = draw / chance * total - constants.mentee_exit
    if at < 0.0:
        return EXTERNAL, BY_MENTEE
    at /= factor
    if at < talk:
        return 1, BY_MENTOR if talk_mentor >= talk_mentee else BY_MENTEE
    at -= talk
    if will <= at < will + fit:
        return 3, BY_MENTOR if person.person_mentor >= person.person_mentee else BY_MENTEE
    first_to_go = BY_MENTOR if will_mentor >= will_mentee else BY_MENTEE
    if at < will:
        return 2, first_to_go
    at -= will + fit
    if at < person.competition:
        return 4, first_to_go
    return (5 if at < person.competition + person.conflict else 6), first_to_go


@inlined
def live_week(philox, constants, streams, state, live, early, trace, i, week, n_groups, n_together):
    """Live one week of the relationship of mentee `i`: check-in, meeting, growth, hazards.

    Returns
    -------
    cause, started_by : int
        How it ended with this week, `ONGOING` when it goes on.
    """
    person = state[i]
    age = week - person.start
    phase = next_phase(constants, person.phase, age, min(live[i, TRUST], live[i, _MENTEE + TRUST]))
    person.phase = phase
    growth_ratio, hazard_ratio = phase_ratios(constants, phase)
    checked = checkin_is_due(constants, age)
    if checked:
        person.checkins += 1
        check_in(constants, live, i)
    first, second = episode_owner(constants, i, person.mentor, person.n_matches - 1)
    week_key = mix(person.owner + (np.uint64(age) + np.uint64(1)) * GOLDEN)
    logit = (
        person.meeting
        + constants.meeting_commitment * min(live[i, COMMITMENT], live[i, _MENTEE + COMMITMENT])
        - constants.meeting_load * (n_groups - 1)
    )
    draw = uniform(week_bits(philox, week_key, streams, first, second, age, SLOT_MEET))
    met = draw * (1.0 + exponential(-logit)) < 1.0
    if met:
        crowd = constants.load_growth * (n_groups - 1) + constants.load_sharing * (n_together - 1.0)
        pace = growth_ratio / (1.0 + crowd)
        meet(philox, constants, streams, person, live, i, week_key, first, second, age, pace)
    else:
        miss(constants, person, live, i)
    person.surface *= constants.surface_decay
    draw = uniform(week_bits(philox, week_key, streams, first, second, age, SLOT_END))
    cause, started_by = how_it_ends(constants, person, live, i, hazard_ratio, draw)
    row = i * constants.max_matches + person.n_matches - 1
    if age + 1 == constants.survey_week:
        for k in range(2 * N_ELEMENTS):
            early[row, k] = live[i, k]
    if trace is not None:
        trace.met[row, age], trace.checked[row, age] = met, checked
        trace.phase[row, age] = phase
        for k in range(2 * N_ELEMENTS):
            trace.elements[row, age, k] = live[i, k]
    if cause == ONGOING and age + 1 == constants.planned_weeks:
        cause = PLANNED_END
    return cause, started_by


@compiled
def write_down(constants, book, i, end, cause, started_by):
    """Write a relationship's record as it stands."""
    person = book.state[i]
    at = i * constants.max_matches + person.n_matches - 1
    row = book.rows[at]
    row.end, row.cause, row.started_by = end, cause, started_by
    row.met, row.checkins, row.dose = person.met, person.checkins, person.dose
    for k in range(2 * N_ELEMENTS):
        book.final[at, k] = book.live[i, k]
    return row


@compiled
def end_match(philox, constants, streams, book, i, end, cause, started_by):
    """Close a relationship's record, and send the mentee to the queue or home."""
    person = book.state[i]
    row = write_down(constants, book, i, end, cause, started_by)
    first, second = episode_owner(constants, i, person.mentor, person.n_matches - 1)
    age = end - person.start
    book.mentors[person.mentor].load -= 1
    person.mentor = -1
    person.status = GONE
    if cause == PLANNED_END:
        bits = draw_bits(philox, streams.events, first, second, age, SLOT_GO_ON)
        if uniform(bits) < constants.go_on:
            row.continued = 1
    elif not (cause == EXTERNAL and started_by == BY_MENTEE):
        bits = draw_bits(philox, streams.events, first, second, age, SLOT_REQUEUE)
        if person.n_matches < constants.max_matches and uniform(bits) < constants.requeue:
            person.status, person.since = WAITING, end
