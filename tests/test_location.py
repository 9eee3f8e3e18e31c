"""Which files are test modules, by where they lie in their project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_testhygiene.docs import lint
from flake8_testhygiene.location import TestFiles
from flake8_testhygiene.options import Options
from tests.in_process import configured

LEAK = "import tempfile\n\n\ndef test_it():\n    folder = tempfile.mkdtemp()\n    assert folder\n"


@pytest.fixture
def places() -> TestFiles:
    return TestFiles(Options().test_files)


@pytest.mark.parametrize(
    "path",
    [
        "test_x.py",
        "shop/test_x.py",
        "shop/x_test.py",
        "tests.py",
        "shop/tests.py",
        "conftest.py",
        "tests/x.py",
        "shop/tests/unit/fakes.py",
        "functional/api.py",
        "shop/integration/x.py",
        "tempest/api/compute/servers.py",
        "tempest/scenario/move.py",
        "manila_tempest_tests/tests/api/shares.py",
        "volume_tempest_plugin/api/base.py",
    ],
)
def test_holds_tests(project: Path, places: TestFiles, path: str) -> None:
    assert places.match(path)
    assert places.match(f"./{path}")
    assert places.match(str(project / path))


@pytest.mark.parametrize(
    "path",
    [
        "x.py",
        "shop/api.py",
        "testing.py",
        "contest.py",
        "test_x.pyi",
        "latest_x.py",
        "mytests.py",
        "my_conftest.py",
        "contests/x.py",
        "test_tools/shop.py",
        "nova/api/servers.py",
        "tempest/lib/services/servers.py",
        "tempest/apis/servers.py",
        "scenario/x.py",
    ],
)
def test_holds_none(project: Path, places: TestFiles, path: str) -> None:
    assert not places.match(path)
    assert not places.match(f"./{path}")
    assert not places.match(str(project / path))


class TestFolderNamedTest:
    """Production code lives in folders named ``test``, too: what lies beside the file tells."""

    @pytest.mark.parametrize("beside", ["test_y.py", "conftest.py"])
    def test_beside_tests(self, project: Path, places: TestFiles, beside: str) -> None:
        (project / "shop" / "test").mkdir(parents=True)
        (project / "shop" / "test" / beside).touch()
        assert places.match("shop/test/x.py")
        assert places.match(str(project / "shop" / "test" / "x.py"))

    @pytest.mark.parametrize("beside", ["y.py", "testing.py", "test_y.txt"])
    def test_beside_anything_else(self, project: Path, places: TestFiles, beside: str) -> None:
        (project / "shop" / "test").mkdir(parents=True)
        (project / "shop" / "test" / beside).touch()
        assert not places.match("shop/test/x.py")

    def test_folder_is_not_there(self, project: Path, places: TestFiles) -> None:
        assert not places.match("shop/test/x.py")

    def test_name_only_ends_with_test(self, project: Path, places: TestFiles) -> None:
        (project / "latest").mkdir()
        (project / "latest" / "test_y.py").touch()
        assert not places.match("latest/x.py")

    def test_users_own_patterns_stand_alone(self, project: Path) -> None:
        (project / "test").mkdir()
        (project / "test" / "test_y.py").touch()
        assert not TestFiles(("check_*.py",)).match("test/x.py")


class TestFoldersAboveTheProject:
    @pytest.mark.parametrize("above", ["test", "tests", "functional", "tempest/api"])
    @pytest.mark.parametrize(
        "marker", [".git", "setup.cfg", "tox.ini", ".flake8", "pyproject.toml", "setup.py"]
    )
    def test_a_project_file_ends_them(
        self, tmp_path: Path, places: TestFiles, above: str, marker: str
    ) -> None:
        shop = tmp_path / above / "shop"
        (shop / "sub").mkdir(parents=True)
        (tmp_path / above / "conftest.py").touch()
        (shop / marker).touch()
        assert not places.match(str(shop / "app.py"))
        assert not places.match(str(shop / "sub" / "app.py"))
        assert places.match(str(shop / "sub" / "test_app.py"))

    def test_the_working_directory_ends_them(
        self, tmp_path: Path, places: TestFiles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop = tmp_path / "tests" / "shop"
        shop.mkdir(parents=True)
        monkeypatch.chdir(shop)
        assert not places.match("app.py")
        assert places.match("tests/app.py")

    def test_the_package_ends_them(
        self, tmp_path: Path, places: TestFiles, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = tmp_path / "tests" / "shop"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert places.relative(str(package / "app.py")) == "shop/app.py"

    def test_nearest_project_counts(self, project: Path, places: TestFiles) -> None:
        inner = project / "tests" / "plugin"
        inner.mkdir(parents=True)
        (inner / "setup.py").touch()
        assert not places.match("tests/plugin/app.py")


def test_relative(project: Path, places: TestFiles) -> None:
    (project / "shop").mkdir()
    expected = "shop/tests/x.py"
    spellings = (expected, f"./{expected}", f"shop/../{expected}", str(project / expected))
    assert {places.relative(spelling) for spelling in spellings} == {expected}


def test_relative_from_a_folder_of_the_project(
    project: Path, places: TestFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "tests").mkdir()
    monkeypatch.chdir(project / "tests")
    assert places.relative("x.py") == "tests/x.py"
    assert places.relative(f"..{os.sep}x.py") == "x.py"


@pytest.mark.parametrize("path", ["check_x.py", "lab/x.py", "sub/lab/deep/x.py", "deploy/one/run_x.py"])
def test_patterns_of_the_user(project: Path, path: str) -> None:
    places = TestFiles(("check_*.py", "lab/", "deploy/*/run_*.py"))
    assert places.match(path)
    assert not places.match("test_x.py")
    assert not places.match("sub/deploy/one/run_x.py")


class TestStandardInput:
    @pytest.mark.parametrize("filename", ["stdin", "-"])
    def test_is_no_test_module(self, project: Path, places: TestFiles, filename: str) -> None:
        assert not places.match(filename)
        assert lint(LEAK, filename, configured()) == []

    def test_with_a_display_name(self, project: Path) -> None:
        assert [each.code for each in lint(LEAK, "tests/stdin.py", configured())] == ["TH003"]


class TestTestCases:
    """A subclass of some TestCase makes a test module of any file."""

    @pytest.mark.parametrize(
        "parent", ["unittest.TestCase", "TestCase", "base.VolumeTestCase", "test.TestCase"]
    )
    @pytest.mark.parametrize("filename", ["shop.py", "stdin", "shop/api.py"])
    def test_anywhere(self, project: Path, parent: str, filename: str) -> None:
        assert self.codes(parent, filename) == ["TH001"]

    @pytest.mark.parametrize("parent", ["object", "TestCaseRunner", "make(TestCase)"])
    def test_other_parents(self, project: Path, parent: str) -> None:
        assert self.codes(parent, "shop.py") == []
        assert self.codes(parent, "test_shop.py") == ["TH001"]

    def codes(self, parent: str, filename: str) -> list[str]:
        source = (
            f"class Shop({parent}):\n    def test_it(self):\n"
            "        self.boot('155d900f-4e14-4e4c-a73d-069cbf4541e6')\n"
        )
        return [each.code for each in lint(source, filename, configured())]
