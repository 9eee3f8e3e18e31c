"""What the formatters of docs/ci.md make of our remarks: the same place, code and words as flake8 prints."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import pytest

from integration.conftest import PAGE
from integration.formatters import readers
from integration.remarks import Remark, flake8, read

# Each word that a message quotes is one that JSON, XML or a workflow command could stumble over.
FAULTY = """\
import tempfile


def test_path():
    with open('/tmp/<a>&"b" c::d,e=f é%25.txt', 'w') as file:
        file.write('x')
    assert file.closed


def test_leak():
    folder = tempfile.mkdtemp()
    assert folder
"""
CLEAN = "def test_it(tmp_path):\n    assert tmp_path\n"


class Formatter(NamedTuple):
    """A package, the name of its format, and how its output is read back; a place without a column has 0."""

    package: str
    name: str
    read: Callable[[str], list[Remark]]
    has_columns: bool = True
    has_files: bool = True
    appends: bool = True


FORMATTERS = [
    Formatter("flake8-github-annotations", "github", readers.github),
    Formatter("flake8-gl-codeclimate", "gl-codeclimate", readers.gitlab, has_columns=False),
    Formatter("flake8-json", "json", readers.flake8_json),
    Formatter("flake8-formatter-junit-xml", "junit-xml", readers.junit, appends=False),
    Formatter("flake8-checkstyle", "checkstyle", readers.checkstyle),
    Formatter("flake8-sarif", "sarif", readers.sarif, has_files=False),
]
each_formatter = pytest.mark.parametrize("formatter", FORMATTERS, ids=lambda each: each.package)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests" / "with blank").mkdir(parents=True)
    for name in ("tests/test_it.py", "tests/with blank/test_é.py"):
        (tmp_path / name).write_text(FAULTY, encoding="utf-8")
    (tmp_path / "tests" / "test_clean.py").write_text(CLEAN)
    return tmp_path


def expected(project: Path, formatter: Formatter) -> list[Remark]:
    """What flake8 prints by itself, as far as the format has a place for it."""
    found = read(flake8(project, "--select=TH"))
    assert [(each.code, each.line) for each in found] == [("TH103", 5), ("TH003", 11)] * 2
    assert any('<a>&"b" c::d,e=f é%25' in each.text for each in found)
    return [each if formatter.has_columns else each._replace(column=0) for each in found]


@each_formatter
def test_remarks_come_through(project: Path, formatter: Formatter) -> None:
    printed = flake8(project, "--select=TH", f"--format={formatter.name}")
    assert sorted(formatter.read(printed)) == sorted(expected(project, formatter))


@each_formatter
def test_remarks_come_through_in_a_file(project: Path, formatter: Formatter) -> None:
    assert flake8(project, "--select=TH", f"--format={formatter.name}", "--output-file=report") == ""
    written = (project / "report").read_text(encoding="utf-8")
    if not formatter.has_files:
        assert written == "", f"{formatter.package} does write files: docs/ci.md says that it cannot"
        return
    assert sorted(formatter.read(written)) == sorted(expected(project, formatter))


@each_formatter
def test_second_report_in_one_file(project: Path, formatter: Formatter) -> None:
    """All but one append, so that two reports in one file cannot be read: the page says so."""
    for name in ("once", "twice", "twice"):
        flake8(project, "--select=TH", f"--format={formatter.name}", f"--output-file={name}")
    once, twice = ((project / name).read_text(encoding="utf-8") for name in ("once", "twice"))
    assert twice == once * (2 if formatter.appends else 1)


@each_formatter
def test_nothing_found_is_a_report_too(tmp_path: Path, formatter: Formatter) -> None:
    (tmp_path / "test_clean.py").write_text(CLEAN)
    assert formatter.read(flake8(tmp_path, "--select=TH", f"--format={formatter.name}")) == []


@each_formatter
def test_page_names_what_was_tested(formatter: Formatter) -> None:
    assert f"{formatter.package} {version(formatter.package)}" in PAGE
    assert f"--format={formatter.name}" in PAGE
    assert f"flake8 {version('flake8')}" in PAGE
