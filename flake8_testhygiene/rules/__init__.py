"""The rules, found by their file names: ``th003_missing_cleanup.py`` holds TH003 and nothing else."""

from __future__ import annotations

import functools
import re
from importlib import import_module
from pathlib import Path

from flake8_testhygiene.rule import AnyRule, Rule

# Rules that are silent unless asked for. Said here so that their modules are not even imported.
STRICT = frozenset({"TH301", "TH305"})


@functools.cache
def stems() -> dict[str, str]:
    """The module stem of every rule by its code; reads this folder and imports nothing."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("th[0-9]*.py"))
    return {re.sub(r"_.*", "", name).upper(): name for name in names}


def load(code: str) -> AnyRule:
    """Import the rule ``code`` (``TH003``) and nothing else; KeyError if there is none."""
    module = import_module(f"{__name__}.{stems()[code]}")
    (found,) = (value for value in vars(module).values() if isinstance(value, Rule))
    return found
