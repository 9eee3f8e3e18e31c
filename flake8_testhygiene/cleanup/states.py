"""Process-wide state: who changes it, and whether anything near by puts it back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import lifecycle, states
from flake8_testhygiene.catalog.harnesses import STATE
from flake8_testhygiene.catalog.states import State
from flake8_testhygiene.cleanup.isolation import is_isolated, neighbours
from flake8_testhygiene.facts import Call, Effect, Where
from flake8_testhygiene.module import Module
from flake8_testhygiene.project import Place


class Change(NamedTuple):
    """One change of process-wide state; ``key`` is the constant item changed, if it is one."""

    state: State
    key: str
    line: int
    column: int
    where: Where
    sources: tuple[str, ...]


BY_CALL = {name: state for state in states.STATES for name in state.calls}
BY_TARGET = {state.target: state for state in states.STATES}
# Calls whose first argument says which item is changed.
KEYED = ("os.environ.pop", "os.environ.setdefault", "os.putenv", "os.unsetenv", "signal.signal")
SAVED = re.compile(r"(?i)(^|[._])(old|orig|original|saved?|prev|previous|before|backup|initial|default)")
GUARDS = re.compile(
    r"(?i)environ|monkeypatch|EnvironmentVar|swap_attr|swap_item|preserve|restor|temp_cwd|change_cwd|captured_std|isolat"
)


def left_changed(place: Place, module: Module, *, strict: bool) -> Iterator[Change]:
    """Changes of process-wide state that nothing puts back, the first of each state and key."""
    if module.is_teardown(place) or is_isolated(STATE, place, None, module):
        return
    seen: set[tuple[str, str]] = set()
    own = list(_changes(place, module, strict))
    for change in own:
        if (change.state.target, change.key) in seen:
            continue
        seen.add((change.state.target, change.key))
        if not _is_restored(change, own, place, module, strict):
            yield change


def _changes(place: Place, module: Module, strict: bool) -> Iterator[Change]:
    for effect in place.facts.effects:
        state = BY_TARGET.get(effect.target) or (_attribute_of_module(effect, module) if strict else None)
        if state and (strict or not state.strict):
            yield Change(state, effect.key, effect.line, effect.column, effect.where, effect.sources)
    for call in place.facts.calls:
        called = BY_CALL.get(call.name)
        if called and (strict or not called.strict) and not _asks(call):
            sources = tuple(argument.text for argument in call.arguments if argument.text)
            yield Change(called, _key(call), call.line, call.column, call.where, sources)


def _attribute_of_module(effect: Effect, module: Module) -> State | None:
    """Strict: an attribute of an imported module or class is process-wide state too."""
    root = effect.target.split(".")[0]
    imported = {name.split(".")[0] for name in module.source.imports.values()}
    if root not in imported or re.search(r"return_value|side_effect|(^|\.)_", effect.target):
        return None
    return State(effect.target, effect.target, (), (), "mock.patch.object(...)", strict=True)


def _key(call: Call) -> str:
    """Which item of the state a call changes: the variable's name, the signal."""
    if not call.arguments or not call.name.startswith(KEYED):
        return ""
    first = call.arguments[0]
    return first.constant.strip("'\"") or first.text


def _asks(call: Call) -> bool:
    given = states.QUERIES.get(call.name)
    if given is None:
        return False
    return len(call.arguments) <= given or call.arguments[given].constant in {"None", "0"}


def _is_restored(change: Change, own: list[Change], place: Place, module: Module, strict: bool) -> bool:
    if change.where and any(
        kind in {"finally", "def", "lambda", "except"}
        or (kind == "with" and GUARDS.search(detail))
        or (kind == "with" and detail in change.state.restored_by)
        for kind, _, detail in change.where
    ):
        return True
    if any(SAVED.search(source) for source in change.sources) or _from_elsewhere(change):
        return True
    if any(_undoes(other, change) and other.line > change.line for other in own):
        return True
    for each in neighbours(place, module):
        if each.function is not place.function and any(
            _undoes(other, change) for other in _changes(each, module, strict)
        ):
            return True
        if any(_registers(call, change) or _guards(call, change) for call in each.facts.calls):
            return True
    return bool({"monkeypatch", "mocker"} & set(place.facts.parameters)) and any(
        call.owner == "monkeypatch" and change.key in {a.constant.strip("'\"") for a in call.arguments}
        for call in place.facts.calls
    )


def _from_elsewhere(change: Change) -> bool:
    """What comes from an attribute of the test may be the value that was saved there."""
    return any(source.startswith("self.") for source in change.sources)


def _undoes(other: Change, change: Change) -> bool:
    return other.state.target == change.state.target and (
        other.key == change.key or not other.key or not change.key
    )


def _registers(call: Call, change: Change) -> bool:
    """A cleanup that names the state: addCleanup(os.chdir, cwd), addCleanup(setattr, sys, 'argv', argv)."""
    if call.last not in lifecycle.REGISTERS_CLEANUP and call.last not in lifecycle.ENTERS:
        return False
    spelled = {argument.text for argument in call.arguments} - {""}
    constants = {argument.constant.strip("'\"") for argument in call.arguments} - {""}
    if change.key and constants and change.key not in constants:
        return False
    owner, _, name = change.state.target.rpartition(".")
    wanted = {*change.state.calls, *change.state.restored_by, change.state.target}
    return (
        any(text in wanted or text.startswith(f"{change.state.target}.") for text in spelled)
        or any(text.rpartition(".")[2] in change.state.restored_by for text in spelled)
        or (owner in spelled and name in constants)
    )


def _guards(call: Call, change: Change) -> bool:
    return call.name in change.state.restored_by or (
        call.last in change.state.restored_by
        or any(call.name.removesuffix("().start") == each for each in change.state.restored_by)
        or (call.last in lifecycle.ENTERS and bool(GUARDS.search(" ".join(a.text for a in call.arguments))))
    )
