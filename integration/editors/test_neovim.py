"""The settings for Neovim that ``docs/editors.md`` shows, in Neovim itself, where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_editors import LEAK, MESSAGE

NVIM = shutil.which("nvim")
pytestmark = pytest.mark.skipif(NVIM is None, reason="Neovim is not installed")
SHOW = """
local function show()
  for _, each in ipairs(vim.diagnostic.get(0)) do
    local line = vim.api.nvim_buf_get_lines(0, each.lnum, each.lnum + 1, true)[1]
    print(each.severity, each.lnum + 1, each.message .. ' at ' .. line:sub(each.col + 1))
  end
end
vim.cmd.edit('tests/test_shop.py')
vim.wait(30000, function() return #vim.diagnostic.get(0) > 0 end, 50)
show()
vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'def test_it(tmp_path):', '    assert tmp_path' })
vim.wait(30000, function() return #vim.diagnostic.get(0) == 0 end, 50)
show()
vim.cmd('qa!')
"""


def lua(page: str) -> list[str]:
    return re.findall(r"^```lua\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def nvim(folder: Path, script: str) -> str:
    """What a script prints in Neovim without any other setting."""
    file = folder / "script.lua"
    file.write_text(script)
    search = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    run = subprocess.run(
        [str(NVIM), "--clean", "--headless", "-n", "-c", f"luafile {file}", "-c", "qa!"],
        cwd=folder,
        env={**os.environ, "PATH": search},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return run.stderr  # where print() goes without a screen


def test_settings_are_lua(tmp_path: Path, page: str) -> None:
    for setting in lua(page):
        assert nvim(tmp_path, f"assert(loadstring([==[{setting}]==])) print('sound')") == "sound"


def test_server_shows_the_remark_until_it_is_mended(folder: Path, page: str) -> None:
    if nvim(folder.parent, "print(vim.lsp.config ~= nil)") != "true":
        pytest.skip("Neovim is older than 0.11")
    (folder / "test_shop.py").write_text(LEAK.replace('""', '"Größe"'), encoding="utf-8")
    (setting,) = [each for each in lua(page) if "vim.lsp.config" in each]
    assert nvim(folder.parent, setting + SHOW) == f"2 5 TH003 {MESSAGE} at tempfile.mkdtemp()"
