"""What a finding is known by, and the text file that lists many.

It is one line a finding, sorted, so that git can merge it and a diff shows what came and went: the file,
relative to the list, with ``/`` between folders; the function or class; the rule; a digest of the statement;
and a number that tells findings apart which have all of that in common, counted from the top of the file.
"""

from __future__ import annotations

import ast
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from flake8_testhygiene.baseline.statement import located

HEAD = "# flake8-testhygiene baseline "
VERSION = "1"
PREFACE = f"""\
{HEAD}{VERSION}
# Known findings: file, test, rule, statement, number. Written by python -m flake8_testhygiene baseline.
"""
LINE = re.compile(r"([^\t]+)\t([^\t]+)\t(TH\d{3})\t([0-9a-f]{12}|-)\t([1-9]\d*)")


class Unreadable(Exception):
    """A file is no list of findings; its text says why."""


class Site(NamedTuple):
    """Where a rule has found something: 1-based line, 0-based column in characters, code."""

    line: int
    column: int
    code: str


class Entry(NamedTuple):
    """One finding, by everything but its line."""

    path: str
    where: str
    code: str
    statement: str
    number: int

    def __str__(self) -> str:
        return "\t".join(map(str, self))


def relative(filename: str, folder: str) -> str:
    """The path of a file as the list in ``folder`` names it, by whatever links either is reached."""
    above, name = os.path.split(os.path.abspath(filename))
    path, folder = os.path.join(os.path.realpath(above), name), os.path.realpath(folder)
    with suppress(ValueError):  # on another drive it has none
        path = os.path.relpath(path, folder)
    path = path.replace(os.sep, "/")
    return path.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def entries(sites: Sequence[Site], tree: ast.Module, lines: Sequence[str], path: str) -> list[Entry]:
    """What the findings in the file ``path`` are known by, in the order of ``sites``."""
    numbers: Counter[tuple[str, str, str]] = Counter()
    found: dict[int, Entry] = {}
    for index in sorted(range(len(sites)), key=sites.__getitem__):
        line, column, code = sites[index]
        # Trees count the bytes of UTF-8.
        where, statement = located(tree, line, len("".join(lines[line - 1 : line])[:column].encode()))
        numbers[where, code, statement] += 1
        found[index] = Entry(path, where, code, statement, numbers[where, code, statement])
    return [found[index] for index in range(len(sites))]


def read(path: Path) -> frozenset[Entry]:
    """What is on the list; in whatever order, and twice or once, is the same: merges leave it so."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as fault:
        raise Unreadable((fault.strerror or str(fault)).lower()) from None
    except UnicodeDecodeError:
        raise Unreadable("it is no list of findings") from None
    if not lines[0].startswith(HEAD):
        raise Unreadable("it is no list of findings")
    version = lines[0].removeprefix(HEAD).strip()
    if version != VERSION:
        raise Unreadable(f"it is of version {version}, and this release reads version {VERSION}")
    return frozenset(
        _entry(line, number) for number, line in enumerate(lines, 1) if line.strip() and line[0] != "#"
    )


def _entry(line: str, number: int) -> Entry:
    fields = LINE.fullmatch(line)
    if not fields:
        raise Unreadable(f"line {number} is no finding")
    return Entry(fields[1], fields[2], fields[3], fields[4], int(fields[5]))


def write(path: Path, listed: Iterable[Entry]) -> None:
    """Write the list; the same findings give the same bytes on every system."""
    text = PREFACE + "".join(f"{entry}\n" for entry in sorted(listed))
    path.write_text(text, encoding="utf-8", newline="\n")
