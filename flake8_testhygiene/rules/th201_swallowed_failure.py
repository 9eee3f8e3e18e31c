"""A handler around the assertion swallows its failure, so that the test cannot fail.

A failed assertion is an exception like any other. `except Exception` around it, or around `fail()`, catches
it too, and a handler that goes on as if nothing had happened turns every outcome into success.

Bad:

    import unittest

    class TestResize(unittest.TestCase):
        def test_too_small(self):
            try:
                self.api.resize(self.server, 'tiny')
                self.fail('resized to a flavor that is too small')
            except Exception:
                pass

Good:

    import unittest

    class TestResize(unittest.TestCase):
        def test_too_small(self):
            with self.assertRaises(ValueError):
                self.api.resize(self.server, 'tiny')

It is reported at the `except` line.

Silent: an assertion outside the `try`; an `else`; a `try` in a loop or in an inner function; a handler that
raises, fails, skips, checks, returns a value or notes something that is read later; a body that raises by
itself; a comment in the handler, or directly above it or the `try`.

Options: none.

Instead: `assertRaises` or `pytest.raises` around the one call that is to fail, and assertions behind the
`try`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks, remarks
from flake8_testhygiene.catalog import verification
from flake8_testhygiene.expressions import spelled
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.rule import Found, rule
from flake8_testhygiene.source import Walked

TELLS = Pattern(verification.TELLS)
TELLS_TO = Pattern(verification.TELLS_TO)


@rule(
    "TH201",
    "{handler} swallows {check} of line {line}: {way_out}",
    on=FUNCTIONS,
    trigger=(
        "except:",
        "except Exception",
        "except BaseException",
        "except AssertionError",
        "except (",
        "except self.",
    ),
    local=True,
)
def swallowed_failure(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    if not module.is_test(place):
        return
    walked = module.source.walked(function)
    for node in walked.by_type.get(ast.Try, ()):
        if not isinstance(node, ast.Try) or not checks.is_plain(node, walked, module):
            continue
        check = _swallowed(node, function, module)
        handler = next((each for each in node.handlers if _catches(each, check, module)), None)
        if check is None or handler is None or not _goes_on(handler, node, walked, module):
            continue
        if not (remarks.within(handler, module.source) or _is_explained(node, module)):
            yield Found(handler.lineno, handler.col_offset, _words(handler, check))


def _swallowed(attempt: ast.Try, function: Function, module: Module) -> ast.Call | ast.Assert | None:
    """A ``fail()`` at the end of the body, or its first assertion where the function has no other."""
    nodes = list(checks.inside(attempt.body))
    if any(isinstance(node, ast.Raise) for node in nodes):
        return None
    last = attempt.body[-1]
    if isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and _is_fail(last.value):
        return last.value
    if isinstance(last, ast.Assert) and checks.is_failure(last):
        return last
    every = [node for node in ast.walk(function) if checks.is_assertion(node) or checks.is_failure(node)]
    if any(checks.is_failure(node) for node in nodes) or any(node not in nodes for node in every):
        return None
    own = [node for node in every if isinstance(node, ast.Call | ast.Assert)]
    surely = [node for node in own if isinstance(node, ast.Assert) or last_name(node).startswith("assert")]
    return min(surely, key=lambda node: node.lineno, default=None)


def _is_fail(call: ast.Call) -> bool:
    return last_name(call) == "fail"


def _catches(handler: ast.ExceptHandler, check: ast.Call | ast.Assert | None, module: Module) -> bool:
    """Whether a handler catches the failure; that of ``pytest.fail`` is no ``Exception``."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {module.source.dotted(kind) for kind in kinds if kind is not None}
    if isinstance(check, ast.Call) and module.source.dotted(check.func) == verification.PYTEST_FAIL:
        return handler.type is None or "BaseException" in names
    return handler.type is None or bool(names & verification.CATCHES_ASSERTIONS)


def _goes_on(handler: ast.ExceptHandler, attempt: ast.Try, walked: Walked, module: Module) -> bool:
    """Whether a handler does nothing but tell, and note what nobody reads."""
    noted = {handler.name} if handler.name else set()
    for statement in handler.body:
        match statement:
            case ast.Pass() | ast.Return(None) | ast.Expr(ast.Constant()):
                pass
            case ast.Expr(ast.Call(callee)) if _tells(callee, module):
                pass
            case ast.Assign([ast.Name(name)], ast.Constant() | ast.Name() | ast.Call()):
                noted.add(name)
            case _:
                return False
    return not noted & checks.read(checks.after(attempt, walked))


def _tells(callee: ast.expr, module: Module) -> bool:
    name = module.source.dotted(callee)
    owner = name.rpartition(".")[0]
    return bool(TELLS.search(name) and TELLS_TO.search(owner or name)) or owner.startswith("traceback")


def _is_explained(attempt: ast.Try, module: Module) -> bool:
    return bool(remarks.on(attempt, module.source))


def _words(handler: ast.ExceptHandler, check: ast.Call | ast.Assert) -> dict[str, str]:
    caught = "a tuple" if isinstance(handler.type, ast.Tuple) else handler.type and spelled(handler.type)
    fails = checks.is_failure(check)
    return {
        "handler": f"except {caught}" if caught else "bare except",
        "check": f"{last_name(check)}()" if isinstance(check, ast.Call) else "the assert",
        "line": str(check.lineno),
        "way_out": "assertRaises() instead" if fails else "assert outside the try",
    }
