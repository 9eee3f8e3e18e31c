"""Where a file lies in its project, and whether that makes it a test module.

All that a file which holds no tests pays for, so nothing here reads or imports anything.
"""

from __future__ import annotations

import os
import re
from fnmatch import translate
from functools import cached_property
from pathlib import Path

ROOT_MARKERS = (".git", "setup.cfg", "tox.ini", ".flake8", "pyproject.toml", "setup.py")


class TestFiles:
    """The patterns of ``--testhygiene-test-files``, and the folders seen while matching them.

    Lives for one flake8 run: what it remembers of folders is dropped with it.
    """

    __test__ = False  # not a test class, whatever pytest thinks of the name

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = patterns
        self._roots: dict[str, str] = {}
        self._test_folders: dict[str, bool] = {}

    def relative(self, filename: str) -> str:
        """The path of ``filename`` below its project's root, with ``/`` between folders."""
        return os.path.relpath(os.path.abspath(filename), self.root(filename)).replace(os.sep, "/")

    def root(self, filename: str) -> str:
        """The root of the project that ``filename`` belongs to, an absolute path."""
        folder = os.path.dirname(os.path.abspath(filename))
        if folder not in self._roots:
            self._roots[folder] = _root(folder)
        return self._roots[folder]

    def match(self, filename: str) -> bool:
        """Whether the place of ``filename`` in its project says that it holds tests."""
        relative = self.relative(filename)
        return bool(self._pattern.match(relative)) or (
            "test/" in relative and self._below_test_folder(filename, relative)
        )

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(_regex, self._patterns)))

    def _below_test_folder(self, filename: str, relative: str) -> bool:
        # A folder named test holds production code as often as tests (nova/test.py's kin, ctypes.test);
        # a test_*.py or conftest beside the file tells.
        if "test" not in relative.split("/")[:-1] or "tests/" not in self._patterns:
            return False
        folder = os.path.dirname(os.path.abspath(filename))
        if folder not in self._test_folders:
            try:
                names = os.listdir(folder)
            except OSError:
                names = []
            self._test_folders[folder] = any(
                name == "conftest.py" or re.fullmatch(r"test_.*\.py", name) for name in names
            )
        return self._test_folders[folder]


def _regex(pattern: str) -> str:
    """``test_*.py`` matches a name anywhere, ``tests/`` a folder anywhere, ``a/b_*.py`` a whole path."""
    if pattern.endswith("/"):
        folders = translate(pattern[:-1]).replace(r"\Z", "").replace(r"\z", "")
        return rf"(?:.*/)?{folders}/.+"
    if "/" not in pattern:
        return rf"(?:.*/)?(?!.*/){translate(pattern)}"
    return translate(pattern)


def _root(folder: str) -> str:
    """The nearest folder above with a project file; else the working directory, else above the package."""
    package = None
    for parent in (Path(folder), *Path(folder).parents):
        # These say no where a folder may not be looked into, or a path is too long.
        if any(os.path.exists(parent / marker) for marker in ROOT_MARKERS):
            return str(parent)
        if package is None and not os.path.exists(parent / "__init__.py"):
            package = parent
    working = Path.cwd()
    if Path(folder).is_relative_to(working):
        return str(working)
    return str(package)
