"""The tests of one class share no fixture, no helper and no subject.

A class says that its tests belong together. Where they do not, nobody finds them by its name, and a fixture
that is added for some runs for all.

Bad:

    import unittest

    from shop import invoices, stock

    class TestShop(unittest.TestCase):
        def test_gross(self):
            self.assertEqual(119, invoices.gross(100))

        def test_net(self):
            self.assertEqual(100, invoices.net(119))

        def test_count(self):
            self.assertEqual(3, stock.count('apple'))

        def test_reorder(self):
            self.assertTrue(stock.reorder('apple'))

Good:

    import unittest

    from shop import invoices, stock

    class TestInvoices(unittest.TestCase):
        def test_gross(self):
            self.assertEqual(119, invoices.gross(100))

        def test_net(self):
            self.assertEqual(100, invoices.net(119))

    class TestStock(unittest.TestCase):
        def test_count(self):
            self.assertEqual(3, stock.count('apple'))

        def test_reorder(self):
            self.assertTrue(stock.reorder('apple'))

Reported at a class whose tests fall into two or more groups of at least two tests, when tests with an
attribute of `self`, a parameter, a name of the module or an import in common are put into one group, by
themselves or through helpers of the file. The standard library and test frameworks do not count.

Silent: classes with a set-up or a fixture, their own or inherited, which is what they share; bases that are
not known; a test by itself.

Options: none.

Instead: a class for each group.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Iterator

from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import walk
from flake8_testhygiene.outline import FUNCTIONS, Class, Function, top_level
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule

# What tests of everything use.
FRAMEWORK = Pattern(
    r"^(pytest|mock|ddt|testtools|testscenarios|parameterized|hypothesis|six|fixtures|oslotest)(\.|$)"
)
BUILTINS = frozenset(dir(builtins))
LEAST = 2
# Methods that every test has.
OF_EVERY_TEST = ("assert", "fail", "skip", "subTest", "addCleanup", "id")


@rule(
    "TH609",
    "tests from lines {lines} on share nothing with each other: make a class of each group",
    on=(ast.Module,),
    trigger=("class ",),
    strict=True,
    local=True,
)
def incohesive_class(tree: ast.Module, module: Module) -> Iterator[Found]:
    if module.is_fake:
        return
    for statement in top_level(tree.body):
        if not isinstance(statement, ast.ClassDef):
            continue
        owner = module.source.classes[statement.name]
        if owner.line == statement.lineno and _is_judged(owner, module):
            groups = [group for group in _groups(owner, module) if len(group) >= LEAST]
            if len(groups) > 1:
                lines = " and ".join(str(group[0].lineno) for group in groups[:2])
                yield Found(statement.lineno, statement.col_offset, {"lines": lines})


def _is_judged(owner: Class, module: Module) -> bool:
    """Whether a class runs tests, and nothing around them that they would have in common."""
    tests = sum(name.startswith("test") for name in owner.methods)
    if tests < 2 * LEAST or owner.decorators or not module.is_test_class(owner):
        return False
    lineage = module.project.lineage(owner)
    around = (module.is_setup(place) or module.is_fixture(place) for place in module.project.methods(owner))
    return module.knows_bases(lineage) and not any(around)


def _groups(owner: Class, module: Module) -> list[list[Function]]:
    """The tests of a class, those with something in common together, in the order of the text."""
    groups: list[tuple[frozenset[str], list[Function]]] = []
    for name, function in owner.methods.items():
        if name.startswith("test") and isinstance(function, FUNCTIONS):
            has = frozenset(_subjects(function, owner, module))
            joined = [group for group in groups if not has or not group[0] or group[0] & has]
            groups = [group for group in groups if group not in joined]
            tests = [each for group in joined for each in group[1]]
            groups.append((has.union(*(group[0] for group in joined)), [*tests, function]))
    ordered = (sorted(tests, key=lambda test: test.lineno) for _, tests in groups)
    return sorted(ordered, key=lambda tests: tests[0].lineno)


def _subjects(function: Function, owner: Class, module: Module) -> set[str]:
    """What a test uses, itself or through helpers of the file."""
    found: set[str] = set()
    waiting: list[Function] = [function]
    while waiting:
        for name in _used(waiting.pop(), module):
            if name in found:
                continue
            found.add(name)
            routine = module.source.functions.get(name) or owner.methods.get(name.removeprefix("self."))
            if isinstance(routine, FUNCTIONS):
                waiting.append(routine)
    return found


def _used(function: Function, module: Module) -> Iterator[str]:
    """The attributes of self, parameters, imports and names of the module that a function uses."""
    local = {
        node.id
        for node in walk(function)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    for node in walk(function):
        match node:
            case ast.Attribute(ast.Name("self" | "cls"), name) if not name.startswith(OF_EVERY_TEST):
                yield f"self.{name}"
            case ast.Call(_, arguments) if any(_is_self(each) for each in arguments):
                yield "self"
            case ast.arg(name) if name not in {"self", "cls"}:
                yield name
            case ast.Name(name, ast.Load()) if name not in local | BUILTINS | {"self", "cls"}:
                dotted = module.source.imports.get(name, name)
                if dotted.split(".")[0] not in sys.stdlib_module_names and not FRAMEWORK.search(dotted):
                    yield name


def _is_self(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Name) and expression.id == "self"
