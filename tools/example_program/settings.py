"""What is planted in the example program: every number that a learner could want to find again."""

from __future__ import annotations

from datetime import date

SEED = 2024
DATA_END = date(2025, 7, 31)
DAYS_PER_MONTH = 30.4

LEVELS = ("junior", "mid", "senior", "lead")
DEPARTMENTS = ("engineering", "finance", "operations", "people", "research", "sales")
SITES = ("north", "south")
NORTH_SHARE = 0.6
VALUES = ("value_autonomy", "value_service", "value_stability")

# How many people are in the pools that the relationships draw on.
POOLS = {
    "mentor": 58,
    "nominee": 28,
    "candidate": 120,
    "group_mentor": 10,
    "group_mentee": 21,
    "circle_peer": 26,
    "facilitator": 4,
    "peer": 12,
    "flash_mentee": 5,
    "sponsor": 4,
    "invited": 45,
}
GROUPS = ((1, 3), (1, 4), (1, 3), (1, 4), (2, 3), (2, 3), (2, 1))  # mentors, mentees
CIRCLES = (5, 6, 7, 8)  # peers; a facilitator comes with each
N_PEER_PAIRS = 6
N_REVERSE = 6
N_FLASH = 5
N_SPONSORSHIPS = 4
N_ONE_TO_ONE = 88
N_MENTORING_NOMINEES = 6

COHORTS = {
    "2023": (date(2023, 9, 4), date(2023, 12, 15)),
    "2024": (date(2024, 1, 8), date(2024, 6, 14)),
}
AGREED_MONTHS = 12
FIRST_COHORT_SHARE = 0.45

# The pair: what its quality is made of, in shares of variance (deep similarity matters more than
# surface similarity: Eby et al. 2013).
QUALITY_SHARES = {"value_similarity": 0.38, "same_department": 0.01, "mentor": 0.24}
OVERLOAD_PENALTY = 0.5  # standard deviations of quality
SAME_DEPARTMENT_MATCH_ODDS = 3.0
N_OVERLOAD = 5

# Early endings: 30 of 88 (34 %); published rates are 30 to 38 %, 64 % of them by mentors.
CAUSES = {
    "lack_of_commitment": 8,
    "poor_communication": 7,
    "personality_differences": 4,
    "competition": 3,
    "inexperience": 3,
    "external": 3,
    "conflict_of_interest": 2,
}
LOGGED_CAUSES = ("lack_of_commitment", "poor_communication")
ENDED_BY = {"mentor": 19, "mentee": 8, "both": 1}  # conflicts of interest: the program ends them
QUALITY_PROTECTS = 0.5  # fall in the log odds of an early ending by standard deviation of quality
N_ONE_SIDED = 8  # of the 15 endings that the log announces
N_LULLS = 14
N_STILL_RUNNING = 8

# Survey: wave -> months after the start.
WAVES = {1: 2, 2: 5, 3: 9}
LOADING = {"mentor": 0.78, "mentee": 0.82}
REVERSED_LOADING_DROP = 0.05
MENTOR_LENIENCY = 0.15
HALO_SHARE = 0.75  # of an element score's variance, common to all elements
SHARED_HALO = 0.42  # of the halo's variance, common to both partners
SHARED_SPECIFIC = 0.20  # of an element's own variance, common to both partners
STABLE_HALO = 0.70  # of the halo's variance, the same in all waves
FALL_CAUSE, FALL_OTHER = 1.2, 0.7  # latent standard deviations, once a decline has begun
ACTOR_EFFECT, PARTNER_EFFECT = 0.50, 0.20  # halo on satisfaction, latent
NEGATIVE_ON_HALO, SUPPORT_ON_HALO = -0.40, 0.60
CUT_POINTS = (-2.05, -1.41, -0.71, 0.41)
NEGATIVE_CUT_POINTS = (0.10, 0.95, 1.55, 2.10)
ANSWER_RATE = {1: 0.85, 2: 0.78, 3: 0.72}
MENTOR_ANSWER_DROP = 0.05
UNANSWERED_RATE, NOT_APPLICABLE_RATE = 0.015, 0.007
NOT_SHOWN_ELEMENT, NOT_SHOWN_WAVE, NOT_SHOWN_RATE = "shared_values", 3, 0.20

# Contacts: what becomes of an appointment (held, missed, cancelled, rescheduled).
STATUSES = ("held", "missed", "cancelled", "rescheduled")
HEALTHY = (0.84, 0.04, 0.06, 0.06)
DECLINING = (0.45, 0.22, 0.20, 0.13)
MESSAGES_PER_WEEK = 0.15
DECLINING_MESSAGES = 0.40  # times the usual rate
DECLINING_GAP = 1.5  # times the usual days between meetings

# Effects: standard deviations of the follow-up. With a third ending early this averages 0.2.
EFFECT_FULL_LENGTH, EFFECT_ENDED_EARLY = 0.27, 0.05
OUTCOMES = {"career_clarity_points": True, "job_satisfaction_points": False}  # is there an effect?
OUTCOME_MEAN, OUTCOME_SD, OUTCOME_STABILITY = 60.0, 12.0, 0.70
ATTRITION = 0.05
# With 60 in an arm a randomized difference misses the truth by 0.13 SD or more one time in three.
# This draw is one of the luckier ones, so that a first look at the data is not misleading.
OUTCOME_DRAW = 59

# Wider ties.
TIE_SAME_DEPARTMENT_ODDS = 4.0
TIE_SAME_SITE_ODDS = 2.0

SKILLS = (
    "budgeting",
    "data_analysis",
    "feedback",
    "negotiation",
    "people_management",
    "presenting",
    "project_planning",
    "strategy",
    "technical_writing",
    "customer_insight",
)
N_APPLYING_MENTEES, N_APPLYING_MENTORS = 60, 28
