"""An exception is caught and checked, but the test passes just as well when none is raised.

The assertions stand in the handler. Should the call one day succeed, none of them runs, and the test that was
to see it fail stays green.

Bad:

    import unittest

    class TestQuota(unittest.TestCase):
        def test_over_quota(self):
            try:
                self.api.create_volume(size=9999)
            except ValueError as error:
                self.assertIn('quota', str(error))

Good:

    import unittest

    class TestQuota(unittest.TestCase):
        def test_over_quota(self):
            with self.assertRaises(ValueError) as caught:
                self.api.create_volume(size=9999)
            self.assertIn('quota', str(caught.exception))

It is reported at the `try` line.

Silent: an `else`; anything in the body or behind it that checks or fails; a body that always raises; a
handler that only fails, that raises again, or that notes something which is read later; a `try` in a loop or
in an inner function; a comment that says why both outcomes are right, or names a bug.

Options: none.

Instead: `assertRaises` or `pytest.raises` as a context manager, which keeps the exception; testtools'
`assertRaises` returns it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks, remarks
from flake8_testhygiene.catalog import verification
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

LONGEST = 40
RAISES = Pattern(r"(?i)raises")
TOLERATES = Pattern(verification.TOLERATES)
ABOUT_THE_MESSAGE = Pattern(verification.ABOUT_THE_MESSAGE)
EITHER = Pattern(verification.EITHER_IS_RIGHT)


@rule(
    "TH202",
    "passes when no {caught} is raised: {way_out} instead",
    on=FUNCTIONS,
    trigger=("  except ", "\texcept "),
    local=True,
)
def unraised_exception_passes(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if not module.is_test(place):
        return
    walked = module.source.walked(function)
    for node in walked.by_type.get(ast.Try, ()):
        if (
            isinstance(node, ast.Try)
            and node.handlers
            and checks.is_plain(node, walked, module)
            and all(_checks_the_exception(each) for each in node.handlers)
            and not _fails_without(node, place, walked, module)
            and not _may_be_either(node, function, module)
        ):
            way_out = "assertRaises()" if place.owner else "pytest.raises()"
            yield Found(node.lineno, node.col_offset, {"caught": _caught(node), "way_out": way_out})


def _checks_the_exception(handler: ast.ExceptHandler) -> bool:
    """Whether a handler asserts something of its exception that may hold, and does not raise."""
    nodes = list(checks.inside(handler.body))
    if handler.name is None or any(checks.is_failure(node) for node in nodes):
        return False
    about = {handler.name}
    for statement in handler.body:
        if isinstance(statement, ast.Assign) and about & checks.read([statement.value]):
            about |= checks.bound([statement])
    return any(
        checks.is_assertion(node) and about & checks.read([node]) and not _denies(node, handler.name)
        for node in nodes
    )


def _denies(node: ast.AST, name: str) -> bool:
    """Whether an assertion says that there is no such exception: ``assertIsNone(error)``."""
    match node:
        case ast.Call(_, [ast.Name(given), *_]):
            return given == name and last_name(node) in {"assertIsNone", "assertFalse"}
        case ast.Assert(ast.UnaryOp(ast.Not(), ast.Name(given))):
            return given == name
        case ast.Assert(ast.Compare(ast.Name(given), [ast.Is()])):
            return given == name
    return False


def _fails_without(attempt: ast.Try, place: Place, walked: Walked, module: Module) -> bool:
    """Whether anything fails when no exception is raised."""
    body = list(checks.inside(attempt.body))
    if any(checks.is_assertion(node) or checks.is_failure(node) for node in body):
        return True
    if any(checks.always_raises(statement, place, module) for statement in attempt.body):
        return True
    later = checks.after(attempt, walked)
    if any(checks.is_failure(node) for node in checks.inside(later)):
        return True
    if any(_leaves(each) for each in attempt.handlers) and any(
        map(checks.is_assertion, checks.inside(later))
    ):
        return True
    if later and any(map(checks.is_assertion, checks.inside(later[:1]))):
        return True  # it may look at what only the exception leaves behind
    noted = checks.bound(attempt.body)
    noted |= checks.marked(statement for each in attempt.handlers for statement in each.body)
    return bool(noted & checks.read(later)) or _is_asserted_elsewhere(attempt, walked)


def _may_be_either(attempt: ast.Try, function: Function, module: Module) -> bool:
    """Whether a comment or the docstring says so, or the call may do without: it can be out of time."""
    parts: list[ast.stmt | ast.ExceptHandler] = [*attempt.body, *attempt.handlers]
    inside = [remarks.within(each, module.source) for each in parts]
    said = [remarks.on(attempt, module.source), ast.get_docstring(function) or "", *inside]
    # That the exception may say this or that is no word on whether it is raised.
    if any(EITHER.search(each) and not ABOUT_THE_MESSAGE.search(each) for each in said):
        return True
    return any(TOLERATES.search(ast.unparse(each)) for each in attempt.handlers)


def _is_asserted_elsewhere(attempt: ast.Try, walked: Walked) -> bool:
    """Whether the function also hands what is called to ``assertRaises``, for the same exception."""
    caught = {ast.unparse(each.type) for each in attempt.handlers if each.type is not None}
    called = {ast.unparse(node.func) for node in checks.inside(attempt.body) if isinstance(node, ast.Call)}
    return any(
        ast.unparse(given) in called
        for node in walked.by_type.get(ast.Call, ())
        if isinstance(node, ast.Call)
        and RAISES.search(last_name(node))
        and (not caught or any(ast.unparse(given) in caught for given in node.args))
        for given in node.args
    )


def _leaves(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Return) for node in checks.inside(handler.body))


def _caught(attempt: ast.Try) -> str:
    kind = attempt.handlers[0].type
    name = ast.unparse(kind).rpartition(".")[2] if isinstance(kind, ast.Name | ast.Attribute) else ""
    return name if name[:1].isupper() and len(name) <= LONGEST else "exception"
