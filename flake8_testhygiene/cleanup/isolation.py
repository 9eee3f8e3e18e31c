"""What takes care of a whole test: base classes, decorators, blocks, fixtures; and what runs around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from flake8_testhygiene.catalog import harnesses, lifecycle
from flake8_testhygiene.cleanup.clients import client_origins
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Class
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Lineage, Place
from flake8_testhygiene.screen import NEVER, Trigger

HARMLESS_DECORATOR = Pattern(harnesses.HARMLESS_DECORATOR)
BLOCKS = {kind: Pattern(words) for kind, words in harnesses.BLOCKS.items()}
RUNS_AROUND = Pattern(r"^(setUp|tearDown|setup_|teardown_)")
GOES_WITH_ITS_PROCESS = frozenset({"handle", "network", "thread"})
MOCKED_ANSWER = Pattern(r"(return_value|side_effect)\b")


def is_isolated(kind: str, place: Place, call: Call | None, module: Module) -> bool:
    """Whether something around the whole test releases this kind, or may; asked of what is in sight.

    ``call`` is what acquires; a ``with mock_aws():`` around it counts.
    """
    return (
        _by_decorator(kind, place, call, module)
        or _may_be_decorated_away(kind, place, module)
        or is_isolated_here(kind, place, call, module)
        or _by_users_word(place, module)
        or _by_fixture(kind, place, module)
        or _is_about_leaks(place)
        or (kind == "remote" and _is_faked(place, module))
    )


def is_isolated_here(kind: str, place: Place, call: Call | None, module: Module) -> bool:
    """Whether what acquires is itself taken care of: its client by a fixture, or it by a block around it."""
    if kind == "remote" and call is not None and _client_is_of_fixture(call, place, module):
        return True
    return _by_block(kind, call)


def is_of_a_harness(kind: str, place: Place, module: Module) -> bool:
    """Whether a base class isolates this kind, or may because neither it is read nor the catalog knows it.

    Asked where a function releases what it acquires: then nothing else a base does is an excuse.
    """
    for heir in module.project.heirs(place.owner):
        lineage = module.project.lineage(heir)
        if _isolates(kind, lineage, module):
            return True
        if kind in harnesses.WITHIN_REACH_OF_A_BASE and None in map(module.harness, lineage.foreign):
            return True
    return False


def is_out_of_sight(kind: str, place: Place, module: Module, *, strict: bool = False) -> bool:
    """Whether a base class releases this kind, or may because it, or who uses the class, is not seen.

    Answered from classes alone, before any function is read. Strict does not take the catalog's word
    for what a base releases.
    """
    if module.once(
        ("by base", kind, place.owner, strict), partial(_by_base, kind, place.owner, module, strict)
    ):
        return True
    if kind in GOES_WITH_ITS_PROCESS and _runs_in_a_process(place, module):
        return True
    return kind in harnesses.WITHIN_REACH_OF_A_BASE and not module.runs_alone(place)


def _runs_in_a_process(place: Place, module: Module) -> bool:
    """Whether the function is what a process of its own runs, and goes with it: ``Process(target=serve)``."""
    return place.name in module.once("run in a process", partial(_process_targets, module))


def _process_targets(module: Module) -> frozenset[str]:
    text = module.source.text
    targets = re.findall(r"\btarget=(?:self\.|cls\.)?(\w+)", text) if "Process(" in text else ()
    return frozenset(targets)


def _is_faked(place: Place, module: Module) -> bool:
    """Whether something the test needs is replaced by a mock: then what answers is no service."""
    setups = (each for each in module.project.methods(place.owner, NEVER) if module.is_setup(each))
    return any(_uses_mocks(each) for each in (place, *setups)) or any(
        ".patch" in name for name in module.project.decorators(place)
    )


def _uses_mocks(place: Place) -> bool:
    return any(
        call.name.startswith("unittest.mock.") or call.last.startswith("assert_called")
        for call in place.facts.calls
    ) or any(use.how == "marked" and MOCKED_ANSWER.match(use.detail) for use in place.facts.uses)


def _by_block(kind: str, call: Call | None) -> bool:
    """Whether a block around the call takes care of it, by its name: ``with wait_threads_exit():``."""
    wanted = BLOCKS.get(kind)
    return (
        wanted is not None
        and call is not None
        and any(frame == "with" and wanted.search(detail) for frame, _, detail in call.where)
    )


def _is_about_leaks(place: Place) -> bool:
    """Whether the function tests what becomes of a resource that nobody releases."""
    return any(
        "ResourceWarning" in argument.text for call in place.facts.calls for argument in call.arguments
    )


def _by_decorator(kind: str, place: Place, call: Call | None, module: Module) -> bool:
    around = [detail for frame, _, detail in call.where if frame == "with"] if call else []
    made = [maker for each in module.project.lineage(place.owner).classes for maker in each.makers]
    names = [name.removesuffix("()") for name in (*module.project.decorators(place), *around, *made)]
    return any(
        kind in row.isolates and named(name, (row.name,)) for row in harnesses.DECORATORS for name in names
    )


def _may_be_decorated_away(kind: str, place: Place, module: Module) -> bool:
    """Whether a decorator that is not known to leave things alone stands on the function or a class."""
    return kind in harnesses.WITHIN_REACH_OF_A_BASE and any(
        not HARMLESS_DECORATOR.search(name) for name in module.project.decorators(place)
    )


def _client_is_of_fixture(call: Call, place: Place, module: Module) -> bool:
    """Whether the client belongs to a fixture of the test, which takes everything with it when it goes."""
    origins = client_origins(call, place, module)
    return any(origin.maker.rpartition(".")[2] in lifecycle.ENTERS for origin in origins)


def _by_users_word(place: Place, module: Module) -> bool:
    lineage = module.project.lineage(place.owner)
    classes = (name for each in lineage.classes for name in (each.name, each.qualified))
    names = [*module.project.decorators(place), *lineage.foreign, *classes]
    return any(named(name.removesuffix("()"), module.options.isolated_by) for name in names)


def _by_base(kind: str, owner: Class | None, module: Module, strict: bool) -> bool:
    in_reach = kind in harnesses.WITHIN_REACH_OF_A_BASE
    for heir in module.project.heirs(owner):
        lineage = module.project.lineage(heir)
        if in_reach and not module.knows_bases(lineage):
            return True
        if not strict and _isolates(kind, lineage, module):
            return True
    return False


def _isolates(kind: str, lineage: Lineage, module: Module) -> bool:
    """Whether the catalog says so of a base; what can be read of a base is not taken from there."""
    names = [*lineage.foreign, *lineage.covered]
    if kind not in harnesses.READABLE:
        names += module.read_frameworks(lineage)
    return any(row is not None and kind in row.isolates for row in map(module.harness, names))


def _by_fixture(kind: str, place: Place, module: Module) -> bool:
    wanted = harnesses.FIXTURES.get(kind, frozenset())
    if not wanted:
        return False
    if wanted & set(place.facts.parameters):
        return True
    around = neighbours(place, module, tuple(wanted))
    return any(not wanted.isdisjoint(_called(each, module)) for each in around)


def _called(place: Place, module: Module) -> frozenset[str]:
    """What a function calls, by last names."""
    key = ("called", place.function, place.owner)
    return module.once(key, lambda: frozenset(call.last for call in place.facts.calls))


def neighbours(place: Place, module: Module, words: Trigger) -> Iterator[Place]:
    """The function, what else its class holds, and what frameworks run around every test.

    Of base classes and conftest.py files what contains ``words``, and of these what runs before or after
    every test. Another test of the class releases nothing for this one.
    """
    yield place
    is_test = module.is_test(place)
    in_class = partial(_in_class, place.owner, words, is_test, module)
    # The same for all tests of a class, which may be thousands.
    for each in (
        *module.once(("in class", place.owner, words, is_test), in_class),
        *module.once("running around", lambda: tuple(filter(_runs_around, module.project.around))),
    ):
        if each.function is not place.function:
            yield each


def _in_class(owner: Class | None, words: Trigger, is_test: bool, module: Module) -> tuple[Place, ...]:
    """What a class holds that may release something for a test of it, or for another function."""
    return tuple(
        method
        for method in module.project.methods(owner, words)
        if (not module.project.is_inherited(method) or module.runs_around_tests(method))
        and not (is_test and module.is_test(method))
    )


def _runs_around(place: Place) -> bool:
    """Whether a framework runs a function of the module around every test."""
    if RUNS_AROUND.match(place.name):
        return True
    return bool(place.function.decorator_list) and place.facts.is_autouse
