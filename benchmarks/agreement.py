"""However flake8 reads files, the plugin finds the same: any order, jobs, start method, folder, or line ends.

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

STARTED_BY = """\
import multiprocessing, sys
multiprocessing.set_start_method(sys.argv.pop(1))
from flake8.main.cli import main
sys.exit(main())
"""
START_METHODS = ("fork", "spawn", "forkserver")
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


class Flake8(NamedTuple):
    """The flake8 of an interpreter that has the plugin, and options besides those that every way has."""

    python: str = sys.executable
    options: tuple[str, ...] = ()

    def lint(
        self, root: Path, names: Sequence[str], *more: str, working: Path | None = None, start: str = ""
    ) -> Lines:
        """What one run prints, with paths relative to ``root``, which is also the working directory.

        ``start`` is how Python is to start the processes of the jobs, its own way unless given.
        """
        return self._printed(working or root, root, [*more, *names], start)

    def through_stdin(self, root: Path, names: Sequence[str], end: bytes = b"\n") -> Lines:
        """What runs of one file each print, as an editor asks; ``end`` is what lines end with."""
        found: set[str] = set()
        for name in names:
            text = with_ends((root / name).read_bytes(), end)
            found |= self._printed(root, root, ["-", f"--stdin-display-name={name}"], text=text)
        return frozenset(found)

    def _printed(
        self, working: Path, root: Path, arguments: Sequence[str], start: str = "", text: bytes | None = None
    ) -> Lines:
        flake8 = ("-c", STARTED_BY, start) if start else ("-m", "flake8")
        command = [self.python, *flake8, "--isolated", "--select=TH", *self.options, *arguments]
        run = subprocess.run(command, cwd=working, input=text, capture_output=True, check=False)
        if run.returncode not in (0, 1) or run.stderr:
            raise RuntimeError(f"flake8 stopped with {run.returncode}: {run.stderr.decode()[-1000:]}")
        lines = run.stdout.decode().splitlines()
        return frozenset(line.removeprefix(f"{root}/").removeprefix("./") for line in lines)


OWN = Flake8()


def ways(
    root: Path, names: Sequence[str], seed: int, flake8: Flake8 = OWN, first: Lines | None = None
) -> Iterator[Way]:
    """Every way to lint the files ``names`` below ``root``; all must find what ``first`` says.

    Unless it is given, that is what the first way finds.
    """
    absolute = [str(root / name) for name in names]
    found = flake8.lint(root, names, "-j1")
    first = found if first is None else first
    yield Way("sorted -j1", found, first)
    for jobs in ("-j2", "-j4"):
        yield Way(f"sorted {jobs}", flake8.lint(root, names, jobs), first)
    for start in START_METHODS:
        yield Way(f"{start} -j2", flake8.lint(root, names, "-j2", start=start), first)
    shuffled = random.Random(seed).sample(names, len(names))
    for order, some in (("reversed", names[::-1]), ("random", shuffled)):
        for jobs in ("-j1", "-j2"):
            yield Way(f"{order} {jobs}", flake8.lint(root, some, jobs), first)
    yield Way("absolute", flake8.lint(root, absolute, "-j1"), first)
    with tempfile.TemporaryDirectory() as folder:
        elsewhere = Path(folder).resolve()
        yield Way("from elsewhere", flake8.lint(root, absolute, "-j1", working=elsewhere), first)
        yield Way("CRLF", flake8.lint(with_crlf(root, elsewhere), names, "-j1"), first)
    typed = shuffled[:MOST_THROUGH_STDIN]
    yield Way("standard input", flake8.through_stdin(root, typed), _of(first, typed))
    yield Way("and CRLF", flake8.through_stdin(root, typed, b"\r\n"), _of(first, typed))


def with_crlf(root: Path, folder: Path) -> Path:
    """A copy of a project in ``folder``, in which all lines end as on Windows."""
    corpora.copied(root, corpora.python_files(root), folder)
    for name in corpora.python_files(folder):
        (folder / name).write_bytes(with_ends((folder / name).read_bytes(), b"\r\n"))
    return folder


def with_ends(content: bytes, end: bytes) -> bytes:
    """The content of a file with other ends of lines."""
    return content.replace(b"\r\n", b"\n").replace(b"\n", end)


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
