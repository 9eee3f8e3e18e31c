"""The nodes in a node: what :mod:`ast` has for it asks every field by name, and costs twice as much."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def children(node: ast.AST) -> Iterator[ast.AST]:
    """What stands directly in a node, in the order of the text; ``Load()``, ``Add()`` and the like do not."""
    for value in node.__dict__.values():
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
        for value in found.__dict__.values():
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
