"""Commands that are started in a folder, and what flake8 prints as data."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

LINE = re.compile(r"(.+?):(\d+):(\d+): ([A-Z]+\d+):? (.*)")


class Remark(NamedTuple):
    """One line of flake8's: a path without ``./`` before it, line and column from 1 on, code and message."""

    path: str
    line: int
    column: int
    code: str
    text: str


def run(
    command: list[str], folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command in ``folder``, whatever its exit status; ``environment`` is all it gets, if given."""
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8"
    )


def must(command: list[str], folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """What a command prints that has to succeed."""
    done = run(command, folder, environment)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def flake8(folder: Path, *arguments: str, python: str = sys.executable) -> str:
    """What flake8 prints, that of this environment or of another ``python``'s; it must not fail."""
    done = run([python, "-m", "flake8", *arguments], folder)
    assert done.returncode in {0, 1}, f"{done.stdout}\n{done.stderr}"
    assert done.stderr == ""
    return done.stdout


def read(printed: str) -> list[Remark]:
    """The remarks among the lines that flake8, or a tool around it, has printed."""
    found = (LINE.fullmatch(line) for line in printed.splitlines())
    return sorted(
        Remark(each[1].removeprefix("./"), int(each[2]), int(each[3]), each[4], each[5])
        for each in found
        if each
    )
