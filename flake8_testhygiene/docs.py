"""Turns the docstrings of the rules into pages, and into the table of the README.

``python -m flake8_testhygiene.docs [ROOT]`` writes both into a checkout.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from flake8_testhygiene import rules
from flake8_testhygiene.location import TestFiles
from flake8_testhygiene.options import Options
from flake8_testhygiene.plugin import Plugin
from flake8_testhygiene.rule import AnyRule

EXAMPLE = "test_example.py"
CODE = re.compile(r"^(Bad|Good):\n\n((?: {4}.*\n|\n)+)", re.MULTILINE)
LABEL = re.compile(r"^(Silent|Options|Instead):", re.MULTILINE)
TABLE = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)", re.DOTALL)


class Finding(NamedTuple):
    """One line of flake8's answer; the column counts from 1, as flake8 prints it."""

    line: int
    column: int
    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.code} {self.text}"


class Examples(NamedTuple):
    """What a rule reports, and what it asks for instead."""

    bad: str
    good: str


def asked(options: Options) -> type[Plugin]:
    """The plugin with these options; the one that flake8 has set up keeps its own."""

    class Asked(Plugin):
        pass

    Asked.options = options
    Asked.test_files = TestFiles(options.test_files)
    Asked.selected = tuple(rules.stems())
    Asked.active = None
    return Asked


def lint(source: str, filename: str, plugin: type[Plugin]) -> list[Finding]:
    """What flake8 would print of ``source``, in its order."""
    lines = io.StringIO(source).readlines()
    found = plugin(ast.parse(source), filename, lines).run()
    return sorted(Finding(line, column + 1, *message.split(" ", 1)) for line, column, message, _ in found)


def examples(rule: AnyRule) -> Examples:
    """The code below ``Bad:`` and ``Good:`` in the docstring of a rule."""
    code = {label: textwrap.dedent(block).strip() + "\n" for label, block in CODE.findall(rule.page)}
    return Examples(code["Bad"], code["Good"])


def reported(rule: AnyRule, source: str) -> list[Finding]:
    """What all default rules say of an example of ``rule``, which is asked for if it is strict only."""
    strict = frozenset({rule.code}) if rule.strict else frozenset()
    return lint(source, EXAMPLE, asked(Options(strict=strict)))


def name(rule: AnyRule) -> str:
    """``missing_cleanup``: the words of the stem."""
    return rule.stem.partition("_")[2]


def summary(rule: AnyRule) -> str:
    """The first line of the docstring: what the rule reports, in one sentence."""
    return rule.page.partition("\n")[0]


def page(rule: AnyRule) -> str:
    """The Markdown page of a rule."""
    explanation = rule.page.partition("\n")[2].strip() + "\n"
    source = f"flake8_testhygiene/rules/{rule.stem}.py"
    parts = (
        f"# {rule.code} {name(rule)}",
        summary(rule),
        _default(rule),
        "For the bad example below flake8 prints:",
        _fenced("text", "".join(f"{EXAMPLE}:{each}\n" for each in reported(rule, examples(rule).bad))),
        CODE.sub(_headed, LABEL.sub(r"**\1:**", explanation)).strip(),
        f"*Generated from [{source}](../../{source}) by `python -m flake8_testhygiene.docs`.*",
    )
    return "\n\n".join(parts) + "\n"


def table() -> str:
    """The Markdown table of all rules, as it stands in the README."""
    head = "| code | name | what it reports | default |\n|---|---|---|---|\n"
    return head + "".join(
        f"| [{rule.code}](docs/rules/{rule.stem}.md) | {name(rule)} | {summary(rule)}"
        f" | {'strict' if rule.strict else 'on'} |\n"
        for rule in map(rules.load, rules.stems())
    )


def generated(root: Path) -> Iterator[tuple[Path, str]]:
    """The generated files of the checkout ``root``, and what they are to hold."""
    for rule in map(rules.load, rules.stems()):
        yield root / "docs" / "rules" / f"{rule.stem}.md", page(rule)
    readme = root / "README.md"
    yield readme, TABLE.sub(lambda _: table(), readme.read_text(encoding="utf-8"))


def main(arguments: Sequence[str]) -> int:
    """Write what has changed, and name it."""
    root = Path(arguments[0] if arguments else ".")
    if missing := _missing(root):
        print(f"{root} is not a checkout of flake8-testhygiene: {missing}", file=sys.stderr)
        return 2
    for path, text in generated(root):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(path)
    return 0


def _missing(root: Path) -> str | None:
    readme = root / "README.md"
    if not (root / "docs" / "rules").is_dir():
        return "it has no docs/rules"
    if not readme.exists() or not TABLE.search(readme.read_text(encoding="utf-8")):
        return "it has no README.md with <!-- rules --> and <!-- /rules -->"
    return None


def _default(rule: AnyRule) -> str:
    if rule.strict:
        return f"Strict: reported only with `--testhygiene-strict` or `--testhygiene-strict={rule.code}`."
    return "On: reported by default."


def _headed(block: re.Match[str]) -> str:
    return f"## {block[1]}\n\n{_fenced('python', textwrap.dedent(block[2]))}\n\n"


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text.strip()}\n```"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
