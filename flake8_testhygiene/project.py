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
        self._round: _Round | None = None

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

    def _climb(self, start: Class, below: tuple[str, ...] = ()) -> Lineage:
        """Python's own order (C3), taken over the classes that are read."""
        if start.name in below:
            return Lineage((), ())  # a class among its own bases: Python refuses it, we end
        own = [self._source.classes.get(base) for base in start.bases]
        foreign = [name for name, base in zip(start.bases, own, strict=True) if base is None]
        above = [self._climb(base, (*below, start.name)) for base in own if base is not None]
        orders = [list(lineage.classes) for lineage in above]
        merged = _merged([*orders, [lineage.classes[0] for lineage in above if lineage.classes]])
        every = dict.fromkeys((*foreign, *(name for lineage in above for name in lineage.foreign)))
        return Lineage((start, *merged), tuple(every))

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
            return self._method(caller.owner, method)
        if owner == "super()":
            return self._method(caller.owner, method, above=self._source.owners.get(caller.function))
        if (named := self._source.classes.get(owner)) is not None:
            return self._method(named, method)
        return None

    def _method(self, owner: Class | None, name: str, above: Class | None = None) -> Place | None:
        """The method ``name`` of a class, or what ``super()`` finds ``above`` one of its classes."""
        classes = self.lineage(owner).classes
        for each in classes[classes.index(above) + 1 :] if above in classes else classes:
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
        answers they build on. Functions that call one another are solved together: asked again in
        rounds, each with what the last round said of the others, until nothing grows. So the verdict is
        the same wherever one starts.
        """
        key = (question, place.function, place.owner.name if place.owner else "")
        if key in self._verdicts:
            return self._verdicts[key]
        if self._round is not None:
            return self._round.ask(key, place, answer)
        self._round = _Round()
        try:
            while True:
                found = self._round.ask(key, place, answer)
                if self._round.is_settled():
                    self._verdicts.update(self._round.said)
                    return found
                self._round.begin()
        finally:
            self._round = None


class _Round:
    """Answers on the way to a verdict: what was said, and whether it was said too early."""

    def __init__(self) -> None:
        self.said: dict[Key, frozenset[Any]] = {}
        self.begin()

    def begin(self) -> None:
        """Ask everything again, with what has been said so far."""
        self._asked: set[Key] = set()
        self._answered: set[Key] = set()
        self._leaned_on_open = self._grew = False

    def is_settled(self) -> bool:
        """Whether nobody built on an answer that was still to come, or none has changed since."""
        return not (self._leaned_on_open and self._grew)

    def ask(self, key: Key, place: Place, answer: Callable[[Place], frozenset[Answer]]) -> frozenset[Answer]:
        """The answer as far as it is known in this round."""
        before = self.said.get(key, frozenset())
        if key in self._asked:
            self._leaned_on_open |= key not in self._answered
            return before
        self._asked.add(key)
        self.said[key] = found = answer(place)
        self._answered.add(key)
        self._grew |= found != before
        return found


def _merged(orders: list[list[Class]]) -> list[Class]:
    """C3: the first class that stands behind no other goes first; where there is none, as written."""
    merged: list[Class] = []
    while orders := [order for order in orders if order]:
        heads = [order[0] for order in orders]
        free = (head for head in heads if not any(head in order[1:] for order in orders))
        first = next(free, heads[0])
        merged.append(first)
        orders = [[each for each in order if each is not first] for order in orders]
    return merged
