"""What a finding is about, in words that outlive edits elsewhere: its function, and its statement.

Layout, comments, quotes and line numbers do not matter, nor does the version of Python that parsed the file:
its own ways to write a tree down (``ast.dump``, ``ast.unparse``) change from version to version.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
# Where statements hold others; elsewhere these names hold one expression.
BLOCKS = ("body", "handlers", "cases", "orelse", "finalbody")
LAYOUT = ("ctx", "kind", "type_comment", "type_ignores")
NOWHERE = "-"


class _Word(str):
    """Something to be written as it stands."""


END = _Word(")")


def located(tree: ast.Module, line: int, column: int) -> tuple[str, str]:
    """The qualified name of the function or class at a place, and a digest of the innermost statement.

    A block is its head alone, and a function or class only what of its head is at the place, so that a
    finding about all of it stays the same whatever changes inside.
    """
    names: list[str] = []
    found: ast.AST = tree
    while inner := next((each for each in _statements(found) if _holds(each, line, column)), None):
        found = inner
        if isinstance(found, Definition):
            names.append(found.name)
    return ".".join(names) or NOWHERE, _digest(_about(found, line, column))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    for field in BLOCKS:
        for each in getattr(node, field, ()):
            if isinstance(each, ast.match_case):
                yield from each.body
            else:
                yield each


def _holds(node: ast.AST, line: int, column: int) -> bool:
    """Whether a place is inside a node, or in a decorator above it; never of one that has no place itself."""
    begin = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
    end = (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0))
    if isinstance(node, Definition) and node.decorator_list:
        begin = (node.decorator_list[0].lineno, 0)
    return begin <= (line, column) < end


def _about(node: ast.AST, line: int, column: int) -> list[ast.AST]:
    if isinstance(node, ast.Module):
        return []
    if not isinstance(node, Definition):
        return [node]
    return [each for each in _head(node) if _holds(each, line, column)]


def _head(node: ast.AST) -> Iterator[ast.AST]:
    """The decorators, parameters and their defaults, or bases of a definition."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.arguments):
            yield from ast.iter_child_nodes(each)
        elif not isinstance(each, ast.stmt):
            yield each


def _digest(nodes: list[ast.AST]) -> str:
    if not nodes:
        return NOWHERE
    text = " ".join(_spelled(nodes))
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:12]


def _spelled(nodes: list[ast.AST]) -> Iterator[str]:
    """Every word of some trees; written without recursion, since a long sum is a deep tree."""
    rest: list[object] = list(reversed(nodes))
    while rest:
        part = rest.pop()
        if isinstance(part, _Word):
            yield part
        elif isinstance(part, ast.AST):
            yield f"{type(part).__name__}("
            rest.append(END)
            for name, value in reversed(list(_fields(part))):
                rest += (value, _Word(f"{name}="))
        elif isinstance(part, list):
            yield "("
            rest += (END, *reversed(part))
        else:
            yield _constant(part)


def _fields(node: ast.AST) -> Iterator[tuple[str, object]]:
    """What a node holds, save nothing, layout and blocks."""
    for name, value in ast.iter_fields(node):
        if isinstance(node, ast.JoinedStr):
            value = [each for each in value if not _is_empty_text(each)]
        is_block = name in BLOCKS and isinstance(value, list)
        if not (value is None or value == [] or name in LAYOUT or is_block):
            yield name, value


def _is_empty_text(part: ast.expr) -> bool:
    """Whether this is one of the empty pieces that Python 3.12.1 puts into f-strings, and others do not."""
    return isinstance(part, ast.Constant) and part.value == ""


def _constant(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return hex(value)  # Python refuses to write thousands of decimal digits
    return ascii(value)
