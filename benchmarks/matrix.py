"""The same findings on every Python: each way of ``agreement``, with every interpreter.

The fixtures of the rules, and modules that ``fuzz`` makes of them, are linted with all rules strict, corpora
with the default rules; with LF and with CRLF, or in every way. Files that one of the interpreters cannot
parse are left out. Every interpreter gets an environment beside the corpora, with the newest flake8 and
astroid for it.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import agreement, corpora, fuzz
from benchmarks.agreement import Flake8, Lines, Way

CHECKOUT = Path(__file__).parents[1]
MUTATED = 300
PYTHONS = ("python3.10", "python3.11", "python3.12", "python3.13")
VERSIONS = """\
import sys
from importlib.metadata import version
print(".".join(map(str, sys.version_info[:3])), version("flake8"), version("astroid"))
"""
PARSES = """\
import ast, sys, warnings
warnings.simplefilter("ignore")
for name in sys.stdin.read().splitlines():
    try:
        with open(name, "rb") as file:
            ast.parse(file.read())
    except (SyntaxError, ValueError):
        continue
    print(name)
"""


class Interpreter(NamedTuple):
    """A Python with the plugin: its path in the environment, and the versions of what is there."""

    path: str
    version: str
    flake8: str
    astroid: str

    def __str__(self) -> str:
        return f"python {self.version}: flake8 {self.flake8}, astroid {self.astroid}"


class Project(NamedTuple):
    """What is linted: files below a root, with options."""

    root: Path
    names: list[str]
    options: tuple[str, ...]


class Cell(NamedTuple):
    """One way with one interpreter."""

    python: str
    way: Way


def environment(python: str, cache: Path) -> Interpreter:
    """The interpreter of an environment that has the plugin of this checkout; it is kept in the cache."""
    asked = [python, "-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))"]
    number = subprocess.check_output(asked, text=True).strip()
    folder = cache.absolute() / f"matrix-python{number}"
    path = str(folder / "bin" / "python")
    if not (folder / "bin" / "flake8").exists():
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
    install = [path, "-m", "pip", "install", "--quiet", "--editable", str(CHECKOUT)]
    subprocess.run(install, check=True, stdout=sys.stderr)
    return Interpreter(path, *subprocess.check_output([path, "-c", VERSIONS], text=True).split())


def parsed_by_all(made: Project, pythons: Sequence[Interpreter]) -> Project:
    """The project without the files that one of the interpreters cannot parse."""
    names = made.names
    for python in pythons:
        command = [python.path, "-c", PARSES]
        names = subprocess.check_output(
            command, cwd=made.root, input="\n".join(names), text=True
        ).splitlines()
    return made._replace(names=names)


def cells(made: Project, pythons: Sequence[Interpreter], is_long: bool) -> Iterator[Cell]:
    """Each way with each interpreter; all are to find what the first way does with the first one."""
    first: Lines | None = None
    for python in pythons:
        flake8 = Flake8(python.path, made.options)
        some = (
            agreement.ways(made.root, made.names, 1, flake8, first)
            if is_long
            else _short(made, flake8, first)
        )
        for way in some:
            first = way.found if first is None else first
            yield Cell(python.version, way)


def _short(made: Project, flake8: Flake8, first: Lines | None) -> Iterator[Way]:
    found = flake8.lint(made.root, made.names, "-j1")
    first = found if first is None else first
    yield Way("sorted -j1", found, first)
    with tempfile.TemporaryDirectory() as folder:
        crlf = agreement.with_crlf(made.root, Path(folder).resolve())
        yield Way("CRLF", flake8.lint(crlf, made.names, "-j1"), first)


def fixtures(folder: Path) -> Path:
    """A project that holds the fixtures of the rules as test modules."""
    (folder / "tests").mkdir()
    (folder / "setup.cfg").touch()
    for path in sorted(fuzz.FIXTURES.glob("th*.py")):
        shutil.copyfile(path, folder / "tests" / f"test_{path.name}")
    return folder


def mutated(folder: Path) -> Path:
    """A project of mutated modules, each in a folder with what it builds on."""
    (folder / "setup.cfg").touch()
    for name, made in fuzz.mutated(MUTATED, 0):
        (folder / name).mkdir()
        (folder / name / "test_x.py").write_bytes(made.text.encode())
        if made.support is not None:
            (folder / name / "support.py").write_bytes(made.support.encode())
    return folder


OWN = {"fixtures": fixtures, "mutated": mutated}


def table(found: Sequence[Cell]) -> Iterator[str]:
    """A row for each way, a column for each interpreter: the number of findings, ! where they differ."""
    pythons = list(dict.fromkeys(each.python for each in found))
    yield f"{'way':20}" + "".join(f"{python:>12}" for python in pythons)
    for name in dict.fromkeys(each.way.name for each in found):
        row = {each.python: each.way for each in found if each.way.name == name}
        counts = (f"{len(way.found)}{'!' if way.differing else ''}" for way in row.values())
        yield f"{name:20}" + "".join(f"{count:>12}" for count in counts)
    digest = hashlib.sha256("\n".join(sorted(found[0].way.expected)).encode()).hexdigest()[:12]
    yield f"digest of {found[0].way.name} with {found[0].python}: {digest}"
    for each in found:
        some = each.way.differing[: agreement.MOST_SHOWN]
        yield from (f"    {each.python} {each.way.name}: {line}" for line in some)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    known = (*OWN, *agreement.EVERY)
    parser.add_argument(
        "projects", nargs="*", metavar="PROJECT", help=f"of {', '.join(known)} (default: all)"
    )
    parser.add_argument(
        "--pythons", nargs="+", metavar="PYTHON", default=PYTHONS, help="interpreters, by name or path"
    )
    parser.add_argument("--all-ways", action="store_true", help="not only with LF and with CRLF")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    if unknown := set(arguments.projects) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(known)}")
    if missing := [each for each in arguments.pythons if shutil.which(each) is None]:
        parser.error(f"--pythons: not found: {', '.join(missing)}")
    pythons = [environment(each, arguments.cache) for each in arguments.pythons]
    print("\n".join(map(str, pythons)), flush=True)
    sound = True
    for name in arguments.projects or known:
        with tempfile.TemporaryDirectory() as folder:
            made = project(name, Path(folder).resolve(), arguments.cache)
            sound &= report(name, made, pythons, arguments.all_ways)
    sys.exit(not sound)


def project(name: str, folder: Path, cache: Path) -> Project:
    """The project of that name, made or copied in an empty folder."""
    if name in OWN:
        root = OWN[name](folder)
        return Project(root, list(corpora.python_files(root)), ("--testhygiene-strict",))
    (corpus,) = (each for each in corpora.OPENSTACK if each.folder == name)
    below, step = agreement.EVERY[name]
    source = corpora.unpacked(corpus, cache)
    root = corpora.copied(source, corpora.python_files(source), folder)
    return Project(root, list(corpora.python_files(source, below))[::step], ())


def report(name: str, made: Project, pythons: Sequence[Interpreter], is_long: bool) -> bool:
    """Print the table of one project; whether all agree."""
    known = parsed_by_all(made, pythons)
    found = list(cells(known, pythons, is_long))
    print(f"{name}: {len(known.names)} files, {len(made.names) - len(known.names)} left out")
    print("\n".join(table(found)), flush=True)
    return agreement.is_sound([each.way for each in found])


if __name__ == "__main__":
    main()
