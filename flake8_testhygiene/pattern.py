"""Names against patterns: regular expressions, compiled when they are first asked, and names with ``*``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase


class Pattern:
    """A regular expression, asked as those of :mod:`re` are.

    Once one of these methods is asked, those of the compiled expression stand in their place: what is asked
    of every call of a suite has no time for two calls.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def _compiled(self) -> re.Pattern[str]:
        compiled = re.compile(self._text)
        vars(self).update({name: getattr(compiled, name) for name in ASKED})
        return compiled

    def search(self, text: str) -> re.Match[str] | None:
        """Where the expression first matches."""
        return self._compiled().search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Whether it matches at the beginning."""
        return self._compiled().match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Whether it matches the whole text."""
        return self._compiled().fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every match."""
        return self._compiled().finditer(text)

    def sub(self, instead: Callable[[re.Match[str]], str], text: str) -> str:
        """The text with something instead of every match."""
        return self._compiled().sub(instead, text)

    def findall(self, text: str) -> list[str]:
        """Every match, or the only group of every match."""
        return self._compiled().findall(text)


# The methods of an expression that Pattern has too.
ASKED = tuple(name for name in vars(Pattern) if not name.startswith("_"))


class Globs:
    """Names with ``*`` for any characters, most of them without."""

    def __init__(self, globs: Iterable[str]) -> None:
        every = frozenset(globs)
        self._with_star = frozenset(glob for glob in every if "*" in glob)
        self._names = every - self._with_star

    def match(self, name: str) -> bool:
        """Whether a name is what one of them says."""
        return name in self._names or any(spells(glob, name) for glob in self._with_star)


def spells(glob: str, name: str) -> bool:
    """Whether a name is what ``glob`` says, where ``*`` stands for any characters.

    Most have no ``*``, or one, and an expression is dear to compile.
    """
    first, star, last = glob.partition("*")
    if not star:
        return name == glob
    if "*" in last or "?" in glob or "[" in glob:
        return fnmatchcase(name, glob)
    return name.startswith(first) and name.endswith(last) and len(name) >= len(first) + len(last)


def named(name: str, patterns: Iterable[str]) -> bool:
    """Whether a dotted name, or its last part, matches one of the patterns."""
    return any(spells(each, name) or spells(each, name.rpartition(".")[2]) for each in patterns)
