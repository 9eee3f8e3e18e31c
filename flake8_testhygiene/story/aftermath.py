"""What a test does after it started something, call by call: it waits, reads, asserts, or goes on to act."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import lifecycle, migrations, waiters
from flake8_testhygiene.facts import Call, dotted
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.story import guards, identity, outcomes, starts, waits

CLIENT_RECEIVER = Pattern(migrations.CLIENT_RECEIVER)
READS = Pattern(waiters.READ)
WAITS = Pattern(waiters.NAME)

WAIT = "wait"
READ = "read"
ASSERTION = "assertion"
# A helper that asserts, but not the reason of anything.
CHECK = "check"
ACT = "act"
MOVE = "move"
# A helper that asserts a reason, or stands elsewhere and may do so.
MAY_TELL = "may tell"
OTHER = "other"


class Step(NamedTuple):
    """One call of a test and what it is for; ``node`` is the call, or the ``assert`` statement."""

    kind: str
    call: Call
    node: ast.Call | ast.Assert


def steps(start: Call, place: Place, function: Function, module: Module) -> Iterator[Step]:
    """What the function itself does after ``start``, in order."""
    nodes = _nodes(function, module)
    calls = place.facts.calls
    first = next(number for number, call in enumerate(calls) if call is start)
    for call in calls[first + 1 :]:
        node = nodes.get((call.line, call.column, call.last))
        if node is not None and not guards.runs_elsewhere(call):
            yield Step(_kind(call, start, place, module), call, node)


def _nodes(function: Function, module: Module) -> dict[tuple[int, int, str], ast.Call | ast.Assert]:
    walked = module.source.walked(function)
    found: dict[tuple[int, int, str], ast.Call | ast.Assert] = {}
    for node in (*walked.by_type.get(ast.Call, ()), *walked.by_type.get(ast.Assert, ())):
        assert isinstance(node, ast.Call | ast.Assert)
        last = dotted(node.func, {}).rpartition(".")[2] if isinstance(node, ast.Call) else "assert"
        found[node.lineno, node.col_offset, last] = node
    return found


def _kind(call: Call, start: Call, place: Place, module: Module) -> str:
    if call.last in lifecycle.REGISTERS_CLEANUP or call.name == "raise":
        return OTHER
    callee = module.project.callee(call.name, place)
    if guards.ASSERTS.match(call.last):
        if callee is None:
            return ASSERTION
        return MAY_TELL if outcomes.checks_reason(callee, module) else CHECK
    if starts.moved(call, place, module):
        return MOVE
    if WAITS.search(call.last) or waits.is_waiter(call, place, module):
        tells = callee is not None and outcomes.checks_reason(callee, module)
        return MAY_TELL if tells else WAIT
    if READS.match(call.last):
        return READ
    if _may_tell(call, callee, start, place, module):
        return MAY_TELL
    if call.owner in {"self", "super()", ""}:
        return OTHER if _is_plain(call, place) else ACT
    return ACT if CLIENT_RECEIVER.search(call.owner.rpartition(".")[2]) else OTHER


def _may_tell(call: Call, callee: Place | None, start: Call, place: Place, module: Module) -> bool:
    """Whether a helper asserts a reason; of what stands elsewhere, whether it may."""
    if callee is not None:
        return outcomes.checks_reason(callee, module)
    if call.owner in {"self", "super()", ""}:
        return not _is_plain(call, place) and identity.shares(start, call, place, module)
    return bool(outcomes.CHECKS.search(call.last))


def _is_plain(call: Call, place: Place) -> bool:
    """Whether a call is of a builtin, or of something the function makes itself."""
    return call.name in place.facts.locals or hasattr(builtins, call.name)
