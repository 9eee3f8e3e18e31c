"""What is asked of astroid about the linted file, and what it is given to read for that.

Asked last, where syntax, imports, annotations and the project cannot say.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from functools import cached_property

from flake8_testhygiene.catalog import stubs
from flake8_testhygiene.inference import Inference, Snippet, Span, Value
from flake8_testhygiene.outline import Definition, Function, Routine, first_line
from flake8_testhygiene.project import Project
from flake8_testhygiene.source import File, Source

# A larger module of the suite costs more to read than an answer is worth.
MOST_TO_READ = 60_000
WORD = re.compile(r"\w+")
PREPARES = ("setup", "asyncsetup", "_setup", "resource_setup", "__init__")


class Asking:
    """The questions about one linted file; what is not known is empty."""

    def __init__(self, source: Source, project: Project) -> None:
        self._source = source
        self._project = project
        self._cut: dict[Function, Snippet] = {}

    @property
    def path(self) -> str:
        """The path of the linted file."""
        return self._source.name.path

    @cached_property
    def _inference(self) -> Inference:
        return Inference(self._supplied)

    def values(self, function: Function, expression: ast.expr) -> tuple[Value, ...]:
        """The constants that an expression of a function may be; of a dict its keys."""
        return self._inference.values(self._snippet(function), Span.of(expression)) or ()

    def classes(self, function: Function, expression: ast.expr) -> frozenset[str]:
        """The dotted names of the classes that an expression of a function may be an instance of."""
        return self._inference.classes(self._snippet(function), Span.of(expression))

    def _snippet(self, function: Function) -> Snippet:
        """The linted file with all functions emptied but this one and those it may build on."""
        if function not in self._cut:
            owner = self._source.owners.get(function)
            kept: set[Routine] = {function}
            kept |= {each for each in (owner.methods.values() if owner else ()) if _prepares(each)}
            kept |= {each for each in (owner.methods.values() if owner else ()) if _calls(function, each)}
            kept |= self._named_by(kept)
            self._cut[function] = Snippet(self._source.name.module or "linted", cut(self._source, kept))
        return self._cut[function]

    def _named_by(self, kept: Collection[Routine]) -> set[Routine]:
        """The module's functions that are named in those kept or outside of functions, or in one that is.

        A module of a thousand functions that call each other little is not built anew whole for each of them.
        """
        functions = self._source.functions
        found: set[Routine] = set()
        waiting = [self._outside, *map(self._words, kept)]
        while waiting:
            named = {functions[name] for name in waiting.pop() & functions.keys()} - found
            waiting += map(self._words, named)
            found |= named
        return found

    @cached_property
    def _outside(self) -> frozenset[str]:
        """The words of the linted file outside of its functions."""
        return frozenset(WORD.findall(cut(self._source, ())))

    def _words(self, function: Routine) -> frozenset[str]:
        """The words of a function."""
        return frozenset(WORD.findall(self._source.text_of(function)))

    def _supplied(self, name: str) -> Snippet | None:
        """The text of a module of the suite, or of a stub that says what classes a library has."""
        if name in stubs.STUBS:
            return Snippet(name, stubs.STUBS[name], is_package=name in stubs.PACKAGES)
        file = self._project.module(name)
        if file is None or len(file.text) > MOST_TO_READ:
            return None
        return Snippet(name, file.text, is_package=file.name.path.endswith("__init__.py"))


def cut(source: File, kept: Collection[Routine]) -> str:
    """The text of a file with the functions emptied that are not ``kept``; every span still holds."""
    lines = source.lines.copy()
    for function in source.owners:
        if function not in kept:
            first = function.first if isinstance(function, Definition) else first_line(function)
            indent = lines[first - 1][: len(lines[first - 1]) - len(lines[first - 1].lstrip())]
            lines[first - 1] = f"{indent}pass"
            for number in range(first, function.end_lineno or first):
                lines[number] = ""
    return "\n".join(lines)


def _prepares(function: Routine) -> bool:
    """Whether a method makes what others use: a set-up, or a property."""
    if function.name.lower().startswith(PREPARES):
        return True
    return bool(function.decorator_list) and not function.name.startswith("test")


def _calls(function: Function, other: Routine) -> bool:
    """Whether a function names another."""
    return any(isinstance(node, ast.Attribute) and node.attr == other.name for node in ast.walk(function))
