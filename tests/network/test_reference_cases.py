"""Every expected field of the network cases (sna, igraph, brute force), within tolerance.

The cases stand in the folder that the environment variable ``MENTORLAB_CASES`` names, by default
``../shared/cases`` beside the repository; without it these tests are skipped. A kind of case or a
field that nobody knows fails.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mentorlab import network as net
from mentorlab.network import MentorNetwork
from mentorlab.network.genealogy.lineage import Lineage
from mentorlab.network.kernels.core_search import pattern_fit
from mentorlab.network.measures.profile import betweenness_centralization, components
from mentorlab.network.measures.reciprocity import dyad_census

REPOSITORY = Path(__file__).parents[2]
ROOT = Path(os.environ.get("MENTORLAB_CASES") or REPOSITORY / "../shared/cases").resolve()
FOLDER = ROOT / "network"
CASES = sorted(FOLDER.glob("*.json")) if FOLDER.is_dir() else []
LEFT_OUT = {
    "dataset": "a name",
    "note": "words",
    "caveat": "words",
    "pattern": "words",
    "search": "words",
    "gould_fernandez_colnames": "names of the columns, read with their numbers",
    "qap_reps": "how many permutations, used in the comparison",
}
SNA_ROLES = {
    "w_I": "coordinator",
    "w_O": "consultant",
    "b_IO": "representative",
    "b_OI": "gatekeeper",
    "b_O": "liaison",
    "t": "open_paths",
}
CLOSED_FORM, SEED = 1e-8, 20
counted: Counter[str] = Counter()

pytestmark = pytest.mark.skipif(
    not CASES, reason=f"no reference cases at {FOLDER}; MENTORLAB_CASES names their folder"
)

Compared = Iterator[tuple[str, Any, Any, float]]


class UnknownFieldError(LookupError):
    """A field that no comparison knows."""


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / "data" / name)


def exists(name: str) -> bool:
    return (FOLDER / "data" / name).is_file()


class OneKind:
    """A network of one kind of people."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        name = case["dataset"]
        ties = read(f"{name}_edges.csv")
        ties = ties.rename(columns=dict(zip(ties.columns[:2], ("source", "target"), strict=True)))
        people = None
        if exists(f"{name}_nodes.csv"):
            people = read(f"{name}_nodes.csv")
            people = people.rename(columns={people.columns[0]: "person_id"})
        columns = [c for c in ("source", "target", "weight") if c in ties]
        self.network = MentorNetwork.from_ties(
            ties[columns],
            source="reference case",
            people=people,
            directed=bool(case.get("directed", True)),
            self_ties="set_aside",
            duplicates="merge",
        )

    @cached_property
    def profile(self) -> pd.Series:
        return net.network_profile(self.network).to_frame().set_index("measure")["value"]

    @cached_property
    def triads(self) -> dict[str, int]:
        frame = net.triad_census(self.network).to_frame()
        return dict(zip(frame["triad"], frame["n"], strict=True))

    @cached_property
    def between(self) -> np.ndarray:
        found = net.betweenness(self.network, directed=self.network.directed, pivots="all")
        return found.to_frame()["betweenness"].to_numpy()

    def holes(self, weighted: bool) -> pd.DataFrame:
        return net.structural_holes(self.network, weighted=weighted).to_frame()

    @cached_property
    def core(self) -> Any:
        return net.core_periphery(self.network, seed=SEED, n_starts=300)

    def compare(self) -> Compared:
        for field, expected in self.case.items():
            if field in LEFT_OUT:
                continue
            if field.startswith("attr_"):
                yield from self.attribute(field.removeprefix("attr_"), expected)
            elif field == "triad_census":
                for triad, n in expected.items():
                    yield f"{field}.{triad}", n, self.triads[triad], 0
            elif field == "dyad_census":
                census = dyad_census(self.network)
                got = dict(zip(("mutual", "asym", "null"), census, strict=True))
                for dyad, n in expected.items():
                    yield f"{field}.{dyad}", n, got[dyad], 0
            elif field.startswith("core_periphery_BE1999"):
                yield from self.core_periphery(field, expected)
            else:
                yield field, expected, *self.plain(field)

    def plain(self, field: str) -> tuple[Any, float]:
        network, profile = self.network, self.profile
        simple = {
            "n": network.n_people,
            "m": network.n_ties,
            "directed": network.directed,
            "loops_removed": True,
            "density": profile["density"],
            "reciprocity_edgewise": profile.get("reciprocity_edgewise"),
            "reciprocity_dyadic_nonnull": profile.get("reciprocity_dyadic"),
            "transitivity_igraph_global_undirected": profile["clustering"],
            "isolates": profile["isolates"],
        }
        if field in simple:
            return simple[field], CLOSED_FORM
        if match := re.fullmatch(r"centralization_(in|out|)degree_sna", field):
            return profile[f"centralization_{match[1] or 'in'}degree"], CLOSED_FORM
        if field == "centralization_betweenness_sna":
            value = betweenness_centralization(self.between, directed=network.directed)
            return value, CLOSED_FORM
        if re.fullmatch(r"betweenness_(sna|igraph)", field):
            return self.between, 1e-6
        if match := re.fullmatch(
            r"(constraint|effective_size|efficiency|hierarchy)(_igraph|_sna)?_(un)?weighted"
            r"(_brute)?",
            field,
        ):
            return self.holes(weighted=not match[3])[match[1]].to_numpy(), CLOSED_FORM
        if field == "coreness_all_igraph":
            return self.core.table["coreness"].to_numpy(), 0
        if field.startswith("components"):
            return len(np.unique(components(network))), 0
        raise UnknownFieldError(field)

    def core_periphery(self, field: str, expected: dict[str, Any]) -> Compared:
        """Ours must fit at least as well, and agree on how well theirs fits."""
        network = self.network
        for name, value in expected.items():
            if name == "r":
                yield f"{field}.r", 0, max(0.0, value - self.core.fit), CLOSED_FORM
            elif name == "core_ids_1based":
                inside = np.zeros(network.n_people, dtype=bool)
                inside[np.asarray(value) - 1] = True
                pairs = network.pairs
                n_outside = (~inside[pairs.mentor] & ~inside[pairs.mentee]).sum()
                n = network.n_people
                cells = n * (n - 1) // (1 if network.directed else 2)
                got = pattern_fit(len(value), float(n_outside), n, network.n_ties, cells)
                yield f"{field}.core_ids_1based", expected["r"], got, CLOSED_FORM
            elif name not in LEFT_OUT:
                raise UnknownFieldError(f"{field}.{name}")

    def attribute(self, attribute: str, expected: dict[str, Any]) -> Compared:
        network = self.network
        silos = net.silos(network, attribute=attribute)
        row = silos.to_frame().iloc[0]
        roles = net.brokerage(network, attribute=attribute).to_frame()
        n_permutations = int(expected.get("qap_reps", 2000))
        qap = net.qap(
            network, covariates=attribute, seed=SEED, n_permutations=n_permutations
        ).to_frame()
        for field, value in expected.items():
            name = f"attr_{attribute}.{field}"
            if field in LEFT_OUT:
                continue
            if field == "assortativity_nominal":
                yield name, value, silos.assortativity, CLOSED_FORM
            elif field == "modularity_undirected_collapse":
                yield name, value, silos.modularity, CLOSED_FORM
            elif field in ("internal", "external", "ei_index"):
                yield name, value, row[field], CLOSED_FORM
            elif field == "ei_expected_possible":
                yield name, value, row["ei_expected"], CLOSED_FORM
            elif field == "qap_gcor":
                yield name, value, qap["estimate"].item(), CLOSED_FORM
            elif field in ("qap_p_ge", "qap_p_le"):
                got = qap["p_greater" if field.endswith("ge") else "p_less"].item()
                assert got > 0
                noise = 5 * np.sqrt(max(value * (1 - value), 0.0) * 2 / n_permutations)
                yield name, value, got, noise + 5 / n_permutations
            elif field == "gould_fernandez_total":
                columns = [SNA_ROLES[c] for c in expected["gould_fernandez_colnames"]]
                yield name, value, roles[columns].sum().to_numpy(), 0
            elif field == "gould_fernandez_by_node_total":
                yield name, value, roles["open_paths"].to_numpy(), 0
            else:
                raise UnknownFieldError(name)


class Genealogy:
    """Mentors and mentees over generations."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        ties = read(f"{case['dataset']}_edges.csv")
        ties = ties.rename(columns=dict(zip(ties.columns[:2], ("source", "target"), strict=True)))
        self.network = MentorNetwork.from_ties(
            ties[["source", "target"]],
            source="reference case",
            self_ties="set_aside",
            duplicates="merge",
        )

    @cached_property
    def lineage(self) -> Lineage:
        return net.lineage(self.network)

    def compare(self) -> Compared:
        table = self.lineage.table.set_index("person_id")
        faults = self.lineage.faults
        cycles = faults.loc[faults["kind"] == "cycle", "n"]
        simple = {
            "n": self.network.n_people,
            "m": self.network.n_ties,
            "is_dag": cycles.empty,
            "roots": (table["n_mentors"] == 0).sum(),
            "leaves": (table["fecundity"] == 0).sum(),
            "longest_path_edges_condensed": self.lineage.longest,
            "longest_path_edges": self.lineage.longest,
            "weak_components": self.lineage.n_components,
            "largest_weak": self.lineage.largest_component,
            "gini_fecundity_of_mentors": self.lineage.gini,
        }
        columns = {
            "fecundity": "fecundity",
            "descendants": "descendants",
            "genealogical_index": "index",
        }
        for field, expected in self.case.items():
            top = re.fullmatch(r"(fecundity|descendants|genealogical_index)_top\d+", field)
            if field in LEFT_OUT:
                continue
            if field in simple:
                yield field, expected, simple[field], CLOSED_FORM
            elif field == "cycles_scc_sizes":
                yield field, sorted(expected), sorted(cycles), 0
            elif top:
                column = table[columns[top[1]]]
                for person, value in expected.items():
                    yield f"{field}.{person}", value, column[person], 0
                largest = column.nlargest(len(expected)).to_numpy()
                yield f"{field} in order", sorted(expected.values(), reverse=True), largest, 0
            elif field in ("mentors_per_person", "generation_counts_longest"):
                column = "n_mentors" if field.startswith("mentors") else "generation"
                counts = table[column].value_counts()
                yield from counts_of(field, expected, counts)
            else:
                raise UnknownFieldError(field)


class Pool:
    """A pool of mentors and mentees with fields and schools."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        name = case["dataset"]
        self.ties = read(f"{name}_edges.csv").rename(
            columns={"mentor": "mentor_id", "mentee": "mentee_id"}
        )
        mentees = read(f"{name}_mentees.csv").rename(columns={"mentee": "person_id"})
        mentors = read(f"{name}_mentors.csv").rename(
            columns={"mentor": "person_id", "modal_school": "school"}
        )
        self.people = pd.concat([mentors, mentees], ignore_index=True)
        self.network = self.build(self.ties)
        self.advised = self.build(self.ties[self.ties["role"] == "adviser"])

    def build(self, ties: pd.DataFrame) -> MentorNetwork:
        ends = ties[["mentor_id", "mentee_id"]]
        return MentorNetwork.from_ties(ends, source="reference case", people=self.people)

    def compare(self) -> Compared:
        network = self.network
        profile = net.network_profile(network).to_frame().set_index("measure")["value"]
        n_mentors = np.diff(network.into.indptr)[network.is_mentee]
        advised = net.mentor_load(self.advised)
        simple = {
            "n_mentees": profile["mentees"],
            "n_mentors": profile["mentors"],
            "edges": profile["ties"],
            "adviser_load_gini_over_active_advisers": advised.gini_active,
            "adviser_load_max": advised.table["n_mentees"].max(),
            "bipartite_density": profile["density"],
            "robins_alexander_clustering": profile["clustering"],
            "degree_assortativity": profile["degree_assortativity"],
        }
        for field, expected in self.case.items():
            if field in LEFT_OUT:
                continue
            if field in simple:
                yield field, expected, simple[field], CLOSED_FORM
            elif field == "edges_by_role":
                yield from counts_of(field, expected, self.ties["role"].value_counts())
            elif field == "mentors_per_mentee":
                yield from counts_of(field, expected, pd.Series(n_mentors).value_counts())
            else:
                part = getattr(self, field, None)
                if part is None:
                    raise UnknownFieldError(field)
                yield from part(field, expected)

    def mentor_load(self, field: str, expected: dict[str, Any]) -> Compared:
        load = net.mentor_load(self.network)
        n = load.table.set_index("person_id")["n_mentees"]
        got = {"mean": n.mean(), "max": n.max(), "gini": load.gini, "p90": n.quantile(0.9)}
        for name, value in expected.items():
            if name.startswith("top"):
                for person, count in value.items():
                    yield f"{field}.{name}.{person}", count, n[person], 0
            elif name in got:
                yield f"{field}.{name}", value, got[name], CLOSED_FORM
            else:
                raise UnknownFieldError(f"{field}.{name}")

    def components(self, field: str, expected: dict[str, Any]) -> Compared:
        sizes = np.sort(np.bincount(components(self.network)))[::-1]
        for name, value in expected.items():
            if name == "n":
                yield f"{field}.n", value, len(sizes), 0
            elif name.startswith("largest"):
                yield f"{field}.{name}", value, sizes[: len(value)], 0
            else:
                raise UnknownFieldError(f"{field}.{name}")

    def school_ties(self, field: str, expected: dict[str, Any]) -> Compared:
        row = net.silos(self.network, attribute="school").to_frame().iloc[0]
        got = {"known": row["internal"] + row["external"], **row}
        for name, value in expected.items():
            if name not in LEFT_OUT:
                yield f"{field}.{name}", value, got[name], CLOSED_FORM

    def field_homophily_adviser_ties(self, field: str, expected: dict[str, Any]) -> Compared:
        yield from self.homophily(field, expected, null="labels")

    def field_homophily_within_school_permutation(
        self, field: str, expected: dict[str, Any]
    ) -> Compared:
        yield from self.homophily(field, expected, null="strata", within="school")

    def homophily(self, field: str, expected: dict[str, Any], **options: Any) -> Compared:
        n_draws = max(
            [int(m[1]) for name in expected if (m := re.search(r"perm_mean_(\d+)", name))] or [2000]
        )
        found = net.homophily(
            self.advised, attribute="field", seed=SEED, n_permutations=n_draws, **options
        )
        m, test = found.n_ties, found.test
        silos = net.silos(self.advised, attribute="field").to_frame().iloc[0]
        known = self.people.set_index("person_id")["field"].notna()
        used = self.ties[self.ties["role"] == "adviser"]
        used = used[used["mentee_id"].map(known) & used["mentor_id"].map(known)]
        sd = test.sd * m
        exact = {
            "ties": m,
            "mentees": used["mentee_id"].nunique(),
            "same": round(test.observed * m),
            "share_same": test.observed,
            "expected_same_exact_under_label_permutation": found.expected * m,
            "ei_index": silos["ei_index"],
        }
        for name, value in expected.items():
            if name in exact:
                yield f"{field}.{name}", value, exact[name], CLOSED_FORM
            elif name.startswith("perm_mean"):
                yield f"{field}.{name}", value, found.expected * m, 5 * sd / np.sqrt(n_draws)
            elif name.startswith("perm_sd"):
                yield f"{field}.{name}", value, sd, 0.1 * sd
            elif name == "z":
                yield f"{field}.{name}", value, test.z, 0.1 * abs(value)
            elif name == "p_ge_plus1":
                yield f"{field}.{name}", value, found.p_value, 3 / n_draws
            else:
                raise UnknownFieldError(f"{field}.{name}")

    def comentoring_projection(self, field: str, expected: dict[str, Any]) -> Compared:
        shared = self.network.project("mentors")
        holes = net.structural_holes(shared).to_frame().set_index("person_id")
        between = net.betweenness(shared, pivots="all").to_frame().set_index("person_id")
        core = net.core_periphery(shared, seed=SEED, n_starts=1).table
        got = {
            "nodes": shared.n_people,
            "edges": shared.n_ties,
            "weight_sum": shared.pairs.weight.sum(),
            "isolates": (holes["n_contacts"] == 0).sum(),
            "constraint_mean": holes["constraint"].mean(),
            "constraint_min": holes["constraint"].min(),
            "max_core": core["coreness"].max(),
        }
        by_person = {
            "constraint_first20": holes["constraint"],
            "effective_size_first20": holes["effective_size"],
            "betweenness_top10": between["betweenness"],
        }
        for name, value in expected.items():
            if name in got:
                yield f"{field}.{name}", value, got[name], CLOSED_FORM
            elif name in by_person:
                for person, number in value.items():
                    number = np.nan if number is None else number
                    yield f"{field}.{name}.{person}", number, by_person[name][person], 1e-6
            else:
                raise UnknownFieldError(f"{field}.{name}")

    def removal_by_load_orphans(self, field: str, expected: list[Any]) -> Compared:
        curve = net.removal(self.network, order="busiest").to_frame().set_index("step")
        for step, orphans in expected:
            yield f"{field}.{step}", orphans, curve.loc[step, "orphans"], 0

    def sole_mentor_dependents(self, field: str, expected: dict[str, Any]) -> Compared:
        worst = net.removal(self.network, order="worst").to_frame()
        n_mentors = np.diff(self.network.into.indptr)
        got = {
            "mentees_with_one_mentor": (n_mentors == 1).sum(),
            "max": worst["orphans_new"].iloc[1],
            "worst1_orphans": worst["orphans"].iloc[1],
        }
        for name, value in expected.items():
            yield f"{field}.{name}", value, got[name], 0

    def reach_hops_top5_load(self, field: str, expected: dict[str, Any]) -> Compared:
        hops = max(int(hop) for steps in expected.values() for hop in steps)
        found = net.reach(self.network, hops=hops, person_ids=list(expected)).to_frame()
        found = found.set_index("person_id")
        for person, steps in expected.items():
            for hop, n in steps.items():
                yield f"{field}.{person}.{hop}", n, found.loc[person, f"within_{hop}"], 0


def counts_of(field: str, expected: dict[str, int], got: pd.Series) -> Compared:
    found = {str(name): n for name, n in got.items()}
    assert set(found) == set(expected), f"{field}: {sorted(found)} got, {sorted(expected)} expected"
    for name, n in expected.items():
        yield f"{field}.{name}", n, found[name], 0


def kind_of(case: dict[str, Any]) -> type[OneKind] | type[Genealogy] | type[Pool]:
    if "n_mentors" in case:
        return Pool
    if "is_dag" in case or any(name.startswith("fecundity") for name in case):
        return Genealogy
    if "density" in case or any(name.startswith("constraint") for name in case):
        return OneKind
    raise UnknownFieldError(f"a case with the fields {sorted(case)}")


def distance(field: str, expected: Any, got: Any, tolerance: float) -> str:
    value, found = (np.asarray(x, dtype=float) for x in (expected, got))
    if value.shape != found.shape:
        return f"{field}: {value.size} values expected, {found.size} got"
    bad = ~((np.isnan(value) & np.isnan(found)) | (np.abs(value - found) <= tolerance))
    if not bad.any():
        return ""
    first = int(np.argmax(bad.ravel()))
    return (
        f"{field}: expected {value.ravel()[first]:.10g}, got {found.ravel()[first]:.10g} "
        f"({int(bad.sum())} of {value.size} values are off)"
    )


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_case(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    faults = []
    for field, expected, got, tolerance in kind_of(case)(case).compare():
        counted["fields"] += 1
        counted["values"] += int(np.size(np.asarray(expected)))
        if fault := distance(field, expected, got, tolerance):
            faults.append(fault)
    assert not faults, "\n".join(faults)
    counted["cases"] += 1


def test_how_much_was_compared(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(
            f"\nnetwork: compared {counted['fields']} fields ({counted['values']} values) of "
            f"{counted['cases']} cases"
        )


def test_unknown_kinds_and_fields_are_found() -> None:
    with pytest.raises(UnknownFieldError, match="a case with the fields"):
        kind_of({"dataset": "x", "horoscope": 1})
    one = OneKind.__new__(OneKind)
    one.network = MentorNetwork.from_ties(
        pd.DataFrame({"source": ["a"], "target": ["b"]}), source="test"
    )
    one.case = {"dataset": "x", "n": 2, "horoscope": 1}
    with pytest.raises(UnknownFieldError, match="horoscope"):
        list(one.compare())
    assert "expected 1, got 2" in distance("x", 1.0, 2.0, 0.5)
    assert "2 values expected" in distance("x", [1.0, 2.0], 2.0, 0.5)
    assert "got nan" in distance("x", 1.0, np.nan, 0.5)
    assert distance("x", [np.nan], [np.nan], 0) == ""
