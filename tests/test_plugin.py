"""The door to flake8: nothing that goes wrong behind it costs the user another finding."""

from __future__ import annotations

import ast
import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flake8.main import cli

from flake8_testhygiene import docs, rules
from flake8_testhygiene.docs import lint
from flake8_testhygiene.module import Module
from flake8_testhygiene.rule import Found, Rule
from tests.in_process import configured

# One finding each of TH001, TH003, pyflakes and pycodestyle.
FAULTY = """\
import json
import tempfile


def test_it(boot):
    folder = tempfile.mkdtemp()
    boot('155d900f-4e14-4e4c-a73d-069cbf4541e6', folder + '/x')
    x=1
    assert x
"""
OTHERS = {("F401", 1), ("TH003", 6), ("E225", 8)}
Check = Callable[[ast.AST, Module], Iterator[Found]]


def raising(fault: Exception) -> Check:
    def check(node: ast.AST, module: Module) -> Iterator[Found]:
        raise fault
        yield

    return check


def recursing(node: ast.AST, module: Module) -> Iterator[Found]:
    yield from recursing(node, module)


def finding_first(node: ast.AST, module: Module) -> Iterator[Found]:
    yield Found(7, 9, {"uuid": "u", "others": "", "instead": "i"})
    raise ValueError("afterwards")


def wordless(node: ast.AST, module: Module) -> Iterator[Found]:
    yield Found(7, 9)


def broken(monkeypatch: pytest.MonkeyPatch, code: str, **changes: Any) -> None:
    """Let one rule be another than it is."""
    load = rules.load

    def load_broken(asked: str) -> Rule:
        rule = load(asked)
        return rule._replace(**changes) if asked == code else rule

    monkeypatch.setattr(rules, "load", load_broken)


@pytest.fixture
def flake8(
    project: Path, plugin_kept: None, capsys: pytest.CaptureFixture[str]
) -> Callable[..., list[tuple[str, int, str]]]:
    """Run all of flake8 in this process, over ``test_x.py``: code, line and message of what it prints."""

    def run(source: str, *arguments: str) -> list[tuple[str, int, str]]:
        (project / "test_x.py").write_text(source)
        cli.main(["test_x.py", "--format=%(code)s|%(row)d|%(text)s", *arguments])
        printed = (line.split("|", 2) for line in capsys.readouterr().out.splitlines())
        return [(code, int(line), text) for code, line, text in printed]

    return run


Flake8 = Callable[..., list[tuple[str, int, str]]]


def places(printed: list[tuple[str, int, str]]) -> set[tuple[str, int]]:
    return {(code, line) for code, line, _ in printed}


def internal_errors(printed: list[tuple[str, int, str]]) -> list[tuple[int, str]]:
    return [(line, text) for code, line, text in printed if code == "TH000"]


def test_nothing_is_wrong_with_the_example(flake8: Flake8) -> None:
    assert places(flake8(FAULTY)) == {*OTHERS, ("TH001", 7)}


class TestFaultsOfARule:
    @pytest.mark.parametrize(
        "fault", [ValueError("no such\nvalue"), SyntaxError("bad"), RecursionError("deep")]
    )
    def test_become_one_finding(
        self, fault: Exception, flake8: Flake8, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken(monkeypatch, "TH001", check=raising(fault))
        printed = flake8(FAULTY)
        reason = f"{type(fault).__name__} {' '.join(str(fault).split())}"
        assert internal_errors(printed) == [(1, f"internal error in TH001: {reason}; please report")]
        assert places(printed) == {*OTHERS, ("TH000", 1)}

    def test_endless_recursion(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        broken(monkeypatch, "TH001", check=recursing)
        printed = flake8(FAULTY)
        ((line, text),) = internal_errors(printed)
        assert line == 1
        assert text.startswith("internal error in TH001: RecursionError ")
        assert places(printed) == {*OTHERS, ("TH000", 1)}

    def test_in_several_functions_are_told_once(
        self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        broken(monkeypatch, "TH003", check=raising(ValueError("each time")))
        printed = flake8(FAULTY + "\n\n" + FAULTY.partition("\n\n\n")[2].replace("test_it", "test_again"))
        assert internal_errors(printed) == [
            (1, "internal error in TH003 (2 times): ValueError each time; please report")
        ]

    def test_keep_what_was_found_before(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        broken(monkeypatch, "TH001", check=finding_first)
        assert places(flake8(FAULTY)) == {*OTHERS, ("TH001", 7), ("TH000", 1)}

    def test_in_one_function_spare_the_next(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        check = rules.load("TH003").check

        def failing_on_it(node: Any, module: Module) -> Iterator[Found]:
            if node.name == "test_it":
                raise ValueError("this one")
            yield from check(node, module)

        broken(monkeypatch, "TH003", check=failing_on_it)
        again = FAULTY.partition("\n\n\n")[2].replace("test_it", "test_again")
        printed = flake8(f"{FAULTY}\n\n{again}")
        assert {("TH000", 1), ("TH003", 13)} <= places(printed)

    def test_message_without_its_words(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        broken(monkeypatch, "TH001", check=wordless)
        ((_, text),) = internal_errors(flake8(FAULTY))
        assert text.startswith("internal error in TH001: KeyError ")

    def test_can_be_silenced(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        broken(monkeypatch, "TH001", check=raising(ValueError()))
        silenced = FAULTY.replace("import json\n", "import json  # noqa: TH000\n")
        assert places(flake8(silenced)) == OTHERS
        assert places(flake8(FAULTY, "--extend-ignore=TH000")) == OTHERS


@pytest.mark.slow
class TestVerbose:
    """Every internal error has a line of its own in flake8's log, with ``-vv`` its traceback too."""

    PROGRAM = """\
import sys
from flake8.main import cli
from flake8_testhygiene import rules

load = rules.load

def check(node, module):
    raise ValueError(f"no {node.name}")
    yield

def broken(code):
    return load(code)._replace(check=check) if code == "TH003" else load(code)

rules.load = broken
sys.exit(cli.main(sys.argv[1:]))
"""
    AGAIN = FAULTY + "\n\n" + FAULTY.partition("\n\n\n")[2].replace("test_it", "test_again")
    COUNTED = "test_x.py:1:1: TH000 internal error in TH003 (2 times): ValueError no test_it; please report"

    def run(self, project: Path, *arguments: str) -> tuple[list[str], list[str]]:
        """What flake8 prints, and what it logs that is ours."""
        (project / "test_x.py").write_text(self.AGAIN)
        ran = subprocess.run(
            [sys.executable, "-c", self.PROGRAM, "-j1", "test_x.py", *arguments],
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 1
        *_, logged = ran.stderr.partition("flake8.testhygiene")
        return ran.stdout.splitlines(), logged.splitlines()

    def test_off(self, project: Path) -> None:
        printed, logged = self.run(project)
        assert self.COUNTED in printed
        assert logged == []

    def test_names_each_fault(self, project: Path) -> None:
        printed, logged = self.run(project, "-v")
        assert self.COUNTED in printed
        assert [line.partition("INFO")[2].strip() for line in logged if "internal error" in line] == [
            "internal error in TH003 at test_x.py:5: ValueError no test_it",
            "internal error in TH003 at test_x.py:12: ValueError no test_again",
        ]
        assert not any(line.startswith("Traceback") for line in logged)

    def test_names_it_where_the_finding_is_not_selected(self, project: Path) -> None:
        printed, logged = self.run(project, "-v", "--select=TH003,F")
        assert not any("TH000" in line for line in printed)
        assert any("internal error in TH003 at test_x.py:5" in line for line in logged)

    def test_has_tracebacks_when_very(self, project: Path) -> None:
        _, logged = self.run(project, "-vv")
        assert [line for line in logged if line.startswith("ValueError")] == [
            "ValueError: no test_it",
            "ValueError: no test_again",
        ]


class TestMessages:
    """What a user's code says of itself is shown so that terminals, editors and flake8 survive it."""

    @pytest.mark.parametrize(
        ("path", "shown"),
        [
            ("/tmp/caf\u00e9", "/tmp/caf\u00e9"),
            ("/tmp/a\nb", "/tmp/a\\nb"),
            ("/tmp/\x1b[2Jx", "/tmp/\\x1b[2Jx"),
            ("/tmp/\ud800", "/tmp/\\ud800"),
            ("/tmp/\u202ex", "/tmp/\\u202ex"),
            ("/tmp/\x00x", "/tmp/\\x00x"),
        ],
    )
    def test_are_one_line_that_can_be_shown(self, flake8: Flake8, path: str, shown: str) -> None:
        source = f"def test_it():\n    assert open({path!a}, 'w').close() is None\n"
        (text,) = [text for code, _, text in flake8(source) if code == "TH103"]
        assert text.startswith(shown)

    def test_of_a_fault_that_cannot_be_told(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        class Mute(Exception):
            def __str__(self) -> str:
                raise self

        said = {
            Mute(): "Mute",
            ValueError("a\ud800\x1b"): "ValueError a\\ud800\\x1b",
            ValueError("x" * 10_000): f"ValueError {'x' * 389}...",
        }
        for fault, reason in said.items():
            with monkeypatch.context() as patch:
                broken(patch, "TH001", check=raising(fault))
                assert internal_errors(flake8(FAULTY)) == [
                    (1, f"internal error in TH001: {reason}; please report")
                ]


class TestFaultsOfTheEngine:
    def test_reading_the_module(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise RecursionError("deep")

        monkeypatch.setattr(Module, "__init__", fail)
        printed = flake8(FAULTY)
        assert internal_errors(printed) == [
            (1, "internal error in reading the module: RecursionError deep; please report")
        ]
        assert places(printed) == {("F401", 1), ("E225", 8), ("TH000", 1)}

    def test_letting_go_of_the_module(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise ValueError("held")

        monkeypatch.setattr(Module, "forget", fail)
        assert places(flake8(FAULTY)) == {*OTHERS, ("TH001", 7), ("TH000", 1)}

    def test_importing_a_rule(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(code: str) -> Rule:
            raise ImportError(f"no {code}")

        monkeypatch.setattr(rules, "load", fail)
        assert places(flake8(FAULTY)) == {("F401", 1), ("E225", 8), ("TH000", 1)}

    def test_finding_the_functions_of_a_rule(self, flake8: Flake8, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise ValueError("lost")

        monkeypatch.setattr(Module, "nodes", fail)
        assert places(flake8(FAULTY)) == {("F401", 1), ("E225", 8), ("TH000", 1)}


class TestGarbageCollection:
    @pytest.mark.parametrize("on", [True, False])
    def test_is_as_it_was(self, on: bool, project: Path) -> None:
        was_on = gc.isenabled()
        try:
            (gc.enable if on else gc.disable)()
            assert lint(FAULTY, "test_x.py", configured())
            assert gc.isenabled() is on
        finally:
            (gc.enable if was_on else gc.disable)()

    @pytest.mark.parametrize("leave", [list, next], ids=["to the end", "after the first"])
    def test_is_paused_until_the_findings_are_taken(
        self, leave: Callable[[Iterator[object]], object], project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = []

        def look(node: ast.AST, module: Module) -> Iterator[Found]:
            seen.append(gc.isenabled())
            yield Found(1, 0, {"uuid": "", "others": "", "instead": ""})

        broken(monkeypatch, "TH001", check=look)
        leave(configured()(ast.parse(FAULTY), "test_x.py", FAULTY.splitlines(keepends=True)).run())
        assert seen == [False]
        assert gc.isenabled()


@pytest.mark.parametrize("code", rules.stems())
def test_message_ends_with_the_name_of_the_page(code: str, project: Path) -> None:
    found = lint(docs.examples(rules.load(code)).bad, "test_x.py", configured(f"--testhygiene-strict={code}"))
    texts = [each.text for each in found if each.code == code]
    assert texts
    assert all(text.endswith(f" [{rules.stems()[code][6:]}]") for text in texts)


@pytest.mark.parametrize("code", rules.stems())
def test_the_tree_belongs_to_flake8(code: str, project: Path) -> None:
    source = docs.examples(rules.load(code)).bad
    tree = ast.parse(source)
    before = snapshot(tree)
    assert list(configured("--testhygiene-strict")(tree, "test_x.py", source.splitlines(keepends=True)).run())
    assert snapshot(tree) == before


def snapshot(tree: ast.AST) -> tuple[str, list[list[str]]]:
    return ast.dump(tree, include_attributes=True), [sorted(vars(node)) for node in ast.walk(tree)]


class TestSelection:
    """flake8's own decision, asked once; a strict rule must be asked for by name or by strict."""

    @pytest.mark.parametrize(
        ("arguments", "codes"),
        [
            ([], {"TH001", "TH003"}),
            (["--select=TH001"], {"TH001"}),
            (["--select=E,F"], set()),
            (["--extend-ignore=TH0"], set()),
            (["--ignore=TH003"], {"TH001"}),
            (["--ignore=E501"], {"TH001", "TH003"}),
            (["--select=TH", "--ignore=TH001"], {"TH003"}),
        ],
    )
    def test_default_rules(self, arguments: list[str], codes: set[str], project: Path) -> None:
        assert {each.code for each in lint(FAULTY, "test_x.py", configured(*arguments))} == codes

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--extend-select=TH301"],
            ["--select=TH301"],
            ["--testhygiene-strict"],
            ["--testhygiene-strict=TH3"],
        ],
    )
    def test_strict_rule_is_on(self, arguments: list[str], project: Path) -> None:
        assert "TH301" in self.codes_of_the_strict_example(*arguments)

    @pytest.mark.parametrize(
        "arguments",
        [[], ["--select=TH"], ["--extend-select=TH"], ["--extend-select=TH3"], ["--ignore=E501"],
         ["--testhygiene-strict=TH001"], ["--testhygiene-strict", "--extend-ignore=TH301"]],
    )  # fmt: skip
    def test_strict_rule_is_off(self, arguments: list[str], project: Path) -> None:
        assert "TH301" not in self.codes_of_the_strict_example(*arguments)

    @pytest.mark.parametrize("config", ["ignore = E501", "extend-ignore = E501", "select = TH"])
    def test_configuration_file_does_not_switch_it_on_by_accident(self, config: str, project: Path) -> None:
        source = docs.examples(rules.load("TH301")).bad
        assert lint(source, "test_x.py", configured(config=config)) == []

    def codes_of_the_strict_example(self, *arguments: str) -> set[str]:
        source = docs.examples(rules.load("TH301")).bad
        return {each.code for each in lint(source, "test_x.py", configured(*arguments))}


@pytest.mark.slow
class TestImports:
    """Files without tests, and rules that are off, cost nothing."""

    DOOR = {"", ".plugin", ".options", ".location", ".rules", ".rule", ".screen", ".importing"}

    def test_file_without_tests(self, project: Path) -> None:
        printed, ours = self.run(project, "app.py")
        assert "E225" in printed
        assert "TH" not in printed
        assert ours == self.DOOR

    def test_file_with_tests(self, project: Path) -> None:
        printed, ours = self.run(project, "test_app.py")
        assert "TH003" in printed
        assert {".module", ".rules.th001_hardcoded_uuid", ".rules.th003_missing_cleanup"} <= ours
        assert ".rules.th301_skippable_cleanup" not in ours

    def test_strict_rule_is_imported_when_asked_for(self, project: Path) -> None:
        _, ours = self.run(project, "test_app.py", "--extend-select=TH301")
        assert ".rules.th301_skippable_cleanup" in ours

    def test_rules_that_are_not_selected(self, project: Path) -> None:
        printed, ours = self.run(project, "test_app.py", "--select=TH001")
        assert "TH001" in printed
        assert ".story" not in ours
        assert {each for each in ours if each.startswith(".rules.th")} == {".rules.th001_hardcoded_uuid"}

    def test_rules_whose_words_are_not_there(self, project: Path) -> None:
        _, ours = self.run(project, "test_app.py", source="def test_it():\n    assert 1 + 1 == 2\n")
        assert ".module" in ours
        assert not {".rules.th003_missing_cleanup", ".cleanup", ".reader", ".inference"} & ours

    def test_no_rule_is_selected(self, project: Path) -> None:
        _, ours = self.run(project, "test_app.py", "--select=E")
        assert ours == self.DOOR

    def run(
        self, project: Path, filename: str, *arguments: str, source: str = FAULTY
    ) -> tuple[str, set[str]]:
        """What flake8 prints of a file, and which modules of ours it imported for that."""
        (project / filename).write_text(source)
        program = (
            "import json, sys\n"
            "from flake8.main import cli\n"
            "cli.main(sys.argv[1:])\n"
            "print(json.dumps([name for name in sys.modules if name.split('.')[0] in"
            " ('flake8_testhygiene', 'astroid')]))\n"
        )
        ran = subprocess.run(
            [sys.executable, "-c", program, filename, *arguments],
            cwd=project,
            capture_output=True,
            text=True,
            check=True,
        )
        *printed, names = ran.stdout.splitlines()
        modules = json.loads(names)
        assert "astroid" not in modules
        return "\n".join(printed), {name.removeprefix("flake8_testhygiene") for name in modules}


@pytest.mark.parametrize(
    ("arguments", "is_imported"),
    [
        (["-j2"], True),
        (["-j2", "tests"], True),
        (["-j2", "shop.py", "test_x.py"], True),
        (["-j2", "test_x.py"], False),
        (["-j2", "shop.py", "stock.py"], False),
        (["-j1"], False),
        (["-j0", "tests"], False),
    ],
)
def test_rules_are_imported_once_for_all_workers(
    project: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], is_imported: bool
) -> None:
    monkeypatch.chdir(project)
    (project / "tests").mkdir()
    for method, is_shared in ("fork", is_imported), ("spawn", False):
        monkeypatch.setattr("flake8_testhygiene.plugin.get_start_method", partial(str, method))
        assert bool(configured(*arguments).rules) is is_shared
