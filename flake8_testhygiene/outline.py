"""What a file defines, read off its top level alone: imports, classes, functions, names for other names.

The same for the linted file, whose functions are nodes of flake8's tree, and for files around it, whose
trees are made without the bodies of methods, and dropped as soon as this much is known.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from flake8_testhygiene.facts import dotted, imported
from flake8_testhygiene.pattern import Pattern

Function = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS: tuple[type[Function], ...] = (ast.FunctionDef, ast.AsyncFunctionDef)

# A method: its head, and a body whose lines stand deeper than its `def`. At the left margin it may be
# the text of a module in a string, and its body the rest of the class that the string stands in.
METHOD = Pattern(
    r"(?m)^( +)(?:async )?def \w+\((?:[^\n]*\n\1 )*?[^\n]*(?:\n\1)?\)(?: -> [^\n]*)?:\n"
    r"((?:\1 +)\S[^\n]*\n(?:(?:\1 [^\n]*|[ \t]*)\n)*)"
)
QUOTES = ('"""', "'''")


class Definition(NamedTuple):
    """A function of a file that is not linted: where it stands, and what decorates it.

    ``path`` is the file's, ``first`` the line of its first decorator, ``lineno`` that of its ``def``.
    """

    path: str
    name: str
    first: int
    lineno: int
    end_lineno: int
    column: int
    is_method: bool
    decorator_list: tuple[str, ...]


Routine = Function | Definition
# Makes the function of a node, and is told whether it is a method.
Define = Callable[[Function, bool], Routine]


def first_line(statement: ast.stmt) -> int:
    """The line of a statement, or of the first decorator of a function or class."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


class _Class(NamedTuple):
    """What is known of a class: two that are alike are still two."""

    name: str
    line: int
    module: str
    bases: tuple[str, ...]
    decorators: tuple[str, ...]
    methods: dict[str, Routine]
    aliases: dict[str, str]
    makers: tuple[str, ...]
    attributes: frozenset[str]
    metaclass: str


class Class(_Class):
    """A class: dotted names of its bases and decorators, its methods and attributes; equal to itself alone.

    ``aliases`` are class attributes bound to another name: ``_live_migrate_server = _live_migrate``,
    ``makers`` the callees of those bound to a call: ``mock = mock_aws()``, ``attributes`` all of them.
    ``metaclass`` is its dotted name, empty unless the class says one.
    """

    __slots__ = ()
    __eq__ = object.__eq__
    __ne__ = object.__ne__
    __hash__ = object.__hash__

    @property
    def qualified(self) -> str:
        """``nova.test.TestCase``."""
        return f"{self.module}.{self.name}"


class Outline(NamedTuple):
    """What a module binds at its top level.

    ``imports`` are dotted names by the local name they are imported as, ``stars`` the modules of
    ``from x import *``, ``renamed`` the dotted names that a plain assignment gives another name.
    """

    imports: dict[str, str]
    stars: tuple[str, ...]
    classes: dict[str, Class]
    functions: dict[str, Routine]
    renamed: dict[str, str]
    called: dict[str, str]


NOTHING = Outline({}, (), {}, {}, {}, {})


def outline(tree: ast.Module, module: str, package: str, define: Define) -> Outline:
    """The outline of the module called ``module`` in ``package``; ``define`` makes its functions."""
    statements = list(top_level(tree.body))
    imports = dict(_imports(tree.body, package))

    def spelled(expression: ast.expr) -> str:
        return dotted(expression, imports)

    # Of two with one name the last, as at run time.
    return Outline(
        imports,
        tuple(_stars(statements, package)),
        {
            each.name: _class(each, module, spelled, define)
            for each in statements
            if isinstance(each, ast.ClassDef)
        },
        {each.name: define(each, False) for each in statements if isinstance(each, FUNCTIONS)},
        {
            name: spelled(value)
            for name, value in _assigned(statements)
            if isinstance(value, ast.Name | ast.Attribute)
        },
        {name: spelled(value.func) for name, value in _assigned(statements) if isinstance(value, ast.Call)},
    )


def _imports(body: list[ast.stmt], package: str) -> Iterator[tuple[str, str]]:
    """Names and what they are imported from; of ``try: import a; except ImportError: import b`` the first."""
    fallbacks: dict[str, str] = {}
    first: dict[str, str] = {}
    for statement in body:
        if isinstance(statement, ast.Try):
            for handler in statement.handlers:
                fallbacks.update(_imports(handler.body, package))
            first.update(_imports([*statement.body, *statement.orelse, *statement.finalbody], package))
        elif isinstance(statement, ast.If):
            fallbacks.update(_imports(statement.orelse, package))
            first.update(_imports(statement.body, package))
        elif isinstance(statement, ast.With):
            first.update(_imports(statement.body, package))
        else:
            first.update(imported(statement, package))
    yield from (fallbacks | first).items()


def _stars(statements: list[ast.stmt], package: str) -> Iterator[str]:
    for statement in statements:
        if isinstance(statement, ast.ImportFrom):
            for local, name in imported(statement, package):
                if local == "*":
                    yield name.removesuffix(".*")


def _assigned(statements: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in statements:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if isinstance(target, ast.Name):
                    yield target.id, statement.value


def _class(
    node: ast.ClassDef,
    module: str,
    spelled: Callable[[ast.expr], str],
    define: Define,
) -> Class:
    body = list(top_level(node.body))
    assigned = list(_assigned(body))
    annotated = [each.target for each in body if isinstance(each, ast.AnnAssign) and each.value]
    return Class(
        node.name,
        node.lineno,
        module,
        tuple(spelled(base) for base in node.bases),
        tuple(spelled(decorator) for decorator in node.decorator_list),
        {item.name: define(item, True) for item in body if isinstance(item, FUNCTIONS)},
        {name: value.id for name, value in assigned if isinstance(value, ast.Name)},
        tuple(spelled(value.func) for _, value in assigned if isinstance(value, ast.Call)),
        frozenset(
            [name for name, _ in assigned] + [each.id for each in annotated if isinstance(each, ast.Name)]
        ),
        next((spelled(each.value) for each in node.keywords if each.arg == "metaclass"), ""),
    )


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of the ``if``, ``try`` and ``with`` blocks directly in it."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With):
            yield from top_level(statement.body)
            yield from top_level(getattr(statement, "orelse", []))
            for handler in getattr(statement, "handlers", []):
                yield from top_level(handler.body)


def abridged(text: str) -> str:
    """The text of a module with ``pass`` for the bodies of its methods; no line moves.

    What a file defines can be told from it in a quarter of the time. Where a body seems to end in the middle
    of a string the result may be no Python: then the whole text is to be parsed. Where the body is no Python
    the result may be; with a null byte in it no text is.
    """
    return text if "\0" in text else METHOD.sub(_headed, text)


def _headed(method: re.Match[str]) -> str:
    """The head of a method, and ``pass`` where its last statement ends."""
    whole, body = method[0], method[2]
    head = whole[: len(whole) - len(body)]
    if "\\\n" in whole or any(text.count(quotes) % 2 for text in (head, body) for quotes in QUOTES):
        return whole  # a line may go on below it, wherever that begins
    told = body.rstrip()
    while (last := told.rpartition("\n")[2].lstrip()).startswith("#"):
        told = told[: len(told) - len(last)].rstrip()
    indent = body[: len(body) - len(body.lstrip(" "))]
    return "".join((head, "\n" * told.count("\n"), indent, "pass", body[len(told) :]))
