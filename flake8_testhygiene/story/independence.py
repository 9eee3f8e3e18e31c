"""Phases that need nothing of what was before them: with a subject of their own, and nothing shared."""

from __future__ import annotations

import ast
import builtins
from functools import cache
from typing import NamedTuple

from flake8_testhygiene.catalog import journeys
from flake8_testhygiene.nodes import walk
from flake8_testhygiene.outline import Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.source import Source, Walked
from flake8_testhygiene.story.phases import Phase, Step, is_check, phases

MAKER = Pattern(journeys.MAKER)
STATELESS = Pattern(journeys.STATELESS)
# Beside the names of callees: that a failure is expected.
RAISES = "raises"
BUILTINS = frozenset(dir(builtins))


class Use(NamedTuple):
    """What a phase does with names.

    ``needs`` are those it reads before it binds them, ``binds`` those it binds, ``reaches`` attributes of
    self; ``shares`` are functions that it calls, and the names of what it calls methods of, all of which may
    carry something from one phase to the next. ``calls`` are the last names of all its callees, ``does``
    those of functions and of methods of what it binds itself.
    """

    needs: frozenset[str]
    binds: frozenset[str]
    reaches: frozenset[str]
    shares: frozenset[str]
    calls: frozenset[str]
    does: frozenset[str]


def may_begin_anew(function: Function) -> bool:
    """Whether a name is bound again to something new: told by a glance, since nearly all tests end here."""
    seen: set[str] = set()
    waiting: list[ast.stmt] = function.body[::-1]
    while waiting:
        step = waiting.pop()
        kind = step.__class__  # patterns, and isinstance, cost several times as much
        if kind is ast.Assign:
            assert isinstance(step, ast.Assign)
            target = step.targets[0]
            if isinstance(target, ast.Name):
                if target.id in seen and _made(step):
                    return True
                seen.add(target.id)
        elif kind is ast.With or kind is ast.AsyncWith:
            assert isinstance(step, ast.With | ast.AsyncWith)
            waiting += step.body[::-1]
            for item in step.items:
                if item.optional_vars is not None:
                    names = {each.id for each in walk(item.optional_vars) if isinstance(each, ast.Name)}
                    if names & seen and _made(item):
                        return True
                    seen |= names
    return False


def independent(function: Function, source: Source, earlier: int) -> Phase | None:
    """The first phase after so many others that is a test of its own.

    It reads no local that an earlier phase bound, shares no other state with one, and does what none of
    them does to an object that it makes anew, in no block that an earlier one has entered.
    """
    every = phases(function)
    if not any(_calls_anew(phase) for phase in every[earlier:]):
        return None
    uses = [_use(phase, source) for phase in every]
    given = {each.arg for each in walk(function.args) if isinstance(each, ast.arg)} - {"self", "cls"}
    own = frozenset(given).union(*(use.binds for use in uses))
    for place in range(earlier, len(every)):
        phase, here, before = every[place], uses[place], uses[:place]
        bound = frozenset(name for use in before for name in use.binds)
        if (
            not here.needs & bound
            and not any(_shares_state(here, use, own) for use in before)
            and not any(here.does & use.calls for use in before)
            and not _is_within(phase, source.walked(function))
            and _calls_anew(phase) & bound
        ):
            return phase
    return None


def _shares_state(one: Use, other: Use, own: frozenset[str]) -> bool:
    """Whether two phases have something in common that may change: ``own`` are the names of the test."""
    return bool(
        one.needs & other.needs & own or one.reaches & other.reaches or (one.shares & other.shares) - own
    )


def _is_within(phase: Phase, walked: Walked) -> bool:
    """Whether a phase stands in a ``with`` that was entered before it."""
    around = walked.around(phase.steps[0])
    return any(isinstance(node, ast.With | ast.AsyncWith) and node.lineno < phase.line for node in around)


def _calls_anew(phase: Phase) -> frozenset[str]:
    """The names that a phase binds to an object of some class and then calls upon, before it asserts."""
    made: set[str] = set()
    called: set[str] = set()
    for step in phase.steps:
        if made and (not is_check(step) or isinstance(step, ast.With | ast.AsyncWith)):
            for node in walk(step):
                match node:
                    case ast.Call(ast.Attribute(base, name)) if not name.startswith("assert"):
                        called.add(_root(base))
        made.update(_made(step))
    return frozenset(made & called)


def _made(step: Step) -> list[str]:
    """The local names that a step binds to a new object of a class."""
    match step:
        case ast.Assign(targets, ast.Call(callee)):
            pass
        case ast.withitem(ast.Call(callee), ast.Name() as target):
            targets = [target]
        case _:
            return []
    match callee:
        case ast.Attribute(_, name) | ast.Name(name) if _makes(name):
            return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


@cache
def _makes(name: str) -> bool:
    return MAKER.match(name) is not None


def _use(phase: Phase, source: Source) -> Use:
    needs: set[str] = set()
    binds: set[str] = set()
    reaches: set[str] = set()
    shares: set[str] = set()
    calls: set[str] = set()
    does: set[str] = set()
    for step in phase.steps:
        read, bound, inner = _names(step)
        needs |= read - binds - inner
        binds |= bound
        if isinstance(step, ast.With | ast.AsyncWith):
            does.add(RAISES)
        for node in walk(step):
            match node:
                case ast.Attribute(ast.Name("self" | "cls" as owner), name):
                    if not name.startswith(("assert", "fail", "subTest")) and not _makes(name):
                        reaches.add(f"{owner}.{name}")
                case ast.Call(ast.Attribute(base, name)) if not _is_plain(node, name, source):
                    calls.add(name)
                    shares.add(_root(base))
                    if _root(base) in binds:
                        does.add(name)
                case ast.Call(ast.Name(name)) if name not in BUILTINS and not _is_plain(node, name, source):
                    does.add(name)
                    shares.add(name)
    shares -= {"", "self", "cls"}
    return Use(*map(frozenset, (needs, binds, reaches, shares, calls | does, does)))


def _is_plain(call: ast.Call, name: str, source: Source) -> bool:
    """Whether a call makes an object, asserts, or leaves no trace."""
    if _makes(name) or name.startswith("assert"):
        return True
    return bool(STATELESS.search(source.dotted(call.func)))


def _names(step: Step) -> tuple[set[str], set[str], set[str]]:
    """The names that a step reads, those it binds, and those that mean something inside it alone."""
    read, bound, inner = set(), set(), set()
    for node in walk(step):
        match node:
            case ast.Name(name, ast.Load()):
                read.add(name)
            case ast.Name(name):
                bound.add(name)
            case ast.arg(name):
                inner.add(name)
            case ast.comprehension(target):
                inner |= {each.id for each in walk(target) if isinstance(each, ast.Name)}
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                bound.add(name)
            case ast.ExceptHandler(_, str(name)):
                bound.add(name)
    if not isinstance(step, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.withitem):
        inner |= bound  # of a block: which comes first is not asked
    if isinstance(step, ast.AugAssign) and isinstance(step.target, ast.Name):
        read.add(step.target.id)
    return read, bound, inner


def _root(expression: ast.expr) -> str:
    """``app`` of ``app.router.routes()[0]``; empty where there is no name."""
    while True:
        match expression:
            case ast.Attribute(base) | ast.Subscript(base) | ast.Call(base) | ast.Await(base):
                expression = base
            case ast.Name(name):
                return name
            case _:
                return ""
