"""Run the plugin in this process, file by file, without flake8 around it; ``noqa`` comments do not count.

As a script it prints the CPU seconds spent inside the plugin alone. It imports nothing else from this
folder, so that any interpreter that has the plugin can run it.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import sys
import time
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from flake8_testhygiene.options import ALL_CODES, Options
from flake8_testhygiene.plugin import Plugin


class Report(NamedTuple):
    """One finding, as flake8 would print it: line and column count from 1."""

    path: str
    line: int
    column: int
    code: str
    text: str


class Read(NamedTuple):
    """A file and what the plugin says about it; ``seconds`` of CPU were spent inside ``Plugin.run``."""

    tree: ast.Module
    lines: list[str]
    is_test_module: bool
    reports: list[Report]
    seconds: float


def prepare(strict: frozenset[str], plugin: type[Plugin] = Plugin) -> None:
    """Begin a run: give the plugin the options that flake8 would, and drop what it knows of the last run."""
    plugin.begin(Options(strict=strict))


def read(path: str, plugin: type[Plugin] = Plugin) -> Read | None:
    """What the plugin says about a file; None for a file that this version of Python cannot parse."""
    try:
        with tokenize.open(path) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lines = file.readlines()
            tree = ast.parse("".join(lines))
    except (SyntaxError, UnicodeDecodeError):
        return None
    asked = plugin(tree, path, lines)
    begin = time.process_time()
    found = list(asked.run())
    seconds = time.process_time() - begin
    reports = [
        Report(path, line, column + 1, *text.split(" ", maxsplit=1)) for line, column, text, _ in found
    ]
    return Read(tree, lines, asked.holds_tests(), reports, seconds)


def read_each(
    root: Path, names: Iterable[str], strict: frozenset[str], plugin: type[Plugin] = Plugin
) -> Iterator[Read]:
    """Read files from the folder ``root`` in a run of their own, and one by one; take all of them."""
    prepare(strict, plugin)
    with working_in(root):
        yield from (found for name in names if (found := read(name, plugin)))


@contextmanager
def working_in(folder: Path) -> Iterator[Path]:
    """``folder`` is the working directory for a while; the one before is given."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        yield here
    finally:
        os.chdir(here)


def main() -> None:
    parser = argparse.ArgumentParser(description="Read file names from standard input, one a line.")
    parser.add_argument("--strict", action="store_true")
    strict = ALL_CODES if parser.parse_args().strict else frozenset()
    each = read_each(Path(), sys.stdin.read().splitlines(), strict)
    json.dump({"seconds": sum(one.seconds for one in each)}, sys.stdout)


if __name__ == "__main__":
    main()
