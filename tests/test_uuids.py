"""Literal UUIDs in places that the fixtures of TH001 do not show."""

from __future__ import annotations

import pytest

from flake8_testhygiene.docs import asked, lint
from flake8_testhygiene.options import Options
from tests.snippets import linted, said

pytestmark = pytest.mark.usefixtures("project")

UUID = "155d900f-4e14-4e4c-a73d-069cbf4541e6"
HEX32 = UUID.replace("-", "")


def in_function(line: str, head: str = "") -> str:
    return f"{head}\ndef test_it(boot):\n    {line}\n"


class TestPlaces:
    @pytest.mark.parametrize(
        "line",
        [
            f"boot('{UUID}')",
            f"boot('{UUID[:20]}' + '{UUID[20:]}')",
            f"boot('{UUID[:20]}' '{UUID[20:]}')",
            f"boot('{UUID.upper()}')",
            f"image = ['{UUID}']",
            f"global image; image = '{UUID}'",
        ],
    )
    def test_found(self, line: str) -> None:
        (finding,) = linted(in_function(line))
        assert (finding.code, finding.line) == ("TH001", 3)
        assert UUID in finding.text

    @pytest.mark.parametrize(
        "line",
        [
            f"boot(name + '{UUID[:20]}')",
            f"boot('{UUID}x')",
            f"boot('{UUID}' + '/x')",
            f"'{UUID}'",
            f"assert boot() == '{UUID}'",
            f"boot(return_value='{UUID}')",
            f"boot.return_value = '{UUID}'",
            f"expected = '{UUID}'",
            f"class Fake:\n        id = '{UUID}'",
            f"uuid.UUID('{UUID}')",
            f"boot({{'{UUID}': 1}})",
        ],
    )
    def test_silent(self, line: str) -> None:
        assert said(in_function(line)) == []

    @pytest.mark.parametrize(
        "filename", ["tests/fixtures/test_x.py", "tests/image_data.py", "tests/fakes.py"]
    )
    def test_sample_data(self, filename: str) -> None:
        source = f"def image():\n    return boot('{UUID}')\n"
        assert said(source, filename=filename) == []
        assert said(source, filename="tests/images.py") == [("TH001", 2)]


def test_hex_digits_are_asked_for() -> None:
    source = in_function(f"boot('{HEX32}')")
    assert said(source) == []
    (found,) = lint(source, "test_x.py", asked(Options(th001_hex32=True)))
    assert (found.code, found.line) == ("TH001", 3)
    digest = in_function("boot('d41d8cd98f00f204e9800998ecf8427e')")
    assert lint(digest, "test_x.py", asked(Options(th001_hex32=True))) == []


@pytest.mark.parametrize(
    ("head", "instead"),
    [
        ("", "name it in a constant"),
        (f"IMAGE = '{UUID}'\nSIZE = 3", "use IMAGE"),
        (f"class TestIt:\n    IMAGE = '{UUID}'", "use TestIt.IMAGE"),
        ("from oslo_utils.fixture import uuidsentinel as uuids", "use uuids.<name>"),
    ],
)
def test_message_proposes_what_is_there(head: str, instead: str) -> None:
    (finding,) = linted(in_function(f"boot('{UUID}')", head))
    assert finding.text.endswith(f": {instead} [hardcoded_uuid]")


def test_hex_digits_in_another_case_are_the_same() -> None:
    source = in_function(f"boot('{HEX32.upper()}')\n    boot('{HEX32}')")
    (found,) = lint(source, "test_x.py", asked(Options(th001_hex32=True)))
    assert found.text.startswith(f"hardcoded UUID {HEX32.lower()} (also 4)")


def test_sum_with_a_constant() -> None:
    head = f"MIDDLE = '{UUID[14:18]}'\nNAME = 'x'"
    assert said(in_function(f"boot('{UUID[:14]}' + MIDDLE + '{UUID[18:]}')", head))
    assert said(in_function(f"boot('{UUID[:14]}' + NAME + '{UUID[18:]}')", head)) == []
