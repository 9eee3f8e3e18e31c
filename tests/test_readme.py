"""The README says what is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SHOWN = re.findall(r"^```text\n\$ flake8 (.*)\n((?:.*\n)*?)```$", README, re.MULTILINE)


def test_setup_is_two_commands() -> None:
    first, second = re.findall(r"^```sh\n(.*)\n```$", README, re.MULTILINE)
    assert README.count("```sh") == 2
    assert first.startswith("python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/flake8 ")
    assert second.endswith(".venv/bin/python -m pytest")


def test_setup_runs_what_is_shown() -> None:
    assert [arguments for arguments, _ in SHOWN] == [
        "--select=TH examples/",
        "--select=TH --testhygiene-strict examples/",
    ]
    assert f".venv/bin/flake8 {SHOWN[1][0]}\n" in README


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "shown"), SHOWN)
def test_output_is_what_flake8_prints(arguments: str, shown: str) -> None:
    command = [sys.executable, "-m", "flake8", *arguments.split()]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.stdout == shown
    assert run.returncode == 1


@pytest.mark.slow
def test_fixed_example_is_clean_in_every_respect() -> None:
    fixed = ["--isolated", "--testhygiene-strict", "examples/test_live_migration_fixed.py"]
    run = subprocess.run([sys.executable, "-m", "flake8", *fixed], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout == ""
    assert run.returncode == 0
