"""A patch is started, and nothing stops it.

From then on every test of the process meets the replaced object, in an order nobody chose.

Bad:

    import unittest
    from unittest import mock

    class TestClock(unittest.TestCase):
        def setUp(self):
            mock.patch('time.time').start()

Good:

    import unittest
    from unittest import mock

    class TestClock(unittest.TestCase):
        def setUp(self):
            mock.patch('time.time').start()
            self.addCleanup(mock.patch.stopall)

Silent: a `stop` or `stopall` anywhere in the class, a module's teardown that stops, a base class that is
known to stop all patches (oslotest's) or that cannot be read, and patches of objects that the test
itself made.

Options: `--testhygiene-isolated-by` names classes and decorators that stop patches.

Instead: `with mock.patch(...)`, the decorator, `self.enterContext(mock.patch(...))`, or
`self.addCleanup(patcher.stop)` right after `start()`.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.catalog.triggers import PATCHES
from flake8_testhygiene.cleanup import PATCH, leaks
from flake8_testhygiene.cleanup.advice import found
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.rule import Found, rule


@rule(
    "TH304",
    "patch started here is never stopped: {way_out}",
    on=FUNCTIONS,
    trigger=PATCHES,
)
def unstopped_patch(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    every = leaks(place, module, PATCH, strict=module.options.is_strict("TH304"))
    yield from found((leak for leak in every if not leak.skippable), place)
