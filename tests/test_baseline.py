"""Known findings stay silent, and nothing else does: what they are known by, the list, and the command."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from flake8.main import cli

from flake8_testhygiene.__main__ import main
from flake8_testhygiene.baseline import Baseline
from flake8_testhygiene.baseline.command import Change, compared, described
from flake8_testhygiene.baseline.entry import Entry, Site, Unreadable, entries, read, relative, write
from flake8_testhygiene.baseline.statement import located
from flake8_testhygiene.docs import lint
from flake8_testhygiene.plugin import Plugin
from tests import expectations
from tests.in_process import configured

Captured = pytest.CaptureFixture[str]
Printed = Callable[..., list[int]]
FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("th*.py"))
HEAD = "# flake8-testhygiene baseline 1\n"
LEAK = "    folder = tempfile.mkdtemp()\n    assert folder\n"
ONE = f"import tempfile\n\n\ndef test_one():\n{LEAK}"
TWO = f"{ONE}\n\ndef test_two():\n{LEAK}"


def place(source: str, text: str) -> tuple[str, str]:
    """What a finding at the first letter of ``text`` is known by."""
    source = textwrap.dedent(source)
    before = source[: source.index(text)]
    return located(ast.parse(source), before.count("\n") + 1, len(before.rpartition("\n")[2]))


class TestWhere:
    SOURCE = """
    import x
    a = spot()
    class TestIt(base(spot_base)):
        b = spot_attribute()
        @mark(spot_decorator)
        def test_it(self, c=spot_default()):
            if spot_condition():
                pass
            else:
                def inner():
                    spot_inner()
            try:
                spot_try()
            except spot_error():
                spot_handler()
            finally:
                spot_finally()
            match spot_match():
                case 1:
                    spot_case()
    """

    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("import x", "-"),
            ("spot()", "-"),
            ("class TestIt", "TestIt"),
            ("spot_base", "TestIt"),
            ("spot_attribute", "TestIt"),
            ("mark(", "TestIt.test_it"),
            ("def test_it", "TestIt.test_it"),
            ("spot_default", "TestIt.test_it"),
            ("spot_condition", "TestIt.test_it"),
            ("spot_inner", "TestIt.test_it.inner"),
            ("spot_try", "TestIt.test_it"),
            ("spot_error", "TestIt.test_it"),
            ("spot_handler", "TestIt.test_it"),
            ("spot_finally", "TestIt.test_it"),
            ("spot_match", "TestIt.test_it"),
            ("spot_case", "TestIt.test_it"),
        ],
    )
    def test_qualified_name(self, text: str, where: str) -> None:
        assert place(self.SOURCE, text)[0] == where

    def test_every_statement_is_another(self) -> None:
        spots = re.findall(r"spot\w*\b", self.SOURCE)
        digests = {place(self.SOURCE, f"{spot}(" if spot == "spot" else spot)[1] for spot in spots}
        assert len(digests) == len(spots) == 13

    @pytest.mark.parametrize("text", ["class TestIt", "def test_it"])
    def test_definition_is_its_name_alone(self, text: str) -> None:
        assert place(self.SOURCE, text)[1] == "-"

    def test_place_outside_of_everything(self) -> None:
        assert located(ast.parse("\n\na = 1\n"), 1, 0) == ("-", "-")


class TestStatement:
    PLAIN = "with boot('x', size=1) as a, b:\n    pass\n"

    @pytest.mark.parametrize(
        "other",
        [
            "\n\nwith boot('x', size=1) as a, b:\n    pass\n",
            'with boot("x", size=1) as a, b:\n    pass\n',
            "with boot(u'x', size=0x1) as a, b:  # why\n    other()\n    third()\n",
            "with (\n    boot(\n        'x',\n        size=1,\n    ) as a,\n    b,\n):\n    pass\n",
            "if c:\n    with boot('x', size=1) as a, b: pass\n",
        ],
        ids=["lines", "quotes", "comment, spelling and body", "layout", "depth"],
    )
    def test_is_the_same(self, other: str) -> None:
        assert place(other, "with") == place(self.PLAIN, "with")

    @pytest.mark.parametrize(
        "other",
        [
            "with boot('y', size=1) as a, b:\n    pass\n",
            "with boot('x', size=2) as a, b:\n    pass\n",
            "with boot('x', size=True) as a, b:\n    pass\n",
            "with boot('x', size=1.0) as a, b:\n    pass\n",
            "with boot(b'x', size=1) as a, b:\n    pass\n",
            "with boot('x', width=1) as a, b:\n    pass\n",
            "with boot('x', size=1) as b, a:\n    pass\n",
            "with boot('x', size=1), b:\n    pass\n",
            "with boot('x', size=1, **b) as a:\n    pass\n",
            "async def f():\n    async with boot('x', size=1) as a, b:\n        pass\n",
        ],
    )
    def test_is_another(self, other: str) -> None:
        assert (
            place(other, other.strip()[:4] if "async" not in other else "async with")[1]
            != (place(self.PLAIN, "with")[1])
        )

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("f(a, [b])", "f(a, b)"),
            ("f([a], b)", "f([a, b])"),
            ("f(a(b))", "f(a)(b)"),
            ("{**a}", "{None: a}"),
            ("f(lambda: a)", "f(lambda: b)"),
            ("a if b else c", "a if b else d"),
            ("f('a b')", "f('a', 'b')"),
            ("f(None)", "f(...)"),
            ("x[a:]", "x[:a]"),
            ("f('a=1')", "f(a=1)"),
            ("f('')", "f()"),
            ("f'{a}'", "f'{a!r}'"),
        ],
    )
    def test_trees_do_not_run_into_each_other(self, one: str, other: str) -> None:
        assert located(ast.parse(one), 1, 0) != located(ast.parse(other), 1, 0)

    @pytest.mark.parametrize(
        ("source", "digest"),
        [
            ("folder = tempfile.mkdtemp()", "d9d6220df4b8"),
            (
                "check(f'{a!r:>{width}} of {b[\"x\"]} and ' 'more', -1, 2.5, 3j, b'\\xff', 'é', None, ...)",
                "b2e711890a84",
            ),
            ("with open(x) as f, lock:\n    pass", "7d83cbe65978"),
            ("for a, *b in c[1:2, ::3]:\n    pass", "29a3ef2193f7"),
            ("x: list[int] = [i async for i in y if not z]", "68b06466f07c"),
            ("f(*a, **b, key=lambda c, /, d=1, *, e: c @ d)", "fabfe7b1b098"),
        ],
    )
    def test_digest_is_that_of_every_version_of_python(self, source: str, digest: str) -> None:
        assert located(ast.parse(source), 1, 0)[1] == digest

    def test_deep_and_huge(self) -> None:
        deep = "a = " + " + ".join(["b"] * 500)
        huge = f"a = 0x{'f' * 5000}"
        assert located(ast.parse(deep), 1, 0)[1] != located(ast.parse(huge), 1, 0)[1]


class TestEntries:
    def test_are_numbered_from_the_top_in_any_order(self) -> None:
        source = "def test_it():\n    f(1)\n    f(1)\n    f(2)\n"
        sites = [Site(3, 4, "TH001"), Site(4, 4, "TH001"), Site(2, 4, "TH001"), Site(2, 4, "TH003")]
        found = entries(sites, ast.parse(source), source.splitlines(), "test_x.py")
        assert [(each.code, each.number) for each in found] == [
            ("TH001", 2),
            ("TH001", 1),
            ("TH001", 1),
            ("TH003", 1),
        ]
        assert found[0][:4] == found[2][:4] != found[1][:4]

    def test_column_counts_characters(self) -> None:
        source = "assert 'ééééé'; f(1)\n"
        sites = [Site(1, 15, "TH003"), Site(1, 16, "TH003"), Site(1, 0, "TH003"), Site(9, 0, "TH003")]
        statements = [
            each.statement for each in entries(sites, ast.parse(source), source.splitlines(), "test_x.py")
        ]
        assert statements[1:3] == [place("f(1)", "f")[1], place("assert 'ééééé'", "assert")[1]]
        assert statements[0] == statements[3] == "-"

    @pytest.mark.parametrize(
        "spelling", ["tests/test_x.py", "./tests/test_x.py", "tests/../tests/test_x.py", "{}/tests/test_x.py"]
    )
    def test_path_is_relative_to_the_list(self, spelling: str, project: Path) -> None:
        filename = spelling.format(project)
        assert relative(filename, str(project)) == "tests/test_x.py"
        assert relative(filename, str(project / "known")) == "../tests/test_x.py"

    def test_links_on_the_way_do_not_matter(
        self, project: Path, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        link = tmp_path_factory.mktemp("elsewhere") / "link"
        link.symlink_to(project)
        (project / "tests").mkdir()
        assert relative(str(link / "tests" / "test_x.py"), str(project)) == "tests/test_x.py"
        assert relative("tests/test_x.py", str(link)) == "tests/test_x.py"

    def test_path_stays_one_field_of_one_line(self, project: Path) -> None:
        assert relative("a\tb\nc.py", str(project)) == "a\\tb\\nc.py"


class TestList:
    ENTRIES = frozenset(
        {
            Entry("tests/a b.py", "TestIt.test_é", "TH003", "0123456789ab", 1),
            Entry("tests/a b.py", "TestIt.test_é", "TH003", "0123456789ab", 2),
            Entry("../test_x.py", "-", "TH004", "-", 1),
        }
    )

    def test_is_read_as_it_was_written(self, tmp_path: Path) -> None:
        write(tmp_path / "known.txt", self.ENTRIES)
        assert read(tmp_path / "known.txt") == self.ENTRIES

    def test_is_sorted_text_with_a_line_for_each(self, tmp_path: Path) -> None:
        write(tmp_path / "known.txt", self.ENTRIES)
        head, comment, *lines = (tmp_path / "known.txt").read_bytes().decode().split("\n")
        assert head == HEAD.strip()
        assert comment.startswith("# ")
        assert lines == [
            "../test_x.py\t-\tTH004\t-\t1",
            "tests/a b.py\tTestIt.test_é\tTH003\t0123456789ab\t1",
            "tests/a b.py\tTestIt.test_é\tTH003\t0123456789ab\t2",
            "",
        ]

    @pytest.mark.parametrize(
        "changed",
        [
            lambda text: text.replace("\n", "\r\n"),
            lambda text: "\ufeff" + text,
            lambda text: text + "\n\n# a word from the user\n",
            lambda text: text + text,
            lambda text: HEAD + "\n".join(reversed(text.splitlines()[2:])),
        ],
        ids=["line ends", "byte order mark", "comments", "twice", "order"],
    )
    def test_is_read_whatever_git_or_an_editor_does(
        self, changed: Callable[[str], str], tmp_path: Path
    ) -> None:
        path = tmp_path / "known.txt"
        write(path, self.ENTRIES)
        path.write_bytes(changed(path.read_text(encoding="utf-8")).encode())
        assert read(path) == self.ENTRIES

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("", "it is no list of findings"),
            ("import os\n", "it is no list of findings"),
            ("\xff\xfe\x00", "it is no list of findings"),
            (HEAD.replace("1", "2"), "it is of version 2, and this release reads version 1"),
            (HEAD + "a.py\t-\tTH003\t-\t1\n<<<<<<< HEAD\n", "line 3 is no finding"),
            (HEAD + "a.py\t-\tE501\t-\t1\n", "line 2 is no finding"),
            (HEAD + "a.py\t-\tTH003\t-\t0\n", "line 2 is no finding"),
            (HEAD + "a.py\t-\tTH003\tmore\t1\n", "line 2 is no finding"),
            (HEAD + "a.py - TH003 - 1\n", "line 2 is no finding"),
        ],
    )
    def test_is_refused(self, text: str, reason: str, tmp_path: Path) -> None:
        path = tmp_path / "known.txt"
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(Unreadable) as caught:
            read(path)
        assert str(caught.value) == reason

    def test_is_not_there_or_a_folder(self, tmp_path: Path) -> None:
        with pytest.raises(Unreadable, match=r"^no such file or directory$"):
            read(tmp_path / "known.txt")
        with pytest.raises(Unreadable, match=r"^is a directory$"):
            read(tmp_path)


class TestCompared:
    OLD = Entry("tests/test_old.py", "test_it", "TH003", "-", 1)
    NEW = OLD._replace(path="tests/test_new.py")
    LEFT = Entry("lab/test_z.py", "test_it", "TH003", "-", 1)

    def test_new_gone_and_kept(self, project: Path) -> None:
        (project / "tests").mkdir()
        (project / "tests" / "test_old.py").touch()
        fresh = self.OLD._replace(number=2)
        gone = self.OLD._replace(where="test_gone")
        change = compared(frozenset({self.OLD, gone}), frozenset({self.OLD, fresh}), [project], project)
        assert change == Change(
            aside=frozenset(),
            kept=frozenset({self.OLD}),
            new=frozenset({fresh}),
            gone=frozenset({gone}),
            moved={},
        )
        assert described(2, change, False) == "2 known findings (1 new, 1 gone)"
        assert described(1, change, True) == "1 known findings (1 new, left out, 1 gone)"

    def test_moved_with_their_file(self, project: Path) -> None:
        change = compared(frozenset({self.OLD}), frozenset({self.NEW}), [project], project)
        assert change.moved == {self.NEW: self.OLD}
        assert described(1, change, True) == "1 known findings (1 moved with their file)"

    def test_copied_from_a_file_that_is_still_there(self, project: Path) -> None:
        (project / "tests").mkdir()
        (project / "tests" / "test_old.py").touch()
        change = compared(frozenset({self.OLD}), frozenset({self.NEW}), [project], project)
        assert change.moved == {}

    def test_one_that_is_gone_moves_once(self, project: Path) -> None:
        twice = frozenset({self.NEW, self.NEW._replace(path="tests/test_twin.py")})
        change = compared(frozenset({self.OLD}), twice, [project], project)
        assert change.moved == {self.NEW: self.OLD}
        assert described(2, change, False) == "2 known findings (1 new, 1 moved with their file)"

    @pytest.mark.parametrize("path", ["tests", "lab/test_y.py", "lab/test"])
    def test_elsewhere(self, path: str, project: Path) -> None:
        change = compared(frozenset({self.LEFT}), frozenset(), [project / path], project)
        assert change.aside == {self.LEFT}
        assert not change.gone
        assert described(1, change, False) == "1 known findings (1 elsewhere, and not looked at)"

    @pytest.mark.parametrize("path", ["", "lab", "lab/test_z.py"])
    def test_looked_at(self, path: str, project: Path) -> None:
        change = compared(frozenset({self.LEFT}), frozenset(), [project / path], project)
        assert change.gone == {self.LEFT}
        assert not change.aside

    def test_nothing_changed(self, project: Path) -> None:
        change = compared(frozenset({self.OLD}), frozenset({self.OLD}), [project], project)
        assert described(1, change, False) == "1 known findings (nothing changed)"


def known(source: str, *options: str) -> None:
    """Make a list of what is found in ``source``, which is written to ``test_x.py``."""
    Path("test_x.py").write_text(source)
    plugin = configured(*options)
    sites = [
        Site(each.line, each.column - 1, each.code)
        for each in lint(source, "test_x.py", plugin)
        if "noqa" not in source.splitlines()[each.line - 1]
    ]
    write(Path("known.txt"), entries(sites, ast.parse(source), source.splitlines(), "test_x.py"))


def new(source: str, *options: str, filename: str = "test_x.py") -> list[tuple[str, int]]:
    """The code and line of what is reported beside the list."""
    Path(filename).write_text(source)
    plugin = configured("--testhygiene-baseline=known.txt", *options)
    return [(each.code, each.line) for each in lint(source, filename, plugin)]


@pytest.mark.usefixtures("project")
class TestReported:
    def test_nothing_that_is_known(self) -> None:
        known(TWO)
        assert new(TWO) == []

    @pytest.mark.parametrize(
        "changed",
        [
            lambda text: '"""Words."""\nimport os\n\n' + text,
            lambda text: text.replace("tempfile.mkdtemp()", "(\n        tempfile.mkdtemp( )  # here\n    )"),
            lambda text: text.replace("assert folder", "assert folder, 'there'"),
            lambda text: text.replace("import tempfile\n", "") + "\n\nimport tempfile\n",
            lambda text: "\n\n\n".join(["import tempfile", *reversed(text.split("\n\n\n")[1:])]),
        ],
        ids=["lines above", "layout", "another statement", "import moved", "order"],
    )
    def test_nothing_after_an_edit_elsewhere(self, changed: Callable[[str], str]) -> None:
        known(TWO)
        text = changed(TWO)
        assert text != TWO
        assert new(text) == []

    def test_the_same_statement_in_another_test(self) -> None:
        known(ONE)
        assert new(TWO) == [("TH003", 10)]

    def test_the_same_statement_once_more_in_the_test(self) -> None:
        known(ONE)
        assert new(ONE + LEAK) == [("TH003", 7)]

    def test_one_of_two_is_repaired(self) -> None:
        known(ONE + LEAK)
        assert new(ONE + LEAK) == []
        assert new(ONE) == []

    def test_another_statement_in_the_test(self) -> None:
        known(ONE)
        assert new(ONE.replace("folder", "other")) == [("TH003", 5)]

    def test_another_rule_at_the_statement(self) -> None:
        known(ONE, "--select=TH001")
        assert new(ONE) == [("TH003", 5)]

    def test_another_file(self) -> None:
        known(ONE)
        assert new(ONE, filename="test_y.py") == [("TH003", 5)]

    def test_what_was_not_selected_is_not_known(self) -> None:
        known(TWO, "--extend-ignore=TH003")
        assert new(TWO) == [("TH003", 5), ("TH003", 10)]

    def test_internal_errors_are_never_known(self, monkeypatch: pytest.MonkeyPatch) -> None:
        known(ONE)

        def fail(*_: object) -> None:
            raise ValueError("lost")

        monkeypatch.setattr(Baseline, "_is_silenced", fail)
        assert new(ONE) == [("TH000", 1), ("TH003", 5)]


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_finding_of_a_fixture_can_be_known(path: Path, project: Path) -> None:
    """And each is known by itself: without it, it is the one that is reported."""
    source = path.read_text(encoding="utf-8")
    expected = expectations.read(source, "test_x.py")
    plugin = configured(*expected.options)
    found = list(plugin(ast.parse(source), expected.filename, source.splitlines(keepends=True)).run())
    moved = ast.parse("\n\n\n" + source)
    at = [(line + 3, column, message, kind) for line, column, message, kind in found]
    sites = [Site(line, column, message[:5]) for line, column, message, _ in found]
    listed = entries(sites, ast.parse(source), source.splitlines(), expected.filename)
    assert len(set(listed)) == len(listed) > 0

    def reported(known: list[Entry]) -> list[tuple[int, int, str, type[Plugin]]]:
        baseline = Baseline(str(project), {expected.filename: frozenset(known)}, disable_noqa=True)
        lines = ["", "", "", *source.splitlines()]
        return baseline.unknown(at, moved, lines, expected.filename, lambda line: None)

    assert reported(listed) == []
    assert all(reported([each for each in listed if each != left]) != [] for left in listed)


NOQA = ONE.replace("mkdtemp()", "mkdtemp()  # noqa: TH003") + LEAK


class TestNoqa:
    """What flake8 leaves out counts for nothing, whatever the plugin yields; all of flake8 is asked."""

    @pytest.fixture
    def printed(self, project: Path, plugin_kept: None, capsys: Captured) -> Printed:
        """The lines that flake8 prints of a text, beside the list."""

        def printed(source: str, *options: str) -> list[int]:
            Path("test_x.py").write_text(source)
            arguments = ["test_x.py", "--testhygiene-baseline=known.txt", "--format=%(row)d", "--select=TH"]
            cli.main([*arguments, *options])
            return list(map(int, capsys.readouterr().out.split()))

        return printed

    def test_silenced_one_takes_no_place_on_the_list(self, printed: Printed) -> None:
        known(NOQA)
        assert printed(NOQA) == []

    def test_comment_taken_away(self, printed: Printed) -> None:
        known(NOQA)
        assert printed(ONE + LEAK) == [7]

    def test_silenced_statement_taken_away(self, printed: Printed) -> None:
        known(NOQA)
        assert printed(ONE) == []

    def test_comment_added(self, printed: Printed) -> None:
        known(ONE + LEAK)
        assert printed(NOQA) == []
        assert printed(NOQA + LEAK) == []
        assert printed(NOQA + LEAK + LEAK) == [11]

    def test_comment_behind_a_string_of_several_lines(self, printed: Printed) -> None:
        several = ONE.replace("mkdtemp()", "mkdtemp('''\n''')")
        known(several)
        silenced = several.replace("''')", "''')  # noqa: TH003")
        assert printed(silenced) == []
        assert printed(silenced + several.partition("():\n")[2]) == []

    def test_comment_about_another_rule(self, printed: Printed) -> None:
        known(ONE)
        assert printed(NOQA.replace("TH003", "TH001")) == [7]

    def test_comments_that_do_not_count(self, printed: Printed) -> None:
        known(ONE)
        assert printed(NOQA) == []
        assert printed(NOQA, "--disable-noqa") == [7]


class TestOption:
    def test_nothing_is_read_without_it(self) -> None:
        assert configured().baseline is None
        assert configured("--testhygiene-baseline=").baseline is None

    @pytest.mark.parametrize("folder", ["", "tests", "tests/unit"])
    def test_name_is_looked_for_from_here_upwards(
        self, folder: str, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        known(ONE)
        (project / "tests" / "unit").mkdir(parents=True)
        monkeypatch.chdir(project / folder)
        baseline = configured(config="testhygiene-baseline = known.txt").baseline
        assert baseline
        assert baseline.folder == str(project)

    def test_path_is_relative_to_the_configuration(self, project: Path) -> None:
        (project / "tests").mkdir()
        write(project / "tests" / "known.txt", ())
        baseline = configured(config="testhygiene-baseline = tests/known.txt").baseline
        assert baseline
        assert baseline.folder == str(project / "tests")

    def test_refusal(self, project: Path, capsys: Captured) -> None:
        (project / "known.txt").write_text("import os\n")
        for name, reason in (
            ("known.txt", "it is no list of findings"),
            ("lost", "no such file or directory"),
        ):
            with pytest.raises(SystemExit, match=r"^2$"):
                configured(f"--testhygiene-baseline={name}")
            assert capsys.readouterr().err.splitlines()[1:] == [
                f"flake8: error: argument --testhygiene-baseline: {name!r} is not accepted;"
                f" write a file that python -m flake8_testhygiene baseline has written: {reason}"
            ]


def run(*arguments: str, stdin: str = "", folder: str = ".") -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def places(*arguments: str, stdin: str = "", folder: str = ".") -> list[str]:
    status, out, err = run("flake8", *arguments, stdin=stdin, folder=folder)
    assert (status, err) == (1 if out else 0, "")
    return [" ".join(line.split(" ")[:2]) for line in out.splitlines()]


def written(*arguments: str, folder: str = ".") -> str:
    """What the command says that it has done."""
    status, out, err = run("flake8_testhygiene", "baseline", *arguments, folder=folder)
    assert (status, err) == (0, "")
    return out.strip()


@pytest.mark.slow
class TestCommand:
    @pytest.fixture(autouse=True)
    def suite(self, project: Path) -> None:
        """Two test modules, one of them in a folder, and the list in the configuration before it is there."""
        (project / "unit").mkdir()
        (project / "test_x.py").write_text(TWO)
        (project / "unit" / "test_y.py").write_text(ONE)
        (project / "setup.cfg").write_text("[flake8]\ntesthygiene-baseline = known.txt\n")

    def test_everything_is_known_afterwards(self, project: Path) -> None:
        assert written("known.txt") == "known.txt: 3 known findings (3 new)"
        assert places() == []
        assert places("-j2", ".") == []
        assert places(str(project)) == []
        assert places("test_y.py", folder="unit") == []
        assert written("known.txt") == "known.txt: 3 known findings (nothing changed)"

    @pytest.mark.parametrize("jobs", ["-j1", "-j2"])
    def test_what_is_new_is_reported(self, project: Path, jobs: str) -> None:
        written("known.txt")
        (project / "test_x.py").write_text(f"{ONE}\n\ndef test_new():\n{LEAK}\n\ndef test_two():\n{LEAK}")
        (project / "unit" / "test_z.py").write_text(ONE)
        assert places(jobs) == ["./test_x.py:10:14: TH003", "./unit/test_z.py:5:14: TH003"]

    def test_standard_input(self) -> None:
        written("known.txt")
        name = "--stdin-display-name=test_x.py"
        more = f"{TWO}\n\ndef test_new():\n{LEAK}"
        assert places("-", name, stdin=TWO) == []
        assert places("-", name, "--select=TH", stdin=TWO.replace("\n", "\r\n")) == []
        assert places("-", name, stdin=more) == ["test_x.py:15:14: TH003"]

    def test_line_ends(self, project: Path) -> None:
        written("known.txt")
        text = (project / "known.txt").read_bytes()
        for path in ("test_x.py", "unit/test_y.py"):
            (project / path).write_bytes((project / path).read_bytes().replace(b"\n", b"\r\n"))
        assert places("--select=TH") == []
        written("known.txt")
        assert (project / "known.txt").read_bytes() == text

    def test_encodings(self, project: Path) -> None:
        source = ONE.replace("    folder", "    'é' * 3; folder").replace("mkdtemp()", "mkdtemp(prefix='é')")
        (project / "test_x.py").write_bytes(b"# -*- coding: latin-1 -*-\n" + source.encode("latin-1"))
        (project / "unit" / "test_y.py").write_bytes(b"\xef\xbb\xbf" + source.encode())
        written("known.txt")
        assert places("--select=TH") == []
        (project / "test_x.py").write_text(source, encoding="utf-8")
        assert places("--select=TH") == []

    def test_selection_excludes_and_comments_are_heeded(self, project: Path) -> None:
        (project / "setup.cfg").write_text(
            "[flake8]\ntesthygiene-baseline = known.txt\nper-file-ignores = unit/*: TH003\n"
            "extend-exclude = lab\nstatistics = true\ncount = true\nshow-source = true\ntee = true\n"
            "format = pylint\noutput-file = report.txt\n"
        )
        (project / "lab").mkdir()
        (project / "lab" / "test_z.py").write_text(ONE)
        (project / "test_x.py").write_text(NOQA)
        assert written("known.txt") == "known.txt: 1 known findings (1 new)"
        assert not (project / "report.txt").exists()
        assert places("--isolated", "--testhygiene-baseline=known.txt", "--exclude=x") == [
            "./lab/test_z.py:5:14: TH003",
            "./unit/test_y.py:5:14: TH003",
        ]

    def test_options_of_flake8(self, project: Path) -> None:
        more = written("known.txt", "--", "--testhygiene-strict=TH004", "-j2")
        assert more == "known.txt: 6 known findings (6 new)"
        assert places("--testhygiene-strict=TH004") == []

    def test_only_some_paths(self, project: Path) -> None:
        written("known.txt")
        (project / "unit" / "test_y.py").write_text(TWO)
        (project / "test_x.py").write_text("")
        assert written("known.txt", "unit") == (
            "known.txt: 4 known findings (1 new, 2 elsewhere, and not looked at)"
        )
        assert written("../known.txt", folder="unit").startswith(
            "../known.txt: 4 known findings (2 elsewhere"
        )
        assert written("known.txt") == "known.txt: 2 known findings (2 gone)"

    def test_no_new(self, project: Path) -> None:
        written("known.txt")
        (project / "test_x.py").write_text(f"{ONE}\n\ndef test_new():\n{LEAK}")
        (project / "unit" / "test_y.py").rename(project / "unit" / "test_z.py")
        assert written("--no-new", "known.txt") == (
            "known.txt: 2 known findings (1 new, left out, 1 gone, 1 moved with their file)"
        )
        assert places() == ["./test_x.py:10:14: TH003"]

    def test_code_is_never_run(self, project: Path) -> None:
        trap = "open('ran', 'w').close()\n"
        (project / "test_x.py").write_text(TWO + trap)
        (project / "conftest.py").write_text(trap)
        written("known.txt")
        assert not (project / "ran").exists()

    def test_list_in_a_folder(self, project: Path) -> None:
        assert written("unit/known.txt") == "unit/known.txt: 3 known findings (3 new)"
        assert read(project / "unit" / "known.txt") == {
            each._replace(path=path)
            for each in read(project / "unit" / "known.txt")
            for path in ("../test_x.py", "test_y.py")
            if each.path == path
        }
        assert places("--testhygiene-baseline=unit/known.txt") == []

    def test_path_that_looks_like_an_option(self, project: Path) -> None:
        (project / "-x").mkdir()
        (project / "-x" / "test_z.py").write_text(ONE)
        assert written("known.txt") == "known.txt: 4 known findings (4 new)"

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (["test_x.py"], "FILE: 'test_x.py' is not accepted: it is no list of findings;"
             " write another name, or remove it to begin anew"),
            (["unit"], "FILE: 'unit' is not accepted: is a directory;"
             " write another name, or remove it to begin anew"),
            (["no/known"], "FILE: 'no/known' is not accepted; write a file in a folder that is there"),
            (["known.txt", "no"], "PATH: 'no' is not accepted; write files or folders that are there"),
            (["known.txt", "-"], "PATH: '-' is not accepted; write files or folders that are there"),
        ],
    )  # fmt: skip
    def test_refused(self, arguments: list[str], line: str, project: Path) -> None:
        before = sorted(path.read_bytes() for path in project.rglob("*.*") if path.is_file())
        assert run("flake8_testhygiene", "baseline", *arguments) == (2, "", f"{line}\n")
        assert sorted(path.read_bytes() for path in project.rglob("*.*") if path.is_file()) == before

    def test_option_that_flake8_does_not_know(self, project: Path) -> None:
        status, out, err = run("flake8_testhygiene", "baseline", "known.txt", "--", "--nope")
        assert (status, out) == (2, "")
        assert err.splitlines()[-1] == "flake8: error: unrecognized arguments: --nope"
        assert not (project / "known.txt").exists()

    def test_quiet_configuration(self, project: Path) -> None:
        (project / "setup.cfg").write_text("[flake8]\nquiet = 2\n")
        status, out, err = run("flake8_testhygiene", "baseline", "known.txt")
        assert (status, out) == (1, "")
        assert err.endswith("is quiet set in its configuration?\n")
        assert not (project / "known.txt").exists()


def test_file_is_needed(capsys: Captured) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["baseline"])
    assert (
        capsys.readouterr()
        .err.splitlines()[-1]
        .endswith("error: the following arguments are required: FILE, PATH")
    )
