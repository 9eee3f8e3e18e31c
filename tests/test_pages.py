"""What the pages of the documentation show is what flake8 prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_testhygiene.options import OPTIONS

DOCS = Path(__file__).parents[1] / "docs"
FILE = re.compile(r"^```python\n# (\S+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^```text\n\$ flake8 (.*)\n((?:.*\n)*?)```$", re.MULTILINE)
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("configuration.md", "silence.md")}
SHOWN = [(name, *command) for name, text in PAGES.items() for command in COMMAND.findall(text)]


def test_each_page_shows_something() -> None:
    assert {name for name, _, _ in SHOWN} == PAGES.keys()


def test_every_kind_of_value_is_explained() -> None:
    kinds = {option.metavar for option in OPTIONS.values()}
    assert kinds == set(re.findall(r"\*\*([A-Z]+)\*\*", PAGES["configuration.md"]))


@pytest.mark.slow
@pytest.mark.parametrize(("page", "arguments", "shown"), SHOWN)
def test_output_is_what_flake8_prints(page: str, arguments: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / "tox.ini").touch()
    for name, text in FILE.findall(PAGES[page]):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# {name}\n{text}", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "flake8", *shlex.split(arguments)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    refusal = run.stderr.splitlines(keepends=True)[-1:]  # behind the usage
    assert "".join([run.stdout, *refusal]) == shown
    assert run.returncode == (2 if refusal else 1 if shown else 0)
