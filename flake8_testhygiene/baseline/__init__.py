"""Findings that a code base had when it began: what is on the list is not reported, what is new is.

flake8 decides after the plugin what the user wants to see. What a ``noqa`` silences is therefore asked of
flake8 itself before anything is counted; ``select``, ``ignore`` and ``per-file-ignores`` know only code and
file, so they leave a whole series out, or none of it.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from flake8.violation import Violation

from flake8_testhygiene.baseline.entry import Entry, Site, Unreadable, entries, read, relative

__all__ = ["Baseline", "Unreadable"]

# A finding as flake8 takes it: line, column from 0, message with its code, type.
Located = TypeVar("Located", bound=tuple[int, int, str, Any])


@dataclass(frozen=True, eq=False)
class Baseline:
    """The known findings by the path of their file, which is relative to ``folder``, the list's own."""

    folder: str
    known: dict[str, frozenset[Entry]]
    disable_noqa: bool = False

    @classmethod
    def read(cls, name: str, disable_noqa: bool = False) -> Baseline:
        """The list of that name, which without a ``/`` is looked for as flake8 looks for its configuration.

        ``disable_noqa`` is flake8's option. Unreadable where there is no such file, or it is something else.
        """
        path = _nearest(name)
        known: dict[str, set[Entry]] = {}
        for entry in read(path):
            known.setdefault(entry.path, set()).add(entry)
        frozen = {name: frozenset(entries) for name, entries in known.items()}
        return cls(str(path.parent), frozen, disable_noqa)

    def unknown(
        self,
        found: Sequence[Located],
        tree: ast.Module,
        lines: Sequence[str],
        filename: str,
        noqa_line_for: Callable[[int], str | None],
    ) -> list[Located]:
        """Those of the findings in a file that are not on the list, in their order.

        ``tree`` and ``lines`` are the file's.
        ``noqa_line_for`` gives the text that flake8 searches for ``noqa`` when a line is reported.
        """
        path = relative(filename, self.folder)
        known = self.known.get(path)
        if not known:
            return list(found)
        counted = [each for each in found if not self._is_silenced(each, filename, noqa_line_for)]
        sites = [Site(line, column, message.split(" ", 1)[0]) for line, column, message, _ in counted]
        listed = {
            id(each)
            for each, entry in zip(counted, entries(sites, tree, lines, path), strict=True)
            if entry in known
        }
        return [each for each in found if id(each) not in listed]

    def _is_silenced(
        self, located: Located, filename: str, noqa_line_for: Callable[[int], str | None]
    ) -> bool:
        line, column, message, _ = located
        code, _, text = message.partition(" ")
        violation = Violation(code, filename, line, column + 1, text, noqa_line_for(line))
        return violation.is_inline_ignored(self.disable_noqa)


def _nearest(name: str) -> Path:
    """The file in the working directory or the nearest folder above that has it."""
    working = Path(os.getcwd())
    if os.path.basename(name) == name:
        for folder in (working, *working.parents):
            if (folder / name).is_file():
                return folder / name
    return working / name
