"""Lints code that people have released, all rules strict, and counts what must not happen.

Read are Python's standard library with its tests, the corpora, and the source archives of further popular
projects: every ``.py`` file, first with the plugin's own idea of what a test module is, then as if each were
one. An internal error, an exception that leaves the plugin, and a file that takes longer than both 2 s of CPU
and 20 times what flake8 alone takes are failures. What this version of Python cannot parse is not read.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import faulthandler
import signal
import sys
import sysconfig
import tempfile
import time
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import ClassVar, NamedTuple

from benchmarks import corpora, rounds, runner
from benchmarks.sides import Side
from benchmarks.workloads import Workload
from flake8_testhygiene.options import ALL_CODES, Options
from flake8_testhygiene.plugin import INTERNAL_ERROR, Plugin

SLOW_SECONDS = 2.0
SLOW_RATIO = 20
MOST_SECONDS = 120
SMALL = {
    "test_small.py": "import tempfile\n\n\ndef test_folder():\n    assert tempfile.mkdtemp()\n",
    "small.py": "def folder():\n    return 'x'\n",
    "broken.py": "def folder(:\n",
}


class Shipped(Plugin):
    """The plugin with all rules strict; what it knows of files is dropped before each project."""

    title: ClassVar[str] = "as shipped"
    options = Options(strict=ALL_CODES)


class EveryFile(Shipped):
    """As if every file held tests."""

    title = "every file"
    options = Options(strict=ALL_CODES, test_files=("*.py",))


WAYS = (Shipped, EveryFile)


class Stuck(BaseException):
    """A file took so long that we do not wait for its end; nothing but us may catch this."""


class Linted(NamedTuple):
    """What became of one file: how many findings, CPU seconds inside the plugin, and what went wrong."""

    path: str
    is_test_module: bool
    findings: int
    seconds: float
    faults: tuple[str, ...]


class Row(NamedTuple):
    """What became of the files of one project."""

    project: str
    way: str
    unread: int
    linted: list[Linted]
    too_slow: dict[str, str]

    @property
    def faults(self) -> list[str]:
        """Everything that must not happen, each with its file."""
        wrong = [f"{each.path}: {fault}" for each in self.linted for fault in each.faults]
        return wrong + [f"{path}: {how}" for path, how in self.too_slow.items()]

    def __str__(self) -> str:
        errors = sum(INTERNAL_ERROR in fault for each in self.linted for fault in each.faults)
        raised = sum(len(each.faults) for each in self.linted) - errors
        tests = sum(each.is_test_module for each in self.linted)
        findings = sum(each.findings for each in self.linted)
        seconds = [each.seconds for each in self.linted]
        slowest = max(seconds, default=0)
        return (
            f"{self.project:28}{self.way:12}{len(self.linted):>7}{self.unread:>7}{tests:>7}{findings:>9}"
            f"{errors:>7}{raised:>7}{sum(seconds):>9.1f}{slowest:>8.2f}{len(self.too_slow):>6}"
        )


HEAD = (
    f"{'project':28}{'test files':12}{'files':>7}{'unread':>7}{'tests':>7}{'findings':>9}"
    f"{'errors':>7}{'raised':>7}{'CPU s':>9}{'slowest':>8}{'slow':>6}"
)


def rows(project: str, root: Path, names: Sequence[str]) -> Iterator[Row]:
    """Lint files of a project in both ways; a test module is one in both, and linted once."""
    found: dict[type[Shipped], list[Linted]] = {way: [] for way in WAYS}
    unread = 0
    with runner.working_in(root):
        for way in WAYS:
            way.begin(way.options)
        for name in names:
            read = parsed(name)
            if read is None:
                unread += 1
            else:
                shipped = lint(Shipped, name, *read)
                found[Shipped].append(shipped)
                found[EveryFile].append(shipped if shipped.is_test_module else lint(EveryFile, name, *read))
        for way, linted in found.items():
            yield Row(project, way.title, unread, linted, dict(_too_slow(root, linted)))


def parsed(name: str) -> tuple[ast.Module, list[str]] | None:
    """The tree and the lines of a file as flake8 has them; None where it would report that it has none."""
    try:
        with tokenize.open(name) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            lines = file.readlines()
            return ast.parse("".join(lines)), lines
    except (SyntaxError, ValueError, RecursionError, MemoryError, OSError):
        return None


def lint(way: type[Shipped], name: str, tree: ast.Module, lines: list[str]) -> Linted:
    """Run the plugin over one file. Whatever leaves it is a fault, and so is a file without an end."""
    plugin = way(tree, name, lines)
    faults: list[str] = []
    findings = 0
    begin = time.process_time()
    try:
        with _limited():
            for _, _, text, _ in plugin.run():
                findings += 1
                if text.startswith(INTERNAL_ERROR):
                    faults.append(text)
    except Stuck:
        faults.append(f"took more than {MOST_SECONDS} s")
    except Exception as fault:
        faults.append(f"raised {type(fault).__name__}: {fault}")
    seconds = time.process_time() - begin
    return Linted(name, plugin.holds_tests(), findings, seconds, tuple(faults))


@contextlib.contextmanager
def _limited() -> Iterator[None]:
    """Raise Stuck after a time of our own CPU."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stuck

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _too_slow(root: Path, linted: Sequence[Linted]) -> Iterator[tuple[str, str]]:
    """The files over both limits; flake8 alone is only run where the first is passed."""
    for each in linted:
        if each.seconds > SLOW_SECONDS:
            bare = _bare_seconds(root, each.path)
            if each.seconds > SLOW_RATIO * bare:
                yield each.path, f"took {each.seconds:.1f} s, flake8 alone {bare:.2f} s"


def _bare_seconds(root: Path, name: str) -> float:
    """CPU seconds that flake8's own checks take for a file, start-up excluded.

    With none of our codes selected the plugin asks nothing.
    """
    side = Side("flake8", sys.executable, ("--select=E,F,W,C90",))
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "empty.py").touch()
        empty = rounds.lint(side, Workload("empty", Path(folder), ("empty.py",)), 1)
    whole = rounds.lint(side, Workload("one", root, (name,)), 1)
    return whole.seconds - empty.seconds


# the code that is read


def standard_library(folder: Path) -> tuple[str, Path, list[str]]:
    """Name, place and files of a standard library; what is installed beside it is not part of it."""
    names = [name for name in corpora.python_files(folder) if "site-packages" not in Path(name).parts]
    return f"stdlib {folder.name}", folder, names


def projects(arguments: argparse.Namespace) -> Iterator[tuple[str, Path, list[str]]]:
    """The projects that were asked for, by name."""
    chosen = set(arguments.projects)
    if not chosen or "stdlib" in chosen:
        for folder in arguments.stdlib or [Path(sysconfig.get_path("stdlib"))]:
            yield standard_library(folder.resolve())
    for corpus in (*corpora.CORPORA, *corpora.POPULAR):
        if not chosen or corpus.folder in chosen or _group(corpus) in chosen:
            root = corpora.unpacked(corpus, arguments.cache)
            yield corpus.folder, root, list(corpora.python_files(root))


def _group(corpus: corpora.Corpus) -> str:
    return "popular" if corpus in corpora.POPULAR else "corpora"


def _smoke(folder: Path) -> Iterator[tuple[str, Path, list[str]]]:
    for name, text in SMALL.items():
        (folder / name).write_text(text)
    yield "smoke", folder, sorted(SMALL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "projects",
        nargs="*",
        metavar="PROJECT",
        help="stdlib, corpora, popular, or such as nova-34.0.0 (default: all)",
    )
    parser.add_argument(
        "--stdlib",
        type=Path,
        nargs="+",
        metavar="FOLDER",
        help="standard libraries (default: this interpreter's)",
    )
    parser.add_argument("--verbose", action="store_true", help="name what went wrong, and where")
    parser.add_argument("--smoke", action="store_true", help="only see that it works, on a tiny input")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    known = {"stdlib", "corpora", "popular", *(each.folder for each in (*corpora.CORPORA, *corpora.POPULAR))}
    if unknown := set(arguments.projects) - known:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(sorted(known))}")
    if missing := [str(each) for each in arguments.stdlib or () if not each.is_dir()]:
        parser.error(f"--stdlib: no folder: {', '.join(missing)}")
    faulthandler.enable()
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(report(_smoke(Path(folder)) if arguments.smoke else projects(arguments), arguments.verbose))


def report(chosen: Iterator[tuple[str, Path, list[str]]], verbose: bool) -> bool:
    """Print a row for each project and way, and the sums; whether anything went wrong."""
    print(HEAD, flush=True)
    found: list[Row] = []
    for project in chosen:
        for row in rows(*project):
            print(row, flush=True)
            if verbose:
                print("".join(f"    {fault}\n" for fault in row.faults), end="", flush=True)
            found.append(row)
    for way in WAYS:
        own = [row for row in found if row.way == way.title]
        linted = [each for row in own for each in row.linted]
        slow = {f"{row.project}/{path}": how for row in own for path, how in row.too_slow.items()}
        print(Row("all", way.title, sum(row.unread for row in own), linted, slow))
    return any(row.faults for row in found)


if __name__ == "__main__":
    main()
