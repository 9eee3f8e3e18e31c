"""Many assertions on several subjects, and none says what it is about.

When one fails, the report names two values and a line. Which of the things that the test looks at is broken,
and what that means, the reader has to find out; the assertions behind it have not run at all.

Bad:

    import unittest

    from shop import Shop

    class TestOrder(unittest.TestCase):
        def test_order(self):
            shop = Shop('corner')
            customer = shop.register('Ada')
            order = customer.order(apple=3)
            self.assertEqual(9, order.total)
            self.assertEqual('GBP', order.currency)
            self.assertEqual([order], customer.orders)
            self.assertTrue(customer.is_new)
            self.assertEqual(17, shop.stock('apple'))
            self.assertEqual(1, shop.open_orders)

Good:

    import unittest

    from shop import Shop

    class TestOrder(unittest.TestCase):
        def test_order(self):
            shop = Shop('corner')
            customer = shop.register('Ada')
            order = customer.order(apple=3)
            self.assertEqual((9, 'GBP'), (order.total, order.currency))
            self.assertEqual([order], customer.orders, 'the order is not among those of the customer')
            self.assertEqual(17, shop.stock('apple'), 'the stock did not go down')

Reported at the `def` of a test. A subject is the object that an assertion looks at.

Silent: assertions with a message, with a comment on the line or directly above it, or in a subTest; those of
mocks, which say themselves what was called; assertions on fewer than three subjects.

Options: `--testhygiene-th607-assertions` (6): how many unexplained assertions are too many.

Instead: say in the message what is wrong, compare what belongs together at once, or part the test.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from flake8_testhygiene import remarks
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

# How many arguments an assertion takes before its message.
ONE = frozenset({"assertTrue", "assertFalse", "assertIsNone", "assertIsNotNone"})
CASES = Pattern(r"(?i)sub_?tests?$")
SUBJECTS = 3
BUILTINS = frozenset(dir(builtins))


@rule(
    "TH607",
    "{count} unexplained assertions on {subjects}: say in a message what each is about",
    on=FUNCTIONS,
    trigger=("assert",),
    strict=True,
    local=True,
)
def assertion_roulette(function: Function, module: Module) -> Iterator[Found]:
    if not function.name.startswith("test"):
        return
    least = module.options.th607_assertions
    bare = [each for each in module.source.statements(function) if _has_no_message(each)]
    if len(bare) < least or not module.is_test(module.project.place(function)):
        return
    walked = module.source.walked(function)
    unexplained = [each for each in bare if not _is_explained(each, walked, module)]
    subjects = dict.fromkeys(filter(None, map(_subject, unexplained)))
    if len(unexplained) >= least and len(subjects) >= SUBJECTS:
        first, second, *more = subjects
        named = f"{first}, {second} and {len(more)} more"
        yield Found(function.lineno, function.col_offset, {"count": str(len(unexplained)), "subjects": named})


def _has_no_message(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assert(_, None):
            return True
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("self"), name), arguments, keywords)):
            if name.startswith("assert") and not name.startswith("assertRaises"):
                is_short = len(arguments) <= (1 if name in ONE else 2)
                return is_short and not any(each.arg == "msg" for each in keywords)
    return False


def _is_explained(statement: ast.stmt, walked: Walked, module: Module) -> bool:
    """Whether a comment, or a subTest around it, says what an assertion is about."""
    cases = (
        CASES.search(module.source.dotted(item.context_expr).removesuffix("()"))
        for around in walked.around(statement)
        if isinstance(around, ast.With)
        for item in around.items
    )
    return any(cases) or bool(remarks.on(statement, module.source))


def _subject(node: ast.stmt) -> str:
    """The object that an assertion looks at: ``order`` of ``order.items[0].price``, ``self.shop``.

    Of two that are compared that which is no plain name, since what is expected often has one.
    """
    looked_at: list[ast.expr] = []
    match node:
        case ast.Assert(ast.Compare(left, _, compared)):
            looked_at = [left, *compared]
        case ast.Assert(test):
            looked_at = [test]
        case ast.Expr(ast.Call(_, arguments)):
            looked_at = arguments[:2]
    looked_at.sort(key=lambda each: isinstance(each, ast.Name))
    return next(filter(None, map(_root, looked_at)), "")


def _root(expression: ast.expr) -> str:
    match expression:
        case ast.Attribute(ast.Name("self"), name):
            return f"self.{name}"
        case ast.Name(name):
            return "" if name.isupper() else name
        case ast.Call(ast.Name(name), [first, *_]) if name in BUILTINS:
            return _root(first)
        case ast.Attribute(base) | ast.Subscript(base) | ast.Call(base) | ast.Await(base):
            return _root(base)
        case ast.UnaryOp(_, base) | ast.BinOp(base) | ast.Compare(base):
            return _root(base)
        case ast.BoolOp(_, [first, *_]):
            return _root(first)
    return ""
