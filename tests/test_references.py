"""Everything that is cited can be looked up, and everything that can be looked up is whole."""

import ast
import re
from pathlib import Path

import pytest

import mentorlab
from mentorlab.errors import OptionError
from mentorlab.references import REFERENCES, reference

KEY = re.compile(r"\b[a-z]+(?:19|20)\d\d[a-z]?\b")
TREES = {
    path: ast.parse(path.read_text("utf-8"))
    for path in Path(mentorlab.__file__).parent.rglob("*.py")
}


def docstring_keys():
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                _, _, section = (ast.get_docstring(node) or "").partition("References\n----------")
                yield from ((path.name, key) for key in KEY.findall(section.split("\n\n")[0]))


def class_keys():
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            targets = getattr(node, "targets", [getattr(node, "target", None)])
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and any(
                getattr(target, "id", "") == "references" for target in targets
            ):
                yield from ((path.name, key) for key in KEY.findall(ast.unparse(node)))


def test_every_cited_key_is_in_the_list():
    cited = [*docstring_keys(), *class_keys()]
    assert len(cited) > 10
    assert not [(where, key) for where, key in cited if key not in REFERENCES]


@pytest.mark.parametrize("key", sorted(REFERENCES))
def test_every_entry_is_whole(key):
    entry = REFERENCES[key]
    assert 1800 < entry.year <= 2027
    assert key == f"{re.match('[a-z]+', key)[0]}{entry.year}{key[-1] if key[-1].isalpha() else ''}"
    assert entry.authors
    assert entry.title
    assert entry.where
    assert not entry.title.endswith(".")
    assert entry.doi == entry.doi.strip().removeprefix("https://doi.org/")
    assert not entry.doi or entry.doi.startswith("10.")
    assert f"({entry.year})" in str(entry)


def test_no_work_stands_twice():
    dois = [entry.doi.lower() for entry in REFERENCES.values() if entry.doi]
    titles = [entry.title.lower() for entry in REFERENCES.values()]
    assert len(set(dois)) == len(dois)
    assert len(set(titles)) == len(titles)


def test_keys_are_sorted():
    assert list(REFERENCES) == sorted(REFERENCES)


def test_an_unknown_key_names_the_nearest():
    with pytest.raises(
        OptionError, match=r"no work has the key 'feldt1956'. Did you mean 'feldt1965'"
    ):
        reference("feldt1956")
