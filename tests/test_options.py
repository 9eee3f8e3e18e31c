"""Every option: its default, every accepted spelling, and every refusal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flake8_testhygiene.options import OPTIONS, Options, ResourceRow
from tests.in_process import configured, filenames

NUMBERS = {
    "th004_statements": 40,
    "th006_earlier": 2,
    "th006_phases": 2,
    "th006_statements": 10,
    "th006_most_statements": 40,
    "th607_assertions": 6,
}
DEFAULTS = {
    "strict": frozenset(),
    "test_files": (
        "test_*.py",
        "*_test.py",
        "tests.py",
        "conftest.py",
        "tests/",
        "functional/",
        "integration/",
        "*tempest*/api/",
        "*tempest*/scenario/",
    ),
    "resources": (),
    "isolated_by": (),
    "migrations": (),
    "waiters": (),
    "assertions": (),
    "source_roots": (),
    "follow": (),
    "baseline": "",
    "th001_hex32": False,
    **NUMBERS,
}
NAMES = "names such as wait_for_lease or mylib.Lease.wait"
FOLDERS = "folders such as src or ../shared/tests, relative to the project's root"
ROWS = "rows such as mylib.lease -> mylib.Lease.release, one per line"
PATTERNS = "patterns relative to the project, with / between folders"
NUMBER = "a whole number above 0"
CODES = "rule codes such as TH001,TH104, or leave the value out for all of them"
ACCEPTED: list[tuple[str, str, Any]] = [
    *(("strict", word, frozenset({"TH"})) for word in ("true", "yes", "on", "1", "all", "TRUE", "", "TH")),
    *(("strict", word, frozenset()) for word in ("false", "no", "off", "0", "none", "False")),
    ("strict", "TH002", frozenset({"TH002"})),
    ("strict", "th001, TH104", frozenset({"TH001", "TH104"})),
    ("strict", "TH001 TH3", frozenset({"TH001", "TH3"})),
    ("source_roots", "src, ../shared/tests", ("src", "../shared/tests")),
    ("follow", "mylib.testing.*, mylib.fakes", ("mylib.testing.*", "mylib.fakes")),
    ("test_files", "test_*.py", ("test_*.py",)),
    (
        "test_files",
        "check_*.py, checks/;deploy/*/check[12].py",
        ("check_*.py", "checks/", "deploy/*/check[12].py"),
    ),
    (
        "resources",
        "mylib.lease -> mylib.Lease.release",
        (ResourceRow("mylib.lease", ("mylib.Lease.release",)),),
    ),
    (
        "resources",
        "lease->release , give_back; book -> cancel",
        (ResourceRow("lease", ("release", "give_back")), ResourceRow("book", ("cancel",))),
    ),
    ("isolated_by", "mylib.Sandbox", ("mylib.Sandbox",)),
    ("isolated_by", "mylib.Sandbox,*Isolated", ("mylib.Sandbox", "*Isolated")),
    ("migrations", "move_lease shift.*", ("move_lease", "shift.*")),
    ("waiters", "wait_for_lease;mylib.Lease.wait", ("wait_for_lease", "mylib.Lease.wait")),
    ("assertions", "is_lent,mylib.Lease.prove", ("is_lent", "mylib.Lease.prove")),
    *(("th001_hex32", word, True) for word in ("true", "yes", "on", "1", "True")),
    *(("th001_hex32", word, False) for word in ("false", "no", "off", "0")),
    *((name, "7", 7) for name in NUMBERS),
    *(("th004_statements", word, 12) for word in ("12", " 12 ", "012")),
]
REFUSED = [
    ("strict", "everything", "everything", CODES),
    ("strict", "TH001,E501", "TH001,E501", CODES),
    ("strict", "TH0011", "TH0011", CODES),
    ("strict", "no_such_file.py", "no_such_file.py", CODES),
    ("test_files", "", "", "at least one pattern such as test_*.py or tests/"),
    ("test_files", "tests/,/srv/tests/", "/srv/tests/", PATTERNS),
    ("test_files", r"tests\unit", r"tests\unit", PATTERNS),
    ("test_files", "test_[ab.py", "test_[ab.py", PATTERNS),
    ("resources", "mylib.lease", "mylib.lease", ROWS),
    ("resources", "a -> b; lease ->", "lease ->", ROWS),
    ("resources", "-> release", "-> release", ROWS),
    ("resources", "lease() -> release()", "lease() -> release()", ROWS),
    ("isolated_by", "my-lib", "my-lib", NAMES),
    ("migrations", "ok, move()", "move()", NAMES),
    ("waiters", "wait.", "wait.", NAMES),
    ("assertions", "prove()", "prove()", NAMES),
    ("source_roots", "/", "/", FOLDERS),
    ("source_roots", "src, tests/*", "tests/*", FOLDERS),
    ("source_roots", "conftest.py", "conftest.py", FOLDERS),
    ("follow", "my-lib.testing", "my-lib.testing", NAMES),
    ("th001_hex32", "maybe", "maybe", "true or false"),
    ("th001_hex32", "", "", "true or false"),
    *((name, "0", "0", NUMBER) for name in NUMBERS),
    *(("th004_statements", word, word, NUMBER) for word in ("", "-1", "4.5", "forty", "1_000", "٣")),
]


def flag(name: str) -> str:
    return f"--testhygiene-{name.replace('_', '-')}"


def refusal(name: str, value: str, accepted: str) -> str:
    return f"flake8: error: argument {flag(name)}: {value!r} is not accepted; write {accepted}"


def flake8(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flake8", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_every_option_has_its_default_here() -> None:
    assert OPTIONS.keys() == DEFAULTS.keys()
    assert Options._fields == tuple(OPTIONS)


@pytest.mark.parametrize(("name", "value"), DEFAULTS.items())
def test_default(name: str, value: object) -> None:
    assert getattr(Options(), name) == value
    assert getattr(configured().options, name) == value


@pytest.mark.parametrize(("name", "text", "value"), ACCEPTED)
def test_accepted_on_the_command_line(name: str, text: str, value: object) -> None:
    assert getattr(configured(f"{flag(name)}={text}").options, name) == value


@pytest.mark.parametrize(("name", "text", "value"), ACCEPTED)
def test_accepted_in_a_configuration_file(name: str, text: str, value: object) -> None:
    assert getattr(configured(config=f"{flag(name)[2:]} = {text}").options, name) == value


def test_lines_of_a_configuration_file() -> None:
    options = configured(
        config="""
testhygiene-resources =
    # leases of the sandbox
    mylib.lease -> mylib.Lease.release
    mylib.book -> cancel, mylib.unbook
testhygiene-test-files =
    test_*.py
    # and what the lab runs
    lab/
testhygiene_waiters =
    wait_for_lease,
    wait_for_book
"""
    ).options
    assert options.resources == (
        ResourceRow("mylib.lease", ("mylib.Lease.release",)),
        ResourceRow("mylib.book", ("cancel", "mylib.unbook")),
    )
    assert options.test_files == ("test_*.py", "lab/")
    assert options.waiters == ("wait_for_lease", "wait_for_book")


@pytest.mark.parametrize(("name", "text", "value", "accepted"), REFUSED)
def test_refused_on_the_command_line(
    name: str, text: str, value: str, accepted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        configured(f"{flag(name)}={text}")
    usage, line = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: ")
    assert line == refusal(name, value, accepted)


@pytest.mark.parametrize(("name", "text", "value", "accepted"), REFUSED)
def test_refused_in_a_configuration_file(
    name: str, text: str, value: str, accepted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        configured(config=f"{flag(name)[2:]} = {text}")
    assert capsys.readouterr().err.splitlines()[1:] == [refusal(name, value, accepted)]


@pytest.mark.parametrize("name", [name for name in DEFAULTS if name != "strict"])
def test_value_is_needed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        configured(flag(name))
    assert f"argument {flag(name)}: expected one argument" in capsys.readouterr().err


def test_command_line_wins() -> None:
    options = configured("--testhygiene-waiters=mine", config="testhygiene-waiters = theirs").options
    assert options.waiters == ("mine",)


class TestStrict:
    def test_last_on_the_line(self) -> None:
        assert configured("--testhygiene-strict").options.strict == {"TH"}

    def test_before_another_option(self) -> None:
        assert configured("--testhygiene-strict", "--max-line-length=100").options.strict == {"TH"}

    def test_codes_after_a_space(self) -> None:
        assert configured("--testhygiene-strict", "TH001,TH3").options.strict == {"TH001", "TH3"}

    @pytest.mark.parametrize("path", ["test_x.py", "./test_x.py", "tests", "-"])
    def test_before_a_path(self, project: Path, path: str) -> None:
        (project / "test_x.py").touch()
        (project / "tests").mkdir()
        assert configured("--testhygiene-strict", path).options.strict == {"TH"}
        assert filenames("--testhygiene-strict", path) == [path]

    def test_before_paths(self, project: Path) -> None:
        (project / "test_x.py").touch()
        (project / "test_y.py").touch()
        arguments = ("--testhygiene-strict", "test_x.py", "test_y.py")
        assert sorted(filenames(*arguments)) == ["test_x.py", "test_y.py"]

    def test_with_a_value_before_a_path(self, project: Path) -> None:
        (project / "test_x.py").touch()
        assert filenames("--testhygiene-strict=TH001", "test_x.py") == ["test_x.py"]

    def test_path_in_a_configuration_file_is_refused(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (project / "test_x.py").touch()
        with pytest.raises(SystemExit, match=r"^2$"):
            configured(config="testhygiene-strict = test_x.py")
        assert capsys.readouterr().err.splitlines()[1:] == [refusal("strict", "test_x.py", CODES)]

    @pytest.mark.parametrize(
        ("text", "codes"),
        [("TH", {"TH001", "TH301"}), ("TH3", {"TH301"}), ("TH001", {"TH001"}), ("none", set())],
    )
    def test_codes_are_prefixes(self, text: str, codes: set[str]) -> None:
        options = configured(f"--testhygiene-strict={text}").options
        assert {code for code in ("TH001", "TH301") if options.is_strict(code)} == codes

    @pytest.mark.parametrize(
        "flags", [["--select=TH301"], ["--extend-select=TH301"], ["--extend-select=TH301,TH003"]]
    )
    def test_selecting_a_strict_rule_by_its_full_code_turns_it_on(self, flags: list[str]) -> None:
        assert configured(*flags).options.strict == {"TH301"}

    @pytest.mark.parametrize(
        "flags", [["--select=TH"], ["--extend-select=TH3"], ["--select=TH003"], ["--ignore=E501"]]
    )
    def test_nothing_else_does(self, flags: list[str]) -> None:
        assert configured(*flags).options.strict == frozenset()


@pytest.mark.parametrize(("name", "word"), [("mylib.lease", "lease"), ("move_*", "move_"), ("*", "")])
def test_words_of_the_users_own_rows(name: str, word: str) -> None:
    assert configured(f"--testhygiene-migrations={name}").options.words == (word,)


def test_words_of_the_users_own_resources() -> None:
    assert configured("--testhygiene-resources=mylib.lease -> release").options.words == ("lease",)


@pytest.mark.slow
class TestRealFlake8:
    """What only the whole program shows: exit codes, and that nobody meets a traceback."""

    SKIPPABLE = (
        "import shutil\nimport tempfile\n\n\ndef test_it():\n    'A folder.'\n"
        "    folder = tempfile.mkdtemp()\n"
        "    assert folder\n    shutil.rmtree(folder)\n"
    )

    @pytest.mark.parametrize(("name", "text", "value", "accepted"), REFUSED[::4])
    @pytest.mark.parametrize("file", ["setup.cfg", "tox.ini", ".flake8"])
    def test_refused(self, project: Path, file: str, name: str, text: str, value: str, accepted: str) -> None:
        (project / file).write_text(f"[flake8]\n{flag(name)[2:]} = {text}\n")
        run = flake8(project, ".")
        assert run.returncode == 2
        assert run.stdout == ""
        assert run.stderr.splitlines()[1:] == [refusal(name, value, accepted)]

    def test_refused_on_the_command_line(self, project: Path) -> None:
        run = flake8(project, "--testhygiene-strict", "everything")
        assert run.returncode == 2
        assert "argument --testhygiene-strict: 'everything' is not accepted" in run.stderr
        assert "Traceback" not in run.stderr

    def test_strict_before_a_path_lints_it(self, project: Path) -> None:
        (project / "test_x.py").write_text(self.SKIPPABLE)
        (project / "test_y.py").write_text(self.SKIPPABLE)
        run = flake8(project, "--testhygiene-strict", "test_x.py")
        assert run.returncode == 1
        assert [line.split(" ")[:2] for line in run.stdout.splitlines()] == [["test_x.py:7:14:", "TH301"]]

    def test_strict_in_a_configuration_file(self, project: Path) -> None:
        (project / "test_x.py").write_text(self.SKIPPABLE)
        (project / "setup.cfg").write_text("[flake8]\ntesthygiene-strict = true\n")
        assert "TH301" in flake8(project, "test_x.py").stdout

    def test_strict_for_another_rule_leaves_this_one_off(self, project: Path) -> None:
        (project / "test_x.py").write_text(self.SKIPPABLE)
        assert flake8(project, "--testhygiene-strict=TH002", "test_x.py").stdout == ""
