"""The project as others get it: its files, a wheel, and the name that pip knows it by."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from integration.remarks import must

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
# Nobody's settings, and not the repository that the tests may be run from, for a git that is started here.
GIT = {
    **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@localhost",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@localhost",
}
Environment = Callable[..., str]


def blocks(language: str) -> list[str]:
    """The blocks of code in one language on docs/ci.md: what users are told to write."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def pip(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
    """Run this environment's pip."""
    must([sys.executable, "-m", "pip", *arguments], folder, environment)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of this checkout as they stand, committed or not, without what is ignored."""
    folder = tmp_path_factory.mktemp("checkout") / "flake8-testhygiene"
    listed = must(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT, GIT)
    for name in listed.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = shutil.copytree(checkout, folder / "source")
    pip(folder, "wheel", "-q", "--no-deps", "-w", str(folder), str(source))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def by_name(wheel: Path) -> dict[str, str]:
    """Environment variables with which ``pip install flake8-testhygiene`` takes this checkout, no release."""
    constraints = wheel.with_name("constraints.txt")
    constraints.write_text(f"flake8-testhygiene @ {wheel.as_uri()}\n")
    return {**GIT, "PIP_CONSTRAINT": str(constraints)}


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory, by_name: dict[str, str]) -> Environment:
    """Make an environment of its own with what pip is asked for in it, and return its ``python``."""

    def make(*requirements: str) -> str:
        folder = tmp_path_factory.mktemp("environment")
        must([sys.executable, "-m", "venv", "--without-pip", str(folder)], folder)
        python = str(folder / "bin" / "python")
        pip(folder, "--python", python, "install", "-q", *requirements, environment=by_name)
        return python

    return make
