"""Which server, volume or share a call is about."""

from __future__ import annotations

import re

from flake8_testhygiene.catalog import lifecycle, migrations, waiters
from flake8_testhygiene.facts import Call, References, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place

CLIENT_RECEIVER = Pattern(migrations.CLIENT_RECEIVER)
READS = Pattern(waiters.READ)
RESOURCE = Pattern(r"^(?!.*(api|client|clients|cloud|conn)$).*(server|volume|share|instance)")
WAITS = Pattern(waiters.NAME)


def shares(start: Call, later: Call, place: Place, module: Module) -> bool:
    """Whether two calls are about one resource: the same value, or one read by means of it."""
    kin = _kin(start.given, place, module)
    return bool(kin & _kin(later.given, place, module)) or not kin


def _kin(references: References, place: Place, module: Module) -> frozenset[tuple[str, str]]:
    """The identities behind references: values, what they were read by, attributes by their names."""
    found: set[tuple[str, str]] = set()
    waiting = list(map(number, references))
    seen: set[int] = set()
    while waiting:
        value = waiting.pop()
        row = place.facts.values[value]
        if value in seen or row.kind == "dict":
            continue
        seen.add(value)
        if row.kind == "attribute":
            if not CLIENT_RECEIVER.search(row.detail):
                found.add(("attribute", row.detail))
            continue
        found.add((row.kind, str(value)))
        made = place.facts.maker(value)
        if made and _hands_back_the_same(made):
            waiting += map(number, made.given)
    return frozenset(found)


def _hands_back_the_same(call: Call) -> bool:
    """Whether the result stands for what the call is given: get_server(id), _wait_for_state(server)."""
    names_it = READS.match(call.last) or WAITS.search(call.last)
    return bool(names_it) or call.last in lifecycle.HANDS_THROUGH


def is_other(start: Call, waiter: Call, place: Place) -> bool:
    """Whether a waiter waits for what is surely another server: both made by the same kind of call."""
    one, other = (_made_by(call.given, place) for call in (start, waiter))
    if not one or not other or one.keys() & other.keys():
        return False
    return bool(set(one.values()) & set(other.values()))


def _made_by(references: References, place: Place) -> dict[str, str]:
    """The makers of the resources among references: value by value, ``self.api.post_server``."""
    found: dict[str, str] = {}
    for each in references:
        row, made = place.facts.value(each), place.facts.maker(each)
        if made:
            if re.match(r"_?(create|boot|build|post|start)_", made.last):
                found[row.detail] = made.name
        elif row.kind == "parameter" and re.match(r"server|volume|share|instance", row.detail):
            found[row.detail] = "parameter"
        elif row.kind == "attribute" and RESOURCE.search(row.detail):
            found[row.detail] = "attribute"
    return found
