"""Small runs that compile the kernels once, so that nobody waits for it in a notebook.

numba keeps what it compiled beside the modules. A part with kernels has a function here that
reaches each of them, in the forms in which users do.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pandas as pd

from .errors import MentorlabError


def warm_kernels() -> None:
    """Compile every kernel; takes a minute or two the first time, then a few seconds."""
    for run in RUNS:
        run()


def _matching() -> None:
    from . import matching

    rng = np.random.default_rng(1)
    mentee, mentor = rng.integers(1, 9, (2, 12, 6)).astype(float)
    lists = np.argsort(-mentee, axis=1, kind="stable")[:, :4]
    rows = np.arange(12)[:, None]
    markets = (
        matching.Market.from_utilities(mentee, mentor, capacity=2),
        matching.Market.from_lists(
            lists, mentee[rows, lists], mentor[rows, lists], capacity=[2] * 6
        ),
    )
    for market in markets:
        for policy in matching.list_policies()["policy"]:
            with suppress(MentorlabError):  # some need terms or wishes, or find no stable matching
                made = matching.assign(market, policy, seed=1)
        matching.evaluate_assignment(made)
        matching.explain(made, market.mentee_ids[0])
    people = pd.DataFrame(
        {"person_id": [f"p{i}" for i in range(12)], "field": list("abcd") * 3, "age": range(12)}
    )
    matching.form_circles(people, balance=["field"], seed=1)
    matching.rotate_flash(markets[0], n_rounds=2)
    wishes = {f"p{i}": [f"p{j}" for j in range(6) if j != i] for i in range(6)}
    with suppress(MentorlabError):
        matching.pair_peers(wishes)


def _signals() -> None:
    from . import datasets, signals

    signals.weekly_features(datasets.load_example_program(), as_of="2024-06-30")


def _survival() -> None:
    from .stats.survival.concordance import concordance
    from .stats.survival.cox import fit_cox
    from .stats.survival.spells import spells

    rows = spells(np.arange(1.0, 9), np.array([1, 0, 1, 1, 0, 1, 1, 1]), entry=np.zeros(8))
    x = np.array([1.0, 0, 1, 1, 0, 0, 1, 0])[:, None]
    fit = fit_cox(rows, x)
    concordance(rows, x @ fit.beta)


def _network() -> None:
    from . import network

    rng = np.random.default_rng(1)
    people = pd.DataFrame({"person_id": [f"p{i}" for i in range(30)], "site": list("abc") * 10})
    drawn = pd.DataFrame(rng.integers(0, 30, (80, 2)), columns=["source", "target"])
    ties = ("p" + drawn[drawn["source"] != drawn["target"]].astype(str)).drop_duplicates()
    pool = network.MentorNetwork.from_ties(ties, source="invented", people=people)
    for null in ("labels", "degree"):
        network.homophily(pool, attribute="site", null=null, seed=1, n_permutations=9)
    for measure in (network.structural_holes, network.betweenness, network.reach):
        measure(pool)
    network.removal(pool)
    network.brokerage(pool, attribute="site")
    network.core_periphery(pool, seed=1, n_starts=2)
    network.qap(pool, covariates="site", seed=1, n_permutations=9)
    network.network_profile(pool)


def _simulation() -> None:
    from . import matching, simulation

    model, seed = simulation.ProgramModel(), 1
    rng = np.random.default_rng(seed)
    market = matching.Market.from_utilities(*rng.normal(size=(2, 12, 6)), capacity=2)
    lists = simulation.PoolGenerator(60, 30, shortlist=10)
    for draws in ("splitmix", "philox"):
        runs = simulation.simulate(
            market, policy="optimal", model=model, n_runs=2, seed=seed, draws=draws
        )
        runs.play(0, trace=True)
    policy_asked = simulation.Levers(later_rounds="policy")
    for source, levers in ((lists, None), (simulation.PoolGenerator(12, 6), policy_asked)):
        simulation.compare_policies(
            source, ["optimal", "random"], model=model, levers=levers, n_runs=2, seed=seed
        )


RUNS: tuple[Callable[[], None], ...] = (_matching, _network, _signals, _simulation, _survival)
