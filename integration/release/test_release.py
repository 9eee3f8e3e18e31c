"""The archives in ``dist/`` hold what they are to hold, and work where they are unpacked or installed.

``tox -e build`` makes them, and runs this.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from email.parser import Parser
from pathlib import Path

import pytest

from flake8_testhygiene import __version__

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"
NAME = f"flake8_testhygiene-{__version__}"
SOURCES, WHEEL = DIST / f"{NAME}.tar.gz", DIST / f"{NAME}-py3-none-any.whl"
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
OTHERS = [each for each in ("3.10", "3.11", "3.12", "3.13", "3.14") if each != RUNNING]
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet", "install")
# A part of the tests: those that look at the files beside the package, and one sweep over all rules.
TESTS = ("changelog", "docs", "fixtures", "labels", "options", "readme", "rules")


def run(command: Sequence[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], cwd=folder, capture_output=True, text=True)


def interpreter(version: str) -> str:
    """A Python of this version that PATH leads to."""
    name = f"python{version}"
    try:
        found = run([name, "-c", "import sys, venv; print(sys.executable)"], ROOT)
    except FileNotFoundError:
        pytest.skip(f"no {name} on PATH")
    if found.returncode:  # a launcher that leads nowhere
        pytest.skip(f"{name} on PATH does not run: {found.stderr.strip().splitlines()[0]}")
    return found.stdout.strip()


def installed(python: str, requirement: str, folder: Path) -> Path:
    """The folder of commands of a fresh environment with what is to be installed."""
    made = run([python, "-m", "venv", folder], ROOT)
    assert made.returncode == 0, made.stderr
    commands = folder / ("Scripts" if sys.platform == "win32" else "bin")
    done = run([commands / "python", *PIP, requirement], ROOT)
    assert done.returncode == 0, done.stderr
    return commands


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(SOURCES) as archive:
        archive.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


@pytest.fixture(scope="session")
def own_commands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment of this Python with the wheel, and with what the tests need."""
    return installed(sys.executable, f"{WHEEL}[test]", tmp_path_factory.mktemp("installed") / "env")


def test_nothing_else_is_there() -> None:
    there = {path.name for path in DIST.iterdir()} if DIST.is_dir() else set()
    assert there == {SOURCES.name, WHEEL.name}, "run: tox -e build"


class TestSources:
    def test_they_are_of_this_checkout(self, unpacked: Path) -> None:
        """What is missing in them, check-sdist says."""
        made = {"PKG-INFO", "setup.cfg"}
        files = [path.relative_to(unpacked) for path in unpacked.rglob("*") if path.is_file()]
        own = [path for path in files if str(path) not in made and not path.parts[0].endswith(".egg-info")]
        assert len(own) > 200
        assert [path for path in own if (ROOT / path).read_bytes() != (unpacked / path).read_bytes()] == []

    @pytest.mark.slow
    def test_their_tests_pass(self, unpacked: Path, own_commands: Path) -> None:
        tests = [f"tests/test_{name}.py" for name in TESTS]
        done = run(
            [own_commands / "python", "-m", "pytest", "-m", "not slow", "-p", "no:cacheprovider", *tests],
            unpacked,
        )
        assert done.returncode == 0, done.stdout


class TestWheel:
    def test_it_holds_the_package_and_no_more(self) -> None:
        package = ROOT / "flake8_testhygiene"
        expected = {path.relative_to(ROOT).as_posix() for path in package.rglob("*.py")}
        with zipfile.ZipFile(WHEEL) as archive:
            held = {name for name in archive.namelist() if not name.startswith(f"{NAME}.dist-info/")}
        assert held == {*expected, "flake8_testhygiene/py.typed"}

    def test_it_says_what_it_is(self) -> None:
        with zipfile.ZipFile(WHEEL) as archive:
            said = Parser().parsestr(archive.read(f"{NAME}.dist-info/METADATA").decode())
            entries = archive.read(f"{NAME}.dist-info/entry_points.txt").decode()
            assert f"{NAME}.dist-info/licenses/LICENSE" in archive.namelist()
        assert said["Version"] == __version__
        assert said["License-Expression"] == "MIT"
        needed = [each for each in said.get_all("Requires-Dist", []) if "extra ==" not in each]
        assert sorted(re.split(r"[<>=]", each)[0] for each in needed) == ["astroid", "flake8"]
        assert entries.split() == ["[flake8.extension]", "TH", "=", "flake8_testhygiene.plugin:Plugin"]

    @pytest.mark.slow
    @pytest.mark.parametrize("version", OTHERS)
    def test_it_works_on_other_pythons(self, version: str, tmp_path: Path) -> None:
        check_examples(installed(interpreter(version), str(WHEEL), tmp_path / "env"), tmp_path)

    def test_it_works_here(self, own_commands: Path, tmp_path: Path) -> None:
        check_examples(own_commands, tmp_path)


def check_examples(commands: Path, folder: Path) -> None:
    """flake8 finds what the README shows, in a folder that holds nothing but the examples."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    strict = ["--select=TH", "--testhygiene-strict", "examples/"]
    found = run([commands / "flake8", *strict], folder)
    assert " TH002 " in found.stdout
    shown = f"```text\n$ flake8 {' '.join(strict)}\n{found.stdout}```"
    assert shown in (ROOT / "README.md").read_text(encoding="utf-8")
    assert found.stderr == ""
    assert found.returncode == 1
