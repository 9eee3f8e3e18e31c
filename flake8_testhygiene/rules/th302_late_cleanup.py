"""The cleanup of a resource is registered only after something that can fail.

When the waiter, the assertion or the next acquire in between fails, the cleanup was never registered, and
the resource stays behind: just in the run that was going wrong anyway.

Bad:

    import subprocess
    import unittest

    class TestStore(unittest.TestCase):
        def test_store(self):
            server = subprocess.Popen(['store', '--port', '0'])
            self.assertEqual([], wait_for_store())
            self.addCleanup(server.kill)

Good:

    import subprocess
    import unittest

    class TestStore(unittest.TestCase):
        def test_store(self):
            server = subprocess.Popen(['store', '--port', '0'])
            self.addCleanup(server.kill)
            self.assertEqual([], wait_for_store())

Acquire and cleanup are paired by the value: what was acquired, something got from it, or the made-up name
it was given, is handed to `addCleanup`, `addfinalizer`, a callback of an `ExitStack`, or released in a
`finally`. In a pytest fixture that releases after its `yield`, what fails before the `yield` leaks too.
What can fail is a waiter, an assertion, another process, connection or API resource, or a helper that
contains one of these; also the next round of a loop that creates. The report stands at the cleanup and
names both lines.

Silent: reads, assignments, log calls and made-up names in between; an assertion that only asks whether
the acquire worked (`assertIsNotNone(server)`, its status code); a waiter that is itself registered; where
a teardown releases the same thing, or anything unknown may; and wherever TH003 is silent for the sake of
a harness, a mock or an unread base.

Options: none of its own; `--testhygiene-resources` and `--testhygiene-isolated-by` count here too.

Instead: register the cleanup in the statement after the acquire, then wait and assert.
"""

from __future__ import annotations

from collections.abc import Iterator

from flake8_testhygiene.catalog.triggers import ACQUIRES, CREATES
from flake8_testhygiene.cleanup import KINDS
from flake8_testhygiene.cleanup.advice import name_of
from flake8_testhygiene.cleanup.order import Late, late_cleanups
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

# What a message of 100 columns leaves to its words.
ROOM = 55


@rule(
    "TH302",
    "cleanup of {name} comes after {obstacle}: {advice} right after {acquire}",
    on=FUNCTIONS,
    trigger=ACQUIRES + CREATES,
    trigger_in_unit=ACQUIRES,
)
def late_cleanup(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    for late in late_cleanups(place, module, KINDS):
        yield Found(late.begin.line, late.begin.column, _words(late, place))


def _words(late: Late, place: Place) -> dict[str, str]:
    """What the message says; where it gets long, a line stands for the call in it."""
    acquire, obstacle = late.acquired.call, late.obstacle
    is_remote = late.acquired.kind == "remote"
    name = late.acquired.noun if is_remote else name_of(late.acquired, place)
    words = {"name": name, "advice": late.begin.advice}
    called = f"{obstacle.last}{'' if obstacle.last == 'assert' else '()'} (line {obstacle.line})"
    if late.loop:
        called = f"the loop at line {late.loop}"
    for obstacle_words, acquire_words in (
        (called, f"{acquire.last}() (line {acquire.line})"),
        (called, f"line {acquire.line}"),
        (f"line {late.loop or obstacle.line}", f"line {acquire.line}"),
    ):
        words |= {"obstacle": obstacle_words, "acquire": acquire_words}
        if sum(map(len, words.values())) <= ROOM:
            break
    return words
