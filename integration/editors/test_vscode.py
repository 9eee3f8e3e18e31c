"""The plugin in the long-lived process of the VS Code extension: its own runner, from the package index."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import vscode_common_python_lsp as extension

from tests.test_editors import BASE, EDITORS, GRAND, KILL, LEAK, MESSAGE, SERVER

FORMAT = EDITORS["vscode"].arguments[0]
# What bundled/tool/lsp_runner.py of the extension does.
RUNNER = """\
import sys
from vscode_common_python_lsp import JsonRpc, RunResult, run_message_loop, run_module

run_message_loop(JsonRpc(sys.stdin.buffer, sys.stdout.buffer), run_module, RunResult)
"""
PATTERN = re.compile(r"(?P<line>\d+),(?P<column>-?\d+),(?P<type>\w+),(?P<code>\w+\d+):(?P<message>[^\r\n]*)")
Run = Callable[..., list[Any]]


def shown(output: str, severity: dict[str, str]) -> list[Any]:
    """The diagnostics that the extension makes of flake8's output."""
    return list(extension.parse_diagnostics_regex(output, PATTERN, severity, "Flake8"))


def in_server(path: Path, *arguments: str) -> list[Any]:
    """As the extension runs flake8 with the interpreter that its server runs with."""
    argv = ["flake8", FORMAT, *arguments, str(path)]
    run = extension.run_module("flake8", argv, False, str(path.parents[1]))
    assert run.stderr == ""
    return shown(run.stdout, {})


@pytest.fixture
def in_child(folder: Path) -> Iterator[Run]:
    """As the extension runs flake8 with another interpreter: in a child that stays."""
    runner = folder.parent / "lsp_runner.py"
    runner.write_text(RUNNER)

    def run(path: Path, *arguments: str) -> list[Any]:
        answer = extension.run_over_json_rpc(
            workspace=str(folder.parent),
            interpreter=[sys.executable],
            module="flake8",
            argv=["flake8", FORMAT, *arguments, str(path)],
            use_stdin=False,
            cwd=str(folder.parent),
            runner_script=str(runner),
            timeout=60,
        )
        assert (answer.stderr, answer.exception) == ("", None)
        return shown(answer.stdout, {})

    yield run
    extension.jsonrpc._process_manager.stop_process(str(folder.parent))


def places(diagnostics: list[Any]) -> list[tuple[str, int, int]]:
    starts = [(each.code, each.range.start) for each in diagnostics if each.code.startswith("TH")]
    return [(code, start.line + 1, start.character + 1) for code, start in starts]


@pytest.fixture(params=["server", "child"])
def run(request: pytest.FixtureRequest, in_child: Run) -> Run:
    return in_server if request.param == "server" else in_child


def test_edits_of_other_files_are_seen_at_once(folder: Path, run: Run) -> None:
    path = folder / "test_shop.py"
    path.write_text(SERVER)
    (folder / "base.py").write_text(BASE.format(ends=""))
    for name, text, expected in [
        ("grand.py", GRAND.format(ends=KILL), []),
        ("grand.py", GRAND.format(ends=""), [("TH003", 8, 23)]),
        ("base.py", BASE.format(ends=KILL), []),
        ("base.py", BASE.format(ends=""), [("TH003", 8, 23)]),
    ]:
        (folder / name).write_text(text)
        assert places(run(path)) == expected


def test_diagnostic(folder: Path, run: Run) -> None:
    path = folder / "test_shop.py"
    path.write_text(LEAK.replace('""', '"Größe"'), encoding="utf-8")
    (found,) = [each for each in run(path) if each.code == "TH003"]
    assert (found.message, found.range.start.line, found.range.start.character) == (MESSAGE, 4, 28)


def test_fault_of_an_option_is_said(folder: Path) -> None:
    path = folder / "test_shop.py"
    path.write_text(LEAK)
    argv = ["flake8", FORMAT, "--testhygiene-th004-statements=many", str(path)]
    run = extension.run_module("flake8", argv, False, str(folder.parent))
    assert run.exit_code == 2
    assert "--testhygiene-th004-statements" in run.stderr.splitlines()[-1]
