"""What stands in the text of a file, and in which part of it: told before anything is parsed."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate
from sys import intern
from typing import NamedTuple

from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.screen import Trigger

# Every byte of ASCII that no name is made of becomes a blank. A table of bytes is ten times as fast as one of
# characters, and thrice as fast as an expression for words.
NO_NAME = bytes(
    code if code >= 128 or chr(code).isalnum() or chr(code) == "_" else ord(" ") for code in range(256)
)
# How much of a text is taken apart at a time, in bytes.
PIECE = 100_000
# How many names are looked for one by one, before the text is read once for all of them.
MOST_LOOKED_FOR = 200
# How far from a target the sign of an assignment may stand: a line may be as long as a file.
FARTHEST = 200

# A test in a class: its head, and a body whose lines stand deeper than its `def`.
TEST = Pattern(
    r"(?m)^( +)(?:async )?def test\w*\((?:[^\n]*\n\1 )*?[^\n]*\)(?: -> [^\n]*)?:\n"
    r"((?:\1 +)\S[^\n]*\n(?:(?:\1 [^\n]*|[ \t]*)\n)*)"
)


QUOTES = ('"""', "'''")


class Parts(NamedTuple):
    """Parts of a text that do not overlap, in its order: where each begins, and the place behind it."""

    begins: list[int]
    ends: list[int]


class Wanted(NamedTuple):
    """A trigger made ready to be looked for.

    ``words`` stand beside what must be among the file's names for them to be in the text: whole names, and
    pieces of the line of all names. ``paired`` are those by the name in them that must be whole, each with
    the name that must be in the file as well.
    """

    words: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    paired: dict[str, list[tuple[str, str]]]


# Some triggers are made of the names in a linted file: they must not pile up in an editor's process.
@lru_cache(maxsize=1024)
def _wanted(trigger: tuple[str | tuple[str, str], ...]) -> Wanted:
    words: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = []
    paired: dict[str, list[tuple[str, str]]] = {}
    for entry in trigger:
        word, beside = entry if isinstance(entry, tuple) else (entry, "")
        if beside:
            pair = (word, re.findall(r"\w+", beside)[0])
            paired.setdefault(re.findall(r"\w+", word)[0], []).append(pair)
        else:
            words.append((word, *_names_in(word)))
    return Wanted(tuple(words), paired)


def _names_in(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that a word holds whole, and those it may hold a piece of, the longest first.

    A blank stands where a piece is at the beginning or the end of its name.
    """
    whole, pieces = [], []
    for match in re.finditer(r"\w+", word):
        before, behind = match.start() > 0, match.end() < len(word)
        if before and behind:
            whole.append(match[0])
        else:
            pieces.append(f"{' ' * before}{match[0]}{' ' * behind}")
    return tuple(whole), tuple(sorted(pieces, key=len, reverse=True))


class Text:
    """The text of one file."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self._looked_for = 0

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
        """Every name and other word: hundreds of triggers are looked up in it, file by file."""
        return frozenset(map(intern, self._distinct()))

    def _distinct(self) -> set[str]:
        """The names, of one piece of the text after the other: most stand in it a hundred times."""
        found: set[str] = set()
        encoded = self.whole.encode("utf-8", "replace").translate(NO_NAME)
        begin = 0
        while begin < len(encoded):
            end = encoded.find(b" ", begin + PIECE)
            end = len(encoded) if end < 0 else end
            found.update(encoded[begin:end].decode().split())
            begin = end
        return found

    @cached_property
    def _line_of_names(self) -> str:
        """All names, each between blanks: a tenth of the text, if a word is only a piece of a name."""
        return f" {' '.join(self.names)} "

    def holds(self, trigger: Trigger) -> bool:
        """Whether ``trigger`` stands anywhere."""
        if isinstance(trigger, str):
            return re.search(trigger, self.whole) is not None
        return any(word in self.whole for word in self._possible(trigger))

    def parts_with(self, trigger: Trigger, parts: Parts) -> set[int]:
        """The numbers of the parts in which ``trigger`` begins."""
        if isinstance(trigger, str):
            return self._parts_matching(re.compile(trigger), parts)
        return {number for word in self._possible(trigger) for number in self.parts_saying(word, parts)}

    def parts_calling(self, name: str, parts: Parts) -> set[int]:
        """The numbers of the parts in which ``name`` stands before a parenthesis."""
        if name not in self.names:
            return set()
        self._looked_for += 1
        if self._looked_for <= MOST_LOOKED_FOR:
            return set(self.parts_saying(f"{name}(", parts, whole=True))
        return set(_numbers(self._called.get(name, ()), parts))

    @cached_property
    def _called(self) -> dict[str, list[int]]:
        """Where each name stands before a parenthesis: one pass over the text, as dear as many searches."""
        found: dict[str, list[int]] = {}
        for match in re.finditer(r"\w+(?=\()", self.whole):
            found.setdefault(match[0], []).append(match.start())
        return found

    def parts_saying(self, word: str, parts: Parts, *, whole: bool = False) -> Iterator[int]:
        """The numbers of the parts in which a word begins; ``whole`` if no name may go on to its left.

        Once it is found in a part, the rest of that part is passed over.
        """
        place = self.whole.find(word)
        while place >= 0:
            if whole and _is_of_name(self.whole[place - 1 : place]):
                begin = place + 1
            else:
                number = bisect_right(parts.begins, place) - 1
                if number >= 0 and place < parts.ends[number]:
                    yield number
                    begin = parts.ends[number]
                elif number + 1 < len(parts.begins):
                    begin = parts.begins[number + 1]
                else:
                    return
            place = self.whole.find(word, begin)

    def _parts_matching(self, expression: re.Pattern[str], parts: Parts) -> set[int]:
        return set(_numbers((match.start() for match in expression.finditer(self.whole)), parts))

    def _possible(self, trigger: tuple[str | tuple[str, str], ...]) -> Iterable[str]:
        """The words of ``trigger`` that may be in the text, by the names that are in it."""
        wanted, names, line = _wanted(trigger), self.names, self._line_of_names
        for word, whole, pieces in wanted.words:
            # Loops: this is asked hundreds of times of a file, and mostly ends at once.
            for piece in pieces:
                if piece not in line:
                    break
            else:
                if names.issuperset(whole):
                    yield word
        for name in wanted.paired.keys() & names:
            yield from dict.fromkeys(word for word, beside in wanted.paired[name] if beside in names)

    def parts_storing(self, attribute: str, parts: Parts) -> set[int]:
        """The numbers of the parts that assign to an attribute of that name, of whatever."""
        if attribute not in self.names:
            return set()
        assigned = rf"\.{attribute}(?!\w)[ ,\w.()]{{0,{FARTHEST}}}=(?!=)"
        if "setattr" in self.names:
            assigned += rf"|setattr\(\w+, ['\"]{attribute}['\"]"
        return self._parts_matching(re.compile(assigned), parts)


def _numbers(places: Iterable[int], parts: Parts) -> Iterator[int]:
    """The numbers of the parts in which places lie."""
    for place in places:
        number = bisect_right(parts.begins, place) - 1
        if number >= 0 and place < parts.ends[number]:
            yield number


def abridged(text: str) -> str:
    """The text of a module with ``pass`` for the bodies of its tests, which nobody calls; no line moves.

    A base in a large test module is parsed in a third of the time. Where a body seems to end in the middle of
    a string the result may be no Python: then the whole text is to be parsed. Where the body is no Python the
    result may be.
    """
    return TEST.sub(_headed, text)


def _headed(test: re.Match[str]) -> str:
    """The head of a test, and ``pass`` where its last statement ends."""
    whole, body = test[0], test[2]
    head = whole[: len(whole) - len(body)]
    if "\\\n" in whole or any(text.count(quotes) % 2 for text in (head, body) for quotes in QUOTES):
        return whole  # a line may go on below it, wherever that begins
    told = body.rstrip()
    while (last := told.rpartition("\n")[2].lstrip()).startswith("#"):
        told = told[: len(told) - len(last)].rstrip()
    indent = body[: len(body) - len(body.lstrip(" "))]
    return "".join((head, "\n" * told.count("\n"), indent, "pass", body[len(told) :]))


def _is_of_name(character: str) -> bool:
    """Whether a character may be part of a name."""
    return character.isalnum() or character == "_"
