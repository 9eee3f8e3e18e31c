"""How a test falls into phases, and what strict TH004 and TH006 say of it."""

from __future__ import annotations

import ast
import textwrap

import pytest

from flake8_testhygiene.docs import asked, lint
from flake8_testhygiene.options import Options
from flake8_testhygiene.story.phases import phases
from tests.snippets import assert_as_commented, linted, said

pytestmark = pytest.mark.usefixtures("project")


def parts(*lines: str) -> list[list[str]]:
    """The steps of each phase of a test of these lines."""
    body = textwrap.indent("\n".join(lines), " " * 4)
    (function,) = ast.parse(f"def test_it(self):\n{body}\n").body
    assert isinstance(function, ast.FunctionDef)
    return [[ast.unparse(step).split("\n")[0] for step in phase.steps] for phase in phases(function)]


class TestPhases:
    def test_acts_then_assertions(self) -> None:
        assert parts("a = f()", "b = a", "g(b)", "assert a", "c = h()", "assert c") == [
            ["a = f()", "b = a", "g(b)", "assert a"],
            ["c = h()", "assert c"],
        ]

    def test_plain_statement_between_assertions_belongs_to_them(self) -> None:
        assert parts("a = f()", "assert a", "b = a[0]", "assert b") == [
            ["a = f()", "assert a", "b = a[0]", "assert b"]
        ]

    def test_plain_statement_before_an_act_belongs_to_it(self) -> None:
        assert parts("a = f()", "assert a", "b = 1", "g(b)", "assert b")[1] == ["b = 1", "g(b)", "assert b"]

    def test_acts_without_assertion_are_none(self) -> None:
        assert parts("f()", "assert 1", "g()") == [["f()", "assert 1"]]
        assert parts("f()", "g()") == []

    def test_assertions_without_act_are_none(self) -> None:
        assert parts("assert f()", "self.assertTrue(g())") == []

    def test_assertions_before_the_first_act_are_its_own(self) -> None:
        assert parts("assert f()", "g()", "assert 1") == [["assert f()", "g()", "assert 1"]]

    @pytest.mark.parametrize(
        "line",
        [
            "self.assertEqual(1, f())",
            "await self._assert_gone(1)",
            "mock.assert_called_once_with(1)",
            "self._check_all(1)",
            "self.fail('never')",
            "with self.assertRaises(KeyError): f()",
            "with pytest.raises(KeyError): f()",
            "with self.subTest('one'): f()",
        ],
    )
    def test_is_an_assertion(self, line: str) -> None:
        lines = ("a = f()", line, line, "b = g()", line)
        body = textwrap.indent("\n".join(lines), " " * 4)
        (function,) = ast.parse(f"async def test_it(self):\n{body}\n").body
        assert isinstance(function, ast.AsyncFunctionDef)
        assert [len(phase.steps) for phase in phases(function)] == [3, 2]

    @pytest.mark.parametrize(
        "line", ["a = len(b)", "a = dict(b=1)", "self.addCleanup(f, 1)", "def g(): f()", "a = b"]
    )
    def test_gets_nothing_done(self, line: str) -> None:
        assert len(parts("f()", "assert 1", line, "assert 2")) == 1

    def test_loop_counts_once(self) -> None:
        loop = "for a in b:\n    f(a)\n    assert a\n    g(a)\n    assert a"
        assert [len(steps) for steps in parts("f()", "assert 1", loop, "assert 2")] == [2, 2]

    @pytest.mark.parametrize("head", ["if a:", "while a:", "match a:\n    case 1:", "try:"])
    def test_block_with_an_assertion_counts_once(self, head: str) -> None:
        depth = 8 if head.startswith("match") else 4
        block = f"{head}\n{' ' * depth}f(a)\n{' ' * depth}assert a"
        block += "\nexcept KeyError:\n    g()\n    assert 2" if head == "try:" else ""
        assert len(parts("f()", "assert 1", block)) == 2

    def test_entered_blocks_are_looked_into(self) -> None:
        assert parts("with f() as a, g():", "    a.h()", "    assert a", "    a.i()", "    assert a") == [
            ["f() as a", "g()", "a.h()", "assert a"],
            ["a.i()", "assert a"],
        ]

    def test_lines(self) -> None:
        source = "def test_it():\n with f():\n  g()\n  assert (1,\n 2)\n h()\n assert 3"
        (function,) = ast.parse(source).body
        assert isinstance(function, ast.FunctionDef)
        assert [phase.line for phase in phases(function)] == [2, 6]


class TestStrictUndocumented:
    def test_everything_without_a_docstring(self) -> None:
        assert_as_commented(
            """
            import unittest
            class TestA(unittest.TestCase):  # TH004:1 TestA has no docstring: say in one line what it is for
                def __init__(self, *args):
                    super().__init__(*args)
                def setUp(self):  # TH004:5
                    super().setUp()
                @property
                def one(self):
                    return 1
                def test_it(self):  # TH004:5 test_it() has no docstring: say in one line what it shows
                    self.assertEqual(1, self.boot())  # a comment is no docstring
                def test_that(self):
                    '''One is one.'''
                    self.assertEqual(1, self.boot())
                def boot(self):  # TH004:5 boot() has no docstring: say in one line what it does
                    def inner():
                        return self.one
                    return inner()
            class FakeThing:
                def boot(self):
                    return 1
            def make():  # TH004:1
                return FakeThing()
            class TestThat(unittest.TestCase):
                '''Of that.'''
            """,
            "TH004",
        )

    @pytest.mark.parametrize(
        ("decorator", "is_found"),
        [("property", False), ("it.setter", False), ("it.deleter", False), ("retried", True)],
    )
    def test_properties_are_not_asked(self, decorator: str, is_found: bool) -> None:
        source = f"class TestA:\n    '''A.'''\n    @{decorator}\n    def it(self):\n        return self.x\n"
        assert said(source, "TH004") == ([("TH004", 4)] if is_found else [])

    def test_default_asks_long_tests_only(self) -> None:
        source = "def test_it():\n    assert make()\n"
        assert said(source) == []
        assert said(source, "TH004") == [("TH004", 1)]

    @pytest.mark.parametrize("name", ["tests/fakes.py", "tests/sample_data.py"])
    def test_fakes_are_not_asked(self, name: str) -> None:
        assert said("def make():\n    return 1\n", "TH004", filename=name) == []

    def test_limit(self) -> None:
        # each another statement: what is repeated with another number makes a list
        lines = [f"    value_{number} = make{number * '_'}()\n" for number in range(39)]
        short, long = (
            "".join(["def test_it():\n", *lines[more:], "    assert value_5\n"]) for more in (1, 0)
        )
        assert said(short) == []
        assert said(long) == [("TH004", 1)]
        assert said(f"# All values have one sum.\n{long}") == []
        assert said(f"# All values have one sum.\n\n{long}") == [("TH004", 3)]


@pytest.mark.parametrize("line", ["value{0} = make()", "value{0} = make({0})", "assert make({0}) == {0}"])
def test_list_of_the_same_is_not_long(line: str) -> None:
    body = "".join(f"    {line.format(number)}\n" for number in range(45))
    assert said(f"def test_it():\n{body}    assert make(1)\n") == []


class TestStrictOverloaded:
    TWO = "def test_it(api):\n    one = api.boot()\n    assert one\n    two = api.show(one)\n    assert two\n"
    MORE = "    two = two.next\n"

    def test_two_phases_and_ten_statements(self) -> None:
        source = self.TWO + 6 * self.MORE
        assert said(source) == []
        assert said(source, "TH006") == [("TH006", 1)]
        assert said(self.TWO + 5 * self.MORE, "TH006") == []

    def test_message(self) -> None:
        (found,) = lint(self.TWO + 6 * self.MORE, "test_x.py", asked(Options(strict=frozenset({"TH006"}))))
        assert found.text == "2 phases, the last from line 4 on: make each a test [overloaded_test]"

    def test_one_phase_and_too_many_statements(self) -> None:
        source = "def test_it(api):\n    # long\n    two = api.boot()\n    assert two\n"
        assert said(source + 38 * self.MORE, "TH006") == []
        assert said(source + 39 * self.MORE, "TH006") == [("TH006", 1)]

    def test_helpers_may_be_long(self) -> None:
        assert said(self.TWO.replace("test_it", "boot_it") + 40 * self.MORE, "TH006") == []

    @pytest.mark.parametrize(
        ("options", "is_found"),
        [
            (Options(strict=frozenset({"TH006"}), th006_statements=4), True),
            (Options(strict=frozenset({"TH006"}), th006_statements=5), False),
            (Options(strict=frozenset({"TH006"}), th006_statements=4, th006_phases=3), False),
            (Options(strict=frozenset({"TH006"}), th006_most_statements=3), True),
            (Options(strict=frozenset({"TH006"}), th006_most_statements=4), False),
            (Options(th006_statements=1, th006_most_statements=1), False),
        ],
    )
    def test_limits(self, options: Options, is_found: bool) -> None:
        assert bool(lint(self.TWO, "test_x.py", asked(options))) is is_found

    @pytest.mark.parametrize(("earlier", "is_found"), [(1, True), (2, False)])
    def test_phases_before_one_that_begins_anew(self, earlier: int, is_found: bool) -> None:
        source = (
            "def test_it():\n    one = Basket()\n    one.add(1)\n    assert one.sum == 1\n"
            "    one = Basket()\n    one.clear()\n    assert one.sum == 0\n"
        )
        assert bool(lint(source, "test_x.py", asked(Options(th006_earlier=earlier)))) is is_found

    BEGINNING = (
        "    one = Basket()\n    one.add(1)\n    {}\n    assert one.sum == 1\n"
        "    one = Basket()\n    one.drop(2)\n    assert one.sum == 3\n"
    )
    ANEW = "    one = Basket()\n    one.clear()\n    {}\n    assert one.sum == 0\n"

    @pytest.mark.parametrize(
        ("before", "after", "is_found"),
        [
            ("pass", "pass", True),
            ("pass", "settle(one)", True),
            ("settle(one)", "settle(one)", False),
            ("n = 1", "one.map(lambda n: n)", True),
            ("n = 1", "one.map(n)", False),
            ("pass", "with one.open(): one.close()", True),
            ("self.add(one)", "self.add(one)", False),
            ("self.shop = one", "self.shop.close()", False),
        ],
    )
    def test_third_phase_that_begins_anew(self, before: str, after: str, is_found: bool) -> None:
        source = f"def test_it(self):\n{self.BEGINNING.format(before)}{self.ANEW.format(after)}"
        assert bool(said(source)) is is_found

    def test_phases_in_a_block_that_was_entered_before(self) -> None:
        body = self.BEGINNING.format("pass") + self.ANEW.format("pass")
        assert said(f"def test_it(self):\n{body}")
        assert said(f"def test_it(self):\n    with shop():\n{textwrap.indent(body, '    ')}") == []

    def test_message_of_too_many_statements(self) -> None:
        source = "def test_it(api):\n    # long\n    two = api.boot()\n    assert two\n"
        (found,) = linted(source + 39 * self.MORE, "TH006")
        assert found.text == "41 statements: make each thing that it shows a test [overloaded_test]"

    @pytest.mark.parametrize("name", ["tests/scenario/test_x.py", "tests/test_lifecycle.py", "test_e2e.py"])
    def test_steps_of_a_scenario_follow_each_other(self, name: str) -> None:
        phase = "    one = Basket()\n    one.{}(1)\n    assert one.sum == 1\n"
        source = "def test_it():\n" + "".join(map(phase.format, ("add", "remove", "redeem")))
        assert said(source) == [("TH006", 1)]
        assert said(source, filename=name) == []


@pytest.mark.parametrize(("limit", "is_found"), [(3, True), (4, False)])
def test_limit_of_unexplained_assertions(limit: int, is_found: bool) -> None:
    source = "def test_it(one, two, three):\n    assert one\n    assert two\n    assert three\n"
    options = Options(strict=frozenset({"TH607"}), th607_assertions=limit)
    assert bool(lint(source, "test_x.py", asked(options))) is is_found
