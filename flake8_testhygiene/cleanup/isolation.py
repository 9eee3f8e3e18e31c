"""What takes care of a whole test: base classes, decorators, sweepers, a release found by its noun."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial

from flake8_testhygiene.catalog import harnesses, lifecycle, remote, waiters
from flake8_testhygiene.catalog.resources import ALL_PATCHES_STOPPED_BY
from flake8_testhygiene.cleanup.acquires import VERB_AND_NOUN, Acquired
from flake8_testhygiene.cleanup.clients import CLIENT_NAME, client_origins
from flake8_testhygiene.cleanup.owners import NAMING, NOTHING, Outcomes
from flake8_testhygiene.cleanup.paths import RELEASED, reached
from flake8_testhygiene.facts import Call, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Class
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Lineage, Place
from flake8_testhygiene.screen import NEVER, Trigger

HARMLESS_DECORATOR = Pattern(harnesses.HARMLESS_DECORATOR)
BLOCKS = {kind: Pattern(words) for kind, words in harnesses.BLOCKS.items()}
RUNS_AROUND = Pattern(r"^(setUp|tearDown|setup_|teardown_)")
GOES_WITH_ITS_PROCESS = frozenset({"handle", "network", "thread"})
# How far a call that is named like a release is followed to see what it releases.
MOST_HOPS = 4
MOCKED_ANSWER = Pattern(r"(return_value|side_effect)\b")
SWEEPER = Pattern(remote.SWEEPER)
STARTS_OVER = Pattern(remote.STARTS_OVER)
AROUND_TESTS = lifecycle.BEGINS.keys() | lifecycle.ENDS.keys()
TAKES_BACK = Pattern(r"(?i)delete|remove|destroy|clean|purge")
MAKES = Pattern(r"_?(create|boot|build|make|post|allocate|add|setup|start|spawn|generate)")
READS = Pattern(waiters.READ)
INDEPENDENT = Pattern(remote.INDEPENDENT)
RELATES = Pattern(remote.RELATES)
REQUEST_MOCKS = Pattern(remote.REQUEST_MOCKS)
# What a method of a base class contains if it takes back what tests create, or answers their requests.
SWEEPS = (
    "delete",
    "remove",
    "clean",
    "clear",
    "purge",
    "sweep",
    "wipe",
    "destroy",
    "reset",
    "tear_down",
    "teardown",
    "register_uri",
    "requests",
)


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


def swept(acquired: Acquired, place: Place, module: Module, *, by_tests: bool = True) -> Outcomes:
    """What releases the resource without being given it: by its name, by noun, or all at once.

    Not ``by_tests`` where it is handed on: each test that gets one releases its own, and no other's.
    """
    if acquired.kind == "patch":
        every = neighbours(place, module, ("stopall",))
        stops = any(_names(call, ALL_PATCHES_STOPPED_BY) for each in every for call in each.facts.calls)
        return frozenset({RELEASED}) if stops else NOTHING
    if acquired.kind != "remote":
        return NOTHING
    if _dies_with_parent(acquired, place) or _requests_are_answered(neighbours(place, module, SWEEPS)):
        return frozenset({RELEASED})
    found = set()
    for each, call in sweepers(acquired, place, module):
        if not by_tests and module.is_test(each):
            continue
        here = each.function is place.function and call.last not in lifecycle.REGISTERS_CLEANUP
        found.add(reached(call, acquired.call, place, module) if here else RELEASED)
    return frozenset(found)


def sweepers(acquired: Acquired, place: Place, module: Module) -> Iterator[tuple[Place, Call]]:
    """The calls around that release a remote resource by its noun, and the functions they stand in."""
    for each in neighbours(place, module, SWEEPS):
        for call in each.facts.calls:
            if _takes_back(call, acquired, each, place, module):
                yield each, call


def is_swept_around(acquired: Acquired, place: Place, module: Module) -> bool:
    """Whether what runs before or after every test releases it too, by its noun, or nothing real is made."""
    if acquired.kind != "remote":
        return False
    return _requests_are_answered(neighbours(place, module, SWEEPS)) or any(
        each.function is not place.function and module.runs_around_tests(each)
        for each, _ in sweepers(acquired, place, module)
    )


def _requests_are_answered(around: Iterable[Place]) -> bool:
    return any(
        REQUEST_MOCKS.search(name)
        for each in around
        for name in (*each.facts.decorators, *(call.name for call in each.facts.calls))
    )


def _dies_with_parent(acquired: Acquired, place: Place) -> bool:
    """Whether it goes with something that the call is given: a role with its user, a rule with its group.

    What exists on its own does not; a relation does, with what helpers made and look after.
    """
    if _is_in_a_group(acquired.call, place):
        return True
    if INDEPENDENT.search(acquired.noun) and not RELATES.match(acquired.call.last):
        return False
    values = {number(each) for argument in acquired.call.arguments for each in argument.values}
    return any(_is_looked_after(value, place) for value in values)


def _is_in_a_group(call: Call, place: Place) -> bool:
    rows = (place.facts.value(each) for argument in call.arguments for each in argument.values)
    keys = {key for row in rows for key in row.keys}
    return not remote.IN_A_GROUP.isdisjoint(keys | {argument.name for argument in call.arguments})


def _is_looked_after(value: int, place: Place) -> bool:
    """Whether a value is something that somebody else releases, or is to; no name or text."""
    row, made = place.facts.value(value), place.facts.maker(value)
    if row.kind in {"parameter", "attribute"}:
        return not CLIENT_NAME.search(row.detail)
    if made is None:
        return False
    if READS.match(made.last):
        return any(_is_looked_after(number(each), place) for each in made.given)
    if made.owner in {"self", "super()"} and not NAMING.search(made.last.removesuffix("_id")):
        return True  # a helper's: it registers what it makes, or its own result is reported
    return bool(VERB_AND_NOUN.match(made.last))  # released with it, or reported in its place


def _names(call: Call, wanted: tuple[str, ...]) -> bool:
    spelled = (call.name, *(argument.text for argument in call.arguments))
    return any(name in wanted or name.endswith(".stopall") for name in spelled)


def _takes_back(
    call: Call, acquired: Acquired, there: Place, place: Place, module: Module, hops: int = 0
) -> bool:
    """Whether a call releases things of that noun, and not one that is surely another."""
    registers = call.last in lifecycle.REGISTERS_CLEANUP
    if not hops and _starts_over(call, there, module):
        return _may_sweep(module.project.callee(call.name, there), acquired, place, module, hops)
    if not hops and not registers and module.project.is_inherited(there) and not module.is_teardown(there):
        return False  # a helper of a base class, for its own ends
    spelled = (call.name, *(text for each in call.arguments for text in (each.text, each.name) if text))
    lasts = [name.rpartition(".")[2] for name in spelled]
    if registers and any(SWEEPER.search(last) for last in lasts):
        callee = module.project.callee(call.arguments[0].text, there) if call.arguments else None
        inherited = module.project.is_inherited(there)
        return _may_sweep(callee if inherited else None, acquired, place, module, hops)
    noun = acquired.noun.replace(" ", "_")
    speaks_of_it = any(
        last.lstrip("_").startswith(tuple(acquired.releases))
        or (TAKES_BACK.search(last) and noun.rstrip("s") in last)
        for last in lasts
    )
    if not speaks_of_it or _is_of_another(call, acquired, there, place):
        return False
    if not hops and _is_given_it(call, acquired, there, place, module):
        return False
    callee = module.project.callee(call.name, there)
    if callee is None or hops == MOST_HOPS:
        return True
    # Named so, but it may only empty a list that this is not in.
    inner = (each for each in callee.facts.calls if each.name != "raise")
    return any(_takes_back(each, acquired, callee, place, module, hops + 1) for each in inner)


def _starts_over(call: Call, there: Place, module: Module) -> bool:
    """Whether a set-up or a teardown puts a whole service back by the call, as far as its name tells."""
    return (
        there.name in AROUND_TESTS
        and bool(STARTS_OVER.search(call.last))
        # Of self.data.teardown_all() only what self.data has made.
        and not call.owner.startswith(("super()", "self.", "cls."))
        and call.last not in AROUND_TESTS
    )


def _may_sweep(callee: Place | None, acquired: Acquired, place: Place, module: Module, hops: int) -> bool:
    """Whether what is called clear, purge or so takes the resource back, as far as is known.

    What a process of its own does is not seen.
    """
    if callee is None or hops == MOST_HOPS:
        return True
    return _runs_a_process(callee, module) or any(
        _takes_back(each, acquired, callee, place, module, hops + 1) for each in callee.facts.calls
    )


def _runs_a_process(place: Place, module: Module) -> bool:
    """Whether a function starts a program, itself or through others."""

    def answer(there: Place) -> frozenset[str]:
        runs = any(
            call.name.startswith("subprocess.")
            or ((callee := module.project.callee(call.name, there)) and _runs_a_process(callee, module))
            for call in there.facts.calls
        )
        return frozenset({"runs"} if runs else ())

    return bool(module.project.verdict("runs a process", place, answer))


def _is_of_another(call: Call, acquired: Acquired, there: Place, place: Place) -> bool:
    """Whether what a release is given was made by another call, or is kept where this never goes."""
    given = {number(each) for argument in call.arguments for each in argument.values}
    if there.function is place.function:
        own = {number(each) for argument in acquired.call.arguments for each in argument.values}
        if given & own:
            return False
    named = {place.facts.value(each).detail for each in acquired.call.given}
    rows = [there.facts.value(each) for each in given]
    makers = [made for each in given if (made := there.facts.maker(each))]
    if any(_makes_one(made) for made in makers):
        return True
    kept = (row.detail for row in rows if row.kind == "attribute" and not CLIENT_NAME.search(row.detail))
    return any(name not in named for name in kept) and not any(READS.match(made.last) for made in makers)


def _is_given_it(call: Call, acquired: Acquired, there: Place, place: Place, module: Module) -> bool:
    """Whether a helper releases what it is given: who calls it with what is followed on its own way."""
    if there.function is place.function or module.runs_around_tests(there):
        return False
    values = {number(each) for argument in call.arguments for each in argument.values}
    kinds = [there.facts.value(each).kind for each in values]
    registers = rf"\b({'|'.join(sorted(lifecycle.REGISTERS_CLEANUP))})\(\s*(\w+\.)?{there.name}\b"
    return (
        call.last.lstrip("_").startswith(tuple(acquired.releases))
        and "parameter" in kinds
        and "call" not in kinds
        and not any(re.search(registers, each.source.text) for each in (place, there))
    )


def _makes_one(call: Call) -> bool:
    """Whether a call makes what its result names; names and numbers are made by other words."""
    return bool(MAKES.match(call.last)) and not NAMING.search(call.last)
