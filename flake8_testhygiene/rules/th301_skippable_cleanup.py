"""A resource is released by an ordinary statement, which a failure before it skips.

The release is written down, but an assertion that fails between the acquire and the release leaves the
resource behind, just when somebody wants to look at the failure in peace.

Bad:

    import shutil
    import tempfile
    import unittest

    class TestStore(unittest.TestCase):
        def test_store(self):
            folder = tempfile.mkdtemp()
            self.assertEqual([], list_store(path=folder + '/store'))
            shutil.rmtree(folder)

Good:

    import shutil
    import tempfile
    import unittest

    class TestStore(unittest.TestCase):
        def test_store(self):
            folder = tempfile.mkdtemp()
            self.addCleanup(shutil.rmtree, folder)
            self.assertEqual([], list_store(path=folder + '/store'))

Strict only: where a test deletes what it created because deleting is what it tests, the release is the
act, and many suites prefer to see it there.

Silent: where TH003 is, and where nothing that can fail stands between the acquire and the release.

Options: `--testhygiene-strict=TH301` turns the rule on.

Instead: register the release right after the acquire.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.catalog.triggers import ACQUIRES, CREATES, PATCHES
from flake8_testhygiene.cleanup import KINDS, PATCH, leaks
from flake8_testhygiene.cleanup.advice import found
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.rule import Found, rule


@rule(
    "TH301",
    "a failure skips the release of {name}{origin}: {way_out}",
    on=FUNCTIONS,
    trigger=ACQUIRES + CREATES + PATCHES,
    trigger_in_unit=ACQUIRES + PATCHES,
    strict=True,
)
def skippable_cleanup(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    every = leaks(place, module, KINDS | PATCH, strict=False)
    yield from found((leak for leak in every if leak.skippable), place)
