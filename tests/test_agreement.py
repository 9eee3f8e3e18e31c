"""The same findings however files are read; and what changes on disk is seen at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import agreement, runner

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
