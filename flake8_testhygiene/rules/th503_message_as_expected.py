"""The second argument of `assertTrue()` is a message: the expected value stands there and is never compared.

`assertTrue(response.status, 204)` holds for every status but zero. It was to be `assertEqual()`; the 204
would only be printed on failure. In the same way `assert actual, expected == x` throws its comparison away.

Bad:

    import unittest

    class TestDelete(unittest.TestCase):
        def test_status(self):
            response = self.api.delete('server')
            self.assertTrue(response.status, 204)

Good:

    import unittest

    class TestDelete(unittest.TestCase):
        def test_status(self):
            response = self.api.delete('server')
            self.assertEqual(204, response.status)

Reported is a message that nobody would want to read: a number, True, False, None, a comparison, a list or
another display of constants, a comprehension, a call of what is called in the first argument; and any message
that is no string where the first argument is a constant. It is reported at the assertion.

Silent: strings of any making, names and attributes, displays of names, what is made of the first argument,
`msg=`, assertion methods of the class's own. `assertTrue(x, True)` and `assertFalse(x, False)` check what
they say, so only strict mode reports them.

Options: none.

Instead: `assertEqual(expected, actual)`, `assertIs(expected, actual)`, or `assert actual == expected`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flake8_testhygiene import checks, expressions
from flake8_testhygiene.catalog import comparisons
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name
from flake8_testhygiene.outline import FUNCTIONS, Function
from flake8_testhygiene.rule import Found, rule

TAKES_MESSAGE = comparisons.ASKS_TRUTH | comparisons.ASKS_NONE
MAKES_TEXT = frozenset({"str", "repr", "format", "join", "_", "dumps", "pformat", "format_exc", "dedent"})
# A comma that is not within parentheses, up to three deep.
SECOND = (
    r"assert(?:True\(|False\(|IsNone\(|IsNotNone\(| (?=[^\n]*,))"
    r"(?:[^(),]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*,"
)


@rule(
    "TH503",
    "{assertion} takes {given} for its message: {way_out} compares",
    on=FUNCTIONS,
    trigger=SECOND,
    local=True,
)
def message_as_expected(function: Function, module: Module) -> Iterator[Found]:
    walked = module.source.walked(function)
    strict = module.options.is_strict("TH503")
    for node in (*walked.by_type.get(ast.Call, ()), *walked.by_type.get(ast.Assert, ())):
        match node:
            case ast.Call(_, [checked, message], []) if _is_no_message(message, checked):
                name = last_name(node)
                if (
                    _compares_nothing(name, checked)
                    and (strict or not _holds_anyway(name, message))
                    and not checks.is_of_the_class(node, function, module)
                ):
                    yield Found(node.lineno, node.col_offset, _words(f"{name}()", message))
            case ast.Assert(checked, ast.expr() as message) if _is_lost(message, checked):
                yield Found(node.lineno, node.col_offset, _words("assert", message))


def _compares_nothing(name: str, checked: ast.expr) -> bool:
    """Whether an assertion takes a message, and may hold."""
    wanted = comparisons.ASKS_TRUTH.get(name)
    return name in TAKES_MESSAGE and (wanted is None or expressions.truth(checked) is not (not wanted))


def _is_no_message(message: ast.expr, checked: ast.expr) -> bool:
    """Whether nobody would want to read this when the assertion fails."""
    match message:
        case ast.Constant(value):
            return not isinstance(value, str | bytes)
        case ast.Call():
            return _is_counted(message) or _is_called_alike(message, checked)
        case ast.JoinedStr() | ast.BinOp():
            return False
    if isinstance(message, expressions.COMPREHENSIONS):
        return not checks.read([checked]) & checks.read([message]) - {"self"}  # else it shows what was there
    if isinstance(message, expressions.DISPLAYS):
        return expressions.is_constant(message)
    return _compares(message) or expressions.is_number(message) or expressions.truth(checked) is not None


def _compares(message: ast.expr) -> bool:
    match message:
        case ast.Compare():
            return True
        case ast.BoolOp(_, operands):
            return any(map(_compares, operands))
        case ast.UnaryOp(ast.Not(), operand):
            return _compares(operand)
    return False


def _is_counted(message: ast.Call) -> bool:
    return isinstance(message.func, ast.Name) and message.func.id in comparisons.COUNTS


def _is_called_alike(message: ast.Call, checked: ast.expr) -> bool:
    """Whether message and argument are two calls of one name, which makes no text."""
    name = last_name(message)
    return isinstance(checked, ast.Call) and last_name(checked) == name not in {"", *MAKES_TEXT}


def _holds_anyway(name: str, message: ast.expr) -> bool:
    """Whether the assertion checks the very thing that its message says."""
    if not isinstance(message, ast.Constant):
        return False
    wanted = comparisons.ASKS_TRUTH.get(name)
    return message.value is wanted or (wanted is None and message.value is None)


def _is_lost(message: ast.expr, checked: ast.expr) -> bool:
    """Whether the message of an ``assert`` statement was to be a part of what it checks."""
    if expressions.truth(checked) is False:
        return False
    if _compares(message) or expressions.is_number(message):
        return True
    if isinstance(message, expressions.DISPLAYS) and expressions.is_constant(message):
        return True
    if isinstance(message, ast.Call) and last_name(message) in MAKES_TEXT - {"repr"}:
        return False
    is_text = isinstance(message, ast.JoinedStr | ast.BinOp | ast.Constant)
    return bool(expressions.truth(checked)) and not is_text


def _words(assertion: str, message: ast.expr) -> dict[str, str]:
    way_out = "assert ... == ..." if assertion == "assert" else "assertEqual()"
    return {"assertion": assertion, "given": expressions.short(message, 28), "way_out": way_out}
