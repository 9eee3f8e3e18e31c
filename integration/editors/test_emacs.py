"""The settings for Emacs that ``docs/editors.md`` shows, in Emacs itself, where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_editors import LEAK, MESSAGE

EMACS = shutil.which("emacs")
pytestmark = pytest.mark.skipif(EMACS is None, reason="Emacs is not installed")
SHOW = """\
(require 'flymake)
(find-file (car command-line-args-left))
(flymake-start)
(with-timeout (30 (princ "nothing came"))
  (while (null (flymake-diagnostics)) (accept-process-output nil 0.1)))
(dolist (each (flymake-diagnostics))
  (goto-char (flymake-diagnostic-beg each))
  (princ (format "%s %s:%s %s at %s\\n" (flymake-diagnostic-type each) (line-number-at-pos)
                 (1+ (current-column)) (flymake-diagnostic-text each)
                 (buffer-substring (point) (line-end-position)))))
(kill-emacs)
"""


def elisp(page: str) -> list[str]:
    return re.findall(r"^```elisp\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def emacs(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of Emacs without any other setting, which finds the programs of this environment."""
    search = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [str(EMACS), "--batch", "-Q", "-l", str(script), *arguments],
        env={**os.environ, "PATH": search, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_settings_are_lisp(tmp_path: Path, page: str) -> None:
    script = tmp_path / "settings.el"
    settings = elisp(page)
    script.write_text("".join(f"'(\n{setting})\n" for setting in settings) + '(princ "sound")')
    assert len(settings) == 3
    assert emacs(script).stdout == "sound"


def test_flymake_shows_the_remark(tmp_path: Path, page: str) -> None:
    path = tmp_path / "test_shop.py"
    path.write_text(LEAK.replace('""', '"Größe"'), encoding="utf-8")
    (setting,) = [each for each in elisp(page) if "python-flymake-command" in each]
    script = tmp_path / "show.el"
    script.write_text(f"{setting}{SHOW}")
    run = emacs(script, str(path))
    assert run.stdout.splitlines() == [f":warning 5:29 TH003 {MESSAGE} at tempfile.mkdtemp()"], run.stderr
