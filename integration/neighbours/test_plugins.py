"""Other plugins in the same flake8: all remarks are there, ours as alone, theirs as alone.

Which of them are there, tox.ini says. Our own fixtures are linted, which hold something for everybody.
"""

from __future__ import annotations

import re
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from integration.conftest import PAGE, ROOT, Environment
from integration.remarks import Remark, flake8, read

PREFIXES = {"hacking": "H", "flake8-bugbear": "B", "flake8-pytest-style": "PT", "flake8-simplify": "SIM"}
ARGUMENTS = ["--isolated", "--max-line-length=110"]
OURS = ["--testhygiene-strict", "--testhygiene-test-files=*.py"]


def installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


NEIGHBOURS = [name for name in PREFIXES if installed(name)]


def pinned(*names: str) -> list[str]:
    """Requirements for what is in this environment."""
    return [f"{name}=={version(name)}" for name in names]


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("suite")
    shutil.copytree(ROOT / "tests" / "fixtures", folder / "fixtures")
    shutil.copytree(ROOT / "examples", folder / "examples")
    return folder


@pytest.fixture(scope="module")
def ours_alone(suite: Path, environment: Environment) -> list[Remark]:
    python = environment("flake8-testhygiene", *pinned("flake8", "astroid"))
    return read(flake8(suite, *ARGUMENTS, *OURS, "--select=TH", python=python))


@pytest.fixture(scope="module")
def theirs_alone(suite: Path, environment: Environment) -> list[Remark]:
    return read(flake8(suite, *ARGUMENTS, python=environment(*pinned("flake8", *NEIGHBOURS))))


def test_a_neighbour_is_there() -> None:
    assert NEIGHBOURS


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_remarks_are_the_same_as_alone(
    jobs: str, suite: Path, ours_alone: list[Remark], theirs_alone: list[Remark]
) -> None:
    together = read(flake8(suite, *ARGUMENTS, *OURS, f"--jobs={jobs}"))
    assert [each for each in together if each.code.startswith("TH")] == ours_alone
    assert [each for each in together if not each.code.startswith("TH")] == theirs_alone


def test_everybody_has_something_to_say(ours_alone: list[Remark], theirs_alone: list[Remark]) -> None:
    assert len({each.code for each in ours_alone}) > 30
    said = {re.sub(r"\d", "", each.code) for each in theirs_alone}
    assert {PREFIXES[name] for name in NEIGHBOURS} <= said


def test_page_names_what_was_tested() -> None:
    for name in NEIGHBOURS:
        (row,) = re.findall(rf"^\| {name} \|.*$", PAGE, re.MULTILINE)
        assert version(name) in row
        assert version("flake8") in row
