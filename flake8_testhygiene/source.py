"""One file of the suite: its outline and its functions' facts; of the linted one also nodes and parents."""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from itertools import accumulate
from typing import NamedTuple

from flake8_testhygiene.facts import Call, Facts, dotted
from flake8_testhygiene.outline import (
    FUNCTIONS,
    NOTHING,
    Class,
    Definition,
    Function,
    Outline,
    Routine,
    first_line,
    outline,
    top_level,
)
from flake8_testhygiene.screen import Trigger

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
# Everything of ASCII that no name is made of becomes a blank: thrice as fast as an expression for words.
NO_WORD = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}


class Name(NamedTuple):
    """What a file is called: dotted name of its module, package that relative imports start from, path."""

    module: str = ""
    package: str = ""
    path: str = ""


NAMELESS = Name()

# What stands between a name that is assigned to and the sign for it: other targets, if any.
ASSIGNED = re.compile(r"(?!\w)[ ,\w.()]*=(?!=)")


class Index(NamedTuple):
    """A trigger ordered for looking up.

    Each single word stands beside a name that it holds whole, if any, which is looked for first; the others
    by the name in them, with the name that must be in the file as well.
    """

    words: tuple[tuple[str, str], ...]
    paired: dict[str, list[tuple[str, str]]]


@cache
def _indexed(trigger: tuple[str | tuple[str, str], ...]) -> Index:
    words: list[tuple[str, str]] = []
    paired: dict[str, list[tuple[str, str]]] = {}
    for entry in trigger:
        word, beside = entry if isinstance(entry, tuple) else (entry, "")
        if beside:
            pair = (word, re.findall(r"\w+", beside)[0])
            paired.setdefault(re.findall(r"\w+", word)[0], []).append(pair)
        else:
            whole = re.search(r"(?<=\W)\w+(?=\W)", word)
            words.append((word, whole[0] if whole else ""))
    return Index(tuple(words), paired)


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
        self.text = text
        self.name = name
        self._facts: dict[Routine, Facts] = {}
        self._words: dict[str, bool] = {}
        self._holding: dict[Trigger, frozenset[Routine]] = {}
        self._callers: dict[str, frozenset[Routine]] = {}
        self._stores: dict[str, frozenset[Routine]] = {}
        self._says: dict[tuple[Routine, tuple[str, ...]], bool] = {}

    @cached_property
    def outline(self) -> Outline:
        """What the file defines. Its tree is not kept: functions are parsed again when asked for."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of invalid escapes in somebody else's module
                tree = ast.parse(self.text)
            return outline(tree, self.name.module, self.name.package, self._define)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
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
        lines = self.lines[definition.first - 1 : definition.end_lineno]
        # The blank lines put it in its place, the condition makes an indented one a statement.
        padding = "\n" * (definition.first - 2) + "if 1:\n" if definition.first > 1 else ""
        if not definition.column:
            padding = "\n" * (definition.first - 1)
        tree = ast.parse(padding + "\n".join(lines) + "\n")
        return next(node for node in ast.walk(tree) if isinstance(node, FUNCTIONS))

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends."""
        return self.text.split("\n")

    def text_of(self, function: Routine) -> str:
        """The text of one function, with what decorates it."""
        first = function.first if isinstance(function, Definition) else first_line(function)
        starts = [
            *self._line_starts[first - 1 : first],
            *self._line_starts[function.end_lineno or first :][:1],
        ]
        return self.text[slice(*starts)] if len(starts) > 1 else self.text[starts[0] :]

    # what the text contains

    def holds(self, trigger: Trigger) -> bool:
        """Whether the text contains ``trigger`` anywhere."""
        return next(self._places(trigger), -1) >= 0

    def holding(self, trigger: Trigger) -> frozenset[Routine]:
        """The outermost functions whose text contains ``trigger``."""
        if trigger not in self._holding:
            self._holding[trigger] = frozenset(self._at(self._places(trigger)))
        return self._holding[trigger]

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
        return self._line_starts[first - 1], self._line_starts[function.lineno - 1]

    def _body(self, function: Routine) -> tuple[int, int]:
        """Where the body of a function stands; the docstring of a node is left out."""
        starts, last = self._line_starts, function.end_lineno or function.lineno
        end = starts[last]
        if not isinstance(function, Definition):
            first = function.body[1 if is_documented(function) and function.body[1:] else 0]
            if first.lineno > function.lineno:
                return starts[first.lineno - 1], end
        return self.text.find("(", starts[function.lineno - 1]), end

    def storing(self, attribute: str) -> frozenset[Routine]:
        """The outermost functions that assign to an attribute of that name, of whatever."""
        if attribute not in self._stores:
            self._stores[attribute] = frozenset(self._at(self._assigning(attribute)))
        return self._stores[attribute]

    def _assigning(self, attribute: str) -> Iterator[int]:
        if attribute not in self._names:
            return
        for place in _every(f".{attribute}", self.text):
            if ASSIGNED.match(self.text, place + len(attribute) + 1):
                yield place
        if self._has("setattr("):
            by_name = re.finditer(rf"setattr\(\w+, ['\"]{attribute}['\"]", self.text)
            yield from (match.start() for match in by_name)

    def top_names(self, trigger: Trigger, names: AbstractSet[str]) -> set[str]:
        """What the module's functions are called whose text holds ``trigger`` or calls ``names``.

        Told from the text alone, for files that need not be parsed if nobody calls these.
        """
        found = {self._top_name(place) for place in self._places(trigger)}
        for name in names & self._names:
            found |= {self._top_name(place) for place in _every(f"{name}(", self.text)}
        return {name for name in found if name and not name.startswith(NOT_CALLED)}

    def _top_name(self, place: int) -> str:
        """The function at the left margin that a place in the text lies in; empty in a class."""
        starts, names = self._top
        number = bisect_right(starts, place) - 1
        return names[number] if number >= 0 else ""

    @cached_property
    def _top(self) -> tuple[list[int], list[str]]:
        """Where functions and classes begin at the left margin, and the names of the functions."""
        found = list(re.finditer(r"^(?:(?:async )?def (\w+)|class )", self.text, re.MULTILINE))
        return [match.start() for match in found], [match[1] or "" for match in found]

    def callers(self, name: str) -> frozenset[Routine]:
        """The outermost functions in whose text ``name`` stands before a parenthesis."""
        if name not in self._callers:
            found = _every(f"{name}(", self.text) if name in self._names else iter(())
            places = (place for place in found if not _is_word(self.text[place - 1 : place]))
            self._callers[name] = frozenset(self._at(places))
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
            callers = {each for name in waiting & self._names for each in self.callers(name)}
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

    def _at(self, places: Iterator[int]) -> Iterator[Routine]:
        """The functions that the places in the text lie in."""
        first_lines, spans = self._spans
        for line in {bisect_right(self._line_starts, place) for place in places}:
            number = bisect_right(first_lines, line) - 1
            if number >= 0 and line <= (spans[number].end_lineno or 0):
                yield spans[number]

    @cached_property
    def _spans(self) -> tuple[list[int], list[Routine]]:
        """The functions in the order of the text, and the lines they begin at."""
        ordered = sorted(self.owners, key=lambda each: each.lineno)
        return [each.lineno for each in ordered], ordered

    def _places(self, trigger: Trigger) -> Iterator[int]:
        if isinstance(trigger, str):
            yield from (match.start() for match in re.finditer(trigger, self.text))
            return
        index = _indexed(trigger)
        for word, name in index.words:
            if (not name or name in self._names) and self._has(word):
                yield from _every(word, self.text)
        for name in index.paired.keys() & self._names:
            for word, beside in index.paired[name]:
                if beside in self._names and self._has(word):
                    yield from _every(word, self.text)

    def _has(self, word: str) -> bool:
        if word not in self._words:
            self._words[word] = word in self.text
        return self._words[word]

    @cached_property
    def _names(self) -> frozenset[str]:
        """Every name and other word of the text: hundreds of triggers are looked up in it, file by file."""
        return frozenset(self.text.translate(NO_WORD).split())

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.lines)]


class Source(File):
    """The linted file.

    flake8 hands the same tree to every plugin, so what we learn is kept beside it, never on it.
    """

    def __init__(self, tree: ast.Module, text: str, name: Name = NAMELESS) -> None:
        super().__init__(text, name)
        self.tree = tree
        self._walked: dict[Function, Walked] = {}

    @cached_property
    def outline(self) -> Outline:
        """What the file defines; its functions are nodes of the tree."""
        return outline(self.tree, self.name.module, self.name.package, lambda node, _: node)

    def walked(self, function: Function) -> Walked:
        """The nodes of a function by type, and the parent of each; a function is walked once."""
        if function not in self._walked:
            self._walked[function] = _walk(function)
        return self._walked[function]

    def call_at(self, function: Function, call: Call) -> ast.Call | None:
        """The node of a call that the facts of a function tell of."""
        for node in self.walked(function).by_type.get(ast.Call, ()):
            assert isinstance(node, ast.Call)
            here = (node.lineno, node.col_offset) == (call.line, call.column)
            if here and dotted(node.func, {}).rpartition(".")[2] == call.last:
                return node
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


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _every(word: str, text: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


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
