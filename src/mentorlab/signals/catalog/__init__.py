"""The signals, one a file; importing this registers them."""

from . import (
    boundary_breaches,
    competition,
    conflict_of_interest,
    lack_of_commitment,
    low_survey_scores,
    mentor_inexperience,
    negative_experiences,
    one_sided_effort,
    personality_differences,
    phase_problems,
    poor_communication,
    session_ratings,
    spill_over,
    stalled_progress,
    unclear_expectations,
)

__all__ = [
    "boundary_breaches",
    "competition",
    "conflict_of_interest",
    "lack_of_commitment",
    "low_survey_scores",
    "mentor_inexperience",
    "negative_experiences",
    "one_sided_effort",
    "personality_differences",
    "phase_problems",
    "poor_communication",
    "session_ratings",
    "spill_over",
    "stalled_progress",
    "unclear_expectations",
]
