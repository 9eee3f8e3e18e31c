"""Files that are gone may cost findings, and bring none: what cannot be read is unknown, and says nothing.

A random half of the test files is linted with the whole project in place, then with ever more of the other
files removed. Texts of messages may change with what can be read; the places and codes may only vanish.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpora, runner
from benchmarks.runner import Report
from flake8_testhygiene.options import ALL_CODES

SHARES = (0.1, 0.3, 0.6)
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)
BELOW = {
    "nova-34.0.0": ("nova/tests/functional",),
    "tempest-47.0.0": ("tempest",),
    "neutron-29.0.0": ("neutron/tests/functional", "neutron/tests/unit"),
}

Key = tuple[str, int | str, str]


class New(NamedTuple):
    """A finding that appears once files are gone; the last of them to go is the ``culprit``."""

    report: Report
    removed: int
    culprit: str


class Comparison(NamedTuple):
    """What was found in one corpus with all files in place, and for each share of them removed."""

    corpus: str
    strict: bool
    linted: int
    others: int
    found: int
    left: list[int]
    new: list[New]


class Project:
    """A copy of a project: the files that are linted stay, of the others the first so many are gone."""

    def __init__(self, root: Path, linted: Sequence[str], others: Sequence[str]) -> None:
        self.linted = linted
        self.others = others
        self._root = root
        self._gone: list[tuple[Path, bytes]] = []

    def remove(self, count: int) -> None:
        """Let the first ``count`` of the other files be gone, and no more."""
        while len(self._gone) > count:
            path, content = self._gone.pop()
            path.write_bytes(content)
        for name in self.others[len(self._gone) : count]:
            path = self._root / name
            self._gone.append((path, path.read_bytes()))
            path.unlink()

    def found(self, strict: bool, names: Sequence[str]) -> dict[Key, Report]:
        """What the plugin says of files, in a run of its own."""
        reads = runner.read_each(self._root, names, ALL_CODES if strict else frozenset())
        return {_key(report): report for each in reads for report in each.reports}

    def culprit(self, report: Report, strict: bool, count: int) -> str:
        """The file at whose removal, after those before it, the report appears."""
        silent, speaks = 0, count
        while speaks - silent > 1:
            middle = (silent + speaks) // 2
            self.remove(middle)
            if _key(report) in self.found(strict, [report.path]):
                speaks = middle
            else:
                silent = middle
        return self.others[speaks - 1]


def _key(report: Report) -> Key:
    """What a finding is known by; which of its places a repeated UUID is reported at may change."""
    uuid = UUID.search(report.text) if report.code == "TH001" else None
    return report.path, uuid[0].lower() if uuid else report.line, report.code


def compared(corpus: str, project: Project, strict: bool) -> Comparison:
    """Lint with everything in place, and again with each share of the others removed."""
    project.remove(0)
    before = project.found(strict, project.linted)
    left, new = [], dict[Key, New]()
    for share in SHARES:
        count = round(share * len(project.others))
        project.remove(count)
        after = project.found(strict, project.linted)
        left.append(len(after))
        for key in sorted(after.keys() - before.keys() - new.keys(), key=str):
            new[key] = New(after[key], count, project.culprit(after[key], strict, count))
    return Comparison(
        corpus, strict, len(project.linted), len(project.others), len(before), left, [*new.values()]
    )


def table(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """A row for each corpus and mode, and a line for each new finding."""
    shares = "".join(f"{f'-{share:.0%}':>8}" for share in SHARES)
    yield f"{'corpus':20}{'mode':>9}{'linted':>8}{'others':>8}{'found':>8}{shares}{'new':>6}"
    for each in comparisons:
        mode = "strict" if each.strict else "default"
        left = "".join(f"{count:>8}" for count in each.left)
        counts = f"{each.linted:>8}{each.others:>8}{each.found:>8}{left}{len(each.new):>6}"
        yield f"{each.corpus:20}{mode:>9}{counts}"
    for each in comparisons:
        for report, removed, culprit in each.new:
            place = f"{each.corpus}/{report.path}:{report.line}"
            yield f"{place}: {report.code} {report.text}\n    of {removed} removed the last: {culprit}"


def comparison(corpus: corpora.Corpus, cache: Path, strict: bool, seed: int) -> Comparison:
    """Copy a corpus, and compare."""
    root = corpora.unpacked(corpus, cache)
    every = list(corpora.python_files(root))
    tests = [name for below in BELOW[corpus.folder] for name in corpora.python_files(root, below)]
    chance = random.Random(seed)
    linted = sorted(chance.sample(tests, len(tests) // 2))
    others = sorted(set(every).difference(linted))
    chance.shuffle(others)
    with tempfile.TemporaryDirectory() as folder:
        project = Project(corpora.copied(root, every, Path(folder)), linted, others)
        return compared(corpus.folder, project, strict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strict", action="store_true", help="only with --testhygiene-strict")
    parser.add_argument("--default", action="store_true", help="only without it")
    parser.add_argument("--corpus", action="append", choices=BELOW, help="only this one (repeatable)")
    parser.add_argument("--seed", type=int, default=1, help="of the random choice (default: %(default)s)")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    modes = [arguments.strict] if arguments.strict != arguments.default else [False, True]
    comparisons = [
        comparison(corpus, arguments.cache, strict, arguments.seed)
        for corpus in corpora.OPENSTACK
        if corpus.folder in (arguments.corpus or BELOW)
        for strict in modes
    ]
    print("\n".join(table(comparisons)))
    sys.exit(any(each.new for each in comparisons))


if __name__ == "__main__":
    main()
