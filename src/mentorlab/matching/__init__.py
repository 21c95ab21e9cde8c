"""Matching: every policy a program could choose, on one applicant pool, explained."""

from . import policies
from .assignment import Assignment, assign
from .forms.arrivals import ArrivalMatches, match_arrivals
from .forms.capacity_plan import CapacityPlan, plan_capacity
from .forms.circle_bound import CircleBound, circle_bound
from .forms.circle_report import CircleReport, circle_report
from .forms.circles import form_circles
from .forms.co_mentors import assign_co_mentors
from .forms.flash import flash_reach, rotate_flash
from .forms.groups import form_groups
from .forms.level_gaps import LevelGaps, form_sizes, level_gaps
from .forms.offers import OfferRounds, offer_rounds, settle_offers
from .forms.peers import pair_peers
from .forms.people import relationships_of
from .forms.rematch import ChurnCurve, churn_curve, rematch, rematch_assignment
from .forms.reverse import pair_reverse
from .forms.skill_coverage import SkillCoverage, input_quality, skill_coverage
from .forms.type_table import TypeTable, type_table
from .forms.waiting_list import waiting_list
from .judgment.churn import changes, churn
from .judgment.compare import AssignmentComparison, compare_assignments
from .judgment.evaluate import Evaluation, evaluate_assignment
from .judgment.misreport import MisreportGain, misreport_gain
from .judgment.recommend import Recommendation, recommend
from .judgment.robustness import Robustness, match_robustness
from .judgment.tie_spread import TieSpread, tie_spread
from .judgment.weight_moves import WeightSensitivity, weight_sensitivity
from .market.build import build_market
from .market.edges import Dense, Edges
from .market.market import Market
from .market.parts import BlockedBy, QuotaRows, TermPart
from .market.stated_orders import MutualPreferences, mutual_preferences
from .office.edits import Edits, edits_from_frame, read_edits
from .office.lists import program_list, write_list
from .office.record import check_record, read_record, run_record, write_record
from .office.resolve import Resolved, resolve_edits
from .office.workbook import write_workbook
from .policy import as_policy, find_policy, list_policies, register_policy
from .reasons.explain import Explanation, explain, explain_all
from .rules.limits import Capacity, Quota, Require
from .rules.pairs import Block, ByConsent, SharedLanguage, TimeZoneOverlap
from .stability.instability import blocking_pairs
from .utility.learned import Learned
from .utility.terms import Complementarity, Similarity, Stated
from .utility.weighting import Utility

__all__ = [
    "ArrivalMatches",
    "Assignment",
    "AssignmentComparison",
    "Block",
    "BlockedBy",
    "ByConsent",
    "Capacity",
    "CapacityPlan",
    "ChurnCurve",
    "CircleBound",
    "CircleReport",
    "Complementarity",
    "Dense",
    "Edges",
    "Edits",
    "Evaluation",
    "Explanation",
    "Learned",
    "LevelGaps",
    "Market",
    "MisreportGain",
    "MutualPreferences",
    "OfferRounds",
    "Quota",
    "QuotaRows",
    "Recommendation",
    "Require",
    "Resolved",
    "Robustness",
    "SharedLanguage",
    "Similarity",
    "SkillCoverage",
    "Stated",
    "TermPart",
    "TieSpread",
    "TimeZoneOverlap",
    "TypeTable",
    "Utility",
    "WeightSensitivity",
    "as_policy",
    "assign",
    "assign_co_mentors",
    "blocking_pairs",
    "build_market",
    "changes",
    "check_record",
    "churn",
    "churn_curve",
    "circle_bound",
    "circle_report",
    "compare_assignments",
    "edits_from_frame",
    "evaluate_assignment",
    "explain",
    "explain_all",
    "find_policy",
    "flash_reach",
    "form_circles",
    "form_groups",
    "form_sizes",
    "input_quality",
    "level_gaps",
    "list_policies",
    "match_arrivals",
    "match_robustness",
    "misreport_gain",
    "mutual_preferences",
    "offer_rounds",
    "pair_peers",
    "pair_reverse",
    "plan_capacity",
    "policies",
    "program_list",
    "read_edits",
    "read_record",
    "recommend",
    "register_policy",
    "relationships_of",
    "rematch",
    "rematch_assignment",
    "resolve_edits",
    "rotate_flash",
    "run_record",
    "settle_offers",
    "skill_coverage",
    "tie_spread",
    "type_table",
    "waiting_list",
    "weight_sensitivity",
    "write_list",
    "write_record",
    "write_workbook",
]
