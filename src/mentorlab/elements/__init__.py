"""Relationship elements: what both partners say and do, scored, checked and compared."""

from .factor_models.confirmatory import Confirmatory, confirmatory
from .factor_models.invariance import invariance
from .factor_models.invariance_result import Invariance
from .measurement.item_analysis import ItemAnalysis, item_analysis
from .measurement.reliability import reliability
from .measurement.reliability_result import Reliability
from .measurement.structure import factor_structure
from .measurement.structure_result import FactorStructure
from .pairs import pair_partners
from .partners.accuracy import PerceptualAccuracy, perceptual_accuracy
from .partners.actor_partner import ActorPartner, actor_partner
from .partners.agreement import Agreement, partner_agreement
from .partners.behavior import BehavioralReciprocity, behavioral_reciprocity
from .partners.common_fate import CommonFate, common_fate
from .partners.cross_lagged import CrossLagged, cross_lagged
from .partners.group_agreement import GroupVoice, group_agreement
from .partners.growth import Growth, growth
from .partners.one_with_many import OneWithMany, one_with_many
from .partners.reciprocity import Reciprocity, reciprocity
from .partners.social_relations import SocialRelationsResult, social_relations
from .partners.surface import ResponseSurface, response_surface
from .practices import (
    PRACTICES,
    Practice,
    PracticeRates,
    list_practices,
    practice_rates,
    register_practice,
    sponsorship_ledger,
)
from .quality import QualityCuts, ResponseQuality, response_quality
from .relationships.phase_markers import PhaseRules
from .relationships.phases import Phases, phases
from .relationships.profile import RelationshipProfile, relationship_profile
from .relationships.relationship_view import RelationshipView
from .scoring import score_elements

__all__ = [
    "PRACTICES",
    "ActorPartner",
    "Agreement",
    "BehavioralReciprocity",
    "CommonFate",
    "Confirmatory",
    "CrossLagged",
    "FactorStructure",
    "GroupVoice",
    "Growth",
    "Invariance",
    "ItemAnalysis",
    "OneWithMany",
    "PerceptualAccuracy",
    "PhaseRules",
    "Phases",
    "Practice",
    "PracticeRates",
    "QualityCuts",
    "Reciprocity",
    "RelationshipProfile",
    "RelationshipView",
    "Reliability",
    "ResponseQuality",
    "ResponseSurface",
    "SocialRelationsResult",
    "actor_partner",
    "behavioral_reciprocity",
    "common_fate",
    "confirmatory",
    "cross_lagged",
    "factor_structure",
    "group_agreement",
    "growth",
    "invariance",
    "item_analysis",
    "list_practices",
    "one_with_many",
    "pair_partners",
    "partner_agreement",
    "perceptual_accuracy",
    "phases",
    "practice_rates",
    "reciprocity",
    "register_practice",
    "relationship_profile",
    "reliability",
    "response_quality",
    "response_surface",
    "score_elements",
    "social_relations",
    "sponsorship_ledger",
]
