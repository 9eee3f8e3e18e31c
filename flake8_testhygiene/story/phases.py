"""The phases of a test: each calls something, and then asserts what came of it."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from flake8_testhygiene.catalog import lifecycle, verification
from flake8_testhygiene.facts import dotted
from flake8_testhygiene.nodes import children, last_name, walk
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern

ASSERTS = Pattern(verification.ASSERTS)
FAILS = Pattern(verification.FAILS)
# Blocks that say how what is in them ends, and blocks of which there is one a case.
EXPECTS = Pattern(r"(?i)raises|warns|ExpectedException|(^|[._])assert|(^|[._])expect|(^|\.)sub_?tests?$")
# Calls that get nothing done: they make plain data, or arrange for later.
ARRANGES = frozenset(dir(builtins)) - {"open", "exec", "eval", "input", "__import__"}
ARRANGES |= lifecycle.REGISTERS_CLEANUP
LATER = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
BRANCHING = (ast.For, ast.AsyncFor, ast.While, ast.If, ast.Try, ast.Match)

# A statement, or what a ``with`` enters.
Step = ast.stmt | ast.withitem


class Phase(NamedTuple):
    """Some steps of a test: one of them calls something, and the last asserts."""

    steps: tuple[Step, ...]

    @property
    def line(self) -> int:
        """Where the phase begins."""
        first = self.steps[0]
        return first.lineno if isinstance(first, ast.stmt) else first.context_expr.lineno


def phases(function: Function) -> list[Phase]:
    """The phases of a test, in the order of the text.

    What prepares an act belongs to it. A run of assertions belongs to the act before it, and so do the
    plain statements in it; assertions before any act are those of the first.
    """
    found: list[Phase] = []
    steps: list[Step] = []  # of this phase as far as it is known
    ahead: list[Step] = []  # of this phase, if an assertion follows, or of the next, if an act does
    acted = checked = False
    for step in in_order(function.body):
        is_act, is_check = acts(step), checks(step)
        if is_act and acted and checked:
            found.append(Phase(tuple(steps)))
            steps, checked = [], False
        acted |= is_act
        checked |= is_check
        ahead.append(step)
        if is_act or is_check:
            steps += ahead
            ahead = []
    if acted and checked:
        found.append(Phase(tuple(steps)))
    return found


def in_order(body: list[ast.stmt]) -> Iterator[Step]:
    """The statements of a block; of a ``with`` that expects nothing what it enters, and what is in it."""
    for statement in body:
        if isinstance(statement, ast.With | ast.AsyncWith) and not is_check(statement):
            yield from statement.items
            yield from in_order(statement.body)
        else:
            yield statement


def acts(step: Step) -> bool:
    """Whether a step calls something other than an assertion."""
    if is_check(step) or isinstance(step, LATER):
        return False
    if isinstance(step, BRANCHING):
        return any(acts(inner) for inner in _inner(step))
    calls = (node for node in walk(step) if isinstance(node, ast.Call))
    return any(last_name(call) not in ARRANGES for call in calls)


def checks(step: Step) -> bool:
    """Whether a step is an assertion, or a block with one in it."""
    if is_check(step):
        return True
    return isinstance(step, BRANCHING) and any(checks(inner) for inner in _inner(step))


def is_check(step: Step) -> bool:
    """Whether a step is an assertion, or a block that expects how it ends."""
    match step:
        case ast.Assert():
            return True
        case ast.Expr(ast.Call() as call) | ast.Expr(ast.Await(ast.Call() as call)):
            return _asserts(last_name(call))
        case ast.With(items) | ast.AsyncWith(items):
            return any(_expects(dotted(item.context_expr, {}).removesuffix("()")) for item in items)
    return False


@cache
def _asserts(name: str) -> bool:
    return bool(ASSERTS.search(name) or FAILS.search(name))


@cache
def _expects(name: str) -> bool:
    return bool(EXPECTS.search(name))


def _inner(step: Step) -> Iterator[ast.stmt]:
    """The statements directly in a block, whichever branch of it they are in."""
    for node in children(step):
        if isinstance(node, ast.stmt):
            yield node
        elif isinstance(node, ast.ExceptHandler | ast.match_case):
            yield from node.body
