"""``python -m flake8_testhygiene``: every rule is explained in the terminal, by its code and by its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import flake8_testhygiene
from flake8_testhygiene import docs, explanation, rules
from flake8_testhygiene.__main__ import main

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("code", "stem"), rules.stems().items())
def test_page_by_code_and_by_name(code: str, stem: str) -> None:
    page = explanation.explained(code)
    rule = rules.load(code)
    assert page.startswith(f"{code} {stem[6:]}\n\n{docs.summary(rule)}\n\n")
    assert page.endswith(rule.page.rstrip().rpartition("\n\n")[2])
    for asked in (code.lower(), stem[6:], stem[6:].upper(), stem, f"[{stem[6:]}]"):
        assert explanation.explained(asked) == page


@pytest.mark.parametrize(("code", "stem"), rules.stems().items())
def test_what_a_message_ends_with_leads_to_the_page(code: str, stem: str) -> None:
    (found,) = docs.reported(rules.load(code), docs.examples(rules.load(code)).bad)
    assert explanation.explained(found.text.rpartition(" ")[2]).startswith(f"{code} ")


def test_page_says_whether_the_rule_is_on() -> None:
    assert "\n\nOn: reported by default.\n\n" in explanation.explained("TH003")
    assert "\n\nStrict: reported only with `--testhygiene-strict`" in explanation.explained("TH301")


def test_internal_error() -> None:
    assert explanation.explained("th000").startswith("TH000 internal error\n\n")


@pytest.mark.parametrize(
    "asked", ["TH999", "TH03", "TH", "", "th003_late_cleanup", "missing", "E501", "--strict", "new\nline"]
)
def test_no_such_rule(asked: str, capsys: Captured) -> None:
    assert main(["TH003", asked]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"no rule {asked!r}; write codes such as TH003, or names such as missing_cleanup;"
        " --list prints them all\n"
    )


def test_several_rules(capsys: Captured) -> None:
    assert main(["th206", "missing_cleanup"]) == 0
    expected = "\n\n".join(map(explanation.explained, ("TH206", "TH003")))
    assert capsys.readouterr().out == f"{expected}\n"


def test_list_is_the_table_of_the_readme(capsys: Captured) -> None:
    assert main(["--list"]) == 0
    rows = [line.split(None, 3) for line in capsys.readouterr().out.splitlines()]
    assert rows == [
        [code, "strict" if rule.strict else "on", stem[6:], docs.summary(rule)]
        for code, stem in rules.stems().items()
        for rule in [rules.load(code)]
    ]


def test_version(capsys: Captured) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"flake8-testhygiene {flake8_testhygiene.__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"], ["TH003", "--help"]])
def test_help(arguments: list[str], capsys: Captured) -> None:
    assert main(arguments) == 0
    assert capsys.readouterr().out.startswith("usage: python -m flake8_testhygiene RULE ...")


@pytest.mark.slow
class TestProcess:
    COMMAND = (sys.executable, "-m", "flake8_testhygiene")

    def test_prints_a_page_wherever_it_is_run(self, tmp_path: Path) -> None:
        run = subprocess.run([*self.COMMAND, "TH003"], cwd=tmp_path, capture_output=True, text=True)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout == explanation.explained("TH003") + "\n"

    def test_unknown_rule(self, tmp_path: Path) -> None:
        run = subprocess.run([*self.COMMAND, "TH999"], cwd=tmp_path, capture_output=True, text=True)
        assert (run.returncode, run.stdout) == (2, "")
        assert len(run.stderr.splitlines()) == 1

    def test_reader_that_leaves_early(self, tmp_path: Path) -> None:
        every = [code for code in rules.stems() for _ in range(4)]  # more than a pipe holds
        with subprocess.Popen(
            [*self.COMMAND, *every], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
        ) as run:
            assert run.stdout
            assert run.stderr
            assert run.stdout.readline() == b"TH001 hardcoded_uuid\n"
            run.stdout.close()
            assert run.stderr.read() == b""
        assert run.returncode == 0
