"""A test decides by itself what it does: `if`, `while`, `match`, or a loop over what it observed.

What runs then depends on the system under test, so that a test may pass without having looked at anything,
and whoever reads it has to play through the cases. Logic in a test is code that nobody tests.

Bad:

    import unittest

    from shop import Shop

    class TestOrders(unittest.TestCase):
        def test_orders_are_paid(self):
            orders = Shop('corner').orders()
            self.assertEqual(2, len(orders))
            for order in orders:
                self.assertTrue(order.is_paid)

Good:

    import unittest

    from shop import Shop

    class TestOrders(unittest.TestCase):
        def test_orders_are_paid(self):
            orders = Shop('corner').orders()
            self.assertEqual([True, True], [order.is_paid for order in orders])

Reported once a test, at the first such statement.

Silent: loops over data that is written in the test or the module (displays, constants, `range`), over
parameters, and with a subTest in them; an `if` that only skips, fails, raises or returns; helpers and inner
functions.

Options: none.

Instead: one test a case, parametrized where there are many; assert on a collection as a whole; put a wait
into a helper with a deadline.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import walk
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule

# Calls that hand on what they are given, item by item.
HANDS_ON = Pattern(
    r"^(range|enumerate|zip|sorted|reversed|list|tuple|set|dict|iter|map|filter|itertools\.\w+)$"
    r"|\.(items|keys|values|copy|split|splitlines)$"
)
CASES = Pattern(r"(?i)sub_?tests?$")
CASE = "decides what this test does{}: write one test for each case"
LOOP = "may run over nothing{}: assert on the whole of it at once"
WAIT = "decides how long this test goes on{}: wait in a helper with a deadline"
Branching = ast.If | ast.Match | ast.For | ast.AsyncFor | ast.While
WORDS: dict[type[Branching], tuple[str, str]] = {
    ast.If: ("if", CASE),
    ast.Match: ("match", CASE),
    ast.For: ("for", LOOP),
    ast.AsyncFor: ("async for", LOOP),
    ast.While: ("while", WAIT),
}


@rule(
    "TH601",
    "{word} {remark}",
    on=FUNCTIONS,
    trigger=("if ", "if(", "for ", "while ", "while(", "match ", "match("),
    strict=True,
    local=True,
)
def conditional_logic(function: Function, module: Module) -> Iterator[Found]:
    if not function.name.startswith("test") or not module.is_test(module.project.place(function)):
        return
    own = module.source.statements(function)
    data = _data(function, own, module)
    found = [node for node in own if isinstance(node, Branching) and not _is_plain(node, data, module)]
    if found:
        first, *more = found
        word, remark = WORDS[type(first)]
        others = f" (another in line {more[0].lineno})" if more else ""
        yield Found(first.lineno, first.col_offset, {"word": word, "remark": remark.format(others)})


def _data(function: Function, own: list[ast.stmt], module: Module) -> set[str]:
    """The names of a test that stand for what is written there, or for what it is called with."""
    data = {each.arg for each in walk(function.args) if isinstance(each, ast.arg)} - {"self", "cls"}
    made: set[str] = set()
    for node in own:
        if isinstance(node, ast.Assign):
            names = {each.id for each in node.targets if isinstance(each, ast.Name)}
            if _is_data(node.value, data - made, module):
                data |= names
            else:
                made |= names
    return data - made


def _is_plain(node: ast.AST, data: set[str], module: Module) -> bool:
    """Whether a statement goes through data, or only ends the test."""
    match node:
        case ast.If(_, [*_, last], []):
            ends = isinstance(last, ast.Return) or any(map(checks.is_failure, checks.inside([last])))
            return ends and not isinstance(last, ast.If | ast.For)
        case ast.For(_, iterated, [first, *_]) | ast.AsyncFor(_, iterated, [first, *_]):
            return _is_data(iterated, data, module) or _is_case(first, module)
    return False


def _is_case(statement: ast.stmt, module: Module) -> bool:
    return isinstance(statement, ast.With) and any(
        CASES.search(module.source.dotted(item.context_expr).removesuffix("()")) for item in statement.items
    )


def _is_data(expression: ast.expr, data: set[str], module: Module) -> bool:
    """Whether an expression is written out, here or as a constant of the module or the class."""
    match expression:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict() | ast.Constant() | ast.JoinedStr():
            return True
        case ast.Name(name):
            return name in data or name in module.source.imports or name.isupper()
        case ast.Attribute(base, name):
            return name.isupper() or (not _is_self(base) and _is_data(base, data, module))
        case ast.Subscript(base):
            return _is_data(base, data, module)
        case ast.ListComp(_, [each, *_]) | ast.SetComp(_, [each, *_]) | ast.GeneratorExp(_, [each, *_]):
            return _is_data(each.iter, data, module)
        case ast.BinOp(left, _, right):
            return _is_data(left, data, module) and _is_data(right, data, module)
        case ast.Call(callee, arguments):
            given = [*arguments, *([callee.value] if isinstance(callee, ast.Attribute) else [])]
            name = module.source.dotted(callee)
            return bool(HANDS_ON.search(name)) and (
                name == "range" or all(_is_data(each, data, module) or _is_function(each) for each in given)
            )
    return False


def _is_self(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Name) and expression.id in {"self", "cls"}


def _is_function(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Lambda)
