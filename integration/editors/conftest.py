"""What the tests of editors share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the tests of an otherwise empty project."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").touch()
    return tmp_path / "tests"


@pytest.fixture(scope="session")
def page() -> str:
    """The text of ``docs/editors.md``, whose settings are tried here."""
    return (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
