"""The mentor pool as a network: load, reach, brokerage, homophily, removal, lineage."""

from .build import build_network
from .change.popularity import Popularity, popularity
from .change.recommendation import evaluate_recommendations, recommend_ties
from .change.snapshots import snapshots
from .export import export_network
from .genealogy.lineage import Lineage, lineage
from .genealogy.pay_it_forward import PayItForward, pay_it_forward
from .leaving.absorb import Absorb, absorb
from .leaving.removal import Removal, removal
from .measures.betweenness import betweenness
from .measures.brokerage import brokerage
from .measures.communities import Communities, communities
from .measures.core_periphery import CorePeriphery, core_periphery
from .measures.load import MentorLoad, mentor_load
from .measures.profile import network_profile
from .measures.reach import reach
from .measures.reciprocity import reciprocity, triad_census
from .measures.silos import Silos, silos
from .measures.structural_holes import structural_holes
from .mixing.covariates import Difference, Receiver, Same, Sender
from .mixing.homophily import Homophily, homophily
from .mixing.qap import Qap, qap
from .network import MentorNetwork
from .program_reach.developmental import (
    DevelopmentalNetworks,
    developmental_networks,
    exposure,
)
from .program_reach.inclusion import inclusion
from .program_reach.per_hour import reach_per_hour
from .program_reach.spillover import Spillover, spillover
from .program_reach.succession import referrals, succession_bench
from .projection import project

__all__ = [
    "Absorb",
    "Communities",
    "CorePeriphery",
    "DevelopmentalNetworks",
    "Difference",
    "Homophily",
    "Lineage",
    "MentorLoad",
    "MentorNetwork",
    "PayItForward",
    "Popularity",
    "Qap",
    "Receiver",
    "Removal",
    "Same",
    "Sender",
    "Silos",
    "Spillover",
    "absorb",
    "betweenness",
    "brokerage",
    "build_network",
    "communities",
    "core_periphery",
    "developmental_networks",
    "evaluate_recommendations",
    "export_network",
    "exposure",
    "homophily",
    "inclusion",
    "lineage",
    "mentor_load",
    "network_profile",
    "pay_it_forward",
    "popularity",
    "project",
    "qap",
    "reach",
    "reach_per_hour",
    "reciprocity",
    "recommend_ties",
    "referrals",
    "removal",
    "silos",
    "snapshots",
    "spillover",
    "structural_holes",
    "succession_bench",
    "triad_census",
]
