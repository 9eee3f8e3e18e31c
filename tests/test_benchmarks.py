"""The benchmarks run; what they measure is for people to look at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> str:
    """What ``python -m`` prints."""
    return subprocess.check_output([sys.executable, "-m", *arguments], cwd=ROOT, text=True)


@pytest.mark.slow
def test_speed_prints_a_ratio_and_the_findings() -> None:
    printed = run("benchmarks.speed", "--smoke")
    assert "ratio" in printed
    assert "TH001 1)" in printed
    assert "WARNING" not in printed


@pytest.mark.slow
def test_sample_counts_and_shows_reports() -> None:
    printed = run("benchmarks.sample", "--smoke", "--sample", "TH001", "1")
    assert "2 (1000.00)" in printed
    assert printed.count("\n>") == 1
