"""A `TestCase` has a constructor that keeps from its base what it needs.

The runner makes one object for each test and hands it the test's name. A constructor that does not pass the
name on, or never calls its base's, leaves an object that runs nothing, or the wrong thing.

Bad:

    import unittest

    class TestBoot(unittest.TestCase):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.image = 'cirros'

        def test_boot(self):
            self.assertTrue(self.api.boot(self.image))

Good:

    import unittest

    class TestBoot(unittest.TestCase):
        def setUp(self):
            super().setUp()
            self.image = 'cirros'

        def test_boot(self):
            self.assertTrue(self.api.boot(self.image))

It is reported at the `def __init__`.

Strict reports any constructor of a test class: it runs when the tests are collected, once for each test,
whether that one is to run or not, and what it acquires nobody releases.

Silent: constructors that pass on what they are given; classes that hold no test, nor a heir of theirs in the
file that does; mixins and fakes.

Options: none.

Instead: `setUp`, `setUpClass` or a fixture.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene import checks
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Class, Function
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

LONGEST = 22


@rule(
    "TH605",
    "{owner}.__init__() {fault}: {way_out}",
    on=FUNCTIONS,
    trigger=("def __init__(",),
    local=True,
)
def constructor_in_test_class(function: Function, module: Module) -> Iterator[Found]:
    if function.name != "__init__":
        return
    place = module.project.place(function)
    owner = place.owner
    if owner is None or place.facts.is_abstract:
        return
    if not _is_case(owner, module) or not _holds_tests(owner, module):
        return
    fault, way_out = _fault(place), "move it to setUp()"
    if not fault and module.options.is_strict("TH605"):
        fault = "runs for every test when it is collected"
        if checks.length(function, module) == 1:
            fault, way_out = "does nothing but call its base's", "delete it"
    if fault:
        name = owner.name if len(owner.name) <= LONGEST else f"{owner.name[: LONGEST - 3]}..."
        words = {"owner": name, "fault": fault, "way_out": way_out}
        yield Found(function.lineno, function.col_offset, words)


def _is_case(owner: Class, module: Module) -> bool:
    """Whether unittest makes the objects of a class."""
    frameworks = module.frameworks(module.project.lineage(owner))
    return module.is_test_class(owner) and any(each.endswith("TestCase") for each in frameworks)


def _holds_tests(owner: Class, module: Module) -> bool:
    heirs = module.project.heirs(owner)
    every = {each for heir in heirs for each in module.project.lineage(heir).classes}
    return any(name.startswith("test") for each in every for name in each.methods)


def _fault(place: Place) -> str:
    """What is wrong with a constructor; nothing where it hands on what it is given."""
    upcalls = [call for call in place.facts.calls if call.last == "__init__"]
    if not upcalls:
        return "never calls super().__init__()"
    takes = [name for name in (*place.facts.parameters[1:], *place.facts.rest) if name]
    return "" if any(map(_hands_on, upcalls)) or not takes else "drops the name of the test"


def _hands_on(call: Call) -> bool:
    given = call.arguments if call.owner.startswith("super") else call.arguments[1:]
    return bool(given)
