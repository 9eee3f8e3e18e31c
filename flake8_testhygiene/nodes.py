"""The nodes in a node, and the statements in a block, cheaper than :mod:`ast` has them.

Only fields are followed. flake8 hands the same tree to every plugin, and some write on its nodes what leads
out of them again: flake8-simplify a ``parent``, pyflakes before 4.1 a ``_pyflakes_parent``. On ``Eq()`` and
the like, which all trees share, it stays from one file to the next.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

# Where a node has its blocks: lists of statements, or of what holds some.
BLOCK_FIELDS = frozenset({"body", "handlers", "cases", "orelse", "finalbody"})
HOLDERS = (ast.excepthandler, ast.match_case)
BLOCKS: dict[type[ast.AST], tuple[str, ...]] = {
    kind: fields
    for kind in vars(ast).values()
    if isinstance(kind, type)
    and issubclass(kind, (ast.stmt, *HOLDERS))
    and (fields := tuple(name for name in kind._fields if name in BLOCK_FIELDS))
}
# The same of what is run where it stands.
RUN_AT_ONCE = {
    kind: fields
    for kind, fields in BLOCKS.items()
    if not issubclass(kind, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
}


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


def statements(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a block and of the blocks in it, in the order of the text: no inner functions."""
    waiting: list[ast.AST] = [*reversed(block)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        for name in RUN_AT_ONCE.get(node.__class__, ())[::-1]:
            waiting += getattr(node, name)[::-1]


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of statements in a node, outer ones first, those of inner functions too."""
    waiting = [node]
    for holder in waiting:
        for name in BLOCKS.get(holder.__class__, ()):
            block = getattr(holder, name)
            waiting += block
            if block and isinstance(block[0], ast.stmt):
                yield block


def last_name(call: ast.Call) -> str:
    """``assertEqual`` of ``self.assertEqual(...)``."""
    match call.func:
        case ast.Attribute(_, name) | ast.Name(name):
            return name
    return ""
