"""What must not matter, on all fixtures: names, blank lines, line endings, the order of imports and methods.

And what must: a registered cleanup. ``benchmarks/metamorphic.py`` tries the same on released suites.
"""

from __future__ import annotations

import ast
import random
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.metamorphic import (
    INVARIANT,
    differences,
    dropped,
    renamed,
    with_cleanup,
    with_imports_shuffled,
)
from flake8_testhygiene.docs import Finding, lint
from flake8_testhygiene.plugin import Plugin
from tests.expectations import read
from tests.in_process import configured

PATHS = sorted((Path(__file__).parent / "fixtures").glob("th*.py"))


class Fixture(NamedTuple):
    """A fixture's text, the name it is linted under, and the plugin with its options."""

    source: str
    filename: str
    plugin: type[Plugin]

    def found(self, source: str | None = None) -> list[Finding]:
        """What is said of the fixture, or of what became of it."""
        return lint(self.source if source is None else source, self.filename, self.plugin)


def opened(path: Path) -> Fixture:
    source = path.read_text(encoding="utf-8")
    expected = read(source, f"test_{path.stem}.py")
    return Fixture(source, expected.filename, configured(*expected.options))


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def fixture(request: pytest.FixtureRequest, project: Path) -> Fixture:
    opened_one = opened(request.param)
    assert opened_one.found()
    return opened_one


def without_numbers(text: str) -> str:
    """Messages name other lines, which move along."""
    return re.sub(r"\b\d+\b", "N", text)


def statement_lines(source: str) -> set[int]:
    """The lines on which a statement, its first decorator or the comment directly above it begins."""
    lines = ["", *source.splitlines()]
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.stmt):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(each.lineno for each in decorators)])
            while lines[first - 1].lstrip().startswith("#"):
                first -= 1
            found.add(first)
    return found


@pytest.mark.parametrize("blank", ["\n", "\n\n\n", "\n    # a word\n\n"])
def test_lines_between_statements_shift_the_findings(fixture: Fixture, blank: str) -> None:
    begins = statement_lines(fixture.source)
    lines: list[str] = []
    new_line: dict[int, int] = {}
    for number, line in enumerate(fixture.source.splitlines(keepends=True), 1):
        if number in begins:
            lines += blank.splitlines(keepends=True)
        lines.append(line)
        new_line[number] = len(lines)
    expected = [
        each._replace(line=new_line[each.line])
        for each in fixture.found()
        if each.code != "TH004" or "#" not in blank  # any comment answers that one
    ]
    found = fixture.found("".join(lines))
    assert [each[:3] for each in found] == [each[:3] for each in expected]
    assert list(map(without_numbers, texts(found))) == list(map(without_numbers, texts(expected)))


def texts(findings: list[Finding]) -> list[str]:
    return [each.text for each in findings]


def methods(node: ast.ClassDef, lines: list[str]) -> Iterator[range]:
    """The lines of each method, its decorators and the comments above included; counted from 0."""
    for each in node.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([each.lineno, *(decorator.lineno for decorator in each.decorator_list)])
            while lines[first - 2].lstrip().startswith("#"):
                first -= 1
            yield range(first - 1, each.end_lineno or each.lineno)


def with_methods_reversed(source: str) -> str:
    lines = source.splitlines()
    turned: list[str] = []
    done = 0
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            slots = list(methods(node, lines))
            for slot, other in zip(slots, reversed(slots), strict=True):
                turned += lines[done : slot.start] + lines[other.start : other.stop]
                done = slot.stop
    return "\n".join(turned + lines[done:]) + "\n"


def by_source_line(findings: list[Finding], source: str) -> Counter[tuple[str, str]]:
    """The findings by code and stripped source line; a UUID is reported at its first place only."""
    lines = source.splitlines()
    return Counter(
        (each.code, each.text.split()[2] if each.code == "TH001" else lines[each.line - 1].strip())
        for each in findings
    )


def test_order_of_methods_does_not_matter(fixture: Fixture) -> None:
    turned = with_methods_reversed(fixture.source)
    assert Counter(turned.splitlines()) == Counter(fixture.source.splitlines())
    found = by_source_line(fixture.found(turned), turned)
    assert found == by_source_line(fixture.found(), fixture.source)


def test_methods_are_reversed() -> None:
    source = "class A:\n    a = 1\n    def b(self):\n        pass\n\n    @d\n    def c(self): pass\n"
    turned = "class A:\n    a = 1\n    @d\n    def c(self): pass\n\n    def b(self):\n        pass\n"
    assert with_methods_reversed(source) == turned


def with_classes_reversed(source: str) -> str:
    """Classes change places where none of them needs another when the module is imported."""
    lines = source.splitlines()
    nodes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    slots = [
        range(min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1, node.end_lineno or 0)
        for node in nodes
    ]
    turned: list[str] = []
    done = 0
    for slot, other in zip(slots, reversed(slots), strict=True):
        turned += lines[done : slot.start] + lines[other.start : other.stop]
        done = slot.stop
    return "\n".join(turned + lines[done:]) + "\n"


def test_order_of_classes_does_not_matter(fixture: Fixture) -> None:
    turned = with_classes_reversed(fixture.source)
    found = by_source_line(fixture.found(turned), turned)
    assert found == by_source_line(fixture.found(), fixture.source)


def test_line_endings_do_not_matter(fixture: Fixture) -> None:
    assert "\r" not in fixture.source
    assert fixture.found(fixture.source.replace("\n", "\r\n")) == fixture.found()


def test_missing_newline_at_the_end_does_not_matter(fixture: Fixture) -> None:
    assert fixture.found(fixture.source.rstrip("\n")) == fixture.found()


def test_second_run_says_the_same(fixture: Fixture) -> None:
    assert fixture.found() == fixture.found()


def test_order_of_files_does_not_matter(project: Path) -> None:
    fixtures = [opened(path) for path in PATHS]
    plugin = configured("--testhygiene-strict")
    there = {each.filename: lint(each.source, each.filename, plugin) for each in fixtures}
    plugin = configured("--testhygiene-strict")
    back = {each.filename: lint(each.source, each.filename, plugin) for each in reversed(fixtures)}
    assert back == there
    assert all(there.values())


def test_alone_or_among_others_a_file_says_the_same(fixture: Fixture, project: Path) -> None:
    alone = fixture.found()
    for path in PATHS:
        lint(path.read_text(encoding="utf-8"), f"test_{path.stem}.py", fixture.plugin)
    assert fixture.found() == alone


@pytest.mark.parametrize("change", sorted(INVARIANT))
def test_what_changes_no_meaning_changes_no_finding(change: str, project: Path) -> None:
    tried = 0
    for path in PATHS:
        fixture = opened(path)
        made = INVARIANT[change](fixture.source, random.Random(path.stem))
        if made is not None:
            tried += 1
            assert differences(fixture.found(), fixture.found(made.source), made) == [], path.stem
    assert tried > len(PATHS) / 3


def test_proposed_cleanup_silences_its_finding_and_no_other(project: Path) -> None:
    tried = 0
    for path in PATHS:
        fixture = opened(path)
        before = fixture.found()
        for finding in before:
            made = with_cleanup(fixture.source, finding) if finding.code == "TH003" else None
            if made is not None:
                tried += 1
                others = [each for each in before if each is not finding]
                assert differences(others, fixture.found(made.source), made) == [], (path.stem, finding)
    assert tried > 10


CLEANED = """\
import shutil, socket, tempfile, unittest
from unittest import mock
class TestIt(unittest.TestCase):
    def test_it(self):
        folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, folder)
        listener = socket.socket()
        self.addCleanup(listener.close)
        patch = mock.patch('os.getcwd')
        patch.start()
        self.addCleanup(
            patch.stop)
        self.assertTrue(self.service.is_up)
"""


def test_dropped_cleanup_brings_its_finding_back(project: Path) -> None:
    plugin = configured()
    assert lint(CLEANED, "test_x.py", plugin) == []
    found = [(each.acquired_at, lint(each.source, "test_x.py", plugin)) for each in dropped(CLEANED)]
    assert [(line, [(each.line, each.code) for each in new]) for line, new in found] == [
        (5, [(5, "TH003")]),
        (7, [(7, "TH003")]),
        (9, [(10, "TH304")]),
    ]


def test_only_names_that_say_nothing_are_renamed() -> None:
    source = textwrap.dedent(
        """
        import json
        rqst = 1
        def test_it(rsp):
            rqst = json.loads(rsp)
            expected_server = rqst
            inst = [rqst for each in expected_server]
            zq = f"{zq}"
            def inner():
                return inst
            assert inner() == rqst
        """
    )
    made = renamed(source, random.Random(1))
    assert made is not None
    names = [each for each in made.names if each not in source]
    assert {len(each) for each in names} == {4}
    assert len(names) == 2
    changed = made.source
    assert changed.splitlines()[2] == "rqst = 1"
    for new in names:
        old = "rqst" if changed.splitlines()[4].split()[0] == new else "inst"
        changed = changed.replace(new, old)
    assert changed == source


def test_imports_that_hide_each_other_keep_their_order() -> None:
    source = (
        "from __future__ import annotations\nimport os\nimport os.path\nfrom a import (b,\n    c)\nimport d\n"
        "from e import *\nimport f\nimport g as f\n"
    )
    for seed in range(9):
        made = with_imports_shuffled(source, random.Random(seed))
        assert made is not None
        lines = made.source.splitlines()
        assert (lines[0], lines[6:]) == (source.splitlines()[0], source.splitlines()[6:])
        assert Counter(lines) == Counter(source.splitlines())
        assert [lines[made.lines[number] - 1] for number in range(1, 10)] == source.splitlines()
