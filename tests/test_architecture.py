"""Every line knows its room, and rooms import only from those below them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "flake8_testhygiene"
MODULES = sorted(PACKAGE.rglob("*.py"))
# From the top to the ground; rooms on one floor do not know each other.
FLOORS = (
    {"__main__"},
    {"explanation", "template"},
    {"docs"},
    {"plugin"},
    {"baseline"},
    {"rules"},
    {"endpoints", "markers"},
    {"cleanup", "story", "checks", "remarks", "literals", "expressions"},
    {"reach"},
    {"assertions"},
    {"rule"},
    {"module"},
    {"asking"},
    {"project"},
    {"source"},
    {"reader"},
    {"evaluation"},
    {"outline"},
    {"facts"},
    {"parts"},
    {"text"},
    {"catalog", "importing", "inference", "options", "location", "pattern", "nodes", "screen"},
)
FLOOR = {room: number for number, floor in enumerate(FLOORS) for room in floor}
# What a room imports only when it is asked for the first time.
LATER = {
    "plugin": {"baseline.Baseline", "baseline.Unreadable", "module.Module", "project.files.Files"},
    "module": {"asking.Asking"},
    "source": {"reader.read"},
}
NO_NAMES = {"utils", "helpers", "common", "base", "manager"}

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted names that any statement of the tree imports, at whatever depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_in_functions(tree: ast.AST) -> list[str]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [name for function in functions for name in imported(function)]


def is_astroid(name: str) -> bool:
    return name.split(".")[0] == "astroid"


def rooms_imported(tree: ast.AST) -> set[str]:
    names = (name.split(".") for name in imported(tree))
    return {parts[1] for parts in names if parts[0] == PACKAGE.name and not parts[1].startswith("__")}


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_every_room_has_its_floor() -> None:
    assert {room(path) for path in MODULES} - {"__init__"} == FLOOR.keys()


@each_module
def test_imports_point_downward(path: Path) -> None:
    own = room(path)
    above = [
        other for other in rooms_imported(parsed(path)) if other != own and FLOOR[other] <= FLOOR.get(own, 0)
    ]
    assert not above, f"{own} imports {above}"


@each_module
def test_rules_do_not_know_each_other(path: Path) -> None:
    if path.parent.name == "rules" and path.stem != "__init__":
        names = {name for name in imported(parsed(path)) if name.startswith(f"{PACKAGE.name}.rules")}
        assert not names


@each_module
def test_functions_import_nothing(path: Path) -> None:
    """Save what most files can do without, which comes when the first one asks for it."""
    names = {name for name in imported_in_functions(parsed(path)) if not is_astroid(name)}
    assert names == {f"{PACKAGE.name}.{name}" for name in LATER.get(room(path), ())}


@each_module
def test_astroid_is_imported_by_inference_when_asked(path: Path) -> None:
    names = [name for name in imported(parsed(path)) if is_astroid(name)]
    asked = [name for name in imported_in_functions(parsed(path)) if is_astroid(name)]
    assert sorted(names) == sorted(asked)
    assert bool(names) == (room(path) == "inference")


@each_module
def test_names_say_what_lives_here(path: Path) -> None:
    assert not NO_NAMES & {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}


@each_module
def test_catalog_holds_rows_only(path: Path) -> None:
    if room(path) == "catalog":
        functions = [
            node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.Lambda)
        ]
        assert not functions


@each_module
def test_module_says_what_lives_here(path: Path) -> None:
    assert ast.get_docstring(parsed(path))
