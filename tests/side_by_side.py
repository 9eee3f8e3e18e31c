"""Runs flake8 over hostile files with the plugin and without it, within limits of time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

resource = pytest.importorskip("resource", reason="needs Unix: limits, pipes, links")

# flake8 finds no plugin of ours, which is all that installing it changes.
BARE = """\
import importlib.metadata as metadata, sys
every = metadata.distributions
metadata.distributions = lambda **wanted: (
    each for each in every(**wanted) if each.metadata["Name"] != "flake8-testhygiene"
)
from flake8.main.cli import main
sys.exit(main(sys.argv[1:]))
"""
WITH_PLUGIN = "import sys\nfrom flake8.main.cli import main\nsys.exit(main(sys.argv[1:]))\n"
# Nobody lints for so long, on however slow a machine.
MOST_SECONDS = 120
MOST_BYTES = 3 << 30


class Ran(NamedTuple):
    """One run of flake8: what it printed, ended with, and cost (CPU seconds, peak MiB)."""

    printed: tuple[str, ...]
    error: str
    code: int
    seconds: float
    mebibytes: float

    @property
    def ours(self) -> list[str]:
        """Code and message of the findings that are ours, with where they are."""
        return [line for line in self.printed if _is_ours(line)]

    @property
    def others(self) -> list[str]:
        """The findings of pyflakes, pycodestyle, mccabe and flake8 itself."""
        return sorted(line for line in self.printed if not _is_ours(line))

    @property
    def last_words(self) -> str:
        """The end of a traceback of flake8, if any: which limit of Python was met."""
        return (self.error.splitlines() or [""])[-1].partition(":")[0]


def _is_ours(line: str) -> bool:
    return line.partition(" ")[2].startswith("TH")


class SideBySide(NamedTuple):
    """The same run without the plugin and with it."""

    bare: Ran
    plugin: Ran

    def assert_unharmed(self) -> None:
        """Whatever flake8 says without the plugin it says with it, at a bounded cost, and nothing broke."""
        for name, ran in (("without the plugin", self.bare), ("with it", self.plugin)):
            print(f"{name}: {ran.seconds:.1f} CPU s, {ran.mebibytes:.0f} MiB")  # for pytest -s
        assert self.plugin.others == self.bare.others
        assert self.plugin.last_words == self.bare.last_words
        assert not [line for line in self.plugin.ours if " TH000 " in line]
        assert self.plugin.seconds < 10 + 5 * self.bare.seconds
        assert self.plugin.mebibytes < 150 + 3 * self.bare.mebibytes

    @property
    def codes(self) -> list[str]:
        """Our codes, in order of the places."""
        return [line.split(" ")[1] for line in self.plugin.ours]


def flake8(
    folder: Path,
    *arguments: str,
    program: str = WITH_PLUGIN,
    python: tuple[str, ...] = ("-I",),
    confine: Callable[[], None] = lambda: None,
) -> Ran:
    """Run ``program`` in a Python that imports nothing from ``folder``, unless ``python`` says so.

    ``confine`` is called in the new process before Python starts.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
        confine()

    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+") as error:
        process = subprocess.Popen(
            [sys.executable, *python, "-c", program, "-j1", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=error,
            preexec_fn=limit,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        error.seek(0)
        return Ran(
            tuple(out.read().splitlines()),
            error.read(),
            process.returncode,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10),
        )


def side_by_side(
    folder: Path,
    *arguments: str,
    python: tuple[str, ...] = ("-I",),
    confine: Callable[[], None] = lambda: None,
) -> SideBySide:
    """Run flake8 in ``folder`` without the plugin, and with it."""
    bare, plugin = (
        flake8(folder, *arguments, program=program, python=python, confine=confine)
        for program in (BARE, WITH_PLUGIN)
    )
    return SideBySide(bare, plugin)
