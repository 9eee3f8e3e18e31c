"""What the plugin costs: CPU seconds of flake8 with it and without it on the same files.

CPU seconds are those of the whole process tree, user and system, so that other work on the machine
disturbs little. With and without are measured in turns, in pairs of alternating order, each from an
environment of its own: the same flake8, and in one of them the plugin of this checkout.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import corpora

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
PACKAGED = ("flake8_testhygiene", "setup.cfg", "pyproject.toml", "README.md", "LICENSE")
FINDING = re.compile(r"^[^:]+:\d+:\d+: (TH\d+) .*$", re.MULTILINE)
MIB_PER_UNIT = 2**-20 if sys.platform == "darwin" else 2**-10

# About 1 kB, and every family of rules has something to look at.
SMALL = '''\
import os
import shutil
import tempfile
import unittest
from unittest import mock

from shop import store


class StoreTest(unittest.TestCase):
    """Orders are kept in a folder, one file each."""

    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.store = store.Store(self.folder)

    def test_empty_store_lists_nothing(self):
        self.assertEqual([], self.store.list())

    def test_order_is_found_by_its_id(self):
        order = self.store.add('7e1c4bd2-0c6f-4d8a-9d3e-52b1a7f0c964')
        self.assertEqual(order, self.store.get(order.id))

    def test_order_is_a_file(self):
        self.store.add('first')
        self.assertEqual(['first'], os.listdir(self.folder))

    @mock.patch.object(store, 'now', return_value=0)
    def test_order_has_a_date(self, now):
        order = self.store.add('first')
        self.assertEqual(0, order.date)
'''


class Side(NamedTuple):
    """An interpreter with flake8, and the options that only it understands."""

    python: str
    options: tuple[str, ...] = ()


class Workload(NamedTuple):
    """Files to lint; ``names`` are relative to ``root``, which is the working directory."""

    name: str
    root: Path
    names: tuple[str, ...]

    @property
    def kilobytes(self) -> float:
        """The size of the files in units of 1000 bytes."""
        return sum((self.root / name).stat().st_size for name in self.names) / 1000


class Spent(NamedTuple):
    """What one run of flake8 used: CPU seconds, MiB of its largest process; and what it printed."""

    seconds: float
    mebibytes: float
    output: str


class Interval(NamedTuple):
    """An estimate and the bounds of its 95 % interval."""

    estimate: float
    low: float
    high: float


Pair = tuple[Spent, Spent]


# the two sides


def two_sides(cache: Path, strict: bool) -> tuple[Side, Side]:
    """Build the environments without and with the plugin, alike in everything else."""
    version = ".".join(map(str, sys.version_info[:2]))
    bare, ours = (cache.absolute() / f"{name}-python{version}" for name in ("bare", "plugin"))
    if not (bare / "bin" / "flake8").exists():
        _build(bare, "flake8>=7,<8")
    same = subprocess.check_output([_python(bare), "-I", "-m", "pip", "freeze"], text=True).split()
    shutil.rmtree(ours, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        _build(ours, *same, _copy_of_checkout(Path(folder)))
    return Side(_python(bare)), Side(_python(ours), _options(strict))


def _copy_of_checkout(folder: Path) -> str:
    """A copy to build from: a build in the checkout would leave its remains there, for the next to find."""
    for name in PACKAGED:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return str(folder)


def _build(environment: Path, *requirements: str) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    install = [_python(environment), "-I", "-m", "pip", "install", "--quiet", *requirements]
    subprocess.run(install, check=True, stdout=sys.stderr)


def _python(environment: Path) -> str:
    return str(environment / "bin" / "python")


def _options(strict: bool) -> tuple[str, ...]:
    return ("--testhygiene-strict=all",) if strict else ()


def versions(sides: tuple[Side, Side]) -> Iterator[str]:
    """The versions of both sides to print; RuntimeError if it is not the plugin that they differ in."""
    bare, ours = (subprocess.check_output([*_flake8(side), "--version"], text=True) for side in sides)
    yield f"bare:        flake8 {' '.join(bare.split())}"
    yield f"with plugin: flake8 {' '.join(ours.split())}"
    if "testhygiene" in bare or "testhygiene" not in ours:
        raise RuntimeError("one side must have the plugin, and the other must not")


# the files


def workloads(cache: Path, scratch: Path) -> dict[str, Callable[[], Workload]]:
    """What can be measured; nothing is downloaded until it is asked for."""

    def of_nova(name: str, choose: Callable[[Path], Sequence[str]]) -> Workload:
        root = corpora.unpacked(corpora.NOVA, cache)
        return Workload(name, root, tuple(choose(root)))

    return {
        "small": lambda: small(scratch),
        "servers": lambda: of_nova("servers", lambda _: ["nova/tests/functional/test_servers.py"]),
        "eighth": lambda: of_nova("eighth", lambda root: _tests(root)[::8]),
        "other": lambda: of_nova("other", lambda root: _production(root)[::4]),
        "all": lambda: of_nova("all", _tests),
    }


def small(scratch: Path) -> Workload:
    """One test file of about 1 kB."""
    (scratch / "test_store.py").write_text(SMALL)
    return Workload("small", scratch, ("test_store.py",))


def _tests(root: Path) -> list[str]:
    return list(corpora.python_files(root, "nova/tests"))


def _production(root: Path) -> list[str]:
    return [name for name in corpora.python_files(root, "nova") if not name.startswith("nova/tests/")]


# the measurement


def measured(sides: tuple[Side, Side], workload: Workload, pairs: int, jobs: int) -> list[Pair]:
    """Run both sides ``pairs`` times in turns; every other pair begins with the other side."""
    bare, ours = sides
    for side in sides:
        lint(side, workload, jobs)  # fills the caches of the file system
    found: list[Pair] = []
    for number in range(pairs):
        if number % 2:
            second = lint(ours, workload, jobs)
            first = lint(bare, workload, jobs)
        else:
            first = lint(bare, workload, jobs)
            second = lint(ours, workload, jobs)
        found.append((first, second))
    return found


def lint(side: Side, workload: Workload, jobs: int) -> Spent:
    """Run flake8 once; RuntimeError if it fails rather than finds."""
    command = [*_flake8(side), "--isolated", f"--jobs={jobs}", *side.options, *workload.names]
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(command, cwd=workload.root, stdout=output)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        printed = output.read()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"flake8 stopped with {process.returncode}: {printed[:1000]}")
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * MIB_PER_UNIT, printed)


def _flake8(side: Side) -> list[str]:
    # -I, else plugins in the working directory would be found too.
    return [side.python, "-I", "-m", "flake8"]


def inside(side: Side, workload: Workload) -> float:
    """CPU seconds inside ``Plugin.run`` for all files, parsing excluded, in a process of its own."""
    command = [side.python, "-I", str(HERE / "runner.py"), *(["--strict"] if side.options else [])]
    names = "\n".join(workload.names)
    printed = subprocess.check_output(command, cwd=workload.root, input=names, text=True)
    return float(json.loads(printed)["seconds"])


# what it says


def interval(pairs: Sequence[Pair], of: Callable[[float, float], float], rounds: int = 2000) -> Interval:
    """``of`` the two median CPU seconds, with a bootstrap interval over the pairs; equal at every call."""

    def estimate(some: Sequence[Pair]) -> float:
        return of(_median(some, 0, "seconds"), _median(some, 1, "seconds"))

    chance = random.Random(0)
    drawn = sorted(estimate(chance.choices(pairs, k=len(pairs))) for _ in range(rounds))
    return Interval(estimate(pairs), drawn[round(0.025 * rounds)], drawn[round(0.975 * rounds) - 1])


def described(workload: Workload, pairs: Sequence[Pair], inside_seconds: Sequence[float]) -> Iterator[str]:
    """The lines to print for one workload."""
    ratio = interval(pairs, lambda bare, ours: ours / bare)
    extra = interval(pairs, lambda bare, ours: 1000 * (ours - bare))
    seconds, peak = ([_median(pairs, side, name) for side in (0, 1)] for name in ("seconds", "mebibytes"))
    own = median(inside_seconds)
    yield f"{workload.name}: {len(workload.names)} files, {workload.kilobytes:.0f} kB, {len(pairs)} pairs"
    yield f"  CPU s      bare {seconds[0]:.3f}, with plugin {seconds[1]:.3f}"
    yield f"  ratio      {ratio.estimate:.3f} [{ratio.low:.3f}, {ratio.high:.3f}]"
    yield f"  extra ms   {extra.estimate:.1f} [{extra.low:.1f}, {extra.high:.1f}]"
    yield f"  own run()  {own:.3f} CPU s, {own / seconds[0]:.3f} of bare"
    yield f"  peak MiB   bare {peak[0]:.0f}, with plugin {peak[1]:.0f}"
    yield f"  findings   {_digest(pairs[0][1].output)}"
    if len({_others(spent.output) for pair in pairs for spent in pair}) > 1:
        yield "  WARNING    the two sides, or two runs, differ in what flake8's own checks find"


def _median(pairs: Sequence[Pair], side: int, name: str) -> float:
    values: list[float] = [getattr(pair[side], name) for pair in pairs]
    return median(values)


def _digest(output: str) -> str:
    """Our findings in short: equal digests, equal findings."""
    counts = Counter(found[1] for found in FINDING.finditer(output))
    lines = sorted(found[0] for found in FINDING.finditer(output))
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
    return f"{digest} ({', '.join(f'{code} {count}' for code, count in sorted(counts.items()))})"


def _others(output: str) -> tuple[str, ...]:
    return tuple(line for line in output.splitlines() if not FINDING.match(line))


# the command


def smoke() -> None:
    """See that the measurement works: nothing is downloaded or built, and the figures mean nothing."""
    side = Side(sys.executable)
    with tempfile.TemporaryDirectory() as scratch:
        report((side, side), small(Path(scratch)), pairs=1, jobs=1)
    print("smoke run: both sides had the plugin")


def report(sides: tuple[Side, Side], workload: Workload, pairs: int, jobs: int) -> None:
    """Measure and print one workload."""
    found = measured(sides, workload, pairs, jobs)
    seconds = [inside(sides[1], workload) for _ in range(min(pairs, 3))]
    print("\n".join(described(workload, found, seconds)), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="WORKLOAD", help="small, servers, eighth, other, all")
    parser.add_argument("--pairs", type=int, default=9, help="pairs of runs (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=1, help="flake8's --jobs (default: %(default)s)")
    parser.add_argument("--strict", action="store_true", help="with --testhygiene-strict")
    parser.add_argument("--smoke", action="store_true", help="only see that it works")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    if arguments.smoke:
        smoke()
        return
    with tempfile.TemporaryDirectory() as scratch:
        known = workloads(arguments.cache, Path(scratch))
        chosen = arguments.names or ["small", "servers", "eighth", "other"]
        if unknown := set(chosen) - set(known):
            parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
        sides = two_sides(arguments.cache, arguments.strict)
        print("\n".join(versions(sides)), flush=True)
        for name in chosen:
            report(sides, known[name](), arguments.pairs, arguments.jobs)


if __name__ == "__main__":
    main()
