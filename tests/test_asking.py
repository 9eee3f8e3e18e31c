"""What inference is given to read: the function that is asked about, and what it may build on."""

from __future__ import annotations

import ast

from flake8_testhygiene.asking import Asking
from flake8_testhygiene.project import Project
from flake8_testhygiene.source import Name, Source

TEXT = """\
from shop import Store

STORE = opened()


def opened():
    return Store()


def store():
    return kept(STORE)


def kept(each):
    return each


def other():
    return Other()


class TestStore:
    @property
    def store(self):
        return made()

    def test_it(self):
        found = store()

    def test_other(self):
        found = other()


def made():
    return 1
"""


def given(text: str, test: str) -> set[str]:
    """The functions that inference reads when it is asked about a test."""
    source = Source(ast.parse(text), text, Name("test_store"))
    (function,) = (each for each in source.owners if each.name == test)
    assert isinstance(function, ast.FunctionDef)
    tree = ast.parse(Asking(source, Project(source))._snippet(function).text)
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_functions_are_read_as_far_as_they_are_named() -> None:
    # "store" the property prepares, and so does what it calls; "opened" is called by the module itself.
    assert given(TEXT, "test_it") == {"test_it", "store", "kept", "opened", "made"}
    assert given(TEXT, "test_other") == {"test_other", "other", "store", "kept", "opened", "made"}
    assert given(TEXT, "made") == {"made", "opened"}
