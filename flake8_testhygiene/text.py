"""What stands in the text of a file, and in which part of it: told before anything is parsed."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
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
# How many names are looked for one by one, before the text is read once for all of them.
MOST_LOOKED_FOR = 200
# How far from a target the sign of an assignment may stand: a line may be as long as a file.
FARTHEST = 200


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
            first, other = _blanked(word).split()[0], _blanked(beside).split()[0]
            named.setdefault(first, []).append((word, (other,)))
            continue
        whole, pieces = _names_in(word)
        if pieces or not whole:
            pieced.append((word, whole, pieces))
        else:
            named.setdefault(whole[0], []).append((word, whole[1:]))
    return Wanted(named, frozenset(named), tuple(pieced))


@lru_cache(maxsize=4096)
def _names_in(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that a word holds whole, and those it may hold a piece of, the longest first.

    A blank stands where a piece is at the beginning or the end of its name.
    """
    names = _blanked(word).split()
    whole = names[_is_of_name(word[:1]) : len(names) - _is_of_name(word[-1:])]
    pieces = []
    if _is_of_name(word[:1]):
        pieces.append(names[0] if names[0] == word else f"{names[0]} ")
    if _is_of_name(word[-1:]) and names[-1] != word:
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
        blanked = _blanked(self.whole)
        begin = 0
        while begin < len(blanked):
            end = blanked.find(" ", begin + PIECE)
            end = len(blanked) if end < 0 else end
            found.update(blanked[begin:end].split())
            begin = end
        return frozenset(map(intern, found))

    def index(self, parts: Parts) -> dict[str, list[int]] | None:
        """The numbers of the parts in which each name stands, if that is known."""
        return None

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


class Indexed(Text):
    """The text of the linted file, in which hundreds of words are looked for: it knows where its names stand.

    ``parts`` are its functions.
    """

    def __init__(self, whole: str, parts: Callable[[], Parts]) -> None:
        super().__init__(whole)
        self._parts = parts

    def index(self, parts: Parts) -> dict[str, list[int]] | None:
        """The numbers of the parts in which each name stands, if they are the functions."""
        return self._known[0] if parts is self._parts() else None

    @cached_property
    def _known(self) -> tuple[dict[str, list[int]], frozenset[str]]:
        """Where the names of the functions stand, and all names."""
        parts = self._parts()
        index: dict[str, list[int]] = {}
        beside: set[str] = set()
        blanked, end = _blanked(self.whole), 0
        for number, begin in enumerate(parts.begins):
            beside.update(blanked[end:begin].split())
            end = parts.ends[number]
            for name in set(blanked[begin:end].split()):
                if name in index:
                    index[name].append(number)
                else:
                    index[name] = [number]
        beside.update(blanked[end:].split(), index)
        return index, frozenset(beside)

    @cached_property
    def names(self) -> frozenset[str]:
        """The same, of one look at each function."""
        return self._known[1]


class Parts:
    """Parts of a text that do not overlap, in its order: where each begins, and the place behind it."""

    def __init__(self, text: Text, begins: list[int], ends: list[int]) -> None:
        self.begins = begins
        self.ends = ends
        self._text = text
        self._looked_for = 0
        self._saying: dict[str, frozenset[int]] = {}

    def holding(self, trigger: Trigger) -> set[int]:
        """The numbers of the parts in which ``trigger`` begins."""
        if isinstance(trigger, str):
            return self._matching(re.compile(trigger))
        return set().union(*map(self._said_in, self._text.possible(trigger)))

    def matching(self, expression: str, pieces: tuple[str, ...]) -> set[int]:
        """The numbers of the parts in which ``expression`` begins, and a name with one of ``pieces`` stands.

        A blank in a piece stands for an end of the name.
        """
        compiled = re.compile(expression)
        if self._index is None:
            return self._matching(compiled)
        text, begins, ends = self._text.whole, self.begins, self.ends
        naming = {number for piece in pieces for number in self._naming(piece, self._index)}
        return {number for number in naming if compiled.search(text, begins[number], ends[number])}

    def calling(self, name: str) -> set[int]:
        """The numbers of the parts in which ``name`` stands before a parenthesis."""
        if name not in self._text.names:
            return set()
        if self._index is not None:
            return {number for number in self._index.get(name, ()) if self._calls(name, number)}
        self._looked_for += 1
        if self._looked_for <= MOST_LOOKED_FOR:
            return set(self._beginning(f"{name}(", whole=True))
        return set(self._numbers(self._text.called.get(name, ())))

    def storing(self, attribute: str) -> set[int]:
        """The numbers of the parts that assign to an attribute of that name, of whatever."""
        if attribute not in self._text.names:
            return set()
        assigned = rf"\.{attribute}(?!\w)[ ,\w.()]{{0,{FARTHEST}}}=(?!=)"
        if "setattr" in self._text.names:
            assigned += rf"|setattr\(\w+, ['\"]{attribute}['\"]"
        return self.matching(assigned, (f" {attribute} ",))

    def _said_in(self, word: str) -> frozenset[int]:
        """The numbers of the parts in which a word begins; several triggers have the same words."""
        if word not in self._saying:
            self._saying[word] = frozenset(self._saying_anew(word))
        return self._saying[word]

    def _saying_anew(self, word: str) -> Iterable[int]:
        """The same, by the parts in which the names of the word stand, where that is known."""
        index = self._index
        whole, pieces = _names_in(word)
        if index is None or not (whole or pieces):
            return self._beginning(word)
        naming: Collection[int]
        if whole:
            naming = min((index.get(name, []) for name in whole), key=len)
        else:
            naming = set(self._naming(pieces[0], index))
        text, begins, ends = self._text.whole, self.begins, self.ends
        behind = len(word) - 1
        return (each for each in naming if text.find(word, begins[each], ends[each] + behind) >= 0)

    def _naming(self, piece: str, index: dict[str, list[int]]) -> Iterator[int]:
        """The numbers of the parts in which a name with that piece stands, some more than once."""
        for name in self._text.names_with(piece):
            yield from index.get(name, ())

    @cached_property
    def _index(self) -> dict[str, list[int]] | None:
        return self._text.index(self)

    def _calls(self, name: str, number: int) -> bool:
        """Whether a name stands before a parenthesis in a part."""
        text, called, end = self._text.whole, f"{name}(", self.ends[number]
        place = text.find(called, self.begins[number], end)
        while place >= 0 and _is_of_name(text[place - 1 : place]):
            place = text.find(called, place + 1, end)
        return place >= 0

    def _beginning(self, word: str, *, whole: bool = False) -> Iterator[int]:
        """The numbers of the parts in which a word begins; ``whole`` if no name may go on to its left.

        Once it is found in a part, the rest of that part is passed over.
        """
        text = self._text.whole
        place = text.find(word)
        while place >= 0:
            if whole and _is_of_name(text[place - 1 : place]):
                begin = place + 1
            else:
                number = bisect_right(self.begins, place) - 1
                if number >= 0 and place < self.ends[number]:
                    yield number
                    begin = self.ends[number]
                elif number + 1 < len(self.begins):
                    begin = self.begins[number + 1]
                else:
                    return
            place = text.find(word, begin)

    def _matching(self, expression: re.Pattern[str]) -> set[int]:
        return set(self._numbers(match.start() for match in expression.finditer(self._text.whole)))

    def _numbers(self, places: Iterable[int]) -> Iterator[int]:
        """The numbers of the parts in which places lie."""
        for place in places:
            number = bisect_right(self.begins, place) - 1
            if number >= 0 and place < self.ends[number]:
                yield number


def _blanked(text: str) -> str:
    """A text in which a blank stands for each character that no name is made of."""
    if text.isascii():
        return text.encode().translate(NO_NAME_IN_ASCII).decode()
    return text.translate(NO_NAME)


def _is_of_name(character: str) -> bool:
    """Whether a character may be part of a name."""
    return character.isalnum() or character == "_"
