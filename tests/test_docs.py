"""The pages and the README say what the rules do."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from flake8_testhygiene import docs, rules
from flake8_testhygiene.options import OPTIONS, flag_of
from flake8_testhygiene.plugin import INTERNAL_ERROR
from flake8_testhygiene.rule import Rule

ROOT = Path(__file__).parents[1]
RULES = [rules.load(code) for code in rules.stems()]
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
OPTIONS_MARKS = "<!-- options -->\nold\n<!-- /options -->\n"
UP_TO_DATE = "is out of date; run: python -m flake8_testhygiene.docs"


@each_rule
def test_page_is_up_to_date(rule: Rule) -> None:
    path = ROOT / "docs" / "rules" / f"{rule.stem}.md"
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    assert written == docs.page(rule), f"docs/rules/{path.name} {UP_TO_DATE}"


def test_readme_is_up_to_date() -> None:
    written = docs.TABLE.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert written, "README.md has no <!-- rules --> and <!-- /rules -->"
    assert written[0] == docs.table(), f"the table in README.md {UP_TO_DATE}"


@pytest.mark.parametrize("page", ["README.md", "docs/configuration.md"])
def test_options_are_up_to_date(page: str) -> None:
    written = docs.OPTIONS_TABLE.search((ROOT / page).read_text(encoding="utf-8"))
    assert written, f"{page} has no <!-- options --> and <!-- /options -->"
    assert written[0] == docs.options_table(), f"the options in {page} {UP_TO_DATE}"


@pytest.mark.parametrize("name", OPTIONS)
def test_option_has_a_row(name: str) -> None:
    default, flag = OPTIONS[name].default, re.escape(flag_of(name))
    (row,) = re.findall(rf"^\| `{flag}\[?=[A-Z]+\]?` \| .+ \|.*$", docs.options_table(), re.MULTILINE)
    assert row.endswith(f"| `{default}` |" if default else "| |")


def test_overview_is_up_to_date() -> None:
    written = (ROOT / "docs" / "overview.md").read_text(encoding="utf-8")
    assert written == docs.overview(written), f"docs/overview.md {UP_TO_DATE}"


class TestOverview:
    TEXT = (ROOT / "docs" / "overview.md").read_text(encoding="utf-8")
    MEMBER = "[TH202](rules/th202_unraised_exception_passes.md)"

    def test_new_rule_gets_its_place_and_its_name(self) -> None:
        before, _, after = self.TEXT.partition(f"{self.MEMBER} ")
        _, dot, after = after.partition("·")
        assert dot
        assert docs.overview(before + after.lstrip()) == (
            f"{before}{self.MEMBER} unraised exception passes · {after.lstrip()}"
        )

    def test_last_of_a_family_and_the_only_one(self) -> None:
        only = "[TH401](rules/th401_skip_without_reason.md)"
        before, _, after = self.TEXT.partition(f" {only} ")
        _, bar, after = after.partition("|")
        assert docs.overview(f"{before}  {bar}{after}") == f"{before} {only} skip without reason {bar}{after}"

    def test_rule_that_went(self) -> None:
        more = self.TEXT.replace(self.MEMBER, f"[TH299](rules/th299_no_such.md) words · {self.MEMBER}")
        assert more != self.TEXT
        assert docs.overview(more) == self.TEXT

    def test_words_written_by_hand_stay(self) -> None:
        reworded = self.TEXT.replace(f"{self.MEMBER} ", f"{self.MEMBER} as they say, ")
        assert docs.overview(reworded) == reworded != self.TEXT


def test_index_is_up_to_date() -> None:
    written = (ROOT / "flake8_testhygiene" / "rules" / "index.py").read_text(encoding="utf-8")
    assert written == docs.index(), f"flake8_testhygiene/rules/index.py {UP_TO_DATE}"


@each_rule
def test_bad_example_is_reported(rule: Rule) -> None:
    found = docs.reported(rule, docs.examples(rule).bad)
    assert [each.code for each in found] == [rule.code]


@each_rule
def test_good_example_is_silent(rule: Rule) -> None:
    assert docs.reported(rule, docs.examples(rule).good) == []


@each_rule
def test_page_shows_a_message_and_no_template(rule: Rule) -> None:
    (found,) = docs.reported(rule, docs.examples(rule).bad)
    assert f"test_example.py:{found}\n" in docs.page(rule)
    assert "{" not in found.text


def test_page_says_what_is_strict() -> None:
    assert "`--testhygiene-strict=TH301`" in docs.page(rules.load("TH301"))
    assert "On: reported by default." in docs.page(rules.load("TH003"))


class TestCommand:
    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        (tmp_path / "docs" / "rules").mkdir(parents=True)
        (tmp_path / "flake8_testhygiene" / "rules").mkdir(parents=True)
        (tmp_path / "README.md").write_text(
            "above\n<!-- rules -->\nold\n<!-- /rules -->\nbelow\n" + OPTIONS_MARKS
        )
        (tmp_path / "docs" / "configuration.md").write_text(f"before\n{OPTIONS_MARKS}")
        (tmp_path / "docs" / "overview.md").write_text("| 3. | [TH004](x.md) |  |\n")
        return tmp_path

    def test_writes_and_names_what_changed(self, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert docs.main([str(checkout)]) == 0
        index = checkout / "flake8_testhygiene" / "rules" / "index.py"
        pages = [str(checkout / "docs" / "rules" / f"{stem}.md") for stem in rules.stems().values()]
        names = ("README.md", "docs/configuration.md", "docs/overview.md")
        tables = [str(checkout / name) for name in names]
        assert capsys.readouterr().out.splitlines() == [str(index), *pages, *tables]
        overview = (checkout / "docs" / "overview.md").read_text(encoding="utf-8")
        assert overview == (
            "| 3. | [TH004](x.md) | [TH401](rules/th401_skip_without_reason.md) skip without reason |\n"
        )
        assert index.read_text(encoding="utf-8") == docs.index()
        readme = (checkout / "README.md").read_text(encoding="utf-8")
        options = f"<!-- options -->\n{docs.options_table()}<!-- /options -->\n"
        assert readme == f"above\n<!-- rules -->\n{docs.table()}<!-- /rules -->\nbelow\n{options}"
        configuration = (checkout / "docs" / "configuration.md").read_text(encoding="utf-8")
        assert configuration == f"before\n{options}"

    def test_is_silent_when_nothing_changed(self, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
        docs.main([str(checkout)])
        capsys.readouterr()
        assert docs.main([str(checkout)]) == 0
        assert capsys.readouterr().out == ""

    def test_current_folder_is_the_default(self, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(checkout)
        assert docs.main([]) == 0
        assert "TH003" in (checkout / "README.md").read_text(encoding="utf-8")

    def test_no_pages_folder(self, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
        shutil.rmtree(checkout / "docs" / "rules")
        assert docs.main([str(checkout)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.endswith("it has no docs/rules")

    def test_no_overview(self, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (checkout / "docs" / "overview.md").unlink()
        assert docs.main([str(checkout)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.endswith("it has no docs/overview.md")

    @pytest.mark.parametrize("text", [None, "# no markers\n"])
    def test_no_markers(self, checkout: Path, text: str | None, capsys: pytest.CaptureFixture[str]) -> None:
        readme = checkout / "README.md"
        readme.unlink() if text is None else readme.write_text(text)
        assert docs.main([str(checkout)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.endswith("it has no README.md with <!-- rules --> and <!-- /rules -->")

    @pytest.mark.parametrize("page", ["README.md", "docs/configuration.md"])
    def test_no_place_for_the_options(
        self, checkout: Path, page: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = (checkout / page).read_text()
        (checkout / page).write_text(text.replace("options", "choices"))
        assert docs.main([str(checkout)]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.endswith(f"it has no {page} with <!-- options --> and <!-- /options -->")


def test_overview_leads_to_every_rule() -> None:
    overview = (ROOT / "docs" / "overview.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\[(TH\d{3})\]\(rules/(th\d{3}_\w+)\.md\)", overview))
    assert linked == set(rules.stems().items())


@pytest.mark.parametrize("name", [path.name for path in (ROOT / "docs").glob("*.md")])
def test_page_names_no_rule_that_is_not_there(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    assert set(re.findall(r"TH\d{3}", text)) <= rules.stems().keys() | {INTERNAL_ERROR}


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda path: path.name
)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []
