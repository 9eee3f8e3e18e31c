"""What may answer for a host stands in other files too: in a conftest above, in a base."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.expectations import ending
from tests.snippets import linted, said

PATCHING = """
import pytest

@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.setattr('socket.socket', None)
"""
GIVING = """
import pytest

@pytest.fixture
def place(tmp_path):
    return tmp_path
"""
TEST = """
import requests

def test_it({parameters}):
    assert requests.get('https://acme-widgets.com').ok
"""
IN_CLASS = """
import requests
from tests.base import Base

class TestIt(Base):
    def test_it(self):
        self.assertTrue(requests.get('https://acme-widgets.com').ok)
"""
BASE = """
import unittest

class Base(unittest.TestCase):
    def setUp(self):
        super().setUp()
        {prepares}
"""


@pytest.fixture
def folder(project: Path) -> Path:
    """The folder of the tests of an empty project."""
    made = project / "tests"
    made.mkdir()
    (made / "__init__.py").touch()
    return made


def hosts(source: str) -> list[str]:
    return [code for code, _ in said(source, filename="tests/test_it.py") if code == "TH101"]


class TestConftest:
    def test_none(self, folder: Path) -> None:
        assert hosts(TEST.format(parameters="tmp_path")) == ["TH101"]
        assert hosts(TEST.format(parameters="place")) == []

    def test_fixture_is_read(self, folder: Path) -> None:
        (folder / "conftest.py").write_text(GIVING)
        assert hosts(TEST.format(parameters="place")) == ["TH101"]
        assert hosts(TEST.format(parameters="other")) == []

    @pytest.mark.parametrize("place", [".", "tests"])
    def test_autouse_of_any_level(self, folder: Path, place: str) -> None:
        (folder.parent / place / "conftest.py").write_text(PATCHING)
        assert hosts(TEST.format(parameters="")) == []


class TestBase:
    def test_unread(self, folder: Path) -> None:
        assert hosts(IN_CLASS) == []

    @pytest.mark.parametrize(
        ("prepares", "found"),
        [("self.names = []", ["TH101"]), ("self.useFixture(FakeNetwork())", [])],
    )
    def test_read(self, folder: Path, prepares: str, found: list[str]) -> None:
        (folder / "base.py").write_text(BASE.format(prepares=prepares))
        assert hosts(IN_CLASS) == found


# The longest words that a message may have to hold.
LONG = {
    "TH101": "urllib.request.urlopen('https://a-very-long-name-of-a-host.somewhere.acme-widgets.com/')",
    "TH102": "acme_widgets_testing.servers.AcmeWidgetsThreadedTestServer(port=65535).start()",
    "TH103": "os.makedirs('/tmp/acme-widgets/a-very-long-name-of-a-folder/and-another-one')",
    "TH104": "self.client.create_application_credential(name='a-very-long-name-of-a-credential')",
}


@pytest.mark.parametrize("code", LONG)
def test_messages_are_short(code: str, project: Path) -> None:
    lines = "".join(f"        {line}\n" for line in (LONG[code], "self.assertTrue(self.seen())"))
    head = "import os, unittest, urllib.request\nfrom oslo_utils import uuidutils\n"
    source = f"{head}class TestIt(unittest.TestCase):\n    def test_it(self):\n{lines}"
    found = [each for each in linted(source, "TH104") if each.code == code]
    said = [f"{each.code} {each.text}".removesuffix(ending(code)) for each in found]
    assert [len(each) <= 100 for each in said] == [True]
