"""Modules that nobody would write, made of those that somebody did.

Statements are deleted, doubled, exchanged, renamed, nested and grafted at the level of the tree; then the
text is laid out anew. What comes out can be parsed by this version of Python, and that is all it has to be.
Every choice is drawn from one ``random.Random``: equal seeds, equal modules.
"""

from __future__ import annotations

import ast
import io
import random
import re
import textwrap
import tokenize
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from typing import NamedTuple

MOST_STATEMENTS = 3
MOST_CHANGES = 8
MOST_TRIES = 6

# Syntax that tests seldom have. What this version of Python cannot parse is left out.
ODDITIES = (
    "match value:\n    case {'a': [x, *_], **rest} | [{'a': x}, *rest] if x:\n        assert x\n"
    "    case str() | Point(x=0, y=None) | -1 | 2+3j:\n        pass\n    case _:\n        fail()",
    "match a, b:\n    case [1, 2] as pair:\n        self.assertEqual(pair, a)",
    "try:\n    boot()\nexcept* (OSError, ValueError) as group:\n    self.fail(group)",
    "try:\n    boot()\nexcept:\n    pass\nelse:\n    assert 1\nfinally:\n    stop()",
    "async with a() as b, c() as (d, *e):\n    await b",
    "with (open('x') as f, open('y') as (g, h)):\n    assert f",
    "async for x, *y in z:\n    assert await x\nelse:\n    pass",
    "for self.x[0], (y, *z) in range(3):\n    continue",
    "while (n := next(it)) is not None:\n    break\nelse:\n    assert n",
    "def test_(a, /, b=(yield), *c: int, d: 'str' = lambda: 1, **e) -> None: ...",
    "def test_[T: int, *U, **V](a: T) -> U:\n    type X = T\n    assert a",
    "class Test[T](Base[T], metaclass=Meta, **kw):\n    x: int\n    y: int = 1\n    (z): int = 2",
    "@(lambda f: f)\n@a.b[0].c(d)(e)\n@property\nasync def test_it(*, self): return await self",
    "@a\nclass TestCase(*bases, **{'metaclass': M}): pass",
    "type Alias = list[Alias]",
    "global x\nnonlocal_ = x\ndel x, (y), [z], a.b, c[0]",
    "lambda self, *a, b=1, **c: (yield)",
    "x = y = *a, b = *c, *d",
    "x: tuple[*Ts] = a[*b, 1:2, ...]",
    "f'{x!r:>{width}} {y=} {\"a\"} {{}} {z:%H:%M}' 'b' f'{\"\"}'",
    "f'{f\"{f'{x}'}\"}'",
    "assert (x, 'message')",
    "assert x, (y := f(x))",
    "[x async for y in z if y for x in y]",
    "{**a, 'b': 1, **c}, {*a, *b}, {x: y for x, y in z}",
    "a if b else c if d else e",
    "not -+~a ** -b @ c // d << e < f <= g != h is not i not in j",
    "x @= y; x //= y; x **= y; x >>= y; self.a.b[c] |= d",
    "raise",
    "raise X from None",
    "return",
    "yield",
    "await x",
    "from . import *",
    "from .. import a as b",
    "from ...a.b import (c as d, e)",
    "import a.b.c as d, e.f",
    "from a import *",
    "import unittest, unittest.mock as mock, subprocess as sp, os.path as p",
    "x = [[[[[[[[[[[[]]]]]]]]]]]]",
    "a.b.c().d[0](e)(f=g)(*h, **i)",
    "super().setUp()",
    "super(Test, self).tearDown()",
    "super",
    "setUp = tearDown = test_it = lambda self: self.x",
    "print(*a, sep='', **b)",
    "''",
    "b'x' b'y'",
    "...",
    "-1",
    "if x:\n    def test_it(): assert 1\nelif y:\n    class test_it: pass\nelse:\n    test_it = None",
    "@pytest.mark.parametrize(('a', 'b'), [(1, 2)], ids=str)\ndef test_it(a, b): assert a == b",
    "class A(B): pass\nclass B(A): pass\nclass TestC(A, B): pass",
    "class TestA(TestA):\n    def test_it(self): super().test_it()",
)
WORDS = (
    "self cls super setUp tearDown setUpClass test test_it assert_ assertTrue addCleanup mock patch "
    "pytest fixture unittest TestCase subprocess Popen os environ time sleep api server live_migrate _ __ "
    "wait_for_status __init__ __class__ fail raises skip open tempfile mkdtemp x support "
    # Python reads these as "file", a Greek letter and "x": text and tree differ.
    "\ufb01le \u00b5 \U0001d4cd na\u00efve \u6e2c\u8a66"
)
NAMES = WORDS.split()
ODD_TEXTS = (
    *("", "x", "{", "}", "{0}", "%", "%s%d", "%(a)s", "{a.b[c]!r:>{d}}", "\\", "\n", "\r", "\0"),
    *("\x85\u2028", "\ud800", "\u00e9", "\U0001d4cd", "# noqa", "'''", '"', "a" * 5000, "(" * 300),
    *("/tmp/x", "C:\\x", "//", "http://[", "https://a.example.org:x/", "http://93.184.216.34:99999999/"),
    "7e1c4bd2-0c6f-4d8a-9d3e-52b1a7f0c964",
)
ODD_VALUES = (0, 1, -1, 8080, 10**400, 0.0, 1e999, 2j, True, False, None, ..., b"", b"\xff", b"x")
COMMENTS = (
    *("# noqa", "# noqa: TH001", "#", "# type: ignore", "#: \u00e9 \U0001d4cd", "# TH003"),
    *("# \x0c", "# a\x85b\u2028c"),
)
SEPARATORS = ("\x0c", "\t", " ", "\\\n", "  # a word\n", "\n")

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Block = list[ast.stmt]
Change = Callable[["Kneaded"], None]


class Slot(NamedTuple):
    """A place that an expression stands in: a field of a node, or one of a list there."""

    node: ast.AST
    field: str
    number: int | None

    def get(self) -> ast.expr:
        """The expression that stands there."""
        value = getattr(self.node, self.field)
        found: ast.expr = value if self.number is None else value[self.number]
        return found

    def put(self, expression: ast.expr) -> None:
        """Let another expression stand there."""
        if self.number is None:
            setattr(self.node, self.field, expression)
        else:
            getattr(self.node, self.field)[self.number] = expression


class Kneaded(NamedTuple):
    """A tree that is being changed, what may be grafted into it, and where choices come from."""

    tree: ast.Module
    strangers: Sequence[ast.Module]
    chance: random.Random

    @property
    def blocks(self) -> list[Block]:
        """Every list of statements, the module's first."""
        return list(_blocks(self.tree))

    @property
    def slots(self) -> list[Slot]:
        """Every place of an expression that is read, no target."""
        return list(_slots(self.tree))

    def of_type(self, *kinds: type[ast.AST]) -> list[ast.AST]:
        """All nodes of some types."""
        return [node for node in ast.walk(self.tree) if isinstance(node, kinds)]

    def place(self) -> tuple[Block, int]:
        """A block and the number of one of its statements; LookupError if there is none."""
        block = self.chance.choice([each for each in self.blocks if each])
        return block, self.chance.randrange(len(block))

    def stranger(self) -> ast.Module:
        """Another tree, which must not be changed."""
        return self.chance.choice([self.tree, *self.strangers])

    def name(self) -> str:
        """A name of the tree, or one of those that mean something."""
        own = [node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)]
        return self.chance.choice(own) if own and self.chance.random() < 0.5 else self.chance.choice(NAMES)


class Stock(NamedTuple):
    """What modules are made of: trees to begin with, and odd syntax to put into them."""

    trees: Sequence[ast.Module]
    oddities: Sequence[ast.Module]

    def module(self, chance: random.Random) -> str:
        """The text of a new module."""
        tree = ast.Module(_some(self.trees, chance), [])
        text = ast.unparse(tree)
        return laid_out(changed(text, [*self.trees, *self.oddities], chance), chance)


def stock(texts: Iterable[str]) -> Stock:
    """What can be made of ``texts``."""

    def trees(some: Iterable[str]) -> list[ast.Module]:
        return [tree for tree in map(parsed, some) if tree is not None]

    return Stock(trees(texts), trees(ODDITIES))


def changed(text: str, strangers: Sequence[ast.Module], chance: random.Random) -> str:
    """The text after some changes of its tree, which may take over parts of others."""
    for _ in range(MOST_TRIES):
        found = _changed(text, strangers, chance)
        if found is not None and parsed(found) is not None:
            return found
    return text


def laid_out(text: str, chance: random.Random) -> str:
    """The text with nothing changed but lines, blanks and comments; some lines may get lost."""
    for _ in range(chance.randint(0, MOST_CHANGES)):
        text = _kept(chance.choice(LAYOUTS)(text, chance), text)
    return text


def parsed(text: str) -> ast.Module | None:
    """The tree of a text; None if this version of Python has none for it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def smaller(text: str, is_wanted: Callable[[str], bool]) -> str:
    """``text`` without all statements and lines that it can lose and still be wanted."""
    lines = text.split("\n")
    size = max(len(lines) // 2, 1)
    while size:
        number = 0
        while number < len(lines):
            fewer = lines[:number] + lines[number + size :]
            if parsed("\n".join(fewer)) is not None and is_wanted("\n".join(fewer)):
                lines = fewer
            else:
                number += size
        size //= 2
    return "\n".join(lines)


def _some(sources: Sequence[ast.Module], chance: random.Random) -> Block:
    """A few statements of a source, what it imports before them; now and then some of others."""
    chosen: Block = []
    for source in chance.sample(sources, min(len(sources), chance.choice((1, 1, 1, 2)))):
        imports = [each for each in source.body if isinstance(each, ast.Import | ast.ImportFrom)]
        others = [each for each in source.body if each not in imports]
        chosen += imports + deepcopy(_sample(others, chance))
    for each in chosen:
        if isinstance(each, ast.ClassDef):
            each.body = _sample(each.body, chance)
    return chosen


def _sample(block: Block, chance: random.Random) -> Block:
    """At least one of some statements, in their order."""
    count = min(len(block), chance.randint(1, MOST_STATEMENTS))
    return [block[number] for number in sorted(chance.sample(range(len(block)), count))]


def _changed(text: str, strangers: Sequence[ast.Module], chance: random.Random) -> str | None:
    """The text after some changes, whether or not it can be parsed; None if the tree has no text."""
    tree = parsed(text)
    assert tree is not None
    for _ in range(chance.randint(1, MOST_CHANGES)):
        # Where there is nothing to change in that way, the next change comes.
        with suppress(LookupError, ValueError, RecursionError, AttributeError, TypeError):
            chance.choice(CHANGES)(Kneaded(tree, strangers, chance))
    try:
        return ast.unparse(tree)
    except (ValueError, RecursionError, AttributeError, TypeError):
        return None


def _kept(changed: str, text: str) -> str:
    return text if parsed(changed) is None else changed


def _blocks(tree: ast.AST) -> Iterator[Block]:
    """Every list of statements in a tree."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            if isinstance(block := getattr(node, field, None), list):
                yield block


def _slots(tree: ast.AST) -> Iterator[Slot]:
    for node in ast.walk(tree):
        for field, value in ast.iter_fields(node):
            each: object
            for number, each in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(each, ast.expr) and isinstance(getattr(each, "ctx", ast.Load()), ast.Load):
                    yield Slot(node, field, number)


# what is changed in the tree


def _delete(tree: Kneaded) -> None:
    block, number = tree.place()
    del block[number]
    if not block:
        block.append(
            tree.chance.choice([ast.Pass(), ast.Expr(ast.Constant(...)), ast.Expr(ast.Constant("x"))])
        )


def _double(tree: Kneaded) -> None:
    block, number = tree.place()
    other, place = tree.place()
    other.insert(place, deepcopy(block[number]))


def _exchange(tree: Kneaded) -> None:
    (block, number), (other, place) = tree.place(), tree.place()
    block[number], other[place] = deepcopy(other[place]), deepcopy(block[number])


def _adopt(tree: Kneaded) -> None:
    """Take over a statement of another tree."""
    statements = [node for node in ast.walk(tree.stranger()) if isinstance(node, ast.stmt)]
    block, number = tree.place()
    block.insert(number, deepcopy(tree.chance.choice(statements)))


def _rename(tree: Kneaded) -> None:
    """Call something by another name, here or everywhere."""
    fields = ("id", "attr", "name", "arg", "asname", "module")
    named = [
        (node, field)
        for node in ast.walk(tree.tree)
        for field in fields
        if isinstance(getattr(node, field, None), str)
    ]
    one, field = tree.chance.choice(named)
    old, new = getattr(one, field), tree.name()
    everywhere = tree.chance.random() < 0.5
    for node, where in named if everywhere else [(one, field)]:
        if getattr(node, where) == old:
            setattr(node, where, new)


def _nest(tree: Kneaded) -> None:
    """Put some statements of a block into another statement."""
    block, number = tree.place()
    end = tree.chance.randint(number + 1, len(block))
    outer = ast.parse(tree.chance.choice(NESTS)).body[0]
    inner = next(
        each
        for each in _blocks(outer)
        if len(each) == 1 and isinstance(each[0], ast.Expr) and isinstance(each[0].value, ast.Name)
    )
    inner[:] = block[number:end]
    block[number:end] = [outer]


NESTS = (
    *("if x:\n    HERE", "if x:\n    pass\nelse:\n    HERE", "while x:\n    HERE", "for x in y:\n    HERE"),
    *("with x as y:\n    HERE", "async with x:\n    HERE", "async for x in y:\n    HERE"),
    *("try:\n    HERE\nexcept Exception:\n    pass", "try:\n    HERE\nfinally:\n    pass"),
    *("try:\n    pass\nfinally:\n    HERE", "try:\n    x()\nexcept x as y:\n    HERE"),
    *("try:\n    x()\nexcept:\n    raise\nelse:\n    HERE", "match x:\n    case [y]:\n        HERE"),
    *("def test_it(self):\n    HERE", "async def test_it():\n    HERE", "class TestIt:\n    HERE"),
    *("class TestIt(unittest.TestCase):\n    HERE", "@pytest.fixture\ndef x():\n    HERE"),
    *("with self.assertRaises(x):\n    HERE", "with pytest.raises(x) as y:\n    HERE"),
    *("with self.subTest(x):\n    HERE", "while True:\n    HERE", "if True:\n    HERE"),
    *("with mock.patch('x') as y:\n    HERE", "class TestIt:\n    def setUp(self):\n        HERE"),
)


def _graft(tree: Kneaded) -> None:
    """Put an expression, of this tree or another, into the place of one that is read."""
    slot = tree.chance.choice(tree.slots)
    slot.put(deepcopy(tree.chance.choice(list(_slots(tree.stranger()))).get()))


def _wrap(tree: Kneaded) -> None:
    """Make an expression part of a larger one."""
    slot = tree.chance.choice(tree.slots)
    (found,) = ast.parse(tree.chance.choice(WRAPPINGS)).body
    assert isinstance(found, ast.Expr)
    inner = next(
        each
        for each in _slots(found)
        if isinstance(each.get(), ast.Name) and ast.unparse(each.get()) == "HERE"
    )
    inner.put(slot.get())
    slot.put(found.value)


WRAPPINGS = (
    *("HERE()", "HERE.x", "HERE[0]", "HERE[1:2, ...]", "x(HERE)", "x(*HERE)", "x(**HERE)", "x(y=HERE)"),
    *("(HERE,)", "[HERE]", "{HERE}", "{HERE: 1}", "{**HERE}", "not HERE", "-HERE", "HERE + x", "HERE % x"),
    *("HERE == x", "x in HERE", "HERE and x", "x if HERE else y", "lambda: HERE", "lambda x=HERE: x"),
    *("[x for x in HERE]", "{HERE: y for y in z}", "(x async for x in HERE)", "await HERE", "(yield HERE)"),
    *("f'{HERE}'", "f'{x:{HERE}}'", "(x := HERE)", "HERE.format(x)", "HERE.join(x)", "str(HERE)", "(*HERE,)"),
    *("self.assertEqual(HERE, x)", "mock.patch(HERE)", "partial(HERE, x)", "self.addCleanup(HERE)"),
)


def _constant(tree: Kneaded) -> None:
    value: object = tree.chance.choice(ODD_TEXTS)
    if tree.chance.random() < 0.5:
        value = tree.chance.choice(ODD_VALUES)
    tree.chance.choice(tree.slots).put(ast.Constant(value))  # type: ignore[arg-type]


def _arguments(tree: Kneaded) -> None:
    """Drop, double or star arguments of a call."""
    call = tree.chance.choice(tree.of_type(ast.Call))
    assert isinstance(call, ast.Call)
    change = tree.chance.randrange(4)
    if change == 0:
        call.args.clear()
    elif change == 1:
        call.keywords.clear()
    elif change == 2:
        call.args += [ast.Starred(deepcopy(each), ast.Load()) for each in call.args[-1:]]
    else:
        call.keywords += [ast.keyword(tree.name(), deepcopy(each)) for each in call.args[:1]]


def _signature(tree: Kneaded) -> None:
    """Give a function other parameters."""
    function = tree.chance.choice(tree.of_type(ast.FunctionDef, ast.AsyncFunctionDef))
    assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    signature = tree.chance.choice(("", "self, /", "*self", "*, self", "**self", "x=1, *y, z, **self", "cls"))
    (made,) = ast.parse(f"def x({signature}): ...").body
    assert isinstance(made, ast.FunctionDef)
    function.args = made.args


def _turn(tree: Kneaded) -> None:
    """Make a function asynchronous, or an asynchronous one not; a class a function, a function a class."""
    block, number = tree.place()
    (made,) = ast.parse(tree.chance.choice(("def x(): ...", "async def x(): ...", "class x: ..."))).body
    assert isinstance(made, DEFINITIONS)
    found: ast.AST = block[number]
    if not isinstance(found, DEFINITIONS):
        found = tree.chance.choice(tree.of_type(*DEFINITIONS))
    assert isinstance(found, DEFINITIONS)
    made.name, made.body, made.decorator_list = found.name, found.body, found.decorator_list
    block[number] = deepcopy(made)


def _decorate(tree: Kneaded) -> None:
    found = tree.chance.choice(tree.of_type(*DEFINITIONS))
    assert isinstance(found, DEFINITIONS)
    others = [each for node in ast.walk(tree.stranger()) for each in getattr(node, "decorator_list", [])]
    expression = tree.chance.choice(others) if others else tree.chance.choice(tree.slots).get()
    found.decorator_list.insert(0, deepcopy(expression))


def _inherit(tree: Kneaded) -> None:
    """Give a class another base."""
    found = tree.chance.choice(tree.of_type(ast.ClassDef))
    assert isinstance(found, ast.ClassDef)
    base: ast.expr = ast.Name(tree.name(), ast.Load())
    if tree.chance.random() < 0.3:
        base = deepcopy(tree.chance.choice(tree.slots).get())
    found.bases.insert(tree.chance.randint(0, len(found.bases)), base)


def _target(tree: Kneaded) -> None:
    """Assign to something else."""
    kinds = (ast.Assign, ast.For, ast.AsyncFor, ast.withitem)
    found = tree.chance.choice(tree.of_type(*kinds))
    text = tree.chance.choice(("x", "x, *y", "[x, (y, z)]", "self.x", "x[0]", "x.y[z].w", "()", "x(y).z"))
    (made,) = ast.parse(f"{text} = 1").body
    assert isinstance(made, ast.Assign)
    if isinstance(found, ast.Assign):
        found.targets.append(made.targets[0])
    elif isinstance(found, ast.withitem):
        found.optional_vars = made.targets[0]
    else:
        assert isinstance(found, ast.For | ast.AsyncFor)
        found.target = made.targets[0]


CHANGES: tuple[Change, ...] = (
    *(_delete, _double, _exchange, _adopt, _rename, _nest, _graft, _wrap, _constant, _arguments),
    *(_signature, _turn, _decorate, _inherit, _target),
)


# what is changed in the text


def _joined(text: str, chance: random.Random) -> str:
    """A line put behind the one before it: ``def test_it(self): x = 1; y = 2``."""
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    if number and lines[number].strip():
        above = lines[number - 1].rstrip()
        between = " " if above.endswith(":") else "; "
        lines[number - 1 : number + 1] = [above + between + lines[number].lstrip()]
    return "\n".join(lines)


def _commented(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    comment = chance.choice(COMMENTS)
    if chance.random() < 0.5:
        lines[number] += "  " + comment
    else:
        lines.insert(number, chance.choice(("", "    ", "        ")) + comment)
    return "\n".join(lines)


def _spaced(text: str, chance: random.Random) -> str:
    """Something that separates, between two tokens."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return text
    row, column = chance.choice(tokens).start
    lines = text.split("\n")
    if row > len(lines):
        return text
    lines[row - 1] = lines[row - 1][:column] + chance.choice(SEPARATORS) + lines[row - 1][column:]
    return "\n".join(lines)


def _indented(text: str, chance: random.Random) -> str:
    """Other indentation, or the whole below a condition."""
    if chance.random() < 0.5:
        return textwrap.indent(text, chance.choice((" ", "\t", "    "))).join(("if 1:\n", ""))
    return re.sub(r"^(?: {4})+", lambda found: found[0].replace("    ", "\t"), text, flags=re.MULTILINE)


def _ended(text: str, chance: random.Random) -> str:
    """Another end, or other ends of lines, as they come through standard input."""
    change = chance.randrange(5)
    if change == 0:
        return text.rstrip("\n")
    if change == 1:
        return text + chance.choice(("\n\n\n", "\x0c", "\\\n", "\n# x", "    \n  "))
    if change == 2:
        return re.sub(r"(?<!\r)\n", "\r\n", text)
    if change == 3:
        return "".join(chance.choice(("\n", "\r\n")) if each == "\n" else each for each in text)
    return text.replace("\n", "\r", 1) if chance.random() < 0.5 else text.replace("\n", "\r")


def _lost(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


LAYOUTS = (_joined, _joined, _joined, _commented, _spaced, _spaced, _indented, _ended, _lost)
