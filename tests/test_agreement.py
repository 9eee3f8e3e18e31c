"""The same findings however files are read; and what changes on disk is seen at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import agreement, matrix, runner

BASE = """\
import unittest


class Base(unittest.TestCase):
    def setUp(self):
        super().setUp()
{body}

    def tearDown(self):
        super().tearDown()
"""
HELPERS = "import subprocess\n\n\ndef start():\n    return subprocess.Popen(['x'])\n"
TEST = """\
import subprocess

from tests import base, helpers


class TestIt(base.Base):
    def test_own(self):
        made = subprocess.Popen(['x'])
        self.assertTrue(made)

    def test_helped(self):
        made = helpers.start()
        self.assertTrue(made)
"""
NAMES = ["tests/test_a.py", "tests/test_b.py", "tests/base.py", "tests/helpers.py"]


@pytest.fixture
def suite(project: Path) -> Path:
    (project / "tests").mkdir()
    files = {"__init__": "", "base": BASE.format(body=""), "helpers": HELPERS, "test_a": TEST, "test_b": TEST}
    for name, text in files.items():
        (project / "tests" / f"{name}.py").write_text(text)
    return project.resolve()


def found() -> set[tuple[int, str]]:
    read = runner.read("tests/test_a.py")
    assert read is not None
    return {(report.line, report.code) for report in read.reports}


@pytest.mark.slow
def test_every_way_finds_the_same(suite: Path) -> None:
    ways = list(agreement.ways(suite, NAMES, seed=1))
    assert ways[0].found
    assert agreement.is_sound(ways), "\n".join(agreement.table(ways))
    assert {"fork -j2", "spawn -j2", "forkserver -j2", "CRLF"} <= {way.name for way in ways}


@pytest.mark.slow
def test_start_method_is_that_of_the_name(suite: Path) -> None:
    with pytest.raises(RuntimeError, match="cannot find context for 'unheard of'"):
        agreement.OWN.lint(suite, NAMES, "-j2", start="unheard of")


def test_copy_with_crlf_holds_no_other_ends(suite: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (suite / "tests" / "mixed.py").write_bytes(b"x = 1\r\ny = 2\n")
    copy = agreement.with_crlf(suite, tmp_path_factory.mktemp("crlf"))
    texts = {path.name: path.read_bytes() for path in (copy / "tests").iterdir()}
    assert texts["mixed.py"] == b"x = 1\r\ny = 2\r\n"
    assert texts["test_a.py"].count(b"\n") == texts["test_a.py"].count(b"\r\n") == len(TEST.splitlines())


def test_table_marks_what_differs() -> None:
    both, one = frozenset({"a.py:1:1: TH001 x", "a.py:2:1: TH001 x"}), frozenset({"a.py:1:1: TH001 x"})
    same, less = agreement.Way("same", both, both), agreement.Way("less", one, both)
    assert agreement.is_sound([same])
    assert not agreement.is_sound([same, less])
    assert list(agreement.table([same, less]))[-1] == "    - a.py:2:1: TH001 x"
    cells = [matrix.Cell("3.10", same), matrix.Cell("3.13", less)]
    assert "1!" in "\n".join(matrix.table(cells))
    assert list(matrix.table(cells))[-1] == "    3.13 less: - a.py:2:1: TH001 x"


def test_error_inside_the_plugin_is_no_agreement() -> None:
    broken = frozenset({"a.py:1:1: TH000 internal error"})
    assert not agreement.is_sound([agreement.Way("same", broken, broken)])


@pytest.mark.parametrize("again", [lambda: None, lambda: runner.prepare(frozenset())], ids=["same", "new"])
def test_edit_of_a_helper_is_seen_at_once(suite: Path, plugin_kept: None, again: Callable[[], None]) -> None:
    helpers = suite / "tests" / "helpers.py"
    runner.prepare(frozenset())
    before = found()
    ended = HELPERS.replace("return subprocess.Popen(['x'])", "subprocess.run(['x'], timeout=1)")
    for text, expected in ((ended, before - {(12, "TH003")}), (HELPERS, before)):
        helpers.write_text(text)
        again()
        assert found() == expected
    assert (12, "TH003") in before


def test_edit_of_the_same_size_and_time_is_seen(suite: Path, plugin_kept: None) -> None:
    helpers = suite / "tests" / "helpers.py"
    runner.prepare(frozenset())
    before, status = found(), helpers.stat()
    helpers.write_text(HELPERS.replace("subprocess.Popen", "subprocess.Pxpen"))
    os.utime(helpers, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert found() == before - {(12, "TH003")}


@pytest.mark.parametrize("name", ["base", "helpers", "__init__"])
def test_removed_file_brings_no_finding(suite: Path, plugin_kept: None, name: str) -> None:
    runner.prepare(frozenset())
    before = found()
    (suite / "tests" / f"{name}.py").unlink()
    assert found() <= before
