"""Assertions that only mark a place: that a test has come so far, or that there is nothing to check."""

from __future__ import annotations

import ast

from flake8_testhygiene import checks, expressions, remarks
from flake8_testhygiene.catalog import comparisons, verification
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern

EXPECTS = Pattern(verification.EXPECTS)
ABOUT_TRUTH = Pattern(
    r"(?i)truth|bool|literal|(^|_)integers$|_pass(es|ing)?$|_success\w*$|dummy|sample|_sub_?tests?$"
)
BRANCHES = (ast.If, ast.Try, ast.ExceptHandler, ast.Match, ast.Lambda)


def marks_a_place(assertion: ast.expr | ast.stmt, function: Function, module: Module) -> bool:
    """Whether an assertion marks that a test has come so far: in a branch, alone, or by what it says."""
    around = [assertion, *module.source.walked(function).around(assertion)]
    statement = _statement(around)
    inner = next(each for each in around if isinstance(each, FUNCTIONS))
    return (
        inner.body[-1] is statement is checks.without_docstring(inner.body)[0]
        or any(isinstance(each, BRANCHES) or expects(each, module) for each in around)
        or has_remark(assertion, function, module)
        or _is_explained(assertion)
        or bool(ABOUT_TRUTH.search(function.name))
    )


def has_remark(assertion: ast.expr | ast.stmt, function: Function, module: Module) -> bool:
    """Whether a comment says why an assertion is as it is."""
    around = [assertion, *module.source.walked(function).around(assertion)]
    return bool(remarks.on(_statement(around), module.source))


def _statement(around: list[ast.AST]) -> ast.stmt:
    return next(each for each in around if isinstance(each, ast.stmt))


def is_marker(given: ast.expr) -> bool:
    """Whether an expression is True, 1 or the like, and tells nothing."""
    match given:
        case ast.UnaryOp(ast.Not(), inner):
            return is_marker(inner)
        case ast.BoolOp(ast.Or(), [*_, ast.Constant(True)]):
            return True
        case ast.Constant(value):
            return not isinstance(value, str)
    return isinstance(given, expressions.DISPLAYS) and expressions.is_constant(given)


def _is_explained(assertion: ast.AST) -> bool:
    """Whether an assertion that asks for the truth of something has a message."""
    match assertion:
        case ast.Call(_, arguments, keywords):
            return last_name(assertion) in comparisons.ASKS_TRUTH and len(arguments) + len(keywords) > 1
        case ast.Assert(_, message):
            return message is not None
    return False


def expects(node: ast.AST, module: Module) -> bool:
    """Whether a block waits for something to be raised, or not to be."""
    return isinstance(node, ast.With | ast.AsyncWith) and any(
        EXPECTS.search(module.source.dotted(item.context_expr)) for item in node.items
    )
