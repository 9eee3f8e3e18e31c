"""What a text must hold before a rule is asked about it, or even imported."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import NamedTuple, overload

# Words, one of which must be in the text (of a pair, the second anywhere in the file), or one regular
# expression, which is slower.
Trigger = tuple[str | tuple[str, str], ...] | str

# For a question that no text can answer.
NEVER: Trigger = ()


class Words(tuple[str | tuple[str, str], ...]):
    """The words of a trigger; hundreds of them, looked up for every function, are hashed once."""

    hashed: int

    def __new__(cls, words: Iterable[str | tuple[str, str]]) -> Words:
        made = super().__new__(cls, words)
        made.hashed = super().__hash__(made)
        return made

    def __hash__(self) -> int:
        return self.hashed


@cache
def ready(words: tuple[str | tuple[str, str], ...]) -> Words:
    """A trigger of the catalog made ready to be looked up; the same words are the same object."""
    return Words(words)


class Screen(NamedTuple):
    """What is known of a rule without its module.

    A ``strict`` rule is silent unless it is asked for. One of the ``whole`` file is asked once, the others
    about each function of test code whose text, or the text of a helper it calls, holds ``trigger``; a
    ``local`` one only where the file's, or the function's, own text does. ``in_unit`` stands for the trigger
    below ``unit/``, ``in_strict`` where the rule's strict form is asked for. ``shortest`` is the least number
    of lines that a function has of which the default form may say something.
    """

    strict: bool
    whole: bool
    local: bool
    trigger: Trigger
    in_unit: Trigger | None = None
    in_strict: Trigger | None = None
    shortest: int = 0

    @property
    def triggers(self) -> tuple[Trigger, ...]:
        """Every trigger that may count."""
        return tuple(each for each in (self.trigger, self.in_unit, self.in_strict) if each is not None)

    def ready(self) -> Screen:
        """The same, its triggers made ready to be looked up."""
        return self._replace(
            trigger=_ready(self.trigger), in_unit=_ready(self.in_unit), in_strict=_ready(self.in_strict)
        )

    def trigger_of(self, *, is_unit: bool, is_strict: bool) -> Trigger:
        """The trigger that counts in a file."""
        if is_strict and self.in_strict is not None:
            return self.in_strict
        if is_unit and self.in_unit is not None:
            return self.in_unit
        return self.trigger


@overload
def _ready(trigger: Trigger) -> Trigger: ...
@overload
def _ready(trigger: None) -> None: ...
def _ready(trigger: Trigger | None) -> Trigger | None:
    return ready(trigger) if isinstance(trigger, tuple) else trigger
