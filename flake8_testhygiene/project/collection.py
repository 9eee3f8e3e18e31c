"""What pytest collects in a project, as its configuration says: files, classes, functions, a time limit.

Only pytest's own section is read, in whichever of its files there is one, below the project's root. Where
``tomllib`` is not there to read TOML (before Python 3.11) and a section may be in it, nothing is known.
"""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from importlib import import_module
from typing import NamedTuple

from flake8_testhygiene.pattern import Pattern

# The files that pytest reads, and what its section is called there; its own need none.
SECTIONS = {
    "pytest.toml": "pytest",
    ".pytest.toml": "pytest",
    "pytest.ini": "pytest",
    ".pytest.ini": "pytest",
    "pyproject.toml": "tool.pytest",
    "tox.ini": "pytest",
    "setup.cfg": "tool:pytest",
}
LIMITS = Pattern(r"(?:^|\s)(?:--timeout|--session-timeout)[= ]\S")


class Settings(NamedTuple):
    """One configuration of pytest; patterns are pytest's: a prefix, or a name with ``*``.

    It is not known where there may be one that cannot be read.
    """

    files: tuple[str, ...] = ("test_*.py", "*_test.py")
    classes: tuple[str, ...] = ("Test",)
    functions: tuple[str, ...] = ("test",)
    folders: tuple[str, ...] = ()
    is_timed: bool = False
    is_known: bool = True


DEFAULT = Settings()
UNKNOWN = Settings(is_known=False)


def parsed(name: str, text: str) -> Settings | None:
    """The settings in a file called ``name``; None where pytest has no section in it."""
    is_own = name.lstrip(".").startswith("pytest.")
    if SECTIONS[name] not in text:
        return DEFAULT if is_own else None
    try:
        found = _from_toml(text) if name.endswith(".toml") else _from_ini(SECTIONS[name], text)
    except (ImportError, ValueError, RecursionError, configparser.Error):
        return UNKNOWN
    if found is None:
        return DEFAULT if is_own else None
    return _settings(found)


def _settings(values: Mapping[str, object]) -> Settings:
    return Settings(
        _entries(values.get("python_files")) or DEFAULT.files,
        _entries(values.get("python_classes")) or DEFAULT.classes,
        _entries(values.get("python_functions")) or DEFAULT.functions,
        _entries(values.get("testpaths")),
        _is_given(values.get("timeout")) or bool(LIMITS.search(" ".join(_entries(values.get("addopts"))))),
    )


def _is_given(limit: object) -> bool:
    return str(limit or "0").strip() not in {"0", "0.0"}


def _entries(value: object) -> tuple[str, ...]:
    """The entries of a list, or of a text as they stand in ``.ini`` files."""
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return tuple(value.split()) if isinstance(value, str) else ()


def _from_ini(section: str, text: str) -> Mapping[str, object] | None:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    return dict(parser[section]) if parser.has_section(section) else None


def _from_toml(text: str) -> Mapping[str, object] | None:
    table: dict[str, object] = import_module("tomllib").loads(text)
    tool = table.get("tool")
    own = table.get("pytest") or (tool.get("pytest") if isinstance(tool, dict) else None)
    if not isinstance(own, dict):
        return None
    options = own.get("ini_options", own)
    return options if isinstance(options, dict) else None


class Collection:
    """What any of a project's configurations makes pytest collect; its defaults where there is none."""

    def __init__(self, settings: Iterable[Settings], root: str) -> None:
        self._settings = tuple(settings) or (DEFAULT,)
        self._root = root

    @property
    def is_known(self) -> bool:
        """Whether every configuration could be read."""
        return all(each.is_known for each in self._settings)

    @property
    def is_timed(self) -> bool:
        """Whether pytest ends tests that take too long."""
        return any(each.is_timed for each in self._settings)

    def takes_class(self, name: str) -> bool:
        """Whether pytest looks for tests in a class of that name."""
        return any(_matches(name, each.classes) for each in self._settings)

    def takes_file(self, path: str) -> bool:
        """Whether pytest looks for tests in the file at an absolute path, and does so unless told where."""
        inside = os.path.relpath(path, self._root).replace(os.sep, "/")
        return any(
            any(_is_named(inside, file) for file in each.files)
            and (not each.folders or any(_is_below(inside, folder) for folder in each.folders))
            for each in self._settings
        )


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(name.startswith(each) or fnmatchcase(name, each) for each in patterns)


def _is_named(path: str, pattern: str) -> bool:
    """Whether a pattern means the file: by its name, or by the end of its path."""
    if "/" in pattern:
        return fnmatchcase(f"/{path}", f"*/{pattern}")
    return fnmatchcase(path.rpartition("/")[2], pattern)


def _is_below(path: str, folder: str) -> bool:
    wanted = folder.strip("/").removeprefix("./")
    return wanted in {"", "."} or fnmatchcase(path, f"{wanted}/*") or fnmatchcase(path, wanted)
