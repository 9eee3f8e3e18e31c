"""Every fixture is linted with all default rules, and says on each line what must be found there."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_testhygiene.docs import Finding, lint
from tests.expectations import Unreadable, difference, read
from tests.in_process import configured

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("th*.py"))


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixture(path: Path, project: Path) -> None:
    source = path.read_text(encoding="utf-8")
    expected = read(source, f"test_{path.stem}.py")
    found = lint(source, str(project / expected.filename), configured(*expected.options))
    different = difference(expected.findings, found)
    assert not different, f"{path.name}\n{different}"


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixture_spells_out_a_message_of_its_rule(path: Path) -> None:
    code = path.stem[:5].upper()
    findings = read(path.read_text(encoding="utf-8"), path.name).findings
    texts = [each.text for each in findings if each.code == code]
    assert texts, f"{path.name} expects no finding of {code}"
    assert any(texts), f"{path.name} gives no message of {code} in full"


class TestReading:
    def test_columns_and_texts(self) -> None:
        source = "a = 1  # TH003:9 file from open() is never released: with\nb = 2  # TH001:5 TH003:11\n"
        assert read(source, "test_x.py").findings == (
            Finding(1, 9, "TH003", "file from open() is never released: with"),
            Finding(2, 5, "TH001", ""),
            Finding(2, 11, "TH003", ""),
        )

    def test_texts_of_several(self) -> None:
        source = "a = 1  # TH001:5 hardcoded UUID a: use B TH003:11 file (line 3)\n"
        assert [each.text for each in read(source, "test_x.py").findings] == [
            "hardcoded UUID a: use B",
            "file (line 3)",
        ]

    def test_strings_expect_nothing(self) -> None:
        assert read("a = '# TH003:9'\nb = '''\n# TH003:9\n'''\n", "test_x.py").findings == ()

    def test_headers(self) -> None:
        source = (
            "# filename: tests/unit/test_y.py\n"
            '# options: --testhygiene-strict=TH301 --testhygiene-resources="a -> b"\n'
            "a = 1\n"
        )
        expected = read(source, "test_x.py")
        assert expected.filename == "tests/unit/test_y.py"
        assert expected.options == ("--testhygiene-strict=TH301", "--testhygiene-resources=a -> b")

    def test_no_headers(self) -> None:
        expected = read("# a word on the code\na = 1\n", "test_x.py")
        assert (expected.filename, expected.options) == ("test_x.py", ())

    @pytest.mark.parametrize(
        "comment",
        ["# TH003", "# TH003 9", "# TH03:9", "#TH003:9", "# th003:9", "# TH003:x text", "# finds TH003:9",
         "# TH003:9, TH001:5x TH1:2"],
    )  # fmt: skip
    def test_broken_expectation_is_refused(self, comment: str) -> None:
        with pytest.raises(Unreadable, match=r"^line 2: write"):
            read(f"a = 1\nb = 2  {comment}\n", "test_x.py")

    @pytest.mark.parametrize("comment", ["# noqa: TH003", "# unlike in TH003 the folder stays"])
    def test_other_comments_are_prose(self, comment: str) -> None:
        assert read(f"a = 1  {comment}\n", "test_x.py").findings == ()

    @pytest.mark.parametrize(
        "source", ["a = 1\n# options: --select=TH\n", "# filename: x.py\n# filename: y.py\n"]
    )
    def test_header_out_of_place_is_refused(self, source: str) -> None:
        with pytest.raises(Unreadable, match=r"^line 2: '# (options|filename):' is said once"):
            read(source, "test_x.py")


class TestDifference:
    FOUND = (Finding(3, 9, "TH003", "file is never released [missing_cleanup]"),)

    def test_text_may_be_left_out(self) -> None:
        assert not difference([Finding(3, 9, "TH003", "")], self.FOUND)

    def test_text_counts_where_it_is_given(self) -> None:
        assert difference([Finding(3, 9, "TH003", "file is lost")], self.FOUND).splitlines()[3:] == [
            "-line 3: # TH003:9 file is lost [missing_cleanup]",
            "+line 3: # TH003:9 file is never released [missing_cleanup]",
        ]

    @pytest.mark.parametrize(
        "expected",
        [Finding(2, 9, "TH003", ""), Finding(3, 8, "TH003", ""), Finding(3, 9, "TH301", "")],
        ids=["line", "column", "code"],
    )
    def test_place_and_code_count(self, expected: Finding) -> None:
        assert difference([expected], self.FOUND)

    @pytest.mark.parametrize("text", ["file is never released", "file is never released [late_cleanup]"])
    def test_ending_counts(self, text: str) -> None:
        assert not difference([Finding(3, 9, "TH003", "file is never released")], self.FOUND)
        assert difference(
            [Finding(3, 9, "TH003", "file is never released")], [Finding(3, 9, "TH003", text)]
        ).splitlines()[3:] == [
            "-line 3: # TH003:9 file is never released [missing_cleanup]",
            f"+line 3: # TH003:9 {text}",
        ]

    def test_missing_and_unexpected(self) -> None:
        assert "-line 3: # TH003:9" in difference([Finding(3, 9, "TH003", "")], [])
        assert "+line 3: # TH003:9 file is never released" in difference([], self.FOUND)

    def test_found_twice(self) -> None:
        assert difference([Finding(3, 9, "TH003", "")], self.FOUND * 2)
