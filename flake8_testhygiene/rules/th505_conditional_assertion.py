"""Every assertion stands under a condition on what the test observed, so it can pass unchecked.

When the condition is false, because the answer is empty or the state another one, nothing is asserted and the
test is green. What it was to find out is then decided by the very thing it was to check.

Bad:

    import unittest

    class TestQuota(unittest.TestCase):
        def test_quota(self):
            quotas = self.client.list_quotas()
            if quotas:
                self.assertEqual(10, quotas[0]['limit'])

Good:

    import unittest

    class TestQuota(unittest.TestCase):
        def test_quota(self):
            quotas = self.client.list_quotas()
            self.assertEqual(1, len(quotas))
            self.assertEqual(10, quotas[0]['limit'])

It is reported at the `if` line.

Silent: an assertion, or anything else that can fail on purpose, outside the `if`; another branch that
asserts, raises, returns or skips; conditions on parameters, or on what is made of those of `parametrize`,
settings, the platform, a version or attributes of the class; loops, handlers and inner functions; a comment
on or directly above the `if`.

Options: `--testhygiene-assertions` names further functions and methods that fail unless something is so.

Instead: assert the condition first, or skip the test where it does not hold.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import assertions, checks, remarks
from flake8_testhygiene.catalog import assertions as words
from flake8_testhygiene.catalog import verification, waiters
from flake8_testhygiene.expressions import spelled
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.reach import from_a_table
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

ASSERTS = Pattern(r"(?i)^_?assert|(^|_)(raises|assert)(_|$)")
NAME = Pattern(words.NAME)
WAITS = Pattern(waiters.NAME)
FAILS = Pattern(verification.FAILS)
SETTINGS = Pattern(words.SETTINGS)
LONGEST = 30


@rule(
    "TH505",
    "nothing is checked unless {condition}: assert that too, or skip without it",
    on=FUNCTIONS,
    trigger=("  if ", "\tif "),
    local=True,
)
def conditional_assertion(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    conditions = [each for each in _straight(function.body) if isinstance(each, ast.If)]
    if not conditions or not module.is_test(place):
        return
    checking = [node for node in checks.inside(function.body) if _checks(node)]
    around = [each for each in conditions if checking and all(_is_in(node, each) for node in checking)]
    for condition in around:
        if (
            any(map(_asserts, checking))
            and all(_is_in_body(node, condition) for node in checking)
            and not any(_ends(node) for node in checks.inside(condition.orelse))
            and _is_observed(condition.test, place, module.source.walked(function), module)
            and not remarks.on(condition, module.source)
            and not _is_checked_beside(condition, place, module)
        ):
            yield Found(condition.lineno, condition.col_offset, {"condition": _spelled(condition.test)})


def _straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that a function runs once and in any case."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.With | ast.AsyncWith):
            yield from _straight(statement.body)


def _checks(node: ast.AST) -> bool:
    """Whether a node can fail or skip, by its own name."""
    if isinstance(node, ast.Call):
        last = last_name(node)
        return bool(NAME.search(last) or WAITS.search(last) or FAILS.search(last))
    return isinstance(node, ast.Assert | ast.Raise)


def _asserts(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return bool(ASSERTS.search(last_name(node))) and not last_name(node).endswith("Error")
    return isinstance(node, ast.Assert)


def _ends(node: ast.AST) -> bool:
    return isinstance(node, ast.Return) or _checks(node)


def _is_in(node: ast.AST, statement: ast.stmt) -> bool:
    assert isinstance(node, ast.stmt | ast.expr)
    return statement.lineno <= node.lineno <= (statement.end_lineno or statement.lineno)


def _is_in_body(node: ast.AST, condition: ast.If) -> bool:
    assert isinstance(node, ast.stmt | ast.expr)
    first, last = condition.body[0], condition.body[-1]
    return first.lineno <= node.lineno <= (last.end_lineno or last.lineno)


def _is_checked_beside(condition: ast.If, place: Place, module: Module) -> bool:
    """Whether a call outside the branch can fail on purpose, or may."""
    first, last = condition.body[0].lineno, condition.body[-1].end_lineno or 0
    beside = (call for call in place.facts.calls if not first <= call.line <= last)
    return any(assertions.may_check(call, place, module) for call in beside)


# conditions


def _is_observed(test: ast.expr, place: Place, walked: Walked, module: Module) -> bool:
    """Whether a condition reads what the test was told at run time, and nothing that was settled before."""
    names = _names_in(test)
    attributes = {node.attr for node in ast.walk(test) if isinstance(node, ast.Attribute)}
    if any(map(SETTINGS.search, names | attributes)) or isinstance(test, ast.Attribute):
        return False
    if names & set(place.facts.parameters):
        return False
    asked = [node for node in ast.walk(test) if isinstance(node, ast.Call)]
    made = [_value_of(name, walked) for name in names]
    if from_a_table(place) & {name for value in made if value is not None for name in _names_in(value)}:
        return False  # each case is settled before
    return any(_asks(call, walked, module) for value in (*made, *asked) for call in _calls_in(value))


def _names_in(value: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}


def _value_of(name: str, walked: Walked) -> ast.AST | None:
    """What a local name is bound to, where it is bound once."""
    bound = [
        node
        for node in walked.by_type.get(ast.Assign, ())
        if isinstance(node, ast.Assign)
        and any(
            isinstance(each, ast.Name) and each.id == name
            for target in node.targets
            for each in ast.walk(target)
        )
    ]
    return bound[0].value if len(bound) == 1 and isinstance(bound[0], ast.Assign) else None


def _calls_in(value: ast.AST | None) -> Iterator[ast.Call]:
    if value is not None:
        yield from (node for node in ast.walk(value) if isinstance(node, ast.Call))


def _asks(call: ast.Call, walked: Walked, module: Module) -> bool:
    """Whether a call asks an object, neither one that is written down here nor a module."""
    root = call.func
    while isinstance(root, ast.Attribute | ast.Call | ast.Subscript):
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name) or isinstance(call.func, ast.Name):
        return False
    is_written = isinstance(
        _value_of(root.id, walked), ast.Dict | ast.List | ast.Set | ast.Tuple | ast.Constant
    )
    return root.id not in module.source.imports and not is_written


def _spelled(test: ast.expr) -> str:
    text = spelled(test)
    return text if len(text) <= LONGEST else f"the condition of line {test.lineno} holds"
