"""What one function does, as plain tuples: which values it makes, and what becomes of each of them.

Facts are of one function alone. They name callees as the text does and say nothing of what these do in
turn: that is a verdict, and verdicts are the project's. All rows are tuples of strings, numbers and
tuples, so that they can be kept without keeping a tree, and the garbage collector need not follow them.

A *value* is numbered within its function. A reference to it is the number ``n`` where the value itself
is meant, ``~n`` where something got from it is: an item, an attribute, a text that contains it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

References = tuple[int, ...]
Where = tuple[tuple[str, int, str], ...]


class Value(NamedTuple):
    """``kind``: parameter, call, attribute (of self), dict, or other; ``detail`` names it."""

    kind: str
    detail: str
    line: int

    @property
    def keys(self) -> list[str]:
        """The constant keys of a dict, none of any other value."""
        return self.detail.split("\n") if self.kind == "dict" else []


class Argument(NamedTuple):
    """One argument: ``name`` is empty if positional, ``*`` and ``**`` if unpacked.

    ``text`` spells a plain reference (``self.client.delete_server``), ``constant`` a constant
    (``True``, ``'done'``) or a list of such. ``words`` are the strings and attribute names anywhere inside.
    """

    name: str
    text: str
    constant: str
    values: References
    words: tuple[str, ...]

    @property
    def literal(self) -> str:
        """The constant without the quotes of a string: ``done``."""
        return self.constant.strip("'\"")


class Call(NamedTuple):
    """One call; an ``assert`` or ``raise`` statement is a call of that name.

    ``name`` is the dotted callee, imports resolved, ``last`` its last part: ``delete_server`` of
    ``self.client.delete_server``. ``where`` are the frames around the call inside
    its function, outermost first: ``(kind, line, detail)`` with kind ``try``, ``except``,
    ``finally``, ``with``, ``if``, ``loop``, ``def`` or ``lambda``. Columns count from 0.
    """

    name: str
    last: str
    receiver: References
    arguments: tuple[Argument, ...]
    result: int
    line: int
    column: int
    where: Where

    @property
    def given(self) -> References:
        """Everything the call is given, what it is called on included."""
        return (*self.receiver, *(each for argument in self.arguments for each in argument.values))

    @property
    def owner(self) -> str:
        """``self.client`` of ``self.client.delete_server``."""
        return self.name.rpartition(".")[0]

    def keyword(self, name: str) -> Argument | None:
        """The keyword argument ``name``."""
        return next((each for each in self.arguments if each.name == name), None)

    def within(self, *kinds: str) -> bool:
        """Whether a frame of one of these kinds is around the call."""
        return any(kind in kinds for kind, _, _ in self.where)


class Use(NamedTuple):
    """What happens to a value, other than calls.

    ``how``: bound (to the local name ``detail``), returned, yielded, stored (``detail`` is ``self.x``,
    ``os.environ[]``, or ``?`` for any other place), entered (by ``with``), marked (``detail`` is the
    attribute or item of it that is set), escaped.
    """

    value: int
    how: str
    detail: str
    line: int
    where: Where


class Effect(NamedTuple):
    """An assignment to, or deletion of, part of an imported module: ``os.environ``, ``sys.stdout``.

    ``key`` is the constant item that is set or deleted; ``sources`` are the names in the new value.
    """

    target: str
    key: str
    values: References
    sources: tuple[str, ...]
    line: int
    column: int
    where: Where


class Facts(NamedTuple):
    """Everything known of one function.

    ``yields`` is the line of its first ``yield``, or 0; ``locals`` are the names it binds; ``rest`` are
    the parameters that take what is left over, positional and by keyword, empty where there is none;
    ``annotations`` are the dotted classes that parameters are said to be of.
    """

    name: str
    line: int
    is_method: bool
    parameters: tuple[str, ...]
    rest: tuple[str, str]
    annotations: tuple[tuple[str, str], ...]
    decorators: tuple[str, ...]
    is_autouse: bool
    yields: int
    locals: frozenset[str]
    values: tuple[Value, ...]
    calls: tuple[Call, ...]
    uses: tuple[Use, ...]
    effects: tuple[Effect, ...]

    def value(self, reference: int) -> Value:
        """The value that a reference is about."""
        return self.values[number(reference)]

    def maker(self, reference: int) -> Call | None:
        """The call whose result a reference is about."""
        value = self.value(reference)
        return self.calls[int(value.detail)] if value.kind == "call" else None

    @property
    def is_abstract(self) -> bool:
        """Whether the function does nothing but raise: what runs in its place stands in subclasses."""
        return len(self.calls) <= 2 and any(call.name == "raise" for call in self.calls)


class Given(NamedTuple):
    """A value is argument ``number`` of a call; ``whole`` if it is itself, not something got from it."""

    call: Call
    number: int
    whole: bool


class Flow:
    """The facts of one function, found by value: what becomes of it."""

    def __init__(self, facts: Facts) -> None:
        self.uses: dict[int, list[Use]] = {}
        self.called_on: dict[int, list[Call]] = {}
        self.given: dict[int, list[Given]] = {}
        self.named: dict[tuple[str, str], list[int]] = {}
        for use in facts.uses:
            self.uses.setdefault(number(use.value), []).append(use)
        for call in facts.calls:
            for each in call.receiver:
                self.called_on.setdefault(number(each), []).append(call)
            for place, argument in enumerate(call.arguments):
                for each in argument.values:
                    self.given.setdefault(number(each), []).append(Given(call, place, each >= 0))
        for index, value in enumerate(facts.values):
            if value.kind in {"parameter", "attribute"}:
                self.named.setdefault((value.kind, value.detail), []).append(index)


def number(reference: int) -> int:
    """The value that a reference is about, whether it means all of it or something got from it."""
    return reference if reference >= 0 else ~reference


def imported(statement: ast.stmt, package: str) -> Iterator[tuple[str, str]]:
    """The local and the dotted name of everything an import statement in ``package`` binds."""
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
    elif isinstance(statement, ast.ImportFrom):
        origin = _origin(statement, package)
        for alias in statement.names:
            separator = "" if origin.endswith(".") else "."
            yield alias.asname or alias.name, _canonical(f"{origin}{separator}{alias.name}")


def _origin(statement: ast.ImportFrom, package: str) -> str:
    """The module that names are imported from; dots in front stay where the package is not known."""
    name = statement.module or ""
    above = package.split(".") if package else []
    if not statement.level or statement.level > len(above):
        return "." * statement.level + name
    return ".".join([*above[: len(above) - statement.level + 1], *([name] if name else [])])


def _canonical(dotted: str) -> str:
    # The back-port from the package index, and the old spelling of it, are the library's mock.
    if dotted == "mock" or dotted.startswith("mock."):
        return f"unittest.{dotted}"
    return dotted


def rooted(name: str, imports: Mapping[str, str]) -> str:
    """What a name stands for: what it is imported as, or itself."""
    return _canonical(imports.get(name, name))


def dotted(expression: ast.expr, imports: Mapping[str, str]) -> str:
    """The name an expression spells: ``mock.patch('x').start`` is ``unittest.mock.patch().start``."""
    match expression:
        case ast.Name(name):
            return rooted(name, imports)
        case ast.Attribute(base, name):
            return f"{dotted(base, imports)}.{name}"
        case ast.Call(callee):
            return f"{dotted(callee, imports)}()"
        case ast.Subscript(base):
            return f"{dotted(base, imports)}[]"
        case ast.Await(inner):
            return dotted(inner, imports)
    return "?"
