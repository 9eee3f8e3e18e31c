"""pylint and this plugin in one environment, on the same astroid: both say what they say alone."""

from __future__ import annotations

import json
import re
import shutil
import sys
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

import pytest

from integration.conftest import PAGE, ROOT, Environment
from integration.remarks import Remark, flake8, must, read, run

# Rules of these ask astroid for values.
FIXTURES = ("th001*.py", "th101*.py", "th502*.py")
FLAKE8 = ["--isolated", "--testhygiene-strict", "--testhygiene-test-files=*.py", "--select=TH", "--jobs=1"]
PYLINT = [
    "--rcfile=/dev/null",
    "--disable=C",
    "--output-format=json",
    "--score=n",
    "--persistent=n",
    "--recursive=y",
]
IN_TURNS = """\
import contextlib, io, sys
from flake8.main.cli import main
from pylint.lint import Run

for tool in sys.argv[1].split(","):
    with open(tool, "w", encoding="utf-8") as written, contextlib.redirect_stdout(written):
        if tool.startswith("flake8"):
            main(%(flake8)r + ["--output-file=" + tool, "suite"])
        else:
            Run(%(pylint)r + ["suite"], exit=False)
"""


def pylint(folder: Path, python: str) -> list[dict[str, Any]]:
    done = run([python, "-m", "pylint", *PYLINT, "suite"], folder)
    assert done.stderr == ""
    return told(done.stdout)


def told(printed: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("folder")
    (folder / "suite").mkdir()
    for pattern in FIXTURES:
        for path in (ROOT / "tests" / "fixtures").glob(pattern):
            shutil.copy(path, folder / "suite")
    return folder


@pytest.fixture(scope="module")
def ours_alone(folder: Path, environment: Environment) -> list[Remark]:
    pins = [f"{name}=={version(name)}" for name in ("flake8", "astroid")]
    found = read(flake8(folder, *FLAKE8, "suite", python=environment("flake8-testhygiene", *pins)))
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def theirs_alone(folder: Path, environment: Environment) -> list[dict[str, Any]]:
    """In an environment with all that is in this one but us: what can be imported is the same."""
    here = {each.name: each.version for each in distributions()}
    pins = [f"{name}=={version}" for name, version in here.items() if name != "flake8-testhygiene"]
    found = pylint(folder, environment(*pins))
    assert len(found) > 100
    return found


def test_ours_are_the_same(folder: Path, ours_alone: list[Remark]) -> None:
    assert read(flake8(folder, *FLAKE8, "suite")) == ours_alone


def test_theirs_are_the_same(folder: Path, theirs_alone: list[dict[str, Any]]) -> None:
    assert pylint(folder, sys.executable) == theirs_alone


@pytest.mark.parametrize("order", ["flake8-1,pylint,flake8-2", "pylint,flake8-1,flake8-2"])
def test_one_process(
    order: str, folder: Path, ours_alone: list[Remark], theirs_alone: list[dict[str, Any]]
) -> None:
    """As an editor's server has them, where both meet the same manager of astroid."""
    script = IN_TURNS % {"flake8": FLAKE8, "pylint": PYLINT}
    for name in order.split(","):
        (folder / name).unlink(missing_ok=True)
    must([sys.executable, "-c", script, order], folder)
    assert told((folder / "pylint").read_text()) == theirs_alone
    assert read((folder / "flake8-1").read_text()) == ours_alone
    assert read((folder / "flake8-2").read_text()) == ours_alone


def test_page_names_what_was_tested() -> None:
    (row,) = re.findall(r"^\| pylint \|.*$", PAGE, re.MULTILINE)
    assert f"{version('pylint')}, with astroid {version('astroid')}" in row
    assert version("flake8") in row
