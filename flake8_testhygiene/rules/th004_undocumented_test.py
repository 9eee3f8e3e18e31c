"""A very long test has neither a docstring nor any comment.

Who reads it after a failure has to find out from dozens of statements what it is to show, and which of them
only prepare that. One sentence would do.

Bad:

    import unittest

    from shop import Shop

    class TestShop(unittest.TestCase):
        def test_first_order(self):
            shop = Shop('corner')
            shop.open()
            apple = shop.add_article('apple')
            apple.price = 3
            apple.stock = 20
            apple.tax = 'reduced'
            pear = shop.add_article('pear')
            pear.price = 4
            pear.stock = 7
            pear.tax = 'reduced'
            pan = shop.add_article('pan')
            pan.price = 40
            pan.stock = 1
            pan.tax = 'full'
            customer = shop.register('Ada')
            customer.street = 'Mill Lane 1'
            customer.town = 'Ely'
            customer.country = 'GB'
            customer.currency = 'GBP'
            customer.language = 'en'
            order = customer.order()
            order.add(apple, 5)
            order.add(pear, 2)
            order.add(pan, 1)
            order.carrier = 'bike'
            order.voucher = 'WELCOME'
            order.submit()
            self.assertEqual(15, apple.stock)
            self.assertEqual(5, pear.stock)
            self.assertEqual(0, pan.stock)
            self.assertEqual(63, order.net)
            self.assertEqual(6, order.discount)
            self.assertEqual(10, order.tax)
            self.assertEqual(67, order.gross)
            self.assertEqual('GBP', order.currency)
            self.assertEqual('in advance', order.payment)
            self.assertFalse(order.is_sent)
            self.assertIsNone(order.invoice)
            self.assertEqual([order], customer.orders)
            self.assertEqual([order], shop.open_orders)

Good:

    import unittest

    from shop import Shop

    class TestShop(unittest.TestCase):
        def test_first_order(self):
            \"\"\"A new customer pays in advance, and the stock goes down at once.\"\"\"
            shop = Shop.with_articles(apple=20)
            order = shop.register('Ada').order(apple=5)
            self.assertEqual('in advance', order.payment)
            self.assertEqual(15, shop.stock('apple'))

Reported at the `def` of a test of at least 40 statements, those of inner functions not counted.
With `--testhygiene-strict` at every test, helper and test class without a docstring, however short.

Silent: a test with any comment in it, or directly above it; comments for tools (`noqa`, `type:`, `pragma`)
and lines that only part the page are none. A test that is a list: three fifths of it
are assertions, or repeat other statements with other values. Strict: stand-ins, properties and `__init__`.

Options: `--testhygiene-th004-statements` (40): how many statements a test has that needs a word.

Instead: say in one sentence what the test shows, and why that matters.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from flake8_testhygiene import checks, remarks
from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Function, top_level
from flake8_testhygiene.rule import Found, rule

# A test is a list if not even this share of its statements do something of their own.
LEAST_OF_THEIR_OWN = 0.4


@rule(
    "TH004",
    "{what}: say in one line what it {does}",
    on=(ast.Module,),
    trigger=("def test",),
    trigger_in_strict=("def ", "class "),
    local=True,
)
def undocumented_test(tree: ast.Module, module: Module) -> Iterator[Found]:
    if module.is_fake:
        return
    if module.options.is_strict("TH004"):
        yield from _without_docstring(tree, module)
        return
    for function in module.test_code:
        if _is_long_and_silent(function, module) and module.is_test(module.project.place(function)):
            what = f"{checks.length(function, module)} statements with neither docstring nor comment"
            yield Found(function.lineno, function.col_offset, {"what": what, "does": "shows"})


def _is_long_and_silent(function: Function, module: Module) -> bool:
    least = module.options.th004_statements
    return (
        function.name.startswith("test")
        and (function.end_lineno or 0) - function.lineno >= least - 1  # asked first: it costs nothing
        and _says_nothing(function)
        and not remarks.anywhere(function, module.source)
        and checks.length(function, module) >= least
        and not _is_list(function, module)
    )


def _is_list(function: Function, module: Module) -> bool:
    """Whether most of a test repeats a few statements with other values, or does nothing but assert."""
    statements = module.source.statements(function)
    acts = {each for each in statements if not checks.is_assertion(getattr(each, "value", each))}
    return len(_forms(acts, function, module)) < len(statements) * LEAST_OF_THEIR_OWN


def _forms(acts: Collection[ast.stmt], function: Function, module: Module) -> set[frozenset[str]]:
    """What some statements consist of, those in them included; from the inside out, each node once."""
    parents = module.source.walked(function).parents
    parts: dict[ast.AST, set[str]] = {}
    forms = set()
    for node in reversed(list(checks.inside(function.body))):
        own = parts.pop(node, set()) | {_form(node)}
        parts.setdefault(parents[node], set()).update(own)
        if node in acts:
            forms.add(frozenset(own))
    return forms


def _form(node: ast.AST) -> str:
    """What stays the same of a node where a statement is repeated: constants, attributes, numbers do not."""
    return node.id.rstrip("0123456789") if isinstance(node, ast.Name) else type(node).__name__


def _without_docstring(tree: ast.Module, module: Module) -> Iterator[Found]:
    """The test classes, tests and helpers of a file that say nothing of themselves."""
    for statement in top_level(tree.body):
        if not isinstance(statement, ast.ClassDef) or not _says_nothing(statement):
            continue
        if module.is_test_class(module.source.classes[statement.name]):
            yield _named(statement, statement.name, "is for")
    for function in module.test_code:
        place = module.project.place(function)
        if _says_nothing(function) and not _is_plain(function) and not module.is_fake_class(place.owner):
            yield _named(function, f"{function.name}()", "shows" if module.is_test(place) else "does")


def _says_nothing(node: ast.ClassDef | Function) -> bool:
    return ast.get_docstring(node, clean=False) is None


def _is_plain(function: Function) -> bool:
    """Whether what a function is for is known from its kind: ``__init__``, a property."""
    names = (getattr(each, "id", getattr(each, "attr", "")) for each in function.decorator_list)
    return function.name.startswith("__") or any(
        name.endswith(("property", "setter", "deleter")) for name in names
    )


def _named(node: ast.ClassDef | Function, name: str, does: str) -> Found:
    return Found(node.lineno, node.col_offset, {"what": f"{name} has no docstring", "does": does})
