"""The migrations that a function starts, itself or through helpers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import migrations
from flake8_testhygiene.facts import Argument, Call, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Definition
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Place
from flake8_testhygiene.story import guards

ACTION_RECEIVER = Pattern(migrations.ACTION_RECEIVER)
CLIENT_RECEIVER = Pattern(migrations.CLIENT_RECEIVER)
COLLECTION = Pattern(migrations.COLLECTION)
MEMBER = Pattern(migrations.MEMBER)
FETCHED = Pattern(migrations.FETCHED)
INTERNAL = Pattern(migrations.INTERNAL_RECEIVER)
CLIENTS = Pattern(r"clients?$")
FAKED = Pattern(r"(?i)mock|fake|stub")
# The first look at a call, at its name alone: hardly any starts something.
STARTING = migrations.ACTION_CALLS.union(migrations.METHODS, migrations.AMBIGUOUS, migrations.RUNS_LATER)


class Migration(NamedTuple):
    """A call that starts a migration; ``what`` says which. ``origin`` is its line inside a helper, or 0."""

    what: str
    call: Call
    origin: int = 0


def started(place: Place, module: Module) -> Iterator[Migration]:
    """The migrations a function starts, by calls of its own or through helpers that leave them unguarded."""
    if module.is_unit:
        return
    reach = module.reach(migrations.WORDS)
    for call in place.facts.calls:
        what = ""
        if call.last in STARTING or module.options.migrations:
            what = _action(call, place, module) or _method(call, place, module) or _handed_on(call)
        if what:
            yield Migration(what, call)
            continue
        if not reach.leads_to(call):
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
            if guards.guard(each.call, there, module) in {guards.UNGUARDED, guards.ACCEPTED}
        )

    return module.project.verdict("leaves unguarded", place, answer)


def moved(call: Call, place: Place, module: Module) -> str:
    """What a call moves, by itself or inside a helper, whoever looks after it."""
    what = _action(call, place, module) or _method(call, place, module)
    if what:
        return what
    if not module.reach(migrations.WORDS).leads_to(call):
        return ""
    callee = module.project.callee(call.name, place)
    if callee is None:
        return ""
    return min(_moved_inside(callee, module), default="")


def _moved_inside(place: Place, module: Module) -> frozenset[str]:
    def answer(there: Place) -> frozenset[str]:
        return frozenset(filter(None, (moved(each, there, module) for each in there.facts.calls)))

    return module.project.verdict("moves", place, answer)


def _action(call: Call, place: Place, module: Module) -> str:
    """The action of a call such as ``api.post_server_action(id, {'os-migrateLive': ...})``."""
    if not _posts_action(call):
        return ""
    keys = list(action_keys(call, place, module))
    for key in keys:
        if key in migrations.ACTIONS:
            return migrations.ACTIONS[key]
    return "" if any(keys) else _inferred_action(call, place, module)


def action_keys(call: Call, place: Place, module: Module) -> Iterator[str]:
    """The first-level keys of what is posted to a client's action call; nothing for other calls."""
    if _posts_action(call):
        for argument in call.arguments:
            yield from _keys(argument, place, module, call.line)


def _posts_action(call: Call) -> bool:
    return (
        call.last in migrations.ACTION_CALLS
        and bool(ACTION_RECEIVER.search(call.owner.rpartition(".")[2]))
        and not is_internal(call.owner)
    )


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
        yield from row.keys
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


def is_internal(owner: str) -> bool:
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
    if last not in migrations.METHODS and last not in migrations.AMBIGUOUS:
        return ""
    if is_internal(owner) or owner in {"", "self", "super()"}:
        return ""
    if last in migrations.METHODS and CLIENT_RECEIVER.search(owner.rpartition(".")[2]):
        return migrations.METHODS[last]
    if last in migrations.AMBIGUOUS and COLLECTION.search(owner):
        return migrations.AMBIGUOUS[last]
    return ""


def _on_member(call: Call, place: Place) -> str:
    """``server.live_migrate()``, by its name or because it came from ``nova.servers.get(...)``."""
    if call.last not in migrations.AMBIGUOUS or is_internal(call.owner):
        return ""
    if MEMBER.search(call.owner):
        return migrations.AMBIGUOUS[call.last]
    makers = (place.facts.maker(each) for each in call.receiver if each >= 0)
    fetched = any(made and FETCHED.search(made.name) for made in makers)
    return migrations.AMBIGUOUS[call.last] if fetched else ""


def _handed_on(call: Call) -> str:
    """A migration that a thread, an executor or a partial is to start."""
    if call.last not in migrations.RUNS_LATER:
        return ""
    return next((what for each in call.arguments if (what := _method_named(each.text))), "")
