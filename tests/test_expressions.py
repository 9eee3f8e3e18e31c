"""What assertions are worth: the strict forms of TH503 and TH509, and expressions before anything runs."""

from __future__ import annotations

import ast
import re

import pytest

from flake8_testhygiene import expressions, rules
from flake8_testhygiene.rules import th502_constant_assertion as constant
from flake8_testhygiene.rules import th504_dead_assertion as dead
from tests.snippets import in_test, said

pytestmark = pytest.mark.usefixtures("project")

SHOW = "server = self.api.show('server')"
HOST = "self.assertEqual('one', server.host)"
NAME = "self.assertEqual('server', server.name)"


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


class TestStrictly:
    @pytest.mark.parametrize(
        "check",
        ["assertTrue(server.up, True)", "assertFalse(server.up, False)", "assertIsNone(server.up, None)"],
    )
    def test_message_that_is_what_is_checked(self, check: str) -> None:
        source = in_test(SHOW, f"self.{check}")
        assert said(source) == []
        assert said(source, "TH503") == [("TH503", 5)]

    def test_same_assertion_further_on(self) -> None:
        source = in_test(SHOW, HOST, NAME, HOST)
        assert said(source) == []
        assert said(source, "TH509") == [("TH509", 7)]

    def test_same_assertion_behind_an_act(self) -> None:
        source = in_test(SHOW, HOST, NAME, "self.api.migrate(server)", HOST)
        assert said(source, "TH509") == []


def test_same_assertion_of_two_lines() -> None:
    twice = "self.assertEqual(\n    'one', server.host)"
    assert said(in_test(SHOW, twice, twice)) == [("TH509", 7)]


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("1", True),
        ("''", False),
        ("not ''", True),
        ("[]", False),
        ("[x]", True),
        ("[*x]", None),
        ("{**x}", None),
        ("{**x, 'a': x}", True),
        ("f'{x}'", None),
        ("f'{x} is'", True),
        ("lambda: x", True),
        ("(a for a in x)", True),
        ("[a for a in x]", None),
        ("x or 'a'", True),
        ("x and ''", False),
        ("x and 'a'", None),
        ("'' or ()", False),
        ("map(str, x)", True),
        ("list(x)", None),
        ("not x", None),
    ],
)
def test_truth(text: str, truth: bool | None) -> None:
    assert expressions.truth(expression(text)) is truth


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("len(x)", False),
        ("mock.call.show(1)", False),
        ("call(mock.ANY).show(1)", False),
        ("x.y['a']", False),
        ("x.show()", True),
        ("len(x.show())", True),
        ("(y := x)", True),
    ],
)
def test_acts(text: str, acts: bool) -> None:
    assert any(expressions.acts(expression(text))) is acts


@pytest.mark.parametrize(
    "text",
    [
        "assertTrue(" + " \n    (a" * 200,
        "assert " + "(a, " * 200,
        "with self.assertRaises(A" + "(b" * 200,
        "with raises(A):\n" + "    a()\n" * 2 + "     (b\n" * 2000,
        "with raises(A):\n    a()\n" + "            \n" * 2000 + "    # b\n  # c\n" * 2000 + "  (b",
        "assert x\n" + "   # c\n    \n" * 2000 + "b",
        "assert x(\n" * 300,
        "    return x\n" + "     (b\n" * 2000,
    ],
    ids=["truth", "statement", "expected", "block", "blank", "comments", "open", "return"],
)
def test_triggers_take_no_time(text: str) -> None:
    """They are linear in what they look through; otherwise this would never come to its end."""
    triggers = (
        *constant.TRIGGERS,
        *dead.BEHIND_RAISE,
        dead.BEHIND_LEAVING,
        dead.INNER,
        rules.screen("TH503").trigger,
        rules.screen("TH509").trigger,
    )
    found = {each: len(re.findall(each, text)) for each in triggers if isinstance(each, str)}
    assert max(found.values()) <= 300


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("lambda: server.state", "lambda: server.state"),
        ("{k: v for k, v in pairs if k}", "{k: v for k, v in pairs if k}"),
        ("[x for (x, (y, z)) in pairs]", "[x for x, (y, z) in pairs]"),
        ("""wait(f"{x['a']}", f'{"b"}')""", "wait(f'...', f'...')"),
        ("call(\n    a,\n    b)", "call(a, b)"),
    ],
)
def test_is_spelled_alike_on_every_python(written: str, expected: str) -> None:
    expression = ast.parse(written, mode="eval").body
    before = ast.dump(expression)
    assert expressions.spelled(expression) == expected
    assert ast.dump(expression) == before


class TestSame:
    """Statements written alike, against the dumps of their trees."""

    TEXTS = (
        "x",
        "y",
        "x.y",
        "x['y']",
        "x[0]",
        "x[1:]",
        "f(x)",
        "f(x, y)",
        "f(x, y=1)",
        "f(x, z=1)",
        "1",
        "1.0",
        "True",
        "0.0",
        "-0.0",
        "1e999",
        "'x'",
        "u'x'",
        "b'x'",
        "[x, y]",
        "(x, y)",
        "not x",
        "x == y",
        "x != y",
        "x == y == z",
        "lambda: x",
        "lambda y: x",
        "f'{x}'",
        "f'{x!r}'",
        "{**x}",
        "{x: y}",
    )

    @pytest.mark.parametrize("text", TEXTS)
    def test_as_their_dumps(self, text: str) -> None:
        for other in self.TEXTS:
            one, two = expression(text), expression(f" {other} ".strip())
            assert expressions.same(one, two) is (ast.dump(one) == ast.dump(two)), other

    def test_however_deep(self) -> None:
        deep = expression("x")
        for _ in range(10_000):
            deep = ast.UnaryOp(ast.Not(), deep)
        assert expressions.same(deep, deep)
