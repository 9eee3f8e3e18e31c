"""Calls that block until an outcome is reached, and fail when it is not."""

from __future__ import annotations

from flake8_testhygiene import assertions
from flake8_testhygiene.catalog import lifecycle, migrations, waiters
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Place

HELPER_NAME = Pattern(migrations.HELPER_NAME)
READS = Pattern(waiters.READ)
WAITS = Pattern(waiters.NAME)
WAITS_FOR_THE_END = Pattern(waiters.FOR_THE_END)
WAITING_ASSERTION = Pattern(waiters.ASSERTING_WAITER)
WAITER = Pattern(waiters.RECEIVER)


def is_waiter(call: Call, place: Place, module: Module) -> bool:
    """Whether a call blocks until an outcome is reached, and fails when it is not."""
    if call.last in lifecycle.REGISTERS_CLEANUP or WAITS_FOR_THE_END.search(call.last):
        return False
    callee = module.project.callee(call.name, place)
    if callee is not None:
        guards = assertions.can_fail(callee, module) or _is_used(call, place, module)
        return bool(_waits(callee, module) and guards)
    return (
        waits_itself(call, module)
        or bool(WAITS.search(call.last) or WAITING_ASSERTION.search(call.last))
        or bool(WAITER.search(call.owner))
        or _is_polled(call, place)
        or (call.owner == "self" and bool(HELPER_NAME.match(call.last)))
    )


def waits_itself(call: Call, module: Module) -> bool:
    return named(call.name, module.options.waiters) or any(
        each.name in waiters.KEYWORDS and each.constant not in {"False", "None"} for each in call.arguments
    )


def _is_polled(call: Call, place: Place) -> bool:
    """Something is asked in a loop that also sleeps."""
    loops = {frame for frame in call.where if frame[0] == "loop"}
    asks = READS.match(call.last) or READS.match(call.last.rpartition("_")[2])
    return bool(loops and asks) and any(
        other.last == "sleep" and loops & set(other.where) for other in place.facts.calls
    )


def _waits(place: Place, module: Module) -> frozenset[str]:
    def answer(there: Place) -> frozenset[str]:
        waits = any(is_waiter(call, there, module) for call in there.facts.calls)
        return frozenset({"waits"} if waits else ())

    return module.project.verdict("waits", place, answer)


def _is_used(call: Call, place: Place, module: Module) -> bool:
    flow = module.project.flow(place)
    return any(each.get(call.result) for each in (flow.uses, flow.given, flow.called_on))
