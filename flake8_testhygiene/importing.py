"""Where modules are imported from while we work: never from the linted project.

``python -m flake8`` puts the working directory first on ``sys.path``, an editor an empty entry, a user
``PYTHONPATH=src``. A module there that is named like one which only we import (``dataclasses``, ``astroid``,
``tomllib``) would be run in its place.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import flake8

# Folders of these names hold what was installed, wherever they lie.
INSTALLED = frozenset({"site-packages", "dist-packages"})


class ImportPath:
    """``sys.path`` without the folders of a project; lives for one flake8 run, in which it hardly changes."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], list[str]] = {}

    @contextmanager
    def without(self, *projects: str) -> Iterator[None]:
        """While it lasts, nothing is imported from the working directory, nor from ``projects``."""
        before = sys.path
        sys.path = self._without((os.getcwd(), *projects))
        try:
            yield
        finally:
            sys.path = before

    def _without(self, projects: tuple[str, ...]) -> list[str]:
        key = (*projects, "", *sys.path)
        if key not in self._known:
            roots = set(map(os.path.realpath, projects))
            folders = map(os.path.realpath, sys.path)
            self._known[key] = [
                entry
                for entry, folder in zip(sys.path, folders, strict=True)
                if not any(_is_of(root, folder) for root in roots)
            ]
        return self._known[key].copy()


def _is_of(root: str, folder: str) -> bool:
    """Whether a folder holds sources of the project at ``root``; both are real paths.

    Python itself, or what was installed, may lie in there too: a virtual environment, or a project that is
    the root of the disk, or Python's own library. And who can write where flake8 lies need not wait for us.
    """
    if not _is_below(root, folder):
        return False
    library = os.path.realpath(os.path.dirname(os.__file__))
    ours = os.path.realpath(os.path.dirname(flake8.__path__[0]))
    if folder in {library, os.path.join(library, "lib-dynload"), ours}:
        return False
    if not INSTALLED.isdisjoint(os.path.relpath(folder, root).split(os.sep)):
        return False
    prefixes = {os.path.realpath(prefix) for prefix in (sys.base_prefix, sys.base_exec_prefix)} - {root}
    return not any(_is_below(root, prefix) and _is_below(prefix, folder) for prefix in prefixes)


def _is_below(folder: str, path: str) -> bool:
    """Whether a path is a folder or leads into it."""
    return path == folder or path.startswith(os.path.join(folder, ""))
