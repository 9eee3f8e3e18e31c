"""What a rule is: a code, a message, the nodes it looks at, and a pure generator of places."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from flake8_testhygiene.module import Module
    from flake8_testhygiene.source import Trigger

Node = TypeVar("Node", bound=ast.AST)


class Found(NamedTuple):
    """A place to report: 1-based line, 0-based column (as flake8 wants it), and the message's words."""

    line: int
    column: int
    words: dict[str, str] = {}


@dataclass(frozen=True)
class Rule(Generic[Node]):
    """One rule.

    ``on`` names the node types it is called with, among the functions of test code or the whole
    ``ast.Module``. ``trigger`` is what the text of a function, or of a helper it calls, must contain for
    the rule to be able to find anything, so that most files are never read any further (a rule of the
    whole module asks for such functions by itself); ``trigger_in_unit`` stands for it below ``unit/``,
    ``trigger_in_strict`` in strict mode. A ``local`` rule looks at a function's own text only, not at what
    it calls. ``strict`` rules are silent unless the user asks for them.
    """

    code: str
    message: str
    on: tuple[type[Node], ...]
    trigger: Trigger
    check: Callable[[Node, Module], Iterator[Found]]
    strict: bool = False
    local: bool = False
    trigger_in_unit: Trigger | None = None
    trigger_in_strict: Trigger | None = None

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
) -> Callable[[Callable[[Node, Module], Iterator[Found]]], Rule[Node]]:
    """Turn a generator of places into the rule ``code``; ``message`` is filled with each place's words."""

    def made(check: Callable[[Node, Module], Iterator[Found]]) -> Rule[Node]:
        return Rule(code, message, on, trigger, check, strict, local, trigger_in_unit, trigger_in_strict)

    return made


AnyRule = Rule[Any]
