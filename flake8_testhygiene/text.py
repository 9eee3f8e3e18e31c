"""What stands in the text of a file: told before anything is parsed."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import accumulate
from sys import intern
from typing import NamedTuple

from flake8_testhygiene.screen import Trigger

# Every character of ASCII that no name is made of becomes a blank. A table of bytes is ten times as fast as
# one of characters, and thrice as fast as an expression for words.
NO_NAME = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
NO_NAME_IN_ASCII = bytes(ord(NO_NAME.get(code, chr(code))) for code in range(256))
# How much of a text is taken apart at a time, in characters.
PIECE = 100_000


class Wanted(NamedTuple):
    """A trigger made ready to be looked for.

    ``named`` are its words that hold a whole name, by that name, each with the other names that must be in
    the file as well; ``names`` are the names alone: sets are met with sets fastest. ``pieced`` are those that
    may begin or end inside a name, each with the names they hold whole and the pieces to be looked for in the
    line of all names.
    """

    named: dict[str, list[tuple[str, tuple[str, ...]]]]
    names: frozenset[str]
    pieced: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


# Some triggers are made of the names in a linted file: they must not pile up in an editor's process.
@lru_cache(maxsize=1024)
def _wanted(trigger: tuple[str | tuple[str, str], ...]) -> Wanted:
    named: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    pieced: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    for entry in trigger:
        word, beside = entry if isinstance(entry, tuple) else (entry, "")
        if beside:
            # Of a pair the name has to be whole, even where the word begins with it.
            first, other = blanked(word).split()[0], blanked(beside).split()[0]
            named.setdefault(first, []).append((word, (other,)))
            continue
        whole, pieces = names_in(word)
        if pieces or not whole:
            pieced.append((word, whole, pieces))
        else:
            named.setdefault(whole[0], []).append((word, whole[1:]))
    return Wanted(named, frozenset(named), tuple(pieced))


@lru_cache(maxsize=4096)
def names_in(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that a word holds whole, and those it may hold a piece of, the longest first.

    A blank stands where a piece is at the beginning or the end of its name.
    """
    names = blanked(word).split()
    whole = names[is_of_name(word[:1]) : len(names) - is_of_name(word[-1:])]
    pieces = []
    if is_of_name(word[:1]):
        pieces.append(names[0] if names[0] == word else f"{names[0]} ")
    if is_of_name(word[-1:]) and names[-1] != word:
        pieces.append(f" {names[-1]}")
    return tuple(whole), tuple(sorted(pieces, key=len, reverse=True))


class Text:
    """The text of one file."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self._pieces: dict[str, bool] = {}

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends."""
        return self.whole.split("\n")

    @cached_property
    def line_starts(self) -> array[int]:
        """Where each line begins, and one place behind the end of the text."""
        # The blank stands for the end that a line loses.
        lines = self.whole.replace("\n", " \n").split("\n")
        lines[-1] += " "
        return array("I", accumulate(map(len, lines), initial=0))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name and other word: hundreds of triggers are looked up in it, file by file.

        They are told piece by piece: most stand in a text a hundred times. Files that are kept share theirs.
        """
        found: set[str] = set()
        names = blanked(self.whole)
        begin = 0
        while begin < len(names):
            end = names.find(" ", begin + PIECE)
            end = len(names) if end < 0 else end
            found.update(names[begin:end].split())
            begin = end
        return frozenset(map(intern, found))

    @cached_property
    def _line_of_names(self) -> str:
        """All names, each between blanks: a tenth of the text, if a word is only a piece of a name."""
        return f" {' '.join(self.names)} "

    @cached_property
    def called(self) -> dict[str, list[int]]:
        """Where each name stands before a parenthesis: one pass over the text, as dear as many searches."""
        found: dict[str, list[int]] = {}
        for match in re.finditer(r"\w+(?=\()", self.whole):
            found.setdefault(match[0], []).append(match.start())
        return found

    def holds(self, trigger: Trigger) -> bool:
        """Whether ``trigger`` stands anywhere."""
        if isinstance(trigger, str):
            return re.search(trigger, self.whole) is not None
        return any(word in self.whole for word in self.possible(trigger))

    def possible(self, trigger: tuple[str | tuple[str, str], ...]) -> Iterator[str]:
        """The words of ``trigger`` that may be in the text, by the names that are in it; some twice."""
        wanted, names = _wanted(trigger), self.names
        for name in wanted.names & names:
            for word, others in wanted.named[name]:
                if names.issuperset(others):
                    yield word
        for word, whole, pieces in wanted.pieced:
            if names.issuperset(whole) and self._has_pieces(pieces):
                yield word

    def _has_pieces(self, pieces: tuple[str, ...]) -> bool:
        """Whether each piece is part of a name; many triggers ask for the same ones."""
        known = self._pieces
        for piece in pieces:
            if piece not in known:
                known[piece] = piece in self._line_of_names
            if not known[piece]:
                return False
        return True

    def names_with(self, piece: str) -> Iterator[str]:
        """The names that hold a piece; a blank in it stands for an end of the name."""
        line = self._line_of_names
        place = line.find(piece)
        while place >= 0:
            begin = line.rfind(" ", 0, place + 1) + 1
            end = line.find(" ", place + len(piece) - 1)
            yield line[begin:end]
            place = line.find(piece, end)


def blanked(text: str) -> str:
    """A text in which a blank stands for each character that no name is made of."""
    if text.isascii():
        return text.encode().translate(NO_NAME_IN_ASCII).decode()
    return text.translate(NO_NAME)


def is_of_name(character: str) -> bool:
    """Whether a character may be part of a name."""
    return character.isalnum() or character == "_"
