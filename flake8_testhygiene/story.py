"""A test as a sequence: what it starts, what it waits for, what it looks at and asserts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import lifecycle, migrations, waiters
from flake8_testhygiene.facts import Argument, Call, References, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Definition
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Place

ACTION_CALL = Pattern(migrations.ACTION_CALL)
ACTION_RECEIVER = Pattern(migrations.ACTION_RECEIVER)
CLIENT_RECEIVER = Pattern(migrations.CLIENT_RECEIVER)
COLLECTION = Pattern(migrations.COLLECTION)
MEMBER = Pattern(migrations.MEMBER)
FETCHED = Pattern(migrations.FETCHED)
HELPER_NAME = Pattern(migrations.HELPER_NAME)
INTERNAL = Pattern(migrations.INTERNAL_RECEIVER)
CLIENTS = Pattern(r"clients?$")
FAKED = Pattern(r"(?i)mock|fake|stub")
RUNS_LATER = Pattern(migrations.RUNS_LATER)
RESOURCE = Pattern(r"^(?!.*(api|client|clients|cloud|conn)$).*(server|volume|share|instance)")
RAISES = Pattern(r"(?i)raises|ExpectedException")
WAITS = Pattern(waiters.NAME)
WAITS_FOR_THE_END = Pattern(waiters.FOR_THE_END)
RECORDS = Pattern(migrations.RECORDS)
WAITING_ASSERTION = Pattern(waiters.ASSERTING_WAITER)
WAITER = Pattern(waiters.RECEIVER)
READS = Pattern(waiters.READ)
ASSERTS = Pattern(r"^_?assert|^fail$|^expect")

HANDLED = "handled"
AWAITED = "awaited"
ACCEPTED = "accepted"
OBSERVED = "observed"
UNKNOWN = "unknown"
UNGUARDED = "unguarded"


class Migration(NamedTuple):
    """A call that starts a migration; ``what`` says which. ``origin`` is its line inside a helper, or 0."""

    what: str
    call: Call
    origin: int = 0


def started(place: Place, module: Module) -> Iterator[Migration]:
    """The migrations a function starts, by calls of its own or through helpers that leave them unguarded."""
    if module.is_unit:
        return
    for call in place.facts.calls:
        what = _action(call, place, module) or _method(call, place, module) or _handed_on(call)
        if what:
            yield Migration(what, call)
            continue
        callee = module.project.callee(call.name, place)
        if callee is not None and callee.function is not place.function:
            for left in sorted(_left_unguarded(callee, module)):
                what, line = left
                yield Migration(what, call, line)


def _left_unguarded(place: Place, module: Module) -> frozenset[tuple[str, int]]:
    """What a helper starts without looking after it, with the lines: its callers are to."""

    def answer(there: Place) -> frozenset[tuple[str, int]]:
        return frozenset(
            (each.what, each.origin or each.call.line)
            for each in started(there, module)
            if guard(each, there, module) in {UNGUARDED, ACCEPTED}
        )

    return module.project.verdict("leaves unguarded", place, answer)


def _action(call: Call, place: Place, module: Module) -> str:
    """The action of a call such as ``api.post_server_action(id, {'os-migrateLive': ...})``."""
    owner = call.owner.rpartition(".")[2]
    if not ACTION_CALL.match(call.last) or not ACTION_RECEIVER.search(owner):
        return ""
    if _is_internal(call.owner):
        return ""
    told = False
    for argument in call.arguments:
        for key in _keys(argument, place, module, call.line):
            told |= key != ""
            if key in migrations.ACTIONS:
                return migrations.ACTIONS[key]
    return "" if told else _inferred_action(call, place, module)


def _inferred_action(call: Call, place: Place, module: Module) -> str:
    """The action of a body that only inference can tell: one of a loop, one merged from others."""
    if isinstance(place.function, Definition) or call.last in {"api_post", "post"}:
        return ""
    node = module.source.call_at(place.function, call)
    for argument, row in zip(node.args if node else (), call.arguments, strict=False):
        kinds = {place.facts.value(each).kind for each in row.values}
        if kinds - {"parameter"} and isinstance(argument, ast.Name | ast.Attribute | ast.Dict):
            every = [
                keys for keys in module.asking.values(place.function, argument) if isinstance(keys, tuple)
            ]
            found = {migrations.ACTIONS.get(str(key)) for keys in every for key in keys[:1]}
            if len(found) == 1 and (what := found.pop()):
                return what
    return ""


def _keys(argument: Argument, place: Place, module: Module, line: int) -> Iterator[str]:
    """The first-level keys of the dictionaries an argument may be."""
    whole = [each for each in argument.values if each >= 0]
    for value in whole or [~each for each in argument.values]:
        yield from _keys_of(value, place, module, line)


def _keys_of(value: int, place: Place, module: Module, line: int) -> Iterator[str]:
    row, made = place.facts.value(value), place.facts.maker(value)
    if row.kind == "dict":
        yield from row.detail.split("\n")
    elif made:
        if made.name == "dict":
            yield from (each.name for each in made.arguments)
        elif made.last in {"copy", "deepcopy"}:
            for each in made.given:
                yield from _keys_of(number(each), place, module, line)
        elif (callee := module.project.callee(made.name, place)) is not None:
            yield from _returned_keys(callee, module)
    for use in module.project.flow(place).uses.get(value, ()):
        if use.how == "marked" and use.detail.startswith("[") and use.line <= line:
            yield use.detail[1:-1]


def _returned_keys(place: Place, module: Module) -> frozenset[str]:
    def answer(there: Place) -> frozenset[str]:
        return frozenset(
            key
            for use in there.facts.uses
            if use.how == "returned" and use.value >= 0
            for key in _keys_of(use.value, there, module, use.line)
        )

    return module.project.verdict("returned keys", place, answer)


def _is_internal(owner: str) -> bool:
    """Whether what is called is the code under test, or a fake; a client in a manager's name is not."""
    if CLIENTS.search(owner):
        return bool(FAKED.search(owner))
    return bool(INTERNAL.search(owner))


def _method(call: Call, place: Place, module: Module) -> str:
    """The action of a client method: ``servers_client.live_migrate_server(id)``."""
    if named(call.name, module.options.migrations):
        return call.last.replace("_", " ")
    return _method_named(call.name) or _on_member(call, place)


def _method_named(name: str) -> str:
    owner, _, last = name.rpartition(".")
    if _is_internal(owner) or owner in {"", "self", "super()"}:
        return ""
    if last in migrations.METHODS and CLIENT_RECEIVER.search(owner.rpartition(".")[2]):
        return migrations.METHODS[last]
    if last in migrations.AMBIGUOUS and COLLECTION.search(owner):
        return migrations.AMBIGUOUS[last]
    return ""


def _on_member(call: Call, place: Place) -> str:
    """``server.live_migrate()``, by its name or because it came from ``nova.servers.get(...)``."""
    if call.last not in migrations.AMBIGUOUS or _is_internal(call.owner):
        return ""
    if MEMBER.search(call.owner):
        return migrations.AMBIGUOUS[call.last]
    makers = (place.facts.maker(each) for each in call.receiver if each >= 0)
    fetched = any(made and FETCHED.search(made.name) for made in makers)
    return migrations.AMBIGUOUS[call.last] if fetched else ""


def _handed_on(call: Call) -> str:
    """A migration that a thread, an executor or a partial is to start."""
    if not RUNS_LATER.search(call.last):
        return ""
    return next((what for each in call.arguments if (what := _method_named(each.text))), "")


def guard(migration: Migration, place: Place, module: Module) -> str:
    """What looks after a migration in the function that starts it."""
    call = migration.call
    if is_handled(call) or _is_expected_to_fail(call, place, module) or _expects_refusal(call):
        return HANDLED
    if runs_elsewhere(call):
        return UNKNOWN  # when that runs, and inside what, is its caller's business
    if _waits_itself(call, module):
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
        is_waiter(call, method, module)
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
        if is_waiter(later, place, module):
            if not _is_other_resource(start, later, place):
                return AWAITED
        elif ASSERTS.match(later.last):
            words = {word for argument in later.arguments for word in argument.words}
            if words & waiters.COMPLETED:
                return AWAITED
            if "202" in words and found == UNGUARDED:
                found = ACCEPTED
            elif (words & waiters.STATE_FIELDS and _shares(start, later, place, module)) or (
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


def is_waiter(call: Call, place: Place, module: Module) -> bool:
    """Whether a call blocks until an outcome is reached, and fails when it is not."""
    if call.last in lifecycle.REGISTERS_CLEANUP or WAITS_FOR_THE_END.search(call.last):
        return False
    callee = module.project.callee(call.name, place)
    if callee is not None:
        guards = _can_fail(callee, module) or _is_used(call, place, module)
        return bool(_waits(callee, module) and guards)
    return (
        _waits_itself(call, module)
        or bool(WAITS.search(call.last) or WAITING_ASSERTION.search(call.last))
        or bool(WAITER.search(call.owner))
        or _is_polled(call, place)
        or (call.owner == "self" and bool(HELPER_NAME.match(call.last)))
    )


def _waits_itself(call: Call, module: Module) -> bool:
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


def _can_fail(place: Place, module: Module) -> frozenset[str]:
    """Whether a function has any means to fail: raise, assert, fail, or a waiter that stands elsewhere."""

    def answer(there: Place) -> frozenset[str]:
        for call in there.facts.calls:
            if call.name == "raise" or ASSERTS.match(call.last) or WAITS.search(call.last):
                return frozenset({"fails"})
            callee = module.project.callee(call.name, there)
            if callee is not None and _can_fail(callee, module):
                return frozenset({"fails"})
        return frozenset()

    return module.project.verdict("can fail", place, answer)


def _is_used(call: Call, place: Place, module: Module) -> bool:
    flow = module.project.flow(place)
    return any(each.get(call.result) for each in (flow.uses, flow.given, flow.called_on))


def _may_wait(later: Call, start: Call, place: Place, module: Module) -> bool:
    """Whether a call of something that stands elsewhere is given the resource, and so may wait for it."""
    if later.owner not in {"self", "super()", ""} or module.project.callee(later.name, place) is not None:
        return False
    if later.name in place.facts.locals or later.name in {
        "raise",
        "print",
        "len",
        "str",
        "int",
        "dict",
        "list",
        "sorted",
        "isinstance",
    }:
        return False
    if READS.match(later.last) or later.last in lifecycle.REGISTERS_CLEANUP | lifecycle.ENTERS:
        return False
    return _shares(start, later, place, module)


# which server, volume or share


def _shares(start: Call, later: Call, place: Place, module: Module) -> bool:
    """Whether two calls are about one resource: the same value, or one read by means of it."""
    kin = _kin(start.given, place, module)
    return bool(kin & _kin(later.given, place, module)) or not kin


def _kin(references: References, place: Place, module: Module) -> frozenset[tuple[str, str]]:
    """The identities behind references: values, what they were read by, attributes by their names."""
    found: set[tuple[str, str]] = set()
    waiting = list(map(number, references))
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        row = place.facts.values[value]
        if value in seen or row.kind == "dict":
            continue
        seen.add(value)
        if row.kind == "attribute":
            if not CLIENT_RECEIVER.search(row.detail):
                found.add(("attribute", row.detail))
            continue
        found.add((row.kind, str(value)))
        made = place.facts.maker(value)
        if made and _hands_back_the_same(made):
            waiting += map(number, made.given)
    return frozenset(found)


def _hands_back_the_same(call: Call) -> bool:
    """Whether the result stands for what the call is given: get_server(id), _wait_for_state(server)."""
    names_it = READS.match(call.last) or WAITS.search(call.last)
    return bool(names_it) or call.last in lifecycle.HANDS_THROUGH


def _is_other_resource(start: Call, waiter: Call, place: Place) -> bool:
    """Whether a waiter waits for what is surely another server: both made by the same kind of call."""
    one, other = (_made_by(call.given, place) for call in (start, waiter))
    if not one or not other or one.keys() & other.keys():
        return False
    return bool(set(one.values()) & set(other.values()))


def _made_by(references: References, place: Place) -> dict[str, str]:
    """The makers of the resources among references: value by value, ``self.api.post_server``."""
    found: dict[str, str] = {}
    for each in references:
        row, made = place.facts.value(each), place.facts.maker(each)
        if made:
            if re.match(r"_?(create|boot|build|post|start)_", made.last):
                found[row.detail] = made.name
        elif row.kind == "parameter" and re.match(r"server|volume|share|instance", row.detail):
            found[row.detail] = "parameter"
        elif row.kind == "attribute" and RESOURCE.search(row.detail):
            found[row.detail] = "attribute"
    return found
