"""One file of the suite: its outline and its functions' facts; of the linted one also nodes and parents."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import NamedTuple

from flake8_testhygiene.facts import Call, Facts, dotted
from flake8_testhygiene.nodes import statements
from flake8_testhygiene.outline import (
    FUNCTIONS,
    NOTHING,
    Class,
    Definition,
    Function,
    Outline,
    Routine,
    abridged,
    first_line,
    outline,
    top_level,
)
from flake8_testhygiene.parts import Indexed, Parts
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.screen import Trigger
from flake8_testhygiene.text import Text

# Functions that frameworks run, of which their callers get nothing.
NOT_CALLED = (
    "test",
    "setUp",
    "tearDown",
    "asyncSetUp",
    "asyncTearDown",
    "resource_setup",
    "resource_cleanup",
    "skip_checks",
    "__",
)
# Stands for a function that cannot be parsed: what it does with what it is given is unknown.
UNREADABLE = "def {}(self, *given, **named):\n    return unreadable(self, *given, **named)\n"


class Name(NamedTuple):
    """What a file is called: dotted name of its module, package that relative imports start from, path."""

    module: str = ""
    package: str = ""
    path: str = ""


NAMELESS = Name()

# Where functions and classes begin at the left margin.
AT_THE_MARGIN = Pattern(r"(?m)^(?:(?:async )?def (\w+)|class )")


class Walked(NamedTuple):
    """The nodes of one function: by type, and the parent of each."""

    by_type: dict[type[ast.AST], list[ast.AST]]
    parents: dict[ast.AST, ast.AST]

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around ``node``, innermost first, up to the function."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


class File:
    """The text of one file, what it defines, and what its functions do.

    Nothing is parsed before it is asked for; a file that cannot be parsed defines nothing.
    """

    def __init__(self, text: str, name: Name) -> None:
        self.content: Text = Text(text)
        self.name = name
        self._facts: dict[Routine, Facts] = {}
        self._holding: dict[Trigger, frozenset[Routine]] = {}
        self._callers: dict[str, frozenset[Routine]] = {}
        self._stores: dict[str, frozenset[Routine]] = {}
        self._top_holding: dict[Trigger, frozenset[str]] = {}
        self._top_calling: dict[str, frozenset[str]] = {}
        self._says: dict[tuple[Routine, tuple[str, ...]], bool] = {}

    @property
    def text(self) -> str:
        """The whole text, its lines ending in ``\\n``."""
        return self.content.whole

    @cached_property
    def outline(self) -> Outline:
        """What the file defines. Its tree is not kept: functions are parsed again when asked for."""
        for text in (abridged(self.text), self.text):
            try:
                return outline(_tree(text), self.name.module, self.name.package, self._define)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
        return NOTHING

    def _define(self, node: Function, is_method: bool) -> Routine:
        return Definition(
            self.name.path,
            node.name,
            first_line(node),
            node.lineno,
            node.end_lineno or node.lineno,
            node.col_offset,
            is_method,
            tuple(dotted(each, {}) for each in node.decorator_list),
        )

    @property
    def imports(self) -> dict[str, str]:
        """Dotted name by the local name it is imported as, module level only (guards included)."""
        return self.outline.imports

    @property
    def classes(self) -> dict[str, Class]:
        """The module's classes by name; of two with one name the last, as at run time."""
        return self.outline.classes

    @property
    def functions(self) -> dict[str, Routine]:
        """The module's own functions by name, methods not among them."""
        return self.outline.functions

    @property
    def globals(self) -> dict[str, str]:
        """The dotted callee of every module-level name that is bound to a call's result."""
        return self.outline.called

    @cached_property
    def owners(self) -> dict[Routine, Class | None]:
        """Every outermost function, each with the class it is a method of."""
        owners: dict[Routine, Class | None] = dict.fromkeys(self.functions.values())
        for each in self.classes.values():
            owners.update(dict.fromkeys(each.methods.values(), each))
        return owners

    def facts(self, function: Routine) -> Facts:
        """What ``function``, one of this module's outermost functions, does."""
        if function not in self._facts:
            # In most runs over a single file no rule comes as far as this.
            from flake8_testhygiene.reader import read

            is_method = self.owners.get(function) is not None
            node = self.node(function)
            self._facts[function] = read(node, self.imports, self.name.package, is_method)
        return self._facts[function]

    def node(self, function: Routine) -> Function:
        """The tree of one function; that of a file which is not linted is made anew each time."""
        return self._parsed(function) if isinstance(function, Definition) else function

    def _parsed(self, definition: Definition) -> Function:
        """The tree of one function, its lines counted as in the file."""
        # The blank lines put it in its place, the condition makes an indented one a statement.
        padding = "\n" * (definition.first - 2) + "if 1:\n" if definition.first > 1 else ""
        if not definition.column:
            padding = "\n" * (definition.first - 1)
        try:
            tree = _tree(f"{padding}{self.text_of(definition)}\n")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = _tree(UNREADABLE.format(definition.name))  # a body that nobody asked for yet
        return next(node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))

    @property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.content.lines

    def text_of(self, function: Routine) -> str:
        """The text of one function, with what decorates it."""
        first = function.first if isinstance(function, Definition) else first_line(function)
        starts = [
            *self.content.line_starts[first - 1 : first],
            *self.content.line_starts[function.end_lineno or first :][:1],
        ]
        return self.text[slice(*starts)] if len(starts) > 1 else self.text[starts[0] :]

    # what the text contains

    def names_elsewhere(self, method: str) -> bool:
        """Whether a method's name stands anywhere but behind ``def``: called, handed on, as a text."""
        return re.search(rf"(?<!def )\b{method}\b", self.text) is not None

    def holds(self, trigger: Trigger) -> bool:
        """Whether the text contains ``trigger`` anywhere."""
        return self.content.holds(trigger)

    def holding(self, trigger: Trigger) -> frozenset[Routine]:
        """The outermost functions whose text contains ``trigger``."""
        if trigger not in self._holding:
            self._holding[trigger] = self._numbered(self._parts.holding(trigger))
        return self._holding[trigger]

    def matching(self, expression: str, *pieces: str) -> frozenset[Routine]:
        """The outermost functions in which ``expression`` begins, which cannot be without one of ``pieces``.

        These are pieces of names: of keywords too, and with a blank where a name has its end.
        """
        return self._numbered(self._parts.matching(expression, pieces))

    def says(self, function: Routine, words: tuple[str, ...]) -> bool:
        """Whether one of the words stands in a function or its decorators: no name, comment or docstring."""
        key = (function, words)
        if key not in self._says:
            begin, end = self._body(function)
            self._says[key] = any(self._stands(word, begin, end) for word in words) or (
                bool(function.decorator_list)
                and any(self._stands(word, *self._head(function)) for word in words)
            )
        return self._says[key]

    def code(self, function: Routine) -> str:
        """The text of a function's body, without the docstring of a node."""
        begin, end = self._body(function)
        return self.text[begin:end]

    def _stands(self, word: str, begin: int, end: int) -> bool:
        while (begin := self.text.find(word, begin, end)) >= 0:
            if "#" not in self.text[self.text.rfind("\n", 0, begin) + 1 : begin]:
                return True
            begin += len(word)
        return False

    def _head(self, function: Routine) -> tuple[int, int]:
        """Where the decorators of a function stand."""
        first = function.first if isinstance(function, Definition) else first_line(function)
        return self.content.line_starts[first - 1], self.content.line_starts[function.lineno - 1]

    def _body(self, function: Routine) -> tuple[int, int]:
        """Where the body of a function stands; the docstring of a node is left out."""
        starts, last = self.content.line_starts, function.end_lineno or function.lineno
        end = starts[last]
        if not isinstance(function, Definition):
            first = function.body[1 if is_documented(function) and function.body[1:] else 0]
            if first.lineno > function.lineno:
                return starts[first.lineno - 1], end
        return self.text.find("(", starts[function.lineno - 1]), end

    def storing(self, attribute: str) -> frozenset[Routine]:
        """The outermost functions that assign to an attribute of that name, of whatever."""
        if attribute not in self._stores:
            self._stores[attribute] = self._numbered(self._parts.storing(attribute))
        return self._stores[attribute]

    def top_names(self, trigger: Trigger, names: AbstractSet[str]) -> frozenset[str]:
        """What the module's functions are called whose text holds ``trigger`` or calls ``names``.

        Told from the text alone, for files that need not be parsed if nobody calls these.
        """
        if trigger not in self._top_holding:
            self._top_holding[trigger] = self._top_names(self._tops[0].holding(trigger))
        return self._top_holding[trigger].union(*map(self._top_callers, names & self.content.names))

    def _top_callers(self, name: str) -> frozenset[str]:
        """What the functions at the left margin are called that call one of that name."""
        if name not in self._top_calling:
            self._top_calling[name] = self._top_names(self._tops[0].calling(name))
        return self._top_calling[name]

    def _top_names(self, numbers: Iterable[int]) -> frozenset[str]:
        """What others may call these by; what stands in a class has no such name."""
        names = (self._tops[1][number] for number in numbers)
        return frozenset(name for name in names if name and not name.startswith(NOT_CALLED))

    @cached_property
    def _tops(self) -> tuple[Parts, list[str]]:
        """The functions and classes at the left margin, and the names of the functions."""
        found = list(AT_THE_MARGIN.finditer(self.text))
        begins = [match.start() for match in found]
        return Parts(self.content, begins, [*begins[1:], len(self.text)]), [match[1] or "" for match in found]

    def callers(self, name: str) -> frozenset[Routine]:
        """The outermost functions in whose text ``name`` stands before a parenthesis."""
        if name not in self._callers:
            self._callers[name] = self._numbered(self._parts.calling(name))
        return self._callers[name]

    def closed(
        self, names: Iterable[str], found: Iterable[Routine], among: Collection[Class] | None = None
    ) -> tuple[set[Routine], set[str]]:
        """``found`` and the functions that call them, or call ``names``; and what all these are called.

        ``among`` are the classes whose methods count besides the module's functions, all unless given.
        """
        functions, known = self._among(found, among), set(names)
        waiting = known | self._callable_names(functions)
        while waiting:
            known |= waiting
            callers = {each for name in waiting & self.content.names for each in self.callers(name)}
            more = self._among(callers - functions, among)
            functions |= more
            waiting = self._callable_names(more) - known
        return functions, known

    def _among(self, routines: Iterable[Routine], among: Collection[Class] | None) -> set[Routine]:
        if among is None:
            return set(routines)
        return {each for each in routines if (owner := self.owners[each]) is None or owner in among}

    def _callable_names(self, functions: set[Routine]) -> set[str]:
        """What other functions may call these by; nobody calls a test, or what frameworks run."""
        names = {each.name for each in functions if not each.name.startswith(NOT_CALLED)}
        aliases = (pair for each in self.classes.values() for pair in each.aliases.items())
        return names | {alias for alias, name in aliases if name in names}

    def _numbered(self, numbers: Iterable[int]) -> frozenset[Routine]:
        return frozenset(self._ordered[number] for number in numbers)

    @cached_property
    def _ordered(self) -> list[Routine]:
        """The functions in the order of the text."""
        return sorted(self.owners, key=lambda each: each.lineno)

    @cached_property
    def _parts(self) -> Parts:
        """Where the functions stand, without what decorates them."""
        starts = self.content.line_starts
        return Parts(
            self.content,
            [starts[each.lineno - 1] for each in self._ordered],
            [starts[each.end_lineno or each.lineno] for each in self._ordered],
        )


class Source(File):
    """The linted file.

    flake8 hands the same tree to every plugin, so what we learn is kept beside it, never on it.
    """

    def __init__(self, tree: ast.Module, text: str, name: Name = NAMELESS) -> None:
        super().__init__(text, name)
        self.content = Indexed(text, lambda: self._parts)
        self.tree = tree
        self._walked: dict[Function, Walked] = {}
        self._statements: dict[Function, list[ast.stmt]] = {}
        self._calls_of: dict[Function, dict[tuple[int, int], list[ast.Call]]] = {}

    @cached_property
    def outline(self) -> Outline:
        """What the file defines; its functions are nodes of the tree."""
        return outline(self.tree, self.name.module, self.name.package, lambda node, _: node)

    def walked(self, function: Function) -> Walked:
        """The nodes of a function by type, and the parent of each; a function is walked once."""
        if function not in self._walked:
            self._walked[function] = _walk(function)
        return self._walked[function]

    def statements(self, function: Function) -> list[ast.stmt]:
        """The statements of a function in the order of the text, those of inner functions not among them."""
        if function not in self._statements:
            self._statements[function] = list(statements(function.body))
        return self._statements[function]

    def call_at(self, function: Function, call: Call) -> ast.Call | None:
        """The node of a call that the facts of a function tell of."""
        if function not in self._calls_of:
            places = self._calls_of[function] = {}
            for node in self.walked(function).by_type.get(ast.Call, ()):
                assert isinstance(node, ast.Call)
                places.setdefault((node.lineno, node.col_offset), []).append(node)
        for found in self._calls_of[function].get((call.line, call.column), ()):
            if dotted(found.func, {}).rpartition(".")[2] == call.last:
                return found
        return None

    @cached_property
    def constants(self) -> dict[str, str]:
        """Strings bound to a name at module or class level (``FAKE_ID``, ``Test.IMAGE``), by value."""
        found: dict[str, str] = {}
        for prefix, body in (
            ("", self.tree.body),
            *((f"{node.name}.", node.body) for node in self.tree.body if isinstance(node, ast.ClassDef)),
        ):
            for statement in top_level(body):
                if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
                    target, value = statement.targets[0], statement.value.value
                    if isinstance(target, ast.Name) and isinstance(value, str):
                        found.setdefault(value, prefix + target.id)
        return found

    def dotted(self, expression: ast.expr) -> str:
        """The name an expression spells, imports resolved: ``mock.patch`` is ``unittest.mock.patch``.

        A call is spelled by what is called; what has no name is ``?``.
        """
        return dotted(expression, self.imports)


def is_documented(function: Function) -> bool:
    """Whether a function begins with a docstring, or another constant."""
    return isinstance(first := function.body[0], ast.Expr) and isinstance(first.value, ast.Constant)


def _tree(text: str) -> ast.Module:
    """The tree of a text that is not linted: Python's warnings of it are nobody's business here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _walk(function: Function) -> Walked:
    by_type: dict[type[ast.AST], list[ast.AST]] = {}
    parents: dict[ast.AST, ast.AST] = {}
    waiting: list[ast.AST] = [function]
    while waiting:
        node = waiting.pop()
        by_type.setdefault(node.__class__, []).append(node)
        # As nodes.children does, without the cost of a generator for each node.
        held = node.__dict__
        for field in node._fields:
            value = held.get(field)
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
