"""An assertion that never runs.

In a `with self.assertRaises(...)` block the first exception ends the block, so what stands behind the raising
call is skipped. The same goes for what stands behind `return` or `raise`, and for an inner function that
nobody calls. Whoever reads the test believes that it checks something.

Bad:

    import unittest

    class TestDelete(unittest.TestCase):
        def test_forbidden(self):
            with self.assertRaises(PermissionError) as caught:
                self.api.delete('server')
                self.assertEqual(403, caught.exception.code)

Good:

    import unittest

    class TestDelete(unittest.TestCase):
        def test_forbidden(self):
            with self.assertRaises(PermissionError) as caught:
                self.api.delete('server')
            self.assertEqual(403, caught.exception.code)

It is reported at the first assertion that never runs.

Silent: a block whose exception may be that of an assertion (`AssertionError`, `Exception`); assertions that
call something, or look into it, and may raise the exception themselves; `fail()` behind the call, which is a
guard; what stands behind a skip; inner functions that are decorated or named anywhere else.

Options: none.

Instead: put the assertion behind the block; call the inner function.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_testhygiene import checks, expressions
from flake8_testhygiene.catalog import comparisons
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import blocks, last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule

EXPECTS_RAISE = Pattern(r"(^|\.)(assertRaises\w*|raises|ExpectedException|assert_raises\w*)$")
# What an assertion raises may be what such a block waits for.
ANY_FAILURE = Pattern(r"Assertion|^(Base)?Exception$|failureException|Mismatch|Fail|Skip|^$")
LONGEST = 40
HARMLESS_AROUND = Pattern(r"(^|\.)patch(\.object|\.dict|\.multiple)?$|subTest$")
LOOKS_INSIDE = frozenset(
    {"KeyError", "IndexError", "TypeError", "LookupError", "AttributeError", "ValueError"}
)
# A blank line or a comment; what is left of a statement, or such a line; the next statement of its block.
_NOTHING = r"[ \t]*(?:#[^\n]*)?\r?\n"
_NEXT = rf"(?:\1[ )\]}}#][^\n]*\n|(?!\1[ )\]}}#]){_NOTHING})*\1[^\s)\]}}#]"
# Under a ``with`` that expects an exception, a block of more than one statement, or another ``with``.
_MORE_THAN_ONE = (
    r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)[^\n]*:[^\n]*\n"
    rf"(?:{_NOTHING})*( +)(?:with |[^\s#][^\n]*\n{_NEXT})"
)
BEHIND_RAISE = {
    "aises": rf"aises\w*{_MORE_THAN_ONE}",
    "ExpectedException": rf"ExpectedException{_MORE_THAN_ONE}",
}
# A statement behind one that leaves the block.
BEHIND_LEAVING = rf"\n( +)(?:return|raise)\b[^\n]*\n{_NEXT}"
# An inner function that is no method.
INNER = r"        def (\w+)\((?!self|cls)"
INNER_NAMES = Pattern(INNER)


@rule(
    "TH504",
    "{assertion} never runs: {why}",
    on=(ast.Module,),
    trigger=("assert",),
    local=True,
)
def dead_assertion(tree: ast.Module, module: Module) -> Iterator[Found]:
    source = module.source
    raising = {
        function
        for word, expression in BEHIND_RAISE.items()
        for function in source.matching(expression, word)
    }
    leaving = source.matching(BEHIND_LEAVING, " return ", " raise ")
    uncalled = {each for each in source.holding(INNER) if _has_uncalled(source.text_of(each))}
    if not (raising or leaving or uncalled):
        return
    for function in module.test_code:
        if function in raising:
            yield from _behind_raises(function, module)
        if function in leaving:
            yield from _behind_leaving(function)
        if function in uncalled:
            yield from _in_uncalled(function, module)


# behind what raises


def _behind_raises(function: Function, module: Module) -> Iterator[Found]:
    walked = module.source.walked(function)
    for kind in (ast.With, ast.AsyncWith):
        for block in walked.by_type.get(kind, ()):
            if isinstance(block, ast.With | ast.AsyncWith):
                yield from _behind_raise(block, module)


def _behind_raise(block: ast.With | ast.AsyncWith, module: Module) -> Iterator[Found]:
    body = _innermost(block.body, module)
    dead = _last_assertions(body)
    if not dead or len(dead) == len(body) or not _may_raise(body[-len(dead) - 1]):
        return
    for item in block.items:
        expected = _expected(item.context_expr, module)
        if not expected or any(map(ANY_FAILURE.search, expected)):
            continue
        if _reads(item.optional_vars, dead) or not any(_may_be_what_raises(each, expected) for each in dead):
            name = expected[0] if len(expected[0] + _name(dead[0])) <= LONGEST else "the error"
            yield _found(dead[0], f"{name} leaves line {block.lineno}'s block, put it behind")
            return


def _reads(caught: ast.expr | None, dead: list[ast.stmt]) -> bool:
    """Whether assertions look at what a block has caught, which is known only behind it."""
    return isinstance(caught, ast.Name) and caught.id in checks.read(dead)


def _expected(expression: ast.expr, module: Module) -> tuple[str, ...] | None:
    """The last names of the exceptions that a context manager expects; None if it expects none."""
    if not isinstance(expression, ast.Call) or not EXPECTS_RAISE.search(
        module.source.dotted(expression.func)
    ):
        return None
    if not expression.args:
        return ("",)
    kind = expression.args[0]
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return tuple(module.source.dotted(each).rpartition(".")[2] for each in kinds)


def _innermost(body: list[ast.stmt], module: Module) -> list[ast.stmt]:
    """The block that is left by the exception, below those that only patch something."""
    match body:
        case [ast.With(items, inner)] if all(
            HARMLESS_AROUND.search(module.source.dotted(each.context_expr).removesuffix("()"))
            for each in items
        ):
            return _innermost(inner, module)
    return body


def _last_assertions(body: list[ast.stmt]) -> list[ast.stmt]:
    """The assertions that a block ends with."""
    found: list[ast.stmt] = []
    for statement in reversed(body):
        if not _is_assertion(statement):
            break
        found.insert(0, statement)
    return found


def _is_assertion(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(ast.Call() as call):
            name = last_name(call)
            return name in comparisons.OF_VALUES or name in comparisons.OF_MOCKS
        case ast.Assert(test):
            return not (isinstance(test, ast.Constant) and not test.value)
    return False


def _may_raise(statement: ast.stmt) -> bool:
    """Whether a statement calls something, waits for it, or raises."""
    return any(isinstance(each, ast.Call | ast.Await | ast.Raise) for each in checks.inside([statement]))


def _may_be_what_raises(statement: ast.stmt, expected: tuple[str, ...]) -> bool:
    """Whether an assertion calls something, or looks into it, and may raise the exception by that."""
    if LOOKS_INSIDE & {*expected}:
        return True
    outer = statement.value if isinstance(statement, ast.Expr) else None
    return any(node is not outer for node in expressions.acts(statement))


# behind what leaves the block


def _behind_leaving(function: Function) -> Iterator[Found]:
    for block in blocks(function):
        for number, statement in enumerate(block):
            if isinstance(statement, ast.Return) or _raises_no_skip(statement):
                dead = next(filter(_is_assertion, block[number + 1 :]), None)
                if dead is not None:
                    leaves = "returns" if isinstance(statement, ast.Return) else "raises"
                    yield _found(dead, f"line {statement.lineno} {leaves}")
                break


def _raises_no_skip(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Raise) and "skip" not in ast.unparse(statement).lower()


# in functions that nobody calls


def _has_uncalled(text: str) -> bool:
    return any(text.count(name) == 1 for name in INNER_NAMES.findall(text))


def _in_uncalled(function: Function, module: Module) -> Iterator[Found]:
    text = module.source.text_of(function)
    walked = module.source.walked(function)
    for kind in FUNCTIONS:
        for inner in walked.by_type.get(kind, ()):
            if (
                isinstance(inner, FUNCTIONS)
                and inner is not function
                and not inner.name.startswith("test")  # TH510
                and not inner.decorator_list
                and not isinstance(walked.parents.get(inner), ast.ClassDef)
                and len(re.findall(rf"\b{inner.name}\b", text)) == 1
            ):
                own = (each for each in checks.own_nodes(inner) if isinstance(each, ast.stmt))
                dead = next(filter(_is_assertion, own), None)
                if dead is not None:
                    yield _found(dead, f"nobody calls {inner.name[:LONGEST]}()")


def _found(assertion: ast.stmt, why: str) -> Found:
    return Found(assertion.lineno, assertion.col_offset, {"assertion": _name(assertion), "why": why})


def _name(assertion: ast.stmt) -> str:
    if isinstance(assertion, ast.Expr) and isinstance(assertion.value, ast.Call):
        return f"{last_name(assertion.value)}()"
    return "assert"
