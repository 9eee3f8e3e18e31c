"""The cases on which other linters were compared: each fault is found, each good twin is silent.

The letters are those of the comparison: hardcoded values, migrations, cleanup, documentation, verification,
tests that do too much; then helpers that stand elsewhere.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import NamedTuple

import pytest

from flake8_testhygiene import rules
from flake8_testhygiene.docs import asked, lint
from flake8_testhygiene.options import Options

# Codes of the table below whose rules are still to come. A rule that has come is taken out here, and then
# every case that names it demands it.
STILL_TO_COME: frozenset[str] = frozenset()

UUID = "155d900f-4e14-4e4c-a73d-069cbf4541e6"
HEAD = """\
import os, shutil, subprocess, tempfile, threading, unittest
from unittest import mock
import boto3, pytest
"""


class Case(NamedTuple):
    """Lines of a test method, or of a module if they begin with a definition; and what must be found."""

    lines: str
    codes: str = ""
    strict: str = ""


FAULTS = {
    "a uuid": Case(f"server = self.api.get('{UUID}')\nself.assertTrue(server)", "TH001"),
    "a uuid in an assert": Case(f"assert self.server.id == '{UUID}'", "TH001", "TH001"),
    "b migration, unrelated assertion": Case(
        "self.api.post_server_action('x', {'os-migrateLive': {'host': None}})\n"
        "self.assertEqual('x', self.server.id)",
        "TH002",
    ),
    "b migration only": Case(
        "self.api.post_server_action('x', {'os-migrateLive': {'host': None}})", "TH002 TH501"
    ),
    "b failure swallowed": Case(
        """
        try:
            self.api.post_server_action('x', {'os-migrateLive': {'host': None}})
            self.assertEqual('ACTIVE', self.api.get_server('x')['status'])
        except Exception:
            pass
        """,
        "TH201",
    ),
    "b failure inferred": Case(
        """
        host = self.api.get_server('x')['OS-EXT-SRV-ATTR:host']
        self.api.post_server_action('x', {'os-migrateLive': {'host': None}})
        self._wait_for_migration_status('x', 'error')
        self.assertEqual(host, self.api.get_server('x')['OS-EXT-SRV-ATTR:host'])
        """,
        "TH005",
    ),
    "c mkdtemp": Case("folder = tempfile.mkdtemp()\nself.assertTrue(os.path.isdir(folder))", "TH003"),
    "c environ": Case("os.environ['X'] = '1'\nself.assertEqual('1', self.tool.x())", "TH303"),
    "c server": Case(
        "server = self.api.post_server({})\nself.assertEqual('BUILD', server['status'])", "TH003"
    ),
    "c patcher": Case(
        "patcher = mock.patch('cloud.boot')\nboot = patcher.start()\nself.assertTrue(boot)", "TH304"
    ),
    "c thread": Case(
        "thread = threading.Thread(target=self.work)\nthread.start()\nself.assertTrue(self.worked)", "TH003"
    ),
    "c process": Case("process = subprocess.Popen(['x'])\nself.assertTrue(process.pid)", "TH003"),
    "c bucket": Case(
        "s3 = boto3.client('s3')\ns3.create_bucket(Bucket='x')\nself.assertIn('x', names(s3.list_buckets()))",
        "TH003",
    ),
    "d no docstring": Case("self.assertTrue(self.shop.is_open())", "TH004", "TH004"),
    "e no assertion, method": Case("self.shop.add('apple')\nself.shop.add('pear')", "TH501"),
    "e no assertion, function": Case(
        "def add(one, two):\n    return one + two\n\ndef test_no_assert_in_it():\n    add(1, 2)", "TH501"
    ),
    "e true is true": Case("self.shop.add('apple')\nself.assertTrue(True)", "TH502"),
    "e expected taken for a message": Case("self.assertTrue(self.shop.get('x').status, 204)", "TH503"),
    "e accepted only": Case(
        "answer = self.api.post_server_action('x', {'migrate': None})\nself.assertEqual(202, answer.status)",
        "TH203",
    ),
    "e own request": Case(
        "body = {'name': 'x'}\nself.shop.post(body)\nself.assertEqual('x', body['name'])", "TH507", "TH507"
    ),
    "e or a constant": Case("state = self.shop.state()\nassert state == 'A' or 'B'", "TH502"),
    "e generator": Case("assert (item.fresh for item in self.shop.items())", "TH502"),
    "e comparison": Case("self.shop.count() == 3", "TH502"),
    "e assertion not called": Case(
        "self.shop.add = mock.Mock()\nself.shop.fill()\nself.shop.add.assert_called_once", "TH502"
    ),
    "e length": Case("assert len(self.shop.items()) >= 0", "TH502"),
    "f five things, method": Case(
        """
        user = self.api.show_user('x')
        self.assertEqual('x', user.name)
        quota = self.api.show_quota()
        self.assertEqual(10, quota.limit)
        flavor = self.api.show_flavor('tiny')
        self.assertEqual(1, flavor.cpus)
        image = self.api.show_image('small')
        self.assertEqual('raw', image.format)
        network = self.api.show_network('inner')
        self.assertTrue(network.up)
        """,
        "TH006",
        "TH006",
    ),
    "f five things, function": Case(
        """
        def test_everything(api):
            user = api.show_user('x')
            assert user.name == 'x'
            quota = api.show_quota()
            assert quota.limit == 10
            flavor = api.show_flavor('tiny')
            assert flavor.cpus == 1
            image = api.show_image('small')
            assert image.format == 'raw'
            network = api.show_network('inner')
            assert network.up
        """,
        "TH006",
        "TH006",
    ),
}
# Faults that other tools own: pyflakes' F631, and B017 or PT011.
OWNED_BY_OTHERS = {
    "e tuple": Case("assert (self.shop.is_open(), 'closed')"),
    "e raises anything": Case("with pytest.raises(Exception):\n    self.shop.add()"),
}
TWINS = {
    "a constant": Case("server = self.api.get(SERVER)\nself.assertTrue(server)"),
    "b awaited": Case(
        """
        self.api.post_server_action('x', {'os-migrateLive': {'host': None}})
        self._wait_for_migration_status('x', 'completed')
        self.assertEqual('ACTIVE', self.api.get_server('x')['status'])
        """
    ),
    "c released by a helper": Case(
        """
        class TestIt(unittest.TestCase):
            def folder(self):
                made = tempfile.mkdtemp()
                self.addCleanup(shutil.rmtree, made)
                return made

            def test_it(self):
                self.assertTrue(os.path.isdir(self.folder()))
        """
    ),
    "c file": Case("log = open(os.devnull)\nself.addCleanup(log.close)\nself.assertTrue(log.readable())"),
    "c process": Case(
        "process = subprocess.Popen(['x'])\nself.addCleanup(process.wait)\nself.assertTrue(process.pid)"
    ),
    "c server": Case(
        "server = self.api.post_server({})\nself.addCleanup(self.api.delete_server, server['id'])\n"
        "self.assertEqual('BUILD', server['status'])"
    ),
    "c environ": Case("with mock.patch.dict(os.environ, X='1'):\n    self.assertEqual('1', self.tool.x())"),
    "c patcher": Case(
        "patcher = mock.patch('cloud.boot')\nboot = patcher.start()\nself.addCleanup(patcher.stop)\n"
        "self.assertTrue(boot)"
    ),
    "d docstring": Case(
        '"""Module."""\nimport unittest\nclass TestIt(unittest.TestCase):\n    """Shops."""\n'
        '    def test_it(self):\n        """A shop opens."""\n        self.assertTrue(self.shop.is_open())',
        "",
        "TH004",
    ),
    "e helper asserts": Case(
        "def look(items):\n    assert items\n\ndef test_it(shop):\n    look(shop.items())"
    ),
    "e status": Case("self.assertEqual(204, self.shop.get('x').status)"),
    "f one thing": Case(
        "user = self.api.show_user('x')\nself.assertEqual('x', user.name)", "", "TH006"
    ),
}  # fmt: skip


def found(case: Case, filename: str = "test_x.py") -> list[str]:
    lines = textwrap.dedent(case.lines).strip()
    if lines.startswith(("def ", "class ", '"""')):
        source = f"{HEAD}{lines}\n"
    else:
        source = f"{HEAD}class TestIt(unittest.TestCase):\n    def test_it(self):\n"
        source += f"{textwrap.indent(lines, ' ' * 8)}\n"
    plugin = asked(Options(strict=frozenset(case.strict.split())))
    return sorted({each.code for each in lint(source, filename, plugin)})


def wanted(case: Case) -> list[str]:
    return sorted({*case.codes.split()} - STILL_TO_COME)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("case", FAULTS.values(), ids=FAULTS)
def test_fault_is_found(case: Case) -> None:
    assert case.codes
    assert found(case) == wanted(case)


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("case", [*TWINS.values(), *OWNED_BY_OTHERS.values()], ids=[*TWINS, *OWNED_BY_OTHERS])
def test_good_twin_is_silent(case: Case) -> None:
    assert found(case) == []


def test_what_is_still_to_come_has_no_rule() -> None:
    named = {code for case in FAULTS.values() for code in case.codes.split()}
    assert named - rules.stems().keys() == STILL_TO_COME, "take the rules that have come out of STILL_TO_COME"


class TestHelpersElsewhere:
    """Helpers of neutral names, in a folder beside."""

    STEPS = """
        import subprocess

        def boot():
            return subprocess.Popen(['x'])

        def boot_and_look():
            process = boot()
            process.wait()
            if process.returncode:
                raise AssertionError(process.returncode)

        def size(items):
            return len(items)

        class Base:
            def look(self, items):
                if not items:
                    self.stop(items)

            def stop(self, items):
                raise AssertionError(items)
        """

    @pytest.fixture
    def suite(self, project: Path) -> Path:
        for folder in ("tests", "tests/support", "tests/unit"):
            (project / folder).mkdir()
            (project / folder / "__init__.py").touch()
        (project / "tests/support/steps.py").write_text(textwrap.dedent(self.STEPS))
        return project

    def found(self, suite: Path, lines: str) -> list[str]:
        head = (
            "import unittest\nfrom tests.support import steps\nfrom tests.support.steps import Base, size\n"
        )
        head += "class TestIt(Base, unittest.TestCase):\n    def test_it(self):\n"
        source = f"{head}{textwrap.indent(lines, ' ' * 8)}\n"
        found = lint(source, str(suite / "tests/unit/test_x.py"), asked(Options()))
        return sorted({each.code for each in found})

    @pytest.mark.parametrize(
        "lines",
        [
            "steps.boot_and_look()",
            "self.look([1])",
            "assert size([1]) == 1",
            "self.assertEqual(1, size([1]))",
        ],
    )
    def test_good(self, suite: Path, lines: str) -> None:
        assert self.found(suite, lines) == []

    @pytest.mark.parametrize(
        ("lines", "codes"),
        [
            ("process = steps.boot()\nself.assertTrue(process)", ["TH003"]),
            ("process = steps.boot()\nprocess.communicate()", ["TH501"]),
            ("steps.boot()", ["TH003", "TH501"]),
            ("size([1])", ["TH501"]),
        ],
    )
    def test_bad(self, suite: Path, lines: str, codes: list[str]) -> None:
        assert self.found(suite, lines) == codes

    def test_helper_that_is_gone_is_unknown(self, suite: Path) -> None:
        (suite / "tests/support/steps.py").unlink()
        assert self.found(suite, "size([1])") == []
