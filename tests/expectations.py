"""Reads what a fixture says about itself: the findings on its lines, and under which name and options.

    folder = tempfile.mkdtemp()  # TH003:14 directory from tempfile.mkdtemp() is never released
    boot('...', tempfile.mkdtemp())  # TH001:6 TH003:13

A comment at the end of a line holds what flake8 prints after the line number; the text may be left out,
and then any will do. A line without one is expected to be silent. What every message of a rule ends with, its
name in brackets, is left out, and expected all the same. The first lines may be
``# filename: tests/unit/test_x.py`` and ``# options: --testhygiene-strict=TH301``.
"""

from __future__ import annotations

import difflib
import io
import re
import shlex
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flake8_testhygiene import rules
from flake8_testhygiene.docs import Finding

PLACE = r"(TH\d{3}):(\d+)(?!\S)"
TEXT = r"((?:(?!TH\d{3}:\d).)*)"  # until the next place, or the end
EXPECTATION = re.compile(rf"# (?:{PLACE}{TEXT})+")
LOOKS_LIKE_ONE = re.compile(r"#\s*TH\d|.*\bTH\d+:\d", re.IGNORECASE)
HEADER = re.compile(r"# *(filename|options) *:(.*)", re.IGNORECASE)


class Unreadable(Exception):
    """A comment that was meant to say something and does not."""


@dataclass(frozen=True)
class Expectations:
    """What one fixture expects."""

    filename: str
    options: tuple[str, ...]
    findings: tuple[Finding, ...]


def read(source: str, filename: str) -> Expectations:
    """The expectations of ``source``; ``filename`` is what it is linted under unless it says otherwise."""
    headers: dict[str, str] = {}
    findings: list[Finding] = []
    on_top = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if header := HEADER.fullmatch(token.string):
                _add(header, headers, on_top, token.start[0])
            findings += _expected(token.string, token.start[0])
        elif token.type != tokenize.NL:
            on_top = False
    options = shlex.split(headers.get("options", ""))
    return Expectations(headers.get("filename", filename), tuple(options), tuple(sorted(findings)))


def _add(header: re.Match[str], headers: dict[str, str], on_top: bool, line: int) -> None:
    name = header[1].lower()
    if not on_top or name in headers:
        raise Unreadable(f"line {line}: '# {name}:' is said once, above the code")
    headers[name] = header[2].strip()


def _expected(comment: str, line: int) -> Iterator[Finding]:
    if EXPECTATION.fullmatch(comment):
        for code, column, text in re.findall(PLACE + TEXT, comment):
            yield Finding(line, int(column), code, text.strip())
    elif LOOKS_LIKE_ONE.match(comment):
        raise Unreadable(f"line {line}: write '# TH003:9 message text', not '{comment}'")


def difference(expected: Sequence[Finding], found: Sequence[Finding]) -> str:
    """Nothing where all is as expected; else a diff of the expected lines (-) and the found ones (+)."""
    expected = [each._replace(text=each.text and each.text + ending(each.code)) for each in expected]
    texts_do_not_matter = {each for each in expected if not each.text}
    reduced = (each._replace(text="") for each in found)
    shown = [
        short if short in texts_do_not_matter else full for short, full in zip(reduced, found, strict=True)
    ]
    return "\n".join(
        difflib.unified_diff(_lines(expected), _lines(shown), "expected", "found", "", "", 0, "")
    )


def ending(code: str) -> str:
    """`` [missing_cleanup]``: what every message of a rule ends with."""
    return f" [{rules.name(code)}]"


def _lines(findings: Iterable[Finding]) -> list[str]:
    return [
        f"line {each.line}: # {each.code}:{each.column} {each.text}".rstrip() for each in sorted(findings)
    ]
