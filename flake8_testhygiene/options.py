"""The options: a row for each with its default, parser and help, and what the user asked for."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from flake8.options.manager import OptionManager

PREFIX = "testhygiene_"
ALL_CODES = frozenset({"TH"})
CODES = "rule codes such as TH001,TH104, or leave the value out for all of them"


class FileName(str):
    """A path that argparse took for the value of ``--testhygiene-strict``, to be given back to flake8."""


class ResourceRow(NamedTuple):
    """A user's row of ``--testhygiene-resources``: dotted acquiring name, dotted or bare releasing names."""

    acquire: str
    releases: tuple[str, ...]


def refusal(value: str, accepted: str) -> argparse.ArgumentTypeError:
    """The one line a user reads; argparse puts the option's name before it."""
    return argparse.ArgumentTypeError(f"{value!r} is not accepted; write {accepted}")


def lines(text: str) -> list[str]:
    """The entries of a multi-line value without its ``#`` lines; on the command line ``;`` separates them."""
    entries = (entry.strip() for entry in re.split(r"[\n;]", text))
    return [entry for entry in entries if entry and not entry.startswith("#")]


def strict(text: str) -> frozenset[str] | FileName:
    """Codes separated by commas; nothing or ``true`` for all; ``false`` for none."""
    word = text.strip().lower()
    if word in {"", "true", "yes", "on", "1", "all"}:
        return ALL_CODES
    if word in {"false", "no", "off", "0", "none"}:
        return frozenset()
    codes = [code for code in re.split(r"[,\s]+", text.strip().upper()) if code]
    if all(re.fullmatch(r"TH\d{0,3}", code) for code in codes):
        return frozenset(codes)
    if text == "-" or os.path.exists(text):
        return FileName(text)
    raise refusal(text, CODES)


def flag(text: str) -> bool:
    """``true`` or ``false``, as words of a configuration file."""
    word = text.strip().lower()
    if word in {"true", "yes", "on", "1"}:
        return True
    if word in {"false", "no", "off", "0"}:
        return False
    raise refusal(text, "true or false")


def count(text: str) -> int:
    """A whole number above zero."""
    if not re.fullmatch(r"0*[1-9]\d{0,5}", text.strip(), re.ASCII):
        raise refusal(text, "a whole number above 0")
    return int(text)


def patterns(text: str) -> tuple[str, ...]:
    """File patterns: ``test_*.py`` for names, ``tests/`` for folders, ``tempest/*/test_*.py`` for paths."""
    found = tuple(part for entry in lines(text) for part in re.split(r"[,\s]+", entry) if part)
    if not found:
        raise refusal(text, "at least one pattern such as test_*.py or tests/")
    for pattern in found:
        if pattern.startswith("/") or "\\" in pattern or pattern.count("[") != pattern.count("]"):
            raise refusal(pattern, "patterns relative to the project, with / between folders")
    return found


def names(text: str) -> tuple[str, ...]:
    """Names of functions, methods, classes or decorators, bare or dotted, ``*`` for any characters."""
    found = tuple(part for entry in lines(text) for part in re.split(r"[,\s]+", entry) if part)
    for name in found:
        if not re.fullmatch(r"[\w*]+(\.[\w*]+)*", name):
            raise refusal(name, "names such as wait_for_lease or mylib.Lease.wait")
    return found


def folders(text: str) -> tuple[str, ...]:
    """Folders, absolute or relative to the project's root; the whole disk is none."""
    found = tuple(part for entry in lines(text) for part in re.split(r"[,\s]+", entry) if part)
    for folder in found:
        if re.search(r"[*?\[\]]", folder) or folder.endswith(".py") or folder.strip("/") == "":
            raise refusal(folder, "folders such as src or ../shared/tests, relative to the project's root")
    return found


def resources(text: str) -> tuple[ResourceRow, ...]:
    """Rows ``acquire -> release[, release]``, one per line."""
    return tuple(_resource(entry) for entry in lines(text))


def _resource(entry: str) -> ResourceRow:
    dotted = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
    found = re.fullmatch(rf"({dotted})\s*->\s*({dotted}(?:\s*,\s*{dotted})*)", entry)
    if not found:
        raise refusal(entry, "rows such as mylib.lease -> mylib.Lease.release, one per line")
    return ResourceRow(found[1], tuple(re.split(r"\s*,\s*", found[2])))


class OptionalValue(argparse.Action):
    """Stores the value and forgets a file name that argparse took for it (``nargs='?'`` is greedy)."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if isinstance(values, FileName):
            setattr(namespace, f"{PREFIX}taken", values)
            values = None
        setattr(namespace, self.dest, ALL_CODES if values is None else values)


class Option(NamedTuple):
    """One option: its default as a user would write it, what reads it, its help, what else flake8 is told."""

    default: str
    type: Callable[[str], Any]
    help: str
    more: dict[str, Any]

    @property
    def value(self) -> Any:
        """What the default means."""
        return self.type(self.default)

    @property
    def metavar(self) -> str:
        """What kind of value it takes: ``NAMES``."""
        return str(self.more["metavar"])


def option(default: str, parse: Callable[[str], Any], help: str, **more: Any) -> Option:
    """A row of :data:`OPTIONS`."""
    return Option(default, parse, help, more)


OPTIONS = {
    "strict": option(
        "none",
        strict,
        "also report what the strict reviewer remarks: all rules, or only CODES (TH001,TH104)",
        metavar="CODES",
        nargs="?",
        action=OptionalValue,
    ),
    "test_files": option(
        "test_*.py,*_test.py,tests.py,conftest.py,tests/,functional/,integration/,"
        "*tempest*/api/,*tempest*/scenario/",
        patterns,
        "files that hold tests: names, folders (tests/) or paths relative to the project",
        metavar="PATTERNS",
    ),
    "resources": option(
        "",
        resources,
        "further resources, one per line: mylib.lease -> mylib.Lease.release[, other_release]",
        metavar="ROWS",
    ),
    "isolated_by": option(
        "",
        names,
        "base classes and decorators that clean up whatever a test acquires",
        metavar="NAMES",
    ),
    "migrations": option("", names, "further methods that start a migration", metavar="NAMES"),
    "waiters": option(
        "", names, "further functions that wait for an outcome, and fail without it", metavar="NAMES"
    ),
    "assertions": option(
        "", names, "further functions and methods that fail unless something is so", metavar="NAMES"
    ),
    "source_roots": option(
        "",
        folders,
        "further folders that hold modules of the suite, relative to the project's root",
        metavar="FOLDERS",
    ),
    "follow": option(
        "",
        names,
        "further modules, such as mylib.testing.*, whose functions tests call to acquire, wait or clean up",
        metavar="MODULES",
    ),
    "baseline": option(
        "",
        str,
        "known findings, which are not reported; python -m flake8_testhygiene baseline FILE writes them",
        metavar="FILE",
        normalize_paths=True,
    ),
    "th001_hex32": option(
        "false",
        flag,
        "TH001 also reports 32 hex digits without hyphens that have a UUID's version and variant",
        metavar="BOOL",
    ),
    "th004_statements": option(
        "40", count, "TH004: how many statements a test has that needs a word", metavar="NUMBER"
    ),
    "th006_earlier": option(
        "2", count, "TH006: how many phases come before one that may be a test of its own", metavar="NUMBER"
    ),
    "th006_phases": option(
        "2", count, "strict TH006: how many phases are too many for one test", metavar="NUMBER"
    ),
    "th006_statements": option(
        "10", count, "strict TH006: a test with fewer statements may have any phases", metavar="NUMBER"
    ),
    "th006_most_statements": option(
        "40",
        count,
        "strict TH006: a test with more statements is too long, whatever it does",
        metavar="NUMBER",
    ),
    "th607_assertions": option(
        "6", count, "TH607: how many unexplained assertions are too many for one test", metavar="NUMBER"
    ),
}


class Options(NamedTuple):
    """What the user asked for; a dataclass of as many fields takes every process a millisecond to make."""

    strict: frozenset[str] = OPTIONS["strict"].value
    test_files: tuple[str, ...] = OPTIONS["test_files"].value
    resources: tuple[ResourceRow, ...] = OPTIONS["resources"].value
    isolated_by: tuple[str, ...] = OPTIONS["isolated_by"].value
    migrations: tuple[str, ...] = OPTIONS["migrations"].value
    waiters: tuple[str, ...] = OPTIONS["waiters"].value
    assertions: tuple[str, ...] = OPTIONS["assertions"].value
    source_roots: tuple[str, ...] = OPTIONS["source_roots"].value
    follow: tuple[str, ...] = OPTIONS["follow"].value
    baseline: str = OPTIONS["baseline"].value
    th001_hex32: bool = OPTIONS["th001_hex32"].value
    th004_statements: int = OPTIONS["th004_statements"].value
    th006_earlier: int = OPTIONS["th006_earlier"].value
    th006_phases: int = OPTIONS["th006_phases"].value
    th006_statements: int = OPTIONS["th006_statements"].value
    th006_most_statements: int = OPTIONS["th006_most_statements"].value
    th607_assertions: int = OPTIONS["th607_assertions"].value

    def is_strict(self, code: str) -> bool:
        """Whether the strict form of ``code`` was asked for."""
        return bool(self.strict) and code.startswith(tuple(self.strict))

    @property
    def words(self) -> tuple[str, ...]:
        """What the text of a file contains where the user's own rows apply."""
        own = (*(row.acquire for row in self.resources), *self.migrations)
        return tuple(max(name.rpartition(".")[2].split("*"), key=len) for name in own)


def register(manager: OptionManager) -> None:
    """Tell flake8 of every option."""
    for name, each in OPTIONS.items():
        manager.add_option(
            flag_of(name),
            parse_from_config=True,
            default=each.default,
            type=each.type,
            help=each.help,
            **each.more,
        )


def flag_of(name: str) -> str:
    """``--testhygiene-test-files`` for ``test_files``."""
    return f"--testhygiene-{name.replace('_', '-')}"


def collect(
    parser: argparse.ArgumentParser, namespace: argparse.Namespace, strict_only: Callable[[], Collection[str]]
) -> Options:
    """The options of a command line that ``parser`` has read.

    A full code in ``--select`` or ``--extend-select`` turns on a rule that is strict only (one of
    ``strict_only()``); a prefix such as ``TH`` does not. A path that was taken for the value of
    ``--testhygiene-strict`` goes back to flake8's list of files; in a configuration file it is refused.
    """
    picked = {name: getattr(namespace, PREFIX + name) for name in OPTIONS}
    taken = getattr(namespace, f"{PREFIX}taken", None)
    if taken is not None and taken not in namespace.filenames:
        namespace.filenames.insert(0, str(taken))
    if isinstance(picked["strict"], FileName):
        parser.error(f"argument --testhygiene-strict: {refusal(picked['strict'], CODES)}")
    selected = {*(namespace.select or ()), *(namespace.extend_select or ())}
    if any(re.fullmatch(r"TH\d{3}", code) for code in selected):
        picked["strict"] |= selected.intersection(strict_only())
    return Options(**picked)
