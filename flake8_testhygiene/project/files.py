"""The files around the linted one: where they may lie, how they are read, how long they are remembered.

Only text is read, never code run: a path that leads out of the source roots, is no regular file, or
is too large is as good as absent.
"""

from __future__ import annotations

import codecs
import io
import os
import stat
import time
import tokenize
import warnings
from collections.abc import Callable, Hashable, Iterator
from functools import partial
from typing import NamedTuple, TypeVar, cast

from flake8_testhygiene.project.collection import SECTIONS, Collection, Settings, parsed
from flake8_testhygiene.source import File, Name, Source

# The largest module of test support in the suites we know has 0.3 MB; the largest test module 1.3 MB.
LARGEST = 4_000_000
# What changed on disk so shortly ago, in nanoseconds, may change again and keep its time.
SHORTLY = 50_000_000
MOST_ANSWERS = 400
# Python's encodings that take hours for some megabytes; no module is written in them.
OF_HOST_NAMES = frozenset({"idna", "punycode"})
# So many linted files after it was last looked at, a file is let go of: neighbours build on the same ones.
KEPT_FOR = 200

Read = TypeVar("Read")
EMPTY: frozenset[str] = frozenset()


class Stamp(NamedTuple):
    """What changes with a file or folder on disk: times in nanoseconds, bytes, inode."""

    modified: int
    changed: int
    size: int
    inode: int

    def is_settled(self) -> bool:
        """Whether a further change would show in the times."""
        return time.time_ns() - max(self.modified, self.changed) > SHORTLY


class Files:
    """What was read in one run of flake8; a file or folder is read again once it has changed on disk."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, object] = {}
        self._files: dict[str, tuple[Stamp, File | None]] = {}
        self._linted = 0
        self._used: dict[str, int] = {}
        self._names: dict[str, tuple[Stamp, frozenset[str]]] = {}
        self._settings: dict[str, tuple[Stamp, Settings | None]] = {}

    def begin(self) -> None:
        """Another file is linted: what none of the last ones looked at is forgotten."""
        self._linted += 1
        if self._linted % KEPT_FOR == 0:
            for path in [path for path, last in self._used.items() if last <= self._linted - KEPT_FOR]:
                del self._used[path]
                self._files.pop(path, None)
            self._answers.clear()  # their questions hold files

    def file(self, path: str, root: str, roots: tuple[str, ...]) -> File | None:
        """The file at ``path``; None where there is none that may be read."""

        def read() -> File | None:
            text = _text(path, roots)
            return (
                None if text is None else File(text, named(path, root, above_package(os.path.dirname(path))))
            )

        status = _status(path)
        if status is None or not stat.S_ISREG(status.st_mode):
            return None
        self._used[path] = self._linted
        return _kept(path, _stamp(status), self._files, read)

    def once(self, key: Hashable, answer: Callable[[], Read]) -> Read:
        """What ``answer`` says of the files in ``key``, which names the question too.

        A file that has changed is another one. Only the latest answers are kept: neighbours in a folder build
        on the same files.
        """
        if key not in self._answers:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[key] = answer()
        return cast(Read, self._answers[key])

    def names(self, folder: str) -> frozenset[str]:
        """The names of what is in a folder, none where there is no such folder."""
        status = _status(folder)
        if status is None or not stat.S_ISDIR(status.st_mode):
            return EMPTY
        return _kept(folder, _stamp(status), self._names, partial(_listed, folder))

    def settings(self, path: str, root: str) -> Settings | None:
        """What a configuration file tells pytest; None where it tells it nothing."""

        def read() -> Settings | None:
            text = _text(path, (root,))
            return None if text is None else parsed(os.path.basename(path), text)

        status = _status(path)
        if status is None or not stat.S_ISREG(status.st_mode):
            return None
        return _kept(path, _stamp(status), self._settings, read)


def _kept(path: str, stamp: Stamp, known: dict[str, tuple[Stamp, Read]], read: Callable[[], Read]) -> Read:
    """What was read at ``path``, read again unless it is as it was; kept once further changes would show."""
    if path in known and known[path][0] == stamp:
        return known[path][1]
    found = read()
    if stamp.is_settled():
        known[path] = (stamp, found)
    return found


def _listed(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return EMPTY


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None


def _stamp(status: os.stat_result) -> Stamp:
    return Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)


def _text(path: str, roots: tuple[str, ...]) -> str | None:
    """The text of a regular file below one of the roots, whatever links lead to it."""
    real = os.path.realpath(path)
    if not any(real.startswith(os.path.join(os.path.realpath(root), "")) for root in roots):
        return None
    try:
        text = _decoded(_content(real))
    except (OSError, SyntaxError, ValueError, LookupError):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _content(path: str) -> bytes:
    """What is in a regular file; a pipe that took its place meanwhile is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no regular file")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(f"{path} is too large")
    return content


def _decoded(content: bytes) -> str:
    """The text of a module, in the encoding that it names.

    Raises ValueError, LookupError or SyntaxError if it cannot be decoded in reasonable time.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    if codecs.lookup(encoding).name in OF_HOST_NAMES:
        raise ValueError(encoding)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # unicode_escape warns as Python itself does
        return content.decode(encoding)


class Suite:
    """The files as one linted file sees them: every path is looked at once, and stays what it was."""

    def __init__(self, files: Files, source: Source, root: str, roots: tuple[str, ...]) -> None:
        files.begin()
        self.files = files
        self._root = root
        self._roots = roots
        self._paths: dict[str, File | None] = {source.name.path: source}
        self._names: dict[str, frozenset[str]] = {}
        self._splits: dict[str, tuple[File, list[str]] | None] = {}

    def split(self, dotted: str) -> tuple[File, list[str]] | None:
        """The module that a dotted name begins with, and the names that are left."""
        if dotted not in self._splits:
            parts = dotted.split(".")
            found = (self._located(parts, root) for root in self._roots)
            self._splits[dotted] = next((each for each in found if each), None)
        return self._splits[dotted]

    def _located(self, parts: list[str], root: str) -> tuple[File, list[str]] | None:
        """The innermost module on the way that the parts of a name lead below a root."""
        folder, found = root, None
        for count, part in enumerate(parts, 1):
            names = self.names(folder)
            inner = f"{folder}{os.sep}{part}"
            inside = self.names(inner) if part in names else EMPTY
            if "__init__.py" in inside:
                found = self.file(f"{inner}{os.sep}__init__.py"), parts[count:]
            elif f"{part}.py" in names:
                return self._pair(self.file(f"{inner}.py"), parts[count:])
            if not inside:
                break
            folder = inner
        return self._pair(*found) if found else None

    def _pair(self, file: File | None, rest: list[str]) -> tuple[File, list[str]] | None:
        return None if file is None else (file, rest)

    def names(self, folder: str) -> frozenset[str]:
        """The names of what is in a folder."""
        if folder not in self._names:
            self._names[folder] = self.files.names(folder)
        return self._names[folder]

    def file(self, path: str) -> File | None:
        """The file at an absolute path."""
        if path not in self._paths:
            self._paths[path] = self.files.file(path, self._root, self._roots)
        return self._paths[path]

    def conftests(self, path: str) -> list[File]:
        """pytest's conftest.py beside the file at ``path`` and in the folders above, nearest first."""
        found = []
        for folder in self._above(path):
            beside = os.path.join(folder, "conftest.py")
            file = self.file(beside) if "conftest.py" in self.names(folder) and beside != path else None
            if file is not None:
                found.append(file)
        return found

    def collection(self, path: str) -> Collection:
        """What pytest collects, by its configurations above the file at ``path``."""
        every = (
            self.files.settings(os.path.join(folder, name), self._root)
            for folder in self._above(path)
            for name in sorted(self.names(folder).intersection(SECTIONS))
        )
        return Collection((each for each in every if each is not None), self._root)

    def _above(self, path: str) -> Iterator[str]:
        """The folders above a path, up to the project's root."""
        folder = os.path.dirname(path)
        while folder == self._root or folder.startswith(os.path.join(self._root, "")):
            yield folder
            folder, inner = os.path.dirname(folder), folder
            if folder == inner:
                break


def named(path: str, root: str, above: str) -> Name:
    """What the module at ``path`` is called, counted from ``above`` its top package or the project's root."""
    folder, base = os.path.split(path)
    stem = base.removesuffix(".py")
    if above == folder and (folder == root or folder.startswith(os.path.join(root, ""))):
        source = os.path.join(root, "src")
        above = source if folder == source or folder.startswith(os.path.join(source, "")) else root
    inside = os.path.relpath(folder, above)
    package = "" if inside == "." else inside.replace(os.sep, ".")
    module = package if stem == "__init__" else f"{package}.{stem}".lstrip(".")
    return Name(module, package, path)


def above_package(folder: str) -> str:
    """The folder above the outermost package that ``folder`` belongs to; itself if it is no package."""
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, inner = os.path.dirname(folder), folder
        if folder == inner:
            break
    return folder


def source_roots(above: str, root: str, more: tuple[str, ...]) -> tuple[str, ...]:
    """Where the modules of a suite may lie whose top package ``above`` holds; never the whole disk."""
    every = (above, root, os.path.join(root, "src"), *more)
    return tuple(dict.fromkeys(each for each in every if os.path.dirname(each) != each))
