"""What several test modules need."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_testhygiene.plugin import Plugin


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, which is also the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def plugin_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run of flake8 in this process leaves on the plugin's class is put back afterwards."""
    for name in ("options", "test_files", "selected", "rules", "asked", "files", "import_path", "baseline"):
        monkeypatch.setattr(Plugin, name, getattr(Plugin, name))
