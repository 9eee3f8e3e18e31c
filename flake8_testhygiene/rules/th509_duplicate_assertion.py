"""The same assertion stands twice in a row.

The second one cannot fail where the first has held. Mostly it was copied in order to check something else,
and that something is not checked.

Bad:

    import unittest

    class TestCreate(unittest.TestCase):
        def test_addresses(self):
            server = self.api.create('server')
            self.assertEqual('10.0.0.1', server.private)
            self.assertEqual('10.0.0.1', server.private)

Good:

    import unittest

    class TestCreate(unittest.TestCase):
        def test_addresses(self):
            server = self.api.create('server')
            self.assertEqual('10.0.0.1', server.private)
            self.assertEqual('192.0.2.7', server.public)

It is reported at the second assertion. Strict mode also reports one that repeats an earlier one with nothing
but other assertions between them.

Silent: assertions that call something, since it may answer otherwise the second time; identity, and the truth
of a name; assertion methods of one's own; tests that do it more than once, or whose names, docstrings or
nearby comments speak of doing it again, of caches and the like; a comment at the second one; a count of calls
asserted right behind it.

Options: none.

Instead: drop it, or check what it was copied for.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice, takewhile

from flake8_testhygiene import checks, expressions, remarks
from flake8_testhygiene.catalog import comparisons
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import blocks, walk
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule

TWICE_ON_PURPOSE = Pattern(comparisons.TWICE_ON_PURPOSE)
COUNTS_CALLS = Pattern(comparisons.COUNTS_CALLS)
BLANK = Pattern(r"\s*(#|$)")

# A line from ``assert`` on, with the next one if it is left open, and then the very same.
TWICE = (
    r"assert(?=([^\n]*[^(\[{,\n](?=\n)|[^\n]*[(\[{,]\n[^\n]*\)(?=\n)))\1\n"
    r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*[\w.]*assert\1"
)


@rule(
    "TH509",
    "the same as line {line}: drop it, or check what it was copied for",
    on=FUNCTIONS,
    trigger=TWICE,
    trigger_in_strict=("assert",),
    local=True,
)
def duplicate_assertion(function: Function, module: Module) -> Iterator[Found]:
    strict = module.options.is_strict("TH509")
    found = [pair for block in blocks(function) for pair in _pairs(block, not strict)]
    if not found or _is_named_for_it(function, module):
        return
    if not strict and (len(found) != 1 or _is_asked_again(found[0][0], function)):
        return  # who does it again and again means it
    for first, second in found:
        if _looks_into_what_is_tested(first, function, module):
            continue
        comments = remarks.shortly_before(first.lineno, module.source)
        if not remarks.on(second, module.source) and not _is_counted(second, comments, module):
            yield Found(second.lineno, second.col_offset, {"line": str(first.lineno)})


def _is_named_for_it(function: Function, module: Module) -> bool:
    """Whether the test, its class or its docstring say that something is done twice."""
    owner = module.source.owners[function]
    said = (function.name, owner.name if owner else "", ast.get_docstring(function) or "")
    return any(map(TWICE_ON_PURPOSE.search, said))


def _is_counted(second: ast.stmt, comments: str, module: Module) -> bool:
    """Whether it is said before, or asked right behind, how often something was done."""
    first, last = second.lineno - 1, second.end_lineno or second.lineno
    lines = module.source.lines
    behind = (each for each in islice(lines, last, None) if not BLANK.match(each))
    counts = COUNTS_CALLS.search(next(behind, "")) and not any("call" in each for each in lines[first:last])
    return bool(counts or TWICE_ON_PURPOSE.search(comments))


def _is_asked_again(assertion: ast.stmt, function: Function) -> bool:
    """Whether a function makes an assertion more than twice."""
    every = (each for block in blocks(function) for each in block)
    return sum(expressions.same(assertion, each) for each in every) > 2


def _looks_into_what_is_tested(assertion: ast.stmt, function: Function, module: Module) -> bool:
    """Whether an assertion takes an item of an object that the function made: that may do something."""
    walked = module.source.walked(function)
    items = (node.value for node in walk(assertion) if isinstance(node, ast.Subscript))
    return any(isinstance(each, ast.Name) and checks.is_made_here(each, walked) for each in items)


def _pairs(block: list[ast.stmt], adjacent: bool) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    """The assertions of a block that repeat an earlier one, with nothing but assertions between.

    Whether these only look is asked of the few that are repeated.
    """
    run: list[ast.stmt] = []
    for statement in block:
        if not _is_assertion(statement):
            run = []
            continue
        if any(expressions.same(each, statement) for each in run):
            run = [*takewhile(_only_looks, reversed(run))][::-1]
            first = next((each for each in run if expressions.same(each, statement)), None)
            if first is not None:
                yield first, statement
        run = [statement] if adjacent else [*run, statement]


def _is_assertion(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assert():
            return True
        case ast.Expr(ast.Call(ast.Attribute(_, name))):
            return name in comparisons.OF_VALUES or name in comparisons.OF_MOCKS
    return False


def _only_looks(statement: ast.stmt) -> bool:
    """Whether an assertion gets the same answer however often it asks.

    What is called may answer otherwise, and so may a property that is to return one and the same object.
    """
    match statement:
        case ast.Assert(ast.Name()) | ast.Assert(ast.Compare(ops=[ast.Is()])):
            return False
        case ast.Assert():
            return _is_still(statement)
        case ast.Expr(ast.Call(ast.Attribute(receiver, name), given, keywords)):
            if name == "assertIs" or (
                name in comparisons.ASKS_TRUTH and given and isinstance(given[0], ast.Name)
            ):
                return False
            return all(map(_is_still, [receiver, *given])) and all(map(_is_still, keywords))
    return False


def _is_still(node: ast.AST) -> bool:
    return next(expressions.acts(node), None) is None
