"""The files around the linted one: where they may lie, how they are read, how long they are remembered.

Only text is read, never code run: a path that leads out of the source roots, is no regular file, or
is too large is as good as absent.
"""

from __future__ import annotations

import io
import os
import stat
import tokenize
import warnings
from typing import NamedTuple

from flake8_testhygiene.source import File, Name, Source, read

# The largest module of test support in the suites we know has 0.3 MB; the largest test module 1.3 MB.
LARGEST = 4_000_000


class Stamp(NamedTuple):
    """What changes with a file on disk: times in nanoseconds, bytes, inode."""

    modified: int
    changed: int
    size: int
    inode: int


class Files:
    """What was read in one run of flake8; a file is read again once it has changed on disk."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[Stamp, File | None]] = {}

    def file(self, path: str, name: Name, roots: tuple[str, ...]) -> File | None:
        """The file at ``path``; None where there is none that may be read, or it is not Python."""
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode):
            return None
        stamp = Stamp(status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            known = self._read[path] = (stamp, _read(path, name, roots))
        return known[1]


def _read(path: str, name: Name, roots: tuple[str, ...]) -> File | None:
    real = os.path.realpath(path)
    if not any(real.startswith(os.path.join(os.path.realpath(root), "")) for root in roots):
        return None
    try:
        text = _text(real)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes in somebody else's module
            return read(text, name)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _text(path: str) -> str:
    """The text of a regular file; a pipe that took its place meanwhile is not waited for."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no regular file")
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError(f"{path} is too large")
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


class Suite:
    """The files as one linted file sees them: every path is looked at once, and stays what it was."""

    def __init__(self, files: Files, source: Source, root: str, roots: tuple[str, ...]) -> None:
        self._files = files
        self._root = root
        self._roots = roots
        self._paths: dict[str, File | None] = {source.name.path: source}
        self._modules: dict[str, File | None] = {}
        self._folders: dict[str, bool] = {}

    def split(self, dotted: str) -> tuple[File, list[str]] | None:
        """The module that a dotted name begins with, and the names that are left."""
        parts = dotted.split(".")
        found = None
        for count in range(1, len(parts) + 1):
            name = ".".join(parts[:count])
            file = self.module(name)
            if file is not None:
                found = file, parts[count:]
            if not self._is_package(name):
                break
        return found

    def module(self, dotted: str) -> File | None:
        """The module of that name, from the first root that has it."""
        if dotted not in self._modules:
            self._modules[dotted] = self._found(dotted)
        return self._modules[dotted]

    def _found(self, dotted: str) -> File | None:
        parent = dotted.rpartition(".")[0]
        if not dotted or (parent and not self._is_package(parent)):
            return None
        for root in self._roots:
            base = os.path.join(root, *dotted.split("."))
            if self._is_folder(base):
                file = self.file(os.path.join(base, "__init__.py"))
            else:
                file = self.file(f"{base}.py")
            if file is not None:
                return file
        return None

    def _is_package(self, dotted: str) -> bool:
        return any(self._is_folder(os.path.join(root, *dotted.split("."))) for root in self._roots)

    def _is_folder(self, path: str) -> bool:
        if path not in self._folders:
            self._folders[path] = os.path.isdir(path)
        return self._folders[path]

    def file(self, path: str) -> File | None:
        """The file at an absolute path."""
        if path not in self._paths:
            self._paths[path] = self._files.file(path, named(path, self._root), self._roots)
        return self._paths[path]

    def conftests(self, path: str) -> list[File]:
        """pytest's conftest.py beside the file at ``path`` and in the folders above, nearest first."""
        found = []
        folder = os.path.dirname(path)
        while folder == self._root or folder.startswith(os.path.join(self._root, "")):
            file = self.file(os.path.join(folder, "conftest.py"))
            if file is not None and file.name.path != path:
                found.append(file)
            folder, inner = os.path.dirname(folder), folder
            if folder == inner:
                break
        return found


def named(path: str, root: str) -> Name:
    """What the module at ``path`` is called, counted from above its top package or the project's root."""
    folder, base = os.path.split(path)
    stem = base.removesuffix(".py")
    above = above_package(folder)
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


def source_roots(path: str, root: str, more: tuple[str, ...]) -> tuple[str, ...]:
    """Where the modules of a suite may lie, seen from the file at ``path``; never the whole disk."""
    every = (above_package(os.path.dirname(path)), root, os.path.join(root, "src"), *more)
    return tuple(dict.fromkeys(each for each in every if os.path.dirname(each) != each))
