"""Files that somebody wrote to break a linter: bounded in time and memory, and nobody else's finding is lost.

Each is linted by the real flake8, once without the plugin and once with it. What flake8 alone does not
survive must fail in the same way; beside it, as a base module that only we read, it must do no harm.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_testhygiene import docs
from flake8_testhygiene.options import Options
from flake8_testhygiene.project import files
from tests.side_by_side import WITH_PLUGIN, SideBySide, flake8, side_by_side

pytestmark = pytest.mark.slow

HEAD = """\
import json
import tempfile
import unittest


class TestIt(unittest.TestCase):
    def test_it(self):
        folder = tempfile.mkdtemp()
        self.boot('155d900f-4e14-4e4c-a73d-069cbf4541e6')
"""
TAIL = "        self.assertTrue(folder)\n"
SELECT = ("--select=F,E9,C,TH", "--extend-ignore=TH004")
DEEP = 10_000
LONG = 5_000


def body(*lines: str) -> str:
    """A test with these lines in it; pyflakes finds an unused import, we a UUID at least."""
    return HEAD + "".join(f"        {line}\n" for line in lines) + TAIL


def classes(one: Callable[[int], str], number: int) -> str:
    return HEAD + TAIL + "\n\n" + "\n\n".join(map(one, range(number)))


def above(number: int) -> str:
    return f"A{number - 1}, B{number - 1}" if number else "TestIt"


# What bare flake8 survives, as deep or as long as it does.
SURVIVED = {
    "sum": body("x = " + " + ".join(["folder"] * 200)),
    "unary": body("x = " + "-" * 150 + "1"),
    "attributes": body("x = folder" + ".a" * 200),
    "calls": body("x = folder" + "()" * 150),
    "subscripts": body("x = folder" + "[0]" * 150),
    "conditions": body("x = " + "1 if folder else " * 150 + "2"),
    "parentheses": body("x = " + "(" * 90 + "folder" + ")" * 90),
    "loops": body(*("    " * depth + "for x in folder:" for depth in range(90)), "    " * 90 + "pass"),
    "functions": body(*("    " * depth + f"def f{depth}():" for depth in range(90)), "    " * 90 + "pass"),
    "and": body("x = " + " and ".join(["folder"] * LONG)),
    "comparisons": body("x = " + " < ".join(["folder"] * LONG)),
    "list": body("x = [" + "folder, " * LONG + "]"),
    "dictionary": body("x = {" + "'a': folder, " * LONG + "}"),
    "arguments": body("self.f(" + "folder, " * LONG + ")"),
    "keywords": body("self.f(" + ", ".join(f"a{each}=folder" for each in range(LONG)) + ")"),
    "targets": body("x = " * LONG + "folder"),
    "f-string": body("x = f'" + "{folder}" * LONG + "'"),
    "literals": body("x = " + "'a' " * LONG),
    "contexts": body("with " + ", ".join(f"folder as x{each}" for each in range(1000)) + ":", "    pass"),
    "elif": body("if folder == 0:", "    pass", *["elif folder == 1:", "    pass"] * 250),
    "branches": body(*(f"if folder == {each}: x{each} = 1" for each in range(2000))),
    "semicolons": body("; ".join(f"x{each} = folder" for each in range(LONG))),
    "assignments": body("x0 = folder", *(f"x{each + 1} = self.f(x{each})" for each in range(LONG))),
    "leaks": body(*["x = tempfile.mkdtemp()"] * 2000),
    "same UUID": body(*["self.boot('155d900f-4e14-4e4c-a73d-069cbf4541e6')"] * LONG),
    "own heir": HEAD.replace("unittest.TestCase", "TestIt") + TAIL,
    "heirs in a circle": classes(lambda n: f"class A{n}(A{(n + 1) % 200}, TestIt):\n    pass", 200),
    "ladder of classes": classes(
        lambda n: f"class A{n}({'TestIt' if not n else f'A{n - 1}'}):\n    pass", LONG
    ),
    "ladder of diamonds": classes(
        lambda n: f"class A{n}({above(n)}):\n    pass\n\n\nclass B{n}({above(n)}):\n    pass", 500
    ),
    "ladder of helpers": body("self.f0(folder)")
    + "\n".join(f"    def f{n}(self, x):\n        return self.f{n + 1}(x)\n" for n in range(2000)),
    "doubled text": body("a = 'abcdefgh'", *["a = f'{a}{a}'"] * 60, "open('/tmp/' + a, 'w')"),
    "repeated text": body("a = 'a' * 10 ** 8", "b = a * 100", "open('/tmp/' + b, 'w')"),
    "wide field": body("open('/tmp/" + "%90000000d" * 60 + "' % (" + "1, " * 60 + "), 'w')"),
    "power": body("a = 9 ** 9 ** 9 ** 9", "open(f'/tmp/{a}', 'w')"),
    "long display": body("a = ('a',) * 10 ** 8", "open('/tmp/%s' % a, 'w')"),
    "combinations": body(
        *("    " * depth + f"for x{depth} in ('a', 'b', 'c'):" for depth in range(20)),
        "    " * 20 + "open(f'/tmp/{no}" + "".join(f"{{x{depth}}}" for depth in range(20)) + "', 'w')",
    ),
    "long line": body("x = '" + ".x(#" * 200_000 + "'"),
}


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> SideBySide:
    """All of them in one run, as a project may hold them."""
    folder = tmp_path_factory.mktemp("survived")
    (folder / ".git").mkdir()
    for name, text in SURVIVED.items():
        (folder / f"test_{name.replace(' ', '_')}.py").write_text(text)
    return side_by_side(folder, ".", *SELECT)


def test_everything_that_flake8_survives_is_bounded(survived: SideBySide) -> None:
    survived.assert_unharmed()
    assert survived.bare.code == 1
    assert survived.plugin.error == ""


@pytest.mark.parametrize("shape", SURVIVED)
def test_what_flake8_survives(shape: str, survived: SideBySide) -> None:
    place = f"./test_{shape.replace(' ', '_')}.py:"
    assert f"{place}1:1: F401 'json' imported but unused" in survived.plugin.printed
    # Not every shape may be told apart from a release of the folder; the UUID is there in each.
    assert f"{place}9:19: TH001" in "\n".join(survived.plugin.ours)


PERISHED = {
    "sum": "x = " + " + ".join(["folder"] * LONG),
    "deep sum": "x = " + " + ".join(["folder"] * DEEP),
    "unary": "x = " + "-" * DEEP + "1",
    "not": "x = " + "not " * DEEP + "folder",
    "attributes": "x = folder" + ".a" * DEEP,
    "calls": "x = folder" + "()" * DEEP,
    "methods": "x = folder" + ".a()" * DEEP,
    "subscripts": "x = folder" + "[0]" * DEEP,
    "lambdas": "x = " + "lambda: " * DEEP + "folder",
    "conditions": "x = " + "1 if folder else " * DEEP + "2",
    "powers": "x = " + "2 ** " * DEEP + "2",
    "parentheses": "x = " + "(" * DEEP + "folder" + ")" * DEEP,
    "elif": "if folder == 0:\n            pass" + "\n        elif folder == 1:\n            pass" * DEEP,
    "blocks": "\n".join(" " * (8 + depth) + "if folder:" for depth in range(DEEP // 10)).lstrip(),
}


@pytest.mark.parametrize("shape", PERISHED)
def test_what_may_be_too_deep_for_python(shape: str, project: Path) -> None:
    (project / "test_deep.py").write_text(body(PERISHED[shape]))
    (project / "test_other.py").write_text(body())
    side_by_side(project, "test_deep.py", "test_other.py", *SELECT).assert_unharmed()


def test_a_hundred_thousand_lines(project: Path) -> None:
    test = (
        "    def test_{0}(self):\n        folder = tempfile.mkdtemp()\n"
        "        self.addCleanup(rmtree, folder)\n        self.boot({0}, name='x')\n        # why\n"
        "        if self.is_ready({0}):\n            self.go()\n        self.assertTrue(folder)\n\n\n"
    )
    (project / "test_long.py").write_text(body() + "\n" + "".join(map(test.format, range(10_000))))
    both = side_by_side(project, "test_long.py", *SELECT)
    both.assert_unharmed()
    assert both.codes == ["TH003", "TH001"]


# Base modules: what only we read.

TEST = """\
import json

from tests.base import Base, start


class TestIt(Base):
    def test_it(self):
        made = start()
        self.boot('155d900f-4e14-4e4c-a73d-069cbf4541e6')
        self.name.start()
        self.assertTrue(made)
"""
BASE = """\
import subprocess
import unittest


class Base(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.name = 'a'


def start():
    return subprocess.Popen(['x'])
"""
IS_READ = ["TH003", "TH001"]
IS_UNKNOWN = ["TH001"]
CODED = "# coding: {}\n" + BASE


def inside(line: str) -> bytes:
    return BASE.replace("    return", f"    {line}\n    return").encode()


BASES: dict[str, tuple[bytes, list[str]]] = {
    "plain": (BASE.encode(), IS_READ),
    "null byte": (BASE.replace("'a'", "'\0'").encode(), IS_UNKNOWN),
    "nothing but null bytes": (b"\0" * 100_000, IS_UNKNOWN),
    "BOM": (BASE.encode("utf-8-sig"), IS_READ),
    "UTF-16": (BASE.encode("utf-16"), IS_UNKNOWN),
    "CRLF": (BASE.replace("\n", "\r\n").encode(), IS_READ),
    "CR": (BASE.replace("\n", "\r").encode(), IS_READ),
    "latin-1 that says so": (CODED.format("latin-1").replace("'a'", "'\xe9'").encode("latin-1"), IS_READ),
    "latin-1 that does not": (BASE.replace("'a'", "'\xe9'").encode("latin-1"), IS_UNKNOWN),
    "coding that is none": (CODED.format("no-such").encode(), IS_UNKNOWN),
    "coding of bytes": (CODED.format("zlib").encode(), IS_UNKNOWN),
    "coding of escapes": (CODED.format("unicode_escape").replace("'a'", r"'\d'").encode(), IS_READ),
    "coding of host names": (b"# coding: idna\n#" + b"xn--a" * 700_000, IS_UNKNOWN),
    "coding without end": (b"# coding: punycode\n" + b"a" * 1_900_000 + b"-" + b"b9" * 900_000, IS_UNKNOWN),
    "invalid escapes": (inside(r"x = '\d \w', b'\q'"), IS_READ),
    "sum": (inside("x = " + " + ".join(["1"] * LONG)), IS_UNKNOWN),
    "4 megabytes in a line": (BASE.encode() + b"x = '" + b".a(#" * 990_000 + b"'\n", IS_READ),
    "attributes in a comment": (BASE.encode() + b"# " + b".name" * 400_000 + b"\n", IS_READ),
    "over 4 megabytes": (BASE.encode() + b"#" * 4_000_000, IS_UNKNOWN),
    "own base": (BASE.replace("unittest.TestCase", "Base").encode(), IS_READ),
    "base is the heir": (
        b"from tests.test_it import TestIt\n" + BASE.replace("(unittest", "(TestIt, unittest").encode(),
        IS_READ,
    ),
    "imports itself": (
        b"from tests.base import *\nfrom tests.base import Base, start\n" + BASE.encode(),
        IS_READ,
    ),
    "many functions": (
        BASE.encode() + b"".join(b"def f%d():\n    return f%d()\n" % (n, n + 1) for n in range(20_000)),
        IS_READ,
    ),
    "many classes": (
        BASE.encode() + b"".join(b"class C%d(Base):\n    pass\n" % n for n in range(20_000)),
        IS_READ,
    ),
} | {
    f"deep {shape}": (inside(line), IS_UNKNOWN)
    for shape, line in PERISHED.items()
    if shape not in {"sum", "elif", "blocks"}
}


def suite(project: Path, **bases: bytes | str) -> None:
    """A package of tests with these modules beside the linted one."""
    (project / "tests").mkdir()
    for name, text in {"__init__": "", "test_it": TEST, **bases}.items():
        content = text.encode() if isinstance(text, str) else text
        (project / "tests" / f"{name}.py").write_bytes(content)


def linted(project: Path, confine: Callable[[], None] = lambda: None) -> list[str]:
    """Our codes for the linted test; that nothing else is different with the plugin."""
    both = side_by_side(project, "tests/test_it.py", *SELECT, python=("-I", "-W", "error"), confine=confine)
    both.assert_unharmed()
    assert both.plugin.error == ""
    assert both.plugin.others == ["tests/test_it.py:1:1: F401 'json' imported but unused"]
    return both.codes


@pytest.mark.parametrize("kind", BASES)
def test_base_module(kind: str, project: Path) -> None:
    content, expected = BASES[kind]
    suite(project, base=content)
    assert linted(project) == expected


def stars(count: int) -> dict[str, str]:
    """Modules each of which imports everything from all the others."""
    return {
        f"m{n}": "".join(f"from tests.m{other} import *\n" for other in range(count)) for n in range(count)
    }


SUITES: dict[str, tuple[dict[str, str], list[str]]] = {
    "cycle of imports": (
        {"base": "from tests.b import Base, start\n", "b": "from tests.base import Base, start\n"},
        IS_UNKNOWN,
    ),
    "cycle of stars": ({"base": "from tests.b import *\n", "b": "from tests.base import *\n"}, IS_UNKNOWN),
    "cycle that holds it": (
        {
            "base": "from tests.b import *\n",
            "b": "from tests.base import *\nfrom tests.c import *\n",
            "c": BASE,
        },
        IS_READ,
    ),
    "stars from everywhere": ({"base": "from tests.m0 import *\n", **stars(15)}, IS_UNKNOWN),
    "bases in a circle of files": (
        {
            "base": BASE.replace("import unittest", "from tests.b import B").replace(
                "unittest.TestCase", "B"
            ),
            "b": "from tests.base import Base\n\n\nclass B(Base):\n    pass\n",
        },
        IS_READ,
    ),
    "ladder of files": (
        {
            "base": BASE.replace("import unittest", "from tests.m0 import C").replace(
                "unittest.TestCase", "C"
            ),
            **{
                f"m{n}": f"from tests import m{n + 1}\n\n\nclass C(m{n + 1}.C):\n    pass\n"
                for n in range(1000)
            },
        },
        IS_READ,
    ),
    "ladder of calls": (
        {
            "base": f"from tests.m0 import start\n{BASE.partition('def start')[0]}",
            **{
                f"m{n}": f"from tests import m{n + 1}\n\n\ndef start():\n    return m{n + 1}.start()\n"
                for n in range(300)
            },
            "m300": BASE,
        },
        IS_UNKNOWN,
    ),
}


@pytest.mark.parametrize("kind", SUITES)
def test_suite(kind: str, project: Path) -> None:
    modules, expected = SUITES[kind]
    suite(project, **modules)
    assert linted(project) == expected


# What is no file, or not for long.


def fifo(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(500 << 20)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


# Whether pytest takes it is asked of its configuration.
UNCOLLECTED = """\


class TestWithConstructor:
    def __init__(self):
        self.x = 1

    def test_it(self):
        assert self.x
"""
NO_FILES = (fifo, loop, sparse, endless, Path.mkdir)


@pytest.mark.parametrize("make", NO_FILES, ids=lambda make: str(make.__name__))
@pytest.mark.parametrize("name", ["base", "conftest"])
def test_no_file(make: Callable[[Path], None], name: str, project: Path) -> None:
    suite(project)
    make(project / "tests" / f"{name}.py")
    assert linted(project) == IS_UNKNOWN


@pytest.mark.parametrize("make", NO_FILES, ids=lambda make: str(make.__name__))
def test_no_configuration(make: Callable[[Path], None], project: Path) -> None:
    suite(project, base=BASE)
    (project / "tests" / "test_it.py").write_text(TEST + UNCOLLECTED)
    for name in ("pytest.ini", "pyproject.toml"):
        make(project / name)
    both = side_by_side(project, "tests/test_it.py", *SELECT)
    both.assert_unharmed()
    assert "TH003" in both.codes


@pytest.mark.parametrize(
    "text", ["x = " + "[" * 5000 + "]" * 5000, "x = {" + "a.b" * 9999, "x = 1" * 9999, "\0"]
)
def test_configuration_that_cannot_be_read(text: str, project: Path) -> None:
    (project / "pyproject.toml").write_text(f"[tool.pytest.ini_options]\n{text}\n")
    (project / "test_it.py").write_text(HEAD + TAIL + UNCOLLECTED)
    both = side_by_side(project, "test_it.py", *SELECT)
    both.assert_unharmed()
    assert both.codes == ["TH003", "TH001"]  # what pytest collects is not known
    (project / "pyproject.toml").unlink()
    assert "TH510" in side_by_side(project, "test_it.py", *SELECT).codes


def without_rights() -> None:
    """Take from root, who may read everything, the right to do so."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
                os._exit(77)


@pytest.mark.skipif(sys.platform != "linux" and os.geteuid() == 0, reason="root may read everything")
class TestWithoutRights:
    @pytest.mark.parametrize("name", ["tests/base.py", "tests/conftest.py", "pytest.ini"])
    def test_file(self, name: str, project: Path) -> None:
        suite(project, base=BASE, conftest="x = 1\n")
        (project / "pytest.ini").touch()
        (project / name).chmod(0)
        expected = IS_UNKNOWN if "base" in name else IS_READ
        assert linted(project, confine=without_rights) == expected

    @pytest.mark.parametrize("mode", [0, 0o400])
    def test_package(self, mode: int, project: Path) -> None:
        suite(project)
        (project / "tests" / "test_it.py").write_text(TEST.replace("tests.base", "tests.inner.base"))
        (project / "tests" / "inner").mkdir()
        for name in ("__init__", "base"):
            (project / "tests" / "inner" / f"{name}.py").write_text(BASE)
        (project / "tests" / "inner").chmod(mode)
        try:
            assert linted(project, confine=without_rights) == IS_UNKNOWN
        finally:
            (project / "tests" / "inner").chmod(0o700)


def test_file_that_goes_while_it_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suite(project, base=BASE)
    base, status = project / "tests" / "base.py", files._status

    def gone(path: str) -> os.stat_result | None:
        found = status(path)
        if path == str(base):
            base.unlink(missing_ok=True)
        return found

    monkeypatch.setattr(files, "_status", gone)
    assert codes_in_process(project) == IS_UNKNOWN
    assert not base.exists()


def test_folder_that_goes_while_it_is_read(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suite(project, base=BASE)
    listed = files._listed

    def gone(folder: str) -> frozenset[str]:
        found = listed(folder)
        if folder == str(project / "tests"):
            (project / "tests").rename(project / "elsewhere")
        return found

    monkeypatch.setattr(files, "_listed", gone)
    assert codes_in_process(project) == IS_UNKNOWN


def codes_in_process(project: Path) -> list[str]:
    filename = str(project / "tests" / "test_it.py")
    return [each.code for each in docs.lint(TEST, filename, docs.asked(Options()))]


def test_file_that_changes_all_the_time(project: Path) -> None:
    suite(project, base=BASE)
    base, ended = project / "tests" / "base.py", threading.Event()

    def change() -> None:
        while not ended.is_set():
            for text in (BASE, BASE[:90], BASE.replace("Popen", "run"), ""):
                base.write_text(text)
            base.unlink()

    changing = threading.Thread(target=change)
    changing.start()
    try:
        runs = [flake8(project, "tests/test_it.py", *SELECT) for _ in range(5)]
    finally:
        ended.set()
        changing.join(timeout=60)
    for run in runs:
        assert run.error == ""
        assert run.others == ["tests/test_it.py:1:1: F401 'json' imported but unused"]
        assert [line.split(" ")[1] for line in run.ours] in (IS_READ, IS_UNKNOWN)


@pytest.mark.parametrize(
    "name", ["unittest", "subprocess", "typing", "os", "sys", "builtins", "astroid", "mock"]
)
def test_modules_named_like_those_of_the_library(name: str, project: Path) -> None:
    suite(project, base=BASE, **{name: BASE})
    (project / f"{name}.py").write_text(f"from {name} import *\nimport {name}\n{BASE}")
    (project / name).mkdir()
    (project / name / "__init__.py").write_text(
        f"from {name} import *\nclass TestCase(TestCase):\n    pass\n"
    )
    assert linted(project)[-1] == "TH001"


@pytest.mark.parametrize(
    "roots", ["../../../../../../../../../..", "..", "/proc", "/dev", "/etc,/sys", "tests/../.."]
)
def test_source_roots_above_everything(roots: str, project: Path) -> None:
    suite(project, base=BASE)
    assert linted(project) == IS_READ
    run = flake8(project, "tests/test_it.py", f"--testhygiene-source-roots={roots}", *SELECT)
    assert [line.split(" ")[1] for line in run.printed] == ["F401", *IS_READ]
    assert run.error == ""
    assert run.seconds < 10


def test_the_whole_disk_is_refused_as_a_source_root(project: Path) -> None:
    suite(project, base=BASE)
    run = flake8(project, "tests/test_it.py", "--testhygiene-source-roots=/")
    assert run.error.splitlines()[-1].endswith(
        "write folders such as src or ../shared/tests, relative to the project's root"
    )
    assert "Traceback" not in run.error


@pytest.mark.parametrize(
    "content",
    [
        body().replace("\n", "\r\n").encode(),
        body().encode("utf-8-sig"),
        b"# coding: latin-1\n" + body("x = '\xe9'").encode("latin-1"),
        body("x = '\xe9'").encode("latin-1"),
        body("x = '\0'").encode(),
        b"\0" * 1000,
        body().encode("utf-16"),
        b"# coding: no-such\n" + body().encode(),
        body("x = '\\d'").encode(),
        body("x = '\\ud800'").encode(),
        body("open('/tmp/\\ud800\\n\\x1b[2J', 'w')").encode(),
    ],
    ids=[
        "CRLF",
        "BOM",
        "latin-1 that says so",
        "latin-1 that does not",
        "null byte",
        "null bytes",
        "UTF-16",
        "no coding",
        "invalid escape",
        "surrogate",
        "control characters",
    ],
)
def test_bytes_of_the_linted_file(content: bytes, project: Path) -> None:
    (project / "test_it.py").write_bytes(content)
    (project / "test_other.py").write_text(body())
    both = side_by_side(project, "test_it.py", "test_other.py", *SELECT)
    both.assert_unharmed()
    assert both.plugin.error == both.bare.error == ""
    assert all(line.startswith(("test_it.py:", "test_other.py:")) for line in both.plugin.printed)


def test_path_that_is_too_long(project: Path) -> None:
    (project / "text").write_text(body())
    program = f"import sys\nsys.stdin = open('text')\n{WITH_PLUGIN}"
    name = "x" * 300 + "/test_it.py"
    run = flake8(project, "-", f"--stdin-display-name={name}", *SELECT, program=program)
    assert [line.split(" ")[1] for line in run.printed] == ["F401", "TH003", "TH001"]
    assert run.error == ""
