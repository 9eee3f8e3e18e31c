"""The files of the suite: bases, MRO, the callee of a call, verdicts.

What cannot be read is *unknown*, and is said to be: a class with a base that no file of the project
defines has an unfinished lineage, a function that may not be followed has no place.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from typing import NamedTuple, TypeVar

from flake8_testhygiene.catalog import harnesses
from flake8_testhygiene.catalog.harnesses import Harness
from flake8_testhygiene.facts import Facts, Flow, dotted
from flake8_testhygiene.outline import Class, Definition, Routine
from flake8_testhygiene.pattern import named
from flake8_testhygiene.project.collection import Collection
from flake8_testhygiene.project.files import Suite
from flake8_testhygiene.project.verdicts import Verdicts
from flake8_testhygiene.screen import NEVER, Trigger
from flake8_testhygiene.source import File, Source

Answer = TypeVar("Answer")
# How many re-exports are followed from file to file.
MOST_RENAMINGS = 12
# How many files may hand on a module that none of them holds.
MOST_HANDED_ON = 4
# How many classes one inherits from; where it would be more, its bases are not read.
MOST_BASES = 300


class Place(NamedTuple):
    """A function somewhere in the suite, and the class whose ``self`` it runs with."""

    function: Routine
    owner: Class | None
    source: File

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.name

    def at(self, line: int) -> str:
        """A line of its file as another file names it: ``base.py:88``."""
        return f"{os.path.basename(self.source.name.path)}:{line}"

    @property
    def facts(self) -> Facts:
        """What the function does; read when first asked."""
        return self.source.facts(self.function)

    @property
    def decorators(self) -> tuple[str, ...]:
        """The dotted names of what decorates the function; of a node without reading what it does."""
        if isinstance(self.function, Definition):
            return self.facts.decorators
        return tuple(dotted(each, self.source.imports) for each in self.function.decorator_list)


class Lineage(NamedTuple):
    """The classes a class inherits from, itself first, and the dotted names of bases not read.

    ``order`` is the MRO of both. Bases not read that stand above a class which the catalog knows are
    ``covered`` by it, and not ``foreign``.
    """

    classes: tuple[Class, ...]
    foreign: tuple[str, ...]
    order: tuple[Class | str, ...] = ()
    covered: tuple[str, ...] = ()


NO_LINEAGE = Lineage((), ())


class Way(NamedTuple):
    """How far a name was followed from file to file, and what was looked up on the way.

    Files may import everything from one another in a circle, or each from all others.
    """

    renamings: int
    seen: set[tuple[File, str, str]]

    def leads_to(self, file: File, first: str, rest: str) -> bool:
        """Whether a name need be looked up in a file: no step too far, and not done before."""
        key = (file, first, rest)
        if self.renamings > MOST_RENAMINGS or key in self.seen:
            return False
        self.seen.add(key)
        return True

    def further(self) -> Way:
        """The way, one renaming further."""
        return self._replace(renamings=self.renamings + 1)


class Project:
    """Answers for one linted file what stands where, and what functions do in the end.

    Without ``suite`` nothing but the linted file is read. ``follow`` are patterns of modules whose
    functions may be followed besides those of test code.
    """

    def __init__(self, source: Source, suite: Suite | None = None, follow: tuple[str, ...] = ()) -> None:
        self._source = source
        self._suite = suite
        self._follow = (*harnesses.SUITES, *follow)
        self._verdicts = Verdicts()
        self._flows: dict[Routine, Flow] = {}
        self._lineages: dict[Class, Lineage] = {}
        self._circular: set[Class] = set()
        self._heirs: dict[Class, tuple[Class, ...]] = {}
        self._homes: dict[Class, File] = dict.fromkeys(source.classes.values(), source)
        self._bases: dict[tuple[File, str], Class | None] = {}
        self._called: dict[tuple[File, str], Place | None] = {}
        self._names_holding: dict[Trigger, frozenset[str]] = {}

    def forget(self) -> None:
        """Let go of the linted file, and of what is known by means of it."""
        if self._suite is not None:
            vars(self._suite).clear()
        vars(self._verdicts).clear()
        vars(self).clear()

    def place(self, function: Routine) -> Place:
        """The place of an outermost function of the linted file."""
        return Place(function, self._source.owners.get(function), self._source)

    def flow(self, place: Place) -> Flow:
        """The facts of a place, found by value."""
        if place.function not in self._flows:
            self._flows[place.function] = Flow(place.facts)
        return self._flows[place.function]

    def harness(self, base: str) -> Harness | None:
        """The catalog's row for a base class, by its dotted name."""
        return _row(base)

    # classes

    def lineage(self, start: Class | None) -> Lineage:
        """The MRO as far as it is read; bases that no file of the project defines are foreign."""
        if start is None:
            return NO_LINEAGE
        if start not in self._lineages:
            self._climb(start)
        return self._lineages[start]

    def _climb(self, start: Class) -> None:
        """Learn the lineages of a class and of all above it; in a loop, for a ladder of bases may be long."""
        waiting, begun = [start], set[Class]()
        while waiting:
            each = waiting[-1]
            if each in self._lineages:
                waiting.pop()
            elif each in begun:
                self._lineages[each] = self._above(each)
            else:
                begun.add(each)
                bases = (self._base(each, name) for name in each.bases)
                waiting += [base for base in bases if base is not None and base not in begun]

    def _above(self, start: Class) -> Lineage:
        """The lineage of a class when those of its bases are known, save where it is among its own bases."""
        bases = [self._base(start, name) or self._outside(name) for name in start.bases]
        if any(self._is_circular(base) for base in bases):
            self._circular.add(start)
            return self._around(start)
        above = [
            Lineage((), (base,), (base,)) if isinstance(base, str) else self._lineages[base] for base in bases
        ]
        if sum(len(lineage.order) for lineage in above) > MOST_BASES:
            above = [Lineage((), (name,), (name,)) for name in start.bases]
        merged = _merged(
            [*(each.order for each in above), tuple(each.order[0] for each in above if each.order)]
        )
        foreign = dict.fromkeys(name for lineage in above for name in lineage.foreign)
        covered = dict.fromkeys(name for lineage in above for name in lineage.covered)
        if self.home(start) is not self._source and self.harness(start.qualified):
            covered, foreign = covered | foreign, {}
        order = (start, *merged)
        classes = tuple(each for each in order if isinstance(each, Class))
        return Lineage(classes, tuple(foreign), order, tuple(covered))

    def _is_circular(self, base: Class | str) -> bool:
        """Whether a base, or one above it, is among its own bases: Python refuses such."""
        return isinstance(base, Class) and (base in self._circular or base not in self._lineages)

    def _around(self, start: Class) -> Lineage:
        """What can be reached from a class in a circle: there is no order in it."""
        found: dict[Class | str, None] = {}
        waiting: list[Class | str] = [start]
        while waiting and len(found) < MOST_BASES:
            each = waiting.pop()
            if each not in found:
                found[each] = None
                waiting += (
                    [self._base(each, name) or name for name in each.bases] if isinstance(each, Class) else []
                )
        classes = tuple(each for each in found if isinstance(each, Class))
        return Lineage(classes, tuple(each for each in found if isinstance(each, str)), tuple(found))

    def _base(self, heir: Class, name: str) -> Class | None:
        file = self.home(heir)
        if (file, name) not in self._bases:
            found = self._find(name, file)
            self._bases[file, name] = found if isinstance(found, Class) else None
        return self._bases[file, name]

    def _outside(self, name: str) -> str:
        """What a base that is not read is called where it comes from: a file may hand ``unittest`` on."""
        for _ in range(MOST_HANDED_ON):
            split = self._suite.split(name) if self._suite and "." in name else None
            if split is None or not split[1]:
                break  # of another project, or a module
            file, (first, *rest) = split
            if first not in file.imports:
                break
            name = ".".join((file.imports[first], *rest))
        return name

    def home(self, owner: Class) -> File:
        """The file that defines a class."""
        return self._homes.get(owner, self._source)

    def heirs(self, owner: Class | None) -> tuple[Class, ...]:
        """The class, and the classes of the linted file that inherit from it."""
        if owner is None:
            return ()
        if owner not in self._heirs:
            own = self._source.classes.values()
            self._heirs[owner] = tuple(each for each in own if owner in self.lineage(each).classes)
        return self._heirs[owner]

    def decorators(self, place: Place) -> Iterator[str]:
        """What decorates the function, its class and bases, and those that inherit from it in the file."""
        yield from place.decorators
        for heir in self.heirs(place.owner):
            for each in self.lineage(heir).classes:
                yield from each.decorators

    def methods(self, owner: Class | None, trigger: Trigger | None = None) -> Iterator[Place]:
        """Every method of a class and of the bases that are read, overridden ones too.

        With ``trigger`` only those of bases in other files whose text contains it.
        """
        for each in self.lineage(owner).classes:
            home = self.home(each)
            held = None if trigger is None or home is self._source else home.holding(trigger)
            for function in each.methods.values():
                if held is None or function in held:
                    yield Place(function, owner, home)

    def storing(self, owner: Class | None, attribute: str) -> Iterator[Place]:
        """The methods of a class and its bases that assign to an attribute of that name."""
        for each in self.lineage(owner).classes:
            home = self.home(each)
            held = home.storing(attribute)
            yield from (Place(routine, owner, home) for routine in each.methods.values() if routine in held)

    def is_inherited(self, place: Place) -> bool:
        """Whether the function stands in another file than the linted one."""
        return place.source is not self._source

    @cached_property
    def around(self) -> tuple[Place, ...]:
        """The functions of the linted module and of pytest's conftest.py files above it, without methods."""
        files = [self._source, *(self._suite.conftests(self._source.name.path) if self._suite else [])]
        return tuple(Place(function, None, file) for file in files for function in file.functions.values())

    @cached_property
    def collection(self) -> Collection:
        """What pytest collects around the linted file; its defaults where nothing but that file is read."""
        path = self._source.name.path
        return self._suite.collection(path) if self._suite else Collection((), os.path.dirname(path))

    # functions

    def names_holding(self, trigger: Trigger) -> frozenset[str]:
        """What functions of other files may be called by, whose text holds ``trigger`` or a call of such."""
        if self._suite is None or not self._support:
            return frozenset()
        if trigger not in self._names_holding:
            answer = partial(_names_holding, self._support, trigger)
            self._names_holding[trigger] = self._suite.files.once((trigger, self._among), answer)
        return self._names_holding[trigger]

    @cached_property
    def _among(self) -> frozenset[tuple[File, frozenset[Class]]]:
        """The same, to know it again: neighbours in a folder build on the same files."""
        return frozenset((file, frozenset(classes)) for file, classes in self._support.items())

    @cached_property
    def _support(self) -> dict[File, set[Class]]:
        """The other files that functions are imported from, and the classes there that are inherited from."""
        found: dict[File, set[Class]] = {}
        for owner in self._source.classes.values():
            for each in self.lineage(owner).classes:
                found.setdefault(self.home(each), set()).add(each)
        if self._suite is not None:
            for name in (*self._source.imports.values(), *self._source.outline.stars):
                split = self._suite.split(name) if self.may_be_support(name) else None
                if split is not None and self._may_follow(split[0]):
                    found.setdefault(split[0], set())
        found.pop(self._source, None)
        return found

    def callee(self, name: str, caller: Place) -> Place | None:
        """The function that a call of ``name`` inside ``caller`` runs; None if it is not known."""
        owner, _, method = name.rpartition(".")
        if owner == "self":
            return self._method(caller.owner, method)
        if owner == "super()":
            return self._method(caller.owner, method, above=caller.source.owners.get(caller.function))
        first = name.partition(".")[0]
        if first in caller.facts.locals or first in caller.facts.parameters:
            return None  # a local name hides what the module calls so
        key = (caller.source, name)
        if key not in self._called:
            self._called[key] = self._called_by_name(name, caller.source)
        return self._called[key]

    def _called_by_name(self, name: str, file: File) -> Place | None:
        owner, _, method = name.rpartition(".")
        if not owner:
            function = file.functions.get(method)
            if function is not None:
                return Place(function, None, file)
        if "?" in name or "(" in name or "[" in name:
            return None
        found = self._find(name, file, functions=True)
        if found is None and owner:
            holder = self._find(owner, file, functions=True)
            return self._method(holder, method) if isinstance(holder, Class) else None
        return found if isinstance(found, Place) else None

    def _method(self, owner: Class | None, name: str, above: Class | None = None) -> Place | None:
        """The method ``name`` of a class, or what ``super()`` finds ``above`` one of its classes."""
        order = self.lineage(owner).order
        for each in order[order.index(above) + 1 :] if above in order else order:
            if isinstance(each, str):
                if not self._defines_only_its_own(each):
                    return None  # it may define the method, and stands before those that do
                continue
            name = each.aliases.get(name, name)
            if name in each.methods:
                return Place(each.methods[name], owner, self.home(each))
        return None

    def _defines_only_its_own(self, base: str) -> bool:
        """Whether an unread base is a framework's: a suite's helpers are not among its methods."""
        row = self.harness(base)
        return row is not None and row.tells_all

    # names

    def module(self, name: str) -> File | None:
        """The file of a module of the project, by its dotted name."""
        split = self._suite.split(name) if self._suite else None
        return split[0] if split and not split[1] else None

    def _find(
        self, name: str, file: File, functions: bool = False, way: Way | None = None
    ) -> Class | Place | None:
        """What a dotted name means in a file; functions only where they may be followed."""
        first, _, rest = name.partition(".")
        way = way or Way(0, set())
        local = self._member(first, rest, file, functions, way)
        if local is not None:
            return local
        if self._suite is None:
            return None
        if "." in name and first:
            return self._find_in_modules(name, functions, way)
        return None

    def _find_in_modules(self, name: str, functions: bool, way: Way) -> Class | Place | None:
        assert self._suite
        if functions and not self.may_be_support(name):
            return None
        split = self._suite.split(name)
        if split is None or not split[1]:
            return None
        file, (first, *rest) = split
        return self._member(first, ".".join(rest), file, functions, way)

    def _member(self, first: str, rest: str, file: File, functions: bool, way: Way) -> Class | Place | None:
        """What a name at the top level of a file means, ``rest`` behind it."""
        if not way.leads_to(file, first, rest):
            return None
        if first in file.classes:
            found = file.classes[first]
            self._homes.setdefault(found, file)
            if functions and not self._may_follow(file):
                return None
            return self._method(found, rest) if rest and functions else None if rest else found
        if first in file.functions:
            if rest or not functions or not self._may_follow(file):
                return None
            return Place(file.functions[first], None, file)
        for other in (file.outline.renamed.get(first), file.imports.get(first)):
            if other and other.split(".")[0] != first:
                return self._find(f"{other}.{rest}" if rest else other, file, functions, way.further())
        if self._suite is not None:
            for star in file.outline.stars:
                whole = ".".join(filter(None, (star, first, rest)))
                found_in_star = self._find_in_modules(whole, functions, way.further())
                if found_in_star is not None:
                    return found_in_star
        return None

    def _may_follow(self, file: File) -> bool:
        """Whether the functions of a file are test support, not what is tested."""
        if file is self._source or self._is_support(file.name.module):
            return True
        own = self._source.name.package
        return file.name.package == own and not self._is_among_production

    def may_be_support(self, name: str) -> bool:
        """Whether a function of that dotted name may be support for tests, and not what they test."""
        if self._is_support(name):
            return True
        if self._is_among_production or self._suite is None:
            return False
        package = self._source.name.package
        beside = self._suite.names(os.path.dirname(self._source.name.path))
        return (bool(package) and name.startswith(f"{package}.")) or f"{name.split('.')[0]}.py" in beside

    def is_production(self, name: str) -> bool:
        """Whether a dotted name leads to a file of the project that is no test support."""
        split = self._suite.split(name) if self._suite and not self._is_support(name) else None
        return split is not None and not self._may_follow(split[0])

    def class_named(self, name: str, file: File) -> Class | None:
        """The class that a dotted name means in a file."""
        found = self._find(name, file)
        return found if isinstance(found, Class) else None

    def _is_support(self, name: str) -> bool:
        return not harnesses.TEST_PACKAGES.isdisjoint(name.split(".")) or named(name, self._follow)

    @cached_property
    def _is_among_production(self) -> bool:
        """Whether the linted file lies beside what it tests: ``config_test.py`` beside ``config.py``."""
        folder, base = os.path.split(self._source.name.path)
        tested = re.sub(r"^tests?_|_tests?(?=\.py$)", "", base)
        return self._suite is not None and tested != base and tested in self._suite.names(folder)

    # verdicts

    def verdict(
        self, question: str, place: Place, answer: Callable[[Place], frozenset[Answer]]
    ) -> frozenset[Answer]:
        """The closure of ``answer`` over the calls of ``place``, kept for the linted file.

        ``answer`` may ask for verdicts of other places.
        """
        return self._verdicts.ask((question, place.function, place.owner), partial(answer, place))


@lru_cache(maxsize=4096)
def _row(base: str) -> Harness | None:
    """The catalog does not change while we run: a name has the row it had."""
    rows = (*harnesses.BASES, *harnesses.MIXINS)
    return next((row for row in rows if named(base, (row.name,))), None)


def _merged(orders: Sequence[Sequence[Class | str]]) -> list[Class | str]:
    """C3: the first class that stands behind no other goes first; where there is none, as written."""
    if len(orders) == 2:  # one base, and what comes first of its order
        return list(orders[0])
    behind = Counter(each for order in orders for each in order[1:])
    firsts = [0] * len(orders)  # of each order, the place of what is not merged yet
    merged: dict[Class | str, None] = {}
    while heads := [order[first] for order, first in zip(orders, firsts, strict=True) if first < len(order)]:
        merged[next((head for head in heads if not behind[head]), heads[0])] = None
        for number, order in enumerate(orders):
            while firsts[number] < len(order) and order[firsts[number]] in merged:
                firsts[number] += 1
                behind.subtract(order[firsts[number] : firsts[number] + 1])
    return list(merged)


def _names_holding(support: dict[File, set[Class]], trigger: Trigger) -> frozenset[str]:
    names = _names_in(support, trigger, frozenset())
    new = names
    while new:
        new = _names_in(support, NEVER, new) - names
        names |= new
    return names


def _names_in(support: dict[File, set[Class]], trigger: Trigger, names: frozenset[str]) -> frozenset[str]:
    """What functions are called that hold ``trigger``, or call one of ``names`` or another that does."""
    found: set[str] = set()
    for file, classes in support.items():
        if classes:
            found |= file.closed(names, file.holding(trigger), classes)[1]
        else:
            found |= file.top_names(trigger, names)
    return frozenset(found)
