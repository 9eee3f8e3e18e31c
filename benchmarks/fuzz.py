"""Lints modules that nobody would write, and looks for faults of the plugin.

``mutated`` modules are made of the fixtures (see kneading.py), some with a second module beside them that
they build on; ``grammar`` ones are drawn from Python's grammar by hypothesmith. Of each module are asked: no
internal error and nothing raised, every finding in the file, the tree as it was, and the same findings a
second time, when the ends of lines are others.
"""

from __future__ import annotations

import argparse
import ast
import io
import random
import sys
import tempfile
import textwrap
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import kneading, runner
from flake8_testhygiene.docs import Finding
from flake8_testhygiene.options import ALL_CODES, Options
from flake8_testhygiene.plugin import INTERNAL_ERROR, Plugin

FIXTURES = Path(__file__).parents[1] / "tests" / "fixtures"
PLACES = (
    "test_x.py",
    "tests/unit/test_x.py",
    "tests/functional/test_x.py",
    "tempest/api/x.py",
    "conftest.py",
)
MODULES = {"mutated": 50_000, "grammar": 2_000}


class Strict(Plugin):
    """The plugin as a strict user has it; the one that flake8 has set up keeps its own."""


Strict.begin(Options(strict=ALL_CODES))


class Text(NamedTuple):
    """A module to lint: its text, where it is said to lie, and the text of ``support.py`` if there is one."""

    text: str
    place: str
    support: str | None = None


class Faulty(NamedTuple):
    """A module that the plugin is at fault with, and the faults."""

    module: Text
    faults: list[str]


def faults(module: Text) -> list[str]:
    """What the plugin does wrong with a module that can be parsed; nothing if all is well.

    The working directory is a project that holds nothing.
    """
    _put_beside(module.support)
    text = module.text
    crlf = text if "\r" in text else text.replace("\n", "\r\n")
    try:
        tree = _parsed(text)
        found = _linted(module, tree)
        again = findings(module._replace(text=crlf))
    except Exception as fault:
        return [f"raised {type(fault).__name__}: {fault}"]
    count = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
    wrong = [each.text for each in found if each.code == INTERNAL_ERROR]
    wrong += [f"not in the file: {each}" for each in found if not 1 <= each.line <= count or each.column < 1]
    wrong += [] if _dumped(tree) == _dumped(_parsed(text)) else ["the tree was changed"]
    less, more = Counter(found) - Counter(again), Counter(again) - Counter(found)
    wrong += [f"lost the second time, with CRLF: {each}" for each in less]
    return [*wrong, *(f"only the second time, with CRLF: {each}" for each in more)]


def findings(module: Text) -> list[Finding]:
    """What a strict user is told of a module."""
    return _linted(module, _parsed(module.text))


def _put_beside(text: str | None) -> None:
    path = Path("support.py")
    path.unlink(missing_ok=True)
    if text is not None:
        path.write_bytes(text.encode(errors="surrogatepass"))


def _parsed(text: str) -> ast.Module:
    tree = kneading.parsed(text)
    assert tree is not None
    return tree


def _linted(module: Text, tree: ast.Module) -> list[Finding]:
    """What is found in a module, as flake8 reads standard input."""
    lines = io.StringIO(module.text, newline="\n").readlines()
    found = Strict(tree, module.place, lines).run()
    return sorted(Finding(line, column + 1, *words.split(" ", 1)) for line, column, words, _ in found)


def _dumped(tree: ast.Module) -> str:
    return ast.dump(tree, include_attributes=True)


@contextmanager
def empty_project() -> Iterator[Path]:
    """A project that holds nothing is the working directory for a while; the one before is given."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "setup.cfg").touch()
        with runner.working_in(Path(folder)) as here:
            yield here


def stock() -> kneading.Stock:
    """What mutated modules are made of: the fixtures of the rules."""
    return kneading.stock(path.read_text(encoding="utf-8") for path in sorted(FIXTURES.glob("th*.py")))


def drawn(fixtures: kneading.Stock, chance: random.Random) -> Text:
    """A mutated module at some place; every third builds on what stands in another."""
    text, place = fixtures.module(chance), chance.choice(PLACES)
    if chance.randrange(3):
        return Text(text, place)
    support = fixtures.module(chance)
    built_on = kneading.laid_out(f"{_building_on(support, chance)}\n{text}", chance)
    if chance.random() < 0.1:
        support = support[: chance.randint(0, len(support))]  # somebody is typing there
    return Text(text if kneading.parsed(built_on) is None else built_on, place, support)


def _building_on(support: str, chance: random.Random) -> str:
    """A test that uses what ``support.py`` defines."""
    tree = kneading.parsed(support)
    assert tree is not None
    defined = [each.name for each in tree.body if isinstance(each, kneading.DEFINITIONS)] or ["nothing"]
    methods = [each.name for each in ast.walk(tree) if isinstance(each, kneading.DEFINITIONS)] or ["nothing"]
    first, second, third = (chance.choice(defined) for _ in range(3))
    imported = (
        f"from support import {first}, {second}, {third}",
        "from support import *",
        "import support as s",
    )
    heir = f"class TestHeir({chance.choice((first, f's.{first}'))}):\n    def test_heir(self):\n"
    body = f"        self.{chance.choice(methods)}()\n        {second}()\n        s.{third}()\n"
    return f"{chance.choice(imported)}\n{heir}{body}"


def mutated(count: int, first: int) -> Iterator[tuple[str, Text]]:
    """Names and mutated modules, one for each seed from ``first`` on."""
    fixtures = stock()
    for seed in range(first, first + count):
        yield f"mutated-{seed}", drawn(fixtures, random.Random(seed))


def from_grammar(count: int, seed: int, look: Callable[[str, Text], None]) -> None:
    """Let ``look`` see modules drawn from Python's grammar, each as it is and in the middle of a test."""
    import hypothesis
    import hypothesmith

    numbers = iter(range(count))

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=count // 2,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(hypothesmith.from_grammar() | hypothesmith.from_node())
    def shown(text: str) -> None:
        inner = textwrap.indent(text, "        ")
        for each in (
            text,
            f"import unittest\nclass TestIt(unittest.TestCase):\n    def test_it(self):\n{inner}",
        ):
            if kneading.parsed(each) is not None and (number := next(numbers, None)) is not None:
                look(f"grammar-{number}", Text(each, PLACES[number % len(PLACES)]))

    shown()


class Tally:
    """Counts the modules that were looked at, and keeps those that the plugin is at fault with."""

    def __init__(self, kept: Path) -> None:
        self.kept = kept
        self.modules = 0
        self.characters = 0
        self.faulty: list[Faulty] = []

    def look(self, name: str, module: Text) -> None:
        """Lint a module, which is called so when it is kept."""
        self.modules += 1
        self.characters += len(module.text)
        if wrong := faults(module):
            self.faulty.append(Faulty(module, wrong))
            print(f"{name} as {module.place}: {wrong[0]}", flush=True)
            if sum(each.faults[0] == wrong[0] for each in self.faulty) == 1:
                self._keep(name, module, wrong[0])

    def _keep(self, name: str, module: Text, wrong: str) -> None:
        """Keep the smallest form of a module that has a fault nobody has had before."""
        small = kneading.smaller(module.text, lambda text: wrong in faults(module._replace(text=text)))
        self.kept.mkdir(parents=True, exist_ok=True)
        for path, text in ((f"{name}.py", small), (f"{name}-support.py", module.support)):
            if text is not None:
                (self.kept / path).write_bytes(text.encode(errors="surrogatepass"))
        print(f"    kept in {self.kept / name}.py", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("ways", nargs="*", metavar="WAY", help=f"of {', '.join(MODULES)} (default: all)")
    parser.add_argument("--modules", type=int, help=f"how many of each (default: {_defaults()})")
    parser.add_argument("--seed", type=int, default=0, help="of the first module (default: %(default)s)")
    parser.add_argument("--kept", type=Path, default=Path("faulty"), help="for faulty ones (%(default)s)")
    arguments = parser.parse_args()
    if unknown := set(arguments.ways) - MODULES.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(MODULES)}")
    tallies = [run(way, arguments) for way in arguments.ways or MODULES]
    sys.exit(any(each.faulty for each in tallies))


def run(way: str, arguments: Any) -> Tally:
    """Lint the modules of one way and print how many there were."""
    tally = Tally(arguments.kept.absolute())
    count = arguments.modules or MODULES[way]
    begin = time.process_time()
    with empty_project(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if way == "grammar":
            from_grammar(count, arguments.seed, tally.look)
        else:
            for name, module in mutated(count, arguments.seed):
                tally.look(name, module)
    spent = time.process_time() - begin
    print(
        f"{way}: {tally.modules} modules, {tally.characters / max(tally.modules, 1):.0f} characters each, "
        f"{len(tally.faulty)} with faults, {spent:.0f} CPU s",
        flush=True,
    )
    return tally


def _defaults() -> str:
    return ", ".join(f"{way} {count}" for way, count in MODULES.items())


if __name__ == "__main__":
    main()
