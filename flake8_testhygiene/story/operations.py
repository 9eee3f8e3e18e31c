"""Operations besides migrations that answer before they are done, and states that are asserted too early."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flake8_testhygiene.catalog import asynchronous, lifecycle, outcomes, waiters
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.story import guards, identity, starts, waits

RECEIVER = Pattern(asynchronous.RECEIVER)
READS = Pattern(waiters.READ)
SLEEPS = Pattern(r"(^|\.)_?sleep$")
WAITS = Pattern(waiters.NAME)


def started(place: Place, module: Module) -> Iterator[starts.Migration]:
    """The operations that a function starts itself, of which nobody expects that they are refused."""
    for call in place.facts.calls:
        if guards.is_handled(call) or guards.runs_elsewhere(call) or waits.waits_itself(call, module):
            continue
        what = of(call, place, module)
        if what:
            yield starts.Migration(what, call)


def of(call: Call, place: Place, module: Module) -> str:
    """What a call starts, if it is in the rows."""
    owner = call.owner.rpartition(".")[2]
    if call.last in asynchronous.METHODS:
        names_it = (
            bool(call.arguments) and bool(RECEIVER.search(owner)) and not starts.is_internal(call.owner)
        )
        return asynchronous.METHODS[call.last] if names_it else ""
    keys = starts.action_keys(call, place, module)
    return next((asynchronous.ACTIONS[key] for key in keys if key in asynchronous.ACTIONS), "")


def is_looked_at_early(start: Call, place: Place, module: Module) -> bool:
    """Whether a state that is read once after the start is asserted, and nothing has waited until then."""
    for later in _behind(start, place):
        if guards.ASSERTS.match(later.last):
            if _asserts_state(later, start, place, module):
                return True
        elif _may_give_time(later, start, place, module) or of(later, place, module):
            return False  # what is started next on it is judged by itself
    return False


def _behind(start: Call, place: Place) -> Iterator[Call]:
    calls = place.facts.calls
    first = next(number for number, call in enumerate(calls) if call is start)
    branches = [frame for frame in start.where if frame[0] in {"if", "loop", "except"}]
    for call in calls[first + 1 :]:
        if any(frame not in call.where for frame in branches) and branches:
            return  # it leaves the branch that it is started in
        if not guards.runs_elsewhere(call):
            yield call


def _asserts_state(assertion: Call, start: Call, place: Place, module: Module) -> bool:
    words = {word for argument in assertion.arguments for word in argument.words}
    return (
        bool(words & outcomes.STATES)
        and any(_is_read_behind(start, made) for made in map(place.facts.maker, assertion.given) if made)
        and identity.shares(start, assertion, place, module)
        and not identity.is_other(start, assertion, place)
    )


def _is_read_behind(start: Call, made: Call) -> bool:
    return bool(READS.match(made.last)) and (made.line, made.column) > (start.line, start.column)


def _may_give_time(later: Call, start: Call, place: Place, module: Module) -> bool:
    """Whether a call waits, sleeps, or stands elsewhere and may do so."""
    if WAITS.search(later.last) or SLEEPS.search(later.name):
        return True
    # Whether a helper waits is asked last: it takes the reading of many.
    if not _gets_nothing_done(later) and (
        later.owner in {"self", "super()"} or identity.shares(start, later, place, module)
    ):
        return True
    return waits.is_waiter(later, place, module)


def _gets_nothing_done(call: Call) -> bool:
    """Whether a call reads, or arranges for later, as far as its name tells."""
    return (
        call.last in lifecycle.REGISTERS_CLEANUP
        or call.name in guards.WAITS_FOR_NOTHING
        or READS.match(call.last) is not None
    )


def is_synchronous(module: Module) -> bool:
    """Whether what the file imports says that its clients answer when the work is done."""
    return module.once("synchronous clients", partial(_imports_synchronous, module.source.imports))


def _imports_synchronous(imports: dict[str, str]) -> bool:
    return any(name.split(".")[0] in asynchronous.SYNCHRONOUS_PACKAGES for name in imports.values())
