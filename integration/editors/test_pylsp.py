"""The plugin through python-lsp-server, as any editor that speaks the language server protocol sees it."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.editors.language_client import LanguageServer, running
from tests.test_editors import BASE, FIXED, GRAND, KILL, LEAK, MESSAGE, SERVER

WARNING = 2


@pytest.fixture
def settings(page: str) -> dict[str, Any]:
    """The settings that ``docs/editors.md`` shows for the server."""
    blocks = re.findall(r"^```json\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (found,) = [each for each in map(json.loads, blocks) if "pylsp" in each]
    return dict(found)


@pytest.fixture
def server(folder: Path, settings: dict[str, Any]) -> Iterator[LanguageServer]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    with running([sys.executable, "-m", "pylsp"], path) as server:
        server.initialize(folder.parent, settings)
        yield server


def places(diagnostics: list[dict[str, Any]]) -> list[tuple[str, int, int]]:
    """Code, line and column, counted from 1, of what is ours."""
    starts = [(each["code"], each["range"]["start"]) for each in diagnostics]
    return [
        (code, start["line"] + 1, start["character"] + 1) for code, start in starts if code.startswith("TH")
    ]


def test_finding_appears_and_goes(server: LanguageServer, folder: Path) -> None:
    path = folder / "test_shop.py"
    path.write_text(LEAK)
    (found,) = server.opened(path, LEAK)
    line = LEAK.splitlines(keepends=True)[4]
    assert found == {
        "source": "flake8",
        "code": "TH003",
        "message": f"TH003 {MESSAGE}",
        "severity": WARNING,
        "range": {
            "start": {"line": 4, "character": line.index("tempfile")},
            "end": {"line": 4, "character": len(line)},
        },
    }
    assert server.changed(path, FIXED) == []
    assert places(server.changed(path, LEAK)) == [("TH003", 5, 24)]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_position_after_other_letters(server: LanguageServer, folder: Path, ends: str) -> None:
    text = LEAK.replace('""', '"Größe"').replace("\n", ends)
    (found,) = server.opened(folder / "test_shop.py", text)
    start = found["range"]["start"]
    assert text.splitlines()[start["line"]][start["character"] :] == "tempfile.mkdtemp()"


def test_edit_of_another_file_is_seen_with_the_next_change(server: LanguageServer, folder: Path) -> None:
    (folder / "base.py").write_text(BASE.format(ends=""))
    (folder / "grand.py").write_text(GRAND.format(ends=KILL))
    path = folder / "test_new.py"
    assert places(server.opened(path, SERVER)) == []
    for name, text, expected in [
        ("grand.py", GRAND.format(ends=""), [("TH003", 8, 23)]),
        ("base.py", BASE.format(ends=KILL), []),
        ("base.py", BASE.format(ends=""), [("TH003", 8, 23)]),
    ]:
        (folder / name).write_text(text)
        assert places(server.changed(path, SERVER)) == expected


def test_options_are_those_of_the_project(server: LanguageServer, folder: Path) -> None:
    (folder.parent / "setup.cfg").write_text("[flake8]\ntesthygiene-strict = TH004\n")
    found = server.opened(folder / "test_shop.py", LEAK)
    assert places(found) == [("TH004", 4, 1), ("TH003", 5, 24)]


def test_shown_settings_leave_the_rest_to_flake8(server: LanguageServer, folder: Path) -> None:
    found = server.opened(folder / "test_shop.py", "import json\nx=1\n")
    assert [(each["source"], each["code"]) for each in found] == [("flake8", "F401"), ("flake8", "E225")]


def test_other_executable(server: LanguageServer, folder: Path, settings: dict[str, Any], page: str) -> None:
    assert "`pylsp.plugins.flake8.executable`" in page
    strict = folder.parent / "strict-flake8"
    strict.write_text(f'#!/bin/sh\nexec {sys.executable} -m flake8 --testhygiene-strict "$@"\n')
    strict.chmod(0o755)
    settings["pylsp"]["plugins"]["flake8"]["executable"] = str(strict)
    server.notify("workspace/didChangeConfiguration", settings=settings)
    found = server.opened(folder / "test_shop.py", LEAK)
    assert places(found) == [("TH004", 4, 1), ("TH003", 5, 24)]
