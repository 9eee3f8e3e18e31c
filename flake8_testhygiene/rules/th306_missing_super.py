"""A set-up or tear-down overrides one that does something, and never calls `super()`.

What the base prepares for every test, a patch, a fixture, an attribute, is missing in this class, and what it
takes back stays. Nothing says so: the tests run, against the real thing or into each other.

Bad:

    import unittest

    class TestCloud(unittest.TestCase):
        def setUp(self):
            super().setUp()
            self.enterContext(self.no_network())

    class TestBoot(TestCloud):
        def setUp(self):
            self.image = self.find_image()

        def test_boot(self):
            self.assertTrue(self.boot(self.image))

Good:

    import unittest

    class TestCloud(unittest.TestCase):
        def setUp(self):
            super().setUp()
            self.enterContext(self.no_network())

    class TestBoot(TestCloud):
        def setUp(self):
            super().setUp()
            self.image = self.find_image()

        def test_boot(self):
            self.assertTrue(self.boot(self.image))

It is reported at the `def` of the override. A base's set-up counts where it enters a context, uses a fixture,
starts a patch, registers a cleanup of what it does not make itself, or sets an attribute that a test or
tear-down still reads and nobody else sets; a base's tear-down where it releases what the set-up that runs has
acquired.

Silent: an upcall in any form, also through a helper or past the next base; overrides that do nothing, skip or
raise, or whose comment speaks of the base; overrides that do the same themselves; classes with a base that is
not known, or that refuses a missing upcall at run time (testtools, oslotest, tempest, Django); mixins.

Options: none.

Instead: `super().setUp()` first in a set-up, `super().tearDown()` last in a tear-down.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.catalog import harnesses, lifecycle
from flake8_testhygiene.catalog.harnesses import MIXINS
from flake8_testhygiene.catalog.resources import ALL_PATCHES_STOPPED_BY
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Class, Function
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

WORDS = tuple(f"def {hook}(" for hook in (*lifecycle.BEGINS, *lifecycle.ENDS))
PATCHED = Pattern(r"^unittest\.mock\.patch\b.*\.start$|^mocker\.patch")
RELEASES = Pattern(lifecycle.RELEASING)
GIVES_UP = Pattern(r"(?i)^(raise|skip\w*|fail)$")
SPEAKS_OF_THE_BASE = Pattern(
    r"(?i)#(?!\s*(TH\d|noqa)).*\b(super|base|parent|inherit|overrid|overwrit|instead of|deliberate|intention)"
)


@rule(
    "TH306",
    "{hook}() never calls super(): {base} {effect}",
    on=FUNCTIONS,
    trigger=WORDS,
)
def missing_super(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    base = _overridden(place, module)
    if base is None or _refuses_to_run(place, module) or _is_meant(place, module):
        return
    effect = next(_effects(base, place, module), "")
    if effect:
        words = {"hook": function.name, "base": _named(base, module), "effect": effect}
        yield Found(function.lineno, function.col_offset, words)


def _overridden(place: Place, module: Module) -> Place | None:
    """What an upcall would run; None if that is not known, or not a method of a class that was read."""
    hooks = lifecycle.BEGINS.keys() | lifecycle.ENDS.keys()
    lineage = module.project.lineage(place.owner)
    if place.name not in hooks or not module.is_test_class(place.owner):
        return None
    if any(module.harness(base) is None for base in lineage.foreign):
        return None
    base = module.project.callee(f"super().{place.name}", place)
    if base is None or base.function is place.function:
        return None
    # Of a class behind the framework's own, an upcall would find the framework's method first.
    for each in lineage.order:
        if isinstance(each, Class):
            if base.function is each.methods.get(place.name):
                return base
            if each is not place.owner and place.name in each.attributes | each.aliases.keys():
                return None
        elif module.harness(each) not in MIXINS:
            return None
    return None


def _refuses_to_run(place: Place, module: Module) -> bool:
    """Whether a base notices the missing upcall by itself."""
    lineage = module.project.lineage(place.owner)
    names = [*lineage.foreign, *lineage.covered, *(each.qualified for each in lineage.classes)]
    wanted = harnesses.INSISTS_ON_UPCALLS.get(place.name, ())
    return any(named(name, wanted) for name in names)


def _is_meant(place: Place, module: Module) -> bool:
    """Whether the override calls up after all, switches the tests off, or says why it does not call up."""
    function = place.function
    calls = place.facts.calls
    if not calls and not place.facts.uses and not place.facts.effects:
        return True
    if any(GIVES_UP.match(call.last) and not call.within("if") for call in calls):
        return True
    lines = module.source.lines[function.lineno - 2 : function.end_lineno]
    return any(map(SPEAKS_OF_THE_BASE.search, lines)) or bool(_calls_up(place, place.name, module))


def _calls_up(place: Place, hook: str, module: Module) -> frozenset[bool]:
    """Whether a function calls a base's hook, or ``super`` at all, itself or through others."""

    def answer(there: Place) -> frozenset[bool]:
        for call in there.facts.calls:
            if call.name.startswith("super") or (call.last == hook and call.owner != "self"):
                return frozenset({True})
            callee = module.project.callee(call.name, there)
            if callee is None:
                if any(argument.text == "self" for argument in call.arguments):
                    return frozenset({True})  # who knows what it does with the test
            elif _calls_up(callee, hook, module):
                return frozenset({True})
        return frozenset()

    return module.project.verdict(f"calls up {hook}", place, answer)


def _named(base: Place, module: Module) -> str:
    """``Base.setUp() (base.py:42)``, or ``(line 42)`` in the linted file."""
    owner = base.source.owners[base.function]
    line = base.function.lineno
    there = base.at(line) if module.project.is_inherited(base) else f"line {line}"
    return f"{owner.name if owner else ''}.{base.name}() ({there})"


# what the base does


def _effects(base: Place, place: Place, module: Module) -> Iterator[str]:
    """What is lost without the base's hook, and made up for by nobody."""
    done = _closed(place, module)
    again = {each.function for each in done}
    lost = tuple(each for each in _closed(base, module) if each.function not in again)
    if place.name in lifecycle.BEGINS:
        yield from _isolation(lost, done)
        yield from _missing_attributes(lost, place, module)
    else:
        yield from _unreleased(lost, done, place, module)


def _closed(start: Place, module: Module) -> tuple[Place, ...]:
    """A function and all those it calls, as far as they are known; upcalls included."""
    found = {start.function: start}
    waiting = [start]
    while waiting:
        there = waiting.pop()
        for call in there.facts.calls:
            callee = module.project.callee(call.name, there)
            if callee is not None and callee.function not in found:
                found[callee.function] = callee
                waiting.append(callee)
    return tuple(found.values())


def _isolation(lost: tuple[Place, ...], done: tuple[Place, ...]) -> Iterator[str]:
    """What keeps a test apart from the world: contexts, patches, cleanups."""
    own = {call.name for each in done for call in each.facts.calls}
    for each in lost:
        for call in each.facts.calls:
            if call.within("def", "lambda") or call.name in own:
                continue
            if call.last in lifecycle.ENTERS and call.owner == "self":
                yield f"enters {_argument(call, each)}"
            elif _starts_patch(call, each):
                yield "starts a patch"
            elif call.last in lifecycle.REGISTERS_CLEANUP and call.owner == "self" and not _own(call, each):
                yield "registers a cleanup"


def _argument(call: Call, place: Place) -> str:
    """What is entered, as far as it has a name: ``self.no_network()``."""
    makers = (place.facts.maker(each) for each in call.given if each >= 0)
    return next((f"{made.name}()" for made in makers if made), "a context")


def _starts_patch(call: Call, place: Place) -> bool:
    if PATCHED.search(call.name):
        return True
    makers = (place.facts.maker(each) for each in call.receiver)
    return call.last == "start" and any(made and PATCHED.search(f"{made.name}.start") for made in makers)


def _own(cleanup: Call, place: Place) -> bool:
    """Whether a cleanup is for what the function makes itself: without the one there is not the other."""
    stored = {use.detail.removesuffix("[]") for use in place.facts.uses if use.how == "stored"}
    texts = [argument.text for argument in cleanup.arguments]
    if any(".".join(text.split(".")[:2]) in stored for text in texts if text.count(".")):
        return True
    return any(place.facts.value(each).kind != "attribute" for each in cleanup.given)


# attributes


def _missing_attributes(lost: tuple[Place, ...], place: Place, module: Module) -> Iterator[str]:
    """Attributes that only the base sets and that something still reads."""
    lineage = module.project.lineage(place.owner)
    given = {name for each in lineage.classes for name in (*each.attributes, *each.methods)}
    lost_functions = {each.function for each in lost}
    others = [each for each in module.project.methods(place.owner) if each.function not in lost_functions]
    given |= {name for each in others for name in _stored(each)}
    missing = {name for each in lost for name in _stored(each)} - given
    if not missing:
        return
    for reader in _in_use(place, module):
        for value in reader.facts.values:
            if value.kind == "attribute" and value.detail in missing:
                yield f"sets self.{value.detail}, which {reader.name}() reads"


def _stored(place: Place) -> set[str]:
    stored = (use.detail for use in place.facts.uses if use.how == "stored")
    return {detail.removeprefix("self.") for detail in stored if detail.startswith("self.")}


def _in_use(place: Place, module: Module) -> Iterator[Place]:
    """The tests and hooks of a class that nothing overrides."""
    seen: set[str] = set()
    for each in module.project.methods(place.owner):
        if each.name in seen:
            continue
        seen.add(each.name)
        if each.name.startswith("test") and not module.is_fixture(each):
            yield each


# what a tear-down releases


def _unreleased(
    lost: tuple[Place, ...], done: tuple[Place, ...], place: Place, module: Module
) -> Iterator[str]:
    """What the base's tear-down releases, and the set-up that runs has acquired."""
    setup = module.project.callee(f"self.{lifecycle.ENDS[place.name]}", place)
    before = _closed(setup, module) if setup else ()
    acquired = {name for each in before for name in _stored(each)}
    mentioned = {
        value.detail for each in (*done, *before) for value in each.facts.values if value.kind == "attribute"
    }
    own = {call.last for each in (*done, *before) for call in each.facts.calls}
    own |= {
        argument.text.rpartition(".")[2]
        for each in before
        for call in each.facts.calls
        for argument in call.arguments
    }
    for each in lost:
        for call in each.facts.calls:
            if call.last in own or call.within("def", "lambda"):
                continue
            if call.name in ALL_PATCHES_STOPPED_BY:
                yield f"calls {call.name}()"
            elif RELEASES.search(call.last):
                rows = map(each.facts.value, call.given)
                held = {row.detail for row in rows if row.kind == "attribute"}
                kept = sorted(held & acquired - mentioned)
                if kept:
                    yield f"releases self.{kept[0]}"
