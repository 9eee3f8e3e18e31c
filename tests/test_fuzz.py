"""Modules that nobody would write bring out no fault; the long form is ``python -m benchmarks.fuzz``."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import fuzz, kneading
from flake8_testhygiene.plugin import Plugin

CRASHES = sorted((Path(__file__).parent / "fixtures" / "crashes").glob("*.py"))
# Every example is linted in the same empty folder.
SHORT = settings(
    max_examples=250,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def stock() -> kneading.Stock:
    return fuzz.stock()


@pytest.mark.slow
@SHORT
@given(chance=st.randoms(use_true_random=True))
def test_mutated_fixtures_are_linted_without_a_fault(
    chance: random.Random, stock: kneading.Stock, project: Path
) -> None:
    module = fuzz.drawn(stock, chance)
    assert not fuzz.faults(module), module


@pytest.mark.parametrize("path", CRASHES, ids=lambda path: path.stem)
@pytest.mark.parametrize("place", fuzz.PLACES)
def test_what_once_crashed_no_longer_does(path: Path, place: str, project: Path) -> None:
    assert not fuzz.faults(fuzz.Text(path.read_bytes().decode(), place))


def test_equal_seeds_make_equal_modules(stock: kneading.Stock) -> None:
    texts = [stock.module(random.Random(seed)) for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def test_mutated_modules_are_looked_at(stock: kneading.Stock, project: Path) -> None:
    """A module that no rule has a word about would show nothing."""
    modules = [fuzz.drawn(stock, random.Random(seed)) for seed in range(20)]
    assert sum(bool(fuzz.findings(each)) for each in modules) > 15


def test_faults_are_seen(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = fuzz.Text("import tempfile\ndef test_it():\n    assert tempfile.mkdtemp()\n", "test_x.py")
    assert not fuzz.faults(module)
    monkeypatch.setattr(fuzz.Strict, "_rule", broken)
    assert "internal error in TH003: KeyError 'broken'; please report" in fuzz.faults(module)
    monkeypatch.setattr(fuzz.Strict, "run", broken)
    assert fuzz.faults(module) == ["raised KeyError: 'broken'"]


def broken(*_: object) -> Plugin:
    raise KeyError("broken")


def test_module_is_made_smaller() -> None:
    text = "import a\ndef b():\n    c = 1\n    d = 2\n"
    assert kneading.smaller(text, lambda each: "d" in each and "def" in each) == "def b():\n    d = 2"
