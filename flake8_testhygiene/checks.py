"""What in a test checks, fails or raises on purpose, and what is left to run when nothing does."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from flake8_testhygiene.catalog import verification
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import children, last_name, walk
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.source import Walked

ASSERTS = Pattern(verification.ASSERTS)
EXPECTS = Pattern(verification.EXPECTS)
FAILS = Pattern(verification.FAILS)
RAISES = Pattern(verification.RAISES)
RUN_LATER = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
LOOPS = (ast.For, ast.AsyncFor, ast.While)


def inside(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes and all in them that runs when they do, in the order of the text: no inner functions."""
    waiting = [*nodes][::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, RUN_LATER):
            waiting += [*children(node)][::-1]


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a function or a statement and runs when it does."""
    return inside(children(node))


def length(function: Function, module: Module) -> int:
    """How many statements a function has, without its docstring and those of inner functions."""
    has_docstring = ast.get_docstring(function, clean=False) is not None
    return len(module.source.statements(function)) - has_docstring


def runs_once(statement: ast.stmt, walked: Walked) -> bool:
    """Whether a statement is run by the function itself, and in no loop."""
    *around, _ = walked.around(statement)
    return not any(isinstance(each, (*RUN_LATER, *LOOPS)) for each in around)


def is_plain(attempt: ast.Try, walked: Walked, module: Module) -> bool:
    """Whether the function itself runs the ``try``, once, with nobody around who wants it to fail."""
    expects = (
        EXPECTS.search(module.source.dotted(item.context_expr))
        for around in walked.around(attempt)
        if isinstance(around, ast.With | ast.AsyncWith)
        for item in around.items
    )
    tries = (isinstance(around, ast.Try | ast.ExceptHandler) for around in walked.around(attempt))
    return not attempt.orelse and runs_once(attempt, walked) and not any(expects) and not any(tries)


def is_assertion(node: ast.AST) -> bool:
    """Whether a node fails unless something holds."""
    if isinstance(node, ast.Call):
        return bool(ASSERTS.search(last_name(node)))
    return isinstance(node, ast.Assert)


def is_of_the_class(call: ast.Call, function: Function, module: Module) -> bool:
    """Whether ``self.assertX`` is the class's, or a read base's, in place of unittest's."""
    match call.func:
        case ast.Attribute(ast.Name("self"), name):
            own = module.project.callee(f"self.{name}", module.project.place(function))
            return own is not None and not any(
                each.owner == "super()" and each.last == name for each in own.facts.calls
            )
    return False


def is_failure(node: ast.AST) -> bool:
    """Whether a node fails, or skips, whatever holds: ``raise``, ``fail()``, ``assert False``."""
    match node:
        case ast.Raise():
            return True
        case ast.Assert(test):
            return isinstance(test, ast.Constant) and not test.value
        case ast.Call(_, [ast.Constant(value), *_]) if last_name(node) in {"assertTrue", "assertFalse"}:
            return bool(value) is (last_name(node) == "assertFalse")
        case ast.Call():
            return bool(FAILS.search(last_name(node)))
    return False


def always_raises(statement: ast.stmt, place: Place, module: Module) -> bool:
    """Whether a statement surely does not come to its end."""
    for node in inside([statement]):
        if is_failure(node):
            return True
        if isinstance(node, ast.Call) and (
            RAISES.search(last_name(node)) or _ends_in_raise(node, place, module)
        ):
            return True
        match node:
            case ast.BinOp(_, ast.Div() | ast.FloorDiv() | ast.Mod(), ast.Constant(0)):
                return True
            case ast.Call(ast.Attribute(ast.Constant(), _), arguments) if all(
                isinstance(each, ast.Constant) for each in arguments
            ):
                return True  # the same at each run: 'é'.encode('ascii')
    return False


def _ends_in_raise(call: ast.Call, place: Place, module: Module) -> bool:
    """Whether a function of this file that is called has no other end than ``raise``."""
    name = module.source.dotted(call.func)
    callee = module.project.callee(name, place)
    function = callee.source.node(callee.function) if callee is not None else _inner(name, place, module)
    return function is not None and any(is_failure(node) for node in inside(function.body[-1:]))


def _inner(name: str, place: Place, module: Module) -> Function | None:
    """The inner function of that name."""
    walked = module.source.walked(place.source.node(place.function))
    inner = (node for kind in FUNCTIONS for node in walked.by_type.get(kind, ()))
    return next((node for node in inner if isinstance(node, FUNCTIONS) and node.name == name), None)


def bound(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names and attributes that some nodes set."""
    names = set()
    for node in inside(nodes):
        match node:
            case ast.Name(name, ast.Store()) | ast.Attribute(_, name, ast.Store()):
                names.add(name)
            case ast.Subscript(ast.Name(name) | ast.Attribute(_, name), _, ast.Store()):
                names.add(name)
    return frozenset(names)


def marked(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names and attributes that some nodes set, or may change by a method: ``errors.append(error)``."""
    every = list(inside(nodes))
    names = {
        node.func.value.id if isinstance(node.func.value, ast.Name) else node.func.value.attr
        for node in every
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name | ast.Attribute)
    }
    return (bound(every) | names) - {"self"}


def read(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names and attributes that are read by some nodes."""
    names = set()
    for root in nodes:
        for node in walk(root):
            match node:
                case ast.Name(name, ast.Load()):
                    names.add(name)
                case ast.Attribute(_, attribute, ast.Load()):
                    names.add(attribute)
    return frozenset(names)


def after(statement: ast.stmt, walked: Walked) -> list[ast.stmt]:
    """The statements behind one, in its block and in the blocks around it."""
    found: list[ast.stmt] = []
    node: ast.AST = statement
    for parent in walked.around(statement):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(parent, name, None)
            if isinstance(block, list) and node in block:
                found += block[block.index(node) + 1 :]
        if isinstance(parent, ast.Try):
            found += parent.orelse if node in parent.body else []
            found += parent.finalbody if node not in parent.finalbody else []
        node = parent
    return found


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements of a function that do something, or all that there are."""
    match body:
        case [ast.Expr(ast.Constant()), _, *_]:
            return body[1:]
    return body


def is_made_here(name: ast.Name, walked: Walked) -> bool:
    """Whether a function binds a name to what it makes of a class: it may be what is tested."""
    for node in walked.by_type.get(ast.Assign, ()):
        match node:
            case ast.Assign([ast.Name(bound)], ast.Call() as made) if bound == name.id:
                return last_name(made).lstrip("_")[:1].isupper()
    return False
