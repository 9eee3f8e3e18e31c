"""What an expression is worth before anything runs: always true, never None, the same as another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy

from flake8_testhygiene.catalog import comparisons
from flake8_testhygiene.nodes import walk

DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
UNPACKED = ast.Starred(ast.Name("unpacked"))
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def truth(expression: ast.expr) -> bool | None:
    """Whether an expression is true, or false, whatever happens; None where that is seen at run time."""
    match expression:
        case ast.Constant(value):
            return bool(value)
        case ast.Lambda() | ast.GeneratorExp():
            return True
        case ast.JoinedStr(parts):
            return True if any(isinstance(part, ast.Constant) and part.value for part in parts) else None
        case ast.List(items) | ast.Tuple(items) | ast.Set(items):
            return _holds_any(items)
        case ast.Dict(keys):
            return _holds_any([key or UNPACKED for key in keys])
        case ast.UnaryOp(ast.Not(), operand):
            inner = truth(operand)
            return None if inner is None else not inner
        case ast.BoolOp(operator, operands):
            return _joined(isinstance(operator, ast.Or), [truth(each) for each in operands])
        case ast.Call(ast.Name(name)) if name in comparisons.ITERATORS:
            return True
    return None


def _holds_any(items: list[ast.expr]) -> bool | None:
    """Whether a display is true: it holds something that was not unpacked into it."""
    if not items:
        return False
    return None if all(isinstance(each, ast.Starred) for each in items) else True


def _joined(is_or: bool, truths: list[bool | None]) -> bool | None:
    if is_or in truths:
        return is_or  # one truth makes an ``or`` true, one falsehood an ``and`` false
    return None if None in truths else not is_or


def is_never_none(expression: ast.expr) -> bool:
    """Whether an expression has a value that is surely not None."""
    match expression:
        case ast.Constant(value):
            return value is not None
        case ast.Call(ast.Name(name)):
            return name in comparisons.NEVER_NONE | comparisons.ITERATORS
        case ast.UnaryOp(ast.Not()):
            return True
        case ast.Compare():
            return True
    return isinstance(expression, (*DISPLAYS, *COMPREHENSIONS, ast.JoinedStr, ast.Lambda))


def is_constant(expression: ast.expr) -> bool:
    """Whether an expression is written out: a literal, or a display of nothing but literals."""
    match expression:
        case ast.Constant():
            return True
        case ast.UnaryOp(ast.USub(), operand):
            return is_constant(operand)
        case ast.List(items) | ast.Tuple(items) | ast.Set(items):
            return all(map(is_constant, items))
        case ast.Dict(keys, values):
            return all(key is not None and is_constant(key) for key in keys) and all(map(is_constant, values))
    return False


def is_number(expression: ast.expr) -> bool:
    """Whether an expression is a written number, True and False not among them."""
    match expression:
        case ast.UnaryOp(ast.USub() | ast.UAdd(), operand):
            return is_number(operand)
        case ast.Constant(value):
            return isinstance(value, int | float | complex) and not isinstance(value, bool)
    return False


def is_plain(expression: ast.expr) -> bool:
    """Whether an expression only names something: ``server.tags[0]``."""
    match expression:
        case ast.Name():
            return True
        case ast.Attribute(base):
            return is_plain(base)
        case ast.Subscript(base, index):
            return is_plain(base) and (is_constant(index) or is_plain(index))
    return False


def same(one: ast.AST, other: ast.AST) -> bool:
    """Whether two expressions, or statements, are written alike.

    What stands last is looked at first: two calls are of the same method more often than of the same values.
    """
    waiting: list[tuple[object, object]] = [(one, other)]
    while waiting:
        first, second = waiting.pop()
        if first.__class__ is not second.__class__:
            return False
        if isinstance(first, ast.AST):
            waiting += ((getattr(first, name, None), getattr(second, name, None)) for name in first._fields)
        elif isinstance(first, list) and isinstance(second, list):
            if len(first) != len(second):
                return False
            waiting += zip(first, second, strict=True)
        elif first is not second and repr(first) != repr(second):
            return False
    return True


def acts(expression: ast.AST) -> Iterator[ast.AST]:
    """What in an expression may do something, or give another answer next time: calls, ``await``."""
    for node in walk(expression):
        match node:
            case ast.Call(callee) if _is_pure(callee):
                pass
            case ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom() | ast.NamedExpr():
                yield node


def _is_pure(callee: ast.expr) -> bool:
    """Whether what is called is ``len`` or the like, or ``mock.call`` with what hangs on it."""
    if isinstance(callee, ast.Name) and callee.id in comparisons.PURE:
        return True
    node = callee
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Attribute) and node.attr in comparisons.CALL_MAKERS:
            return True
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return isinstance(node, ast.Name) and node.id in comparisons.CALL_MAKERS


def short(expression: ast.AST, columns: int) -> str:
    """An expression as it is written, in one line, cut to so many columns."""
    text = spelled(expression)
    return text if len(text) <= columns else text[: columns - 3] + "..."


def spelled(expression: ast.AST) -> str:
    """An expression as it is written, in one line, alike on every Python; of f-strings not what is in them.

    ``ast.unparse`` quotes these in another way since Python 3.12, and before 3.11 it has more blanks and
    parentheses than others.
    """
    if any(isinstance(node, ast.JoinedStr | ast.Lambda | ast.comprehension) for node in walk(expression)):
        expression = _Alike().visit(deepcopy(expression))
    return " ".join(ast.unparse(expression).replace("lambda :", "lambda:").split())


class _Alike(ast.NodeTransformer):
    """Names stand for what Pythons write in different ways."""

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        return ast.Name("f'...'")

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.target, ast.Tuple):
            node.target = ast.Name(", ".join(map(ast.unparse, node.target.elts)), ast.Store())
        return node
