"""A test acquires a resource, and no one releases it.

A directory, a process, a thread, a socket or a server that outlives its test changes what the next test
meets: ports are taken, quotas are used up, disks fill. A release at the end of the test is not enough if
nobody wrote it down at all.

Bad:

    import tempfile
    import unittest

    class TestStore(unittest.TestCase):
        def test_store(self):
            folder = tempfile.mkdtemp()
            self.assertEqual([], list_store(path=folder + '/store'))

Good:

    import shutil
    import tempfile
    import unittest

    class TestStore(unittest.TestCase):
        def test_store(self):
            folder = tempfile.mkdtemp()
            self.addCleanup(shutil.rmtree, folder)
            self.assertEqual([], list_store(path=folder + '/store'))

The plugin follows what was acquired: through names, containers, `self`, helpers of any module of the suite
that hand it over or are given it. It is reported where ownership ends: at the acquiring call, or at the
call of the helper that hands it over; then the message names the line inside the helper.

Silent: wherever anything may release it. `with`, `closing`, `ExitStack`, `enterContext`, `useFixture`; every
`addCleanup` and `addfinalizer`; `try`/`finally`; a teardown of the class; a fixture after its `yield`; a list
that a teardown drains; a cleanup that removes by noun; a class, base or decorator that isolates the test.
Bases and helpers in other files of the project are followed; one that cannot be read is unknown, and what is
given to it is not reported. `open(path).read()`, which nothing holds, is left to strict. API resources are
judged only on receivers called `api`, `client`, `cloud` or `conn`, or made by a known client library, and not
below `unit/` or the like; not where a set-up or a teardown puts the whole service back (`tear_down_all()`), a
stub answers in its place, or the client calls an application in this process (`TestApp`). A method of a
`TestCase` that is called `teardown` or `cleanup`, and by nobody, is none.

Strict does not excuse what the catalog says that a harness cleans up behind the test's back.

Options: `--testhygiene-resources` adds rows `mylib.lease -> mylib.Lease.release`;
`--testhygiene-isolated-by` names classes and decorators that clean up everything.

Instead: `with`, `self.addCleanup(...)` right after the acquire, or pytest's `tmp_path` and `yield`
fixtures."""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.catalog.triggers import ACQUIRES, CREATES
from flake8_testhygiene.cleanup import KINDS, leaks
from flake8_testhygiene.cleanup.advice import found
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.rule import Found, rule


@rule(
    "TH003",
    "{noun} from {text}{origin} is never released: {way_out}",
    on=FUNCTIONS,
    trigger=ACQUIRES + CREATES,
    trigger_in_unit=ACQUIRES,
)
def missing_cleanup(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    every = leaks(place, module, KINDS, strict=module.options.is_strict("TH003"))
    yield from found((leak for leak in every if not leak.skippable), place)
