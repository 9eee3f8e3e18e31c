"""The real pre-commit in a repository of its own: every way in which docs/ci.md says to set it up."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from integration.conftest import GIT, blocks, pip
from integration.remarks import must, read, run

FAULTY = """\
import tempfile
import os


def test_it():
    folder = tempfile.mkdtemp()
    assert folder
"""
FIXED = """\
def test_it(tmp_path):
    assert tmp_path
"""
TH003 = ("tests/test_it.py", 6, 14, "TH003")
F401 = ("tests/test_it.py", 2, 1, "F401")
H306 = ("tests/test_it.py", 2, 1, "H306")
WAYS = {
    "testhygiene": [TH003],
    "PyCQA/flake8": [F401, TH003],
    "openstack/hacking": [F401, H306, TH003],
    "local": [F401, TH003],
}
# What flake8 has in its repository, and not in its releases.
FLAKE8_HOOKS = """\
- id: flake8
  name: flake8
  entry: flake8
  language: python
  types: [python]
  require_serial: true
"""


def configuration(way: str) -> str:
    """The block of the page that names a repository, or a hook, by this name."""
    (found,) = (block for block in blocks("yaml") if re.search(rf"(repo|id): (\S*/)?{way}$", block, re.M))
    return found


def revision(url: str) -> str:
    """What the page takes of a repository."""
    (found,) = re.findall(rf"repo: {url}\n *rev: (\S+)", "".join(blocks("yaml")))
    return str(found)


def committed(folder: Path, tag: str) -> str:
    """The address of ``folder`` as a git repository with all that is in it in one commit, which is tagged."""
    for command in (["init", "-q"], ["add", "--all", "--force"], ["commit", "-qm", "All"], ["tag", tag]):
        must(["git", *command], folder, GIT)
    return folder.as_uri()


def unpacked(folder: Path, name: str, version: str) -> Path:
    """The source of a release on the package index."""
    pip(folder, "download", "-q", "--no-deps", "--no-binary", name, f"{name}=={version}")
    with tarfile.open(folder / f"{name}-{version}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder / f"{name}-{version}"


@pytest.fixture(scope="module")
def repositories(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The address on this machine for that of each repository on the page."""
    ours = "https://example.org/flake8-testhygiene"
    hacking, flake8 = "https://opendev.org/openstack/hacking", "https://github.com/PyCQA/flake8"
    folder = tmp_path_factory.mktemp("repositories")
    sources = {ours: checkout}
    for url, name in ((hacking, "hacking"), (flake8, "flake8")):
        sources[url] = unpacked(folder, name, revision(url))
    (sources[flake8] / ".pre-commit-hooks.yaml").write_text(FLAKE8_HOOKS)
    return {url: committed(source, revision(url)) for url, source in sources.items()}


class Project:
    """A repository with pre-commit set up and installed in it."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment
        (folder / "tests").mkdir()
        self.run("git", "init", "-q")

    def run(self, *command: str) -> None:
        must([*command], self.folder, self.environment)

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def set_up(self, configuration: str) -> None:
        self.write(".pre-commit-config.yaml", configuration)
        self.run(sys.executable, "-m", "pre_commit", "install")

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Commit everything, as far as pre-commit lets it happen; git prints on standard error."""
        self.run("git", "add", "--all")
        return run(["git", "commit", "-m", "All"], self.folder, self.environment)

    def found(self) -> list[tuple[str, int, int, str]]:
        """What pre-commit says of a commit that it refuses."""
        done = self.commit()
        assert done.returncode == 1, done
        assert "exit code: 1" in done.stderr, done.stderr
        return [each[:4] for each in read(done.stderr)]

    def assert_passes(self) -> None:
        done = self.commit()
        assert done.returncode == 0, done
        assert "Passed" in done.stderr, done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which pre-commit keeps to itself what it installs."""
    return {**GIT, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("home"))}


@pytest.fixture
def project(tmp_path: Path, home: dict[str, str]) -> Project:
    return Project(tmp_path, home)


def on_this_machine(configuration: str, repositories: dict[str, str]) -> str:
    for url, here in repositories.items():
        configuration = configuration.replace(f"repo: {url}\n", f"repo: {here}\n")
    assert "https:" not in configuration
    return configuration


@pytest.mark.parametrize("way", WAYS)
def test_fault_is_found_and_its_correction_passes(
    way: str, project: Project, repositories: dict[str, str], by_name: dict[str, str]
) -> None:
    text = on_this_machine(configuration(way), repositories)
    if "flake8-testhygiene]" in text:
        project.environment = {**by_name, **project.environment}
    project.set_up(text)
    project.write("tests/test_it.py", FAULTY)
    assert project.found() == WAYS[way]
    project.write("tests/test_it.py", FIXED)
    project.assert_passes()


def test_arguments_of_the_project_leave_the_selection(project: Project, repositories: dict[str, str]) -> None:
    own = on_this_machine(configuration("testhygiene"), repositories)
    project.set_up(own + "        args: [--testhygiene-strict=TH004]\n")
    project.write("tests/test_it.py", FAULTY)
    assert project.found() == [(TH003[0], 5, 1, "TH004"), TH003]


def test_base_in_a_file_that_is_not_committed_again_is_read(
    project: Project, repositories: dict[str, str]
) -> None:
    """pre-commit names changed files only; what a base or a helper does stands in another one."""
    project.set_up(on_this_machine(configuration("testhygiene"), repositories))
    project.write("tests/__init__.py", "")
    project.write("tests/support.py", "import tempfile\n\n\ndef folder():\n    return tempfile.mkdtemp()\n")
    project.assert_passes()
    using = (
        "from tests import support\n\n\ndef test_it():\n    folder = support.folder()\n    assert folder\n"
    )
    project.write("tests/test_it.py", using)
    assert project.found() == [("tests/test_it.py", 5, 14, "TH003")]
