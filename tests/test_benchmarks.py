"""The benchmarks run; what they measure is for people to look at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import crashes, speed

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


@pytest.mark.slow
def test_decided_counts_and_shows_sites() -> None:
    printed = run("benchmarks.decided", "--smoke", "--sample", "released", "1")
    assert "3 sites      2 decided   0.667" in printed
    assert "class 1," in printed
    assert printed.count("\n>") == 1


@pytest.mark.slow
def test_crashes_counts_files_and_faults() -> None:
    printed = run("benchmarks.crashes", "--smoke")
    assert printed.splitlines()[-2].split()[:9] == ["all", "as", "shipped", "2", "1", "1", "2", "0", "0"]


def test_crashes_names_what_went_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("broken")

    monkeypatch.setattr(crashes.Shipped, "_rule", broken)
    monkeypatch.setattr(crashes.EveryFile, "run", broken)
    for name, text in crashes.SMALL.items():
        (tmp_path / name).write_text(text)
    assert crashes.report(iter([("small", tmp_path, sorted(crashes.SMALL))]), verbose=True)
    printed = capsys.readouterr().out
    assert "    test_small.py: TH000 internal error in TH003: KeyError 'broken'; please report\n" in printed
    assert "    small.py: raised KeyError: 'broken'\n" in printed


def test_crashes_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(plugin: crashes.Shipped) -> None:
        while True:
            pass

    monkeypatch.setattr(crashes, "MOST_SECONDS", 0.2)
    monkeypatch.setattr(crashes, "SLOW_SECONDS", 0.1)
    monkeypatch.setattr(crashes, "SLOW_RATIO", 0)
    monkeypatch.setattr(crashes.EveryFile, "run", endless)
    (tmp_path / "small.py").write_text(crashes.SMALL["small.py"])
    shipped, every = crashes.rows("small", tmp_path, ["small.py"])
    assert not shipped.faults
    assert every.faults[0] == "small.py: took more than 0.2 s"
    assert every.too_slow.keys() == {"small.py"}


def pair(bare: float, ours: float, more: str = "") -> speed.Pair:
    """What a run without the plugin and one with it spent, of which the latter says more."""
    return speed.Spent(bare, 20, "a.py:1:1: E1 x\n"), speed.Spent(ours, 21, f"{more}a.py:1:1: E1 x\n")


def test_interval_holds_the_ratio_of_the_medians() -> None:
    pairs = [pair(1.0, 1.1), pair(1.1, 1.3), pair(0.9, 1.0), pair(1.0, 1.2), pair(5.0, 1.15)]
    ratio = speed.interval(pairs, lambda bare, ours: ours / bare)
    assert ratio.estimate == pytest.approx(1.15)
    assert ratio.low <= ratio.estimate <= ratio.high


@pytest.mark.parametrize(("more", "warns"), [("a.py:1:1: TH001 x\n" * 3, False), ("a.py:1:1: E2 x\n", True)])
def test_sides_may_differ_in_our_findings_only(more: str, warns: bool, tmp_path: Path) -> None:
    workload = speed.small(tmp_path)
    lines = speed.described(workload, [pair(1.0, 1.1, more)], [0.1])
    assert ("WARNING" in "".join(lines)) is warns
