"""The house stands: imports point down, nothing goes round, nothing grows too big."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mentorlab

ROOT = Path(mentorlab.__file__).parent
MAX_MODULE_LINES, MAX_FUNCTION_LINES = 400, 100
LAYERS = (
    {"errors", "options", "rng", "result", "provenance", "references", "html"},
    {
        "activity",
        "checks",
        "codebook",
        "codebook_sources",
        "coding",
        "coercion",
        "consistency",
        "datasets",
        "delimited",
        "instruments",
        "missing_data",
        "overview",
        "privacy",
        "program",
        "readers",
        "rowfilter",
        "schemas",
        "shipped",
        "spans",
        "stats",
        "storage",
        "tables",
        "timecut",
    },
    {"elements", "signals", "network", "matching", "effects"},
    {"simulation"},
    {"plots", "report"},
    {"widgets"},
)
LAYER_OF = {name: layer for layer, names in enumerate(LAYERS) for name in names}
PARTS = LAYERS[2]
FACES = {"mentorlab", "mentorlab.__main__", "mentorlab.warm"}  # no part imports them
MODULES = {
    ".".join(("mentorlab", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(
        ".__init__"
    ): path
    for path in sorted(ROOT.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}


def part_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def imports_of(module: str, *, at_import_time: bool) -> Iterator[str]:
    """Name the modules of this package that a module imports."""
    package = module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]
    skipped = set()
    for node in ast.walk(TREES[module]):
        deferred = isinstance(node, ast.FunctionDef) or (
            isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        )
        if at_import_time and deferred:
            skipped |= {id(inner) for inner in ast.walk(node)}
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] == "mentorlab")
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base]).rstrip(".")
            if base.split(".")[0] == "mentorlab":
                for alias in node.names:
                    inner = f"{base}.{alias.name}"
                    yield inner if inner in MODULES else base


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield f"{name}:{node.name}", node


def test_every_module_has_a_layer():
    unknown = {part_of(name) for name in MODULES if name not in FACES} - set(LAYER_OF)
    assert not unknown, f"give these a layer: {sorted(unknown)}"


@pytest.mark.parametrize("module", sorted(set(MODULES) - FACES))
def test_imports_point_down(module):
    own = part_of(module)
    for imported in imports_of(module, at_import_time=False):
        other = part_of(imported)
        if not other:
            continue  # the lazy face, which costs nothing and holds nothing
        assert LAYER_OF[other] <= LAYER_OF[own], f"{module} imports {imported} from above"
        assert own == other or not {own, other} <= PARTS, f"{module} imports {imported}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_nothing_imports_the_command_line(module):
    assert "mentorlab.__main__" not in set(imports_of(module, at_import_time=False))


def test_no_import_goes_round():
    graph = {name: set(imports_of(name, at_import_time=True)) - {name} for name in MODULES}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join([*path[path.index(name) :], name])
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("module", sorted(MODULES))
def test_modules_stay_small(module):
    assert len(MODULES[module].read_text("utf-8").splitlines()) <= MAX_MODULE_LINES


def test_functions_stay_small():
    lengths = {
        name: node.end_lineno - node.lineno + 1 - len((ast.get_docstring(node) or "").splitlines())
        for name, node in functions()
    }
    assert {name: n for name, n in lengths.items() if n > MAX_FUNCTION_LINES} == {}


def test_only_the_command_line_prints():
    printing = {
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    }
    assert printing <= {"mentorlab.__main__"}


def test_public_functions_say_what_is_learned():
    silent = []
    for module, tree in TREES.items():
        if not ast.get_docstring(tree):
            silent.append(module)
        silent += [
            f"{module}:{node.name}"
            for node in tree.body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not silent


def test_no_drawer_for_odds_and_ends():
    assert not [name for name in MODULES if name.rpartition(".")[2] in {"utils", "helpers", "misc"}]
