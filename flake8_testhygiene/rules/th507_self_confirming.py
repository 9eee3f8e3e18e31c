"""The assertion compares the test's own input.

Both sides were written by the test: a constant and a name for it, or an item of the request it made up
itself. Whatever the system answers, the assertion holds.

Bad:

    import unittest

    class TestCreate(unittest.TestCase):
        def test_create(self):
            body = {'name': 'disk', 'size': 1}
            volume = self.client.get_volume(self.client.find_volume(body))
            self.assertEqual('disk', body['name'])
            self.assertEqual(1, volume['size'])

Good:

    import unittest

    class TestCreate(unittest.TestCase):
        def test_create(self):
            body = {'name': 'disk', 'size': 1}
            volume = self.client.get_volume(self.client.find_volume(body))
            self.assertEqual('disk', volume['name'])
            self.assertEqual(1, volume['size'])

Names count that the function binds once, to constants and to displays, and what it makes of such; a
display counts as long as it is handed to nobody but a client, a writer of texts or another display, and no
method of it is called.

Silent: what may have been changed on the way, or is bound more than once; objects of any class and mocks;
tests that ask, by their names, whether their input stays as it is; assertions that fail at each run.

Options: none.

Instead: compare what came back with what was sent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks
from flake8_testhygiene.catalog import acts
from flake8_testhygiene.expressions import same, spelled
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import blocks
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

ABOUT_INPUT = Pattern(acts.ABOUT_INPUT)
EQUAL = frozenset(
    {
        "assertEqual",
        "assertEquals",
        "assertIs",
        "assert_equal",
        "assertDictEqual",
        "assertListEqual",
        "assertTupleEqual",
    }
)
RECEIVER = Pattern(acts.RECEIVER)
SENDS = Pattern(acts.SENDS)
DISPLAYS = (ast.Dict, ast.List, ast.Tuple, ast.Set)
WRITTEN_OR_NAMED = (ast.Constant, ast.Name, ast.Subscript, *DISPLAYS)
# How many names for one another are followed.
MOST_NAMES = 8
LONGEST_NAME = 36


@rule(
    "TH507",
    "{name} is the test's own input (line {line}): compare what came back",
    on=FUNCTIONS,
    trigger=("assert",),
    strict=True,
    local=True,
)
def self_confirming(function: Function, module: Module) -> Iterator[Found]:
    if not function.name.startswith("test") or ABOUT_INPUT.search(function.name):
        return
    written_down = _written_down(function, module)
    if not written_down:
        return
    every = ((each, _compared(each)) for block in blocks(function) for each in block)
    compared = [(each, sides) for each, sides in every if not written_down.isdisjoint(map(_root, sides))]
    if not compared or not module.is_test(module.project.place(function)):
        return
    own = _Own(module.source.walked(function), module)
    for assertion, sides in compared:
        written = own.written(sides)
        if written is not None:
            words = {"name": _named(written), "line": str(own.line(written))}
            yield Found(assertion.lineno, assertion.col_offset, words)


def _named(written: ast.expr) -> str:
    """The expression, as far as a message has room for it."""
    name = spelled(written)
    return name if len(name) <= LONGEST_NAME else f"{name.partition('[')[0]}[...]"


def _written_down(function: Function, module: Module) -> set[str]:
    """The names that a function binds to what it writes down, or to what has another name already."""
    names = set()
    for statement in module.source.statements(function):
        match statement:
            case ast.Assign([ast.Name(name)], value) if isinstance(value, WRITTEN_OR_NAMED):
                names.add(name)
    return names


def _compared(statement: ast.stmt) -> tuple[ast.expr, ...]:
    """The two of which a statement asserts that they are equal."""
    match statement:
        case ast.Expr(ast.Call(ast.Attribute(_, name), [one, other, *_])) if name in EQUAL:
            return one, other
        case ast.Assert(ast.Compare(one, [ast.Eq()], [other])):
            return one, other
    return ()


def _root(side: ast.expr) -> str:
    """The name that a side begins with, if all else of it is what it takes of that."""
    while isinstance(side, ast.Subscript):
        side = side.value
    return side.id if isinstance(side, ast.Name) else ""


class _Own:
    """What a function writes down itself, and nobody changes."""

    def __init__(self, walked: Walked, module: Module) -> None:
        self._walked, self._module = walked, module
        self._stores: dict[str, list[ast.Name]] = {}
        self._loads: dict[str, list[ast.Name]] = {}
        for node in walked.by_type.get(ast.Name, ()):
            assert isinstance(node, ast.Name)
            names = self._loads if isinstance(node.ctx, ast.Load) else self._stores
            names.setdefault(node.id, []).append(node)

    def written(self, compared: tuple[ast.expr, ...]) -> ast.expr | None:
        """The side of a comparison that names what the other side says too, because the test wrote both."""
        one, other = (self._resolved(each) for each in compared)
        if one is None or other is None or not same(one, other):
            return None
        if isinstance(one, DISPLAYS):
            return None  # a container may be compared because somebody was given it
        if same(*compared):
            return None  # the same written twice is another fault
        changed = [given for given, meant in zip(compared, (one, other), strict=True) if given is not meant]
        return next((each for each in changed[::-1] if self._is_known_before(each, compared)), None)

    def _is_known_before(self, side: ast.expr, compared: tuple[ast.expr, ...]) -> bool:
        return self.line(side) < compared[0].lineno

    def line(self, side: ast.expr) -> int:
        """Where the name is bound that a side begins with."""
        stores = self._stores.get(_root(side))
        return stores[0].lineno if stores else 0

    def _resolved(self, expression: ast.expr, hops: int = MOST_NAMES) -> ast.expr | None:
        """What an expression stands for: a constant, a display, or a name of something else."""
        match expression:
            case _ if not hops:
                return None
            case ast.Constant(value):
                return None if value is None or isinstance(value, bool) else expression
            case ast.Name(name):
                bound = self._bound(name)
                if bound is None:
                    return expression if len(self._stores.get(name, ())) == 1 else None
                return self._resolved(bound, hops - 1) or expression
            case ast.Subscript(container, ast.Constant(key)):
                display = self._resolved(container, hops - 1)
                item = _item(display, key)
                return self._resolved(item, hops - 1) if item is not None else None
            case ast.Dict() | ast.List() | ast.Tuple() | ast.Set():
                return expression
        return None

    def _bound(self, name: str) -> ast.expr | None:
        """What a name is bound to, once, by an assignment of its own, if nobody can have changed it since."""
        stores = self._stores.get(name, [])
        parent = self._walked.parents.get(stores[0]) if len(stores) == 1 else None
        if (
            not isinstance(parent, ast.Assign)
            or len(parent.targets) != 1
            or parent.targets[0] is not stores[0]
        ):
            return None
        if not checks.runs_once(parent, self._walked):
            return None
        is_changed = isinstance(parent.value, DISPLAYS) and not all(
            map(self._leaves_alone, self._loads.get(name, ()))
        )
        return None if is_changed else parent.value

    def _leaves_alone(self, use: ast.expr) -> bool:
        """Whether a use of a display leaves it as it is: it is read, sent by a client or compared."""
        match parent := self._walked.parents.get(use):
            case ast.Subscript(_, _, ast.Load()):
                return self._leaves_alone(parent)
            case ast.Dict() | ast.Starred() | ast.Tuple() | ast.List():
                return self._leaves_alone(parent)
            case ast.Assign():
                return parent.value is not use or not isinstance(use, ast.Name)
            case ast.keyword():
                return self._sends(self._walked.parents.get(parent))
            case ast.Compare() | ast.Assert() | ast.FormattedValue():
                return True
            case ast.Call():
                return parent.func is not use and self._sends(parent)
        return not isinstance(parent, ast.expr)

    def _sends(self, call: ast.AST | None) -> bool:
        if not isinstance(call, ast.Call):
            return False
        owner, _, last = self._module.source.dotted(call.func).rpartition(".")
        return (
            last.startswith("assert")
            or bool(SENDS.match(last))
            or bool(RECEIVER.search(owner.rpartition(".")[2]))
        )


def _item(display: ast.expr | None, key: object) -> ast.expr | None:
    match display:
        case ast.Dict(keys, values) if None not in keys:
            found = [
                value
                for each, value in zip(keys, values, strict=True)
                if isinstance(each, ast.Constant) and each.value == key
            ]
            return found[0] if len(found) == 1 else None
        case ast.List(parts) | ast.Tuple(parts) if isinstance(key, int) and not isinstance(key, bool):
            return parts[key] if 0 <= key < len(parts) else None
    return None
