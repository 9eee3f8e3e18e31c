"""Where a function acquires something: the rows of the catalog, found in its facts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import lifecycle, remote, stubs
from flake8_testhygiene.catalog.files import IN_MEMORY
from flake8_testhygiene.catalog.resource import Resource
from flake8_testhygiene.catalog.resources import LOCAL
from flake8_testhygiene.cleanup.clients import MOCKED, is_client, origins
from flake8_testhygiene.facts import Call, Facts, number
from flake8_testhygiene.module import Module
from flake8_testhygiene.options import ResourceRow
from flake8_testhygiene.outline import Definition
from flake8_testhygiene.pattern import Pattern, spells
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


# Rows by the last part of their name.
ROWS: dict[str, list[Resource]] = {}
for _row in LOCAL:
    ROWS.setdefault(_row.acquire.rpartition(".")[2], []).append(_row)
CONNECTIVE = Pattern(r"_(?:to|on|in|for|from|with|by)_")
NAMES = frozenset({"bound", "stored"})
# What is a method of something that another call made.
METHODS = frozenset(last for last, rows in ROWS.items() if any("()." in row.acquire for row in rows))

# What makes the functions that acquire.
FACTORIES = frozenset(
    row.acquire.removesuffix("()") for rows in ROWS.values() for row in rows if row.acquire.endswith("()")
)

# mkdtemp(suffix, prefix, dir)
PLACED_BY_THIRD = frozenset({"mkdtemp", "mkstemp"})

# Methods by which something else is acquired; what they are called on is worth a question.
ASKED = METHODS & {"accept", "wrap_socket"}

REMOTE = remote.COLLECTION_CREATES | remote.EXCEPTIONS.keys()
NO_ACQUIRE = Pattern(r"(?i)raises|ExpectedException|suppress")
VERB_AND_NOUN = Pattern(rf"^_?({'|'.join(remote.VERBS)})_(\w+)$")
NOT_HELD = Pattern(remote.NOT_HELD)
CHANGES_ITS_LIFE = Pattern(
    rf"{lifecycle.TEARDOWN}|^(__init__|__new__|__enter__|start|join|run|terminate|kill)$"
)


def acquired(place: Place, module: Module) -> tuple[Acquired, ...]:
    """Everything the function acquires by calls of its own."""
    return module.once(("acquired", place.function, place.owner), lambda: tuple(_acquired(place, module)))


def _acquired(place: Place, module: Module) -> Iterator[Acquired]:
    for call in place.facts.calls:
        if not _is_of_interest(call, place, module) or expects_failure(call, place.facts):
            continue
        for name, row in _rows(call, place, module):
            if _is_dropped_at_once(row, call, place, module):
                continue
            if _applies(row, call, place.facts):
                yield from _begun(row, name, call, place.facts)
        for user_row in module.options.resources:
            if user_row.acquire in {call.name, call.last}:
                yield _of_user(user_row, call)
        if _is_remote(call, place, module):
            yield _remote(call)


def _is_of_interest(call: Call, place: Place, module: Module) -> bool:
    """Whether any row may tell of the call: the first look, at the name alone."""
    last = call.last
    return (
        last in ROWS
        or call.name in place.source.classes
        or bool(module.options.resources)
        or (not module.is_unit and (last in REMOTE or bool(VERB_AND_NOUN.match(last))))
    )


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


def _is_dropped_at_once(row: Resource, call: Call, place: Place, module: Module) -> bool:
    """``open(path).read()``: only the expression holds it, and it goes with that; strict asks for more."""
    if row.kind not in {"handle", "network"} or row.begins or module.options.is_strict("TH003"):
        return False
    flow = module.project.flow(place)
    return bool(flow.called_on.get(call.result)) and not (
        flow.uses.get(call.result) or flow.given.get(call.result)
    )


def _rows(call: Call, place: Place, module: Module) -> Iterator[tuple[str, Resource]]:
    """The rows a call is an instance of, with the name it goes by there; strict ones where asked for."""
    if call.name in place.source.classes:
        names = list(_known_bases(call.name, module))
    elif call.last in METHODS:
        makers = list(_makers(call, place, module))
        makers += [base for maker in makers for base in _known_bases(maker, module)]
        names = [call.name, *(f"{maker}().{call.last}" for maker in makers)]
    else:
        names = [call.name, *_called_maker(call, place)]
    for name in names:
        found = [row for row in ROWS.get(name.rpartition(".")[2], ()) if spells(row.acquire, name)]
        if found:
            strict = module.options.is_strict("TH003")
            yield from ((name, row) for row in found if strict or not row.strict)
            return


def _makers(call: Call, place: Place, module: Module) -> Iterator[str]:
    """What made the thing a method is called on: ``listener.accept`` is ``socket.socket().accept``."""
    for each in call.receiver:
        value = place.facts.value(each)
        if each >= 0 and value.kind == "parameter":
            yield from (made for name, made in place.facts.annotations if name == value.detail)
        elif each >= 0:
            yield from (origin.maker for origin in origins(each, place, module) if origin.whole)
    if call.owner in place.source.globals:
        yield place.source.globals[call.owner]
    named = any(spells(row.acquire, call.name) for row in ROWS.get(call.last, ()))
    if call.last in ASKED and not named and not isinstance(place.function, Definition) and not module.is_unit:
        node = module.source.call_at(place.function, call)
        if node is not None and isinstance(node.func, ast.Attribute):
            classes = module.asking.classes(place.function, node.func.value)
            yield from (stubs.MAKERS[each] for each in sorted(classes) if each in stubs.MAKERS)


def _called_maker(call: Call, place: Place) -> Iterator[str]:
    """``Session()`` is ``sessionmaker()()`` where ``Session = sessionmaker(...)``, here or in the module."""
    if call.owner or FACTORIES.isdisjoint(place.source.imports.values()):
        return
    makers = [use.value for use in place.facts.uses if use.how == "bound" and use.detail == call.name]
    made = [place.facts.maker(each) for each in makers if each >= 0]
    names = [each.name for each in made if each is not None] or [place.source.globals.get(call.name, "")]
    yield from (f"{name}()" for name in names if name in FACTORIES)


def _known_bases(name: str, module: Module) -> Iterator[str]:
    """Bases of a class of the linted file that leave making, releasing and beginning as they are."""
    lineage = module.project.lineage(module.source.classes.get(name))
    if not any(CHANGES_ITS_LIFE.search(method) for each in lineage.classes for method in each.methods):
        yield from lineage.foreign


def expects_failure(call: Call, facts: Facts) -> bool:
    """Whether the call is made to see it fail: in a block that expects it, or last in a ``try``."""
    if any(kind == "with" and NO_ACQUIRE.search(detail) for kind, _, detail in call.where):
        return True
    if any(kind == "def" and _is_expected(name, facts) for kind, _, name in call.where):
        return True
    tries = [frame for frame in call.where if frame[0] == "try" and frame[2]]
    return bool(tries) and not any(
        tries[-1] in other.where
        and other.line > call.line
        and (call.result not in other.given or call.result in other.receiver)
        for other in facts.calls
    )


def _is_expected(function: str, facts: Facts) -> bool:
    """Whether an inner function is handed to ``assertRaises``."""
    return any(
        NO_ACQUIRE.search(call.last) and any(argument.text == function for argument in call.arguments)
        for call in facts.calls
    )


def _applies(row: Resource, call: Call, facts: Facts) -> bool:
    if _belongs_elsewhere(row, call, facts) or (row.given and not call.arguments):
        return False
    if any(argument.name in row.not_with for argument in call.arguments):
        return False
    if row.named and not any(use.value == call.result and use.how in NAMES for use in facts.uses):
        return False
    if row.uses and not _is_used(row, call.result, facts):
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


def _is_used(row: Resource, value: int, facts: Facts) -> bool:
    """Whether one of the methods that ``row`` asks for is called on the value, or given it."""
    wanted = (call for call in facts.calls if value in map(number, call.given))
    return any(
        name.rpartition(".")[2] in row.uses
        for call in wanted
        for name in (call.name, *(argument.text for argument in call.arguments))
    )


def _belongs_elsewhere(row: Resource, call: Call, facts: Facts) -> bool:
    """``mkdtemp(dir=other)`` lives and dies with its folder, an archive in memory with its bytes."""
    folder = call.keyword("dir")
    if row.kind == "file" and folder is None and call.last in PLACED_BY_THIRD and len(call.arguments) > 2:
        folder = call.arguments[2]
    if row.kind == "file" and folder is not None:
        return not folder.constant or folder.constant == "None"
    if row.kind == "patch":
        # Of an object that the test made; what that holds in turn may be everybody's.
        return any(value >= 0 for each in call.arguments[:1] for value in each.values)
    if row.kind == "handle":
        made = (facts.maker(each) for argument in call.arguments for each in argument.values if each >= 0)
        return any(maker is not None and maker.name in IN_MEMORY for maker in made)
    return row.kind == "database" and any(":memory:" in each.constant for each in call.arguments)


def is_mocked(acquired: Acquired, module: Module) -> bool:
    """Whether the module replaces the acquiring function somewhere: ``patch('tempfile.mkdtemp')``."""
    text = module.source.text
    owner, _, name = acquired.acquire.rpartition(".")
    if f"{name}'" not in text and f'{name}"' not in text:
        return name == "open" and "mock_open" in text
    owner = owner.rpartition(".")[2] or "builtins"
    asked = r"(?<!hasattr\()(?<!getattr\()"
    return re.search(rf"{asked}\b{re.escape(owner)}(\.|,\s*['\"]){name}['\"]", text) is not None


def _begun(row: Resource, name: str, call: Call, facts: Facts) -> Iterator[Acquired]:
    if not row.begins:
        yield _local(row, name, call, call)
        return
    for begin in facts.calls:
        held = map(number, begin.receiver)
        if begin.last in row.begins and call.result in held and not expects_failure(begin, facts):
            yield _local(row, name, call, begin)


def _local(row: Resource, name: str, made: Call, begun: Call) -> Acquired:
    return Acquired(
        name,
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
    if module.is_unit or not call.owner or NOT_HELD.search(call.last):
        return False
    if call.last in remote.COLLECTION_CREATES:
        in_collection = call.owner.rpartition(".")[2] in remote.COLLECTION
        return in_collection and is_client(call, call.last, place, module)
    found = VERB_AND_NOUN.match(call.last)
    if not found and call.last not in remote.EXCEPTIONS:
        return False
    return is_client(call, found[1] if found else call.last.split("_")[0], place, module)


def _remote(call: Call) -> Acquired:
    noun, releases, back = _pair(call)
    return Acquired(
        call.name,
        noun.replace("_", " "),
        "remote",
        releases,
        True,
        f"{call.owner}.{back}",
        f"{call.name}()",
        call.result,
        call,
    )


def _without_connective(words: str) -> str:
    """``host`` of ``host_to_aggregate``."""
    found = CONNECTIVE.search(words)
    return words[: found.start()] if found else words


def _pair(call: Call) -> tuple[str, tuple[str, ...], str]:
    """What a call creates, what the names of calls that take it back begin with, and the first of them."""
    if call.last in remote.COLLECTION_CREATES:
        return call.owner.rpartition(".")[2].removesuffix("s"), ("delete", "remove"), "delete"
    found = VERB_AND_NOUN.match(call.last)
    back = remote.EXCEPTIONS.get(call.last, "")
    if back or not found:
        noun = _without_connective(back.partition("_")[2])
        return noun, (back.partition("_")[0] + f"_{noun}",), back
    verb, rest = found.groups()
    noun = _without_connective(rest)
    verbs = remote.VERBS[verb]
    return noun, tuple(f"{each}_{noun}" for each in verbs), f"{verbs[0]}_{rest}".replace("_to_", "_from_")
