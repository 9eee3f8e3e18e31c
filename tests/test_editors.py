"""What editors make of the plugin: their own command lines, their own patterns, their long-lived processes.

The patterns are those of the editors' sources, written for ``re``; ``docs/editors.md`` names the versions.
The Python language server, and what else an editor brings along, is driven in ``integration/editors/``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.in_process import filenames

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
STRICT = ROOT / "examples" / "test_live_migration.py"

LEAK = """\
import tempfile


def test_it():
    word, folder = "", tempfile.mkdtemp()
    assert folder, word
"""
FIXED = """\
def test_it(tmp_path):
    word, folder = "", tmp_path
    assert folder, word
"""
MESSAGE = (
    "directory from tempfile.mkdtemp() is never released: try/finally shutil.rmtree(...) [missing_cleanup]"
)
KILL = "self.server.kill()"
GRAND = """\
import unittest


class Grand(unittest.TestCase):
    def tearDown(self):
        super().tearDown()
        {ends}
"""
BASE = """\
from tests.grand import Grand


class Base(Grand):
    def tearDown(self):
        super().tearDown()
        {ends}
"""
SERVER = """\
import subprocess

from tests.base import Base


class ShopTest(Base):
    def test_it(self):
        self.server = subprocess.Popen(["shop"])
        self.assertTrue(self.server)
"""
UNRELEASED = (8, 23, "TH003")


class Diagnostic(NamedTuple):
    """What an editor shows: line and column count from 1."""

    line: int
    column: int
    code: str
    text: str


class Editor(NamedTuple):
    """How an editor calls flake8 for ``{path}``, an absolute path, and what it reads in the answer.

    With ``stdin`` it hands over the buffer; ``beside`` says that it works in the file's folder.
    """

    arguments: tuple[str, ...]
    pattern: str
    stdin: bool = True
    beside: bool = False


def output_filter(shown: str) -> str:
    """The regular expression that PyCharm makes of an output filter."""
    groups = {"FILE_PATH": "(?:.+?)", "LINE": r"(?P<line>\d+)", "COLUMN": r"(?P<column>\d+)"}
    parts = re.split(r"\$(\w+)\$", shown)
    return "".join(
        groups.get(part, "(?P<text>.*)") if number % 2 else re.escape(part)
        for number, part in enumerate(parts)
    )


STDIN = ("--stdin-display-name", "{path}", "-")
FLYMAKE = r"^(?:<?stdin>?):(?P<line>\d+):(?:(?P<column>\d+):?)? (?P<text>.*)$"
(PYCHARM,) = re.findall(r"`(\$FILE_PATH\$[^`]*)`", DOCS)
EDITORS = {
    "vscode": Editor(
        ("--format=%(row)d,%(col)d,%(code).1s,%(code)s:%(text)s", "{path}"),
        r"^(?P<line>\d+),(?P<column>-?\d+),(?:\w+),(?P<code>\w+\d+):(?P<text>[^\r\n]*)",
        stdin=False,
    ),
    "ale": Editor(
        ("--format=default", *STDIN),
        r"^[a-zA-Z]?:?[^:]+:(?P<line>\d+):?(?P<column>\d+)?: (?P<code>[A-Za-z0-9]+):? (?P<text>.*)$",
    ),
    "nvim-lint": Editor(
        ("--format=%(path)s:%(row)d:%(col)d:%(code)s:%(text)s", "--no-show-source", *STDIN),
        r"[^:]+:(?P<line>\d+):(?P<column>\d+):(?P<code>[A-Za-z0-9]+):(?P<text>.+)",
    ),
    "flycheck": Editor(
        ("--format=default", "--stdin-display-name={path}", "-"),
        r"^(?:.+?):(?P<line>\d+):(?:(?P<column>\d+):)? (?P<code>[A-Za-z]+[0-9]+) (?P<text>.+)$",
    ),
    "flymake": Editor(("-",), FLYMAKE, beside=True),
    "flymake with the file's name": Editor(
        (*STDIN[:2], "--format=stdin:%(row)d:%(col)d: %(code)s %(text)s", "-"), FLYMAKE, beside=True
    ),
    "pycharm": Editor(("{path}",), output_filter(PYCHARM), stdin=False),
}
each_editor = pytest.mark.parametrize("editor", EDITORS.values(), ids=EDITORS)


def printed(editor: Editor, path: Path, *more: str, text: str | None = None) -> str:
    """What flake8 prints when an editor asks for a file, or for a buffer of its name."""
    arguments = [part.replace("{path}", str(path)) for part in editor.arguments]
    run = subprocess.run(
        [sys.executable, "-m", "flake8", "--select=TH", *more, *arguments],
        cwd=path.parent if editor.beside else None,
        input=(path.read_bytes() if text is None else text.encode()) if editor.stdin else b"",
        capture_output=True,
        check=False,
    )
    assert run.stderr == b""
    return run.stdout.decode()


def shown(editor: Editor, output: str) -> list[Diagnostic]:
    """What the editor reads in flake8's output; no line may be one that it does not understand."""
    found = []
    for line in output.splitlines():
        match = re.search(editor.pattern, line)
        assert match, line
        groups = match.groupdict()
        code, text = groups.get("code"), groups["text"]
        if code is None:
            code, _, text = text.partition(" ")
        found.append(Diagnostic(int(groups["line"]), int(groups["column"]), code, text))
    return found


@pytest.fixture
def tests(project: Path) -> Path:
    """An empty folder for the tests of a project."""
    (project / "tests").mkdir()
    (project / "tests" / "__init__.py").touch()
    return project / "tests"


@pytest.fixture
def bases(tests: Path) -> Path:
    """Tests whose base's base ends the server that they start."""
    (tests / "grand.py").write_text(GRAND.format(ends=KILL))
    (tests / "base.py").write_text(BASE.format(ends=""))
    (tests / "test_shop.py").write_text(SERVER)
    return tests


class TestCommandLine:
    @each_editor
    def test_finding_is_shown_and_goes(self, tests: Path, editor: Editor) -> None:
        path = tests / "test_shop.py"
        path.write_text(LEAK)
        assert shown(editor, printed(editor, path)) == [Diagnostic(5, 24, "TH003", MESSAGE)]
        path.write_text(FIXED)
        assert printed(editor, path) == ""

    @each_editor
    def test_every_message_is_understood(self, tests: Path, editor: Editor) -> None:
        path = tests / "test_live_migration.py"
        path.write_bytes(STRICT.read_bytes())
        plain = subprocess.run(
            [sys.executable, "-m", "flake8", "--select=TH", "--testhygiene-strict", path.name],
            cwd=tests,
            capture_output=True,
            text=True,
            check=False,
        )
        found = shown(editor, printed(editor, path, "--testhygiene-strict"))
        assert [f"{path.name}:{line}:{column}: {code} {text}" for line, column, code, text in found] == (
            plain.stdout.splitlines()
        )
        assert {each.code for each in found} == {
            "TH001",
            "TH002",
            "TH003",
            "TH004",
            "TH005",
            "TH006",
            "TH104",
        }

    def test_flymake_needs_the_files_name_outside_a_folder_of_tests(self, project: Path) -> None:
        path = project / "test_shop.py"
        path.write_text(LEAK)
        assert printed(EDITORS["flymake"], path) == ""
        editor = EDITORS["flymake with the file's name"]
        assert shown(editor, printed(editor, path)) == [Diagnostic(5, 24, "TH003", MESSAGE)]

    @each_editor
    def test_what_is_quoted_breaks_no_line(self, tests: Path, editor: Editor) -> None:
        path = tests / "test_shop.py"
        written = r"/tmp/a\nb\r\x0c\u2028\ud800:1:1: TH001 c"
        path.write_text(
            f"def test_it():\n    with open('{written}', 'w') as file:\n        assert file.write('')\n"
        )
        message = f"{written} is the same for everybody: use tmp_path [fixed_path]"
        assert shown(editor, printed(editor, path)) == [Diagnostic(2, 10, "TH103", message)]


class TestPosition:
    """Columns count characters, lines end where Python says so, whatever the bytes are."""

    @pytest.mark.parametrize("editor", [EDITORS["vscode"], EDITORS["ale"]], ids=["file", "stdin"])
    @pytest.mark.parametrize(
        ("word", "column"), [("", 24), ("Größe", 29), ("尺寸", 26), ("e\u0301", 26), ("🐍🐍", 26), ("\t", 25)]
    )
    def test_after_a_word(self, tests: Path, editor: Editor, word: str, column: int) -> None:
        path = tests / "test_shop.py"
        path.write_text(LEAK.replace('""', f'"{word}"'), encoding="utf-8")
        assert [each[:3] for each in shown(editor, printed(editor, path))] == [(5, column, "TH003")]

    @pytest.mark.parametrize("editor", [EDITORS["vscode"], EDITORS["ale"]], ids=["file", "stdin"])
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("\n", "\r\n"),
            ("\n", "\r"),
            ("import", "\ufeffimport"),
            ("\n\n\n", "\n\x0c\n\n"),
            ("\n\n\n", '\nTEXT = "\x85\u2028\x1c"\n\n'),
        ],
        ids=["crlf", "cr", "bom", "form feed", "other line ends in a string"],
    )
    def test_with_line_ends(self, tests: Path, editor: Editor, before: str, after: str) -> None:
        path = tests / "test_shop.py"
        path.write_bytes(LEAK.replace('""', '"Größe"').replace(before, after).encode())
        assert [each[:3] for each in shown(editor, printed(editor, path))] == [(5, 29, "TH003")]

    @pytest.mark.parametrize("editor", [EDITORS["vscode"], EDITORS["ale"]], ids=["file", "stdin"])
    def test_in_another_encoding(self, tests: Path, editor: Editor) -> None:
        path = tests / "test_shop.py"
        path.write_bytes(f"# coding: latin-1\n{LEAK}".replace('""', '"Größe"').encode("latin-1"))
        assert [each[:3] for each in shown(editor, printed(editor, path))] == [(6, 29, "TH003")]


class TestUnsavedBuffer:
    """The text comes from standard input, and the name says whose neighbours are asked."""

    def places(self, name: str, text: str) -> list[tuple[int, int, str]]:
        editor = EDITORS["ale"]
        return [each[:3] for each in shown(editor, printed(editor, Path(name), text=text))]

    @pytest.mark.parametrize("where", ["project", "folder", "elsewhere"])
    def test_bases_are_those_of_the_project(
        self,
        bases: Path,
        where: str,
        tmp_path_factory: pytest.TempPathFactory,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        folders = {
            "project": bases.parent,
            "folder": bases,
            "elsewhere": tmp_path_factory.mktemp("elsewhere"),
        }
        names = {"project": "tests/test_new.py", "folder": "test_new.py", "elsewhere": f"{bases}/test_new.py"}
        monkeypatch.chdir(folders[where])
        assert self.places(names[where], SERVER) == []
        (bases / "grand.py").write_text(GRAND.format(ends=""))
        assert self.places(names[where], SERVER) == [UNRELEASED]

    def test_buffer_counts_and_not_the_file(self, tests: Path) -> None:
        (tests / "test_shop.py").write_text(LEAK)
        assert self.places("tests/test_shop.py", FIXED) == []
        (tests / "test_shop.py").write_text(FIXED)
        assert self.places("tests/test_shop.py", LEAK) == [(5, 24, "TH003")]

    def test_folder_is_not_there_yet(self, project: Path) -> None:
        assert self.places("tests/new/test_new.py", LEAK) == [(5, 24, "TH003")]

    def test_name_outside_of_tests_is_silent(self, tests: Path) -> None:
        assert self.places("shop.py", LEAK) == []


# As the VS Code extension does it: flake8 is run as a module, in this process, in the folder asked for.
RESIDENT = """\
import contextlib, gc, io, json, os, runpy, sys

sys.path.insert(0, "")
for line in sys.stdin:
    folder, sys.argv = json.loads(line)
    os.chdir(folder)
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        with contextlib.suppress(SystemExit):
            runpy.run_module("flake8", run_name="__main__")
    for stream in streams:
        stream.seek(0)
    gc.collect()
    print(json.dumps([*(stream.read() for stream in streams), len(gc.get_objects())]), flush=True)
"""


class Resident:
    """A process that lives as long as the editor, and runs flake8 again and again.

    After each run ``objects`` says how many objects the process keeps.
    """

    objects = 0

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def places(self, path: Path, *arguments: str) -> list[tuple[int, int, str]]:
        """What the editor shows for a file ``tests/*.py`` of a project."""
        editor = EDITORS["vscode"]
        assert self._process.stdin
        assert self._process.stdout
        argv = ["flake8", editor.arguments[0], "--select=TH", *arguments, str(path)]
        self._process.stdin.write(json.dumps([str(path.parents[1]), argv]) + "\n")
        self._process.stdin.flush()
        output, errors, self.objects = json.loads(self._process.stdout.readline())
        assert errors == ""
        return [each[:3] for each in shown(editor, output)]


@contextmanager
def started() -> Iterator[Resident]:
    command = [sys.executable, "-c", RESIDENT]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Resident(process)
        assert process.stdin
        process.stdin.close()
    assert process.returncode == 0


@pytest.fixture
def resident() -> Iterator[Resident]:
    with started() as process:
        yield process


class TestLongLivedProcess:
    @pytest.mark.parametrize("name", ["base", "grand"])
    def test_edit_of_another_file_is_seen_at_once(self, bases: Path, resident: Resident, name: str) -> None:
        path, edited = bases / "test_shop.py", bases / f"{name}.py"
        template = BASE if name == "base" else GRAND
        (bases / "grand.py").write_text(GRAND.format(ends=""))
        assert resident.places(path) == [UNRELEASED]
        for ends, expected in [(KILL, []), ("", [UNRELEASED])] * 3:
            edited.write_text(template.format(ends=ends))
            assert resident.places(path) == expected

    def test_file_that_comes_and_goes(self, bases: Path, resident: Resident) -> None:
        path, grand = bases / "test_shop.py", bases / "grand.py"
        grand.write_text(GRAND.format(ends=""))
        assert resident.places(path) == [UNRELEASED]
        text = grand.read_text()
        grand.unlink()
        assert resident.places(path) == []
        grand.write_text(text)
        assert resident.places(path) == [UNRELEASED]

    def test_edit_of_the_file_itself(self, tests: Path, resident: Resident) -> None:
        path = tests / "test_shop.py"
        for text, expected in [(LEAK, [(5, 24, "TH003")]), (FIXED, [])] * 2:
            path.write_text(text)
            assert resident.places(path) == expected

    def test_edit_of_the_configuration(self, bases: Path, resident: Resident) -> None:
        path, config = bases / "test_shop.py", bases.parent / "setup.cfg"
        (bases / "grand.py").write_text(GRAND.format(ends=""))
        assert resident.places(path) == [UNRELEASED]
        config.write_text("[flake8]\ntesthygiene-isolated-by = Base\n")
        assert resident.places(path) == []
        config.unlink()
        assert resident.places(path) == [UNRELEASED]

    def test_arguments_of_one_run_are_not_those_of_the_next(self, tests: Path, resident: Resident) -> None:
        path = tests / "test_shop.py"
        path.write_text(LEAK)
        strict = [(4, 1, "TH004"), (5, 24, "TH003")]
        for arguments, expected in [((), strict[1:]), (("--testhygiene-strict",), strict)] * 2:
            assert resident.places(path, *arguments) == expected

    def test_projects_do_not_mix(
        self, bases: Path, resident: Resident, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        other = tmp_path_factory.mktemp("other")
        (other / ".git").mkdir()
        (other / "tests").mkdir()
        for path in bases.iterdir():
            (other / "tests" / path.name).write_text(path.read_text())
        (other / "tests" / "grand.py").write_text(GRAND.format(ends=""))
        for _ in range(2):
            assert resident.places(bases / "test_shop.py") == []
            assert resident.places(other / "tests" / "test_shop.py") == [UNRELEASED]

    def test_nothing_of_a_run_stays_behind(self, bases: Path, resident: Resident) -> None:
        kept = []
        for ends in (KILL, "") * 4:
            (bases / "base.py").write_text(BASE.format(ends=ends))
            resident.places(bases / "test_shop.py")
            kept.append(resident.objects)
        assert max(kept[4:]) <= max(kept[2:4]) + 10

    def test_fault_in_the_file_is_over_when_it_is_mended(self, tests: Path, resident: Resident) -> None:
        path = tests / "test_shop.py"
        path.write_text(LEAK)
        assert resident.places(path) == [(5, 24, "TH003")]
        path.write_text("def test_it(:\n")
        assert [code for *_, code in resident.places(path, "--extend-select=E9")] == ["E999"]
        path.write_text(LEAK)
        assert resident.places(path) == [(5, 24, "TH003")]


# The settings that the extension knows, by its package.json.
VSCODE_SETTINGS = {
    "flake8.args",
    "flake8.cwd",
    "flake8.enabled",
    "flake8.extraPaths",
    "flake8.ignorePatterns",
    "flake8.importStrategy",
    "flake8.interpreter",
    "flake8.path",
    "flake8.severity",
    "flake8.showNotifications",
}
JSON = [
    json.loads(block)
    for text in (README, DOCS)
    for block in re.findall(r"^```json\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
]


class TestDocumentation:
    def test_settings_of_vscode_are_known(self) -> None:
        settings = [each for each in JSON if any(name.startswith("flake8.") for name in each)]
        assert len(settings) == 2
        for each in settings:
            assert each.keys() <= VSCODE_SETTINGS
            assert set(each["flake8.severity"].values()) <= {"Error", "Warning", "Information", "Hint"}

    def test_severity_is_for_our_codes(self) -> None:
        """The longest prefix of the code that is named decides, else it is an error."""
        for each in JSON:
            severity = each.get("flake8.severity", {"TH": "Warning"})
            assert any("TH003".startswith(prefix) for prefix in severity)

    def test_arguments_are_known_to_flake8(self) -> None:
        arguments = set(re.findall(r"[`'\" =](--[a-z][a-z0-9-]+(?:=[^\s`'\"]*)?)", DOCS))
        arguments |= {argument for each in JSON for argument in each.get("flake8.args", [])}
        arguments.remove("--version")
        assert {"--select=TH", "--stdin-display-name"} <= arguments
        for argument in sorted(arguments):
            value = ["name"] if argument == "--stdin-display-name" else []
            assert filenames(argument, *value, "x.py") == ["x.py"]

    def test_every_command_line_is_shown(self) -> None:
        for editor in EDITORS.values():
            formats = [part for part in editor.arguments if part.startswith("--format=%")]
            assert all(f"`{each}`" in DOCS for each in formats)

    def test_both_are_linked(self) -> None:
        for text in (README, (ROOT / "docs" / "overview.md").read_text(encoding="utf-8")):
            assert re.search(r"\]\((docs/)?editors\.md\)", text)
