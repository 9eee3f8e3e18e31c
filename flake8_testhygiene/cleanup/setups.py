"""Set-ups that are left half built: what they keep for a teardown that never runs when they fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import callees, failures, lifecycle, remote, waiters
from flake8_testhygiene.cleanup import held
from flake8_testhygiene.cleanup.acquires import Acquired
from flake8_testhygiene.cleanup.isolation import is_out_of_sight
from flake8_testhygiene.cleanup.order import asks_whether_it_is
from flake8_testhygiene.cleanup.owners import UNKNOWN, Step, releasing_methods, steps
from flake8_testhygiene.cleanup.paths import RELEASES
from flake8_testhygiene.cleanup.sweeping import swept
from flake8_testhygiene.facts import Call, Use
from flake8_testhygiene.module import Module
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place

LOOKS_ONLY = Pattern(callees.LOOKS_ONLY)
FAILS_ON_PURPOSE = Pattern(failures.ON_PURPOSE)
CONSTRUCTS = Pattern(r"^_?[A-Z]\w*[a-z]")
READS = Pattern(waiters.READ)
NAMING = Pattern(remote.NAMING)
NEVER_FAILS = Pattern(failures.NEVER)
MAY_FAIL = Pattern(failures.INPUT_AND_OUTPUT)


class HalfBuilt(NamedTuple):
    """What a set-up acquires and only a teardown releases, and the first later call that may fail."""

    acquired: Acquired
    attribute: str
    failing: Call


def half_built(place: Place, module: Module, kinds: frozenset[str]) -> Iterator[HalfBuilt]:
    """What is left behind when the set-up fails half-way; only of a test class."""
    if place.name not in lifecycle.SKIPS_TEARDOWN or not module.is_test_class(place.owner):
        return
    in_sight = frozenset(kind for kind in kinds if not is_out_of_sight(kind, place, module))
    for each in held(place, module, in_sight, strict=False):
        attribute = _kept_as(each, place, module)
        failing = _failing(each, place, module) if attribute else None
        if failing is not None and not (each.kind == "patch" and swept(each, place, module)):
            yield HalfBuilt(each, attribute, failing)


def _kept_as(acquired: Acquired, place: Place, module: Module) -> str:
    """The attribute that it is kept as, if a teardown releases that and nobody else does or may."""
    made = steps(acquired, place, module)
    kept = [step.by.detail.removeprefix("self.") for step in made if isinstance(step.by, Use)]
    if not kept or not all(map(_is_kept, made)) or kept[0].endswith("[]"):
        return ""
    releasing = list(releasing_methods(acquired, kept[0], place, module))
    teardowns = [each for each in releasing if each.name in lifecycle.SKIPPED_TEARDOWNS]
    if not teardowns or any(map(_is_on_purpose, teardowns)):
        return ""
    return "" if _are_registered({f"self.{each.name}" for each in releasing}, place, module) else kept[0]


def _is_on_purpose(teardown: Place) -> bool:
    """Whether a comment in the teardown says why it is no cleanup: that is the answer to this remark."""
    function = teardown.function
    lines = teardown.source.lines[function.lineno - 1 : function.end_lineno]
    return any("ddCleanup" in line.partition("#")[2] for line in lines)


def _is_kept(step: Step) -> bool:
    """Whether a step leaves it with the test: it is stored, or given to what is only to use it."""
    by = step.by
    if isinstance(by, Call):
        return not step.found & RELEASES and by.last not in lifecycle.REGISTERS_CLEANUP
    return by.how == "stored" and by.detail.startswith("self.") and UNKNOWN not in step.found


def _are_registered(names: set[str], place: Place, module: Module) -> bool:
    """Whether the set-up has one of the methods called in any case."""
    return any(
        call.last in lifecycle.REGISTERS_CLEANUP and argument.text in names
        for method in (place, *module.project.methods(place.owner, ("ddCleanup", "ddClassCleanup")))
        for call in method.facts.calls
        for argument in call.arguments
    )


def _failing(acquired: Acquired, place: Place, module: Module) -> Call | None:
    acquire = acquired.call
    return next(
        (
            call
            for call in place.facts.calls
            if call.line > acquire.line
            and not call.within("def", "lambda", "except", "finally", "try")
            and (_is_constructor(call) or _may_fail(call, place, module))
            and not asks_whether_it_is(call, acquired, place.facts)
        ),
        None,
    )


def _may_fail(call: Call, place: Place, module: Module) -> bool:
    """Whether a call acquires, waits, asserts, reads or writes, by itself or in what it calls."""
    if call.name in place.facts.locals:
        return False  # an inner function: what it does was read in its place
    callee = module.project.callee(call.name, place)
    if callee is not None:
        return bool(_fails(callee, module))
    if FAILS_ON_PURPOSE.search(call.last):
        return True
    if LOOKS_ONLY.search(call.name) or NEVER_FAILS.search(call.name) or NAMING.search(call.last):
        return False
    return bool(MAY_FAIL.search(call.last) and not READS.match(call.last))


def _is_constructor(call: Call) -> bool:
    """Whether a call makes an object of what is tested; in helpers, of what they need themselves."""
    return bool(CONSTRUCTS.match(call.last)) and not NEVER_FAILS.search(call.name)


def _fails(place: Place, module: Module) -> frozenset[str]:
    def answer(there: Place) -> frozenset[str]:
        calls = (call for call in there.facts.calls if not call.within("def", "lambda", "except", "try"))
        return frozenset({"fails"} if any(_may_fail(call, there, module) for call in calls) else ())

    return module.project.verdict("may fail in a set-up", place, answer)
