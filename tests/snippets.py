"""Lints a few lines of test code in this process."""

from __future__ import annotations

import textwrap

from flake8_testhygiene.docs import Finding, asked, lint
from flake8_testhygiene.options import Options
from tests.expectations import difference, read

# What the end of a test may be that is about something else.
ASSERTION = "self.assertTrue(self.service.is_up)"


def asserting(lines: str) -> str:
    """The lines of a test, with an assertion behind them where they have none."""
    return lines if "assert" in lines else f"{lines}\n{ASSERTION}"


def linted(source: str, *strict: str, filename: str = "test_x.py") -> list[Finding]:
    """What all default rules say of ``source``, with the strict form of some."""
    return lint(source, filename, asked(Options(strict=frozenset(strict))))


def said(source: str, *strict: str, filename: str = "test_x.py") -> list[tuple[str, int]]:
    """The code and line of every finding."""
    return [(each.code, each.line) for each in linted(source, *strict, filename=filename)]


def assert_as_commented(source: str, *strict: str, filename: str = "test_x.py") -> None:
    """A snippet says on its lines what must be found there, as the fixtures do."""
    source = textwrap.dedent(source).lstrip("\n")
    expected = read(source, filename)
    different = difference(expected.findings, linted(source, *strict, filename=expected.filename))
    assert not different, f"{source}\n{different}"


def in_test(*lines: str, imports: tuple[str, ...] = (), base: str = "unittest.TestCase") -> str:
    """A module with one test method of these lines."""
    head = "".join(f"import {name}\n" for name in dict.fromkeys(("unittest", *imports)))
    body = textwrap.indent(asserting("\n".join(lines)), " " * 8)
    return f"{head}class TestIt({base}):\n    def test_it(self):\n{body}\n"


def line_of(source: str, text: str) -> int:
    """The number of the one line that contains ``text``."""
    (found,) = (number for number, line in enumerate(source.splitlines(), 1) if text in line)
    return found
