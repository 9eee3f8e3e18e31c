"""Names against patterns: regular expressions, compiled when they are first asked, and names with ``*``."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cached_property


class Pattern:
    """A regular expression, asked as those of :mod:`re` are."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._text)

    def search(self, text: str) -> re.Match[str] | None:
        """Where the expression first matches."""
        return self._compiled.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Whether it matches at the beginning."""
        return self._compiled.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Whether it matches the whole text."""
        return self._compiled.fullmatch(text)

    def findall(self, text: str) -> list[str]:
        """Every match, or the only group of every match."""
        return self._compiled.findall(text)


def named(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a dotted name, or its last part, matches one of the patterns."""
    return any(fnmatchcase(name, each) or fnmatchcase(name.rpartition(".")[2], each) for each in patterns)
