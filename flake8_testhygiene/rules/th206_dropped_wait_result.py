"""A waiter that only returns whether it succeeded is called, and its answer dropped.

`call_until_true()` and `Event.wait(timeout)` do not raise when the time is up: they return False. Nobody
looks, and the test goes on as if what it waited for had come.

Bad:

    import unittest
    from tempest.lib.common.utils import test_utils

    class TestPing(unittest.TestCase):
        def test_ping(self):
            test_utils.call_until_true(self.ping, 60, 1, self.server)

Good:

    import unittest
    from tempest.lib.common.utils import test_utils

    class TestPing(unittest.TestCase):
        def test_ping(self):
            self.assertTrue(test_utils.call_until_true(self.ping, 60, 1, self.server))

Reported are `call_until_true()`, waits with a timeout on an event or a condition of `threading` or
`multiprocessing`, and helpers that poll, never raise and return True or False.

Silent: an answer that is used in any way; a later assertion on what was waited for; waits in loops, threads,
nested functions, handlers and cleanups. A wait on an event is silent unless it is the last thing a test does
before it tidies up: what follows otherwise may fail by itself when the event did not come. So are events that
the test itself sets, or that it never hands to anybody.

Options: `--testhygiene-waiters` names functions that raise.

Instead: `self.assertTrue(waiter(...))`, or a waiter that raises when the time is up.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import assertions, checks
from flake8_testhygiene.catalog import lifecycle, waiters
from flake8_testhygiene.facts import Call
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import walk
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern, named
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

ANSWERS = (("return True", "sleep("), ("return True", ".wait("))
WORDS = (
    "call_until_true(",
    (".wait(", "Event("),
    (".wait(", "Condition("),
    (".wait_for(", "Condition("),
    *ANSWERS,
)
# Words in the names of calls that fail when something is not as it has to be.
CHECKS = Pattern(
    r"(?i)assert(?!.*(false|not|none))|^(fail|raise)$|verify|check|expect|raises|wait|ensure|validate"
)
TIDIES_UP = Pattern(lifecycle.RELEASING)
PAUSES = Pattern(r"(^|\.)_?(sleep|wait)$")
# Said of many things, and so no sign that two expressions are about one.
COMMON = frozenset({"self", "cls", "True", "False", "None", "CONF", "test_utils"})


@rule(
    "TH206",
    "{waiter}() returns whether it succeeded and nobody looks: {way_out}",
    on=FUNCTIONS,
    trigger=WORDS,
)
def dropped_wait_result(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if module.is_teardown(place) or module.is_script or module.is_fake_class(place.owner):
        return
    for call, statement in _dropped(place, function, module):
        if call.within("def", "lambda", "finally", "except"):
            continue
        after = _After(statement, function)
        if _only_answers(call, place, module):
            seen = after.looks_at(statement.value)
        elif _waits_on_event(call, place, module):
            seen = not _is_awaited_here(call, place, module) or not after.only_tidies_up()
        else:
            continue
        if not seen:
            yield Found(call.line, call.column, _words(call, place, module))


def _words(call: Call, place: Place, module: Module) -> dict[str, str]:
    in_case = module.is_test_class(place.owner) and module.project.lineage(place.owner).foreign
    return {"waiter": call.name, "way_out": "self.assertTrue(...)" if in_case else "assert it"}


def _dropped(place: Place, function: Function, module: Module) -> Iterator[tuple[Call, ast.Expr]]:
    """The calls that are statements of their own."""
    last = {(call.line, call.column): call for call in place.facts.calls}  # the outermost of a chain
    for statement in module.source.walked(function).by_type.get(ast.Expr, ()):
        assert isinstance(statement, ast.Expr)
        value = statement.value
        if isinstance(value, ast.Call):
            call = last.get((value.lineno, value.col_offset))
            if call is not None:
                yield call, statement


# waiters that answer


def _only_answers(call: Call, place: Place, module: Module) -> bool:
    """Whether what is called waits, and tells by its result alone whether it was in vain."""
    if named(call.name, module.options.waiters):
        return False
    callee = module.project.callee(call.name, place)
    if callee is None:
        return any(named(call.name, (row,)) for row in waiters.ANSWERING) and "." in call.name
    return callee.function in callee.source.holding(ANSWERS) and bool(_answers(callee, module))


def _answers(place: Place, module: Module) -> frozenset[bool]:
    def answer(there: Place) -> frozenset[bool]:
        node = there.source.node(there.function)
        own = list(checks.own_nodes(node))
        if assertions.can_fail(there, module):
            return frozenset()
        returned = [each.value for each in own if isinstance(each, ast.Return)]
        if _polls(own) and _is_true_or_false(returned):
            return frozenset({True})
        return frozenset()

    return module.project.verdict("only answers", place, answer)


def _polls(nodes: list[ast.AST]) -> bool:
    """Whether a loop pauses between two looks."""
    loops = (each for each in nodes if isinstance(each, ast.While | ast.For | ast.AsyncFor))
    return any(
        isinstance(each, ast.Call) and PAUSES.search(_spelled(each.func))
        for loop in loops
        for each in checks.own_nodes(loop)
    )


def _spelled(expression: ast.expr) -> str:
    match expression:
        case ast.Name(name):
            return name
        case ast.Attribute(base, name):
            return f"{_spelled(base)}.{name}"
    return "?"


def _is_true_or_false(returned: list[ast.expr | None]) -> bool:
    """Whether the results are True for success and False, or nothing, for the lack of it."""
    values = [getattr(each, "value", each) if isinstance(each, ast.Constant) else each for each in returned]
    return any(each is True for each in values) and all(
        each is None or isinstance(each, bool) for each in values
    )


# events


def _waits_on_event(call: Call, place: Place, module: Module) -> bool:
    """Whether the call is ``wait(5)`` on an event of threading or multiprocessing."""
    before = waiters.WAITS_ON_EVENT.get(call.last)
    return (
        before is not None
        and len(call.arguments) > before
        and all(argument.constant != "None" for argument in call.arguments)
        and bool(call.owner)
        and _maker(call, place, module) in waiters.EVENTS
    )


def _maker(call: Call, place: Place, module: Module) -> str:
    """What made the receiver: here, in a method of the class, or at the module's top level."""
    for reference in call.receiver:
        made = place.facts.maker(reference)
        if made is not None and reference >= 0:
            return made.name
    owner, _, name = call.owner.rpartition(".")
    if owner == "self":
        for method in module.project.methods(place.owner, (name,)):
            for use in method.facts.uses:
                if use.how == "stored" and use.detail == call.owner and use.value >= 0:
                    made = method.facts.maker(use.value)
                    return made.name if made else ""
    return "" if owner else module.source.globals.get(name, "")


def _is_awaited_here(call: Call, place: Place, module: Module) -> bool:
    """Whether a test waits, once, for what somebody else is to set."""
    if not module.is_test(place) or call.within("loop", "if"):
        return False
    event = call.owner
    setters = [each for each in place.facts.calls if each.name in {f"{event}.set", f"{event}.notify_all"}]
    if any(not each.within("def", "lambda") for each in setters):
        return False
    handed = (
        argument.text in {event, f"{event}.set"} for each in place.facts.calls for argument in each.arguments
    )
    return bool(setters) or any(handed)


# what comes after


class _After:
    """What a function does behind a statement."""

    def __init__(self, statement: ast.Expr, function: Function) -> None:
        end = statement.end_lineno or statement.lineno
        self._later = [
            each
            for each in checks.own_nodes(function)
            if isinstance(each, ast.stmt | ast.Call) and each.lineno > end
        ]

    def only_tidies_up(self) -> bool:
        """Whether nothing comes behind it but releases: what else there is may fail by itself."""
        return all(
            isinstance(each, ast.Expr | ast.Delete)
            or (isinstance(each, ast.Call) and TIDIES_UP.search(_spelled(each.func).rpartition(".")[2]))
            for each in self._later
        )

    def fails(self) -> bool:
        """Whether anything behind it fails unless something has happened."""
        return any(map(_checks, self._later))

    def looks_at(self, awaited: ast.expr) -> bool:
        """Whether something behind it fails, that is about what was waited for."""
        about = _names(awaited)
        if not about:
            return self.fails()
        for each in self._later:
            if isinstance(each, ast.Assign) and _names(each.value) & about:
                about |= {name for target in each.targets for name in _names(target)}
            if _checks(each) and _names(each) & about:
                return True
        return False


def _checks(node: ast.AST) -> bool:
    match node:
        case ast.Assert(test):
            return not (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not))
        case ast.Raise():
            return True
        case ast.Call(callee):
            return bool(CHECKS.search(_spelled(callee).rpartition(".")[2]))
    return False


def _names(node: ast.AST) -> set[str]:
    """The names and attributes in an expression, as far as they tell things apart."""
    found: set[str] = set()
    called = {id(each.func) for each in walk(node) if isinstance(each, ast.Call)}
    for each in walk(node):
        if isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.Attribute) and id(each) not in called:
            found.add(each.attr)
    return found - COMMON
