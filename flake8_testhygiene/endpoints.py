"""Calls that connect to somewhere or bind something, found by the rows of the catalog."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple

from flake8_testhygiene.catalog.endpoints import Endpoint
from flake8_testhygiene.cleanup.clients import Origin, client_origins
from flake8_testhygiene.expressions import spelled
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Function
from flake8_testhygiene.project import Place


class Reached(NamedTuple):
    """A call of a row, the argument that says what it reaches, and where its receiver comes from."""

    call: ast.Call
    row: Endpoint
    argument: ast.expr
    origins: tuple[Origin, ...]

    def spelled(self, longest: int) -> str:
        """The callee as it is written, without names in front that make it too long."""
        name = spelled(self.call.func)
        while len(name) > longest and "." in name:
            name = name.partition(".")[2]
        return name[-longest:]


class Rows:
    """Rows of endpoints, looked up by the last part of their names."""

    def __init__(self, rows: tuple[Endpoint, ...]) -> None:
        self._exact: dict[str, list[Endpoint]] = {}
        self._any: list[Endpoint] = []
        self._every = rows
        for row in rows:
            last = row.call.rpartition(".")[2]
            if "*" in last:
                self._any.append(row)
            else:
                self._exact.setdefault(last, []).append(row)

    @cached_property
    def _roots(self) -> frozenset[str]:
        """The packages that the rows come from; empty text for those that come from anywhere."""
        return frozenset(_root(row) for row in self._every)

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """What a file must contain for a row to apply: the call, and the module that it comes from."""
        return tuple(
            sorted({(f"{row.call.rpartition('.')[2].lstrip('*')}(", _root(row)) for row in self._every})
        )

    def may_be_in(self, function: Function, module: Module) -> bool:
        """Whether the file imports a module that a row comes from, at its top or in the function."""
        imported = {name.split(".")[0] for name in module.source.imports.values()}
        return not self._roots.isdisjoint(imported) or "import " in module.source.text_of(function)

    def found(self, place: Place, module: Module) -> Iterator[Reached]:
        """The calls of a function that a row is about."""
        walked = module.source.walked(module.source.node(place.function))
        for call in walked.by_type.get(ast.Call, ()):
            assert isinstance(call, ast.Call)
            yield from self._of(call, place, module)

    def _of(self, call: ast.Call, place: Place, module: Module) -> Iterator[Reached]:
        name = module.source.dotted(call.func)
        last = name.rpartition(".")[2]
        rows = self._exact.get(last, []) + [each for each in self._any if fnmatchcase(last, each.call)]
        given = [(row, argument) for row in rows if (argument := _argument(row, call)) is not None]
        if not given:
            return
        for row, argument in given:
            if fnmatchcase(name, row.call.replace("[", "[[]")):
                yield Reached(call, row, argument, ())
                return
        methods = [(row, argument) for row, argument in given if "()." in row.call]
        known = _facts_of(call, last, place) if methods else None
        if known is None:
            return
        origins = tuple(client_origins(known, place, module))
        for row, argument in methods:
            maker = row.call.rpartition("().")[0]
            if origins and all(fnmatchcase(origin.maker, maker) and origin.whole for origin in origins):
                yield Reached(call, row, argument, origins)
                return


def begins(reached: Reached, place: Place, module: Module) -> bool:
    """Whether anything is connected or bound: at once, or by a method called on the result."""
    if not reached.row.begins:
        return True
    known = _facts_of(reached.call, module.source.dotted(reached.call.func).rpartition(".")[2], place)
    if known is None:
        return False
    flow = module.project.flow(place)
    entered = any(use.how == "entered" for use in flow.uses.get(known.result, ()))
    called = (each.last for each in flow.called_on.get(known.result, ()))
    return (entered and "__enter__" in reached.row.begins) or any(
        each in reached.row.begins for each in called
    )


def _root(row: Endpoint) -> str:
    root = re.match(r"\w+", row.call)
    return root[0] if root else row.named


def _argument(row: Endpoint, call: ast.Call) -> ast.expr | None:
    """The argument that a row names."""
    if any(isinstance(each, ast.Starred) for each in call.args):
        return None
    if row.place < len(call.args):
        return call.args[row.place]
    return next((each.value for each in call.keywords if each.arg == row.keyword), None)


def _facts_of(call: ast.Call, last: str, place: Place) -> Call | None:
    position = (call.lineno, call.col_offset)
    return next(
        (each for each in place.facts.calls if (each.line, each.column) == position and each.last == last),
        None,
    )
