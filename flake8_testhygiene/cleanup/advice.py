"""The words of a message: what leaks, and the way out that exists where it leaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flake8_testhygiene.cleanup import Leak
from flake8_testhygiene.cleanup.acquires import Acquired
from flake8_testhygiene.facts import dotted
from flake8_testhygiene.outline import Definition
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found
from flake8_testhygiene.source import Source

# What a message of 100 columns leaves to the words of TH003.
ROOM = 74
# A little more, before the way out loses what it is called on and is no code any more.
MORE_ROOM = 84

REGISTER = {
    "setUpClass": "cls.addClassCleanup",
    "setUpModule": "unittest.addModuleCleanup",
    "resource_setup": "cls.addClassResourceCleanup",
}


def found(leaks: Iterable[Leak], place: Place) -> Iterator[Found]:
    """The places of leaks, each with the words that say what leaks and what to do.

    A helper may acquire the same in several branches; at its call there is one thing to say of that.
    """
    told: set[tuple[int, int, str]] = set()
    for leak in leaks:
        call = leak.acquired.call
        key = (call.line, call.column, leak.acquired.noun)
        if key not in told:
            told.add(key)
            yield Found(call.line, call.column, described(leak.acquired, place))


def described(acquired: Acquired, place: Place) -> dict[str, str]:
    """The words of a message about ``acquired``; long names lose what stands before their last dot."""
    words = {
        "noun": acquired.noun,
        "name": name_of(acquired, place),
        "text": written(acquired, place),
        "origin": f" ({acquired.origin})" if acquired.origin else "",
    }
    for text, release, room in (
        (words["text"], acquired.way_out, ROOM),
        (_short(words["text"]), acquired.way_out, MORE_ROOM),
        (_short(words["text"]), _short(acquired.way_out), MORE_ROOM),
    ):
        words |= {"text": text, "way_out": way_out(acquired, release, place)}
        if sum(map(len, words.values())) - len(words["name"]) <= room:
            break
    return words


def way_out(acquired: Acquired, release: str, place: Place) -> str:
    """How to release it here: a cleanup where the class can register one, else with or finally."""
    called = f"{name_of(acquired, place)}{release}" if release.startswith(".") else release
    if place.owner is not None and any(base != "object" for base in place.owner.bases):
        register = REGISTER.get(place.name, "self.addCleanup")
        return f"{register}({called})" if release.startswith(".") else f"{register}({called}, ...)"
    if acquired.manages and acquired.kind != "remote":
        return f"with {written(acquired, place).removesuffix('.start()')}"
    return f"try/finally {called}{'()' if release.startswith('.') else '(...)'}"


def written(acquired: Acquired, place: Place) -> str:
    """The acquiring call as the user wrote its name, without arguments."""
    if isinstance(place.source, Source) and not isinstance(place.function, Definition):
        node = place.source.call_at(place.function, acquired.call)
        if node is not None:
            return f"{dotted(node.func, {})}()"
    return acquired.text


def name_of(acquired: Acquired, place: Place) -> str:
    """The name the value goes by, else its noun."""
    uses = [use for use in place.facts.uses if use.value == acquired.value]
    for how in ("stored", "bound"):
        for use in uses:
            if use.how == how and use.detail != "?" and not use.detail.endswith("[]"):
                return use.detail
    return acquired.noun.split()[-1]


def _short(name: str) -> str:
    owner, _, last = name.rpartition(".")
    return last if owner else name
