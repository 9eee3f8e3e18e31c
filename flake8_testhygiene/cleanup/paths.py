"""Is a release reached on every way out of the function, a failing assertion included?"""

from __future__ import annotations

from flake8_testhygiene.facts import Call, Facts
from flake8_testhygiene.module import Module
from flake8_testhygiene.project import Place

RELEASED = "released"
SKIPPABLE = "skippable"
RELEASES = frozenset({RELEASED, SKIPPABLE})

# A release in a nested function runs when that is called, in a handler when something failed.
OTHER_WAYS = ("finally", "def", "lambda", "except")


def reached(release: Call, acquire: Call | None, place: Place, module: Module) -> str:
    """``released`` if nothing between acquire and release can skip it, else ``skippable``.

    ``acquire`` is None where the resource comes from elsewhere, as a parameter or attribute.
    """
    if release.within(*OTHER_WAYS) or module.is_teardown(place):
        return RELEASED
    if acquire is None or _nothing_between(acquire, release, place.facts):
        return RELEASED
    after_yield = place.facts.yields and release.line > place.facts.yields
    return RELEASED if after_yield and module.is_fixture(place) else SKIPPABLE


def _nothing_between(acquire: Call, release: Call, facts: Facts) -> bool:
    calls = facts.calls
    first, last = _index(calls, acquire), _index(calls, release)
    return not any(call.line > acquire.line for call in calls[first + 1 : last])


def _index(calls: tuple[Call, ...], wanted: Call) -> int:
    return next(number for number, call in enumerate(calls) if call is wanted)
