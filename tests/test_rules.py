"""What every rule keeps to, so that adding one needs no register."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest

from flake8_testhygiene import rules
from flake8_testhygiene.rule import Rule
from flake8_testhygiene.screen import ready
from flake8_testhygiene.template import FILL_IN

ROOT = Path(__file__).parents[1]
RULES = [rules.load(code) for code in rules.stems()]
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


@each_rule
def test_stem_is_code_and_words(rule: Rule) -> None:
    assert re.fullmatch(rf"{rule.code.lower()}(_[a-z]+)+", rule.stem)
    assert rule.stem.partition("_")[2] == rule.check.__name__


@each_rule
def test_one_rule_in_a_module(rule: Rule) -> None:
    module = import_module(f"flake8_testhygiene.rules.{rule.stem}")
    assert [value for value in vars(module).values() if isinstance(value, Rule)] == [rule]


@each_rule
@pytest.mark.parametrize(
    "place", ["flake8_testhygiene/rules/{}.py", "tests/fixtures/{}.py", "docs/rules/{}.md"]
)
def test_same_stem_three_times(rule: Rule, place: str) -> None:
    path = place.format(rule.stem)
    assert (ROOT / path).is_file(), f"{rule.code} has no {path}"


@pytest.mark.parametrize("place", ["tests/fixtures/*.py", "docs/rules/*.md"])
def test_nothing_is_left_of_a_rule_that_went(place: str) -> None:
    left = {path.stem for path in ROOT.glob(place)} - {*rules.stems().values()}
    assert not left, f"no rule of {left}"


@each_rule
def test_explains_itself(rule: Rule) -> None:
    first, empty, *_ = rule.page.splitlines()
    assert first.endswith(".")
    assert not empty, "the first line is the summary, in one sentence"
    missing = [
        part for part in ("Bad", "Good", "Silent", "Options", "Instead") if f"\n{part}:" not in rule.page
    ]
    assert not missing, f"the docstring of {rule.stem} has no {missing}"


@each_rule
@pytest.mark.parametrize("place", ["flake8_testhygiene/rules/{}.py", "tests/fixtures/{}.py"])
def test_nothing_is_left_to_fill_in(rule: Rule, place: str) -> None:
    path = place.format(rule.stem)
    assert FILL_IN not in (ROOT / path).read_text(encoding="utf-8"), f"something is left to fill in in {path}"


@each_rule
def test_code_leads_to_the_rule(rule: Rule) -> None:
    assert re.fullmatch(r"TH[0-9]{3}", rule.code)
    assert rules.load(rule.code) is rule


def test_messages_are_unique() -> None:
    assert Counter(rule.message for rule in RULES).most_common(1)[0][1] == 1


def test_strict_rules_are_known_without_importing_them() -> None:
    assert {rule.code for rule in RULES if rule.strict} == rules.strict()


def test_codes_are_unique() -> None:
    modules = {path.stem for path in (ROOT / "flake8_testhygiene" / "rules").glob("th*.py")}
    assert set(rules.stems().values()) == modules


def test_unknown_code() -> None:
    with pytest.raises(KeyError, match="TH999"):
        rules.load("TH999")


def test_the_same_words_are_the_same_object() -> None:
    words, again = (tuple(f"word{number}" for number in range(3)) for _ in range(2))
    assert words is not again
    assert ready(words) is ready(again)
    assert ready(words) == words
    assert hash(ready(words)) == hash(words)
