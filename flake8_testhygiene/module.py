"""The linted file in its project: which functions are tests, fixtures, helpers, and which are none."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Collection, Hashable, Iterator
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

from flake8_testhygiene.catalog import harnesses, lifecycle
from flake8_testhygiene.catalog.harnesses import Harness
from flake8_testhygiene.facts import Call, dotted
from flake8_testhygiene.options import Options
from flake8_testhygiene.outline import Class, Definition, Function, Routine
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Lineage, Place, Project
from flake8_testhygiene.project.files import Files, Suite, above_package, named, source_roots
from flake8_testhygiene.screen import NEVER, Screen, Trigger
from flake8_testhygiene.source import NOT_CALLED, Source

if TYPE_CHECKING:
    from flake8_testhygiene.asking import Asking

Answer = TypeVar("Answer")
PYTEST_CLASS = Pattern(r"^Test(?!.*(Mixin|Base|Common|Abstract))")
CALLED_A_TEST = Pattern(r"Test(Case)?s?(Base)?$")
TEST_STEM = Pattern(r"^test_|_test$|^tests?$|^conftest$")
UNIT_FOLDERS = frozenset({"unit", "unittest", "unittests", "unit_test", "unit_tests"})
FAKES = Pattern(r"(^|_)(fakes?|stubs?|samples?)(_|$)")


class Reach(NamedTuple):
    """The functions of test code that a trigger touches, and what those of all files are called."""

    functions: dict[Function, None]
    names: set[str]

    def leads_to(self, call: Call) -> bool:
        """Whether a call may be of one of these functions, in whatever file."""
        return call.last in self.names or call.last.startswith(NOT_CALLED)


class Module:
    """One linted file. ``path`` is relative to the project's ``root``, with ``/`` between folders.

    ``files`` are those around it that were read so far in this run of flake8.
    """

    def __init__(
        self, tree: ast.Module, text: str, path: str, options: Options, root: str, files: Files
    ) -> None:
        absolute = os.path.join(root, *path.split("/"))
        above = above_package(os.path.dirname(absolute))
        self.source = Source(tree, text, named(absolute, root, above))
        more = tuple(os.path.normpath(os.path.join(root, each)) for each in options.source_roots)
        suite = Suite(files, self.source, root, source_roots(above, root, more))
        self.project = Project(self.source, suite, options.follow)
        self.path = path
        self.options = options
        self._answers: dict[Hashable, object] = {}

    def nodes(self, code: str, screen: Screen) -> Collection[ast.AST]:
        """What the rule ``code`` looks at: the functions that pass its screen, or the whole module.

        The functions of fakes and samples are no test code.
        """
        is_strict = self.options.is_strict(code)
        trigger = screen.trigger_of(is_unit=self.is_unit, is_strict=is_strict)
        if screen.whole:
            return () if screen.local and not self.source.holds(trigger) else (self.source.tree,)
        if self.is_fake:
            return ()
        found = tuple(self.holding(trigger)) if screen.local else self.touched(trigger)
        if is_strict or not screen.shortest:
            return found
        return [each for each in found if (each.end_lineno or 0) - each.lineno >= screen.shortest - 1]

    @cached_property
    def asking(self) -> Asking:
        """Questions that need inference: few files have any."""
        from flake8_testhygiene.asking import Asking

        return Asking(self.source, self.project)

    def once(self, key: Hashable, answer: Callable[[], Answer]) -> Answer:
        """What ``answer`` says, asked once for the linted file; ``key`` names the question."""
        if key not in self._answers:
            self._answers[key] = answer()
        return cast(Answer, self._answers[key])

    def forget(self) -> None:
        """Let go of everything, once all rules are through.

        What refers to itself would keep flake8's tree until the garbage collector comes by, which then has
        the trees of many files to look through.
        """
        self.project.forget()
        vars(self.source).clear()
        vars(self).clear()

    def holding(self, *triggers: Trigger) -> Iterator[Function]:
        """The functions of test code whose own text holds one of ``triggers``."""
        found = frozenset[Routine]().union(*map(self.source.holding, triggers))
        return (function for function in self.test_code if function in found)

    def touched(self, trigger: Trigger) -> Collection[Function]:
        """The functions of test code whose text, or the text of a helper they call, holds ``trigger``."""
        return self.reach(trigger).functions

    def reach(self, trigger: Trigger) -> Reach:
        """How far ``trigger`` reaches from call to call."""
        return self.once(("touched", trigger), partial(self._reached_by, trigger))

    def _reached_by(self, trigger: Trigger) -> Reach:
        """Where the user has rows of his own, their words count as well."""
        own = self.options.words
        whole = trigger if isinstance(trigger, str) or not own else (*trigger, *own)
        if not whole:
            return Reach({}, set())
        names = self.project.names_holding(whole)
        found, known = self.source.closed(names, self.source.holding(whole))
        return Reach({each: None for each in self.test_code if each in found}, known)

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The folders above the file, below the project's root."""
        return tuple(self.path.split("/")[:-1])

    @cached_property
    def stem(self) -> str:
        """The file's name without ``.py``."""
        return self.path.rpartition("/")[2].removesuffix(".py")

    @property
    def is_unit(self) -> bool:
        """Whether the file lies below ``unit/``: what its tests call is not the real thing."""
        return not UNIT_FOLDERS.isdisjoint(self.folders)

    @cached_property
    def holds_tests(self) -> bool:
        """Whether any function of the file is named like a test."""
        return any(function.name.startswith("test") for function in self.source.owners)

    @cached_property
    def is_fake(self) -> bool:
        """Whether the file holds fakes or samples, not tests: ``fakes.py``, but not ``test_fakes.py``."""
        return bool(FAKES.search(self.stem)) and not self.holds_tests

    @cached_property
    def is_script(self) -> bool:
        """Whether the file is a program that tests start, not a test."""
        return "__main__" in self.source.text and not TEST_STEM.search(self.stem)

    @cached_property
    def test_code(self) -> dict[Function, None]:
        """Every outermost function in the order of the text, save the methods of API clients."""
        return {
            function: None
            for function, owner in self.source.owners.items()
            if not isinstance(function, Definition) and (owner is None or not is_client(owner))
        }

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every function of test code with what is known of it."""
        return tuple(self.project.place(function) for function in self.test_code)

    def is_test_class(self, owner: Class | None) -> bool:
        """Whether a framework runs the methods of the class itself: it is a TestCase, or one of pytest's.

        A mixin is neither: what it is mixed into stands in classes that are never looked for.
        """
        return owner is not None and self.once(("test class", owner), partial(self._is_run, owner))

    def _is_run(self, owner: Class) -> bool:
        lineage = self.project.lineage(owner)
        if any(map(self._runs_tests, self.frameworks(lineage))):
            return True
        return (
            bool(PYTEST_CLASS.match(owner.name))
            and any(name.startswith("test") for each in lineage.classes for name in each.methods)
            and not self._is_mixed_in(owner)
        )

    def _runs_tests(self, base: str) -> bool:
        """Whether a framework runs the heirs of a base; of one that is not known its name has to say so."""
        row = self.harness(base)
        return bool(CALLED_A_TEST.search(base)) if row is None else row not in harnesses.MIXINS

    def _is_mixed_in(self, owner: Class) -> bool:
        """Whether the class needs another beside it: it is a base here, or calls what no class of it has."""
        if any(owner.name in each.bases for each in self.source.classes.values()):
            return True
        return any(
            call.owner == "self" and (call.last.startswith("assert") or call.last == "addCleanup")
            for method in self.project.methods(owner, NEVER)
            for call in method.facts.calls
        )

    def frameworks(self, lineage: Lineage) -> list[str]:
        """The bases that are not read, and those of other files that the catalog has a row for."""
        return [*lineage.foreign, *lineage.covered, *self.read_frameworks(lineage)]

    def read_frameworks(self, lineage: Lineage) -> list[str]:
        """The classes of other files that the catalog has a row for although they are read."""
        classes = (each for each in lineage.classes if each not in self.own_classes)
        return [each.qualified for each in classes if self.harness(each.qualified)]

    @cached_property
    def own_classes(self) -> frozenset[Class]:
        """The classes of the linted file."""
        return frozenset(self.source.classes.values())

    def is_fake_class(self, owner: Class | None) -> bool:
        """Whether the class is a stand-in that tests use, as far as the linted file tells.

        Neither is it called after tests, nor any base, nor does it hold anything that a framework runs.
        """
        return owner is not None and self.once(("fake class", owner), partial(self._is_fake, owner))

    def _is_fake(self, owner: Class) -> bool:
        own = [each for each in self.project.lineage(owner).classes if each in self.own_classes]
        return bool(own) and not any(
            "Test" in base
            or base.endswith("Fixture")
            or self.harness(base) not in (None, *harnesses.MIXINS)
            or name.startswith(("test", "setUp", "setup_", "assert"))
            for each in own
            for base in (each.name, *each.bases)
            for name in ("", *each.methods)
        )

    def runs_alone(self, place: Place) -> bool:
        """Whether nobody but what we see around a function can clean up after it."""
        if place.owner is None:
            return self.is_called_by_framework(place)
        return self.is_test_class(place.owner)

    def is_test(self, place: Place) -> bool:
        """Whether the function is a test: ``test*`` of a test class, or of the module."""
        if not place.name.startswith("test") or self.is_fixture(place) or _is_property(place.function):
            return False
        return place.owner is None or self.is_test_class(place.owner)

    def is_fixture(self, place: Place) -> bool:
        """Whether pytest calls the function for its value."""
        return bool(place.function.decorator_list) and any(
            name.removesuffix("()") in lifecycle.FIXTURES for name in place.decorators
        )

    def is_setup(self, place: Place) -> bool:
        """Whether a framework runs the function before tests."""
        return bool(re.match(lifecycle.SETUP, place.name))

    def is_teardown(self, place: Place) -> bool:
        """Whether the function is run, or named, to put things back."""
        return bool(re.match(lifecycle.TEARDOWN, place.name))

    def runs_around_tests(self, place: Place) -> bool:
        """Whether the function is a set-up, or a teardown."""
        return self.is_setup(place) or self.is_teardown(place)

    def is_called_by_framework(self, place: Place) -> bool:
        """Whether nobody in the suite need call the function for it to run."""
        return self.is_test(place) or self.is_fixture(place) or self.is_setup(place)

    def harness(self, base: str) -> Harness | None:
        """The catalog's row for a base class, by its dotted name."""
        return self.project.harness(base)

    def knows_bases(self, lineage: Lineage) -> bool:
        """Whether the catalog tells all there is to know of every base that was not read."""
        rows = map(self.harness, lineage.foreign)
        return all(row is not None and row.tells_all for row in rows)


def _is_property(function: Routine) -> bool:
    """Whether the function is read as an attribute, and so never run as a test."""
    names = (each if isinstance(each, str) else dotted(each, {}) for each in function.decorator_list)
    return any(name.endswith("property") for name in names)


def is_client(owner: Class) -> bool:
    """Whether the class talks to an API: its methods are what tests call, not tests."""
    return bool({"request", "_do_post"} & owner.methods.keys()) or any(
        base.endswith("Client") for base in owner.bases
    )
