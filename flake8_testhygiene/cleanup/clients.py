"""Is this a client of a real API? Told by its name, and by where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from flake8_testhygiene.catalog import remote
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.pattern import Globs, Pattern
from flake8_testhygiene.project import Place

CLIENT_NAME = Pattern(remote.CLIENT_NAME)
SERVICE_OF_CLIENT = Pattern(remote.SERVICE_OF_CLIENT)
COLLECTION_CLIENT = Pattern(remote.COLLECTION_CLIENT)
CLIENTS = Globs(remote.CLIENTS)
IN_PROCESS = Pattern(remote.IN_PROCESS)
MOCKED = Pattern(r"(?i)mock|fake|stub|dummy")


class Origin(NamedTuple):
    """Where a client comes from: the call that made it, or ``parameter``; ``whole`` if it is its result."""

    maker: str
    keywords: frozenset[str]
    whole: bool


def is_client(call: Call, verb: str, place: Place, module: Module) -> bool:
    """Whether a call that creates with ``verb`` is made on a client whose resources stay."""
    if MOCKED.search(call.owner):
        return False
    origins = list(client_origins(call, place, module))
    if any(origin.maker == "parameter" or MOCKED.search(origin.maker) for origin in origins):
        return False  # a fixture's, or a caller's: what it is, and who cleans up after it, is not known
    if any(IN_PROCESS.search(origin.maker) for origin in origins):
        return False
    collection = call.last in remote.COLLECTION_CREATES
    if any(CLIENTS.match(origin.maker) and origin.whole is not collection for origin in origins):
        return not any(origin.keywords & remote.POINTS_ELSEWHERE for origin in origins)
    if collection:
        return bool(COLLECTION_CLIENT.search(call.owner.rpartition(".")[0]))
    if verb in remote.CREATING and SERVICE_OF_CLIENT.search(call.owner):
        return True
    name = call.owner.rpartition(".")[2]
    return bool(CLIENT_NAME.search(name)) and (verb in remote.CREATING or name not in remote.CONNECTIONS)


def client_origins(call: Call, place: Place, module: Module) -> Iterator[Origin]:
    """Everything the receiver of a call may come from."""
    for each in call.receiver:
        yield from origins(each, place, module)
    root = call.owner.split(".")[0]
    if root in module.source.globals:
        yield Origin(module.source.globals[root], frozenset(), True)


def origins(
    reference: int, place: Place, module: Module, seen: frozenset[str] = frozenset()
) -> Iterator[Origin]:
    """Everything a value may come from, also through attributes of ``self``."""
    made, value = place.facts.maker(reference), place.facts.value(reference)
    if made is not None:
        yield Origin(made.name, frozenset(each.name for each in made.arguments), reference >= 0)
    elif value.kind == "parameter":
        yield Origin("parameter", frozenset(), reference >= 0)
    elif value.kind == "attribute" and value.detail not in seen:
        for origin in _stored_as(value.detail, place, module, seen | {value.detail}):
            yield origin._replace(whole=origin.whole and reference >= 0)


def _stored_as(attribute: str, place: Place, module: Module, seen: frozenset[str]) -> Iterator[Origin]:
    for method in module.project.storing(place.owner, attribute):
        for use in method.facts.uses:
            if use.how == "stored" and use.detail == f"self.{attribute}":
                yield from origins(use.value, method, module, seen)
