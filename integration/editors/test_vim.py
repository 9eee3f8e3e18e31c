"""The settings for ALE that ``docs/editors.md`` shows, in Vim itself, where both are installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_editors import LEAK, MESSAGE

VIM = shutil.which("vim")
SHOW = """\
packadd ale
filetype plugin on
edit {path}
ALELint
let waited = 0
while waited < 300 && empty(ale#engine#GetLoclist(bufnr('%')))
  sleep 100m
  let waited += 1
endwhile
let found = map(copy(ale#engine#GetLoclist(bufnr('%'))), {{_, v ->
      \\ v.type . ' ' . v.lnum . ' ' . v.code . ' ' . v.text . ' at ' . strpart(getline(v.lnum), v.col - 1)}})
call writefile(found, '{answer}')
qa!
"""


def vim(script: Path, **environment: str) -> int:
    command = [str(VIM), "-u", "NONE", "-N", "-es", "-S", str(script)]
    return subprocess.run(command, env={**os.environ, **environment}, timeout=60, check=False).returncode


@pytest.fixture(autouse=True)
def installed(tmp_path: Path) -> None:
    """Skip where Vim is not there, or too small for scripts, or without ALE."""
    probe = tmp_path / "probe.vim"
    probe.write_text("try\n  packadd ale\n  qa!\ncatch\n  cq\nendtry\ncq\n")
    if VIM is None or vim(probe):
        pytest.skip("Vim and ALE are not both installed")


def test_ale_shows_the_remark(tmp_path: Path, page: str) -> None:
    path, script, answer = (tmp_path / name for name in ("test_shop.py", "show.vim", "answer"))
    path.write_text(LEAK.replace('""', '"Größe"'), encoding="utf-8")
    (setting,) = re.findall(r"^```vim\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    script.write_text(f"set encoding=utf-8\n{setting}{SHOW.format(path=path, answer=answer)}")
    search = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    assert vim(script, PATH=search) == 0
    assert answer.read_text().splitlines() == [f"W 5 TH003 {MESSAGE} at tempfile.mkdtemp()"]
