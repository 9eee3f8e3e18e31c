"""What looks after a migration: a handler, a waiter, an assertion, or nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flake8_testhygiene.catalog import lifecycle, migrations, waiters
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.story import identity, waits

RAISES = Pattern(r"(?i)raises|ExpectedException")
RECORDS = Pattern(migrations.RECORDS)
READS = Pattern(waiters.READ)
ASSERTS = Pattern(r"^_?assert|^fail$|^expect")
# What is called by these names waits for nothing, whatever it is given.
WAITS_FOR_NOTHING = frozenset({"raise", "print", "len", "str", "int", "dict", "list", "sorted", "isinstance"})

HANDLED = "handled"
AWAITED = "awaited"
ACCEPTED = "accepted"
OBSERVED = "observed"
UNKNOWN = "unknown"
UNGUARDED = "unguarded"


def guard(call: Call, place: Place, module: Module) -> str:
    """What looks after a migration, started by ``call``, in the function that starts it."""
    if is_handled(call) or _is_expected_to_fail(call, place, module) or _expects_refusal(call):
        return HANDLED
    if runs_elsewhere(call):
        return UNKNOWN  # when that runs, and inside what, is its caller's business
    if waits.waits_itself(call, module):
        return AWAITED
    if any(
        use.how in {"returned", "yielded"} for use in module.project.flow(place).uses.get(call.result, ())
    ):
        return UNKNOWN if module.is_test(place) else UNGUARDED
    found = _afterwards(call, place, module)
    if found != AWAITED and module.is_setup(place) and _waits_elsewhere(place, module):
        return UNKNOWN
    return found


def _waits_elsewhere(place: Place, module: Module) -> bool:
    """Whether a test or a teardown of the class waits for what its set-up starts."""
    return any(
        waits.is_waiter(call, method, module)
        for method in module.project.methods(place.owner, waiters.WORDS)
        for call in method.facts.calls
    )


def is_handled(call: Call) -> bool:
    """Whether an exception of the call is handled: a ``try`` with a handler, or a block that expects it."""
    return any(
        (kind == "try" and detail) or (kind == "with" and RAISES.search(detail))
        for kind, _, detail in call.where
    )


def runs_elsewhere(call: Call) -> bool:
    """Whether the call is written inside a function that something else calls."""
    return call.within("lambda", "def")


def _is_expected_to_fail(call: Call, place: Place, module: Module) -> bool:
    """Whether what the call makes, a partial, is handed to ``assertRaises``."""
    given = module.project.flow(place).given.get(call.result, ())
    return any(RAISES.search(each.call.last) for each in given)


def _expects_refusal(call: Call) -> bool:
    """Whether the call says itself that the request is to be refused: ``check_response_status=[400]``."""
    return any(
        each.name in waiters.STATUS_KEYWORDS and re.fullmatch(r"\[?[45]\d\d\]?", each.constant)
        for each in call.arguments
    )


def _afterwards(start: Call, place: Place, module: Module) -> str:
    found = UNGUARDED
    for later in _later(start, place):
        if waits.is_waiter(later, place, module):
            if not identity.is_other(start, later, place):
                return AWAITED
        elif ASSERTS.match(later.last):
            words = {word for argument in later.arguments for word in argument.words}
            if words & waiters.COMPLETED:
                return AWAITED
            if "202" in words and found == UNGUARDED:
                found = ACCEPTED
            elif (words & waiters.STATE_FIELDS and identity.shares(start, later, place, module)) or (
                found == UNGUARDED and _looks_at_records(later, place)
            ):
                found = OBSERVED
        elif _may_wait(later, start, place, module):
            return UNKNOWN
    return found


def _looks_at_records(assertion: Call, place: Place) -> bool:
    """Whether an assertion is about records of migrations that were just listed."""
    makers = (place.facts.maker(each) for each in assertion.given)
    return any(made and READS.match(made.last) and RECORDS.search(made.last) for made in makers)


def _later(start: Call, place: Place) -> Iterator[Call]:
    """The calls that may run after ``start``: those behind it, and those of a loop around it."""
    calls = place.facts.calls
    first = next(place for place, call in enumerate(calls) if call is start)
    loops = {frame for frame in start.where if frame[0] == "loop"}
    for place_of_call, call in enumerate(calls):
        if place_of_call > first or loops & set(call.where):
            yield call


def _may_wait(later: Call, start: Call, place: Place, module: Module) -> bool:
    """Whether a call of something that stands elsewhere is given the resource, and so may wait for it."""
    if later.owner not in {"self", "super()", ""} or module.project.callee(later.name, place) is not None:
        return False
    if later.name in place.facts.locals or later.name in WAITS_FOR_NOTHING:
        return False
    if READS.match(later.last) or later.last in lifecycle.REGISTERS_CLEANUP | lifecycle.ENTERS:
        return False
    return identity.shares(start, later, place, module)
