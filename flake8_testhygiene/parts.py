"""In which parts of a text words stand: in which of its functions, mostly."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property

from flake8_testhygiene.screen import Trigger
from flake8_testhygiene.text import Text, blanked, is_of_name, names_in

# How many names are looked for one by one, before the text is read once for all of them.
MOST_LOOKED_FOR = 200
# How far from a target the sign of an assignment may stand: a line may be as long as a file.
FARTHEST = 200


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
        names, end = blanked(self.whole), 0
        for number, begin in enumerate(parts.begins):
            beside.update(names[end:begin].split())
            end = parts.ends[number]
            for name in set(names[begin:end].split()):
                if name in index:
                    index[name].append(number)
                else:
                    index[name] = [number]
        beside.update(names[end:].split(), index)
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
        whole, pieces = names_in(word)
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
        return self._text.index(self) if isinstance(self._text, Indexed) else None

    def _calls(self, name: str, number: int) -> bool:
        """Whether a name stands before a parenthesis in a part."""
        text, called, end = self._text.whole, f"{name}(", self.ends[number]
        place = text.find(called, self.begins[number], end)
        while place >= 0 and is_of_name(text[place - 1 : place]):
            place = text.find(called, place + 1, end)
        return place >= 0

    def _beginning(self, word: str, *, whole: bool = False) -> Iterator[int]:
        """The numbers of the parts in which a word begins; ``whole`` if no name may go on to its left.

        Once it is found in a part, the rest of that part is passed over.
        """
        text = self._text.whole
        place = text.find(word)
        while place >= 0:
            if whole and is_of_name(text[place - 1 : place]):
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
