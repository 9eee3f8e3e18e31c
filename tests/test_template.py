"""A new rule begins as two files, and what is written there passes every test but one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_testhygiene.template import FILL_IN, Refused, files, main

ROOT = Path(__file__).parents[1]
Captured = pytest.CaptureFixture[str]


def test_two_files(tmp_path: Path, capsys: Captured) -> None:
    rules, fixtures = tmp_path / "flake8_testhygiene" / "rules", tmp_path / "tests" / "fixtures"
    rules.mkdir(parents=True)
    fixtures.mkdir(parents=True)
    (rules / "th002_unguarded_migration.py").touch()
    assert main(["th299", "lost_reply", str(tmp_path)]) == 0
    written = [rules / "th299_lost_reply.py", fixtures / "th299_lost_reply.py"]
    assert capsys.readouterr().out.splitlines() == list(map(str, written))
    assert all(FILL_IN in path.read_text() for path in written)


@pytest.mark.parametrize(
    ("code", "name", "line"),
    [
        ("TH003", "lost_reply", "CODE: 'TH003' is not accepted; write one of TH100 to TH699"),
        ("TH799", "lost_reply", "CODE: 'TH799' is not accepted; write one of TH100 to TH699"),
        ("TH29", "lost_reply", "CODE: 'TH29' is not accepted; write one of TH100 to TH699"),
        ("E299", "lost_reply", "CODE: 'E299' is not accepted; write one of TH100 to TH699"),
        ("TH206", "lost_reply", "CODE: TH206 is dropped_wait_result already"),
        ("TH299", "missing_cleanup", "NAME: missing_cleanup is a rule already"),
        *(
            (
                "TH299",
                name,
                f"NAME: {name!r} is not accepted; write what is wrong in small letters: lost_reply",
            )
            for name in ("Lost_Reply", "lost-reply", "lost", "lost_reply_2", "", "../lost_reply", "_lost")
        ),
    ],
)
def test_refused(code: str, name: str, line: str, capsys: Captured) -> None:
    before = sorted(ROOT.rglob("th2*.py"))
    assert main([code, name, str(ROOT)]) == 2
    assert capsys.readouterr() == ("", f"{line}\n")
    assert sorted(ROOT.rglob("th2*.py")) == before


def test_no_checkout(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"^ROOT: .* is no checkout of flake8-testhygiene$"):
        files("TH299", "lost_reply", tmp_path)


@pytest.mark.parametrize("arguments", [[], ["TH299"], ["TH299", "lost_reply", ".", "more"]])
def test_usage(arguments: list[str], capsys: Captured) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == "usage: python -m flake8_testhygiene.template CODE NAME [ROOT]\n"


@pytest.mark.slow
class TestAddingARule:
    """In a copy of the checkout, with the steps of CONTRIBUTING.md."""

    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        copy = tmp_path / "checkout"
        left = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "build", "labels")
        shutil.copytree(ROOT, copy, ignore=left)
        return copy

    def run(self, checkout: Path, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments], cwd=checkout, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    def failures(self, checkout: Path, *names: str) -> list[str]:
        tests = [f"tests/test_{name}.py" for name in names]
        printed = self.run(checkout, "pytest", *tests, "-m", "not slow", "-p", "no:cacheprovider")
        assert re.search(r"^\.+\s+\[100%\]|^FAILED", printed, re.MULTILINE), printed
        return re.findall(r"^(?:FAILED|ERROR) tests/(\S+)", printed, re.MULTILINE)

    def test_only_the_words_are_missing(self, checkout: Path) -> None:
        stem = "th299_lost_reply"
        written = [f"flake8_testhygiene/rules/{stem}.py", f"tests/fixtures/{stem}.py"]
        printed = self.run(checkout, "flake8_testhygiene.template", "TH299", "lost_reply")
        assert printed.splitlines() == written
        assert self.run(checkout, "flake8_testhygiene.docs").splitlines() == [
            "flake8_testhygiene/rules/index.py",
            f"docs/rules/{stem}.md",
            "README.md",
            "docs/overview.md",
        ]
        structure = ("rules", "docs", "fixtures", "metamorphic", "explanation", "architecture")
        assert self.failures(checkout, *structure) == [
            f"test_rules.py::test_nothing_is_left_to_fill_in[{place}-TH299]"
            for place in ("flake8_testhygiene/rules/{}.py", "tests/fixtures/{}.py")
        ]
        for path in written:
            text = (checkout / path).read_text()
            (checkout / path).write_text(text.replace(f"{FILL_IN}: ", "").replace(FILL_IN, "namely"))
        self.run(checkout, "flake8_testhygiene.docs")
        assert self.failures(checkout, "rules", "docs", "fixtures") == []
