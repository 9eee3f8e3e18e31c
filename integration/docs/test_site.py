"""The site is built without a warning, and people find in it what they look for, on a phone too.

``tox -e docs`` runs this. The tests with a browser need Debian's ``chromium``, or the path of another
Chromium in ``TESTHYGIENE_CHROMIUM``; without one they are skipped.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from flake8_testhygiene import rules

ROOT = Path(__file__).parents[2]
BUILD = [sys.executable, "-m", "sphinx", "--builder=html", "--fail-on-warning", "--keep-going", "--quiet"]
CHROMIUM = os.environ.get("TESTHYGIENE_CHROMIUM") or shutil.which("chromium")
DESKTOP, PHONE = (1280, 900), (390, 844)

# Of each thing that may be too wide: what it is, how wide its content is, how wide the place for it.
TOO_WIDE = """
    selector => [...document.querySelectorAll(selector)]
        .filter(each => each.scrollWidth > each.clientWidth + 1)
        .map(each => `${each.innerText.slice(0, 40)}: ${each.scrollWidth} in ${each.clientWidth}`)
"""


class Built(NamedTuple):
    """What Sphinx says to a source folder, and where its pages are."""

    site: Path
    status: int
    warnings: str


def build(source: Path, site: Path) -> Built:
    """The site of a checkout, made as ``tox -e docs`` makes it."""
    places = [f"--conf-dir={source / 'docs'}", f"--doctree-dir={site}.doctrees", str(source), str(site)]
    run = subprocess.run([*BUILD, *places], capture_output=True, text=True)
    return Built(site, run.returncode, run.stderr)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOT, tmp_path_factory.mktemp("built") / "site")


def pages(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


class TestBuild:
    def test_has_no_warning(self, built: Built) -> None:
        assert built.warnings == ""
        assert built.status == 0

    @pytest.mark.parametrize(("code", "stem"), rules.stems().items())
    def test_has_the_page_of_a_rule(self, built: Built, code: str, stem: str) -> None:
        page = (built.site / "docs" / "rules" / f"{stem}.html").read_text(encoding="utf-8")
        assert f"<h1>{code} {stem.partition('_')[2]}<" in page

    def test_has_every_page_of_the_documentation(self, built: Built) -> None:
        sources = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "benchmarks" / "README.md"]
        expected = {path.relative_to(ROOT).with_suffix(".html").as_posix() for path in sources}
        assert {*pages(built.site)} == {*expected, "index.html", "search.html"}

    def test_every_page_leads_to_every_other(self, built: Built) -> None:
        """The contents stand beside each of them."""
        everywhere = {*pages(built.site)} - {"index.html", "search.html", "README.html"}
        start = (built.site / "index.html").read_text(encoding="utf-8")
        (contents,) = re.findall(r'<div class="sidebar-tree">.*?</aside>', start, re.DOTALL)
        assert {*re.findall(r'href="([^"#]+)"', contents)} == everywhere

    def test_links_of_the_readme_lead_to_pages(self, built: Built) -> None:
        start = (built.site / "README.html").read_text(encoding="utf-8")
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        linked = re.findall(r"\]\(((?!https?:)[^)#]+)\.md", readme)
        assert len(linked) > len(rules.stems())
        assert [each for each in linked if f'href="{each}.html"' not in start] == []

    def test_index_of_the_search_knows_a_rule_by_its_code(self, built: Built) -> None:
        index = (built.site / "searchindex.js").read_text(encoding="utf-8")
        assert '"th003":' in index
        assert "docs/rules/th003_missing_cleanup" in index


FAULTS = [
    ("docs/link_to_page", "[x](nowhere.md)", "nowhere.md"),
    ("docs/link_to_file", "[x](../nowhere/of.py)", "nowhere/of.py"),
    ("docs/link_within", "[x](#nowhere)", "nowhere"),
    ("docs/link_to_section", "[x](../README.md#nowhere)", "nowhere"),
    ("README", "[x](docs/nowhere.md)", "docs/nowhere.md"),
    ("docs/more/lost", "Text.", "isn't included in any toctree"),
]


class TestStrictness:
    """What a page gets wrong fails the build, and is named."""

    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        """As small as one can be that has all places of the contents."""
        folder = tmp_path / "checkout"
        for page in ("README", "CHANGELOG", "benchmarks/README", "docs/rules/th001_hardcoded_uuid"):
            write(folder, page, "## A section\n\nText.")
        for page in ("overview", "configuration", "silence"):
            write(folder, f"docs/{page}", "Text.")
        shutil.copy(ROOT / "docs" / "conf.py", folder / "docs")
        shutil.copytree(ROOT / "docs" / "_static", folder / "docs" / "_static")
        return folder

    def test_a_new_page_takes_its_place(self, checkout: Path, tmp_path: Path) -> None:
        links = "[x](../README.md#a-section) [y](conf.py) [z](rules/th001_hardcoded_uuid.md)"
        write(checkout, "docs/zebra", links)
        built = build(checkout, tmp_path / "site")
        assert (built.warnings, built.status) == ("", 0)
        assert 'href="docs/zebra.html"' in (built.site / "index.html").read_text(encoding="utf-8")
        zebra = (built.site / "docs" / "zebra.html").read_text(encoding="utf-8")
        assert 'href="../README.html#a-section"' in zebra

    def test_dead_links_and_lost_pages_fail(self, checkout: Path, tmp_path: Path) -> None:
        for page, text, _ in FAULTS:
            write(checkout, page, text)
        built = build(checkout, tmp_path / "site")
        assert built.status == 1
        warnings = [line for line in built.warnings.splitlines() if "WARNING: " in line]
        for page, _, fault in FAULTS:
            assert [f"{page}.md" in each for each in warnings].count(True) == 1
            assert any(f"{page}.md" in each and fault in each for each in warnings)


def write(checkout: Path, page: str, text: str) -> None:
    path = checkout / f"{page}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"# {page}\n\n{text}\n", encoding="utf-8")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium; apt-get install chromium, or TESTHYGIENE_CHROMIUM")
class TestBrowser:
    @pytest.fixture
    def window(self, browser: Browser) -> Iterator[Page]:
        page = browser.new_page()
        yield page
        page.close()

    def test_no_page_and_no_table_is_too_wide(self, window: Page, built: Built) -> None:
        too_wide = {}
        for name in pages(built.site):
            window.goto((built.site / name).as_uri())
            for width, height in (DESKTOP, PHONE):
                window.set_viewport_size({"width": width, "height": height})
                found = window.evaluate(TOO_WIDE, "html, .table-wrapper, .highlight-text pre")
                if found:
                    too_wide[name, width] = found
        assert too_wide == {}

    def test_what_is_too_wide_would_be_seen(self, window: Page, built: Built, tmp_path: Path) -> None:
        page = (built.site / "README.html").read_text(encoding="utf-8")
        narrow = "<style>.table-wrapper { overflow-x: auto; width: 5em }</style>"
        (tmp_path / "README.html").write_text(page.replace("</head>", f"{narrow}</head>"), encoding="utf-8")
        window.goto((tmp_path / "README.html").as_uri())
        assert window.evaluate(TOO_WIDE, ".table-wrapper")

    @pytest.mark.parametrize(
        ("words", "page"),
        [
            ("TH003", "docs/rules/th003_missing_cleanup.html"),
            ("missing_cleanup", "docs/rules/th003_missing_cleanup.html"),
            ("testhygiene-isolated-by", "docs/configuration.html"),
        ],
    )
    def test_search_leads_to_the_page(self, window: Page, built: Built, words: str, page: str) -> None:
        window.goto((built.site / "search.html").as_uri() + f"?q={words}")
        window.wait_for_selector("#search-results .search-summary:has-text('found')")
        links = window.locator("#search-results li a").evaluate_all("all => all.map(each => each.href)")
        assert any(link.partition("?")[0].partition("#")[0].endswith(page) for link in links)
