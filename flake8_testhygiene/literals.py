"""What an expression spells: a literal, a name that stands for one, or one that is put together."""

from __future__ import annotations

import ast
import posixpath
import re
from functools import partial

from flake8_testhygiene.module import Module
from flake8_testhygiene.outline import Function, top_level
from flake8_testhygiene.source import Walked

# How many names are followed that stand for one another.
MOST_NAMES = 4
NAMED = re.compile(r"[ \t]*(\w+)(?:: \w+)? = ")
JOINS = frozenset({"os.path.join", "posixpath.join"})


def meant(expression: ast.expr, function: Function, module: Module) -> ast.expr:
    """The expression that a name stands for, if it is bound once; any other expression is itself."""
    for _ in range(MOST_NAMES):
        match expression:
            case ast.Name(name):
                found = _bound_to(name, function, module)
            case ast.Attribute(ast.Name("self" | "cls"), name):
                found = _of_class(name, function, module)
            case _:
                return expression
        if found is None:
            return expression
        expression = found
    return expression


def values(expression: ast.expr, function: Function, module: Module) -> tuple[object, ...]:
    """The constants that an expression may be; nothing if one of them is not known.

    What is put together is asked of astroid: the caller has seen to it that the answer matters.
    """
    expression = meant(expression, function, module)
    match expression:
        case ast.Constant(value):
            return (value,)
        case ast.Call(callee, parts) if parts and module.source.dotted(callee) in JOINS:
            return _joined(parts, function, module)
    return module.asking.values(function, expression) if is_composed(expression) else ()


def may_hold(looks: str, function: Function, module: Module) -> bool:
    """Whether a literal that ``looks`` so stands in the text of a function, or one with a name that it says.

    Asked of the text, before anything is walked; ``looks`` is a regular expression without groups that
    begins with the quote.
    """
    text = module.source.text_of(function)
    if re.search(looks, text):
        return True
    names = module.once(("names of literals", looks), partial(_named, looks, module.source.text))
    return any(name in text for name in names)


def _named(looks: str, text: str) -> frozenset[str]:
    """The names that stand for literals which look so, told from the lines they stand on."""
    starts = (text.rfind("\n", 0, found.start()) + 1 for found in re.finditer(looks, text))
    names = (NAMED.match(text, start) for start in starts)
    return frozenset(name[1] for name in names if name)


def is_composed(expression: ast.expr) -> bool:
    """Whether an expression is a text that is put together: concatenated or formatted."""
    match expression:
        case ast.BinOp(ast.Constant(str()) | ast.JoinedStr(), ast.Add() | ast.Mod()):
            return True
        case ast.BinOp(left, ast.Add(), right):
            return is_composed(left) or isinstance(right, ast.Constant | ast.JoinedStr)
        case ast.Call(ast.Attribute(ast.Constant(str()), "format")):
            return True
    return isinstance(expression, ast.JoinedStr)


def beginning(expression: ast.expr, function: Function, module: Module) -> str:
    """The literal text that an expression begins with."""
    expression = meant(expression, function, module)
    match expression:
        case ast.Constant(str(text)):
            return text
        case ast.FormattedValue(value, -1, None):
            return beginning(value, function, module)
        case ast.JoinedStr(parts):
            return _first_of(parts, function, module)
        case ast.BinOp(left, ast.Add(), right):
            return _first_of([left, right], function, module)
        case ast.BinOp(ast.Constant(str(template)), ast.Mod(), ast.Tuple([first, *_]) | first):
            known = template.partition("%")[0]
            return known if known or template[:2] != "%s" else beginning(first, function, module)
        case ast.Call(ast.Attribute(ast.Constant(str(template)), "format")):
            return template.partition("{")[0]
        case ast.Call(callee, [first, *_]) if module.source.dotted(callee) in JOINS:
            return beginning(first, function, module)
    return ""


def _joined(parts: list[ast.expr], function: Function, module: Module) -> tuple[object, ...]:
    """The path that is joined from parts, if each of them can be but one."""
    found = []
    for part in parts:
        match values(part, function, module):
            case (str(text),):
                found.append(text)
            case _:
                return ()
    return (posixpath.join(*found),)


def _first_of(parts: list[ast.expr], function: Function, module: Module) -> str:
    """The text at the beginning of some parts, up to the first that is more than a text."""
    known = ""
    for part in parts:
        known += beginning(part, function, module)
        inner = part.value if isinstance(part, ast.FormattedValue) else part
        if not isinstance(meant(inner, function, module), ast.Constant):
            break
    return known


def _bound_to(name: str, function: Function, module: Module) -> ast.expr | None:
    walked = module.source.walked(function)
    stores = [
        node
        for node in walked.by_type.get(ast.Name, ())
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
    ]
    if stores:
        return _assigned(stores[0], walked) if len(stores) == 1 else None
    if any(isinstance(node, ast.arg) and node.arg == name for node in walked.by_type.get(ast.arg, ())):
        return None
    return module.once("literals of the module", partial(_bound_once, module.source.tree.body)).get(name)


def _assigned(target: ast.Name, walked: Walked) -> ast.expr | None:
    match walked.parents[target]:
        case ast.Assign([only], value) if only is target:
            return value
        case ast.AnnAssign(only, _, value) if only is target:
            return value
    return None


def _of_class(name: str, function: Function, module: Module) -> ast.expr | None:
    """What the class of a method binds an attribute to, if nobody in the file sets it."""
    owner = module.source.owners.get(function)
    if owner is None or module.source.storing(name):
        return None
    return module.once(("literals of class", owner), partial(_in_class, owner.name, module)).get(name)


def _in_class(name: str, module: Module) -> dict[str, ast.expr]:
    found = (each for each in module.source.tree.body if isinstance(each, ast.ClassDef) and each.name == name)
    return next((_bound_once(each.body) for each in found), {})


def _bound_once(body: list[ast.stmt]) -> dict[str, ast.expr]:
    found: dict[str, list[ast.expr | None]] = {}
    for statement in top_level(body):
        match statement:
            case ast.Assign([ast.Name(name)], value) | ast.AnnAssign(ast.Name(name), _, value):
                found.setdefault(name, []).append(value)
            case ast.AugAssign(ast.Name(name)):
                found.setdefault(name, []).append(None)
    return {name: one[0] for name, one in found.items() if len(one) == 1 and one[0] is not None}
