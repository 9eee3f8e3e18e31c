"""Other plugins write on the tree that flake8 hands to all of them; nothing that they wrote is followed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_testhygiene import nodes
from flake8_testhygiene.plugin import Located
from tests.test_metamorphic import PATHS, Fixture, opened


class Outside(ast.AST):
    """What a mark leads to: a node that nobody may come to."""

    @property
    def _fields(self) -> tuple[str, ...]:  # type: ignore[override]
        raise AssertionError("a node was followed that stands in no field")


OUTSIDE = Outside.__new__(Outside)


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def fixture(request: pytest.FixtureRequest, project: Path) -> Fixture:
    return opened(request.param)


@pytest.fixture
def marked(fixture: Fixture) -> Iterator[ast.Module]:
    """The fixture's tree, marked on each node; ``Eq()`` and the like belong to all trees, so it is undone."""
    tree = ast.parse(fixture.source)
    every = list(ast.walk(tree))
    for node in every:
        node.parent = OUTSIDE  # type: ignore[attr-defined]
    yield tree
    for node in every:
        vars(node).pop("parent", None)


def found(fixture: Fixture, tree: ast.Module) -> list[Located]:
    return list(fixture.plugin(tree, fixture.filename, fixture.source.splitlines(keepends=True)).run())


def test_mark_cannot_be_followed_unnoticed() -> None:
    with pytest.raises(AssertionError, match="in no field"):
        list(nodes.walk(OUTSIDE))


def test_findings_are_the_same(fixture: Fixture, marked: ast.Module) -> None:
    of_marked = found(fixture, marked)
    assert of_marked == found(fixture, ast.parse(fixture.source))
    assert of_marked


def test_nodes_are_the_same(fixture: Fixture, marked: ast.Module) -> None:
    walked = {node for node in nodes.walk(marked) if node._fields}
    assert walked == {node for node in ast.walk(marked) if node._fields}
