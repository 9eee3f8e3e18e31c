"""Where a function acquires something: the rows of the catalog, found in its facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import remote
from flake8_testhygiene.catalog.resources import LOCAL, Resource
from flake8_testhygiene.cleanup.clients import MOCKED, is_client
from flake8_testhygiene.facts import Call, Facts, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.options import ResourceRow
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place


class Acquired(NamedTuple):
    """Something acquired: by what name, what it is, who must let it go, and the call in question.

    ``value`` is its number among the values of the function. ``origin`` is the place of the acquiring
    call inside the helper that hands it over, empty where the function acquires it itself.
    """

    acquire: str
    noun: str
    kind: str
    releases: tuple[str, ...]
    manages: bool
    way_out: str
    text: str
    value: int
    call: Call
    origin: str = ""


ROWS: dict[str, list[Resource]] = {}
for _row in LOCAL:
    ROWS.setdefault(_row.acquire, []).append(_row)

NO_ACQUIRE = Pattern(r"(?i)raises|ExpectedException|suppress")
VERB_AND_NOUN = Pattern(rf"^_?({'|'.join(remote.VERBS)})_(\w+)$")
NOT_HELD = Pattern(remote.NOT_HELD)


def acquired(place: Place, module: Module) -> Iterator[Acquired]:
    """Everything the function acquires by calls of its own."""
    for call in place.facts.calls:
        if expects_failure(call, place.facts):
            continue
        for row in ROWS.get(_made_name(call, place.facts), ()):
            if _applies(row, call):
                yield from _begun(row, call, place.facts)
        for user_row in module.options.resources:
            if user_row.acquire in {call.name, call.last}:
                yield _of_user(user_row, call)
        if _is_remote(call, place, module):
            yield _remote(call)


def created(place: Place, module: Module) -> Iterator[Acquired]:
    """What calls create by their names alone, on whatever object.

    For those who know from elsewhere that it is a resource: because it is given to a call that deletes.
    """
    for call in () if module.is_unit else place.facts.calls:
        found = VERB_AND_NOUN.match(call.last)
        if not found or found[1] not in remote.CREATING or NOT_HELD.search(call.last):
            continue
        if call.owner in {"", "self", "super()"}:
            continue
        if not MOCKED.search(call.owner) and not expects_failure(call, place.facts):
            yield _remote(call)


def _made_name(call: Call, facts: Facts) -> str:
    """The callee by what its receiver was made by: ``listener.accept`` is ``socket.socket().accept``."""
    makers = [facts.maker(each) for each in call.receiver if each >= 0]
    names = {f"{made.name}().{call.last}" for made in makers if made} & ROWS.keys()
    return min(names) if names else call.name


def expects_failure(call: Call, facts: Facts) -> bool:
    """Whether the call is made to see it fail: in a block that expects it, or last in a ``try``."""
    if any(kind == "with" and NO_ACQUIRE.search(detail) for kind, _, detail in call.where):
        return True
    if any(kind == "def" and _is_expected(name, facts) for kind, _, name in call.where):
        return True
    tries = [frame for frame in call.where if frame[0] == "try" and frame[2]]
    return bool(tries) and not any(
        tries[-1] in other.where and other.line > call.line and call.result not in other.given
        for other in facts.calls
    )


def _is_expected(function: str, facts: Facts) -> bool:
    """Whether an inner function is handed to ``assertRaises``."""
    return any(
        NO_ACQUIRE.search(call.last) and any(argument.text == function for argument in call.arguments)
        for call in facts.calls
    )


def _applies(row: Resource, call: Call) -> bool:
    if _belongs_elsewhere(row, call):
        return False
    if row.when:
        name, wanted = row.when
        given = call.keyword(name)
        return given is not None and given.constant == wanted
    if row.unless:
        name, _ = row.unless
        given = call.keyword(name)
        return given is None or given.constant in {"None", "False" if row.unless[1] == "True" else "True"}
    return True


def _belongs_elsewhere(row: Resource, call: Call) -> bool:
    """``mkdtemp(dir=other)`` lives and dies with its folder, a database in memory with its connection."""
    folder = call.keyword("dir")
    if row.kind == "file" and folder is not None:
        return not folder.constant or folder.constant == "None"
    return row.kind == "database" and any(":memory:" in each.constant for each in call.arguments)


def is_mocked(acquired: Acquired, module: Module) -> bool:
    """Whether the module replaces the acquiring function somewhere: ``patch('tempfile.mkdtemp')``."""
    text = module.source.text
    owner, _, name = acquired.acquire.rpartition(".")
    if f"{name}'" not in text and f'{name}"' not in text:
        return name == "open" and "mock_open" in text
    owner = owner.rpartition(".")[2] or "builtins"
    return re.search(rf"{owner}(\.|,\s*['\"]){name}['\"]", text) is not None


def _begun(row: Resource, call: Call, facts: Facts) -> Iterator[Acquired]:
    if not row.begins:
        yield _local(row, call, call)
        return
    for begin in facts.calls:
        held = map(number, begin.receiver)
        if begin.last == row.begins and call.result in held and not expects_failure(begin, facts):
            yield _local(row, call, begin)


def _local(row: Resource, made: Call, begun: Call) -> Acquired:
    return Acquired(
        row.acquire,
        row.noun,
        row.kind,
        row.releases,
        row.manages,
        row.way_out,
        f"{begun.name}()",
        made.result,
        begun,
    )


def _of_user(row: ResourceRow, call: Call) -> Acquired:
    methods = tuple(f".{each.rpartition('.')[2]}" for each in row.releases)
    noun = call.last.lower()
    return Acquired(
        row.acquire,
        noun,
        "own",
        (*row.releases, *methods),
        True,
        row.releases[0],
        f"{call.name}()",
        call.result,
        call,
    )


def _is_remote(call: Call, place: Place, module: Module) -> bool:
    found = VERB_AND_NOUN.match(call.last)
    if not found or NOT_HELD.search(call.last) or module.is_unit or not call.owner:
        return False
    return is_client(call, found[1], place, module)


def _remote(call: Call) -> Acquired:
    found = VERB_AND_NOUN.match(call.last)
    assert found
    verb, rest = found.groups()
    noun = re.split(r"_(?:to|on|in|for|from|with|by)_", rest)[0]
    verbs = remote.VERBS[verb]
    back = f"{verbs[0]}_{rest}".replace("_to_", "_from_")
    return Acquired(
        call.name,
        noun.replace("_", " "),
        "remote",
        tuple(f"{each}_{noun}" for each in verbs),
        True,
        f"{call.owner}.{back}",
        f"{call.name}()",
        call.result,
        call,
    )
