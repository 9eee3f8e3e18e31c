"""A set-up prepares what no test of the class reads.

Every test pays for it, and every reader looks for the test that needs it.

Bad:

    import unittest

    class TestBoot(unittest.TestCase):
        def setUp(self):
            super().setUp()
            self.image = self.find_image('cirros')
            self.flavor = self.find_flavor('tiny')

        def test_boot(self):
            self.assertTrue(self.boot(self.image))

Good:

    import unittest

    class TestBoot(unittest.TestCase):
        def setUp(self):
            super().setUp()
            self.image = self.find_image('cirros')

        def test_boot(self):
            self.assertTrue(self.boot(self.image))

It is reported at the assignment. An attribute counts as read where its name is mentioned in the class, in a
base, in an heir of the file or in a function of the module, in whatever way, its own set-up included.

Silent: classes without tests of their own, for their heirs may stand anywhere; classes with a base that is
not known, or that look their attributes up by name; what starts, enters or patches something, for which the
attribute is but a handle; names that frameworks read (`maxDiff`).

Options: none.

Instead: delete it, or move it to the test that needs it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flake8_testhygiene.catalog import running
from flake8_testhygiene.module import Module
from flake8_testhygiene.nodes import last_name, walk
from flake8_testhygiene.outline import FUNCTIONS, Class, Function
from flake8_testhygiene.pattern import Pattern
from flake8_testhygiene.project import Place
from flake8_testhygiene.rule import Found, rule

SETUPS = ("setUp", "asyncSetUp", "setup_method")
BASE = Pattern(r"(?i)base|mixin|common|abstract|skeleton")
LOOKS_UP = Pattern(r"getattr\(self|setattr\(self|vars\(self|self\.__dict__|__getattr")
HAS_EFFECT = Pattern(running.HAS_EFFECT)
COMMENT = re.compile(r"#[^'\"\n]*$", re.MULTILINE)
LONGEST = 28


@rule(
    "TH602",
    "self.{name} is read by no test of {owner}: drop it",
    on=FUNCTIONS,
    trigger=tuple(f"def {hook}(" for hook in SETUPS),
    strict=True,
    local=True,
)
def unused_setup(function: Function, module: Module) -> Iterator[Found]:
    place = module.project.place(function)
    owner = place.owner
    if owner is None or function.name not in SETUPS or not _is_whole(owner, module):
        return
    prepared = list(_prepared(function, module))
    own = _own_texts(place, module) if prepared else []
    if any(map(LOOKS_UP.search, own)):
        return
    for target in prepared:
        if not any(_is_read(target.attr, text) for text in (*own, *_inherited_texts(place, module))):
            name = owner.name if len(owner.name) <= LONGEST else f"{owner.name[: LONGEST - 3]}..."
            words = {"name": target.attr, "owner": name}
            yield Found(target.lineno, target.col_offset, words)


def _is_whole(owner: Class, module: Module) -> bool:
    """Whether the class has tests of its own, and everything is known of its bases."""
    if BASE.search(owner.name) or not any(name.startswith("test") for name in owner.methods):
        return False
    return module.is_test_class(owner) and module.knows_bases(module.project.lineage(owner))


def _prepared(function: Function, module: Module) -> Iterator[ast.Attribute]:
    """The attributes of ``self`` that a set-up gives a value, and does nothing else by it."""
    for statement in module.source.statements(function):
        if not isinstance(statement, ast.Assign) or _has_effect(statement.value):
            continue
        for target in statement.targets:
            match target:
                case ast.Attribute(ast.Name("self"), name) if name not in running.READ_BY_FRAMEWORKS:
                    yield target


def _has_effect(value: ast.expr) -> bool:
    calls = (node for node in walk(value) if isinstance(node, ast.Call))
    return any(HAS_EFFECT.search(last_name(call)) for call in calls)


def _own_texts(place: Place, module: Module) -> list[str]:
    """The texts of the linted file that may read the attribute: related classes, and functions."""
    lines = module.source.lines
    related = {*module.project.heirs(place.owner), *module.project.lineage(place.owner).classes}
    spans = [
        (statement.lineno, statement.end_lineno)
        for statement in module.source.tree.body
        if not isinstance(statement, ast.ClassDef) or module.source.classes.get(statement.name) in related
    ]
    return [COMMENT.sub("", "\n".join(lines[first - 1 : last])) for first, last in spans]


def _inherited_texts(place: Place, module: Module) -> list[str]:
    """The texts of the files that bases stand in."""
    methods = module.project.methods(place.owner)
    return [file.text for file in {each.source for each in methods if module.project.is_inherited(each)}]


def _is_read(name: str, text: str) -> bool:
    """Whether a text mentions a name otherwise than to give the attribute a value."""
    # What stands before the name is told behind it: an expression that begins with a word is fast.
    whole = rf"{name}\b(?<!\w{name})"
    return bool(re.search(rf"{whole}(?:(?![ \t]*(:[^=\n]*)?=[^=])|(?<!self\.{name}))", text))
