"""Process-wide state: who changes it, and whether anything near by puts it back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flake8_testhygiene.catalog import lifecycle, states
from flake8_testhygiene.catalog.harnesses import STATE
from flake8_testhygiene.catalog.states import State
from flake8_testhygiene.cleanup.acquires import NO_ACQUIRE
from flake8_testhygiene.cleanup.isolation import is_isolated, is_out_of_sight, neighbours
from flake8_testhygiene.facts import Call, Effect, Where
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.reach import requested


class Change(NamedTuple):
    """One change of process-wide state; ``key`` is the constant item changed, if it is one.

    ``restores`` is a change to what every process starts with.
    """

    state: State
    key: str
    restores: bool
    line: int
    column: int
    where: Where
    sources: tuple[str, ...]


BY_CALL = {name: state for state in states.STATES for name in state.calls}
BY_TARGET = {state.target: state for state in states.STATES}
# Calls whose first argument says which item is changed.
KEYED = ("os.environ.pop", "os.environ.setdefault", "os.putenv", "os.unsetenv", "signal.signal")
SAVED = Pattern(r"(?i)(^|[._])(old|orig|original|saved?|prev|previous|before|backup|initial|default)")
PUTS_BACK = Pattern(r"(?i)restore|reset|revert|undo|environ|chdir|cwd|umask|locale|signal|clean|state")
RESTORES_ALL = Pattern(states.RESTORES_ALL)
GUARDS = Pattern(r"(?i)monkeypatch|swap_attr|swap_item|preserve|restor|isolat")


def left_changed(place: Place, module: Module, *, strict: bool) -> Iterator[Change]:
    """Changes of process-wide state that nothing puts back, the first of each state."""
    if module.is_teardown(place) or _is_elsewhere(place, module):
        return
    if is_out_of_sight(STATE, place, module, strict=strict):
        return
    if not strict and is_isolated(STATE, place, None, module):
        return
    seen: set[tuple[str, str]] = set()
    reported: set[str] = set()
    own = list(_changes(place, module, strict))
    after = place.facts.yields if module.is_fixture(place) else 0
    for change in own:
        if after and change.line > after:
            continue  # what a fixture does after its yield is to put things back
        item = (change.state.target, change.key)
        if change.restores or item in seen:
            continue
        seen.add(item)  # a second change of it is how it was put back
        if change.state.target not in reported and not _is_restored(change, own, place, module, strict):
            reported.add(change.state.target)
            yield change


def may_change_an_import(function: Function, module: Module) -> bool:
    """Whether a function may assign to a part of something imported, by a look at what it assigns to."""
    return any(_may_change_an_import(each, module) for each in module.source.statements(function))


def _may_change_an_import(statement: ast.stmt, module: Module) -> bool:
    targets: Sequence[ast.expr | None] = ()
    match statement:
        case ast.Expr():
            return False  # as most are
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True  # what it brings, or what is in it, may be anything
        case ast.Assign(targets) | ast.Delete(targets):
            pass
        case ast.AugAssign(target) | ast.AnnAssign(target) | ast.For(target) | ast.AsyncFor(target):
            targets = [target]
        case ast.With(items) | ast.AsyncWith(items):
            targets = [item.optional_vars for item in items]
    return any(each is not None and _is_of_import(each, module) for each in targets)


def _is_of_import(target: ast.expr, module: Module) -> bool:
    """Whether a target is an attribute or an item of something imported, or holds such a one."""
    if isinstance(target, ast.Tuple | ast.List):
        return any(_is_of_import(each, module) for each in target.elts)
    root = target
    while isinstance(root, ast.Attribute | ast.Subscript | ast.Starred):
        root = root.value
    return root is not target and isinstance(root, ast.Name) and root.id in module.source.imports


def _is_elsewhere(place: Place, module: Module) -> bool:
    """Whether the function changes a process of its own: a child, or a script that a test starts."""
    if module.is_script:
        return True
    return "fork" in module.source.content.names and any(call.name == "os.fork" for call in place.facts.calls)


def _changes(place: Place, module: Module, strict: bool) -> Iterator[Change]:
    for effect in place.facts.effects:
        state = BY_TARGET.get(effect.target) or (_attribute_of_module(effect, module) if strict else None)
        if state and (strict or not state.strict):
            yield Change(state, effect.key, False, effect.line, effect.column, effect.where, effect.sources)
    for call in place.facts.calls:
        called = BY_CALL.get(call.name)
        if called and (strict or not called.strict):
            sources = tuple(argument.text for argument in call.arguments if argument.text)
            yield Change(
                called, _key(call), _changes_nothing(call), call.line, call.column, call.where, sources
            )


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
    return first.literal or first.text


def _changes_nothing(call: Call) -> bool:
    if call.name not in states.NO_CHANGE:
        return False
    number, harmless = states.NO_CHANGE[call.name]
    if len(call.arguments) <= number:
        return True
    given = call.arguments[number]
    return given.constant in harmless or given.text in harmless


def _is_restored(change: Change, own: list[Change], place: Place, module: Module, strict: bool) -> bool:
    if change.where and any(
        kind in {"finally", "def", "lambda", "except"}
        or (kind == "with" and (_is_guard(detail, change) or NO_ACQUIRE.search(detail)))
        or (kind == "with" and detail in change.state.restored_by)
        for kind, _, detail in change.where
    ):
        return True
    if any(SAVED.search(source) for source in change.sources) or _from_elsewhere(change):
        return True
    if any(_undoes(other, change) and _comes_later(other, change) for other in own):
        return True
    fixtures = list(requested(place, module))
    if None in fixtures:
        return True  # it may do so, whatever it is
    for each in (*neighbours(place, module, _words(change.state)), *filter(None, fixtures)):
        if each.function is not place.function and not _runs_with(each, place, module):
            continue
        if each.function is not place.function and any(
            _undoes(other, change) for other in _changes(each, module, strict)
        ):
            return True
        inherited = module.project.is_inherited(each)
        if any(
            _registers(call, change, each)
            or _guards(call, change, each, inherited)
            or (module.is_setup(each) and _overrides(call, change))
            for call in each.facts.calls
        ):
            return True
        if any(_cleans_up(call, change, each, module, strict) for call in each.facts.calls):
            return True
    return "monkeypatch" in place.facts.parameters and any(
        call.owner == "monkeypatch" and change.key in {argument.literal for argument in call.arguments}
        for call in place.facts.calls
    )


def _runs_with(other: Place, place: Place, module: Module) -> bool:
    """Whether another function runs around the one that changes state, or calls it; other tests do not."""
    if other.owner is None or module.runs_around_tests(other):
        return True
    return any(call.last == place.name for call in other.facts.calls)


def _words(state: State) -> tuple[str, ...]:
    """What the text of a function contains that puts the state back."""
    names = (state.target, *state.calls, *state.restored_by)
    return (*sorted({name.rpartition(".")[2] for name in names}), "environ", "monkeypatch")


def _from_elsewhere(change: Change) -> bool:
    """What comes from an attribute of the test may be the value that was saved there."""
    return any(source.startswith("self.") for source in change.sources)


def _undoes(other: Change, change: Change) -> bool:
    return other.state.target == change.state.target and (
        other.key == change.key or not other.key or not change.key
    )


def _comes_later(other: Change, change: Change) -> bool:
    return other.line > change.line or any(kind in {"def", "lambda"} for kind, _, _ in other.where)


def _registers(call: Call, change: Change, place: Place) -> bool:
    """A cleanup that names the state: addCleanup(os.chdir, cwd), addCleanup(setattr, sys, 'argv', argv)."""
    if call.last not in lifecycle.REGISTERS_CLEANUP and call.last not in lifecycle.ENTERS:
        return False
    spelled = _spelled(call, place)
    constants = _literals(call, place)
    if change.key and constants and change.key not in constants:
        return False
    owner, _, name = change.state.target.rpartition(".")
    wanted = {*change.state.calls, *change.state.restored_by, change.state.target}
    return (
        any(text in wanted or text.startswith(f"{change.state.target}.") for text in spelled)
        or any(text.rpartition(".")[2] in change.state.restored_by for text in spelled)
        or (owner in spelled and name in constants)
    )


def _spelled(call: Call, place: Place) -> set[str]:
    """The names a call is given, and those of the calls that made the rest: ``os.environ.copy()``."""
    names = {argument.text for argument in call.arguments if argument.text}
    return names | {made.name for made in _makers(call, place)}


def _makers(call: Call, place: Place) -> list[Call]:
    """The calls that made what a call is given."""
    return [made for each in call.given if (made := place.facts.maker(each))]


def _cleans_up(call: Call, change: Change, place: Place, module: Module, strict: bool) -> bool:
    """A cleanup that puts the state back, or that stands elsewhere and is named as if it did."""
    if call.last not in lifecycle.REGISTERS_CLEANUP or not call.arguments:
        return False
    name = call.arguments[0].text
    callee = module.project.callee(name, place)
    named_so = bool(PUTS_BACK.search(name.rpartition(".")[2]))
    if callee is None:
        return not module.project.is_inherited(place) and named_so
    home = callee.source.name.module
    if home and change.state.target.startswith(f"{home}.") and named_so:
        return True  # the module whose attribute it is does so, by global
    return any(_undoes(other, change) for other in _changes(callee, module, strict))


def _guards(call: Call, change: Change, place: Place, inherited: bool) -> bool:
    if _restores_all(call, change):
        return True
    literals = {argument.literal for argument in call.arguments} - {""}
    if change.key and literals and change.key not in literals:
        return False  # EnvironmentVariable('http_proxy') is of one variable
    return call.name in change.state.restored_by or (
        call.last in change.state.restored_by
        or any(call.name.removesuffix("().start") == each for each in change.state.restored_by)
        or (call.last in lifecycle.ENTERS and _is_entered_guard(call, change, place, inherited))
    )


def _overrides(call: Call, change: Change) -> bool:
    """Whether the state is handed to a method of the test: ``self.overrideAttr(sys, 'stdout')``."""
    owner, _, name = change.state.target.rpartition(".")
    return (
        call.owner == "self"
        and owner in {argument.text for argument in call.arguments}
        and name in {argument.literal for argument in call.arguments}
    )


def _restores_all(call: Call, change: Change) -> bool:
    """Whether a call is ``patch.dict('os.environ', ...)``: of which variables it tells does not matter."""
    if not call.arguments or not RESTORES_ALL.search(call.name):
        return False
    first, *others = call.arguments
    part = f"{first.text}.{others[0].literal}" if others else ""
    return change.state.target in {first.text, first.literal, part}


def _is_guard(name: str, change: Change, inherited: bool = False) -> bool:
    """Whether a context manager or fixture puts the state back, as far as its name tells.

    Of a base class in another file it must name the state: bases isolate many other things.
    """
    own = change.state.guards
    general = not inherited and GUARDS.search(name) is not None
    return general or (own != "" and re.search(f"(?i){own}", name) is not None)


def _is_entered_guard(call: Call, change: Change, place: Place, inherited: bool) -> bool:
    """The same of what is entered; a guard of one variable is none of another."""
    literals = _literals(call, place)
    if change.key and literals and change.key not in literals:
        return False
    if any(made.last == "MonkeyPatch" for made in _makers(call, place)):
        attribute = change.state.target.rpartition(".")[2]
        return any(text.rpartition(".")[2] == attribute for text in literals)
    return any(_is_guard(name, change, inherited) for name in _spelled(call, place))


def _literals(call: Call, place: Place) -> set[str]:
    """The constants that a call is given, and those given to the calls that made the rest."""
    return {argument.literal for each in (call, *_makers(call, place)) for argument in each.arguments} - {""}
