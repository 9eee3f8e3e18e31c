"""A set-up acquires what only a teardown releases, and can fail after that.

unittest, testtools and pytest run the teardown only after a set-up that has succeeded. What a set-up
acquired before it failed stays behind for the rest of the run.

Bad:

    import shutil
    import tempfile
    import unittest

    class TestStore(unittest.TestCase):
        def setUp(self):
            self.folder = tempfile.mkdtemp()
            self.store = Store(self.folder)

        def tearDown(self):
            shutil.rmtree(self.folder)

Good:

    import shutil
    import tempfile
    import unittest

    class TestStore(unittest.TestCase):
        def setUp(self):
            self.folder = tempfile.mkdtemp()
            self.addCleanup(shutil.rmtree, self.folder)
            self.store = Store(self.folder)

Cleanups that were registered run after a failed set-up too. Strict only: many set-ups fail so seldom that
nobody minds what they leave then.

Silent: where nothing after the acquire constructs, acquires, waits, asserts, reads or writes anything;
where a cleanup, a `with` or a handler releases it besides; where a comment in the teardown says why it is
no `addCleanup`; `resource_setup`, as tempest runs
`resource_cleanup` in any case; and wherever TH003 is silent for the sake of a base class or a harness.

Options: `--testhygiene-strict=TH305` turns the rule on.

Instead: register the release right after the acquire, or use a fixture that yields.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.catalog.triggers import ACQUIRES, CREATES, PATCHES
from flake8_testhygiene.cleanup import KINDS, PATCH
from flake8_testhygiene.cleanup.advice import way_out
from flake8_testhygiene.cleanup.setups import HalfBuilt, half_built
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

# What a message of 100 columns leaves to its words.
ROOM = 75


@rule(
    "TH305",
    "{name} leaks if {failing} fails: {way_out}",
    on=FUNCTIONS,
    trigger=ACQUIRES + CREATES + PATCHES,
    trigger_in_unit=ACQUIRES + PATCHES,
    strict=True,
)
def half_built_setup(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    for each in half_built(place, module, KINDS | PATCH):
        call = each.acquired.call
        yield Found(call.line, call.column, _words(each, place))


def _words(half: HalfBuilt, place: Place) -> dict[str, str]:
    """What the message says; where it gets long, a line stands for the call in it."""
    failing, release = half.failing, half.acquired.way_out
    holder = "cls" if place.name in {"setUpClass", "setup_class"} else "self"
    called = f"{failing.last}()" if failing.last not in {"assert", "raise"} else failing.last
    words = {"name": f"{holder}.{half.attribute}"}
    for spelled, released in (
        (f"{called} (line {failing.line})", release),
        (f"line {failing.line}", release),
        (f"line {failing.line}", release if release.startswith(".") else release.rpartition(".")[2]),
    ):
        words |= {"failing": spelled, "way_out": _way_out(half, released, place)}
        if sum(map(len, words.values())) <= ROOM:
            break
    return words


def _way_out(half: HalfBuilt, release: str, place: Place) -> str:
    if place.owner is not None and not place.owner.bases:
        return "use a fixture that yields it"
    return way_out(half.acquired, release, place)
