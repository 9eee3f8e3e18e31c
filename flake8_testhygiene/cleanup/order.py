"""In which order: what stands between an acquire and the moment from which somebody is sure to release it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import failures, lifecycle, remote, waiters
from flake8_testhygiene.cleanup import held
from flake8_testhygiene.cleanup.acquires import VERB_AND_NOUN, Acquired, acquired, created
from flake8_testhygiene.cleanup.isolation import is_of_a_harness
from flake8_testhygiene.cleanup.owners import UNKNOWN, Step, releasing_methods, steps
from flake8_testhygiene.cleanup.paths import RELEASED, RELEASES
from flake8_testhygiene.cleanup.sweeping import is_swept_around
from flake8_testhygiene.facts import Argument, Call, Facts, Use, Where, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Definition
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place

ASSERTS = Pattern(r"^assert")
ASKS_WHETHER_IT_IS = Pattern(failures.ASKS_WHETHER_IT_IS)
STATUS = Pattern(failures.STATUS)
READS = Pattern(waiters.READ)
WAITS = Pattern(waiters.NAME)
WAITING_ASSERTION = Pattern(waiters.ASSERTING_WAITER)
REMOVES = Pattern(
    rf"^_?({'|'.join(sorted({each for verbs in remote.VERBS.values() for each in verbs}))})_(\w+)$"
)
WAITER = Pattern(waiters.RECEIVER)
# What the text of a function contains that cleans up; most do not, and are never read for this.
CLEANS_UP = (*sorted(lifecycle.REGISTERS_CLEANUP), "finally", "yield")
REGISTER, BEGIN_TRY = "register it", "begin the try"


class Begin(NamedTuple):
    """Where a cleanup takes effect: ``first`` is how many calls of the function come before.

    ``line`` and ``column`` are those of the registering call, the ``try``, or the release itself.
    """

    first: int
    line: int
    column: int
    advice: str
    where: Where = ()


class Late(NamedTuple):
    """A cleanup that takes effect only after something that can fail.

    ``loop`` is the line of a loop that acquires several before the first of them is cleaned up, else 0.
    """

    acquired: Acquired
    begin: Begin
    obstacle: Call
    loop: int = 0


def late_cleanups(place: Place, module: Module, kinds: frozenset[str]) -> Iterator[Late]:
    """The cleanups of what ``place`` acquires that come too late for a failure in between."""
    if module.is_teardown(place) or place.function not in module.source.holding(CLEANS_UP):
        return
    # Who calls a helper does not matter: it registers the cleanup itself.
    in_sight = frozenset(kind for kind in kinds if not is_of_a_harness(kind, place, module))
    reported = set()
    for each in held(place, module, in_sight, strict=False, more=created(place, module)):
        begin = _begin(each, place, module)
        if begin is None or begin.line in reported:
            continue
        loop = _loop_before(each, begin, place.facts)
        obstacle = each.call if loop else _obstacle(each, begin, place, module)
        if obstacle is not None and not is_swept_around(each, place, module):
            reported.add(begin.line)
            yield Late(each, begin, obstacle, loop)


# where a cleanup begins


def _begin(acquired: Acquired, place: Place, module: Module) -> Begin | None:
    """Where the first cleanup takes effect; None if there is none, or anybody else may release it."""
    made = steps(acquired, place, module)
    begins = []
    for step in made:
        if isinstance(step.by, Call) and step.found & RELEASES:
            if _is_of_another(step.by, acquired, place) or (
                acquired.kind == "remote" and _is_waiter(step.by)
            ):
                continue
            begin = _begins(step.by, acquired, place, module)
            if begin is None:
                return None
            begins.append(begin)
    if not begins:
        return None
    first = min(begins)
    if not first.advice or any(_is_in_other_hands(step, first, acquired, place, module) for step in made):
        return None
    return first


def _is_waiter(registering: Call) -> bool:
    """Whether what is registered only waits for the end, whether its body can be read or not."""
    if registering.last not in lifecycle.REGISTERS_CLEANUP or not registering.arguments:
        return False
    return bool(WAITS.search(_last(registering.arguments[0])))


def _is_of_another(registering: Call, acquired: Acquired, place: Place) -> bool:
    """Whether a cleanup undoes what another call did with it, by its noun: remove_router_interface(port)."""
    facts, own = place.facts, acquired.noun.replace(" ", "_")
    nouns = {found[2] for argument in registering.arguments if (found := REMOVES.match(_last(argument)))}
    if not nouns or own in nouns:
        return False
    makers = (facts.maker(each) for each in registering.given)
    if any(made is not None and WAITS.search(made.last) for made in makers):
        return True  # a thing that was not known before the wait
    others = (VERB_AND_NOUN.match(call.last) for call in facts.calls if call is not acquired.call)
    return any(found is not None and found[2] in nouns for found in others)


def _last(argument: Argument) -> str:
    return argument.text.rpartition(".")[2]


def _is_in_other_hands(step: Step, begin: Begin, acquired: Acquired, place: Place, module: Module) -> bool:
    """Whether something before the cleanup, or a teardown, releases it too, or may."""
    by = step.by
    if isinstance(by, Use):
        if by.how == "stored" and by.detail.startswith("self."):
            methods = releasing_methods(acquired, attribute_of(by), place, module)
            return any(map(module.is_teardown, methods))
        return RELEASED in step.found or (UNKNOWN in step.found and by.line <= begin.line)
    if WAITS.search(by.last) or READS.match(by.last):
        return False
    return UNKNOWN in step.found and _index(by, place.facts) < begin.first


def attribute_of(use: Use) -> str:
    """``server`` where a value is stored as ``self.server``, or in it."""
    return use.detail.removeprefix("self.").removesuffix("[]")


def _begins(release: Call, acquired: Acquired, place: Place, module: Module) -> Begin | None:
    """Where the cleanup begins that a release is part of; None if it cannot be told.

    A release that a failure skips is none and gives no advice.
    """
    facts, acquire = place.facts, acquired.call
    if release.last in lifecycle.REGISTERS_CLEANUP:
        return None if _runs_apart(release, acquire) else _at(release, facts, REGISTER)
    if _runs_apart(release, acquire):
        registering = _registering(release, facts)
        return None if registering is None else _at(registering, facts, REGISTER)
    if release.last in lifecycle.ENTERS or release.within("except"):
        return None
    for kind, line, _ in release.where:
        if kind == "finally":
            return None if _is_inside_try(acquire, line) else _at_try(line, place)
    if module.is_fixture(place) and facts.yields and acquire.line < facts.yields < release.line:
        return _at(release, facts, BEGIN_TRY)
    return _at(release, facts, "")


def _at(call: Call, facts: Facts, advice: str) -> Begin:
    return Begin(_index(call, facts), call.line, call.column, advice, call.where)


def _at_try(line: int, place: Place) -> Begin:
    first = next(number for number, call in enumerate(place.facts.calls) if call.line >= line)
    columns = (
        node.col_offset
        for node in ([] if isinstance(place.function, Definition) else ast.walk(place.function))
        if hasattr(node, "finalbody") and isinstance(node, ast.stmt) and node.lineno == line
    )
    return Begin(first, line, next(columns, 0), BEGIN_TRY)


def _is_inside_try(call: Call, line: int) -> bool:
    return any(kind == "try" and begun == line for kind, begun, _ in call.where)


def _runs_apart(call: Call, acquire: Call) -> bool:
    """Whether a call stands in an inner function that the acquire does not stand in."""
    return any(frame[0] in {"def", "lambda"} and frame not in acquire.where for frame in call.where)


def _registering(release: Call, facts: Facts) -> Call | None:
    """The call that registers the inner function which a release stands in."""
    kind, line, name = next(frame for frame in release.where if frame[0] in {"def", "lambda"})
    for call in facts.calls:
        if call.last in lifecycle.REGISTERS_CLEANUP and call.arguments:
            given = call.arguments[0]
            if given.text == name if kind == "def" else not given.text and call.line <= line <= call.line + 2:
                return call
    return None


# what may fail


def _obstacle(acquired: Acquired, begin: Begin, place: Place, module: Module) -> Call | None:
    """The first call between the acquire and the cleanup that may fail."""
    facts, acquire = place.facts, acquired.call
    for call in facts.calls[_index(acquire, facts) + 1 : begin.first]:
        if (
            acquire.line < call.line < begin.line
            and _happens_after(call, acquire)
            and (_is_failing_acquire(call, acquired, place, module) or _may_fail(call, place, module))
            and not asks_whether_it_is(call, acquired, facts)
        ):
            return call
    return None


def _loop_before(acquired: Acquired, begin: Begin, facts: Facts) -> int:
    """The line of a loop that collects several, of which a later one may fail to be acquired."""
    if acquired.kind != "remote" or begin.advice != REGISTER or _is_handled(acquired.call):
        return 0
    loops = {frame for frame in acquired.call.where if frame[0] == "loop"} - {*begin.where}
    collecting = (
        frame
        for call in facts.calls
        if call.last in lifecycle.COLLECTS and acquired.value in map(number, call.given)
        for frame in call.where
    )
    return next((frame[1] for frame in collecting if frame in loops), 0)


def _happens_after(call: Call, acquire: Call) -> bool:
    """Whether a call runs once the acquire has, and a failure of it gets out."""
    if _runs_apart(call, acquire):
        return False
    branches = {(kind, line): detail for kind, line, detail in acquire.where if kind == "if"}
    return not any(
        (kind == "if" and branches.get((kind, line), detail) != detail)
        or (kind == "try" and detail and (kind, line, detail) not in acquire.where)
        or kind == "except"
        for kind, line, detail in call.where
    )


def _may_fail(call: Call, place: Place, module: Module) -> bool:
    """Whether a call waits or asserts, itself or in what it calls; or acquires what may not be had."""
    if call.last in lifecycle.REGISTERS_CLEANUP:
        return False
    callee = module.project.callee(call.name, place)
    if callee is not None:
        return bool(_fails(callee, module))
    return bool(
        ASSERTS.match(call.last)
        or (WAITS.search(call.last) and call.last not in failures.WAITS_FOR_EVER)
        or WAITING_ASSERTION.search(call.last)
        or WAITER.search(call.owner)
    )


def _fails(place: Place, module: Module) -> frozenset[str]:
    def answer(there: Place) -> frozenset[str]:
        waits = bool(WAITS.search(there.name))
        fails = any(
            _may_fail(call, there, module)
            or (waits and call.name == "raise")
            or any(each.call is call and each.kind in failures.LIKELY for each in acquired(there, module))
            for call in there.facts.calls
            if not call.within("def", "lambda", "except", "finally") and not _is_handled(call)
        )
        return frozenset({"fails"} if fails else ())

    return module.project.verdict("may fail on the way", place, answer)


def _is_handled(call: Call) -> bool:
    return any(kind == "try" and detail for kind, _, detail in call.where)


def _is_failing_acquire(call: Call, before: Acquired, place: Place, module: Module) -> bool:
    """Whether a call acquires another thing that may not be had: a remote one, or a process."""
    every = [*acquired(place, module), *(created(place, module) if before.kind == "remote" else ())]
    return any(
        each.call is call and each.kind in failures.LIKELY and each.acquire not in failures.SELDOM
        for each in every
    )


def asks_whether_it_is(call: Call, acquired: Acquired, facts: Facts) -> bool:
    """Whether an assertion only asks if there is anything to release: assertIsNotNone(server)."""
    if not ASSERTS.match(call.last) or not _is_about(call, acquired, facts):
        return False
    words = {word for argument in call.arguments for word in argument.words}
    return bool(ASKS_WHETHER_IT_IS.match(call.last)) or any(map(STATUS.match, words))


def _is_about(call: Call, acquired: Acquired, facts: Facts) -> bool:
    """Whether a call is given what was acquired, or what a method of it says."""
    for each in call.given:
        made = facts.maker(each)
        if number(each) == acquired.value:
            return True
        if made is not None and acquired.value in map(number, made.receiver):
            return True
    return False


def _index(call: Call, facts: Facts) -> int:
    return next(place for place, each in enumerate(facts.calls) if each is call)
