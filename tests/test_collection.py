"""What pytest's configuration says about files and classes, and who asks for it: TH205, TH510."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from flake8_testhygiene.docs import lint
from flake8_testhygiene.plugin import Plugin
from flake8_testhygiene.project.collection import DEFAULT, UNKNOWN, Collection, Settings, parsed
from tests.in_process import configured

CONSTRUCTED = """\
class TestBoot:
    def __init__(self):
        self.image = 'cirros'

    def test_boot(self, api):
        assert api.boot(self.image)
"""
ENDLESS = """\
import time

def wait_until_booted(api):
    while not api.is_booted():
        time.sleep(1)
"""


def codes(source: str, path: Path | str = "test_boot.py", plugin: type[Plugin] | None = None) -> list[str]:
    return [each.code for each in lint(source, os.path.abspath(path), plugin or configured())]


class TestParsed:
    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("pytest.ini", "[pytest]\npython_classes = Check *Test\ntestpaths = checks"),
            (".pytest.ini", "[pytest]\npython_classes =\n    Check\n    *Test\ntestpaths = checks"),
            ("tox.ini", "[tox]\n[pytest]\npython_classes = Check *Test\ntestpaths = checks"),
            ("setup.cfg", "[tool:pytest]\npython_classes = Check *Test\ntestpaths = checks"),
            (
                "pyproject.toml",
                "[tool.pytest.ini_options]\npython_classes = ['Check', '*Test']\ntestpaths = 'checks'",
            ),
            ("pyproject.toml", "[tool.pytest]\npython_classes = ['Check', '*Test']\ntestpaths = ['checks']"),
            ("pytest.toml", "[pytest]\npython_classes = ['Check', '*Test']\ntestpaths = ['checks']"),
        ],
    )
    @pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib came with 3.11")
    def test_same_settings_in_every_file(self, name: str, text: str) -> None:
        assert parsed(name, text) == Settings(classes=("Check", "*Test"), folders=("checks",))

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("tox.ini", "[testenv]\ndeps = pytest"),
            ("setup.cfg", "[pytest]\npython_classes = Check"),
            ("pyproject.toml", "[tool.pytest-asyncio]\nmode = 'auto'"),
            ("pyproject.toml", "[project]\nname = 'boot'"),
        ],
    )
    @pytest.mark.skipif(sys.version_info < (3, 11), reason="tomllib came with 3.11")
    def test_no_section(self, name: str, text: str) -> None:
        assert parsed(name, text) is None

    @pytest.mark.parametrize("name", ["pytest.ini", ".pytest.ini", "pytest.toml"])
    def test_own_file_needs_no_section(self, name: str) -> None:
        assert parsed(name, "") == DEFAULT

    @pytest.mark.parametrize(
        ("name", "text"), [("tox.ini", "[pytest\n"), ("pyproject.toml", "[tool.pytest]\nx = ")]
    )
    def test_broken_file_is_unknown(self, name: str, text: str) -> None:
        assert parsed(name, text) == UNKNOWN

    def test_without_tomllib_toml_is_unknown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "tomllib", None)
        assert parsed("pyproject.toml", "[tool.pytest.ini_options]\npython_classes = 'Check'") == UNKNOWN
        assert parsed("pyproject.toml", "[project]\nname = 'boot'") is None

    @pytest.mark.parametrize("limit", ["timeout = 60", "addopts = -q --timeout=60", "addopts = --timeout 60"])
    def test_time_limit(self, limit: str) -> None:
        assert parsed("pytest.ini", f"[pytest]\n{limit}\n") == Settings(is_timed=True)

    @pytest.mark.parametrize("limit", ["timeout = 0", "timeout =", "addopts = -q", "timeout_method = signal"])
    def test_no_time_limit(self, limit: str) -> None:
        assert parsed("pytest.ini", f"[pytest]\n{limit}\n") == DEFAULT


class TestTaking:
    @pytest.mark.parametrize(
        ("file", "folders", "path", "taken"),
        [
            ("test_*.py", (), "a/test_boot.py", True),
            ("test_*.py", (), "a/boot_test.py", False),
            ("checks/*.py", (), "a/checks/boot.py", True),
            ("checks/*.py", (), "a/boot.py", False),
            ("*.py", ("checks",), "checks/a/boot.py", True),
            ("*.py", ("./checks/", "more"), "checks/boot.py", True),
            ("*.py", ("*/checks",), "a/checks/boot.py", True),
            ("*.py", ("checks",), "tests/boot.py", False),
            ("*.py", (".",), "tests/boot.py", True),
        ],
    )
    def test_files(self, file: str, folders: tuple[str, ...], path: str, taken: bool) -> None:
        root = os.path.abspath(os.sep)
        collection = Collection([Settings(files=(file,), folders=folders)], root)
        assert collection.takes_file(os.path.join(root, *path.split("/"))) is taken

    def test_classes(self) -> None:
        collection = Collection([Settings(classes=("Check", "*Spec"))], os.sep)
        assert [name for name in ("CheckBoot", "BootSpec", "TestBoot") if collection.takes_class(name)] == [
            "CheckBoot",
            "BootSpec",
        ]

    def test_any_of_several_configurations(self) -> None:
        collection = Collection([Settings(classes=("Check",)), DEFAULT], os.sep)
        assert collection.takes_class("CheckBoot")
        assert collection.takes_class("TestBoot")


class TestConstructors:
    def test_taken_by_default(self, project: Path) -> None:
        assert codes(CONSTRUCTED) == ["TH510"]

    @pytest.mark.parametrize("line", ["python_classes = Check", "python_files = check_*.py", "testpaths = x"])
    def test_not_taken(self, project: Path, line: str) -> None:
        (project / "pytest.ini").write_text(f"[pytest]\n{line}\n")
        assert codes(CONSTRUCTED) == []

    def test_unknown_configuration(self, project: Path) -> None:
        (project / "tox.ini").write_text("[pytest\n")
        assert codes(CONSTRUCTED) == []

    def test_configuration_of_an_inner_folder(self, project: Path) -> None:
        (project / "inner").mkdir()
        (project / "inner" / "pytest.ini").write_text("[pytest]\npython_classes = Check\n")
        assert codes(CONSTRUCTED) == ["TH510"]
        assert codes(CONSTRUCTED, "inner/test_boot.py") == []

    def test_conftest_that_collects_by_itself(self, project: Path) -> None:
        (project / "conftest.py").write_text("def pytest_pycollect_makeitem(collector, name, obj): pass\n")
        assert codes(CONSTRUCTED) == []

    def test_change_is_noticed_within_a_run(self, project: Path) -> None:
        plugin = configured()
        config = project / "pytest.ini"
        config.write_text("[pytest]\npython_classes = Check\n")
        os.utime(config, (1, 1))
        assert codes(CONSTRUCTED, plugin=plugin) == []
        config.write_text("[pytest]\npython_classes = Test Check\n")
        assert codes(CONSTRUCTED, plugin=plugin) == ["TH510"]


class TestTimeLimits:
    def test_none(self, project: Path) -> None:
        (project / "pytest.ini").write_text("[pytest]\n")
        assert codes(ENDLESS) == ["TH205"]

    def test_in_the_configuration(self, project: Path) -> None:
        (project / "pytest.ini").write_text("[pytest]\ntimeout = 60\n")
        assert codes(ENDLESS) == []

    def test_in_a_conftest(self, project: Path) -> None:
        (project / "conftest.py").write_text(
            "import pytest\n\ndef pytest_collection_modifyitems(items):\n"
            "    for item in items:\n        item.add_marker(pytest.mark.timeout(60))\n"
        )
        assert codes(ENDLESS) == []

    def test_unknown(self, project: Path) -> None:
        (project / "tox.ini").write_text("[pytest\n")
        assert codes(ENDLESS) == []


class TestUnawaited:
    HEIR = "from cloud import base\n\nclass TestBoot(base.CloudTest):\n    async def test_boot(self):\n"
    HEIR += "        self.assertTrue(await self.boot())\n"

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("import unittest\nclass CloudTest(unittest.TestCase):\n    x = 1\n", ["TH508"]),
            ("import unittest\nclass CloudTest(unittest.IsolatedAsyncioTestCase):\n    x = 1\n", []),
            ("import unittest\nclass CloudTest(unittest.TestCase):\n    def run(self, result): pass\n", []),
            ("import unittest, other\nclass CloudTest(unittest.TestCase, metaclass=other.M): pass\n", []),
            (None, []),
        ],
        ids=["plain", "awaits", "runs tests itself", "metaclass", "not there"],
    )
    def test_base_in_another_file(self, project: Path, text: str | None, expected: list[str]) -> None:
        (project / "cloud").mkdir()
        (project / "cloud" / "__init__.py").touch()
        if text is not None:
            (project / "cloud" / "base.py").write_text(text)
        assert codes(self.HEIR, project / "cloud" / "test_boot.py") == expected
