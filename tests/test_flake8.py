"""The plugin in the real ``flake8`` command, from the outside."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import flake8_testhygiene
from flake8_testhygiene.options import OPTIONS, flag_of

pytestmark = pytest.mark.slow

LEAK = """\
import tempfile


def test_it():
    folder = tempfile.mkdtemp()
    assert folder
"""
LEASE = """\
import mylib


def test_it():
    lease = mylib.lease()
    assert lease
"""


def flake8(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flake8", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def places(run: subprocess.CompletedProcess[str]) -> list[str]:
    """``test_x.py:5:14: TH003`` of each line that flake8 has printed."""
    assert run.stderr == ""
    return [" ".join(line.split(" ")[:2]) for line in run.stdout.splitlines()]


def test_version_names_the_plugin(project: Path) -> None:
    assert f"flake8-testhygiene: {flake8_testhygiene.__version__}" in flake8(project, "--version").stdout


def test_help_names_every_option(project: Path) -> None:
    text = flake8(project, "--help").stdout
    for name in OPTIONS:
        assert flag_of(name) in text


def test_unconfigured_in_an_empty_folder(project: Path) -> None:
    run = flake8(project)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_unconfigured_with_empty_and_broken_files(project: Path) -> None:
    (project / "tests").mkdir()
    (project / "tests" / "__init__.py").touch()
    (project / "test_broken.py").write_text("def test_it(:\n")
    assert [place.split(" ")[1] for place in places(flake8(project))] == ["E999"]


def test_finding(project: Path) -> None:
    (project / "test_x.py").write_text(LEAK)
    run = flake8(project)
    assert run.returncode == 1
    assert run.stdout.startswith(
        "./test_x.py:5:14: TH003 directory from tempfile.mkdtemp() is never released: "
    )


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("# noqa: TH003", []),
        ("# noqa: TH", []),
        ("# noqa", []),
        ("# noqa: TH001", ["test_x.py:5:14: TH003"]),
    ],
)
def test_noqa(project: Path, comment: str, found: list[str]) -> None:
    (project / "test_x.py").write_text(LEAK.replace("mkdtemp()", f"mkdtemp()  {comment}"))
    assert places(flake8(project, "test_x.py")) == found


def test_per_file_ignores(project: Path) -> None:
    (project / "test_x.py").write_text(LEAK)
    (project / "test_y.py").write_text(LEAK)
    (project / "setup.cfg").write_text("[flake8]\nper-file-ignores =\n    test_x.py: TH003\n")
    assert places(flake8(project, "test_x.py", "test_y.py")) == ["test_y.py:5:14: TH003"]


@pytest.mark.parametrize("file", ["setup.cfg", "tox.ini", ".flake8"])
def test_options_from_a_configuration_file(project: Path, file: str) -> None:
    (project / "check_x.py").write_text(LEASE)
    assert places(flake8(project, "check_x.py")) == []
    (project / file).write_text(
        "[flake8]\n"
        "testhygiene-test-files = check_*.py\n"
        "testhygiene-resources =\n"
        "    # leases are dear\n"
        "    mylib.lease -> mylib.Lease.release\n"
    )
    assert places(flake8(project, "check_x.py")) == ["check_x.py:5:13: TH003"]


def test_jobs_make_no_difference(project: Path) -> None:
    (project / "setup.cfg").write_text("[flake8]\ntesthygiene-resources = mylib.lease -> release\n")
    for number in range(4):
        (project / f"test_leak{number}.py").write_text(LEAK)
        (project / f"test_lease{number}.py").write_text(LEASE)
    alone, together = flake8(project, "-j1"), flake8(project, "-j2")
    assert len(places(alone)) == 8
    assert sorted(alone.stdout.splitlines()) == sorted(together.stdout.splitlines())


def test_order_of_files_makes_no_difference(project: Path) -> None:
    (project / "test_x.py").write_text(LEAK)
    (project / "test_y.py").write_text(LEASE)
    there, back = flake8(project, "test_x.py", "test_y.py"), flake8(project, "test_y.py", "test_x.py")
    assert sorted(places(there)) == sorted(places(back))


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ([], []),
        (["--stdin-display-name=test_x.py"], ["test_x.py:5:14: TH003"]),
        (["--stdin-display-name=tests/x.py"], ["tests/x.py:5:14: TH003"]),
        (["--stdin-display-name=shop.py"], []),
    ],
)
def test_standard_input(project: Path, arguments: list[str], found: list[str]) -> None:
    assert places(flake8(project, "-", *arguments, stdin=LEAK)) == found


def test_strict_before_standard_input(project: Path) -> None:
    run = flake8(project, "--testhygiene-strict", "-", "--stdin-display-name=test_x.py", stdin=LEAK)
    assert places(run) == ["test_x.py:4:1: TH004", "test_x.py:5:14: TH003"]


def test_spellings_of_a_path(project: Path) -> None:
    (project / "tests").mkdir()
    (project / "tests" / "x.py").write_text(LEAK)
    for spelling in ("tests/x.py", "./tests/x.py", str(project / "tests" / "x.py"), "tests"):
        assert [place.rpartition("x.py")[2] for place in places(flake8(project, spelling))] == [
            ":5:14: TH003"
        ]
