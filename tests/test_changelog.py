"""The version stands in one place, and the change log has the form that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib import metadata
from pathlib import Path

import pytest

from flake8_testhygiene import __version__
from flake8_testhygiene.plugin import Plugin

ROOT = Path(__file__).parents[1]
RELEASE = re.compile(r"\[(\d+)\.(\d+)\.(\d+)\] - (\d{4}-\d{2}-\d{2})")
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
# Where somebody might write the version down once more; an archive of sources has its own copy of it.
NOT_THERE = ("setup.cfg", "pyproject.toml", "tox.ini", "docs/conf.py", "flake8_testhygiene/plugin.py")

Version = tuple[int, int, int]


def faults(text: str, version: str) -> Iterator[str]:
    """What is not as Keep a Changelog 1.1.0 has it, in a log of a package that is at ``version``."""
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    if not headings:
        yield "nothing was released and nothing is to be"
    releases = []
    for number, heading in enumerate(headings):
        found = RELEASE.fullmatch(heading)
        if found:
            releases.append((_numbers(".".join(found.group(1, 2, 3))), found[4]))
        elif heading != "[Unreleased]" or number:
            yield f"{heading!r} is neither [Unreleased], first of all, nor [1.2.3] - 2026-01-31"
    yield from (f"{each!r} is no kind of change" for each in _kinds(text) if each not in KINDS)
    yield from _faults_of(releases, _numbers(version), "[Unreleased]" in headings)


def _faults_of(releases: list[tuple[Version, str]], version: Version, is_more: bool) -> Iterator[str]:
    numbers = [each for each, _ in releases]
    if numbers != sorted(set(numbers), reverse=True):
        yield "the newest release does not come first"
    for _, day in releases:
        try:
            date.fromisoformat(day)
        except ValueError:
            yield f"{day} is no day"
    if releases and version < numbers[0]:
        yield "the package is older than its newest release"
    if not is_more and numbers[:1] != [version]:
        yield "the newest release is not of the package's version"


def _kinds(text: str) -> list[str]:
    return re.findall(r"^### (.*)$", text, re.MULTILINE)


def _numbers(version: str) -> Version:
    major, minor, patch = map(int, version.split("."))
    return major, minor, patch


def test_log_is_well_formed() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert text.startswith("# Changelog\n")
    assert list(faults(text, __version__)) == []


LATEST = "## [1.3.0] - 2026-03-01\n\n### Added\n\n- A rule.\n"
FIRST = "## [1.2.0] - 2026-02-01\n\n### Fixed\n\n- A page.\n"


@pytest.mark.parametrize(
    "text",
    [
        LATEST,
        f"## [Unreleased]\n\n{LATEST}\n{FIRST}",
        f"## [Unreleased]\n\n### Removed\n\n- A rule.\n\n{FIRST}",
        "## [Unreleased]\n",
    ],
)
def test_log_without_fault(text: str) -> None:
    assert list(faults(text, "1.3.0")) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# Changelog\n", "nothing was released and nothing is to be"),
        (f"## [Unreleased]: 1.3.0\n\n{LATEST}", "neither [Unreleased]"),
        (LATEST.replace("[1.3.0]", "1.3.0"), "neither [Unreleased]"),
        (LATEST.replace(" - 2026-03-01", ""), "neither [Unreleased]"),
        (f"{LATEST}\n## [Unreleased]\n", "neither [Unreleased]"),
        (LATEST.replace("Added", "New"), "'New' is no kind of change"),
        (LATEST.replace("03-01", "02-31"), "2026-02-31 is no day"),
        (f"{FIRST}\n{LATEST}", "the newest release does not come first"),
        (f"{LATEST}\n{LATEST}", "the newest release does not come first"),
        (LATEST.replace("1.3.0", "1.4.0"), "the package is older than its newest release"),
        (FIRST, "the newest release is not of the package's version"),
    ],
)
def test_log_with_a_fault(text: str, fault: str) -> None:
    assert any(fault in each for each in faults(text, "1.3.0"))


def test_version_is_semantic_and_the_same_everywhere() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
    assert Plugin.version == __version__
    assert metadata.version("flake8-testhygiene") == __version__, "install the package again"


@pytest.mark.parametrize("path", NOT_THERE)
def test_version_is_written_nowhere_else(path: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not re.search(rf"(?<![\d.]){re.escape(__version__)}(?![\d.])", text)


def test_version_is_what_the_build_reads() -> None:
    setup = (ROOT / "setup.cfg").read_text(encoding="utf-8")
    assert "\nversion = attr: flake8_testhygiene.__version__\n" in setup
