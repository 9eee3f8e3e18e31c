"""The nodes in a node, at about half the cost of what :mod:`ast` has for it.

Only fields are followed. flake8 hands the same tree to every plugin, and some write on its nodes what leads
out of them again: flake8-simplify a ``parent``, pyflakes before 4.1 a ``_pyflakes_parent``. On ``Eq()`` and
the like, which all trees share, it stays from one file to the next.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator


def children(node: ast.AST) -> Iterator[ast.AST]:
    """What stands directly in a node, in the order of the text; ``Load()``, ``Add()`` and the like do not."""
    held = node.__dict__
    for field in node._fields:
        value = held.get(field)
        if value.__class__ is list:
            yield from (child for child in value if isinstance(child, ast.AST))
        elif isinstance(value, ast.AST) and value._fields:
            yield value


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """A node and all that stands in it, in no particular order."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        held = found.__dict__
        for field in found._fields:
            value = held.get(field)
            if value.__class__ is list:
                waiting += (child for child in value if isinstance(child, ast.AST))
            elif isinstance(value, ast.AST) and value._fields:
                waiting.append(value)


def last_name(call: ast.Call) -> str:
    """``assertEqual`` of ``self.assertEqual(...)``."""
    match call.func:
        case ast.Attribute(_, name) | ast.Name(name):
            return name
    return ""
