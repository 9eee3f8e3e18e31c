"""The files of the suite, as far as they are read: bases, MRO, the callee of a call, verdicts.

So far a project answers from the linted file alone. What stands in other files is *unknown*, and is
said to be: a class with a base elsewhere has an unfinished lineage, a function elsewhere has no facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from flake8_testhygiene.facts import Facts, Flow
from flake8_testhygiene.source import Class, Function, Source

Answer = TypeVar("Answer")
Key = tuple[str, Function, str]


class Place(NamedTuple):
    """A function somewhere in the suite, and the class whose ``self`` it runs with."""

    function: Function
    owner: Class | None
    source: Source

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.name

    @property
    def facts(self) -> Facts:
        """What the function does; read when first asked."""
        return self.source.facts(self.function)


class Lineage(NamedTuple):
    """The classes a class inherits from, itself first, and the dotted names of bases not read."""

    classes: tuple[Class, ...]
    foreign: tuple[str, ...]


class Project:
    """Answers for one flake8 run what stands where, and what functions do in the end."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._verdicts: dict[Key, frozenset[Any]] = {}
        self._flows: dict[Function, Flow] = {}
        self._lineages: dict[str, Lineage] = {}
        self._asked: list[Key] = []
        self._cut: set[Key] = set()

    def place(self, function: Function) -> Place:
        """The place of an outermost function of the linted file."""
        return Place(function, self._source.owners.get(function), self._source)

    def flow(self, place: Place) -> Flow:
        """The facts of a place, found by value."""
        if place.function not in self._flows:
            self._flows[place.function] = Flow(place.facts)
        return self._flows[place.function]

    def lineage(self, start: Class | None) -> Lineage:
        """The MRO as far as it is read; bases that stand in other files are foreign."""
        if start is None:
            return Lineage((), ())
        if start.name not in self._lineages:
            self._lineages[start.name] = self._climb(start)
        return self._lineages[start.name]

    def _climb(self, start: Class) -> Lineage:
        classes: dict[str, Class] = {}
        foreign: dict[str, None] = {}
        waiting = [start]
        while waiting:
            each = waiting.pop(0)
            if each.name in classes:
                continue
            classes[each.name] = each
            own = [self._source.classes.get(base) for base in each.bases]
            waiting = [base for base in own if base is not None] + waiting
            foreign.update((name, None) for name, base in zip(each.bases, own, strict=True) if base is None)
        return Lineage(tuple(classes.values()), tuple(foreign))

    def heirs(self, owner: Class | None) -> Iterator[Class]:
        """The class, and the classes of the linted file that inherit from it."""
        if owner is not None:
            for each in self._source.classes.values():
                if owner in self.lineage(each).classes:
                    yield each

    def methods(self, owner: Class | None) -> Iterator[Place]:
        """Every method of a class and of the bases that are read, overridden ones too."""
        for each in self.lineage(owner).classes:
            for function in each.methods.values():
                yield Place(function, owner, self._source)

    def callee(self, name: str, caller: Place) -> Place | None:
        """The function that a call of ``name`` inside ``caller`` runs; None if it is not known."""
        owner, _, method = name.rpartition(".")
        if not owner:
            function = self._source.functions.get(method)
            return self.place(function) if function else None
        if owner == "self":
            return self._method(caller.owner, method, skip=0)
        if owner == "super()":
            return self._method(caller.owner, method, skip=1)
        if (named := self._source.classes.get(owner)) is not None:
            return self._method(named, method, skip=0)
        return None

    def _method(self, owner: Class | None, name: str, skip: int) -> Place | None:
        for each in self.lineage(owner).classes[skip:]:
            name = each.aliases.get(name, name)
            if name in each.methods:
                function = each.methods[name]
                return Place(function, owner, self._source)
        return None

    def verdict(
        self, question: str, place: Place, answer: Callable[[Place], frozenset[Answer]]
    ) -> frozenset[Answer]:
        """The closure of ``answer`` over the calls of ``place``, kept for the run.

        ``answer`` may ask for verdicts of other places. Answers are sets that only grow with the
        answers they build on, so a function met again while it is being asked contributes nothing
        new. What was computed in such a round is incomplete for any other starting point and is not
        kept, which makes the verdict the same wherever one starts.
        """
        key = (question, place.function, place.owner.name if place.owner else "")
        if key in self._verdicts:
            return self._verdicts[key]
        if key in self._asked:
            self._cut.add(key)
            return frozenset()
        self._asked.append(key)
        try:
            found = answer(place)
        finally:
            self._asked.pop()
            self._cut.discard(key)
        if not self._cut:
            self._verdicts[key] = found
        return found
