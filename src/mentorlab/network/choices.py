"""The words that the network functions accept."""

from __future__ import annotations

from typing import Literal

Giver = Literal["mentor", "sponsor", "facilitator", "peer"]
SelfTies = Literal["error", "set_aside"]
Duplicates = Literal["error", "merge"]
Direction = Literal["out", "in", "both"]
Side = Literal["mentors", "mentees"]
Shuffled = Literal["mentees", "mentors", "people"]
Null = Literal["labels", "strata", "degree", "qap"]
RemovalOrder = Literal["busiest", "random", "brokers", "worst"]
Band = Literal["random", "equals"]
EdgeFormat = Literal["graphml", "gephi", "ucinet", "statnet"]
Diversity = Literal["range", "blau", "nonredundancy"]
Recommender = Literal["paths", "popularity", "random"]
Compared = Literal["same", "difference"]
