"""One tree: classes, functions, imports, named constants; of a function its nodes, parents and facts."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from flake8_testhygiene import reader
from flake8_testhygiene.facts import Facts, dotted, imported

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Words, one of which must be in the text (of a pair, the second anywhere in the file), or one regular
# expression, which is slower.
Trigger = tuple[str | tuple[str, str], ...] | str
FUNCTIONS: tuple[type[Function], ...] = (ast.FunctionDef, ast.AsyncFunctionDef)


class Class(NamedTuple):
    """A class of the module: dotted names of its bases and decorators, its methods and attributes.

    ``aliases`` are class attributes bound to another name: ``_live_migrate_server = _live_migrate``,
    ``makers`` the callees of those bound to a call: ``mock = mock_aws()``.
    """

    name: str
    line: int
    bases: tuple[str, ...]
    decorators: tuple[str, ...]
    methods: dict[str, Function]
    aliases: dict[str, str]
    makers: tuple[str, ...]


class Walked(NamedTuple):
    """The nodes of one function: by type, and the parent of each."""

    by_type: dict[type[ast.AST], list[ast.AST]]
    parents: dict[ast.AST, ast.AST]

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around ``node``, innermost first, up to the function."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


class Source:
    """The text and the tree of one file.

    flake8 hands the same tree to every plugin, so what we learn is kept beside it, never on it.
    """

    def __init__(self, tree: ast.Module, text: str) -> None:
        self.tree = tree
        self.text = text
        self._facts: dict[Function, Facts] = {}
        self._words: dict[str, bool] = {}
        self._walked: dict[Function, Walked] = {}

    def walked(self, function: Function) -> Walked:
        """The nodes of a function by type, and the parent of each; a function is walked once."""
        if function not in self._walked:
            self._walked[function] = _walk(function)
        return self._walked[function]

    def touched(self, trigger: Trigger) -> list[Function]:
        """The outermost functions whose text contains ``trigger``, and those that call one of them."""
        found = self._with(trigger)
        known: set[str] = set()
        while names := self._callable_names(found) - known:
            known |= names
            found |= self._with(tuple(f"{name}(" for name in sorted(names)))
        return [function for function in self.owners if function in found]

    def _callable_names(self, functions: set[Function]) -> set[str]:
        """What other functions may call these by; nobody calls a test."""
        names = {function.name for function in functions if not function.name.startswith("test")}
        aliases = (pair for each in self.classes.values() for pair in each.aliases.items())
        return names | {alias for alias, name in aliases if name in names}

    def _with(self, trigger: Trigger) -> set[Function]:
        lines = sorted({bisect_right(self._line_starts, place) for place in self._places(trigger)})
        return {function for function in self.owners if _spans(function, lines)} if lines else set()

    def _places(self, trigger: Trigger) -> Iterator[int]:
        if isinstance(trigger, str):
            yield from (match.start() for match in re.finditer(trigger, self.text))
            return
        for entry in trigger:
            word, beside = entry if isinstance(entry, tuple) else (entry, "")
            named = not beside or (beside in self._names and word.strip(".()") in self._names)
            if named and self._has(word):
                yield from _every(word, self.text)

    def _has(self, word: str) -> bool:
        if word not in self._words:
            self._words[word] = word in self.text
        return self._words[word]

    @cached_property
    def _names(self) -> frozenset[str]:
        """Every name and other word of the text: hundreds of triggers are looked up in it, file by file."""
        return frozenset(re.findall(r"\w+", self.text))

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    @cached_property
    def imports(self) -> dict[str, str]:
        """Dotted name by the local name it is imported as, module level only (guards included)."""
        return {
            local: dotted
            for statement in _statements(self.tree.body)
            for local, dotted in imported(statement)
        }

    @cached_property
    def classes(self) -> dict[str, Class]:
        """The module's classes by name; of two with one name the last, as at run time."""
        return {
            statement.name: self._class(statement)
            for statement in _statements(self.tree.body)
            if isinstance(statement, ast.ClassDef)
        }

    def _class(self, node: ast.ClassDef) -> Class:
        body = list(_statements(node.body))
        return Class(
            node.name,
            node.lineno,
            tuple(self.dotted(base) for base in node.bases),
            tuple(self.dotted(decorator) for decorator in node.decorator_list),
            {item.name: item for item in body if isinstance(item, FUNCTIONS)},
            {
                target.id: item.value.id
                for item in body
                if isinstance(item, ast.Assign) and isinstance(item.value, ast.Name)
                for target in item.targets
                if isinstance(target, ast.Name)
            },
            tuple(
                self.dotted(item.value.func)
                for item in body
                if isinstance(item, ast.Assign) and isinstance(item.value, ast.Call)
            ),
        )

    @cached_property
    def functions(self) -> dict[str, Function]:
        """The module's own functions by name, methods not among them."""
        return {
            statement.name: statement
            for statement in _statements(self.tree.body)
            if isinstance(statement, FUNCTIONS)
        }

    @cached_property
    def owners(self) -> dict[Function, Class | None]:
        """Every outermost function, each with the class it is a method of."""
        owners: dict[Function, Class | None] = dict.fromkeys(self.functions.values())
        for each in self.classes.values():
            owners.update(dict.fromkeys(each.methods.values(), each))
        return owners

    @cached_property
    def constants(self) -> dict[str, str]:
        """Strings bound to a name at module or class level (``FAKE_ID``, ``Test.IMAGE``), by value."""
        found: dict[str, str] = {}
        for prefix, body in (
            ("", self.tree.body),
            *((f"{node.name}.", node.body) for node in self.tree.body if isinstance(node, ast.ClassDef)),
        ):
            for statement in _statements(body):
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                    target, value = statement.targets[0], statement.value.value
                    if isinstance(target, ast.Name) and isinstance(value, str):
                        found.setdefault(value, prefix + target.id)
        return found

    @cached_property
    def globals(self) -> dict[str, str]:
        """The dotted callee of every module-level name that is bound to a call's result."""
        return {
            target.id: self.dotted(statement.value.func)
            for statement in _statements(self.tree.body)
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }

    def dotted(self, expression: ast.expr) -> str:
        """The name an expression spells, imports resolved: ``mock.patch`` is ``unittest.mock.patch``.

        A call is spelled by what is called; what has no name is ``?``.
        """
        return dotted(expression, self.imports)

    def facts(self, function: Function) -> Facts:
        """What ``function``, one of this module's outermost functions, does."""
        if function not in self._facts:
            is_method = self.owners.get(function) is not None
            self._facts[function] = reader.read(function, self.imports, is_method)
        return self._facts[function]


def _every(word: str, text: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _spans(function: Function, lines: list[int]) -> bool:
    """Whether one of the sorted line numbers lies in the function."""
    first = bisect_left(lines, function.lineno)
    return first < len(lines) and lines[first] <= (function.end_lineno or function.lineno)


def _walk(function: Function) -> Walked:
    by_type: dict[type[ast.AST], list[ast.AST]] = {}
    parents: dict[ast.AST, ast.AST] = {}
    waiting: list[ast.AST] = [function]
    while waiting:
        node = waiting.pop()
        by_type.setdefault(node.__class__, []).append(node)
        # iter_child_nodes asks every field by name and costs twice as much.
        for value in node.__dict__.values():
            if value.__class__ is list:
                for child in value:
                    if isinstance(child, ast.AST):
                        parents[child] = node
                        waiting.append(child)
            # Load(), Add() and the like have no fields and are shared by the whole tree.
            elif isinstance(value, ast.AST) and value._fields:
                parents[value] = node
                waiting.append(value)
    return Walked(by_type, parents)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of the ``if``, ``try`` and ``with`` blocks directly in it."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.If | ast.Try | ast.With):
            yield from _statements(statement.body)
            yield from _statements(getattr(statement, "orelse", []))
            for handler in getattr(statement, "handlers", []):
                yield from _statements(handler.body)
