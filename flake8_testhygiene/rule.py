"""What a rule is: a code, a message, the nodes it looks at, and a pure generator of places."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from flake8_testhygiene.screen import Screen, Trigger

if TYPE_CHECKING:
    from flake8_testhygiene.module import Module

Node = TypeVar("Node", bound=ast.AST)


class Found(NamedTuple):
    """A place to report: 1-based line, 0-based column (as flake8 wants it), and the message's words."""

    line: int
    column: int
    words: dict[str, str] = {}


class Rule(NamedTuple):
    """One rule; ``screen`` says which files and functions it is asked about, one node after the other."""

    code: str
    message: str
    screen: Screen
    check: Callable[[Any, Module], Iterator[Found]]

    @property
    def strict(self) -> bool:
        """Whether the rule is silent unless the user asks for it."""
        return self.screen.strict

    @property
    def page(self) -> str:
        """The documentation of the rule: the docstring of the module that defines it."""
        return sys.modules[self.check.__module__].__doc__ or ""

    @property
    def stem(self) -> str:
        """``th003_missing_cleanup``: the name shared by the module, its fixture and its page."""
        return self.check.__module__.rpartition(".")[2]


def rule(
    code: str,
    message: str,
    *,
    on: tuple[type[Node], ...],
    trigger: Trigger,
    strict: bool = False,
    local: bool = False,
    trigger_in_unit: Trigger | None = None,
    trigger_in_strict: Trigger | None = None,
    shortest: int = 0,
) -> Callable[[Callable[[Node, Module], Iterator[Found]]], Rule]:
    """Turn a generator of places into the rule ``code``; ``message`` is filled with each place's words.

    ``on`` names the node types the generator is called with: those of functions, or ``ast.Module``. The rest
    is its :class:`Screen`.
    """
    whole = ast.Module in on
    screen = Screen(strict, whole, local, trigger, trigger_in_unit, trigger_in_strict, shortest)

    def made(check: Callable[[Node, Module], Iterator[Found]]) -> Rule:
        return Rule(code, message, screen, check)

    return made
