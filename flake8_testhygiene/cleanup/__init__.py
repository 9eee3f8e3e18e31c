"""The one question: what does a function acquire that nobody releases?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog.triggers import ACQUIRES, CREATES, PATCHES
from flake8_testhygiene.cleanup.acquires import Acquired, acquired, expects_failure, is_mocked
from flake8_testhygiene.cleanup.isolation import is_isolated, is_isolated_here, is_out_of_sight
from flake8_testhygiene.cleanup.owners import HANDED_ON, NOTHING, outcomes, parameter_outcomes
from flake8_testhygiene.cleanup.paths import SKIPPABLE
from flake8_testhygiene.cleanup.sweeping import swept
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.project import Place
from flake8_testhygiene.screen import ready


class Leak(NamedTuple):
    """A resource that no one releases, or (``skippable``) only where nothing fails before."""

    acquired: Acquired
    skippable: bool


KINDS = frozenset({"file", "handle", "database", "process", "thread", "network", "remote", "own"})
PATCH = frozenset({"patch"})
LOCAL = (KINDS | PATCH) - {"remote", "own"}
LOCAL_WORDS = ready(ACQUIRES + PATCHES)
# Where a helper may acquire something; in unit tests nothing of a real API's.
IN_UNIT = ready(ACQUIRES)
ANYWHERE = ready(ACQUIRES + CREATES)


def leaks(place: Place, module: Module, kinds: frozenset[str], *, strict: bool) -> Iterator[Leak]:
    """What ``place`` acquires of these kinds, itself or through a helper, and leaves behind.

    Strict takes the reviewer at his word: what a harness or an unread base cleans up is not excused.
    """
    in_sight = frozenset(kind for kind in kinds if not is_out_of_sight(kind, place, module, strict=strict))
    for each in held(place, module, in_sight, strict=strict):
        found = outcomes(each, place, module)
        if HANDED_ON in found and module.is_fixture(place) and not _released_by_tests(each, place, module):
            found -= {HANDED_ON}
        if not found - {SKIPPABLE}:
            found |= swept(each, place, module)
        if not found - {SKIPPABLE} and not is_mocked(each, module):
            yield Leak(each, skippable=bool(found))


def held(
    place: Place, module: Module, kinds: frozenset[str], *, strict: bool, more: Iterable[Acquired] = ()
) -> Iterator[Acquired]:
    """What ``place`` acquires of these kinds, itself or through a helper, and nothing around it excuses.

    ``more`` is what else it acquires; an acquire that is known anyway is not told again.
    """
    if not module.options.resources:
        kinds -= {"own"}
    if module.is_script or module.is_fake_class(place.owner):
        return
    if not kinds or (kinds <= LOCAL and place.function not in module.touched(LOCAL_WORDS)):
        return
    known = [*acquired(place, module), *_through_helpers(place, module, strict)]
    known += [each for each in more if not any(each.call is other.call for other in known)]
    for each in known:
        if each.kind in kinds and (strict or not is_isolated(each.kind, place, each.call, module)):
            yield each


def _through_helpers(place: Place, module: Module, strict: bool) -> Iterator[Acquired]:
    """What helpers acquire and hand over to ``place``: from here on it is the caller's."""
    reach = module.reach(IN_UNIT if module.is_unit else ANYWHERE)
    for call in place.facts.calls:
        if not reach.leads_to(call):
            continue
        callee = module.project.callee(call.name, place)
        if callee is None or callee.function is place.function or module.is_fixture(callee):
            continue
        if expects_failure(call, place.facts):
            continue
        for handed in _handed_over(callee, module, strict):
            yield handed._replace(
                value=call.result,
                call=call,
                text=f"{call.name}()",
                origin=handed.origin or _place_of(handed.call, callee, module),
            )


def _place_of(call: Call, place: Place, module: Module) -> str:
    """``line 88``, or ``base.py:88`` in another file."""
    if not module.project.is_inherited(place):
        return f"line {call.line}"
    return place.at(call.line)


def _handed_over(place: Place, module: Module, strict: bool) -> frozenset[Acquired]:
    """What a function acquires and returns, with nobody releasing it."""

    def answer(there: Place) -> frozenset[Acquired]:
        return frozenset(
            each
            for each in (*acquired(there, module), *_through_helpers(there, module, strict))
            if there.facts.yields == 0
            and outcomes(each, there, module) == {HANDED_ON}
            and (strict or not is_isolated_here(each.kind, there, each.call, module))
            and not swept(each, there, module, by_tests=False)
        )

    return module.project.verdict("hands over in strict" if strict else "hands over", place, answer)


def _released_by_tests(each: Acquired, fixture: Place, module: Module) -> bool:
    """Whether a function that takes the fixture as a parameter does anything about its value.

    The tests that use a fixture of a conftest stand in other files: then the answer is yes.
    """
    if module.stem == "conftest":
        return True
    name = fixture.name
    users = (user for user in module.places if name in user.facts.parameters)
    return any(parameter_outcomes(each, name, user, module) != NOTHING for user in users)
