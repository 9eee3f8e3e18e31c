"""The rules, found by their file names: ``th003_missing_cleanup.py`` holds TH003 and nothing else."""

from __future__ import annotations

import functools
import re
from importlib import import_module
from pathlib import Path

from flake8_testhygiene.rule import Rule
from flake8_testhygiene.screen import Screen


@functools.cache
def stems() -> dict[str, str]:
    """The module stem of every rule by its code; reads this folder and imports nothing."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("th[0-9]*.py"))
    return {re.sub(r"_.*", "", name).upper(): name for name in names}


def load(code: str) -> Rule:
    """Import the rule ``code`` (``TH003``) and nothing else; KeyError if there is none."""
    module = import_module(f"{__name__}.{stems()[code]}")
    (found,) = (value for value in vars(module).values() if isinstance(value, Rule))
    return found


def name(code: str) -> str:
    """``missing_cleanup``: the words of the stem; KeyError if there is no rule ``code``."""
    return stems()[code].partition("_")[2]


def screen(code: str) -> Screen:
    """What is known of a rule without importing it; of one that is not in the index yet, with."""
    return _index().get(code) or load(code).screen


@functools.cache
def _index() -> dict[str, Screen]:
    """The generated ``index.py``; a run without test modules never needs it."""
    screens: dict[str, Screen] = import_module(f"{__name__}.index").SCREENS
    return screens


@functools.cache
def strict() -> frozenset[str]:
    """The rules that are silent unless asked for."""
    return frozenset(code for code in stems() if screen(code).strict)
