"""However flake8 reads files, the plugin finds the same: any order, jobs, folder, or standard input.

Every way is a run of the real flake8 over the same files of a copy of the project, with a ``setup.cfg``.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpora

FLAKE8 = (sys.executable, "-m", "flake8", "--isolated", "--select=TH")
MOST_SHOWN = 10
MOST_THROUGH_STDIN = 25
EVERY = {"nova-34.0.0": ("nova/tests/functional", 4), "tempest-47.0.0": ("tempest/api", 1)}

Lines = frozenset[str]


class Way(NamedTuple):
    """One way to ask, and what differs from the first: ``more`` and ``less`` lines than were expected."""

    name: str
    found: Lines
    expected: Lines

    @property
    def differing(self) -> list[str]:
        """The lines that only one side has, marked."""
        more, less = self.found - self.expected, self.expected - self.found
        return sorted([*(f"+ {line}" for line in more), *(f"- {line}" for line in less)], key=lambda x: x[2:])


def ways(root: Path, names: Sequence[str], seed: int) -> Iterator[Way]:
    """Every way to lint the files ``names`` below ``root``, the one that the others must equal first."""
    absolute = [str(root / name) for name in names]
    first = lint(root, root, names, "-j1")
    yield Way("sorted -j1", first, first)
    for jobs in ("-j2", "-j4"):
        yield Way(f"sorted {jobs}", lint(root, root, names, jobs), first)
    shuffled = random.Random(seed).sample(names, len(names))
    for order, some in (("reversed", names[::-1]), ("random", shuffled)):
        for jobs in ("-j1", "-j2"):
            yield Way(f"{order} {jobs}", lint(root, root, some, jobs), first)
    yield Way("absolute", lint(root, root, absolute, "-j1"), first)
    with tempfile.TemporaryDirectory() as elsewhere:
        yield Way("from elsewhere", lint(Path(elsewhere), root, absolute, "-j1"), first)
    typed = shuffled[:MOST_THROUGH_STDIN]
    yield Way("standard input", through_stdin(root, typed), _of(first, typed))


def lint(working: Path, root: Path, names: Sequence[str], jobs: str) -> Lines:
    """What flake8 prints in one run, with paths relative to ``root``."""
    return _printed(working, root, [jobs, *names], None)


def through_stdin(root: Path, names: Sequence[str]) -> Lines:
    """What flake8 prints in runs of one file each, as an editor asks."""
    found: set[str] = set()
    for name in names:
        found |= _printed(root, root, ["-", f"--stdin-display-name={name}"], (root / name).read_bytes())
    return frozenset(found)


def _printed(working: Path, root: Path, arguments: Sequence[str], text: bytes | None) -> Lines:
    run = subprocess.run([*FLAKE8, *arguments], cwd=working, input=text, capture_output=True, check=False)
    if run.returncode not in (0, 1) or run.stderr:
        raise RuntimeError(f"flake8 stopped with {run.returncode}: {run.stderr.decode()[-1000:]}")
    lines = run.stdout.decode().splitlines()
    return frozenset(line.removeprefix(f"{root}/").removeprefix("./") for line in lines)


def _of(found: Lines, names: Sequence[str]) -> Lines:
    return frozenset(line for line in found if line.split(":")[0] in names)


def table(found: Sequence[Way]) -> Iterator[str]:
    """A row for each way, and the lines that differ."""
    yield f"{'way':20}{'findings':>10}{'digest':>16}  equal"
    for way in found:
        digest = hashlib.sha256("\n".join(sorted(way.found)).encode()).hexdigest()[:12]
        yield f"{way.name:20}{len(way.found):>10}{digest:>16}  {'no' if way.differing else 'yes'}"
        yield from (f"    {line}" for line in way.differing[:MOST_SHOWN])


def is_sound(found: Sequence[Way]) -> bool:
    """Whether all ways agree, and nothing broke inside the plugin."""
    broken = any(": TH000 " in line for way in found for line in way.found)
    return not broken and not any(way.differing for way in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="*", metavar="CORPUS", help=f"of {', '.join(EVERY)} (default: all)")
    parser.add_argument("--seed", type=int, default=1, help="of the random order (default: %(default)s)")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    if unknown := set(arguments.corpora) - set(EVERY):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    sound = True
    for corpus in corpora.OPENSTACK:
        if corpus.folder in (arguments.corpora or EVERY):
            below, step = EVERY[corpus.folder]
            source = corpora.unpacked(corpus, arguments.cache)
            names = list(corpora.python_files(source, below))[::step]
            with tempfile.TemporaryDirectory() as folder:
                root = corpora.copied(source, corpora.python_files(source), Path(folder).resolve())
                found = list(ways(root, names, arguments.seed))
            print(f"{corpus.folder}: {len(names)} files")
            print("\n".join(table(found)), flush=True)
            sound &= is_sound(found)
    sys.exit(not sound)


if __name__ == "__main__":
    main()
