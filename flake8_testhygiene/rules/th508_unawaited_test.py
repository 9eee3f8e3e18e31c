"""An `async def` test, or one that yields, stands in a class whose runner only calls it.

The call makes a coroutine, or a generator, and nothing of the test runs. `unittest.TestCase` drops what a
test returns, so the test passes; all that tells of it is a warning in the middle of a long log.

Bad:

    import unittest

    class TestBoot(unittest.TestCase):
        async def test_boot(self):
            server = await self.api.boot()
            self.assertEqual('ACTIVE', server.status)

Good:

    import unittest

    class TestBoot(unittest.IsolatedAsyncioTestCase):
        async def test_boot(self):
            server = await self.api.boot()
            self.assertEqual('ACTIVE', server.status)

It is reported at the `def` of the test. Bases in other files of the project are read; `pytest.mark.asyncio`
does not help, for pytest leaves the methods of a `TestCase` to unittest.

Silent: every class with a base or metaclass other than those of `unittest`, `testtools` and `oslotest` that
await nothing, or that runs its tests in a way of its own; decorators that may await; what the class names
elsewhere, to hand it on; functions and plain classes, which pytest runs as its configuration says.

Options: none.

Instead: `unittest.IsolatedAsyncioTestCase`; for a generator a plain method, without `yield`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks
from flake8_testhygiene.catalog import running
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Class, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Lineage
from flake8_testhygiene.rule import Found, rule

HANDS_ON = Pattern(running.HANDS_ON)
LONGEST = 32


@rule(
    "TH508",
    "never {run}: {owner} {reason}",
    on=FUNCTIONS,
    trigger=("async def test", ("yield", "def test")),
    local=True,
)
def unawaited_test(function: Function, module: Module) -> Iterator[Found]:
    owner = module.source.owners[function]
    if owner is None or not function.name.startswith("test"):
        return
    words = _words(function, owner)
    if not words or module.source.names_elsewhere(function.name):
        return  # a plain function, or a helper that the class hands on
    if all(map(HANDS_ON.search, _decorators(function, module))) and _only_calls(owner, module):
        yield Found(function.lineno, function.col_offset, words)


def _words(function: Function, owner: Class) -> dict[str, str]:
    """What a call of the function makes instead of running it; nothing for a plain function."""
    name = owner.name if len(owner.name) <= LONGEST else f"{owner.name[: LONGEST - 3]}..."
    if isinstance(function, ast.AsyncFunctionDef):
        return {"run": "awaited", "owner": name, "reason": "is no unittest.IsolatedAsyncioTestCase"}
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in checks.own_nodes(function)):
        return {"run": "run", "owner": name, "reason": "does not iterate tests: drop the yield"}
    return {}


def _decorators(function: Function, module: Module) -> list[str]:
    return [module.source.dotted(each) for each in function.decorator_list]


def _only_calls(owner: Class, module: Module) -> bool:
    """Whether everything is known that runs the tests of a class, and nothing of it awaits them."""
    lineage = module.project.lineage(owner)
    bases = {*lineage.foreign, *lineage.covered}
    if not bases <= running.CALLS_ONLY or not any(each.endswith("TestCase") for each in bases):
        return False
    return not any(map(_is_special, lineage.classes)) and not _looks_for_test(lineage, owner, module)


def _is_special(each: Class) -> bool:
    """Whether a class may run its tests in a way of its own."""
    names = each.methods.keys() | each.attributes
    return (
        bool(running.RUNS_ITSELF & names)
        or each.metaclass not in {"", "abc.ABCMeta"}
        or not all(map(HANDS_ON.search, each.decorators))
    )


def _looks_for_test(lineage: Lineage, owner: Class, module: Module) -> bool:
    """Whether a hook of the class wraps the test before it is run."""
    return any(
        place.function in place.source.holding(running.LOOKS_FOR_TEST)
        for place in module.project.methods(owner, running.LOOKS_FOR_TEST)
    )
