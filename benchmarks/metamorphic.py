"""What must not matter to the findings, and what must, tried on real files.

Each change is made to the text of a file in its place in the project, and the file is linted again:

- ``rename``: local variables get other names, of the same length, which the catalog's patterns treat alike.
- ``blank``: blank lines stand before random statements.
- ``imports``: the imports of a block change places.
- ``methods``: the methods of each class change places.

None of these may change a finding, but for its line. ``register`` adds the cleanup that a message of TH003
proposes, behind the acquire: that finding must go, and no other come or go. ``drop`` lets a registered
cleanup of the file be gone: if anything appears, it is the finding about what was cleaned up; where nothing
does, somebody else may release it.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import pkgutil
import random
import re
import string
import symtable
import sys
import tokenize
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import flake8_testhygiene
from benchmarks import corpora, runner
from flake8_testhygiene.catalog.triggers import ACQUIRES
from flake8_testhygiene.cleanup.acquires import ROWS
from flake8_testhygiene.docs import Finding, asked, lint
from flake8_testhygiene.options import ALL_CODES, Options
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.plugin import Plugin

LARGEST = 200_000
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
FRAMES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
PROPOSED = re.compile(r": ((?:self|cls)\.add\w*Cleanup\()([\w.]+)(, \.\.\.)?\)(?: \[\w+\])?$")
# The findings that are about what a cleanup is for: the value of the call itself, or what it changed.
OF_CLEANUPS = frozenset({"TH003", "TH301", "TH302", "TH303", "TH304", "TH305"})


class Change(NamedTuple):
    """A file after a change: its text, where its lines stand now, and the names that are other ones now."""

    source: str
    lines: dict[int, int]
    names: frozenset[str] = frozenset()


class Difference(NamedTuple):
    """A finding that a change took away (-) or brought (+)."""

    sign: str
    finding: Finding


# names


@cache
def _catalogued() -> tuple[list[Pattern | re.Pattern[str]], frozenset[str]]:
    """Every pattern of the package, and every word of its tables."""
    patterns: list[Pattern | re.Pattern[str]] = []
    words: set[str] = set()
    for found in pkgutil.walk_packages(flake8_testhygiene.__path__, "flake8_testhygiene."):
        if not found.name.endswith("__main__"):
            for value in vars(importlib.import_module(found.name)).values():
                _collect(value, patterns, words)
    return patterns, frozenset(words)


def _collect(value: object, patterns: list[Pattern | re.Pattern[str]], words: set[str]) -> None:
    if isinstance(value, Pattern | re.Pattern):
        patterns.append(value)
    elif isinstance(value, str):
        words.update(re.findall(r"\w+", value) if len(value) < 200 else ())
    elif isinstance(value, tuple | frozenset | set | list):
        for each in value:
            _collect(each, patterns, words)
    elif isinstance(value, dict):
        _collect([*value.keys(), *value.values()], patterns, words)


@cache
def treated(name: str) -> tuple[bool, ...]:
    """How the patterns of the package answer to a name, alone and as part of what they are asked about."""
    patterns, _ = _catalogued()
    asked_about = (name, f"self.{name}", f"{name}.x", f"{name}()", f"x_{name}")
    return tuple(each.search(text) is not None for each in patterns for text in asked_about)


def is_neutral(name: str) -> bool:
    """Whether a name says nothing: neither it nor a part of it stands in any table."""
    _, words = _catalogued()
    return not any(part in words or part.rstrip("s") in words for part in (name, *name.split("_")))


def fresh(name: str, taken: set[str], chance: random.Random) -> str | None:
    """Another name of the same length that is treated alike; None where none is found."""
    for _ in range(30):
        made = "".join(each if each == "_" else chance.choice(string.ascii_lowercase) for each in name)
        if made not in taken and is_neutral(made) and treated(made) == treated(name):
            return made
    return None


def _locals(table: symtable.SymbolTable, source: str) -> Iterator[tuple[int, str, set[str]]]:
    """The line and name of every outermost function, and its variables that no inner scope binds again."""
    for child in table.get_children():
        if child.get_type() == "function" and isinstance(child, symtable.Function):
            own = {
                each.get_name()
                for each in child.get_symbols()
                if each.is_local()
                and each.is_assigned()
                and not (each.is_parameter() or each.is_imported() or each.is_namespace() or each.is_global())
            }
            yield child.get_lineno(), child.get_name(), own - set(_bound_inside(child))
        else:
            yield from _locals(child, source)


def _bound_inside(table: symtable.SymbolTable) -> Iterator[str]:
    for child in table.get_children():
        yield from (each.get_name() for each in child.get_symbols() if not each.is_free())
        yield from _bound_inside(child)


def renamed(source: str, chance: random.Random) -> Change | None:
    """Local variables get other names."""
    tree = ast.parse(source)
    lines = source.splitlines(keepends=True)
    own: dict[tuple[int, str], set[str]] = {}
    for line, name, names in _locals(symtable.symtable(source, "<file>", "exec"), source):
        own[line, name] = names
    taken = set(re.findall(r"\w+", source))
    changed: set[str] = set()
    places: list[tuple[int, int, str, str]] = []
    for function in _outermost(tree):
        first = min([function.lineno, *(each.lineno for each in function.decorator_list)])
        names = own.get((function.lineno, function.name)) or own.get((first, function.name)) or set()
        for name in sorted(names - _bound_otherwise(function)):
            made = fresh(name, taken, chance) if is_neutral(name) else None
            if made is not None:
                taken.add(made)
                changed |= {name, made}
                places += [
                    (node.lineno, node.col_offset, name, made)
                    for node in ast.walk(function)
                    if isinstance(node, ast.Name) and node.id == name
                ]
    for line, column, name, made in places:
        text = lines[line - 1].encode()
        if text[column : column + len(name)] != name.encode():
            return None  # below Python 3.12 the places inside of f-strings are not known
        lines[line - 1] = (text[:column] + made.encode() + text[column + len(name) :]).decode()
    return Change("".join(lines), _as_they_are(source), frozenset(changed)) if changed else None


def _outermost(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, FUNCTIONS):
            yield child
        else:
            yield from _outermost(child)


def _bound_otherwise(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Names that stand in more than ``Name`` nodes, or in f-strings; all if the code looks at its names."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            found.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            found.add(node.rest)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
        elif isinstance(node, ast.JoinedStr):
            found.update(each.id for each in ast.walk(node) if isinstance(each, ast.Name))
        elif isinstance(node, ast.Name) and node.id in {"locals", "vars", "eval", "exec", "globals"}:
            found.update(each.id for each in ast.walk(function) if isinstance(each, ast.Name))
    return found


# lines


def _as_they_are(source: str) -> dict[int, int]:
    return {number: number for number in range(1, source.count("\n") + 3)}


def first_line(node: ast.stmt, lines: list[str]) -> int:
    """The line of its first decorator, or of the comment directly above it."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    return first


def spaced(source: str, chance: random.Random) -> Change | None:
    """Blank lines stand before a third of the statements."""
    lines = source.splitlines(keepends=True)
    begins = sorted(
        {
            first_line(node, lines)
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.stmt) and not _continues(node, lines)
        }
    )
    chosen = {each for each in begins if chance.random() < 1 / 3}
    made: list[str] = []
    where = _as_they_are(source)
    for number, line in enumerate(lines, 1):
        made += ["\n"] * (chance.randint(1, 3) if number in chosen else 0)
        made.append(line)
        where[number] = len(made)
    return Change("".join(made), where) if chosen else None


def _continues(node: ast.stmt, lines: list[str]) -> bool:
    """Whether something stands before a statement on its line, or the line before goes on."""
    before = lines[node.lineno - 1].encode()[: node.col_offset]
    return bool(before.strip()) or (node.lineno > 1 and lines[node.lineno - 2].rstrip("\r\n").endswith("\\"))


def _shuffled(source: str, groups: Iterable[list[range]], chance: random.Random) -> Change | None:
    """The blocks of lines of each group, counted from 1, change places among themselves."""
    lines = source.splitlines(keepends=True)
    order: list[int] = []
    done = 1
    for group in sorted(groups, key=lambda each: each[0].start):
        other = list(group)
        chance.shuffle(other)
        if other == group:
            other.reverse()
        for slot, block in zip(group, other, strict=True):
            order += [*range(done, slot.start), *block]
            done = slot.stop
    order += range(done, len(lines) + 1)
    if order == list(range(1, len(lines) + 1)):
        return None
    where = _as_they_are(source) | {old: new for new, old in enumerate(order, 1)}
    return Change("".join(lines[each - 1] for each in order), where)


def with_imports_shuffled(source: str, chance: random.Random) -> Change | None:
    """Imports that stand together on the top level change places, where none of them hides another."""
    lines = source.splitlines(keepends=True)
    groups: list[list[range]] = [[]]
    bound: set[str] = set()
    for node in ast.parse(source).body:
        names = _bound(node)
        alone = isinstance(node, ast.Import | ast.ImportFrom) and not _continues(node, lines)
        together = bool(groups[-1]) and groups[-1][-1].stop == node.lineno
        if not alone or names is None or not together or not bound.isdisjoint(names):
            groups.append([])
            bound = set()
        if alone and names is not None and ";" not in lines[(node.end_lineno or 0) - 1]:
            groups[-1].append(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            bound |= {each for each in names if "." not in each}
    return _shuffled(source, (each for each in groups if len(each) > 1), chance)


def _bound(node: ast.stmt) -> set[str] | None:
    """The names that an import binds, ``a.`` where ``import a.b`` binds a part of a; None if it is none."""
    if isinstance(node, ast.Import):
        return {
            each.asname or (each.name if "." not in each.name else f"{each.name}.") for each in node.names
        }
    if isinstance(node, ast.ImportFrom) and node.module != "__future__" and node.names[0].name != "*":
        return {each.asname or each.name for each in node.names}
    return None


def with_methods_shuffled(source: str, chance: random.Random) -> Change | None:
    """The methods of each class on the top level change places, if none is used while the class is made."""
    lines = source.splitlines(keepends=True)
    groups = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, FUNCTIONS)]
            names = [each.name for each in methods]
            if len(methods) > 1 and len({*names}) == len(names) and _read_while_made(node).isdisjoint(names):
                group = [range(first_line(each, lines), (each.end_lineno or 0) + 1) for each in methods]
                if all(lines[each.start - 1].lstrip() for each in group):
                    groups.append(group)
    if groups and not lines[-1].endswith("\n"):
        return with_methods_shuffled(f"{source}\n", chance)
    return _shuffled(source, groups, chance)


def _read_while_made(node: ast.ClassDef) -> set[str]:
    found: set[str] = set()
    for each in node.body:
        parts: list[ast.AST] = [each]
        if isinstance(each, FUNCTIONS):
            defaults = [default for default in each.args.kw_defaults if default is not None]
            parts = [*each.decorator_list, *each.args.defaults, *defaults]
        found |= {name.id for part in parts for name in ast.walk(part) if isinstance(name, ast.Name)}
    return found


INVARIANT: dict[str, Callable[[str, random.Random], Change | None]] = {
    "rename": renamed,
    "blank": spaced,
    "imports": with_imports_shuffled,
    "methods": with_methods_shuffled,
}


# cleanups


def with_cleanup(source: str, finding: Finding) -> Change | None:
    """The proposed cleanup is registered behind the acquire; None if the message proposes another thing."""
    proposed = PROPOSED.search(finding.text)
    statement = _assignment(source, finding)
    if proposed is None or statement is None:
        return None
    lines = source.splitlines(keepends=True)
    target = ast.unparse(statement.targets[0])
    begin, release, with_value = proposed.groups()
    given = f"{release}, {target}" if with_value else f"{target}.{release.rpartition('.')[2]}"
    end = statement.end_lineno or statement.lineno
    where = {old: new + (new > end) for old, new in _as_they_are(source).items()}
    lines.insert(end, f"{' ' * statement.col_offset}{begin}{given})\n")
    return Change("".join(lines), where)


def _assignment(source: str, finding: Finding) -> ast.Assign | None:
    """The statement that gives a name to the value of the call that a finding points to."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and len(node.targets) == 1:
            place = (node.value.lineno, node.value.col_offset + 1)
            if place == finding[:2] and isinstance(node.targets[0], ast.Name | ast.Attribute):
                return node
    return None


class Dropped(NamedTuple):
    """A file without one of its cleanups, and the line of the call whose value it was for."""

    source: str
    acquired_at: int
    line: int


def dropped(source: str) -> Iterator[Dropped]:
    """The file without one of its registered cleanups, for each that is for a resource of the catalog."""
    for function in _outermost(ast.parse(source)):
        made = {
            node.targets[0].id: node.lineno
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and _acquires(node.value)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Expr) and _registers(node.value) and isinstance(node.value, ast.Call):
                named = {
                    each.id
                    for argument in node.value.args
                    for each in ast.walk(argument)
                    if isinstance(each, ast.Name)
                }
                if len(found := named & made.keys()) == 1:
                    lines = source.splitlines(keepends=True)
                    end = node.end_lineno or node.lineno
                    instead = [f"{' ' * node.col_offset}pass\n", *["\n"] * (end - node.lineno)]
                    lines[node.lineno - 1 : end] = instead
                    yield Dropped("".join(lines), made[found.pop()], node.lineno)


def _acquires(node: ast.expr) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    rows = ROWS.get(name.rpartition(".")[2], ())
    return any(f".{row.acquire}".endswith(f".{name}") for row in rows)


def _registers(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"addCleanup", "addClassCleanup", "addfinalizer"}
    )


# comparing


def differences(before: list[Finding], after: list[Finding], change: Change) -> list[Difference]:
    """What is found more and less after a change, but for lines and names that are others now."""
    expected = Counter(_neutral(each._replace(line=change.lines[each.line]), change) for each in before)
    found = Counter(_neutral(each, change) for each in after)
    gone = (Difference("-", each) for each in (expected - found).elements())
    return [*gone, *(Difference("+", each) for each in (found - expected).elements())]


def _neutral(finding: Finding, change: Change) -> Finding:
    text = re.sub(r"\b\d+\b", "N", finding.text)
    if change.names:
        text = re.sub(rf"\b(?:{'|'.join(map(re.escape, sorted(change.names)))})\b", "NAME", text)
    if finding.code == "TH001":  # it is reported at its first place, wherever that is
        return Finding(0, 0, finding.code, text)
    return finding._replace(text=text)


class Row(NamedTuple):
    """What became of one change in one corpus: how often it was tried, and where something differs."""

    tried: int
    findings: int
    different: list[str]
    silent: list[str]


class Table:
    """Collects what becomes of the changes."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Row] = defaultdict(lambda: Row(0, 0, [], []))

    def add(
        self, corpus: str, change: str, findings: int, different: list[str], silent: Iterable[str]
    ) -> None:
        """One more try."""
        row = self.rows[corpus, change]
        self.rows[corpus, change] = Row(
            row.tried + 1, row.findings + findings, row.different + different, [*row.silent, *silent]
        )

    def __iter__(self) -> Iterator[str]:
        yield f"{'corpus':24}{'change':>10}{'tried':>7}{'findings':>10}{'different':>11}{'silent':>8}"
        for (corpus, change), row in self.rows.items():
            silent = f"{len(row.silent):>8}" if change == "drop" else f"{'-':>8}"
            yield f"{corpus:24}{change:>10}{row.tried:>7}{row.findings:>10}{len(row.different):>11}{silent}"
        totals = list(self.rows.values())
        yield (
            f"{'all':34}{sum(row.tried for row in totals):>7}{sum(row.findings for row in totals):>10}"
            f"{sum(len(row.different) for row in totals):>11}{sum(len(row.silent) for row in totals):>8}"
        )

    def lines(self, *, silent: bool) -> Iterator[str]:
        """Every difference; or every cleanup without which nothing is found."""
        for row in self.rows.values():
            yield from row.silent if silent else row.different


def invariant(corpus: str, name: str, source: str, plugin: type[Plugin], seed: int, table: Table) -> None:
    """Make every change of :data:`INVARIANT` to a file."""
    before = lint(source, name, plugin)
    for change, make in INVARIANT.items():
        made = make(source, random.Random(f"{seed} {name}"))
        if made is not None:
            after = lint(made.source, name, plugin)
            different = [
                f"{corpus}/{name} {change} {each.sign}{each.finding}"
                for each in differences(before, after, made)
            ]
            table.add(corpus, change, len(before), different, [])


def cleanups(corpus: str, name: str, source: str, plugin: type[Plugin], table: Table) -> None:
    """Register what is proposed, and let go of what is registered."""
    before = lint(source, name, plugin)
    for finding in before:
        made = with_cleanup(source, finding) if finding.code == "TH003" else None
        if made is not None:
            others = [each for each in before if each is not finding]
            different = differences(others, lint(made.source, name, plugin), made)
            shown = [
                f"{corpus}/{name}:{finding.line} register {each.sign}{each.finding}" for each in different
            ]
            table.add(corpus, "register", 1, shown, [])
    for without in dropped(source):
        after = lint(without.source, name, plugin)
        change = Change(without.source, _as_they_are(source))
        found = differences(before, after, change)
        new = [each for each in found if each.sign == "+"]
        odd = [each for each in found if each.finding.code not in OF_CLEANUPS]
        shown = [f"{corpus}/{name}:{without.line} drop {each.sign}{each.finding}" for each in odd]
        silent = (
            [] if new else [f"{corpus}/{name}:{without.line} for line {without.acquired_at} is not missed"]
        )
        table.add(corpus, "drop", len(new), shown, silent)


# files


def texts(wanted: Callable[[str], bool], seed: int) -> Iterator[tuple[str, str]]:
    """The test modules below the working directory whose text is wanted, in random order."""
    names = list(corpora.python_files(Path()))
    random.Random(seed).shuffle(names)
    for name in names:
        try:
            with tokenize.open(name) as file:
                source = file.read()
            # A form feed ends a line for str.splitlines(), and for nobody else.
            if len(source) < LARGEST and "\f" not in source and wanted(source):
                tree = ast.parse(source)
                if Plugin(tree, name, source.splitlines(keepends=True)).holds_tests():
                    yield name, source
        except (SyntaxError, UnicodeDecodeError):
            continue


def tried(corpus: corpora.Corpus, arguments: argparse.Namespace, table: Table) -> None:
    """Try all changes on random files of a corpus: the cleanups on those that speak of such."""
    root = corpora.unpacked(corpus, arguments.cache)
    with runner.working_in(root), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Plugin.begin(Options())
        strict = asked(Options(strict=ALL_CODES))
        for name, source in islice(texts(bool, arguments.seed), arguments.files):
            invariant(corpus.folder, name, source, strict, arguments.seed, table)
        default = asked(Options())
        for name, source in islice(texts(may_acquire, arguments.seed), arguments.files):
            cleanups(corpus.folder, name, source, default, table)


def may_acquire(source: str) -> bool:
    """Whether a text names something of the catalog that is acquired, files that are opened left out."""
    return any(all(word in source for word in words) for words in ACQUIRES if words[0] != "open(")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=40, help="of each corpus (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the random choices (default: %(default)s)")
    parser.add_argument("--corpus", action="append", help="only this one, such as nova-34.0.0 (repeatable)")
    parser.add_argument("--silent", action="store_true", help="name the cleanups that are not missed, too")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    table = Table()
    for corpus in corpora.CORPORA:
        if arguments.corpus is None or corpus.folder in arguments.corpus:
            tried(corpus, arguments, table)
    print("\n".join(table))
    different = list(table.lines(silent=False))
    print("\n".join([*different, *(table.lines(silent=True) if arguments.silent else ())]))
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
