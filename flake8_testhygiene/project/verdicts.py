"""Verdicts: what functions do in the end, closed over the functions they call."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Answer = TypeVar("Answer")
# How long a chain of functions that call one another is followed at once, well inside Python's own limit.
MOST_AT_ONCE = 40


class Verdicts:
    """Answers about places, each the closure of what is said of other places, kept for one linted file.

    Answers are sets that only grow with the answers they build on. Functions that call one another are
    solved together: asked again in rounds, each with what the last round said of the others, until
    nothing grows. So the verdict is the same wherever one starts. What is too far down a chain of calls is
    asked on its own, and in the next round before what builds on it.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, frozenset[Any]] = {}
        self._said: dict[Hashable, frozenset[Any]] = {}
        self._is_asking = False
        self._depth = 0
        self._put_off: dict[Hashable, Callable[[], frozenset[Any]]] = {}
        self._begin_round()

    def _begin_round(self) -> None:
        """Ask everything again, with what has been said so far."""
        self._asked: set[Hashable] = set()
        self._answered: set[Hashable] = set()
        self._leaned_on_open = self._grew = False

    def ask(self, key: Hashable, answer: Callable[[], frozenset[Answer]]) -> frozenset[Answer]:
        """The verdict called ``key``; ``answer`` may ask for others."""
        if key in self._known:
            return self._known[key]
        if not self._is_asking:
            return self._settled(key, answer)
        before = self._said.get(key, frozenset())
        if key in self._asked:
            self._leaned_on_open |= key not in self._answered
            return before
        if self._depth == MOST_AT_ONCE:
            self._put_off.setdefault(key, answer)
            self._leaned_on_open = True
            return before
        self._asked.add(key)
        self._depth += 1
        self._said[key] = found = answer()
        self._depth -= 1
        self._answered.add(key)
        self._grew |= found != before
        return found

    def _settled(self, key: Hashable, answer: Callable[[], frozenset[Answer]]) -> frozenset[Answer]:
        """Ask in rounds until nobody built on an answer that was still to come and has changed since."""
        self._is_asking = True
        try:
            while True:
                self._begin_round()
                for late in reversed(self._put_off.copy()):
                    self.ask(late, self._put_off[late])
                found = self.ask(key, answer)
                while late := next((each for each in self._put_off if each not in self._asked), None):
                    self.ask(late, self._put_off[late])
                if not (self._leaned_on_open and self._grew):
                    self._known.update(self._said)
                    return found
        finally:
            self._is_asking = False
            self._depth = 0
            self._said = {}
            self._put_off = {}
