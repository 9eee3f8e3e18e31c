"""What linters spend on the same files, measured in turns, and the estimates that follow from it.

CPU seconds are those of the whole process tree, user and system, so that other work on the machine disturbs
little. A round runs every side once; every other round runs them in reversed order.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.sides import Side
from benchmarks.workloads import Workload

RUNNER = Path(__file__).with_name("runner.py")
MIB_PER_UNIT = 2**-20 if sys.platform == "darwin" else 2**-10


class Spent(NamedTuple):
    """What one run of a linter used: CPU seconds, MiB of its largest process; and what it printed."""

    seconds: float
    mebibytes: float
    output: str


class Interval(NamedTuple):
    """An estimate and the bounds of its 95 % interval."""

    estimate: float
    low: float
    high: float

    def __format__(self, form: str) -> str:
        return f"{self.estimate:{form}} [{self.low:{form}}, {self.high:{form}}]"


# What each side spent, in the order of the sides.
Round = tuple[Spent, ...]


class Measured(NamedTuple):
    """The rounds of all sides over one workload, and the CPU seconds inside our own ``run()``."""

    workload: Workload
    jobs: int
    sides: Sequence[Side]
    rounds: Sequence[Round]
    own: float


def measure(both: Sequence[Side], workload: Workload, pairs: int, jobs: int) -> Measured:
    """Let all sides lint a workload in turns."""
    found = measured([(side, workload) for side in both], pairs, jobs)
    own = median(inside(both[1], workload) for _ in range(min(pairs, 3)))
    return Measured(workload, jobs, both, found, own)


def inside(side: Side, workload: Workload) -> float:
    """CPU seconds inside ``Plugin.run`` for all files, parsing excluded, in a process of its own."""
    command = [side.python, "-I", str(RUNNER), *(["--strict"] if side.options else [])]
    names = "\n".join(workload.names)
    printed = subprocess.check_output(command, cwd=workload.root, input=names, text=True)
    return float(json.loads(printed)["seconds"])


def measured(runs: Sequence[tuple[Side, Workload]], rounds: int, jobs: int) -> list[Round]:
    """Let every side lint its files ``rounds`` times, in turns."""
    for side, workload in runs:
        _warm_up(side, workload, jobs)
    found: list[Round] = []
    for number in range(rounds):
        order = list(enumerate(runs))
        spent = {place: lint(*run, jobs) for place, run in (reversed(order) if number % 2 else order)}
        found.append(tuple(spent[place] for place, _ in order))
    return found


def _warm_up(side: Side, workload: Workload, jobs: int) -> None:
    """Fill the caches of the file system, with the linter and with its files."""
    lint(side, workload._replace(names=workload.names[:1]), jobs)
    for name in workload.names:
        (workload.root / name).read_bytes()


def lint(side: Side, workload: Workload, jobs: int) -> Spent:
    """Run a linter once; RuntimeError if it fails rather than finds."""
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen([*side.command(jobs), *workload.names], cwd=workload.root, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read()
    if side.fails_with(process.returncode):
        raise RuntimeError(f"{side.name} stopped with {process.returncode}: {printed[:1000]}")
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MIB_PER_UNIT, printed)


def ratio(rounds: Sequence[Round], side: int) -> Interval:
    """The CPU seconds of a side, as a multiple of those of the first."""
    return interval(rounds, side, lambda first, other: other / first)


def extra(rounds: Sequence[Round], side: int) -> Interval:
    """The CPU seconds that a side takes more than the first."""
    return interval(rounds, side, lambda first, other: other - first)


def interval(
    rounds: Sequence[Round], side: int, of: Callable[[float, float], float], draws: int = 2000
) -> Interval:
    """``of`` the median CPU seconds of the first side and another; a bootstrap over the rounds bounds it.

    Equal at every call.
    """

    def estimate(some: Sequence[Round]) -> float:
        return of(seconds(some, 0), seconds(some, side))

    chance = random.Random(0)
    drawn = sorted(estimate(chance.choices(rounds, k=len(rounds))) for _ in range(draws))
    return Interval(estimate(rounds), drawn[round(0.025 * draws)], drawn[round(0.975 * draws) - 1])


def seconds(rounds: Sequence[Round], side: int) -> float:
    """The median CPU seconds of a side."""
    return median(each[side].seconds for each in rounds)


def mebibytes(rounds: Sequence[Round], side: int) -> float:
    """The median over the rounds of what a side's largest process held at its peak."""
    return median(each[side].mebibytes for each in rounds)


def conditions() -> str:
    """When and where something was measured, for a reader of the figures."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, load {load}"
    return f"{time.strftime('%Y-%m-%d')}, Python {platform.python_version()}, {system}"


def add_options(parser: argparse.ArgumentParser, pairs: int) -> None:
    """Let the user say how often, in which mode and with which environments is measured."""
    parser.add_argument("--pairs", type=number, default=pairs, help="rounds (default: %(default)s)")
    parser.add_argument("--strict", action="store_true", help="with --testhygiene-strict")
    parser.add_argument("--environments", type=Path, metavar="FOLDER", help="default: the cache")


def number(text: str) -> int:
    """A count from the command line."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 was expected, not {text!r}")
    return int(text)
