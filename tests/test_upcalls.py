"""TH306 over several files."""

from __future__ import annotations

from pathlib import Path

from flake8_testhygiene.docs import lint
from tests.in_process import configured

BASE = """\
import unittest

class CloudTest(unittest.TestCase):
    def setUp(self):
        self.enterContext(self.no_network())
"""
HEIR = """\
from cloud import base

class TestBoot(base.CloudTest):
    def setUp(self):
        self.image = self.find_image()

    def test_boot(self):
        self.assertTrue(self.image)
"""


def found(project: Path) -> list[str]:
    path = project / "cloud" / "test_boot.py"
    return [str(each) for each in lint(HEIR, str(path), configured())]


def test_base_in_another_file_is_named_with_its_place(project: Path) -> None:
    (project / "cloud").mkdir()
    (project / "cloud" / "__init__.py").touch()
    (project / "cloud" / "base.py").write_text(BASE)
    expected = "setUp() never calls super(): CloudTest.setUp() (base.py:4) enters self.no_network()"
    assert found(project) == [f"4:5: TH306 {expected} [missing_super]"]


def test_base_that_is_not_there_is_unknown(project: Path) -> None:
    assert found(project) == []
