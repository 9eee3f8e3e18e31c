"""``python -m flake8_testhygiene baseline``: writes the list of known findings.

flake8 itself is run and its answer read, so that the list holds what flake8 would report: with the user's
configuration, selection, excludes and ``noqa`` comments, and with any number of jobs.
"""

from __future__ import annotations

import argparse
import ast
import io
import os
import re
import subprocess
import sys
import tempfile
import tokenize
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from flake8_testhygiene import rules
from flake8_testhygiene.baseline.entry import Entry, Site, Unreadable, entries, read, relative, write

# Marks the lines of findings among what else a configuration makes flake8 print, such as statistics.
MARK = "testhygiene-baseline"
FORMAT = f"{MARK}:%(row)d:%(col)d:%(code)s:%(path)s"
PRINTED = re.compile(rf"{MARK}:(\d+):(\d+):(\w+):(.*)")
UNPRINTED = (
    "flake8 has found something and not printed it in the form asked for; is quiet set in its configuration?"
)


class Failed(Exception):
    """The list cannot be made: what to tell the user, and the exit code."""

    def __init__(self, text: str, status: int = 2) -> None:
        super().__init__(text)
        self.status = status


class Change(NamedTuple):
    """What a new look at the code makes of a list.

    ``aside`` are entries of files that were not looked at, ``moved`` the new ones that are those of a file
    which is no longer there, by what they were before.
    """

    aside: frozenset[Entry]
    kept: frozenset[Entry]
    new: frozenset[Entry]
    gone: frozenset[Entry]
    moved: dict[Entry, Entry]


def main(arguments: Sequence[str]) -> int:
    """Write the list and say in one line what has changed."""
    own, options = _split(arguments)
    asked = _parser().parse_args(own)
    try:
        print(_written(Path(asked.file), asked.paths or ["."], options, asked.no_new))
    except Failed as fault:
        print(fault, file=sys.stderr)
        return fault.status
    return 0


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What stands before ``--``, and flake8's own options behind it."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m flake8_testhygiene baseline",
        usage="%(prog)s [--no-new] FILE [PATH ...] [-- OPTION ...]",
        description="Write what flake8 reports today into FILE, for --testhygiene-baseline.",
    )
    parser.add_argument(
        "--no-new", action="store_true", help="take out what is gone, follow renamed files, add nothing"
    )
    parser.add_argument("file", metavar="FILE", help="the list; entries of files outside PATH stay in it")
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="files and folders for flake8 (default: the working directory)",
    )
    parser.add_argument_group("-- OPTION ...", "options for flake8, beside those of its configuration")
    return parser


def _written(file: Path, paths: Sequence[str], options: Sequence[str], no_new: bool) -> str:
    for path in paths:
        if not os.path.exists(path):
            raise Failed(f"PATH: {path!r} is not accepted; write files or folders that are there")
    if not file.parent.is_dir():
        raise Failed(f"FILE: {str(file)!r} is not accepted; write a file in a folder that is there")
    old = _old(file)
    folder = Path(os.path.realpath(file.parent))
    found = _found(_reported(paths, options), folder)
    change = compared(old, found, [Path(os.path.realpath(path)) for path in paths], folder)
    listed = change.aside | change.kept | (change.moved.keys() if no_new else change.new)
    try:
        write(file, listed)
    except OSError as fault:
        raise Failed(f"FILE: {str(file)!r} cannot be written: {fault.strerror}") from None
    return f"{file}: {described(len(listed), change, no_new)}"


def _old(file: Path) -> frozenset[Entry]:
    """What is on the list already; nothing else is ever overwritten."""
    if not file.exists():
        return frozenset()
    try:
        return read(file)
    except Unreadable as fault:
        raise Failed(
            f"FILE: {str(file)!r} is not accepted: {fault}; write another name, or remove it to begin anew"
        ) from None


def _reported(paths: Iterable[str], options: Iterable[str]) -> dict[str, list[Site]]:
    """What flake8 reports of our rules, by file."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "findings"
        forced = ("--testhygiene-baseline=", f"--format={FORMAT}", "--no-show-source", "--color=never")
        # No -- before the paths: flake8 would take its own --output-file behind it for one.
        shown = [os.path.join(".", path) if path.startswith("-") else path for path in paths]
        run = subprocess.run(
            [sys.executable, "-m", "flake8", *options, *forced, f"--output-file={output}", *shown],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        text = output.read_text(encoding="utf-8") if output.exists() else ""
    printed = [match for line in text.split("\n") if (match := PRINTED.fullmatch(line))]
    if run.returncode not in (0, 1) or (run.returncode == 1 and not printed):
        said = (run.stderr + run.stdout).decode(errors="replace").strip()
        raise Failed(said or UNPRINTED, run.returncode)
    sites: dict[str, list[Site]] = {}
    for line, column, code, path in (match.groups() for match in printed):
        if code in rules.stems():
            sites.setdefault(path, []).append(Site(int(line), int(column) - 1, code))
    return sites


def _found(reported: dict[str, list[Site]], folder: Path) -> frozenset[Entry]:
    return frozenset(
        entry
        for filename, sites in reported.items()
        for entry in entries(sites, *_parsed(filename), relative(filename, str(folder)))
    )


def _parsed(filename: str) -> tuple[ast.Module, list[str]]:
    """The tree and the lines of a file that flake8 has read, with its ways to decode."""
    try:
        try:
            with tokenize.open(filename) as file:
                text = file.read()
        except (SyntaxError, UnicodeError):
            text = Path(filename).read_text(encoding="latin-1")
        text = text.removeprefix("\ufeff").removeprefix("\u00ef\u00bb\u00bf")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text), io.StringIO(text).readlines()
    except (OSError, SyntaxError) as fault:
        raise Failed(f"{filename} has changed since flake8 read it: {fault}", 1) from None


def compared(
    old: frozenset[Entry], found: frozenset[Entry], looked_at: Sequence[Path], folder: Path
) -> Change:
    """How a list of ``folder`` differs from what is found below the paths that flake8 has ``looked_at``."""
    aside = frozenset(
        each for each in old - found if not any(map(_absolute(each, folder).is_relative_to, looked_at))
    )
    gone = old - found - aside
    homeless: dict[tuple[object, ...], list[Entry]] = {}
    for each in sorted(gone, reverse=True):
        if not _absolute(each, folder).exists():
            homeless.setdefault(each[1:], []).append(each)
    new = found - old
    moved = {each: homeless[each[1:]].pop() for each in sorted(new) if homeless.get(each[1:])}
    return Change(aside, old & found, new, gone, moved)


def _absolute(entry: Entry, folder: Path) -> Path:
    return Path(os.path.abspath(folder / entry.path))


def described(listed: int, change: Change, no_new: bool) -> str:
    """How many findings are on the list, and what was done to it."""
    fresh = len(change.new) - len(change.moved)
    parts = [
        (fresh, "new, left out" if no_new else "new"),
        (len(change.gone) - len(change.moved), "gone"),
        (len(change.moved), "moved with their file"),
        (len(change.aside), "elsewhere, and not looked at"),
    ]
    said = [f"{count} {what}" for count, what in parts if count]
    return f"{listed} known findings ({', '.join(said) or 'nothing changed'})"
