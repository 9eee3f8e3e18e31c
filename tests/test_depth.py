"""Code that is deeper or longer than anybody writes by hand is read, or is unknown; it is never a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_testhygiene.docs import Finding, lint
from tests.in_process import configured

LEAK = """\
import tempfile


def test_leak():
    # nobody removes it
    folder = tempfile.mkdtemp()
"""

READ = {
    "sum": "    text = " + " + ".join(["folder"] * 600),
    "elif": "    if folder == 0:\n        pass\n"
    + "".join(f"    elif folder == {each}:\n        pass\n" for each in range(280)),
    "and": "    same = " + " and ".join(f"folder == {each}" for each in range(3000)),
    "display": "    nested = " + "[" * 80 + "folder" + "]" * 80,
    "statements": "\n".join(f"    name{each} = {each}" for each in range(3000)),
}
UNKNOWN = {
    "calls": "    nested = "
    + "f(" * 90
    + "folder"
    + ")" * 90
    + "".join(f".a{each}()" for each in range(300)),
    "attributes": "    deep = folder" + "".join(f".a{each}" for each in range(900)),
}


def found(body: str, project: Path) -> list[Finding]:
    return list(lint(f"{LEAK}{body}\n    assert folder\n", str(project / "test_depth.py"), configured()))


@pytest.mark.parametrize("shape", READ)
def test_is_read(shape: str, project: Path) -> None:
    assert [(each.line, each.code) for each in found(READ[shape], project)] == [(6, "TH003")]


@pytest.mark.parametrize("shape", UNKNOWN)
def test_is_unknown(shape: str, project: Path) -> None:
    assert not [each for each in found(UNKNOWN[shape], project) if each.code == "TH000"]
