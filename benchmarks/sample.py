"""What the plugin finds in the corpora: counts for each rule, and random reports to be read by eye."""

from __future__ import annotations

import argparse
import ast
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpora, runner
from benchmarks.runner import Report
from flake8_testhygiene.options import ALL_CODES

CONTEXT = 3
SMALL = """\
def test_boot(api):
    api.boot('7e1c4bd2-0c6f-4d8a-9d3e-52b1a7f0c964')


def test_boot_again(api):
    api.boot('0c6f4d8a-9d3e-452b-9a7f-0c9647e1c4bd')
"""


class Shown(NamedTuple):
    """A report with the test it stands in and the lines around it, the reported one marked."""

    corpus: str
    report: Report
    test: str
    excerpt: str


class Survey(NamedTuple):
    """What was found in one corpus; ``tests`` is how many test functions its test modules hold."""

    corpus: str
    tests: int
    shown: list[Shown]


def survey(corpus: str, root: Path, strict: bool) -> Survey:
    """Run the plugin over every Python file of a corpus, in the corpus."""
    with runner.working_in(root):
        return _survey(corpus, strict)


def _survey(corpus: str, strict: bool) -> Survey:
    runner.prepare(ALL_CODES if strict else frozenset())
    tests, shown = 0, []
    for name in corpora.python_files(Path()):
        found = runner.read(name)
        if found is not None and found.is_test_module:
            tests += _count_tests(found.tree)
            shown += [_shown(corpus, report, found) for report in found.reports]
    return Survey(corpus, tests, shown)


def _count_tests(tree: ast.Module) -> int:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return sum(function.name.startswith("test") for function in functions)


def _shown(corpus: str, report: Report, found: runner.Read) -> Shown:
    first = max(report.line - CONTEXT, 1)
    lines = enumerate(found.lines[first - 1 : report.line + CONTEXT], start=first)
    marked = (f"{'>' if number == report.line else ' '}{number:5} {line.rstrip()}" for number, line in lines)
    return Shown(corpus, report, ".".join(_around(found.tree, report.line)), "\n".join(marked))


def _around(node: ast.AST, line: int) -> Iterator[str]:
    """The names of the classes and functions around a line, down to the first function."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.stmt) or not child.lineno <= line <= (child.end_lineno or line):
            continue
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _around(child, line)


def table(surveys: list[Survey]) -> Iterator[str]:
    """Counts for each corpus and rule, and in brackets how many there are per 1000 tests."""
    codes = sorted({each.report.code for survey in surveys for each in survey.shown})
    yield "".join((f"{'corpus':28}{'tests':>8}", *(f"{code:>15}" for code in codes)))
    for each in surveys:
        counts = Counter(shown.report.code for shown in each.shown)
        cells = (f"{counts[code]:>6} ({1000 * counts[code] / (each.tests or 1):6.2f})" for code in codes)
        yield "".join((f"{each.corpus:28}{each.tests:>8}", *cells))


def sampled(surveys: list[Survey], code: str, count: int, seed: int) -> list[Shown]:
    """At most ``count`` random reports of a rule, no two of them in one test; equal for equal seeds."""
    reports = [each for survey in surveys for each in survey.shown if each.report.code == code]
    random.Random(seed).shuffle(reports)
    chosen: dict[tuple[str, str, str], Shown] = {}
    for each in reports:
        chosen.setdefault((each.corpus, each.report.path, each.test), each)
    return list(chosen.values())[:count]


def printed(shown: Shown) -> str:
    """A report as it is read by eye."""
    report = shown.report
    place = f"{shown.corpus}/{report.path}:{report.line}:{report.column}"
    return f"{place} in {shown.test or 'module'}\n{report.code} {report.text}\n{shown.excerpt}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sample",
        nargs=2,
        action="append",
        default=[],
        metavar=("CODE", "COUNT"),
        help="print random reports of a rule (repeatable)",
    )
    parser.add_argument("--seed", type=int, default=1, help="of the random choice (default: %(default)s)")
    parser.add_argument("--strict", action="store_true", help="with --testhygiene-strict")
    parser.add_argument("--corpus", action="append", help="only this one, such as nova-34.0.0 (repeatable)")
    parser.add_argument("--smoke", action="store_true", help="only see that it works, on a tiny input")
    corpora.add_cache_option(parser)
    arguments = parser.parse_args()
    surveys = list(_surveys(arguments))
    print("\n".join(table(surveys)))
    for code, count in arguments.sample:
        for each in sampled(surveys, code, int(count), arguments.seed):
            print(f"\n{printed(each)}", end="")


def _surveys(arguments: argparse.Namespace) -> Iterator[Survey]:
    if arguments.smoke:
        yield _smoke(arguments.strict)
        return
    for corpus in corpora.CORPORA:
        if arguments.corpus is None or corpus.folder in arguments.corpus:
            root = corpora.unpacked(corpus, arguments.cache)
            yield survey(corpus.folder, root, arguments.strict)


def _smoke(strict: bool) -> Survey:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_boot.py").write_text(SMALL)
        return survey("smoke", Path(folder), strict)


if __name__ == "__main__":
    main()
