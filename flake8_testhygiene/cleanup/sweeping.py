"""What releases a resource without being given it: sweepers, a release found by its noun, a parent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from flake8_testhygiene.catalog import lifecycle, remote, waiters
from flake8_testhygiene.catalog.resources import ALL_PATCHES_STOPPED_BY
from flake8_testhygiene.cleanup.acquires import VERB_AND_NOUN, Acquired
from flake8_testhygiene.cleanup.clients import CLIENT_NAME
from flake8_testhygiene.cleanup.isolation import neighbours
from flake8_testhygiene.cleanup.owners import NAMING, NOTHING, Outcomes
from flake8_testhygiene.cleanup.paths import RELEASED, reached
from flake8_testhygiene.facts import Call, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place

# How far a call that is named like a release is followed to see what it releases.
MOST_HOPS = 4
SWEEPER = Pattern(remote.SWEEPER)
STARTS_OVER = Pattern(remote.STARTS_OVER)
AROUND_TESTS = lifecycle.BEGINS.keys() | lifecycle.ENDS.keys()
REGISTERS = "|".join(sorted(lifecycle.REGISTERS_CLEANUP))
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
    releases = call.last.lstrip("_").startswith(tuple(acquired.releases))
    if not releases or "parameter" not in kinds or "call" in kinds:
        return False
    registers = rf"\b({REGISTERS})\(\s*(\w+\.)?{there.name}\b"
    return not any(re.search(registers, each.source.text) for each in (place, there))


def _makes_one(call: Call) -> bool:
    """Whether a call makes what its result names; names and numbers are made by other words."""
    return bool(MAKES.match(call.last)) and not NAMING.search(call.last)
