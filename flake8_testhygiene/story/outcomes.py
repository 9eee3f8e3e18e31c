"""How a test tells the outcome of what it started: fields compared, failures expected, reasons seen."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import outcomes, waiters
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name, walk
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.source import Walked

EQUATES = Pattern(r"^(assert(Not)?Equals?|assertIs(Not)?|assert_(not_)?equal)$")
FIELDS = outcomes.LOCATIONS | outcomes.STATES | outcomes.REQUESTED
LOCATES = Pattern(outcomes.LOCATES)
REASONS = Pattern(outcomes.REASONS)
CHECKS = Pattern(r"(?i)^_?(assert|check|verify|expect|ensure|validate)|raises")
READS = Pattern(waiters.READ)
WAITS = Pattern(waiters.NAME)
# Methods that give a text in another form.
RESPELLS = frozenset({"lower", "upper", "strip", "casefold"})


class Look(NamedTuple):
    """One side of a comparison that is asserted: a field of something, and what it is compared with."""

    field: str
    observed: ast.expr
    expected: ast.expr

    @property
    def is_of_location(self) -> bool:
        """Whether it asks where something is."""
        return self.field in outcomes.LOCATIONS

    @property
    def is_of_state(self) -> bool:
        """Whether it asks in what state something is."""
        return self.field in outcomes.STATES

    @property
    def expects_failure(self) -> bool:
        """Whether the field is to say that something failed."""
        return self.is_of_state and is_failure(self.expected)


def looks(assertion: ast.AST) -> Iterator[Look]:
    """The fields that an assertion compares; both sides where both are fields."""
    one, other = sides(assertion)
    for observed, expected in ((one, other), (other, one)):
        field = _field(observed)
        if field:
            yield Look(field, observed, expected)


def is_equality(assertion: ast.AST) -> bool:
    """Whether two things are to be the same."""
    match assertion:
        case ast.Call(ast.Attribute(_, name) | ast.Name(name), [_, _, *_]):
            return bool(EQUATES.match(name)) and "ot" not in name
        case ast.Assert(ast.Compare(_, [ast.Eq() | ast.Is()], [_])):
            return True
    return False


def sides(assertion: ast.AST) -> tuple[ast.expr, ast.expr]:
    """What an assertion compares, if it does."""
    match assertion:
        case ast.Call(ast.Attribute(_, name) | ast.Name(name), [one, other, *_]) if EQUATES.match(name):
            return one, other
        case ast.Assert(ast.Compare(one, [ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot()], [other])):
            return one, other
    nothing = ast.Constant(None)
    return nothing, nothing


def _field(expression: ast.expr) -> str:
    """What an expression reads of something, if that is among the fields that tell of an outcome."""
    match expression:
        case ast.Subscript(_, ast.Constant(str(key))) if key in FIELDS:
            return key
        case ast.Attribute(ast.Name("self" | "cls"), _):
            return ""
        case ast.Attribute(_, name) if name in FIELDS:
            return name
        case ast.Call(ast.Attribute(inner, name), []) if name in RESPELLS:
            return _field(inner)
        case ast.Call(ast.Attribute(_, name) | ast.Name(name)) if LOCATES.match(name):
            return "host"
    return ""


# before and after


class Bindings:
    """The lines at which the names and attributes of a function are bound."""

    def __init__(self, walked: Walked) -> None:
        self._lines: dict[str, list[int]] = {}
        for kind in (ast.Name, ast.Attribute):
            for node in walked.by_type.get(kind, ()):
                assert isinstance(node, ast.Name | ast.Attribute)
                if isinstance(node.ctx, ast.Store):
                    self._lines.setdefault(_called(node), []).append(node.lineno)

    def is_known_before(self, expression: ast.expr, line: int) -> bool:
        """Whether an expression says what it said before ``line``: all in it was bound earlier, if at all."""
        return not _calls(expression) and all(
            bound < line for bound in self._bound(expression, expression.lineno)
        )

    def is_read_after(self, expression: ast.expr, line: int) -> bool:
        """Whether something in an expression was got at ``line`` or later."""
        return _calls(expression) or any(
            bound >= line for bound in self._bound(expression, expression.lineno)
        )

    def last(self, name: ast.Name, line: int) -> int:
        """The line above ``line`` at which a name was bound last, or 0."""
        return max((each for each in self._lines.get(name.id, ()) if each < line), default=0)

    def _bound(self, expression: ast.expr, line: int) -> Iterator[int]:
        """Where each name in an expression at ``line`` was bound last."""
        for node in walk(expression):
            if isinstance(node, ast.Name | ast.Attribute):
                before = [each for each in self._lines.get(_called(node), ()) if each < line]
                if before:
                    yield max(before)


def _called(node: ast.Name | ast.Attribute) -> str:
    return node.id if isinstance(node, ast.Name) else f".{node.attr}"


def _calls(expression: ast.expr) -> bool:
    return any(isinstance(node, ast.Call) for node in walk(expression))


# failures


def expects_failure(arguments: Iterable[ast.expr]) -> bool:
    """Whether a waiter, or a helper that waits, is told to wait for a failure and for nothing else."""
    return any(map(is_failure, arguments))


def is_failure(expression: ast.expr) -> bool:
    """Whether an expression spells a state of failure, or a list or a dictionary with nothing else in it."""
    match expression:
        case ast.Constant(str(text)):
            return text.lower() in outcomes.FAILED
        case ast.List(parts) | ast.Tuple(parts) | ast.Set(parts):
            return bool(parts) and all(map(is_failure, parts))
        case ast.Dict(keys, values):
            pairs = zip(keys, values, strict=True)
            return any(
                isinstance(key, ast.Constant) and key.value in outcomes.STATES and is_failure(value)
                for key, value in pairs
            )
    return False


# reasons


def speaks_of_reason(nodes: Iterable[ast.AST]) -> bool:
    """Whether a name or a text among the nodes speaks of a reason: a fault, an event, a log."""
    return any(map(REASONS.search, _words(nodes)))


def _words(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        match node:
            case ast.Name(word) | ast.Attribute(_, word) | ast.Constant(str(word)):
                yield word
            case ast.keyword(str(word)):
                yield word


def identifiers(walked: Walked) -> Iterator[str]:
    """Every name, attribute and keyword of a function."""
    for kind, field in ((ast.Name, "id"), (ast.Attribute, "attr"), (ast.keyword, "arg")):
        for node in walked.by_type.get(kind, ()):
            yield getattr(node, field) or ""


def checks_reason(place: Place, module: Module) -> bool:
    """Whether a helper, or one that it calls, asserts why something failed, or waits for a trace of it."""

    def answer(there: Place) -> frozenset[bool]:
        for node in walk(there.source.node(there.function)):
            if not isinstance(node, ast.Call):
                continue
            name = last_name(node)
            asserted = walk(node) if CHECKS.search(name) else iter([node.func])
            if speaks_of_reason(asserted):
                return frozenset({True})
        for call in there.facts.calls:
            if not READS.match(call.last) and not WAITS.search(call.last):
                callee = module.project.callee(call.name, there)
                if callee is not None and checks_reason(callee, module):
                    return frozenset({True})
        return frozenset()

    return bool(module.project.verdict("checks a reason", place, answer))
