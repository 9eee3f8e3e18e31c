"""What stands in which part of a text, and texts without the bodies of their methods."""

from __future__ import annotations

import ast
import itertools
import re
import textwrap
import warnings
from pathlib import Path

import pytest

from flake8_testhygiene import rules
from flake8_testhygiene.docs import lint
from flake8_testhygiene.outline import Definition, Function, abridged, outline
from flake8_testhygiene.parts import Parts
from flake8_testhygiene.rules import th502_constant_assertion as constant
from flake8_testhygiene.rules import th504_dead_assertion as dead
from flake8_testhygiene.screen import Trigger
from flake8_testhygiene.source import Source
from flake8_testhygiene.text import Text
from tests.in_process import configured
from tests.snippets import said

HERE = Path(__file__).parent
FILES = sorted([*HERE.rglob("*.py"), *(HERE.parent / "flake8_testhygiene").rglob("*.py")])


def defined(node: Function, is_method: bool) -> Definition:
    """Where a function stands."""
    lines = (node.lineno, node.lineno, node.end_lineno or 0)
    return Definition("", node.name, *lines, node.col_offset, is_method, ())


class TestTriggers:
    """Words that are looked up by the names in them, against the plain search that they stand for."""

    TEXT = "def open_all(paths):\n    return [reopen(each) for each in paths if each.is_file ()]\n"
    WORDS = (
        "open(",
        "open",
        "opens",
        "_all(",
        "def open",
        "in paths",
        "each in",
        "paths if ",
        "(each)",
        "]",
        "",
    )

    @pytest.mark.parametrize("word", WORDS)
    def test_a_word_is_held_if_it_is_in_the_text(self, word: str) -> None:
        assert Text(self.TEXT).holds((word,)) is (word in self.TEXT)

    @pytest.mark.parametrize(
        ("trigger", "held"),
        [
            ((("reopen(", "paths"),), True),
            ((("reopen(", "folders"),), False),
            ((("open(", "paths"),), False),  # of a pair the name has to be whole
            (r"is_file\s*\(", True),
            (r"is_dir\s*\(", False),
            ((), False),
        ],
    )
    def test_pairs_and_expressions(self, trigger: Trigger, held: bool) -> None:
        assert Text(self.TEXT).holds(trigger) is held

    @pytest.mark.parametrize("size", [0, 1, 99_990, 100_000, 100_010, 250_000])
    def test_the_names_of_long_texts_are_whole(self, size: int) -> None:
        text = "# ä" + "x" * size + " naïve end"
        assert Text(text).names == set(re.findall(r"\w+", text))

    def test_only_the_parts_in_which_a_word_begins(self) -> None:
        text = "call(a)\n.call(b)\nrecall(c)\ncall(d)\n"
        places = [0, text.index("."), text.index("recall"), text.rindex("call(d")]
        parts = Parts(Text(text), places, [*places[1:], len(text)])
        assert parts.holding(("call(",)) == {0, 1, 2, 3}
        assert parts.calling("call") == {0, 1, 3}

    def test_what_lies_between_parts_is_in_none(self) -> None:
        text = "one()\ntwo()\none()\n"
        parts = Parts(Text(text), [6], [12])
        assert parts.holding(("one(",)) == set()
        assert parts.holding(("two(",)) == {0}

    @pytest.mark.parametrize("text", ["", "\n", "one", "one\n", "one\n\ntwo", "\n\n"])
    def test_where_lines_begin(self, text: str) -> None:
        starts = Text(text).line_starts
        lines = [text[begin : end - 1] for begin, end in itertools.pairwise(starts)]
        assert lines == text.split("\n")


class TestIndexed:
    """What the linted file knows of the places of names, against searching all of its text."""

    TRIGGERS = sorted({each for code in rules.stems() for each in rules.screen(code).triggers}, key=str)

    EXPRESSIONS = (
        *((expression, (word,)) for word, expression in dead.BEHIND_RAISE.items()),
        (dead.BEHIND_LEAVING, (" return ", " raise ")),
        (constant.RAISES_NOTHING, ("aises ",)),
    )

    @staticmethod
    def both(text: str) -> tuple[Parts, Parts]:
        """The functions of a text, by searching it and by its names."""
        source = Source(ast.parse(text), text)
        parts = source._parts
        return Parts(Text(text), parts.begins, parts.ends), parts

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_real_files(self, path: Path) -> None:
        searched, indexed = self.both(path.read_text(encoding="utf-8"))
        assert indexed._index is not None
        for trigger in self.TRIGGERS:
            assert indexed.holding(trigger) == searched.holding(trigger), trigger
        for expression, pieces in self.EXPRESSIONS:
            assert indexed.matching(expression, pieces) == searched.matching(expression, pieces), expression
        for name in sorted(indexed._text.names)[::7]:
            if name.isidentifier():
                assert indexed.calling(name) == searched.calling(name), name
                assert indexed.storing(name) == searched.storing(name), name

    @pytest.mark.parametrize(
        ("word", "found"),
        [
            ("open(", {0, 1}),
            ("reopen(", {1}),
            ("opens", {2}),
            ("pens", {2}),
            ("ens = ", {2}),
            ("'opens", {2}),
            (" = ", {2}),
            ("gap", set()),
            ("x = op", {2}),
            ("é", {3}),
            ("café(", {3}),
        ],
    )
    def test_words(self, word: str, found: set[int]) -> None:
        text = (
            "def a():\n    open(a)\n\n\ndef b():\n    reopen(b)\n\n\ngap = 1\n\n\n"
            "def c():\n    opens = x = opened('opens')\n\n\ndef d():\n    café(d)\n"
        )
        searched, indexed = self.both(text)
        assert indexed.holding((word,)) == found
        assert searched.holding((word,)) == found


class TestAbridged:
    """A text without the bodies of its methods defines what the whole one does, in the same lines."""

    @staticmethod
    def told(text: str) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = outline(ast.parse(text), "module", "package", defined)
        owners = [found.functions, *(each.methods for each in found.classes.values())]
        return (
            found.imports,
            [list(methods.items()) for methods in owners],
            [(c.name, c.line, c.bases, c.aliases, c.makers, c.attributes) for c in found.classes.values()],
        )

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_real_files(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert self.told(abridged(text)) == self.told(text)

    @pytest.mark.parametrize(
        "body",
        [
            "one()\n        two()",
            "one()\n        # the end",
            "one()\n\n        # the\n\n        # end",
            "one(\n            # inside\n        )",
            "if one():\n            two()",
            'text = """\n            deep\n            """\n        one(text)',
            "return",
        ],
    )
    def test_a_body_becomes_pass(self, body: str) -> None:
        head = "class Test(Base):\n    def test_it(self, a,\n                b):\n"
        text = f"{head}        {body}\n\n    other = 1\n"
        assert self.told(abridged(text)) == self.told(text)
        assert "pass" in abridged(text)
        assert "one" not in abridged(text)

    def test_a_string_at_the_margin_is_no_code(self) -> None:
        text = textwrap.dedent(
            '''
            class Test(Base):
                def test_it(self):
                    run("""
            import os
            class Made(Base):
                def helper(self): ...
            """)

                def test_other(self):
                    run("""
            import sys
            """)
            '''
        )
        assert self.told(abridged(text)) == self.told(text)


@pytest.mark.parametrize("head", ["if shop:", "if(shop):", "for each in shop:", "while shop:"])
@pytest.mark.parametrize("indent", ["    ", "\t", "\t    "])
def test_a_word_is_found_however_a_line_is_indented(head: str, indent: str) -> None:
    lines = ["shop = Shop()", head, f"{indent}shop.close()", "assert not shop.orders"]
    source = "\n".join(["def test_shop():", *(f"{indent}{line}" for line in lines), ""])
    assert ("TH601", 3) in said(source, "TH601")


HEIR = (
    "import support\nclass TestHeir(support.TestBase):\n    def test_heir(self):\n        self.test_base()\n"
)


@pytest.mark.parametrize(
    "body",
    [
        "self.start()\n\n        def test_inner():\n       ",  # being typed: no Python yet
        "self.\\\nassertTrue(self.start())",
        "if x\n            self.start()",
    ],
)
def test_a_base_that_is_no_python_is_unknown(body: str, project: Path) -> None:
    text = (
        f"import unittest\n\nclass TestBase(unittest.TestCase):\n    def test_base(self):\n        {body}\n"
    )
    (project / "support.py").write_text(text)
    found = lint(HEIR, str(project / "test_heir.py"), configured())
    assert not found
