"""The benchmarks run; what they measure is for people to look at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import by_rule, crashes, digest, growth, inference, rounds, sides, speed, workloads
from flake8_testhygiene import rules

ROOT = Path(__file__).parents[1]


def run(*arguments: str) -> str:
    """What ``python -m`` prints."""
    return subprocess.check_output([sys.executable, "-m", *arguments], cwd=ROOT, text=True)


@pytest.mark.slow
def test_speed_prints_a_ratio_and_the_findings() -> None:
    printed = run("benchmarks.speed", "--smoke")
    assert "ratio" in printed
    assert "TH001 1)" in printed
    assert "of bare flake8" in printed
    assert "its twin that needs inference" in printed
    assert "WARNING" not in printed


@pytest.mark.slow
def test_growth_prints_a_row() -> None:
    assert "| `small` | 0.00 |" in run("benchmarks.growth", "--smoke")


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


def pair(bare: float, ours: float, more: str = "") -> rounds.Round:
    """What a run without the plugin and one with it spent, of which the latter says more."""
    return rounds.Spent(bare, 20, "a.py:1:1: E1 x\n"), rounds.Spent(ours, 21, f"{more}a.py:1:1: E1 x\n")


def measured(folder: Path, *pairs: rounds.Round) -> rounds.Measured:
    both = [sides.Side(name, sys.executable) for name in (sides.BARE, sides.OURS)]
    return rounds.Measured(workloads.small(folder), 1, both, pairs, 0.1)


def test_interval_holds_the_ratio_of_the_medians() -> None:
    pairs = [pair(1.0, 1.1), pair(1.1, 1.3), pair(0.9, 1.0), pair(1.0, 1.2), pair(5.0, 1.15)]
    ratio = rounds.ratio(pairs, 1)
    assert ratio.estimate == pytest.approx(1.15)
    assert ratio.low <= ratio.estimate <= ratio.high


def test_every_other_round_is_reversed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    order: list[str] = []

    def lint(side: sides.Side, *_: object) -> rounds.Spent:
        order.append(side.name)
        return rounds.Spent(float(side.name), 0, "")

    monkeypatch.setattr(rounds, "lint", lint)
    small = workloads.small(tmp_path)
    found = rounds.measured([(sides.Side(name, ""), small) for name in "123"], rounds=2, jobs=1)
    assert order == [*"123", *"123", *"321"]  # once to warm up
    assert [[spent.seconds for spent in each] for each in found] == [[1, 2, 3], [1, 2, 3]]


@pytest.mark.parametrize(("more", "warns"), [("a.py:1:1: TH001 x\n" * 3, False), ("a.py:1:1: E2 x\n", True)])
def test_sides_may_differ_in_our_findings_only(more: str, warns: bool, tmp_path: Path) -> None:
    lines = speed.described(measured(tmp_path, pair(1.0, 1.1, more)))
    assert ("WARNING" in "".join(lines)) is warns


def test_table_has_a_row_for_each_side_and_our_own_part(tmp_path: Path) -> None:
    rows = [row.split(" | ") for row in speed.table([measured(tmp_path, pair(1.0, 1.25))])][2:]
    assert [row[2:5] for row in rows] == [
        ["bare flake8", "1.000", "1"],
        ["with plugin", "1.250", "1.250 [1.250, 1.250]"],
        ["inside our `run()`", "0.100", "0.100"],
    ]


def test_costs_of_all_rules_and_the_rest_make_the_whole(tmp_path: Path) -> None:
    head, _, *rows = by_rule.lines(workloads.small(tmp_path), strict=True)
    milliseconds = {row.split()[0]: float(row.split()[1]) for row in rows}
    assert milliseconds.keys() == {*rules.stems(), "rest"}
    whole = 1000 * float(head.split()[4])
    assert sum(milliseconds.values()) == pytest.approx(whole, abs=0.1 * len(rows))
    assert [*milliseconds][:-1] == sorted([*milliseconds][:-1], key=milliseconds.__getitem__, reverse=True)


def test_only_the_twin_asks_for_inference(tmp_path: Path) -> None:
    asked = []
    for text in (workloads.SMALL, workloads.INFERRED):
        workload = workloads.written("twin", text, tmp_path)
        with inference.counted() as each:
            found, _ = inference.reports(workload.root, strict=False)
        asked.append((len(each.files), [code for _, _, code in found]))
    assert asked == [(0, ["TH001"]), (1, ["TH001"])]


def test_digest_heeds_no_order() -> None:
    assert digest.of(["a", "b"]) == digest.of(["b", "a"]) != digest.of(["a", "c"])


@pytest.mark.parametrize("least", [100, 1000])
def test_generated_module_is_one_and_no_longer_than_asked(least: int) -> None:
    text = workloads.module_of(least)
    assert text == workloads.module_of(least)
    assert least <= text.count("\n") < least + 300
    compile(text, "test_store.py", "exec")


def test_plot_is_equal_for_equal_points(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    points = [
        growth.Point("1k", 0.1, 0.2, 0.02, 0.02, (20, 21)),
        growth.Point("2k", 0.2, 0.4, 0.04, 0.04, (20, 21)),
    ]
    drawn = []
    for name in ("one.svg", "other.svg"):
        growth.draw(dict.fromkeys(growth.SERIES, points), tmp_path / name)
        drawn.append((tmp_path / name).read_bytes())
    assert drawn[0] == drawn[1]
    assert b"as the suite grows" in drawn[0]


@pytest.mark.parametrize("arguments", [["--pairs", "0"], ["--jobs", "1,x"], ["nova"]])
def test_what_is_not_understood_is_refused_in_one_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["speed", *arguments])
    with pytest.raises(SystemExit):
        speed.main()
    assert arguments[-1].split(",")[-1] in capsys.readouterr().err.splitlines()[-1]
