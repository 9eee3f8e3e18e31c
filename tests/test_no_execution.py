"""A planted project whose every module leaves a mark when it is run: linting leaves none.

Only what flake8 does not run without the plugin counts: ``python -m flake8`` puts the project first on
``sys.path``, and what is named there like a module of flake8 itself was lost before we came.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.side_by_side import BARE, WITH_PLUGIN

pytestmark = pytest.mark.slow

MARK = """\
import os
with open(os.path.join({folder!r}, "ran"), "a") as ran:
    ran.write(__name__ + "\\n")
"""
EXTENSION = """\
#include <Python.h>
#include <stdio.h>

static struct PyModuleDef module = {{PyModuleDef_HEAD_INIT, "{name}", NULL, -1, NULL}};

PyMODINIT_FUNC PyInit_{name}(void)
{{
    FILE *ran = fopen("{folder}/ran", "a");
    if (ran) {{ fputs("{name}\\n", ran); fclose(ran); }}
    return PyModule_Create(&module);
}}
"""
# Asks inference about values and classes that come from every planted module.
TEST = """\
import tempfile

import cext
import helper
import msvcrt
import numbers
import readline
import tests.deep
import winsound
from tests.base import Base, start


class TestIt(Base):
    def setUp(self):
        super().setUp()
        self.worker = helper.Worker()

    def test_it(self):
        folder = tempfile.mkdtemp()
        open('/tmp/' + f'{readline.NAME}{cext.NAME}', 'w')
        open('/tmp/' + f'{helper.NAME}', 'w')
        open('/tmp/' + msvcrt.NAME + numbers.NAME + winsound.NAME, 'w')
        made = cext.Client()
        made.start()
        readline.thing().start()
        self.worker.start()
        self.client.create_server(name='a' + helper.NAME)
        self.boot('155d900f-4e14-4e4c-a73d-069cbf4541e6')
        start()
        time.sleep(1)
        self.assertTrue(folder)
"""
BASE = """\
{mark}
import unittest

NAME = 'a'


class Base(unittest.TestCase):
    def setUp(self):
        self.x = NAME
"""
HELPER = (
    "{mark}\nNAME = 'a'\n\n\nclass Worker:\n    def start(self):\n        pass\n\n\ndef start():\n    pass\n"
)
# What the plugin imports besides flake8, and what astroid and Python's encodings import when they are asked.
IMPORTED = (
    "astroid",
    "typing_extensions",
    "dataclasses",
    "tomllib",
    "decimal",
    "numbers",
    "sysconfig",
    "stringprep",
    "quopri",
    "bz2",
    "unicodedata",
    "wrapt",
    "lazy_object_proxy",
    "pprint",
    "random",
    "bisect",
    "ipaddress",
    "uuid",
)
# One of an ordinary name, one named like a module of the library, two like modules that only Windows has.
EXTENSIONS = ("cext", "readline", "winsound", "msvcrt")
COMMANDS = {
    "flake8": [os.path.join(os.path.dirname(sys.executable), "flake8")],
    "python -m flake8": [sys.executable, "-m", "flake8"],
    "an editor's empty entry": [sys.executable, "-c", "import sys; sys.path.insert(0, '')\n" + WITH_PLUGIN],
}
BARE_COMMANDS = {
    "flake8": [sys.executable, "-I", "-c", BARE],
    "python -m flake8": [sys.executable, "-c", BARE],  # -c puts the working directory first, as -m does
    "an editor's empty entry": [sys.executable, "-c", "import sys; sys.path.insert(0, '')\n" + BARE],
}


@pytest.fixture(scope="module")
def extensions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources of extensions, compiled into a folder for planting."""
    include = Path(sysconfig.get_paths()["include"])
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if sys.platform == "win32" or not (include / "Python.h").exists():
        pytest.skip("no Python.h to compile an extension with")
    folder = tmp_path_factory.mktemp("planted")
    for name in EXTENSIONS:
        source, target = folder / f"{name}.c", folder / f"{name}{sysconfig.get_config_var('EXT_SUFFIX')}"
        source.write_text(EXTENSION.format(name=name, folder=folder))
        shared = ["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else []
        command = [compiler, "-shared", "-fPIC", *shared, f"-I{include}", str(source), "-o", str(target)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as fault:
            pytest.skip(f"no compiler for an extension: {fault}")
    return folder


def plant(folder: Path, marks: Path, *names: str) -> None:
    """Modules of these names, and a suite that uses them."""
    mark = MARK.format(folder=str(marks))
    (folder / ".git").mkdir(exist_ok=True)
    (folder / "tests").mkdir()
    planted = dict.fromkeys(names, mark + "NAME = 'a'\n")
    planted |= {
        "helper": HELPER.format(mark=mark),
        "conftest": mark,
        "sitecustomize": mark,
        "usercustomize": mark,
        "setup": mark,
        "tests/__init__": mark,
        "tests/conftest": mark,
        "tests/deep": "# coding: quopri\n" + mark,
        "tests/base": BASE.format(mark=mark) + HELPER.format(mark=""),
        "tests/test_it": TEST,
    }
    for name, text in planted.items():
        (folder / f"{name}.py").write_text(text)
    (folder / "planted.pth").write_text(
        f"import os; open(os.path.join({str(marks)!r}, 'ran'), 'a').write('pth')\n"
    )
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\ntimeout = 5\n")


def lint(command: list[str], folder: Path, **environment: str) -> list[str]:
    """What a run of flake8 prints; it must not fail."""
    ran = subprocess.run(
        [*command, "--select=F401,TH", "-j1", "tests/test_it.py"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.returncode == 1
    return ran.stdout.splitlines()


def marks(folder: Path) -> set[str]:
    """The names of the modules that were run, since this was last asked."""
    ran = folder / "ran"
    found = set(ran.read_text().split()) if ran.exists() else set()
    ran.unlink(missing_ok=True)
    return found


def codes(printed: list[str]) -> set[str]:
    return {line.split(" ")[1] for line in printed}


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    folder = tmp_path / "canary"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("how", "path"),
    [
        *((how, "") for how in COMMANDS),
        ("python -m flake8", "."),
        ("python -m flake8", "tests:."),
        ("flake8", "."),
    ],
)
def test_nothing_of_the_project_is_run(how: str, path: str, tmp_path: Path, canary: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    names = sorted({*IMPORTED} - _bare_modules())
    assert "astroid" in names  # an old pyflakes has dataclasses and pprint already
    plant(project, canary, *names)
    if path:
        for name in ("sitecustomize", "usercustomize"):  # Python itself runs these from there
            (project / f"{name}.py").unlink()
    lint(BARE_COMMANDS[how], project, PYTHONPATH=path)
    by_flake8 = marks(canary)
    found = lint(COMMANDS[how], project, PYTHONPATH=path)
    assert marks(canary) <= by_flake8
    assert {"F401", "TH001", "TH003", "TH204"} <= codes(found)

    # The canary sings: every planted module leaves its mark when it is imported.
    every = {*names, "helper", "conftest", "setup", "tests.base", "tests.conftest"}
    program = (
        "import importlib, sys\n"
        f"for name in {sorted(every)}:\n"
        "    sys.modules.pop(name, None)\n"
        "    importlib.import_module(name)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=project, check=True)
    assert every <= marks(canary)


def _bare_modules() -> set[str]:
    """What Python and flake8 have imported before they come to a plugin."""
    program = "import sys, flake8.main.cli, flake8.plugins.pyflakes, flake8.plugins.pycodestyle, mccabe\n"
    program += "print(*sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    return set(printed.stdout.split())


@pytest.mark.parametrize("how", COMMANDS)
def test_no_extension_is_loaded(how: str, extensions: Path, project: Path) -> None:
    plant(project, extensions)
    # With the project on its path Python's own subprocess takes this one, and flake8 does not start.
    names = [name for name in EXTENSIONS if name != "msvcrt" or how == "flake8"]
    for name in names:
        planted = f"{name}{sysconfig.get_config_var('EXT_SUFFIX')}"
        (project / planted).write_bytes((extensions / planted).read_bytes())
    marks(extensions)
    lint(BARE_COMMANDS[how], project)
    by_flake8 = marks(extensions)
    assert not by_flake8 & {*names}
    found = lint(COMMANDS[how], project)
    assert marks(extensions) <= by_flake8
    assert "TH003" in codes(found)

    for name in names:
        program = f"import sys; sys.path.insert(0, ''); sys.modules.pop({name!r}, 0); import {name}"
        subprocess.run([sys.executable, "-c", program], cwd=project, check=True)
        assert name in marks(extensions)


def test_an_environment_inside_the_project_is_still_used(project: Path, canary: Path) -> None:
    """What was installed may lie below the project's root; inference goes on working from there."""
    plant(project, canary)
    site = project / ".venv" / "lib" / "site-packages"
    site.mkdir(parents=True)
    program = (
        "import sys, importlib.util\n"
        "from flake8_testhygiene.importing import ImportPath\n"
        f"sys.path.insert(0, {str(site)!r})\n"
        f"sys.path.insert(0, {str(project)!r})\n"
        "before = sys.path\n"
        "with ImportPath().without('tests'):\n"
        "    assert importlib.util.find_spec('installed'), sys.path\n"
        "    assert not importlib.util.find_spec('helper')\n"
        "assert sys.path is before\n"
        "assert importlib.util.find_spec('helper')\n"
    )
    (site / "installed.py").touch()
    subprocess.run([sys.executable, "-c", program], cwd=project, check=True)


@pytest.mark.parametrize("project", [Path(os.__file__).parent, Path(sys.base_prefix)])
def test_pythons_own_library_is_no_project(project: Path) -> None:
    """Who lints the standard library where it lies still has one."""
    names = ("configparser", "dataclasses", "unicodedata", "xml.dom.minidom")
    program = (
        "from flake8_testhygiene.importing import ImportPath\n"
        f"with ImportPath().without({str(project)!r}):\n"
        f"    import {', '.join(names)}\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=project, check=True)


# The reader stays below the source roots.

SECRET = "import subprocess\n\n\ndef start():\n    return subprocess.Popen(['x'])\n"
ASKING = """\
from {module} import start


def test_it():
    made = start()
    assert made
"""


def th003(project: Path, module: str) -> bool:
    """Whether the helper that a test imports was read."""
    (project / "tests" / "test_it.py").write_text(ASKING.format(module=module))
    ran = subprocess.run(
        [sys.executable, "-m", "flake8", "--select=TH", "-j1", "tests/test_it.py"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    return "TH003" in ran.stdout


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder beside a project; and the project, which holds a helper of the same text."""
    (tmp_path / "secret").mkdir()
    for name in ("__init__.py", "base.py"):
        (tmp_path / "secret" / name).write_text(SECRET)
    (tmp_path / "project" / "tests").mkdir(parents=True)
    (tmp_path / "project" / ".git").mkdir()
    (tmp_path / "project" / "tests" / "__init__.py").touch()
    return tmp_path / "secret"


def test_a_link_that_stays_inside_is_followed(outside: Path) -> None:
    project = outside.parent / "project"
    (project / "tests" / "real.py").write_text(SECRET)
    (project / "tests" / "linked.py").symlink_to("real.py")
    assert th003(project, "tests.real")
    assert th003(project, "tests.linked")


def test_a_link_that_leads_outside_is_not(outside: Path) -> None:
    project = outside.parent / "project"
    (project / "tests" / "linked.py").symlink_to(outside / "base.py")
    (project / "tests" / "up.py").symlink_to("../../secret/base.py")
    (project / "tests" / "folder").symlink_to(outside)
    (project / "tests" / "conftest.py").symlink_to(outside / "base.py")
    for module in ("tests.linked", "tests.up", "tests.folder", "tests.folder.base"):
        assert not th003(project, module)


@pytest.mark.parametrize("module", ["..secret.base", "...secret.base", "....secret.base", ".....etc.base"])
def test_dots_lead_nowhere_outside(module: str, outside: Path) -> None:
    assert not th003(outside.parent / "project", module)


def test_a_source_root_of_the_user_is_read(outside: Path) -> None:
    project = outside.parent / "project"
    (project / "setup.cfg").write_text(
        "[flake8]\ntesthygiene-source-roots = ..\ntesthygiene-follow = secret.*\n"
    )
    assert th003(project, "secret.base")


def test_other_users_of_astroid_see_nothing(project: Path, canary: Path) -> None:
    """flake8 in the same process, as an editor may run it beside pylint."""
    plant(project, canary)
    program = (
        "import sys, io, contextlib\n"
        "import astroid\n"
        "from astroid.manager import AstroidManager\n"
        "theirs = astroid.parse(\"NAME = 'theirs'\", 'tests.base')\n"
        "ask = \"from tests.base import NAME\\nNAME + 'x'\"\n"
        "def said(): return [node.value for node in astroid.extract_node(ask).infer()]\n"
        "before = said(), AstroidManager.brain, dict(AstroidManager.brain['astroid_cache'])\n"
        "import flake8_testhygiene.inference as inference\n"
        "asked = []\n"
        "kept = inference.Inference._ask\n"
        "inference.Inference._ask = lambda *all: asked.append(1) or kept(*all)\n"
        "from flake8.main import cli\n"
        "with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):\n"
        "    cli.main(['-j1', '--select=TH', '--testhygiene-strict', '--', 'tests/test_it.py'])\n"
        "assert asked\n"
        "assert AstroidManager.brain is before[1]\n"
        "assert dict(AstroidManager.brain['astroid_cache']) == before[2]\n"
        "assert said() == before[0] == ['theirsx']\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=project, check=True)
