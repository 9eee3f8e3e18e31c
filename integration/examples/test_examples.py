"""The files below examples/ci: valid for those who read them, and their commands do what they promise."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from integration.conftest import ROOT
from integration.formatters import readers
from integration.remarks import must, read, run

EXAMPLES = ROOT / "examples" / "ci"
OPENSTACK = EXAMPLES / "openstack"
SCHEMAS = {
    "github-annotations.yml": "vendor.github-workflows",
    "github-code-scanning.yml": "vendor.github-workflows",
    "gitlab-ci.yml": "vendor.gitlab-ci",
}
# One remark of this plugin's by default, and with strict another one; one of hacking's.
FAULTY = """\
import tempfile
import os


def test_it():
    folder = tempfile.mkdtemp()
    assert os.path.isdir(folder)
"""
FIXED = '''\
def test_it(tmp_path):
    """A new folder is one."""
    assert tmp_path.is_dir()
'''
PLACE = ("tests/test_it.py", 6)


def loaded(path: Path) -> Any:
    return YAML(typ="safe").load(path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text(FAULTY)
    return tmp_path


@pytest.fixture
def runner(tmp_path_factory: pytest.TempPathFactory, by_name: dict[str, str]) -> dict[str, str]:
    """A machine as a service of continuous integration gives it: Python and pip, and nothing installed."""
    folder = tmp_path_factory.mktemp("runner")
    must([sys.executable, "-m", "venv", str(folder)], folder)
    return {**by_name, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def bash(command: str, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run(["bash", "-e", "-c", command], folder, environment)


def test_every_example_is_tested() -> None:
    assert {path.name for path in EXAMPLES.glob("*.*")} == set(SCHEMAS)
    assert {path.name for path in OPENSTACK.iterdir()} == {"tox.ini", "zuul.yaml"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_follows_the_schema(name: str) -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[name]]
    must([*check, str(EXAMPLES / name)], ROOT)


def test_zuul_follows_the_schema() -> None:
    must([str(Path(sys.executable).with_name("zuul-lint")), str(OPENSTACK / "zuul.yaml")], ROOT)


def test_github_annotations(project: Path, runner: dict[str, str]) -> None:
    (job,) = loaded(EXAMPLES / "github-annotations.yml")["jobs"].values()
    install, lint = (step["run"] for step in job["steps"] if "run" in step)
    assert bash(install, project, runner).returncode == 0
    linted = bash(lint, project, runner)
    assert linted.returncode == 1
    assert [(*each[:2], each.code) for each in readers.github(linted.stdout)] == [(*PLACE, "TH003")]


def test_github_code_scanning(project: Path, runner: dict[str, str]) -> None:
    (job,) = loaded(EXAMPLES / "github-code-scanning.yml")["jobs"].values()
    for step in job["steps"]:
        assert bash(step.get("run", "true"), project, runner).returncode == 0
    written = (project / job["steps"][-1]["with"]["sarif_file"]).read_text()
    assert [(*each[:2], each.code) for each in readers.sarif(written)] == [(*PLACE, "TH003")]


def test_gitlab(project: Path, runner: dict[str, str]) -> None:
    (job,) = loaded(EXAMPLES / "gitlab-ci.yml").values()
    install, lint = job["script"]
    assert bash(install, project, runner).returncode == 0
    assert bash(lint, project, runner).returncode == 1
    written = (project / job["artifacts"]["reports"]["codequality"]).read_text()
    assert [(*each[:2], each.code) for each in readers.gitlab(written)] == [(*PLACE, "TH003")]


class TestOpenStack:
    @pytest.fixture
    def tox(self, project: Path, by_name: dict[str, str]) -> Any:
        """Run an environment of the example's tox.ini in the project, with no setting of a tox around."""
        shutil.copy(OPENSTACK / "tox.ini", project)
        free = {key: value for key, value in by_name.items() if not key.startswith("TOX_")}

        def tox(name: str) -> subprocess.CompletedProcess[str]:
            return run([sys.executable, "-m", "tox", "run", "-e", name], project, free)

        return tox

    def test_tox(self, project: Path, tox: Any) -> None:
        style, strict = tox("pep8"), tox("testhygiene")
        assert [(*each[:2], each.code) for each in read(style.stdout)] == [
            ("tests/test_it.py", 2, "H306"),
            (*PLACE, "TH003"),
        ]
        assert [(*each[:2], each.code) for each in read(strict.stdout)] == [
            ("tests/test_it.py", 5, "TH004"),
            (*PLACE, "TH003"),
        ]
        assert style.returncode == strict.returncode == 1
        (project / "tests" / "test_it.py").write_text(FIXED)
        assert tox("pep8").returncode == tox("testhygiene").returncode == 0

    def test_jobs_run_environments_that_are_there(self) -> None:
        tox = RawConfigParser()
        tox.read(OPENSTACK / "tox.ini")
        (job,) = (each["job"] for each in loaded(OPENSTACK / "zuul.yaml") if "job" in each)
        (project,) = (each["project"] for each in loaded(OPENSTACK / "zuul.yaml") if "project" in each)
        run = {each if isinstance(each, str) else next(iter(each)) for each in project["check"]["jobs"]}
        assert run == {job["name"], "openstack-tox-pep8"}
        assert {f"testenv:{name}" for name in ("pep8", job["vars"]["tox_envlist"])} <= set(tox.sections())
