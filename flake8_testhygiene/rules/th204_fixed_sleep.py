"""A test sleeps for a fixed time and hopes that something has happened by then.

The time is a guess. On a loaded machine it is too short, and the test fails now and then; on every other
machine it is too long, and every run pays for it.

Bad:

    import time
    import unittest

    class TestBoot(unittest.TestCase):
        def test_boot(self):
            server = self.api.boot()
            time.sleep(5)
            self.assertEqual('ACTIVE', self.api.show(server).status)

Good:

    import unittest

    class TestBoot(unittest.TestCase):
        def test_boot(self):
            server = self.api.boot()
            self.wait_for_status(server, 'ACTIVE', seconds=60)
            self.assertEqual('ACTIVE', self.api.show(server).status)

Silent: a sleep in a loop, in a handler, in an inner function or in a block with a time limit; `sleep(0)`; a
sleep that the file patches; a comment on the line or directly above it; tests in which time is the subject
(expiry, time-outs, delays, locks, retries, time stamps), or which read a clock; a sleep after a call that is
given a shorter time, or after `gc.collect()`; a sleep after which the test asserts that nothing has happened,
or what it has asserted last before it; unit tests with mocks, and tests of a mocked cloud, where what is
asked for is done at once; helpers.

Options: none.

Instead: poll what the test is about to assert, with a deadline; or wait for an event, a `join()` or a queue,
with a timeout.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from typing import TypeGuard

from flake8_testhygiene import checks, remarks
from flake8_testhygiene.catalog import harnesses, verification
from flake8_testhygiene.expressions import same, spelled
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

ABOUT_TIME = Pattern(verification.ABOUT_TIME)
CLOCKS = Pattern(verification.CLOCKS)
EXPECTS = Pattern(verification.EXPECTS)
MEANWHILE = Pattern(verification.RUNS_MEANWHILE)
STOPS = Pattern(r"(?i)_*(stop|kill|terminate|cancel|shutdown|close|abort)")
# A shorter sleep lets others have a turn, as sleep(0) does.
SHORTEST = 0.01
# Decorators under which no request leaves the process.
IN_PROCESS = tuple(row.name for row in harnesses.DECORATORS if harnesses.REMOTE in row.isolates)
MOCKS = Pattern(r"(?i)mock|patch|stub")
# How many characters before and behind a sleep are looked at for what replaces it.
NEAR = 200
PATCHED = Pattern(verification.PATCHED_SLEEP)
STAMPED = Pattern(verification.STAMPED)
NEGATIVE = Pattern(r"(?i)assert\w*_?not|assertFalse|assertIsNone|assertRaises|not_called|no_more|empty|never")


@rule(
    "TH204",
    "{sleep} guesses how long it takes: poll {what}, with a deadline",
    on=FUNCTIONS,
    trigger=("sleep(",),
    local=True,
)
def fixed_sleep(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if not module.is_called_by_framework(place):
        return
    walked = module.source.walked(function)
    calls = (node for node in walked.by_type.get(ast.Call, ()) if isinstance(node, ast.Call))
    sleeps = (call for call in calls if _is_fixed(call, module))
    found = [each for call in sleeps if (each := _guess(call, place, walked, module))]
    if found and not _is_about_time(place, module):
        yield from found


def _guess(sleep: ast.Call, place: Place, walked: Walked, module: Module) -> Found | None:
    """What there is to say of a sleep that a test waits out for something else to be done."""
    statement = _statement(sleep, walked)
    if statement is None or not _runs_straight(statement, walked, module):
        return None
    behind = checks.after(statement, walked)
    later = _next_assertion(behind)
    if later is None and (module.is_test(place) or not behind) and not module.is_setup(place):
        return None
    if _is_duration(behind) or _spaces_out(statement, walked) or _needs_time(sleep, walked, module):
        return None
    if later and (
        _is_denied(later, behind) or _is_unchanged(later, walked) or _holds_before(later, sleep, walked)
    ):
        return None
    if _is_explained(statement, walked, module):
        return None
    what = f"until line {later.lineno} holds" if _is_next(later, behind) else "what it waits for"
    return Found(sleep.lineno, sleep.col_offset, {"sleep": spelled(sleep), "what": what})


def _is_fixed(call: ast.Call, module: Module) -> bool:
    """Whether a call sleeps for a time that is written there."""
    if module.source.dotted(call.func) not in verification.SLEEPS:
        return False
    numbers = [node for given in call.args for node in ast.walk(given) if isinstance(node, ast.expr)]
    return bool(numbers) and all(_is_number(node) for node in numbers)


def _is_number(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value):
            return isinstance(value, int | float) and value > SHORTEST
        case ast.BinOp():
            return True
    return False


def _statement(call: ast.AST, walked: Walked) -> ast.Expr | None:
    """The statement that is the sleep and nothing else; a coroutine is awaited at once."""
    parent = walked.parents.get(call)
    if isinstance(parent, ast.Await):
        parent = walked.parents.get(parent)
    return parent if isinstance(parent, ast.Expr) else None


def _runs_straight(statement: ast.stmt, walked: Walked, module: Module) -> bool:
    """Whether a sleep is neither a step of a loop, nor interrupted, nor in a function that others call."""
    for around in walked.around(statement):
        if isinstance(around, ast.ExceptHandler) or (isinstance(around, ast.Try) and around.handlers):
            return False
        if isinstance(around, ast.With | ast.AsyncWith) and any(
            EXPECTS.search(name) or MEANWHILE.search(name)
            for item in around.items
            if (name := module.source.dotted(item.context_expr))
        ):
            return False
    return checks.runs_once(statement, walked)


def _is_sleep_patched(text: str) -> bool:
    """Whether a sleep stands where it is replaced: the expression is too slow for a whole file."""
    places = (match.start() for match in re.finditer("sleep", text))
    return any(PATCHED.search(text[max(place - NEAR, 0) : place + NEAR]) for place in places)


def _is_about_time(place: Place, module: Module) -> bool:
    """Whether time is what the test is about, or does not pass in it."""
    owner = place.owner.name if place.owner else ""
    if ABOUT_TIME.search(f"{place.name} {owner} {module.stem}"):
        return True
    if module.once("sleep is patched", partial(_is_sleep_patched, module.source.text)):
        return True
    facts = place.facts
    if module.is_unit and any(MOCKS.search(call.name) for call in facts.calls):
        return True
    if module.is_unit and any(MOCKS.search(name) for name in facts.decorators):
        return True
    if any(named(name, IN_PROCESS) for name in (*facts.decorators, *_decorators(place))):
        return True
    lines = module.source.lines[place.function.lineno - 1 : place.function.end_lineno]
    return any(CLOCKS.search(call.name) for call in facts.calls) or any(
        STAMPED.search(line) for line in lines
    )


def _decorators(place: Place) -> tuple[str, ...]:
    return place.owner.decorators if place.owner else ()


def _needs_time(sleep: ast.Call, walked: Walked, module: Module) -> bool:
    """Whether the statement before a sleep hands somebody a shorter time, or collects garbage."""
    statement = _statement(sleep, walked)
    block = getattr(walked.parents[statement], "body", []) if statement else []
    before = block[: block.index(statement)][-1:] if statement in block else []
    calls = [node for node in checks.inside(before) if isinstance(node, ast.Call)]
    slept = max(_number(node) for node in ast.walk(sleep))
    given = (each for call in calls for each in (*call.args, *(keyword.value for keyword in call.keywords)))
    return any(0 < _number(each) < slept and _number(each) % 1 for each in given) or any(
        module.source.dotted(call.func) == "gc.collect" for call in calls
    )


def _number(node: ast.AST) -> float:
    """The number that a node spells, or 0."""
    value = node.value if isinstance(node, ast.Constant) else 0
    return value if isinstance(value, int | float) else 0


def _next_assertion(behind: list[ast.stmt]) -> ast.Call | ast.Assert | None:
    """The first assertion behind a sleep."""
    every = (
        node
        for node in checks.inside(behind)
        if isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and last_name(node).startswith("assert"))
    )
    return min(every, key=lambda node: node.lineno, default=None)


def _is_next(later: ast.Call | ast.Assert | None, behind: list[ast.stmt]) -> TypeGuard[ast.Call | ast.Assert]:
    """Whether nothing but reading stands between a sleep and the assertion."""
    first = next((each for each in behind if not isinstance(each, ast.Assign)), None)
    return later is not None and first is not None and later.lineno == first.lineno


def _is_explained(statement: ast.stmt, walked: Walked, module: Module) -> bool:
    """Whether a comment stands at the sleep, or at the ``if`` that decides on it."""
    branches = (each for each in walked.around(statement) if isinstance(each, ast.If))
    return any(remarks.on(each, module.source) for each in (statement, *branches))


def _is_duration(behind: list[ast.stmt]) -> bool:
    """Whether something runs for as long as the sleep: it is stopped right after it."""
    simple = (each for each in behind[:1] if isinstance(each, ast.Expr | ast.Assign))
    calls = (node for node in checks.inside(simple) if isinstance(node, ast.Call))
    return any(STOPS.match(last_name(call)) for call in calls)


def _is_unchanged(later: ast.Call | ast.Assert, walked: Walked) -> bool:
    """Whether an assertion compares what was read before with the same read again."""
    match later:
        case ast.Assert(ast.Compare(one, [ast.Eq() | ast.Is()], [other])) | ast.Call(_, [one, other, *_]):
            sides = {ast.unparse(one), ast.unparse(other)}
        case _:
            return False
    assigned = (node for node in walked.by_type.get(ast.Assign, ()) if isinstance(node, ast.Assign))
    return any({ast.unparse(each.targets[0]), ast.unparse(each.value)} == sides for each in assigned)


def _holds_before(later: ast.Call | ast.Assert, sleep: ast.Call, walked: Walked) -> bool:
    """Whether the very same is the last that is asserted before the sleep: it is to stay so."""
    before = (
        node
        for kind in (ast.Call, ast.Assert)
        for node in walked.by_type.get(kind, ())
        if isinstance(node, ast.Call | ast.Assert)
        and node.lineno < sleep.lineno
        and checks.is_assertion(node)
    )
    last = max(before, key=lambda node: node.lineno, default=None)
    return last is not None and same(last, later)


def _is_denied(later: ast.Call | ast.Assert, behind: list[ast.stmt]) -> bool:
    """Whether one of the assertions that follow each other from ``later`` on says that nothing happened."""
    if _is_negative(later):
        return True
    values = [each.value if isinstance(each, ast.Expr) else each for each in behind]
    first = next((place for place, each in enumerate(values) if each is later), len(values))
    run = takewhile(checks.is_assertion, values[first:])
    return any(isinstance(each, ast.Call | ast.Assert) and _is_negative(each) for each in run)


def _spaces_out(statement: ast.stmt, walked: Walked) -> bool:
    """Whether a sleep stands between two calls of the same."""
    block = getattr(walked.parents[statement], "body", [])
    if statement not in block:
        return False
    place = block.index(statement)
    around = block[max(place - 1, 0) : place] + block[place + 1 : place + 2]
    called = {
        ast.unparse(each.value.func)
        for each in around
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call)
    }
    return len(around) == 2 and len(called) == 1 and all(isinstance(each, ast.Expr) for each in around)


def _is_negative(node: ast.Call | ast.Assert) -> bool:
    """Whether an assertion says that something has not happened, for which one can but wait."""
    match node:
        case ast.Call(_, arguments):
            return any(map(_is_nothing, arguments)) or bool(NEGATIVE.search(last_name(node)))
        case ast.Assert(ast.UnaryOp(ast.Not())):
            return True
        case ast.Assert(ast.Compare(_, operators, compared)):
            denies = any(isinstance(each, ast.NotIn | ast.NotEq) for each in operators)
            return denies or any(map(_is_nothing, compared))
    return False


def _is_nothing(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value):
            return not value
        case ast.List(parts) | ast.Tuple(parts) | ast.Dict(parts):
            return not parts
    return False
